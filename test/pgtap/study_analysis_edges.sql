-- Subjects at the edges of an analysis, made by hand: what amendments, a control arm and
-- the clock of a client make of them.  Study day 1 is 1 February 2008, and 2008 is a leap
-- year: 1 June is day 122, 24 August day 206.
\ir include/study.sql
select no_plan();
set jit = off;

create function pg_temp.day(study_day integer) returns date
    language sql immutable
    return date '2008-02-01' + study_day - 1;
create function pg_temp.add_viral_load(subject text, study_day integer, viral_load text) returns void
    language sql
begin atomic
    insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load)
        values ('S1', subject, pg_temp.day(study_day), 'Quantiplex 3.0', viral_load::viral_load);
end;
create function pg_temp.add_drug(subject text, drug text, first integer, stopped integer default null, why text default null) returns void
    language sql
begin atomic
    insert into ral.regimen (site_id, subject_id, drug, started, stopped, stop_reason, dose_mg, doses_per_day)
        values ('S1', subject, drug, pg_temp.day(first), pg_temp.day(stopped), why, case when drug = 'RAL' then 400 end, case when drug = 'RAL' then 2 end);
end;

-- ---- Windows that an amendment changes: the border of weeks 12 and 24 moves from day 126 to
-- day 140.  It counts for the target days from 24 August on (week 12: day 85, week 24: day 169),
-- so week 12 changes on 1 June.  001 has both target days before: days 127 to 140 stay in week 24.
begin;
call make_subject('001');
select pg_temp.add_drug('001', 'TDF', 1), pg_temp.add_drug('001', 'RAL', 1);
insert into ral.visit_definition (visit, effective_from, position, target_day, window_first_day, window_last_day, analysis_first_day, analysis_last_day)
    values ('week 12', '2008-06-01', 3, 85, 71, 99, 57, 140), ('week 24', '2008-08-24', 4, 169, 148, 190, 141, 210);
select pg_temp.add_viral_load('001', study_day, '<50') from unnest(array[126, 130, 140, 141]) as study_day;
insert into ral.lab_result (site_id, subject_id, collected, test, value, unit)
    select 'S1', '001', pg_temp.day(study_day), 'K', '4.0', 'mmol/L' from unnest(array[126, 130, 140, 141]) as study_day;
insert into ral.vital_signs (site_id, subject_id, collected, pulse_per_minute)
    select 'S1', '001', pg_temp.day(study_day), 70 from unnest(array[126, 130, 140, 141]) as study_day;
select results_eq(format('select study_day, analysis_visit from ral.%s where study_day > 1 order by 1, 2', view),
    $$values (126, 'week 12'), (130, 'week 24'), (140, 'week 24'), (141, 'week 24')$$,
    view || ': the window is that of the target day, and a result is in one of them')
from unnest(array['analysis_viral_load', 'analysis_lab', 'analysis_vital_signs']) as view;
rollback;

-- ---- A visit that an amendment puts between others renumbers those after it.  Week 24 of
-- 001 is due on day 169, 18 July; of 002, with the first dose four days later, on 22 July.
begin;
call make_subject('001');
call make_subject('002');
update ral.enrolment set first_dose = pg_temp.day(5) where subject_id = '002';
update ral.visit_definition set analysis_last_day = 40 where visit = 'week 4';
update ral.visit_definition set analysis_first_day = 70 where visit = 'week 12';
insert into ral.visit_definition (visit, effective_from, position, target_day, window_first_day, window_last_day, analysis_first_day, analysis_last_day)
    select visit, date '2008-07-20', position + 1, target_day, window_first_day, window_last_day, analysis_first_day, analysis_last_day
    from ral.visit_definition where position > 2
    union all
    values ('week 8', date '2008-07-20', 3, 57, 50, 64, 41, 69);
select pg_temp.add_viral_load(subject, 169, '<50') from unnest(array['001', '002']) as subject;
select results_eq($$select position, rule, subjects, responders from ral.endpoint_virology where "grouping" = 'all' and visit = 'week 24' and response = '< 400'$$,
    $$values (5, 'observed', 2::bigint, 2::bigint), (5, 'non-completer = failure', 2, 2), (5, 'treatment-related discontinuation = failure', 2, 2),
        (5, 'last observation carried forward', 2, 2), (5, 'snapshot', 2, 2)$$,
    'a visit has one row, whichever definition is that of each subject');
