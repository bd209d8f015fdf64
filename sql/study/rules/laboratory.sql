-- Laboratory results: of a known test, in a unit that can be converted, and
-- plausible.  The trigger complete_lab_result has set standard_value where the
-- test and its unit are known, which spares single rows the look-ups.

insert into rule (name, table_name, clause, evidence, priority, hint, screen, query)
values ('result_visit', 'lab_result', '4', '{visit}', 20,
'A result of a visit is of its day; one from another day belongs to another visit, or to none.',
'coalesce(changed.collected <> (row_of(null::visit, changed.site_id, changed.subject_id, changed.visit)).visit_date, false)',
$rule$
select changed.site_id, changed.subject_id, changed.test || ' ' || changed.collected,
    format('collected %s, but its visit "%s" was on %s', changed.collected, changed.visit, visit.visit_date)
from changed
join visit using (site_id, subject_id, visit)
where changed.collected <> visit.visit_date
$rule$);

insert into rule (name, table_name, clause, anchors, priority, hint, screen, query)
values ('lab_test', 'lab_result', '4', '{lab_test}', 30, 'Table lab_test has the tests of the study, and whether their results are numeric or coded.',
$screen$
changed.standard_value is null or (row_of(null::lab_test, changed.test)).result_kind is distinct from 'numeric'
$screen$,
$rule$
select changed.site_id, changed.subject_id, changed.test || ' ' || changed.collected,
    case when lab_test.test is null then format('"%s" is not a test of the study', changed.test)
        when lab_test.result_kind = 'coded' then format('%s is a coded test, and has no value', changed.test)
        else format('%s is a numeric test, and has no code', changed.test) end
from changed
left join lab_test using (test)
where lab_test.test is null or (lab_test.result_kind = 'coded') <> (changed.code is not null)
$rule$);

-- A factor that changes under results would leave their standard values behind.
insert into rule (name, table_name, clause, anchors, priority, hint, screen, query)
values ('lab_unit', 'lab_result', '4', '{lab_unit}', 31, 'Table lab_unit has the units of each test, as laboratories write them; the study''s owner may add to it.',
'changed.standard_value is null and changed.value is not null',
$rule$
select changed.site_id, changed.subject_id, changed.test || ' ' || changed.collected,
    case when lab_unit.test is null then format('%s in "%s" cannot be converted', changed.test, changed.unit)
        else format('%s %s are %s in the standard unit, not %s', changed.value, changed.unit,
            changed.value * lab_unit.multiplier / lab_unit.divisor, coalesce(changed.standard_value::text, 'unknown')) end
from changed
left join lab_unit using (test, unit)
where changed.value is not null
    and (lab_unit.test is null or changed.standard_value is distinct from changed.value * lab_unit.multiplier / lab_unit.divisor)
$rule$);

insert into rule (name, table_name, clause, anchors, priority, hint, screen, query)
values ('lab_code', 'lab_result', '4', '{lab_code}', 32, 'Table lab_code has the results of coded tests.',
'changed.code is not null',
$rule$
select changed.site_id, changed.subject_id, changed.test || ' ' || changed.collected, format('"%s" is not a result of %s', changed.code, changed.test)
from changed
where changed.code is not null and not exists (select from lab_code where lab_code.test = changed.test and lab_code.code = changed.code)
$rule$);

-- Three-valued: a censored value is refused if nothing that it can be is plausible.
insert into rule (name, table_name, clause, anchors, priority, hint, screen, query)
values ('lab_plausible', 'lab_result', '4', '{lab_test}', 33, 'Check the number and the unit; table lab_test has the plausible range of each test.',
$screen$
coalesce(changed.standard_value < (row_of(null::lab_test, changed.test)).plausible_low
    or changed.standard_value > (row_of(null::lab_test, changed.test)).plausible_high, false)
$screen$,
$rule$
select changed.site_id, changed.subject_id, changed.test || ' ' || changed.collected,
    format('%s %s, in the standard unit %s %s, is not between %s and %s', changed.value, changed.unit, changed.standard_value, lab_test.unit,
        coalesce(lab_test.plausible_low::text, 'any'), coalesce(lab_test.plausible_high::text, 'any'))
from changed
join lab_test using (test)
where changed.standard_value < lab_test.plausible_low or changed.standard_value > lab_test.plausible_high
$rule$);

insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('reference_range_overlap', 'reference_range', '4', '{reference_range}', 40,
'Ranges of one laboratory, test and date must not fit the same subject; a range with a later effective_from replaces earlier ones.',
$rule$
select null, null, format('%s, %s', changed.laboratory, changed.test),
    format('the range for %s from %s years overlaps the one for %s from %s', changed.sex, changed.minimum_age, other.sex, other.minimum_age)
from changed
join reference_range as other using (laboratory, test, effective_from)
where (changed.sex, changed.minimum_age) < (other.sex, other.minimum_age)
    and (changed.sex = 'any' or other.sex = 'any' or changed.sex = other.sex)
    and changed.minimum_age < coalesce(other.maximum_age, changed.minimum_age + 1)
    and other.minimum_age < coalesce(changed.maximum_age, other.minimum_age + 1)
$rule$);
