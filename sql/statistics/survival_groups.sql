-- Survival by groups, and the log-rank test over rows

create type survival_groups;

create function _virotrial.survival_groups_in(cstring) returns survival_groups
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'survival_groups_in';
comment on function _virotrial.survival_groups_in(cstring) is 'input: text to survival_groups; 22P02 for what no rows can have made';

create function _virotrial.survival_groups_out(survival_groups) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'survival_groups_out';
comment on function _virotrial.survival_groups_out(survival_groups) is 'output: version, then the fields';

create function _virotrial.survival_groups_recv(internal) returns survival_groups
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'survival_groups_recv';
comment on function _virotrial.survival_groups_recv(internal) is 'binary input; 22P03 for what no rows can have made';

create function _virotrial.survival_groups_send(survival_groups) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'survival_groups_send';
comment on function _virotrial.survival_groups_send(survival_groups) is 'binary output: version byte, then the fields';

create type survival_groups (
    input = _virotrial.survival_groups_in,
    output = _virotrial.survival_groups_out,
    receive = _virotrial.survival_groups_recv,
    send = _virotrial.survival_groups_send,
    internallength = variable,
    alignment = double,
    storage = extended
);
comment on type survival_groups is 'how many of each group had the event and how many were censored at each time: what a log-rank test needs of any set of rows';

create function _virotrial.survival_groups_accumulate(survival_groups, double precision,
    boolean, text) returns survival_groups
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'survival_groups_accumulate';
comment on function _virotrial.survival_groups_accumulate(survival_groups, double precision, boolean, text) is 'transition of survival_groups and logrank_test; 22003 for a time that is negative, NaN or infinite';

create function _virotrial.survival_groups_combine(survival_groups, survival_groups)
    returns survival_groups
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'survival_groups_combine';
comment on function _virotrial.survival_groups_combine(survival_groups, survival_groups) is 'the groups of two sets of subjects together';

create function _virotrial.survival_groups_final(survival_groups) returns survival_groups
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'survival_groups_final';
comment on function _virotrial.survival_groups_final(survival_groups) is 'the state, empty for no rows';

create type logrank_group_row as (
    "group" text,
    n bigint,
    events bigint,
    expected double precision
);
comment on type logrank_group_row is 'a group of a log-rank test: its subjects, its events, and how many events it would have were all groups alike';

create aggregate survival_groups("time" double precision, event boolean, "group" text) (
    sfunc = _virotrial.survival_groups_accumulate, stype = survival_groups, sspace = 1024,
    finalfunc = _virotrial.survival_groups_final, combinefunc = _virotrial.survival_groups_combine,
    parallel = safe
);
comment on aggregate survival_groups("time" double precision, event boolean, "group" text) is 'subjects of several groups, each followed for a time that ends with the event (true) or with censoring (false), as a state to store and roll up; a row with a NULL is left out';

create aggregate rollup(survival_groups) (
    sfunc = _virotrial.survival_groups_combine, stype = survival_groups, sspace = 1024,
    finalfunc = _virotrial.survival_groups_final, combinefunc = _virotrial.survival_groups_combine,
    parallel = safe
);
comment on aggregate rollup(survival_groups) is 'the groups of the subjects of stored states together';

create function logrank_test(groups survival_groups) returns logrank_test_result
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'logrank_test_of_groups';
comment on function logrank_test(groups survival_groups) is 'the log-rank test that the groups have one distribution';

create function logrank_test(strata survival_groups[]) returns logrank_test_result
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'logrank_test_of_strata';
comment on function logrank_test(strata survival_groups[]) is 'the log-rank test that the groups have one distribution in each stratum, one state per stratum: subjects are compared within their stratum alone';

create aggregate logrank_test("time" double precision, event boolean, "group" text) (
    sfunc = _virotrial.survival_groups_accumulate, stype = survival_groups, sspace = 1024,
    finalfunc = logrank_test, combinefunc = _virotrial.survival_groups_combine, parallel = safe
);
comment on aggregate logrank_test("time" double precision, event boolean, "group" text) is 'the log-rank test of subjects of two or more groups, each followed for a time that ends with the event (true) or with censoring (false); a row with a NULL is left out';

create function logrank_groups(groups survival_groups) returns setof logrank_group_row
    language c immutable strict parallel safe rows 10
    as 'MODULE_PATHNAME', 'logrank_groups';
comment on function logrank_groups(groups survival_groups) is 'the groups of a log-rank test in order of their names, with observed and expected events';
