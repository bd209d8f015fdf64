-- The tables of the primary endpoint, for subjects made by hand.  Study day 1 is
-- 1 February 2008; 2008 is a leap year, so 1 March is day 30, 1 April day 61,
-- 1 May day 91 and 1 June day 122.  Thirty days after the last dose an event is
-- still treatment-emergent (protocol.treatment_emergent_days).
\ir include/study.sql
select no_plan();
set search_path = public, ral;

-- The study drug with one other, in periods from the first day to the day of stopping.
create function expose(subject text, variadic periods text[]) returns void
    language sql
begin atomic
    insert into ral.regimen (site_id, subject_id, drug, started, stopped, dose_mg, doses_per_day)
        select 'S1', subject, drug, lower(period::daterange), upper(period::daterange),
            case when drug = 'RAL' then 400 end, case when drug = 'RAL' then 2 end
        from unnest(periods) as period, unnest(array['RAL', 'TDF']) as drug;
end;

create function add_event(subject text, number integer, term text, onset text, grade integer default 1, ended text default null,
        complaint boolean default false, action text default 'DOSE NOT CHANGED', outcome text default null,
        death boolean default false, hospital boolean default false) returns void
    language sql
begin atomic
    insert into ral.adverse_event (site_id, subject_id, event_number, term, complaint, onset, ended, grade, is_serious, results_in_death,
            requires_hospitalization, action_taken, outcome, aware_at, reported_at)
        values ('S1', subject, number, term, case when complaint then term end, onset, ended, grade, death or hospital, death, hospital, action,
            coalesce(outcome, case when ended is null then 'UNKNOWN' else 'RECOVERED/RESOLVED' end),
            case when death or hospital then '2008-12-01 00:00+00'::timestamptz end, case when death or hospital then '2008-12-01 01:00+00'::timestamptz end);
end;

create function judge(subject text, number integer, drug text, relatedness text) returns void
    language sql
begin atomic
    insert into ral.adverse_event_relatedness (site_id, subject_id, event_number, drug, relatedness) values ('S1', subject, number, drug, relatedness);
end;

create function add_lab(subject text, collected date, test text, value text, unit text, uln double precision default null,
        fasting boolean default null, replicate integer default 1) returns void
    language sql
begin atomic
    insert into ral.lab_result (site_id, subject_id, collected, test, replicate, value, unit, uln, fasting)
        values ('S1', subject, collected, test, replicate, value::lab_value, unit, uln, fasting);
end;

-- ---- Treatment emergence: 90 days of treatment, the last dose on 30 April
call make_subject('001');
select expose('001', '[2008-02-01,2008-05-01)');
select add_event('001', 1, 'before', '2008-01-31'), add_event('001', 2, 'first dose', '2008-02-01'), add_event('001', 3, 'last dose', '2008-04-30'),
    add_event('001', 4, 'last dose + 30', '2008-05-30'), add_event('001', 5, 'last dose + 31', '2008-05-31'),
    -- February begins with the first dose; of May the 31st alone is too late
    add_event('001', 6, 'February', '2008-02'), add_event('001', 7, 'January', '2008-01'), add_event('001', 8, 'May', '2008-05'),
    add_event('001', 9, 'May, over by the 20th', '2008-05', ended => '2008-05-20'), add_event('001', 10, 'June', '2008-06'),
    add_event('001', 11, '2008', '2008'), add_event('001', 12, '2008, over in January', '2008', ended => '2008-01');
select results_eq(
    $$select term, is_treatment_emergent, study_day, days_to_onset from analysis_ae where subject_id = '001' order by event_number$$,
    $$values ('before', false, -1, null), ('first dose', true, 1, 1), ('last dose', true, 90, 90),
        ('last dose + 30', true, 120, 90), ('last dose + 31', false, 121, 90),
        ('february', true, null, 1), ('january', false, null, null), ('may', null, null, 90),
        ('may, over by the 20th', true, null, 90), ('june', false, null, 90),
        ('2008', null, null, null), ('2008, over in january', false, null, null)$$,
    'treatment-emergent from the first dose to 30 days after the last; null where a partial date leaves it open');

