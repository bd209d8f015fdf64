-- What history costs: the same study with it; without (the rules, and a stamp of
-- defaults); and with a trigger that keeps jsonb copies of old rows instead.  The
-- three take turns.
\set ON_ERROR_STOP on
\pset footer off
set client_min_messages = warning;
\if :{?subjects} \else \set subjects 20000 \endif
set virotrial.reason = 'correction: bench';
create schema feed;

select format('call create_study(%L)', study) from unnest(array['history', 'bare', 'copies']) as study \gexec
create table feed.subject as
    select 'S' || to_char(i % 20, 'FM00') as site_id, to_char(i, 'FM000000') as subject_id, date '2008-01-01' + i % 300 as first_dose
    from generate_series(1, :subjects) as i;
alter table feed.subject add primary key (subject_id);
select format($f$
    set session_replication_role = replica;
    insert into %1$I.site (site_id, name) select distinct site_id, site_id from feed.subject;
    insert into %1$I.subject (site_id, subject_id, birth_date, sex) select site_id, subject_id, date '1970-01-01', 'male' from feed.subject;
    insert into %1$I.consent (site_id, subject_id, version, signed) select site_id, subject_id, '1.0', first_dose - 20 from feed.subject;
    insert into %1$I.enrolment (site_id, subject_id, enrolled, first_dose) select site_id, subject_id, first_dose - 7, first_dose from feed.subject;
    set session_replication_role = origin;
$f$, study) from unnest(array['history', 'bare', 'copies']) as study \gexec

-- Without history, and with copies
select format('drop trigger stamp on %s; drop trigger "Keep_updated" on %1$s; drop trigger "Keep_deleted" on %1$s;
    drop trigger "Hold_insert" on %1$s; drop trigger "Hold_update" on %1$s; drop trigger "Hold_delete" on %1$s;
    alter table %1$s alter entered_by set default session_user, alter entered_at set default clock_timestamp()', relid)
from unnest(array['bare.cd4_result', 'copies.cd4_result']) as relid \gexec
create table feed.copy (table_name text, operation text, login text, at timestamptz, old jsonb, new jsonb);
create function feed.copy() returns trigger language plpgsql as $$
begin
    insert into feed.copy values (tg_table_name, tg_op, session_user, clock_timestamp(),
        case when tg_op <> 'INSERT' then to_jsonb(old) end, case when tg_op <> 'DELETE' then to_jsonb(new) end);
    return null;
end;
$$;
create trigger copy after insert or update or delete on copies.cd4_result for each row execute function feed.copy();
vacuum analyze;

create table feed.taken (what text, study text, round integer, seconds double precision);
create procedure feed.measure(what text, statement text, rounds integer, each integer)
    language plpgsql
as $$
declare
    study text;
    started timestamptz;
begin
    for round in 1 .. rounds loop
        foreach study in array array['history', 'bare', 'copies'] loop
            for i in 1 .. each loop
                started := clock_timestamp();
                execute replace(statement, 'STUDY', study) using (round - 1) * each + i;
                commit;
                insert into feed.taken values (what, study, round, extract(epoch from clock_timestamp() - started));
                commit;
            end loop;
        end loop;
    end loop;
end;
$$;
call feed.measure('INSERT of one row', 'insert into STUDY.cd4_result (site_id, subject_id, collected, cd4_count) select site_id, subject_id, first_dose + 30, 300 from feed.subject
    where subject_id = to_char($1, ''FM000000'')', 20, 50);
call feed.measure('UPDATE of one row', 'update STUDY.cd4_result set cd4_count = 300 + $1 % 100 where subject_id = to_char($1, ''FM000000'')', 20, 50);
call feed.measure('load', 'insert into STUDY.cd4_result (site_id, subject_id, collected, cd4_count) select site_id, subject_id, first_dose + 40 + $1, 300 from feed.subject', 5, 1);
call feed.measure('UPDATE of all rows', 'update STUDY.cd4_result set cd4_count = 300 + $1', 2, 1);

\echo Seconds, the median of rounds; and what they are of those without history
select what, round((max(s) filter (where study = 'bare'))::numeric, 6) as "without", round((max(s) filter (where study = 'history'))::numeric, 6) as history,
    round((max(s) filter (where study = 'copies'))::numeric, 6) as "jsonb copies",
    round((max(s) filter (where study = 'history') / max(s) filter (where study = 'bare'))::numeric, 2) as "history / without",
    round((max(s) filter (where study = 'copies') / max(s) filter (where study = 'bare'))::numeric, 2) as "copies / without"
from (select what, study, percentile_cont(0.5) within group (order by seconds) as s from feed.taken group by what, study) as t
group by what order by what;
call drop_study('history', with_subjects => true);
call drop_study('bare', with_subjects => true);
call drop_study('copies', with_subjects => true);
drop schema feed cascade;
