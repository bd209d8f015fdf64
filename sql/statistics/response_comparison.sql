-- Two groups: the difference, ratio and odds ratio of their response rates, with strata or without

create type response_comparison;

create function _virotrial.response_comparison_in(cstring) returns response_comparison
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'response_comparison_in';
comment on function _virotrial.response_comparison_in(cstring) is 'input: text to response_comparison; 22P02 for what no rows can have made';

create function _virotrial.response_comparison_out(response_comparison) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'response_comparison_out';
comment on function _virotrial.response_comparison_out(response_comparison) is 'output: version, then the fields';

create function _virotrial.response_comparison_recv(internal) returns response_comparison
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'response_comparison_recv';
comment on function _virotrial.response_comparison_recv(internal) is 'binary input; 22P03 for what no rows can have made';

create function _virotrial.response_comparison_send(response_comparison) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'response_comparison_send';
comment on function _virotrial.response_comparison_send(response_comparison) is 'binary output: version byte, then the fields';

create type response_comparison (
    input = _virotrial.response_comparison_in,
    output = _virotrial.response_comparison_out,
    receive = _virotrial.response_comparison_recv,
    send = _virotrial.response_comparison_send,
    internallength = variable,
    alignment = double,
    storage = extended
);
comment on type response_comparison is 'responders of a treated and a control group in each stratum: what rate differences, ratios and their tests need of any set of rows';

create type comparison_estimate as (
    strata bigint,
    treated bigint,
    control bigint,
    missing bigint,
    estimate double precision,
    ci_lower double precision,
    ci_upper double precision
);
comment on type comparison_estimate is 'how two groups differ, with confidence limits. A figure that the rows do not define is NULL, and so is a ratio or limit that is infinite';

create type comparison_test as (
    statistic double precision,
    p_value double precision
);
comment on type comparison_test is 'the statistic of a test of two groups, and its probability';

create function _virotrial.response_comparison_accumulate(response_comparison, boolean, boolean)
    returns response_comparison
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'response_comparison_accumulate';
comment on function _virotrial.response_comparison_accumulate(response_comparison, boolean, boolean) is 'transition of response_comparison';

create function _virotrial.response_comparison_accumulate(
    response_comparison, boolean, boolean, text)
    returns response_comparison
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'response_comparison_accumulate';
comment on function _virotrial.response_comparison_accumulate(response_comparison, boolean, boolean, text) is 'transition of response_comparison';

create function _virotrial.response_comparison_combine(response_comparison, response_comparison)
    returns response_comparison
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'response_comparison_combine';
comment on function _virotrial.response_comparison_combine(response_comparison, response_comparison) is 'adds up two comparisons, stratum by stratum';

create function _virotrial.response_comparison_final(response_comparison)
    returns response_comparison
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'response_comparison_final';
comment on function _virotrial.response_comparison_final(response_comparison) is 'the comparison, empty for no rows';

create aggregate response_comparison(response boolean, treated boolean) (
    sfunc = _virotrial.response_comparison_accumulate, stype = response_comparison, sspace = 1024,
    finalfunc = _virotrial.response_comparison_final,
    combinefunc = _virotrial.response_comparison_combine,
    parallel = safe
);
comment on aggregate response_comparison(response boolean, treated boolean) is 'responders of the treated (true) and of the control group (false), as a state to store and roll up; a row with a NULL is missing';

create aggregate response_comparison(response boolean, treated boolean, stratum text) (
    sfunc = _virotrial.response_comparison_accumulate, stype = response_comparison, sspace = 1024,
    finalfunc = _virotrial.response_comparison_final,
    combinefunc = _virotrial.response_comparison_combine,
    parallel = safe
);
comment on aggregate response_comparison(response boolean, treated boolean, stratum text) is 'the same in strata, such as those of the randomisation: at most 1000';

create aggregate rollup(response_comparison) (
    sfunc = _virotrial.response_comparison_combine, stype = response_comparison, sspace = 1024,
    finalfunc = _virotrial.response_comparison_final,
    combinefunc = _virotrial.response_comparison_combine,
    parallel = safe
);
comment on aggregate rollup(response_comparison) is 'adds up stored comparisons, stratum by stratum';

create function rate_difference(comparison response_comparison,
    conf_level double precision default 0.95, method text default 'miettinen-nurminen')
    returns comparison_estimate
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'rate_difference_of_comparison';
comment on function rate_difference(comparison response_comparison, conf_level double precision, method text) is 'rate of the treated less that of the controls, by Mantel and Haenszel''s weights of the strata. Limits: miettinen-nurminen (score), sato or greenland-robins; of one stratum also newcombe and agresti-caffo; 22023 for another method or strata that it does not take';

create function rate_ratio(comparison response_comparison,
    conf_level double precision default 0.95, method text default 'miettinen-nurminen')
    returns comparison_estimate
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'rate_ratio_of_comparison';
comment on function rate_ratio(comparison response_comparison, conf_level double precision, method text) is 'rate of the treated over that of the controls, by Mantel and Haenszel''s weights of the strata. Limits: miettinen-nurminen (score) or mantel-haenszel (logarithm; Greenland and Robins); estimate and upper limit are NULL where no control responded; 22023 for another method';

create function odds_ratio(comparison response_comparison,
    conf_level double precision default 0.95, method text default 'mantel-haenszel')
    returns comparison_estimate
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'odds_ratio_of_comparison';
comment on function odds_ratio(comparison response_comparison, conf_level double precision, method text) is 'odds of the treated over those of the controls. Methods: mantel-haenszel (limits of Robins, Breslow and Greenland); of one stratum also exact (conditional estimate, as R''s fisher.test) and mid-p; NULL where an estimate or upper limit is infinite; 22023 for another method or strata that it does not take';

create function noninferiority_test(comparison response_comparison, margin double precision)
    returns comparison_test
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'noninferiority_test_of_comparison';
comment on function noninferiority_test(comparison response_comparison, margin double precision) is 'one-sided score test of Miettinen and Nurminen that the rate difference is above the margin, such as -0.12; 22023 for a margin that is not between -1 and 1';

create function fisher_exact_test(comparison response_comparison) returns double precision
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'fisher_exact_test_of_comparison';
comment on function fisher_exact_test(comparison response_comparison) is 'two-sided probability that the groups respond alike, as R''s fisher.test; NULL where a group is empty; 22023 for more than one stratum';

create function cochran_mantel_haenszel_test(comparison response_comparison,
    continuity_correction boolean default true) returns comparison_test
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'cochran_mantel_haenszel_test_of_comparison';
comment on function cochran_mantel_haenszel_test(comparison response_comparison, continuity_correction boolean) is 'the chi-squared test, with one degree of freedom, that the odds ratio of all strata is 1, as R''s mantelhaen.test; NULL where no stratum has responders and others in both groups';
