-- A study frozen as of a moment shows every table and view as they were then,
-- whatever was changed since.
set client_min_messages = warning;
set jit = off;
select no_plan();
create role study_owner;
create role reader;
select format('grant create, temporary on database %I to study_owner', current_database()) \gexec
set role study_owner;
set virotrial.reason = 'correction: test';
create function pg_temp.state(statement text) returns text
    language plpgsql
as $$
begin
    execute statement;
    return 'done';
exception when others then
    return sqlstate;
end;
$$;

create temporary table before_start as select clock_timestamp() as at;
call create_study('ral');
call simulate_study('ral', 24, 3, seed => 7);
-- The study's owner adds what he needs: a column, and views and functions that use each other.
alter table ral.site add column city text;
call keep_history('ral.site');
create function ral."Subjects at"(site text) returns bigint language sql stable
    begin atomic select count(*) from ral.analysis_subject where site_id = site; end;
create view ral."Subjects" as select site_id, city, ral."Subjects at"(site_id) from ral.site;

-- ---- what each table and view holds, at moments between which the study changes
create function pg_temp.contents(study text) returns table (relation text, contents text)
    language plpgsql
as $$
begin
    for relation in select relname from pg_class
            where relnamespace = 'ral'::regnamespace and relkind in ('r', 'v')
                and relname !~ '_history$' and relname not in ('change', 'seal', 'seal_leaf', 'exchange_seal', 'deferred_judgement', 'arrival', 'site_feed', 'simulated_candidate') loop
        execute format('select count(*) || '': '' || coalesce(md5(string_agg(line, chr(10) order by line collate "C")), '''')
            from (select to_jsonb(t)::text as line from %I.%I as t) as lines', study, relation) into contents;
        return next;
    end loop;
end;
$$;
create function pg_temp.chance(seed text) returns double precision
    language sql immutable
    return ('x' || substr(md5(seed), 1, 8))::bit(32)::bigint / 4294967296.0;

-- Corrections of every kind; what a rule refuses is not made.
create procedure pg_temp.correct(n integer)
    language plpgsql
as $$
declare
    refused integer := 0;
    statement text;
begin
    foreach statement in array array[
        $s$update ral.viral_load_result set (viral_load, reported, reported_unit) = (select value, value::text, 'copies/mL'
                from viral_load(greatest(50, round(lower_bound(viral_load) * %2$s)), null) as value)
            where pg_temp.chance(subject_id || collected || %1$L) < 0.1 and exact_value(viral_load) is not null$s$,
        $s$delete from ral.cd4_result where pg_temp.chance(subject_id || collected || %1$L) < 0.02$s$,
        $s$update ral.cd4_result set cd4_percent = 20 where pg_temp.chance(subject_id || collected || %1$L) < 0.02$s$,
        $s$update ral.subject set birth_date = birth_date - 1 where pg_temp.chance(subject_id || %1$L) < 0.1$s$,
        $s$update ral.site set city = %1$L, name = name || '.'$s$,
        $s$delete from ral.disposition where pg_temp.chance(subject_id || %1$L) < 0.05$s$,
        $s$delete from ral.adverse_event where pg_temp.chance(subject_id || %1$L) < 0.03$s$,
        $s$update ral.rule set active = not active where name = 'viral_load_missing'$s$,
        $s$update ral.protocol set failure_confirmation_days = failure_confirmation_days + 1$s$] loop
        begin
            execute format(statement, n, 0.5 + pg_temp.chance(n::text));
        exception when others then
            refused := refused + 1;
        end;
    end loop;
    perform set_config('test.refused', refused::text, false);
end;
$$;

create temporary table moment (n integer, at timestamptz);
create temporary table known (n integer, relation text, contents text);
create procedure pg_temp.remember(number integer) language sql as $$
    insert into moment select number, clock_timestamp();
    insert into known select number, relation, contents from pg_temp.contents('ral');
$$;
call pg_temp.remember(0);
create temporary table figure as select * from endpoint_virology('ral', '2009-06-30');
call pg_temp.correct(1);
select cmp_ok(current_setting('test.refused')::integer, '<', 5, 'most corrections are made');
call pg_temp.remember(1);
call pg_temp.correct(2);
call amend_protocol('ral', '2008-10-01', amendment => 'amendment 1', failure_threshold => 1000);
call pg_temp.remember(2);
call pg_temp.correct(3);
-- A row that comes and goes within a transaction was never there.
begin;
insert into ral.site (site_id, name) values ('S9', 'Ninth');
update ral.site set name = 'Nine' where site_id = 'S9';
call pg_temp.remember(3);
delete from ral.site where site_id = 'S9';
commit;
delete from known where n = 3;
delete from moment where n = 3;
call pg_temp.remember(3);
insert into ral.site (site_id, name) values ('S9', 'Ninth');
delete from ral.site where site_id = 'S9';

select format('call freeze_analysis(%L, %L, %L)', 'ral', at, 'as_of_' || n) from moment order by n \gexec
select is_empty(format('select relation, contents from pg_temp.contents(%L) except select relation, contents from known where n = %s', 'as_of_' || n, n),
    format('every table and view is as it was, moment %s', n)) from moment order by n;
select cmp_ok(count(*), '>', 100::bigint, 'many were compared') from known;
select cmp_ok(count(distinct relation), '>', 80::bigint, 'of all kinds') from known;
select cmp_ok(count(*), '>', 25::bigint, format('the moments differ: %s and %s', a.n, a.n + 1))
from known as a join known as b on b.n = a.n + 1 and b.relation = a.relation and b.contents <> a.contents group by a.n order by a.n;
select set_eq('select * from violations(''as_of_3'')', 'select * from violations(''ral'')', 'rules judge by what is frozen');
update ral.viral_load_result set viral_load = '75000', reported = '75000', reported_unit = 'copies/mL' where collected > '2008-01-01';
select set_eq($$select * from endpoint_virology('as_of_0', '2009-06-30')$$, 'select * from figure', 'the figures of a moment repeat');
select isnt_empty($$select * from figure except select * from endpoint_virology('ral', '2009-06-30')$$, 'which those of the same data cut do not');

-- ---- the day
set virotrial.data_cut = '2008-03-31';
select is(as_of_0.analysis_date(), date '2008-03-31', 'what is due is due by the data cut');
reset virotrial.data_cut;

-- ---- nothing changes any more
select is(pg_temp.state(statement), '55000', statement)
from unnest(array['insert into as_of_0.site (site_id, name) values (''S9'', ''Ninth'')', 'update as_of_0.subject set birth_date = null',
    'delete from as_of_0.viral_load_result', 'truncate as_of_0.protocol cascade']) as statement;
select throws_ok('delete from as_of_0.site', '55000', 'table "site" is frozen');
call create_study('other');
select ok(bool_and(exists (select from pg_trigger where tgrelid = pg_class.oid and tgname = 'refuse_write')), 'no table is left out')
from pg_class where relnamespace = 'as_of_0'::regnamespace and relkind = 'r';
select set_eq($$select relname, regexp_replace(pg_get_indexdef(indexrelid), 'as_of_0', 'ral') from pg_index join pg_class on oid = indrelid
        where relnamespace = 'as_of_0'::regnamespace$$,
    $$select relname, pg_get_indexdef(indexrelid) from pg_index join pg_class on oid = indrelid
        where relnamespace = 'ral'::regnamespace and to_regclass('as_of_0.' || quote_ident(relname)) is not null$$, 'it has the same indexes');
select set_eq($$select replace(conrelid::regclass::text, 'as_of_0', 'ral') as "table", conname, replace(replace(pg_get_constraintdef(oid), ' as_of_0.', ' ral.'), ' NOT VALID', '') as key
        from pg_constraint where contype = 'f' and connamespace = 'as_of_0'::regnamespace$$,
    $$select conrelid::regclass::text as "table", conname, pg_get_constraintdef(oid) as key from pg_constraint
        where contype = 'f' and connamespace = 'ral'::regnamespace and exists (select from pg_class where oid = conrelid and to_regclass('as_of_0.' || relname) is not null)$$,
    'and the same foreign keys');
select set_eq($$select relname, objsubid, description from pg_description join pg_class on oid = objoid where relnamespace = 'as_of_0'::regnamespace and relkind in ('r', 'v')$$,
    $$select relname, objsubid, description from pg_description join pg_class on oid = objoid where relnamespace = 'ral'::regnamespace and relkind in ('r', 'v')
        and exists (select from pg_class as frozen where frozen.relname = pg_class.relname and frozen.relnamespace = 'as_of_0'::regnamespace)$$, 'and the same comments');

-- ---- what is refused
select throws_ok(format('call freeze_analysis(''ral'', %L, ''x'')', at), '22023', format('study "ral" was not there at %s', at)) from before_start;
select throws_ok('call freeze_analysis(''ral'', ''2999-01-01 00:00Z'', ''x'')', '22023', null, 'a moment to come');
select throws_ok('call freeze_analysis(''ral'', null, ''x'')', '22023', 'study "ral" cannot be frozen as of null');
select throws_ok('call freeze_analysis(''ral'', ''infinity'', ''x'')', '22023', null, 'the end of time');
select throws_ok('call freeze_analysis(''ral'', now(), ''as_of_0'')', '42P06', null, 'a schema that is there');
select throws_ok('call freeze_analysis(''ral'', now(), ''$user'')', '42602', null, 'a name that a path reads otherwise');
select throws_ok('call freeze_analysis(''nothing'', now(), ''x'')', '3F000', null, 'no study');
begin isolation level repeatable read;
select throws_ok('call freeze_analysis(''ral'', now(), ''x'')', '25001', null, 'where later changes are not seen');
rollback;
reset role;
select throws_ok('call freeze_analysis(''ral'', now(), ''x'')', '42501', null, 'another role, be it a superuser');
select hasnt_schema('x', 'and nothing is left');

-- ---- a transaction's own changes are not committed yet
set role study_owner;
begin;
update ral.site set name = 'changed';
call freeze_analysis('ral', clock_timestamp(), 'own');
select is_empty('select * from own.site where name = ''changed''', 'its own changes are not shown');
select is((select count(*) from own.site), (select count(*) from ral.site), 'but what they changed');
rollback;

