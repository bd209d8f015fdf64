-- Severe laboratory abnormalities without an adverse event

create view unreported_abnormality as
    select result.site_id, result.subject_id, result.collected, result.test, result.replicate,
        result.visit,
        result.value, result.unit, result.grade, result.low_grade, result.high_grade,
        study_day(result.collected, result.first_dose) as study_day, result.at_least
    from lab_grade as result
    join (select site_id, subject_id, min(signed) as signed from consent group by site_id,
        subject_id) as agreement using (site_id, subject_id)
    where result.at_least >= 3 and result.collected >= agreement.signed
        and not exists (
            select from adverse_event as event
            where event.site_id = result.site_id and event.subject_id = result.subject_id
                and event.test = result.test
                and event.onset_first <= result.collected
                    and (event.ended_last is null or event.ended_last >= result.collected));
comment on view unreported_abnormality is 'laboratory results since consent that are certain to be of grade 3 or 4, up to the data cut, on a day on which no adverse event of that test may have been going on';
comment on column unreported_abnormality.site_id is 'the site';
comment on column unreported_abnormality.subject_id is 'the subject''s code';
comment on column unreported_abnormality.collected is 'the day on which the sample was taken';
comment on column unreported_abnormality.test is 'the test';
comment on column unreported_abnormality.replicate is 'tells several results of one test and day apart';
comment on column unreported_abnormality.visit is 'the visit at which it was taken; null for other results';
comment on column unreported_abnormality.value is 'the result as reported; of a dipstick the number of plus signs';
comment on column unreported_abnormality.unit is 'its unit';
comment on column unreported_abnormality.grade is 'its toxicity grade; null if nobody knows which of the two it is';
comment on column unreported_abnormality.low_grade is 'the grade of low values';
comment on column unreported_abnormality.high_grade is 'the grade of high values';
comment on column unreported_abnormality.study_day is 'the study day; null without a first dose';

create view missing_relatedness as
    select event.site_id, event.subject_id, event.event_number::integer, event.term,
        regimen.drug
    from adverse_event as event
    join regimen using (site_id, subject_id)
    left join adverse_event_relatedness as judged on judged.site_id = event.site_id
        and judged.subject_id = event.subject_id
        and judged.event_number = event.event_number and judged.drug = regimen.drug
    where judged.drug is null and regimen.started <= event.onset_last
        and event.onset_first <= (select data_cut())
    group by event.site_id, event.subject_id, event.event_number, event.term, regimen.drug;
comment on view missing_relatedness is 'adverse events up to the data cut, and drugs of the regimen taken by their onset, whose relation nobody has judged';
comment on column missing_relatedness.site_id is 'the site';
comment on column missing_relatedness.subject_id is 'the subject''s code';
comment on column missing_relatedness.event_number is 'the event';
comment on column missing_relatedness.term is 'the event in the investigator''s words';
comment on column missing_relatedness.drug is 'the drug';
comment on column unreported_abnormality.at_least is 'the grade that is established, 3 or 4';
