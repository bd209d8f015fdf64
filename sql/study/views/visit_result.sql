-- The result that stands for each visit, or the lack of one: what the
-- endpoints are made of.  One pass over the results gathers each subject's.

create view _visit_viral_load as
    with
    -- each offset keeps the planner from doing for every visit, or twice, what is done here once
    treated as (
        select _treated_group.site_id, _treated_group.subject_id, _treated_group.first_dose,
            _treated_group.group_value,
            _gathered_viral_load.results
        from _treated_group
        left join _gathered_viral_load using (site_id, subject_id)
        offset 0
    ),
    scheduled as (
        select treated.*, _analysis_window.visit, _analysis_window.position,
            treated.first_dose + _analysis_window.first as opens,
            treated.first_dose + _analysis_window.target as due,
            treated.first_dose + _analysis_window.last as closes
        from treated
        join _analysis_window
            on treated.first_dose + _analysis_window.target >= _analysis_window.effective_from
            and treated.first_dose + _analysis_window.target < _analysis_window.effective_before
        where _analysis_window.follows_first_dose
    ),
    visit as (
        select scheduled.*,
            _virotrial.viral_load_nearest_day(results, opens, closes, due) as collected,
            _virotrial.viral_load_nearest(results, opens, closes, due) as viral_load,
            _virotrial.viral_load_latest(results, '-infinity', first_dose) as baseline
        from scheduled
        offset 0
    )
    select visit.site_id, visit.subject_id, visit.group_value, visit.visit, visit.position,
        visit.first_dose, visit.opens, visit.due, visit.closes, visit.results,
        visit.collected, visit.viral_load, visit.baseline,
        case when visit.viral_load is null then missing.reason end as missing_reason
    from visit
    left join _windowed_missing as missing on missing.assessment = 'viral load'
        and missing.site_id = visit.site_id and missing.subject_id = visit.subject_id
        and missing.analysis_visit = visit.visit
    where visit.viral_load is not null or visit.closes < (select analysis_date());
comment on view _visit_viral_load is 'visit_viral_load, with the results of the subject';
comment on column _visit_viral_load.site_id is 'the site';
comment on column _visit_viral_load.subject_id is 'the subject''s code';
comment on column _visit_viral_load.group_value is 'the group that the endpoint views count the subject in';
comment on column _visit_viral_load.visit is 'the visit';
comment on column _visit_viral_load.position is 'the order of the visits';
comment on column _visit_viral_load.first_dose is 'the day of the first dose';
comment on column _visit_viral_load.opens is 'the first day of the visit''s analysis window';
comment on column _visit_viral_load.due is 'its target day';
comment on column _visit_viral_load.closes is 'its last day';
comment on column _visit_viral_load.results is 'the results of the subject, one a day';
comment on column _visit_viral_load.collected is 'the day on which the sample was taken; null where there is no result';
comment on column _visit_viral_load.viral_load is 'HIV-1 RNA, copies/mL; null where there is no result';
comment on column _visit_viral_load.baseline is 'the baseline, copies/mL; null if there is none';
comment on column _visit_viral_load.missing_reason is 'why there is no result, as missing_result has it; null where nobody says why';

create view visit_viral_load as
    select site_id, subject_id, group_value, visit, position, first_dose, closes, collected,
        viral_load, baseline, missing_reason
    from _visit_viral_load;
comment on view visit_viral_load is 'for each subject who had a first dose and each scheduled visit the viral load that stands for it, the nearest to the target day, of equally near ones the later; and a row without a result where the visit''s window had closed by the analysis date without one';
comment on column visit_viral_load.site_id is 'the site';
comment on column visit_viral_load.subject_id is 'the subject''s code';
comment on column visit_viral_load.group_value is 'the group that the endpoint views count the subject in';
comment on column visit_viral_load.visit is 'the visit';
comment on column visit_viral_load.position is 'the order of the visits';
comment on column visit_viral_load.first_dose is 'the day of the first dose';
comment on column visit_viral_load.closes is 'the last day of the visit''s analysis window';
comment on column visit_viral_load.collected is 'the day on which the sample was taken; null where there is no result';
comment on column visit_viral_load.viral_load is 'HIV-1 RNA, copies/mL; null where there is no result';
comment on column visit_viral_load.baseline is 'the baseline, the last result on or before the first dose, copies/mL; null if there is none';
comment on column visit_viral_load.missing_reason is 'why there is no result, as missing_result has it, such as pending or rejected; null where there is one, and where nobody says why';

