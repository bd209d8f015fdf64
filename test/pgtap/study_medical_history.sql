-- Medical history, concomitant medication, pregnancy tests and the outcomes of screening:
-- what a row may hold, what is missing, and who was not enrolled.
\ir include/study.sql
select no_plan();
call make_subject('001');
call make_subject('002');
update ral.subject set sex = 'male' where subject_id = '002';
insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'week 4', '2008-02-29'), ('S1', '002', 'week 4', '2008-02-29');

-- ---- what a row may hold: born on 15 June 1970
create function history(started text, ended text, ongoing boolean default false, rest text default null) returns text
    language sql
    return outcome(format('insert into ral.medical_history (site_id, subject_id, condition_number, term, is_hiv_associated, started, ended, is_ongoing%s) values (%L, %L, 1, %L, true, %L, %L, %L%s)',
        case when rest is not null then ', ' || split_part(rest, '=', 1) else '' end, 'S1', '001', 'oesophageal candidiasis', started, ended, ongoing,
        case when rest is not null then ', ' || split_part(rest, '=', 2) else '' end));
create function medication(started text, ended text, ongoing boolean default false, rest text default null) returns text
    language sql
    return outcome(format('insert into ral.concomitant_medication (site_id, subject_id, medication_number, medication, started, ended, is_ongoing%s) values (%L, %L, 1, %L, %L, %L, %L%s)',
        case when rest is not null then ', ' || split_part(rest, '=', 1) else '' end, 'S1', '001', 'co-trimoxazole', started, ended, ongoing,
        case when rest is not null then ', ' || split_part(rest, '=', 2) else '' end));
create view period as
select * from (values
    (null, null, false, 'accepted'), (null, null, true, 'accepted'), ('2003', null, true, 'accepted'), (null, '2005-03', false, 'accepted'),
    -- ended in a month, of which a later day may be meant; and before any day that may be meant
    ('2005-03-15', '2005-03', false, 'accepted'), ('2005-03-15', '2005-02', false, '23514 ral.medical_history medical_history_order'),
    ('2005-03', '2005-03-01', false, 'accepted'), ('2005-03', '2005-02-28', false, '23514 ral.medical_history medical_history_order'),
    ('2005', '2005-03', true, '23514 ral.medical_history medical_history_ongoing'),
    -- birth: of 1970 and of June 1970 a day after it may be meant
    ('1970', null, true, 'accepted'), ('1970-06', null, true, 'accepted'), ('1970-06-15', null, true, 'accepted'),
    ('1970-06-14', null, true, '23514 ral.medical_history lifetime'), ('1970-05', null, true, '23514 ral.medical_history lifetime'),
    (null, '1969', false, '23514 ral.medical_history lifetime'),
    -- the future: of this year and month a day that has come may be meant
    (to_char(current_date, 'YYYY'), null, true, 'accepted'), (to_char(current_date, 'YYYY-MM'), null, true, 'accepted'), (current_date::text, null, true, 'accepted'),
    ((current_date + 1)::text, null, true, '23514 ral.medical_history future_date'), ('2005', (current_date + 1)::text, false, '23514 ral.medical_history future_date'),
    ('2005-13', null, true, '22007'), ('long ago', null, true, '22007')) as period (started, ended, ongoing, expected);
select is(history(started, ended, ongoing), expected, format('history from %s to %s', started, ended)) from period;
select is(medication(started, ended, ongoing), replace(expected, 'medical_history', 'concomitant_medication'), format('medication from %s to %s', started, ended)) from period;
select is(history('2003', null, true, rest), expected, rest) from (values
    ($$condition_number=1$$, '42701'),
    ($$coded_term=1$$, '23514 ral.medical_history medical_history_coding')) as tried (rest, expected);
