-- The endpoint views of studies that hold the data files, against the figures of
-- endpoints.R; the working directory holds those figures as endpoints_*.csv.
\ir setup.sql

create temp table actg315 (line integer, patient integer, day integer, log10_rna float8, cd4 float8);
create temp table virload (patient integer, day integer, log10_rna float8, censored integer, predicted float8);
create temp table virload50 (like virload);
\copy actg315 from 'actg315.csv' with (format csv, header)
\copy virload from 'virload.csv' with (format csv, header)
\copy virload50 from 'virload50.csv' with (format csv, header)

create temp table result as
    select 'actg315' as trial, patient, day, case when log10_rna = 1.699 then '<100'::viral_load
        else viral_load(power(10::float8, log10_rna), '=') end as copies, round(cd4)::integer as cells from actg315
    union all
    select 'virload', patient, day, viral_load(power(10::float8, log10_rna), '='), null from virload
    union all
    select 'virload50', patient, day, case when censored = 1 then '<50'::viral_load else viral_load(power(10::float8, log10_rna), '=') end, null from virload50;

-- No subject of these was screened by this protocol: rules off.
set session_replication_role = replica;
select format('call create_study(%L)', 'trial_' || trial),
    format('insert into %I.enrolment (site_id, subject_id, enrolled, first_dose, entered_by, entered_at)
        select distinct ''S'' || patient %% 2, patient::text, date ''2000-01-01'', date ''2000-01-01'', ''oracle'', now() from pg_temp.result where trial = %L', 'trial_' || trial, trial),
    format('insert into %I.viral_load_result (site_id, subject_id, collected, assay, viral_load, entered_by, entered_at)
        select ''S'' || patient %% 2, patient::text, date ''2000-01-01'' + day, ''unknown'', copies, ''oracle'', now() from pg_temp.result where trial = %L', 'trial_' || trial, trial),
    format('insert into %I.cd4_result (site_id, subject_id, collected, cd4_count, entered_by, entered_at)
        select ''S'' || patient %% 2, patient::text, date ''2000-01-01'' + day, cells, ''oracle'', now() from pg_temp.result where trial = %L and cells is not null', 'trial_' || trial, trial)
from (values ('actg315'), ('virload'), ('virload50')) as file (trial)
\gexec
set session_replication_role = origin;

\ir endpoint_figures.sql

\ir report.sql
