-- Every rule by every path in: on the last day (or value) that is accepted, and
-- on the first that is not; and every eligibility criterion likewise.
\ir include/study.sql
select no_plan();

call make_subject('001');
call make_candidate('002');
insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'week 4', '2008-02-29');
insert into ral.regimen (site_id, subject_id, drug, started, stopped) values ('S1', '001', 'DRV', '2008-02-05', '2008-03-01');
insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious) values ('S1', '001', 'ETR', 'rash', '2008-02-20', true);

-- Enrolment is closed from 11 to 13 February 2008 in the study, on 20 February at S1, and from 15 February on at S2.
insert into ral.enrolment_stop (site, closed_from, opened_again, reason) values ('*', '2008-02-11', '2008-02-14', 'safety review'),
    ('S1', '2008-02-20', '2008-02-21', 'staff'), ('S2', '2008-02-15', null, 'site closes');

-- Nobody is enrolled at S3.
insert into ral.site (site_id, name) values ('S3', 'Third');
insert into ral.enrolment_limit (site, maximum) values ('S3', 0), ('*', 50);
call make_candidate('full', 'S3');

-- A version that may be signed from 10 February to 31 March 2008
insert into ral.consent_version (version, valid_from, valid_until) values ('1.0', '-infinity', null), ('2.0', '-infinity', null), ('3.0', '2008-02-10', '2008-03-31');

