-- Genotypes in a study: eligibility by the cumulative genotype, the activity of
-- the background, what is refused and what is recorded.
\ir include/study.sql
select no_plan();

-- Each test of a subject anew: collected, genes, mutations; and its calls.
create procedure set_genotypes(subject text, variadic tests text[])
    language plpgsql
as $$
declare
    test text;
begin
    delete from ral.genotype_drug_call where subject_id = subject;
    delete from ral.genotype where subject_id = subject;
    foreach test in array tests loop
        insert into ral.genotype (site_id, subject_id, collected, genes, mutations)
        select 'S1', subject, split_part(test, '|', 1)::date, nullif(split_part(test, '|', 2), '')::text[],
            case split_part(test, '|', 3) when 'calls' then null else mutations(split_part(test, '|', 3)) end;
    end loop;
end;
$$;

-- The verdict on resistance, on a day, and what the evidence says of it.
create function resistance_of(subject text, day date) returns text
    language plpgsql
    set search_path = ral, public
as $$
begin
    return (select verdict || ': ' || split_part(evidence, '; serious', 1)
        from eligibility_of('ral', array[row('S1', subject, day)::candidate]) where criterion = 'resistance_or_intolerance');
end;
$$;

call make_candidate('001');
call make_candidate('002');

-- Without an algorithm, the laboratory's calls
select is(resistance_of('001', '2008-02-01'), 'met: resistance by genotype: 3TC, NVP', 'no algorithm: the calls decide');
update ral.genotype set mutations = mutations('RT: T69D'), genes = '{PR,RT}';
select is(resistance_of('001', '2008-02-01'), 'met: resistance by genotype: 3TC, NVP', 'also where mutations are known');
select is_empty('select * from ral.genotype_disagreement', 'and nothing disagrees');

-- Columns that hold a genotype
select is(outcome($$update ral.genotype set mutations = mutations('IN: N155H')$$), '23514 ral.genotype genotype_genes', 'a mutation of a gene that was not sequenced');
select is(outcome($$update ral.genotype set genes = '{RT,pol}'$$), '23514 ral.genotype genotype_genes', 'a gene that is none');
select is(outcome($$update ral.genotype set genes = null, mutations = mutations('IN: N155H')$$), 'accepted', 'genes not named');

-- The algorithm: 3TC, TDF, AZT, EFV, ETR, LPV/r, DRV/r and RAL
\set document `cat demo/resistance_algorithm.xml`
select is(name, 'Demonstration', 'an algorithm is loaded into the study') from load_resistance_algorithm(:'document', 'ral');
select results_eq('select algorithm, algorithm_version, effective_from, effective_before from ral.resistance_algorithm_period',
    $$values ('Demonstration', '1', date '-infinity', date 'infinity')$$, 'the first one loaded applies where the protocol names none');
select set_has('select drug, algorithm_drug from ral._algorithm_drug_used', $$values ('LPV', 'LPV/r'), ('DRV', 'DRV/r'), ('TDF', 'TDF')$$, 'drugs go by the algorithm''s names');

-- Eligibility by the cumulative genotype
select is(resistance_of('001', '2008-02-01'),
    'not met: resistance by genotype (Demonstration 1): NVP (the laboratory otherwise: 3TC resistant)', 'a drug that the algorithm knows goes by it, another by the calls');
select results_eq($$select subject_id, collected, drug, laboratory_call, interpretation, level, mutations from ral.genotype_disagreement order by 1$$,
    $$values ('001', date '2007-12-01', '3TC', 'resistant', 'susceptible', 1, '{RT:T69D}'), ('002', '2007-12-01', '3TC', 'resistant', 'susceptible', 1, '{RT:T69D}')$$,
    'the disagreement is shown');
