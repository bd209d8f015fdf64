-- Treatment: the study drug at its dose, with an optimized background therapy

insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('study_drug_dose', 'regimen', '3', '{protocol}', 50, 'The dose is a parameter of the protocol, which an amendment can change.',
$rule$
select changed.site_id, changed.subject_id, changed.drug,
    format('%s mg %s a day instead of %s mg %s times', coalesce(changed.dose_mg::text, 'unknown'),
        coalesce(changed.doses_per_day || ' times', 'an unknown number of times'),
        protocol.study_drug_dose_mg, protocol.study_drug_doses_per_day)
from changed
join protocol_period as protocol on changed.started >= protocol.effective_from and changed.started < protocol.effective_before
where changed.drug = protocol.study_drug
    and (coalesce(changed.dose_mg <> protocol.study_drug_dose_mg, true)
        or coalesce(changed.doses_per_day <> protocol.study_drug_doses_per_day, true))
$rule$);

insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('first_dose', 'regimen', '3', '{enrolment,protocol}', 40, 'Record the first dose in enrolment.first_dose before the regimen.',
$rule$
select changed.site_id, changed.subject_id, changed.drug,
    format('started %s, %s', changed.started, coalesce('before the first dose of the study drug on ' || enrolment.first_dose, 'without a first dose on record'))
from changed
join enrolment using (site_id, subject_id)
join protocol_period as protocol on changed.started >= protocol.effective_from and changed.started < protocol.effective_before
where changed.drug = protocol.study_drug and coalesce(changed.started < enrolment.first_dose, true)
$rule$);

insert into rule (name, table_name, clause, anchors, evidence, priority, hint, query)
values ('optimized_background', 'regimen', '3', '{regimen,protocol}', '{drug}', 60,
'Enter the background therapy before the study drug, or in the same statement; a booster is not an active drug.',
$rule$
select changed.site_id, changed.subject_id, changed.drug,
    format('started %s with %s further active drugs, and %s must be given', changed.started, background.drugs, protocol.background_minimum_drugs)
from changed
join protocol_period as protocol on changed.started >= protocol.effective_from and changed.started < protocol.effective_before
cross join lateral (
    select count(distinct other.drug) as drugs
    from regimen as other
    join drug using (drug)
    where other.site_id = changed.site_id and other.subject_id = changed.subject_id
        and other.drug <> protocol.study_drug and not drug.is_booster
        and other.started <= changed.started and (other.stopped is null or other.stopped > changed.started)
) as background
where changed.drug = protocol.study_drug and background.drugs < protocol.background_minimum_drugs
$rule$);

insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('regimen_intolerance', 'regimen', '3', '{intolerance}', 50, 'Choose another drug.',
$rule$
select changed.site_id, changed.subject_id, changed.drug,
    format('started %s in spite of a serious %s on %s', changed.started, intolerance.reaction, intolerance.onset)
from changed
join intolerance using (site_id, subject_id, drug)
where intolerance.is_serious and intolerance.onset <= changed.started
$rule$);

insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('regimen_overlap', 'regimen', '3', '{regimen}', 70, 'Give the earlier period the day on which it was stopped.',
$rule$
select changed.site_id, changed.subject_id, changed.drug,
    format('the period from %s overlaps the one from %s', changed.started, other.started)
from changed
join regimen as other using (site_id, subject_id, drug)
where other.started > changed.started and other.started < coalesce(changed.stopped, 'infinity')
$rule$);

insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('art_history_overlap', 'art_history', '1 ii', '{art_history}', 70, 'Give the earlier period the day on which it was stopped.',
$rule$
select changed.site_id, changed.subject_id, changed.drug,
    format('the period from %s overlaps the one from %s', changed.started, other.started)
from changed
join art_history as other using (site_id, subject_id, drug)
where other.started > changed.started and other.started < coalesce(changed.stopped, 'infinity')
$rule$);
