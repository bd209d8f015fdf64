-- The protocol: parameters and visits.  A row applies from its effective_from
-- until the next row of the same key does; an amendment adds rows.  Days are
-- bounded by a century, so that no sum with a date is out of range.

create table protocol (
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    protocol text not null,
    amendment text not null,
    needs_approval boolean not null default false,
    title text not null,
    target_enrolment whole_number not null check (target_enrolment > 0),
    minimum_age whole_number not null check (minimum_age >= 0),
    minimum_age_is_strict boolean not null,
    diagnosis_guideline text not null,
    haart_minimum_drugs whole_number not null check (haart_minimum_drugs > 0),
    failure_reduction_weeks whole_number not null
        check (failure_reduction_weeks between 1 and 36525),
    failure_reduction_log10 double precision not null
        check (failure_reduction_log10 > 0 and failure_reduction_log10 <= 100),
    failure_detectable_months whole_number not null
        check (failure_detectable_months between 1 and 36525),
    detection_limit double precision not null
        check (detection_limit > 0 and detection_limit < 'infinity'),
    resistance_minimum_drugs whole_number not null check (resistance_minimum_drugs > 0),
    resistance_minimum_classes whole_number not null check (resistance_minimum_classes > 0),
    intermediate_counts_as_resistant boolean not null,
    intolerance_minimum_drugs whole_number not null check (intolerance_minimum_drugs > 0),
    intolerance_requires_failure boolean not null,
    screening_limit_days whole_number not null check (screening_limit_days between 1 and 36525),
    screening_results_before text not null default 'first dose'
        check (screening_results_before in ('enrolment', 'first dose', 'nothing')),
    study_drug text not null,
    study_drug_dose_mg double precision not null
        check (study_drug_dose_mg > 0 and study_drug_dose_mg < 'infinity'),
    study_drug_doses_per_day double precision not null
        check (study_drug_doses_per_day > 0 and study_drug_doses_per_day <= 24),
    background_minimum_drugs whole_number not null check (background_minimum_drugs >= 0),
    background_active_drugs whole_number not null check (background_active_drugs >= 0),
    resistance_algorithm text,
    resistance_algorithm_version text,
    fully_active_level whole_number default 1 check (fully_active_level > 0),
    background_judged_by_calls boolean not null default false,
    cd4_method text not null,
    response_threshold double precision not null
        check (response_threshold > 0 and response_threshold < 'infinity'),
    suppression_threshold double precision not null
        check (suppression_threshold > 0 and suppression_threshold < 'infinity'),
    log_reduction_threshold double precision not null
        check (log_reduction_threshold > 0 and log_reduction_threshold <= 100),
    permitted_background_changes text[] not null default '{adverse event}',
    background_change_permitted_until text not null default 'first viral load'
        check (background_change_permitted_until in ('first viral load', 'end of treatment')),
    viral_load_of_day text not null default 'last replicate'
        check (viral_load_of_day in ('last replicate', 'highest')),
    davg_baseline_on_day_1 boolean not null default true,
    failure_threshold double precision not null default 400
        check (failure_threshold > 0 and failure_threshold < 'infinity'),
    failure_confirmation_days whole_number not null default 7
        check (failure_confirmation_days between 1 and 36525),
    failure_log10_rise double precision not null default 1
        check (failure_log10_rise > 0 and failure_log10_rise <= 100),
    failure_nonresponse_day whole_number not null default 113
        check (failure_nonresponse_day between 1 and 36525),
    blip_limit double precision not null default 400
        check (blip_limit > 0 and blip_limit < 'infinity'),
    cd4_levels whole_number[] not null default '{200,350}',
    toxicity_scheme text not null default 'DAIDS 2.1',
    treatment_emergent_days whole_number not null default 30
        check (treatment_emergent_days between 0 and 36525),
    safety_follow_up_days whole_number not null default 30
        check (safety_follow_up_days between 0 and 36525),
    hys_law_days whole_number not null default 30 check (hys_law_days between 0 and 36525),
    serious_report_hours whole_number not null default 24
        check (serious_report_hours between 1 and 36525),
    primary key (effective_from),
    constraint protocol_approved check (not needs_approval or effective_from > '-infinity'),
    foreign key (resistance_algorithm, resistance_algorithm_version)
        references resistance_algorithm_version (name, version) match full
);

