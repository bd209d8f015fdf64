-- Tables that only imitate a study: made by hand, with columns of other types,
-- or none, or NULL where a study has NOT NULL.  The trigger functions and the
-- functions that read tables refuse them, and never end the session.
set client_min_messages = warning;
select no_plan();
create temporary table session as select pg_backend_pid() as pid;

-- A schema that has no more than tables of rules and contexts; columns as in a study, or as given.
create procedure imitate(
        rule_columns text default $$name text, table_name text, condition text, query text, item text, reason text, hint text,
            action text default 'refuse', asks boolean default false, asked_column text, holds text default 'always', scope text default 'subject', unknown_refuses boolean default false,
            anchors text[] default '{}', evidence text[] default '{}', active boolean default true, priority integer default 100$$,
        context_columns text default 'table_name text, query text')
    language plpgsql
as $$
begin
    drop schema if exists imitation cascade;
    create schema imitation;
    execute format('create table imitation.rule (%s)', rule_columns);
    execute format('create table imitation.rule_context (%s)', context_columns);
end;
$$;

-- What a rule's row, written where nothing checks it, makes of an insert into a guarded table.
create function with_rule(row_values text) returns text
    language plpgsql
as $$
begin
    call imitate();
    create table imitation.guarded (site_id text, subject_id text, n integer primary key);
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
select is(with_rule($$('r', 'guarded', null)$$), '42601', 'without a query or a condition');
select is(with_rule($$('r', 'nowhere', 'select null, null, null, null from changed')$$), '42P01', 'of a table that is not there');
create function with_anchor() returns text
    language plpgsql
as $$
begin
    call imitate();
    create table imitation.guarded (site_id text, subject_id text, n integer primary key);
    call guard('imitation.guarded');
    insert into imitation.rule (name, query, evidence) values ('r', 'select null, null, null, null from changed', '{guarded}');
    insert into imitation.guarded values ('S1', '001', 1);
    delete from imitation.guarded;
    return 'accepted';
exception when others then
    return sqlstate;
end;
$$;
select is(with_anchor(), '42P01', 'without a table');

-- A table of rules whose columns are others, and the trigger that checks it.
create function with_rule_columns(columns text) returns text
    language plpgsql
as $$
begin
    call imitate(columns);
    create trigger changed_rules after insert on imitation.rule referencing new table as changed
        for each statement execute function _virotrial.rules_changed();
    insert into imitation.rule default values;
    create table imitation.guarded (site_id text, subject_id text, n integer primary key);
    call guard('imitation.guarded');
    insert into imitation.guarded values ('S1', '001', 1);
    return 'accepted';
exception when others then
    return sqlstate;
end;
$$;
create function rule_columns(names text) returns text
    language sql return names || ', condition text, query text, item text, reason text, hint text, action text, asks boolean, asked_column text, holds text, scope text,
        unknown_refuses boolean, anchors text[], evidence text[], active boolean default true, priority integer';
select is(with_rule_columns(rule_columns('name text, table_name text')), '42P01', 'a rule of which all is null is checked');
select is(with_rule_columns(rule_columns($$name text, table_name text default 'rule'$$)), '22004', 'a rule without a name is checked');
select is(with_rule_columns(rule_columns($$name text default 'r', table_name text$$)), '42P01', 'a rule without a table is checked');
select is(with_rule_columns($$name integer default 1, table_name integer default 2, condition point, query bytea default '\x00', item text, reason text, hint point,
        action text, asks boolean, asked_column text, holds text, scope text, unknown_refuses boolean, anchors text[], evidence text[], active boolean default true, priority integer$$),
    '42804', 'columns of other types');
select is(with_rule_columns($$name text$$), '42703', 'a table of rules with one column');
select is(with_rule_columns($$name text, active integer default 1$$), '42703', 'a flag that is a number');

-- The same of a table of contexts.
create function with_context(context_columns text, row_values text) returns text
    language plpgsql
