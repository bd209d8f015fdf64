-- Proportional hazards regression

create type cox_sample;

create function _virotrial.cox_sample_in(cstring) returns cox_sample
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'cox_sample_in';
comment on function _virotrial.cox_sample_in(cstring) is 'input: text to cox_sample; 22P02 for what no rows can have made';

create function _virotrial.cox_sample_out(cox_sample) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'cox_sample_out';
comment on function _virotrial.cox_sample_out(cox_sample) is 'output: version, then the fields';

create function _virotrial.cox_sample_recv(internal) returns cox_sample
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'cox_sample_recv';
comment on function _virotrial.cox_sample_recv(internal) is 'binary input; 22P03 for what no rows can have made';

create function _virotrial.cox_sample_send(cox_sample) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'cox_sample_send';
comment on function _virotrial.cox_sample_send(cox_sample) is 'binary output: version byte, then the fields';

create type cox_sample (
    input = _virotrial.cox_sample_in,
    output = _virotrial.cox_sample_out,
    receive = _virotrial.cox_sample_recv,
    send = _virotrial.cox_sample_send,
    internallength = variable,
    alignment = double,
    storage = extended
);
comment on type cox_sample is 'the time, event and covariates of each subject: what cox_regression needs of any set of rows';

create function _virotrial.cox_sample_accumulate(cox_sample, double precision, boolean,
    double precision[]) returns cox_sample
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'cox_sample_accumulate';
comment on function _virotrial.cox_sample_accumulate(cox_sample, double precision, boolean, double precision[]) is 'transition of cox_sample and cox_regression; 22003 for a time that is negative or not finite and for covariates that are not finite, 22023 for another number of them';

create function _virotrial.cox_sample_combine(cox_sample, cox_sample) returns cox_sample
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'cox_sample_combine';
comment on function _virotrial.cox_sample_combine(cox_sample, cox_sample) is 'puts two samples together; 22023 if they have different numbers of covariates';

create function _virotrial.cox_sample_final(cox_sample) returns cox_sample
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'cox_sample_final';
comment on function _virotrial.cox_sample_final(cox_sample) is 'the state, empty for no rows';

create type cox_regression_result as (
    n bigint,
    missing bigint,
    events bigint,
    coefficients double precision[],
    std_errors double precision[],
    robust_std_errors double precision[],
    null_log_likelihood double precision,
    log_likelihood double precision
);
comment on type cox_regression_result is 'a proportional hazards regression: log hazard ratios by covariate, their standard errors from the information and robust ones, the partial log likelihood without and with the covariates; an element is NULL that the data leave open or that has no bound';

create function _virotrial.cox_regression_final(cox_sample) returns cox_regression_result
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'cox_regression_of_sample';
comment on function _virotrial.cox_regression_final(cox_sample) is 'final of cox_regression';

create aggregate cox_sample("time" double precision, event boolean,
    covariates double precision[]) (
    sfunc = _virotrial.cox_sample_accumulate, stype = cox_sample, sspace = 1024,
    finalfunc = _virotrial.cox_sample_final, combinefunc = _virotrial.cox_sample_combine,
    parallel = safe
);
comment on aggregate cox_sample("time" double precision, event boolean, covariates double precision[]) is 'subjects, each followed for a time that ends with the event (true) or with censoring (false), as a state to store and roll up; a row with a NULL is missing';

create aggregate rollup(cox_sample) (
    sfunc = _virotrial.cox_sample_combine, stype = cox_sample, sspace = 1024,
    finalfunc = _virotrial.cox_sample_final, combinefunc = _virotrial.cox_sample_combine,
    parallel = safe
);
comment on aggregate rollup(cox_sample) is 'puts stored samples together';

create aggregate cox_regression("time" double precision, event boolean,
    covariates double precision[]) (
    sfunc = _virotrial.cox_sample_accumulate, stype = cox_sample, sspace = 1024,
    finalfunc = _virotrial.cox_regression_final, combinefunc = _virotrial.cox_sample_combine,
    parallel = safe
);
comment on aggregate cox_regression("time" double precision, event boolean, covariates double precision[]) is 'proportional hazards regression (Cox) of subjects on up to 20 covariates, ties as Efron has them, as R''s coxph; a row with a NULL is missing';

create function cox_regression(sample cox_sample) returns cox_regression_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'cox_regression_of_sample';
comment on function cox_regression(sample cox_sample) is 'regression of a stored sample';

create function cox_regression(strata cox_sample[]) returns cox_regression_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'cox_regression_of_strata';
comment on function cox_regression(strata cox_sample[]) is 'regression in strata, one state per stratum: each has a baseline hazard of its own';
