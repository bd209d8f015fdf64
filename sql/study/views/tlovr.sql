-- TLOVR: the time to loss of virologic response

create view tlovr_course as
    with
    threshold as materialized (
        select threshold from _threshold_at_analysis
    ),
    schedule as materialized (
        select visit, target_day, analysis_first_day, analysis_last_day
        from _visit_definition_at_analysis
        where target_day is not null
    ),
    -- whom it is too early to call never suppressed
    follow_up as materialized (
        select max(last_day) as last_day
        from _snapshot_window_at_analysis
    ),
    result as (
        select site_id, subject_id, first_dose, completed, collected, viral_load,
            least(discontinued, background_changed) as ended,
            case when background_changed < discontinued or discontinued is null then
                    case when background_changed is not null then 'background therapy changed' end
                else 'discontinued: ' || discontinuation_reason end as end_reason
        from _on_treatment_viral_load
    ),
    -- T below the threshold, F not below, u unknown
    coded as (
        select result.site_id, result.subject_id, threshold.threshold, result.first_dose,
            result.completed, result.ended, result.end_reason,
            coalesce(string_agg(case when result.viral_load < threshold.threshold then 'T'
                when not result.viral_load < threshold.threshold then 'F' else 'u' end,
                '' order by result.collected) filter (where result.collected is not null and (result.collected > result.ended) is not true), '') as codes,
            array_agg(result.collected order by result.collected)
                filter (where result.collected is not null
                    and (result.collected > result.ended) is not true) as days
        from result
        cross join threshold
        group by result.site_id, result.subject_id, threshold.threshold, result.first_dose,
            result.completed, result.ended, result.end_reason
    ),
    -- who gives up has nothing that could still refute a single F
    sequence as materialized (
        select coded.*, length(codes) as length, codes || case when ended is not null then 'F'
            else '' end as closed
        from coded
    ),
    -- first TT, and the first FF after it; where a result is unknown, every pair
    -- of places that some answer to the unknown ones makes
    placed as (
        select sequence.*, strpos(codes, 'TT') as suppression, case when strpos(codes, 'TT') > 0
            and strpos(substr(closed, strpos(codes, 'TT') + 2), 'FF') > 0
            then strpos(codes, 'TT') + 1 + strpos(substr(closed, strpos(codes, 'TT') + 2), 'FF')
                else 0 end as rebound
        from sequence
        where strpos(codes, 'u') = 0
        union all
        select sequence.*, suppression, rebound
        from sequence
        cross join lateral (select place::integer - 1 as suppression
            from unnest(days) with ordinality as one (day, place)) as first
        cross join lateral (select place::integer - 1 as rebound
            from unnest(days || null::date) with ordinality as other (day, place)) as second
        where strpos(codes, 'u') > 0 and case
            when suppression = 0 then rebound = 0 and codes ~ '^(?:[Tu]?[Fu])*[Tu]?$'
            when left(codes, suppression - 1) !~ '^(?:[Tu]?[Fu])*$'
                or substr(codes, suppression, 2) !~ '^[Tu]{2}$' then false
            when rebound = 0 then substr(closed, suppression + 2) ~ '^(?:[Tu]|[Fu][Tu])*[Fu]?$'
            else rebound >= suppression + 2
                and substr(closed, suppression + 2,
                greatest(rebound - suppression - 2, 0)) ~ '^(?:[Tu]|[Fu][Tu])*$'
                and substr(closed, rebound, 2) ~ '^[Fu]{2}$' end
    ),
    failure as materialized (
        select site_id, subject_id, threshold, first_dose, suppression, rebound,
            case when suppression > 0 then days[suppression] end as suppressed,
            case when suppression > 0 then days[suppression + 1] end as suppression_confirmed,
            case when suppression = 0 then
                    case when ended is not null or completed is not null
                        or first_dose + (select last_day from follow_up) - 1
                        < (select analysis_date())
                        then first_dose end
                when rebound > 0 then days[rebound]
                else ended end as failed,
            case when suppression = 0 then
                    case when ended is not null or completed is not null
                        or first_dose + (select last_day from follow_up) - 1
                        < (select analysis_date())
                        then 'never suppressed' else 'not suppressed yet' end
                when rebound = 0 then end_reason
                when rebound < length then 'confirmed rebound'
                else 'rebound, then ' || end_reason end as reason,
            -- the results to either side of the failure
            case when rebound > 0 then days[rebound - 1] else days[length] end as result_before,
            case when rebound > 0 then days[rebound] end as result_after,
            days[length] as last_result
        from placed
    ),
    missed as (
        select failure.site_id, failure.subject_id, failure.threshold, failure.suppression,
            failure.rebound,
            min(failure.first_dose + schedule.target_day - 1) as first_missed
        from failure
        join schedule on failure.first_dose + schedule.target_day - 1 > failure.result_before
            and failure.first_dose + schedule.target_day - 1 < failure.failed
            and failure.result_before - failure.first_dose
                + 1 not between schedule.analysis_first_day and schedule.analysis_last_day
            and (failure.result_after - failure.first_dose
                + 1 between schedule.analysis_first_day and schedule.analysis_last_day) is not true
        -- who waits for a result has not missed the visit
        left join _windowed_missing as explained on explained.assessment = 'viral load'
            and explained.site_id = failure.site_id and explained.subject_id = failure.subject_id
            and explained.analysis_visit = schedule.visit
        where failure.suppression > 0 and failure.failed is not null
            and explained.reason is distinct from 'pending'
        group by failure.site_id, failure.subject_id, failure.threshold, failure.suppression,
            failure.rebound
    )
    select failure.site_id, failure.subject_id, failure.threshold, failure.first_dose,
        failure.suppressed, failure.suppression_confirmed,
        failure.failed as observed_failure,
        coalesce(missed.first_missed, failure.failed) as failed,
        failure.reason, failure.last_result
    from failure
    left join missed using (site_id, subject_id, threshold, suppression, rebound);