select results_eq(format('select position, subjects from ral.%s where "grouping" = ''all'' and visit = ''week 24''', view), $$values (5, 2::bigint)$$, view || ': so has it here')
from unnest(array['endpoint_log_reduction', 'endpoint_cd4']) as view;
set local virotrial.data_cut = '2008-07-19';
select results_eq($$select distinct position from ral.visit_response where visit = 'week 24'$$, $$values (4)$$, 'at a cut before the amendment the visit has the place of that day');
rollback;

-- ---- Two thresholds that an amendment makes one
begin;
call make_subject('001');
select pg_temp.add_viral_load('001', 169, '<50');
call amend_protocol('ral', '2008-06-01', response_threshold => 50);
select results_eq($$select rule, count(*), min(responders) from ral.endpoint_virology where "grouping" = 'all' and visit = 'week 24' and response = '< 50' group by 1 order by 1$$,
    $$values ('last observation carried forward', 1::bigint, 1::bigint), ('non-completer = failure', 1, 1), ('observed', 1, 1), ('snapshot', 1, 1),
        ('treatment-related discontinuation = failure', 1, 1)$$, 'make one response');
rollback;

-- ---- The study drug under a new name.  001 changes to it on day 367 as the amendment has it,
-- 002 gave up the old one for an adverse event, 003 changes and gives up the new one, 004 takes a
-- break between the two.
begin;
insert into ral.drug (drug, name, class) values ('RAL-1200', 'raltegravir, tablets of 600 mg', 'INSTI');
do $$ begin for subject in 1..4 loop call make_subject('00' || subject); end loop; end; $$;
select pg_temp.add_drug('001', 'TDF', 1), pg_temp.add_drug('001', 'RAL', 1, 367), pg_temp.add_drug('002', 'TDF', 1), pg_temp.add_drug('002', 'RAL', 1, 91, 'adverse event'),
    pg_temp.add_drug('003', 'TDF', 1), pg_temp.add_drug('003', 'RAL', 1, 367, 'supply'), pg_temp.add_drug('004', 'TDF', 1), pg_temp.add_drug('004', 'RAL', 1, 360);
call amend_protocol('ral', '2009-01-01', study_drug => 'RAL-1200', study_drug_dose_mg => 1200, study_drug_doses_per_day => 1);
insert into ral.regimen (site_id, subject_id, drug, started, stopped, stop_reason, dose_mg, doses_per_day)
    select 'S1', subject, 'RAL-1200', pg_temp.day(367), pg_temp.day(stopped), why, 1200, 1
    from (values ('001', null, null), ('003', 400, 'lack of efficacy'), ('004', null, null)) as given (subject, stopped, why);
select pg_temp.add_viral_load(subject, 370, '<50') from unnest(array['001', '004']) as subject;
select results_eq($$select subject_id, study_day(discontinued, first_dose), discontinuation_reason, background_changed from ral.treatment_course order by 1$$,
    $$values ('001', null::integer, null, null::date), ('002', 91, 'adverse event', null), ('003', 400, 'lack of efficacy', null), ('004', null, null, null)$$,
    'is the study drug all the same: its change is no change of background, and to give it up is to leave');
select results_eq($$select subject_id, category from ral.snapshot_outcome where visit = 'week 48' and threshold = 50 order by 1$$,
    $$values ('001', '1'), ('002', '3a'), ('003', '3c'), ('004', '1')$$, 'so the Snapshot');
insert into ral.adverse_event (site_id, subject_id, event_number, term, onset, grade, is_serious, action_taken, outcome)
    select 'S1', subject, 1, 'rash', pg_temp.day(study_day)::text, 2, false, 'DOSE NOT CHANGED', 'UNKNOWN' from (values ('001', 380), ('002', 80)) as given (subject, study_day);
insert into ral.adverse_event_relatedness (site_id, subject_id, event_number, drug, relatedness)
    values ('S1', '001', 1, 'RAL', 'not related'), ('S1', '001', 1, 'RAL-1200', 'related'), ('S1', '002', 1, 'RAL', 'related');
select results_eq($$select usubjid ~ '001', aerel from ral.sdtm_ae order by 1$$, $$values (false, 'RELATED'), (true, 'RELATED')$$, 'what an event is related to has either name, and the worse of both');
set local virotrial.data_cut = '2008-12-31';
select results_eq($$select subject_id, study_day(discontinued, first_dose) from ral.treatment_course order by 1$$,
    $$values ('001', null::integer), ('002', 91), ('003', null), ('004', null)$$, 'at a cut before, too');
