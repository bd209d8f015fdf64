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
