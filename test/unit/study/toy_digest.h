/*
 * toy_digest.h: a digest for tests of what is built on digests; nothing depends
 * on which one it is.  The published vectors for SHA-256 are in test/sql/study/seal.sql.
 */
#ifndef TOY_DIGEST_H
#define TOY_DIGEST_H

#include <stdint.h>
#include <stddef.h>

static void
toy_digest(const uint8_t *data, size_t length, uint8_t *digest)
{
	uint64_t	state[4] = {1, 2, 3, 4 + length};

	for (size_t i = 0; i < length; i++)
		for (int k = 0; k < 4; k++)
			state[k] = (state[k] ^ data[i] ^ (state[(k + 1) % 4] >> 31)) * 0x9e3779b97f4a7c15u;
	for (int i = 0; i < 32; i++)
		digest[i] = (uint8_t) (state[i / 8] >> (8 * (i % 8)));
}

#endif							/* TOY_DIGEST_H */