-- A window of another length is an amendment: 31 days make the event of 31 May emergent, and May too.
begin;
update protocol set treatment_emergent_days = 31;
select results_eq(
    $$select term, is_treatment_emergent from analysis_ae where subject_id = '001' and event_number in (4, 5, 8, 10) order by event_number$$,
    $$values ('last dose + 30', true), ('last dose + 31', true), ('may', true), ('june', false)$$,
    'the window is a parameter of the protocol');
update protocol set treatment_emergent_days = 1;
select is((select is_treatment_emergent from analysis_ae where term = 'may'), null, 'a month whose first day alone is in the window is unknown');
update protocol set treatment_emergent_days = 0;
select is((select is_treatment_emergent from analysis_ae where term = 'may'), false, 'one that begins the day after is not');
rollback;

-- ---- Data cut, on both sides of each day
begin;
set virotrial.data_cut = '2008-04-29';
select is((select count(*) from analysis_ae where term = 'last dose'), 0::bigint, 'an event of the day after the cut is not there');
select is((select last_dose from safety_population where subject_id = '001'), null, 'treatment goes on at a cut before its last dose');
set virotrial.data_cut = '2008-04-30';
select is((select is_treatment_emergent from analysis_ae where term = 'last dose'), true, 'one of the day of the cut is');
select is((select last_dose from safety_population where subject_id = '001'), null, 'and on the day of the last dose nobody knows that it was that');
select is((select days_on_treatment from safety_population where subject_id = '001'), 90, 'exposure runs to the cut');
set virotrial.data_cut = '2008-05-01';
select is((select last_dose from safety_population where subject_id = '001'), date '2008-04-30', 'it is known on the day of stopping');
set virotrial.data_cut = '2008-02-15';
select is((select is_treatment_emergent from analysis_ae where term = 'february'), null, 'an event that may be later than the cut is unknown');
set virotrial.data_cut = '2008-02-29';
select is((select is_treatment_emergent from analysis_ae where term = 'february'), true, 'one that cannot be is known');
set virotrial.data_cut = '2008-01-31';
select is((select count(*) from safety_population), 0::bigint, 'before the first dose there is no population');
set virotrial.data_cut = '2008-02-01';
select is((select count(*) from safety_population), 1::bigint, 'on that day there is');
rollback;
select is((select sum(subjects_unknown) from endpoint_safety('ral', '2008-02-15') where "grouping" = 'all' and event_set = 'any' and term = 'february' and maximum_grade is null),
    1::numeric, 'the function takes the cut as an argument');
select is(current_setting('virotrial.data_cut', true), '', 'and leaves the setting as it was');

-- ---- Interruption: 29 days, ten days without, 30 days; the last dose on 9 April
call make_subject('002');
select expose('002', '[2008-02-01,2008-03-01)', '[2008-03-11,2008-04-10)');
select add_event('002', 1, 'nausea', '2008-03-05', 2, complaint => true), add_event('002', 2, 'nausea', '2008-04-09', 1, complaint => true),
    add_event('002', 3, 'after', '2008-04-20'), add_event('002', 4, 'resumed', '2008-03-11'),
    add_event('002', 5, 'last day', '2008-05-09'), add_event('002', 6, 'too late', '2008-05-10');
select results_eq(
    $$select onset_first, is_treatment_emergent, days_to_onset, days_on_treatment from analysis_ae where subject_id = '002' order by onset_first$$,
    $$values (date '2008-03-05', true, 29, 59), ('2008-03-11', true, 30, 59), ('2008-04-09', true, 59, 59), ('2008-04-20', true, 59, 59),
        ('2008-05-09', true, 59, 59), ('2008-05-10', false, 59, 59)$$,
    'an interruption is treatment-emergent time, and no exposure');

