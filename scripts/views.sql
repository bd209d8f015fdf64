-- Prints doc/views.md, without the outputs of its examples, from the comments of a study's views:
-- "make test" compares, "make test PARTS=documents WRITE=1" writes it.  A view is for readers if its
-- name does not begin with "_".  What its comment does not say stands here: its subject, the columns
-- that tell its rows apart, and an example.

\set QUIET on
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
\pset pager off
set client_min_messages = warning;
create extension if not exists virotrial;
call create_study('ral');
call simulate_study('ral', subjects => 72, sites => 4, seed => 1);
set search_path = ral, public;

create temporary table subject_of_views (position serial, name text, introduction text);
insert into subject_of_views (name, introduction) values
    ('Subjects', 'The dimension of a star: join the facts below to `analysis_subject` by `site_id` and `subject_id`.'),
    ('Visits', 'Who came when, what counts at each visit, and what did not come.'),
    ('Results', 'Each result once, with what it means on its day.'),
    ('Events', 'What happened to a subject: adverse events, failure, discontinuation, death.'),
    ('Outcomes', 'The outcome of each subject, as an endpoint counts it.'),
    ('Endpoints', 'The tables of a report, with limits. Choose the groups by `virotrial.group_by`: see [endpoints.md](study/endpoints.md).'),
    ('Lists', 'What a site, a monitor or a data manager works with.'),
    ('Versions', 'Tables whose rows apply from a day on, with the day before which each applies. Their columns are those of the table.');

