-- Eligibility criteria: each a query over candidates that returns a verdict

create table eligibility_criterion (
    criterion text not null,
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    position whole_number not null,
    description text not null,
    clause text not null,
    required boolean not null default true,
    query text not null,
    primary key (criterion, effective_from)
);

comment on table eligibility_criterion is 'what must be met for an enrolment; all of the criteria in force on its day';
comment on column eligibility_criterion.criterion is 'the criterion''s name, which errors give';
comment on column eligibility_criterion.effective_from is 'the first day of enrolment that the row applies to';
comment on column eligibility_criterion.position is 'the order in which criteria are shown';
comment on column eligibility_criterion.description is 'the criterion in words';
comment on column eligibility_criterion.clause is 'the statement of the protocol that it comes from';
comment on column eligibility_criterion.required is 'false in an amendment that drops the criterion';
comment on column eligibility_criterion.query is 'a query over candidate (site_id, subject_id, as_of): one row per candidate with site_id, subject_id, whether it is met (null: cannot be known), and the evidence in words';

create view eligibility_criterion_period as
    select eligibility_criterion.*, lead(effective_from, 1, 'infinity')
        over (partition by criterion order by effective_from) as effective_before
    from eligibility_criterion;
comment on view eligibility_criterion_period is 'eligibility_criterion, with the day before which each row applies';