as $$
begin
    call imitate(context_columns => context_columns);
    create table imitation.guarded (site_id text, subject_id text, n integer primary key);
    call guard('imitation.guarded');
    insert into imitation.rule (name, table_name, condition) values ('r', 'guarded', 'n > 1');
    execute 'insert into imitation.rule_context values ' || row_values;
    insert into imitation.guarded values ('S1', '001', 1);
    begin
        insert into imitation.guarded values ('S1', '001', 2);
        return 'not judged';
    exception when check_violation then
        return 'accepted';
    end;
exception when others then
    return sqlstate;
end;
$$;
select is(with_context(columns, given), expected, concat_ws(': ', columns, given))
from (values
    ('table_name text, query text', $$('guarded', 'select changed.*, null::text as item from changed')$$, 'accepted'),
    ('table_name text, query text', $$('guarded', 'select changed.* from changed')$$, '42703'),
    ('table_name text, query text', $$('guarded', 'select changed.*, point(1, 1) as item from changed')$$, 'accepted'),
    ('table_name text, query text', $$('guarded', 'select null::point as site_id, subject_id, n, null as item from changed')$$, 'accepted'),
    ('table_name text, query text', $$('guarded', 'select site_id, n, null as item from changed')$$, '42703'),
    ('table_name text, query text', $$('guarded', 'select 1 from nowhere')$$, '42P01'),
    ('table_name text, query text', $$('guarded', 'delete from imitation.guarded returning *')$$, '42601'),
    ('table_name text, query text', $$('guarded', null)$$, '42601'),
    ('table_name text, query text', $$(null, null)$$, 'accepted'),
    ('table_name text, query integer', $$('guarded', 1)$$, '42601'),
    ('table_name text, query bytea', $$('guarded', '\x00')$$, '42601'),
    -- PostgreSQL 16 and later miss an operator before they compare the types
    ('table_name integer, query text', $$(1, 'select 1')$$,
        case when current_setting('server_version_num')::int >= 160000 then '42883' else '42804' end),
    ('table_name text', $$('guarded')$$, '42703')
    ) as c (columns, given, expected);
call imitate();
drop table imitation.rule_context;
create table imitation.guarded (site_id text, subject_id text, n integer primary key);
call guard('imitation.guarded');
select throws_ok($$insert into imitation.guarded values ('S1', '001', 1)$$, '42P01', null, 'no table of contexts');

-- Viral loads
-- What the tables have beside the columns that are tried is right, unless it is given.
create function with_assay(assay_columns text, assay_values text, result_columns text, result_values text,
        more_of_assay text default 'upper_limit float8 default 500000, iu_per_copy float8',
        more_of_result text default 'reported text, reported_unit text', words text default $$text[] return array[['LDL', 'below']]$$) returns text
    language plpgsql
as $$
declare
    result text;
begin
    call imitate();
    execute format('create table imitation.assay (%s)', concat_ws(', ', assay_columns, more_of_assay));
    execute format('insert into imitation.assay values (%s)', assay_values);
    execute format('create table imitation.result (%s)', concat_ws(', ', result_columns, more_of_result));
    execute 'create function imitation.result_words() returns ' || words;
    create trigger complete before insert on imitation.result for each row execute function _virotrial.complete_viral_load();
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
-- A text that is read needs more of the study, and every type of it is looked at.
select is(with_assay('assay text, effective_from date, lower_limit float8', $$'A', '2000-01-01', 50$$,
        'assay text, collected date, viral_load viral_load', $$'A', '2001-01-01', null, $$ || coalesce(quote_literal(reported), 'null'),
        more_of_assay, more_of_result, words), expected, concat_ws(': ', reported, more_of_assay, more_of_result, words))
