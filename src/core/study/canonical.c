/*-------------------------------------------------------------------------
 *
 * canonical.c
 *	  The canonical bytes of a row: what a seal digests.
 *
 *-------------------------------------------------------------------------
 */
#include "core/study/canonical.h"

#include "core/study/merkle.h"

void
read_start(ByteReader *reader, const uint8_t *data, size_t length)
{
	reader->at = data;
	reader->end = data + length;
	reader->failed = false;
}

/* The next bytes; none, and the reader has failed, if there are not so many. */
Bytes
read_bytes(ByteReader *reader, size_t length)
{
	Bytes		bytes = {reader->at, length};

	if (reader->failed || length > (size_t) (reader->end - reader->at))
	{
		reader->failed = true;
		bytes.length = 0;
		return bytes;
	}
	reader->at += length;
	return bytes;
}

/* A number of some bytes, the highest first; 0 after a failure. */
uint64_t
read_number(ByteReader *reader, int size)
{
	Bytes		bytes = read_bytes(reader, (size_t) size);
	uint64_t	number = 0;

	for (size_t i = 0; i < bytes.length; i++)
		number = (number << 8) | bytes.data[i];
	return number;
}

/* The bytes whose number stands before them. */
Bytes
read_counted(ByteReader *reader)
{
	return read_bytes(reader, (size_t) read_number(reader, 4));
}

/* Was all of it read, and nothing more? */
bool
read_finished(const ByteReader *reader)
{
	return !reader->failed && reader->at == reader->end;
}

void
write_number(uint8_t *out, uint64_t number, int size)
{
	for (int i = size - 1; i >= 0; i--)
	{
		out[i] = (uint8_t) number;
		number >>= 8;
	}
}

/* Starts to read a row; false if its beginning is not that of one. */
bool
canonical_start(ByteReader *reader, Bytes row, uint8_t *part, Bytes *table)
{
	uint64_t	leaf;

	read_start(reader, row.data, row.length);
	leaf = read_number(reader, 1);
	*part = (uint8_t) read_number(reader, 1);
	*table = read_counted(reader);
	return !reader->failed && leaf == MERKLE_LEAF;
}

/* The next column; false after the last one, and where the bytes are not those of a row. */
bool
canonical_next(ByteReader *reader, CanonicalColumn *column)
{
	if (reader->failed || reader->at == reader->end)
		return false;
	column->name = read_counted(reader);
	column->type = read_counted(reader);
	column->value = read_counted(reader);
	return !reader->failed;
}
