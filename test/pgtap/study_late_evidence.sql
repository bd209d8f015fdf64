-- Late evidence: what comes to light after an enrolment is kept, though a criterion
-- is not met with it.  Other changes are refused for what they break themselves.
\ir include/study.sql
select no_plan();

insert into ral.eligibility_criterion (criterion, position, description, clause, query) values
    ('no_reaction', 90, 'no reaction to raltegravir', '', $$
select candidate.site_id, candidate.subject_id, count(intolerance) = 0, count(intolerance) || ' reactions'
from candidate
left join intolerance on (intolerance.site_id, intolerance.subject_id, drug) = (candidate.site_id, candidate.subject_id, 'RAL')
group by candidate.site_id, candidate.subject_id$$);
call make_subject('001');
call make_subject('002');
insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious)
values ('S1', '001', 'RAL', 'rash', '2007-06-01', true);
select results_eq($$select subject_id, rule, reason from violations('ral')$$,
    $$values ('001', 'eligibility', 'no_reaction not met: 1 reactions')$$, 'the late reaction is kept, and told');

-- What a statement is refused for, or "accepted"; nothing of it stays.
create function refused_for(variadic statements text[]) returns text
    language plpgsql
as $$
declare
    statement text;
    message text;
    details text;
begin
    foreach statement in array statements loop
        execute statement;
    end loop;
    set constraints all immediate;
    raise exception using errcode = 'ZZ000';
exception when others then
    get stacked diagnostics message = message_text, details = pg_exception_detail;
    return case sqlstate when 'ZZ000' then 'accepted' else message || ': ' || details end;
end;
$$;
create function for_002(reason text) returns text language sql immutable
    return 'rule "eligibility" of table "enrolment" would be broken in 1 row: Site S1, subject 002: ' || reason || '.';

-- Changes that break nothing more.
select is(refused_for($$call amend_protocol('ral', '2010-01-01', target_enrolment => 60)$$), 'accepted', 'an amendment that breaks nothing');
select is(refused_for($$update ral.hiv_diagnosis set diagnosed = '2003-01-09'$$), 'accepted', 'a correction that breaks nothing');
select is(refused_for($$update ral.art_history set stopped = '2007-12-31'$$), 'accepted', 'nor does this one');
select is(refused_for($$insert into ral.eligibility_criterion (criterion, position, description, clause, query)
    values ('present', 91, 'is there', '', 'select site_id, subject_id, true, subject_id from candidate')$$), 'accepted', 'a criterion that everybody meets');
select is(refused_for($$update ral.eligibility_criterion set position = 80 where criterion = 'no_reaction'$$), 'accepted', 'a change of the criterion that is not met');
select is(refused_for($$delete from ral.hiv_diagnosis where subject_id = '001'$$), 'accepted', 'what breaks the rule already cannot break it again');

select is(refused_for($$update ral.enrolment set first_dose = '2008-02-02' where subject_id = '001'$$),
    'rule "eligibility" of table "enrolment" is broken by 1 row: Site S1, subject 001: no_reaction not met: 1 reactions.', 'a row that is changed is judged itself');

-- Changes that break the rule for who did not break it.
select is(refused_for($$call amend_protocol('ral', '2008-01-01', minimum_age => 60)$$),
    for_002('age not met: aged 37 on the day of consent'), 'an amendment is refused for the other subject alone');
select is(refused_for($$update ral.hiv_diagnosis set guideline = 'another'$$),
    for_002('hiv_diagnosis not met: confirmed 2003-02-01, by the guideline another'), 'so is a correction');
select is(refused_for($$delete from ral.hiv_diagnosis$$), for_002('hiv_diagnosis not met: no diagnosis is recorded'), 'and a deletion');
select is(refused_for($$insert into ral.eligibility_criterion (criterion, position, description, clause, query)
    values ('absent', 91, 'is not there', '', 'select site_id, subject_id, false, subject_id from candidate')$$),
    for_002('absent not met: 002'), 'and a criterion that nobody meets');
select is(refused_for($$update ral.eligibility_criterion set query = 'select site_id, subject_id, false, subject_id from candidate' where criterion = 'no_reaction'$$),
    for_002('no_reaction not met: 002'), 'and a change of the criterion: what it said before counts');
-- The same where rules wait for the end of the transaction.
set virotrial.defer_rules = 'ral';
select is(refused_for($$update ral.hiv_diagnosis set diagnosed = '2003-01-09'$$), 'accepted', 'at the end of the transaction');
select is(refused_for($$update ral.hiv_diagnosis set guideline = 'another'$$, $$update ral.hiv_diagnosis set guideline = 'China 2005'$$),
    'accepted', 'what is right again by then');
select is(refused_for($$update ral.hiv_diagnosis set guideline = 'another'$$),
    for_002('hiv_diagnosis not met: confirmed 2003-02-01, by the guideline another'), 'the other subject at the end of the transaction');
