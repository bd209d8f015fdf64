-- A study that an older version made becomes as this one makes it; its rows stay

-- All that uses the views of a study: directly, or by way of other views and functions.
create function _virotrial.users_of_views(study name)
    returns table (class oid, object oid, is_view boolean, is_own boolean)
    language sql stable strict
    begin atomic
        with recursive used as (
            select 'pg_class'::regclass::oid as class, pg_class.oid as object
            from pg_class
            join pg_namespace on pg_namespace.oid = relnamespace
            where nspname = study and relkind in ('v', 'm')
            union
            select coalesce(case when ev_class is not null then 'pg_class'::regclass end,
                    pg_depend.classid),
                coalesce(ev_class, pg_depend.objid)
            from used
            join pg_depend on refclassid = used.class and refobjid = used.object
            left join pg_rewrite on pg_depend.classid = 'pg_rewrite'::regclass
                and pg_rewrite.oid = objid
        )
        select used.class, used.object, pg_class.oid is not null,
            coalesce(pg_class.relnamespace, pronamespace)
                = (select oid from pg_namespace where nspname = study)
        from used
        left join pg_class on used.class = 'pg_class'::regclass and pg_class.oid = used.object
        left join pg_proc on used.class = 'pg_proc'::regclass and pg_proc.oid = used.object
        where used.class <> 'pg_type'::regclass;
    end;
comment on function _virotrial.users_of_views(name) is 'the views of a study and all that uses them, which is dropped with them';

create function _virotrial.require_views_replaceable(study name) returns void
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
as $$
declare
    others text;
begin
    select string_agg(pg_describe_object(class, object, 0), ', ') into others
    from _virotrial.users_of_views(study)
    where not is_view and not coalesce(is_own, false);
    if others is not null then
        raise exception using
            errcode = 'dependent_objects_still_exist',
            message = format('views of study "%s" cannot be made anew', study),
            detail = format('These use them: %s.', others),
            hint = 'Drop them, and make them again afterwards. Views of your own need not be dropped.';
    end if;
end;
$$;
comment on function _virotrial.require_views_replaceable(name) is 'fails with 2BP01 where something else than a view, or a function of the study, uses a view of the study';

-- Views of users have to come back as they were; those of the study with their readers.
create function _virotrial.view_statements(study name, made name)
    returns table (statement text)
    language sql stable strict
    begin atomic
        with known as (
            select format('%I.%I', nspname, relname) as name, pg_class.*,
                nspname = study and (left(relname, 1) = '_'
                    or to_regclass(format('%I.%I', made, relname)) is not null) as is_ours
            from _virotrial.users_of_views(study)
            join pg_class on pg_class.oid = object and is_view
            join pg_namespace on pg_namespace.oid = relnamespace
        )
        select statement
        from (
            select oid, 1 as step, format('create %s %s%s as %s',
                case relkind when 'm' then 'materialized view' else 'view' end, name,
                ' with (' || array_to_string(reloptions, ', ') || ')',
                pg_get_viewdef(oid)) as statement
            from known
            where not is_ours
            union all
            select oid, 2, format('alter table %s owner to %I', name, pg_get_userbyid(relowner))
            from known
            where not is_ours
            union all
            select known.oid, 3, format('comment on %s is %L', pg_describe_object(classoid, objoid,
                objsubid), description)
            from known
            join pg_description on objoid = known.oid and classoid = 'pg_class'::regclass
                and objsubid = 0
            where not is_ours
            union all
            select oid, 4, format('grant %s on %s to %s%s', privilege_type, name,
                case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end,
                case when is_grantable then ' with grant option' end)
            from known
            cross join aclexplode(relacl)
            where grantee <> relowner and (not is_ours or left(relname, 1) <> '_')
        ) as step
        order by step.step, oid;
    end;
comment on function _virotrial.view_statements(name, name) is 'what makes the views of users again that use a study''s, and gives back the privileges on all';

-- Expressions without names of schemas, as the search path has them: PostgreSQL leaves
-- out what it finds there.
create function _virotrial.table_columns(schema_name name, extension name)
    returns table (table_name name, place smallint, name name, type text, is_generated boolean,
        value text, is_required boolean)
    language plpgsql strict
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform set_config('search_path', format('%I, %I, pg_temp', schema_name, extension), true);
    return query
        select relname, attnum, attname, format_type(atttypid, atttypmod), attgenerated = 's',
            pg_get_expr(adbin, adrelid, true), attnotnull
        from pg_class
        join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
        left join pg_attrdef on adrelid = attrelid and adnum = attnum
        where relnamespace = quote_ident(schema_name)::regnamespace and relkind in ('r', 'p')
            and not relispartition;
