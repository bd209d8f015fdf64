-- Simulated trials of six seeds, three of them with deaths, for safety.R and
-- safety.sql, made harder: some
-- subjects interrupt raltegravir, some stop it long before they leave, and one
-- date in six lacks its day.  Dates lie in the past: the day of the run matters not.
\set ON_ERROR_STOP on
set client_min_messages = warning;
set jit = off;

create procedure pg_temp.make_trial(study text, seed bigint)
    language plpgsql
as $$
begin
    call create_study(study);
    perform set_config('search_path', format('%I, public, pg_temp', study), false);
    call simulate_study(study, 60, 2, seed);
    with chosen as (
        select regimen.site_id, regimen.subject_id, regimen.started, regimen.stopped, regimen.dose_mg, regimen.doses_per_day,
            row_number() over (order by regimen.site_id, regimen.subject_id) as place,
            coalesce(regimen.stopped, disposition.ended) - regimen.started as days, disposition.ended
        from regimen
        join disposition using (site_id, subject_id)
        where regimen.drug = 'RAL' and disposition.reason is distinct from 'adverse event'
    ),
    resumed as (
        insert into regimen (site_id, subject_id, drug, started, stopped, dose_mg, doses_per_day)
        select site_id, subject_id, 'RAL', started + 25 + 4 * (place % 7)::integer, stopped, dose_mg, doses_per_day
        from chosen
        where days > 90 and place % 3 = 0
    )
    update regimen set stopped = regimen.started + 20
    from chosen
    where regimen.drug = 'RAL' and regimen.site_id = chosen.site_id and regimen.subject_id = chosen.subject_id
        and regimen.started = chosen.started and chosen.days > 90 and chosen.place % 3 = 0;
    update regimen set stopped = regimen.started + 70 + 3 * (regimen.started - date '2008-01-01') % 100
    from disposition
    where disposition.site_id = regimen.site_id and disposition.subject_id = regimen.subject_id and regimen.drug = 'RAL' and regimen.stopped is null
        and disposition.ended > regimen.started + 250 and disposition.outcome = 'completed'
        and right(regimen.subject_id, 1) in ('1', '6');
    update adverse_event set onset = to_char(onset_first, 'YYYY-MM')
    where event_number % 6 = 0 and test is null and not results_in_death and action_taken <> 'DRUG WITHDRAWN' and length(onset) = 10;
    delete from adverse_event_relatedness where event_number % 7 = 0;
end;
$$;

select format('call pg_temp.make_trial(%L, %s)', 'safety_' || study, seed) from unnest(array[1, 2, 3, 11, 19, 26]) with ordinality as trial (seed, study) \gexec
reset search_path;

-- What is asked of each: everything by site, and data up to a day by sex.
create temporary table asked as
select study * 2 + kind as data_set, 'safety_' || study as study,
    case kind when 1 then date '2008-08-01' + 60 * study end as data_cut, case kind when 0 then 'site_id' else 'sex' end::name as group_by
from generate_series(1, 6) as study, generate_series(0, 1) as kind;
