-- Partial dates: of which the day, or the month too, may be unknown

create function _virotrial.first_possible_day(partial_date text) returns date
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'first_possible_day';
comment on function _virotrial.first_possible_day(text) is 'the first day that a date may be, of which YYYY-MM-DD, YYYY-MM or YYYY is known';

create function _virotrial.last_possible_day(partial_date text) returns date
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'last_possible_day';
comment on function _virotrial.last_possible_day(text) is 'the last day that a date may be, of which YYYY-MM-DD, YYYY-MM or YYYY is known';

create function _virotrial.completed_years(birth_date date, day date) returns integer
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'completed_years';
comment on function _virotrial.completed_years(date, date) is 'the age on a day in completed years; who was born on 29 February completes one on 1 March of the years between';
