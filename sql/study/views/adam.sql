-- The datasets of ADaM: the analysis views under the names of the standard

create view adam_adsl as
    select base.studyid, base.usubjid, base.subject_id as subjid, base.site_id as siteid,
        subject.age, case when subject.age is not null then 'YEARS' end as ageu,
        case subject.sex when 'female' then 'F' else 'M' end as sex,
        subject.arm as trt01p, subject.treated_arm as trt01a, subject.stratum as strat1r,
        subject.consent_signed as rficdt, subject.enrolled as enrldt,
        subject.first_dose as trtsdt,
        case when not exposure.is_ongoing then exposure.last_dose end as trtedt,
        exposure.days_on_treatment as trtdurd,
        case when subject.is_enrolled then 'Y' else 'N' end as enrlfl,
        case when subject.is_treated then 'Y' else 'N' end as saffl,
        case when subject.is_analysable then 'Y' else 'N' end as fasfl,
        case when subject.is_per_protocol then 'Y' else 'N' end as pprotfl,
        case when subject.is_enrolled then coalesce(upper(subject.outcome), 'ONGOING') end
            as eosstt,
        subject.ended as eosdt, upper(subject.reason) as dcsreas,
        case when subject.is_treated then case when course.discontinued is not null
            then 'DISCONTINUED' when course.completed is not null then 'COMPLETED'
            else 'ONGOING' end end as eotstt,
        upper(course.discontinuation_reason) as dctreas,
        case when subject.reason = 'death' then 'Y' end as dthfl,
        case when subject.reason = 'death' then subject.ended end as dthdt,
        subject.background_drugs as bkgdrug,
        subject.baseline_viral_load::text as vlblc,
        exact_value(subject.baseline_viral_load) as vlbl,
        subject.baseline_cd4_count::text as cd4blc, subject.baseline_cd4_count_exact as cd4bl
    from _sdtm_subject as base
    join analysis_subject as subject using (site_id, subject_id)
    left join exposure using (site_id, subject_id)
    left join treatment_course as course using (site_id, subject_id);
comment on view adam_adsl is 'Subject-Level Analysis Dataset';
comment on column adam_adsl.studyid is 'Study Identifier';
comment on column adam_adsl.usubjid is 'Unique Subject Identifier';
comment on column adam_adsl.subjid is 'Subject Identifier for the Study';
comment on column adam_adsl.siteid is 'Study Site Identifier';
comment on column adam_adsl.age is 'Age';
comment on column adam_adsl.ageu is 'Age Units';
comment on column adam_adsl.sex is 'Sex';
comment on column adam_adsl.trt01p is 'Planned Treatment for Period 01';
comment on column adam_adsl.trt01a is 'Actual Treatment for Period 01';
comment on column adam_adsl.strat1r is 'Stratum Used for Randomization';
comment on column adam_adsl.rficdt is 'Date of Informed Consent';
comment on column adam_adsl.enrldt is 'Date of Enrollment';
comment on column adam_adsl.trtsdt is 'Date of First Exposure to Treatment';
comment on column adam_adsl.trtedt is 'Date of Last Exposure to Treatment';
comment on column adam_adsl.trtdurd is 'Total Treatment Duration (Days)';
comment on column adam_adsl.enrlfl is 'Enrolled Population Flag';
comment on column adam_adsl.saffl is 'Safety Population Flag';
comment on column adam_adsl.fasfl is 'Full Analysis Set Population Flag';
comment on column adam_adsl.pprotfl is 'Per-Protocol Population Flag';
comment on column adam_adsl.eosstt is 'End of Study Status';
comment on column adam_adsl.eosdt is 'End of Study Date';
comment on column adam_adsl.dcsreas is 'Reason for Discontinuation from Study';
comment on column adam_adsl.eotstt is 'End of Treatment Status';
comment on column adam_adsl.dctreas is 'Reason for Discontinuation of Treatment';
comment on column adam_adsl.dthfl is 'Subject Death Flag';
comment on column adam_adsl.dthdt is 'Date of Death';
comment on column adam_adsl.bkgdrug is 'Background Therapy at First Dose';
comment on column adam_adsl.vlblc is 'Baseline HIV-1 RNA (copies/mL) (C)';
comment on column adam_adsl.vlbl is 'Baseline HIV-1 RNA (copies/mL)';
comment on column adam_adsl.cd4blc is 'Baseline CD4 (cells/uL) (C)';
comment on column adam_adsl.cd4bl is 'Baseline CD4 (cells/uL)';

