-- Tables of the report of a simulated trial, against displays_expected.csv; see displays.R.
\ir setup.sql
\ir displays_trial.sql
create temp table expected (result_id text, value float8);
\copy expected from 'displays_expected.csv' with (format csv, header)
create temp table got as
    select result.result_id, result.display, result.value
    from unnest(array['treated', 'efficacy', 'per protocol']) as analysis_set
    cross join lateral analysis_result('displayed', by => 'sex', analysis_set => analysis_set) as result
    where analysis_set = 'treated' or result.display not in ('consort', 'populations');
insert into comparison
    select 'analysis_result', split_part(result_id, '/', 1), result_id,
        pg_temp.figure_error('value', coalesce(jsonb_build_object('value', got.value), '{}'), jsonb_build_object('value', expected.value))
            + case when got.result_id is null then 'Infinity'::float8 else 0 end
    from expected
    left join got using (result_id);
-- What R has no row for must be nothing: a level that nobody has.
insert into comparison
    select 'analysis_result', 'rows that R does not have', result_id, case when value > 0 then 'Infinity'::float8 else 0 end
    from got
    where display in ('adverse_events_by_class', 'serious_events_by_class', 'discontinuation_events_by_class', 'fatal_events_by_class',
            'adverse_events_by_subgroup', 'medical_history', 'blood_pressure') and result_id ~ '/n$'
        and result_id not in (select result_id from expected);
\ir report.sql
