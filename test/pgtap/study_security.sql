-- A study belongs to whoever made it, and he may be hostile: what he wrote runs
-- as he, whoever calls the extension's functions on it.
\ir include/attempt.sql
select no_plan();

set role attacker;
call create_study('mine');
insert into mine.site (site_id, name) values ('S1', 'First');
insert into mine.subject (site_id, subject_id, birth_date, sex) values ('S1', '001', '1970-01-01', 'female');
insert into mine.consent (site_id, subject_id, version, signed) values ('S1', '001', '1.0', '2008-01-10');
call create_study('empty');
grant usage on schema mine, empty to public;
grant select on all tables in schema mine, empty to public;
reset role;

create temporary table call (name text, statement text);
insert into call values
    ('violations', $$select * from violations('mine')$$),
    ('eligibility', $$select * from eligibility('mine', '001')$$),
    ('eligibility_of', $$select * from eligibility_of('mine', array[row('S1', '001', '2008-02-01')::candidate])$$),
    ('obt_candidates', $$select * from obt_candidates('mine', '001')$$),
    ('drop_study', $$call drop_study('mine', with_subjects => true)$$),
    ('drop_study, with subjects', $$call drop_study('mine')$$);

select ok(is_study('mine'), 'a study of the attacker is a study');

-- ---- rules and criteria

select is(
    attempt(
        $$attacker: insert into mine.rule (name, table_name, clause, query)
            select 'trap', 'site', '', format('select site_id, null, null, null from changed where %s', condition) from (values ($condition$ $$ || condition || $$ $condition$)) as c (condition)$$,
        $$victim? select * from violations('mine')$$),
    'harmless', 'a hostile rule: ' || condition)
from (values
    ('attacker.steal()'),
    ('(select attacker.steal())'),
    ('attacker.steal_constant(1)'),
    ('site_id operator(attacker.###) name'),
    ('name::attacker.trap is not null'),
    ('exists (select from attacker.bait)'),
    ('query_to_xml(''select attacker.steal()'', true, true, '''') is not null'),
    ('(select attacker.steal_all(c.name) from changed as c) is not null')) as c (condition);

select is(
    attempt(
        $$attacker: delete from mine.rule where table_name <> 'site'$$,
        format('attacker: insert into mine.rule (name, table_name, clause, condition, item, reason) values (%L, %L, %L, %L, %L, %L)', 'trap', 'site', '', condition, item, reason),
        $$victim? select * from violations('mine')$$),
    'harmless', format('a hostile condition, item or reason: %s', c))
from (values ('attacker.steal()', null, null), ('true', 'attacker.steal()', null), ('true', null, 'attacker.steal()'), ('name::attacker.trap is not null', null, null))
    as c (condition, item, reason);
select is(
    attempt(
        format('attacker: update mine.rule_context set query = replace(query, %L, %L) where table_name = %L', 'from changed', 'from changed cross join (select attacker.steal() offset 0) as stolen', 'consent'),
        $$victim? select * from violations('mine')$$),
    'harmless', 'a hostile context');

select is(
    attempt(
        $$attacker: update mine.eligibility_criterion set query = 'select site_id, subject_id, attacker.steal(), '''' from candidate' where criterion = 'age'$$,
        'victim? ' || statement),
    'harmless', 'a hostile criterion, in ' || name)
from call where name ~ 'eligibility';

-- ---- roles and transactions that outlive the call

select is(
    attempt(
        'attacker: create function attacker.climb() returns boolean language plpgsql as $f$begin ' || body || '; return attacker.steal(); exception when others then return attacker.steal(); end$f$',
        $$attacker: insert into mine.rule (name, table_name, clause, query) values ('trap', 'site', '', 'select site_id, null, null, null from changed where attacker.climb()')$$,
        $$victim? select * from violations('mine')$$,
        $$victim? set constraints all immediate$$,
        $$victim? select 1 from pg_class where relname operator(pg_catalog.=) 'x'$$),
    'harmless', 'a rule that tries: ' || body)
