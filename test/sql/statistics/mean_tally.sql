-- mean_tally and mean_ci: small inputs, errors

\set SHOW_CONTEXT never
\pset null NULL
create function pg_temp.error_of(query text, out code text, out message text, out detail text, out hint text)
language plpgsql as $$
begin
    execute query;
exception when others then
    get stacked diagnostics code = returned_sqlstate, message = message_text,
        detail = pg_exception_detail, hint = pg_exception_hint;
end
$$;

-- 1, 2, 4, 5: mean 3, sd of n - 1 is the root of 10 / 3, t of 3 degrees of freedom is 3.182446

select n, missing, mean, round(sd::numeric, 9) as sd, round(ci_lower::numeric, 6) as ci_lower, round(ci_upper::numeric, 6) as ci_upper,
       round(((ci_upper - mean) / sd * 2)::numeric, 6) as t
from (select (mean_ci(x)).* from unnest(array[1, null, 2, 4, 5]::float8[]) x) summary;
select (mean_ci(x, 0.9)).ci_upper < (mean_ci(x)).ci_upper as narrower, mean_ci(mean_tally(x)) = mean_ci(x) as of_tally,
       mean_ci(mean_tally(x), 0.9) = mean_ci(x, 0.9) as of_tally_at_90
from unnest(array[1, null, 2, 4, 5]::float8[]) x;

-- no rows, NULL alone, one value, equal values, values that are large and close together

select (mean_ci(x)).* from unnest(array[]::float8[]) x;
select (mean_ci(null::float8)).*;
select (mean_ci(x)).* from unnest(array[7.5, null]) x;
select (mean_ci(x)).* from unnest(array[0.1, 0.1, 0.1]) x;
select n, mean, sd from (select (mean_ci(x)).* from unnest(array[1e9 + 1, 1e9 + 2, 1e9 + 3]) x) summary;
select mean_tally(x), rollup(null::mean_tally) from unnest(array[]::float8[]) x;
select (mean_ci(mean_tally(x))).* from unnest(array[]::float8[]) x;

-- refused

\pset format unaligned
\pset expanded on

select query, code, message, detail, hint
from unnest(array[
    'select mean_ci(''NaN''::float8)', 'select mean_ci(''Infinity''::float8)', 'select mean_ci(1, 0)', 'select mean_ci(1, 95)',
    'select mean_ci(1, null)', 'select mean_ci(x, x) from unnest(array[0.8, 0.9]) x',
    'select mean_ci(''1:n=0,missing=0,mean=0,squares=0,rest=0,conf_level=0''::mean_tally, 1)',
    'select mean_ci(x) from unnest(array[1e308, -1e308]) x',
    'select _virotrial.mean_tally_accumulate(null, 1)', 'select _virotrial.mean_tally_accumulate(null, 1, 0.9)', 'select _virotrial.mean_tally_combine(null, null)',
    'select rollup(t) from (values (''1:n=1,missing=0,mean=0,squares=0,rest=0,conf_level=0.9''::mean_tally), (''1:n=1,missing=0,mean=0,squares=0,rest=0,conf_level=0.8'')) v(t)',
    'select rollup(t) from (values (''1:n=9223372036854775807,missing=0,mean=0,squares=0,rest=0,conf_level=0''::mean_tally), (''1:n=1,missing=0,mean=0,squares=0,rest=0,conf_level=0'')) v(t)'
    ]) with ordinality queries(query, i), pg_temp.error_of(query) order by i;
\pset expanded off

-- texts that no rows can have made

select text, code, detail
from unnest(array['', '1:', '2:n=0,missing=0,mean=0,squares=0,rest=0,conf_level=0', '1:n=0,missing=0,mean=0,squares=0,conf_level=0',
    '1:n=0,missing=0,mean=1,squares=0,rest=0,conf_level=0', '1:n=1,missing=0,mean=1,squares=1,rest=0,conf_level=0',
    '1:n=2,missing=0,mean=1,squares=-1,rest=0,conf_level=0', '1:n=2,missing=0,mean=1,squares=1,rest=2,conf_level=0',
    '1:n=-1,missing=0,mean=0,squares=0,rest=0,conf_level=0', '1:n=0,missing=-1,mean=0,squares=0,rest=0,conf_level=0',
    '1:n=2,missing=0,mean=NaN,squares=0,rest=0,conf_level=0', '1:n=2,missing=0,mean=-inf,squares=0,rest=0,conf_level=0',
    '1:n=2,missing=0,mean=1e400,squares=0,rest=0,conf_level=0', '1:n=2,missing=0,mean=1,squares=0,rest=0,conf_level=2',
    '1:n=2,missing=0,mean=1,squares=0,rest=0', '1:n=2,missing=0,mean=1,squares=0,rest=0,conf_level=0x'])
    with ordinality texts(text, i), pg_temp.error_of(format('select %L::mean_tally', text)) order by i;

-- the difference of two means: R's t.test of 4, 5, 6 and 1, 2, 3
select treated, control, difference, round(std_error::numeric, 10) as std_error, degrees_of_freedom,
    round(ci_lower::numeric, 10) as ci_lower, round(ci_upper::numeric, 10) as ci_upper,
    round(p_value::numeric, 10) as p_value
from (select mean_tally(x) filter (where x > 3) as high, mean_tally(x) filter (where x <= 3) as low
      from generate_series(1, 6) as x) as tally
cross join unnest(array['welch', 'student']) as method
cross join lateral mean_difference(high, low, 0.95, method);
-- one value each, one value in all but one group, no spread, nothing
select method, (mean_difference(mean_tally(x), mean_tally(y), 0.95, method)).*
from (values (1, 1, 2.0), (2, 1, 2), (2, 3, null), (3, 5, 4), (3, 5, 4), (4, 1, null)) as v (g, x, y)
cross join unnest(array['welch', 'student']) as method
group by g, method order by g, method desc;
select * from pg_temp.error_of('select mean_difference(mean_tally(1), mean_tally(2), 0.95, ''wald'')');
select * from pg_temp.error_of('select mean_difference(mean_tally(1), mean_tally(2), 1)');

set extra_float_digits = -4;
-- a margin: R's t.test(c(4, 5, 6, 9), c(1, 2, 3, 5), alternative = "greater", mu = 1), and what has no limits
select t.statistic::numeric(14, 10), t.p_value::numeric(14, 10)
from (select mean_tally(x) filter (where x > 3 and i < 5) as high, mean_tally(x) filter (where i > 4) as low
      from unnest(array[4, 5, 6, 9, 1, 2, 3, 5]) with ordinality as v (x, i)) as tally,
    unnest(array['welch', 'student']) as method, noninferiority_test(mean_difference(high, low, 0.95, method), 1) as t;
select noninferiority_test(mean_difference(mean_tally(1), mean_tally(2)), 0), noninferiority_test(null::mean_difference_result, 0),
    noninferiority_test(row(1, 1, 1, 0, 5, 1, 1, 1)::mean_difference_result, 0),
    noninferiority_test(row(1, 1, 2, 1, 'Infinity', 1, 1, 1)::mean_difference_result, 0.355150386) as normal;
select * from pg_temp.error_of('select noninferiority_test(mean_difference(mean_tally(1), mean_tally(2)), ''Infinity'')');
