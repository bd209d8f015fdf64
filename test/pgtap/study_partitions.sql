-- The tables of results in partitions by site: what is written to the table, and to
-- a partition itself, is judged, kept, locked and sealed as in a plain table.
\set partitions 4
\ir include/study.sql
select no_plan();
insert into ral.site (site_id, name) values ('S3', 'Third');
call make_subject('001');
call make_subject('001', 'S3');
create function said() returns text
    language sql
    return (select coalesce(string_agg(distinct problem || ' ' || object, ', '), 'none') from study_problems('ral'));
-- The numbers are those of PostgreSQL's own hash function.
create function part_of("table" text, site text) returns text
    language sql
    return (select format('%s_%s', "table", remainder + 1) from generate_series(0, 3) as remainder
        where satisfies_hash_partition("table"::regclass, 4, remainder, site));

select results_eq($$select inhparent::regclass::text, count(*) from pg_inherits where inhrelid in (select oid from pg_class where relnamespace = 'ral'::regnamespace and relkind = 'r') group by 1 order by 1$$,
    $$values ('ral.cd4_result', 4::bigint), ('ral.lab_result', 4), ('ral.viral_load_result', 4)$$, 'results are in partitions');
select isnt(part_of('ral.cd4_result', 'S1'), part_of('ral.cd4_result', 'S3'), 'the two sites are in two of them');
select is(said(), 'none', 'nothing is wrong');
select throws_ok(format($$call create_study('other', partitions => %s)$$, n), '22023', format('a study cannot have %s partitions', n), n || ' partitions')
from unnest(array[0, 1025]) as n;

-- ---- rules, by every path
create table target as
select target, columns, key, good, bad, matching
from (values
    ('ral.viral_load_result', 'site_id, subject_id, collected, assay, viral_load', 'site_id, subject_id, collected, replicate',
        $$'S1', '001', '2008-02-10', 'Quantiplex 3.0', '400'$$, $$'S1', '001', '2100-01-01', 'Quantiplex 3.0', '400'$$, 'site_id, subject_id, viral_load'),
    ('ral.cd4_result', 'site_id, subject_id, collected, cd4_count', 'site_id, subject_id, collected, replicate',
        $$'S1', '001', '2008-02-10', 301$$, $$'S1', '001', '2100-01-01', 301$$, 'site_id, subject_id'),
    ('ral.lab_result', 'site_id, subject_id, collected, test, value, unit', 'site_id, subject_id, collected, test, replicate',
        $$'S1', '001', '2008-02-10', 'HGB', '13', 'g/dL'$$, $$'S1', '001', '2100-01-01', 'HGB', '13', 'g/dL'$$, 'site_id, subject_id')
    ) as v (target, columns, key, good, bad, matching);
select is(paths(place, columns, key, good, bad, matching), array['23514 ' || target || ' future_date'], 'every path into ' || place)
from target cross join lateral unnest(array[target, part_of(target, 'S1')]) as place;
select is(paths(place, columns, key, good, good, matching), '{accepted}', 'and a good row by every path into ' || place)
from target cross join lateral unnest(array[target, part_of(target, 'S1')]) as place;
select is(outcome(format($$insert into %s (site_id, subject_id, collected, cd4_count) values ('S1', '009', '2008-02-03', 300)$$, place)),
    '23503 ral.cd4_result cd4_result_site_id_subject_id_fkey', 'a foreign key of ' || place)
from unnest(array['ral.cd4_result', part_of('ral.cd4_result', 'S1')]) as place;
create temporary table given as select 'S1' as site_id, '001' as subject_id, '2100-01-01'::date as collected, 300 as cd4_count;
select is((select array_agg(rule) from judge(place::regclass, 'given')), '{future_date}', 'a dry run for ' || place)
from unnest(array['ral.cd4_result', part_of('ral.cd4_result', 'S1')]) as place;
select is(outcome(format($$insert into ral.rule (name, table_name, clause, condition, anchors) values ('some', %L, '', %L, %L)$$, guarded, 'exists (select from ' || anchor || ' where replicate = 9)', array[anchor])),
    '55000', format('no rule of %s that reads %s', guarded, anchor))
