-- lab_value: a laboratory result, exact or bounded on one side, in a unit that stands beside it

create type lab_value;

create function _virotrial.lab_value_in(cstring) returns lab_value
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'lab_value_in';
comment on function _virotrial.lab_value_in(cstring) is 'input: text to lab_value; 22P02 for bad text, 22003 for a number out of range';

create function _virotrial.lab_value_out(lab_value) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'lab_value_out';
comment on function _virotrial.lab_value_out(lab_value) is 'output: the canonical text, the shortest that reads back the same';

create function _virotrial.lab_value_recv(internal) returns lab_value
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'lab_value_recv';
comment on function _virotrial.lab_value_recv(internal) is 'binary input: version, qualifier and limit; 22P03 for what lab_value cannot hold';

create function _virotrial.lab_value_send(lab_value) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'lab_value_send';
comment on function _virotrial.lab_value_send(lab_value) is 'binary output: version, qualifier and limit';

create type lab_value (
    input = _virotrial.lab_value_in,
    output = _virotrial.lab_value_out,
    receive = _virotrial.lab_value_recv,
    send = _virotrial.lab_value_send,
    internallength = 8,
    passedbyvalue,
    alignment = double,
    storage = plain
);
comment on type lab_value is 'number of a laboratory result: exact (4.2), less than a limit (<5), or more than one (>1000); zero or of a magnitude from 1e-30 to 1e30; its unit stands beside it';

-- Identity and total order: by limit, then <, exact, >

create function _virotrial.lab_value_eq(lab_value, lab_value) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_identical';
comment on function _virotrial.lab_value_eq(lab_value, lab_value) is 'identity: the same number and the same qualifier';

create function _virotrial.lab_value_ne(lab_value, lab_value) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_distinct';
comment on function _virotrial.lab_value_ne(lab_value, lab_value) is 'not identical: another number or another qualifier';

create function _virotrial.lab_value_before(lab_value, lab_value) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_before';
comment on function _virotrial.lab_value_before(lab_value, lab_value) is 'sorts before';

create function _virotrial.lab_value_before_or_same(lab_value, lab_value) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_before_or_same';
comment on function _virotrial.lab_value_before_or_same(lab_value, lab_value) is 'sorts before, or is identical';

create function _virotrial.lab_value_after(lab_value, lab_value) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_after';
comment on function _virotrial.lab_value_after(lab_value, lab_value) is 'sorts after';

create function _virotrial.lab_value_after_or_same(lab_value, lab_value) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_after_or_same';
comment on function _virotrial.lab_value_after_or_same(lab_value, lab_value) is 'sorts after, or is identical';

create function _virotrial.lab_value_cmp(lab_value, lab_value) returns integer
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_cmp';
comment on function _virotrial.lab_value_cmp(lab_value, lab_value) is '-1, 0 or 1 in the total order';

create function _virotrial.lab_value_sortsupport(internal) returns void
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_sortsupport';
comment on function _virotrial.lab_value_sortsupport(internal) is 'sort support of the total order';

create function _virotrial.lab_value_hash(lab_value) returns integer
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_hash';
comment on function _virotrial.lab_value_hash(lab_value) is 'hash that agrees with identity';

create function _virotrial.lab_value_hash_extended(lab_value, bigint) returns bigint
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_hash_extended';
comment on function _virotrial.lab_value_hash_extended(lab_value, bigint) is 'seeded hash that agrees with identity';

create operator = (
    leftarg = lab_value, rightarg = lab_value, function = _virotrial.lab_value_eq,
    commutator = =, negator = <>,
    restrict = eqsel, join = eqjoinsel,
    hashes, merges
);
comment on operator = (lab_value, lab_value) is 'identity: the same number and the same qualifier';

create operator <> (
    leftarg = lab_value, rightarg = lab_value, function = _virotrial.lab_value_ne,
    commutator = <>, negator = =,
    restrict = neqsel, join = neqjoinsel
);
comment on operator <> (lab_value, lab_value) is 'not identical';

create operator #< (
    leftarg = lab_value, rightarg = lab_value, function = _virotrial.lab_value_before,
    commutator = #>, negator = #>=,
    restrict = scalarltsel, join = scalarltjoinsel
);
comment on operator #< (lab_value, lab_value) is 'sorts before';

