-- The order of dates: nothing before birth or after death; diagnosis, treatment,
-- first dose and end in this order; after the end, safety follow-up alone.  That
-- consent comes before, and the first dose before the visits, are rules of those.

insert into rule (name, table_name, clause, anchors, evidence, priority, hint, condition, reason)
select 'lifetime', guarded.table_name, '4',
    '{disposition where reason = ''death'',screening where reason = ''death''}',
    '{subject}', 6,
    'Correct the date, or the date of birth or of death (disposition, or screening).',
    format('%s < born or %s > died', guarded.first_day, guarded.last_day),
    format('case when %1$s < born then format(''%%s is before birth, on %%s'', %1$s, born)
        else format(''%%s is after death, on %%s'', %2$s, died) end',
        guarded.first_day, guarded.last_day)
from (values
    ('consent', 'signed', 'last_day'),
    ('hiv_diagnosis', 'diagnosed', 'greatest(diagnosed, confirmed)'),
    ('art_history', 'started', 'started'),
    ('intolerance', 'onset', 'onset'),
    ('genotype', 'collected', 'collected'),
    ('visit', 'visit_date', 'visit_date'),
    ('viral_load_result', 'collected', 'collected'),
    ('cd4_result', 'collected', 'collected'),
    ('lab_result', 'collected', 'collected'),
    ('missing_result', 'collected', 'collected'),
    ('vital_signs', 'collected', 'collected'),
    ('physical_examination', 'collected', 'collected'),
    ('asked_complaint', 'collected', 'collected'),
    ('pregnancy_test', 'collected', 'collected'),
    ('medical_history', 'least(started_last, ended_last)', 'greatest(started_first, ended_first)'),
    ('concomitant_medication', 'least(started_last, ended_last)',
        'greatest(started_first, ended_first)'),
    ('screening', 'decided', 'decided'),
    ('adverse_event', 'onset_last', 'onset_first'),
    ('regimen', 'started', 'started')
) as guarded (table_name, first_day, last_day);

insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('diagnosis_order', 'art_history', '1', '{hiv_diagnosis}', 40,
'Correct one of the two; a drug that was taken as prophylaxis is no treatment.',
$$started < diagnosed$$,
$$format('started %s, before the diagnosis on %s', started, diagnosed)$$),
('treatment_order', 'art_history', '1', '{enrolment}', 41,
'What is taken from the first dose on is entered in regimen.',
$$started > first_dose$$,
$$format('started %s, after the first dose of the study drug on %s', started, first_dose)$$),
('end_order', 'disposition', '4', '{enrolment}', 40,
'Correct the date, or that of the enrolment or the first dose.',
$$ended < coalesce(first_dose, enrolled)$$,
$$format('ended %s, before the %s', ended,
    coalesce('first dose on ' || first_dose, 'enrolment on ' || enrolled))$$);

-- The name of a rule that records is one of a table.
insert into rule (name, table_name, clause, anchors, action, only_if, condition, reason)
select guarded.table_name || '_after_end', guarded.table_name, '4', '{disposition,protocol,protocol_approval}',
    'record', guarded.day || ' > part_ended', guarded.day || ' > followed_until',
    format('format(''%%s, and the subject left the study on %%s; follow-up ended on %%s'', %s,
        part_ended, followed_until)', guarded.day)
from (values
    ('visit', 'visit_date'),
    ('genotype', 'collected'),
    ('viral_load_result', 'collected'),
    ('cd4_result', 'collected'),
    ('lab_result', 'collected'),
    ('missing_result', 'collected'),
    ('vital_signs', 'collected'),
    ('physical_examination', 'collected'),
    ('asked_complaint', 'collected'),
    ('pregnancy_test', 'collected'),
    ('concomitant_medication', 'started_first'),
    ('adverse_event', 'onset_first'),
    ('regimen', 'started')
) as guarded (table_name, day);
