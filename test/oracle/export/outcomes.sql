-- Writes test/oracle/outcomes_simulated.csv, from which outcomes.R computes: the
-- plain tables of studies that simulate_study made.  In a new database, from the
-- root of the repository:  psql -qAt -f test/oracle/export/outcomes.sql > test/oracle/outcomes_simulated.csv
-- Days are counted from the first dose.  results: day:viral load:lower limit of
-- the assay; ended: day:outcome or reason; regimen: drug:first day:first day
-- without it:reason of its start:of its stop; cd4: day:count.
set client_min_messages = warning;
create extension if not exists virotrial;
create function pg_temp.export(study text, seed bigint) returns setof text
    language plpgsql
as $$
begin
    execute format('call create_study(%L)', study);
    execute format('call simulate_study(%L, 72, 4, %s)', study, seed);
    perform set_config('search_path', format('%I, public', study), true);
    return query execute $query$
        with
        result as (
            select site_id, subject_id, string_agg(format('%s:%s:%s', collected - first_dose, viral_load, assay_period.lower_limit), ' ' order by collected, replicate) as results
            from viral_load_result
            join enrolment using (site_id, subject_id)
            join assay_period using (assay)
            where collected >= effective_from and collected < effective_before
            group by site_id, subject_id
        ),
        treatment as (
            select site_id, subject_id, string_agg(format('%s:%s:%s:%s:%s', drug, started - first_dose, stopped - first_dose, start_reason, stop_reason), '|' order by drug, started) as regimen
            from regimen
            join enrolment using (site_id, subject_id)
            group by site_id, subject_id
        ),
        cd4 as (
            select site_id, subject_id, string_agg(format('%s:%s', collected - first_dose, cd4_count), ' ' order by collected, replicate) as counts
            from cd4_result
            join enrolment using (site_id, subject_id)
            group by site_id, subject_id
        )
        select concat_ws(',', 'simulated ' || $1, subject_id, first_dose, coalesce(results, ''),
            case when ended is null then '' else ended - first_dose || ':' || coalesce(reason, 'completed') end, coalesce(regimen, ''), coalesce(counts, ''))
        from enrolment
        left join disposition using (site_id, subject_id)
        left join result using (site_id, subject_id)
        left join treatment using (site_id, subject_id)
        left join cd4 using (site_id, subject_id)
        order by site_id, subject_id
    $query$ using seed;
end;
$$;
begin;
select 'trial,subject,first_dose,results,ended,regimen,cd4';
select pg_temp.export('simulated_' || seed, seed) from generate_series(1, 4) as seed;
rollback;
