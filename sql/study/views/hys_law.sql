-- Hy's law: liver injury that may lead to failure of the liver

-- Multiples of a limit are taken as decimal numbers: 3 times 1.1 is 3.3.
create view hys_law_candidate as
    with
    parameter as materialized (
        select hys_law_days::integer as days
        from _protocol_at_analysis
    ),
    result as materialized (
        select population.group_value, site_id, subject_id, test, collected, replicate,
            population.first_dose, value, uln,
            test in ('ALT', 'AST') as is_aminotransferase,
            lab_value((quantity(value)::numeric / uln::numeric)::double precision,
                qualifier(value)) as multiple,
            value >= (3 * uln::numeric)::double precision as is_three_times,
            value >= (2 * uln::numeric)::double precision as is_twice
        from (select * from lab_limit
            where test in ('ALT', 'AST', 'BILI', 'ALP') and uln > 0) as limited
        -- full joins, which cannot become nested loops over what has no index
        full join _safety_subject as population using (site_id, subject_id)
        where coalesce(collected > population.first_dose
            and collected <= population.last_emergent_day, false)
    ),
    pair as (
        select raised.group_value, site_id, subject_id, raised.first_dose, raised.test,
            raised.collected, raised.replicate, raised.multiple,
            raised.is_three_times and bilirubin.is_twice as is_raised,
            bilirubin.collected as bilirubin_collected, bilirubin.replicate as bilirubin_replicate,
            bilirubin.multiple as bilirubin_multiple
        from (select * from result where is_aminotransferase
            and is_three_times is not false) as raised
        full join (select * from result where test = 'BILI' and is_twice is not false) as bilirubin
            using (site_id, subject_id)
        where coalesce(abs(raised.collected - bilirubin.collected)
            <= (select days from parameter), false)
    ),
    near as (
        select pair.*,
            case when abs(phosphatase.collected - pair.collected) <= (select days from parameter)
                then abs(phosphatase.collected - pair.collected) end as distance,
            phosphatase.collected as phosphatase_collected,
            phosphatase.replicate as phosphatase_replicate,
            phosphatase.multiple as phosphatase_multiple, phosphatase.is_twice
        from pair
        full join (select * from result where test = 'ALP') as phosphatase
            using (site_id, subject_id)
        where coalesce(pair.collected <= 'infinity', false)
    ),
    -- the alkaline phosphatase nearest to the aminotransferase; of two the later
    judged as (
        select distinct on (site_id, subject_id, test, collected, replicate,
            bilirubin_collected, bilirubin_replicate)
            group_value, site_id, subject_id, first_dose, test, collected, replicate, multiple,
            bilirubin_collected, bilirubin_replicate, bilirubin_multiple,
            case when distance is not null then phosphatase_collected end as phosphatase_collected,
            case when distance is not null then phosphatase_multiple end as phosphatase_multiple,
            is_raised and case when distance is not null then not is_twice end as is_candidate
        from near
        order by site_id, subject_id, test, collected, replicate, bilirubin_collected,
            bilirubin_replicate,
            distance, near.phosphatase_collected desc, phosphatase_replicate desc
    )
    select distinct on (site_id, subject_id) group_value, site_id, subject_id, is_candidate,
        test, collected, study_day(collected, first_dose) as study_day, multiple as times_uln,
        lower_bound(multiple) as times_uln_lower, upper_bound(multiple) as times_uln_upper,
        exact_value(multiple) as times_uln_exact,
        bilirubin_collected, bilirubin_multiple as bilirubin_times_uln,
        lower_bound(bilirubin_multiple) as bilirubin_times_uln_lower,
        upper_bound(bilirubin_multiple) as bilirubin_times_uln_upper,
        exact_value(bilirubin_multiple) as bilirubin_times_uln_exact,
        phosphatase_collected, phosphatase_multiple as phosphatase_times_uln,
        lower_bound(phosphatase_multiple) as phosphatase_times_uln_lower,
        upper_bound(phosphatase_multiple) as phosphatase_times_uln_upper,
        exact_value(phosphatase_multiple) as phosphatase_times_uln_exact
    from judged
    where is_candidate is not false
    order by site_id, subject_id, is_candidate desc nulls last, collected, bilirubin_collected,
        test, replicate desc, bilirubin_replicate desc;

comment on view hys_law_candidate is 'subjects with alanine or aspartate aminotransferase of at least 3 times the upper limit of normal and bilirubin of at least twice, not more than protocol.hys_law_days apart, and alkaline phosphatase, at its nearest within as many days, of less than twice; all of them on treatment. One row per subject, of the first such pair. Results without an upper limit are not judged';
comment on column hys_law_candidate.group_value is 'the subject''s group, as in safety_population';
comment on column hys_law_candidate.site_id is 'the site';
comment on column hys_law_candidate.subject_id is 'the subject''s code';
comment on column hys_law_candidate.is_candidate is 'true; or null if a censored result, or one of alkaline phosphatase that is missing, leaves it open';
comment on column hys_law_candidate.test is 'ALT or AST';
comment on column hys_law_candidate.collected is 'the day of its sample';
comment on column hys_law_candidate.study_day is 'the study day of its sample';
comment on column hys_law_candidate.times_uln is 'its multiple of the upper limit of normal';
comment on column hys_law_candidate.times_uln_lower is 'the lower end of what that may be; null where there is none';
comment on column hys_law_candidate.times_uln_upper is 'the upper end of what that may be; null where there is none';
comment on column hys_law_candidate.times_uln_exact is 'its number; null if it is censored';
comment on column hys_law_candidate.bilirubin_collected is 'the day of the sample for bilirubin';
comment on column hys_law_candidate.bilirubin_times_uln is 'bilirubin as a multiple of its upper limit of normal';
comment on column hys_law_candidate.bilirubin_times_uln_lower is 'the lower end of what that may be; null where there is none';
comment on column hys_law_candidate.bilirubin_times_uln_upper is 'the upper end of what that may be; null where there is none';
comment on column hys_law_candidate.bilirubin_times_uln_exact is 'its number; null if it is censored';
comment on column hys_law_candidate.phosphatase_collected is 'the day of the sample for alkaline phosphatase';
comment on column hys_law_candidate.phosphatase_times_uln is 'alkaline phosphatase as a multiple of its upper limit of normal';
comment on column hys_law_candidate.phosphatase_times_uln_lower is 'the lower end of what that may be; null where there is none';
comment on column hys_law_candidate.phosphatase_times_uln_upper is 'the upper end of what that may be; null where there is none';
comment on column hys_law_candidate.phosphatase_times_uln_exact is 'its number; null if it is censored';
