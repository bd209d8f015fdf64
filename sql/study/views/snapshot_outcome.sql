-- The FDA's Snapshot: the virologic outcome at a visit

create view snapshot_outcome as
    with
    -- one definition for all subjects: the protocol in force on the analysis date
    threshold as materialized (
        select threshold from _threshold_at_analysis
    ),
    visit_window as materialized (
        select visit, first_day, last_day
        from _snapshot_window_at_analysis
    ),
    -- each offset keeps the planner from doing twice, or for every threshold, what is done
    -- here once
    course as (
        select treatment_course.*, _gathered_viral_load.results
        from treatment_course
        left join _gathered_viral_load using (site_id, subject_id)
        offset 0
    ),
    looked_at as (
        select course.*, visit_window.visit, visit_window.first_day, visit_window.last_day,
            course.first_dose + visit_window.first_day - 1 as opens,
            course.first_dose + visit_window.last_day - 1 as closes,
            _virotrial.viral_load_latest_day(course.results,
                course.first_dose + visit_window.first_day - 1,
                least(course.first_dose + visit_window.last_day - 1,
                    course.treated_until)) as on_treatment
        from course
        cross join visit_window
        offset 0
    ),
    decided as (
        select looked_at.*,
            case
                when background_changed < on_treatment then '2d'
                when on_treatment is not null then 'result'
                when discontinued > closes or discontinued is null then case
                    when background_changed <= closes then '2d' else '3c' end
                when discontinuation_reason = 'lack of efficacy' then '2b'
                when discontinuation_reason in ('adverse event', 'death') then '3a'
                else 'last result' end as decided_by
        from looked_at
        where on_treatment is not null or closes < (select analysis_date())
    ),
    -- in the window; or, of who discontinued for a reason that says nothing of efficacy or
    -- safety, before that
    searched as (
        select decided.*,
            case when on_treatment is not null then opens
                when decided_by = 'last result' and discontinuation_reason is not null
                    then '-infinity' end as search_first,
            case when on_treatment is not null then on_treatment else discontinued
                end as search_last
        from decided
    ),
    situation as (
        select searched.*, closes < (select analysis_date()) as is_final,
            discontinued <= closes as is_discontinued,
            background_changed <= closes as is_changed,
            _virotrial.viral_load_latest(results, search_first, search_last) as viral_load,
            _virotrial.viral_load_latest_day(results, search_first, search_last) as collected,
            _virotrial.viral_load_latest_replicate(results, search_first, search_last) as replicate
        from searched
        offset 0
    ),
    judged as (
        select situation.*, threshold.threshold,
            situation.viral_load < threshold.threshold as is_below
        from situation
        cross join threshold
    )
    select judged.site_id, judged.subject_id, judged.visit, threshold,
        case decided_by
            when 'result' then case when is_below then '1' when not is_below then '2a' end
            when 'last result' then case when not is_below then '2c' when is_below
                or judged.viral_load is null then '3b' end
            else decided_by end as category,
        case decided_by when 'result' then is_below else false end as is_success,
        is_final,
        opens as window_first,
        closes as window_last,
        judged.viral_load,
        judged.collected,
        study_day(judged.collected, first_dose) as study_day,
        sample.assay,
        case when is_discontinued then discontinued end as discontinued,
        case when is_discontinued then discontinuation_reason end as discontinuation_reason,
        case when is_changed then background_changed end as background_changed,
        case when is_changed then background_change end as background_change,
        case decided_by
            when 'result' then format('%s copies/mL on day %s', judged.viral_load,
                study_day(judged.collected, first_dose))
            when '2d' then format('background therapy changed on day %s (%s)',
                study_day(background_changed, first_dose), background_change)
            when '3c' then format('no viral load on treatment in days %s to %s%s', first_day,
                last_day,
                ', completed on day ' || study_day(case when completed <= closes then completed end, first_dose))
            else format('discontinued on day %s (%s), no viral load on treatment in days %s to %s',
                study_day(discontinued, first_dose),
                    discontinuation_reason, first_day, last_day)
                || case when decided_by <> 'last result' then '' when judged.viral_load is null
                    then ', none before'
                    else format(', the last one %s on day %s', judged.viral_load,
                        study_day(judged.collected, first_dose)) end
            end
            || case when decided_by not in ('result', 'last result') or judged.viral_load is null
                then ''
                when is_below then format(', below %s', threshold)
                when not is_below then format(', not below %s', threshold)
                else format(', whether below %s cannot be known', threshold) end as evidence
    from judged
    -- a join that the planner leaves out where nobody asks for the assay
    left join viral_load_result as sample
        on sample.site_id = judged.site_id and sample.subject_id = judged.subject_id
        and sample.collected = judged.collected and sample.replicate = judged.replicate;

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
