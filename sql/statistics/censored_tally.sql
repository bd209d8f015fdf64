-- Means of censored values: by substitution, and by maximum likelihood

create type viral_load_tally;

create function _virotrial.viral_load_tally_in(cstring) returns viral_load_tally
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_tally_in';
comment on function _virotrial.viral_load_tally_in(cstring) is 'input: text to viral_load_tally; 22P02 for what no rows can have made';

create function _virotrial.viral_load_tally_out(viral_load_tally) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_tally_out';
comment on function _virotrial.viral_load_tally_out(viral_load_tally) is 'output: version, then the fields';

create function _virotrial.viral_load_tally_recv(internal) returns viral_load_tally
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_tally_recv';
comment on function _virotrial.viral_load_tally_recv(internal) is 'binary input; 22P03 for what no rows can have made';

create function _virotrial.viral_load_tally_send(viral_load_tally) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_tally_send';
comment on function _virotrial.viral_load_tally_send(viral_load_tally) is 'binary output: version byte, then the fields';

create type viral_load_tally (
    input = _virotrial.viral_load_tally_in,
    output = _virotrial.viral_load_tally_out,
    receive = _virotrial.viral_load_tally_recv,
    send = _virotrial.viral_load_tally_send,
    internallength = variable,
    alignment = double,
    storage = extended
);
comment on type viral_load_tally is 'exact sums and counted limits: what viral_load_summary needs of any set of rows';

create type viral_load_summary_result as (
    n bigint,
    missing bigint,
    censored bigint,
    mean double precision,
    sd double precision,
    ci_lower double precision,
    ci_upper double precision,
    mean_mle double precision,
    sd_mle double precision,
    mle_ci_lower double precision,
    mle_ci_upper double precision,
    geometric_mean double precision,
    geometric_mean_mle double precision
);
comment on type viral_load_summary_result is 'mean, standard deviation and limits in log10 copies/mL: with the limit in place of censored values (t limits), and by maximum likelihood under a censored normal (Wald limits); geometric means in copies/mL';

create function _virotrial.viral_load_tally_accumulate(viral_load_tally, viral_load)
    returns viral_load_tally
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'viral_load_tally_accumulate';
comment on function _virotrial.viral_load_tally_accumulate(viral_load_tally, viral_load) is 'transition of the viral_load aggregates';

create function _virotrial.viral_load_tally_accumulate(viral_load_tally, viral_load,
    double precision) returns viral_load_tally
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'viral_load_tally_accumulate';
comment on function _virotrial.viral_load_tally_accumulate(viral_load_tally, viral_load, double precision) is 'transition of the viral_load aggregates';

create function _virotrial.viral_load_tally_combine(viral_load_tally, viral_load_tally)
    returns viral_load_tally
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'censored_tally_combine';
comment on function _virotrial.viral_load_tally_combine(viral_load_tally, viral_load_tally) is 'adds up two tallies; 22023 if they chose different confidence levels';

create function _virotrial.viral_load_tally_final(viral_load_tally) returns viral_load_tally
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'censored_tally_final';
comment on function _virotrial.viral_load_tally_final(viral_load_tally) is 'the tally, empty for no rows';

create function _virotrial.viral_load_summary_final(viral_load_tally)
    returns viral_load_summary_result
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'viral_load_summary_final';
comment on function _virotrial.viral_load_summary_final(viral_load_tally) is 'final of viral_load_summary';

create aggregate viral_load_tally(value viral_load) (
    sfunc = _virotrial.viral_load_tally_accumulate, stype = viral_load_tally, sspace = 256,
    finalfunc = _virotrial.viral_load_tally_final,
    combinefunc = _virotrial.viral_load_tally_combine, parallel = safe
);
comment on aggregate viral_load_tally(value viral_load) is 'exact sums and counted limits, as a state to store and roll up; NULL is missing';

