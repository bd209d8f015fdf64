-- Until when each treated subject was on the treatment of the study

create view treatment_course as
    with
    plan as materialized (
        select array(select study_drug from protocol) as study_drugs,
            permitted_background_changes
        from _protocol_at_analysis
    ),
    scheduled as materialized (
        select target_day, window_first_day, effective_from, effective_before
        from visit_definition_period
        where target_day is not null
    ),
    -- a start and a stop that nothing may come of are not looked at again
    eventful as materialized (
        select regimen.site_id, regimen.subject_id, regimen.drug, regimen.started,
            -- the study drug is one, also where an amendment gives it another name
            case when regimen.drug = any ((select study_drugs from plan)::text[]) then ''
                else regimen.drug end as treatment,
            case when regimen.stopped <= (select data_cut()) then regimen.stopped end as stopped,
            regimen.start_reason, regimen.stop_reason, enrolment.first_dose
        from regimen
        join _treated_at_cut as enrolment using (site_id, subject_id)
        where regimen.started <= (select data_cut())
            and (regimen.started > enrolment.first_dose or regimen.stopped > enrolment.first_dose
                and regimen.stopped <= (select data_cut()))
    ),
    -- An interruption ends with the drug's next period: only the first start
    -- and the last stop of a drug are changes.  What had ended by the first dose was
    -- no part of the treatment.  Most drugs have one period, so others are looked for
    -- only beside those that matter, without sorting all.
    interrupted as (
        select eventful.site_id, eventful.subject_id, eventful.drug, eventful.started,
            bool_or((other.started, other.drug) < (eventful.started, eventful.drug)
                and coalesce(other.stopped > eventful.first_dose, true)) as has_earlier,
            bool_or((other.started, other.drug) > (eventful.started, eventful.drug)) as has_later
        from eventful
        join regimen as other on other.site_id = eventful.site_id
            and other.subject_id = eventful.subject_id
            and case when other.drug = any ((select study_drugs from plan)::text[]) then ''
                else other.drug end = eventful.treatment
        where (other.started, other.drug) <> (eventful.started, eventful.drug)
            and other.started <= (select data_cut())
        group by eventful.site_id, eventful.subject_id, eventful.drug, eventful.started
    ),
    change as materialized (
        select period.*, period.treatment = '' as is_study_drug
        from (
            select eventful.*, interrupted.has_earlier is not true as is_first,
                interrupted.has_later is not true as is_last
            from eventful
            left join interrupted using (site_id, subject_id, drug, started)
        ) as period
        where (is_last and stopped > first_dose) or (is_first and started > first_dose)
    ),
    stop as (
        select site_id, subject_id, stopped, stop_reason
        from change
        where is_study_drug and is_last and stopped is not null
        union all
        -- an arm without the study drug: the last of the background, of who has not taken it
        select regimen.site_id, regimen.subject_id, max(regimen.stopped),
            (array_agg(regimen.stop_reason order by regimen.stopped desc, regimen.stop_reason))[1]
        from regimen
        join _treated_at_cut as enrolment using (site_id, subject_id)
        where (select exists (select from arm where treatment = 'background alone'))
            and regimen.started <= (select data_cut())
        group by regimen.site_id, regimen.subject_id
        having bool_and(coalesce(regimen.stopped <= (select data_cut()), false))
            and not bool_or(regimen.drug = any ((select study_drugs from plan)::text[]))
            and max(regimen.stopped) > min(enrolment.first_dose)
    ),
    treated as materialized (
        select enrolment.site_id, enrolment.subject_id, enrolment.first_dose,
            disposition.ended, disposition.outcome, disposition.reason,
            stop.stopped, stop.stop_reason,
            stop.stopped is not null
                and (disposition.outcome is distinct from 'completed'
                or stop.stopped < disposition.ended
                    and (stop.stop_reason is not null
                    -- from the last visit that was planned then, who completes may stop the drug
                    or (stop.stopped - enrolment.first_dose + 1 >= (
                        select window_first_day from scheduled
                        where effective_from <= stop.stopped
                            and effective_before > stop.stopped
                        order by target_day desc
                        limit 1)) is not true)) as is_given_up
        from _treated_at_cut as enrolment
        left join _disposition_at_cut as disposition using (site_id, subject_id)
        left join stop on stop.site_id = enrolment.site_id
            and stop.subject_id = enrolment.subject_id
    ),
    background as materialized (
        select treated.site_id, treated.subject_id, happened.on_day,
            coalesce(happened.reason
                = any ((select permitted_background_changes from plan)::text[]),
                false) as is_permitted,
            string_agg(happened.what, ', ' order by happened.what) as what
        from change
        join drug using (drug)
        join treated using (site_id, subject_id)
        cross join lateral (values
            (case when change.is_first and change.started > treated.first_dose
                then change.started end, change.start_reason, 'added ' || change.drug),
            (case when change.is_last then change.stopped end, change.stop_reason,
                'stopped ' || change.drug)
        ) as happened (on_day, reason, what)
        where not change.is_study_drug and not drug.is_booster
            and happened.on_day < coalesce(least(treated.ended, treated.stopped), 'infinity')
        group by treated.site_id, treated.subject_id, happened.on_day, is_permitted
    ),
    unpermitted as (
        select site_id, subject_id, min(on_day) as on_day,
            (array_agg(what order by on_day))[1] as what
        from background
        where not is_permitted
        group by site_id, subject_id
    ),
    late as (
        select background.site_id, background.subject_id, min(background.on_day) as on_day,
            (array_agg(background.what order by background.on_day))[1] as what
        from background
        join treated using (site_id, subject_id)
        cross join lateral (
            select min(result.collected) as collected
            from viral_load_result as result
            where result.site_id = treated.site_id and result.subject_id = treated.subject_id
                and result.collected > treated.first_dose
                and result.collected
                    <= least(treated.ended, treated.stopped, (select data_cut()))
        ) as first_result
        where background.is_permitted and background.on_day > first_result.collected
        group by background.site_id, background.subject_id
    )
    select treated.site_id, treated.subject_id, treated.first_dose,
        least(treated.ended, treated.stopped) as treated_until,
        least(case when treated.outcome = 'discontinued' then treated.ended end, case
            when treated.is_given_up then treated.stopped end) as discontinued,
        case when treated.is_given_up
            and (treated.outcome is distinct from 'discontinued'
            or treated.stopped <= treated.ended)
            then coalesce(treated.stop_reason, treated.reason, 'not documented')
            else treated.reason end as discontinuation_reason,
        case when treated.outcome = 'completed' and not treated.is_given_up then treated.ended
            end as completed,
        unpermitted.on_day as background_changed,
        unpermitted.what as background_change,
        late.on_day as late_background_changed,
        late.what as late_background_change
    from treated
    left join unpermitted using (site_id, subject_id)
    left join late using (site_id, subject_id);

