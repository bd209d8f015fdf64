-- Required assessments, and those that are missing as of a date

create view _expected_assessment as
    with
    scheduled as (
        select enrolment.site_id, enrolment.subject_id, enrolment.first_dose, definition.visit,
            definition.position::integer,
            enrolment.first_dose + coalesce(definition.target_day::integer, 0) - 1 as due,
            case when definition.window_last_day > 0
                then enrolment.first_dose + definition.window_last_day::integer - 1
                else enrolment.first_dose + definition.window_last_day::integer end as window_closes
        from _enrolment_at_cut as enrolment
        join visit_definition as definition
            on definition.effective_from
                <= enrolment.first_dose + coalesce(definition.target_day::integer, 0) - 1
        -- the last amendment of the visit that is in force when it is due
        where not exists (
            select from visit_definition as later
            where later.visit = definition.visit
                and later.effective_from > definition.effective_from
                and later.effective_from
                    <= enrolment.first_dose + coalesce(later.target_day::integer, 0) - 1)
    ),
    agreement as (
        select site_id, subject_id,
            case when count(withdrawn_from_follow_up) = count(*)
                then max(withdrawn_from_follow_up) end as withdrawn,
            case when count(withdrawn_from_samples) = count(*)
                then max(withdrawn_from_samples) end as withdrawn_from_samples
        from _consent_at_cut
        group by site_id, subject_id
    ),
    done as (
        select site_id, subject_id, visit, 'viral load' as assessment, min(collected) as collected
        from viral_load_result
        where visit is not null and collected <= (select data_cut())
        group by site_id, subject_id, visit
        union all
        select site_id, subject_id, visit, 'CD4', min(collected)
        from cd4_result
        where visit is not null and collected <= (select data_cut())
        group by site_id, subject_id, visit
        union all
        select result.site_id, result.subject_id, result.visit, kind.assessment,
            min(result.collected)
        from lab_result as result
        join lab_test using (test)
        cross join lateral (select case lab_test.panel when 'electrocardiogram'
            then lab_test.panel else 'laboratory' end) as kind (assessment)
        where result.visit is not null and result.collected <= (select data_cut())
            and (select exists (select from required_assessment
                where assessment in ('laboratory', 'electrocardiogram')))
        group by result.site_id, result.subject_id, result.visit, kind.assessment
        union all
        select site_id, subject_id, visit, 'vital signs', min(collected)
        from vital_signs
        where visit is not null and collected <= (select data_cut())
            and (select exists (select from required_assessment where assessment = 'vital signs'))
        group by site_id, subject_id, visit
        union all
        select site_id, subject_id, visit, 'physical examination', min(collected)
        from physical_examination
        where visit is not null and collected <= (select data_cut())
            and result <> 'not examined'
        group by site_id, subject_id, visit
        union all
        select site_id, subject_id, visit, 'complaints', min(collected)
        from asked_complaint
        where visit is not null and collected <= (select data_cut())
        group by site_id, subject_id, visit
        union all
        select site_id, subject_id, visit, 'pregnancy test', min(collected)
        from pregnancy_test
        where visit is not null and collected <= (select data_cut())
        group by site_id, subject_id, visit
    ),
    explained as (
        select distinct on (site_id, subject_id, visit, assessment)
            site_id, subject_id, visit, assessment, reason
        from unresolved_result
        where visit is not null
        order by site_id, subject_id, visit, assessment, reason = 'pending' desc, replicate desc
    )
    select scheduled.site_id, scheduled.subject_id, scheduled.visit, scheduled.position,
        required.assessment,
        scheduled.due, scheduled.window_closes,
        visit.visit_date,
        done.collected,
        least(disposition.ended, agreement.withdrawn) as left_study,
        explained.reason
    from scheduled
    join required_assessment as required on required.visit = scheduled.visit
        and required.effective_from <= scheduled.due
    left join visit on visit.visit_date <= (select data_cut()) and visit.site_id = scheduled.site_id
        and visit.subject_id = scheduled.subject_id and visit.visit = scheduled.visit
    left join done on done.site_id = scheduled.site_id and done.subject_id = scheduled.subject_id
        and done.visit = scheduled.visit and done.assessment = required.assessment
    left join explained on explained.site_id = scheduled.site_id
        and explained.subject_id = scheduled.subject_id
        and explained.visit = scheduled.visit and explained.assessment = required.assessment
    left join _disposition_at_cut as disposition on disposition.site_id = scheduled.site_id
        and disposition.subject_id = scheduled.subject_id
    left join agreement on agreement.site_id = scheduled.site_id
        and agreement.subject_id = scheduled.subject_id
    where required.required
        -- of what may not be taken any more, none is expected
        and (done.collected is not null
            or required.assessment not in ('viral load', 'CD4', 'laboratory', 'electrocardiogram',
                'pregnancy test')
            or coalesce(agreement.withdrawn_from_samples
                >= coalesce(visit.visit_date, scheduled.window_closes), true))
        and (required.assessment <> 'pregnancy test' or exists (
            select from subject
            where subject.site_id = scheduled.site_id and subject.subject_id = scheduled.subject_id
                and subject.sex = 'female'))
        and not exists (
        select from required_assessment as later
        where later.visit = required.visit and later.assessment = required.assessment
            and later.effective_from > required.effective_from
                and later.effective_from <= scheduled.due);

