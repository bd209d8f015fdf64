-- Reported terms that wait to be coded

create view coding_queue as
    with
    reported as (
        select 'adverse_event' as table_name, 'condition' as domain, lower(btrim(term)) as term,
            subject_id, site_id
        from adverse_event
        where coded_term is null
        union all
        select 'medical_history', 'condition', lower(btrim(term)), subject_id, site_id
        from medical_history
        where coded_term is null
        union all
        select 'concomitant_medication', 'medication', lower(btrim(medication)), subject_id, site_id
        from concomitant_medication
        where coded_term is null
    ),
    waiting as (
        select table_name, domain, term, sum(records)::bigint as records, count(*) as subjects
        from (
            select table_name, domain, term, count(*) as records
            from reported
            group by table_name, domain, term, site_id, subject_id
        ) as of_subject
        group by table_name, domain, term
    )
    select waiting.table_name, waiting.term, waiting.records, waiting.subjects, same.term_code,
        same.preferred_term, same.class
    from waiting
    -- a term that two preferred terms have is for a person to decide
    left join lateral (
        select min(known.term_code) as term_code, min(known.preferred_term) as preferred_term,
            min(known.class) as class
        from coding_term as known
        join coding_dictionary as dictionary using (dictionary, dictionary_version)
        where dictionary.is_current and dictionary.domain = waiting.domain and known.is_current
            and lower(known.term) = waiting.term
        having count(distinct known.preferred_code) = 1
    ) as same on true;

comment on view coding_queue is 'the terms that nobody has coded, as they were reported: one row per table and term';
comment on column coding_queue.table_name is 'the table: adverse_event, medical_history or concomitant_medication';
comment on column coding_queue.term is 'the term in small letters, without blanks around it';
comment on column coding_queue.records is 'how many rows have it';
comment on column coding_queue.subjects is 'how many subjects have it';
comment on column coding_queue.term_code is 'the code of the same term in the current dictionary; null if there is none, or not one alone';
comment on column coding_queue.preferred_term is 'its preferred term';
comment on column coding_queue.class is 'its class';
