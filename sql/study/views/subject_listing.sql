-- Listings of a report: subjects one by one

create view subject_listing as
    with
    treated as materialized (
        -- the arm is null for whom it is blinded to
        select population.*, coalesce(subject.treated_arm, subject.arm) as arm,
            concat_ws(', ', site_id || ' ' || subject_id,
                coalesce(subject.treated_arm, subject.arm)) as subject
        from safety_population as population
        left join analysis_subject as subject using (site_id, subject_id)
    ),
    listed as (
        select 'deaths' as display, death.site_id, death.subject_id, death.died as day,
            array[subject.sex, subject.age::text, treated.days_on_treatment::text,
                to_char(death.died, 'YYYY-MM-DD'), death.study_day::text,
                death.days_since_last_dose::text,
                death.fatal_events, case when death.is_related then 'yes'
                    when not death.is_related then 'no' end] as cells
        from death
        join analysis_subject as subject using (site_id, subject_id)
        join treated using (site_id, subject_id)
        union all
        select 'adverse_events', event.site_id, event.subject_id, event.onset_first,
            array[event.reported_term, event.coded_term, event.system_organ_class,
                reported.onset, event.study_day::text, event.ended, event.grade::text,
                case when event.is_serious then 'yes' when not event.is_serious then 'no' end,
                case when event.is_related then 'yes' when not event.is_related then 'no' end,
                case when event.is_treatment_emergent then 'yes'
                    when not event.is_treatment_emergent then 'no' end,
                lower(reported.action_taken)]
        from analysis_ae as event
        join adverse_event as reported using (site_id, subject_id, event_number)
        union all
        select 'discontinuations', course.site_id, course.subject_id, course.discontinued,
            array[to_char(course.discontinued, 'YYYY-MM-DD'),
                study_day(course.discontinued, course.first_dose)::text,
                course.discontinuation_reason, to_char(subject.ended, 'YYYY-MM-DD'),
                subject.reason]
        from treatment_course as course
        join analysis_subject as subject using (site_id, subject_id)
        where course.discontinued is not null
        union all
        select 'deviations', deviation.site_id, deviation.subject_id, null,
            array[replace(deviation.rule, '_', ' '), deviation.item, deviation.description]
        from deviation
        join treated using (site_id, subject_id)
        union all
        select 'laboratory_abnormalities', result.site_id, result.subject_id, result.collected,
            array[lab_test.name, to_char(result.collected, 'YYYY-MM-DD'),
                study_day(result.collected, result.first_dose)::text,
                concat_ws(' ', coalesce(result.value::text, result.code), result.unit,
                    case when result.unit <> lab_test.unit
                        then '(' || nullif(standard.printed[1], '') || ')' end),
                standard.printed[2], result.at_least::integer::text]
        from _safety_lab_result as result
        join lab_test using (test)
        -- converted: two decimals are enough
        cross join lateral (
            select array_agg(concat(nullif(qualifier(one.value), '='),
                trim_scale(round(quantity(one.value)::numeric, 2)),
                case when one.value is not null then ' ' || lab_test.unit end) order by one.place)
            from unnest(array[result.standard_value, result.standard_baseline])
                with ordinality as one (value, place)) as standard (printed)
        where result.at_least >= 3 and result.is_on_treatment
        union all
        select 'viral_loads', result.site_id, result.subject_id, null,
            array[string_agg(result.study_day || ': ' || result.viral_load, ', '
                order by result.collected, result.replicate)]
        from analysis_viral_load as result
        where result.viral_load is not null
        group by result.site_id, result.subject_id
    )
    select listed.display, row_number() over (partition by listed.display
            order by listed.site_id, listed.subject_id, listed.day, listed.cells) as position,
        treated.subject, array_replace(listed.cells, null, '') as cells
    from listed
    join treated using (site_id, subject_id)
    union all
    select named.listing, 0, case when count(treated.arm) > 0 then 'subject, arm as treated'
        else 'subject' end, array[count(treated.subject)::text]
    from virotrial_listing as named
    left join treated on true
    group by named.listing;

comment on view subject_listing is 'the listings of a report: a row per line, in the columns that virotrial_listing names';
comment on column subject_listing.display is 'the listing';
comment on column subject_listing.position is 'the place of the row; 0: its cell is the number of subjects of the population, its subject the head of that column';
comment on column subject_listing.subject is 'the site and the subject''s code, and the arm as treated for who may read it';
comment on column subject_listing.cells is 'the cells of the row';
