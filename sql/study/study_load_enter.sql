-- Loading files: a file from its staged lines into the study, and what is told of it

create function _virotrial.enter_rows("table" regclass, columns name[], source regclass)
    returns bigint
    language c volatile strict
    as 'MODULE_PATHNAME', 'enter_rows';
comment on function _virotrial.enter_rows(regclass, name[], regclass) is 'enters columns of a relation''s rows into a table in one statement, as the caller, and checks its foreign keys all at once; returns how many rows came in';

create function _virotrial.load_insert(file integer) returns bigint
    language sql volatile strict
    set search_path = pg_catalog, pg_temp
as $$
    select _virotrial.enter_rows(loaded.relation, array(
            select name from _virotrial.load_columns(loaded.relation) order by place),
        format('pg_temp.%I', loaded.ready)::regclass)
    from pg_temp.load_file as loaded
    where loaded.file = load_insert.file;
$$;
comment on function _virotrial.load_insert(integer) is 'enters the ready rows of a file in one statement; returns how many they are';

-- The study has the last word: what it refuses, judging may not have found.
create function _virotrial.load_enter(file integer) returns bigint
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    named text;
    message text;
    detail text;
    hint text;
begin
    perform _virotrial.show_progress('judges a file', 'entry');
    perform _virotrial.load_update(file);
    return _virotrial.load_insert(file);
exception
    when integrity_constraint_violation or data_exception or raise_exception then
        get stacked diagnostics named = constraint_name, message = message_text,
            detail = pg_exception_detail, hint = pg_exception_hint;
        insert into pg_temp.load_fault (file, rule, action, reason, hint)
            values (load_enter.file, coalesce(nullif(named, ''), 'refused'), 'refuse',
                concat_ws(': ', message, nullif(detail, '')), nullif(hint, ''));
        return null;
end;
$$;
comment on function _virotrial.load_enter(integer) is 'corrects and enters what is ready of a file; null, with a fault that has no row, if the study refuses it';

create function _virotrial.load_faults(file integer) returns bigint
    language sql stable strict
    set search_path = pg_catalog, pg_temp
as $$
    select count(*) from pg_temp.load_fault as fault
    where fault.file = load_faults.file and action = 'refuse' and load_row is not null;
$$;
comment on function _virotrial.load_faults(integer) is 'how many faults the rows of a file have so far';

create function _virotrial.load_forget(file integer, "action" text) returns void
    language sql volatile strict
    set search_path = pg_catalog, pg_temp
as $$
    delete from pg_temp.load_fault as fault
    where fault.file = load_forget.file and fault.action = load_forget.action
        and (load_row is null or fault.action = 'note')
        and rule not in ('vanished row', 'status', 'only');
$$;
comment on function _virotrial.load_forget(integer, text) is 'takes back what is known better now: a fault without a row, or what the rules noted';

-- To judge costs as much as to enter: a file without a fault so far is entered, and
-- judged only where the study refuses it.
create function _virotrial.load_settle(file integer, enters boolean) returns bigint
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    faults bigint;
    entered bigint := case when _virotrial.load_faults(file) = 0
        then _virotrial.load_enter(file) end;
    -- rules that wait for the end of the delivery have nothing to say of a part of it
    waits boolean := _virotrial.load_faults(file) > 0 and exists (
        select from pg_temp.load_file where load_file.file = load_settle.file
            and load_file.study = current_setting('virotrial.defer_rules', true));
begin
    for attempt in 1 .. 5 loop
        exit when entered is not null;
        faults := _virotrial.load_faults(file);
        perform _virotrial.load_forget(file, 'note');
        if not waits then
            perform _virotrial.show_progress('judges a file', 'rules');
            perform _virotrial.load_find_broken(file);
        end if;
        perform _virotrial.load_find_miscorrected(file);
        perform _virotrial.load_remove(file);
        if _virotrial.load_faults(file) > faults then
            perform _virotrial.load_forget(file, 'refuse');
        elsif attempt > 1 then
            exit;
        end if;
        exit when not enters;
        perform _virotrial.load_forget(file, 'refuse');
        entered := _virotrial.load_enter(file);
    end loop;
    return entered;
end;
$$;
comment on function _virotrial.load_settle(integer, boolean) is 'enters what is ready of a file; where the study refuses it, judges each row, and enters the others if that is asked for. Null where nothing came in';

create function _virotrial.load_show_values(file integer) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    analyze pg_temp.load_fault;
    execute format('update pg_temp.load_fault as fault
        set value = to_jsonb(given) ->> fault.column_name::text
        from (%s) as given
        where fault.file = %s and fault.load_row = given.load_row
            and fault.column_name is not null',
        (select query from pg_temp.load_file where load_file.file = load_show_values.file), file);
end;
$$;
comment on function _virotrial.load_show_values(integer) is 'writes to each fault that is of a column what the file has there';

