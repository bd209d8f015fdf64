-- The study's factory: create_study and drop_study

create function virotrial_schema() returns text
    language sql stable parallel safe
    begin atomic
        select nspname::text from pg_extension join pg_namespace on pg_namespace.oid = extnamespace
        where extname = 'virotrial';
    end;
comment on function virotrial_schema() is 'the schema that the extension was installed into';

create function is_study(study text) returns boolean
    language sql stable strict parallel safe
    begin atomic
        select exists (
            select from pg_trigger join pg_class on pg_class.oid = tgrelid join pg_namespace on pg_namespace.oid = relnamespace
            where nspname = study and relname = 'rule' and tgname = 'rules_changed_insert');
    end;
comment on function is_study(text) is 'whether a schema of this name is a study that create_study made';

create procedure guard("table" regclass)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    extension text := (select nspname from pg_extension join pg_namespace n on n.oid = extnamespace where extname = 'virotrial');
    transitions constant jsonb := jsonb_build_object('insert', 'new table as changed',
        'update', 'old table as removed new table as changed', 'delete', 'old table as removed');
    event text;
begin
    foreach event in array array['insert', 'update', 'delete'] loop
        execute format('create trigger enforce_%s after %s on %s referencing %s for each statement execute function %I.enforce()',
            event, event, "table",
            transitions ->> event, extension);
        execute format('comment on trigger enforce_%s on %s is %L', event, "table", 'checks the rules');
    end loop;
    execute format('create trigger enforce_truncate after truncate on %s for each statement execute function %I.enforce()', "table", extension);
    execute format('comment on trigger enforce_truncate on %s is %L', "table", 'checks the rules');
    if exists (select from pg_attribute where attrelid = "table" and attname = 'entered_by' and not attisdropped) then
        execute format('create trigger stamp before insert or update on %s for each row execute function %I.stamp()', "table", extension);
        execute format('comment on trigger stamp on %s is %L', "table", 'sets entered_by and entered_at');
    end if;
    if (select relkind = 'r' and not relispartition from pg_class where oid = "table")
            and not exists (select from pg_inherits where inhrelid = "table")
            and (select count(*) = 2 from pg_attribute
                where attrelid = "table" and attname in ('site_id', 'subject_id') and not attisdropped) then
        foreach event in array array['insert', 'update', 'delete'] loop
            -- The name sorts before those of foreign keys, which then fire later.
            execute format('create trigger "Lock_subjects_%s" after %s on %s referencing %s for each row execute function %I.lock_subjects()',
                event, event, "table", transitions ->> event, extension);
            execute format('comment on trigger "Lock_subjects_%s" on %s is %L', event, "table", 'locks the subjects where rules need it');
        end loop;
    end if;
end;
$$;
comment on procedure guard(regclass) is 'gives a table of a study the triggers that rules need; create_study calls it for its tables, and a study''s owner may for others';

create procedure create_study(name text, protocol text default 'raltegravir-pilot')
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    extension text := (select nspname from pg_extension join pg_namespace n on n.oid = extnamespace where extname = 'virotrial');
    ddl text;
    known text;
begin
    execute format('select string_agg(substring(file from ''^protocols/(.*)[.]sql$''), '', '' order by file) from %I.study_ddl() where file like ''protocols/%%''', extension)
        into known;
    if create_study.protocol <> all (string_to_array(known, ', ')) then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('there is no protocol "%s"', create_study.protocol),
            hint = format('The protocols that virotrial knows: %s.', known);
    end if;
    execute format('create schema %I', name);
    execute format('comment on schema %I is %L', name, format('virotrial study, protocol %s', create_study.protocol));
    perform set_config('search_path', format('%I, %I, pg_temp', name, extension), true);
    for ddl in execute format('select ddl from %I.study_ddl() where file not like ''protocols/%%'' or file = %L order by place',
            extension, format('protocols/%s.sql', create_study.protocol)) loop
        execute ddl;
    end loop;
end;
$$;
comment on procedure create_study(text, text) is 'makes a schema with the tables, rules and views of a study, all owned by the caller';

create procedure drop_study(name text, with_subjects boolean default false)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    extension text := (select nspname from pg_extension join pg_namespace n on n.oid = extnamespace where extname = 'virotrial');
    known boolean;
    subjects bigint;
begin
    execute format('select %I.is_study(%L)', extension, name) into known;
    if not coalesce(known, false) then
        raise exception using
            errcode = 'invalid_schema_name',
            message = format('there is no study "%s"', name);
    end if;
    execute format('lock table %I.subject in access exclusive mode', name);
    execute format('select count(*) from %I.subject', name) into subjects;
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
