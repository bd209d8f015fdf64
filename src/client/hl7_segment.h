/*-------------------------------------------------------------------------
 *
 * hl7_segment.h
 *	  The parts of a segment of HL7 version 2.
 *
 *-------------------------------------------------------------------------
 */
#ifndef HL7_SEGMENT_H
#define HL7_SEGMENT_H

#include "client/client.h"

/* What parts a message, as its MSH says. */
typedef struct Hl7Delimiters
{
	char		field;
	char		component;
	char		repetition;
	char		escape;
	char		subcomponent;
} Hl7Delimiters;

/* Where a part of a text is. */
typedef struct Hl7Part
{
	const char *start;
	size_t		length;
} Hl7Part;

extern bool hl7_read_delimiters(Hl7Delimiters *delimiters, const char *header);
extern Hl7Part hl7_field(const Hl7Delimiters *delimiters, const char *segment, int number);
extern Hl7Part hl7_part(Hl7Part whole, char delimiter, int number);
extern Hl7Part hl7_component(const Hl7Delimiters *delimiters, Hl7Part field, int number);
extern bool hl7_is(Hl7Part part, const char *text);
extern int	hl7_count(Hl7Part whole, char delimiter);
extern void hl7_text(const Hl7Delimiters *delimiters, Hl7Part part, Text *text);
extern void hl7_number(const Hl7Delimiters *delimiters, Hl7Part value, Text *text);
extern void hl7_lines(const Hl7Delimiters *delimiters, Hl7Part value, Text *text);
extern const char *hl7_encoding(Hl7Part name, char *given, size_t size);

#endif							/* HL7_SEGMENT_H */
