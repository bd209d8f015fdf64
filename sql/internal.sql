-- The schema of what only the server and the extension's own SQL call: psql's \df does not list it.

create schema _virotrial;
comment on schema _virotrial is 'internal functions of the extension virotrial: call those of the extension''s own schema';
-- Types and aggregates of other schemas may be made of them.
grant usage on schema _virotrial to public;

create function _virotrial.virotrial_schema() returns text
    language sql stable parallel safe
    begin atomic
        select nspname::text from pg_extension join pg_namespace on pg_namespace.oid = extnamespace
        where extname = 'virotrial';
    end;
comment on function _virotrial.virotrial_schema() is 'the schema that the extension was installed into';

-- Until the end of the transaction, or of the function that sets application_name itself.
create function _virotrial.show_progress(what text, step text) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- as name: what is too long is cut off without a notice
    perform set_config('application_name', format('virotrial: %s: %s', what, step)::name::text,
        true);
    raise debug using message = step, errcode = 'VT001';
end;
$$;
comment on function _virotrial.show_progress(text, text) is 'shows other sessions, in application_name of pg_stat_activity, which step of something long has begun; and its own client, if that asks for messages of level debug1';
