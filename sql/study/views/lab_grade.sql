-- Laboratory results with their limits of normal and toxicity grades

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

create view _baseline_lab_result as
    select distinct on (result.site_id, result.subject_id, result.test)
        result.site_id, result.subject_id, result.test, result.collected, result.replicate,
        result.value, result.unit, result.code, result.standard_value
    from lab_result as result
    join enrolment using (site_id, subject_id)
    where result.collected <= enrolment.first_dose and result.collected <= (select data_cut())
    order by result.site_id, result.subject_id, result.test, result.collected desc,
        result.replicate desc;
comment on view _baseline_lab_result is 'the last result of each test on or before the first dose, whether taken at a visit or known from before; of several on that day the last replicate';
comment on column _baseline_lab_result.site_id is 'the site';
comment on column _baseline_lab_result.subject_id is 'the subject''s code';
comment on column _baseline_lab_result.test is 'the test';
comment on column _baseline_lab_result.collected is 'the day on which the sample was taken';
comment on column _baseline_lab_result.replicate is 'tells several results of one test and day apart';
comment on column _baseline_lab_result.value is 'the result of a numeric test, in the unit in which it was reported';
comment on column _baseline_lab_result.unit is 'that unit';
comment on column _baseline_lab_result.code is 'the result of a coded test';
comment on column _baseline_lab_result.standard_value is 'the value in the standard unit of the test';

-- Limits of the laboratory's list are converted to the unit of the result; the
-- baseline counts for later results alone, and if it is exact.
create view lab_limit as
    select result.site_id, result.subject_id, result.collected, result.test, result.replicate,
        result.visit, result.laboratory,
        coalesce(result.value, lab_code.plus::lab_value) as value,
        case when lab_code.plus is not null then 'plus' else result.unit end as unit,
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
                range_unit.divisor * result_unit.multiplier) end) as uln,
        case when result.collected > enrolment.first_dose and qualifier(baseline.standard_value)
            = '='
            then _virotrial.number_converted(quantity(baseline.standard_value),
                result_unit.power - lab_unit_power(result.unit),
                result_unit.divisor, result_unit.multiplier) end as baseline,
        baseline.standard_value as standard_baseline,
        baseline.collected = result.collected
            and baseline.replicate = result.replicate as is_baseline,
        enrolment.first_dose
    from lab_result as result
    join subject using (site_id, subject_id)
    cross join lateral (select extract(year from age(result.collected::timestamp,
        subject.birth_date::timestamp))::integer as completed) as subject_age
    left join enrolment using (site_id, subject_id)
    left join lab_unit as result_unit on result_unit.test = result.test
        and result_unit.kind = lab_unit_kind(result.unit)
    left join lab_code on lab_code.test = result.test and lab_code.code = result.code
    left join reference_range_period as range on range.laboratory = result.laboratory
        and range.test = result.test and range.sex = subject.sex
        and subject_age.completed >= range.age_from
            and (range.age_before is null or subject_age.completed < range.age_before)
        and result.collected >= range.effective_from and result.collected < range.effective_before
    left join lab_unit as range_unit on range_unit.test = range.test
        and range_unit.kind = lab_unit_kind(range.unit)
    left join _baseline_lab_result as baseline on baseline.site_id = result.site_id
        and baseline.subject_id = result.subject_id
        and baseline.test = result.test
    where result.collected <= (select data_cut());
