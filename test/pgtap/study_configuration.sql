-- The configuration of a study is checked like its data: what is refused when it
-- is written, and what study_problems() lists.
\ir include/study.sql
select no_plan();
-- A code of a visit that looks like another
select is(outcome(format('insert into ral.visit_definition (visit, position, target_day, window_first_day, window_last_day, analysis_first_day, analysis_last_day) values (%L, 9, 800, 790, 810, 790, 810)', visit)),
    expected, quote_literal(visit))
from (values ('week 114', 'accepted'), (E'week\u00A0114', '23514 ral.visit_definition code_characters'), ('week 114 ', '23514 ral.visit_definition code_characters')) as v (visit, expected);
call make_subject('001');

-- What a refused statement says, and what it advises
create function refusal(statement text) returns text
    language plpgsql
as $$
declare
    advice text;
begin
    execute statement;
    raise exception using errcode = 'ZZ001', message = 'accepted';
exception when others then
    get stacked diagnostics advice = pg_exception_hint;
    return concat_ws(E'\n', sqlerrm, nullif(advice, ''));
end;
$$;
-- The problems that some statements make, which are undone
create function problems(variadic statements text[]) returns text
    language plpgsql
as $$
declare
    statement text;
    found text;
begin
    foreach statement in array statements loop
        execute statement;
    end loop;
    select string_agg(distinct problem || ' ' || object, ', ') into found from study_problems('ral');
    raise exception using errcode = 'ZZ000', message = coalesce(found, 'none');
exception when sqlstate 'ZZ000' then
    return sqlerrm;
end;
$$;
select is_empty($$select * from study_problems('ral')$$, 'a new study has no problems');

-- Visits: windows and positions, by every path
create function definition(visit text, place integer, target integer, first integer, last integer, since text default '-infinity') returns text
    language sql
    return format('%L, %L, %s, %s, %s, %s, %s, %s', visit, since, place, target, target - 1, target + 1, first, last);
select is(paths('ral.visit_definition', 'visit, effective_from, position, target_day, window_first_day, window_last_day, analysis_first_day, analysis_last_day',
        'visit, effective_from', definition('week 36', 9, 253, 1000, 1000), bad), array[expected], bad)
from (values
    (definition('week 36', 7, 253, 211, 294), 'accepted'),
    (definition('week 36', 7, 253, 210, 294), '23514 ral.visit_definition analysis_window_overlap'),
    (definition('week 36', 7, 253, 211, 295), '23514 ral.visit_definition analysis_window_overlap'),
    (definition('week 36', 7, 253, 220, 230), 'accepted'),
    (definition('week 36', 5, 253, 211, 294), '23514 ral.visit_definition visit_position')) as d (bad, expected);
