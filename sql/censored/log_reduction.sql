-- log_reduction: the fall of a viral load, exact or bounded on one side

create type log_reduction;

create function _virotrial.log_reduction_in(cstring) returns log_reduction
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_in';
comment on function _virotrial.log_reduction_in(cstring) is 'input: text to log_reduction; 22P02 for bad text, 22003 for a number out of range';

create function _virotrial.log_reduction_out(log_reduction) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_out';
comment on function _virotrial.log_reduction_out(log_reduction) is 'output: the canonical text, the shortest that reads back the same';

create function _virotrial.log_reduction_recv(internal) returns log_reduction
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_recv';
comment on function _virotrial.log_reduction_recv(internal) is 'binary input: version, qualifier and limit; 22P03 for what log_reduction cannot hold';

create function _virotrial.log_reduction_send(log_reduction) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_send';
comment on function _virotrial.log_reduction_send(log_reduction) is 'binary output: version, qualifier and limit';

create type log_reduction (
    input = _virotrial.log_reduction_in,
    output = _virotrial.log_reduction_out,
    receive = _virotrial.log_reduction_recv,
    send = _virotrial.log_reduction_send,
    internallength = 8,
    passedbyvalue,
    alignment = double,
    storage = plain
);
comment on type log_reduction is 'fall of a viral load in log10 units: exact (1.85), more than a bound (>2.3), or less than one (<0.4); negative values are rises';

-- Identity and total order: by limit, then <, exact, >

create function _virotrial.log_reduction_eq(log_reduction, log_reduction) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_identical';
comment on function _virotrial.log_reduction_eq(log_reduction, log_reduction) is 'identity: the same number and the same qualifier';

create function _virotrial.log_reduction_ne(log_reduction, log_reduction) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_distinct';
comment on function _virotrial.log_reduction_ne(log_reduction, log_reduction) is 'not identical: another number or another qualifier';

create function _virotrial.log_reduction_before(log_reduction, log_reduction) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_before';
comment on function _virotrial.log_reduction_before(log_reduction, log_reduction) is 'sorts before';

create function _virotrial.log_reduction_before_or_same(log_reduction, log_reduction)
    returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_before_or_same';
comment on function _virotrial.log_reduction_before_or_same(log_reduction, log_reduction) is 'sorts before, or is identical';

create function _virotrial.log_reduction_after(log_reduction, log_reduction) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_after';
comment on function _virotrial.log_reduction_after(log_reduction, log_reduction) is 'sorts after';

create function _virotrial.log_reduction_after_or_same(log_reduction, log_reduction) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_after_or_same';
comment on function _virotrial.log_reduction_after_or_same(log_reduction, log_reduction) is 'sorts after, or is identical';

create function _virotrial.log_reduction_cmp(log_reduction, log_reduction) returns integer
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_cmp';
comment on function _virotrial.log_reduction_cmp(log_reduction, log_reduction) is '-1, 0 or 1 in the total order';

create function _virotrial.log_reduction_sortsupport(internal) returns void
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_sortsupport';
comment on function _virotrial.log_reduction_sortsupport(internal) is 'sort support of the total order';

create function _virotrial.log_reduction_hash(log_reduction) returns integer
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_hash';
comment on function _virotrial.log_reduction_hash(log_reduction) is 'hash that agrees with identity';

create function _virotrial.log_reduction_hash_extended(log_reduction, bigint) returns bigint
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_hash_extended';
comment on function _virotrial.log_reduction_hash_extended(log_reduction, bigint) is 'seeded hash that agrees with identity';

create operator = (
    leftarg = log_reduction, rightarg = log_reduction, function = _virotrial.log_reduction_eq,
    commutator = =, negator = <>,
    restrict = eqsel, join = eqjoinsel,
    hashes, merges
);
comment on operator = (log_reduction, log_reduction) is 'identity: the same number and the same qualifier';

create operator <> (
    leftarg = log_reduction, rightarg = log_reduction, function = _virotrial.log_reduction_ne,
    commutator = <>, negator = =,
    restrict = neqsel, join = neqjoinsel
);
comment on operator <> (log_reduction, log_reduction) is 'not identical';