create temporary table rule_case (
    rule text,
    table_name text,
    columns text,
    key text,
    matching text,      -- finds the row to update, where the key itself changes
    good text,          -- a row that is updated
    accepted text,      -- the last that is accepted
    refused text        -- the first that is not
);
insert into rule_case values
    ('consent', 'visit', 'site_id, subject_id, visit, visit_date', 'site_id, subject_id, visit', null,
        $$'S1', '001', 'unscheduled 1', '2008-03-01'$$, $$'S1', '001', 'unscheduled 1', '2008-01-10'$$, $$'S1', '001', 'unscheduled 1', '2008-01-09'$$),
    ('consent', 'regimen', 'site_id, subject_id, drug, started, stopped', 'site_id, subject_id, drug, started', 'site_id, subject_id, drug',
        $$'S1', '001', 'TDF', '2008-03-01', '2008-03-02'$$, $$'S1', '001', 'TDF', '2008-01-10', '2008-01-11'$$, $$'S1', '001', 'TDF', '2008-01-09', '2008-01-10'$$),
    ('visit_defined', 'visit', 'site_id, subject_id, visit, visit_date', 'site_id, subject_id, visit', 'site_id, subject_id, visit_date',
        $$'S1', '001', 'week 12', '2008-04-25'$$, $$'S1', '001', 'unscheduled 12', '2008-04-25'$$, $$'S1', '001', 'week 13', '2008-04-25'$$),
    ('first_dose', 'visit', 'site_id, subject_id, visit, visit_date', 'site_id, subject_id, visit', 'site_id, subject_id, visit_date',
        $$'S1', '002', 'unscheduled 1', '2008-02-29'$$, $$'S1', '002', 'screening', '2008-02-29'$$, $$'S1', '002', 'week 4', '2008-02-29'$$),
    ('visit_window', 'visit', 'site_id, subject_id, visit, visit_date', 'site_id, subject_id, visit', null,
        $$'S1', '001', 'week 12', '2008-04-25'$$, $$'S1', '001', 'week 12', '2008-04-11'$$, $$'S1', '001', 'week 12', '2008-04-10'$$),
    ('visit_window', 'visit', 'site_id, subject_id, visit, visit_date', 'site_id, subject_id, visit', null,
        $$'S1', '001', 'week 12', '2008-04-25'$$, $$'S1', '001', 'week 12', '2008-05-09'$$, $$'S1', '001', 'week 12', '2008-05-10'$$),
    ('result_visit', 'viral_load_result', 'site_id, subject_id, collected, visit, assay, viral_load', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, visit',
        $$'S1', '001', '2008-02-29', 'week 4', 'Quantiplex 3.0', '1000'$$, $$'S1', '001', '2008-02-29', 'week 4', 'Quantiplex 3.0', '<50'$$,
        $$'S1', '001', '2008-03-01', 'week 4', 'Quantiplex 3.0', '<50'$$),
    ('result_visit', 'cd4_result', 'site_id, subject_id, collected, visit, cd4_count', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, visit',
        $$'S1', '001', '2008-02-29', 'week 4', 200$$, $$'S1', '001', '2008-02-29', 'week 4', 300$$, $$'S1', '001', '2008-02-28', 'week 4', 300$$),
    ('result_visit', 'genotype', 'site_id, subject_id, collected, visit', 'site_id, subject_id, collected', 'site_id, subject_id, visit',
        $$'S1', '001', '2008-02-29', 'week 4'$$, $$'S1', '001', '2008-02-29', 'week 4'$$, $$'S1', '001', '2008-03-01', 'week 4'$$),
    ('assay_limits', 'viral_load_result', 'site_id, subject_id, collected, visit, assay, viral_load', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, collected',
        $$'S1', '001', '2008-02-29', 'week 4', 'Quantiplex 3.0', '1000'$$, $$'S1', '001', '2008-02-29', 'week 4', 'Quantiplex 3.0', '500000'$$,
        $$'S1', '001', '2008-02-29', 'week 4', 'Quantiplex 3.0', '500001'$$),
    ('cd4_method', 'cd4_result', 'site_id, subject_id, collected, visit, method, cd4_count', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, collected',
        $$'S1', '001', '2008-02-29', 'week 4', 'flow cytometry', 200$$, $$'S1', '001', '2008-02-29', null, 'manual', 300$$,
        $$'S1', '001', '2008-02-29', 'week 4', 'manual', 300$$),
    ('cd4_unit', 'cd4_result', 'site_id, subject_id, collected, visit, cd4_count, unit', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, collected',
        $$'S1', '001', '2008-02-29', 'week 4', 200, 'cells/uL'$$, $$'S1', '001', '2008-02-29', 'week 4', 0.3, '10⁹/L'$$, $$'S1', '001', '2008-02-29', 'week 4', 300, 'g/L'$$),
    ('cd4_small_fraction', 'cd4_result', 'site_id, subject_id, collected, visit, cd4_count', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, collected',
        $$'S1', '001', '2008-02-29', 'week 4', 200$$, $$'S1', '001', '2008-02-29', 'week 4', 1$$, $$'S1', '001', '2008-02-29', 'week 4', 0.19$$),
    ('cd4_fraction', 'cd4_result', 'site_id, subject_id, collected, visit, cd4_count', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, collected',
        $$'S1', '001', '2008-02-29', 'week 4', 200$$, $$'S1', '001', '2008-02-29', 'week 4', '<20'$$, $$'S1', '001', '2008-02-29', 'week 4', 190.4$$),
    ('cd4_percent_share', 'cd4_result', 'site_id, subject_id, collected, visit, cd4_count, cd4_percent', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, collected',
        $$'S1', '001', '2008-02-29', 'week 4', 200, 20$$, $$'S1', '001', '2008-02-29', 'week 4', 200, 1$$, $$'S1', '001', '2008-02-29', 'week 4', 200, 0.25$$),
    ('consent_withdrawal', 'consent', 'site_id, subject_id, version, signed', 'site_id, subject_id, version, signed', 'site_id, subject_id, version',
        $$'S1', '002', '2.0', '2008-04-01'$$, $$'S1', '002', '2.0', '2008-03-02'$$, $$'S1', '002', '2.0', '2008-03-01'$$),
    ('consent_again', 'consent', 'site_id, subject_id, version, signed', 'site_id, subject_id, version, signed', 'site_id, subject_id, signed',
        $$'S1', '001', '2.0', '2008-02-16'$$, $$'S1', '001', '3.0', '2008-02-16'$$, $$'S1', '001', '1.0', '2008-02-16'$$),
    ('consent_version', 'consent', 'site_id, subject_id, version, signed', 'site_id, subject_id, version, signed', 'site_id, subject_id, version',
        $$'S1', '001', '3.0', '2008-02-20'$$, $$'S1', '001', '3.0', '2008-02-10'$$, $$'S1', '001', '3.0', '2008-02-09'$$),
    ('consent_version', 'consent', 'site_id, subject_id, version, signed', 'site_id, subject_id, version, signed', 'site_id, subject_id, version',
        $$'S1', '001', '3.0', '2008-02-20'$$, $$'S1', '001', '3.0', '2008-03-31'$$, $$'S1', '001', '3.0', '2008-04-01'$$),
    ('withdrawn', 'viral_load_result', 'site_id, subject_id, collected, assay, viral_load', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, viral_load',
        $$'S1', '002', '2008-02-20', 'Quantiplex 3.0', '777'$$, $$'S1', '002', '2008-03-01', 'Quantiplex 3.0', '777'$$, $$'S1', '002', '2008-03-02', 'Quantiplex 3.0', '777'$$),
    ('withdrawn', 'cd4_result', 'site_id, subject_id, collected, cd4_count', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, cd4_count',
        $$'S1', '002', '2007-02-20', 333$$, $$'S1', '002', '2008-03-01', 333$$, $$'S1', '002', '2008-03-02', 333$$),
    ('withdrawn', 'genotype', 'site_id, subject_id, collected, laboratory', 'site_id, subject_id, collected', 'site_id, subject_id, laboratory',
        $$'S1', '002', '2008-02-20', 'second'$$, $$'S1', '002', '2008-03-01', 'second'$$, $$'S1', '002', '2008-03-02', 'second'$$),
    ('reported', 'viral_load_result', 'site_id, subject_id, collected, visit, assay, reported, viral_load', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, collected',
        $$'S1', '001', '2008-02-29', 'week 4', 'Quantiplex 3.0', null, '1000'$$, $$'S1', '001', '2008-02-29', 'week 4', 'Quantiplex 3.0', '4.68 log', '48417'$$,
        $$'S1', '001', '2008-02-29', 'week 4', 'Quantiplex 3.0', '4.68 log', '48418'$$),
    ('result_visit', 'missing_result', 'site_id, subject_id, assessment, collected, visit, reason', 'site_id, subject_id, assessment, test, collected, replicate', 'site_id, subject_id, visit',
        $$'S1', '001', 'viral load', '2008-02-29', 'week 4', 'pending'$$, $$'S1', '001', 'viral load', '2008-02-29', 'week 4', 'rejected'$$,
        $$'S1', '001', 'viral load', '2008-03-01', 'week 4', 'rejected'$$),
    ('withdrawn', 'missing_result', 'site_id, subject_id, assessment, collected, reason', 'site_id, subject_id, assessment, test, collected, replicate', 'site_id, subject_id, reason',
        $$'S1', '002', 'CD4', '2007-02-20', 'invalid'$$, $$'S1', '002', 'CD4', '2008-03-01', 'invalid'$$, $$'S1', '002', 'CD4', '2008-03-02', 'invalid'$$),
    ('lab_test', 'missing_result', 'site_id, subject_id, assessment, test, collected, reason', 'site_id, subject_id, assessment, test, collected, replicate', 'site_id, subject_id, collected',
        $$'S1', '001', 'laboratory', 'ALT', '2008-02-29', 'invalid'$$, $$'S1', '001', 'laboratory', 'AST', '2008-02-29', 'invalid'$$,
        $$'S1', '001', 'laboratory', 'AS', '2008-02-29', 'invalid'$$),
    ('result_visit', 'vital_signs', 'site_id, subject_id, collected, visit, weight_kg', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, weight_kg',
        $$'S1', '001', '2008-02-28', null, 61$$, $$'S1', '001', '2008-02-29', 'week 4', 61$$, $$'S1', '001', '2008-03-01', 'week 4', 61$$),
    ('withdrawn', 'vital_signs', 'site_id, subject_id, collected, weight_kg', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, weight_kg',
        $$'S1', '002', '2007-02-20', 61$$, $$'S1', '002', '2008-03-01', 61$$, $$'S1', '002', '2008-03-02', 61$$),
    ('result_visit', 'physical_examination', 'site_id, subject_id, collected, visit, body_system, result', 'site_id, subject_id, collected, body_system', 'site_id, subject_id, body_system',
        $$'S1', '001', '2008-02-28', null, 'skin', 'normal'$$, $$'S1', '001', '2008-02-29', 'week 4', 'skin', 'normal'$$, $$'S1', '001', '2008-03-01', 'week 4', 'skin', 'normal'$$),
    ('withdrawn', 'physical_examination', 'site_id, subject_id, collected, body_system, result', 'site_id, subject_id, collected, body_system', 'site_id, subject_id, body_system',
        $$'S1', '002', '2007-02-20', 'skin', 'normal'$$, $$'S1', '002', '2008-03-01', 'skin', 'normal'$$, $$'S1', '002', '2008-03-02', 'skin', 'normal'$$),
    ('result_visit', 'asked_complaint', 'site_id, subject_id, collected, visit, complaint, is_present', 'site_id, subject_id, collected, complaint', 'site_id, subject_id, complaint',
        $$'S1', '001', '2008-02-28', null, 'any', false$$, $$'S1', '001', '2008-02-29', 'week 4', 'any', false$$, $$'S1', '001', '2008-03-01', 'week 4', 'any', false$$),
    ('withdrawn', 'asked_complaint', 'site_id, subject_id, collected, complaint, is_present', 'site_id, subject_id, collected, complaint', 'site_id, subject_id, complaint',
        $$'S1', '002', '2007-02-20', 'any', false$$, $$'S1', '002', '2008-03-01', 'any', false$$, $$'S1', '002', '2008-03-02', 'any', false$$),
    ('asked_complaint', 'asked_complaint', 'site_id, subject_id, collected, complaint, is_present', 'site_id, subject_id, collected, complaint', 'site_id, subject_id, collected',
        $$'S1', '001', '2008-02-29', 'any', false$$, $$'S1', '001', '2008-02-29', 'nausea', false$$, $$'S1', '001', '2008-02-29', 'Nausea', false$$),
    ('result_visit', 'pregnancy_test', 'site_id, subject_id, collected, visit, specimen, result', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, specimen',
        $$'S1', '001', '2008-02-28', null, 'urine', 'negative'$$, $$'S1', '001', '2008-02-29', 'week 4', 'urine', 'negative'$$, $$'S1', '001', '2008-03-01', 'week 4', 'urine', 'negative'$$),
    ('withdrawn', 'pregnancy_test', 'site_id, subject_id, collected, specimen, result', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, specimen',
        $$'S1', '002', '2007-02-20', 'urine', 'negative'$$, $$'S1', '002', '2008-03-01', 'urine', 'negative'$$, $$'S1', '002', '2008-03-02', 'urine', 'negative'$$),
    ('enrolment_closed', 'enrolment', 'site_id, subject_id, enrolled', 'site_id, subject_id', null,
        $$'S1', '003', '2008-02-01'$$, $$'S1', '003', '2008-02-10'$$, $$'S1', '003', '2008-02-11'$$),
    ('enrolment_closed', 'enrolment', 'site_id, subject_id, enrolled', 'site_id, subject_id', null,
        $$'S1', '003', '2008-02-01'$$, $$'S1', '003', '2008-02-14'$$, $$'S1', '003', '2008-02-13'$$),
    ('enrolment_closed', 'enrolment', 'site_id, subject_id, enrolled', 'site_id, subject_id', null,
        $$'S1', '003', '2008-02-01'$$, $$'S1', '003', '2008-02-19'$$, $$'S1', '003', '2008-02-20'$$),
    ('enrolment_limit', 'enrolment', 'site_id, subject_id, enrolled', 'site_id, subject_id', 'enrolled',
        $$'S1', '003', '2008-02-02'$$, $$'S1', '003', '2008-02-02'$$, $$'S3', 'full', '2008-02-02'$$),
    ('antiretroviral_medication', 'concomitant_medication', 'site_id, subject_id, medication_number, medication, is_ongoing', 'site_id, subject_id, medication_number', null,
        $$'S1', '001', 7, 'aciclovir', true$$, $$'S1', '001', 7, 'abacterial soap', true$$, $$'S1', '001', 7, 'abacavir tablets', true$$),
    ('pregnancy_test_sex', 'pregnancy_test', 'site_id, subject_id, collected, specimen, result', 'site_id, subject_id, collected, replicate', 'collected, specimen',
        $$'S2', '001', '2007-03-01', 'urine', 'negative'$$, $$'S2', '001', '2007-03-01', 'urine', 'positive'$$, $$'S2', '002', '2007-03-01', 'urine', 'negative'$$),
    ('screening_enrolment', 'screening', 'site_id, subject_id, decided, outcome, reason', 'site_id, subject_id, decided', 'site_id, subject_id, outcome',
        $$'S1', '001', '2008-01-30', 'screen failure', 'other'$$, $$'S1', '001', '2008-01-31', 'screen failure', 'other'$$, $$'S1', '001', '2008-02-01', 'screen failure', 'other'$$),
    ('study_drug_dose', 'regimen', 'site_id, subject_id, drug, started, dose_mg, doses_per_day', 'site_id, subject_id, drug, started', null,
        $$'S1', '001', 'RAL', '2008-02-05', 400, 2$$, $$'S1', '001', 'RAL', '2008-02-05', 400, 2$$, $$'S1', '001', 'RAL', '2008-02-05', 400, 1$$),
    ('first_dose', 'regimen', 'site_id, subject_id, drug, started, stopped, dose_mg, doses_per_day', 'site_id, subject_id, drug, started', 'site_id, subject_id, drug',
        $$'S1', '001', 'RAL', '2008-02-10', '2008-02-11', 400, 2$$, $$'S1', '001', 'RAL', '2008-02-05', '2008-02-06', 400, 2$$,
        $$'S1', '001', 'RAL', '2008-01-31', '2008-02-01', 400, 2$$),
    ('optimized_background', 'regimen', 'site_id, subject_id, drug, started, stopped, dose_mg, doses_per_day', 'site_id, subject_id, drug, started', 'site_id, subject_id, drug',
        $$'S1', '001', 'RAL', '2008-02-10', '2008-02-11', 400, 2$$, $$'S1', '001', 'RAL', '2008-02-05', '2008-02-06', 400, 2$$,
        $$'S1', '001', 'RAL', '2008-02-04', '2008-02-06', 400, 2$$),
    ('regimen_intolerance', 'regimen', 'site_id, subject_id, drug, started, stopped', 'site_id, subject_id, drug, started', 'site_id, subject_id, drug',
        $$'S1', '001', 'ETR', '2008-02-01', '2008-02-02'$$, $$'S1', '001', 'ETR', '2008-02-19', '2008-02-20'$$, $$'S1', '001', 'ETR', '2008-02-20', '2008-02-21'$$),
    ('regimen_overlap', 'regimen', 'site_id, subject_id, drug, started, stopped, reason', 'site_id, subject_id, drug, started', 'site_id, subject_id, reason',
        $$'S1', '001', 'DRV', '2008-06-01', '2008-06-02', 'again'$$, $$'S1', '001', 'DRV', '2008-03-01', '2008-03-02', 'again'$$,
        $$'S1', '001', 'DRV', '2008-02-29', '2008-03-02', 'again'$$),
    ('art_history_overlap', 'art_history', 'site_id, subject_id, drug, started, stopped, reason_stopped', 'site_id, subject_id, drug, started', 'site_id, subject_id, reason_stopped',
        $$'S1', '002', 'NVP', '2008-02-01', '2008-02-02', 'again'$$, $$'S1', '002', 'NVP', '2008-01-01', '2008-01-05', 'again'$$,
        $$'S1', '002', 'NVP', '2007-12-31', '2008-01-05', 'again'$$);
