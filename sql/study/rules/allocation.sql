-- Allocation: to a stratum of the trial, between enrolment and the first dose, and
-- treatment as the arm has it

insert into rule (name, table_name, clause, anchors, scope, priority, hint, query)
select 'stratum_defined', said.table_name, '3', '{stratum}', 'study', 50,
    'Table stratum has the strata; without any, the stratum is "all".', format($rule$
select %s, format('"%%s" is not a stratum of the study', changed.stratum)
from changed
where changed.stratum not in (select stratum from stratum)
    and (changed.stratum <> 'all' or exists (select from stratum))
$rule$, said.place)
from (values ('allocation', 'changed.site_id, changed.subject_id, null'),
    ('allocation_list', 'null, null, changed.code')) as said (table_name, place);

insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('allocation_date', 'allocation', '3', '{enrolment}', 50,
'Allocate a subject on the day of enrolment or later, and before the first dose.', $rule$
select changed.site_id, changed.subject_id, null, format('allocated %s, enrolled %s%s',
    changed.allocated, enrolment.enrolled, ', first dose ' || enrolment.first_dose)
from changed
join enrolment using (site_id, subject_id)
where changed.allocated < enrolment.enrolled or changed.allocated > enrolment.first_dose
$rule$);

insert into rule (name, table_name, clause, anchors, evidence, priority, hint, query)
values ('enrolment_limit', 'allocation', '1', '{enrolment_limit,protocol,protocol_approval}', '{allocation}', 51,
'Table enrolment_limit says how many subjects of a stratum may be randomised.', $rule$
select changed.site_id, changed.subject_id, null, exceeded.reason
from changed
cross join lateral protocol_day(changed.site_id, changed.allocated) as known
cross join lateral (
    select format('%s subjects of stratum "%s" would be randomised %s, and at most %s may be',
        counted.subjects, cap.stratum, case cap.site when '*' then 'in the study'
            else 'at the site' end, cap.maximum) as reason
    from enrolment_limit_period as cap
    join lateral (
        select count(*) as subjects
        from allocation
        where allocation.stratum = cap.stratum and cap.site in ('*', allocation.site_id)
            and (allocation.allocated < cap.effective_before
                or (select day from protocol_day(allocation.site_id, allocation.allocated))
                    < cap.effective_before)
    ) as counted on counted.subjects > cap.maximum
    where cap.stratum = changed.stratum and cap.site in ('*', changed.site_id)
        and (known.day >= cap.effective_from and known.day < cap.effective_before
            or cap.site = '*' and changed.allocated >= cap.effective_from
                and changed.allocated < cap.effective_before)
    order by cap.site, cap.effective_from
    limit 1
) as exceeded
$rule$);

insert into rule (name, table_name, clause, holds, priority, hint, only_if, condition, query)
values ('allocated', 'regimen', '3', 'at entry', 45,
'The trial has arms: allocate the subject before the study drug is given.',
'drug = any (array(select study_drug from protocol))', 'is_study_drug', $rule$
select changed.site_id, changed.subject_id, changed.drug, 'is not allocated to an arm'
from changed
where exists (select from arm) and not exists (
    select from allocation
    where allocation.site_id = changed.site_id and allocation.subject_id = changed.subject_id)
$rule$);

-- What is given against the allocation was given; the rule records it.
insert into rule (name, table_name, clause, anchors, action, only_if, condition, query)
values ('treated_otherwise', 'regimen', '3', '{arm,dose,allocation,protocol,protocol_approval}', 'record',
    'drug = any (array(select study_drug from protocol))', 'is_study_drug', $rule$
select changed.site_id, changed.subject_id, changed.drug || ' ' || changed.started,
    format('arm "%s" is given %s', allocation.arm, case when arm.treatment = 'background alone'
        then 'the background alone' else 'another dose' end)
from changed
join allocation using (site_id, subject_id)
join arm using (arm)
where arm.treatment = 'background alone' or not coalesce((
    select bool_or(dose.dose_mg = changed.dose_mg and dose.doses_per_day = changed.doses_per_day)
    from protocol_day(changed.site_id, changed.started) as known
    join dose_period as dose
        on known.day >= dose.effective_from and known.day < dose.effective_before
    where dose.arm in ('*', allocation.arm)
        and coalesce(changed.weight_kg, 0) >= dose.weight_from_kg
        and coalesce(changed.weight_kg < dose.weight_below_kg, true)), true)
$rule$);

insert into rule (name, table_name, clause, anchors, scope, priority, hint, query)
values ('dose_bands', 'dose', '3', '{dose}', 'study', 50,
'Let one band end at the weight at which the next begins.', $rule$
select null, null, format('%s from %s kg', own.arm, own.weight_from_kg),
    format('overlaps the band from %s kg', other.weight_from_kg)
from changed
join dose_period as own using (arm, weight_from_kg, effective_from)
join dose_period as other on other.arm = own.arm and other.weight_from_kg > own.weight_from_kg
    and coalesce(other.weight_from_kg < own.weight_below_kg, true)
    and other.effective_from < own.effective_before and own.effective_from < other.effective_before
$rule$);
