-- History: who entered a row, when and in which change; its earlier versions,
-- with who ended them and why; and that no statement writes the record.
\ir include/study.sql
select no_plan();
call make_subject('001');
call make_subject('002');

-- ---- what an INSERT leaves
select results_eq($$select distinct entered_by, login, reason_code, reason, committed_at >= began_at
    from ral.visit join ral.change on change_id = entered_in where subject_id = '001'$$,
    $$values (session_user::text collate "default", session_user::text collate "default", 'correction', 'test', true)$$, 'who entered it, and the change');
select is((select count(distinct entered_in) from (select entered_in from ral.subject where subject_id = '001'
    union all select entered_in from ral.consent where subject_id = '001') as t), 1::bigint, 'one change in one transaction');
select is((select count(distinct entered_in) from ral.subject), 2::bigint, 'another in another');
select results_eq($$select transaction_id from ral.change where change_id = (select max(entered_in) from ral.subject)$$,
    $$select xmin::text::xid8 from ral.subject where subject_id = '002'$$, 'and its transaction');
insert into ral.site (site_id, name, entered_by, entered_at, entered_in) values ('S8', 'forged', 'nobody', '1999-01-01', 77);
select results_eq($$select entered_by, entered_at > '2020-01-01', entered_in > 77 or entered_in < 77 from ral.site where site_id = 'S8'$$,
    $$values (session_user::text collate "default", true, true)$$, 'a stamp that is given is not taken');
set virotrial.reason = '';
insert into ral.site (site_id, name) values ('S9', 'Ninth');
select results_eq($$select reason_code, reason from ral.change join ral.site on entered_in = change_id where site_id = 'S9'$$,
    $$values (null::text, null::text)$$, 'an entry needs no reason');

-- ---- a change needs one
select throws_ok($$update ral.site set name = 'x' where site_id = 'S9'$$, '23502', 'a change of table "site" needs a reason', 'an update');
select throws_ok($$delete from ral.site where site_id = 'S9'$$, '23502', 'a change of table "site" needs a reason', 'a delete');
select throws_ok($$insert into ral.site (site_id, name) values ('S9', 'x') on conflict (site_id) do update set name = excluded.name$$,
    '23502', 'a change of table "site" needs a reason', 'on conflict');
select throws_ok($$merge into ral.site using (values (1)) as one on site_id = 'S9' when matched then delete$$,
    '23502', 'a change of table "site" needs a reason', 'merge');
select throws_ok($$update ral.protocol set minimum_age = 20$$, '23502', null, 'of the protocol');
select throws_ok($$delete from ral.rule where name = 'age'$$, '23502', null, 'of the rules') from ral.rule where name = 'age' limit 1;
select lives_ok($$update ral.site set name = 'x' where site_id = 'none'$$, 'no row, no reason');
select throws_ok(format($$do $do$ begin perform set_config('virotrial.reason', %L, true); update ral.site set name = 'x' where site_id = 'S9'; end $do$ $$, reason), '22023', null, reason)
from unnest(array['system', 'system: x', 'nonsense', ': words', 'Transcription', 'correction', 'correction:  ', 'correction: -', U&'correction: \00A0\2003\200B']) as reason;
select lives_ok(format($$select _virotrial.require_permitted_reason('ral.site', %L)$$, reason), format('reason "%s"', reason))
from unnest(array['correction: 2', U&'correction: \8BEF', U&'correction: \00E9']) as reason;
select throws_ok($$set local virotrial.reason = 'nonsense'; insert into ral.site (site_id, name) values ('S7', 'x')$$, '22023', '"nonsense" is no reason for a change',
    'an entry whose reason is none');

-- ---- what a session has found in a list holds until the list changes
insert into ral.site (site_id, name) values ('S6', 'Sixth');
insert into ral.change_reason (code, meaning) values ('audit', 'an inspector found it');
set virotrial.reason = 'audit';
select lives_ok($$update ral.site set country = 'CN' where site_id = 'S6'$$, 'a reason of the study''s own');
select throws_ok($$do $do$ begin update ral.change_reason set needs_text = true where code = 'audit'; set local virotrial.reason = 'audit:'; update ral.site set country = 'FR' where site_id = 'S6'; end $do$ $$,
    '22023', 'the reason "audit" needs words of explanation', 'which is changed');
