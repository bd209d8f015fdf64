-- ancova, least_squares_means, mean_difference and noninferiority_test over ancova.csv; see ancova.R.
\ir setup.sql

create temp table expected (
    data_set integer, shape text, conf_level float8, value_list text, groups text, covariates text, n bigint,
    coefficients text, std_errors text, degrees_of_freedom float8, sd float8, names text, ns text, means text,
    ls_means text, ls_errors text, ls_lowers text, ls_uppers text, difference float8, std_error float8,
    ci_lower float8, ci_upper float8, p_value float8, margin float8, noninferiority float8);
\copy expected from 'ancova.csv' with (format csv, header)

create function pg_temp.figures(list text) returns float8[] language sql immutable
    return (select array_agg(nullif(figure, 'NULL')::float8 order by place)
            from string_to_table(trim(list, '{}'), ';') with ordinality as f (figure, place));

-- in two parts of the rows, which are rolled up
create temp table sample as
    select data_set, rollup(part) as sample
    from (
        select data_set, ancova_sample(value::float8, "group", translate(covariate, ';', ',')::float8[]) as part
        from expected
        cross join lateral rows from (string_to_table(value_list, ' '), string_to_table(groups, '|'),
            string_to_table(covariates, ' ')) with ordinality as row (value, "group", covariate, place)
        group by data_set, place % 2) as parts
    group by data_set;

-- A figure is judged against its standard error, but for two units of its own last place.
create temp view figure as
    select data_set, shape, 'coefficient' as figure, got, wanted, error as spread
    from expected join sample using (data_set)
    cross join lateral ancova(sample) as a
    cross join lateral unnest(a.coefficients, pg_temp.figures(expected.coefficients), pg_temp.figures(expected.std_errors)) as c (got, wanted, error)
    where expected.coefficients <> '{}'
    union all
    select data_set, shape, 'std_error of coefficient', got, wanted, 0
    from expected join sample using (data_set)
    cross join lateral ancova(sample) as a
    cross join lateral unnest(a.std_errors, pg_temp.figures(expected.std_errors)) as c (got, wanted)
    where expected.coefficients <> '{}'
    union all
    select data_set, shape, f.figure, f.got, f.wanted, 0
    from expected as e join sample using (data_set)
    cross join lateral ancova(sample) as a
    cross join lateral (values ('n', a.n::float8, e.n::float8), ('degrees_of_freedom', a.degrees_of_freedom, e.degrees_of_freedom),
        ('sd', a.sd, e.sd)) as f (figure, got, wanted)
    union all
    select data_set, shape, f.figure, f.got, f.wanted, f.spread
    from expected as e join sample using (data_set)
    cross join lateral (select array_agg(m order by place) as rows
        from least_squares_means(sample, conf_level) with ordinality as m ("group", n, mean, ls_mean, std_error, ci_lower, ci_upper, place)) as l
    cross join lateral rows from (unnest(l.rows) as (g text, gn bigint, gmean float8, gls float8, gerror float8, glower float8, gupper float8, place bigint),
        string_to_table(names, '|'), unnest(pg_temp.figures(ns)), unnest(pg_temp.figures(means)), unnest(pg_temp.figures(ls_means)),
        unnest(pg_temp.figures(ls_errors)), unnest(pg_temp.figures(ls_lowers)), unnest(pg_temp.figures(ls_uppers)))
        as r (g, gn, gmean, gls, gerror, glower, gupper, place, name, wn, wmean, wls, werror, wlower, wupper)
    cross join lateral (values ('group', (g = name)::int, 1, 0::float8), ('n', gn, wn, 0), ('mean', gmean, wmean, 0),
        ('least_squares_mean', gls, wls, werror), ('std_error', gerror, werror, 0),
        ('ci_lower', glower, wlower, werror), ('ci_upper', gupper, wupper, werror)) as f (figure, got, wanted, spread)
    union all
    select data_set, shape, 'difference: ' || f.figure, f.got, f.wanted, f.spread
    from expected as e join sample using (data_set)
    cross join lateral (select array_agg(name order by name collate "C") as names from string_to_table(e.names, '|') as name) as n
    cross join lateral mean_difference(sample, n.names[1], n.names[cardinality(n.names)], conf_level) as d
    cross join lateral (values ('difference', d.difference, e.difference, e.std_error), ('std_error', d.std_error, e.std_error, 0),
        ('ci_lower', d.ci_lower, e.ci_lower, e.std_error), ('ci_upper', d.ci_upper, e.ci_upper, e.std_error),
        ('p_value', d.p_value, e.p_value, 0), ('noninferiority', (noninferiority_test(d, margin)).p_value, e.noninferiority, 0))
        as f (figure, got, wanted, spread);

insert into comparison
    select 'ancova ' || shape, figure, data_set::text, case
        when got is null and wanted is null or got = wanted then 0
        else coalesce(abs(got - wanted) / greatest(nullif(case when spread > 0 then greatest(spread, abs(wanted) * 4.5e-7)
            else abs(wanted) end, 0), 1e-300), 'Infinity') end
    from figure;

\ir report.sql