from (values ('cd4_result_3', 'viral_load_result'), ('viral_load_result', 'cd4_result_3')) as v (guarded, anchor);
select is(left(outcome(format($$insert into %s (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2008-02-03', 300)$$, part_of('ral.cd4_result', 'S3'))), 5), '0A000', 'a row in the partition of another site');
select is(outcome('truncate ' || place), '55000 ral.cd4_result', 'no TRUNCATE of ' || place)
from unnest(array['ral.cd4_result', part_of('ral.cd4_result', 'S1')]) as place;
set test.deviations = on;
select is(outcome(statement || format($$ into %s (site_id, subject_id, collected, replicate, assay, viral_load) values ('S1', '001', '2008-02-20', 1, 'Quantiplex 3.0', '400')$$, place)),
    'accepted', 'a result into ' || place)
from unnest(array['ral.viral_load_result', part_of('ral.viral_load_result', 'S1')]) as place cross join (values ('insert')) as v (statement);
reset test.deviations;

-- ---- history
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2007-05-01', 250), ('S3', '001', '2007-05-01', 350);
set virotrial.reason = '';
select is(left(outcome(format(statement, part_of('ral.cd4_result', 'S1'))), 5), '23502', 'without a reason: ' || statement)
from unnest(array['update %s set cd4_count = 251', 'delete from %s', 'update ral.cd4_result set cd4_count = 251']) as statement;
set virotrial.reason = 'transcription';
do $$ begin execute format('update %s set cd4_count = 251', part_of('ral.cd4_result', 'S1')); end $$;
update ral.cd4_result set cd4_count = 252 where site_id = 'S1';
-- another site's partition
update ral.cd4_result set site_id = 'S3', collected = '2007-05-02' where site_id = 'S1' and collected = '2007-05-01';
do $$ begin execute format('delete from %s where collected = ''2007-05-02''', part_of('ral.cd4_result', 'S3')); end $$;
select results_eq($$select site_id, collected, cd4_count::text, ended_as from ral.cd4_result_history where collected between '2007-05-01' and '2007-05-02' order by ended_in, ended_at$$,
    $$values ('S1', '2007-05-01'::date, '250', 'update'), ('S1', '2007-05-01', '251', 'update'), ('S1', '2007-05-01', '252', 'update'), ('S3', '2007-05-02', '252', 'delete')$$,
    'earlier versions of rows of a partition, of the table, and of a row that moved');
select is((select count(*) from ral.change where change_id in (select ended_in from ral.cd4_result_history where collected between '2007-05-01' and '2007-05-02')), 4::bigint, 'each with its change');
select is(left(outcome($$update ral.cd4_result set site_id = 'S2' where site_id = 'S3'$$), 5), '23503', 'no row moves to a site that has not its subject');
insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S1', '020', '1970-06-15', 'male');
insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '020', '1.0', '2008-01-10');
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '020', '2007-06-01', 200);
update ral.subject set site_id = 'S3' where subject_id = '020';
select results_eq($$select tableoid::regclass::text, site_id from ral.cd4_result where subject_id = '020'$$,
    format($$values (%L, 'S3')$$, part_of('ral.cd4_result', 'S3')), 'results follow their subject to another partition');
select is((select count(*) from ral.cd4_result_history where subject_id = '020'), 1::bigint, 'which is one change of theirs');

-- ---- rows of a partition whose columns stand in another order
create table ral.weight (site_id text, subject_id text, day date, kg numeric, primary key (site_id, subject_id, day)) partition by list (site_id);
create table ral.weight_s1 (kg numeric, gone text, day date not null, subject_id text not null, site_id text not null);
alter table ral.weight_s1 drop column gone;
alter table ral.weight attach partition ral.weight_s1 for values in ('S1');
call guard('ral.weight');
insert into ral.rule (name, table_name, clause, condition, reason) values ('heavy', 'weight', '', 'kg > 300', 'kg::text');
select is(outcome(format('insert into %s (site_id, subject_id, day, kg) values (%s)', place, row_)), expected, format('%s into %s', row_, place))
from (values ($$'S1', '001', '2008-01-15', 70$$, 'accepted'), ($$'S1', '001', '2008-01-15', 400$$, '23514 ral.weight heavy')) as v (row_, expected)
cross join unnest(array['ral.weight', 'ral.weight_s1']) as place;
insert into ral.weight_s1 (site_id, subject_id, day, kg) values ('S1', '001', '2008-01-15', 70), ('S1', '001', '2008-01-16', 71);
update ral.weight_s1 set kg = 72 where kg = 71;
update ral.weight set kg = 73 where kg = 72;
select results_eq('select site_id, subject_id, day, kg from ral.weight_history order by ended_at', $$values ('S1', '001', '2008-01-16'::date, 71::numeric), ('S1', '001', '2008-01-16', 72)$$, 'its history');
select is(outcome(lock, 'update ral.weight_s1 set kg = 74 where kg = 73'), '55000 ral.weight', lock)
from unnest(array[$$insert into ral.data_lock (scope, site_id, reason) values ('site', 'S1', 'seen')$$,
    $$insert into ral.data_lock (scope, table_name, row_key, reason) select 'record', 'weight', to_jsonb(w), 'seen' from ral.weight as w where kg = 73$$]) as lock;
-- ---- what comes with rows that no rule saw
create table ral.weight_s3 (like ral.weight);
insert into ral.weight_s3 (site_id, subject_id, day, kg, entered_by, entered_at, entered_in) values ('S3', '001', '2008-01-15', 400, 'nobody', now(), 1);
alter table ral.weight attach partition ral.weight_s3 for values in ('S3');
select results_eq($$select rule, site_id, reason from violations('ral') where rule = 'heavy'$$, $$values ('heavy', 'S3', '400')$$, 'a partition with a row that breaks a rule');
select is(said(), 'missing trigger ral.weight_s3', 'and without triggers');
delete from ral.rule where name = 'heavy';
drop table ral.weight, ral.weight_history;

-- ---- locks on data
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2007-05-01', 250);
select is(outcome(format($$insert into ral.data_lock (scope, site_id, subject_id, reason) values (%L, 'S1', %L, 'seen')$$, scope, case scope when 'subject' then '001' end), format(statement, place)),
    '55000 ral.cd4_result', format('a lock on the %s: ' || statement, scope, place))
from unnest(array['site', 'subject']) as scope
cross join unnest(array['ral.cd4_result', part_of('ral.cd4_result', 'S1')]) as place
cross join unnest(array['update %s set cd4_count = 251', 'delete from %s', $$insert into %s (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2007-05-03', 250)$$]) as statement
where statement !~ '^(update|delete)' or place <> 'ral.cd4_result';
select is(outcome($$insert into ral.data_lock (scope, table_name, row_key, reason) select 'record', 'cd4_result', to_jsonb(r), 'seen' from ral.cd4_result as r where site_id = 'S1' and collected = '2007-05-01'$$,
    format('delete from %s', part_of('ral.cd4_result', 'S1'))), '55000 ral.cd4_result', 'a record');

select is(outcome(format($$insert into ral.data_lock (scope, table_name, row_key, reason) select 'record', 'cd4_result_3', to_jsonb(r), 'seen' from ral.cd4_result as r where site_id = 'S1' limit 1$$)),
    '42P01', 'no record of a partition');
select is((select array_agg(name order by name) from _virotrial.subject_tables('ral') where name ~ '_result'), '{cd4_result,lab_result,missing_result,viral_load_result}', 'what goes with a subject');

-- ---- what is read
create function plan_of(query text) returns text
    language plpgsql
as $$
declare
    line text;
    found text := '';
begin
    for line in execute 'explain (costs off) ' || query loop
        found := found || line || E'\n';
    end loop;
    return found;
end;
$$;
select is((select string_agg(distinct named[2], ', ') from regexp_matches(plan_of(query), 'on ((?:viral_load|cd4|lab)_result)_(\d)', 'g') as named), right(part_of(base, 'S1'), 1), 'one partition is read: ' || query)
from (values ($$select * from ral.lab_result where site_id = 'S1'$$, 'lab_result'),
    ($$select * from ral.analysis_cd4 where site_id = 'S1'$$, 'cd4_result'),
    ($$select * from ral.viral_load_of_day where site_id = 'S1'$$, 'viral_load_result'), ($$select * from ral.lab_grade where site_id = 'S1'$$, 'lab_result')) as v (query, base)
cross join lateral (select set_config('search_path', 'ral, public', true)) as path;
create function reads_of("table" text) returns bigint
    language sql
    return (select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables where relid = "table"::regclass);
-- What earlier transactions read counts here until it is flushed, at most once per second.
do $$ begin perform pg_stat_force_next_flush(); end $$;
begin;
insert into ral.lab_result (site_id, subject_id, collected, test, value, unit) values ('S1', '001', '2008-02-10', 'HGB', '13', 'g/dL');
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2008-02-10', 300);
update ral.visit set visit_date = visit_date where (site_id, subject_id) = ('S1', '001');
update ral.enrolment set enrolled = enrolled where (site_id, subject_id) = ('S1', '001');
select set_eq(format($$select t, reads_of(part_of(t, 'S1')) > 0, reads_of(part_of(t, 'S3')) from unnest('%s'::text[]) as t$$, tables),
    format($$select t, true, 0::bigint from unnest('%s'::text[]) as t$$, tables), 'rules read rows of this site, and none of another')
from (values ('{ral.lab_result, ral.cd4_result, ral.viral_load_result}')) as v (tables);
rollback;

-- ---- the seal, the history as of a moment, an upgrade
create index on ral.cd4_result (cd4_count);
call seal('ral');
select results_eq($$select table_name, finding from verify('ral')$$, $$values ('', '') limit 0$$, 'the seal holds');
call freeze_analysis('ral', now(), 'frozen');
select results_eq('select site_id, subject_id, collected, cd4_count::text from frozen.cd4_result order by 1, 2, 3', 'select site_id, subject_id, collected, cd4_count::text from ral.cd4_result order by 1, 2, 3', 'a frozen study has the rows');
create temporary table before_upgrade as
select format('%s %s', tgrelid::regclass, pg_get_triggerdef(oid)) as made from pg_trigger where tgrelid::regclass::text ~ '^ral\.' and not tgisinternal
union all select pg_get_constraintdef(oid) || conrelid::regclass from pg_constraint where conrelid::regclass::text ~ '^ral\.'
union all select pg_get_indexdef(indexrelid) from pg_index where indrelid::regclass::text ~ '^ral\.';
call upgrade_study('ral');
select set_eq($$select format('%s %s', tgrelid::regclass, pg_get_triggerdef(oid)) from pg_trigger where tgrelid::regclass::text ~ '^ral\.' and not tgisinternal
    union all select pg_get_constraintdef(oid) || conrelid::regclass from pg_constraint where conrelid::regclass::text ~ '^ral\.'
    union all select pg_get_indexdef(indexrelid) from pg_index where indrelid::regclass::text ~ '^ral\.'$$, 'select made from before_upgrade', 'upgrade_study() changes nothing');
do $$ begin execute format('drop trigger enforce_insert on %s', part_of('ral.lab_result', 'S1')); end $$;
select is(said(), 'missing trigger ' || part_of('ral.lab_result', 'S1'), 'a trigger that is missing is said');
select is((select string_agg(distinct rule || ' ' || table_name, ', ') from violations('ral')), 'missing trigger lab_result', 'also by violations()');
call upgrade_study('ral');
select is(said(), 'none', 'until the study is upgraded');
select is(outcome('alter table ral.lab_result detach partition ral.lab_result_1'), '55000', 'no partition is detached');
drop table ral.lab_result_1;
select is(said(), 'missing partition ral.lab_result', 'one that is gone is said');
create table ral.lab_result_1 partition of ral.lab_result for values with (modulus 4, remainder 0);
call guard('ral.lab_result');
select is(said(), 'none', 'until there is another');

-- ---- who reads and writes
call secure_study('ral');
select is((select count(*) from pg_class cross join aclexplode(relacl) where relispartition and relnamespace = 'ral'::regnamespace and grantee <> relowner), 0::bigint, 'no role has a privilege on a partition');
create role partition_reader;
grant ral_data_manager to partition_reader;
do $$ begin execute format('grant select, insert on %s to partition_reader', part_of('ral.cd4_result', 'S1')); end $$;
grant usage on schema ral to partition_reader;
set role partition_reader;
select is((select count(*) from ral.cd4_result_3), 0::bigint, 'who has one sees no row past the policies');
select is(left(outcome($$insert into ral.cd4_result_3 (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2007-05-09', 1)$$), 5), '42501', 'nor writes one');
reset role;
call drop_study('ral', with_subjects => true);
drop owned by partition_reader;
drop role partition_reader;

select * from finish();