update ral.consent set withdrawn = '2008-03-01' where subject_id = '002';
-- What was not done on 20 January is of screening for 42 days.
insert into rule_case values
    ('screening_results', 'enrolment', 'site_id, subject_id, enrolled, first_dose', 'site_id, subject_id', null,
        $$'S1', '003', '2008-02-01', null$$, $$'S1', '003', '2008-02-01', '2008-03-02'$$, $$'S1', '003', '2008-02-01', '2008-03-03'$$);
-- Codes that look alike: blanks inside, and letters of any script, stay.
insert into rule_case values
    ('code_characters', 'site', 'site_id, name', 'site_id', 'name', $$'S7', 'Seventh'$$, $$'S 7', 'Seventh'$$, $$'S7 ', 'Seventh'$$),
    ('code_characters', 'subject', 'site_id, subject_id, birth_date, sex', 'site_id, subject_id', 'site_id, birth_date', $$'S2', '010', '1971-01-01', 'male'$$,
        $$'S2', '试 010', '1971-01-01', 'male'$$, $$'S2', E'010\u200B', '1971-01-01', 'male'$$),
    ('code_characters', 'subject', 'site_id, subject_id, birth_date, sex', 'site_id, subject_id', 'site_id, birth_date', $$'S2', '010', '1971-01-01', 'male'$$,
        $$'S2', 'é10', '1971-01-01', 'male'$$, $$'S2', '０10', '1971-01-01', 'male'$$),
    ('code_characters', 'visit', 'site_id, subject_id, visit, visit_date', 'site_id, subject_id, visit', 'site_id, subject_id, visit_date',
        $$'S1', '001', 'unscheduled 1', '2008-03-01'$$, $$'S1', '001', 'unscheduled', '2008-03-01'$$, $$'S1', '001', 'unscheduled ', '2008-03-01'$$);