select is(refusal($$insert into ral.visit_definition values ($$ || definition('week 36', 7, 253, 210, 294) || ')'),
    E'rule "analysis_window_overlap" of table "visit_definition" is broken by 1 row\n'
    'A result would count at both visits. Change both windows in one statement; an amendment that moves '
    'their common border is to begin for the later visit as many days later as its target day is.', 'what is to be done');
select is(outcome($$update ral.visit_definition set position = 7 - position where position in (3, 4)$$), 'accepted', 'two visits change places in one statement');
-- Amendments: a first dose may give a subject week 4 by the old row and week 12 by the new.
select is(outcome('insert into ral.visit_definition values (' || definition('week 4', 2, 29, 2, 50, '2009-01-01') || '), ('
        || definition('week 12', 3, 85, 51, 126, since) || ')'), expected, 'a border that moves in an amendment of week 12 from ' || since)
from (values ('2009-01-01', '23514 ral.visit_definition analysis_window_overlap'), ('2009-02-25', '23514 ral.visit_definition analysis_window_overlap'),
    ('2009-02-26', 'accepted'), ('2009-03-01', 'accepted')) as d (since, expected);
select is(outcome('insert into ral.visit_definition values (' || definition('week 12', 2, 85, 57, 126, '2009-01-01') || ')'),
    '23514 ral.visit_definition visit_position', 'a position that is taken from a day on');

-- What is said of visits
select is(outcome(format('insert into ral.%s values (%s)', "table", given)), expected, format('%s: %s', "table", given))
from (values
    ('required_assessment', $$'week 23', 'CD4'$$, '23514 ral.required_assessment visit_defined'),
    ('snapshot_window', $$'week 23', '-infinity', 211, 294$$, '23514 ral.snapshot_window visit_defined'),
    ('snapshot_window', $$'week 12', '2009-01-01', 90, 126$$, 'accepted'),
    ('snapshot_window', $$'week 12', '2009-01-01', 90, 127$$, '23514 ral.snapshot_window snapshot_window_overlap'),
    ('snapshot_window', $$'week 24', '2009-01-01', 127, 294$$, 'accepted'),
    ('snapshot_window', $$'week 24', '2009-01-01', 127, 295$$, '23514 ral.snapshot_window snapshot_window_overlap'),
    ('snapshot_window', $$'week 24', '2009-01-01', null, null, false$$, 'accepted'),
    ('snapshot_window', $$'week 24', '2009-01-01', null, null, true$$, '23514 ral.snapshot_window snapshot_window_days'),
    ('snapshot_window', $$'week 24', '2009-01-01', 127, null, true$$, '23514 ral.snapshot_window snapshot_window_days'),
    ('snapshot_window', $$'week 24', '2009-01-01', 127, 210, false$$, '23514 ral.snapshot_window snapshot_window_days'))
    as d ("table", given, expected);
select is(paths('ral.snapshot_window', 'visit, effective_from, first_day, last_day', 'visit, effective_from', $$'week 12', '2009-01-01', 90, 91$$,
        $$'week 12', '2009-01-01', 90, 127$$), array['23514 ral.snapshot_window snapshot_window_overlap'], 'windows of the outcome, by every path');
select is(paths('ral.required_assessment', 'visit, assessment, required', 'visit, assessment, effective_from', $$'week 4', 'CD4', true$$,
        $$'week 5', 'CD4', true$$, 'assessment, required'), array['23505 ral.required_assessment required_assessment_pkey', '23514 ral.required_assessment visit_defined'], 'assessments, by every path');
select is(outcome($$delete from ral.visit_definition where visit = 'week 48'$$), '23514 ral.required_assessment visit_defined', 'a visit of which something is said stays');
select is(outcome($$insert into ral.snapshot_window (visit, effective_from, classified) values ('week 24', '2009-01-01', false)$$,
        $s$do 'begin perform 1 / (count(*) - 1)::integer from ral.snapshot_window_period where visit = ''week 24'' and effective_before = ''infinity''; end'$s$), 'accepted', 'an amendment takes a visit out of the outcomes');

-- A criterion that cannot run, or says two things of one candidate
create function criterion(query text) returns text
    language sql return format($f$insert into ral.eligibility_criterion (criterion, position, description, clause, query) values ('new', 9, '', '', %L)$f$, query);
select is(outcome(criterion(query)), expected, query)
from (values
    ($$select site_id, subject_id, true, 'so' from candidate$$, 'accepted'),
    ($$select site_id, subject_id, true, 'so' from candidate union all select site_id, subject_id, true, 'too' from candidate$$, '42P17'),
    ($$select a.site_id, a.subject_id, true, 'so' from candidate as a cross join candidate as b$$, '42P17'),
    ($$select site_id, subject_id, true, drug from candidate join art_history using (site_id, subject_id)$$, '42P17'),
    ($$select site_id, subject_id, length(subject_id) / (length(subject_id) - length(subject_id)) = 1, 'so' from candidate$$, '22012'),
    ($$select site_id, subject_id, drug::integer = 1, drug from candidate join art_history using (site_id, subject_id) where drug = 'AZT'$$, '22P02'),
    ($$select site_id, subject_id, 'x', 'so' from candidate$$, '42883'),
    ($$select site_id, subject_id, true from candidate$$, '42P10'),
    ($$select site_id, subject_id, true, 'so' from candidates$$, '42P01'),
    ($$delete from candidate$$, '42601')) as c (query, expected);
select throws_ok(criterion($$select site_id, subject_id, true, drug from candidate join art_history using (site_id, subject_id)$$), '42P17',
    'criterion "new" gives several verdicts on one candidate', 'the criterion is named');
-- One that says two things later refuses, and says why.
delete from ral.enrolment;
insert into ral.eligibility_criterion (criterion, position, description, clause, query)
    values ('consents', 9, '', '', 'select site_id, subject_id, true, version from candidate join consent using (site_id, subject_id)');
insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '001', '2.0', '2008-01-12');
select results_eq($$select verdict, evidence from eligibility('ral', '001') where criterion = 'consents'$$,
    $$values ('unknown', 'the criterion gives 2 verdicts')$$, 'several verdicts are none');
