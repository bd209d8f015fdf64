-- Time-averaged change from baseline
set extra_float_digits = -3;

-- day 0 at 4, day 10 at 2: the average fall is 1; then flat for 10 days: 1.5
select davg(day, log10_vl) from (values (0, 4.0), (10, 2.0)) as course(day, log10_vl);
select davg(day, log10_vl) from (values (10, 2.0), (20, 2.0), (0, 4.0)) as course(day, log10_vl);
-- of two values of a day the highest counts, and what is NULL does not
select davg(day, log10_vl), time_course(day, log10_vl)
from (values (0, 4.0), (10, 2.0), (10, 3.0), (null, 1), (20, null)) as course(day, log10_vl);
-- with replicates the last of a day counts, in any order of rows; what is NULL does not
select davg(day, log10_vl, replicate)
from (values (0, 4.0, 1), (10, 2.0, 2), (10, 3.0, 1), (10, 9, null), (null, 1, 1), (20, null, 1)) as course(day, log10_vl, replicate);
select davg(day, log10_vl, replicate) from (values (-1, 4.0, 2), (-1, 9, 1), (0, 2.0, 65535), (0, 7, 0)) as course(day, log10_vl, replicate);
select davg(day, log10_vl, replicate) from (values (7, 4.0, 1), (7, 2, 2)) as course(day, log10_vl, replicate);
select davg(day, log10_vl, replicate) from (values (-2147483648, 4.0, 1), (2147483647, 2.0, 65535)) as course(day, log10_vl, replicate);
-- one day, no day
select davg(day, log10_vl) from (values (0, 4.0), (0, 3)) as course(day, log10_vl);
select davg(day, log10_vl) from (values (0, 4.0)) as course(day, log10_vl) where false;
-- rolled up and as text: the same
select davg(rollup(course)) as rolled_up, davg(rollup(course::text::time_course)) as from_text
from (select part, time_course(day, log10_vl) as course
      from (values (1, 0, 4.0), (2, 10, 2.0), (1, 10, 3.0), (2, 20, 2.5)) as record(part, day, log10_vl)
      group by part) as parts;

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
    ($$select davg('NaN'::float8, 1)$$),
    ($$select davg(1, 'Infinity'::float8)$$),
    ($$select davg(1, 'NaN'::float8, 1)$$),
    ($$select davg(1, 4, -1)$$),
    ($$select davg(1, 4, 0.5)$$),
    ($$select davg(1, 4, 65536)$$),
    ($$select davg(day, log10_vl) from (values (-1e308, 1e308), (1e308, -1e308)) as course(day, log10_vl)$$),
    ($$select '1:missing=0,values=2,day=1,value=1,day=0,value=1'::time_course$$),
    ($$select '1:missing=0,values=1,day=1,value=Infinity'::time_course$$),
    ($$select _virotrial.time_course_combine(null, null)$$)) as refused(statement)
\gx
