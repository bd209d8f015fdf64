-- Loading files: what the study says to each row of a staged file, in statements
-- over all of its rows.  A row of a file, load_row, is 4096 times its record; where
-- each column of the file is a row of its own, and the number of the column.  A record
-- is 4096 times its line, and which of the line's records it is.

create function _virotrial.load_line(load_row bigint) returns bigint
    language sql immutable strict parallel safe
    return load_row / (4096 * 4096);
comment on function _virotrial.load_line(bigint) is 'the line of a row of a file; of a bundle its entry';

create function _virotrial.load_rows("table" anyelement, query text, formats text[],
        has_comma boolean)
    returns table (load_row bigint, completed anyelement, column_name text, rule text,
        reason text, hint text)
    language c volatile
    as 'MODULE_PATHNAME', 'load_rows';
comment on function _virotrial.load_rows(anyelement, text, text[], boolean) is 'the rows of a query, whose cells are text, as a table would take them: with types, defaults and what triggers make of them; for a row that it would not take, each error of its cells, or the first of the row';

create function _virotrial.load_fault(file integer, load_row text, column_name name, rule text,
        reason text, hint text, source text) returns bigint
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    found bigint;
begin
    execute format('insert into pg_temp.load_fault (file, load_row, column_name, rule, action,
            reason, hint)
        select %s, %s, %L, %L, ''refuse'', %s, %L from %s', file, load_row, column_name, rule,
        reason, hint, source);
    get diagnostics found = row_count;
    return found;
end;
$$;
comment on function _virotrial.load_fault(integer, text, name, text, text, text, text) is 'notes the rows of a source as refused, each with a row and a reason, which are expressions over it; returns how many there are';

