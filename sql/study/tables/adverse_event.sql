-- Adverse events

create table solicited_complaint (
    complaint text not null,
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    position whole_number not null,
    solicited boolean not null default true,
    primary key (complaint, effective_from)
);

comment on table solicited_complaint is 'complaints that the protocol asks for by name';
comment on column solicited_complaint.complaint is 'the complaint';
comment on column solicited_complaint.effective_from is 'the first day on which the row applies';
comment on column solicited_complaint.position is 'the order of the complaints';
comment on column solicited_complaint.solicited is 'false in an amendment that no longer asks for it';

create table relatedness_category (
    relatedness text not null primary key,
    position whole_number not null,
    is_related boolean not null
);

comment on table relatedness_category is 'how an investigator may judge whether a drug caused an event';
comment on column relatedness_category.relatedness is 'the judgement';
comment on column relatedness_category.position is 'the order of the judgements';
comment on column relatedness_category.is_related is 'whether the event is then counted as related to the drug (assumption: what is possible is)';

create table adverse_event (
    site_id text not null,
    subject_id text not null,
    event_number whole_number not null check (event_number > 0),
    term text not null check (term ~ '[^[:space:]]'),
    complaint text,
    test text references lab_test,
    coded_term text,
    system_organ_class text,
    dictionary text,
    dictionary_version text,
    onset text not null,
    ended text,
    grade whole_number not null check (grade between 1 and 5),
    is_serious boolean not null default false,
    results_in_death boolean not null default false,
    is_life_threatening boolean not null default false,
    requires_hospitalization boolean not null default false,
    is_disabling boolean not null default false,
    is_congenital_anomaly boolean not null default false,
    is_medically_important boolean not null default false,
    action_taken text not null
        check (action_taken in ('DOSE INCREASED', 'DOSE NOT CHANGED',
        'DOSE RATE REDUCED', 'DOSE REDUCED',
        'DRUG INTERRUPTED', 'DRUG WITHDRAWN', 'NOT APPLICABLE', 'UNKNOWN')),
    outcome text not null
        check (outcome in ('FATAL', 'NOT RECOVERED/NOT RESOLVED', 'RECOVERED/RESOLVED',
        'RECOVERED/RESOLVED WITH SEQUELAE', 'RECOVERING/RESOLVING', 'UNKNOWN')),
    aware_at timestamptz check (aware_at between '1900-01-01 00:00Z' and '9999-12-31 00:00Z'),
    reported_at timestamptz check (reported_at between '1900-01-01 00:00Z' and '9999-12-31 00:00Z'),
    note text,
    onset_first date not null generated always as (_virotrial.first_possible_day(onset)) stored
        check (onset_first between '1900-01-01' and '9999-12-31'),
    onset_last date not null generated always as (_virotrial.last_possible_day(onset)) stored
        check (onset_last between '1900-01-01' and '9999-12-31'),
    ended_first date generated always as (_virotrial.first_possible_day(ended)) stored
        check (ended_first between '1900-01-01' and '9999-12-31'),
    ended_last date generated always as (_virotrial.last_possible_day(ended)) stored
        check (ended_last between '1900-01-01' and '9999-12-31'),
    primary key (site_id, subject_id, event_number),
    foreign key (site_id, subject_id) references subject on update cascade,
    constraint adverse_event_order check (ended_last >= onset_first),
    constraint adverse_event_end
        check ((ended is null)
        = (outcome in ('NOT RECOVERED/NOT RESOLVED', 'RECOVERING/RESOLVING', 'UNKNOWN'))),
    constraint adverse_event_coding
        check (num_nulls(coded_term, dictionary, dictionary_version) in (0, 3)),
    constraint adverse_event_organ_class
        check (system_organ_class is null or coded_term is not null),
    constraint adverse_event_fatal
        check ((grade = 5) = (outcome = 'FATAL') and (grade = 5) = results_in_death),
    constraint adverse_event_serious
        check (is_serious = (results_in_death or is_life_threatening or requires_hospitalization
        or is_disabling or is_congenital_anomaly or is_medically_important)),
    constraint adverse_event_awareness check (not is_serious or aware_at is not null),
    constraint adverse_event_report_order check (reported_at >= aware_at)
);

