-- Results as datasets of SDTM.  A result that is a limit stays text: its number is null,
-- and the limit is in --LLOQ or --ULOQ.

create view _sdtm_result as
    select result.site_id, result.subject_id, result.collected, result.visit, 'LB' as domain,
        'HIV1VLD' as testcd, 'HIV-1 Viral Load' as test, 'VIROLOGY' as cat,
        coalesce(result.reported, result.viral_load::text) as orres,
        case when result.reported is null then 'copies/mL' else result.reported_unit end as orresu,
        null::double precision as lln, null::double precision as uln,
        result.viral_load::text as stresc, exact_value(result.viral_load) as stresn,
        'copies/mL' as stresu, null::double precision as stnrlo, null::double precision as stnrhi,
        case when qualifier(result.viral_load) in ('<', 'TND')
            then quantity(result.viral_load) end as lloq,
        case when qualifier(result.viral_load) = '>' then quantity(result.viral_load) end as uloq,
        'PLASMA' as spec, result.assay as method, null as nam, null::boolean as fasting,
        result.replicate::integer as replicate, null as reason,
        (result.collected, result.replicate) = (baseline.collected, baseline.replicate)
            as is_baseline
    from viral_load_result as result
    left join _baseline_viral_load as baseline using (site_id, subject_id)
    where result.collected <= (select data_cut())
    union all
    select result.site_id, result.subject_id, result.collected, result.visit, 'LB', one.testcd,
        one.test, 'IMMUNOLOGY', one.orres, one.orresu, null, null, one.stresc, one.stresn, one.unit,
        null, null, one.lloq, one.uloq, 'BLOOD', result.method, null, null,
        result.replicate::integer, null,
        (result.collected, result.replicate) = (baseline.collected, baseline.replicate)
    from cd4_result as result
    left join _baseline_cd4 as baseline using (site_id, subject_id)
    cross join read_lab_value(result.reported) as told
    cross join lateral (values ('CD4', 'CD4', coalesce(result.reported, result.cd4_count::text),
            -- a text may be from before the count was converted, and not name its unit
            case when result.reported is null then result.unit when told.unit <> '' then told.unit
                when told.number = quantity(result.cd4_count) then result.unit end,
            result.cd4_count::text, exact_value(result.cd4_count), result.unit,
            case when qualifier(result.cd4_count) = '<' then quantity(result.cd4_count) end,
            case when qualifier(result.cd4_count) = '>' then quantity(result.cd4_count) end),
        ('CD4LY', 'CD4/Lymphocytes', result.cd4_percent::text, '%', result.cd4_percent::text,
            result.cd4_percent, '%', null, null)
        ) as one (testcd, test, orres, orresu, stresc, stresn, unit, lloq, uloq)
    where result.collected <= (select data_cut()) and one.orres is not null
    union all
    select result.site_id, result.subject_id, result.collected, result.visit,
        case lab_test.panel when 'electrocardiogram' then 'EG' else 'LB' end, result.test,
        lab_test.name, upper(lab_test.panel),
        coalesce(result.reported, result.value::text, result.code), result.unit,
        result.lln, result.uln, coalesce(result.standard_value::text, result.code),
        exact_value(result.standard_value),
        case when result.standard_value is not null then lab_test.unit end,
        result.lln * factor.factor, result.uln * factor.factor,
        case when qualifier(result.standard_value) = '<' then quantity(result.standard_value) end,
        case when qualifier(result.standard_value) = '>' then quantity(result.standard_value) end,
        upper(lab_test.specimen), null, result.laboratory, result.fasting,
        result.replicate::integer, null,
        (result.collected, result.replicate) = (baseline.collected, baseline.replicate)
    from lab_result as result
    join lab_test using (test)
    left join _baseline_lab_result as baseline using (site_id, subject_id, test)
    cross join lateral (select case when quantity(result.value) <> 0
        then quantity(result.standard_value) / quantity(result.value) end as factor) as factor
    where result.collected <= (select data_cut())
    union all
    select missing.site_id, missing.subject_id, missing.collected, missing.visit, 'LB',
        case missing.assessment when 'viral load' then 'HIV1VLD' when 'CD4' then 'CD4'
            else missing.test end,
        case missing.assessment when 'viral load' then 'HIV-1 Viral Load' when 'CD4' then 'CD4'
            else lab_test.name end,
        case missing.assessment when 'viral load' then 'VIROLOGY' when 'CD4' then 'IMMUNOLOGY'
            else upper(lab_test.panel) end,
        null, null, null, null, null, null, null, null, null, null, null,
        case missing.assessment when 'viral load' then 'PLASMA' when 'CD4' then 'BLOOD'
            else upper(lab_test.specimen) end,
        null, null, null, missing.replicate, upper(missing.reason), null
    from unresolved_result as missing
    left join lab_test using (test)
    where missing.assessment in ('viral load', 'CD4', 'laboratory');
