-- What the figures of a report draw of single subjects

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
    multiple as (
        select person.site_id, person.subject_id, person.group_value,
            max(quantity(result.value) / result.uln) filter (where result.test in ('ALT', 'AST'))
                as transaminase,
            max(quantity(result.value) / result.uln) filter (where result.test = 'BILI')
                as bilirubin
        from analysis_lab as result
        join person using (site_id, subject_id)
        where result.is_on_treatment and result.test in ('ALT', 'AST', 'BILI') and result.uln > 0
        group by person.site_id, person.subject_id, person.group_value
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
    select 'accrual', 'all', enrolment.site_id, enrolment.subject_id, enrolment.enrolled::text,
        protocol.target_enrolment::integer,
        row_number() over (order by enrolment.enrolled, enrolment.site_id, enrolment.subject_id),
        '='
    from _enrolment_at_cut as enrolment
    cross join _protocol_at_analysis as protocol;

comment on view figure_point is 'what the figures of a report draw of single subjects, one row per point';
comment on column figure_point.display is 'the figure';
comment on column figure_point.group_value is 'the group of the subject';
comment on column figure_point.site_id is 'the site';
comment on column figure_point.subject_id is 'the subject''s code';
comment on column figure_point.label is 'the analysis visit; in the figure of accrual the day of enrolment';
comment on column figure_point.x is 'trajectory: the study day; waterfall: the place of the subject; liver: the highest multiple of the upper limit of ALT or AST on treatment; accrual: the target of the protocol';
comment on column figure_point.y is 'trajectory: copies/mL, a limit where it is one; waterfall: the change from baseline, log10 copies/mL; liver: the highest multiple of bilirubin; accrual: the subjects enrolled so far';
comment on column figure_point.qualifier is '= for a number; <, > or TND where y is a limit';
