-- Visits: of the protocol, and within their windows

insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
values ('visit_defined', 'visit', '4', '{visit_definition,protocol,protocol_approval}', 20,
'The names are in visit_definition; an unscheduled visit''s name begins with "unscheduled".',
$$not starts_with(visit, 'unscheduled') and visit <> all (array(
    select first.visit from visit_definition as first
    where first.effective_from = '-infinity'))$$,
$$not is_defined$$,
$$'not a visit of the protocol on ' || visit_date$$);

insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
values ('first_dose', 'visit', '4', '{enrolment,visit_definition,protocol,protocol_approval}', 30,
'Record the first dose in enrolment.first_dose before the visits that follow it.',
$$not starts_with(visit, 'unscheduled') and not is_in_every_window$$,
$$target_day is not null and first_dose is null$$,
$$format('held on %s, without a first dose on record', visit_date)$$);

insert into rule (name, table_name, clause, anchors, priority, action, hint, only_if, condition,
    reason)
select deviation.name, 'visit', '4', '{enrolment,visit_definition,protocol,protocol_approval}', deviation.priority,
    deviation.action, deviation.hint,
    $$not starts_with(visit, 'unscheduled') and not is_in_every_window$$,
    'study_day not between window_first_day and window_last_day and deviation_reason ' || deviation.is_given,
    'format(''held on day %s, outside its window of days %s to %s' || deviation.reason
from (values
    ('visit_window', 40, 'refuse',
        'Correct the date, or give the reason in deviation_reason: the visit is then kept as a deviation.',
        'is null', ''', study_day, window_first_day, window_last_day)'),
    ('visit_out_of_window', 100, 'record', null,
        'is not null', ': %s'', study_day, window_first_day, window_last_day, deviation_reason)')
) as deviation (name, priority, action, hint, is_given, reason);
