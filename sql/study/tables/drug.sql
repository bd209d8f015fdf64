-- Antiretroviral drugs, and what the protocol counts as intolerance to them

create table drug (
    drug text not null primary key,
    name text not null,
    class text not null
        check (class in ('NRTI', 'NNRTI', 'PI', 'INSTI', 'entry inhibitor', 'capsid inhibitor',
            'booster')),
    is_booster boolean not null generated always as (class = 'booster') stored
);

comment on table drug is 'antiretroviral drugs';
comment on column drug.drug is 'the usual abbreviation';
comment on column drug.name is 'international nonproprietary name';
comment on column drug.class is 'class';
comment on column drug.is_booster is 'whether it is given only to raise the level of another drug, and is then not an active drug';

create table listed_intolerance (
    drug text not null references drug,
    reaction text not null,
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    listed boolean not null default true,
    synonyms text[] not null default '{}',
    primary key (drug, reaction, effective_from)
);

comment on table listed_intolerance is 'the serious drug-related adverse events that the protocol names as examples of intolerance. Every other one counts as well, unless a row says that it does not';
comment on column listed_intolerance.drug is 'the drug';
comment on column listed_intolerance.reaction is 'the adverse event';
comment on column listed_intolerance.effective_from is 'the first day of enrolment that the row applies to';
comment on column listed_intolerance.listed is 'false in an amendment by which the event no longer counts';
comment on column listed_intolerance.synonyms is 'other names of the event; case and blanks around a name say nothing';

create view listed_intolerance_period as
    select listed_intolerance.*, lead(effective_from, 1, 'infinity')
        over (partition by drug, reaction order by effective_from) as effective_before
    from listed_intolerance;
comment on view listed_intolerance_period is 'listed_intolerance, with the day before which each row applies';
