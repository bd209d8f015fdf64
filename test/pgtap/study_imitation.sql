-- Tables that only imitate a study: made by hand, with columns of other types,
-- or none, or NULL where a study has NOT NULL.  The trigger functions and the
-- functions that read tables refuse them, and never end the session.
set client_min_messages = warning;
select no_plan();
create temporary table session as select pg_backend_pid() as pid;

-- A schema that has no more than a table of rules; columns as in a study, or as given.
create procedure imitate(rule_columns text default $$name text, table_name text, query text, hint text, action text default 'refuse',
        screen text, anchors text[] default '{}', evidence text[] default '{}', active boolean default true, priority integer default 100$$)
    language plpgsql
as $$
begin
    drop schema if exists imitation cascade;
    create schema imitation;
    execute format('create table imitation.rule (%s)', rule_columns);
end;
$$;

-- What a rule's row, written where nothing checks it, makes of an insert into a guarded table.
create function with_rule(row_values text) returns text
    language plpgsql
as $$
begin
    call imitate();
    create table imitation.guarded (site_id text, subject_id text, n integer);
    call guard('imitation.guarded');
    execute 'insert into imitation.rule (name, table_name, query) values ' || row_values;
    insert into imitation.guarded values ('S1', '001', 1);
    return 'accepted';
exception when others then
    return sqlstate;
end;
$$;
select is(with_rule($$('r', 'guarded', 'select null, null, null, null from changed where false')$$), 'accepted', 'a rule');
select is(with_rule($$(null, 'guarded', 'select null, null, null, null from changed')$$), '22004', 'a rule without a name');
select is(with_rule($$('r', 'guarded', null)$$), '22004', 'without a query');
create function with_anchor() returns text
    language plpgsql
as $$
begin
    call imitate();
    create table imitation.guarded (site_id text, subject_id text, n integer);
    call guard('imitation.guarded');
    insert into imitation.rule (name, query, evidence) values ('r', 'select null, null, null, null from changed', '{guarded}');
    insert into imitation.guarded values ('S1', '001', 1);
    delete from imitation.guarded;
    return 'accepted';
exception when others then
    return sqlstate;
end;
$$;
select is(with_anchor(), '22004', 'without a table');

-- A table of rules whose columns are others, and the trigger that checks it.
create function with_rule_columns(columns text) returns text
    language plpgsql
as $$
begin
    call imitate(columns);
    create trigger changed_rules after insert on imitation.rule referencing new table as changed
        for each statement execute function rules_changed();
    insert into imitation.rule default values;
    create table imitation.guarded (site_id text, subject_id text, n integer);
    call guard('imitation.guarded');
    insert into imitation.guarded values ('S1', '001', 1);
    return 'accepted';
exception when others then
    return sqlstate;
end;
$$;
select is(with_rule_columns($$name text, table_name text, query text, hint text, action text, screen text, anchors text[], evidence text[], active boolean default true, priority integer$$),
    '22004', 'a rule of which all is null is checked');
select is(with_rule_columns($$name text, table_name text default 'rule', query text, hint text, action text, screen text, anchors text[], evidence text[], active boolean default true, priority integer$$),
    '22004', 'a rule without a name is checked');
select is(with_rule_columns($$name text default 'r', table_name text, query text, hint text, action text, screen text, anchors text[], evidence text[], active boolean default true, priority integer$$),
    '22004', 'a rule without a table is checked');
select is(with_rule_columns($$name integer default 1, table_name integer default 2, query bytea default '\x00', hint point, action text, screen text, anchors text[], evidence text[], active boolean default true, priority integer$$),
    '42883', 'columns of other types');
select is(with_rule_columns($$name text$$), '42703', 'a table of rules with one column');
select is(with_rule_columns($$name text, active integer default 1$$), '42703', 'a flag that is a number');

-- Viral loads
create function with_assay(assay_columns text, assay_values text, result_columns text, result_values text) returns text
    language plpgsql
as $$
declare
    result text;
