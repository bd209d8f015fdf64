-- The primary endpoint: treatment-emergent adverse events

create view endpoint_safety as
    with
    population as materialized (
        select one."grouping", one.group_value, count(*) as subjects,
            sum(treated.days_on_treatment)::bigint as days
        from safety_population as treated
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), treated.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value
    ),
    -- membership is three-valued: a partial date or an open question leaves it unknown
    flagged as not materialized (
        select event.group_value, event.site_id, event.subject_id, event.term, event.grade,
            kind.event_set,
            event.is_treatment_emergent and kind.holds as is_member, event.days_to_onset,
            event.days_on_treatment
        from analysis_ae as event
        cross join lateral (values
            ('any', true),
            ('related to the study drug', event.is_related),
            ('related to any drug', event.is_related_to_any),
            ('grade 3 or higher', event.grade >= 3),
            ('serious', event.is_serious),
            ('serious and related to the study drug', event.is_serious and event.is_related),
            ('leading to discontinuation', event.led_to_discontinuation),
            ('fatal', event.is_fatal)
        ) as kind (event_set, holds)
        where (event.is_treatment_emergent and kind.holds) is not false
    ),
    -- one row per subject and term, and one per subject for all terms
    subject as (
        select group_value, event_set, coalesce(term, '') as term,
            count(*) filter (where is_member) as events,
            count(*) filter (where is_member is null) as events_unknown,
            coalesce(max(grade) filter (where is_member), 0) as grade,
            coalesce(max(grade), 0) as greatest_grade,
            min(days_to_onset) filter (where is_member) as days_to_first,
            min(days_on_treatment) as days
        from flagged
        group by grouping sets ((group_value, event_set, site_id, subject_id, term),
            (group_value, event_set, site_id, subject_id))
    ),
    -- of any grade (0), and by the highest one of each subject
    tally as (
        select one."grouping", one.group_value, event_set, term, 0 as grade,
            count(*) filter (where events > 0) as subjects,
            count(*) filter (where events = 0) as subjects_unknown,
            sum(days - days_to_first) filter (where events > 0) as days_after_first
        from subject
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), subject.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value, event_set, term
        union all
        select one."grouping", one.group_value, event_set, term, place.grade,
            count(*) filter (where place.is_known),
            count(*) filter (where not place.is_known),
            null
        from subject
        cross join lateral (
            select grade, true where grade > 0
            union all
            select greatest_grade, false where greatest_grade > grade
        ) as place (grade, is_known)
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), subject.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value, event_set, term, place.grade
    ),
    event_tally as (
        select one."grouping", one.group_value, event_set, coalesce(term, '') as term,
            coalesce(grade, 0) as grade,
            count(*) filter (where is_member) as events,
            count(*) filter (where is_member is null) as events_unknown
        from flagged
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), flagged.group_value)) as one ("grouping", group_value)
        group by grouping sets ((one."grouping", one.group_value, event_set, term, grade),
            (one."grouping", one.group_value, event_set, grade),
            (one."grouping", one.group_value, event_set, term), (one."grouping", one.group_value, event_set))
        having grouping(grade) = 1 or grade is not null
    ),
    event_set as (
        select *
        from (values (1, 'any'), (2, 'related to the study drug'), (3, 'related to any drug'),
            (4, 'grade 3 or higher'), (5, 'serious'),
            (6, 'serious and related to the study drug'), (7, 'leading to discontinuation'), (8, 'fatal')) as named (position, event_set)
    ),
    complaint as (
        select distinct on (complaint) complaint, solicited
        from solicited_complaint
        where effective_from <= (select analysis_date())
        order by complaint, effective_from desc
    ),
    -- the rows of the table, among them some that may have no event
    line as (
        select "grouping", group_value, event_set, '' as term, grade
        from population
        cross join event_set
        cross join generate_series(0, 5) as grade
        union all
        select "grouping", group_value, 'any', complaint, 0
        from population
        cross join complaint
        where solicited
        union all
        select population."grouping", population.group_value, 'any', present.term, 0
        from population
        cross join (select distinct term from tally where term <> '') as present
    ),
    -- a sum over all of them, and no join that could become a nested loop
    counted as (
        select "grouping", group_value, event_set, term, grade,
            sum(subjects)::bigint as subjects, sum(subjects_unknown)::bigint as subjects_unknown,
            sum(events)::bigint as events, sum(events_unknown)::bigint as events_unknown,
            sum(days_after_first)::bigint as days_after_first
        from (
            select true as is_row, "grouping", group_value, event_set, term, grade, 0 as subjects,
                0 as subjects_unknown,
                0 as events, 0 as events_unknown, 0 as days_after_first
            from line
            union all
            select true, "grouping", group_value, event_set, term, grade, subjects,
                subjects_unknown, 0, 0, coalesce(days_after_first, 0)
            from tally
            union all
            select false, "grouping", group_value, event_set, term, grade, 0, 0, events,
                events_unknown, 0
            from event_tally
        ) as part
        group by "grouping", group_value, event_set, term, grade
        -- events of a grade that is nobody's highest have no row
        having bool_or(is_row)
    ),
    figured as (
        select counted."grouping", counted.group_value, event_set.position, counted.event_set,
            counted.term, counted.grade,
            population.subjects as population, counted.subjects, counted.subjects_unknown,
            counted.events, counted.events_unknown,
            population.days / 365.25::double precision as person_years,
            case when counted.grade = 0
                then (population.days - counted.days_after_first) / 365.25::double precision
                end as first_event_person_years
        from counted
        join population using ("grouping", group_value)
        join event_set using (event_set)
    )
    select figured."grouping", figured.group_value, figured.position, figured.event_set,
        nullif(figured.term, '') as term, nullif(figured.grade, 0) as maximum_grade,
        figured.population, figured.subjects, figured.subjects_unknown,
        100 * proportion.rate as percent,
        100 * proportion.ci_lower as percent_ci_lower,
        100 * proportion.ci_upper as percent_ci_upper,
        100 * greatest_proportion.ci_upper as percent_ci_upper_with_unknown,
        figured.events, figured.events_unknown,
        figured.first_event_person_years,
        100 * first_event.rate as first_event_rate,
        100 * first_event.ci_lower as first_event_rate_ci_lower,
        100 * first_event.ci_upper as first_event_rate_ci_upper,
        figured.person_years,
        100 * all_events.rate as event_rate,
        100 * all_events.ci_lower as event_rate_ci_lower,
        100 * all_events.ci_upper as event_rate_ci_upper,
        nullif(data_cut(), 'infinity') as data_cut
    from figured
    cross join lateral response_rate(response_tally(figured.subjects,
        figured.population)) as proportion
    cross join lateral response_rate(response_tally(figured.subjects + figured.subjects_unknown,
        figured.population)) as greatest_proportion
    left join lateral incidence_rate(incidence_tally_of_totals(figured.subjects,
        figured.first_event_person_years)) as first_event on true
    left join lateral incidence_rate(incidence_tally_of_totals(figured.events,
        figured.person_years)) as all_events on true
    order by figured."grouping", figured.group_value, figured.position,
        nullif(figured.term, '') nulls first, figured.grade;

