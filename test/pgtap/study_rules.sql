-- The rules of visits and measurements: what they accept and refuse, on both
-- sides of each boundary and by every path in.
\ir include/study.sql
select no_plan();

call make_subject('001');

-- Windows: week, first and last day; study day 1 is 1 February 2008.
create temporary table window_day as
    select visit, day, accepted
    from (values ('week 4', 22, 36), ('week 12', 71, 99), ('week 24', 148, 190), ('week 48', 309, 365)) as w (visit, first, last)
    cross join lateral (values (first - 1, false), (first, true), (last, true), (last + 1, false)) as d (day, accepted)
    union all values ('screening', -43, false), ('screening', -42, true), ('screening', -1, true), ('screening', 1, false);
update ral.consent set signed = '2007-12-01';
select is(
    paths('ral.visit', 'site_id, subject_id, visit, visit_date', 'site_id, subject_id, visit',
        format('%L, %L, %L, %L', 'S1', '001', visit, case visit when 'screening' then '2008-01-20'::date else '2008-02-01'::date + (select target_day::integer - 1 from ral.visit_definition d where d.visit = window_day.visit) end),
        format('%L, %L, %L, %L', 'S1', '001', visit, date '2008-02-01' + case when day > 0 then day - 1 else day end)),
    case when accepted then array['accepted'] else array['23514 ral.visit visit_window'] end,
    format('%s on day %s is %s', visit, day, case when accepted then 'accepted' else 'refused' end))
from window_day where visit <> 'screening';
delete from ral.viral_load_result where visit = 'screening';
delete from ral.visit;
select is(
    paths('ral.visit', 'site_id, subject_id, visit, visit_date', 'site_id, subject_id, visit',
        $$'S1', '001', 'screening', '2008-01-20'$$,
        format('%L, %L, %L, %L', 'S1', '001', visit, date '2008-02-01' + case when day > 0 then day - 1 else day end)),
    case when accepted then array['accepted'] else array['23514 ral.visit visit_window'] end,
    format('%s on day %s is %s', visit, day, case when accepted then 'accepted' else 'refused' end))
from window_day where visit = 'screening';
update ral.consent set signed = '2008-01-10';

-- Visits
select is(outcome($$insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'week 5', '2008-03-01')$$),
    '23514 ral.visit visit_defined', 'a visit that the protocol does not have');
select is(outcome($$insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'unscheduled 1', '2008-03-01')$$),
    'accepted', 'an unscheduled visit');
select is(outcome($$insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'week 4', '2008-03-01'), ('S1', '001', 'week 4', '2008-03-02')$$),
    '23505 ral.visit visit_pkey', 'a second visit of a kind');
select is(paths('ral.visit', 'site_id, subject_id, visit, visit_date', 'site_id, subject_id, visit',
        $$'S1', '001', 'unscheduled 1', '2008-03-01'$$, format('%L, %L, %L, %L', 'S1', '001', 'unscheduled 1', current_date + 1)),
    array['23514 ral.visit future_date'], 'tomorrow is refused');
select is(outcome(format('insert into ral.visit (site_id, subject_id, visit, visit_date) values (%L, %L, %L, %L)', 'S1', '001', 'unscheduled 1', current_date)),
    'accepted', 'today is not');
select throws_ok($$insert into ral.visit (site_id, subject_id, visit, visit_date)
        values ('S1', '001', 'week 4', '2008-03-31'), ('S1', '001', 'week 12', '2008-03-31'), ('S1', '001', 'week 24', '2008-07-20')$$,
    '23514', 'rule "visit_window" of table "visit" is broken by 2 rows', 'the message names the rule and the count');
select is_empty($$select * from ral.visit$$, 'a refused statement leaves nothing behind');

-- A visit outside its window with a reason is kept, and a deviation beside it.
insert into ral.visit (site_id, subject_id, visit, visit_date, deviation_reason) values ('S1', '001', 'week 4', '2008-03-31', 'flood');
select results_eq($$select rule, item, description from ral.deviation$$,
    $$values ('visit_out_of_window', 'week 4', 'held on day 60, outside its window of days 22 to 36: flood')$$, 'the deviation');
select is(outcome($$update ral.visit set deviation_reason = null where visit = 'week 4'$$), '23514 ral.visit visit_window',
    'the reason cannot be taken away');
update ral.visit set visit_date = '2008-03-01', deviation_reason = null where visit = 'week 4';
select is_empty($$select * from ral.deviation$$, 'a corrected visit deviates no longer');
select is(outcome($$insert into ral.visit (site_id, subject_id, visit, visit_date, deviation_reason) values ('S1', '001', 'week 12', '2008-03-31', ' ')$$),
    '23514 ral.visit visit_deviation_reason_check', 'a blank is no reason');