begin
    call imitate();
    execute format('create table imitation.assay (%s)', assay_columns);
    execute format('insert into imitation.assay values (%s)', assay_values);
    execute format('create table imitation.result (%s)', result_columns);
    create trigger complete before insert on imitation.result for each row execute function complete_viral_load();
    execute format('insert into imitation.result values (%s) returning viral_load', result_values) into result;
    return coalesce(result, 'null');
exception when others then
    return sqlstate;
end;
$$;
select is(with_assay(a.columns, a.given, r.columns, r.given), expected, concat_ws(': ', a.columns, a.given, r.columns, r.given))
from (values
    ('assay text, effective_from date, lower_limit float8', $$'A', '2000-01-01', 50$$, 'assay text, collected date, viral_load viral_load', $$'A', '2001-01-01', 'TND'$$, 'TND<50'),
    ('assay text, effective_from date, lower_limit float8', $$'A', '2000-01-01', 50$$, 'assay text, collected date, viral_load viral_load', $$null, '2001-01-01', 'TND'$$, 'TND'),
    ('assay text, effective_from date, lower_limit float8', $$'A', '2000-01-01', 50$$, 'assay text, collected date, viral_load viral_load', $$'A', null, 'TND'$$, 'TND'),
    ('assay text, effective_from date, lower_limit float8', $$'A', '2000-01-01', 50$$, 'assay text, collected date, viral_load viral_load', $$'A', '2001-01-01', null$$, 'null'),
    ('assay text, effective_from date, lower_limit float8', $$null, '2000-01-01', 50$$, 'assay text, collected date, viral_load viral_load', $$'A', '2001-01-01', 'TND'$$, '22004'),
    ('assay text, effective_from date, lower_limit float8', $$'A', null, 50$$, 'assay text, collected date, viral_load viral_load', $$'A', '2001-01-01', 'TND'$$, '22004'),
    ('assay text, effective_from date, lower_limit float8', $$'A', '2000-01-01', null$$, 'assay text, collected date, viral_load viral_load', $$'A', '2001-01-01', 'TND'$$, '22004'),
    ('assay text, effective_from date, lower_limit float8', $$'A', '2000-01-01', 'NaN'$$, 'assay text, collected date, viral_load viral_load', $$'A', '2001-01-01', 'TND'$$, '22003'),
    ('assay text, effective_from date, lower_limit float8', $$'A', '2000-01-01', -5$$, 'assay text, collected date, viral_load viral_load', $$'A', '2001-01-01', 'TND'$$, '22003'),
    ('assay integer, effective_from date, lower_limit float8', $$1, '2000-01-01', 50$$, 'assay text, collected date, viral_load viral_load', $$'A', '2001-01-01', 'TND'$$, '42804'),
    ('assay text, effective_from text, lower_limit float8', $$'A', '2000-01-01', 50$$, 'assay text, collected date, viral_load viral_load', $$'A', '2001-01-01', 'TND'$$, '42804'),
    ('assay text, effective_from date, lower_limit numeric', $$'A', '2000-01-01', 50$$, 'assay text, collected date, viral_load viral_load', $$'A', '2001-01-01', 'TND'$$, '42804'),
    ('assay text, effective_from date, lower_limit bigint', $$'A', '2000-01-01', 50$$, 'assay text, collected date, viral_load viral_load', $$'A', '2001-01-01', 'TND'$$, '42804'),
    ('assay text, lower_limit float8', $$'A', 50$$, 'assay text, collected date, viral_load viral_load', $$'A', '2001-01-01', 'TND'$$, '42703'),
    ('assay text, effective_from date, lower_limit float8', $$'A', '2000-01-01', 50$$, 'assay text, collected date, viral_load bigint', $$'A', '2001-01-01', -1$$, '39P01'),
    ('assay text, effective_from date, lower_limit float8', $$'A', '2000-01-01', 50$$, 'assay text, collected date, viral_load text', $$'A', '2001-01-01', 'TND'$$, '39P01'),
    ('assay text, effective_from date, lower_limit float8', $$'A', '2000-01-01', 50$$, 'assay text, collected date, viral_load lab_value', $$'A', '2001-01-01', '1'$$, '39P01'),
    ('assay text, effective_from date, lower_limit float8', $$'A', '2000-01-01', 50$$, 'assay integer, collected date, viral_load viral_load', $$1, '2001-01-01', 'TND'$$, '39P01'),
    ('assay text, effective_from date, lower_limit float8', $$'A', '2000-01-01', 50$$, 'assay text, collected timestamp, viral_load viral_load', $$'A', '2001-01-01', 'TND'$$, '39P01'),
    ('assay text, effective_from date, lower_limit float8', $$'A', '2000-01-01', 50$$, 'viral_load viral_load', $$'TND'$$, '39P01')
    ) as c (a_columns, a_given, r_columns, r_given, expected)