create temporary table view_for_readers (position serial, subject text, view text, key text[], example text);
insert into view_for_readers (subject, view, key, example) values
    ('Subjects', 'analysis_subject', '{site_id,subject_id}',
     $$select subject_id, sex, age, first_dose, baseline_viral_load, baseline_cd4_count, outcome
from analysis_subject where is_treated order by subject_id limit 3;$$),
    ('Subjects', 'analysis_set', '{site_id,subject_id,analysis_set}',
     $$select analysis_set, count(*) as subjects from analysis_set group by analysis_set order by subjects desc, analysis_set;$$),
    ('Subjects', 'safety_population', '{site_id,subject_id}',
     $$select subject_id, first_dose, last_dose, days_on_treatment from safety_population order by subject_id limit 3;$$),
    ('Subjects', 'exposure', '{site_id,subject_id}',
     $$select subject_id, first_dose, last_dose, days_on_treatment, interruptions
from exposure order by subject_id limit 3;$$),
    ('Subjects', 'exposure_period', '{site_id,subject_id,period}',
     $$select subject_id, period, started, ended, days from exposure_period order by subject_id, period limit 3;$$),
    ('Subjects', 'treatment_course', '{site_id,subject_id}',
     $$select subject_id, treated_until, discontinued, discontinuation_reason, background_changed
from treatment_course where discontinued is not null order by subject_id limit 3;$$),
    ('Subjects', 'background_choice', '{site_id,subject_id,as_of}',
     $$select subject_id, as_of, active_drugs, required_drugs, drugs from background_choice
order by subject_id, as_of limit 3;$$),
    ('Subjects', 'obt_activity', '{site_id,subject_id,as_of,drug}',
     $$select subject_id, drug, score, level_text, is_fully_active, intolerance from obt_activity
order by subject_id, as_of, drug limit 3;$$),

    ('Visits', 'visit_viral_load', '{site_id,subject_id,visit}',
     $$select subject_id, visit, collected, viral_load, baseline from visit_viral_load
order by subject_id, position limit 4;$$),
    ('Visits', 'visit_cd4', '{site_id,subject_id,visit}',
     $$select subject_id, visit, cd4_count, baseline from visit_cd4 order by subject_id, position limit 4;$$),
    ('Visits', 'visit_response', '{site_id,subject_id,visit}',
     $$select subject_id, visit, is_observed, is_below_suppression_threshold from visit_response
order by subject_id, position limit 4;$$),
    ('Visits', 'missing_assessment', '{site_id,subject_id,visit,assessment}',
     $$select subject_id, visit, assessment, due, reason from missing_assessment
order by subject_id, position, assessment limit 3;$$),
    ('Visits', 'unresolved_result', '{site_id,subject_id,assessment,test,collected,replicate}',
     $$select subject_id, assessment, collected, visit, reason from unresolved_result
order by subject_id, collected, assessment limit 3;$$),

    ('Results', 'analysis_viral_load', '{site_id,subject_id,analysis_visit,collected,replicate}',
     $$select subject_id, viral_load, viral_load < 50 as below_50, round(log10_copies::numeric, 2) as log10_copies,
       viral_load_lower, viral_load_upper
from analysis_viral_load where analysis_visit = 'week 24' and is_analysis_record order by subject_id limit 4;$$),
    ('Results', 'viral_load_of_day', '{viral_load_of_day,site_id,subject_id,collected}',
     $$select subject_id, collected, replicate, viral_load from viral_load_of_day
where viral_load_of_day = 'highest' order by subject_id, collected limit 3;$$),
    ('Results', 'analysis_cd4', '{site_id,subject_id,analysis_visit,collected,replicate}',
     $$select subject_id, analysis_visit, cd4_count, baseline_cd4_count, change from analysis_cd4
where analysis_visit = 'week 24' and is_analysis_record order by subject_id limit 3;$$),
    ('Results', 'analysis_lab', '{site_id,subject_id,collected,test,replicate}',
     $$select subject_id, collected, test, standard_value, standard_unit, change, grade
from analysis_lab where grade >= 3 order by subject_id, collected, test limit 3;$$),
    ('Results', 'analysis_vital_signs', '{site_id,subject_id,collected,replicate,sign}',
     $$select subject_id, collected, sign, value, unit, change from analysis_vital_signs
order by subject_id, collected, position limit 3;$$),
    ('Results', 'lab_grade', '{site_id,subject_id,collected,test,replicate}',
     $$select subject_id, test, value, unit, lln, uln, grade, criterion from lab_grade
where grade >= 3 order by subject_id, collected, test limit 3;$$),
    ('Results', 'lab_limit', '{site_id,subject_id,collected,test,replicate}',
     $$select test, value, unit, standard_value, lln, uln from lab_limit
where subject_id = 'S1-001' order by collected, test limit 3;$$),
    ('Results', 'unreported_abnormality', '{site_id,subject_id,collected,test,replicate}',
     $$select subject_id, collected, test, value, unit, grade from unreported_abnormality
order by subject_id, collected, test limit 3;$$),
    ('Results', 'viral_load_davg', '{site_id,subject_id,visit}',
     $$select subject_id, visit, results, censored, round(davg::numeric, 2) as davg from viral_load_davg
order by subject_id, visit limit 3;$$),
    ('Results', 'viral_blip', '{site_id,subject_id,collected}',
     $$select subject_id, collected, is_blip, viral_load from viral_blip order by subject_id, collected limit 3;$$),
    ('Results', 'drug_activity', '{site_id,subject_id,effective_from,drug}',
     $$select subject_id, effective_from, drug, score, level_text, is_fully_active from drug_activity
order by subject_id, effective_from, drug limit 3;$$),
    ('Results', 'genotype_disagreement', '{site_id,subject_id,collected,drug}',
     $$select subject_id, collected, drug, laboratory_call, level_text from genotype_disagreement
order by subject_id, collected, drug limit 3;$$),

    ('Events', 'analysis_ae', '{site_id,subject_id,event_number}',
     $$select subject_id, term, grade, is_serious, is_treatment_emergent, is_related from analysis_ae
where is_serious order by subject_id, event_number limit 3;$$),
    ('Events', 'missing_relatedness', '{site_id,subject_id,event_number,drug}',
     $$select subject_id, term, drug from missing_relatedness order by subject_id, event_number, drug limit 3;$$),
    ('Events', 'serious_intolerance', '{site_id,subject_id,drug,reaction,onset_first,event_number}',
     $$select subject_id, drug, reaction, onset_first from serious_intolerance
order by subject_id, drug, onset_first limit 3;$$),
    ('Events', 'virologic_failure', '{site_id,subject_id}',
     $$select subject_id, criterion, failed, viral_load, confirming_viral_load from virologic_failure
where is_failure order by subject_id limit 3;$$),
    ('Events', 'hys_law_candidate', '{site_id,subject_id}',
     $$select subject_id, test, collected, round(times_uln_exact::numeric, 1) as times_uln,
       round(bilirubin_times_uln_exact::numeric, 1) as bilirubin_times_uln
from hys_law_candidate where is_candidate order by subject_id;$$),
    ('Events', 'death', '{site_id,subject_id}',
     $$select subject_id, died, days_since_last_dose, is_on_treatment from death order by subject_id;$$),

    ('Outcomes', 'snapshot_outcome', '{site_id,subject_id,visit,threshold}',
     $$select subject_id, category, is_success, viral_load, evidence from snapshot_outcome
where visit = 'week 48' and threshold = 50 order by subject_id limit 3;$$),
    ('Outcomes', 'tlovr_outcome', '{site_id,subject_id,visit,threshold}',
     $$select subject_id, is_responder, suppressed, failed, reason from tlovr_outcome
where visit = 'week 48' and threshold = 50 order by subject_id limit 3;$$),
    ('Outcomes', 'tlovr_course', '{site_id,subject_id,threshold,suppressed,failed,observed_failure,reason}',
     $$select subject_id, suppressed, failed, reason from tlovr_course
where threshold = 50 order by subject_id limit 3;$$),
    ('Outcomes', 'time_to_loss_of_response', '{site_id,subject_id,threshold}',
     $$select subject_id, suppressed_study_day, failed_study_day, "time", event from time_to_loss_of_response
where threshold = 50 order by subject_id limit 3;$$),
    ('Outcomes', 'time_to_response', '{site_id,subject_id,threshold}',
     $$select subject_id, lower_days, upper_days, "time", event from time_to_response
where threshold = 50 order by subject_id limit 3;$$),
    ('Outcomes', 'cd4_crossing', '{site_id,subject_id,level}',
     $$select subject_id, level, was_above_at_baseline, lower_days, upper_days from cd4_crossing
order by subject_id, level limit 3;$$),

    ('Endpoints', 'endpoint_virology', '{grouping,group_value,visit,response,rule}',
     $$select rule, subjects, responders, unknown, round(reported_rate::numeric, 3) as rate
from endpoint_virology where "grouping" = 'all' and visit = 'week 24' and threshold = 50 order by rule;$$),
    ('Endpoints', 'endpoint_log_reduction', '{grouping,group_value,visit}',
     $$select visit, n, censored, round(mean::numeric, 2) as mean, round(mean_mle::numeric, 2) as mean_mle
from endpoint_log_reduction where "grouping" = 'all' order by position;$$),
    ('Endpoints', 'endpoint_cd4', '{grouping,group_value,visit}',
     $$select visit, n, round(mean::numeric, 1) as mean, round(ci_lower::numeric, 1) as ci_lower,
       round(ci_upper::numeric, 1) as ci_upper
from endpoint_cd4 where "grouping" = 'all' order by position;$$),
    ('Endpoints', 'endpoint_safety', '{grouping,group_value,event_set,term,maximum_grade}',
     $$select event_set, subjects, population, round(percent::numeric, 1) as percent, events
from endpoint_safety where "grouping" = 'all' and term is null and maximum_grade is null order by position limit 4;$$),
    ('Endpoints', 'discontinuation', '{grouping,group_value,cause}',
     $$select cause, subjects, population, round(percent::numeric, 1) as percent
from discontinuation where "grouping" = 'all' order by position limit 4;$$),
    ('Endpoints', 'time_to_discontinuation', '{grouping,group_value,days}',
     $$select days, at_risk, discontinued, round(remaining::numeric, 3) as remaining
from time_to_discontinuation where "grouping" = 'all' order by days limit 3;$$),
    ('Endpoints', 'safety_finding', '{grouping,group_value,finding}',
     $$select finding, subjects, population, round(percent_ci_upper::numeric, 1) as percent_ci_upper
from safety_finding where "grouping" = 'all' order by position;$$),
    ('Endpoints', 'ecg_finding', '{grouping,group_value,test,finding}',
     $$select test, finding, subjects, evaluable from ecg_finding where "grouping" = 'all' order by position limit 3;$$),
    ('Endpoints', 'laboratory_abnormality', '{grouping,group_value,test,direction,minimum_grade,maximum_grade}',
     $$select test, direction, subjects, evaluable, round(percent::numeric, 1) as percent from laboratory_abnormality
where "grouping" = 'all' and minimum_grade = 3 and maximum_grade = 4 order by percent desc, test limit 3;$$),
    ('Endpoints', 'laboratory_shift', '{grouping,group_value,test,direction,baseline_grade,worst_grade}',
     $$select test, direction, baseline_grade, worst_grade, subjects from laboratory_shift
where "grouping" = 'all' and test = 'ALT' order by baseline_grade, worst_grade;$$),
    ('Endpoints', 'analysis_result', '{result_id}',
     $$select variable, label, round(value::numeric, 2) as value, printed from analysis_result
where display = 'demographics' and variable = 'Age, years' and "grouping" = 'all'
order by position, result_id limit 4;$$),
    ('Endpoints', 'subject_listing', '{display,position}',
     $$select subject, cells from subject_listing where display = 'discontinuations' and position > 0
order by position limit 2;$$),
    ('Endpoints', 'figure_point', null,
     $$select display, count(*) as points from figure_point group by display order by display;$$),

    ('Lists', 'analysis_protocol', '{effective_from}',
     $$select amendment, effective_from from analysis_protocol;$$),
    ('Lists', 'accrual', '{site_id}',
     $$select site_id, screened, enrolled, treated, discontinued from accrual order by site_id;$$),
    ('Lists', 'enrolment_place', '{site,stratum}',
     $$select site, stratum, maximum, subjects, open_places from enrolment_place order by site, stratum;$$),
    ('Lists', 'site_deviation', '{site_id}',
     $$select site_id, subjects, subjects_with_deviation, round(percent::numeric, 1) as percent,
    round(upper_95::numeric, 1) as upper_95, round(upper_998::numeric, 1) as upper_998, is_out_of_control
from site_deviation order by site_id;$$),
    ('Lists', 'consort_flow', '{position,reason}',
     $$select stage, reason, subjects from consort_flow order by position, subjects desc, reason limit 6;$$),
    ('Lists', 'query_status', '{query_id}',
     $$select query_id, subject_id, table_name, column_name, message, status from query_status;$$),
    ('Lists', 'open_query', '{query_id}',
     $$select query_id, subject_id, message, status, is_overdue from open_query;$$),
    ('Lists', 'query_count', '{site_id,age}',
     $$select site_id, age, queries, open, answered from query_count;$$),
    ('Lists', 'coding_queue', '{table_name,term}',
     $$select table_name, term, records, term_code from coding_queue order by records desc, term limit 3;$$),
    ('Lists', 'possible_duplicate', '{kind,site_id,subject_id,other_site_id,other_subject_id,item}',
     $$select kind, subject_id, other_subject_id, item from possible_duplicate order by kind, subject_id limit 3;$$),
    ('Lists', 'overdue_reconsent', '{site_id,subject_id,needed_version}',
     $$select subject_id, version, needed_version, reconsent_by from overdue_reconsent;$$),
    ('Lists', 'serious_event_due', '{site_id,subject_id,event_number}',
     $$select subject_id, term, aware_at, report_due, status, hours_left from serious_event_due;$$),
    ('Lists', 'source_verification_status', '{table_name,row_key}',
     $$select table_name, subject_id, status, verified_by from source_verification_status
where table_name = 'viral_load_result' order by subject_id, row_key limit 2;$$),
    ('Lists', 'source_verification_count', '{site_id,table_name}',
     $$select site_id, table_name, records, verified from source_verification_count
order by site_id, table_name limit 3;$$),

    ('Versions', 'assay_period', '{assay,effective_from}', null),
    ('Versions', 'dose_period', '{arm,weight_from_kg,effective_from}', null),
    ('Versions', 'enrolment_limit_period', '{site,stratum,effective_from}', null),
    ('Versions', 'eligibility_criterion_period', '{criterion,effective_from}', null),
    ('Versions', 'listed_intolerance_period', '{drug,reaction,effective_from}', null),
    ('Versions', 'protocol_period', '{effective_from}', null),
    ('Versions', 'reference_range_period', '{laboratory,test,sex,age_from,effective_from}', null),
    ('Versions', 'resistance_algorithm_period', '{effective_from}', null),
    ('Versions', 'snapshot_window_period', '{visit,effective_from}', null),
    ('Versions', 'visit_definition_period', '{visit,effective_from}', null);

