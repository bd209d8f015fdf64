-- Confirmed virologic failure, and blips

create view virologic_failure as
    with
    plan as materialized (
        select failure_threshold, failure_confirmation_days::integer, failure_log10_rise,
            failure_nonresponse_day::integer, log_reduction_threshold
        from _protocol_at_analysis
    ),
    compared as (
        select result.site_id, result.subject_id, result.collected, result.study_day,
            result.viral_load,
            plan.failure_confirmation_days, plan.failure_log10_rise, plan.failure_nonresponse_day,
            result.viral_load > plan.failure_threshold as is_above,
            result.viral_load < plan.failure_threshold as is_below,
            result.viral_load < plan.failure_threshold
                or log_reduction(baseline.viral_load, result.viral_load)
                    > plan.log_reduction_threshold as is_response
        from _on_treatment_viral_load as result
        cross join plan
        left join _baseline_viral_load as baseline using (site_id, subject_id)
        where result.collected is not null
    ),
    -- what each result follows; of what cannot be known, both answers
    followed as (
        select compared.*,
            bool_or(coalesce(is_below, false)) over earlier as was_surely_below,
            bool_or(coalesce(is_below, true)) over earlier as was_possibly_below,
            bool_or(coalesce(is_response, false)) over so_far as has_surely_responded,
            bool_or(coalesce(is_response, true)) over so_far as has_possibly_responded,
            -- a limit stands for what lies below it: a rise is measured from there
            min(viral_load) filter (where qualifier(viral_load) <> '>') over earlier as nadir,
            lead(collected) over subject is null as is_last
        from compared
        window subject as (partition by site_id, subject_id order by collected),
            so_far as (subject rows unbounded preceding),
            earlier as (subject rows between unbounded preceding and 1 preceding)
    ),
    judged as (
        select followed.*,
            (is_above and case when was_surely_below then true when not was_possibly_below then false when was_possibly_below then null else false end)
                or coalesce(log_reduction(viral_load, nadir)
                    > failure_log10_rise, false) as is_rebound,
            study_day >= failure_nonresponse_day
                and case when has_surely_responded then false when not has_possibly_responded
                    then true end as is_nonresponse
        from followed
    ),
    -- results in a row: a run ends at the first that is no failure
    numbered as (
        select judged.*, is_rebound or is_nonresponse as is_failure,
            count(*) filter (where (is_rebound or is_nonresponse) is not true)
                over subject as sure_run,
            count(*) filter (where not (is_rebound or is_nonresponse)) over subject as possible_run
        from judged
        window subject as (partition by site_id, subject_id order by collected)
    ),
    run as (
        select numbered.*,
            first_value(collected) over sure as failed,
            first_value(viral_load) over sure as failing_viral_load,
            first_value(is_rebound) over sure as began_as_rebound,
            first_value(collected) over possible as possibly_failed
        from numbered
        where is_failure is not false
        window sure as (partition by site_id, subject_id,
            is_failure is true, sure_run order by collected),
            possible as (partition by site_id, subject_id, possible_run order by collected)
    ),
    confirmed as (
        select distinct on (site_id, subject_id)
            site_id, subject_id, failed, failing_viral_load, began_as_rebound,
            collected as confirmed, viral_load as confirming_viral_load
        from run
        where is_failure and collected >= failed + failure_confirmation_days
        order by site_id, subject_id, collected
    ),
    open as (
        select site_id, subject_id,
            bool_or(collected >= possibly_failed + failure_confirmation_days) as is_possible,
            min(failed) filter (where is_last and is_failure) as unconfirmed,
            min(failing_viral_load) filter (where is_last and is_failure) as unconfirmed_viral_load
        from run
        group by site_id, subject_id
    )
    select course.site_id, course.subject_id,
        case when confirmed.failed is not null then true when not coalesce(open.is_possible, false)
            then false end as is_failure,
        case when confirmed.failed is not null then case when confirmed.began_as_rebound
            then 'rebound' else 'non-response' end end as criterion,
        confirmed.failed,
        study_day(confirmed.failed, course.first_dose) as failed_study_day,
        confirmed.failing_viral_load as viral_load,
        confirmed.confirmed,
        confirmed.confirming_viral_load,
        case when confirmed.failed is null then open.unconfirmed end as unconfirmed,
        case when confirmed.failed is not null
            then format('%s: %s copies/mL on day %s, %s on day %s',
                case when confirmed.began_as_rebound then 'rebound' else 'non-response' end,
                    confirmed.failing_viral_load,
                study_day(confirmed.failed, course.first_dose), confirmed.confirming_viral_load,
                study_day(confirmed.confirmed, course.first_dose))
            when open.is_possible then 'whether results are failures cannot be known'
            when open.unconfirmed is not null
                then format('%s copies/mL on day %s, not confirmed', open.unconfirmed_viral_load,
                study_day(open.unconfirmed, course.first_dose))
            else 'no failure' end as evidence
    from _treated_at_cut as course
    left join confirmed using (site_id, subject_id)
    left join open using (site_id, subject_id);

