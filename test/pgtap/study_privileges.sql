-- A secured study: who tries to get more than his duty, his sites or the blind
-- leave him is refused, or finds nothing.
\ir include/secured.sql
select no_plan();
set role trial_owner;
insert into trial.signature (scope, site_id, subject_id, meaning, authentication)
    select 'subject', site_id, subject_id, 'review', 'password' from trial.subject;
insert into trial.data_lock (scope, site_id, subject_id, reason) select 'subject', site_id, max(subject_id), 'seen' from trial.enrolment group by site_id;
update trial.adverse_event set reported_at = null where is_serious and subject_id not in (select subject_id from trial.data_lock); call seal('trial');
reset role;
create temporary table locked as select site_id, subject_id from trial.data_lock where scope = 'subject';
grant select on locked to public;

-- ---- what everybody may do, so that a refusal means something

select matches(outcome(login, statement), '^[1-9][0-9]{0,3}$', format('%s may: %s', login, statement))
from (values
    ('trial_clerk1', 'select from trial.subject'),
    ('trial_clerk1', 'select * from trial.analysis_viral_load'),
    ('trial_clerk1', $$insert into trial.subject (site_id, subject_id, birth_date, sex) values ('S1', 'new', '1970-01-01', 'female')$$),
    ('trial_clerk1', $$select * from endpoint_virology('trial')$$),
    ('trial_clerk1', $$select * from eligibility('trial', (select min(subject_id) from trial.subject))$$),
    ('trial_clerk1', $$select * from obt_candidates('trial', (select min(subject_id) from trial.subject))$$),
    ('trial_investigator1', $$update trial.disposition set ended = ended where subject_id not in (select subject_id from locked)$$),
    ('trial_monitor1', $$insert into trial.deviation (site_id, subject_id, rule, item, description) select site_id, subject_id, 'seen by the monitor', '', 'x' from trial.subject limit 1$$),
    ('trial_monitor1', $$insert into trial.query (table_name, row_key, message) select 'consent', to_jsonb(consent), 'Signed?' from trial.consent$$),
    ('trial_monitor1', $$insert into trial.query_event (query_id, action, due) select query_id, 'close', '2010-01-01' from trial.query$$),
    ('trial_monitor1', $$insert into trial.source_verification (table_name, row_key) select 'consent', to_jsonb(consent) from trial.consent$$),
    ('trial_manager1', $$select from open_queries('trial', 'select ''consent'' as table_name, to_jsonb(consent) as row_key, ''Really?'' as message from trial.consent')$$),
    ('trial_manager1', $$insert into trial.query_event (query_id, action, message) select query_id, 'reopen', 'Really?' from trial.query$$),
    ('trial_clerk1', $$insert into trial.query_event (query_id, action, message) select query_id, 'answer', 'Here it is.' from trial.query$$),
    ('trial_investigator1', $$insert into trial.query_event (query_id, action, message) select query_id, 'comment', 'It is here.' from trial.query$$),
    ('trial_clerk1', 'select from trial.open_query'),
    ('trial_auditor1', 'select from trial.source_verification_status'),
    ('trial_manager1', 'update trial.cd4_result set cd4_count = cd4_count where subject_id not in (select subject_id from locked)'),
    ('trial_manager1', $$insert into trial.site_access (login, site_id) values ('trial_new', 'S1')$$),
    ('trial_manager', $$insert into trial.site (site_id, name) values ('S9', 'Ninth')$$),
    ('trial_analyst1', 'select * from trial.analysis_subject'),
    ('trial_analyst1', $$select * from endpoint_cd4('trial', group_by => 'sex')$$),
    ('trial_statistician1', 'select * from trial.viral_load_result'),
    ('trial_unblinded1', 'select * from trial.allocation'),
    ('trial_unblinded1', 'select * from trial.subject_arm where arm is not null'),
    ('trial_auditor1', $$select * from seal_head('trial')$$),
    ('trial_manager', $$select * from seal_head('trial')$$),
    ('trial_manager1', $$insert into trial.data_lock (scope, site_id, subject_id, reason) select 'subject', site_id, min(subject_id), 'seen' from trial.subject group by site_id$$),
    ('trial_manager1', $$insert into trial.data_lock (scope, site_id, reason) values ('site', 'S1', 'seen')$$),
    ('trial_manager', $$insert into trial.data_lock (scope, reason, accepted) values ('study', 'end', '{open query,missing assessment,deviation not reviewed,subject not signed}')$$),
    ('trial_manager1', $$delete from trial.data_lock$$),
    ('trial_manager1', $$delete from trial.data_lock; update trial.subject set sex = sex where subject_id = (select subject_id from locked where site_id = 'S1')$$),
    ('trial_manager1', $$insert into trial.signature (scope, site_id, meaning, authentication) values ('site', 'S1', 'review', 'password')$$),
    ('trial_manager', $$insert into trial.signature (scope, meaning, authentication) values ('study', 'approval', 'password')$$),
    ('trial_investigator1', $$insert into trial.signature (scope, site_id, subject_id, meaning, authentication) select 'subject', site_id, subject_id, 'approval', 'password' from trial.subject$$),
    ('trial_investigator1', $$insert into trial.signature (scope, table_name, row_key, meaning, authentication) select 'record', 'enrolment', to_jsonb(e), 'responsibility', 'password' from trial.enrolment as e$$),
    ('trial_clerk1', $$select * from signatures('trial') where status = 'valid'$$),
    ('trial_auditor1', $$select * from signatures('trial') where status = 'valid' and site_id = 'S2'$$),
    ('trial_monitor1', $$select * from lock_checklist('trial')$$),
    ('trial_auditor1', $$select * from lock_checklist('trial') where site_id = 'S3'$$),
    ('trial_auditor1', 'select * from trial.site_access')) as t (login, statement);

-- ---- privileges: by the catalogue, what the duties are to have, and nothing else

