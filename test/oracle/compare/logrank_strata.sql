-- logrank_test over the strata of logrank_strata.csv; see logrank_strata.R.
\ir setup.sql

create temp table expected (
    data_set integer, times text, events text, groups text, strata text,
    chi_square float8, degrees_of_freedom bigint, p_value float8);
\copy expected from 'logrank_strata.csv' with (format csv, header)

create temp table got as
    select data_set, logrank_test(array_agg(groups)) as test
    from (
        select data_set, survival_groups(subject.time::float8, subject.event = '1', subject."group") as groups
        from expected
        cross join lateral unnest(string_to_array(times, ' '), string_to_array(events, ' '),
            string_to_array(groups, ' '), string_to_array(strata, ' ')) as subject("time", event, "group", stratum)
        group by data_set, stratum) as stratum
    group by data_set;

-- a chi-square that is 0 but for rounding has no relative precision
insert into comparison
    select c.*
    from got
    join expected using (data_set)
    cross join lateral pg_temp.compare_row(
        'logrank_test in strata', data_set::text,
        case when chi_square is null or chi_square > 1e-9 then to_jsonb(test) - array['groups', 'events'] end,
        case when chi_square is null or chi_square > 1e-9 then
            jsonb_build_object('chi_square', chi_square, 'degrees_of_freedom', degrees_of_freedom, 'p_value', p_value) end) as c;

\ir report.sql
