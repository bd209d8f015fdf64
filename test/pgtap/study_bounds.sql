-- No date or number of a study without bounds, by the catalogue: one row with an
-- infinite date would stop the endpoints of every site, and name no row.
set client_min_messages = warning;
call create_study('ral');
call simulate_study('ral', subjects => 8, sites => 1, seed => 1);
select no_plan();

create view bounded_column as
    select c.oid::regclass as "table", c.relname::text as name, a.attname::text as "column", a.atttypid::regtype::text as type
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'ral'::regnamespace and c.relkind = 'r'
        and a.atttypid in ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype, 'real'::regtype, 'float8'::regtype, 'numeric'::regtype)
        and a.attname <> 'entered_at'                 -- set by the database, whatever a statement says: below
        and c.relname <> 'simulated_candidate';       -- left by simulate_study; no view reads it

-- A copy of each table with the checks of single columns alone, in which a row may have one value.
create schema probe;
select format('create table probe.%I (like %s including constraints)', name, "table") from (select distinct "table", name from bounded_column) as t \gexec
select format('alter table probe.%I drop constraint %I', relname, conname)
from pg_constraint join pg_class on pg_class.oid = conrelid
where relnamespace = 'probe'::regnamespace and contype = 'c' and cardinality(conkey) <> 1 \gexec
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
create view probed as
    select name, "column", value, state_of(format('insert into probe.%I (%I) values (%L)', name, "column", value)) as state, is_bad
    from bounded_column
    join (values (true, true, '-infinity'), (true, true, 'infinity'), (true, true, '1899-12-31'), (true, false, '1900-01-01'), (true, false, '9999-12-31'),
        (false, true, 'NaN'), (false, true, 'Infinity'), (false, true, '-Infinity'), (false, false, '1')) as tried (is_day, is_bad, value)
        on is_day = (type ~ '^(date|timestamp)');
select ok((select count(*) > 40 from bounded_column), 'there are such columns');
select set_eq(
    $$select distinct name, "column", value, state from probed where state is distinct from case when is_bad then '23514' else 'accepted' end$$,
    $$select name, "column", '-infinity' as value, 'accepted' as state from bounded_column where "column" = 'effective_from'    -- from the beginning
        union all values ('hiv_diagnosis', 'diagnosed', '1900-01-01', '23514')$$,                             -- of HIV
    'a date is finite and from 1900 on, a number is one');

-- The same on the way in: by every kind of row, and for dates that are partial
select is(state_of(statement), '23514', statement)
from unnest(array[
    $$insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load) select site_id, subject_id, '-infinity', 'Quantiplex 3.0', '100' from ral.subject limit 1$$,
    $$update ral.viral_load_result set collected = 'infinity' where ctid = '(0,1)'$$,
    $$update ral.enrolment set first_dose = 'infinity' where ctid = '(0,1)'$$,
    $$update ral.adverse_event set onset = '1899' where ctid = '(0,1)'$$,
    $$update ral.adverse_event set onset = '0001-01-01' where ctid = '(0,1)'$$,
    $$update ral.assay set upper_limit = 'NaN'$$,
    $$update ral.hiv_diagnosis set diagnosed = '1980-12-31', confirmed = '2003-01-01' where ctid = '(0,1)'$$]) as statement;
select lives_ok($$update ral.site set entered_at = '-infinity', name = 'First'$$, 'a time of entry may be given');
select ok(bool_and(isfinite(entered_at)), 'and is not taken') from ral.site;

-- Whatever the columns accept at their ends, no view fails.
create function failing_views(statement text) returns text
    language plpgsql
as $$
declare
    name text;
    failed text := '';
begin
    set local session_replication_role = replica;
    begin
        execute statement;
    exception when check_violation or unique_violation then
        return '';
    end;
    for name in select relname from pg_class where relnamespace = 'ral'::regnamespace and relkind = 'v' order by relname loop
        begin
            execute format('select count(row::text) from ral.%I as row', name);
        exception when others then
            failed := format('%s%s: %s. ', failed, name, sqlerrm);
        end;
    end loop;
    raise exception using errcode = 'ZZ000', message = failed;
exception when sqlstate 'ZZ000' then
    return sqlerrm;
end;
$$;
-- numbers in every row, a date in one
-- numbers of days, weeks, years
select is(failing_views(statement), '', statement)
from (
    select format('update ral.%I set %I = %s', relname, attname, case format_type(atttypid, null) when 'smallint' then value / 65536 else value end) as statement
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    cross join unnest(array[-36525, 36525, 2147483647]) as value
    where c.relnamespace = 'ral'::regnamespace and c.relkind = 'r' and a.atttypid in ('int2'::regtype, 'int4'::regtype)
        -- what the protocol has; a subject's rows have no numbers of days
        and not exists (select from pg_attribute where attrelid = c.oid and attname in ('subject_id', 'algorithm_drug', 'compiled', 'condition'))) as change;
select is(failing_views(statement), '', statement)
from (
    -- one limit of normal alone
    select format('update %s set %I = null, %I = %L where unit is not null', "table", other, "column", value) as statement
    from bounded_column
    join (values ('lln', 'uln'), ('uln', 'lln')) as pair ("column", other) using ("column")
    cross join unnest(array['-1e12', '-1e-12', '0', '1e-12', '1e12']) as value
    union all
    select format('update ral.lab_result set value = %1$L, standard_value = %1$L where %2$s', value, part)
    from unnest(array['-1e15', '-1e-15', '0', '1e-15', '1e15', '<1e15', '>1e15', '<-1e15', '>-1e15']) as value
    cross join unnest(array['value is not null', 'value is not null and collected > ''2008-06-30''']) as part
    union all
    select format('update ral.viral_load_result set viral_load = %L where %s', value, part)
    from unnest(array['1e-9', '1e15', '<1e-9', '<1e15', 'TND<1e-9', 'TND<1e15', 'TND', '>1e-9', '>1e15']) as value
    cross join unnest(array['true', 'visit = ''screening''']) as part
    union all
    select format('update %s set %I = %L', "table", "column", value) || case when is_day then format(' where ctid = (select min(ctid) from %s)', "table") else '' end as statement
    from (select "table", "column", type ~ '^(date|timestamp)' as is_day from bounded_column
        -- what is generated is reached through what it comes from
        union all values ('ral.adverse_event'::regclass, 'onset', true), ('ral.adverse_event', 'ended', true)) as changed
    join (values (true, '1900-01-01'), (true, '9999-12-31'), (false, '1e-300'), (false, '1e-12'), (false, '1e12'), (false, '1e300'), (false, '0'), (false, '10')) as extreme (is_day, value) using (is_day)
    where "column" !~ '^(onset|ended)_(first|last)$' or "table" <> 'ral.adverse_event'::regclass) as change;

select * from finish();
