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

insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('consent_version', 'consent', '2', '{consent_version}', 8,
'Table consent_version has the versions, with the days and sites at which each may be signed.',
'has_versions and (signed between valid_from and coalesce(valid_until, ''infinity'')) is not true',
$$case when valid_from is null then 'is no version of the consent form at the site'
    when signed < valid_from then format('signed %s, and valid from %s', signed, valid_from)
    else format('signed %s, and valid until %s', signed, valid_until) end$$);

insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('consent_withdrawal', 'consent', '2', '{consent}', 10,
'A withdrawal ends every consent that was signed up to that day: give each of them the same date.',
$rule$
select changed.site_id, changed.subject_id, changed.version || ' ' || changed.signed,
    format('signed %s and still open%s, though version %s was withdrawn on %s', changed.signed,
        ended.purpose, other.version, ended.other_day)
from changed
join consent as other using (site_id, subject_id)
cross join lateral (values ('', changed.withdrawn, other.withdrawn),
    (' for treatment', least(changed.withdrawn, changed.withdrawn_from_treatment),
        other.withdrawn_from_treatment),
    (' for follow-up', least(changed.withdrawn, changed.withdrawn_from_follow_up),
        other.withdrawn_from_follow_up),
    (' for samples', least(changed.withdrawn, changed.withdrawn_from_samples),
        other.withdrawn_from_samples)) as ended (purpose, own_day, other_day)
where ended.other_day >= changed.signed and coalesce(ended.own_day > ended.other_day, true)
$rule$),
('consent_again', 'consent', '2', '{consent}', 11,
'A version is signed again after a withdrawal: enter that first, or correct the day of the signature.',
$rule$
select changed.site_id, changed.subject_id, changed.version || ' ' || changed.signed,
    format('signed again, though the signature of %s is not withdrawn', other.signed)
from changed
join consent as other using (site_id, subject_id, version)
where other.signed < changed.signed
    and num_nonnulls(other.withdrawn, other.withdrawn_from_treatment,
        other.withdrawn_from_follow_up, other.withdrawn_from_samples) = 0
$rule$);

insert into rule (name, table_name, clause, anchors, action, query)
values ('reconsent', 'consent', '2', '{consent,consent_version,disposition}', 'record', $rule$
select site_id, subject_id, _reconsent.needed_version,
    format('version %s was to be signed by %s, and was %s', needed_version, reconsent_by,
        coalesce('signed on ' || signed_again, 'not signed'))
from changed
join _reconsent using (site_id, subject_id, version, signed)
where coalesce(signed_again, today_at(site_id)) > reconsent_by
$rule$);

-- What has no visit may be history, from before the consent, but not from after its end.
-- Samples may end before the visits do.
insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
select 'withdrawn', measured.table_name, '2', '{consent}', 10,
    'After a withdrawal nothing is collected: check the dates, or record the consent that was signed since.',
    'has_withdrawn',
    measured.without_visit || 'consent_ended < collected',
    'format(''collected %s, after consent was withdrawn on %s'', collected, consent_ended)'
from (values ('viral_load_result', ''), ('cd4_result', ''), ('genotype', ''), ('lab_result', ''),
    ('pregnancy_test', ''), ('missing_result', 'visit is null and '),
    ('vital_signs', 'visit is null and '), ('physical_examination', 'visit is null and '),
    ('asked_complaint', 'visit is null and ')) as measured (table_name, without_visit);