call set_genotypes('001', '2005-03-01|{RT}|RT: K103N', '2007-12-01|{PR,RT}|RT: M184V');
select is(resistance_of('001', '2008-02-01'), 'met: resistance by genotype (Demonstration 1): 3TC, EFV', 'two tests, and each has one of two drugs');
select is(resistance_of('001', '2007-12-01'), 'met: resistance by genotype (Demonstration 1): 3TC, EFV', 'a test counts on its day');
select is(resistance_of('001', '2007-11-30'), 'not met: resistance by genotype (Demonstration 1): EFV', 'and not the day before');
select is(resistance_of('001', '2005-02-28'), 'unknown: no genotype is recorded', 'before all tests nothing is known');
call set_genotypes('001', '2007-12-01|{PR}|PR: M46L');
select is(resistance_of('001', '2008-02-01'), 'not met: resistance by genotype (Demonstration 1): none', 'a gene that was not sequenced says nothing of its drugs');
call set_genotypes('001', '2007-12-01|{}|');
select is(resistance_of('001', '2008-02-01'), 'unknown: no genotype is recorded', 'a test without a sequenced gene says nothing');
call set_genotypes('001', '2007-12-01||RT: M184V, K103N');
select is(resistance_of('001', '2008-02-01'), 'met: resistance by genotype (Demonstration 1): 3TC, EFV', 'genes not named are those with mutations');
-- What was not read is not susceptible, nor resistant
call set_genotypes('001', '2007-12-01|{RT}|RT: M184X, K65X, K103N');
select is(resistance_of('001', '2008-02-01'), 'unknown: resistance by genotype (Demonstration 1): EFV, open: 3TC (RT 65, 184), TDF (RT 65, 184)',
    'what positions that were not read could add is unknown');
call set_genotypes('001', '2007-12-01|{RT}|RT: M184X, K103N, M41L, D67d, T215Y');
select is(resistance_of('001', '2008-02-01'), 'met: resistance by genotype (Demonstration 1): AZT, EFV, open: 3TC (RT 184)', 'what is established is enough');
call set_genotypes('001', '2007-12-01|{RT}|RT: M184X');
select is(resistance_of('001', '2008-02-01'), 'not met: resistance by genotype (Demonstration 1): none, open: 3TC (RT 184)', 'or cannot be enough');
call set_genotypes('001', '2005-03-01|{RT}|RT: M184X', '2007-12-01|{RT}|');
select is(resistance_of('001', '2008-02-01'), 'not met: resistance by genotype (Demonstration 1): none', 'another test has read it');
call set_genotypes('001', '2005-03-01|{RT}|RT: 1-100, K103N', '2007-12-01|{RT}|RT: 150-240, M184V');
select is(resistance_of('001', '2008-02-01'),
    'met: resistance by genotype (Demonstration 1): 3TC, EFV', 'two tests that cover a part each');
call set_genotypes('001', '2005-03-01||calls', '2007-12-01|{RT}|RT: M184V');
insert into ral.genotype_drug_call (site_id, subject_id, collected, drug, call)
    values ('S1', '001', '2005-03-01', 'EFV', 'resistant'), ('S1', '001', '2005-03-01', 'LPV', 'intermediate'), ('S1', '001', '2007-12-01', 'AZT', 'resistant');
select is(resistance_of('001', '2008-02-01'),
    'met: resistance by genotype (Demonstration 1): 3TC, EFV (the laboratory otherwise: AZT resistant, EFV resistant)',
    'of a test without mutations the calls count, of another the algorithm');
update ral.protocol set intermediate_counts_as_resistant = true;
call set_genotypes('001', '2007-12-01|{RT}|RT: K70E, M184V');
select is(resistance_of('001', '2008-02-01'), 'met: resistance by genotype (Demonstration 1): 3TC, TDF', 'intermediate, where it counts');
update ral.protocol set intermediate_counts_as_resistant = false;
select is(resistance_of('001', '2008-02-01'), 'not met: resistance by genotype (Demonstration 1): 3TC', 'and where it does not');
select is(paths('ral.enrolment', 'site_id, subject_id, enrolled', 'site_id, subject_id', $$'S1', '001', '2008-02-01'$$, $$'S1', '002', '2008-02-01'$$),
    array['23514 ral.enrolment eligibility'], 'who is resistant by the calls alone is enrolled by no path');
select is(outcome($$insert into ral.enrolment (site_id, subject_id, enrolled) values ('S1', '002', '2008-02-01')$$),
    '23514 ral.enrolment eligibility', 'nor by itself');

-- An algorithm of an amendment
select is(outcome($$update ral.protocol set resistance_algorithm = 'Demonstration', resistance_algorithm_version = '2'$$),
    '23503 ral.protocol protocol_resistance_algorithm_resistance_algorithm_version_fkey', 'an algorithm that is not loaded');
select is(outcome($$update ral.protocol set resistance_algorithm = 'Demonstration'$$),
    '23503 ral.protocol protocol_resistance_algorithm_resistance_algorithm_version_fkey', 'an algorithm without its version');
