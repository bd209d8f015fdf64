-- Laboratory results and electrocardiograms of the subjects who had a first dose

create view _safety_lab_result as
    select population.group_value, site_id, subject_id, result.test, result.collected,
        result.replicate, result.visit, result.laboratory,
        result.value, result.unit, result.code, result.fasting, result.standard_value,
        result.standard_baseline, result.lln, result.uln,
        population.first_dose,
        result.grade, result.low_grade, result.high_grade, result.at_least, result.at_most,
        result.reason,
        coalesce(result.is_baseline, false) as is_baseline,
        result.collected > population.first_dose
            and result.collected <= population.last_emergent_day as is_on_treatment
    from lab_grade as result
    -- a full join cannot become a nested loop over what has no index
    full join _safety_subject as population using (site_id, subject_id)
    where coalesce(result.collected <= 'infinity' and population.first_dose <= 'infinity', false);

comment on view _safety_lab_result is 'the laboratory results of the population for safety with their grades: what analysis_lab and the tables of laboratory safety start from';
comment on column _safety_lab_result.group_value is 'the subject''s group, as in safety_population';
comment on column _safety_lab_result.site_id is 'the site';
comment on column _safety_lab_result.subject_id is 'the subject''s code';
comment on column _safety_lab_result.test is 'the test';
comment on column _safety_lab_result.collected is 'the day on which the sample was taken';
comment on column _safety_lab_result.replicate is 'tells several results of one test and day apart';
comment on column _safety_lab_result.visit is 'the visit at which it was taken; null for history';
comment on column _safety_lab_result.laboratory is 'the laboratory';
comment on column _safety_lab_result.value is 'the result as reported; of a dipstick the number of plus signs; null for other coded results';
comment on column _safety_lab_result.unit is 'its unit';
comment on column _safety_lab_result.code is 'the result of a coded test';
comment on column _safety_lab_result.fasting is 'whether the subject had fasted; null if it is not known';
comment on column _safety_lab_result.standard_value is 'the value in the standard unit of the test';
comment on column _safety_lab_result.standard_baseline is 'the baseline of the test in its standard unit';
comment on column _safety_lab_result.lln is 'the lower limit of normal, in the unit of value';
comment on column _safety_lab_result.uln is 'the upper limit of normal, in the unit of value';
comment on column _safety_lab_result.first_dose is 'the day of the first dose of the study drug';
comment on column _safety_lab_result.grade is 'the toxicity grade, 0 to 4; null where it is not known';
comment on column _safety_lab_result.low_grade is 'the grade of low values';
comment on column _safety_lab_result.high_grade is 'the grade of high values';
comment on column _safety_lab_result.at_least is 'the grade that is established';
comment on column _safety_lab_result.at_most is 'the grade that cannot be excluded';
comment on column _safety_lab_result.reason is 'why the grade is not known, or a higher one not excluded';
comment on column _safety_lab_result.is_baseline is 'whether it is the baseline: the last result of the test on or before the first dose';
comment on column _safety_lab_result.is_on_treatment is 'whether it is of a day after that of the first dose, and not more than protocol.treatment_emergent_days after the last one';

create view analysis_lab as
    with
    definition as materialized (
        select visit, effective_from, effective_before, target, first, last
        from _analysis_window
    ),
    windowed as (
        select result.*, definition.visit as analysis_visit,
            abs(result.collected - result.first_dose - definition.target) as distance
        from _safety_lab_result as result
        left join definition
            on result.collected - result.first_dose between definition.first and definition.last
            and result.first_dose + definition.target >= definition.effective_from
            and result.first_dose + definition.target < definition.effective_before
    ),
    placed as (
        select windowed.*,
            row_number() over (
                -- few subjects share a code, many a site: fewer comparisons
                partition by subject_id, site_id, test, analysis_visit
                order by distance, collected desc, replicate desc) as place
        from windowed
    )
    select placed.site_id, placed.subject_id, placed.test, lab_test.name as test_name,
        lab_test.panel,
        placed.analysis_visit,
        placed.analysis_visit is not null and placed.place = 1 as is_analysis_record,
        placed.visit, placed.collected, placed.replicate,
        study_day(placed.collected, placed.first_dose) as study_day,
        placed.laboratory, placed.value, placed.unit, placed.code, placed.fasting,
        placed.lln, placed.uln,
        placed.standard_value,
        lower_bound(placed.standard_value) as standard_value_lower,
        upper_bound(placed.standard_value) as standard_value_upper,
        exact_value(placed.standard_value) as standard_value_exact,
        qualifier(placed.standard_value) as qualifier,
        lab_test.unit as standard_unit,
        placed.is_baseline,
        placed.standard_baseline as baseline_value,
        lower_bound(placed.standard_baseline) as baseline_value_lower,
        upper_bound(placed.standard_baseline) as baseline_value_upper,
        exact_value(placed.standard_baseline) as baseline_value_exact,
        qualifier(placed.standard_baseline) as baseline_qualifier,
        change.value as change,
        lower_bound(change.value) as change_lower,
        upper_bound(change.value) as change_upper,
        exact_value(change.value) as change_exact,
        qualifier(change.value) as change_qualifier,
        placed.is_on_treatment,
        placed.grade::integer as grade, placed.low_grade::integer as low_grade,
        placed.high_grade::integer as high_grade,
        placed.at_least::integer as grade_at_least, placed.at_most::integer as grade_at_most,
        placed.reason as grade_reason
    from placed
    join lab_test using (test)
    cross join lateral (select _virotrial.lab_value_change(placed.standard_baseline,
        placed.standard_value) as value) as change;

