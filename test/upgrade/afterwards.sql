-- The upgraded study is used: each line says what has to be so.
\pset format unaligned
\pset tuples_only on
\set VERBOSITY terse
\echo rules hold:
insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', 'nobody', 'week 4', '2008-02-25');
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) select site_id, subject_id, current_date + 1, 500 from ral.subject order by subject_id desc limit 1;
\echo a change needs a reason:
update ral.site set name = name;
\echo what was locked is:
set virotrial.reason = 'transcription';
update ral.subject set sex = sex where (site_id, subject_id) = (select site_id, subject_id from ral.subject order by subject_id limit 1);
\echo history and seal go on:
select digest as head from seal_head('ral') \gset
update ral.site set name = name || '.' where site_id = 'S1';
select count(*) from ral.site_history where site_id = 'S1';
call seal('ral');
select count(*) from verify('ral', :'head');
\echo a clerk sees his site:
set role nurse;
select count(distinct site_id) from ral.subject;
reset role;
\echo the interim analysis is as it was:
select count(*) from ral_interim.site where name like '%.';
