-- Who must sign another version of the consent form

create view _reconsent as
    select consent.site_id, consent.subject_id, consent.version, consent.signed, leaving.left_study,
        needed.version as needed_version, needed.reconsent_by,
        (select min(again.signed)
            from consent as again
            join consent_version_at(again.site_id) as later on later.version = again.version
            where again.site_id = consent.site_id and again.subject_id = consent.subject_id
                and later.valid_from >= needed.valid_from) as signed_again
    from consent
    cross join consent_version_at(consent.site_id) as needed
    left join consent_version_at(consent.site_id) as own on own.version = consent.version
    left join disposition on disposition.site_id = consent.site_id
        and disposition.subject_id = consent.subject_id
    cross join lateral (select least(consent.withdrawn, consent.withdrawn_from_follow_up,
        disposition.ended) as left_study) as leaving
    where consent.signed <= needed.reconsent_by
        and coalesce(own.valid_from, '-infinity') < needed.valid_from
        and coalesce(leaving.left_study > needed.reconsent_by, true)
        -- the last that was signed by that day
        and not exists (
            select from consent as other
            where other.site_id = consent.site_id and other.subject_id = consent.subject_id
                and other.signed <= needed.reconsent_by
                and (other.signed, other.version) > (consent.signed, consent.version));
comment on view _reconsent is 'who was in the study after the day by which another version of the consent form was to be signed, with the version that was in force by then';
comment on column _reconsent.site_id is 'the site';
comment on column _reconsent.subject_id is 'the subject''s code';
comment on column _reconsent.version is 'the version in force';
comment on column _reconsent.signed is 'the day on which it was signed';
comment on column _reconsent.left_study is 'the day on which the subject left the study, or withdrew from follow-up; null if neither';
comment on column _reconsent.needed_version is 'the version that was to be signed';
comment on column _reconsent.reconsent_by is 'the day by which it was to be signed';
comment on column _reconsent.signed_again is 'the day on which it, or a later one, was first signed; null if it was not';
