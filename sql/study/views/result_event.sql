-- Results of adverse events by class and term, by subgroup, and in detail

create view _result_event as
    with
    event as materialized (
        select ae.group_value, ae.site_id, ae.subject_id, ae.grade, ae.is_solicited,
            ae.is_treatment_emergent is true as is_emergent, ae.is_serious is true as is_serious,
            ae.led_to_discontinuation is true as is_withdrawal, ae.is_fatal is true as is_fatal,
            coalesce(ae.system_organ_class, 'Not coded') as class,
            coalesce(ae.coded_term, ae.term) as term,
            case when ae.is_solicited then ae.term end as complaint,
            reported.is_life_threatening, reported.requires_hospitalization,
            reported.is_disabling, reported.is_congenital_anomaly,
            reported.is_medically_important, reported.action_taken
        from analysis_ae as ae
        join adverse_event as reported using (site_id, subject_id, event_number)
        where ae.is_treatment_emergent or ae.is_fatal
    ),
    population as (select * from _safety_population_size),
    -- ---- by class and term; a subject counts once in each line
    subject_line as (
        select event.group_value, kind.display, event.class, event.term,
            grouping(event.class, event.term) as rolled_up, count(*) as events
        from event
        cross join lateral (values ('adverse_events_by_class', event.is_emergent),
            ('serious_events_by_class', event.is_emergent and event.is_serious),
            ('discontinuation_events_by_class', event.is_emergent and event.is_withdrawal),
            ('fatal_events_by_class', event.is_fatal)) as kind (display, holds)
        where kind.holds
        group by grouping sets (
            (kind.display, event.group_value, event.site_id, event.subject_id),
            (kind.display, event.group_value, event.site_id, event.subject_id, event.class),
            (kind.display, event.group_value, event.site_id, event.subject_id, event.class,
                event.term),
            (kind.display, event.group_value, event.site_id, event.subject_id, event.term))
    ),
    line as (
        select one."grouping", one.group_value, part.display, part.class, part.term,
            part.rolled_up, count(*) as subjects, sum(part.events)::bigint as events
        from subject_line as part
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), part.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value, part.display, part.class, part.term,
            part.rolled_up
    ),
    -- the most frequent classes come first, and in them the most frequent terms
    class_place as (
        select line.display, line.class, line.term,
            row_number() over (partition by line.display order by whole.subjects desc, line.class,
                line.rolled_up desc, line.subjects desc, line.term) as place
        from line
        join line as whole using ("grouping", group_value, display, class)
        where line."grouping" = 'all' and line.rolled_up in (0, 1) and whole.rolled_up = 1
    ),
    term_place as (
        select line.term, row_number() over (order by line.subjects desc, line.term) as place
        from line
        join population using ("grouping", group_value)
        where "grouping" = 'all' and line.display = 'adverse_events_by_class'
            and line.rolled_up = 2 and 20 * line.subjects >= population.subjects
    ),
    row_of_table as (
        select display, 1 as position, 'Any event' as variable, null as level,
            display as source, null as class, null as term, 3 as rolled_up
        from (values ('adverse_events_by_class'), ('serious_events_by_class'),
            ('discontinuation_events_by_class'), ('fatal_events_by_class')) as kind (display)
        union all
        select display, 1 + place, class, coalesce(term, 'any term'), display, class, term,
            case when term is null then 1 else 0 end
        from class_place
        union all
        select 'common_adverse_events', 1 + place, 'Preferred term', term,
            'adverse_events_by_class', null, term, 2
        from term_place
        union all
        select 'common_adverse_events', 1, 'Any event', null, 'adverse_events_by_class', null,
            null, 3
    ),
    -- ---- by subgroup
    affected as (
        select site_id, subject_id, bool_or(is_serious) as is_serious
        from event
        where is_emergent
        group by site_id, subject_id
    ),
    subgroup as (
        select one."grouping", one.group_value, category.position, category.variable,
            category.level, count(*) as subjects,
            count(affected.site_id) as affected,
            count(*) filter (where affected.is_serious) as seriously_affected
        from _subgroup as category
        left join affected using (site_id, subject_id)
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), category.group_value)) as one ("grouping", group_value)
        -- how many drugs are active bears on the response
        where category.variable <> 'Background drugs that are fully active'
        group by one."grouping", one.group_value, category.position, category.variable,
            category.level
    ),
    subgroup_place as (
        select position, variable, level, row_number() over (order by position,
            level in ('missing', 'not known'), level) as place
        from subgroup
        where "grouping" = 'all'
    ),
    -- ---- in detail: subjects with at least one event of a kind
    worst as (
        select group_value, site_id, subject_id,
            max(grade) as grade, max(grade) filter (where is_solicited) as solicited_grade
        from event
        where is_emergent
        group by group_value, site_id, subject_id
    ),
    detail as (
        select distinct event.group_value, event.site_id, event.subject_id, kind.display,
            kind.variable, kind.level
        from event
        cross join lateral (values
            ('adverse_events_in_detail', 'Serious, by criterion', 'death',
                is_serious and is_fatal),
            ('adverse_events_in_detail', 'Serious, by criterion', 'life-threatening',
                is_life_threatening),
            ('adverse_events_in_detail', 'Serious, by criterion', 'hospitalization',
                requires_hospitalization),
            ('adverse_events_in_detail', 'Serious, by criterion', 'disability', is_disabling),
            ('adverse_events_in_detail', 'Serious, by criterion', 'congenital anomaly',
                is_congenital_anomaly),
            ('adverse_events_in_detail', 'Serious, by criterion', 'medically important',
                is_medically_important),
            ('adverse_events_in_detail', 'Action taken with the study drug', lower(action_taken),
                action_taken not in ('NOT APPLICABLE', 'UNKNOWN', 'DOSE NOT CHANGED')),
            ('solicited_complaints', 'Solicited complaints', 'any', is_solicited),
            ('solicited_complaints', 'Solicited complaints', complaint, is_solicited),
            ('solicited_complaints', 'Consequence', 'serious', is_solicited and is_serious),
            ('solicited_complaints', 'Consequence', 'leading to discontinuation',
                is_solicited and is_withdrawal)) as kind (display, variable, level, holds)
        where event.is_emergent and kind.holds
        union all
        select worst.group_value, worst.site_id, worst.subject_id, kind.display, 'Highest grade',
            'grade ' || kind.grade
        from worst
        cross join lateral (values ('adverse_events_in_detail', worst.grade),
            ('solicited_complaints', worst.solicited_grade)) as kind (display, grade)
        where kind.grade is not null
    ),
    counted as (
        select one."grouping", one.group_value, detail.display, detail.variable, detail.level,
            count(*) as subjects
        from detail
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), detail.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value, detail.display, detail.variable, detail.level
    ),
    -- what the tables show even where nobody has it
    kind as (
        select display, variable, level, min(place) as place
        from (
            select kind.display, kind.variable, level.level, 100 * kind.place + level.place
            from (values
                (1, 'adverse_events_in_detail', 'Serious, by criterion', '{death,life-threatening,hospitalization,'
                    'disability,congenital anomaly,medically important}'::text[]),
                (2, 'adverse_events_in_detail', 'Highest grade',
                    '{grade 1,grade 2,grade 3,grade 4,grade 5}'),
                (3, 'adverse_events_in_detail', 'Action taken with the study drug',
                    '{drug withdrawn,drug interrupted,dose reduced,dose rate reduced,'
                    'dose increased}'),
                (1, 'solicited_complaints', 'Solicited complaints', '{any}'),
                (2, 'solicited_complaints', 'Highest grade',
                    '{grade 1,grade 2,grade 3,grade 4,grade 5}'),
                (3, 'solicited_complaints', 'Consequence',
                    '{serious,leading to discontinuation}')) as kind (place, display, variable, levels)
            cross join unnest(kind.levels) with ordinality as level (level, place)
            union all
            select 'solicited_complaints', 'Solicited complaints', complaint,
                101 + dense_rank() over (order by position, complaint)
            from solicited_complaint
            where solicited
            union all
            select display, variable, level, 199
            from counted
            where variable = 'Solicited complaints'
        ) as named (display, variable, level, place)
        group by display, variable, level
    ),
    kind_place as (
        select kind.*, row_number() over (partition by display order by place, level) as position
        from kind
    )
    select shown.display, shown.position::integer, population."grouping", population.group_value,
        null as visit, shown.variable, shown.level, one.statistic, one.value, null as qualifier,
        one.decimals
    from row_of_table as shown
    cross join population
    left join line on line.display = shown.source and line.rolled_up = shown.rolled_up
        and line."grouping" = population."grouping" and line.group_value = population.group_value
        and line.class is not distinct from shown.class
        and line.term is not distinct from shown.term
    cross join lateral (values ('n', coalesce(line.subjects, 0)::double precision, 0),
        ('percent', 100 * coalesce(line.subjects, 0)::double precision / population.subjects, 1),
        ('events', coalesce(line.events, 0), 0)) as one (statistic, value, decimals)
    union all
    select kind.display, place.place::integer, population."grouping", population.group_value, null,
        place.variable, place.level, one.statistic, one.value, null, one.decimals
    from subgroup_place as place
    cross join population
    left join subgroup on subgroup."grouping" = population."grouping"
        and subgroup.group_value = population.group_value
        and subgroup.variable = place.variable and subgroup.level = place.level
    cross join lateral (values ('adverse_events_by_subgroup', coalesce(subgroup.affected, 0)),
        ('serious_events_by_subgroup', coalesce(subgroup.seriously_affected, 0))
        ) as kind (display, affected)
    cross join lateral (values ('n', kind.affected::double precision, 0),
        ('evaluable', coalesce(subgroup.subjects, 0), 0),
        ('percent', 100 * kind.affected::double precision / nullif(subgroup.subjects, 0), 1)
        ) as one (statistic, value, decimals)
    union all
    select kind.display, kind.position::integer, population."grouping", population.group_value,
        null, kind.variable, kind.level, one.statistic, one.value, null, one.decimals
    from kind_place as kind
    cross join population
    left join counted on counted."grouping" = population."grouping"
        and counted.group_value = population.group_value and counted.display = kind.display
        and counted.variable = kind.variable and counted.level = kind.level
    cross join lateral (values ('n', coalesce(counted.subjects, 0)::double precision, 0),
        ('percent', 100 * coalesce(counted.subjects, 0)::double precision / population.subjects, 1)
        ) as one (statistic, value, decimals);

comment on view _result_event is 'results of adverse events by class and term, by subgroup, and in detail, one row per statistic';
comment on column _result_event.display is 'the display of the report';
comment on column _result_event.position is 'the place of the row in the display';
comment on column _result_event."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _result_event.group_value is 'the group';
comment on column _result_event.visit is 'the visit';
comment on column _result_event.variable is 'what is analysed';
comment on column _result_event.level is 'the category, rule, term or grade';
comment on column _result_event.statistic is 'the name of the statistic';
comment on column _result_event.value is 'its value; null where it is not estimable';
comment on column _result_event.qualifier is '< or > where the value is a bound';
comment on column _result_event.decimals is 'the decimals that a report prints';
