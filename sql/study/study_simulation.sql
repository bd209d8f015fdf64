-- Simulation of a study: the same on every machine for the same seed

-- Names of the study and the extension are found until the procedure that calls it ends.
create function _virotrial.search_own_study(study text) returns void
    language sql
    begin atomic
        select _virotrial.require_own_study(study);
        select set_config('search_path', format('pg_catalog, %I, %I, pg_temp', study,
            _virotrial.virotrial_schema()), true);
    end;
comment on function _virotrial.search_own_study(text) is 'sets the search path of a procedure to a study and the extension; fails with 3F000 unless it is a study, and with 42501 unless the caller owns it';

create function _virotrial.simulated_uniform(seed bigint, subject integer, draw text)
    returns double precision
    language sql immutable strict parallel safe
    return (('x' || substr(md5(seed::text || '/' || subject::text || '/' || draw), 1,
        13))::bit(52)::bigint::double precision + 0.5::double precision)
        / 4503599627370496::double precision;
comment on function _virotrial.simulated_uniform(bigint, integer, text) is 'a uniform number in (0, 1) that depends on its arguments alone';

-- Box and Muller's
create function _virotrial.simulated_normal(seed bigint, subject integer, draw text)
    returns double precision
    language sql immutable strict parallel safe
    return sqrt(-2 * ln(_virotrial.simulated_uniform(seed, subject, draw || ' radius')))
        * cos(2 * pi() * _virotrial.simulated_uniform(seed, subject, draw || ' angle'));
comment on function _virotrial.simulated_normal(bigint, integer, text) is 'a standard normal number that depends on its arguments alone';

create function _virotrial.simulated_viral_load(log10_copies double precision,
    lower_limit double precision, upper_limit double precision) returns viral_load
    language sql immutable strict parallel safe
    return case
        when log10_copies > log(upper_limit) then viral_load(upper_limit, '>')
        when log10_copies < log(lower_limit) - 0.8 then 'TND'::viral_load
        when log10_copies < log(lower_limit) then viral_load(lower_limit, '<')
        else viral_load(least(greatest(round(10 ^ log10_copies), lower_limit), upper_limit), '=')
            end;
comment on function _virotrial.simulated_viral_load(double precision, double precision, double precision) is 'what an assay with these limits reports of a viral load';

create function _virotrial.simulated_assay(study text)
    returns table (assay text, lower_limit double precision, upper_limit double precision)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return query execute format('select assay.assay, assay.lower_limit, assay.upper_limit
        from %1$I.assay
        cross join (select suppression_threshold from %1$I.protocol order by effective_from limit 1)
            as planned
        order by assay.lower_limit <= suppression_threshold desc,
            assay.assay = ''Quantiplex 3.0'' desc, assay.lower_limit desc, assay.assay limit 1',
        study);
end;
$$;
comment on function _virotrial.simulated_assay(text) is 'the assay of a simulated study: one that can answer the threshold of suppression';

