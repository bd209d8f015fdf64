-- Results of the efficacy endpoints: responses, and changes of viral load and CD4 count

create view _result_efficacy as
    with
    response as (
        select endpoint.*,
            dense_rank() over (order by response like '>%', threshold desc) as response_position,
            array_position(array['observed', 'non-completer = failure',
                'treatment-related discontinuation = failure',
                'last observation carried forward', 'snapshot'], rule) as rule_position
        from endpoint_virology as endpoint
    )
    select 'response' as display,
        (10000 * response.response_position + 100 * response.position
            + response.rule_position)::integer as position,
        response."grouping", response.group_value, response.visit,
        'HIV-1 RNA ' || response.response || case when response.response like '<%'
            then ' copies/mL' else ' below baseline' end as variable,
        response.rule as level, one.statistic, one.value, null as qualifier, one.decimals
    from response
    cross join lateral (values ('n', response.responders::double precision, 0),
        ('evaluable', response.evaluable + response.unknown, 0),
        ('missing', response.missing, 0),
        ('unknown', response.unknown, 0),
        ('percent', 100 * response.reported_rate, 1),
        ('ci_lower', 100 * response.reported_ci_lower, 1),
        ('ci_upper', 100 * response.reported_ci_upper, 1),
        ('percent_lowest', 100 * response.lowest_rate, 1),
        ('percent_highest', 100 * response.highest_rate, 1)) as one (statistic, value, decimals)
    union all
    select 'viral_load_change', change.position, change."grouping", change.group_value,
        change.visit, 'Fall of HIV-1 RNA from baseline, log10 copies/mL', null, one.statistic,
        one.value, one.qualifier, one.decimals
    from endpoint_log_reduction as change
    cross join lateral (values ('n', change.n::double precision, null, 0),
        ('missing', change.missing, null, 0),
        ('unknown', change.unknown, null, 0),
        ('censored', change.censored, null, 0),
        ('mean', change.mean, null, 2),
        ('sd', change.sd, null, 2),
        ('ci_lower', change.ci_lower, null, 2),
        ('ci_upper', change.ci_upper, null, 2),
        ('mean_mle', change.mean_mle, null, 2),
        ('sd_mle', change.sd_mle, null, 2),
        ('mle_ci_lower', change.mle_ci_lower, null, 2),
        ('mle_ci_upper', change.mle_ci_upper, null, 2),
        ('median', quantity(change.median), change.median_qualifier, 2),
        ('median_ci_lower', change.median_ci_lower, null, 2),
        ('median_ci_upper', change.median_ci_upper, null, 2),
        ('geometric_mean', change.geometric_mean, null, 0),
        ('geometric_mean_mle', change.geometric_mean_mle, null, 1)
        ) as one (statistic, value, qualifier, decimals)
    union all
    select 'cd4_change', change.position, change."grouping", change.group_value, change.visit,
        'Change of CD4 count from baseline, cells/µL', null, one.statistic, one.value, null,
        one.decimals
    from endpoint_cd4 as change
    cross join lateral (values ('n', change.n::double precision, 0),
        ('missing', change.missing, 0),
        ('not_evaluable', change.not_evaluable, 0),
        ('mean', change.mean, 1),
        ('sd', change.sd, 1),
        ('ci_lower', change.ci_lower, 1),
        ('ci_upper', change.ci_upper, 1),
        ('median', change.median, 1),
        ('median_ci_lower', change.median_ci_lower, 1),
        ('median_ci_upper', change.median_ci_upper, 1),
        ('hodges_lehmann', change.hodges_lehmann, 1),
        ('hodges_lehmann_ci_lower', change.hodges_lehmann_ci_lower, 1),
        ('hodges_lehmann_ci_upper', change.hodges_lehmann_ci_upper, 1),
        ('p_value', change.signed_rank_p_value, 4)) as one (statistic, value, decimals);

comment on view _result_efficacy is 'results of the efficacy endpoints: responses, and changes of viral load and CD4 count, one row per statistic';
comment on column _result_efficacy.display is 'the display of the report';
comment on column _result_efficacy.position is 'the place of the row in the display';
comment on column _result_efficacy."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _result_efficacy.group_value is 'the group';
comment on column _result_efficacy.visit is 'the visit';
comment on column _result_efficacy.variable is 'what is analysed';
comment on column _result_efficacy.level is 'the category, rule, term or grade';
comment on column _result_efficacy.statistic is 'the name of the statistic';
comment on column _result_efficacy.value is 'its value; null where it is not estimable';
comment on column _result_efficacy.qualifier is '< or > where the value is a bound';
comment on column _result_efficacy.decimals is 'the decimals that a report prints';
