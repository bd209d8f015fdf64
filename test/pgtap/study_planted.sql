-- Rules, criteria and views of a study use what belongs to PostgreSQL, to the
-- extension or to the study's owner: nothing that others have put in the way.
\ir include/attempt.sql
select no_plan();

set role honest;
call create_study('ral');
insert into ral.site (site_id, name) values ('S1', 'First');
insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S1', '001', '1970-01-01', 'female');
insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '001', '1.0', '2008-01-10');
insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'unscheduled 1', '2008-02-01');
create table ral.note (site_id text, subject_id text, written date, id integer generated always as identity primary key);
call guard('ral.note');
grant usage on schema ral to public;
grant select on all tables in schema ral to public;
grant insert, update, delete on ral.consent, ral.visit, ral.cd4_result to attacker;
reset role;

-- What the attacker puts into a schema in which he may create objects.
create temporary table planted (name text, statement text);
insert into planted values
    ('format(text, date)', 'create function @.format(text, date) returns text language plpgsql as $f$begin perform attacker.steal(); return ''planted''; end$f$'),
    ('format(text, text, date, text)', 'create function @.format(text, text, date, text) returns text language plpgsql as $f$begin perform attacker.steal(); return ''planted''; end$f$'),
    ('||(text, date)', 'create function @.join(text, date) returns text language plpgsql as $f$begin perform attacker.steal(); return ''planted''; end$f$;
        create operator @.|| (leftarg = text, rightarg = date, function = @.join)'),
    ('study_day(date, date)', 'create function @.study_day(date, date) returns integer language plpgsql as $f$begin perform attacker.steal(); return 1; end$f$'),
    ('protocol_in_force(text, date)', 'create function @.protocol_in_force(text, date) returns integer language plpgsql as $f$begin perform attacker.steal(); return null; end$f$');

select is(
    attempt(
        'victim: grant create on schema ral, public to attacker',
        'attacker: ' || replace(planted.statement, '@', place),
        'honest? ' || victim.statement),
    case when name = victim.found or (name ~ '[|]' and victim.statement !~ 'endpoint') then '42501' else 'harmless' end,
    format('planted in %s: %s, for %s', place, name, victim.statement))
from planted
cross join (values
    ($$select * from eligibility('ral', '001')$$, 'format(text, text, date, text)'),
    ($$select * from eligibility_of('ral', array[row('S1', '001', '2008-02-01')::public.candidate])$$, 'format(text, text, date, text)'),
    ($$select * from obt_candidates('ral', '001')$$, ''),
    ($$select * from endpoint_virology('ral')$$, '')) as victim (statement, found)
cross join unnest(array['ral', 'public']) as place
where (name = victim.found or place = 'ral') and name !~ 'study_day|in_force';

-- Whatever it is that was planted, it never runs: neither where a rule was
-- planned before it was there, nor where it is planned anew.
select ok(outcome in ('42501', 'harmless'), format('planted in %s: %s, for %s: %s', place, name, victim, outcome))
from (
    select place, name, victim, attempt(
        'victim: grant create on schema ral, public to attacker',
        'attacker: ' || replace(planted.statement, '@', place),
        'victim: comment on table ral.visit is ''new''',
        'victim: alter table ral.visit alter visit set statistics 10',
        victim) as outcome
    from planted
    cross join unnest(array[
        'honest? select * from violations(''ral'')',
        'victim? select * from violations(''ral'')',
        'attacker? insert into ral.visit (site_id, subject_id, visit, visit_date) values (''S1'', ''001'', ''unscheduled 2'', ''2008-02-02'')',
        'victim? update ral.visit set visit_date = ''2008-02-03''',
        'attacker? delete from ral.consent']) as victim
    cross join unnest(array['ral', 'public']) as place
    -- one that is there already cannot be planted
    where (name, place) not in (('study_day(date, date)', 'public'), ('protocol_in_force(text, date)', 'ral'))
    offset 0) as tried
where outcome <> '23514';

select is(
    attempt('victim: grant create on schema ral to attacker', 'attacker: ' || setup, $$honest? select * from eligibility('ral', '001')$$),
    '42501', 'planted in ral: ' || setup)
from unnest(array[
    'create type ral.candidate as (site_id text, subject_id attacker.trap, as_of date)']) as setup;
-- ---- what the owner himself must not write into a rule, a criterion or a view

create temporary table hostile (condition text);
insert into hostile values
    ('attacker.steal()'), ('(select attacker.steal())'), ('attacker.steal_constant(site_id)'),
    ('site_id operator(attacker.###) subject_id'), ('site_id operator(attacker.###) any (array[subject_id])'),
    ('site_id::attacker.trap is not null'), ('array[site_id]::attacker.trap[] is not null'), ('''x''::attacker.trap is not null'),
    ('cast(null as attacker.trap) is null'), ('row(site_id, subject_id)::attacker.worm is null'), ('exists (select from attacker.bait)'),
    ('exists (select from attacker.worm)'), ('exists (select from attacker.steal() as s)'),
    ('exists (with w as (select attacker.steal()) select from w)'), ('exists (values (attacker.steal()))'),
    ('(select attacker.steal_all(c) from (values (''x'')) as v (c)) is null'),
    ('(select attacker.steal_all(c) over () from (values (''x'')) as v (c)) is null'),
    ('exists (select from json_to_record(''{"a": "b"}'') as r (a attacker.trap))'),
    ('exists (select from xmltable(''/a'' passing (''<a/>''::xml) columns a attacker.trap path ''.'') as x)'),
    ('coalesce(attacker.steal(), true)'), ('case when attacker.steal() then true end'),
    ('exists (select 1 union select attacker.steal()::integer)'), ('exists (select 1 order by attacker.steal())'),
    ('exists (select 1 limit attacker.steal()::integer)'),
    ('exists (select from unnest(array[1]) as u group by attacker.steal() having attacker.steal())');
select is(
    attempt('honest? ' || replace(statement, '@', replace(condition, '''', ''''''))), '42501', format('%s with %s', what, condition))
from hostile
cross join (values
    ('a rule', $$insert into ral.rule (name, table_name, clause, query) values ('trap', 'visit', '', 'select site_id, subject_id, null, null from changed where @')$$),
    ('a criterion', $$update ral.eligibility_criterion set query = 'select site_id, subject_id, @, null from candidate' where criterion = 'age'$$)) as written (what, statement);
select is(
    attempt(format('honest? insert into ral.rule (name, table_name, clause, condition, item, reason, anchors) values (%L, %L, %L, %L, %L, %L, %L)',
        'trap', 'visit', '', condition, item, reason, anchors)), '42501', format('in a condition, an item, a reason or an anchor: %s', r))
from (values ('attacker.steal()', null, null, '{}'), ('true', 'attacker.steal()', null, '{}'), ('true', null, 'attacker.steal()', '{}'),
    ('false', null, null, '{"consent where attacker.steal()"}')) as r (condition, item, reason, anchors);
select is(
    attempt(format('honest? update ral.rule_context set query = replace(query, %L, %L) where table_name = %L', part, planted, 'visit')), '42501', 'in a context: ' || planted)
from (values ('changed.visit as item', 'changed.visit || attacker.steal() as item'), ('from changed', 'from changed join attacker.bait on true'),
    ('from changed', 'from changed join site on site.site_id operator(attacker.###) changed.subject_id')) as c (part, planted);
select is(
    attempt('honest: create view ral.mine as select v.* from attacker.bait as v', $$honest? insert into ral.rule (name, table_name, clause, query)
        values ('trap', 'visit', '', 'select site_id, subject_id, null, null from changed where exists (select from mine)')$$),
    '42501', 'a view of the owner over a view of another');
select is(
    attempt('honest: create or replace view ral.eligibility_criterion_period as select criterion, effective_from, position, description, clause, required, query, date ''infinity'' as effective_before
        from ral.eligibility_criterion where attacker.steal()', $$honest? select * from eligibility('ral', '001')$$),
    '42501', 'a view that the extension''s own queries read');
select is(
    attempt('honest: create view ral.note_view as select * from ral.note', $$honest: insert into ral.rule (name, table_name, clause, anchors, query)
        values ('note', 'visit', '', '{note}', 'select site_id, subject_id, null, null from changed where exists (select from note_view where false)')$$,
        'honest: create or replace view ral.note_view as select note.* from ral.note where attacker.steal()',
        $$attacker? insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'unscheduled 2', '2008-02-02')$$),
    '42501', 'a view that is replaced after the rule was written');

-- ---- privileges on the rules alone

select is(attempt('honest: grant select, insert, update on ral.rule, ral.rule_context, ral.eligibility_criterion to attacker', 'attacker? ' || statement,
        'honest: insert into ral.visit (site_id, subject_id, visit, visit_date) values (''S1'', ''001'', ''unscheduled 2'', ''2008-02-02'')'),
    '42501', 'INSERT or UPDATE on rules alone: ' || statement)
from unnest(array[
    $$insert into ral.rule (name, table_name, clause, query) values ('trap', 'visit', '', 'select null, null, null, null from changed where attacker.steal() and false')$$,
    $$insert into ral.rule (name, table_name, clause, query) values ('trap', 'visit', '', 'select null, null, null, null from changed where query_to_xml(''select attacker.steal()'', true, true, '''') is null')$$,
    $$insert into ral.rule (name, table_name, clause, query) values ('trap', 'visit', '', 'select null, null, null, null from changed where nextval(''public.trophy'') is null')$$,
    $$update ral.rule set condition = 'nextval(''public.trophy'') is not null' where table_name = 'visit' and condition is not null$$,
    $$update ral.rule set reason = 'nextval(''public.trophy'')' where table_name = 'visit' and condition is not null$$,
    $$update ral.rule_context set query = 'select changed.*, nextval(''public.trophy'') as item from changed' where table_name = 'site'$$,
    $$update ral.rule_context set query = 'select changed.*, nextval(''public.trophy'') as item from changed' where table_name = 'visit'$$,
    $$insert into ral.rule_context (table_name, query) values ('site', 'select changed.*, nextval(''public.trophy'') as item from changed')$$,
    $$update ral.eligibility_criterion set query = 'select site_id, subject_id, nextval(''public.trophy'') > 0, '''' from candidate'$$,
    $$insert into ral.eligibility_criterion (criterion, position, description, clause, query) values ('trap', 0, '', '', 'select site_id, subject_id, nextval(''public.trophy'') > 0, '''' from candidate')$$]) as statement;
