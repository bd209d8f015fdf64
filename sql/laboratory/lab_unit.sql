-- lab_unit: the units of laboratory results, as laboratories spell them

create function lab_unit_kind(unit text) returns text
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'lab_unit_kind';
comment on function lab_unit_kind(text) is
    'what a laboratory''s unit measures in: the unit in UCUM without prefixes and powers of ten, such as g/L for "MG/DL"; NULL where the spelling is not known';

create function lab_unit_power(unit text) returns integer
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'lab_unit_power';
comment on function lab_unit_power(text) is
    'the power of ten that a laboratory''s unit is of its kind: 9 for "K/cumm", which is 10^9 /L; NULL where the spelling is not known';

create function _virotrial.lab_value_converted(lab_value, power integer,
        multiplier double precision, divisor double precision) returns lab_value
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'lab_value_converted';
comment on function _virotrial.lab_value_converted(lab_value, integer, double precision, double precision) is
    'the value in another unit: its number or limit times ten to a power and a multiplier, and over a divisor; a power of ten is exact';

create function _virotrial.number_converted(double precision, power integer,
        multiplier double precision, divisor double precision) returns double precision
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'number_converted';
comment on function _virotrial.number_converted(double precision, integer, double precision, double precision) is
    'a number in another unit, as lab_value_converted has it';