select is(medication('2003', null, true, rest), expected, rest) from (values
    ($$dose=800$$, '23514 ral.concomitant_medication concomitant_medication_dose'),
    ($$dose_unit='mg'$$, '23514 ral.concomitant_medication concomitant_medication_dose'),
    ($$dose, dose_unit=800, 'mg'$$, 'accepted'), ($$dose, dose_unit=0, 'mg'$$, '23514 ral.concomitant_medication concomitant_medication_dose_check'),
    ($$dose, dose_unit=0.25, 'mg'$$, 'accepted'), ($$dose, dose_unit='infinity', 'mg'$$, '23514 ral.concomitant_medication concomitant_medication_dose_check'),
    ($$route=' '$$, '23514 ral.concomitant_medication concomitant_medication_route_check'), ($$route='oral'$$, 'accepted'),
    ($$coded_term, dictionary=1, 'WHODrug'$$, '23514 ral.concomitant_medication concomitant_medication_coding'),
    ($$coded_term, dictionary, dictionary_version='co-trimoxazole', 'WHODrug', '2008-03'$$, 'accepted')) as tried (rest, expected);
select is(outcome(statement), expected, statement) from (values
    ($$insert into ral.medical_history (site_id, subject_id, condition_number, term, is_hiv_associated, is_ongoing) values ('S1', '001', 0, 'asthma', false, true)$$, '23514 ral.medical_history medical_history_condition_number_check'),
    ($$insert into ral.medical_history (site_id, subject_id, condition_number, term, is_hiv_associated, is_ongoing) values ('S1', '001', 0.5, 'asthma', false, true)$$, '23514 public. whole_number_is_not_rounded'),
    ($$insert into ral.medical_history (site_id, subject_id, condition_number, term, is_hiv_associated, is_ongoing) values ('S1', '001', 1, ' ', false, true)$$, '23514 ral.medical_history medical_history_term_check'),
    ($$insert into ral.pregnancy_test (site_id, subject_id, collected, specimen, result) values ('S1', '001', '2008-02-29', 'urine', 'negative')$$, 'accepted'),
    ($$insert into ral.pregnancy_test (site_id, subject_id, collected, specimen, result) values ('S1', '001', '2008-02-29', 'urine', 'positive')$$, 'accepted'),
    ($$insert into ral.pregnancy_test (site_id, subject_id, collected, specimen, result) values ('S1', '001', '2008-02-29', 'urine', 'unclear')$$, '23514 ral.pregnancy_test pregnancy_test_result_check'),
    ($$insert into ral.pregnancy_test (site_id, subject_id, collected, specimen, result) values ('S1', '001', '2008-02-29', 'blood', 'negative')$$, '23514 ral.pregnancy_test pregnancy_test_specimen_check'),
    ($$insert into ral.pregnancy_test (site_id, subject_id, collected, specimen, result) values ('S1', '002', '2008-02-29', 'urine', 'negative')$$, '23514 ral.pregnancy_test pregnancy_test_sex'))
    as tried (statement, expected);
select is(outcome($$insert into ral.pregnancy_test (site_id, subject_id, collected, specimen, result) values ('S1', '001', '2008-02-29', 'urine', 'negative')$$,
    $$update ral.subject set sex = 'male' where subject_id = '001'$$), '23514 ral.pregnancy_test pregnancy_test_sex', 'nor can the sex change behind it');

-- ---- after death, and after the end of follow-up: 1 April 2008 and 30 days
insert into ral.medical_history (site_id, subject_id, condition_number, term, is_hiv_associated, started, is_ongoing) values ('S1', '001', 1, 'herpes zoster', true, '2007', true);
insert into ral.concomitant_medication (site_id, subject_id, medication_number, medication, indication, dose, dose_unit, frequency, route, started, is_ongoing)
    values ('S1', '001', 1, 'aciclovir', 'herpes zoster', 800, 'mg', '5 per day', 'oral', '2008-01', true);
select is(outcome(format('insert into ral.disposition (site_id, subject_id, ended, outcome, reason) values (%L, %L, %L, %L, %L)', 'S1', '001', ended, 'discontinued', 'death'),
    format('insert into ral.medical_history (site_id, subject_id, condition_number, term, is_hiv_associated, started, is_ongoing) values (%L, %L, 2, %L, false, %L, true)', 'S1', '001', 'asthma', '2008-04')),
    expected, 'death on ' || ended)
from (values ('2008-04-01', 'accepted'), ('2008-03-31', '23514 ral.medical_history lifetime')) as died (ended, expected);
set test.deviations = on;
select is(outcome($$insert into ral.disposition (site_id, subject_id, ended, outcome) values ('S1', '001', '2008-04-01', 'completed')$$,
    format('insert into ral.concomitant_medication (site_id, subject_id, medication_number, medication, started, is_ongoing) values (%L, %L, 2, %L, %L, true)', 'S1', '001', 'paracetamol', started)),
    expected, 'a medication from ' || started)
