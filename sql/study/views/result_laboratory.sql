-- Results of laboratory tests: values, shifts of grade, and high grades

create view _result_laboratory as
    with
    -- the groups of all results are made of those of each group
    part as (
        select coalesce(population.group_value, 'not known') as group_value, result.test,
            result.test_name, result.panel, result.standard_unit,
            case when result.is_baseline then 'baseline' else result.analysis_visit end as visit,
            mean_tally(result.standard_value_exact order by result.standard_value_exact) as value,
            mean_tally(result.change_exact order by result.change_exact) as change,
            value_distribution(result.standard_value_exact) as spread,
            count(*) filter (where result.qualifier <> '=') as censored
        from analysis_lab as result
        join safety_population as population using (site_id, subject_id)
        where (result.is_baseline or result.is_analysis_record and result.study_day > 1)
            and result.standard_value is not null
        group by 1, 2, 3, 4, 5, 6
    ),
    whole as (
        select _virotrial.grouping_column() as "grouping", part.*
        from part
        union all
        select 'all', 'all', test, test_name, panel, standard_unit, visit,
            rollup(value order by group_value), rollup(change order by group_value),
            rollup(spread), sum(censored)::bigint
        from part
        group by test, test_name, panel, standard_unit, visit
    ),
    visit as (
        select visit, position::integer
        from _visit_definition_at_analysis
        union all
        select 'baseline', 1
    ),
    summary as (
        select whole."grouping", whole.group_value, whole.visit, whole.censored,
            whole.test_name || coalesce(', ' || whole.standard_unit, '') as variable,
            (100 * dense_rank() over (order by whole.panel, whole.test)
                + visit.position)::integer as position,
            mean_ci(whole.value) as value, mean_ci(whole.change) as change,
            median_ci(whole.spread) as median,
            -- in all groups and visits the same: three or four digits of a usual value
            case when max((mean_ci(whole.value)).mean) filter (where whole."grouping" = 'all')
                over (partition by whole.panel, whole.test) >= 10 then 1 else 2 end as decimals
        from whole
        join visit using (visit)
    ),
    graded as materialized (
        select * from _lab_grade_table
    ),
    shift as (
        select "grouping", group_value, test_name || ', ' || direction as variable,
            baseline_grade,
            (100 * dense_rank() over (order by panel, test, direction)
                + dense_rank() over (order by baseline_grade))::integer as position,
            coalesce(sum(subjects) filter (where worst_grade = '0'), 0) as grade_0,
            coalesce(sum(subjects) filter (where worst_grade = '1'), 0) as grade_1,
            coalesce(sum(subjects) filter (where worst_grade = '2'), 0) as grade_2,
            coalesce(sum(subjects) filter (where worst_grade = '3'), 0) as grade_3,
            coalesce(sum(subjects) filter (where worst_grade = '4'), 0) as grade_4,
            coalesce(sum(subjects) filter (where worst_grade in ('unknown', 'missing')), 0)
                as not_known,
            sum(subjects) as subjects
        from graded
        where part = 'shift'
        group by "grouping", group_value, panel, test, test_name, direction, baseline_grade
    ),
    abnormality as (
        select graded.*, (10 * dense_rank() over (order by panel, test, direction)
            + minimum_grade)::integer as position, 100 * proportion.rate as percent,
            100 * proportion.ci_lower as percent_ci_lower,
            100 * proportion.ci_upper as percent_ci_upper
        from graded
        cross join lateral response_rate(response_tally(graded.subjects, graded.evaluable))
            as proportion
        where part = 'abnormality' and maximum_grade = 4
    )
    select 'laboratory_values' as display, summary.position, summary."grouping",
        summary.group_value, summary.visit, summary.variable, null as level, one.statistic,
        one.value, null as qualifier, one.decimals
    from summary
    cross join lateral (values ('n', (summary.value).n::double precision, 0),
        ('censored', summary.censored, 0),
        ('mean', (summary.value).mean, summary.decimals),
        ('sd', (summary.value).sd, summary.decimals),
        ('median', (summary.median).median, summary.decimals),
        ('change_n', (summary.change).n, 0),
        ('change_mean', (summary.change).mean, summary.decimals),
        ('change_sd', (summary.change).sd, summary.decimals),
        ('change_ci_lower', (summary.change).ci_lower, summary.decimals),
        ('change_ci_upper', (summary.change).ci_upper, summary.decimals)) as one (statistic, value, decimals)
    where summary.visit <> 'baseline' or one.statistic not like 'change%'
    union all
    select 'laboratory_shifts', shift.position, shift."grouping", shift.group_value, null,
        shift.variable, 'grade at baseline ' || shift.baseline_grade, one.statistic, one.value,
        null, 0
    from shift
    cross join lateral (values ('worst_grade_0', shift.grade_0::double precision),
        ('worst_grade_1', shift.grade_1), ('worst_grade_2', shift.grade_2),
        ('worst_grade_3', shift.grade_3), ('worst_grade_4', shift.grade_4),
        ('worst_grade_not_known', shift.not_known), ('n', shift.subjects)
        ) as one (statistic, value)
    union all
    select 'laboratory_abnormalities', one_grade.position, one_grade."grouping",
        one_grade.group_value, null, one_grade.test_name || ', ' || one_grade.direction,
        case one_grade.minimum_grade when 4 then 'grade 4' else 'grade 3 or 4' end,
        one.statistic, one.value, null, one.decimals
    from abnormality as one_grade
    cross join lateral (values ('n', one_grade.subjects::double precision, 0),
        ('evaluable', one_grade.evaluable, 0),
        ('unknown', one_grade.subjects_unknown, 0),
        ('percent', one_grade.percent, 1),
        ('ci_lower', one_grade.percent_ci_lower, 1),
        ('ci_upper', one_grade.percent_ci_upper, 1),
        ('worsened', one_grade.worsened, 0)) as one (statistic, value, decimals);

comment on view _result_laboratory is 'results of laboratory tests: values, shifts of grade, and high grades, one row per statistic';
comment on column _result_laboratory.display is 'the display of the report';
comment on column _result_laboratory.position is 'the place of the row in the display';
comment on column _result_laboratory."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _result_laboratory.group_value is 'the group';
comment on column _result_laboratory.visit is 'the visit';
comment on column _result_laboratory.variable is 'what is analysed';
comment on column _result_laboratory.level is 'the category, rule, term or grade';
comment on column _result_laboratory.statistic is 'the name of the statistic';
comment on column _result_laboratory.value is 'its value; null where it is not estimable';
comment on column _result_laboratory.qualifier is '< or > where the value is a bound';
comment on column _result_laboratory.decimals is 'the decimals that a report prints';
