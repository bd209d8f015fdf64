-- Laboratory safety: shifts of grade from baseline, and grades 3 and 4

-- Parallel workers read, grade and compare results.  They take subjects and baselines as
-- arrays: a subquery that is itself planned with workers is none that a worker can run.
-- Left joins, and conditions that hold for no NULL either, keep the planner's count of rows.
create view _worst_lab_grade as
    with
    bounded as (
        select population.group_value, site_id, subject_id, test, result.collected,
            result.replicate,
            result.collected <= population.first_dose as is_before,
            result.collected > population.first_dose
                and result.collected <= population.last_emergent_day as is_on_treatment,
            _virotrial.toxicity_bounds(test, result.value, result.unit, result.sex, result.age,
                result.fasting, result.lln, result.uln,
                case when result.collected > compared.first_dose
                    then _virotrial.lab_value_converted(compared.standard_value, result.unit_power,
                        result.unit_divisor, result.unit_multiplier) end,
                (select toxicity_scheme from _protocol_at_analysis), true,
                'toxicity_grade_table', 'lab_unit', graded.has_low, graded.has_high) as bounds
        from _lab_reading as result
        join (
            select scheme, test, bool_or(direction = 'L') as has_low,
                bool_or(direction = 'H') as has_high
            from toxicity_grade_table
            where not without_hiv
            group by scheme, test
        ) as graded using (test)
        left join unnest((select array_agg(population) from _safety_subject as population))
            as population using (site_id, subject_id)
        left join unnest((select array_agg(compared) from _compared_baseline as compared))
            as compared using (site_id, subject_id, test)
        where graded.scheme = (select toxicity_scheme from _protocol_at_analysis)
            and result.collected <= (select data_cut())
            and coalesce(result.collected <= population.first_dose
                or result.collected <= population.last_emergent_day, false)
        -- else each of the columns below would grade again
        offset 0
    ),
    -- the greatest array of days and replicates is that of the baseline
    worst as (
        select min(group_value) as group_value, site_id, subject_id, test,
            max(array[collected - '1900-01-01'::date, replicate] || bounds)
                filter (where is_before) as baseline,
            max(bounds[1]) filter (where is_on_treatment) as low_at_least,
            max(bounds[2]) filter (where is_on_treatment) as low_at_most,
            max(bounds[3]) filter (where is_on_treatment) as high_at_least,
            max(bounds[4]) filter (where is_on_treatment) as high_at_most
        from bounded
        group by site_id, subject_id, test
    )
    select worst.group_value, worst.site_id, worst.subject_id, worst.test, one.direction,
        one.baseline_at_least, one.baseline_at_most, one.worst_at_least, one.worst_at_most
    from worst
    cross join lateral (values
        ('low', baseline[3], baseline[4], low_at_least, low_at_most),
        ('high', baseline[5], baseline[6], high_at_least, high_at_most)
    ) as one (direction, baseline_at_least, baseline_at_most, worst_at_least, worst_at_most)
    -- a direction that is not graded has -1 for either
    where greatest(one.baseline_at_least, one.worst_at_least) >= 0;

comment on view _worst_lab_grade is 'the toxicity grade at baseline and the worst one on treatment, of each subject, test and direction, as far as they are known: between two grades. One row where there is a result at baseline or on treatment';
comment on column _worst_lab_grade.group_value is 'the subject''s group, as in safety_population';
comment on column _worst_lab_grade.site_id is 'the site';
comment on column _worst_lab_grade.subject_id is 'the subject''s code';
comment on column _worst_lab_grade.test is 'the test';
comment on column _worst_lab_grade.direction is 'low or high: which of the values are graded';
comment on column _worst_lab_grade.baseline_at_least is 'the grade at baseline, at least; null without a baseline';
comment on column _worst_lab_grade.baseline_at_most is 'the grade at baseline, at most';
comment on column _worst_lab_grade.worst_at_least is 'the worst grade on treatment, at least; null without a result on treatment';
comment on column _worst_lab_grade.worst_at_most is 'the worst grade on treatment, at most';

