-- Serious adverse events that nobody has reported yet

-- The most overdue first.  Whoever has to report looks at now, whatever the data cut.
create view serious_event_due as
    select event.site_id, event.subject_id, event.event_number::integer, event.term, event.onset,
        event.aware_at, due.report_due,
        case when moment() > due.report_due then 'overdue'
            when moment() <= due.report_due then 'due'
            else 'unknown' end as status,
        round(extract(epoch from due.report_due - moment()) / 3600, 1) as hours_left
    from adverse_event as event
    left join serious_report_due(event.site_id, event.onset_last, event.aware_at) as due on true
    where event.is_serious and event.reported_at is null
    order by due.report_due nulls first, event.site_id, event.subject_id, event.event_number;

comment on view serious_event_due is 'serious adverse events without a report to the sponsor, the most overdue first, as of now whatever the data cut; an event leaves the list when it is reported';
comment on column serious_event_due.site_id is 'the site';
comment on column serious_event_due.subject_id is 'the subject''s code';
comment on column serious_event_due.event_number is 'the event';
comment on column serious_event_due.term is 'the event in the investigator''s words';
comment on column serious_event_due.onset is 'when it began, as far as it is known';
comment on column serious_event_due.aware_at is 'when the site became aware of it';
comment on column serious_event_due.report_due is 'when the report is due: protocol.serious_report_hours after awareness, by the protocol that applies at the site on the day of the onset; null if that is not known';
comment on column serious_event_due.status is 'overdue; due: it may still be reported in time; unknown: nobody knows when the report is due';
comment on column serious_event_due.hours_left is 'hours until the report is due; negative: hours since it was';
