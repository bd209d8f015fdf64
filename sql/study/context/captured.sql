-- The contexts of the tables whose rules need little of other tables

insert into rule_context (table_name, query)
select captured.table_name, format($context$
select changed.*, %s as item, (select today()) as today
from changed
$context$, captured.item)
from (values
    ('subject', 'null::text'),
    ('consent', 'changed.version'),
    ('hiv_diagnosis', 'null::text'),
    ('intolerance', 'changed.drug'),
    ('enrolment', 'null::text')
) as captured (table_name, item);

insert into rule_context (table_name, query) values
('art_history', $context$
select changed.*, changed.drug as item, (select today()) as today,
    -- the next day on which the drug was begun
    (select min(other.started)
        from art_history as other
        where other.site_id = changed.site_id and other.subject_id = changed.subject_id
            and other.drug = changed.drug and other.started > changed.started) as started_again
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
