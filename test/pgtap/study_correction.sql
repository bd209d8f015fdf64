-- Corrections of several rows that belong together: what follows, what stays as it
-- is, and what is refused.
\ir include/study.sql
select no_plan();
set virotrial.reason = '';
call make_subject('001');
call make_subject('002');
call make_candidate('003', 'S2');
call make_candidate('004');
-- A rule that records and asks
insert into ral.rule (name, table_name, clause, action, asks, asked_column, condition, item, reason, anchors) values
    ('low_count', 'cd4_result', '', 'record', true, 'cd4_count', 'cd4_count < 315', 'collected::text', '''is it so low?''', '{}');
insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '004', 'screening', '2008-01-15');
insert into ral.cd4_result (site_id, subject_id, visit, collected, cd4_count)
    values ('S1', '001', 'screening', '2008-01-15', 310), ('S1', '004', 'screening', '2008-01-15', 320);
insert into ral.genotype (site_id, subject_id, visit, collected, mutations) values ('S1', '001', 'screening', '2008-01-15', '{RT:M184V}');
insert into ral.genotype_drug_call (site_id, subject_id, collected, drug, call) values ('S1', '001', '2008-01-15', 'ABC', 'resistant');
insert into ral.regimen (site_id, subject_id, drug, started, dose_mg, doses_per_day, reason) values ('S1', '001', 'RAL', '2008-02-01', 400, 2, 'study drug'), ('S1', '001', 'TDF', '2008-02-01', 300, 1, 'optimized background');
insert into ral.adverse_event (site_id, subject_id, event_number, term, onset, grade, action_taken, outcome)
    values ('S1', '001', 1, 'Headache', '2008-02-03', 1, 'DOSE NOT CHANGED', 'NOT RECOVERED/NOT RESOLVED');
insert into ral.adverse_event_relatedness (site_id, subject_id, event_number, drug, relatedness)
    select 'S1', '001', 1, 'RAL', min(relatedness) from ral.relatedness_category;
insert into ral.disposition (site_id, subject_id, ended, outcome) values ('S1', '001', '2009-02-01', 'completed');
insert into ral.deviation (site_id, subject_id, rule, description) values ('S1', '001', 'late', 'came late'), ('S1', '004', 'late', 'came late');
insert into ral.query (table_name, row_key, message, due) values
    ('visit', '{"site_id": "S1", "subject_id": "001", "visit": "screening"}', 'Which day?', '2030-01-01'),
    ('visit', '{"site_id": "S1", "subject_id": "002", "visit": "screening"}', 'Which day?', '2030-01-01');

-- How many rows each table has of a subject, queries aside.
create function rows_of(site text, subject text) returns text
    language plpgsql
as $$
declare
    counts text[];
    name text;
    n bigint;
begin
    for name in select relname from pg_class where relnamespace = 'ral'::regnamespace and relkind in ('r', 'p') and not relispartition and (relname !~ '_history$|^query|^deferred' or relname = 'art_history')
            and (select count(*) = 2 from pg_attribute where attrelid = pg_class.oid and attname in ('site_id', 'subject_id')) order by 1 loop
        execute format('select count(*) from ral.%I where (site_id, subject_id) = ($1, $2)', name) into n using site, subject;
        if n > 0 then
            counts := counts || format('%s %s', name, n);
        end if;
    end loop;
    return array_to_string(counts, ', ');
end;
$$;
create temporary table earlier as select rows_of('S1', '001') as of_001, rows_of('S1', '002') as of_002;
select matches((select of_001 from earlier), '^adverse_event 1, adverse_event_relatedness 1, art_history 3, cd4_result 1, consent 1, deviation 2, disposition 1, eligibility_verdict 5, '
    'enrolment 1, genotype 2, genotype_drug_call 4, hiv_diagnosis 1, missing_result 2, regimen 2, subject 1, viral_load_result 3, visit 1$', 'a subject with a row in each table');

