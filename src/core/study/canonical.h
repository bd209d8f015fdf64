/*-------------------------------------------------------------------------
 *
 * canonical.h
 *	  The canonical bytes of a row: what a seal digests.
 *
 * A leaf byte, the part ("e" for a version that was entered, for instance), the
 * name of the table, and the columns that are not NULL in the order of their
 * names: name, type and value.  Names, types and values have their lengths before
 * them, in four bytes, the highest first.  Thus no two rows have the same bytes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CANONICAL_H
#define CANONICAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that are read from the front; nothing is read behind the end. */
typedef struct ByteReader
{
	const uint8_t *at;
	const uint8_t *end;
	bool		failed;
} ByteReader;

/* Bytes of a text or a value, which end with no zero. */
typedef struct Bytes
{
	const uint8_t *data;
	size_t		length;
} Bytes;

typedef struct CanonicalColumn
{
	Bytes		name;
	Bytes		type;
	Bytes		value;
} CanonicalColumn;

extern void read_start(ByteReader *reader, const uint8_t *data, size_t length);
extern uint64_t read_number(ByteReader *reader, int size);
extern Bytes read_bytes(ByteReader *reader, size_t length);
extern Bytes read_counted(ByteReader *reader);
extern bool read_finished(const ByteReader *reader);

extern void write_number(uint8_t *out, uint64_t number, int size);

extern bool canonical_start(ByteReader *reader, Bytes row, uint8_t *part, Bytes *table);
extern bool canonical_next(ByteReader *reader, CanonicalColumn *column);

#endif							/* CANONICAL_H */
