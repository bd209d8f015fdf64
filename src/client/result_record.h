/*-------------------------------------------------------------------------
 *
 * result_record.h
 *	  A result of a laboratory as messages bring it: the same cells of each kind.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RESULT_RECORD_H
#define RESULT_RECORD_H

#include "client/cell_file.h"

typedef enum ResultCell
{
	RESULT_SUBJECT,
	RESULT_TEST,
	RESULT_TEST_NAME,
	RESULT_SUB_ID,
	RESULT_COLLECTED,
	RESULT_VALUE,
	RESULT_UNIT,
	RESULT_LLN,
	RESULT_ULN,
	RESULT_ABSENT_REASON,
	RESULT_STATUS,
	RESULT_SPECIMEN,
	RESULT_LABORATORY
} ResultCell;

#define RESULT_CELLS (RESULT_LABORATORY + 1)

typedef struct ResultRecord
{
	Text		cells[RESULT_CELLS];	/* empty for none */
	Text		problem;
} ResultRecord;

extern void result_header(CellFile *file);
extern void result_begin(ResultRecord *record);
extern void result_problem(ResultRecord *record, const char *rule, const char *format,...) __attribute__((format(printf, 3, 4)));
extern void result_date(ResultRecord *record, const char *moment);
extern void result_off_scale(ResultRecord *record, const char *rule, char flag);
extern void result_end(ResultRecord *record, CellFile *file);

#endif							/* RESULT_RECORD_H */
