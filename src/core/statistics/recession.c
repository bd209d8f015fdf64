/*-------------------------------------------------------------------------
 *
 * recession.c
 *	  In which directions a likelihood of censored values climbs for ever.
 *
 * Along a direction that makes no censored value less likely, and some more
 * so, the likelihood climbs without end.  The mean of the vectors, plus
 * what non-negative multiples of them bring it nearest to 0, is such a
 * direction, or 0 if there is none (Gordan; solved as Lawson and Hanson do).
 * Vectors that are strictly on its side are left out, and the search goes on.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/recession.h"

#include <math.h>

/* Vectors have length 1: what is left of one below this is rounding. */
#define NOTHING 1e-12
#define STRICT 1e-7
#define MAX_ROUNDS 2000

double
vector_product(const double *a, const double *b, int size)
{
	double		sum = 0.0;

	for (int i = 0; i < size; i++)
		sum += a[i] * b[i];
	return sum;
}

/* Takes the part of v out that lies in the span of the basis. */
void
basis_remove(const RecessionBasis *basis, double *v)
{
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < basis->length; i++)
		{
			double		part = vector_product(basis->vector[i], v, basis->size);

			for (int k = 0; k < basis->size; k++)
				v[k] -= part * basis->vector[i][k];
		}
}

static bool
normalize(double *v, int size, double tolerance)
{
	double		norm = sqrt(vector_product(v, v, size));

	if (!(norm > tolerance))
		return false;
	for (int k = 0; k < size; k++)
		v[k] /= norm;
	return true;
}

/* Adds what v has beyond the span, if that is more than a part of v. */
bool
basis_add(RecessionBasis *basis, const double *v, double tolerance)
{
	double	   *rest = basis->vector[basis->length];

	if (basis->length == basis->size)
		return false;
	for (int k = 0; k < basis->size; k++)
		rest[k] = v[k];
	if (!normalize(rest, basis->size, 0.0))
		return false;
	basis_remove(basis, rest);
	if (!normalize(rest, basis->size, tolerance))
		return false;
	basis->length++;
	return true;
}

/* A vector of length 1 without its part in the span of fixed; false if it has no other. */
static bool
free_part(const RecessionBasis *fixed, const double *vector, double *part)
{
	for (int k = 0; k < fixed->size; k++)
		part[k] = vector[k];
	if (!normalize(part, fixed->size, 0.0))
		return false;
	basis_remove(fixed, part);
	return normalize(part, fixed->size, STRICT);
}

/* Does the vector lie strictly on the side of a direction found? */
bool
recession_is_strict(const RecessionBasis *found, const RecessionBasis *fixed, const double *vector)
{
	double		part[RECESSION_MAX_SIZE];

	if (found->length == 0 || !free_part(fixed, vector, part))
		return false;
	for (int i = 0; i < found->length; i++)
		if (vector_product(found->vector[i], part, fixed->size) > STRICT)
			return true;
	return false;
}

/* Where a search has got to. */
typedef struct Search
{
	const RecessionProblem *problem;
	const RecessionBasis *found;
	double		sum[RECESSION_MAX_SIZE];	/* of the vectors that are left */
	double		count;
	double		rest[RECESSION_MAX_SIZE];	/* the mean and the multiples taken */
	int			taken;
	double		vector[RECESSION_MAX_SIZE + 1][RECESSION_MAX_SIZE];
	double		multiple[RECESSION_MAX_SIZE + 1];
	double		lowest;			/* product of a vector with rest */
	double		lowest_vector[RECESSION_MAX_SIZE];
} Search;

static void
add_to_sum(void *context, const double *vector)
{
	Search	   *search = context;
	double		part[RECESSION_MAX_SIZE];

	if (recession_is_strict(search->found, &search->problem->fixed, vector) ||
		!free_part(&search->problem->fixed, vector, part))
		return;
	search->count += 1.0;
	for (int k = 0; k < search->problem->fixed.size; k++)
		search->sum[k] += part[k];
}

static void
look_lowest(void *context, const double *vector)
{
	Search	   *search = context;
	const int	size = search->problem->fixed.size;
	double		part[RECESSION_MAX_SIZE];
	double		product;

	if (recession_is_strict(search->found, &search->problem->fixed, vector) ||
		!free_part(&search->problem->fixed, vector, part))
		return;
	product = vector_product(part, search->rest, size);
	if (product >= search->lowest)
		return;
	search->lowest = product;
	for (int k = 0; k < size; k++)
		search->lowest_vector[k] = part[k];
}

