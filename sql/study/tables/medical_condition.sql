-- Medical history, and what patients take beside the antiretroviral drugs

create table medical_history (
    site_id text not null,
    subject_id text not null,
    condition_number whole_number not null check (condition_number between 1 and 32767),
    term text not null check (term ~ '[^[:space:]]'),
    coded_term text,
    system_organ_class text,
    dictionary text,
    dictionary_version text,
    is_hiv_associated boolean not null,
    started text,
    ended text,
    is_ongoing boolean not null,
    note text,
    started_first date generated always as (_virotrial.first_possible_day(started)) stored
        check (started_first between '1900-01-01' and '9999-12-31'),
    started_last date generated always as (_virotrial.last_possible_day(started)) stored
        check (started_last between '1900-01-01' and '9999-12-31'),
    ended_first date generated always as (_virotrial.first_possible_day(ended)) stored
        check (ended_first between '1900-01-01' and '9999-12-31'),
    ended_last date generated always as (_virotrial.last_possible_day(ended)) stored
        check (ended_last between '1900-01-01' and '9999-12-31'),
    primary key (site_id, subject_id, condition_number),
    foreign key (site_id, subject_id) references subject on update cascade,
    constraint medical_history_order check (ended_last >= started_first),
    constraint medical_history_ongoing check (not is_ongoing or ended is null),
    constraint medical_history_coding
        check (num_nulls(coded_term, dictionary, dictionary_version) in (0, 3)),
    constraint medical_history_organ_class
        check (system_organ_class is null or coded_term is not null)
);

comment on table medical_history is 'conditions from before the study, HIV-associated ones among them: one row per condition. What begins in the study is an adverse event';
comment on column medical_history.site_id is 'the site';
comment on column medical_history.subject_id is 'the subject''s code';
comment on column medical_history.condition_number is 'tells the subject''s conditions apart';
comment on column medical_history.term is 'the condition in the investigator''s words';
comment on column medical_history.coded_term is 'the preferred term of the dictionary that it was coded to';
comment on column medical_history.system_organ_class is 'the class that the dictionary has the term in';
comment on column medical_history.dictionary is 'the dictionary, such as MedDRA; it comes from the user';
comment on column medical_history.dictionary_version is 'its version';
comment on column medical_history.is_hiv_associated is 'whether it is associated with HIV, such as an AIDS-defining condition';
comment on column medical_history.started is 'when it began, as far as it is known: YYYY-MM-DD, YYYY-MM or YYYY; null where nobody knows';
comment on column medical_history.ended is 'when it ended, in the same manner; null while it goes on or if that is not known';
comment on column medical_history.is_ongoing is 'whether it goes on';
comment on column medical_history.note is 'what else there is to say';
comment on column medical_history.started_first is 'the first day on which it may have begun';
comment on column medical_history.started_last is 'the last day on which it may have begun';
comment on column medical_history.ended_first is 'the first day on which it may have ended';
comment on column medical_history.ended_last is 'the last day on which it may have ended';

create table concomitant_medication (
    site_id text not null,
    subject_id text not null,
    medication_number whole_number not null check (medication_number between 1 and 32767),
    medication text not null check (medication ~ '[^[:space:]]'),
    coded_term text,
    medication_class text,
    dictionary text,
    dictionary_version text,
    indication text check (indication ~ '[^[:space:]]'),
    dose double precision check (dose > 0 and dose < 'Infinity'),
    dose_unit text check (dose_unit ~ '[^[:space:]]'),
    frequency text check (frequency ~ '[^[:space:]]'),
    route text check (route ~ '[^[:space:]]'),
    started text,
    ended text,
    is_ongoing boolean not null,
    note text,
    started_first date generated always as (_virotrial.first_possible_day(started)) stored
        check (started_first between '1900-01-01' and '9999-12-31'),
    started_last date generated always as (_virotrial.last_possible_day(started)) stored
        check (started_last between '1900-01-01' and '9999-12-31'),
    ended_first date generated always as (_virotrial.first_possible_day(ended)) stored
        check (ended_first between '1900-01-01' and '9999-12-31'),
    ended_last date generated always as (_virotrial.last_possible_day(ended)) stored
        check (ended_last between '1900-01-01' and '9999-12-31'),
    primary key (site_id, subject_id, medication_number),
    foreign key (site_id, subject_id) references subject on update cascade,
    constraint concomitant_medication_dose check ((dose is null) = (dose_unit is null)),
    constraint concomitant_medication_order check (ended_last >= started_first),
    constraint concomitant_medication_ongoing check (not is_ongoing or ended is null),
    constraint concomitant_medication_coding
        check (num_nulls(coded_term, dictionary, dictionary_version) in (0, 3)),
    constraint concomitant_medication_class
        check (medication_class is null or coded_term is not null)
);

comment on table concomitant_medication is 'what a subject takes beside the antiretroviral drugs, which are in regimen and art_history: one row per medication and period';
comment on column concomitant_medication.site_id is 'the site';
comment on column concomitant_medication.subject_id is 'the subject''s code';
comment on column concomitant_medication.medication_number is 'tells the subject''s medications apart';
comment on column concomitant_medication.medication is 'the medication as it was reported';
comment on column concomitant_medication.coded_term is 'the preferred term of the dictionary that it was coded to';
comment on column concomitant_medication.medication_class is 'the class that the dictionary has the term in, such as one of ATC';
comment on column concomitant_medication.dictionary is 'the dictionary, such as WHODrug; it comes from the user';
comment on column concomitant_medication.dictionary_version is 'its version';
comment on column concomitant_medication.indication is 'what it is taken for';
comment on column concomitant_medication.dose is 'the dose that is taken at a time';
comment on column concomitant_medication.dose_unit is 'its unit, such as mg; given with a dose, and with no other';
comment on column concomitant_medication.frequency is 'how often it is taken, such as BID';
comment on column concomitant_medication.route is 'how it is taken, such as oral';
comment on column concomitant_medication.started is 'when it was first taken, as far as it is known: YYYY-MM-DD, YYYY-MM or YYYY; null where nobody knows';
comment on column concomitant_medication.ended is 'when it was last taken, in the same manner; null while it goes on or if that is not known';
comment on column concomitant_medication.is_ongoing is 'whether it is still taken';
comment on column concomitant_medication.note is 'what else there is to say';
comment on column concomitant_medication.started_first is 'the first day on which it may have been taken first';
comment on column concomitant_medication.started_last is 'the last day on which it may have been taken first';
comment on column concomitant_medication.ended_first is 'the first day on which it may have been taken last';
comment on column concomitant_medication.ended_last is 'the last day on which it may have been taken last';
