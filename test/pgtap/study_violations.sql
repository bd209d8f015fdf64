-- violations(): of one site, of the sites that the caller sees, and with the reasons
-- of the rules that he may read.
\ir include/study.sql
select no_plan();

call make_subject('001');
call make_subject('002', 'S2');
set session_replication_role = replica;
update ral.visit set visit_date = '2008-01-16';
insert into ral.reference_range (laboratory, test, unit, lln, uln, minimum_age, entered_by, entered_at)
select 'L1', 'HGB', 'g/L', 120, 160, age, 'test', now() from unnest(array[0, 18]) as age;
insert into ral.deviation (site_id, subject_id, rule, item, description, entered_by, entered_at)
values ('S2', '002', 'assay_change', 'never', 'stale', 'test', now());
insert into ral.vital_signs (site_id, subject_id, collected, weight_kg, entered_by, entered_at) values ('S2', '077', '2008-02-01', 70, 'test', now());
insert into ral.vital_signs (site_id, subject_id, collected, weight_kg, entered_by, entered_at) values ('S9', '001', '2008-02-01', 70, 'test', now());
insert into ral.lab_code (test, code, meaning, abnormal, entered_by, entered_at) values ('no such test', 'X', 'x', false, 'test', now());
set session_replication_role = origin;

select results_eq($$select rule, table_name, site_id, subject_id, item, reason from violations('ral') where rule like '%\_fkey' order by 2, 3$$,
    $$values ('lab_code_test_fkey', 'lab_code', null, null, 'no such test, X', 'no such test is not in table lab_test'),
        ('vital_signs_site_id_subject_id_fkey', 'vital_signs', 'S2', '077', '2008-02-01, 1', 'S2, 077 is not in table subject'),
        ('vital_signs_site_id_subject_id_fkey', 'vital_signs', 'S9', '001', '2008-02-01, 1', 'S9, 001 is not in table subject')$$, 'rows that a foreign key refuses are told as those that a rule does');
select is((select string_agg(rule, ', ') from violations('ral', 'S1') where rule like '%\_fkey'), null, 'of one site its own');
prepare all_of as select rule, site_id, reason is not null from violations('ral');
select set_eq('all_of', $$values ('result_visit', 'S1', true), ('result_visit', 'S2', true), ('reference_range_overlap', null, true), ('assay_change', 'S2', true),
    ('vital_signs_site_id_subject_id_fkey', 'S2', true), ('vital_signs_site_id_subject_id_fkey', 'S9', true), ('lab_code_test_fkey', null, true)$$, 'the owner sees all');
select set_eq($$select rule, site_id from violations('ral', 'S1')$$, $$values ('result_visit', 'S1')$$, 'or those of one site');
select is_empty($$select * from violations('ral', 'S3')$$, 'of no site, none');
select is_empty($$select * from violations('ral', site => '')$$, 'nor of an empty one');
select throws_ok($$select * from violations(null)$$, '22004', null, 'of no study, an error');

-- A role that sees one site, and may not read visits.
drop role if exists virotrial_monitor;
create role virotrial_monitor login;
call secure_study('ral');
grant usage on schema ral to virotrial_monitor;
grant select on all tables in schema ral to virotrial_monitor;
insert into ral.site_access (login, site_id) values ('virotrial_monitor', 'S1');
revoke select on ral.lab_test from virotrial_monitor;
set role virotrial_monitor;
select set_eq('all_of', $$values ('result_visit', 'S1', true), ('reference_range_overlap', null, true)$$, 'another role sees those of the sites that it sees');
select is_empty($$select * from violations('ral', 'S2')$$, 'and none of another');
reset role;
insert into ral.rule (name, table_name, clause, anchors, condition, reason)
    values ('low', 'cd4_result', '', '{consent}', 'cd4_count < 10 and consent_ended is null', 'format(''%s until %s'', cd4_count, consent_ended)');
set session_replication_role = replica;
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count, entered_by, entered_at) values ('S1', '001', '2008-02-01', 9, 'test', now());
set session_replication_role = origin;
revoke select on ral.consent from virotrial_monitor;
set role virotrial_monitor;
select set_eq($$select rule, site_id, subject_id, item, reason from violations('ral') where rule = 'low'$$, $$values ('low', 'S1', '001', '2008-02-01', null::text)$$,
    'it is told no reason of a rule that reads what it may not');
select is((select reason is not null from violations('ral') where rule = 'reference_range_overlap'), true, 'and that of the others');
reset role;

-- An error is told to the role of the session, whoever's rights the statement has.
call make_subject('003');
set session_replication_role = replica;
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count, entered_by, entered_at) values ('S1', '003', '2008-02-01', 9, 'test', now());
set session_replication_role = origin;
grant insert on ral.cd4_result to virotrial_monitor;
grant update on ral.subject to virotrial_monitor;
create function told(statement text) returns text
    language plpgsql
as $$
declare
    told text;
begin
    execute statement;
    return 'nothing';
exception when check_violation then
    get stacked diagnostics told = pg_exception_detail;
    return told;
end;
$$;
create function enter_for_others() returns void
    security definer language sql
as $$insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '003', '2008-03-01', 9)$$;
select is(told('select enter_for_others()'), 'Site S1, subject 003, 2008-03-01: 9 until .', 'who may read all is told the reason');
set role virotrial_monitor;
select is(told($$insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '003', '2008-03-01', 9)$$), 'Site S1, subject 003, 2008-03-01.', 'another is not');
select is(told('select enter_for_others()'), 'Site S1, subject 003, 2008-03-01.', 'nor by a function of somebody who may');
select is(told($$set local virotrial.defer_rules = 'ral';
    insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '003', '2008-03-01', 9); set constraints all immediate$$),
    'Site S1, subject 003, 2008-03-01.', 'nor at the end of the transaction');
select is(told($$update ral.subject set subject_id = '009' where subject_id = '003'$$), 'Site S1, subject 009.', 'nor by a cascade, which has the owner''s rights');
reset role;
revoke select on ral.rule from virotrial_monitor;
set role virotrial_monitor;
select throws_ok('all_of', '42501', null, 'who may not read the rules is refused');
reset role;

-- A policy that the owner adds hides rows only if it is of reading.
grant select on all tables in schema ral to virotrial_monitor;
create policy entry on ral.subject for insert with check (site_id <> 'S2');
create policy no_check on ral.subject for all with check (true);
create policy kept on ral.subject as restrictive for delete using (false);
set role virotrial_monitor;
select isnt_empty($$select * from eligibility('ral', '001')$$, 'a policy of entry and one of deletion hide no row');
reset role;
create policy adult on ral.subject as restrictive for select using (birth_date < '1990-01-01');
set role virotrial_monitor;
select throws_ok($$select * from eligibility('ral', '001')$$, '42501', 'row security of table "subject" hides rows from "virotrial_monitor"', 'one of reading does');
reset role;
create policy own on ral.site as restrictive to virotrial_monitor using (site_id = 'S1');
set role virotrial_monitor;
select throws_ok('all_of', '42501', 'row security of table "site" hides rows from "virotrial_monitor"', 'one on the sites would run as the caller, and refuses him, too');
reset role;
drop owned by virotrial_monitor;
drop role virotrial_monitor;
select * from finish();
-- The roles of the study belong to the server, and other tests need them.
select format('drop owned by %s cascade', string_agg(quote_ident(role), ', ')) from _virotrial.study_role('ral') \gexec
select format('drop role %s', string_agg(quote_ident(role), ', ')) from _virotrial.study_role('ral') \gexec
