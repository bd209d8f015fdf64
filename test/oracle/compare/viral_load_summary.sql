-- viral_load_summary over viral_load_summary_data.csv; see log10_summary.R.
\ir setup.sql

create temp table data (data_set integer, conf_level float8, results text);
create temp table expected (
    data_set integer, n bigint, missing bigint, censored bigint,
    mean float8, sd float8, ci_lower float8, ci_upper float8,
    mean_mle float8, sd_mle float8, mle_ci_lower float8, mle_ci_upper float8,
    geometric_mean float8, geometric_mean_mle float8, mle_source text);
\copy data from 'viral_load_summary_data.csv' with (format csv, header)
\copy expected from 'viral_load_summary_expected.csv' with (format csv, header)

insert into comparison
    select c.*
    from (select data_set, to_jsonb(viral_load_summary(nullif(result, '.')::viral_load, conf_level)) as got
          from data cross join lateral string_to_table(results, ' ') as result
          group by data_set) as summary
    join expected using (data_set)
    cross join lateral pg_temp.compare_row('viral_load_summary', data_set::text, got,
                                           to_jsonb(expected) - 'data_set' - 'mle_source') as c;

\ir report.sql
