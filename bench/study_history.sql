-- What history costs: the same study with it; with it and the search for locks; without
-- (the rules, and a stamp of defaults); and, instead of it, with a trigger that keeps
-- jsonb copies of old rows, and with E-Maj, if VIROTRIAL_EMAJ names the directory of its
-- source.  All take turns; what is measured is the processor's time of the session.
\set ON_ERROR_STOP on
\pset footer off
set client_min_messages = warning;
\ir study/processor.sql
\if :{?subjects} \else \set subjects 20000 \endif
\set emaj ''
\getenv emaj VIROTRIAL_EMAJ
select :'emaj' <> '' as with_emaj, case when :'emaj' <> '' then '{locks,history,bare,copies,logged}' else '{locks,history,bare,copies}' end as studies \gset
set virotrial.reason = 'correction: bench';
create schema feed;

select format('call create_study(%L)', study) from unnest(:'studies'::text[]) as study \gexec
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
    insert into %1$I.viral_load_result (site_id, subject_id, collected, assay, viral_load) select site_id, subject_id, first_dose - 14, 'Quantiplex 3.0', '50000' from feed.subject;
    insert into %1$I.cd4_result (site_id, subject_id, collected, cd4_count) select site_id, subject_id, first_dose - 14, '250' from feed.subject;
    set session_replication_role = origin;
$f$, study) from unnest(:'studies'::text[]) as study \gexec

-- Without locks; without history, and with copies
select format('drop trigger "Hold_insert" on %s; drop trigger "Hold_update" on %1$s; drop trigger "Hold_delete" on %1$s', study || '.cd4_result')
from unnest(:'studies'::text[]) as study where study <> 'locks' \gexec
select format('drop trigger stamp on %s; drop trigger "Keep_updated" on %1$s; drop trigger "Keep_deleted" on %1$s;
    alter table %1$s alter entered_by set default session_user, alter entered_at set default clock_timestamp()', relid)
from (select study || '.cd4_result' as relid from unnest(:'studies'::text[]) as study where study not in ('locks', 'history')) as plain \gexec
create table feed.copy (table_name text, operation text, login text, at timestamptz, old jsonb, new jsonb);
create function feed.copy() returns trigger language plpgsql as $$
begin
    insert into feed.copy values (tg_table_name, tg_op, session_user, clock_timestamp(),
        case when tg_op <> 'INSERT' then to_jsonb(old) end, case when tg_op <> 'DELETE' then to_jsonb(new) end);
    return null;
end;
$$;
create trigger copy after insert or update or delete on copies.cd4_result for each row execute function feed.copy();
\if :with_emaj
create extension emaj cascade;
select emaj.emaj_create_group('trial') is null as ignored, emaj.emaj_assign_table('logged', 'cd4_result', 'trial') is null as ignored \gset
select emaj.emaj_start_group('trial', 'start') is null as ignored \gset
\else
\echo 'SKIPPED: E-Maj. VIROTRIAL_EMAJ names no directory of its source.'
\endif
vacuum analyze;

create table feed.taken (what text, study text, round integer, seconds double precision);
create procedure feed.measure(what text, statement text, rounds integer, each integer, studies text[])
    language plpgsql
as $$
declare
    study text;
    began double precision;
begin
    for round in 1 .. rounds loop
        foreach study in array studies loop
            began := processor_seconds();
            for i in 1 .. each loop
                execute replace(statement, 'STUDY', study) using (round - 1) * each + i;
                commit;
            end loop;
            insert into feed.taken values (what, study, round, (processor_seconds() - began) / each);
            commit;
        end loop;
    end loop;
end;
$$;
call feed.measure('INSERT of one row', 'insert into STUDY.cd4_result (site_id, subject_id, collected, cd4_count) select site_id, subject_id, first_dose + 30, 300 from feed.subject
    where subject_id = to_char($1, ''FM000000'')', 20, 125, :'studies');
call feed.measure('UPDATE of one row', 'update STUDY.cd4_result set cd4_count = 300 + $1 % 100 where subject_id = to_char($1, ''FM000000'') and cd4_count >= 300', 20, 125, :'studies');
call feed.measure('load of 50 rows of each subject', 'insert into STUDY.cd4_result (site_id, subject_id, collected, cd4_count)
    select site_id, subject_id, first_dose + 40 + 50 * $1 + i, 300 from feed.subject, generate_series(1, 50) as i', 2, 1, :'studies');
call feed.measure('UPDATE of a tenth of all rows', 'update STUDY.cd4_result set cd4_count = 300 + $1 where (collected - date ''2008-01-01'') % 10 = $1 and cd4_count >= 300', 2, 1, :'studies');

\echo Seconds of the processor for each statement; and what they are of those without history in the same round: medians of rounds
create function feed.median(double precision[]) returns numeric language sql
    return (select percentile_cont(0.5) within group (order by value) from unnest($1) as value)::numeric;
select what, round(feed.median(array_agg(bare.seconds)), 6) as "without", round(feed.median(array_agg(history.seconds)), 6) as history,
    round(feed.median(array_agg(copies.seconds)), 6) as "jsonb copies", round(feed.median(array_agg(emaj.seconds)), 6) as "E-Maj",
    round(feed.median(array_agg(history.seconds / bare.seconds)), 3) as "history / without",
    round(feed.median(array_agg(locks.seconds / bare.seconds)), 3) as "history and locks / without",
    round(feed.median(array_agg(copies.seconds / bare.seconds)), 3) as "copies / without",
    round(feed.median(array_agg(emaj.seconds / bare.seconds)), 3) as "E-Maj / without"
from (select * from feed.taken where study = 'bare') as bare
join (select * from feed.taken where study = 'history') as history using (what, round)
join (select * from feed.taken where study = 'locks') as locks using (what, round)
join (select * from feed.taken where study = 'copies') as copies using (what, round)
left join (select * from feed.taken where study = 'logged') as emaj using (what, round)
group by what
order by what;
\if :with_emaj
select emaj.emaj_stop_group('trial') is null as ignored, emaj.emaj_drop_group('trial') is null as ignored \gset
select emaj.emaj_drop_extension();
drop extension if exists dblink, btree_gist;
\endif
select format('call drop_study(%L, with_subjects => true)', study) from unnest(:'studies'::text[]) as study \gexec
drop schema feed cascade;
