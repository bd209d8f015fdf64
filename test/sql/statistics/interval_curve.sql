-- Survival curves of times that are known between two bounds
set extra_float_digits = -4;

-- The innermost of these intervals are (0,1], 2 and (4,5]; the likelihood is p1 (p1 + p2) p2^2 p3^3, so p3 = 3/7, p2 = 8/21, p1 = 4/21
create temp table seen (subject int, lower float8, upper float8);
insert into seen values (1, 0, 2), (2, 1, 3), (3, null, 1), (4, 3, null), (5, 2, 2), (6, 2, 5), (7, 4, 6), (8, null, null);
select interval_censored_curve(lower, upper) from seen where subject in (1, 3, 4, 5, 8);
select * from interval_censored_curve_rows((select interval_censored_curve(lower, upper) from seen));
select p, (interval_censored_quantile((select interval_censored_curve(lower, upper) from seen), p)).*
from unnest('{0,0.1,0.5,0.6,1}'::float8[]) as p;

-- exact times and right-censored ones: Kaplan-Meier
select upper, survival, survival_at(curve, upper) as kaplan_meier
from (select interval_censored_curve(t, case when event then t end) as intervals, survival_curve(t, event) as curve
      from (values (1, true), (2, true), (2, false), (4, true), (5, false), (7, true)) as subject(t, event)) as both_curves,
     interval_censored_curve_rows(intervals) as row;

-- every bound open: nobody; all before; all after; one interval
select interval_censored_curve(lower, upper), interval_censored_quantile(interval_censored_curve(lower, upper), 0.5) from seen where false;
select * from interval_censored_curve_rows((select interval_censored_curve(lower, upper) from seen where false));
select * from interval_censored_curve_rows((select interval_censored_curve(null, upper) from seen where upper is not null));
select * from interval_censored_curve_rows((select interval_censored_curve(lower, 'infinity') from seen where lower is not null));
select * from interval_censored_curve_rows((select interval_censored_curve(3, 8) from seen));
-- intervals that meet share no time: what ends at 2 is not in what begins above 2
select * from interval_censored_curve_rows((select interval_censored_curve(l, u) from (values (1, 2), (2, 3)) as meeting(l, u)));

-- the same visits every four weeks: few distinct intervals, whatever the number of subjects
select length(interval_censored_curve(28 * (i % 9), 28 * (i % 9 + 1 + i % 2))::text) < 1500 as bounded
from generate_series(1, 20000) as i;

-- rolled up, as text, in a window
select rollup(part::text::interval_censored_curve)::text = (select interval_censored_curve(lower, upper)::text from seen) as same
from (select interval_censored_curve(lower, upper) as part from seen group by subject % 3) as parts;
select count(distinct state::text)
from (select interval_censored_curve(lower, upper) over (order by subject rows between current row and unbounded following) as state
      from seen) as windows;

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
    ($$select interval_censored_curve(2, 1)$$),
    ($$select interval_censored_curve('NaN', 1)$$),
    ($$select interval_censored_curve('infinity', null)$$),
    ($$select interval_censored_quantile(interval_censored_curve(1, 2), 1.5)$$),
    ($$select '1:missing=0,intervals=1,bounds=0,lower=0,upper=0,count=1'::interval_censored_curve$$),
    ($$select '1:missing=0,intervals=1,bounds=1,lower=0,upper=1,count=1'::interval_censored_curve$$),
    ($$select '1:missing=0,intervals=1,bounds=3,lower=2,upper=1,count=1'::interval_censored_curve$$),
    ($$select '1:missing=0,intervals=2,bounds=3,lower=1,upper=2,count=1,bounds=3,lower=1,upper=2,count=1'::interval_censored_curve$$),
    ($$select '1:missing=0,intervals=1,bounds=3,lower=1,upper=2,count=0'::interval_censored_curve$$),
    ($$select _virotrial.interval_censored_curve_combine(null, null)$$)) as refused(statement)
\gx

-- bounds that differ in the last bit, in either order, are a known time
select * from interval_censored_curve_rows((
    select interval_censored_curve(lower, upper)
    from (values (0.1::float8 + 0.2, 0.3::float8), (0.3, 0.1::float8 + 0.2), (1, 2)) as subject(lower, upper)));
