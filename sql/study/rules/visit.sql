-- Visits: of the protocol, and within their windows

insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('visit_defined', 'visit', '4', '{visit_definition}', 20, 'The names are in visit_definition; an unscheduled visit''s name begins with "unscheduled".',
$rule$
select changed.site_id, changed.subject_id, changed.visit, 'not a visit of the protocol on ' || changed.visit_date
from changed
where changed.visit !~ '^unscheduled' and not exists (
    select from visit_definition
    where visit_definition.visit = changed.visit and visit_definition.effective_from <= changed.visit_date)
$rule$);

insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('first_dose', 'visit', '4', '{enrolment,visit_definition}', 30, 'Record the first dose in enrolment.first_dose before the visits that follow it.',
$rule$
select changed.site_id, changed.subject_id, changed.visit, format('held on %s, without a first dose on record', changed.visit_date)
from changed
join visit_definition_period as definition on definition.visit = changed.visit
    and changed.visit_date >= definition.effective_from and changed.visit_date < definition.effective_before
left join enrolment using (site_id, subject_id)
where enrolment.first_dose is null and definition.target_day is not null
$rule$);

insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('visit_window', 'visit', '4', '{enrolment,visit_definition,protocol}', 40, 'Correct the date, or give the reason in deviation_reason: the visit is then kept as a deviation.',
$rule$
select changed.site_id, changed.subject_id, changed.visit,
    format('held on day %s, outside its window of days %s to %s', study_day(changed.visit_date, enrolment.first_dose),
        coalesce(definition.window_first_day, - protocol.screening_limit_days), definition.window_last_day)
from changed
join enrolment using (site_id, subject_id)
join visit_definition_period as definition on definition.visit = changed.visit
    and changed.visit_date >= definition.effective_from and changed.visit_date < definition.effective_before
join protocol_period as protocol on changed.visit_date >= protocol.effective_from and changed.visit_date < protocol.effective_before
where changed.deviation_reason is null
    and study_day(changed.visit_date, enrolment.first_dose)
        not between coalesce(definition.window_first_day, - protocol.screening_limit_days) and definition.window_last_day
$rule$);

insert into rule (name, table_name, clause, anchors, action, query)
values ('visit_out_of_window', 'visit', '4', '{enrolment,visit_definition,protocol}', 'record',
$rule$
select changed.site_id, changed.subject_id, changed.visit,
    format('held on day %s, outside its window of days %s to %s: %s', study_day(changed.visit_date, enrolment.first_dose),
        coalesce(definition.window_first_day, - protocol.screening_limit_days), definition.window_last_day, changed.deviation_reason)
from changed
join enrolment using (site_id, subject_id)
join visit_definition_period as definition on definition.visit = changed.visit
    and changed.visit_date >= definition.effective_from and changed.visit_date < definition.effective_before
join protocol_period as protocol on changed.visit_date >= protocol.effective_from and changed.visit_date < protocol.effective_before
where changed.deviation_reason is not null
    and study_day(changed.visit_date, enrolment.first_dose)
        not between coalesce(definition.window_first_day, - protocol.screening_limit_days) and definition.window_last_day
$rule$);

-- One look at the first dose spares all of them.  The study day is written out, as
-- the planner leaves study_day() of a look-up as it is.
update rule set screen = $screen$
changed.visit !~ '^unscheduled' and coalesce(
    changed.visit_date - (row_of(null::enrolment, changed.site_id, changed.subject_id)).first_dose
        + (changed.visit_date >= (row_of(null::enrolment, changed.site_id, changed.subject_id)).first_dose)::integer
        between coalesce((in_force(null::visit_definition, changed.visit, changed.visit_date)).window_first_day,
            - (in_force(null::protocol, null, changed.visit_date)).screening_limit_days)
        and (in_force(null::visit_definition, changed.visit, changed.visit_date)).window_last_day,
    (in_force(null::visit_definition, changed.visit, changed.visit_date)).target_day is null
    and (in_force(null::visit_definition, changed.visit, changed.visit_date)).window_last_day is not null) is not true
$screen$
where table_name = 'visit' and name in ('visit_defined', 'first_dose', 'visit_window', 'visit_out_of_window');