select lives_ok($$update ral.site set country = 'FR' where site_id = 'S6'$$, 'and changed back, by an error');
set session_replication_role = replica;
delete from ral.change_reason where code = 'audit';
reset session_replication_role;
select throws_ok($$update ral.site set country = 'CN' where site_id = 'S6'$$, '22023', '"audit" is no reason for a change', 'or deleted by replication');
set virotrial.reason = '';
select throws_ok($$do $do$ begin insert into ral.pooled_login values (session_user); set local virotrial.reason = 'source'; update ral.site set country = 'CN' where site_id = 'S6'; end $do$ $$,
    '23502', null, 'the login is one that persons share');
select lives_ok($$insert into ral.pooled_login values (session_user)$$, 'and is none, until this');
select throws_ok($$insert into ral.site (site_id, name) values ('S7', 'x')$$, '23502', null, 'who is it');
set virotrial.application_user = 'Nurse Ma';
set virotrial.reason = 'correction: her own login';
delete from ral.pooled_login;
set virotrial.reason = '';
reset virotrial.application_user;
select lives_ok($$insert into ral.site (site_id, name) values ('S7', 'x')$$, 'until it is a login of one again');

-- ---- the earlier versions
create temporary table version as select site_id, name, country, entered_at, entered_in from ral.site where site_id = 'S9';
begin;
set local virotrial.reason = 'transcription';
set local virotrial.source = 'form 7';
update ral.site set country = 'CN' where site_id = 'S9';
update ral.site set country = null where site_id = 'S9';
set local virotrial.reason = ' query :  asked of the site: yes ';
update ral.site set name = 'Nine' where site_id = 'S9';
set local virotrial.reason = 'transcription';
delete from ral.site where site_id = 'S9';
commit;
select results_eq($$select name, country, ended_as, reason_code, reason, change.source from ral.site_history join ral.change on change_id = ended_in
    where site_id = 'S9' order by ended_at$$,
    $$values ('Ninth', null, 'update', 'transcription', null, 'form 7'), ('Ninth', 'CN', 'update', 'transcription', null, 'form 7'),
        ('Ninth', null, 'update', 'query', 'asked of the site: yes', 'form 7'), ('Nine', null, 'delete', 'transcription', null, 'form 7')$$,
    'every version within a transaction, and why it ended');
select results_eq($$select entered_at, entered_in from ral.site_history where site_id = 'S9' order by ended_at limit 1$$,
    'select entered_at, entered_in from version', 'the first version is as it was entered');
select ok(bool_and(entered_at = before and entered_in = change), 'each begins where the one before it ends')
from (select entered_at, entered_in, lag(ended_at) over w as before, lag(ended_in) over w as change from ral.site_history where site_id = 'S9'
    window w as (order by ended_at)) as v where before is not null;
select is((select count(*) from ral.change where transaction_id = (select max(transaction_id) from ral.change)), 2::bigint,
    'a reason that comes back is the same change');

-- ---- NULL transitions, keys and cascades
set virotrial.reason = 'transcription: test';
update ral.consent set withdrawn = '2009-01-01' where subject_id = '002';
update ral.consent set withdrawn = null where subject_id = '002';
select results_eq($$select withdrawn from ral.consent_history where subject_id = '002' order by ended_at$$,
    $$values (null::date), ('2009-01-01')$$, 'from NULL, and to NULL');
insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'unscheduled a', '2008-03-01');
update ral.visit set visit = 'unscheduled b' where visit = 'unscheduled a';
select results_eq($$select h.visit, t.visit from ral.visit_history as h join ral.visit as t on t.entered_at = h.ended_at$$,
    $$values ('unscheduled a', 'unscheduled b')$$, 'an update of the key');
create temporary table frozen as select * from ral.eligibility_verdict where subject_id = '002';
delete from ral.enrolment where subject_id = '002';
select is((select count(*) from ral.eligibility_verdict_history where ended_as = 'delete'), (select count(*) from frozen), 'a cascade');
select results_eq($$select distinct reason_code, reason from ral.eligibility_verdict_history join ral.change on change_id = ended_in where subject_id = '002'$$,
    $$values ('transcription', 'test')$$, 'is of who deleted the row above');

