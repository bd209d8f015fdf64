-- The rules of laboratory results and ranges of normal: what they accept and
-- refuse, on both sides of each boundary and by every path in; and the views
-- that give results their limits and grades.
\ir include/study.sql
select no_plan();

call make_subject('001');
insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'week 4', '2008-03-01');

-- The study has its own copy of the reference data.
select is((select count(*) from ral.lab_test), (select count(*) from public.virotrial_lab_test), 'the tests are copied');
select is((select count(*) from ral.lab_unit), (select count(*) from public.virotrial_lab_unit), 'so are their units');
select is((select count(*) from ral.lab_code), (select count(*) from public.virotrial_lab_code), 'and codes');
select set_eq($$select to_jsonb(t) - 'entered_by' - 'entered_at' - 'entered_in' from ral.toxicity_grade_table as t$$, 'select to_jsonb(t) from public.virotrial_toxicity_grade_table as t', 'and the toxicity grades');
select is_empty($$select test, unit from ral.lab_unit as copy join public.virotrial_lab_unit as original using (test, unit)
    where copy.multiplier / copy.divisor is distinct from (original.multiplier::float8 / original.divisor::float8)$$, 'with the same factors');

create function pg_temp.result(test text, value text, unit text, code text default null, visit text default 'week 4', collected text default '2008-03-01') returns text
    language sql
    return format('%L, %L, %L, %L, 1, %L, %L, %L, %L', 'S1', '001', collected, test, visit, value, unit, code);
create function pg_temp.result_paths(bad text, good text default pg_temp.result('ALT', '20', 'U/L')) returns text[]
    language sql
begin atomic
    select paths('ral.lab_result', 'site_id, subject_id, collected, test, replicate, visit, value, unit, code',
        'site_id, subject_id, collected, test, replicate', good, bad);
end;

-- Each row is tried by every path; as an update it corrects a row with the same key.
select is(
    pg_temp.result_paths(pg_temp.result(r.test, r.value, r.unit, r.code, r.visit, r.collected),
        case when r.test in ('PROT', 'NITRITE') then pg_temp.result(r.test, null, null, 'NEGATIVE', r.visit, r.collected)
            else pg_temp.result(r.test, good, t.unit, null, case when r.collected = '2008-03-01' then r.visit end, r.collected) end),
    array[case when r.rule is null then 'accepted' else '23514 ral.lab_result ' || r.rule end],
    format('%s: %s', coalesce(r.rule, 'accepted'), concat_ws(' ', r.test, r.value, r.unit, r.code, r.collected)))
