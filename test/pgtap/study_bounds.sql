-- No date or number of a study without bounds, by the catalogue: one row with an
-- infinite date would stop the endpoints of every site, and name no row.
set client_min_messages = warning;
set jit = off;
call create_study('ral');
call simulate_study('ral', subjects => 8, sites => 1, seed => 1);
analyze;
select no_plan();

create view bounded_column as
    select c.oid::regclass as "table", c.relname::text as name, a.attname::text as "column", a.atttypid::regtype::text as type
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'ral'::regnamespace and c.relkind = 'r'
        and a.atttypid in ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype, 'real'::regtype, 'float8'::regtype, 'numeric'::regtype)
        and a.attname not in ('entered_at', 'seen_at')   -- set by the database, whatever a statement says: below
        and c.relname not in ('change', 'seal') and c.relname !~ '_history$'   -- the database alone writes them
        and c.relname <> 'simulated_candidate';       -- left by simulate_study; no view reads it

-- A copy of each table with the checks of single columns alone, in which a row may have one value.
create schema probe;
select format('create table probe.%I (like %s including constraints)', name, "table") from (select distinct "table", name from bounded_column) as t \gexec
select format('alter table probe.%I drop constraint %I', relname, conname)
from pg_constraint join pg_class on pg_class.oid = conrelid
where relnamespace = 'probe'::regnamespace and contype = 'c'
    and (cardinality(conkey) <> 1 or pg_get_constraintdef(pg_constraint.oid) like '%(kind IS NOT NULL)%') \gexec
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
        union all select 'vital_signs', name, '1', '23514' from unnest('{height_cm,temperature_celsius,systolic_mmhg,diastolic_mmhg,pulse_per_minute,respirations_per_minute}'::text[]) as name  -- of the living
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

-- Whatever the columns accept at their ends, no view fails.  The statements are
-- those of one table; what a check refuses is left out.
create function failing_views(statements text[], of_report boolean default false) returns text
    language plpgsql
as $$
declare
    statement text;
    name text;
    failed text := '';
    is_changed boolean := false;
begin
    set local session_replication_role = replica;
    foreach statement in array statements loop
        begin
            execute statement;
            is_changed := true;
        exception when check_violation or unique_violation then
        end;
    end loop;
    for name in select relname from pg_class
        where is_changed and relnamespace = 'ral'::regnamespace and relkind = 'v'
            and relname ~ '^_result_|^figure_point' = of_report and relname <> 'analysis_result' order by relname
    loop
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
create view change as
    -- a date in one row; what is generated is reached through what it comes from
    select "table"::text, value,
        format('update %s set %I = %L where ctid = (select min(ctid) from %1$s)', "table", "column", value) as statement
    from (select "table", "column" from bounded_column
        where type ~ '^(date|timestamp)' and "column" !~ '^(onset|ended)_(first|last)$'
        union all values ('ral.adverse_event'::regclass, 'onset'), ('ral.adverse_event', 'ended')) as day
    cross join unnest(array['1900-01-01', '9999-12-31']) as value
    union all
    -- numbers in every row
    select "table"::text, value, format('update %s set %I = %L', "table", "column", value)
    from bounded_column
    cross join unnest(array['1e-12', '1e12', '1e300', '0', '10']) as value
    where type !~ '^(date|timestamp)'
    union all
    -- one limit of normal alone
    select "table"::text, "column" || ' ' || value,
        format('update %s set %I = null, %I = %L where unit is not null', "table", other, "column", value)
    from bounded_column
    join (values ('lln', 'uln'), ('uln', 'lln')) as pair ("column", other) using ("column")
    cross join unnest(array['-1e12', '0', '1e-12', '1e12']) as value
    union all
    -- days of the protocol
    select c.oid::regclass::text, value::text, format('update ral.%I set %I = %s', relname, attname, value)
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    cross join unnest(array[-36525, 36525, 2147483647]) as value
    where relname in ('protocol', 'visit_definition', 'snapshot_window', 'reference_range')
        and c.relnamespace = 'ral'::regnamespace and a.atttypid = 'whole_number'::regtype
    union all
    -- results, all of them or the later ones
    select 'ral.lab_result', part || ' ' || value,
        format('update ral.lab_result set value = %1$L, standard_value = %1$L where value is not null and %2$s', value, part)
    from unnest(array['-1e15', '0', '1e15', '<1e15', '>-1e15']) as value
    cross join unnest(array['true', 'collected > ''2008-06-30''']) as part
    union all
    select 'ral.viral_load_result', part || ' ' || value,
        format('update ral.viral_load_result set viral_load = %L where %s', value, part)
    from unnest(array['1e-9', '1e15', 'TND<1e15', 'TND', '>1e15']) as value
    cross join unnest(array['true', 'visit = ''screening''']) as part;
select is(failing_views(array_agg(statement)), '', format('%s: %s', "table", value))
from change
group by "table", value
order by "table", value;
-- Those of the report take seconds: once for each value, wherever it may stand.
select is(failing_views(array_agg(statement), true), '', 'the report: ' || value)
from change
where value in ('9999-12-31', '1e300', '36525')
group by value
order by value;

select * from finish();
