-- All that has to be the same after the upgrade; no line may depend on the server.
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
set timezone = 'UTC';
\echo -- tables and views of the study and of its frozen analysis
select format('select %L, count(*), md5(string_agg(t::text, chr(10) order by t::text collate "C")) from %s as t', oid::regclass, oid::regclass)
from pg_class
where relnamespace in ('ral'::regnamespace, 'ral_interim'::regnamespace) and relkind in ('r', 'v')
order by oid::regclass::text collate "C"
\gexec
\echo -- what is found
select * from violations('ral') order by 1, 2, 3, 4;
select * from verify('ral');
select block, digest from seal_head('ral');
select problem, object from study_problems('ral') order by 1, 2;
select status, count(*) from signatures('ral') group by status order by status;
select count(*) from changes('ral', '-infinity');
select count(*), md5(string_agg(e::text, ' ' order by e::text)) from endpoint_virology('ral') as e;
\echo -- indexes and states
set enable_seqscan = off;
select count(*), sum(id) from kept where viral_load < 50;
select count(*), sum(id) from kept where viral_load = '<50';
select count(*), sum(id) from kept where log_reduction > 2;
select (response_rate(response_tally)).* from kept_state order by part;
select md5(string_agg(k::text, ' ' order by part)) from kept_state as k;
explain (costs off) select * from kept where viral_load < 50;
explain (costs off) select * from ral.visit where (site_id, subject_id, visit) = ('S1', 'S1-001', 'week 4');
select amname, count(*), count(bt_index_check(i.oid, true))
from pg_class as i join pg_am on pg_am.oid = relam
where relkind = 'i' and amname = 'btree' and relnamespace <> 'pg_toast'::regnamespace
    and relnamespace <> 'pg_catalog'::regnamespace
group by amname;
select count(*) from pg_class, lateral verify_heapam(oid) where relnamespace = 'ral'::regnamespace and relkind = 'r';
