-- What completes a laboratory result of a study before it is stored

create function _virotrial.complete_lab_result() returns trigger
    language c
    as 'MODULE_PATHNAME', 'complete_lab_result';
comment on function _virotrial.complete_lab_result() is 'trigger function, before each row: sets standard_value, the value in the standard unit of its test';
