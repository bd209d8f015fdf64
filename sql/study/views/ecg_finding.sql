-- Electrocardiograms: intervals and rates beyond bounds, and interpretations

create view ecg_finding as
    with
    result as (
        select population.group_value, site_id, subject_id, test, code, standard_value as value,
            _virotrial.lab_value_change(standard_baseline, standard_value) as change
        from (select * from lab_limit
            where test in ('QTCFAG', 'PRAG', 'QRSAG', 'EGHRMN', 'INTP')) as limited
        -- a full join cannot become a nested loop over what has no index
        full join _safety_subject as population using (site_id, subject_id)
        where coalesce(collected > population.first_dose
            and collected <= population.last_emergent_day, false)
    ),
    examined as (
        select result.group_value, finding.position, finding.test, finding.finding, result.site_id,
            result.subject_id,
            case when bool_or(finding.is_found) then true
                when bool_and(finding.is_found is not null) then false end as is_found
        from result
        cross join lateral (values
            (1, 'QTCFAG', 'QTcF over 450 ms', result.value > 450::double precision),
            (2, 'QTCFAG', 'QTcF over 480 ms', result.value > 480::double precision),
            (3, 'QTCFAG', 'QTcF over 500 ms', result.value > 500::double precision),
            (4, 'QTCFAG', 'QTcF more than 30 ms over baseline', result.change > 30::double precision),
            (5, 'QTCFAG', 'QTcF more than 60 ms over baseline', result.change > 60::double precision),
            (6, 'PRAG', 'PR interval over 200 ms', result.value > 200::double precision),
            (7, 'QRSAG', 'QRS duration over 120 ms', result.value > 120::double precision),
            (8, 'EGHRMN', 'heart rate under 50 a minute', result.value < 50::double precision),
            (9, 'EGHRMN', 'heart rate over 100 a minute', result.value > 100::double precision),
            (10, 'INTP', 'abnormal', case when result.code <> 'NOT EVALUABLE' then result.code <> 'NORMAL' end),
            (11, 'INTP', 'abnormal and clinically significant', case when result.code <> 'NOT EVALUABLE' then result.code = 'ABNORMAL CS' end)
        ) as finding (position, test, finding, is_found)
        where finding.test = result.test
        group by result.group_value, finding.position, finding.test, finding.finding,
            result.site_id, result.subject_id
    )
    select tally."grouping", tally.group_value, tally.position, tally.test, tally.finding,
        tally.evaluable, tally.subjects_unknown, tally.subjects,
        100 * proportion.rate as percent,
        100 * proportion.ci_lower as percent_ci_lower,
        100 * proportion.ci_upper as percent_ci_upper,
        nullif(data_cut(), 'infinity') as data_cut
    from (
        select one."grouping", one.group_value, position, test, finding,
            count(is_found) as evaluable, count(*) - count(is_found) as subjects_unknown, count(*)
                filter (where is_found) as subjects
        from examined
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), examined.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value, position, test, finding
    ) as tally
    cross join lateral response_rate(response_tally(tally.subjects, tally.evaluable)) as proportion
    order by tally."grouping", tally.group_value, tally.position;

comment on view ecg_finding is 'subjects with a finding in an electrocardiogram on treatment, with exact limits of 95 %; the bounds are the customary ones, as the protocol gives none';
comment on column ecg_finding."grouping" is 'all, or the column of analysis_subject by which subjects are grouped: site_id unless the setting virotrial.group_by names another';
comment on column ecg_finding.group_value is 'the group; all for everybody together';
comment on column ecg_finding.position is 'the order of the findings';
comment on column ecg_finding.test is 'what is measured';
comment on column ecg_finding.finding is 'the finding, in at least one electrocardiogram';
comment on column ecg_finding.evaluable is 'subjects with an electrocardiogram on treatment of whom that can be told';
comment on column ecg_finding.subjects_unknown is 'subjects with one of whom it cannot: for want of a baseline, or because it could not be evaluated';
comment on column ecg_finding.subjects is 'subjects with the finding';
comment on column ecg_finding.percent is 'subjects, per cent of the evaluable';
comment on column ecg_finding.percent_ci_lower is 'its lower limit (Clopper and Pearson)';
comment on column ecg_finding.percent_ci_upper is 'its upper limit';
comment on column ecg_finding.data_cut is 'the last day whose data count; null where there is no data cut';
