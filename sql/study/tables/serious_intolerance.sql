-- Serious intolerance: as it was told, and as the study saw it.  Rules read it,
-- so the data cut does not apply to it.

create view serious_intolerance as
    select site_id, subject_id, drug, reaction, onset as onset_first, onset as onset_last,
        null::integer as event_number
    from intolerance
    where is_serious
    union all
    select event.site_id, event.subject_id, related.drug, coalesce(event.coded_term, event.term),
        event.onset_first, event.onset_last, event.event_number
    from adverse_event as event
    join adverse_event_relatedness as related using (site_id, subject_id, event_number)
    join relatedness_category as category using (relatedness)
    where event.is_serious and category.is_related;
comment on view serious_intolerance is 'the serious adverse events of drugs: those of intolerance, and those of the study that are related to a drug';
comment on column serious_intolerance.site_id is 'the site';
comment on column serious_intolerance.subject_id is 'the subject''s code';
comment on column serious_intolerance.drug is 'the drug';
comment on column serious_intolerance.reaction is 'the adverse event';
comment on column serious_intolerance.onset_first is 'the first day on which it may have begun';
comment on column serious_intolerance.onset_last is 'the last day on which it may have begun';
comment on column serious_intolerance.event_number is 'the event of adverse_event; null for one of intolerance';

create function counted_intolerance(site_id text, subject_id text, day date)
    returns table (drug text, reaction text, is_certain boolean)
    language sql stable parallel safe
    begin atomic
        select known.drug,
            known.reaction || coalesce(', which the protocol names '
                || nullif(named.reaction, lower(btrim(known.reaction))), ''),
            known.onset_last <= day
        from serious_intolerance as known
        left join listed_intolerance_period as named on named.drug = known.drug
            and day >= named.effective_from and day < named.effective_before
            and lower(btrim(known.reaction)) in (
                select lower(btrim(name)) from unnest(named.reaction || named.synonyms) as name)
        where known.site_id = counted_intolerance.site_id
            and known.subject_id = counted_intolerance.subject_id
            and known.onset_first <= day and named.listed is distinct from false;
    end;
comment on function counted_intolerance(text, text, date) is 'the serious intolerance of a subject that counts on a day; not certain: of an event that may have begun after it';
