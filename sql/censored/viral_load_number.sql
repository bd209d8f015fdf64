-- Comparisons of viral_load with numbers: three-valued, and in no family of operators

create function _virotrial.viral_load_lt_float8(viral_load, double precision) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.viral_load_lt_support
    as 'MODULE_PATHNAME', 'viral_load_lt_float8';
comment on function _virotrial.viral_load_lt_float8(viral_load, double precision) is 'is every possible value of the first less than every one of the second? NULL if it cannot be known';

create function _virotrial.viral_load_le_float8(viral_load, double precision) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.viral_load_le_support
    as 'MODULE_PATHNAME', 'viral_load_le_float8';
comment on function _virotrial.viral_load_le_float8(viral_load, double precision) is 'is every possible value of the first at most every one of the second? NULL if it cannot be known';

create function _virotrial.viral_load_gt_float8(viral_load, double precision) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.viral_load_gt_support
    as 'MODULE_PATHNAME', 'viral_load_gt_float8';
comment on function _virotrial.viral_load_gt_float8(viral_load, double precision) is 'is every possible value of the first greater than every one of the second? NULL if it cannot be known';

create function _virotrial.viral_load_ge_float8(viral_load, double precision) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.viral_load_ge_support
    as 'MODULE_PATHNAME', 'viral_load_ge_float8';
comment on function _virotrial.viral_load_ge_float8(viral_load, double precision) is 'is every possible value of the first at least every one of the second? NULL if it cannot be known';

create operator < (
    leftarg = viral_load, rightarg = double precision, function = _virotrial.viral_load_lt_float8,
    commutator = >, negator = >=,
    restrict = _virotrial.viral_load_ltsel, join = scalarltjoinsel
);
comment on operator < (viral_load, double precision) is 'less than, for every pair of possible values; NULL if it cannot be known';

create operator <= (
    leftarg = viral_load, rightarg = double precision, function = _virotrial.viral_load_le_float8,
    commutator = >=, negator = >,
    restrict = _virotrial.viral_load_lesel, join = scalarlejoinsel
);
comment on operator <= (viral_load, double precision) is 'at most, for every pair of possible values; NULL if it cannot be known';

create operator > (
    leftarg = viral_load, rightarg = double precision, function = _virotrial.viral_load_gt_float8,
    commutator = <, negator = <=,
    restrict = _virotrial.viral_load_gtsel, join = scalargtjoinsel
);
comment on operator > (viral_load, double precision) is 'greater than, for every pair of possible values; NULL if it cannot be known';

create operator >= (
    leftarg = viral_load, rightarg = double precision, function = _virotrial.viral_load_ge_float8,
    commutator = <=, negator = <,
    restrict = _virotrial.viral_load_gesel, join = scalargejoinsel
);
comment on operator >= (viral_load, double precision) is 'at least, for every pair of possible values; NULL if it cannot be known';

create function _virotrial.viral_load_eq_float8(viral_load, double precision) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.viral_load_eq_support
    as 'MODULE_PATHNAME', 'viral_load_eq_float8';
comment on function _virotrial.viral_load_eq_float8(viral_load, double precision) is 'is every possible value of the one equal to every one of the other? NULL if it cannot be known';

create function _virotrial.viral_load_ne_float8(viral_load, double precision) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'viral_load_ne_float8';
comment on function _virotrial.viral_load_ne_float8(viral_load, double precision) is 'is every possible value of the one unequal to every one of the other? NULL if it cannot be known';

create operator = (
    leftarg = viral_load, rightarg = double precision, function = _virotrial.viral_load_eq_float8,
    commutator = =, negator = <>,
    restrict = eqsel, join = eqjoinsel
);
comment on operator = (viral_load, double precision) is 'equal, for every pair of possible values; NULL if it cannot be known';

create operator <> (
    leftarg = viral_load, rightarg = double precision, function = _virotrial.viral_load_ne_float8,
    commutator = <>, negator = =,
    restrict = neqsel, join = neqjoinsel
);
comment on operator <> (viral_load, double precision) is 'unequal, for every pair of possible values; NULL if it cannot be known';

