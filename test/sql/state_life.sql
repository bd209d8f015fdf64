-- Every state, at every moment of its life, is what the plain aggregate makes:
-- rolled up in any order, in parallel, before its final function, and read back.

create schema state_life;
set search_path = state_life, public;

-- every aggregate over rows, with the columns of "measured" that it takes
create table aggregates as
select a.aggfnoid::regproc::text as name, pg_get_function_arguments(a.aggfnoid) as argument_types,
	a.aggtranstype::regtype as state, a.aggtransfn, a.aggcombinefn, a.aggfinalfn, p.proargtypes,
	a.aggtranstype = p.prorettype as keeps_state,
	(select string_agg(case
			when type = 'double precision'::regtype and (place > 2 or place = 2
				and p.proname !~ '^(incidence|interval|time_course|davg)') then '0.9'
			when type = 'double precision'::regtype and place = 2 and p.proname !~ '^incidence' then 'later'
			else 'of_' || regexp_replace(type::regtype::text, '\W', '_', 'g') end, ', ' order by place)
		from unnest(p.proargtypes::oid[]) with ordinality as arguments (type, place)) as columns
from pg_aggregate a
join pg_proc p on p.oid = a.aggfnoid
join pg_depend d on d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e'
where p.proargtypes[0] <> a.aggtranstype and a.aggtranstype <> 'internal'::regtype;

