-- Laboratory results with their limits of normal.  Rules read these views, so the
-- data cut does not apply to them.

-- Cut into pieces that do not overlap: of one laboratory and test, each sex, age
-- and date has at most one.
create view reference_range_period as
    with
    sexed as (
        select reference_range.laboratory, reference_range.test, subject_sex.sex,
            reference_range.minimum_age::integer, reference_range.maximum_age::integer,
            reference_range.effective_from, reference_range.unit, reference_range.lln,
            reference_range.uln
        from reference_range
        join (values ('female'), ('male')) as subject_sex (sex)
            on reference_range.sex in ('any', subject_sex.sex)
    ),
    age as (
        select laboratory, test, sex, minimum_age as age_from,
            lead(minimum_age)
                over (partition by laboratory, test, sex order by minimum_age) as age_before
        from (
            select laboratory, test, sex, minimum_age from sexed
            union
            select laboratory, test, sex, maximum_age from sexed
                where maximum_age is not null) as bound
    )
    select sexed.laboratory, sexed.test, sexed.sex, age.age_from, age.age_before,
        sexed.effective_from,
        coalesce(lead(sexed.effective_from)
            over (partition by sexed.laboratory, sexed.test, sexed.sex, age.age_from
            order by sexed.effective_from),
            'infinity') as effective_before,
        sexed.unit, sexed.lln, sexed.uln
    from sexed
    join age on age.laboratory = sexed.laboratory and age.test = sexed.test and age.sex = sexed.sex
        and age.age_from >= sexed.minimum_age
            and (sexed.maximum_age is null or age.age_from < sexed.maximum_age);
comment on view reference_range_period is 'reference_range, cut so that each laboratory, test, sex, age and date of collection has at most one row';
comment on column reference_range_period.laboratory is 'the laboratory';
comment on column reference_range_period.test is 'the test';
comment on column reference_range_period.sex is 'female or male';
comment on column reference_range_period.age_from is 'the completed years from which the row applies';
comment on column reference_range_period.age_before is 'the completed years from which it applies no more; null for none';
comment on column reference_range_period.effective_from is 'the first date of collection that the row applies to';
comment on column reference_range_period.effective_before is 'the first that it applies to no more';
comment on column reference_range_period.unit is 'the unit of the limits';
comment on column reference_range_period.lln is 'the lower limit of normal; null for none';
comment on column reference_range_period.uln is 'the upper limit of normal; null for none';

-- Limits of the laboratory's list are converted to the unit of the result.
create view _lab_reading as
    select result.site_id, result.subject_id, result.collected, result.test,
        result.replicate::integer as replicate, result.visit, result.laboratory,
        coalesce(result.value, lab_code.plus::lab_value) as value,
        case when lab_code.plus is not null then 'plus' else result.unit end as unit,
        result.unit as reported_unit, result_unit.power - lab_unit_power(result.unit) as unit_power,
        result_unit.multiplier as unit_multiplier, result_unit.divisor as unit_divisor,
        result.code, result.fasting, result.standard_value,
        case subject.sex when 'female' then 'F' else 'M' end as sex,
        greatest((result.collected - subject.birth_date) / 365.25::double precision,
            subject_age.completed) as age,
        coalesce(result.lln, case when range.unit = result.unit then range.lln
            else _virotrial.number_converted(range.lln, lab_unit_power(range.unit)
                - range_unit.power - lab_unit_power(result.unit) + result_unit.power,
                range_unit.multiplier * result_unit.divisor,
                range_unit.divisor * result_unit.multiplier) end) as lln,
        coalesce(result.uln, case when range.unit = result.unit then range.uln
            else _virotrial.number_converted(range.uln, lab_unit_power(range.unit)
                - range_unit.power - lab_unit_power(result.unit) + result_unit.power,
                range_unit.multiplier * result_unit.divisor,
                range_unit.divisor * result_unit.multiplier) end) as uln
    from lab_result as result
    join subject using (site_id, subject_id)
    cross join lateral (select _virotrial.completed_years(subject.birth_date,
        result.collected) as completed) as subject_age
    left join lab_unit as result_unit on result_unit.test = result.test
        and result_unit.kind = lab_unit_kind(result.unit)
    left join lab_code on lab_code.test = result.test and lab_code.code = result.code
    -- Workers that read results in parallel take an array; a window function, as the view
    -- has, they would wait for.
    left join (unnest((select array_agg(period) from reference_range_period as period)) as range
        left join lab_unit as range_unit on range_unit.test = range.test
            and range_unit.kind = lab_unit_kind(range.unit)) on range.laboratory = result.laboratory
        and range.test = result.test and range.sex = subject.sex
        and subject_age.completed >= range.age_from
            and (range.age_before is null or subject_age.completed < range.age_before)
        and result.collected >= range.effective_from and result.collected < range.effective_before;
comment on view _lab_reading is 'every laboratory result with what its grading needs, but for the baseline';
comment on column _lab_reading.site_id is 'the site';
comment on column _lab_reading.subject_id is 'the subject''s code';
comment on column _lab_reading.collected is 'the day on which the sample was taken';
comment on column _lab_reading.test is 'the test';
comment on column _lab_reading.replicate is 'tells several results of one test and day apart';
comment on column _lab_reading.visit is 'the visit at which it was taken; null for history';
comment on column _lab_reading.laboratory is 'the laboratory';
comment on column _lab_reading.value is 'the result as reported; of a dipstick the number of plus signs; null for other coded results';
comment on column _lab_reading.unit is 'the unit of value';
comment on column _lab_reading.reported_unit is 'the unit of the result; null for a coded one';
comment on column _lab_reading.unit_power is 'the power of ten from the standard unit to that of the result, beside unit_divisor and unit_multiplier';
comment on column _lab_reading.unit_multiplier is 'value * unit_multiplier / unit_divisor is the value in the standard unit, but for the power of ten';
comment on column _lab_reading.unit_divisor is 'as unit_multiplier';
comment on column _lab_reading.code is 'the result of a coded test';
comment on column _lab_reading.fasting is 'whether the subject had fasted; null if it is not known';
comment on column _lab_reading.standard_value is 'the value in the standard unit of the test';
comment on column _lab_reading.sex is 'F or M, as toxicity_grade takes it';
comment on column _lab_reading.age is 'years on the day of collection';
comment on column _lab_reading.lln is 'the lower limit of normal in the unit of value: as reported with the result, else of the laboratory''s range';
comment on column _lab_reading.uln is 'the upper limit of normal, likewise';
