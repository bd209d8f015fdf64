-- Subjects, visits, treatment and events as datasets of SDTM.  A view is a dataset, a
-- column a variable, a comment its label: virotrial export writes them as they are.

create view _sdtm_subject as
    select subject.site_id, subject.subject_id, protocol.protocol as studyid,
        concat_ws('-', protocol.protocol, subject.site_id, subject.subject_id) as usubjid,
        enrolment.enrolled, enrolment.first_dose, disposition.ended, disposition.outcome,
        disposition.reason
    from _subject_at_cut as subject
    cross join (select protocol from _protocol_at_analysis) as protocol
    left join _enrolment_at_cut as enrolment using (site_id, subject_id)
    left join _disposition_at_cut as disposition using (site_id, subject_id);
comment on view _sdtm_subject is 'what the datasets of SDTM have in common: who it is, and study day 1';
comment on column _sdtm_subject.site_id is 'the site';
comment on column _sdtm_subject.subject_id is 'the subject''s code';
comment on column _sdtm_subject.studyid is 'the protocol';
comment on column _sdtm_subject.usubjid is 'protocol, site and code: unique in all studies';
comment on column _sdtm_subject.enrolled is 'the day of enrolment';
comment on column _sdtm_subject.first_dose is 'the day of the first dose, study day 1';
comment on column _sdtm_subject.ended is 'the last day in the study';
comment on column _sdtm_subject.outcome is 'of the study: completed or discontinued';
comment on column _sdtm_subject.reason is 'the reason for leaving the study early';

create view _sdtm_visit as
    select visit.site_id, visit.subject_id, visit.visit, visit.visit_date,
        definition.position::integer as visitnum
    from visit
    left join _visit_definition_at_analysis as definition using (visit)
    where visit.visit_date <= (select data_cut());
comment on view _sdtm_visit is 'the visits held up to the data cut, with their numbers';
comment on column _sdtm_visit.site_id is 'the site';
comment on column _sdtm_visit.subject_id is 'the subject''s code';
comment on column _sdtm_visit.visit is 'the visit';
comment on column _sdtm_visit.visit_date is 'the day of the visit';
comment on column _sdtm_visit.visitnum is 'the position of the visit in the protocol; null for an unscheduled one';

create view sdtm_dm as
    with
    fatal as (
        select site_id, subject_id, min(ended) as ended
        from adverse_event
        where outcome = 'FATAL' and ended_last <= (select data_cut())
        group by site_id, subject_id
    )
    select base.studyid, 'DM' as domain, base.usubjid, base.subject_id as subjid,
        base.first_dose as rfstdtc, base.ended as rfendtc, base.first_dose as rfxstdtc,
        case when not exposure.is_ongoing then exposure.last_dose end as rfxendtc,
        subject.consent_signed as rficdtc, base.ended as rfpendtc,
        case when base.reason = 'death' then base.ended::text else fatal.ended end as dthdtc,
        case when base.reason = 'death' or fatal.ended is not null then 'Y' end as dthfl,
        base.site_id as siteid, subject.age,
        case when subject.age is not null then 'YEARS' end as ageu,
        case subject.sex when 'female' then 'F' else 'M' end as sex,
        subject.arm as armcd, planned.title as arm,
        subject.treated_arm as actarmcd, actual.title as actarm,
        case when base.enrolled is null then 'NOT ASSIGNED'
            when base.first_dose is null and subject.arm is not null then 'ASSIGNED, NOT TREATED'
            end as armnrs,
        site.country
    from _sdtm_subject as base
    join analysis_subject as subject using (site_id, subject_id)
    join site using (site_id)
    left join exposure using (site_id, subject_id)
    left join arm as planned on planned.arm = subject.arm
    left join arm as actual on actual.arm = subject.treated_arm
    left join fatal using (site_id, subject_id);