create view adam_advl as
    select base.studyid, base.usubjid, base.subject_id as subjid, base.site_id as siteid,
        subject.arm as trtp, subject.treated_arm as trta, base.first_dose as trtsdt,
        one.paramcd, one.param, upper(result.analysis_visit) as avisit,
        definition.position::integer as avisitn, result.collected as adt,
        result.study_day as ady, one.aval, one.avalc, one.avallo, one.avalhi,
        one.base, one.basec, one.chg, one.chgc,
        case when result.is_baseline then 'Y' end as ablfl,
        case when result.is_analysis_record then 'Y' end as anl01fl,
        'HIV-1 RNA < ' || threshold.suppression_threshold || ' copies/mL' as crit1,
        case result.is_below_suppression_threshold when true then 'Y' when false then 'N' end
            as crit1fl,
        'HIV-1 RNA < ' || threshold.response_threshold || ' copies/mL' as crit2,
        case result.is_below_response_threshold when true then 'Y' when false then 'N' end
            as crit2fl,
        upper(result.missing_reason) as missreas, result.assay as lbmethod,
        result.replicate as lbrepnum
    from analysis_viral_load as result
    join _sdtm_subject as base using (site_id, subject_id)
    join analysis_subject as subject using (site_id, subject_id)
    cross join _protocol_at_analysis as threshold
    left join _visit_definition_at_analysis as definition
        on definition.visit = result.analysis_visit
    cross join lateral (values ('HIV1VLD', 'HIV-1 RNA (copies/mL)',
            exact_value(result.viral_load), result.viral_load::text, result.viral_load_lower,
            result.viral_load_upper, exact_value(result.baseline_viral_load),
            result.baseline_viral_load::text,
            exact_value(result.viral_load) - exact_value(result.baseline_viral_load), null),
        ('HIV1L10', 'HIV-1 RNA (log10 copies/mL)', result.log10_copies, null,
            log(nullif(result.viral_load_lower, 0)), log(result.viral_load_upper),
            result.baseline_log10_copies, null, 0 - result.log_reduction_exact,
            -- a fall of more than 2 is a change of less than -2
            case result.log_reduction_qualifier when '>' then '<' || 0 - result.log_reduction_lower
                when '<' then '>' || 0 - result.log_reduction_upper
                else (0 - result.log_reduction_exact)::text end)
        ) as one (paramcd, param, aval, avalc, avallo, avalhi, base, basec, chg, chgc);
comment on view adam_advl is 'Viral Load Analysis Dataset';
comment on column adam_advl.studyid is 'Study Identifier';
comment on column adam_advl.usubjid is 'Unique Subject Identifier';
comment on column adam_advl.subjid is 'Subject Identifier for the Study';
comment on column adam_advl.siteid is 'Study Site Identifier';
comment on column adam_advl.trtp is 'Planned Treatment';
comment on column adam_advl.trta is 'Actual Treatment';
comment on column adam_advl.trtsdt is 'Date of First Exposure to Treatment';
comment on column adam_advl.paramcd is 'Parameter Code';
comment on column adam_advl.param is 'Parameter';
comment on column adam_advl.avisit is 'Analysis Visit';
comment on column adam_advl.avisitn is 'Analysis Visit (N)';
comment on column adam_advl.adt is 'Analysis Date';
comment on column adam_advl.ady is 'Analysis Relative Day';
comment on column adam_advl.aval is 'Analysis Value';
comment on column adam_advl.avalc is 'Analysis Value (C)';
comment on column adam_advl.avallo is 'Lower End of Analysis Value';
comment on column adam_advl.avalhi is 'Upper End of Analysis Value';
comment on column adam_advl.base is 'Baseline Value';
comment on column adam_advl.basec is 'Baseline Value (C)';
comment on column adam_advl.chg is 'Change from Baseline';
comment on column adam_advl.chgc is 'Change from Baseline (C)';
comment on column adam_advl.ablfl is 'Baseline Record Flag';
comment on column adam_advl.anl01fl is 'Analysis Flag 01';
comment on column adam_advl.crit1 is 'Analysis Criterion 1';
comment on column adam_advl.crit1fl is 'Criterion 1 Evaluation Result Flag';
comment on column adam_advl.crit2 is 'Analysis Criterion 2';
comment on column adam_advl.crit2fl is 'Criterion 2 Evaluation Result Flag';
comment on column adam_advl.missreas is 'Reason for Missing Result';
comment on column adam_advl.lbmethod is 'Method of Test or Examination';
comment on column adam_advl.lbrepnum is 'Repetition Number';

