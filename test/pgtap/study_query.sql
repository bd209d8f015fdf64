-- Data queries and source data verification: who asks what about which row, what
-- may follow, what a rule opens and closes, and what a verified record has become.
\ir include/study.sql
select no_plan();
call make_candidate('001');
call make_candidate('002');
call make_candidate('003', 'S2');
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count)
    values ('S1', '001', '2007-12-01', 1200), ('S1', '001', '2007-12-05', 310), ('S2', '003', '2007-12-01', 1300);
set virotrial.reason = 'transcription';

-- ---- a row and a column
create function ask(target text, key text, asked_column text default null) returns text
    language sql
    return outcome(format('insert into ral.query (table_name, row_key, column_name, message) values (%L, %L, %L, %L)', target, key, asked_column, 'Please check.'));
select is(ask(target, key, asked_column), expected, concat_ws(' ', target, key, asked_column)) from (values
    ('cd4_result', '{"site_id": "S1", "subject_id": "001", "collected": "2007-12-01", "replicate": 1}', 'cd4_count', 'accepted'),
    ('cd4_result', '{"subject_id": "001", "collected": "20071201"}', null, 'accepted'),
    ('cd4_result', '{"subject_id": "003", "visit": null}', null, 'accepted'),
    ('assay', '{"assay": "Quantiplex 3.0"}', 'lower_limit', 'accepted'),
    ('cd4_result', '{"subject_id": "001"}', null, '21000'),
    ('cd4_result', '{}', null, '21000'),
    ('cd4_result', '{"subject_id": "009"}', null, 'P0002'),
    ('cd4_result', '{"subject_id": null}', null, 'P0002'),
    ('cd4_result', '{"subject": "001"}', null, '22023'),
    ('cd4_result', '["001"]', null, '22023'),
    ('cd4_result', '{"collected": "yesteryear"}', null, '22007'),
    ('cd4_result', '{"subject_id": "003"}', 'cd5_count', '42703'),
    ('cd4_result', '{"subject_id": "003"}', 'entered_at', '42703'),
    ('cd5_result', '{"subject_id": "003"}', null, '42P01'),
    ('query_status', '{"query_id": "1"}', null, '42P01'),
    ('pg_class"', '{"oid": "1"}', null, '42P01')) as known (target, key, asked_column, expected);
set datestyle = 'SQL, DMY';
insert into ral.query (table_name, row_key, column_name, message, due) values
    ('cd4_result', (select to_jsonb(c) from ral.cd4_result as c where cd4_count = '1200'), 'cd4_count', 'So many?', ral.today() - 1);
reset datestyle;
select results_eq($$select site_id, subject_id, row_key, status, is_overdue from ral.query_status$$,
    $$values ('S1', '001', '{"site_id": "S1", "subject_id": "001", "collected": "2007-12-01", "replicate": 1}'::jsonb, 'open', true)$$,
    'site, subject and key are found, whatever the settings');
insert into ral.query (site_id, subject_id, table_name, row_key, message) values ('S1', '001', 'assay', '{"assay": "Quantiplex 3.0"}', 'Which lot?');
select results_eq($$select site_id, subject_id, due - ral.today() from ral.query_status where table_name = 'assay'$$, $$values (null::text, null::text, 14)$$,
    'a row of no site has none; an answer is due in two weeks');

-- ---- what may follow what
create function follow(variadic actions text[]) returns text
    language sql
    return outcome(variadic array(select format('insert into ral.query_event (query_id, action, message) select min(query_id), %L, %L from ral.query', action, 'because')
        from unnest(actions) as action));
select is(follow(variadic string_to_array(actions, ' ')), expected, actions) from (values
    ('answer', 'accepted'), ('close', 'accepted'), ('comment', 'accepted'), ('assign', 'accepted'), ('reopen', '55000'),
    ('answer answer', 'accepted'), ('answer close', 'accepted'), ('answer comment', 'accepted'), ('answer assign', 'accepted'), ('answer reopen', 'accepted'),
    ('close answer', '55000'), ('close close', '55000'), ('close comment', '55000'), ('close assign', '55000'), ('close reopen', 'accepted'),
    ('close reopen answer close', 'accepted'), ('answer reopen reopen', '55000'), ('delete', '23514 ral.query_event query_event_action_check')) as known (actions, expected);
