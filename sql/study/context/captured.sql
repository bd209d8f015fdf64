-- The contexts of the tables whose rules need little of other tables

insert into rule_context (table_name, query) values
('subject', $context$
select changed.*, null::text as item, (select today()) as today
from changed
$context$),
('consent', $context$
select changed.*, changed.version as item, (select today()) as today
from changed
$context$),
('hiv_diagnosis', $context$
select changed.*, null::text as item, (select today()) as today
from changed
$context$),
('art_history', $context$
select changed.*, changed.drug as item, (select today()) as today
from changed
$context$),
('intolerance', $context$
select changed.*, changed.drug as item, (select today()) as today
from changed
$context$),
('enrolment', $context$
select changed.*, null::text as item, (select today()) as today
from changed
$context$),
('reference_range', $context$
select changed.*, format('%s, %s', changed.laboratory, changed.test) as item
from changed
$context$),
('disposition', $context$
select changed.*, null::text as item, (select today()) as today,
    exists (
        select from adverse_event as event
        where event.site_id = changed.site_id and event.subject_id = changed.subject_id
            and event.outcome = 'FATAL') as has_fatal_event
from changed
$context$);