create operator #< (
    leftarg = log_reduction, rightarg = log_reduction, function = _virotrial.log_reduction_before,
    commutator = #>, negator = #>=,
    restrict = scalarltsel, join = scalarltjoinsel
);
comment on operator #< (log_reduction, log_reduction) is 'sorts before';

create operator #<= (
    leftarg = log_reduction, rightarg = log_reduction,
    function = _virotrial.log_reduction_before_or_same,
    commutator = #>=, negator = #>,
    restrict = scalarlesel, join = scalarlejoinsel
);
comment on operator #<= (log_reduction, log_reduction) is 'sorts before, or is identical';

create operator #>= (
    leftarg = log_reduction, rightarg = log_reduction,
    function = _virotrial.log_reduction_after_or_same,
    commutator = #<=, negator = #<,
    restrict = scalargesel, join = scalargejoinsel
);
comment on operator #>= (log_reduction, log_reduction) is 'sorts after, or is identical';

create operator #> (
    leftarg = log_reduction, rightarg = log_reduction, function = _virotrial.log_reduction_after,
    commutator = #<, negator = #<=,
    restrict = scalargtsel, join = scalargtjoinsel
);
comment on operator #> (log_reduction, log_reduction) is 'sorts after';

create operator class log_reduction_ops default for type log_reduction using btree as
    operator 1 #<, operator 2 #<=, operator 3 =, operator 4 #>=, operator 5 #>,
    function 1 _virotrial.log_reduction_cmp(log_reduction, log_reduction),
    function 2 _virotrial.log_reduction_sortsupport(internal),
    function 4 btequalimage(oid);
comment on operator class log_reduction_ops using btree is 'the total order of log_reduction';
comment on operator family log_reduction_ops using btree is 'the total order of log_reduction';

create operator class log_reduction_ops default for type log_reduction using hash as
    operator 1 =,
    function 1 _virotrial.log_reduction_hash(log_reduction),
    function 2 _virotrial.log_reduction_hash_extended(log_reduction, bigint);
comment on operator class log_reduction_ops using hash is 'identity of log_reduction';
comment on operator family log_reduction_ops using hash is 'identity of log_reduction';

create operator class log_reduction_minmax_ops default for type log_reduction using brin as
    operator 1 #<, operator 2 #<=, operator 3 =, operator 4 #>=, operator 5 #>,
    function 1 brin_minmax_opcinfo(internal),
    function 2 brin_minmax_add_value(internal, internal, internal, internal),
    function 3 brin_minmax_consistent(internal, internal, internal),
    function 4 brin_minmax_union(internal, internal, internal);
comment on operator class log_reduction_minmax_ops using brin is 'the total order of log_reduction';
comment on operator family log_reduction_minmax_ops using brin is 'the total order of log_reduction';

create function _virotrial.log_reduction_first(log_reduction, log_reduction) returns log_reduction
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_first';
comment on function _virotrial.log_reduction_first(log_reduction, log_reduction) is 'the one that sorts first';

create function _virotrial.log_reduction_last(log_reduction, log_reduction) returns log_reduction
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_last';
comment on function _virotrial.log_reduction_last(log_reduction, log_reduction) is 'the one that sorts last';

create aggregate min(log_reduction) (
    sfunc = _virotrial.log_reduction_first, stype = log_reduction,
    combinefunc = _virotrial.log_reduction_first, sortop = #<, parallel = safe
);
comment on aggregate min(log_reduction) is 'the value that sorts first in the total order';

create aggregate max(log_reduction) (
    sfunc = _virotrial.log_reduction_last, stype = log_reduction,
    combinefunc = _virotrial.log_reduction_last, sortop = #>, parallel = safe
);
comment on aggregate max(log_reduction) is 'the value that sorts last in the total order';

-- Comparison: true if it holds for every pair of possible values, false if for
-- none, NULL if it cannot be known

create function _virotrial.log_reduction_search_key(double precision) returns log_reduction
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'log_reduction_search_key';
comment on function _virotrial.log_reduction_search_key(double precision) is 'the place of a number in the total order, for index conditions that the planner makes';

