-- Regression of censored values on covariates
set extra_float_digits = -4;

create temp table record (subject int, reduction log_reduction, cd4 float8, prior boolean);
insert into record
    select i, case when y > 2.4 then '>2.4' when y < 0.6 then '<0.6' else y::text end::log_reduction, cd4, prior
    from (select i, (i * 37) % 400 as cd4, i % 3 = 0 as prior,
                 round((0.8 + 0.003 * ((i * 37) % 400) - 0.4 * (i % 3 = 0)::int + ((i * 71) % 97 - 48) / 60.0)::numeric, 2) as y
          from generate_series(1, 200) as i) as simulated;
insert into record values (201, null, 100, true), (202, '1', null, false);

select (tobit_regression(reduction, array[cd4, prior::int])).* from record \gx
-- without censoring: least squares, with the likelihood's sd
select round(((r).coefficients)[1]::numeric, 8) = round(regr_intercept::numeric, 8) as same_intercept,
       round(((r).coefficients)[2]::numeric, 8) = round(regr_slope::numeric, 8) as same_slope
from (select tobit_regression(quantity(reduction)::log_reduction, array[cd4]) as r,
             regr_intercept(quantity(reduction), cd4), regr_slope(quantity(reduction), cd4) from record) as both_ways;
select (tobit_regression(v::viral_load, array[x])).coefficients
from (values ('100', 1), ('1000', 2), ('<50', 1), ('20000', 3), ('TND', 1)) as loads(v, x);

-- rolled up, through text
create temp table part as
    select subject % 5 as part, tobit_sample(reduction, array[cd4, prior::int]) as sample from record group by 1;
select round(((r).coefficients)[2]::numeric, 10) = round(((s).coefficients)[2]::numeric, 10) and (r).n = (s).n as same
from (select tobit_regression(rollup(sample::text::tobit_sample)) as r from part) as rolled,
     (select tobit_regression(reduction, array[cd4, prior::int]) as s from record) as serial;

-- no maximum, no row
select (tobit_regression(reduction, array[1.0])).* from record \gx
select (tobit_regression('<1'::log_reduction, array[cd4])).* from record \gx
select (tobit_regression(reduction, array[cd4])).* from record where false \gx

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
    ($$select tobit_regression(reduction, array_fill(1::float8, array[21])) from record$$),
    ($$select tobit_regression(reduction, case when subject = 2 then array[1.0] else '{}' end) from record$$),
    ($$select tobit_regression(reduction, array['NaN'::float8]) from record$$),
    ($$select tobit_regression(reduction, case when subject = 2 then array[1.0, 2] else array[1.0] end) from record$$),
    ($$select rollup(sample) from (select tobit_sample(reduction, case when subject = 2 then array[1.0, 2] else array[1.0] end) as sample from record group by subject) as samples$$),
    ($$select '1:missing=0,covariates=0,censored=1'::tobit_sample$$),
    ($$select '1:missing=0,covariates=21,censored=0'::tobit_sample$$),
    ($$select '1:missing=0,covariates=1,censored=900000000'::tobit_sample$$),
    ($$select _virotrial.tobit_sample_combine(null, null)$$)) as refused(statement)
\gx

-- the intercept alone, to compare models with: the mean of exact values
select (tobit_regression(v::log_reduction, '{}')).* from (values ('1'), ('2'), ('4.5')) as patient(v);
select (m1).log_likelihood > (m0).log_likelihood as explains, (m0).n = (m1).n as same_rows
from (select tobit_regression(reduction, '{}') filter (where cd4 is not null) as m0, tobit_regression(reduction, array[cd4]) as m1 from record) as models;
select tobit_sample(reduction, '{}') from record where subject in (1, 2, 201);
-- the shortest text
select length(tobit_sample('<1'::log_reduction, '{}')::text::tobit_sample::text) > 0 as is_read from generate_series(1, 100);
-- what grows for ever is NULL, in either direction; what is bounded still answers
select (tobit_regression(v::log_reduction, array[arm])).*
from (values ('1.1', 0), ('0.4', 0), ('0.9', 0), ('<0.5', 1), ('<0.5', 1), ('<0.3', 1)) as patient(v, arm);
select (tobit_regression(v::log_reduction, array[arm, dose])).*
from (values ('1.1', 0, 1), ('0.4', 0, 2), ('0.9', 0, 4), ('>0.5', 1, 3), ('>0.5', 1, 2), ('>0.3', 1, 5)) as patient(v, arm, dose);
select (tobit_regression(v::viral_load, array[arm])).*
from (values ('<50', 0), ('<400', 0), ('<50', 1), ('<50', 1)) as patient(v, arm);
-- a perfect fit: the standard deviation falls to 0
select (tobit_regression(v::log_reduction, array[arm])).*
from (values ('1', 0), ('1', 0), ('2', 1), ('2', 1), ('>1.5', 1)) as patient(v, arm);