from (values
    ('set role none'), ('reset role'), ('reset session authorization'), ('execute format(''set role %I'', session_user)'),
    ('perform set_config(''role'', session_user, false)'), ('perform set_config(''search_path'', ''attacker, pg_catalog'', false)'),
    ('create temporary view pg_class as select attacker.steal()::text as relname')) as c (body);
select is(
    attempt(
        'attacker: create table attacker.queue (n integer)',
        'attacker: create constraint trigger later after insert on attacker.queue deferrable initially deferred for each row execute function attacker.steal_trigger()',
        'attacker: create function attacker.enqueue() returns boolean language plpgsql as $f$begin insert into attacker.queue values (1); return true; end$f$',
        $$attacker: insert into mine.rule (name, table_name, clause, query) values ('trap', 'site', '', 'select site_id, null, null, null from changed where attacker.enqueue()')$$,
        $$victim? select * from violations('mine')$$,
        'victim? set constraints all immediate'),
    'harmless', 'a trigger deferred to the end of the victim''s transaction');

-- ---- what is in the place of a study's tables and views

select is(
    attempt(
        format('attacker: alter table mine.%I rename to hidden', relation),
        format('attacker: create view mine.%I as select hidden.* from (select attacker.steal() offset 0) as stolen left join mine.hidden on true', relation),
        'victim? ' || statement),
    case when relation in ('rule', 'subject', 'deviation', 'eligibility_criterion') then '3F000' else 'harmless' end,
    format('a view in the place of %s, for %s', relation, name))
from call
cross join unnest(array['rule', 'rule_context', 'subject', 'deviation', 'consent', 'enrolment', 'protocol_period', 'eligibility_criterion_period', 'genotype']) as relation
where (relation, name) in (values ('rule', 'violations'), ('rule_context', 'violations'), ('rule', 'eligibility'), ('subject', 'drop_study'), ('subject', 'drop_study, with subjects'),
    ('subject', 'obt_candidates'), ('deviation', 'violations'), ('consent', 'eligibility'), ('enrolment', 'eligibility'),
    ('protocol_period', 'obt_candidates'), ('protocol_period', 'eligibility_of'), ('eligibility_criterion_period', 'eligibility_of'), ('genotype', 'obt_candidates'));
select is(
    attempt(
        'attacker: alter table mine.rule rename to hidden',
        'attacker: create view mine.rule as select hidden.* from (select attacker.steal() offset 0) as stolen left join mine.hidden on true',
        'attacker: create trigger rules_changed_insert after insert on mine.rule for each statement execute function _virotrial.rules_changed()',
        'victim? ' || statement),
    '3F000', 'a view with the trigger of the rules, for ' || name)
from call;

select is(
    attempt(
        format('attacker: alter view mine.%I rename to hidden', view),
        format('attacker: create view mine.%I as select hidden.* from (select attacker.steal() offset 0) as stolen left join mine.hidden on true', view),
        format('victim? select * from %I(%L)', view, 'mine')),
    'harmless', 'a view of a study in a function: ' || view)
from unnest(array['endpoint_virology', 'endpoint_log_reduction', 'endpoint_cd4', 'endpoint_safety', 'laboratory_shift', 'laboratory_abnormality',
    'hys_law_candidate', 'ecg_finding', 'discontinuation', 'time_to_discontinuation', 'death', 'safety_finding']) as view;
select is(
    attempt(
        'attacker: alter view mine.analysis_subject rename to hidden',
        'attacker: create view mine.analysis_subject as select hidden.* from (select attacker.steal() offset 0) as stolen left join mine.hidden on true',
        'victim? ' || statement),
    'harmless', 'a view in the place of analysis_subject: ' || statement)
from unnest(array[
    $$select * from endpoint_virology('mine', group_by => 'sex')$$,
    $$set local virotrial.group_by = 'sex'; select * from _virotrial.analysis_group('mine.analysis_subject')$$]) as statement;

