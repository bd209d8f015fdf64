-- The statistics on 10 million rows, one process: the time of the processor that the
-- aggregate takes, and what
-- sorting or adding up the same column in plain SQL takes.  bench/statistics_r.sh
-- holds them against R.  -v rows=... for another number.

\if :{?rows}
\else
    \set rows 10000000
\endif
\pset footer off
set client_min_messages = warning;
drop schema if exists bench_statistics cascade;
create schema bench_statistics;
set search_path = bench_statistics, public;

create table follow_up as
select i as id, (i % 3)::text as arm, i % 7 - 3 as age, 28 * floor(day / 28) as seen_before,
       case when event then 28 * floor(day / 28) + 28 end as seen_after,
       case when response < 0.9 then response < 0.55 end as response,
       case when vl < 50 then '>' || round((4.7 - log(50))::numeric, 2) else round((4.7 - log(vl))::numeric, 3)::text end::log_reduction as reduction,
       day, ceil(day) as whole_day, event, change, round(change) as cd4_change, 1 + i / 6 as subject,
       case when vl < 50 then '<50' when vl > 500000 then '>500000' else viral_load(round(vl::numeric)) end as vl
from (select i, -ln(1 - random()) * 100 as day, random() < 0.6 as event, random() as response,
             30 + 60 * (random() + random() + random() - 1.5) as change,
             10 ^ (2.2 + 1.4 * (random() + random() + random() - 1.5)) as vl
      from generate_series(1, :rows) as i) as simulated;
vacuum (analyze, freeze) follow_up;
\ir study/processor.sql

create table timing (item integer, work text, query text, other text, ours double precision, other_ms double precision);
insert into timing
select item, work, query, other from (values
    (1, 'incidence_rate', 'select incidence_rate(event::int, day) from bench_statistics.follow_up',
        'select sum(event::int), sum(day) from bench_statistics.follow_up'),
    (2, 'survival_curve, days', 'select median_survival(survival_curve(whole_day, event)) from bench_statistics.follow_up',
        'select whole_day, count(*) filter (where event) from bench_statistics.follow_up group by 1 order by 1'),
    (3, 'survival_curve, all times distinct', 'select median_survival(survival_curve(day, event)) from bench_statistics.follow_up',
        'select percentile_cont(0.5) within group (order by day) from bench_statistics.follow_up'),
    (4, 'hodges_lehmann, whole cells', 'select hodges_lehmann(cd4_change) from bench_statistics.follow_up',
        'select percentile_cont(0.5) within group (order by cd4_change) from bench_statistics.follow_up'),
    (5, 'hodges_lehmann, all values distinct', 'select hodges_lehmann(change) from bench_statistics.follow_up',
        'select percentile_cont(0.5) within group (order by change) from bench_statistics.follow_up'),
    (6, 'wilcoxon_signed_rank, whole cells', 'select wilcoxon_signed_rank(cd4_change) from bench_statistics.follow_up',
        'select percentile_cont(0.5) within group (order by cd4_change) from bench_statistics.follow_up'),
    (7, 'davg of 6 records a subject', 'select count(davg) from (select davg(day, change) from bench_statistics.follow_up group by subject) as s',
        'select count(avg) from (select avg(change) from bench_statistics.follow_up group by subject) as s'),
    (8, 'censored_quantile, limits on both sides', 'select censored_quantile(vl, 0.5) from bench_statistics.follow_up',
        'select percentile_cont(0.5) within group (order by quantity(vl)) from bench_statistics.follow_up'),
    (9, 'logrank_test of 3 arms, days', 'select logrank_test(whole_day, event, arm) from bench_statistics.follow_up',
        'select arm, whole_day, count(*) filter (where event) from bench_statistics.follow_up group by 1, 2'),
    (10, 'logrank_test of 3 arms, all times distinct', 'select logrank_test(day, event, arm) from bench_statistics.follow_up',
        'select percentile_cont(0.5) within group (order by day) from bench_statistics.follow_up group by arm'),
    (11, 'interval_censored_curve between visits', 'select interval_censored_quantile(interval_censored_curve(seen_before, seen_after), 0.5) from bench_statistics.follow_up',
        'select seen_before, seen_after, count(*) from bench_statistics.follow_up group by 1, 2'),
    (12, 'tobit_regression on 2 covariates', 'select tobit_regression(reduction, array[age, whole_day]) from bench_statistics.follow_up',
        'select regr_slope(cd4_change, whole_day), regr_slope(cd4_change, age) from bench_statistics.follow_up'),
    (13, 'response_rate', 'select response_rate(response) from bench_statistics.follow_up',
        'select avg(response::int) from bench_statistics.follow_up'),
    (14, 'response_rate_ncf', 'select response_rate_ncf(response) from bench_statistics.follow_up',
        'select avg(coalesce(response, false)::int) from bench_statistics.follow_up'),
    (15, 'mean_ci', 'select mean_ci(change) from bench_statistics.follow_up',
        'select avg(change), stddev(change) from bench_statistics.follow_up'),
    (16, 'median of viral loads', 'select median(vl) from bench_statistics.follow_up',
        'select percentile_cont(0.5) within group (order by quantity(vl)) from bench_statistics.follow_up'),
    (17, 'viral_load_summary', 'select viral_load_summary(vl) from bench_statistics.follow_up',
        'select avg(log(quantity(vl))), stddev(log(quantity(vl))) from bench_statistics.follow_up'),
    (18, 'log_reduction_summary', 'select log_reduction_summary(reduction) from bench_statistics.follow_up',
        'select avg(change), stddev(change) from bench_statistics.follow_up'),
    (19, 'logrank_test of 100 groups, 10,000 times, first 1,000,000',
        'select logrank_test(ceil(10 * day), event, (id % 100)::text) from bench_statistics.follow_up where id <= 1000000',
        'select id % 100, ceil(10 * day), count(*) from bench_statistics.follow_up where id <= 1000000 group by 1, 2'),
    (20, 'logrank_test of 900 groups, all times distinct, first 100,000',
        'select logrank_test(day, event, (id % 900)::text) from bench_statistics.follow_up where id <= 100000',
        'select percentile_cont(0.5) within group (order by day) from bench_statistics.follow_up where id <= 100000 group by id % 900'),
    (21, 'interval_censored_curve, all intervals distinct, first 100,000',
        'select interval_censored_quantile(interval_censored_curve(day, day + change), 0.5) from bench_statistics.follow_up
         where id <= 100000 and change > 0',
        'select percentile_cont(0.5) within group (order by day + change) from bench_statistics.follow_up where id <= 100000')
    ) as works(item, work, query, other);
do $$
begin
    for run in 1 .. 2 loop
        update bench_statistics.timing
        set ours = least(ours, public.processor_milliseconds(query)),
            other_ms = least(other_ms, public.processor_milliseconds(other));
    end loop;
end
$$;
\pset title 'best of 2 runs, the processor''s time'
select work, round(ours) as "ours, ms", round(other_ms) as "sort or sum in SQL, ms",
       round((ours / other_ms)::numeric, 2) as ratio
from timing order by item;
\pset title