rollback;

-- ---- An amendment extends the study to week 96.  001 had completed it before, and stopped the drug
-- a week earlier, on day 330: in the window of week 48, days 309 to 365, the last visit on that day.
-- 002 stopped on day 200, which is in no such window.  003 stopped on day 330, too, but the amendment was
-- in force on that day for him: his first dose was 20 days later than those of the others.
begin;
do $$ begin for subject in 1..3 loop call make_subject('00' || subject); end loop; end; $$;
update ral.enrolment set first_dose = pg_temp.day(21) where subject_id = '003';
select pg_temp.add_drug('001', 'TDF', 1), pg_temp.add_drug('001', 'RAL', 1, 330), pg_temp.add_drug('002', 'TDF', 1), pg_temp.add_drug('002', 'RAL', 1, 200),
    pg_temp.add_drug('003', 'TDF', 21), pg_temp.add_drug('003', 'RAL', 21, 350);
insert into ral.disposition (site_id, subject_id, ended, outcome) values ('S1', '001', pg_temp.day(337), 'completed'), ('S1', '002', pg_temp.day(337), 'completed'),
    ('S1', '003', pg_temp.day(357), 'completed');
create temporary view course as
    select subject_id, study_day(discontinued, first_dose) as discontinued, study_day(completed, first_dose) as completed from ral.treatment_course;
select results_eq('select * from course order by 1', $$values ('001', null::integer, 337), ('002', 200, null), ('003', null, 337)$$, 'a stop in the window of the last visit is the planned end');
insert into ral.visit_definition (visit, effective_from, position, target_day, window_first_day, window_last_day, analysis_first_day, analysis_last_day)
    values ('week 96', pg_temp.day(350), 6, 673, 645, 701, 631, 714);
select results_eq('select * from course order by 1', $$values ('001', null::integer, 337), ('002', 200, null), ('003', 330, null)$$,
    'and is so by what the last visit was on that day');
-- An amendment of week 48, in force from day 320 on, has its window open on day 331: after 001 had stopped.
insert into ral.visit_definition (visit, effective_from, position, target_day, window_first_day, window_last_day, analysis_first_day, analysis_last_day)
    values ('week 48', pg_temp.day(320), 5, 336, 331, 365, 295, 378);
select results_eq('select * from course order by 1', $$values ('001', 330, null::integer), ('002', 200, null), ('003', 330, null)$$,
    'and by the window that it had on that day');
rollback;

-- ---- A drug that had ended by the first dose is no background: to take it again is a change
-- (001); to interrupt one that was taken on that day is none (002).
begin;
call make_subject('001');
call make_subject('002');
select pg_temp.add_drug(subject, 'TDF', 1), pg_temp.add_drug(subject, 'RAL', 1) from unnest(array['001', '002']) as subject;
select pg_temp.add_drug('001', 'ABC', -10, 1), pg_temp.add_drug('001', 'ABC', 30), pg_temp.add_drug('002', 'ABC', -10, 2), pg_temp.add_drug('002', 'ABC', 30);
select pg_temp.add_viral_load(subject, 169, '<50') from unnest(array['001', '002']) as subject;
select results_eq($$select subject_id, study_day(background_changed, first_dose), background_change from ral.treatment_course order by 1$$,
    $$values ('001', 30, 'added ABC'), ('002', null, null)$$, 'what had ended by the first dose was no part of the treatment');
select results_eq($$select subject_id, category from ral.snapshot_outcome where visit = 'week 24' and threshold = 50 order by 1$$,
    $$values ('001', '2d'), ('002', '1')$$, 'which the Snapshot follows');
rollback;

-- ---- The control arm takes the background alone.  At the cut, day 151 (30 June):
-- 001 took TDF for 100 days (days 1 to 100), and another drug from day 200 on;
-- 002 TDF without an end, and the study drug from day 200 on;
-- 003 TDF on days -10 to 100 and ABC on days 90 to 120, then nothing until day 131: two periods of 120 and 21 days;
-- 004 was given TDF and ABC on day 1, and stopped both after 50 days.
begin;
insert into ral.arm (arm, position, title, treatment) values ('active', 1, 'raltegravir', 'study drug'), ('control', 2, 'background alone', 'background alone');
do $$ begin for subject in 1..4 loop call make_subject('00' || subject); end loop; end; $$;
insert into ral.allocation (site_id, subject_id, allocated, arm) select 'S1', subject_id, pg_temp.day(1), 'control' from ral.subject;
select pg_temp.add_drug('001', 'TDF', 1, 101), pg_temp.add_drug('001', 'ABC', 200), pg_temp.add_drug('002', 'TDF', 1), pg_temp.add_drug('002', 'RAL', 200),
    pg_temp.add_drug('003', 'TDF', -10, 101), pg_temp.add_drug('003', 'ABC', 90, 121), pg_temp.add_drug('003', 'TDF', 131),
    pg_temp.add_drug('004', 'TDF', 1, 51), pg_temp.add_drug('004', 'ABC', 1, 51);