from (values
    ('LDL', 'upper_limit float8 default 500000, iu_per_copy float8', 'reported text, reported_unit text', $$text[] return array[['LDL', 'below']]$$, '<50'),
    ('4.68 log', 'upper_limit float8 default 500000, iu_per_copy float8', 'reported text, reported_unit text', $$text[] return null::text[]$$, '47863.0092322638'),
    ('4.68 log', 'upper_limit float8 default 500000, iu_per_copy float8', 'reported text, reported_unit text', $$text[] return '{}'::text[]$$, '47863.0092322638'),
    ('17 IU/mL', 'upper_limit float8 default 500000, iu_per_copy float8 default 0.1', 'reported text, reported_unit text', $$text[] return '{}'::text[]$$, '170'),
    ('17 IU/mL', 'upper_limit float8 default 500000, iu_per_copy float8 default ''NaN'' ', 'reported text, reported_unit text', $$text[] return '{}'::text[]$$, '22P02'),
    ('17 IU/mL', 'upper_limit float8 default 500000, iu_per_copy float8 default -1', 'reported text, reported_unit text', $$text[] return '{}'::text[]$$, '22P02'),
    ('LDL', 'upper_limit float8 default 500000, iu_per_copy float8', 'reported text, reported_unit text', $$text[] return array['LDL', 'below']$$, '22023'),
    ('LDL', 'upper_limit float8 default 500000, iu_per_copy float8', 'reported text, reported_unit text', $$text[] return array[['LDL', null]]$$, '22023'),
    ('LDL', 'upper_limit float8 default 500000, iu_per_copy float8', 'reported text, reported_unit text', $$text[] return array[['LDL', 'exact']]$$, '22023'),
    ('LDL', 'upper_limit float8 default 500000, iu_per_copy float8', 'reported text, reported_unit text', $$text return 'LDL'$$, '42804'),
    ('LDL', 'upper_limit float8 default 500000, iu_per_copy float8', 'reported text, reported_unit text', $$integer[] return '{1}'::integer[]$$, '42804'),
    ('LDL', 'upper_limit float8 default 500000, iu_per_copy float8', 'reported text, reported_unit text', $$setof text[] language sql stable as 'select null::text[] where false'$$, '<50'),
    ('LDL', 'upper_limit float8, iu_per_copy float8', 'reported text, reported_unit text', $$text[] return null::text[]$$, '22004'),
    ('LDL', 'upper_limit numeric default 500000, iu_per_copy float8', 'reported text, reported_unit text', $$text[] return null::text[]$$, '42804'),
    ('LDL', 'upper_limit float8 default 500000, iu_per_copy numeric', 'reported text, reported_unit text', $$text[] return null::text[]$$, '42804'),
    ('LDL', 'upper_limit float8 default 500000', 'reported text, reported_unit text', $$text[] return null::text[]$$, '42703'),
    ('LDL', 'upper_limit float8 default 500000, iu_per_copy float8', 'reported varchar, reported_unit text', $$text[] return null::text[]$$, '39P01'),
    ('LDL', 'upper_limit float8 default 500000, iu_per_copy float8', 'reported text, reported_unit integer', $$text[] return null::text[]$$, '39P01'),
    ('LDL', 'upper_limit float8 default 500000, iu_per_copy float8', 'reported text', $$text[] return null::text[]$$, '39P01')
    ) as t (reported, more_of_assay, more_of_result, words, expected);

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
    create trigger complete before insert on imitation.result for each row execute function _virotrial.complete_lab_result();
    execute format('insert into imitation.result values (%s) returning standard_value', result_values) into result;
    return coalesce(result, 'null');
exception when others then
    return sqlstate;
