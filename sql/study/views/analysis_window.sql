-- The analysis windows, and the results in them.  Which definition of a visit
-- is a subject's is decided by the visit's target day, as it is for the visits
-- that are due: a subject has one window for each visit, amended or not.

create view _analysis_window as
    select visit,
        -- one for each visit, whichever of its definitions is a subject's
        first_value(position) over (partition by visit
            order by effective_from > analysis_date(), effective_from desc) as position,
        target_day is not null as follows_first_dose,
        coalesce(target_day, 1) - 1 as target,
        analysis_first_day - case when analysis_first_day > 0 then 1 else 0 end as first,
        analysis_last_day - case when analysis_last_day > 0 then 1 else 0 end as last,
        effective_from, effective_before
    from visit_definition_period;
comment on view _analysis_window is 'the analysis windows, counted in days from the first dose, which is day 0 here';
comment on column _analysis_window.visit is 'the visit';
comment on column _analysis_window.position is 'the order of the visits on the analysis date';
comment on column _analysis_window.effective_from is 'the first day on which the window is in force';
comment on column _analysis_window.effective_before is 'the day on which it no longer is';
comment on column _analysis_window.follows_first_dose is 'whether the visit is scheduled from the first dose';
comment on column _analysis_window.target is 'the day to which the nearest result is taken; 0 for visits before the first dose';
comment on column _analysis_window.first is 'the first day';
comment on column _analysis_window.last is 'the last day';

create view _analysis_member as
    select site_id, subject_id, first_dose
    from _treated_at_cut
    where (select _virotrial.chosen_analysis_set()) = 'treated'
    union all
    select site_id, subject_id, day_1
    from _virotrial.analysis_member('analysis_set'::regclass)
    where (select _virotrial.chosen_analysis_set()) <> 'treated';
comment on view _analysis_member is 'the subjects whom results are about: the treated, or the analysis set that the setting virotrial.analysis_set names';
comment on column _analysis_member.site_id is 'the site';
comment on column _analysis_member.subject_id is 'the subject''s code';
comment on column _analysis_member.first_dose is 'study day 1: the first dose, or the day of randomisation of who never had one';

create view _treated_group as
    select site_id, subject_id, first_dose, site_id as group_value
    from _analysis_member
    where (select _virotrial.grouping_column()) = 'site_id'
    union all
    select treated.site_id, treated.subject_id, treated.first_dose,
        coalesce(grouped.group_value, 'not known')
    from _analysis_member as treated
    join _virotrial.analysis_group('analysis_subject'::regclass) as grouped
        using (site_id, subject_id)
    where (select _virotrial.grouping_column()) <> 'site_id';
comment on view _treated_group is 'the subjects of the analysis set, with the group that the endpoint views count them in';
comment on column _treated_group.site_id is 'the site';
comment on column _treated_group.subject_id is 'the subject''s code';
comment on column _treated_group.first_dose is 'the day of the first dose';
comment on column _treated_group.group_value is 'the site, or the value of the column of analysis_subject that the setting virotrial.group_by names';

create view _scheduled_visit as
    select treated.site_id, treated.subject_id, treated.first_dose, _analysis_window.visit,
        _analysis_window.position,
        treated.first_dose + _analysis_window.first as opens,
        treated.first_dose + _analysis_window.target as due,
        treated.first_dose + _analysis_window.last as closes
    from _treated_at_cut as treated
    join _analysis_window
        on treated.first_dose + _analysis_window.target >= _analysis_window.effective_from
        and treated.first_dose + _analysis_window.target < _analysis_window.effective_before
    where _analysis_window.follows_first_dose;
comment on view _scheduled_visit is 'every subject who had a first dose by the data cut, with every visit that is scheduled from it';
comment on column _scheduled_visit.site_id is 'the site';
comment on column _scheduled_visit.subject_id is 'the subject''s code';
comment on column _scheduled_visit.first_dose is 'the day of the first dose';
comment on column _scheduled_visit.visit is 'the visit';
comment on column _scheduled_visit.position is 'the order of the visits';
comment on column _scheduled_visit.opens is 'the first day of the visit''s analysis window, by the definition in force on its target day';
comment on column _scheduled_visit.due is 'its target day';
comment on column _scheduled_visit.closes is 'its last day';