create function _virotrial.float8_lt_viral_load(double precision, viral_load) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.viral_load_lt_support
    as 'MODULE_PATHNAME', 'float8_lt_viral_load';
comment on function _virotrial.float8_lt_viral_load(double precision, viral_load) is 'is every possible value of the first less than every one of the second? NULL if it cannot be known';

create function _virotrial.float8_le_viral_load(double precision, viral_load) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.viral_load_le_support
    as 'MODULE_PATHNAME', 'float8_le_viral_load';
comment on function _virotrial.float8_le_viral_load(double precision, viral_load) is 'is every possible value of the first at most every one of the second? NULL if it cannot be known';

create function _virotrial.float8_gt_viral_load(double precision, viral_load) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.viral_load_gt_support
    as 'MODULE_PATHNAME', 'float8_gt_viral_load';
comment on function _virotrial.float8_gt_viral_load(double precision, viral_load) is 'is every possible value of the first greater than every one of the second? NULL if it cannot be known';

create function _virotrial.float8_ge_viral_load(double precision, viral_load) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.viral_load_ge_support
    as 'MODULE_PATHNAME', 'float8_ge_viral_load';
comment on function _virotrial.float8_ge_viral_load(double precision, viral_load) is 'is every possible value of the first at least every one of the second? NULL if it cannot be known';

create operator < (
    leftarg = double precision, rightarg = viral_load, function = _virotrial.float8_lt_viral_load,
    commutator = >, negator = >=,
    restrict = _virotrial.viral_load_ltsel, join = scalarltjoinsel
);
comment on operator < (double precision, viral_load) is 'less than, for every pair of possible values; NULL if it cannot be known';

create operator <= (
    leftarg = double precision, rightarg = viral_load, function = _virotrial.float8_le_viral_load,
    commutator = >=, negator = >,
    restrict = _virotrial.viral_load_lesel, join = scalarlejoinsel
);
comment on operator <= (double precision, viral_load) is 'at most, for every pair of possible values; NULL if it cannot be known';

create operator > (
    leftarg = double precision, rightarg = viral_load, function = _virotrial.float8_gt_viral_load,
    commutator = <, negator = <=,
    restrict = _virotrial.viral_load_gtsel, join = scalargtjoinsel
);
comment on operator > (double precision, viral_load) is 'greater than, for every pair of possible values; NULL if it cannot be known';

create operator >= (
    leftarg = double precision, rightarg = viral_load, function = _virotrial.float8_ge_viral_load,
    commutator = <=, negator = <,
    restrict = _virotrial.viral_load_gesel, join = scalargejoinsel
);
comment on operator >= (double precision, viral_load) is 'at least, for every pair of possible values; NULL if it cannot be known';

create function _virotrial.float8_eq_viral_load(double precision, viral_load) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.viral_load_eq_support
    as 'MODULE_PATHNAME', 'float8_eq_viral_load';
comment on function _virotrial.float8_eq_viral_load(double precision, viral_load) is 'is every possible value of the one equal to every one of the other? NULL if it cannot be known';

create function _virotrial.float8_ne_viral_load(double precision, viral_load) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'float8_ne_viral_load';
comment on function _virotrial.float8_ne_viral_load(double precision, viral_load) is 'is every possible value of the one unequal to every one of the other? NULL if it cannot be known';

create operator = (
    leftarg = double precision, rightarg = viral_load, function = _virotrial.float8_eq_viral_load,
    commutator = =, negator = <>,
    restrict = eqsel, join = eqjoinsel
);
comment on operator = (double precision, viral_load) is 'equal, for every pair of possible values; NULL if it cannot be known';

create operator <> (
    leftarg = double precision, rightarg = viral_load, function = _virotrial.float8_ne_viral_load,
    commutator = <>, negator = =,
    restrict = neqsel, join = neqjoinsel
);
comment on operator <> (double precision, viral_load) is 'unequal, for every pair of possible values; NULL if it cannot be known';
