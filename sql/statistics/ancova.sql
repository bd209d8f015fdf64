-- Analysis of covariance

create type ancova_sample;

create function _virotrial.ancova_sample_in(cstring) returns ancova_sample
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'ancova_sample_in';
comment on function _virotrial.ancova_sample_in(cstring) is 'input: text to ancova_sample; 22P02 for what no rows can have made';

create function _virotrial.ancova_sample_out(ancova_sample) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'ancova_sample_out';
comment on function _virotrial.ancova_sample_out(ancova_sample) is 'output: version, then the fields';

create function _virotrial.ancova_sample_recv(internal) returns ancova_sample
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'ancova_sample_recv';
comment on function _virotrial.ancova_sample_recv(internal) is 'binary input; 22P03 for what no rows can have made';

create function _virotrial.ancova_sample_send(ancova_sample) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'ancova_sample_send';
comment on function _virotrial.ancova_sample_send(ancova_sample) is 'binary output: version byte, then the fields';

create type ancova_sample (
    input = _virotrial.ancova_sample_in,
    output = _virotrial.ancova_sample_out,
    receive = _virotrial.ancova_sample_recv,
    send = _virotrial.ancova_sample_send,
    internallength = variable,
    alignment = double,
    storage = extended
);
comment on type ancova_sample is 'means, and sums of products of deviations from them, of the value and the covariates in each group: what least_squares_means needs of any set of rows';

create function _virotrial.ancova_sample_accumulate(ancova_sample, double precision, text,
    double precision[]) returns ancova_sample
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'ancova_sample_accumulate';
comment on function _virotrial.ancova_sample_accumulate(ancova_sample, double precision, text, double precision[]) is 'transition of ancova_sample; 22003 for numbers that are not finite, 22023 for another number of covariates';

create function _virotrial.ancova_sample_combine(ancova_sample, ancova_sample)
    returns ancova_sample
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'ancova_sample_combine';
comment on function _virotrial.ancova_sample_combine(ancova_sample, ancova_sample) is 'puts two samples together, group by group; 22023 if they have different numbers of covariates';

create function _virotrial.ancova_sample_final(ancova_sample) returns ancova_sample
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'ancova_sample_final';
comment on function _virotrial.ancova_sample_final(ancova_sample) is 'the state, empty for no rows';

create aggregate ancova_sample(value double precision, "group" text,
    covariates double precision[]) (
    sfunc = _virotrial.ancova_sample_accumulate, stype = ancova_sample, sspace = 1024,
    finalfunc = _virotrial.ancova_sample_final,
    combinefunc = _virotrial.ancova_sample_combine, parallel = safe
);
comment on aggregate ancova_sample(value double precision, "group" text, covariates double precision[]) is 'values of groups with up to 20 covariates, for an analysis of covariance, as a state to store and roll up; a row with a NULL is missing';

create aggregate rollup(ancova_sample) (
    sfunc = _virotrial.ancova_sample_combine, stype = ancova_sample, sspace = 1024,
    finalfunc = _virotrial.ancova_sample_final,
    combinefunc = _virotrial.ancova_sample_combine, parallel = safe
);
comment on aggregate rollup(ancova_sample) is 'puts stored samples together, group by group';

create type ancova_result as (
    n bigint,
    missing bigint,
    groups bigint,
    coefficients double precision[],
    std_errors double precision[],
    degrees_of_freedom double precision,
    sd double precision
);
comment on type ancova_result is 'an analysis of covariance: the slope of each covariate with its standard error, and the standard deviation about the model with its degrees of freedom; NULL where there are none, and an element NULL that the groups and the covariates before it determine';

create function ancova(sample ancova_sample) returns ancova_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'ancova_of_sample';
comment on function ancova(sample ancova_sample) is 'slopes of an analysis of covariance: least squares with an intercept for each group and one slope for each covariate, as R''s lm';

create type least_squares_mean_row as (
    "group" text,
    n bigint,
    mean double precision,
    least_squares_mean double precision,
    std_error double precision,
    ci_lower double precision,
    ci_upper double precision
);
comment on type least_squares_mean_row is 'a group of an analysis of covariance: its mean as it is, and as it would be at the overall means of the covariates, with t limits; NULL where the data do not determine it';

create function least_squares_means(sample ancova_sample, conf_level double precision default 0.95)
    returns setof least_squares_mean_row
    language c immutable strict parallel safe rows 10
    as 'MODULE_PATHNAME', 'least_squares_means';
comment on function least_squares_means(sample ancova_sample, conf_level double precision) is 'the least-squares means of the groups in order of their names, at the overall means of the covariates, with t limits';

create function mean_difference(sample ancova_sample, treated text, control text,
    conf_level double precision default 0.95) returns mean_difference_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'ancova_difference_of_sample';
comment on function mean_difference(sample ancova_sample, treated text, control text, conf_level double precision) is 'least-squares mean of the treated group less that of the control group, t limits and two-sided probability; NULL where a group has no row or the data do not determine it';
