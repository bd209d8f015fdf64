-- Results of the report of simulated trials, against results_expected.csv; see results.R.
\ir setup.sql
select format('call create_study(%1$L); call simulate_study(%1$L, %2$s, 2, %3$s);', 'trial_' || seed, subjects, seed)
from (values (101, 24), (102, 32), (103, 40), (104, 48)) as trial (seed, subjects)
where not is_study(('trial_' || seed)::name)
\gexec
-- No other comparison is of this set.
select format('insert into %I.per_protocol_exclusion (rule) values (%L) on conflict do nothing;', 'trial_' || trial, 'visit_out_of_window')
from generate_series(101, 104) as trial
\gexec
create temp table expected (trial integer, result_id text, value float8);
\copy expected from 'results_expected.csv' with (format csv, header)
create temp table got as
    select trial, result.result_id, result.value
    from (select distinct trial from expected) as asked
    cross join lateral analysis_result(('trial_' || trial)::name, by => 'site_id') as result
    union all
    select trial, result.result_id, result.value
    from (select distinct trial from expected) as asked
    cross join unnest(array['demographics', 'exposure', 'response']) as asked_display
    cross join lateral analysis_result(('trial_' || trial)::name, display => asked_display, analysis_set => 'per protocol') as result;
select format($$insert into got select %s, concat_ws('/', 'site_deviation', site_id, one.name), one.value
    from %I.site_deviation as site cross join lateral (values ('percent', percent), ('lower_95', lower_95), ('upper_95', upper_95),
        ('lower_998', lower_998), ('upper_998', upper_998)) as one (name, value)$$, trial, 'trial_' || trial)
from (select distinct trial from expected) as asked
\gexec
insert into comparison
    select 'analysis_result', split_part(result_id, '/', 1), trial || ' ' || result_id,
        pg_temp.figure_error('value', coalesce(jsonb_build_object('value', got.value), '{}'), jsonb_build_object('value', expected.value))
            + case when got.result_id is null then 'Infinity'::float8 else 0 end
    from expected
    left join got using (trial, result_id);
\ir report.sql