end;
$$;
comment on function _virotrial.table_columns(name, name) is 'the columns of the tables of a schema, with their types and defaults';

-- A new column of rows that are there is as of now, or their seal would find another value in
-- them: so it is an update, of the change that the upgrade is. It has the value of a new
-- study's row of the same key, or its default. Where it is generated, and follows, the key is
-- written again. Locks do not hold it up.
create procedure _virotrial.fill_columns(study name, made name, extension name, target name,
        columns jsonb)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    own constant text := format('%I.%I', study, target);
    idle constant name[] := array(select tgname from pg_trigger where tgrelid = own::regclass
        and not tgisinternal and tgenabled = 'O' and tgname not in ('stamp', 'Keep_updated'));
    key constant text[] := array(select quote_ident(attname) from pg_index
        join pg_attribute on attrelid = indrelid and attnum = any (indkey)
        where indrelid = own::regclass and indisprimary);
    names text;
    filled text;
    some_filled text;
    idle_trigger name;
begin
    select coalesce(string_agg(quote_ident(name), ', ' order by place), key[1]),
        coalesce(string_agg(format('case when made.%s is null then %s else made.%I end', key[1],
            coalesce(value, 'null'), name), ', ' order by place), 'live.' || key[1])
    into names, filled
    from _virotrial.table_columns(made, extension)
    where table_name = target and columns ? name and not is_generated;
    some_filled := case when exists (select from _virotrial.table_columns(made, extension)
            where table_name = target and columns ? name and is_generated)
        then 'true' else format('num_nonnulls(%s) > 0', filled) end;
    foreach idle_trigger in array idle loop
        execute format('alter table %s disable trigger %I', own, idle_trigger);
    end loop;
    perform set_config('search_path', format('%I, %I, pg_temp', study, extension), true);
    execute format('update %1$s as live set (%2$s) = row(%3$s) from %1$s as same '
        'left join %4$I.%5$I as made using (%6$s) where (%7$s) = (%8$s) and %9$s',
        own, names, filled, made, target, array_to_string(key, ', '),
        'live.' || array_to_string(key, ', live.'), 'same.' || array_to_string(key, ', same.'),
        some_filled);
    foreach idle_trigger in array idle loop
        execute format('alter table %s enable trigger %I', own, idle_trigger);
    end loop;
end;
$$;
comment on procedure _virotrial.fill_columns(name, name, name, name, jsonb) is 'gives new columns of the rows of a study their values';

