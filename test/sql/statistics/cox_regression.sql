-- Proportional hazards regression
set extra_float_digits = -4;

create temp table subject (subject int, time float8, event boolean, treated int, age float8, stratum int);
insert into subject
    select i, 1 + (i * 37) % 97 + (i % 2) * ((i * 13) % 41), i % 4 > 0, i % 2, 20 + (i * 71) % 45, i % 3
    from generate_series(1, 200) as i;
insert into subject values (201, null, true, 1, 30, 1), (202, 5, null, 1, 30, 1), (203, 5, true, 1, null, 1);

select (cox_regression(time, event, array[treated, age])).* from subject \gx
-- in strata, in any order of them; rolled up, through text
create temp table part as
    select stratum, cox_sample(time, event, array[treated, age]) as sample from subject group by stratum;
select (cox_regression(array_agg(sample order by stratum))).* from part \gx
select round(((a).coefficients)[1]::numeric, 9) = round(((b).coefficients)[1]::numeric, 9)
        and (a).missing = (b).missing and (a).n = (b).n as in_any_order
from (select cox_regression(array_agg(sample order by stratum)) as a, cox_regression(null || array_agg(sample order by -stratum)) as b from part) as both_ways;
select round(((r).coefficients)[2]::numeric, 9) = round(((s).coefficients)[2]::numeric, 9)
        and round(((r).robust_std_errors)[1]::numeric, 9) = round(((s).robust_std_errors)[1]::numeric, 9) and (r).n = (s).n as same
from (select cox_regression(rollup(sample::text::cox_sample)) as r from part) as rolled,
     (select cox_regression(time, event, array[treated, age]) as s from subject) as serial;
-- the units of a covariate, and where it begins, change no other figure
select abs(((a).coefficients)[1] - ((b).coefficients)[1]) < 1e-9 as other,
    abs(((a).coefficients)[2] - ((b).coefficients)[2] * 1e6) < 1e-9 as scaled, abs((a).log_likelihood - (b).log_likelihood) < 1e-9 as likelihood
from (select cox_regression(time, event, array[treated, age]) as a,
        cox_regression(time, event, array[treated, 1e9 + age * 1e6]) as b from subject) as units;

-- no covariates, no events, no subjects
select (cox_regression(time, event, '{}')).* from subject \gx
select (cox_regression(time, false, array[treated])).* from subject \gx
select cox_regression(time, event, array[treated]) from subject where false;
select cox_regression('{}'::cox_sample[]), cox_regression(null::cox_sample[]), cox_regression(array[null]::cox_sample[]);
select cox_sample(time, event, array[treated, age]) from subject where subject in (1, 2, 201);
select cox_sample(time, event, array[treated]) from subject where subject > 200;
-- the shortest text
select cox_sample(0, false, '{}')::text::cox_sample;

-- nobody of the treated had the event: their coefficient has no bound; the other is that of the controls
select (cox_regression(time, event and treated = 0, array[treated, age])).coefficients,
    (cox_regression(time, event, array[age]) filter (where treated = 0)).coefficients as controls,
    (cox_regression(time, event and treated = 0, array[treated, age])).robust_std_errors
from subject;
-- who is older is always first
select (cox_regression(time, true, array[-time, treated])).* from subject \gx
-- twice the same
select (cox_regression(time, event, array[treated, age, treated + age])).coefficients from subject;

-- times that differ in their last bit are tied
select (cox_regression(0.1::float8 + 0.2, true, array[treated])).log_likelihood = (cox_regression(0.3, true, array[treated])).log_likelihood as tied,
    (cox_regression(case when subject % 2 = 0 then 0.3 else 0.1::float8 + 0.2 end, true, array[treated])).log_likelihood
    = (cox_regression(0.3, true, array[treated])).log_likelihood as tied_in_part
from subject;

-- what is refused
create function pg_temp.error_of(statement text) returns text language plpgsql as $$
declare
    hint text;
begin
    execute statement;
    return 'none';
exception when others then
    get stacked diagnostics hint = pg_exception_hint;
    return concat(sqlstate, ': ', sqlerrm, E'\n  ' || nullif(hint, ''));
end $$;
select statement, pg_temp.error_of(statement) as error from (values
    ($$select cox_regression(-1, true, array[1.0])$$),
    ($$select cox_regression('Infinity', true, array[1.0])$$),
    ($$select cox_regression(1, true, array['NaN'::float8])$$),
    ($$select cox_regression(1, true, array_fill(1::float8, array[21]))$$),
    ($$select cox_regression(1, true, case when i = 2 then array[1.0, 2] else array[1.0] end) from generate_series(1, 2) as i$$),
    ($$select cox_regression(array[cox_sample(1, true, array[1.0]), cox_sample(1, true, array[1.0, 2])])$$),
    ($$select '1:missing=0,covariates=0,subjects=1'::cox_sample$$),
    ($$select '1:missing=0,covariates=1,subjects=0'::cox_sample$$),
    ($$select '1:missing=0,covariates=21,subjects=0'::cox_sample$$),
    ($$select '1:missing=0,covariates=0,subjects=1,time=-1,event=0'::cox_sample$$),
    ($$select '1:missing=0,covariates=0,subjects=1,time=1,event=2'::cox_sample$$),
    ($$select '1:missing=0,covariates=0,subjects=900000000,time=1,event=0'::cox_sample$$),
    ($$select _virotrial.cox_sample_combine(null, null)$$)) as refused(statement)
\gx
