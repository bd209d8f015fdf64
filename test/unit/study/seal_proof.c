#include "core/study/seal_proof.h"

#include <stdlib.h>
#include <string.h>

#include "core/study/seal_entry.h"
#include "tap.h"
#include "toy_digest.h"

/* The row: version 1 of table "t", part "e", with column "a" of type "text" and value "x". */
#define ROW "\0e\0\0\0\1t\0\0\0\1a\0\0\0\4text\0\0\0\1x"
#define ROW_LENGTH (sizeof(ROW) - 1)

static uint8_t proof[512];
static size_t proof_length;

static void
put(const void *data, size_t length)
{
	memcpy(proof + proof_length, data, length);
	proof_length += length;
}

static void
put_number(uint64_t number, int size)
{
	write_number(proof + proof_length, number, size);
	proof_length += size;
}

/* A proof of the row in a tree of two, in the first of two blocks; head is the digest of the second. */
static void
make_proof(uint8_t *head)
{
	uint8_t		node[1 + 2 * DIGEST_SIZE] = {MERKLE_NODE};
	uint8_t		block[1 + 2 * DIGEST_SIZE + 5] = {MERKLE_BLOCK};

	toy_digest((const uint8_t *) ROW, ROW_LENGTH, node + 1);
	memset(node + 1 + DIGEST_SIZE, 7, DIGEST_SIZE);
	toy_digest(node, sizeof(node), block + 1 + DIGEST_SIZE);
	memset(block + 1, 9, DIGEST_SIZE);
	memcpy(block + 1 + 2 * DIGEST_SIZE, "first", 5);

	proof_length = 0;
	put_number(SEAL_PROOF_VERSION, 1);
	put_number(ROW_LENGTH, 4);
	put(ROW, ROW_LENGTH);
	put_number(0, 8);
	put_number(2, 8);
	put_number(1, 1);
	put(node + 1 + DIGEST_SIZE, DIGEST_SIZE);
	put(block + 1, DIGEST_SIZE);
	put_number(2, 4);
	put_number(DIGEST_SIZE + 5, 4);
	put(block + 1 + DIGEST_SIZE, DIGEST_SIZE + 5);
	toy_digest(block, sizeof(block), block + 1);
	memset(block + 1 + DIGEST_SIZE, 8, DIGEST_SIZE);
	put_number(DIGEST_SIZE, 4);
	put(block + 1 + DIGEST_SIZE, DIGEST_SIZE);
	toy_digest(block, 1 + 2 * DIGEST_SIZE, head);
}

/* Does a proof, in memory of just its size, lead to the head? */
static bool
leads_to(const uint8_t *data, size_t length, const uint8_t *head)
{
	uint8_t    *exact = malloc(length + 1);
	uint8_t		buffer[sizeof(proof) + DIGEST_SIZE + 1];
	uint8_t		found[DIGEST_SIZE];
	SealProof	read;
	bool		leads;

	memcpy(exact, data, length);
	exact = realloc(exact, length > 0 ? length : 1);
	leads = seal_proof_read((Bytes) {exact, length}, &read) &&
		seal_proof_head(toy_digest, &read, buffer, found) && memcmp(found, head, DIGEST_SIZE) == 0;
	free(exact);
	return leads;
}

static void
test_proof(void)
{
	uint8_t		head[DIGEST_SIZE];
	int			refused = 0;

	make_proof(head);
	ok(leads_to(proof, proof_length, head), "a proof leads to the digest of the last block");
	for (size_t i = 0; i < proof_length; i++)
	{
		proof[i] ^= 1;
		refused += !leads_to(proof, proof_length, head);
		proof[i] ^= 1;
	}
	is_int(refused, proof_length, "whatever bit of it is another, it does not");
	refused = 0;
	for (size_t length = 0; length < proof_length; length++)
		refused += !leads_to(proof, length, head);
	is_int(refused, proof_length, "nor any beginning of it");
	ok(!leads_to(proof, proof_length + 1, head), "nor one with more behind it");
}

static void
test_row(void)
{
	ByteReader	reader;
	CanonicalColumn column;
	uint8_t		part;
	Bytes		table;

	ok(canonical_start(&reader, (Bytes) {(const uint8_t *) ROW, ROW_LENGTH}, &part, &table), "a row begins");
	is_int(part, 'e', "its part");
	ok(table.length == 1 && *table.data == 't', "its table");
	ok(canonical_next(&reader, &column), "it has a column");
	ok(column.name.length == 1 && *column.name.data == 'a', "its name");
	ok(column.type.length == 4 && memcmp(column.type.data, "text", 4) == 0, "its type");
	ok(column.value.length == 1 && *column.value.data == 'x', "its value");
	ok(!canonical_next(&reader, &column) && read_finished(&reader), "and no more");
}

static void
test_entry(void)
{
	uint8_t		bytes[SEAL_ENTRY_HEADER + 4 + 3] = {1};
	SealEntry	entry;
	uint32_t	name;
	uint32_t	value;

	bytes[DIGEST_SIZE] = 'x';
	write_number(bytes + DIGEST_SIZE + 1, seal_tag((const uint8_t *) "foobar", 6, 4), 4);
	write_number(bytes + DIGEST_SIZE + 5, 1, 2);
	write_number(bytes + SEAL_ENTRY_HEADER, 258, 2);
	write_number(bytes + SEAL_ENTRY_HEADER + 2, 772, 2);
	memcpy(bytes + SEAL_ENTRY_HEADER + 4, "key", 3);
	ok(seal_entry_read((Bytes) {bytes, sizeof(bytes)}, &entry), "an entry");
	seal_entry_column(&entry, 0, &name, &value);
	ok(entry.leaf[0] == 1 && entry.part == 'x' && entry.columns == 1 && name == 258 && value == 772, "its parts");
	ok(entry.key.length == 3 && memcmp(entry.key.data, "key", 3) == 0, "its key");
	ok(!seal_entry_read((Bytes) {bytes, SEAL_ENTRY_HEADER + 3}, &entry), "a shorter one is none");
	/* From the authors' list of test vectors of FNV-1a. */
	is_int(seal_tag((const uint8_t *) "foobar", 6, 4), 0xbf9cf968, "the tag is FNV-1a");
	is_int(seal_tag((const uint8_t *) "foobar", 6, 2), 0xbf9c ^ 0xf968, "or its folded form");
}

int
main(void)
{
	test_proof();
	test_row();
	test_entry();
	return done_testing();
}
