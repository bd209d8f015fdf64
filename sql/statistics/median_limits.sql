-- Limits of a median: the order statistics of the sign test, without a model

create type median_ci_result as (
    n bigint,
    ci_lower double precision,
    ci_upper double precision
);
comment on type median_ci_result is 'limits of a median; NULL where the values leave a side unbounded, or are too few';

create function median_ci(sample viral_load_sample, conf_level double precision default 0.95)
    returns median_ci_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_median_ci';
comment on function median_ci(sample viral_load_sample, conf_level double precision) is 'limits of the median by the sign test: of the sorted lower ends of what the values can be the r-th smallest, of the upper ends the r-th largest';

create function median_ci(sample log_reduction_sample, conf_level double precision default 0.95)
    returns median_ci_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_median_ci';
comment on function median_ci(sample log_reduction_sample, conf_level double precision) is 'limits of the median by the sign test: of the sorted lower ends of what the values can be the r-th smallest, of the upper ends the r-th largest';

create type median_result as (
    n bigint,
    missing bigint,
    median double precision,
    ci_lower double precision,
    ci_upper double precision
);
comment on type median_result is 'a median with the limits of the sign test';

create function median_ci(distribution value_distribution, conf_level double precision default 0.95)
    returns median_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'median_ci_of_distribution';
comment on function median_ci(distribution value_distribution, conf_level double precision) is 'the median of numbers, and its limits by the sign test';
