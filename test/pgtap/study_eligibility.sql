-- Eligibility and treatment: each criterion on both sides of its boundary, the
-- three definitions of failure in censored arithmetic, and the regimen.
\ir include/study.sql
select no_plan();

-- The verdict on one criterion after some statements, and what enrolment makes of it.
create function verdict(of_criterion text, variadic statements text[]) returns text
    language plpgsql
as $$
declare
    statement text;
    found text;
begin
    foreach statement in array statements loop
        execute statement;
    end loop;
    select verdict into found from eligibility('ral', '001') where criterion = of_criterion;
    raise exception using errcode = 'ZZ001', message = found || ', ' ||
        outcome($q$insert into ral.enrolment (site_id, subject_id, enrolled) values ('S1', '001', current_date)$q$);
exception when sqlstate 'ZZ001' then
    return sqlerrm;
end;
$$;

call make_candidate('001');
create function met() returns text language sql immutable return 'met, accepted';
create function not_met() returns text language sql immutable return 'not met, 23514 ral.enrolment eligibility';
create function unknown() returns text language sql immutable return 'unknown, 23514 ral.enrolment eligibility';

select is(verdict('consent', 'select'), met(), 'a candidate who meets every criterion');
select results_eq($$select criterion, verdict from eligibility('ral', '001')$$,
    $$values ('consent', 'met'), ('age', 'met'), ('hiv_diagnosis', 'met'), ('prior_failure', 'met'), ('resistance_or_intolerance', 'met')$$,
    'every criterion is shown');

-- Consent was signed on 10 January 2008
select is(verdict('consent', 'delete from ral.consent'), not_met(), 'no consent');
begin;
delete from ral.consent;
select results_eq($$select evidence from eligibility('ral', '001') where criterion in ('consent', 'age')$$,
    $$values ('no consent is recorded'), ('no consent is recorded')$$, 'what is said of it');
rollback;
select is(verdict('consent', format('update ral.consent set withdrawn = %L', current_date - 1)), not_met(), 'consent withdrawn yesterday');
select is(verdict('consent', format('update ral.consent set withdrawn = %L', current_date)), met(), 'consent withdrawn today');
select is(verdict('age', $$update ral.subject set birth_date = '1990-01-10'$$), met(), 'eighteen on the day of consent');
select is(verdict('age', $$update ral.subject set birth_date = '1990-01-11'$$), not_met(), 'eighteen on the day after');
select is(verdict('age', 'update ral.protocol set minimum_age_is_strict = true', $$update ral.subject set birth_date = '1990-01-10'$$), not_met(),
    'the eighteenth birthday, and the age is to be exceeded');
select is(verdict('age', 'update ral.protocol set minimum_age_is_strict = true', $$update ral.subject set birth_date = '1990-01-09'$$), met(),
    'the day after, and the age is to be exceeded');
select is(verdict('age', 'update ral.protocol set minimum_age = 19', format('update ral.subject set birth_date = %L', birth)), expected, 'nineteen: ' || birth)
from (values ('1989-01-10', met()), ('1989-01-11', not_met())) as b (birth, expected);
select is(verdict('hiv_diagnosis', 'delete from ral.hiv_diagnosis'), not_met(), 'no diagnosis');
select is(verdict('hiv_diagnosis', 'update ral.hiv_diagnosis set confirmed = null, confirmatory_test = null'), not_met(), 'not confirmed');
select is(verdict('hiv_diagnosis', $$update ral.hiv_diagnosis set guideline = 'another'$$), not_met(), 'by another guideline');

-- Failure: HAART from 1 January 2004 to 1 January 2008, baseline 120000
select is(verdict('prior_failure',
        $$delete from ral.viral_load_result where collected > '2004-01-01'$$,
        format('insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load) values (%L, %L, %L, %L, %L)',
            'S1', '001', collected, assay, viral_load)), case expected when 'met' then met() when 'not met' then not_met() else unknown() end,
    format('%s by %s on %s, day %s of HAART', viral_load, assay, collected, collected - '2004-01-01'))
