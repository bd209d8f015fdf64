-- Each rule on both sides of its bounds: a row that comes in alone, the same row
-- among a hundred, and violations() find the same.
\ir include/study.sql
select no_plan();

-- An anchor of its own table: what it ends is ended.
insert into ral.rule (name, table_name, clause, anchors, action, query)
values ('unconfirmed', 'cd4_result', '', array['cd4_result where replicate = 2'], 'record',
    $$select site_id, subject_id, collected::text, 'not confirmed' from changed where replicate = 1 and cd4_count < 50
        and not exists (select from cd4_result as again where again.site_id = changed.site_id and again.subject_id = changed.subject_id and again.replicate = 2)$$);
call make_subject('own');
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', 'own', '2008-01-02', 40);
select results_eq($$select rule from ral.deviation where subject_id = 'own'$$, $$values ('unconfirmed')$$, 'a deviation');
insert into ral.cd4_result (site_id, subject_id, collected, replicate, cd4_count) values ('S1', 'own', '2008-01-02', 2, 45);
select is_empty($$select * from ral.deviation where subject_id = 'own'$$, 'which an anchor ends');
select is_empty($$select rule from violations('ral') where subject_id = 'own'$$, 'as violations() says');
update ral.rule set active = false where name = 'unconfirmed';

-- Rows of each table: the first of each is harmless, and goes with the others.
create temporary table shape (target text primary key, columns text, harmless text);
insert into shape values
    ('viral_load_result', 'collected, visit, assay, viral_load, reported', $$'2008-03-01', null, 'Quantiplex 3.0', '1000', null$$),
    ('missing_result', 'assessment, test, collected, visit, reason', $$'CD4', '', '2008-03-01', null, 'pending'$$),
    ('vital_signs', 'collected, visit, weight_kg', $$'2008-03-01', null, 61$$),
    ('physical_examination', 'collected, visit, body_system, result', $$'2008-03-01', null, 'skin', 'normal'$$),
    ('asked_complaint', 'collected, visit, complaint, is_present', $$'2008-03-01', null, 'any', false$$),
    ('pregnancy_test', 'collected, visit, specimen, result', $$'2008-03-01', null, 'urine', 'negative'$$),
    ('medical_history', 'condition_number, term, is_hiv_associated, is_ongoing, started, ended', $$1, 'asthma', false, false, '2004', null$$),
    ('concomitant_medication', 'medication_number, medication, is_ongoing, started, ended', $$1, 'aciclovir', false, '2004', null$$),
    ('screening', 'decided, outcome, reason', $$'2008-01-20', 'eligible', null$$),
    ('cd4_result', 'collected, visit, method, cd4_count, unit, cd4_percent', $$'2008-03-01', null, 'flow cytometry', 300, 'cells/uL', 20$$),
    ('genotype', 'collected, visit', $$'2007-11-01', null$$),
    ('lab_result', 'collected, visit, test, value, unit, code', $$'2007-12-01', null, 'ALT', '20', 'U/L', null$$),
    ('visit', 'visit, visit_date, deviation_reason', $$'unscheduled 1', '2008-02-02', null$$),
    ('regimen', 'drug, started, stopped, dose_mg, doses_per_day', $$'DRV', '2008-02-01', null, null, null$$),
    ('adverse_event', 'event_number, term, onset, grade, action_taken, outcome, complaint, is_serious, requires_hospitalization, aware_at, reported_at, ended, results_in_death',
        $$1, 'nausea', '2008-02-20', 1, 'DOSE NOT CHANGED', 'UNKNOWN', null, false, false, null, null, null, false$$),
    ('disposition', 'ended, outcome, reason', $$'2008-05-01', 'completed', null$$),
    ('hiv_diagnosis', 'diagnosed, guideline, confirmed, confirmatory_test', $$'2003-01-10', 'China 2005', '2003-02-01', 'Western blot'$$),
    ('art_history', 'drug, started, stopped', $$'TDF', '2004-01-01', '2004-02-01'$$),
    ('intolerance', 'drug, reaction, onset, is_serious', $$'TDF', 'rash', '2004-01-01', false$$),
    ('consent', 'version, signed', $$'2.0', '2008-01-15'$$);

