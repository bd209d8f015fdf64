-- Viral loads by analysis visit, with their change from baseline

create view analysis_viral_load as
    with
    -- a visit whose window has passed without a result is a row too, and why it has none
    gathered as (
        select site_id, subject_id, first_dose, collected, replicate, visit, assay, viral_load,
            analysis_visit, distance, stands_for_day, null::date as closed, null::text as reason
        from _windowed_viral_load
        union all
        select site_id, subject_id, first_dose, null, null, null, null, null, visit, null, null,
            closes, null
        from _scheduled_visit
        where closes < (select analysis_date())
        union all
        select site_id, subject_id, null, null, null, null, null, null, analysis_visit, null, null,
            null, reason
        from _windowed_missing
        where assessment = 'viral load'
    ),
    -- not by joins, whose time would grow with the square of the subjects
    placed as (
        select gathered.*, row_number() over (each_visit
                order by collected is null, distance, collected desc, stands_for_day desc) as place,
            count(collected) over each_visit as results,
            max(reason) over each_visit as missing_reason
        from gathered
        window each_visit as (partition by site_id, subject_id, analysis_visit)
    ),
    record as (
        select site_id, subject_id, first_dose, collected, replicate, visit, assay, viral_load,
            analysis_visit,
            collected is null or analysis_visit is not null and place = 1 as is_analysis_record,
            coalesce(collected, closed) as judged,
            case when collected is null then missing_reason end as missing_reason
        from placed
        where collected is not null or closed is not null and results = 0
    ),
    threshold as materialized (
        select effective_from, effective_before, response_threshold, suppression_threshold,
            log_reduction_threshold
        from protocol_period
    ),
    compared as (
        select record.*, baseline.collected as baseline_collected,
            baseline.replicate as baseline_replicate, baseline.viral_load as baseline,
            log_reduction(baseline.viral_load, record.viral_load) as reduction
        from record
        left join _baseline_viral_load as baseline using (site_id, subject_id)
    )
    select compared.site_id, compared.subject_id, compared.analysis_visit,
        compared.is_analysis_record,
        compared.visit, compared.collected, compared.replicate,
        study_day(compared.collected, compared.first_dose) as study_day,
        compared.assay,
        compared.viral_load,
        lower_bound(compared.viral_load) as viral_load_lower,
        upper_bound(compared.viral_load) as viral_load_upper,
        log10_copies(compared.viral_load) as log10_copies,
        qualifier(compared.viral_load) as qualifier,
        coalesce((compared.collected, compared.replicate)
            = (compared.baseline_collected, compared.baseline_replicate), false) as is_baseline,
        compared.baseline as baseline_viral_load,
        lower_bound(compared.baseline) as baseline_viral_load_lower,
        upper_bound(compared.baseline) as baseline_viral_load_upper,
        log10_copies(compared.baseline) as baseline_log10_copies,
        qualifier(compared.baseline) as baseline_qualifier,
        compared.reduction as log_reduction,
        lower_bound(compared.reduction) as log_reduction_lower,
        upper_bound(compared.reduction) as log_reduction_upper,
        exact_value(compared.reduction) as log_reduction_exact,
        qualifier(compared.reduction) as log_reduction_qualifier,
        compared.viral_load < threshold.response_threshold as is_below_response_threshold,
        compared.viral_load < threshold.suppression_threshold as is_below_suppression_threshold,
        compared.reduction > threshold.log_reduction_threshold as is_above_log_reduction_threshold,
        compared.missing_reason
    from compared
    join threshold on compared.judged >= threshold.effective_from
        and compared.judged < threshold.effective_before;

comment on view analysis_viral_load is 'every viral load up to the data cut of the subjects who had a first dose by then, and one row without a result for each scheduled visit whose analysis window had closed by then, or by today, without one. Where is_analysis_record is true, there is exactly one row per subject and such visit';
comment on column analysis_viral_load.site_id is 'the site';
comment on column analysis_viral_load.subject_id is 'the subject''s code';
comment on column analysis_viral_load.analysis_visit is 'the visit whose analysis window the sample was taken in, whatever visit it was taken at; null outside all windows';
comment on column analysis_viral_load.is_analysis_record is 'whether the row stands for its analysis visit: the result nearest to the target day, of equally near ones the later; or no result at all';
comment on column analysis_viral_load.visit is 'the visit at which the sample was taken; null for history, and where there is no result';
comment on column analysis_viral_load.collected is 'the day on which the sample was taken; null where there is no result';
comment on column analysis_viral_load.replicate is 'tells several results of one day apart';
comment on column analysis_viral_load.study_day is 'the study day of the sample: the first dose is on day 1, the day before it is day -1';
comment on column analysis_viral_load.assay is 'the assay';
comment on column analysis_viral_load.viral_load is 'HIV-1 RNA, copies/mL, as reported; null where there is no result';
comment on column analysis_viral_load.viral_load_lower is 'the lower end of what it may be, copies/mL';
comment on column analysis_viral_load.viral_load_upper is 'the upper end of what it may be, copies/mL; null above the limit of the assay';
comment on column analysis_viral_load.log10_copies is 'its log10 copies/mL; null if it is censored';
comment on column analysis_viral_load.qualifier is '=, <, TND or >';
comment on column analysis_viral_load.is_baseline is 'whether it is the baseline: the last result on or before the first dose';
comment on column analysis_viral_load.baseline_viral_load is 'the baseline, copies/mL, as reported';
comment on column analysis_viral_load.baseline_viral_load_lower is 'the lower end of what it may be, copies/mL';
comment on column analysis_viral_load.baseline_viral_load_upper is 'the upper end of what it may be, copies/mL; null above the limit of the assay';
comment on column analysis_viral_load.baseline_log10_copies is 'its log10 copies/mL; null if it is censored';
comment on column analysis_viral_load.baseline_qualifier is '=, <, TND or >';
comment on column analysis_viral_load.log_reduction is 'the fall from baseline, log10 copies/mL: exact, or with < or > if a result is censored; null if nothing is known';
comment on column analysis_viral_load.log_reduction_lower is 'the lower end of what it may be; null where there is none; a rise is negative';
comment on column analysis_viral_load.log_reduction_upper is 'the upper end of what it may be; null where there is none';
comment on column analysis_viral_load.log_reduction_exact is 'its number; null if it is censored';
comment on column analysis_viral_load.log_reduction_qualifier is '=, < or >';
comment on column analysis_viral_load.is_below_response_threshold is 'whether the viral load is less than protocol.response_threshold (400 copies/mL); null if that cannot be known, or there is no result';
comment on column analysis_viral_load.is_below_suppression_threshold is 'whether the viral load is less than protocol.suppression_threshold (50 copies/mL); null if that cannot be known, or there is no result';
comment on column analysis_viral_load.is_above_log_reduction_threshold is 'whether the fall from baseline exceeds protocol.log_reduction_threshold (1.0 log10 copies/mL); null if that cannot be known, or a result is missing';
comment on column analysis_viral_load.missing_reason is 'why there is no result, as missing_result has it, such as pending or rejected; null where there is one, and where nobody says why';
