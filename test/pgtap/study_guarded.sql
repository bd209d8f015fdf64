-- A study must not look guarded and not be: inheritance, partitions, foreign and
-- distributed tables, views in the place of tables, disabled triggers.
\ir include/study.sql
select no_plan();
call make_subject('001');

-- What a statement is refused or warned with, and what is said of it; all is undone
create function said_of(variadic statements text[]) returns text[]
    language plpgsql
as $$
declare
    statement text;
    found text[];
begin
    foreach statement in array statements loop
        execute statement;
    end loop;
    select array[(select coalesce(string_agg(distinct problem || ' ' || object, ', '), 'none') from study_problems('ral')),
        (select coalesce(string_agg(distinct rule || ' ' || table_name, ', '), 'none') from violations('ral'))] into found;
    raise exception using errcode = 'ZZ000', message = found::text;
exception when sqlstate 'ZZ000' then
    return sqlerrm::text[];
when others then
    return array[sqlstate, sqlerrm];
end;
$$;
-- A session that does not know the rules makes what this one refuses.
create procedure unwatched("table" regclass, statement text)
    language plpgsql
as $$
declare
    kept record;
begin
    create temporary table if not exists kept_trigger (name text, definition text);
    delete from kept_trigger;
    insert into kept_trigger select tgname, pg_get_triggerdef(oid) from pg_trigger
        where tgrelid = "table" and tgfoid in ('_virotrial.enforce()'::regprocedure, '_virotrial.lock_subjects()'::regprocedure);
    for kept in select * from kept_trigger loop
        execute format('drop trigger %I on %s', kept.name, "table");
    end loop;
    execute statement;
    for kept in select * from kept_trigger loop
        execute kept.definition;
    end loop;
end;
$$;

-- ---- inheritance
select throws_ok(statement, '42809', 'table "visit" has rules, and can neither inherit nor be inherited from', statement)
from unnest(array['create table ral.kid () inherits (ral.visit)', 'alter table public.looks inherit ral.visit',
    'alter table ral.visit inherit public.above', 'alter table public.parted attach partition ral.visit for values in (''S1'')']) as statement;
select lives_ok('create table public.plain (n integer); create table public.plain_kid () inherits (public.plain); drop table public.plain cascade', 'other tables inherit');
select is(said_of($$call unwatched('ral.viral_load_result', 'create table public.kid () inherits (ral.viral_load_result)')$$),
    '{inheritance child public.kid,inheritance child viral_load_result}', 'a child that was made all the same is said');
select is(said_of($$call unwatched('ral.viral_load_result', 'create table public.kid () inherits (ral.viral_load_result)')$$,
    $$delete from ral.viral_load_result where false$$),
    '{55000,"rules do not hold on table \"viral_load_result\""}', 'and nothing is written to the table above it');
select is(said_of($$call unwatched('ral.viral_load_result', 'create table public.kid () inherits (ral.viral_load_result)')$$,
    'drop table public.kid', $$delete from ral.viral_load_result where false$$), '{none,none}', 'until the child is gone');
select is(said_of('create table public.above (site_id text not null)', $$call unwatched('ral.site', 'alter table ral.site inherit public.above')$$),
    '{inheritance child ral.site,inheritance child site}', 'a table above one of the study is said');
select is(said_of('create table public.above (site_id text not null)', $$call unwatched('ral.site', 'alter table ral.site inherit public.above')$$,
    $$insert into ral.site (site_id, name) values ('S9', 'ninth')$$),
    '{55000,"rules do not hold on table \"site\""}', 'and nothing is written below it');
select is(outcome(statement), '42809', statement)
from unnest(array['create table ral.later (n integer primary key); create table ral.kid () inherits (ral.later); call guard(''ral.later'')']) as statement;

-- ---- partitions
create table ral.weight (site_id text, subject_id text, kg numeric, primary key (site_id, subject_id)) partition by list (site_id);
create table ral.weight_s1 partition of ral.weight for values in ('S1');
call guard('ral.weight');
insert into ral.rule (name, table_name, clause, condition) values ('heavy', 'weight', '', 'kg > 300');
select is(outcome($$insert into ral.weight values ('S1', '001', 400)$$), '23514 ral.weight heavy', 'a partitioned table is judged');
select is(outcome($$insert into ral.weight values ('S1', '001', 70)$$, 'update ral.weight set kg = 71', 'delete from ral.weight'), 'accepted', 'and written to');
select is(outcome($$insert into ral.weight values ('S1', '001', 70)$$, statement), expected, statement)
from (values ($$insert into ral.weight_s1 values ('S1', '002', 400)$$, '23514 ral.weight heavy'), ('update ral.weight_s1 set kg = 400', '23514 ral.weight heavy'),
    ('truncate ral.weight_s1', '55000 ral.weight_s1'), ('delete from ral.weight_s1', 'accepted'), ('update ral.weight_s1 set kg = 71', 'accepted'),
    ($$merge into ral.weight_s1 using (values (1)) as v on false when not matched then insert values ('S1', '002', 400)$$, '23514 ral.weight heavy')) as v (statement, expected);
