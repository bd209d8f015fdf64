-- No date in the future: by the time zone of who makes the study, whatever that
-- of a client is

insert into rule (name, table_name, clause, priority, hint, screen, query)
select 'future_date', guarded.table_name, '4', 5, 'Correct the date.',
    format('%s > (now() at time zone %L)::date', latest.date, current_setting('TimeZone')),
    format($rule$
select changed.site_id, changed.subject_id, %s, format('%%s is in the future', %s)
from changed
where %2$s > (now() at time zone %3$L)::date
$rule$, guarded.item, latest.date, current_setting('TimeZone'))
from (values
    ('subject', 'null', 'birth_date', null),
    ('consent', 'changed.version', 'signed', 'withdrawn'),
    ('hiv_diagnosis', 'null', 'diagnosed', 'confirmed'),
    ('art_history', 'changed.drug', 'started', 'stopped'),
    ('intolerance', 'changed.drug', 'onset', null),
    ('genotype', 'changed.collected::text', 'collected', null),
    ('visit', 'changed.visit', 'visit_date', null),
    ('viral_load_result', 'changed.collected::text', 'collected', null),
    ('cd4_result', 'changed.collected::text', 'collected', null),
    ('lab_result', 'changed.test || '' '' || changed.collected', 'collected', null),
    ('adverse_event', 'changed.event_number::text', 'onset_first', 'ended_first'),
    ('enrolment', 'null', 'enrolled', 'first_dose'),
    ('regimen', 'changed.drug', 'started', 'stopped'),
    ('disposition', 'null', 'ended', null)
) as guarded (table_name, item, day, other)
cross join lateral (select case when guarded.other is null then 'changed.' || guarded.day
    else format('greatest(changed.%s, changed.%s)', guarded.day, guarded.other) end) as latest (date);
