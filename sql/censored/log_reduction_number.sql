-- Comparisons of log_reduction with numbers: three-valued, and in no family of operators

create function _virotrial.log_reduction_lt_float8(log_reduction, double precision) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.log_reduction_lt_support
    as 'MODULE_PATHNAME', 'log_reduction_lt_float8';
comment on function _virotrial.log_reduction_lt_float8(log_reduction, double precision) is 'is every possible value of the first less than every one of the second? NULL if it cannot be known';

create function _virotrial.log_reduction_le_float8(log_reduction, double precision) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.log_reduction_le_support
    as 'MODULE_PATHNAME', 'log_reduction_le_float8';
comment on function _virotrial.log_reduction_le_float8(log_reduction, double precision) is 'is every possible value of the first at most every one of the second? NULL if it cannot be known';

create function _virotrial.log_reduction_gt_float8(log_reduction, double precision) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.log_reduction_gt_support
    as 'MODULE_PATHNAME', 'log_reduction_gt_float8';
comment on function _virotrial.log_reduction_gt_float8(log_reduction, double precision) is 'is every possible value of the first greater than every one of the second? NULL if it cannot be known';

create function _virotrial.log_reduction_ge_float8(log_reduction, double precision) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.log_reduction_ge_support
    as 'MODULE_PATHNAME', 'log_reduction_ge_float8';
comment on function _virotrial.log_reduction_ge_float8(log_reduction, double precision) is 'is every possible value of the first at least every one of the second? NULL if it cannot be known';

create operator < (
    leftarg = log_reduction, rightarg = double precision,
    function = _virotrial.log_reduction_lt_float8,
    commutator = >, negator = >=,
    restrict = _virotrial.log_reduction_ltsel, join = scalarltjoinsel
);
comment on operator < (log_reduction, double precision) is 'less than, for every pair of possible values; NULL if it cannot be known';

create operator <= (
    leftarg = log_reduction, rightarg = double precision,
    function = _virotrial.log_reduction_le_float8,
    commutator = >=, negator = >,
    restrict = _virotrial.log_reduction_lesel, join = scalarlejoinsel
);
comment on operator <= (log_reduction, double precision) is 'at most, for every pair of possible values; NULL if it cannot be known';

create operator > (
    leftarg = log_reduction, rightarg = double precision,
    function = _virotrial.log_reduction_gt_float8,
    commutator = <, negator = <=,
    restrict = _virotrial.log_reduction_gtsel, join = scalargtjoinsel
);
comment on operator > (log_reduction, double precision) is 'greater than, for every pair of possible values; NULL if it cannot be known';

create operator >= (
    leftarg = log_reduction, rightarg = double precision,
    function = _virotrial.log_reduction_ge_float8,
    commutator = <=, negator = <,
    restrict = _virotrial.log_reduction_gesel, join = scalargejoinsel
);
comment on operator >= (log_reduction, double precision) is 'at least, for every pair of possible values; NULL if it cannot be known';

create function _virotrial.log_reduction_eq_float8(log_reduction, double precision) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.log_reduction_eq_support
    as 'MODULE_PATHNAME', 'log_reduction_eq_float8';
comment on function _virotrial.log_reduction_eq_float8(log_reduction, double precision) is 'is every possible value of the one equal to every one of the other? NULL if it cannot be known';

create function _virotrial.log_reduction_ne_float8(log_reduction, double precision) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'log_reduction_ne_float8';
comment on function _virotrial.log_reduction_ne_float8(log_reduction, double precision) is 'is every possible value of the one unequal to every one of the other? NULL if it cannot be known';

create operator = (
    leftarg = log_reduction, rightarg = double precision,
    function = _virotrial.log_reduction_eq_float8,
    commutator = =, negator = <>,
    restrict = eqsel, join = eqjoinsel
);
comment on operator = (log_reduction, double precision) is 'equal, for every pair of possible values; NULL if it cannot be known';

create operator <> (
    leftarg = log_reduction, rightarg = double precision,
    function = _virotrial.log_reduction_ne_float8,
    commutator = <>, negator = =,
    restrict = neqsel, join = neqjoinsel
);
comment on operator <> (log_reduction, double precision) is 'unequal, for every pair of possible values; NULL if it cannot be known';

