-- judge(): what the rows of a relation would break if they came in.
\ir include/study.sql
\ir include/random_change.sql
select no_plan();

call make_subject('001');
create table staged (line integer, site_id text, subject_id text, visit text, collected date, assay text, viral_load viral_load);
insert into staged values
    (1, 'S1', '001', 'screening', '2008-01-15', 'Quantiplex 3.0', '500'),
    (2, 'S1', '001', 'screening', '2008-01-16', 'Quantiplex 3.0', '500'),
    (3, 'S1', '001', null, '2008-02-16', 'Quantiplex 3.0', 'TND'),
    (4, 'S1', '001', null, '2008-02-16', 'Cobas', '5'),
    (5, 'S1', '001', null, current_date + 2, 'Quantiplex 3.0', '<50');
create view judged as
    select staged.line, judged.rule, judged.action, judged.subject_id, judged.item, judged.reason
    from judge('ral.viral_load_result', 'staged') as judged
    left join staged on staged.ctid = judged.row_id;
select set_eq('select line, rule, action from judged',
    $$values (2, 'result_visit', 'refuse'), (4, 'assay_limits', 'refuse'), (4, 'assay_change', 'record'), (5, 'future_date', 'refuse')$$,
    'each rule that each row would break; a limit is completed first');
select is((select item || ' ' || reason from judged where line = 2), '2008-01-16 collected 2008-01-16, but its visit "screening" was on 2008-01-15', 'and why');
select is_empty($$select * from ral.viral_load_result where collected >= '2008-01-16'$$, 'nothing comes in');
create table event (site_id text, subject_id text, event_number text, term text, onset text, grade integer, action_taken text, outcome text);
insert into event values ('S1', '001', '1', 'Headache', '2008-03', 1, 'DOSE NOT CHANGED', 'FATAL'), ('S1', '001', '2', 'Headache', '2007-03', 1, 'DOSE NOT CHANGED', 'UNKNOWN');
alter table event drop column term;
select set_eq($$select row_id::text, rule from judge('ral.adverse_event', 'event')$$, $$values ('(0,1)', 'fatal_event'), ('(0,2)', 'consent')$$,
    'generated columns are made, values are cast, and what is not given has its default');
create table screened (site_id text, subject_id text, decided date, outcome text, reason text);
insert into screened values ('S1', '001', '2008-02-01', 'screen failure', 'death'), ('S1', '001', '2008-02-02', 'screen failure', 'other');
select set_eq($$select row_id::text, reason from judge('ral.screening', 'screened') where rule = 'lifetime'$$,
    $$values ('(0,2)', '2008-02-02 is after death, on 2008-02-01')$$, 'a view of the study has the rows that are judged');
create view staged_view as select * from staged where line = 4;
select set_eq($$select row_id, rule from judge('ral.viral_load_result', 'staged_view')$$, $$values (null::tid, 'assay_limits'), (null, 'assay_change')$$,
    'the rows of a view have no place');
select is_empty($$select * from judge('ral.enrolment', 'ral.enrolment')$$, 'what is there holds, by queries, too');
create table enrolled as select * from ral.enrolment;
update enrolled set enrolled = '2004-02-01';
select set_eq($$select row_id, rule, action from judge('ral.enrolment', 'enrolled')$$, $$values (null::tid, 'eligibility', 'refuse')$$, 'or does not');
select throws_ok($$select * from judge('staged', 'staged')$$, '3F000', null, 'a table of no study is none');
select throws_ok($$create table nothing (x integer); select * from judge('ral.visit', 'nothing')$$, '42703', null, 'a relation without its columns is none');
create table period (site_id text, subject_id text, drug text, started date, stopped date);
insert into period values ('S1', '001', 'EFV', '2004-01-01', '2005-01-01'), ('S1', '001', 'EFV', '2004-06-01', '2005-02-01'), ('S1', '001', 'AZT', '2003-02-01', '2003-03-01'),
    ('S1', '001', 'NVP', '2005-01-01', null);
select set_eq($$select row_id::text, rule, item from judge('ral.art_history', 'period')$$,
    $$values ('(0,1)', 'art_history_overlap', 'EFV'), ('(0,2)', 'art_history_overlap', 'EFV'), ('(0,4)', 'art_history_overlap', 'NVP'), (null, 'art_history_overlap', 'NVP')$$, 'rows are judged by each other, and so are those that are there');
