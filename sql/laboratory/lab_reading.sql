-- lab_reading: what laboratories write, read without an error

create type viral_load_reading as (
    value viral_load,
    state text,
    number double precision,
    unit text,
    ignored text,
    reason text
);
comment on type viral_load_reading is
    'what a laboratory''s text says of a viral load: its value, or the reason why it is none';
comment on column viral_load_reading.value is
    'the viral load in copies/mL; null where the text is none, or one that the type cannot hold';
comment on column viral_load_reading.state is
    'exact, below, detected below, not detected, detected, above, at most, at least; a warning: possibly log10, outside limits, unconverted; no result: rejected, insufficient, invalid, pending, not done, missing; or unread';
comment on column viral_load_reading.number is 'the number as it was written, in its unit';
comment on column viral_load_reading.unit is
    'copies/mL, IU/mL, log10 copies/mL or log10 IU/mL; null where neither the text nor the argument says it';
comment on column viral_load_reading.ignored is 'a flag that was read over, such as H';
comment on column viral_load_reading.reason is 'why there is no value, or how it was computed';

create type lab_value_reading as (
    value lab_value,
    state text,
    number double precision,
    unit text,
    ignored text,
    reason text
);
comment on type lab_value_reading is
    'what a laboratory''s text says of a result: its value, or the reason why it is none';
comment on column lab_value_reading.value is
    'the value in its unit; null where the text is none, or one that the type cannot hold';
comment on column lab_value_reading.state is 'as of viral_load_reading';
comment on column lab_value_reading.number is 'the number as it was written';
comment on column lab_value_reading.unit is 'the unit as it is spelled; null where it is not known';
comment on column lab_value_reading.ignored is 'a flag that was read over, such as H';
comment on column lab_value_reading.reason is 'why there is no value, or how it was computed';

create function read_viral_load(
    reported text,
    unit text default null,
    lower_limit double precision default null,
    upper_limit double precision default null,
    decimal_mark text default null,
    dictionary text[] default null,
    iu_per_copy double precision default null
) returns viral_load_reading
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'read_viral_load';
comment on function read_viral_load(text, text, double precision, double precision, text, text[], double precision) is
    'a viral load as a laboratory wrote it, never an error of the text; limits in copies/mL, dictionary: pairs of a word and its state';

create function read_lab_value(
    reported text,
    unit text default null,
    lower_limit double precision default null,
    upper_limit double precision default null,
    decimal_mark text default null,
    dictionary text[] default null
) returns lab_value_reading
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'read_lab_value';
comment on function read_lab_value(text, text, double precision, double precision, text, text[]) is
    'a result as a laboratory wrote it, never an error of the text; limits of the method, dictionary: pairs of a word and its state';

create function _virotrial.viral_load_agrees(
    reported text,
    unit text,
    lower_limit double precision,
    upper_limit double precision,
    decimal_mark text,
    dictionary text[],
    iu_per_copy double precision,
    value viral_load
) returns boolean
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'viral_load_agrees';
comment on function _virotrial.viral_load_agrees(text, text, double precision, double precision, text, text[], double precision, viral_load) is
    'whether a text may have been reported of a viral load, to the rounding of a log10 or of IU/mL';

create function laboratory_words(out word text, out meaning text) returns setof record
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'laboratory_words';
comment on function laboratory_words() is
    'the words that read_viral_load() and read_lab_value() know by themselves, and the state that each says';