comment on view _sdtm_result is 'results of laboratories and electrocardiograms, up to the data cut, and those that did not come';
comment on column _sdtm_result.site_id is 'the site';
comment on column _sdtm_result.subject_id is 'the subject''s code';
comment on column _sdtm_result.collected is 'the day on which the sample was taken';
comment on column _sdtm_result.visit is 'the visit at which it was taken';
comment on column _sdtm_result.domain is 'LB or EG';
comment on column _sdtm_result.testcd is 'the code of the test';
comment on column _sdtm_result.test is 'its name';
comment on column _sdtm_result.cat is 'what it is a test of';
comment on column _sdtm_result.orres is 'the result as reported';
comment on column _sdtm_result.orresu is 'its unit';
comment on column _sdtm_result.lln is 'the lower limit of normal, in that unit';
comment on column _sdtm_result.uln is 'the upper limit of normal, in that unit';
comment on column _sdtm_result.stresc is 'the result in the standard unit, exact or a limit';
comment on column _sdtm_result.stresn is 'its number; null if it is a limit';
comment on column _sdtm_result.stresu is 'the standard unit';
comment on column _sdtm_result.stnrlo is 'the lower limit of normal, in the standard unit';
comment on column _sdtm_result.stnrhi is 'the upper limit of normal, in the standard unit';
comment on column _sdtm_result.lloq is 'the limit that the result is below';
comment on column _sdtm_result.uloq is 'the limit that the result is above';
comment on column _sdtm_result.spec is 'the specimen';
comment on column _sdtm_result.method is 'the method or assay';
comment on column _sdtm_result.nam is 'the laboratory';
comment on column _sdtm_result.fasting is 'whether the subject had fasted';
comment on column _sdtm_result.replicate is 'tells several results of one day apart';
comment on column _sdtm_result.reason is 'why there is no result; null where there is one';
comment on column _sdtm_result.is_baseline is 'whether it is the last result on or before the first dose';

create view sdtm_lb as
    select base.studyid, result.domain, base.usubjid,
        row_number() over (partition by result.site_id, result.subject_id
            order by result.collected, result.testcd collate "C", result.reason is not null,
            result.replicate)::integer as lbseq,
        result.testcd as lbtestcd,
        result.test as lbtest,
        result.cat as lbcat,
        result.orres as lborres,
        result.orresu as lborresu,
        result.lln::text as lbornrlo,
        result.uln::text as lbornrhi,
        result.stresc as lbstresc,
        result.stresn as lbstresn,
        result.stresu as lbstresu,
        result.stnrlo as lbstnrlo,
        result.stnrhi as lbstnrhi,
        result.lloq as lblloq,
        result.uloq as lbuloq,
        case when result.reason <> 'PENDING' then 'NOT DONE' end as lbstat,
        result.reason as lbreasnd,
        result.nam as lbnam,
        result.spec as lbspec,
        result.method as lbmethod,
        case when result.is_baseline then 'Y' end as lblobxfl,
        case result.fasting when true then 'Y' when false then 'N' end as lbfast,
        result.replicate as lbrepnum,
        held.visitnum, upper(result.visit) as visit, result.collected as lbdtc,
        study_day(result.collected, base.first_dose) as lbdy
    from _sdtm_result as result
    join _sdtm_subject as base using (site_id, subject_id)
    left join _sdtm_visit as held using (site_id, subject_id, visit)
    where result.domain = 'LB';
