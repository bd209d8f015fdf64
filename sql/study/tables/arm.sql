-- The arms of a trial, the strata of its randomisation, and doses by arm and weight.
-- A trial without arms has no rows here.

create table arm (
    arm text not null primary key check (arm ~ '[^[:space:]]' and arm <> '*'),
    position whole_number not null,
    title text not null,
    ratio whole_number not null default 1 check (ratio between 1 and 100),
    treatment text not null default 'study drug'
        check (treatment in ('study drug', 'placebo', 'background alone'))
);

comment on table arm is 'the arms that subjects are allocated to; a trial of one group without allocation has none';
comment on column arm.arm is 'the name of the arm';
comment on column arm.position is 'the order in which arms are shown';
comment on column arm.title is 'the arm in words';
comment on column arm.ratio is 'subjects of the arm for each share of the others: 2 and 1 for 2:1';
comment on column arm.treatment is 'what is given beside the background: the study drug; its placebo, which regimen has under the name of the study drug; or nothing';

create table stratum (
    stratum text not null primary key check (stratum ~ '[^[:space:]]' and stratum <> '*'),
    position whole_number not null,
    title text not null
);

comment on table stratum is 'the strata within which subjects are allocated, such as one for each combination of the stratification factors; none: all are one stratum, named all';
comment on column stratum.stratum is 'the name of the stratum';
comment on column stratum.position is 'the order in which strata are shown';
comment on column stratum.title is 'the stratum in words';

create table dose (
    arm text not null default '*',
    known_arm text generated always as (nullif(arm, '*')) stored references arm,
    weight_from_kg double precision not null default 0
        check (weight_from_kg >= 0 and weight_from_kg <= 1000),
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    weight_below_kg double precision check (weight_below_kg > 0 and weight_below_kg <= 1000),
    dose_mg double precision not null check (dose_mg > 0 and dose_mg < 'infinity'),
    doses_per_day double precision not null check (doses_per_day > 0 and doses_per_day <= 24),
    primary key (arm, weight_from_kg, effective_from),
    constraint dose_weight_order check (weight_below_kg > weight_from_kg)
);

comment on table dose is 'doses of the study drug that differ by arm or weight; where no row is meant, the dose of table protocol applies';
comment on column dose.arm is 'the arm; * for every arm';
comment on column dose.known_arm is 'the arm; null for every arm';
comment on column dose.weight_from_kg is 'the lowest weight of the band, kg; 0 for any';
comment on column dose.effective_from is 'the first day on which the row applies';
comment on column dose.weight_below_kg is 'the weight below which the band ends, kg; null for none';
comment on column dose.dose_mg is 'one dose, mg';
comment on column dose.doses_per_day is 'doses a day, 0.5 for one every other day';

create view dose_period as
    select dose.*, lead(effective_from, 1, 'infinity')
        over (partition by arm, weight_from_kg order by effective_from) as effective_before
    from dose;
comment on view dose_period is 'dose, with the day before which each row applies';

create table per_protocol_exclusion (
    rule text not null primary key check (rule ~ '[^[:space:]]')
);

comment on table per_protocol_exclusion is 'the deviations that exclude a subject from the per-protocol set, by their rules';
comment on column per_protocol_exclusion.rule is 'the rule, as deviation.rule has it: one of table rule, or a name by which a deviation is reported by hand';
