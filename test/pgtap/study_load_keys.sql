-- The foreign keys of a load: checked all at once, and no less than row by row.
\ir include/study.sql
select no_plan();

call make_subject('001');
insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'unscheduled 1', '2008-03-10');

create view given_columns as select array['site_id', 'subject_id', 'collected', 'test', 'visit', 'value', 'unit']::name[] as names;
create table given as
    select 'S1'::text as site_id, '001'::text as subject_id, date '2008-03-10' as collected, test, 'unscheduled 1'::text as visit, lab_value '40' as value, 'U/L'::text as unit
    from unnest('{ALT,AST}'::text[]) as test;
create function entered() returns text language plpgsql as $$
declare
    named text;
begin
    return _virotrial.enter_rows('ral.lab_result', (select names from given_columns), 'given');
exception when integrity_constraint_violation then
    get stacked diagnostics named = constraint_name;
    return sqlstate || ' ' || named;
end;
$$;

begin;
select is(entered(), '2', 'rows come in, and are counted');
select is((select count(*) from ral.lab_result where visit = 'unscheduled 1'), 2::bigint, 'and are there');
select isnt((select xmax::text from ral.visit where visit = 'unscheduled 1'), '0', 'what they refer to is locked');
select is((select min(entered_by) from ral.lab_result where visit = 'unscheduled 1'), session_user::text, 'who entered them is written');
rollback;

begin;
update given set visit = null;
select is(entered(), '2', 'what is null refers to nothing');
rollback;

select throws_like($$select _virotrial.enter_rows('ral.lab_result', '{site_id}', '0')$$, 'there is no relation with OID %', 'a source that is not there');

update given set subject_id = '999' where test = 'AST';
select is(entered(), '23503 lab_result_site_id_subject_id_fkey', 'an unknown subject is refused');
select is((select count(*) from ral.lab_result where visit = 'unscheduled 1'), 0::bigint, 'with all other rows');
update given set subject_id = '001', visit = case test when 'AST' then 'unscheduled 9' else visit end;
select is(entered(), '23503 lab_result_site_id_subject_id_visit_fkey', 'so is an unknown visit beside a known one');
update given set visit = 'unscheduled 1';

-- What triggers make of a row is what counts, not what was given.
create function to_nobody() returns trigger language plpgsql as $$ begin new.subject_id := '999'; return new; end; $$;
create trigger to_nobody before insert on ral.lab_result for each row execute function to_nobody();
select is(entered(), '23503 lab_result_site_id_subject_id_fkey', 'a trigger that changes a key does not pass by it');
drop trigger to_nobody on ral.lab_result;

-- Other triggers fire, and other statements are held to the keys by theirs.
create function insert_stranger() returns trigger language plpgsql as $$
begin
    insert into ral.lab_result (site_id, subject_id, collected, test, value, unit) values ('S1', '998', '2008-03-10', 'ALT', '40', 'U/L');
    return null;
end;
$$;
create trigger insert_stranger after insert on ral.lab_result for each statement when (pg_trigger_depth() = 0) execute function insert_stranger();
select is(entered(), '23503 lab_result_site_id_subject_id_fkey', 'an INSERT within it is checked by itself');
drop trigger insert_stranger on ral.lab_result;
create function to_deaf() returns trigger language plpgsql as $$ begin return null; end; $$;
create trigger to_deaf before insert on ral.lab_result for each row execute function to_deaf();
select is(entered(), '0', 'a row that a trigger drops is not looked for');
drop trigger to_deaf on ral.lab_result;
select throws_ok($$insert into ral.lab_result (site_id, subject_id, collected, test, value, unit) values ('S1', '998', '2008-03-10', 'ALT', '40', 'U/L')$$,
    '23503', null, 'the next INSERT is checked row by row');

-- A key that waits for the end of the transaction, and one that is compared otherwise, are left to their triggers.
begin;
alter table ral.lab_result alter constraint lab_result_site_id_subject_id_visit_fkey deferrable initially deferred;
update given set visit = 'unscheduled 9';
select is(entered(), '2', 'a deferred key is not checked before its time');
select throws_ok('set constraints all immediate', '23503', null, 'and is at its time');
rollback;
begin;
create table ral.batch (batch text collate "C" primary key);
alter table ral.lab_result add foreign key (laboratory) references ral.batch;
alter view given_columns rename to earlier_columns;
create view given_columns as select names || 'laboratory'::name as names from earlier_columns;
alter table given add laboratory text default 'X';
select is(entered(), '23503 lab_result_laboratory_fkey', 'a key of another collation holds as well');
rollback;

-- Who enters needs the right to, as in any INSERT.
create role enters_nothing;
grant usage on schema ral, _virotrial to enters_nothing;
grant select on ral.lab_result, given, given_columns to enters_nothing;
set role enters_nothing;
select throws_ok('select entered()', '42501', null, 'without INSERT nothing is entered');
reset role;
drop owned by enters_nothing;
drop role enters_nothing;

select * from finish();
