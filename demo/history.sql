-- A correction, and the trail that it leaves; part of demo.sql

\echo
\echo 'Nothing is changed without a reason:'
\echo '    update cd4_result set cd4_count = 374 where subject_id = ''S1-001'' and visit = ''week 24'';'
\set ON_ERROR_STOP off
update cd4_result set cd4_count = 374 where subject_id = 'S1-001' and visit = 'week 24';
\set ON_ERROR_STOP on

select clock_timestamp() as before \gset
\echo
\echo 'With one it is; and the earlier version stays:'
\echo '    begin;'
\echo '    set local virotrial.reason = ''transcription: two digits were exchanged'';'
\echo '    set local virotrial.application_user = ''data manager of S1'';'
\echo '    update cd4_result set cd4_count = 374 where subject_id = ''S1-001'' and visit = ''week 24'';'
\echo '    commit;'
begin;
set local virotrial.reason = 'transcription: two digits were exchanged';
set local virotrial.application_user = 'data manager of S1';
update cd4_result set cd4_count = 374 where subject_id = 'S1-001' and visit = 'week 24';
commit;
\pset title 'The trail of the correction'
select site_id as site, subject_id as subject, "table", "column", old_value as old, new_value as new,
       login as who, application_user as "for whom", reason_code as why, reason as "in words"
from changes('ral', :'before');
\pset title

\echo 'The analysis of before can be rerun, to the digit:'
\echo '    call freeze_analysis(''ral'', moment, ''ral_before'');'
call freeze_analysis('ral', :'before', 'ral_before');
\pset title 'Mean change of the CD4 count at week 24, cells per microlitre'
select 'as it was before the correction' as data, n, round(mean::numeric, 4) as mean
from endpoint_cd4('ral_before') where "grouping" = 'all' and visit = 'week 24'
union all
select 'as it is', n, round(mean::numeric, 4)
from endpoint_cd4('ral') where "grouping" = 'all' and visit = 'week 24';
\pset title

\echo 'A seal finds what goes behind the back of the database:'
\echo '    call seal(''ral'');'
\echo '    alter table cd4_result disable trigger user;'
\echo '    update cd4_result set cd4_count = 437 where subject_id = ''S1-001'' and visit = ''week 24'';'
\echo '    alter table cd4_result enable trigger user;'
call seal('ral');
begin;
alter table cd4_result disable trigger user;
update cd4_result set cd4_count = 437 where subject_id = 'S1-001' and visit = 'week 24';
alter table cd4_result enable trigger user;
commit;
\pset title 'What verify(''ral'') says'
select table_name as "table", key, column_name as "column", finding from verify('ral');
\pset title
begin;
alter table cd4_result disable trigger user;
update cd4_result set cd4_count = 374 where subject_id = 'S1-001' and visit = 'week 24';
alter table cd4_result enable trigger user;
commit;

\echo 'Clean data are locked, and no statement of anybody changes them:'
\echo '    insert into data_lock (scope, site_id, subject_id, reason)'
\echo '        values (''subject'', ''S1'', ''S1-001'', ''clean for the interim analysis'');'
\echo '    update cd4_result set cd4_count = 347 where subject_id = ''S1-001'' and visit = ''week 24'';'
insert into data_lock (scope, site_id, subject_id, reason)
    values ('subject', 'S1', 'S1-001', 'clean for the interim analysis');
set virotrial.reason = 'transcription';
\set ON_ERROR_STOP off
update cd4_result set cd4_count = 347 where subject_id = 'S1-001' and visit = 'week 24';
\set ON_ERROR_STOP on
\echo
\echo 'To unlock needs a reason, which stays:'
\echo '    set virotrial.reason = ''unlock: the site found the source document'';'
\echo '    delete from data_lock;'
set virotrial.reason = 'unlock: the site found the source document';
delete from data_lock;
reset virotrial.reason;
\pset title 'What was locked'
select scope, subject_id as subject, locked.reason as "locked because", ending.login as "unlocked by",
       ending.reason as "because"
from data_lock_history as locked join change as ending on change_id = ended_in;
\pset title
