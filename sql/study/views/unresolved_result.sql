-- Results that did not come, and have not come since

create view unresolved_result as
    select missing.site_id, missing.subject_id, missing.assessment, missing.test,
        missing.collected, missing.replicate::integer as replicate, missing.visit,
        missing.reason, missing.reported, missing.note,
        (select analysis_date()) - missing.collected as days
    from missing_result as missing
    where missing.collected <= (select data_cut())
        and not exists (
            select from viral_load_result as result
            where missing.assessment = 'viral load' and result.site_id = missing.site_id
                and result.subject_id = missing.subject_id
                and result.collected = missing.collected)
        and not exists (
            select from cd4_result as result
            where missing.assessment = 'CD4' and result.site_id = missing.site_id
                and result.subject_id = missing.subject_id
                and result.collected = missing.collected)
        and not exists (
            select from lab_result as result
            where missing.assessment = 'laboratory' and result.site_id = missing.site_id
                and result.subject_id = missing.subject_id
                and result.collected = missing.collected and result.test = missing.test)
        and not exists (
            select from lab_result as result
            join lab_test using (test)
            where missing.assessment = 'electrocardiogram' and result.site_id = missing.site_id
                and result.subject_id = missing.subject_id
                and result.collected = missing.collected and panel = 'electrocardiogram')
        and not exists (
            select from vital_signs as result
            where missing.assessment = 'vital signs' and result.site_id = missing.site_id
                and result.subject_id = missing.subject_id
                and result.collected = missing.collected)
        and not exists (
            select from physical_examination as result
            where missing.assessment = 'physical examination'
                and result.site_id = missing.site_id
                and result.subject_id = missing.subject_id
                and result.collected = missing.collected and result.result <> 'not examined')
        and not exists (
            select from asked_complaint as result
            where missing.assessment = 'complaints' and result.site_id = missing.site_id
                and result.subject_id = missing.subject_id
                and result.collected = missing.collected)
        and not exists (
            select from pregnancy_test as result
            where missing.assessment = 'pregnancy test' and result.site_id = missing.site_id
                and result.subject_id = missing.subject_id
                and result.collected = missing.collected);

comment on view unresolved_result is 'the rows of missing_result up to the data cut of which no result has come since: none of the same assessment and test, subject and day';
comment on column unresolved_result.site_id is 'the site';
comment on column unresolved_result.subject_id is 'the subject''s code';
comment on column unresolved_result.assessment is 'what the result would be of, as missing_result has it';
comment on column unresolved_result.test is 'the test of a laboratory result; empty for the others';
comment on column unresolved_result.collected is 'the day on which the sample was taken, or was to be taken';
comment on column unresolved_result.replicate is 'tells several samples of one day apart';
comment on column unresolved_result.visit is 'the visit that it belongs to; null for history';
comment on column unresolved_result.reason is 'rejected, insufficient, invalid, pending, not done or missing';
comment on column unresolved_result.reported is 'the text of the laboratory''s report';
comment on column unresolved_result.note is 'what else there is to say';
comment on column unresolved_result.days is 'days from the sample to the data cut or today';

create view _windowed_missing as
    select distinct on (missing.assessment, missing.site_id, missing.subject_id, scheduled.visit)
        missing.assessment, missing.site_id, missing.subject_id,
        scheduled.visit as analysis_visit, missing.reason
    from unresolved_result as missing
    join _scheduled_visit as scheduled using (site_id, subject_id)
    where missing.collected between scheduled.opens and scheduled.closes
    order by missing.assessment, missing.site_id, missing.subject_id, scheduled.visit,
        missing.reason = 'pending' desc, abs(missing.collected - scheduled.due),
        missing.collected desc, missing.replicate desc;

comment on view _windowed_missing is 'for each scheduled visit in whose analysis window a result did not come, why: pending if one may still come; else the reason of the sample nearest to the target day, of equally near ones the later';
comment on column _windowed_missing.assessment is 'viral load, CD4 or laboratory';
comment on column _windowed_missing.site_id is 'the site';
comment on column _windowed_missing.subject_id is 'the subject''s code';
comment on column _windowed_missing.analysis_visit is 'the visit';
comment on column _windowed_missing.reason is 'the reason';
