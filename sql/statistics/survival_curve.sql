-- Survival curves: Kaplan-Meier, its limits and its median, and the log-rank test

create type survival_curve;

create function _virotrial.survival_curve_in(cstring) returns survival_curve
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'survival_curve_in';
comment on function _virotrial.survival_curve_in(cstring) is 'input: text to survival_curve; 22P02 for what no rows can have made';

create function _virotrial.survival_curve_out(survival_curve) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'survival_curve_out';
comment on function _virotrial.survival_curve_out(survival_curve) is 'output: version, then the fields';

create function _virotrial.survival_curve_recv(internal) returns survival_curve
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'survival_curve_recv';
comment on function _virotrial.survival_curve_recv(internal) is 'binary input; 22P03 for what no rows can have made';

create function _virotrial.survival_curve_send(survival_curve) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'survival_curve_send';
comment on function _virotrial.survival_curve_send(survival_curve) is 'binary output: version byte, then the fields';

create type survival_curve (
    input = _virotrial.survival_curve_in,
    output = _virotrial.survival_curve_out,
    receive = _virotrial.survival_curve_recv,
    send = _virotrial.survival_curve_send,
    internallength = variable,
    alignment = double,
    storage = extended
);
comment on type survival_curve is 'how many had the event and how many were censored at each time: a survival curve';

create function _virotrial.survival_curve_accumulate(survival_curve, double precision, boolean)
    returns survival_curve
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'survival_curve_accumulate';
comment on function _virotrial.survival_curve_accumulate(survival_curve, double precision, boolean) is 'transition of survival_curve; 22003 for a time that is negative, NaN or infinite';

create function _virotrial.survival_curve_combine(survival_curve, survival_curve)
    returns survival_curve
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'survival_curve_combine';
comment on function _virotrial.survival_curve_combine(survival_curve, survival_curve) is 'the curve of two groups of subjects together';

create function _virotrial.survival_curve_final(survival_curve) returns survival_curve
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'survival_curve_final';
comment on function _virotrial.survival_curve_final(survival_curve) is 'the state, empty for no rows';

create type survival_curve_row as (
    "time" double precision,
    at_risk bigint,
    events bigint,
    censored bigint,
    survival double precision,
    std_error double precision,
    ci_lower double precision,
    ci_upper double precision
);
comment on type survival_curve_row is 'a step of a survival curve';

create type median_survival_result as (
    median double precision,
    ci_lower double precision,
    ci_upper double precision
);
comment on type median_survival_result is 'a median survival time with its limits; NULL for what is not reached';

create type logrank_test_result as (
    chi_square double precision,
    degrees_of_freedom integer,
    p_value double precision,
    groups integer,
    events bigint
);
comment on type logrank_test_result is 'a log-rank test; no test where there is nothing to compare';

create aggregate survival_curve("time" double precision, event boolean) (
    sfunc = _virotrial.survival_curve_accumulate, stype = survival_curve, sspace = 1024,
    finalfunc = _virotrial.survival_curve_final, combinefunc = _virotrial.survival_curve_combine,
    parallel = safe
);
comment on aggregate survival_curve("time" double precision, event boolean) is 'the survival curve of subjects, each followed for a time that ends with the event (true) or with censoring (false); a row with a NULL is left out';

create aggregate rollup(survival_curve) (
    sfunc = _virotrial.survival_curve_combine, stype = survival_curve, sspace = 1024,
    finalfunc = _virotrial.survival_curve_final, combinefunc = _virotrial.survival_curve_combine,
    parallel = safe
);
comment on aggregate rollup(survival_curve) is 'the curve of the subjects of stored curves together';

create function survival_curve_rows(curve survival_curve, conf_level double precision default 0.95)
    returns setof survival_curve_row
    language c immutable strict parallel safe rows 100
    as 'MODULE_PATHNAME', 'survival_curve_rows';
comment on function survival_curve_rows(curve survival_curve, conf_level double precision) is 'a row for each distinct time: Kaplan-Meier survival, Greenwood standard error and log-log limits; these are NULL where survival is 1 or 0';

create function survival_at(curve survival_curve, t double precision) returns double precision
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'survival_at_time';
comment on function survival_at(curve survival_curve, t double precision) is 'the probability of surviving beyond t; NULL after the last time of a curve that has not come down to 0';

create function median_survival(curve survival_curve) returns double precision
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'median_survival_time';
comment on function median_survival(curve survival_curve) is 'the median survival time; NULL where the curve stays above one half';

create function median_survival_ci(curve survival_curve, conf_level double precision default 0.95)
    returns median_survival_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'median_survival_time_ci';
comment on function median_survival_ci(curve survival_curve, conf_level double precision) is 'the median survival time with the limits where those of the curve cross one half';

create function logrank_test(curves survival_curve[]) returns logrank_test_result
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'logrank_test_of_curves';
comment on function logrank_test(curves survival_curve[]) is 'the log-rank test that the curves are of one distribution';

-- Citus runs no polymorphic function of an aggregate.
create function _virotrial.survival_curves_accumulate(curves survival_curve[],
    curve survival_curve) returns survival_curve[]
    language sql immutable parallel safe
    return array_append(curves, curve);
comment on function _virotrial.survival_curves_accumulate(survival_curve[], survival_curve) is 'array_append() of survival curves';

create function _virotrial.survival_curves_combine(curves survival_curve[],
    others survival_curve[]) returns survival_curve[]
    language sql immutable parallel safe
    return array_cat(curves, others);
comment on function _virotrial.survival_curves_combine(survival_curve[], survival_curve[]) is 'array_cat() of survival curves';

create aggregate logrank_test(curve survival_curve) (
    sfunc = _virotrial.survival_curves_accumulate, stype = survival_curve[],
    finalfunc = logrank_test, combinefunc = _virotrial.survival_curves_combine, parallel = safe
);
comment on aggregate logrank_test(curve survival_curve) is 'the log-rank test of survival curves, one per group';