comment on view virologic_failure is 'confirmed virologic failure on treatment: one row for each treated subject. A result is a possible failure if it is more than failure_threshold after one of less, or more than failure_log10_rise above the lowest before it (rebound); or, from failure_nonresponse_day on, if no result so far was less than failure_threshold or had fallen from baseline by more than log_reduction_threshold (non-response). Possible failures in a row, failure_confirmation_days or more apart, confirm each other';
comment on column virologic_failure.site_id is 'the site';
comment on column virologic_failure.subject_id is 'the subject''s code';
comment on column virologic_failure.is_failure is 'whether failure was confirmed; null if that cannot be known because of censored results';
comment on column virologic_failure.criterion is 'rebound or non-response; null without failure';
comment on column virologic_failure.failed is 'the day of the first of the results in a row';
comment on column virologic_failure.failed_study_day is 'its study day';
comment on column virologic_failure.viral_load is 'that result, copies/mL, as reported';
comment on column virologic_failure.confirmed is 'the day of the result that confirms it';
comment on column virologic_failure.confirming_viral_load is 'the confirming result, copies/mL, as reported';
comment on column virologic_failure.unconfirmed is 'the day from which on the last results are possible failures that none confirms';
comment on column virologic_failure.evidence is 'what the row rests on, in a sentence; days are study days';

create view viral_blip as
    with
    plan as materialized (
        select suppression_threshold, blip_limit
        from _protocol_at_analysis
    ),
    neighbour as (
        select result.*,
            lag(collected) over course as previous_collected, lag(viral_load)
                over course as previous,
            lead(collected) over course as next_collected, lead(viral_load) over course as next
        from _on_treatment_viral_load as result
        where collected is not null
        -- few subjects share a code, many a site: fewer comparisons
        window course as (partition by subject_id, site_id order by collected)
    ),
    judged as (
        select neighbour.*,
            previous < suppression_threshold and not viral_load < suppression_threshold
                and viral_load < blip_limit and next < suppression_threshold as is_blip
        from neighbour
        cross join plan
        where previous is not null and next is not null
    )
    select judged.site_id, judged.subject_id, judged.collected, judged.study_day, judged.is_blip,
        judged.viral_load,
        judged.previous_collected, judged.previous as previous_viral_load,
        judged.next_collected, judged.next as next_viral_load
    from judged
    -- a period that goes on where another of its drug ended is no start, nor that a stop
    where judged.is_blip is not false and not exists (
        select from regimen
        cross join lateral (values (regimen.started), (regimen.stopped)) as moved (day)
        where regimen.site_id = judged.site_id and regimen.subject_id = judged.subject_id
            and moved.day >= judged.previous_collected and moved.day < judged.next_collected
            and not exists (
                select from regimen as other
                where other.site_id = regimen.site_id and other.subject_id = regimen.subject_id
                    and other.drug = regimen.drug and other.started <> regimen.started
                    and moved.day in (other.started, other.stopped)));

comment on view viral_blip is 'blips: single viral loads on treatment that are not below suppression_threshold but below blip_limit, between two below suppression_threshold, with no drug started or stopped between these two';
comment on column viral_blip.site_id is 'the site';
comment on column viral_blip.subject_id is 'the subject''s code';
comment on column viral_blip.collected is 'the day of the sample';
comment on column viral_blip.study_day is 'its study day';
comment on column viral_blip.is_blip is 'true; or null if censored results leave open whether it is a blip';
comment on column viral_blip.viral_load is 'the result, copies/mL, as reported';
comment on column viral_blip.previous_collected is 'the day of the result before it';
comment on column viral_blip.previous_viral_load is 'the result before it';
comment on column viral_blip.next_collected is 'the day of the result after it';
comment on column viral_blip.next_viral_load is 'the result after it';