comment on view treatment_course is 'one row for each subject who had a first dose: until when on the study drug, in an arm without it on the background, and when the background therapy was first changed without a permitted reason. Of one day, the sample comes first: a result of the very day of a discontinuation or change is from before it';
comment on column treatment_course.site_id is 'the site';
comment on column treatment_course.subject_id is 'the subject''s code';
comment on column treatment_course.first_dose is 'the day of the first dose of the study drug, study day 1';
comment on column treatment_course.treated_until is 'the last day whose results are on treatment: the last day in the study, or the first without the study drug if that is earlier, in an arm without it the first without any drug; null while treatment goes on';
comment on column treatment_course.discontinued is 'the day on which the study drug, in an arm without it all drugs, or the study was given up for good; an interruption of the study drug is none, nor is a stop without a reason, in the last visit''s window, of who completed the study';
comment on column treatment_course.discontinuation_reason is 'why: regimen.stop_reason of the study drug if that came first and is documented, else disposition.reason';
comment on column treatment_course.completed is 'the last day in the study of who completed it on the study drug';
comment on column treatment_course.background_changed is 'the day of the first change of the background therapy, boosters aside, while on treatment and without a documented reason of protocol.permitted_background_changes; an interruption is none';
comment on column treatment_course.background_change is 'the drugs that were added or stopped on that day';
comment on column treatment_course.late_background_changed is 'the day of the first change of the background therapy with a permitted reason that came after the day of the first viral load on treatment: the Snapshot counts it as a failure if protocol.background_change_permitted_until says so';
comment on column treatment_course.late_background_change is 'the drugs that were added or stopped on that day';

create view _on_treatment_viral_load as
    select course.site_id, course.subject_id, course.first_dose, course.treated_until,
        course.discontinued, course.discontinuation_reason, course.completed,
        course.background_changed,
        result.collected, result.collected - course.first_dose + 1 as study_day, result.assay,
        result.viral_load
    from treatment_course as course
    left join _viral_load_at_cut as result on result.site_id = course.site_id
        and result.subject_id = course.subject_id
        and result.collected > course.first_dose
        and (result.collected > course.treated_until) is not true;

comment on view _on_treatment_viral_load is 'the viral loads on treatment after the day of the first dose, one a day. A treated subject without any has one row without a result';
comment on column _on_treatment_viral_load.site_id is 'the site';
comment on column _on_treatment_viral_load.subject_id is 'the subject''s code';
comment on column _on_treatment_viral_load.first_dose is 'the day of the first dose of the study drug, study day 1';
comment on column _on_treatment_viral_load.treated_until is 'the last day whose results are on treatment; null while treatment goes on';
comment on column _on_treatment_viral_load.discontinued is 'the day on which the study drug or the study was given up for good';
comment on column _on_treatment_viral_load.discontinuation_reason is 'why';
comment on column _on_treatment_viral_load.completed is 'the last day in the study of who completed it on the study drug';
comment on column _on_treatment_viral_load.background_changed is 'the day of the first change of the background therapy without a permitted reason';
comment on column _on_treatment_viral_load.collected is 'the day on which the sample was taken';
comment on column _on_treatment_viral_load.study_day is 'its study day';
comment on column _on_treatment_viral_load.assay is 'the assay';
comment on column _on_treatment_viral_load.viral_load is 'HIV-1 RNA, copies/mL';