select is(said_of('select'), '{none,none}', 'a guarded partition is no problem');
select is(said_of($$create table ral.weight_s2 partition of ral.weight for values in ('S2')$$),
    '{missing trigger ral.weight_s2,missing trigger weight}', 'one that was made later is said');
select is(said_of($$create table ral.weight_s2 partition of ral.weight for values in ('S2')$$, $$call guard('ral.weight')$$), '{none,none}', 'until it is guarded');
select is(said_of('alter table ral.weight_s1 disable trigger enforce_insert'),
    '{disabled trigger ral.weight_s1,disabled trigger weight}', 'or where its trigger is disabled');
select is(said_of('alter table ral.weight detach partition ral.weight_s1'), '{55000,"table \"weight\" has rules, and keeps its partitions"}', 'none is detached');
select is(said_of($$call unwatched('ral.weight', 'alter table ral.weight detach partition ral.weight_s1')$$), '{missing trigger ral.weight_s1,none}', 'one that was detached all the same is said');
select is(said_of($$call unwatched('ral.weight', 'alter table ral.weight detach partition ral.weight_s1')$$, 'alter table ral.weight attach partition ral.weight_s1 for values in (''S1'')'),
    '{none,none}', 'until it is attached again');
delete from ral.rule where name = 'heavy';
select is(outcome($$insert into ral.rule (name, table_name, clause, condition) values ('weighed', 'visit', '', 'exists (select from weight where kg > 300)')$$),
    '42P17', 'a rule that reads a partitioned table names it');
drop table ral.weight, ral.weight_history;

-- ---- what stands in the place of a table
create extension file_fdw;
create server elsewhere foreign data wrapper file_fdw;
create foreign table ral.far (n integer) server elsewhere options (filename '/dev/null');
create materialized view ral.stored as select 1 as n;
select is(outcome(format($$insert into ral.rule (name, table_name, clause, condition, anchors) values ('far', 'visit', '', 'exists (select from %1$s where n = 1)', %2$L)$$, name, anchors)),
    expected, format('a rule that reads %s, anchors %s', name, anchors))
from (values ('far', '{}', '42P17'), ('far', '{far}', '55000'), ('stored', '{}', '42P17'), ('stored', '{stored}', '55000')) as v (name, anchors, expected);
drop foreign table ral.far;
drop materialized view ral.stored;
create table ral.later (n integer primary key);
call guard('ral.later');
insert into ral.rule (name, table_name, clause, condition) values ('small', 'later', '', 'n > 9');
select is(said_of('drop table ral.later', 'create foreign table ral.later (n integer) server elsewhere options (filename ''/dev/null'')'),
    '{foreign table ral.later,foreign table later}', 'a foreign table has no rules');
select is(said_of('alter table ral.later rename to hidden', 'create view ral.later as select n from ral.hidden'),
    '{"missing history ral.hidden, view in the place of a table ral.later","view in the place of a table later"}', 'nor has a view');
delete from ral.rule where name = 'small';
drop table ral.later, ral.later_history;
select throws_ok($$create foreign table public.kid (n integer) inherits (ral.visit) server elsewhere options (filename '/dev/null')$$, '42809', null, 'no foreign table inherits');
create table ral.place (site_id text primary key) partition by list (site_id);
call guard('ral.place');
insert into ral.rule (name, table_name, clause, condition) values ('any', 'place', '', 'false');
select is(said_of('alter table ral.place drop constraint place_pkey', $$create foreign table public.far partition of ral.place for values in ('S1') server elsewhere options (filename '/dev/null')$$),
    '{"no primary key ral.place, partition public.far","partition place"}', 'nor has a foreign partition');
delete from ral.rule where name = 'any';
drop table ral.place, ral.place_history;

-- ---- what comes elsewhere, or was there before
select is(said_of('create rule lose as on insert to ral.cd4_result where new.cd4_count < 200 do instead nothing'),
    '{rewrite rule ral.cd4_result,rewrite rule cd4_result}', 'a rule of the server that takes rows away is said');
select is(said_of('create rule also as on update to ral.protocol do also select 1', 'alter table ral.protocol disable rule also'), '{none,none}', 'unless it is disabled');
select is(said_of('alter table ral.cd4_result add constraint many check (cd4_count > 20) not valid'),
    '{constraint that is not validated ral.cd4_result,constraint that is not validated cd4_result}', 'a constraint that earlier rows need not meet is said');