create procedure _virotrial.match_columns(study name, made name, extension name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    added constant jsonb := (select jsonb_object_agg(table_name, names)
        from (select table_name, jsonb_agg(fresh.name) as names
            from _virotrial.table_columns(made, extension) as fresh
            left join _virotrial.table_columns(study, extension) as live using (table_name, name)
            where live.name is null and exists (select from pg_index
                where indisprimary and indrelid = to_regclass(format('%I.%I', study, table_name)))
            group by table_name) as found);
    known record;
    alteration text;
begin
    for known in
        select fresh.*, live.name is null as is_new, live.type as live_type,
            live.value as live_value, coalesce(live.is_required, false) as live_required
        from _virotrial.table_columns(made, extension) as fresh
        left join _virotrial.table_columns(study, extension) as live using (table_name, name)
        order by fresh.table_name, fresh.place
    loop
        perform set_config('search_path', format('%I, %I, pg_temp', study, extension), true);
        foreach alteration in array array_remove(array[
            case when known.is_new and not known.is_generated
                then format('add column %I %s', known.name, known.type) end,
            case when known.type <> known.live_type
                then format('alter column %I type %s', known.name, known.type) end,
            case when not known.is_generated and known.value is distinct from known.live_value
                then format('alter column %I ', known.name)
                    || coalesce('set default ' || known.value, 'drop default') end,
            case when known.is_required <> known.live_required and not known.is_new
                then format('alter column %I %s not null', known.name,
                    case when known.is_required then 'set' else 'drop' end) end], null)
        loop
            execute format('alter table %I %s', known.table_name, alteration);
        end loop;
    end loop;
    for known in
        -- match_rules gives rules theirs, but those that somebody changed by hand
        select key as table_name, value as names from jsonb_each(added)
        where key not in ('rule', 'rule_context')
    loop
        call _virotrial.fill_columns(study, made, extension, known.table_name, known.names);
    end loop;
    for known in
        select fresh.*, live.name is null as is_new
        from _virotrial.table_columns(made, extension) as fresh
        left join _virotrial.table_columns(study, extension) as live using (table_name, name)
        where fresh.is_generated and live.name is null
            or fresh.is_required and not live.is_required
        order by fresh.table_name, fresh.place
    loop
        perform set_config('search_path', format('%I, %I, pg_temp', study, extension), true);
        execute format(case when known.is_new
            then 'alter table %I add column %I %s generated always as (%s) stored%s'
            else 'alter table %I alter column %I set not null' end, known.table_name, known.name,
            known.type, known.value, case when known.is_required then ' not null' end);
    end loop;
end;
$$;
comment on procedure _virotrial.match_columns(name, name, name) is 'gives the tables of a study the columns, types and defaults of those that this version makes';

-- A table that the study did not have gets the rows of a new study. They are of the
-- change that the upgrade is.
create procedure _virotrial.add_rows(study name, made regclass, target regclass)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    columns text;
    expressions text;
begin
    select string_agg(quote_ident(attname), ', ' order by attnum),
        string_agg(case attname when 'entered_by' then 'session_user'
            when 'entered_at' then 'clock_timestamp()'
            when 'entered_in' then format('_virotrial.current_change_id(%L)',
                format('%I.rule', study))
            else quote_ident(attname) end, ', ' order by attnum)
    into columns, expressions
    from pg_attribute
    where attrelid = made and attnum > 0 and not attisdropped and attgenerated = '';
    execute format('insert into %s (%s) overriding system value select %s from %s', target,
        columns, expressions, made);
end;
$$;
comment on procedure _virotrial.add_rows(name, regclass, regclass) is 'copies the rows of a table that a new study has to the same table of another';

create procedure _virotrial.match_tables(study name, made name, extension name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    known record;
begin
    for known in
        select pg_class.oid::regclass as made, format('%I.%I', study, relname) as name,
            exists (select from pg_attribute
                where attrelid = pg_class.oid and attname = 'ended_in') as is_history
        from pg_class
        where relnamespace = quote_ident(made)::regnamespace and relkind in ('r', 'p')
            and not relispartition
        order by pg_class.oid
    loop
        if to_regclass(known.name) is null then
            execute format('create table %s (like %s including all excluding indexes '
                'excluding constraints)', known.name, known.made);
            continue when known.is_history;
            call _virotrial.add_rows(study, known.made, known.name::regclass);
        end if;
    end loop;
    call _virotrial.match_columns(study, made, extension);
    for known in
        select pg_class.oid as made, format('%I.%I', study, relname)::regclass as name
        from pg_class
        where relnamespace = quote_ident(made)::regnamespace and relkind in ('r', 'p')
            and not relispartition
    loop
        call _virotrial.copy_comments(known.made, known.name);
        -- That of a history names its table.
        execute format('comment on table %s is %L', known.name, replace(
            obj_description(known.made, 'pg_class'), made || '.', quote_ident(study) || '.'));
    end loop;
end;
$$;
comment on procedure _virotrial.match_tables(name, name, name) is 'gives a study the tables and columns of one that this version makes';

create function _virotrial.table_parts(schema_name name, extension name)
    returns table (place integer, table_name name, part name, definition text, state "char",
        meaning text)
    language plpgsql strict
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform set_config('search_path', format('%I, %I, pg_temp', schema_name, extension), true);
    return query
        select case when contype in ('p', 'u', 'x') then 1 when contype = 'c' then 2 else 4 end,
            relname, conname, pg_get_constraintdef(pg_constraint.oid, true), null::"char",
            obj_description(pg_constraint.oid, 'pg_constraint')
        from pg_class
        join pg_constraint on conrelid = pg_class.oid and conparentid = 0
        where relnamespace = quote_ident(schema_name)::regnamespace and not relispartition
            and contype in ('p', 'u', 'x', 'c', 'f')
        union all
        select 3, relname, indexrelid::regclass::name,
            replace(pg_get_indexdef(indexrelid, 0, true), ' ON ONLY ', ' ON '), null,
            obj_description(indexrelid, 'pg_class')
        from pg_class
        join pg_index on indrelid = pg_class.oid
        where relnamespace = quote_ident(schema_name)::regnamespace and relkind in ('r', 'p')
            and not relispartition
            and not exists (select from pg_constraint where conindid = indexrelid
                and contype in ('p', 'u', 'x'))
        union all
        select 5, relname, tgname, pg_get_triggerdef(pg_trigger.oid, true), tgenabled,
            obj_description(pg_trigger.oid, 'pg_trigger')
        from pg_class
        join pg_trigger on tgrelid = pg_class.oid and not tgisinternal and tgparentid = 0
        where relnamespace = quote_ident(schema_name)::regnamespace and not relispartition;
end;
$$;
comment on function _virotrial.table_parts(name, name) is 'the constraints, indexes and triggers of the tables of a schema, in the order in which they are made';

-- A new constraint that rows break holds for what is written from now on.
create procedure _virotrial.add_constraint(study name, extension name, "table" name, name name,
        definition text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    addition constant text := format('alter table %I add constraint %I %s', "table", name,
        definition);
begin
    perform set_config('search_path', format('%I, %I, pg_temp', study, extension), true);
    execute addition;
exception when check_violation or foreign_key_violation then
    perform set_config('search_path', format('%I, %I, pg_temp', study, extension), true);
    execute addition || ' not valid';
    raise warning using
        errcode = sqlstate,
        message = format('rows of table "%s" break its new constraint "%s"', "table", name),
        detail = 'It holds for what is written from now on.',
        hint = format('Mend the rows, then: call upgrade_study(%L)', study);
end;
$$;
comment on procedure _virotrial.add_constraint(name, name, name, name, text) is 'adds a constraint to a table of a study; not valid, with a warning, if rows break it';

create procedure _virotrial.match_parts(study name, made name, extension name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    known record;
    kind text;
begin
    call _virotrial.release_unlockable(study);
    -- "Tell_arm" of today: it fired too late, and would go on firing beside it
    if exists (select from pg_trigger where tgname = 'tell_arm'
            and tgrelid = to_regclass(format('%I.unblinding', study))) then
        execute format('drop trigger tell_arm on %I.unblinding', study);
    end if;
    for known in
        select fresh.*, live.definition as live_definition, live.state as live_state
        from _virotrial.table_parts(made, extension) as fresh
        left join _virotrial.table_parts(study, extension) as live
            using (place, table_name, part)
        where (live.definition, live.state, live.meaning)
            is distinct from (fresh.definition, fresh.state, fresh.meaning)
        order by fresh.place, fresh.table_name, fresh.part
    loop
        kind := (array['constraint', 'constraint', 'index', 'constraint', 'trigger'])[known.place];
        perform set_config('search_path', format('%I, %I, pg_temp', study, extension), true);
        if known.live_definition <> known.definition then
            execute case kind
                when 'constraint' then format('alter table %I drop constraint %I',
                    known.table_name, known.part)
                when 'index' then format('drop index %I', known.part)
                else format('drop trigger %I on %I', known.part, known.table_name) end;
        end if;
        if kind = 'constraint' and known.live_definition is distinct from known.definition then
            call _virotrial.add_constraint(study, extension, known.table_name, known.part,
                known.definition);
        elsif known.live_definition is distinct from known.definition then
            execute known.definition;
        end if;
        if kind = 'trigger' then
            execute format('alter table %I %s trigger %I', known.table_name,
                case known.state when 'A' then 'enable always' when 'R' then 'enable replica'
                    when 'D' then 'disable' else 'enable' end, known.part);
        end if;
        execute format('comment on %s %I %s is %L', kind, known.part,
            case when kind <> 'index' then format('on %I', known.table_name) end, known.meaning);
    end loop;
end;
$$;
comment on procedure _virotrial.match_parts(name, name, name) is 'gives the tables of a study the constraints, indexes and triggers of those that this version makes';

-- Rules as an older version made them become as this one makes them; what somebody
-- changed by hand stays.
-- One statement changes both: new rules need the new contexts, and new contexts the new rules.
create procedure _virotrial.match_rules(study name, made name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    target text;
    key text;
    columns text;
    parts text[];
begin
    foreach target in array array['rule_context', 'rule'] loop
        key := case target when 'rule' then 'live.name = made.name and ' else '' end
            || 'live.table_name = made.table_name';
        select string_agg(quote_ident(attname), ', ' order by attnum) into columns
        from pg_attribute
        where attrelid = format('%I.%I', made, target)::regclass and attnum > 0
            and not attisdropped and attname not in ('entered_by', 'entered_at', 'entered_in');
        parts := parts || format('changed_%2$s as (update %1$I.%2$I as live set (%3$s) = '
            'row(made.%4$s) from %5$I.%2$I as made '
            'where %6$s and (live.%7$s) is distinct from (made.%4$s) '
            'and exists (select from %1$I.change where change_id = live.entered_in '
            'and source in (''create_study'', ''upgrade_study'')))', study, target, columns,
            replace(columns, ', ', ', made.'), made, key, replace(columns, ', ', ', live.'));
        parts := parts || format('added_%2$s as (insert into %1$I.%2$I (%3$s) '
            'select %3$s from %4$I.%2$I as made '
            'where not exists (select from %1$I.%2$I as live where %5$s))', study, target, columns,
            made, key);
    end loop;
    execute format('with %s select', array_to_string(parts, ', '));
end;
$$;
comment on procedure _virotrial.match_rules(name, name) is 'gives a study the rules and contexts of this version, but those that somebody changed by hand';

create procedure upgrade_study(study name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set virotrial.reason = 'configuration'
    set virotrial.source = 'create_study'
as $$
declare
    extension name := _virotrial.virotrial_schema();
    made constant name := 'virotrial_upgrade';
    partitions constant integer := (select nullif(count(*), 0) from pg_inherits
        where inhparent = to_regclass(format('%I.lab_result', study)));
    own oid[];
    again text[];
    statement text;
    parted regclass;
    is_secured boolean;
begin
    perform _virotrial.require_own_study(study);
    perform _virotrial.require_closed_schema(extension);
    perform set_config('client_min_messages', 'warning', true);
    call _virotrial.lock_study(study);
    execute format('create schema %I', made);
    call _virotrial.make_objects(made, partitions);
    perform set_config('search_path', 'pg_catalog, pg_temp', true);
    perform set_config('virotrial.source', 'upgrade_study', true);
    select exists (select from _virotrial.study_relation(study) as found
        join pg_class on pg_class.oid = found.relation
        where found.has_site and relrowsecurity) into is_secured;
    perform _virotrial.require_views_replaceable(study);
    again := array(select found.statement from _virotrial.view_statements(study, made) as found);
    -- an array: one that is gone has no name any more
    foreach statement in array array(
            select format('drop %s if exists %I.%I cascade',
                case relkind when 'm' then 'materialized view' else 'view' end, study, relname)
            from pg_class
            where relnamespace = quote_ident(study)::regnamespace and relkind in ('v', 'm')) loop
        execute statement;
    end loop;
    call _virotrial.match_tables(study, made, extension);
    -- The study has a time zone of its own.
    own := array(select oid from pg_proc
        where pronamespace = quote_ident(made)::regnamespace and proname = 'day_of');
    call _virotrial.freeze_all_code(made, study, extension, own);
    call _virotrial.match_parts(study, made, extension);
    -- 0.1.0 had one limit for each site, and the index of a history is by the key of its table
    execute format('drop index if exists %I.enrolment_limit_history_site_idx', study);
    perform set_config('search_path', 'pg_catalog, pg_temp', true);
    for parted in select oid from pg_class
            where relnamespace = quote_ident(study)::regnamespace and relkind = 'p' loop
        call _virotrial.guard_parts(parted);
    end loop;
    call _virotrial.match_rules(study, made);
    execute format('drop schema %I cascade', made);
    perform set_config('search_path', 'pg_catalog, pg_temp', true);
    foreach statement in array again loop
        execute statement;
    end loop;
    if is_secured then
        execute format('call %I.secure_study(%L)', extension, study);
    end if;
end;
$$;
comment on procedure upgrade_study(name) is 'gives a study that an older version made the tables, columns, views, functions, triggers and rules of this one. Its rows stay; so do views of users, privileges, and rules that somebody changed. Only the owner of the study may call it; others cannot use the study meanwhile';
