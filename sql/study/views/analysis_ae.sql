-- Adverse events of the subjects who had a first dose

create view analysis_ae as
    with
    related as (
        select judged.site_id, judged.subject_id, judged.event_number,
            bool_or(category.is_related)
                filter (where judged.drug in (select protocol.study_drug
                from protocol)) as to_study_drug,
            bool_or(category.is_related) as to_any
        from adverse_event_relatedness as judged
        join relatedness_category as category using (relatedness)
        group by judged.site_id, judged.subject_id, judged.event_number
    ),
    treated as (
        select site_id, subject_id, range_agg(daterange(started, ended, '[]')) as days
        from exposure_period
        group by site_id, subject_id
    ),
    event as (
        select true as is_event, population.group_value, event.site_id, event.subject_id,
            event.event_number,
            event.term as reported_term, event.complaint, event.coded_term,
            event.system_organ_class, event.test,
            coalesce(event.complaint, event.coded_term, lower(btrim(event.term))) as term,
            event.onset_first as first, least(event.onset_last, event.ended_last) as last,
            case when event.ended_first <= (select data_cut()) then event.ended end as ended,
            population.first_dose, population.last_dose, population.last_emergent_day,
            population.days_on_treatment,
            event.grade, event.outcome, event.action_taken = 'DRUG WITHDRAWN' as is_withdrawal,
            event.results_in_death,
            event.is_life_threatening or event.requires_hospitalization or event.is_disabling
                or event.is_congenital_anomaly or event.is_medically_important as is_serious_alive,
            -- of a death that was after the cut nothing was known
            event.outcome = 'FATAL' and case
                when disposition.reason = 'death' then disposition.ended <= (select data_cut())
                when event.ended_last <= (select data_cut()) then true
                when event.ended_first > (select data_cut()) then false end as is_fatal
        from adverse_event as event
        join safety_population as population using (site_id, subject_id)
        left join disposition using (site_id, subject_id)
        where event.onset_first <= (select data_cut())
    )
    select event.site_id, event.subject_id, event.group_value, event.event_number::integer,
        event.term, event.reported_term, event.coded_term, event.system_organ_class,
        event.complaint is not null as is_solicited,
        event.test,
        event.first as onset_first, event.last as onset_last,
        case when event.first = event.last then study_day(event.first, event.first_dose)
            end as study_day,
        event.ended,
        -- what was not yet fatal at the cut was of grade 4 at most
        case when event.grade < 5 or event.is_fatal then event.grade::integer end as grade,
        event.is_serious_alive or event.results_in_death and event.is_fatal as is_serious,
        related.to_study_drug as is_related,
        case when related.to_any then true else related.to_study_drug end as is_related_to_any,
        event.is_withdrawal
            and (event.last_dose is not null
            or (select data_cut()) = 'infinity') as led_to_discontinuation,
        event.is_fatal,
        case when event.first >= event.first_dose
            and event.last <= least(event.last_emergent_day, (select data_cut())) then true
            when event.last < event.first_dose or event.first > event.last_emergent_day then false
                end as is_treatment_emergent,
        case when event.first >= event.first_dose
            then (select coalesce(sum(upper(part) - lower(part)), 0)::integer
                from unnest(treated.days
                    * datemultirange(daterange(null, event.first, '[]'))) as part)
                    end as days_to_onset,
        event.days_on_treatment
    from event
    -- full joins, which cannot become nested loops over what has no index
    full join related using (site_id, subject_id, event_number)
    full join treated using (site_id, subject_id)
    where coalesce(event.is_event, false);

comment on view analysis_ae is 'one row for each adverse event, of the subjects who had a first dose, that may have begun by the data cut';
comment on column analysis_ae.site_id is 'the site';
comment on column analysis_ae.subject_id is 'the subject''s code';
comment on column analysis_ae.group_value is 'the subject''s group, as in safety_population';
comment on column analysis_ae.event_number is 'tells the subject''s events apart';
comment on column analysis_ae.term is 'the term under which the event is counted: the solicited complaint, else the coded term, else the reported one in small letters, without blanks around it';
comment on column analysis_ae.reported_term is 'the event in the investigator''s words';
comment on column analysis_ae.coded_term is 'the term of the dictionary that it was coded to';
comment on column analysis_ae.system_organ_class is 'the class that the dictionary has the term in';
comment on column analysis_ae.is_solicited is 'whether it is a complaint that the protocol asks for';
comment on column analysis_ae.test is 'the laboratory test whose abnormal result it is; null for another event';
comment on column analysis_ae.onset_first is 'the first day on which it may have begun';
comment on column analysis_ae.onset_last is 'the last day on which it may have begun, by its onset and its end';
comment on column analysis_ae.study_day is 'the study day of its onset; null if the date is partial';
comment on column analysis_ae.ended is 'when it ended, as far as known; null if it may not have by the data cut';
comment on column analysis_ae.grade is 'the highest grade that it reached, 1 to 5; null for a fatal event whose death is not known to be before the data cut';
comment on column analysis_ae.is_serious is 'whether it meets a criterion of seriousness; null if that is death, and it is not known whether it was before the data cut';
comment on column analysis_ae.is_related is 'whether it is counted as related to the study drug; null if that was not judged';
comment on column analysis_ae.is_related_to_any is 'whether it is counted as related to the study drug or to one of the background therapy; null if none is, and the study drug was not judged';
comment on column analysis_ae.led_to_discontinuation is 'whether the study drug was withdrawn for it; at a data cut, if the drug was no longer taken then';
comment on column analysis_ae.is_fatal is 'whether it was fatal by the data cut; null if that cannot be known';
comment on column analysis_ae.is_treatment_emergent is 'whether it began on or after the first dose and not more than protocol.treatment_emergent_days after the last one, and by the data cut; null where a partial date leaves that open';
comment on column analysis_ae.days_to_onset is 'days on the study drug up to and including the onset, of a partial date its first possible day; null before the first dose';
comment on column analysis_ae.days_on_treatment is 'days on the study drug in all, of the subject';
