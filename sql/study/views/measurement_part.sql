-- The states of endpoint_log_reduction and endpoint_cd4 for each group

create view _log_reduction_part as
    select _virotrial.grouping_column() as "grouping", result.group_value, result.visit,
        result.position, count(*) as subjects,
        count(*) filter (where result.viral_load is null or result.baseline is null) as missing,
        viral_load_tally(result.viral_load) as viral_load,
        log_reduction_tally(log_reduction(result.baseline, result.viral_load)) as reduction,
        -- in an order, so that the same rows make the same state
        log_reduction_sample(log_reduction(result.baseline, result.viral_load)
            order by log_reduction(result.baseline, result.viral_load)) as sample,
        nullif(data_cut(), 'infinity') as data_cut
    from visit_viral_load as result
    group by result.group_value, result.visit, result.position;
comment on view _log_reduction_part is 'a state of each statistic of endpoint_log_reduction for each group; all groups together are their roll-up';
comment on column _log_reduction_part."grouping" is 'the column of analysis_subject by which subjects are grouped';
comment on column _log_reduction_part.group_value is 'the group';
comment on column _log_reduction_part.visit is 'the visit';
comment on column _log_reduction_part.position is 'the order of the visits';
comment on column _log_reduction_part.subjects is 'subjects who count at the visit';
comment on column _log_reduction_part.missing is 'subjects without a result, or without a baseline';
comment on column _log_reduction_part.viral_load is 'the viral loads';
comment on column _log_reduction_part.reduction is 'the falls from baseline, for the means';
comment on column _log_reduction_part.sample is 'the falls from baseline, for the median';
comment on column _log_reduction_part.data_cut is 'the last day whose data count; null where there is no data cut';

create view _cd4_part as
    select _virotrial.grouping_column() as "grouping", result.group_value, result.visit,
        result.position, count(*) as subjects,
        count(*) filter (where is_censored(result.cd4_count)) as censored_counts,
        count(*) filter (where is_censored(result.cd4_count) and result.baseline is not null
            or is_censored(result.baseline) and result.cd4_count is not null) as not_evaluable,
        -- in an order: sums of numbers in another one differ in their last digits
        mean_tally(exact_value(result.cd4_count)
            order by exact_value(result.cd4_count)) as cd4_count,
        mean_tally(exact_value(result.cd4_count) - exact_value(result.baseline)
            order by exact_value(result.cd4_count) - exact_value(result.baseline)) as change,
        value_distribution(exact_value(result.cd4_count)
            - exact_value(result.baseline)) as changes,
        nullif(data_cut(), 'infinity') as data_cut
    from visit_cd4 as result
    group by result.group_value, result.visit, result.position;
comment on view _cd4_part is 'a state of each statistic of endpoint_cd4 for each group; all groups together are their roll-up';
comment on column _cd4_part."grouping" is 'the column of analysis_subject by which subjects are grouped';
comment on column _cd4_part.group_value is 'the group';
comment on column _cd4_part.visit is 'the visit';
comment on column _cd4_part.position is 'the order of the visits';
comment on column _cd4_part.subjects is 'subjects who count at the visit';
comment on column _cd4_part.censored_counts is 'subjects whose count at the visit is a limit';
comment on column _cd4_part.not_evaluable is 'subjects with both counts, one of which is a limit';
comment on column _cd4_part.cd4_count is 'the exact counts';
comment on column _cd4_part.change is 'the changes from baseline, for the mean';
comment on column _cd4_part.changes is 'the changes from baseline, for the median and ranks';
comment on column _cd4_part.data_cut is 'the last day whose data count; null where there is no data cut';
