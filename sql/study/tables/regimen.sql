-- Treatment in the study

create table regimen (
    site_id text not null,
    subject_id text not null,
    drug text not null references drug,
    started date not null check (started between '1900-01-01' and '9999-12-31'),
    stopped date check (stopped between '1900-01-01' and '9999-12-31'),
    dose_mg double precision check (dose_mg > 0 and dose_mg < 'infinity'),
    doses_per_day double precision check (doses_per_day > 0 and doses_per_day <= 24),
    weight_kg double precision check (weight_kg > 0 and weight_kg <= 1000),
    reason text,
    justification text check (justification ~ '[^[:space:]]'),
    start_reason text
        check (start_reason in ('adverse event', 'lack of efficacy',
        'drug interaction', 'pregnancy',
        'physician decision', 'subject decision', 'supply', 'other')),
    stop_reason text
        check (stop_reason in ('adverse event', 'death', 'lack of efficacy',
        'drug interaction', 'pregnancy',
        'consent withdrawn', 'lost to follow-up', 'protocol deviation', 'physician decision', 'subject decision', 'supply', 'other')),
    primary key (site_id, subject_id, drug, started),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id) references enrolment on update cascade,
    constraint regimen_order check (stopped > started)
);

comment on table regimen is 'the study drug and the optimized background therapy, one row per drug and period';
comment on column regimen.site_id is 'the site';
comment on column regimen.subject_id is 'the subject''s code';
comment on column regimen.drug is 'the drug';
comment on column regimen.started is 'the first day on which it is taken';
comment on column regimen.stopped is 'the first day on which it is no longer taken; null if it is still taken';
comment on column regimen.dose_mg is 'one dose, mg; must be given for the study drug';
comment on column regimen.doses_per_day is 'doses a day, 0.5 for one every other day; must be given for the study drug';
comment on column regimen.weight_kg is 'the weight by which the dose was chosen, kg; must be given for the study drug where table dose has bands of weight';
comment on column regimen.justification is 'why the background that begins with this row has fewer fully active drugs than the protocol asks for (one row of the day is enough), or why the drug is given in spite of an abnormality that speaks against it';
comment on column regimen.reason is 'why the drug was chosen or stopped, in words';
comment on column regimen.start_reason is 'why a drug of the background therapy was added after the first dose; null: not documented, or there from the first dose on';
comment on column regimen.stop_reason is 'why the drug was stopped while the subject was in the study; null: not documented, not stopped, or stopped with the end of the study. "adverse event" is toxicity or intolerance';
