-- CD4 counts by analysis visit, with their change from baseline

create view analysis_cd4 as
    with
    result as (
        select result.site_id, result.subject_id, result.collected, result.replicate, result.visit, result.cd4_count, result.cd4_percent,
            enrolment.first_dose, definition.visit as analysis_visit,
            row_number() over (
                partition by result.site_id, result.subject_id, definition.visit
                order by abs(result.collected - (enrolment.first_dose + coalesce(definition.target_day, 1) - 1)),
                    result.collected desc, result.replicate desc) as place
        from cd4_result as result
        join enrolment using (site_id, subject_id)
        left join visit_definition_period as definition
            on study_day(result.collected, enrolment.first_dose) between definition.analysis_first_day and definition.analysis_last_day
            and result.collected >= definition.effective_from and result.collected < definition.effective_before
        where enrolment.first_dose is not null
    ),
    missing as (
        select enrolment.site_id, enrolment.subject_id, enrolment.first_dose, definition.visit as analysis_visit
        from enrolment
        join visit_definition_period as definition
            on enrolment.first_dose + definition.analysis_last_day - 1 >= definition.effective_from
            and enrolment.first_dose + definition.analysis_last_day - 1 < definition.effective_before
        where definition.target_day is not null
            and enrolment.first_dose + definition.analysis_last_day - 1 < current_date
            and not exists (
                select from cd4_result as result
                join visit_definition_period as other
                    on study_day(result.collected, enrolment.first_dose) between other.analysis_first_day and other.analysis_last_day
                    and result.collected >= other.effective_from and result.collected < other.effective_before
                where result.site_id = enrolment.site_id and result.subject_id = enrolment.subject_id
                    and other.visit = definition.visit)
    ),
    record as (
        select site_id, subject_id, first_dose, collected, replicate, visit, cd4_count, cd4_percent, analysis_visit,
            analysis_visit is not null and place = 1 as is_analysis_record
        from result
        union all
        select site_id, subject_id, first_dose, null, null, null, null, null, analysis_visit, true
        from missing
    )
    select record.site_id, record.subject_id, record.analysis_visit, record.is_analysis_record,
        record.visit, record.collected, record.replicate::integer as replicate,
        study_day(record.collected, record.first_dose) as study_day,
        record.cd4_count, record.cd4_percent,
        coalesce((record.collected, record.replicate) = (baseline.collected, baseline.replicate), false) as is_baseline,
        baseline.cd4_count as baseline_cd4_count,
        record.cd4_count - baseline.cd4_count as change
    from record
    left join baseline_cd4 as baseline using (site_id, subject_id);

comment on view analysis_cd4 is 'every CD4 count of the subjects who had a first dose, and one row without a result for each scheduled visit whose analysis window has passed without one. Where is_analysis_record is true, there is exactly one row a subject and such visit';
comment on column analysis_cd4.site_id is 'the site';
comment on column analysis_cd4.subject_id is 'the subject''s code';
comment on column analysis_cd4.analysis_visit is 'the visit whose analysis window the sample was taken in, whatever visit it was taken at; null outside all windows';
comment on column analysis_cd4.is_analysis_record is 'whether the row stands for its analysis visit: the result nearest to the target day, of equally near ones the later; or no result at all';
comment on column analysis_cd4.visit is 'the visit at which the sample was taken; null for history, and where there is no result';
comment on column analysis_cd4.collected is 'the day on which the sample was taken; null where there is no result';
comment on column analysis_cd4.replicate is 'tells several results of one day apart';
comment on column analysis_cd4.study_day is 'the study day of the sample: the first dose is on day 1, the day before it is day -1';
comment on column analysis_cd4.cd4_count is 'CD4+ T lymphocytes, cells per microlitre; null where there is no result';
comment on column analysis_cd4.cd4_percent is 'per cent of lymphocytes';
comment on column analysis_cd4.is_baseline is 'whether it is the baseline: the last result on or before the first dose';
comment on column analysis_cd4.baseline_cd4_count is 'the baseline, cells per microlitre';
comment on column analysis_cd4.change is 'change from baseline, cells per microlitre';
