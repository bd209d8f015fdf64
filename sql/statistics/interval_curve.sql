-- Survival curves of times that are known between two bounds

create type interval_censored_curve;

create function _virotrial.interval_censored_curve_in(cstring) returns interval_censored_curve
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'interval_censored_curve_in';
comment on function _virotrial.interval_censored_curve_in(cstring) is 'input: text to interval_censored_curve; 22P02 for what no rows can have made';

create function _virotrial.interval_censored_curve_out(interval_censored_curve) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'interval_censored_curve_out';
comment on function _virotrial.interval_censored_curve_out(interval_censored_curve) is 'output: version, then the fields';

create function _virotrial.interval_censored_curve_recv(internal) returns interval_censored_curve
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'interval_censored_curve_recv';
comment on function _virotrial.interval_censored_curve_recv(internal) is 'binary input; 22P03 for what no rows can have made';

create function _virotrial.interval_censored_curve_send(interval_censored_curve) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'interval_censored_curve_send';
comment on function _virotrial.interval_censored_curve_send(interval_censored_curve) is 'binary output: version byte, then the fields';

create type interval_censored_curve (
    input = _virotrial.interval_censored_curve_in,
    output = _virotrial.interval_censored_curve_out,
    receive = _virotrial.interval_censored_curve_recv,
    send = _virotrial.interval_censored_curve_send,
    internallength = variable,
    alignment = double,
    storage = extended
);
comment on type interval_censored_curve is 'how many times lie between which bounds: a survival curve of interval-censored times';

create function _virotrial.interval_censored_curve_accumulate(interval_censored_curve,
    double precision, double precision) returns interval_censored_curve
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'interval_censored_curve_accumulate';
comment on function _virotrial.interval_censored_curve_accumulate(interval_censored_curve, double precision, double precision) is 'transition of interval_censored_curve; 22003 for NaN and for a lower bound above the upper';

create function _virotrial.interval_censored_curve_combine(interval_censored_curve,
    interval_censored_curve) returns interval_censored_curve
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'interval_censored_curve_combine';
comment on function _virotrial.interval_censored_curve_combine(interval_censored_curve, interval_censored_curve) is 'the curve of two groups of subjects together';

create function _virotrial.interval_censored_curve_final(interval_censored_curve)
    returns interval_censored_curve
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'interval_censored_curve_final';
comment on function _virotrial.interval_censored_curve_final(interval_censored_curve) is 'the state, empty for no rows';

create type interval_censored_curve_row as (
    lower double precision,
    upper double precision,
    probability double precision,
    survival double precision
);
comment on type interval_censored_curve_row is 'a stretch of time with the probability of the event in it, and of surviving beyond it';

create type interval_censored_quantile_result as (
    lower double precision,
    upper double precision
);
comment on type interval_censored_quantile_result is 'the stretch of time in which a quantile lies: above lower and not above upper; NULL is unbounded';

create aggregate interval_censored_curve(lower double precision, upper double precision) (
    sfunc = _virotrial.interval_censored_curve_accumulate, stype = interval_censored_curve,
    sspace = 1024,
    finalfunc = _virotrial.interval_censored_curve_final,
    combinefunc = _virotrial.interval_censored_curve_combine, parallel = safe
);
comment on aggregate interval_censored_curve(lower double precision, upper double precision) is 'the survival curve of subjects whose event came after lower and not after upper: a NULL lower for one that came before upper, a NULL upper for one that had not come by lower, equal bounds for a time that is known; without either a row is left out';

create aggregate rollup(interval_censored_curve) (
    sfunc = _virotrial.interval_censored_curve_combine, stype = interval_censored_curve,
    sspace = 1024,
    finalfunc = _virotrial.interval_censored_curve_final,
    combinefunc = _virotrial.interval_censored_curve_combine, parallel = safe
);
comment on aggregate rollup(interval_censored_curve) is 'the curve of the subjects of stored curves together';

create function interval_censored_curve_rows(curve interval_censored_curve)
    returns setof interval_censored_curve_row
    language c immutable strict parallel safe rows 100
    as 'MODULE_PATHNAME', 'interval_censored_curve_rows';
comment on function interval_censored_curve_rows(curve interval_censored_curve) is 'the distribution that is most likely, without a model (Turnbull): the stretches of time that have a probability, and survival beyond each; NULL is unbounded';

create function interval_censored_quantile(curve interval_censored_curve,
    probability double precision) returns interval_censored_quantile_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'interval_censored_quantile';
comment on function interval_censored_quantile(curve interval_censored_curve, probability double precision) is 'the stretch of time in which the quantile of the event times lies: 0.5 for their median';
