-- The study's factory: create_study and drop_study

create function _virotrial.require_guardable("table" regclass) returns void
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
as $$
declare
    reason text;
begin
    perform _virotrial.require_relation("table");
    select case
        when relkind not in ('r', 'p') then 'It is not a table that has transition tables.'
        when _virotrial.is_distributed("table")
            then 'Citus keeps its rows in shards, which no rule judges.'
        when relkind = 'r' and exists (select from pg_inherits where inhparent = "table")
            then 'Other tables inherit from it, and what is written to them is not judged.'
        when exists (select from pg_inherits where inhrelid = "table")
            then 'It is a partition, or inherits. Rules guard the table above it, and what is written to that.'
        when not exists (select from pg_constraint where conrelid = "table" and contype = 'p')
            then 'It has no primary key, so that a rule could not say which row breaks it.' end
    into reason
    from pg_class
    where oid = "table";
    if reason is not null then
        raise exception using
            errcode = 'wrong_object_type',
            message = format('rules cannot guard %s', "table"),
            detail = reason,
            hint = 'Give it a primary key; or guard an ordinary or partitioned table.';
    end if;
end;
$$;
comment on function _virotrial.require_guardable(regclass) is 'fails with 42809 unless rules can guard a table: it is an ordinary or partitioned one on this machine, inherits from none and none from it, and has a primary key';

create procedure _virotrial.guard_subjects("table" regclass)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    key constant text[] := _virotrial.key_columns("table");
    is_partitioned constant boolean := (select relkind = 'p' from pg_class where oid = "table");
    event text;
    transitions text;
begin
    for event, transitions in values ('insert', 'referencing new table as changed'),
            ('update', 'referencing old table as removed new table as changed'),
            ('delete', 'referencing old table as removed') loop
        -- The name sorts before those of foreign keys, which then fire later.
        execute format('create or replace trigger "Lock_subjects_%s" after %1$s on %s %s '
            'for each row execute function _virotrial.lock_subjects()', event, "table",
            case when not is_partitioned then transitions end);
        execute format('comment on trigger "Lock_subjects_%s" on %s is %L', event, "table",
            'locks the subjects where rules need it');
    end loop;
    if cardinality(key) > 2 and key @> '{site_id,subject_id}' then
        execute format('create or replace trigger ask_again after update on %s for each row '
            'when (old.site_id = new.site_id and old.subject_id = new.subject_id '
                'and (%s)) execute function _virotrial.ask_again()',
            "table",
            (select string_agg(format('old.%1$I is distinct from new.%1$I', name), ' or ')
                from unnest(key) as name
                where name not in ('site_id', 'subject_id')));
        execute format('comment on trigger ask_again on %s is %L', "table",
            'closes the data queries about a row whose key changes, and asks them again');
    end if;
    if is_partitioned then
        -- The name sorts behind those that complete the row.
        execute format('create or replace trigger take_row before insert or update or delete on %s '
            'for each row execute function _virotrial.gather_row()', "table");
        execute format('comment on trigger take_row on %s is %L', "table",
            'keeps the row for the lock on its subject');
    end if;
end;
$$;
comment on procedure _virotrial.guard_subjects(regclass) is 'gives a table of subjects the triggers that lock them, and let data queries follow its rows';

create procedure guard("table" regclass)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    transitions constant jsonb := jsonb_build_object('insert', 'new table as changed',
        'update', 'old table as removed new table as changed', 'delete', 'old table as removed');
    event text;
