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

-- What has no visit may be history, from before the consent, but not from after its end.
insert into rule (name, table_name, clause, anchors, priority, hint, screen, query)
select 'withdrawn', table_name, '2', '{consent}', 10,
    'After a withdrawal nothing is collected: check the dates, or record the consent that was signed since.',
    $screen$
changed.visit is null
    and coalesce((last_row_of(null::consent, changed.site_id, changed.subject_id)).withdrawn < changed.collected, false)
$screen$,
    $rule$
select changed.site_id, changed.subject_id, changed.collected::text,
    format('collected %s, after consent was withdrawn on %s', changed.collected, (
        select max(withdrawn) from consent where consent.site_id = changed.site_id and consent.subject_id = changed.subject_id))
from changed
where changed.visit is null
    and exists (
        select from consent
        where consent.site_id = changed.site_id and consent.subject_id = changed.subject_id and consent.withdrawn < changed.collected)
    and not exists (
        select from consent
        where consent.site_id = changed.site_id and consent.subject_id = changed.subject_id
            and (consent.withdrawn is null or consent.withdrawn >= changed.collected))
$rule$
from unnest(array['viral_load_result', 'cd4_result', 'genotype', 'lab_result']) as table_name;

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
