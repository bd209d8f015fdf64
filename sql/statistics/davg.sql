-- Time-averaged change from baseline

create type time_course;

create function _virotrial.time_course_in(cstring) returns time_course
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'time_course_in';
comment on function _virotrial.time_course_in(cstring) is 'input: text to time_course; 22P02 for what no rows can have made';

create function _virotrial.time_course_out(time_course) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'time_course_out';
comment on function _virotrial.time_course_out(time_course) is 'output: version, then the fields';

create function _virotrial.time_course_recv(internal) returns time_course
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'time_course_recv';
comment on function _virotrial.time_course_recv(internal) is 'binary input; 22P03 for what no rows can have made';

create function _virotrial.time_course_send(time_course) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'time_course_send';
comment on function _virotrial.time_course_send(time_course) is 'binary output: version byte, then the fields';

create type time_course (
    input = _virotrial.time_course_in,
    output = _virotrial.time_course_out,
    receive = _virotrial.time_course_recv,
    send = _virotrial.time_course_send,
    internallength = variable,
    alignment = double,
    storage = extended
);
comment on type time_course is 'the value of each day: what davg needs of the records of a subject';

create function _virotrial.time_course_accumulate(time_course, double precision, double precision)
    returns time_course
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'time_course_accumulate';
comment on function _virotrial.time_course_accumulate(time_course, double precision, double precision) is 'transition of davg; 22003 for NaN and infinity';

create function _virotrial.time_course_combine(time_course, time_course) returns time_course
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'time_course_combine';
comment on function _virotrial.time_course_combine(time_course, time_course) is 'the records of two sets of rows together; of several values of one day the highest';

create function _virotrial.time_course_final(time_course) returns time_course
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'time_course_final';
comment on function _virotrial.time_course_final(time_course) is 'the state, empty for no rows';

create function _virotrial.davg_final(time_course) returns double precision
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'davg_of_time_course';
comment on function _virotrial.davg_final(time_course) is 'final of davg';

create aggregate time_course(day double precision, value double precision) (
    sfunc = _virotrial.time_course_accumulate, stype = time_course, sspace = 128,
    finalfunc = _virotrial.time_course_final, combinefunc = _virotrial.time_course_combine,
    parallel = safe
);
comment on aggregate time_course(day double precision, value double precision) is 'the value of each day, as a state to store and roll up; of several values of one day the highest; a row with a NULL is left out';

create aggregate rollup(time_course) (
    sfunc = _virotrial.time_course_combine, stype = time_course, sspace = 128,
    finalfunc = _virotrial.time_course_final, combinefunc = _virotrial.time_course_combine,
    parallel = safe
);
comment on aggregate rollup(time_course) is 'puts stored records together';

create aggregate davg(day double precision, log10_vl double precision) (
    sfunc = _virotrial.time_course_accumulate, stype = time_course, sspace = 128,
    finalfunc = _virotrial.davg_final, combinefunc = _virotrial.time_course_combine, parallel = safe
);
comment on aggregate davg(day double precision, log10_vl double precision) is 'time-averaged change from the first day, by trapezoids: area under the values / time - first value, in any order of rows; NULL with fewer than two days; of several values of one day the highest counts';

create function davg(course time_course) returns double precision
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'davg_of_time_course';
comment on function davg(course time_course) is 'time-averaged change of stored records';

create function _virotrial.replicate_course_accumulate(time_course, integer, double precision,
    numeric)
    returns time_course
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'replicate_course_accumulate';
comment on function _virotrial.replicate_course_accumulate(time_course, integer, double precision, numeric) is 'transition of davg with replicates, which are fractions of their day; 22003 for NaN, infinity and replicates that are no whole number from 0 to 65535';

create function _virotrial.replicate_davg_final(time_course) returns double precision
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'davg_of_replicate_course';
comment on function _virotrial.replicate_davg_final(time_course) is 'final of davg with replicates';

create aggregate davg(day integer, log10_vl double precision, replicate numeric) (
    sfunc = _virotrial.replicate_course_accumulate, stype = time_course, sspace = 128,
    finalfunc = _virotrial.replicate_davg_final, combinefunc = _virotrial.time_course_combine,
    parallel = safe
);
comment on aggregate davg(day integer, log10_vl double precision, replicate numeric) is 'the same, but of several values of one day the last replicate counts';
