-- Who responded at which visit, and the counts of the endpoint for each group

create view visit_response as
    with
    -- the last result up to the day of leaving takes the place of one that is missing or later
    answer as (
        select visit.site_id, visit.subject_id, visit.group_value, visit.visit, visit.position,
            visit.collected, visit.closes, visit.baseline, visit.viral_load,
            coalesce(
                _virotrial.viral_load_nearest(visit.results, visit.opens,
                    least(visit.closes, given_up.discontinued), visit.due),
                _virotrial.viral_load_latest(visit.results, visit.first_dose + 1,
                    least(visit.closes, given_up.discontinued))) as carried,
            given_up.discontinued, given_up.discontinuation_reason, visit.missing_reason
        from _visit_viral_load as visit
        join (
            select site_id, subject_id, discontinued, discontinuation_reason
            from treatment_course
            union all
            -- who was randomised and never treated gave up before the first visit
            select member.site_id, member.subject_id, member.day_1, 'never treated'
            from _virotrial.analysis_member('analysis_set'::regclass) as member
            where (select _virotrial.chosen_analysis_set()) <> 'treated'
                and not exists (
                    select from treatment_course as treated
                    where treated.site_id = member.site_id
                        and treated.subject_id = member.subject_id)
        ) as given_up using (site_id, subject_id)
        offset 0
    )
    select answer.site_id, answer.subject_id, answer.group_value, answer.visit, answer.position,
        answer.viral_load is not null as is_observed,
        answer.carried is not null as has_carried,
        answer.baseline is not null as has_baseline,
        case when answer.discontinued < coalesce(answer.collected, answer.closes + 1)
            then answer.discontinuation_reason in ('lack of efficacy', 'adverse event', 'death')
            end as left_for_treatment,
        answer.viral_load < threshold.response_threshold as is_below_response_threshold,
        answer.viral_load < threshold.suppression_threshold as is_below_suppression_threshold,
        log_reduction(answer.baseline, answer.viral_load)
            > threshold.log_reduction_threshold as is_above_log_reduction_threshold,
        answer.carried < threshold.response_threshold as is_carried_below_response_threshold,
        answer.carried < threshold.suppression_threshold
            as is_carried_below_suppression_threshold,
        log_reduction(answer.baseline, answer.carried)
            > threshold.log_reduction_threshold as is_carried_above_log_reduction_threshold,
        answer.missing_reason
    from answer
    cross join _protocol_at_analysis as threshold;
comment on view visit_response is 'for each subject who had a first dose and each scheduled visit that has a result, or whose window had closed without one: whether the subject responded. Thresholds are those of the protocol in force on the analysis date';
comment on column visit_response.site_id is 'the site';
comment on column visit_response.subject_id is 'the subject''s code';
comment on column visit_response.group_value is 'the group that the endpoint views count the subject in';
comment on column visit_response.visit is 'the visit';
comment on column visit_response.position is 'the order of the visits';
comment on column visit_response.is_observed is 'whether the visit has a result';
comment on column visit_response.has_carried is 'whether there is a result to carry forward, not later than the day of giving up treatment: that of the visit, or the last after the first dose';
comment on column visit_response.has_baseline is 'whether there is a baseline to fall from';
comment on column visit_response.left_for_treatment is 'whether the subject gave up the study drug or the study (treatment_course.discontinued) before the result, or before the window closed without one, for lack of efficacy, an adverse event or death (true), or another reason (false); null if the subject did not';
comment on column visit_response.is_below_response_threshold is 'whether the result is less than protocol.response_threshold; null if that cannot be known, or there is none';
comment on column visit_response.is_below_suppression_threshold is 'whether it is less than protocol.suppression_threshold';
comment on column visit_response.is_above_log_reduction_threshold is 'whether the fall from baseline exceeds protocol.log_reduction_threshold';
comment on column visit_response.is_carried_below_response_threshold is 'whether the result that is carried forward is less than protocol.response_threshold';
comment on column visit_response.is_carried_below_suppression_threshold is 'whether it is less than protocol.suppression_threshold';
comment on column visit_response.is_carried_above_log_reduction_threshold is 'whether its fall from baseline exceeds protocol.log_reduction_threshold';
comment on column visit_response.missing_reason is 'why the visit has no result, as missing_result has it, such as pending or rejected; null where it has one, and where nobody says why';