comment on table adverse_event is 'adverse events: complaints, and abnormal findings that are events';
comment on column adverse_event.site_id is 'the site';
comment on column adverse_event.subject_id is 'the subject''s code';
comment on column adverse_event.event_number is 'tells the subject''s events apart';
comment on column adverse_event.term is 'the event in the investigator''s words';
comment on column adverse_event.complaint is 'the complaint of solicited_complaint that it is; null for another event';
comment on column adverse_event.test is 'the laboratory test whose abnormal result the event is; null for another event';
comment on column adverse_event.coded_term is 'the term of the dictionary that the event was coded to';
comment on column adverse_event.system_organ_class is 'the class that the dictionary has the term in';
comment on column adverse_event.dictionary is 'the dictionary, such as MedDRA; it comes from the user';
comment on column adverse_event.dictionary_version is 'its version';
comment on column adverse_event.onset is 'when it began, as far as it is known: YYYY-MM-DD, YYYY-MM or YYYY';
comment on column adverse_event.ended is 'when it ended, in the same manner; null while it goes on or if that is not known';
comment on column adverse_event.grade is 'the highest grade that it reached: 1 mild, 2 moderate, 3 severe, 4 potentially life-threatening, 5 fatal';
comment on column adverse_event.is_serious is 'whether it meets a criterion of seriousness';
comment on column adverse_event.results_in_death is 'criterion: it results in death';
comment on column adverse_event.is_life_threatening is 'criterion: it is life-threatening';
comment on column adverse_event.requires_hospitalization is 'criterion: it requires hospitalization, or prolongs it';
comment on column adverse_event.is_disabling is 'criterion: it results in persistent or significant disability or incapacity';
comment on column adverse_event.is_congenital_anomaly is 'criterion: it is a congenital anomaly or birth defect';
comment on column adverse_event.is_medically_important is 'criterion: it is important for another medical reason';
comment on column adverse_event.action_taken is 'what was done with the study drug, a term of CDISC; what was done with the others is in regimen';
comment on column adverse_event.outcome is 'the outcome, a term of CDISC';
comment on column adverse_event.aware_at is 'when the site became aware of it; must be given for a serious event';
comment on column adverse_event.reported_at is 'when it was reported to the sponsor';
comment on column adverse_event.note is 'what else there is to say';
comment on column adverse_event.onset_first is 'the first day on which it may have begun';
comment on column adverse_event.onset_last is 'the last day on which it may have begun';
comment on column adverse_event.ended_first is 'the first day on which it may have ended';
comment on column adverse_event.ended_last is 'the last day on which it may have ended';

-- A set, so that the planner puts it in the place of the call.
create function serious_report_due(site_id text, onset date, aware_at timestamptz)
    returns table (report_due timestamptz)
    language sql stable parallel safe
    begin atomic
        select serious_report_due.aware_at + in_force.serious_report_hours * interval '1 hour'
        from protocol_in_force(serious_report_due.site_id, serious_report_due.onset) as in_force;
    end;
comment on function serious_report_due(text, date, timestamptz) is 'when the report of a serious event is due: serious_report_hours after awareness, by the protocol that applies at the site on the day of the onset';

create table adverse_event_relatedness (
    site_id text not null,
    subject_id text not null,
    event_number whole_number not null,
    drug text not null references drug,
    relatedness text not null references relatedness_category,
    primary key (site_id, subject_id, event_number, drug),
    foreign key (site_id, subject_id, event_number) references adverse_event on update cascade
);

comment on table adverse_event_relatedness is 'whether an event is related to the study drug, and to each drug of the background therapy';
comment on column adverse_event_relatedness.site_id is 'the site';
comment on column adverse_event_relatedness.subject_id is 'the subject''s code';
comment on column adverse_event_relatedness.event_number is 'the event';
comment on column adverse_event_relatedness.drug is 'the drug';
comment on column adverse_event_relatedness.relatedness is 'the investigator''s judgement';
