-- Tolerability: who gave up the study drug or the study, why and when; and deaths

create view discontinuation as
    with
    ended as (
        select one."grouping", one.group_value, case when course.subject_id is null
            then 'never treated' else course.discontinuation_reason end as reason
        from safety_population as population
        left join treatment_course as course using (site_id, subject_id)
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), population.group_value)) as one ("grouping", group_value)
    ),
    population as (
        select "grouping", group_value, count(*) as subjects
        from ended
        group by "grouping", group_value
    ),
    cause as (
        select *
        from (values (0, null), (1, 'adverse event'), (2, 'death'), (3, 'lack of efficacy'),
            (4, 'consent withdrawn'), (5, 'lost to follow-up'),
            (6, 'protocol deviation'), (7, 'pregnancy'), (8, 'physician decision'),
            (9, 'subject decision'), (10, 'drug interaction'), (11, 'supply'), (12, 'other'),
            (13, 'not documented')) as named (position, cause)
        union all
        select 14, 'never treated'
        where (select _virotrial.chosen_analysis_set()) = 'randomised'
    ),
    tally as (
        select "grouping", group_value, reason, count(*) as subjects
        from ended
        where reason is not null
        group by grouping sets (("grouping", group_value), ("grouping", group_value, reason))
    )
    select population."grouping", population.group_value, cause.position, cause.cause,
        population.subjects as population, coalesce(tally.subjects, 0) as subjects,
        100 * proportion.rate as percent,
        100 * proportion.ci_lower as percent_ci_lower,
        100 * proportion.ci_upper as percent_ci_upper,
        nullif(data_cut(), 'infinity') as data_cut
    from population
    cross join cause
    left join tally on tally."grouping" = population."grouping"
        and tally.group_value = population.group_value
        and tally.reason is not distinct from cause.cause
    cross join lateral response_rate(response_tally(coalesce(tally.subjects, 0),
        population.subjects)) as proportion
    order by population."grouping", population.group_value, cause.position;

comment on view discontinuation is 'subjects who had a first dose and gave up the study drug or the study by the data cut, as treatment_course has it, in all and by cause, with exact limits of 95 %';
comment on column discontinuation."grouping" is 'all, or the column of analysis_subject by which subjects are grouped: site_id unless the setting virotrial.group_by names another';
comment on column discontinuation.group_value is 'the group; all for everybody together';
comment on column discontinuation.position is 'the order of the causes';
comment on column discontinuation.cause is 'treatment_course.discontinuation_reason; null for all of them together';
comment on column discontinuation.population is 'subjects who had a first dose';
comment on column discontinuation.subjects is 'those of them who discontinued for this cause';
comment on column discontinuation.percent is 'subjects, per cent of the population';
comment on column discontinuation.percent_ci_lower is 'its lower limit (Clopper and Pearson)';
comment on column discontinuation.percent_ci_upper is 'its upper limit';
comment on column discontinuation.data_cut is 'the last day whose data count; null where there is no data cut';

create view time_to_discontinuation as
    with
    followed as (
        select one."grouping", one.group_value,
            greatest(0, least(course.treated_until, (select analysis_date()))
                - population.first_dose + 1) as days,
            course.discontinued is not null as is_discontinued
        from safety_population as population
        join treatment_course as course using (site_id, subject_id)
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), population.group_value)) as one ("grouping", group_value)
    ),
    curve as (
        select "grouping", group_value,
            survival_curve(days::double precision, is_discontinued) as curve
        from followed
        group by "grouping", group_value
    )
    select curve."grouping", curve.group_value, step."time"::integer as days, step.at_risk,
        step.events as discontinued, step.censored,
        step.survival as remaining, step.std_error, step.ci_lower as remaining_ci_lower,
        step.ci_upper as remaining_ci_upper,
        nullif(data_cut(), 'infinity') as data_cut
    from curve
    cross join lateral survival_curve_rows(curve.curve) as step
    order by curve."grouping", curve.group_value, days;

comment on view time_to_discontinuation is 'the time from the first dose to discontinuation for any cause, as treatment_course has it, by Kaplan and Meier with log-log limits of 95 %; who completed treatment, or is still on it at the data cut, is censored';
comment on column time_to_discontinuation."grouping" is 'all, or the column of analysis_subject by which subjects are grouped: site_id unless the setting virotrial.group_by names another';
comment on column time_to_discontinuation.group_value is 'the group; all for everybody together';
comment on column time_to_discontinuation.days is 'days since the first dose, that day included';
comment on column time_to_discontinuation.at_risk is 'subjects still on treatment just before';
comment on column time_to_discontinuation.discontinued is 'subjects who discontinued then';
comment on column time_to_discontinuation.censored is 'subjects who were followed no longer';
comment on column time_to_discontinuation.remaining is 'the probability of being on treatment for longer';
comment on column time_to_discontinuation.std_error is 'its standard error (Greenwood)';
comment on column time_to_discontinuation.remaining_ci_lower is 'its lower limit; null where the probability is 1 or 0';
comment on column time_to_discontinuation.remaining_ci_upper is 'its upper limit';
comment on column time_to_discontinuation.data_cut is 'the last day whose data count; null where there is no data cut';