select is(outcome($$insert into ral.enrolment (site_id, subject_id, enrolled) values ('S1', '001', '2008-02-01')$$), '23514 ral.enrolment eligibility', 'and refuse an enrolment');
select is(problems('select'), 'criterion that cannot run consents', 'study_problems() names it');
delete from ral.eligibility_criterion where criterion = 'consents';
delete from ral.consent where version = '2.0';
select is((select count(*) from eligibility_of('ral', array[row('S1', '001', '2008-02-01'), row('S1', '001', '2008-02-01')]::candidate[])), 5::bigint,
    'a candidate who is given twice is one');

-- Tables that rules can guard
create view ral.seen as select * from ral.site;
create table ral.above (n integer primary key);
create table ral.kid () inherits (ral.above);
create table ral.parted (n integer primary key) partition by list (n);
create table ral.part partition of ral.parted for values in (1);
create table ral.keyless (n integer);
select is(outcome(format('call guard(%L)', "table")), expected, 'guard ' || "table")
from (values ('ral.seen', '42809'), ('ral.kid', '42809'), ('ral.above', '42809'), ('ral.part', '42809'), ('ral.keyless', '42809'), ('ral.parted', 'accepted')) as t ("table", expected);
select is(problems('select'), 'inheritance child ral.kid, no primary key ral.keyless, no primary key ral.kid', 'those that it refuses are listed');
drop view ral.seen;
drop table ral.kid, ral.above, ral.parted, ral.keyless;
create table ral.later (site_id text, subject_id text, n integer primary key);
select is(refusal($$insert into ral.rule (name, table_name, clause, condition) values ('idle', 'later', '', 'n > 1')$$),
    E'table "later" has not the triggers that run rules\nGive it the triggers first: call guard(''ral.later'')', 'a rule that no trigger would run');
select is(outcome($$insert into ral.rule (name, table_name, clause, condition, anchors) values ('idle', 'visit', '', 'exists (select from later where n = 1)', '{later}')$$),
    '55000', 'nor is an anchor without triggers one');
call guard('ral.later');
call guard('ral.later');
select is(outcome($$insert into ral.rule (name, table_name, clause, condition) values ('idle', 'later', '', 'n > 1')$$, 'insert into ral.later values (null, null, 2)'),
    '23514 ral.later idle', 'guard() may be called again');
drop table ral.later;
select is(problems('alter table ral.resistance_algorithm_rule drop constraint resistance_algorithm_rule_pkey'),
    'missing constraint ral.resistance_algorithm_rule', 'the rules of resistance algorithms have a primary key');