comment on view tlovr_course is 'the courses of virologic response by the rules of TLOVR that the results of a treated subject allow: one row for each subject and protocol threshold, or several where censored results leave more than one possible';
comment on column tlovr_course.site_id is 'the site';
comment on column tlovr_course.subject_id is 'the subject''s code';
comment on column tlovr_course.threshold is 'copies/mL: response_threshold or suppression_threshold of the protocol in force on the analysis date';
comment on column tlovr_course.first_dose is 'the day of the first dose of the study drug, study day 1';
comment on column tlovr_course.suppressed is 'the day of the first of two results in a row on treatment below the threshold; null if there are none';
comment on column tlovr_course.suppression_confirmed is 'the day of the second';
comment on column tlovr_course.observed_failure is 'the first day of: two results in a row not below the threshold, or one that is the last before treatment was given up; treatment given up. The day of the first dose if never suppressed; null without failure';
comment on column tlovr_course.failed is 'the same, moved back to the target day of the first scheduled visit right before it that has no result; one whose result is pending does not count';
comment on column tlovr_course.reason is 'of what the failure consists; "not suppressed yet" where follow-up goes on; null without failure';
comment on column tlovr_course.last_result is 'the day of the last result on treatment';

create view time_to_loss_of_response as
    with
    certain as (
        select site_id, subject_id, threshold, min(first_dose) as first_dose,
            case when count(suppressed) = count(*) then true when count(suppressed) = 0 then false
                end as is_suppressed,
            case when count(suppressed) = count(*) and min(suppressed) = max(suppressed)
                then min(suppressed) end as suppressed,
            case when bool_or(reason = 'not suppressed yet') then null
                when count(failed) = count(*) then true when count(failed) = 0 then false
                    end as is_failure,
            case when count(failed) = count(*) and min(observed_failure) = max(observed_failure)
                then min(observed_failure) end as observed_failure,
            case when count(failed) = count(*) and min(failed) = max(failed) then min(failed)
                end as failed,
            case when min(reason) = max(reason) and count(reason) = count(*) then min(reason)
                when count(*) > 1 then 'cannot be known' end as reason,
            max(last_result) as last_result
        from tlovr_course
        group by site_id, subject_id, threshold
    )
    select site_id, subject_id, threshold, is_suppressed, suppressed,
        study_day(suppressed, first_dose) as suppressed_study_day,
        is_failure, failed,
        study_day(failed, first_dose) as failed_study_day,
        observed_failure, reason, last_result,
        case when is_failure then failed - first_dose when not is_failure
            then last_result - first_dose end::double precision as "time",
        case when is_failure and failed is not null then true when not is_failure then false
            end as event,
        case
            when is_failure and failed < observed_failure
                then format('%s on day %s, and the scheduled visit of day %s before it missed',
                reason, study_day(observed_failure, first_dose), study_day(failed, first_dose))
            when reason in ('never suppressed', 'not suppressed yet')
                then format('no two results in a row below %s', threshold)
            when is_failure and failed is not null
                then format('%s on day %s', reason, study_day(failed, first_dose))
            when not is_failure
                then format('below %s on two results in a row from day %s, no failure up to day %s',
                threshold,
                coalesce(study_day(suppressed, first_dose)::text, 'unknown'),
                study_day(last_result, first_dose))
            else format('whether results are below %s cannot be known', threshold) end as evidence
    from certain;