from (values ('2008-05-01', 'accepted'), ('2008-05-02', 'accepted concomitant_medication_after_end'), ('2008-05', 'accepted'), ('2008-06', 'accepted concomitant_medication_after_end')) as taken (started, expected);
select is(outcome($$insert into ral.disposition (site_id, subject_id, ended, outcome) values ('S1', '001', '2008-04-01', 'completed')$$,
    format('insert into ral.pregnancy_test (site_id, subject_id, collected, specimen, result) values (%L, %L, %L, %L, %L)', 'S1', '001', collected, 'serum', 'negative')),
    expected, 'a test on ' || collected)
from (values ('2008-05-01', 'accepted'), ('2008-05-02', 'accepted pregnancy_test_after_end')) as tested (collected, expected);
reset test.deviations;

-- ---- a pregnancy test is asked of women
set virotrial.reason = 'amendment: a pregnancy test at week 4';
insert into ral.required_assessment (visit, assessment) values ('week 4', 'pregnancy test');
reset virotrial.reason;
create view missing as select subject_id, reason from ral.missing_assessment where assessment = 'pregnancy test';
select results_eq('table missing', $$values ('001', null::text)$$, 'it is missing of the woman');
insert into ral.missing_result (site_id, subject_id, assessment, collected, visit, reason) values ('S1', '001', 'pregnancy test', '2008-02-29', 'week 4', 'not done');
select results_eq('table missing', $$values ('001', 'not done')$$, 'with the reason');
insert into ral.pregnancy_test (site_id, subject_id, collected, visit, specimen, result) values ('S1', '001', '2008-02-29', 'week 4', 'urine', 'negative');
select is_empty('table missing', 'done');
select is_empty($$select from ral.unresolved_result where assessment = 'pregnancy test'$$, 'and resolved');

-- ---- screening: its outcome, its day and reason, and another one
call make_candidate('003');
call make_candidate('004');
insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S1', '005', '1980-01-01', 'male');
create function reasons() returns text language sql
    return (select string_agg(reason || ' ' || subjects, ', ' order by position) from ral.consort_flow where stage = 'not enrolled' and reason is not null);
select is(reasons(), 'no consent 1, not yet decided 2', 'without an outcome');
select is(outcome(statement), expected, statement) from (values
    ($$insert into ral.screening (site_id, subject_id, decided, outcome) values ('S1', '003', '2008-01-20', 'screen failure')$$, '23514 ral.screening screening_reason'),
    ($$insert into ral.screening (site_id, subject_id, decided, outcome, reason) values ('S1', '003', '2008-01-20', 'eligible', 'other')$$, '23514 ral.screening screening_reason'),
    ($$insert into ral.screening (site_id, subject_id, decided, outcome, reason) values ('S1', '003', '2008-01-20', 'screen failure', 'dislike')$$, '23514 ral.screening screening_reason_check'),
    ($$insert into ral.screening (site_id, subject_id, decided, outcome) values ('S1', '003', '2008-01-20', 'ineligible')$$, '23514 ral.screening screening_outcome_check'),
    ($$insert into ral.screening (site_id, subject_id, decided, outcome) values ('S1', '003', '1970-06-14', 'eligible')$$, '23514 ral.screening lifetime'),
    ($$insert into ral.screening (site_id, subject_id, decided, outcome, reason) values ('S1', '001', '2008-01-31', 'screen failure', 'other')$$, 'accepted'),
    ($$insert into ral.screening (site_id, subject_id, decided, outcome, reason) values ('S1', '001', '2008-02-01', 'screen failure', 'other')$$, '23514 ral.screening screening_enrolment'),
    ($$insert into ral.screening (site_id, subject_id, decided, outcome) values ('S1', '001', '2008-02-01', 'eligible')$$, 'accepted')) as tried (statement, expected);
