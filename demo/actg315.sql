-- The same tables for ACTG 315, 46 adults whose file has days, log10 copies/mL
-- and CD4 counts, with results under the limit of 100 copies/mL stored as half
-- of it:
--     psql -v file=/path/to/actg315.csv -f demo/actg315.sql

\set QUIET on
\set ON_ERROR_STOP on
\pset footer off
set client_min_messages = warning;
\if :{?file}
\else
    \echo 'Name the file: psql -v file=/path/to/actg315.csv -f demo/actg315.sql'
    \quit
\endif

create extension if not exists virotrial;
set search_path = pg_temp, public;

create temporary table actg315_file (
    row_number integer,
    patient integer,
    day integer,
    log10_rna double precision,
    cd4 double precision
);
\set load '\\copy actg315_file from ' :'file' ' with (format csv, header true)'
:load

-- 1.699 is log10 of 50, half the limit: a result below 100.
create temporary table result as
select patient, day, cd4,
       case when log10_rna = 1.699 then '<100'::viral_load
            else viral_load(10 ^ log10_rna) end as viral_load
from actg315_file;

-- Baseline is day 0; a visit's result is the nearest to its day within 14
-- days, the later one of two equally near.
create temporary view response as
select p.patient, t.day as time, b.viral_load as baseline, r.viral_load,
       log_reduction(b.viral_load, r.viral_load) as reduction,
       r.cd4 - b.cd4 as cd4_change
from (select distinct patient from result) p
cross join unnest(array[28, 84, 168]) t(day)
left join result b on b.patient = p.patient and b.day = 0
left join lateral (
    select viral_load, cd4
    from result
    where result.patient = p.patient and result.day > 0 and abs(result.day - t.day) <= 14
    order by abs(result.day - t.day), result.day desc
    limit 1
) r on true;

\set unit day
\set response response
\echo 'ACTG 315:'
\ir report.sql
