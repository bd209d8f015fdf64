-- viral_load: text, errors, comparisons, order, accessors and casts

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

select vl, quantity(vl), qualifier(vl), is_censored(vl) as censored, is_detected(vl) as detected,
       lower_bound(vl), upper_bound(vl), log10_copies(vl), substitute(vl, 0.5)
from unnest(array['12345', '1.2e5', ' 0.6 ', '+50', '<50', '< 0.5', 'TND<50', 'tnd < 20',
                  'not detected', 'Target  Not Detected<40', 'UNDETECTED', '>500000', '> 1e7',
                  '1e-9', '1e15', '<1e-9', '>1e15', '49.9', '33.333333333333336']::viral_load[]) vl;

-- what is refused, and how

select to_json(left(input, 30)) as input, code, left(message, 90) as message, detail, hint
from unnest(array['', '  ', E'\t\n', '0', '0.000', '<0', '>0', 'TND<0', '-0', '-1', '<-50', '> -5',
                  '1e16', '9.99e-10', '1e999999999', '-1e999', '1.0000000000000002e15', 'NaN',
                  'nan', 'inf', 'Infinity', '-Infinity', '<inf', '>nan', 'TND<inf', '<', '>', '< ', 'TND<',
                  'not detected <', 'TND 50', 'TND>50', 'TND=50', 'TNDx', 'TND<50 TND', 'TN D',
                  'notdetected', 'detected', 'not', 'target', 'not detectable', 'n.d.', '1,234',
                  '1 234', '1''234', '1_234', '<1,000', '>500 000', '1.234.567', '12,5', '50 copies',
                  '50copies/mL', '50 c/mL', '50%', '50<', '50>', '50-100', '1e', '1e+', '1e5.5', '0x32',
                  '0b11', '<=50', '>=50', '<>50', '<<50', '=50', '~50', '--50', '+-50', '- 50', '.',
                  '-.', 'e5', '+', '-', 'abc', 'NULL', 'true', '(50)', '[50', '{50}', '"50"', '$50',
                  '50;', '50,', ',50', '≤50', '＜50', '٥٠', '50 ', E'50\u00a0', '∞', '½',
                  repeat('9', 400), '<' || repeat('0', 300), repeat('x', 60)]) with ordinality input(input, i),
     pg_temp.input_error(input, 'viral_load') error
order by i;

-- nothing of a refused statement stays

create temp table result (id int, vl viral_load);
insert into result values (1, '<50'), (2, '0');
\copy result from stdin
1	<50
2	1,234
\.
select count(*) from result;

-- every state against every other: t, f, or ? where it cannot be known

create temp table state (i int generated always as identity, vl viral_load);
insert into state (vl) values ('TND'), ('TND<20'), ('<20'), ('20'), ('>20'), ('TND<50'), ('<50'),
    ('33'), ('50'), ('>50'), ('<400'), ('500000'), ('>500000');
create function pg_temp.letter(boolean) returns text
    return case $1 when true then 't' when false then 'f' else '?' end;

\pset format aligned
select a.vl, string_agg(pg_temp.letter(a.vl < b.vl), ' ' order by b.i) as "<",
       string_agg(pg_temp.letter(a.vl <= b.vl), ' ' order by b.i) as "<=",
       string_agg(pg_temp.letter(a.vl > b.vl), ' ' order by b.i) as ">",
       string_agg(pg_temp.letter(a.vl >= b.vl), ' ' order by b.i) as ">="
from state a, state b group by a.vl, a.i order by a.i;

-- against numbers

create temp table number (i int generated always as identity, x float8);
insert into number (x) values ('-Infinity'), (-50), (0), (1e-300), (20), (33), (49.9), (50), (50.1), (500000),
    (1e300), ('Infinity'), ('NaN');
select a.vl, string_agg(pg_temp.letter(a.vl < x), ' ' order by b.i) as "<",
       string_agg(pg_temp.letter(a.vl <= x), ' ' order by b.i) as "<=",
       string_agg(pg_temp.letter(a.vl > x), ' ' order by b.i) as ">",
       string_agg(pg_temp.letter(a.vl >= x), ' ' order by b.i) as ">="
from state a, number b group by a.vl, a.i order by a.i;