comment on view sdtm_dm is 'Demographics';
comment on column sdtm_dm.studyid is 'Study Identifier';
comment on column sdtm_dm.domain is 'Domain Abbreviation';
comment on column sdtm_dm.usubjid is 'Unique Subject Identifier';
comment on column sdtm_dm.subjid is 'Subject Identifier for the Study';
comment on column sdtm_dm.rfstdtc is 'Subject Reference Start Date/Time';
comment on column sdtm_dm.rfendtc is 'Subject Reference End Date/Time';
comment on column sdtm_dm.rfxstdtc is 'Date/Time of First Study Treatment';
comment on column sdtm_dm.rfxendtc is 'Date/Time of Last Study Treatment';
comment on column sdtm_dm.rficdtc is 'Date/Time of Informed Consent';
comment on column sdtm_dm.rfpendtc is 'Date/Time of End of Participation';
comment on column sdtm_dm.dthdtc is 'Date/Time of Death';
comment on column sdtm_dm.dthfl is 'Subject Death Flag';
comment on column sdtm_dm.siteid is 'Study Site Identifier';
comment on column sdtm_dm.age is 'Age';
comment on column sdtm_dm.ageu is 'Age Units';
comment on column sdtm_dm.sex is 'Sex';
comment on column sdtm_dm.armcd is 'Planned Arm Code';
comment on column sdtm_dm.arm is 'Description of Planned Arm';
comment on column sdtm_dm.actarmcd is 'Actual Arm Code';
comment on column sdtm_dm.actarm is 'Description of Actual Arm';
comment on column sdtm_dm.armnrs is 'Reason Arm and/or Actual Arm is Null';
comment on column sdtm_dm.country is 'Country';

create view sdtm_sv as
    select base.studyid, 'SV' as domain, base.usubjid, held.visitnum, upper(held.visit) as visit,
        held.visit_date as svstdtc, held.visit_date as svendtc,
        study_day(held.visit_date, base.first_dose) as svstdy,
        study_day(held.visit_date, base.first_dose) as svendy,
        case when held.visitnum is null then held.visit end as svupdes
    from _sdtm_visit as held
    join _sdtm_subject as base using (site_id, subject_id);
comment on view sdtm_sv is 'Subject Visits';
comment on column sdtm_sv.studyid is 'Study Identifier';
comment on column sdtm_sv.domain is 'Domain Abbreviation';
comment on column sdtm_sv.usubjid is 'Unique Subject Identifier';
comment on column sdtm_sv.visitnum is 'Visit Number';
comment on column sdtm_sv.visit is 'Visit Name';
comment on column sdtm_sv.svstdtc is 'Start Date/Time of Visit';
comment on column sdtm_sv.svendtc is 'End Date/Time of Visit';
comment on column sdtm_sv.svstdy is 'Study Day of Start of Visit';
comment on column sdtm_sv.svendy is 'Study Day of End of Visit';
comment on column sdtm_sv.svupdes is 'Description of Unplanned Visit';

create view sdtm_ex as
    with
    given as (
        select regimen.site_id, regimen.subject_id, regimen.drug, regimen.started,
            case when regimen.stopped - 1 <= (select data_cut()) then regimen.stopped - 1 end
                as ended,
            regimen.dose_mg, regimen.doses_per_day, subject.arm is null
                and exists (select from arm where treatment = 'placebo') as is_blinded,
            arm.treatment is not distinct from 'placebo' as is_placebo
        from regimen
        join analysis_subject as subject using (site_id, subject_id)
        left join arm on arm.arm = subject.treated_arm
        where regimen.drug in (select study_drug from protocol)
            and regimen.started <= (select data_cut())
    )
    select base.studyid, 'EX' as domain, base.usubjid,
        row_number() over (partition by given.site_id, given.subject_id
            order by given.started, given.drug)::integer as exseq,
        case when given.is_placebo then 'PLACEBO'
            else given.drug || case when given.is_blinded then ' OR PLACEBO' else '' end
            end as extrt,
        case when given.is_placebo then 0 else given.dose_mg end as exdose,
        case when given.is_placebo or given.dose_mg is not null then 'mg' end as exdosu,
        case given.doses_per_day when 0.5 then 'QOD' when 1 then 'QD' when 2 then 'BID'
            when 3 then 'TID' when 4 then 'QID' end as exdosfrq,
        given.started as exstdtc, given.ended as exendtc,
        study_day(given.started, base.first_dose) as exstdy,
        study_day(given.ended, base.first_dose) as exendy
    from given
    join _sdtm_subject as base using (site_id, subject_id);
