-- Vital signs, physical examinations and complaints that patients were asked for:
-- what a row may hold, and which of them are missing.
\ir include/study.sql
select no_plan();
call make_subject('001');
call make_subject('002');
insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'week 4', '2008-02-29'), ('S1', '002', 'week 4', '2008-02-29');

-- ---- the bounds of each sign, on both sides
select is(outcome(format('insert into ral.vital_signs (site_id, subject_id, collected, %I) values (''S1'', ''001'', ''2008-02-29'', %L)', sign, value)),
    case when is_good then 'accepted' else format('23514 ral.vital_signs vital_signs_%s_check', sign) end, format('%s %s', sign, value))
from (values ('weight_kg', 0.3, 500, 0.01), ('height_cm', 20, 250, 0.1), ('temperature_celsius', 25, 45, 0.1), ('systolic_mmhg', 30, 350, 1),
        ('diastolic_mmhg', 10, 250, 1), ('pulse_per_minute', 10, 350, 1), ('respirations_per_minute', 3, 120, 1)) as sign (sign, low, high, step)
cross join lateral (values (low, true), (high, true), (low - step, false), (high + step, false)) as tried (value, is_good);
select is(outcome(statement), expected, statement) from (values
    ($$insert into ral.vital_signs (site_id, subject_id, collected) values ('S1', '001', '2008-02-29')$$, '23514 ral.vital_signs vital_signs_measured'),
    ($$insert into ral.vital_signs (site_id, subject_id, collected, systolic_mmhg, diastolic_mmhg) values ('S1', '001', '2008-02-29', 80, 80)$$, '23514 ral.vital_signs vital_signs_pressure'),
    ($$insert into ral.vital_signs (site_id, subject_id, collected, systolic_mmhg, diastolic_mmhg) values ('S1', '001', '2008-02-29', 81, 80)$$, 'accepted'),
    ($$insert into ral.vital_signs (site_id, subject_id, collected, replicate, weight_kg) values ('S1', '001', '2008-02-29', 0, 61)$$, '23514 ral.vital_signs vital_signs_replicate_check'),
    ($$insert into ral.vital_signs (site_id, subject_id, collected, replicate, weight_kg) values ('S1', '001', '2008-02-29', 1.5, 61)$$, '23514 public. whole_number_is_not_rounded'),
    ($$insert into ral.physical_examination (site_id, subject_id, collected, body_system, result) values ('S1', '001', '2008-02-29', 'skin', 'abnormal')$$, '23514 ral.physical_examination physical_examination_finding'),
    ($$insert into ral.physical_examination (site_id, subject_id, collected, body_system, result, finding) values ('S1', '001', '2008-02-29', 'skin', 'abnormal', 'rash')$$, 'accepted'),
    ($$insert into ral.physical_examination (site_id, subject_id, collected, body_system, result, finding) values ('S1', '001', '2008-02-29', 'skin', 'normal', 'rash')$$, '23514 ral.physical_examination physical_examination_finding'),
    ($$insert into ral.physical_examination (site_id, subject_id, collected, body_system, result, finding) values ('S1', '001', '2008-02-29', 'skin', 'abnormal', ' ')$$, '23514 ral.physical_examination physical_examination_finding_check'),
    ($$insert into ral.physical_examination (site_id, subject_id, collected, body_system, result) values ('S1', '001', '2008-02-29', ' ', 'normal')$$, '23514 ral.physical_examination physical_examination_body_system_check'),
    ($$insert into ral.physical_examination (site_id, subject_id, collected, body_system, result) values ('S1', '001', '2008-02-29', 'skin', 'fine')$$, '23514 ral.physical_examination physical_examination_result_check'),
    ($$insert into ral.vital_signs (site_id, subject_id, collected, visit, weight_kg) values ('S1', '001', '2008-02-29', 'week 12', 61)$$, '23503 ral.vital_signs vital_signs_site_id_subject_id_visit_fkey'),
    ($$insert into ral.asked_complaint (site_id, subject_id, collected, complaint, is_present) values ('S1', '001', '2008-02-29', 'nausea', null)$$, '23502 ral.asked_complaint'))
    as tried (statement, expected);

insert into ral.asked_complaint (site_id, subject_id, collected, visit, complaint, is_present) values
    ('S1', '001', '2008-02-29', 'week 4', 'nausea', true), ('S1', '001', '2008-02-29', 'week 4', 'headache', false), ('S1', '002', '2008-02-29', 'week 4', 'any', true);

