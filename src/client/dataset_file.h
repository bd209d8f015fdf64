/*-------------------------------------------------------------------------
 *
 * dataset_file.h
 *	  CDISC Dataset-JSON.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DATASET_FILE_H
#define DATASET_FILE_H

#include "client/cell_file.h"

extern void dataset_file_read(CellFile *file);

#endif							/* DATASET_FILE_H */
