-- indexes on censored values: which queries use them, and that they change no answer

-- what a plan has, in one line: node types with index names, and the index conditions
create function pg_temp.plan_nodes(plan json) returns setof json language sql as $$
    with recursive node(plan) as (
        select plan
        union all
        select child from node, json_array_elements(node.plan -> 'Plans') child
    )
    select plan from node
$$;
create function pg_temp.uses(query text, node_type text, index_name text default null)
returns boolean language plpgsql as $$
declare
    plan json;
begin
    execute 'explain (format json) ' || query into plan;
    return exists (select from pg_temp.plan_nodes(plan -> 0 -> 'Plan') node
                   where node ->> 'Node Type' like node_type and
                         (index_name is null or node ->> 'Index Name' = index_name));
end
$$;
create function pg_temp.estimate(query text) returns float8 language plpgsql as $$
declare
    plan json;
begin
    execute 'explain (format json) ' || query into plan;
    return plan -> 0 -> 'Plan' ->> 'Plan Rows';
end
$$;
-- the answer, once by the index alone and once without it
create function pg_temp.answer(query text, indexed boolean) returns text language plpgsql as $$
declare
    answer text;
begin
    perform set_config('enable_seqscan', (not indexed)::text, true),
            set_config('enable_indexscan', indexed::text, true),
            set_config('enable_indexonlyscan', indexed::text, true),
            set_config('enable_bitmapscan', indexed::text, true);
    if pg_temp.uses(query, '%Index%Scan%') <> indexed then
        return 'the index is ' || case when indexed then 'not ' else '' end || 'used';
    end if;
    execute format('select count(*) || '' '' || coalesce(sum(id), 0) from (%s) answer', query) into answer;
    return answer;
end
$$;

set max_parallel_workers_per_gather = 0;
set jit = off;
select setseed(0.25) \g /dev/null

-- limits, exact values at and around them, TND without a limit, and NULL
create table sample as
select id,
       case when i < 5 then 'TND'::viral_load
            when i < 30 then 'TND<50'
            when i < 50 then '<50'
            when i < 55 then '<400'
            when i < 58 then '50'
            when i < 60 then '400'
            when i < 63 then '>500000'
            when i < 66 then '>10000000'
            when i < 70 then null
            else viral_load(exp(random() * 16)) end as vl,
       case when i < 10 then '>2'::log_reduction
            when i < 20 then '<0'
            when i < 25 then '0'
            when i < 28 then '>0'
            when i < 30 then null
            else log_reduction(random() * 8 - 3) end as lr
from (select id, floor(random() * 100) as i from generate_series(1, 6000) id) draw;
create index sample_vl on sample (vl);
create index sample_lr on sample (lr);
vacuum analyze sample;

-- the planner finds the index

select pg_temp.uses('select * from sample where vl > 900000', '%Index Scan', 'sample_vl') as number,
       pg_temp.uses('select * from sample where 900000 < vl', '%Index Scan', 'sample_vl') as number_first,
       pg_temp.uses('select * from sample where vl > ''900000''', '%Index Scan', 'sample_vl') as viral_load,
       pg_temp.uses('select * from sample where vl = ''400''', '%Index Scan', 'sample_vl') as identity,
       pg_temp.uses('select * from sample where vl = 400', '%Index Scan', 'sample_vl') as equal_to_number,
       pg_temp.uses('select * from sample where vl in (400, 1e7)', '%Index Scan', 'sample_vl') as one_of_numbers,
       pg_temp.uses('select * from sample where vl #> ''>500000''', '%Index Scan', 'sample_vl') as in_order,
       pg_temp.uses('select * from sample where vl between 100 and 110', '%Index Scan', 'sample_vl') as between_numbers,
       pg_temp.uses('select vl from sample order by vl limit 10', 'Index Only Scan', 'sample_vl') as sorted,
       pg_temp.uses('select max(vl) from sample', 'Index Only Scan', 'sample_vl') as max,
       pg_temp.uses('select min(vl) from sample', 'Index Only Scan', 'sample_vl') as min;

