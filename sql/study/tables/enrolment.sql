-- Enrolment, and the verdicts that it rests on

create table enrolment (
    site_id text not null,
    subject_id text not null,
    enrolled date not null check (enrolled between '1900-01-01' and '9999-12-31'),
    first_dose date check (first_dose between '1900-01-01' and '9999-12-31'),
    primary key (site_id, subject_id),
    foreign key (site_id, subject_id) references subject on update cascade,
    constraint enrolment_order check (first_dose >= enrolled)
);

comment on table enrolment is 'subjects enrolled; refused unless every eligibility criterion is met';
comment on column enrolment.site_id is 'the site';
comment on column enrolment.subject_id is 'the subject''s code';
comment on column enrolment.enrolled is 'the day of enrolment';
comment on column enrolment.first_dose is 'the day of the first dose of the study drug, study day 1; null until it is given';

create table eligibility_verdict (
    site_id text not null,
    subject_id text not null,
    criterion text not null,
    verdict text not null check (verdict in ('met', 'not met', 'unknown')),
    evidence text not null,
    as_of date not null check (as_of between '1900-01-01' and '9999-12-31'),
    primary key (site_id, subject_id, criterion),
    foreign key (site_id, subject_id) references enrolment on delete cascade on update cascade
);

comment on table eligibility_verdict is 'the verdict on each criterion as it was at enrolment, written by the database';
comment on column eligibility_verdict.site_id is 'the site';
comment on column eligibility_verdict.subject_id is 'the subject''s code';
comment on column eligibility_verdict.criterion is 'the criterion';
comment on column eligibility_verdict.verdict is 'met, not met or unknown';
comment on column eligibility_verdict.evidence is 'what the verdict rests on';
comment on column eligibility_verdict.as_of is 'the day of enrolment';

create table enrolment_stop (
    site text not null default '*',
    closed_from date not null check (closed_from between '1900-01-01' and '9999-12-31'),
    opened_again date check (opened_again between '1900-01-01' and '9999-12-31'),
    reason text not null check (reason ~ '[^[:space:]]'),
    primary key (site, closed_from),
    constraint enrolment_stop_order check (opened_again > closed_from)
);

comment on table enrolment_stop is 'when enrolment is closed, at a site or in the whole study: who is enrolled on such a day is refused';
comment on column enrolment_stop.site is 'the site''s code, or * for all sites';
comment on column enrolment_stop.closed_from is 'the first day on which nobody is enrolled';
comment on column enrolment_stop.opened_again is 'the first day on which subjects are enrolled again; null while nobody is';
comment on column enrolment_stop.reason is 'why, such as the decision of the data monitoring committee';

create table enrolment_limit (
    site text not null default '*',
    maximum whole_number not null check (maximum >= 0),
    stratum text not null default '*',
    known_stratum text generated always as (nullif(stratum, '*')) stored references stratum,
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    primary key (site, stratum, effective_from)
);

comment on table enrolment_limit is 'how many subjects may be enrolled, at a site or in the whole study, or randomised in a stratum; without a row, any number';
comment on column enrolment_limit.site is 'the site''s code, or * for all sites together';
comment on column enrolment_limit.maximum is 'subjects, at most';
comment on column enrolment_limit.stratum is 'the stratum in which they are randomised; * for who is enrolled, in any';
comment on column enrolment_limit.known_stratum is 'the stratum; null for any';
comment on column enrolment_limit.effective_from is 'the first day of enrolment, or of randomisation in a stratum, on which the row applies. A site keeps to it as to an amendment: once it has approved those before it. A limit for all sites holds at once, too';

create view enrolment_limit_period as
    select enrolment_limit.*, lead(effective_from, 1, 'infinity')
        over (partition by site, stratum order by effective_from) as effective_before
    from enrolment_limit;
comment on view enrolment_limit_period is 'enrolment_limit, with the day before which each row applies';
