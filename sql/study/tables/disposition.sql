-- How each subject left the study

create table disposition (
    site_id text not null,
    subject_id text not null,
    ended date not null check (ended between '1900-01-01' and '9999-12-31'),
    outcome text not null check (outcome in ('completed', 'discontinued')),
    reason text check (reason in ('adverse event', 'death', 'lack of efficacy', 'consent withdrawn',
        'lost to follow-up', 'protocol deviation', 'pregnancy', 'physician decision', 'other')),
    note text,
    primary key (site_id, subject_id),
    foreign key (site_id, subject_id) references enrolment on update cascade,
    constraint disposition_reason check ((outcome = 'completed') = (reason is null))
);

comment on table disposition is 'the end of each enrolled subject''s part in the study; that of treatment is in regimen, and what of both counts as discontinuation in treatment_course';
comment on column disposition.site_id is 'the site';
comment on column disposition.subject_id is 'the subject''s code';
comment on column disposition.ended is 'the last day in the study';
comment on column disposition.outcome is 'of the study: completed or discontinued';
comment on column disposition.reason is 'the one reason for leaving the study early';
comment on column disposition.note is 'in words';
