-- No function or operator makes a value that its own type refuses to read:
-- hostile arguments make an error, NULL, or a value that survives text and binary.

create schema forged;
set search_path = forged, public;

create table arguments (type regtype, literals text[]);
insert into arguments values
	('float8', '{NaN,Infinity,-Infinity,-5,-0,0,5e-324,1e-320,1e-9,1e-30,0.5,100,1e15,1e30,1e308,-1e308}'),
	('numeric', '{NaN,Infinity,-Infinity,-5,0,1e-400,1e-30,1e-9,0.5,100,1e15,1e30,1e400}'),
	('int8', '{-9223372036854775808,-1,0,1,4611686018427387904,9223372036854775807}'),
	('int4', '{-2147483648,-1,0,1,184,2147483647}'), ('int2', '{-32768,-1,0,1,32767}'),
	('bool', '{true,false}'), ('date', '{-infinity,infinity,0001-01-01,2024-01-01}'),
	('text', '{"","  ",<,>,=,<=,TND,NaN,RT,PR,rt,M184V,RT:M184V,"RT: M41L, M184V; IN: N155H",\\\\,é}'),
	('viral_load', '{TND,<1e-9,1e-9,>1e-9,<20,50,<1e15,1e15,>1e15}'),
	('log_reduction', '{<-100,-100,>-100,-1e-30,<0,0,>0,1e-30,2,<100,100,>100}'),
	('lab_value', '{<-1e30,-1e30,-1e-30,<0,0,>0,1e-30,7,<1e30,1e30,>1e30}'),
	('mutation', '{RT:M184V,RT:M184MV,PR:L90M,IN:N155H}'),
	('mutation[]', '{"{}","{RT:M184V,PR:L90M}","{RT:M184V,RT:M184I}","{NULL}","{{RT:M184V},{PR:L90M}}"}'),
	('viral_load_sample', array['1:probability=0,n=0', '1:probability=0,n=1,value=TND',
		'1:probability=0,n=2,value=TND,value=>1e+15', '1:probability=0,n=2,value=1e-09,value=1e+15',
		'1:probability=0,n=3,value=<1e-09,value=>1e-09,value=TND', '1:probability=0,n=2,value=1e-09,value=<1e-09']),
	('log_reduction_sample', array['1:probability=0,n=0', '1:probability=0,n=2,value=<-100,value=>100',
		'1:probability=0,n=2,value=-1e-30,value=1e-30', '1:probability=0,n=2,value=-100,value=100',
		'1:probability=0,n=2,value=1e-30,value=0', '1:probability=0,n=3,value=1e-30,value=0,value=2e-30']),
	('viral_load_course', array['1:missing=0,values=0', '1:missing=9223372036854775807,values=1,moment=0,value=TND',
		'1:missing=0,values=2,moment=-160742375424,value=<1e-09,moment=140740000000000,value=>1e+15']);

-- functions that return a type of the extension, or an array of one; those that operators and casts call
create table functions as
select p.oid::regprocedure as function, p.proargtypes::oid[]::regtype[] as types, p.prorettype::regtype as result
from pg_proc p
join pg_type t on t.oid = p.prorettype
join pg_depend d on d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e'
where p.prokind = 'f' and not p.proretset
	and exists (select from pg_depend e where e.objid in (t.oid, t.typelem) and e.classid = 'pg_type'::regclass
		and e.deptype = 'e' and t.typtype = 'b')
	and not p.proargtypes::oid[] && array['internal'::regtype, 'cstring'::regtype]::oid[];

-- support functions of aggregates are for aggregates: they refuse all calls
select function as "not called" from functions
where exists (select from unnest(types) as t where t not in (select type from arguments))
	and function::text !~ '_(accumulate|combine|final)\('
order by function::text collate "C";

-- what they made, in a column of its type
select format('create table made (call text primary key, %s)',
	string_agg(distinct format('%I %s', result, result), ', ')) from functions \gexec

