/*-------------------------------------------------------------------------
 *
 * stamp.h
 *	  The time at which a study's row is written.
 *
 *-------------------------------------------------------------------------
 */
#ifndef STAMP_H
#define STAMP_H

#include "datatype/timestamp.h"

extern TimestampTz time_after(Datum earlier, bool is_null);

#endif							/* STAMP_H */
