-- viral_load: HIV-1 RNA in plasma, exact or censored

create type viral_load;

create function _virotrial.viral_load_in(cstring) returns viral_load
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_in';
comment on function _virotrial.viral_load_in(cstring) is 'input: text to viral_load; 22P02 for bad text, 22003 for a number out of range';

create function _virotrial.viral_load_out(viral_load) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_out';
comment on function _virotrial.viral_load_out(viral_load) is 'output: the canonical text, the shortest that reads back the same';

create function _virotrial.viral_load_recv(internal) returns viral_load
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_recv';
comment on function _virotrial.viral_load_recv(internal) is 'binary input: version, qualifier and limit; 22P03 for what viral_load cannot hold';

create function _virotrial.viral_load_send(viral_load) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_send';
comment on function _virotrial.viral_load_send(viral_load) is 'binary output: version, qualifier and limit';

create type viral_load (
    input = _virotrial.viral_load_in,
    output = _virotrial.viral_load_out,
    receive = _virotrial.viral_load_recv,
    send = _virotrial.viral_load_send,
    internallength = 8,
    passedbyvalue,
    alignment = double,
    storage = plain
);
comment on type viral_load is 'HIV-1 RNA in copies/mL: exact (12345), below a limit (<50), target not detected (TND<50, TND), or above a limit (>500000)';

-- Identity and total order: by limit, then TND, <, exact, >

create function _virotrial.viral_load_eq(viral_load, viral_load) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_identical';
comment on function _virotrial.viral_load_eq(viral_load, viral_load) is 'identity: the same number and the same qualifier';

create function _virotrial.viral_load_ne(viral_load, viral_load) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_distinct';
comment on function _virotrial.viral_load_ne(viral_load, viral_load) is 'not identical: another number or another qualifier';

create function _virotrial.viral_load_before(viral_load, viral_load) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_before';
comment on function _virotrial.viral_load_before(viral_load, viral_load) is 'sorts before';

create function _virotrial.viral_load_before_or_same(viral_load, viral_load) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_before_or_same';
comment on function _virotrial.viral_load_before_or_same(viral_load, viral_load) is 'sorts before, or is identical';

create function _virotrial.viral_load_after(viral_load, viral_load) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_after';
comment on function _virotrial.viral_load_after(viral_load, viral_load) is 'sorts after';

create function _virotrial.viral_load_after_or_same(viral_load, viral_load) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_after_or_same';
comment on function _virotrial.viral_load_after_or_same(viral_load, viral_load) is 'sorts after, or is identical';

create function _virotrial.viral_load_cmp(viral_load, viral_load) returns integer
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_cmp';
comment on function _virotrial.viral_load_cmp(viral_load, viral_load) is '-1, 0 or 1 in the total order';

create function _virotrial.viral_load_sortsupport(internal) returns void
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_sortsupport';
comment on function _virotrial.viral_load_sortsupport(internal) is 'sort support of the total order';

create function _virotrial.viral_load_hash(viral_load) returns integer
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_hash';
comment on function _virotrial.viral_load_hash(viral_load) is 'hash that agrees with identity';

create function _virotrial.viral_load_hash_extended(viral_load, bigint) returns bigint
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_hash_extended';
comment on function _virotrial.viral_load_hash_extended(viral_load, bigint) is 'seeded hash that agrees with identity';

create operator = (
    leftarg = viral_load, rightarg = viral_load, function = _virotrial.viral_load_eq,
    commutator = =, negator = <>,
    restrict = eqsel, join = eqjoinsel,
    hashes, merges
);
comment on operator = (viral_load, viral_load) is 'identity: the same number and the same qualifier';

create operator <> (
    leftarg = viral_load, rightarg = viral_load, function = _virotrial.viral_load_ne,
    commutator = <>, negator = =,
    restrict = neqsel, join = neqjoinsel
);
comment on operator <> (viral_load, viral_load) is 'not identical';

create operator #< (
    leftarg = viral_load, rightarg = viral_load, function = _virotrial.viral_load_before,
    commutator = #>, negator = #>=,
    restrict = scalarltsel, join = scalarltjoinsel
);
comment on operator #< (viral_load, viral_load) is 'sorts before';

