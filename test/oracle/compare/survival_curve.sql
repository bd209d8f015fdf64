-- survival_curve and what is read from it over survival_curve_data.csv and
-- survival_curve_expected.csv; see survival_curve.R.
\ir setup.sql

create temp table data (
    data_set integer, conf_level float8, subjects text,
    median float8, ci_lower float8, ci_upper float8,
    chi_square float8, degrees_of_freedom integer, p_value float8);
create temp table expected (
    data_set integer, "time" float8, at_risk bigint, events bigint, censored bigint,
    survival float8, std_error float8, ci_lower float8, ci_upper float8);
\copy data from 'survival_curve_data.csv' with (format csv, header)
\copy expected from 'survival_curve_expected.csv' with (format csv, header)

create temp table subject as
    select data_set, conf_level, split_part(text, ':', 1)::float8 as "time",
           split_part(text, ':', 2) = '1' as event, split_part(text, ':', 3) as arm
    from data cross join lateral string_to_table(subjects, ' ') as text;

create temp table curve as
    select data_set, conf_level, survival_curve("time", event) as curve
    from subject group by data_set, conf_level;

-- A row that either side lacks is an infinite error.
insert into comparison
    select c.*
    from (select data_set, r."time", to_jsonb(r) as got
          from curve cross join lateral survival_curve_rows(curve, conf_level) as r) as got
    full join expected using (data_set, "time")
    cross join lateral pg_temp.compare_row(
        'survival_curve_rows', data_set::text, coalesce(got, '{}'),
        coalesce(to_jsonb(expected), '{"at_risk": 0}') - 'data_set') as c;

insert into comparison
    select 'survival_at', 'survival', data_set::text,
           pg_temp.figure_error('survival', jsonb_build_object('survival', survival_at(curve, "time")), to_jsonb(expected))
    from curve join expected using (data_set);

insert into comparison
    select c.*
    from curve join data using (data_set)
    cross join lateral pg_temp.compare_row(
        'median_survival', data_set::text,
        to_jsonb(median_survival_ci(curve, curve.conf_level)),
        jsonb_build_object('median', median, 'ci_lower', ci_lower, 'ci_upper', ci_upper)) as c;

insert into comparison
    select c.*
    from (select data_set, to_jsonb(logrank_test(curve)) as got
          from (select data_set, survival_curve("time", event) as curve
                from subject group by data_set, arm) as arms
          group by data_set) as test
    join data using (data_set)
    cross join lateral pg_temp.compare_row(
        'logrank_test', data_set::text, got,
        jsonb_build_object('chi_square', chi_square, 'degrees_of_freedom', degrees_of_freedom, 'p_value', p_value)) as c
    where chi_square is not null;

-- The same over rows with a group, in one call.
insert into comparison
    select c.*
    from (select data_set, to_jsonb(logrank_test("time", event, arm)) as got from subject group by data_set) as test
    join data using (data_set)
    cross join lateral pg_temp.compare_row(
        'logrank_test over rows', data_set::text, got,
        jsonb_build_object('chi_square', chi_square, 'degrees_of_freedom', degrees_of_freedom, 'p_value', p_value)) as c
    where chi_square is not null;

\ir report.sql
