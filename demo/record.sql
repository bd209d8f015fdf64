-- A correction with its trail, the figures of before, a broken seal and a locked
-- subject; part of demo.sql.
\echo
\echo 'What was done is on record, and what was done behind its back is found:'
select clock_timestamp() as before \gset
begin;
set local virotrial.reason = 'transcription: two digits were exchanged';
set local virotrial.application_user = 'data manager of S1';
update cd4_result set cd4_count = 374 where subject_id = 'S1-001' and visit = 'week 24';
commit;
select format(E'- A correction keeps what was there, and needs a reason:\n    %s %s, %s of %s: %s, now %s, by %s for the %s (%s)',
    site_id, subject_id, "column", key ->> 'collected', old_value, new_value, login, application_user, reason)
from changes('ral', :'before') where "column" = 'cd4_count';

call freeze_analysis('ral', :'before', 'ral_before');
select format(E'- Figures of before come again, to the digit:\n    mean change of CD4 at week 24: %s before the correction, %s now',
    was.mean, now.mean)
from (select round(mean::numeric, 3) as mean from endpoint_cd4('ral_before') where "grouping" = 'all' and visit = 'week 24') as was,
    (select round(mean::numeric, 3) as mean from endpoint_cd4('ral') where "grouping" = 'all' and visit = 'week 24') as now;

insert into data_lock (scope, site_id, subject_id, reason) values ('subject', 'S1', 'S1-001', 'clean');
begin;
set local virotrial.reason = 'transcription: the other box was ticked';
select E'- A locked subject does not change:\n    ' || pg_temp.refusal($$
    update subject set sex = 'female' where subject_id = 'S1-001'$$);
commit;

-- The owner of the tables can switch the study's triggers off; the seal shows what he did.
call seal('ral');
begin;
alter table cd4_result disable trigger user;
update cd4_result set cd4_count = 734 where subject_id = 'S1-001' and visit = 'week 24';
alter table cd4_result enable trigger user;
commit;
select format(E'- A seal shows a change that no trigger saw:\n    %s %s, %s: %s', table_name, key, column_name, finding)
from verify('ral');
begin;
alter table cd4_result disable trigger user;
update cd4_result set cd4_count = 374 where subject_id = 'S1-001' and visit = 'week 24';
alter table cd4_result enable trigger user;
commit;
select format('Findings after that was undone: %s.', count(*)) from verify('ral');