/*
 * The multiples of the vectors taken that bring the mean nearest to 0, of any
 * sign: the normal equations of at most RECESSION_MAX_SIZE unknowns.
 */
static bool
best_multiples(const Search *search, double *multiple)
{
	const int	size = search->problem->fixed.size;
	double		a[RECESSION_MAX_SIZE + 1][RECESSION_MAX_SIZE + 2];
	const int	n = search->taken;

	for (int i = 0; i < n; i++)
	{
		for (int j = 0; j < n; j++)
			a[i][j] = vector_product(search->vector[i], search->vector[j], size);
		a[i][n] = -vector_product(search->vector[i], search->sum, size) / search->count;
	}
	for (int i = 0; i < n; i++)
	{
		if (!(a[i][i] > NOTHING))
			return false;
		for (int j = 0; j < n; j++)
		{
			double		factor = j == i ? 0.0 : a[j][i] / a[i][i];

			for (int k = i; k <= n && factor != 0.0; k++)
				a[j][k] -= factor * a[i][k];
		}
	}
	for (int i = 0; i < n; i++)
		multiple[i] = a[i][n] / a[i][i];
	return true;
}

static void
drop_taken(Search *search, int i)
{
	search->taken--;
	search->multiple[i] = search->multiple[search->taken];
	for (int k = 0; k < search->problem->fixed.size; k++)
		search->vector[i][k] = search->vector[search->taken][k];
}

/* Goes to the best multiples, and drops what becomes 0 on the way. */
static bool
settle_multiples(Search *search)
{
	double		best[RECESSION_MAX_SIZE + 1];

	for (;;)
	{
		double		part = 1.0;
		int			first = -1;

		if (!best_multiples(search, best))
			return false;
		for (int i = 0; i < search->taken; i++)
			if (best[i] <= 0.0 && search->multiple[i] / (search->multiple[i] - best[i]) < part)
			{
				part = search->multiple[i] / (search->multiple[i] - best[i]);
				first = i;
			}
		for (int i = 0; i < search->taken; i++)
			search->multiple[i] += part * (best[i] - search->multiple[i]);
		if (first < 0)
			return true;
		drop_taken(search, first);
	}
}

static void
set_rest(Search *search)
{
	for (int k = 0; k < search->problem->fixed.size; k++)
	{
		search->rest[k] = search->sum[k] / search->count;
		for (int i = 0; i < search->taken; i++)
			search->rest[k] += search->multiple[i] * search->vector[i][k];
	}
}

/* The next direction, of length 1; length 0 if there is none.  False if it is not found. */
static bool
next_direction(Search *search, bool *exists)
{
	const int	size = search->problem->fixed.size;

	*exists = false;
	search->problem->vectors(search->problem->problem, add_to_sum, search);
	if (search->count == 0.0)
		return true;
	for (int round = 0; round < MAX_ROUNDS; round++)
	{
		double		norm;

		set_rest(search);
		norm = sqrt(vector_product(search->rest, search->rest, size));
		if (norm < NOTHING * 10.0)
			return true;
		search->lowest = 0.0;
		search->problem->vectors(search->problem->problem, look_lowest, search);
		if (search->lowest >= -norm * 1e-9)
		{
			*exists = true;
			return normalize(search->rest, size, 0.0);
		}
		for (int k = 0; k < size; k++)
			search->vector[search->taken][k] = search->lowest_vector[k];
		search->multiple[search->taken++] = 0.0;
		if (search->taken > size || !settle_multiples(search))
			return norm < 1e-7;
	}
	return false;
}

/*
 * The directions in which no vector loses and some gain, one after the other:
 * each for the vectors that the ones before leave as they are.  They are of
 * length 1.  False if they are not found.
 */
bool
recession_directions(const RecessionProblem *problem, RecessionBasis *found)
{
	found->size = problem->fixed.size;
	found->length = 0;
	while (found->length < found->size)
	{
		Search		search = {.problem = problem, .found = found};
		bool		exists;

		if (!next_direction(&search, &exists))
			return false;
		if (!exists)
			return true;
		for (int k = 0; k < found->size; k++)
			found->vector[found->length][k] = search.rest[k];
		found->length++;
	}
	return true;
}