comment on view lab_limit is 'every laboratory result up to the data cut, with what its grading needs';
comment on column lab_limit.site_id is 'the site';
comment on column lab_limit.subject_id is 'the subject''s code';
comment on column lab_limit.collected is 'the day on which the sample was taken';
comment on column lab_limit.test is 'the test';
comment on column lab_limit.replicate is 'tells several results of one test and day apart';
comment on column lab_limit.visit is 'the visit at which it was taken; null for history';
comment on column lab_limit.laboratory is 'the laboratory';
comment on column lab_limit.value is 'the result as reported; of a dipstick the number of plus signs; null for other coded results';
comment on column lab_limit.unit is 'the unit of value';
comment on column lab_limit.code is 'the result of a coded test';
comment on column lab_limit.fasting is 'whether the subject had fasted; null if it is not known';
comment on column lab_limit.standard_value is 'the value in the standard unit of the test';
comment on column lab_limit.sex is 'F or M, as toxicity_grade takes it';
comment on column lab_limit.age is 'years on the day of collection';
comment on column lab_limit.lln is 'the lower limit of normal in the unit of value: as reported with the result, else of the laboratory''s range';
comment on column lab_limit.uln is 'the upper limit of normal, likewise';
comment on column lab_limit.baseline is 'the exact baseline of the test in the unit of value, for results after the first dose';
comment on column lab_limit.standard_baseline is 'the baseline of the test in its standard unit, exact or not, for every result';
comment on column lab_limit.is_baseline is 'whether the result is the subject''s baseline of the test; null without one';
comment on column lab_limit.first_dose is 'the day of the first dose of the study drug';

create view lab_grade as
    select lab_limit.*, detail.grade, detail.low_grade, detail.high_grade, detail.at_least,
        detail.at_most, detail.reason, detail.criterion, detail.unverified
    from lab_limit
    cross join lateral toxicity_grade_detail(lab_limit.test, lab_limit.value, lab_limit.unit,
        lab_limit.sex, lab_limit.age, lab_limit.fasting,
        lab_limit.lln, lab_limit.uln, lab_limit.baseline,
        scheme => (select toxicity_scheme from _protocol_at_analysis),
        grade_table => 'toxicity_grade_table', unit_table => 'lab_unit') as detail;
comment on view lab_grade is 'every laboratory result up to the data cut with its toxicity grade, by the study''s own table and the scheme that the protocol names on the day of analysis';
comment on column lab_grade.site_id is 'the site';
comment on column lab_grade.subject_id is 'the subject''s code';
comment on column lab_grade.collected is 'the day on which the sample was taken';
comment on column lab_grade.test is 'the test';
comment on column lab_grade.replicate is 'tells several results of one test and day apart';
comment on column lab_grade.visit is 'the visit at which it was taken; null for history';
comment on column lab_grade.laboratory is 'the laboratory';
comment on column lab_grade.value is 'the result as reported; of a dipstick the number of plus signs; null for other coded results';
comment on column lab_grade.unit is 'the unit of value';
comment on column lab_grade.code is 'the result of a coded test';
comment on column lab_grade.fasting is 'whether the subject had fasted; null if it is not known';
comment on column lab_grade.standard_value is 'the value in the standard unit of the test';
comment on column lab_grade.sex is 'F or M';
comment on column lab_grade.age is 'years on the day of collection';
comment on column lab_grade.lln is 'the lower limit of normal, in the unit of value';
comment on column lab_grade.uln is 'the upper limit of normal, in the unit of value';
comment on column lab_grade.baseline is 'the baseline that the grade takes into account, in the unit of value';
comment on column lab_grade.standard_baseline is 'the baseline of the test in its standard unit, exact or not, for every result';
comment on column lab_grade.is_baseline is 'whether the result is the subject''s baseline of the test; null without one';
comment on column lab_grade.first_dose is 'the day of the first dose of the study drug';
comment on column lab_grade.grade is 'the toxicity grade, 0 to 4; null where it is not known';
comment on column lab_grade.low_grade is 'the grade of low values';
comment on column lab_grade.high_grade is 'the grade of high values';
comment on column lab_grade.at_least is 'the grade that is established';
comment on column lab_grade.at_most is 'the grade that cannot be excluded';
comment on column lab_grade.reason is 'why the grade is not known, or a higher one not excluded';
comment on column lab_grade.criterion is 'the id of the criterion of toxicity_grade_table that gave it';
comment on column lab_grade.unverified is 'which cells of the criterion that decided could not be verified; null if none';