-- ---- a subject gets another code, or another site
call transfer_subject('ral', 'S1', '001', 'S2', '901', 'transcription: of site S2');
select is(rows_of('S2', '901'), of_001, 'all rows follow') from earlier;
select is(rows_of('S1', '001'), null, 'none stays');
select is(rows_of('S1', '002'), of_002, 'others stay') from earlier;
select is(current_setting('virotrial.reason') || current_setting('virotrial.defer_rules'), '', 'the settings are as before');
select is_empty($$select * from violations('ral')$$, 'no rule is broken');
select results_eq($$select distinct rule from ral.deviation where subject_id = '901' order by 1$$, array['late', 'low_count'], 'deviations follow');
select results_eq($$select subject_id, row_key ->> 'subject_id', rule, status, last_message from ral.query_status order by subject_id, rule nulls first, status$$,
    $$values ('001', '001', null, 'closed', 'Asked again of site S2, subject 901.'), ('001', '001', 'low_count', 'closed', 'Asked again of site S2, subject 901.'),
        ('002', '002', null, 'open', null), ('901', '901', null, 'open', null), ('901', '901', 'low_count', 'open', null)$$,
    'what was asked is closed, and asked again');
select results_eq($$select due, row_key from ral.query_status where subject_id = '901' and rule is null$$,
    $$values (date '2030-01-01', '{"site_id": "S2", "subject_id": "901", "visit": "screening"}'::jsonb)$$, 'of the same row until the same day');
select results_eq($$select subject_id, ended_as, reason from ral.viral_load_result_history join ral.change on change_id = ended_in$$,
    $$select '001', 'update', 'of site S2' from generate_series(1, 3)$$, 'the earlier versions have the reason');
select is(outcome($$update ral.cd4_result set cd4_count = 400 where subject_id = '901'$$), '23502 ral.cd4_result', 'a reason is of its call alone');
set virotrial.reason = 'transcription';
update ral.cd4_result set cd4_count = 400 where subject_id = '901';
select results_eq($$select status from ral.query_status where subject_id = '901' and rule = 'low_count'$$, array['closed'], 'the rule closes its query when the row is mended');
reset virotrial.reason;
call rename_subject('ral', 'S2', '901', '902', 'transcription: 902');
select matches(rows_of('S2', '902'), 'cd4_result 1, consent 1, deviation 1,', 'a code alone');

create function attempt(call text, expected text) returns text language sql
    return is(outcome(call), expected, call);
select attempt($$call rename_subject('ral', 'S1', '002', '009', null)$$, '23502 ral.subject');
select attempt($$call rename_subject('ral', 'S1', '002', '009', 'whim')$$, '22023');
select attempt($$call rename_subject('ral', 'S1', '009', '010', 'transcription')$$, 'P0002');
select attempt($$call rename_subject('ral', 'S1', null, '010', 'transcription')$$, 'P0002');
select attempt($$call rename_subject('nothing', 'S1', '002', '010', 'transcription')$$, '3F000');
select attempt($$call rename_subject('ral', 'S1', '002', '004', 'transcription')$$, '23505 ral.subject subject_pkey');
select attempt($$call rename_subject('ral', 'S1', '002', ' 04', 'transcription')$$, '23514 ral.subject code_characters');
select attempt($$call transfer_subject('ral', 'S1', '002', 'S9', '002', 'transcription')$$, '23503 ral.subject subject_site_id_fkey');

-- ---- what the database alone writes follows its row, and nothing else moves it
set virotrial.reason = 'correction: forged';
select attempt($$update ral.eligibility_verdict set evidence = '' where subject_id = '002'$$, '55000 ral.eligibility_verdict');
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '002', '2007-12-03', 100);
select attempt($$update ral.deviation set subject_id = '004' where rule = 'low_count'$$, '55000 ral.deviation');
select attempt($$update ral.deviation set subject_id = '004' where rule = 'late' and subject_id = '004'$$, 'accepted');
reset virotrial.reason;
-- An ordinary statement does the same as the call where no rule is broken meanwhile.
set virotrial.reason = 'transcription';
select attempt($$update ral.subject set subject_id = '010' where subject_id = '003'$$, 'accepted');
insert into ral.data_lock (scope, site_id, subject_id, reason) values ('subject', 'S1', '002', 'monitored');
select matches(outcome($$call rename_subject('ral', 'S1', '002', '009', 'transcription')$$), '^55', 'what is locked does not move');
delete from ral.data_lock;
reset virotrial.reason;

