-- Results of resistance: drugs at baseline, and what emerged at virologic failure

create view _result_resistance as
    with
    population as (select * from _safety_population_size),
    -- the worst that any test up to enrolment says of a drug
    called as (
        select population.group_value, call.site_id, call.subject_id, drug.class, drug.name,
            bool_or(call.call = 'resistant') as is_resistant
        from genotype_drug_call as call
        join safety_population as population using (site_id, subject_id)
        join enrolment using (site_id, subject_id)
        join drug using (drug)
        where call.collected <= enrolment.enrolled and not drug.is_booster
        group by population.group_value, call.site_id, call.subject_id, drug.class, drug.name
    ),
    call_tally as (
        select one."grouping", one.group_value, called.class, called.name, count(*) as evaluable,
            count(*) filter (where called.is_resistant) as subjects
        from called
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), called.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value, called.class, called.name
    ),
    call_place as (
        select class, name, row_number() over (order by class, name) as place
        from call_tally
        where "grouping" = 'all'
    ),
    failed as (
        select population.group_value, failure.site_id, failure.subject_id, failure.failed,
            population.first_dose
        from virologic_failure as failure
        join safety_population as population using (site_id, subject_id)
        where failure.is_failure
    ),
    -- the mutations before the first dose, with the genes that were read, and those since failure
    tested as (
        select failed.group_value, failed.site_id, failed.subject_id,
            genotype.collected <= failed.first_dose as is_before, gene.gene, one.mutation::text
        from failed
        join genotype using (site_id, subject_id)
        cross join lateral unnest(coalesce(genotype.genes, genes(genotype.mutations)))
            as gene (gene)
        left join lateral unnest(genotype.mutations) as one (mutation)
            on gene(one.mutation) = gene.gene and codon(one.mutation) > 0
        where genotype.mutations is not null and genotype.collected <= (select data_cut())
            and (genotype.collected <= failed.first_dose or genotype.collected >= failed.failed)
    ),
    compared as (
        select later.group_value, later.site_id, later.subject_id, later.mutation,
            bool_or(earlier.gene is not null) as is_comparable,
            bool_or(earlier.mutation = later.mutation) is not true as is_new
        from tested as later
        left join tested as earlier on earlier.site_id = later.site_id
            and earlier.subject_id = later.subject_id and earlier.is_before
            and earlier.gene = later.gene
        where not later.is_before
        group by later.group_value, later.site_id, later.subject_id, later.gene, later.mutation
    ),
    finding as (
        select group_value, site_id, subject_id, 1 as position, 'Confirmed virologic failure'
            as variable, null::text as level
        from failed
        union all
        select distinct group_value, site_id, subject_id, 2,
            'Genotype before treatment and since failure', null
        from compared
        where is_comparable
        union all
        select distinct group_value, site_id, subject_id, 3, 'Emergent mutations', 'any'
        from compared
        where is_comparable and is_new and mutation is not null
        union all
        select distinct group_value, site_id, subject_id, 4, 'Emergent mutations', mutation
        from compared
        where is_comparable and is_new and mutation is not null
    ),
    finding_tally as (
        select one."grouping", one.group_value, finding.position, finding.variable, finding.level,
            count(*) as subjects
        from finding
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), finding.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value, finding.position, finding.variable, finding.level
    ),
    finding_place as (
        select variable, level, row_number() over (order by min(position), level) as place
        from (
            values (1, 'Confirmed virologic failure', null),
                (2, 'Genotype before treatment and since failure', null),
                (3, 'Emergent mutations', 'any')
            union all
            select position, variable, level
            from finding_tally
        ) as named (position, variable, level)
        group by variable, level
    )
    select 'resistance_at_baseline' as display, place.place::integer as position,
        population."grouping", population.group_value, null as visit, place.class as variable,
        place.name as level, one.statistic, one.value, null as qualifier, one.decimals
    from call_place as place
    cross join population
    left join call_tally as tally on tally."grouping" = population."grouping"
        and tally.group_value = population.group_value and tally.name = place.name
    cross join lateral (values ('n', coalesce(tally.subjects, 0)::double precision, 0),
        ('evaluable', coalesce(tally.evaluable, 0), 0),
        ('percent', 100 * tally.subjects::double precision / tally.evaluable, 1)
        ) as one (statistic, value, decimals)
    union all
    select 'resistance_emergent', place.place::integer, population."grouping",
        population.group_value, null, place.variable, place.level, one.statistic, one.value, null,
        one.decimals
    from finding_place as place
    cross join population
    left join finding_tally as tally on tally."grouping" = population."grouping"
        and tally.group_value = population.group_value and tally.variable = place.variable
        and tally.level is not distinct from place.level
    cross join lateral (values ('n', coalesce(tally.subjects, 0)::double precision, 0),
        ('percent', 100 * coalesce(tally.subjects, 0)::double precision / population.subjects, 1)
        ) as one (statistic, value, decimals);

comment on view _result_resistance is 'results of resistance: drugs at baseline, and what emerged at virologic failure, one row per statistic';
comment on column _result_resistance.display is 'the display of the report';
comment on column _result_resistance.position is 'the place of the row in the display';
comment on column _result_resistance."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _result_resistance.group_value is 'the group';
comment on column _result_resistance.visit is 'the visit';
comment on column _result_resistance.variable is 'what is analysed';
comment on column _result_resistance.level is 'the category, rule, term or grade';
comment on column _result_resistance.statistic is 'the name of the statistic';
comment on column _result_resistance.value is 'its value; null where it is not estimable';
comment on column _result_resistance.qualifier is '< or > where the value is a bound';
comment on column _result_resistance.decimals is 'the decimals that a report prints';
