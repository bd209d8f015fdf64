-- Simulation of a study: enrolment, allocation and regimens

-- The trial may ask for what the population does not have: who is not eligible stays out.
create procedure _virotrial.simulate_enrolments(study text, seed bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    refused text;
begin
    perform _virotrial.search_own_study(study);
    begin
        insert into enrolment (site_id, subject_id, enrolled, first_dose)
        select site_id, subject_id, enrolled, first_dose from simulated_person where flaw is null;
    exception when check_violation then
        get stacked diagnostics refused = constraint_name;
        if refused <> 'eligibility' then
            raise;
        end if;
        update simulated_person set flaw = 'not eligible'
        from eligibility_of(study, array(select (site_id, subject_id, enrolled)::candidate
            from simulated_person where flaw is null)) as judged
        where (simulated_person.site_id, simulated_person.subject_id)
            = (judged.site_id, judged.subject_id) and judged.verdict <> 'met';
        delete from simulated_visit using simulated_person as person
        where person.n = simulated_visit.n and person.flaw = 'not eligible' and not is_screening;
        insert into enrolment (site_id, subject_id, enrolled, first_dose)
        select site_id, subject_id, enrolled, first_dose from simulated_person where flaw is null;
        if not found then
            raise exception using errcode = 'object_not_in_prerequisite_state',
                message = 'nobody whom the simulation makes up meets the criteria of the study',
                detail = (
                    select string_agg(format('%s is %s for %s: %s', criterion, verdict, subjects,
                        evidence), '; ' order by subjects desc, criterion) || '.'
                    from (
                        select criterion, verdict, count(*) as subjects, min(evidence) as evidence
                        from eligibility_of(study, array(
                            select (site_id, subject_id, enrolled)::candidate
                            from simulated_person where flaw = 'not eligible'))
                        where verdict <> 'met'
                        group by criterion, verdict
                    ) as missed),
                hint = 'Name another population. What the simulation makes up after enrolment, such as laboratory results, can meet no criterion.';
        end if;
    end;
    insert into screening (site_id, subject_id, decided, outcome, reason)
    select site_id, subject_id, enrolled, 'screen failure', 'eligibility criteria not met'
    from simulated_person where flaw not in ('no consent', 'consent withdrawn');
    analyze enrolment, eligibility_verdict;
    call _virotrial.simulate_allocation(study, seed);
end;
$$;
comment on procedure _virotrial.simulate_enrolments(text, bigint) is 'part of simulate_study: enrols who is eligible, and allocates him; the others have a screen failure';

create procedure _virotrial.simulate_allocation(study text, seed bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    shares integer;
    persons integer;
begin
    perform _virotrial.search_own_study(study);
    if not exists (select from arm) then
        return;
    end if;
    if not exists (select from allocation_list) then
        shares := (select sum(ratio) from arm);
        persons := (select count(*) from simulated_person);
        call make_allocation_list(study, seed::text, array[shares, 2 * shares], persons);
    end if;
    insert into allocation (site_id, subject_id, allocated, stratum)
    select site_id, subject_id, enrolled, coalesce((
            select stratum from (
                select stratum, row_number() over (order by position) as place, count(*) over ()
                from stratum) as known
            where place = 1 + floor(count * _virotrial.simulated_uniform(seed, n, 'stratum'))),
        'all')
    from simulated_person
    where flaw is null;
    -- without the study drug the viral load falls less
    update simulated_person set fall = 0.35 * fall
    from allocation
    join arm using (arm)
    where (allocation.site_id, allocation.subject_id)
            = (simulated_person.site_id, simulated_person.subject_id)
        and arm.treatment <> 'study drug';
    analyze allocation;
end;
$$;
comment on procedure _virotrial.simulate_allocation(text, bigint) is 'part of simulate_study: a randomisation list, and the arm of each subject';

create procedure _virotrial.simulate_treatment(study text, seed bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    call _virotrial.simulate_enrolments(study, seed);

    insert into regimen (site_id, subject_id, drug, started, stopped, reason)
    select site_id, subject_id, given.drug, first_dose, left_study + 1, 'optimized background'
    from simulated_person
    cross join lateral unnest(case
        when _virotrial.simulated_uniform(seed, n, 'background') < 0.45
            then array['TDF', 'LPV', 'RTV']
        when _virotrial.simulated_uniform(seed, n, 'background') < 0.70
            then array['TDF', 'DRV', 'RTV']
        when _virotrial.simulated_uniform(seed, n, 'background') < 0.85
            then array['ETR', 'DRV', 'RTV']
        else array['TDF', '3TC'] end) as given (drug)
    where flaw is null and given.drug not in (select study_drug from protocol);
    analyze regimen;

    -- the background is known by now, and may need a justification
    insert into regimen (site_id, subject_id, drug, started, stopped,
        dose_mg, doses_per_day, weight_kg, justification)
    select site_id, subject_id, study_drug, first_dose, left_study + 1,
        coalesce(given.dose_mg, study_drug_dose_mg),
        coalesce(given.doses_per_day, study_drug_doses_per_day),
        case when exists (select from dose where weight_from_kg > 0) then weight_kg end,
        case when background.active < background_active_drugs
                and exists (select from resistance_algorithm_period as algorithm
                    where first_dose >= algorithm.effective_from
                    and first_dose < algorithm.effective_before)
            then case when background.unknown > 0 then 'no genotype tells which drugs are active'
                when _virotrial.simulated_uniform(seed, n, 'justification') < 0.6
                    then 'no second active drug was available at the site'
                else 'the subject would not take more tablets' end end
    from simulated_person
    join protocol_period on first_dose >= effective_from and first_dose < effective_before
    left join (
        select site_id, subject_id, count(*) filter (where is_fully_active) as active, count(*)
            filter (where is_fully_active is null) as unknown
        from _regimen_activity
        where not is_study_drug
        group by site_id, subject_id
    ) as background using (site_id, subject_id)
    left join allocation using (site_id, subject_id)
    left join arm using (arm)
    cross join lateral (select round(_virotrial.simulated_weight(seed, n,
        (first_dose - birth_date) / 365.25)::numeric, 1)::float8
        as weight_kg) as measured
    left join lateral (
        select dose_period.dose_mg, dose_period.doses_per_day
        from dose_period
        where dose_period.arm in ('*', arm.arm) and weight_kg >= weight_from_kg
            and coalesce(weight_kg < weight_below_kg, true)
            and first_dose >= dose_period.effective_from
            and first_dose < dose_period.effective_before
        order by dose_period.arm = '*' limit 1) as given on true
    where flaw is null and arm.treatment is distinct from 'background alone';
    analyze regimen;
end;
$$;
comment on procedure _virotrial.simulate_treatment(text, bigint) is 'part of simulate_study: enrolments, allocation and regimens';