comment on view sdtm_lb is 'Laboratory Test Results';
comment on column sdtm_lb.studyid is 'Study Identifier';
comment on column sdtm_lb.domain is 'Domain Abbreviation';
comment on column sdtm_lb.usubjid is 'Unique Subject Identifier';
comment on column sdtm_lb.lbseq is 'Sequence Number';
comment on column sdtm_lb.lbtestcd is 'Lab Test or Examination Short Name';
comment on column sdtm_lb.lbtest is 'Lab Test or Examination Name';
comment on column sdtm_lb.lbcat is 'Category for Lab Test';
comment on column sdtm_lb.lborres is 'Result or Finding in Original Units';
comment on column sdtm_lb.lborresu is 'Original Units';
comment on column sdtm_lb.lbornrlo is 'Reference Range Lower Limit in Orig Unit';
comment on column sdtm_lb.lbornrhi is 'Reference Range Upper Limit in Orig Unit';
comment on column sdtm_lb.lbstresc is 'Character Result/Finding in Std Format';
comment on column sdtm_lb.lbstresn is 'Numeric Result/Finding in Standard Units';
comment on column sdtm_lb.lbstresu is 'Standard Units';
comment on column sdtm_lb.lbstnrlo is 'Reference Range Lower Limit-Std Units';
comment on column sdtm_lb.lbstnrhi is 'Reference Range Upper Limit-Std Units';
comment on column sdtm_lb.lblloq is 'Lower Limit of Quantitation';
comment on column sdtm_lb.lbuloq is 'Upper Limit of Quantitation';
comment on column sdtm_lb.lbstat is 'Completion Status';
comment on column sdtm_lb.lbreasnd is 'Reason Test Not Done';
comment on column sdtm_lb.lbnam is 'Vendor Name';
comment on column sdtm_lb.lbspec is 'Specimen Type';
comment on column sdtm_lb.lbmethod is 'Method of Test or Examination';
comment on column sdtm_lb.lblobxfl is 'Last Observation Before Exposure Flag';
comment on column sdtm_lb.lbfast is 'Fasting Status';
comment on column sdtm_lb.lbrepnum is 'Repetition Number';
comment on column sdtm_lb.visitnum is 'Visit Number';
comment on column sdtm_lb.visit is 'Visit Name';
comment on column sdtm_lb.lbdtc is 'Date/Time of Specimen Collection';
comment on column sdtm_lb.lbdy is 'Study Day of Specimen Collection';

create view sdtm_eg as
    select base.studyid, result.domain, base.usubjid,
        row_number() over (partition by result.site_id, result.subject_id
            order by result.collected, result.testcd collate "C", result.reason is not null,
            result.replicate)::integer as egseq,
        result.testcd as egtestcd,
        result.test as egtest,
        result.cat as egcat,
        result.orres as egorres,
        result.orresu as egorresu,
        result.stresc as egstresc,
        result.stresn as egstresn,
        result.stresu as egstresu,
        result.nam as egnam,
        result.method as egmethod,
        case when result.is_baseline then 'Y' end as eglobxfl,
        result.replicate as egrepnum,
        held.visitnum, upper(result.visit) as visit, result.collected as egdtc,
        study_day(result.collected, base.first_dose) as egdy
    from _sdtm_result as result
    join _sdtm_subject as base using (site_id, subject_id)
    left join _sdtm_visit as held using (site_id, subject_id, visit)
    where result.domain = 'EG';