-- A column of which no cell is a date asks; where some are, the others are faults.
create function _virotrial.load_require_dates(file integer) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
    dated record;
    example text;
    fits boolean;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_require_dates.file;
    for dated in
        select source.name
        from _virotrial.load_sources(loaded.relation, loaded.header, loaded.mapping) as source
        join _virotrial.load_columns(loaded.relation) as known using (name)
        where known.is_date and source.format is null
    loop
        execute format('with cell as not materialized (select %I as cell from (%s) as given)
            select (select cell from cell where cell <> '''' limit 1),
                exists (select from cell where cell ~ ''^\d{4}-?\d\d-?\d\d'')',
            dated.name, loaded.query) into example, fits;
        if example is not null and not fits then
            raise exception using
                errcode = 'invalid_datetime_format',
                message = format('file "%s" writes %s as "%s"', loaded.name, dated.name, example),
                detail = 'No date of the column is YYYY-MM-DD, and no format is guessed.',
                hint = 'Say it: --date-format DD/MM/YYYY, or MM/DD/YYYY, or as the file has it.';
        end if;
    end loop;
end;
$$;
comment on function _virotrial.load_require_dates(integer) is 'fails with 22007 if a file has a column of dates in another format than ISO 8601, and nobody said in which';

-- What whoever read the file says of a line: a rule, and a reason.  What a laboratory
-- does not call a result is no fault of the file, and what the mapping leaves out is none.
create function _virotrial.load_find_unreadable(file integer) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
begin
    select * into loaded from pg_temp.load_file
    where load_file.file = load_find_unreadable.file;
    execute format('insert into pg_temp.load_fault (file, load_row, rule, action, reason, hint)
        select %s, load_record * 4096, rule,
            case rule when ''status'' then ''note'' else ''refuse'' end,
            substr(load_problem, length(rule) + 3),
            case rule when ''cells'' then
                    ''Quote a cell that has the delimiter in it; look whether cells are shifted.''
                when ''lookup'' then
                    ''Correct the cell, or enter it there.''
                when ''status'' then
                    ''A result is final, amended or corrected; correct what was withdrawn.'' end
        from pg_temp.%I
        cross join split_part(load_problem, '': '', 1) as rule
        where load_problem is not null
            and (rule = ''cells'' or num_nonnulls(%s) = 0 or (true%s) is not false)', file,
        loaded.staged, (select string_agg('c' || place, ', ')
            from generate_series(1, cardinality(loaded.header)) as place),
        _virotrial.load_filter(loaded.header, loaded.mapping));
end;
$$;
comment on function _virotrial.load_find_unreadable(integer) is 'notes the lines of a file of which no row could be read, and those that are no results yet, or no more';

-- Of a code that has a blank too many nobody would hear otherwise.
create function _virotrial.load_find_left_out(file integer) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
    chosen record;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_find_left_out.file;
    for chosen in
        select name, array_position(loaded.header, name) as place, _virotrial.load_filter(
            loaded.header, array_agg(array[kind, name, value, null])) as condition
        from _virotrial.load_mapping(loaded.mapping) where kind = 'only'
        group by name having bool_and(value <> '') order by name
    loop
        execute format('insert into pg_temp.load_fault (file, rule, action, reason)
            select %1$s, ''only'', ''note'', format(''%%s left out by "%%s"; it has there: %%s'',
                case sum(n) when 1 then ''1 line is'' else sum(n) || '' lines are'' end, %2$L,
                string_agg(format(''%%s (%%s)'', case when cell <> ''''
                        then format(''"%%s"'', left(cell, 40)) else ''nothing'' end, n),
                    '', '' order by place) filter (where place <= 5)
                    || case when count(*) > 5 then '', and more'' else '''' end)
            from (select c%3$s as cell, count(*) as n,
                    row_number() over (order by count(*) desc, c%3$s) as place
                from pg_temp.%4$I where load_problem is null and (true%5$s) is not true
                group by c%3$s) as left_out
            having count(*) > 0',
            file, chosen.name, chosen.place, loaded.staged, chosen.condition);
    end loop;
end;
$$;
comment on function _virotrial.load_find_left_out(integer) is 'notes how many lines of a file the mapping leaves out by an "only", and what they have there';

create function _virotrial.load_explain_checks(file integer) returns void
    language sql volatile strict
    set search_path = pg_catalog, pg_temp
as $$
    update pg_temp.load_fault as fault
        set column_name = (select attname from pg_attribute
                where attrelid = conrelid and attnum = all (conkey)),
            hint = coalesce(hint, 'The table has ' || pg_get_constraintdef(pg_constraint.oid))
        from pg_temp.load_file as loaded
        join pg_constraint on conrelid = loaded.relation and contype = 'c'
        where loaded.file = load_explain_checks.file and fault.file = loaded.file
            and conname = fault.rule and fault.column_name is null;
$$;
comment on function _virotrial.load_explain_checks(integer) is 'says of the faults by a CHECK which column it is of, and what the CHECK says';

create function _virotrial.load_read(file integer) returns bigint
    language plpgsql
    set search_path = pg_catalog, pg_temp
    -- how many rows there are is what matters
    set default_statistics_target = 10
as $$
declare
    loaded record;
    formats text[];
    lines bigint;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_read.file;
    select array_agg(source.format order by place) into formats
    from _virotrial.load_sources(loaded.relation, loaded.header, loaded.mapping) as source;
    if exists (select from _virotrial.load_mapping(loaded.mapping) where kind = 'test') then
        formats := formats || array[null, null, null]::text[];
    end if;
    perform _virotrial.load_find_unknown(file);
    perform _virotrial.load_find_unreadable(file);
    perform _virotrial.load_find_left_out(file);
    execute format('create temporary table %I on commit drop as
        select 0::bigint as load_row, entered.* from %s as entered with no data',
        loaded.ready, loaded.relation);
    execute format('with read as materialized (
            select * from _virotrial.load_rows(null::%s, $1, $2, $3)),
        refused as (
            insert into pg_temp.load_fault (file, load_row, column_name, rule, action, reason, hint)
            select %s, load_row, column_name, rule, ''refuse'', reason, hint
            from read where reason is not null)
        insert into pg_temp.%I select load_row, (read.completed).* from read where reason is null',
        loaded.relation, file, loaded.ready)
        using loaded.query, formats, loaded.has_comma;
    execute format('analyze pg_temp.%I', loaded.ready);
    perform _virotrial.load_explain_checks(file);
    -- What no row of the file has is told; a trigger fills it where some have it.
    execute format('select count(*) from pg_temp.%I', loaded.ready) into lines;
    update pg_temp.load_fault as fault
        set hint = format('The file has no column for it: map one, or write "constant,%s,VALUE".',
            fault.column_name)
        where lines = 0 and fault.file = load_read.file and rule = 'not null'
            and column_name <> all (
                _virotrial.load_given(loaded.relation, loaded.header, loaded.mapping));
    execute format('select count(*) from pg_temp.%I', loaded.staged) into lines;
    return lines;
end;
$$;
comment on function _virotrial.load_read(integer) is 'reads the rows of a staged file as its table would take them, and notes what it would not take; returns how many lines the file has';

create function _virotrial.load_find_sites(file integer) returns bigint
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_find_sites.file;
    if not exists (select from _virotrial.load_columns(loaded.relation) where name = 'site_id') then
        return 0;
    end if;
    return _virotrial.load_fault(file, 'load_row', 'site_id', 'site access',
        'format(''site %s is not one that you see'', site_id)',
        'Load the rows of your own sites; table site_access says who sees which.',
        format('pg_temp.%I where not _virotrial.sees_site(%L::regclass, site_id)', loaded.ready,
            format('%I.site_access', loaded.study)));
end;
$$;
comment on function _virotrial.load_find_sites(integer) is 'notes the rows of sites that the caller does not see';

-- A row that another file of the delivery would bring, and that is refused there.
create function _virotrial.load_blame(file integer, other integer, rule text, same text)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    brings record;
begin
    select load_file.name, load_file.query into brings
    from pg_temp.load_file where load_file.file = load_blame.other;
    execute format('update pg_temp.load_fault as fault
        set hint = format(''Line %%s of file "%%s", which would bring it, is refused.'',
            _virotrial.load_line(given.load_row), %L)
        from pg_temp.%I as ready, (%s) as given
        where fault.file = %s and fault.rule = %L and fault.load_row = ready.load_row and %s',
        brings.name, 'load_ready_' || file, brings.query, file, rule, same);
end;
$$;
comment on function _virotrial.load_blame(integer, integer, text, text) is 'says of the rows of a file that refer to a refused row of another where that is';

create function _virotrial.load_find_strangers(file integer) returns bigint
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
    key record;
    found bigint := 0;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_find_strangers.file;
    for key in
        select conname, confrelid::regclass as referenced, relname, cardinality(conkey) as width,
            array(select attname from unnest(conkey) with ordinality as k (attnum, place)
                join pg_attribute using (attnum) where attrelid = conrelid order by place) as own,
            pairs.same, pairs.given
        from pg_constraint
        join pg_class on pg_class.oid = confrelid
        cross join lateral (
            select string_agg(format('referenced.%I = ready.%I', theirs.attname, ours.attname),
                    ' and ') as same,
                string_agg(format('given.%I = ready.%I::text', theirs.attname, ours.attname),
                    ' and ') as given
            from unnest(conkey, confkey) as k (our, their)
            join pg_attribute as ours on ours.attrelid = conrelid and ours.attnum = our
            join pg_attribute as theirs on theirs.attrelid = confrelid and theirs.attnum = their
        ) as pairs
        where conrelid = loaded.relation and contype = 'f'
        order by cardinality(conkey), conname
    loop
        found := found + _virotrial.load_fault(file, 'load_row', key.own[key.width], key.conname,
            format('format(''"%%s" is not in table %%s'', concat_ws('', '', %s), %L)',
                _virotrial.load_list(key.own, 'ready.%I'), key.relname),
            format('Load or enter it first: table %s.', key.relname),
            format('pg_temp.%I as ready where num_nulls(%s) = 0
                and not exists (select from %s as referenced where %s)
                and not exists (select from pg_temp.load_fault as fault
                    where fault.file = %s and fault.load_row = ready.load_row)', loaded.ready,
                _virotrial.load_list(key.own, 'ready.%I'), key.referenced,
                key.same, file));
        perform _virotrial.load_blame(loaded.file, other.file, key.conname, key.given)
        from pg_temp.load_file as other
        where found > 0 and other.relation = key.referenced and other.file <> loaded.file;
    end loop;
    return found;
end;
$$;
comment on function _virotrial.load_find_strangers(integer) is 'notes the rows that refer to a row that is not there: by the foreign keys';

-- What a rule finds the database writes alone; a trigger would say so of the whole statement.
create function _virotrial.load_find_found(file integer) returns bigint
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_find_found.file;
    if not has_table_privilege(format('%I.rule', loaded.study), 'select')
            or not exists (select from _virotrial.study_relation(loaded.study) as found
                where found.relation = loaded.relation and found.kind = 'deviation') then
        return 0;
    end if;
    return _virotrial.load_fault(file, 'load_row', 'rule', 'found by a rule',
        '''the rule writes its deviations itself''',
        'Leave the row out. A deviation that you report has a name that is no rule''s.',
        format('pg_temp.%I as ready where rule in (select name from %I.rule)', loaded.ready,
            loaded.study));
end;
$$;
comment on function _virotrial.load_find_found(integer) is 'notes the rows of a file that are deviations which a rule of the study finds';

-- The first of several rows stays: which of them is right, the others say.  Of a million
-- keys the hashes fit into memory.
create function _virotrial.load_find_twins(file integer) returns bigint
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
    key record;
    found bigint := 0;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_find_twins.file;
    for key in
        select index.relname, array(select attname
                from unnest(indkey::int2[]) with ordinality as k (attnum, place)
                join pg_attribute using (attnum) where attrelid = indrelid order by place) as own
        from pg_index
        join pg_class as index on index.oid = indexrelid
        where indrelid = loaded.relation and indisunique and indexprs is null and indpred is null
            and not exists (select from pg_attribute
                where attrelid = indrelid and attnum = any (indkey) and attidentity <> '')
        order by indisprimary desc, index.relname
    loop
        found := found + _virotrial.load_fault(file, 'ready.load_row', null, key.relname,
            format('format(''line %%s has the same %%s: %%s'', _virotrial.load_line(twin.first), %L,
                concat_ws('', '', %s))', array_to_string(key.own, ', '),
                _virotrial.load_list(key.own, 'ready.%I')),
            'Leave one of them, or tell them apart.',
            format('(select %1$s, min(load_row) as first from pg_temp.%2$I
                    where num_nulls(%1$s) = 0 and hash_record_extended(row(%1$s), 0) in (
                        select hash_record_extended(row(%1$s), 0) from pg_temp.%2$I
                        group by 1 having count(*) > 1)
                    group by %1$s having count(*) > 1) as twin
                join pg_temp.%2$I as ready using (%1$s)
                where ready.load_row <> twin.first and not exists (
                    select from pg_temp.load_fault as fault
                    where fault.file = %3$s and fault.load_row = ready.load_row)',
                _virotrial.load_list(key.own, '%I'), loaded.ready, file));
    end loop;
    return found;
end;
$$;
comment on function _virotrial.load_find_twins(integer) is 'notes the rows of a file whose key an earlier row of it has';

create function _virotrial.load_remove(file integer) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set default_statistics_target = 10
as $$
declare
    held text;
begin
    -- without its statistics the planner expects one row, and loops over a file of faults
    analyze pg_temp.load_fault;
    foreach held in array array['load_ready_' || file, 'load_changed_' || file] loop
        continue when to_regclass('pg_temp.' || held) is null;
        execute format('delete from pg_temp.%I where load_row in (select fault.load_row
            from pg_temp.load_fault as fault where fault.file = %s and fault.action = ''refuse'')',
            held, file);
    end loop;
    delete from pg_temp.load_fault as noted
        using pg_temp.load_fault as fault
        where noted.file = load_remove.file and noted.action = 'correct' and fault.file = noted.file
            and fault.load_row = noted.load_row and fault.action = 'refuse';
end;
$$;
comment on function _virotrial.load_remove(integer) is 'takes the refused rows from those that are to come in';

-- What a row says that was refused is in the file all the same.
create function _virotrial.load_find_vanished(file integer) returns bigint
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
    key name[];
    given name[];
    found bigint;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_find_vanished.file;
    select array_agg(name order by place), array_agg(name order by place)
        filter (where name = any (_virotrial.load_given(loaded.relation, loaded.header,
            loaded.mapping)))
    into key, given
    from _virotrial.load_columns(loaded.relation) where is_key;
    execute format('insert into pg_temp.load_fault (file, value, rule, action, reason, hint)
        select %s, concat_ws('', '', %s), ''vanished row'', ''note'',
            ''the study has it, and the file does not'', ''Ask why; nothing is deleted.''
        from %s as entered
        where %s and not exists (select from pg_temp.%I as ready where %s)
            and not exists (select from (%s) as given where %s)',
        file, _virotrial.load_list(key, 'entered.%I'), loaded.relation,
        case when 'site_id' = any (key) then format(
            'site_id in (select site_id from pg_temp.%I)', loaded.ready) else 'true' end,
        loaded.ready, _virotrial.load_list(key, 'ready.%1$I = entered.%1$I'), loaded.query,
        _virotrial.load_list(given, 'given.%1$I = entered.%1$I::text'));
    get diagnostics found = row_count;
    return found;
end;
$$;
comment on function _virotrial.load_find_vanished(integer) is 'notes the rows of the study, of the sites of a file, that the file does not have';

-- What a rule says of a row begins with what is wrong: standard_value tells of value.
create function _virotrial.load_rule_column(rule text, file integer) returns name
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
    read name;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_rule_column.file;
    if has_table_privilege(format('%I.rule', loaded.study), 'select') then
        execute format('select given.name
            from %I.rule
            cross join unnest($2) as given (name)
            cross join regexp_replace(concat(reason, '' '', condition),
                ''\x27[^\x27]*\x27'', '''', ''g'') as said (words)
            cross join lateral (
                select rule.name ~ (''(^|_)'' || given.name || ''(_|$)'') as is_named) as named
            where rule.name = $1 and table_name = (select relname from pg_class where oid = $3)
                and (is_named or words ~ (''(\m|_)'' || given.name || ''\M''))
            order by exists (select from _virotrial.load_mapping($4) as line
                    where line.kind = ''constant'' and line.name = given.name),
                is_named desc, strpos(words, given.name), length(given.name) desc
            limit 1', loaded.study) into read
            using rule, _virotrial.load_given(loaded.relation, loaded.header, loaded.mapping),
                loaded.relation, loaded.mapping;
    end if;
    return read;
