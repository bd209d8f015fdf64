-- toxicity grades; test/oracle holds every bound of the table
\pset null NULL
\set SHOW_CONTEXT never

-- why there is no grade, or no certain one
select why, grade, low_grade as low, high_grade as high, at_least, at_most, reason, criterion
from (values
    (1, 'normal', 'SODIUM', '140'::lab_value, 'mmol/L', 'M', 40, null::boolean, null::float8, null::float8, null::float8),
    (2, 'low', 'SODIUM', '128', 'mmol/L', 'M', 40, null, null, null, null),
    (3, 'high', 'SODIUM', '151', 'mmol/L', 'M', 40, null, null, null, null),
    (4, 'gap between grade 1 and normal', 'HGB', '10.95', 'g/dL', 'M', 40, null, null, null, null),
    (5, 'no value', 'ALT', null, 'U/L', 'M', 40, null, null, 40, null),
    (6, 'no such test', 'GGT', '400', 'U/L', 'M', 40, null, null, 40, null),
    (7, 'no such unit', 'GLUC', '400', 'stone', 'M', 40, true, null, null, null),
    (8, 'no unit', 'GLUC', '400', null, 'M', 40, true, null, null, null),
    (9, 'no unit is needed', 'PH', '7.32', null, 'M', 40, null, 7.35, 7.45, null),
    (10, 'no ULN', 'ALT', '400', 'U/L', 'M', 40, null, null, null, null),
    (11, 'no LLN, not needed', 'ALB', '25', 'g/L', 'M', 40, null, null, null, null),
    (12, 'no LLN, needed', 'ALB', '33', 'g/L', 'M', 40, null, null, null, null),
    (13, '1.1 x 3', 'CREAT', '3.3', 'mg/dL', 'M', 40, null, null, 3, null),
    (14, 'baseline decides', 'CREAT', '1.0', 'mg/dL', 'M', 40, null, 0.5, 1.2, 0.5),
    (15, 'no baseline', 'CREAT', '1.0', 'mg/dL', 'M', 40, null, 0.5, 1.2, null),
    (16, 'baseline without ULN', 'CREAT', '1.0', 'mg/dL', 'M', 40, null, null, null, 0.6),
    (17, 'fasting unknown', 'GLUC', '130', 'mg/dL', 'M', 40, null, null, null, null),
    (18, 'fasting unknown, the same in both states', 'GLUC', '300', 'mg/dL', 'M', 40, null, null, null, null),
    (19, 'not fasting', 'CHOL', '9', 'mmol/L', 'M', 40, false, null, null, null),
    (20, 'sex unknown', 'HGB', '106', 'g/L', null, 40, null, null, null, null),
    (21, 'sex U', 'HGB', '106', 'g/L', 'U', 40, null, null, null, null),
    (22, 'a child', 'HGB', '60', 'g/L', 'F', 12, null, null, null, null),
    (23, 'age unknown', 'HGB', '60', 'g/L', 'F', null, null, null, null, null),
    (24, 'HIV infected', 'CD4', '150', '/mm3', 'F', 40, null, null, null, null),
    (25, 'judgement needed', 'BILDIR', '30', 'umol/L', 'F', 40, null, null, 7, null),
    (26, 'no judgement needed', 'BILDIR', '5', 'umol/L', 'F', 40, null, null, 7, null),
    (27, 'lactate, without acidosis', 'LACTICAC', '3', 'mmol/L', 'F', 40, null, null, 2, null),
    (28, 'by judgement alone', 'TROPONI', '3', 'ng/mL', 'F', 40, null, null, null, null),
    (29, 'censored, one grade', 'PLAT', '<10', '10*9/L', 'F', 40, null, null, null, null),
    (30, 'censored, two grades', 'PLAT', '<30', '10*9/L', 'F', 40, null, null, null, null),
    (31, 'censored, normal', 'ALT', '<5', 'U/L', 'F', 40, null, null, 40, null),
    (32, 'censored above', 'TRIG', '>11.4', 'mmol/L', 'F', 40, true, null, null, null),
    (33, 'SI cut-offs', 'GLUC', '6.945', 'mmol/L', 'F', 40, true, null, null, null),
    (34, 'US cut-offs of the same concentration', 'GLUC', '125.11', 'mg/dL', 'F', 40, true, null, null, null),
    (35, 'converted within its system', 'URATE', '450', 'umol/L', 'F', 40, null, null, null, null)
    ) r(i, why, test, value, unit, sex, age, fasting, lln, uln, baseline),
    toxicity_grade_detail(test, value, unit, sex, age, fasting, lln, uln, baseline)
order by i;

select toxicity_grade('CD4', lab_value '150', '/mm3', 'F', 40, null, null, null, null, hiv_infected => false) as uninfected,
       toxicity_grade('ALT', 400, 'U/L', 'F', 40, null, null, 40, null) as number,
       toxicity_grade(null, 400, 'U/L', 'F', 40, null, null, 40, null) as no_test,
       toxicity_grade('ALT', 400, 'U/L', 'F', 40, null, null, 40, null, scheme => null) as no_scheme,
       toxicity_grade('URATE', 8000, 'umol/L', 'F', 40, null, null, null, null, unit_table => null) as no_units;

