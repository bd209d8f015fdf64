-- What a candidate brings along: diagnosis, antiretroviral treatment, intolerance

create table hiv_diagnosis (
    site_id text not null,
    subject_id text not null,
    -- HIV was not known before
    diagnosed date not null check (diagnosed between '1981-01-01' and '9999-12-31'),
    guideline text not null,
    confirmed date check (confirmed between '1900-01-01' and '9999-12-31'),
    confirmatory_test text,
    primary key (site_id, subject_id),
    foreign key (site_id, subject_id) references subject on update cascade,
    constraint hiv_diagnosis_order check (confirmed >= diagnosed),
    constraint hiv_diagnosis_confirmation check ((confirmed is null) = (confirmatory_test is null))
);

comment on table hiv_diagnosis is 'the diagnosis of HIV infection';
comment on column hiv_diagnosis.site_id is 'the site';
comment on column hiv_diagnosis.subject_id is 'the subject''s code';
comment on column hiv_diagnosis.diagnosed is 'the day of the first reactive test';
comment on column hiv_diagnosis.guideline is 'the guideline that the diagnosis follows, as protocol.diagnosis_guideline names it';
comment on column hiv_diagnosis.confirmed is 'the day of the positive confirmatory test';
comment on column hiv_diagnosis.confirmatory_test is 'the confirmatory test, such as Western blot';

create table art_history (
    site_id text not null,
    subject_id text not null,
    drug text not null references drug,
    started date not null check (started between '1900-01-01' and '9999-12-31'),
    stopped date check (stopped between '1900-01-01' and '9999-12-31'),
    reason_stopped text,
    primary key (site_id, subject_id, drug, started),
    foreign key (site_id, subject_id) references subject on update cascade,
    constraint art_history_order check (stopped > started)
);

comment on table art_history is 'antiretroviral treatment before the study, one row per drug and period';
comment on column art_history.site_id is 'the site';
comment on column art_history.subject_id is 'the subject''s code';
comment on column art_history.drug is 'the drug';
comment on column art_history.started is 'the first day on which it was taken';
comment on column art_history.stopped is 'the first day on which it was no longer taken; null if it is still taken';
comment on column art_history.reason_stopped is 'why it was stopped';

create table intolerance (
    site_id text not null,
    subject_id text not null,
    drug text not null references drug,
    reaction text not null,
    onset date not null check (onset between '1900-01-01' and '9999-12-31'),
    is_serious boolean not null,
    primary key (site_id, subject_id, drug, reaction, onset),
    foreign key (site_id, subject_id) references subject on update cascade
);

comment on table intolerance is 'adverse events that make a drug unusable for the subject';
comment on column intolerance.site_id is 'the site';
comment on column intolerance.subject_id is 'the subject''s code';
comment on column intolerance.drug is 'the drug';
comment on column intolerance.reaction is 'the adverse event; listed_intolerance has the names of those that the protocol gives as examples';
comment on column intolerance.onset is 'the day of its onset';
comment on column intolerance.is_serious is 'whether it was serious';
