-- Laboratory results: of a known test, in a unit that can be converted, and
-- plausible

insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('lab_test', 'lab_result', '4', '{lab_test}', 30,
'Table lab_test has the tests of the study, and whether their results are numeric or coded.',
$$result_kind is null or (result_kind = 'coded') <> (code is not null)$$,
$$case when result_kind is null then format('"%s" is not a test of the study', test)
    when result_kind = 'coded' then format('%s is a coded test, and has no value', test)
    else format('%s is a numeric test, and has no code', test) end$$);

insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('lab_test', 'missing_result', '4', '{lab_test}', 30,
'Table lab_test has the tests of the study.',
$$test <> '' and not is_known_test$$,
$$format('"%s" is not a test of the study', test)$$);

-- A factor that changes under results would leave their standard values behind.
insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('lab_unit', 'lab_result', '4', '{lab_unit}', 31,
'Table lab_unit has the kinds of unit of each test, to which the study''s owner may add; lab_unit_kind reads a spelling.',
$$value is not null and (not is_known_unit or standard_value is distinct from converted_value)$$,
$$case when lab_unit_kind(unit) is null then format('"%s" is not read as a unit', unit)
    when not is_known_unit then format('%s in "%s" cannot be converted', test, unit)
    else format('%s %s are %s in the standard unit, not %s',
        value, unit, converted_value, coalesce(standard_value::text, 'unknown')) end$$);

insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
values ('lab_code', 'lab_result', '4', '{lab_code}', 33,
    'Table lab_code has the results of coded tests.',
$$code is not null$$, $$not is_known_code$$,
$$format('"%s" is not a result of %s', code, test)$$);

-- The number is unusual in its unit, and usual in another.  Real extremes are usual in no other.
insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
values ('lab_likely_unit', 'lab_result', '4', '{lab_test,lab_unit}', 32,
'Check the unit; table lab_test has the usual range of each test.',
$$standard_value < usual_low or standard_value > usual_high$$,
$$likely_unit is not null$$,
$$format(E'%s %s of %s is unusual, and usual in %s\nHint: The unit is likely %s: check the number and the unit.',
    value, unit, test, likely_unit, likely_unit)$$);

-- Three-valued: a censored value is refused if nothing that it can be is plausible.
insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('lab_plausible', 'lab_result', '4', '{lab_test}', 34,
'Check the number and the unit; table lab_test has the plausible range of each test.',
$$standard_value < plausible_low or standard_value > plausible_high$$,
$$format('%s %s, in the standard unit %s %s, is not between %s and %s', value, unit,
    standard_value, standard_unit,
    coalesce(plausible_low::text, 'any'), coalesce(plausible_high::text, 'any'))$$);

insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('reference_range_overlap', 'reference_range', '4', '{reference_range}', 40,
'Ranges of one laboratory, test and date must not fit the same subject; a range with a later effective_from replaces earlier ones.',
$rule$
select null, null, format('%s, %s', changed.laboratory, changed.test),
    format('the range for %s from %s years overlaps the one for %s from %s', changed.sex,
        changed.minimum_age, other.sex, other.minimum_age)
from changed
join reference_range as other using (laboratory, test, effective_from)
where (changed.sex, changed.minimum_age) < (other.sex, other.minimum_age)
    and (changed.sex = 'any' or other.sex = 'any' or changed.sex = other.sex)
    and changed.minimum_age < coalesce(other.maximum_age, changed.minimum_age + 1)
    and other.minimum_age < coalesce(changed.maximum_age, other.minimum_age + 1)
$rule$);