begin
    perform _virotrial.require_guardable("table");
    execute format('create or replace trigger lock_tables before insert or update or delete or truncate on %s '
        'for each statement execute function _virotrial.lock_tables()', "table");
    execute format('comment on trigger lock_tables on %s is %L', "table",
        'locks the tables that the statement judges whole');
    foreach event in array array['insert', 'update', 'delete'] loop
        execute format('create or replace trigger enforce_%s after %s on %s referencing %s '
            'for each statement execute function _virotrial.enforce()',
            event, event, "table", transitions ->> event);
        execute format('comment on trigger enforce_%s on %s is %L',
            event, "table", 'checks the rules');
    end loop;
    execute format('create or replace trigger enforce_truncate after truncate on %s '
        'for each statement execute function _virotrial.enforce()', "table");
    execute format('comment on trigger enforce_truncate on %s is %L', "table", 'checks the rules');
    -- A schema that only has rules has no changes.
    if to_regclass((select format('%s.change', relnamespace::regnamespace) from pg_class
            where oid = "table")) is not null then
        call @extschema@.keep_history("table");
    end if;
    if (select count(*) = 2 from pg_attribute
            where attrelid = "table" and attname in ('site_id', 'subject_id')
                and not attisdropped) then
        call _virotrial.guard_subjects("table");
    end if;
    call _virotrial.guard_parts("table");
end;
$$;
comment on procedure guard(regclass) is 'gives a table of a study the triggers that rules need, or gives them back; create_study calls it for its tables, and a study''s owner may for others';

-- Whoever may create objects there could have his own found in their place.
create function _virotrial.require_closed_schema(schema_name name) returns void
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
as $$
declare
    intruders text;
begin
    select string_agg(distinct case acl.grantee when 0 then 'public'
        else acl.grantee::regrole::text end, ', ')
    into intruders
    from pg_namespace
    cross join lateral (
        select grantee from aclexplode(coalesce(nspacl, acldefault('n', nspowner)))
            where privilege_type = 'CREATE'
        union select nspowner) as acl
    left join pg_roles on pg_roles.oid = acl.grantee
    where nspname = schema_name
        and rolsuper is not true
        and acl.grantee <> all (array[
            (select datdba from pg_database where datname = current_database()),
            (select extowner from pg_extension where extname = 'virotrial'),
            'pg_database_owner'::regrole::oid,
            current_user::regrole::oid]);
    if intruders is not null then
        raise exception using
            errcode = 'insufficient_privilege',
            message = format('others may create objects in schema "%s" of the extension',
                schema_name),
            detail = format(
                'A study finds functions and operators there. These may create some: %s.',
                intruders),
            hint = format('revoke create on schema %I from %s', schema_name, intruders);
    end if;
end;
$$;
comment on function _virotrial.require_closed_schema(name) is 'fails with 42501 where a role may create objects in the extension''s schema that is neither a superuser nor the owner of the database or the extension, nor the caller';

create function _virotrial.require_study_name(name text) returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if name is null or name in ('', '$user') or name like 'pg\_%' or octet_length(name) > 63 then
        raise exception using
            errcode = 'invalid_name',
            message = format('a study cannot have the name "%s"', name),
            detail = 'Its schema has that name, which must not be empty, begin with "pg_", be "$user" or be longer than 63 bytes.';
    end if;
end;
$$;
comment on function _virotrial.require_study_name(text) is 'fails with 42602 for a name that a study''s schema cannot have, or that a search path takes for another';

create function _virotrial.protocol_text(protocol text) returns text
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
as $$
declare
    shipped text := (select document::text from _virotrial.shipped_protocol()
        where name = protocol_text.protocol);
begin
    if shipped is null and protocol !~ '^\s*[{\[]' then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('there is no protocol "%s"', protocol),
            hint = format('Give a document; or one of the protocols that virotrial knows: %s.',
                (select string_agg(name, ', ' order by name) from _virotrial.shipped_protocol()));
    end if;
    return coalesce(shipped, protocol);
end;
$$;
comment on function _virotrial.protocol_text(text) is 'the document of a protocol that is named, or is that document; 22023 for a name that is not known';

-- The tables of results are those that grow.
create procedure _virotrial.make_objects(study name, partitions integer)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    ddl text;
    parted regclass;