-- ---- Death: fatal from the day of death on
call make_subject('003');
select expose('003', '[2008-02-01,2008-06-04)');
insert into ral.disposition (site_id, subject_id, ended, outcome, reason) values ('S1', '003', '2008-06-03', 'discontinued', 'death');
select add_event('003', 1, 'sepsis', '2008-06-01', 5, '2008-06-03', outcome => 'FATAL', death => true),
    add_event('003', 2, 'rash', '2008-02-10', 2), add_event('003', 3, ' Rash ', '2008-02-20', 2), add_event('003', 4, 'rash', '2008-03-20', 1),
    add_event('003', 5, 'fever', '2008-03-01', 1, complaint => true), add_event('003', 6, 'fever', '2008', 3, complaint => true);
select results_eq(
    $$select is_fatal, grade, is_serious from analysis_ae where term = 'sepsis'$$, $$values (true, 5, true)$$, 'a fatal event');
begin;
set virotrial.data_cut = '2008-06-02';
select results_eq(
    $$select is_fatal, grade, is_serious from analysis_ae where term = 'sepsis'$$, $$values (false, null::integer, false)$$,
    'on the day before the death it is neither fatal nor serious, and its grade is not known');
select is((select count(*) from death), 0::bigint, 'and there is no death');
set virotrial.data_cut = '2008-06-03';
select results_eq($$select is_fatal, grade, is_serious from analysis_ae where term = 'sepsis'$$, $$values (true, 5, true)$$, 'on its day it is');
rollback;
-- 29 + 31 + 30 + 31 + 3 = 124
select results_eq($$select subject_id, study_day, days_since_last_dose, is_on_treatment, fatal_events from death$$,
    $$values ('003', 124, 0, true, 'sepsis')$$, 'the death');

-- ---- Withdrawal and relatedness
call make_subject('004');
select expose('004', '[2008-02-01,2008-05-01)');
select add_event('004', 1, 'hepatitis', '2008-04-28', 3, action => 'DRUG WITHDRAWN', hospital => true),
    judge('004', 1, 'RAL', 'not related'), judge('004', 1, 'TDF', 'possibly related'),
    add_event('004', 2, 'dry mouth', '2008-03-01'), judge('004', 2, 'RAL', 'unlikely related'),
    add_event('004', 3, 'dry eyes', '2008-03-02'), judge('004', 3, 'TDF', 'not related'),
    add_event('004', 4, 'dry skin', '2008-03-03'), judge('004', 4, 'RAL', 'related');
select results_eq(
    $$select term, is_related, is_related_to_any, led_to_discontinuation, is_serious from analysis_ae where subject_id = '004' order by event_number$$,
    $$values ('hepatitis', false, true, true, true), ('dry mouth', false, false, false, false), ('dry eyes', null, null, false, false), ('dry skin', true, true, false, false)$$,
    'related to the study drug, to any; null where the study drug was not judged');
begin;
set virotrial.data_cut = '2008-04-30';
select is((select led_to_discontinuation from analysis_ae where term = 'hepatitis'), false, 'before the drug is stopped nothing has led to it');
set virotrial.data_cut = '2008-05-01';
select is((select led_to_discontinuation from analysis_ae where term = 'hepatitis'), true, 'on the day of stopping it has');
rollback;

-- ---- The table.  Exposure: 90 + 59 + 124 + 90 = 363 days.  Nausea: two events of
-- subject 002, the first on day 29 of 59 of exposure, so 333 days until the first.
select results_eq(
    $$select population, subjects, round(percent::numeric, 4), round(percent_ci_lower::numeric, 4), round(percent_ci_upper::numeric, 4), events,
        round((first_event_person_years * 365.25)::numeric, 6), round(first_event_rate::numeric, 6), round((person_years * 365.25)::numeric, 6), round(event_rate::numeric, 6)
        from endpoint_safety where "grouping" = 'all' and event_set = 'any' and term = 'nausea' and maximum_grade is null$$,
    -- 1 of 4: binom.test gives 0.631 to 80.588; 100 * 1 * 365.25 / 333; 100 * 2 * 365.25 / 363
    $$values (4::bigint, 1::bigint, 25.0000, 0.6309, 80.5880, 2::bigint, 333.000000, round(36525.0 / 333, 6), 363.000000, round(73050.0 / 363, 6))$$,
    'first-event rates end exposure at the first event, all-event rates do not');