select is(outcome($$insert into ral.screening (site_id, subject_id, decided, outcome, reason) values ('S1', '003', '2008-03-01', 'screen failure', 'other')$$,
    format('insert into ral.enrolment (site_id, subject_id, enrolled) values (%L, %L, %L)', 'S1', '003', enrolled)), expected, 'enrolled on ' || enrolled)
from (values ('2008-03-01', '23514 ral.screening screening_enrolment'), ('2008-03-02', 'accepted')) as e (enrolled, expected);
insert into ral.screening (site_id, subject_id, decided, outcome, reason) values ('S1', '003', '2008-01-20', 'screen failure', 'eligibility criteria not met'),
    ('S1', '004', '2008-01-21', 'screen failure', 'lost to follow-up');
select is(reasons(), 'eligibility criteria not met 1, lost to follow-up 1, no consent 1', 'the reasons');
-- 003 is screened again
insert into ral.screening (site_id, subject_id, decided, outcome) values ('S1', '003', '2008-02-20', 'eligible');
select is(reasons(), 'eligible, not enrolled 1, lost to follow-up 1, no consent 1', 'the last outcome counts');
set virotrial.data_cut = '2008-02-19';
select is(reasons(), 'eligibility criteria not met 1, lost to follow-up 1, no consent 1', 'by the data cut');
reset virotrial.data_cut;
insert into ral.enrolment (site_id, subject_id, enrolled, first_dose) values ('S1', '003', '2008-02-25', '2008-02-25');
select is(reasons(), 'lost to follow-up 1, no consent 1', 'who is enrolled is not among them');
-- 006 dies while he is screened: nothing happens after it, as after the death of who was enrolled.
call make_candidate('006');
insert into ral.screening (site_id, subject_id, decided, outcome, reason) values ('S1', '006', '2008-01-21', 'screen failure', 'death');
select is(outcome(statement), expected, statement) from (values
    ($$insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load) values ('S1', '006', '2008-01-21', 'Quantiplex 3.0', '900')$$, 'accepted'),
    ($$insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load) values ('S1', '006', '2008-01-22', 'Quantiplex 3.0', '900')$$, '23514 ral.viral_load_result lifetime'),
    ($$insert into ral.lab_result (site_id, subject_id, collected, test, value, unit) values ('S1', '006', '2008-01-22', 'HGB', '13', 'g/dL')$$, '23514 ral.lab_result lifetime'),
    ($$insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '006', 'unscheduled', '2008-01-22')$$, '23514 ral.visit lifetime'),
    ($$insert into ral.adverse_event (site_id, subject_id, event_number, term, action_taken, outcome, onset, grade) values ('S1', '006', 1, 'nausea', 'NOT APPLICABLE', 'UNKNOWN', '2008-01-22', 2)$$, '23514 ral.adverse_event lifetime'),
    ($$insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '006', '2.0', '2008-01-22')$$, '23514 ral.consent lifetime'),
    ($$insert into ral.art_history (site_id, subject_id, drug, started) values ('S1', '006', 'ABC', '2008-01-22')$$, '23514 ral.art_history lifetime'),
    ($$insert into ral.screening (site_id, subject_id, decided, outcome) values ('S1', '006', '2008-01-22', 'eligible')$$, '23514 ral.screening lifetime'),
    ($$update ral.screening set decided = '2008-01-10' where subject_id = '006'$$, '23514 ral.missing_result lifetime')) as tried (statement, expected);
select is(outcome($$update ral.screening set reason = 'other' where subject_id = '006'$$,
    $$insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load) values ('S1', '006', '2008-01-22', 'Quantiplex 3.0', '900')$$), 'accepted', 'who lives is examined');

-- ---- they follow a visit and a subject
call move_visit('ral', 'S1', '001', 'week 4', '2008-03-01', 'transcription: 1 March');
call rename_subject('ral', 'S1', '001', '901', 'transcription: 901');
select is(collected, '2008-03-01', 'a test follows its visit') from ral.pregnancy_test where subject_id = '901';
select is(count(*), 2::bigint, 'history and medication follow the subject')
from (select subject_id from ral.medical_history union all select subject_id from ral.concomitant_medication) as entered where subject_id = '901';
select is_empty($$select * from violations('ral')$$, 'no rule is broken');
select is_empty($$select * from study_problems('ral')$$, 'there is nothing wrong with the study');
select * from finish();
