-- The context of regimens: the protocol in force when a drug was begun, the first
-- dose, the consent, and what else was taken

insert into rule_context (table_name, query) values ('regimen', $context$
select changed.*, changed.drug as item, today_at(changed.site_id) as today,
    enrolment.first_dose,
    person.born, person.died, person.part_ended,
    case when person.part_ended is not null then (
        select person.part_ended + in_force.safety_follow_up_days::integer
        from protocol_in_force(changed.site_id, person.part_ended) as in_force) end
        as followed_until,
    changed.drug = protocol.study_drug as is_study_drug,
    protocol.study_drug_dose_mg,
    protocol.study_drug_doses_per_day,
    -- by arm or weight: the arm itself is not told here, as it may be blinded
    planned.is_so as is_planned_dose, planned.doses as planned_doses,
    coalesce(planned.is_by_weight, false) as is_dosed_by_weight,
    coalesce(planned.is_by_weight and changed.weight_kg is not null and planned.doses is null,
        false) as is_in_no_band,
    protocol.background_minimum_drugs,
    exists (
        select from consent
        where consent.site_id = changed.site_id and consent.subject_id = changed.subject_id
            and consent.signed <= changed.started
            and coalesce(least(consent.withdrawn, consent.withdrawn_from_treatment)
                >= changed.started, true)) as has_consent,
    -- the first serious reaction to the drug up to the day
    (select format('%s on %s', intolerance.reaction, intolerance.onset)
        from intolerance
        where intolerance.site_id = changed.site_id and intolerance.subject_id = changed.subject_id
            and intolerance.drug = changed.drug and intolerance.is_serious
                and intolerance.onset <= changed.started
        order by intolerance.onset, intolerance.reaction
        limit 1) as intolerance,
    (select count(distinct other.drug)
        from regimen as other
        where other.site_id = changed.site_id and other.subject_id = changed.subject_id
            and other.drug <> protocol.study_drug
            and other.drug <> all (array(select drug from drug where is_booster))
            and other.started <= changed.started
            and (other.stopped is null or other.stopped > changed.started)) as background_drugs,
    -- the function is planned for each statement, and few drugs have one
    case when exists (select from drug_abnormality as against where against.drug = changed.drug)
        then abnormality_against(changed.site_id, changed.subject_id, changed.drug, changed.started)
    end as abnormality,
    -- the first day of another period of the drug that shares a day with this one
    (select other.started
        from regimen as other
        where other.site_id = changed.site_id and other.subject_id = changed.subject_id
            and other.drug = changed.drug and other.started <> changed.started
            and other.started < coalesce(changed.stopped, 'infinity')
            and coalesce(other.stopped, 'infinity') > changed.started
        order by other.started
        limit 1) as overlapped,
    -- whether the study drug is taken that day, and it is known what is active beside it
    (exists (select from resistance_algorithm_version) or exists (select from protocol where background_judged_by_calls))
        and exists (
            select from regimen as other
            where other.site_id = changed.site_id and other.subject_id = changed.subject_id
                and other.drug = any (array(select study_drug from protocol))
                and other.started <= changed.started
                and (other.stopped is null
                    or other.stopped > changed.started)) as is_background_judged
from changed
left join _subject_life as person on person.site_id = changed.site_id
    and person.subject_id = changed.subject_id
left join enrolment on enrolment.site_id = changed.site_id
    and enrolment.subject_id = changed.subject_id
-- an aggregate, and no subquery in the condition below: where nothing reads the row, the
-- planner leaves out both
left join lateral (
    select max(in_force.effective_from) as effective_from
    from protocol_in_force(changed.site_id, changed.started) as in_force
) as reached on true
left join protocol on protocol.effective_from = reached.effective_from
left join lateral (
    select bool_or(dose.dose_mg = changed.dose_mg and dose.doses_per_day = changed.doses_per_day)
            filter (where banded.is_met) as is_so,
        string_agg(distinct format('%s mg %s times', dose.dose_mg, dose.doses_per_day), ' or ')
            filter (where banded.is_met) as doses,
        bool_or(dose.weight_from_kg > 0 or dose.weight_below_kg is not null) as is_by_weight
    from protocol_day(changed.site_id, changed.started) as known
    join dose_period as dose
        on known.day >= dose.effective_from and known.day < dose.effective_before
    cross join lateral (select changed.weight_kg >= dose.weight_from_kg
        and coalesce(changed.weight_kg < dose.weight_below_kg, true)
        or dose.weight_from_kg = 0 and dose.weight_below_kg is null) as banded (is_met)
) as planned on true
$context$);