-- no event: 1 - 0.025 ^ (1/4) = 60.2365 %; -ln(0.025) = 3.688879 events in 363 days
select results_eq(
    $$select subjects, events, percent, percent_ci_lower, round(percent_ci_upper::numeric, 4), event_rate, event_rate_ci_lower, round(event_rate_ci_upper::numeric, 3)
        from endpoint_safety where "grouping" = 'all' and event_set = 'any' and term = 'headache'$$,
    $$select 0::bigint, 0::bigint, 0::float8, 0::float8, round(100 * (1 - 0.025 ^ 0.25), 4), 0::float8, 0::float8, round(100 * -ln(0.025) * 365.25 / 363, 3)$$,
    'a complaint that nobody had is a row with its upper limits');
select results_eq(
    $$select maximum_grade, subjects, subjects_unknown, events from endpoint_safety where "grouping" = 'all' and event_set = 'any' and term = 'rash'$$,
    $$values (null::integer, 1::bigint, 0::bigint, 3::bigint), (2, 1, 0, 2)$$,
    'two events of the same worst grade are one subject; events count by their own grade');
select results_eq(
    $$select maximum_grade, subjects, subjects_unknown, events, events_unknown from endpoint_safety where "grouping" = 'all' and event_set = 'any' and term = 'fever'$$,
    $$values (null::integer, 1::bigint, 0::bigint, 1::bigint, 1::bigint), (1, 1, 0, 1, 0), (3, 0, 1, 0, 1)$$,
    'an event that may not be treatment-emergent makes a higher grade possible, and no more');
select results_eq(
    $$select event_set, subjects, subjects_unknown, events, events_unknown from endpoint_safety where "grouping" = 'all' and term is null and maximum_grade is null$$,
    -- any: 001 has 5 (and 2 unknown), 002 5, 003 5 (and 1), 004 4.  Related: 004; of 001 to 003 nothing was judged
    $$values ('any', 4::bigint, 0::bigint, 19::bigint, 3::bigint), ('related to the study drug', 1, 3, 1, 19), ('related to any drug', 1, 3, 2, 19),
        ('grade 3 or higher', 2, 0, 2, 1), ('serious', 2, 0, 2, 0), ('serious and related to the study drug', 0, 1, 0, 1),
        ('leading to discontinuation', 1, 0, 1, 0), ('fatal', 1, 0, 1, 0)$$,
    'every set of events, with what is not known of it');
select results_eq(
    $$select "grouping", group_value, population, subjects from endpoint_safety('ral', group_by => 'outcome') where event_set = 'fatal' and term is null and maximum_grade is null$$,
    $$values ('all', 'all', 4::bigint, 1::bigint), ('outcome', 'discontinued', 1, 1), ('outcome', 'not known', 3, 0)$$,
    'groups of a column of analysis_subject, with a row for whom it does not know');
select throws_ok($$select * from endpoint_safety('ral', group_by => 'shoe size')$$, '42703', null, 'a column that is not there is refused');
select throws_ok($$select * from laboratory_shift('nowhere')$$, '3F000', null, 'and a study that is not there');

-- ---- Laboratory: potassium is graded in both directions.  Grades, mmol/L: low 3
-- from 2.0 to < 2.5, high 2 from 6.0 to < 6.5, high 3 from 6.5 to < 7.0.
select add_lab('001', '2008-01-20', 'K', '5.9', 'mmol/L'), add_lab('001', '2008-02-01', 'K', '4.0', 'mmol/L', replicate => 1),
    add_lab('001', '2008-02-01', 'K', '4.2', 'mmol/L', replicate => 2), add_lab('001', '2008-02-02', 'K', '2.4', 'mmol/L'),
    add_lab('001', '2008-05-30', 'K', '6.0', 'mmol/L'), add_lab('001', '2008-05-31', 'K', '7.5', 'mmol/L'),
    -- without a baseline
    add_lab('002', '2008-03-01', 'K', '6.6', 'mmol/L'),
    -- a baseline of at least grade 2 low, and a result that is at most grade 1 low
    add_lab('003', '2008-01-20', 'K', '<3', 'mmol/L'), add_lab('003', '2008-03-01', 'K', '3.2', 'mmol/L'),
    -- nothing after the baseline
    add_lab('004', '2008-01-20', 'K', '4.5', 'mmol/L');
