/*-------------------------------------------------------------------------
 *
 * digest.c
 *	  SHA-256 by the server's library.
 *
 * Making the library's context takes longer than a digest of a row.  So a
 * session has one, whose resource owner is of no transaction.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/cryptohash.h"
#include "utils/resowner.h"

#include "study/digest.h"

static pg_cryptohash_ctx *context = NULL;

static void
make_context(void)
{
	static ResourceOwner session = NULL;
	ResourceOwner outer = CurrentResourceOwner;

	if (session == NULL)
		session = ResourceOwnerCreate(NULL, "virotrial digest");
	CurrentResourceOwner = session;
	context = pg_cryptohash_create(PG_SHA256);
	CurrentResourceOwner = outer;
}

void
sha256_digest(const uint8 *data, size_t length, uint8 *digest)
{
	if (context == NULL)
		make_context();
	if (context == NULL ||
		pg_cryptohash_init(context) < 0 ||
		pg_cryptohash_update(context, data, length) < 0 ||
		pg_cryptohash_final(context, digest, DIGEST_SIZE) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("SHA-256 cannot be computed"),
				 errdetail("The cryptographic library says: %s.", context ? pg_cryptohash_error(context) : "out of memory"),
				 errhint("Does this server's library allow SHA-256?")));
}