create view death as
    with
    fatal as (
        select site_id, subject_id,
            string_agg(term, ', ' order by onset_first, event_number) as terms,
            bool_or(is_related) as is_related
        from analysis_ae
        where is_fatal
        group by site_id, subject_id
    )
    select population.group_value, site_id, subject_id,
        disposition.ended as died,
        study_day(disposition.ended, population.first_dose) as study_day,
        disposition.ended - population.last_dose as days_since_last_dose,
        disposition.ended <= population.last_emergent_day as is_on_treatment,
        fatal.terms as fatal_events, fatal.is_related
    from safety_population as population
    join disposition using (site_id, subject_id)
    -- a full join cannot become a nested loop over what has no index
    full join fatal using (site_id, subject_id)
    where coalesce(disposition.reason = 'death'
        and disposition.ended <= (select data_cut()), false);

comment on view death is 'the deaths, up to the data cut, of subjects who had a first dose; a fatal adverse event needs one of these';
comment on column death.group_value is 'the subject''s group, as in safety_population';
comment on column death.site_id is 'the site';
comment on column death.subject_id is 'the subject''s code';
comment on column death.died is 'the day of death';
comment on column death.study_day is 'its study day';
comment on column death.days_since_last_dose is 'days since the last dose of the study drug';
comment on column death.is_on_treatment is 'whether it was not more than protocol.treatment_emergent_days after the last dose';
comment on column death.fatal_events is 'the terms of the fatal adverse events; null if none is on record';
comment on column death.is_related is 'whether one of them is counted as related to the study drug; null if that was not judged';

create view safety_finding as
    with
    finding as (
        select 1 as position, group_value, true as is_certain from death
        union all
        select 2, group_value, true from death where is_on_treatment
        union all
        select 3, group_value, is_candidate is not null from hys_law_candidate
    ),
    population as (select * from _safety_population_size),
    tally as (
        select one."grouping", one.group_value, finding.position,
            count(*) filter (where finding.is_certain) as subjects, count(*)
                filter (where not finding.is_certain) as subjects_unknown
        from finding
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), finding.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value, finding.position
    ),
    counted as (
        select population."grouping", population.group_value, named.position, named.finding,
            population.subjects as population,
            coalesce(tally.subjects, 0) as subjects,
            coalesce(tally.subjects_unknown, 0) as subjects_unknown
        from population
        cross join (values (1, 'death'), (2, 'death on treatment'),
            (3, 'Hy''s law candidate')) as named (position, finding)
        left join tally using ("grouping", group_value, position)
    )
    select counted."grouping", counted.group_value, counted.position, counted.finding,
        counted.population, counted.subjects, counted.subjects_unknown,
        100 * proportion.rate as percent,
        100 * proportion.ci_lower as percent_ci_lower,
        100 * proportion.ci_upper as percent_ci_upper,
        nullif(data_cut(), 'infinity') as data_cut
    from counted
    cross join lateral response_rate(response_tally(counted.subjects,
        counted.population)) as proportion
    order by counted."grouping", counted.group_value, counted.position;

comment on view safety_finding is 'deaths and candidates of Hy''s law, of the subjects who had a first dose, with exact limits of 95 %';
comment on column safety_finding."grouping" is 'all, or the column of analysis_subject by which subjects are grouped: site_id unless the setting virotrial.group_by names another';
comment on column safety_finding.group_value is 'the group; all for everybody together';
comment on column safety_finding.position is 'the order of the findings';
comment on column safety_finding.finding is 'what is counted';
comment on column safety_finding.population is 'subjects who had a first dose';
comment on column safety_finding.subjects is 'subjects with the finding';
comment on column safety_finding.subjects_unknown is 'subjects of whom it cannot be told';
comment on column safety_finding.percent is 'subjects, per cent of the population';
comment on column safety_finding.percent_ci_lower is 'its lower limit (Clopper and Pearson)';
comment on column safety_finding.percent_ci_upper is 'its upper limit';
comment on column safety_finding.data_cut is 'the last day whose data count; null where there is no data cut';
