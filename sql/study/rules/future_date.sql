-- No date in the future

insert into rule (name, table_name, clause, priority, hint, condition, reason)
select 'future_date', guarded.table_name, '4', 5, 'Correct the date.',
    -- The day begins last 12 hours behind UTC: earlier rows need no look at their site.
    format('%1$s > (now() at time zone interval ''-12:00'')::date and %1$s > today',
        guarded.day), format('format(''%%s is in the future'', %s)', guarded.day)
from (values
    ('subject', 'birth_date'),
    ('consent', 'last_day'),
    ('hiv_diagnosis', 'greatest(diagnosed, confirmed)'),
    ('art_history', 'greatest(started, stopped)'),
    ('intolerance', 'onset'),
    ('genotype', 'collected'),
    ('visit', 'visit_date'),
    ('viral_load_result', 'collected'),
    ('cd4_result', 'collected'),
    ('lab_result', 'collected'),
    ('missing_result', 'collected'),
    ('vital_signs', 'collected'),
    ('physical_examination', 'collected'),
    ('asked_complaint', 'collected'),
    ('pregnancy_test', 'collected'),
    ('medical_history', 'greatest(started_first, ended_first)'),
    ('concomitant_medication', 'greatest(started_first, ended_first)'),
    ('screening', 'decided'),
    ('adverse_event', 'greatest(onset_first, ended_first)'),
    ('enrolment', 'greatest(enrolled, first_dose)'),
    ('regimen', 'greatest(started, stopped)'),
    ('disposition', 'ended')
) as guarded (table_name, day);