create view adam_adlb as
    select base.studyid, base.usubjid, base.subject_id as subjid, base.site_id as siteid,
        subject.arm as trtp, subject.treated_arm as trta, base.first_dose as trtsdt,
        result.test as paramcd,
        result.test_name || coalesce(' (' || result.standard_unit || ')', '') as param,
        upper(result.panel) as parcat1, upper(result.analysis_visit) as avisit,
        definition.position::integer as avisitn, result.collected as adt,
        result.study_day as ady, result.standard_value_exact as aval,
        coalesce(result.standard_value::text, result.code) as avalc,
        result.standard_value_lower as avallo, result.standard_value_upper as avalhi,
        result.baseline_value_exact as base, result.baseline_value::text as basec,
        result.change_exact as chg, result.change::text as chgc,
        case when result.is_baseline then 'Y' end as ablfl,
        case when result.is_analysis_record then 'Y' end as anl01fl,
        case when result.is_on_treatment then 'Y' end as ontrtfl,
        result.grade as atoxgrn, result.low_grade as atoxgrln, result.high_grade as atoxgrhn,
        result.grade_at_least as atoxgrlo, result.grade_at_most as atoxgrhi,
        result.replicate as lbrepnum
    from analysis_lab as result
    join _sdtm_subject as base using (site_id, subject_id)
    join analysis_subject as subject using (site_id, subject_id)
    left join _visit_definition_at_analysis as definition
        on definition.visit = result.analysis_visit;
comment on view adam_adlb is 'Laboratory Analysis Dataset';
comment on column adam_adlb.studyid is 'Study Identifier';
comment on column adam_adlb.usubjid is 'Unique Subject Identifier';
comment on column adam_adlb.subjid is 'Subject Identifier for the Study';
comment on column adam_adlb.siteid is 'Study Site Identifier';
comment on column adam_adlb.trtp is 'Planned Treatment';
comment on column adam_adlb.trta is 'Actual Treatment';
comment on column adam_adlb.trtsdt is 'Date of First Exposure to Treatment';
comment on column adam_adlb.paramcd is 'Parameter Code';
comment on column adam_adlb.param is 'Parameter';
comment on column adam_adlb.parcat1 is 'Parameter Category 1';
comment on column adam_adlb.avisit is 'Analysis Visit';
comment on column adam_adlb.avisitn is 'Analysis Visit (N)';
comment on column adam_adlb.adt is 'Analysis Date';
comment on column adam_adlb.ady is 'Analysis Relative Day';
comment on column adam_adlb.aval is 'Analysis Value';
comment on column adam_adlb.avalc is 'Analysis Value (C)';
comment on column adam_adlb.avallo is 'Lower End of Analysis Value';
comment on column adam_adlb.avalhi is 'Upper End of Analysis Value';
comment on column adam_adlb.base is 'Baseline Value';
comment on column adam_adlb.basec is 'Baseline Value (C)';
comment on column adam_adlb.chg is 'Change from Baseline';
comment on column adam_adlb.chgc is 'Change from Baseline (C)';
comment on column adam_adlb.ablfl is 'Baseline Record Flag';
comment on column adam_adlb.anl01fl is 'Analysis Flag 01';
comment on column adam_adlb.ontrtfl is 'On Treatment Record Flag';
comment on column adam_adlb.atoxgrn is 'Analysis Toxicity Grade (N)';
comment on column adam_adlb.atoxgrln is 'Analysis Toxicity Grade Low (N)';
comment on column adam_adlb.atoxgrhn is 'Analysis Toxicity Grade High (N)';
comment on column adam_adlb.atoxgrlo is 'Analysis Toxicity Grade at Least (N)';
comment on column adam_adlb.atoxgrhi is 'Analysis Toxicity Grade at Most (N)';
comment on column adam_adlb.lbrepnum is 'Repetition Number';

create view adam_adae as
    select base.studyid, base.usubjid, base.subject_id as subjid, base.site_id as siteid,
        subject.arm as trtp, subject.treated_arm as trta, base.first_dose as trtsdt,
        event.event_number as aeseq, event.reported_term as aeterm, event.coded_term as aedecod,
        event.system_organ_class as aebodsys, event.term as aterm,
        case when event.onset_first = event.onset_last then event.onset_first end as astdt,
        event.onset_first as astdtlo, event.onset_last as astdthi, event.study_day as astdy,
        event.grade as atoxgrn,
        case event.is_serious when true then 'Y' when false then 'N' end as aeser,
        case event.is_related when true then 'Y' when false then 'N' end as relfl,
        case event.is_treatment_emergent when true then 'Y' when false then 'N' end as trtemfl,
        case event.led_to_discontinuation when true then 'Y' when false then 'N' end as wdfl,
        case event.is_fatal when true then 'Y' when false then 'N' end as fatfl
    from analysis_ae as event
    join _sdtm_subject as base using (site_id, subject_id)
    join analysis_subject as subject using (site_id, subject_id);
