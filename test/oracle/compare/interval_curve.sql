-- interval_censored_curve over interval_curve.csv; see interval_curve.R.
\ir setup.sql

create temp table data (data_set integer, intervals text, candidates text);
\copy data from 'interval_curve.csv' with (format csv, header)

create temp table curve as
    select data_set, interval_censored_curve(nullif(split_part(text, ':', 1), '.')::float8, nullif(split_part(text, ':', 2), '.')::float8) as curve
    from data cross join lateral string_to_table(intervals, ' ') as text
    group by data_set;

create temp table expected as
    select data_set, nullif(split_part(text, ':', 1), '.')::float8 as lower, nullif(split_part(text, ':', 2), '.')::float8 as upper,
           split_part(text, ':', 3)::float8 as probability
    from data cross join lateral string_to_table(candidates, ' ') as text;

create temp table got as
    select data_set, lower, upper, probability, survival
    from curve cross join lateral interval_censored_curve_rows(curve);

-- Rows leave out what has no probability; the error is absolute.
insert into comparison
    select 'interval_censored_curve_rows', 'probability_mle', e.data_set::text,
           abs(coalesce(g.probability, 0) - e.probability)
    from expected as e
    left join got as g on g.data_set = e.data_set and g.lower is not distinct from e.lower and g.upper is not distinct from e.upper;

-- Every row is one of the expected ones.
insert into comparison
    select 'interval_censored_curve_rows', 'n', g.data_set::text, case when e.data_set is null then 'Infinity'::float8 else 0 end
    from got as g
    left join expected as e on g.data_set = e.data_set and g.lower is not distinct from e.lower and g.upper is not distinct from e.upper;
insert into comparison
    select 'interval_censored_curve_rows', 'total_mle', data_set::text, abs(sum(probability) - 1)
    from got group by data_set;

\ir report.sql
