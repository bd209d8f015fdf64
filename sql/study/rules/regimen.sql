-- Treatment: the study drug at its dose, with an optimized background therapy

insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
values ('study_drug_dose', 'regimen', '3', '{protocol,protocol_approval,dose}', 50,
    'The dose is a parameter of the protocol, or a row of table dose; an amendment can change it.',
$$drug = any (array(select study_drug from protocol))$$,
$$is_study_drug and (is_in_no_band or not coalesce(is_planned_dose,
    dose_mg = study_drug_dose_mg and doses_per_day = study_drug_doses_per_day, false))$$,
$$format('%s mg %s a day instead of %s', coalesce(dose_mg::text, 'unknown'),
    coalesce(doses_per_day || ' times', 'an unknown number of times'), coalesce(planned_doses,
        case when is_in_no_band then format('none: no band of table dose has %s kg', weight_kg)
            else format('%s mg %s times', study_drug_dose_mg, study_drug_doses_per_day) end))$$);

insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
values ('dose_weight', 'regimen', '3', '{protocol,protocol_approval,dose}', 49,
    'Enter weight_kg: the dose goes by weight.',
    'drug = any (array(select study_drug from protocol))',
    'is_study_drug and is_dosed_by_weight and weight_kg is null',
    $$format('started %s without a weight', started)$$);

insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
values ('first_dose', 'regimen', '3', '{enrolment,protocol,protocol_approval}', 40,
    'Record the first dose in enrolment.first_dose before the regimen.',
$$drug = any (array(select study_drug from protocol))$$,
$$is_study_drug and coalesce(started < first_dose, true)$$,
$$format('started %s, %s', started,
    coalesce('before the first dose of the study drug on ' || first_dose,
        'without a first dose on record'))$$);

insert into rule (name, table_name, clause, anchors, evidence, priority, hint, only_if, condition,
    reason)
values ('optimized_background', 'regimen', '3', '{protocol,protocol_approval}',
    '{regimen,drug}', 60,
'Enter the background therapy before the study drug, or in the same statement; a booster is not an active drug.',
$$drug = any (array(select study_drug from protocol))$$,
$$is_study_drug and background_drugs < background_minimum_drugs$$,
$$format('started %s with %s further active drugs, and %s must be given', started,
    background_drugs, background_minimum_drugs)$$);

insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
values ('regimen_intolerance', 'regimen', '3', '{intolerance}', 50, 'Choose another drug.',
$$exists (
    select from intolerance as reaction
    where reaction.site_id = context.site_id and reaction.subject_id = context.subject_id
        and reaction.drug = context.drug and reaction.is_serious)$$,
$$intolerance is not null$$,
$$format('started %s in spite of a serious %s', started, intolerance)$$);

-- What was not on record when the drug was chosen is no fault of the choice.
insert into rule (name, table_name, clause, holds, action, priority, hint, only_if, condition,
    reason)
select judged.name, 'regimen', '3', 'at entry', judged.action, 64, judged.hint,
    'exists (select from drug_abnormality as against where against.drug = context.drug)',
    'justification is ' || judged.is_given || ' and abnormality is not null',
    'format(''%s is given in spite of %s' || judged.reason
from (values
    ('regimen_abnormality', 'refuse', 'null', ''', drug, abnormality)',
        'Choose another drug (obt_candidates lists them), or give the reason in justification: '
        'the choice is then kept as a deviation.'),
    ('against_abnormality', 'record', 'not null', ': %s'', drug, abnormality, justification)', null)
) as judged (name, action, is_given, reason, hint);

insert into rule (name, table_name, clause, evidence, priority, hint, condition, reason)
select name, table_name, clause, array[table_name], 70,
    'Give the earlier period the day on which it was stopped.', 'overlapped is not null',
    'format(''the period from %s overlaps the one from %s'', started, overlapped)'
from (values
    ('regimen_overlap', 'regimen', '3'),
    ('art_history_overlap', 'art_history', '1 ii')
) as period (name, table_name, clause);