create aggregate rollup(viral_load_tally) (
    sfunc = _virotrial.viral_load_tally_combine, stype = viral_load_tally, sspace = 256,
    finalfunc = _virotrial.viral_load_tally_final,
    combinefunc = _virotrial.viral_load_tally_combine, parallel = safe
);
comment on aggregate rollup(viral_load_tally) is 'adds up stored tallies';

create aggregate viral_load_summary(value viral_load) (
    sfunc = _virotrial.viral_load_tally_accumulate, stype = viral_load_tally, sspace = 256,
    finalfunc = _virotrial.viral_load_summary_final,
    combinefunc = _virotrial.viral_load_tally_combine, parallel = safe
);
comment on aggregate viral_load_summary(value viral_load) is 'mean, sd and limits in log10 copies/mL, by substitution at the limit and by maximum likelihood; NULL is missing; limits of 95 %';

create aggregate viral_load_summary(value viral_load, conf_level double precision) (
    sfunc = _virotrial.viral_load_tally_accumulate, stype = viral_load_tally, sspace = 256,
    finalfunc = _virotrial.viral_load_summary_final,
    combinefunc = _virotrial.viral_load_tally_combine, parallel = safe
);
comment on aggregate viral_load_summary(value viral_load, conf_level double precision) is 'mean, sd and limits in log10 copies/mL, by substitution at the limit and by maximum likelihood; NULL is missing';

create function viral_load_summary(tally viral_load_tally, conf_level double precision default 0.95)
    returns viral_load_summary_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_summary_of_tally';
comment on function viral_load_summary(tally viral_load_tally, conf_level double precision) is 'the summary of a stored tally';

create type log_reduction_tally;

create function _virotrial.log_reduction_tally_in(cstring) returns log_reduction_tally
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_tally_in';
comment on function _virotrial.log_reduction_tally_in(cstring) is 'input: text to log_reduction_tally; 22P02 for what no rows can have made';

create function _virotrial.log_reduction_tally_out(log_reduction_tally) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_tally_out';
comment on function _virotrial.log_reduction_tally_out(log_reduction_tally) is 'output: version, then the fields';

create function _virotrial.log_reduction_tally_recv(internal) returns log_reduction_tally
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_tally_recv';
comment on function _virotrial.log_reduction_tally_recv(internal) is 'binary input; 22P03 for what no rows can have made';

create function _virotrial.log_reduction_tally_send(log_reduction_tally) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_tally_send';
comment on function _virotrial.log_reduction_tally_send(log_reduction_tally) is 'binary output: version byte, then the fields';

create type log_reduction_tally (
    input = _virotrial.log_reduction_tally_in,
    output = _virotrial.log_reduction_tally_out,
    receive = _virotrial.log_reduction_tally_recv,
    send = _virotrial.log_reduction_tally_send,
    internallength = variable,
    alignment = double,
    storage = extended
);
comment on type log_reduction_tally is 'exact sums and counted limits: what log_reduction_summary needs of any set of rows';

create type log_reduction_summary_result as (
    n bigint,
    missing bigint,
    censored bigint,
    mean double precision,
    sd double precision,
    ci_lower double precision,
    ci_upper double precision,
    mean_mle double precision,
    sd_mle double precision,
    mle_ci_lower double precision,
    mle_ci_upper double precision
);
comment on type log_reduction_summary_result is 'mean, standard deviation and limits in log10 units: with the limit in place of censored values (t limits), and by maximum likelihood under a censored normal (Wald limits)';

create function _virotrial.log_reduction_tally_accumulate(log_reduction_tally, log_reduction)
    returns log_reduction_tally
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_tally_accumulate';
comment on function _virotrial.log_reduction_tally_accumulate(log_reduction_tally, log_reduction) is 'transition of the log_reduction aggregates';

create function _virotrial.log_reduction_tally_accumulate(log_reduction_tally, log_reduction,
    double precision) returns log_reduction_tally
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_tally_accumulate';
comment on function _virotrial.log_reduction_tally_accumulate(log_reduction_tally, log_reduction, double precision) is 'transition of the log_reduction aggregates';

