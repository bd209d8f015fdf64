-- Rank statistics of paired changes: Hodges-Lehmann and Wilcoxon

create type value_distribution;

create function _virotrial.value_distribution_in(cstring) returns value_distribution
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'value_distribution_in';
comment on function _virotrial.value_distribution_in(cstring) is 'input: text to value_distribution; 22P02 for what no rows can have made';

create function _virotrial.value_distribution_out(value_distribution) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'value_distribution_out';
comment on function _virotrial.value_distribution_out(value_distribution) is 'output: version, then the fields';

create function _virotrial.value_distribution_recv(internal) returns value_distribution
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'value_distribution_recv';
comment on function _virotrial.value_distribution_recv(internal) is 'binary input; 22P03 for what no rows can have made';

create function _virotrial.value_distribution_send(value_distribution) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'value_distribution_send';
comment on function _virotrial.value_distribution_send(value_distribution) is 'binary output: version byte, then the fields';

create type value_distribution (
    input = _virotrial.value_distribution_in,
    output = _virotrial.value_distribution_out,
    receive = _virotrial.value_distribution_recv,
    send = _virotrial.value_distribution_send,
    internallength = variable,
    alignment = double,
    storage = extended
);
comment on type value_distribution is 'the distinct numbers and how often each was seen: what rank statistics need of any set of rows';

create function _virotrial.value_distribution_accumulate(value_distribution, double precision)
    returns value_distribution
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'value_distribution_accumulate';
comment on function _virotrial.value_distribution_accumulate(value_distribution, double precision) is 'transition of the rank statistics; 22003 for NaN and infinity';

create function _virotrial.value_distribution_accumulate(value_distribution, double precision,
    double precision) returns value_distribution
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'value_distribution_accumulate';
comment on function _virotrial.value_distribution_accumulate(value_distribution, double precision, double precision) is 'transition of the rank statistics; 22003 for NaN and infinity';

create function _virotrial.value_distribution_combine(value_distribution, value_distribution)
    returns value_distribution
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'value_distribution_combine';
comment on function _virotrial.value_distribution_combine(value_distribution, value_distribution) is 'the distribution of two sets of rows together; 22023 if they chose different confidence levels';

create function _virotrial.value_distribution_final(value_distribution) returns value_distribution
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'value_distribution_final';
comment on function _virotrial.value_distribution_final(value_distribution) is 'the state, empty for no rows';

create type hodges_lehmann_result as (
    n bigint,
    missing bigint,
    estimate double precision,
    ci_lower double precision,
    ci_upper double precision,
    level double precision
);
comment on type hodges_lehmann_result is 'a Hodges-Lehmann estimate with its limits and the confidence level that they have; NULL where too few values cannot reach the level that was asked for';

create type wilcoxon_signed_rank_result as (
    n bigint,
    statistic double precision,
    p_value double precision
);
comment on type wilcoxon_signed_rank_result is 'a signed-rank test: n without zeroes, the sum of the ranks of positive values, the two-sided p-value';

create function _virotrial.hodges_lehmann_final(value_distribution) returns hodges_lehmann_result
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'hodges_lehmann_final';
comment on function _virotrial.hodges_lehmann_final(value_distribution) is 'final of hodges_lehmann';

create function _virotrial.wilcoxon_signed_rank_final(value_distribution)
    returns wilcoxon_signed_rank_result
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'wilcoxon_signed_rank_of_distribution';
comment on function _virotrial.wilcoxon_signed_rank_final(value_distribution) is 'final of wilcoxon_signed_rank';

create aggregate value_distribution(value double precision) (
    sfunc = _virotrial.value_distribution_accumulate, stype = value_distribution, sspace = 1024,
    finalfunc = _virotrial.value_distribution_final,
    combinefunc = _virotrial.value_distribution_combine, parallel = safe
);
comment on aggregate value_distribution(value double precision) is 'the distinct numbers and their counts, as a state to store and roll up; NULL is missing';

create aggregate rollup(value_distribution) (
    sfunc = _virotrial.value_distribution_combine, stype = value_distribution, sspace = 1024,
    finalfunc = _virotrial.value_distribution_final,
    combinefunc = _virotrial.value_distribution_combine, parallel = safe
);
comment on aggregate rollup(value_distribution) is 'puts stored distributions together';

create aggregate hodges_lehmann(value double precision) (
    sfunc = _virotrial.value_distribution_accumulate, stype = value_distribution, sspace = 1024,
    finalfunc = _virotrial.hodges_lehmann_final,
    combinefunc = _virotrial.value_distribution_combine, parallel = safe
);
comment on aggregate hodges_lehmann(value double precision) is 'the median of the Walsh averages (x + y) / 2 of the values, with limits of 95 % from the signed-rank distribution; NULL is missing';

create aggregate hodges_lehmann(value double precision, conf_level double precision) (
    sfunc = _virotrial.value_distribution_accumulate, stype = value_distribution, sspace = 1024,
    finalfunc = _virotrial.hodges_lehmann_final,
    combinefunc = _virotrial.value_distribution_combine, parallel = safe
);
comment on aggregate hodges_lehmann(value double precision, conf_level double precision) is 'the median of the Walsh averages (x + y) / 2 of the values, with limits from the signed-rank distribution; NULL is missing';

create aggregate wilcoxon_signed_rank(value double precision) (
    sfunc = _virotrial.value_distribution_accumulate, stype = value_distribution, sspace = 1024,
    finalfunc = _virotrial.wilcoxon_signed_rank_final,
    combinefunc = _virotrial.value_distribution_combine, parallel = safe
);
comment on aggregate wilcoxon_signed_rank(value double precision) is 'the signed-rank test that the values are symmetric about 0: exact below 50 values without ties and zeroes, else with the normal distribution; NULL is left out';

create function hodges_lehmann(distribution value_distribution,
    conf_level double precision default 0.95) returns hodges_lehmann_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'hodges_lehmann_of_distribution';
comment on function hodges_lehmann(distribution value_distribution, conf_level double precision) is 'the Hodges-Lehmann estimate of a stored distribution';

create function wilcoxon_signed_rank(distribution value_distribution)
    returns wilcoxon_signed_rank_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'wilcoxon_signed_rank_of_distribution';
comment on function wilcoxon_signed_rank(distribution value_distribution) is 'the signed-rank test of a stored distribution';