begin
    if partitions not between 1 and 1024 then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('a study cannot have %s partitions', partitions),
            hint = 'Give 1 to 1024, such as 8; or null for tables without partitions.';
    end if;
    perform set_config('search_path', format('%I, %I, pg_temp', study,
        _virotrial.virotrial_schema()), true);
    for ddl in select part.ddl from _virotrial.study_ddl() as part order by place loop
        execute case when partitions is null then ddl else replace(ddl,
            '/* partition by hash (site_id) */', 'partition by hash (site_id)') end;
    end loop;
    for parted in select oid from pg_class
            where relnamespace = quote_ident(study)::regnamespace and relkind = 'p' loop
        for remainder in 0 .. partitions - 1 loop
            ddl := format('%I.%I', study,
                (select relname || '_' || remainder + 1 from pg_class where oid = parted));
            execute format('create table %s partition of %s '
                'for values with (modulus %s, remainder %s)', ddl, parted, partitions, remainder);
            -- Nobody but its owner reads or writes past the policies of the table above.
            execute format('alter table %s enable row level security', ddl);
            execute format('comment on table %s is %L', ddl,
                format('a partition of %s: the rows of some sites', parted));
        end loop;
        call _virotrial.guard_parts(parted);
    end loop;
end;
$$;
comment on procedure _virotrial.make_objects(name, integer) is 'makes the tables, rules and views of a study in its schema';

-- All tables or none: who holds some, and waits for others, ends in a deadlock with who
-- enters rows.
create procedure _virotrial.lock_study(study name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    statement constant text := (select format('lock table %s in access exclusive mode nowait',
            string_agg(format('%I.%I', study, relname), ', ' order by pg_class.oid))
        from pg_class
        where relnamespace = quote_ident(study)::regnamespace and relkind in ('r', 'p')
            and not relispartition and relowner = current_user::regrole);
begin
    loop
        begin
            execute statement;
            return;
        exception when lock_not_available then
            perform _virotrial.show_progress(study, 'waits until nobody uses the study');
            perform pg_sleep(0.1);
        end;
    end loop;
end;
$$;
comment on procedure _virotrial.lock_study(name) is 'waits until nobody uses the tables of a study, and keeps others from them until the end of the transaction';

create procedure create_study(name text, protocol text default 'raltegravir-pilot',
    trust_sql boolean default false, partitions integer default null)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set virotrial.reason = 'configuration'
    set virotrial.source = 'create_study'
as $$
declare
    extension text := _virotrial.virotrial_schema();
    document_text text := _virotrial.protocol_text(protocol);
    document jsonb := _virotrial.parsed_document(document_text);
begin
    perform _virotrial.require_study_name(name);
    perform _virotrial.require_closed_schema(extension::name);
    execute format('create schema %I', name);
    call _virotrial.make_objects(name, partitions);
    perform set_config('search_path', format('%I, %I, pg_temp', name, extension), true);
    if not trust_sql and document_text = protocol then
        perform _virotrial.require_document_trust(name, document);
    end if;
    -- Rows of another source are those of another change.
    perform set_config('virotrial.source', 'protocol document', true);
    call _virotrial.enter_document(name, document);
    execute format('comment on schema %I is %L', name, format('virotrial study, protocol %s',
        document #>> '{protocol,0,protocol}'));
end;
$$;
comment on procedure create_study(text, text, boolean, integer) is 'makes a schema with the tables, rules and views of a study, all owned by the caller. The protocol is one that virotrial knows by its name, or a document: a JSON object as protocol_document() writes it. A superuser must say trust_sql => true for a document that holds SQL. partitions => 8 has the tables of viral loads, CD4 counts and laboratory results in as many partitions by site';

create procedure drop_study(name text, with_subjects boolean default false)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    subjects bigint;
begin
    perform _virotrial.require_study(name);
    execute format('lock table %I.subject in access exclusive mode', name);
    subjects := _virotrial.subject_count(name);
    if subjects > 0 and not with_subjects then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('study "%s" holds subjects', name),
            detail = format('Subjects: %s.', subjects),
            hint = format('Drop it with all its data by: call drop_study(%L, with_subjects => true)', name);
    end if;
    -- A notice for each of its tables would say nothing.
    perform set_config('client_min_messages', 'warning', true);
    execute format('drop schema %I cascade', name);
end;
$$;
comment on procedure drop_study(text, boolean) is 'drops a study; one that holds subjects only if with_subjects is true';