create view _windowed_viral_load as
    select result.site_id, result.subject_id, result.collected,
        result.replicate::integer as replicate, result.visit,
        result.assay, result.viral_load,
        treated.first_dose, _analysis_window.visit as analysis_visit,
        _analysis_window.follows_first_dose,
        abs(result.collected - treated.first_dose
            - coalesce(_analysis_window.target, 0)) as distance,
        result.replicate = coalesce(repeated.replicate, result.replicate) as stands_for_day
    from viral_load_result as result
    join _treated_at_cut as treated using (site_id, subject_id)
    left join _repeated_viral_load as repeated using (site_id, subject_id, collected)
    left join _analysis_window
        on result.collected
            - treated.first_dose between _analysis_window.first and _analysis_window.last
        and treated.first_dose + _analysis_window.target >= _analysis_window.effective_from
        and treated.first_dose + _analysis_window.target < _analysis_window.effective_before
    where result.collected <= (select data_cut());
comment on view _windowed_viral_load is 'every viral load up to the data cut of the subjects who had a first dose by then, once for each analysis window that it was taken in';
comment on column _windowed_viral_load.site_id is 'the site';
comment on column _windowed_viral_load.subject_id is 'the subject''s code';
comment on column _windowed_viral_load.collected is 'the day on which the sample was taken';
comment on column _windowed_viral_load.replicate is 'tells several results of one day apart';
comment on column _windowed_viral_load.visit is 'the visit at which the sample was taken; null for history';
comment on column _windowed_viral_load.assay is 'the assay';
comment on column _windowed_viral_load.viral_load is 'HIV-1 RNA, copies/mL';
comment on column _windowed_viral_load.first_dose is 'the day of the first dose';
comment on column _windowed_viral_load.analysis_visit is 'the visit whose window it is; null outside all windows';
comment on column _windowed_viral_load.follows_first_dose is 'whether that visit is scheduled from the first dose';
comment on column _windowed_viral_load.distance is 'days from the target day';
comment on column _windowed_viral_load.stands_for_day is 'whether it is the result that stands for its day, of several';

create view _windowed_cd4 as
    select result.site_id, result.subject_id, result.collected,
        result.replicate::integer as replicate, result.visit,
        result.cd4_count, result.cd4_percent,
        treated.first_dose, _analysis_window.visit as analysis_visit,
        _analysis_window.follows_first_dose,
        abs(result.collected - treated.first_dose
            - coalesce(_analysis_window.target, 0)) as distance
    from cd4_result as result
    join _treated_at_cut as treated using (site_id, subject_id)
    left join _analysis_window
        on result.collected
            - treated.first_dose between _analysis_window.first and _analysis_window.last
        and treated.first_dose + _analysis_window.target >= _analysis_window.effective_from
        and treated.first_dose + _analysis_window.target < _analysis_window.effective_before
    where result.collected <= (select data_cut());
comment on view _windowed_cd4 is 'every CD4 count up to the data cut of the subjects who had a first dose by then, once for each analysis window that it was taken in';
comment on column _windowed_cd4.site_id is 'the site';
comment on column _windowed_cd4.subject_id is 'the subject''s code';
comment on column _windowed_cd4.collected is 'the day on which the sample was taken';
comment on column _windowed_cd4.replicate is 'tells several results of one day apart';
comment on column _windowed_cd4.visit is 'the visit at which the sample was taken; null for history';
comment on column _windowed_cd4.cd4_count is 'CD4+ T lymphocytes, cells per microlitre';
comment on column _windowed_cd4.cd4_percent is 'per cent of lymphocytes';
comment on column _windowed_cd4.first_dose is 'the day of the first dose';
comment on column _windowed_cd4.analysis_visit is 'the visit whose window it is; null outside all windows';
comment on column _windowed_cd4.follows_first_dose is 'whether that visit is scheduled from the first dose';
comment on column _windowed_cd4.distance is 'days from the target day';