from (values
    ('ALT', '410', 'U/L', null, 'week 4', '2008-03-01', null),
    ('ALT', '6.8', 'ukat/L', null, 'week 4', '2008-03-01', null),
    ('ALT', '410', 'U/L', null, null, '2003-03-01', null),
    ('ALT', null, null, 'POSITIVE', 'week 4', '2008-03-01', 'lab_test'),
    ('NITRITE', '1', 'plus', null, 'week 4', '2008-03-01', 'lab_test'),
    ('ALT', '410', 'mmol/L', null, 'week 4', '2008-03-01', 'lab_unit'),
    ('ALT', '410', '', null, 'week 4', '2008-03-01', 'lab_unit'),
    ('NITRITE', null, null, 'POSITIVE', 'week 4', '2008-03-01', null),
    ('NITRITE', null, null, '2+', 'week 4', '2008-03-01', 'lab_code'),
    ('PROT', null, null, '2+', 'week 4', '2008-03-01', null),
    ('SODIUM', '80', 'mmol/L', null, 'week 4', '2008-03-01', null),
    ('SODIUM', '79.9', 'mmol/L', null, 'week 4', '2008-03-01', 'lab_plausible'),
    ('SODIUM', '220', 'mmol/L', null, 'week 4', '2008-03-01', null),
    ('SODIUM', '220.1', 'mmol/L', null, 'week 4', '2008-03-01', 'lab_plausible'),
    ('HGB', '13.5', 'g/L', null, 'week 4', '2008-03-01', 'lab_likely_unit'),
    ('HGB', '19.9', 'g/L', null, 'week 4', '2008-03-01', 'lab_likely_unit'),
    ('HGB', '20', 'g/L', null, 'week 4', '2008-03-01', null),
    ('HGB', '25', 'g/dL', null, 'week 4', '2008-03-01', null),
    ('HGB', '25.1', 'g/dL', null, 'week 4', '2008-03-01', 'lab_likely_unit'),
    ('HGB', '300', 'g/L', null, 'week 4', '2008-03-01', null),
    ('HGB', '301', 'g/L', null, 'week 4', '2008-03-01', 'lab_plausible'),
    ('HGB', '2.5', 'g/dL', null, 'week 4', '2008-03-01', null),
    ('HGB', '135', 'g/dL', null, 'week 4', '2008-03-01', 'lab_likely_unit'),
    ('HGB', '<13.5', 'g/L', null, 'week 4', '2008-03-01', null),
    ('GLUC', '95', 'mmol/L', null, 'week 4', '2008-03-01', 'lab_likely_unit'),
    ('GLUC', '60', 'mmol/L', null, 'week 4', '2008-03-01', null),
    ('GLUC', '60.1', 'mmol/L', null, 'week 4', '2008-03-01', 'lab_likely_unit'),
    ('GLUC', '900', 'mg/dL', null, 'week 4', '2008-03-01', null),
    ('GLUC', '1700', 'mg/dL', null, 'week 4', '2008-03-01', null),
    ('GLUC', '5.5', 'mg/dL', null, 'week 4', '2008-03-01', 'lab_likely_unit'),
    ('CHOL', '45', 'mmol/L', null, 'week 4', '2008-03-01', 'lab_likely_unit'),
    ('CHOL', '25', 'mmol/L', null, 'week 4', '2008-03-01', null),
    ('CHOL', '5.2', 'mg/dL', null, 'week 4', '2008-03-01', 'lab_likely_unit'),
    ('CREAT', '20', 'mg/dL', null, 'week 4', '2008-03-01', null),
    ('CREAT', '1.1', 'umol/L', null, 'week 4', '2008-03-01', 'lab_likely_unit'),
    ('CREAT', '90', 'mg/dL', null, 'week 4', '2008-03-01', 'lab_likely_unit'),
    ('PLAT', '250000', '10*9/L', null, 'week 4', '2008-03-01', 'lab_likely_unit'),
    ('PLAT', '0', '10*9/L', null, 'week 4', '2008-03-01', null),
    ('CD4', '0.19', '/uL', null, 'week 4', '2008-03-01', 'lab_likely_unit'),
    ('CD4', '1', '/uL', null, 'week 4', '2008-03-01', null),
    ('HCT', '0.41', '%', null, 'week 4', '2008-03-01', 'lab_likely_unit'),
    ('CA', '9.5', 'mmol/L', null, 'week 4', '2008-03-01', 'lab_likely_unit'),
    ('ALT', '0.5', 'U/L', null, 'week 4', '2008-03-01', 'lab_likely_unit'),
    ('PRAG', '0.16', 'ms', null, 'week 4', '2008-03-01', 'lab_likely_unit'),
    ('SODIUM', '<100', 'mmol/L', null, 'week 4', '2008-03-01', null),
    ('SODIUM', '<80', 'mmol/L', null, 'week 4', '2008-03-01', 'lab_plausible'),
    ('SODIUM', '>200', 'mmol/L', null, 'week 4', '2008-03-01', null),
    ('SODIUM', '>220', 'mmol/L', null, 'week 4', '2008-03-01', 'lab_plausible'),
    ('ALT', '410', 'U/L', null, 'week 4', '2008-02-29', 'result_visit'),
    ('ALT', '410', 'U/L', null, 'week 4', '2008-03-02', 'result_visit')
    ) as r (test, value, unit, code, visit, collected, rule)
left join ral.lab_test as t on t.test = r.test
cross join lateral (select coalesce(sqrt(t.usual_low * t.usual_high), t.plausible_high / 2 + t.plausible_low / 2, 20)::text as good) as middle;
select is(pg_temp.result_paths(pg_temp.result('ALT', '20', 'U/L', null, null, current_date::text), pg_temp.result('ALT', '20', 'U/L', null, null, current_date::text)),
    array['accepted'], 'today');
select is(outcome('insert into ral.lab_result (site_id, subject_id, collected, test, replicate, visit, value, unit, code) values ('
        || pg_temp.result('ALT', '20', 'U/L', null, null, (current_date + 1)::text) || ')'),
    '23514 ral.lab_result future_date', 'tomorrow');
select is(outcome('insert into ral.lab_result (site_id, subject_id, collected, test, replicate, visit, value, unit, code) values ('
        || pg_temp.result('ALT', '20', 'U/L', null, null, day) || ')'), expected, 'on the day of birth, or before: ' || day)
from (values ('1970-06-15', 'accepted'), ('1970-06-14', '23514 ral.lab_result lifetime')) as d (day, expected);

select is(outcome($$insert into ral.lab_result (site_id, subject_id, collected, test, value, unit) values ('S1', '001', '2008-01-15', 'no test', '20', 'U/L')$$),
    '23514 ral.lab_result lab_test', 'an unknown test');
