-- Locks: what a lock on a record, a visit, a subject, a site or the study refuses, by
-- every verb and path, and what it leaves alone; how locks come and go; and the checklist.
\ir include/study.sql
select no_plan();
call make_subject('001');
call make_subject('002');
call make_subject('003', 'S2');
insert into ral.cd4_result (site_id, subject_id, collected, visit, cd4_count)
    select site_id, subject_id, '2008-01-15', 'screening', 310 from ral.subject;
insert into ral.cd4_result (site_id, subject_id, collected, replicate, visit, cd4_count) values ('S1', '001', '2008-01-15', 2, 'screening', 320);
insert into ral.query (table_name, row_key, message) values ('subject', '{"subject_id": "001"}', 'Who?');

-- ---- each scope on each side
create temporary table lock (scope text primary key, statement text);
insert into lock values
    ('record', $$insert into ral.data_lock (scope, table_name, row_key, reason) values ('record', 'cd4_result', '{"subject_id": "001", "collected": "20080115", "replicate": 1}', 'seen')$$),
    ('visit', $$insert into ral.data_lock (scope, site_id, subject_id, visit, reason) values ('visit', 'S1', '001', 'screening', 'seen')$$),
    ('subject', $$insert into ral.data_lock (scope, site_id, subject_id, reason) values ('subject', 'S1', '001', 'seen')$$),
    ('site', $$insert into ral.data_lock (scope, site_id, reason) values ('site', 'S1', 'seen')$$),
    ('study', $$insert into ral.data_lock (scope, reason, accepted) values ('study', 'seen', '{open query,missing assessment,deviation not reviewed,subject not signed}')$$);
