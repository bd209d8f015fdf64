-- Toxicity grades of 10 million laboratory results in one statement, against
-- the same logic in SQL: a CASE over a joined table that has the cut-offs of a
-- test, unit, sex and fasting state in one row.  Both know censored values and
-- unknown fasting states, and must give every result the same grade.  The SQL
-- has the number and its sign in columns of their own.  Beside it a CASE that
-- takes all numbers for exact and all fasting states for known, which is not
-- the same logic: it shows what that alone costs.
\set ON_ERROR_STOP on
\if :{?rows} \else \set rows 10000000 \endif
\timing off
set client_min_messages = warning;
\ir study/processor.sql

create temp table panel as
select row_number() over () - 1 as number, p.*
from (values ('ALT', 'U/L', 25.0, 7.0, 40.0), ('AST', 'U/L', 25, 8, 40), ('ALP', 'U/L', 80, 40, 130),
             ('BILI', 'umol/L', 12, 3, 21), ('CREAT', 'umol/L', 75, 45, 104), ('AMYLASE', 'U/L', 60, 28, 100), ('CK', 'U/L', 120, 30, 200),
             ('ALB', 'g/L', 42, 35, 50), ('HGB', 'g/L', 130, 120, 160), ('HGB', 'g/dL', 13, 12, 16),
             ('NEUT', '10*9/L', 3, 2, 7), ('PLAT', '10*9/L', 200, 125, 350), ('WBC', '10*9/L', 6, 4, 10),
             ('SODIUM', 'mmol/L', 140, 135, 145), ('K', 'mmol/L', 4.2, 3.5, 5.1), ('BICARB', 'mmol/L', 24, 21, 29),
             ('CA', 'mmol/L', 2.3, 2.1, 2.6), ('CAION', 'mmol/L', 1.2, 1.12, 1.32), ('GLUC', 'mmol/L', 5.2, 3.9, 6.1),
             ('GLUC', 'mg/dL', 94, 70, 110), ('CHOL', 'mmol/L', 4.8, 3.1, 5.2), ('TRIG', 'mmol/L', 1.6, 0.5, 1.7),
             ('URATE', 'mg/dL', 5.5, 3, 7)) p(test, unit, middle, lln, uln);

create table result as
select n.number, n.sign, (n.sign || n.number)::lab_value as value, 18 + (i % 60)::float8 as age, lln::float8, uln::float8, test, unit,
       case when i % 3 = 0 then 'F' else 'M' end as sex, case when i % 11 = 0 then null else i % 4 > 0 end as fasting,
       case when test = 'CREAT' then 60::float8 end as baseline
from generate_series(1, :rows) i
     join panel on panel.number = i % 23
     cross join lateral (
         select round(middle * (case when i % 8 = 0 then 0.2 + 1.6 * u when i % 97 = 0 then 1 + 5 * u else 0.75 + 0.5 * u end), 2)::float8 as number,
             case when i % 53 = 0 then '<' when i % 59 = 0 then '>' else '' end as sign
         from (select ((i::bigint * 7919) % 10007) / 10007.0 as u) draw) n;
vacuum freeze analyze result;

