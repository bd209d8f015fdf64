-- Fall of viral load from baseline

create view endpoint_log_reduction as
    with
    part as (
        select * from _log_reduction_part
    ),
    -- all groups together are the roll-up of their states
    whole as (
        select * from part
        union all
        select 'all', 'all', visit, position, sum(subjects)::bigint, sum(missing)::bigint,
            rollup(viral_load order by group_value), rollup(reduction order by group_value),
            rollup(sample order by group_value), data_cut
        from part
        group by visit, position, data_cut
    ),
    summary as (
        select "grouping", group_value, visit, position, subjects, missing, data_cut,
            viral_load_summary(viral_load) as viral_load,
            log_reduction_summary(reduction) as reduction,
            censored_quantile(sample, 0.5) as median, median_ci(sample) as median_limits
        from whole
        offset 0
    )
    select "grouping", group_value, visit, position, subjects,
        (reduction).n, missing, subjects - missing - (reduction).n as unknown, (reduction).censored,
        (reduction).mean, (reduction).sd, (reduction).ci_lower, (reduction).ci_upper,
        (reduction).mean_mle, (reduction).sd_mle, (reduction).mle_ci_lower,
        (reduction).mle_ci_upper,
        median, lower_bound(median) as median_lower, upper_bound(median) as median_upper,
        exact_value(median) as median_exact, qualifier(median) as median_qualifier,
        (median_limits).ci_lower as median_ci_lower, (median_limits).ci_upper as median_ci_upper,
        (viral_load).n as viral_loads, (viral_load).censored as censored_viral_loads,
        (viral_load).geometric_mean, 10 ^ (viral_load).ci_lower as geometric_ci_lower,
        10 ^ (viral_load).ci_upper as geometric_ci_upper,
        (viral_load).geometric_mean_mle, 10 ^ (viral_load).mle_ci_lower as geometric_mle_ci_lower,
        10 ^ (viral_load).mle_ci_upper as geometric_mle_ci_upper,
        data_cut
    from summary
    order by "grouping", group_value, position;

comment on view endpoint_log_reduction is 'fall of the viral load from baseline, log10 copies/mL, as observed, and the geometric mean viral load, for each visit and group, for data up to the data cut, with limits of 95 %. A censored result counts at its limit in the means by substitution, as a bound in those by maximum likelihood (censored normal) and in the median of Kaplan and Meier (censored on one side) or Turnbull (on both)';
comment on column endpoint_log_reduction."grouping" is 'all, or the column of analysis_subject by which subjects are grouped: site_id unless the setting virotrial.group_by names another';
comment on column endpoint_log_reduction.group_value is 'the group; all for everybody together';
comment on column endpoint_log_reduction.visit is 'the visit';
comment on column endpoint_log_reduction.position is 'the order of the visits';
comment on column endpoint_log_reduction.subjects is 'subjects who have a result at the visit, or whose analysis window had closed without one by the analysis date';
comment on column endpoint_log_reduction.n is 'subjects whose fall is known, exactly or as a bound';
comment on column endpoint_log_reduction.missing is 'subjects without a result, or without a baseline';
comment on column endpoint_log_reduction.unknown is 'subjects of whose fall nothing is known, as both results are censored';
comment on column endpoint_log_reduction.censored is 'those of n whose fall is a bound';
comment on column endpoint_log_reduction.mean is 'mean fall, bounds taken as values';
comment on column endpoint_log_reduction.sd is 'its standard deviation';
comment on column endpoint_log_reduction.ci_lower is 'its lower t limit';
comment on column endpoint_log_reduction.ci_upper is 'its upper t limit';
comment on column endpoint_log_reduction.mean_mle is 'mean fall by maximum likelihood';
comment on column endpoint_log_reduction.sd_mle is 'standard deviation by maximum likelihood';
comment on column endpoint_log_reduction.mle_ci_lower is 'lower Wald limit of mean_mle';
comment on column endpoint_log_reduction.mle_ci_upper is 'upper Wald limit of mean_mle';
comment on column endpoint_log_reduction.median is 'median fall: exact, or with < or > if it is known as a bound alone';
comment on column endpoint_log_reduction.median_lower is 'the lower end of what the median may be; null where there is none';
comment on column endpoint_log_reduction.median_upper is 'the upper end of what the median may be; null where there is none';
comment on column endpoint_log_reduction.median_exact is 'its number; null if it is a bound';
comment on column endpoint_log_reduction.median_qualifier is '=, or < or > where the median is below or above the bound';
comment on column endpoint_log_reduction.median_ci_lower is 'lower limit of the median by the sign test; null if unbounded';
comment on column endpoint_log_reduction.median_ci_upper is 'upper limit of the median by the sign test; null if unbounded';
comment on column endpoint_log_reduction.viral_loads is 'subjects with a viral load at the visit';
comment on column endpoint_log_reduction.censored_viral_loads is 'those of them whose viral load is censored';
comment on column endpoint_log_reduction.geometric_mean is 'geometric mean viral load, copies/mL, censored ones at their limit';
comment on column endpoint_log_reduction.geometric_ci_lower is 'its lower t limit';
comment on column endpoint_log_reduction.geometric_ci_upper is 'its upper t limit';
comment on column endpoint_log_reduction.geometric_mean_mle is 'geometric mean viral load by maximum likelihood';
comment on column endpoint_log_reduction.geometric_mle_ci_lower is 'its lower Wald limit';
comment on column endpoint_log_reduction.geometric_mle_ci_upper is 'its upper Wald limit';
comment on column endpoint_log_reduction.data_cut is 'the last day whose data count; null where there is no data cut';
