-- CD4 counts by analysis visit, with their change from baseline

create view analysis_cd4 as
    with
    -- a visit whose window has passed without a result is a row too, and why it has none
    gathered as (
        select site_id, subject_id, first_dose, collected, replicate, visit, cd4_count, cd4_percent,
            analysis_visit, distance, false as is_due, null::text as reason
        from _windowed_cd4
        union all
        select site_id, subject_id, first_dose, null, null, null, null, null, visit, null, true,
            null
        from _scheduled_visit
        where closes < (select analysis_date())
        union all
        select site_id, subject_id, null, null, null, null, null, null, analysis_visit, null, false,
            reason
        from _windowed_missing
        where assessment = 'CD4'
    ),
    placed as (
        select gathered.*, row_number() over (each_visit
                order by collected is null, distance, collected desc, replicate desc) as place,
            count(collected) over each_visit as results,
            max(reason) over each_visit as missing_reason
        from gathered
        window each_visit as (partition by site_id, subject_id, analysis_visit)
    ),
    record as (
        select site_id, subject_id, first_dose, collected, replicate, visit, cd4_count, cd4_percent,
            analysis_visit,
            collected is null or analysis_visit is not null and place = 1 as is_analysis_record,
            case when collected is null then missing_reason end as missing_reason
        from placed
        where collected is not null or is_due and results = 0
    )
    select record.site_id, record.subject_id, record.analysis_visit, record.is_analysis_record,
        record.visit, record.collected, record.replicate,
        study_day(record.collected, record.first_dose) as study_day,
        record.cd4_count,
        lower_bound(record.cd4_count) as cd4_count_lower,
        upper_bound(record.cd4_count) as cd4_count_upper,
        exact_value(record.cd4_count) as cd4_count_exact,
        record.cd4_percent,
        coalesce((record.collected, record.replicate)
            = (baseline.collected, baseline.replicate), false) as is_baseline,
        baseline.cd4_count as baseline_cd4_count,
        lower_bound(baseline.cd4_count) as baseline_cd4_count_lower,
        upper_bound(baseline.cd4_count) as baseline_cd4_count_upper,
        exact_value(baseline.cd4_count) as baseline_cd4_count_exact,
        exact_value(record.cd4_count) - exact_value(baseline.cd4_count) as change,
        record.missing_reason
    from record
    left join _baseline_cd4 as baseline using (site_id, subject_id);

comment on view analysis_cd4 is 'every CD4 count up to the data cut of the subjects who had a first dose by then, and one row without a result for each scheduled visit whose analysis window had closed by then, or by today, without one. Where is_analysis_record is true, there is exactly one row per subject and such visit';
comment on column analysis_cd4.site_id is 'the site';
comment on column analysis_cd4.subject_id is 'the subject''s code';
comment on column analysis_cd4.analysis_visit is 'the visit whose analysis window the sample was taken in, whatever visit it was taken at; null outside all windows';
comment on column analysis_cd4.is_analysis_record is 'whether the row stands for its analysis visit: the result nearest to the target day, of equally near ones the later; or no result at all';
comment on column analysis_cd4.visit is 'the visit at which the sample was taken; null for history, and where there is no result';
comment on column analysis_cd4.collected is 'the day on which the sample was taken; null where there is no result';
comment on column analysis_cd4.replicate is 'tells several results of one day apart';
comment on column analysis_cd4.study_day is 'the study day of the sample: the first dose is on day 1, the day before it is day -1';
comment on column analysis_cd4.cd4_count is 'CD4+ T lymphocytes, cells per microlitre, exact or a limit; null where there is no result';
comment on column analysis_cd4.cd4_count_lower is 'the lower end of what the count may be; null below a limit';
comment on column analysis_cd4.cd4_count_upper is 'the upper end of what the count may be; null above a limit';
comment on column analysis_cd4.cd4_count_exact is 'the count as a number if it is exact, else null';
comment on column analysis_cd4.cd4_percent is 'per cent of lymphocytes';
comment on column analysis_cd4.is_baseline is 'whether it is the baseline: the last result on or before the first dose';
comment on column analysis_cd4.baseline_cd4_count is 'the baseline, cells per microlitre';
comment on column analysis_cd4.baseline_cd4_count_lower is 'the lower end of what the baseline may be; null below a limit';
comment on column analysis_cd4.baseline_cd4_count_upper is 'the upper end of what the baseline may be; null above a limit';
comment on column analysis_cd4.baseline_cd4_count_exact is 'the baseline as a number if it is exact, else null';
comment on column analysis_cd4.change is 'change from baseline, cells per microlitre; null where one of the two is a limit: it is not a number then';
comment on column analysis_cd4.missing_reason is 'why there is no result, as missing_result has it; null where there is one, and where nobody says why';