-- ---- other paths
begin;
set local virotrial.reason = 'duplicate';
insert into ral.site (site_id, name) select 'C' || i, 'x' from generate_series(1, 200) as i;
merge into ral.site using (select 'C' || i as id, i from generate_series(1, 300) as i) as given on site_id = id
    when matched and i % 2 = 0 then update set name = i::text when matched then delete when not matched then insert (site_id, name) values (id, 'new');
insert into ral.site (site_id, name) select 'C' || i, 'y' from generate_series(2, 300, 2) as i on conflict (site_id) do update set name = excluded.name;
commit;
select results_eq($$select ended_as, name = 'x', count(*) from ral.site_history where site_id ~ '^C' group by 1, 2 order by 1, 2$$,
    $$values ('delete', true, 100::bigint), ('update', false, 150), ('update', true, 100)$$, 'MERGE and ON CONFLICT');
select is((select count(*) from ral.site_history as h join ral.site as t on t.site_id = h.site_id and t.entered_at = h.ended_at where t.name = 'y'), 150::bigint,
    'each old row goes with its own new one');
with gone as (delete from ral.site where site_id ~ '^C' returning 1) select is((select count(*) from gone), 200::bigint, 'a query that deletes');
select is((select count(*) from ral.site_history where site_id ~ '^C' and ended_as = 'delete'), 300::bigint, 'is a change like others');
copy ral.site (site_id, name) from stdin;
D1	copied
\.
select results_eq($$select entered_by, reason_code from ral.site join ral.change on change_id = entered_in where site_id = 'D1'$$,
    $$values (session_user::text collate "default", 'transcription')$$, 'COPY');

-- ---- savepoints
begin;
savepoint a;
update ral.site set name = 'lost' where site_id = 'D1';
rollback to a;
update ral.site set name = 'kept' where site_id = 'D1';
savepoint b;
set local virotrial.reason = 'duplicate';
update ral.site set country = 'CN' where site_id = 'D1';
release b;
update ral.site set country = 'DE' where site_id = 'D1';
do $$ begin update ral.site set name = 'lost again' where site_id = 'D1'; perform 1 / 0; exception when division_by_zero then null; end $$;
update ral.site set country = 'FR' where site_id = 'D1';
select is((select count(*) from ral.change join ral.site on change_id = entered_in where site_id = 'D1'), 0::bigint, 'within the transaction the change is not written');
commit;
select results_eq($$select name, country, reason_code, committed_at is not null from ral.site_history join ral.change on change_id = ended_in where site_id = 'D1' order by ended_at$$,
    $$values ('copied', null, 'transcription', true), ('kept', null, 'duplicate', true), ('kept', 'CN', 'duplicate', true), ('kept', 'DE', 'duplicate', true)$$,
    'what a savepoint takes back has no history');
select is((select count(*) from ral.site join ral.change on change_id = entered_in where site_id = 'D1'), 1::bigint, 'and every change is there');

-- ---- prepared transactions
set virotrial.reason = 'transcription';
begin;
update ral.site set name = 'prepared' where site_id = 'D1';
prepare transaction 'history';
insert into ral.site (site_id, name) values ('E1', 'meanwhile');
select is((select name from ral.site where site_id = 'D1'), 'kept', 'what is prepared is not there');
commit prepared 'history';
select results_eq($$select ended_as, reason_code, committed_at >= began_at from ral.site_history join ral.change on change_id = ended_in
    where site_id = 'D1' order by ended_at desc limit 1$$, $$values ('update', 'transcription', true)$$, 'a prepared transaction');
begin;
update ral.site set name = 'no' where site_id = 'D1';
prepare transaction 'history';
rollback prepared 'history';
select is((select count(*) from ral.site_history where site_id = 'D1'), 5::bigint, 'one that is rolled back leaves nothing');

-- ---- the database's own writes
set virotrial.reason = '';
insert into ral.visit (site_id, subject_id, visit, visit_date, deviation_reason) values ('S1', '001', 'week 4', '2008-03-20', 'late');
select results_eq($$select rule, reason_code, login = session_user from ral.deviation join ral.change on change_id = entered_in where subject_id = '001'$$,
    $$values ('visit_out_of_window', 'system', true)$$, 'a deviation that a rule finds');
