-- No date or number of a study without bounds, by the catalogue: one row with an
-- infinite date would stop the endpoints of every site, and name no row.
set client_min_messages = warning;
set jit = off;
call create_study('ral');
call simulate_study('ral', subjects => 8, sites => 1, seed => 1);
analyze;
select no_plan();

\ir include/bounded_column.sql

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
    $$select name, "column", '-infinity' as value, 'accepted' as state from bounded_column where "column" in ('effective_from', 'valid_from')    -- from the beginning
        union all select 'vital_signs', name, '1', '23514' from unnest('{height_cm,temperature_celsius,systolic_mmhg,diastolic_mmhg,pulse_per_minute,respirations_per_minute}'::text[]) as name  -- of the living
        union all select 'protocol_approval', 'effective_from', day, 'accepted' from unnest('{infinity,1899-12-31}'::text[]) as day    -- a row of protocol
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

select * from finish();
