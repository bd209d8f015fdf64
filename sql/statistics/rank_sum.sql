-- Rank statistics of two samples

create type wilcoxon_rank_sum_result as (
    treated bigint,
    control bigint,
    statistic double precision,
    p_value double precision
);
comment on type wilcoxon_rank_sum_result is 'a rank-sum test: the numbers of values, the pairs in which the treated value is larger (a tie counts half), the two-sided p-value; NULL where a group is empty or all values are alike';

create function wilcoxon_rank_sum(treated value_distribution, control value_distribution)
    returns wilcoxon_rank_sum_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'wilcoxon_rank_sum_of_distributions';
comment on function wilcoxon_rank_sum(treated value_distribution, control value_distribution) is 'the rank-sum test (Mann-Whitney) that neither group tends to have larger values, as R''s wilcox.test: exact below 50 values in each group without ties, else with the normal distribution';

create type hodges_lehmann_shift_result as (
    treated bigint,
    control bigint,
    estimate double precision,
    ci_lower double precision,
    ci_upper double precision,
    level double precision
);
comment on type hodges_lehmann_shift_result is 'a Hodges-Lehmann estimate of a shift with its limits and the confidence level that they have; NULL where too few values cannot reach the level that was asked for';

create function hodges_lehmann_shift(treated value_distribution, control value_distribution,
    conf_level double precision default 0.95) returns hodges_lehmann_shift_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'hodges_lehmann_shift_of_distributions';
comment on function hodges_lehmann_shift(treated value_distribution, control value_distribution, conf_level double precision) is 'the median of the differences of a treated value and one of the controls, with limits from the distribution of the rank-sum statistic: enumerated up to 500 values in all, else normal';
