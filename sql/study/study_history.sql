-- History: the earlier versions of a study's rows, with who changed them and why

create function _virotrial.keep_earlier() returns trigger
    language c
    as 'MODULE_PATHNAME', 'keep_earlier';
comment on function _virotrial.keep_earlier() is 'trigger function, after each statement: moves the rows that it changed or removed to the history of their table, and refuses a change without a reason';

create function _virotrial.refuse_truncate() returns trigger
    language c
    as 'MODULE_PATHNAME', 'refuse_truncate';
comment on function _virotrial.refuse_truncate() is 'trigger function, before TRUNCATE: refuses it';

create function _virotrial.refuse_write() returns trigger
    language c
    as 'MODULE_PATHNAME', 'refuse_write';
comment on function _virotrial.refuse_write() is 'trigger function, before each statement: refuses it, as the database alone writes the table';

create function _virotrial.current_change_id("table" regclass) returns bigint
    language c volatile strict
    as 'MODULE_PATHNAME', 'current_change_id';
comment on function _virotrial.current_change_id(regclass) is 'the change that the owner of a table of a study now makes; it begins if there is none';

-- Rows that are there already were entered in the change that adds the columns.
create procedure _virotrial.add_stamp("table" regclass)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    added text;
    unset text;
begin
    select string_agg(format('add column %I %s not null default %s', name, type, value), ', '
            order by place),
        string_agg(format('alter column %I set default %L', name, unset_value), ', ' order by place)
    into added, unset
    from (values (1, 'entered_by', 'text', 'session_user', ''),
        (2, 'entered_at', 'timestamptz', 'clock_timestamp()', '-infinity'),
        (3, 'entered_in', 'bigint', _virotrial.current_change_id("table")::text, '0'))
            as stamp (place, name, type, value, unset_value)
    where not exists (select from pg_attribute
        where attrelid = "table" and attname = name and not attisdropped);
    if added is null then
        return;
    end if;
    execute format('alter table %s %s', "table", added);
    execute format('alter table %s %s', "table", unset);
    execute format('comment on column %s.entered_by is %L', "table",
        'who entered the row, set by the database');
    execute format('comment on column %s.entered_at is %L', "table",
        'when the row was entered, set by the database');
    execute format('comment on column %s.entered_in is %L', "table",
        'the change that entered the row, in table change; set by the database');
end;
$$;
comment on procedure _virotrial.add_stamp(regclass) is 'gives a table the columns of a stamp that it does not have';

