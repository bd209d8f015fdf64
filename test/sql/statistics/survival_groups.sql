-- Survival by groups, and the log-rank test over rows
set extra_float_digits = -3;

create temp table follow_up (subject int, arm text, "time" float8, event boolean);
insert into follow_up
    select i, case when i % 3 = 0 then 'B' else 'A' end, (i * 7) % 23 + i % 2, i % 4 <> 0
    from generate_series(1, 30) as i;
insert into follow_up values (31, 'A', null, true), (32, 'B', 4, null), (33, null, 4, true);

select (logrank_test("time", event, arm)).* from follow_up;
-- the same as that of the curves
select (logrank_test(curve)).*
from (select survival_curve("time", event) as curve from follow_up where arm is not null group by arm) as arms;
select * from logrank_groups((select survival_groups("time", event, arm) from follow_up));
select survival_groups("time", event, arm) from follow_up where subject <= 4 or subject > 30;

-- names are kept as they are; their order is that of their bytes
select survival_groups(1, true, name) from unnest('{b,"",a,"say \"x\"","back\\slash","  "}'::text[]) as name;
select name, count(*) from unnest('{b,"",a,"say \"x\"","back\\slash","  "}'::text[]) as given(name)
join logrank_groups((select survival_groups(1, true, n)::text::survival_groups
                     from unnest('{b,"",a,"say \"x\"","back\\slash","  "}'::text[]) as n)) as kept on kept."group" = name
group by name order by name collate "C";

-- one group, no group, all events at once
select (logrank_test("time", event, 'all')).* from follow_up;
select (logrank_test("time", event, arm)).* from follow_up where false;
select survival_groups("time", event, arm) from follow_up where false;
select (logrank_test(5, true, arm)).* from follow_up;
select count(*) from logrank_groups((select survival_groups("time", event, arm) from follow_up where false));
select (logrank_test(null::survival_groups)).*;

-- rolled up, as text, in a window: the same, however groups are spread over the parts
select (logrank_test(rollup(part::text::survival_groups))).*
from (select survival_groups("time", event, arm) as part from follow_up group by subject % 5) as parts;
select rollup(part)::text = (select survival_groups("time", event, arm)::text from follow_up) as same
from (select survival_groups("time", event, arm) as part from follow_up group by subject % 3, arm) as parts;
select count(distinct state::text)
from (select survival_groups("time", event, arm) over (order by subject rows between current row and unbounded following) as state
      from follow_up) as windows;

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
    ($$select logrank_test(-1, true, 'A')$$),
    ($$select logrank_test('NaN', true, 'A')$$),
    ($$select logrank_test(1, true, repeat('x', 256))$$),
    ($$select logrank_test(1, true, i::text) from generate_series(1, 1001) as i$$),
    ($$select '1:missing=0,groups=1,values=1,name="a",group=1,time=1,event=1,count=1'::survival_groups$$),
    ($$select '1:missing=0,groups=1,values=2,name="a",group=-1,time=1,event=1,count=1,group=0,time=1,event=1,count=1'::survival_groups$$),
    ($$select '1:missing=0,groups=2,values=1,name="a",name="b",group=0,time=1,event=1,count=1'::survival_groups$$),
    ($$select '1:missing=0,groups=2,values=2,name="b",name="a",group=0,time=1,event=1,count=1,group=1,time=1,event=1,count=1'::survival_groups$$),
    ($$select '1:missing=0,groups=1,values=1,name="a,group=0,time=1,event=1,count=1'::survival_groups$$),
    ($$select '1:missing=0,groups=1,values=1,name="a",group=0,time=1,event=1,count=0'::survival_groups$$),
    ($$select '1:missing=-1,groups=0,values=0'::survival_groups$$),
    ($$select _virotrial.survival_groups_combine(null, null)$$)) as refused(statement)
\gx

-- states of many groups lie in one memory context: the executor looks through all with each new group
set enable_sort = off;
set max_parallel_workers_per_gather = 0;
select n, (select count(*) from pg_backend_memory_contexts where name = 'virotrial states' and n > 0) as contexts
from (select count(state) as n
      from (select i % 100, survival_groups(i, true, (i % 2)::text) as state from generate_series(1, 300) as i group by 1 offset 0) as s) as counted;
reset enable_sort;
reset max_parallel_workers_per_gather;

-- strata: one is the plain test; NULL and empty ones add nothing; a group may be in one alone
create temp table stratified as
select i, abs(hashint4(i)) % 97 as time, i % 3 > 0 as event, chr(97 + abs(hashint4(i + 1000)) % 3) as arm, i % 4 as stratum
from generate_series(1, 120) as i;
create temp table in_stratum as
select stratum, survival_groups(time, event, arm) as state from stratified group by stratum;
select logrank_test(array[survival_groups(time, event, arm)]) = logrank_test(time, event, arm) as one_stratum
from stratified;
select (logrank_test(array_agg(state order by stratum))).* from in_stratum;
select round((logrank_test(array_agg(state order by stratum))).chi_square::numeric, 9)
        = round((logrank_test(array_agg(state order by -stratum))).chi_square::numeric, 9) as in_any_order,
    logrank_test(array_agg(state order by stratum)) = logrank_test(array_agg(state order by stratum) || null::survival_groups
        || (select survival_groups(1, true, null) from generate_series(1, 2))) as with_nothing
from in_stratum;
select logrank_test('{}'::survival_groups[]) as empty, logrank_test(null::survival_groups[]) as "null",
    logrank_test(array[null]::survival_groups[]) as only_null;
-- who is alone in a stratum is compared with nobody
select (logrank_test(array[state, (select survival_groups(5, true, 'd'))])).*, (logrank_test(state)).chi_square as alone
from in_stratum where stratum = 1;
select logrank_test(array_agg(state)) from (select survival_groups(1, true, i::text) as state from generate_series(1, 1001) as i group by i % 2) as half;