create operator #<= (
    leftarg = lab_value, rightarg = lab_value, function = _virotrial.lab_value_before_or_same,
    commutator = #>=, negator = #>,
    restrict = scalarlesel, join = scalarlejoinsel
);
comment on operator #<= (lab_value, lab_value) is 'sorts before, or is identical';

create operator #>= (
    leftarg = lab_value, rightarg = lab_value, function = _virotrial.lab_value_after_or_same,
    commutator = #<=, negator = #<,
    restrict = scalargesel, join = scalargejoinsel
);
comment on operator #>= (lab_value, lab_value) is 'sorts after, or is identical';

create operator #> (
    leftarg = lab_value, rightarg = lab_value, function = _virotrial.lab_value_after,
    commutator = #<, negator = #<=,
    restrict = scalargtsel, join = scalargtjoinsel
);
comment on operator #> (lab_value, lab_value) is 'sorts after';

create operator class lab_value_ops default for type lab_value using btree as
    operator 1 #<, operator 2 #<=, operator 3 =, operator 4 #>=, operator 5 #>,
    function 1 _virotrial.lab_value_cmp(lab_value, lab_value),
    function 2 _virotrial.lab_value_sortsupport(internal),
    function 4 btequalimage(oid);
comment on operator class lab_value_ops using btree is 'the total order of lab_value';
comment on operator family lab_value_ops using btree is 'the total order of lab_value';

create operator class lab_value_ops default for type lab_value using hash as
    operator 1 =,
    function 1 _virotrial.lab_value_hash(lab_value),
    function 2 _virotrial.lab_value_hash_extended(lab_value, bigint);
comment on operator class lab_value_ops using hash is 'identity of lab_value';
comment on operator family lab_value_ops using hash is 'identity of lab_value';

create operator class lab_value_minmax_ops default for type lab_value using brin as
    operator 1 #<, operator 2 #<=, operator 3 =, operator 4 #>=, operator 5 #>,
    function 1 brin_minmax_opcinfo(internal),
    function 2 brin_minmax_add_value(internal, internal, internal, internal),
    function 3 brin_minmax_consistent(internal, internal, internal),
    function 4 brin_minmax_union(internal, internal, internal);
comment on operator class lab_value_minmax_ops using brin is 'the total order of lab_value';
comment on operator family lab_value_minmax_ops using brin is 'the total order of lab_value';

create function _virotrial.lab_value_first(lab_value, lab_value) returns lab_value
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_first';
comment on function _virotrial.lab_value_first(lab_value, lab_value) is 'the one that sorts first';

create function _virotrial.lab_value_last(lab_value, lab_value) returns lab_value
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_last';
comment on function _virotrial.lab_value_last(lab_value, lab_value) is 'the one that sorts last';

create aggregate min(lab_value) (
    sfunc = _virotrial.lab_value_first, stype = lab_value, combinefunc = _virotrial.lab_value_first,
    sortop = #<, parallel = safe
);
comment on aggregate min(lab_value) is 'the value that sorts first in the total order';

create aggregate max(lab_value) (
    sfunc = _virotrial.lab_value_last, stype = lab_value, combinefunc = _virotrial.lab_value_last,
    sortop = #>, parallel = safe
);
comment on aggregate max(lab_value) is 'the value that sorts last in the total order';

-- Comparison: true if it holds for every pair of possible values, false if for
-- none, NULL if it cannot be known

create function _virotrial.lab_value_search_key(double precision) returns lab_value
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'lab_value_search_key';
comment on function _virotrial.lab_value_search_key(double precision) is 'the place of a number in the total order, for index conditions that the planner makes';

create function _virotrial.lab_value_eq_support(internal) returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_eq_support';
comment on function _virotrial.lab_value_eq_support(internal) is 'planner support of = with a number: an index condition in the total order';

create function _virotrial.lab_value_lt_support(internal) returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_lt_support';
comment on function _virotrial.lab_value_lt_support(internal) is 'planner support of <: an index condition in the total order';

create function _virotrial.lab_value_ltsel(internal, oid, internal, integer)
    returns double precision
    language c stable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_ltsel';
comment on function _virotrial.lab_value_ltsel(internal, oid, internal, integer) is 'restriction selectivity of <';

create function _virotrial.lab_value_le_support(internal) returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_le_support';
comment on function _virotrial.lab_value_le_support(internal) is 'planner support of <=: an index condition in the total order';

create function _virotrial.lab_value_lesel(internal, oid, internal, integer)
    returns double precision
    language c stable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_lesel';