comment on view adam_adae is 'Adverse Events Analysis Dataset';
comment on column adam_adae.studyid is 'Study Identifier';
comment on column adam_adae.usubjid is 'Unique Subject Identifier';
comment on column adam_adae.subjid is 'Subject Identifier for the Study';
comment on column adam_adae.siteid is 'Study Site Identifier';
comment on column adam_adae.trtp is 'Planned Treatment';
comment on column adam_adae.trta is 'Actual Treatment';
comment on column adam_adae.trtsdt is 'Date of First Exposure to Treatment';
comment on column adam_adae.aeseq is 'Sequence Number';
comment on column adam_adae.aeterm is 'Reported Term for the Adverse Event';
comment on column adam_adae.aedecod is 'Dictionary-Derived Term';
comment on column adam_adae.aebodsys is 'Body System or Organ Class';
comment on column adam_adae.aterm is 'Analysis Term';
comment on column adam_adae.astdt is 'Analysis Start Date';
comment on column adam_adae.astdtlo is 'First Possible Analysis Start Date';
comment on column adam_adae.astdthi is 'Last Possible Analysis Start Date';
comment on column adam_adae.astdy is 'Analysis Start Relative Day';
comment on column adam_adae.atoxgrn is 'Analysis Toxicity Grade (N)';
comment on column adam_adae.aeser is 'Serious Event';
comment on column adam_adae.relfl is 'Related to Study Drug Flag';
comment on column adam_adae.trtemfl is 'Treatment Emergent Analysis Flag';
comment on column adam_adae.wdfl is 'Led to Discontinuation Flag';
comment on column adam_adae.fatfl is 'Fatal Event Flag';

create view adam_adtte as
    with
    timed as (
        select site_id, subject_id, 'TTR' || threshold as paramcd,
            'Time to Response, < ' || threshold || ' copies/mL (days)' as param, "time", event,
            lower_days, upper_days, null as reason
        from time_to_response
        where "time" is not null
        union all
        select site_id, subject_id, 'TTLR' || threshold,
            'Time to Loss of Response, < ' || threshold || ' copies/mL (days)', "time", event,
            null, null, reason
        from time_to_loss_of_response
        where "time" is not null
        union all
        select site_id, subject_id, 'TTCD' || level,
            'Time to CD4 > ' || level || ' cells/uL (days)', "time", event, lower_days,
            upper_days, null
        from cd4_crossing
        where "time" is not null
        union all
        select site_id, subject_id, 'TTDISC', 'Time to Discontinuation (days)',
            greatest(0, least(treated_until, (select analysis_date())) - first_dose + 1),
            discontinued is not null, null, null, discontinuation_reason
        from treatment_course
    )
    select base.studyid, base.usubjid, base.subject_id as subjid, base.site_id as siteid,
        subject.arm as trtp, subject.treated_arm as trta, base.first_dose as trtsdt,
        timed.paramcd, timed.param, timed."time" as aval,
        case when timed.event then 0 else 1 end as cnsr,
        upper(timed.reason) as evntdesc, base.first_dose as startdt,
        timed.lower_days as avallo, timed.upper_days as avalhi
    from timed
    join _sdtm_subject as base using (site_id, subject_id)
    join analysis_subject as subject using (site_id, subject_id);
comment on view adam_adtte is 'Time-to-Event Analysis Dataset';
comment on column adam_adtte.studyid is 'Study Identifier';
comment on column adam_adtte.usubjid is 'Unique Subject Identifier';
comment on column adam_adtte.subjid is 'Subject Identifier for the Study';
comment on column adam_adtte.siteid is 'Study Site Identifier';
comment on column adam_adtte.trtp is 'Planned Treatment';
comment on column adam_adtte.trta is 'Actual Treatment';
comment on column adam_adtte.trtsdt is 'Date of First Exposure to Treatment';
comment on column adam_adtte.paramcd is 'Parameter Code';
comment on column adam_adtte.param is 'Parameter';
comment on column adam_adtte.aval is 'Analysis Value';
comment on column adam_adtte.cnsr is 'Censor';
comment on column adam_adtte.evntdesc is 'Event or Censoring Description';
comment on column adam_adtte.startdt is 'Time to Event Origin Date for Subject';
comment on column adam_adtte.avallo is 'Days to the Last Sample Before the Event';
comment on column adam_adtte.avalhi is 'Days to the First Sample With the Event';