-- an operand that is known when the plan runs: as a parameter, and in a nested loop

begin;
set local enable_seqscan = off;
set local plan_cache_mode = force_generic_plan;
prepare by_number(float8) as select count(*) from sample where vl < $1;
prepare equal_to(float8) as select count(*) from sample where vl = $1;
prepare by_column(float8) as select count(*) from sample where $1 >= lr;
select pg_temp.uses('execute by_number(50)', '%Index%Scan', 'sample_vl') as parameter,
       pg_temp.uses('execute equal_to(50)', '%Index%Scan', 'sample_vl') as parameter_equal,
       pg_temp.uses('execute by_column(0)', '%Index%Scan', 'sample_lr') as parameter_first;
execute by_number(50);
execute by_number(0);
execute by_number('Infinity');
execute by_number('NaN');
execute by_number(null);
execute by_column(0);
execute equal_to(50);
execute equal_to(0);
execute equal_to('NaN');
execute equal_to(null);
set local enable_mergejoin = off;
set local enable_hashjoin = off;
create temp table threshold (x float8);
insert into threshold values (2), (20), (50), (400), (1e7);
analyze threshold;
select pg_temp.uses('select * from threshold, sample where vl < x', '%Index%Scan', 'sample_vl') as nested_loop;
select x, count(*) from threshold, sample where vl < x group by x order by x;
rollback;
select x, count(*) from sample, unnest(array[2, 20, 50, 400, 1e7]::float8[]) x where vl < x group by x order by x;

-- every comparison with every operand answers the same with the index and without

create temp table answers as
select query, pg_temp.answer(query, true) as indexed, pg_temp.answer(query, false) as sequential
from (select format(forms.form, columns.name, operators.name, operand) as query
      from (values ('select id from sample where %s %s %s'), ('select id from sample where %3$s %2$s %1$s')) forms(form),
           (values ('<'), ('<='), ('='), ('>'), ('>=')) operators(name),
           (values ('vl', array['0', '-1', '1e-300', '-1e-300', '1', '20', '50', '49.999999', '50.000001', '400',
                                '500000', '1e7', '1e-9', '1e15', '1e70', '''<50''', '''TND<50''', '''<400''', '''400''',
                                '''50''', '''>500000''', '''>10000000''', '''TND''']),
                   ('lr', array['0', '-1', '2', '2.5', '1e-300', '-1e-300', '1e-30', '100', '''>2''', '''<0''', '''0''',
                                '''>0''', '''<5''', '''-2.5'''])) columns(name, operands),
           unnest(columns.operands) operand) query;
-- where no bound helps, or no answer can be true, there is no index condition
select query from answers where indexed <> sequential and indexed <> 'the index is not used' order by query;
select count(*) as queries, count(*) filter (where indexed <> 'the index is not used') as indexed,
       count(distinct sequential) > 40 as distinct_answers
from answers;
select query from answers where indexed = 'the index is not used' order by query;

-- block ranges

create table visit (vl viral_load, lr log_reduction);
insert into visit
select viral_load(g::float8, (array['=', '<', '>', '='])[1 + g % 4]), log_reduction(g / 1000.0)
from generate_series(1, 30000) g;
create index visit_vl on visit using brin (vl) with (pages_per_range = 4);
create index visit_lr on visit using brin (lr) with (pages_per_range = 4);
analyze visit;
begin;
select pg_temp.uses('select * from visit where vl < 100', 'Bitmap Index Scan', 'visit_vl') as viral_load,
       pg_temp.uses('select * from visit where lr >= 29.9', 'Bitmap Index Scan', 'visit_lr') as log_reduction,
       pg_temp.uses('select * from visit where vl = ''4000''', 'Bitmap Index Scan', 'visit_vl') as identity;
set local enable_seqscan = off;
create temp table brin_answer as
select (select count(*) from visit where vl < 100) as below, (select count(*) from visit where vl > 29000) as above,
       (select count(*) from visit where vl = '<5001') as identical, (select count(*) from visit where lr >= 29.9) as reduced;
