-- The endpoint views of simulated trials, made again from their seeds, against
-- endpoints_*.csv; see endpoints.R.
\ir setup.sql
\ir simulated_trials.sql

create temp table kept_subject (like simulated_subject);
create temp table kept_result (like simulated_result);
\copy kept_subject from 'endpoints_subjects.csv' with (format csv, header)
\copy kept_result from 'endpoints_results.csv' with (format csv, header)
do $$
begin
    if exists (table simulated_subject except table kept_subject) or exists (table kept_subject except table simulated_subject)
        or exists (table simulated_result except table kept_result) or exists (table kept_result except table simulated_result) then
        raise exception 'the simulated trials are not those of endpoints_subjects.csv and endpoints_results.csv'
            using hint = 'Write them again with endpoints_export.sql, and then the figures with endpoints.R.';
    end if;
end
$$;

\ir endpoint_figures.sql

\ir report.sql
