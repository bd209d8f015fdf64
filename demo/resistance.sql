-- Genotypes of the simulated subjects: resistance, the activity of their
-- backgrounds, and what the rules make of it.  The algorithm is a
-- demonstration whose figures are invented.

\pset title 'A genotype by the algorithm of the study: the drugs that it does not call susceptible'
select genotype.subject_id, result.drug, result.score, result.level, result.level_text, result.rules
from genotype
join resistance_algorithm_period as algorithm on genotype.collected >= algorithm.effective_from and genotype.collected < algorithm.effective_before
cross join lateral resistance(genotype.mutations, algorithm.compiled, genotype.genes) as result
where genotype.subject_id = 'S1-003' and result.sir <> 'S'
order by result.drug;

\pset title 'Tests whose laboratory calls a drug otherwise'
select subject_id, drug, laboratory_call, interpretation, mutations
from genotype_disagreement
order by subject_id, drug
limit 3;

\pset title 'The optimized background of three subjects'
select subject_id, drug, level, level_text, sir, laboratory_call,
       case when is_booster then 'booster' when is_fully_active then 'fully active' when is_fully_active is null then 'unknown' else 'not fully active' end as activity
from obt_activity
where subject_id in ('S1-001', 'S1-003', 'S1-006')
order by subject_id, is_booster, drug;

\pset title 'Backgrounds with fewer fully active drugs than the protocol asks for, each with its reason'
select subject_id, description
from deviation
where rule = 'background_not_fully_active'
order by subject_id
limit 3;

\pset title 'What else there was for S1-003: obt_candidates supports a decision, and takes none'
select "position", drug, reason
from obt_candidates('ral', 'S1-003', (select first_dose from enrolment where subject_id = 'S1-003'))
where level is not null
order by "position";
\pset title

\echo 'Exchanging DRV of S1-001 for a drug to which the virus is resistant:'
\echo '    update regimen set drug = ''3TC'' where subject_id = ''S1-001'' and drug = ''DRV'';'
\set ON_ERROR_STOP off
begin;
set local virotrial.reason = 'late information: another drug was given';
-- its adverse events were judged for the drug, which a regimen without it would contradict
delete from adverse_event_relatedness where subject_id = 'S1-001' and drug = 'DRV';
update regimen set drug = '3TC' where subject_id = 'S1-001' and drug = 'DRV';
rollback;
\set ON_ERROR_STOP on

\echo
\echo 'The same with a reason is kept, as a deviation:'
\echo '    update regimen set drug = ''3TC'', justification = ''darunavir was out of stock'''
\echo '    where subject_id = ''S1-001'' and drug = ''DRV'';'
begin;
set local virotrial.reason = 'late information: another drug was given';
-- its adverse events were judged for the drug, which a regimen without it would contradict
delete from adverse_event_relatedness where subject_id = 'S1-001' and drug = 'DRV';
update regimen set drug = '3TC', justification = 'darunavir was out of stock' where subject_id = 'S1-001' and drug = 'DRV';
select rule, item, description from deviation where subject_id = 'S1-001' and rule = 'background_not_fully_active';
rollback;