select is(outcome($$insert into ral.lab_result (site_id, subject_id, collected, test, value, unit) values ('S1', '001', '2008-01-15', 'ALT', '20', 'U/L')$$,
        $$update ral.lab_result set test = 'no test'$$), '23514 ral.lab_result lab_test', 'as an update');

-- What has no visit is history, unless consent was withdrawn before.
call make_candidate('002');
update ral.consent set withdrawn = '2008-03-01' where subject_id = '002';
select is(paths('ral.lab_result', 'site_id, subject_id, collected, test, value, unit', 'site_id, subject_id, collected, test, replicate',
        $$'S1', '002', '2008-02-20', 'ALT', '20', 'U/L'$$, format('%L, %L, %L, %L, %L, %L', 'S1', '002', collected, 'ALT', '20', 'U/L'), 'site_id, subject_id, test'),
    array[expected], 'no visit, on ' || collected)
from (values ('2003-02-20', 'accepted'), ('2008-03-01', 'accepted'), ('2008-03-02', '23514 ral.lab_result withdrawn')) as day (collected, expected);

-- Constraints
select is(outcome(format('insert into ral.lab_result (site_id, subject_id, collected, test, value, unit, code, lln, uln) values (%L, %L, %L, %L, %s)',
        'S1', '001', '2008-01-15', test, rest)), '23514 ral.lab_result ' || name, name)
from (values
    ('NITRITE', 'null, null, null, null, null', 'lab_result_kind'),
    ('ALT', $$'3', 'U/L', 'POSITIVE', null, null$$, 'lab_result_kind'),
    ('ALT', $$'3', null, null, null, null$$, 'lab_result_unit'),
    ('ALT', $$'3', 'U/L', null, 40, 40$$, 'lab_result_limits'),
    ('NITRITE', $$null, null, 'NEGATIVE', 1, null$$, 'lab_result_limits_numeric')) as c (test, rest, name);
select is(outcome($$insert into ral.lab_result (site_id, subject_id, collected, test, value, unit, lln, uln) values ('S1', '001', '2008-01-15', 'ALT', '3', 'U/L', 39.9, 40)$$),
    'accepted', 'limits in order');
select is(outcome($$insert into ral.lab_result (site_id, subject_id, collected, test, visit, value, unit) values ('S1', '001', '2008-03-01', 'ALT', 'week 12', '3', 'U/L')$$),
    '23503 ral.lab_result lab_result_site_id_subject_id_visit_fkey', 'a visit that was not held: consent covers results through their visits');
select is(outcome($$update ral.consent set withdrawn = '2008-02-29'$$), '23514 ral.visit consent', 'whose consent cannot be withdrawn under them');

-- What was reported stays as it is; the standard value is the database's.
select throws_ok($$insert into ral.lab_result (site_id, subject_id, collected, test, visit, value, unit)
        values ('S1', '001', '2008-03-01', 'ALT', 'week 4', '20', 'U/L'), ('S1', '001', '2008-03-01', 'AST', 'week 4', '20', 'g/L'), ('S1', '001', '2008-03-01', 'ALP', 'week 4', '20', 'g/L')$$,
    '23514', 'rule "lab_unit" of table "lab_result" is broken by 2 rows', 'the message names the rule and the count');
select is_empty($$select * from ral.lab_result$$, 'a refused statement leaves nothing behind');
insert into ral.lab_result (site_id, subject_id, collected, test, visit, reported, value, unit, standard_value, entered_by)
    values ('S1', '001', '2008-03-01', 'GLUC', 'week 4', 'below 90 (hook effect?)', '<90', 'mg/dL', '17', 'somebody'),
        ('S1', '001', '2008-03-01', 'CREAT', 'week 4', null, '1.1312', 'mg/dL', null, null),
        ('S1', '001', '2008-03-01', 'ALT', 'week 4', null, '410', 'U/L', '17', null);
select results_eq($$select test, reported, value::text, unit, standard_value::text, entered_by from ral.lab_result order by test$$,
    format($$values ('ALT', null, '410', 'U/L', '410', %1$L), ('CREAT', null, '1.1312', 'mg/dL', '100', %1$L),
        ('GLUC', 'below 90 (hook effect?)', '<90', 'mg/dL', '<4.995670418970225', %1$L)$$, session_user), 'reported and standard values');
update ral.lab_result set value = '0.5', unit = 'ukat/L' where test = 'ALT';
select is((select standard_value::text from ral.lab_result where test = 'ALT'), '30', 'a correction is converted again');
update ral.lab_result set standard_value = '17' where test = 'ALT';
select is((select standard_value::text from ral.lab_result where test = 'ALT'), '30', 'the standard value is no client''s to set');
select is(outcome($$insert into ral.lab_result (site_id, subject_id, collected, test, value, unit) values ('S1', '001', '2008-01-15', 'GLUC', '1e30', 'g/L')$$),
    '22003', 'a number that the standard unit cannot write');

