-- Times to a first response, which lie between two samples; and the
-- time-averaged change of the viral load

create view time_to_response as
    with
    threshold as materialized (
        select threshold from _threshold_at_analysis
    ),
    -- each offset keeps the planner from doing for every threshold, or twice, what is done
    -- here once
    course as (
        select treatment_course.site_id, treatment_course.subject_id, treatment_course.first_dose,
            treatment_course.treated_until,
            _gathered_viral_load.results
        from treatment_course
        left join _gathered_viral_load using (site_id, subject_id)
        offset 0
    ),
    responded as (
        select course.*, threshold.threshold,
            _virotrial.viral_load_latest(course.results, '-infinity', course.first_dose)
                < threshold.threshold as was_below_at_baseline,
            _virotrial.viral_load_first_below(course.results, course.first_dose + 1,
                coalesce(course.treated_until, 'infinity'), threshold.threshold) as first_below
        from course
        cross join threshold
        offset 0
    ),
    observed as (
        select responded.*,
            _virotrial.viral_load_last_not_below(results, first_dose + 1,
                coalesce(first_below, treated_until, 'infinity'), threshold) as last_not_below
        from responded
        offset 0
    ),
    bounded as (
        select site_id, subject_id, threshold, was_below_at_baseline,
            coalesce(last_not_below, first_dose) - first_dose as lower_days,
            first_below - first_dose as upper_days,
            last_not_below, first_below
        from observed
    )
    select site_id, subject_id, threshold, was_below_at_baseline, last_not_below, first_below,
        case when was_below_at_baseline is not true then lower_days end as lower_days,
        case when was_below_at_baseline is not true then upper_days end as upper_days,
        case when was_below_at_baseline is not true
            then coalesce(upper_days, lower_days)::double precision end as "time",
        case when was_below_at_baseline is not true then upper_days is not null end as event
    from bounded;

comment on view time_to_response is 'time from the first dose to the first viral load on treatment below each protocol threshold: one row for each treated subject and threshold. It lies between two samples: after lower_days, and not after upper_days. survival_curve("time", event) takes the rows with the upper end. A result of which it cannot be known whether it is below moves neither end';
comment on column time_to_response.site_id is 'the site';
comment on column time_to_response.subject_id is 'the subject''s code';
comment on column time_to_response.threshold is 'copies/mL: response_threshold or suppression_threshold of the protocol in force on the analysis date';
comment on column time_to_response.was_below_at_baseline is 'whether the baseline was below the threshold already: there is no time to response then';
comment on column time_to_response.last_not_below is 'the day of the last result on treatment that is known not to be below, before the first that is';
comment on column time_to_response.first_below is 'the day of the first result on treatment that is known to be below; null if there is none';
comment on column time_to_response.lower_days is 'days from the first dose to last_not_below, or 0 without one';
comment on column time_to_response.upper_days is 'days from the first dose to first_below; null if response was not seen';
comment on column time_to_response."time" is 'upper_days; lower_days if response was not seen';
comment on column time_to_response.event is 'whether response was seen';

create view cd4_crossing as
    with
    level as materialized (
        select distinct unnest(cd4_levels)::integer as level
        from _protocol_at_analysis
    ),
    result as (
        select cd4.site_id, cd4.subject_id, cd4.collected, cd4.cd4_count,
            lead(cd4.collected)
                over (partition by cd4.site_id, cd4.subject_id
                order by cd4.collected, cd4.replicate)
                is not distinct from cd4.collected as is_repeated
        from cd4_result as cd4
        join treatment_course as course using (site_id, subject_id)
        where cd4.collected <= (select data_cut()) and cd4.collected > course.first_dose
            and (cd4.collected > course.treated_until) is not true
    ),
    judged as (
        select result.site_id, result.subject_id, level.level, result.collected,
            result.cd4_count > level.level as is_above,
            min(result.collected) filter (where result.cd4_count > level.level)
                over (partition by result.site_id, result.subject_id, level.level) as first_above
        from result
        cross join level
        where not result.is_repeated
    ),
    observed as (
        select site_id, subject_id, level, first_above,
            max(collected) filter (where not is_above
                and (collected > first_above) is not true) as last_not_above
        from judged
        group by site_id, subject_id, level, first_above
    ),
    bounded as (
        select course.site_id, course.subject_id, level.level,
            baseline.cd4_count > level.level as was_above_at_baseline,
            coalesce(observed.last_not_above, course.first_dose) - course.first_dose as lower_days,
            observed.first_above - course.first_dose as upper_days,
            observed.last_not_above, observed.first_above
        from _treated_at_cut as course
        cross join level
        left join observed on observed.site_id = course.site_id
            and observed.subject_id = course.subject_id and observed.level = level.level
        left join _baseline_cd4 as baseline on baseline.site_id = course.site_id
            and baseline.subject_id = course.subject_id
    )
    select site_id, subject_id, level, was_above_at_baseline, last_not_above, first_above,
        case when was_above_at_baseline is not true then lower_days end as lower_days,
        case when was_above_at_baseline is not true then upper_days end as upper_days,
        case when was_above_at_baseline is not true
            then coalesce(upper_days, lower_days)::double precision end as "time",
        case when was_above_at_baseline is not true then upper_days is not null end as event
    from bounded;

