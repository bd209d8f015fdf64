-- The rules of adverse events: what they accept and refuse, on both sides of
-- each boundary and by every path in; of a partial date only what is certain.
\ir include/study.sql
select no_plan();

-- Partial dates
select is((select (_virotrial.first_possible_day(d), _virotrial.last_possible_day(d))::text), expected, d)
from (values
    ('2008-03-14', '(2008-03-14,2008-03-14)'), ('2008-03', '(2008-03-01,2008-03-31)'), ('2008-02', '(2008-02-01,2008-02-29)'),
    ('2007-02', '(2007-02-01,2007-02-28)'), ('1900-02', '(1900-02-01,1900-02-28)'), ('2000-02', '(2000-02-01,2000-02-29)'),
    ('2008', '(2008-01-01,2008-12-31)'), ('2008-02-29', '(2008-02-29,2008-02-29)')) as p (d, expected);
select throws_ok(format('select _virotrial.first_possible_day(%L)', d), '22007', format('invalid partial date: "%s"', d), d || ' is none')
from unnest(array['', '08', '2008-13', '2008-00', '2008-3', '2008-02-30', '2007-02-29', '2008-02-00', '2008/02/01', '20080201', '0000', '2008-02-1x', '14.3.2008']) as d;

call make_subject('001');
insert into ral.regimen (site_id, subject_id, drug, started, stopped, dose_mg, doses_per_day) values ('S1', '001', 'DRV', '2008-02-01', null, 600, 2);
insert into ral.regimen (site_id, subject_id, drug, started, stopped, dose_mg, doses_per_day) values ('S1', '001', 'RAL', '2008-02-01', null, 400, 2),
    ('S1', '001', 'TDF', '2008-03-10', null, 300, 1);

