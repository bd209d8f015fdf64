/*-------------------------------------------------------------------------
 *
 * cell_file.c
 *	  A file of cells of whichever kind: its name says which.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>
#include <strings.h>

#include "client/csv_file.h"
#include "client/dataset_file.h"

/* Is the file Dataset-JSON? */
bool
cell_file_is_dataset(const char *path)
{
	const char *ending = strrchr(base_name(path), '.');

	return ending && strcasecmp(ending, ".json") == 0;
}

/* Reads a file, and tells the reader of each record. */
void
cell_file_read(CellFile *file)
{
	if (cell_file_is_dataset(file->path))
		dataset_file_read(file);
	else
		csv_file_read(file);
}