from (values
    -- (i) a fall of less than 1 log after 8 weeks, which are 56 days
    (date '2004-02-26', 'Quantiplex 3.0', '12001', 'met'),
    ('2004-02-25', 'Quantiplex 3.0', '12001', 'not met'),
    ('2004-02-26', 'Quantiplex 3.0', '12000', 'not met'),
    ('2004-02-26', 'Quantiplex 3.0', '<50', 'not met'),
    ('2004-02-26', 'Quantiplex 1.0', '<10000', 'not met'),
    ('2004-02-26', 'Quantiplex 3.0', '>500000', 'met'),
    -- (ii) detectable after 6 months
    ('2004-07-01', 'Quantiplex 3.0', '50', 'met'),
    ('2004-06-30', 'Quantiplex 3.0', '50', 'not met'),
    ('2004-07-01', 'Quantiplex 3.0', '<50', 'not met'),
    ('2004-07-01', 'Amplicor', '<400', 'unknown'),
    ('2004-07-01', 'Quantiplex 3.0', 'TND', 'not met'),
    ('2008-01-02', 'Quantiplex 3.0', '50000', 'unknown')) as r (collected, assay, viral_load, expected);
select is(verdict('prior_failure',
        $$delete from ral.viral_load_result where collected > '2004-01-01'$$,
        format('insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load) values (%L, %L, %L, %L, %L), (%1$L, %2$L, %6$L, %7$L, %8$L)',
            'S1', '001', '2004-03-15', first_assay, first, '2004-04-15', 'Quantiplex 3.0', second)),
    case expected when 'met' then met() when 'not met' then not_met() else unknown() end,
    format('%s, then %s', first, second))
from (values
    -- (iii) detectable again
    ('Quantiplex 3.0', '<50', '50', 'met'), ('Quantiplex 3.0', '<50', '<50', 'not met'), ('Quantiplex 3.0', '60', '70', 'not met'),
    ('Amplicor', '<400', '60', 'unknown')) as r (first_assay, first, second, expected);
select is(verdict('prior_failure', $$delete from ral.viral_load_result where collected > '2004-01-01'$$), unknown(), 'no viral load on HAART');
select is(verdict('prior_failure', $$delete from ral.art_history where drug = 'NVP'$$), not_met(), 'two drugs are no HAART');
select is(verdict('prior_failure', $$update ral.art_history set stopped = '2004-02-26'$$, $$update ral.viral_load_result set collected = '2004-02-26' where collected = '2005-12-20'$$),
    met(), 'HAART of 56 days');
select is(verdict('prior_failure', $$update ral.art_history set stopped = '2004-02-25'$$, $$update ral.viral_load_result set collected = '2004-02-25' where collected = '2005-12-20'$$),
    not_met(), 'HAART of 55 days');

-- Resistance, or intolerance
select is(verdict('resistance_or_intolerance', $$update ral.genotype_drug_call set call = 'susceptible' where drug = 'NVP'$$), not_met(), 'one drug');
select is(verdict('resistance_or_intolerance', $$update ral.genotype_drug_call set call = 'intermediate' where drug = 'NVP'$$), not_met(), 'one drug, and one in part');
select is(verdict('resistance_or_intolerance', 'delete from ral.genotype_drug_call'), unknown(), 'no genotype');
-- Every serious reaction counts, whatever it is called; those that the protocol names are examples.
select is(verdict('resistance_or_intolerance', 'delete from ral.genotype_drug_call',
        format('insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious) values (%1$L, %2$L, %3$L, %4$L, %5$L, true), (%1$L, %2$L, %6$L, %7$L, %5$L, %8$L)',
            'S1', '001', 'AZT', 'Bone marrow suppression', '2005-01-01', drug, reaction, is_serious)),
    case when expected then met() else unknown() end, format('AZT, and %s: %s', drug, reaction))