-- ---- what bears an earlier time and is committed later is waited for
insert into ral.site (site_id, name) values ('S8', 'Eighth');
begin;
delete from ral.site where site_id = 'S8';
insert into ral.site (site_id, name) values ('S7', 'Seventh');
prepare transaction 'late';
create temporary table late as select clock_timestamp() as at;
set lock_timeout = '300ms';
select throws_ok(format('call freeze_analysis(''ral'', %L, ''late'')', at), '55P03', null, 'it waits') from late;
reset lock_timeout;
commit prepared 'late';
select format('call freeze_analysis(''ral'', %L, ''late'')', at) from late \gexec
select results_eq($$select site_id from late.site where site_id >= 'S7'$$, array['S7'], 'and shows what was prepared before the moment');

-- ---- days ago, when the report of an event that is overdue now was due in half a day
update ral.adverse_event set aware_at = now() - interval '60 hours', reported_at = null
where (site_id, subject_id, event_number) in (select site_id, subject_id, event_number from ral.adverse_event where is_serious order by 1, 2, 3 limit 1);
reset role;
alter table ral.change disable trigger refuse_write;
update ral.change set began_at = began_at - interval '3 days', committed_at = committed_at - interval '3 days';
alter table ral.change enable trigger refuse_write;
set role study_owner;
call freeze_analysis('ral', now() - interval '2 days', 'ago');
select is(ago.analysis_date(), ral.day_of(now() - interval '2 days'), 'what is due is due by the day of the moment');
select is(ago.today(), ago.analysis_date(), 'rules, too, hold it for today');
select results_eq('select status, hours_left between 11.9 and 12.0 from ago.serious_event_due', $$values ('due', true)$$, 'hours are counted to the moment');
select results_eq('select status, hours_left between -36.5 and -36.0 from ral.serious_event_due', $$values ('overdue', true)$$, 'and now to now');
update ral.adverse_event set reported_at = aware_at where reported_at is null and is_serious;

