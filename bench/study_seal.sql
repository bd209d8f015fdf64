-- A seal of a million results, and its verification: rows a second, by one process and
-- with parallel workers; and what the seal takes of the disk beside the rows.  A second
-- of the processor is one of a process alone: its workers are not counted.

set client_min_messages = warning;
\ir study/processor.sql
call create_study('ral');
insert into ral.site (site_id, name) values ('S1', 'First');
-- As if they had been entered in one change; the load with its rules is measured elsewhere.
set session_replication_role = replica;
insert into ral.subject (site_id, subject_id, birth_date, sex, entered_by, entered_at, entered_in)
    select 'S1', 'S1-' || i, date '1970-01-01' + i % 9000, 'male', session_user, now(), (select max(change_id) from ral.change)
    from generate_series(1, 25000) as i;
insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load, entered_by, entered_at, entered_in)
    select 'S1', 'S1-' || i, date '2008-01-01' + 28 * n, 'Roche Amplicor HIV-1 Monitor 1.5', (100 + (i * 37 + n * 911) % 90000)::text::viral_load,
        session_user, now(), (select max(change_id) from ral.change)
    from generate_series(1, 25000) as i, generate_series(1, 40) as n;
reset session_replication_role;
vacuum analyze ral.subject, ral.viral_load_result;
checkpoint;

create temporary table run (what text, seconds double precision, processor double precision);
create procedure pg_temp.timed(what text, statement text)
    language plpgsql
as $$
declare
    began timestamptz := clock_timestamp();
    used double precision := processor_seconds();
begin
    execute statement;
    insert into run values (what, extract(epoch from clock_timestamp() - began),
        case when current_setting('max_parallel_workers_per_gather') = '0' then processor_seconds() - used end);
end;
$$;
call pg_temp.timed('seal', 'call seal(''ral'')');
vacuum analyze ral.seal_leaf;
do $$
begin
    for round in 1 .. 3 loop
        perform set_config('max_parallel_workers_per_gather', '0', false);
        call pg_temp.timed('verify, one process', 'select * from verify(''ral'')');
        perform set_config('max_parallel_workers_per_gather', '2', false);
        call pg_temp.timed('verify, two workers', 'select * from verify(''ral'')');
    end loop;
end;
$$;
select what, round(percentile_cont(0.5) within group (order by seconds)::numeric, 2) as seconds,
    round((leaves / percentile_cont(0.5) within group (order by seconds))::numeric) as rows_a_second,
    round((leaves / percentile_cont(0.5) within group (order by processor))::numeric) as rows_a_second_of_the_processor
from run, (select sum(leaves) as leaves from ral.seal) as seal group by what, leaves order by what;
select pg_size_pretty(pg_table_size('ral.viral_load_result')) as results, pg_size_pretty(pg_indexes_size('ral.viral_load_result')) as their_indexes,
    pg_size_pretty(pg_total_relation_size('ral.seal_leaf')) as leaves, round(avg(length(entry))) as bytes_of_an_entry,
    pg_size_pretty(count(*) * 32) as digests_alone
from ral.seal_leaf;
call drop_study('ral', with_subjects => true);