-- Grade g from its cut on: upwards for high values, downwards for low ones.
create table cutoff as
select t.test, u.unit, s.sex, f.fasting, coalesce(extract(epoch from max(minimum_age)) / 31557600, 0)::float8 as minimum_age,
       min(lower_bound) filter (where direction = 'H' and grade = 1 and coalesce(lower_basis, '') <> 'baseline')::float8 as high_1, bool_or(lower_inclusive) filter (where direction = 'H' and grade = 1 and coalesce(lower_basis, '') <> 'baseline') as high_1_in, coalesce(max(lower_basis) filter (where direction = 'H' and grade = 1 and coalesce(lower_basis, '') <> 'baseline'), '') as high_1_of,
       min(lower_bound) filter (where direction = 'H' and grade = 2 and coalesce(lower_basis, '') <> 'baseline')::float8 as high_2, bool_or(lower_inclusive) filter (where direction = 'H' and grade = 2 and coalesce(lower_basis, '') <> 'baseline') as high_2_in, coalesce(max(lower_basis) filter (where direction = 'H' and grade = 2 and coalesce(lower_basis, '') <> 'baseline'), '') as high_2_of,
       min(lower_bound) filter (where direction = 'H' and grade = 3 and coalesce(lower_basis, '') <> 'baseline')::float8 as high_3, bool_or(lower_inclusive) filter (where direction = 'H' and grade = 3 and coalesce(lower_basis, '') <> 'baseline') as high_3_in, coalesce(max(lower_basis) filter (where direction = 'H' and grade = 3 and coalesce(lower_basis, '') <> 'baseline'), '') as high_3_of,
       min(lower_bound) filter (where direction = 'H' and grade = 4 and coalesce(lower_basis, '') <> 'baseline')::float8 as high_4, bool_or(lower_inclusive) filter (where direction = 'H' and grade = 4 and coalesce(lower_basis, '') <> 'baseline') as high_4_in, coalesce(max(lower_basis) filter (where direction = 'H' and grade = 4 and coalesce(lower_basis, '') <> 'baseline'), '') as high_4_of,
       max(upper_bound) filter (where direction = 'L' and grade = 1 and coalesce(upper_basis, '') <> 'baseline')::float8 as low_1, bool_or(upper_inclusive) filter (where direction = 'L' and grade = 1 and coalesce(upper_basis, '') <> 'baseline') as low_1_in, coalesce(max(upper_basis) filter (where direction = 'L' and grade = 1 and coalesce(upper_basis, '') <> 'baseline'), '') as low_1_of,
       max(upper_bound) filter (where direction = 'L' and grade = 2 and coalesce(upper_basis, '') <> 'baseline')::float8 as low_2, bool_or(upper_inclusive) filter (where direction = 'L' and grade = 2 and coalesce(upper_basis, '') <> 'baseline') as low_2_in, coalesce(max(upper_basis) filter (where direction = 'L' and grade = 2 and coalesce(upper_basis, '') <> 'baseline'), '') as low_2_of,
       max(upper_bound) filter (where direction = 'L' and grade = 3 and coalesce(upper_basis, '') <> 'baseline')::float8 as low_3, bool_or(upper_inclusive) filter (where direction = 'L' and grade = 3 and coalesce(upper_basis, '') <> 'baseline') as low_3_in, coalesce(max(upper_basis) filter (where direction = 'L' and grade = 3 and coalesce(upper_basis, '') <> 'baseline'), '') as low_3_of,
       max(upper_bound) filter (where direction = 'L' and grade = 4 and coalesce(upper_basis, '') <> 'baseline')::float8 as low_4, bool_or(upper_inclusive) filter (where direction = 'L' and grade = 4 and coalesce(upper_basis, '') <> 'baseline') as low_4_in, coalesce(max(upper_basis) filter (where direction = 'L' and grade = 4 and coalesce(upper_basis, '') <> 'baseline'), '') as low_4_of,
       min(lower_bound) filter (where direction = 'H' and grade = 2 and lower_basis = 'baseline')::float8 as baseline_2,
       min(lower_bound) filter (where direction = 'H' and grade = 3 and lower_basis = 'baseline')::float8 as baseline_3,
       min(lower_bound) filter (where direction = 'H' and grade = 4 and lower_basis = 'baseline')::float8 as baseline_4
from virotrial_toxicity_grade_table t
     join (select distinct test, unit from result) u on u.test = t.test and (t.unit = u.unit or t.unit is null)
     join (values ('M'), ('F')) s(sex) on coalesce(t.sex, s.sex) = s.sex
     join (values (0), (1)) f(fasting) on t.fasting is null or t.fasting::int = f.fasting
where t.without_hiv is not true
group by t.test, u.unit, s.sex, f.fasting;
analyze cutoff;

-- The best of four, of the processor's time, with and without just-in-time compilation, whichever suits.
create function pg_temp.milliseconds(query text) returns float8 language plpgsql as $$
declare
    best float8 := 'infinity';
begin
    for i in 1 .. 4 loop
        perform set_config('jit', case when i % 2 = 0 then 'on' else 'off' end, false);
        best := least(best, public.processor_milliseconds(query));
    end loop;
    return best;
end $$;

create view graded as
select toxicity_grade(test, value, unit, sex, age, fasting, lln, uln, baseline) as grade from result;

