-- A subject's viral loads by day, and the one that stands for a visit
set datestyle = 'ISO, MDY';
create table result (subject int, collected date, replicate smallint, vl viral_load);
insert into result values
    (1, '2008-01-15', 1, '50000'), (1, '2008-02-01', 1, '30000'), (1, '2008-02-01', 2, '>500000'),
    (1, '2008-02-26', 1, '900'), (1, '2008-03-03', 1, '<400'), (1, '2008-03-03', 2, '300'), (1, '2008-06-01', 1, 'TND<50'),
    (2, '1969-12-31', 1, '100'), (2, '1999-12-31', 1, '200'), (2, '2000-01-01', 1, '300'), (2, null, 1, '400'), (2, '2000-01-02', 1, null);

-- of two equally near (26 February and 3 March to the 29th are 3 days off) the
-- later, of one day the last replicate; both ends belong to the window
select subject, first, last, target, _virotrial.viral_load_nearest(course, first, last, target), _virotrial.viral_load_nearest_day(course, first, last, target),
       _virotrial.viral_load_latest(course, first, last), _virotrial.viral_load_latest_day(course, first, last), _virotrial.viral_load_latest_replicate(course, first, last)
from (select subject, viral_load_course(collected, replicate, vl) as course from result group by subject) as courses
join (values (1, date '2008-02-02', date '2008-03-27', date '2008-02-29'), (1, '2008-02-27', '2008-03-02', '2008-02-29'),
             (1, '2008-02-26', '2008-02-26', '2008-02-29'), (1, '2008-02-02', '2008-03-27', '2008-02-28'),
             (1, '-infinity', '2008-02-01', '2008-02-01'), (1, '2008-03-04', 'infinity', '2008-03-04'), (1, '2008-03-04', '2008-05-31', '2008-03-04'),
             (2, '-infinity', 'infinity', '1970-01-01'), (2, '1999-12-31', '1999-12-31', '1999-12-31'), (2, '1970-01-01', '1999-12-30', '1999-01-01'))
     as window_of (of_subject, first, last, target) on of_subject = subject
order by subject, first, last, target;

-- a day's last replicate stands for it; whether '>500000' is below 600000, or TND<50 below 40, cannot be known
select subject, first, last, threshold, _virotrial.viral_load_first_below(course, first, last, threshold), _virotrial.viral_load_last_not_below(course, first, last, threshold)
from (select subject, viral_load_course(collected, replicate, vl) as course from result group by subject) as courses
join (values (1, date '-infinity', date 'infinity', 1000), (1, '2008-02-26', '2008-02-26', 1000), (1, '2008-02-27', 'infinity', 400), (1, '2008-02-27', 'infinity', 300),
             (1, '2008-02-27', 'infinity', 40), (1, '-infinity', 'infinity', 600000), (2, '1969-12-31', '2000-01-01', 200), (2, '1970-01-01', '1999-12-31', 200))
     as window_of (of_subject, first, last, threshold) on of_subject = subject
order by subject, first, last, threshold;

select viral_load_course(collected, replicate, vl) from result where subject = 2;
select _virotrial.viral_load_latest(viral_load_course(collected, replicate, vl), '-infinity', 'infinity') from result where false;
select subject, course::text = rolled_up::text as same, course::text::viral_load_course::text = course::text as read_back
from (select subject, viral_load_course(collected, replicate, vl) as course from result group by subject) as whole
join (select subject, rollup(part) as rolled_up
      from (select subject, viral_load_course(collected, replicate, vl) as part from result group by subject, replicate) as parts group by subject) as parts
using (subject)
order by subject;

-- records of one day in the order of their fractions
select first, last, target, _virotrial.time_course_nearest(course, first, last, target)
from (select time_course(day, value) as course from (values (-3.5, 1), (0.25, 2), (0.5, 3), (4.1, 4)) as record (day, value)) as courses,
     (values (-4, 4, 0), (-4, -4, 0), (-3, -1, 0), (0, 4, 2), (1, 4, 1)) as window_of (first, last, target);

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
    ($$select viral_load_course('infinity', 1, '50')$$),
    ($$select viral_load_course('2008-01-01', -1, '50')$$),
    ($$select viral_load_course('2008-01-01', 32768, '50')$$),
    ($$select viral_load_course('2008-01-01', 0.5, '50')$$),
    ($$select '1:missing=0,values=2,moment=65537,value=50,moment=65537,value=60'::viral_load_course$$),
    ($$select '1:missing=0,values=1,moment=65535,value=50'::viral_load_course$$),
    ($$select '1:missing=0,values=1,moment=9223372036854775807,value=50'::viral_load_course$$),
    ($$select '1:missing=0,values=1,moment=1,value=0'::viral_load_course$$),
    ($$select response_tally(3, 2)$$),
    ($$select response_tally(1, 2, -1)$$)) as refused(statement)
\gx

-- limits of a median: of 10 values the second and the ninth, since
-- P(B <= 1) = 11/1024 <= 0.025 < P(B <= 2); of 5 there are none
select (median_ci(log_reduction_sample(n::log_reduction))).*, (median_ci(value_distribution(n))).* from generate_series(1, 10) as n;
select (median_ci(log_reduction_sample(n::log_reduction))).*, (median_ci(value_distribution(n))).* from generate_series(1, 5) as n;
-- '>2' can be 2 and without bound, '<9' can be 9 and without bound
select (median_ci(log_reduction_sample(value::log_reduction))).*
from unnest(array['>1', '>2', '>3', '4', '5', '6', '7', '<8', '<9', '<10']) as value;
select (median_ci(viral_load_sample(value::viral_load))).*
from unnest(array['TND', 'TND', 'TND<50', '<50', '60', '70', '80', '90', '100', '>500']) as value;
-- the upper end of TND without a limit is unknown
select (median_ci(viral_load_sample('TND'::viral_load))).* from generate_series(1, 9);
select (median_ci(value_distribution(x), 0.5)).* from unnest(array[3, 1, 2, 2, null]) as x;
select response_rate(response_tally(3, 4, 1));
