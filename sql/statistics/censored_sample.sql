-- Quantiles of censored values: what their possible values allow

create type viral_load_sample;

create function _virotrial.viral_load_sample_in(cstring) returns viral_load_sample
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_sample_in';
comment on function _virotrial.viral_load_sample_in(cstring) is 'input: text to viral_load_sample; 22P02 for what no rows can have made';

create function _virotrial.viral_load_sample_out(viral_load_sample) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_sample_out';
comment on function _virotrial.viral_load_sample_out(viral_load_sample) is 'output: version, then the fields';

create function _virotrial.viral_load_sample_recv(internal) returns viral_load_sample
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_sample_recv';
comment on function _virotrial.viral_load_sample_recv(internal) is 'binary input; 22P03 for what no rows can have made';

create function _virotrial.viral_load_sample_send(viral_load_sample) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_sample_send';
comment on function _virotrial.viral_load_sample_send(viral_load_sample) is 'binary output: version byte, then the fields';

create type viral_load_sample (
    input = _virotrial.viral_load_sample_in,
    output = _virotrial.viral_load_sample_out,
    receive = _virotrial.viral_load_sample_recv,
    send = _virotrial.viral_load_sample_send,
    internallength = variable,
    alignment = double,
    storage = extended
);
comment on type viral_load_sample is 'the values themselves: what median and quantile need of any set of rows';

create function _virotrial.viral_load_sample_accumulate(viral_load_sample, viral_load)
    returns viral_load_sample
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'censored_sample_accumulate';
comment on function _virotrial.viral_load_sample_accumulate(viral_load_sample, viral_load) is 'transition of the quantiles of viral_load';

create function _virotrial.viral_load_sample_accumulate(viral_load_sample, viral_load,
    double precision) returns viral_load_sample
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'censored_sample_accumulate';
comment on function _virotrial.viral_load_sample_accumulate(viral_load_sample, viral_load, double precision) is 'transition of the quantiles of viral_load';

create function _virotrial.viral_load_sample_combine(viral_load_sample, viral_load_sample)
    returns viral_load_sample
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'censored_sample_combine';
comment on function _virotrial.viral_load_sample_combine(viral_load_sample, viral_load_sample) is 'puts two samples together; 22023 if they chose different probabilities';

create function _virotrial.viral_load_sample_final(viral_load_sample) returns viral_load_sample
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'censored_sample_final';
comment on function _virotrial.viral_load_sample_final(viral_load_sample) is 'the sample, empty for no rows';

create function _virotrial.viral_load_quantile_final(viral_load_sample) returns viral_load
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'viral_load_quantile_final';
comment on function _virotrial.viral_load_quantile_final(viral_load_sample) is 'final of median and quantile';

create aggregate viral_load_sample(value viral_load) (
    sfunc = _virotrial.viral_load_sample_accumulate, stype = viral_load_sample, sspace = 1024,
    finalfunc = _virotrial.viral_load_sample_final,
    combinefunc = _virotrial.viral_load_sample_combine, parallel = safe
);
comment on aggregate viral_load_sample(value viral_load) is 'the values that are not NULL, as a state to store and roll up';

create aggregate rollup(viral_load_sample) (
    sfunc = _virotrial.viral_load_sample_combine, stype = viral_load_sample, sspace = 1024,
    finalfunc = _virotrial.viral_load_sample_final,
    combinefunc = _virotrial.viral_load_sample_combine, parallel = safe
);
comment on aggregate rollup(viral_load_sample) is 'puts stored samples together';

create aggregate median(value viral_load) (
    sfunc = _virotrial.viral_load_sample_accumulate, stype = viral_load_sample, sspace = 1024,
    finalfunc = _virotrial.viral_load_quantile_final,
    combinefunc = _virotrial.viral_load_sample_combine, parallel = safe
);
comment on aggregate median(value viral_load) is 'the median that the possible values allow, interpolated as R''s type 7: exact, a limit where only that is known, NULL where neither can be said; NULL values are left out';

create aggregate quantile(value viral_load, probability double precision) (
    sfunc = _virotrial.viral_load_sample_accumulate, stype = viral_load_sample, sspace = 1024,
    finalfunc = _virotrial.viral_load_quantile_final,
    combinefunc = _virotrial.viral_load_sample_combine, parallel = safe
);
comment on aggregate quantile(value viral_load, probability double precision) is 'the quantile that the possible values allow, interpolated as R''s type 7: exact, a limit where only that is known, NULL where neither can be said; NULL values are left out';

create function quantile(sample viral_load_sample, probability double precision) returns viral_load
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_quantile_of_sample';
comment on function quantile(sample viral_load_sample, probability double precision) is 'the quantile of a stored sample';

create function median(sample viral_load_sample) returns viral_load
    language sql immutable strict parallel safe
    return quantile(sample, 0.5);
comment on function median(sample viral_load_sample) is 'the median of a stored sample';

create type log_reduction_sample;

