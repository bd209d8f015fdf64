-- Regression of censored values on covariates

create type tobit_sample;

create function _virotrial.tobit_sample_in(cstring) returns tobit_sample
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'tobit_sample_in';
comment on function _virotrial.tobit_sample_in(cstring) is 'input: text to tobit_sample; 22P02 for what no rows can have made';

create function _virotrial.tobit_sample_out(tobit_sample) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'tobit_sample_out';
comment on function _virotrial.tobit_sample_out(tobit_sample) is 'output: version, then the fields';

create function _virotrial.tobit_sample_recv(internal) returns tobit_sample
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'tobit_sample_recv';
comment on function _virotrial.tobit_sample_recv(internal) is 'binary input; 22P03 for what no rows can have made';

create function _virotrial.tobit_sample_send(tobit_sample) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'tobit_sample_send';
comment on function _virotrial.tobit_sample_send(tobit_sample) is 'binary output: version byte, then the fields';

create type tobit_sample (
    input = _virotrial.tobit_sample_in,
    output = _virotrial.tobit_sample_out,
    receive = _virotrial.tobit_sample_recv,
    send = _virotrial.tobit_sample_send,
    internallength = variable,
    alignment = double,
    storage = extended
);
comment on type tobit_sample is 'exact values as sums of products with their covariates, censored ones as rows: what tobit_regression needs of any set of rows';

create function _virotrial.tobit_sample_accumulate(tobit_sample, viral_load, double precision[])
    returns tobit_sample
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'tobit_sample_of_viral_load';
comment on function _virotrial.tobit_sample_accumulate(tobit_sample, viral_load, double precision[]) is 'transition of regressions of viral_load; 22003 for covariates that are not finite, 22023 for another number of them';

create function _virotrial.tobit_sample_accumulate(tobit_sample, log_reduction, double precision[])
    returns tobit_sample
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'tobit_sample_of_log_reduction';
comment on function _virotrial.tobit_sample_accumulate(tobit_sample, log_reduction, double precision[]) is 'transition of regressions of log_reduction; 22003 for covariates that are not finite, 22023 for another number of them';

create function _virotrial.tobit_sample_combine(tobit_sample, tobit_sample) returns tobit_sample
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'tobit_sample_combine';
comment on function _virotrial.tobit_sample_combine(tobit_sample, tobit_sample) is 'puts two samples together; 22023 if they have different numbers of covariates';

create function _virotrial.tobit_sample_final(tobit_sample) returns tobit_sample
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'tobit_sample_final';
comment on function _virotrial.tobit_sample_final(tobit_sample) is 'the state, empty for no rows';

create type tobit_regression_result as (
    n bigint,
    missing bigint,
    censored bigint,
    coefficients double precision[],
    std_errors double precision[],
    sd double precision,
    log_likelihood double precision
);
comment on type tobit_regression_result is 'a regression of censored values: coefficients and their standard errors, the intercept first, then the covariates; NULL where the likelihood has no maximum, and an element NULL that the values leave open';

create function _virotrial.tobit_regression_final(tobit_sample) returns tobit_regression_result
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'tobit_regression_of_sample';
comment on function _virotrial.tobit_regression_final(tobit_sample) is 'final of tobit_regression';

create aggregate tobit_sample(value viral_load, covariates double precision[]) (
    sfunc = _virotrial.tobit_sample_accumulate, stype = tobit_sample, sspace = 1024,
    finalfunc = _virotrial.tobit_sample_final, combinefunc = _virotrial.tobit_sample_combine,
    parallel = safe
);
comment on aggregate tobit_sample(value viral_load, covariates double precision[]) is 'values and covariates, as a state to store and roll up; a row with a NULL is missing';

create aggregate tobit_sample(value log_reduction, covariates double precision[]) (
    sfunc = _virotrial.tobit_sample_accumulate, stype = tobit_sample, sspace = 1024,
    finalfunc = _virotrial.tobit_sample_final, combinefunc = _virotrial.tobit_sample_combine,
    parallel = safe
);
comment on aggregate tobit_sample(value log_reduction, covariates double precision[]) is 'values and covariates, as a state to store and roll up; a row with a NULL is missing';

create aggregate rollup(tobit_sample) (
    sfunc = _virotrial.tobit_sample_combine, stype = tobit_sample, sspace = 1024,
    finalfunc = _virotrial.tobit_sample_final, combinefunc = _virotrial.tobit_sample_combine,
    parallel = safe
);
comment on aggregate rollup(tobit_sample) is 'puts stored samples together';

create aggregate tobit_regression(value viral_load, covariates double precision[]) (
    sfunc = _virotrial.tobit_sample_accumulate, stype = tobit_sample, sspace = 1024,
    finalfunc = _virotrial.tobit_regression_final, combinefunc = _virotrial.tobit_sample_combine,
    parallel = safe
);
comment on aggregate tobit_regression(value viral_load, covariates double precision[]) is 'linear regression of log10 copies/mL on up to 20 covariates, with none the intercept alone, by maximum likelihood under a normal distribution with censoring (Tobit); a row with a NULL is missing';

create aggregate tobit_regression(value log_reduction, covariates double precision[]) (
    sfunc = _virotrial.tobit_sample_accumulate, stype = tobit_sample, sspace = 1024,
    finalfunc = _virotrial.tobit_regression_final, combinefunc = _virotrial.tobit_sample_combine,
    parallel = safe
);
comment on aggregate tobit_regression(value log_reduction, covariates double precision[]) is 'linear regression of log10 units on up to 20 covariates, with none the intercept alone, by maximum likelihood under a normal distribution with censoring (Tobit); a row with a NULL is missing';

create function tobit_regression(sample tobit_sample) returns tobit_regression_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'tobit_regression_of_sample';
comment on function tobit_regression(sample tobit_sample) is 'regression of a stored sample';
