-- The categories of the treated subjects by which tables divide them

create view _subject_category as
    select subject.site_id, subject.subject_id, one.position, one.variable,
        coalesce(one.level, 'not known') as level
    from analysis_subject as subject
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
                when not subject.baseline_cd4_count < 200 then 'no' end)
        ) as one (position, variable, level)
    where subject.is_treated;
comment on view _subject_category is 'the categories of the subjects who had a first dose by which tables divide them: one row per subject and category';
comment on column _subject_category.site_id is 'the site';
comment on column _subject_category.subject_id is 'the subject''s code';
comment on column _subject_category.position is 'the order of the categories';
comment on column _subject_category.variable is 'what is divided by';
comment on column _subject_category.level is 'the category of the subject';
