-- What a seal digests: the expected values are those of test/oracle/seal.py.

create table example (number double precision, whole integer, small smallint, large bigint,
    flag boolean, day date, moment timestamptz, word text, empty text, nothing text, bytes bytea,
    money numeric, list text[], object jsonb);
insert into example values (0.1, 70000, -2, -5000000000, true, '2008-03-15',
    '2008-03-15 12:00:00.25Z', U&'Z\00FCrich', '', null, '\x00ff', 12.50,
    array['a', null, U&'\00E9'], '{"bc": [true, null], "a": 1.50}');

select encode(_virotrial.canonical_row(example, 'example', 'e'), 'hex') from example;
select encode(_virotrial.seal_leaf(example, 'example', 'e'), 'hex') from example;

-- No setting changes the bytes, nor does the order of the columns.
create temporary table before as
    select _virotrial.canonical_row(example, 'example', 'e') as before from example;
set datestyle = 'German, DMY';
set timezone = 'Asia/Kathmandu';
set intervalstyle = 'sql_standard';
set extra_float_digits = -3;
set bytea_output = 'escape';
set client_encoding = 'LATIN1';
set lc_monetary = 'C';
set lc_numeric = 'C';
set xmlbinary = 'hex';
create table turned as select object, list, money, bytes, nothing, empty, word, moment, day, flag,
    large, small, whole, number from example;
select before = _virotrial.canonical_row(example, 'example', 'e') as "same",
    before = _virotrial.canonical_row(turned, 'example', 'e') as "same in another order"
from example, turned, before;
reset all;

-- Nor does a column that is added, as long as it is NULL; any other value does.
alter table turned add added text;
select before = _virotrial.canonical_row(turned, 'example', 'e') as "same" from turned, before;
update turned set added = '';
select before = _virotrial.canonical_row(turned, 'example', 'e') as "same" from turned, before;

-- A type, a name, the table and the part are in the bytes.
create temporary table variant as
    select _virotrial.seal_leaf(row, 'a', 'e') as leaf from (select 1::integer as n) as row
    union all select _virotrial.seal_leaf(row, 'a', 'e') from (select 1::bigint as n) as row
    union all select _virotrial.seal_leaf(row, 'a', 'e') from (select '1'::text as n) as row
    union all select _virotrial.seal_leaf(row, 'a', 'e') from (select '1'::varchar as n) as row
    union all select _virotrial.seal_leaf(row, 'a', 'e') from (select '{1}'::text[] as n) as row
    union all select _virotrial.seal_leaf(row, 'a', 'e') from (select '{{1}}'::text[] as n) as row
    union all select _virotrial.seal_leaf(row, 'a', 'e') from (select 1::integer as m) as row
    union all select _virotrial.seal_leaf(row, 'b', 'e') from (select 1::integer as n) as row
    union all select _virotrial.seal_leaf(row, 'a', 'x') from (select 1::integer as n) as row
    union all select _virotrial.seal_leaf(row, 'a', 'e') from (select 1.0 as n) as row
    union all select _virotrial.seal_leaf(row, 'a', 'e') from (select 1.00 as n) as row
    union all select _virotrial.seal_leaf(row, 'a', 'e') from (select '1'::viral_load as n) as row
    union all select _virotrial.seal_leaf(row, 'a', 'e') from (select '<1'::viral_load as n) as row;
select count(*), count(distinct leaf) from variant;

-- A domain is its type; the columns of an end are only in the part that ended.
create domain word as text;
select _virotrial.canonical_row(a, 't', 'e') = _virotrial.canonical_row(b, 't', 'e') as "same"
from (select 'x'::word as n) as a, (select 'x'::text as n) as b;
select _virotrial.canonical_row(a, 't', 'e') = _virotrial.canonical_row(b, 't', 'e') as "same",
    _virotrial.canonical_row(a, 't', 'x') = _virotrial.canonical_row(b, 't', 'x') as "other"
from (select 1 as n) as a, (select 1 as n, 'update' as ended_as, 7::bigint as ended_in) as b;
select _virotrial.canonical_row(example, 't', 'e') from (select a as nested from example as a) as example;

-- The trees are those of RFC 6962, of leaves in the order of their bytes.
create temporary table leaf as
    select number, sha256('\x00' || decode(data, 'hex')) as leaf from unnest(array['', '00', '10', '2021', '3031',
        '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']) with ordinality as vector (data, number);
select size, encode((select (_virotrial.merkle_roots(1, leaf order by number desc))[1]
    from leaf where number <= size), 'hex') as root
from generate_series(1, 8) as size;
select encode(_virotrial.block_digest(decode(repeat('00', 32), 'hex'), leaf || 'rest'), 'hex')
from leaf where number = 1;

-- Blocks have trees of their own; one without leaves has none.
select array(select encode(substr(root, 1, 4), 'hex') from unnest(_virotrial.merkle_roots(block, leaf)) as root)
from (select case when number = 3 then 3 else 1 end as block, leaf from leaf where number <= 3) as placed;
select _virotrial.merkle_roots(block, leaf) from (select 1, null::bytea where false) as none (block, leaf);
select _virotrial.merkle_roots(0, leaf) from leaf;
-- So many blocks take 240 MB, and no more come.
select _virotrial.merkle_roots(10000001, leaf) from leaf;
select _virotrial.merkle_roots(1, '\x00');

-- Which block a change is in
select change_id, _virotrial.block_of(change_id,
    array['{[1,4),[6,7)}', '{}', '{[4,6),[10,)}']::int8multirange[]) as block
from unnest(array[-1, 0, 1, 3, 4, 5, 6, 7, 9, 10, 11]::bigint[]) as change_id;
select _virotrial.block_of(1, '{}');

-- What names a row
select part, table_tag = _virotrial.seal_table_tag('example') as table, key,
    column_tags[3] >> 16 & 65535 = _virotrial.seal_column_tag('empty') as "third column",
    cardinality(column_tags) as columns
from example, _virotrial.seal_entry_fields(
    _virotrial.seal_entry(example, 'example', 'e', '{whole,word,nothing}'));
select substr(_virotrial.seal_entry(example, 'example', 'e', '{}'), 1, 32)
    = _virotrial.seal_leaf(example, 'example', 'e') as "same leaf" from example;
select _virotrial.seal_entry(example, 'example', 'e', '{missing}') from example;
select * from _virotrial.seal_entry_fields('\x00');

-- Bytes that are no proof prove nothing.
select verify_proof('\x', repeat('0', 64)), verify_proof('\x01000000', ''), verify_proof(sha256(''), 'x');

-- Another table of the same study can be sealed in parallel.
select proname, proparallel from pg_proc where pronamespace = '_virotrial'::regnamespace
    and proname in ('seal_leaf', 'seal_entry', 'block_of', 'merkle_roots') order by proname;
drop table example, turned;
drop domain word;
