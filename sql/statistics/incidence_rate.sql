-- Events per person-time with exact Poisson limits

create type incidence_tally;

create function _virotrial.incidence_tally_in(cstring) returns incidence_tally
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'incidence_tally_in';
comment on function _virotrial.incidence_tally_in(cstring) is 'input: text to incidence_tally; 22P02 for what no rows can have made';

create function _virotrial.incidence_tally_out(incidence_tally) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'incidence_tally_out';
comment on function _virotrial.incidence_tally_out(incidence_tally) is 'output: version, then the fields';

create function _virotrial.incidence_tally_recv(internal) returns incidence_tally
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'incidence_tally_recv';
comment on function _virotrial.incidence_tally_recv(internal) is 'binary input; 22P03 for what no rows can have made';

create function _virotrial.incidence_tally_send(incidence_tally) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'incidence_tally_send';
comment on function _virotrial.incidence_tally_send(incidence_tally) is 'binary output: version byte, then the fields';

create type incidence_tally (
    input = _virotrial.incidence_tally_in,
    output = _virotrial.incidence_tally_out,
    receive = _virotrial.incidence_tally_recv,
    send = _virotrial.incidence_tally_send,
    internallength = variable,
    alignment = double,
    storage = extended
);
comment on type incidence_tally is 'events and person-years: what incidence_rate needs of any set of rows';

create function _virotrial.incidence_tally_accumulate(incidence_tally, bigint, double precision)
    returns incidence_tally
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'incidence_tally_accumulate';
comment on function _virotrial.incidence_tally_accumulate(incidence_tally, bigint, double precision) is 'transition of the incidence aggregates; 22003 for negative or infinite figures';

create function _virotrial.incidence_tally_accumulate(incidence_tally, bigint, double precision,
    double precision) returns incidence_tally
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'incidence_tally_accumulate';
comment on function _virotrial.incidence_tally_accumulate(incidence_tally, bigint, double precision, double precision) is 'transition of the incidence aggregates; 22003 for negative or infinite figures';

create function _virotrial.incidence_tally_combine(incidence_tally, incidence_tally)
    returns incidence_tally
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'incidence_tally_combine';
comment on function _virotrial.incidence_tally_combine(incidence_tally, incidence_tally) is 'adds up two tallies; 22023 if they chose different confidence levels';

create function _virotrial.incidence_tally_final(incidence_tally) returns incidence_tally
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'incidence_tally_final';
comment on function _virotrial.incidence_tally_final(incidence_tally) is 'the state, empty for no rows';

create type incidence_rate_result as (
    events bigint,
    person_years double precision,
    rate double precision,
    ci_lower double precision,
    ci_upper double precision
);
comment on type incidence_rate_result is 'events per person-year with exact Poisson limits; no rate where there is no person-time';

create function _virotrial.incidence_rate_final(incidence_tally) returns incidence_rate_result
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'incidence_rate_final';
comment on function _virotrial.incidence_rate_final(incidence_tally) is 'final of incidence_rate';

create aggregate incidence_tally(events bigint, person_years double precision) (
    sfunc = _virotrial.incidence_tally_accumulate, stype = incidence_tally, sspace = 64,
    finalfunc = _virotrial.incidence_tally_final, combinefunc = _virotrial.incidence_tally_combine,
    parallel = safe
);
comment on aggregate incidence_tally(events bigint, person_years double precision) is 'events and person-years, as a state to store and roll up; a row with a NULL is missing';

create aggregate rollup(incidence_tally) (
    sfunc = _virotrial.incidence_tally_combine, stype = incidence_tally, sspace = 64,
    finalfunc = _virotrial.incidence_tally_final, combinefunc = _virotrial.incidence_tally_combine,
    parallel = safe
);
comment on aggregate rollup(incidence_tally) is 'adds up stored tallies';

create aggregate incidence_rate(events bigint, person_years double precision) (
    sfunc = _virotrial.incidence_tally_accumulate, stype = incidence_tally, sspace = 64,
    finalfunc = _virotrial.incidence_rate_final, combinefunc = _virotrial.incidence_tally_combine,
    parallel = safe
);
comment on aggregate incidence_rate(events bigint, person_years double precision) is 'events per person-year with exact Poisson (Garwood) limits of 95 %; a row with a NULL is left out';

create aggregate incidence_rate(events bigint, person_years double precision,
    conf_level double precision) (
    sfunc = _virotrial.incidence_tally_accumulate, stype = incidence_tally, sspace = 64,
    finalfunc = _virotrial.incidence_rate_final, combinefunc = _virotrial.incidence_tally_combine,
    parallel = safe
);
comment on aggregate incidence_rate(events bigint, person_years double precision, conf_level double precision) is 'events per person-year with exact Poisson (Garwood) limits; a row with a NULL is left out';

create function incidence_rate(tally incidence_tally, conf_level double precision default 0.95)
    returns incidence_rate_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'incidence_rate_of_tally';
comment on function incidence_rate(tally incidence_tally, conf_level double precision) is 'events per person-year with exact Poisson limits of a stored tally';

create function incidence_tally_of_totals(events bigint, person_years double precision)
    returns incidence_tally
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'incidence_tally_of_totals';
comment on function incidence_tally_of_totals(events bigint, person_years double precision) is 'the tally of totals that were counted elsewhere, for incidence_rate(incidence_tally); 22003 for negative or infinite figures';