comment on view time_to_loss_of_response is 'TLOVR: one row for each treated subject and protocol threshold, with the time to loss of virologic response. survival_curve("time", event) takes its rows; what cannot be known because of censored results is null there';
comment on column time_to_loss_of_response.site_id is 'the site';
comment on column time_to_loss_of_response.subject_id is 'the subject''s code';
comment on column time_to_loss_of_response.threshold is 'copies/mL: response_threshold or suppression_threshold of the protocol in force on the analysis date';
comment on column time_to_loss_of_response.is_suppressed is 'whether two results in a row on treatment were below the threshold; null if that cannot be known';
comment on column time_to_loss_of_response.suppressed is 'the day of the first of them';
comment on column time_to_loss_of_response.suppressed_study_day is 'its study day';
comment on column time_to_loss_of_response.is_failure is 'whether response was lost, or never reached; null if that cannot be known, or it is too early to say never';
comment on column time_to_loss_of_response.failed is 'the day of failure, moved back over missed visits; the day of the first dose for who was never suppressed';
comment on column time_to_loss_of_response.failed_study_day is 'its study day';
comment on column time_to_loss_of_response.observed_failure is 'the day of failure before it is moved back';
comment on column time_to_loss_of_response.reason is 'never suppressed, confirmed rebound, rebound and then discontinued, discontinued with its reason, background therapy changed; null without failure';
comment on column time_to_loss_of_response.last_result is 'the day of the last result on treatment';
comment on column time_to_loss_of_response."time" is 'days from the first dose to failure, or to the last result of who did not fail';
comment on column time_to_loss_of_response.event is 'whether time ends with failure';
comment on column time_to_loss_of_response.evidence is 'what the row rests on, in a sentence; days are study days';

