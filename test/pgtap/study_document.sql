-- The protocol as a document: round trip, and the place of what is wrong with it
set client_min_messages = warning;
call create_study('ral');
select no_plan();

select is((select count(*) from _virotrial.shipped_protocol() where name = 'raltegravir-pilot'), 1::bigint,
    'the pilot is a document');
select is(protocol_document('ral'), (select document from _virotrial.shipped_protocol() where name = 'raltegravir-pilot'),
    'a study of it writes it back');
select is_empty($$select problem from study_problems('ral')$$, 'and has no problems');
select is(obj_description('ral'::regnamespace), 'virotrial study, protocol raltegravir-pilot', 'its schema says so');

-- Amended, added to and changed, it makes the same study again.
set virotrial.reason = 'configuration';
call amend_protocol('ral', '2009-06-01', minimum_age => 20);
update ral.protocol set fully_active_level = null where effective_from = '-infinity';
update ral.rule set active = false where name = 'future_date' and table_name = 'visit';
insert into ral.drug values ('BIC', 'bictegravir', 'INSTI');
create table document as select protocol_document('ral') as document;
select is((select document #> '{protocol,0,fully_active_level}' from document), 'null', 'a null is written where it is not the default');
select is((select document -> 'drug' from document), '[{"drug": "BIC", "name": "bictegravir", "class": "INSTI"}]', 'of drugs what is new');
select is((select jsonb_array_length(document -> 'rule') from document), 1, 'of rules what is changed');
select throws_ok(format('call create_study(%L, %L)', 'copy', document), '42501', 'the protocol document is wrong at /eligibility_criterion',
    'SQL of a document is not run as a superuser') from document;
create role document_owner;
do $$ begin execute format('grant create on database %I to document_owner', current_database()); end; $$;
grant usage, create on schema public to document_owner;
grant select on document to document_owner;
set role document_owner;
select lives_ok(format('call create_study(%L, %L)', 'copy', document), 'but as another role') from document;
reset role;
select is(protocol_document('copy'), document, 'it is written back') from document;
select is((select count(*) from copy.rule where not active), 1::bigint, 'a rule that is not active is not');
select is((select count(*) from copy.rule), (select count(*) from ral.rule), 'and there once');

-- Each fault is told with its place.
create function place_of(patch jsonb) returns text
    language plpgsql
as $$
declare
    more text;
begin
    call _virotrial.enter_document('ral', patch);
    return 'accepted';
exception when others then
    get stacked diagnostics more = pg_exception_detail;
    return format('%s %s: %s', sqlstate, replace(sqlerrm, 'the protocol document is wrong at ', ''), more);
end;
$$;
create function week(visit text, changes jsonb) returns jsonb
    language sql
    return jsonb_build_object('visit_definition', jsonb_build_array('{"visit": "week 4", "position": 2}'::jsonb, '{"visit": "week 96", "position": 7,
        "target_day": 673, "window_first_day": 645, "window_last_day": 701, "analysis_first_day": 631, "analysis_last_day": 714}'::jsonb
        || jsonb_build_object('visit', visit) || changes));
select is(place_of(week(visit, patch::jsonb)), wanted, patch)
from (values
    ('week 96', '{"window_first_day": 0}', '23514 /visit_definition/1/window_first_day: It does not meet CHECK ((((window_first_day)::numeric <> (0)::numeric) AND (((window_first_day)::numeric >= (''-36525''::integer)::numeric) AND ((window_first_day)::numeric <= (36525)::numeric)))).'),
    ('week 24', '{"window_first_day": 702}', '23514 /visit_definition/1: It does not meet CHECK (((window_first_day)::numeric <= (window_last_day)::numeric)).'),
    ('week 96', '{"window_first_day": "645"}', '22023 /visit_definition/1/window_first_day: It is of type string, and must be of type number.'),
    ('week 96', '{"window_first_day": 645.5}', '23514 /visit_definition/1/window_first_day: value for domain public.whole_number violates check constraint "whole_number_is_not_rounded"'),
    ('week 96', '{"window_start": 645}', '22023 /visit_definition/1/window_start: There is no such key.'),
    ('week 96', '{"entered_by": "me"}', '22023 /visit_definition/1/entered_by: There is no such key.'),
    ('week 96', '{"window_last_day": null}', '23502 /visit_definition/1/window_last_day: It is missing.'),
    ('week 96', '{"effective_from": "2020-02-30"}', '22008 /visit_definition/1/effective_from: date/time field value out of range: "2020-02-30"'),
    ('week 96', '{"position": 2}', '23514 /visit_definition/1: rule "visit_position" of table "visit_definition" is broken by 1 row. week 4 from -infinity: has position 2, as has week 96 from -infinity.'),
    ('week 96', '{"visit": "unscheduled 1"}', '23514 /visit_definition/1/visit: It does not meet CHECK ((visit !~ ''^unscheduled''::text)).'),
    ('week 96', '{}', 'accepted')) as fault (visit, patch, wanted);
select is(place_of(patch::jsonb), wanted, patch)
from (values
    ('{"visits": []}', '22023 /visits: There is no such key.'),
    ('{"pooled_login": []}', '22023 /pooled_login: There is no such key.'),
    ('{"subject": []}', '22023 /subject: There is no such key.'),
    ('{"drug": {"drug": "BIC"}}', '22023 /drug: It is of type object, and must be an array of rows.'),
    ('{"drug": ["BIC"]}', '22023 /drug/0: It is of type string, and must be an object: a row, with the columns as its keys.'),
    ('{"drug": [{"drug": "XXX", "class": "INSTI"}]}', '23502 /drug/0/name: It is missing.'),
    ('{"drug": [{"drug": "XXX", "name": ["x", 1], "class": "INSTI"}]}',
        '22023 /drug/0/name: It is of type array, and must be of type string, or an array of the lines of a text.'),
    ('{"drug": [{"drug": "RAL", "class": "RAL"}]}', '23514 /drug/0/class: It does not meet CHECK ((class = ANY (ARRAY[''NRTI''::text, ''NNRTI''::text, ''PI''::text, ''INSTI''::text, ''entry inhibitor''::text, ''capsid inhibitor''::text, ''booster''::text]))).'),
    ('{"drug": [{"drug": "A", "name": "a", "class": "PI"}, {"drug": "A", "name": "a", "class": "PI"}]}',
        '23505 /drug: duplicate key value violates unique constraint "drug_pkey"'),
    ('{"listed_intolerance": [{"drug": "XXX", "reaction": "x"}]}',
        '23503 /listed_intolerance/0/drug: insert or update on table "listed_intolerance" violates foreign key constraint "listed_intolerance_drug_fkey". Key (drug)=(XXX) is not present in table "drug".'),
    ('{"required_assessment": [{"visit": "week 4", "assessment": "CD4"}, {"visit": "week 7", "assessment": "CD4"}]}',
        '23514 /required_assessment/1: rule "visit_defined" of table "required_assessment" is broken by 1 row. week 7, CD4: "week 7" is not a visit of the study.'),
    ('{"eligibility_criterion": [{"criterion": "age", "query": "selec 1"}]}', '42601 /eligibility_criterion/0: syntax error at or near "selec"'),
    ('{"rule": [{"name": "x", "table_name": "visit", "clause": "x", "condition": "visit = lower(visits)"}]}',
        '42703 /rule/0: column "visits" does not exist')) as fault (patch, wanted);
select throws_ok(format('call create_study(%L, %L)', 'other', text), code, message, message)
from (values
    ('nowhere', '22023', 'there is no protocol "nowhere"'),
    ('{"protocol"', '22P02', 'invalid input syntax for type json'),
    ('[]', '22023', 'the protocol document is wrong at /'),
    ('{}', '22023', 'the protocol document is wrong at /protocol'),
    ('{"protocol": [{}], "protocol": [{}]}', '22023', 'the protocol document is wrong at /protocol')) as fault (text, code, message);
select throws_ok($$select protocol_document('nowhere')$$, '3F000', 'there is no study "nowhere"', 'the document of no study');

drop schema copy cascade;
drop owned by document_owner;
drop role document_owner;

-- A table of one's own, without a history
create table ral.note (note text primary key);
select ok(not protocol_document('ral') ? 'note', 'a table of the owner is no part of the document');
select * from finish();