comment on function _virotrial.lab_value_lesel(internal, oid, internal, integer) is 'restriction selectivity of <=';

create function _virotrial.lab_value_gt_support(internal) returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_gt_support';
comment on function _virotrial.lab_value_gt_support(internal) is 'planner support of >: an index condition in the total order';

create function _virotrial.lab_value_gtsel(internal, oid, internal, integer)
    returns double precision
    language c stable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_gtsel';
comment on function _virotrial.lab_value_gtsel(internal, oid, internal, integer) is 'restriction selectivity of >';

create function _virotrial.lab_value_ge_support(internal) returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_ge_support';
comment on function _virotrial.lab_value_ge_support(internal) is 'planner support of >=: an index condition in the total order';

create function _virotrial.lab_value_gesel(internal, oid, internal, integer)
    returns double precision
    language c stable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_gesel';
comment on function _virotrial.lab_value_gesel(internal, oid, internal, integer) is 'restriction selectivity of >=';

create function _virotrial.lab_value_lt(lab_value, lab_value) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.lab_value_lt_support
    as 'MODULE_PATHNAME', 'lab_value_lt';
comment on function _virotrial.lab_value_lt(lab_value, lab_value) is 'is every possible value of the first less than every one of the second? NULL if it cannot be known';

create function _virotrial.lab_value_le(lab_value, lab_value) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.lab_value_le_support
    as 'MODULE_PATHNAME', 'lab_value_le';
comment on function _virotrial.lab_value_le(lab_value, lab_value) is 'is every possible value of the first at most every one of the second? NULL if it cannot be known';

create function _virotrial.lab_value_gt(lab_value, lab_value) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.lab_value_gt_support
    as 'MODULE_PATHNAME', 'lab_value_gt';
comment on function _virotrial.lab_value_gt(lab_value, lab_value) is 'is every possible value of the first greater than every one of the second? NULL if it cannot be known';

create function _virotrial.lab_value_ge(lab_value, lab_value) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.lab_value_ge_support
    as 'MODULE_PATHNAME', 'lab_value_ge';
comment on function _virotrial.lab_value_ge(lab_value, lab_value) is 'is every possible value of the first at least every one of the second? NULL if it cannot be known';

create operator < (
    leftarg = lab_value, rightarg = lab_value, function = _virotrial.lab_value_lt,
    commutator = >, negator = >=,
    restrict = _virotrial.lab_value_ltsel, join = scalarltjoinsel
);
comment on operator < (lab_value, lab_value) is 'less than, for every pair of possible values; NULL if it cannot be known';

create operator <= (
    leftarg = lab_value, rightarg = lab_value, function = _virotrial.lab_value_le,
    commutator = >=, negator = >,
    restrict = _virotrial.lab_value_lesel, join = scalarlejoinsel
);
comment on operator <= (lab_value, lab_value) is 'at most, for every pair of possible values; NULL if it cannot be known';

create operator > (
    leftarg = lab_value, rightarg = lab_value, function = _virotrial.lab_value_gt,
    commutator = <, negator = <=,
    restrict = _virotrial.lab_value_gtsel, join = scalargtjoinsel
);
comment on operator > (lab_value, lab_value) is 'greater than, for every pair of possible values; NULL if it cannot be known';

create operator >= (
    leftarg = lab_value, rightarg = lab_value, function = _virotrial.lab_value_ge,
    commutator = <=, negator = <,
    restrict = _virotrial.lab_value_gesel, join = scalargejoinsel
);
comment on operator >= (lab_value, lab_value) is 'at least, for every pair of possible values; NULL if it cannot be known';

-- What a value says of itself

create function quantity(lab_value) returns double precision
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_quantity';
comment on function quantity(lab_value) is 'the number or limit, in the unit of the result';

create function qualifier(lab_value) returns text
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_qualifier_text';
comment on function qualifier(lab_value) is '=, < or >';

create function is_censored(lab_value) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_is_censored';
comment on function is_censored(lab_value) is 'is it anything but an exact number?';

create function lower_bound(lab_value) returns double precision
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_lower_bound';
comment on function lower_bound(lab_value) is 'the lower end of the possible values; NULL where there is none';

create function upper_bound(lab_value) returns double precision
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_upper_bound';
comment on function upper_bound(lab_value) is 'the upper end of the possible values; NULL where there is none';

