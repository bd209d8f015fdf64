-- Results of times to an event: every step of each curve, and the curve at the visits

create view _survival_part as
    with
    timed as (
        select time_to_response.site_id, time_to_response.subject_id,
            '1 Time to response, < ' || threshold as variable, "time", event
        from time_to_response
        where "time" is not null
        union all
        select site_id, subject_id, '2 Time to loss of response, < ' || threshold, "time", event
        from time_to_loss_of_response
        where "time" is not null
    )
    select _virotrial.grouping_column() as "grouping", population.group_value,
        timed.variable || ' copies/mL' as variable, count(*) as subjects,
        survival_curve(timed."time", timed.event) as curve,
        nullif(data_cut(), 'infinity') as data_cut
    from timed
    join safety_population as population using (site_id, subject_id)
    group by population.group_value, timed.variable;
comment on view _survival_part is 'the curves of times to an event for each group; that of all groups is their roll-up';
comment on column _survival_part."grouping" is 'the column of analysis_subject by which subjects are grouped';
comment on column _survival_part.group_value is 'the group';
comment on column _survival_part.variable is 'the event, after its place';
comment on column _survival_part.subjects is 'subjects with a time';
comment on column _survival_part.curve is 'the curve';
comment on column _survival_part.data_cut is 'the last day whose data count; null where there is no data cut';

create view _result_survival as
    with
    part as (
        select "grouping", group_value, variable, curve
        from _survival_part
    ),
    curve as (
        select * from part
        union all
        select 'all', 'all', variable, rollup(curve)
        from part
        group by variable
    ),
    step as materialized (
        select "grouping", group_value, '3 Time to discontinuation' as variable, days, at_risk,
            discontinued as events, censored, remaining as survival,
            remaining_ci_lower as ci_lower, remaining_ci_upper as ci_upper
        from time_to_discontinuation
        union all
        select curve."grouping", curve.group_value, curve.variable, step."time"::integer,
            step.at_risk, step.events, step.censored, step.survival, step.ci_lower, step.ci_upper
        from curve
        cross join lateral survival_curve_rows(curve.curve) as step
    ),
    scheduled as (
        select visit, target_day::integer as day
        from _visit_definition_at_analysis
        where target_day is not null
    ),
    -- at risk on a day is who was followed up to it; what has survived is of the last step before,
    -- and not known after the last day of anybody unless all had the event
    shown as (
        select curve."grouping", curve.group_value, curve.variable, curve.visit,
            curve.day as days,
            coalesce(following.at_risk, 0) as at_risk, null::bigint as events,
            null::bigint as censored,
            case when following.at_risk is not null or latest.survival = 0
                then coalesce(latest.survival, 1) end as survival,
            case when following.at_risk is not null then latest.ci_lower end as ci_lower,
            case when following.at_risk is not null then latest.ci_upper end as ci_upper
        from (
            -- time on treatment counts the first and the last day, the others what has passed
            select step."grouping", step.group_value, step.variable, due.visit, due.day,
                max(step.days) filter (where step.days <= due.day) as latest,
                min(step.days) filter (where step.days >= due.day) as following
            from step
            cross join lateral (
                select visit, day - (step.variable not like '3%')::integer as day
                from scheduled) as due
            group by step."grouping", step.group_value, step.variable, due.visit, due.day) as curve
        left join step as latest on latest."grouping" = curve."grouping"
            and latest.group_value = curve.group_value and latest.variable = curve.variable
            and latest.days = curve.latest
        left join step as following on following."grouping" = curve."grouping"
            and following.group_value = curve.group_value and following.variable = curve.variable
            and following.days = curve.following
        union all
        select "grouping", group_value, variable, null, days, at_risk, events, censored,
            survival, ci_lower, ci_upper
        from step
        union all
        select "grouping", group_value, variable, null, 0, max(at_risk), 0, 0, 1, null, null
        from step
        group by "grouping", group_value, variable
        having min(days) > 0
    ),
    placed as (
        select *, dense_rank() over (order by variable) as place
        from shown
    )
    select 'kaplan_meier' as display,
        (1000000 * shown.place + 100000 * (shown.visit is null)::integer + shown.days)::integer
            as position,
        shown."grouping", shown.group_value, shown.visit,
        substr(shown.variable, 3) as variable,
        case when shown.visit is null then 'day ' || shown.days end as level, one.statistic,
        one.value, null as qualifier, one.decimals
    from placed as shown
    cross join lateral (values ('days', shown.days::double precision, 0),
        ('at_risk', shown.at_risk, 0),
        ('events', shown.events, 0),
        ('censored', shown.censored, 0),
        ('percent', 100 * shown.survival, 1),
        ('ci_lower', 100 * shown.ci_lower, 1),
        ('ci_upper', 100 * shown.ci_upper, 1)) as one (statistic, value, decimals)
    where shown.visit is null or one.statistic not in ('events', 'censored');

comment on view _result_survival is 'results of times to an event: every step of each curve, and the curve at the visits, one row per statistic';
comment on column _result_survival.display is 'the display of the report';
comment on column _result_survival.position is 'the place of the row in the display';
comment on column _result_survival."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _result_survival.group_value is 'the group';
comment on column _result_survival.visit is 'the visit';
comment on column _result_survival.variable is 'what is analysed';
comment on column _result_survival.level is 'the category, rule, term or grade';
comment on column _result_survival.statistic is 'the name of the statistic';
comment on column _result_survival.value is 'its value; null where it is not estimable';
comment on column _result_survival.qualifier is '< or > where the value is a bound';
comment on column _result_survival.decimals is 'the decimals that a report prints';
