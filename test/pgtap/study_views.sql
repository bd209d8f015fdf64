-- The analysis views, for subjects made by hand: study day 1 is 1 February
-- 2008, so study day d is 31 January 2008 plus d days, and day -d is
-- 1 February 2008 less d days.  Baseline is 50000 copies/mL on day -17.
\ir include/study.sql
select no_plan();

create function add_viral_load(subject text, day integer, viral_load text, assay text default 'Quantiplex 3.0', replicate integer default 1) returns void
    language sql
begin atomic
    insert into ral.viral_load_result (site_id, subject_id, collected, replicate, assay, viral_load)
        values ('S1', subject, date '2008-02-01' + case when day > 0 then day - 1 else day end, replicate, assay, viral_load::viral_load);
end;

-- Windows: both sides of each boundary.
call make_subject('001');
select add_viral_load('001', day, '10000')
from unnest(array[-43, -42, -1, 2, 56, 57, 126, 127, 210, 211, 294, 295, 378, 379]) as day;
select results_eq(
    $$select study_day, analysis_visit from ral.analysis_viral_load where subject_id = '001' and study_day > -100 order by 1$$,
    $$values (-43, null), (-42, 'screening'), (-17, 'screening'), (-1, 'screening'), (2, 'week 4'), (56, 'week 4'), (57, 'week 12'),
        (126, 'week 12'), (127, 'week 24'), (210, 'week 24'), (211, null), (294, null), (295, 'week 48'), (378, 'week 48'), (379, null)$$,
    'a result belongs to the analysis window that holds its study day');
-- 29 - 2 = 27 = 56 - 29; 85 - 57 = 28 < 126 - 85 = 41; 210 - 169 = 41 < 169 - 127 = 42; 378 - 337 = 41 < 337 - 295 = 42
select results_eq(
    $$select analysis_visit, study_day from ral.analysis_viral_load where subject_id = '001' and is_analysis_record order by study_day$$,
    $$values ('screening', -1), ('week 4', 56), ('week 12', 57), ('week 24', 210), ('week 48', 378)$$,
    'the result nearest to the target day stands for the visit, of equally near ones the later');

-- Replicates of one day: the last; a visit without a result is a row.
call make_subject('002');
select add_viral_load('002', 28, '900'), add_viral_load('002', 30, '800'), add_viral_load('002', 30, '700', replicate => 2);
select results_eq(
    $$select analysis_visit, study_day, viral_load, is_below_response_threshold from ral.analysis_viral_load
        where subject_id = '002' and is_analysis_record and analysis_visit like 'week%' order by analysis_visit$$,
    $$values ('week 12', null::integer, null::viral_load, null::boolean), ('week 24', null, null, null), ('week 4', 30, viral_load '700', false), ('week 48', null, null, null)$$,
    'of one day the last replicate stands; a visit without a result is a row without one');

-- Flags: <500 leaves < 400 and < 50 open, and is a fall of more than
-- log10(50000 / 500) = 2; 399 < 400, a fall of 2.098; 50 is not less than 50;
-- 5000 is a fall of exactly 1, which does not exceed 1.
call make_subject('003');
select add_viral_load('003', 29, '<500', 'Quantiplex 2.0'), add_viral_load('003', 85, '399'),
    add_viral_load('003', 169, '50'), add_viral_load('003', 337, '5000'),
    add_viral_load('003', 40, 'TND'), add_viral_load('003', 100, '400'), add_viral_load('003', 60, '4999');
select results_eq(
    $$select study_day, viral_load, viral_load_lower, viral_load_upper, log10_copies, qualifier, log_reduction,
        is_below_response_threshold, is_below_suppression_threshold, is_above_log_reduction_threshold
        from ral.analysis_viral_load where subject_id = '003' and study_day > 1 order by study_day$$,
    $$values (29, viral_load '<500', 0::float8, 500::float8, null::float8, '<', log_reduction '>2', null, null, true),
        (40, 'TND<50', 0, 50, null, 'TND', '>3', true, true, true),
        (60, '4999', 4999, 4999, log(4999::float8), '=', log_reduction('50000', '4999'), false, false, true),
        (85, '399', 399, 399, log(399::float8), '=', log_reduction('50000', '399'), true, false, true),
        (100, '400', 400, 400, log(400::float8), '=', log_reduction('50000', '400'), false, false, true),
        (169, '50', 50, 50, log(50::float8), '=', '3', true, false, true),
        (337, '5000', 5000, 5000, log(5000::float8), '=', '1', false, false, false)$$,
    'the flags are true, false, or null where the result cannot tell');