-- Consent
select is(
    paths('ral.visit', 'site_id, subject_id, visit, visit_date', 'site_id, subject_id, visit', $$'S1', '001', 'unscheduled 1', '2008-03-01'$$,
        format('%L, %L, %L, %L', 'S1', '001', 'unscheduled 1', day)),
    array[case when day < '2008-01-10' then '23514 ral.visit consent' else 'accepted' end], 'consent was signed on 10 January: ' || day)
from unnest(array['2008-01-09', '2008-01-10']::date[]) as day;
select is(outcome($$update ral.consent set withdrawn = '2008-02-29'$$), '23514 ral.visit consent', 'consent cannot end before a visit');
select is(outcome($$update ral.consent set withdrawn = '2008-03-01'$$), 'accepted', 'but on its day');
select is(outcome($$delete from ral.consent$$), '23514 ral.visit consent', 'nor be deleted');
select is(outcome($$truncate ral.consent$$), '55000 ral.consent', 'nor truncated');
update ral.consent set withdrawn = '2008-03-01';
select is(
    outcome(format('insert into ral.visit (site_id, subject_id, visit, visit_date) values (%L, %L, %L, %L)', 'S1', '001', 'unscheduled 1', day)),
    case when day > '2008-03-01' then '23514 ral.visit consent' else 'accepted' end, 'consent was withdrawn on 1 March: ' || day)
from unnest(array['2008-03-01', '2008-03-02']::date[]) as day;
select is(outcome($$insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '001', '0.9', '2008-01-09')$$),
    '23514 ral.consent consent_withdrawal', 'a withdrawal ends every consent that was signed before it');
select is(outcome($$insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '001', '2.0', '2008-03-10')$$),
    'accepted', 'a subject may consent again');
update ral.consent set withdrawn = null;

-- Measurements
select is(
    paths('ral.viral_load_result', 'site_id, subject_id, collected, replicate, visit, assay, viral_load', 'site_id, subject_id, collected, replicate',
        $$'S1', '001', '2008-03-01', 1, 'week 4', 'Quantiplex 3.0', '1234'$$,
        format('%L, %L, %L, 1, %L, %L, %L', 'S1', '001', '2008-03-01', 'week 4', assay, viral_load)),
    array[case when accepted then 'accepted' else '23514 ral.viral_load_result assay_limits' end], format('%s by %s', viral_load, assay))
from (values
    ('Quantiplex 3.0', '50', true), ('Quantiplex 3.0', '49.9', false), ('Quantiplex 3.0', '<50', true), ('Quantiplex 3.0', '<51', false),
    ('Quantiplex 3.0', 'TND', true), ('Quantiplex 3.0', 'TND<50', true), ('Quantiplex 3.0', 'TND<20', false),
    ('Quantiplex 3.0', '500000', true), ('Quantiplex 3.0', '500001', false), ('Quantiplex 3.0', '>500000', true), ('Quantiplex 3.0', '>750000', false),
    ('Amplicor', '<50', false), ('Amplicor', '<400', true), ('an assay of its own', '1000', false)) as r (assay, viral_load, accepted);
select is(
    paths('ral.viral_load_result', 'site_id, subject_id, collected, replicate, visit, assay, viral_load', 'site_id, subject_id, collected, replicate',
        $$'S1', '001', '2008-03-02', 1, null, 'Quantiplex 3.0', '1234'$$, $$'S1', '001', '2008-03-02', 1, 'week 4', 'Quantiplex 3.0', '1234'$$),
    array['23514 ral.viral_load_result result_visit'], 'a result is of its visit''s day');
insert into ral.viral_load_result (site_id, subject_id, collected, visit, assay, viral_load, entered_by, entered_at)
    values ('S1', '001', '2008-03-01', 'week 4', 'Quantiplex 3.0', 'TND', 'somebody', '1999-01-01');
select results_eq($$select viral_load::text, entered_by, entered_at > '2000-01-01' from ral.viral_load_result where visit = 'week 4'$$,
    format('values (%L, %L, true)', 'TND<50', session_user), 'TND gets its assay''s limit, and who entered it is not what the client says');
select is(outcome($$update ral.visit set visit_date = '2008-03-02' where visit = 'week 4'$$), '23514 ral.viral_load_result result_visit',
    'a visit cannot move away from its results');
select is(outcome($$update ral.assay set lower_limit = 40 where assay = 'Quantiplex 3.0'$$), '23514 ral.viral_load_result assay_limits',
    'an assay''s limits cannot change under its results');