-- a baseline that is a limit: 0.8 is more than 1.6 times what is below 0.5, and 45 at most half of what is above 90
select test, value, uln, baseline, detail.grade, detail.low_grade as low, detail.high_grade as high, detail.at_least, detail.at_most,
       detail.reason, detail.criterion, _virotrial.toxicity_bounds(test, value, unit, 'F', 40, null, null, uln, baseline, 'DAIDS 2.1', true,
           'virotrial_toxicity_grade_table', 'virotrial_lab_unit', test = 'GFRE', test = 'CREAT') as bounds
from (values
    (1, 'CREAT', '0.8'::lab_value, 'mg/dL', 1.0, '<0.5'::lab_value), (2, 'CREAT', '1.1', 'mg/dL', 1.0, '<0.5'),
    (3, 'CREAT', '0.7', 'mg/dL', 1.0, '<0.5'), (4, 'CREAT', '0.7', 'mg/dL', 0.5, '<0.5'), (5, 'CREAT', '0.7', 'mg/dL', null, '<0.5'),
    (6, 'CREAT', '2.5', 'mg/dL', 3.0, '>2'), (7, 'CREAT', '>0.75', 'mg/dL', 1.0, '<0.5'), (8, 'CREAT', '0.8', 'mg/dL', 1.0, '0.5'),
    (9, 'CREAT', '0.8', 'mg/dL', 1.0, null), (10, 'GFRE', '45', 'mL/min/1.73m2', null, '>90'), (11, 'GFRE', '70', 'mL/min/1.73m2', null, '>90'),
    (12, 'GFRE', '60', 'mL/min/1.73m2', null, '>90'), (13, 'GFRE', '>90', 'mL/min/1.73m2', null, '>90'), (14, 'GFRE', '<50', 'mL/min/1.73m2', null, '>120')
) rows(n, test, value, unit, uln, baseline)
cross join lateral _virotrial.toxicity_grade_detail(test, value, unit, 'F', 40, null, null, uln, baseline, 'DAIDS 2.1', true,
    'virotrial_toxicity_grade_table', 'virotrial_lab_unit') as detail
order by n;

-- the rows that could not be verified
select id, test, grade, verification, unverified from virotrial_toxicity_grade_table
where unverified is not null or verification = 'MEMORY' order by id;
-- what rests on a row of which no cell was verified is not known; other rows keep their grade
select test, value, hiv, detail.grade, toxicity_grade(test, value, unit, 'F', 40, null, null, null, null, hiv_infected => hiv) as short,
       detail.high_grade as high, detail.at_least, detail.at_most, detail.reason, detail.criterion, detail.unverified
from (values
    (1, 'PROT', '0'::lab_value, 'plus', true), (2, 'PROT', '1', 'plus', true), (3, 'PROT', '2', 'plus', true), (4, 'PROT', '3', 'plus', true),
    (5, 'PROT', '<3', 'plus', true), (6, 'PROT', '>2', 'plus', true),
    (7, 'GLUC_U', '0', 'plus', true), (8, 'GLUC_U', '0.5', 'plus', true), (9, 'GLUC_U', '2', 'plus', true), (10, 'GLUC_U', '3', 'plus', true),
    (11, 'RBC_U', '5', 'RBC/HPF', true), (12, 'RBC_U', '8', 'RBC/HPF', true), (13, 'RBC_U', '>50', 'RBC/HPF', true),
    (14, 'TROPONI', '3', 'ng/mL', true),
    (15, 'CREATCLR', '20', 'mL/min', true), (16, 'CREATCLR', '50', 'mL/min', true),
    (17, 'CD4', '150', '/mm3', false), (18, 'CD4', '150', '/mm3', true), (19, 'CD4', '900', '/mm3', false)
) rows(n, test, value, unit, hiv)
cross join lateral toxicity_grade_detail(test, value, unit, 'F', 40, null, null, null, null, hiv_infected => hiv) as detail
order by n;
select test, grade, count(*) from (
    select distinct t.test, t.grade, toxicity_grade(t.test, coalesce(bound, 1)::float8, t.unit, 'M', 40, true, 1, 1, null) as got
    from virotrial_toxicity_grade_table as t cross join lateral unnest(array[lower_bound, upper_bound]) as bound
    where t.unverified like 'every cell%') as at_bound
where got is not null and test <> 'PROT' group by test, grade;