create function call_all() returns void language plpgsql as $$
declare
	f functions;
	call text;
begin
	for f in select * from functions loop
		for call in
			with recursive lists as (
				select 0 as n, '' as list
				union all
				select n + 1, concat_ws(', ', nullif(list, ''), format('%L::%s', literal, f.types[n]))
				from lists join arguments on type = f.types[n], unnest(literals) as literal
				where n < cardinality(f.types))
			select format('%s(%s)', split_part(f.function::text, '(', 1), list) from lists where n = cardinality(f.types)
		loop
			begin
				execute format('insert into made (call, %I) select %L, made from (select %s as made) as call'
					' where made is not null', f.result, f.function || ': ' || call, call);
			exception when others then null;
			end;
		end loop;
	end loop;
end $$;
select call_all();
select count(*) > 2000 as "values were made", count(distinct split_part(call, ': ', 1)) as functions from made;

-- read back from text and from binary
create function not_read(type regtype, source text default 'made') returns table (call text, problem text)
language plpgsql as $$
declare
	row record;
	again text;
begin
	for row in execute format('select m.call, m.%1$I::text as written, b.%1$I::text as from_binary'
		' from made m join %2$s b using (call) where m.%1$I is not null', type, source) loop
		begin
			execute format('select %L::%s::text', row.written, type) into again;
			if again <> row.written or row.from_binary is distinct from row.written then
				return query select row.call, row.written;
			end if;
		exception when others then return query select row.call, sqlerrm;
		end;
	end loop;
end $$;
select distinct result, problems.* from functions, not_read(result) as problems;

\getenv abs_builddir PG_ABS_BUILDDIR
\set file :abs_builddir '/forged_values.copy'
create table made_binary (like made);
\set command '\\copy made to ' :'file' ' with (format binary)'
:command
\set command '\\copy made_binary from ' :'file' ' with (format binary)'
:command
select distinct result, problems.* from functions, not_read(result, 'made_binary') as problems;

-- the place of a number in an index is a value of the column's type
select number, _virotrial.viral_load_search_key(number), _virotrial.log_reduction_search_key(number), _virotrial.lab_value_search_key(number)
from unnest('{NaN,Infinity,1e16,50,5e-324,-0,-5,-1e31,-Infinity}'::float8[]) as number;

-- and keeps all that the comparison holds for
create table indexed as
select distinct v from arguments, unnest(literals) as l, lateral (select l::viral_load as v) x
where type = 'viral_load'::regtype;
create index on indexed (v);
set enable_seqscan = off;
set enable_bitmapscan = off;
set plan_cache_mode = force_generic_plan;
prepare below (float8) as select count(*) from indexed where v < $1;
prepare above (float8) as select count(*) from indexed where v >= $1;
create function counts(number float8) returns bigint[] language plpgsql as $$
declare
	below bigint;
	above bigint;
begin
	execute format('execute below(%L)', number) into below;
	execute format('execute above(%L)', number) into above;
	return array[below, above];
end $$;
explain (costs off) execute below(1);
select number, counts(number), counts(number) = array[count(*) filter (where (v < number)), count(*) filter (where v >= number)]
	as as_without_index
from unnest('{Infinity,2e15,1e15,50,1e-9,1e-10,0,-5,-Infinity}'::float8[]) as number, indexed group by number
order by number;

-- exact limits of huge counts: p +- 1.96 sqrt(p (1 - p) / n)
select method, abs(r.ci_lower - (0.5 - 1.959963984540054 / 2 / sqrt(4611686018427387904))) < 1e-16 as lower,
	abs(r.ci_upper - (0.5 + 1.959963984540054 / 2 / sqrt(4611686018427387904))) < 1e-16 as upper
from unnest('{exact,jeffreys,wilson,mid-p}'::text[]) as method,
	response_rate(response_tally(2305843009213693952, 4611686018427387904, 0), 0.95, method) as r;

set client_min_messages = warning;
drop schema forged cascade;