create function _virotrial.float8_lt_log_reduction(double precision, log_reduction) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.log_reduction_lt_support
    as 'MODULE_PATHNAME', 'float8_lt_log_reduction';
comment on function _virotrial.float8_lt_log_reduction(double precision, log_reduction) is 'is every possible value of the first less than every one of the second? NULL if it cannot be known';

create function _virotrial.float8_le_log_reduction(double precision, log_reduction) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.log_reduction_le_support
    as 'MODULE_PATHNAME', 'float8_le_log_reduction';
comment on function _virotrial.float8_le_log_reduction(double precision, log_reduction) is 'is every possible value of the first at most every one of the second? NULL if it cannot be known';

create function _virotrial.float8_gt_log_reduction(double precision, log_reduction) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.log_reduction_gt_support
    as 'MODULE_PATHNAME', 'float8_gt_log_reduction';
comment on function _virotrial.float8_gt_log_reduction(double precision, log_reduction) is 'is every possible value of the first greater than every one of the second? NULL if it cannot be known';

create function _virotrial.float8_ge_log_reduction(double precision, log_reduction) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.log_reduction_ge_support
    as 'MODULE_PATHNAME', 'float8_ge_log_reduction';
comment on function _virotrial.float8_ge_log_reduction(double precision, log_reduction) is 'is every possible value of the first at least every one of the second? NULL if it cannot be known';

create operator < (
    leftarg = double precision, rightarg = log_reduction,
    function = _virotrial.float8_lt_log_reduction,
    commutator = >, negator = >=,
    restrict = _virotrial.log_reduction_ltsel, join = scalarltjoinsel
);
comment on operator < (double precision, log_reduction) is 'less than, for every pair of possible values; NULL if it cannot be known';

create operator <= (
    leftarg = double precision, rightarg = log_reduction,
    function = _virotrial.float8_le_log_reduction,
    commutator = >=, negator = >,
    restrict = _virotrial.log_reduction_lesel, join = scalarlejoinsel
);
comment on operator <= (double precision, log_reduction) is 'at most, for every pair of possible values; NULL if it cannot be known';

create operator > (
    leftarg = double precision, rightarg = log_reduction,
    function = _virotrial.float8_gt_log_reduction,
    commutator = <, negator = <=,
    restrict = _virotrial.log_reduction_gtsel, join = scalargtjoinsel
);
comment on operator > (double precision, log_reduction) is 'greater than, for every pair of possible values; NULL if it cannot be known';

create operator >= (
    leftarg = double precision, rightarg = log_reduction,
    function = _virotrial.float8_ge_log_reduction,
    commutator = <=, negator = <,
    restrict = _virotrial.log_reduction_gesel, join = scalargejoinsel
);
comment on operator >= (double precision, log_reduction) is 'at least, for every pair of possible values; NULL if it cannot be known';

create function _virotrial.float8_eq_log_reduction(double precision, log_reduction) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.log_reduction_eq_support
    as 'MODULE_PATHNAME', 'float8_eq_log_reduction';
comment on function _virotrial.float8_eq_log_reduction(double precision, log_reduction) is 'is every possible value of the one equal to every one of the other? NULL if it cannot be known';

create function _virotrial.float8_ne_log_reduction(double precision, log_reduction) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'float8_ne_log_reduction';
comment on function _virotrial.float8_ne_log_reduction(double precision, log_reduction) is 'is every possible value of the one unequal to every one of the other? NULL if it cannot be known';

create operator = (
    leftarg = double precision, rightarg = log_reduction,
    function = _virotrial.float8_eq_log_reduction,
    commutator = =, negator = <>,
    restrict = eqsel, join = eqjoinsel
);
comment on operator = (double precision, log_reduction) is 'equal, for every pair of possible values; NULL if it cannot be known';

create operator <> (
    leftarg = double precision, rightarg = log_reduction,
    function = _virotrial.float8_ne_log_reduction,
    commutator = <>, negator = =,
    restrict = neqsel, join = neqjoinsel
);
comment on operator <> (double precision, log_reduction) is 'unequal, for every pair of possible values; NULL if it cannot be known';
