-- Physical examinations, vital signs, and what patients were asked for

create table vital_signs (
    site_id text not null,
    subject_id text not null,
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    replicate whole_number not null default 1 check (replicate between 1 and 32767),
    visit text,
    weight_kg double precision check (weight_kg between 0.3 and 500),
    height_cm double precision check (height_cm between 20 and 250),
    temperature_celsius double precision check (temperature_celsius between 25 and 45),
    systolic_mmhg double precision check (systolic_mmhg between 30 and 350),
    diastolic_mmhg double precision check (diastolic_mmhg between 10 and 250),
    pulse_per_minute double precision check (pulse_per_minute between 10 and 350),
    respirations_per_minute double precision check (respirations_per_minute between 3 and 120),
    primary key (site_id, subject_id, collected, replicate),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id, visit) references visit on update cascade,
    constraint vital_signs_measured check (num_nonnulls(weight_kg, height_cm, temperature_celsius,
        systolic_mmhg, diastolic_mmhg, pulse_per_minute, respirations_per_minute) > 0),
    constraint vital_signs_pressure check (diastolic_mmhg < systolic_mmhg)
);

comment on table vital_signs is 'vital signs: one row per measurement, in the units that the names say; what was not measured is null';
comment on column vital_signs.site_id is 'the site';
comment on column vital_signs.subject_id is 'the subject''s code';
comment on column vital_signs.collected is 'the day';
comment on column vital_signs.replicate is 'tells several measurements of one day apart';
comment on column vital_signs.visit is 'the visit that it belongs to; null for history';
comment on column vital_signs.weight_kg is 'body weight, kg';
comment on column vital_signs.height_cm is 'body height, cm';
comment on column vital_signs.temperature_celsius is 'body temperature, degrees Celsius';
comment on column vital_signs.systolic_mmhg is 'systolic blood pressure, mmHg';
comment on column vital_signs.diastolic_mmhg is 'diastolic blood pressure, mmHg; less than the systolic one';
comment on column vital_signs.pulse_per_minute is 'beats per minute';
comment on column vital_signs.respirations_per_minute is 'breaths per minute';

create table physical_examination (
    site_id text not null,
    subject_id text not null,
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    body_system text not null check (body_system ~ '[^[:space:]]'),
    visit text,
    result text not null check (result in ('normal', 'abnormal', 'not examined')),
    finding text check (finding ~ '[^[:space:]]'),
    primary key (site_id, subject_id, collected, body_system),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id, visit) references visit on update cascade,
    constraint physical_examination_finding check ((result = 'abnormal') = (finding is not null))
);

comment on table physical_examination is 'physical examinations: one row per body system and day';
comment on column physical_examination.site_id is 'the site';
comment on column physical_examination.subject_id is 'the subject''s code';
comment on column physical_examination.collected is 'the day';
comment on column physical_examination.body_system is 'what was examined, such as skin or abdomen';
comment on column physical_examination.visit is 'the visit that it belongs to; null for history';
comment on column physical_examination.result is 'normal, abnormal, or not examined';
comment on column physical_examination.finding is 'what was found; given for an abnormal result, and for no other';

create table asked_complaint (
    site_id text not null,
    subject_id text not null,
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    complaint text not null,
    visit text,
    is_present boolean not null,
    primary key (site_id, subject_id, collected, complaint),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id, visit) references visit on update cascade
);

comment on table asked_complaint is 'what patients were asked for, and what they said: one row per complaint and day. No row: nobody asked. A complaint that is present is entered as an adverse event, too';
comment on column asked_complaint.site_id is 'the site';
comment on column asked_complaint.subject_id is 'the subject''s code';
comment on column asked_complaint.collected is 'the day';
comment on column asked_complaint.complaint is 'a complaint of solicited_complaint; or "any", for the open question';
comment on column asked_complaint.visit is 'the visit that it belongs to; null for another occasion';
comment on column asked_complaint.is_present is 'whether the patient has it; false: asked, and none';

create table pregnancy_test (
    site_id text not null,
    subject_id text not null,
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    replicate whole_number not null default 1 check (replicate between 1 and 32767),
    visit text,
    specimen text not null check (specimen in ('urine', 'serum')),
    result text not null check (result in ('negative', 'positive', 'indeterminate')),
    primary key (site_id, subject_id, collected, replicate),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id, visit) references visit on update cascade
);

comment on table pregnancy_test is 'pregnancy tests: one row per test';
comment on column pregnancy_test.site_id is 'the site';
comment on column pregnancy_test.subject_id is 'the subject''s code';
comment on column pregnancy_test.collected is 'the day on which the sample was taken';
comment on column pregnancy_test.replicate is 'tells several tests of one day apart';
comment on column pregnancy_test.visit is 'the visit that it belongs to; null for another occasion';
comment on column pregnancy_test.specimen is 'urine or serum';
comment on column pregnancy_test.result is 'negative, positive or indeterminate';
