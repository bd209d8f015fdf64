-- Simulated trials, and what their plain tables hold, as temporary tables:
-- four, of 24 to 48 subjects at two sites.
\set ON_ERROR_STOP on
set client_min_messages = warning;

create temp table simulated_subject (trial integer, site_id text, subject_id text, first_dose date, outcome text, reason text, ended date);
create temp table simulated_result (trial integer, site_id text, subject_id text, test text, collected date, replicate integer, result text);

select format('drop schema if exists %1$I cascade; call create_study(%1$L); call simulate_study(%1$L, %2$s, 2, %3$s);',
    'trial_' || seed, subjects, seed),
    format('insert into pg_temp.simulated_subject
        select %1$s, e.site_id, e.subject_id, e.first_dose, d.outcome, d.reason, d.ended
        from %2$I.enrolment e left join %2$I.disposition d using (site_id, subject_id)', seed, 'trial_' || seed),
    format('insert into pg_temp.simulated_result
        select %1$s, site_id, subject_id, ''viral load'', collected, replicate, viral_load::text from %2$I.viral_load_result join %2$I.enrolment using (site_id, subject_id)
        union all
        select %1$s, site_id, subject_id, ''CD4'', collected, replicate, cd4_count::text from %2$I.cd4_result join %2$I.enrolment using (site_id, subject_id)', seed, 'trial_' || seed)
from (values (101, 24), (102, 32), (103, 40), (104, 48)) as trial (seed, subjects)
\gexec