set virotrial.reason = 'late information';
update ral.visit set visit_date = '2008-02-29' where visit = 'week 4';
select results_eq($$select rule, ended_as, reason_code from ral.deviation_history join ral.change on change_id = ended_in where subject_id = '001'$$,
    $$values ('visit_out_of_window', 'delete', 'system')$$, 'that is mended');
update ral.enrolment set enrolled = '2008-01-31' where subject_id = '001';
select results_eq($$select distinct ended_as, reason_code from ral.eligibility_verdict_history join ral.change on change_id = ended_in where subject_id = '001'$$,
    $$values ('delete', 'system')$$, 'verdicts that are made anew');
insert into ral.deviation (site_id, subject_id, rule, description) values ('S1', '001', 'told by the site', 'a dose was late');
update ral.deviation set description = 'two doses' where rule = 'told by the site';
select results_eq($$select reason_code from ral.deviation_history join ral.change on change_id = ended_in where rule = 'told by the site'$$,
    $$values ('late information')$$, 'a deviation that a person reports is a person''s');

select results_eq($$select distinct reason_code, source from ral.change join ral.rule on entered_in = change_id$$,
    $$values ('configuration', 'create_study')$$, 'create_study says what it is');
call create_study('made_up');
call simulate_study('made_up', 8, 1);
select results_eq($$select distinct reason_code, change.source from made_up.change join made_up.subject on entered_in = change_id$$,
    $$values ('simulation', 'simulate_study')$$, 'as does a simulation');
select is(current_setting('virotrial.source'), '', 'and neither says it of what comes later');
call drop_study('made_up', with_subjects => true);

-- ---- logins that persons share
create role pool login;
grant pool to session_user;
grant usage on schema ral to pool;
grant all on ral.site to pool;
insert into ral.pooled_login values ('pool');
set session authorization pool;
select throws_ok($$insert into ral.site (site_id, name) values ('P1', 'x')$$, '23502', 'login "pool" must say which person writes', 'an entry');
set virotrial.application_user = 'investigator';
select lives_ok($$insert into ral.site (site_id, name) values ('P1', 'x')$$, 'by a person');
set virotrial.application_user = 'Nurse Ma';
select lives_ok($$update ral.site set name = 'y' where site_id = 'P1'$$, 'and a change by another');
select throws_ok($$insert into ral.change (transaction_id, login, began_at) values ('1', '', now())$$, '42501', null, 'nothing of the record is theirs');
reset session authorization;
reset virotrial.application_user;
select results_eq($$select login, application_user from ral.change where change_id in (select entered_in from ral.site_history where site_id = 'P1'
    union select entered_in from ral.site where site_id = 'P1') order by change_id$$, $$values ('pool', 'investigator'), ('pool', 'Nurse Ma')$$, 'each is on record');

-- ---- nobody writes the record, and nothing is truncated
select throws_ok(format('%s', statement), '55000', null, statement)
from unnest(array['change', 'site_history', 'rule_history', 'viral_load_result_history']) as name
cross join unnest(array['insert into ral.%I overriding system value select * from ral.%1$I', 'update ral.%I set reason = null', 'update ral.%I set ended_at = now()', 'delete from ral.%I where false',
    'truncate ral.%I', 'merge into ral.%I using (values (1)) as one on true when matched then delete']) as command
cross join format(command, name) as statement
where not (command ~ 'reason' and name <> 'change') and not (command ~ 'ended_at' and name = 'change');
select throws_ok(format('truncate ral.%I cascade', name), '55000', null, 'truncate ' || name)
from unnest(array['site', 'viral_load_result', 'rule', 'protocol', 'pooled_login', 'resistance_algorithm_rule']) as name;

