-- Laboratory results with their limits of normal and toxicity grades

create view _baseline_lab_result as
    select distinct on (result.site_id, result.subject_id, result.test)
        result.site_id, result.subject_id, result.test, result.collected,
        result.replicate::integer as replicate, result.value, result.unit, result.code,
        result.standard_value
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

create view _compared_baseline as
    select distinct on (result.site_id, result.subject_id, result.test)
        result.site_id, result.subject_id, result.test, result.standard_value,
        enrolment.first_dose
    from lab_result as result
    join enrolment using (site_id, subject_id)
    where result.collected <= enrolment.first_dose
        and result.test in (select test from toxicity_grade_table
            where 'baseline' in (lower_basis, upper_basis))
    order by result.site_id, result.subject_id, result.test, result.collected desc,
        result.replicate desc;
comment on view _compared_baseline is 'the baseline of the tests that a criterion of grading compares with it, for results after the first dose';
comment on column _compared_baseline.site_id is 'the site';
comment on column _compared_baseline.subject_id is 'the subject''s code';
comment on column _compared_baseline.test is 'the test';
comment on column _compared_baseline.standard_value is 'the value in the standard unit of the test';
comment on column _compared_baseline.first_dose is 'the day of the first dose of the study drug';

-- The baseline counts for later results alone.  Where nobody reads its columns, the join
-- with it is left out.
create view _lab_limit as
    select reading.*,
        case when reading.collected > enrolment.first_dose
            then exact_value(_virotrial.lab_value_converted(baseline.standard_value,
                reading.unit_power, reading.unit_divisor, reading.unit_multiplier))
            end as baseline,
        baseline.standard_value as standard_baseline,
        baseline.collected = reading.collected
            and baseline.replicate = reading.replicate as is_baseline,
        enrolment.first_dose
    from _lab_reading as reading
    left join enrolment using (site_id, subject_id)
    left join _baseline_lab_result as baseline on baseline.site_id = reading.site_id
        and baseline.subject_id = reading.subject_id
        and baseline.test = reading.test
    where reading.collected <= (select data_cut());
comment on view _lab_limit is 'lab_limit, with how its unit is converted';
comment on column _lab_limit.site_id is 'the site';
comment on column _lab_limit.subject_id is 'the subject''s code';
comment on column _lab_limit.collected is 'the day on which the sample was taken';
comment on column _lab_limit.test is 'the test';
comment on column _lab_limit.replicate is 'tells several results of one test and day apart';
comment on column _lab_limit.visit is 'the visit at which it was taken; null for history';
comment on column _lab_limit.laboratory is 'the laboratory';
comment on column _lab_limit.value is 'the result as reported; of a dipstick the number of plus signs; null for other coded results';
comment on column _lab_limit.unit is 'the unit of value';
comment on column _lab_limit.reported_unit is 'the unit of the result; null for a coded one';
comment on column _lab_limit.unit_power is 'the power of ten from the standard unit to that of the result, beside unit_divisor and unit_multiplier';
comment on column _lab_limit.unit_multiplier is 'value * unit_multiplier / unit_divisor is the value in the standard unit, but for the power of ten';
comment on column _lab_limit.unit_divisor is 'as unit_multiplier';
comment on column _lab_limit.code is 'the result of a coded test';
comment on column _lab_limit.fasting is 'whether the subject had fasted; null if it is not known';
comment on column _lab_limit.standard_value is 'the value in the standard unit of the test';
comment on column _lab_limit.sex is 'F or M, as toxicity_grade takes it';
comment on column _lab_limit.age is 'years on the day of collection';
comment on column _lab_limit.lln is 'the lower limit of normal in the unit of value: as reported with the result, else of the laboratory''s range';
comment on column _lab_limit.uln is 'the upper limit of normal, likewise';
comment on column _lab_limit.baseline is 'the exact baseline of the test in the unit of value, for results after the first dose';
comment on column _lab_limit.standard_baseline is 'the baseline of the test in its standard unit, exact or not, for every result';
comment on column _lab_limit.is_baseline is 'whether the result is the subject''s baseline of the test; null without one';
comment on column _lab_limit.first_dose is 'the day of the first dose of the study drug';

create view lab_limit as
    select site_id, subject_id, collected, test, replicate, visit, laboratory, value, unit, code,
        fasting, standard_value, sex, age, lln, uln, baseline, standard_baseline, is_baseline,
        first_dose
    from _lab_limit;
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

-- The grade reads the baseline of the tests alone that a criterion compares with it.
create view lab_grade as
    select result.site_id, result.subject_id, result.collected, result.test, result.replicate,
        result.visit, result.laboratory, result.value, result.unit, result.code,
        result.fasting, result.standard_value, result.sex, result.age, result.lln, result.uln,
        result.baseline, result.standard_baseline, result.is_baseline, result.first_dose,
        detail.grade, detail.low_grade, detail.high_grade, detail.at_least, detail.at_most,
        detail.reason, detail.criterion, detail.unverified
    from _lab_limit as result
    left join _compared_baseline as compared on compared.site_id = result.site_id
        and compared.subject_id = result.subject_id
        and compared.test = result.test
    cross join lateral _virotrial.toxicity_grade_detail(result.test, result.value, result.unit,
        result.sex, result.age, result.fasting, result.lln, result.uln,
        case when result.collected > compared.first_dose
            then _virotrial.lab_value_converted(compared.standard_value, result.unit_power,
                result.unit_divisor, result.unit_multiplier) end,
        (select toxicity_scheme from _protocol_at_analysis), true,
        'toxicity_grade_table', 'lab_unit') as detail;
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
comment on column lab_grade.baseline is 'the exact baseline of the test in the unit of value, for results after the first dose; of one that is not exact the grade takes into account what it can be';
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
