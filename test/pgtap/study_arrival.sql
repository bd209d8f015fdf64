-- What arrives by replication is judged afterwards: what breaks a rule is in
-- quarantine, and in no view.  Here a superuser writes as an apply worker does.
\ir include/study.sql
select no_plan();

set client_min_messages = warning;
select lives_ok($$call judge_arrivals('ral', whole => true)$$, 'of a study without a subject nothing is judged');
select is((select 'jit=off' = any (proconfig) from pg_proc where proname = 'site_status'), true, 'no plan of many views is compiled to tell how all is');
call make_subject('001');
call make_subject('002');
call secure_study('ral');
call _virotrial.receive_sites('ral');
create view shown_load as select * from ral._viral_load_at_cut where collected = '2008-01-15';

-- Writes as an apply worker, and has it judged
create procedure arrives(statement text) language plpgsql set virotrial.reason = '' as $$
begin
    perform set_config('session_replication_role', 'replica', true);
    execute statement;
    perform set_config('session_replication_role', 'origin', true);
    call judge_arrivals('ral');
end $$;
create function held() returns text language sql
    return (select string_agg(concat_ws(' ', subject_id, table_name, rule, item), ', ' order by subject_id, table_name, rule, row_key) from quarantine('ral'));
-- What a role that reads the views finds of viral loads
create function shown() returns text language sql
    return (select string_agg(subject_id, ', ' order by subject_id) from shown_load);

select is_empty('select * from ral.arrival', 'what a user writes has not arrived');
call arrives('select');
select is(held(), null, 'nothing has arrived');
create function plan_of(query text) returns text language plpgsql as $$
declare
    line text;
    whole text := '';
begin
    for line in execute 'explain (costs off) ' || query loop
        whole := whole || line || chr(10);
    end loop;
    return whole;
end $$;
select unalike(plan_of('select * from shown_load'), '%uarantine%', 'while nothing is in quarantine, no plan asks for it');

-- A row, its mending, its deletion
call arrives($$update ral.viral_load_result set assay = 'unheard of' where subject_id = '001' and collected = '2008-01-15'$$);
select is(held(), '001 viral_load_result assay_limits 2008-01-15', 'a row that breaks a rule');
select is((select assay from ral.viral_load_result where subject_id = '001' and collected = '2008-01-15'), 'unheard of', 'is stored');
select is(shown(), '002', 'and no view has it');
select alike(plan_of('select * from shown_load'), '%subject_id <> ALL (''{001}''::text[])%is_out_of_quarantine%', 'only the subjects that have such rows are looked at');
prepare shown_again as select count(*)::integer from shown_load;
select results_eq('shown_again', 'values (1)', 'a prepared statement');
call arrives($$update ral.viral_load_result set assay = 'Quantiplex 3.0' where subject_id = '001' and collected = '2008-01-15'$$);
select is(held(), null, 'a row that is mended');
select results_eq('shown_again', 'values (2)', 'is shown by it at once');
call arrives($$update ral.viral_load_result set visit = 'week 52' where subject_id = '001' and collected = '2008-01-15'$$);
select is(held(), '001 viral_load_result viral_load_result_site_id_subject_id_visit_fkey', 'a foreign key that no apply worker checks');
call arrives($$update ral.viral_load_result set visit = 'screening' where subject_id = '001' and collected = '2008-01-15'$$);
select is(held(), null, 'a key that comes back');

-- Evidence that comes later, or goes
call arrives($$update ral.consent set signed = '2008-01-20' where subject_id = '002'$$);
select alike(held(), '002 %consent%', 'what breaks a rule by another row');
call arrives($$update ral.consent set signed = '2008-01-10' where subject_id = '002'$$);
select is(held(), null, 'and what it needs comes later');

