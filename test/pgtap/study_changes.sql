-- What was changed between two moments: who, when, why, and each value before and after.
\ir include/study.sql
set virotrial.reason = 'correction: test';
select no_plan();
call make_subject('001');
call make_subject('002');
create temporary table moment (name text primary key, at timestamptz);
insert into moment values ('start', clock_timestamp());
create function pg_temp.shown(since text, until text) returns table (what text)
    language sql
as $$
    select concat_ws(' ', reason_code, '(' || reason || ')', site_id, subject_id, "table", action, "column",
        case when "column" is not null then coalesce(old_value, 'null') || ' -> ' || coalesce(new_value, 'null') end)
    from changes('ral', (select at from moment where name = since), coalesce((select at from moment where name = until), 'infinity'))
$$;

select is_empty($$select * from pg_temp.shown('start', null)$$, 'nothing was changed');
begin;
set local virotrial.reason = 'transcription: misread';
update ral.subject set birth_date = '1970-06-16' where subject_id = '001';
update ral.consent set withdrawn = '2010-01-01' where subject_id = '002';
set local virotrial.reason = 'late information';
update ral.subject set birth_date = '1970-06-17', sex = 'female' where subject_id = '001';
commit;
insert into moment values ('first', clock_timestamp());
select bag_eq($$select * from pg_temp.shown('start', null)$$, array[
    'transcription (misread) S1 001 subject update birth_date 1970-06-15 -> 1970-06-16',
    'transcription (misread) S1 002 consent update withdrawn null -> 2010-01-01',
    'late information S1 001 subject update birth_date 1970-06-16 -> 1970-06-17'], 'each version, each column, and null');

-- what is entered, and what is deleted
begin;
set local virotrial.reason = 'duplicate';
insert into ral.site (site_id, name) values ('S9', 'Ninth');
insert into ral.consent (site_id, subject_id, version, signed, withdrawn) values ('S1', '002', '2.0', '2008-03-01', '2010-01-01');
delete from ral.genotype_drug_call where subject_id = '002' and drug = 'AZT';
update ral.site set name = 'Nine' where site_id = 'S9';
commit;
insert into moment values ('second', clock_timestamp());
select bag_eq($$select * from pg_temp.shown('first', null)$$, array['duplicate S9 site insert',
    'duplicate S9 site update name Ninth -> Nine', 'duplicate S1 002 consent insert', 'duplicate S1 002 genotype_drug_call delete'], 'rows that came, and rows that went');
select results_eq($$select old_value::jsonb ->> 'call', new_value from changes('ral', (select at from moment where name = 'first')) where "table" = 'genotype_drug_call'$$,
    $$values ('susceptible', null)$$, 'with the whole of the row');
select results_eq($$select key from changes('ral', (select at from moment where name = 'first')) where "table" = 'consent'$$,
    $$values ('{"site_id": "S1", "subject_id": "002", "version": "2.0", "signed": "2008-03-01"}'::jsonb)$$, 'and its key');
select ok(not (old_value::jsonb ?| array['entered_by', 'entered_at', 'entered_in', 'ended_in']), 'but for the stamps')
from changes('ral', (select at from moment where name = 'first')) where "table" = 'genotype_drug_call';

-- a key that changes
begin;
update ral.site set site_id = 'S8' where site_id = 'S9';
commit;
select bag_eq($$select * from pg_temp.shown('second', null)$$,
    array['correction (test) S9 site update', 'correction (test) S8 site insert'], 'a new key is another row');

-- the moments
select bag_eq($$select * from pg_temp.shown('start', 'first')$$, $$select * from pg_temp.shown('start', null) except all select * from pg_temp.shown('first', null)$$, 'what is later is not shown');
select is((select count(*) from changes('ral', committed_at)), 0::bigint, 'a moment is not after itself')
from ral.change order by committed_at desc limit 1;
select ok(exists (select from changes('ral', '-infinity', change.committed_at) as shown where shown.committed_at = change.committed_at), 'but up to itself')
from ral.change order by committed_at desc limit 1;
set virotrial.application_user = 'investigator';
set virotrial.source = 'form 7';
insert into ral.site (site_id, name) values ('S7', 'Seventh');
reset virotrial.application_user;
reset virotrial.source;
select results_eq($$select login, application_user, source from changes('ral', '-infinity') where site_id = 'S7'$$,
    $$values (session_user::text collate "default", 'investigator', 'form 7')$$, 'who, for whom, and from where');
select is((select count(*) from changes('ral', '-infinity') where "table" = 'viral_load_result' and action = 'insert'), 
    (select count(*) from (select site_id from ral.viral_load_result union all select site_id from ral.viral_load_result_history where ended_as = 'delete') as t), 'all that was ever entered');

-- ---- whose eyes
select throws_ok($$select * from changes('nothing', '-infinity')$$, '3F000', null, 'no study');
select is_empty($$select * from changes(null, '-infinity')$$, 'null');
create role outsider;
create role reader;
grant usage on schema ral to reader;
grant select on ral.change, ral.subject, ral.subject_history, ral.site to reader;
set role outsider;
select throws_ok($$select * from changes('ral', '-infinity')$$, '42501', null, 'without USAGE');
set role reader;
select set_eq($$select distinct "table" from changes('ral', '-infinity')$$, array['subject'], 'of tables that the reader may read, with their histories');
reset role;
revoke select on ral.change from reader;
set role reader;
select throws_ok($$select * from changes('ral', '-infinity')$$, '42501', 'permission denied for table change', 'and whose changes he may');
reset role;

drop owned by reader;
drop role reader, outsider;

-- a secured study: by site, and without what is blinded
\ir include/secured.sql
set session authorization trial_monitor1;
select set_eq($$select distinct site_id from changes('trial', '-infinity')$$, array['S1', null], 'a monitor reads of his site, and of what has none');
select is_empty($$select * from changes('trial', '-infinity') where "table" = 'site_access' and key ->> 'login' <> 'trial_monitor1'
    and site_id is distinct from 'S1'$$, 'not who sees others');
select is_empty($$select * from changes('trial', '-infinity') where "table" in ('allocation', 'query')$$, 'nor what is blinded, and what is said of it');
set session authorization trial_statistician1;
select throws_ok($$select * from changes('trial', '-infinity')$$, '42501', null, 'a statistician reads no history');
reset session authorization;
select isnt_empty($$select * from changes('trial', '-infinity') where "table" = 'allocation'$$, 'which is there');
\ir include/secured_end.sql
select * from finish();
