-- What each screening of a subject came to

create table screening (
    site_id text not null,
    subject_id text not null,
    decided date not null check (decided between '1900-01-01' and '9999-12-31'),
    outcome text not null check (outcome in ('eligible', 'screen failure')),
    reason text check (reason in ('eligibility criteria not met', 'consent withdrawn',
        'lost to follow-up', 'death', 'physician decision', 'other')),
    note text,
    primary key (site_id, subject_id, decided),
    foreign key (site_id, subject_id) references subject on update cascade,
    constraint screening_reason check ((outcome = 'eligible') = (reason is null))
);

comment on table screening is 'the outcome of each screening: one row per screening. A subject may be screened again, and the last outcome counts';
comment on column screening.site_id is 'the site';
comment on column screening.subject_id is 'the subject''s code';
comment on column screening.decided is 'the day of the outcome';
comment on column screening.outcome is 'eligible, or screen failure';
comment on column screening.reason is 'the one reason for a screen failure';
comment on column screening.note is 'in words, such as the criterion that was not met';
