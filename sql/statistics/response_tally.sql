-- Responders: how many, of how many, and the rate with its limits

create type response_tally;

create function _virotrial.response_tally_in(cstring) returns response_tally
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'response_tally_in';
comment on function _virotrial.response_tally_in(cstring) is 'input: text to response_tally; 22P02 for what no rows can have made';

create function _virotrial.response_tally_out(response_tally) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'response_tally_out';
comment on function _virotrial.response_tally_out(response_tally) is 'output: version, then the fields';

create function _virotrial.response_tally_recv(internal) returns response_tally
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'response_tally_recv';
comment on function _virotrial.response_tally_recv(internal) is 'binary input; 22P03 for what no rows can have made';

create function _virotrial.response_tally_send(response_tally) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'response_tally_send';
comment on function _virotrial.response_tally_send(response_tally) is 'binary output: version byte, then the fields';

create type response_tally (
    input = _virotrial.response_tally_in,
    output = _virotrial.response_tally_out,
    receive = _virotrial.response_tally_recv,
    send = _virotrial.response_tally_send,
    internallength = variable,
    alignment = double,
    storage = extended
);
comment on type response_tally is 'responders, evaluable and missing: what response_rate needs of any set of rows';

create type response_rate_result as (
    responders bigint,
    evaluable bigint,
    missing bigint,
    rate double precision,
    ci_lower double precision,
    ci_upper double precision
);
comment on type response_rate_result is 'a response rate with its confidence limits, which are NULL where nothing could be evaluated';

create function _virotrial.response_tally_accumulate(response_tally, boolean) returns response_tally
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'response_tally_accumulate';
comment on function _virotrial.response_tally_accumulate(response_tally, boolean) is 'transition of the response aggregates';

create function _virotrial.response_tally_accumulate(response_tally, boolean, double precision)
    returns response_tally
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'response_tally_accumulate';
comment on function _virotrial.response_tally_accumulate(response_tally, boolean, double precision) is 'transition of the response aggregates';

create function _virotrial.response_tally_combine(response_tally, response_tally)
    returns response_tally
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'response_tally_combine';
comment on function _virotrial.response_tally_combine(response_tally, response_tally) is 'adds up two tallies; 22023 if they chose different confidence levels';

create function _virotrial.response_tally_final(response_tally) returns response_tally
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'response_tally_final';
comment on function _virotrial.response_tally_final(response_tally) is 'the tally, empty for no rows';

create function _virotrial.response_rate_final(response_tally) returns response_rate_result
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'response_rate_final';
comment on function _virotrial.response_rate_final(response_tally) is 'final of response_rate';

create function _virotrial.response_rate_ncf_final(response_tally) returns response_rate_result
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'response_rate_ncf_final';
comment on function _virotrial.response_rate_ncf_final(response_tally) is 'final of response_rate_ncf';

create aggregate response_tally(response boolean) (
    sfunc = _virotrial.response_tally_accumulate, stype = response_tally, sspace = 64,
    finalfunc = _virotrial.response_tally_final, combinefunc = _virotrial.response_tally_combine,
    parallel = safe
);
comment on aggregate response_tally(response boolean) is 'responders, evaluable and missing (NULL) rows, as a state to store and roll up';

create aggregate rollup(response_tally) (
    sfunc = _virotrial.response_tally_combine, stype = response_tally, sspace = 64,
    finalfunc = _virotrial.response_tally_final, combinefunc = _virotrial.response_tally_combine,
    parallel = safe
);
comment on aggregate rollup(response_tally) is 'adds up stored tallies';

create aggregate response_rate(response boolean) (
    sfunc = _virotrial.response_tally_accumulate, stype = response_tally, sspace = 64,
    finalfunc = _virotrial.response_rate_final, combinefunc = _virotrial.response_tally_combine,
    parallel = safe
);
comment on aggregate response_rate(response boolean) is 'responders / evaluable with Clopper-Pearson limits; NULL is missing and outside the denominator; limits of 95 %';

create aggregate response_rate(response boolean, conf_level double precision) (
    sfunc = _virotrial.response_tally_accumulate, stype = response_tally, sspace = 64,
    finalfunc = _virotrial.response_rate_final, combinefunc = _virotrial.response_tally_combine,
    parallel = safe
);
comment on aggregate response_rate(response boolean, conf_level double precision) is 'responders / evaluable with Clopper-Pearson limits; NULL is missing and outside the denominator; 22023 for a level outside 0 to 1 or different ones in a group';

create aggregate response_rate_ncf(response boolean) (
    sfunc = _virotrial.response_tally_accumulate, stype = response_tally, sspace = 64,
    finalfunc = _virotrial.response_rate_ncf_final, combinefunc = _virotrial.response_tally_combine,
    parallel = safe
);
comment on aggregate response_rate_ncf(response boolean) is 'non-completer = failure: responders / rows with Clopper-Pearson limits; NULL is a non-responder, counted in missing and in evaluable; limits of 95 %';

create aggregate response_rate_ncf(response boolean, conf_level double precision) (
    sfunc = _virotrial.response_tally_accumulate, stype = response_tally, sspace = 64,
    finalfunc = _virotrial.response_rate_ncf_final, combinefunc = _virotrial.response_tally_combine,
    parallel = safe
);
comment on aggregate response_rate_ncf(response boolean, conf_level double precision) is 'non-completer = failure: responders / rows with Clopper-Pearson limits; NULL is a non-responder, counted in missing and in evaluable; 22023 for a level outside 0 to 1 or different ones in a group';

create function response_rate(tally response_tally, conf_level double precision default 0.95,
    method text default 'exact') returns response_rate_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'response_rate_of_tally';
comment on function response_rate(tally response_tally, conf_level double precision, method text) is 'responders / evaluable of a stored tally, with limits: exact (Clopper-Pearson), wilson (score), jeffreys or mid-p';

create function response_tally(responders bigint, evaluable bigint, missing bigint default 0)
    returns response_tally
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'response_tally_of_counts';
comment on function response_tally(responders bigint, evaluable bigint, missing bigint) is 'the tally of rows counted elsewhere; 22023 for what no rows can have made';
