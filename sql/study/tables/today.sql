-- The day that it is

-- By the time zone of who makes the study, whatever that of a client is.
do $$
begin
    execute pg_catalog.format(
        'create function today() returns date language sql stable parallel safe
        return (now() at time zone %L)::date', pg_catalog.current_setting('TimeZone'));
end;
$$;
comment on function today() is 'the day that it is where the study is made';
