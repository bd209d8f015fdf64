-- The fully active drugs of a background: fewer than the protocol asks for need
-- a reason, and are a deviation.  What was not on record when the background
-- was chosen (a genotype, an algorithm) refuses nothing afterwards; it makes a
-- deviation.

insert into rule (name, table_name, clause, holds, anchors, priority, hint, condition, query)
values ('background_active_drugs', 'regimen', '3', 'at entry', '{regimen}', 65,
'Choose other drugs (obt_candidates lists them), or give the reason in justification: the background is then kept as a deviation.',
'is_background_judged', $rule$
select choice.site_id, choice.subject_id, choice.as_of::text,
    format('%s of the %s fully active drugs: %s', choice.active_drugs,
        choice.required_drugs, choice.drugs)
from (
    select distinct site_id, subject_id, started from changed
) as begun
cross join lateral (
    select * from background_choice as candidate
    where candidate.site_id = begun.site_id and candidate.subject_id = begun.subject_id
        and candidate.as_of = begun.started
    offset 0
) as choice
where choice.is_judged and choice.active_drugs < choice.required_drugs
    and choice.justification is null
$rule$);

insert into rule (name, table_name, clause, anchors, evidence, action, condition, query)
values ('background_not_fully_active', 'regimen', '3',
'{regimen,genotype,genotype_drug_call,protocol,algorithm_drug,resistance_algorithm_drug}', '{resistance_algorithm_version,drug,intolerance}', 'record',
'is_background_judged', $rule$
select choice.site_id, choice.subject_id, choice.as_of::text,
    format('%s of the %s fully active drugs: %s. %s', choice.active_drugs,
        choice.required_drugs, choice.drugs,
        coalesce(choice.justification, 'No justification is given'))
from (
    select distinct site_id, subject_id, started from changed
) as begun
cross join lateral (
    select * from background_choice as candidate
    where candidate.site_id = begun.site_id and candidate.subject_id = begun.subject_id
        and candidate.as_of = begun.started
    offset 0
) as choice
where choice.is_judged and choice.active_drugs < choice.required_drugs
$rule$);

-- By the words of the name that was reported, or of the term that it was coded to.
insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('antiretroviral_medication', 'concomitant_medication', '3', '{drug}', 30,
'Enter it in regimen; or in art_history, if it was taken before the first dose.',
$rule$
select changed.site_id, changed.subject_id, changed.medication_number::text,
    format('"%s" has the antiretroviral drug %s', changed.medication,
        string_agg(drug.name, ', ' order by drug.name))
from changed
cross join lateral (select lower(concat_ws(' ', changed.medication, changed.coded_term)) as words)
    as named
join drug on strpos(named.words, split_part(lower(drug.name), ' ', 1)) > 0
    or lower(drug.drug) = any (regexp_split_to_array(named.words, '[^a-z0-9]+'))
group by changed.site_id, changed.subject_id, changed.medication_number, changed.medication
$rule$);