set local enable_seqscan = on;
set local enable_bitmapscan = off;
select brin_answer.*, (below, above, identical, reduced) =
       ((select count(*) from visit where vl < 100), (select count(*) from visit where vl > 29000),
        (select count(*) from visit where vl = '<5001'), (select count(*) from visit where lr >= 29.9)) as same
from brin_answer;
commit;

-- hashes: index, join, groups, partitions; and merge join

create index visit_hash on visit using hash (vl);
select pg_temp.uses('select * from visit where vl = ''<5001''', '%Index Scan', 'visit_hash') as hash_index;
begin;
create temp table joined (method text, n bigint);
set local enable_nestloop = off;
set local enable_mergejoin = off;
select pg_temp.uses('select * from sample a join sample b using (vl)', 'Hash Join') as hash_join;
insert into joined select 'hash', count(*) from sample a join sample b using (vl);
set local enable_mergejoin = on;
set local enable_hashjoin = off;
select pg_temp.uses('select * from sample a join sample b using (vl)', 'Merge Join') as merge_join;
insert into joined select 'merge', count(*) from sample a join sample b using (vl);
select count(distinct n) as answers, min(n) = (select sum(n * n) from (select count(*) as n from sample where vl is not null
                                               group by vl::text) groups) as as_by_text
from joined;
rollback;
begin;
set local enable_hashagg = on;
set local enable_sort = off;
create temp table grouped as select vl, count(*) as n from sample group by vl;
set local enable_hashagg = off;
set local enable_sort = on;
select count(*) as different
from (select vl, count(*) as n from sample group by vl except select vl, n from grouped) sorted;
select count(distinct vl) = (select count(distinct vl::text) from sample) as distinct_values from sample;
rollback;

create table partitioned (id int, vl viral_load) partition by hash (vl);
create table partitioned_0 partition of partitioned for values with (modulus 3, remainder 0);
create table partitioned_1 partition of partitioned for values with (modulus 3, remainder 1);
create table partitioned_2 partition of partitioned for values with (modulus 3, remainder 2);
insert into partitioned select id, vl from sample;
select count(*) as partitions, bool_and(n > 500) as spread from (select tableoid, count(*) as n from partitioned group by 1) counts;
select count(*) as scattered from (select vl from partitioned group by vl having count(distinct tableoid) > 1) split;
select (select count(*) from partitioned where vl = '<50') = (select count(*) from sample where vl = '<50') as pruned;
create table ranged (vl viral_load) partition by range (vl);
create table ranged_low partition of ranged for values from (minvalue) to ('50');
create table ranged_high partition of ranged for values from ('50') to (maxvalue);
insert into ranged values ('TND'), ('<50'), ('TND<50'), ('50'), ('>50'), ('<400');
select tableoid::regclass, array_agg(vl order by vl) from ranged group by 1 order by 1;

-- a unique index, duplicates in few pages, and the structure that amcheck expects

create table entry (vl viral_load unique);
insert into entry values ('<50'), ('50'), ('>50'), ('TND<50');
insert into entry values ('50.0');
create table repeated as select '<50'::viral_load as vl from generate_series(1, 20000);
create index repeated_vl on repeated (vl);
select pg_relation_size('repeated_vl') < pg_relation_size('visit_vl') + 262144 as deduplicated;
do $$
begin
    if exists (select from pg_available_extensions where name = 'amcheck') then
        create extension amcheck;
        perform bt_index_check(index, true) from unnest(array['sample_vl', 'sample_lr', 'repeated_vl']::regclass[]) index;
        drop extension amcheck;
    end if;
end
$$;

-- estimates: within a factor of 1.5 of what there is

