-- A correction, and the trail that it leaves; part of demo.sql

\echo
\echo 'Nothing is changed without a reason:'
\echo '    update cd4_result set cd4_count = 374 where subject_id = ''S1-001'' and visit = ''week 24'';'
\set ON_ERROR_STOP off
update cd4_result set cd4_count = 374 where subject_id = 'S1-001' and visit = 'week 24';
\set ON_ERROR_STOP on

\echo
\echo 'With one it is; and the earlier version stays:'
\echo '    begin;'
\echo '    set local virotrial.reason = ''transcription: two digits were exchanged'';'
\echo '    set local virotrial.application_user = ''M. Chen, data manager'';'
\echo '    update cd4_result set cd4_count = 374 where subject_id = ''S1-001'' and visit = ''week 24'';'
\echo '    commit;'
begin;
set local virotrial.reason = 'transcription: two digits were exchanged';
set local virotrial.application_user = 'M. Chen, data manager';
update cd4_result set cd4_count = 374 where subject_id = 'S1-001' and visit = 'week 24';
commit;
\pset title 'The trail of the correction'
select earlier.subject_id, earlier.visit, earlier.cd4_count as old, later.cd4_count as new,
       change.login as who, change.application_user as "for whom", change.reason_code as why,
       change.reason as "in words"
from cd4_result_history as earlier
join change on change.change_id = earlier.ended_in
join cd4_result as later using (site_id, subject_id, collected, replicate)
where later.entered_at = earlier.ended_at;
\pset title
