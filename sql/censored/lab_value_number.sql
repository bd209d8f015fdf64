-- Comparisons of lab_value with numbers: three-valued, and in no family of operators

create function _virotrial.lab_value_lt_float8(lab_value, double precision) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.lab_value_lt_support
    as 'MODULE_PATHNAME', 'lab_value_lt_float8';
comment on function _virotrial.lab_value_lt_float8(lab_value, double precision) is 'is every possible value of the first less than every one of the second? NULL if it cannot be known';

create function _virotrial.lab_value_le_float8(lab_value, double precision) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.lab_value_le_support
    as 'MODULE_PATHNAME', 'lab_value_le_float8';
comment on function _virotrial.lab_value_le_float8(lab_value, double precision) is 'is every possible value of the first at most every one of the second? NULL if it cannot be known';

create function _virotrial.lab_value_gt_float8(lab_value, double precision) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.lab_value_gt_support
    as 'MODULE_PATHNAME', 'lab_value_gt_float8';
comment on function _virotrial.lab_value_gt_float8(lab_value, double precision) is 'is every possible value of the first greater than every one of the second? NULL if it cannot be known';

create function _virotrial.lab_value_ge_float8(lab_value, double precision) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.lab_value_ge_support
    as 'MODULE_PATHNAME', 'lab_value_ge_float8';
comment on function _virotrial.lab_value_ge_float8(lab_value, double precision) is 'is every possible value of the first at least every one of the second? NULL if it cannot be known';

create operator < (
    leftarg = lab_value, rightarg = double precision, function = _virotrial.lab_value_lt_float8,
    commutator = >, negator = >=,
    restrict = _virotrial.lab_value_ltsel, join = scalarltjoinsel
);
comment on operator < (lab_value, double precision) is 'less than, for every pair of possible values; NULL if it cannot be known';

create operator <= (
    leftarg = lab_value, rightarg = double precision, function = _virotrial.lab_value_le_float8,
    commutator = >=, negator = >,
    restrict = _virotrial.lab_value_lesel, join = scalarlejoinsel
);
comment on operator <= (lab_value, double precision) is 'at most, for every pair of possible values; NULL if it cannot be known';

create operator > (
    leftarg = lab_value, rightarg = double precision, function = _virotrial.lab_value_gt_float8,
    commutator = <, negator = <=,
    restrict = _virotrial.lab_value_gtsel, join = scalargtjoinsel
);
comment on operator > (lab_value, double precision) is 'greater than, for every pair of possible values; NULL if it cannot be known';

create operator >= (
    leftarg = lab_value, rightarg = double precision, function = _virotrial.lab_value_ge_float8,
    commutator = <=, negator = <,
    restrict = _virotrial.lab_value_gesel, join = scalargejoinsel
);
comment on operator >= (lab_value, double precision) is 'at least, for every pair of possible values; NULL if it cannot be known';

create function _virotrial.lab_value_eq_float8(lab_value, double precision) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.lab_value_eq_support
    as 'MODULE_PATHNAME', 'lab_value_eq_float8';
comment on function _virotrial.lab_value_eq_float8(lab_value, double precision) is 'is every possible value of the one equal to every one of the other? NULL if it cannot be known';

create function _virotrial.lab_value_ne_float8(lab_value, double precision) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'lab_value_ne_float8';
comment on function _virotrial.lab_value_ne_float8(lab_value, double precision) is 'is every possible value of the one unequal to every one of the other? NULL if it cannot be known';

create operator = (
    leftarg = lab_value, rightarg = double precision, function = _virotrial.lab_value_eq_float8,
    commutator = =, negator = <>,
    restrict = eqsel, join = eqjoinsel
);
comment on operator = (lab_value, double precision) is 'equal, for every pair of possible values; NULL if it cannot be known';

create operator <> (
    leftarg = lab_value, rightarg = double precision, function = _virotrial.lab_value_ne_float8,
    commutator = <>, negator = =,
    restrict = neqsel, join = neqjoinsel
);
comment on operator <> (lab_value, double precision) is 'unequal, for every pair of possible values; NULL if it cannot be known';

