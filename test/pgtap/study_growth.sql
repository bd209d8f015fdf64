-- What is asked of all subjects at once reads the rows of each a few times, however many
-- they are: verdicts on candidates, and viral loads of which a day has several.
set client_min_messages = warning;
select plan(4);
call create_study('ral');
call simulate_study('ral', subjects => 90, sites => 3, seed => 5);
set search_path = ral, public;
set jit = off;

-- Rows read of the tables that grow with the subjects, while a statement runs
create function pg_temp.rows_read() returns bigint language sql volatile
    return (select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) from pg_stat_xact_user_tables
        where schemaname = 'ral' and exists (select from pg_attribute where attrelid = relid and attname = 'subject_id'));
create function pg_temp.rows_read_by(statement text) returns bigint language plpgsql as $$
declare
    before constant bigint := pg_temp.rows_read();
begin
    execute statement;
    return pg_temp.rows_read() - before;
end;
$$;
create function pg_temp.verdicts(subjects integer) returns text language sql immutable
    return format('select count(*) from eligibility_of(%L, array(select (site_id, subject_id, enrolled)::candidate
        from ral.enrolment order by site_id, subject_id limit %s))', 'ral', subjects);

analyze;
begin;
select cmp_ok(pg_temp.rows_read_by(pg_temp.verdicts(80)), '<', 6 * pg_temp.rows_read_by(pg_temp.verdicts(20)),
    'four times the candidates read about four times the rows');
commit;

-- every fifth sample is measured twice
set session_replication_role = replica;
insert into viral_load_result (site_id, subject_id, collected, replicate, visit, assay, viral_load)
select site_id, subject_id, collected, 2, visit, assay, viral_load
from (select *, row_number() over (order by site_id, subject_id, collected) as n from viral_load_result) as measured
where n % 5 = 0;
set session_replication_role = origin;
analyze;
begin;
select cmp_ok(pg_temp.rows_read_by(format('select count(*) from ral.%I', view)), '<',
    25 * (select count(*) from viral_load_result), view || ' finds the replicates once')
from unnest(array['viral_blip', 'viral_load_davg']) as view;
commit;
select is((select count(*) from viral_load_result) - (select count(*) from _viral_load_at_cut),
    (select count(*) from viral_load_result where replicate = 2), 'and one of a day is left');
select * from finish();
