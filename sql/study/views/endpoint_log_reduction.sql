-- Fall of viral load from baseline

create view endpoint_log_reduction as
    with
    -- a state of each statistic for each group; all groups together are their roll-up
    part as (
        select case when grouping_column.name = 'site_id' then result.site_id else grouped.group_value end as group_value,
            result.visit, result.position, count(*) as subjects,
            count(*) filter (where result.viral_load is null or result.baseline is null) as missing,
            viral_load_tally(result.viral_load) as viral_load,
            log_reduction_tally(log_reduction(result.baseline, result.viral_load)) as reduction,
            log_reduction_sample(log_reduction(result.baseline, result.viral_load)) as sample
        from visit_viral_load as result
        left join analysis_group('analysis_subject'::regclass) as grouped using (site_id, subject_id)
        cross join (select grouping_column() as name offset 0) as grouping_column
        group by 1, 2, 3
    ),
    whole as (
        select grouping_column() as "grouping", group_value, visit, position, subjects, missing, viral_load, reduction, sample
        from part
        union all
        select 'all', 'all', visit, position, sum(subjects)::bigint, sum(missing)::bigint,
            rollup(viral_load), rollup(reduction), rollup(sample)
        from part
        group by visit, position
    ),
    summary as (
        select "grouping", group_value, visit, position, subjects, missing,
            viral_load_summary(viral_load) as viral_load, log_reduction_summary(reduction) as reduction,
            censored_quantile(sample, 0.5) as median, median_ci(sample) as median_limits
        from whole
        offset 0
    )
    select "grouping", group_value, visit, position, subjects,
        (reduction).n, missing, subjects - missing - (reduction).n as unknown, (reduction).censored,
        (reduction).mean, (reduction).sd, (reduction).ci_lower, (reduction).ci_upper,
        (reduction).mean_mle, (reduction).sd_mle, (reduction).mle_ci_lower, (reduction).mle_ci_upper,
        quantity(median) as median, qualifier(median) as median_qualifier,
        (median_limits).ci_lower as median_ci_lower, (median_limits).ci_upper as median_ci_upper,
        (viral_load).n as viral_loads, (viral_load).censored as censored_viral_loads,
        (viral_load).geometric_mean, 10 ^ (viral_load).ci_lower as geometric_ci_lower, 10 ^ (viral_load).ci_upper as geometric_ci_upper,
        (viral_load).geometric_mean_mle, 10 ^ (viral_load).mle_ci_lower as geometric_mle_ci_lower,
        10 ^ (viral_load).mle_ci_upper as geometric_mle_ci_upper
    from summary
    order by "grouping", group_value, position;