-- parts of a group: without rows, of one, of one with nulls, of equal ones, of many
create table measured as
select g, part, i, g * 1000 + part * 100 + i as id, i > 0 as kept,
	n % 3 = 0 as of_boolean, n::float8 as of_double_precision, (n + 1 + i % 3)::float8 as later,
	n as of_integer, (n % 5)::bigint as of_bigint, (array['b', 'a', 'c', 'é"\'])[1 + n % 4] as of_text,
	(array['<', '', '', '>', '<'])[1 + n % 5] || (array[10, 100, 1000])[1 + n % 3] as viral_load,
	(array['<', '', '', '>', '<'])[1 + n % 5] || (array[-1, 0, 2])[1 + n % 3] as log_reduction,
	date '2024-01-01' + n % 9 as of_date, (n % 2)::numeric as of_numeric,
	array[(n % 4)::float8, (n % 3)::float8] as of_double_precision__,
	(array['RT:M184V', 'RT:K103N', 'PR:L90M'])[1 + n % 3]::mutation as of_mutation
from generate_series(1, 4) g, generate_series(0, 5) part,
	generate_series(0, (array[0, 1, 1, 9, 30, 17])[part + 1]) i,
	lateral (select nullif(case part when 2 then -1 when 3 then 5 else (i * 7 + part + g) % 23 end, -1) as n) x;
alter table measured add of_survival_curve survival_curve,
	add of_viral_load viral_load generated always as (viral_load::viral_load) stored,
	add of_log_reduction log_reduction generated always as (log_reduction::log_reduction) stored;

update measured m set of_survival_curve = c.curve
from (select id, survival_curve(of_double_precision, of_boolean) as curve from measured group by id) c
where m.id = c.id;

-- sums of doubles may differ in the last digits, which nothing prints
create function rounded(state text) returns text language sql immutable as $$
	select string_agg(case when token ~ '^-?\d+(\.\d+)?(e[-+]?\d+)?$' and length(token) <> 32
		then trim_scale(round(token::numeric, 9))::text else token end, '=' order by place)
	from regexp_split_to_table(state, '[=,(){}"]+') with ordinality as tokens (token, place)
$$;
create function same(one text, other text) returns boolean language sql immutable as
	'select one is not distinct from other or rounded(one) is not distinct from rounded(other)';

-- samples keep their values in the order in which they came
create function unordered(state text) returns text[] language sql immutable as
	$$ select array_agg(token order by token) from regexp_split_to_table(rounded(state), '[=; ]+') token $$;

-- how many rows of a query are not the same, or the error
create function differences(query text) returns text language plpgsql as $$
declare
	found text;
begin
	execute 'select nullif(count(*) filter (where not same(one, other)), 0) || '' of '' || count(*)'
		' from (' || query || ') as compared (one, other)' into found;
	return found;
exception when others then
	return sqlerrm || ': ' || query;
end $$;

select count(*) > 40 as "aggregates are found" from aggregates;

-- the states of all parts, a column each; those of part 0 are of no rows
create table states as
select distinct on (state) state::text, name, columns, argument_types from aggregates
where keeps_state and state::text not like '%[]' order by state, argument_types;
select format('create table stored as select g, part, %s from measured group by g, part',
	string_agg(format('%s(%s order by id) filter (where kept) as %s', name, columns, state), ', '))
from states \gexec
create table stored_binary (like stored);
\getenv abs_builddir PG_ABS_BUILDDIR
\set file :abs_builddir '/state_life.copy'
\set command '\\copy stored to ' :'file' ' with (format binary)'
:command
\set command '\\copy stored_binary from ' :'file' ' with (format binary)'
:command

-- rolled up in every order of three parts, as they are, from text and from binary
select state, form, differences(format($query$
	select (select rollup(%2$s order by place)::text
			from unnest(array[a, b, c]) with ordinality as o (part, place)
			join %1$s t on t.g = 1 and t.part = o.part) as one,
		(select %3$s(%4$s order by place, id) filter (where kept)::text
			from unnest(array[a, b, c]) with ordinality as o (part, place)
			join measured t on t.g = 1 and t.part = o.part) as other
	from generate_series(0, 5) a, generate_series(0, 5) b, generate_series(0, 5) c
	where a <> b and b <> c and a <> c$query$, source, format(cast_as, state, state), name, columns)) as difference
from states, (values ('stored', 'stored', '%s'), ('text', 'stored', '%s::text::%s'), ('binary', 'stored_binary', '%s'))
	as forms (form, source, cast_as)
order by state collate "C", form collate "C";

-- before the final function, read back at every number of rows, and combined:
-- the final function gives what the aggregate gives
alter table aggregates add raw text;
update aggregates set raw = 'raw_' || substr(md5(name || argument_types), 1, 12);
do $$
declare
	a record;
begin
	for a in select * from aggregates loop
		execute format('create aggregate %s(%s) (sfunc = %s, stype = %s)',
			a.raw, a.argument_types, a.aggtransfn, a.state);
		execute format('create aggregate joined_%s(%s) (sfunc = %s, stype = %s)',
			a.raw, a.state, a.aggcombinefn, a.state);
	end loop;
end $$;
create function final_call(a aggregates, state text) returns text language sql immutable as
	$$ select format('%s(%s)::text', a.aggfinalfn, state) $$;

select name, argument_types, differences(format($query$
	with grown as (
		select n, %1$s(%2$s order by m.id) filter (where m.i between 1 and n) as s,
			(%3$s(%2$s order by m.id) filter (where m.i between 1 and n))::text as plain
		from generate_series(0, 30) n, measured m where m.g = 2 and m.part = 4 group by n)
	select s::text, s::text::%4$s::text from grown union all
	select %5$s, plain from grown union all
	select %6$s, plain from grown$query$,
	raw, columns, name, state, final_call(a, 's'), final_call(a, format('s::text::%s', state)))) as at_each_number,
	differences(format($query$
	with parts as (
		select g, part, %1$s(%2$s order by id) filter (where kept) as s from measured group by g, part),
	joined as (
		select (select joined_%1$s(s order by place) from unnest(array[a, b, c]) with ordinality as o (part, place)
				join parts t on t.g = 1 and t.part = o.part) as s,
			(select %3$s(%2$s order by place, id) filter (where kept)::text
				from unnest(array[a, b, c]) with ordinality as o (part, place)
				join measured t on t.g = 1 and t.part = o.part) as plain
		from generate_series(0, 5) a, generate_series(0, 5) b, generate_series(0, 5) c where a < b)
	select s::text, s::text::%4$s::text from joined union all
	select %5$s, plain from joined union all
	select %6$s, plain from joined$query$,
	raw, columns, name, state, final_call(a, 's'), final_call(a, format('s::text::%s', state)))) as combined
from aggregates a order by name collate "C", argument_types collate "C";

-- no count overflows: a row more is refused
create function refused(call text) returns text language plpgsql as $$
begin
	execute 'create or replace aggregate counted(float8, boolean) (sfunc = _virotrial.survival_curve_accumulate,'
		' stype = survival_curve, initcond = ''1:missing=9223372036854775807,values=0'')';
	execute call;
	return 'not refused';
exception when others then return sqlstate || ': ' || sqlerrm;
end $$;
select refused('select counted(null, true)');

-- 20,000 groups in parallel, of rows and of states that may be empty
-- not analyzed, so that they are always thought worth workers
create table many with (parallel_workers = 2, autovacuum_enabled = false) as
select groups.g, k, m.* from (select g from generate_series(1, 20000) g) groups, generate_series(1, 3) k,
	lateral (select (groups.g * 5 + k * 37) % 256 as n) at
join (select row_number() over (order by id) - 1 as n, kept, of_boolean, of_double_precision, later,
		of_integer, of_bigint, of_text, of_date, of_numeric, of_double_precision__, of_mutation, of_survival_curve,
		of_viral_load, of_log_reduction from measured) m using (n);
set parallel_setup_cost = 0;
set parallel_tuple_cost = 0;
set min_parallel_table_scan_size = 0;

-- the groups in which parallel workers answer otherwise, and whether there were any workers
create function parallel_differences(query text, serial_query text default null) returns text
language plpgsql as $$
declare
	line text;
	parallel boolean := false;
begin
	set local client_min_messages = warning;
	drop table if exists serial, parallel;
	set local max_parallel_workers_per_gather = 0;
	execute 'create temp table serial as ' || coalesce(serial_query, query);
	set local max_parallel_workers_per_gather = 2;
	for line in execute 'explain ' || query loop
		parallel := parallel or line ~ 'Partial.*Aggregate';
	end loop;
	execute 'create temp table parallel as ' || query;
	return (select concat_ws(' ', count(*) filter (where not (same(s.result, p.result) or unordered(s.result) = unordered(p.result))),
			'of', count(*),
			case when not parallel then 'without workers' end)
		from serial s full join parallel p using (g));
end $$;

select state, parallel_differences(format('select g, concat_ws(''; '', %s) as result from many group by g',
	string_agg(format('%s(%s) filter (where kept)', name, columns), ', ' order by name collate "C", columns)))
from aggregates where state <> 'survival_curve[]'::regtype group by state order by state::text collate "C";

do $$
declare
	kind record;
begin
	for kind in select * from states loop
		execute format('create table many_%s with (parallel_workers = 2, autovacuum_enabled = false) as'
			' select g, k, %s(%s) filter (where kept) as s from many group by g, k',
			kind.state, kind.name, kind.columns);
	end loop;
end $$;
select state, parallel_differences(format('select g, rollup(s)::text as result from many_%s group by g', state),
	format('select g, (%s(%s) filter (where kept))::text as result from many group by g', name, columns))
from states order by state collate "C";

set client_min_messages = warning;
drop schema state_life cascade;