select is(outcome($$insert into ral.assay (assay, effective_from, method, lower_limit, upper_limit) values ('Quantiplex 3.0', '2008-03-02', 'bDNA', 40, 500000)$$),
    'accepted', 'but from a later date on');

-- A change of assay is kept, and flagged.
insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'week 12', '2008-04-25');
insert into ral.viral_load_result (site_id, subject_id, collected, visit, assay, viral_load) values ('S1', '001', '2008-04-25', 'week 12', 'Amplicor', '<400');
select results_eq($$select rule, item from ral.deviation$$, $$values ('assay_change', '2008-04-25')$$, 'another assay than at baseline');
update ral.viral_load_result set assay = 'Quantiplex 3.0', viral_load = '<50' where visit = 'week 12';
select is_empty($$select * from ral.deviation$$, 'the same assay after all');
insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load) values ('S1', '001', '2008-01-31', 'Amplicor', '20000');
select results_eq($$select rule, item from ral.deviation order by item$$, $$values ('assay_change', '2008-03-01'), ('assay_change', '2008-04-25')$$,
    'a baseline that comes in late');

-- A client that writes dates otherwise finds the same rows.
set datestyle = 'German, DMY';
select is_empty($$select * from violations('ral')$$, 'a deviation is on record in every style of dates');
update ral.viral_load_result set entered_by = null where visit = 'week 12';
select is((select string_agg(item, ' ' order by item) from ral.deviation), '2008-03-01 2008-04-25', 'and is recorded alike in every style');
delete from ral.viral_load_result where visit = 'week 12';
select is((select string_agg(item, ' ' order by item) from ral.deviation), '2008-03-01', 'and ends in every style');
reset datestyle;

-- CD4
select is(
    outcome(format('insert into ral.cd4_result (site_id, subject_id, collected, visit, method, cd4_count) values (%L, %L, %L, %L, %L, %s)',
        'S1', '001', '2008-03-01', 'week 4', method, count)), expected, format('%s by %s', count, method))
from (values
    ('flow cytometry', 0, 'accepted'), ('flow cytometry', 3000, 'accepted'), ('flow cytometry', 3001, '23514 ral.cd4_result cd4_count_range'),
    ('flow cytometry', -1, '23514 ral.cd4_result cd4_count_range'), ('manual', 300, '23514 ral.cd4_result cd4_method')) as c (method, count, expected);

-- Anchors
select throws_ok($$update ral.enrolment set first_dose = '2008-02-20'$$, '23514', 'rule "visit_window" of table "visit" would be broken in 2 rows',
    'the first dose cannot move away from the visits');
select is(outcome($$update ral.enrolment set first_dose = null$$), '23514 ral.visit first_dose', 'nor go');
select is(outcome($$update ral.visit_definition set window_last_day = 29 where visit = 'week 4'$$), '23514 ral.visit visit_window',
    'a window cannot shrink below its visits');
select is(outcome($$insert into ral.visit_definition values ('week 4', '2008-03-02', 2, 29, 25, 33, 2, 56)$$), 'accepted',
    'but from a later date on');
insert into ral.visit_definition values ('week 4', '2008-03-02', 2, 29, 25, 29, 2, 56);
call make_subject('002');
select is(outcome($$insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '002', 'week 4', '2008-03-02')$$),
    '23514 ral.visit visit_window', 'an amendment applies from its date on');
select is(outcome($$insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '002', 'week 4', '2008-03-01')$$),
    'accepted', 'and not before');
select results_eq($$select effective_before from ral.visit_definition_period where visit = 'week 4' and effective_from = '-infinity'$$,
    $$values ('2008-03-02'::date)$$, 'the old row stays readable');

select is_empty($$select * from violations('ral')$$, 'nothing in the study breaks a rule');
set session_replication_role = replica;
update ral.visit set visit_date = '2008-03-30' where subject_id = '001' and visit = 'week 4';
set session_replication_role = origin;
select set_eq($$select rule, table_name, item from violations('ral')$$,
    $$values ('visit_window', 'visit', 'week 4'), ('result_visit', 'viral_load_result', '2008-03-01')$$, 'what came in past the rules is found');
update ral.visit set visit_date = '2008-03-01' where subject_id = '001' and visit = 'week 4';

