/*-------------------------------------------------------------------------
 *
 * cell_file.h
 *	  A file of cells, read record by record: CSV and the like, Dataset-JSON, a
 *	  bundle of FHIR, or messages of HL7.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CELL_FILE_H
#define CELL_FILE_H

#include <csv.h>
#include <iconv.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "client/client.h"

/* In hexadecimal, with its end. */
#define DIGEST_SIZE 65

#define LONGEST_RECORD (16 * 1024 * 1024)

/* How many records a line may have. */
#define RECORDS_OF_LINE 4096

/* A cell of the record that was read. */
typedef struct Cell
{
	size_t		start;			/* in the text of the record */
	bool		is_null;		/* empty, and not quoted */
} Cell;

typedef struct CellFile CellFile;

/* Told of each record; the first is the header. */
typedef void (*RecordReader) (CellFile *file, void *argument);

struct CellFile
{
	const char *path;
	const char *encoding;		/* NULL for UTF-8, or what its mark says */
	const char *identifier;		/* whose numbers of subjects are meant, where a message has several; or NULL */
	char		delimiter;		/* '\0' for what the header has */
	RecordReader reader;
	void	   *argument;
	bool		stops;			/* set by the reader: no more */

	/* the record */
	uint64_t	line;			/* where it begins, from 1; of a bundle its entry */
	unsigned	part;			/* which of the records of its line, from 0 */
	const char *problem;		/* why it is none that can be loaded: a rule, ": ", and a reason; or NULL */
	size_t		ncells;
	size_t		capacity;
	Cell	   *cells;
	Text		text;			/* the cells, each with its end */

	/* how the file is written */
	bool		has_mark;		/* of its byte order */
	bool		has_cr;
	uint64_t	open_line;		/* the last line, if it has no line end; else 0 */
	uint64_t	empty_lines;	/* lines of delimiters alone, which are passed over */
	uint64_t	first_empty;

	/* where the reader is */
	uint64_t	bytes;			/* of the file, so far */
	uint64_t	size;
	uint64_t	place;			/* the line that is read */
	bool		in_record;
	bool		had_cr;			/* the last byte was one */
	bool		is_begun;
	bool		has_header;
	bool		has_records;
	struct csv_parser parser;
	iconv_t		converter;
	bool		converts;
	EVP_MD_CTX *digest;
	char		digest_text[DIGEST_SIZE];
};

/* What the standard input is called once it is kept. */
extern const char cell_file_input[];

extern void cell_file_keep_input(void);
extern void cell_file_read(CellFile *file);
extern bool cell_file_is_csv(const char *path);
extern uint64_t cell_record_number(const CellFile *file);
extern const char *cell_text_of(const CellFile *file, size_t number);
extern void cell_require_headings(const CellFile *file);
extern void cell_file_digest(const char *path, char *digest);

/* For those who read a kind of file. */
extern FILE *cell_begin_file(CellFile *file);
extern void cell_close_file(CellFile *file, FILE *stream);
extern void cell_refuse(const CellFile *file, uint64_t line, const char *problem) __attribute__((noreturn));
extern void cell_add(CellFile *file, const char *data, size_t length);
extern void cell_end_record(CellFile *file);

#endif							/* CELL_FILE_H */
