/*-------------------------------------------------------------------------
 *
 * study.h
 *	  A study by its name, and functions that run its SQL as its owner.
 *
 *-------------------------------------------------------------------------
 */
#ifndef STUDY_H
#define STUDY_H

#include "study/study_rule.h"

typedef struct Study
{
	char	   *name;			/* of its schema */
	Oid			namespace;
	Oid			owner;
	char	   *search_path;
} Study;

/* One call of a function that returns what a study's SQL finds. */
typedef struct StudyCall
{
	FunctionCallInfo fcinfo;
	Study		study;
	Oid			caller;
	bool		is_by_site;		/* shows what its queries find of the caller's sites alone */
	OwnerState	state;
} StudyCall;

extern void open_study(Study *study, const char *name, Oid function);

extern void require_argument(FunctionCallInfo fcinfo, int number, const char *what, const char *hint);
extern void require_study_argument(FunctionCallInfo fcinfo);
extern void study_call_begin(StudyCall *call, FunctionCallInfo fcinfo, const char *study);
extern void study_call_query(StudyCall *call, const char *query, int nargs, Oid *types, Datum *values);
extern void study_call_add_rows(StudyCall *call, const char *query, int nargs, Oid *types, Datum *values);
extern void study_call_require_subject(StudyCall *call, Datum subject);
extern char *study_call_sites(StudyCall *call);
extern bool study_call_sees_all(StudyCall *call);
extern void study_call_end(StudyCall *call);
extern char *text_of_query(Oid function);

/* eligibility.c */
extern ErrorData *error_of_criterion(SPITupleTable *criteria, uint64 row, char **name);

#endif							/* STUDY_H */