select is(refused_for($$call amend_protocol('ral', '2008-01-01', minimum_age => 60)$$),
    for_002('age not met: aged 37 on the day of consent'), 'an amendment at the end of the transaction');
begin;
update ral.hiv_diagnosis set guideline = 'another' where subject_id = '001';
select is_empty($$select * from _virotrial.deferred_findings('ral.hiv_diagnosis')$$, 'what waits has broken nothing');
update ral.hiv_diagnosis set guideline = 'another';
select results_eq($$select subject_id, reason from _virotrial.deferred_findings('ral.hiv_diagnosis')$$,
    $$values ('002', 'hiv_diagnosis not met: confirmed 2003-02-01, by the guideline another')$$, 'what waits would be refused for the other subject');
rollback;
reset virotrial.defer_rules;

-- At each isolation level it is what others have committed that counts.
begin isolation level repeatable read;
select is(refused_for($$update ral.hiv_diagnosis set diagnosed = '2003-01-09'$$), 'accepted', 'under REPEATABLE READ');
select is(refused_for($$update ral.hiv_diagnosis set guideline = 'another'$$),
    for_002('hiv_diagnosis not met: confirmed 2003-02-01, by the guideline another'), 'the other subject under REPEATABLE READ');
rollback;

-- Of several rows in one place as many count as there are more.
insert into ral.rule (name, table_name, clause, evidence, query)
select 'reaction', 'enrolment', '', anchors || evidence, $$
select site_id, subject_id, null, reaction from changed join intolerance using (site_id, subject_id) where is_serious$$
from ral.rule where name = 'eligibility';
insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious)
values ('S1', '001', 'AZT', 'fever', '2007-07-01', false), ('S1', '001', 'AZT', 'nausea', '2007-07-01', false);
select is(refused_for($$update ral.intolerance set onset = '2007-06-02'$$), 'accepted', 'one row is broken as before');
select is(refused_for($$update ral.intolerance set is_serious = true$$),
    'rule "reaction" of table "enrolment" would be broken in 2 rows: Site S1, subject 001: nausea.'
    || E'\nSite S1, subject 001: rash.', 'two are more than before');


-- Another item is another place, and each place counts by itself.
update ral.rule set query = replace(query, 'null, reaction', 'reaction, drug') where name = 'reaction';
select is(refused_for($$update ral.intolerance set reaction = 'blister' where reaction = 'rash'$$),
    'rule "reaction" of table "enrolment" would be broken in 1 row: Site S1, subject 001, blister: RAL.', 'another item');
insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious) values ('S1', '001', 'NVP', 'blister', '2007-08-01', true);
select is(refused_for($$update ral.intolerance set onset = '2007-06-02'$$), 'accepted', 'two are as before');
select is(refused_for($$update ral.intolerance set is_serious = false where reaction = 'blister'$$), 'accepted', 'one of two is mended');
select is(refused_for($$update ral.intolerance set is_serious = false where reaction = 'rash'$$), 'accepted', 'the other one is');
delete from ral.intolerance where reaction = 'blister';

create table ral.known_word (word text primary key);
call guard('ral.known_word');
insert into ral.known_word values ('rash'), ('fever');

-- TRUNCATE leaves nothing to look at: all that breaks the rule counts.
insert into ral.rule (name, table_name, clause, anchors, evidence, query)
select 'words', 'enrolment', '', '{known_word}', anchors || evidence, $$
select site_id, subject_id, null, 'no words' from changed where subject_id = '001' or not exists (select from known_word)$$
from ral.rule where name = 'eligibility';
select is(refused_for('delete from ral.known_word'),
    'rule "words" of table "enrolment" would be broken in 1 row: Site S1, subject 002: no words.', 'words are deleted');
drop trigger refuse_truncate on ral.known_word;
select is(refused_for('truncate ral.known_word'),
    'rule "words" of table "enrolment" would be broken in 2 rows: Site S1, subject 001: no words.'
    || E'\nSite S1, subject 002: no words.', 'words are truncated');
select is(refused_for($$delete from ral.known_word where word <> all (array(select max(word) from ral.known_word))$$), 'accepted', 'a word is left');

-- Where a criterion could not run before, all that is found is new.
delete from ral.rule where name in ('words', 'reaction');
insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious) values ('S1', '002', 'RAL', 'fever', '2007-06-01', true);
update ral.eligibility_criterion set query = $$select site_id, subject_id,
    (select 1 / (5 - count(*)) from intolerance) >= 0, 'five are too many' from candidate$$
where criterion = 'no_reaction';
insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious) values ('S1', '002', 'AZT', 'late', '2007-06-01', true);
select is(refused_for($$update ral.eligibility_criterion
        set query = 'select site_id, subject_id, subject_id = ''002'', subject_id from candidate' where criterion = 'no_reaction'$$),
    replace(for_002('no_reaction not met: 001'), 'subject 002', 'subject 001'), 'the criterion could not run');
select * from finish();