comment on view _expected_assessment is 'every required assessment of the subjects who had a first dose, done by the data cut or not, due or not';
comment on column _expected_assessment.site_id is 'the site';
comment on column _expected_assessment.subject_id is 'the subject''s code';
comment on column _expected_assessment.visit is 'the visit';
comment on column _expected_assessment.position is 'the order of the visits';
comment on column _expected_assessment.assessment is 'what was to be done, as required_assessment has it';
comment on column _expected_assessment.due is 'the day on which the visit is due; of screening the last one before the first dose';
comment on column _expected_assessment.window_closes is 'the last day of the visit''s collection window';
comment on column _expected_assessment.visit_date is 'the day on which the visit was held; null if it was not';
comment on column _expected_assessment.collected is 'the day of the first sample; null if there is no result';
comment on column _expected_assessment.left_study is 'the last day in the study, or of consent if that is earlier; null while the subject is in the study';
comment on column _expected_assessment.reason is 'why there is no result, as missing_result has it: pending if one may still come, else the reason of the last sample; null where nobody says why';

create function missing_assessment_on(as_of date)
    returns table (site_id text, subject_id text, visit text, "position" integer, assessment text,
        due date, window_closes date, visit_date date, days_overdue integer, reason text)
    language sql stable parallel safe
    begin atomic
        select expected.site_id, expected.subject_id, expected.visit, expected.position,
            expected.assessment,
            expected.due, expected.window_closes,
            case when expected.visit_date <= as_of then expected.visit_date end,
            as_of - expected.due,
            case when expected.visit_date <= as_of then expected.reason end
        from _expected_assessment as expected
        where (expected.collected is null or expected.collected > as_of)
            and (expected.visit_date <= as_of
                or (expected.window_closes < as_of
                    and (expected.left_study is null
                        or expected.left_study >= expected.window_closes)));
    end;
comment on function missing_assessment_on(date) is 'the required assessments without a result as of a date: of visits held by then, and of visits whose collection window had closed while the subject was in the study';

create view missing_assessment as
    select expected.site_id, expected.subject_id, expected.visit, expected.position,
        expected.assessment,
        expected.due, expected.window_closes, expected.visit_date,
        (select analysis_date()) - expected.due as days_overdue,
        expected.reason
    from _expected_assessment as expected
    where expected.collected is null
        and (expected.visit_date is not null
            or (expected.window_closes < (select analysis_date())
                and (expected.left_study is null
                    or expected.left_study >= expected.window_closes)));

comment on view missing_assessment is 'the required assessments without a result as of the data cut, or today if that is earlier; missing_assessment_on answers for another date up to the data cut';
comment on column missing_assessment.site_id is 'the site';
comment on column missing_assessment.subject_id is 'the subject''s code';
comment on column missing_assessment.visit is 'the visit';
comment on column missing_assessment.position is 'the order of the visits';
comment on column missing_assessment.assessment is 'what was to be done, as required_assessment has it';
comment on column missing_assessment.due is 'the day on which the visit was due';
comment on column missing_assessment.window_closes is 'the last day of the visit''s collection window';
comment on column missing_assessment.visit_date is 'the day on which the visit was held; null if it was not';
comment on column missing_assessment.days_overdue is 'days from the day on which the visit was due to the data cut or today';
comment on column missing_assessment.reason is 'why there is no result, as missing_result has it: pending if one may still come, else the reason of the last sample; null where nobody says why';