-- A rule of one's own, at once; and a study's rules are not another's.
insert into ral.rule (name, table_name, clause, query)
values ('cd4_fall', 'cd4_result', 'data management plan', 'select site_id, subject_id, collected::text, ''below 10'' from changed where cd4_count < 10');
select is(outcome($$insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2008-01-02', 9)$$),
    '23514 ral.cd4_result cd4_fall', 'a rule of one''s own');
update ral.rule set query = null, condition = 'cd4_count < 10' where name = 'cd4_fall';
select throws_matching($$insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2008-01-02', 9)$$,
    'rule "cd4_fall" of table "cd4_result" is broken by 1 row', 'as a condition of one line');
update ral.rule set condition = 'cd4_count < 9' where name = 'cd4_fall';
select is(outcome($$insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2008-01-02', 9)$$), 'accepted', 'changed');
update ral.rule set condition = 'cd4_count < 10', active = false where name = 'cd4_fall';
select is(outcome($$insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2008-01-02', 9)$$),
    'accepted', 'retired');

-- What the error shows.
create function detail_of(statement text) returns text
    language plpgsql
as $$
declare
    detail text;
begin
    execute statement;
    return 'accepted';
exception when check_violation then
    get stacked diagnostics detail = pg_exception_detail;
    return detail;
end;
$$;
update ral.rule set active = true where name = 'cd4_fall';
\set cd4_of_9 'insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values (''S1'', ''001'', ''2008-01-02'', 9)'
select is(detail_of(:'cd4_of_9'), 'Site S1, subject 001, 2008-01-02: cd4_count < 10.', 'without an item and a reason: those of the context and the condition');
update ral.rule set item = $$'counted ' || collected$$ where name = 'cd4_fall';
select is(detail_of(:'cd4_of_9'), 'Site S1, subject 001, counted 2008-01-02: cd4_count < 10.', 'with an item of its own');
update ral.rule set reason = $$format('%s is below 10', cd4_count)$$ where name = 'cd4_fall';
select is(detail_of(:'cd4_of_9'), 'Site S1, subject 001, counted 2008-01-02: 9 is below 10.', 'with both');
update ral.rule set item = 'null', reason = 'null' where name = 'cd4_fall';
select is(detail_of(:'cd4_of_9'), 'Site S1, subject 001.', 'with nulls');
insert into ral.rule (name, table_name, clause, condition) values ('site_name', 'site', '', $$name = 'Third'$$);
select ok(not exists (select from ral.rule_context where table_name = 'site'), 'sites have no context');
select is(detail_of($$insert into ral.site (site_id, name) values ('S3', 'Third')$$), $$Site S3: name = 'Third'.$$, 'a rule on a table without one');
update ral.rule set active = false where name = 'site_name';

-- A condition that cannot be known.
update ral.rule set condition = 'cd4_count < case when replicate = 1 then 10 end', item = null, reason = null where name = 'cd4_fall';
\set cd4_unknown 'insert into ral.cd4_result (site_id, subject_id, collected, replicate, cd4_count) values (''S1'', ''001'', ''2008-01-02'', 2, 9)'
select is(outcome(:'cd4_of_9'), '23514 ral.cd4_result cd4_fall', 'a condition that is true refuses');
select is(outcome(:'cd4_unknown'), 'accepted', 'one that is null does not');
update ral.rule set unknown_refuses = true where name = 'cd4_fall';
select is(outcome(:'cd4_unknown'), '23514 ral.cd4_result cd4_fall', 'unless the unknown refuses');
select is(outcome(replace(:'cd4_of_9', '9)', '10)')), 'accepted', 'one that is false never does');

-- What a condition begins with: it is judged where both are true.
update ral.rule set unknown_refuses = false, only_if = 'replicate = 2', condition = 'cd4_count < 10' where name = 'cd4_fall';
select is(outcome(:'cd4_of_9'), 'accepted', 'only_if that is false');
select is(outcome(:'cd4_unknown'), '23514 ral.cd4_result cd4_fall', 'only_if that is true');
select is(detail_of(:'cd4_unknown'), 'Site S1, subject 001, 2008-01-02: cd4_count < 10.', 'the reason is the condition');
select is(outcome(replace(:'cd4_unknown', '9)', '10)')), 'accepted', 'and the condition false');
update ral.rule set only_if = 'case when replicate = 1 then true end', condition = '1 / (replicate - 2) < 0' where name = 'cd4_fall';
select is(outcome(:'cd4_unknown'), 'accepted', 'only_if that is null: the condition is not looked at');
select is(outcome(:'cd4_of_9'), '23514 ral.cd4_result cd4_fall', 'which has an answer for others');
select throws_ok($$update ral.rule set only_if = 'exists (select from regimen)' where name = 'cd4_fall'$$, '42P17',
    'rule "cd4_fall" of table "cd4_result" relies on table "regimen", and does not name it', 'what only_if reads is named');
select throws_ok($$update ral.rule set only_if = 'true) or (true' where name = 'cd4_fall'$$, '42601', null, 'only_if is one expression');
update ral.rule set active = false, only_if = null where name = 'cd4_fall';

-- A rule that holds at entry: later evidence refuses nothing, and makes a deviation.
insert into ral.rule (name, table_name, clause, anchors, holds, condition) values ('after_reaction', 'cd4_result', '', '{intolerance}', 'at entry',
    'exists (select from intolerance as known where known.site_id = context.site_id and known.subject_id = context.subject_id and known.onset <= collected)');
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2008-01-02', 300);
select lives_ok($$insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious) values ('S1', '001', 'ABC', 'rash', '2008-01-02', false)$$,
    'evidence that comes later');
select results_eq($$select item, description ~ '^exists' from ral.deviation where rule = 'after_reaction'$$, $$values ('2008-01-02', true)$$, 'makes a deviation');
select is_empty($$select * from violations('ral')$$, 'and no violation');
select is(outcome($$insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2008-01-03', 300)$$),
    '23514 ral.cd4_result after_reaction', 'what is entered afterwards is refused');
select is(outcome($$update ral.intolerance set onset = '2008-01-01'$$), 'accepted', 'the evidence may change');
update ral.intolerance set onset = '2008-01-03';
select is_empty($$select * from ral.deviation where rule = 'after_reaction'$$, 'and ends what it no longer shows');
select is_empty($$select * from violations('ral')$$, 'of which nothing is left');
delete from ral.intolerance;
update ral.rule set active = false where name = 'after_reaction';

-- The scope: whose rows an anchor concerns.  The rule asks for anybody's rash and for any site's
-- name, so that the scope alone says whose rows are judged.
insert into ral.rule (name, table_name, clause, anchors, condition) values ('scoped', 'cd4_result', '', '{intolerance,site}',
    $$cd4_count = '302' and (exists (select from intolerance where drug = 'ABC') or exists (select from site where name = 'Renamed'))$$);
select is_empty($$select * from violations('ral')$$, 'nothing breaks the rule');
call make_subject('003', 'S2');
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '002', '2008-01-02', 302);
create temporary table concerned (who text, statement text, subject text, site text, study text);
insert into concerned values
    ('the subject', $$insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious) values ('S1', '002', 'ABC', 'rash', '2008-01-02', false)$$, 'refused', 'refused', 'refused'),
    ('one of the site', $$insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious) values ('S1', '001', 'ABC', 'rash', '2008-01-02', false)$$, 'accepted', 'refused', 'refused'),
    ('one of another site', $$insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious) values ('S2', '003', 'ABC', 'rash', '2008-01-02', false)$$, 'accepted', 'accepted', 'refused'),
    ('the site', $$update ral.site set name = 'Renamed' where site_id = 'S1'$$, 'refused', 'refused', 'refused'),
    ('another site', $$update ral.site set name = 'Renamed' where site_id = 'S2'$$, 'refused', 'accepted', 'refused');
