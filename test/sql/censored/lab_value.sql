-- lab_value: text, errors, comparisons, order, accessors, casts, and other units

create function pg_temp.input_error(input text, type regtype,
    out code text, out message text, out detail text, out hint text)
language plpgsql as $$
begin
    execute format('select %L::%s', input, type);
exception when others then
    get stacked diagnostics code = returned_sqlstate, message = message_text,
        detail = pg_exception_detail, hint = pg_exception_hint;
end
$$;

\pset format unaligned
\pset null NULL
\set SHOW_CONTEXT never

-- what is read, and what a value says of itself

select v, quantity(v), qualifier(v), is_censored(v) as censored, lower_bound(v), upper_bound(v)
from unnest(array['1.85', '-0.3', '0', '-0', '+2', '>2.3', '<0.4', '< -1', '>-1.5', '<0', '>0', '1e-30',
                  '1e30', '-1e30', '1.2E-3', '10.9', '2.9999999999999996']::lab_value[]) v;

-- what is refused, and how

select to_json(left(input, 30)) as input, code, left(message, 90) as message, detail, hint
from unnest(array['', ' ', 'TND', 'TND<1', 'not detected', '1.0000000000000002e30', '-1e31', '1e-31', '-1e-31',
                  '1e400', 'NaN', 'inf', '-inf', '<inf', '<', '>', '>-', '1,5', '1 5', '1.5 log', '1.5log10',
                  '<=1', '=1', '<<1', '--1', '- 1', '0x1', '1e', '~1', 'x', '1.5.', '1-2', '<1>', '−1', '+-1'])
         with ordinality input(input, i),
     pg_temp.input_error(input, 'lab_value') error
order by i;

-- every state against every other: t, f, or ? where it cannot be known

create temp table state (i int generated always as identity, v lab_value);
insert into state (v) values ('<-1'), ('-1'), ('>-1'), ('<0'), ('0'), ('>0'), ('<1'), ('1'), ('>1'), ('1.85'), ('>2.3');
create function pg_temp.letter(boolean) returns text
    return case $1 when true then 't' when false then 'f' else '?' end;

\pset format aligned
select a.v, string_agg(pg_temp.letter(a.v < b.v), ' ' order by b.i) as "<",
       string_agg(pg_temp.letter(a.v <= b.v), ' ' order by b.i) as "<=",
       string_agg(pg_temp.letter(a.v > b.v), ' ' order by b.i) as ">",
       string_agg(pg_temp.letter(a.v >= b.v), ' ' order by b.i) as ">="
from state a, state b group by a.v, a.i order by a.i;

-- against numbers

create temp table number (i int generated always as identity, x float8);
insert into number (x) values ('-Infinity'), (-1), (-0.5), (0), (1e-300), (1), (1.85), (2.3), (1e300), ('Infinity'), ('NaN');
select a.v, string_agg(pg_temp.letter(a.v < x), ' ' order by b.i) as "<",
       string_agg(pg_temp.letter(a.v <= x), ' ' order by b.i) as "<=",
       string_agg(pg_temp.letter(a.v > x), ' ' order by b.i) as ">",
       string_agg(pg_temp.letter(a.v >= x), ' ' order by b.i) as ">="
from state a, number b group by a.v, a.i order by a.i;

-- an exact lab value compares with others as its number does
select count(*) as wrong
from state a, state b
where not is_censored(b.v) and
      ((a.v < b.v, a.v <= b.v, a.v > b.v, a.v >= b.v) is distinct from
       (a.v < quantity(b.v), a.v <= quantity(b.v), a.v > quantity(b.v), a.v >= quantity(b.v)));
-- commutators and negators
select count(*) as wrong
from state a, state b
where (a.v < b.v, a.v <= b.v) is distinct from (b.v > a.v, b.v >= a.v) or
      (a.v < b.v, a.v <= b.v) is distinct from (not a.v >= b.v, not a.v > b.v);
select count(*) as wrong
from state a, number b
where (v < x, v <= x, v > x, v >= x) is distinct from (x > v, x >= v, x < v, x <= v) or
      (v < x, v <= x) is distinct from (not v >= x, not v > x);

-- total order and identity