-- an exact viral load compares with others as its number does
select count(*) as wrong
from state a, state b
where not is_censored(b.vl) and
      ((a.vl < b.vl, a.vl <= b.vl, a.vl > b.vl, a.vl >= b.vl) is distinct from
       (a.vl < quantity(b.vl), a.vl <= quantity(b.vl), a.vl > quantity(b.vl), a.vl >= quantity(b.vl)));
-- commutators and negators
select count(*) as wrong
from state a, state b
where (a.vl < b.vl, a.vl <= b.vl) is distinct from (b.vl > a.vl, b.vl >= a.vl) or
      (a.vl < b.vl, a.vl <= b.vl) is distinct from (not a.vl >= b.vl, not a.vl > b.vl);
select count(*) as wrong
from state a, number b
where (vl < x, vl <= x, vl > x, vl >= x) is distinct from (x > vl, x >= vl, x < vl, x <= vl) or
      (vl < x, vl <= x) is distinct from (not vl >= x, not vl > x);
-- NULL against anything
select null::viral_load < 50 as lt, '50'::viral_load >= null::float8 as ge, null::viral_load = '50' as eq;
-- literals of either kind, and other numbers
select '<50'::viral_load < 50 as number, '<50'::viral_load < '50' as text,
       '<50'::viral_load < 50.0::numeric as numeric, 50::bigint > '<50'::viral_load as bigint,
       '49.9'::viral_load < 49.9 as same_number;

-- total order and identity

