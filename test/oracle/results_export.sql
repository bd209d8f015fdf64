-- Writes the plain tables of simulated trials, from which results.R computes
-- results of the report, into the working directory:
--   cd test/oracle && psql -f results_export.sql
-- in a database with the extension, after compare/simulated_trials.sql.
\set ON_ERROR_STOP on
select string_agg(format($$select %s as trial, e.site_id, e.subject_id, s.sex, s.birth_date, (select min(signed) from %2$I.consent c
        where (c.site_id, c.subject_id) = (e.site_id, e.subject_id)) as signed, e.first_dose, d.ended
    from %2$I.enrolment e join %2$I.subject s using (site_id, subject_id) left join %2$I.disposition d using (site_id, subject_id)$$,
    trial, 'trial_' || trial), ' union all ') || ' order by 1, 2, 3' as people,
    string_agg(format($$select %s as trial, site_id, subject_id, started, stopped from %I.regimen where drug = 'RAL'$$,
    trial, 'trial_' || trial), ' union all ') || ' order by 1, 2, 3, 4' as regimen,
    string_agg(format($$select %s as trial, threshold, site_id, subject_id, "time", event::integer as event from %I.time_to_response where "time" is not null$$,
    trial, 'trial_' || trial), ' union all ') || ' order by 1, 2, 3, 4' as times,
    string_agg(format($$select %s as trial, site_id, subject_id, rule from %I.deviation$$,
    trial, 'trial_' || trial), ' union all ') || ' order by 1, 2, 3, 4' as deviations
from generate_series(101, 104) as trial \gset
\set copy '\\copy (' :people ') to ''results_people.csv'' with (format csv, header)'
:copy
\set copy '\\copy (' :regimen ') to ''results_regimen.csv'' with (format csv, header)'
:copy
\set copy '\\copy (' :times ') to ''results_times.csv'' with (format csv, header)'
:copy
\set copy '\\copy (' :deviations ') to ''results_deviations.csv'' with (format csv, header)'
:copy