select is(version, '2', 'a second algorithm is loaded') from load_resistance_algorithm($$<ALGORITHM>
    <ALGNAME>Strict</ALGNAME><ALGVERSION>2</ALGVERSION>
    <DEFINITIONS>
        <GENE_DEFINITION><NAME>RT</NAME><DRUGCLASSLIST>NRTI</DRUGCLASSLIST></GENE_DEFINITION>
        <LEVEL_DEFINITION><ORDER>1</ORDER><ORIGINAL>None</ORIGINAL><SIR>S</SIR></LEVEL_DEFINITION>
        <LEVEL_DEFINITION><ORDER>2</ORDER><ORIGINAL>Potential</ORIGINAL><SIR>S</SIR></LEVEL_DEFINITION>
        <LEVEL_DEFINITION><ORDER>3</ORDER><ORIGINAL>High</ORIGINAL><SIR>R</SIR></LEVEL_DEFINITION>
        <DRUGCLASS><NAME>NRTI</NAME><DRUGLIST>ABC, DDI, TDF</DRUGLIST></DRUGCLASS>
    </DEFINITIONS>
    <DRUG><NAME>ABC</NAME><RULE><CONDITION>184V</CONDITION><ACTIONS><LEVEL>2</LEVEL></ACTIONS></RULE></DRUG>
    <DRUG><NAME>DDI</NAME><RULE><CONDITION>74V</CONDITION><ACTIONS><LEVEL>3</LEVEL></ACTIONS></RULE></DRUG>
    <DRUG><NAME>TDF</NAME><RULE><CONDITION>65R</CONDITION><ACTIONS><LEVEL>3</LEVEL></ACTIONS></RULE></DRUG>
</ALGORITHM>$$::xml, 'ral');
select is(resistance_of('001', '2008-02-01'), 'not met: resistance by genotype (Demonstration 1): 3TC', 'which changes nothing by itself');
create procedure amend(day date, changes text)
    language plpgsql
as $$
begin
    create temporary table amendment as select * from ral.protocol where effective_from = '-infinity';
    update amendment set effective_from = day, amendment = 'next';
    execute 'update amendment set ' || changes;
    insert into ral.protocol select * from amendment;
    drop table amendment;
end;
$$;
call amend('2008-03-01', $$resistance_algorithm = 'Strict', resistance_algorithm_version = '2'$$);
call set_genotypes('001', '2007-12-01|{RT}|RT: K65R, L74V');
select is(resistance_of('001', '2008-02-29'), 'not met: resistance by genotype (Demonstration 1): TDF', 'the day before an amendment');
select is(resistance_of('001', '2008-03-01'), 'met: resistance by genotype (Strict 2): TDF, ddI', 'the day of an amendment that names another');
select is(outcome($$delete from ral.resistance_algorithm_version where name = 'Strict'$$) ~ '^23503', true, 'an algorithm that is named stays');

-- The background: ETR and DRV are fully active, TDF is not, AZT partly, d4T unknown
call set_genotypes('001', '2007-12-01|{PR,RT}|RT: K65R, M184I, K103N, T215F');
insert into ral.enrolment (site_id, subject_id, enrolled, first_dose) values ('S1', '001', '2008-02-01', '2008-02-01');
create function give(variadic drugs text[]) returns text
    language sql
    return 'insert into ral.regimen (site_id, subject_id, drug, started, dose_mg, doses_per_day, justification) values '
        || array_to_string(array(select format($$('S1', '001', %L, '2008-02-01', 400, 2, %L)$$, split_part(d, ':', 1), nullif(split_part(d, ':', 2), ''))
            from unnest(drugs) as d), ', ');
select is(outcome(give(variadic drugs)), expected, array_to_string(drugs, ' + '))
from (values
    (array['RAL', 'ETR', 'DRV', 'RTV'], 'accepted'),
    (array['RAL', 'DRV', 'RTV'], '23514 ral.regimen background_active_drugs'),
    (array['RAL', 'DRV', 'TDF'], '23514 ral.regimen background_active_drugs'),
    (array['RAL', 'DRV', 'AZT'], '23514 ral.regimen background_active_drugs'),
    (array['RAL', 'DRV', 'd4T'], '23514 ral.regimen background_active_drugs'),
    (array['RAL', 'DRV', 'TDF', 'LPV'], 'accepted'),
    (array['RAL:nothing else was at hand', 'DRV', 'TDF'], 'accepted'),
    (array['RAL', 'DRV:nothing else was at hand', 'TDF'], 'accepted'),
    (array['DRV', 'TDF'], 'accepted'),
    (array['RAL', 'ETR', 'DRV', 'TDF'], 'accepted')) as r (drugs, expected);