select string_agg(v::text, ' ' order by v) as ascending, min(v), max(v) from state;
select count(*) as wrong
from state a, state b
where (a.v #< b.v, a.v #<= b.v, a.v = b.v, a.v #>= b.v, a.v #> b.v, a.v <> b.v) is distinct from
      (a.i < b.i, a.i <= b.i, a.i = b.i, a.i >= b.i, a.i > b.i, a.i <> b.i);
select '-0'::lab_value = '0' as zero, _virotrial.lab_value_hash('-0') = _virotrial.lab_value_hash('0') as hash;

-- in other units

select v, v * 1000 as times, v / 10 as per, v * -1 as negated
from unnest(array['<5', '5', '>5', '<-2', '0', '109']::lab_value[]) v;
select '<5'::lab_value * 0;
select '5'::lab_value * 'NaN';
select '1e30'::lab_value * 10;
select '1e-30'::lab_value * 1e-300;
select '<5'::lab_value / 'infinity';
select '5'::lab_value / 0;
select lab_value(5, '<'), lab_value(-5, '>'), lab_value(0, '='), lab_value(null, '=');
select lab_value(5, 'TND');

-- casts

create temp table assigned (v lab_value);
insert into assigned values (1), (-0.5), (1.5e0), (0), (2::bigint), ('<0.4'), ('>1'::text);
select v from assigned order by v;
insert into assigned values (1e31);
insert into assigned values ('NaN'::float8);
select v + 1 from assigned;
select castsource::regtype, casttarget::regtype, castcontext, castmethod
from pg_cast where 'lab_value'::regtype in (castsource, casttarget) order by 1, 2;
select count(*) as wrong
from (select lab_value(exp(random() * 60 - 30) - 1) as v from generate_series(1, 5000)) random_value
where v <> v::text::lab_value or v <> lab_value(quantity(v));

-- the binary form
select v, _virotrial.lab_value_send(v) from unnest(array['<5', '5', '>5', '<-2', '0']::lab_value[]) v;

-- index conditions, whose rows are those of a full scan
create temp table sample (id int generated always as identity, v lab_value);
do $$ begin perform setseed(0.5); end $$;
insert into sample (v)
select case when i < 20 then '<5' when i < 25 then '>1000' when i < 27 then '0' when i < 30 then null
            else lab_value(round((random() * 1200 - 100)::numeric, 1)) end
from (select floor(random() * 100) as i from generate_series(1, 6000)) draw;
create index sample_v on sample (v);
vacuum analyze sample;
create function pg_temp.plan_of(query text) returns text language plpgsql as $$
declare
    plan json;
begin
    execute 'explain (format json) ' || query into plan;
    return plan::text;
end
$$;
select pg_temp.plan_of('select * from sample where v < -90') like '%"Index Cond": "(v #%' as less,
       pg_temp.plan_of('select * from sample where 1090 <= v') like '%"Index Cond": "(v #%' as commuted,
       pg_temp.plan_of('select * from sample where v > ''1095''') like '%"Index Cond": "(v #%' as lab_value,
       pg_temp.plan_of('select * from sample where v = ''37.5''') like '%"Index Cond": "(v = %' as identical,
       abs((regexp_match(pg_temp.plan_of('select * from sample where v < 5'), '"Plan Rows": (\d+)'))[1]::int -
           (select count(*) from sample where v < 5)) < 300 as estimated;
create function pg_temp.rows_of(op text, operand text) returns bigint language plpgsql as $$
declare
    n bigint;
begin
    execute format('select count(*) from sample where v %s %s', op, operand) into n;
    return n;
end
$$;
create temp table asked as
select op, operand from unnest(array['<', '<=', '>', '>=', '=']) op,
    unnest(array['''<5''', '''5''', '''>1000''', '0::float8', '5::float8', '-90.5::float8', '''NaN''::float8']) operand
where op <> '=' or operand not like '%float8';
set enable_indexscan = off;
set enable_indexonlyscan = off;
set enable_bitmapscan = off;
create temp table scanned as select *, pg_temp.rows_of(op, operand) as n from asked;
reset all;
set enable_seqscan = off;
select count(*) as compared, count(*) filter (where n > 0) as not_empty,
       count(*) filter (where n <> pg_temp.rows_of(op, operand)) as wrong from scanned;
-- with indexes of other kinds: hash serves identity alone
drop index sample_v;
create index sample_brin on sample using brin (v);
create index sample_hash on sample using hash (v);
select count(*) as compared, count(*) filter (where n > 0) as not_empty,
       count(*) filter (where n <> pg_temp.rows_of(op, operand)) as wrong from scanned;
select pg_temp.plan_of('select * from sample where v < 5') like '%"Index Name": "sample_brin"%' as brin,
       pg_temp.plan_of('select * from sample where v = ''37.5''') like '%"Index Name": "sample_hash"%' as hash;
reset enable_seqscan;
set enable_nestloop = off;
set enable_mergejoin = off;
select count(*) = (select count(distinct v) from sample) as joined
from (select distinct v from sample) a join (select distinct v from sample) b using (v);
reset all;

-- the change from a baseline: what each pair of states leaves to be known
select b as baseline, v as value, _virotrial.lab_value_change(b, v) as change
from unnest(array['4', '<5', '>100', null]::lab_value[]) with ordinality as baseline(b, i),
     unnest(array['6.5', '<3', '>200', null]::lab_value[]) with ordinality as value(v, j) order by i, j;

-- no qualifier is an exact value
select qualifier, lab_value(4.2, qualifier) from unnest(array[null, '', '=', 'LT', '>']) as qualifier;
select lab_value(null, null), lab_value(null, '<');
select lab_value(4.2, '<=');
select lab_value(4.2, 'TND');
select '<=0.5'::lab_value;
select '<=0.5'::log_reduction;
