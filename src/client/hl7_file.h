/*-------------------------------------------------------------------------
 *
 * hl7_file.h
 *	  Reads messages of HL7 version 2.
 *
 *-------------------------------------------------------------------------
 */
#ifndef HL7_FILE_H
#define HL7_FILE_H

#include "client/cell_file.h"

extern void hl7_file_read(CellFile *file);

#endif							/* HL7_FILE_H */
