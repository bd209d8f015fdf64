-- Time zones of sites

create function _virotrial.is_time_zone(name text) returns boolean
    language plpgsql stable strict parallel safe
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- Of what is no name PostgreSQL makes a zone by the rules of POSIX: XYZ5, or Asia/Hanoi7.
    if name !~ '^([A-Za-z_-]+(/[A-Za-z_-]+)+|Etc/GMT[+-][0-9]{1,2}|UTC)$' then
        return false;
    end if;
    perform timestamptz 'epoch' at time zone name;
    return case when name ~ '[0-9]' then substring(name, '[0-9]+')::integer
        <= case when name ~ '[+]' then 12 else 14 end else true end;
exception when invalid_parameter_value then
    return false;
end;
$$;
comment on function _virotrial.is_time_zone(text) is 'whether PostgreSQL knows a time zone of a place, such as Asia/Shanghai, or one with a fixed distance from UTC';
