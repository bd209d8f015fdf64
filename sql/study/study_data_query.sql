-- Data queries and source data verification: what the triggers of their tables do,
-- and queries in bulk

create function _virotrial.key_columns("table" regclass) returns text[]
    language sql stable strict
    set search_path = pg_catalog, pg_temp
as $$
    select array_agg(attname::text order by place)
    from pg_constraint
    cross join unnest(conkey) with ordinality as key (attnum, place)
    join pg_attribute on attrelid = conrelid and pg_attribute.attnum = key.attnum
    where conrelid = "table" and contype = 'p';
$$;
comment on function _virotrial.key_columns(regclass) is 'the columns of the primary key of a table; null if it has none';

create function _virotrial.record_key("table" regclass, alias text) returns text
    language sql stable strict
    set search_path = pg_catalog, pg_temp
as $$
    select 'jsonb_build_object('
        || string_agg(format('%L, %I.%I', name, alias, name), ', ' order by place) || ')'
    from unnest(_virotrial.key_columns("table")) with ordinality as key (name, place);
$$;
comment on function _virotrial.record_key(regclass, text) is 'the primary key of a row of a table, which has an alias, as an expression: a jsonb object with a member for each column; null if it has none';

create function _virotrial.record_content(record anyelement) returns jsonb
    language sql stable
    set search_path = pg_catalog, pg_temp
    set timezone = 'UTC' set extra_float_digits = 1 set datestyle = 'ISO, YMD' set bytea_output = 'hex'
as $$
    select to_jsonb(record) - '{entered_by,entered_at,entered_in}'::text[];
$$;
comment on function _virotrial.record_content(anyelement) is 'what a row says, without who entered it and when; the same whatever the settings of the session are';

-- The condition on a row, "record", that it has what is given of its key in $1.
create function _virotrial.matches_key("table" regclass, given jsonb) returns text
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    columns constant text[] := array(select attname::text from pg_attribute
        where attrelid = "table" and attnum > 0 and not attisdropped);
    key constant text[] := _virotrial.key_columns("table");
    matches text;
begin
    if jsonb_typeof(given) is distinct from 'object' or exists (
            select from jsonb_object_keys(given) as name where name <> all (columns)) then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('%s is not a key of table %s', coalesce(given::text, 'null'), "table"),
            hint = format('Write an object with these columns: %s.', array_to_string(key, ', '));
    end if;
    select string_agg(format('record.%1$I = given.%1$I', name), ' and ') into matches
    from unnest(key) as name where given ? name;
    return coalesce(matches, 'true');
end;
$$;
comment on function _virotrial.matches_key(regclass, jsonb) is 'the condition that a row "record" has those columns of a table''s key that an object gives, over "given", the object as a row; 22023 if the object has members that are no columns';

create type _virotrial.found_record as (
    key jsonb, site_id text, subject_id text, content jsonb);
comment on type _virotrial.found_record is 'a row of a study that was found by its key';

create function _virotrial.find_record(study name, table_name text, given jsonb)
    returns _virotrial.found_record
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
    set timezone = 'UTC' set datestyle = 'ISO, YMD'
as $$
declare
    -- a partition is a part of the table whose rows it has
    relation constant regclass := (select oid from pg_class
        where oid = to_regclass(format('%I.%I', study, table_name)) and not relispartition);
    expression constant text := _virotrial.record_key(relation, 'record');
    found _virotrial.found_record[];
begin
    if expression is null then
        raise exception using
            errcode = 'undefined_table',
            message = format('study "%s" has no table "%s" with a primary key', study, table_name),
            hint = 'Name the table that has the row, without its schema.';
    end if;
    execute format('select array(select (%s, to_jsonb(record) ->> ''site_id'',
            to_jsonb(record) ->> ''subject_id'', _virotrial.record_content(record))
                ::_virotrial.found_record
            from %s as record, jsonb_populate_record(null::%2$s, $1) as given
            where %s limit 2)', expression, relation, _virotrial.matches_key(relation, given))
        into found using given;
    if cardinality(found) <> 1 then
        raise exception using
            errcode = case cardinality(found)
                when 0 then 'no_data_found' else 'cardinality_violation' end,
            message = case cardinality(found)
                when 0 then format('table "%s" has no row %s', table_name, given)
                else format('table "%s" has several rows %s', table_name, given) end,
            hint = format('The columns of its key are: %s.',
                array_to_string(_virotrial.key_columns(relation), ', '));
    end if;
    return found[1];
end;
$$;
comment on function _virotrial.find_record(name, text, jsonb) is 'the row of a table of a study that has a key, or as much of one as tells it from others; fails with P0002 for none, with 21000 for several. It reads the table with the caller''s rights';

create function _virotrial.require_role(role text) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if role is not null and not exists (select from pg_roles where rolname = role) then
        raise exception using
            errcode = 'undefined_object',
            message = format('there is no role "%s"', role),
            detail = 'A query is assigned to a role of the server, so that its members find it.',
            hint = 'Name a role; \du lists them.';
    end if;