-- ---- what tables run when they are written to, or read

select is(
    attempt('attacker: ' || setup, 'victim? ' || statement), '42501', format('%s: %s', left(statement, 30), setup))
from unnest(array[
    'alter table empty.site alter name set default attacker.steal()::text, alter target_enrolment set default attacker.steal()::integer, add column x boolean default attacker.steal()',
    'alter table empty.site add check (attacker.steal())',
    'create index on empty.site (attacker.steal_constant(name))',
    'create trigger trap before insert on empty.site for each row execute function attacker.steal_trigger()',
    'create trigger trap after insert on empty.site for each statement execute function attacker.steal_trigger()',
    'alter table empty.site alter entered_by type attacker.trap']) as setup
cross join unnest(array[$$call simulate_study('empty', 8)$$,
    $$create temporary table simulated_person as select 'S1' as site_id, '001' as subject_id, date '1970-01-01' as birth_date, 'male' as sex,
        date '2008-01-01' as signed, null::date as left_study, null::text as flaw, null::text as reason; call _virotrial.simulate_sites('empty', 8, 1)$$]) as statement;
select is(attempt('attacker: ' || setup, 'victim? ' || statement), 'harmless', format('%s: %s', name, setup))
from call
cross join unnest(array[
    'create index on mine.subject (attacker.steal_constant(1))',
    'create index on mine.subject (subject_id) where attacker.steal_constant(1)',
    'alter table mine.subject add check (attacker.steal_constant(1))']) as setup
where name <> 'drop_study, with subjects';
select is(
    attempt(
        'attacker: alter table mine.subject enable row level security',
        'attacker: create policy trap on mine.subject using (attacker.steal())',
        'attacker: create policy trap on mine.consent using (attacker.steal())',
        'attacker: alter table mine.consent enable row level security',
        'analyst? ' || statement),
    '42501', 'row security, for an analyst, in ' || name)
from call where name ~ '^eligib|obt|drop';
select is(
    attempt(
        'attacker: create policy trap on mine.site using (attacker.steal())',
        'attacker: alter table mine.site enable row level security',
        $$analyst? select * from violations('mine')$$),
    '42501', 'row security of the sites, for an analyst, in violations');
select is(
    attempt('attacker? create event trigger trap on sql_drop execute function attacker.steal_trigger()', $$victim: call drop_study('mine', true)$$),
    '42501', 'an event trigger is for superusers');

\set document `cat demo/resistance_algorithm.xml`
create temporary table sample as select :'document' as document;
grant select on sample to public;
select is(
    attempt($$attacker: select load_resistance_algorithm(document::xml, 'attacker') from sample$$,
        'attacker: create trigger trap before insert on attacker.resistance_algorithm_version for each row execute function attacker.steal_trigger()',
        $$victim? select load_resistance_algorithm(replace(document, '<ALGVERSION>1', '<ALGVERSION>2')::xml, 'attacker') from sample$$),
    '42501', 'load_resistance_algorithm into the attacker''s tables');

-- ---- an imitation of a study

select is(attempt('attacker: create schema fake', 'attacker: ' || setup,
        'attacker: ' || case when setup ~ 'view' then 'select' else 'create trigger rules_changed_insert after insert on fake.rule for each statement execute function attacker.steal_trigger()' end,
        $$victim: select 1 / (not is_study('fake'))::integer$$, 'victim? ' || replace(statement, '''mine''', '''fake''')),
    '3F000', format('an imitation: %s, in %s', setup, name))
from call
cross join unnest(array['create table fake.rule (name text)', 'create view fake.rule as select attacker.steal() as active']) as setup;
select is(attempt(setup, $$victim? select * from violations('mine')$$), '3F000', 'another owner: ' || setup)
from unnest(array['victim: alter table mine.subject owner to honest', 'victim: alter table mine.rule owner to honest', 'victim: alter schema mine owner to honest']) as setup;

