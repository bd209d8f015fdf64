-- What the database alone writes: the verdicts that an enrolment rests on, and
-- the deviations that rules find.  No ordinary statement of anybody changes them.
\ir include/study.sql
select no_plan();
call make_subject('001');
call make_subject('002');

-- ---- verdicts follow the day of enrolment
select results_eq($$select distinct as_of, count(*) from ral.eligibility_verdict where subject_id = '001' group by 1$$, $$values (date '2008-02-01', 5::bigint)$$,
    'the verdicts of the day');
update ral.consent set signed = '2008-01-09' where subject_id = '001';
select results_eq($$select evidence from ral.eligibility_verdict where subject_id = '001' and criterion = 'consent'$$, $$values ('version 1.0 signed 2008-01-10')$$,
    'which stay when evidence is corrected');
update ral.enrolment set enrolled = '2008-01-31' where subject_id = '001';
select results_eq($$select distinct as_of, count(*) from ral.eligibility_verdict where subject_id = '001' group by 1$$, $$values (date '2008-01-31', 5::bigint)$$,
    'those of another day when it moves');
select results_eq($$select evidence from ral.eligibility_verdict where subject_id = '001' and criterion = 'consent'$$, $$values ('version 1.0 signed 2008-01-09')$$,
    'by the evidence that is there then');
update ral.consent set signed = '2008-01-08' where subject_id = '001';
update ral.enrolment set first_dose = first_dose + 1 where subject_id = '001';
update ral.enrolment set enrolled = enrolled;
select results_eq($$select evidence from ral.eligibility_verdict where subject_id = '001' and criterion = 'consent'$$, $$values ('version 1.0 signed 2008-01-09')$$,
    'and stay when it does not');
