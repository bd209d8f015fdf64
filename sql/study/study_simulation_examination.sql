-- Simulation of a study, continued: vital signs and medical history

-- A child of two weighs about 10 kg, one of sixteen 50 kg.
create function _virotrial.simulated_weight(seed bigint, subject integer, age double precision)
    returns double precision
    language sql immutable strict parallel safe
    return case when age < 17 then 4 + 2.9 * age else 64 end
        * (1 + 0.1 * _virotrial.simulated_normal(seed, subject, 'weight'));
comment on function _virotrial.simulated_weight(bigint, integer, double precision) is 'the weight in kg of a simulated subject at an age in years, but for what a day adds';

-- The level of a subject is his own, a day adds its noise, and on treatment the weight rises.
-- Pressures are read to the even
-- number, as on a column of mercury.
create procedure _virotrial.simulate_vital_signs(study text, seed bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    insert into vital_signs (site_id, subject_id, collected, visit, weight_kg, height_cm,
        temperature_celsius, systolic_mmhg, diastolic_mmhg, pulse_per_minute,
        respirations_per_minute)
    with
    person as materialized (
        select n, site_id, subject_id, sex, birth_date,
            _virotrial.simulated_normal(seed, n, 'weight') as build,
            _virotrial.simulated_normal(seed, n, 'height') as height,
            _virotrial.simulated_normal(seed, n, 'systolic') as systolic,
            _virotrial.simulated_normal(seed, n, 'diastolic') as diastolic,
            _virotrial.simulated_normal(seed, n, 'pulse') as pulse
        from simulated_person
        where flaw is null
    ),
    seen as materialized (
        select person.*, visit.visit, visit.visit_date, visit.week, visit.is_screening,
            (visit.visit_date - person.birth_date) / 365.25::double precision as age,
            _virotrial.simulated_uniform(seed, n, 'temperature ' || visit) as temperature,
            _virotrial.simulated_normal(seed, n, 'weight ' || visit) as weight_of_day,
            _virotrial.simulated_normal(seed, n, 'systolic ' || visit) as systolic_of_day,
            _virotrial.simulated_normal(seed, n, 'diastolic ' || visit) as diastolic_of_day,
            _virotrial.simulated_normal(seed, n, 'pulse ' || visit) as pulse_of_day,
            _virotrial.simulated_uniform(seed, n, 'respirations ' || visit) as respirations
        from simulated_visit as visit
        join person using (n)
        where visit.visit <> 'unscheduled'
            and _virotrial.simulated_uniform(seed, n, 'vital signs ' || visit) > 0.03
    ),
    pressed as (
        select *, 2 * round((case when age < 17 then 90 + 1.9 * age
            else 116 + 0.35 * (age - 40) + case sex when 'male' then 6 else 0 end end
            + 12 * systolic + 7 * systolic_of_day) / 2) as pressure
        from seen
    )
    select site_id, subject_id, visit_date, visit,
        round((_virotrial.simulated_weight(seed, n, age)
            * (1.02 - 0.02 * exp(-week / 16.0::double precision))
            * (1 + 0.012 * weight_of_day))::numeric, 1),
        case when is_screening then round((case when age < 17 then 75 + 5.7 * age
            when sex = 'male' then 175 else 162 end
            * (1 + 0.024 * build + 0.032 * height))::numeric) end,
        round((case when temperature > 0.985 then 37.8 + 80 * (temperature - 0.985)
            else 36.2 + 0.9 * temperature end)::numeric, 1),
        pressure,
        least(pressure - 20, 2 * round((22 + 0.45 * pressure
            + 5 * diastolic + 4 * diastolic_of_day) / 2)),
        greatest(44, round(case when age < 17 then 118 - 2.7 * age else 73 end
            + 8 * pulse + 5 * pulse_of_day)),
        round(case when age < 17 then 27 - 0.7 * age else 14 end + 4 * respirations)
    from pressed;
    analyze vital_signs;
end;
$$;
comment on procedure _virotrial.simulate_vital_signs(text, bigint) is 'part of simulate_study: vital signs at the scheduled visits';

-- The condition, the share of subjects who had it, the least age at which it begins, and the
-- share of those who still have it.
create function _virotrial.simulated_condition()
    returns table (term text, frequency double precision, least_age integer,
        ongoing double precision, is_hiv_associated boolean)
    language sql immutable parallel safe
    begin atomic
        select * from (values
            ('oral candidiasis', 0.24::double precision, 0, 0.08::double precision, true),
            ('herpes zoster', 0.13, 5, 0, true),
            ('Pneumocystis pneumonia', 0.11, 0, 0, true),
            ('pulmonary tuberculosis', 0.07, 0, 0.03, true),
            ('oesophageal candidiasis', 0.06, 0, 0, true),
            ('Kaposi''s sarcoma', 0.04, 18, 0.4, true),
            ('cytomegalovirus retinitis', 0.02, 18, 0.3, true),
            ('cerebral toxoplasmosis', 0.02, 12, 0.1, true),
            ('lipodystrophy', 0.16, 18, 0.95, false),
            ('hypertension', 0.14, 30, 0.98, false),
            ('depression', 0.15, 14, 0.6, false),
            ('hyperlipidaemia', 0.12, 25, 0.95, false),
            ('chronic hepatitis C', 0.09, 16, 0.9, false),
            ('seasonal allergy', 0.11, 4, 0.9, false),
            ('asthma', 0.06, 2, 0.75, false),
            ('gastro-oesophageal reflux disease', 0.08, 20, 0.8, false),
            ('insomnia', 0.07, 16, 0.7, false),
            ('type 2 diabetes mellitus', 0.04, 30, 1, false),
            ('syphilis', 0.06, 16, 0, false),
            ('appendicitis', 0.06, 5, 0, false),
            ('fracture of the forearm', 0.05, 4, 0, false)
        ) as catalogue;
    end;
comment on function _virotrial.simulated_condition() is 'the conditions that subjects of a simulated study had before it';

-- A date as far as anybody remembers it.
create function _virotrial.simulated_memory(day date, draw double precision) returns text
    language sql immutable strict parallel safe
    return case when draw < 0.45 then to_char(day, 'YYYY-MM-DD')
        when draw < 0.75 then to_char(day, 'YYYY-MM')
        when draw < 0.97 then to_char(day, 'YYYY') end;
comment on function _virotrial.simulated_memory(date, double precision) is 'a day before the study as it is entered: many lack their day or month, and some are not known';

create procedure _virotrial.simulate_conditions(study text, seed bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    insert into medical_history (site_id, subject_id, condition_number, term, is_hiv_associated,
        started, ended, is_ongoing)
    with
    had as (
        select person.n, person.site_id, person.subject_id, person.signed, kind.term,
            kind.is_hiv_associated,
            greatest(person.birth_date + 30 + 366 * kind.least_age,
                person.signed - case when kind.is_hiv_associated then 3000 else 6000 end)
                as earliest,
            _virotrial.simulated_uniform(seed, n, 'condition still ' || kind.term)
                < kind.ongoing as is_ongoing
        from simulated_person as person
        cross join _virotrial.simulated_condition() as kind
        where person.flaw is null
            and _virotrial.simulated_uniform(seed, n, 'condition ' || kind.term) < kind.frequency
    ),
    begun as (
        select *, earliest + floor((signed - 30 - earliest)
            * _virotrial.simulated_uniform(seed, n, 'condition began ' || term))::integer as onset
        from had
        where earliest < signed - 30
    )
    select site_id, subject_id, row_number() over (partition by n order by onset, term collate "C"),
        term, is_hiv_associated,
        _virotrial.simulated_memory(onset,
            _virotrial.simulated_uniform(seed, n, 'condition begin known ' || term)),
        case when not is_ongoing then _virotrial.simulated_memory(
            least(signed - 1, onset + 7 + floor(90
                * _virotrial.simulated_uniform(seed, n, 'condition ended ' || term))::integer),
            _virotrial.simulated_uniform(seed, n, 'condition end known ' || term)) end,
        is_ongoing
    from begun;
    analyze medical_history;
end;
$$;
comment on procedure _virotrial.simulate_conditions(text, bigint) is 'part of simulate_study: the medical history';