create function _virotrial.load_judge(file integer, enters boolean, reason text,
        is_cumulative boolean,
    out lines bigint, out good bigint, out corrected bigint, out known bigint,
    out refused bigint, out is_of_rows boolean)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_judge.file;
    perform set_config('virotrial.source', 'file:' || loaded.name, true);
    perform set_config('virotrial.reason', coalesce(reason, ''), true);
    perform _virotrial.show_progress('judges a file', 'types');
    perform _virotrial.load_require_dates(file);
    lines := _virotrial.load_read(file);
    if is_cumulative then
        perform _virotrial.load_find_vanished(file);
    end if;
    perform _virotrial.show_progress('judges a file', 'keys');
    perform _virotrial.load_find_sites(file);
    perform _virotrial.load_find_strangers(file);
    perform _virotrial.load_find_twins(file);
    perform _virotrial.load_remove(file);
    perform _virotrial.show_progress('judges a file', 'known rows');
    known := _virotrial.load_find_known(file, reason);
    perform _virotrial.load_find_found(file);
    perform _virotrial.load_find_locked(file);
    good := _virotrial.load_settle(file, enters or exists (
        select from pg_temp.load_file as later where later.rank > loaded.rank));
    if good is null then
        execute format('select count(*) from pg_temp.%I', loaded.ready) into good;
    end if;
    perform _virotrial.load_show_values(file);
    corrected := (select count(*) from pg_temp.load_fault as fault
        where fault.file = load_judge.file and action = 'correct');
    select count(distinct load_row), count(*) = count(load_row) into refused, is_of_rows
        from pg_temp.load_fault as fault
        where fault.file = load_judge.file and action = 'refuse';
    if not is_of_rows then
        refused := refused + 1;
    end if;
end;
$$;
comment on function _virotrial.load_judge(integer, boolean, text, boolean) is 'judges the rows of a staged file, and enters them if the study takes them all, or if the good ones are to come in; says how many there are of each';

-- A fault names the column of the file, as whoever mends the file looks for that.
create function _virotrial.load_report()
    returns table (file integer, name text, line bigint, "column" text, value text, rule text,
        action text, reason text, hint text, of_cell boolean)
    language sql stable
    set search_path = pg_catalog, pg_temp
as $$
    with headed as materialized (
        select other.file, heading.target, string_agg(heading.heading, ' + ' order by place) as name
        from pg_temp.load_file as other
        cross join lateral _virotrial.load_headings(other.relation, other.header, other.mapping)
            as heading
        where heading.target is not null
        group by other.file, heading.target
    )
    select loaded.file, loaded.name, _virotrial.load_line(fault.load_row),
        coalesce(loaded.header[nullif(fault.load_row % 4096, 0)], headed.name, fault.column_name),
        fault.value, fault.rule, fault.action, fault.reason, fault.hint,
        fault.column_name is not null
    from pg_temp.load_fault as fault
    join pg_temp.load_file as loaded using (file)
    left join headed on headed.file = fault.file and headed.target = fault.column_name
    order by loaded.file, fault.load_row nulls last, fault.rule, fault.column_name;
$$;
comment on function _virotrial.load_report() is 'what was found in the files of a delivery, in the order of their lines: what is refused, corrected or noted';

create function _virotrial.load_rejects(file integer) returns table (record bigint, reasons text)
    language sql stable
    set search_path = pg_catalog, pg_temp
as $$
    select load_row / 4096, string_agg(distinct concat_ws(' ', column_name || ':', reason), '; ')
    from pg_temp.load_fault as fault
    where fault.file = load_rejects.file and action = 'refuse'
    group by load_row / 4096
    order by 1;
$$;
comment on function _virotrial.load_rejects(integer) is 'the records of a file of which something is refused, and why';

create procedure _virotrial.load_register(file integer, verdict text, lines bigint,
        entered bigint, corrected bigint, known bigint, refused bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
    site text;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_register.file;
    perform set_config('virotrial.source', 'file:' || loaded.name, true);
    if exists (select from _virotrial.load_columns(loaded.relation) where name = 'site_id') then
        execute format('select min(site_id) from (%s) as given having count(distinct site_id) = 1',
            loaded.query) into site;
    end if;
    execute format('insert into %I.delivered_file (site_id, name, digest, table_name, mapping,
            verdict, lines, entered, corrected, known, refused)
        select $1, $2, $3, relname, $4, $5, $6, $7, $8, $9, $10 from pg_class where oid = $11',
        loaded.study)
        using site, loaded.name, loaded.digest, loaded.mapping, verdict, lines, entered, corrected,
            known, refused, loaded.relation;
end;
$$;
comment on procedure _virotrial.load_register(integer, text, bigint, bigint, bigint, bigint, bigint) is 'writes to the study that a file was loaded, or refused, and with what verdict';