create temporary view privilege as
select duty, relation::regclass as relation, kind, verb.name as verb, has_table_privilege(role, relation, verb.name) as has_it,
    coalesce(has_any_column_privilege(role, relation, nullif(nullif(nullif(verb.name, 'delete'), 'truncate'), 'trigger')), false) as has_some
from _virotrial.study_role('trial')
cross join _virotrial.study_relation('trial')
cross join unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as verb (name)
where duty <> 'views';
select set_eq($$select duty, relation, verb from privilege where has_it or has_some$$,
    $$select duty, relation, verb from privilege join _virotrial.duty_privilege() using (duty, kind)
        where strpos(verbs, left(verb, 1)) > 0 and verb in ('select', 'insert', 'update', 'delete')
    union select duty, 'trial.lab_unit'::regclass, 'select' from _virotrial.study_role('trial') where duty <> 'views'
    union select duty, 'trial.toxicity_grade_table'::regclass, 'select' from _virotrial.study_role('trial') where duty <> 'views'
    union select duty, 'trial.unblinding'::regclass, 'select' from unnest(array['data_manager', 'monitor', 'auditor']) as duty$$,
    'each duty has its privileges, and no other');
select is_empty($$select duty from _virotrial.study_role('trial') where has_column_privilege(role, 'trial.unblinding', 'arm', 'select')
    except values ('investigator'), ('unblinded_statistician')$$, 'of who unblinds, others see all but the arm');
select is_empty($$select duty, verb, count(*) from privilege
    where has_it and verb <> 'select' and (duty in ('statistician', 'unblinded_statistician', 'analyst', 'auditor') or kind in ('configuration', 'kept', 'internal', 'view', 'step', 'blinded'))
    group by duty, verb$$, 'nobody writes who only reads, and nobody but the owner what is not entered');
select set_eq($$select distinct duty from privilege where has_it and kind = 'blinded'$$, $$values ('unblinded_statistician')$$, 'one duty reads what is blinded');
select set_eq($$select distinct duty, verb from privilege where has_it and kind = 'allocation_list'$$, $$values ('randomisation', 'select'), ('randomisation', 'insert')$$, 'and one the randomisation list');
select is_empty($$select * from privilege where kind = 'seal' and has_some$$, 'no duty reads the digests of what is blinded');
select is(outcome(login, $$select * from verify('trial')$$), '0', 'who sees all sites and changes verifies the seal: ' || login)
from unnest(array['trial_auditor1', 'trial_manager', 'trial_owner']) as login;
select is_empty($$select relname from pg_class where relnamespace = 'trial'::regnamespace and relkind = 'v' and relowner <> 'trial_views'::regrole
    and relname <> '_randomised_at_cut'$$, 'all views obey row security');
select is_empty($$select member::regrole from pg_auth_members where roleid = 'trial_views'::regrole and member <> 'trial_owner'::regrole$$, 'only the owner is in their role');
select is_empty($$select role from _virotrial.study_role('trial'), unnest(array['create', 'create with grant option']) as verb
    where has_schema_privilege(role, 'trial', verb)$$, 'no duty may create anything in the study');

-- ---- rows: each relation that has sites shows those of the reader alone

create temporary view site_relation as
select relation::regclass::text as name, kind from _virotrial.study_relation('trial') where has_site and kind not in ('internal', 'blinded', 'blinded allocation', 'blinded unblinding', 'blinded unblinding_history');
grant select on site_relation to public;
select is(outcome('trial_monitor1', format('select from %s where site_id <> %L', name, 'S1')), '0', 'a monitor of S1 sees no other site in ' || name)
from site_relation;
select is(outcome('trial_monitor0', format('select from %s where site_id is not null', name)), '0', 'a monitor without a site sees nothing in ' || name)
from site_relation;
select is(outcome('trial_auditor1', format('select from %s', name)), outcome('trial_owner', format('select from %s', name)), 'an auditor of all sites sees as many rows as the owner in ' || name)
from site_relation;
select is(outcome('trial_monitor1', format('select from %s where site_id is not null', name)), outcome('trial_owner', format('select from %s where site_id = %L', name, 'S1')),
    'a monitor of S1 sees all rows of S1 in ' || name)
from site_relation;
select is(outcome('trial_owner', format('select from %s where site_id <> %L', name, 'S1')) <> '0', true, 'there is more to see in ' || name)
from site_relation where name in ('trial.subject', 'trial.analysis_viral_load', 'trial.deviation', 'trial.eligibility_verdict', 'trial.serious_event_due');

-- ---- what is said about blinded rows

set role trial_owner;
insert into trial.query (table_name, row_key, message) select 'allocation', to_jsonb(allocation), arm || '?' from trial.allocation;
insert into trial.query_event (query_id, action, message) select query_id, 'answer', 'to ' || message from trial.query where table_name = 'allocation';
insert into trial.source_verification (table_name, row_key) select 'allocation', to_jsonb(allocation) from trial.allocation;
insert into trial.signature (scope, table_name, row_key, meaning, authentication)
    select 'record', 'allocation', to_jsonb(a), 'review', 'password' from trial.allocation as a where arm = 'active';
insert into trial.data_lock (scope, table_name, row_key, reason)
    select 'record', 'allocation', to_jsonb(a), 'allocated' from trial.allocation as a where arm = 'active';
reset role;
create temporary table told as select * from (values
    ($$trial.query where message ~ 'active'$$), ($$trial.query_status where message ~ 'active'$$), ($$trial.open_query where message ~ 'active'$$),
    ($$trial.query_event where message ~ 'active'$$), ($$trial.open_query where last_message ~ 'active'$$),
    ($$trial.signature where table_name = 'allocation'$$), ($$trial.data_lock where table_name = 'allocation'$$),
    ($$signatures('trial') where table_name = 'allocation'$$),
    ($$trial.source_verification where content ->> 'arm' = 'active'$$), ($$trial._last_verification where content ->> 'arm' = 'active'$$)) as t (rows);
