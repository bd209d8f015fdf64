/*-------------------------------------------------------------------------
 *
 * fhir_index.h
 *	  What the entries of a bundle of FHIR refer to.
 *
 *-------------------------------------------------------------------------
 */
#ifndef FHIR_INDEX_H
#define FHIR_INDEX_H

#include "client/json_file.h"

extern void fhir_index_bundle(CellFile *file);
extern void fhir_index_lines(CellFile *file);
extern json_object *fhir_index(const CellFile *file, void (*reader) (CellFile *file));	/* the caller puts it */
extern json_object *fhir_find(const json_object *index, const json_object *resource, const json_object *reference);
extern json_object *fhir_report(const json_object *index, const json_object *resource, const char *url);

#endif							/* FHIR_INDEX_H */
