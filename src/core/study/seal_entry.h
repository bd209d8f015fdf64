/*-------------------------------------------------------------------------
 *
 * seal_entry.h
 *	  What a seal keeps of a row, to name it if it is changed.
 *
 * The digest of the row, which the seal holds; and short tags of its table and
 * of its columns and their values, and its key in words, which help to name what
 * differs and prove nothing.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SEAL_ENTRY_H
#define SEAL_ENTRY_H

#include "core/study/canonical.h"
#include "core/study/merkle.h"

#define TABLE_TAG_SIZE 4
#define COLUMN_TAG_SIZE 2

/* Leaf, part, table, number of columns */
#define SEAL_ENTRY_HEADER (DIGEST_SIZE + 1 + TABLE_TAG_SIZE + 2)

typedef struct SealEntry
{
	const uint8_t *leaf;
	uint8_t		part;
	uint32_t	table;			/* tags */
	int			columns;
	const uint8_t *tags;		/* of each column: name and value */
	Bytes		key;
} SealEntry;

extern uint32_t seal_tag(const uint8_t *data, size_t length, int size);
extern bool seal_entry_read(Bytes bytes, SealEntry *entry);
extern void seal_entry_column(const SealEntry *entry, int column, uint32_t *name, uint32_t *value);

#endif							/* SEAL_ENTRY_H */
