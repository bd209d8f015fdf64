-- Writes the plain tables of simulated trials, from which endpoints.R computes
-- every endpoint, into the working directory:
--   cd test/oracle && psql -f endpoints_export.sql
-- in a database with the extension.
\ir compare/simulated_trials.sql
\copy (select * from pg_temp.simulated_subject order by trial, site_id, subject_id) to 'endpoints_subjects.csv' with (format csv, header)
\copy (select * from pg_temp.simulated_result order by trial, site_id, subject_id, collected, replicate, test) to 'endpoints_results.csv' with (format csv, header)