comment on table protocol is 'the parameters of the protocol; one row for the protocol as first approved, and one for each amendment that changes them';
comment on column protocol.effective_from is 'the first day on which the row applies; -infinity for the protocol as first approved';
comment on column protocol.protocol is 'the short name that create_study knows the protocol by';
comment on column protocol.amendment is 'the version or amendment that brought the row in';
comment on column protocol.needs_approval is 'whether the row applies at a site only from the day of its approval there (protocol_approval) on; a site without it stays on the row before, and on what other tables said until then (assumption: no)';
comment on column protocol.title is 'the title of the trial';
comment on column protocol.target_enrolment is 'subjects to be concluded in the trial, at least';
comment on column protocol.minimum_age is 'the age in completed years that a subject must have on the day of consent';
comment on column protocol.minimum_age_is_strict is 'whether a subject must be older than minimum_age, which is so from the day after that birthday on; the protocol''s "aged over 18" is read as 18 or more unless this is set (assumption)';
comment on column protocol.diagnosis_guideline is 'the guideline by which HIV infection is diagnosed';
comment on column protocol.haart_minimum_drugs is 'antiretroviral drugs, boosters aside, that taken together make HAART (assumption)';
comment on column protocol.failure_reduction_weeks is 'weeks of HAART after which failure (i) is judged';
comment on column protocol.failure_reduction_log10 is 'fall of the viral load, log10 copies/mL, below which treatment has failed by (i)';
comment on column protocol.failure_detectable_months is 'months of HAART after which a detectable viral load is failure (ii)';
comment on column protocol.detection_limit is 'copies/mL from which on a viral load is detectable, for failure (ii) and (iii) (assumption: the protocol gives no number)';
comment on column protocol.resistance_minimum_drugs is 'drugs with genotypic resistance that make it multi-drug (assumption: the protocol gives no number)';
comment on column protocol.resistance_minimum_classes is 'classes that these drugs must come from, at least (assumption)';
comment on column protocol.intermediate_counts_as_resistant is 'whether the call "intermediate" counts as resistance (assumption: it does not)';
comment on column protocol.intolerance_minimum_drugs is 'drugs not tolerated that make intolerance multi-drug (assumption: the protocol gives no number)';
comment on column protocol.intolerance_requires_failure is 'whether who enters for intolerance must also have failed virologically (assumption: no)';
comment on column protocol.screening_limit_days is 'days before the first dose that screening may lie, at most (assumption)';
comment on column protocol.screening_results_before is 'what a subject may not come to without a viral load and a CD4 count of screening, or a reason in missing_result: enrolment, first dose, or nothing (assumption: the first dose)';
comment on column protocol.study_drug is 'the drug under study';
comment on column protocol.study_drug_dose_mg is 'one dose of the study drug, mg';
comment on column protocol.study_drug_doses_per_day is 'doses of the study drug a day, 0.5 for one every other day';
comment on column protocol.background_minimum_drugs is 'drugs of the optimized background therapy, boosters aside, that a subject must have (assumption: at least 1)';
comment on column protocol.background_active_drugs is 'fully active drugs that the background therapy shall contain if possible';
comment on column protocol.resistance_algorithm is 'the algorithm, of those loaded into the study, by which genotypes are interpreted; null: the first that was loaded, and the laboratory''s calls until one is';
comment on column protocol.resistance_algorithm_version is 'its version';
comment on column protocol.fully_active_level is 'the highest level of the algorithm at which a drug is fully active; null: every level that the algorithm calls S (assumption: level 1 alone)';
comment on column protocol.background_judged_by_calls is 'whether the fully active drugs of a background are also counted where no algorithm is loaded, by the laboratory''s calls (assumption: no)';
comment on column protocol.cd4_method is 'the method by which CD4+ T lymphocytes are counted';
comment on column protocol.response_threshold is 'copies/mL: a viral load less than this is a response';
comment on column protocol.suppression_threshold is 'copies/mL: a viral load less than this is suppression';
comment on column protocol.log_reduction_threshold is 'log10 copies/mL: a reduction from baseline that exceeds this is a response';
comment on column protocol.permitted_background_changes is 'the documented reasons (regimen.start_reason, stop_reason) for which the background therapy may be changed without that counting as failure (assumption: toxicity or intolerance)';
comment on column protocol.background_change_permitted_until is 'until when the Snapshot permits such a change: "first viral load": up to the day of the first viral load on treatment; "end of treatment": at any time (assumption: the first viral load; TLOVR permits it at any time)';
comment on column protocol.viral_load_of_day is 'which of several viral loads of one day stands for it in every analysis: the last replicate, or the highest (assumption: the last replicate)';
comment on column protocol.davg_baseline_on_day_1 is 'whether DAVG carries the baseline to study day 1 and begins there; false: it begins with the baseline''s sample (assumption: on day 1, so that the time before treatment does not dilute the change)';
comment on column protocol.failure_threshold is 'copies/mL: on treatment, virologic failure is more than this after less than this, or never less than this (assumption)';
comment on column protocol.failure_confirmation_days is 'days after which a second result in a row confirms virologic failure, at least (assumption: one week)';
comment on column protocol.failure_log10_rise is 'log10 copies/mL: a rise above the lowest viral load on treatment that exceeds this is virologic failure (assumption)';
comment on column protocol.failure_nonresponse_day is 'the study day from which on it is failure to have had neither less than failure_threshold nor a reduction that exceeds log_reduction_threshold (assumption: week 16)';
comment on column protocol.blip_limit is 'copies/mL: a single viral load that is not suppressed is a blip if it is less than this (assumption)';
comment on column protocol.cd4_levels is 'cells per microlitre: levels of which it is asked when the CD4 count first exceeds them (assumption)';
comment on column protocol.toxicity_scheme is 'the scheme of toxicity_grade_table by which laboratory results are graded (assumption: the protocol gives none)';
comment on column protocol.treatment_emergent_days is 'days after the last dose of the study drug during which an event that begins is still treatment-emergent (assumption)';
comment on column protocol.safety_follow_up_days is 'days after the end of a subject''s part up to which visits, results and events are still of the study; what comes later is a deviation (assumption)';
comment on column protocol.hys_law_days is 'days that results of aminotransferase, bilirubin and alkaline phosphatase may lie apart to be judged together by Hy''s law (assumption: the protocol gives none)';
comment on column protocol.serious_report_hours is 'hours from awareness within which a serious adverse event must be reported (assumption: the protocol gives none)';

