-- The moment and the day that it is

-- By the time zone of who makes the study, whatever that of a client is.
do $$
begin
    execute pg_catalog.format(
        'create function day_of(moment timestamptz) returns date
        language sql immutable strict parallel safe
        return (moment at time zone %L)::date', pg_catalog.current_setting('TimeZone'));
end;
$$;
comment on function day_of(timestamptz) is 'the day of a moment where the study is made';

create function moment() returns timestamptz
    language sql stable parallel safe
    return now();
comment on function moment() is 'the moment that it is; in a frozen study the moment to which it is frozen';

create function today() returns date
    language sql stable parallel safe
    return day_of(moment());
comment on function today() is 'the day that it is where the study is made';

-- Views read this, and not the function of the extension, whose today is the client's.
create function analysis_date() returns date
    language sql stable parallel safe
    return least(data_cut(), today());
comment on function analysis_date() is 'the day as of which an analysis calls a visit due and a window closed: the data cut, or the day that it is where the study is made if that is earlier';
