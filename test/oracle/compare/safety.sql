-- The tables of the primary endpoint over simulated trials, against
-- safety_events.csv and safety_tables.csv; see safety.R.
\ir setup.sql
\ir safety_trials.sql

create temp table expected_event (
    data_set integer, item text, population float8, subjects float8, subjects_unknown float8,
    percent float8, percent_ci_lower float8, percent_ci_upper float8, percent_ci_upper_with_unknown float8,
    events float8, events_unknown float8, first_event_person_years float8, first_event_rate float8,
    first_event_rate_ci_lower float8, first_event_rate_ci_upper float8,
    person_years float8, event_rate float8, event_rate_ci_lower float8, event_rate_ci_upper float8);
create temp table expected_figure (data_set integer, part text, item text, figure text, number float8);
\copy expected_event from 'safety_events.csv' with (format csv, header)
\copy expected_figure from 'safety_tables.csv' with (format csv, header)

create temp table expected as
    select data_set, 'endpoint_safety' as part, item, to_jsonb(expected_event) - 'data_set' - 'item' as figures from expected_event
    union all
    select data_set, part, item, jsonb_object_agg(figure, number) from expected_figure group by data_set, part, item;

-- Each row's key, as safety.R writes it.
create temp table got as
    select asked.data_set, part.part, part.item, part.figures
    from asked
    cross join lateral (
        select 'endpoint_safety' as part, concat_ws('|', r."grouping" || '/' || r.group_value, r.event_set, coalesce(r.term, ''), coalesce(r.maximum_grade::text, '')) as item, to_jsonb(r) as figures
        from endpoint_safety(study::name, data_cut, group_by) as r
        union all
        select 'laboratory_shift', concat_ws('|', r."grouping" || '/' || r.group_value, r.test, r.direction, r.baseline_grade, r.worst_grade), to_jsonb(r)
        from laboratory_shift(study::name, data_cut, group_by) as r
        union all
        select 'laboratory_abnormality', concat_ws('|', r."grouping" || '/' || r.group_value, r.test, r.direction, r.minimum_grade, r.maximum_grade), to_jsonb(r)
        from laboratory_abnormality(study::name, data_cut, group_by) as r
        union all
        select 'hys_law_candidate', concat_ws('|', r.site_id || ' ' || r.subject_id, r.test, r.collected, r.bilirubin_collected), to_jsonb(r)
            || jsonb_build_object('times_uln', quantity(r.times_uln), 'bilirubin_times_uln', quantity(r.bilirubin_times_uln),
                'phosphatase_times_uln', quantity(r.phosphatase_times_uln))
        from hys_law_candidate(study::name, data_cut, group_by) as r
        union all
        select 'ecg_finding', concat_ws('|', r."grouping" || '/' || r.group_value, r.finding), to_jsonb(r)
        from ecg_finding(study::name, data_cut, group_by) as r
        union all
        select 'discontinuation', concat_ws('|', r."grouping" || '/' || r.group_value, coalesce(r.cause, '')), to_jsonb(r)
        from discontinuation(study::name, data_cut, group_by) as r
        union all
        select 'time_to_discontinuation', concat_ws('|', r."grouping" || '/' || r.group_value, r.days), to_jsonb(r)
        from time_to_discontinuation(study::name, data_cut, group_by) as r
        union all
        select 'safety_finding', concat_ws('|', r."grouping" || '/' || r.group_value, r.finding), to_jsonb(r)
        from safety_finding(study::name, data_cut, group_by) as r
    ) as part;

-- A row that either side lacks is an infinite error.
insert into comparison
    select c.*
    from got
    full join expected using (data_set, part, item)
    cross join lateral pg_temp.compare_row(part, data_set || ' ' || replace(item, '|', '/'), coalesce(got.figures, '{}'),
        coalesce(expected.figures, '{"subjects": 0, "at_risk": 0, "times_uln": 0}')) as c;
\ir report.sql
