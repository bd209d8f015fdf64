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
    ),
    -- by the highest grade; none in a group is a zero
    graded as (
        select "grouping", group_value, term, maximum_grade, sum(subjects) as subjects,
            sum(percent) as percent
        from (
            select "grouping", group_value, term, maximum_grade, subjects, percent
            from event
            where event_set = 'any' and maximum_grade is not null
            union all
            select divided."grouping", divided.group_value, whole.term, whole.maximum_grade, 0, 0
            from event as divided
            cross join event as whole
            where divided.event_set = 'any' and divided.term is null
                and divided.maximum_grade is null and whole.event_set = 'any'
                and whole."grouping" = 'all' and whole.maximum_grade is not null
        ) as part
        group by "grouping", group_value, term, maximum_grade
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
            + graded.maximum_grade)::integer, graded."grouping", graded.group_value, null,
        coalesce(graded.term, 'Any term'), 'grade ' || graded.maximum_grade, one.statistic,
        one.value, null, one.decimals
    from graded
    left join named using (term)
    cross join lateral (values ('n', graded.subjects::double precision, 0),
        ('percent', graded.percent, 1)) as one (statistic, value, decimals)
    where graded.term is null or named.term is not null
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

comment on view _result_safety is 'results of safety but for the laboratory: adverse events, deaths, electrocardiograms, one row per statistic';
comment on column _result_safety.display is 'the display of the report';
comment on column _result_safety.position is 'the place of the row in the display';
comment on column _result_safety."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _result_safety.group_value is 'the group';
comment on column _result_safety.visit is 'the visit';
comment on column _result_safety.variable is 'what is analysed';
comment on column _result_safety.level is 'the category, rule, term or grade';
comment on column _result_safety.statistic is 'the name of the statistic';
comment on column _result_safety.value is 'its value; null where it is not estimable';
comment on column _result_safety.qualifier is '< or > where the value is a bound';
comment on column _result_safety.decimals is 'the decimals that a report prints';
