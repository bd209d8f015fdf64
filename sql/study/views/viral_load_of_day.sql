-- Of several viral loads of one day, the one that stands for it

create view _repeated_viral_load as
    with
    -- few days have several
    day as materialized (
        select distinct site_id, subject_id, collected
        from viral_load_result
        where replicate > 1 and collected <= (select data_cut())
    )
    select site_id, subject_id, collected,
        (array_agg(result.replicate order by
            case when (select viral_load_of_day from _protocol_at_analysis) = 'highest'
                then result.viral_load end desc nulls last,
            result.replicate desc))[1] as replicate
    from day
    join viral_load_result as result using (site_id, subject_id, collected)
    group by site_id, subject_id, collected;
comment on view _repeated_viral_load is 'the days with several viral loads, and which of them stands for the day by protocol.viral_load_of_day';
comment on column _repeated_viral_load.site_id is 'the site';
comment on column _repeated_viral_load.subject_id is 'the subject''s code';
comment on column _repeated_viral_load.collected is 'the day';
comment on column _repeated_viral_load.replicate is 'the replicate that stands for the day';

create view _viral_load_of_day as
    select result.site_id, result.subject_id, result.collected, result.replicate, result.assay,
        result.viral_load
    from viral_load_result as result
    left join _repeated_viral_load as repeated using (site_id, subject_id, collected)
    where result.collected <= (select data_cut())
        and result.replicate = coalesce(repeated.replicate, result.replicate);
comment on view _viral_load_of_day is 'the viral loads up to the data cut, one a day: every analysis reads these';
comment on column _viral_load_of_day.site_id is 'the site';
comment on column _viral_load_of_day.subject_id is 'the subject''s code';
comment on column _viral_load_of_day.collected is 'the day on which the sample was taken';
comment on column _viral_load_of_day.replicate is 'tells several results of one day apart';
comment on column _viral_load_of_day.assay is 'the assay';
comment on column _viral_load_of_day.viral_load is 'HIV-1 RNA, copies/mL';
