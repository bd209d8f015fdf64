-- From birth to death, and the time in the study.  Rules read it, which no data
-- cut changes.

create view lifetime as
    select subject.site_id, subject.subject_id, subject.birth_date,
        case when disposition.reason = 'death' then disposition.ended end as died,
        disposition.ended
    from subject
    left join disposition on disposition.site_id = subject.site_id
        and disposition.subject_id = subject.subject_id;
comment on view lifetime is 'the days between which what is recorded of a subject must lie';
comment on column lifetime.site_id is 'the site';
comment on column lifetime.subject_id is 'the subject''s code';
comment on column lifetime.birth_date is 'date of birth';
comment on column lifetime.died is 'the day of death; null if the subject''s part did not end by it';
comment on column lifetime.ended is 'the last day in the study; null while the subject is in it';