create view _virology_part as
    with
    -- few patterns, however many subjects
    pattern as (
        select group_value, visit, position, is_observed, has_carried, has_baseline,
            coalesce(missing_reason = 'pending', false) as is_pending, left_for_treatment,
            is_below_response_threshold, is_below_suppression_threshold,
            is_above_log_reduction_threshold,
            is_carried_below_response_threshold, is_carried_below_suppression_threshold,
            is_carried_above_log_reduction_threshold, count(*) as subjects
        from visit_response
        group by group_value, visit, position, is_observed, has_carried, has_baseline,
            coalesce(missing_reason = 'pending', false), left_for_treatment,
            is_below_response_threshold, is_below_suppression_threshold,
            is_above_log_reduction_threshold,
            is_carried_below_response_threshold, is_carried_below_suppression_threshold,
            is_carried_above_log_reduction_threshold
    ),
    answer as (
        select pattern.group_value, pattern.visit, pattern.position, asked.place, asked.response,
            asked.threshold, pattern.subjects,
            pattern.is_observed and asked.is_measurable as is_observed,
            pattern.has_carried and asked.is_measurable as has_carried,
            pattern.is_pending and asked.is_measurable as is_pending,
            pattern.left_for_treatment, asked.answer, asked.carried_answer
        from pattern
        cross join _protocol_at_analysis as protocol
        cross join lateral (values
            (1, '< ' || protocol.response_threshold, protocol.response_threshold, true,
                pattern.is_below_response_threshold,
                pattern.is_carried_below_response_threshold),
            (2, '< ' || protocol.suppression_threshold, protocol.suppression_threshold, true,
                pattern.is_below_suppression_threshold,
                pattern.is_carried_below_suppression_threshold),
            (3, '> ' || protocol.log_reduction_threshold::numeric(6, 1) || ' log10',
                protocol.log_reduction_threshold, pattern.has_baseline,
                pattern.is_above_log_reduction_threshold,
                pattern.is_carried_above_log_reduction_threshold)
        ) as asked (place, response, threshold, is_measurable, answer, carried_answer)
        where asked.place <> 2 or protocol.suppression_threshold <> protocol.response_threshold
    ),
    ruled as (
        select answer.group_value, answer.visit, answer.position, answer.place, answer.response,
            answer.threshold, answer.subjects,
            rule.place as rule_place, rule.name as rule, rule.has_result, rule.is_failure,
            not rule.is_failure and (rule.has_result and rule.answer is null
                or rule.is_open) as is_unknown,
            rule.has_result and not rule.is_failure and rule.answer as is_responder
        from answer
        cross join lateral (values
            (1, 'observed', answer.is_observed, false, false, answer.answer),
            -- who waits for a result has come, and may be a response yet
            (2, 'non-completer = failure', answer.is_observed,
                answer.left_for_treatment is not null
                    or not (answer.is_observed or answer.is_pending), answer.is_pending,
                answer.answer),
            (3, 'treatment-related discontinuation = failure', answer.is_observed,
                coalesce(answer.left_for_treatment, false), false, answer.answer),
            (4, 'last observation carried forward', answer.has_carried, false, false,
                answer.carried_answer)
        ) as rule (place, name, has_result, is_failure, is_open, answer)
    ),
    -- the outcome of the Snapshot is a rule of its own; sites need no look-up of groups
    snapshot as (
        select site_id as group_value, visit, threshold, is_success,
            coalesce(category not like '3%', true) as has_result, count(*) as subjects
        from snapshot_outcome
        where (select _virotrial.grouping_column()) = 'site_id'
            and (select _virotrial.chosen_analysis_set()) = 'treated'
        group by site_id, visit, threshold, is_success, coalesce(category not like '3%', true)
        union all
        select grouped.group_value, outcome.visit, outcome.threshold, outcome.is_success,
            coalesce(outcome.category not like '3%', true), count(*)
        from snapshot_outcome as outcome
        join _treated_group as grouped using (site_id, subject_id)
        where (select _virotrial.grouping_column()) <> 'site_id'
            or (select _virotrial.chosen_analysis_set()) <> 'treated'
        group by grouped.group_value, outcome.visit, outcome.threshold, outcome.is_success,
            coalesce(outcome.category not like '3%', true)
        union all
        -- no data in the window of who was never treated
        select never.group_value, due.visit, threshold.threshold, false, false, count(*)
        from _treated_group as never
        join _snapshot_window_at_analysis as due
            on never.first_dose + due.last_day - 1 < (select analysis_date())
        cross join _threshold_at_analysis as threshold
        where (select _virotrial.chosen_analysis_set()) = 'randomised'
            and not exists (
                select from _treated_at_cut as treated
                where treated.site_id = never.site_id and treated.subject_id = never.subject_id)
        group by never.group_value, due.visit, threshold.threshold
    ),
    classified as (
        select group_value, visit, position, place, response, threshold, rule_place, rule, subjects,
            has_result, is_failure, is_unknown, is_responder
        from ruled
        union all
        select snapshot.group_value, snapshot.visit, _analysis_window.position, asked.place,
            '< ' || snapshot.threshold, snapshot.threshold,
            5, 'snapshot', snapshot.subjects, snapshot.has_result, snapshot.is_success is false,
            snapshot.is_success is null, coalesce(snapshot.is_success, false)
        from snapshot
        join _analysis_window on _analysis_window.visit = snapshot.visit
            and _analysis_window.effective_before = 'infinity'
        cross join _protocol_at_analysis as protocol
        cross join lateral (select case when snapshot.threshold = protocol.response_threshold
            then 1 else 2 end as place) as asked
    )
    select _virotrial.grouping_column() as "grouping", group_value, visit, position, place,
        response, threshold, rule_place, rule,
        sum(subjects)::bigint as subjects,
        coalesce(sum(subjects) filter (where is_responder), 0)::bigint as responders,
        coalesce(sum(subjects)
            filter (where is_failure or has_result and not is_unknown), 0)::bigint as evaluable,
        coalesce(sum(subjects) filter (where not has_result), 0)::bigint as missing,
        coalesce(sum(subjects) filter (where is_unknown), 0)::bigint as unknown,
        nullif(data_cut(), 'infinity') as data_cut
    from classified
    group by group_value, visit, position, place, response, threshold, rule_place, rule;
comment on view _virology_part is 'the counts of endpoint_virology for each group, which add up to those of all';
comment on column _virology_part."grouping" is 'the column of analysis_subject by which subjects are grouped';
comment on column _virology_part.group_value is 'the group';
comment on column _virology_part.visit is 'the visit';
comment on column _virology_part.position is 'the order of the visits';
comment on column _virology_part.place is 'the order of the responses';
comment on column _virology_part.response is 'what counts as a response';
comment on column _virology_part.threshold is 'the threshold of the response';
comment on column _virology_part.rule_place is 'the order of the rules';
comment on column _virology_part.rule is 'the missing-data rule';
comment on column _virology_part.subjects is 'subjects who count at the visit';
comment on column _virology_part.responders is 'subjects known to have responded, under the rule';
comment on column _virology_part.evaluable is 'subjects whose answer is known under the rule';
comment on column _virology_part.missing is 'subjects without a result';
comment on column _virology_part.unknown is 'subjects whose result cannot tell';
comment on column _virology_part.data_cut is 'the last day whose data count; null where there is no data cut';
