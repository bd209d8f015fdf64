-- Eligibility: no enrolment unless every criterion is met

insert into rule (name, table_name, clause, anchors, evidence, priority, hint, query)
values ('eligibility', 'enrolment', '1', '{protocol,eligibility_criterion,listed_intolerance}',
    '{drug,subject,consent,hiv_diagnosis,art_history,intolerance,genotype,genotype_drug_call,viral_load_result,algorithm_drug,resistance_algorithm_drug,resistance_algorithm_version}', 30,
'The function eligibility shows every criterion with its evidence; enter the evidence that is missing.',
$rule$
select verdict.site_id, verdict.subject_id, null,
    string_agg(format('%s %s: %s', verdict.criterion, verdict.verdict, verdict.evidence),
        '; ' order by verdict.position)
from verdict
where verdict.verdict <> 'met'
group by verdict.site_id, verdict.subject_id
$rule$);
