/*-------------------------------------------------------------------------
 *
 * lab_agreement.h
 *	  Whether a text and a value can be the same result.
 *
 *-------------------------------------------------------------------------
 */
#ifndef LAB_AGREEMENT_H
#define LAB_AGREEMENT_H

#include "core/laboratory/lab_reading.h"

extern bool lab_agrees(const LabReader *reader, const char *text, size_t length, CensoredValue value);

#endif							/* LAB_AGREEMENT_H */
