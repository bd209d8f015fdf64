-- The contexts of what is measured: the visit, the first dose, the assay or the
-- method of the day, and the end of consent

insert into rule_context (table_name, query)
select measured.table_name, format($context$
select changed.*, %1$s as item, today_at(changed.site_id) as today,
    visit.visit_date,
    person.born, person.died, person.part_ended,
    case when person.part_ended is not null then (
        select person.part_ended + in_force.safety_follow_up_days::integer
        from protocol_in_force(changed.site_id, person.part_ended) as in_force) end
        as followed_until,
    person.has_withdrawn,
    -- the day of the last withdrawal, where every consent had been withdrawn before
    case when person.has_withdrawn then (
        select case when bool_and(coalesce(consent.ended < changed.collected, false))
            then max(consent.ended) end
        from (select site_id, subject_id, least(withdrawn, %2$s) as ended from consent) as consent
        where consent.site_id = changed.site_id
            and consent.subject_id = changed.subject_id) end as consent_ended%3$s
from changed
left join _subject_life as person on person.site_id = changed.site_id
    and person.subject_id = changed.subject_id
left join visit on visit.site_id = changed.site_id and visit.subject_id = changed.subject_id
    and visit.visit = changed.visit%4$s
$context$, measured.item, case when measured.table_name in ('genotype', 'viral_load_result',
        'cd4_result', 'lab_result', 'pregnancy_test')
    then 'withdrawn_from_samples' else 'withdrawn_from_follow_up' end,
    measured.columns, measured.joins)
from (values
    ('genotype', 'changed.collected::text', '', ''),
    ('viral_load_result', 'changed.collected::text', $columns$,
    enrolment.first_dose,
    study_day(changed.collected, enrolment.first_dose) as study_day,
    assay.assay is not null as is_known_assay,
    assay.lower_limit as assay_lower_limit,
    assay.upper_limit as assay_upper_limit,
    assay.iu_per_copy as assay_iu_per_copy,
    exists (
        select from viral_load_result as other
        where other.site_id = changed.site_id and other.subject_id = changed.subject_id
            and other.collected <= enrolment.first_dose
            and other.assay <> changed.assay) as had_other_assay,
    (select baseline.assay
        from viral_load_of_day as baseline
        where baseline.site_id = changed.site_id and baseline.subject_id = changed.subject_id
            and baseline.viral_load_of_day = (select in_force.viral_load_of_day
                from protocol_in_force(changed.site_id, changed.collected) as in_force)
            and baseline.collected <= enrolment.first_dose
        order by baseline.collected desc
        limit 1) as baseline_assay$columns$, $joins$
left join enrolment on enrolment.site_id = changed.site_id
    and enrolment.subject_id = changed.subject_id
left join assay on assay.assay = changed.assay and assay.effective_from = (
    select reached.effective_from
    from assay as reached
    where reached.assay = changed.assay and reached.effective_from <= changed.collected
    order by reached.effective_from desc
    limit 1)$joins$),
    ('cd4_result', 'changed.collected::text', ',
    (select in_force.cd4_method
        from protocol_in_force(changed.site_id, changed.collected) as in_force) as cd4_method', ''),
    ('lab_result', $item$changed.test || ' ' || changed.collected$item$, ',
    lab_test.result_kind,
    lab_test.unit as standard_unit,
    lab_test.usual_low,
    lab_test.usual_high,
    lab_test.plausible_low,
    lab_test.plausible_high,
    lab_unit.unit is not null as is_known_unit,
    _virotrial.lab_value_converted(changed.value, lab_unit_power(changed.unit) - lab_unit.power,
        lab_unit.multiplier, lab_unit.divisor) as converted_value,
    case when changed.standard_value < lab_test.usual_low
            or changed.standard_value > lab_test.usual_high then (
        select meant.unit
        from lab_unit as other
        cross join unnest(other.unit || other.other_units) as meant (unit)
        cross join lateral _virotrial.lab_value_converted(changed.value,
            lab_unit_power(meant.unit) - other.power, other.multiplier, other.divisor) as value
        where other.test = changed.test
            and value >= lab_test.usual_low and value <= lab_test.usual_high
        order by abs(ln(quantity(value) / sqrt(lab_test.usual_low * lab_test.usual_high))),
            meant.unit
        limit 1) end as likely_unit,
    lab_code.code is not null as is_known_code', '
left join lab_test on lab_test.test = changed.test
left join lab_unit on lab_unit.test = changed.test
    and lab_unit.kind = lab_unit_kind(changed.unit)
left join lab_code on lab_code.test = changed.test and lab_code.code = changed.code'),
    ('missing_result',
    $item$concat_ws(' ', changed.assessment, nullif(changed.test, ''), changed.collected)$item$, ',
    exists (select from lab_test where lab_test.test = changed.test) as is_known_test', ''),
    ('vital_signs', 'changed.collected::text', '', ''),
    ('physical_examination', $item$changed.body_system || ' ' || changed.collected$item$, '', ''),
    ('pregnancy_test', 'changed.collected::text', ',
    person.sex', ''),
    ('asked_complaint', $item$changed.complaint || ' ' || changed.collected$item$, $columns$,
    changed.complaint = 'any' or exists (
        select from solicited_complaint as solicited
        where solicited.complaint = changed.complaint
            and solicited.effective_from <= changed.collected) as is_solicited$columns$, '')
) as measured (table_name, item, columns, joins);