-- ---- the rights of the caller

select is(attempt('attacker: revoke usage on schema mine from public', 'analyst? ' || statement), '42501', 'no USAGE on the schema: ' || name)
from call where name !~ 'drop';
select is(attempt(format('attacker: revoke select on mine.%I from public', relation), 'analyst? ' || statement), '42501',
    format('no SELECT on %s: %s', relation, name))
from (values ('rule', 'violations'), ('site', 'violations'), ('consent', 'eligibility'), ('consent', 'eligibility_of'),
    ('enrolment', 'eligibility'), ('drug_activity', 'obt_candidates'), ('drug_activity', 'eligibility'), ('drug_activity', 'eligibility_of')) as denied (relation, name)
join call using (name);
select is(
    attempt(
        'attacker: create policy sites on mine.consent using (site_id <> ''S1'')',
        'attacker: alter table mine.consent enable row level security',
        'analyst? ' || statement),
    '42501', 'row security of consent: ' || name)
from call
where name in ('eligibility', 'eligibility_of');
select is(
    attempt(
        'attacker: revoke select on mine.genotype, mine.genotype_drug_call, mine.resistance_algorithm_period from public',
        'analyst? select * from mine.' || view),
    'harmless', 'who may read the views alone reads ' || view)
from unnest(array['drug_activity', 'obt_activity', 'genotype_disagreement']) as view;
select is(attempt('analyst? ' || statement), 'harmless', 'who may read the study may call ' || name) from call where name !~ 'drop';
select is(attempt('attacker: revoke select on mine.endpoint_cd4 from public', $$analyst? select * from endpoint_cd4('mine')$$), '42501', 'no SELECT on a view');

-- ---- who may make no roles is told all that somebody else has to do

begin;
create function pg_temp.hint_of(statement text) returns text language plpgsql as $$
declare
    hint text;
begin
    execute statement;
    return 'no error';
exception when insufficient_privilege then
    get stacked diagnostics hint = pg_exception_hint;
    return hint;
end;
$$;
set local role attacker;
select pg_temp.hint_of($$call secure_study('empty')$$) as hint \gset
reset role;
select matches(:'hint'::text, 'run: create role empty_views; .*; create role empty_randomisation; grant empty_views to attacker$', 'the roles that are missing, and that of the views for the owner');
select step from regexp_split_to_table(split_part(:'hint'::text, 'run: ', 2), '; ') as step where step like 'create%' \gexec
set local role attacker;
select is(pg_temp.hint_of($$call secure_study('empty')$$), 'Let a superuser, or who made the role, run: grant empty_views to attacker', 'the roles are there, and the grant is not');
reset role;
grant empty_views to attacker;
set local role attacker;
select is(pg_temp.hint_of($$call secure_study('empty')$$), 'no error', 'nothing else is missing');
rollback;

-- ---- names, and the schema of the extension

select is(attempt(format('attacker? call create_study(%L)', name)), '42602', 'a study cannot be called ' || coalesce(name, 'null'))
from unnest(array['$user', '', 'pg_study', repeat('x', 64), repeat('é', 32)]) as name;
select is(attempt(format('attacker: call create_study(%L)', name), format('victim: select * from violations(%L)', name),
        format('victim: select * from endpoint_cd4(%L)', name), format('victim: call drop_study(%L)', name)),
    'harmless', 'a study may be called ' || name)
from unnest(array['a"b', 'a''b', 'a\b', 'a; select attacker.steal() --', 'ü %I %s $1', repeat('x', 63)]) as name;
select is(attempt('victim: grant create on schema public to ' || grantee, $$honest? call create_study('late')$$), expected, 'CREATE in the extension''s schema for ' || grantee)
from (values ('public', '42501'), ('attacker', '42501'), ('honest', 'harmless'), ('pg_database_owner', 'harmless')) as g (grantee, expected);

select * from finish();