-- The unit that is likely meant is in the hint
create function pg_temp.hint_of(test text, value text, unit text) returns text
    language plpgsql
as $$
declare
    hint text;
begin
    insert into ral.lab_result (site_id, subject_id, collected, test, value, unit)
        values ('S1', '001', '2008-01-16', hint_of.test, hint_of.value::lab_value, hint_of.unit);
    raise exception 'accepted';
exception when check_violation then
    get stacked diagnostics hint = pg_exception_hint;
    return hint;
end;
$$;
select is(pg_temp.hint_of(test, value, unit), format('The unit is likely %s: check the number and the unit.', likely),
    concat_ws(' ', test, value, unit))
from (values ('HGB', '13.5', 'g/L', 'g/dL'), ('HGB', '13.5', 'G/L', null), ('GLUC', '95', 'mmol/L', 'mg/dL'), ('CHOL', '45', 'mmol/L', 'mg/dL'),
    ('CREAT', '90', 'mg/dL', 'umol/L'), ('PLAT', '250000', 'K/uL', '/uL'), ('CD4', '190', '10*9/L', '/uL'),
    ('ALT', '0.5', 'IU/L', 'ukat/L'), ('CA', '4.8', 'mg/dL', null)) as c (test, value, unit, likely)
where likely is not null;
-- judge() says the same of rows that have not come yet, and the reason is without it
create table public.arrived_lab (site_id text, subject_id text, collected date, test text, value lab_value, unit text);
insert into public.arrived_lab values ('S1', '001', '2008-01-16', 'HGB', '13.5', 'g/L');
select results_eq($$select rule, reason, hint from judge('ral.lab_result', 'public.arrived_lab')$$,
    $$values ('lab_likely_unit', '13.5 g/L of HGB is unusual, and usual in g/dL', 'The unit is likely g/dL: check the number and the unit.')$$, 'judge() has the hint');
drop table public.arrived_lab;
-- Each usual range has all cut-offs of the grades in it, and lies within the plausible one.
select is_empty($$select test from public.virotrial_lab_test where usual_low < plausible_low or usual_high > plausible_high$$,
    'what is usual is plausible');
select is_empty($$select test, cut from public.virotrial_lab_test
    join public.virotrial_toxicity_grade_table as g using (test)
    cross join lateral (select lab_standard_value(test, bound::lab_value, g.unit) as cut
        from (values (case when lower_basis = 'absolute' and lower_bound > 0 then lower_bound end),
            (case when upper_basis = 'absolute' and upper_bound > 0 then upper_bound end)) as b (bound)) as c
    where (cut < usual_low or cut > usual_high)$$, 'each cut-off is usual');

-- Reference data under results
select is(outcome(statement), expected, statement)
from (values
    ($$update ral.lab_unit set divisor = 113.1 where test = 'CREAT' and unit = 'mg/dL'$$, '23514 ral.lab_result lab_unit'),
    ($$delete from ral.lab_unit where test = 'CREAT' and unit = 'mg/dL'$$, '23514 ral.lab_result lab_unit'),
    ($$update ral.lab_unit set divisor = 113.1 where test = 'UREA' and unit = 'mg/dL'$$, 'accepted'),
    ($$update ral.lab_test set plausible_high = 99 where test = 'CREAT'$$, '23514 ral.lab_result lab_plausible'),
    ($$update ral.lab_test set plausible_high = 100 where test = 'CREAT'$$, 'accepted'),
    ($$insert into ral.lab_unit (test, unit, multiplier, divisor) values ('ALT', 'mU/mL', 1, 1)$$, '23505 ral.lab_unit lab_unit_kind'),
    ($$insert into ral.lab_unit (test, unit, multiplier, divisor) values ('ALT', 'furlong', 1, 1)$$, '23514 ral.lab_unit lab_unit_spelling'),
    ($$insert into ral.lab_unit (test, unit, multiplier, divisor) values ('ALT', 'U/g', 1, 1)$$, 'accepted'),
    ($$update ral.visit set visit_date = '2008-03-02' where visit = 'week 4'$$, '23514 ral.lab_result result_visit')) as s (statement, expected);
insert into ral.lab_unit (test, unit, multiplier, divisor) values ('ALT', 'U/g', 1, 1);
select is(outcome($$insert into ral.lab_result (site_id, subject_id, collected, test, value, unit) values ('S1', '001', '2008-01-15', 'ALT', '20', 'U/g')$$),
    'accepted', 'a unit that the study has added');