-- An event as it is entered, with some of it otherwise.
create function pg_temp.event(differently jsonb default '{}') returns text
    language sql
    return (select string_agg(quote_nullable(e.value #>> '{}'), ', ' order by e.position)
        from (select c.name, c.position, coalesce(differently -> c.name, c.value) as value
            from (values (1, 'site_id', '"S1"'::jsonb), (2, 'subject_id', '"001"'), (3, 'event_number', '1'), (4, 'term', '"nausea"'),
                (5, 'complaint', 'null'), (6, 'onset', '"2008-03-10"'), (7, 'ended', 'null'), (8, 'grade', '2'), (9, 'is_serious', 'false'),
                (10, 'results_in_death', 'false'), (11, 'requires_hospitalization', 'false'), (12, 'action_taken', '"DOSE NOT CHANGED"'),
                (13, 'outcome', '"NOT RECOVERED/NOT RESOLVED"'), (14, 'aware_at', 'null'), (15, 'reported_at', 'null'), (16, 'coded_term', 'null'),
                (17, 'dictionary', 'null'), (18, 'dictionary_version', 'null'), (19, 'system_organ_class', 'null')) as c (position, name, value)) as e);
create function pg_temp.event_columns() returns text
    language sql
    return 'site_id, subject_id, event_number, term, complaint, onset, ended, grade, is_serious, results_in_death, requires_hospitalization, '
        'action_taken, outcome, aware_at, reported_at, coded_term, dictionary, dictionary_version, system_organ_class';
create function pg_temp.event_paths(differently jsonb) returns text[]
    language sql
    return paths('ral.adverse_event', pg_temp.event_columns(), 'site_id, subject_id, event_number', pg_temp.event(), pg_temp.event(differently));
create function pg_temp.enter(differently jsonb) returns text
    language sql
    return format('insert into ral.adverse_event (%s) values (%s)', pg_temp.event_columns(), pg_temp.event(differently));

select is(pg_temp.event_paths(differently), array[case when rule is null then 'accepted' else '23514 ral.adverse_event ' || rule end],
    format('%s: %s', coalesce(rule, 'accepted'), differently))
from (values
    ('{}'::jsonb, null),
    -- consent was signed on 10 January 2008
    ('{"onset": "2008-01-09"}', 'consent'), ('{"onset": "2008-01-10"}', null), ('{"onset": "2007-12"}', 'consent'), ('{"onset": "2008-01"}', null),
    ('{"onset": "2007"}', 'consent'), ('{"onset": "2008"}', null),
    -- dates in order
    ('{"onset": "2008-03-10", "ended": "2008-03-09", "outcome": "RECOVERED/RESOLVED"}', 'adverse_event_order'),
    ('{"onset": "2008-03-10", "ended": "2008-03-10", "outcome": "RECOVERED/RESOLVED"}', null),
    ('{"onset": "2008-03-10", "ended": "2008-03", "outcome": "RECOVERED/RESOLVED"}', null),
    ('{"onset": "2008-03-10", "ended": "2008-02", "outcome": "RECOVERED/RESOLVED"}', 'adverse_event_order'),
    ('{"onset": "2008", "ended": "2008-01-15", "outcome": "RECOVERED/RESOLVED"}', null),
    ('{"onset": "2008", "ended": "2007-12-31", "outcome": "RECOVERED/RESOLVED"}', 'adverse_event_order'),
    -- an end, unless it goes on
    ('{"outcome": "RECOVERED/RESOLVED"}', 'adverse_event_end'), ('{"ended": "2008-04"}', 'adverse_event_end'),
    ('{"ended": "2008-04", "outcome": "RECOVERED/RESOLVED WITH SEQUELAE"}', null), ('{"outcome": "UNKNOWN"}', null), ('{"outcome": "RECOVERING/RESOLVING"}', null),
    ('{"outcome": "better", "ended": "2008-04"}', 'adverse_event_outcome_check'), ('{"action_taken": "none"}', 'adverse_event_action_taken_check'),
    ('{"term": " "}', 'adverse_event_term_check'),
    -- grades
    ('{"grade": 0}', 'adverse_event_grade_check'), ('{"grade": 1}', null), ('{"grade": 4}', null), ('{"grade": 6}', 'adverse_event_grade_check'),
    ('{"grade": 5}', 'adverse_event_fatal'), ('{"outcome": "FATAL", "ended": "2008-04-01"}', 'adverse_event_fatal'),
    ('{"results_in_death": true, "is_serious": true, "aware_at": "2008-03-11 08:00+00", "reported_at": "2008-03-11 09:00+00"}', 'adverse_event_fatal'),
    ('{"grade": 5, "outcome": "FATAL", "ended": "2008-04-01", "is_serious": true, "requires_hospitalization": true, "aware_at": "2008-04-01 08:00+00"}', 'adverse_event_fatal'),
    ('{"grade": 5, "outcome": "FATAL", "ended": "2008-04-01", "is_serious": true, "results_in_death": true, "aware_at": "2008-04-01 08:00+00", "reported_at": "2008-04-01 09:00+00"}', 'fatal_event'),
    -- seriousness
    ('{"is_serious": true, "aware_at": "2008-03-11 08:00+00"}', 'adverse_event_serious'), ('{"requires_hospitalization": true}', 'adverse_event_serious'),
    ('{"is_serious": true, "requires_hospitalization": true}', 'adverse_event_awareness'),
    ('{"is_serious": true, "requires_hospitalization": true, "aware_at": "2008-03-11 08:00+00", "reported_at": "2008-03-12 08:00+00"}', null),
    -- times
    ('{"aware_at": "2008-03-11 08:00+00", "reported_at": "2008-03-11 07:59+00"}', 'adverse_event_report_order'),
    ('{"aware_at": "2008-03-11 08:00+00", "reported_at": "2008-03-11 08:00+00"}', null),
    ('{"aware_at": "2008-03-09 10:00+00"}', null), ('{"aware_at": "2008-03-09 09:59+00"}', 'event_report'), ('{"aware_at": "2008-03-10 00:00+14"}', null),
    ('{"onset": "2008-03", "aware_at": "2008-03-01 00:00+00"}', null), ('{"onset": "2008-03", "aware_at": "2008-02-29 09:00+00"}', 'event_report'),
    -- complaints
    ('{"complaint": "nausea"}', null), ('{"complaint": "boredom"}', 'solicited_complaint'),
    -- coding
    ('{"coded_term": "Nausea", "dictionary": "MedDRA", "dictionary_version": "11.0", "system_organ_class": "Gastrointestinal disorders"}', null),
    ('{"coded_term": "Nausea"}', 'adverse_event_coding'), ('{"coded_term": "Nausea", "dictionary": "MedDRA"}', 'adverse_event_coding'),
    ('{"system_organ_class": "Gastrointestinal disorders"}', 'adverse_event_organ_class'),
    -- the study drug is still taken
    ('{"action_taken": "DRUG WITHDRAWN"}', 'drug_withdrawn'), ('{"action_taken": "DRUG INTERRUPTED"}', null)) as e (differently, rule);

-- The future
select is(pg_temp.event_paths(jsonb_build_object('onset', current_date + 1)), array['23514 ral.adverse_event future_date'], 'tomorrow');
select is(pg_temp.event_paths(jsonb_build_object('onset', current_date)), array['accepted'], 'today');
select is(pg_temp.event_paths(jsonb_build_object('onset', to_char(current_date, 'YYYY'))), array['accepted'], 'some day of this year');
select is(pg_temp.event_paths(jsonb_build_object('ended', current_date + 1, 'outcome', 'RECOVERED/RESOLVED')), array['23514 ral.adverse_event future_date'], 'the end');
select is(outcome(pg_temp.enter(jsonb_build_object('aware_at', now() + interval '1 minute'))), '23514 ral.adverse_event event_report', 'awareness');
select is(outcome(pg_temp.enter(jsonb_build_object('aware_at', now()))), 'accepted', 'of now');
select is(outcome(pg_temp.enter('{"onset": "March"}')), '22007', 'no date at all');

-- Consent that is withdrawn
update ral.consent set withdrawn = '2008-06-15';
select is(outcome(pg_temp.enter(jsonb_build_object('onset', onset))), expected, 'consent was withdrawn on 15 June: ' || onset)
from (values ('2008-06-15', 'accepted'), ('2008-06-16', '23514 ral.adverse_event consent'), ('2008-06', 'accepted'), ('2008-07', '23514 ral.adverse_event consent')) as c (onset, expected);
update ral.consent set withdrawn = null;
select is(outcome(pg_temp.enter('{"onset": "2008-06-16"}'), $$update ral.consent set withdrawn = '2008-06-15'$$), '23514 ral.adverse_event consent',
    'nor can it be withdrawn under an event');

-- Complaints of an amendment
insert into ral.solicited_complaint (complaint, effective_from, position) values ('rash', '2008-03-11', 10);
select is(outcome(pg_temp.enter(jsonb_build_object('complaint', 'rash', 'onset', onset))), expected, 'rash is asked for from 11 March on: ' || onset)
from (values ('2008-03-10', '23514 ral.adverse_event solicited_complaint'), ('2008-03-11', 'accepted'), ('2008-03', 'accepted')) as c (onset, expected);
select is(outcome(pg_temp.enter('{"complaint": "nausea"}'), $$delete from ral.solicited_complaint where complaint = 'nausea'$$),
    '23514 ral.adverse_event solicited_complaint', 'a complaint cannot go from the list under its events');

-- Serious events that are reported late
select is((select array_agg(o) from (select outcome(pg_temp.enter(jsonb_build_object('is_serious', true, 'requires_hospitalization', true,
    'aware_at', '2008-03-11 08:00+00', 'reported_at', reported))) as o from unnest(array['2008-03-12 08:00+00', '2008-03-12 08:01+00']) as reported) as late),
    array['accepted', 'accepted'], 'a late report is no reason to refuse the event');
do $$
begin
    execute pg_temp.enter('{"event_number": 1, "is_serious": true, "requires_hospitalization": true, "aware_at": "2008-03-11 08:00+00", "reported_at": "2008-03-12 08:00+00"}');
    execute pg_temp.enter('{"event_number": 2, "is_serious": true, "requires_hospitalization": true, "aware_at": "2008-03-11 08:00+00", "reported_at": "2008-03-12 08:01+00"}');
    execute pg_temp.enter('{"event_number": 3, "is_serious": true, "requires_hospitalization": true, "aware_at": "2008-03-11 08:00+00"}');
    execute pg_temp.enter('{"event_number": 4, "aware_at": "2008-03-11 08:00+00", "reported_at": "2008-03-19 08:00+00"}');
end $$;
select results_eq($$select rule, item, description from ral.deviation order by item$$, $$values
    ('serious_report', '2', 'serious, and reported 24.0 hours after awareness'),
    ('serious_report', '3', 'serious, and not reported within 24 hours of 2008-03-11 08:00:00')$$, 'it is a deviation: 24 hours are not late');
update ral.adverse_event set reported_at = '2008-03-12 07:00+00' where event_number in (2, 3);
select is_empty($$select * from ral.deviation$$, 'which a correction takes away');
update ral.protocol set serious_report_hours = 22;
select results_eq($$select item from ral.deviation order by item$$, $$values ('1'), ('2'), ('3')$$, 'the hours are a parameter of the protocol');
update ral.protocol set serious_report_hours = 24;
select is_empty($$select * from ral.deviation$$, 'both ways');
delete from ral.adverse_event;

-- What is still to be reported. A transaction has one now(): a second decides.
begin;
call amend_protocol('ral', '2009-06-01', serious_report_hours => 72);
create function pg_temp.enter_serious(number integer, ago interval, differently jsonb default '{}') returns text
    language sql
    return pg_temp.enter(jsonb_build_object('event_number', number, 'is_serious', true, 'requires_hospitalization', true, 'aware_at', now() - ago) || differently);
do $$
begin
    execute pg_temp.enter_serious(1, '24 hours');
    execute pg_temp.enter_serious(2, '24 hours 1 second');
    execute pg_temp.enter_serious(3, '23 hours 59 minutes 59 seconds');
    execute pg_temp.enter_serious(4, '48 hours', '{"is_serious": false, "requires_hospitalization": false}');
    execute pg_temp.enter_serious(5, '48 hours', jsonb_build_object('reported_at', now()));
    execute pg_temp.enter_serious(6, '48 hours', '{"onset": "2009-06-01"}');
    execute pg_temp.enter_serious(7, '48 hours', '{"onset": "2009-05-31"}');
    execute pg_temp.enter_serious(8, '71 hours', '{"onset": "2009"}');
end $$;
select results_eq('select event_number, now() - aware_at, report_due - now(), status, hours_left from ral.serious_event_due',
    $$values (7, interval '48 hours', interval '-24 hours', 'overdue', -24.0), (2, '24 hours 1 second', '-1 second', 'overdue', 0.0),
        (1, '24 hours', '0', 'due', 0.0), (3, '23 hours 59 minutes 59 seconds', '1 second', 'due', 0.0),
        (8, '71 hours', '1 hour', 'due', 1.0), (6, '48 hours', '24 hours', 'due', 24.0)$$,
    'serious events without a report, the most overdue first; at the very moment it is in time; 72 hours by the amendment, of 2009 by its last day');
select set_eq('select event_number::text from ral.serious_event_due where status = ''overdue''',
    $$select item from ral.deviation join ral.adverse_event as event using (site_id, subject_id) where rule = 'serious_report' and item = event.event_number::text and reported_at is null$$,
    'what is overdue is a deviation, and nothing else without a report is one');
set local virotrial.data_cut = '2008-06-30';
select is((select count(*) from ral.serious_event_due), 6::bigint, 'a data cut hides nothing that must be done');
update ral.protocol set needs_approval = true where effective_from = '2009-06-01';
select results_eq('select event_number, hours_left from ral.serious_event_due where event_number in (6, 8)', $$values (8, -47.0), (6, -24.0)$$,
    'at a site that has not approved the amendment the earlier hours count');
insert into ral.protocol_approval (site_id, effective_from, approved) values ('S1', '2009-06-01', '2009-07-01');
select results_eq('select event_number, hours_left from ral.serious_event_due where event_number in (6, 8)', $$values (6, -24.0), (8, 1.0)$$,
    'from its approval on, those of the amendment');
update ral.adverse_event set reported_at = now() where event_number <> 1;
select results_eq('select event_number from ral.serious_event_due', array[1], 'what is reported, be it late, leaves the list');
-- A study whose owner took the constraint away
alter table ral.adverse_event drop constraint adverse_event_awareness;
update ral.adverse_event set aware_at = null, reported_at = null where event_number in (4, 6);
select results_eq('select event_number, report_due, status, hours_left from ral.serious_event_due where event_number <> 1',
    $$values (6, null::timestamptz, 'unknown', null::numeric)$$, 'without the time of awareness nobody knows that it is in time');
rollback;

-- Death: the disposition first, then the event
select is(outcome($$insert into ral.disposition (site_id, subject_id, ended, outcome, reason) values ('S1', '001', '2008-04-01', 'discontinued', 'adverse event')$$,
    pg_temp.enter('{"grade": 5, "outcome": "FATAL", "ended": "2008-04-01", "is_serious": true, "results_in_death": true, "aware_at": "2008-04-01 08:00+00"}')),
    '23514 ral.adverse_event fatal_event', 'another disposition is none');
insert into ral.disposition (site_id, subject_id, ended, outcome, reason) values ('S1', '001', '2008-04-01', 'discontinued', 'death');
-- Nothing after death; a partial date is refused if it is on every day.
select is(outcome(pg_temp.enter(jsonb_build_object('onset', onset, 'aware_at', null, 'reported_at', null))), expected, 'died on 1 April, an event of ' || onset)
from (values ('2008-04-01', 'accepted'), ('2008-04', 'accepted'), ('2008-04-02', '23514 ral.adverse_event lifetime'), ('2008-05', '23514 ral.adverse_event lifetime')) as o (onset, expected);
select results_eq($$select rule, item, description from ral.deviation$$,
    $$values ('death_without_event', '', 'died on 2008-04-01, and no fatal adverse event is on record')$$, 'a death without its event is listed');
do $$ begin execute pg_temp.enter('{"grade": 5, "outcome": "FATAL", "ended": "2008-04-01", "is_serious": true, "results_in_death": true, "aware_at": "2008-04-01 08:00+00", "reported_at": "2008-04-01 09:00+00"}'); end $$;
select is_empty($$select * from ral.deviation$$, 'until that comes in');
select is(outcome(statement), '23514 ral.adverse_event fatal_event', statement)
from unnest(array[$$update ral.disposition set reason = 'adverse event'$$, $$delete from ral.disposition$$]) as statement;
update ral.adverse_event set grade = 4, outcome = 'NOT RECOVERED/NOT RESOLVED', ended = null, results_in_death = false, requires_hospitalization = true;
select results_eq($$select rule from ral.deviation$$, $$values ('death_without_event')$$, 'an event that was not fatal after all leaves the death without one');
select is(outcome($$delete from ral.disposition$$), 'accepted', 'which can be taken back then');
delete from ral.disposition;
select is_empty($$select * from ral.deviation$$, 'with its deviation');
delete from ral.adverse_event;

-- Withdrawal of the study drug: the end of exposure first
update ral.regimen set stopped = '2008-03-12' where drug = 'RAL';
select is(pg_temp.event_paths(jsonb_build_object('action_taken', 'DRUG WITHDRAWN', 'onset', onset)),
    array[case when rule is null then 'accepted' else '23514 ral.adverse_event ' || rule end], 'stopped on 12 March: ' || onset)
from (values ('2008-03-11', null), ('2008-03-12', null), ('2008-03-13', 'drug_withdrawn'), ('2008-03', null), ('2008-04', 'drug_withdrawn')) as w (onset, rule);
do $$ begin execute pg_temp.enter('{"action_taken": "DRUG WITHDRAWN"}'); end $$;
select is(outcome(statement), '23514 ral.adverse_event drug_withdrawn', statement)
from unnest(array[$$update ral.regimen set stopped = null where drug = 'RAL'$$, $$update ral.regimen set stopped = '2008-03-09' where drug = 'RAL'$$,
    $$delete from ral.regimen where drug = 'RAL'$$,
    $$insert into ral.regimen (site_id, subject_id, drug, started, dose_mg, doses_per_day) values ('S1', '001', 'RAL', '2008-04-01', 400, 2)$$]) as statement;
select is(outcome($$insert into ral.regimen (site_id, subject_id, drug, started, stopped, dose_mg, doses_per_day) values ('S1', '001', 'RAL', '2008-04-01', '2008-04-05', 400, 2)$$),
    'accepted', 'a rechallenge that has ended');
call make_subject('002');
select is(outcome(pg_temp.enter('{"subject_id": "002", "action_taken": "DRUG WITHDRAWN"}')), '23514 ral.adverse_event drug_withdrawn', 'a drug that was never taken');

-- Relatedness
select is(
    paths('ral.adverse_event_relatedness', 'site_id, subject_id, event_number, drug, relatedness', 'site_id, subject_id, event_number, drug',
        format('%L, %L, 1, %L, %L', 'S1', '001', drug, 'not related'), format('%L, %L, 1, %L, %L', 'S1', '001', drug, relatedness)) @> array[expected], true,
    format('%s to %s: %s', relatedness, drug, expected))
from (values ('RAL', 'related', 'accepted'), ('DRV', 'possibly related', 'accepted'), ('RAL', 'caused', '23503 ral.adverse_event_relatedness adverse_event_relatedness_relatedness_fkey'),
    ('EFV', 'not related', '23514 ral.adverse_event_relatedness relatedness_drug'), ('TDF', 'related', 'accepted')) as r (drug, relatedness, expected);
select results_eq($$select event_number, drug from ral.missing_relatedness order by drug$$, $$values (1, 'DRV'), (1, 'RAL'), (1, 'TDF')$$, 'who has not been judged is listed');
insert into ral.adverse_event_relatedness (site_id, subject_id, event_number, drug, relatedness) values ('S1', '001', 1, 'RAL', 'related'), ('S1', '001', 1, 'TDF', 'related');
select results_eq($$select event_number, drug from ral.missing_relatedness$$, $$values (1, 'DRV')$$, 'until judged');
select is(outcome($$update ral.adverse_event set onset = '2008-03-09'$$), '23514 ral.adverse_event_relatedness relatedness_drug', 'a drug of 10 March caused nothing on the 9th');
select is(outcome($$update ral.adverse_event set onset = '2008-03'$$), 'accepted', 'but perhaps something in March');
select is(outcome($$update ral.adverse_event_relatedness set relatedness = 'not related' where drug = 'TDF'$$, $$update ral.adverse_event set onset = '2008-03-09'$$), 'accepted', 'or nothing');
select is(outcome($$delete from ral.regimen where drug = 'TDF'$$), '23514 ral.adverse_event_relatedness relatedness_drug', 'a drug cannot go from under its judgement');
select is(outcome($$delete from ral.adverse_event$$), '23503 ral.adverse_event_relatedness adverse_event_relatedness_site_id_subject_id_event_number_fkey', 'nor an event');

-- What a statement brings in stands or falls together.
select throws_ok(pg_temp.enter('{"event_number": 8, "onset": "2007-01-01"}') || ', (' || pg_temp.event('{"event_number": 9}') || '), (' || pg_temp.event('{"event_number": 10, "onset": "2007"}') || ')',
    '23514', 'rule "consent" of table "adverse_event" is broken by 2 rows', 'the message names the rule and the count');
select results_eq($$select event_number::integer from ral.adverse_event$$, $$values (1)$$, 'a refused statement leaves nothing behind');
select is_empty($$select * from violations('ral')$$, 'nothing in the study breaks a rule');
set session_replication_role = replica;
update ral.regimen set stopped = null where drug = 'RAL';
update ral.adverse_event set is_serious = true, requires_hospitalization = true, aware_at = '2008-03-11 08:00+00', reported_at = '2008-03-19 08:00+00';
set session_replication_role = origin;
select set_eq($$select rule, table_name, item from violations('ral')$$,
    $$values ('drug_withdrawn', 'adverse_event', '1'), ('serious_report', 'adverse_event', '1')$$, 'what came in past the rules is found');
select * from finish();
