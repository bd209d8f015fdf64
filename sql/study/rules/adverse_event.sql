-- Adverse events: what contradicts other tables.  Of a partial date only what
-- is wrong on every day that it can mean is refused.  Events are among the
-- anchors of rules on events, so that their writers and those of the other table
-- wait for each other without waiting for the clerks who enter results.

insert into rule (name, table_name, clause, anchors, priority, hint, screen, query)
values ('solicited_complaint', 'adverse_event', '4', '{solicited_complaint}', 20, 'Table solicited_complaint has the complaints that the protocol asks for; any other event has none.',
'changed.complaint is not null',
$rule$
select changed.site_id, changed.subject_id, changed.event_number::text, format('"%s" is not a complaint that the protocol asks for', changed.complaint)
from changed
where changed.complaint is not null and not exists (
    select from solicited_complaint as asked
    where asked.complaint = changed.complaint and asked.effective_from <= changed.onset_last and asked.solicited)
$rule$);

insert into rule (name, table_name, clause, priority, hint, screen, query)
values ('event_report', 'adverse_event', '4', 25, 'Correct the times; they include the time zone.',
'changed.aware_at is not null or changed.reported_at is not null',
$rule$
select changed.site_id, changed.subject_id, changed.event_number::text,
    case when greatest(changed.aware_at, changed.reported_at) > now() then format('%s is in the future', greatest(changed.aware_at, changed.reported_at))
        else format('the site was aware of it at %s, before its onset, %s', changed.aware_at, changed.onset) end
from changed
where greatest(changed.aware_at, changed.reported_at) > now()
    -- before midnight in the zone of the earliest one
    or changed.aware_at < changed.onset_first::timestamp at time zone 'UTC' - interval '14 hours'
$rule$);

-- The death is recorded first; taking it back takes the event, too.
insert into rule (name, table_name, clause, anchors, evidence, priority, hint, query)
values ('fatal_event', 'adverse_event', '4', '{adverse_event}', '{disposition}', 30, 'Record the death in disposition first.',
$rule$
select changed.site_id, changed.subject_id, changed.event_number::text, 'fatal, but no death is on record'
from changed
left join disposition using (site_id, subject_id)
where changed.outcome = 'FATAL' and disposition.reason is distinct from 'death'
$rule$);

insert into rule (name, table_name, clause, anchors, action, screen, query)
values ('death_without_event', 'disposition', '4', '{adverse_event,disposition}', 'record',
'changed.reason = ''death''',
$rule$
select changed.site_id, changed.subject_id, null, format('died on %s, and no fatal adverse event is on record', changed.ended)
from changed
where changed.reason = 'death' and not exists (
    select from adverse_event as event
    where event.site_id = changed.site_id and event.subject_id = changed.subject_id and event.outcome = 'FATAL')
$rule$);

insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('drug_withdrawn', 'adverse_event', '4', '{adverse_event,regimen}', 40, 'Record in regimen.stopped that the study drug was stopped, before the event.',
$rule$
select changed.site_id, changed.subject_id, changed.event_number::text,
    case when taken.periods = 0 then 'the study drug was withdrawn, but never taken'
        when taken.is_open then 'the study drug was withdrawn, but is still taken'
        else format('the study drug was withdrawn for an event of %s, but had been stopped on %s', changed.onset, taken.stopped) end
from changed
cross join lateral (
    select count(*) as periods, bool_or(regimen.stopped is null) as is_open, max(regimen.stopped) as stopped
    from regimen
    where regimen.site_id = changed.site_id and regimen.subject_id = changed.subject_id
        and regimen.drug in (select protocol.study_drug from protocol)
) as taken
where changed.action_taken = 'DRUG WITHDRAWN' and (taken.periods = 0 or taken.is_open or taken.stopped < changed.onset_first)
$rule$);

insert into rule (name, table_name, clause, anchors, action, screen, query)
values ('serious_report', 'adverse_event', '4', '{protocol}', 'record',
'changed.is_serious',
$rule$
select changed.site_id, changed.subject_id, changed.event_number::text,
    case when changed.reported_at is null then format('serious, and not reported within %s hours of %s', protocol.serious_report_hours, changed.aware_at at time zone 'UTC')
        else format('serious, and reported %s hours after awareness', round(extract(epoch from changed.reported_at - changed.aware_at) / 3600, 1)) end
from changed
join protocol_period as protocol on changed.onset_last >= protocol.effective_from and changed.onset_last < protocol.effective_before
where changed.is_serious
    and coalesce(changed.reported_at, now()) > changed.aware_at + protocol.serious_report_hours * interval '1 hour'
$rule$);

insert into rule (name, table_name, clause, anchors, evidence, priority, hint, query)
values ('relatedness_drug', 'adverse_event_relatedness', '4', '{adverse_event_relatedness}', '{regimen,adverse_event}', 40,
'Relatedness is judged for the drugs of the regimen; the regimen is entered first.',
$rule$
select changed.site_id, changed.subject_id, format('%s, %s', changed.event_number, changed.drug),
    case when category.is_related then format('%s to %s, which the regimen does not have by its onset, %s', changed.relatedness, changed.drug, event.onset)
        else format('%s is not in the regimen', changed.drug) end
from changed
join adverse_event as event using (site_id, subject_id, event_number)
join relatedness_category as category using (relatedness)
where not exists (
    select from regimen
    where regimen.site_id = changed.site_id and regimen.subject_id = changed.subject_id and regimen.drug = changed.drug
        and (regimen.started <= event.onset_last or not category.is_related))
$rule$);