create function _virotrial.log_reduction_eq_support(internal) returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_eq_support';
comment on function _virotrial.log_reduction_eq_support(internal) is 'planner support of = with a number: an index condition in the total order';

create function _virotrial.log_reduction_lt_support(internal) returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_lt_support';
comment on function _virotrial.log_reduction_lt_support(internal) is 'planner support of <: an index condition in the total order';

create function _virotrial.log_reduction_ltsel(internal, oid, internal, integer)
    returns double precision
    language c stable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_ltsel';
comment on function _virotrial.log_reduction_ltsel(internal, oid, internal, integer) is 'restriction selectivity of <';

create function _virotrial.log_reduction_le_support(internal) returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_le_support';
comment on function _virotrial.log_reduction_le_support(internal) is 'planner support of <=: an index condition in the total order';

create function _virotrial.log_reduction_lesel(internal, oid, internal, integer)
    returns double precision
    language c stable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_lesel';
comment on function _virotrial.log_reduction_lesel(internal, oid, internal, integer) is 'restriction selectivity of <=';

create function _virotrial.log_reduction_gt_support(internal) returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_gt_support';
comment on function _virotrial.log_reduction_gt_support(internal) is 'planner support of >: an index condition in the total order';

create function _virotrial.log_reduction_gtsel(internal, oid, internal, integer)
    returns double precision
    language c stable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_gtsel';
comment on function _virotrial.log_reduction_gtsel(internal, oid, internal, integer) is 'restriction selectivity of >';

create function _virotrial.log_reduction_ge_support(internal) returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_ge_support';
comment on function _virotrial.log_reduction_ge_support(internal) is 'planner support of >=: an index condition in the total order';

create function _virotrial.log_reduction_gesel(internal, oid, internal, integer)
    returns double precision
    language c stable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_gesel';
comment on function _virotrial.log_reduction_gesel(internal, oid, internal, integer) is 'restriction selectivity of >=';

create function _virotrial.log_reduction_lt(log_reduction, log_reduction) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.log_reduction_lt_support
    as 'MODULE_PATHNAME', 'log_reduction_lt';
comment on function _virotrial.log_reduction_lt(log_reduction, log_reduction) is 'is every possible value of the first less than every one of the second? NULL if it cannot be known';

create function _virotrial.log_reduction_le(log_reduction, log_reduction) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.log_reduction_le_support
    as 'MODULE_PATHNAME', 'log_reduction_le';
comment on function _virotrial.log_reduction_le(log_reduction, log_reduction) is 'is every possible value of the first at most every one of the second? NULL if it cannot be known';

create function _virotrial.log_reduction_gt(log_reduction, log_reduction) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.log_reduction_gt_support
    as 'MODULE_PATHNAME', 'log_reduction_gt';
comment on function _virotrial.log_reduction_gt(log_reduction, log_reduction) is 'is every possible value of the first greater than every one of the second? NULL if it cannot be known';

create function _virotrial.log_reduction_ge(log_reduction, log_reduction) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.log_reduction_ge_support
    as 'MODULE_PATHNAME', 'log_reduction_ge';
comment on function _virotrial.log_reduction_ge(log_reduction, log_reduction) is 'is every possible value of the first at least every one of the second? NULL if it cannot be known';

create operator < (
    leftarg = log_reduction, rightarg = log_reduction, function = _virotrial.log_reduction_lt,
    commutator = >, negator = >=,
    restrict = _virotrial.log_reduction_ltsel, join = scalarltjoinsel
);
comment on operator < (log_reduction, log_reduction) is 'less than, for every pair of possible values; NULL if it cannot be known';

create operator <= (
    leftarg = log_reduction, rightarg = log_reduction, function = _virotrial.log_reduction_le,
    commutator = >=, negator = >,
    restrict = _virotrial.log_reduction_lesel, join = scalarlejoinsel
);
comment on operator <= (log_reduction, log_reduction) is 'at most, for every pair of possible values; NULL if it cannot be known';

create operator > (
    leftarg = log_reduction, rightarg = log_reduction, function = _virotrial.log_reduction_gt,
    commutator = <, negator = <=,
    restrict = _virotrial.log_reduction_gtsel, join = scalargtjoinsel
);
comment on operator > (log_reduction, log_reduction) is 'greater than, for every pair of possible values; NULL if it cannot be known';

