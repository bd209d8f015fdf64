-- viral_load_summary and log_reduction_summary: small inputs, likelihoods without a maximum, errors

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

-- exact values alone: the mean of 1, 2, 4, 5 in either way

select n, missing, censored, mean, round(sd::numeric, 12) as sd, mean_mle, round(sd_mle::numeric, 12) as sd_mle
from (select (log_reduction_summary(lr)).* from unnest(array['1', '2', null, '4', '5']::log_reduction[]) lr) summary;
select n, mean, mean_mle, geometric_mean, geometric_mean_mle
from (select (viral_load_summary(vl)).* from unnest(array['10', '1000']::viral_load[]) vl) summary;

-- what the likelihood says where it has no maximum, or grows without bound

create function pg_temp.summary(viral_load_summary_result) returns text
    return format('n %s, missing %s, censored %s; mean %s, sd %s, %s to %s; likelihood: mean %s, sd %s, %s to %s; geometric %s, %s',
                  ($1).n, ($1).missing, ($1).censored, round(($1).mean::numeric, 6), round(($1).sd::numeric, 6),
                  round(($1).ci_lower::numeric, 4), round(($1).ci_upper::numeric, 4), round(($1).mean_mle::numeric, 6),
                  round(($1).sd_mle::numeric, 6), round(($1).mle_ci_lower::numeric, 4), round(($1).mle_ci_upper::numeric, 4),
                  round(($1).geometric_mean::numeric, 4), round(($1).geometric_mean_mle::numeric, 4));
\pset format unaligned
select why, pg_temp.summary((select viral_load_summary(vl) from unnest(v) vl)) as summary
from (values ('no rows', '{}'), ('NULL alone', '{NULL,NULL}'), ('one exact value', '{100}'), ('equal values', '{100,100,100}'),
             ('all below a limit', '{<50,<50,<400}'), ('one below a limit', '{<50}'), ('all above a limit', '{>500000,>500000}'),
             ('limits that one point satisfies', '{<400,>50}'), ('limits that cross, and the more spread the better', '{<50,>500000}'),
             ('equal values below the limit of others', '{50,<400}'), ('an exact value at the limit of others', '{50,<50,<50}'),
             ('an exact value at a limit from below and above', '{50,<50,>50}'),
             ('equal values beyond a limit', '{100,100,<50}'), ('not detected, without a limit', '{TND,100,1000}'),
             ('not detected below a limit', '{TND<50,100,1000}'), ('the same as below the limit', '{<50,100,1000}'),
             ('both ends', '{<50,100,1000,30000,>500000}')) cases(why, v_text),
     lateral (select v_text::viral_load[] as v) parsed;
\pset format aligned

-- the order of rows, and whether a value was detected, change nothing

select count(distinct viral_load_summary) as answers
from (select viral_load_summary(vl order by k)
      from (values (1, '<50'), (2, '100'), (3, 'TND<20'), (4, '70000'), (5, '>1000000')) v(i, t),
           generate_series(1, 20) k_seed, lateral (select t::viral_load as vl, md5(i::text || k_seed) as k) draw
      group by k_seed) orders;
select viral_load_tally(vl) from unnest(array['<50', 'TND<50', '<50', '>500000', 'TND', null]::viral_load[]) vl;
select log_reduction_tally(lr) from unnest(array['1.5', '<0.4', '>2.3', '>2.3', '2.25', null]::log_reduction[]) lr;
-- a thousand limits, in either order, together with their tallies' rollup
select count(distinct t) as texts, max(length(t)) > 20000 as long
from (select log_reduction_tally(log_reduction(viral_load(10.0 ^ (i / 200.0)), '<1') order by i)::text as t from generate_series(1, 1000) i
      union all
      select log_reduction_tally(log_reduction(viral_load(10.0 ^ (i / 200.0)), '<1') order by -i)::text from generate_series(1, 1000) i
      union all
      select rollup(t)::text from (select log_reduction_tally(log_reduction(viral_load(10.0 ^ (i / 200.0)), '<1')) as t
                                   from generate_series(1, 1000) i group by i % 7) parts) ways;

-- no rows

select viral_load_tally(vl), rollup(null::viral_load_tally) from unnest(array[]::viral_load[]) vl;
select (log_reduction_summary(lr)).* from unnest(array[]::log_reduction[]) lr \gx
select (log_reduction_summary(log_reduction_tally(lr))).n from unnest(array[]::log_reduction[]) lr;

-- refused

\pset format unaligned
\pset expanded on
select query, code, message, detail, hint
from unnest(array[
    'select viral_load_summary(''50''::viral_load, 0)', 'select viral_load_summary(''50''::viral_load, 1)', 'select log_reduction_summary(''1''::log_reduction, 95)',
    'select log_reduction_summary(''1''::log_reduction, null)', 'select viral_load_summary(''50''::viral_load, x) from unnest(array[0.8, 0.9]) x',
    'select viral_load_summary(viral_load_tally(''50''::viral_load), 2)',
    'select _virotrial.viral_load_tally_accumulate(null, ''50'')', 'select _virotrial.log_reduction_tally_accumulate(null, ''1'', 0.9)',
    'select _virotrial.viral_load_tally_combine(null, null)', 'select _virotrial.log_reduction_tally_combine(null, null)',
    'select rollup(t) from (values (''1:conf_level=0,missing=9223372036854775807,without_limit=0,exact=0,sum=00000000000000000000000000000000,squares=000000000000000000000000000000000000000000000000,limits=0''::viral_load_tally), (''1:conf_level=0,missing=1,without_limit=0,exact=0,sum=00000000000000000000000000000000,squares=000000000000000000000000000000000000000000000000,limits=0'')) v(t)',
    'select rollup(t)::text::viral_load_tally from (values (''1:conf_level=0,missing=0,without_limit=0,exact=0,sum=00000000000000000000000000000000,squares=000000000000000000000000000000000000000000000000,limits=1,limit=<50,count=2305843009213693951''::viral_load_tally), (''1:conf_level=0,missing=0,without_limit=0,exact=0,sum=00000000000000000000000000000000,squares=000000000000000000000000000000000000000000000000,limits=1,limit=<50,count=2305843009213693951'')) v(t)'
    ]) with ordinality queries(query, i), pg_temp.error_of(query) order by i;