-- ---- a secured study: nobody reads the frozen one unless its owner lets him
reset role;
alter role study_owner createrole;
set role study_owner;
call secure_study('ral');
call freeze_analysis('ral', clock_timestamp(), 'Frozen "safe"');
select is_empty($$select relation, contents from pg_temp.contents('Frozen "safe"') except select relation, contents from pg_temp.contents('ral')$$, 'a secured study is frozen whole');
select ok(not has_schema_privilege('reader', 'Frozen "safe"', 'usage'), 'for its owner');
grant usage on schema "Frozen ""safe""" to reader;
grant select on "Frozen ""safe""".endpoint_virology, "Frozen ""safe""".analysis_subject to reader;
set role reader;
select isnt_empty($$select * from endpoint_virology('Frozen "safe"')$$, 'he may let others read views');
select throws_ok($$select * from endpoint_cd4('Frozen "safe"')$$, '42501', null, 'and these alone');
reset role;
select * from finish();
drop owned by reader;
select format('drop owned by %s cascade', string_agg(quote_ident(role), ', ')) from _virotrial.study_role('ral') \gexec
select format('drop role %s', string_agg(quote_ident(role), ', ')) from _virotrial.study_role('ral') \gexec
-- One schema at a time: all of them at once would need more locks than the server has.
select format('drop schema %I cascade', nspname) from pg_namespace where nspowner = 'study_owner'::regrole \gexec
drop owned by study_owner cascade;
drop role study_owner, reader;