end;
$$;
select is(with_unit(u.columns, u.given, r.columns, r.given), expected, concat_ws(': ', u.columns, u.given, r.columns, r.given))
from (values
    ('test text, kind text, power integer, multiplier float8, divisor float8', $$'T', 'U', 0, 2, 1$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', '3'$$, '6'),
    ('test text, kind text, power integer, multiplier float8, divisor float8', $$'T', 'U', 0, 2, 1$$, 'test text, unit text, value lab_value, standard_value lab_value', $$null, 'U', '3'$$, 'null'),
    ('test text, kind text, power integer, multiplier float8, divisor float8', $$'T', 'U', 0, 2, 1$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', null, '3'$$, 'null'),
    ('test text, kind text, power integer, multiplier float8, divisor float8', $$'T', 'U', 0, 2, 1$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', null$$, 'null'),
    ('test text, kind text, power integer, multiplier float8, divisor float8', $$'T', 'U', 0, null, 1$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', '3'$$, '22004'),
    ('test text, kind text, power integer, multiplier float8, divisor float8', $$'T', 'U', 0, 2, null$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', '3'$$, '22004'),
    ('test text, kind text, power integer, multiplier float8, divisor float8', $$'T', 'U', 0, 2, 0$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', '3'$$, '22003'),
    ('test text, kind text, power integer, multiplier float8, divisor float8', $$'T', 'U', 0, 'NaN', 1$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', '3'$$, '22003'),
    ('test text, kind text, power integer, multiplier float8, divisor float8', $$'T', 'U', 0, 0, 1$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', '<3'$$, '22003'),
    ('test text, kind text, power integer, multiplier numeric, divisor float8', $$'T', 'U', 0, 2, 1$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', '3'$$, '42804'),
    ('test text, kind text, power integer, multiplier float8, divisor text', $$'T', 'U', 0, 2, 1$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', '3'$$, '42804'),
    ('test text, kind text, power integer, multiplier float8, divisor bigint', $$'T', 'U', 0, 2, 1$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', '3'$$, '42804'),
    ('test text, kind text', $$'T', 'U'$$, 'test text, unit text, value lab_value, standard_value lab_value', $$'T', 'U', '3'$$, '42703'),
    ('test text, kind text, power integer, multiplier float8, divisor float8', $$'T', 'U', 0, 2, 1$$, 'test text, unit text, value bigint, standard_value bigint', $$'T', 'U', 3$$, '39P01'),
    ('test text, kind text, power integer, multiplier float8, divisor float8', $$'T', 'U', 0, 2, 1$$, 'test text, unit text, value text, standard_value text', $$'T', 'U', 'three'$$, '39P01'),
    ('test text, kind text, power integer, multiplier float8, divisor float8', $$'T', 'U', 0, 2, 1$$, 'test text, unit text, value viral_load, standard_value viral_load', $$'T', 'U', '3'$$, '39P01'),
    ('test text, kind text, power integer, multiplier float8, divisor float8', $$'T', 'U', 0, 2, 1$$, 'test integer, unit text, value lab_value, standard_value lab_value', $$1, 'U', '3'$$, '39P01'),
    ('test text, kind text, power integer, multiplier float8, divisor float8', $$'T', 'U', 0, 2, 1$$, 'standard_value lab_value', $$'3'$$, '39P01')
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
create table imitation.subject (site_id text, subject_id text, n integer);
create table imitation.query (subject_id text, n integer);
create table imitation.other_subject (site_id integer, subject_id point, entered_by integer, entered_at text);
create temporary table rule as select * from imitation.rule;
create temporary table here (site_id text, subject_id text);
create table imitation.protocol_of_nothing (k text);
create temporary table called as
select relation, function, format('create trigger odd %s on %s %s for each %s execute function _virotrial.%s()', timing, relation, referencing, level, function) as trigger
from unnest(array['imitation.bare', 'imitation.parted', 'imitation.part', 'imitation.seen', 'imitation.far', 'imitation.subject', 'imitation.query', 'imitation.other_subject', 'pg_temp.here', 'imitation.rule', 'imitation.rule_context', 'pg_temp.rule']) as relation
cross join (select proname from pg_proc where pronamespace = '_virotrial'::regnamespace and prorettype = 'trigger'::regtype
    and prolang = (select oid from pg_language where lanname = 'c')) as c (function)
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
    foreach statement in array array['insert into %s default values', 'insert into %s (n) values (1)', 'insert into %s (site_id, subject_id) values (null, null)', 'insert into %s (subject_id) values (''001'')',
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
create temporary table outcome as select odd(called) as outcome from called;
select is((select count(*) from outcome where outcome ~ '\mXX'), 0::bigint, 'every trigger on every table, and no internal error');
select isnt((select count(*) from outcome where outcome <> 'no trigger'), 0::bigint, 'triggers were made');

select is(pg_backend_pid(), (select pid from session), 'all of it in one session');
select * from finish();
