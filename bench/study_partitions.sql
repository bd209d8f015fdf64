-- What partitions cost who enters and loads laboratory results: the same study with
-- plain tables, in 8 and in 32 partitions.  The three take turns; what is measured is
-- the processor's time of the session.
\set ON_ERROR_STOP on
\pset footer off
set client_min_messages = warning;
\if :{?subjects} \else \set subjects 20000 \endif
set virotrial.reason = 'correction: bench';
create schema feed;

call create_study('plain');
call create_study('parts_8', partitions => 8);
call create_study('parts_32', partitions => 32);
create table feed.subject as
    select 'S' || to_char(i % 40, 'FM00') as site_id, to_char(i, 'FM000000') as subject_id, date '2008-01-01' + i % 300 as first_dose
    from generate_series(1, :subjects) as i;
alter table feed.subject add primary key (subject_id);
select format($f$
    set session_replication_role = replica;
    insert into %1$I.site (site_id, name) select distinct site_id, site_id from feed.subject;
    insert into %1$I.subject (site_id, subject_id, birth_date, sex) select site_id, subject_id, date '1970-01-01', 'male' from feed.subject;
    insert into %1$I.consent (site_id, subject_id, version, signed) select site_id, subject_id, '1.0', first_dose - 20 from feed.subject;
    insert into %1$I.enrolment (site_id, subject_id, enrolled, first_dose) select site_id, subject_id, first_dose - 7, first_dose from feed.subject;
    set session_replication_role = origin;
$f$, study) from unnest(array['plain', 'parts_8', 'parts_32']) as study \gexec
vacuum analyze;

-- utime and stime, in hundredths of a second
create function feed.used() returns double precision
    language sql
    return (select (field[12]::double precision + field[13]::double precision) / 100
        from regexp_split_to_array(regexp_replace(pg_read_file(format('/proc/%s/stat', pg_backend_pid())), '^.*\) ', ''), ' ') as field);
create table feed.taken (what text, study text, round integer, seconds double precision);
create procedure feed.measure(what text, statement text, rounds integer, each integer)
    language plpgsql
as $$
declare
    study text;
    began double precision;
begin
    for round in 1 .. rounds loop
        foreach study in array array['plain', 'parts_8', 'parts_32'] loop
            began := feed.used();
            for i in 1 .. each loop
                execute replace(statement, 'STUDY', study) using (round - 1) * each + i;
                commit;
            end loop;
            insert into feed.taken values (what, study, round, (feed.used() - began) / each);
            commit;
        end loop;
    end loop;
end;
$$;
call feed.measure('INSERT of one laboratory result', $s$insert into STUDY.lab_result (site_id, subject_id, collected, test, value, unit) select site_id, subject_id, first_dose + 30, 'HGB', '13', 'g/dL'
    from feed.subject where subject_id = to_char($1, 'FM000000')$s$, 5, 1000);
call feed.measure('INSERT of one viral load', $s$insert into STUDY.viral_load_result (site_id, subject_id, collected, assay, viral_load) select site_id, subject_id, first_dose + 30, 'Quantiplex 3.0', '400'
    from feed.subject where subject_id = to_char($1, 'FM000000')$s$, 5, 1000);
call feed.measure('load of 50 laboratory results of each subject', $s$insert into STUDY.lab_result (site_id, subject_id, collected, test, value, unit)
    select site_id, subject_id, first_dose + 40 + 50 * $1 + i, 'HGB', '13', 'g/dL' from feed.subject, generate_series(1, 50) as i$s$, 2, 1);
analyze;
call feed.measure('results of one site, counted', $s$select count(quantity(standard_value)) from STUDY.lab_result where site_id = 'S07' and $1 > 0$s$, 3, 5);

\echo Seconds of the processor, the median of rounds; and what they are of those of a plain table
select what, round(percentile_cont(0.5) within group (order by seconds) filter (where study = 'plain')::numeric, 6) as plain,
    round(percentile_cont(0.5) within group (order by seconds) filter (where study = 'parts_8')::numeric, 6) as "8 partitions",
    round(percentile_cont(0.5) within group (order by seconds) filter (where study = 'parts_32')::numeric, 6) as "32 partitions",
    round((percentile_cont(0.5) within group (order by seconds) filter (where study = 'parts_8')
        / percentile_cont(0.5) within group (order by seconds) filter (where study = 'plain'))::numeric, 2) as "8 / plain",
    round((percentile_cont(0.5) within group (order by seconds) filter (where study = 'parts_32')
        / percentile_cont(0.5) within group (order by seconds) filter (where study = 'plain'))::numeric, 2) as "32 / plain"
from feed.taken
group by what
order by what;