from (values ('NVP', 'liver damage', true, true), ('NVP', 'liver damage', false, false), ('NVP', 'nightmares', true, true),
    ('d4T', 'lactic acidosis', true, true), ('d4T', 'Peripheral neuropathy ', true, true), ('TDF', 'Fanconi syndrome', true, true), ('AZT', 'nausea', true, false))
    as i (drug, reaction, is_serious, expected);
create function evidence(of_criterion text, variadic statements text[]) returns text
    language plpgsql
as $$
declare
    statement text;
begin
    foreach statement in array statements loop
        execute statement;
    end loop;
    raise exception using errcode = 'ZZ001', message = (select e.evidence from eligibility('ral', '001') as e where criterion = of_criterion);
exception when sqlstate 'ZZ001' then
    return sqlerrm;
end;
$$;
select is(evidence('resistance_or_intolerance', 'delete from ral.genotype_drug_call',
        $$insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious)
            values ('S1', '001', 'd4T', 'Peripheral Neuropathy', '2005-01-01', true), ('S1', '001', 'NVP', 'liver damage', '2005-01-01', true),
                ('S1', '001', 'TDF', 'Fanconi syndrome', '2005-01-01', true), ('S1', '001', 'EFV', 'rash', '2005-01-01', false)$$),
    'no genotype is recorded; serious intolerance: NVP (liver damage), TDF (Fanconi syndrome), d4T (Peripheral Neuropathy, which the protocol names peripheral neuritis)',
    'the evidence names them, and what the protocol calls them');
-- An amendment can say that a reaction does not count, under each of its names.
select is(verdict('resistance_or_intolerance', 'delete from ral.genotype_drug_call',
        format('insert into ral.listed_intolerance (drug, reaction, effective_from, listed, synonyms) values (%L, %L, %L, false, %L)', 'NVP', 'rash', effective_from, '{Exanthema}'),
        format('insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious) values (%1$L, %2$L, %3$L, %4$L, %5$L, true), (%1$L, %2$L, %6$L, %7$L, %5$L, true)',
            'S1', '001', 'AZT', 'anaemia', '2005-01-01', 'NVP', reaction)),
    case when expected then met() else unknown() end, format('%s, struck from %s', reaction, effective_from))
from (values (' RASH', current_date, false), ('exanthema', current_date, false), ('rash', current_date + 1, true), ('hepatitis', current_date, true))
    as i (reaction, effective_from, expected);
select is(verdict('prior_failure', $$delete from ral.viral_load_result where collected > '2004-01-01'$$,
        $$insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious)
            values ('S1', '001', 'AZT', 'bone marrow suppression', '2005-01-01', true), ('S1', '001', 'EFV', 'liver damage', '2005-01-01', true)$$),
    met(), 'who enters for intolerance need not have failed');
select is(verdict('prior_failure', 'update ral.protocol set intolerance_requires_failure = true', $$delete from ral.viral_load_result where collected > '2004-01-01'$$,
        $$insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious)
            values ('S1', '001', 'AZT', 'bone marrow suppression', '2005-01-01', true), ('S1', '001', 'EFV', 'liver damage', '2005-01-01', true)$$),
    unknown(), 'unless the protocol says so');
select is(outcome($$insert into ral.art_history (site_id, subject_id, drug, started, stopped) values ('S1', '001', 'AZT', '2007-12-31', null)$$),
    '23514 ral.art_history art_history_overlap', 'periods of one drug do not overlap');
select is(outcome($$insert into ral.art_history (site_id, subject_id, drug, started, stopped) values ('S1', '001', 'AZT', '2008-01-01', null)$$),
    'accepted', 'but may follow each other');

-- Every path, and the error
call make_candidate('002');
delete from ral.genotype_drug_call where subject_id = '002';
select is(paths('ral.enrolment', 'site_id, subject_id, enrolled', 'site_id, subject_id', $$'S1', '001', '2008-02-01'$$, $$'S1', '002', '2008-02-01'$$),
    array['23514 ral.enrolment eligibility', 'accepted'], 'an enrolment by every path; an update of nothing is accepted');
