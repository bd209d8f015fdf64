-- The subgroups of the treated subjects by which tables and figures divide them

create view _subgroup as
    with
    background as (
        select activity.site_id, activity.subject_id,
            count(*) filter (where activity.is_fully_active) as active,
            bool_or(activity.is_fully_active is null) as is_open
        from obt_activity as activity
        join _treated_at_cut as treated using (site_id, subject_id)
        where not activity.is_booster and activity.as_of = treated.first_dose
        group by activity.site_id, activity.subject_id
    )
    select population.site_id, population.subject_id, population.group_value, one.position,
        one.variable, coalesce(one.level, 'not known') as level
    from safety_population as population
    join analysis_subject as subject using (site_id, subject_id)
    left join background using (site_id, subject_id)
    cross join lateral (values
        (15, 'Age group, years', case when subject.age < 18 then '17 and under'
            when subject.age < 40 then '18 to 39' when subject.age < 65 then '40 to 64'
            when subject.age >= 65 then '65 and over' end),
        (20, 'Sex', subject.sex),
        (40, 'HIV-1 RNA over 100000 copies/mL',
            case when subject.baseline_viral_load is null then 'missing'
                when subject.baseline_viral_load > 100000 then 'yes'
                when not subject.baseline_viral_load > 100000 then 'no' end),
        (60, 'CD4 count below 200 cells/µL',
            case when subject.baseline_cd4_count is null then 'missing'
                when subject.baseline_cd4_count < 200 then 'yes'
                when not subject.baseline_cd4_count < 200 then 'no' end),
        (100, 'Background drugs that are fully active',
            case when background.subject_id is null or background.is_open and active < 3
                then 'not known' when active >= 3 then '3 or more'
                else active::text end)
    ) as one (position, variable, level);
comment on view _subgroup is 'the subgroups of each treated subject, one row per variable';
comment on column _subgroup.site_id is 'the site';
comment on column _subgroup.subject_id is 'the subject''s code';
comment on column _subgroup.group_value is 'the subject''s group, as in safety_population';
comment on column _subgroup.position is 'the place of the variable among those of the baseline';
comment on column _subgroup.variable is 'what divides the subjects';
comment on column _subgroup.level is 'the subgroup';