select is(outcome(name, 'select from ' || rows) <> '0', duty = 'unblinded_statistician', format('%s: %s', name, rows))
from told cross join login where duty <> 'analyst' and site = '*';

-- ---- attempts, each of which fails or finds nothing

create temporary table attempt (id serial, login text, statement text, expected text);
insert into attempt (login, statement, expected) values
    -- other sites: to read
    ('trial_clerk1', $$select from trial.subject where site_id = 'S2'$$, '0'),
    ('trial_clerk1', $$select from trial.site where site_id = 'S2'$$, '0'),
    ('trial_clerk1', $$create temporary table stolen as select * from trial.subject where site_id = 'S2'$$, '0'),
    ('trial_clerk1', $$select * from endpoint_virology('trial') where group_value = 'S2'$$, '0'),
    ('trial_clerk1', $$set local virotrial.group_by = 'site_id'; select * from trial.endpoint_cd4 where group_value = 'S2'$$, '0'),
    ('trial_clerk1', $$select * from endpoint_cd4('trial', group_by => 'site_id') where group_value = 'S2'$$, '0'),
    ('trial_clerk1', $$select * from eligibility('trial', (select subject_id from login_other))$$, '22023'),
    ('trial_clerk1', $$select * from obt_candidates('trial', (select subject_id from login_other))$$, '22023'),
    ('trial_clerk1', $$select * from eligibility_of('trial', array(select row('S2', subject_id, '2008-02-01')::candidate from login_other))$$, '0'),
    ('trial_clerk1', $$select * from violations('trial', 'S2')$$, '0'),
    ('trial_clerk1', $$select * from violations('trial') where site_id <> 'S1'$$, '0'),
    ('trial_clerk1', $$select * from _virotrial.endpoint_rows('trial', 'subject', null, null) as (site_id text, subject_id text, birth_date date, sex text, entered_by text, entered_at timestamptz)$$, '42501'),
    ('trial_clerk1', $$select where _virotrial.subject_count('trial') > (select count(*) from trial.subject)$$, '0'),
    ('trial_clerk1', $$set local virotrial.group_by = 'sex'; select * from _virotrial.analysis_group('trial.subject')$$, '42501'),
    ('trial_clerk1', $$set local virotrial.group_by = 'sex'; select * from _virotrial.analysis_group('trial.analysis_subject') where site_id <> 'S1'$$, '0'),
    ('trial_clerk1', $$set local virotrial.reader = '10'; select from trial.subject where site_id = 'S2'$$, '0'),
    ('trial_clerk1', $$set local virotrial.reader = '10'; select * from endpoint_virology('trial') where group_value = 'S2'$$, '0'),
    ('trial_clerk1', $$set local row_security = off; select from trial.subject$$, '42501'),
    ('trial_clerk1', $$set local row_security = off; select from trial.analysis_subject$$, '42501'),
    ('trial_clerk1', $$select * from study_problems('trial')$$, '42501'),
    ('trial_clerk1', $$table trial.deferred_judgement$$, '42501'),
    ('trial_clerk1', $$table trial.site_access$$, '42501'),
    ('trial_clerk1', $$select from pg_stats where schemaname = 'trial' and tablename = 'subject'$$, '0'),
    ('trial_clerk0', $$select from trial.protocol, trial.subject$$, '0'),
    ('trial_clerk0', $$select * from endpoint_virology('trial')$$, '0'),
    ('trial_monitor1', $$select from trial.analysis_ae where site_id <> 'S1'$$, '0'),
    ('trial_investigator1', $$select from trial.accrual where site_id <> 'S1'$$, '0'),
    ('trial_analyst1', $$select * from trial.endpoint_virology where group_value = 'S2'$$, '0'),
    ('trial_analyst1', $$select from trial.analysis_subject where site_id = 'S2'$$, '0'),
    -- other sites: to write
    ('trial_clerk1', $$insert into trial.subject (site_id, subject_id, birth_date, sex) values ('S2', 'new', '1970-01-01', 'female')$$, '42501'),
    ('trial_clerk1', $$insert into trial.consent (site_id, subject_id, version, signed) select 'S2', subject_id, '9.0', '2008-01-01' from login_other$$, '42501'),
    ('trial_clerk1', $$insert into trial.consent (site_id, subject_id, version, signed) select 'S2', subject_id, '1.0', '2008-01-01' from login_other on conflict do nothing$$, '42501'),
    ('trial_clerk1', $$insert into trial.subject (site_id, subject_id, birth_date, sex) select 'S2', subject_id, '1970-01-01', 'male' from login_other on conflict (site_id, subject_id) do update set sex = 'female'$$, '42501'),
    ('trial_clerk1', $$update trial.cd4_result set cd4_count = 1 where site_id = 'S2'$$, '0'),
    ('trial_clerk1', $$update trial.subject set site_id = 'S2' where subject_id = (select min(subject_id) from trial.subject)$$, '42501'),
    ('trial_manager1', $$delete from trial.cd4_result where site_id = 'S2'$$, '0'),
    ('trial_manager1', $$update trial.subject set sex = 'male' where site_id <> 'S1'$$, '0'),
    ('trial_manager1', $$merge into trial.cd4_result using trial.subject on subject.site_id = cd4_result.site_id when matched and cd4_result.site_id <> 'S1' then delete$$, '0'),
    ('trial_investigator1', $$delete from trial.enrolment where site_id = 'S2'$$, '0'),
    ('trial_investigator1', $$update trial.disposition set outcome = 'completed' where site_id = 'S2'$$, '0'),
    ('trial_monitor1', $$insert into trial.deviation (site_id, subject_id, rule, description) select 'S2', subject_id, 'x', 'x' from login_other$$, '42501'),
    ('trial_clerk1', $$select * from judge('trial.consent', 'pg_temp.consent_elsewhere')$$, '42501'),
    ('trial_clerk1', $$copy trial.subject from program 'true'$$, '42501'),
    -- access
    ('trial_clerk1', $$insert into trial.site_access (login, site_id) values ('trial_clerk1', 'S2')$$, '42501'),
    ('trial_clerk1', $$update trial.site_access set site_id = '*'$$, '42501'),
    ('trial_investigator1', $$insert into trial.site_access (login, site_id) values ('trial_investigator1', '*')$$, '42501'),
    ('trial_manager1', $$insert into trial.site_access (login, site_id) values ('trial_manager1', 'S2')$$, '42501'),
    ('trial_manager1', $$insert into trial.site_access (login, site_id) values ('trial_manager1', '*')$$, '42501'),
    ('trial_manager1', $$update trial.site_access set site_id = '*' where login = 'trial_manager1'$$, '42501'),
    ('trial_manager1', $$update trial.site_access set login = 'trial_manager1' where site_id = '*'$$, '0'),
    ('trial_manager1', $$delete from trial.site_access where login = 'trial_manager'$$, '0'),
    ('trial_manager1', $$insert into trial.site (site_id, name) values ('S9', 'Ninth')$$, '42501'),
    ('trial_monitor1', $$delete from trial.site_access$$, '42501'),
    ('trial_auditor1', $$insert into trial.site_access (login, site_id) values ('trial_clerk1', 'S2')$$, '42501'),
    -- duties
    ('trial_clerk1', $$delete from trial.subject$$, '42501'),
    ('trial_clerk1', $$insert into trial.enrolment (site_id, subject_id, enrolled) values ('S1', '001', '2008-02-01')$$, '42501'),
    ('trial_clerk1', $$update trial.disposition set outcome = 'completed'$$, '42501'),
    ('trial_clerk1', $$update trial.deviation set description = ''$$, '42501'),
    ('trial_clerk1', $$insert into trial.eligibility_verdict (site_id, subject_id, criterion) values ('S1', '001', 'age')$$, '42501'),
    ('trial_clerk1', $$truncate trial.subject cascade$$, '42501'),
    ('trial_manager', $$truncate trial.cd4_result$$, '42501'),
    ('trial_manager', $$update trial.rule set active = false$$, '42501'),
    ('trial_manager', $$insert into trial.rule_context values ('site', 'select * from changed')$$, '42501'),
    ('trial_manager', $$update trial.eligibility_criterion set query = ''$$, '42501'),
    ('trial_manager', $$update trial.protocol set minimum_age = 1$$, '42501'),
    ('trial_manager', $$update trial.reference_range set lln = 0$$, '42501'),
    ('trial_investigator1', $$update trial.visit_definition set target_day = 1$$, '42501'),
    ('trial_monitor1', $$update trial.cd4_result set cd4_count = 1$$, '42501'),
    ('trial_monitor1', $$delete from trial.deviation$$, '42501'),
    ('trial_statistician1', $$update trial.viral_load_result set viral_load = '<50'$$, '42501'),
    ('trial_auditor1', $$delete from trial.deviation$$, '42501'),
    ('trial_auditor1', $$update trial.subject set sex = sex$$, '42501'),
    ('trial_analyst1', $$table trial.subject$$, '42501'),
    ('trial_analyst1', $$select birth_date from trial.subject$$, '42501'),
    ('trial_analyst1', $$table trial._subject_at_cut$$, '42501'),
    ('trial_analyst1', $$table trial._enrolment_at_cut$$, '42501'),
    ('trial_analyst1', $$select * from eligibility('trial', '001')$$, '42501'),
    ('trial_analyst1', $$select * from obt_candidates('trial', '001')$$, '42501'),
    ('trial_analyst1', $$select * from violations('trial')$$, '42501'),
    ('trial_analyst1', $$select * from _virotrial.endpoint_rows('trial', 'subject', null, null) as (site_id text)$$, '42501'),
    ('trial_analyst1', $$insert into trial.subject (site_id, subject_id, birth_date, sex) values ('S1', 'new', '1970-01-01', 'female')$$, '42501'),
    ('trial_stranger', $$table trial.subject$$, '42501'),
    ('trial_stranger', $$table trial.analysis_subject$$, '42501'),
    ('trial_stranger', $$select * from endpoint_cd4('trial')$$, '42501'), ('trial_stranger', $$select from _virotrial.load_tables('trial')$$, '0'),
    -- powers over the study
    ('trial_manager', $$alter table trial.subject disable row level security$$, '42501'),
    ('trial_manager', $$drop policy sites on trial.subject$$, '42501'),
    ('trial_manager', $$create policy mine on trial.subject using (true)$$, '42501'),
    ('trial_manager', $$create trigger mine after insert on trial.subject for each row execute function suppress_redundant_updates_trigger()$$, '42501'),
    ('trial_manager', $$alter table trial.subject disable trigger all$$, '42501'),
    ('trial_manager', $$set local session_replication_role = replica$$, '42501'),
    ('trial_manager', $$create table trial.mine (site_id text)$$, '42501'),
    ('trial_manager', $$create or replace view trial.subject_arm as select ''::text as site_id, ''::text as subject_id, ''::text as arm$$, '42501'),
    ('trial_manager', $$alter view trial.analysis_subject set (security_invoker = true)$$, '42501'),
    ('trial_manager', $$set client_min_messages = error; grant select on trial.subject to trial_stranger; select where has_table_privilege('trial_stranger', 'trial.subject', 'select')$$, '0'),
    ('trial_manager', $$grant trial_views to trial_manager$$, '42501'),
    ('trial_manager', $$set local role trial_views$$, '42501'),
    ('trial_manager', $$set local role trial_owner$$, '42501'),
    ('trial_manager', $$call secure_study('trial')$$, '42501'),
    ('trial_manager', $$call blind('trial.subject')$$, '42501'),
    ('trial_manager', $$call amend_protocol('trial', '2009-06-01', minimum_age => 20)$$, '42501'),
    ('trial_manager', $$call simulate_study('trial', 4)$$, '42501'),
    ('trial_manager', $$call drop_study('trial', with_subjects => true)$$, '42501'),
    ('trial_clerk1', $$set local role trial_data_manager$$, '42501'),
    ('trial_clerk1', $$set local role trial_unblinded_statistician$$, '42501'),
    -- the blind
    ('trial_clerk1', $$table trial.allocation$$, '42501'),
    ('trial_investigator1', $$table trial.allocation$$, '42501'),
    ('trial_manager', $$table trial.allocation$$, '42501'),
    ('trial_monitor1', $$table trial.allocation$$, '42501'),
    ('trial_statistician1', $$table trial.allocation$$, '42501'),
    ('trial_auditor1', $$table trial.allocation$$, '42501'),
    ('trial_analyst1', $$table trial.allocation$$, '42501'),
    ('trial_statistician1', $$select from trial.subject_arm where arm is not null$$, '0'),
    ('trial_manager', $$select from trial.subject_arm where arm is not null$$, '0'),
    ('trial_auditor1', $$select from trial.subject_arm where arm is not null$$, '0'),
    ('trial_analyst1', $$select from trial.subject_arm where arm = 'active'$$, '0'),
    ('trial_investigator1', $$select from trial.subject_arm where arm is not null$$, '0'),
    ('trial_statistician1', $$select * from _virotrial.endpoint_rows('trial', 'subject_arm', null, null) as (site_id text, subject_id text, arm text) where arm is not null$$, '0'),
    ('trial_statistician1', $$select * from _virotrial.endpoint_rows('trial', 'allocation', null, null) as (site_id text, subject_id text, arm text)$$, '42501'),
    ('trial_statistician1', $$set local virotrial.group_by = 'arm'; select * from _virotrial.analysis_group('trial.subject_arm') where group_value is not null$$, '0'),
    ('trial_statistician1', $$set local virotrial.reader = '10'; select from trial.subject_arm where arm is not null$$, '0'),
    ('trial_statistician1', $$select from pg_stats where tablename = 'allocation'$$, '0'),
    ('trial_statistician1', $$table trial.allocation_history$$, '42501'),
    ('trial_auditor1', $$table trial.allocation_history$$, '42501'),
    ('trial_manager', $$table trial.allocation_history$$, '42501'),
    ('trial_manager', $$table trial.unblinding$$, '42501'),
    ('trial_monitor1', $$select arm from trial.unblinding$$, '42501'),
    ('trial_auditor1', $$table trial.unblinding_history$$, '42501'),
    ('trial_investigator1', $$insert into trial.unblinding (site_id, subject_id, reason) select site_id, subject_id, 'curious' from own_subject returning arm$$, '42501'),
    -- queries and verifications
    ('trial_clerk1', $$insert into trial.query (table_name, row_key, message) select 'consent', to_jsonb(consent), 'Mine?' from trial.consent$$, '42501'),
    ('trial_clerk1', $$select from open_queries('trial', 'select ''consent'' as table_name, to_jsonb(consent) as row_key, ''Mine?'' as message from trial.consent')$$, '42501'),
    ('trial_clerk1', $$insert into trial.query_event (query_id, action) select query_id, 'close' from trial.query$$, '42501'),
    ('trial_investigator1', $$insert into trial.query_event (query_id, action, message) select query_id, 'reopen', 'x' from trial.query$$, '42501'),
    ('trial_investigator1', $$insert into trial.query_event (query_id, action, assigned_to) select query_id, 'assign', 'trial_monitor' from trial.query$$, '42501'),
    ('trial_clerk1', $$insert into trial.query_event (query_id, action, message, due) select query_id, 'comment', 'later', '2100-01-01' from trial.query$$, '42501'),
    ('trial_clerk1', $$insert into trial.query_event (query_id, action, message, assigned_to) select query_id, 'comment', 'not I', 'trial_monitor' from trial.query$$, '42501'),
    ('trial_clerk1', $$insert into trial.source_verification (table_name, row_key) select 'consent', to_jsonb(consent) from trial.consent$$, '42501'),
    ('trial_manager', $$insert into trial.source_verification (table_name, row_key) select 'consent', to_jsonb(consent) from trial.consent$$, '42501'),
    ('trial_auditor1', $$insert into trial.query_event (query_id, action) select query_id, 'close' from trial.query$$, '42501'),
    ('trial_statistician1', $$insert into trial.query (table_name, row_key, message) select 'consent', to_jsonb(consent), 'Mine?' from trial.consent$$, '42501'),
    ('trial_manager', $$update trial.query set message = 'x'$$, '42501'),
    ('trial_manager', $$delete from trial.query_event$$, '42501'),
    ('trial_monitor1', $$update trial.source_verification set verified = false$$, '42501'),
    ('trial_owner', $$delete from trial.query_event$$, '55000'),
    ('trial_owner', $$update trial.source_verification set verified = false$$, '55000'),
    ('trial_monitor1', $$insert into trial.query (table_name, row_key, message) select 'subject', jsonb_build_object('site_id', 'S2', 'subject_id', subject_id), 'Who?' from login_other$$, 'P0002'),
    ('trial_monitor1', $$insert into trial.source_verification (table_name, row_key) select 'subject', jsonb_build_object('site_id', 'S2', 'subject_id', subject_id) from login_other$$, 'P0002'),
    ('trial_monitor1', $$insert into trial.query_event (query_id, action) select query_id, 'close' from query_elsewhere$$, 'P0002'),
    ('trial_clerk1', $$insert into trial.query_event (query_id, action, message) select query_id, 'answer', 'x' from query_elsewhere$$, 'P0002'),
    ('trial_monitor1', $$insert into trial.query (table_name, row_key, message) select 'drug', to_jsonb(d), 'Of all sites?' from trial.drug as d$$, '42501'),
    ('trial_monitor1', $$insert into trial.query (site_id, subject_id, table_name, row_key, message, rule, item) select site_id, subject_id, 'consent', '{}', 'as a rule', rule, item from trial.deviation$$, '55000'),
    ('trial_analyst1', 'table trial.query', '42501'),
    ('trial_analyst1', 'table trial.open_query', '42501'),
    ('trial_analyst1', 'table trial.query_status', '42501'), ('trial_analyst1', 'table trial.serious_event_due', '42501'),
    ('trial_analyst1', 'table trial.query_count', '42501'),
    ('trial_analyst1', 'table trial.source_verification', '42501'),
    ('trial_analyst1', 'table trial.source_verification_status', '42501'),
    ('trial_stranger', 'table trial.open_query', '42501'),
    ('trial_monitor1', $$insert into trial.query (table_name, row_key, message) values ('allocation', '{}', 'x')$$, '42501'),
    ('trial_manager', $$insert into trial.query (table_name, row_key, message) values ('allocation', '{"arm": "active"}', 'x')$$, '42501'),
    -- locks and signatures
    ('trial_clerk1', $$update trial.subject set sex = sex where subject_id in (select subject_id from locked where site_id = 'S1')$$, '55000'),
    ('trial_investigator1', $$update trial.enrolment set enrolled = enrolled where subject_id in (select subject_id from locked where site_id = 'S1')$$, '55000'),
    ('trial_investigator1', $$update trial.subject set sex = sex$$, '55000'),
    ('trial_manager', $$update trial.subject set sex = sex$$, '55000'),
    ('trial_manager1', $$insert into trial.cd4_result (site_id, subject_id, collected, cd4_count) select site_id, subject_id, '2000-01-01', 5 from locked where site_id = 'S1'$$, '55000'),
    ('trial_monitor1', $$insert into trial.deviation (site_id, subject_id, rule, description) select site_id, subject_id, 'seen', 'x' from locked where site_id = 'S1'$$, '55000'),
    ('trial_owner', $$update trial.subject set sex = sex$$, '55000'),
    ('trial_owner', $$update trial.allocation set arm = 'placebo'$$, '55000'),
    (session_user, $$update trial.subject set sex = sex$$, '55000'),
    ('trial_clerk1', $$alter table trial.subject disable trigger all$$, '42501'),
    ('trial_clerk1', $$insert into trial.data_lock (scope, site_id, reason) values ('site', 'S1', 'x')$$, '42501'),
    ('trial_investigator1', $$insert into trial.data_lock (scope, site_id, reason) values ('site', 'S1', 'x')$$, '42501'),
    ('trial_monitor1', $$insert into trial.data_lock (scope, site_id, reason) values ('site', 'S1', 'x')$$, '42501'),
    ('trial_auditor1', $$insert into trial.data_lock (scope, site_id, reason) values ('site', 'S1', 'x')$$, '42501'),
    ('trial_manager1', $$insert into trial.data_lock (scope, site_id, reason) values ('site', 'S2', 'x')$$, 'P0002'),
    ('trial_manager1', $$insert into trial.data_lock (scope, site_id, subject_id, reason) select 'subject', 'S2', subject_id, 'x' from login_other$$, 'P0002'),
    ('trial_manager1', $$insert into trial.data_lock (scope, reason) values ('study', 'x')$$, '42501'),
    ('trial_manager1', $$insert into trial.data_lock (scope, table_name, row_key, reason) select 'record', 'drug', to_jsonb(d), 'x' from trial.drug as d limit 1$$, '42501'),
    ('trial_manager', $$insert into trial.data_lock (scope, table_name, row_key, reason) values ('record', 'allocation', '{"arm": "active"}', 'x')$$, '42501'),
    ('trial_manager', $$insert into trial.data_lock (scope, reason) values ('study', 'x')$$, '55000'),
    ('trial_clerk1', $$delete from trial.data_lock$$, '42501'),
    ('trial_investigator1', $$delete from trial.data_lock$$, '42501'),
    ('trial_manager1', $$delete from trial.data_lock where site_id <> 'S1'$$, '0'),
    ('trial_manager1', $$select * from trial.data_lock where site_id <> 'S1'$$, '0'),
    ('trial_manager', $$update trial.data_lock set reason = 'y'$$, '42501'),
    ('trial_clerk1', $$insert into trial.signature (scope, site_id, meaning, authentication) values ('site', 'S1', 'approval', 'x')$$, '42501'),
    ('trial_monitor1', $$insert into trial.signature (scope, site_id, meaning, authentication) values ('site', 'S1', 'review', 'x')$$, '42501'),
    ('trial_auditor1', $$insert into trial.signature (scope, site_id, meaning, authentication) values ('site', 'S1', 'review', 'x')$$, '42501'),
    ('trial_statistician1', $$insert into trial.signature (scope, site_id, meaning, authentication) values ('site', 'S1', 'review', 'x')$$, '42501'),
    ('trial_investigator1', $$insert into trial.signature (scope, site_id, meaning, authentication) values ('site', 'S2', 'approval', 'x')$$, 'P0002'),
    ('trial_investigator1', $$insert into trial.signature (scope, site_id, subject_id, meaning, authentication) select 'subject', 'S2', subject_id, 'approval', 'x' from login_other$$, 'P0002'),
    ('trial_investigator1', $$insert into trial.signature (scope, meaning, authentication) values ('study', 'approval', 'x')$$, '42501'),
    ('trial_investigator1', $$insert into trial.signature (scope, table_name, row_key, meaning, authentication) values ('record', 'allocation', '{"arm": "active"}', 'review', 'x')$$, '42501'),
    ('trial_manager', $$delete from trial.signature$$, '42501'),
    ('trial_investigator1', $$update trial.signature set meaning = 'approval'$$, '42501'),
    ('trial_owner', $$update trial.signature set meaning = 'approval'$$, '55000'),
    ('trial_monitor1', $$select * from signatures('trial') where site_id is distinct from 'S1'$$, '0'),
    ('trial_monitor0', $$select * from signatures('trial')$$, '0'),
    ('trial_monitor1', $$select * from lock_checklist('trial') where site_id is distinct from 'S1'$$, '0'),
    ('trial_monitor0', $$select * from lock_checklist('trial')$$, '0'),
    ('trial_analyst1', $$select * from signatures('trial')$$, '42501'),
    ('trial_analyst1', $$select * from lock_checklist('trial')$$, '42501'),
    ('trial_analyst1', $$table trial.data_lock$$, '42501'),
    ('trial_stranger', $$select * from signatures('trial')$$, '42501'),
    ('trial_statistician1', $$select * from _virotrial.signatures_rows('trial')$$, '42501'),
    ('trial_statistician1', $$select from trial.signature where tables && '{allocation}'$$, '0'),
    -- the record
    ('trial_clerk1', $$table trial.change$$, '42501'),
    ('trial_clerk1', $$table trial.subject_history$$, '42501'),
    ('trial_analyst1', $$table trial.subject_history$$, '42501'),
    ('trial_monitor1', $$select from trial.change where login <> session_user$$, '0'),
    ('trial_manager1', $$select from trial.change where login <> session_user$$, '0'),
    ('trial_manager', $$delete from trial.subject_history$$, '42501'),
    ('trial_auditor1', $$update trial.change set reason = ''$$, '42501'),
    ('trial_owner', $$delete from trial.change$$, '55000'),
    ('trial_manager', $$insert into trial.allocation (site_id, subject_id, arm) select site_id, subject_id, 'active' from trial.subject$$, '42501'),
    ('trial_manager', $$update trial.allocation set arm = 'active'$$, '42501'),
    ('trial_unblinded1', $$update trial.allocation set arm = 'active'$$, '42501'),
    ('trial_unblinded1', $$delete from trial.allocation$$, '42501'),
    -- the seal
    ('trial_monitor1', $$select * from verify('trial')$$, '42501'),
    ('trial_manager1', $$select * from seal_head('trial')$$, '42501'),
    ('trial_clerk1', $$select * from verify('trial')$$, '42501'),
    ('trial_statistician1', $$select * from verify('trial')$$, '42501'),
    ('trial_auditor1', $$select * from seal_proof('trial', 'allocation', (select min(concat_ws(', ', site_id, subject_id)) from trial.enrolment))$$, '42501'),
    ('trial_auditor1', $$select * from _virotrial.verify_rows('trial', null)$$, '42501'),
    ('trial_auditor1', $$table trial.seal_leaf$$, '42501'),
    ('trial_auditor1', $$table trial.seal$$, '42501'),
    ('trial_manager', $$call seal('trial')$$, '42501');