\pset expanded off

-- texts that no rows can have made

select type, text, code, detail
from unnest(array['', '1:', 'conf_level=0', '2:HEAD,exact=0,ZERO,limits=0', '1:HEAD,exact=1,ZERO,limits=-1', '1:HEAD,exact=-1,ZERO,limits=0',
    '1:HEAD,exact=0,ZERO,limits=1', '1:HEAD,exact=0,ZERO,limits=1,limit=<50', '1:HEAD,exact=0,ZERO,limits=1,limit=<50,count=0',
    '1:HEAD,exact=0,ZERO,limits=1,limit=<50,count=-1', '1:HEAD,exact=0,ZERO,limits=1,limit=50,count=1',
    '1:HEAD,exact=0,ZERO,limits=1,limit=TND,count=1', '1:HEAD,exact=0,ZERO,limits=1,limit=TND<50,count=1',
    '1:HEAD,exact=0,ZERO,limits=2,limit=<50,count=1,limit=<50,count=1', '1:HEAD,exact=0,ZERO,limits=2,limit=<50,count=1,limit=<20,count=1',
    '1:HEAD,exact=0,ZERO,limits=1,limit=<999,count=1', '1:HEAD,exact=0,ZERO,limits=1,limit=<0,count=1',
    '1:HEAD,exact=0,ZERO,limits=2,limit=<5,count=1', '1:HEAD,exact=0,ZERO,limits=0,limit=<5,count=1',
    '1:HEAD,exact=0,ZERO,limits=9223372036854775807', '1:HEAD,exact=0,ZERO,limits=999999999,limit=<5,count=1',
    '1:HEAD,exact=0,ZERO,limits=1,limit=<5,count=9223372036854775807', '1:HEAD,exact=9223372036854775807,ZERO,limits=0',
    '1:conf_level=0,missing=-1,without_limit=0,exact=0,ZERO,limits=0', '1:conf_level=0,missing=0,without_limit=-1,exact=0,ZERO,limits=0',
    '1:conf_level=7,missing=0,without_limit=0,exact=0,ZERO,limits=0',
    '1:HEAD,exact=0,sum=00000000000000000000000000000001,squares=000000000000000000000000000000000000000000000000,limits=0',
    '1:HEAD,exact=1,sum=01000000000000000000000000000000,squares=000000000000000000000000000000000000000000000000,limits=0',
    '1:HEAD,exact=1,sum=00000000000000000100000000000000,squares=000000000000000000000000000000000000000000000001,limits=0',
    '1:HEAD,exact=1,sum=00000000000000000000000000000000,squares=100000000000000000000000000000000000000000000000,limits=0',
    '1:HEAD,exact=0,sum=0000000000000000000000000000000G,squares=000000000000000000000000000000000000000000000000,limits=0',
    '1:HEAD,exact=0,sum=0000000000000000000000000000000A,squares=000000000000000000000000000000000000000000000000,limits=0',
    '1:HEAD,exact=0,sum=0,squares=0,limits=0', '1:HEAD,exact=0,ZERO,limits=0x'])
    with ordinality texts(text, i), unnest(array['viral_load_tally', 'log_reduction_tally']) type,
    pg_temp.error_of(format('select %L::%I', replace(replace(text, 'HEAD', 'conf_level=0,missing=0,without_limit=0'), 'ZERO',
        'sum=00000000000000000000000000000000,squares=000000000000000000000000000000000000000000000000'), type))
order by type desc, i;

set extra_float_digits = -4;
-- the difference of two most likely means: without censored values, those of the values and their errors by n
create temp table arm as
select treated, result::viral_load as vl
from (values (true, '10 100 1000 10000'), (false, '100 1000 1000 10000 1000000')) as v (treated, results), string_to_table(results, ' ') as result;
select d.treated, d.control, d.difference, d.std_error::numeric(12, 10) = sqrt((1.25 / 4 + 1.84 / 5)::numeric)::numeric(12, 10) as std_error,
    d.degrees_of_freedom, ((d.ci_upper - d.ci_lower) / 2 / d.std_error)::numeric(12, 10) as quantile, d.p_value::numeric(12, 10)
from (select viral_load_tally(vl) filter (where treated) as t, viral_load_tally(vl) filter (where not treated) as c from arm) as tallies,
    mean_difference(t, c) as d;
-- a group below the limit has no likely mean; equal values have one without limits; a TND without a limit has none; nothing
select texts, (mean_difference(viral_load_tally(r.result::viral_load), (select viral_load_tally(vl) from arm))).*
from unnest(array['<50 <50', '400 400 <1000', 'TND 400 500', '', '<50 60 80 <50']) with ordinality as v (texts, i)
left join lateral string_to_table(nullif(texts, ''), ' ') as r (result) on true group by i, texts order by i;
select (mean_difference(log_reduction_tally(r::log_reduction), log_reduction_tally('1'::log_reduction))).* from unnest(array['>2', '1', '3']) as r;
select noninferiority_test(mean_difference(t, c, 0.9), -3)
from (select viral_load_tally(vl) filter (where treated) as t, viral_load_tally(vl) filter (where not treated) as c from arm) as tallies;