create view visit_cd4 as
    with
    -- A day's replicates are fractions of it.  Counts are whole: <20 goes as -20, >1500 as 1500.5.
    course as (
        select site_id, subject_id,
            time_course(collected - date '2000-01-01'
                    + replicate::integer / 65536::double precision,
                case qualifier(cd4_count) when '<' then -quantity(cd4_count)
                    when '>' then quantity(cd4_count) + 0.5 else quantity(cd4_count) end) as results
        from cd4_result
        where collected <= (select data_cut())
        group by site_id, subject_id
    ),
    -- each offset keeps the planner from doing for every visit, or twice, what is done here once
    treated as (
        select _treated_group.site_id, _treated_group.subject_id, _treated_group.first_dose,
            _treated_group.group_value, course.results
        from _treated_group
        left join course using (site_id, subject_id)
        offset 0
    ),
    scheduled as (
        select treated.*, _analysis_window.visit, _analysis_window.position,
            treated.first_dose + _analysis_window.first as opens,
            treated.first_dose + _analysis_window.target as due,
            treated.first_dose + _analysis_window.last as closes
        from treated
        join _analysis_window
            on treated.first_dose + _analysis_window.target >= _analysis_window.effective_from
            and treated.first_dose + _analysis_window.target < _analysis_window.effective_before
        where _analysis_window.follows_first_dose
    ),
    visit as (
        select site_id, subject_id, group_value, visit, position, first_dose, closes,
            _virotrial.time_course_nearest(results,
                opens - date '2000-01-01', closes - date '2000-01-01',
                due - date '2000-01-01') as cd4_count,
            _virotrial.time_course_nearest(results, -2147483647, first_dose - date '2000-01-01',
                first_dose - date '2000-01-01') as baseline
        from scheduled
        offset 0
    )
    select visit.site_id, visit.subject_id, visit.group_value, visit.visit, visit.position,
        visit.first_dose, visit.closes,
        lab_value(trunc(abs(visit.cd4_count)), case when visit.cd4_count < 0 then '<'
            when visit.cd4_count <> trunc(visit.cd4_count) then '>' end) as cd4_count,
        lab_value(trunc(abs(visit.baseline)), case when visit.baseline < 0 then '<'
            when visit.baseline <> trunc(visit.baseline) then '>' end) as baseline,
        case when visit.cd4_count is null then missing.reason end as missing_reason
    from visit
    left join _windowed_missing as missing on missing.assessment = 'CD4'
        and missing.site_id = visit.site_id and missing.subject_id = visit.subject_id
        and missing.analysis_visit = visit.visit
    where visit.cd4_count is not null or visit.closes < (select analysis_date());
comment on view visit_cd4 is 'for each subject who had a first dose and each scheduled visit the CD4 count that stands for it, the nearest to the target day, of equally near ones the later; and a row without a result where the visit''s window had closed by the analysis date without one';
comment on column visit_cd4.site_id is 'the site';
comment on column visit_cd4.subject_id is 'the subject''s code';
comment on column visit_cd4.group_value is 'the group that the endpoint views count the subject in';
comment on column visit_cd4.visit is 'the visit';
comment on column visit_cd4.position is 'the order of the visits';
comment on column visit_cd4.first_dose is 'the day of the first dose';
comment on column visit_cd4.closes is 'the last day of the visit''s analysis window';
comment on column visit_cd4.cd4_count is 'CD4+ T lymphocytes, cells per microlitre; null where there is no result';
comment on column visit_cd4.baseline is 'the baseline, the last count on or before the first dose, cells per microlitre; null if there is none';
comment on column visit_cd4.missing_reason is 'why there is no result, as missing_result has it; null where there is one, and where nobody says why';