cross join lateral (select a_columns as columns, a_given as given) as a
cross join lateral (select r_columns as columns, r_given as given) as r;

-- Laboratory results
create function with_unit(unit_columns text, unit_values text, result_columns text, result_values text) returns text
    language plpgsql
as $$
declare
    result text;
begin
    call imitate();
    execute format('create table imitation.lab_unit (%s)', unit_columns);
    execute format('insert into imitation.lab_unit values (%s)', unit_values);
    execute format('create table imitation.result (%s)', result_columns);
    create trigger complete before insert on imitation.result for each row execute function complete_lab_result();
    execute format('insert into imitation.result values (%s) returning standard_value', result_values) into result;
    return coalesce(result, 'null');
exception when others then
    return sqlstate;
end;
$$;
select is(with_unit(u.columns, u.given, r.columns, r.given), expected, concat_ws(': ', u.columns, u.given, r.columns, r.given))
from (values
    ('test text, unit text, multiplier float8, divisor float8', $$'T', 'U', 2, 1$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', '3'$$, '6'),
    ('test text, unit text, multiplier float8, divisor float8', $$'T', 'U', 2, 1$$, 'test text, unit text, value lab_value, standard_value lab_value', $$null, 'U', '3'$$, 'null'),
    ('test text, unit text, multiplier float8, divisor float8', $$'T', 'U', 2, 1$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', null, '3'$$, 'null'),
    ('test text, unit text, multiplier float8, divisor float8', $$'T', 'U', 2, 1$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', null$$, 'null'),
    ('test text, unit text, multiplier float8, divisor float8', $$'T', 'U', null, 1$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', '3'$$, '22004'),
    ('test text, unit text, multiplier float8, divisor float8', $$'T', 'U', 2, null$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', '3'$$, '22004'),
    ('test text, unit text, multiplier float8, divisor float8', $$'T', 'U', 2, 0$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', '3'$$, '22003'),
    ('test text, unit text, multiplier float8, divisor float8', $$'T', 'U', 'NaN', 1$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', '3'$$, '22003'),
    ('test text, unit text, multiplier float8, divisor float8', $$'T', 'U', 0, 1$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', '<3'$$, '22003'),
    ('test text, unit text, multiplier numeric, divisor float8', $$'T', 'U', 2, 1$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', '3'$$, '42804'),
    ('test text, unit text, multiplier float8, divisor text', $$'T', 'U', 2, 1$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', '3'$$, '42804'),
    ('test text, unit text, multiplier float8, divisor bigint', $$'T', 'U', 2, 1$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', '3'$$, '42804'),
    ('test text, unit text', $$'T', 'U'$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', '3'$$, '42703'),
    ('test text, unit text, multiplier float8, divisor float8', $$'T', 'U', 2, 1$$, 'test text, unit text, value bigint, standard_value bigint', $$'T', 'U', 3$$, '39P01'),
    ('test text, unit text, multiplier float8, divisor float8', $$'T', 'U', 2, 1$$, 'test text, unit text, value text, standard_value text', $$'T', 'U', 'three'$$, '39P01'),
    ('test text, unit text, multiplier float8, divisor float8', $$'T', 'U', 2, 1$$, 'test text, unit text, value viral_load, standard_value viral_load', $$'T', 'U', '3'$$, '39P01'),
    ('test text, unit text, multiplier float8, divisor float8', $$'T', 'U', 2, 1$$, 'test integer, unit text, value lab_value, standard_value lab_value', $$1, 'U', '3'$$, '39P01'),
    ('test text, unit text, multiplier float8, divisor float8', $$'T', 'U', 2, 1$$, 'standard_value lab_value', $$'3'$$, '39P01')
    ) as c (u_columns, u_given, r_columns, r_given, expected)
cross join lateral (select u_columns as columns, u_given as given) as u
cross join lateral (select r_columns as columns, r_given as given) as r;

-- The trigger functions on every kind of table
call imitate();
create table imitation.bare (n integer, gone text, m integer);
alter table imitation.bare drop column gone;
create table imitation.parted (site_id text, subject_id text, n integer) partition by list (n);
create table imitation.part (n integer, gone text, subject_id text, site_id text);
alter table imitation.part drop column gone;
alter table imitation.parted attach partition imitation.part for values in (1);
create view imitation.seen as select * from imitation.bare;
create foreign data wrapper no_wrapper;
create server no_server foreign data wrapper no_wrapper;
create foreign table imitation.far (site_id text, subject_id text) server no_server;
create table imitation.other_subject (site_id integer, subject_id point, entered_by integer, entered_at text);
create temporary table rule as select * from imitation.rule;
create temporary table here (site_id text, subject_id text);
create table imitation.protocol_of_nothing (k text);
create temporary table called as
select relation, function, format('create trigger odd %s on %s %s for each %s execute function %s()', timing, relation, referencing, level, function) as trigger
from unnest(array['imitation.bare', 'imitation.parted', 'imitation.part', 'imitation.seen', 'imitation.far', 'imitation.other_subject', 'pg_temp.here', 'imitation.rule', 'pg_temp.rule']) as relation
cross join unnest(array['stamp', 'complete_viral_load', 'complete_lab_result', 'enforce', 'freeze_eligibility', 'rules_changed']) as function
cross join (values ('before insert or update or delete', 'row', ''), ('after insert or update or delete', 'row', ''), ('instead of insert or update or delete', 'row', ''),
    ('before insert or update or delete', 'statement', ''), ('after insert', 'statement', 'referencing new table as changed'),
    ('after insert', 'statement', 'referencing new table as fresh'), ('after insert', 'row', 'referencing new table as changed'),
    ('after update', 'statement', 'referencing old table as removed new table as changed'),
    ('after delete', 'statement', 'referencing old table as removed'), ('after insert or update or delete', 'statement', ''),
    ('after truncate', 'statement', '')) as kind (timing, level, referencing);
create function odd(called) returns text
    language plpgsql
as $$
declare
    outcomes text[] := '{}';
    statement text;
begin
    begin
        execute $1.trigger;
    exception when others then
        return 'no trigger';
    end;
    foreach statement in array array['insert into %s default values', 'insert into %s (n) values (1)', 'insert into %s (site_id, subject_id) values (null, null)',
            'insert into %s (name, table_name) values (null, null)',
            'update %s set n = n', 'update %s set site_id = site_id', 'delete from %s', 'truncate %s'] loop
        begin
            execute format(statement, $1.relation);
            outcomes := outcomes || 'done';
        exception when others then
            outcomes := outcomes || sqlstate::text;
        end;
    end loop;
    execute 'drop trigger odd on ' || $1.relation;
    return array_to_string(outcomes, ' ');
end;
$$;
select is((select count(*) from called where odd(called) ~ '\mXX'), 0::bigint, 'every trigger on every table, and no internal error');

-- in_force on what is not a table of a protocol
create function in_force_of(definition text, row_values text, type text default 'imitation.versions') returns text
    language plpgsql
as $$
declare
    result text;
begin
    call imitate();
    execute definition;
    if row_values is not null then
        execute 'insert into imitation.versions values ' || row_values;
    end if;
    execute format('select in_force(null::%s, ''A'', ''2008-01-01'')::text', type) into result;
    return coalesce(result, 'null');
exception when others then
    return sqlstate;
end;
$$;
select is(in_force_of(definition, given), expected, concat_ws(' ', definition, given))
from (values
    ('create table imitation.versions (k text, effective_from date)', $$('A', '2000-01-01')$$, '(A,2000-01-01)'),
    ('create table imitation.versions (k text, effective_from date)', $$(null, '2000-01-01')$$, '(,2000-01-01)'),
    ('create table imitation.versions (k text, effective_from date)', $$('A', null)$$, '22004'),
    ('create table imitation.versions (k text, effective_from text)', $$('A', 'x')$$, '42804'),
    ('create table imitation.versions (k text, effective_from timestamp)', $$('A', '2000-01-01')$$, '42804'),
    ('create table imitation.versions (k text, effective_from date, versions integer)', $$('A', '2000-01-01', 7)$$, '42804'),
    ('create table imitation.versions (k text, effective_from date, versions text)', $$('A', '2000-01-01', 'x')$$, '42804'),
    ('create table imitation.versions (k text)', null, '42809'),
    ('create table imitation.versions ()', null, '42809'),
    ('create type imitation.versions as (k text, effective_from date)', null, '42809')
    ) as c (definition, given, expected);
select is(in_force_of('create view imitation.versions as select ''A''::text as k, date ''2000-01-01'' as effective_from', null), '(A,2000-01-01)', 'a view');
create function pg_temp.in_force_in_view() returns text
    language plpgsql
as $$
begin
    create function imitation.again() returns text language plpgsql as
        'begin return in_force(null::imitation.versions, ''A'', ''2008-01-01'')::text; end';
    create or replace view imitation.versions as select coalesce(imitation.again(), 'A')::text as k, effective_from from imitation.kept;
    return in_force(null::imitation.versions, 'A', '2008-01-01')::text;
exception when others then
    return sqlstate;
end;
$$;
call imitate();
create table imitation.kept as select 'A'::text as k, date '2000-01-01' as effective_from from generate_series(1, 1000);
create view imitation.versions as select k, effective_from from imitation.kept;
select is(in_force(null::imitation.versions, 'A', '2008-01-01')::text, '(A,2000-01-01)', 'a view that is read');
select is(pg_temp.in_force_in_view(), '42P19', 'and then reads itself');
select is(in_force(null::imitation.versions, 'A', '2008-01-01')::text, '(A,2000-01-01)', 'is as it was');
create table imitation.versions_again as select * from imitation.kept;
create function imitation.again(text) returns text language plpgsql as
    $$begin perform in_force(null::imitation.seen, 'A', '2008-01-01'); return $1; exception when invalid_recursion then return $1; end$$;
create view imitation.seen as select imitation.again(k) as k, effective_from from imitation.versions_again;
select is(in_force(null::imitation.seen, 'A', '2008-01-01')::text, '(A,2000-01-01)', 'one that catches the error');
select is(in_force(null::imitation.seen, 'A', '2008-01-01')::text, '(A,2000-01-01)', 'is read once more');

-- Rows by their keys
create table imitation.keyed (gone text, k integer, day date, primary key (k, day));
alter table imitation.keyed drop column gone;
select throws_ok($$select row_of(null::imitation.keyed, 'A')$$, '42809', null, 'a key of another type');
select throws_ok($$select last_row_until(null::imitation.keyed, '2008-01-01', 'A')$$, '42809', null, 'with a day');
select throws_ok($$select row_of(null::imitation.kept, 'A')$$, '42809', null, 'no key');
select throws_ok($$select row_of(null::imitation.keyed, variadic '{}')$$, '42809', null, 'a key of no columns');
select throws_ok($$select row_of(null::imitation.versions, 'A')$$, '42809', null, 'a view has no rows of its own');
select is(row_of(null::imitation.keyed, null)::text, null, 'null');

select is(pg_backend_pid(), (select pid from session), 'all of it in one session');
select * from finish();
