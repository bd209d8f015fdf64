/*
 * Any bytes are a proof, a row or an entry of a seal, or are refused; nothing is
 * read behind their end.  The first byte says what they are read as.
 */
#include <stdlib.h>
#include <string.h>

#include "core/study/seal_entry.h"
#include "core/study/seal_proof.h"
#include "../unit/study/toy_digest.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
read_proof(Bytes bytes)
{
	uint8_t    *buffer = malloc(bytes.length + DIGEST_SIZE + 1);
	uint8_t		head[DIGEST_SIZE];
	SealProof	proof;

	if (seal_proof_read(bytes, &proof))
	{
		must(proof.row.length > 0 && proof.path.length <= MERKLE_HEIGHT);
		if (seal_proof_head(toy_digest, &proof, buffer, head))
			must(proof.path.index >= 0 && proof.path.index < proof.leaves && proof.row.data[0] == MERKLE_LEAF);
	}
	free(buffer);
}

/* The columns of a row, written again, are its bytes. */
static void
read_row(Bytes bytes)
{
	ByteReader	reader;
	CanonicalColumn column;
	uint8_t		part;
	Bytes		table;
	size_t		length;

	if (!canonical_start(&reader, bytes, &part, &table))
		return;
	length = 2 + 4 + table.length;
	while (canonical_next(&reader, &column))
		length += 12 + column.name.length + column.type.length + column.value.length;
	must(!read_finished(&reader) || length == bytes.length);
}

static void
read_entry(Bytes bytes)
{
	SealEntry	entry;
	uint32_t	name;
	uint32_t	value;

	if (!seal_entry_read(bytes, &entry))
		return;
	must(SEAL_ENTRY_HEADER + (size_t) entry.columns * 2 * COLUMN_TAG_SIZE + entry.key.length == bytes.length);
	for (int i = 0; i < entry.columns; i++)
		seal_entry_column(&entry, i, &name, &value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t    *exact;
	Bytes		bytes;

	if (size == 0)
		return 0;
	/* Exactly as long as it is said to be, so that a byte too far is seen. */
	exact = malloc(size > 1 ? size - 1 : 1);
	memcpy(exact, data + 1, size - 1);
	bytes = (Bytes) {exact, size - 1};
	if (data[0] % 3 == 0)
		read_proof(bytes);
	else if (data[0] % 3 == 1)
		read_row(bytes);
	else
		read_entry(bytes);
	free(exact);
	return 0;
}