create temporary table attempt (id integer generated always as identity, target text, given text);
-- Days around the first dose, the visit of week 4, a withdrawal, and tomorrow
create temporary table day as
select quote_literal(d) as day
from unnest(array['2007-12-31', '2008-01-09', '2008-01-10', '2008-01-31', '2008-02-01', '2008-02-02', '2008-02-29', '2008-03-01', current_date::text, (current_date + 1)::text]) as d;
insert into attempt (target, given)
select 'viral_load_result', concat_ws(', ', day, visit, assay, quote_literal(load), quote_nullable(reported))
from (select * from day where day not in ('''2007-12-31''', '''2008-01-09''')) as day, unnest(array['null', '''week 4''']) as visit,
    unnest(array['''Quantiplex 3.0''', '''VERSANT 3.0''', '''none''']) as assay, unnest(array['1000', '<50', '49']) as load,
    unnest(array[null, '3 log', 'LDL']) as reported
where visit = 'null' or day in ('''2008-02-29''', '''2008-03-01''');
insert into attempt (target, given)
select 'cd4_result', concat_ws(', ', day, visit, method, 300, '''cells/uL''', 'null')
from day, unnest(array['null', '''week 4''']) as visit, unnest(array['''flow cytometry''', '''manual''']) as method;
insert into attempt (target, given)
select 'missing_result', concat_ws(', ', assessment, day, visit, '''rejected''')
from day, unnest(array['null', '''week 4''']) as visit, unnest(array['''viral load'', ''''', '''laboratory'', ''ALT''', '''laboratory'', ''no test''']) as assessment;
insert into attempt (target, given)
select 'genotype', concat_ws(', ', day, visit) from day, unnest(array['null', '''week 4''']) as visit, generate_series(1, 2);
insert into attempt (target, given)
select 'lab_result', concat_ws(', ', day, visit, quote_nullable(test), quote_nullable(value), quote_nullable(unit), quote_nullable(code))
from (select * from day where day in ('''2008-02-29''', '''2008-03-01''') or day > '''2009''') as day, unnest(array['null', '''week 4''']) as visit,
    unnest(array['ALT', 'SODIUM', 'PROT', 'NITRITE', 'no test']) as test,
    (values ('100', 'U/L', null), ('1e9', 'U/L', null), ('100', 'mmol/L', null), ('79', 'mmol/L', null), ('2', 'plus', null), ('2', '', null), (null, null, 'NEGATIVE'), (null, null, 'huge')) as result (value, unit, code)
where visit = 'null' or test in ('ALT', 'PROT') or day = '''2008-02-29''';
insert into attempt (target, given)
select 'visit', concat_ws(', ', visit, day, reason)
from day, unnest(array['''screening''', '''week 12''', '''unscheduled 2''', '''week 13''']) as visit, unnest(array['null', '''flood''']) as reason;
insert into attempt (target, given)
select 'visit', concat_ws(', ', '''week 12''', quote_literal(date '2008-04-09' + d), reason)
from generate_series(0, 32, 2) as d, unnest(array['null', '''flood''']) as reason;
-- Each subject has another number, so that some of theirs have withdrawn.
insert into attempt (target, given) select target, given from attempt where target = 'viral_load_result' and given ~ '-03-01.*null.*''1000';
insert into attempt (target, given)
select 'regimen', concat_ws(', ', drug, day, 'null', 'null', 'null') from day, unnest(array['''TDF''', '''EFV''', '''ETR''']) as drug;
insert into attempt (target, given)
select 'regimen', concat_ws(', ', '''RAL''', day, 'null', dose, doses) from day, unnest(array[400, 800]) as dose, unnest(array['2', 'null']) as doses;
insert into attempt (target, given)
select 'adverse_event', concat_ws(', ', 1, '''x''', quote_literal(onset), 1, '''DOSE NOT CHANGED''', '''UNKNOWN''', complaint, is_serious::text, is_serious::text, quote_nullable(aware), quote_nullable(reported), 'null', 'false')
from unnest(array['2008-02-20', current_date::text, (current_date + 1)::text]) as onset, unnest(array['null', '''diarrhea''', '''diarrhoea''', '''none''']) as complaint, unnest(array[true, false]) as is_serious,
    (values (null, null), ('2008-02-20 12:00+00', null), ('2008-02-20 12:00+00', '2008-02-20 13:00+00'), ('2008-02-20 12:00+00', '2008-02-25 13:00+00'), ('2008-02-01 12:00+00', '2008-02-25 13:00+00'),
        ('2008-02-20 12:00+00', '2099-02-25 13:00+00')) as report (aware, reported)
