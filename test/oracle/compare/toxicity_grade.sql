-- toxicity_grade over toxicity_grade.csv; see toxicity_grade.R.
\ir setup.sql

create temp table expected (
    test text, value lab_value, unit text, sex text, age float8, fasting boolean, lln float8, uln float8,
    baseline float8, hiv_infected boolean, low smallint, high smallint, grade smallint);
\copy expected from 'toxicity_grade.csv' with (format csv, header)

create temp table graded as
    select e as wanted, to_jsonb(got) as got,
           toxicity_grade(test, value, unit, sex, age, fasting, lln, uln, baseline, hiv_infected => e.hiv_infected) as grade
    from expected e
    cross join lateral toxicity_grade_detail(test, value, unit, sex, age, fasting, lln, uln, baseline,
                                             hiv_infected => e.hiv_infected) as got;

insert into comparison
    select 'toxicity_grade ' || (wanted).test, figure, (wanted)::text,
           case when expected_figure is distinct from got_figure then 1 else 0 end
    from graded
    cross join lateral (values
        ('state', (wanted).grade, grade),
        ('state', (wanted).grade, (got ->> 'grade')::smallint),
        ('state', (wanted).low, (got ->> 'low_grade')::smallint),
        ('state', (wanted).high, (got ->> 'high_grade')::smallint)) as f (figure, expected_figure, got_figure);

-- A grade is unknown for a reason, and lies between its bounds.
insert into comparison
    select 'toxicity_grade_detail', 'state', (wanted)::text,
           case when (grade is null and (got ->> 'reason') is null) or
                     grade not between (got ->> 'at_least')::smallint and (got ->> 'at_most')::smallint or
                     (grade > 0 and (got ->> 'criterion') is null and not is_censored((wanted).value)) then 1 else 0 end
    from graded;

-- Censored values are told apart from exact ones by the lab_value form alone.
insert into comparison
    select 'toxicity_grade of numbers', 'state', (wanted)::text,
           case when (wanted).grade is distinct from
                     toxicity_grade((wanted).test, quantity((wanted).value), (wanted).unit, (wanted).sex, (wanted).age,
                                    (wanted).fasting, (wanted).lln, (wanted).uln, (wanted).baseline,
                                    hiv_infected => (wanted).hiv_infected) then 1 else 0 end
    from graded
    where not is_censored((wanted).value);

\ir report.sql
