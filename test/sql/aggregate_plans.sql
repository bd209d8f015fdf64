-- every way to run an aggregate gives the same answer: serial, hashed, sorted,
-- parallel, partitionwise, with grouping sets, in windows, and from stored states

\set SHOW_CONTEXT never
set jit = off;
select setseed(0.75) \g /dev/null

create table measured (id int, g int, response boolean, x float8, vl viral_load, lr log_reduction) partition by range (g);
create table measured_low partition of measured for values from (0) to (2) with (parallel_workers = 2);
create table measured_high partition of measured for values from (2) to (9) with (parallel_workers = 2);
insert into measured
select id, id % 5,
       case when random() < 0.9 then random() < 0.7 end,
       case when random() < 0.9 then 250 + 90 * random() end,
       case when i < 2 then null when i < 5 then '<50' when i < 7 then 'TND<20'
            when i < 8 then '>500000' else viral_load(exp(random() * 12)) end,
       case when i < 2 then null when i < 5 then viral_load(0.5 + id % 40, '>')::text::log_reduction
            when i < 6 then '<0.5' else log_reduction(random() * 6 - 1) end
from (select id, floor(random() * 12) as i from generate_series(1, 8000) id) draw;
analyze measured;

create temp table aggregate (i int, call text);
insert into aggregate values
    (1, 'response_tally(response)'), (2, 'response_rate(response)'), (3, 'response_rate(response, 0.9)'),
    (4, 'response_rate_ncf(response)'), (5, 'viral_load_tally(vl)'), (6, 'viral_load_summary(vl)'),
    (7, 'viral_load_summary(vl, 0.9)'), (8, 'log_reduction_tally(lr)'), (9, 'log_reduction_summary(lr)'),
    (10, 'median(vl)'), (11, 'quantile(vl, 0.9)'), (12, 'median(lr)'), (13, 'quantile(lr, 0.25)'),
    (14, 'min(vl)'), (15, 'max(lr)'), (16, 'mean_ci(x)'), (17, 'mean_ci(x, 0.99)');

-- the answers of all groups, by a query of which the plan must have a word
create function pg_temp.answers(query text, word text, variadic settings text[]) returns jsonb
language plpgsql as $$
declare
    setting text;
    plan json;
    answers jsonb;
begin
    foreach setting in array settings loop
        perform set_config(split_part(setting, '=', 1), split_part(setting, '=', 2), true);
    end loop;
    execute 'explain (format json) ' || query into plan;
    if plan::text not like '%' || word || '%' then
        raise exception 'the plan of % has no %', query, word;
    end if;
    execute format('select jsonb_object_agg(g, to_jsonb(answer)) from (%s) answers(g, answer)', query) into answers;
    foreach setting in array settings loop
        execute 'reset ' || split_part(setting, '=', 1);
    end loop;
    return answers;
end
$$;

create temp table answer as
select i, call, way, pg_temp.answers(replace(query, 'CALL', call), word, variadic settings) as answers
from aggregate,
     (values ('hashed', 'select g, CALL from measured group by g', '"Hashed"',
              array['max_parallel_workers_per_gather=0', 'enable_sort=off']),
             ('sorted', 'select g, CALL from measured group by g', '"Sorted"',
              array['max_parallel_workers_per_gather=0', 'enable_hashagg=off']),
             ('parallel', 'select g, CALL from measured group by g', '"Partial"',
              array['parallel_setup_cost=0', 'parallel_tuple_cost=0', 'min_parallel_table_scan_size=0',
                    'max_parallel_workers_per_gather=2']),
             ('parallel, workers alone', 'select g, CALL from measured group by g', '"Partial"',
              array['parallel_setup_cost=0', 'parallel_tuple_cost=0', 'min_parallel_table_scan_size=0',
                    'max_parallel_workers_per_gather=2', 'parallel_leader_participation=off']),
             ('partitionwise', 'select g, CALL from measured group by g', '"Append"',
              array['max_parallel_workers_per_gather=0', 'enable_partitionwise_aggregate=on']),
             ('grouping sets', 'select g, a from (select g, id, grouping(id) as by_id, CALL as a from measured ' ||
              'group by grouping sets ((g), (id, g))) s where by_id = 1', 'Aggregate',
              array['max_parallel_workers_per_gather=0']),
             ('window', 'select distinct on (g) g, CALL over (partition by g) from measured', '"WindowAgg"',
              array['max_parallel_workers_per_gather=0']),
             ('running window', 'select distinct on (g) g, a from (select g, id, CALL over (partition by g order by id) as a ' ||
              'from measured where id <= 500) w order by g, id desc', '"WindowAgg"',
              array['max_parallel_workers_per_gather=0']),
             ('prefix', 'select g, CALL from measured where id <= 500 group by g', 'Aggregate',
              array['max_parallel_workers_per_gather=0'])) ways(way, query, word, settings);

