/*-------------------------------------------------------------------------
 *
 * merkle.h
 *	  Merkle trees and chains of digests, as RFC 6962 has them.
 *
 * The digest is the caller's, of 32 bytes.  Leaves, nodes and blocks begin with
 * bytes of their own, so that none can be taken for another.
 *
 *-------------------------------------------------------------------------
 */
#ifndef MERKLE_H
#define MERKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE 32

/* The first byte of what is digested. */
#define MERKLE_LEAF 0
#define MERKLE_NODE 1
#define MERKLE_BLOCK 2

/* A tree has less than 2^63 leaves, and a path no more nodes than so many. */
#define MERKLE_HEIGHT 63

typedef void (*DigestFunction) (const uint8_t *data, size_t length, uint8_t *digest);

/* The nodes beside the way from a leaf to the root, the lowest first. */
typedef struct MerklePath
{
	int64_t		index;			/* of the leaf, from 0 */
	int			length;
	uint8_t		nodes[MERKLE_HEIGHT][DIGEST_SIZE];
} MerklePath;

/* What is known after some leaves: the roots of full subtrees, the largest first. */
typedef struct MerkleTree
{
	DigestFunction digest;
	int64_t		leaves;
	int			depth;
	uint8_t		roots[MERKLE_HEIGHT + 1][DIGEST_SIZE];
	MerklePath *path;			/* of one leaf, or NULL */
} MerkleTree;

extern void merkle_start(MerkleTree *tree, DigestFunction digest, MerklePath *path, int64_t index);
extern void merkle_add(MerkleTree *tree, const uint8_t *leaf);
extern void merkle_root(const MerkleTree *tree, uint8_t *root);
extern bool merkle_climb(DigestFunction digest, const uint8_t *leaf, int64_t leaves, const MerklePath *path, uint8_t *root);

#endif							/* MERKLE_H */
