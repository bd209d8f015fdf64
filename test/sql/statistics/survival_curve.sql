-- Survival curves, their medians and the log-rank test
set extra_float_digits = -3;

create temp table follow_up (subject int, arm text, "time" float8, event boolean);
insert into follow_up
    select i, case when i % 3 = 0 then 'B' else 'A' end, (i * 7) % 23 + i % 2, i % 4 <> 0
    from generate_series(1, 30) as i;
insert into follow_up values (31, 'A', null, true), (32, 'B', 4, null);

select survival_curve("time", event) from follow_up where subject <= 6 or subject > 30;
select * from survival_curve_rows((select survival_curve("time", event) from follow_up));
select * from survival_curve_rows((select survival_curve("time", event) from follow_up), 0.8) limit 3;
select t, survival_at((select survival_curve("time", event) from follow_up), t)
from unnest('{-1,0,0.5,3,3.5,22,23,Infinity}'::float8[]) as t;
select median_survival(survival_curve("time", event)), median_survival_ci(survival_curve("time", event)),
       median_survival_ci(survival_curve("time", event), 0.5) from follow_up;

-- log-rank: by arm, one arm, no arm, all events at once
select (logrank_test(curve)).*
from (select arm, survival_curve("time", event) as curve from follow_up group by arm) as arms;
select (logrank_test(array[a, b, null])).*
from (select survival_curve("time", event) filter (where arm = 'A') as a,
             survival_curve("time", event) filter (where arm = 'B') as b from follow_up) as arms;
select (logrank_test(survival_curve)).* from (select survival_curve("time", event) from follow_up) as one;
select (logrank_test(null::survival_curve[])).*;
select (logrank_test(curve)).*
from (select survival_curve(5, true) as curve from follow_up group by arm) as arms;

-- nobody; nobody with an event; everybody at once; time 0
select survival_curve("time", event), median_survival(survival_curve("time", event)),
       survival_at(survival_curve("time", event), 1) from follow_up where false;
select * from survival_curve_rows((select survival_curve("time", event) from follow_up where false));
select * from survival_curve_rows((select survival_curve(3, false) from follow_up));
select median_survival(survival_curve(3, false)), survival_at(survival_curve(3, false), 3),
       survival_at(survival_curve(3, false), 4) from follow_up;
select * from survival_curve_rows((select survival_curve(3, true) from follow_up));
select * from survival_curve_rows((select survival_curve(0, event) from follow_up));

-- rolled up, as text, as binary, in parallel: the same
create temp table arm_curve as
    select arm, survival_curve("time", event) as curve from follow_up group by arm;
select rollup(curve)::text = (select survival_curve("time", event)::text from follow_up) as same from arm_curve;
select bool_and(curve::text::survival_curve::text = curve::text) as same_text from arm_curve;
select count(distinct curve::text)
from (select survival_curve("time", event) over (order by subject rows between current row and unbounded following) as curve
      from follow_up) as windows;

-- what is not a time, not a level, not a state
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
    ($$select survival_curve(-1, true)$$),
    ($$select survival_curve('NaN', true)$$),
    ($$select survival_curve('Infinity', false)$$),
    ($$select survival_at(survival_curve(1, true), 'NaN')$$),
    ($$select survival_curve_rows(survival_curve(1, true), 1.5)$$),
    ($$select median_survival_ci(survival_curve(1, true), 'NaN')$$),
    ($$select '1:missing=0,values=1,time=-1,event=1,count=3'::survival_curve$$),
    ($$select '1:missing=0,values=1,time=1,event=2,count=3'::survival_curve$$),
    ($$select '1:missing=0,values=1,time=1,event=1,count=0'::survival_curve$$),
    ($$select '1:missing=0,values=2,time=1,event=0,count=1,time=1,event=1,count=1'::survival_curve$$),
    ($$select '1:missing=0,values=900000000,time=1,event=0,count=1'::survival_curve$$),
    ($$select '1:missing=-1,values=0'::survival_curve$$),
    ($$select survival_at('1:missing=0,values=2,time=1,event=0,count=9007199254740992,time=2,event=1,count=1', 1)$$),
    ($$select _virotrial.survival_curve_combine(null, null)$$)) as refused(statement)
\gx

-- times that differ in the last bit are one
select * from survival_curve_rows((
    select survival_curve(days, event)
    from (values (0.3::float8, true), (0.1::float8 + 0.2, true), (1, false)) as subject(days, event)));
select (logrank_test(days, true, arm)).degrees_of_freedom
from (values (0.3::float8, 'a'), (0.1::float8 + 0.2, 'b')) as subject(days, arm);
