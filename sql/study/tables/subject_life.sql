-- When a subject was born, died and left, for the contexts of what is recorded of him

create view _subject_life as
    select subject.site_id, subject.subject_id, subject.sex, subject.birth_date as born,
        coalesce(case when ending.reason = 'death' then ending.ended end, (
            select screening.decided
            from screening
            where screening.site_id = subject.site_id and screening.subject_id = subject.subject_id
                and screening.reason = 'death'
            order by screening.decided
            limit 1)) as died,
        ending.ended as part_ended, ending.reason as end_reason,
        exists (
            select from consent
            where consent.site_id = subject.site_id and consent.subject_id = subject.subject_id
                and least(consent.withdrawn, consent.withdrawn_from_samples,
                    consent.withdrawn_from_follow_up) is not null) as has_withdrawn
    from subject
    left join disposition as ending on ending.site_id = subject.site_id
        and ending.subject_id = subject.subject_id;
comment on view _subject_life is 'when each subject was born, died and left the study';
comment on column _subject_life.site_id is 'the site';
comment on column _subject_life.subject_id is 'the subject''s code';
comment on column _subject_life.sex is 'female or male';
comment on column _subject_life.born is 'the date of birth';
comment on column _subject_life.died is 'the day of death, by the end of the part in the study or by a screening; null if none is known';
comment on column _subject_life.part_ended is 'the last day in the study; null if there is none yet';
comment on column _subject_life.end_reason is 'the one reason for leaving the study early';
comment on column _subject_life.has_withdrawn is 'whether a consent to samples or to follow-up was ever withdrawn';
