-- What the fuzzer of the glue calls, and with which values.  Variables of psql:
-- module (the library), algorithm (a resistance algorithm as XML).

create extension virotrial;

create function fuzz_type(type regtype, routines regprocedure[], payloads bigint, seed bigint,
    out accepted bigint, out calls bigint, out returned bigint, out faults bigint)
    language c as :'module', 'fuzz_type';

-- Types that the catalogue has of the extension, and the functions that take or return their values.

create view fuzz_target as
select t.oid::regtype as type, array_agg(p.oid::regprocedure order by p.oid) as routines
from pg_depend d
join pg_type t on d.classid = 'pg_type'::regclass and d.objid = t.oid
join pg_proc p on t.oid = any (p.proargtypes) or t.typarray = any (p.proargtypes)
    or p.prorettype in (t.oid, t.typarray)
where d.refclassid = 'pg_extension'::regclass and d.deptype = 'e' and t.typtype = 'b' and t.typelem = 0
  and d.refobjid = (select oid from pg_extension where extname = 'virotrial')
  and p.prokind = 'f' and p.provolatile <> 'v'
  and not p.proargtypes::oid[] && array['internal', 'cstring']::regtype[]::oid[]
group by t.oid;

-- A type that is not here must have a transition function that makes its values.

create table fuzz_value (type regtype, is_ordinary boolean, value text);

insert into fuzz_value
select v.type::regtype, v.is_ordinary, value
from (values
    ('double precision', true, array['0.5', '0.95', '1', '2', '3', '5', '10', '20', '30', '50']),
    ('double precision', false, array['0', '-0', '-1', '-5', '0.05', '0.999999999999', '1e-300', '4.9e-324', '1e15',
        '9.3e18', '-9.3e18', '1e308', '-1e308', 'NaN', 'Infinity', '-Infinity', '2147483648', '100']),
    ('boolean', true, array['true', 'false']),
    ('smallint', true, array['0', '1', '2']),
    ('smallint', false, array['-1', '32767', '-32768']),
    ('integer', true, array['0', '1', '7', '28', '100']),
    ('integer', false, array['-1', '2147483647', '-2147483648', '65536']),
    ('bigint', true, array['1', '2', '1000']),
    ('bigint', false, array['0', '-1', '9223372036854775807', '-9223372036854775808', '2147483648']),
    ('numeric', true, array['50', '400', '2.5', '99999']),
    ('numeric', false, array['0', '-1', '1', '32768', '65536', '1e-200', '1e400', 'NaN', 'Infinity', '-Infinity', '50.0000000000000000001']),
    ('jsonb', true, array['{}', '{"RT:M184V": 0.5, "PR:L90M": 1}']),
    ('jsonb', false, array['null', '[]', '"x"', '{"a": null}', '{"RT:M184V": -1}', '{"RT:M184V": {}}']),
    ('xml', false, array['<a/>', '<ALGORITHM/>', '<ALGORITHM><ALGNAME>x</ALGNAME></ALGORITHM>']),
    ('date', true, array['2004-01-01', '2004-01-02', '2004-02-29', '2004-12-31', '2005-06-01']),
    ('date', false, array['-infinity', 'infinity', '4713-11-24 BC', '5874897-12-31', '2000-01-01']),
    ('regclass', true, array['pg_class']),
    ('regclass', false, array['0', 'fuzz_value', '4294967295']),
    ('text', true, array['a', 'placebo', 'raltegravir', 'exact', 'wald', 'wilson', 'log-log', 'plain', 'RT', 'PR',
        'IN', '3TC', 'mg/dL', 'ALT', 'glucose', '<', '>', 'M184V', 'RT:M184V, PR:L90M',
        'CCTCAGATCACTCTTTGGCAACGACCCCTCGTCACAATAAAG']),
    ('text', false, array['', ' ', '%s%n', '"', '{', E'\\', E'\n', 'é', '184V', 'EXCLUDE 184V',
        'SELECT ATLEAST 2 FROM (41L, 67N, 210W)', 'SCORE FROM (MAX (65R => 4, 184VI => 5), 41L AND 215FY => -3)',
        'SCORE FROM (', '(((((((((((((((', '99999999999999999999A', '65ACDEFGHIKLMNPQRSTVWY*id', repeat('x', 3000)]),
    ('viral_load', true, array['<50', '<50', '400', '12000', '99999', '>750000', 'TND<20']),
    ('viral_load', false, array['1e-9', '1e15', '<1e-9', '>1e15', 'TND<1e15', 'TND', '<0.1', '50.000000000000007']),
    ('log_reduction', true, array['1', '2.5', '-0.3', '>1.7', '<0.1', '0']),
    ('log_reduction', false, array['>100', '<-100', '1e-30', '-1e-30']),
    ('lab_value', true, array['5', '<0.3', '>250', '12.5', '100']),
    ('lab_value', false, array['1e30', '-1e30', '<-1', '>1e-30', '0']),
    ('mutation', true, array['RT:M184V', 'RT:K65R', 'PR:L90M', 'IN:N155H', 'RT:T69S/i', 'RT:M41L']),
    ('mutation', false, array['RT:K65K/R', 'RT:D67d', 'RT:K103*', 'RT:K103X', 'CA:Q67H'])
) v (type, is_ordinary, texts), unnest(v.texts) as value;

insert into fuzz_value
select 'resistance_algorithm', true, resistance_algorithm(:'algorithm'::xml)::text;

insert into fuzz_value values ('xml', true, :'algorithm');
insert into fuzz_value select 'text', false, value from fuzz_value where type = 'resistance_algorithm'::regtype;
