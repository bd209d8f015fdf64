-- Partial dates: of which the day, or the month too, may be unknown

create function _virotrial.first_possible_day(partial_date text) returns date
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'first_possible_day';
comment on function _virotrial.first_possible_day(text) is 'the first day that a date may be, of which YYYY-MM-DD, YYYY-MM or YYYY is known';

create function _virotrial.last_possible_day(partial_date text) returns date
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'last_possible_day';
comment on function _virotrial.last_possible_day(text) is 'the last day that a date may be, of which YYYY-MM-DD, YYYY-MM or YYYY is known';