set local virotrial.data_cut = '2008-06-30';
select results_eq($$select subject_id, study_day(last_dose, first_dose), is_ongoing, days_on_treatment, interruptions, days_interrupted from ral.exposure order by 1$$,
    $$values ('001', 100, false, 100, 0, 0), ('002', 151, true, 151, 0, 0), ('003', 151, true, 141, 1, 10), ('004', 50, false, 50, 0, 0)$$,
    'exposure is the days on which any of it was taken, and what came after the cut is not known');
select results_eq($$select subject_id, study_day(last_dose, first_dose), study_day(nullif(last_emergent_day, 'infinity'), first_dose), days_on_treatment from ral.safety_population order by 1$$,
    $$values ('001', 100, 130, 100), ('002', null, null, 151), ('003', null, null, 141), ('004', 50, 80, 50)$$,
    'and events emerge up to 30 days after the last of them');
-- The background is what this arm is treated with: 001 was without any from day 101 on, and 004 from day 51 on.
update ral.regimen set stop_reason = 'adverse event' where subject_id = '004' and drug = 'TDF';
select results_eq($$select subject_id, study_day(treated_until, first_dose), study_day(discontinued, first_dose), discontinuation_reason, background_changed is not null
        from ral.treatment_course order by 1$$,
    $$values ('001', 101, 101, 'not documented', false), ('002', null, null, null, false), ('003', null, null, null, true), ('004', 51, 51, 'adverse event', false)$$,
    'who gave all of it up has discontinued, and who stopped one of two drugs has changed it');
select results_eq($$select cause, subjects from ral.discontinuation where "grouping" = 'all' and subjects > 0 order by position$$,
    $$values (null, 2::bigint), ('adverse event', 1), ('not documented', 1)$$, 'and is counted so');
set local virotrial.data_cut = '2008-08-31';
select results_eq($$select subject_id, study_day(discontinued, first_dose) from ral.treatment_course where discontinued is not null$$, $$values ('004', 51)$$,
    'at a later cut 001 takes a drug again: that was an interruption');
select results_eq($$select subject_id, days_on_treatment, interruptions from ral.exposure where subject_id in ('001', '003') order by 1$$,
    $$values ('001', 114, 1), ('003', 203, 1)$$, 'at a later cut 001 takes the second drug: 100 days, and days 200 to 213');
rollback;

-- ---- Who has no value of what the groups are made of is a group, in efficacy as in safety: 001
-- left the study, 002 is in it.
begin;
call make_subject('001');
call make_subject('002');
insert into ral.disposition (site_id, subject_id, ended, outcome, reason) values ('S1', '001', pg_temp.day(100), 'discontinued', 'lost to follow-up');
select set_eq(format('select distinct group_value from %s(''ral'', group_by => ''outcome'')', endpoint), array['all', 'discontinued', 'not known'], endpoint || ' has all subjects in its groups')
from unnest(array['endpoint_virology', 'endpoint_log_reduction', 'endpoint_cd4', 'endpoint_safety']) as endpoint;
select is((select count(*) from display('ral', 'response', by => 'outcome') where label = 'week 24, snapshot, not known'), 2::bigint, 'and the table of responses shows them');
rollback;

-- ---- Without a cut an analysis ends with today, which is one day for all clients: these two
-- have never the same date.
call make_subject('001');
select pg_temp.add_drug('001', 'TDF', 1), pg_temp.add_drug('001', 'RAL', 1);
set timezone = 'Etc/GMT+12';
select is(last_dose, ral.today(), 'the day of the study, for a client in the west') from ral.exposure;
set timezone = 'Pacific/Kiritimati';
select is(last_dose, ral.today(), 'and for one in the east') from ral.exposure;
reset timezone;

select * from finish();