-- Both tables of one reading: what is graded is read once, however many want it.
create view _lab_grade_table as
    with
    worst as materialized (
        select one."grouping", one.group_value, tally.test, tally.direction,
            tally.baseline_at_least, tally.baseline_at_most, tally.worst_at_least,
            tally.worst_at_most, sum(tally.subjects) as subjects
        from (
            select group_value, test, direction, baseline_at_least, baseline_at_most,
                worst_at_least, worst_at_most, count(*) as subjects
            from _worst_lab_grade
            group by 1, 2, 3, 4, 5, 6, 7
        ) as tally
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), tally.group_value)) as one ("grouping", group_value)
        group by 1, 2, 3, 4, 5, 6, 7, 8
    ),
    cell as (
        select "grouping", group_value, test, direction,
            case when baseline_at_least is null then 'missing'
                when baseline_at_least = baseline_at_most then baseline_at_least::text
                else 'unknown' end as baseline_grade,
            case when worst_at_least is null then 'missing' when worst_at_least = worst_at_most
                then worst_at_least::text else 'unknown' end as worst_grade,
            sum(subjects)::bigint as subjects
        from worst
        group by 1, 2, 3, 4, 5, 6
    ),
    judged as (
        select worst."grouping", worst.group_value, worst.test, worst.direction,
            span.minimum_grade, span.maximum_grade, worst.subjects,
            case when worst.worst_at_least >= span.minimum_grade
                and worst.worst_at_most <= span.maximum_grade then true
                when worst.worst_at_most < span.minimum_grade
                    or worst.worst_at_least > span.maximum_grade then false end as is_reached,
            -- a baseline that is missing or cannot be graded counts as grade 0
            worst.worst_at_least > case when worst.baseline_at_least = worst.baseline_at_most
                then worst.baseline_at_least else 0 end as is_worse
        from worst
        cross join (values (3, 3), (4, 4), (3, 4)) as span (minimum_grade, maximum_grade)
        where worst.worst_at_least is not null
    ),
    tally as (
        select "grouping", group_value, test, direction, minimum_grade, maximum_grade,
            coalesce(sum(subjects) filter (where is_reached is not null), 0)::bigint as evaluable,
            coalesce(sum(subjects) filter (where is_reached is null), 0)::bigint
                as subjects_unknown,
            coalesce(sum(subjects) filter (where is_reached), 0)::bigint as subjects,
            coalesce(sum(subjects) filter (where is_reached and is_worse), 0)::bigint as worsened
        from judged
        group by "grouping", group_value, test, direction, minimum_grade, maximum_grade
    )
    select 'shift' as part, "grouping", group_value, lab_test.panel, test,
        lab_test.name as test_name, direction, baseline_grade, worst_grade,
        null::integer as minimum_grade, null::integer as maximum_grade, subjects,
        sum(subjects) over baseline::bigint as evaluable, null::bigint as subjects_unknown,
        null::bigint as worsened
    from cell
    join lab_test using (test)
    window baseline as (partition by "grouping", group_value, test, direction, baseline_grade)
    union all
    select 'abnormality', "grouping", group_value, lab_test.panel, test, lab_test.name, direction,
        null, null, minimum_grade, maximum_grade, subjects, evaluable, subjects_unknown, worsened
    from tally
    join lab_test using (test);

comment on view _lab_grade_table is 'the counts of laboratory_shift and laboratory_abnormality, of one reading of the grades';
comment on column _lab_grade_table.part is 'shift or abnormality';
comment on column _lab_grade_table."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _lab_grade_table.group_value is 'the group';
comment on column _lab_grade_table.panel is 'the examination of the protocol that the test belongs to';
comment on column _lab_grade_table.test is 'the test';
comment on column _lab_grade_table.test_name is 'its name';
comment on column _lab_grade_table.direction is 'low or high: which of the values are graded';
comment on column _lab_grade_table.baseline_grade is 'shift: the grade at baseline';
comment on column _lab_grade_table.worst_grade is 'shift: the worst grade on treatment';
comment on column _lab_grade_table.minimum_grade is 'abnormality: the worst grade, at least';
comment on column _lab_grade_table.maximum_grade is 'abnormality: and at most';
comment on column _lab_grade_table.subjects is 'the subjects with both grades, or with such a worst grade';
comment on column _lab_grade_table.evaluable is 'those with this grade at baseline, or with a result of which that can be told';
comment on column _lab_grade_table.subjects_unknown is 'abnormality: subjects with a result of whom it cannot';
comment on column _lab_grade_table.worsened is 'abnormality: those whose grade at baseline was lower';

create view laboratory_shift as
    select "grouping", group_value, panel, test, test_name, direction, baseline_grade, worst_grade,
        subjects, evaluable as baseline_subjects,
        100 * subjects::double precision / evaluable::double precision as percent,
        nullif(data_cut(), 'infinity') as data_cut
    from _lab_grade_table
    where part = 'shift'
    order by "grouping", group_value, panel, test, direction, baseline_grade, worst_grade;

