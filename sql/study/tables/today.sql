-- The day that it is

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

create function today() returns date
    language sql stable parallel safe
    return day_of(now());
comment on function today() is 'the day that it is where the study is made';
