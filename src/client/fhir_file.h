/*-------------------------------------------------------------------------
 *
 * fhir_file.h
 *	  Reads a bundle of FHIR R4.
 *
 *-------------------------------------------------------------------------
 */
#ifndef FHIR_FILE_H
#define FHIR_FILE_H

#include "client/json_file.h"

extern bool fhir_is_member(const char *name);
extern void fhir_take_member(JsonFile *json, const char *name);
extern void fhir_lines_read(CellFile *file);

#endif							/* FHIR_FILE_H */