-- The order of dates.  005 died on 5 March 2008; the subjects of S2 are not enrolled.
call make_subject('005');
insert into ral.disposition (site_id, subject_id, ended, outcome, reason) values ('S1', '005', '2008-03-05', 'discontinued', 'death');
insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S2', '002', '1985-06-15', 'male');
insert into rule_case
select 'lifetime', table_name, columns, key, matching, replace(rest, 'DAY', quote_literal(good)), replace(rest, 'DAY', quote_literal(accepted)), replace(rest, 'DAY', quote_literal(refused))
from (values
    ('consent', 'site_id, subject_id, version, signed', 'site_id, subject_id, version, signed', 'site_id, subject_id, version', $$'S1', '005', '2.0', DAY$$, date '2008-02-05', date '2008-03-05', date '2008-03-06'),
    ('consent', 'site_id, subject_id, version, signed', 'site_id, subject_id, version, signed', 'site_id, subject_id, version', $$'S2', '002', '1.0', DAY$$, '2008-03-01', '1985-06-15', '1985-06-14'),
    ('hiv_diagnosis', 'site_id, subject_id, diagnosed, guideline', 'site_id, subject_id', null, $$'S2', '002', DAY, 'China 2005'$$, '2003-01-01', '1985-06-15', '1985-06-14'),
    ('intolerance', 'site_id, subject_id, drug, reaction, onset, is_serious', 'site_id, subject_id, drug, reaction, onset', 'site_id, subject_id, drug',
        $$'S1', '005', 'AZT', 'nausea', DAY, false$$, '2008-02-05', '2008-03-05', '2008-03-06'),
    ('art_history', 'site_id, subject_id, drug, started, stopped', 'site_id, subject_id, drug, started', 'site_id, subject_id, drug',
        $$'S2', '002', 'AZT', DAY, date DAY + 1$$, '2007-01-01', '1985-06-15', '1985-06-14'),
    ('genotype', 'site_id, subject_id, collected, laboratory', 'site_id, subject_id, collected', 'site_id, subject_id, laboratory', $$'S1', '005', DAY, 'second'$$, '2008-02-05', '2008-03-05', '2008-03-06'),
    ('visit', 'site_id, subject_id, visit, visit_date', 'site_id, subject_id, visit', null, $$'S1', '005', 'unscheduled 1', DAY$$, '2008-02-05', '2008-03-05', '2008-03-06'),
    ('viral_load_result', 'site_id, subject_id, collected, assay, viral_load', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, viral_load',
        $$'S1', '005', DAY, 'Quantiplex 3.0', '777'$$, '2008-02-05', '2008-03-05', '2008-03-06'),
    ('cd4_result', 'site_id, subject_id, collected, cd4_count', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, cd4_count', $$'S1', '005', DAY, 333$$, '2008-02-05', '2008-03-05', '2008-03-06'),
    ('missing_result', 'site_id, subject_id, assessment, collected, reason', 'site_id, subject_id, assessment, test, collected, replicate', 'site_id, subject_id, reason',
        $$'S1', '005', 'CD4', DAY, 'invalid'$$, '2008-02-05', '2008-03-05', '2008-03-06'),
    ('vital_signs', 'site_id, subject_id, collected, weight_kg', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, weight_kg', $$'S1', '005', DAY, 61$$, '2008-02-05', '2008-03-05', '2008-03-06'),
    ('physical_examination', 'site_id, subject_id, collected, body_system, result', 'site_id, subject_id, collected, body_system', 'site_id, subject_id, body_system', $$'S1', '005', DAY, 'skin', 'normal'$$, '2008-02-05', '2008-03-05', '2008-03-06'),
    ('asked_complaint', 'site_id, subject_id, collected, complaint, is_present', 'site_id, subject_id, collected, complaint', 'site_id, subject_id, complaint', $$'S1', '005', DAY, 'any', false$$, '2008-02-05', '2008-03-05', '2008-03-06'),
    ('pregnancy_test', 'site_id, subject_id, collected, specimen, result', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, specimen', $$'S1', '005', DAY, 'urine', 'negative'$$, '2008-02-05', '2008-03-05', '2008-03-06'),
    ('medical_history', 'site_id, subject_id, condition_number, term, is_hiv_associated, is_ongoing, started', 'site_id, subject_id, condition_number', 'site_id, subject_id, term', $$'S1', '005', 1, 'asthma', false, true, DAY$$, '2008-02-05', '2008-03-05', '2008-03-06'),
    ('concomitant_medication', 'site_id, subject_id, medication_number, medication, is_ongoing, started', 'site_id, subject_id, medication_number', 'site_id, subject_id, medication', $$'S1', '005', 1, 'aciclovir', true, DAY$$, '2008-02-05', '2008-03-05', '2008-03-06'),
    ('screening', 'site_id, subject_id, decided, outcome', 'site_id, subject_id, decided', 'site_id, subject_id, outcome', $$'S1', '005', DAY, 'eligible'$$, '2008-02-05', '2008-03-05', '2008-03-06'),
    ('regimen', 'site_id, subject_id, drug, started, stopped', 'site_id, subject_id, drug, started', 'site_id, subject_id, drug', $$'S1', '005', 'DRV', DAY, date DAY + 1$$, '2008-02-05', '2008-03-05', '2008-03-06')
) as dated (table_name, columns, key, matching, rest, good, accepted, refused);
insert into rule_case values
    ('diagnosis_order', 'art_history', 'site_id, subject_id, drug, started, stopped', 'site_id, subject_id, drug, started', 'site_id, subject_id, drug',
        $$'S1', '002', 'd4T', '2003-02-01', '2003-02-02'$$, $$'S1', '002', 'd4T', '2003-01-10', '2003-01-11'$$, $$'S1', '002', 'd4T', '2003-01-09', '2003-01-10'$$),
    ('treatment_order', 'art_history', 'site_id, subject_id, drug, started, stopped', 'site_id, subject_id, drug, started', 'site_id, subject_id, drug',
        $$'S1', '001', 'd4T', '2003-02-01', '2003-02-02'$$, $$'S1', '001', 'd4T', '2008-02-01', '2008-02-02'$$, $$'S1', '001', 'd4T', '2008-02-02', '2008-02-03'$$),
    ('end_order', 'disposition', 'site_id, subject_id, ended, outcome', 'site_id, subject_id', null,
        $$'S1', '001', '2008-04-01', 'completed'$$, $$'S1', '001', '2008-02-01', 'completed'$$, $$'S1', '001', '2008-01-31', 'completed'$$);

-- No date in the future: DAY is long ago, today, and tomorrow.
insert into rule_case
select 'future_date', table_name, columns, key, matching, replace(rest, 'DAY', quote_literal(date '2008-03-05')),
    replace(rest, 'DAY', quote_literal(current_date)), replace(rest, 'DAY', quote_literal(current_date + 1))
from (values
    ('subject', 'site_id, subject_id, birth_date, sex', 'site_id, subject_id', null, $$'S1', '009', DAY, 'male'$$),
    ('consent', 'site_id, subject_id, version, signed', 'site_id, subject_id, version, signed', 'site_id, subject_id, version', $$'S1', '001', '2.0', DAY$$),
    ('consent', 'site_id, subject_id, version, signed, withdrawn', 'site_id, subject_id, version, signed', null, $$'S2', '001', '1.0', '2008-01-10', DAY$$),
    ('hiv_diagnosis', 'site_id, subject_id, diagnosed, guideline', 'site_id, subject_id', null, $$'S2', '001', DAY, 'China 2005'$$),
    ('hiv_diagnosis', 'site_id, subject_id, diagnosed, guideline, confirmed, confirmatory_test', 'site_id, subject_id', null, $$'S2', '001', '2003-01-01', 'China 2005', DAY, 'Western blot'$$),
    ('intolerance', 'site_id, subject_id, drug, reaction, onset, is_serious', 'site_id, subject_id, drug, reaction, onset', 'site_id, subject_id, drug', $$'S2', '001', 'AZT', 'nausea', DAY, false$$),
    ('art_history', 'site_id, subject_id, drug, started', 'site_id, subject_id, drug, started', 'site_id, subject_id, started', $$'S2', '001', 'AZT', DAY$$),
    ('art_history', 'site_id, subject_id, drug, started, stopped', 'site_id, subject_id, drug, started', 'site_id, subject_id, drug', $$'S2', '001', 'AZT', '2007-01-01', DAY$$),
    ('genotype', 'site_id, subject_id, collected', 'site_id, subject_id, collected', 'site_id, subject_id', $$'S2', '001', DAY$$),
    ('visit', 'site_id, subject_id, visit, visit_date', 'site_id, subject_id, visit', null, $$'S1', '001', 'unscheduled 1', DAY$$),
    ('viral_load_result', 'site_id, subject_id, collected, assay, viral_load', 'site_id, subject_id, collected, replicate', 'site_id, subject_id', $$'S2', '001', DAY, 'Quantiplex 3.0', '<50'$$),
    ('cd4_result', 'site_id, subject_id, collected, cd4_count', 'site_id, subject_id, collected, replicate', 'site_id, subject_id', $$'S2', '001', DAY, 300$$),
    ('missing_result', 'site_id, subject_id, assessment, collected, reason', 'site_id, subject_id, assessment, test, collected, replicate', 'site_id, subject_id', $$'S2', '001', 'CD4', DAY, 'not done'$$),
    ('vital_signs', 'site_id, subject_id, collected, weight_kg', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, weight_kg', $$'S2', '001', DAY, 61$$),
    ('physical_examination', 'site_id, subject_id, collected, body_system, result', 'site_id, subject_id, collected, body_system', 'site_id, subject_id, body_system', $$'S2', '001', DAY, 'skin', 'normal'$$),
    ('asked_complaint', 'site_id, subject_id, collected, complaint, is_present', 'site_id, subject_id, collected, complaint', 'site_id, subject_id, complaint', $$'S2', '001', DAY, 'any', false$$),
    ('pregnancy_test', 'site_id, subject_id, collected, specimen, result', 'site_id, subject_id, collected, replicate', 'site_id, subject_id, specimen', $$'S2', '001', DAY, 'urine', 'negative'$$),
    ('medical_history', 'site_id, subject_id, condition_number, term, is_hiv_associated, is_ongoing, started', 'site_id, subject_id, condition_number', 'site_id, subject_id, term', $$'S2', '001', 1, 'asthma', false, true, DAY$$),
    ('concomitant_medication', 'site_id, subject_id, medication_number, medication, is_ongoing, started', 'site_id, subject_id, medication_number', 'site_id, subject_id, medication', $$'S2', '001', 1, 'aciclovir', true, DAY$$),
    ('screening', 'site_id, subject_id, decided, outcome', 'site_id, subject_id, decided', 'site_id, subject_id, outcome', $$'S2', '001', DAY, 'eligible'$$),
    ('enrolment', 'site_id, subject_id, enrolled, first_dose', 'site_id, subject_id', null, $$'S1', '003', '2008-02-01', DAY$$),
    ('regimen', 'site_id, subject_id, drug, started, stopped', 'site_id, subject_id, drug, started', 'site_id, subject_id, drug', $$'S1', '001', '3TC', '2008-02-01', DAY$$),
    ('disposition', 'site_id, subject_id, ended, outcome', 'site_id, subject_id', null, $$'S1', '001', DAY, 'completed'$$)
) as dated (table_name, columns, key, matching, rest);
-- A period that has not ended would overlap the one that is brought in.
update rule_case set matching = 'site_id, subject_id, drug', columns = columns || ', stopped', good = good || $$, '2008-03-06'$$,
    accepted = accepted || ', null', refused = refused || ', null'
where rule = 'future_date' and matching = 'site_id, subject_id, started';
insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S2', '001', '1970-06-15', 'female');
call make_candidate('003');
insert into ral.missing_result (site_id, subject_id, assessment, collected, reason)
    select 'S1', '003', assessment, day, 'not done' from unnest(array['viral load', 'CD4']) as assessment, unnest(array['2008-03-05', current_date - 3]) as day;

select is(paths('ral.' || table_name, columns, key, good, accepted, matching), array['accepted'], format('%s of %s: (%s) is accepted', rule, table_name, accepted))
from rule_case where rule = 'consent_again';
select is(paths('ral.' || table_name, columns, key, good, refused, matching), array[format('23514 ral.%s %s', table_name, rule)],
    format('%s of %s: (%s) is refused', rule, table_name, refused))
from rule_case where rule = 'consent_again';
-- Of the others some paths bring in a version on two days.
update ral.rule set active = false where name = 'consent_again';
select is(paths('ral.' || table_name, columns, key, good, accepted, matching), array['accepted'], format('%s of %s: (%s) is accepted', rule, table_name, accepted))
from rule_case where rule <> 'consent_again';
select is(paths('ral.' || table_name, columns, key, good, refused, matching), array[format('23514 ral.%s %s', table_name, rule)],
    format('%s of %s: (%s) is refused', rule, table_name, refused))
from rule_case where rule <> 'consent_again';
update ral.rule set active = true where name = 'consent_again';
select is(outcome(format('update ral.consent set withdrawn = %L where subject_id = %L', day, '005')), expected, 'withdrawn on ' || day)
from (values ('2008-03-05', 'accepted'), ('2008-03-06', '23514 ral.consent lifetime')) as d (day, expected);
create procedure forget(subject text)
    language sql
begin atomic
    delete from ral.disposition where subject_id = subject;
    delete from ral.viral_load_result where subject_id = subject and visit is not null;
    delete from ral.visit where subject_id = subject;
end;
call forget('005');

-- Who comes from further east than the study's time zone is not believed, nor
-- who comes from further west refused.
select is(
    outcome(format('set local timezone to %L', zone), format('insert into ral.visit (site_id, subject_id, visit, visit_date) values (%L, %L, %L, %L)',
        'S1', '001', 'unscheduled 1', (now() at time zone current_setting('timezone'))::date + days)),
    case days when 0 then 'accepted' else '23514 ral.visit future_date' end,
    format('%s day ahead by the clock of the study, from %s', days, zone))
from unnest(array['Pacific/Kiritimati', 'Etc/GMT+12', 'UTC']) as zone, generate_series(0, 1) as days;

-- The eligibility criteria: each is met from 20 January 2008 on, and not before.
create function criteria_of(day date) returns text
    language plpgsql
as $$
declare
    detail text;
begin
    insert into ral.enrolment (site_id, subject_id, enrolled) values ('S1', '003', day);
    raise exception using errcode = 'ZZ002';
exception when sqlstate 'ZZ002' or check_violation then
    get stacked diagnostics detail = pg_exception_detail;
    return (select string_agg(named[1], ', ') from regexp_matches(detail, '(\w+) (?:not met|unknown):', 'g') as named);
end;
$$;
create temporary table criterion_case (criterion text, change text);
insert into criterion_case values
    ('consent', $$update ral.consent set signed = '2008-01-20' where subject_id = '003'$$),
    ('age', $$insert into ral.protocol select (jsonb_populate_record(p, '{"effective_from": "2008-01-20", "minimum_age": 18}')).* from ral.protocol as p;
        update ral.protocol set minimum_age = 60 where effective_from = '-infinity'$$),
    ('hiv_diagnosis', $$update ral.hiv_diagnosis set confirmed = '2008-01-20' where subject_id = '003'$$),
    ('prior_failure', $$delete from ral.viral_load_result where subject_id = '003' and collected > '2004-01-01';
        update ral.art_history set stopped = null where subject_id = '003';
        insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load)
            values ('S1', '003', '2007-01-01', 'Quantiplex 3.0', '<50'), ('S1', '003', '2008-01-20', 'Quantiplex 3.0', '20000')$$),
    ('resistance_or_intolerance', $$update ral.genotype_drug_call set call = 'susceptible' where subject_id = '003';
        insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious)
            values ('S1', '003', 'AZT', 'bone marrow suppression', '2005-01-01', true), ('S1', '003', 'NVP', 'liver damage', '2008-01-20', true)$$);
select set_eq('select criterion from criterion_case', 'select criterion from ral.eligibility_criterion where required', 'every criterion has its case');

-- Each in turn, and what it changed undone.
create function criterion_paths(change text, day date) returns text
    language plpgsql
as $$
begin
    execute change;
    raise exception using errcode = 'ZZ001', message = concat_ws('; ', criteria_of(day),
        array_to_string(paths('ral.enrolment', 'site_id, subject_id, enrolled', 'site_id, subject_id',
            $q$'S1', '003', '2008-02-01'$q$, format('%L, %L, %L', 'S1', '003', day)), ', '));
exception when sqlstate 'ZZ001' then
    return sqlerrm;
end;
$$;
select is(criterion_paths(change, '2008-01-20'), 'accepted', format('%s is met on the day', criterion)) from criterion_case;
select is(criterion_paths(change, '2008-01-19'), criterion || '; 23514 ral.enrolment eligibility', format('%s is not met on the day before', criterion))
from criterion_case;

-- Rules that record: by every path, what deviates is kept, and flagged.
set test.deviations = on;
select is(paths('ral.visit', 'site_id, subject_id, visit, visit_date, deviation_reason', 'site_id, subject_id, visit',
        $$'S1', '001', 'week 12', '2008-04-25', null$$, format('%L, %L, %L, %L, %L', 'S1', '001', 'week 12', day, 'flood')),
    array['accepted' || deviation], 'week 12 on ' || day)
from (values ('2008-05-09', ''), ('2008-05-10', ' visit_out_of_window'), ('2008-04-11', ''), ('2008-04-10', ' visit_out_of_window')) as d (day, deviation);
select is(paths('ral.viral_load_result', 'site_id, subject_id, collected, visit, assay, viral_load', 'site_id, subject_id, collected, replicate',
        $$'S1', '001', '2008-02-29', 'week 4', 'Quantiplex 3.0', '1000'$$, format('%L, %L, %L, %L, %L, %L', 'S1', '001', '2008-02-29', 'week 4', assay, '1000'),
        'site_id, subject_id, collected'),
    array['accepted' || deviation], 'week 4 by ' || assay)
from (values ('Quantiplex 3.0', ''), ('VERSANT 3.0', ' assay_change')) as d (assay, deviation);
select is(paths('ral.viral_load_result', 'site_id, subject_id, collected, assay, viral_load', 'site_id, subject_id, collected, replicate',
        $$'S1', '001', '2008-01-31', 'Quantiplex 3.0', '1000'$$, format('%L, %L, %L, %L, %L', 'S1', '001', day, 'VERSANT 3.0', '1000'), 'site_id, subject_id, viral_load'),
    array['accepted' || deviation], 'another assay on ' || day)
from (values ('2008-01-31', ''), ('2008-02-01', ''), ('2008-02-02', ' assay_change')) as d (day, deviation);
call make_subject('006');
insert into ral.disposition (site_id, subject_id, ended, outcome, reason) values ('S1', '006', '2008-04-01', 'discontinued', 'other');
select is(paths('ral.visit', 'site_id, subject_id, visit, visit_date', 'site_id, subject_id, visit',
        $$'S1', '006', 'unscheduled 1', '2008-03-01'$$, format('%L, %L, %L, %L', 'S1', '006', 'unscheduled 1', day)),
    array['accepted' || deviation], 'a visit on ' || day || ', 30 days after the end or later')
from (values ('2008-05-01', ''), ('2008-05-02', ' visit_after_end')) as d (day, deviation);
select is(paths('ral.cd4_result', 'site_id, subject_id, collected, cd4_count', 'site_id, subject_id, collected, replicate',
        $$'S1', '006', '2008-03-01', 333$$, format('%L, %L, %L, 333', 'S1', '006', day), 'site_id, subject_id, cd4_count'),
    array['accepted' || deviation], 'a count on ' || day)
from (values ('2008-05-01', ''), ('2008-05-02', ' cd4_result_after_end')) as d (day, deviation);
call forget('006');
reset test.deviations;

-- Those of study_adverse_event.sql, study_allocation.sql, study_configuration.sql, study_laboratory.sql and study_resistance.sql have theirs there.
select set_eq($$select name, table_name from ral.rule
        where active and action = 'refuse' and name not in ('eligibility', 'background_active_drugs', 'regimen_abnormality', 'allocated', 'dose_weight')
            and table_name not in ('adverse_event', 'adverse_event_relatedness', 'allocation', 'allocation_list', 'dose', 'lab_result', 'reference_range', 'visit_definition', 'required_assessment', 'snapshot_window')$$,
    'select distinct rule, table_name from rule_case', 'every rule that refuses has its cases');

select is(outcome(format('insert into ral.subject (site_id, subject_id, birth_date, sex) values (%L, %L, %L, %L)', 'S2', code, '1971-01-01', 'male')), expected, 'code ' || quote_literal(code))
from (values ('', '23514 ral.subject code_characters'), (' 1', '23514 ral.subject code_characters'), (E'1\t', '23514 ral.subject code_characters'), (E'1\u00A02', '23514 ral.subject code_characters'),
    (E'1\u00AD2', '23514 ral.subject code_characters'), (E'1\u202E2', '23514 ral.subject code_characters'), (E'1\uFEFF', '23514 ral.subject code_characters'),
    (E'1\u30002', '23514 ral.subject code_characters'), (E'1\x012', '23514 ral.subject code_characters'), ('A-1/2.b', 'accepted'), ('编号1', 'accepted'), ('ß', 'accepted'),
    (E'\u00E91', 'accepted'), (E'e\u03011', '23514 ral.subject code_characters')) as c (code, expected);

-- The error: the count, the first offenders, and how many more.
create function refusal(statement text) returns text
    language plpgsql
as $$
declare
    detail text;
begin
    execute statement;
    raise exception using errcode = 'ZZ001', message = 'accepted';
exception when others then
    get stacked diagnostics detail = pg_exception_detail;
    return concat_ws(E'\n', sqlerrm, nullif(detail, ''));
end;
$$;
select is(refusal($$insert into ral.visit (site_id, subject_id, visit, visit_date)
        select 'S1', '001', 'unscheduled ' || i, '2008-01-01' from generate_series(1, 7) as i$$),
    E'rule "consent" of table "visit" is broken by 7 rows\n' ||
    (select string_agg(format('Site S1, subject 001, unscheduled %s: no consent in force on 2008-01-01.', i), E'\n' order by i) from generate_series(1, 5) as i) ||
    E'\nAnd 2 more.', 'five of seven offenders are named');
select is((select count(*) from ral.visit where visit ~ 'unscheduled'), 0::bigint, 'a refused statement leaves nothing behind');

-- Anchors: what depends on them is named.
call make_candidate('004');
insert into ral.viral_load_result (site_id, subject_id, collected, visit, assay, viral_load) values ('S1', '001', '2008-02-29', 'week 4', 'Quantiplex 3.0', '70');
insert into ral.cd4_result (site_id, subject_id, collected, visit, cd4_count) values ('S1', '001', '2008-02-29', 'week 4', 200);
insert into ral.regimen (site_id, subject_id, drug, started, stopped, dose_mg, doses_per_day) values ('S1', '001', 'RAL', '2008-02-05', null, 400, 2);
select is(refusal(statement), expected, statement)
from (values
    ($$update ral.enrolment set enrolled = '2008-01-20', first_dose = '2008-01-20' where subject_id = '001'$$,
        E'rule "visit_window" of table "visit" would be broken in 1 row\nSite S1, subject 001, week 4: held on day 41, outside its window of days 22 to 36.'),
    ($$update ral.enrolment set first_dose = '2008-02-06' where subject_id = '001'$$,
        E'rule "first_dose" of table "regimen" would be broken in 1 row\nSite S1, subject 001, RAL: started 2008-02-05, before the first dose of the study drug on 2008-02-06.'),
    ($$update ral.enrolment set first_dose = null where subject_id = '001'$$,
        E'rule "first_dose" of table "visit" would be broken in 1 row\nSite S1, subject 001, week 4: held on 2008-02-29, without a first dose on record.'),
    ($$update ral.consent set withdrawn = '2008-02-28' where subject_id = '001'$$,
        E'rule "consent" of table "visit" would be broken in 1 row\nSite S1, subject 001, week 4: no consent in force on 2008-02-29.'),
    ($$update ral.consent set withdrawn = '2008-02-04' where subject_id = '001'$$,
        E'rule "consent" of table "regimen" would be broken in 2 rows\nSite S1, subject 001, DRV: no consent in force on 2008-02-05.\nSite S1, subject 001, RAL: no consent in force on 2008-02-05.'),
    ($$insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '004', '2008-02-20', 300);
        update ral.consent set withdrawn = '2008-02-19' where subject_id = '004'$$,
        E'rule "withdrawn" of table "cd4_result" would be broken in 1 row\nSite S1, subject 004, 2008-02-20: collected 2008-02-20, after consent was withdrawn on 2008-02-19.'),
    ($$insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '004', '2008-02-20', 300);
        insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '004', '2.0', '2008-03-01');
        update ral.consent set withdrawn = '2008-02-19' where subject_id = '004' and version = '1.0'$$, 'accepted'),
    ($$update ral.consent set withdrawn = '2008-02-19' where subject_id = '004';
        insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '004', '2.0', '2008-03-01');
        insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '004', '2008-02-20', 300);
        delete from ral.consent where subject_id = '004' and version = '2.0'$$,
        E'rule "withdrawn" of table "cd4_result" would be broken in 1 row\nSite S1, subject 004, 2008-02-20: collected 2008-02-20, after consent was withdrawn on 2008-02-19.'),
    ($$update ral.consent set withdrawn = '2008-02-19' where subject_id = '004';
        insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '004', '2.0', '2008-02-20');
        insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '004', '2008-03-01', 300);
        update ral.consent set withdrawn = '2008-03-01' where subject_id = '004' and version = '2.0'$$, 'accepted'),
    ($$delete from ral.consent where subject_id = '001'$$,
        E'rule "consent" of table "regimen" would be broken in 2 rows\nSite S1, subject 001, DRV: no consent in force on 2008-02-05.\nSite S1, subject 001, RAL: no consent in force on 2008-02-05.'),
    ($$update ral.visit_definition set window_first_day = 29, target_day = 30 where visit = 'week 4'$$, 'accepted'),
    ($$update ral.visit_definition set window_first_day = 30, target_day = 30 where visit = 'week 4'$$,
        E'rule "visit_window" of table "visit" would be broken in 1 row\nSite S1, subject 001, week 4: held on day 29, outside its window of days 30 to 36.'),
    ($$insert into ral.visit_definition values ('week 4', '2008-02-29', 2, 29, 22, 28, 2, 56)$$,
        E'rule "visit_window" of table "visit" would be broken in 1 row\nSite S1, subject 001, week 4: held on day 29, outside its window of days 22 to 28.'),
    ($$delete from ral.visit_definition where visit = 'week 4'$$,
        E'rule "visit_defined" of table "visit" would be broken in 1 row\nSite S1, subject 001, week 4: not a visit of the protocol on 2008-02-29.'),
    ($$update ral.protocol set screening_limit_days = 16$$,
        E'rule "visit_window" of table "visit" would be broken in 1 row\nSite S1, subject 001, screening: held on day -17, outside its window of days -16 to -1.'),
    ($$update ral.protocol set cd4_method = 'microscopy'$$,
        E'rule "cd4_method" of table "cd4_result" would be broken in 1 row\nSite S1, subject 001, 2008-02-29: counted by flow cytometry instead of microscopy.'),
    ($$insert into ral.protocol select (jsonb_populate_record(p, '{"effective_from": "2008-02-05", "study_drug_dose_mg": 800}')).* from ral.protocol as p$$,
        E'rule "study_drug_dose" of table "regimen" would be broken in 1 row\nSite S1, subject 001, RAL: 400 mg 2 times a day instead of 800 mg 2 times.'),
    ($$insert into ral.protocol select (jsonb_populate_record(p, '{"effective_from": "2008-02-06", "study_drug_dose_mg": 800}')).* from ral.protocol as p$$, 'accepted'),
    ($$update ral.assay set lower_limit = 71 where assay = 'Quantiplex 3.0'$$,
        E'rule "assay_limits" of table "viral_load_result" would be broken in 1 row\nSite S1, subject 001, 2008-02-29: 70 is not a result of Quantiplex 3.0, whose limits are 71 and 500000.'),
    ($$update ral.visit set visit_date = '2008-03-01' where visit = 'week 4'$$,
        E'rule "result_visit" of table "cd4_result" would be broken in 1 row\nSite S1, subject 001, 2008-02-29: collected 2008-02-29, but its visit "week 4" was on 2008-03-01.'),
    ($$update ral.drug set class = 'booster' where drug = 'DRV'$$,
        E'rule "optimized_background" of table "regimen" would be broken in 1 row\nSite S1, subject 001, RAL: started 2008-02-05 with 0 further active drugs, and 1 must be given.'),
    ($$delete from ral.regimen where drug = 'DRV'$$,
        E'rule "optimized_background" of table "regimen" is broken by 1 row\nSite S1, subject 001, RAL: started 2008-02-05 with 0 further active drugs, and 1 must be given.'),
    ($$update ral.intolerance set drug = 'DRV', onset = '2008-02-05'$$,
        E'rule "regimen_intolerance" of table "regimen" would be broken in 1 row\nSite S1, subject 001, DRV: started 2008-02-05 in spite of a serious rash on 2008-02-05.'),
    ($$insert into ral.disposition (site_id, subject_id, ended, outcome, reason) values ('S1', '001', '2008-02-28', 'discontinued', 'death')$$,
        E'rule "lifetime" of table "cd4_result" would be broken in 1 row\nSite S1, subject 001, 2008-02-29: 2008-02-29 is after death, on 2008-02-28.'),
    ($$update ral.subject set birth_date = '2003-12-21' where subject_id = '001'$$,
        E'rule "lifetime" of table "hiv_diagnosis" would be broken in 1 row\nSite S1, subject 001: 2003-01-10 is before birth, on 2003-12-21.')
) as anchor (statement, expected);

