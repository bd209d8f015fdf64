-- mean_difference over mean_difference.csv; see mean_difference.R.
\ir setup.sql

create temp table expected (
    data_set integer, shape text, conf_level float8, method text, treated_values text, control_values text,
    treated bigint, control bigint, difference float8, std_error float8, degrees_of_freedom float8,
    ci_lower float8, ci_upper float8, p_value float8);
\copy expected from 'mean_difference.csv' with (format csv, header)

-- What cancels is judged against the standard error: differences of offsets have lost digits before.
insert into comparison
    select 'mean_difference ' || method, figure, data_set::text, case
        when figure in ('difference', 'ci_lower', 'ci_upper') then
            case when got ->> figure is null and wanted ->> figure is null or (got ->> figure)::float8 = (wanted ->> figure)::float8 then 0
                else coalesce(abs((got ->> figure)::float8 - (wanted ->> figure)::float8) / coalesce(nullif(std_error, 0), abs((wanted ->> figure)::float8)), 'Infinity') end
        else pg_temp.figure_error(figure, got, wanted) end
    from expected
    cross join lateral (select mean_tally(nullif(v, '.')::float8) from string_to_table(treated_values, ' ') as v)
        as t (treated_tally)
    cross join lateral (select mean_tally(nullif(v, '.')::float8) from string_to_table(control_values, ' ') as v)
        as c (control_tally)
    cross join lateral (select to_jsonb(mean_difference(treated_tally, control_tally, conf_level, method)),
        to_jsonb(expected) - array['data_set', 'shape', 'conf_level', 'method', 'treated_values', 'control_values'])
        as f (got, wanted)
    cross join lateral jsonb_object_keys(wanted) as figure;

\ir report.sql