select is(attempt('honest: grant trigger on all tables in schema ral to attacker',
        format('attacker: create trigger trap before %s on ral.%I for each row execute function attacker.steal_trigger()', event, relation), statement),
    expected, format('TRIGGER on %s alone, for %s', relation, statement))
from (values
    ('insert', 'rule', $$victim? select * from violations('ral')$$, 'harmless'),
    ('delete', 'rule', $$victim? call drop_study('ral', true)$$, 'harmless'),
    ('insert', 'deviation', $$attacker? insert into ral.visit (site_id, subject_id, visit, visit_date, deviation_reason) values ('S1', '001', 'week 4', '2008-02-02', 'flood')$$, '23514')) as t (event, relation, statement, expected);
select is(attempt('honest: grant trigger on ral.deviation to attacker',
        'attacker: create trigger trap before insert on ral.deviation for each row execute function attacker.steal_trigger()',
        $$honest: insert into ral.rule (name, table_name, clause, action, query) values ('noted', 'visit', '', 'record', 'select site_id, subject_id, visit, ''noted'' from changed')$$,
        $$attacker? insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'unscheduled 2', '2008-02-02')$$),
    '42501', 'TRIGGER on the table that the rules write to');

select is(attempt('honest: grant trigger on ral.eligibility_verdict to attacker', $$honest: delete from ral.rule where table_name = 'enrolment'$$,
        'attacker: create trigger trap before insert on ral.eligibility_verdict for each row execute function attacker.steal_trigger()',
        $$honest? insert into ral.enrolment (site_id, subject_id, enrolled) values ('S1', '001', '2008-02-01')$$),
    '42501', 'TRIGGER on the table of verdicts');

