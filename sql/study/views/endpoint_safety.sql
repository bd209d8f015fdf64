-- The primary endpoint: treatment-emergent adverse events

create view endpoint_safety as
    with
    population as materialized (
        select one."grouping", one.group_value, count(*) as subjects, sum(treated.days_on_treatment)::bigint as days
        from safety_population as treated
        cross join lateral (values ('all', 'all'), (grouping_column(), treated.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value
    ),
    -- membership is three-valued: a partial date or an open question leaves it unknown
    flagged as not materialized (
        select event.group_value, event.site_id, event.subject_id, event.term, event.grade, kind.event_set,
            event.is_treatment_emergent and kind.holds as is_member, event.days_to_onset, event.days_on_treatment
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
    -- one row a subject and term, and one a subject for all terms
    subject as (
        select group_value, event_set, coalesce(term, '') as term,
            count(*) filter (where is_member) as events,
            count(*) filter (where is_member is null) as events_unknown,
            coalesce(max(grade) filter (where is_member), 0) as grade,
            coalesce(max(grade), 0) as greatest_grade,
            min(days_to_onset) filter (where is_member) as days_to_first,
            min(days_on_treatment) as days
        from flagged
        group by grouping sets ((group_value, event_set, site_id, subject_id, term), (group_value, event_set, site_id, subject_id))
    ),
    -- of any grade (0), and by the highest one of each subject
    tally as (
        select one."grouping", one.group_value, event_set, term, 0 as grade,
            count(*) filter (where events > 0) as subjects,
            count(*) filter (where events = 0) as subjects_unknown,
            sum(days - days_to_first) filter (where events > 0) as days_after_first
        from subject
        cross join lateral (values ('all', 'all'), (grouping_column(), subject.group_value)) as one ("grouping", group_value)
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
        cross join lateral (values ('all', 'all'), (grouping_column(), subject.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value, event_set, term, place.grade
    ),
    event_tally as (
        select one."grouping", one.group_value, event_set, coalesce(term, '') as term, coalesce(grade, 0) as grade,
            count(*) filter (where is_member) as events,
            count(*) filter (where is_member is null) as events_unknown
        from flagged
        cross join lateral (values ('all', 'all'), (grouping_column(), flagged.group_value)) as one ("grouping", group_value)
        group by grouping sets ((one."grouping", one.group_value, event_set, term, grade), (one."grouping", one.group_value, event_set, grade),
            (one."grouping", one.group_value, event_set, term), (one."grouping", one.group_value, event_set))
        having grouping(grade) = 1 or grade is not null
    ),
    event_set as (
        select *
        from (values (1, 'any'), (2, 'related to the study drug'), (3, 'related to any drug'), (4, 'grade 3 or higher'), (5, 'serious'),
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
        union
        select "grouping", group_value, 'any', complaint, 0
        from population
        cross join complaint
        where solicited
        union
        select population."grouping", population.group_value, 'any', tally.term, 0
        from population
        cross join tally
        where tally.term <> ''
        union
        select "grouping", group_value, event_set, term, grade
        from tally
    ),
    counted as (
        select line."grouping", line.group_value, event_set.position, event_set.event_set, line.term, line.grade,
            population.subjects as population,
            coalesce(tally.subjects, 0) as subjects,
            coalesce(tally.subjects_unknown, 0) as subjects_unknown,
            coalesce(event_tally.events, 0) as events,
            coalesce(event_tally.events_unknown, 0) as events_unknown,
            population.days / 365.25::double precision as person_years,
            case when line.grade = 0 then (population.days - coalesce(tally.days_after_first, 0)) / 365.25::double precision end as first_event_person_years
        from line
        join population using ("grouping", group_value)
        join event_set using (event_set)
        left join tally using ("grouping", group_value, event_set, term, grade)
        left join event_tally using ("grouping", group_value, event_set, term, grade)
    )
    select counted."grouping", counted.group_value, counted.position, counted.event_set,
        nullif(counted.term, '') as term, nullif(counted.grade, 0) as maximum_grade,
        counted.population, counted.subjects, counted.subjects_unknown,
        100 * proportion.rate as percent,
        100 * proportion.ci_lower as percent_ci_lower,
        100 * proportion.ci_upper as percent_ci_upper,
        100 * greatest_proportion.ci_upper as percent_ci_upper_with_unknown,
        counted.events, counted.events_unknown,
        counted.first_event_person_years,
        100 * first_event.rate as first_event_rate,
        100 * first_event.ci_lower as first_event_rate_ci_lower,
        100 * first_event.ci_upper as first_event_rate_ci_upper,
        counted.person_years,
        100 * all_events.rate as event_rate,
        100 * all_events.ci_lower as event_rate_ci_lower,
        100 * all_events.ci_upper as event_rate_ci_upper
    from counted
    cross join lateral response_rate(response_tally(counted.subjects, counted.population)) as proportion
    cross join lateral response_rate(response_tally(counted.subjects + counted.subjects_unknown, counted.population)) as greatest_proportion
    left join lateral incidence_rate(incidence_tally_of_totals(counted.subjects, counted.first_event_person_years)) as first_event on true
    left join lateral incidence_rate(incidence_tally_of_totals(counted.events, counted.person_years)) as all_events on true
    order by counted."grouping", counted.group_value, counted.position, nullif(counted.term, '') nulls first, counted.grade;

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
