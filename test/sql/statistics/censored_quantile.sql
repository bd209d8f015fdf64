-- Quantiles of censored values without a model

-- exact values alone: as survfit, the smallest that reaches p, or the middle of a flat stretch
select p, censored_quantile(v::viral_load, p)
from unnest('{60,90,400,1000}'::text[]) as v, unnest('{0,0.2,0.25,0.5,0.6,1}'::float8[]) as p group by p order by p;

-- below several limits: what lies below 400 is shared among the values below it
select p, censored_quantile(v::viral_load, p)
from unnest('{<50,60,90,<400,<400,500,1000,2000}'::text[]) as v, unnest('{0.1,0.25,0.5,0.9}'::float8[]) as p
group by p order by p;

-- above limits
select p, censored_quantile(v::viral_load, p)
from unnest('{60,90,>400,500,>1000}'::text[]) as v, unnest('{0.1,0.5,0.9}'::float8[]) as p group by p order by p;

-- bounds on either side
select p, censored_quantile(v::log_reduction, p)
from unnest('{>1,<1.5,1.2,2,>1.5,3,0.4,<0.1,>2.7}'::text[]) as v, unnest('{0.05,0.3,0.5,0.99}'::float8[]) as p
group by p order by p;

-- where no value is the answer: censored alone, between two limits, nothing
select censored_quantile(v::viral_load, 0.5) from unnest('{<50,<400}'::text[]) as v;
select censored_quantile(v::viral_load, 0.5) from unnest('{>50000,>100000}'::text[]) as v;
select censored_quantile(v::log_reduction, 0.5) from unnest('{>1,<2}'::text[]) as v;
select censored_quantile(v::log_reduction, 0.5) from unnest('{<1,>2}'::text[]) as v;
select censored_quantile(v::viral_load, 0.5) from unnest('{NULL}'::text[]) as v;
select censored_quantile(v::viral_load, 0.5) from unnest('{60}'::text[]) as v where false;

-- TND: below its limit, or below whatever else was seen
select censored_quantile(v::viral_load, 0.5) from unnest('{TND<20,TND<20,<50,60}'::text[]) as v;
select censored_quantile(v::viral_load, 0.5) from unnest('{TND,TND,<50}'::text[]) as v;
select censored_quantile(v::viral_load, 0.5) from unnest('{TND,TND,60}'::text[]) as v;
select censored_quantile(v::viral_load, 0.5) from unnest('{TND,TND}'::text[]) as v;

-- stored samples
select censored_quantile(viral_load_sample(v::viral_load), 0.75) from unnest('{<50,60,90}'::text[]) as v;
select censored_quantile(log_reduction_sample(v::log_reduction), 0.25) from unnest('{>1,2,3}'::text[]) as v;
select censored_quantile(rollup(s), 0.5)
from (select viral_load_sample(v::viral_load) as s from unnest('{<50,60,90,400}'::text[]) with ordinality as t(v, i) group by i % 2) as parts;

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
    ($$select censored_quantile('60'::viral_load, 1.5)$$),
    ($$select censored_quantile('60'::viral_load, null)$$),
    ($$select censored_quantile('60'::viral_load, p) from (values (0.5), (0.6)) as t(p)$$)) as refused(statement)
\gx