-- Deviations go when their reason does, whatever it was.
create function deviations(variadic statements text[]) returns text
    language plpgsql
as $$
declare
    statement text;
begin
    foreach statement in array statements loop
        execute statement;
    end loop;
    raise exception using errcode = 'ZZ001', message = (select coalesce(string_agg(rule || ' ' || item, ', ' order by rule, item), 'none') from ral.deviation)
        || (select coalesce(string_agg('; missing ' || rule || ' ' || item, ''), '') from violations('ral'));
exception when sqlstate 'ZZ001' then
    return sqlerrm;
end;
$$;
select is(deviations($$insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load) values ('S1', '001', '2008-01-20', 'VERSANT 3.0', '7000')$$),
    'assay_change 2008-02-29', 'a late baseline makes a deviation of what came before');
select is(deviations($$insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load) values ('S1', '001', '2008-01-20', 'VERSANT 3.0', '7000')$$,
        $$insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load) values ('S1', '001', '2008-01-21', 'Quantiplex 3.0', '7000')$$),
    'none', 'a later one ends it');
select is(deviations($$insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load) values ('S1', '001', '2008-01-20', 'VERSANT 3.0', '7000')$$,
        $$insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load)
            select 'S1', '001', date '2008-01-21' - i, 'Quantiplex 3.0', '7000' from generate_series(0, 200) as i where i <> 1 and i <> 6$$),
    'none', 'and in a load of many as well');