-- ---- texts that are more than they seem

select is(attempt(format('honest? insert into ral.rule (name, table_name, clause, query) values (%L, %L, %L, %L)', 'trap', 'visit', '', text)),
    '42601', 'not one query: ' || text)
from unnest(array[
    'select null, null, null, null from changed where false) as v union all select 999, 1 from (select null, null, null, null from changed',
    'select 1, 2, 3, 4) as a (b, c, d, e), (select 1, 2, 3, 4', 'select 1, 2, 3, 4; select 1, 2, 3, 4', 'select 1, 2, 3, 4; drop table ral.visit',
    'delete from ral.visit returning 1, 2, 3, 4', 'drop table ral.visit', 'select 1, 2, 3, 4 into stolen', '', ' ', '-- nothing', 'select 1, 2, 3, 4 /*',
    'copy ral.subject to stdout', 'do $$begin end$$', 'explain select 1, 2, 3, 4']) as text;
select is(attempt(format('honest? update ral.eligibility_criterion set query = %L where criterion = %L', text, 'age')), '42601', 'not one criterion: ' || text)
from unnest(array[
    'select site_id, subject_id, true, null from candidate) as v (site_id, subject_id, is_met, evidence) using (site_id, subject_id) union all select * from (select 1',
    'delete from ral.visit', 'select 1; select 2', '']) as text;
select is(attempt(format('honest? insert into ral.rule (name, table_name, clause, condition, anchors, %I) values (%L, %L, %L, %L, %L, %L)',
        place, 'trap', 'visit', '', case when place = 'hint' and anchors = '{}' then text else 'false' end, anchors, text)), '42601',
    format('not one expression in %s: %s', case when anchors <> '{}' then 'an anchor' when place = 'hint' then 'a condition' else place end, coalesce(text, anchors)))