comment on view sdtm_ex is 'Exposure';
comment on column sdtm_ex.studyid is 'Study Identifier';
comment on column sdtm_ex.domain is 'Domain Abbreviation';
comment on column sdtm_ex.usubjid is 'Unique Subject Identifier';
comment on column sdtm_ex.exseq is 'Sequence Number';
comment on column sdtm_ex.extrt is 'Name of Treatment';
comment on column sdtm_ex.exdose is 'Dose';
comment on column sdtm_ex.exdosu is 'Dose Units';
comment on column sdtm_ex.exdosfrq is 'Dosing Frequency per Interval';
comment on column sdtm_ex.exstdtc is 'Start Date/Time of Treatment';
comment on column sdtm_ex.exendtc is 'End Date/Time of Treatment';
comment on column sdtm_ex.exstdy is 'Study Day of Start of Treatment';
comment on column sdtm_ex.exendy is 'Study Day of End of Treatment';

create view sdtm_ds as
    with
    event as (
        select site_id, subject_id, 1 as step, 'informed consent ' || version as term,
            'INFORMED CONSENT OBTAINED' as decod, 'PROTOCOL MILESTONE' as cat,
            null as scat, signed as day
        from _consent_at_cut
        union all
        select site_id, subject_id, 2, 'enrolled', 'ENROLLED', 'PROTOCOL MILESTONE', null, enrolled
        from _enrolment_at_cut
        union all
        select site_id, subject_id, 3, 'randomised', 'RANDOMIZED', 'PROTOCOL MILESTONE', null,
            randomised
        from _randomised_at_cut
        union all
        select course.site_id, course.subject_id, 4,
            coalesce(course.discontinuation_reason,
                case when course.completed is not null then 'completed' else 'not said' end),
            null, 'DISPOSITION EVENT', 'STUDY TREATMENT',
            coalesce(course.discontinued, course.completed)
        from treatment_course as course
        where num_nonnulls(course.discontinued, course.completed) > 0
        union all
        select site_id, subject_id, 5, coalesce(reason, outcome), null, 'DISPOSITION EVENT',
            'STUDY PARTICIPATION', ended
        from _disposition_at_cut
    )
    select base.studyid, 'DS' as domain, base.usubjid,
        row_number() over (partition by event.site_id, event.subject_id
            order by event.day, event.step, event.term collate "C")::integer as dsseq,
        event.term as dsterm,
        coalesce(event.decod, case event.term when 'consent withdrawn' then 'WITHDRAWAL BY SUBJECT'
            when 'subject decision' then 'WITHDRAWAL BY SUBJECT' else upper(event.term) end)
            as dsdecod,
        event.cat as dscat, event.scat as dsscat, event.day as dsstdtc,
        study_day(event.day, base.first_dose) as dsstdy
    from event
    join _sdtm_subject as base using (site_id, subject_id);
comment on view sdtm_ds is 'Disposition';
comment on column sdtm_ds.studyid is 'Study Identifier';
comment on column sdtm_ds.domain is 'Domain Abbreviation';
comment on column sdtm_ds.usubjid is 'Unique Subject Identifier';
comment on column sdtm_ds.dsseq is 'Sequence Number';
comment on column sdtm_ds.dsterm is 'Reported Term for the Disposition Event';
comment on column sdtm_ds.dsdecod is 'Standardized Disposition Term';
comment on column sdtm_ds.dscat is 'Category for Disposition Event';
comment on column sdtm_ds.dsscat is 'Subcategory for Disposition Event';
comment on column sdtm_ds.dsstdtc is 'Start Date/Time of Disposition Event';
comment on column sdtm_ds.dsstdy is 'Study Day of Start of Disposition Event';