select is(outcome('insert into ral.query_event (query_id, action) values (0, ''close'')'), 'P0002', 'of no query');
select is(outcome('insert into ral.query_event (query_id, action) values (null, ''close'')'), 'P0002', 'nor of null');
select is(outcome(format('insert into ral.query_event (query_id, action) select min(query_id), %L from ral.query', action)), expected, action || ' without a message')
from (values ('close', 'accepted'), ('assign', 'accepted'), ('answer', '23514 ral.query_event query_event_message'),
    ('comment', '23514 ral.query_event query_event_message')) as known (action, expected);

-- ---- its course, of which nothing is lost
create temporary table asked as select min(query_id) as query_id from ral.query;
insert into ral.query_event (query_id, action, assigned_to, due) select query_id, 'assign', current_user, ral.today() from asked;
select results_eq($$select is_mine, is_overdue, age_days from ral.open_query natural join asked$$, $$values (true, false, 0)$$, 'assigned to the reader, in time');
insert into ral.query_event (query_id, action, message) select query_id, 'answer', 'The source says 120.' from asked;
select results_eq($$select status, assigned_to, due, is_overdue, steps, last_action, last_message, last_by from ral.query_status natural join asked$$,
    $$values ('answered', current_user::text collate "default", ral.today(), false, 2, 'answer', 'The source says 120.', session_user::text collate "default")$$, 'answered; what is not given stays');
insert into ral.query_event (query_id, action, message, status, step, site_id)
    select query_id, 'reopen', 'Then correct it.', 'closed', 77, 'S2' from asked;
select results_eq($$select step, site_id, subject_id, status from ral.query_event natural join asked order by step desc limit 1$$, $$values (3, 'S1', '001', 'open')$$,
    'step, place and state are the database''s');
insert into ral.query_event (query_id, action) select query_id, 'close' from asked;
select is_empty($$select from ral.open_query natural join asked$$, 'closed');
select is(outcome(statement), '55000' || coalesce(' ' || substring(statement from '^truncate (ral.\w+)'), ''), statement) from unnest(array[
    'update ral.query set message = message', 'update ral.query_event set message = null where false', 'delete from ral.query where false',
    'delete from ral.query_event', 'update ral.source_verification set verified = true', 'delete from ral.source_verification',
    'truncate ral.query, ral.query_event', 'truncate ral.source_verification']) as statement;
select results_eq($$select array_agg(action order by step), bool_and(change.login = session_user and event.entered_at is not null and change.committed_at is not null)
        from ral.query_event as event natural join asked join ral.change on change_id = entered_in$$,
    $$values ('{assign,answer,reopen,close}'::text[], true)$$, 'each step has who and when');
select is(outcome('insert into ral.query (table_name, row_key, message, assigned_to) values (''site'', ''{"site_id": "S1"}'', ''Who?'', ''no such role'')'), '42704',
    'assigned to nobody');
select is(outcome(format('insert into ral.query_event (query_id, action, assigned_to) select max(query_id), ''assign'', ''no such role'' from ral.query')), '42704', 'nor later');
-- A query asks about a key that may be gone since.
delete from ral.cd4_result where cd4_count = '310';
update ral.cd4_result set collected = '2007-12-02' where cd4_count = '1200';
select is((select count(*) from ral.query_status natural join asked), 1::bigint, 'a query outlives the key of its row');
update ral.cd4_result set collected = '2007-12-01' where cd4_count = '1200';

insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S1', '090', '1970-01-01', 'female');
insert into ral.query (table_name, row_key, message) values ('subject', '{"subject_id": "090"}', 'Which number?');
insert into ral.source_verification (table_name, row_key) values ('subject', '{"subject_id": "090"}');
insert into ral.query_event (query_id, action, message) select max(query_id), 'answer', 'It is 091.' from ral.query;
select is(outcome($$update ral.subject set subject_id = '091' where subject_id = '090'$$), 'accepted', 'as that of a subject');
select is(outcome($$delete from ral.subject where subject_id = '090'$$), 'accepted', 'which may also go');
-- ---- rules that ask
select is(outcome(format('insert into ral.rule (name, table_name, clause, condition, action, asks, asked_column) values (''wrong'', ''visit'', '''', ''false'', %s)', given)),
    '23514 ral.rule rule_asks', given) from unnest(array['''refuse'', true, null', '''record'', false, ''visit_date''']) as given;
insert into ral.rule (name, table_name, clause, action, asks, asked_column, condition, reason, anchors) values
    ('cd4_severe', 'cd4_result', 'plan, check 14', 'record', true, 'cd4_count', 'cd4_count < 50', $$format('%s cells', cd4_count)$$, '{}'),
    ('silent', 'cd4_result', 'plan, check 15', 'record', false, null, 'cd4_count < 40', null, '{}');
insert into ral.rule (name, table_name, clause, action, asks, query, anchors) values
    ('two_cd4', 'cd4_result', 'plan, check 16', 'record', true, $$
        select site_id, subject_id, collected::text, 'two of one day' from changed
        where exists (select from cd4_result as other where (other.site_id, other.subject_id, other.collected) = (changed.site_id, changed.subject_id, changed.collected)
            and other.replicate <> changed.replicate)$$, '{cd4_result}');
create view course as
    select rule, subject_id, message as asked, (select string_agg(action || coalesce(' ' || event.message, ''), '; ' order by step)
        from ral.query_event as event where event.query_id = query.query_id) as followed
    from ral.query where rule is not null;
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '002', '2007-12-05', 35), ('S2', '003', '2007-12-05', 400);
select results_eq('table course', $$values ('cd4_severe', '002', '35 cells', null::text)$$, 'opened, by the rule that asks alone');
select results_eq($$select row_key, table_name, column_name, item, status from ral.query_status where rule = 'cd4_severe'$$,
    $$values ('{"site_id": "S1", "subject_id": "002", "collected": "2007-12-05", "replicate": 1}'::jsonb, 'cd4_result', 'cd4_count', '2007-12-05', 'open')$$, 'about the row');
update ral.cd4_result set cd4_count = cd4_count;
select is((select followed from course), null, 'once');
update ral.cd4_result set cd4_count = '36' where cd4_count = '35';
insert into ral.query_event (query_id, action, message) select query_id, 'answer', 'so it is' from ral.query where rule = 'cd4_severe';
update ral.cd4_result set cd4_count = '37' where cd4_count = '36';
update ral.cd4_result set cd4_count = '370' where cd4_count = '37';
select results_eq('select followed from course', $$values ('comment 36 cells; answer so it is; reopen 37 cells; close The row no longer breaks the rule.')$$,
    'it follows the data, and is closed when they are mended');
select results_eq($$select reason_code from ral.query_event join ral.query using (query_id) join ral.change on change_id = query_event.entered_in where rule is not null and action <> 'answer'$$,
    $$values ('system'), ('system'), ('system')$$, 'by the database, as the history says');
update ral.cd4_result set cd4_count = '38' where cd4_count = '370';
insert into ral.query_event (query_id, action, message) select query_id, 'close', 'confirmed by the laboratory' from ral.query where rule = 'cd4_severe';
update ral.cd4_result set cd4_percent = 11 where cd4_count = '38';
select is((select status from ral.query_status where rule = 'cd4_severe'), 'closed', 'what a person has closed stays so while the data do');
delete from ral.cd4_result where cd4_count = '38';
select results_eq($$select status, steps from ral.query_status where rule = 'cd4_severe'$$, $$values ('closed', 6)$$, 'nothing follows when the row goes');
-- The query of a rule, by its anchor, and in bulk
insert into ral.cd4_result (site_id, subject_id, collected, replicate, cd4_count) values ('S1', '002', '2007-12-09', 1, 400), ('S1', '002', '2007-12-09', 2, 410);
select results_eq($$select rule, row_key, item, column_name from ral.query_status where status = 'open' and rule is not null$$,
    $$values ('two_cd4', '{"site_id": "S1", "subject_id": "002"}'::jsonb, '2007-12-09', null::text)$$, 'of a query only the subject is known');
delete from ral.cd4_result where replicate = 2;
select results_eq($$select status, last_action from ral.query_status where rule = 'two_cd4'$$, $$values ('closed', 'close')$$, 'closed by what another row did');
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) select 'S2', '003', date '2006-01-01' + day, day % 100 from generate_series(1, 300) as day;
select is((select count(*) from ral.open_query where rule = 'cd4_severe'), 150::bigint, 'many at once');
begin;
set local virotrial.defer_rules = 'ral';
update ral.cd4_result set cd4_count = '500' where cd4_count < 50;
commit;
select is((select count(*) from ral.open_query where rule = 'cd4_severe'), 0::bigint, 'closed at the end of a transaction whose rules waited');
select is(outcome('insert into ral.query (site_id, subject_id, table_name, row_key, message, rule, item) values (''S1'', ''001'', ''visit'', ''{}'', ''forged'', ''cd4_severe'', '''')'),
    '55000', 'nobody forges the query of a rule');
select is(outcome('insert into ral.query (table_name, row_key, message, rule) values (''visit'', ''{}'', ''forged'', ''cd4_severe'')'),
    '55000', 'nor without an item');

create table ral.pregnancy (site_id text, subject_id text, test integer, primary key (site_id, subject_id, test));
call guard('ral.pregnancy');
insert into ral.rule_context values ('pregnancy', 'select site_id, subject_id, test + 0 as number, test::text as item from changed');
insert into ral.rule (name, table_name, clause, action, asks, condition) values ('pregnancy', 'pregnancy', '', 'record', true, 'number > 1');
select is(outcome($$insert into ral.pregnancy values ('S1', '001', 5)$$), 'accepted', 'a rule asks over a context without all of the key');
alter table ral.pregnancy drop constraint pregnancy_pkey;
select is(outcome($$insert into ral.pregnancy values ('S1', '001', 5)$$), 'accepted', 'and of a table that has none');
insert into ral.pregnancy values ('S1', '001', 5);
select results_eq($$select row_key, item from ral.query where rule = 'pregnancy'$$, $$values ('{"site_id": "S1", "subject_id": "001"}'::jsonb, '5')$$, 'about the subject');
drop table ral.pregnancy, ral.pregnancy_history;
delete from ral.rule where name = 'pregnancy';
delete from ral.rule_context where table_name = 'pregnancy';
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2007-12-09', 20);
delete from ral.rule where name = 'cd4_severe';
update ral.cd4_result set cd4_count = '200' where cd4_count = '20';
select is((select count(*) from ral.open_query where rule = 'cd4_severe'), 1::bigint, 'a rule that is gone closes nothing');
select is(outcome($$insert into ral.query_event (query_id, action) select query_id, 'close' from ral.open_query where rule = 'cd4_severe'$$), 'accepted', 'a person does');
-- ---- in bulk, by whoever may
select results_eq($$select outcome, row_key ->> 'collected' from open_queries('ral',
        'select ''cd4_result'' as table_name, c.site_id, subject_id, collected, ''so many?'' as message from ral.cd4_result as c where cd4_count > 1000 order by 2; ', dry_run => true)$$,
    $$values ('to be opened', '2007-12-01'), ('to be opened', '2007-12-01')$$, 'a dry run says what would be');
select is((select count(*) from ral.query where message = 'so many?'), 0::bigint, 'and opens nothing');
select is((select count(*) from open_queries('ral', $$select 'cd4_result' as table_name, to_jsonb(c) as row_key, 'so many?' as message, 'cd4_count' as column_name,
        current_user as assigned_to, '2020-01-01' as due from ral.cd4_result as c where cd4_count > 1000 -- all $$) where outcome = 'opened'), 2::bigint, 'two');
insert into ral.query_event (query_id, action) select query_id, 'close' from ral.query where message = 'so many?' and site_id = 'S2';
select results_eq($$select outcome, column_name from open_queries('ral', 'select ''cd4_result'' as table_name, to_jsonb(c) as row_key, ''so many?'' as message, ''cd4_count'' as column_name
        from ral.cd4_result as c where cd4_count > 1000 order by site_id')$$, $$values ('open before', 'cd4_count'), ('closed before', 'cd4_count')$$, 'not twice');
select results_eq(format($$select outcome from open_queries('ral', 'select ''site'' as table_name, ''S1'' as site_id, ''Twice?'' as message from generate_series(1, 2)', dry_run => %L)$$, dry_run),
    array[case when dry_run then 'to be opened' else 'opened' end, 'open before'], 'nor twice at once, dry or not') from (values (true), (false)) as run (dry_run);
select throws_ok(format($$select open_queries('ral', 'select ''site'' as table_name, ''S1'' as site_id, ''x'' as message, %s', dry_run => true)$$, replace(asked, '''', '''''')), state, null, 'a dry run refuses what would be refused: ' || asked)
from (values ('''nothing'' as column_name', '42703'), ('''no such role'' as assigned_to', '42704'), ('''x'' as due', '22007')) as run (asked, state);
select is_empty($$select from open_queries('ral', 'select ''visit'' as table_name, ''none'' as message where false')$$, 'none of none');
select throws_ok($$select open_queries('nothing', 'select 1')$$, '3F000', null, 'no study');
select throws_ok($$select open_queries('ral', 'select 1 as site_id')$$, '22004', null, 'no table');
select throws_ok($$select open_queries('ral', 'select ''site'' as table_name, ''S1'' as site_id, '' '' as message', dry_run => true)$$, '22004', null, 'nor a message');
select throws_ok($$select open_queries('ral', 'select ''visit'' as table_name, ''x'' as message, 1 as nothing')$$, '22023', null, 'no key');
select throws_ok($$select open_queries('ral', 'delete from ral.query_event returning 1')$$, '42601', null, 'no SELECT');
select throws_ok($$select open_queries('ral', 'select 1) as asked; drop schema ral cascade; select 1 from (select 1')$$, '42P11', null, 'nor one and more');
-- The search path is that of the caller, and so are the rights.
set search_path = ral, public;
select is((select count(*) from open_queries('ral', 'select ''site'' as table_name, site_id, ''Is it open?'' as message from site where (viral_load ''<50'' < 50) is not false', dry_run => true)), 2::bigint,
    'the SELECT runs under the search path of the caller');
select is(current_setting('search_path'), 'ral, public', 'which stays');
reset search_path;
select format('create role %I', name) from unnest(array['query_clerk']) as name where not exists (select from pg_roles where rolname = name) \gexec
grant usage on schema ral to query_clerk;
grant select, insert on ral.query, ral.query_event to query_clerk;
grant select on ral.query_status, ral.cd4_result to query_clerk;
create function acts_as_owner() returns text language sql return current_user::text;
set role query_clerk;
select results_eq($$select message, outcome from open_queries('ral', 'select ''cd4_result'' as table_name, to_jsonb(c) as row_key, acts_as_owner() as message from ral.cd4_result as c where cd4_count = ''1200''')$$,
    $$values ('query_clerk', 'opened')$$, 'as the caller');
select throws_ok($$select open_queries('ral', 'select ''visit'' as table_name, subject_id, ''x'' as message from ral.subject')$$, '42501', null, 'who reads no other tables by it');
select throws_ok($$insert into ral.query (table_name, row_key, message) values ('subject', '{"subject_id": "001"}', 'x')$$, '42501', null, 'nor by a query');
insert into ral.query_event (query_id, action, message) select query_id, 'answer', 'mine' from ral.query where message = 'query_clerk';
reset role;
select is((select last_message from ral.query_status where message = 'query_clerk'), 'mine', 'and answers');

-- ---- counts per site and age
set session_replication_role = replica;
update ral.query set entered_at = now() - days * interval '1 day' - interval '1 hour', due = ral.today() - 1
from (select query_id, (array[0, 7, 8, 14, 15, 30, 31, 400])[row_number() over (order by query_id)] as days from ral.query where rule = 'cd4_severe' and site_id = 'S2' order by query_id limit 8) as aged
where aged.query_id = query.query_id;
delete from ral.query_event where query_id <> all (select query_id from ral.query where due = ral.today() + 14 and rule is null);
delete from ral.query where query_id in (select query_id from ral.query where (rule = 'cd4_severe' and due = ral.today() - 1) is not true);
update ral.query set site_id = 'S1', subject_id = '001' where entered_at < now() - interval '20 days';
reset session_replication_role;
insert into ral.query_event (query_id, action, message) select max(query_id), 'answer', 'old' from ral.query where site_id = 'S1';
select results_eq('select site_id, age_from_days, age, queries, open, answered, overdue from ral.query_count order by 1, 2',
    $$values ('S1', 15, '15 to 30 days', 1::bigint, 1::bigint, 0::bigint, 1::bigint), ('S1', 31, 'more than 30 days', 2, 1, 1, 1),
        ('S2', 0, '0 to 7 days', 2, 2, 0, 2), ('S2', 8, '8 to 14 days', 2, 2, 0, 2), ('S2', 15, '15 to 30 days', 1, 1, 0, 1)$$, 'counts per site and age');

-- ---- source data verification
create view verified as
    select subject_id, status, changed_columns, verified_by from ral.source_verification_status where table_name = 'viral_load_result' and row_key ->> 'collected' = '2003-12-20';
select results_eq('table verified order by 1', $$values ('001', 'not verified', null::text, null::text), ('002', 'not verified', null, null), ('003', 'not verified', null, null)$$, 'nothing is verified');
insert into ral.source_verification (table_name, row_key) values ('viral_load_result', '{"subject_id": "001", "collected": "2003-12-20"}');
insert into ral.source_verification (table_name, row_key, content, site_id)
    select 'viral_load_result', to_jsonb(v), '{}', 'S2' from ral.viral_load_result as v where subject_id = '002';
select results_eq('table verified order by 1', $$values ('001', 'verified', null::text, session_user::text collate "default"), ('002', 'verified', null, session_user::text), ('003', 'not verified', null, null)$$, 'two are');
update ral.viral_load_result set viral_load = viral_load;
select is((select count(*) from verified where status = 'verified'), 2::bigint, 'what is written again has not changed');
update ral.viral_load_result set viral_load = '130000', visit = null where subject_id = '001' and collected = '2003-12-20';
select results_eq('table verified order by 1', $$values ('001', 'changed since', 'viral_load', session_user::text collate "default"), ('002', 'verified', null, session_user::text), ('003', 'not verified', null, null)$$, 'a change breaks it');
select results_eq($$select site_id, records, verified, changed, not_verified from ral.source_verification_count where table_name = 'viral_load_result' order by 1$$,
    $$values ('S1', 4::bigint, 2::bigint, 1::bigint, 1::bigint), ('S2', 2, 0, 0, 2)$$, 'counts per site and table');
insert into ral.source_verification (table_name, row_key) select table_name, row_key from ral.source_verification_status where status = 'changed since';
insert into ral.source_verification (table_name, row_key, verified, remark) select 'viral_load_result', to_jsonb(v), false, 'wrong file' from ral.viral_load_result as v where subject_id = '002';
select results_eq('table verified order by 1', $$values ('001', 'verified', null::text, session_user::text collate "default"), ('002', 'not verified', null, null), ('003', 'not verified', null, null)$$,
    'verified again, and taken back');
set extra_float_digits = -15;
set timezone = 'Asia/Kolkata';
set datestyle = 'German';
select is((select count(*) from verified where status = 'verified'), 1::bigint, 'whatever the settings');
reset all;
set client_min_messages = warning;
alter table ral.viral_load_result add column remark text;
call keep_history('ral.viral_load_result');
select is((select count(*) from verified where status = 'verified'), 1::bigint, 'a column that is added says nothing');
update ral.viral_load_result set remark = 'haemolytic' where subject_id = '001' and collected = '2003-12-20';
select results_eq($$select status, changed_columns from verified where subject_id = '001'$$, $$values ('changed since', 'remark')$$, 'until it does');
select is(outcome(format('insert into ral.source_verification (table_name, row_key) values (%L, %L)', target, key)), expected, format('%s %s', target, key))
from (values ('site', '{"site_id": "S1"}', '22023'), ('visit', '{"subject_id": "009"}', 'P0002'), ('consent', '{"subject_id": "001"}', 'accepted')) as known (target, key, expected);
select set_eq($$select distinct table_name from ral.source_verification_status$$, $$select relname::text from pg_class where relnamespace = 'ral'::regnamespace and relkind = 'r'
        and relname in ('subject', 'consent', 'hiv_diagnosis', 'art_history', 'viral_load_result', 'genotype', 'genotype_drug_call', 'cd4_result', 'missing_result')$$, 'of every table with records of subjects');

select is_empty($$select * from study_problems('ral')$$, 'the configuration is whole');
alter table ral.query disable trigger complete_query;
drop trigger keep_said on ral.query_event;
select bag_eq($$select problem, object from study_problems('ral')$$, $$values ('disabled trigger', 'ral.query'), ('missing trigger', 'ral.query_event')$$, 'and says what it lacks');
select * from finish();
