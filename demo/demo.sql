-- What virotrial does, on a simulated trial: `make demo` runs this in a
-- database of its own.  A role that is not a superuser owns the study.

\set QUIET on
\pset footer off
\pset null ''
set client_min_messages = warning;

create extension if not exists virotrial;
select format('create role trial_owner') where to_regrole('trial_owner') is null \gexec
select format('grant create, temporary on database %I to trial_owner', current_database()) \gexec
select format('alter database %I set search_path = ral, public', current_database()) \gexec
set role trial_owner;
select format('call drop_study(%L, with_subjects => true)', name)
from unnest(array['ral', 'ral_before']) as name where is_study(name) \gexec
set search_path = ral, public;

\echo '-- call create_study(''ral'');'
call create_study('ral');
\set document `cat demo/resistance_algorithm.xml`
select name as algorithm from load_resistance_algorithm(:'document', 'ral') \gset
\echo '-- call simulate_study(''ral'', subjects => 72, sites => 4, seed => 1);'
call simulate_study('ral', subjects => 72, sites => 4, seed => 1);
\set llt `cat demo/dictionary/llt.asc`
\set mdhier `cat demo/dictionary/mdhier.asc`
\echo '-- call load_meddra(''ral'', ''made up'', ...); call code_exact_matches(''ral'');'
call load_meddra('ral', 'made up', :'llt', :'mdhier') \g /dev/null
call code_exact_matches('ral') \g /dev/null

\echo '-- select ... from analysis_result(''ral'');'
create temporary table result as select * from analysis_result('ral');
\pset title 'Headline results, all four sites (non-completer = failure, exact limits)'
with
headline (place, finding, display, variable, level, visit) as (values
    (1, 'completed the study', 'disposition', 'Study', 'completed', null),
    (2, 'below 400 copies/mL at week 24', 'response', 'HIV-1 RNA < 400 copies/mL', 'non-completer = failure', 'week 24'),
    (3, 'below 50 copies/mL at week 24', 'response', 'HIV-1 RNA < 50 copies/mL', 'non-completer = failure', 'week 24'),
    (4, 'below 50 copies/mL at week 48', 'response', 'HIV-1 RNA < 50 copies/mL', 'non-completer = failure', 'week 48'),
    (5, 'any adverse event', 'adverse_events', 'Adverse events', 'any', null),
    (6, 'of grade 3 or higher', 'adverse_events', 'Adverse events', 'grade 3 or higher', null),
    (7, 'serious', 'adverse_events', 'Adverse events', 'serious', null),
    (8, 'died', 'deaths', 'Finding', 'death', null),
    (9, 'candidate of Hy''s law', 'deaths', 'Finding', 'Hy''s law candidate', null)
)
select finding as "of the subjects", max(printed) filter (where statistic = 'n') as subjects,
       max(printed) filter (where statistic = 'percent') as "%",
       max(printed) filter (where statistic = 'ci_lower') as "from",
       max(printed) filter (where statistic = 'ci_upper') as "to"
from headline
join result using (display, variable, level)
where result.visit is not distinct from headline.visit
group by place, finding
order by place;
\pset title

-- Says of a statement that it was refused, and why; a statement that is not refused is a failure.
create function pg_temp.refusal(statement text) returns text
    language plpgsql
as $$
declare
    message text;
    detail text;
begin
    execute statement;
    raise exception 'the study took what it must refuse: %', statement using errcode = 'ZZ000';
exception when check_violation or object_not_in_prerequisite_state then
    get stacked diagnostics message = message_text, detail = pg_exception_detail;
    return concat_ws(E'\n    ', message, detail);
end;
$$;
\pset tuples_only on
\pset format unaligned
\echo 'What the protocol forbids is refused, whichever way it comes in:'
select E'- To enrol a candidate who is not eligible:\n    ' || pg_temp.refusal($$
    insert into enrolment (site_id, subject_id, enrolled)
    select site_id, subject_id, enrolled from simulated_candidate where flaw = 'resistance to a single drug'$$);
select E'- To hold week 12 on day 120, outside its window:\n    ' || pg_temp.refusal($$
    insert into visit (site_id, subject_id, visit, visit_date)
    select site_id, subject_id, visit, first_dose + 119
    from missing_assessment join enrolment using (site_id, subject_id)
    where visit = 'week 12' and assessment = 'CD4' and visit_date is null
    order by site_id, subject_id limit 1$$);
select format('Rows of the study that break a rule: %s.', count(*)) from violations('ral');
\ir record.sql
