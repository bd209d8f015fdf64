-- What the figures of a report draw of single subjects.  No window is in a part of the union:
-- the condition on the figure would not reach any part, and all would be computed for each.

create view figure_point as
    with
    person as (
        select site_id, subject_id, group_value, first_dose
        from safety_population
    ),
    -- the fall at the last visit that has one, the deepest first
    fall as (
        select distinct on (result.site_id, result.subject_id) result.site_id, result.subject_id,
            person.group_value, result.analysis_visit, result.study_day, result.log_reduction
        from analysis_viral_load as result
        join person using (site_id, subject_id)
        where result.is_analysis_record and result.study_day > 1
            and result.log_reduction is not null
        order by result.site_id, result.subject_id, result.study_day desc
    ),
    ranked as (
        select *,
            row_number() over (order by -quantity(log_reduction), site_id, subject_id) as place
        from fall
    ),
    -- a full join, which cannot become a nested loop over what has no index
    multiple as (
        select site_id, subject_id, population.group_value,
            max(quantity(result.value) / result.uln) filter (where result.test in ('ALT', 'AST'))
                as transaminase,
            max(quantity(result.value) / result.uln) filter (where result.test = 'BILI')
                as bilirubin
        from (select * from lab_limit
            where test in ('ALT', 'AST', 'BILI') and uln > 0) as result
        full join _safety_subject as population using (site_id, subject_id)
        where coalesce(result.collected > population.first_dose
            and result.collected <= population.last_emergent_day, false)
        group by site_id, subject_id, population.group_value
    ),
    event as (
        select site_id, subject_id, 'serious adverse event' as label,
            study_day(greatest(onset_first, person.first_dose), person.first_dose) as day,
            case when event.study_day is null then '>' else '=' end as qualifier
        from analysis_ae as event
        join person using (site_id, subject_id)
        where event.is_serious and event.is_treatment_emergent is not false
        union all
        select site_id, subject_id, 'virologic failure', failed_study_day, '='
        from virologic_failure
        where is_failure
        union all
        select site_id, subject_id, one.label, study_day(one."date", course.first_dose), '='
        from treatment_course as course
        cross join lateral (values ('treatment given up', course.discontinued),
            ('completed', course.completed)) as one (label, "date")
        where one."date" is not null
        union all
        select site_id, subject_id, 'death', study_day, '='
        from death
    ),
    enrolled as (
        select enrolment.site_id, enrolment.subject_id, enrolment.enrolled,
            row_number() over (order by enrolment.enrolled, enrolment.site_id,
                enrolment.subject_id) as place
        from _enrolment_at_cut as enrolment
    ),
    size as (
        select number as subjects, largest.trial_percent
        from (select max(subjects)::integer as subjects, max(trial_percent) as trial_percent
            from site_deviation) as largest
        cross join lateral generate_series(1, largest.subjects,
            greatest(1, largest.subjects / 40)) as number
    )
    select 'trajectory' as display, person.group_value, person.site_id, person.subject_id,
        result.analysis_visit as label, result.study_day::double precision as x,
        quantity(result.viral_load) as y, result.qualifier
    from analysis_viral_load as result
    join person using (site_id, subject_id)
    where (result.is_baseline or result.study_day >= 1) and quantity(result.viral_load) > 0
    union all
    select 'waterfall', group_value, site_id, subject_id, analysis_visit, place,
        -quantity(log_reduction),
        case qualifier(log_reduction) when '>' then '<' when '<' then '>' else '=' end
    from ranked
    union all
    select 'liver', group_value, site_id, subject_id, null, transaminase, bilirubin, '='
    from multiple
    where transaminase > 0 and bilirubin > 0
    union all
    select 'accrual', 'all', enrolled.site_id, enrolled.subject_id,
        to_char(enrolled.enrolled, 'YYYY-MM-DD'), protocol.target_enrolment::integer,
        enrolled.place, '='
    from enrolled
    cross join _protocol_at_analysis as protocol
    union all
    select 'swimmer', person.group_value, person.site_id, person.subject_id, 'on treatment',
        study_day(period.started, person.first_dose), study_day(period.ended, person.first_dose),
        case when period.is_ongoing then '>' else '=' end
    from exposure_period as period
    join person using (site_id, subject_id)
    union all
    select 'swimmer', person.group_value, person.site_id, person.subject_id, event.label,
        event.day, event.day, event.qualifier
    from event
    join person using (site_id, subject_id)
    union all
    select 'deviations', 'all', site_id, null,
        case when is_out_of_control then 'site beyond the limits' else 'site' end, subjects,
        percent, '='
    from site_deviation
    union all
    select 'deviations', 'all', null, null, one.label, size.subjects, one.percent, one.qualifier
    from size
    cross join lateral _virotrial.funnel_limits(size.subjects, size.trial_percent / 100) as control
    cross join lateral (values ('all sites', size.trial_percent, '='),
        ('95 % limits', control.lower_95, '>'), ('95 % limits', control.upper_95, '<'),
        ('99.8 % limits', control.lower_998, '>'), ('99.8 % limits', control.upper_998, '<')
        ) as one (label, percent, qualifier);

comment on view figure_point is 'what the figures of a report draw of single subjects, one row per point';
comment on column figure_point.display is 'the figure';
comment on column figure_point.group_value is 'the group of the subject';
comment on column figure_point.site_id is 'the site; null for a control limit';
comment on column figure_point.subject_id is 'the subject''s code; null for a site or a control limit';
comment on column figure_point.label is 'the analysis visit; accrual: the day of enrolment; swimmer: a period on treatment, or an event; deviations: site, site beyond the limits, all sites, or which control limits';
comment on column figure_point.x is 'trajectory: the study day; waterfall: the place of the subject; liver: the highest multiple of the upper limit of ALT or AST on treatment; accrual: the target of the protocol; swimmer: the first study day; deviations: treated subjects of the site';
comment on column figure_point.y is 'trajectory: copies/mL, a limit where it is one; waterfall: the change from baseline, log10 copies/mL; liver: the highest multiple of bilirubin; accrual: the subjects enrolled so far; swimmer: the last study day; deviations: subjects with a deviation, per cent, or a control limit of it';
comment on column figure_point.qualifier is '= for a number; <, > or TND where y is a limit; swimmer: > for treatment that goes on, and for an event on that day or later';
