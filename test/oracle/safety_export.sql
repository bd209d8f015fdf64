-- Writes the capture tables of the trials of compare/safety_trials.sql to the
-- working directory, for safety.R: psql -f .../test/oracle/safety_export.sql
\ir compare/safety_trials.sql
create function pg_temp.all_of(query text) returns text
    language sql
    return (select string_agg(format('select %L as study, part.* from (%s) as part', study, replace(query, 'STUDY', study)), ' union all ' order by study)
        from (select distinct study from asked) as studies);
select 'create temporary table ' || name || ' as ' || pg_temp.all_of(query)
from (values
    ('person', 'select site_id, subject_id, sex, first_dose, ended, outcome, reason
        from STUDY.enrolment join STUDY.subject using (site_id, subject_id) left join STUDY.disposition using (site_id, subject_id)'),
    ('regimen', 'select site_id, subject_id, drug, started, stopped, stop_reason from STUDY.regimen'),
    ('event', 'select site_id, subject_id, event_number, term, complaint, onset, ended, grade, results_in_death::integer as death,
        (is_life_threatening or requires_hospitalization or is_disabling or is_congenital_anomaly or is_medically_important)::integer as serious,
        action_taken, outcome from STUDY.adverse_event'),
    ('relatedness', 'select site_id, subject_id, event_number, drug, relatedness from STUDY.adverse_event_relatedness'),
    ('laboratory', 'select site_id, subject_id, test, collected, replicate, value::text as value, standard_value::text as standard, code, uln,
        low_grade, high_grade, at_least, at_most from STUDY.lab_grade'),
    ('complaint', 'select complaint from STUDY.solicited_complaint where solicited')
) as exported (name, query) \gexec
\copy person to 'person.csv' with (format csv, header)
\copy regimen to 'regimen.csv' with (format csv, header)
\copy event to 'event.csv' with (format csv, header)
\copy relatedness to 'relatedness.csv' with (format csv, header)
\copy laboratory to 'laboratory.csv' with (format csv, header)
\copy complaint to 'complaint.csv' with (format csv, header)
\copy asked to 'asked.csv' with (format csv, header)
