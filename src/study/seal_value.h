/*-------------------------------------------------------------------------
 *
 * seal_value.h
 *	  The canonical bytes of a value.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SEAL_VALUE_H
#define SEAL_VALUE_H

#include "lib/stringinfo.h"

/* How the bytes of a type's values are made. */
typedef enum ValueForm
{
	FORM_INTEGER,				/* those of the number, the highest first */
	FORM_TEXT,					/* those of the text, in UTF-8 */
	FORM_OUTPUT,				/* those of the output function's text, in UTF-8 */
	FORM_SEND,					/* those of the binary output function */
	FORM_ARRAY
} ValueForm;

typedef struct ValuePlan
{
	ValueForm	form;
	int			size;			/* of an integer */
	FmgrInfo	function;
	struct ValuePlan *element;	/* of an array */
	Oid			element_type;
	int16		element_length;
	bool		element_by_value;
	char		element_alignment;
} ValuePlan;

extern char *value_type_name(Oid type);
extern void plan_value(ValuePlan *plan, Oid type, MemoryContext context);
extern void append_value(StringInfo out, ValuePlan *plan, Datum value);
extern void append_utf8(StringInfo out, const char *text, int length);
extern void append_counted_utf8(StringInfo out, const char *text);

#endif							/* SEAL_VALUE_H */
