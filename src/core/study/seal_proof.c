/*-------------------------------------------------------------------------
 *
 * seal_proof.c
 *	  The proof that a row was sealed.
 *
 * Version (1 byte); the row (length in 4 bytes, bytes); its index and the number
 * of leaves (8 bytes each); the path (number of nodes in 1 byte, nodes); the
 * digest of the block before; the number of blocks (4 bytes); and each of them:
 * the length of its bytes (4 bytes), the root, and the rest of what its digest
 * is made of.
 *
 *-------------------------------------------------------------------------
 */
#include "core/study/seal_proof.h"

#include <string.h>

/*
 * The digest of a block: of the one before, and of its own root and description.
 * The buffer takes the bytes of the block, a digest and one byte.
 */
void
chain_digest(DigestFunction digest, const uint8_t *previous, Bytes block, uint8_t *buffer, uint8_t *out)
{
	buffer[0] = MERKLE_BLOCK;
	memcpy(buffer + 1, previous, DIGEST_SIZE);
	memcpy(buffer + 1 + DIGEST_SIZE, block.data, block.length);
	digest(buffer, 1 + DIGEST_SIZE + block.length, out);
}

/* Reads a proof up to its blocks; false if the bytes are not those of one. */
bool
seal_proof_read(Bytes bytes, SealProof *proof)
{
	ByteReader *reader = &proof->reader;
	uint64_t	version;
	uint64_t	length;

	read_start(reader, bytes.data, bytes.length);
	version = read_number(reader, 1);
	proof->row = read_counted(reader);
	proof->path.index = (int64_t) read_number(reader, 8);
	proof->leaves = (int64_t) read_number(reader, 8);
	length = read_number(reader, 1);
	if (reader->failed || version != SEAL_PROOF_VERSION || proof->row.length == 0 || length > MERKLE_HEIGHT)
		return false;
	proof->path.length = (int) length;
	for (int i = 0; i < proof->path.length; i++)
	{
		Bytes		node = read_bytes(reader, DIGEST_SIZE);

		if (reader->failed)
			return false;
		memcpy(proof->path.nodes[i], node.data, DIGEST_SIZE);
	}
	proof->previous = read_bytes(reader, DIGEST_SIZE);
	proof->blocks = (uint32_t) read_number(reader, 4);
	return !reader->failed && proof->blocks > 0;
}

/*
 * The digest of the last block of a proof that was read, or false if the row is
 * not in the first one.  The buffer is larger than the proof by a digest and one byte.
 */
bool
seal_proof_head(DigestFunction digest, SealProof *proof, uint8_t *buffer, uint8_t *head)
{
	uint8_t		leaf[DIGEST_SIZE];
	uint8_t		root[DIGEST_SIZE];

	if (proof->row.data[0] != MERKLE_LEAF)
		return false;
	digest(proof->row.data, proof->row.length, leaf);
	if (!merkle_climb(digest, leaf, proof->leaves, &proof->path, root))
		return false;
	memcpy(head, proof->previous.data, DIGEST_SIZE);
	for (uint32_t i = 0; i < proof->blocks; i++)
	{
		Bytes		block = read_counted(&proof->reader);

		if (block.length < DIGEST_SIZE || (i == 0 && memcmp(block.data, root, DIGEST_SIZE) != 0))
			return false;
		chain_digest(digest, head, block, buffer, head);
	}
	return read_finished(&proof->reader);
}