select throws_ok($$insert into ral.enrolment (site_id, subject_id, enrolled) values ('S1', '001', '2008-02-01'), ('S1', '002', '2008-02-01')$$,
    '23514', 'rule "eligibility" of table "enrolment" is broken by 1 row', 'one of two is not eligible');
select is_empty('select subject_id from ral.enrolment union all select subject_id from ral.eligibility_verdict', 'neither is enrolled');

-- Frozen verdicts, and evidence that cannot go
insert into ral.enrolment (site_id, subject_id, enrolled, first_dose) values ('S1', '001', '2008-02-01', '2008-02-01');
select is((select count(*) from ral.eligibility_verdict where verdict = 'met' and as_of = '2008-02-01'), 5::bigint, 'the verdicts are kept');
select is(outcome(evidence), '23514 ral.enrolment eligibility', evidence)
from unnest(array[
    $$delete from ral.genotype_drug_call where subject_id = '001' and drug = 'NVP'$$,
    $$update ral.genotype_drug_call set call = 'susceptible' where subject_id = '001'$$,
    $$update ral.subject set birth_date = '1995-01-01' where subject_id = '001'$$,
    $$delete from ral.hiv_diagnosis where subject_id = '001'$$,
    $$delete from ral.art_history where subject_id = '001'$$,
    $$update ral.consent set withdrawn = '2008-01-20' where subject_id = '001'$$,
    $$delete from ral.viral_load_result where subject_id = '001'$$]) as evidence;
select is(outcome($$delete from ral.genotype_drug_call where subject_id = '002'$$, $$delete from ral.genotype_drug_call where subject_id = '001' and drug = 'AZT'$$),
    'accepted', 'what no verdict rests on may go');

-- A serious event of the study that is related to a drug is evidence as well, if it began by the day.
insert into ral.regimen (site_id, subject_id, drug, started) values ('S1', '001', 'TDF', '2008-01-15');
insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious) values ('S1', '001', 'AZT', 'anaemia', '2005-01-01', true);
create procedure make_event(onset text, relatedness text, is_serious boolean)
    language sql
begin atomic
    insert into ral.adverse_event (site_id, subject_id, event_number, term, onset, grade, is_serious, is_medically_important, action_taken, outcome, aware_at)
        values ('S1', '001', 1, 'Fanconi syndrome', onset, 3, is_serious, is_serious, 'NOT APPLICABLE', 'UNKNOWN', '2008-03-10 12:00Z');
    insert into ral.adverse_event_relatedness (site_id, subject_id, event_number, drug, relatedness) values ('S1', '001', 1, 'TDF', relatedness);
end;
select is(outcome(format('call make_event(%L, %L, %L)', onset, relatedness, is_serious), $$delete from ral.genotype_drug_call where subject_id = '001'$$),
    expected, format('an event of %s, %s, serious: %s', onset, relatedness, is_serious))
from (values ('2008-02-01', 'possibly related', true, 'accepted'), ('2008-02-02', 'possibly related', true, '23514 ral.enrolment eligibility'),
    ('2008-01-20', 'not related', true, '23514 ral.enrolment eligibility'), ('2008-01-20', 'related', false, '23514 ral.enrolment eligibility'))
    as e (onset, relatedness, is_serious, expected);
select is(outcome($$call make_event('2008-01-20', 'related', true)$$, $$delete from ral.genotype_drug_call where subject_id = '001'$$, statement),
    '23514 ral.enrolment eligibility', 'and cannot go: ' || statement)
from unnest(array['delete from ral.adverse_event_relatedness', $$update ral.adverse_event set onset = '2008-02-02'$$, 'update ral.relatedness_category set is_related = false']) as statement;
-- Of an event that may have begun by the day nobody can know.
create function verdict_of_event(onset text) returns text
    language plpgsql
