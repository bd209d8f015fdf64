-- Results of vital signs: values by visit, and categories of blood pressure

create view _result_vital_signs as
    with
    measured as materialized (
        select * from analysis_vital_signs
    ),
    visit as (
        select visit, position::integer
        from _visit_definition_at_analysis
        union all
        select 'baseline', 1
    ),
    summary as (
        select one."grouping", one.group_value, visit.visit,
            measured.sign_name || ', ' || measured.unit as variable,
            100 * measured.position + visit.position as position,
            mean_ci(measured.value order by measured.value) as value,
            mean_ci(measured.change order by measured.change) as change,
            percentile_cont(array[0, 0.5, 1]) within group (order by measured.value) as quantile
        from measured
        join visit on visit.visit = case when measured.is_baseline then 'baseline'
            else measured.analysis_visit end
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), measured.group_value)) as one ("grouping", group_value)
        where measured.is_baseline or measured.is_analysis_record and measured.study_day > 1
        group by one."grouping", one.group_value, visit.visit, visit.position, measured.position,
            measured.sign_name, measured.unit
    ),
    extreme as (
        select group_value, site_id, subject_id, sign, max(value) as highest, min(value) as lowest
        from measured
        where is_on_treatment and sign in ('SYSBP', 'DIABP')
        group by group_value, site_id, subject_id, sign
    ),
    category (position, sign, variable, level, from_value, below_value, is_lowest) as (
        values (1, 'SYSBP', 'Highest systolic pressure, mmHg', 'below 90', 0::float8, 90::float8,
                false),
            (2, 'SYSBP', 'Highest systolic pressure, mmHg', '90 or more', 90, 'infinity', false),
            (3, 'SYSBP', 'Highest systolic pressure, mmHg', '120 or more', 120, 'infinity', false),
            (4, 'SYSBP', 'Highest systolic pressure, mmHg', '140 or more', 140, 'infinity', false),
            (5, 'SYSBP', 'Highest systolic pressure, mmHg', '160 or more', 160, 'infinity', false),
            (6, 'SYSBP', 'Highest systolic pressure, mmHg', '180 or more', 180, 'infinity', false),
            (7, 'DIABP', 'Highest diastolic pressure, mmHg', 'below 60', 0, 60, false),
            (8, 'DIABP', 'Highest diastolic pressure, mmHg', '60 or more', 60, 'infinity', false),
            (9, 'DIABP', 'Highest diastolic pressure, mmHg', '90 or more', 90, 'infinity', false),
            (10, 'DIABP', 'Highest diastolic pressure, mmHg', '110 or more', 110, 'infinity', false),
            (11, 'DIABP', 'Highest diastolic pressure, mmHg', '120 or more', 120, 'infinity', false),
            (12, 'SYSBP', 'Hypotension', 'systolic below 90 mmHg', 0, 90, true),
            (13, 'DIABP', 'Hypotension', 'diastolic below 60 mmHg', 0, 60, true)
    ),
    tally as (
        select category.position, one."grouping", one.group_value, category.variable,
            category.level, count(*) as evaluable,
            count(*) filter (where case when category.is_lowest then extreme.lowest
                else extreme.highest end >= category.from_value
                and case when category.is_lowest then extreme.lowest else extreme.highest end
                    < category.below_value) as subjects
        from extreme
        join category using (sign)
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), extreme.group_value)) as one ("grouping", group_value)
        group by category.position, one."grouping", one.group_value, category.variable,
            category.level
    )
    select 'vital_signs' as display, summary.position, summary."grouping", summary.group_value,
        summary.visit, summary.variable, null as level, one.statistic, one.value,
        null as qualifier, one.decimals
    from summary
    cross join lateral (values ('n', (summary.value).n::double precision, 0),
        ('mean', (summary.value).mean, 1),
        ('sd', (summary.value).sd, 2),
        ('min', summary.quantile[1], 1),
        ('median', summary.quantile[2], 1),
        ('max', summary.quantile[3], 1),
        ('change_n', (summary.change).n, 0),
        ('change_mean', (summary.change).mean, 1),
        ('change_sd', (summary.change).sd, 2),
        ('change_ci_lower', (summary.change).ci_lower, 1),
        ('change_ci_upper', (summary.change).ci_upper, 1)) as one (statistic, value, decimals)
    where summary.visit <> 'baseline' or one.statistic not like 'change%'
    union all
    select 'blood_pressure', tally.position, tally."grouping", tally.group_value, null,
        tally.variable, tally.level, one.statistic, one.value, null, one.decimals
    from tally
    cross join lateral (values ('n', tally.subjects::double precision, 0),
        ('evaluable', tally.evaluable, 0),
        ('percent', 100 * tally.subjects::double precision / tally.evaluable, 1)
        ) as one (statistic, value, decimals);

comment on view _result_vital_signs is 'results of vital signs: values by visit, and categories of blood pressure, one row per statistic';
comment on column _result_vital_signs.display is 'the display of the report';
comment on column _result_vital_signs.position is 'the place of the row in the display';
comment on column _result_vital_signs."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _result_vital_signs.group_value is 'the group';
comment on column _result_vital_signs.visit is 'the visit';
comment on column _result_vital_signs.variable is 'what is analysed';
comment on column _result_vital_signs.level is 'the category, rule, term or grade';
comment on column _result_vital_signs.statistic is 'the name of the statistic';
comment on column _result_vital_signs.value is 'its value; null where it is not estimable';
comment on column _result_vital_signs.qualifier is '< or > where the value is a bound';
comment on column _result_vital_signs.decimals is 'the decimals that a report prints';
