-- mean_difference of viral loads and of the same numbers as log reductions, over
-- censored_difference.csv; see censored_difference.R.
\ir setup.sql

create temp table expected (
    data_set integer, shape text, conf_level float8, treated_values text, control_values text, treated bigint, control bigint,
    difference float8, std_error float8, ci_lower float8, ci_upper float8, p_value float8, margin float8, noninferiority float8);
\copy expected from 'censored_difference.csv' with (format csv, header)

create function pg_temp.as_reduction(result text) returns log_reduction language sql immutable
    return (coalesce(substring(result from '[<>]'), '') || log(10, translate(result, 'TND<>', '')::numeric)::numeric(20, 17))::log_reduction;

create temp table got as
    select data_set, 'viral_load' as type, to_jsonb(d) as got, (noninferiority_test(d, margin)).p_value as noninferiority
    from expected
    cross join lateral (select viral_load_tally(nullif(v, '.')::viral_load) from string_to_table(treated_values, ' ') as v) as t (t)
    cross join lateral (select viral_load_tally(nullif(v, '.')::viral_load) from string_to_table(control_values, ' ') as v) as c (c)
    cross join lateral mean_difference(t, c, conf_level) as d
    union all
    select data_set, 'log_reduction', to_jsonb(d), (noninferiority_test(d, margin)).p_value
    from expected
    cross join lateral (select log_reduction_tally(pg_temp.as_reduction(nullif(v, '.'))) from string_to_table(treated_values, ' ') as v) as t (t)
    cross join lateral (select log_reduction_tally(pg_temp.as_reduction(nullif(v, '.'))) from string_to_table(control_values, ' ') as v) as c (c)
    cross join lateral mean_difference(t, c, conf_level) as d;

-- a difference and its limits are judged against the standard error where that is larger
insert into comparison
    select shape || ' ' || type, figure || '_mle', data_set::text, case
        when g is null and e is null or g = e then 0
        else coalesce(abs(g - e) / greatest(abs(e), case when figure in ('difference', 'ci_lower', 'ci_upper') then std_error end),
            'Infinity') end
    from expected
    join got using (data_set)
    cross join lateral (
        select figure, (got ->> figure)::float8, (to_jsonb(expected) ->> figure)::float8
        from unnest(array['treated', 'control', 'difference', 'std_error', 'ci_lower', 'ci_upper', 'p_value']) as figure
        union all
        select 'noninferiority', got.noninferiority, expected.noninferiority
        union all
        select 'normal', ((got ->> 'degrees_of_freedom') = 'Infinity')::int, case when std_error is not null then 1 end) as f (figure, g, e);

\ir report.sql