-- A baseline above the limit: 500000 / 60000 is 0.92, so more than 0.92 may or
-- may not exceed 1; 500000 / 40000 is 1.10; of >500000 nothing is known.
call make_subject('004');
update ral.viral_load_result set viral_load = '>500000' where subject_id = '004' and visit = 'screening';
select add_viral_load('004', 29, '60000'), add_viral_load('004', 85, '40000'), add_viral_load('004', 169, '>500000');
select results_eq(
    $$select study_day, baseline_viral_load, baseline_viral_load_lower, baseline_viral_load_upper, baseline_log10_copies,
        round(log_reduction_lower::numeric, 2), log_reduction_upper, log_reduction_exact, log_reduction_qualifier, is_above_log_reduction_threshold
        from ral.analysis_viral_load where subject_id = '004' and study_day > 1 order by study_day$$,
    $$values (29, viral_load '>500000', 500000::float8, null::float8, null::float8, 0.92, null::float8, null::float8, '>', null::boolean),
        (85, '>500000', 500000, null, null, 1.10, null, null, '>', true), (169, '>500000', 500000, null, null, null, null, null, null, null)$$,
    'a change from a baseline above the limit is known as far as it can be');

-- Without a baseline the thresholds can be judged, the fall cannot.
insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S1', '005', '1990-01-10', 'male');
insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '005', '1.0', '2008-01-10');
insert into ral.hiv_diagnosis (site_id, subject_id, diagnosed, guideline, confirmed, confirmatory_test)
    values ('S1', '005', '2003-01-10', 'China 2005', '2003-02-01', 'Western blot');
insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious)
    values ('S1', '005', 'AZT', 'bone marrow suppression', '2006-01-01', true), ('S1', '005', 'EFV', 'liver damage', '2006-02-01', true);
insert into ral.missing_result (site_id, subject_id, assessment, collected, reason)
    values ('S1', '005', 'viral load', '2008-01-20', 'not done'), ('S1', '005', 'CD4', '2008-01-20', 'not done');
insert into ral.enrolment (site_id, subject_id, enrolled, first_dose) values ('S1', '005', '2008-02-01', '2008-02-01');
select add_viral_load('005', 29, '<50');
select results_eq(
    $$select study_day, baseline_viral_load, is_baseline, log_reduction, is_below_response_threshold, is_below_suppression_threshold, is_above_log_reduction_threshold
        from ral.analysis_viral_load where subject_id = '005' and study_day > 1$$,
    $$values (29, null::viral_load, false, null::log_reduction, true, true, null::boolean)$$,
    'without a baseline only the fall is unknown');
select results_eq(
    $$select age, is_treated, is_analysable, intolerable_drugs, resistant_drugs, baseline_viral_load from ral.analysis_subject where subject_id = '005'$$,
    $$values (18, true, false, 2, 0, null::viral_load)$$,
    'a subject without a baseline is treated but not analysable');

-- Baseline is the last result on or before the first dose.
call make_subject('006');
select add_viral_load('006', -1, '45000'), add_viral_load('006', 1, '30000'), add_viral_load('006', 1, '10000', replicate => 2), add_viral_load('006', 2, '20000');
select results_eq(
    $$select baseline_viral_load, baseline_viral_load_lower, baseline_viral_load_upper, baseline_log10_copies, baseline_qualifier, baseline_viral_load_collected, baseline_assay from ral.analysis_subject where subject_id = '006'$$,
    $$values (viral_load '10000', 10000::float8, 10000::float8, 4::float8, '=', date '2008-02-01', 'Quantiplex 3.0')$$,
    'baseline is the last replicate of the last day up to the first dose');