-- ---- who may see which site: it was given, changed and taken back
insert into ral.site_access (login, site_id) values ('pool', 'P1');
begin;
set local virotrial.reason = 'correction: works at two sites';
update ral.site_access set site_id = '*' where login = 'pool';
commit;
begin;
set local virotrial.reason = 'correction: has left';
delete from ral.site_access where login = 'pool';
commit;
select results_eq($$select access.site_id, given.login, ended_as, ended.login, ended.reason from ral.site_access_history as access
    join ral.change as given on given.change_id = entered_in join ral.change as ended on ended.change_id = ended_in where access.login = 'pool' order by ended_at$$,
    $$values ('P1', session_user::text collate "default", 'update', session_user::text collate "default", 'works at two sites'), ('*', session_user, 'delete', session_user, 'has left')$$,
    'access to a site is on record: by whom, and why it ended');

-- ---- every table has its history
select is_empty($$select relname from pg_class where relnamespace = 'ral'::regnamespace and relkind = 'r' and not relispartition
    and relname not in ('change', 'deferred_judgement', 'arrival', 'site_feed', 'seal', 'seal_leaf', 'exchange_seal') and relname !~ '_history$' and to_regclass(format('ral.%I', relname || '_history')) is null$$, 'a history for each table');
select is_empty($$select t.relname, a.attname from pg_class as t join pg_class as h on h.relname = t.relname || '_history' and h.relnamespace = t.relnamespace
    join pg_attribute as a on a.attrelid = t.oid and a.attnum > 0 and not attisdropped where t.relnamespace = 'ral'::regnamespace
    and not exists (select from pg_attribute as b where b.attrelid = h.oid and b.attname = a.attname and b.atttypid = a.atttypid)$$, 'with all its columns');
select is_empty($$select * from study_problems('ral')$$, 'and study_problems() is content');

-- ---- tables that change, and the study's own
alter table ral.site add column telephone text;
select throws_ok($$update ral.site set telephone = '1'$$, '42804', null, 'a column that the history does not have is not lost');
call keep_history('ral.site');
update ral.site set telephone = '1' where site_id = 'P1';
update ral.site set telephone = '2' where site_id = 'P1';
select is((select telephone from ral.site_history where site_id = 'P1' order by ended_at desc limit 1), '1', 'it gets the column');
alter table ral.site drop column telephone;
update ral.site set name = 'z' where site_id = 'P1';
select is((select count(*) from ral.site_history where telephone = '1'), 1::bigint, 'and keeps it when the table does not');
create table ral.own (n integer primary key, note text);
insert into ral.own values (1, 'before');
call guard('ral.own');
update ral.own set note = 'after';
select results_eq($$select note, entered_by, entered_in < ended_in from ral.own_history$$, $$values ('before', session_user::text collate "default", true)$$, 'a table of the study''s owner');
drop trigger "Keep_deleted" on ral.own;
drop trigger stamp on ral.own;
drop trigger refuse_truncate on ral.own;
drop trigger refuse_write on ral.own_history;
select results_eq($$select object, detail from study_problems('ral')$$,
    $$values ('ral.own', 'keep_earlier() is not called by delete'), ('ral.own', 'refuse_truncate() is not called by truncate'), ('ral.own', 'stamp() is not called by insert, update'),
        ('ral.own_history', 'refuse_write() is not called by insert, update, delete, truncate')$$, 'study_problems() finds triggers that are gone');
call keep_history('ral.own');
select is_empty($$select * from study_problems('ral')$$, 'keep_history() gives them back');

-- ---- a clock that is set back; tables that are rewritten or dropped in the transaction
set session_replication_role = replica;
update ral.site set entered_at = now() + interval '1 year' where site_id = 'P1';
set session_replication_role = origin;
update ral.site set name = 'later' where site_id = 'P1';
select ok((select bool_and(ended_at > entered_at) from ral.site_history), 'no version ends before it begins');
begin;
update ral.site set name = 'rewritten' where site_id = 'P1';
alter table ral.change alter column source type varchar(10000);
alter table ral.change alter column source type text;
commit;
select is((select count(*) from ral.change join ral.site on change_id = entered_in where site_id = 'P1'), 1::bigint, 'a table of changes that is rewritten');
begin;
call create_study('short');
insert into short.site (site_id, name) values ('S1', 'x');
call drop_study('short');
commit;
select ok(not is_study('short'), 'a study that lives no longer than its transaction');
drop owned by pool;
drop role pool;
select * from finish();