-- The grade of an exact number, and of a censored one: every number that it can
-- be must have the same, so that only the outermost grade and 0 are left.
create function pg_temp.by_case(cutoffs text, is_exact boolean) returns text language sql as $$
select regexp_replace(case when is_exact then '' else $case$
    case when sign = '<' then case
        when low_4 is not null or low_3 is not null or low_2 is not null or low_1 is not null then
            case when low_4 is not null then case when number <= low_4 * case when low_4_of = 'LLN' then lln else 1 end then 4 end
                when low_3 is not null then case when number <= low_3 * case when low_3_of = 'LLN' then lln else 1 end then 3 end
                when low_2 is not null then case when number <= low_2 * case when low_2_of = 'LLN' then lln else 1 end then 2 end
                else case when number <= low_1 * case when low_1_of = 'LLN' then lln else 1 end then 1 end end
        when number <= least(high_1 * case when high_1_of = 'ULN' then uln else 1 end, high_2 * case when high_2_of = 'ULN' then uln else 1 end,
            high_3 * case when high_3_of = 'ULN' then uln else 1 end, high_4 * case when high_4_of = 'ULN' then uln else 1 end,
            baseline_2 * baseline) then 0 end
    when sign = '>' then case
        when high_4 is not null or high_3 is not null or high_2 is not null or high_1 is not null then
            case when high_4 is not null then case when number >= least(high_4 * case when high_4_of = 'ULN' then uln else 1 end, baseline_4 * baseline) then 4 end
                when high_3 is not null then case when number >= high_3 * case when high_3_of = 'ULN' then uln else 1 end then 3 end
                when high_2 is not null then case when number >= high_2 * case when high_2_of = 'ULN' then uln else 1 end then 2 end
                else case when number >= high_1 * case when high_1_of = 'ULN' then uln else 1 end then 1 end end
        when number >= greatest(low_1 * case when low_1_of = 'LLN' then lln else 1 end, low_2 * case when low_2_of = 'LLN' then lln else 1 end,
            low_3 * case when low_3_of = 'LLN' then lln else 1 end, low_4 * case when low_4_of = 'LLN' then lln else 1 end) then 0 end
    else $case$ end || $case$
    case when test is null or age < minimum_age then null
        when (number > high_4 * case when high_4_of = 'ULN' then uln else 1 end or high_4_in and number = high_4 * case when high_4_of = 'ULN' then uln else 1 end)
          or (number < low_4 * case when low_4_of = 'LLN' then lln else 1 end or low_4_in and number = low_4 * case when low_4_of = 'LLN' then lln else 1 end)
          or number >= baseline_4 * baseline then 4
        when (number > high_3 * case when high_3_of = 'ULN' then uln else 1 end or high_3_in and number = high_3 * case when high_3_of = 'ULN' then uln else 1 end)
          or (number < low_3 * case when low_3_of = 'LLN' then lln else 1 end or low_3_in and number = low_3 * case when low_3_of = 'LLN' then lln else 1 end)
          or number >= baseline_3 * baseline then 3
        when (number > high_2 * case when high_2_of = 'ULN' then uln else 1 end or high_2_in and number = high_2 * case when high_2_of = 'ULN' then uln else 1 end)
          or (number < low_2 * case when low_2_of = 'LLN' then lln else 1 end or low_2_in and number = low_2 * case when low_2_of = 'LLN' then lln else 1 end)
          or number >= baseline_2 * baseline then 2
        when (number > high_1 * case when high_1_of = 'ULN' then uln else 1 end or high_1_in and number = high_1 * case when high_1_of = 'ULN' then uln else 1 end)
          or (number < low_1 * case when low_1_of = 'LLN' then lln else 1 end or low_1_in and number = low_1 * case when low_1_of = 'LLN' then lln else 1 end) then 1
        when uln is null and 'ULN' in (high_1_of, high_2_of, high_3_of, high_4_of) or
             lln is null and 'LLN' in (low_1_of, low_2_of, low_3_of, low_4_of) then null
        else 0 end$case$ || case when is_exact then '' else ' end' end,
    '\m((high|low|baseline)_[1-4]\w*|minimum_age|test)\M', cutoffs || '.\1', 'g')
$$;

select format('create view graded_by_case as
    select case when fasting is null and other_grade is distinct from grade then null else grade end as grade
    from (
        select r.fasting, %s as grade, case when r.fasting is null then %s end as other_grade
        from result r
             left join cutoff c on c.test = r.test and c.unit = r.unit and c.sex = r.sex and c.fasting = coalesce(r.fasting::int, 1)
             left join cutoff o on o.test = r.test and o.unit = r.unit and o.sex = r.sex and o.fasting = case when r.fasting is null then 0 end
        offset 0) as both_states',
    pg_temp.by_case('c', false), pg_temp.by_case('o', false)) \gexec
select format('create view graded_as_exact as
    select %s as grade
    from result r
         left join cutoff c on c.test = r.test and c.unit = r.unit and c.sex = r.sex and c.fasting = coalesce(r.fasting::int, 1)',
    pg_temp.by_case('c', true)) \gexec

\echo each grade, by toxicity_grade and by CASE
select grade, by, count(*)
from (select grade, 'toxicity_grade' as by from graded union all select grade, 'CASE' from graded_by_case) g
group by grade, by order by grade, by;

create temp table timing as
select pg_temp.milliseconds('select sum(grade) from graded') as ours,
       pg_temp.milliseconds('select sum(grade) from graded_by_case') as by_case,
       pg_temp.milliseconds('select sum(grade) from graded_as_exact') as as_exact,
       pg_temp.milliseconds('select count(baseline) from result') as scan;
select 'toxicity_grade' as work, round(ours) as "ours, ms", round(by_case) as "CASE, ms", round(as_exact) as "all exact, ms", round(scan) as "scan alone, ms",
       round(:rows / ours) as "thousand rows a second", round((by_case / ours)::numeric, 2) as "CASE / ours (bar 5)",
       round((as_exact / ours)::numeric, 2) as "all exact / ours"
from timing;