update ral.rule set scope = 'subject' where name = 'scoped';
select is(outcome(statement), case subject when 'refused' then '23514 ral.cd4_result scoped' else subject end, 'a scope of the subject: ' || who) from concerned;
update ral.rule set scope = 'site' where name = 'scoped';
select is(outcome(statement), case site when 'refused' then '23514 ral.cd4_result scoped' else site end, 'a scope of the site: ' || who) from concerned;
update ral.rule set scope = 'study' where name = 'scoped';
select is(outcome(statement), case study when 'refused' then '23514 ral.cd4_result scoped' else study end, 'a scope of the study: ' || who) from concerned;
set session_replication_role = replica;
insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious, entered_by, entered_at) values ('S2', '003', 'ABC', 'rash', '2008-01-02', false, '', now());
set session_replication_role = origin;
select results_eq($$select rule, item from violations('ral')$$, $$values ('scoped', '2008-01-02')$$, 'violations() sees all');
update ral.rule set active = false where name = 'scoped';
delete from ral.intolerance where subject_id = '003';
delete from ral.cd4_result where cd4_count = '302';

-- What is on record as a deviation, and is none.
set session_replication_role = replica;
insert into ral.deviation (site_id, subject_id, rule, item, description, entered_by, entered_at) values ('S1', '002', 'assay_change', '2008-01-15', 'forged', '', now());
set session_replication_role = origin;
select results_eq($$select rule, table_name, item, reason from violations('ral')$$,
    $$values ('assay_change', 'viral_load_result', '2008-01-15', 'the deviation is on record, and no longer holds')$$, 'a deviation that no longer holds is found');
update ral.viral_load_result set assay = assay where subject_id = '002';
select is_empty($$select * from violations('ral')$$, 'until it goes');

