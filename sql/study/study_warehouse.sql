-- The warehouse: flat tables of the analysis of many studies; what has changed is made anew

create function _virotrial.warehouse_table() returns table (name name, view name)
    language sql immutable
    begin atomic
        select *
        from (values ('subject', 'analysis_subject'), ('viral_load', 'analysis_viral_load'),
            ('cd4', 'analysis_cd4'), ('laboratory', 'analysis_lab'), ('event', 'analysis_ae'))
            as known (name, view);
    end;
comment on function _virotrial.warehouse_table() is 'the tables of a warehouse, and the view of a study that each has the rows of';

create function _virotrial.warehouse_columns(study name, view name)
    returns table (name name, type text, value text, meaning text, place integer)
    language sql stable strict
    begin atomic
        select attname, format_type(atttypid, atttypmod),
            -- The warehouse has no policies: what is blinded stays in the study.
            case when attname in ('arm', 'treated_arm', 'is_per_protocol') and exists (
                select from _virotrial.study_relation(study) where kind = 'blinded allocation')
                then 'null' else quote_ident(attname) end,
            col_description(attrelid, attnum), attnum::integer
        from pg_attribute
        join pg_class on pg_class.oid = attrelid
        join pg_namespace on pg_namespace.oid = relnamespace
        where nspname = study and relname = view and attnum > 0 and not attisdropped;
    end;
comment on function _virotrial.warehouse_columns(name, name) is 'the columns of a view as a warehouse takes them';