-- sums of doubles depend on their order in the last bits, all else is the same to the bit
create function pg_temp.close(a jsonb, b jsonb) returns boolean language sql as $$
    select bool_and(x.key = y.key and x.value ->> 'n' = y.value ->> 'n' and x.value ->> 'missing' = y.value ->> 'missing' and
                    abs((x.value ->> f)::float8 - (y.value ->> f)::float8) < 1e-12 * abs((y.value ->> f)::float8))
    from jsonb_each(a) x join jsonb_each(b) y using (key), unnest(array['mean', 'sd', 'ci_lower', 'ci_upper']) f
$$;
create function pg_temp.agree(call text, a jsonb, b jsonb) returns boolean
    return a = b or (call like 'mean_ci%' and pg_temp.close(a, b));

create temp view reference as select i, call, answers from answer where way = 'hashed';
select a.way, count(*) as calls, count(*) filter (where not pg_temp.agree(a.call, a.answers, b.answers)) as wrong
from answer a join answer b using (i)
where a.way not in ('hashed', 'prefix') and
      b.way = case when a.way = 'running window' then 'prefix' else 'hashed' end
group by a.way order by a.way;

-- states that were stored, and states that went through text and through binary

create table stored as
select g, id % 7 as part, response_tally(response) as response, mean_tally(x) as x,
       viral_load_tally(vl) as vl, log_reduction_tally(lr) as lr,
       viral_load_sample(vl) as vl_sample, log_reduction_sample(lr) as lr_sample
from measured group by g, id % 7;
create table stored_text as
select g, part, response::text::response_tally, x::text::mean_tally, vl::text::viral_load_tally, lr::text::log_reduction_tally,
       vl_sample::text::viral_load_sample, lr_sample::text::log_reduction_sample
from stored;
create table stored_binary (like stored);
\getenv directory PG_ABS_BUILDDIR
\set file :directory '/results/stored'
\set command '\\copy stored to ' :'file' ' with (format binary)'
:command
\set command '\\copy stored_binary from ' :'file' ' with (format binary)'
:command
create table stored_copy (like stored);
\set command '\\copy stored to ' :'file'
:command
\set command '\\copy stored_copy from ' :'file'
:command
-- inline and out of line, compressed and not
create table stored_toasted (like stored);
alter table stored_toasted alter lr set storage external, alter vl_sample set storage external;
insert into stored_toasted select g, 0, rollup(response), rollup(x), rollup(vl), rollup(lr), rollup(vl_sample), rollup(lr_sample)
from stored group by g;
select pg_column_size(response) < 60 as short_header, pg_column_compression(lr_sample) is not null as compressed,
       pg_column_size(vl_sample) > 8000 as out_of_line
from stored_toasted where g = 0;

create temp table rolled as
select i, store, answers
from (values ('stored'), ('stored_text'), ('stored_binary'), ('stored_copy'), ('stored_toasted')) stores(store),
     (values (1, 'rollup(response)'), (2, 'response_rate(rollup(response))'),
             (3, 'response_rate(rollup(response), 0.9)'), (5, 'rollup(vl)'), (6, 'viral_load_summary(rollup(vl))'),
             (7, 'viral_load_summary(rollup(vl), 0.9)'), (8, 'rollup(lr)'), (9, 'log_reduction_summary(rollup(lr))'),
             (10, 'median(rollup(vl_sample))'), (11, 'quantile(rollup(vl_sample), 0.9)'),
             (12, 'median(rollup(lr_sample))'), (13, 'quantile(rollup(lr_sample), 0.25)'),
             (16, 'mean_ci(rollup(x))'), (17, 'mean_ci(rollup(x), 0.99)')) calls(i, call),
     pg_temp.answers(format('select g, %s from %s group by g', call, store), 'Aggregate',
                     'max_parallel_workers_per_gather=0') answers;
select store, count(*) as calls, count(*) filter (where not pg_temp.agree(call, rolled.answers, reference.answers)) as wrong
from rolled join reference using (i) group by store order by store;
-- rolled up in parallel, and in two steps
alter table stored set (parallel_workers = 2);
analyze stored;
select count(*) as wrong
from unnest(array['rollup(response)', 'rollup(vl)', 'rollup(lr)', 'median(rollup(vl_sample))', 'median(rollup(lr_sample))']) call,
     pg_temp.answers(format('select 0 as g, %s from stored', call), '"Aggregate"', 'max_parallel_workers_per_gather=0') serial,
     pg_temp.answers(format('select 0 as g, %s from stored', call), '"Partial"', 'parallel_setup_cost=0',
                     'parallel_tuple_cost=0', 'min_parallel_table_scan_size=0', 'max_parallel_workers_per_gather=2') parallel
where serial <> parallel;
select (select rollup(half)::text from (select rollup(vl) as half from stored group by part % 3) halves) =
       (select viral_load_tally(vl)::text from measured) as viral_load,
       (select rollup(half)::text from (select rollup(lr) as half from stored group by part % 3) halves) =
       (select log_reduction_tally(lr)::text from measured) as log_reduction;
-- the text of a tally does not tell in which order its rows came
select count(distinct viral_load_tally) as texts
from (select viral_load_tally(vl order by id)::text from measured
      union all select viral_load_tally(vl order by id desc)::text from measured
      union all select viral_load_tally(vl order by md5(id::text))::text from measured) orders;

drop table measured, stored, stored_text, stored_binary, stored_copy, stored_toasted;
