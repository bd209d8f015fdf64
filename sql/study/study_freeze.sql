-- A study as it was at a moment: a schema of frozen tables, and the views on them

create function _virotrial.await_changes(change regclass) returns void
    language c volatile strict
    as 'MODULE_PATHNAME', 'await_changes';
comment on function _virotrial.await_changes(regclass) is 'waits for the transactions that have written to a study and have not ended, of which some may bear an earlier time; keeps nobody waiting';

create function _virotrial.require_moment(study name, as_of timestamptz) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    is_known boolean;
begin
    perform _virotrial.require_read_committed(
        'a study is frozen in a transaction of level READ COMMITTED alone');
    if as_of is null or as_of > clock_timestamp() then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('study "%s" cannot be frozen as of %s', study,
                coalesce(as_of::text, 'null')),
            hint = 'Name a moment that is over.';
    end if;
    execute format('select exists (select from %I.change where committed_at <= %L)', study, as_of)
    into is_known;
    if not is_known then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('study "%s" was not there at %s', study, as_of),
            detail = 'The first of its changes is later.';
    end if;
end;
$$;
comment on function _virotrial.require_moment(name, timestamptz) is 'fails with 22023 for a moment that is not over, or is before the first change of a study; and with 25001 where later changes would not be seen';

create procedure _virotrial.copy_comments(source regclass, target regclass)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    kept record;
begin
    for kept in select attname, description, relkind
            from pg_description
            join pg_class on pg_class.oid = objoid
            left join pg_attribute on attrelid = objoid and attnum = objsubid and objsubid > 0
            where objoid = source and classoid = 'pg_class'::regclass loop
        execute case when kept.attname is not null
            then format('comment on column %s.%I is %L', target, kept.attname, kept.description)
            else format('comment on %s %s is %L',
                case when kept.relkind in ('v', 'm') then 'view' else 'table' end,
                target, kept.description) end;
    end loop;
end;
$$;
comment on procedure _virotrial.copy_comments(regclass, regclass) is 'gives a table or view the comments of another with the same columns';

-- The versions of a table's rows that were there: entered by changes that were
-- committed, and ended by none of these.
create function _virotrial.rows_as_of("table" regclass, as_of timestamptz) returns text
    language sql stable strict
    begin atomic
        select format($query$
            with known as (select change_id from %1$s.change where committed_at <= %2$L)
            select %3$s from %4$s as version
            where exists (select from known where change_id = version.entered_in)
            union all
            select %3$s from %5$s as version
            where exists (select from known where change_id = version.entered_in)
                and not exists (select from known where change_id = version.ended_in)$query$,
            quote_ident(nspname), as_of,
            (select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
                where attrelid = "table" and attnum > 0 and not attisdropped),
            format('%I.%I', nspname, relname), format('%I.%I', nspname, relname || '_history'))
        from pg_class
        join pg_namespace on pg_namespace.oid = relnamespace
        where pg_class.oid = "table";
    end;
comment on function _virotrial.rows_as_of(regclass, timestamptz) is 'a query for the rows of a table of a study as they were at a moment';

-- A row that was entered before the moment may have arrived, and been judged, after it.
create function _virotrial.quarantined_as_of("table" regclass, as_of timestamptz) returns text
    language sql stable strict
    set search_path = pg_catalog, pg_temp
    begin atomic
        select format('select row_key from (%1$s) as entry '
                'where accepted is null and table_name = %2$L '
                'union all select row_key from %3$I.quarantine as entry '
                'join %4$s as here using (site_id, subject_id) '
                'join %3$I.change on change_id = here.entered_in '
                'where accepted is null and table_name = %2$L and to_jsonb(here) @> row_key '
                    'and committed_at <= %5$L',
            _virotrial.rows_as_of(format('%I.quarantine', nspname)::regclass, as_of),
            relname, nspname, "table", as_of)
        from pg_class
        join pg_namespace on pg_namespace.oid = relnamespace
        where pg_class.oid = "table";
    end;
comment on function _virotrial.quarantined_as_of(regclass, timestamptz) is 'a query for the keys of the rows of a table that were in quarantine at a moment, or were there then and are in quarantine now';