create procedure _virotrial.make_history("table" regclass, history text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    key text;
begin
    select string_agg(quote_ident(attname), ', ' order by place) into key
    from pg_constraint
    cross join unnest(conkey) with ordinality as k (attnum, place)
    join pg_attribute using (attnum)
    where conrelid = "table" and contype = 'p' and attrelid = conrelid;
    execute format('create table %s as table %s with no data', history, "table");
    execute format('alter table %s add column ended_at timestamptz not null, '
        'add column ended_in bigint not null, '
        'add column ended_as text not null', history);
    execute format('comment on column %s.ended_at is %L', history, 'when the version ended');
    execute format('comment on column %s.ended_in is %L', history,
        'the change that ended it, in table change');
    execute format('comment on column %s.ended_as is %L', history,
        'update, if another version followed; or delete');
    execute format('create index on %s (%s)', history, coalesce(key, 'entered_in'));
    execute format('create index on %s (ended_in)', history);
    execute format('comment on table %s is %L', history,
        format('earlier versions of the rows of %s; the database alone writes it', "table"));
    execute format('alter table %s owner to %I', history,
        (select pg_get_userbyid(relowner) from pg_class where oid = "table"));
end;
$$;
comment on procedure _virotrial.make_history(regclass, text) is 'makes the table of earlier versions of a table''s rows';

create procedure _virotrial.match_history("table" regclass, history regclass)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    kept record;
begin
    for kept in select attname, format_type(atttypid, atttypmod) as type,
                col_description("table", attnum) as meaning,
                not exists (select from pg_attribute as known
                    where known.attrelid = history and known.attname = pg_attribute.attname
                        and not known.attisdropped) as is_new
            from pg_attribute
            where attrelid = "table" and attnum > 0 and not attisdropped
            order by attnum loop
        if kept.is_new then
            execute format('alter table %s add column %I %s', history, kept.attname, kept.type);
        end if;
        execute format('comment on column %s.%I is %L', history, kept.attname, kept.meaning);
    end loop;
end;
$$;
comment on procedure _virotrial.match_history(regclass, regclass) is 'gives a history the columns that its table has got since, and its comments';

create function _virotrial.require_relation(relation regclass) returns void
    language c volatile strict
    as 'MODULE_PATHNAME', 'require_relation';
comment on function _virotrial.require_relation(regclass) is 'fails with 42P01 where a relation is gone';

create procedure keep_history("table" regclass)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    history text;
begin
    perform _virotrial.require_relation("table");
    select format('%I.%I', nspname, relname || '_history') into history
    from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    where pg_class.oid = "table" and octet_length(relname || '_history') < 64;
    if history is null then
        raise exception using
            errcode = 'name_too_long',
            message = format('the name of table %s is too long for a history', "table"),
            detail = 'With "_history" behind it, it is longer than 63 bytes.';
    end if;
    call _virotrial.add_stamp("table");
    if to_regclass(history) is null then
        call _virotrial.make_history("table", history);
    end if;
    call _virotrial.match_history("table", history);
    execute format('create or replace trigger refuse_write '
        'before insert or update or delete or truncate on %s '
        'for each statement execute function _virotrial.refuse_write()', history);
    execute format('comment on trigger refuse_write on %s is %L', history,
        'keeps every statement from it');
    execute format('create or replace trigger stamp before insert or update on %s '
        'for each row execute function _virotrial.stamp()', "table");
    execute format('comment on trigger stamp on %s is %L', "table",
        'says who entered the row, when, and in which change');
    -- The names sort before those of the rules: without a reason nothing is judged.
    execute format('create or replace trigger "Keep_updated" after update on %s '
        'referencing old table as removed new table as changed '
        'for each statement execute function _virotrial.keep_earlier()', "table");
    execute format('create or replace trigger "Keep_deleted" after delete on %s '
        'referencing old table as removed '
        'for each statement execute function _virotrial.keep_earlier()', "table");
    execute format('create or replace trigger refuse_truncate before truncate on %s '
        'for each statement execute function _virotrial.refuse_truncate()', "table");
    execute format('comment on trigger "Keep_updated" on %s is %L', "table",
        'moves the earlier versions to the history');
    execute format('comment on trigger "Keep_deleted" on %s is %L', "table",
        'moves the last versions to the history');
    execute format('comment on trigger refuse_truncate on %s is %L', "table",
        'refuses to lose the rows without a trace');
    call _virotrial.refuse_locked_rows("table");
    call _virotrial.guard_parts("table");
end;
$$;
comment on procedure keep_history(regclass) is 'gives a table of a study the columns, triggers and table that its history needs, or gives them back; guard() calls it. Call it again when the table has got a column';

-- Those whose rows say under which change they were entered, and histories beside them
create function _virotrial.sealed_tables(study text)
    returns table (table_name text, relation regclass, history regclass, key text[])
    language sql stable
    set search_path = pg_catalog, pg_temp
    begin atomic
        select live.relname::text, live.oid::regclass, history.oid::regclass,
            (select array_agg(attname::text order by place)
                from pg_index, unnest(indkey::smallint[]) with ordinality as part (number, place)
                join pg_attribute on attrelid = live.oid and attnum = number
                where indrelid = live.oid and indisprimary)
        from pg_class as live
        left join pg_class as history on history.relnamespace = live.relnamespace
            and history.relname = live.relname || '_history' and history.relkind = 'r'
        where live.relnamespace = to_regnamespace(quote_ident(study)) and live.relkind in ('r', 'p')
            and not live.relispartition
            and not exists (select from pg_attribute
                where attrelid = live.oid and attname = 'ended_in' and not attisdropped)
            and exists (select from pg_attribute
                where attrelid = live.oid and attname = 'entered_in' and not attisdropped);
    end;
comment on function _virotrial.sealed_tables(text) is 'the tables of a study whose rows say under which change they were entered, with their histories and the columns of their keys';

create function _virotrial.kept_tables(study name, reader oid)
    returns table ("table" regclass, name name, is_readable boolean)
    language sql stable strict
    begin atomic
        select kept.oid, kept.relname, has_table_privilege(reader, kept.oid, 'select')
            and has_table_privilege(reader, history.oid, 'select')
            -- what is said of blinded rows is for who may read these
            and (pg_has_role(reader, kept.relowner, 'member') or not exists (
                select from pg_policy where polrelid in (kept.oid, history.oid)
                    and not polpermissive and polname not in ('blinded', 'told after commit')
                    and polname not like 'found in %'))
        from _virotrial.sealed_tables(study::text) as sealed
        join pg_class as kept on kept.oid = sealed.relation
        join pg_class as history on history.oid = sealed.history
        join pg_namespace on pg_namespace.oid = kept.relnamespace
        where kept.relowner = nspowner and history.relowner = nspowner;
    end;
comment on function _virotrial.kept_tables(name, oid) is 'the tables of a study that have a history, all of its owner, and whether a role may read both';
