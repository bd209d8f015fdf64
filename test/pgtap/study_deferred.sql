-- Rules that wait until the end of the transaction: what a savepoint takes back is
-- not judged, what is prepared is judged first, and for single statements it is as
-- if they had not waited.
\ir include/study.sql
\ir include/random_change.sql
select no_plan();

call make_subject('001');
call make_candidate('002');
create function moved_visit() returns text[]
    language sql
    return array[$$update ral.visit set visit_date = '2008-01-16' where subject_id = '001'$$,
        $$update ral.viral_load_result set collected = '2008-01-16' where subject_id = '001' and visit = 'screening'$$];
create function waiting(statements text[]) returns text[]
    language sql
    return array[$$set local virotrial.defer_rules = 'ral'$$] || statements || array[$$set constraints ral.judge_deferred immediate$$];

select is(outcome(variadic moved_visit()), '23514 ral.viral_load_result result_visit', 'a visit does not move without its results');
select is(outcome(variadic waiting(moved_visit())), 'accepted', 'in one transaction they move together');
select is(outcome(variadic waiting(moved_visit() || array[$$update ral.visit set visit_date = '2008-01-17' where subject_id = '001'$$])),
    '23514 ral.viral_load_result result_visit', 'unless one moves again');
select is(outcome(variadic array['set local virotrial.defer_rules = ''another''', (moved_visit())[1]]), '23514 ral.viral_load_result result_visit',
    'another study does not wait');
select is(outcome(variadic waiting(array[$$delete from ral.visit where subject_id = '001'$$])), '23503 ral.viral_load_result viral_load_result_site_id_subject_id_visit_fkey',
    'nor do keys');
select is(outcome(variadic waiting(array[$$insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', current_date + 2, 300)$$,
    $$delete from ral.cd4_result$$])), 'accepted', 'what is gone is not judged');
select is(outcome(variadic waiting(array[$$delete from ral.art_history where subject_id = '002'$$,
    $$insert into ral.enrolment (site_id, subject_id, enrolled) values ('S1', '002', '2008-02-01')$$])), '23514 ral.enrolment eligibility',
    'criteria are judged by what is there in the end');
select is(outcome(variadic waiting(array[$$insert into ral.enrolment (site_id, subject_id, enrolled) values ('S1', '002', '2008-02-01')$$,
    $$delete from ral.art_history where subject_id = '002'$$])), '23514 ral.enrolment eligibility', 'in either order');
select is(outcome(variadic waiting(array[$$delete from ral.protocol where effective_from > '2000-01-01'$$,
    $$update ral.assay set lower_limit = 60000$$])), '23514 ral.viral_load_result assay_limits', 'a table without subjects, too');

-- At the end of a transaction.
\set ON_ERROR_STOP off
begin;
set local virotrial.defer_rules = 'ral';
select (moved_visit())[1] \gexec
commit;
select is(:'SQLSTATE'::text, '23514', 'COMMIT judges');
select is((select visit_date from ral.visit), '2008-01-15', 'and takes everything back');
begin;
set local virotrial.defer_rules = 'ral';
savepoint before;
select (moved_visit())[1] \gexec
rollback to before;
commit;
select is(:'SQLSTATE'::text, '00000', 'what a savepoint took back is not judged');
begin;
set local virotrial.defer_rules = 'ral';
select unnest(moved_visit()) \gexec
savepoint between;
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', current_date + 2, 300);
rollback to between;
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2008-01-20', 300);
commit;
select is(:'SQLSTATE'::text, '00000', 'what it kept is');
select is((select visit_date from ral.visit), '2008-01-16', 'and stays');
select current_setting('max_prepared_transactions')::integer > 0 as can_prepare \gset
\if :can_prepare
begin;
set local virotrial.defer_rules = 'ral';
update ral.visit set visit_date = '2008-01-20' where subject_id = '001';
prepare transaction 'moved';
select is(:'SQLSTATE'::text, '23514', 'PREPARE TRANSACTION judges first');
begin;
set local virotrial.defer_rules = 'ral';
update ral.visit set visit_date = '2008-01-20' where subject_id = '001';
update ral.viral_load_result set collected = '2008-01-20' where subject_id = '001' and visit = 'screening';
prepare transaction 'moved';
select is(:'SQLSTATE'::text, '00000', 'and prepares what holds');
commit prepared 'moved';
select is((select visit_date from ral.visit), '2008-01-20', 'which is then committed');
\endif
\set ON_ERROR_STOP on
select is_empty('select * from ral.deferred_judgement', 'nothing waits any more');
select is_empty($$select * from violations('ral')$$, 'and nothing is broken');
call drop_study('ral', with_subjects => true);

-- Random single statements.
call create_study('ral');
call simulate_study('ral', subjects => 30, sites => 2, seed => 3);
call create_pool('ral');
analyze;
create function verdict_of(statement text, waits boolean) returns text
    language plpgsql
as $$
declare
    state text;
    broken text;
    message text;
begin
    if waits then
        set local virotrial.defer_rules = 'ral';
    end if;
    execute statement;
    set constraints ral.judge_deferred immediate;
    raise exception using errcode = 'ZZ000',
        message = (select string_agg(d::text, ', ' order by d::text) from (select site_id, subject_id, rule, item, description from ral.deviation) as d);
exception when others then
    get stacked diagnostics state = returned_sqlstate, broken = constraint_name, message = message_text;
    return concat_ws(' ', state, broken, case when state = 'ZZ000' then message end);
end;
$$;
create table tried (statement text, at_once text, in_the_end text);
do $$
declare
    changing changing_table;
    verb text;
    change jsonb;
    sql text;
begin
    perform setseed(0.5);
    for n in 1 .. 400 loop
        select * into changing from changing_table order by random() limit 1;
        verb := draw('{insert,insert,update,update,delete}');
        select statement_of('ral', changing, verb, jsonb_agg(c)) into sql
        from (select random_change('ral', changing, verb, null, null) as c from generate_series(1, 1 + floor(3 * random() ^ 3)::integer)) as drawn where c is not null;
        if sql is not null then
            insert into tried select sql, verdict_of(sql, false), verdict_of(sql, true);
        end if;
    end loop;
end;
$$;
-- A code that moves goes table after table, in the order of the names that the database gives the triggers of foreign keys: a rule may be broken in between.
select is_empty($$select * from tried where at_once <> in_the_end and not (statement like 'update ral.subject as old %' and at_once like '23514 %' and in_the_end like 'ZZ000%')$$,
    'single statements come to the same whether they wait or not');
select cmp_ok(count(*), '>', 20::bigint, format('many end as %s', verdict))
from (select left(at_once, 5) as verdict from tried) as v where verdict in ('ZZ000', '23514') group by verdict;
select * from finish();
