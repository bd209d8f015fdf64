-- What the tables held on the day of the data cut, by the dates of what
-- happened: every analysis view starts from these

create view _subject_at_cut as
    select subject.site_id, subject.subject_id, subject.birth_date, subject.sex
    from subject
    where (select data_cut()) = 'infinity'
        or exists (
            select from consent
            where consent.site_id = subject.site_id and consent.subject_id = subject.subject_id
                and consent.signed <= (select data_cut()))
        or exists (
            select from visit
            where visit.site_id = subject.site_id and visit.subject_id = subject.subject_id
                and visit.visit_date <= (select data_cut()))
        -- without either there is no date that could be cut
        or not exists (
            select from consent
            where consent.site_id = subject.site_id and consent.subject_id = subject.subject_id)
            and not exists (
                select from visit
                where visit.site_id = subject.site_id and visit.subject_id = subject.subject_id);
comment on view _subject_at_cut is 'the subjects whose first consent or visit is not after the data cut, and those who have neither';
comment on column _subject_at_cut.site_id is 'the site';
comment on column _subject_at_cut.subject_id is 'the subject''s code';
comment on column _subject_at_cut.birth_date is 'date of birth';
comment on column _subject_at_cut.sex is 'female or male';

create view _consent_at_cut as
    select site_id, subject_id, version, signed,
        case when withdrawn <= (select data_cut()) then withdrawn end as withdrawn,
        case when least(withdrawn, withdrawn_from_follow_up) <= (select data_cut())
            then least(withdrawn, withdrawn_from_follow_up) end as withdrawn_from_follow_up,
        case when least(withdrawn, withdrawn_from_samples) <= (select data_cut())
            then least(withdrawn, withdrawn_from_samples) end as withdrawn_from_samples
    from consent
    where signed <= (select data_cut());
comment on view _consent_at_cut is 'the consents signed up to the data cut, withdrawn if they were by then';
comment on column _consent_at_cut.site_id is 'the site';
comment on column _consent_at_cut.subject_id is 'the subject''s code';
comment on column _consent_at_cut.version is 'the version of the form';
comment on column _consent_at_cut.signed is 'the day on which it was signed';
comment on column _consent_at_cut.withdrawn is 'the day on which it was withdrawn; null if that was not before the data cut';
comment on column _consent_at_cut.withdrawn_from_follow_up is 'the day on which it, or follow-up, was withdrawn; null if that was not before the data cut';
comment on column _consent_at_cut.withdrawn_from_samples is 'the day on which it, or the use of samples, was withdrawn; null if that was not before the data cut';

create view _enrolment_at_cut as
    select site_id, subject_id, enrolled,
        case when first_dose <= (select data_cut()) then first_dose end as first_dose
    from enrolment
    where enrolled <= (select data_cut());
comment on view _enrolment_at_cut is 'the enrolments up to the data cut, with the first dose if it was given by then';
comment on column _enrolment_at_cut.site_id is 'the site';
comment on column _enrolment_at_cut.subject_id is 'the subject''s code';
comment on column _enrolment_at_cut.enrolled is 'the day of enrolment';
comment on column _enrolment_at_cut.first_dose is 'the day of the first dose, study day 1; null if it was not given by the data cut';

create view _treated_at_cut as
    select site_id, subject_id, first_dose
    from enrolment
    where first_dose <= (select data_cut());
comment on view _treated_at_cut is 'the subjects who had a first dose by the data cut';
comment on column _treated_at_cut.site_id is 'the site';
comment on column _treated_at_cut.subject_id is 'the subject''s code';
comment on column _treated_at_cut.first_dose is 'the day of the first dose, study day 1';

-- That a subject is randomised, and when, is for who is blinded, too.  So this view stays
-- with the owner of the study, who reads a blinded allocation; _enrolment_at_cut has the
-- sites of the reader.  The order of the rows would else be that of the list.
create view _randomised_at_cut with (security_barrier) as
    select enrolment.site_id, enrolment.subject_id, allocation.allocated as randomised,
        allocation.stratum
    from _enrolment_at_cut as enrolment
    join allocation using (site_id, subject_id)
    where allocation.allocated <= (select data_cut())
    order by enrolment.site_id, enrolment.subject_id;
comment on view _randomised_at_cut is 'the subjects randomised up to the data cut, without the arm and the place on the list';
comment on column _randomised_at_cut.site_id is 'the site';
comment on column _randomised_at_cut.subject_id is 'the subject''s code';
comment on column _randomised_at_cut.randomised is 'the day of randomisation';
comment on column _randomised_at_cut.stratum is 'the stratum';

create view _disposition_at_cut as
    select site_id, subject_id, ended, outcome, reason
    from disposition
    where ended <= (select data_cut());
comment on view _disposition_at_cut is 'how subjects left the study, up to the data cut';
comment on column _disposition_at_cut.site_id is 'the site';
comment on column _disposition_at_cut.subject_id is 'the subject''s code';
comment on column _disposition_at_cut.ended is 'the last day in the study';
comment on column _disposition_at_cut.outcome is 'of the study: completed or discontinued';
comment on column _disposition_at_cut.reason is 'the reason for leaving the study early';