create view tlovr_outcome as
    with
    visit_window as materialized (
        select period.visit, period.first_day, period.last_day, definition.target_day
        from _snapshot_window_at_analysis as period
        join _visit_definition_at_analysis as definition using (visit)
    ),
    seen as (
        select result.site_id, result.subject_id, visit_window.visit,
            max(result.collected) as collected
        from viral_load_result as result
        join treatment_course as course using (site_id, subject_id)
        join visit_window
            on result.collected - course.first_dose
            + 1 between visit_window.first_day and visit_window.last_day
        where result.collected <= (select data_cut()) and (result.collected > course.treated_until)
            is not true
        group by result.site_id, result.subject_id, visit_window.visit
    ),
    judged as (
        select course.site_id, course.subject_id, visit_window.visit, course.threshold,
            course.first_dose, course.suppressed, course.failed, course.reason,
            course.first_dose + visit_window.target_day - 1 as visit_day,
            coalesce(seen.collected, course.first_dose + visit_window.target_day - 1) as judged_on,
            course.first_dose + visit_window.last_day - 1 < (select analysis_date()) as is_final
        from tlovr_course as course
        cross join visit_window
        left join seen on seen.site_id = course.site_id and seen.subject_id = course.subject_id
            and seen.visit = visit_window.visit
        where seen.collected is not null or course.first_dose + visit_window.last_day - 1
            < (select analysis_date())
    ),
    certain as (
        select site_id, subject_id, visit, threshold, first_dose, visit_day, judged_on, is_final,
            bool_and(coalesce(suppressed <= visit_day
                and (failed > visit_day) is not false, false)) as is_surely_on_visit_day,
            bool_or(coalesce(suppressed <= visit_day
                and (failed > visit_day) is not false, false)) as is_possibly_on_visit_day,
            bool_and(coalesce(suppressed <= judged_on
                and (failed > judged_on) is not false, false)) as is_surely,
            bool_or(coalesce(suppressed <= judged_on
                and (failed > judged_on) is not false, false)) as is_possibly,
            case when count(suppressed) = count(*) and min(suppressed) = max(suppressed)
                then min(suppressed) end as suppressed,
            case when count(failed) = count(*) and min(failed) = max(failed) then min(failed)
                end as failed,
            case when count(reason) = count(*) and min(reason) = max(reason) then min(reason)
                end as reason
        from judged
        group by site_id, subject_id, visit, threshold, first_dose, visit_day, judged_on, is_final
    )
    select site_id, subject_id, visit, threshold,
        case when is_surely then true when not is_possibly then false end as is_responder,
        is_final, judged_on,
        study_day(judged_on, first_dose) as study_day,
        suppressed, failed, reason,
        case
            when is_surely then format('below %s from day %s on, confirmed; %s', threshold,
                coalesce(study_day(suppressed, first_dose)::text, 'unknown'),
                coalesce('failure only on day ' || study_day(failed, first_dose), 'no failure'))
            when is_possibly then format('whether results are below %s cannot be known', threshold)
            when suppressed > judged_on
                then format('below %s, confirmed, only from day %s on', threshold,
                study_day(suppressed, first_dose))
            when reason in ('never suppressed', 'not suppressed yet')
                then format('no two results in a row below %s', threshold)
            else coalesce(reason || ', failure on day ' || study_day(failed, first_dose),
                format('no response at %s', threshold)) end as evidence,
        visit_day,
        case when visit_day > (select analysis_date()) then null
            when is_surely_on_visit_day then true
            when not is_possibly_on_visit_day then false end as is_responder_on_visit_day
    from certain;

comment on view tlovr_outcome is 'TLOVR: whether each treated subject responds at a visit: suppressed, confirmed by the next result, on or before the day of the visit, and not failed by then. One row for each subject, visit of snapshot_window and protocol threshold, where snapshot_outcome has one';
comment on column tlovr_outcome.site_id is 'the site';
comment on column tlovr_outcome.subject_id is 'the subject''s code';
comment on column tlovr_outcome.visit is 'the visit';
comment on column tlovr_outcome.threshold is 'copies/mL: response_threshold or suppression_threshold of the protocol in force on the analysis date';
comment on column tlovr_outcome.is_responder is 'whether the subject responds; null if that cannot be known because of censored results';
comment on column tlovr_outcome.is_final is 'whether the window has closed; until then a later result can change the row';
comment on column tlovr_outcome.judged_on is 'the day of the last result on treatment in the window, or the target day of the visit if there is none';
comment on column tlovr_outcome.study_day is 'its study day';
comment on column tlovr_outcome.suppressed is 'the day of the first of two results in a row below the threshold; null if there are none, or it cannot be known';
comment on column tlovr_outcome.failed is 'the day of failure, moved back over missed visits; null without failure, or if it cannot be known';
comment on column tlovr_outcome.reason is 'of what the failure consists';
comment on column tlovr_outcome.evidence is 'what the row rests on, in a sentence; days are study days';
comment on column tlovr_outcome.visit_day is 'the target day of the visit';
comment on column tlovr_outcome.is_responder_on_visit_day is 'whether the subject responds on the target day of the visit, instead of the day of the result: who gave up treatment between the two does not. Null if that cannot be known, or that day has not come';
