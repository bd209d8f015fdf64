-- Vital signs, one row per measurement and sign

create view _vital_sign as
    select vital.site_id, vital.subject_id, vital.collected, vital.replicate, vital.visit,
        one.position, one.sign, one.name, one.value, one.unit
    from vital_signs as vital
    cross join lateral (values
        (1, 'SYSBP', 'Systolic Blood Pressure', vital.systolic_mmhg, 'mmHg'),
        (2, 'DIABP', 'Diastolic Blood Pressure', vital.diastolic_mmhg, 'mmHg'),
        (3, 'PULSE', 'Pulse Rate', vital.pulse_per_minute, 'beats/min'),
        (4, 'RESP', 'Respiratory Rate', vital.respirations_per_minute, 'breaths/min'),
        (5, 'TEMP', 'Temperature', vital.temperature_celsius, 'C'),
        (6, 'WEIGHT', 'Weight', vital.weight_kg, 'kg'),
        (7, 'HEIGHT', 'Height', vital.height_cm, 'cm')
        ) as one (position, sign, name, value, unit)
    where vital.collected <= (select data_cut()) and one.value is not null;
comment on view _vital_sign is 'vital signs up to the data cut, one row per measurement and sign';
comment on column _vital_sign.site_id is 'the site';
comment on column _vital_sign.subject_id is 'the subject''s code';
comment on column _vital_sign.collected is 'the day';
comment on column _vital_sign.replicate is 'tells several measurements of one day apart';
comment on column _vital_sign.visit is 'the visit that it belongs to; null for history';
comment on column _vital_sign.position is 'the order of the signs';
comment on column _vital_sign.sign is 'the code of the sign, a term of CDISC';
comment on column _vital_sign.name is 'its name';
comment on column _vital_sign.value is 'what was measured';
comment on column _vital_sign.unit is 'its unit';

create view analysis_vital_signs as
    with
    windowed as (
        select vital.*, population.first_dose, population.last_emergent_day,
            population.group_value, definition.visit as analysis_visit,
            abs(vital.collected - population.first_dose - definition.target) as distance
        from _vital_sign as vital
        join safety_population as population using (site_id, subject_id)
        left join _analysis_window as definition
            on vital.collected - population.first_dose between definition.first and definition.last
            and population.first_dose + definition.target >= definition.effective_from
            and population.first_dose + definition.target < definition.effective_before
    ),
    placed as (
        select windowed.*,
            row_number() over (partition by site_id, subject_id, sign, analysis_visit
                order by distance, collected desc, replicate desc) as place,
            collected <= first_dose and row_number() over (partition by site_id, subject_id, sign,
                collected <= first_dose order by collected desc, replicate desc) = 1 as is_baseline
        from windowed
    ),
    compared as (
        select placed.*,
            max(value) filter (where is_baseline) over (partition by site_id, subject_id, sign)
                as baseline
        from placed
    )
    select site_id, subject_id, group_value, position, sign, name as sign_name, unit,
        analysis_visit, analysis_visit is not null and place = 1 as is_analysis_record,
        visit, collected, replicate::integer,
        study_day(collected, first_dose) as study_day, value, is_baseline, baseline,
        value - baseline as change,
        collected > first_dose and collected <= last_emergent_day as is_on_treatment
    from compared;
comment on view analysis_vital_signs is 'vital signs up to the data cut of the subjects who had a first dose, one row per measurement and sign, with the change from baseline';
comment on column analysis_vital_signs.site_id is 'the site';
comment on column analysis_vital_signs.subject_id is 'the subject''s code';
comment on column analysis_vital_signs.group_value is 'the subject''s group, as in safety_population';
comment on column analysis_vital_signs.position is 'the order of the signs';
comment on column analysis_vital_signs.sign is 'the code of the sign, a term of CDISC';
comment on column analysis_vital_signs.sign_name is 'its name';
comment on column analysis_vital_signs.unit is 'its unit';
comment on column analysis_vital_signs.analysis_visit is 'the visit in whose analysis window the day is; null if it is in none';
comment on column analysis_vital_signs.is_analysis_record is 'whether it stands for that visit: the nearest to the target day, of two as near the later one';
comment on column analysis_vital_signs.visit is 'the visit at which it was measured; null for history';
comment on column analysis_vital_signs.collected is 'the day';
comment on column analysis_vital_signs.replicate is 'tells several measurements of one day apart';
comment on column analysis_vital_signs.study_day is 'the study day';
comment on column analysis_vital_signs.value is 'what was measured';
comment on column analysis_vital_signs.is_baseline is 'whether it is the baseline: the last one on or before the day of the first dose';
comment on column analysis_vital_signs.baseline is 'the value of the baseline';
comment on column analysis_vital_signs.change is 'the value minus the baseline';
comment on column analysis_vital_signs.is_on_treatment is 'whether it is of a day after that of the first dose, and not more than protocol.treatment_emergent_days after the last one';
