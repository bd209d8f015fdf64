-- The endpoint tables of a trial report at weeks 24 and 48, for the group that
-- the caller names:
--   grouping   all, or the column that the endpoint views group by
--   group      the group

\pset title 'Response at weeks 24 and 48 (exact 95 % limits)'
select visit, response, rule as "missing data", responders as yes, evaluable as "of", missing, unknown,
       -- an answer that censoring leaves open is reported, not counted
       case when evaluable + unknown = 0 then '-' when unknown = evaluable + unknown then 'unknown'
            when unknown > 0 then format('unknown, %s to %s', to_char(100 * lowest_rate, 'FM990.0'), to_char(100 * highest_rate, 'FM990.0'))
            else to_char(100 * rate, 'FM990.0') end as "%",
       case when unknown = 0 then format('%s to %s', to_char(100 * ci_lower, 'FM990.0'), to_char(100 * ci_upper, 'FM990.0'))
            else format('%s to %s', to_char(100 * lowest_ci_lower, 'FM990.0'), to_char(100 * highest_ci_upper, 'FM990.0')) end as limits
from endpoint_virology
where "grouping" = :'grouping' and group_value = :'group' and visit in ('week 24', 'week 48');

\pset title 'Fall of viral load from baseline, log10 copies/mL (95 % limits)'
select visit, n, missing, unknown, censored,
       format('%s (%s to %s)', round(mean::numeric, 2), round(ci_lower::numeric, 2), round(ci_upper::numeric, 2)) as "mean, substituted",
       format('%s (%s to %s)', round(mean_mle::numeric, 2), round(mle_ci_lower::numeric, 2), round(mle_ci_upper::numeric, 2)) as "mean, likelihood",
       format('%s%s (%s to %s)', nullif(median_qualifier, '='), round(quantity(median)::numeric, 2), round(median_ci_lower::numeric, 2),
              coalesce(round(median_ci_upper::numeric, 2)::text, 'no limit')) as median
from endpoint_log_reduction
where "grouping" = :'grouping' and group_value = :'group' and visit in ('week 24', 'week 48');

\pset title 'Viral load, geometric mean, copies/mL (95 % limits)'
select visit, viral_loads as n, censored_viral_loads as censored,
       format('%s (%s to %s)', round(geometric_mean), round(geometric_ci_lower), round(geometric_ci_upper)) as substituted,
       format('%s (%s to %s)', round(geometric_mean_mle::numeric, 1), round(geometric_mle_ci_lower::numeric, 1),
              round(geometric_mle_ci_upper::numeric, 1)) as likelihood
from endpoint_log_reduction
where "grouping" = :'grouping' and group_value = :'group' and visit in ('week 24', 'week 48');

\pset title 'Change of CD4 count from baseline, cells/µL (95 % limits)'
select visit, n, missing,
       format('%s (%s to %s)', round(mean::numeric, 1), round(ci_lower::numeric, 1), round(ci_upper::numeric, 1)) as mean,
       format('%s (%s to %s)', median, median_ci_lower, median_ci_upper) as median,
       format('%s (%s to %s)', hodges_lehmann, hodges_lehmann_ci_lower, hodges_lehmann_ci_upper) as "Hodges-Lehmann",
       case when signed_rank_p_value < 0.0001 then '< 0.0001' else to_char(signed_rank_p_value, 'FM0.0000') end as "signed rank p"
from endpoint_cd4
where "grouping" = :'grouping' and group_value = :'group' and visit in ('week 24', 'week 48');
\pset title
