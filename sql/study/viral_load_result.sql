-- What completes a viral load of a study before it is stored

create function _virotrial.complete_viral_load() returns trigger
    language c
    as 'MODULE_PATHNAME', 'complete_viral_load';
comment on function _virotrial.complete_viral_load() is 'trigger function, before each row: gives a reported text without a value the value that it says, and TND without a limit the lower limit of its assay';