-- ---- disabled triggers
select is(said_of('alter table ral.cd4_result disable trigger all'), '{disabled trigger ral.cd4_result,disabled trigger cd4_result}', 'disabled triggers are said');
select is(said_of('alter table ral.cd4_result disable trigger enforce_insert', 'update ral.cd4_result set cd4_count = cd4_count'),
    '{disabled trigger ral.cd4_result,disabled trigger cd4_result}', 'of one event, too');
select is(said_of('drop trigger enforce_update on ral.cd4_result'), '{missing trigger ral.cd4_result,missing trigger cd4_result}', 'as are missing ones');
select results_eq($$select rule, table_name, site_id, subject_id, item, reason from violations('ral', 'S1')$$,
    $$values ('', '', '', '', '', '') limit 0$$, 'none of this is left');
alter table ral.cd4_result disable trigger enforce_insert;
select results_eq($$select rule, table_name, site_id, subject_id, item, reason from violations('ral', 'S1')$$,
    $$values ('disabled trigger', 'cd4_result', null, null, 'ral.cd4_result', 'enforce_insert')$$, 'who asks for a site is told');
alter table ral.cd4_result enable trigger all;

-- ---- a catalogue as that of Citus
set allow_system_table_mods = on;
create table pg_catalog.pg_dist_partition (logicalrelid regclass);
create function pg_catalog.relation_is_a_known_shard(regclass) returns boolean language sql return coalesce($1::text = current_setting('test.shard', true), false);
reset allow_system_table_mods;
select is(said_of('select'), '{none,none}', 'a server with Citus');
select is(said_of($$set test.shard = 'ral.visit'$$, 'delete from ral.visit where false'), '{55000,"rules do not hold on table \"visit\""}', 'nothing is written to a shard');
insert into pg_catalog.pg_dist_partition values ('ral.visit');
select is(said_of('select'), '{distributed table ral.visit,distributed table visit}', 'a table that it keeps is said');
select is(said_of('delete from ral.visit where false'), '{55000,"rules do not hold on table \"visit\""}', 'and not written to');
select is(said_of($$call guard('ral.visit')$$), '{42809,"rules cannot guard ral.visit"}', 'nor guarded');
insert into ral.rule (name, table_name, clause, condition) values ('any', 'subject', '', 'true');
insert into pg_catalog.pg_dist_partition values ('ral.subject');
select is_empty($$select reason from violations('ral') where rule = 'any'$$, 'its rules are not run');
delete from pg_catalog.pg_dist_partition where logicalrelid = 'ral.subject'::regclass;
select isnt_empty($$select reason from violations('ral') where rule = 'any'$$, 'until it is an ordinary table');
set allow_system_table_mods = on;
drop table pg_catalog.pg_dist_partition;
drop function pg_catalog.relation_is_a_known_shard;

-- ---- a relation that is gone, by its number: an error of the caller
create function state_of(statement text) returns text
    language plpgsql
as $$
begin
    execute statement;
    return 'none';
exception when others then
    return sqlstate;
end;
$$;
create temporary table call as
    select format('%s(%s)', proc.oid::regproc, (select string_agg(case when type = 'regclass'::regtype then '999999::regclass'
            when type = 'text'::regtype then '''subject''' when type = 'name'::regtype then '''ral''' when type = 'bigint'::regtype then '1'
            else format('null::%s', type::regtype) end, ', ' order by place)
        from unnest(proargtypes) with ordinality as argument (type, place))) as call, prokind
    from pg_proc as proc
    join pg_depend on classid = 'pg_proc'::regclass and objid = proc.oid and deptype = 'e'
    where 'regclass'::regtype = any (proargtypes) and prokind in ('f', 'p') and refobjid = (select oid from pg_extension where extname = 'virotrial');
select is((select count(*) > 60 from call), true, 'many functions take one');
select is_empty($$select call, state_of(case prokind when 'p' then 'call ' else 'select ' end || call) from call
    where state_of(case prokind when 'p' then 'call ' else 'select ' end || call) like 'XX%'$$, 'none of them fails within');
select set_eq($$select call, state_of('call ' || call) from call where call ~ '^(guard|blind|keep_history)'$$,
    $$values ('guard(999999::regclass)', '42P01'), ('blind(999999::regclass)', '42P01'), ('keep_history(999999::regclass)', '42P01')$$, 'procedures say that it is gone');
select throws_ok($$select * from judge(999999::regclass, 'ral.visit')$$, '42P01', 'there is no relation with OID 999999', 'and so does judge, of the table');
select throws_ok($$select * from judge('ral.visit', 999999::regclass)$$, '42P01', 'there is no relation with OID 999999', 'and of the rows');

select * from finish();
