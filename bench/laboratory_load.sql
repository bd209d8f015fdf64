-- A load of laboratory results with every rule on, against the same tables with
-- primary and foreign keys alone: ten results at each of five visits of each of
-- :subjects subjects, and one result at a time.
\set ON_ERROR_STOP on
\if :{?subjects} \else \set subjects 20000 \endif
\pset footer off
set client_min_messages = warning;
\ir study/processor.sql
\set studies '{ral,keys}'
\ir study/subjects.sql

create table feed.result as
    select site_id, subject_id, visit_date as collected, test, visit, 'Central' as laboratory,
        (middle * (0.8 + abs(hashtext(subject_id || visit || test)) % 400 / 1000.0))::numeric(10, 2)::text as value, unit, code, true as fasting
    from feed.visit, (values ('HGB', 13, 'g/dL', null), ('NEUT', 3, '10*9/L', null), ('PLAT', 200, '10*9/L', null), ('ALT', 25, 'U/L', null),
        ('BILI', 12, 'umol/L', null), ('CREAT', 0.9, 'mg/dL', null), ('K', 4.2, 'mmol/L', null), ('GLUC', 94, 'mg/dL', null),
        ('TRIG', 1.6, 'mmol/L', null), ('PROT', null, null, 'NEGATIVE')) as panel (test, middle, unit, code);

alter table keys.lab_result alter entered_by set default current_user, alter entered_at set default now();
analyze;

select current_setting('data_directory') || '/laboratory_load.copy' as file \gset
copy feed.result to :'file';

create function feed.load(study text, file text) returns double precision language plpgsql as $$
declare
    used double precision;
begin
    -- Without the rules, which refuse to lose a row without a trace.
    set local session_replication_role = replica;
    execute format('truncate %I.lab_result', study);
    set local session_replication_role = origin;
    used := processor_seconds();
    execute format('copy %I.lab_result (site_id, subject_id, collected, test, visit, laboratory, value, unit, code, fasting) from %L', study, file);
    return processor_seconds() - used;
end;
$$;

\echo COPY of fifty results of each of :subjects subjects, seconds of the processor (bar 1.3)
checkpoint;
create table feed.load_time as
    select round, study, feed.load(study, :'file') as seconds
    from generate_series(1, 2) as round, unnest(array['keys', 'ral']) as study;
select round, round(max(seconds) filter (where study = 'keys')::numeric, 3) as "keys alone",
    round(max(seconds) filter (where study = 'ral')::numeric, 3) as "every rule",
    round((max(seconds) filter (where study = 'ral') / max(seconds) filter (where study = 'keys'))::numeric, 2) as "rules / keys"
from feed.load_time group by round order by round;

-- One result a statement, within the server, in either study by turns: the
-- machine's moods meet both.
create procedure feed.enter(round integer, entries integer) language plpgsql as $$
declare
    entry record;
    study text;
    started timestamptz;
begin
    for entry in select site_id, subject_id, first_dose from feed.subject order by hashtext(subject_id || round) limit entries loop
        foreach study in array array['keys', 'ral'] loop
            started := clock_timestamp();
            execute format('insert into %I.lab_result (site_id, subject_id, collected, test, replicate, visit, value, unit) values ($1, $2, $3, %L, $4, %L, %L, %L)',
                study, 'ALT', 'week 4', '25', 'U/L') using entry.site_id, entry.subject_id, entry.first_dose + 28, (1 + round)::smallint;
            insert into entry_time values (round, study, 1000 * extract(epoch from clock_timestamp() - started));
        end loop;
    end loop;
end;
$$;
\echo INSERT of one result, median of 2000 within the server, ms
create temporary table entry_time (round integer, study text, milliseconds double precision);
call feed.enter(1, 2000);
call feed.enter(2, 2000);
call feed.enter(3, 2000);
select round, round(keys::numeric, 3) as "keys alone", round(ral::numeric, 3) as "every rule", round((ral / keys)::numeric, 2) as "rules / keys"
from (
    select round, percentile_cont(0.5) within group (order by milliseconds) filter (where study = 'keys') as keys,
        percentile_cont(0.5) within group (order by milliseconds) filter (where study = 'ral') as ral
    from entry_time
    group by round
) as median
order by round;

set client_min_messages = warning;
call drop_study('ral', with_subjects => true);
call drop_study('keys', with_subjects => true);
drop schema feed cascade;
