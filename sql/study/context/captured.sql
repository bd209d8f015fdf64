-- The contexts of the tables whose rules need little of other tables

insert into rule_context (table_name, query)
select captured.table_name, format($context$
select changed.*, %s as item, today_at(changed.site_id) as today,
    person.born, person.died, person.part_ended,
    case when person.part_ended is not null then (
        select person.part_ended + in_force.safety_follow_up_days::integer
        from protocol_in_force(changed.site_id, person.part_ended) as in_force) end
        as followed_until,
    enrolment.enrolled
from changed
left join _subject_life as person on person.site_id = changed.site_id
    and person.subject_id = changed.subject_id
left join enrolment on enrolment.site_id = changed.site_id
    and enrolment.subject_id = changed.subject_id
$context$, captured.item)
from (values
    ('hiv_diagnosis', 'null::text'),
    ('intolerance', 'changed.drug'),
    ('medical_history', 'changed.condition_number::text'),
    ('concomitant_medication', 'changed.medication_number::text'),
    ('screening', 'changed.decided::text')
) as captured (table_name, item);

insert into rule_context (table_name, query) values
('consent', $context$
select changed.*, changed.version || ' ' || changed.signed as item,
    today_at(changed.site_id) as today,
    person.born, person.died,
    greatest(changed.signed, changed.withdrawn, changed.withdrawn_from_treatment,
        changed.withdrawn_from_follow_up, changed.withdrawn_from_samples) as last_day,
    exists (select from consent_version) as has_versions,
    version.valid_from, version.valid_until
from changed
left join _subject_life as person on person.site_id = changed.site_id
    and person.subject_id = changed.subject_id
left join consent_version_at(changed.site_id) as version on version.version = changed.version
$context$),
('subject', $context$
select changed.*, null::text as item, today_at(changed.site_id) as today
from changed
$context$),
('art_history', $context$
select changed.*, changed.drug as item, today_at(changed.site_id) as today,
    person.born, person.died,
    hiv_diagnosis.diagnosed, enrolment.first_dose,
    -- the first day of another period of the drug that shares a day with this one
    (select other.started
        from art_history as other
        where other.site_id = changed.site_id and other.subject_id = changed.subject_id
            and other.drug = changed.drug and other.started <> changed.started
            and other.started < coalesce(changed.stopped, 'infinity')
            and coalesce(other.stopped, 'infinity') > changed.started
        order by other.started
        limit 1) as overlapped
from changed
left join _subject_life as person on person.site_id = changed.site_id
    and person.subject_id = changed.subject_id
left join hiv_diagnosis on hiv_diagnosis.site_id = changed.site_id
    and hiv_diagnosis.subject_id = changed.subject_id
left join enrolment on enrolment.site_id = changed.site_id
    and enrolment.subject_id = changed.subject_id
$context$),
('enrolment', $context$
select changed.*, null::text as item, today_at(changed.site_id) as today,
    protocol.screening_results_before,
    -- of a screening visit, or so late that it could be; or why there is none
    (select string_agg(asked.name, ' and no ' order by asked.name desc)
        from (values ('viral load'), ('CD4')) as asked (name)
        where not exists (
            select from (
                select 'viral load' as assessment, site_id, subject_id, collected, visit
                from viral_load_result
                union all
                select 'CD4', site_id, subject_id, collected, visit from cd4_result
                union all
                select assessment, site_id, subject_id, collected, visit from missing_result
            ) as result
            where result.site_id = changed.site_id and result.subject_id = changed.subject_id
                and result.assessment = asked.name and result.collected <= screened.before
                and (result.visit is not null
                    or result.collected
                        >= screened.before - protocol.screening_limit_days::integer)))
        as not_screened_for,
    screened.before as screened_before,
    (select format('%s from %s%s: %s', case stop.site when '*' then 'in the study'
            else 'at the site' end, stop.closed_from, ' to ' || (stop.opened_again - 1),
            stop.reason)
        from enrolment_stop as stop
        where stop.site in ('*', changed.site_id) and changed.enrolled >= stop.closed_from
            and coalesce(changed.enrolled < stop.opened_again, true)
        order by stop.closed_from, stop.site
        limit 1) as stop,
    (select format('%s subjects would be enrolled %s, and at most %s may be', counted.subjects,
            case cap.site when '*' then 'in the study' else 'at the site' end, cap.maximum)
        from protocol_day(changed.site_id, changed.enrolled) as known
        join enrolment_limit_period as cap
            on known.day >= cap.effective_from and known.day < cap.effective_before
            -- what is counted in all sites holds in all, too
            or cap.site = '*' and changed.enrolled >= cap.effective_from
                and changed.enrolled < cap.effective_before
        join lateral (
            select count(*) as subjects
            from enrolment
            where cap.site in ('*', enrolment.site_id)
                and (enrolment.enrolled < cap.effective_before
                    or (select day from protocol_day(enrolment.site_id, enrolment.enrolled))
                        < cap.effective_before)
        ) as counted on counted.subjects > cap.maximum
        where cap.stratum = '*' and cap.site in ('*', changed.site_id)
        order by cap.site, cap.effective_from
        limit 1) as exceeded_limit
from changed
left join protocol_in_force(changed.site_id, coalesce(changed.first_dose, changed.enrolled))
    as protocol on true
cross join lateral (select case protocol.screening_results_before
    when 'enrolment' then changed.enrolled when 'first dose' then changed.first_dose end)
    as screened (before)
$context$),
('reference_range', $context$
select changed.*, format('%s, %s', changed.laboratory, changed.test) as item
from changed
$context$),
('disposition', $context$
select changed.*, null::text as item, today_at(changed.site_id) as today,
    exists (
        select from adverse_event as event
        where event.site_id = changed.site_id and event.subject_id = changed.subject_id
            and event.outcome = 'FATAL') as has_fatal_event,
    enrolment.enrolled, enrolment.first_dose
from changed
left join enrolment on enrolment.site_id = changed.site_id
    and enrolment.subject_id = changed.subject_id
$context$);
