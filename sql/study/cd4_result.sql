-- What completes a CD4 count of a study before it is stored

create function _virotrial.complete_cd4_result() returns trigger
    language c
    as 'MODULE_PATHNAME', 'complete_cd4_result';
comment on function _virotrial.complete_cd4_result() is
    'trigger function, before each row: a count in another unit becomes one of cells per microlitre';
