-- Accrual of each site, against its target and the trial's

create view accrual as
    with
    agreement as (
        select distinct site_id, subject_id from _consent_at_cut
    ),
    tally as (
        select subject.site_id, count(*) as screened, count(agreement.subject_id) as consented,
            count(enrolment.enrolled) as enrolled, count(enrolment.first_dose) as treated,
            count(*) filter (where disposition.outcome = 'completed') as completed,
            count(*) filter (where disposition.outcome = 'discontinued') as left_study,
            count(course.discontinued) as discontinued,
            min(enrolment.enrolled) as first_enrolled, max(enrolment.enrolled) as last_enrolled
        from _subject_at_cut as subject
        left join agreement using (site_id, subject_id)
        left join _enrolment_at_cut as enrolment using (site_id, subject_id)
        left join _disposition_at_cut as disposition using (site_id, subject_id)
        left join treatment_course as course using (site_id, subject_id)
        group by subject.site_id
    ),
    target as (
        select target_enrolment::integer
        from _protocol_at_analysis
    )
    select site.site_id, site.name as site_name,
        coalesce(tally.screened, 0) as screened,
        coalesce(tally.consented, 0) as consented,
        coalesce(tally.enrolled, 0) as enrolled,
        coalesce(tally.treated, 0) as treated,
        coalesce(tally.completed, 0) as completed,
        coalesce(tally.left_study, 0) as left_study,
        coalesce(tally.discontinued, 0) as discontinued,
        tally.first_enrolled, tally.last_enrolled,
        site.target_enrolment::integer as site_target,
        round(100.0 * coalesce(tally.enrolled, 0) / site.target_enrolment, 1) as site_percent,
        coalesce(sum(tally.enrolled) over (), 0)::bigint as trial_enrolled,
        (select target_enrolment from target) as trial_target,
        round(100.0 * coalesce(sum(tally.enrolled) over (), 0) / (select target_enrolment
            from target), 1) as trial_percent,
        coalesce(sum(tally.completed) over (), 0)::bigint as trial_completed,
        round(100.0 * coalesce(sum(tally.completed) over (), 0) / (select target_enrolment
            from target), 1) as trial_completed_percent
    from site
    left join tally using (site_id);

comment on view accrual is 'one row per site: its subjects up to the data cut, against its own target and the trial''s';
comment on column accrual.site_id is 'the site';
comment on column accrual.site_name is 'name of the site';
comment on column accrual.screened is 'subjects screened';
comment on column accrual.consented is 'subjects who signed a consent form';
comment on column accrual.enrolled is 'subjects enrolled';
comment on column accrual.treated is 'subjects who had a first dose';
comment on column accrual.completed is 'subjects who completed the study';
comment on column accrual.left_study is 'subjects who left it early';
comment on column accrual.discontinued is 'subjects who gave up the study drug or the study, as treatment_course has it; they may still be in the study, or complete it';
comment on column accrual.first_enrolled is 'the day of the first enrolment';
comment on column accrual.last_enrolled is 'the day of the last enrolment';
comment on column accrual.site_target is 'subjects that the site is to enrol; null if it has no target of its own';
comment on column accrual.site_percent is 'enrolled, per cent of site_target';
comment on column accrual.trial_enrolled is 'subjects enrolled at all sites; the same in every row';
comment on column accrual.trial_target is 'subjects that the trial is to enrol by the protocol in force on the analysis date; the same in every row';
comment on column accrual.trial_percent is 'trial_enrolled, per cent of trial_target';
comment on column accrual.trial_completed is 'subjects at all sites who completed the study: those concluded in the trial; the same in every row';
comment on column accrual.trial_completed_percent is 'trial_completed, per cent of trial_target';

-- Of a limit for all sites who sees some alone would count the wrong number.
create view enrolment_place as
    with placed as (
        select site_id, '*' as stratum, enrolled as day from _enrolment_at_cut
        union all
        select site_id, stratum, randomised from _randomised_at_cut
    )
    select cap.site, cap.stratum, cap.effective_from, cap.maximum::integer, counted.subjects,
        greatest(cap.maximum::integer - counted.subjects, 0) as open_places
    from enrolment_limit_period as cap
    cross join lateral (
        select count(*)::integer as subjects
        from placed
        where placed.stratum = cap.stratum and cap.site in ('*', placed.site_id)
            and (placed.day < cap.effective_before
                or (select day from protocol_day(placed.site_id, placed.day))
                    < cap.effective_before)
    ) as counted
    where exists (
            select from (
                select day from protocol_day(cap.site, (select analysis_date()))
                where cap.site <> '*'
                union all
                select (select analysis_date()) where cap.site = '*'
                union all
                select known.day from site
                cross join lateral protocol_day(site.site_id, (select analysis_date())) as known
                where cap.site = '*'
            ) as known
            where known.day >= cap.effective_from and known.day < cap.effective_before)
        and ((select not relrowsecurity from pg_class where oid = 'site_access'::regclass)
            or _virotrial.sees_site('site_access'::regclass, cap.site));

comment on view enrolment_place is 'one row per limit of enrolment that a site works by on the analysis date: how many places are left at the data cut. Limits for all sites are for who sees all sites';
comment on column enrolment_place.site is 'the site, or * for all sites together';
comment on column enrolment_place.stratum is 'the stratum of randomisation, or * for who is enrolled in any';
comment on column enrolment_place.effective_from is 'the first day on which the limit applies, at a site once it has approved the amendments before it';
comment on column enrolment_place.maximum is 'subjects, at most';
comment on column enrolment_place.subjects is 'subjects enrolled, or randomised in the stratum';
comment on column enrolment_place.open_places is 'how many more there may be; 0 where an amendment has lowered the limit below what there is';