create temporary view study_view as
select c.oid, c.relname::text as view, obj_description(c.oid) as comment
from pg_class c
where c.relnamespace = 'ral'::regnamespace and c.relkind = 'v' and c.relname !~ '^_'
    and c.relname !~ '^(sdtm|adam)_'; -- doc/export.md has the datasets

-- Nothing is left out, and the keys are keys in a simulated trial.
do $$
declare
    wrong text;
    listed record;
begin
    select string_agg(view, ', ') into wrong
    from study_view full join view_for_readers using (view)
    where study_view.oid is null or view_for_readers.position is null;
    if wrong is not null then
        raise exception 'scripts/views.sql and the views of a study differ: %', wrong;
    end if;
    for listed in select view, array_to_string(array(select quote_ident(k) from unnest(key) k), ', ') as key
            from view_for_readers where key is not null loop
        execute format('select %L where exists (select from %I group by %s having count(*) > 1)',
            listed.view, listed.view, listed.key) into wrong;
        if wrong is not null then
            raise exception 'rows of % have the same %', listed.view, listed.key;
        end if;
    end loop;
end;
$$;

\qecho '# The views of a study'
\qecho
\qecho 'Each view that people and dashboards read, from the comments that psql shows with `\\d+`. Views whose name begins with `_` are'
\qecho 'steps to these. Do not read them: a later version may change them.'
\qecho
\qecho 'The examples are of a simulated trial:'
\qecho
\qecho '```sql'
\qecho 'create extension virotrial;'
\qecho 'call create_study(''ral'');'
\qecho 'call simulate_study(''ral'', subjects => 72, sites => 4, seed => 1);'
\qecho 'set search_path = ral, public;'
\qecho 'insert into query (table_name, row_key, column_name, message)'
\qecho 'values (''subject'', ''{"subject_id": "S1-001"}'', ''birth_date'', ''Please check the year.'');'
\qecho '```'
\qecho
select string_agg(format('- **%s**: %s', subjects.name, views), e'\n' order by subjects.position)
from subject_of_views as subjects
join (select subject, string_agg(format('[%s](#%s)', view, view), ', ' order by position) as views
      from view_for_readers group by subject) as listed on listed.subject = subjects.name;

select format(e'\n## %s\n\n%s', name, introduction)
    || coalesce((select string_agg(format(e'\n\n### %s\n\n%s\n%s', listed.view,
            case when listed.example is null then study_view.comment
                else upper(left(study_view.comment, 1)) || substr(study_view.comment, 2) end || '.',
            coalesce(e'\nKey: ' || (select string_agg(format('`%s`', k), ', ' order by place)
                from unnest(listed.key) with ordinality as key (k, place)) || e'.\n', '')
            || case when listed.example is null then '' else format(
                e'\n| column | type | meaning |\n|---|---|---|\n%s\n\n```sql\n%s\n```\n```text\n```',
                (select string_agg(format('| `%s` | %s | %s |', a.attname, format_type(a.atttypid, a.atttypmod),
                        replace(col_description(a.attrelid, a.attnum), '|', '\|')), e'\n' order by a.attnum)
                 from pg_attribute a where a.attrelid = study_view.oid and a.attnum > 0),
                listed.example) end), '' order by listed.position)
        from view_for_readers as listed join study_view using (view) where listed.subject = subjects.name), '')
from subject_of_views as subjects order by position;
