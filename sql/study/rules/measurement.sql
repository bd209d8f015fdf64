-- Measurements: of a visit and its date, within the limits of the assay

insert into rule (name, table_name, clause, evidence, priority, hint, condition, reason)
select 'result_visit', measured.table_name, '4', '{visit}', 20,
    'A result of a visit is of its day; one from another day belongs to another visit, or to none.',
    'collected <> visit_date',
    'format(''collected %s, but its visit "%s" was on %s'', collected, visit, visit_date)'
from unnest(array['viral_load_result', 'cd4_result', 'genotype',
    'lab_result', 'missing_result']) as measured (table_name);

insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('assay_limits', 'viral_load_result', '4', '{assay}', 30,
'Check the result and its assay; table assay has the limits of quantification.',
$$(case when is_censored(viral_load)
    then coalesce(upper_bound(viral_load) = assay_lower_limit,
        lower_bound(viral_load) = assay_upper_limit)
    else quantity(viral_load) between assay_lower_limit and assay_upper_limit end) is not true$$,
$$case when not is_known_assay then format('"%s" is not an assay of the study', assay)
    else format('%s is not a result of %s, whose limits are %s and %s',
        viral_load, assay, assay_lower_limit, assay_upper_limit) end$$);

-- A text and a value cannot contradict each other, whatever changes beside them.
insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('reported', 'viral_load_result', '4', '{assay,result_word}', 31,
'Where viral_load is null, the database reads it from reported; to change one of the two, give both anew.',
$$reported is not null
    and not _virotrial.viral_load_agrees(reported, reported_unit, assay_lower_limit,
        assay_upper_limit, null, (select result_words()), assay_iu_per_copy, viral_load)$$,
$$(select format('"%s" is not %s: %s', reported, viral_load,
        case when reading.value is not null then 'it says ' || reading.value
            else concat_ws(', ', reading.state, reading.reason) end)
    from read_viral_load(reported, reported_unit, assay_lower_limit, assay_upper_limit, null,
        result_words(), assay_iu_per_copy) as reading)$$);

-- A result from before the first dose may be the new baseline of all others.
insert into rule (name, table_name, clause, anchors, action, condition, reason)
values ('assay_change', 'viral_load_result', '4',
    '{enrolment,viral_load_result where collected <= first_dose}', 'record',
$$collected > first_dose and assay <> baseline_assay$$,
$$format('%s on day %s, another assay than at baseline', assay, study_day)$$);

insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('cd4_method', 'cd4_result', '4', '{protocol}', 30,
    'The method is a parameter of the protocol.',
$$visit is not null and method <> cd4_method$$,
$$format('counted by %s instead of %s', method, cd4_method)$$);