-- Ranges of normal
select is(paths('ral.reference_range', 'laboratory, test, effective_from, sex, minimum_age, maximum_age, unit, lln, uln', 'laboratory, test, effective_from, sex, minimum_age',
        $$'Central', 'K', '2008-01-01', 'any', 0, null, 'mmol/L', 3.5, 5.1$$, $$'Central', 'K', '2008-01-01', 'any', 0, null, 'mmol/L', 5.1, 5.1$$),
    array['23514 ral.reference_range reference_range_order'], 'limits not in order');
select is(outcome($$insert into ral.reference_range (laboratory, test, unit, uln) values ('Central', 'K', 'mg/dL', 5)$$),
    '23503 ral.reference_range reference_range_test_kind_fkey', 'a unit that cannot be converted');
select is(outcome($$insert into ral.reference_range (laboratory, test, unit) values ('Central', 'K', 'mmol/L')$$),
    '23514 ral.reference_range reference_range_limit', 'no limits');
insert into ral.reference_range (laboratory, test, effective_from, sex, minimum_age, maximum_age, unit, lln, uln) values
    ('Central', 'CREAT', '-infinity', 'any', 0, null, 'umol/L', 50, 110),
    ('Central', 'CREAT', '2008-01-01', 'female', 18, 40, 'mg/dL', 0.5, 1.0),
    ('Central', 'ALT', '-infinity', 'any', 0, null, 'U/L', null, 40);
select is(paths('ral.reference_range', 'laboratory, test, effective_from, sex, minimum_age, maximum_age, unit, lln, uln', 'laboratory, test, effective_from, sex, minimum_age',
        format('%L, %L, %L, %L, %s, 65, %L, 1, 2', 'Central', 'CREAT', '1990-01-01', sex, minimum_age, 'mg/dL'),
        format('%L, %L, %L, %L, %s, %s, %L, 1, 2', 'Central', 'CREAT', effective_from, sex, minimum_age, coalesce(maximum_age::text, 'null'), 'mg/dL')) @> array[expected],
    true, format('%s from %s: %s to %s years %s', sex, effective_from, minimum_age, coalesce(maximum_age::text, 'any'), expected))
from (values
    ('any', '2008-01-01', 0, null, '23514 ral.reference_range reference_range_overlap'),
    ('any', '2008-01-01', 0, 18, 'accepted'), ('any', '2008-01-01', 0, 19, '23514 ral.reference_range reference_range_overlap'),
    ('any', '2008-01-01', 40, null, 'accepted'), ('any', '2008-01-01', 39, null, '23514 ral.reference_range reference_range_overlap'),
    ('male', '2008-01-01', 18, 40, 'accepted'), ('any', '2008-01-02', 18, 40, 'accepted')) as r (sex, effective_from, minimum_age, maximum_age, expected);
select results_eq($$select age_from, age_before, effective_from, effective_before, unit from ral.reference_range_period where test = 'CREAT' and sex = 'female' order by 1, 3$$,
    $$values (0, 18, '-infinity'::date, 'infinity'::date, 'umol/L'), (18, 40, '-infinity', '2008-01-01', 'umol/L'), (18, 40, '2008-01-01', 'infinity', 'mg/dL'),
        (40, null, '-infinity', 'infinity', 'umol/L')$$, 'the ranges, cut so that they do not overlap');

-- Limits and grades: 37 years old, female; day 30 of the study
update ral.lab_result set value = '410', unit = 'U/L', laboratory = 'Central' where test = 'ALT';
update ral.lab_result set laboratory = 'Central', value = '88.4', unit = 'umol/L' where test = 'CREAT';
insert into ral.lab_result (site_id, subject_id, collected, test, visit, value, unit) values ('S1', '001', '2008-01-15', 'CREAT', 'screening', '0.6', 'mg/dL'),
    ('S1', '001', '2007-06-15', 'CREAT', null, '9.0', 'mg/dL');
