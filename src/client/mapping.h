/*-------------------------------------------------------------------------
 *
 * mapping.h
 *	  How the columns of a file become those of a table.
 *
 *-------------------------------------------------------------------------
 */
#ifndef MAPPING_H
#define MAPPING_H

#include "client/client.h"

#define MOST_LOOKUPS 64

/* A file in which the cells of a column are looked up. */
typedef struct Lookup
{
	char	   *heading;
	char	   *name;
} Lookup;

typedef struct Mapping
{
	Text		lines;			/* an array as PostgreSQL reads it */
	char	   *table;			/* what some of the lines say; NULL where none does */
	char	   *encoding;
	char	   *identifier;
	char		delimiter;
	bool		has_comma;
	Lookup		lookups[MOST_LOOKUPS];
	size_t		nlookups;
} Mapping;

extern char *mapping_path(const char *path);
extern char *path_beside(const char *path, const char *mark);
extern char delimiter_of(const char *name);
extern void mapping_begin(Mapping *mapping);
extern void mapping_add(Mapping *mapping, const char *kind, const char *name, const char *value, const char *detail);
extern void mapping_read(Mapping *mapping, const char *path);
extern void mapping_end(Mapping *mapping);

#endif							/* MAPPING_H */
