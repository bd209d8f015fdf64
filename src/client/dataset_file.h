/*-------------------------------------------------------------------------
 *
 * dataset_file.h
 *	  Reads Dataset-JSON.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DATASET_FILE_H
#define DATASET_FILE_H

#include "client/json_file.h"

extern void dataset_take_member(JsonFile *json, const char *name);

#endif							/* DATASET_FILE_H */
