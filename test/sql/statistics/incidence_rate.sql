-- Events per person-time
set extra_float_digits = -3;

-- 17 events in 243.75 person-years; a row that lacks either is left out
create temp table follow_up (site text, events bigint, person_years float8);
insert into follow_up values
    ('A', 9, 120.5), ('A', 0, 3.25), ('B', 8, 120), ('B', null, 4), ('B', 2, null);
select * from (select (incidence_rate(events, person_years)).* from follow_up) as rate;
select * from (select (incidence_rate(events, person_years, 0.9)).* from follow_up) as rate;
select incidence_tally(events, person_years) from follow_up;

-- no event, no time, no row
select (incidence_rate(0::bigint, 12.5)).*;
select (incidence_rate(0::bigint, 0)).*;
select (incidence_rate(events, person_years)).* from follow_up where false;
select incidence_tally(events, person_years) from follow_up where false;

-- stored tallies give the same, and so does their text and binary form
create temp table site_tally as
    select site, incidence_tally(events, person_years) as tally from follow_up group by site;
select incidence_rate(rollup(tally)) = (select incidence_rate(events, person_years) from follow_up) as same from site_tally;
select bool_and(tally::text::incidence_tally::text = tally::text) as same_text from site_tally;
select (incidence_rate(incidence_tally_of_totals(17, 243.75), 0.9)).*;

-- the order of rows does not show in the sum
select incidence_rate(1, v order by v) = incidence_rate(1, v order by v desc) as same
from (select 10 ^ (i % 17 - 8) / 3 as v from generate_series(1, 1000) as i) as times;

-- what is not events and time
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
    ($$select incidence_rate(-1::bigint, 1)$$),
    ($$select incidence_rate(1::bigint, -0.5)$$),
    ($$select incidence_rate(1::bigint, 'NaN')$$),
    ($$select incidence_rate(1::bigint, 'Infinity')$$),
    ($$select incidence_rate(1::bigint, v) from (values (1e308), (1e308)) as times(v)$$),
    ($$select incidence_rate(9223372036854775807, v) from (values (1), (1)) as times(v)$$),
    ($$select incidence_rate(1::bigint, 1, 1)$$),
    ($$select incidence_rate(1::bigint, 1, null)$$),
    ($$select incidence_rate(1::bigint, 1, level) from (values (0.9), (0.95)) as levels(level)$$),
    ($$select incidence_rate(incidence_tally_of_totals(1, 1), 0)$$),
    ($$select '1:events=-1,missing=0,person_years=1,remainder=0,conf_level=0'::incidence_tally$$),
    ($$select '1:events=1,missing=0,person_years=1,remainder=0.5,conf_level=0'::incidence_tally$$),
    ($$select '2:events=1'::incidence_tally$$),
    ($$select _virotrial.incidence_tally_combine(null, null)$$)) as refused(statement)
\gx
