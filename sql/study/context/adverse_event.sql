-- The contexts of adverse events.  Of a partial date only what is wrong on every
-- day that it can mean is refused.

insert into rule_context (table_name, query) values
('adverse_event', $context$
select changed.*, changed.event_number::text as item, today_at(changed.site_id) as today,
    (select in_force.serious_report_hours
        from protocol_in_force(changed.site_id, changed.onset_last) as in_force)
        as serious_report_hours,
    (select due.report_due
        from serious_report_due(changed.site_id, changed.onset_last, changed.aware_at) as due)
        as report_due,
    person.born, person.died, person.end_reason, person.part_ended,
    case when person.part_ended is not null then (
        select person.part_ended + in_force.safety_follow_up_days::integer
        from protocol_in_force(changed.site_id, person.part_ended) as in_force) end
        as followed_until,
    exists (
        select from consent
        where consent.site_id = changed.site_id and consent.subject_id = changed.subject_id
            and consent.signed <= changed.onset_last
            and coalesce(least(consent.withdrawn, consent.withdrawn_from_follow_up)
                >= changed.onset_first, true)) as has_consent,
    exists (
        select from solicited_complaint as asked
        where asked.complaint = changed.complaint and asked.effective_from <= changed.onset_last
            and asked.solicited) as is_solicited,
    -- the study drug: the day on which it was stopped, infinity while it is taken, null if
    -- it never was
    (select max(coalesce(regimen.stopped, 'infinity'))
        from regimen
        where regimen.site_id = changed.site_id and regimen.subject_id = changed.subject_id
            and regimen.drug in (select study_drug from protocol)) as study_drug_stopped
from changed
left join _subject_life as person on person.site_id = changed.site_id
    and person.subject_id = changed.subject_id
$context$),
('adverse_event_relatedness', $context$
select changed.*, format('%s, %s', changed.event_number, changed.drug) as item,
    event.onset,
    category.is_related,
    -- the first day on which the drug was taken, null if it is not in the regimen
    (select min(regimen.started)
        from regimen
        where regimen.site_id = changed.site_id and regimen.subject_id = changed.subject_id
            and regimen.drug = changed.drug) as drug_started,
    event.onset_last
from changed
left join adverse_event as event on event.site_id = changed.site_id
    and event.subject_id = changed.subject_id
    and event.event_number = changed.event_number
left join relatedness_category as category on category.relatedness = changed.relatedness
$context$);