create function exact_value(lab_value) returns double precision
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_exact_value';
comment on function exact_value(lab_value) is 'the number of an exact value, in the unit of the result; NULL for a censored one';

create function _virotrial.lab_value_times(lab_value, double precision) returns lab_value
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'lab_value_times';
comment on function _virotrial.lab_value_times(lab_value, double precision) is 'the value in another unit: its number or limit times a factor; a negative factor turns limits over; 22003 outside the range of the type';

create operator * (
    leftarg = lab_value, rightarg = double precision, function = _virotrial.lab_value_times
);
comment on operator * (lab_value, double precision) is 'the value in another unit: its number or limit times a factor';

create function _virotrial.lab_value_per(lab_value, double precision) returns lab_value
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'lab_value_per';
comment on function _virotrial.lab_value_per(lab_value, double precision) is 'the value in another unit: its number or limit divided by a factor; a negative one turns limits over; 22012 for zero, 22003 outside the range of the type';

create operator / (
    leftarg = lab_value, rightarg = double precision, function = _virotrial.lab_value_per
);
comment on operator / (lab_value, double precision) is 'the value in another unit: its number or limit divided by a factor';

-- From and to other types

create function lab_value(quantity double precision, qualifier text) returns lab_value
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'lab_value_from_parts';
comment on function lab_value(quantity double precision, qualifier text) is 'the value of a number or limit and a qualifier (=, or none; < or LT; > or GT); 22003 outside the range of the type, 22023 for another qualifier';

create function lab_value(double precision) returns lab_value
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'lab_value_from_float8';
comment on function lab_value(double precision) is 'an exact value in the unit of the result; 22003 outside the range of the type';

create function _virotrial.lab_value(numeric) returns lab_value
    language sql immutable strict parallel safe
    return lab_value($1::double precision);
comment on function _virotrial.lab_value(numeric) is 'an exact value in the unit of the result; 22003 outside the range of the type';

create function _virotrial.lab_value(integer) returns lab_value
    language sql immutable strict parallel safe
    return lab_value($1::double precision);
comment on function _virotrial.lab_value(integer) is 'an exact value in the unit of the result; 22003 outside the range of the type';

create function _virotrial.lab_value(bigint) returns lab_value
    language sql immutable strict parallel safe
    return lab_value($1::double precision);
comment on function _virotrial.lab_value(bigint) is 'an exact value in the unit of the result; 22003 outside the range of the type';

create cast (double precision as lab_value) with function lab_value(double precision) as assignment;
comment on cast (double precision as lab_value) is 'an exact value in the unit of the result';

create cast (numeric as lab_value) with function _virotrial.lab_value(numeric) as assignment;
comment on cast (numeric as lab_value) is 'an exact value in the unit of the result';

create cast (integer as lab_value) with function _virotrial.lab_value(integer) as assignment;
comment on cast (integer as lab_value) is 'an exact value in the unit of the result';

create cast (bigint as lab_value) with function _virotrial.lab_value(bigint) as assignment;
comment on cast (bigint as lab_value) is 'an exact value in the unit of the result';

create cast (text as lab_value) with inout as assignment;
comment on cast (text as lab_value) is 'as the type reads it';

create cast (character varying as lab_value) with inout as assignment;
comment on cast (character varying as lab_value) is 'as the type reads its text';

create cast (character as lab_value) with inout as assignment;
comment on cast (character as lab_value) is 'as the type reads its text';

create cast (smallint as lab_value) with inout as assignment;
comment on cast (smallint as lab_value) is 'as the type reads its text';

create cast (real as lab_value) with inout as assignment;
comment on cast (real as lab_value) is 'as the type reads its text';

create cast (lab_value as text) with inout as assignment;
comment on cast (lab_value as text) is 'as the type writes it';

create function _virotrial.lab_value_change(baseline lab_value, value lab_value) returns lab_value
    language sql immutable parallel safe
    return case
        when qualifier(baseline) = '='
            then lab_value(quantity(value) - quantity(baseline), qualifier(value))
        when qualifier(value) = '=' or qualifier(value) <> qualifier(baseline)
            then lab_value(quantity(value) - quantity(baseline), case qualifier(baseline)
                when '<' then '>' else '<' end) end;
comment on function _virotrial.lab_value_change(baseline lab_value, value lab_value) is 'the change from a baseline: exact, or with < or > if either is censored; NULL where nothing is known of it';
