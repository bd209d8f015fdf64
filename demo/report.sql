-- The tables of a trial report.  The caller has set
--   response   a relation with time, baseline, viral_load, reduction and cd4_change,
--              a row a subject and time, NULL where there is no result
--   unit       the name of the time

-- An answer can be unknown though there is a result: '<100' does not say
-- whether it is below 50.  Then the rate is known to lie between those with
-- all unknown answers false and with all of them true, and so are its limits.
\pset title 'Response (exact 95 % limits), of the subjects with a result, and of all with no result as failure'
select time as :"unit", threshold as response,
       (least_rate).responders, count - (least_rate).evaluable as "no result", unknown,
       case when unknown = 0 then to_char(100 * (least_rate).rate, 'FM990.0')
            else format('%s to %s', to_char(100 * (least_rate).rate, 'FM990.0'),
                        to_char(100 * (greatest_rate).rate, 'FM990.0')) end as "% of results",
       format('%s to %s', to_char(100 * (least_rate).ci_lower, 'FM990.0'),
              to_char(100 * (greatest_rate).ci_upper, 'FM990.0')) as limits,
       case when unknown = 0 then to_char(100 * (least_of_all).rate, 'FM990.0')
            else format('%s to %s', to_char(100 * (least_of_all).rate, 'FM990.0'),
                        to_char(100 * (greatest_of_all).rate, 'FM990.0')) end as "% of all",
       format('%s to %s', to_char(100 * (least_of_all).ci_lower, 'FM990.0'),
              to_char(100 * (greatest_of_all).ci_upper, 'FM990.0')) as "its limits"
from (
    select time, threshold, rank, count(*),
           count(*) filter (where measured and answer is null) as unknown,
           response_rate(coalesce(answer, false)) filter (where measured) as least_rate,
           response_rate(coalesce(answer, true)) filter (where measured) as greatest_rate,
           response_rate(coalesce(answer, false)) as least_of_all,
           response_rate(coalesce(answer, measured)) as greatest_of_all
    from :response as response
    cross join lateral (
        values (1, '< 400', viral_load < 400, viral_load is not null),
               (2, '< 50', viral_load < 50, viral_load is not null),
               (3, '> 1.0 log10', reduction > 1.0, baseline is not null and viral_load is not null)
    ) as answers(rank, threshold, answer, measured)
    group by time, threshold, rank
) tally
order by time, rank;

\pset title 'Fall of viral load from baseline, log10 copies/mL (95 % limits)'
select time as :"unit", (summary).n, (summary).missing, (summary).censored,
       round((summary).mean::numeric, 3) as "mean, substituted",
       format('%s to %s', round((summary).ci_lower::numeric, 3),
              round((summary).ci_upper::numeric, 3)) as limits,
       round((summary).mean_mle::numeric, 3) as "mean, likelihood",
       format('%s to %s', round((summary).mle_ci_lower::numeric, 3),
              round((summary).mle_ci_upper::numeric, 3)) as "its limits",
       coalesce(round(quantity(median)::numeric, 3)::text, 'unknown') as "median",
       qualifier(median) as "it is"
from (
    select time, log_reduction_summary(reduction) as summary, median(reduction) as median
    from :response as response
    group by time
) reduction
order by time;

\pset title 'Change of CD4 count from baseline, cells/µL (95 % t limits)'
select time as :"unit", (change).n, (change).missing,
       round((change).mean::numeric, 1) as mean, round((change).sd::numeric, 1) as sd,
       format('%s to %s', round((change).ci_lower::numeric, 1),
              round((change).ci_upper::numeric, 1)) as limits
from (
    select time, mean_ci(cd4_change) as change
    from :response as response
    group by time
) change
order by time;
\pset title