-- ---- a visit moves with its results
insert into ral.query (table_name, row_key, column_name, message, due) values ('cd4_result', '{"subject_id": "902"}', 'cd4_count', 'Which day?', '2030-01-01');
call move_visit('ral', 'S2', '902', 'screening', '2008-01-14', 'transcription: a day early');
select results_eq($$select row_key, column_name, status, last_message from ral.query_status where subject_id = '902' and table_name = 'cd4_result' and rule is null order by query_id$$,
    $$values ('{"site_id": "S2", "collected": "2008-01-15", "replicate": 1, "subject_id": "902"}'::jsonb, 'cd4_count', 'closed', 'Asked again of the row by its new key.'),
        ('{"site_id": "S2", "collected": "2008-01-14", "replicate": 1, "subject_id": "902"}', 'cd4_count', 'open', null)$$, 'a query follows its row to another key');
select results_eq($$select due, row_key ->> 'visit' from ral.open_query where subject_id = '902' and table_name = 'visit'$$, $$values (date '2030-01-01', 'screening')$$, 'one whose row has the same key stays');
select results_eq($$select visit_date from ral.visit where subject_id = '902' union all select collected from ral.viral_load_result where subject_id = '902' and visit is not null
    union all select collected from ral.cd4_result where subject_id = '902' union all select collected from ral.genotype where subject_id = '902' and visit is not null
    union all select collected from ral.genotype_drug_call where subject_id = '902' and drug = 'ABC'$$,
    $$select date '2008-01-14' from generate_series(1, 5)$$, 'visit, results and what belongs to these');
select results_eq($$select count(*) from ral.viral_load_result where subject_id = '902' and visit is null and collected in ('2003-12-20', '2005-12-20')$$, array[2::bigint], 'history stays');
select results_eq($$select visit_date from ral.visit where subject_id = '002'$$, array[date '2008-01-15'], 'so do other subjects');
select attempt($$call move_visit('ral', 'S2', '902', 'screening', '2008-02-02', 'transcription')$$, '23514 ral.visit visit_window');
select attempt($$call move_visit('ral', 'S2', '902', 'screening', null, 'transcription')$$, '23502 ral.visit');
select attempt($$call move_visit('ral', 'S2', '902', 'week 4', '2008-02-02', 'transcription')$$, 'P0002');
select attempt($$call move_visit('ral', 'S2', '902', 'screening', '2008-01-13', '')$$, '23502 ral.visit');
-- What waited in the transaction is judged with it.
select is(outcome('set local virotrial.defer_rules = ''ral''', 'set local virotrial.reason = ''transcription''',
    $$update ral.visit set visit_date = '2007-01-01' where subject_id = '002'$$, $$call move_visit('ral', 'S2', '902', 'screening', '2008-01-13', 'transcription')$$),
    '23514 ral.visit consent', 'with what waited');

-- ---- screened again
insert into ral.query (table_name, row_key, message) select 'visit', to_jsonb(v), 'Which day?' from ral.visit as v where subject_id = '004';
call rescreen('ral', 'S1', '004', 'correction: screened again');
select set_eq($$select row_key ->> 'visit' from ral.open_query where subject_id = '004' and table_name = 'visit'$$, array['unscheduled, earlier screening of 2008-01-15'],
    'a question about a screening is not one about the next');
select results_eq($$select visit, collected from ral.cd4_result where subject_id = '004'$$, $$values ('unscheduled, earlier screening of 2008-01-15', date '2008-01-15')$$, 'results stay');
select lives_ok($$insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '004', 'screening', '2008-03-15')$$, 'another screening');
insert into ral.screening (site_id, subject_id, decided, outcome, reason) values ('S1', '004', '2008-03-20', 'screen failure', 'eligibility criteria not met');
call rescreen('ral', 'S1', '004', 'correction: a third time');
select results_eq($$select visit from ral.visit where subject_id = '004' order by 1$$,
    $$select 'unscheduled, earlier screening of ' || day from unnest('{2008-01-15,2008-03-15}'::text[]) as day$$, 'and again');