create view sdtm_ae as
    with
    known as (
        select event.*,
            -- of a death that was after the cut nothing was known
            event.outcome = 'FATAL' and event.ended_last > (select data_cut()) as dies_later,
            (event.ended_first <= (select data_cut())) as is_over
        from adverse_event as event
        where event.onset_first <= (select data_cut())
    )
    select base.studyid, 'AE' as domain, base.usubjid, known.event_number::integer as aeseq,
        known.term as aeterm, known.coded_term as aedecod, known.system_organ_class as aebodsys,
        case when known.is_serious and not (known.dies_later and num_nulls(
                nullif(known.is_life_threatening, false),
                nullif(known.requires_hospitalization, false), nullif(known.is_disabling, false),
                nullif(known.is_congenital_anomaly, false),
                nullif(known.is_medically_important, false)) = 5) then 'Y' else 'N' end as aeser,
        known.action_taken as aeacn, upper(related.relatedness) as aerel,
        case when known.outcome in ('NOT RECOVERED/NOT RESOLVED', 'RECOVERING/RESOLVING', 'UNKNOWN')
                or known.is_over and not known.dies_later then known.outcome end as aeout,
        case when known.is_congenital_anomaly then 'Y' else 'N' end as aescong,
        case when known.is_disabling then 'Y' else 'N' end as aesdisab,
        case when known.results_in_death and not known.dies_later then 'Y' else 'N' end as aesdth,
        case when known.requires_hospitalization then 'Y' else 'N' end as aeshosp,
        case when known.is_life_threatening then 'Y' else 'N' end as aeslife,
        case when known.is_medically_important then 'Y' else 'N' end as aesmie,
        case when not known.dies_later then known.grade::text end as aetoxgr,
        known.onset as aestdtc, case when known.is_over and not known.dies_later
            then known.ended end as aeendtc,
        case when known.onset_first = known.onset_last
            then study_day(known.onset_first, base.first_dose) end as aestdy,
        case when known.is_over and not known.dies_later and known.ended_first = known.ended_last
            then study_day(known.ended_first, base.first_dose) end as aeendy
    from known
    join _sdtm_subject as base using (site_id, subject_id)
    left join lateral (
        select judged.relatedness
        from adverse_event_relatedness as judged
        join relatedness_category as category using (relatedness)
        where judged.site_id = known.site_id and judged.subject_id = known.subject_id
            and judged.event_number = known.event_number
            and judged.drug in (select study_drug from protocol)
        order by category.is_related desc, judged.drug desc
        limit 1) as related on true;
comment on view sdtm_ae is 'Adverse Events';
comment on column sdtm_ae.studyid is 'Study Identifier';
comment on column sdtm_ae.domain is 'Domain Abbreviation';
comment on column sdtm_ae.usubjid is 'Unique Subject Identifier';
comment on column sdtm_ae.aeseq is 'Sequence Number';
comment on column sdtm_ae.aeterm is 'Reported Term for the Adverse Event';
comment on column sdtm_ae.aedecod is 'Dictionary-Derived Term';
comment on column sdtm_ae.aebodsys is 'Body System or Organ Class';
comment on column sdtm_ae.aeser is 'Serious Event';
comment on column sdtm_ae.aeacn is 'Action Taken with Study Treatment';
comment on column sdtm_ae.aerel is 'Causality';
comment on column sdtm_ae.aeout is 'Outcome of Adverse Event';
comment on column sdtm_ae.aescong is 'Congenital Anomaly or Birth Defect';
comment on column sdtm_ae.aesdisab is 'Persist or Signif Disability/Incapacity';
comment on column sdtm_ae.aesdth is 'Results in Death';
comment on column sdtm_ae.aeshosp is 'Requires or Prolongs Hospitalization';
comment on column sdtm_ae.aeslife is 'Is Life Threatening';
comment on column sdtm_ae.aesmie is 'Other Medically Important Serious Event';
comment on column sdtm_ae.aetoxgr is 'Standard Toxicity Grade';
comment on column sdtm_ae.aestdtc is 'Start Date/Time of Adverse Event';
comment on column sdtm_ae.aeendtc is 'End Date/Time of Adverse Event';
comment on column sdtm_ae.aestdy is 'Study Day of Start of Adverse Event';
comment on column sdtm_ae.aeendy is 'Study Day of End of Adverse Event';

