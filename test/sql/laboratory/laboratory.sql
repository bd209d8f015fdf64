-- the catalogue of laboratory examinations
\pset null NULL
\set VERBOSITY terse

-- every examination of the protocol has tests, and every numeric test its own standard unit
select panel, count(*) as tests, count(*) filter (where result_kind = 'coded') as coded,
       count(*) filter (where needs_fasting) as fasting, count(*) - count(loinc) as without_loinc
from virotrial_lab_test group by panel order by panel collate "C";
select test from virotrial_lab_test t where result_kind = 'numeric'
  and not exists (select from virotrial_lab_unit u where u.test = t.test and u.unit = t.unit and multiplier = divisor);
select test from virotrial_lab_test t where (result_kind = 'coded') <> exists (select from virotrial_lab_code c where c.test = t.test);

-- the last figure of a LOINC code checks the others (Luhn's formula)
create function pg_temp.luhn_digit(number text) returns int return (
    select (10 - sum(case when (length(number) - i) % 2 = 1 then d
                          when d > 4 then 2 * d - 9 else 2 * d end) % 10) % 10
    from (select i, substr(number, i, 1)::int as d from generate_series(1, length(number)) i) digits);
select loinc from (select loinc from virotrial_lab_test union select loinc from virotrial_lab_unit) codes
where pg_temp.luhn_digit(split_part(loinc, '-', 1)) <> split_part(loinc, '-', 2)::int;
-- and what could not be found anywhere is marked
select test collate "C" as test, loinc from virotrial_lab_test where loinc_verification is null union all
select test || ' in ' || unit, loinc from virotrial_lab_unit where loinc is not null and loinc_verification is null order by 1;
select loinc, count(*) from virotrial_lab_test group by loinc having count(*) > 1 and loinc is not null;

-- what is graded is in the catalogue, with the units of its cut-offs
select distinct test from virotrial_toxicity_grade_table except select test from virotrial_lab_test;
select distinct test, lab_unit_kind(unit) from virotrial_toxicity_grade_table where unit is not null except select test, kind from virotrial_lab_unit;
-- a kind of unit that has one system's cut-offs belongs to it
select t.test, t.kind, min(t.unit_system) as unit_system, u.unit_system
from (select test, lab_unit_kind(unit) as kind, unit_system from virotrial_toxicity_grade_table) t
    join virotrial_lab_unit u using (test, kind)
group by t.test, t.kind, u.unit_system
having min(t.unit_system) = max(t.unit_system) and min(t.unit_system) <> u.unit_system
order by 1, 2;

-- conversions to the standard unit
select test, value, r.unit, lab_standard_value(test, value, r.unit) as standard, t.unit as standard_unit
from (values ('HGB', '13.2'::lab_value, 'g/dL'), ('GLUC', '180.156', 'mg/dL'), ('GLUC', '<90', 'mg/dl'), ('BILI', '1', 'mg/dL'),
             ('CREAT', '>1.1312', 'mg/dL'), ('NEUT', '1500', 'cells/uL'), ('CD4', '350', '/mm3'), ('WBC', '4.5', '10^3/uL'),
             ('CA', '5', 'mEq/L'), ('MG', '1.4', 'mEq/L'), ('ALT', '0.5', 'ukat/L'), ('URATE', '0.42', 'mmol/L'),
             ('FIBRINO', '<50', 'mg/dL'), ('HCT', '0.41', 'L/L'), ('SODIUM', '140', 'mEq/L'), ('PRAG', '0.16', 's'),
             ('GLUC', '5', 'g/furlong'), ('NOTEST', '5', 'g/L')) r(test, value, unit)
     left join virotrial_lab_test t using (test)
order by test collate "C", r.unit collate "C";
-- coded results that are graded by their plus signs
select test, code, toxicity_grade(test, plus::float8, 'plus', 'F', 30, null, null, null, null) as grade
from virotrial_lab_code where test in ('PROT', 'GLUC_U') order by test, plus;

-- read-only for users
create role regress_laboratory_reader;
set role regress_laboratory_reader;
select count(*) > 0 as readable from virotrial_lab_test, virotrial_lab_unit, virotrial_lab_code, virotrial_toxicity_grade_table where virotrial_lab_code.test = virotrial_lab_test.test and virotrial_lab_unit.test = virotrial_lab_test.test and virotrial_toxicity_grade_table.test = virotrial_lab_test.test;
update virotrial_lab_unit set multiplier = 2;
delete from virotrial_toxicity_grade_table;
reset role;
drop role regress_laboratory_reader;
