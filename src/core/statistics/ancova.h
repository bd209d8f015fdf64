/*-------------------------------------------------------------------------
 *
 * ancova.h
 *	  Analysis of covariance: means of groups, adjusted for covariates.
 *
 *-------------------------------------------------------------------------
 */
#ifndef ANCOVA_H
#define ANCOVA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/statistics/double_double.h"
#include "core/statistics/mean.h"
#include "core/statistics/state_codec.h"

#define ANCOVA_MAX_COVARIATES 20
#define ANCOVA_MAX_COLUMNS (ANCOVA_MAX_COVARIATES + 1)
#define ANCOVA_MAX_GROUPS 1000

/* More rows than this are refused: all counts up to here are doubles. */
#define ANCOVA_MAX_ROWS (INT64_C(1) << 53)

/* The columns are the covariates and the value. */
#define ANCOVA_COLUMNS(covariates) ((covariates) + 1)
#define ANCOVA_NUMBERS(covariates) \
	(ANCOVA_COLUMNS(covariates) * (ANCOVA_COLUMNS(covariates) + 3) / 2)

/*
 * A group: the means of its columns, then the sums of products of their
 * deviations from these, the upper triangle by rows.  Groups lie apart by
 * ANCOVA_GROUP() bytes.
 */
typedef struct AncovaGroup
{
	char		name[CODEC_NAME_SIZE];
	int64_t		n;
	DoubleDouble numbers[];
} AncovaGroup;

#define ANCOVA_GROUP(covariates) \
	(sizeof(AncovaGroup) + (size_t) ANCOVA_NUMBERS(covariates) * sizeof(DoubleDouble))

/* Groups in the order of their names. */
typedef struct AncovaData
{
	int			covariates;
	const char *groups;
	int64_t		count;
} AncovaData;

/* All of a sample but its groups. */
typedef struct AncovaHeader
{
	int64_t		missing;
	int64_t		covariates;
	int64_t		groups;
} AncovaHeader;

typedef struct AncovaFit
{
	const AncovaData *data;
	int64_t		n;
	DoubleDouble mean[ANCOVA_MAX_COLUMNS];	/* over all groups */
	DoubleDouble reduced[ANCOVA_MAX_COLUMNS][ANCOVA_MAX_COLUMNS];	/* products within groups, eliminated */
	double		least[ANCOVA_MAX_COLUMNS];	/* squares of a column below this are nothing */
	bool		is_aliased[ANCOVA_MAX_COVARIATES];
	double		degrees_of_freedom; /* NAN if negative or 0 */
	double		sd;				/* about the model; NAN without degrees of freedom */
	double		coefficient[ANCOVA_MAX_COVARIATES];
	double		std_error[ANCOVA_MAX_COVARIATES];
} AncovaFit;

static inline AncovaGroup *
ancova_group(const char *groups, int64_t covariates, int64_t i)
{
	return (AncovaGroup *) (groups + (size_t) i * ANCOVA_GROUP(covariates));
}

extern bool ancova_header_fields(StateCodec *codec, AncovaHeader *header);
extern void ancova_group_fields(StateCodec *codec, AncovaGroup *group, int64_t covariates);
extern bool ancova_add(AncovaGroup *group, int covariates, const double *x, double value);
extern bool ancova_combine(AncovaGroup *group, const AncovaGroup *other, int covariates);
extern void ancova_fit(const AncovaData *data, AncovaFit *fit);
extern MeanDifference ancova_mean(const AncovaFit *fit, const AncovaGroup *group, double conf_level);
extern MeanDifference ancova_difference(const AncovaFit *fit, const AncovaGroup *treated,
										const AncovaGroup *control, double conf_level);

#endif							/* ANCOVA_H */
