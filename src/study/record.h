/*-------------------------------------------------------------------------
 *
 * record.h
 *	  Writes to the tables of a study's record, which no statement writes to.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RECORD_H
#define RECORD_H

#include "nodes/execnodes.h"
#include "utils/rel.h"

/* A table of the record that is open for writing, as its owner. */
typedef struct Record
{
	Relation	relation;
	EState	   *estate;
	ResultRelInfo *target;
	TupleTableSlot *row;		/* the one to be written */
	Oid			user;			/* who was the user before */
	int			security_context;
} Record;

extern Oid	relation_beside(Relation table, const char *name, char kind);
extern void forget_relations(void);
extern void record_open(Record *record, Oid relid);
extern bool record_open_if_there(Record *record, Oid relid);
extern void record_new_row(Record *record);
extern void record_set(Record *record, const char *column, Oid type, Datum value, bool is_null);
extern void record_insert(Record *record);
extern void record_close(Record *record);

#endif							/* RECORD_H */