select is(outcome(give('RAL: ', 'DRV', 'TDF')), '23514 ral.regimen regimen_justification_check', 'a blank is no justification');
select is(outcome(give('DRV', 'TDF'), give('RAL')), '23514 ral.regimen background_active_drugs', 'the background first, the study drug later');
select is(outcome(give('ETR', 'DRV'), give('RAL')), 'accepted', 'the same with active drugs');
select is(outcome(give('ETR', 'DRV', 'RAL'), $$update ral.regimen set drug = 'TDF' where drug = 'ETR'$$), '23514 ral.regimen background_active_drugs', 'an active drug exchanged');
select is(outcome(give('ETR', 'DRV', 'RAL'), $$delete from ral.regimen where drug = 'ETR'$$), '23514 ral.regimen background_active_drugs', 'an active drug taken away');
select is(outcome(give('ETR', 'DRV', 'RAL'), $$update ral.regimen set stopped = '2008-03-01' where drug = 'ETR'$$), 'accepted', 'an active drug stopped');
select is(outcome(give('ETR', 'DRV', 'RAL'), $$update ral.regimen set stopped = '2008-02-20' where drug = 'ETR'$$,
    format($$insert into ral.regimen (site_id, subject_id, drug, started) values ('S1', '001', %L, '2008-02-20')$$, drug)), expected, 'and replaced by ' || drug)
from (values ('LPV', 'accepted'), ('TDF', '23514 ral.regimen background_active_drugs')) as r (drug, expected);
select is(outcome(give('ETR', 'DRV', 'RAL'), $$update ral.regimen set stopped = '2008-02-20' where drug = 'ETR'$$,
    $$insert into ral.regimen (site_id, subject_id, drug, started, justification) values ('S1', '001', 'TDF', '2008-02-20', 'rash')$$), 'accepted', 'with a justification');
insert into ral.regimen (site_id, subject_id, drug, started) values ('S1', '001', 'DRV', '2008-02-01'), ('S1', '001', 'TDF', '2008-02-01');
select is(paths('ral.regimen', 'site_id, subject_id, drug, started, dose_mg, doses_per_day, justification', 'site_id, subject_id, drug, started',
    $$'S1', '001', 'RAL', '2008-02-01', 400, 2, 'nothing else was at hand'$$, $$'S1', '001', 'RAL', '2008-02-01', 400, 2, null$$),
    array['23514 ral.regimen background_active_drugs'], 'a background without a justification comes in by no path');
select throws_ok(give('RAL'), '23514', 'rule "background_active_drugs" of table "regimen" is broken by 1 row', 'the error says which rule');
select is(outcome($$update ral.protocol set background_active_drugs = 1$$, give('RAL')), 'accepted', 'where the protocol asks for one active drug');
select is(outcome($$update ral.protocol set fully_active_level = 2$$, give('RAL')), '23514 ral.regimen background_active_drugs', 'where level 2 is fully active, TDF at 3 is not');
select is(outcome($$update ral.protocol set fully_active_level = 3$$, give('RAL')), 'accepted', 'where level 3 is');
delete from ral.regimen;

-- The genotype up to the day, and the day alone
call make_candidate('005');
call set_genotypes('005', '2007-12-01|{PR,RT}|RT: M184I, K103N');
insert into ral.enrolment (site_id, subject_id, enrolled, first_dose) values ('S1', '005', '2008-02-01', '2008-02-01');
select is(outcome(format($$insert into ral.genotype (site_id, subject_id, collected, mutations) values ('S1', '005', %L, mutations('RT: K65R'))$$, day),
    replace(give('RAL', 'TDF', 'DRV'), $$'001'$$, $$'005'$$)), expected, 'TDF resistance found on ' || day)
from (values ('2008-02-01', '23514 ral.regimen background_active_drugs'), ('2008-02-02', 'accepted')) as d (day, expected);