insert into ral.rule (name, table_name, clause, condition) values ('fails', 'viral_load_result', '', '1 / (replicate - 1) > 1');
select set_eq($$select rule, reason from judge('ral.viral_load_result', 'staged') where rule = 'fails' or rule = 'result_visit'$$,
    $$values ('fails', 'the rule cannot run: division by zero'), ('result_visit', 'collected 2008-01-16, but its visit "screening" was on 2008-01-15')$$,
    'a rule that fails is a row, and the others are run');
delete from ral.rule where name = 'fails';

-- Rights.
create role virotrial_clerk;
grant usage on schema ral to virotrial_clerk;
grant insert on ral.viral_load_result to virotrial_clerk;
grant select on staged to virotrial_clerk;
set role virotrial_clerk;
select set_eq($$select rule, reason from judge('ral.viral_load_result', 'staged')$$,
    $$values ('future_date', null), ('result_visit', null), ('assay_limits', null), ('assay_change', null)$$, 'who may not read the tables is told no reason');
select throws_ok($$select * from judge('ral.visit', 'staged')$$, '42501', null, 'nor judges what he may not enter');
select throws_ok($$select * from judge('ral.viral_load_result', 'event')$$, '42501', null, 'nor what he may not read');
reset role;
drop owned by virotrial_clerk;
drop role virotrial_clerk;

-- A function that the owner of the relation wrote runs as who asks, one of the study's as its owner.
create table whom (what text, name text);
grant insert on whom to public;
create role virotrial_owner;
grant create on database :"DBNAME" to virotrial_owner;
call drop_study('ral', with_subjects => true);
set role virotrial_owner;
call create_study('ral');
create function ral.tell() returns smallint language plpgsql as $$
begin
    insert into public.whom values ('default', current_user);
    return 1;
end $$;
alter table ral.cd4_result alter replicate set default ral.tell();
reset role;
create table counts (row_id integer, site_id text, subject_id text, collected date, cd4_count integer);
insert into counts values (7, 'S1', '001', '2008-02-01', 300);
select lives_ok($$select * from judge('ral.cd4_result', 'counts')$$, 'a default of the owner''s runs, and a column row_id of the relation is one of its own');
select results_eq('select distinct name from whom', $$values ('virotrial_owner')$$, 'as he');
call drop_study('ral', with_subjects => true);
revoke create on database :"DBNAME" from virotrial_owner;
drop role virotrial_owner;

-- Random rows: what judge() refuses is what is refused.
call create_study('ral');
call simulate_study('ral', subjects => 30, sites => 2, seed => 4);
call create_pool('ral');
analyze;
create table tried ("table" text, statement text, verdict text, judged text[]);
create function judged_refusals(changing changing_table, row_of jsonb) returns text[]
    language plpgsql
as $$
declare
    refusals text[];
begin
    execute format('create temporary table given as select %s from jsonb_populate_record(null::ral.%I, $1)',
        (select string_agg(quote_ident(c), ', ') from unnest(changing.columns) as c), changing.name) using row_of;
    select array_agg(distinct rule order by rule) into refusals
    from judge(format('ral.%I', changing.name), 'given') where action = 'refuse';
    drop table given;
    return coalesce(refusals, '{}');
end;
$$;
do $$
declare
    changing changing_table;
    change jsonb;
    verdict text;
begin
    perform setseed(0.5);
    for n in 1 .. 500 loop
        select * into changing from changing_table where of_subject order by random() limit 1;
        change := random_change('ral', changing, 'insert', null, null);
        verdict := outcome(statement_of('ral', changing, 'insert', '[]' || change));
        if verdict = 'accepted' or verdict ~ format('^23514 ral.%s (%s)$', changing.name, (select string_agg(distinct name, '|') from ral.rule)) then
            insert into tried values (changing.name, change::text, verdict, judged_refusals(changing, change -> 'row'));
        end if;
    end loop;
end;
$$;
select is_empty($$select * from tried where verdict = 'accepted' and judged <> '{}'$$, 'what comes in breaks nothing before');
select is_empty($$select * from tried where verdict <> 'accepted' and split_part(verdict, ' ', 3) <> all (judged)$$, 'what is refused is found before');
select cmp_ok(count(*), '>', 30::bigint, format('of many rows: %s', is_refused)) from (select verdict <> 'accepted' as is_refused from tried) as t group by is_refused;

-- A dry run leaves nothing, and runs where nothing may be written.
create table changes_before as select count(*) from ral.change;
begin read only;
select lives_ok($$select * from judge('ral.cd4_result', 'ral.cd4_result')$$, 'a read-only transaction judges');
rollback;
select count(*) as judged from judge('ral.cd4_result', 'ral.cd4_result') \gset
select results_eq('select count(*) from ral.change', 'table changes_before', 'and no change is noted');
select * from finish();