select results_eq(
    $$select study_day, replicate from ral.analysis_viral_load where subject_id = '006' and is_baseline$$,
    $$values (1, 2)$$, 'and is marked as such');
select results_eq(
    $$select study_day, analysis_visit from ral.analysis_viral_load where subject_id = '006' and study_day in (-1, 1, 2) order by 1, replicate$$,
    $$values (-1, 'screening'), (1, null), (1, null), (2, 'week 4')$$, 'the day of the first dose is in no window');

select is((select count(*) from ral.analysis_viral_load where is_analysis_record and analysis_visit like 'week%'), 24::bigint,
    'each of 6 subjects has one row for each of 4 visits');

-- CD4: day -17 has 200, day 29 has 250, day 33 (as far from it as day 25) 300.
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count)
    values ('S1', '001', '2008-01-15', 200), ('S1', '001', '2008-02-25', 260), ('S1', '001', '2008-03-04', 190);
select results_eq(
    $$select study_day, analysis_visit, is_analysis_record, is_baseline, cd4_count_exact::integer, baseline_cd4_count_exact::integer, change::integer
        from ral.analysis_cd4 where subject_id = '001' and (study_day is not null or analysis_visit = 'week 48') order by study_day$$,
    $$values (-17, 'screening', true, true, 200, 200, 0), (25, 'week 4', false, false, 260, 200, 60), (33, 'week 4', true, false, 190, 200, -10),
        (null, 'week 48', true, false, null, 200, null)$$,
    'CD4 counts by analysis visit, with their change');
select is((select baseline_cd4_count::text from ral.analysis_subject where subject_id = '001'), '200', 'baseline CD4');

-- An amendment of a window applies to the visits that are due from its day on:
-- here day 337, in January 2009.
insert into ral.visit_definition (visit, effective_from, position, target_day, window_first_day, window_last_day, analysis_first_day, analysis_last_day)
    values ('week 48', '2008-12-01', 5, 337, 309, 365, 300, 379);
select results_eq(
    $$select study_day, analysis_visit from ral.analysis_viral_load where subject_id = '001' and study_day > 290 order by 1$$,
    $$values (294, null), (295, null), (378, 'week 48'), (379, 'week 48')$$,
    'a result is judged by the window in force on the target day');
delete from ral.visit_definition where effective_from = '2008-12-01';

-- Missing assessments: the window of week 4 closes on day 36, 7 March 2008.
select results_eq(
    $$select visit, assessment from ral.missing_assessment_on('2008-02-01') where subject_id = '002' order by 1, 2$$,
    $$values ('screening', 'CD4')$$, 'the visit was held, its CD4 count is missing');
select is((select count(*) from ral.missing_assessment_on('2008-03-07') where subject_id = '002' and visit = 'week 4'), 0::bigint,
    'on the last day of the window nothing is missing yet');
select results_eq(
    $$select assessment, due, window_closes, visit_date, days_overdue from ral.missing_assessment_on('2008-03-08') where subject_id = '002' and visit = 'week 4' order by 1$$,
    $$values ('CD4', date '2008-02-29', date '2008-03-07', null::date, 8), ('viral load', date '2008-02-29', date '2008-03-07', null, 8)$$,
    'on the day after it both are missing');
insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '002', 'week 4', '2008-03-01');
insert into ral.cd4_result (site_id, subject_id, collected, visit, cd4_count) values ('S1', '002', '2008-03-01', 'week 4', 240);
select results_eq(
    $$select assessment, visit_date from ral.missing_assessment_on('2008-03-08') where subject_id = '002' and visit = 'week 4'$$,
    $$values ('viral load', date '2008-03-01')$$, 'a count of the visit is not missing');
select results_eq(
    $$select assessment from ral.missing_assessment_on('2008-03-01') where subject_id = '002' and visit = 'week 4'$$,
    $$values ('viral load')$$, 'a visit that was held lacks its result at once');
insert into ral.disposition (site_id, subject_id, ended, outcome, reason) values
    ('S1', '003', '2008-03-06', 'discontinued', 'lack of efficacy'), ('S1', '004', '2008-03-07', 'discontinued', 'lost to follow-up');
