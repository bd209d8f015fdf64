-- survival_curve and logrank_test over survival_ties.csv; see survival_ties.R.
\ir setup.sql

create temp table expected (
    data_set integer, times text, events text, groups text,
    distinct_times bigint, survival_sum float8, chi_square float8);
\copy expected from 'survival_ties.csv' with (format csv, header)

create temp table got as
    select data_set, (logrank_test(subject.time::float8, subject.event = '1', subject."group")).chi_square,
        survival_curve(subject.time::float8, subject.event = '1') as curve
    from expected
    cross join lateral unnest(string_to_array(times, ' '), string_to_array(events, ' '), string_to_array(groups, ' '))
        as subject("time", event, "group")
    group by data_set;

-- a chi-square that is 0 but for rounding has no relative precision
insert into comparison
    select c.*
    from got
    join expected using (data_set)
    cross join lateral (select count(*) as distinct_times, sum(survival) as survival_sum from survival_curve_rows(curve)) as steps
    cross join lateral pg_temp.compare_row(
        'near-ties', data_set::text,
        jsonb_build_object('distinct_times', steps.distinct_times, 'survival_sum', steps.survival_sum,
                           'chi_square', case when expected.chi_square > 1e-9 then got.chi_square end),
        jsonb_build_object('distinct_times', expected.distinct_times, 'survival_sum', expected.survival_sum,
                           'chi_square', case when expected.chi_square > 1e-9 then expected.chi_square end)) as c;

\ir report.sql