-- A subject's own row
call arrives($$update ral.subject set sex = 'male', birth_date = current_date + 10 where subject_id = '002'$$);
select alike(held(), '%002 subject future_date%', 'a subject');
select is_empty($$select from ral.analysis_subject where subject_id = '002'$$, 'who is left out');
select is(shown(), '001', 'with all rows about him');
call arrives($$update ral.subject set birth_date = '1970-06-15' where subject_id = '002'$$);
select is(held(), null, 'until the row is mended: what is left out of views is judged with all there is');

-- A rule that is a query names a row by its item
call arrives($$insert into ral.consent (site_id, subject_id, version, signed, withdrawn) values ('S1', '001', '0.9', '2008-01-09', '2008-01-11')$$);
select is((select string_agg(row_key ->> 'version', ',') from quarantine('ral') where rule = 'consent_withdrawal'), '1.0', 'a query names the row by its item');
call arrives($$delete from ral.consent where version = '0.9'$$);
select is(held(), null, 'a row that goes');
set virotrial.reason = 'configuration';
insert into ral.rule (name, table_name, clause, query) values ('few', 'cd4_result', '',
    'select site_id, subject_id, null, ''more than one'' from changed group by site_id, subject_id having count(*) > 1');
call arrives($$insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2008-01-16', 300), ('S1', '001', '2008-01-17', 300), ('S1', '002', '2008-01-17', 300)$$);
select is((select row_key from quarantine('ral')), '{"site_id": "S1", "subject_id": "001"}', 'one that names none means all of the subject');
call arrives($$delete from ral.cd4_result where subject_id = '001' and collected = '2008-01-17'$$);
select is(held(), null, 'until one is left');

-- A rule that cannot run is told, and others are run.
insert into ral.rule (name, table_name, clause, condition) values ('broken', 'cd4_result', '', 'cd4_count > 1');
update ral.rule set active = false where name = 'broken';
select lives_ok($$call judge_arrivals('ral', whole => true)$$, 'all subjects can be judged');

-- What a rule has found stays found while it cannot run: a division by zero in another row is no mending.
insert into ral.rule (name, table_name, clause, condition) values ('ratio', 'viral_load_result', '', '1 / (replicate - 7) = 1');
call arrives($$update ral.viral_load_result set replicate = 8 where subject_id = '001' and collected = '2008-01-15'$$);
select is(held(), '001 viral_load_result ratio 2008-01-15', 'a row that breaks a rule');
set client_min_messages = error;
call arrives($$update ral.viral_load_result set replicate = 7 where subject_id = '001' and collected = '2005-12-20'$$);
select is(held(), '001 viral_load_result ratio 2008-01-15', 'stays when the rule cannot run');
select is(shown(), '002', 'and no view has it');
select quarantine_id as held from quarantine('ral') \gset
call accept_quarantined('ral', :held, 'seen');
call arrives($$update ral.viral_load_result set viral_load = '50001' where subject_id = '001' and collected = '2008-01-15'$$);
select is(held(), '001 viral_load_result ratio 2008-01-15', 'its acceptance ends when it comes again, which nothing has judged');
set client_min_messages = warning;
call arrives($$update ral.viral_load_result set replicate = 1, viral_load = case collected when '2008-01-15' then '50000' else viral_load end where replicate > 1$$);
select is(held(), null, 'until the rule runs, and does not find it');
delete from ral.rule where name = 'ratio';

-- A row may break a rule for more than one reason, and all of them are told: 901 is odd and above 900.
insert into ral.rule (name, table_name, clause, query) values ('both', 'viral_load_result', '', $$
    select site_id, subject_id, collected::text, reason from changed
    cross join lateral (values (replicate % 2 = 1, 'odd'), (replicate > 900, 'high')) as found (is_broken, reason)
    where is_broken and replicate > 800$$);
call arrives($$update ral.viral_load_result set replicate = 801 where subject_id = '001' and collected = '2008-01-15'$$);
select quarantine_id as held from quarantine('ral') \gset
call accept_quarantined('ral', :held, 'odd is right');
select is(held(), null, 'one reason is accepted');
update ral.rule set query = replace(query, '> 900', '> 800') where name = 'both';
call judge_arrivals('ral', whole => true);
select is((select array_agg(reason) from quarantine('ral')), array['high; odd'], 'a row that breaks the rule for another reason, too, is not accepted');
select quarantine_id as held from quarantine('ral') \gset
call arrives($$update ral.viral_load_result set viral_load = '1' where subject_id = '001' and collected = '2008-01-15'$$);
select throws_ok(format($$call accept_quarantined('ral', %s, 'seen before it came')$$, :held), 'P0002', null, 'a row that comes again with other values has another number, as nobody has seen it');
call arrives($$update ral.viral_load_result set viral_load = '50000', replicate = 1 where replicate = 801$$);
delete from ral.rule where name = 'both';

-- What a site has left is mended here: no row arrives then.
delete from ral.rule where name = 'few';
insert into ral.rule (name, table_name, clause, condition, holds) values ('high', 'cd4_result', '', 'cd4_count > 950', 'at entry');
call arrives($$insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2008-01-18', 960), ('S1', '999', '2008-01-18', 300)$$);
select is(held(), '001 cd4_result high 2008-01-18, 999 cd4_result cd4_result_site_id_subject_id_fkey', 'a row that breaks a rule at entry, and one of nobody');
update ral.rule set name = 'higher' where name = 'high';
call judge_arrivals('ral', whole => true);
select is(held(), '001 cd4_result higher 2008-01-18, 999 cd4_result cd4_result_site_id_subject_id_fkey', 'stay there when the rule gets another name');
set virotrial.reason = 'correction: test';
update ral.cd4_result set cd4_count = 300 where subject_id = '001' and collected = '2008-01-18';
delete from ral.cd4_result where subject_id = '999';
call judge_arrivals('ral');
select is(held(), null, 'leave quarantine when they are mended and deleted at the centre');
delete from ral.cd4_result where subject_id = '001' and collected = '2008-01-18';
set virotrial.reason = 'configuration';
delete from ral.rule where name = 'higher';

-- Who may accept
select clock_timestamp() as earlier \gset
create role arrival_manager login in role ral_data_manager;
create role arrival_clerk login in role ral_clerk;
insert into ral.site (site_id, name) values ('S9', 'Ninth');
insert into ral.site_access (login, site_id) values ('arrival_manager', 'S9'), ('arrival_clerk', 'S1');
call arrives($$update ral.viral_load_result set assay = 'unheard of' where subject_id = '001' and collected = '2008-01-15'$$);
select quarantine_id as held from quarantine('ral') \gset
set session authorization arrival_clerk;
select throws_ok(format($$call accept_quarantined('ral', %s, 'x')$$, :held), '42501', null, 'a clerk accepts nothing');
set session authorization arrival_manager;
select is_empty($$select * from quarantine('ral')$$, 'a data manager of another site does not see it');
select throws_ok(format($$call accept_quarantined('ral', %s, 'x')$$, :held), 'P0002', null, 'nor accepts it');
select throws_ok($$call judge_arrivals('ral')$$, '42501', null, 'and only the owner judges');
reset session authorization;
update ral.site_access set site_id = 'S1' where login = 'arrival_manager';
set session authorization arrival_manager;
select throws_ok(format($$call accept_quarantined('ral', %s, null)$$, :held), '22004', null, 'without a reason nothing is accepted');
select lives_ok(format($$call accept_quarantined('ral', %s, 'the laboratory confirms it')$$, :held), 'a data manager of the site accepts it');
reset session authorization;
select is(shown(), '001, 002', 'and the views have it');
call arrives($$update ral.hiv_diagnosis set diagnosed = '2003-01-11' where subject_id = '001'$$);
select is(held(), null, 'it stays accepted when other rows come');
call arrives($$update ral.viral_load_result set viral_load = '60000' where subject_id = '001' and collected = '2008-01-15'$$);
select alike(held(), '001 viral_load_result%', 'until it comes again');
select throws_ok(format($$call accept_quarantined('ral', %s, 'seen before it came')$$, :held), 'P0002', null, 'under another number, so that nobody accepts what he has not seen');
select quarantine_id as held from quarantine('ral') \gset
call arrives($$update ral.viral_load_result set assay = 'unheard of, too' where subject_id = '001' and collected = '2008-01-15'$$);
select throws_ok(format($$call accept_quarantined('ral', %s, 'seen for another reason')$$, :held), 'P0002', null, 'nor for a reason that he has not seen');

-- A frozen analysis leaves it out, too.
select clock_timestamp() as moment \gset
call freeze_analysis('ral', :'moment', 'frozen');
select set_eq($$select subject_id from frozen.viral_load_result where collected = '2008-01-15'$$, $$values ('002')$$, 'a frozen analysis is without it');
-- Its row was there before, and is in quarantine since: it arrived late.
call freeze_analysis('ral', :'earlier', 'frozen_earlier');
select set_eq($$select subject_id from frozen_earlier.viral_load_result where collected = '2008-01-15'$$, $$values ('002')$$, 'so does one of an earlier moment');
call arrives($$update ral.subject set birth_date = current_date + 10 where subject_id = '002'$$);
call freeze_analysis('ral', :'earlier', 'frozen_subject');
select set_eq($$select count(*) from frozen_subject.viral_load_result where subject_id = '002'$$, 'values (0)', 'with all rows about a subject');
call arrives($$update ral.subject set birth_date = '1970-06-15' where subject_id = '002'$$);
select is_empty($$select * from study_problems('ral') where problem !~ '^visit'$$, 'the triggers are no problems');
alter table ral.consent enable trigger note_arrival;
select set_eq($$select problem, hint from study_problems('ral') where object = 'ral.consent'$$,
    $$values ('trigger that misses replicated rows', 'alter table ral.consent enable replica trigger note_arrival')$$, 'one that misses what arrives is');

-- Rows of a site that is received go to no other site here, nor come from one.
insert into ral.site_feed (site_id, arrived, imported_at) values ('S1', 0, now()) on conflict (site_id) do update set imported_at = now();
set virotrial.reason = 'correction: test';
select throws_ok($$call transfer_subject('ral', 'S1', '002', 'S9', '002', 'correction: test')$$, '55000', 'rows of site S1 come from the site', 'a subject of a site that is received is not given to another');
update ral.site_feed set imported_at = null;
select lives_ok($$call transfer_subject('ral', 'S1', '002', 'S9', '002', 'correction: test')$$, 'but when the site has left');
update ral.site_feed set imported_at = now();
select throws_ok($$call transfer_subject('ral', 'S9', '002', 'S1', '002', 'correction: test')$$, '55000', 'rows of site S1 come from the site', 'nor does it come from one');
update ral.site_feed set imported_at = null;

-- What PostgreSQL refuses in a transaction, it refuses here.
select throws_ok($$call leave_site('ral', 'S1')$$, '42704', null, 'no subscription');
select throws_ok($$select _virotrial.run_subscription_command('drop subscription nothing')$$, '42704', null, 'the command is run');
select throws_ok($$select _virotrial.run_subscription_command('select 1')$$, '42601', null, 'and none other');
select throws_ok($$select _virotrial.run_subscription_command('drop subscription a; drop subscription b')$$, '42601', null, 'one at a time');

select * from finish();
drop owned by arrival_manager, arrival_clerk;
drop role arrival_manager, arrival_clerk;
-- The roles of the study belong to the server, and other tests need them.
select format('drop owned by %s cascade', string_agg(quote_ident(role), ', ')) from _virotrial.study_role('ral') \gexec
select format('drop role %s', string_agg(quote_ident(role), ', ')) from _virotrial.study_role('ral') \gexec
