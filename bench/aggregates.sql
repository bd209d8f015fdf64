-- The aggregates against what plain SQL offers, on 10 million rows: medians of
-- 5 runs of each side, taken in turn.  -v rows=... for another number.

\if :{?rows}
\else
    \set rows 10000000
\endif
\pset footer off
set client_min_messages = warning;
drop schema if exists bench cascade;
create schema bench;
set search_path = bench, public;

create table result as
select viral_load(baseline) as baseline, viral_load(current) as current,
       case when current < 50 then '<50'
            when current > 500000 then '>500000'
            else viral_load(round(current::numeric)) end as reported,
       log(baseline) as log_baseline, log(current) as log_current, current as copies,
       log_reduction(viral_load(baseline), viral_load(current)) as reduction
from (
    select 10 ^ (4.7 + 0.7 * (random() + random() + random() - 1.5)) as baseline,
           10 ^ (2.2 + 1.4 * (random() + random() + random() - 1.5)) as current
    from generate_series(1, :rows)
) simulated;
-- What users keep today, in tables of their own, so that no row carries both.
create table as_text as select reported::text as reported, baseline::text as baseline from result;
create table as_numeric as
select quantity(reported)::numeric as quantity, qualifier(reported) as qualifier,
       round(copies::numeric, 0) as copies, baseline::text::numeric as baseline
from result;
vacuum (analyze, freeze) result, as_text, as_numeric;

\ir study/processor.sql
-- With parallel workers the clock is what counts.
create function milliseconds(query text) returns double precision
    language plpgsql
as $$
declare
    start timestamptz;
begin
    start := clock_timestamp();
    execute query;
    return extract(epoch from clock_timestamp() - start) * 1000;
end
$$;

create table timing (item integer, work text, ours double precision, other double precision, bar text);

-- A first run of both warms the cache and does not count; what takes minutes
-- runs once, when the cache is warm already.
create procedure compare(item integer, work text, ours text, other text, bar text, runs integer default 5)
    language plpgsql
as $$
begin
    if runs > 1 then
        perform public.processor_milliseconds(ours), public.processor_milliseconds(other);
    end if;
    for run in 1 .. runs loop
        insert into bench.timing values (item, work, public.processor_milliseconds(ours), public.processor_milliseconds(other), bar);
        commit;
    end loop;
end
$$;

set max_parallel_workers_per_gather = 0;
call compare(1, 'log_reduction_summary of two viral loads : avg(a - b)',
    'select log_reduction_summary(log_reduction(baseline, current)) from bench.result',
    'select avg(log_baseline - log_current) from bench.result', 'at most 1.5, then 1.15');
call compare(2, 'log_reduction_summary of a stored reduction : avg(a - b)',
    'select log_reduction_summary(reduction) from bench.result',
    'select avg(log_baseline - log_current) from bench.result', 'at most 1.5, then 1.15');
call compare(3, 'response_rate(vl < 50) : avg((x < 50)::int)',
    'select response_rate(reported < 50) from bench.result',
    'select avg((copies < 50)::int) from bench.result', 'at most 1.0');
call compare(4, 'viral_load_summary, 25 % censored : avg(log(x))',
    'select viral_load_summary(reported) from bench.result',
    'select avg(log(copies)) from bench.result', '');
call compare(5, 'median(viral_load) : percentile_cont(0.5) of float8',
    'select median(reported) from bench.result',
    'select percentile_cont(0.5) within group (order by copies) from bench.result', 'at most 0.33');
call compare(6, 'response_rate(vl < 50) : the same of text in plain SQL',
    'select response_rate(reported < 50) from bench.result',
    $$select avg(case when reported ~ '^<' then case when substr(reported, 2)::numeric <= 50 then 1 end
                      when reported ~ '^>' then case when substr(reported, 2)::numeric >= 50 then 0 end
                      else (reported::numeric < 50)::int end) from bench.as_text$$, 'at most 0.05', 3);
call compare(7, 'log_reduction_summary : mean and sd of text in plain SQL',
    'select log_reduction_summary(log_reduction(baseline, reported)) from bench.result',
    $$select avg(log(baseline::float8 / regexp_replace(reported, '^[<>]', '')::float8)),
             stddev_samp(log(baseline::float8 / regexp_replace(reported, '^[<>]', '')::float8)),
             count(*) filter (where reported ~ '^[<>]') from bench.as_text$$, 'at most 0.05', 3);
call compare(8, 'response_rate(vl < 50) : the same of numeric and a qualifier column',
    'select response_rate(reported < 50) from bench.result',
    $$select avg(case qualifier when '<' then case when quantity <= 50 then 1 end
                                when '>' then case when quantity >= 50 then 0 end
                                else (quantity < 50)::int end) from bench.as_numeric$$, 'at most 0.05', 3);
-- A logarithm of numeric takes 20 µs: a million rows of both sides.
call compare(9, 'log_reduction_summary : mean and sd of 1 million numeric in plain SQL',
    'select log_reduction_summary(log_reduction(baseline, reported)) from (select * from bench.result limit 1000000) few',
    $$select avg(log(baseline / quantity)), stddev_samp(log(baseline / quantity)),
             count(*) filter (where qualifier <> '=') from (select * from bench.as_numeric limit 1000000) few$$, 'at most 0.05', 1);

set max_parallel_workers_per_gather = 2;
set parallel_setup_cost = 0;
set parallel_tuple_cost = 0;
create table parallel_timing (work text, serial double precision, parallel double precision);
do $$
declare
    query text;
begin
    foreach query in array array[
        'select log_reduction_summary(log_reduction(baseline, current)) from bench.result',
        'select response_rate(reported < 50) from bench.result',
        'select viral_load_summary(reported) from bench.result',
        'select median(reported) from bench.result']
    loop
        for run in 1 .. 5 loop
            set max_parallel_workers_per_gather = 0;
            insert into bench.parallel_timing values (query, bench.milliseconds(query));
            set max_parallel_workers_per_gather = 2;
            insert into bench.parallel_timing values (query, null, bench.milliseconds(query));
        end loop;
    end loop;
end
$$;

\pset title 'ours : other, medians of the processor''s time'
select work, round(ours) as "ours, ms", round(other) as "other, ms",
       round((ours / other)::numeric, 3) as ratio, round((other / ours)::numeric, 1) as "times faster", bar
from (select item, work, bar, percentile_cont(0.5) within group (order by ours) as ours,
             percentile_cont(0.5) within group (order by other) as other
      from timing group by item, work, bar) medians
order by item;
\pset title 'with 2 workers'
select regexp_replace(work, '^select (.*) from .*$', '\1') as work,
       round(percentile_cont(0.5) within group (order by serial)) as "one process, ms",
       round(percentile_cont(0.5) within group (order by parallel)) as "2 workers, ms",
       round((percentile_cont(0.5) within group (order by serial)
              / percentile_cont(0.5) within group (order by parallel))::numeric, 2) as "speed-up"
from parallel_timing group by work;
\pset title
