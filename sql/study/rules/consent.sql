-- Consent: no study procedure before it is signed or after it is withdrawn.  What
-- was done at a visit is of the visit's day (rule result_visit), so that the
-- visit's consent is its own.

insert into rule (name, table_name, clause, evidence, priority, hint, condition, reason)
select 'consent', guarded.table_name, '2', '{consent}', 10, guarded.hint, 'not has_consent',
    format('format(''no consent in force %s'', %s)', guarded.place, guarded.day)
from (values
    ('visit', 'visit_date', 'on %s', 'Record the consent first; results from before it are entered without a visit.'),
    ('regimen', 'started', 'on %s', 'Record the consent first.'),
    ('adverse_event', 'onset', 'at its onset, %s', 'Record the consent first; what was there before it is medical history.')
) as guarded (table_name, day, place, hint);

insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('consent_withdrawal', 'consent', '2', '{consent}', 10,
'A withdrawal ends every consent that was signed up to that day: give each of them the same date.',
$rule$
select changed.site_id, changed.subject_id, changed.version,
    format('signed %s and still open, though version %s was withdrawn on %s', changed.signed,
        other.version, other.withdrawn)
from changed
join consent as other using (site_id, subject_id)
where other.withdrawn >= changed.signed
    and (changed.withdrawn is null or changed.withdrawn > other.withdrawn)
$rule$);

-- What has no visit may be history, from before the consent, but not from after its end.
insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
select 'withdrawn', measured.table_name, '2', '{consent}', 10,
    'After a withdrawal nothing is collected: check the dates, or record the consent that was signed since.',
    'visit is null and consent_ended < collected',
    'format(''collected %s, after consent was withdrawn on %s'', collected, consent_ended)'
from unnest(array['viral_load_result', 'cd4_result', 'genotype',
    'lab_result', 'missing_result', 'vital_signs', 'physical_examination',
    'asked_complaint', 'pregnancy_test']) as measured (table_name);