select results_eq($$select distinct as_of from ral.eligibility_verdict where subject_id = '002'$$, $$values (date '2008-02-01')$$, 'as do those of others');
-- An amendment dropped a criterion, and brought one in.
insert into ral.eligibility_criterion (criterion, effective_from, position, description, clause, required, query)
    values ('age', '2008-01-30', 2, '', '', false, 'select site_id, subject_id, true, '''' from candidate'),
        ('new', '2008-01-30', 9, '', '', true, 'select site_id, subject_id, true, ''new'' from candidate');
update ral.enrolment set enrolled = '2008-02-01' where subject_id = '001';
select set_eq($$select criterion from ral.eligibility_verdict where subject_id = '001'$$, array['consent', 'hiv_diagnosis', 'prior_failure', 'resistance_or_intolerance', 'new'],
    'the criteria of the new day');
select is((select entered_by from ral.eligibility_verdict where subject_id = '001' limit 1), session_user::text, 'stamped');
-- Many at once
create procedure enrol_many() language plpgsql as $$
begin
    for i in 100 .. 169 loop
        call make_candidate(i::text);
    end loop;
end;
$$;
call enrol_many();
insert into ral.enrolment (site_id, subject_id, enrolled) select site_id, subject_id, '2008-02-01' from ral.subject where subject_id >= '100';
update ral.enrolment set enrolled = case when subject_id < '150' then date '2008-02-02' else enrolled end where subject_id >= '100';
select results_eq($$select as_of, count(*) from ral.eligibility_verdict where subject_id >= '100' group by 1 order by 1$$,
    $$values (date '2008-02-01', 100::bigint), ('2008-02-02', 250)$$, 'of many at once');

-- Where rules wait, the verdicts are those of the end of the transaction.
insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S1', 'waits', '1970-06-15', 'female');
begin;
set local virotrial.defer_rules = 'ral';
insert into ral.enrolment (site_id, subject_id, enrolled) values ('S1', 'waits', '2008-02-01');
insert into ral.consent (site_id, subject_id, version, signed) values ('S1', 'waits', '1.0', '2008-01-10');
insert into ral.hiv_diagnosis (site_id, subject_id, diagnosed, guideline, confirmed, confirmatory_test)
    values ('S1', 'waits', '2003-01-10', 'China 2005', '2003-02-01', 'Western blot');
insert into ral.art_history (site_id, subject_id, drug, started, stopped)
    select 'S1', 'waits', drug, '2004-01-01', '2008-01-01' from unnest(array['AZT', '3TC', 'NVP']) as drug;
insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load)
    values ('S1', 'waits', '2003-12-20', 'Quantiplex 3.0', '120000'), ('S1', 'waits', '2005-12-20', 'Quantiplex 3.0', '20000');
insert into ral.genotype (site_id, subject_id, collected) values ('S1', 'waits', '2007-12-01');
insert into ral.genotype_drug_call (site_id, subject_id, collected, drug, call)
    values ('S1', 'waits', '2007-12-01', '3TC', 'resistant'), ('S1', 'waits', '2007-12-01', 'NVP', 'resistant');
insert into ral.missing_result (site_id, subject_id, assessment, collected, reason)
    select 'S1', 'waits', assessment, '2008-01-20', 'not done' from unnest(array['viral load', 'CD4']) as assessment;
commit;
select results_eq($$select verdict, count(*) from ral.eligibility_verdict where subject_id = 'waits' group by 1$$, $$values ('met', 5::bigint)$$,
    'where rules wait, the verdicts are those at the end');
begin;
set local virotrial.defer_rules = 'ral';
update ral.consent set signed = '2008-01-09' where subject_id = 'waits';
update ral.enrolment set first_dose = '2008-02-02' where subject_id = 'waits';
commit;
select results_eq($$select evidence from ral.eligibility_verdict where subject_id = 'waits' and criterion = 'consent'$$, $$values ('version 1.0 signed 2008-01-10')$$,
    'and stay when the day does');
-- Nor does anybody take back what waits.
create function not_judged() returns text language plpgsql as $$
begin
    set local virotrial.defer_rules = 'ral';
    insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', 'waits', 'screening', '2007-01-01');
    return outcome('delete from ral.deferred_judgement') || ', ' || outcome('update ral.deferred_judgement set subject_id = null');
end;
$$;
begin;
select is(not_judged(), '55000 ral.deferred_judgement, 55000 ral.deferred_judgement', 'what waits is not taken back');
rollback;
reset virotrial.defer_rules;

-- ---- nobody else writes verdicts
create role clerk;
grant usage on schema ral to clerk;
grant all on all tables in schema ral to clerk;
select current_setting('data_directory') || '/frozen.copy' as file \gset
copy (select site_id, subject_id, 'forged', 'met', 'none', '2008-02-01' from ral.enrolment where subject_id = '002') to :'file';
create table forgery (statement text, verdict text);
grant select on forgery to clerk;
insert into forgery values
    ($$insert into ral.eligibility_verdict (site_id, subject_id, criterion, verdict, evidence, as_of) values ('S1', '002', 'forged', 'met', 'none', '2008-02-01')$$, '55000 ral.eligibility_verdict'),
    ($$insert into ral.eligibility_verdict (site_id, subject_id, criterion, verdict, evidence, as_of) values ('S1', '002', 'consent', 'met', 'none', '2008-02-01')
        on conflict (site_id, subject_id, criterion) do update set evidence = excluded.evidence$$, '55000 ral.eligibility_verdict'),
    ($$insert into ral.eligibility_verdict (site_id, subject_id, criterion, verdict, evidence, as_of) values ('S1', '002', 'consent', 'met', 'none', '2008-02-01')
        on conflict do nothing$$, 'accepted'),
    ($$update ral.eligibility_verdict set evidence = 'better' where subject_id = '002'$$, '55000 ral.eligibility_verdict'),
    ($$update ral.eligibility_verdict set evidence = 'better' where subject_id = 'nobody'$$, 'accepted'),
    ($$delete from ral.eligibility_verdict where subject_id = '002' and criterion = 'age'$$, '55000 ral.eligibility_verdict'),
    ($$with gone as (delete from ral.eligibility_verdict returning *) select count(*) from gone$$, '55000 ral.eligibility_verdict'),
    ($$truncate ral.eligibility_verdict$$, '55000 ral.eligibility_verdict'),
    ($$merge into ral.eligibility_verdict as v using (values ('S1', '002')) as g (site_id, subject_id) on v.subject_id = g.subject_id and v.criterion = 'consent'
        when matched then update set verdict = 'unknown'$$, '55000 ral.eligibility_verdict'),
    ($$merge into ral.eligibility_verdict as v using (values ('S1', '002')) as g (site_id, subject_id) on v.subject_id = g.subject_id and v.criterion = 'consent'
        when matched then delete$$, '55000 ral.eligibility_verdict'),
    ($$merge into ral.eligibility_verdict as v using (values ('S1', '002')) as g (site_id, subject_id) on v.subject_id = g.subject_id and v.criterion = 'forged'
        when not matched then insert (site_id, subject_id, criterion, verdict, evidence, as_of) values (site_id, subject_id, 'forged', 'met', 'none', '2008-02-01')$$,
        '55000 ral.eligibility_verdict');
select is(outcome(statement), verdict, 'the owner: ' || statement) from forgery;
select is(outcome(format('copy ral.eligibility_verdict (site_id, subject_id, criterion, verdict, evidence, as_of) from %L', :'file')), '55000 ral.eligibility_verdict', 'copy');
set role clerk;
select is(outcome(statement), verdict, 'a clerk: ' || statement) from forgery where statement !~ '^truncate';
reset role;
select throws_ok($$update ral.eligibility_verdict set evidence = 'better' where subject_id = '002' and criterion = 'consent'$$, '55000',
    'only the database writes the verdicts that an enrolment rests on', 'the error');
-- Settings are of no use, nor is a trigger beside the database's own write.
select is(outcome(format('set local %s = %L', setting, 'on'), $$delete from ral.eligibility_verdict$$), expected, setting)
from (values ('virotrial.reader', '55000 ral.eligibility_verdict'), ('virotrial.own_write', '42602')) as s (setting, expected);
create function forge() returns trigger language plpgsql as $$
begin
    insert into ral.eligibility_verdict (site_id, subject_id, criterion, verdict, evidence, as_of)
        select site_id, subject_id, 'forged', 'met', 'none', enrolled from ral.enrolment on conflict do nothing;
    return null;
end;
$$;
create trigger forge after insert on ral.eligibility_verdict for each statement when (pg_trigger_depth() = 1) execute function forge();
create trigger forge_row after insert on ral.eligibility_verdict for each row when (new.criterion = 'consent') execute function forge();
call make_candidate('003');
select is(outcome($$insert into ral.enrolment (site_id, subject_id, enrolled) values ('S1', '003', '2008-02-01')$$), '55000 ral.eligibility_verdict', 'a trigger of others');
drop trigger forge on ral.eligibility_verdict;
drop trigger forge_row on ral.eligibility_verdict;
-- After an error of the database's own write the state is as before.
create function refuse_row() returns trigger language plpgsql as $$begin raise 'no'; end;$$;
create trigger refuse_row before insert on ral.eligibility_verdict for each row execute function refuse_row();
select throws_ok($$insert into ral.enrolment (site_id, subject_id, enrolled) values ('S1', '003', '2008-02-01')$$, 'P0001', 'no', 'an error');
drop trigger refuse_row on ral.eligibility_verdict;
select is(outcome(statement), verdict, 'after it: ' || statement) from forgery limit 1;
-- With the enrolment they go.
select is(outcome($$delete from ral.enrolment where subject_id = '002'$$, $$select 1 / (1 - count(*)) from (select from ral.eligibility_verdict where subject_id = '002' limit 1) as v$$),
    'accepted', 'a deleted enrolment takes its verdicts along');

-- ---- deviations
insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load) values ('S1', '002', '2008-02-20', 'VERSANT 3.0', '900');
insert into ral.deviation (site_id, subject_id, rule, item, description) values ('S1', '002', 'tube broken', '2008-02-20', 'the first tube was broken');
select results_eq($$select rule, item from ral.deviation order by 1$$, $$values ('assay_change', '2008-02-20'), ('tube broken', '2008-02-20')$$, 'one of a rule, one of a person');
create table by_hand (statement text, verdict text);
grant select on by_hand to clerk;
insert into by_hand values
    ($$insert into ral.deviation (site_id, subject_id, rule, item, description) values ('S1', '001', 'assay_change', '2008-02-20', 'forged')$$, '55000 ral.deviation'),
    ($$insert into ral.deviation (site_id, subject_id, rule, item, description) values ('S1', '001', 'visit_window', 'week 4', 'forged under the name of a rule that refuses')$$, '55000 ral.deviation'),
    ($$insert into ral.deviation (site_id, subject_id, rule, item, description) values ('S1', '001', 'fridge open', '', 'reported')$$, 'accepted'),
    ($$update ral.deviation set description = 'nothing' where rule = 'assay_change'$$, '55000 ral.deviation'),
    ($$update ral.deviation set description = 'nothing much' where rule = 'tube broken'$$, 'accepted'),
    ($$update ral.deviation set description = description$$, 'accepted'),
    ($$update ral.deviation set rule = 'assay_change', item = 'x' where rule = 'tube broken'$$, '55000 ral.deviation'),
    ($$update ral.deviation set rule = 'mine' where rule = 'assay_change'$$, '55000 ral.deviation'),
    ($$update ral.deviation set item = 'x' where rule = 'assay_change'$$, '55000 ral.deviation'),
    ($$delete from ral.deviation where rule = 'assay_change'$$, '55000 ral.deviation'),
    ($$delete from ral.deviation where rule = 'tube broken'$$, 'accepted'),
    ($$delete from ral.deviation$$, '55000 ral.deviation'),
    ($$truncate ral.deviation$$, '55000 ral.deviation'),
    ($$insert into ral.deviation (site_id, subject_id, rule, item, description) values ('S1', '002', 'assay_change', '2008-02-20', 'forged')
        on conflict (site_id, subject_id, rule, item) do update set description = excluded.description$$, '55000 ral.deviation'),
    ($$merge into ral.deviation as d using (values (1)) as g on d.rule = 'assay_change' when matched then delete$$, '55000 ral.deviation'),
    ($$update ral.viral_load_result set assay = 'Quantiplex 3.0' where collected = '2008-02-20'$$, 'accepted');
select is(outcome(statement), verdict, 'the owner: ' || statement) from by_hand;
set role clerk;
select is(outcome(statement), verdict, 'a clerk: ' || statement) from by_hand where statement !~ '^truncate';
reset role;
select throws_ok($$delete from ral.deviation where rule = 'assay_change'$$, '55000', 'only the database writes the deviations that rules find', 'the error');
-- A column of the study's own is people's.
alter table ral.deviation add column review text;
call keep_history('ral.deviation');
select is(outcome($$update ral.deviation set review = 'seen'$$), 'accepted', 'a review of a deviation');
select is(outcome($$update ral.deviation set review = 'seen', description = 'none'$$), '55000 ral.deviation', 'that changes nothing else');
-- Stale ones, of rows that came in where rules do not run, are shown, and go with the next change.
set session_replication_role = replica;
update ral.viral_load_result set assay = 'Quantiplex 3.0' where collected = '2008-02-20';
set session_replication_role = origin;
select results_eq($$select rule, reason from violations('ral')$$, $$values ('assay_change', 'the deviation is on record, and no longer holds')$$, 'a stale one is shown');
update ral.viral_load_result set assay = assay where subject_id = '002' and collected = '2008-02-20';
select is_empty($$select * from violations('ral')$$, 'and goes when its row is judged again');
select results_eq($$select rule from ral.deviation$$, $$values ('tube broken')$$, 'what a person reported stays');
-- A rule that is gone has no deviations of its own.
select is(outcome($$delete from ral.rule where name = 'tube broken'$$, $$delete from ral.deviation$$), 'accepted', 'its deviations are people''s');
select is_empty($$select * from study_problems('ral') where problem !~ '^visit'$$, 'all triggers are there');

select * from finish();
drop owned by clerk;
drop role clerk;