-- A rule that fails where it is run does not outlive its correction.
update ral.rule set active = true, unknown_refuses = false, condition = '1 / (quantity(cd4_count) - quantity(cd4_count)) = 1' where name = 'cd4_fall';
select results_eq($$select rule, table_name, site_id, reason from violations('ral')$$,
    $$values ('cd4_fall', 'cd4_result', null::text, 'the rule cannot run: division by zero')$$, 'a rule whose SQL fails is a row');
select throws_ok(replace(:'cd4_of_9', '01-02', '01-08'), '22012', 'division by zero', 'and its error is that of a statement');
update ral.rule set condition = 'cd4_count < 10' where name = 'cd4_fall';
select is(outcome(replace(:'cd4_of_9', '01-02', '01-09')), '23514 ral.cd4_result cd4_fall', 'is read again when it is corrected');
select is_empty($$select * from violations('ral')$$, 'by violations(), too');
update ral.rule set active = false where name = 'cd4_fall';

-- A query with a condition is over the rows of which that holds, of few rows and of many.
insert into ral.rule (name, table_name, clause, condition, query) values ('low_twice', 'cd4_result', '', 'cd4_count < 20',
    $$select min(site_id), min(subject_id), null, format('%s of them', count(*)) from changed where method = 'flow cytometry' having count(*) > 1$$);
