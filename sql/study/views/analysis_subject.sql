-- One row per subject

create view analysis_subject as
    with
    agreement as (
        select consent.site_id, consent.subject_id, min(consent.signed) as signed,
            -- of those in force at enrolment; without any, the first
            coalesce(min(consent.signed) filter (
                    where coalesce(consent.withdrawn >= enrolment.enrolled,
                        consent.withdrawn is null)),
                min(consent.signed)) as entered,
            case when count(consent.withdrawn) = count(*) then max(consent.withdrawn)
                end as withdrawn
        from _consent_at_cut as consent
        left join _enrolment_at_cut as enrolment using (site_id, subject_id)
        group by consent.site_id, consent.subject_id
    ),
    resistance as (
        select call.site_id, call.subject_id, count(distinct call.drug)::integer as drugs
        from genotype_drug_call as call
        join _enrolment_at_cut as enrolment using (site_id, subject_id)
        join drug using (drug)
        where call.call = 'resistant' and call.collected <= enrolment.enrolled
            and not drug.is_booster
        group by call.site_id, call.subject_id
    ),
    tolerance as (
        select intolerance.site_id, intolerance.subject_id,
            count(distinct intolerance.drug)::integer as drugs
        from intolerance
        join _enrolment_at_cut as enrolment using (site_id, subject_id)
        where intolerance.is_serious and intolerance.onset <= enrolment.enrolled
        group by intolerance.site_id, intolerance.subject_id
    ),
    background as (
        select regimen.site_id, regimen.subject_id,
            string_agg(distinct regimen.drug, ' + ' order by regimen.drug) as drugs
        from regimen
        join _enrolment_at_cut as enrolment using (site_id, subject_id)
        join protocol_period as protocol on enrolment.first_dose >= protocol.effective_from
            and enrolment.first_dose < protocol.effective_before
        where regimen.drug <> protocol.study_drug and regimen.started <= enrolment.first_dose
            and (regimen.stopped is null or regimen.stopped > enrolment.first_dose)
        group by regimen.site_id, regimen.subject_id
    ),
    -- who reads no allocation, as it is blinded to him, finds no arm
    allocated as (
        select allocation.site_id, allocation.subject_id, allocation.arm,
            case when (arm.treatment = 'background alone') = taken.has_study_drug
                then (select other.arm from arm as other
                    where (other.treatment = 'background alone')
                        is distinct from taken.has_study_drug
                    order by other.position limit 1)
                else allocation.arm end as treated_arm
        from allocation
        join arm using (arm)
        cross join lateral (select exists (
            select from regimen
            where regimen.site_id = allocation.site_id
                and regimen.subject_id = allocation.subject_id
                and regimen.drug in (select study_drug from protocol)
                and regimen.started <= (select data_cut())) as has_study_drug) as taken
        where allocation.allocated <= (select data_cut())
    ),
    excluded as (
        select distinct deviation.site_id, deviation.subject_id
        from deviation
        where deviation.rule in (select rule from per_protocol_exclusion)
    )
    select subject.site_id, subject.subject_id, subject.sex,
        agreement.signed as consent_signed,
        agreement.withdrawn as consent_withdrawn,
        _virotrial.completed_years(subject.birth_date, agreement.entered) as age,
        enrolment.enrolled,
        enrolment.first_dose,
        enrolment.enrolled is not null as is_enrolled,
        enrolment.first_dose is not null as is_treated,
        enrolment.first_dose is not null and viral_load.collected is not null as is_analysable,
        case when enrolment.enrolled is not null then coalesce(resistance.drugs, 0)
            end as resistant_drugs,
        case when enrolment.enrolled is not null then coalesce(tolerance.drugs, 0)
            end as intolerable_drugs,
        background.drugs as background_drugs,
        viral_load.viral_load as baseline_viral_load,
        lower_bound(viral_load.viral_load) as baseline_viral_load_lower,
        upper_bound(viral_load.viral_load) as baseline_viral_load_upper,
        log10_copies(viral_load.viral_load) as baseline_log10_copies,
        qualifier(viral_load.viral_load) as baseline_qualifier,
        viral_load.collected as baseline_viral_load_collected,
        viral_load.assay as baseline_assay,
        cd4.cd4_count as baseline_cd4_count,
        lower_bound(cd4.cd4_count) as baseline_cd4_count_lower,
        upper_bound(cd4.cd4_count) as baseline_cd4_count_upper,
        exact_value(cd4.cd4_count) as baseline_cd4_count_exact,
        cd4.collected as baseline_cd4_collected,
        disposition.outcome,
        disposition.reason,
        disposition.ended,
        disposition.ended - enrolment.first_dose + 1 as days_in_study,
        allocated.arm,
        case when enrolment.first_dose is not null
            then coalesce(allocated.treated_arm, allocated.arm) end as treated_arm,
        randomised.stratum,
        enrolment.first_dose is not null and excluded.site_id is null
            and coalesce(allocated.treated_arm = allocated.arm, true) as is_per_protocol,
        randomised.randomised
    from _subject_at_cut as subject
    left join agreement using (site_id, subject_id)
    left join _enrolment_at_cut as enrolment using (site_id, subject_id)
    left join resistance using (site_id, subject_id)
    left join tolerance using (site_id, subject_id)
    left join background using (site_id, subject_id)
    left join _baseline_viral_load as viral_load using (site_id, subject_id)
    left join _baseline_cd4 as cd4 using (site_id, subject_id)
    left join _disposition_at_cut as disposition using (site_id, subject_id)
    left join allocated using (site_id, subject_id)
    left join _randomised_at_cut as randomised using (site_id, subject_id)
    left join excluded using (site_id, subject_id);