select is(deviations($$insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load) values ('S1', '001', '2008-01-20', 'VERSANT 3.0', '7000')$$,
        $$delete from ral.viral_load_result where collected = '2008-01-20'$$), 'none', 'it goes with that baseline');
select is(deviations($$insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load) values ('S1', '001', '2008-02-03', 'VERSANT 3.0', '7000')$$,
        $$delete from ral.regimen where drug = 'RAL'$$, $$update ral.enrolment set first_dose = '2008-02-04' where subject_id = '001'$$),
    'assay_change 2008-02-29', 'a first dose that moves makes another result the baseline');
select is(deviations($$update ral.visit set visit_date = '2008-02-02', deviation_reason = 'flood' where visit = 'week 12'$$,
        $$insert into ral.visit (site_id, subject_id, visit, visit_date, deviation_reason) values ('S1', '001', 'week 12', '2008-05-10', 'flood')$$,
        $$update ral.visit_definition set window_last_day = 100 where visit = 'week 12'$$), 'none', 'a wider window ends a deviation');
select is(deviations($$insert into ral.visit (site_id, subject_id, visit, visit_date, deviation_reason) values ('S1', '001', 'week 12', '2008-05-10', 'flood')$$,
        $$delete from ral.visit where visit = 'week 12'$$), 'none', 'and so does the end of the visit');
select is(deviations($$set local datestyle = 'German'$$,
        $$insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load) values ('S1', '001', '20.01.2008', 'VERSANT 3.0', '7000')$$,
        $$set local datestyle = 'ISO'$$), 'assay_change 2008-02-29', 'a deviation is named alike whatever a client''s dates look like');
select is_empty($$select * from violations('ral')$$, 'nothing in the study breaks a rule');

select * from finish();
