-- Who has not signed the version of the consent form that was to be signed

create view overdue_reconsent as
    select site_id, subject_id, version, signed, needed_version, reconsent_by,
        today_at(site_id) - reconsent_by as days_overdue
    from _reconsent
    where signed_again is null and left_study is null and reconsent_by < today_at(site_id);

comment on view overdue_reconsent is 'who is in the study, and has not signed the version of the consent form that consent_version asks for, though the day is past; consent_version.reconsent_by says by when';
comment on column overdue_reconsent.site_id is 'the site';
comment on column overdue_reconsent.subject_id is 'the subject''s code';
comment on column overdue_reconsent.version is 'the version that is in force for the subject';
comment on column overdue_reconsent.signed is 'the day on which it was signed';
comment on column overdue_reconsent.needed_version is 'the version that was to be signed';
comment on column overdue_reconsent.reconsent_by is 'the day by which it was to be signed';
comment on column overdue_reconsent.days_overdue is 'days since that day';