select results_eq($$select decided, reason, note from ral.screening where subject_id = '004' order by 1$$,
    $$values (date '2008-01-15', 'other', 'correction: screened again'), ('2008-03-20', 'eligibility criteria not met', null)$$,
    'each screening has its outcome: of the visit''s day, unless one is on record');
select lives_ok($$insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '004', 'screening', '2008-04-15')$$, 'one more');
select is(outcome($$call rescreen('ral', 'S1', '004', 'correction: once more', decided => '2008-04-20', failure => 'death')$$,
    $$insert into ral.screening (site_id, subject_id, decided, outcome) values ('S1', '004', '2008-04-20', 'eligible')$$), '23505 ral.screening screening_pkey', 'of the day and for the reason that are named');
delete from ral.visit where subject_id = '004' and visit = 'screening';
select attempt($$call rescreen('ral', 'S1', '004', 'correction: no')$$, '55000');
select attempt($$call rescreen('ral', 'S1', '002', 'correction: no')$$, '55000');

-- ---- entered twice
insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S2', '704', '1970-06-15', 'female'), ('S2', '705', '1970-06-15', 'male');
insert into ral.consent (site_id, subject_id, version, signed) values ('S2', '704', '2.0', '2008-01-11');
insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S2', '704', 'unscheduled 1', '2008-01-20');
insert into ral.cd4_result (site_id, subject_id, visit, collected, cd4_count) values ('S2', '704', 'unscheduled 1', '2008-01-20', 300), ('S2', '704', null, '2007-01-20', 330);
insert into ral.deviation (site_id, subject_id, rule, description) values ('S2', '704', 'early', 'came early');
select attempt($$call merge_subjects('ral', 'S2', '705', 'S1', '004', 'duplicate')$$, '55000');
select attempt($$call merge_subjects('ral', 'S2', '704', 'S2', '704', 'duplicate')$$, '22023');
select attempt($$call merge_subjects('ral', 'S2', '709', 'S2', '704', 'duplicate')$$, 'P0002');
select attempt($$call merge_subjects('ral', 'S2', '704', 'S2', '709', 'duplicate')$$, 'P0002');
select attempt($$call merge_subjects('ral', 'S1', '002', 'S2', '902', 'duplicate')$$, '55000');
select attempt($$call merge_subjects('ral', 'S2', '704', 'S1', '004', 'duplicate')$$, '55000');
insert into ral.query_event (query_id, action, message) select query_id, 'close', 'entered twice' from ral.open_query where subject_id = '704';
call merge_subjects('ral', 'S2', '704', 'S1', '004', 'duplicate: the same person');
select is(rows_of('S2', '704'), null, 'the duplicate is gone');
select results_eq($$select collected, visit from ral.cd4_result where subject_id = '004' order by 1$$,
    $$values (date '2007-01-20', null), ('2008-01-15', 'unscheduled, earlier screening of 2008-01-15'), ('2008-01-20', 'unscheduled 1')$$, 'its rows are there');
select set_eq($$select rule || item from ral.deviation where subject_id = '004'$$, array['late', 'early', 'low_count2008-01-20'], 'and its deviations');
select results_eq($$select version from ral.consent where subject_id = '004' order by 1$$, array['1.0', '2.0'], 'and consents');
-- of a duplicate that has no rows yet, too
insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S2', '707', '1970-06-15', 'female');
call merge_subjects('ral', 'S2', '707', 'S1', '004', 'duplicate');
select is(rows_of('S2', '707'), null, 'nor is one without rows left');
insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S2', '706', '1970-06-15', 'female');
insert into ral.consent (site_id, subject_id, version, signed) values ('S2', '706', '2.0', '2008-01-12');
select attempt($$call merge_subjects('ral', 'S2', '706', 'S1', '004', 'duplicate')$$, '23514 ral.consent consent_again');

