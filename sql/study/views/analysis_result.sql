-- All results of a report, one row per statistic

create view analysis_result as
    with
    population as (select * from _safety_population_size),
    -- a trial without arms randomises nobody
    chosen as (
        select known.analysis_set, known.displays, case when known.analysis_set = 'randomised'
            and not exists (select from arm) then 'enrolled subjects' else known.population end
            as population
        from virotrial_analysis_set as known
        where known.analysis_set = _virotrial.chosen_analysis_set()
    ),
    result as (
        select display, position, "grouping", group_value, visit, variable, level, statistic,
            value, qualifier, decimals
        from _result_subject
        union all
        select * from _result_efficacy
        union all
        select * from _result_subgroup
        union all
        select * from _result_survival
        union all
        select * from _result_safety
        union all
        select * from _result_laboratory
        union all
        select * from _result_event
        union all
        select * from _result_history
        union all
        select * from _result_vital_signs
        union all
        select * from _result_resistance
        union all
        select listed.display, 0, population."grouping", population.group_value, null, null, null,
            'N', population.subjects, null, 0
        from virotrial_display as listed
        cross join population
        where listed.population = 'treated subjects'
        union all
        -- of nobody there are no groups
        select listed.display, 0, 'all', 'all', null, null, null, 'N', 0, null, 0
        from virotrial_display as listed
        where listed.population = 'treated subjects' and not exists (select from population)
        union all
        select 'consort', 0, "grouping", group_value, null, null, null, 'N', subjects, null, 0
        from _consort_flow
        where stage = 'screened'
    )
    select concat_ws('/', result.display,
            nullif(chosen.analysis_set, 'treated'), result."grouping",
            nullif(result.group_value, 'all'),
            result.variable, result.level, result.visit, result.statistic) as result_id,
        result.display, result.position, case when listed.population = 'treated subjects'
            then chosen.population else listed.population end as population,
        result."grouping", result.group_value,
        result.visit, result.variable, result.level, result.statistic, named.label, result.value,
        result.qualifier, result.decimals,
        _virotrial.printed(result.value, result.decimals, result.qualifier, result.statistic)
            as printed,
        nullif(data_cut(), 'infinity') as data_cut
    from result
    join virotrial_display as listed using (display)
    join _virotrial.statistic_label() as named using (statistic)
    cross join chosen
    where chosen.analysis_set = 'treated' or result.display = any (chosen.displays)
        or chosen.displays is null and listed.population = 'treated subjects';

comment on view analysis_result is 'the results of a report, one row per statistic';
comment on column analysis_result.result_id is 'identifies the statistic in an analysis';
comment on column analysis_result.display is 'the display of the report';
comment on column analysis_result.position is 'the place of the row in the display';
comment on column analysis_result.population is 'the subjects that it is about';
comment on column analysis_result."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column analysis_result.group_value is 'the group';
comment on column analysis_result.visit is 'the visit';
comment on column analysis_result.variable is 'what is analysed';
comment on column analysis_result.level is 'the category, rule, term or grade';
comment on column analysis_result.statistic is 'the name of the statistic';
comment on column analysis_result.label is 'what the statistic is called';
comment on column analysis_result.value is 'its value; null where it is not estimable';
comment on column analysis_result.qualifier is '< or > where the value is a bound';
comment on column analysis_result.decimals is 'the decimals that a report prints';
comment on column analysis_result.printed is 'the value as a report prints it; NE where it is not estimable';
comment on column analysis_result.data_cut is 'the last day whose data count; null where there is no data cut';
