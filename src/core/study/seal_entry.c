/*-------------------------------------------------------------------------
 *
 * seal_entry.c
 *	  What a seal keeps of a row, to name it if it is changed.
 *
 *-------------------------------------------------------------------------
 */
#include "core/study/seal_entry.h"

/* A tag of 2 or 4 bytes: FNV-1a, whose higher half is folded into the lower one. */
uint32_t
seal_tag(const uint8_t *data, size_t length, int size)
{
	uint32_t	hash = 2166136261u;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ data[i]) * 16777619u;
	return size == 4 ? hash : (hash >> 16) ^ (hash & 0xffff);
}

/* Reads an entry; false if the bytes are not those of one. */
bool
seal_entry_read(Bytes bytes, SealEntry *entry)
{
	ByteReader	reader;

	read_start(&reader, bytes.data, bytes.length);
	entry->leaf = read_bytes(&reader, DIGEST_SIZE).data;
	entry->part = (uint8_t) read_number(&reader, 1);
	entry->table = (uint32_t) read_number(&reader, TABLE_TAG_SIZE);
	entry->columns = (int) read_number(&reader, 2);
	entry->tags = read_bytes(&reader, (size_t) entry->columns * 2 * COLUMN_TAG_SIZE).data;
	entry->key = read_bytes(&reader, (size_t) (reader.end - reader.at));
	return !reader.failed;
}

/* The tags of a column of an entry. */
void
seal_entry_column(const SealEntry *entry, int column, uint32_t *name, uint32_t *value)
{
	ByteReader	reader;

	read_start(&reader, entry->tags + (size_t) column * 2 * COLUMN_TAG_SIZE, 2 * COLUMN_TAG_SIZE);
	*name = (uint32_t) read_number(&reader, COLUMN_TAG_SIZE);
	*value = (uint32_t) read_number(&reader, COLUMN_TAG_SIZE);
}