select results_eq(
    $$select collected, analysis_visit, is_baseline, is_on_treatment, low_grade, high_grade, round(change_exact::numeric, 3), change_qualifier
        from analysis_lab where subject_id = '001' and test = 'K' order by collected, replicate$$,
    $$values (date '2008-01-20', 'screening', false, false, 0, 1, 1.7, '='), ('2008-02-01', null, false, false, 0, 0, -0.2, '='),
        ('2008-02-01', null, true, false, 0, 0, 0.0, '='), ('2008-02-02', 'week 4', false, true, 3, 0, -1.8, '='),
        ('2008-05-30', 'week 12', false, true, 0, 2, 1.8, '='), ('2008-05-31', 'week 12', false, false, 0, 4, 3.3, '=')$$,
    'the baseline is the last replicate up to the first dose; on treatment are days 2 to last dose + 30');
select results_eq(
    $$select value, standard_value, standard_value_lower, standard_value_upper, standard_value_exact, qualifier,
            grade, low_grade, grade_at_least, grade_at_most
        from analysis_lab where subject_id = '003' and test = 'K' order by collected$$,
    $$values (lab_value '<3', lab_value '<3', null::float8, 3::float8, null::float8, '<', null::integer, null, 2, 4),
        ('3.2', '3.2', 3.2, 3.2, 3.2, '=', 1, 1, 1, 1)$$,
    'a censored value has bounds and no number');
select results_eq(
    $$select baseline_value, baseline_value_lower, baseline_value_upper, baseline_value_exact, change > 0.1, change > 0.3,
            round(change_lower::numeric, 3), change_upper, change_exact, change_qualifier
        from analysis_lab where subject_id = '003' and test = 'K' order by collected$$,
    $$values (lab_value '<3', null::float8, 3::float8, null::float8, null::boolean, null::boolean, null::numeric, null::float8, null::float8, null),
        ('<3', null, 3, null, true, null, 0.2, null, null, '>')$$,
    'a censored baseline: the change is known as far as it can be');
select results_eq(
    $$select direction, baseline_grade, worst_grade, subjects, baseline_subjects from laboratory_shift where "grouping" = 'all' and test = 'K' order by 1, 2, 3$$,
    $$values ('high', '0', '0', 1::bigint, 3::bigint), ('high', '0', '2', 1, 3), ('high', '0', 'missing', 1, 3), ('high', 'missing', '3', 1, 1),
        ('low', '0', '3', 1, 2), ('low', '0', 'missing', 1, 2), ('low', 'missing', '0', 1, 1), ('low', 'unknown', '1', 1, 1)$$,
    'shifts keep the directions apart');
select results_eq(
    $$select direction, minimum_grade, maximum_grade, evaluable, subjects, round(percent_ci_upper::numeric, 3), worsened from laboratory_abnormality
        where "grouping" = 'all' and test = 'K' order by 1, 2, 3$$,
    -- 0 of 3: 1 - 0.025 ^ (1/3); 1 of 3 by binom.test
    $$values ('high', 3, 3, 3::bigint, 1::bigint, 90.570, 1::bigint), ('high', 3, 4, 3, 1, 90.570, 1), ('high', 4, 4, 3, 0, round(100 * (1 - 0.025 ^ (1.0 / 3)), 3), 0),
        ('low', 3, 3, 3, 1, 90.570, 1), ('low', 3, 4, 3, 1, 90.570, 1), ('low', 4, 4, 3, 0, round(100 * (1 - 0.025 ^ (1.0 / 3)), 3), 0)$$,
    'grades 3 and 4, in each direction');
