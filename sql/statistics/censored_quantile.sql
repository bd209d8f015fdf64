-- Quantiles of censored values from the distribution that is most likely

create function _virotrial.viral_load_censored_quantile_final(viral_load_sample) returns viral_load
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'viral_load_censored_quantile_final';
comment on function _virotrial.viral_load_censored_quantile_final(viral_load_sample) is 'final of censored_quantile';

create aggregate censored_quantile(value viral_load, probability double precision) (
    sfunc = _virotrial.viral_load_sample_accumulate, stype = viral_load_sample, sspace = 1024,
    finalfunc = _virotrial.viral_load_censored_quantile_final,
    combinefunc = _virotrial.viral_load_sample_combine, parallel = safe
);
comment on aggregate censored_quantile(value viral_load, probability double precision) is 'the quantile of the distribution estimated without a model (Kaplan-Meier for values below or above limits, Turnbull for both): exact, or a limit where it lies among the censored values; NULL values are left out';

create function censored_quantile(sample viral_load_sample, probability double precision)
    returns viral_load
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_censored_quantile_of_sample';
comment on function censored_quantile(sample viral_load_sample, probability double precision) is 'the quantile of a stored sample, estimated without a model';

create function _virotrial.log_reduction_censored_quantile_final(log_reduction_sample)
    returns log_reduction
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_censored_quantile_final';
comment on function _virotrial.log_reduction_censored_quantile_final(log_reduction_sample) is 'final of censored_quantile';

create aggregate censored_quantile(value log_reduction, probability double precision) (
    sfunc = _virotrial.log_reduction_sample_accumulate, stype = log_reduction_sample, sspace = 1024,
    finalfunc = _virotrial.log_reduction_censored_quantile_final,
    combinefunc = _virotrial.log_reduction_sample_combine, parallel = safe
);
comment on aggregate censored_quantile(value log_reduction, probability double precision) is 'the quantile of the distribution estimated without a model (Kaplan-Meier for values below or above limits, Turnbull for both): exact, or a limit where it lies among the censored values; NULL values are left out';

create function censored_quantile(sample log_reduction_sample, probability double precision)
    returns log_reduction
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_censored_quantile_of_sample';
comment on function censored_quantile(sample log_reduction_sample, probability double precision) is 'the quantile of a stored sample, estimated without a model';