-- Who they are: route of entry, planned dates, and what is wrong with those
-- who must not be enrolled.
create procedure _virotrial.simulate_persons(study text,
    subjects integer, sites integer, seed bigint, population text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    youngest integer;
    flaws constant text[] := array['no consent', 'consent withdrawn',
        'under age', 'diagnosis not confirmed',
        'no treatment failure', 'failure cannot be known', 'resistance to a single drug', 'no genotype'];
begin
    perform _virotrial.search_own_study(study);
    select minimum_age into youngest from protocol order by effective_from limit 1;
    create temporary table simulated_person on commit drop as
    with
    person as (
        select n, case when n > subjects then flaws[1 + (n - subjects - 1) % 8] end as flaw,
            1 + floor(sites * _virotrial.simulated_uniform(seed, n,
                'site') ^ 1.3)::integer as site_number,
            date '2008-01-07'
                + floor(540 * _virotrial.simulated_uniform(seed, n, 'consent'))::integer as drawn,
            _virotrial.simulated_uniform(seed, n, 'route') as route,
            _virotrial.simulated_uniform(seed, n, 'failure') as failure,
            _virotrial.simulated_uniform(seed, n, 'dropout') as dropout,
            _virotrial.simulated_uniform(seed, n, 'delay') < 0.015 as is_delayed
        from generate_series(1, subjects + greatest(8, subjects / 9)) as n
    ),
    consented as (
        -- offices are closed at the weekend
        select *, drawn + case extract(isodow from drawn) when 6 then 2 when 7 then 1 else 0
            end as signed,
            flaw is null and route >= 0.72 and route < 0.93 and population = 'treatment failure'
                as is_intolerant_only,
            flaw is null and route >= 0.93 and population = 'treatment failure' as is_both
        from person
    ),
    born as (
        select *,
            case when flaw = 'under age'
                then (signed - make_interval(years => youngest - 1, months => 2))::date
                -- where children take part, every other subject is one
                when youngest < 17 and n % 2 = 0 then signed - floor(365.25 * (youngest + 0.1
                    + (17 - youngest) * _virotrial.simulated_uniform(seed, n, 'age')))::integer
                else signed - floor(365.25 * greatest(greatest(youngest, 18) + 1.1,
                    least(74, 41 + 10 * _virotrial.simulated_normal(seed, n, 'age'))))::integer
                    end as birth_date
        from consented
    ),
    screened as (
        select *, signed
            + floor(3 * _virotrial.simulated_uniform(seed, n, 'screening'))::integer as screening,
            greatest(birth_date + 90, signed - 600 - floor(2300
                * _virotrial.simulated_uniform(seed, n, 'haart'))::integer) as haart_started,
            is_both or (not is_intolerant_only and population = 'treatment failure'
                and _virotrial.simulated_uniform(seed, n, 'second line') < 0.35) as has_second_line
        from born
    ),
    enrolled as (
        select *, screening + 7
            + floor(15 * _virotrial.simulated_uniform(seed, n, 'enrolment'))::integer as enrolled
        from screened
    ),
    dosed as (
        select *, enrolled + floor(7 * _virotrial.simulated_uniform(seed, n, 'first dose'))::integer
            + case when is_delayed
                then 36 + floor(15 * _virotrial.simulated_uniform(seed, n,
                'delay of dose'))::integer else 0 end as first_dose
        from enrolled
    )
    select n, site_number, 'S' || site_number as site_id,
        format('S%s-%s', site_number,
            lpad((row_number() over (partition by site_number order by n))::text,
            greatest(3, length(subjects::text)), '0')) as subject_id,
        flaw, signed, screening, enrolled, first_dose, haart_started, has_second_line,
        is_intolerant_only, is_both, is_delayed,
        birth_date,
        case when _virotrial.simulated_uniform(seed, n, 'sex') < 0.72 then 'male' else 'female'
            end as sex,
        case when failure < 0.15 then 'i' when failure < 0.6 then 'ii' else 'iii' end as failure,
        case when _virotrial.simulated_uniform(seed, n, 'backbone') < 0.5 then 'AZT' else 'd4T'
            end as first_nrti,
        case when _virotrial.simulated_uniform(seed, n, 'third drug') < 0.6 then 'NVP' else 'EFV'
            end as first_nnrti,
        -- the day on which the first line was given up for a second one, or for good
        case when has_second_line
            then haart_started + 350 + floor(0.4 * (signed - haart_started - 350))::integer
            when is_intolerant_only
                then signed - 100
                - floor(100 * _virotrial.simulated_uniform(seed, n, 'off treatment'))::integer
                end as first_line_stopped,
        population = 'suppressed' as is_suppressed, population = 'naive' as is_naive,
        case when population = 'suppressed' then 0.7
            else greatest(2.7, 4.6 + 0.75 * _virotrial.simulated_normal(seed, n,
                'viral load')) end as log10_copies,
        greatest(10, 220 + 110 * _virotrial.simulated_normal(seed, n, 'cd4')) as cells,
        _virotrial.simulated_uniform(seed, n, 'response') as response,
        case when population = 'suppressed' then 0
            when _virotrial.simulated_uniform(seed, n, 'response') < 0.22 then 0.7 else 3.6 end
            * (1 + 0.16 * _virotrial.simulated_normal(seed, n, 'depth')) as fall,
        1 + 0.5 * _virotrial.simulated_normal(seed, n, 'gain') as gain,
        -- the last day in the study of who leaves it early
        case when dropout < 0.13
            then first_dose + 20
            + floor(300 * _virotrial.simulated_uniform(seed, n, 'last day'))::integer
            end as left_study,
        case when dropout < 0.030 then 'adverse event' when dropout < 0.036 then 'death'
            when dropout < 0.056 then 'lack of efficacy'
            when dropout < 0.080 then 'consent withdrawn' when dropout < 0.118
                then 'lost to follow-up'
            when dropout < 0.124 then 'physician decision' when dropout < 0.13 then 'other'
                end as reason
    from dosed;
    analyze simulated_person;
end;
$$;
comment on procedure _virotrial.simulate_persons(text, integer, integer, bigint, text) is 'part of simulate_study: draws the persons into a temporary table';

create procedure _virotrial.simulate_sites(study text, subjects integer, sites integer)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    insert into site (site_id, name, target_enrolment)
    select 'S' || n, 'Site ' || n, ceil(subjects::numeric / sites)
    from generate_series(1, sites) as n;
    insert into subject (site_id, subject_id, birth_date, sex)
    select site_id, subject_id, birth_date, sex from simulated_person;
    insert into consent (site_id, subject_id, version, signed, withdrawn)
    select site_id, subject_id, '1.0', signed,
        case when flaw = 'consent withdrawn' then signed + 4 when flaw is null
            and reason = 'consent withdrawn' then left_study end
    from simulated_person
    where flaw is distinct from 'no consent';
    analyze site, subject, consent;
end;
$$;
comment on procedure _virotrial.simulate_sites(text, integer, integer) is 'part of simulate_study: sites, subjects and consents';

-- What they bring along: diagnosis, treatment, intolerance, viral loads
create procedure _virotrial.simulate_history(study text, seed bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    insert into hiv_diagnosis (site_id, subject_id, diagnosed,
        guideline, confirmed, confirmatory_test)
    select site_id, subject_id, diagnosed,
        (select diagnosis_guideline from protocol order by effective_from limit 1),
        case when flaw is distinct from 'diagnosis not confirmed'
            then diagnosed + 7
            + floor(30 * _virotrial.simulated_uniform(seed, n, 'confirmed'))::integer end,
        case when flaw is distinct from 'diagnosis not confirmed' then 'Western blot' end
    from simulated_person
    cross join lateral (select greatest(birth_date + 30, haart_started - 60
        - floor(900 * _virotrial.simulated_uniform(seed, n,
        'diagnosed'))::integer) as diagnosed) as first;

    insert into art_history (site_id, subject_id, drug, started, stopped, reason_stopped)
    select site_id, subject_id, line.drug, line.started, line.stopped,
        case when line.stopped is null then null
            when line.stopped = first_dose then 'treatment of the study'
            when is_intolerant_only or is_both then 'intolerance' else 'virologic failure' end
    from simulated_person
    cross join lateral (select coalesce(first_line_stopped, case when flaw is null then first_dose
        end) as stopped) as first_line
    cross join lateral (
        select drug, haart_started, first_line.stopped
            from unnest(array[first_nrti, '3TC', first_nnrti]) as drug
        union all
        select drug, first_line_stopped, case when flaw is null then first_dose end
            from unnest(array['ABC', 'ddI', 'LPV', 'RTV']) as drug
        where has_second_line
    ) as line (drug, started, stopped)
    where not is_naive;

    insert into intolerance (site_id, subject_id, drug, reaction, onset, is_serious)
    select site_id, subject_id, adverse.drug, adverse.reaction, first_line_stopped - adverse.days,
        true
    from simulated_person
    cross join lateral (values
        (first_nrti, case when first_nrti = 'AZT' then 'bone marrow suppression'
            when _virotrial.simulated_uniform(seed, n, 'reaction') < 0.6 then 'peripheral neuritis'
            when _virotrial.simulated_uniform(seed, n, 'reaction') < 0.85 then 'lactic acidosis'
                else 'pancreatitis' end, 12),
        (first_nnrti, case when _virotrial.simulated_uniform(seed, n, 'second reaction') < 0.5
            then 'liver damage' else 'allergic reaction' end, 3)
    ) as adverse (drug, reaction, days)
    where is_intolerant_only or is_both;
    analyze hiv_diagnosis, art_history, intolerance;
end;
$$;
comment on procedure _virotrial.simulate_history(text, bigint) is 'part of simulate_study: diagnosis, treatment before the study, intolerance';

create procedure _virotrial.simulate_evidence(study text, seed bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    -- before treatment, 2 or 3 months into it, some months later, and lately;
    -- one whose failure cannot be known has only results below a limit of 500
    insert into viral_load_result (site_id, subject_id, collected, assay, viral_load)
    select site_id, subject_id, past.collected,
        case when is_vague and past.place > 1 then 'Quantiplex 2.0' else used.assay end,
        case when is_vague and past.place > 1 then viral_load(500, '<')
            else _virotrial.simulated_viral_load(past.log10_copies, used.lower_limit,
                used.upper_limit) end
    from simulated_person
    cross join _virotrial.simulated_assay(study) as used
    cross join lateral (select coalesce(flaw = 'failure cannot be known', false) as is_vague,
        is_intolerant_only or is_suppressed
            or coalesce(flaw = 'no treatment failure', false) as was_suppressed,
        least(5.6, 5.1 + 0.3 * _virotrial.simulated_normal(seed, n,
            'first viral load')) as before) as course
    cross join lateral (values
        (1, haart_started - 20, before),
        (2, haart_started + 60
            + floor(40 * _virotrial.simulated_uniform(seed, n, 'early'))::integer,
            case when was_suppressed then 1.2 when failure = 'i'
                then before - 0.2 - 0.6 * _virotrial.simulated_uniform(seed, n, 'early fall')
                when failure = 'ii'
                    then before - 1.2 - 0.8 * _virotrial.simulated_uniform(seed, n, 'early fall')
                    else 1.5 end),
        (3, haart_started + case when failure = 'iii'
            then 120 + floor(50 * _virotrial.simulated_uniform(seed, n, 'late'))::integer
                else 200 + floor(120 * _virotrial.simulated_uniform(seed, n, 'late'))::integer end,
            case when was_suppressed then 0.7
                else greatest(2.2, 3.7 + 0.6 * _virotrial.simulated_normal(seed, n, 'rebound'))
                end),
        (4, signed - 30 - floor(60 * _virotrial.simulated_uniform(seed, n, 'lately'))::integer,
            case when flaw = 'no treatment failure' then 1.3
                else log10_copies + 0.15 * _virotrial.simulated_normal(seed, n, 'recent') end)
    ) as past (place, collected, log10_copies)
    where not is_vague and not is_naive or past.place in (1, 4);
    analyze viral_load_result;
end;
$$;
comment on procedure _virotrial.simulate_evidence(text, bigint) is 'part of simulate_study: viral loads from before the study';

create procedure _virotrial.simulate_visits(study text, seed bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    create temporary table simulated_visit on commit drop as
    with
    planned as (
        select n, definition.visit, (definition.target_day::integer - 1) / 7 as week,
            case when drawn.is_late
                then first_dose + definition.window_last_day::integer
                + floor(9 * _virotrial.simulated_uniform(seed, n, 'late ' || visit))::integer
                else first_dose - 1 + greatest(definition.window_first_day,
                    least(definition.window_last_day, definition.target_day
                    + round((definition.window_last_day - definition.target_day) / 2.5
                        * _virotrial.simulated_normal(seed, n, 'day ' || visit))))::integer
                        end as visit_date,
            case when drawn.is_late
                then (array['the subject was travelling', 'the clinic was closed for a holiday',
                'the subject had another illness'])
                [1 + floor(3 * _virotrial.simulated_uniform(seed, n, 'excuse ' || visit))::integer]
                    end as deviation_reason,
            coalesce(left_study, 'infinity') as left_study
        from simulated_person
        cross join visit_definition_period as definition
        cross join lateral (select _virotrial.simulated_uniform(seed, n, 'out of window ' || visit)
            < 0.02 as is_late) as drawn
        where flaw is null and definition.target_day is not null
            and first_dose >= definition.effective_from and first_dose < definition.effective_before
            and _virotrial.simulated_uniform(seed, n, 'missed ' || visit) > 0.04
    )
    select n, visit, week, visit_date, deviation_reason, false as is_screening
    from planned
    where visit_date <= left_study
    union all
    -- a second look at the viral load, two or three weeks after week 24
    select n, 'unscheduled', 26, visit_date + 14 + n % 7, null, false
    from planned
    where week = 24 and visit_date + 14 + n % 7 <= left_study
        and _virotrial.simulated_uniform(seed, n, 'unscheduled') < 0.07
    union all
    select n, definition.visit, 0, screening, case when is_delayed and flaw is null
        then 'the first dose was put off because of an infection' end, true
    from simulated_person
    cross join (select visit from visit_definition where target_day is null
        order by position limit 1) as definition
    where coalesce(flaw not in ('no consent', 'consent withdrawn'), true);
    -- of two visits on one day the second is not held
    delete from simulated_visit as later
    using simulated_visit as earlier
    where earlier.n = later.n and earlier.visit_date = later.visit_date
        and earlier.visit <> 'unscheduled'
        and (later.visit = 'unscheduled' or earlier.week < later.week);
    analyze simulated_visit;
end;
$$;
comment on procedure _virotrial.simulate_visits(text, bigint) is 'part of simulate_study: draws the visits into a temporary table, some of them out of their window';

-- Those who must not be enrolled: an insert of any of them into enrolment is refused.
create procedure _virotrial.simulate_candidates(study text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    execute format('create table %I.simulated_candidate (
        site_id text not null,
        subject_id text not null,
        enrolled date not null,
        flaw text not null,
        criterion text not null,
        primary key (site_id, subject_id))', study);
    comment on table simulated_candidate
        is 'subjects of a simulated study who are not eligible: an insert of any of them into enrolment is refused';
    comment on column simulated_candidate.site_id is 'the site';
    comment on column simulated_candidate.subject_id is 'the subject''s code';
    comment on column simulated_candidate.enrolled is 'the day on which to try to enrol the subject';
    comment on column simulated_candidate.flaw is 'what is wrong';
    comment on column simulated_candidate.criterion
        is 'the eligibility criterion that is not met, or cannot be known to be';
    insert into simulated_candidate (site_id, subject_id, enrolled, flaw, criterion)
    select distinct on (site_id, subject_id) site_id, subject_id, enrolled, flaw, criterion
    from eligibility_of(study, array(select (site_id, subject_id, enrolled)::candidate
        from simulated_person where flaw is not null))
    join simulated_person using (site_id, subject_id)
    where verdict <> 'met'
    order by site_id, subject_id, eligibility_of.position;
end;
$$;
comment on procedure _virotrial.simulate_candidates(text) is 'part of simulate_study: the list of those who are not eligible';

create procedure simulate_study(name text, subjects integer default 72,
    sites integer default 4, seed bigint default 1,
    population text default 'treatment failure')
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
    set virotrial.reason = 'simulation'
    set virotrial.source = 'simulate_study'
    set application_name = 'virotrial: simulates'
as $$
declare
    doing constant text := 'simulates ' || name;
    held boolean;
begin
    perform _virotrial.require_own_study(coalesce(name, ''));
    if coalesce(subjects, 0) not between 1 and 10000000
        or coalesce(sites, 0) not between 1 and 10000 or seed is null then
        raise exception using errcode = 'invalid_parameter_value',
            message = 'a study cannot be simulated like that',
            hint = 'Ask for 1 to 10000000 subjects at 1 to 10000 sites, with a seed.';
    elsif coalesce(population, '') not in ('treatment failure', 'suppressed', 'naive') then
        raise exception using errcode = 'invalid_parameter_value',
            message = format('population "%s" cannot be simulated', population),
            hint = 'Name "treatment failure", "suppressed" or "naive".';
    end if;
    execute format('select exists (select from %1$I.site) or exists (select from %1$I.subject)',
        name) into held;
    if held then
        raise exception using errcode = 'object_not_in_prerequisite_state',
            message = format('study "%s" holds data', name),
            hint = 'Simulate into a study that is empty.';
    end if;
    perform _virotrial.search_own_study(name);
    perform _virotrial.show_progress(doing, 'persons (1 of 14)');
    call _virotrial.simulate_persons(name, subjects, sites, seed, population);
    perform _virotrial.show_progress(doing, 'sites (2 of 14)');
    call _virotrial.simulate_sites(name, subjects, sites);
    perform _virotrial.show_progress(doing, 'history (3 of 14)');
    call _virotrial.simulate_history(name, seed);
    perform _virotrial.show_progress(doing, 'genotypes (4 of 14)');
    call _virotrial.simulate_genotypes(name, seed);
    perform _virotrial.show_progress(doing, 'evidence (5 of 14)');
    call _virotrial.simulate_evidence(name, seed);
    perform _virotrial.show_progress(doing, 'visits (6 of 14)');
    call _virotrial.simulate_visits(name, seed);
    perform _virotrial.show_progress(doing, 'results (7 of 14)');
    call _virotrial.simulate_results(name, seed, true);
    perform _virotrial.show_progress(doing, 'treatment (8 of 14)');
    call _virotrial.simulate_treatment(name, seed);
    perform _virotrial.show_progress(doing, 'results on treatment (9 of 14)');
    call _virotrial.simulate_results(name, seed, false);
    perform _virotrial.show_progress(doing, 'dispositions (10 of 14)');
    call _virotrial.simulate_dispositions(name);
    perform _virotrial.show_progress(doing, 'adverse events (11 of 14)');
    call _virotrial.simulate_safety(name, seed);
    perform _virotrial.show_progress(doing, 'vital signs (12 of 14)');
    call _virotrial.simulate_vital_signs(name, seed);
    perform _virotrial.show_progress(doing, 'conditions (13 of 14)');
    call _virotrial.simulate_conditions(name, seed);
    perform _virotrial.show_progress(doing, 'candidates (14 of 14)');
    call _virotrial.simulate_candidates(name);
    drop table pg_temp.simulated_person, pg_temp.simulated_visit;
end;
$$;
comment on procedure simulate_study(text, integer, integer, bigint, text) is 'fills an empty study with a simulated trial, through its tables and rules: subjects are those enrolled, the same for the same seed; simulated_candidate lists those who are not eligible. The population has a "treatment failure", or its viral load is "suppressed", or it is "naive": never treated';
