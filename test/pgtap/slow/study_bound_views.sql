-- Whatever the columns of a study accept at their ends, no view of it fails.  Each
-- value of each table has all views read, which takes minutes.
set client_min_messages = warning;
set jit = off;
call create_study('ral');
call simulate_study('ral', subjects => 8, sites => 1, seed => 1);
analyze;
select no_plan();
\ir ../include/bounded_column.sql

-- The statements are those of one table; what a check refuses is left out.
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