select condition, pg_temp.estimate('select * from sample where ' || condition) /
       (select count(*) from sample where id in (select id from sample s where
            case condition when 'vl < 50' then s.vl < 50 when 'vl >= 50' then s.vl >= 50
                           when 'vl > 500000' then s.vl > 500000 when 'vl < 400' then s.vl < 400
                           when 'vl <= 1000' then s.vl <= 1000 when '1000 < vl' then 1000 < s.vl
                           when 'vl < ''400''' then s.vl < '400' when 'lr > 1' then s.lr > 1
                           when 'lr < 0' then s.lr < 0 when 'vl = ''<50''' then s.vl = '<50' end))
       between 1 / 1.5 and 1.5 as sane
from unnest(array['vl < 50', 'vl >= 50', 'vl > 500000', 'vl < 400', 'vl <= 1000', '1000 < vl', 'vl < ''400''', 'lr > 1',
                  'lr < 0', 'vl = ''<50''']) condition;
-- nothing is estimated to be true that cannot be, and no estimate fails
select pg_temp.estimate('select * from sample where vl < 0') < 10 as below_zero,
       pg_temp.estimate('select * from sample where vl < null::float8') <= 1 as null,
       pg_temp.estimate('select * from sample where vl < ''TND''') <= 1 as below_not_detected,
       pg_temp.estimate('select * from sample where vl > ''>500000''') <= 1 as above_no_limit,
       pg_temp.estimate('select * from sample a, sample b where a.vl < b.vl') > 0 as join_clause;
create table few (vl viral_load);
analyze few;
select pg_temp.estimate('select * from few where vl < 50') > 0 as empty;
insert into few values (null), (null);
analyze few;
select pg_temp.estimate('select * from few where vl < 50') > 0 as all_null;
insert into few values ('<50');
analyze few;
select pg_temp.estimate('select * from few where vl < 20') > 0 as unknown;

-- row security keeps out what a reader may not see, and lets the index be used

create role regress_virotrial_reader;
alter table sample enable row level security;
create policy odd on sample to regress_virotrial_reader using (id % 2 = 1);
grant select on sample to regress_virotrial_reader;
grant temporary on database :"DBNAME" to regress_virotrial_reader;
create table expected_rows as select count(*) as n from sample where vl > 900000 and id % 2 = 1;
grant select on expected_rows to regress_virotrial_reader;
create function leaky(viral_load) returns boolean language plpgsql cost 0.0001 as
$$ begin raise notice 'seen: %', $1; return true; end $$;
set role regress_virotrial_reader;
create function pg_temp.plan_of_reader(query text) returns text language plpgsql as $$
declare
    plan json;
begin
    execute 'explain (format json) ' || query into plan;
    return plan::text;
end
$$;
select pg_temp.plan_of_reader('select * from sample where vl > 900000') like '%"Index Cond": "(vl %' as number,
       pg_temp.plan_of_reader('select * from sample where vl > ''900000''') like '%"Index Cond": "(vl %' as viral_load,
       pg_temp.plan_of_reader('select * from sample where lr < -2.9') like '%"Index Cond": "(lr %' as log_reduction;
select count(*) = (select n from expected_rows) as rows from sample where vl > 900000;
select count(*) as rows from sample where leaky(vl) and id in (2, 4);
reset role;
-- every operator that an index condition can need is leakproof
select count(*) as leaking
from pg_operator join pg_proc on pg_proc.oid = oprcode
where not proleakproof and
      (oprleft in ('viral_load'::regtype, 'log_reduction'::regtype) or oprright in ('viral_load'::regtype, 'log_reduction'::regtype));
drop function leaky;
drop table sample, visit, partitioned, ranged, entry, repeated, few, expected_rows;
drop owned by regress_virotrial_reader;
drop role regress_virotrial_reader;

-- the estimators know their own types alone, whatever operator names them
create function pg_temp.is_beyond(text, float8) returns boolean language plpgsql immutable as $$ begin return false; end $$;
create operator pg_temp.<<< (leftarg = text, rightarg = float8, function = pg_temp.is_beyond, restrict = _virotrial.viral_load_ltsel);
create temp table words as select 'word ' || i as word from generate_series(1, 300) i;
analyze words;
select pg_temp.estimate('select from words where word operator(pg_temp.<<<) 5') as a_third;