create operator #<= (
    leftarg = viral_load, rightarg = viral_load, function = _virotrial.viral_load_before_or_same,
    commutator = #>=, negator = #>,
    restrict = scalarlesel, join = scalarlejoinsel
);
comment on operator #<= (viral_load, viral_load) is 'sorts before, or is identical';

create operator #>= (
    leftarg = viral_load, rightarg = viral_load, function = _virotrial.viral_load_after_or_same,
    commutator = #<=, negator = #<,
    restrict = scalargesel, join = scalargejoinsel
);
comment on operator #>= (viral_load, viral_load) is 'sorts after, or is identical';

create operator #> (
    leftarg = viral_load, rightarg = viral_load, function = _virotrial.viral_load_after,
    commutator = #<, negator = #<=,
    restrict = scalargtsel, join = scalargtjoinsel
);
comment on operator #> (viral_load, viral_load) is 'sorts after';

create operator class viral_load_ops default for type viral_load using btree as
    operator 1 #<, operator 2 #<=, operator 3 =, operator 4 #>=, operator 5 #>,
    function 1 _virotrial.viral_load_cmp(viral_load, viral_load),
    function 2 _virotrial.viral_load_sortsupport(internal),
    function 4 btequalimage(oid);
comment on operator class viral_load_ops using btree is 'the total order of viral_load';
comment on operator family viral_load_ops using btree is 'the total order of viral_load';

create operator class viral_load_ops default for type viral_load using hash as
    operator 1 =,
    function 1 _virotrial.viral_load_hash(viral_load),
    function 2 _virotrial.viral_load_hash_extended(viral_load, bigint);
comment on operator class viral_load_ops using hash is 'identity of viral_load';
comment on operator family viral_load_ops using hash is 'identity of viral_load';

create operator class viral_load_minmax_ops default for type viral_load using brin as
    operator 1 #<, operator 2 #<=, operator 3 =, operator 4 #>=, operator 5 #>,
    function 1 brin_minmax_opcinfo(internal),
    function 2 brin_minmax_add_value(internal, internal, internal, internal),
    function 3 brin_minmax_consistent(internal, internal, internal),
    function 4 brin_minmax_union(internal, internal, internal);
comment on operator class viral_load_minmax_ops using brin is 'the total order of viral_load';
comment on operator family viral_load_minmax_ops using brin is 'the total order of viral_load';

create function _virotrial.viral_load_first(viral_load, viral_load) returns viral_load
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_first';
comment on function _virotrial.viral_load_first(viral_load, viral_load) is 'the one that sorts first';

create function _virotrial.viral_load_last(viral_load, viral_load) returns viral_load
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_last';
comment on function _virotrial.viral_load_last(viral_load, viral_load) is 'the one that sorts last';

create aggregate min(viral_load) (
    sfunc = _virotrial.viral_load_first, stype = viral_load,
    combinefunc = _virotrial.viral_load_first, sortop = #<, parallel = safe
);
comment on aggregate min(viral_load) is 'the value that sorts first in the total order';

create aggregate max(viral_load) (
    sfunc = _virotrial.viral_load_last, stype = viral_load,
    combinefunc = _virotrial.viral_load_last, sortop = #>, parallel = safe
);
comment on aggregate max(viral_load) is 'the value that sorts last in the total order';

-- Comparison: true if it holds for every pair of possible values, false if for
-- none, NULL if it cannot be known

create function _virotrial.viral_load_search_key(double precision) returns viral_load
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'viral_load_search_key';
comment on function _virotrial.viral_load_search_key(double precision) is 'the place of a number in the total order, for index conditions that the planner makes';

create function _virotrial.viral_load_eq_support(internal) returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_eq_support';
comment on function _virotrial.viral_load_eq_support(internal) is 'planner support of = with a number: an index condition in the total order';

create function _virotrial.viral_load_lt_support(internal) returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_lt_support';
comment on function _virotrial.viral_load_lt_support(internal) is 'planner support of <: an index condition in the total order';

create function _virotrial.viral_load_ltsel(internal, oid, internal, integer)
    returns double precision
    language c stable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_ltsel';
comment on function _virotrial.viral_load_ltsel(internal, oid, internal, integer) is 'restriction selectivity of <';

