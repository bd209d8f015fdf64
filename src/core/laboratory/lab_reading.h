/*-------------------------------------------------------------------------
 *
 * lab_reading.h
 *	  Read what a laboratory reported: a value, or why there is none.
 *
 *-------------------------------------------------------------------------
 */
#ifndef LAB_READING_H
#define LAB_READING_H

#include "core/laboratory/lab_text.h"

/* What is known of a text beside itself; numbers are NaN where they are not known. */
typedef struct LabReader
{
	const CensoredDomain *domain;
	bool		is_viral_load;
	const char *unit;			/* of a text that has none; NULL where it is not known */
	double		lower_limit;
	double		upper_limit;
	double		iu_per_copy;
	char		decimal_mark;	/* 0 where it is not known */
	const LabWord *words;		/* of the caller, before the built-in ones */
	int			word_count;
} LabReader;

typedef struct LabReading
{
	LabState	state;
	bool		has_value;
	CensoredValue value;
	double		number;			/* as it was written, NaN without one */
	char		unit[LAB_TEXT_SIZE];	/* empty where it is not known */
	char		ignored[LAB_TEXT_SIZE];
	const char *reason;			/* NULL where a value needs none */
} LabReading;

extern double lab_log10_rounding(double log);
extern void lab_read(const LabReader *reader, const char *text, size_t length,
					 LabReading *reading);

#endif							/* LAB_READING_H */