select is((select count(*) from ral.missing_assessment_on('2010-01-01') where subject_id = '003' and visit like 'week%'), 0::bigint,
    'who left before the window closed misses nothing');
select results_eq(
    $$select distinct visit from ral.missing_assessment_on('2010-01-01') where subject_id = '004' and visit like 'week%'$$,
    $$values ('week 4')$$, 'who left on its last day misses that visit, and none after it');
select results_eq(
    $$select site_id, subject_id, visit, assessment, days_overdue from ral.missing_assessment order by 1, 2, 3, 4$$,
    $$select site_id, subject_id, visit, assessment, days_overdue from ral.missing_assessment_on(current_date) order by 1, 2, 3, 4$$,
    'the view is the function as of today');

-- Accrual and flow: 6 enrolled at S1, one of them without consent withdrawn;
-- at S2 one candidate with, one without consent, and one whose is withdrawn.
call make_candidate('007', 'S2');
insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S2', '008', '1970-01-01', 'male'), ('S2', '009', '1970-01-01', 'male');
insert into ral.consent (site_id, subject_id, version, signed, withdrawn) values ('S2', '009', '1.0', '2008-01-10', '2008-01-11');
update ral.site set target_enrolment = 8 where site_id = 'S1';
select results_eq(
    $$select site_id, screened, consented, enrolled, treated, completed, left_study, discontinued, site_target, site_percent, trial_enrolled, trial_target, trial_percent
        from ral.accrual order by 1$$,
    -- 6 / 8 = 75 %, 6 / 50 = 12 %
    $$values ('S1', 6::bigint, 6::bigint, 6::bigint, 6::bigint, 0::bigint, 2::bigint, 2::bigint, 8, 75.0, 6::bigint, 50, 12.0),
        ('S2', 3, 2, 0, 0, 0, 0, 0, null, null, 6, 50, 12.0)$$,
    'accrual of each site');
select results_eq(
    $$select stage, reason, subjects from ral.consort_flow order by position$$,
    $$values ('screened', null, 9::bigint), ('not enrolled', null, 3), ('not enrolled', 'consent withdrawn', 1), ('not enrolled', 'no consent', 1),
        ('not enrolled', 'not yet decided', 1), ('enrolled', null, 6), ('first dose', null, 6),
        ('week 4', null, 1), ('week 12', null, 0), ('week 24', null, 0), ('week 48', null, 0),
        ('discontinued', null, 2), ('discontinued', 'lack of efficacy', 1), ('discontinued', 'lost to follow-up', 1), ('completed', null, 0),
        ('left the study', null, 2), ('left the study', 'lack of efficacy', 1), ('left the study', 'lost to follow-up', 1), ('in the study', null, 4)$$,
    'the flow of subjects');

-- Any client can read the views, by the right to the views alone.
select is_empty(
    $$select c.oid::regclass, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
        where c.relnamespace = 'ral'::regnamespace and c.relkind = 'v' and c.relname !~ '_(period|at_analysis)$'
            and (col_description(c.oid, a.attnum) is null or obj_description(c.oid, 'pg_class') is null)$$,
    'each of them has a comment');
create role views_reader;
grant usage on schema ral to views_reader;
grant select on ral.analysis_subject, ral.analysis_viral_load, ral.analysis_cd4, ral.accrual, ral._expected_assessment, ral.missing_assessment, ral.consort_flow to views_reader;
set role views_reader;
select is((select count(*) from ral.analysis_subject), 9::bigint, 'a role with SELECT on the views reads them');
select lives_ok('select * from ral.' || name, 'and ' || name)
from unnest(array['analysis_viral_load', 'analysis_cd4', 'accrual', '_expected_assessment', 'missing_assessment', 'consort_flow']) as name;
select lives_ok($$select * from ral.missing_assessment_on('2009-01-01')$$, 'and missing_assessment as of a date');
select throws_ok('select * from ral.viral_load_result', '42501', null, 'but not the tables');
reset role;
drop owned by views_reader;
drop role views_reader;

select * from finish();
