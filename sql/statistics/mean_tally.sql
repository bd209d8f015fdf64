-- Means with t limits

create type mean_tally;

create function _virotrial.mean_tally_in(cstring) returns mean_tally
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'mean_tally_in';
comment on function _virotrial.mean_tally_in(cstring) is 'input: text to mean_tally; 22P02 for what no rows can have made';

create function _virotrial.mean_tally_out(mean_tally) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'mean_tally_out';
comment on function _virotrial.mean_tally_out(mean_tally) is 'output: version, then the fields';

create function _virotrial.mean_tally_recv(internal) returns mean_tally
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'mean_tally_recv';
comment on function _virotrial.mean_tally_recv(internal) is 'binary input; 22P03 for what no rows can have made';

create function _virotrial.mean_tally_send(mean_tally) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'mean_tally_send';
comment on function _virotrial.mean_tally_send(mean_tally) is 'binary output: version byte, then the fields';

create type mean_tally (
    input = _virotrial.mean_tally_in,
    output = _virotrial.mean_tally_out,
    receive = _virotrial.mean_tally_recv,
    send = _virotrial.mean_tally_send,
    internallength = variable,
    alignment = double,
    storage = extended
);
comment on type mean_tally is 'count, mean and squared deviations: what mean_ci needs of any set of rows';

create type mean_ci_result as (
    n bigint,
    missing bigint,
    mean double precision,
    sd double precision,
    ci_lower double precision,
    ci_upper double precision
);
comment on type mean_ci_result is 'a mean with its t limits; sd and limits are NULL below two values';

create function _virotrial.mean_tally_accumulate(mean_tally, double precision) returns mean_tally
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'mean_tally_accumulate';
comment on function _virotrial.mean_tally_accumulate(mean_tally, double precision) is 'transition of the mean aggregates; 22003 for NaN and infinity';

create function _virotrial.mean_tally_accumulate(mean_tally, double precision, double precision)
    returns mean_tally
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'mean_tally_accumulate';
comment on function _virotrial.mean_tally_accumulate(mean_tally, double precision, double precision) is 'transition of the mean aggregates; 22003 for NaN and infinity';

create function _virotrial.mean_tally_combine(mean_tally, mean_tally) returns mean_tally
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'mean_tally_combine';
comment on function _virotrial.mean_tally_combine(mean_tally, mean_tally) is 'adds up two tallies; 22023 if they chose different confidence levels';

create function _virotrial.mean_tally_final(mean_tally) returns mean_tally
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'mean_tally_final';
comment on function _virotrial.mean_tally_final(mean_tally) is 'the tally, empty for no rows';

create function _virotrial.mean_ci_final(mean_tally) returns mean_ci_result
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'mean_ci_final';
comment on function _virotrial.mean_ci_final(mean_tally) is 'final of mean_ci';

create aggregate mean_tally(value double precision) (
    sfunc = _virotrial.mean_tally_accumulate, stype = mean_tally, sspace = 64,
    finalfunc = _virotrial.mean_tally_final, combinefunc = _virotrial.mean_tally_combine,
    parallel = safe
);
comment on aggregate mean_tally(value double precision) is 'count, mean and squared deviations, as a state to store and roll up; NULL is missing';

create aggregate rollup(mean_tally) (
    sfunc = _virotrial.mean_tally_combine, stype = mean_tally, sspace = 64,
    finalfunc = _virotrial.mean_tally_final, combinefunc = _virotrial.mean_tally_combine,
    parallel = safe
);
comment on aggregate rollup(mean_tally) is 'adds up stored tallies';

create aggregate mean_ci(value double precision) (
    sfunc = _virotrial.mean_tally_accumulate, stype = mean_tally, sspace = 64,
    finalfunc = _virotrial.mean_ci_final, combinefunc = _virotrial.mean_tally_combine,
    parallel = safe
);
comment on aggregate mean_ci(value double precision) is 'mean, standard deviation (n - 1) and t limits of 95 %, in the unit of the values; NULL is missing';

create aggregate mean_ci(value double precision, conf_level double precision) (
    sfunc = _virotrial.mean_tally_accumulate, stype = mean_tally, sspace = 64,
    finalfunc = _virotrial.mean_ci_final, combinefunc = _virotrial.mean_tally_combine,
    parallel = safe
);
comment on aggregate mean_ci(value double precision, conf_level double precision) is 'mean, standard deviation (n - 1) and t limits, in the unit of the values; NULL is missing';

create function mean_ci(tally mean_tally, conf_level double precision default 0.95)
    returns mean_ci_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'mean_ci_of_tally';
comment on function mean_ci(tally mean_tally, conf_level double precision) is 'mean, standard deviation and t limits of a stored tally';


create type mean_difference_result as (
    treated bigint,
    control bigint,
    difference double precision,
    std_error double precision,
    degrees_of_freedom double precision,
    ci_lower double precision,
    ci_upper double precision,
    p_value double precision
);
comment on type mean_difference_result is 'the difference of two means with its t limits, or with normal ones where the degrees of freedom are infinite; NULL where the groups are too small or have no spread';

create function mean_difference(treated mean_tally, control mean_tally,
    conf_level double precision default 0.95, method text default 'welch')
    returns mean_difference_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'mean_difference_of_tallies';
comment on function mean_difference(treated mean_tally, control mean_tally, conf_level double precision, method text) is 'mean of the treated less that of the controls, t limits and two-sided probability, as R''s t.test; methods: welch (each group has its variance) and student (one variance)';

create function noninferiority_test(difference mean_difference_result, margin double precision)
    returns comparison_test
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'noninferiority_test_of_difference';
comment on function noninferiority_test(difference mean_difference_result, margin double precision) is 'one-sided t test that a difference of means is above the margin, such as -50; NULL where the difference has no limits; 22023 for a margin that is not finite';
