-- Locks: what keeps records, visits, subjects, sites and the study from being changed

create function _virotrial.refuse_locked() returns trigger
    language c
    as 'MODULE_PATHNAME', 'refuse_locked';
comment on function _virotrial.refuse_locked() is 'trigger function, after each statement: refuses to enter, change or remove a row that is locked, or that belongs to what is locked';

create function _virotrial.begin_lock() returns trigger
    language c
    as 'MODULE_PATHNAME', 'begin_lock';
comment on function _virotrial.begin_lock() is 'trigger function, before each INSERT into data_lock: who locks data comes after others who do';

create function _virotrial.await_writers() returns trigger
    language c
    as 'MODULE_PATHNAME', 'await_writers';
comment on function _virotrial.await_writers() is 'trigger function, after each INSERT into data_lock: waits for the transactions that have written to the study';

-- A locked study is still read, asked about, signed and unlocked.
create function _virotrial.is_lockable(table_name text) returns boolean
    language sql immutable parallel safe
    return table_name <> all (array['data_lock', 'signature', 'query', 'query_event',
        'source_verification', 'site_access', 'pooled_login', 'unblinding', 'quarantine',
        'delivered_file']);
comment on function _virotrial.is_lockable(text) is 'whether locks and signatures cover a table of a study: not what is said about its data, and not who reads them';

create procedure _virotrial.refuse_locked_rows("table" regclass)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    event text;
    transitions text;
begin
    if not _virotrial.is_lockable((select relname from pg_class where oid = "table")) then
        return;
    end if;
    for event, transitions in values ('insert', 'new table as changed'),
            ('update', 'old table as removed new table as changed'),
            ('delete', 'old table as removed') loop
        -- The name sorts before those of the other triggers after a statement.
        execute format('create or replace trigger "Hold_%s" after %1$s on %s referencing %s '
            'for each statement execute function _virotrial.refuse_locked()',
            event, "table", transitions);
        execute format('comment on trigger "Hold_%s" on %s is %L', event, "table",
            'refuses a change of what is locked');
    end loop;
end;
$$;
comment on procedure _virotrial.refuse_locked_rows(regclass) is 'gives a table the triggers that refuse a change of what is locked';