create function cd4_of(low integer, others integer) returns text language sql as $$
    select format('insert into ral.cd4_result (site_id, subject_id, collected, replicate, cd4_count)
        select ''S1'', ''001'', ''2008-01-20'', n, case when n <= %s then 19 else 20 end from generate_series(1, %s) as n', low, low + others)
$$;
select is(outcome(cd4_of(low, others)), expected, format('%s low ones, %s others', low, others))
from (values (1, 2, 'accepted'), (2, 1, '23514 ral.cd4_result low_twice'), (1, 200, 'accepted'), (2, 200, '23514 ral.cd4_result low_twice'))
    as n (low, others, expected);
select is_empty($$select * from violations('ral')$$, 'and nothing is left');
select throws_ok($$insert into ral.rule (name, table_name, clause, condition, query) values
    ('x', 'cd4_result', '', 'false', 'select site_id, subject_id, null, null from changed join ral.consent using (site_id, subject_id)')$$, '42P17', null,
    'what the query reads is named');
select throws_ok($$insert into ral.rule (name, table_name, clause, condition, query) values
    ('x', 'cd4_result', '', 'cd4_method = method', 'select site_id, subject_id, null, null from changed')$$, '42P17', null,
    'and what the condition relies on');
select throws_ok($$insert into ral.rule (name, table_name, clause, condition, query) values
    ('x', 'cd4_result', '', 'nothing', 'select site_id, subject_id, null, null from changed')$$, '42703', null, 'a condition is one with a query, too');
delete from ral.rule where name = 'low_twice';

-- What cannot run is refused when it is written.
select throws_ok($$insert into ral.rule (name, table_name, clause, query) values ('x', 'cd4_result', '', 'select nothing from changed')$$, '42703',
    null, 'a rule that cannot run is refused');
select throws_ok($$insert into ral.rule (name, table_name, clause, query) values ('x', 'nothing', '', 'select 1, 2, 3, 4')$$, '42P01',
    null, 'and one that guards no table');
select throws_ok(format('insert into ral.rule (name, table_name, clause, condition, item, reason) values (%L, %L, %L, %L, %L, %L)',
    'x', 'cd4_result', '', condition, item, reason), expected, null, format('and a condition that is none: %s', c))
from (values ('select from changed', null, null, '42601'), ('nothing = 1', null, null, '42703'), ('cd4_count', null, null, '42804'), ('true; true', null, null, '42601'),
    ('true', 'nothing', null, '42703'), ('true', null, 'nothing', '42703'), ('count(cd4_count) > 1', null, null, '42803')) as c (condition, item, reason, expected);
select throws_ok($$insert into ral.rule (name, table_name, clause, condition, anchors) values ('x', 'cd4_result', '', 'false', '{visit where nothing = 1}')$$, '42703',
    null, 'or whose anchor''s condition is none');
select throws_ok(format('insert into ral.rule (name, table_name, clause, condition, query, item, unknown_refuses) values (%L, %L, %L, %L, %L, %L, %L)',
    'x', 'cd4_result', '', condition, query, item, unknown), '23514', null, format('a rule is a condition, a query or both: %s', f))
from (values (null, null, null, false), (null, 'select 1, 2, 3, 4', 'null', false), (null, 'select 1, 2, 3, 4', null, true))
    as f (condition, query, item, unknown);
-- Of a view, what the columns that a condition names were made from.
begin;
create view ral.seen as
    select subject.site_id, subject.subject_id, birth_date as born_on, (select max(visit_date) from ral.visit where visit.subject_id = subject.subject_id) as last_seen
    from ral.subject;
update ral.rule_context set query = replace(replace(query, 'enrolment.first_dose', 'enrolment.first_dose, seen.born_on, seen.last_seen'), 'left join enrolment',
    'left join seen on seen.site_id = changed.site_id and seen.subject_id = changed.subject_id left join enrolment') where table_name = 'disposition';
select lives_ok($$insert into ral.rule (name, table_name, clause, evidence, condition, reason) values ('seen_born', 'disposition', '4', '{subject}', 'ended < born_on', '''x''')$$,
    'a column of a view relies on its own tables alone');
select throws_ok($$insert into ral.rule (name, table_name, clause, evidence, condition, reason) values ('seen_last', 'disposition', '4', '{subject}', 'ended < last_seen', '''x''')$$,
    '42P17', 'rule "seen_last" of table "disposition" relies on table "visit", and does not name it', 'and another on those of its query');
rollback;
select throws_ok($$update ral.rule_context set query = 'select nothing from changed' where table_name = 'cd4_result'$$, '42703', null, 'a context that cannot run');
select throws_ok($$update ral.rule_context set query = 'select changed.*, null as item from changed' where table_name = 'cd4_result'$$, '42703', null,
    'or without a column that a condition needs');
select throws_ok($$insert into ral.rule_context (table_name, query) values ('nothing', 'select 1')$$, '42P01', null, 'or of no table');
begin;
insert into ral.rule_context (table_name, query) values ('genotype_drug_call', $$select changed.*, call = 'resistant' as resists, null as item from changed$$)
    on conflict (table_name) do update set query = excluded.query;
insert into ral.rule (name, table_name, clause, anchors, condition) values ('after_resistance', 'cd4_result', '', '{genotype_drug_call where resists}', 'cd4_count < 0');
select throws_ok($$delete from ral.rule_context where table_name = 'genotype_drug_call'$$, '42703', null, 'a context stays that the condition of an anchor needs, of a table without rules');
rollback;

-- The rules that a study is made with are checked like all others.
begin;
do $$ begin
    execute replace(pg_get_functiondef('_virotrial.study_ddl'::regproc), $rule$'2', '{consent}', 10,$rule$, $rule$'2', '{}', 10,$rule$);
end; $$;
select throws_like($$call create_study('mute')$$, 'rule "%" of table "%" relies on table "consent", and does not name it', 'those of a new study, too');
rollback;
select is(outcome($$insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2008-01-05', 9)$$), 'accepted', 'nothing of it stays');

-- The protocol in force.
select results_eq($$select cd4_method from ral.protocol_in_force('S1', '2008-03-01')$$, $$select cd4_method from ral.protocol where effective_from = '-infinity'$$, 'the protocol in force');
select is((select window_last_day from ral.visit_definition_period as period where period.visit = 'week 4' and day >= effective_from and day < effective_before), last_day,
    'the window of week 4 on ' || day)
from (values ('2008-03-01'::date, 36), ('2008-03-02', 29)) as w (day, last_day);

-- A change of what decides who may be enrolled, or what a drug is, is refused
-- where rows on record would break a rule, and leaves no violation otherwise.
call make_candidate('004');
delete from ral.genotype_drug_call where subject_id = '004' and drug <> 'AZT';
insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious) values ('S1', '004', 'NVP', 'rash', '2007-01-01', true), ('S1', '004', 'EFV', 'rash', '2007-02-01', true);
update ral.protocol set intolerance_minimum_drugs = 2;
insert into ral.enrolment (site_id, subject_id, enrolled, first_dose) values ('S1', '004', '2008-02-01', '2008-02-01');
insert into ral.regimen (site_id, subject_id, drug, started, dose_mg, doses_per_day, justification)
    values ('S1', '001', 'RAL', '2008-02-01', 400, 2, null), ('S1', '001', 'DRV', '2008-02-01', null, null, 'none'), ('S1', '001', 'ETR', '2008-02-01', null, null, 'none');
select is_empty($$select * from violations('ral')$$, 'nothing breaks a rule before');
create function left_behind(statement text) returns text
    language plpgsql
as $$
declare
    left_rules text;
    constraint_of text;
begin
    execute statement;
    select 'accepted' || coalesce(string_agg(distinct ', violated: ' || rule, ''), '') into left_rules from violations('ral');
    raise exception using errcode = 'ZZ000';
exception when sqlstate 'ZZ000' then
    return left_rules;
when others then
    get stacked diagnostics constraint_of = constraint_name;
    return sqlstate || ' ' || constraint_of;
end;
$$;
select is(left_behind(statement), expected, statement)
from (values
    ('update ral.protocol set minimum_age = 60', '23514 eligibility'),
    ('update ral.protocol set minimum_age = 17', 'accepted'),
    ($$insert into ral.protocol select (jsonb_populate_record(p, '{"effective_from": "2008-01-20", "minimum_age": 60}')).* from ral.protocol as p$$, '23514 eligibility'),
    ($$insert into ral.protocol select (jsonb_populate_record(p, '{"effective_from": "2008-02-02", "minimum_age": 60}')).* from ral.protocol as p$$, 'accepted'),
    ('delete from ral.listed_intolerance', 'accepted'),
    ($$insert into ral.listed_intolerance values ('NVP', 'rash', '2008-02-01', false)$$, '23514 eligibility'),
    ($$insert into ral.listed_intolerance values ('NVP', 'rash', '2008-02-02', false)$$, 'accepted'),
    ($$update ral.drug set class = 'booster' where drug in ('3TC', 'NVP')$$, '23514 eligibility'),
    ($$update ral.drug set class = 'booster' where drug in ('DRV', 'ETR')$$, '23514 optimized_background'),
    ($$update ral.drug set name = 'renamed' where drug = 'NVP'$$, 'accepted'),
    ($$update ral.eligibility_criterion set query = 'select site_id, subject_id, false, ''none'' from candidate' where criterion = 'age'$$, '23514 eligibility'),
    ($$update ral.eligibility_criterion set description = 'the same' where criterion = 'age'$$, 'accepted'),
    ($$insert into ral.eligibility_criterion (criterion, position, description, clause, query) values ('new', 9, '', '', 'select site_id, subject_id, false, ''none'' from candidate')$$, '23514 eligibility'),
    ($$insert into ral.eligibility_criterion (criterion, effective_from, position, description, clause, query) values ('new', '2008-02-02', 9, '', '', 'select site_id, subject_id, false, ''none'' from candidate')$$, 'accepted'),
    ($$insert into ral.eligibility_criterion (criterion, position, description, clause, query) values ('new', 9, '', '', 'select site_id, subject_id, true, ''all'' from candidate')$$, 'accepted'),
    ($$delete from ral.eligibility_criterion where criterion = 'age'$$, 'accepted'),
    ($$update ral.protocol set study_drug = 'DRV'$$, '23514 study_drug_dose')) as change (statement, expected);

call create_study('other');
delete from other.rule;
insert into other.site (site_id, name) values ('S1', 'First');
insert into other.subject (site_id, subject_id, birth_date, sex) values ('S1', '001', '1970-01-01', 'male');
select lives_ok($$insert into other.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'week 5', '2030-01-01')$$,
    'a study without rules has none');
-- An error that no rule has by itself: each is tried alone, and then it is that of all.
create sequence other.attempt;
create function other.fails_once() returns boolean language sql return 1 / (nextval('other.attempt') - 1) < 0;
insert into other.rule (name, table_name, clause, condition) values ('once', 'site', '', 'other.fails_once()');
alter sequence other.attempt restart;
select throws_ok($$insert into other.site (site_id, name) values ('S2', 'Second')$$, '22012', 'division by zero', 'an error that comes once is told');
select lives_ok($$insert into other.site (site_id, name) values ('S2', 'Second')$$, 'and does not come again');
delete from other.rule;

-- Rules run as the owner: of another's they are refused, and so are another's studies.
create role study_other;
alter table other.rule owner to study_other;
select throws_ok($$insert into other.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'week 6', '2030-01-01')$$,
    '42501', 'the rules of table "visit" belong to another owner', 'rules of another owner do not run');
drop owned by study_other cascade;
drop role study_other;
select throws_ok($$select * from eligibility('nowhere', '001')$$, '3F000', 'there is no study "nowhere"', 'eligibility in no study');
select throws_ok($$select * from eligibility('ral', 'nobody')$$, '22023', 'there is no subject "nobody" in study "ral"', 'eligibility of nobody');
select throws_ok($$select * from violations('nowhere')$$, '3F000', 'there is no study "nowhere"', 'violations of no study');
select throws_ok($$call create_study('third', protocol => 'unknown')$$, '22023', 'there is no protocol "unknown"', 'a study of no protocol');

select throws_ok($$call create_study('ral')$$, '42P06', null, 'a study that exists');
select throws_ok($$call drop_study('public')$$, '3F000', 'there is no study "public"', 'no study is dropped by mistake');
select throws_ok($$call drop_study('ral')$$, '55000', 'study "ral" holds subjects', 'a study with subjects is not dropped');
select lives_ok($$call drop_study('ral', with_subjects => true)$$, 'unless told by name');

select * from finish();