insert into ral.lab_result (site_id, subject_id, collected, test, visit, code) values ('S1', '001', '2008-03-01', 'PROT', 'week 4', '3+'), ('S1', '001', '2008-03-01', 'NITRITE', 'week 4', 'POSITIVE');
insert into ral.lab_result (site_id, subject_id, collected, test, visit, value, unit, lln, uln) values ('S1', '001', '2008-03-01', 'AST', 'week 4', '210', 'U/L', 5, 41);
select results_eq($$select collected, test, lln::numeric(6, 2), uln::numeric(6, 2), baseline::numeric(6, 2), is_baseline, grade::integer, high_grade::integer from ral.lab_grade order by test, collected$$,
    $$values ('2008-03-01'::date, 'ALT', null::numeric(6, 2), 40::numeric(6, 2), null::numeric(6, 2), null::boolean, 4, 4),
        ('2008-03-01', 'AST', 5, 41, null, null, 3, 3),
        ('2007-06-15', 'CREAT', null, null, null, false, null, null),
        ('2008-01-15', 'CREAT', null, null, null, true, null, null),
        ('2008-03-01', 'CREAT', 44.20, 88.40, 53.04, false, 3, 3) ,
        ('2008-03-01', 'GLUC', null, null, null, null, null, 0),
        ('2008-03-01', 'NITRITE', null, null, null, null, null, null),
        ('2008-03-01', 'PROT', null, null, null, null, 3, 3)$$,
    'limits by laboratory, sex, age and date, in the unit of the result; creatinine of 1.67 times the baseline is grade 3');
select is_empty($$select born, day from unnest(array['1968-02-28', '1968-02-29', '1968-03-01', '1970-06-15']::date[]) as born, generate_series(0, 3000) as days
    cross join lateral (select born + days - 800 as day) as on_day
    where _virotrial.completed_years(born, day) is distinct from extract(year from age(day, born))::integer$$, 'completed years are those of age()');
select results_eq($$select test, quantity(standard_value)::numeric(6, 2) from ral._compared_baseline$$, $$values ('CREAT', 53.04::numeric(6, 2))$$,
    'the last result before the first dose is what a grade is compared with');
insert into ral.lab_result (site_id, subject_id, collected, test, replicate, value, unit) values ('S1', '001', '2008-01-15', 'CREAT', 2, '1.2', 'mg/dL');
select is((select grade::integer from ral.lab_grade where test = 'CREAT' and collected = '2008-03-01'), 0, 'of several on a day the last replicate');
delete from ral.lab_result where test = 'CREAT' and replicate = 2;

-- A baseline that is a limit.  Creatinine is 1.0 mg/dL, its upper limit of normal, or more than 1.67 times what is below 0.6: from
-- 1.5 times on it is grade 3, and from 2.0 times on grade 4.  Below 0.49 it is more than twice.  Above 0.6 it is less than 1.67 times.
update ral.lab_result set value = '<0.6' where test = 'CREAT' and collected = '2008-01-15';
select results_eq($$select grade::integer, high_grade::integer, at_least::integer, at_most::integer, reason, baseline from ral.lab_grade where test = 'CREAT' and collected = '2008-03-01'$$,
    $$values (null::integer, null::integer, 3, 4, 'a censored baseline that leaves several grades open', null::double precision)$$, 'more than 1.67 times the baseline: grade 3 or 4');
select results_eq($$select baseline_grade, worst_grade, subjects from ral.laboratory_shift where "grouping" = 'all' and test = 'CREAT'$$,
    $$values ('unknown', 'unknown', 1::bigint)$$, 'in the table of shifts nobody knows which');
select results_eq($$select minimum_grade, maximum_grade, evaluable, subjects_unknown, subjects from ral.laboratory_abnormality where "grouping" = 'all' and test = 'CREAT' order by 1, 2$$,
    $$values (3, 3, 0::bigint, 1::bigint, 0::bigint), (3, 4, 1, 0, 1), (4, 4, 0, 1, 0)$$, 'but it is one of the two');
select results_eq($$select grade::integer, at_least::integer from ral.unreported_abnormality where test = 'CREAT'$$, $$values (null::integer, 3)$$, 'and nobody reported an event');
update ral.lab_result set value = '<0.49' where test = 'CREAT' and collected = '2008-01-15';
select results_eq($$select grade::integer, high_grade::integer, criterion from ral.lab_grade where test = 'CREAT' and collected = '2008-03-01'$$,
    $$values (4, 4, 37)$$, 'more than twice the baseline: grade 4');
select results_eq($$select worst_grade, subjects from ral.laboratory_shift where "grouping" = 'all' and test = 'CREAT'$$, $$values ('4', 1::bigint)$$, 'in the table of shifts, too');
update ral.lab_result set value = '>0.6' where test = 'CREAT' and collected = '2008-01-15';
select results_eq($$select grade::integer, at_least::integer, at_most::integer from ral.lab_grade where test = 'CREAT' and collected = '2008-03-01'$$,
    $$values (null::integer, 0, 3)$$, 'less than 1.67 times the baseline: up to grade 3');
