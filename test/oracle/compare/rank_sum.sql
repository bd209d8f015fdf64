-- hodges_lehmann_shift and wilcoxon_rank_sum over rank_sum.csv; see rank_sum.R.
\ir setup.sql

create temp table expected (
    data_set integer, conf_level float8, treated_values text, control_values text,
    treated bigint, control bigint, estimate float8, ci_lower float8, ci_upper float8, level float8,
    statistic float8, p_value float8);
\copy expected from 'rank_sum.csv' with (format csv, header)

insert into comparison
    select c.*
    from expected
    cross join lateral (select value_distribution(nullif(v, '.')::float8)
                        from string_to_table(treated_values, ' ') as v) as t (treated_distribution)
    cross join lateral (select value_distribution(v::float8)
                        from string_to_table(control_values, ' ') as v) as d (control_distribution)
    cross join lateral (
        select * from pg_temp.compare_row('hodges_lehmann_shift', data_set::text,
            to_jsonb(hodges_lehmann_shift(treated_distribution, control_distribution, conf_level)),
            to_jsonb(expected) - array['data_set', 'conf_level', 'treated_values', 'control_values', 'statistic', 'p_value'])
        union all
        select * from pg_temp.compare_row('wilcoxon_rank_sum', data_set::text,
            to_jsonb(wilcoxon_rank_sum(treated_distribution, control_distribution)),
            jsonb_build_object('treated', treated, 'control', control, 'statistic', statistic, 'p_value', p_value))) as c;

\ir report.sql
