/*-------------------------------------------------------------------------
 *
 * csv_file.h
 *	  CSV, TSV and the like.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CSV_FILE_H
#define CSV_FILE_H

#include "client/cell_file.h"

extern void csv_file_read(CellFile *file);

#endif							/* CSV_FILE_H */
