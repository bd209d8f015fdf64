\echo Use "ALTER EXTENSION virotrial UPDATE TO '0.2.0'" to load this file. \quit

-- Written by make upgrade-script, from the install scripts of 0.1.0 and 0.2.0.

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

create or replace procedure _virotrial.match_columns(study name, made name, extension name)
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
        select key as table_name, value as names from jsonb_each(added)
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

create or replace procedure _virotrial.match_parts(study name, made name, extension name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    known record;
    kind text;
begin
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