-- errors
select toxicity_grade('ALT', 400, 'U/L', 'man', 40, null, null, 40, null);
select toxicity_grade('ALT', 400, 'U/L', '', 40, null, null, 40, null);
-- sex by letter or word: 106 g/L of haemoglobin is grade 1 of men, grade 0 of women
select sex, toxicity_grade('HGB', 106, 'g/L', sex, 40, null, null, null, null)
from unnest(array['M', 'm', 'male', 'Male', 'F', 'female', 'FEMALE', 'U', 'unknown', null]) as sex;
select toxicity_grade('ALT', 400, 'U/L', 'M', 40, null, null, 40, null, scheme => 'DAIDS 1.0');
select toxicity_grade('ALT', 'NaN'::float8, 'U/L', 'M', 40, null, null, 40, null);
select toxicity_grade('ALT', 400, 'U/L', 'M', 40, null, null, 40, null, grade_table => 1::oid::regclass);
select toxicity_grade('ALT', 400, 'U/L', 'M', 40, null, null, 40, null, grade_table => 'virotrial_lab_unit');

-- a scheme of one's own
create temp table my_scheme (like virotrial_toxicity_grade_table including all);
insert into my_scheme (id, scheme, test, parameter, direction, grade, unit, lower_bound, lower_inclusive, lower_basis, verification)
values (1, 'mine', 'X', 'x', 'H', 3, 'mg', 10, true, 'absolute', 'test');
select toxicity_grade('X', 10, 'mg', 'M', 40, null, null, null, null, scheme => 'mine', grade_table => 'my_scheme') as at,
       toxicity_grade('X', 9.9, 'mg', 'M', 40, null, null, null, null, scheme => 'mine', grade_table => 'my_scheme') as below,
       toxicity_grade('ALT', 400, 'U/L', 'M', 40, null, null, 40, null) as beside_the_other;
-- an expression that is kept sees what its statement sees
do $$
declare
    before smallint;
    during smallint;
    after smallint;
begin
    for i in 1 .. 2 loop
        before := toxicity_grade('X', 8, 'mg', 'M', 40, null, null, null, null, scheme => 'mine', grade_table => 'my_scheme');
        update my_scheme set lower_bound = 5;
        during := toxicity_grade('X', 8, 'mg', 'M', 40, null, null, null, null, scheme => 'mine', grade_table => 'my_scheme');
        begin
            update my_scheme set lower_bound = 2, grade = 4;
            raise exception 'undo';
        exception when raise_exception then
            after := toxicity_grade('X', 8, 'mg', 'M', 40, null, null, null, null, scheme => 'mine', grade_table => 'my_scheme');
        end;
        update my_scheme set lower_bound = 10;
        raise notice 'before %, during %, after %', before, during, after;
    end loop;
end $$;
-- schemes that differ by row
create temp table both_schemes as table virotrial_toxicity_grade_table;
insert into both_schemes select * from my_scheme;
select scheme, test, toxicity_grade(test, 10, 'mg', 'M', 40, null, null, 2, null, scheme, grade_table => 'both_schemes') as grade
from (values ('DAIDS 2.1', 'ALT'), ('mine', 'X'), ('DAIDS 2.1', 'X'), ('mine', 'ALT')) rows(scheme, test), generate_series(1, 2);
-- criteria that make no sense
update both_schemes set lower_basis = 'median' where scheme = 'mine';
select toxicity_grade('X', 10, 'mg', 'M', 40, null, null, 2, null, 'mine', grade_table => 'both_schemes');
update both_schemes set lower_basis = 'absolute', grade = 5 where scheme = 'mine';
select toxicity_grade('X', 10, 'mg', 'M', 40, null, null, 2, null, 'mine', grade_table => 'both_schemes');
update both_schemes set grade = 4, direction = 'up' where scheme = 'mine';
select toxicity_grade('X', 10, 'mg', 'M', 40, null, null, 2, null, 'mine', grade_table => 'both_schemes');
update both_schemes set direction = 'H', sex = 'B' where scheme = 'mine';
select toxicity_grade('X', 10, 'mg', 'M', 40, null, null, 2, null, 'mine', grade_table => 'both_schemes');

-- the caller must be able to read the table
create table hidden_scheme as table virotrial_toxicity_grade_table;
create role regress_toxicity_reader;
set role regress_toxicity_reader;
select toxicity_grade('ALT', 400, 'U/L', 'M', 40, null, null, 40, null) as allowed;
select toxicity_grade('ALT', 400, 'U/L', 'M', 40, null, null, 40, null, grade_table => 'hidden_scheme');
reset role;
drop role regress_toxicity_reader;
drop table hidden_scheme;

-- in parallel
create table many_results as
select case when i % 2 = 0 then 'ALT' else 'K' end as test, lab_value((i % 300)::float8) as value from generate_series(1, 20000) i;
analyze many_results;
set parallel_setup_cost = 0;
set parallel_tuple_cost = 0;
set min_parallel_table_scan_size = 0;
explain (costs off)
select sum(toxicity_grade(test, value, 'U/L', 'M', 40, null, null, 40, null)) from many_results;
select sum(toxicity_grade(test, value, case test when 'ALT' then 'U/L' else 'mmol/L' end, 'M', 40, null, null, 40, null)) from many_results;
set max_parallel_workers_per_gather = 0;
select sum(toxicity_grade(test, value, case test when 'ALT' then 'U/L' else 'mmol/L' end, 'M', 40, null, null, 40, null)) from many_results;
drop table many_results;
