-- Informed consent

create table consent (
    site_id text not null,
    subject_id text not null,
    version text not null,
    signed date not null check (signed between '1900-01-01' and '9999-12-31'),
    withdrawn date check (withdrawn between '1900-01-01' and '9999-12-31'),
    primary key (site_id, subject_id, version),
    foreign key (site_id, subject_id) references subject on update cascade,
    constraint consent_order check (withdrawn >= signed)
);

comment on table consent is 'consent forms signed; consent is in force from the day of signature to the day of withdrawal, both included';
comment on column consent.site_id is 'the site';
comment on column consent.subject_id is 'the subject''s code';
comment on column consent.version is 'the version of the form';
comment on column consent.signed is 'the day of signature';
comment on column consent.withdrawn is 'the day on which the subject withdrew consent';
