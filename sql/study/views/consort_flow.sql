-- The flow of subjects through the trial

create view consort_flow as
    with
    agreement as (
        select site_id, subject_id, bool_and(withdrawn is not null) as is_withdrawn
        from _consent_at_cut
        group by site_id, subject_id
    ),
    screened as (
        select distinct on (site_id, subject_id) site_id, subject_id, outcome, reason
        from screening
        where decided <= (select data_cut())
        order by site_id, subject_id, decided desc
    ),
    person as (
        select subject.site_id, subject.subject_id,
            case when screened.outcome = 'eligible' then 'eligible, not enrolled'
                when screened.outcome is not null then screened.reason
                when agreement.subject_id is null then 'no consent'
                when agreement.is_withdrawn then 'consent withdrawn'
                else 'not yet decided' end as screening_outcome,
            enrolment.enrolled, enrolment.first_dose, disposition.outcome, disposition.reason,
            course.discontinued, course.discontinuation_reason
        from _subject_at_cut as subject
        left join agreement using (site_id, subject_id)
        left join screened using (site_id, subject_id)
        left join _enrolment_at_cut as enrolment using (site_id, subject_id)
        left join _disposition_at_cut as disposition using (site_id, subject_id)
        left join treatment_course as course using (site_id, subject_id)
    ),
    scheduled as (
        select distinct on (visit) visit, position
        from visit_definition
        where target_day is not null
        order by visit, effective_from desc
    ),
    held as (
        select visit.visit, count(*) as subjects
        from visit
        join _enrolment_at_cut as enrolment using (site_id, subject_id)
        where enrolment.first_dose is not null and visit.visit_date <= (select data_cut())
        group by visit.visit
    ),
    stage as (
        select 10 as position, 0 as reason_position, 'screened' as stage, null as reason,
            count(*) as subjects from person
        union all
        select 20, 0, 'not enrolled', null, count(*) from person where enrolled is null
        union all
        select 20, 1, 'not enrolled', screening_outcome, count(*) from person
            where enrolled is null
            group by screening_outcome
        union all
        select 30, 0, 'enrolled', null, count(enrolled) from person
        union all
        select 40, 0, 'first dose', null, count(first_dose) from person
        union all
        select 50 + scheduled.position, 0, scheduled.visit, null, coalesce(held.subjects, 0)
        from scheduled
        left join held using (visit)
        union all
        select 1000, 0, 'discontinued', null, count(discontinued) from person
        union all
        select 1000, 1, 'discontinued', discontinuation_reason, count(*) from person
            where discontinued is not null
            group by discontinuation_reason
        union all
        select 1010, 0, 'completed', null, count(*) from person where outcome = 'completed'
        union all
        select 1015, 0, 'left the study', null, count(*) from person where outcome = 'discontinued'
        union all
        select 1015, 1, 'left the study', reason, count(*) from person
            where outcome = 'discontinued'
            group by reason
        union all
        select 1020, 0, 'in the study', null, count(*) from person where enrolled is not null
            and outcome is null
    )
    select (row_number() over (order by position, reason_position, reason))::integer as position,
        stage, reason, subjects
    from stage;

comment on view consort_flow is 'how many subjects came to each stage of the trial by the data cut, and why the others did not: who was not enrolled by the last outcome of screening, and without one by consent. Discontinued is who gave up the study drug or the study, as treatment_course has it; enrolled are those who completed the study, left it, or are in it';
comment on column consort_flow.position is 'the order of the rows';
comment on column consort_flow.stage is 'the stage; that of a visit counts the subjects who came to it';
comment on column consort_flow.reason is 'why subjects are at this stage; null for the stage''s total';
comment on column consort_flow.subjects is 'number of subjects';