-- An open drug is not fully active, and the positions to sequence are shown
update ral.genotype set mutations = mutations('RT: M184I, K103N, K65X; PR: 60-99') where subject_id = '005';
select is(outcome(replace(give('RAL', 'TDF', 'DRV'), $$'001'$$, $$'005'$$)), '23514 ral.regimen background_active_drugs', 'an open drug is not counted');
select lives_ok(replace(give('RAL:none other', 'TDF', 'DRV'), $$'001'$$, $$'005'$$), 'with a justification');
select results_eq($$select drug, level, sir, lowest_level, highest_level, open_positions, is_fully_active from ral.obt_activity where subject_id = '005' order by drug$$,
    $$values ('DRV', null::integer, null, 1, 3, 'PR 32, 47, 50, 54', null::boolean), ('TDF', null, null, 1, 3, 'RT 65', null)$$, 'obt_activity shows what is open');
select matches(reason, 'activity unknown: level 1 to \d .*; open: sequence RT 65(,|;)') from obt_candidates('ral', '005', '2008-02-01') where drug = 'TDF';
select is(is_fully_active, null, 'unknown') from obt_candidates('ral', '005', '2008-02-01') where drug = 'TDF';
select matches(drugs, 'TDF open, level 1 to \d by RT 65') from ral.background_choice where subject_id = '005';
-- What is open stays so, whatever a laboratory called the drug by a test of which nothing else is known
insert into ral.genotype (site_id, subject_id, collected) values ('S1', '005', '2007-11-01');
insert into ral.genotype_drug_call (site_id, subject_id, collected, drug, call)
values ('S1', '005', '2007-11-01', 'TDF', 'susceptible'), ('S1', '005', '2007-11-01', 'ddI', 'intermediate');
select results_eq($$select drug, is_fully_active from obt_candidates('ral', '005', '2008-02-01') limit 9$$,
    $$values ('ETR', true), ('AZT', true), ('ddI', false), ('DLV', null), ('RPV', null), ('ABC', null), ('FTC', null), ('TDF', null), ('d4T', null)$$,
    'what is open comes after what is known, susceptible by an earlier test or not');
select is(reason, 'activity unknown: level 1 to 3 (Demonstration 1, 1 genotype); open: sequence RT 65; an earlier test called it susceptible; not taken before',
    'and the reason says both') from obt_candidates('ral', '005', '2008-02-01') where drug = 'TDF';
delete from ral.regimen where subject_id = '005';

-- The justified background is a deviation, and only as long as it is one
select lives_ok(give('RAL:nothing else was at hand', 'DRV', 'TDF', 'RTV'), 'a justified background');
select results_eq($$select item, description from ral.deviation where rule = 'background_not_fully_active'$$,
    $$values ('2008-02-01', '1 of the 2 fully active drugs: DRV level 1 Susceptible, TDF level 3 Resistant, RTV booster. nothing else was at hand')$$, 'is a deviation of its own kind');
select results_eq($$select drug, algorithm, level, sir, is_fully_active from ral.obt_activity order by drug$$,
    $$values ('DRV', 'Demonstration', 1, 'S', true), ('RTV', null, null, null, false), ('TDF', 'Demonstration', 3, 'R', false)$$, 'obt_activity shows why');
select is_empty($$select * from violations('ral')$$, 'and breaks no rule');
select lives_ok(give('ETR'), 'an active drug more');
select is_empty($$select * from ral.deviation where rule = 'background_not_fully_active'$$, 'ends it');
select lives_ok($$insert into ral.genotype (site_id, subject_id, collected, mutations) values ('S1', '001', '2008-01-20', mutations('RT: L100I'))$$, 'a result that arrives late is not refused');
select results_eq($$select description from ral.deviation where rule = 'background_not_fully_active'$$,
    $$values ('1 of the 2 fully active drugs: DRV level 1 Susceptible, ETR level 2 Possibly resistant, TDF level 3 Resistant, RTV booster. nothing else was at hand')$$,
    'but makes a deviation');
update ral.regimen set justification = 'sequenced late' where drug = 'ETR';
update ral.regimen set justification = null where drug = 'RAL';
select is((select description ~ 'sequenced late$' from ral.deviation where rule = 'background_not_fully_active'), true, 'whose justification can be given later');
delete from ral.genotype where collected = '2008-01-20';
update ral.regimen set justification = null where drug = 'ETR';
insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious) values ('S1', '001', 'DRV', 'rash', '2008-02-01', false);
select is((select intolerance from ral.obt_activity where drug = 'DRV'), 'rash', 'intolerance is shown');
set virotrial.data_cut = '2008-01-31';
select is_empty('select * from ral.obt_activity', 'the data cut holds for the view');
select is(outcome($$update ral.regimen set drug = 'd4T' where drug = 'ETR'$$), '23514 ral.regimen background_active_drugs', 'but not for the rule');
reset virotrial.data_cut;