create view protocol_period as
    select protocol.*, lead(effective_from, 1, 'infinity')
        over (order by effective_from) as effective_before
    from protocol;
comment on view protocol_period is 'protocol, with the day before which each row applies';

create table visit_definition (
    visit text not null check (visit !~ '^unscheduled'),
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    position whole_number not null check (position between -10000 and 10000),
    target_day whole_number check (target_day <> 0 and target_day between -36525 and 36525),
    window_first_day whole_number
        check (window_first_day <> 0 and window_first_day between -36525 and 36525),
    window_last_day whole_number not null
        check (window_last_day <> 0 and window_last_day between -36525 and 36525),
    analysis_first_day whole_number not null
        check (analysis_first_day <> 0 and analysis_first_day between -36525 and 36525),
    analysis_last_day whole_number not null
        check (analysis_last_day <> 0 and analysis_last_day between -36525 and 36525),
    primary key (visit, effective_from),
    constraint visit_definition_window check (window_first_day <= window_last_day),
    constraint visit_definition_analysis_window check (analysis_first_day <= analysis_last_day)
);

comment on table visit_definition is 'the scheduled visits: when each is due, when it may be held, and which results are analysed as its own. Days are study days: the first dose is on day 1, the day before it is day -1, and there is no day 0';
comment on column visit_definition.visit is 'the name of the visit';
comment on column visit_definition.effective_from is 'the first date on which a visit is judged by this row';
comment on column visit_definition.position is 'the order of the visits';
comment on column visit_definition.target_day is 'the study day on which the visit is due: 7 times the week, plus 1; null for screening';
comment on column visit_definition.window_first_day is 'the first study day of the collection window; null: the protocol''s screening limit (assumption: the protocol gives no windows)';
comment on column visit_definition.window_last_day is 'the last study day of the collection window (assumption)';
comment on column visit_definition.analysis_first_day is 'the first study day of the analysis window (assumption: windows meet half-way up to week 12, and are 6 weeks to either side of weeks 24 and 48)';
comment on column visit_definition.analysis_last_day is 'the last study day of the analysis window (assumption)';

create view visit_definition_period as
    select visit, effective_from, position::integer, target_day::integer,
        window_first_day::integer, window_last_day::integer,
        analysis_first_day::integer, analysis_last_day::integer, lead(effective_from, 1, 'infinity')
        over (partition by visit order by effective_from) as effective_before
    from visit_definition;
comment on view visit_definition_period is 'visit_definition, with the day before which each row applies';

create table snapshot_window (
    visit text not null,
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    first_day whole_number check (first_day > 0),
    last_day whole_number check (last_day <= 36525),
    classified boolean not null default true,
    primary key (visit, effective_from),
    constraint snapshot_window_order check (first_day <= last_day),
    constraint snapshot_window_days
        check (num_nonnulls(first_day, last_day) = case when classified then 2 else 0 end)
);

comment on table snapshot_window is 'the visits at which the virologic outcome is classified, and their windows; and those at which it is not';
comment on column snapshot_window.visit is 'the visit';
comment on column snapshot_window.effective_from is 'the first analysis date on which the row applies';
comment on column snapshot_window.first_day is 'the first study day of the window (assumption: 6 weeks before the target day)';
comment on column snapshot_window.last_day is 'its last study day (assumption: 6 weeks after)';
comment on column snapshot_window.classified is 'false for a visit at which the outcome is not classified, which then has no window; or no longer, in an amendment';

create view snapshot_window_period as
    select visit, effective_from, first_day::integer, last_day::integer, effective_before
    from (
        select snapshot_window.*,
            lead(effective_from, 1, 'infinity')
                over (partition by visit order by effective_from) as effective_before
        from snapshot_window) as period
    where classified;
comment on view snapshot_window_period is 'the windows of snapshot_window, with the day before which each applies';

create table required_assessment (
    visit text not null,
    assessment text not null check (assessment in ('viral load', 'CD4', 'laboratory',
        'electrocardiogram', 'vital signs', 'physical examination', 'complaints',
        'pregnancy test')),
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    required boolean not null default true,
    primary key (visit, assessment, effective_from)
);

comment on table required_assessment is 'what the protocol asks for at each visit';
comment on column required_assessment.visit is 'the visit';
comment on column required_assessment.assessment is 'what is to be done: viral load, CD4, laboratory (any test but of an electrocardiogram), electrocardiogram, vital signs, physical examination, complaints (that the patient is asked), or pregnancy test (of women)';
comment on column required_assessment.effective_from is 'the first day on which the row applies';
comment on column required_assessment.required is 'false in an amendment that no longer asks for it';
