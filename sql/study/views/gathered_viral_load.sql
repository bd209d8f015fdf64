-- The viral loads of each subject, gathered in one pass over the results

create view _gathered_viral_load as
    select site_id, subject_id, viral_load_course(collected, replicate, viral_load) as results
    from _viral_load_at_cut
    group by site_id, subject_id;

comment on view _gathered_viral_load is 'the results of each subject up to the data cut, one a day, as one value that _virotrial.viral_load_latest(), _virotrial.viral_load_nearest() and their like read';
comment on column _gathered_viral_load.site_id is 'the site';
comment on column _gathered_viral_load.subject_id is 'the subject''s code';
comment on column _gathered_viral_load.results is 'the results by day and replicate, copies/mL';