create operator >= (
    leftarg = log_reduction, rightarg = log_reduction, function = _virotrial.log_reduction_ge,
    commutator = <=, negator = <,
    restrict = _virotrial.log_reduction_gesel, join = scalargejoinsel
);
comment on operator >= (log_reduction, log_reduction) is 'at least, for every pair of possible values; NULL if it cannot be known';

-- What a value says of itself

create function quantity(log_reduction) returns double precision
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_quantity';
comment on function quantity(log_reduction) is 'the number or limit, in log10 units';

create function qualifier(log_reduction) returns text
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_qualifier_text';
comment on function qualifier(log_reduction) is '=, < or >';

create function is_censored(log_reduction) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_is_censored';
comment on function is_censored(log_reduction) is 'is it anything but an exact number?';

create function lower_bound(log_reduction) returns double precision
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_lower_bound';
comment on function lower_bound(log_reduction) is 'the lower end of the possible values, in log10 units; NULL where there is none';

create function upper_bound(log_reduction) returns double precision
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_upper_bound';
comment on function upper_bound(log_reduction) is 'the upper end of the possible values, in log10 units; NULL where there is none';

create function exact_value(log_reduction) returns double precision
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_exact_value';
comment on function exact_value(log_reduction) is 'the number of an exact value, in log10 units; NULL for a censored one';

-- From and to other types

create function log_reduction(double precision) returns log_reduction
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'log_reduction_from_float8';
comment on function log_reduction(double precision) is 'an exact value in log10 units; 22003 outside the range of the type';

create function _virotrial.log_reduction(numeric) returns log_reduction
    language sql immutable strict parallel safe
    return log_reduction($1::double precision);
comment on function _virotrial.log_reduction(numeric) is 'an exact value in log10 units; 22003 outside the range of the type';

create function _virotrial.log_reduction(integer) returns log_reduction
    language sql immutable strict parallel safe
    return log_reduction($1::double precision);
comment on function _virotrial.log_reduction(integer) is 'an exact value in log10 units; 22003 outside the range of the type';

create function _virotrial.log_reduction(bigint) returns log_reduction
    language sql immutable strict parallel safe
    return log_reduction($1::double precision);
comment on function _virotrial.log_reduction(bigint) is 'an exact value in log10 units; 22003 outside the range of the type';

create cast (double precision as log_reduction)
    with function log_reduction(double precision) as assignment;
comment on cast (double precision as log_reduction) is 'an exact value in log10 units';

create cast (numeric as log_reduction)
    with function _virotrial.log_reduction(numeric) as assignment;
comment on cast (numeric as log_reduction) is 'an exact value in log10 units';

create cast (integer as log_reduction)
    with function _virotrial.log_reduction(integer) as assignment;
comment on cast (integer as log_reduction) is 'an exact value in log10 units';

create cast (bigint as log_reduction) with function _virotrial.log_reduction(bigint) as assignment;
comment on cast (bigint as log_reduction) is 'an exact value in log10 units';

create cast (text as log_reduction) with inout as assignment;
comment on cast (text as log_reduction) is 'as the type reads it';

create cast (character varying as log_reduction) with inout as assignment;
comment on cast (character varying as log_reduction) is 'as the type reads its text';

create cast (character as log_reduction) with inout as assignment;
comment on cast (character as log_reduction) is 'as the type reads its text';

create cast (smallint as log_reduction) with inout as assignment;
comment on cast (smallint as log_reduction) is 'as the type reads its text';

create cast (real as log_reduction) with inout as assignment;
comment on cast (real as log_reduction) is 'as the type reads its text';

create cast (log_reduction as text) with inout as assignment;
comment on cast (log_reduction as text) is 'as the type writes it';

-- From two viral loads

create function log_reduction(baseline viral_load, current viral_load) returns log_reduction
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'log_reduction_from_viral_loads';
comment on function log_reduction(baseline viral_load, current viral_load) is 'the fall from baseline to current, log10(baseline / current): exact, or a bound where either is censored; NULL where nothing bounds it';