create procedure _virotrial.make_warehouse_table(warehouse name, name name, study name, view name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    execute format('create table %I.%I (study text not null, ', warehouse, name)
        || (select string_agg(format('%I %s', column_.name, type), ', ' order by place)
            from _virotrial.warehouse_columns(study, view) as column_)
        || ') partition by list (study)';
    execute format('create index on %I.%I (subject_id, site_id)', warehouse, name);
    execute format('comment on table %I.%I is %L', warehouse, name,
        format('the rows of %s of all published studies', view));
    execute format('comment on column %I.%I.study is %L', warehouse, name, 'the study');
    if exists (select from pg_extension where extname = 'citus') then
        perform create_distributed_table(format('%I.%I', warehouse, name), 'subject_id');
    end if;
end;
$$;
comment on procedure _virotrial.make_warehouse_table(name, name, name, name) is 'makes a table of a warehouse with the columns of a view';

-- The views of another version may have more.
create procedure _virotrial.add_warehouse_columns(warehouse name, name name, study name, view name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    "table" constant regclass := format('%I.%I', warehouse, name);
    kept record;
begin
    for kept in
        select column_.*, col_description("table", attnum) is null as is_unsaid,
            attnum is null as is_missing
        from _virotrial.warehouse_columns(study, view) as column_
        left join pg_attribute on attrelid = "table" and attname = column_.name
        order by place
    loop
        if kept.is_missing then
            execute format('alter table %s add column if not exists %I %s', "table", kept.name,
                kept.type);
        end if;
        if kept.is_unsaid then
            execute format('comment on column %s.%I is %L', "table", kept.name, kept.meaning);
        end if;
    end loop;
end;
$$;
comment on procedure _virotrial.add_warehouse_columns(name, name, name, name) is 'gives a table of a warehouse the columns of a view that it lacks';

create function _virotrial.require_own_warehouse(warehouse name) returns void
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
as $$
declare
    found record;
begin
    with
    kept as (
        select format('schema "%s"', nspname) as what, nspowner as owner, false as is_other
        from pg_namespace
        where nspname = warehouse
        union all
        select format('table "%s.%s"', nspname, relname), relowner,
            relkind <> 'p' and relname <> 'publication'
        from pg_class
        join pg_namespace on pg_namespace.oid = relnamespace
        where nspname = warehouse and (relname = 'publication'
            or relname in (select name from _virotrial.warehouse_table()))
    )
    -- Who owns a table reads it, and its triggers run with the rights of who writes to it.
    select what, pg_get_userbyid(owner) as owner, is_other into found
    from kept
    join pg_roles as caller on caller.rolname = current_user
    where is_other or owner <> caller.oid
        and not (select rolsuper from pg_roles where oid = owner)
        and (caller.rolsuper or not pg_has_role(owner, 'usage'))
    order by is_other desc, what
    limit 1;
    if found.is_other then
        raise exception using
            errcode = 'wrong_object_type',
            message = format('schema "%s" is not a warehouse', warehouse),
            detail = format('Its %s is not partitioned by study.', found.what),
            hint = 'Name a schema that is new: call publish_warehouse(..., warehouse => ...)';
    elsif found.what is not null then
        raise exception using
            errcode = 'insufficient_privilege',
            message = format('%s belongs to "%s"', found.what, found.owner),
            detail = 'Its owner could read what comes into the warehouse, and run triggers on it.',
            hint = 'Name another schema: call publish_warehouse(..., warehouse => ...)';
    end if;
end;
$$;
comment on function _virotrial.require_own_warehouse(name) is 'fails with 42501 where somebody who has not the rights of the caller owns a schema or a table of a warehouse in it, and with 42809 where the schema has other tables of these names. What belongs to a superuser is taken for safe; a superuser writes to nothing that belongs to others';

create procedure _virotrial.make_warehouse_partition(warehouse name, name name, study name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    part constant text := name || '_' || study;
begin
    if octet_length(part) > 63 then
        raise exception using
            errcode = 'name_too_long',
            message = format('the name of study "%s" is too long for a warehouse', study),
            detail = format('"%s" would be the name of a partition, and is longer than 63 bytes.',
                part),
            hint = format('Rename the study: alter schema %I rename to ...', study);
    end if;
    if to_regclass(format('%I.%I', warehouse, part)) is null then
        -- PARTITION OF would make who reads other studies wait.
        execute format('create table %I.%I (like %1$I.%3$I including all)', warehouse, part, name);
        execute format('alter table %I.%I attach partition %1$I.%3$I for values in (%4$L)',
            warehouse, name, part, study);
    end if;
end;
$$;
comment on procedure _virotrial.make_warehouse_partition(name, name, name) is 'makes the partition of a study in a table of a warehouse, where it is not there';

create procedure _virotrial.make_warehouse(warehouse name, study name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set client_min_messages = warning
as $$
declare
    kept record;
begin
    -- Whoever comes second waits: before there is a schema, there is nothing else to lock.
    perform pg_advisory_xact_lock(hashtextextended('warehouse ' || warehouse, 0));
    if to_regnamespace(quote_ident(warehouse)) is null then
        execute format('create schema %I', warehouse);
        execute format('comment on schema %I is %L', warehouse,
            'the analysis of many studies; publish_warehouse() writes it');
    end if;
    perform _virotrial.require_own_warehouse(warehouse);
    if to_regclass(format('%I.publication', warehouse)) is null then
        execute format('create table %I.publication ('
            'study text not null primary key, published_at timestamptz not null, '
            'horizon xid8 not null, system bigint not null, version text not null, '
            'data_cut date not null, analysis_date date not null, '
            'subjects bigint)', warehouse);
        execute format('comment on table %I.publication is %L', warehouse,
            'what was published when: subjects is how many were made anew, null: all');
    end if;
    for kept in select * from _virotrial.warehouse_table() loop
        if to_regclass(format('%I.%I', warehouse, kept.name)) is null then
            call _virotrial.make_warehouse_table(warehouse, kept.name, study, kept.view);
        end if;
        call _virotrial.add_warehouse_columns(warehouse, kept.name, study, kept.view);
        call _virotrial.make_warehouse_partition(warehouse, kept.name, study);
    end loop;
end;
$$;
comment on procedure _virotrial.make_warehouse(name, name) is 'makes the tables of a warehouse and the partitions of a study, where they are not there. Until the end of the transaction, no other call writes to the warehouse';

-- What a transaction wrote that was not over then has its number, from the horizon on.
create function _virotrial.study_changed_since(study name, horizon xid8) returns boolean
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    query text;
    is_changed boolean;
begin
    select string_agg(format('exists (select from %s where age(xmin) <= $1)', relation::regclass),
        ' or ') into query
    from _virotrial.study_relation(study) as found
    where kind in ('configuration', 'site') or kind = 'history' and name <> 'change'
        and not exists (select from pg_attribute
            where attrelid = relation and attname = 'subject_id' and not attisdropped);
    -- a view, function or policy that was made or replaced
    query := concat_ws(' or ', query, format('exists (select from pg_rewrite '
        'join pg_class on pg_class.oid = ev_class where age(pg_rewrite.xmin) <= $1 '
        'and relnamespace = %1$s) or exists (select from pg_policy '
        'join pg_class on pg_class.oid = polrelid where age(pg_policy.xmin) <= $1 '
        'and relnamespace = %1$s) or exists (select from pg_proc where age(xmin) <= $1 '
        'and pronamespace = %1$s)', to_regnamespace(quote_ident(study))::oid));
    execute 'select ' || query into is_changed using age(horizon::xid);
    return is_changed;
end;
$$;
comment on function _virotrial.study_changed_since(name, xid8) is 'whether the configuration of a study has changed, or its views, functions or policies';

create function _virotrial.amended_between(study name, day date, today date) returns boolean
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    query text;
    is_amended boolean;
begin
    select string_agg(format('exists (select from %s where effective_from > $1 '
        'and effective_from <= $2)', relation::regclass), ' or ') into query
    from _virotrial.study_relation(study)
    where kind = 'configuration' and exists (select from pg_attribute
        where attrelid = relation and attname = 'effective_from' and not attisdropped);
    execute 'select ' || query into is_amended using least(day, today), greatest(day, today);
    return is_amended;
end;
$$;
comment on function _virotrial.amended_between(name, date, date) is 'whether a part of a study''s configuration began to hold between two days';

create procedure _virotrial.find_changed_subjects(study name, horizon xid8, day date, today date,
    inout sites text[], inout subjects text[])
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    query text;
begin
    select string_agg(format('select site_id, subject_id from %s where age(xmin) <= $1',
        relation::regclass), ' union ') into query
    from _virotrial.study_relation(study)
    where has_site and kind not in ('view', 'step', 'conduct', 'internal', 'seal', 'site_access')
        and exists (select from pg_attribute
            where attrelid = relation and attname = 'subject_id' and not attisdropped);
    if day <> today then
        -- With the days windows close, and treatment goes on; a clock may go back.
        query := query || format(' union select site_id, subject_id from %1$I._scheduled_visit '
            'where closes >= $2 union select site_id, subject_id from %1$I.exposure '
            'where is_ongoing or last_dose >= $2 union select site_id, subject_id '
            'from %1$I.enrolment where first_dose >= $2', study);
    end if;
    execute format('select coalesce(array_agg(site_id), ''{}''), '
        'coalesce(array_agg(subject_id), ''{}'') from (%s) as changed where subject_id is not null', query)
        into sites, subjects using age(horizon::xid), least(day, today);
end;
$$;
comment on procedure _virotrial.find_changed_subjects(name, xid8, date, date, text[], text[]) is 'the sites and codes of subjects whose rows have changed, or may look different since the analysis of a day';

create procedure _virotrial.fill_warehouse(warehouse name, study name, sites text[],
    subjects text[])
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    -- A code may be that of subjects at two sites: both are made anew.
    condition constant text := case when subjects is not null
        then 'site_id = any ($1) and subject_id = any ($2)' else 'true' end;
    steps text;
begin
    -- TRUNCATE would show empty tables to who reads with an older snapshot.
    select string_agg(format('%I as (delete from %I.%I where study = %L and %s), '
            '%I as (insert into %2$I.%3$I (study, %7$s) select %4$L, %8$s from %4$I.%9$I where %5$s)',
            'old_' || name, warehouse, name, study, condition, 'new_' || name, names, columns,
            view), ', ') into steps
    from (
        select known.name, known.view,
            string_agg(quote_ident(column_.name), ', ' order by place) as names,
            string_agg(column_.value, ', ' order by place) as columns
        from _virotrial.warehouse_table() as known
        cross join lateral _virotrial.warehouse_columns(study, known.view) as column_
        group by known.name, known.view
    ) as kept;
    -- One statement has one snapshot: all tables show the study at the same moment.
    execute 'with ' || steps || ' select' using sites, subjects;
end;
$$;
comment on procedure _virotrial.fill_warehouse(name, name, text[], text[]) is 'writes the rows of some subjects of a study to a warehouse, or of all where they are null, as they are at one moment';

-- What has been blinded since is to go, and what was of another study of the name.
create function _virotrial.warehouse_version(warehouse name, study name) returns text
    language sql stable strict
    set search_path = pg_catalog, pg_temp
    begin atomic
        select concat_ws(' ', (select extversion from pg_extension where extname = 'virotrial'),
            to_regnamespace(quote_ident(study))::oid, md5(string_agg(concat_ws(' ',
                    (select inhrelid from pg_inherits
                        where inhparent = to_regclass(format('%I.%I', warehouse, known.name))
                            and inhrelid = to_regclass(
                                format('%I.%I', warehouse, known.name || '_' || study))),
                    view, column_.name, value),
                ', ' order by view, place)))
        from _virotrial.warehouse_table() as known
        cross join lateral _virotrial.warehouse_columns(study, view) as column_;
    end;
comment on function _virotrial.warehouse_version(name, name) is 'a text that differs where what was published of a study cannot be continued: of another version, study or table, or with other columns. Its second word is the schema of the study';

-- A study that was renamed would be there twice.
create procedure _virotrial.forget_former_names(warehouse name, study name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    former text;
    kept name;
begin
    for former in execute format('delete from %I.publication where study <> $1 '
            'and system = (select system_identifier from pg_control_system()) '
            'and split_part(version, '' '', 2) = $2 returning study', warehouse)
            using study, to_regnamespace(quote_ident(study))::oid::text loop
        for kept in select name from _virotrial.warehouse_table() loop
            execute format('delete from %I.%I where study = %L', warehouse, kept, former);
        end loop;
    end loop;
end;
$$;
comment on procedure _virotrial.forget_former_names(name, name) is 'takes out of a warehouse what it has of a study under another name';

-- The arms of an allocation are left out by their columns.
create function _virotrial.require_open_views(study name) returns void
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
as $$
declare
    found record;
begin
    with recursive read (view, relation) as (
        select known.view, to_regclass(format('%I.%I', study, known.view))::oid
        from _virotrial.warehouse_table() as known
        union
        select read.view, refobjid
        from read
        join pg_rewrite on ev_class = relation
        join pg_depend on objid = pg_rewrite.oid and classid = 'pg_rewrite'::regclass
            and refclassid = 'pg_class'::regclass
    )
    select name, string_agg(view, ', ' order by view) as views into found
    from read
    join _virotrial.study_relation(study) using (relation)
    where kind = 'blinded'
    group by name
    order by name
    limit 1;
    if found.name is not null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('table "%s" of study "%s" is blinded, and a warehouse would show it',
                found.name, study),
            detail = format('Rows of it are in %s. A warehouse has no row security.', found.views),
            hint = format('If the study was published, drop its partitions: those whose names end with "_%s".',
                study);
    end if;
end;
$$;
comment on function _virotrial.require_open_views(name) is 'fails with 55000 where a view whose rows a warehouse has reads a blinded table';

create function _virotrial.day_of_analysis(study name) returns date
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
as $$
declare
    day date;
begin
    if to_regprocedure(format('%I.analysis_date()', study)) is null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('study "%s" does not know the day of its analysis', study),
            detail = 'The study is of an older version than the extension.',
            hint = format('call upgrade_study(%L)', study);
    end if;
    execute format('select %I.analysis_date()', study) into day;
    return day;
end;
$$;
comment on function _virotrial.day_of_analysis(name) is 'the day as of which a study is analysed now; fails with 55000 where the study is to be upgraded first';

create procedure publish_warehouse(study name, warehouse name default 'warehouse',
    whole boolean default false)
    language plpgsql
    set search_path from current
    set virotrial.group_by = ''
    set virotrial.analysis_set = ''
as $$
declare
    -- A transaction that is not over has a number from this on.
    horizon constant xid8 := pg_snapshot_xmin(pg_current_snapshot());
    system_now constant bigint := (select system_identifier from pg_control_system());
    version_now text;
    last record;
    day date;
    sites text[];
    subjects text[];
begin
    perform _virotrial.require_own_study(study);
    perform _virotrial.require_open_views(study);
    day := _virotrial.day_of_analysis(study);
    call _virotrial.make_warehouse(warehouse, study);
    call _virotrial.forget_former_names(warehouse, study);
    execute format('select * from %I.publication where study = $1', warehouse)
        into last using study;
    version_now := _virotrial.warehouse_version(warehouse, study);
    -- What was restored elsewhere has other numbers of transactions.
    if last.study is not null and not whole and last.system = system_now
            and last.version = version_now and last.data_cut = data_cut()
            and horizon::text::bigint - last.horizon::text::bigint < 1000000000
            and not _virotrial.amended_between(study, last.analysis_date, day)
            and not _virotrial.study_changed_since(study, last.horizon) then
        call _virotrial.find_changed_subjects(study, last.horizon, last.analysis_date,
            day, sites, subjects);
    end if;
    if subjects is null or subjects <> '{}' then
        call _virotrial.fill_warehouse(warehouse, study, sites, subjects);
    end if;
    execute format('insert into %I.publication values ($1, now(), $2, $3, $4, $5, $6, $7) '
        'on conflict (study) do update set published_at = excluded.published_at, '
        'horizon = excluded.horizon, system = excluded.system, version = excluded.version, '
        'data_cut = excluded.data_cut, analysis_date = excluded.analysis_date, '
        'subjects = excluded.subjects', warehouse)
        using study, horizon, system_now, version_now, data_cut(), day, cardinality(subjects);
end;
$$;
comment on procedure publish_warehouse(name, name, boolean) is 'writes the analysis of a study to the tables of a warehouse, a schema with one partition for each study: all of it the first time, then what has changed since, with the subjects that it concerns. whole => true writes all of it. Where Citus is installed, a new warehouse is distributed by subject. Only the owner of the study may call it; the warehouse has no row security, and no arm of a blinded allocation';
