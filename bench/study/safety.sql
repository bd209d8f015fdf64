-- Fills the study ral with copies of a simulated trial of a thousand subjects at
-- 20 sites, up to :subjects of them (a multiple of a thousand).  Of its laboratory
-- results it keeps 20 or so a subject.  Rules and foreign keys are off for the
-- copies: what is measured is reading.
\set ON_ERROR_STOP on
\set QUIET on
set client_min_messages = warning;
set synchronous_commit = off;
call simulate_study('ral', 1000, 20);
set session_replication_role = replica;
delete from ral.lab_result where test not in ('ALT', 'AST', 'ALP', 'BILI', 'K', 'HGB', 'QTCFAG', 'INTP') or visit in ('week 4', 'week 12');

-- Each copy has codes of subjects of its own; all else is the same.
create procedure pg_temp.copy_subjects("table" name, copies integer)
    language plpgsql
as $$
declare
    copied text := (
        select string_agg(quote_ident(attname), ', ' order by attnum)
        from pg_attribute
        where attrelid = format('ral.%I', "table")::regclass and attnum > 0 and not attisdropped and attgenerated = ''
            and attname <> 'subject_id');
begin
    execute format('insert into ral.%1$I (subject_id, %2$s) select original.subject_id || ''/'' || copy, %2$s
        from ral.%1$I as original cross join generate_series(2, $1) as copy', "table", copied) using copies;
end;
$$;
select format('call pg_temp.copy_subjects(%L, %s / 1000)', copied, :subjects)
from unnest(array['subject', 'consent', 'enrolment', 'visit', 'regimen', 'disposition', 'lab_result', 'adverse_event',
    'adverse_event_relatedness', 'viral_load_result', 'cd4_result']) as copied
\gexec
set session_replication_role = origin;