update ral.lab_result set value = '0.6' where test = 'CREAT' and collected = '2008-01-15';
-- Clearance of 60 to 89 is grade 2, below 60 grade 3, and so is a loss of 30 to less than 50 per cent; a loss of half is grade 4.
insert into ral.lab_result (site_id, subject_id, collected, test, visit, value, unit) values ('S1', '001', '2008-01-15', 'GFRE', 'screening', '>90', 'mL/min/1.73m2');
insert into ral.lab_result (site_id, subject_id, collected, test, visit, value, unit) values ('S1', '001', '2008-03-01', 'GFRE', 'week 4', '45', 'mL/min/1.73m2');
select results_eq($$select grade::integer, at_least::integer, at_most::integer from ral.lab_grade where test = 'GFRE' and collected = '2008-03-01'$$,
    $$values (4, 4, 4)$$, '45 is at most half of what is above 90');
update ral.lab_result set value = '70' where test = 'GFRE' and visit = 'week 4';
select results_eq($$select grade::integer, at_least::integer, at_most::integer from ral.lab_grade where test = 'GFRE' and collected = '2008-03-01'$$,
    $$values (2, 2, 4)$$, '70 is grade 2 by itself, and may be any share below 0.78');
update ral.lab_result set value = '60' where test = 'GFRE' and visit = 'week 4';
select results_eq($$select grade::integer, at_least::integer, at_most::integer from ral.lab_grade where test = 'GFRE' and collected = '2008-03-01'$$,
    $$values (null::integer, 3, 4)$$, '60 has lost more than 33 per cent');
delete from ral.lab_result where test = 'GFRE';
select is((select uln::numeric(6, 2) from ral.lab_limit where test = 'CREAT' and collected = '2008-03-01'), 88.40, 'the range of 1 January 2008');
update ral.reference_range set effective_from = '2008-03-02' where effective_from = '2008-01-01';
select is((select uln::numeric(6, 2) from ral.lab_limit where test = 'CREAT' and collected = '2008-03-01'), 110.00, 'from 2 March on it is not yet that of 1 March');
update ral.reference_range set effective_from = '2008-03-01' where effective_from = '2008-03-02';
select is((select uln::numeric(6, 2) from ral.lab_limit where test = 'CREAT' and collected = '2008-03-01'), 88.40, 'from 1 March on it is');
update ral.reference_range set sex = 'male' where sex = 'female';
select is((select uln::numeric(6, 2) from ral.lab_limit where test = 'CREAT' and collected = '2008-03-01'), 110.00, 'another sex has another range');
update ral.reference_range set sex = 'female', maximum_age = 37, minimum_age = 18 where sex = 'male';
select is((select uln::numeric(6, 2) from ral.lab_limit where test = 'CREAT' and collected = '2008-03-01'), 110.00, 'aged 37: not in a range up to 37 years');
update ral.reference_range set maximum_age = 38, minimum_age = 37 where sex = 'female';
select is((select uln::numeric(6, 2) from ral.lab_limit where test = 'CREAT' and collected = '2008-03-01'), 88.40, 'but in one from 37 years');

-- Protein: grade 1 of the table is from memory, so that 1+ and less are not known to be normal; 3+ is grade 3.
update ral.lab_result set code = '1+' where test = 'PROT';
select results_eq($$select grade::integer, at_least::integer, at_most::integer, reason, unverified from ral.lab_grade where test = 'PROT'$$,
    $$values (null::integer, 0, 1, 'unverified', 'every cell (the source has grades 2 to 4)')$$, 'a grade that rests on a row from memory is not known');
select results_eq($$select baseline_grade, worst_grade, subjects from ral.laboratory_shift where "grouping" = 'all' and test = 'PROT' and subjects > 0$$,
    $$values ('missing', 'unknown', 1::bigint)$$, 'nor is it grade 0 in a table of shifts');
select results_eq($$select distinct evaluable, subjects_unknown, subjects from ral.laboratory_abnormality where "grouping" = 'all' and test = 'PROT'$$,
    $$values (1::bigint, 0::bigint, 0::bigint)$$, 'but it is known not to be grade 3 or 4');
update ral.lab_result set code = '3+' where test = 'PROT';

-- Severe abnormalities without an adverse event
select results_eq($$select collected, test, grade::integer from ral.unreported_abnormality order by test$$,
    $$values ('2008-03-01'::date, 'ALT', 4), ('2008-03-01', 'AST', 3), ('2008-03-01', 'CREAT', 3), ('2008-03-01', 'PROT', 3)$$,
    'grades 3 and 4 since consent');
