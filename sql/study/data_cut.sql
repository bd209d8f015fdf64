-- Up to which day an analysis takes data

create function data_cut() returns date
    language c stable parallel safe
    as 'MODULE_PATHNAME', 'data_cut';
comment on function data_cut() is 'the last day whose data an analysis takes: the setting virotrial.data_cut, written yyyy-mm-dd; infinity where it is not set. What happened later is left out, whenever it was entered';

create function analysis_date() returns date
    language sql stable parallel safe
    return least(data_cut(), current_date);
comment on function analysis_date() is 'the day as of which an analysis calls a visit due and a window closed: the data cut, or today if that is earlier';
