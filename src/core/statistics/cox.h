/*-------------------------------------------------------------------------
 *
 * cox.h
 *	  Proportional hazards regression (Cox).
 *
 *-------------------------------------------------------------------------
 */
#ifndef COX_H
#define COX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/statistics/interrupt.h"
#include "core/statistics/state_codec.h"

#define COX_MAX_COVARIATES 20

/* A row of a state: the time, 1 for an event and 0 for censoring, the covariates. */
#define COX_ROW(covariates) ((covariates) + 2)

/* A subject of a fit.  COX_SUBJECT() is its size, by whose multiples the subjects lie apart. */
typedef struct CoxSubject
{
	double		time;
	int64_t		event;
	int64_t		rival;			/* the subject that it is compared with, see cox.c; -1 if none */
	int64_t		is_left_out;
	double		log_hazard;
	double		x[];
} CoxSubject;

#define COX_SUBJECT(covariates) (sizeof(CoxSubject) + (size_t) (covariates) * sizeof(double))

/* A stratum's subjects, and how many they are. */
typedef struct CoxStratum
{
	char	   *subjects;
	int64_t		length;
} CoxStratum;

typedef struct CoxData
{
	int			covariates;
	CoxStratum *strata;
	int			strata_count;
} CoxData;

typedef struct CoxFit
{
	int64_t		events;
	double		coefficient[COX_MAX_COVARIATES];
	double		std_error[COX_MAX_COVARIATES];
	double		robust_error[COX_MAX_COVARIATES];
	double		null_log_likelihood;
	double		log_likelihood;
} CoxFit;

/* All of a state but its rows. */
typedef struct CoxHeader
{
	int64_t		missing;
	int64_t		covariates;
	int64_t		n_rows;
} CoxHeader;

extern bool cox_header_fields(StateCodec *codec, CoxHeader *header);
extern void cox_row_fields(StateCodec *codec, const CoxHeader *header, double *rows);
extern bool cox_fit(CoxData *data, InterruptCheck interrupt, CoxFit *fit);

#endif							/* COX_H */
