-- hodges_lehmann and wilcoxon_signed_rank over signed_rank.csv; see signed_rank.R.
\ir setup.sql

create temp table expected (
    data_set integer, conf_level float8, results text,
    n bigint, missing bigint, estimate float8, ci_lower float8, ci_upper float8, level float8,
    wilcoxon_n bigint, statistic float8, p_value float8);
\copy expected from 'signed_rank.csv' with (format csv, header)

create temp table got as
    select data_set, to_jsonb(hodges_lehmann(nullif(result, '.')::float8, conf_level)) as estimate,
           to_jsonb(wilcoxon_signed_rank(nullif(result, '.')::float8)) as test
    from expected cross join lateral string_to_table(results, ' ') as result
    group by data_set;

insert into comparison
    select c.*
    from got join expected using (data_set)
    cross join lateral pg_temp.compare_row(
        'hodges_lehmann', data_set::text, got.estimate,
        to_jsonb(expected) - array['data_set', 'conf_level', 'results', 'wilcoxon_n', 'statistic', 'p_value']) as c
    union all
    select c.*
    from got join expected using (data_set)
    cross join lateral pg_temp.compare_row(
        'wilcoxon_signed_rank', data_set::text, test,
        jsonb_build_object('n', wilcoxon_n, 'statistic', statistic, 'p_value', p_value)) as c;

\ir report.sql