-- triglycerides of a subject who had not fasted are not graded
select add_lab('001', '2008-03-01', 'TRIG', '12', 'mmol/L', fasting => false), add_lab('002', '2008-03-01', 'TRIG', '12', 'mmol/L', fasting => true),
    add_lab('002', '2008-02-01', 'TRIG', '7', 'mmol/L', fasting => true);
select results_eq(
    $$select minimum_grade, maximum_grade, evaluable, subjects_unknown, subjects, worsened from laboratory_abnormality
        where "grouping" = 'all' and test = 'TRIG' and direction = 'high' order by 1, 2$$,
    $$values (3, 3, 1::bigint, 1::bigint, 0::bigint, 0::bigint), (3, 4, 1, 1, 1, 1), (4, 4, 1, 1, 1, 1)$$,
    'a result that cannot be graded leaves its subject unknown');

-- ---- Hy's law: at least 3 times, at least twice, not more than 30 days apart
select add_lab('001', '2008-03-01', 'ALT', '3.3', 'ukat/L', 1.1), add_lab('001', '2008-03-31', 'BILI', '2.4', 'mg/dL', 1.2),
    add_lab('001', '2008-03-01', 'ALP', '199', 'U/L', 100),
    add_lab('002', '2008-02-20', 'AST', '119', 'U/L', 40), add_lab('002', '2008-02-20', 'BILI', '80', 'umol/L', 20), add_lab('002', '2008-02-20', 'ALP', '90', 'U/L', 100),
    add_lab('003', '2008-03-01', 'AST', '>1000', 'U/L', 40), add_lab('003', '2008-03-02', 'BILI', '80', 'umol/L', 20),
    add_lab('004', '2008-03-01', 'ALT', '400', 'U/L', 40), add_lab('004', '2008-03-01', 'BILI', '80', 'umol/L', 20), add_lab('004', '2008-03-01', 'ALP', '200', 'U/L', 100);
select results_eq(
    $$select subject_id, is_candidate, test, collected, bilirubin_collected, times_uln, times_uln_lower, times_uln_upper, times_uln_exact,
            bilirubin_times_uln, bilirubin_times_uln_lower, bilirubin_times_uln_upper, bilirubin_times_uln_exact,
            phosphatase_times_uln, phosphatase_times_uln_lower, phosphatase_times_uln_upper, phosphatase_times_uln_exact
        from hys_law_candidate order by 1$$,
    $$values ('001', true, 'ALT', date '2008-03-01', date '2008-03-31', lab_value '3', 3::float8, 3::float8, 3::float8,
            lab_value '2', 2::float8, 2::float8, 2::float8, lab_value '1.99', 1.99::float8, 1.99::float8, 1.99::float8),
        ('003', null, 'AST', '2008-03-01', '2008-03-02', '>25', 25, null, null, '4', 4, 4, 4, null, null, null, null)$$,
    'exactly 3 and 2 times and 30 days apart is a candidate, 2.975 times is none, with alkaline phosphatase of twice none, without it nobody knows');
update ral.lab_result set collected = '2008-04-01' where subject_id = '001' and test = 'BILI';
select is((select count(*) from hys_law_candidate where subject_id = '001'), 0::bigint, '31 days apart is none');
update ral.lab_result set collected = '2008-03-31' where subject_id = '001' and test = 'BILI';
update ral.lab_result set collected = '2008-02-25' where subject_id = '004' and test = 'ALP';
select add_lab('004', '2008-03-06', 'ALP', '90', 'U/L', 100);
select results_eq($$select is_candidate, phosphatase_collected from hys_law_candidate where subject_id = '004'$$, $$values (true, '2008-03-06'::date)$$,
    'of two alkaline phosphatases that are 5 days apart from it the later counts');
delete from ral.lab_result where subject_id = '004' and test = 'ALP' and collected = '2008-03-06';
select results_eq($$select finding, subjects, subjects_unknown from safety_finding where "grouping" = 'all'$$,
    $$values ('death', 1::bigint, 0::bigint), ('death on treatment', 1, 0), ('Hy''s law candidate', 1, 1)$$, 'deaths and candidates are counted');