create temporary table own_subject as select site_id, subject_id from trial.allocation where site_id = 'S1' order by 2 limit 1;
grant select on own_subject to public;
create temporary table login_other as select subject_id from trial.subject where site_id = 'S2'
    and subject_id not in (select subject_id from trial.subject where site_id = 'S1') limit 1;
create temporary table consent_elsewhere as select 'S2' as site_id, subject_id, '7.0' as version, date '2008-01-01' as signed from login_other;
create temporary table query_elsewhere as select min(query_id) as query_id from trial.query where site_id = 'S2';
grant select on login_other, consent_elsewhere, query_elsewhere to public;
select is(outcome(login, statement), expected, format('%s: %s', login, statement)) from attempt order by id;

select is(outcome('trial_investigator1', $$insert into trial.unblinding (site_id, subject_id, reason) select site_id, subject_id, 'curious' from own_subject$$,
    'select arm from trial.unblinding'), '0', 'who can take back that he unblinded is told nothing');

-- A function of the reader that claims to cost nothing is called with rows of his sites alone.
select is(outcome('trial_clerk1',
    $$create temporary table stolen (site_id text)$$,
    $$create function pg_temp.look(site_id text) returns boolean language plpgsql cost 0.0000001 as 'begin insert into stolen values ($1); return true; end'$$,
    format('select from %s where pg_temp.look(site_id)', name),
    $$select from stolen where site_id <> 'S1'$$), '0', 'a function of the reader sees no other site in ' || name)