-- ---- what is required and was not done
set virotrial.reason = 'amendment: examinations at week 4';
insert into ral.required_assessment (visit, assessment)
    select 'week 4', unnest(array['laboratory', 'electrocardiogram', 'vital signs', 'physical examination', 'complaints']);
reset virotrial.reason;
create function missing(subject text) returns text language sql
    return (select string_agg(assessment || coalesce(' ' || reason, ''), ', ' order by assessment) from ral.missing_assessment
        where subject_id = subject and visit = 'week 4' and assessment not in ('CD4', 'viral load'));
select is(missing('001'), 'electrocardiogram, laboratory, physical examination, vital signs', 'who was asked, if for one complaint, was asked');
insert into ral.vital_signs (site_id, subject_id, collected, visit, weight_kg) values ('S1', '001', '2008-02-29', 'week 4', 61);
select is(missing('001'), 'electrocardiogram, laboratory, physical examination', 'vital signs');
insert into ral.physical_examination (site_id, subject_id, collected, visit, body_system, result) values ('S1', '001', '2008-02-29', 'week 4', 'skin', 'not examined');
select is(missing('001'), 'electrocardiogram, laboratory, physical examination', 'not examined is not done');
insert into ral.physical_examination (site_id, subject_id, collected, visit, body_system, result) values ('S1', '001', '2008-02-29', 'week 4', 'abdomen', 'normal');
select is(missing('001'), 'electrocardiogram, laboratory', 'one body system is an examination');
insert into ral.lab_result (site_id, subject_id, collected, visit, test, value, unit) values ('S1', '001', '2008-02-29', 'week 4', 'ALT', '20', 'U/L');
select is(missing('001'), 'electrocardiogram', 'a test is none of an electrocardiogram');
insert into ral.lab_result (site_id, subject_id, collected, visit, test, value, unit) values ('S1', '001', '2008-02-29', 'week 4', 'PRAG', '160', 'ms');
select is(missing('001'), null, 'all done');
insert into ral.lab_result (site_id, subject_id, collected, visit, test, value, unit) values ('S1', '002', '2008-02-29', 'week 4', 'PRAG', '160', 'ms');
select is(missing('002'), 'laboratory, physical examination, vital signs', 'an electrocardiogram is no test of the laboratory');
insert into ral.missing_result (site_id, subject_id, assessment, collected, visit, reason) values
    ('S1', '002', 'vital signs', '2008-02-29', 'week 4', 'not done'), ('S1', '002', 'physical examination', '2008-02-29', 'week 4', 'not done'),
    ('S1', '002', 'complaints', '2008-02-29', 'week 4', 'not done'), ('S1', '002', 'electrocardiogram', '2008-02-29', 'week 4', 'invalid');
select is(missing('002'), 'laboratory, physical examination not done, vital signs not done', 'with the reason');
select set_eq($$select assessment from ral.unresolved_result where subject_id = '002' and visit = 'week 4'$$, array['vital signs', 'physical examination'], 'what has come since is resolved');
insert into ral.vital_signs (site_id, subject_id, collected, weight_kg) values ('S1', '002', '2008-02-29', 61);
insert into ral.physical_examination (site_id, subject_id, collected, body_system, result) values ('S1', '002', '2008-02-29', 'skin', 'not examined');
select set_eq($$select assessment from ral.unresolved_result where subject_id = '002' and visit = 'week 4'$$, array['physical examination'], 'not examined resolves nothing');
set virotrial.data_cut = '2008-02-28';
select is(missing('001'), null, 'before the visit nothing is missing');
set virotrial.data_cut = '2008-12-31';
select is(missing('001'), null, 'nor later');
reset virotrial.data_cut;

-- ---- they follow a visit and a subject
call move_visit('ral', 'S1', '001', 'week 4', '2008-03-01', 'transcription: 1 March');
call rename_subject('ral', 'S1', '001', '901', 'transcription: 901');
select results_eq($$select collected from ral.vital_signs where subject_id = '901' union all select distinct collected from ral.physical_examination where subject_id = '901'
    union all select distinct collected from ral.asked_complaint where subject_id = '901'$$, $$select date '2008-03-01' from generate_series(1, 3)$$, 'they follow');
select is_empty($$select * from violations('ral')$$, 'no rule is broken');
select * from finish();
