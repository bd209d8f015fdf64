-- Results of what subjects had and took: medical history, prior and concomitant medication

create view _result_history as
    with
    medication as (
        select site_id, subject_id, coalesce(medication_class, 'Not coded') as class,
            coalesce(coded_term, lower(btrim(medication))) as term, started_first, ended_last
        from concomitant_medication
        union all
        select art.site_id, art.subject_id, 'Antiretroviral, ' || drug.class, drug.name,
            art.started, art.stopped - 1
        from art_history as art
        join drug using (drug)
        union all
        select regimen.site_id, regimen.subject_id, 'Antiretroviral, ' || drug.class, drug.name,
            regimen.started, regimen.stopped - 1
        from regimen
        join drug using (drug)
        where regimen.drug not in (select study_drug from protocol)
    ),
    -- what nobody knows the beginning of was there before, and its end may be later
    had as (
        select 'medical_history' as display, population.group_value, population.site_id,
            population.subject_id, coalesce(history.system_organ_class, 'Not coded') as class,
            coalesce(history.coded_term, lower(btrim(history.term))) as term
        from medical_history as history
        join safety_population as population using (site_id, subject_id)
        where (history.started_first > population.first_dose) is not true
        union all
        select kind.display, population.group_value, population.site_id, population.subject_id,
            medication.class, medication.term
        from medication
        join safety_population as population using (site_id, subject_id)
        cross join lateral (values
            ('prior_medication', (medication.started_first >= population.first_dose) is not true),
            ('concomitant_medication', (medication.ended_last < population.first_dose
                or medication.started_first > least(population.last_emergent_day,
                    (select data_cut()))) is not true)) as kind (display, holds)
        where kind.holds
    ),
    population as (select * from _safety_population_size),
    subject_line as (
        select display, group_value, class, term, grouping(class, term) as rolled_up
        from had
        group by grouping sets ((display, group_value, site_id, subject_id),
            (display, group_value, site_id, subject_id, class),
            (display, group_value, site_id, subject_id, class, term))
    ),
    line as (
        select one."grouping", one.group_value, part.display, part.class, part.term,
            part.rolled_up, count(*) as subjects
        from subject_line as part
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), part.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value, part.display, part.class, part.term,
            part.rolled_up
    ),
    place as (
        select display, class, term, row_number() over (partition by display
            order by class, term is not null, subjects desc, term) as place
        from line
        where "grouping" = 'all' and rolled_up < 3
    ),
    row_of_table as (
        select display, 1 as position, named.variable, null as level, null as class, null as term
        from (values ('medical_history', 'Any condition'), ('prior_medication', 'Any medication'),
            ('concomitant_medication', 'Any medication')) as named (display, variable)
        union all
        select display, 1 + place, class, coalesce(term, 'any'), class, term
        from place
    )
    select shown.display, shown.position::integer, population."grouping", population.group_value,
        null as visit, shown.variable, shown.level, one.statistic, one.value, null as qualifier,
        one.decimals
    from row_of_table as shown
    cross join population
    left join line on line.display = shown.display
        and line."grouping" = population."grouping" and line.group_value = population.group_value
        and line.class is not distinct from shown.class
        and line.term is not distinct from shown.term
    cross join lateral (values ('n', coalesce(line.subjects, 0)::double precision, 0),
        ('percent', 100 * coalesce(line.subjects, 0)::double precision / population.subjects, 1)
        ) as one (statistic, value, decimals);

comment on view _result_history is 'results of medical history, prior and concomitant medication, one row per statistic';
comment on column _result_history.display is 'the display of the report';
comment on column _result_history.position is 'the place of the row in the display';
comment on column _result_history."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _result_history.group_value is 'the group';
comment on column _result_history.visit is 'the visit';
comment on column _result_history.variable is 'what is analysed';
comment on column _result_history.level is 'the category, rule, term or grade';
comment on column _result_history.statistic is 'the name of the statistic';
comment on column _result_history.value is 'its value; null where it is not estimable';
comment on column _result_history.qualifier is '< or > where the value is a bound';
comment on column _result_history.decimals is 'the decimals that a report prints';
