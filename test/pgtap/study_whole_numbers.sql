-- No number of a study is rounded, by the catalogue: a column of type integer
-- takes a literal of 2.5 for 3 without a word, a whole_number refuses it.
set client_min_messages = warning;
call create_study('ral');
select no_plan();

create view number_column as
    select c.oid::regclass as "table", c.relname::text as name, a.attname::text as "column", a.atttypid::regtype::text as type
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'ral'::regnamespace and c.relkind in ('r', 'p') and c.relname !~ '_history$'
        and (a.atttypid in (select oid from pg_type where typname ~ '^_?int[248]$') or a.atttypid in ('whole_number'::regtype, 'whole_number[]'::regtype));

-- As doc/decisions.md lists them
select set_eq(
    $$select name, "column" from number_column where type !~ 'whole_number' and "column" <> 'entered_in'$$,
    $$values ('change', 'change_id'), ('query', 'query_id'), ('query_event', 'query_id'), ('query_event', 'step'), ('source_verification', 'verification_id'),
        ('seal', 'block'), ('seal', 'leaves'), ('seal_leaf', 'block'), ('exchange_seal', 'block'), ('exchange_seal', 'leaves'), ('data_lock', 'lock_id'), ('signature', 'signature_id'),
        ('signature', 'records'), ('delivered_file', 'delivered_file_id'), ('site_feed', 'arrived'), ('site_feed', 'compared_to'), ('site_feed', 'equal_to'), ('quarantine', 'quarantine_id'),                               -- the database numbers and counts these
        ('delivered_file', 'lines'), ('delivered_file', 'entered'), ('delivered_file', 'corrected'), ('delivered_file', 'known'),
        ('delivered_file', 'refused'),                                                                   -- the loading of the file counts these
        ('lab_unit', 'power'),                                                                           -- is generated
        ('resistance_algorithm_comment', 'sort'), ('resistance_algorithm_level', 'level'), ('resistance_algorithm_rule', 'rule'),
        ('resistance_algorithm_rule', 'item'), ('resistance_algorithm_rule', 'maximum'), ('resistance_algorithm_rule', 'level')$$,    -- load_resistance_algorithm reads them as text
    'an integer is what the database writes itself');

-- A copy of each table with the checks of single columns alone, in which a row may have one value
create schema probe;
select format('create table probe.%I (like %s including constraints)', name, "table") from (select distinct "table", name from number_column) as t \gexec
select format('alter table probe.%I drop constraint %I', relname, conname)
from pg_constraint join pg_class on pg_class.oid = conrelid
where relnamespace = 'probe'::regnamespace and contype = 'c' and cardinality(conkey) <> 1 \gexec
select format('alter table probe.%I drop constraint %I', relname, conname)
from pg_constraint join pg_class on pg_class.oid = conrelid
where relnamespace = 'probe'::regnamespace and contype = 'c' and pg_get_constraintdef(pg_constraint.oid) ~ 'IS NOT NULL' \gexec
select format('alter table probe.%I alter %I drop not null', relname, attname)
from pg_class join pg_attribute on attrelid = pg_class.oid
where relnamespace = 'probe'::regnamespace and relkind = 'r' and attnum > 0 and attnotnull \gexec
create function state_of(statement text) returns text
    language plpgsql
as $$
begin
    execute statement;
    return 'accepted';
exception when others then
    return sqlstate;
end;
$$;
select ok((select count(*) > 30 from number_column where type ~ 'whole_number'), 'there are such columns');
-- A literal, an expression, a text as COPY takes it, an update
create view tried as
    select name, "column", type, value, is_whole, statement, state_of(statement) as state
    from number_column
    cross join (values ('0.5', false), ('2.7', false), ('1.5::float8', false), ($$'0.5'$$, false), ($$'1e-3'$$, false), ($$'NaN'$$, false), ($$'Infinity'$$, false),
        ('2147483648', false), ('1', true), ($$'1'$$, true), ('1::smallint', true), ('2::float8', true)) as given (value, is_whole)
    cross join lateral unnest(array[
        format('insert into probe.%I (%I) values (%s)', name, "column", case when type ~ '\[\]$' then format('array[%s]::numeric[]', value) else value end),
        format('insert into probe.%1$I (%2$I) values (%3$s); update probe.%1$I set %2$I = %4$s', name, "column",
            case when type ~ '\[\]$' then $$'{1}'$$ else '1' end, case when type ~ '\[\]$' then format('array[%s]::numeric[]', value) else value end)]) as statement
    where type ~ 'whole_number';
select is_empty(
    $$select name, "column", statement, state from tried where state <> case when is_whole then 'accepted' else '23514' end$$,
    'each refuses what is not whole, and takes what is');
select throws_ok($$select amend_protocol_with('ral', '2010-01-01', '{"minimum_age": 18.5}')$$, '22023', null, 'an amendment cannot either');
select throws_like($$update ral.protocol set minimum_age = 18.5$$, '%whole_number_is_not_rounded%', 'the error says why');
select is(ral.protocol_in_force::text, '18', 'and nothing was rounded') from (select minimum_age from ral.protocol_in_force('S1', '2009-01-01')) as ral (protocol_in_force);

-- A day window of a period is an integer, that days can be computed with.
select is(date '2009-01-01' + target_day - 1, date '2009-06-18', 'week 24') from ral.visit_definition_period where visit = 'week 24';
select finish();
