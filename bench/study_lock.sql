-- What locks cost who writes to other subjects: the same study without the triggers
-- that look for locks; with them, and no lock; and with 1,000 locks.  The three take turns.
\set ON_ERROR_STOP on
\pset footer off
set client_min_messages = warning;
\if :{?subjects} \else \set subjects 20000 \endif
set virotrial.reason = 'correction: bench';
create schema feed;

select format('call create_study(%L)', study) from unnest(array['without', 'free', 'locked']) as study \gexec
create table feed.subject as
    select 'S' || to_char(i % 20, 'FM00') as site_id, to_char(i, 'FM000000') as subject_id, date '2008-01-01' + i % 300 as first_dose
    from generate_series(1, :subjects + 1000) as i;
alter table feed.subject add primary key (subject_id);
select format($f$
    set session_replication_role = replica;
    insert into %1$I.site (site_id, name) select distinct site_id, site_id from feed.subject;
    insert into %1$I.subject (site_id, subject_id, birth_date, sex) select site_id, subject_id, date '1970-01-01', 'male' from feed.subject;
    insert into %1$I.consent (site_id, subject_id, version, signed) select site_id, subject_id, '1.0', first_dose - 20 from feed.subject;
    insert into %1$I.enrolment (site_id, subject_id, enrolled, first_dose) select site_id, subject_id, first_dose - 7, first_dose from feed.subject;
    insert into %1$I.viral_load_result (site_id, subject_id, collected, assay, viral_load) select site_id, subject_id, first_dose - 14, 'Quantiplex 3.0', '50000' from feed.subject;
    insert into %1$I.cd4_result (site_id, subject_id, collected, cd4_count) select site_id, subject_id, first_dose - 14, '250' from feed.subject;
    set session_replication_role = origin;
$f$, study) from unnest(array['without', 'free', 'locked']) as study \gexec
delete from feed.subject where subject_id > to_char(:subjects, 'FM000000');
insert into locked.data_lock (scope, site_id, subject_id, reason)
    select 'subject', site_id, subject_id, 'bench' from locked.subject where subject_id > to_char(:subjects, 'FM000000');
select format('drop trigger "Hold_%s" on without.cd4_result', event) from unnest(array['insert', 'update', 'delete']) as event \gexec
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
        foreach study in array array['without', 'free', 'locked'] loop
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
    where subject_id = to_char($1, ''FM000000'')', 80, 50);
call feed.measure('UPDATE of one row', 'update STUDY.cd4_result set cd4_count = 300 + $1 % 100 where subject_id = to_char($1, ''FM000000'') and cd4_count >= 300', 20, 50);
call feed.measure('load', 'insert into STUDY.cd4_result (site_id, subject_id, collected, cd4_count) select site_id, subject_id, first_dose + 40 + $1, 300 from feed.subject', 5, 1);
call feed.measure('load in no order', 'insert into STUDY.cd4_result (site_id, subject_id, collected, cd4_count) select site_id, subject_id, first_dose + 60 + $1, 300 from feed.subject order by md5(subject_id)', 5, 1);

\echo Seconds, the median of rounds; and what they are of those without
select what, round((max(s) filter (where study = 'without'))::numeric, 6) as "without", round((max(s) filter (where study = 'free'))::numeric, 6) as "no lock",
    round((max(s) filter (where study = 'locked'))::numeric, 6) as "1,000 locks",
    round((max(s) filter (where study = 'free') / max(s) filter (where study = 'without'))::numeric, 2) as "no lock / without",
    round((max(s) filter (where study = 'locked') / max(s) filter (where study = 'without'))::numeric, 2) as "1,000 locks / without"
from (select what, study, percentile_cont(0.5) within group (order by seconds) as s from feed.taken group by what, study) as t
group by what order by what;
call drop_study('without', with_subjects => true);
call drop_study('free', with_subjects => true);
call drop_study('locked', with_subjects => true);
drop schema feed cascade;
