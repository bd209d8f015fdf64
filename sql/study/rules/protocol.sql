-- The protocol itself: each day and each result belongs to one visit

insert into rule (name, table_name, clause, anchors, scope, priority, hint, condition, reason)
select 'visit_defined', table_name, '4', '{visit_definition}', 'study', 50,
    'Table visit_definition has the visits; enter the visit first, and delete it last.',
    'not is_defined', 'format(''"%s" is not a visit of the study'', visit)'
from unnest(array['required_assessment', 'snapshot_window']) as said (table_name);

insert into rule (name, table_name, clause, anchors, scope, priority, hint, query)
values ('visit_position', 'visit_definition', '4', '{visit_definition}', 'study', 51,
'Give each visit a position of its own; one statement may change those of several visits.',
$rule$
select null, null, format('%s from %s', own.visit, own.effective_from),
    format('has position %s, as has %s from %s', own.position, other.visit, other.effective_from)
from changed
join visit_definition_period as own using (visit, effective_from)
join visit_definition_period as other on other.position = own.position and other.visit > own.visit
    and other.effective_from < own.effective_before and own.effective_from < other.effective_before
$rule$);

-- A subject has the window of each visit that is in force on his target day.  So
-- two windows concern each other if some day of the first dose gives a subject both.
insert into rule (name, table_name, clause, anchors, scope, priority, hint, query)
values ('analysis_window_overlap', 'visit_definition', '4', '{visit_definition}', 'study', 52,
'A result would count at both visits. Change both windows in one statement; an amendment that moves '
'their common border is to begin for the later visit as many days later as its target day is.',
$rule$
select null, null, format('%s from %s', own.visit, own.effective_from),
    format('days %s to %s overlap days %s to %s of %s from %s',
        own.analysis_first_day, own.analysis_last_day,
        other.analysis_first_day, other.analysis_last_day, other.visit, other.effective_from)
from changed
join visit_definition_period as own using (visit, effective_from)
join visit_definition_period as other on other.visit > own.visit
    and other.analysis_first_day <= own.analysis_last_day
    and own.analysis_first_day <= other.analysis_last_day
    and other.effective_from - coalesce(other.target_day, 1)
        < own.effective_before - coalesce(own.target_day, 1)
    and own.effective_from - coalesce(own.target_day, 1)
        < other.effective_before - coalesce(other.target_day, 1)
$rule$);

-- Of these windows all subjects have those of the day of the analysis.
insert into rule (name, table_name, clause, anchors, scope, priority, hint, query)
values ('snapshot_window_overlap', 'snapshot_window', '5', '{snapshot_window}', 'study', 52,
'A result would classify the outcome at both visits. Change both windows in one statement.',
$rule$
select null, null, format('%s from %s', own.visit, own.effective_from),
    format('days %s to %s overlap days %s to %s of %s from %s', own.first_day, own.last_day,
        other.first_day, other.last_day, other.visit, other.effective_from)
from changed
join snapshot_window_period as own using (visit, effective_from)
join snapshot_window_period as other on other.visit > own.visit
    and other.first_day <= own.last_day and own.first_day <= other.last_day
    and other.effective_from < own.effective_before and own.effective_from < other.effective_before
$rule$);