comment on view cd4_crossing is 'time from the first dose to the first CD4 count on treatment above each of protocol.cd4_levels: one row for each treated subject and level. It lies between two samples: after lower_days, and not after upper_days. survival_curve("time", event) takes the rows with the upper end';
comment on column cd4_crossing.site_id is 'the site';
comment on column cd4_crossing.subject_id is 'the subject''s code';
comment on column cd4_crossing.level is 'cells per microlitre';
comment on column cd4_crossing.was_above_at_baseline is 'whether the baseline was above the level already: there is nothing to cross then; null where there is none, or one that is a limit does not say';
comment on column cd4_crossing.last_not_above is 'the day of the last count on treatment known not to be above the level, before the first that is';
comment on column cd4_crossing.first_above is 'the day of the first count on treatment known to be above it; null if there is none';
comment on column cd4_crossing.lower_days is 'days from the first dose to last_not_above, or 0 without one';
comment on column cd4_crossing.upper_days is 'days from the first dose to first_above; null if the level was not crossed';
comment on column cd4_crossing."time" is 'upper_days; lower_days if the level was not crossed';
comment on column cd4_crossing.event is 'whether the level was crossed';

create view viral_load_davg as
    with
    visit_window as materialized (
        select visit, last_day
        from _snapshot_window_at_analysis
    ),
    -- or else all results are read once for each window
    record as materialized (
        select site_id, subject_id, first_dose, collected, viral_load, false as is_baseline
        from _on_treatment_viral_load
        where collected is not null
        union all
        select baseline.site_id, baseline.subject_id, treated.first_dose,
            case when (select davg_baseline_on_day_1 from _protocol_at_analysis)
                then treated.first_dose else baseline.collected end,
            baseline.viral_load, true
        from _baseline_viral_load as baseline
        join _treated_at_cut as treated using (site_id, subject_id)
    )
    select record.site_id, record.subject_id, visit_window.visit,
        count(*) filter (where not record.is_baseline) as results,
        count(*) filter (where is_censored(record.viral_load)) as censored,
        max(record.collected) - max(record.first_dose) as last_days,
        davg(record.collected - record.first_dose, log(quantity(record.viral_load))) as davg
    from record
    join visit_window on record.collected - record.first_dose + 1 <= visit_window.last_day
        and record.first_dose + visit_window.last_day - 1 < (select analysis_date())
    group by record.site_id, record.subject_id, visit_window.visit
    having bool_or(record.is_baseline) and not bool_and(record.is_baseline);

comment on view viral_load_davg is 'time-averaged change of log10 HIV-1 RNA from baseline (DAVG) up to the end of each visit''s window of snapshot_window, once that has closed: one row for each subject with a baseline and a result on treatment. The baseline counts from study day 1 on, or from its sample on, as protocol.davg_baseline_on_day_1 says. A censored result counts as its limit';
comment on column viral_load_davg.site_id is 'the site';
comment on column viral_load_davg.subject_id is 'the subject''s code';
comment on column viral_load_davg.visit is 'the visit';
comment on column viral_load_davg.results is 'results on treatment that it rests on';
comment on column viral_load_davg.censored is 'how many of these and the baseline are censored, and stand at their limit';
comment on column viral_load_davg.last_days is 'days from the first dose to the last of them';
comment on column viral_load_davg.davg is 'the area under log10 copies/mL by trapezoids, divided by the time from baseline, less the baseline';