-- Strict and lenient levels
call make_candidate('003');
call set_genotypes('003', '2007-12-01|{PR,RT}|RT: M184V, K103N');
insert into ral.enrolment (site_id, subject_id, enrolled, first_dose) values ('S1', '003', '2008-02-15', '2008-03-01');
create function give_in_march() returns text language sql
    return replace(replace(give('RAL', 'ABC', 'TDF'), '2008-02-01', '2008-03-01'), $$'001'$$, $$'003'$$);
select is(outcome(give_in_march()), '23514 ral.regimen background_active_drugs', 'level 1 alone is fully active');
select is(outcome('update ral.protocol set fully_active_level = null', give_in_march()), 'accepted', 'or every S');

-- Without an algorithm
call make_candidate('004');
insert into ral.genotype_drug_call (site_id, subject_id, collected, drug, call) values ('S1', '004', '2007-12-01', 'DRV', 'susceptible');
delete from ral.regimen;
delete from ral.protocol where effective_from = '2008-03-01';
insert into ral.genotype_drug_call (site_id, subject_id, collected, drug, call)
    select site_id, subject_id, collected, drug, 'resistant' from ral.genotype, unnest(array['3TC', 'NVP', 'EFV']) as drug on conflict do nothing;
update ral.genotype set mutations = null, genes = null;
create procedure unload() language sql begin atomic
    delete from ral.resistance_algorithm_rule;
    delete from ral.resistance_algorithm_comment;
    delete from ral.resistance_algorithm_level;
    delete from ral.resistance_algorithm_drug;
    delete from ral.resistance_algorithm_version;
end;
call unload();
insert into ral.enrolment (site_id, subject_id, enrolled, first_dose) values ('S1', '004', '2008-02-01', '2008-02-01');
select is(outcome(replace(give('RAL', 'DRV'), $$'001'$$, $$'004'$$)), 'accepted', 'without an algorithm the drugs are not counted');
select is(outcome('update ral.protocol set background_judged_by_calls = true', replace(give(variadic drugs), $$'001'$$, $$'004'$$)), expected,
    'by the calls: ' || array_to_string(drugs, ' + '))
from (values (array['RAL', 'DRV'], '23514 ral.regimen background_active_drugs'), (array['RAL', 'DRV', 'AZT'], 'accepted'),
    (array['RAL', 'DRV', '3TC'], '23514 ral.regimen background_active_drugs'), (array['RAL', 'DRV', 'ETR'], '23514 ral.regimen background_active_drugs')) as r (drugs, expected);

-- An algorithm that comes late: nothing is refused, and what falls short is recorded
select lives_ok(replace(give('RAL', 'DRV', 'TDF'), $$'001'$$, $$'004'$$), 'a background of before the algorithm');
update ral.genotype set mutations = mutations('RT: K65R, M184I, K103N'), genes = '{PR,RT}';
select is(outcome(format('select load_resistance_algorithm(%L, %L)', :'document', 'ral')), 'accepted', 'an algorithm is loaded under way');
select name from load_resistance_algorithm(:'document', 'ral') \gset
select results_eq($$select subject_id, description from ral.deviation where rule = 'background_not_fully_active'$$,
    $$values ('004', '1 of the 2 fully active drugs: DRV level 1 Susceptible, TDF level 3 Resistant. No justification is given')$$, 'the background is recorded');
select is_empty($$select * from violations('ral')$$, 'what came later is no violation');

-- Candidates
insert into ral.intolerance (site_id, subject_id, drug, reaction, onset, is_serious) values ('S1', '004', 'ETR', 'rash', '2006-05-01', false);
select results_eq($$select "position", drug, is_fully_active, reason from obt_candidates('ral', '004', '2008-02-01') where level is not null$$,
    $$values (1, 'DRV', true, 'fully active: level 1 Susceptible (Demonstration 1, 1 genotype); not taken before'),
        (2, 'LPV', true, 'fully active: level 1 Susceptible (Demonstration 1, 1 genotype); not taken before'),
        (3, 'AZT', true, 'fully active: level 1 Susceptible (Demonstration 1, 1 genotype); taken from 2004-01-01 to 2008-01-01'),
        (19, 'EFV', false, 'not fully active: level 3 Resistant (Demonstration 1, 1 genotype); SELECT ATLEAST 1 FROM (100I, 103NS, 106M, 181CI, 188L, 190AS) => level 3; not taken before'),
        (20, 'TDF', false, 'not fully active: level 3 Resistant (Demonstration 1, 1 genotype); 65R AND EXCLUDE 184V => level 3; (65R OR 70E) OR SELECT ATLEAST 3 FROM (41L, 67N, 210W, 215FY) => level 2; not taken before'),
        (21, '3TC', false, 'not fully active: level 3 Resistant (Demonstration 1, 1 genotype); 184VI => 10; 65R => 6; taken from 2004-01-01 to 2008-01-01')$$,
    'candidates, the most active first');
