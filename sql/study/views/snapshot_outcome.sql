-- The FDA's Snapshot: the virologic outcome at a visit

create view snapshot_outcome as
    with
    -- one definition for all subjects: the protocol in force on the analysis date
    threshold as materialized (
        select distinct limits.threshold
        from protocol_period
        cross join lateral (values (response_threshold), (suppression_threshold)) as limits (threshold)
        where (select analysis_date()) >= effective_from and (select analysis_date()) < effective_before
    ),
    visit_window as materialized (
        select visit, first_day, last_day
        from snapshot_window_period
        where (select analysis_date()) >= effective_from and (select analysis_date()) < effective_before
    ),
    course as materialized (
        select treatment_course.*,
            discontinuation_reason in ('adverse event', 'death') as is_for_safety,
            discontinuation_reason = 'lack of efficacy' as is_for_efficacy
        from treatment_course
    ),
    on_treatment as (
        select distinct on (result.site_id, result.subject_id, visit_window.visit)
            result.site_id, result.subject_id, visit_window.visit, result.collected, result.assay, result.viral_load
        from viral_load_result as result
        join course using (site_id, subject_id)
        join visit_window on result.collected - course.first_dose + 1 between visit_window.first_day and visit_window.last_day
        where result.collected <= (select data_cut()) and (result.collected > course.treated_until) is not true
        order by result.site_id, result.subject_id, visit_window.visit, result.collected desc, result.replicate desc
    ),
    -- of who discontinued for a reason that says nothing of efficacy or safety
    last_before_discontinuation as (
        select distinct on (result.site_id, result.subject_id)
            result.site_id, result.subject_id, result.collected, result.assay, result.viral_load
        from viral_load_result as result
        join course using (site_id, subject_id)
        where result.collected <= course.discontinued and not course.is_for_safety and not course.is_for_efficacy
        order by result.site_id, result.subject_id, result.collected desc, result.replicate desc
    ),
    situation as (
        select course.*, visit_window.visit, visit_window.first_day, visit_window.last_day,
            course.first_dose + visit_window.last_day - 1 < (select analysis_date()) as is_final,
            course.discontinued <= course.first_dose + visit_window.last_day - 1 as is_discontinued,
            course.background_changed <= course.first_dose + visit_window.last_day - 1 as is_changed,
            case
                when course.background_changed < on_treatment.collected then '2d'
                when on_treatment.collected is not null then 'result'
                when course.discontinued > course.first_dose + visit_window.last_day - 1 or course.discontinued is null then
                    case when course.background_changed <= course.first_dose + visit_window.last_day - 1 then '2d' else '3c' end
                when course.is_for_efficacy then '2b'
                when course.is_for_safety then '3a'
                else 'last result' end as decided_by,
            coalesce(on_treatment.collected, before.collected) as collected,
            coalesce(on_treatment.assay, before.assay) as assay,
            coalesce(on_treatment.viral_load, before.viral_load) as viral_load
        from course
        cross join visit_window
        left join on_treatment on on_treatment.site_id = course.site_id and on_treatment.subject_id = course.subject_id
            and on_treatment.visit = visit_window.visit
        left join last_before_discontinuation as before on before.site_id = course.site_id and before.subject_id = course.subject_id
            and on_treatment.collected is null and course.discontinued <= course.first_dose + visit_window.last_day - 1
        where on_treatment.collected is not null or course.first_dose + visit_window.last_day - 1 < (select analysis_date())
    ),
    judged as (
        select situation.*, threshold.threshold, situation.viral_load < threshold.threshold as is_below
        from situation
        cross join threshold
    )
    select site_id, subject_id, visit, threshold,
        case decided_by
            when 'result' then case when is_below then '1' when not is_below then '2a' end
            when 'last result' then case when not is_below then '2c' when is_below or viral_load is null then '3b' end
            else decided_by end as category,
        case decided_by when 'result' then is_below else false end as is_success,
        is_final,
        first_dose + first_day - 1 as window_first,
        first_dose + last_day - 1 as window_last,
        viral_load::text as viral_load,
        collected,
        study_day(collected, first_dose) as study_day,
        assay,
        case when is_discontinued then discontinued end as discontinued,
        case when is_discontinued then discontinuation_reason end as discontinuation_reason,
        case when is_changed then background_changed end as background_changed,
        case when is_changed then background_change end as background_change,
        case decided_by
            when 'result' then format('%s copies/mL on day %s', viral_load, study_day(collected, first_dose))
            when '2d' then format('background therapy changed on day %s (%s)', study_day(background_changed, first_dose), background_change)
            when '3c' then format('no viral load on treatment in days %s to %s%s', first_day, last_day,
                ', completed on day ' || study_day(case when completed <= first_dose + last_day - 1 then completed end, first_dose))
            else format('discontinued on day %s (%s), no viral load on treatment in days %s to %s', study_day(discontinued, first_dose),
                    discontinuation_reason, first_day, last_day)
                || case when decided_by <> 'last result' then '' when viral_load is null then ', none before'
                    else format(', the last one %s on day %s', viral_load, study_day(collected, first_dose)) end
            end
            || case when decided_by not in ('result', 'last result') or viral_load is null then ''
                when is_below then format(', below %s', threshold)
                when not is_below then format(', not below %s', threshold)
                else format(', whether below %s cannot be known', threshold) end as evidence
    from judged;

comment on view snapshot_outcome is 'the FDA''s Snapshot: one row for each treated subject, visit of snapshot_window and protocol threshold, as soon as the window has closed or holds a result on treatment; before that there is no row. The last viral load on treatment in the window decides; without one, the discontinuation; without that, the background therapy. A category that the censoring of the result leaves open is null, and so is is_success unless it is false either way';
comment on column snapshot_outcome.site_id is 'the site';
comment on column snapshot_outcome.subject_id is 'the subject''s code';
comment on column snapshot_outcome.visit is 'the visit';
comment on column snapshot_outcome.threshold is 'copies/mL: response_threshold or suppression_threshold of the protocol in force on the analysis date';
comment on column snapshot_outcome.category is '1 below the threshold; 2a not below it; without a result on treatment in the window, 2b discontinued for lack of efficacy, 2c for another reason while the last viral load was not below, 3a for an adverse event or death, 3b for another reason; 2d background therapy changed before without a permitted reason; 3c in the study, but no result. Null: 1 or 2a, or 2c or 3b, and the result cannot tell which';
comment on column snapshot_outcome.is_success is 'whether the category is 1; null if that cannot be known';
comment on column snapshot_outcome.is_final is 'whether the window has closed; until then a later result can change the row';
comment on column snapshot_outcome.window_first is 'the first day of the window';
comment on column snapshot_outcome.window_last is 'its last day';
comment on column snapshot_outcome.viral_load is 'the last viral load on treatment in the window, copies/mL, as reported; where it decides between 2c and 3b, the last one before discontinuation, baseline included';
comment on column snapshot_outcome.collected is 'the day of its sample';
comment on column snapshot_outcome.study_day is 'the study day of its sample';
comment on column snapshot_outcome.assay is 'its assay';
comment on column snapshot_outcome.discontinued is 'the day on which the study drug or the study was given up, if before the window closed';
comment on column snapshot_outcome.discontinuation_reason is 'why';
comment on column snapshot_outcome.background_changed is 'the day of the first change of the background therapy without a permitted reason, if before the window closed';
comment on column snapshot_outcome.background_change is 'the drugs that were added or stopped on that day';
comment on column snapshot_outcome.evidence is 'what the row rests on, in a sentence; days are study days';