select string_agg(vl::text, ' ' order by vl) as ascending from state;
select string_agg(vl::text, ' ' order by vl desc) as descending from state;
select count(*) as wrong
from state a, state b
where (a.vl #< b.vl, a.vl #<= b.vl, a.vl = b.vl, a.vl #>= b.vl, a.vl #> b.vl, a.vl <> b.vl) is distinct from
      (_virotrial.viral_load_cmp(a.vl, b.vl) < 0, _virotrial.viral_load_cmp(a.vl, b.vl) <= 0, a.i = b.i,
       _virotrial.viral_load_cmp(a.vl, b.vl) >= 0, _virotrial.viral_load_cmp(a.vl, b.vl) > 0, a.i <> b.i);
select '50'::viral_load = '50.0' as same, '<50'::viral_load = '50' as limit,
       'TND<50'::viral_load = '<50' as not_detected, 'TND'::viral_load = 'TND<50' as without_limit;
select min(vl), max(vl), min(vl) filter (where is_censored(vl) is false) as least_exact from state;
select min(vl), max(vl) from state where false;
select count(distinct vl), count(*) from (select vl from state union all select vl from state) twice;
select _virotrial.viral_load_hash('50') = _virotrial.viral_load_hash('50.0') as same,
       _virotrial.viral_load_hash_extended('50', 7) = _virotrial.viral_load_hash_extended('5e1', 7) as same_with_seed,
       _virotrial.viral_load_hash_extended('50', 7) = _virotrial.viral_load_hash_extended('50', 8) as other_seed;

-- text, parts and numbers make the same value

select setseed(0.5) \g /dev/null
create temp table random_value as
select viral_load(exp(random() * 50 - 18), (array['=', '<', '>', 'TND'])[1 + i % 4]) as vl
from generate_series(1, 20000) i;
select count(*) as values, count(*) filter (where vl is distinct from vl::text::viral_load) as text,
       count(*) filter (where vl is distinct from viral_load(quantity(vl), qualifier(vl))) as parts,
       count(*) filter (where not is_censored(vl) and vl <> viral_load(quantity(vl))) as number,
       count(distinct qualifier(vl)) as qualifiers
from random_value;
-- a viral load lies between its bounds, and the order of exact ones is that of their numbers
select count(*) as wrong from random_value
where vl < lower_bound(vl) or vl > upper_bound(vl) or
      (not is_censored(vl) and (vl >= lower_bound(vl), vl <= upper_bound(vl)) is distinct from (true, true));
select count(*) as wrong
from (select quantity(vl) as quantity, lag(quantity(vl)) over (order by vl) as previous from random_value) ordered
where quantity < previous;

-- functions

select viral_load(50, '<'), viral_load(50, 'TND'), viral_load(null, 'TND'), viral_load(50, '='), viral_load(5e5, '>'),
       viral_load(null, '<') as no_limit, viral_load(50, null) as no_qualifier;
-- a file's column of qualifiers: none is exact, and others are read or refused
select qualifier, viral_load(1234, qualifier)
from unnest(array[null, '', ' ', '=', 'eq', '<', ' < ', 'LT', 'lt', '>', 'GT', 'tnd']) as qualifier;
select viral_load(1234, '<=');
select viral_load(1234, '>=');
select viral_load(1234, 'less');
-- what is wrong, and a hint that leads into no other value
select '1,5'::viral_load;
select '-999'::viral_load;
select '<=50'::viral_load;
select '≤50'::viral_load;
select '=<50'::viral_load;
select '>=500000'::viral_load;
select viral_load(50, '<=');
select viral_load(0, '<');
select viral_load('NaN'::float8);
select complete('TND', 50), complete('<20', 50), complete('700', 50), complete('TND<20', 50);
select complete('TND', 0);
select substitute('TND', 0.5) as no_limit, substitute('TND<50', 1), substitute('>500000', 0.5), substitute('80', 0.5);
select substitute('<50', 1.5);
select substitute('<50', 'NaN');

-- casts: numbers are assigned, and nothing becomes a number by itself

create temp table assigned (vl viral_load);
insert into assigned values (50), (50.5), (5e3), (12345678901::bigint), (0.25::float4), ('<50'), ('TND'::text);
select vl from assigned order by vl;
insert into assigned values ('<49.5'::varchar), ('TND<40'::char(10)), (300::smallint), (49.9::real);
select vl from assigned order by vl;
insert into assigned values (date '2008-01-01');
insert into assigned values (0);
insert into assigned values (-1.5);
insert into assigned values ('Infinity'::float8);
select vl + 1 from assigned;
select vl::float8 from assigned;
select castsource::regtype, casttarget::regtype, castcontext, castmethod
from pg_cast where 'viral_load'::regtype in (castsource, casttarget) order by 1, 2;
select typlen, typbyval, typalign, typstorage, typcategory, typispreferred, typdelim
from pg_type where oid = 'viral_load'::regtype;

-- a literal beside a viral load is one
select vl < '400' as lt, '400' > vl as gt, vl = '<50' as same, vl = '500' as other, vl in ('<50', '7'),
       log10_copies('1000'), exact_value(vl), exact_value('500'::viral_load)
from (values ('<50'::viral_load)) as v (vl);

-- = and <> with a number are about the value, as < is; with a literal in quotes they are identity

select vl, vl = 50 as "= 50", 50 = vl as "50 =", vl <> 50 as "<> 50", vl = 400 as "= 400", vl = 500 as "= 500",
       vl in (50, 500) as "in", vl not in (50, 500) as "not in", vl = any (array[20, 50]) as "any", vl = '50' as "= '50'"
from unnest(array['20', '50', '500', '<50', '<400', 'TND<50', 'TND', '>50', '>500000', null]::viral_load[]) vl;
select lr, lr = 1 as "= 1", 1 <> lr as "1 <>", lr = 0 as "= 0"
from unnest(array['1', '0', '-1', '<1', '>1', '<0', '>-1']::log_reduction[]) lr;
select lv, lv = 0.5 as "= 0.5", 0.5 <> lv as "0.5 <>", lv = 3::numeric as "= 3"
from unnest(array['0.5', '<0.5', '<3', '>0.5', '>3', '3.0']::lab_value[]) lv;
-- it is true or false only where the bounds say so
select count(*) as pairs, count(*) filter (where v = x) as equal, count(*) filter (where (v = x) is null) as unknown,
       count(*) filter (where (v = x) is distinct from case
           when exact_value(v) is not null then exact_value(v) = x
           when v < x or v > x then false end) as wrong,
       count(*) filter (where (v <> x) is distinct from not v = x or (x = v) is distinct from (v = x) or
                              (x <> v) is distinct from (v <> x)) as unlike
from unnest(array['TND', 'TND<50', '<50', '50', '50.5', '<400', '400', '>50', '>400', '>500000']::viral_load[]) v,
     unnest(array[-1, 0, 1e-9, 20, 50, 50.5, 400, 500000, 1e15, 'Infinity', 'NaN']::float8[]) x;
select vl = 50::text from (select '50'::viral_load as vl) one;