create function _virotrial.log_reduction_tally_combine(log_reduction_tally, log_reduction_tally)
    returns log_reduction_tally
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'censored_tally_combine';
comment on function _virotrial.log_reduction_tally_combine(log_reduction_tally, log_reduction_tally) is 'adds up two tallies; 22023 if they chose different confidence levels';

create function _virotrial.log_reduction_tally_final(log_reduction_tally)
    returns log_reduction_tally
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'censored_tally_final';
comment on function _virotrial.log_reduction_tally_final(log_reduction_tally) is 'the tally, empty for no rows';

create function _virotrial.log_reduction_summary_final(log_reduction_tally)
    returns log_reduction_summary_result
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_summary_final';
comment on function _virotrial.log_reduction_summary_final(log_reduction_tally) is 'final of log_reduction_summary';

create aggregate log_reduction_tally(value log_reduction) (
    sfunc = _virotrial.log_reduction_tally_accumulate, stype = log_reduction_tally, sspace = 256,
    finalfunc = _virotrial.log_reduction_tally_final,
    combinefunc = _virotrial.log_reduction_tally_combine, parallel = safe
);
comment on aggregate log_reduction_tally(value log_reduction) is 'exact sums and counted limits, as a state to store and roll up; NULL is missing';

create aggregate rollup(log_reduction_tally) (
    sfunc = _virotrial.log_reduction_tally_combine, stype = log_reduction_tally, sspace = 256,
    finalfunc = _virotrial.log_reduction_tally_final,
    combinefunc = _virotrial.log_reduction_tally_combine, parallel = safe
);
comment on aggregate rollup(log_reduction_tally) is 'adds up stored tallies';

create aggregate log_reduction_summary(value log_reduction) (
    sfunc = _virotrial.log_reduction_tally_accumulate, stype = log_reduction_tally, sspace = 256,
    finalfunc = _virotrial.log_reduction_summary_final,
    combinefunc = _virotrial.log_reduction_tally_combine, parallel = safe
);
comment on aggregate log_reduction_summary(value log_reduction) is 'mean, sd and limits in log10 units, by substitution at the limit and by maximum likelihood; NULL is missing; limits of 95 %';

create aggregate log_reduction_summary(value log_reduction, conf_level double precision) (
    sfunc = _virotrial.log_reduction_tally_accumulate, stype = log_reduction_tally, sspace = 256,
    finalfunc = _virotrial.log_reduction_summary_final,
    combinefunc = _virotrial.log_reduction_tally_combine, parallel = safe
);
comment on aggregate log_reduction_summary(value log_reduction, conf_level double precision) is 'mean, sd and limits in log10 units, by substitution at the limit and by maximum likelihood; NULL is missing';

create function log_reduction_summary(tally log_reduction_tally,
    conf_level double precision default 0.95) returns log_reduction_summary_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_summary_of_tally';
comment on function log_reduction_summary(tally log_reduction_tally, conf_level double precision) is 'the summary of a stored tally';

create function mean_difference(treated viral_load_tally, control viral_load_tally,
    conf_level double precision default 0.95) returns mean_difference_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'mean_difference_of_viral_loads';
comment on function mean_difference(treated viral_load_tally, control viral_load_tally, conf_level double precision) is 'most likely mean of the treated less that of the controls in log10 copies/mL, each group with its censored normal distribution, with Wald limits; NULL where a likelihood has no maximum';

create function mean_difference(treated log_reduction_tally, control log_reduction_tally,
    conf_level double precision default 0.95) returns mean_difference_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'mean_difference_of_log_reductions';
comment on function mean_difference(treated log_reduction_tally, control log_reduction_tally, conf_level double precision) is 'most likely mean of the treated less that of the controls in log10 units, each group with its censored normal distribution, with Wald limits; NULL where a likelihood has no maximum';
