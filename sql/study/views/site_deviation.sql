-- Deviations of each site, and what chance alone makes of them

create view site_deviation as
    with
    breach as (
        select site_id, subject_id, count(*) as deviations
        from deviation
        group by site_id, subject_id
    ),
    tally as (
        select population.site_id, count(*) as subjects,
            count(breach.subject_id) as subjects_with_deviation,
            coalesce(sum(breach.deviations), 0)::bigint as deviations
        from safety_population as population
        left join breach using (site_id, subject_id)
        group by population.site_id
    ),
    rated as (
        select tally.*, subjects_with_deviation::double precision / subjects as rate,
            sum(subjects_with_deviation) over () / sum(subjects) over () as trial_rate
        from tally
    )
    select rated.site_id, rated.subjects, rated.subjects_with_deviation, rated.deviations,
        100 * rated.rate as percent,
        100 * rated.trial_rate::double precision as trial_percent,
        control.lower_95, control.upper_95, control.lower_998, control.upper_998,
        rated.rate * 100 < control.lower_998 or rated.rate * 100 > control.upper_998
            as is_out_of_control
    from rated
    cross join lateral _virotrial.funnel_limits(rated.subjects::integer,
        rated.trial_rate::double precision) as control;

comment on view site_deviation is 'one row per site with treated subjects: how many of them have a deviation, against the rate of the trial, with exact binomial control limits as in a funnel plot (Spiegelhalter, Statistics in Medicine 2005; 24: 1185-1202, appendix A.1.1)';
comment on column site_deviation.site_id is 'the site';
comment on column site_deviation.subjects is 'its treated subjects';
comment on column site_deviation.subjects_with_deviation is 'those with a deviation';
comment on column site_deviation.deviations is 'their deviations';
comment on column site_deviation.percent is 'subjects_with_deviation, per cent of subjects';
comment on column site_deviation.trial_percent is 'the same of all sites together; the same in every row';
comment on column site_deviation.lower_95 is 'the lower control limit that a site of this size passes by chance once in 40 times';
comment on column site_deviation.upper_95 is 'the upper control limit of the same kind';
comment on column site_deviation.lower_998 is 'the lower control limit that a site of this size passes by chance once in 1000 times';
comment on column site_deviation.upper_998 is 'the upper control limit of the same kind';
comment on column site_deviation.is_out_of_control is 'whether percent is beyond the limits of 99.8 %';
