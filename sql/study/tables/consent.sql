-- Informed consent: the versions of the form, and who signed which

create table consent_version (
    version text not null check (version ~ '[^[:space:]]'),
    site text not null default '*',
    valid_from date not null default '-infinity'
        check (valid_from = '-infinity' or valid_from between '1900-01-01' and '9999-12-31'),
    valid_until date check (valid_until between '1900-01-01' and '9999-12-31'),
    reconsent_by date check (reconsent_by between '1900-01-01' and '9999-12-31'),
    primary key (version, site),
    constraint consent_version_order check (valid_until >= valid_from),
    constraint consent_version_reconsent check (reconsent_by >= valid_from)
);

comment on table consent_version is 'the versions of the consent form, with the days on which each may be signed. Without any, every version may be signed on any day';
comment on column consent_version.version is 'the version of the form';
comment on column consent_version.site is 'the site''s code, or * for every site that has no row of its own for the version';
comment on column consent_version.valid_from is 'the first day on which it may be signed';
comment on column consent_version.valid_until is 'the last day on which it may be signed; null while it may be';
comment on column consent_version.reconsent_by is 'the day by which who is in the study under an earlier version must sign this one or a later one; null: nobody need sign again';

create table consent (
    site_id text not null,
    subject_id text not null,
    version text not null,
    signed date not null check (signed between '1900-01-01' and '9999-12-31'),
    withdrawn date check (withdrawn between '1900-01-01' and '9999-12-31'),
    withdrawn_from_treatment date
        check (withdrawn_from_treatment between '1900-01-01' and '9999-12-31'),
    withdrawn_from_follow_up date
        check (withdrawn_from_follow_up between '1900-01-01' and '9999-12-31'),
    withdrawn_from_samples date
        check (withdrawn_from_samples between '1900-01-01' and '9999-12-31'),
    primary key (site_id, subject_id, version, signed),
    foreign key (site_id, subject_id) references subject on update cascade,
    constraint consent_order check (least(withdrawn, withdrawn_from_treatment,
        withdrawn_from_follow_up, withdrawn_from_samples) >= signed)
);

comment on table consent is 'consent forms signed; consent is in force from the day of signature to the day of withdrawal, both included. Who has withdrawn it may sign again, the same version or another';
comment on column consent.site_id is 'the site';
comment on column consent.subject_id is 'the subject''s code';
comment on column consent.version is 'the version of the form';
comment on column consent.signed is 'the day of signature';
comment on column consent.withdrawn is 'the day on which the subject withdrew consent as a whole: no data are collected after it';
comment on column consent.withdrawn_from_treatment is 'the day on which the subject withdrew from treatment; null: only with the whole';
comment on column consent.withdrawn_from_follow_up is 'the day on which the subject withdrew from follow-up: visits, examinations and events; null: only with the whole';
comment on column consent.withdrawn_from_samples is 'the day on which the subject withdrew the use of samples; null: only with the whole';

create function consent_version_at(site_id text)
    returns table (version text, valid_from date, valid_until date, reconsent_by date)
    language sql stable parallel safe
    begin atomic
        select own.version, own.valid_from, own.valid_until, own.reconsent_by
        from consent_version as own
        where own.site = site_id
            or own.site = '*' and not exists (
                select from consent_version as other
                where other.version = own.version and other.site = site_id);
    end;
comment on function consent_version_at(text) is 'the versions of the consent form at a site';
