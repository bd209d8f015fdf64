-- A study of another make becomes as a new one by upgrade_study, and keeps its rows.
\ir ../upgrade/catalogue.sql
set client_min_messages = warning;
select no_plan();

call create_study('fresh');
call create_study('aged');
call simulate_study('aged', subjects => 6, sites => 1, seed => 1);
create role study_upgrade_reader;

create function pg_temp.difference() returns setof text language sql as $$
    (select 'fresh: ' || line from pg_temp.catalogue('fresh') as line
        except select 'fresh: ' || line from pg_temp.catalogue('aged') as line)
    union all
    (select 'aged: ' || line from pg_temp.catalogue('aged') as line
        except select 'aged: ' || line from pg_temp.catalogue('fresh') as line)
    order by 1
$$;
create function pg_temp.digest() returns setof text language plpgsql as $$
declare
    target text;
begin
    for target in select oid::regclass from pg_class where relnamespace = 'aged'::regnamespace
            and relkind = 'r' and relname not in ('change', 'rule', 'rule_context', 'rule_history',
                'rule_context_history', 'signature', 'signature_history') order by 1 loop
        return query execute format('select %L || count(*) || coalesce(md5(string_agg(t::text, '' '' '
            'order by t::text)), '''') from %s as t', target, target);
    end loop;
end;
$$;

drop table aged.simulated_candidate;

select is_empty('select * from pg_temp.difference()', 'two new studies are alike');
create temp table before as select * from pg_temp.digest() as line;
create temp table shown as select * from aged.analysis_result;

-- What PostgreSQL reads of a view it writes in other words, as after a dump.
select lives_ok($$call upgrade_study('fresh')$$, 'a new study is upgraded');
select is_empty($$select * from pg_temp.difference() as line where line !~ '^[a-z]+: view'$$,
    'which changes nothing but the words of some views');

-- As another version could have made it
set virotrial.reason = 'configuration';
set virotrial.source = 'create_study';
drop view aged._repeated_viral_load cascade;
create or replace view aged.query_count as
    select null::text as site_id, null::integer as age_from_days, null::text as age,
        1::bigint as queries, 1::bigint as open, 1::bigint as answered, 1::bigint as overdue;
drop table aged.signature cascade;
drop table aged.signature_history;
alter table aged.drug drop column is_booster cascade;
alter table aged.disposition alter column ended drop not null;
alter table aged.visit drop constraint visit_pkey cascade;
drop index aged.quarantine_subject;
drop trigger complete_cd4_result on aged.cd4_result;
alter table aged.rule disable trigger rules_arrived;
comment on trigger keep_said on aged.query is 'another';
comment on column aged.site.site_id is null;
create or replace function aged.next_allocation() returns trigger language plpgsql
    as 'begin return null; end';
update aged.rule_context set query = replace(query, 'has_consent', 'had_consent')
    where table_name = 'medical_history';
update aged.rule set priority = 77 where name = 'visit_window';
delete from aged.rule where name = 'visit_defined';
reset virotrial.source;
update aged.rule set hint = 'Call the coordinator.' where name = 'first_dose' and table_name = 'visit';

alter table aged.cd4_result drop column unit cascade;
alter table aged.cd4_result_history drop column unit;
alter table aged.rule drop column only_if cascade;
alter table aged.rule_history drop column only_if;
drop table aged.relatedness_category cascade;
drop table aged.relatedness_category_history;
insert into aged.data_lock (scope, site_id, subject_id, reason)
select 'subject', max(site_id), max(subject_id), 'clean' from aged.cd4_result;
call seal('aged');
create temp table counts as select count(*) as results, count(distinct subject_id) as subjects
    from aged.cd4_result;

-- What is of users
create view public.own_view as select count(*) as visits from aged.visit_definition_period;
comment on view public.own_view is 'of a user';
grant select on public.own_view, aged.query_status to study_upgrade_reader;
create view aged.mine as select * from public.own_view;

select isnt_empty('select * from pg_temp.difference()', 'the study is of another make');
select lives_ok($$call upgrade_study('aged')$$, 'it is upgraded');
select set_eq('select * from pg_temp.difference()', $$
    select 'aged: ' || line from pg_temp.catalogue('aged') as line
    where line ~ '^(relation|column|view|type|privilege) _?(mine|query_status study_upgrade_reader)\M'$$,
    'it is as a new one, but for what users made');
select set_eq('select * from pg_temp.digest() as line where line !~ ' || made_otherwise,
    'select * from before where line !~ ' || made_otherwise, 'its rows are as before')
from (values ($$'^aged[.](drug|signature|cd4_result|relatedness_category|data_lock|seal)'$$)) as said (made_otherwise);
select set_eq('select * from aged.analysis_result', 'select * from shown',
    'so are its results');
select is((select visits > 0 from aged.mine), true, 'views of users show its rows');
select is(obj_description('public.own_view'::regclass), 'of a user', 'with their comments');
select ok(has_table_privilege('study_upgrade_reader', relation, 'select'),
    'a privilege on ' || relation || ' is there again')
from (values ('public.own_view'), ('aged.query_status')) as granted (relation);
select is((select hint from aged.rule where name = 'first_dose' and table_name = 'visit'),
    'Call the coordinator.', 'what somebody changed of a rule stays');
select is_empty($$select * from fresh.rule_context as made
    where not exists (select from aged.rule_context as live
        where (live.table_name, live.query) = (made.table_name, made.query))$$,
    'contexts are those of a new study');
select is_empty($$select * from fresh.rule as made
    where name <> 'first_dose' and not exists (select from aged.rule as live
        where to_jsonb(live) - '{entered_by,entered_at,entered_in}'::text[]
            = to_jsonb(made) - '{entered_by,entered_at,entered_in}'::text[])$$,
    'so are the other rules');
select is_empty($$select * from violations('aged')$$, 'its rows hold them');
select is_empty($$select * from study_problems('aged')$$, 'nothing is wrong with it');
select throws_ok($$insert into aged.visit (site_id, subject_id, visit, visit_date)
    select site_id, subject_id, 'no such visit', visit_date from aged.visit
    order by subject_id limit 1$$,
    '23514', null, 'the rules are in force');

select isnt_empty($$select from aged.change where source = 'upgrade_study'$$, 'the history names the upgrade');
select results_eq($$select count(*) from aged.cd4_result where unit = 'cells/uL'
        and entered_in in (select change_id from aged.change where source = 'upgrade_study')$$,
    'select results from counts', 'a new column has its default in rows that are there, by the upgrade');
select results_eq($$select count(distinct subject_id), count(*) from aged.cd4_result_history
        where unit is null and ended_as = 'update'$$, 'select subjects, results from counts',
    'the versions without it are history');
select is_empty($$select * from verify('aged')$$, 'so the seal holds');
select throws_ok($$update aged.cd4_result set cd4_count = '1'
    where subject_id = (select subject_id from aged.data_lock limit 1)$$, null, null, 'and so does the lock');
select set_eq('select relatedness, is_related from aged.relatedness_category',
    'select relatedness, is_related from fresh.relatedness_category', 'a new table has its rows');

create temp table rules as select * from aged.rule;
create temp table upgraded as select * from pg_temp.catalogue('aged') as line;
select lives_ok($$call upgrade_study('aged')$$, 'it is upgraded again');
select set_eq('select * from pg_temp.catalogue(''aged'')', 'select * from upgraded',
    'which changes nothing');
select set_eq('select * from aged.rule', 'select * from rules', 'no rule either');

-- Rows may break a constraint that is new.
select conname as new_check from pg_constraint
where conrelid = 'aged.site'::regclass and contype = 'c' and pg_get_constraintdef(oid) ~ 'target_enrolment' \gset
alter table aged.site drop constraint :"new_check";
update aged.site set target_enrolment = 0;
select lives_ok($$call upgrade_study('aged')$$, 'rows that break a new constraint do not stop the upgrade');
select throws_ok('update aged.site set target_enrolment = -1', '23514', null, 'what is written has to hold it');
update aged.site set target_enrolment = 1;
select lives_ok($$call upgrade_study('aged')$$, 'when they are mended, it is upgraded again');
select set_eq('select * from pg_temp.catalogue(''aged'')', 'select * from upgraded', 'and is as a new one');

create function public.uses_view() returns setof aged.accrual language sql
    begin atomic select * from aged.accrual; end;
select throws_ok($$call upgrade_study('aged')$$, '2BP01', null,
    'what would be lost stops the upgrade');
select is((select count(*) from pg_namespace where nspname = 'virotrial_upgrade'), 0::bigint,
    'of which nothing stays behind');
select throws_ok($$call upgrade_study('none')$$, '3F000', null, 'a study is there');

drop function public.uses_view();
call secure_study('fresh');
call secure_study('aged');
call upgrade_study('aged');
select is_empty($$select * from study_problems('aged')$$, 'a secured study stays secured');
select is_empty($$
    select replace(line, 'fresh_', 'aged_') from pg_temp.catalogue('fresh') as line
        where line ~ '^(privilege|policy|relation)'
    except select line from pg_temp.catalogue('aged') as line$$, 'by the same privileges and policies');
select is((select count(*) from pg_class where relnamespace = 'aged'::regnamespace
    and relkind = 'v' and relname <> '_randomised_at_cut' and relowner <> 'aged_views'::regrole), 0::bigint, 'its views have their owner');

select * from finish();
drop schema aged cascade;
drop schema fresh cascade;
drop owned by study_upgrade_reader;
drop role study_upgrade_reader;