end;
$$;
comment on function _virotrial.require_role(text) is 'fails with 42704 unless the server has a role of this name';

create function _virotrial.require_column(
        found _virotrial.found_record, study name, table_name text, column_name text) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if column_name is not null and not found.content ? column_name then
        raise exception using
            errcode = 'undefined_column',
            message = format('table "%s" has no column "%s"', table_name, column_name),
            hint = format('\d %I.%I lists the columns.', study, table_name);
    end if;
end;
$$;
comment on function _virotrial.require_column(_virotrial.found_record, name, text, text) is 'fails with 42703 unless a row of a table has a column of this name';

create function _virotrial.own_write() returns boolean
    language c volatile
    as 'MODULE_PATHNAME', 'own_write';
comment on function _virotrial.own_write() is 'whether the database itself wrote the row that has fired the trigger';

create function _virotrial.ask_again() returns trigger
    language c
    as 'MODULE_PATHNAME', 'ask_again';
comment on function _virotrial.ask_again() is 'trigger function, after a subject''s code or site has changed, or the key of a row: closes its data queries, and asks them again of the new code or key';

create function _virotrial.hold_subject() returns trigger
    language c
    as 'MODULE_PATHNAME', 'hold_subject';
comment on function _virotrial.hold_subject() is 'trigger function, before a query or what follows it comes: the code of its subject does not change until the transaction ends';

create function _virotrial.complete_query() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    found _virotrial.found_record;
begin
    if _virotrial.own_write() then
        return new;
    end if;
    if num_nonnulls(new.rule, new.item) > 0 then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = 'only the database opens the queries of rules',
            hint = 'Leave out rule and item.';
    end if;
    perform _virotrial.require_role(new.assigned_to);
    found := _virotrial.find_record(tg_table_schema, new.table_name, new.row_key);
    new.row_key := found.key;
    new.site_id := found.site_id;
    new.subject_id := found.subject_id;
    perform _virotrial.require_column(found, tg_table_schema, new.table_name, new.column_name);
    return new;
end;
$$;
comment on function _virotrial.complete_query() is 'trigger function, before a query comes: finds its row, and refuses what asks about nothing';

create function _virotrial.query_status_after(status text, action text) returns text
    language sql immutable parallel safe
    return case
        when status <> 'closed' and action in ('comment', 'assign') then status
        when status <> 'closed' and action = 'answer' then 'answered'
        when status <> 'closed' and action = 'close' then 'closed'
        when status <> 'open' and action = 'reopen' then 'open' end;
comment on function _virotrial.query_status_after(text, text) is 'the state of a query after an action; null if the action cannot follow';

create function _virotrial.require_opener(event anyelement, query regclass) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if event.action in ('answer', 'comment') and num_nonnulls(event.assigned_to, event.due) = 0
            or has_table_privilege(query, 'insert') then
        return;
    end if;
    raise exception using
        errcode = 'insufficient_privilege',
        message = format('you may not %s query %s', event.action, event.query_id),
        detail = 'Who may open queries may, and says who is to answer until when.',
        hint = 'Answer it, or comment on it, without assigned_to and due.';
end;
$$;
comment on function _virotrial.require_opener(anyelement, regclass) is 'fails with 42501 unless the caller may open queries, or an event only answers or comments';