create function _virotrial.log_reduction_sample_in(cstring) returns log_reduction_sample
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_sample_in';
comment on function _virotrial.log_reduction_sample_in(cstring) is 'input: text to log_reduction_sample; 22P02 for what no rows can have made';

create function _virotrial.log_reduction_sample_out(log_reduction_sample) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_sample_out';
comment on function _virotrial.log_reduction_sample_out(log_reduction_sample) is 'output: version, then the fields';

create function _virotrial.log_reduction_sample_recv(internal) returns log_reduction_sample
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_sample_recv';
comment on function _virotrial.log_reduction_sample_recv(internal) is 'binary input; 22P03 for what no rows can have made';

create function _virotrial.log_reduction_sample_send(log_reduction_sample) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_sample_send';
comment on function _virotrial.log_reduction_sample_send(log_reduction_sample) is 'binary output: version byte, then the fields';

create type log_reduction_sample (
    input = _virotrial.log_reduction_sample_in,
    output = _virotrial.log_reduction_sample_out,
    receive = _virotrial.log_reduction_sample_recv,
    send = _virotrial.log_reduction_sample_send,
    internallength = variable,
    alignment = double,
    storage = extended
);
comment on type log_reduction_sample is 'the values themselves: what median and quantile need of any set of rows';

create function _virotrial.log_reduction_sample_accumulate(log_reduction_sample, log_reduction)
    returns log_reduction_sample
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'censored_sample_accumulate';
comment on function _virotrial.log_reduction_sample_accumulate(log_reduction_sample, log_reduction) is 'transition of the quantiles of log_reduction';

create function _virotrial.log_reduction_sample_accumulate(log_reduction_sample, log_reduction,
    double precision) returns log_reduction_sample
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'censored_sample_accumulate';
comment on function _virotrial.log_reduction_sample_accumulate(log_reduction_sample, log_reduction, double precision) is 'transition of the quantiles of log_reduction';

create function _virotrial.log_reduction_sample_combine(log_reduction_sample, log_reduction_sample)
    returns log_reduction_sample
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'censored_sample_combine';
comment on function _virotrial.log_reduction_sample_combine(log_reduction_sample, log_reduction_sample) is 'puts two samples together; 22023 if they chose different probabilities';

create function _virotrial.log_reduction_sample_final(log_reduction_sample)
    returns log_reduction_sample
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'censored_sample_final';
comment on function _virotrial.log_reduction_sample_final(log_reduction_sample) is 'the sample, empty for no rows';

create function _virotrial.log_reduction_quantile_final(log_reduction_sample) returns log_reduction
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_quantile_final';
comment on function _virotrial.log_reduction_quantile_final(log_reduction_sample) is 'final of median and quantile';

create aggregate log_reduction_sample(value log_reduction) (
    sfunc = _virotrial.log_reduction_sample_accumulate, stype = log_reduction_sample, sspace = 1024,
    finalfunc = _virotrial.log_reduction_sample_final,
    combinefunc = _virotrial.log_reduction_sample_combine, parallel = safe
);
comment on aggregate log_reduction_sample(value log_reduction) is 'the values that are not NULL, as a state to store and roll up';

create aggregate rollup(log_reduction_sample) (
    sfunc = _virotrial.log_reduction_sample_combine, stype = log_reduction_sample, sspace = 1024,
    finalfunc = _virotrial.log_reduction_sample_final,
    combinefunc = _virotrial.log_reduction_sample_combine, parallel = safe
);
comment on aggregate rollup(log_reduction_sample) is 'puts stored samples together';

create aggregate median(value log_reduction) (
    sfunc = _virotrial.log_reduction_sample_accumulate, stype = log_reduction_sample, sspace = 1024,
    finalfunc = _virotrial.log_reduction_quantile_final,
    combinefunc = _virotrial.log_reduction_sample_combine, parallel = safe
);
comment on aggregate median(value log_reduction) is 'the median that the possible values allow, interpolated as R''s type 7: exact, a limit where only that is known, NULL where neither can be said; NULL values are left out';

create aggregate quantile(value log_reduction, probability double precision) (
    sfunc = _virotrial.log_reduction_sample_accumulate, stype = log_reduction_sample, sspace = 1024,
    finalfunc = _virotrial.log_reduction_quantile_final,
    combinefunc = _virotrial.log_reduction_sample_combine, parallel = safe
);
comment on aggregate quantile(value log_reduction, probability double precision) is 'the quantile that the possible values allow, interpolated as R''s type 7: exact, a limit where only that is known, NULL where neither can be said; NULL values are left out';

create function quantile(sample log_reduction_sample, probability double precision)
    returns log_reduction
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_quantile_of_sample';
comment on function quantile(sample log_reduction_sample, probability double precision) is 'the quantile of a stored sample';

create function median(sample log_reduction_sample) returns log_reduction
    language sql immutable strict parallel safe
    return quantile(sample, 0.5);
comment on function median(sample log_reduction_sample) is 'the median of a stored sample';