comment on view sdtm_eg is 'ECG Test Results';
comment on column sdtm_eg.studyid is 'Study Identifier';
comment on column sdtm_eg.domain is 'Domain Abbreviation';
comment on column sdtm_eg.usubjid is 'Unique Subject Identifier';
comment on column sdtm_eg.egseq is 'Sequence Number';
comment on column sdtm_eg.egtestcd is 'ECG Test or Examination Short Name';
comment on column sdtm_eg.egtest is 'ECG Test or Examination Name';
comment on column sdtm_eg.egcat is 'Category for ECG';
comment on column sdtm_eg.egorres is 'Result or Finding in Original Units';
comment on column sdtm_eg.egorresu is 'Original Units';
comment on column sdtm_eg.egstresc is 'Character Result/Finding in Std Format';
comment on column sdtm_eg.egstresn is 'Numeric Result/Finding in Standard Units';
comment on column sdtm_eg.egstresu is 'Standard Units';
comment on column sdtm_eg.egnam is 'Vendor Name';
comment on column sdtm_eg.egmethod is 'Method of Test or Examination';
comment on column sdtm_eg.eglobxfl is 'Last Observation Before Exposure Flag';
comment on column sdtm_eg.egrepnum is 'Repetition Number';
comment on column sdtm_eg.visitnum is 'Visit Number';
comment on column sdtm_eg.visit is 'Visit Name';
comment on column sdtm_eg.egdtc is 'Date/Time of ECG';
comment on column sdtm_eg.egdy is 'Study Day of ECG';

create view sdtm_vs as
    select base.studyid, 'VS' as domain, base.usubjid,
        row_number() over (partition by vital.site_id, vital.subject_id
            order by vital.collected, vital.replicate, vital.sign collate "C")::integer as vsseq,
        vital.sign as vstestcd, vital.name as vstest, vital.value::text as vsorres,
        vital.unit as vsorresu, vital.value::text as vsstresc, vital.value as vsstresn,
        vital.unit as vsstresu, vital.replicate::integer as vsrepnum, held.visitnum,
        upper(vital.visit) as visit, vital.collected as vsdtc,
        study_day(vital.collected, base.first_dose) as vsdy
    from _vital_sign as vital
    join _sdtm_subject as base using (site_id, subject_id)
    left join _sdtm_visit as held using (site_id, subject_id, visit);
comment on view sdtm_vs is 'Vital Signs';
comment on column sdtm_vs.studyid is 'Study Identifier';
comment on column sdtm_vs.domain is 'Domain Abbreviation';
comment on column sdtm_vs.usubjid is 'Unique Subject Identifier';
comment on column sdtm_vs.vsseq is 'Sequence Number';
comment on column sdtm_vs.vstestcd is 'Vital Signs Test Short Name';
comment on column sdtm_vs.vstest is 'Vital Signs Test Name';
comment on column sdtm_vs.vsorres is 'Result or Finding in Original Units';
comment on column sdtm_vs.vsorresu is 'Original Units';
comment on column sdtm_vs.vsstresc is 'Character Result/Finding in Std Format';
comment on column sdtm_vs.vsstresn is 'Numeric Result/Finding in Standard Units';
comment on column sdtm_vs.vsstresu is 'Standard Units';
comment on column sdtm_vs.vsrepnum is 'Repetition Number';
comment on column sdtm_vs.visitnum is 'Visit Number';
comment on column sdtm_vs.visit is 'Visit Name';
comment on column sdtm_vs.vsdtc is 'Date/Time of Measurements';
comment on column sdtm_vs.vsdy is 'Study Day of Vital Signs';

create view sdtm_pf as
    select base.studyid, 'PF' as domain, base.usubjid,
        row_number() over (partition by genotype.site_id, genotype.subject_id
            order by genotype.collected, one.mutation)::integer as pfseq,
        'AA' as pftestcd, 'Amino Acid' as pftest, 'VIRAL RESISTANCE' as pfcat,
        gene(one.mutation) as pfgenri, codon(one.mutation)::text as pfgenloc,
        consensus(one.mutation) as pforref, residues(one.mutation) as pforres,
        residues(one.mutation) as pfstresc, genotype.laboratory as pfnam, held.visitnum,
        upper(genotype.visit) as visit, genotype.collected as pfdtc,
        study_day(genotype.collected, base.first_dose) as pfdy
    from genotype
    join _sdtm_subject as base using (site_id, subject_id)
    left join _sdtm_visit as held using (site_id, subject_id, visit)
    cross join lateral unnest(genotype.mutations) as one (mutation)
    where genotype.collected <= (select data_cut());
