-- Exposure to the study drug, up to the data cut

-- A dose that is still taken ends with the day of analysis, or with the study.  Parallel
-- workers may join this: it has no window, no LIMIT, and no (select ...) that is run first.
create view _treatment as
    with
    given as (
        select regimen.site_id, regimen.subject_id, regimen.started,
            coalesce(regimen.stopped, disposition.ended + 1, 'infinity') > analysis.day as is_open,
            least(coalesce(regimen.stopped - 1, case when disposition.ended is not null
                then greatest(disposition.ended, regimen.started) end), analysis.day) as ended
        from analysis_date() as analysis (day)
        join regimen on regimen.started <= analysis.day
        left join disposition using (site_id, subject_id)
        where regimen.drug in (select protocol.study_drug from protocol)
    ),
    -- an arm without the study drug: the background from study day 1 on, of who has not taken it
    control as (
        select regimen.site_id, regimen.subject_id,
            greatest(regimen.started, enrolment.first_dose) as started,
            coalesce(regimen.stopped, disposition.ended + 1, 'infinity')
                > with_control.day as is_open,
            least(coalesce(regimen.stopped - 1, disposition.ended), with_control.day) as ended
        from (select analysis_date() as day from arm where treatment = 'background alone'
            group by treatment) as with_control
        join enrolment on enrolment.first_dose <= with_control.day
        join regimen using (site_id, subject_id)
        left join disposition using (site_id, subject_id)
        where regimen.started <= with_control.day
            and coalesce(regimen.stopped > enrolment.first_dose, true)
            and not exists (
                select from regimen as other
                where other.site_id = regimen.site_id and other.subject_id = regimen.subject_id
                    and other.started <= with_control.day
                    and other.drug in (select protocol.study_drug from protocol))
    )
    select * from given
    union all
    select * from control where ended >= started;

comment on view _treatment is 'the rows of the regimen that are exposure to the study drug, up to the day of analysis; in an arm without it, to the background';
comment on column _treatment.site_id is 'the site';
comment on column _treatment.subject_id is 'the subject''s code';
comment on column _treatment.started is 'the first day';
comment on column _treatment.is_open is 'whether it goes on after the day of analysis';
comment on column _treatment.ended is 'the last day, at most that of analysis';

create view _last_dose as
    select site_id, subject_id, max(ended) as last_dose, bool_or(is_open) as is_ongoing
    from _treatment
    group by site_id, subject_id;
comment on view _last_dose is 'the last day of exposure of each subject';
comment on column _last_dose.site_id is 'the site';
comment on column _last_dose.subject_id is 'the subject''s code';
comment on column _last_dose.last_dose is 'the last day of the study drug, at most that of analysis';
comment on column _last_dose.is_ongoing is 'whether treatment goes on after the day of analysis';

-- Rows of the regimen that follow each other without a gap, or overlap, are one period.
create view exposure_period as
    with
    marked as (
        select taken.*, coalesce(taken.started > max(taken.ended) over earlier + 1, true) as is_new
        from _treatment as taken
        window earlier as (partition by taken.site_id, taken.subject_id order by taken.started
            rows between unbounded preceding and 1 preceding)
    ),
    numbered as (
        select marked.*,
            (count(*) filter (where marked.is_new)
            over (partition by marked.site_id, marked.subject_id
            order by marked.started))::integer as period
        from marked
    )
    select site_id, subject_id, period, min(started) as started, max(ended) as ended,
        bool_or(is_open) as is_ongoing,
        max(ended) - min(started) + 1 as days
    from numbered
    group by site_id, subject_id, period;
comment on view exposure_period is 'the periods in which each subject took the study drug or its placebo without interruption, up to the data cut; in an arm without either, the background';
comment on column exposure_period.site_id is 'the site';
comment on column exposure_period.subject_id is 'the subject''s code';
comment on column exposure_period.period is 'numbers the subject''s periods';
comment on column exposure_period.started is 'the first day on which the drug was taken';
comment on column exposure_period.ended is 'the last day on which it was taken, up to the day of analysis';
comment on column exposure_period.is_ongoing is 'whether it was still taken on the day of analysis, as far as the regimen says';
comment on column exposure_period.days is 'days on which it was taken, the first and the last included';

create view exposure as
    select site_id, subject_id, min(started) as first_dose, max(ended) as last_dose,
        bool_or(is_ongoing) as is_ongoing,
        sum(days)::integer as days_on_treatment,
        sum(days) / 365.25::double precision as person_years,
        (count(*) - 1)::integer as interruptions,
        (max(ended) - min(started) + 1 - sum(days))::integer as days_interrupted
    from exposure_period
    group by site_id, subject_id;
comment on view exposure is 'days and person-years of each subject on the study drug, up to the data cut';
comment on column exposure.site_id is 'the site';
comment on column exposure.subject_id is 'the subject''s code';
comment on column exposure.first_dose is 'the first day on which the drug was taken';
comment on column exposure.last_dose is 'the last day on which it was taken, up to the day of analysis';
comment on column exposure.is_ongoing is 'whether it was still taken on the day of analysis';
comment on column exposure.days_on_treatment is 'days on which it was taken';
comment on column exposure.person_years is 'the same in years of 365.25 days';
comment on column exposure.interruptions is 'gaps between periods of treatment';
comment on column exposure.days_interrupted is 'days in these gaps';
