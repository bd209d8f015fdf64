-- Measurements: of a visit and its date, within the limits of the assay

insert into rule (name, table_name, clause, evidence, priority, hint, condition, reason)
select 'result_visit', measured.table_name, '4', '{visit}', 20,
    'A result of a visit is of its day; one from another day belongs to another visit, or to none.',
    'collected <> visit_date',
    'format(''collected %s, but its visit "%s" was on %s'', collected, visit, visit_date)'
from unnest(array['viral_load_result', 'cd4_result', 'genotype',
    'lab_result', 'missing_result', 'vital_signs', 'physical_examination',
    'asked_complaint', 'pregnancy_test']) as measured (table_name);

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
insert into rule (name, table_name, clause, anchors, action, only_if, condition, reason)
values ('assay_change', 'viral_load_result', '4',
    '{enrolment,protocol,protocol_approval,viral_load_result where collected <= first_dose}', 'record',
$$collected > first_dose and had_other_assay$$,
$$assay <> baseline_assay$$,
$$format('%s on day %s, another assay than at baseline', assay, study_day)$$);

insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
values ('cd4_method', 'cd4_result', '4', '{protocol,protocol_approval}', 30,
    'The method is a parameter of the protocol.',
$$exists (select from protocol where protocol.cd4_method <> context.method)$$,
$$visit is not null and method <> cd4_method$$,
$$format('counted by %s instead of %s', method, cd4_method)$$);

-- Counts are never rounded: what is none of whole cells came in another unit, or with a slip.
insert into rule (name, table_name, clause, priority, hint, condition, reason)
values ('cd4_unit', 'cd4_result', '4', 31,
    'Counts are of cells in a volume: cells/uL, 10*9/L, or another spelling that lab_unit_kind reads as /L.',
$$unit <> 'cells/uL'$$,
$$format('"%s" is not a unit of counts', unit)$$),
('cd4_small_fraction', 'cd4_result', '4', 32,
    'A count is of whole cells per microlitre. One as small as this is in 10*9/L: give that as its unit.',
$$unit = 'cells/uL' and quantity(cd4_count) < 10
    and quantity(cd4_count) <> trunc(quantity(cd4_count))$$,
$$format('%s is not a count of cells per microlitre', cd4_count)$$),
('cd4_fraction', 'cd4_result', '4', 33,
    'A count is of whole cells per microlitre, and is never rounded: enter what the laboratory counted, in its unit.',
$$unit = 'cells/uL' and quantity(cd4_count) >= 10
    and quantity(cd4_count) <> trunc(quantity(cd4_count))$$,
$$format('%s is not a count of cells per microlitre', cd4_count)$$);

-- Below 1 per cent the count decides: with a share of 0.25 for 25 per cent it would be that of
-- far too many lymphocytes.  5000 per microlitre is their upper limit of normal in adults.
insert into rule (name, table_name, clause, priority, hint, condition, reason)
values ('cd4_percent_share', 'cd4_result', '4', 34,
    'It seems to be a share: write 25 for 0.25. Less than 1 per cent is accepted where the count goes with it.',
$$cd4_percent > 0 and cd4_percent < 1 and cd4_count > 50 * cd4_percent$$,
$$format('%s cells are %s per cent of %s lymphocytes per microlitre, which nobody has', cd4_count,
    cd4_percent, round((100 * quantity(cd4_count) / cd4_percent)::numeric))$$);

insert into rule (name, table_name, clause, evidence, priority, hint, condition, reason)
values ('pregnancy_test_sex', 'pregnancy_test', '4', '{subject}', 30,
'Correct the subject''s code, or the sex.',
$$sex = 'male'$$,
$$format('a pregnancy test on %s, and the subject is male', collected)$$);