-- What cannot be refused is listed.
create function forge() returns trigger language plpgsql as 'begin return new; end';
select is(problems(variadic statements), expected, array_to_string(statements, '; '))
from (values
    (array[$$insert into ral.visit_definition values ($$ || definition('week 36', 7, 253, 211, 294) || ')'], 'visit without Snapshot week 36, visit without assessments week 36'),
    (array[$$insert into ral.visit_definition values ($$ || definition('week 36', 7, 253, 211, 294) || ')',
        $$insert into ral.required_assessment (visit, assessment, required) values ('week 36', 'CD4', false)$$,
        $$insert into ral.snapshot_window (visit, classified) values ('week 36', false)$$], 'none'),
    (array[$$insert into ral.visit_definition values ('run-in', '-infinity', 0, null, null, -1, -80, -50)$$], 'visit without assessments run-in'),
    (array['alter table ral.consent disable trigger enforce_insert'], 'disabled trigger ral.consent'),
    (array['alter table ral.consent enable replica trigger enforce_insert'], 'disabled trigger ral.consent'),
    (array['alter table ral.regimen disable trigger all'], 'disabled trigger ral.regimen'),
    (array['alter table ral.eligibility_criterion disable trigger criteria_changed_insert'], 'disabled trigger ral.eligibility_criterion'),
    (array['alter table ral.rule disable trigger all', 'alter table ral.rule enable trigger all'], 'trigger that misses replicated rows ral.rule'),
    (array['drop trigger rules_arrived on ral.rule'], 'missing trigger ral.rule'),
    (array['drop trigger stamp on ral.visit'], 'missing trigger ral.visit'),
    (array['drop trigger "Lock_subjects_insert" on ral.visit'], 'missing trigger ral.visit'),
    (array['drop trigger enforce_truncate on ral.drug'], 'missing trigger ral.drug'),
    (array['drop trigger enforce_truncate on ral.drug', $$call guard('ral.drug')$$], 'none'),
    (array['drop trigger criteria_changed_update on ral.eligibility_criterion'], 'missing trigger ral.eligibility_criterion'),
    (array['drop trigger complete_viral_load on ral.viral_load_result'], 'missing trigger ral.viral_load_result'),
    (array['drop trigger freeze_eligibility on ral.enrolment'], 'missing trigger ral.enrolment'),
    (array['create trigger stamp_more before insert on ral.visit for each row execute function forge()'], 'trigger behind the stamp ral.visit'),
    (array['create trigger "z z" before update on ral.visit for each row execute function forge()'], 'trigger behind the stamp ral.visit'),
    (array['create trigger "z z" before update on ral.visit for each row execute function forge()', 'alter trigger "z z" on ral.visit rename to "before_z z"'], 'none'),
    (array['create trigger "Stamp" before insert on ral.visit for each row execute function forge()', 'create trigger z after insert on ral.visit for each row execute function forge()',
        'create trigger zd before delete on ral.visit for each row execute function forge()', 'create trigger zs before insert on ral.visit for each statement execute function forge()',
        'create trigger z before insert on ral.change for each row execute function forge()'], 'none'),
    (array['drop trigger refuse_write on ral.seal_leaf'], 'missing trigger ral.seal_leaf'),
    (array['alter table ral.deviation drop constraint deviation_pkey'], 'missing constraint ral.deviation'),
    (array['set local session_replication_role = replica', $$update ral.rule set condition = 'collected > nonsense' where name = 'cd4_method'$$], 'rule that cannot run cd4_method of cd4_result'),
    (array['set local session_replication_role = replica', $$update ral.rule set condition = 'collected >' where name = 'cd4_method'$$],
        'rules that cannot run cd4_result'),
    (array['set local session_replication_role = replica', $$update ral.rule set table_name = 'nowhere' where name = 'cd4_method'$$], 'rules that cannot run ral'),
    (array['set local session_replication_role = replica', 'delete from ral.rule'], 'no rules ral.rule'),
    (array['alter table ral.visit rename column visit_date to held'],
        'context that cannot run asked_complaint, context that cannot run cd4_result, context that cannot run genotype, context that cannot run lab_result, '
        'context that cannot run missing_result, context that cannot run physical_examination, context that cannot run pregnancy_test, context that cannot run visit, context that cannot run vital_signs, '
        'missing column ral.visit, part that cannot be as declared ral._consort_flow, part that cannot be as declared ral._expected_assessment, part that cannot be as declared ral._sdtm_visit, '
        'part that cannot be as declared ral._subject_at_cut, rules that cannot run viral_load_result'),
    (array['set local session_replication_role = replica', $$update ral.rule_context set query = 'select changed.*, null as item from changed, generate_series(1, 2)' where table_name = 'drug'$$,
        $$insert into ral.rule_context values ('drug', 'select changed.*, null as item from changed, generate_series(1, 2)')$$], 'context that cannot run drug'),
    (array['set local session_replication_role = replica', $$update ral.eligibility_criterion set query = 'select site_id, subject_id, 1 / 0 = 1, '''' from candidate' where criterion = 'age'$$],
        'criterion that cannot run age'),
    (array['set local session_replication_role = replica', $$update ral.visit_definition set analysis_last_day = 57 where visit = 'week 4'$$], 'broken rule visit_definition'),
    (array['set local session_replication_role = replica', $$update ral.visit_definition set position = 2$$], 'broken rule visit_definition'),
    (array['set local session_replication_role = replica', $$update ral.snapshot_window set visit = 'week 23' where visit = 'week 24'$$],
        'broken rule snapshot_window, visit without Snapshot week 24'),
    (array[$$call amend_protocol('ral', '2020-01-01', study_drug => 'raltegravir')$$], 'study drug that is unknown raltegravir'),
    (array[$$insert into ral.drug values ('DOR', 'doravirine', 'NNRTI')$$, $$call amend_protocol('ral', '2020-01-01', study_drug => 'DOR')$$], 'none'),
    (array[$$call amend_protocol('ral', '2020-01-01', toxicity_scheme => 'DAIDS 2')$$], 'scheme without grades DAIDS 2')) as p (statements, expected);
select throws_ok($$select * from study_problems('none')$$, '3F000', null, 'of no study');

-- Whose data a criterion shows in its error
create role onlooker;
grant usage on schema ral to onlooker;
grant select on all tables in schema ral to onlooker;
revoke select on ral.genotype from onlooker;
set role onlooker;
select throws_ok($$select * from study_problems('ral')$$, '42501', null, 'the caller must be one who may read what is tried');
reset role;

-- That no row came of a null is never taken for "nothing is wrong", nor a day before all for all days
select throws_ok(format('select * from %s', call), code, null, call)
from (values ('study_problems(null)', '22004'), ('lock_checklist(null)', '22004'),
    ('signatures(null)', '22004'), ('quarantine(null)', '3F000'),
    ('site_status(null)', '3F000'), ('site_status(''none'')', '3F000'), ('study_dataset(null)', '3F000'), ('study_dataset(''none'')', '3F000'),
    ($$entered_here(null, 'S1')$$, '3F000'), ($$entered_here('none', 'S1')$$, '3F000'), ($$entered_here('ral', null)$$, 'P0002'),
    ($$obt_candidates(null, '001')$$, '22004'), ($$obt_candidates('ral', null)$$, '22004'), ($$obt_candidates('ral', '001', null)$$, '22004'),
    ($$eligibility(null, '001')$$, '22004'), ($$eligibility('ral', null)$$, '22004'),
    ($$endpoint_virology('ral', '-infinity')$$, '22008')) as refused (call, code);

-- A session that waited in vain for a lock reads rules again that change later, as any other.
select current_setting('max_prepared_transactions')::integer > 0 as can_prepare \gset
\if :can_prepare
begin;
lock table ral.required_assessment in row exclusive mode;
prepare transaction 'virotrial_writer';
set lock_timeout = '10ms';
select throws_ok('update ral.visit_definition set target_day = target_day', '55P03', null, 'a table that is judged whole is locked first');
reset lock_timeout;
commit prepared 'virotrial_writer';
insert into ral.rule (name, table_name, clause, condition, reason) values ('shut', 'visit_definition', '', 'true', 'visit');
select throws_like('update ral.visit_definition set target_day = target_day', 'rule "shut" of table "visit_definition" is broken by%', 'and what failed is judged by a rule that came then');
\endif

select * from finish();
drop owned by onlooker;
drop role onlooker;
