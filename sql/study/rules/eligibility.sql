-- Eligibility: no enrolment unless every criterion is met

insert into rule (name, table_name, clause, anchors, evidence, priority, hint, query)
values ('eligibility', 'enrolment', '1', '{protocol,protocol_approval,eligibility_criterion,listed_intolerance}',
    '{drug,subject,consent,hiv_diagnosis,art_history,intolerance,adverse_event,'
    'adverse_event_relatedness,relatedness_category,genotype,genotype_drug_call,'
    'viral_load_result,algorithm_drug,resistance_algorithm_drug,resistance_algorithm_version}', 30,
'The function eligibility shows every criterion with its evidence; enter the evidence that is missing.',
$rule$
select verdict.site_id, verdict.subject_id, null,
    string_agg(format('%s %s: %s', verdict.criterion, verdict.verdict, verdict.evidence),
        '; ' order by verdict.position)
from verdict
where verdict.verdict <> 'met'
group by verdict.site_id, verdict.subject_id
$rule$);

-- Few studies close enrolment or limit it.
insert into rule (name, table_name, clause, anchors, evidence, priority, hint, only_if, condition,
    reason)
values ('enrolment_closed', 'enrolment', '1', '{enrolment_stop}', '{}', 20,
'Table enrolment_stop says when enrolment is closed; opened_again ends a stop.',
$$exists (select from enrolment_stop)$$, $$stop is not null$$,
$$format('enrolled %s, and enrolment is closed %s', enrolled, stop)$$),
('enrolment_limit', 'enrolment', '1', '{enrolment_limit,protocol,protocol_approval}', '{enrolment}', 21,
'Table enrolment_limit says how many subjects may be enrolled.',
$$exists (select from enrolment_limit)$$, $$exceeded_limit is not null$$, 'exceeded_limit');

insert into rule (name, table_name, clause, anchors, evidence, priority, hint, condition, reason)
values ('screening_results', 'enrolment', '4', '{protocol,protocol_approval}',
    '{viral_load_result,cd4_result,missing_result}', 35,
'Enter the viral load and the CD4 count of screening first, '
'or in missing_result why there is none.',
$$screened_before is not null and not_screened_for is not null$$,
$$format('no %s of screening by the %s on %s', not_screened_for,
    screening_results_before, screened_before)$$);

insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('screening_enrolment', 'screening', '1', '{enrolment}', 30,
'Who is enrolled is no screen failure: correct the outcome, or its day; disposition says why a subject leaves.',
$$outcome = 'screen failure'
    and (decided >= enrolled or reason = 'death' and enrolled is not null)$$,
$$format('a screen failure on %s, and the subject was enrolled on %s', decided, enrolled)$$);