create function _virotrial.float8_lt_lab_value(double precision, lab_value) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.lab_value_lt_support
    as 'MODULE_PATHNAME', 'float8_lt_lab_value';
comment on function _virotrial.float8_lt_lab_value(double precision, lab_value) is 'is every possible value of the first less than every one of the second? NULL if it cannot be known';

create function _virotrial.float8_le_lab_value(double precision, lab_value) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.lab_value_le_support
    as 'MODULE_PATHNAME', 'float8_le_lab_value';
comment on function _virotrial.float8_le_lab_value(double precision, lab_value) is 'is every possible value of the first at most every one of the second? NULL if it cannot be known';

create function _virotrial.float8_gt_lab_value(double precision, lab_value) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.lab_value_gt_support
    as 'MODULE_PATHNAME', 'float8_gt_lab_value';
comment on function _virotrial.float8_gt_lab_value(double precision, lab_value) is 'is every possible value of the first greater than every one of the second? NULL if it cannot be known';

create function _virotrial.float8_ge_lab_value(double precision, lab_value) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.lab_value_ge_support
    as 'MODULE_PATHNAME', 'float8_ge_lab_value';
comment on function _virotrial.float8_ge_lab_value(double precision, lab_value) is 'is every possible value of the first at least every one of the second? NULL if it cannot be known';

create operator < (
    leftarg = double precision, rightarg = lab_value, function = _virotrial.float8_lt_lab_value,
    commutator = >, negator = >=,
    restrict = _virotrial.lab_value_ltsel, join = scalarltjoinsel
);
comment on operator < (double precision, lab_value) is 'less than, for every pair of possible values; NULL if it cannot be known';

create operator <= (
    leftarg = double precision, rightarg = lab_value, function = _virotrial.float8_le_lab_value,
    commutator = >=, negator = >,
    restrict = _virotrial.lab_value_lesel, join = scalarlejoinsel
);
comment on operator <= (double precision, lab_value) is 'at most, for every pair of possible values; NULL if it cannot be known';

create operator > (
    leftarg = double precision, rightarg = lab_value, function = _virotrial.float8_gt_lab_value,
    commutator = <, negator = <=,
    restrict = _virotrial.lab_value_gtsel, join = scalargtjoinsel
);
comment on operator > (double precision, lab_value) is 'greater than, for every pair of possible values; NULL if it cannot be known';

create operator >= (
    leftarg = double precision, rightarg = lab_value, function = _virotrial.float8_ge_lab_value,
    commutator = <=, negator = <,
    restrict = _virotrial.lab_value_gesel, join = scalargejoinsel
);
comment on operator >= (double precision, lab_value) is 'at least, for every pair of possible values; NULL if it cannot be known';

create function _virotrial.float8_eq_lab_value(double precision, lab_value) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.lab_value_eq_support
    as 'MODULE_PATHNAME', 'float8_eq_lab_value';
comment on function _virotrial.float8_eq_lab_value(double precision, lab_value) is 'is every possible value of the one equal to every one of the other? NULL if it cannot be known';

create function _virotrial.float8_ne_lab_value(double precision, lab_value) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'float8_ne_lab_value';
comment on function _virotrial.float8_ne_lab_value(double precision, lab_value) is 'is every possible value of the one unequal to every one of the other? NULL if it cannot be known';

create operator = (
    leftarg = double precision, rightarg = lab_value, function = _virotrial.float8_eq_lab_value,
    commutator = =, negator = <>,
    restrict = eqsel, join = eqjoinsel
);
comment on operator = (double precision, lab_value) is 'equal, for every pair of possible values; NULL if it cannot be known';

create operator <> (
    leftarg = double precision, rightarg = lab_value, function = _virotrial.float8_ne_lab_value,
    commutator = <>, negator = =,
    restrict = neqsel, join = neqjoinsel
);
comment on operator <> (double precision, lab_value) is 'unequal, for every pair of possible values; NULL if it cannot be known';