where not is_serious or aware is not null;
insert into attempt (target, given)
select 'adverse_event', concat_ws(', ', 1, '''x''', quote_literal(onset), grade, quote_literal(action), quote_literal(outcome), 'null', 'true', 'true',
    '''2008-02-20 12:00+00''', '''2008-02-20 13:00+00''', case when grade = 5 then quote_literal(onset) else 'null' end, (grade = 5)::text)
from unnest(array['2008-02-14', '2008-02-15', '2008-02-16', '2008-02-20']) as onset,
    (values (1, 'DRUG WITHDRAWN', 'UNKNOWN'), (5, 'NOT APPLICABLE', 'FATAL')) as e (grade, action, outcome), generate_series(1, 3);
insert into attempt (target, given) select 'hiv_diagnosis', concat_ws(', ', day, '''China 2005''', 'null', 'null') from day;
insert into attempt (target, given)
select 'disposition', concat_ws(', ', day, outcome)
from day, unnest(array['''completed'', null', '''discontinued'', ''death''', '''discontinued'', ''other''']) as outcome
where outcome !~ 'death' or day >= '''2008-03-01''';    -- after what else is on record
insert into attempt (target, given) select 'intolerance', concat_ws(', ', '''TDF''', '''rash''', day, 'false') from day;
insert into attempt (target, given) select 'art_history', concat_ws(', ', drug, day, 'null') from day, unnest(array['''TDF''', '''ABC''']) as drug;
insert into attempt (target, given) select 'consent', concat_ws(', ', '''2.0''', day) from day;
insert into attempt (target, given)
select 'cd4_result', concat_ws(', ', '''2008-02-01''', 'null', '''manual''', quote_literal(count), quote_literal(unit), percent)
from unnest(array['0.19', '9.5', '10.5', '<20', '<20.5', '300']) as count, unnest(array['cells/uL', '10^9/L', 'g/L']) as unit,
    unnest(array['null', '0.25']) as percent
where unit <> '10^9/L' or count = '0.19';
insert into attempt (target, given)
select 'lab_result', concat_ws(', ', '''2008-02-01''', 'null', quote_literal(test), quote_literal(value), quote_literal(unit), 'null')
from (values ('HGB', '13.5', 'g/L'), ('HGB', '13.5', 'g/dL'), ('GLUC', '95', 'mmol/L')) as given (test, value, unit);insert into attempt (target, given) values ('visit', $$'unscheduled 2 ', '2008-03-01', null$$);

-- Today, for subjects who are in the study, have left it, or died
insert into attempt (target, given)
select target, regexp_replace(harmless, '\d{4}-\d\d-\d\d', current_date::text)
from shape, generate_series(1, 6)
where target in ('visit', 'genotype', 'viral_load_result', 'cd4_result', 'lab_result', 'missing_result', 'regimen');
-- Behind the others, whose numbers decide who has withdrawn
insert into attempt (target, given)
select target, concat_ws(', ', day, visit, rest)
from day, unnest(array['null', '''week 4''']) as visit,
    (values ('vital_signs', '61'), ('physical_examination', '''skin'', ''normal'''), ('asked_complaint', '''nausea'', true'), ('asked_complaint', '''any'', true'), ('asked_complaint', '''Nausea'', false'))
        as examined (target, rest), generate_series(1, 3);
insert into attempt (target, given)
select target, regexp_replace(harmless, '\d{4}-\d\d-\d\d', current_date::text)
from shape, generate_series(1, 6)
where target in ('vital_signs', 'physical_examination', 'asked_complaint');
insert into attempt (target, given)
select 'pregnancy_test', concat_ws(', ', day, visit, '''urine'', ''negative''') from day, unnest(array['null', '''week 4''']) as visit, generate_series(1, 3);
insert into attempt (target, given)
select target, concat_ws(', ', rest, started, ended)
from (select day from day union all values ('null'), ('''1970'''), ('''1970-05'''), ('''2008-03''')) as started (started),
    (values ('null'), ('''1970-05'''), (quote_literal(current_date + 1))) as ended (ended),
    (values ('medical_history', '1, ''asthma'', false, false'), ('concomitant_medication', '1, ''aciclovir'', false')) as taken (target, rest)
where ended <> '''1970-05''' or started in ('null', '''1970''', '''1970-05''');
insert into attempt (target, given)
select 'screening', concat_ws(', ', day, outcome) from day, unnest(array['''eligible'', null', '''screen failure'', ''other''']) as outcome;
insert into attempt (target, given)
select target, regexp_replace(harmless, '2008-\d\d-\d\d|2004', current_date::text)
from shape, generate_series(1, 6)
where target in ('pregnancy_test', 'medical_history', 'concomitant_medication', 'screening');

insert into attempt (target, given)
select 'consent', concat_ws(', ', version, day) from day, unnest(array['''0.1''', '''0.5''', '''1.0''', '''3.0''']) as version;
insert into attempt (target, given)
select 'viral_load_result', concat_ws(', ', '''2008-03-01''', '''week 4''', '''Quantiplex 3.0''', '''1000''', 'null') from generate_series(1, 5);
-- Of these 0.1 is older than 0.5, which was to be signed by March 2008; 0.5 was signed in 2007.
insert into ral.consent_version (version, valid_from, valid_until, reconsent_by) values ('0.1', '-infinity', null, null),
    ('0.5', '2006-01-01', '2008-01-09', '2008-02-29'), ('1.0', '2007-01-01', null, null), ('2.0', '2007-01-01', null, null);

insert into attempt (target, given)
select 'concomitant_medication', concat_ws(', ', '1', quote_literal(medication), 'false', '''2004''', 'null') from unnest(array['aciclovir', 'AZT 300 mg', 'Combivir (Zidovudine/lamivudine)']) as medication;

-- A subject for each, and a hundred whose rows come with it; some have withdrawn, some have had no dose.
do $$
declare
    subject text;
begin
    for subject in select 'a' || id from attempt union all select 'h' || n from generate_series(1, 99) as n loop
        insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S1', subject, '1970-06-15', 'female');
    end loop;
    set session_replication_role = replica;
    insert into ral.consent (site_id, subject_id, version, signed, withdrawn, entered_by, entered_at)
        select site_id, subject_id, '1.0', '2008-01-10', case when subject_id ~ '^a\d*[05]$' then date '2008-02-29' end, '', now() from ral.subject where subject_id <> 'own';
    delete from ral.consent where subject_id in (select 'a' || id from attempt where target = 'consent' and given ~ '0\.1');
    insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load, entered_by, entered_at)
        select site_id, subject_id, '2008-01-15', 'Quantiplex 3.0', '50000', '', now() from ral.subject where subject_id <> 'own';
    insert into ral.enrolment (site_id, subject_id, enrolled, first_dose, entered_by, entered_at)
        select site_id, subject_id, '2008-02-01', case when subject_id !~ '7$' then date '2008-02-01' end, '', now() from ral.subject where subject_id <> 'own';
    insert into ral.visit (site_id, subject_id, visit, visit_date, entered_by, entered_at)
        select site_id, subject_id, 'week 4', '2008-02-29', '', now() from ral.enrolment where first_dose = '2008-02-01' and subject_id <> 'own';
    -- What the new rows may contradict: a drug that is being taken, a serious reaction,
    -- and of one in three a study drug that was stopped, and a death.
    insert into ral.regimen (site_id, subject_id, drug, started, stopped, entered_by, entered_at)
        select site_id, subject_id, 'EFV', '2008-02-01', '2008-02-29', '', now() from ral.subject where subject_id ~ '^a';
    insert into ral.regimen (site_id, subject_id, drug, started, stopped, dose_mg, doses_per_day, entered_by, entered_at)
        select 'S1', 'a' || id, drug, '2008-02-01', case when drug = 'RAL' then date '2008-02-15' end, 400, 2, '', now()
        from attempt, unnest(array['RAL', 'DRV', 'TDF']) as drug where target = 'adverse_event' and id % 3 > 0 and id % 7 > 0 and given !~ 'FATAL';
    insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious, entered_by, entered_at)
        select site_id, subject_id, 'ETR', 'rash', '2008-02-01', true, '', now() from ral.subject where subject_id ~ '^a';
    insert into ral.art_history (site_id, subject_id, drug, started, stopped, entered_by, entered_at)
        select 'S1', 'a' || id, 'ABC', '2005-01-01', '2008-02-01', '', now() from attempt where target = 'art_history' and given ~ 'ABC';
    insert into ral.disposition (site_id, subject_id, ended, outcome, reason, entered_by, entered_at)
        select 'S1', 'a' || id, '2008-02-28', 'discontinued', 'death', '', now() from attempt where given ~ 'FATAL' and id % 3 > 0;
    -- Who has left, or died, before today; and a diagnosis after some treatment.
    insert into ral.disposition (site_id, subject_id, ended, outcome, reason, entered_by, entered_at)
        select 'S1', 'a' || id, '2008-05-01', 'discontinued', case when has_few or id % 3 = 0 then 'death' else 'other' end, '', now()
        from attempt
        cross join lateral (select target in ('hiv_diagnosis', 'consent', 'intolerance', 'art_history', 'medical_history', 'screening') as has_few) as t
        where position(current_date::text in given) > 0 and target <> 'disposition' and given !~ 'FATAL' and (has_few or id % 3 < 2);
    insert into ral.hiv_diagnosis (site_id, subject_id, diagnosed, guideline, entered_by, entered_at)
        select 'S1', 'a' || id, '2008-01-01', 'China 2005', '', now() from attempt where target = 'art_history' and given ~ 'TDF';
    update ral.subject set sex = 'male' where subject_id in (select 'a' || id from attempt where target = 'pregnancy_test' and id % 4 = 0);
    set session_replication_role = origin;
end;
$$;
analyze;
-- Rules on the subjects themselves are not tried: they were not enrolled by the rules.
update ral.rule set active = false where name = 'eligibility';

create function row_for(subject text, given text) returns text
    language sql return format('(%L, %L, %s)', 'S1', subject, given);
create function come(attempt, others boolean) returns text
    language plpgsql
as $$
declare
    broken text;
    recorded text;
begin
    execute (select format('insert into ral.%s (site_id, subject_id, %s) values %s', target, columns, row_for('a' || $1.id, $1.given)
            || case when others then (select string_agg(', ' || row_for('h' || n, harmless), '') from generate_series(1, 99) as n) else '' end)
        from shape where target = $1.target);
    select string_agg(rule, ' ' order by rule) into recorded from ral.deviation where subject_id = 'a' || $1.id;
    raise exception using errcode = 'ZZ000';
exception when sqlstate 'ZZ000' then
    return coalesce(recorded, 'nothing');
when check_violation then
    get stacked diagnostics broken = constraint_name;
    return 'refused: ' || broken;
when others then
    return 'refused: ' || sqlstate;
end;
$$;

-- What violations() says of all of them, when they have come in unseen.
create temporary table side as
select a.*, come(a, false) as alone, come(a, true) as among from attempt as a;
create procedure come_unseen()
    language plpgsql
as $$
declare
    target text;
    trigger text;
begin
    for target in select s.target from shape as s loop
        for trigger in select tgname from pg_trigger where tgrelid = ('ral.' || target)::regclass and tgfoid in ('_virotrial.enforce'::regproc) loop
            execute format('alter table ral.%s disable trigger %I', target, trigger);
        end loop;
    end loop;
    for target, trigger in
        select a.target, format('insert into ral.%s (site_id, subject_id, %s) values %s on conflict do nothing', s.target, s.columns, row_for('a' || a.id, a.given))
        from side as a join shape as s using (target) where a.alone !~ '^refused: \d' loop
        execute trigger;
    end loop;
end;
$$;
call come_unseen();
create temporary table violated as select * from violations('ral');
select is_empty($$select id, target, given, alone, among from side where alone <> among$$, 'a row that comes alone, and the same among a hundred');
select is_empty($$
    select id, target, given, alone, coalesce(found.outcome, 'nothing') as violations
    from side
    left join lateral (
        select coalesce('refused: ' || (array_agg(r.name order by r.priority, r.name) filter (where r.action = 'refuse'))[1],
            string_agg(r.name, ' ' order by r.name)) as outcome
        from (select distinct name, priority, action from violated as v join ral.rule as r on r.name = v.rule and r.table_name = v.table_name
            where v.subject_id = 'a' || side.id and v.table_name = side.target) as r
    ) as found on true
    where alone !~ '^refused: \d' and alone is distinct from coalesce(found.outcome, 'nothing')$$, 'and violations()');
select set_eq($$select distinct name || ' of ' || table_name from ral.rule
        -- those of drugs that are fully active need a genotype, and are in study_resistance; of arms
        -- and doses, in study_allocation and study_trials
        where active and name !~ '^background_|_abnormality$|^(allocated|dose_weight|treated_otherwise)$' and table_name in (select target from shape)$$,
    $$select distinct r.name || ' of ' || target from side join ral.rule as r on r.table_name = target and r.name = any (string_to_array(replace(alone, 'refused: ', ''), ' '))$$,
    'every rule is broken by some row');

select * from finish();