-- Previous and current abnormalities: of women's haemoglobin, 8.5 to 9.4 g/dL is of grade 2, less of 3, and less than 6.5 of 4.
create function with_haemoglobin(value text, collected date, drug text, justification text) returns text
    language sql
    return outcome(format('insert into ral.lab_result (site_id, subject_id, collected, test, value, unit) values (%L, %L, %L, %L, %L, %L)', 'S1', '003', collected, 'HGB', value, 'g/dL'),
        format('insert into ral.regimen (site_id, subject_id, drug, started, stopped, justification) values (%L, %L, %L, %L, %L, %L)', 'S1', '003', drug, '2008-01-20', '2008-01-25', justification));
select is(with_haemoglobin(value, collected, drug, justification), expected, format('%s with a haemoglobin of %s on %s, justified: %s', drug, value, collected, justification))
from (values ('5.9', date '2008-01-19', 'AZT', null, '23514 ral.regimen regimen_abnormality'), ('8.4', '2008-01-19', 'AZT', null, '23514 ral.regimen regimen_abnormality'),
    ('8.5', '2008-01-19', 'AZT', null, 'accepted'), ('5.9', '2007-01-01', 'AZT', null, '23514 ral.regimen regimen_abnormality'),
    ('5.9', '2008-01-20', 'AZT', null, '23514 ral.regimen regimen_abnormality'), ('5.9', '2008-01-21', 'AZT', null, 'accepted'),
    ('5.9', '2008-01-19', 'ABC', null, 'accepted'), ('5.9', '2008-01-19', 'AZT', 'transfused', 'accepted'),
    -- below 8.4 is of grade 3 or 4, below 8.6 of 2, 3 or 4
    ('<8.4', '2008-01-19', 'AZT', null, '23514 ral.regimen regimen_abnormality'), ('<8.6', '2008-01-19', 'AZT', null, 'accepted')) as a (value, collected, drug, justification, expected);
set test.deviations = on;
select is(with_haemoglobin('5.9', '2008-01-19', 'AZT', 'transfused'), 'accepted against_abnormality', 'and is a deviation');
reset test.deviations;
insert into ral.lab_result (site_id, subject_id, collected, test, value, unit) values ('S1', '004', '2007-02-01', 'HGB', '6.5', 'g/dL'), ('S1', '004', '2007-06-01', 'HGB', '5.9', 'g/dL');
select is((select reason from obt_candidates('ral', '004', '2008-02-01') where drug = 'AZT'),
    'fully active: level 1 Susceptible (Demonstration 1, 1 genotype); taken from 2004-01-01 to 2008-01-01; against it: HGB of grade 4 on 2007-06-01', 'the worst is a reason against a candidate');
delete from ral.lab_result where subject_id = '004';
insert into ral.lab_result (site_id, subject_id, collected, test, value, unit) values ('S1', '004', '2007-02-01', 'HGB', '<8', 'g/dL');
select is((select reason from obt_candidates('ral', '004', '2008-02-01') where drug = 'AZT'),
    'fully active: level 1 Susceptible (Demonstration 1, 1 genotype); taken from 2004-01-01 to 2008-01-01; against it: HGB of grade 3 or more on 2007-02-01', 'so is one of which it is certain that it is bad enough');
delete from ral.lab_result where subject_id = '004';
insert into ral.adverse_event (site_id, subject_id, event_number, term, onset, grade, is_serious, is_medically_important, action_taken, outcome, aware_at)
    values ('S1', '004', 1, 'Fanconi syndrome', '2008-02-20', 3, true, true, 'NOT APPLICABLE', 'UNKNOWN', '2008-03-10 12:00Z');
