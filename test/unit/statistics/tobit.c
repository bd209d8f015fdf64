#include "core/statistics/tobit.h"

#include "statistics_expected.h"
#include "tap.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static double sums[TOBIT_SUMS(2)];
static double rows[LENGTH(tobit_value) * TOBIT_ROW(2)];

static void
check_both_sides(void)
{
	TobitData	data = {2, sums, rows, 0};
	TobitFit	fit;

	for (size_t i = 0; i < LENGTH(tobit_value); i++)
	{
		double		x[] = {tobit_x1[i], tobit_x2[i]};
		double	   *row = rows + data.n_rows * TOBIT_ROW(2);

		if (tobit_below[i] == 0 && tobit_above[i] == 0)
			tobit_add_exact(sums, 2, x, tobit_value[i]);
		else
		{
			row[0] = tobit_below[i] ? 1 : -1;
			row[1] = tobit_value[i];
			row[2] = x[0];
			row[3] = x[1];
			data.n_rows++;
		}
	}
	ok(tobit_fit(&data, NULL, &fit), "limits on both sides: there is a maximum");
	for (int i = 0; i < 3; i++)
	{
		is_double(fit.coefficient[i] / tobit_coefficient[i], 1, 1e-8, "coefficient");
		is_double(fit.std_error[i] / tobit_std_error[i], 1, 1e-7, "standard error");
	}
	is_double(fit.sd, tobit_scale[0], 1e-8, "sd");
	is_double(fit.log_likelihood, tobit_scale[1], 1e-10, "log likelihood");
}

static void
check_edges(void)
{
	double		exact[TOBIT_SUMS(1)] = {0};
	double		below[] = {1, 2, 0, 1, 2, 1, 1, 2, 3};
	TobitData	none = {1, exact, below, 0};
	TobitData	all_below = {1, exact, below, 3};
	double		x = 1;
	TobitFit	fit;

	ok(!tobit_fit(&none, NULL, &fit), "no values");
	ok(!tobit_fit(&all_below, NULL, &fit), "values below a limit alone");
	tobit_add_exact(exact, 1, &x, 2);
	ok(!tobit_fit(&none, NULL, &fit), "one value");
	tobit_add_exact(exact, 1, &x, 3);
	tobit_add_exact(exact, 1, &x, 4);
	ok(tobit_fit(&none, NULL, &fit) && isnan(fit.coefficient[0]) && isnan(fit.coefficient[1]),
	   "a covariate that does not vary leaves itself and the intercept open");
	is_double(fit.sd, sqrt(2.0 / 3.0), 1e-12, "... and not the standard deviation");
}

int
main(void)
{
	check_both_sides();
	check_edges();
	return done_testing();
}
