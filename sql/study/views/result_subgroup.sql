-- Responses in subgroups of the subjects, and at each site

create view _result_subgroup as
    with
    -- non-completer = failure, as in endpoint_virology
    answer as (
        select site_id, subject_id, group_value, visit, position, is_observed,
            case when left_for_treatment is not null then false
                when is_observed then is_below_suppression_threshold
                when missing_reason = 'pending' then null else false end as is_response
        from visit_response
    ),
    latest as (
        select visit
        from answer
        cross join (select count(*) as subjects from safety_population) as treated
        group by visit, position, treated.subjects
        order by case when 2 * count(*) >= treated.subjects then position else 0 end desc,
            count(*) desc
        limit 1
    ),
    divided as (
        select position, variable, level, site_id, subject_id
        from _subgroup
        where variable <> 'Age group, years'
        union all
        select one.position, one.variable, one.level, site_id, subject_id
        from safety_population
        cross join lateral (values (0, 'All subjects', 'all'), (200, 'Site', site_id))
            as one (position, variable, level)
    ),
    part as (
        select divided.position, divided.variable, divided.level, answer.group_value,
            answer.visit, count(*) as subjects,
            count(*) filter (where answer.is_response) as responders,
            count(*) filter (where answer.is_response is null) as unknown,
            count(*) filter (where not answer.is_observed) as missing
        from answer
        join latest using (visit)
        join divided using (site_id, subject_id)
        group by divided.position, divided.variable, divided.level, answer.group_value,
            answer.visit
    ),
    whole as (
        select part.position, part.variable, part.level, part.visit, one."grouping",
            one.group_value, sum(part.subjects)::bigint as subjects,
            sum(part.responders)::bigint as responders, sum(part.unknown)::bigint as unknown,
            sum(part.missing)::bigint as missing
        from part
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), part.group_value)) as one ("grouping", group_value)
        group by part.position, part.variable, part.level, part.visit, one."grouping",
            one.group_value
    ),
    place as (
        select variable, level, 100 * position + row_number()
            over (partition by variable order by level in ('missing', 'not known'), level) as place
        from (select distinct position, variable, level from divided) as known
    ),
    arms as (
        select min(arm) filter (where place = 1) as treated,
            min(arm) filter (where place = 2) as control
        from (select arm, row_number() over (order by treatment = 'study drug' desc, position)
            as place from arm) as placed
        where _virotrial.grouping_column() in ('arm', 'treated_arm')
        having count(*) = 2
    ),
    compared as (
        select divided.variable, divided.level, answer.visit,
            format('%s, %s less %s', divided.variable, arms.treated, arms.control) as what,
            rate_difference(response_comparison(coalesce(answer.is_response, false),
                answer.group_value = arms.treated)) as difference
        from arms
        cross join answer
        join latest using (visit)
        join divided using (site_id, subject_id)
        where answer.group_value in (arms.treated, arms.control)
        group by divided.variable, divided.level, answer.visit, arms.treated, arms.control
    )
    select 'response_by_subgroup' as display, place.place::integer as position,
        whole."grouping", whole.group_value, whole.visit, whole.variable, whole.level,
        one.statistic, one.value, null as qualifier, one.decimals
    from whole
    join place using (variable, level)
    cross join _protocol_at_analysis as protocol
    cross join lateral (
        select response_rate(response_tally(whole.responders, whole.subjects)) as lowest,
            response_rate(response_tally(whole.responders + whole.unknown, whole.subjects))
                as highest
        offset 0
    ) as limits
    cross join lateral (values ('n', whole.responders::double precision, 0),
        ('evaluable', whole.subjects, 0),
        ('missing', whole.missing, 0),
        ('unknown', whole.unknown, 0),
        ('percent', 100 * (limits.lowest).rate, 1),
        ('ci_lower', 100 * (limits.lowest).ci_lower, 1),
        ('ci_upper', 100 * (limits.lowest).ci_upper, 1),
        ('percent_lowest', 100 * (limits.lowest).rate, 1),
        ('percent_highest', 100 * (limits.highest).rate, 1),
        ('threshold', protocol.suppression_threshold, 0)) as one (statistic, value, decimals)
    union all
    select 'response_by_subgroup', 50 + place.place::integer, 'all', 'all', compared.visit,
        compared.what, compared.level, one.statistic, one.value, null, 1
    from compared
    join place using (variable, level)
    cross join lateral (values ('percent', 100 * (compared.difference).estimate),
        ('ci_lower', 100 * (compared.difference).ci_lower),
        ('ci_upper', 100 * (compared.difference).ci_upper)) as one (statistic, value)
    where (compared.difference).treated > 0 and (compared.difference).control > 0;

comment on view _result_subgroup is 'results of subgroups and sites: responses, non-completer = failure, below protocol.suppression_threshold at the last visit that at least half of the treated subjects have reached; of two arms also the difference, one row per statistic';
comment on column _result_subgroup.display is 'the display of the report';
comment on column _result_subgroup.position is 'the place of the row in the display';
comment on column _result_subgroup."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _result_subgroup.group_value is 'the group';
comment on column _result_subgroup.visit is 'the visit';
comment on column _result_subgroup.variable is 'what is analysed';
comment on column _result_subgroup.level is 'the category, rule, term or grade';
comment on column _result_subgroup.statistic is 'the name of the statistic';
comment on column _result_subgroup.value is 'its value; null where it is not estimable';
comment on column _result_subgroup.qualifier is '< or > where the value is a bound';
comment on column _result_subgroup.decimals is 'the decimals that a report prints';
