/*-------------------------------------------------------------------------
 *
 * seal_proof.h
 *	  The proof that a row was sealed: its bytes, its path to the root of its
 *	  block, and the blocks from there to a later one.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SEAL_PROOF_H
#define SEAL_PROOF_H

#include "core/study/canonical.h"
#include "core/study/merkle.h"

#define SEAL_PROOF_VERSION 1

typedef struct SealProof
{
	Bytes		row;			/* canonical bytes */
	int64_t		leaves;			/* of its block */
	MerklePath	path;
	Bytes		previous;		/* digest of the block before */
	uint32_t	blocks;			/* that follow: the row's own and later ones, */
	ByteReader	reader;			/* to be read from here */
} SealProof;

extern void chain_digest(DigestFunction digest, const uint8_t *previous, Bytes block, uint8_t *buffer, uint8_t *out);
extern bool seal_proof_read(Bytes bytes, SealProof *proof);
extern bool seal_proof_head(DigestFunction digest, SealProof *proof, uint8_t *buffer, uint8_t *head);

#endif							/* SEAL_PROOF_H */
