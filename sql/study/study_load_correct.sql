-- Loading files: the rows of a file that the study has with other values

-- What a file says of a row that the study has: the columns that it brings, and
-- those that a trigger fills from them, as no row is without.
create function _virotrial.load_compared(file integer) returns name[]
    language sql stable strict
    set search_path = pg_catalog, pg_temp
as $$
    select array_agg(known.name order by known.place)
    from pg_temp.load_file as loaded
    cross join _virotrial.load_columns(loaded.relation) as known
    join pg_attribute on attrelid = loaded.relation and attnum = known.place
    where loaded.file = load_compared.file and not known.is_key
        and (known.name = any (
                _virotrial.load_given(loaded.relation, loaded.header, loaded.mapping))
            or attnotnull and not atthasdef);
$$;
comment on function _virotrial.load_compared(integer) is 'the columns of a table by which a row of a file is told from the row of the study with its key';

create function _virotrial.load_find_known(file integer, reason text) returns bigint
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
    key name[];
    compared constant name[] := coalesce(_virotrial.load_compared(file), '{}');
    differs text;
    known bigint;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_find_known.file;
    select array_agg(name order by place) into key
    from _virotrial.load_columns(loaded.relation) where is_key;
    select string_agg(format('case when entered.%1$I::text is distinct from ready.%1$I::text '
            'then format('
            '''%%s is "%%s" in the study and "%%s" in the file'', %1$L, entered.%1$I, '
            'ready.%1$I) end', name), ', ') into differs
    from unnest(compared) as name;
    execute format('create temporary table %I on commit drop as
        select ready.load_row, concat_ws(''; '', %s) as differences
        from pg_temp.%I as ready join %s as entered on %s', 'load_known_' || file,
        coalesce(differs, 'null'), loaded.ready, loaded.relation,
        coalesce(_virotrial.load_list(key, 'entered.%1$I = ready.%1$I'), 'false'));
    execute format('insert into pg_temp.load_fault (file, load_row, rule, action, reason, hint)
        select %s, load_row, ''known row'', %L, differences, %L
        from pg_temp.%I where differences <> ''''', file,
        case when reason is null then 'refuse' else 'correct' end,
        case when reason is null
            then 'A correction needs a reason: --reason CODE, or CODE:WORDS.' end,
        'load_known_' || file);
    execute format('create temporary table %I on commit drop as
        select ready.load_row, %s from pg_temp.%I as ready join pg_temp.%I as known using (load_row)
        join %s as entered on %s where differences <> '''' and %L', 'load_changed_' || file,
        (select string_agg(format('%s.%I', case when attname = any (key || compared)
                then 'ready' else 'entered' end, attname), ', ' order by attnum)
            from pg_attribute
            where attrelid = loaded.relation and attnum > 0 and not attisdropped),
        loaded.ready, 'load_known_' || file, loaded.relation,
        coalesce(_virotrial.load_list(key, 'entered.%1$I = ready.%1$I'), 'false'),
        reason is not null);
    execute format('analyze pg_temp.%I', 'load_changed_' || file);
    execute format('delete from pg_temp.%I where load_row in (select load_row from pg_temp.%I)',
        loaded.ready, 'load_known_' || file);
    execute format('select count(*) from pg_temp.%I where differences = ''''',
        'load_known_' || file) into known;
    return known;
end;
$$;
comment on function _virotrial.load_find_known(integer, text) is 'sets the rows apart whose keys the study has: those that would correct it, which are refused without a reason, and those that are there as they are in the file, of which it returns the count';

create function _virotrial.locked_rows("table" regclass, source regclass)
    returns table (load_row bigint, reason text, hint text)
    language c volatile strict
    as 'MODULE_PATHNAME', 'locked_rows';
comment on function _virotrial.locked_rows(regclass, regclass) is 'the rows of a relation, of the sites that the caller sees, that a table would not take or let go as they are locked: the first column of each, and what refuse_locked() says of it';

-- Of a correction, what the row was and what it becomes.
create function _virotrial.load_find_locked(file integer) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_find_locked.file;
    if not _virotrial.is_lockable((select relname from pg_class where oid = loaded.relation)) then
        return;
    end if;
    execute format('create temporary view %1$I as
        select * from pg_temp.%2$I union all select * from pg_temp.%3$I
        union all select changed.load_row, entered.* from pg_temp.%3$I as changed
        join %4$s as entered on %5$s', 'load_touched_' || file, loaded.ready,
        'load_changed_' || file, loaded.relation,
        (select coalesce(_virotrial.load_list(array_agg(name order by place),
                'entered.%1$I = changed.%1$I'), 'false')
            from _virotrial.load_columns(loaded.relation) where is_key));
    insert into pg_temp.load_fault (file, load_row, rule, action, reason, hint)
        select load_find_locked.file, load_row, 'locked', 'refuse', min(reason), min(hint)
        from _virotrial.locked_rows(loaded.relation,
            format('pg_temp.%I', 'load_touched_' || file)::regclass)
        group by load_row;
end;
$$;
comment on function _virotrial.load_find_locked(integer) is 'notes the rows of a file that are locked, or would correct what is';

create function _virotrial.load_update(file integer, tried bigint[] default null) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
    key name[];
    compared constant name[] := _virotrial.load_compared(file);
    corrected bigint;
    expected bigint;
begin
    -- Of a row that is all key nothing can be corrected.
    if compared is null then
        return;
    end if;
    select * into loaded from pg_temp.load_file where load_file.file = load_update.file;
    select array_agg(name order by place) into key
    from _virotrial.load_columns(loaded.relation) where is_key;
    execute format('update %s as entered set %s from pg_temp.%I as changed
        where %s and ($1 is null or load_row = any ($1))', loaded.relation,
        (select string_agg(format('%1$I = changed.%1$I', name), ', ')
            from unnest(compared) as name),
        'load_changed_' || file, _virotrial.load_list(key, 'entered.%1$I = changed.%1$I'))
        using tried;
    get diagnostics corrected = row_count;
    execute format('select count(*) from pg_temp.%I where $1 is null or load_row = any ($1)',
        'load_changed_' || file) into expected using tried;
    if corrected <> expected then
        perform _virotrial.tell_changed_meanwhile(loaded.study);
    end if;
end;
$$;
comment on function _virotrial.load_update(integer, bigint[]) is 'corrects the rows of the study that a file corrects, in one statement: all, or some; 40001 if one of them is not there any more';

-- What they break is found while the rules wait; the block takes the corrections back.
create function _virotrial.load_try(file integer, tried bigint[], out findings jsonb,
        out has_failed boolean)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
    waits boolean;
    named text;
    message text;
    detail text;
    hint text;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_try.file;
    waits := loaded.study = current_setting('virotrial.defer_rules', true);
    has_failed := false;
    begin
        perform set_config('virotrial.defer_rules', loaded.study, true);
        perform _virotrial.load_update(file, tried);
        -- of a part of a delivery, rules that wait for its end have nothing to say
        if waits is not true then
            select jsonb_agg(to_jsonb(finding)) into findings
            from _virotrial.deferred_findings(loaded.relation) as finding;
        end if;
        raise exception using errcode = 'VT000', message = 'tried', hint = 'Take it back.';
    exception
        when sqlstate 'VT000' then null;
        when integrity_constraint_violation or data_exception or raise_exception then
            get stacked diagnostics named = constraint_name, message = message_text,
                detail = pg_exception_detail, hint = pg_exception_hint;
            has_failed := true;
            findings := jsonb_build_array(jsonb_build_object(
                'rule', coalesce(nullif(named, ''), 'refused'),
                'reason', concat_ws(': ', message, nullif(detail, '')), 'hint', nullif(hint, '')));
    end;
end;
$$;
comment on function _virotrial.load_try(integer, bigint[]) is 'corrects rows of the study, and takes that back: what rules find then, as deferred_findings() has it, or the error that it fails with';

create function _virotrial.load_find_unchecked(file integer) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
    checks text;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_find_unchecked.file;
    select string_agg(format('(%L, %s)', conname, pg_get_expr(conbin, conrelid)), ', '
            order by conname) into checks
    from pg_constraint where conrelid = loaded.relation and contype = 'c';
    if checks is null then
        return;
    end if;
    execute format('insert into pg_temp.load_fault (file, load_row, rule, action, reason)
        select %s, load_row, held.name, ''refuse'',
            format(''the corrected row violates check constraint "%%s"'', held.name)
        from pg_temp.%I as changed
        cross join lateral (values %s) as held (name, is_so)
        where not held.is_so', file, 'load_changed_' || file, checks);
    perform _virotrial.load_explain_checks(file);
end;
$$;
comment on function _virotrial.load_find_unchecked(integer) is 'notes the corrections that leave a row which a CHECK does not take';

create function _virotrial.load_subject("table" regclass) returns text
    language sql stable strict
    begin atomic
        select case when count(*) = 2 then 'changed.site_id, changed.subject_id'
            else 'null::text, null::text' end
        from _virotrial.load_columns("table")
        where name in ('site_id', 'subject_id');
    end;
comment on function _virotrial.load_subject(regclass) is 'the columns of a subject in a row of a table, as a list; nulls if it has none';

-- A finding is of the row that it names, of the rows of its subject, or of all.  Where these
-- are several, they are suspects, and blamed only together, if nothing else explains it.
create function _virotrial.load_blame_corrections(file integer, tried bigint[], findings jsonb,
        together boolean) returns bigint[]
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
    suspects bigint[];
begin
    select * into loaded from pg_temp.load_file
    where load_file.file = load_blame_corrections.file;
    execute format($query$
        with found as materialized (
            select place, told.* from jsonb_array_elements($2) with ordinality as given (one, place)
            cross join lateral jsonb_to_record(one) as told (rule text, table_name text,
                site_id text, subject_id text, item text, reason text, hint text, row_key jsonb)
        ),
        known as materialized (
            select load_row, fault.file is not null as is_refused, site_id, subject_id, row_key
            from (select changed.load_row, %1$s, jsonb_build_object(%2$s)
                from pg_temp.%3$I as changed where load_row = any ($1))
                as one (load_row, site_id, subject_id, row_key)
            left join (select distinct file, load_row from pg_temp.load_fault
                where file = $3 and action = 'refuse') as fault using (load_row)
        ),
        candidate as materialized (
            select * from known where not $4 or not exists (select from known as other
                where other.is_refused and (other.site_id, other.subject_id)
                    = (known.site_id, known.subject_id))
        ),
        blamed as materialized (
            select found.*, load_row, true as is_alone
            from found join candidate using (row_key)
            union all
            select found.*, load_row, count(*) over (partition by place) = 1
            from found join candidate using (site_id, subject_id) where found.row_key is null
            union all
            select found.*, load_row, count(*) over (partition by place) = 1
            from found cross join candidate
            where found.row_key is null
                and (found.subject_id is null or candidate.subject_id is null)
                and not ($4 and exists (select from known where is_refused))
        ),
        refused as (
            insert into pg_temp.load_fault (file, load_row, rule, action, reason, hint)
            select $3, load_row, rule, 'refuse', min(said) || case when count(*) > 1
                then format('; and %%s more', count(*) - 1) else '' end, min(hint)
            from blamed
            cross join lateral (select case when row_key is null and table_name is not null
                then format('%%s of table "%%s": %%s', concat_ws(' ', site_id, subject_id, item),
                    table_name, coalesce(reason, 'it would break the rule'))
                else coalesce(reason, concat_ws(' ', site_id, subject_id, item)) end)
                as tells (said)
            where (is_alone or $4) and (load_row, rule) not in (select fault.load_row, fault.rule
                from pg_temp.load_fault as fault
                where fault.file = $3 and fault.action = 'refuse' and fault.load_row is not null)
            group by load_row, rule
        )
        select array_agg(distinct load_row) from blamed where not is_alone$query$,
        _virotrial.load_subject(loaded.relation),
        (select string_agg(format('%L, changed.%I', name, name), ', ')
            from _virotrial.load_columns(loaded.relation) where is_key),
        'load_changed_' || file) into suspects using tried, findings, file, together;
    return suspects;
end;
$$;
comment on function _virotrial.load_blame_corrections(integer, bigint[], jsonb, boolean) is 'notes the corrections that are to blame for what was found of those that were tried together; returns those that may be, of several';

-- One of each subject at a time, so that what is found of a subject has one cause.
create function _virotrial.load_turns(file integer, suspects bigint[]) returns setof bigint[]
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    return query execute format('select array_agg(load_row) from (
            select load_row, row_number() over (partition by %s order by load_row) as turn
            from pg_temp.%I as changed where load_row = any ($1)) as taken
        group by turn order by turn',
        (select _virotrial.load_subject(relation) from pg_temp.load_file
            where load_file.file = load_turns.file), 'load_changed_' || file) using suspects;
end;
$$;
comment on function _virotrial.load_turns(integer, bigint[]) is 'rows of a file in sets that have one row of each subject';

-- All are judged by one statement.  What it does not tell apart is tried in turns; and an
-- error, which tells of no row, in halves.
create function _virotrial.load_judge_corrections(file integer, tried bigint[]) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    outcome record;
    suspects bigint[];
    turn bigint[];
begin
    if cardinality(tried) = 0 then
        return;
    end if;
    outcome := _virotrial.load_try(file, tried);
    if not outcome.has_failed or cardinality(tried) = 1 then
        suspects := _virotrial.load_blame_corrections(file, tried, outcome.findings, false);
        for turn in select * from _virotrial.load_turns(file, suspects) loop
            exit when cardinality(turn) = cardinality(tried);
            perform _virotrial.load_judge_corrections(file, turn);
        end loop;
    end if;
    if outcome.has_failed and cardinality(tried) > 1 or cardinality(turn) = cardinality(tried) then
        perform _virotrial.load_judge_corrections(file, tried[: cardinality(tried) / 2]);
        perform _virotrial.load_judge_corrections(file, tried[cardinality(tried) / 2 + 1 :]);
    end if;
    if suspects is not null then
        perform _virotrial.load_blame_corrections(file, tried, outcome.findings, true);
    end if;
end;
$$;
comment on function _virotrial.load_judge_corrections(integer, bigint[]) is 'notes which of some corrections the study refuses';

create function _virotrial.load_find_miscorrected(file integer) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    tried bigint[];
begin
    perform _virotrial.load_find_unchecked(file);
    execute format('select coalesce(array_agg(load_row order by load_row), ''{}'')
        from pg_temp.%I where load_row not in (select load_row from pg_temp.load_fault as fault
            where fault.file = %s and action = ''refuse'' and load_row is not null)',
        'load_changed_' || file, file) into tried;
    perform _virotrial.load_judge_corrections(file, tried);
    perform _virotrial.load_explain_rules(file);
end;
$$;
comment on function _virotrial.load_find_miscorrected(integer) is 'notes the corrections that the study refuses';
