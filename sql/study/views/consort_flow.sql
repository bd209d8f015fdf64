-- The flow of subjects through the trial

create view _consort_flow as
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
        select one."grouping", one.group_value, subject.site_id, subject.subject_id,
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
        left join _virotrial.analysis_group('analysis_subject'::regclass) as grouped
            using (site_id, subject_id)
        cross join lateral (values ('all', 'all'), (_virotrial.grouping_column(),
            case when _virotrial.grouping_column() = 'site_id' then subject.site_id
                else coalesce(grouped.group_value, 'not known') end)
            ) as one ("grouping", group_value)
    ),
    scheduled as (
        select distinct on (visit) visit, position
        from visit_definition
        where target_day is not null
        order by visit, effective_from desc
    ),
    reached as (
        select person."grouping", person.group_value, one.place, one.is_reason, one.stage,
            one.reason, count(*) as subjects
        from person
        cross join lateral (values
            (10, false, 'screened', null, true),
            (20, false, 'not enrolled', null, enrolled is null),
            (20, true, 'not enrolled', screening_outcome, enrolled is null),
            (30, false, 'enrolled', null, enrolled is not null),
            (40, false, 'first dose', null, first_dose is not null),
            (1000, false, 'discontinued', null, discontinued is not null),
            (1000, true, 'discontinued', discontinuation_reason, discontinued is not null),
            (1010, false, 'completed', null, outcome = 'completed'),
            (1015, false, 'left the study', null, outcome = 'discontinued'),
            (1015, true, 'left the study', person.reason, outcome = 'discontinued'),
            (1020, false, 'in the study', null, enrolled is not null and outcome is null)
            ) as one (place, is_reason, stage, reason, is_reached)
        where one.is_reached
        group by person."grouping", person.group_value, one.place, one.is_reason, one.stage,
            one.reason
        union all
        select person."grouping", person.group_value, 50 + scheduled.position, false,
            scheduled.visit, null, count(*)
        from person
        join visit using (site_id, subject_id)
        join scheduled using (visit)
        where person.first_dose is not null and visit.visit_date <= (select data_cut())
        group by person."grouping", person.group_value, scheduled.position, scheduled.visit
    ),
    -- a stage that nobody reached, or nobody of a group, has a zero
    stage as (
        select place, false as is_reason, stage, null::text as reason
        from (values (10, 'screened'), (20, 'not enrolled'), (30, 'enrolled'),
            (40, 'first dose'), (1000, 'discontinued'), (1010, 'completed'),
            (1015, 'left the study'), (1020, 'in the study')) as always (place, stage)
        union all
        select 50 + position, false, visit, null from scheduled
        union all
        select place, true, stage, reason from reached where is_reason and "grouping" = 'all'
    )
    select population."grouping", population.group_value,
        (dense_rank() over (order by stage.place, stage.is_reason, stage.reason,
            stage.stage))::integer
            as position,
        stage.stage, stage.reason, coalesce(reached.subjects, 0) as subjects
    from stage
    cross join (
        select 'all' as "grouping", 'all' as group_value
        union
        select "grouping", group_value from person) as population
    left join reached on reached."grouping" = population."grouping"
        and reached.group_value = population.group_value and reached.place = stage.place
        and reached.is_reason = stage.is_reason
        and reached.reason is not distinct from stage.reason;

comment on view _consort_flow is 'how many subjects came to each stage of the trial by the data cut: all, and by the column of analysis_subject that the setting virotrial.group_by names, site_id where it is not set; one row per group and row of consort_flow';
comment on column _consort_flow."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _consort_flow.group_value is 'the group; not known for who has no value, such as no arm before randomisation';
comment on column _consort_flow.position is 'the order of the rows';
comment on column _consort_flow.stage is 'the stage; that of a visit counts the subjects who came to it';
comment on column _consort_flow.reason is 'why subjects are at this stage; null for the stage''s total';
comment on column _consort_flow.subjects is 'number of subjects';

create view consort_flow as
    select position, stage, reason, subjects
    from _consort_flow
    where "grouping" = 'all';

comment on view consort_flow is 'how many subjects came to each stage of the trial by the data cut, and why the others did not: who was not enrolled by the last outcome of screening, and without one by consent. Discontinued is who gave up the study drug or the study, as treatment_course has it; enrolled are those who completed the study, left it, or are in it';
comment on column consort_flow.position is 'the order of the rows';
comment on column consort_flow.stage is 'the stage; that of a visit counts the subjects who came to it';
comment on column consort_flow.reason is 'why subjects are at this stage; null for the stage''s total';
comment on column consort_flow.subjects is 'number of subjects';
