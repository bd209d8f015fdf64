-- mean_ci over mean_ci.csv; see mean_ci.R.
\ir setup.sql

create temp table expected (
    data_set integer, shape text, conf_level float8, results text,
    n bigint, missing bigint, mean float8, sd float8, ci_lower float8, ci_upper float8);
\copy expected from 'mean_ci.csv' with (format csv, header)

insert into comparison
    select c.*
    from (select data_set, to_jsonb(mean_ci(nullif(result, '.')::float8, conf_level)) as got
          from expected cross join lateral string_to_table(results, ' ') as result
          group by data_set) as summary
    join expected using (data_set)
    cross join lateral pg_temp.compare_row(
        'mean_ci ' || shape, data_set::text, got,
        to_jsonb(expected) - array['data_set', 'shape', 'conf_level', 'results']) as c;

\ir report.sql
