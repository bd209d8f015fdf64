-- A study with history, deviations, an algorithm, queries, signatures, locks, a frozen
-- analysis and two blocks of a seal; and a table of all that indexes on our types hold.
\set ON_ERROR_STOP on
set client_min_messages = warning;
create extension amcheck;
create extension if not exists virotrial;
\set document `cat demo/resistance_algorithm.xml`
call create_study('ral');
select name from load_resistance_algorithm(:'document', 'ral');
call simulate_study('ral', subjects => 60, sites => 3, seed => 4);
call seal('ral');
call secure_study('ral');
select 'create role nurse login' where to_regrole('nurse') is null \gexec
grant ral_clerk to nurse;
insert into ral.site_access (login, site_id) values ('nurse', 'S1');

insert into ral.rule (name, table_name, clause, condition, action, asks)
values ('upgrade_high', 'viral_load_result', 'data management plan', 'viral_load > 100000', 'record', true);
set virotrial.reason = 'transcription';
update ral.cd4_result set cd4_count = '333' where subject_id like '%1';
delete from ral.cd4_result where subject_id like '%2' and visit = 'week 4';
insert into ral.query (table_name, row_key, message)
select 'cd4_result', to_jsonb(c), 'Right?' from ral.cd4_result as c limit 20;
insert into ral.source_verification (table_name, row_key)
select 'viral_load_result', to_jsonb(v) from ral.viral_load_result as v limit 20;
insert into ral.signature (scope, site_id, subject_id, meaning, authentication)
select 'subject', site_id, subject_id, 'approval', 'password' from ral.subject limit 10;
insert into ral.data_lock (scope, site_id, subject_id, reason)
select 'subject', site_id, subject_id, 'clean' from ral.subject order by subject_id limit 1;
reset virotrial.reason;
call seal('ral');
select clock_timestamp() as interim \gset
call freeze_analysis('ral', :'interim', 'ral_interim');

create table kept as
select row_number() over (order by site_id, subject_id, collected, replicate) as id, viral_load,
    log_reduction('100000', viral_load) as log_reduction
from ral.viral_load_result where viral_load is not null;
create index kept_viral_load on kept (viral_load);
create index kept_viral_load_hash on kept using hash (viral_load);
create index kept_log_reduction on kept (log_reduction);
create table kept_state as
select id % 3 as part, response_tally(viral_load < 50), viral_load_sample(viral_load), log_reduction_tally(log_reduction)
from kept group by id % 3;