create function _virotrial.complete_query_event() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    known record;
begin
    execute format('select query.site_id, query.subject_id, coalesce(last.step, 0) as step,
                coalesce(last.status, ''open'') as status,
                coalesce(last.assigned_to, query.assigned_to) as assigned_to,
                coalesce(last.due, query.due) as due
            from %1$I.query
            left join %1$I.query_event as last using (query_id)
            where query_id = $1
            order by last.step desc limit 1', tg_table_schema)
        into known using new.query_id;
    if known.step is null then
        raise exception using
            errcode = 'no_data_found',
            message = format('there is no query %s', coalesce(new.query_id::text, 'null')),
            hint = format('%I.query_status lists those that you see.', tg_table_schema);
    end if;
    if _virotrial.own_write() then
        -- Of a rule, which does not know what others said meanwhile.
        if (new.action, known.status) = ('close', 'closed') then
            return null;
        elsif (new.action, known.status) = ('reopen', 'open') then
            new.action := 'comment';
        end if;
    end if;
    perform _virotrial.require_opener(new, format('%I.query', tg_table_schema)::regclass);
    perform _virotrial.require_role(new.assigned_to);
    new.status := _virotrial.query_status_after(known.status, new.action);
    if new.status is null and new.action in ('answer', 'close', 'reopen', 'comment', 'assign') then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('query %s is %s: "%s" cannot follow',
                new.query_id, known.status, new.action),
            hint = case known.status when 'closed' then 'Reopen it first.'
                else 'Answer or close it first.' end;
    end if;
    new.status := coalesce(new.status, known.status);
    new.step := known.step + 1;
    new.site_id := known.site_id;
    new.subject_id := known.subject_id;
    new.assigned_to := coalesce(new.assigned_to, known.assigned_to);
    new.due := coalesce(new.due, known.due);
    return new;
end;
$$;
comment on function _virotrial.complete_query_event() is 'trigger function, before something follows a query: 55000 if it cannot; else it writes the state after it';

create function _virotrial.complete_verification() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    found _virotrial.found_record;
begin
    found := _virotrial.find_record(tg_table_schema, new.table_name, new.row_key);
    if found.subject_id is null then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('the rows of table "%s" belong to no subject', new.table_name),
            hint = 'What is verified are the records of subjects.';
    end if;
    new.row_key := found.key;
    new.site_id := found.site_id;
    new.subject_id := found.subject_id;
    new.content := found.content;
    return new;
end;
$$;
comment on function _virotrial.complete_verification() is 'trigger function, before a verification comes: finds the record, and writes what it says';

create function _virotrial.keep_said() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception using
        errcode = 'object_not_in_prerequisite_state',
        message = format('rows of table "%s" are never changed or deleted', tg_table_name),
        detail = 'They say what was asked, answered, verified, delivered or signed.',
        hint = tg_argv[0];
end;
$$;
comment on function _virotrial.keep_said() is 'trigger function, before each statement: refuses to change or delete what was said; its argument is the hint';

-- A cursor takes one statement alone, and a subquery is a SELECT.
create function _virotrial.asked_queries(query text, search_path text) returns setof jsonb
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    asked jsonb;
begin
    perform set_config('search_path', search_path, true);
    for asked in execute pg_catalog.format(
            'select pg_catalog.to_jsonb(asked) from (%s%s) as asked',
            pg_catalog.regexp_replace(query, '[;[:space:]]+$', ''), E'\n') loop
        return next asked;
    end loop;
end;
$$;
comment on function _virotrial.asked_queries(text, text) is 'the rows of a query as objects; it runs as the caller, under the caller''s search path';

create function _virotrial.asked_before(
        study name, table_name text, row_key jsonb, column_name text, message text) returns text
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    outcome text;
begin
    execute format('select status || '' before'' from %I.query_status
            where (table_name, row_key, message) = ($1, $2, $3)
                and column_name is not distinct from $4
            order by query_id limit 1', study)
        into outcome using table_name, row_key, message, column_name;
    return outcome;
end;
$$;
comment on function _virotrial.asked_before(name, text, jsonb, text, text) is 'the state of the query that asks the same about a row, as open_queries() says it; null if there is none';

create function _virotrial.open_queries(study text, query text, dry_run boolean, search_path text)
    returns table (table_name text, row_key jsonb, column_name text, message text, outcome text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    told constant text[] := '{table_name,row_key,column_name,message,assigned_to,due}';
    asked jsonb;
    found _virotrial.found_record;
    due date;
begin
    perform _virotrial.require_study(study);
    for asked in select * from _virotrial.asked_queries(query, search_path) loop
        table_name := asked ->> 'table_name';
        column_name := asked ->> 'column_name';
        message := asked ->> 'message';
        due := asked ->> 'due';
        if table_name is null or message ~ '[^[:space:]]' is not true then
            raise exception using
                errcode = 'null_value_not_allowed',
                message = 'a query needs a table_name and a message',
                detail = format('This row lacks one: %s.', asked),
                hint = 'The SELECT returns both, and the key of a row.';
        end if;
        found := _virotrial.find_record(study, table_name,
            coalesce(asked -> 'row_key', asked - told));
        row_key := found.key;
        perform _virotrial.require_column(found, study, table_name, column_name);
        perform _virotrial.require_role(asked ->> 'assigned_to');
        outcome := coalesce(
            _virotrial.asked_before(study, table_name, row_key, column_name, message),
            case when dry_run then 'to be opened' else 'opened' end);
        if outcome = 'opened' then
            execute format('insert into %I.query
                    (table_name, row_key, column_name, message, assigned_to, due)
                    values ($1, $2, $3, $4, $5, coalesce($6, %1$I.today() + 14))', study)
                using table_name, row_key, column_name, message, asked ->> 'assigned_to', due;
        end if;
        return next;
    end loop;
end;
$$;
comment on function _virotrial.open_queries(text, text, boolean, text) is 'open_queries(), given the search path of its caller';

create function open_queries(study text, query text, dry_run boolean default false)
    returns table (table_name text, row_key jsonb, column_name text, message text, outcome text)
    language sql
    begin atomic
        -- Also a dry run asks once what the SELECT says twice.
        select table_name, row_key, column_name, message,
            case when outcome = 'to be opened' and row_number() over (
                    partition by table_name, row_key, column_name, message order by place) > 1
                then 'open before' else outcome end
        from _virotrial.open_queries(study, query, dry_run, current_setting('search_path'))
            with ordinality as opened (table_name, row_key, column_name, message, outcome, place)
        order by place;
    end;
comment on function open_queries(text, text, boolean) is 'opens a data query for each row of a SELECT, which runs with the rights of the caller: its columns are table_name, message, the columns of the row''s key (or row_key), and if you like column_name, assigned_to and due. What was asked before is not asked again; with dry_run nothing is';
