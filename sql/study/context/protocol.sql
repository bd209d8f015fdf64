-- The context of what is said of visits: whether there is one of the name

insert into rule_context (table_name, query)
select table_name, format($context$
select changed.*, %s as item,
    exists (select from visit_definition where visit_definition.visit = changed.visit) as is_defined
from changed
$context$, item)
from (values
    ('required_assessment', $$changed.visit || ', ' || changed.assessment$$),
    ('snapshot_window', 'changed.visit')) as said (table_name, item);
