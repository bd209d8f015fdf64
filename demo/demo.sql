-- What virotrial does, on a simulated trial: `make demo` runs this in a
-- database of its own.  A role that is not a superuser owns the study.

\set QUIET on
\set VERBOSITY default
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

\echo
\echo 'A study for the protocol, and a simulated trial in it:'
\echo '    call create_study(''ral'');'
\echo '    select name from load_resistance_algorithm(document, ''ral'');   -- demo/resistance_algorithm.xml'
\echo '    call simulate_study(''ral'', subjects => 72, sites => 4, seed => 1);'
call create_study('ral');
\set document `cat demo/resistance_algorithm.xml`
select name as algorithm from load_resistance_algorithm(:'document', 'ral') \gset
call simulate_study('ral', subjects => 72, sites => 4, seed => 1);

\pset title 'Some viral loads at their analysis visits, copies/mL'
select subject_id, max(baseline_viral_load) as baseline,
       max(viral_load) filter (where analysis_visit = 'week 4') as "week 4",
       max(viral_load) filter (where analysis_visit = 'week 12') as "week 12",
       max(viral_load) filter (where analysis_visit = 'week 24') as "week 24",
       max(viral_load) filter (where analysis_visit = 'week 48') as "week 48"
from analysis_viral_load
where is_analysis_record and analysis_visit <> 'screening'
group by site_id, subject_id
order by count(distinct qualifier) + count(distinct baseline_qualifier) desc, count(viral_load), subject_id
limit 8;

\pset title 'Accrual'
select site_id as site, screened, enrolled, site_target as "its target", site_percent as "%",
       trial_enrolled as "all sites", trial_target as target, trial_percent as "%"
from accrual
order by site_id;

\pset title 'The flow of subjects'
select case when reason is null then stage else '    ' || reason end as stage, subjects
from consort_flow
order by position;

\pset title 'Assessments that were missing on 1 October 2009'
select visit, count(*) filter (where assessment = 'viral load') as "viral load",
       count(*) filter (where assessment = 'CD4') as "CD4"
from missing_assessment('2009-10-01')
group by visit, position
order by position;

\pset title 'Why results of visits that were held did not come'
select assessment, coalesce(reason, 'nobody says why') as reason, count(*) as results
from missing_assessment('2009-10-01')
where visit_date is not null
group by assessment, reason
order by assessment, reason;

\pset title 'Deviations from the protocol that the rules recorded'
select rule, item, description
from deviation
where rule <> 'background_not_fully_active'
order by rule, site_id, subject_id, item
limit 6;
\pset title

\ir resistance.sql

\echo 'The primary endpoint, safety and tolerability, all four sites:'
\ir safety.sql

\echo 'The secondary endpoints, all four sites:'
\set grouping all
\set group all
\ir endpoints.sql

\echo 'Site S2 alone:'
\set grouping site_id
\set group S2
\ir endpoints.sql

\echo 'The same for data up to a day, grouped by any column of analysis_subject:'
\echo '    select * from endpoint_virology(''ral'', data_cut => ''2009-06-30'', group_by => ''sex'');'
\pset title 'Response at week 24, data up to 30 June 2009'
select group_value as sex, response, responders as yes, evaluable as "of", unknown
from endpoint_virology('ral', data_cut => '2009-06-30', group_by => 'sex')
where "grouping" = 'sex' and visit = 'week 24' and rule = 'non-completer = failure';
\pset title

\echo 'What the protocol forbids is refused, whichever way it comes in.'
\echo
\echo 'Enrolling a candidate who is not eligible:'
\echo '    insert into enrolment (site_id, subject_id, enrolled)'
\echo '    select site_id, subject_id, enrolled from simulated_candidate where flaw = ''resistance to a single drug'';'
\set ON_ERROR_STOP off
insert into enrolment (site_id, subject_id, enrolled)
select site_id, subject_id, enrolled from simulated_candidate where flaw = 'resistance to a single drug';

\echo
\echo 'Entering a visit of week 12 that was held on day 120, outside its window:'
\echo '    insert into visit (site_id, subject_id, visit, visit_date)'
\echo '    select site_id, subject_id, visit, first_dose + 119'
\echo '    from missing_assessment join enrolment using (site_id, subject_id)'
\echo '    where visit = ''week 12'' and assessment = ''CD4'' and visit_date is null'
\echo '    order by site_id, subject_id limit 1;'
insert into visit (site_id, subject_id, visit, visit_date)
select site_id, subject_id, visit, first_dose + 119
from missing_assessment join enrolment using (site_id, subject_id)
where visit = 'week 12' and assessment = 'CD4' and visit_date is null
order by site_id, subject_id limit 1;

\echo
\echo 'Nothing of either was kept.  Rows of the study that break a rule:'
select count(*) as violations from violations('ral');
\set ON_ERROR_STOP on

\ir history.sql
