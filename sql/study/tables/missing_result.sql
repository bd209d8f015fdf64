-- Results that did not come, of the study's visits and from before it

create table missing_result (
    site_id text not null,
    subject_id text not null,
    assessment text not null check (assessment in ('viral load', 'CD4', 'laboratory',
        'electrocardiogram', 'vital signs', 'physical examination', 'complaints',
        'pregnancy test')),
    test text not null default '',
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    replicate whole_number not null default 1 check (replicate between 1 and 32767),
    visit text,
    reason text not null check (reason in ('rejected', 'insufficient', 'invalid', 'pending',
        'not done', 'missing')),
    reported text,
    note text,
    primary key (site_id, subject_id, assessment, test, collected, replicate),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id, visit) references visit on update cascade,
    constraint missing_result_test check ((assessment = 'laboratory') = (test <> ''))
);

comment on table missing_result is 'results that did not come, each with the reason. A row stays what it was when the result comes after all: unresolved_result lists those of which none has come';
comment on column missing_result.site_id is 'the site';
comment on column missing_result.subject_id is 'the subject''s code';
comment on column missing_result.assessment is 'viral load, CD4, laboratory (a test), electrocardiogram, vital signs, physical examination, complaints or pregnancy test: what the result would be of';
comment on column missing_result.test is 'the test of a laboratory result; empty for the others';
comment on column missing_result.collected is 'the day on which the sample was taken, or was to be taken';
comment on column missing_result.replicate is 'tells several samples of one day apart';
comment on column missing_result.visit is 'the visit that it belongs to; null for history';
comment on column missing_result.reason is 'rejected: the laboratory did not accept the sample; insufficient: there was too little of it; invalid: the measurement failed; pending: the result is still to come; not done: nothing was taken or measured; missing: nobody says why';
comment on column missing_result.reported is 'the text of the laboratory''s report';
comment on column missing_result.note is 'what else there is to say, such as what was wrong with the sample';