-- ---- Electrocardiograms: over 450 is not 450; 61 over baseline is more than 60
select add_lab('001', '2008-01-20', 'QTCFAG', '420', 'ms'), add_lab('001', '2008-03-01', 'QTCFAG', '450', 'ms'),
    add_lab('002', '2008-01-20', 'QTCFAG', '420', 'ms'), add_lab('002', '2008-03-01', 'QTCFAG', '481', 'ms'),
    add_lab('003', '2008-03-01', 'QTCFAG', '>500', 'ms');
select results_eq(
    $$select finding, evaluable, subjects_unknown, subjects from ecg_finding where "grouping" = 'all' order by position$$,
    $$values ('QTcF over 450 ms', 3::bigint, 0::bigint, 2::bigint), ('QTcF over 480 ms', 3, 0, 2), ('QTcF over 500 ms', 3, 0, 1),
        ('QTcF more than 30 ms over baseline', 2, 1, 1), ('QTcF more than 60 ms over baseline', 2, 1, 1)$$,
    'findings of electrocardiograms; without a baseline its change is unknown');

-- ---- Tolerability: 003 died on day 124; 002 gave up the drug on day 70, 004 on day 91 and so did
-- 001, who completed on day 100, long before the last visit. Nobody said why. At the cut of 1 April,
-- day 61, all go on.
insert into ral.disposition (site_id, subject_id, ended, outcome) values ('S1', '001', '2008-05-10', 'completed');
select results_eq($$select cause, population, subjects from discontinuation where "grouping" = 'all' and (subjects > 0 or cause = 'adverse event')$$,
    $$values (null, 4::bigint, 4::bigint), ('adverse event', 4, 0), ('death', 4, 1), ('not documented', 4, 3)$$, 'discontinuations by cause');
select results_eq($$select days, at_risk, discontinued, censored, remaining from time_to_discontinuation where "grouping" = 'all' and days < 200$$,
    $$values (70, 4::bigint, 1::bigint, 0::bigint, 0.75::float8), (91, 3, 2, 0, 0.25), (124, 1, 1, 0, 0)$$, 'the time to discontinuation');
select results_eq($$select days, at_risk, discontinued, censored from time_to_discontinuation('ral', '2008-04-01') where "grouping" = 'all'$$,
    $$values (61, 4::bigint, 0::bigint, 4::bigint)$$, 'at a cut all are censored who are still on treatment');

-- ---- A statistician reads the views, and nothing below them.
create role statistician;
grant usage on schema ral to statistician;
grant select on ral.endpoint_safety, ral.laboratory_shift, ral.laboratory_abnormality, ral.hys_law_candidate, ral.ecg_finding,
    ral.discontinuation, ral.time_to_discontinuation, ral.death, ral.safety_finding, ral.analysis_ae, ral.analysis_lab to statistician;
set role statistician;
select lives_ok('select * from ral.' || name, name || ' can be read alone')
from unnest(array['endpoint_safety', 'laboratory_shift', 'laboratory_abnormality', 'hys_law_candidate', 'ecg_finding', 'discontinuation',
    'time_to_discontinuation', 'death', 'safety_finding', 'analysis_ae', 'analysis_lab']) as name;
select throws_ok('select * from ral.adverse_event', '42501', null, 'the table of events cannot');
reset role;

-- ---- Comments
select is_empty(
    $$select attrelid::regclass, attname from pg_attribute
        where attrelid = any (array['safety_population', '_safety_lab_result', 'analysis_ae', 'analysis_lab', 'endpoint_safety', '_worst_lab_grade', 'laboratory_shift',
                'laboratory_abnormality', 'hys_law_candidate', 'ecg_finding', 'discontinuation', 'time_to_discontinuation', 'death', 'safety_finding']::regclass[])
            and attnum > 0 and col_description(attrelid, attnum) is null$$,
    'every column has a comment');

drop owned by statistician;
drop role statistician;
select * from finish();
