-- viral_load_course: a subject's results in the order of their days, in one
-- pass over them and in any order of rows

create type viral_load_course;

create function _virotrial.viral_load_course_in(cstring) returns viral_load_course
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_course_in';
comment on function _virotrial.viral_load_course_in(cstring) is 'input: text to viral_load_course; 22P02 for what no rows can have made';

create function _virotrial.viral_load_course_out(viral_load_course) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_course_out';
comment on function _virotrial.viral_load_course_out(viral_load_course) is 'output: version, then the fields';

create function _virotrial.viral_load_course_recv(internal) returns viral_load_course
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_course_recv';
comment on function _virotrial.viral_load_course_recv(internal) is 'binary input; 22P03 for what no rows can have made';

create function _virotrial.viral_load_course_send(viral_load_course) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_course_send';
comment on function _virotrial.viral_load_course_send(viral_load_course) is 'binary output: version byte, then the fields';

create type viral_load_course (
    input = _virotrial.viral_load_course_in,
    output = _virotrial.viral_load_course_out,
    receive = _virotrial.viral_load_course_recv,
    send = _virotrial.viral_load_course_send,
    internallength = variable,
    alignment = double,
    storage = extended
);
comment on type viral_load_course is 'the viral loads of a subject by day and replicate: what stands for a visit, and what was last, is read from it';

create function _virotrial.viral_load_course_accumulate(viral_load_course, date, numeric,
    viral_load) returns viral_load_course
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'viral_load_course_accumulate';
comment on function _virotrial.viral_load_course_accumulate(viral_load_course, date, numeric, viral_load) is 'transition of viral_load_course; 22003 for a day without end or a replicate that is no whole number from 0 to 32767';

create function _virotrial.viral_load_course_combine(viral_load_course, viral_load_course)
    returns viral_load_course
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'viral_load_course_combine';
comment on function _virotrial.viral_load_course_combine(viral_load_course, viral_load_course) is 'the results of two sets of rows together; of two with the same day and replicate the greater';

create function _virotrial.viral_load_course_final(viral_load_course) returns viral_load_course
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'viral_load_course_final';
comment on function _virotrial.viral_load_course_final(viral_load_course) is 'the results in order; empty for no rows';

create aggregate viral_load_course(collected date, replicate numeric, value viral_load) (
    sfunc = _virotrial.viral_load_course_accumulate, stype = viral_load_course, sspace = 192,
    finalfunc = _virotrial.viral_load_course_final,
    combinefunc = _virotrial.viral_load_course_combine, parallel = safe
);
comment on aggregate viral_load_course(collected date, replicate numeric, value viral_load) is 'the results of a subject by day and replicate, as a state to store and roll up; a row with a NULL is left out';

create aggregate rollup(viral_load_course) (
    sfunc = _virotrial.viral_load_course_combine, stype = viral_load_course, sspace = 192,
    finalfunc = _virotrial.viral_load_course_final,
    combinefunc = _virotrial.viral_load_course_combine, parallel = safe
);
comment on aggregate rollup(viral_load_course) is 'puts stored courses together';

create function _virotrial.viral_load_nearest(course viral_load_course, first date, last date,
    target date) returns viral_load
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_nearest';
comment on function _virotrial.viral_load_nearest(viral_load_course, date, date, date) is 'of the results from one day to another the one nearest to a target day, of equally near ones the later, of one day the last replicate; NULL if there is none';

create function _virotrial.viral_load_nearest_day(course viral_load_course, first date,
    last date, target date) returns date
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_nearest_day';
comment on function _virotrial.viral_load_nearest_day(viral_load_course, date, date, date) is 'the day of viral_load_nearest';

create function _virotrial.viral_load_latest(course viral_load_course, first date, last date)
    returns viral_load
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_latest';
comment on function _virotrial.viral_load_latest(viral_load_course, date, date) is 'the last result from one day to another; NULL if there is none';

create function _virotrial.viral_load_latest_day(course viral_load_course, first date, last date)
    returns date
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_latest_day';
comment on function _virotrial.viral_load_latest_day(viral_load_course, date, date) is 'the day of viral_load_latest';

create function _virotrial.viral_load_latest_replicate(course viral_load_course,
    first date, last date) returns smallint
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_latest_replicate';
comment on function _virotrial.viral_load_latest_replicate(viral_load_course, date, date) is 'the replicate of viral_load_latest, which with its day finds the row that it came from';

create function _virotrial.viral_load_first_below(course viral_load_course, first date, last date,
    threshold double precision) returns date
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_first_below';
comment on function _virotrial.viral_load_first_below(viral_load_course, date, date, double precision) is 'the first day, from one day to another, whose last replicate is known to be below a threshold in copies/mL; NULL if there is none';

create function _virotrial.viral_load_last_not_below(course viral_load_course, first date,
    last date, threshold double precision) returns date
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_last_not_below';
comment on function _virotrial.viral_load_last_not_below(viral_load_course, date, date, double precision) is 'the last day, from one day to another, whose last replicate is known not to be below a threshold in copies/mL; NULL if there is none';

create function _virotrial.time_course_nearest(course time_course, first integer, last integer,
    target integer) returns double precision
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'time_course_nearest';
comment on function _virotrial.time_course_nearest(time_course, integer, integer, integer) is 'of the records from one day to another the one nearest to a target day, of equally near ones the later; records of one day are in the order of their fractions of a day; NULL if there is none';
