-- Baseline: the last result on or before the day of the first dose

create view _baseline_viral_load as
    select distinct on (result.site_id, result.subject_id)
        result.site_id, result.subject_id, result.collected, result.replicate, result.assay,
        result.viral_load
    from _viral_load_at_cut as result
    join _treated_at_cut as treated using (site_id, subject_id)
    where result.collected <= treated.first_dose
    order by result.site_id, result.subject_id, result.collected desc;
comment on view _baseline_viral_load is 'the last viral load on or before the first dose, if that was given by the data cut; whether taken at a visit or known from before; of several on that day the one that protocol.viral_load_of_day names';
comment on column _baseline_viral_load.site_id is 'the site';
comment on column _baseline_viral_load.subject_id is 'the subject''s code';
comment on column _baseline_viral_load.collected is 'the day on which the sample was taken';
comment on column _baseline_viral_load.replicate is 'tells several results of one day apart';
comment on column _baseline_viral_load.assay is 'the assay';
comment on column _baseline_viral_load.viral_load is 'HIV-1 RNA, copies/mL';

create view _baseline_cd4 as
    select distinct on (result.site_id, result.subject_id)
        result.site_id, result.subject_id, result.collected,
        result.replicate::integer as replicate, result.cd4_count
    from cd4_result as result
    join _treated_at_cut as treated using (site_id, subject_id)
    where result.collected <= treated.first_dose
    order by result.site_id, result.subject_id, result.collected desc, result.replicate desc;
comment on view _baseline_cd4 is 'the last CD4 count on or before the first dose, if that was given by the data cut; whether taken at a visit or known from before; of several on that day the last replicate';
comment on column _baseline_cd4.site_id is 'the site';
comment on column _baseline_cd4.subject_id is 'the subject''s code';
comment on column _baseline_cd4.collected is 'the day on which the sample was taken';
comment on column _baseline_cd4.replicate is 'tells several results of one day apart';
comment on column _baseline_cd4.cd4_count is 'CD4+ T lymphocytes, cells per microlitre';