create procedure _virotrial.release_unlockable(study name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    statement text;
begin
    for statement in
        select format('drop trigger %I on %I.%I', tgname, study, relname)
        from pg_trigger
        join pg_class on pg_class.oid = tgrelid
        where relnamespace = quote_ident(study)::regnamespace
            and tgfoid = '_virotrial.refuse_locked()'::regprocedure and tgparentid = 0
            and not _virotrial.is_lockable(relname)
    loop
        execute statement;
    end loop;
end;
$$;
comment on procedure _virotrial.release_unlockable(name) is 'takes the triggers that refuse a change of what is locked from the tables that locks do not cover in this version';

create function _virotrial.require_scope(scope text, code text, table_name text) returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if scope in ('record', 'visit', 'subject', 'site') and code is null then
        raise exception using
            errcode = 'null_value_not_allowed',
            message = format('a %s is not named', scope),
            hint = case scope when 'record' then 'Give table_name and row_key.'
                else format('Give %s.', case scope when 'visit' then 'site_id, subject_id and visit'
                    when 'subject' then 'site_id and subject_id' else 'site_id' end) end;
    elsif scope = 'record' and not _virotrial.is_lockable(table_name) then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('rows of table "%s" are not locked or signed', table_name),
            hint = 'Name a table of the study''s data or of its protocol.';
    end if;
end;
$$;
comment on function _virotrial.require_scope(text, text, text) is 'fails with 22004 where it is not said what is locked or signed, and with 22023 for a record that cannot be';

-- What a row of data_lock or signature is about; it is read with the caller's rights.
create function _virotrial.find_scope(study name, thing anyelement)
    returns _virotrial.found_record
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.require_scope(thing.scope, case thing.scope
        when 'site' then thing.site_id when 'subject' then thing.subject_id
        when 'visit' then thing.visit when 'record' then thing.table_name end, thing.table_name);
    return case
        when thing.scope = 'record'
            then _virotrial.find_record(study, thing.table_name, thing.row_key)
        when thing.scope in ('site', 'subject', 'visit')
            then _virotrial.find_record(study, thing.scope, jsonb_strip_nulls(jsonb_build_object(
                'site_id', thing.site_id, 'subject_id', thing.subject_id, 'visit', thing.visit)))
        end;
end;
$$;
comment on function _virotrial.find_scope(name, anyelement) is 'the record, visit, subject or site that a lock or a signature is for; null for the study';

create function _virotrial.complete_lock() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    found _virotrial.found_record := _virotrial.find_scope(tg_table_schema, new);
    known record;
begin
    new.site_id := coalesce(new.site_id, found.site_id);
    new.subject_id := coalesce(new.subject_id, found.subject_id);
    new.row_key := case when new.scope = 'record' then found.key else new.row_key end;
    execute format('select lock_id, entered_by, entered_at from %I.data_lock
            where (site_id, subject_id, visit, table_name, row_key)
                is not distinct from ($1, $2, $3, $4, $5)', tg_table_schema)
        into known using new.site_id, new.subject_id, new.visit, new.table_name, new.row_key;
    if known.lock_id is not null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('the %s is locked already', new.scope),
            detail = format('Lock %s, by "%s" at %s.', known.lock_id, known.entered_by,
                known.entered_at),
            hint = format('%I.data_lock has the locks that you see.', tg_table_schema);
    end if;
    return new;
end;
$$;
comment on function _virotrial.complete_lock() is 'trigger function, before a lock comes: finds what is to be locked, and refuses to lock it twice';

create function _virotrial.keep_lock() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception using
        errcode = 'object_not_in_prerequisite_state',
        message = 'a lock is not changed',
        hint = format('To unlock, delete it from %I.data_lock, with a reason.', tg_table_schema);
end;
$$;
comment on function _virotrial.keep_lock() is 'trigger function, before each UPDATE of data_lock: refuses it';

-- Runs as the owner of the study.
create function _virotrial.lock_checklist_rows(study text)
    returns table (item text, site_id text, subject_id text, detail text)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return query execute format($query$
        with signed as materialized (
            select * from _virotrial.signatures_rows(%2$L) where status = 'valid'),
        approved as (select * from signed where meaning in ('approval', 'responsibility'))
        select 'open query', site_id, subject_id, concat_ws(', ', 'query ' || query_id, status)
        from %1$I.open_query
        union all
        select 'missing assessment', site_id, subject_id, concat_ws(', ', visit, assessment)
        from %1$I.missing_assessment
        union all
        select 'deviation not reviewed', site_id, subject_id,
            concat_ws(', ', rule, nullif(item, ''))
        from %1$I.deviation as record
        where %4$s and not exists (select from signed where scope = 'study')
            and not exists (select from signed
                where scope = 'site' and signed.site_id = record.site_id)
            and not exists (select from signed where scope = 'subject'
                and signed.site_id = record.site_id and signed.subject_id = record.subject_id)
            and not exists (select from signed where scope = 'record'
                and table_name = 'deviation' and row_key = %3$s)
        union all
        select 'subject not signed', site_id, subject_id, null
        from %1$I.subject as record
        where not exists (select from approved where scope = 'study')
            and not exists (select from approved
                where scope = 'site' and approved.site_id = record.site_id)
            and not exists (select from approved where scope = 'subject'
                and approved.site_id = record.site_id
                and approved.subject_id = record.subject_id)
        order by 1, 2, 3, 4$query$, study, study,
        _virotrial.record_key(format('%I.deviation', study)::regclass, 'record'),
        _virotrial.found_condition(format('%I.deviation', study)::regclass));
end;
$$;
comment on function _virotrial.lock_checklist_rows(text) is 'the rows of lock_checklist(), of all sites';

create function lock_checklist(study text)
    returns table (item text, site_id text, subject_id text, detail text)
    language c stable
    as 'MODULE_PATHNAME', 'conduct_rows';
comment on function lock_checklist(text) is 'what is open before a study is locked, one row for each: open queries, missing assessments, deviations that no valid signature covers, and subjects that no valid approval covers. Of the sites that the caller sees';

create function _virotrial.require_read_committed(message text) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if current_setting('transaction_isolation') not like 'read %' then
        raise exception using
            errcode = 'active_sql_transaction',
            message = require_read_committed.message,
            detail = 'It waits for changes that are not committed yet, and must see them then.',
            hint = 'begin isolation level read committed';
    end if;
end;
$$;
comment on function _virotrial.require_read_committed(text) is 'fails with 25001 in a transaction that does not see what others commit meanwhile';

create function _virotrial.require_checklist() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    allowed text[] := (select accepted from changed where scope = 'study');
    undone text;
begin
    perform _virotrial.require_read_committed(
        'data are locked in a transaction of level READ COMMITTED alone');
    -- Who was waited for may have renamed or removed what is to be locked.
    perform _virotrial.find_scope(tg_table_schema, changed) from changed;
    if allowed is null then
        return null;
    end if;
    execute format('select string_agg(format(%L, item, count), %L order by item)
            from (select item, count(*) from %I.lock_checklist(%L)
                where item <> all ($1) group by item) as found',
        '%s: %s', '; ', _virotrial.virotrial_schema(), tg_table_schema)
        into undone using allowed;
    if undone is not null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('study "%s" is not ready to be locked', tg_table_schema),
            detail = undone || '.',
            hint = format('select * from lock_checklist(%L) lists all. To lock it as it is, '
                'name in column accepted what may be open.', tg_table_schema);
    end if;
    return null;
end;
$$;
comment on function _virotrial.require_checklist() is 'trigger function, after each INSERT into data_lock: refuses to lock what is not there any more, and a study of which something is open that is not accepted';