end;
$$;
comment on function _virotrial.load_rule_column(text, integer) is 'the column of a file that a rule of its table judges: the one that is in the rule''s name, or the first that it reads';

create function _virotrial.load_explain_rules(file integer) returns void
    language sql volatile strict
    set search_path = pg_catalog, pg_temp
as $$
    with broken as materialized (
        select rule, _virotrial.load_rule_column(rule, load_explain_rules.file) as column_name
        from (select distinct other.rule from pg_temp.load_fault as other
            where other.file = load_explain_rules.file) as met)
    update pg_temp.load_fault as fault set column_name = broken.column_name
        from broken
        where fault.file = load_explain_rules.file and fault.rule = broken.rule
            and fault.column_name is null and fault.load_row is not null;
$$;
comment on function _virotrial.load_explain_rules(integer) is 'says of the faults by a rule which column of the file it judges';

-- A rule that is a query tells the subject, and perhaps which of its rows it is.
create function _virotrial.load_find_broken(file integer) returns bigint
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
    found bigint;
    has_subject boolean;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_find_broken.file;
    has_subject := (select count(*) = 2 from _virotrial.load_columns(loaded.relation)
        where name in ('site_id', 'subject_id'));
    execute format('with judged as materialized (
            select * from _virotrial.judge_completed(%L::regclass, ''pg_temp.%I''))
        insert into pg_temp.load_fault (file, load_row, rule, action, reason, hint)
        select %s, coalesce(ready.load_row, %s), judged.rule,
            case judged.action when ''record'' then ''note'' else judged.action end,
            coalesce(judged.reason,
                concat_ws('' '', judged.site_id, judged.subject_id, judged.item)),
            judged.hint
        from judged
        left join pg_temp.%I as ready on ready.ctid = judged.row_id',
        loaded.relation, loaded.ready, file,
        case when has_subject then format('(select min(other.load_row) from pg_temp.%I as other
            where other.site_id = judged.site_id and other.subject_id = judged.subject_id)',
            loaded.ready) else 'null' end, loaded.ready);
    perform _virotrial.load_explain_rules(file);
    select count(*) into found from pg_temp.load_fault as fault
        where fault.file = load_find_broken.file and action = 'refuse';
    return found;
end;
$$;
comment on function _virotrial.load_find_broken(integer) is 'judges the ready rows of a file by the rules of the study, and notes those that break one; returns how many faults the file has';
