-- The figures of ACTG 315, from the file as the trial's own query would; see
-- actg315.R.  The working directory must hold actg315.csv and actg315_figures.csv.
\ir setup.sql

create temp table trial (line integer, patient integer, day integer, log10_rna float8, cd4 float8);
create temp table expected (target_day integer, subject text, figure text, value text);
\copy trial from 'actg315.csv' with (format csv, header)
\copy expected from 'actg315_figures.csv' with (format csv, header)

create temp table result as
    select patient, day, cd4,
           case when log10_rna = 1.699 then '<100'::viral_load
                else viral_load(power(10::float8, log10_rna), '=') end as copies
    from trial;

create temp table visit as
    select target_day, patient, visit.copies, visit.cd4 - baseline.cd4 as cd4_change,
           log_reduction(baseline.copies, visit.copies) as reduction
    from (values (28), (84), (168)) as target (target_day)
    cross join (select distinct patient from result) as patients
    left join lateral (
        select copies, cd4 from result
        where result.patient = patients.patient and day > 0 and abs(day - target_day) <= 14
        order by abs(day - target_day), day desc
        limit 1) as visit on true
    left join (select patient, copies, cd4 from result where day = 0) as baseline using (patient);

create temp table got as
    select target_day, subject, figures
    from (select target_day,
                 jsonb_build_object('patients', count(*), 'with_result', count(copies),
                                    'below_limit', count(*) filter (where is_censored(copies))) as visit,
                 jsonb_build_object('median', quantity(median(copies))) as viral_load,
                 to_jsonb(response_rate(copies < 400)) as below_400,
                 to_jsonb(response_rate(copies < 50)) as below_50,
                 to_jsonb(response_rate(reduction > 1.0)) as fall,
                 to_jsonb(log_reduction_summary(reduction))
                     || jsonb_build_object('median', quantity(median(reduction)),
                                           'median_censored', is_censored(median(reduction))::integer) as reduction,
                 to_jsonb(mean_ci(cd4_change)) as cd4_change
          from visit
          group by target_day) as summary
    cross join lateral (values
        ('visit', visit), ('viral load', viral_load), ('below 400 copies', below_400),
        ('below 50 copies', below_50), ('fall above 1 log10', fall),
        ('log reduction', reduction), ('CD4 change', cd4_change)) as f (subject, figures);

insert into comparison
    select c.*
    from (select target_day, subject, jsonb_object_agg(figure, value) as expected
          from expected group by target_day, subject) as expected
    left join got using (target_day, subject)
    cross join lateral pg_temp.compare_row(subject, 'day ' || target_day, coalesce(figures, '{}'), expected) as c;

\ir report.sql