from unnest(array['trial.subject', 'trial.analysis_subject', 'trial.analysis_viral_load', 'trial.viral_load_result']) as name;

-- ---- messages

select unalike(error_of(login, statement), '%' || told || '%', format('no message tells %s: %s: %s', told, login, statement))
from (values
    ('trial_clerk1', 'female', $$insert into trial.subject (site_id, subject_id, birth_date, sex) select 'S2', subject_id, '1970-01-01', 'female' from login_other$$),
    ('trial_clerk1', 'already exists', $$insert into trial.subject (site_id, subject_id, birth_date, sex) select 'S2', subject_id, '1970-01-01', 'female' from login_other$$),
    ('trial_clerk1', 'not present', $$insert into trial.consent (site_id, subject_id, version, signed) values ('S2', 'nobody', '1.0', '2008-01-10')$$),
    ('trial_manager', 'active', $$insert into trial.allocation (site_id, subject_id, arm) select site_id, subject_id, 'active' from trial.subject$$))
    as t (login, told, statement);

-- Rules read what is blinded, and tell nobody who may not.
set role trial_owner;
insert into trial.rule (name, table_name, clause, evidence, query) values
    ('arm_told', 'consent', '', '{allocation}',
        $$select site_id, subject_id, version, format('the arm is %s', arm) from changed join allocation using (site_id, subject_id) where version = 'refused'$$);
