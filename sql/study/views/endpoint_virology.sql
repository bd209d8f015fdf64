-- Proportions of subjects with a virologic response, by missing-data rule

create view endpoint_virology as
    with
    part as (
        select * from _virology_part
    ),
    tally as (
        select * from part
        union all
        select 'all', 'all', visit, position, place, response, threshold, rule_place, rule,
            sum(subjects)::bigint, sum(responders)::bigint, sum(evaluable)::bigint,
            sum(missing)::bigint, sum(unknown)::bigint, data_cut
        from part
        group by visit, position, place, response, threshold, rule_place, rule, data_cut
    )
    select tally."grouping", tally.group_value, tally.visit, tally.position, tally.response,
        tally.threshold, tally.rule,
        tally.subjects, tally.responders, tally.evaluable, tally.missing, tally.unknown,
        case when tally.unknown = 0 then (limits.lowest).rate end as rate,
        case when tally.unknown = 0 then (limits.lowest).ci_lower end as ci_lower,
        case when tally.unknown = 0 then (limits.lowest).ci_upper end as ci_upper,
        (limits.lowest).rate as reported_rate, (limits.lowest).ci_lower as reported_ci_lower,
        (limits.lowest).ci_upper as reported_ci_upper,
        case when tally.unknown = 0 then 'all known' else 'unknown = failure' end as reported_rule,
        (limits.lowest).rate as lowest_rate, (limits.lowest).ci_lower as lowest_ci_lower,
        (limits.highest).rate as highest_rate, (limits.highest).ci_upper as highest_ci_upper,
        tally.data_cut
    from tally
    cross join lateral (
        select response_rate(response_tally(tally.responders,
            tally.evaluable + tally.unknown)) as lowest,
            response_rate(response_tally(tally.responders + tally.unknown,
                tally.evaluable + tally.unknown)) as highest
        offset 0
    ) as limits
    order by tally."grouping", tally.group_value, tally.position, tally.place, tally.rule_place;

comment on view endpoint_virology is 'proportions of subjects with a response, with exact (Clopper-Pearson) limits of 95 %, for each visit, response, missing-data rule and group, for data up to the data cut. A subject counts at a visit that has a result, or whose analysis window had closed without one by the analysis date; a window that is still open is no failure. Rules: observed: those with a result; non-completer = failure: without a result, or discontinued before it (treatment_course: the study drug or the study given up), is no response, but of who has not left a result that is pending is unknown; treatment-related discontinuation = failure: discontinued for lack of efficacy, an adverse event or death before the result or the end of the window is no response, else without a result is left out; last observation carried forward: the last result up to the day of discontinuation stands for one that is missing or later, without any the subject is left out; snapshot: the outcome in snapshot_outcome, category 1 is the response, every other is none, and the windows are those of snapshot_window. A result that did not come is missing whatever the reason. A result that cannot tell because it is censored is unknown under every rule, unless the rule makes the subject a failure whatever the result is; unknown is never counted as an answer: rate and limits are then null, the lowest and the highest rate say what is known, and the reported rate counts it as a failure, as reported_rule says';
comment on column endpoint_virology."grouping" is 'all, or the column of analysis_subject by which subjects are grouped: site_id unless the setting virotrial.group_by names another';
comment on column endpoint_virology.group_value is 'the group; all for everybody together';
comment on column endpoint_virology.visit is 'the visit';
comment on column endpoint_virology.position is 'the order of the visits';
comment on column endpoint_virology.response is 'what counts as a response: a viral load below a threshold, or a fall from baseline by more than one';
comment on column endpoint_virology.threshold is 'the threshold, copies/mL or log10 copies/mL, of the protocol in force on the analysis date';
comment on column endpoint_virology.rule is 'the missing-data rule';
comment on column endpoint_virology.subjects is 'subjects who have a result at the visit, or whose analysis window had closed without one by the analysis date';
comment on column endpoint_virology.responders is 'subjects known to have responded, under the rule';
comment on column endpoint_virology.evaluable is 'subjects whose answer is known under the rule, failures by rule included: the denominator where nothing is unknown';
comment on column endpoint_virology.missing is 'subjects without a result (for a fall, without a result or a baseline; under carrying forward, without any to carry; of the Snapshot, with no virologic data, category 3), whether the rule makes them failures or leaves them out';
comment on column endpoint_virology.unknown is 'subjects whose result cannot tell, because it is censored; for non-completer = failure also those whose result is pending, who are among the missing, too';
comment on column endpoint_virology.rate is 'responders / evaluable; null if any answer is unknown';
comment on column endpoint_virology.ci_lower is 'lower limit of the rate';
comment on column endpoint_virology.ci_upper is 'upper limit of the rate';
comment on column endpoint_virology.reported_rate is 'the one estimate to report: responders / (evaluable + unknown), which counts an unknown answer as a failure';
comment on column endpoint_virology.reported_ci_lower is 'its lower limit';
comment on column endpoint_virology.reported_ci_upper is 'its upper limit';
comment on column endpoint_virology.reported_rule is 'what the reported rate makes of unknown answers: unknown = failure, or all known where there are none';
comment on column endpoint_virology.lowest_rate is 'the rate if no unknown answer were a response';
comment on column endpoint_virology.lowest_ci_lower is 'its lower limit';
comment on column endpoint_virology.highest_rate is 'the rate if every unknown answer were a response';
comment on column endpoint_virology.highest_ci_upper is 'its upper limit';
comment on column endpoint_virology.data_cut is 'the last day whose data count; null where there is no data cut';