-- ---- a row that should not have been entered
select attempt($$call withdraw_entry('ral', 'visit', '{"subject_id": "004", "visit": "unscheduled 1"}', 'misfiled: of another')$$, '23503 ral.cd4_result cd4_result_site_id_subject_id_visit_fkey');
select attempt($$call withdraw_entry('ral', 'cd4_result', '{"subject_id": "004"}', 'duplicate')$$, '21000');
select attempt($$call withdraw_entry('ral', 'cd4_result', '{"subject_id": "004", "collected": "2001-01-01"}', 'duplicate')$$, 'P0002');
select attempt($$call withdraw_entry('ral', 'cd4_results', '{}', 'duplicate')$$, '42P01');
select attempt($$call withdraw_entry('ral', 'consent', '{"subject_id": "002"}', 'duplicate')$$, '23514 ral.visit consent');
select attempt($$call withdraw_entry('ral', 'cd4_result', '{"subject_id": "004", "collected": "2008-01-20"}', 'misfiled')$$, '22023');
call withdraw_entry('ral', 'cd4_result', '{"subject_id": "004", "collected": "2008-01-20"}', 'misfiled: of another');
call withdraw_entry('ral', 'visit', '{"subject_id": "004", "visit": "unscheduled 1"}', 'misfiled: of another');
select results_eq($$select collected from ral.cd4_result where subject_id = '004' order by 1$$, array[date '2007-01-20', '2008-01-15'], 'the one row is gone');
select results_eq($$select distinct reason_code, reason from ral.cd4_result_history join ral.change on change_id = ended_in where collected = '2008-01-20' and ended_as = 'delete'$$,
    $$values ('misfiled', 'of another')$$, 'its history stays');
-- ---- back to an earlier code, and two who exchange theirs: one query of a rule is open, under the code of today
set virotrial.reason = 'transcription';
delete from ral.cd4_result where subject_id = '002';
update ral.cd4_result set cd4_count = 300 where subject_id = '004' and collected = '2007-01-20';
reset virotrial.reason;
insert into ral.query (table_name, row_key, message, assigned_to, due) values ('subject', '{"subject_id": "004"}', 'Who?', current_user, '2030-02-01');
update ral.subject set subject_id = subject_id; -- no new code, so nothing is asked again
create view asked as select subject_id, row_key ->> 'subject_id' as of, coalesce(rule, message) as what from ral.open_query where subject_id ~ '04$|002' and message <> 'Which day?';
create temporary table asked_of_004 as select * from asked;
select results_eq('select * from asked order by what', $$values ('004', '004', 'Who?'), ('004', '004', 'low_count')$$, 'a rule and a person ask');
call rename_subject('ral', 'S1', '004', '904', 'transcription');
call rename_subject('ral', 'S1', '904', '004', 'transcription');
select set_eq('select * from asked', 'select * from asked_of_004', 'who gets back a code is asked as before');
select is((select due::text || (assigned_to = current_user) from ral.open_query where subject_id = '004' and message = 'Who?'), '2030-02-01true', 'of the same role');
select results_eq($$select steps, last_action, last_message from ral.query_status where subject_id = '004' and rule = 'low_count' and status = 'open'$$,
    $$values (2, 'reopen', 'is it so low?')$$, 'the one query of the rule is reopened');
call rename_subject('ral', 'S1', '002', '904', 'transcription');
call rename_subject('ral', 'S1', '004', '002', 'transcription');
call rename_subject('ral', 'S1', '904', '004', 'transcription');
select set_eq('select * from asked', $$select '002' as subject_id, '002' as of, what from asked_of_004$$, 'who exchange codes keep what is asked about them');
set virotrial.reason = 'transcription';
update ral.cd4_result set cd4_count = 330 where subject_id = '002' and collected = '2007-01-20';
reset virotrial.reason;
select set_eq('select what from asked', array['Who?'], 'and the rule closes its query');
select is_empty($$select * from violations('ral')$$, 'no rule is broken in the end');
select is_empty($$select * from study_problems('ral')$$, 'nor is the study');
select * from finish();