insert into trial.rule (name, table_name, clause, evidence, action, asks, query) values
    ('arm_recorded', 'consent', '', '{allocation}', 'record', true,
        $$select site_id, subject_id, version, format('the arm is %s', arm) from changed join allocation using (site_id, subject_id) where version = 'recorded'$$);
reset role;
select alike(error_of(login, $$insert into trial.consent (site_id, subject_id, version, signed) select 'S1', subject_id, 'refused', '2008-01-01' from own_subject$$),
    '%rule "arm_told"%', 'a rule over what is blinded refuses for ' || login)
from unnest(array['trial_clerk1', 'trial_owner']) as login;
select is(error_of(login, $$insert into trial.consent (site_id, subject_id, version, signed) select 'S1', subject_id, 'refused', '2008-01-01' from own_subject$$) ~ 'the arm is',
    login = 'trial_owner', 'and tells the arm to the owner alone: ' || login)
from unnest(array['trial_clerk1', 'trial_owner']) as login;
set role trial_clerk1;
insert into trial.consent (site_id, subject_id, version, signed) select 'S1', subject_id, 'recorded', '2008-01-01' from own_subject;
reset role;
select results_eq($$select description from trial.deviation where rule = 'arm_recorded'$$, $$values ('the reason is blinded')$$, 'a deviation does not tell it');
select results_eq($$select message from trial.query where rule = 'arm_recorded'$$, $$values ('the reason is blinded')$$, 'nor does a query');