insert into ral.adverse_event (site_id, subject_id, event_number, term, test, onset, ended, grade, action_taken, outcome) values
    ('S1', '001', 1, 'raised ALT', 'ALT', '2008-03', null, 4, 'DOSE NOT CHANGED', 'RECOVERING/RESOLVING'),
    ('S1', '001', 2, 'raised AST', 'AST', '2008-02-20', '2008-02-29', 3, 'DOSE NOT CHANGED', 'RECOVERED/RESOLVED'),
    ('S1', '001', 3, 'raised creatinine', 'CREAT', '2008-02-20', '2008-03-01', 3, 'DOSE NOT CHANGED', 'RECOVERED/RESOLVED'),
    ('S1', '001', 4, 'proteinuria', 'PROT', '2008-03-02', null, 3, 'DOSE NOT CHANGED', 'UNKNOWN');
select set_eq($$select test from ral.unreported_abnormality$$, $$values ('AST'), ('PROT')$$, 'an event must have been possible on that very day');
set virotrial.data_cut = '2008-02-29';
select is_empty($$select * from ral.unreported_abnormality$$, 'the data cut is honoured');
select is((select count(*) from ral.lab_grade), 2::bigint, 'by the grades, too');
reset virotrial.data_cut;

-- A study grades by its own table and scheme.
insert into ral.toxicity_grade_table (id, scheme, test, parameter, direction, grade, lower_bound, lower_inclusive, lower_basis, verification)
    values (9001, 'protocol 7', 'ALT', 'ALT', 'H', 2, 3, true, 'ULN', 'protocol');
update ral.protocol set toxicity_scheme = 'protocol 7';
select is((select grade from ral.lab_grade where test = 'ALT'), 2::smallint, 'another scheme');
update ral.protocol set toxicity_scheme = 'DAIDS 2.1';

-- Exposure
insert into ral.regimen (site_id, subject_id, drug, started, stopped, dose_mg, doses_per_day) values ('S1', '001', 'DRV', '2008-02-01', null, 600, 2);
insert into ral.regimen (site_id, subject_id, drug, started, stopped, dose_mg, doses_per_day) values ('S1', '001', 'RAL', '2008-02-01', '2008-03-01', 400, 2),
    ('S1', '001', 'RAL', '2008-03-01', '2008-04-01', 400, 2), ('S1', '001', 'RAL', '2008-04-11', null, 400, 2);
select results_eq($$select started, ended, is_ongoing, days from ral.exposure_period$$,
    format($$values ('2008-02-01'::date, '2008-03-31'::date, false, 60), ('2008-04-11', %L, true, %s)$$, current_date, current_date - date '2008-04-11' + 1),
    'two periods: 29 days of February and 31 of March, and from 11 April until today');
set virotrial.data_cut = '2008-04-20';
select results_eq($$select first_dose, last_dose, is_ongoing, days_on_treatment, person_years, interruptions, days_interrupted from ral.exposure$$,
    $$values ('2008-02-01'::date, '2008-04-20'::date, true, 70, 70 / 365.25::float8, 1, 10)$$, 'up to the data cut');
set virotrial.data_cut = '2008-03-31';
select results_eq($$select last_dose, is_ongoing, days_on_treatment, interruptions from ral.exposure$$, $$values ('2008-03-31'::date, true, 60, 0)$$, 'a stop after the cut is not known at it');
set virotrial.data_cut = '2008-04-01';
select results_eq($$select last_dose, is_ongoing, days_on_treatment, interruptions from ral.exposure$$, $$values ('2008-03-31'::date, false, 60, 0)$$, 'one on its day is');
set virotrial.data_cut = '2008-01-31';
select is_empty($$select * from ral.exposure$$, 'nobody had a dose');
reset virotrial.data_cut;
insert into ral.disposition (site_id, subject_id, ended, outcome, reason) values ('S1', '001', '2008-05-10', 'discontinued', 'lost to follow-up');
select results_eq($$select last_dose, is_ongoing, days_on_treatment from ral.exposure$$, $$values ('2008-05-10'::date, false, 90)$$, 'an open period ends with the study');

select is_empty($$select * from violations('ral')$$, 'nothing in the study breaks a rule');
set session_replication_role = replica;
update ral.lab_result set standard_value = '17' where test = 'AST';
insert into ral.lab_result (site_id, subject_id, collected, test, replicate, value, unit, standard_value, entered_by, entered_at)
    values ('S1', '001', '2008-03-01', 'SODIUM', 1, '14', 'mmol/L', '14', 'x', now()), ('S1', '001', '2008-03-01', 'none', 1, '14', 'mmol/L', null, 'x', now());
set session_replication_role = origin;
select set_eq($$select rule, item from violations('ral')$$,
    $$values ('lab_unit', 'AST 2008-03-01'), ('lab_plausible', 'SODIUM 2008-03-01'), ('lab_test', 'none 2008-03-01'), ('lab_unit', 'none 2008-03-01')$$,
    'what came in past the rules is found');
select * from finish();
