-- median and quantile of viral loads and log reductions: what the possible values allow, errors

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

-- the set of medians that the censored values allow

select v, (select median(vl) from unnest(v) vl) as median, (select quantile(vl, 0.25) from unnest(v) vl) as lower_quartile,
       (select quantile(vl, 0.9) from unnest(v) vl) as upper_decile
from unnest(array['{}', '{NULL}', '{120}', '{100,1000,7,12}', '{<50,<50,400}', '{<400,50,60}', '{<50}', '{TND<50}', '{TND}',
                  '{TND,TND,90}', '{TND,TND<20,<50}', '{>500000,3,>100000}', '{<50,>500000}', '{<50,<20}', '{50,<50}', '{50,>50}',
                  '{<50,60,70,>500000}', '{NULL,5,NULL,6}']) with ordinality texts(t, i), lateral (select t::viral_load[] as v) parsed
order by i;
select v, (select median(lr) from unnest(v) lr) as median, (select quantile(lr, 0) from unnest(v) lr) as least,
       (select quantile(lr, 1) from unnest(v) lr) as greatest
from unnest(array['{}', '{1.5,-0.5}', '{>2,>3,1}', '{<0.5,<-1,2}', '{0,0,<0}', '{-1,1}', '{<1,>1}']) with ordinality texts(t, i),
     lateral (select t::log_reduction[] as v) parsed
order by i;
-- exact values agree with percentile_cont
select count(*) as wrong
from generate_series(1, 40) n, unnest(array[0, 0.1, 0.25, 1.0 / 3, 0.5, 0.75, 0.99, 1]::float8[]) p,
     lateral (select quantity(quantile(vl, p)) as ours, percentile_cont(p) within group (order by quantity(vl)) as theirs
              from (select viral_load((i * 7919 % 1009 + 1)::float8) as vl from generate_series(1, n) i) draw) both_ways
where abs(ours - theirs) > 1e-13 * theirs;
-- a quantile between a viral load and nothing can be too small for the type
select quantile(vl, 1e-12) as tiny, quantile(vl, 1e-300) as tinier from unnest(array['TND', '1']::viral_load[]) vl;
-- stored samples
select viral_load_sample(vl), median(viral_load_sample(vl)), quantile(viral_load_sample(vl), 0.25), quantile(viral_load_sample(vl), 1)
from unnest(array['<50', null, '400', 'TND', '>1e6']::viral_load[]) vl;
select log_reduction_sample(lr), median(log_reduction_sample(lr)) from unnest(array[]::log_reduction[]) lr;

-- refused

\pset format unaligned
\pset expanded on
select query, code, message, detail, hint
from unnest(array[
    'select quantile(''50''::viral_load, -1)', 'select quantile(''50''::viral_load, 1.1)', 'select quantile(''1''::log_reduction, ''NaN'')',
    'select quantile(''50''::viral_load, null)', 'select quantile(''50''::viral_load, p) from unnest(array[0.1, 0.2]) p',
    'select quantile(viral_load_sample(''50''::viral_load), -1)', 'select quantile(log_reduction_sample(''1''::log_reduction), 2)',
    'select _virotrial.viral_load_sample_accumulate(null, ''50'')', 'select _virotrial.log_reduction_sample_accumulate(null, ''1'', 0.5)',
    'select _virotrial.viral_load_sample_combine(null, null)',
    'select rollup(s) from (values (''1:probability=0.5,n=0''::viral_load_sample), (''1:probability=0.25,n=0'')) v(s)'
    ]) with ordinality queries(query, i), pg_temp.error_of(query) order by i;
\pset expanded off

-- texts that no rows can have made

select type, text, code, detail
from unnest(array['', '1:', '1:probability=0.5', '2:probability=0.5,n=0', '1:probability=-0.5,n=0', '1:probability=2,n=0', '1:probability=nan,n=0',
    '1:probability=0.5,n=-1', '1:probability=0.5,n=1', '1:probability=0.5,n=0,value=5', '1:probability=0.5,n=1,value=', '1:probability=0.5,n=1,value=x',
    '1:probability=0.5,n=1,value=5,value=6', '1:probability=0.5,n=2,value=5', '1:probability=0.5,n=9223372036854775807,value=5',
    '1:probability=0.5,n=1,value=1e99', '1:probability=0.5,n=1,value=1,5', '1:probability=0.5,n=1,limit=5', '1:n=1,probability=0.5,value=5',
    '1:probability=0.5,n=1,value=' || repeat('1', 100)])
    with ordinality texts(text, i), unnest(array['viral_load_sample', 'log_reduction_sample']) type,
    pg_temp.error_of(format('select %L::%I', text, type))
order by type desc, i;
