-- The context of visits: the visit's definition and the protocol in force on its
-- day, the first dose, and the consent

insert into rule_context (table_name, query) values ('visit', $context$
select changed.*, changed.visit as item, today_at(changed.site_id) as today,
    enrolment.first_dose,
    person.born, person.died, person.part_ended,
    case when person.part_ended is not null then (
        select person.part_ended + in_force.safety_follow_up_days::integer
        from protocol_in_force(changed.site_id, person.part_ended) as in_force) end
        as followed_until,
    study_day(changed.visit_date, enrolment.first_dose) as study_day,
    definition.visit is not null as is_defined,
    definition.target_day,
    coalesce(definition.window_first_day, case when definition.visit is not null then (
        select - in_force.screening_limit_days
        from protocol_in_force(changed.site_id, changed.visit_date) as in_force) end)
        as window_first_day,
    definition.window_last_day,
    -- whatever version of the definition is in force
    not exists (
        select from visit_definition as version
        where version.visit = changed.visit
            and not coalesce(study_day(changed.visit_date, enrolment.first_dose)
                    between version.window_first_day and version.window_last_day,
                enrolment.first_dose is null and version.target_day is null)) as is_in_every_window,
    exists (
        select from consent
        where consent.site_id = changed.site_id and consent.subject_id = changed.subject_id
            and consent.signed <= changed.visit_date
            and coalesce(least(consent.withdrawn, consent.withdrawn_from_follow_up)
                >= changed.visit_date, true)) as has_consent
from changed
left join _subject_life as person on person.site_id = changed.site_id
    and person.subject_id = changed.subject_id
left join enrolment on enrolment.site_id = changed.site_id
    and enrolment.subject_id = changed.subject_id
-- an aggregate, and no subquery in the condition below: where nothing reads the row, the
-- planner leaves out both
left join lateral (
    select max(version.effective_from) as effective_from
    from protocol_day(changed.site_id, changed.visit_date) as known
    join visit_definition as version on version.effective_from <= known.day
    where version.visit = changed.visit
) as reached on true
left join visit_definition as definition on definition.visit = changed.visit
    and definition.effective_from = reached.effective_from
$context$);
