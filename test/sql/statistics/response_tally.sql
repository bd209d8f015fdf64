-- response_tally, response_rate and response_rate_ncf: small inputs, methods, errors

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

-- 39 of 50 with three missing: Clopper and Pearson give 0.640 to 0.885

create temp table visit as select case when i <= 39 then true when i <= 50 then false end as response from generate_series(1, 53) i;
create function pg_temp.rounded(response_rate_result) returns text
    return format('%s of %s, %s missing: %s (%s to %s)', ($1).responders, ($1).evaluable, ($1).missing,
                  round(($1).rate::numeric, 6), round(($1).ci_lower::numeric, 4), round(($1).ci_upper::numeric, 4));
select pg_temp.rounded(response_rate(response)) from visit;
select pg_temp.rounded(response_rate(response, 0.9)) from visit;
select pg_temp.rounded(response_rate_ncf(response)) from visit;
select pg_temp.rounded(response_rate_ncf(response, 0.99)) from visit;
select method, pg_temp.rounded(response_rate(tally, 0.95, method))
from (select response_tally(response) as tally from visit) tallied,
     unnest(array['exact', 'wilson', 'jeffreys', 'mid-p']) method;
select response_rate(response_tally(response)) = response_rate(response) as of_tally from visit;

-- no rows, NULL alone, one row

select * from response_rate((select response_tally(response) from visit where false));
select (response_rate(response)).* from visit where false;
select (response_rate_ncf(response)).* from visit where false;
select response_tally(response), rollup(null::response_tally) from visit where false;
select (response_rate(null::boolean)).*;
select (response_rate_ncf(null::boolean)).*;
select response_tally(null::boolean);
select pg_temp.rounded(response_rate(true)), pg_temp.rounded(response_rate(false)), pg_temp.rounded(response_rate_ncf(true));
select response_rate(null::response_tally) is null as of_null;
select rollup(t), rollup(t) filter (where t is null) as of_null
from (values ('1:responders=1,evaluable=2,missing=3,conf_level=0'::response_tally), (null)) v(t);

-- a tally can be one column of several, filtered, and ordered

select response_tally(response) filter (where response), response_tally(distinct response), response_tally(response order by response)
from visit;

-- refused

\pset format unaligned
\pset expanded on

select query, code, message, detail, hint
from unnest(array[
    'select response_rate(true, 0)', 'select response_rate(true, 1)', 'select response_rate(true, -0.5)',
    'select response_rate(true, 95)', 'select response_rate(true, ''NaN'')', 'select response_rate(true, null::float8)',
    'select response_rate_ncf(true, 1.5)',
    'select response_rate(true, x) from (values (0.9), (0.95)) v(x)',
    'select response_rate(''1:responders=0,evaluable=0,missing=0,conf_level=0''::response_tally, 95)',
    'select response_rate(''1:responders=0,evaluable=0,missing=0,conf_level=0''::response_tally, 0.9, ''wald'')',
    'select _virotrial.response_tally_accumulate(null, true)', 'select _virotrial.response_tally_accumulate(null, true, 0.9)',
    'select _virotrial.response_tally_combine(null, null)',
    'select _virotrial.response_tally_combine(''1:responders=0,evaluable=0,missing=0,conf_level=0'', null)',
    'select rollup(t) from (values (''1:responders=0,evaluable=0,missing=0,conf_level=0.9''::response_tally), (''1:responders=0,evaluable=0,missing=0,conf_level=0.8'')) v(t)',
    'select rollup(t) from (values (''1:responders=0,evaluable=9223372036854775807,missing=0,conf_level=0''::response_tally), (''1:responders=0,evaluable=1,missing=0,conf_level=0'')) v(t)',
    'select rollup(t) from (values (''1:responders=0,evaluable=1,missing=9223372036854775807,conf_level=0''::response_tally), (''1:responders=0,evaluable=1,missing=1,conf_level=0'')) v(t)'
    ]) with ordinality queries(query, i), pg_temp.error_of(query) order by i;
\pset expanded off

-- texts that no rows can have made

select text, code, detail
from unnest(array['', ' ', '1', '1:', '2:responders=0,evaluable=0,missing=0,conf_level=0', 'responders=0,evaluable=0,missing=0,conf_level=0',
    '1:responders=0', '1:responders=0,evaluable=0,missing=0', '1:responders=0,evaluable=0,missing=0,conf_level=',
    '1:responders=2,evaluable=1,missing=0,conf_level=0', '1:responders=-1,evaluable=1,missing=0,conf_level=0',
    '1:responders=0,evaluable=-1,missing=0,conf_level=0', '1:responders=0,evaluable=0,missing=-1,conf_level=0',
    '1:responders=0,evaluable=0,missing=0,conf_level=1', '1:responders=0,evaluable=0,missing=0,conf_level=-0.5',
    '1:responders=0,evaluable=0,missing=0,conf_level=nan', '1:responders=0,evaluable=0,missing=0,conf_level=inf',
    '1:responders=0,evaluable=0,missing=0,conf_level=1e999', '1:responders=0,evaluable=0,missing=0,conf_level=0 ',
    ' 1:responders=0,evaluable=0,missing=0,conf_level=0', '1: responders=0,evaluable=0,missing=0,conf_level=0',
    '1:responders=+0,evaluable=0,missing=0,conf_level=0', '1:responders=0.5,evaluable=1,missing=0,conf_level=0',
    '1:responders=1e0,evaluable=1,missing=0,conf_level=0', '1:responders=0x0,evaluable=0,missing=0,conf_level=0',
    '1:responders=0,evaluable=9223372036854775808,missing=0,conf_level=0',
    '1:responders=0,evaluable=18446744073709551616,missing=0,conf_level=0',
    '1:evaluable=0,responders=0,missing=0,conf_level=0', '1:responders=0;evaluable=0;missing=0;conf_level=0',
    '1:responders=0,evaluable=0,missing=0,conf_level=0,more=1', '{"responders": 0}', repeat('1:', 200)])
    with ordinality texts(text, i), pg_temp.error_of(format('select %L::response_tally', text)) order by i;
-- the largest counts can be written and read
select '1:responders=0,evaluable=9223372036854775807,missing=9223372036854775807,conf_level=0'::response_tally;
