-- Consent: no study procedure before it is signed or after it is withdrawn.  What
-- was done at a visit is of the visit's day (rule result_visit), so that the
-- visit's consent is its own.

insert into rule (name, table_name, clause, evidence, priority, hint, screen, query)
select 'consent', guarded.table_name, '2', array['consent'], 10,
    'Record the consent first; results from before it are entered without a visit.',
    -- mostly the last one
    format($screen$
(changed.%1$s between (last_row_of(null::consent, changed.site_id, changed.subject_id)).signed
    and coalesce((last_row_of(null::consent, changed.site_id, changed.subject_id)).withdrawn, 'infinity')) is not true
$screen$, guarded.day),
    format($rule$
select changed.site_id, changed.subject_id, changed.%s, format('no consent in force on %%s', changed.%s)
from changed
where not exists (
    select from consent
    where consent.site_id = changed.site_id and consent.subject_id = changed.subject_id
        and consent.signed <= changed.%2$s and (consent.withdrawn is null or consent.withdrawn >= changed.%2$s))
$rule$, guarded.item, guarded.day)
from (values
    ('visit', 'visit', 'visit_date'),
    ('regimen', 'drug', 'started')
) as guarded (table_name, item, day);

insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('consent_withdrawal', 'consent', '2', '{consent}', 10,
'A withdrawal ends every consent that was signed up to that day: give each of them the same date.',
$rule$
select changed.site_id, changed.subject_id, changed.version,
    format('signed %s and still open, though version %s was withdrawn on %s', changed.signed, other.version, other.withdrawn)
from changed
join consent as other using (site_id, subject_id)
where other.withdrawn >= changed.signed and (changed.withdrawn is null or changed.withdrawn > other.withdrawn)
$rule$);

-- An event must have begun on a day under consent, as far as its onset is known.
insert into rule (name, table_name, clause, evidence, priority, hint, query)
values ('consent', 'adverse_event', '2', '{consent}', 10,
'Record the consent first; what was there before it is medical history.',
$rule$
select changed.site_id, changed.subject_id, changed.event_number::text, format('no consent in force at its onset, %s', changed.onset)
from changed
where not exists (
    select from consent
    where consent.site_id = changed.site_id and consent.subject_id = changed.subject_id
        and consent.signed <= changed.onset_last and (consent.withdrawn is null or consent.withdrawn >= changed.onset_first))
$rule$);
