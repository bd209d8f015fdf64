-- Results about subjects: who they were, what became of them, how long they were treated

create view _result_subject as
    with
    history as (
        select art.site_id, art.subject_id, count(distinct art.drug) as drugs
        from art_history as art
        join _treated_at_cut as treated using (site_id, subject_id)
        where art.started <= treated.first_dose
        group by art.site_id, art.subject_id
    ),
    person as materialized (
        select one."grouping", one.group_value, population.site_id, population.subject_id,
            subject.age, subject.resistant_drugs, subject.intolerable_drugs,
            subject.background_drugs, subject.baseline_log10_copies,
            subject.baseline_cd4_count_exact, subject.outcome,
            case when subject.is_treated then coalesce(history.drugs, 0) end as earlier_drugs,
            subject.is_treated,
            population.days_on_treatment, coalesce(exposure.person_years, 0) as person_years,
            exposure.is_ongoing, coalesce(exposure.interruptions, 0) > 0 as is_interrupted
        from safety_population as population
        join analysis_subject as subject using (site_id, subject_id)
        left join exposure using (site_id, subject_id)
        left join history using (site_id, subject_id)
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), population.group_value)) as one ("grouping", group_value)
    ),
    population as (
        select "grouping", group_value, count(*) as subjects
        from person
        group by "grouping", group_value
    ),
    measure as (
        select one.display, one.position, person."grouping", person.group_value, one.variable,
            (mean_ci(one.value order by one.value)) as mean,
            percentile_cont(array[0, 0.25, 0.5, 0.75, 1]) within group (order by one.value)
                as quantile,
            sum(one.value order by one.value) as total, one.decimals
        from person
        cross join lateral (values
            ('demographics', 10, 'Age, years', person.age::double precision, 0),
            ('demographics', 30, 'HIV-1 RNA, log10 copies/mL', person.baseline_log10_copies, 1),
            ('demographics', 50, 'CD4 count, cells/µL', person.baseline_cd4_count_exact, 0),
            ('demographics', 70, 'Drugs with resistance', person.resistant_drugs, 0),
            ('demographics', 80, 'Drugs not tolerated', person.intolerable_drugs, 0),
            ('demographics', 90, 'Antiretroviral drugs before the study',
                person.earlier_drugs, 0),
            ('exposure', 10, 'Days on treatment', person.days_on_treatment, 0),
            ('exposure', 20, 'Person-years', person.person_years, 2)
        ) as one (display, position, variable, value, decimals)
        group by one.display, one.position, person."grouping", person.group_value, one.variable,
            one.decimals
    ),
    answer as (
        select one.display, one.position, person."grouping", person.group_value, one.variable,
            one.level, count(*) as subjects
        from person
        cross join lateral (values
            ('demographics', 110, 'Background therapy',
                case when person.is_treated then coalesce(person.background_drugs, 'none')
                    else 'never treated' end),
            ('exposure', 30, 'Interrupted at least once',
                case when person.is_interrupted then 'yes' else 'no' end),
            ('exposure', 40, 'On treatment on the day of analysis',
                case when person.is_ongoing then 'yes' else 'no' end),
            ('disposition', 10, 'Study', coalesce(case person.outcome when 'completed'
                then 'completed' when 'discontinued' then 'left the study early' end,
                'in the study'))
        ) as one (display, position, variable, level)
        group by one.display, one.position, person."grouping", person.group_value, one.variable,
            one.level
        union all
        select 'demographics', divided.position, one."grouping", one.group_value,
            divided.variable, divided.level, count(*)
        from _subgroup as divided
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), divided.group_value)) as one ("grouping", group_value)
        group by divided.position, one."grouping", one.group_value, divided.variable,
            divided.level
    ),
    -- who was treated for some time was treated for all shorter ones
    duration as (
        select person."grouping", person.group_value, one.days, one.weeks,
            count(*) filter (where person.days_on_treatment >= one.days) as subjects
        from person
        cross join (values (1, '1 day'), (28, '4 weeks'), (84, '12 weeks'), (168, '24 weeks'),
            (336, '48 weeks'), (672, '96 weeks')) as one (days, weeks)
        group by person."grouping", person.group_value, one.days, one.weeks
    ),
    enrolled as (
        select one."grouping", one.group_value, subject.is_treated, subject.is_analysable,
            subject.is_per_protocol
        from analysis_subject as subject
        left join _virotrial.analysis_group('analysis_subject'::regclass) as grouped
            using (site_id, subject_id)
        cross join lateral (values ('all', 'all'), (_virotrial.grouping_column(),
            case when _virotrial.grouping_column() = 'site_id' then site_id
                else coalesce(grouped.group_value, 'not known') end)
            ) as one ("grouping", group_value)
        where subject.is_enrolled
    ),
    set_of_subjects as (
        select "grouping", group_value, count(*) as subjects,
            count(*) filter (where is_treated) as treated,
            count(*) filter (where is_analysable) as analysable,
            count(*) filter (where is_per_protocol) as per_protocol
        from enrolled
        group by "grouping", group_value
    ),
    -- a group without a subject of a level has a zero, not a gap
    category as (
        select level.display, level.position, population."grouping", population.group_value,
            level.variable, level.level, coalesce(answer.subjects, 0) as subjects,
            population.subjects as population
        from (
            select display, 1000 * position + row_number() over (partition by display, variable
                order by level in ('missing', 'not known'), level) as position,
                variable, level
            from (select distinct display, position, variable, level from answer) as known
        ) as level
        cross join population
        left join answer using (display, "grouping", group_value, variable, level)
        union all
        select 'disposition', 20000 + one.position, one."grouping", one.group_value,
            'Study drug or study given up', coalesce(one.cause, 'any reason'), one.subjects,
            one.population
        from discontinuation as one
        where one.cause is null or exists (
            select from discontinuation as whole
            where whole."grouping" = 'all' and whole.cause = one.cause and whole.subjects > 0)
        union all
        select 'exposure', 25000 + duration.days, duration."grouping", duration.group_value, 'Treated for at least', duration.weeks,
            duration.subjects, population.subjects
        from duration
        join population using ("grouping", group_value)
        union all
        select 'populations', one.position, subjects."grouping", subjects.group_value, one.label,
            null, one.subjects, subjects.subjects
        from set_of_subjects as subjects
        cross join lateral (values (1, 'Enrolled', subjects.subjects),
            (2, 'Treated: safety', subjects.treated),
            (3, 'Treated, with a baseline of HIV-1 RNA: efficacy', subjects.analysable),
            (4, 'Treated, without deviation that excludes: per protocol',
                subjects.per_protocol)) as one (position, label, subjects)
        union all
        select 'consort', 10000 + flow.position, flow."grouping", flow.group_value, flow.stage,
            flow.reason, flow.subjects, null
        from _consort_flow as flow
    ),
    breach as (
        select person."grouping", person.group_value, deviation.rule,
            count(distinct (person.site_id, person.subject_id)) as subjects,
            count(*) as deviations
        from person
        join deviation using (site_id, subject_id)
        group by grouping sets ((person."grouping", person.group_value),
            (person."grouping", person.group_value, deviation.rule))
    ),
    kind as (
        select rule, row_number() over (order by rule is not null, subjects desc, rule) as position
        from breach
        where "grouping" = 'all'
    )
    select measure.display, 1000 * measure.position as position, measure."grouping",
        measure.group_value, null as visit, measure.variable, null as level,
        one.statistic, one.value,
        null as qualifier, one.decimals
    from measure
    cross join lateral (values ('n', (measure.mean).n, 0),
        ('missing', (measure.mean).missing, 0),
        ('mean', (measure.mean).mean, measure.decimals + 1),
        ('sd', (measure.mean).sd, measure.decimals + 2),
        ('min', measure.quantile[1], measure.decimals),
        ('p25', measure.quantile[2], measure.decimals + 1),
        ('median', measure.quantile[3], measure.decimals + 1),
        ('p75', measure.quantile[4], measure.decimals + 1),
        ('max', measure.quantile[5], measure.decimals),
        ('sum', measure.total, measure.decimals)) as one (statistic, value, decimals)
    where one.statistic <> 'sum' or measure.display = 'exposure'
    union all
    select category.display, category.position::integer, category."grouping",
        category.group_value, null, category.variable,
        case category.variable when 'Background therapy' then coalesce((
            select string_agg(drug.name, ' + ' order by drug.drug)
            from drug
            where drug.drug = any (string_to_array(category.level, ' + '))), category.level)
            else category.level end,
        one.statistic, one.value, null, one.decimals
    from category
    cross join lateral (values ('n', category.subjects::double precision, 0),
        ('percent', 100 * category.subjects::double precision / category.population, 1)
        ) as one (statistic, value, decimals)
    where one.statistic = 'n' or category.population is not null
    union all
    select 'populations', 0, "grouping", group_value, null, null, null, 'N', subjects, null, 0
    from set_of_subjects
    union all
    select 'deviations', kind.position::integer, population."grouping",
        population.group_value, null, 'Deviations',
        coalesce(replace(kind.rule, '_', ' '), 'any deviation'),
        one.statistic, one.value, null,
        one.decimals
    from population
    cross join kind
    left join breach on breach."grouping" = population."grouping"
        and breach.group_value = population.group_value
        and breach.rule is not distinct from kind.rule
    cross join lateral (values ('n', coalesce(breach.subjects, 0)::double precision, 0),
        ('percent', 100 * coalesce(breach.subjects, 0)::double precision / population.subjects, 1),
        ('events', coalesce(breach.deviations, 0), 0)) as one (statistic, value, decimals);

comment on view _result_subject is 'results about subjects: demographics, populations, flow, disposition, exposure, deviations, one row per statistic';
comment on column _result_subject.display is 'the display of the report';
comment on column _result_subject.position is 'the place of the row in the display';
comment on column _result_subject."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _result_subject.group_value is 'the group';
comment on column _result_subject.visit is 'the visit';
comment on column _result_subject.variable is 'what is analysed';
comment on column _result_subject.level is 'the category, rule, term or grade';
comment on column _result_subject.statistic is 'the name of the statistic';
comment on column _result_subject.value is 'its value; null where it is not estimable';
comment on column _result_subject.qualifier is '< or > where the value is a bound';
comment on column _result_subject.decimals is 'the decimals that a report prints';