comment on view endpoint_safety is 'treatment-emergent adverse events: subjects and events, with exact limits of 95 %, of each set of events, in all and by term, of any grade and by the subject''s highest. Rows that may show none: every set in all, and every solicited complaint, and in every group_value each term of the others. What is unknown (a partial date, a relation that was not judged) is counted beside the known, and never in it';
comment on column endpoint_safety."grouping" is 'all, or the column of analysis_subject by which subjects are grouped: site_id unless the setting virotrial.group_by names another';
comment on column endpoint_safety.group_value is 'the group; all for everybody together';
comment on column endpoint_safety.position is 'the order of the sets of events';
comment on column endpoint_safety.event_set is 'which treatment-emergent events are counted';
comment on column endpoint_safety.term is 'the term, as in analysis_ae; null for all of them together';
comment on column endpoint_safety.maximum_grade is 'which of the subjects are counted: those whose highest grade it is; and which events: those of this grade. Null for any';
comment on column endpoint_safety.population is 'subjects who had a first dose';
comment on column endpoint_safety.subjects is 'subjects with such an event';
comment on column endpoint_safety.subjects_unknown is 'subjects without one who may have had one; by grade, those whose highest grade it would be if all unknown events were counted';
comment on column endpoint_safety.percent is 'subjects, per cent of the population';
comment on column endpoint_safety.percent_ci_lower is 'its lower limit (Clopper and Pearson)';
comment on column endpoint_safety.percent_ci_upper is 'its upper limit';
comment on column endpoint_safety.percent_ci_upper_with_unknown is 'the upper limit if the unknown subjects are counted with the others';
comment on column endpoint_safety.events is 'such events, several of a subject included';
comment on column endpoint_safety.events_unknown is 'events that may be such ones';
comment on column endpoint_safety.first_event_person_years is 'person-years on the study drug up to the first such event of each subject; null by grade';
comment on column endpoint_safety.first_event_rate is 'subjects with such an event per 100 person-years until the first; null by grade';
comment on column endpoint_safety.first_event_rate_ci_lower is 'its lower limit (exact, Poisson)';
comment on column endpoint_safety.first_event_rate_ci_upper is 'its upper limit';
comment on column endpoint_safety.person_years is 'person-years on the study drug of the population';
comment on column endpoint_safety.event_rate is 'events per 100 person-years';
comment on column endpoint_safety.event_rate_ci_lower is 'its lower limit (exact, Poisson)';
comment on column endpoint_safety.event_rate_ci_upper is 'its upper limit';
comment on column endpoint_safety.data_cut is 'the last day whose data count; null where there is no data cut';