-- ---- rules judge all rows

select is(outcome('trial_clerk1', $$select from violations('trial')$$), '0', 'a clerk gets no violation of what he does not see');
select is(outcome('trial_statistician1', $$select from violations('trial')$$), '0', 'nor a statistician');
select is(outcome('trial_clerk1', format('insert into trial.cd4_result (site_id, subject_id, collected, cd4_count) select site_id, subject_id, signed + 1, 300 from trial.consent where version <> %L limit 1', 'recorded')),
    '1', 'a clerk enters a result');
select matches(outcome('trial_clerk1', $$set local virotrial.defer_rules = 'trial'$$,
    $$insert into trial.cd4_result (site_id, subject_id, collected, cd4_count) select site_id, subject_id, signed + 1, 300 from trial.consent where version <> 'recorded' limit 1$$,
    'set constraints all immediate'), '^\d$', 'also with rules that wait');
select is(outcome('trial_clerk1', $$set local virotrial.reader = '10'; insert into trial.cd4_result (site_id, subject_id, collected, cd4_count) select site_id, subject_id, '2099-01-01', 300 from trial.subject limit 1$$),
    '23514', 'no setting has rules judge less');

-- ---- plans that are kept

set plan_cache_mode = force_generic_plan;
set role trial_clerk1;
prepare sites as select string_agg(distinct site_id, ' ' order by site_id) from trial.subject;
prepare analysed as select string_agg(distinct site_id, ' ' order by site_id) from trial.analysis_subject;
select results_eq(name, $$values ('S1')$$, 'a kept plan: ' || name) from unnest(array['sites', 'analysed']) as name;
set role trial_statistician1;
select results_eq(name, $$values ('S1 S2 S3')$$, 'by another role: ' || name) from unnest(array['sites', 'analysed']) as name;
set role trial_clerk0;
select results_eq(name, $$values (null::text)$$, 'by one that sees nothing: ' || name) from unnest(array['sites', 'analysed']) as name;
reset role;
insert into trial.site_access values ('trial_clerk0', 'S2'), ('trial_clerk0', 'S3');
set role trial_clerk0;
select results_eq(name, $$values ('S2 S3')$$, 'access that is given is seen at once: ' || name) from unnest(array['sites', 'analysed']) as name;
reset role;
delete from trial.site_access where login = 'trial_clerk0' and site_id = 'S3';
set role trial_clerk0;
select results_eq(name, $$values ('S2')$$, 'as is access that is taken: ' || name) from unnest(array['sites', 'analysed']) as name;
reset role;
-- A group's role is used by several sessions' users.
set session authorization trial_clerk1;
set role trial_clerk;
select results_eq(name, $$values ('S1')$$, 'a role of a duty sees what the session''s user sees: ' || name) from unnest(array['sites', 'analysed']) as name;
reset session authorization;
set session authorization trial_clerk0;
set role trial_clerk;
select results_eq(name, $$values ('S2')$$, 'by the same role of another session''s user: ' || name) from unnest(array['sites', 'analysed']) as name;
select is((select string_agg(distinct group_value, ' ' order by group_value) from endpoint_virology('trial')), 'S2 all', 'and in functions on the study');
reset session authorization;
set role trial_clerk;
select results_eq(name, $$values (null::text)$$, 'a superuser who sets the role of a duty sees nothing: ' || name) from unnest(array['sites', 'analysed']) as name;
reset role;
reset plan_cache_mode;