comment on view sdtm_pf is 'Pharmacogenomics/Genetics Findings';
comment on column sdtm_pf.studyid is 'Study Identifier';
comment on column sdtm_pf.domain is 'Domain Abbreviation';
comment on column sdtm_pf.usubjid is 'Unique Subject Identifier';
comment on column sdtm_pf.pfseq is 'Sequence Number';
comment on column sdtm_pf.pftestcd is 'Pharmacogenomics/Genetics Test Code';
comment on column sdtm_pf.pftest is 'Pharmacogenomics/Genetics Test Name';
comment on column sdtm_pf.pfcat is 'Category for PGx/Genetics Test';
comment on column sdtm_pf.pfgenri is 'Genetic Region of Interest';
comment on column sdtm_pf.pfgenloc is 'Genetic Location';
comment on column sdtm_pf.pforref is 'Reference Result';
comment on column sdtm_pf.pforres is 'Result or Finding in Original Units';
comment on column sdtm_pf.pfstresc is 'Character Result/Finding in Std Format';
comment on column sdtm_pf.pfnam is 'Vendor Name';
comment on column sdtm_pf.visitnum is 'Visit Number';
comment on column sdtm_pf.visit is 'Visit Name';
comment on column sdtm_pf.pfdtc is 'Date/Time of Specimen Collection';
comment on column sdtm_pf.pfdy is 'Study Day of Specimen Collection';

create view sdtm_ms as
    select base.studyid, 'MS' as domain, base.usubjid,
        row_number() over (partition by call.site_id, call.subject_id
            order by call.collected, call.drug collate "C")::integer as msseq,
        'MICROSUS' as mstestcd, 'Microbial Susceptibility' as mstest, call.drug as msagent,
        'VIRAL RESISTANCE' as mscat, coalesce(call.reported, call.call) as msorres,
        upper(call.call) as msstresc, genotype.laboratory as msnam,
        genotype.algorithm as msmethod, held.visitnum, upper(genotype.visit) as visit,
        call.collected as msdtc, study_day(call.collected, base.first_dose) as msdy
    from genotype_drug_call as call
    join genotype using (site_id, subject_id, collected)
    join _sdtm_subject as base using (site_id, subject_id)
    left join _sdtm_visit as held using (site_id, subject_id, visit)
    where call.collected <= (select data_cut());
comment on view sdtm_ms is 'Microbiology Susceptibility';
comment on column sdtm_ms.studyid is 'Study Identifier';
comment on column sdtm_ms.domain is 'Domain Abbreviation';
comment on column sdtm_ms.usubjid is 'Unique Subject Identifier';
comment on column sdtm_ms.msseq is 'Sequence Number';
comment on column sdtm_ms.mstestcd is 'Short Name of Assessment';
comment on column sdtm_ms.mstest is 'Name of Assessment';
comment on column sdtm_ms.msagent is 'Agent Name';
comment on column sdtm_ms.mscat is 'Category';
comment on column sdtm_ms.msorres is 'Result or Finding in Original Units';
comment on column sdtm_ms.msstresc is 'Result or Finding in Standard Format';
comment on column sdtm_ms.msnam is 'Laboratory/Vendor Name';
comment on column sdtm_ms.msmethod is 'Method of Test or Examination';
comment on column sdtm_ms.visitnum is 'Visit Number';
comment on column sdtm_ms.visit is 'Visit Name';
comment on column sdtm_ms.msdtc is 'Date/Time of Collection';
comment on column sdtm_ms.msdy is 'Study Day of Visit/Collection/Exam';
