-- What may have been entered twice, for somebody to look at

create view possible_duplicate as
    with
    person as (
        select site_id, subject_id, birth_date, sex,
            lead(site_id) over same as other_site_id, lead(subject_id) over same as other_subject_id
        from subject
        window same as (partition by birth_date, sex order by site_id, subject_id)
    ),
    event as (
        select site_id, subject_id, term, onset, event_number,
            lead(event_number) over same as other_number
        from adverse_event
        window same as (partition by site_id, subject_id, lower(btrim(term)), onset
            order by event_number)
    ),
    result as (
        select site_id, subject_id, 'viral load' as kind, collected, replicate,
            concat_ws(', ', viral_load, assay) as value
        from viral_load_result
        union all
        select site_id, subject_id, 'CD4', collected, replicate,
            concat_ws(', ', concat_ws(' ', cd4_count, unit), cd4_percent || ' %')
        from cd4_result
        union all
        select site_id, subject_id, 'laboratory', collected, replicate,
            concat_ws(' ', test, coalesce(value::text, code), unit)
        from lab_result
    ),
    entry as (
        select site_id, subject_id, kind, collected, value, replicate,
            lead(replicate) over same as other_replicate
        from result
        window same as (partition by site_id, subject_id, kind, collected, value
            order by replicate)
    )
    select 'subject' as kind, site_id, subject_id, other_site_id, other_subject_id,
        format('born on %s, %s', to_char(birth_date, 'YYYY-MM-DD'), sex) as item
    from person
    where other_subject_id is not null
    union all
    select 'adverse event', site_id, subject_id, site_id, subject_id,
        format('events %s and %s: %s from %s', event_number, other_number, term,
            onset)
    from event
    where other_number is not null
    union all
    select kind, site_id, subject_id, site_id, subject_id,
        format('%s, replicates %s and %s: %s', to_char(collected, 'YYYY-MM-DD'), replicate,
            other_replicate, value)
    from entry
    where other_replicate is not null;

comment on view possible_duplicate is 'what may have been entered twice: two subjects of one birth date and sex, at one site or at two; two events of a subject with one term and onset; two results of a day with one value. Most are none: merge_subjects() and withdraw_entry() mend those that are';
comment on column possible_duplicate.kind is 'subject, adverse event, viral load, CD4 or laboratory';
comment on column possible_duplicate.site_id is 'the site of the one';
comment on column possible_duplicate.subject_id is 'the subject of the one';
comment on column possible_duplicate.other_site_id is 'the site of the other';
comment on column possible_duplicate.other_subject_id is 'the subject of the other';
comment on column possible_duplicate.item is 'what both have, and how each is told from the other';