from (select place, text, '{}' as anchors
        from unnest(array['hint', 'item', 'reason']) as place,
            unnest(array['true) or (true', 'true from visit', 'true where true', 'true, true', 'true; true', 'true order by 1', 'true as x', 'true limit 1', 'true group by 1',
                'true for update', 'true union select true', '', '-- nothing', 'true /*']) as text
    union all
    select 'hint', null, anchors from unnest(array['{"consent where true) or (true"}', '{"consent where true union select 1"}', '{"consent where true for update"}']) as anchors) as r;
select is(attempt(format('honest? update ral.rule_context set query = %L where table_name = %L', text, 'visit')), '42601', 'not one context: ' || text)
from unnest(array[
    'select changed.*, null as item from changed) as context union all select * from (select changed.*, null as item from changed',
    'delete from ral.visit returning *', 'select changed.* from changed; select 1', 'select changed.*, null as item into stolen from changed', '', '-- nothing']) as text;
select is(attempt($$honest: insert into ral.rule (name, table_name, clause, query) values ('comment', 'visit', '', 'select site_id, subject_id, null, null from changed where false -- and no more')$$,
        $$attacker? insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'unscheduled 2', '2008-02-02')$$,
        $$victim? select * from violations('ral')$$),
    'harmless', 'a text may end with a comment');
-- what came in past the trigger is refused when it is planned
select is(attempt('honest: alter table ral.rule disable trigger user',
        $$honest: insert into ral.rule (name, table_name, clause, query) values ('trap', 'visit', '', 'select null, null, null, null from changed where false) as v union all select 999999, 1 from (select null, null, null, null from changed')$$,
        'honest: alter table ral.rule enable trigger user',
        $$attacker? insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'unscheduled 2', '2008-02-02')$$),
    '42601', 'a text that chooses the number of its rule');

-- ---- what a session brings with it

select is(attempt('attacker: ' || setup, $$attacker? insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'unscheduled 2', '2008-02-02')$$),
    'harmless', 'temporary: ' || setup)
from unnest(array[
    'create temporary view consent as select * from ral.consent where attacker.steal()',
    'create temporary view deviation as select * from ral.deviation where attacker.steal()',
    'create temporary view rule as select rule.* from ral.rule where attacker.steal()',
    'create domain pg_temp.date as pg_catalog.date check (attacker.steal_constant(value))',
    'create domain pg_temp.text as pg_catalog.text check (attacker.steal_constant(value))',
    'create function pg_temp.format(text, date) returns text language plpgsql as $f$begin perform attacker.steal(); return null; end$f$',
    'create function pg_temp.study_day(date, date) returns integer language plpgsql as $f$begin perform attacker.steal(); return null; end$f$',
    'create temporary view rule_context as select rule_context.* from ral.rule_context where attacker.steal()',
    'create temporary view changed as select visit.* from ral.visit where attacker.steal()']) as setup;
select is(attempt('attacker: create function attacker.format(text, variadic text[]) returns text language plpgsql as $f$begin perform attacker.steal(); return ''planted''; end$f$',
        'attacker: create function attacker.quote_literal(text) returns text language plpgsql as $f$begin perform attacker.steal(); return ''planted''; end$f$',
        'attacker: create view attacker.pg_trigger as select t.* from pg_catalog.pg_trigger as t where attacker.steal()',
        'attacker: create view attacker.pg_extension as select t.* from pg_catalog.pg_extension as t where attacker.steal()',
        'attacker: create view attacker.rule as select r.* from ral.rule as r where attacker.steal()',
        'victim: set local search_path = attacker, public, pg_catalog', 'victim? ' || statement),
    'harmless', 'a search path of the caller, for ' || statement)
from unnest(array[$$select * from violations('ral')$$, $$select * from eligibility('ral', '001')$$, $$select * from obt_candidates('ral', '001')$$,
    $$select * from endpoint_cd4('ral')$$, $$call drop_study('ral', true)$$, $$call create_study('ral2')$$]) as statement;
select is(attempt(format('attacker: set local %s = %s', setting, value),
        $$attacker? insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'week 5', '2008-02-02')$$),
    '23514', format('a client''s setting changes no verdict: %s', setting))
from (values ('transform_null_equals', 'on'), ('standard_conforming_strings', 'off'), ('search_path', 'attacker'), ('datestyle', 'German'),
    ('row_security', 'off'), ('check_function_bodies', 'off')) as s (setting, value);

select * from finish();