as $$
begin
    call make_event(onset, 'related', true);
    update ral.rule set active = false where name = 'eligibility';
    update ral.genotype_drug_call set call = 'susceptible' where subject_id = '001';
    raise exception using errcode = 'ZZ001', message = (select verdict
        from eligibility_of('ral', array[row('S1', '001', '2008-02-01')::candidate]) where criterion = 'resistance_or_intolerance');
exception when sqlstate 'ZZ001' then
    return sqlerrm;
end;
$$;
select is(verdict_of_event(onset), expected, 'an event of ' || onset)
from (values ('2008-01', 'met'), ('2008-02', 'unknown'), ('2008-03', 'not met')) as o (onset, expected);
delete from ral.intolerance;
delete from ral.regimen;

-- The regimen
insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious)
    values ('S1', '001', 'NVP', 'liver damage', '2008-02-01', true), ('S1', '001', 'ddI', 'nausea', '2005-01-01', false);
select is(
    outcome('insert into ral.regimen (site_id, subject_id, drug, started, dose_mg, doses_per_day) values ' || rows), expected, rows)
from (values
    ($$('S1', '001', 'RAL', '2008-02-01', 400, 2), ('S1', '001', 'DRV', '2008-02-01', 600, 2)$$, 'accepted'),
    ($$('S1', '001', 'RAL', '2008-02-01', 400, 1), ('S1', '001', 'DRV', '2008-02-01', 600, 2)$$, '23514 ral.regimen study_drug_dose'),
    ($$('S1', '001', 'RAL', '2008-02-01', 800, 2), ('S1', '001', 'DRV', '2008-02-01', 600, 2)$$, '23514 ral.regimen study_drug_dose'),
    ($$('S1', '001', 'RAL', '2008-02-01', null, 2), ('S1', '001', 'DRV', '2008-02-01', 600, 2)$$, '23514 ral.regimen study_drug_dose'),
    ($$('S1', '001', 'RAL', '2008-02-01', 400, 2)$$, '23514 ral.regimen optimized_background'),
    ($$('S1', '001', 'RAL', '2008-02-01', 400, 2), ('S1', '001', 'RTV', '2008-02-01', 100, 2)$$, '23514 ral.regimen optimized_background'),
    ($$('S1', '001', 'RAL', '2008-02-01', 400, 2), ('S1', '001', 'DRV', '2008-02-02', 600, 2)$$, '23514 ral.regimen optimized_background'),
    ($$('S1', '001', 'RAL', '2008-02-01', 400, 2), ('S1', '001', 'ddI', '2008-02-01', 400, 1)$$, 'accepted'),
    ($$('S1', '001', 'RAL', '2008-02-01', 400, 2), ('S1', '001', 'NVP', '2008-02-01', 200, 2)$$, '23514 ral.regimen regimen_intolerance'),
    ($$('S1', '001', 'NVP', '2008-01-31', 200, 2)$$, 'accepted'),
    ($$('S1', '001', 'RAL', '2008-01-31', 400, 2), ('S1', '001', 'DRV', '2008-01-31', 600, 2)$$, '23514 ral.regimen first_dose'),
    ($$('S1', '001', 'DRV', '2008-02-01', 600, 2), ('S1', '001', 'DRV', '2008-02-05', 600, 2)$$, '23514 ral.regimen regimen_overlap'),
    ($$('S1', '001', 'DRV', '2008-01-09', 600, 2)$$, '23514 ral.regimen consent')) as r (rows, expected);
insert into ral.regimen (site_id, subject_id, drug, started, dose_mg, doses_per_day)
    values ('S1', '001', 'RAL', '2008-02-01', 400, 2), ('S1', '001', 'DRV', '2008-02-01', 600, 2);
select is(outcome($$delete from ral.regimen where drug = 'DRV'$$), '23514 ral.regimen optimized_background', 'the background therapy cannot go');
-- It went past the rules.  What comes in can only mend a background.
set session_replication_role = replica;
delete from ral.regimen where drug = 'DRV';
set session_replication_role = origin;
select is(outcome($$insert into ral.regimen (site_id, subject_id, drug, started, dose_mg, doses_per_day) values ('S1', '001', 'ETR', '2008-02-03', 200, 2)$$),
    'accepted', 'a drug that comes in has no other drug of the subject judged by its background');