create temporary table act (what text, statement text, "table" text, refused_by text[]);
insert into act values
    ('the row', $$update ral.cd4_result set cd4_count = 300 where subject_id = '001' and replicate = 1$$, 'cd4_result', '{record,visit,subject,site,study}'),
    ('the row as it is', $$update ral.cd4_result set cd4_count = cd4_count where subject_id = '001' and replicate = 1$$, 'cd4_result', '{record,visit,subject,site,study}'),
    ('the row among all', $$update ral.cd4_result set cd4_count = 300$$, 'cd4_result', '{record,visit,subject,site,study}'),
    ('the row goes', $$delete from ral.cd4_result where subject_id = '001' and replicate = 1$$, 'cd4_result', '{record,visit,subject,site,study}'),
    ('the row goes by merge', $$merge into ral.cd4_result using (values ('001')) as s (id) on subject_id = id and replicate = 1 when matched then delete$$, 'cd4_result', '{record,visit,subject,site,study}'),
    ('the row is moved', $$update ral.cd4_result set replicate = 5 where subject_id = '001' and replicate = 1$$, 'cd4_result', '{record,visit,subject,site,study}'),
    ('the row by its conflict', $$insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2008-01-15', 5) on conflict (site_id, subject_id, collected, replicate) do update set cd4_count = excluded.cd4_count$$, 'cd4_result', '{record,visit,subject,site,study}'),
    ('the row beside it', $$update ral.cd4_result set cd4_count = 300 where subject_id = '001' and replicate = 2$$, 'cd4_result', '{visit,subject,site,study}'),
    ('another row of the visit', $$update ral.viral_load_result set viral_load = '51000' where subject_id = '001' and visit = 'screening'$$, 'viral_load_result', '{visit,subject,site,study}'),
    ('the visit', $$update ral.visit set deviation_reason = 'x' where subject_id = '001' and visit = 'screening'$$, 'visit', '{visit,subject,site,study}'),
    ('a row that comes to the visit', $$insert into ral.cd4_result (site_id, subject_id, collected, replicate, visit, cd4_count) values ('S1', '001', '2008-01-15', 3, 'screening', 5)$$, 'cd4_result', '{visit,subject,site,study}'),
    ('a row that leaves the visit', $$update ral.cd4_result set visit = null where subject_id = '001' and replicate = 2$$, 'cd4_result', '{visit,subject,site,study}'),
    ('a row of no visit', $$update ral.art_history set stopped = '2008-01-02' where subject_id = '001' and drug = 'AZT'$$, 'art_history', '{subject,site,study}'),
    ('a row of no visit comes', $$insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2007-07-07', 5)$$, 'cd4_result', '{subject,site,study}'),
    ('a visit comes', $$insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'unscheduled 1', '2008-02-20')$$, 'visit', '{subject,site,study}'),
    ('the subject', $$update ral.subject set birth_date = '1970-06-16' where subject_id = '001'$$, 'subject', '{subject,site,study}'),
    ('the enrolment, with what goes with it', $$delete from ral.enrolment where subject_id = '001'$$, 'enrolment', '{subject,site,study}'),
    ('a deviation', $$insert into ral.deviation (site_id, subject_id, rule, description) values ('S1', '001', 'seen', 'came late')$$, 'deviation', '{subject,site,study}'),
    ('a row moves in', $$update ral.cd4_result set subject_id = '001', replicate = 9 where subject_id = '002'$$, 'cd4_result', '{visit,subject,site,study}'),
    ('a row of another subject', $$update ral.cd4_result set cd4_count = 300 where subject_id = '002'$$, 'cd4_result', '{site,study}'),
    ('another subject comes', $$call make_candidate('004')$$, 'subject', '{site,study}'),
    ('the site', $$update ral.site set name = 'A' where site_id = 'S1'$$, 'site', '{site,study}'),
    ('a row of another site', $$update ral.cd4_result set cd4_count = 300 where subject_id = '003'$$, 'cd4_result', '{study}'),
    ('another site', $$update ral.site set name = 'B' where site_id = 'S2'$$, 'site', '{study}'),
    ('a site comes', $$insert into ral.site (site_id, name) values ('S3', 'Third')$$, 'site', '{study}'),
    ('the protocol', $$update ral.protocol set title = 'T'$$, 'protocol', '{study}'),
    ('a rule', $$update ral.rule set hint = 'x' where name = (select min(name) from ral.rule)$$, 'rule', '{study}'),
    ('a rule goes', $$delete from ral.rule where name = (select min(name) from ral.rule where action = 'record')$$, 'rule', '{study}'),
    ('a criterion', $$update ral.eligibility_criterion set clause = 'x' where criterion = (select min(criterion) from ral.eligibility_criterion)$$, 'eligibility_criterion', '{study}'),
    ('an assay', $$update ral.assay set lower_limit = lower_limit$$, 'assay', '{study}'),
    ('a drug', $$insert into ral.drug (drug, name, class) select 'XYZ', 'new', class from ral.drug limit 1$$, 'drug', '{study}'),
    ('a reason', $$insert into ral.change_reason (code, meaning) values ('whim', 'none')$$, 'change_reason', '{study}'),
    ('what changes nothing', $$update ral.cd4_result set cd4_count = 1 where subject_id = '009'$$, null, '{}'),
    ('a query', $$insert into ral.query (table_name, row_key, message) values ('subject', '{"subject_id": "001"}', 'Really?')$$, null, '{}'),
    ('an answer', $$insert into ral.query_event (query_id, action, message) select query_id, 'answer', 'He.' from ral.query$$, null, '{}'),
    ('a verification', $$insert into ral.source_verification (table_name, row_key) values ('subject', '{"subject_id": "001"}')$$, null, '{}'),
    ('a signature', $$insert into ral.signature (scope, subject_id, meaning, authentication) values ('subject', '001', 'review', 'password')$$, null, '{}'),
    ('who sees it', $$insert into ral.site_access (login, site_id) values ('inspector', '*')$$, null, '{}'),
    ('who shares a login', $$insert into ral.pooled_login values ('edc')$$, null, '{}'),
    ('another lock', $$insert into ral.data_lock (scope, subject_id, reason) values ('subject', '002', 'seen')$$, null, '{}'),
    ('another lock goes', $$delete from ral.data_lock where reason = 'earlier'$$, null, '{}'),
    ('a seal', $$call seal('ral')$$, null, '{}'),
    ('a truncation', $$truncate ral.cd4_result cascade$$, 'cd4_result', '{record,visit,subject,site,study,none}');
insert into ral.data_lock (scope, subject_id, reason) values ('subject', '003', 'earlier');
delete from ral.data_lock;
select is(outcome(statement), case when 'none' = any (refused_by) then '55000 ral.' || "table" else 'accepted' end, format('nothing is locked: %s', what)) from act;
select is(outcome(lock.statement, act.statement), case when scope = any (refused_by) then '55000 ral.' || "table" else 'accepted' end,
    format('a %s is locked: %s', scope, what))
from lock cross join act
order by scope, what;
select is(outcome(lock.statement, $$delete from ral.data_lock$$, act.statement), 'accepted', format('a %s is unlocked: %s', scope, what))
from lock cross join act where scope = any (refused_by) and 'none' <> all (refused_by) order by scope, what;

-- ---- by every path
create function paths_into(subject text, lock text) returns text[]
    language plpgsql
as $$
declare
    found text[];
begin
    execute lock;
    found := paths('ral.cd4_result', 'site_id, subject_id, collected, cd4_count', 'site_id, subject_id, collected, replicate',
        $r$'S2', '003', '2007-07-07', 5$r$, format($r$'S1', '%s', '2007-07-07', 5$r$, subject), 'collected');
    delete from ral.data_lock;
    return found;
end;
$$;
select is(paths_into('001', statement), case when scope in ('subject', 'site', 'study') then '{55000 ral.cd4_result}' else '{accepted}' end::text[], 'every path in: ' || scope)
from lock;
select is(paths_into('002', statement), case when scope in ('site', 'study') then '{55000 ral.cd4_result}' else '{accepted}' end::text[], 'every path to the neighbour: ' || scope)
from lock;
create table ral.weight (site_id varchar(9), subject_id varchar(9), visit varchar(20), day date, kg numeric, primary key (site_id, subject_id, day)) partition by range (day);
create table ral.weight_2008 partition of ral.weight for values from ('2008-01-01') to ('2009-01-01');
call guard('ral.weight');
insert into ral.weight values ('S1', '001', 'screening', '2008-01-15', 70.0);
select is(outcome(lock.statement, act), case when scope <> 'record' then '55000 ral.weight' else 'accepted' end, format('a table that was added: %s, %s', scope, act))
from lock cross join unnest(array['update ral.weight set kg = 71', 'delete from ral.weight', $$insert into ral.weight values ('S1', '001', 'screening', '2008-01-16', 70)$$]) as act;
select is(outcome($$insert into ral.data_lock (scope, table_name, row_key, reason) select 'record', 'weight', to_jsonb(w), 'seen' from ral.weight as w$$, 'update ral.weight set kg = 71'),
    '55000 ral.weight', 'and a record of it');
drop table ral.weight, ral.weight_history;

-- What goes with a row that is not locked may be locked.
select is(outcome($$insert into ral.data_lock (scope, table_name, row_key, reason) select 'record', 'eligibility_verdict', to_jsonb(v), 'seen' from ral.eligibility_verdict as v where subject_id = '001'$$,
    $$delete from ral.enrolment where subject_id = '001'$$), '55000 ral.eligibility_verdict', 'a cascade');

-- ---- what is said
create function told(statement text) returns text
    language plpgsql
as $$
declare
    message text; detail text; hint text;
begin
    execute statement;
    return null;
exception when others then
    get stacked diagnostics message = message_text, detail = pg_exception_detail, hint = pg_exception_hint;
    return concat_ws(E'\n', message, regexp_replace(detail, '[0-9-]{10} .*', 'a moment.'), regexp_replace(hint, '[0-9]+', 'n', 'g'));
end;
$$;
create function told_of(scope text) returns text
    language plpgsql
as $$
declare
    said text;
begin
    execute (select lock.statement from lock where lock.scope = told_of.scope);
    said := told('update ral.cd4_result set cd4_count = 300');
    delete from ral.data_lock;
    return regexp_replace(said, 'Lock [0-9]+', 'Lock n');
end;
$$;
select is(told_of(scope), format(E'%s is locked\nLock n, by "%s" at a moment.\nWho may unlock it says why: set local virotrial.reason = ''unlock: ...''; delete from ral.data_lock where lock_id = n.',
    what, session_user), 'what is said: ' || scope)
from (values ('record', 'a record of table "cd4_result" of subject "001" of site "S1"'), ('visit', 'visit "screening" of subject "001" of site "S1"'),
    ('subject', 'subject "001" of site "S1"'), ('site', 'site "S1"'), ('study', 'study "ral"')) as known (scope, what);

-- ---- what can be locked
select is(outcome(format('insert into ral.data_lock (scope, site_id, subject_id, visit, table_name, row_key, reason) values (%L, %L, %L, %L, %L, %L, %L)',
    scope, site, subject, visit, target, key, reason)), expected, concat_ws(' ', scope, site, subject, visit, target, key, reason))
from (values
    ('subject', null, '001', null, null, null, 'x', 'accepted'),
    ('subject', 'S2', '001', null, null, null, 'x', 'P0002'),
    ('subject', 'S1', null, null, null, null, 'x', '22004'),
    ('subject', 'S1', '001', 'screening', null, null, 'x', '22023'),
    ('site', 'S1', null, null, null, null, 'x', 'accepted'),
    ('site', 'S7', null, null, null, null, 'x', 'P0002'),
    ('site', null, null, null, null, null, 'x', '22004'),
    ('site', 'S1', '001', null, null, null, 'x', '22023'),
    ('visit', 'S1', '001', 'week 4', null, null, 'x', 'P0002'),
    ('visit', null, '001', 'screening', null, null, 'x', 'accepted'),
    ('visit', 'S1', null, 'screening', null, null, 'x', '21000'),
    ('visit', 'S1', '001', null, null, null, 'x', '22004'),
    ('record', null, null, null, 'assay', '{"assay": "Quantiplex 3.0"}', 'x', 'accepted'),
    ('record', null, null, null, 'assay', '{"assay": "none"}', 'x', 'P0002'),
    ('record', null, null, null, 'assay', null, 'x', '22023'),
    ('record', null, null, null, null, '{}', 'x', '22004'),
    ('record', null, null, null, 'nothing', '{}', 'x', '42P01'),
    ('record', null, null, null, 'query', '{"query_id": 1}', 'x', '22023'),
    ('record', null, null, null, 'data_lock', '{}', 'x', '22023'),
    ('study', 'S1', null, null, null, null, 'x', '23514 ral.data_lock data_lock_scope'),
    ('arm', null, null, null, null, null, 'x', '23514 ral.data_lock data_lock_scope_check'),
    (null, null, null, null, null, null, 'x', '23502 ral.data_lock'),
    ('site', 'S1', null, null, null, null, ' ', '23514 ral.data_lock data_lock_reason_check'),
    ('site', 'S1', null, null, null, null, null, '23502 ral.data_lock')) as known (scope, site, subject, visit, target, key, reason, expected);
select is(outcome(format('insert into ral.data_lock (scope, site_id, reason, accepted) values (%L, %L, %L, %L)', scope, site, 'x', accepted)), expected, scope || ' ' || accepted)
from (values ('site', 'S1', '{open query}', '23514 ral.data_lock data_lock_accepted'), ('study', null, '{all}', '23514 ral.data_lock data_lock_accepted')) as known (scope, site, accepted, expected);
select is(outcome($$insert into ral.data_lock (scope, table_name, row_key, reason) values ('record', 'assay', '{"assay": "Quantiplex 3.0"}', 'x')$$,
    $$update ral.assay set lower_limit = lower_limit where assay like 'Q%'$$), '55000 ral.assay', 'a row of no subject is a record, too');
select is(outcome($$insert into ral.data_lock (scope, table_name, row_key, reason) values ('record', 'assay', '{"assay": "Quantiplex 3.0"}', 'x')$$,
    $$update ral.assay set lower_limit = lower_limit where assay not like 'Q%'$$), 'accepted', 'and another is another');
set datestyle = 'SQL, DMY';
set timezone = 'Asia/Shanghai';
select is(outcome(lock.statement, act.statement), '55000 ral.cd4_result', 'a key is found whatever the settings') from lock cross join (select statement from act where what = 'the row') as act where scope = 'record';
reset datestyle;
reset timezone;

-- ---- how locks come and go
select is(outcome(statement, statement), '55000', 'not twice: ' || scope) from lock;
select is(outcome(a.statement, b.statement), 'accepted', format('a %s and a %s', a.scope, b.scope)) from lock as a cross join lock as b where a.scope < b.scope;
select is(outcome(statement, statement_of_change), '55000', statement_of_change) from lock cross join unnest(array[$$update ral.data_lock set reason = 'another'$$,
    'update ral.data_lock set scope = scope']) as statement_of_change where scope = 'subject';
select is(outcome(statement, 'truncate ral.data_lock'), '55000 ral.data_lock', 'no truncation') from lock where scope = 'subject';
set virotrial.reason = '';
select is(outcome(statement, 'delete from ral.data_lock'), '23502 ral.data_lock', 'unlocking needs a reason: ' || scope) from lock;
set virotrial.reason = 'unlock';
select is(outcome(statement, 'delete from ral.data_lock'), '22023', 'in words: ' || scope) from lock;
set virotrial.reason = 'correction: test';
begin;
insert into ral.data_lock (scope, subject_id, reason) values ('subject', '001', 'interim');
set local virotrial.reason = 'unlock: the laboratory reported anew';
delete from ral.data_lock;
commit;
select results_eq($$select scope, site_id, subject_id, h.reason, h.entered_by, c.reason_code, c.reason from ral.data_lock_history as h join ral.change as c on change_id = ended_in order by h.ended_at desc limit 1$$,
    $$values ('subject', 'S1', '001', 'interim', session_user::text collate "default", 'unlock', 'the laboratory reported anew')$$, 'what was locked, by whom, and why it was unlocked');
select is((select count(*) from changes('ral', '-infinity') where "table" = 'data_lock' and reason_code = 'unlock'), 1::bigint, 'a monitor reads it');
begin;
savepoint s;
insert into ral.data_lock (scope, subject_id, reason) values ('subject', '001', 'interim');
rollback to s;
select lives_ok($$update ral.subject set sex = sex where subject_id = '001'$$, 'a lock that is taken back is none');
insert into ral.data_lock (scope, subject_id, reason) values ('subject', '001', 'interim');
select throws_ok($$update ral.subject set sex = sex where subject_id = '001'$$, '55000', 'subject "001" of site "S1" is locked', 'and one that is not is one');
savepoint s;
delete from ral.data_lock;
select lives_ok($$update ral.subject set sex = sex where subject_id = '001'$$, 'unlocked');
rollback to s;
select throws_ok($$update ral.subject set sex = sex where subject_id = '001'$$, '55000', null, 'not unlocked after all');
rollback;
select is_empty('select from ral.data_lock', 'nothing is locked');

-- ---- what the database itself would write
insert into ral.rule (name, table_name, clause, action, condition, reason, asks, asked_column) values
    ('low_cd4', 'cd4_result', 'x', 'record', 'cd4_count < 100', $$'low'$$, true, 'cd4_count');
select is(outcome(lock.statement, $$update ral.rule set condition = 'cd4_count < 315' where name = 'low_cd4'$$), case when scope = 'study' then '55000 ral.rule' else 'accepted' end,
    'a rule is changed: ' || scope) from lock where scope <> 'subject';
update ral.cd4_result set cd4_count = 90 where subject_id = '002';
select is(outcome(statement, $$update ral.query set message = 'x'$$), '55000', 'queries are as before: ' || scope) from lock where scope = 'site';
delete from ral.rule where name = 'low_cd4';

-- ---- the checklist
select set_eq($$select item, site_id, subject_id from lock_checklist('ral') where item <> 'missing assessment'$$,
    $$select 'subject not signed', site_id, subject_id from ral.subject
      union all select 'deviation not reviewed', site_id, subject_id from ral.deviation
      union all select 'open query', site_id, subject_id from ral.open_query$$, 'queries, deviations and what is not signed are open');
select set_eq($$select site_id, subject_id, detail from lock_checklist('ral') where item = 'missing assessment'$$,
    $$select site_id, subject_id, concat_ws(', ', visit, assessment) from ral.missing_assessment$$, 'and missing assessments');
select ok(exists (select from lock_checklist('ral') where item = 'missing assessment'), 'some are');
set virotrial.data_cut = '2000-01-01';
select ok(exists (select from lock_checklist('ral') where item = 'missing assessment'), 'whatever the data cut of the session');
reset virotrial.data_cut;
select matches(told($$insert into ral.data_lock (scope, reason) values ('study', 'end')$$),
    '^study "ral" is not ready to be locked.(deviation not reviewed: [0-9]+; )?missing assessment: [0-9]+; open query: [0-9]+; subject not signed: 3\..select', 'the study is not locked');
create function accept(items text) returns text
    language sql
    return outcome(format('insert into ral.data_lock (scope, reason, accepted) values (%L, %L, %L)', 'study', 'end', items));
insert into ral.deviation (site_id, subject_id, rule, description) values ('S1', '001', 'seen', 'came late');
select is(accept(items), expected, items) from (values ('{}', '55000'), ('{open query,missing assessment,deviation not reviewed}', '55000'),
    ('{open query,missing assessment,subject not signed}', '55000'), ('{open query,deviation not reviewed,subject not signed}', '55000'),
    ('{missing assessment,deviation not reviewed,subject not signed}', '55000'),
    ('{open query,missing assessment,deviation not reviewed,subject not signed}', 'accepted')) as known (items, expected);
insert into ral.query_event (query_id, action) select query_id, 'close' from ral.query;
select is(accept('{missing assessment,deviation not reviewed,subject not signed}'), 'accepted', 'no query is open');
insert into ral.signature (scope, table_name, row_key, meaning, authentication) select 'record', 'deviation', to_jsonb(d), 'review', 'password' from ral.deviation as d;
select is(accept('{missing assessment,subject not signed}'), 'accepted', 'deviations are reviewed');
update ral.deviation set description = 'came very late' where rule = 'seen';
select is(accept('{missing assessment,subject not signed}'), '55000', 'one was changed since');
insert into ral.signature (scope, subject_id, meaning, authentication) select 'subject', subject_id, 'review', 'password' from ral.subject;
select is(accept('{missing assessment,subject not signed}'), 'accepted', 'who reviewed the subject has seen it');
select is(accept('{missing assessment}'), '55000', 'but has not approved it');
insert into ral.signature (scope, subject_id, meaning, authentication) select 'subject', subject_id, 'approval', 'password' from ral.subject where site_id = 'S1';
select is((select string_agg(subject_id, ' ') from lock_checklist('ral') where item = 'subject not signed'), '003', 'all but one are signed');
insert into ral.signature (scope, site_id, meaning, authentication) values ('site', 'S2', 'responsibility', 'password');
select is(accept('{missing assessment}'), 'accepted', 'a site is signed for its subjects');
begin isolation level repeatable read;
select throws_ok($$insert into ral.data_lock (scope, reason, accepted) values ('study', 'end', '{missing assessment}')$$, '25001', null, 'what is committed meanwhile must be seen');
rollback;
begin isolation level serializable;
select throws_ok($$insert into ral.data_lock (scope, subject_id, reason) values ('subject', '001', 'interim')$$, '25001', null, 'and that a subject was renamed meanwhile');
rollback;
insert into ral.data_lock (scope, reason, accepted) values ('study', 'end', '{missing assessment}');
select results_eq($$select accepted, reason from ral.data_lock$$, $$values ('{missing assessment}'::text[], 'end')$$, 'what was accepted is on record');
call seal('ral');
select is_empty($$select * from verify('ral')$$, 'the seal covers the locks');
select is_empty($$select * from study_problems('ral')$$, 'nothing is missing');
drop trigger "Hold_update" on ral.cd4_result;
select results_eq($$select table_name, finding from verify('ral')$$, $$values ('cd4_result', 'trigger "Hold_update" is not there')$$, 'a lock that is evaded is found by the seal');
select results_eq($$select problem, object, detail from study_problems('ral')$$, $$values ('missing trigger', 'ral.cd4_result', 'refuse_locked() is not called by update')$$, 'and by its problems');
call guard('ral.cd4_result');
select is_empty($$select * from verify('ral')$$, 'guard() gives it back');
select throws_ok('update ral.protocol set title = title', '55000', 'study "ral" is locked', 'the study is locked');
delete from ral.data_lock;
select lives_ok('update ral.protocol set title = title', 'and open again');
select * from finish();