-- ---- indexes

set enable_seqscan = off;
set enable_bitmapscan = off;
set role trial_owner;
create index on trial.viral_load_result (viral_load);
set role trial_clerk1;
create function pg_temp.plan(query text) returns setof text language plpgsql as 'begin return query execute ''explain (costs off) '' || query; end';
select matches((select string_agg(line, ' ') from pg_temp.plan($$select * from trial.viral_load_result where viral_load >= '100000'$$) as line),
    'Index Cond: .viral_load #>= ', 'a condition on our types uses its index under the policy');
select matches((select string_agg(line, ' ') from pg_temp.plan($$select * from trial.viral_load_result$$) as line),
    'Index Cond: .site_id = ''S1''', 'the policy uses an index');
reset role;

-- ---- once more

set role trial_owner;
select lives_ok($$call secure_study('trial')$$, 'a study is secured again');
create table trial.late (site_id text, subject_id text, value text, primary key (site_id, subject_id));
create view trial.late_view as select * from trial.late;
select set_eq($$select problem, object from study_problems('trial')$$,
    $$values ('unsecured table', 'trial.late'), ('unsecured view', 'trial.late_view')$$, 'what came since is a problem');
call secure_study('trial');
select is_empty($$select problem, object, detail from study_problems('trial')$$, 'which is mended by securing it again');
reset role;
select throws_ok($$set local role trial_manager; select * from study_problems('trial')$$, '42501', 'user "trial_manager" may not ask what is wrong with the configuration of study "trial"', 'who may not read all may not ask for problems');

set role trial_owner;
select lives_ok($$call drop_study('trial', with_subjects => true)$$, 'its owner drops a secured study');
reset role;
select cmp_ok((select count(*) from attempt), '>=', 60::bigint, 'the attempts are at least 60');
select * from finish();
\ir include/secured_end.sql