comment on view laboratory_shift is 'shifts of toxicity grade: subjects by their grade at baseline and their worst one on treatment, of each test and direction; combinations without a subject are left out';
comment on column laboratory_shift."grouping" is 'all, or the column of analysis_subject by which subjects are grouped: site_id unless the setting virotrial.group_by names another';
comment on column laboratory_shift.group_value is 'the group; all for everybody together';
comment on column laboratory_shift.panel is 'the examination of the protocol that the test belongs to';
comment on column laboratory_shift.test is 'the test';
comment on column laboratory_shift.test_name is 'its name';
comment on column laboratory_shift.direction is 'low or high: which of the values are graded';
comment on column laboratory_shift.baseline_grade is 'the grade at baseline, 0 to 4; unknown if it cannot be told, missing without a baseline';
comment on column laboratory_shift.worst_grade is 'the worst grade on treatment, 0 to 4; unknown if results that cannot be graded leave it open, missing without a result on treatment';
comment on column laboratory_shift.subjects is 'subjects with both';
comment on column laboratory_shift.baseline_subjects is 'subjects with this grade at baseline';
comment on column laboratory_shift.percent is 'subjects, per cent of these';
comment on column laboratory_shift.data_cut is 'the last day whose data count; null where there is no data cut';

create view laboratory_abnormality as
    select tally."grouping", tally.group_value, tally.panel, tally.test, tally.test_name,
        tally.direction, tally.minimum_grade, tally.maximum_grade,
        tally.evaluable, tally.subjects_unknown, tally.subjects,
        100 * reached.rate as percent,
        100 * reached.ci_lower as percent_ci_lower,
        100 * reached.ci_upper as percent_ci_upper,
        tally.worsened,
        100 * worsened.rate as worsened_percent,
        100 * worsened.ci_lower as worsened_percent_ci_lower,
        100 * worsened.ci_upper as worsened_percent_ci_upper,
        nullif(data_cut(), 'infinity') as data_cut
    from _lab_grade_table as tally
    cross join lateral response_rate(response_tally(tally.subjects, tally.evaluable)) as reached
    cross join lateral response_rate(response_tally(tally.worsened, tally.evaluable)) as worsened
    where tally.part = 'abnormality'
    order by tally."grouping", tally.group_value, tally.panel, tally.test, tally.direction,
        tally.minimum_grade, tally.maximum_grade;

comment on view laboratory_abnormality is 'subjects whose worst grade on treatment was 3, was 4, or was either, of each test and direction, with exact limits of 95 %';
comment on column laboratory_abnormality."grouping" is 'all, or the column of analysis_subject by which subjects are grouped: site_id unless the setting virotrial.group_by names another';
comment on column laboratory_abnormality.group_value is 'the group; all for everybody together';
comment on column laboratory_abnormality.panel is 'the examination of the protocol that the test belongs to';
comment on column laboratory_abnormality.test is 'the test';
comment on column laboratory_abnormality.test_name is 'its name';
comment on column laboratory_abnormality.direction is 'low or high: which of the values are graded';
comment on column laboratory_abnormality.minimum_grade is 'the worst grade of the subjects who are counted, at least';
comment on column laboratory_abnormality.maximum_grade is 'and at most';
comment on column laboratory_abnormality.evaluable is 'subjects with a result on treatment of whom that can be told';
comment on column laboratory_abnormality.subjects_unknown is 'subjects with a result on treatment of whom it cannot';
comment on column laboratory_abnormality.subjects is 'subjects with such a worst grade';
comment on column laboratory_abnormality.percent is 'subjects, per cent of the evaluable';
comment on column laboratory_abnormality.percent_ci_lower is 'its lower limit (Clopper and Pearson)';
comment on column laboratory_abnormality.percent_ci_upper is 'its upper limit';
comment on column laboratory_abnormality.worsened is 'those of them whose grade at baseline was lower; a baseline that is missing or cannot be graded counts as grade 0';
comment on column laboratory_abnormality.worsened_percent is 'worsened, per cent of the evaluable';
comment on column laboratory_abnormality.worsened_percent_ci_lower is 'its lower limit (Clopper and Pearson)';
comment on column laboratory_abnormality.worsened_percent_ci_upper is 'its upper limit';
comment on column laboratory_abnormality.data_cut is 'the last day whose data count; null where there is no data cut';
