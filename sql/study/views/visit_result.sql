-- The result that stands for each visit, or the lack of one: what the
-- endpoints are made of

create view visit_viral_load as
    with
    nearest as (
        select distinct on (site_id, subject_id, analysis_visit)
            site_id, subject_id, analysis_visit as visit, collected, replicate, assay, viral_load
        from windowed_viral_load
        where follows_first_dose
        order by site_id, subject_id, analysis_visit, distance, collected desc, replicate desc
    )
    select scheduled.site_id, scheduled.subject_id, scheduled.visit, scheduled.position, scheduled.first_dose, scheduled.closes,
        nearest.collected, nearest.replicate, nearest.assay, nearest.viral_load,
        baseline.viral_load as baseline
    from scheduled_visit as scheduled
    left join nearest using (site_id, subject_id, visit)
    left join baseline_viral_load as baseline using (site_id, subject_id)
    where nearest.collected is not null or scheduled.closes < (select analysis_date());
comment on view visit_viral_load is 'for each subject who had a first dose and each scheduled visit the viral load that stands for it, the nearest to the target day, of equally near ones the later; and a row without a result where the visit''s window had closed by the analysis date without one';
comment on column visit_viral_load.site_id is 'the site';
comment on column visit_viral_load.subject_id is 'the subject''s code';
comment on column visit_viral_load.visit is 'the visit';
comment on column visit_viral_load.position is 'the order of the visits';
comment on column visit_viral_load.first_dose is 'the day of the first dose';
comment on column visit_viral_load.closes is 'the last day of the visit''s analysis window';
comment on column visit_viral_load.collected is 'the day on which the sample was taken; null where there is no result';
comment on column visit_viral_load.replicate is 'tells several results of one day apart';
comment on column visit_viral_load.assay is 'the assay';
comment on column visit_viral_load.viral_load is 'HIV-1 RNA, copies/mL; null where there is no result';
comment on column visit_viral_load.baseline is 'the baseline, copies/mL; null if there is none';

create view visit_cd4 as
    with
    nearest as (
        select distinct on (site_id, subject_id, analysis_visit)
            site_id, subject_id, analysis_visit as visit, collected, replicate, cd4_count
        from windowed_cd4
        where follows_first_dose
        order by site_id, subject_id, analysis_visit, distance, collected desc, replicate desc
    )
    select scheduled.site_id, scheduled.subject_id, scheduled.visit, scheduled.position, scheduled.first_dose, scheduled.closes,
        nearest.collected, nearest.replicate, nearest.cd4_count,
        baseline.cd4_count as baseline
    from scheduled_visit as scheduled
    left join nearest using (site_id, subject_id, visit)
    left join baseline_cd4 as baseline using (site_id, subject_id)
    where nearest.collected is not null or scheduled.closes < (select analysis_date());
comment on view visit_cd4 is 'for each subject who had a first dose and each scheduled visit the CD4 count that stands for it, the nearest to the target day, of equally near ones the later; and a row without a result where the visit''s window had closed by the analysis date without one';
comment on column visit_cd4.site_id is 'the site';
comment on column visit_cd4.subject_id is 'the subject''s code';
comment on column visit_cd4.visit is 'the visit';
comment on column visit_cd4.position is 'the order of the visits';
comment on column visit_cd4.first_dose is 'the day of the first dose';
comment on column visit_cd4.closes is 'the last day of the visit''s analysis window';
comment on column visit_cd4.collected is 'the day on which the sample was taken; null where there is no result';
comment on column visit_cd4.replicate is 'tells several results of one day apart';
comment on column visit_cd4.cd4_count is 'CD4+ T lymphocytes, cells per microlitre; null where there is no result';
comment on column visit_cd4.baseline is 'the baseline, cells per microlitre; null if there is none';
