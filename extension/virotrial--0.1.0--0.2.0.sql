\echo Use "ALTER EXTENSION virotrial UPDATE TO '0.2.0'" to load this file. \quit

-- Written by make upgrade-script, from the install scripts of 0.1.0 and 0.2.0.

create procedure _virotrial.fill_columns(study name, made name, extension name, target name,
        columns jsonb)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    own constant text := format('%I.%I', study, target);
    idle name[] := array(select tgname from pg_trigger where tgrelid = own::regclass
        and not tgisinternal and tgenabled = 'O' and tgname not in ('stamp', 'Keep_updated'));
    names constant text[] := array(select jsonb_array_elements_text(columns));
    key text[];
    filled text;
    idle_trigger name;
begin
    select array_agg(quote_ident(attname)) into key
    from pg_index
    join pg_attribute on attrelid = indrelid and attnum = any (indkey)
    where indrelid = own::regclass and indisprimary;
    select string_agg(format('case when made.%s is null then %s else made.%I end', key[1],
        coalesce(value, 'null'), name), ', ' order by array_position(names, name::text))
    into filled
    from _virotrial.table_columns(made, extension)
    where table_name = target and name = any (names);
    foreach idle_trigger in array idle loop
        execute format('alter table %s disable trigger %I', own, idle_trigger);
    end loop;
    perform set_config('search_path', format('%I, %I, pg_temp', study, extension), true);
    execute format('update %1$s as live set (%2$s) = row(%3$s) from %1$s as same '
        'left join %4$I.%5$I as made using (%6$s) where (%7$s) = (%8$s) and num_nonnulls(%3$s) > 0',
        own, array_to_string(names, ', '), filled, made, target, array_to_string(key, ', '),
        'live.' || array_to_string(key, ', live.'), 'same.' || array_to_string(key, ', same.'));
    foreach idle_trigger in array idle loop
        execute format('alter table %s enable trigger %I', own, idle_trigger);
    end loop;
end;
$$;

comment on procedure _virotrial.fill_columns(name, name, name, name, jsonb) is 'gives new columns of the rows of a study their values';

create or replace procedure _virotrial.match_columns(study name, made name, extension name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    added constant jsonb := (select jsonb_object_agg(table_name, names)
        from (select table_name, jsonb_agg(fresh.name) as names
            from _virotrial.table_columns(made, extension) as fresh
            left join _virotrial.table_columns(study, extension) as live using (table_name, name)
            where live.name is null and not fresh.is_generated and exists (select from pg_index
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
            case when known.is_new then format(case when known.is_generated
                    then 'add column %I %s generated always as (%s) stored'
                    else 'add column %I %s' end, known.name, known.type, known.value) end,
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
        select key as table_name, value as names from jsonb_each(added)
    loop
        call _virotrial.fill_columns(study, made, extension, known.table_name, known.names);
    end loop;
    for known in
        select fresh.table_name, fresh.name from _virotrial.table_columns(made, extension) as fresh
        join _virotrial.table_columns(study, extension) as live using (table_name, name)
        where fresh.is_required and not live.is_required
    loop
        perform set_config('search_path', format('%I, pg_temp', study), true);
        execute format('alter table %I alter column %I set not null', known.table_name, known.name);
    end loop;
end;
$$;

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

create or replace procedure _virotrial.match_tables(study name, made name, extension name)
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
        where relnamespace = quote_ident(made)::regnamespace and relkind = 'r'
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
        where relnamespace = quote_ident(made)::regnamespace and relkind = 'r'
    loop
        call _virotrial.copy_comments(known.made, known.name);
        -- That of a history names its table.
        execute format('comment on table %s is %L', known.name, replace(
            obj_description(known.made, 'pg_class'), made || '.', quote_ident(study) || '.'));
    end loop;
end;
$$;

create function _virotrial.new_columns(study name, made name)
    returns table (table_name name, columns name[])
    language sql stable strict
    begin atomic
        select relname, array_agg(fresh.attname order by fresh.attnum)
        from pg_class
        join pg_attribute as fresh on fresh.attrelid = pg_class.oid
        where relnamespace = quote_ident(made)::regnamespace and relkind = 'r'
            and fresh.attnum > 0 and not fresh.attisdropped and fresh.attgenerated = ''
            and exists (select from pg_index where indrelid = pg_class.oid and indisprimary)
            and to_regclass(format('%I.%I', study, relname)) is not null
            and not exists (select from pg_attribute as live where live.attname = fresh.attname
                and live.attrelid = to_regclass(format('%I.%I', study, relname)))
        group by relname;
    end;

comment on function _virotrial.new_columns(name, name) is 'the columns that a new study has and another has not, of tables that both have';

create procedure _virotrial.fill_columns(study name, made name, table_name name, columns jsonb)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    matches text;
    listed text;
begin
    select string_agg(format('live.%1$I = made.%1$I', attname), ' and ') into matches
    from pg_index
    join pg_attribute on attrelid = indrelid and attnum = any (indkey)
    where indrelid = format('%I.%I', made, table_name)::regclass and indisprimary;
    select string_agg(format('%%1$s.%I', name), ', ') into listed from jsonb_array_elements_text(columns) as name;
    execute format('update %1$I.%2$I as live set (%3$s) = row(%4$s) from %5$I.%2$I as made '
        'where %6$s and (%4$s) is distinct from (%7$s)', study, table_name,
        (select string_agg(quote_ident(name), ', ') from jsonb_array_elements_text(columns) as name),
        format(listed, 'made'), made, matches, format(listed, 'live'));
end;
$$;

comment on procedure _virotrial.fill_columns(name, name, name, jsonb) is 'gives the rows of a study that a new one has too, by their key, the values of the new one in some columns';

create or replace procedure upgrade_study(study name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set virotrial.reason = 'configuration'
    set virotrial.source = 'create_study'
as $$
declare
    extension name := _virotrial.virotrial_schema();
    made constant name := 'virotrial_upgrade';
    own oid[];
    again text[];
    statement text;
    is_secured boolean;
    added jsonb;
    added_table text;
begin
    perform _virotrial.require_own_study(study);
    perform _virotrial.require_closed_schema(extension);
    perform set_config('client_min_messages', 'warning', true);
    execute format('lock table %I.rule, %1$I.subject in access exclusive mode', study);
    execute format('create schema %I', made);
    perform set_config('search_path', format('%I, %I, pg_temp', made, extension), true);
    for statement in select part.ddl from _virotrial.study_ddl() as part order by place loop
        execute statement;
    end loop;
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
    select jsonb_object_agg(table_name, columns) into added
    from _virotrial.new_columns(study, made);
    call _virotrial.match_tables(study, made, extension);
    -- The study has a time zone of its own.
    own := array(select oid from pg_proc
        where pronamespace = quote_ident(made)::regnamespace and proname = 'day_of');
    call _virotrial.freeze_all_code(made, study, extension, own);
    call _virotrial.match_parts(study, made, extension);
    for added_table in select jsonb_object_keys(added) loop
        call _virotrial.fill_columns(study, made, added_table, added -> added_table);
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