comment on view analysis_subject is 'one row for everybody who was screened: who, when, baseline and end, as far as it had happened at the data cut';
comment on column analysis_subject.site_id is 'the site';
comment on column analysis_subject.subject_id is 'the subject''s code, unique within the site';
comment on column analysis_subject.sex is 'female or male';
comment on column analysis_subject.consent_signed is 'the day on which consent was first signed';
comment on column analysis_subject.consent_withdrawn is 'the day on which the last consent in force was withdrawn; null while one is in force';
comment on column analysis_subject.age is 'completed years on the day of the first consent that was in force at enrolment; of who is not enrolled, that is in force';
comment on column analysis_subject.enrolled is 'the day of enrolment';
comment on column analysis_subject.first_dose is 'the day of the first dose of the study drug, study day 1';
comment on column analysis_subject.is_enrolled is 'whether the subject was enrolled';
comment on column analysis_subject.is_treated is 'whether a first dose was given: the population for safety';
comment on column analysis_subject.is_analysable is 'whether a first dose was given and there is a baseline viral load: the population for antiretroviral activity';
comment on column analysis_subject.resistant_drugs is 'drugs, boosters aside, that a genotype up to the day of enrolment calls resistant';
comment on column analysis_subject.intolerable_drugs is 'drugs with a serious intolerance up to the day of enrolment, listed or not';
comment on column analysis_subject.background_drugs is 'the optimized background therapy on study day 1, boosters included, in the order of their names';
comment on column analysis_subject.baseline_viral_load is 'the last viral load on or before the first dose, copies/mL, as reported';
comment on column analysis_subject.baseline_viral_load_lower is 'the lower end of what it may be, copies/mL';
comment on column analysis_subject.baseline_viral_load_upper is 'the upper end of what it may be, copies/mL; null above the limit of the assay';
comment on column analysis_subject.baseline_log10_copies is 'its log10 copies/mL; null if it is censored';
comment on column analysis_subject.baseline_qualifier is '=, <, TND or >';
comment on column analysis_subject.baseline_viral_load_collected is 'the day of its sample';
comment on column analysis_subject.baseline_assay is 'its assay';
comment on column analysis_subject.baseline_cd4_count is 'the last CD4 count on or before the first dose, cells per microlitre, exact or a limit';
comment on column analysis_subject.baseline_cd4_count_lower is 'the lower end of what it may be; null below a limit';
comment on column analysis_subject.baseline_cd4_count_upper is 'the upper end of what it may be; null above a limit';
comment on column analysis_subject.baseline_cd4_count_exact is 'its number if it is exact, else null';
comment on column analysis_subject.baseline_cd4_collected is 'the day of its sample';
comment on column analysis_subject.outcome is 'of the study: completed or discontinued; null while the subject is in the study';
comment on column analysis_subject.reason is 'the reason for leaving the study early; why treatment was given up is in treatment_course';
comment on column analysis_subject.ended is 'the last day in the study';
comment on column analysis_subject.days_in_study is 'from the first dose to the last day in the study, both included';
comment on column analysis_subject.arm is 'the arm that the subject is allocated to; null where there is none, or the allocation is blinded to the reader';
comment on column analysis_subject.treated_arm is 'the arm as treated: the one allocated to, unless the study drug was given in an arm without it, or never in an arm with it';
comment on column analysis_subject.stratum is 'the stratum of the allocation, which is not blinded';
comment on column analysis_subject.is_per_protocol is 'whether the subject was treated, as allocated, and without a deviation that per_protocol_exclusion names';
comment on column analysis_subject.randomised is 'the day of randomisation, also for who does not read the arm';

create view analysis_set as
    select subject.site_id, subject.subject_id, belongs.analysis_set, belongs.arm,
        coalesce(subject.first_dose, subject.randomised, subject.enrolled) as day_1
    from analysis_subject as subject
    cross join lateral (values
        ('randomised', subject.is_enrolled and (subject.randomised is not null
            or (select not exists (select from arm))), subject.arm),
        ('treated', subject.is_treated, subject.arm),
        ('efficacy', subject.is_analysable, subject.arm),
        ('per protocol', subject.is_per_protocol, subject.arm),
        ('safety as treated', subject.is_treated, subject.treated_arm)
    ) as belongs (analysis_set, is_member, arm)
    where belongs.is_member;

comment on view analysis_set is 'the analysis sets: one row for each set that a subject belongs to, with the arm that counts in it. Endpoints by arm: group_by => ''arm'', or ''treated_arm'' for safety';
comment on column analysis_set.site_id is 'the site';
comment on column analysis_set.subject_id is 'the subject''s code';
comment on column analysis_set.analysis_set is 'randomised (enrolled, in a trial without arms), treated, efficacy (treated, with a baseline viral load), per protocol, or safety as treated';
comment on column analysis_set.arm is 'the arm: as treated in the set for safety, else as allocated; null where it is blinded to the reader';
comment on column analysis_set.day_1 is 'study day 1: the first dose; of who had none, the day of randomisation, or of enrolment';
