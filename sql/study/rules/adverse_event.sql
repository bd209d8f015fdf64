-- Adverse events: what contradicts other tables.  Events are among the anchors of
-- rules on events, so that their writers and those of the other table wait for
-- each other without waiting for the clerks who enter results.

insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('solicited_complaint', 'adverse_event', '4', '{solicited_complaint}', 20,
'Table solicited_complaint has the complaints that the protocol asks for; any other event has none.',
$$complaint is not null and not is_solicited$$,
$$format('"%s" is not a complaint that the protocol asks for', complaint)$$);

-- An onset is judged in the zone where its day begins first.
insert into rule (name, table_name, clause, priority, hint, condition, reason)
values ('event_report', 'adverse_event', '4', 25, 'Correct the times; they include the time zone.',
$$greatest(aware_at, reported_at) > now()
    or aware_at < onset_first::timestamp at time zone 'UTC' - interval '14 hours'$$,
$$case when greatest(aware_at, reported_at) > now()
    then format('%s is in the future', greatest(aware_at, reported_at))
    else format('the site was aware of it at %s, before its onset, %s', aware_at, onset) end$$);

-- The death is recorded first; taking it back takes the event, too.
insert into rule (name, table_name, clause, anchors, evidence, priority, hint, condition, reason)
values ('fatal_event', 'adverse_event', '4', '{adverse_event}', '{disposition}', 30,
    'Record the death in disposition first.',
$$outcome = 'FATAL' and end_reason is distinct from 'death'$$,
$$'fatal, but no death is on record'$$);

insert into rule (name, table_name, clause, anchors, action, condition, reason)
values ('death_without_event', 'disposition', '4',
    array['adverse_event where outcome = ''FATAL''', 'disposition'], 'record',
$$reason = 'death' and not has_fatal_event$$,
$$format('died on %s, and no fatal adverse event is on record', ended)$$);

insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
values ('drug_withdrawn', 'adverse_event', '4',
    array['adverse_event', 'regimen where drug = any (array(select study_drug from protocol))', 'protocol'],
    40,
'Record in regimen.stopped that the study drug was stopped, before the event.',
$$action_taken = 'DRUG WITHDRAWN'$$,
$$study_drug_stopped is null or study_drug_stopped = 'infinity'
    or study_drug_stopped < onset_first$$,
$$case when study_drug_stopped is null then 'the study drug was withdrawn, but never taken'
    when study_drug_stopped = 'infinity' then 'the study drug was withdrawn, but is still taken'
    else format('the study drug was withdrawn for an event of %s, but had been stopped on %s',
        onset, study_drug_stopped) end$$);

insert into rule (name, table_name, clause, anchors, action, only_if, condition, reason)
values ('serious_report', 'adverse_event', '4', '{protocol,protocol_approval}', 'record',
$$is_serious$$,
$$coalesce(reported_at, now()) > report_due$$,
$$case when reported_at is null
        then format('serious, and not reported within %s hours of %s',
            serious_report_hours, aware_at at time zone 'UTC')
    else format('serious, and reported %s hours after awareness',
        round(extract(epoch from reported_at - aware_at) / 3600, 1)) end$$);

insert into rule (name, table_name, clause, anchors, evidence, priority, hint, condition, reason)
values ('relatedness_drug', 'adverse_event_relatedness', '4',
    '{adverse_event_relatedness,relatedness_category}', '{regimen,adverse_event}', 40,
'Relatedness is judged for the drugs of the regimen; the regimen is entered first.',
$$coalesce(drug_started > coalesce(case when is_related then onset_last end, 'infinity'), true)$$,
$$case when is_related
    then format('%s to %s, which the regimen does not have by its onset, %s', relatedness, drug,
    onset)
    else format('%s is not in the regimen', drug) end$$);

insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('asked_complaint', 'asked_complaint', '4', '{solicited_complaint}', 20,
'Table solicited_complaint has the complaints that the protocol asks for; "any" is the open question.',
$$not is_solicited$$,
$$format('"%s" is not a complaint that the protocol asks for', complaint)$$);