comment on view analysis_lab is 'every laboratory result and electrocardiogram, up to the data cut, of the subjects who had a first dose';
comment on column analysis_lab.site_id is 'the site';
comment on column analysis_lab.subject_id is 'the subject''s code';
comment on column analysis_lab.test is 'the code of the test';
comment on column analysis_lab.test_name is 'its name';
comment on column analysis_lab.panel is 'the examination of the protocol that it belongs to';
comment on column analysis_lab.analysis_visit is 'the visit whose analysis window the sample was taken in, whatever visit it was taken at; null outside all windows';
comment on column analysis_lab.is_analysis_record is 'whether the row stands for its test at its analysis visit: the result nearest to the target day, of equally near ones the later';
comment on column analysis_lab.visit is 'the visit at which the sample was taken; null for history';
comment on column analysis_lab.collected is 'the day on which the sample was taken';
comment on column analysis_lab.replicate is 'tells several results of one test and day apart';
comment on column analysis_lab.study_day is 'the study day of the sample: the first dose is on day 1, the day before it is day -1';
comment on column analysis_lab.laboratory is 'the laboratory';
comment on column analysis_lab.value is 'the result as reported; of a dipstick the number of plus signs; null for other coded results';
comment on column analysis_lab.unit is 'its unit';
comment on column analysis_lab.code is 'the result of a coded test';
comment on column analysis_lab.fasting is 'whether the subject had fasted; null if it is not known';
comment on column analysis_lab.lln is 'the lower limit of normal, in the unit of value';
comment on column analysis_lab.uln is 'the upper limit of normal, in the unit of value';
comment on column analysis_lab.standard_value is 'the value in the standard unit of the test; null for a coded result';
comment on column analysis_lab.standard_value_lower is 'the lower end of what it may be; null where there is none';
comment on column analysis_lab.standard_value_upper is 'the upper end of what it may be; null where there is none';
comment on column analysis_lab.standard_value_exact is 'its number; null if it is censored';
comment on column analysis_lab.qualifier is '=, < or >';
comment on column analysis_lab.standard_unit is 'the standard unit of the test';
comment on column analysis_lab.is_baseline is 'whether it is the baseline: the last result of the test on or before the first dose';
comment on column analysis_lab.baseline_value is 'the baseline, in the standard unit';
comment on column analysis_lab.baseline_value_lower is 'the lower end of what it may be; null where there is none';
comment on column analysis_lab.baseline_value_upper is 'the upper end of what it may be; null where there is none';
comment on column analysis_lab.baseline_value_exact is 'its number; null if it is censored';
comment on column analysis_lab.baseline_qualifier is '=, < or >';
comment on column analysis_lab.change is 'the change from baseline in the standard unit: exact, or with < or > if a result is censored; null if nothing is known of it';
comment on column analysis_lab.change_lower is 'the lower end of what it may be; null where there is none';
comment on column analysis_lab.change_upper is 'the upper end of what it may be; null where there is none';
comment on column analysis_lab.change_exact is 'its number; null if it is censored';
comment on column analysis_lab.change_qualifier is '=, or < or > if a result is censored';
comment on column analysis_lab.is_on_treatment is 'whether it is of a day after that of the first dose, and not more than protocol.treatment_emergent_days after the last one';
comment on column analysis_lab.grade is 'the toxicity grade, 0 to 4, the worse of both directions; null where it is not known';
comment on column analysis_lab.low_grade is 'the grade of low values; null where it is not known, and for tests that have none';
comment on column analysis_lab.high_grade is 'the grade of high values; null where it is not known, and for tests that have none';
comment on column analysis_lab.grade_at_least is 'the grade that is established';
comment on column analysis_lab.grade_at_most is 'the grade that cannot be excluded';
comment on column analysis_lab.grade_reason is 'why the grade is not known, or a higher one not excluded';
