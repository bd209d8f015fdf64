-- Of several viral loads of one day, the one that stands for it

create view _repeated_viral_load as
    with
    -- few subjects have several on a day
    several as materialized (
        select distinct site_id, subject_id
        from viral_load_result
        where replicate > 1 and collected <= (select data_cut())
    )
    select several.site_id, several.subject_id, standing.collected, standing.replicate
    from several
    cross join lateral (
        select collected, replicate
        from viral_load_of_day as known
        where known.site_id = several.site_id and known.subject_id = several.subject_id
            and known.viral_load_of_day = (select viral_load_of_day from _protocol_at_analysis)
            and known.collected <= (select data_cut())
        offset 0
    ) as standing;
comment on view _repeated_viral_load is 'the days of the subjects who have several viral loads on one, and the replicate that stands for each';
comment on column _repeated_viral_load.site_id is 'the site';
comment on column _repeated_viral_load.subject_id is 'the subject''s code';
comment on column _repeated_viral_load.collected is 'the day';
comment on column _repeated_viral_load.replicate is 'the replicate that stands for the day';

create view _viral_load_at_cut as
    select result.site_id, result.subject_id, result.collected, result.replicate, result.assay,
        result.viral_load
    from viral_load_result as result
    where result.collected <= (select data_cut())
        -- said so that they are found once, and hashed, however few results the planner expects
        and (result.site_id, result.subject_id, result.collected, result.replicate) not in (
            select known.site_id, known.subject_id, known.collected, known.replicate
            from _repeated_viral_load as repeated
            join viral_load_result as known using (site_id, subject_id, collected)
            where known.replicate <> repeated.replicate);
comment on view _viral_load_at_cut is 'the viral loads up to the data cut, one a day: every analysis reads these';
comment on column _viral_load_at_cut.site_id is 'the site';
comment on column _viral_load_at_cut.subject_id is 'the subject''s code';
comment on column _viral_load_at_cut.collected is 'the day on which the sample was taken';
comment on column _viral_load_at_cut.replicate is 'tells several results of one day apart';
comment on column _viral_load_at_cut.assay is 'the assay';
comment on column _viral_load_at_cut.viral_load is 'HIV-1 RNA, copies/mL';
