-- log_reduction_summary over log_reduction_summary_data.csv; see log10_summary.R.
\ir setup.sql

create temp table data (data_set integer, conf_level float8, baselines text, currents text);
create temp table expected (
    data_set integer, n bigint, missing bigint, censored bigint,
    mean float8, sd float8, ci_lower float8, ci_upper float8,
    mean_mle float8, sd_mle float8, mle_ci_lower float8, mle_ci_upper float8, mle_source text);
\copy data from 'log_reduction_summary_data.csv' with (format csv, header)
\copy expected from 'log_reduction_summary_expected.csv' with (format csv, header)

insert into comparison
    select c.*
    from (select data_set,
                 to_jsonb(log_reduction_summary(
                     log_reduction(nullif(baseline, '.')::viral_load, nullif(current, '.')::viral_load),
                     conf_level)) as got
          from data
          cross join lateral rows from (string_to_table(baselines, ' '), string_to_table(currents, ' '))
              as pair (baseline, current)
          group by data_set) as summary
    join expected using (data_set)
    cross join lateral pg_temp.compare_row('log_reduction_summary', data_set::text, got,
                                           to_jsonb(expected) - 'data_set' - 'mle_source') as c;

\ir report.sql
