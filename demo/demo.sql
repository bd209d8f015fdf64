-- What virotrial does, on a simulated pilot trial: `make demo` runs this in a
-- database of its own.

\set QUIET on
\pset footer off
set client_min_messages = warning;

create extension if not exists virotrial;
drop schema if exists pilot cascade;
\ir pilot.sql
select format('alter database %I set search_path = pilot, public', current_database()) \gexec

\echo
\echo 'A simulated pilot trial. Some of its results:'
select subject_id, string_agg(viral_load::text, ' | ' order by week) filter (where week = 0) as screening,
       string_agg(viral_load::text, ' | ' order by week) filter (where week = 4) as "week 4",
       string_agg(viral_load::text, ' | ' order by week) filter (where week = 12) as "week 12",
       string_agg(viral_load::text, ' | ' order by week) filter (where week = 24) as "week 24",
       string_agg(viral_load::text, ' | ' order by week) filter (where week = 48) as "week 48"
from visit_result
group by subject_id
order by count(distinct qualifier(viral_load)) desc, count(*), subject_id
limit 8;

\set unit week
\echo 'All four sites:'
\set response '(select week as time, baseline, viral_load, reduction, cd4_change from response)'
\ir report.sql

\echo 'Site S2 alone:'
\set response '(select week as time, baseline, viral_load, reduction, cd4_change from response where site_id = \'S2\')'
\ir report.sql