create view sdtm_cm as
    with
    taken as (
        select site_id, subject_id, medication as drug, coded_term, medication_class,
            'CONCOMITANT MEDICATION' as cat, indication, dose, dose_unit, frequency, route,
            started, started_first, started_last, ended, ended_first, ended_last, is_ongoing
        from concomitant_medication
        union all
        select site_id, subject_id, drug, drug, class, 'BACKGROUND THERAPY', null, dose_mg,
            case when dose_mg is not null then 'mg' end,
            case doses_per_day when 0.5 then 'QOD' when 1 then 'QD' when 2 then 'BID'
                when 3 then 'TID' when 4 then 'QID' end,
            null, to_char(started, 'YYYY-MM-DD'), started, started,
            to_char(stopped - 1, 'YYYY-MM-DD'), stopped - 1, stopped - 1, false
        from regimen
        join drug using (drug)
        where drug not in (select study_drug from protocol)
        union all
        select site_id, subject_id, drug, drug, class, 'PRIOR ANTIRETROVIRAL THERAPY', null, null,
            null, null, null, to_char(started, 'YYYY-MM-DD'), started, started,
            to_char(stopped - 1, 'YYYY-MM-DD'), stopped - 1, stopped - 1, false
        from art_history
        join drug using (drug)
    ),
    known as (
        select taken.*, (taken.ended_first <= (select data_cut())) is true as is_over
        from taken
        where (taken.started_first > (select data_cut())) is not true
    )
    select base.studyid, 'CM' as domain, base.usubjid,
        row_number() over (partition by known.site_id, known.subject_id
            order by known.started_first nulls first, known.cat, known.drug collate "C",
            known.ended_first)::integer as cmseq,
        known.drug as cmtrt, known.coded_term as cmdecod, known.medication_class as cmclas,
        known.cat as cmcat,
        known.indication as cmindc, known.dose as cmdose, known.dose_unit as cmdosu,
        known.frequency as cmdosfrq, known.route as cmroute, known.started as cmstdtc,
        case when known.is_over then known.ended end as cmendtc,
        case when known.started_first = known.started_last
            then study_day(known.started_first, base.first_dose) end as cmstdy,
        case when known.is_over and known.ended_first = known.ended_last
            then study_day(known.ended_first, base.first_dose) end as cmendy,
        case when known.is_ongoing then 'ONGOING' end as cmenrf
    from known
    join _sdtm_subject as base using (site_id, subject_id);
comment on view sdtm_cm is 'Concomitant and Prior Medications';
comment on column sdtm_cm.studyid is 'Study Identifier';
comment on column sdtm_cm.domain is 'Domain Abbreviation';
comment on column sdtm_cm.usubjid is 'Unique Subject Identifier';
comment on column sdtm_cm.cmseq is 'Sequence Number';
comment on column sdtm_cm.cmtrt is 'Reported Name of Drug, Med, or Therapy';
comment on column sdtm_cm.cmdecod is 'Standardized Medication Name';
comment on column sdtm_cm.cmclas is 'Medication Class';
comment on column sdtm_cm.cmcat is 'Category for Medication';
comment on column sdtm_cm.cmindc is 'Indication';
comment on column sdtm_cm.cmdose is 'Dose per Administration';
comment on column sdtm_cm.cmdosu is 'Dose Units';
comment on column sdtm_cm.cmdosfrq is 'Dosing Frequency per Interval';
comment on column sdtm_cm.cmroute is 'Route of Administration';
comment on column sdtm_cm.cmstdtc is 'Start Date/Time of Medication';
comment on column sdtm_cm.cmendtc is 'End Date/Time of Medication';
comment on column sdtm_cm.cmstdy is 'Study Day of Start of Medication';
comment on column sdtm_cm.cmendy is 'Study Day of End of Medication';
comment on column sdtm_cm.cmenrf is 'End Relative to Reference Period';

create view sdtm_mh as
    select base.studyid, 'MH' as domain, base.usubjid, known.condition_number::integer as mhseq,
        known.term as mhterm, known.coded_term as mhdecod,
        known.system_organ_class as mhbodsys,
        case when known.is_hiv_associated then 'HIV-ASSOCIATED' else 'OTHER' end as mhcat,
        known.started as mhstdtc,
        case when known.ended_first <= (select data_cut()) then known.ended end as mhendtc,
        case when known.is_ongoing then 'ONGOING' end as mhenrf
    from medical_history as known
    join _sdtm_subject as base using (site_id, subject_id)
    where (known.started_first > (select data_cut())) is not true;
comment on view sdtm_mh is 'Medical History';
comment on column sdtm_mh.studyid is 'Study Identifier';
comment on column sdtm_mh.domain is 'Domain Abbreviation';
comment on column sdtm_mh.usubjid is 'Unique Subject Identifier';
comment on column sdtm_mh.mhseq is 'Sequence Number';
comment on column sdtm_mh.mhterm is 'Reported Term for the Medical History';
comment on column sdtm_mh.mhdecod is 'Dictionary-Derived Term';
comment on column sdtm_mh.mhbodsys is 'Body System or Organ Class';
comment on column sdtm_mh.mhcat is 'Category for Medical History';
comment on column sdtm_mh.mhstdtc is 'Start Date/Time of Medical History Event';
comment on column sdtm_mh.mhendtc is 'End Date/Time of Medical History Event';
comment on column sdtm_mh.mhenrf is 'End Relative to Reference Period';
