-- States of a capacity of 0 grow like all others.
select rollup(s) from (values (null::float8, 1), (1, 2)) as v (day, value),
	lateral (select time_course(day, value) as s) as states;
