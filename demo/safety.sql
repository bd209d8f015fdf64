-- The tables of the primary endpoint, as a trial report has them.  The caller
-- has the study in its search path.

\pset title 'Primary endpoint: treatment-emergent adverse events, exact 95 % limits; rates per 100 person-years on raltegravir'
select event_set as events, format('%s of %s', subjects, population) as subjects, nullif(subjects_unknown, 0) as "unknown",
       to_char(percent, 'FM990.0') as "%", format('%s to %s', to_char(percent_ci_lower, 'FM990.0'), to_char(percent_ci_upper, 'FM990.0')) as limits,
       to_char(first_event_rate, 'FM9990.0') as "first events",
       format('%s to %s', to_char(first_event_rate_ci_lower, 'FM9990.0'), to_char(first_event_rate_ci_upper, 'FM9990.0')) as "their limits",
       events as "number", to_char(event_rate, 'FM9990.0') as "all events",
       format('%s to %s', to_char(event_rate_ci_lower, 'FM9990.0'), to_char(event_rate_ci_upper, 'FM9990.0')) as "their limits"
from endpoint_safety
where "grouping" = 'all' and term is null and maximum_grade is null
order by position;

\pset title 'By term: subjects with the event at all, by highest grade, and related to raltegravir'
select coalesce(any_grade.term, 'any') as term, any_grade.subjects, to_char(any_grade.percent, 'FM990.0') as "%",
       format('%s to %s', to_char(any_grade.percent_ci_lower, 'FM990.0'), to_char(any_grade.percent_ci_upper, 'FM990.0')) as limits,
       sum(graded.subjects) filter (where graded.maximum_grade = 1) as "grade 1", sum(graded.subjects) filter (where graded.maximum_grade = 2) as "2",
       sum(graded.subjects) filter (where graded.maximum_grade = 3) as "3", sum(graded.subjects) filter (where graded.maximum_grade = 4) as "4",
       sum(graded.subjects) filter (where graded.maximum_grade = 5) as "5",
       coalesce(max(related.subjects), 0) as related
from endpoint_safety as any_grade
left join endpoint_safety as graded on graded."grouping" = 'all' and graded.event_set = 'any' and graded.maximum_grade is not null
    and graded.term is not distinct from any_grade.term and graded.subjects > 0
left join endpoint_safety as related on related."grouping" = 'all' and related.event_set = 'related to the study drug'
    and related.maximum_grade is null and related.term is not distinct from any_grade.term
where any_grade."grouping" = 'all' and any_grade.event_set = 'any' and any_grade.maximum_grade is null
group by any_grade.term, any_grade.subjects, any_grade.percent, any_grade.percent_ci_lower, any_grade.percent_ci_upper
order by any_grade.subjects desc, any_grade.term nulls first;

\pset title 'Laboratory: grade at baseline, and subjects by their worst grade on treatment'
select panel, test, direction, baseline_grade as baseline, sum(subjects) as subjects,
       sum(subjects) filter (where worst_grade = '0') as "grade 0", sum(subjects) filter (where worst_grade = '1') as "1",
       sum(subjects) filter (where worst_grade = '2') as "2", sum(subjects) filter (where worst_grade = '3') as "3",
       sum(subjects) filter (where worst_grade = '4') as "4",
       sum(subjects) filter (where worst_grade in ('unknown', 'missing')) as "not known"
from laboratory_shift
where "grouping" = 'all' and panel in ('liver function', 'electrolytes', 'blood glucose')
group by panel, test, direction, baseline_grade
order by panel, test, direction, baseline_grade;

\pset title 'Laboratory: worst grade on treatment of 3 or 4 (exact 95 % limits)'
select panel, test, direction, evaluable, subjects, to_char(percent, 'FM990.0') as "%",
       format('%s to %s', to_char(percent_ci_lower, 'FM990.0'), to_char(percent_ci_upper, 'FM990.0')) as limits, worsened as "worse than at baseline"
from laboratory_abnormality
where "grouping" = 'all' and minimum_grade = 3 and maximum_grade = 4
order by panel, test, direction;

\pset title 'Candidates of Hy''s law'
select subject_id, test, study_day,
       format('%s%s', nullif(qualifier(times_uln), '='), round(quantity(times_uln)::numeric, 1)) as "times ULN",
       format('%s%s', nullif(qualifier(bilirubin_times_uln), '='), round(quantity(bilirubin_times_uln)::numeric, 1)) as "bilirubin",
       format('%s%s', nullif(qualifier(phosphatase_times_uln), '='),
              round(quantity(phosphatase_times_uln)::numeric, 1)) as "alkaline phosphatase", coalesce(is_candidate::text, 'unknown') as candidate
from hys_law_candidate
order by site_id, subject_id;

\pset title 'Electrocardiograms on treatment (exact 95 % limits)'
select finding, evaluable, subjects, to_char(percent, 'FM990.0') as "%",
       format('%s to %s', to_char(percent_ci_lower, 'FM990.0'), to_char(percent_ci_upper, 'FM990.0')) as limits
from ecg_finding
where "grouping" = 'all'
order by position;

\pset title 'Tolerability: discontinuations by cause, and deaths (exact 95 % limits)'
select coalesce(cause, 'any cause') as cause, format('%s of %s', subjects, population) as subjects, to_char(percent, 'FM990.0') as "%",
       format('%s to %s', to_char(percent_ci_lower, 'FM990.0'), to_char(percent_ci_upper, 'FM990.0')) as limits
from (
    select position, cause, subjects, population, percent, percent_ci_lower, percent_ci_upper
    from discontinuation where "grouping" = 'all'
    union all
    select 100 + position, finding, subjects, population, percent, percent_ci_lower, percent_ci_upper
    from safety_finding where "grouping" = 'all' and finding = 'death on treatment'
) as row
order by position;

\pset title 'Subjects still in the study (Kaplan-Meier, 95 % log-log limits)'
select week, at_risk as "at risk", to_char(100 * remaining, 'FM990.0') as "%",
       format('%s to %s', to_char(100 * remaining_ci_lower, 'FM990.0'), to_char(100 * remaining_ci_upper, 'FM990.0')) as limits
from (values (12), (24), (36), (48)) as shown (week)
cross join lateral (
    select at_risk, remaining, remaining_ci_lower, remaining_ci_upper
    from time_to_discontinuation
    where "grouping" = 'all' and days <= 7 * week
    order by days desc
    limit 1
) as step
order by week;
\pset title
