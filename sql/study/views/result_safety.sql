-- Results of safety but for the laboratory's: adverse events, deaths, electrocardiograms

create view _result_safety as
    with
    event as materialized (
        select *
        from endpoint_safety
        where term is null and maximum_grade is null or event_set = 'any'
    ),
    -- the most frequent terms come first
    named as (
        select term, row_number() over (order by subjects desc, term) as position
        from event
        where "grouping" = 'all' and event_set = 'any' and term is not null
            and maximum_grade is null and events + events_unknown > 0
    )
    select 'adverse_events' as display, event.position, event."grouping", event.group_value,
        null as visit, 'Adverse events' as variable, event.event_set as level, one.statistic,
        one.value, null as qualifier, one.decimals
    from event
    cross join lateral (values ('n', event.subjects::double precision, 0),
        ('unknown', event.subjects_unknown, 0),
        ('percent', event.percent, 1),
        ('ci_lower', event.percent_ci_lower, 1),
        ('ci_upper', event.percent_ci_upper, 1),
        ('events', event.events, 0),
        ('person_years', event.person_years, 1),
        ('rate', event.event_rate, 1),
        ('rate_ci_lower', event.event_rate_ci_lower, 1),
        ('rate_ci_upper', event.event_rate_ci_upper, 1)) as one (statistic, value, decimals)
    where event.term is null and event.maximum_grade is null
    union all
    select 'adverse_events_by_term', named.position::integer, event."grouping", event.group_value,
        null, 'Term', event.term, one.statistic, one.value, null, one.decimals
    from event
    join named using (term)
    cross join lateral (values ('n', event.subjects::double precision, 0),
        ('percent', event.percent, 1),
        ('events', event.events, 0)) as one (statistic, value, decimals)
    where event.maximum_grade is null
    union all
    select 'adverse_events_by_grade', (10 * coalesce(named.position, 0)
            + event.maximum_grade)::integer, event."grouping", event.group_value, null,
        coalesce(event.term, 'Any term'), 'grade ' || event.maximum_grade, one.statistic,
        one.value, null, one.decimals
    from event
    left join named using (term)
    cross join lateral (values ('n', event.subjects::double precision, 0),
        ('percent', event.percent, 1)) as one (statistic, value, decimals)
    where event.event_set = 'any' and event.maximum_grade is not null
        and (event.term is null or named.term is not null)
    union all
    select 'deaths', finding.position, finding."grouping", finding.group_value, null, 'Finding',
        finding.finding, one.statistic, one.value, null, one.decimals
    from safety_finding as finding
    cross join lateral (values ('n', finding.subjects::double precision, 0),
        ('unknown', finding.subjects_unknown, 0),
        ('percent', finding.percent, 1),
        ('ci_lower', finding.percent_ci_lower, 1),
        ('ci_upper', finding.percent_ci_upper, 1)) as one (statistic, value, decimals)
    union all
    select 'electrocardiogram', finding.position, finding."grouping", finding.group_value, null,
        'Electrocardiogram on treatment', finding.finding, one.statistic, one.value, null,
        one.decimals
    from ecg_finding as finding
    cross join lateral (values ('n', finding.subjects::double precision, 0),
        ('evaluable', finding.evaluable, 0),
        ('unknown', finding.subjects_unknown, 0),
        ('percent', finding.percent, 1),
        ('ci_lower', finding.percent_ci_lower, 1),
        ('ci_upper', finding.percent_ci_upper, 1)) as one (statistic, value, decimals);
