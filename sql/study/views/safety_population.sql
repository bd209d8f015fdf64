-- Who is judged for safety, and for how long they took the study drug

create view _safety_subject as
    select member.site_id, member.subject_id,
        coalesce(case when grouping_column.name = 'site_id' then member.site_id
            else grouped.group_value end, 'not known') as group_value,
        member.first_dose,
        case when not last.is_ongoing then last.last_dose end as last_dose,
        case when not last.is_ongoing then last.last_dose +
            (select treatment_emergent_days::integer from _protocol_at_analysis)
            else 'infinity' end as last_emergent_day
    from _analysis_member as member
    left join _last_dose as last using (site_id, subject_id)
    left join _virotrial.analysis_group('analysis_subject'::regclass) as grouped
        using (site_id, subject_id)
    cross join _virotrial.grouping_column() as grouping_column (name)
    where member.first_dose <= (select analysis_date());
comment on view _safety_subject is 'the population for safety without its days on treatment: what parallel workers that read results may join';
comment on column _safety_subject.site_id is 'the site';
comment on column _safety_subject.subject_id is 'the subject''s code';
comment on column _safety_subject.group_value is 'the subject''s group, as in safety_population';
comment on column _safety_subject.first_dose is 'the day of the first dose of the study drug, study day 1';
comment on column _safety_subject.last_dose is 'the day of its last dose; null while treatment goes on';
comment on column _safety_subject.last_emergent_day is 'the last day on which an event is treatment-emergent; infinity while treatment goes on';

create view safety_population as
    select population.*, coalesce(exposure.days_on_treatment, 0) as days_on_treatment
    from _safety_subject as population
    left join exposure using (site_id, subject_id);

comment on view safety_population is 'the population for safety: one row for everybody who had a first dose by the day of the analysis. Where the setting virotrial.analysis_set names another set, one row for each of its members';
comment on column safety_population.site_id is 'the site';
comment on column safety_population.subject_id is 'the subject''s code';
comment on column safety_population.group_value is 'the subject''s group: the site, or the column of analysis_subject that the setting virotrial.group_by names';
comment on column safety_population.first_dose is 'the day of the first dose of the study drug, study day 1';
comment on column safety_population.last_dose is 'the day of its last dose; null while treatment goes on';
comment on column safety_population.last_emergent_day is 'the last day on which an event is treatment-emergent: protocol.treatment_emergent_days of the day of the analysis after the last dose; infinity while treatment goes on';
comment on column safety_population.days_on_treatment is 'days on the study drug, without those of interruptions';

create view _safety_population_size as
    select one."grouping", one.group_value, count(*) as subjects
    from safety_population as treated
    cross join lateral (values ('all', 'all'),
        (_virotrial.grouping_column(), treated.group_value)) as one ("grouping", group_value)
    group by one."grouping", one.group_value;
comment on view _safety_population_size is 'how many subjects safety_population has: all, and in each group';
comment on column _safety_population_size."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _safety_population_size.group_value is 'the group';
comment on column _safety_population_size.subjects is 'subjects who had a first dose';