-- The views of the study leave out what is in quarantine by a policy of its tables,
-- which the frozen ones have not: the rows are left out themselves.
create function _virotrial.rows_analysed("table" regclass, as_of timestamptz) returns text
    language sql stable strict
    set search_path = pg_catalog, pg_temp
    begin atomic
        select case when exists (select from pg_policy
                where polrelid = "table" and polname = 'quarantine')
            then format('select version.* from (%s) as version where not exists ('
                'select from (%s union all %s) as entry where to_jsonb(version) @> row_key)',
                _virotrial.rows_as_of("table", as_of),
                _virotrial.quarantined_as_of("table", as_of),
                _virotrial.quarantined_as_of(format('%I.subject', nspname)::regclass, as_of))
            else _virotrial.rows_as_of("table", as_of) end
        from pg_class
        join pg_namespace on pg_namespace.oid = relnamespace
        where pg_class.oid = "table";
    end;
comment on function _virotrial.rows_analysed(regclass, timestamptz) is 'a query for the rows of rows_as_of(), without those that quarantined_as_of() finds, and without all rows about subjects that it finds';

create procedure _virotrial.freeze_table("table" regclass, target text, as_of timestamptz,
        shown text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    kept record;
begin
    execute format('create table %s as %s', target, _virotrial.rows_analysed("table", as_of));
    for kept in select case when contype in ('p', 'u')
                then format('alter table %s add constraint %I %s', target, conname,
                    pg_get_constraintdef(pg_constraint.oid))
                else replace(replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON '),
                    format(' ON %s USING ',
                    (select format('%I.%I', nspname, relname) from pg_class
                        join pg_namespace on pg_namespace.oid = relnamespace
                        where pg_class.oid = "table")),
                    format(' ON %s USING ', target)) end as ddl
            from pg_index
            left join pg_constraint on conindid = indexrelid and conrelid = indrelid
            where indrelid = "table"
            order by indexrelid loop
        execute kept.ddl;
    end loop;
    call _virotrial.copy_comments("table", target::regclass);
    execute format('create trigger refuse_write '
        'before insert or update or delete or truncate on %s '
        'for each statement execute function _virotrial.refuse_write(%L)', target, shown);
    execute format('comment on trigger refuse_write on %s is %L', target,
        'keeps every statement from it');
    execute format('analyze %s', target);
end;
$$;
comment on procedure _virotrial.freeze_table(regclass, text, timestamptz, text) is 'makes a table of the rows of another as they were at a moment, with its keys, indexes and comments, that no statement changes';

-- Rows that were there together need no check; the planner estimates by the keys.
create procedure _virotrial.freeze_foreign_keys(study name, target name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    kept record;
begin
    for kept in select pg_class.relname, conname, replace(pg_get_constraintdef(pg_constraint.oid),
                format(' REFERENCES %I.', study), format(' REFERENCES %I.', target)) as definition,
                case when convalidated then 'not valid' end as unchecked
            from _virotrial.kept_tables(study, current_user::regrole) as referenced
            join pg_constraint on confrelid = referenced."table" and contype = 'f'
            join pg_class on pg_class.oid = conrelid
            join _virotrial.kept_tables(study, current_user::regrole) as own
                on own."table" = conrelid loop
        execute format('alter table %I.%I add constraint %I %s %s', target, kept.relname,
            kept.conname, kept.definition, kept.unchecked);
    end loop;
end;
$$;
comment on procedure _virotrial.freeze_foreign_keys(name, name) is 'gives the frozen tables of a study its foreign keys';

-- What a study has beside its tables, and what of that each needs: the rule of a
-- view holds its dependencies.
create function _virotrial.study_code(study name)
    returns table (code oid, is_view boolean, needed oid[])
    language sql stable strict
    begin atomic
        with known as (
            select pg_class.oid as code, true as is_view, pg_rewrite.oid as holder
            from pg_class
            join pg_rewrite on ev_class = pg_class.oid
            join pg_namespace on pg_namespace.oid = relnamespace
            where nspname = study and relkind in ('v', 'm')
            union all
            select pg_proc.oid, false, pg_proc.oid
            from pg_proc
            join pg_namespace on pg_namespace.oid = pronamespace
            where nspname = study and prokind = 'f'
        )
        select code, is_view, array(select refobjid from pg_depend
            where objid = holder and refobjid <> code and refobjid in (select code from known)
                and classid = case when is_view then 'pg_rewrite' else 'pg_proc' end::regclass)
        from known;
    end;
comment on function _virotrial.study_code(name) is 'the views and functions of a study, and those that each of them uses';

-- It is read with the names of the study, and written with those of the frozen one:
-- the path finds what each has.
create procedure _virotrial.freeze_code(code oid, is_view boolean, study name, target name,
        extension name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    made text;
    ddl text;
begin
    select format('%I.%I', target, relname),
        format(' with (%s)', array_to_string(reloptions, ', '))
    into made, ddl
    from pg_class
    where oid = code and is_view;
    perform set_config('search_path', format('%I, %I, pg_temp', study, extension), true);
    if is_view then
        ddl := format('create view %s%s as %s', made, nullif(ddl, ' with ()'),
            pg_get_viewdef(code));
    else
        ddl := regexp_replace(pg_get_functiondef(code),
            '^(CREATE OR REPLACE FUNCTION )("([^"]|"")*"|[^".]+)[.]', format('\1%I.', target));
    end if;
    perform set_config('search_path', format('%I, %I, pg_temp', target, extension), true);
    execute ddl;
    if is_view then
        call _virotrial.copy_comments(code, made::regclass);
    else
        execute (select format('comment on function %I.%I(%s) is %L', target, proname,
                pg_get_function_identity_arguments(code), obj_description(code, 'pg_proc'))
            from pg_proc
            where oid = code);
    end if;
end;
$$;
comment on procedure _virotrial.freeze_code(oid, boolean, name, name, name) is 'makes a view or function of a study over the tables of another schema';

create procedure _virotrial.freeze_all_code(study name, target name, extension name, made oid[])
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    kept record;
begin
    loop
        for kept in select code, is_view from _virotrial.study_code(study)
                where code <> all (made) and needed <@ made
                order by code loop
            call _virotrial.freeze_code(kept.code, kept.is_view, study, target, extension);
            made := made || kept.code;
        end loop;
        exit when not found;
    end loop;
end;
$$;
comment on procedure _virotrial.freeze_all_code(name, name, name, oid[]) is 'makes the views and functions of a study, but those that are made, over the tables of another schema, each after what it uses';

create procedure freeze_analysis(study name, as_of timestamptz, into_schema name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set datestyle = 'ISO'
as $$
declare
    extension name := _virotrial.virotrial_schema();
    shown text := format('study "%s" as of %s', study, as_of);
    day date;
    own oid[];
    kept record;
begin
    perform _virotrial.require_own_study(study);
    perform _virotrial.require_study_name(into_schema);
    perform _virotrial.await_changes(format('%I.change', study)::regclass);
    perform _virotrial.require_moment(study, as_of);
    execute format('select %I.day_of(%L)', study, as_of) into day;
    execute format('create schema %I', into_schema);
    execute format('comment on schema %I is %L', into_schema, 'frozen: ' || shown);
    for kept in select "table", name
            from _virotrial.kept_tables(study, current_user::regrole)
            order by "table"::oid loop
        call _virotrial.freeze_table(kept."table", format('%I.%I', into_schema, kept.name),
            as_of, shown);
    end loop;
    call _virotrial.freeze_foreign_keys(study, into_schema);
    call _virotrial.blind_copy(study, into_schema);
    -- Whatever is due or open now is so at that moment.
    execute format('create function %1$I.moment() returns timestamptz language sql stable '
        'parallel safe return timestamptz %2$L', into_schema, as_of);
    execute format('comment on function %I.moment() is %L', into_schema,
        'the moment to which the study is frozen');
    execute format('create function %1$I.analysis_date() returns date language sql stable '
        'parallel safe return least(%2$I.data_cut(), date %3$L)', into_schema, extension, day);
    execute format('comment on function %I.analysis_date() is %L', into_schema,
        'the day as of which an analysis calls a visit due: the data cut, or the day '
        'to which the study is frozen if that is earlier');
    own := array(select original.oid from pg_proc as original
        join pg_proc as frozen using (proname, proargtypes)
        where original.pronamespace = quote_ident(study)::regnamespace
            and frozen.pronamespace = quote_ident(into_schema)::regnamespace);
    call _virotrial.freeze_all_code(study, into_schema, extension, own);
    execute format('create trigger rules_changed_insert after insert on %I.rule '
        'referencing new table as changed for each statement execute function _virotrial.rules_changed()', into_schema);
    execute format('comment on trigger rules_changed_insert on %I.rule is %L', into_schema,
        'tells that the schema is a study');
end;
$$;
comment on procedure freeze_analysis(name, timestamptz, name) is 'makes a schema that shows a study as it was at a moment: its tables, which nobody changes any more, its views, and all functions on studies. By the protocol and rules of that moment; the views are those of today. Only the owner of the study may call it; it waits for the transactions that write to the study';