create function _virotrial.viral_load_le_support(internal) returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_le_support';
comment on function _virotrial.viral_load_le_support(internal) is 'planner support of <=: an index condition in the total order';

create function _virotrial.viral_load_lesel(internal, oid, internal, integer)
    returns double precision
    language c stable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_lesel';
comment on function _virotrial.viral_load_lesel(internal, oid, internal, integer) is 'restriction selectivity of <=';

create function _virotrial.viral_load_gt_support(internal) returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_gt_support';
comment on function _virotrial.viral_load_gt_support(internal) is 'planner support of >: an index condition in the total order';

create function _virotrial.viral_load_gtsel(internal, oid, internal, integer)
    returns double precision
    language c stable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_gtsel';
comment on function _virotrial.viral_load_gtsel(internal, oid, internal, integer) is 'restriction selectivity of >';

create function _virotrial.viral_load_ge_support(internal) returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_ge_support';
comment on function _virotrial.viral_load_ge_support(internal) is 'planner support of >=: an index condition in the total order';

create function _virotrial.viral_load_gesel(internal, oid, internal, integer)
    returns double precision
    language c stable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_gesel';
comment on function _virotrial.viral_load_gesel(internal, oid, internal, integer) is 'restriction selectivity of >=';

create function _virotrial.viral_load_lt(viral_load, viral_load) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.viral_load_lt_support
    as 'MODULE_PATHNAME', 'viral_load_lt';
comment on function _virotrial.viral_load_lt(viral_load, viral_load) is 'is every possible value of the first less than every one of the second? NULL if it cannot be known';

create function _virotrial.viral_load_le(viral_load, viral_load) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.viral_load_le_support
    as 'MODULE_PATHNAME', 'viral_load_le';
comment on function _virotrial.viral_load_le(viral_load, viral_load) is 'is every possible value of the first at most every one of the second? NULL if it cannot be known';

create function _virotrial.viral_load_gt(viral_load, viral_load) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.viral_load_gt_support
    as 'MODULE_PATHNAME', 'viral_load_gt';
comment on function _virotrial.viral_load_gt(viral_load, viral_load) is 'is every possible value of the first greater than every one of the second? NULL if it cannot be known';

create function _virotrial.viral_load_ge(viral_load, viral_load) returns boolean
    language c immutable strict parallel safe leakproof support _virotrial.viral_load_ge_support
    as 'MODULE_PATHNAME', 'viral_load_ge';
comment on function _virotrial.viral_load_ge(viral_load, viral_load) is 'is every possible value of the first at least every one of the second? NULL if it cannot be known';

create operator < (
    leftarg = viral_load, rightarg = viral_load, function = _virotrial.viral_load_lt,
    commutator = >, negator = >=,
    restrict = _virotrial.viral_load_ltsel, join = scalarltjoinsel
);
comment on operator < (viral_load, viral_load) is 'less than, for every pair of possible values; NULL if it cannot be known';

create operator <= (
    leftarg = viral_load, rightarg = viral_load, function = _virotrial.viral_load_le,
    commutator = >=, negator = >,
    restrict = _virotrial.viral_load_lesel, join = scalarlejoinsel
);
comment on operator <= (viral_load, viral_load) is 'at most, for every pair of possible values; NULL if it cannot be known';

create operator > (
    leftarg = viral_load, rightarg = viral_load, function = _virotrial.viral_load_gt,
    commutator = <, negator = <=,
    restrict = _virotrial.viral_load_gtsel, join = scalargtjoinsel
);
comment on operator > (viral_load, viral_load) is 'greater than, for every pair of possible values; NULL if it cannot be known';

create operator >= (
    leftarg = viral_load, rightarg = viral_load, function = _virotrial.viral_load_ge,
    commutator = <=, negator = <,
    restrict = _virotrial.viral_load_gesel, join = scalargejoinsel
);
comment on operator >= (viral_load, viral_load) is 'at least, for every pair of possible values; NULL if it cannot be known';

-- What a value says of itself

create function quantity(viral_load) returns double precision
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_quantity';
comment on function quantity(viral_load) is 'the number or limit, in copies/mL; NULL for TND without a limit';

create function qualifier(viral_load) returns text
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_qualifier_text';
comment on function qualifier(viral_load) is '=, <, > or TND';

