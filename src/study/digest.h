/*-------------------------------------------------------------------------
 *
 * digest.h
 *	  SHA-256 by the server's library.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DIGEST_H
#define DIGEST_H

#include "core/study/merkle.h"

extern void sha256_digest(const uint8 *data, size_t length, uint8 *digest);

#endif							/* DIGEST_H */
