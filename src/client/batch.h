/*-------------------------------------------------------------------------
 *
 * batch.h
 *	  Batch files: what a site sends to its centre, or the centre to its sites,
 *	  where there is no line between them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef BATCH_H
#define BATCH_H

#include "client/export.h"
#include "client/load.h"

extern ExitCode export_batch(const ExportOptions *options);
extern bool is_batch(const char *path);
extern ExitCode import_batches(const LoadOptions *options, char **paths, int npaths);

#endif							/* BATCH_H */