create function is_censored(viral_load) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_is_censored';
comment on function is_censored(viral_load) is 'is it anything but an exact number?';

create function is_detected(viral_load) returns boolean
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'viral_load_is_detected';
comment on function is_detected(viral_load) is 'was the target seen? NULL below the limit of quantification, which does not say';

create function lower_bound(viral_load) returns double precision
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'viral_load_lower_bound';
comment on function lower_bound(viral_load) is 'the lower end of the possible values, in copies/mL';

create function upper_bound(viral_load) returns double precision
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_upper_bound';
comment on function upper_bound(viral_load) is 'the upper end of the possible values, in copies/mL; NULL where there is none or it is unknown';

create function exact_value(viral_load) returns double precision
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'censored_exact_value';
comment on function exact_value(viral_load) is 'the number of an exact value, in copies/mL; NULL for a censored one';

create function log10_copies(viral_load) returns double precision
    language c immutable strict parallel safe leakproof
    as 'MODULE_PATHNAME', 'viral_load_log10_copies';
comment on function log10_copies(viral_load) is 'log10 copies/mL of an exact viral load; NULL for a censored one';

create function substitute(viral_load, factor double precision) returns double precision
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'censored_substitute';
comment on function substitute(viral_load, factor double precision) is 'a number in copies/mL: limit times factor below a limit, the limit above one, the number itself if exact; NULL for TND without a limit; 22023 for a factor outside 0 to 1';

create function complete(viral_load, lower_limit double precision) returns viral_load
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_complete';
comment on function complete(viral_load, lower_limit double precision) is 'TND without a limit gets the assay''s lower limit, in copies/mL; other values stay as they are';

-- From and to other types

create function viral_load(double precision) returns viral_load
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'viral_load_from_float8';
comment on function viral_load(double precision) is 'an exact value in copies/mL; 22003 outside the range of the type';

create function _virotrial.viral_load(numeric) returns viral_load
    language sql immutable strict parallel safe
    return viral_load($1::double precision);
comment on function _virotrial.viral_load(numeric) is 'an exact value in copies/mL; 22003 outside the range of the type';

create function _virotrial.viral_load(integer) returns viral_load
    language sql immutable strict parallel safe
    return viral_load($1::double precision);
comment on function _virotrial.viral_load(integer) is 'an exact value in copies/mL; 22003 outside the range of the type';

create function _virotrial.viral_load(bigint) returns viral_load
    language sql immutable strict parallel safe
    return viral_load($1::double precision);
comment on function _virotrial.viral_load(bigint) is 'an exact value in copies/mL; 22003 outside the range of the type';

create function viral_load(quantity double precision, qualifier text) returns viral_load
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'viral_load_from_parts';
comment on function viral_load(quantity double precision, qualifier text) is 'a value of a number or limit in copies/mL and a qualifier (=, or none; < or LT; > or GT; TND): the inverse of quantity() and qualifier()';

create cast (double precision as viral_load)
    with function viral_load(double precision) as assignment;
comment on cast (double precision as viral_load) is 'an exact value in copies/mL';

create cast (numeric as viral_load) with function _virotrial.viral_load(numeric) as assignment;
comment on cast (numeric as viral_load) is 'an exact value in copies/mL';

create cast (integer as viral_load) with function _virotrial.viral_load(integer) as assignment;
comment on cast (integer as viral_load) is 'an exact value in copies/mL';

create cast (bigint as viral_load) with function _virotrial.viral_load(bigint) as assignment;
comment on cast (bigint as viral_load) is 'an exact value in copies/mL';

create cast (text as viral_load) with inout as assignment;
comment on cast (text as viral_load) is 'as the type reads it';

create cast (character varying as viral_load) with inout as assignment;
comment on cast (character varying as viral_load) is 'as the type reads its text';

create cast (character as viral_load) with inout as assignment;
comment on cast (character as viral_load) is 'as the type reads its text';

create cast (smallint as viral_load) with inout as assignment;
comment on cast (smallint as viral_load) is 'as the type reads its text';

create cast (real as viral_load) with inout as assignment;
comment on cast (real as viral_load) is 'as the type reads its text';

create cast (viral_load as text) with inout as assignment;
comment on cast (viral_load as text) is 'as the type writes it';