insert into ral.regimen (site_id, subject_id, drug, started, dose_mg, doses_per_day) values ('S1', '001', 'DRV', '2008-02-01', 600, 2);
select is(outcome(format($$insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious) values ('S1', '001', 'DRV', 'rash', %L, true)$$, day)),
    expected, 'intolerance from ' || day)
from (values ('2008-02-01', '23514 ral.regimen regimen_intolerance'), ('2008-02-02', 'accepted')) as d (day, expected);

-- A first dose needs a viral load and a CD4 count of screening, or the reason why there is none.
delete from ral.regimen;
update ral.enrolment set first_dose = null;
create function dosed(variadic statements text[]) returns text
    language sql
    return outcome(variadic array['delete from ral.missing_result'] || statements || $$update ral.enrolment set first_dose = '2008-02-10' where subject_id = '001'$$::text);
create function taken(what text, collected text, visit text default null) returns text
    language sql
    return format(case what when 'viral load' then $s$insert into ral.viral_load_result (site_id, subject_id, collected, visit, assay, viral_load) values ('S1', '001', %1$L, %2$L, 'Quantiplex 3.0', '50000')$s$
        when 'CD4' then $s$insert into ral.cd4_result (site_id, subject_id, collected, visit, cd4_count) values ('S1', '001', %1$L, %2$L, 200)$s$
        else $s$insert into ral.missing_result (site_id, subject_id, assessment, collected, visit, reason) values ('S1', '001', 'CD4', %1$L, %2$L, 'rejected')$s$ end, collected, visit);
select is(dosed('select'), '23514 ral.enrolment screening_results', 'neither');
select is(dosed(taken('viral load', '2008-01-20')), '23514 ral.enrolment screening_results', 'no CD4 count');
select is(dosed(taken('CD4', '2008-01-20')), '23514 ral.enrolment screening_results', 'no viral load');
select is(dosed(taken('viral load', '2008-01-20'), taken('CD4', '2008-01-20')), 'accepted', 'both');
select is(dosed(taken('viral load', '2008-01-20'), taken('none', '2008-01-20')), 'accepted', 'one, and why the other is missing');
select is(dosed(taken('viral load', '2007-12-30'), taken('CD4', '2008-02-10')), 'accepted', 'on the first and the last day');
select is(dosed(taken('viral load', '2007-12-29'), taken('CD4', '2008-02-10')), '23514 ral.enrolment screening_results', 'too early');
select is(dosed(taken('viral load', '2008-01-20'), taken('CD4', '2008-02-11')), '23514 ral.enrolment screening_results', 'too late');
select is(dosed($$insert into ral.visit (site_id, subject_id, visit, visit_date, deviation_reason) values ('S1', '001', 'screening', '2008-01-10', 'delayed')$$,
        taken('viral load', '2008-01-10', 'screening'), taken('CD4', '2008-01-10', 'screening'),
        'update ral.protocol set screening_limit_days = 10'), 'accepted', 'of a screening visit that is a deviation');
select is(dosed('update ral.protocol set screening_results_before = $$nothing$$'), 'accepted', 'where the protocol does not ask for it');
select is(outcome('delete from ral.missing_result', 'update ral.protocol set screening_results_before = $$enrolment$$'), '23514 ral.enrolment screening_results', 'before enrolment');
select is(outcome('delete from ral.missing_result', taken('viral load', '2008-02-01'), taken('CD4', day), 'update ral.protocol set screening_results_before = $$enrolment$$'),
    expected, 'before enrolment: ' || day)
from (values ('2008-02-01', 'accepted'), ('2008-02-02', '23514 ral.enrolment screening_results')) as d (day, expected);
select is(outcome('delete from ral.missing_result', taken('viral load', '2008-01-20'), taken('CD4', '2008-01-20'),
        $$update ral.enrolment set first_dose = '2008-02-10' where subject_id = '001'$$, 'delete from ral.cd4_result'), '23514 ral.enrolment screening_results', 'and cannot go');
