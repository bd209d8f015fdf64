-- Change of the CD4 count from baseline

create view endpoint_cd4 as
    with
    part as (
        select * from _cd4_part
    ),
    whole as (
        select * from part
        union all
        select 'all', 'all', visit, position, sum(subjects)::bigint, sum(censored_counts)::bigint,
            sum(not_evaluable)::bigint, rollup(cd4_count order by group_value),
            rollup(change order by group_value), rollup(changes), data_cut
        from part
        group by visit, position, data_cut
    ),
    summary as (
        select "grouping", group_value, visit, position, subjects, censored_counts, not_evaluable,
            data_cut, mean_ci(cd4_count) as cd4_count, mean_ci(change) as change,
            median_ci(changes) as median, hodges_lehmann(changes) as hodges_lehmann,
            wilcoxon_signed_rank(changes) as signed_rank
        from whole
        offset 0
    )
    select "grouping", group_value, visit, position, subjects,
        (change).n, (change).missing - not_evaluable as missing,
        (change).mean, (change).sd, (change).ci_lower, (change).ci_upper,
        (median).median, (median).ci_lower as median_ci_lower, (median).ci_upper as median_ci_upper,
        (hodges_lehmann).estimate as hodges_lehmann,
        (hodges_lehmann).ci_lower as hodges_lehmann_ci_lower,
        (hodges_lehmann).ci_upper as hodges_lehmann_ci_upper,
        (signed_rank).p_value as signed_rank_p_value,
        (cd4_count).n as cd4_counts, (cd4_count).mean as mean_cd4_count,
        not_evaluable, censored_counts,
        data_cut
    from summary
    order by "grouping", group_value, position;

comment on view endpoint_cd4 is 'change of the CD4 count from baseline, cells per microlitre, as observed, for each visit and group, for data up to the data cut, with limits of 95 %';
comment on column endpoint_cd4."grouping" is 'all, or the column of analysis_subject by which subjects are grouped: site_id unless the setting virotrial.group_by names another';
comment on column endpoint_cd4.group_value is 'the group; all for everybody together';
comment on column endpoint_cd4.visit is 'the visit';
comment on column endpoint_cd4.position is 'the order of the visits';
comment on column endpoint_cd4.subjects is 'subjects who have a result at the visit, or whose analysis window had closed without one by the analysis date';
comment on column endpoint_cd4.n is 'subjects with a count at the visit and at baseline, both exact';
comment on column endpoint_cd4.missing is 'subjects without a count at the visit or at baseline';
comment on column endpoint_cd4.mean is 'mean change';
comment on column endpoint_cd4.sd is 'its standard deviation';
comment on column endpoint_cd4.ci_lower is 'its lower t limit';
comment on column endpoint_cd4.ci_upper is 'its upper t limit';
comment on column endpoint_cd4.median is 'median change';
comment on column endpoint_cd4.median_ci_lower is 'its lower limit by the sign test';
comment on column endpoint_cd4.median_ci_upper is 'its upper limit by the sign test';
comment on column endpoint_cd4.hodges_lehmann is 'the Hodges-Lehmann estimate: the median of the averages of two changes';
comment on column endpoint_cd4.hodges_lehmann_ci_lower is 'its lower limit';
comment on column endpoint_cd4.hodges_lehmann_ci_upper is 'its upper limit';
comment on column endpoint_cd4.signed_rank_p_value is 'two-sided p-value of Wilcoxons signed-rank test of no change';
comment on column endpoint_cd4.cd4_counts is 'subjects with an exact count at the visit';
comment on column endpoint_cd4.mean_cd4_count is 'their mean count';
comment on column endpoint_cd4.not_evaluable is 'subjects with both counts, one of which is a limit such as <20: their change is not a number, and is in no figure here';
comment on column endpoint_cd4.censored_counts is 'subjects whose count at the visit is a limit: it is not in mean_cd4_count';
comment on column endpoint_cd4.data_cut is 'the last day whose data count; null where there is no data cut';