insert into ral.adverse_event_relatedness (site_id, subject_id, event_number, drug, relatedness) values ('S1', '004', 1, 'TDF', 'related');
select is((select count(*) from obt_candidates('ral', '004', day::date) where drug = 'TDF'), expected, 'with a serious event of the study on ' || day)
from (values ('2008-02-19', 1::bigint), ('2008-02-20', 0)) as d (day, expected);
select is_empty($$select * from obt_candidates('ral', '004', '2008-02-01') where drug in ('RAL', 'DTG', 'RTV', 'ETR')$$, 'neither of the study drug''s class, nor a booster, nor what is not tolerated');
select is((select reason from obt_candidates('ral', '004', '2008-02-01') where drug = 'd4T'), 'activity unknown; not taken before', 'of some nothing is known');
select throws_ok($$select * from obt_candidates('nowhere', '004')$$, '3F000', 'there is no study "nowhere"', 'a study must exist');
select throws_ok($$select * from obt_candidates('ral', 'nobody')$$, '22023', 'there is no subject "nobody" in study "ral"', 'and so must a subject');

-- Real algorithms, where VIROTRIAL_DATA names a directory that has them
\getenv data VIROTRIAL_DATA
\if :{?data}
\else
    \set data /nowhere
\endif
\setenv data_directory :data
\set found `for f in HIVDB_10.2 ANRS_33 Rega_10.0; do test -r "$data_directory/asi/$f.xml" || { echo false; exit; }; done; echo true`
\if :found
create function by_algorithm(document xml, fully_active integer default 1) returns text
    language plpgsql
    set search_path = ral, public
as $$
declare
    drugs text;
begin
    call public.unload();
    perform load_resistance_algorithm(document, 'ral');
    update protocol set fully_active_level = fully_active;
    select string_agg(drug, ' ' order by drug) into drugs from obt_candidates('ral', '004', '2008-02-01') where is_fully_active;
    raise exception using errcode = 'ZZ001', message = public.resistance_of('004', '2008-02-01') || '; fully active: ' || drugs
        || '; ' || public.outcome(replace(public.give('RAL', 'DRV', 'TDF'), $q$'001'$q$, $q$'002'$q$))
        || ', ' || public.outcome(replace(public.give('RAL', 'DRV', 'ETR'), $q$'001'$q$, $q$'002'$q$));
exception when sqlstate 'ZZ001' then
    return sqlerrm;
end;
$$;
insert into ral.enrolment (site_id, subject_id, enrolled, first_dose) values ('S1', '002', '2008-02-01', '2008-02-01');
\set hivdb `cat "$data_directory/asi/HIVDB_10.2.xml"`
\set anrs `cat "$data_directory/asi/ANRS_33.xml"`
\set rega `cat "$data_directory/asi/Rega_10.0.xml"`
-- By test/oracle/asi.py of RT: K65R, M184I, K103N; the subject does not tolerate ETR
select is(by_algorithm(:'hivdb'), 'met: resistance by genotype (HIVDB 10.2): 3TC, ABC, EFV, FTC, NVP, ddI; '
    'fully active: ATV AZT DRV FPV IDV LPV NFV RPV SQV TPV; 23514 ral.regimen background_active_drugs, accepted', 'HIVDB 10.2');
select is(by_algorithm(:'anrs'), 'met: resistance by genotype (ANRS 33): 3TC, ABC, EFV, FTC, NVP, TDF; '
    'fully active: ATV AZT DRV LPV RPV; 23514 ral.regimen background_active_drugs, accepted', 'ANRS 33');
select is(by_algorithm(:'rega'), 'met: resistance by genotype (Rega v10.0.0 10.0.0): 3TC, ABC, EFV, FTC, NVP, d4T, ddI; '
    'fully active: AZT NFV RPV; 23514 ral.regimen background_active_drugs, 23514 ral.regimen background_active_drugs', 'Rega 10.0');
select is(by_algorithm(:'rega', 2), 'met: resistance by genotype (Rega v10.0.0 10.0.0): 3TC, ABC, EFV, FTC, NVP, d4T, ddI; '
    'fully active: ATV AZT DRV FPV IDV LPV NFV RPV SQV TPV; 23514 ral.regimen background_active_drugs, accepted', 'Rega 10.0 with its two levels of susceptibility');
\else
select skip('SKIPPED: no published algorithms here; VIROTRIAL_DATA names a directory with asi/HIVDB_10.2.xml', 4);
\endif

select * from finish();