select is_empty($$select * from violations('ral')$$, 'nothing in the study breaks a rule');

-- As many as may be: two further ones at S2, and three in the study.
do $$ begin for n in 1..3 loop call make_candidate('place' || n, 'S2'); call make_candidate('place' || n); end loop; end; $$;
insert into ral.enrolment_limit (site, maximum)
    select 'S2', count(*) filter (where site_id = 'S2') + 2 from ral.enrolment union all select '*', count(*) + 3 from ral.enrolment;
create function enrol(variadic places text[]) returns text
    language sql
    return outcome('insert into ral.enrolment (site_id, subject_id, enrolled) values '
        || (select string_agg(format('(%L, %L, %L)', left(place, 2), substr(place, 4), '2008-02-01'), ', ') from unnest(places) as place));
select is(enrol('S2 place1', 'S2 place2'), 'accepted', 'the last place of a site');
select is(enrol('S2 place1', 'S2 place2', 'S2 place3'), '23514 ral.enrolment enrolment_limit', 'and one more');
select is(enrol('S2 place1', 'S1 place1', 'S1 place2'), 'accepted', 'the last place of the study');
select is(enrol('S2 place1', 'S1 place1', 'S1 place2', 'S1 place3'), '23514 ral.enrolment enrolment_limit', 'and one more');
select throws_ok($$update ral.enrolment_limit set maximum = 0 where site = '*'$$, '23514', null, 'fewer than are enrolled cannot be the most');
select is(outcome($$delete from ral.enrolment_limit$$, $$insert into ral.enrolment (site_id, subject_id, enrolled)
    select site_id, subject_id, '2008-02-01' from ral.subject where subject_id ~ 'place'$$), 'accepted', 'without a limit there is none');
select is(outcome('delete from ral.enrolment_limit', format('insert into ral.enrolment_limit (site, maximum, effective_from) select %L, count(*), %L from ral.enrolment', '*', '-infinity'),
    format('insert into ral.enrolment_limit (site, maximum, effective_from) select %L, 90, %L', '*', opened), $$insert into ral.enrolment (site_id, subject_id, enrolled) values ('S2', 'place1', '2008-02-01')$$), expected,
    'an amendment gives more places from ' || opened)
from (values ('2008-02-01', 'accepted'), ('2008-02-02', '23514 ral.enrolment enrolment_limit')) as a (opened, expected);
begin isolation level repeatable read;
select is(enrol('S2 place1'), '55000', 'who does not see the last to come is not believed');
commit;
delete from ral.enrolment_limit;

-- A stop of enrolment
call make_candidate('stopped', 'S2');
insert into ral.enrolment_stop (site, closed_from, reason) values ('S2', '2008-02-01', 'the committee asks for it');
select throws_ok($$insert into ral.enrolment (site_id, subject_id, enrolled) values ('S2', 'stopped', '2008-02-01')$$, '23514',
    'rule "enrolment_closed" of table "enrolment" is broken by 1 row', 'enrolment is closed');
select is(outcome($$update ral.enrolment_stop set opened_again = '2008-02-02'$$,
    format($$insert into ral.enrolment (site_id, subject_id, enrolled) values ('S2', 'stopped', %L)$$, day)), expected, 'and open again on ' || day)
from (values ('2008-02-01', '23514 ral.enrolment enrolment_closed'), ('2008-02-02', 'accepted')) as d (day, expected);
select is(outcome($$delete from ral.enrolment_stop$$, $$insert into ral.enrolment (site_id, subject_id, enrolled) values ('S2', 'stopped', '2008-02-01')$$,
    $$insert into ral.enrolment_stop (site, closed_from, reason) values ('*', '2008-01-31', 'too late')$$), '23514 ral.enrolment enrolment_closed',
    'nobody stops what has happened');

select * from finish();
