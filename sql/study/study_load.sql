-- Loading files: which table a file is for, and how its cells become the table's.
-- The client of src/client/ calls these, in one transaction for each delivery;
-- all of them run as the caller, over temporary tables of his.

create function _virotrial.load_tables(study name)
    returns table (relation regclass, name name, rank integer)
    language sql stable strict
    begin atomic
        with recursive
        loadable as (
            select found.relation, found.name
            from _virotrial.study_relation(study) as found
            join pg_class on pg_class.oid = found.relation
            where pg_class.relkind in ('r', 'p')
                and found.kind in ('record', 'decision', 'deviation', 'site', 'configuration')
                and has_table_privilege(found.relation, 'insert')
        ),
        reached (relation, name, rank) as (
            select loadable.relation, loadable.name, 0 from loadable
            union
            select loadable.relation, loadable.name, reached.rank + 1
            from reached
            join pg_constraint on confrelid = reached.relation and contype = 'f'
            join loadable on loadable.relation = conrelid
            where reached.rank < 20 and conrelid <> confrelid
        )
        select reached.relation::regclass, reached.name, max(reached.rank)
        from reached
        group by reached.relation, reached.name;
    end;
comment on function _virotrial.load_tables(name) is 'the tables of a study that the caller may load files into, and their rank: a table refers to those of lower ranks';

create function _virotrial.load_columns("table" regclass)
    returns table (name name, place integer, type text, is_key boolean, is_needed boolean,
        is_date boolean)
    language sql stable strict
    begin atomic
        select attname, attnum::integer, format_type(atttypid, atttypmod),
            key.is_key, key.is_key and not atthasdef, atttypid = 'date'::regtype
        from pg_attribute
        cross join lateral (select exists (select from pg_constraint where conrelid = attrelid
            and contype = 'p' and attnum = any (conkey)) as is_key) as key
        where attrelid = "table" and attnum > 0 and not attisdropped
            and attgenerated = '' and attidentity = ''
            and attname not in ('entered_by', 'entered_at', 'entered_in');
    end;
comment on function _virotrial.load_columns(regclass) is 'the columns of a table that a file may bring; those of its key without a default are needed';

create function _virotrial.load_name(name text) returns text
    language sql immutable strict parallel safe
    return trim('_' from regexp_replace(lower(name),
        '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+', '_', 'g'));
comment on function _virotrial.load_name(text) is 'a heading of a file as a name of a column: small letters, digits, and underscores for blanks and signs; a letter beyond ASCII stays, so that "Unité" is not unit';

-- Of several names that a file's has in it, the longest: missing_result before result.
create function _virotrial.load_target(study name, table_name text, file_name text)
    returns regclass
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    target regclass;
begin
    if not exists (select from _virotrial.load_tables(study)) then
        raise exception using
            errcode = 'insufficient_privilege',
            message = format('you may load no table of study "%s"', study),
            detail = format('User "%s" lacks the privilege INSERT.', current_user),
            hint = 'Ask the owner of the study for the role of those who enter data.';
    end if;
    select relation into target
    from _virotrial.load_tables(study) as known
    where known.name = load_target.table_name
        or table_name is null and '_' || _virotrial.load_name(file_name) || '_'
            like '%\_' || replace(known.name, '_', '\_') || '\_%'
    order by length(known.name) desc
    limit 1;
    if target is null then
        raise exception using
            errcode = 'undefined_table',
            message = case when table_name is null
                then format('no table is named by the file "%s"', file_name)
                else format('study "%s" has no table "%s" that you may load', study, table_name) end,
            detail = format('You may load: %s.', (
                select string_agg(known.name, ', ' order by known.name)
                from _virotrial.load_tables(study) as known)),
            hint = 'Name the table: --table TABLE, or a line "table,TABLE" of the mapping.';
    end if;
    return target;
end;
$$;
comment on function _virotrial.load_target(name, text, text) is 'the table of a study that a file is for: the one that is named, or that the name of the file contains; 42P01 if there is none, 42501 if the caller may load nothing';

-- A mapping is an array of lines, each of a kind, a name, a value and a detail.
create function _virotrial.load_mapping(mapping text[])
    returns table (place integer, kind text, name text, value text, detail text)
    language sql immutable strict
    begin atomic
        select place, mapping[place][1], mapping[place][2], mapping[place][3],
            nullif(mapping[place][4], '')
        from generate_series(1, coalesce(array_length(mapping, 1), 0)) as place;
    end;
comment on function _virotrial.load_mapping(text[]) is 'the lines of a mapping';

create function _virotrial.load_headings("table" regclass, header text[], mapping text[])
    returns table (place integer, heading text, target name, test text, detail text)
    language sql stable strict
    begin atomic
        select given.place::integer, given.heading,
            case when line.kind = 'column' then nullif(line.value, '')::name
                when line.kind is null then known.name end,
            case when line.kind = 'test' then line.value end, line.detail
        from unnest(header) with ordinality as given (heading, place)
        left join _virotrial.load_mapping(mapping) as line
            on line.kind in ('column', 'test') and line.name = given.heading
        left join _virotrial.load_columns("table") as known
            on known.name = _virotrial.load_name(given.heading);
    end;
comment on function _virotrial.load_headings(regclass, text[], text[]) is 'what becomes of each column of a file: a column of the table, as the mapping or the heading says, or the value of a laboratory test';

-- A cell that is in several rows becomes what they agree on.
create function _virotrial.load_lookup("table" regclass, given text, becomes text, cell integer)
    returns text
    language sql stable strict
    begin atomic
        select format('(select min(looked.%1$I::text) from %2$s as looked where looked.%3$I::text '
                '= c%4$s having min(looked.%1$I::text) = max(looked.%1$I::text))',
            meant.attname, source.oid::regclass, asked.attname, cell)
        from pg_class as target
        join pg_class as source on source.relnamespace = target.relnamespace
            and source.relname = split_part(given, '.', 1)
        join pg_attribute as asked on asked.attrelid = source.oid
            and asked.attname = split_part(given, '.', 2)
        join pg_attribute as meant on meant.attrelid = source.oid and meant.attname = becomes
        where target.oid = "table" and asked.attnum > 0 and meant.attnum > 0;
    end;
comment on function _virotrial.load_lookup(regclass, text, text, integer) is 'the expression of a cell that is looked up in a table of the study, TABLE.COLUMN, and becomes another column of its row; null if there is no such column';

-- Words take the place of a cell: to write an empty one makes the cell empty.
create function _virotrial.load_cell("table" regclass, cell integer, heading text, mapping text[])
    returns text
    language sql stable strict
    begin atomic
        select coalesce(
            min(_virotrial.load_lookup("table", value, detail, cell))
                filter (where kind = 'lookup'),
            'case c' || cell || ' ' || string_agg(
                format('when %L then nullif(%L, '''')', value, coalesce(detail, '')), ' ')
                filter (where kind = 'word') || ' else c' || cell || ' end',
            'c' || cell)
        from _virotrial.load_mapping(mapping)
        where kind in ('word', 'lookup') and name = heading;
    end;
comment on function _virotrial.load_cell(regclass, integer, text, text[]) is 'the expression of a cell over the staged file: with the words of the mapping replaced, or as it is looked up in a table of the study';

-- Columns of the file that are mapped to one of the table are written together: "<" and "50".
create function _virotrial.load_sources("table" regclass, header text[], mapping text[])
    returns table (name name, place integer, expression text, format text)
    language sql stable strict
    begin atomic
        select known.name, known.place,
            coalesce(case when count(heading.*) > 1
                    then format('nullif(concat(%s), '''')', string_agg(
                        _virotrial.load_cell("table", heading.place, heading.heading, mapping),
                        ', ' order by heading.place))
                    else min(_virotrial.load_cell("table", heading.place, heading.heading,
                        mapping)) end,
                format('%L::text', min(line.value))),
            coalesce(min(heading.detail), (select min(line.name)
                from _virotrial.load_mapping(mapping) as line where line.kind = 'date'))
        from _virotrial.load_columns("table") as known
        left join _virotrial.load_headings("table", header, mapping) as heading
            on heading.target = known.name
        left join _virotrial.load_mapping(mapping) as line
            on line.kind = 'constant' and line.name = known.name
        where heading.target is not null or line.name is not null
        group by known.name, known.place;
    end;
comment on function _virotrial.load_sources(regclass, text[], text[]) is 'the columns of a table that a file brings: each with its expression over the staged file, and the format of its dates';

-- Of a heading with several values, one is enough; of several headings, all must be met.
create function _virotrial.load_filter(header text[], mapping text[]) returns text
    language sql stable strict
    begin atomic
        select coalesce(string_agg(' and ' || condition, '' order by place), '')
        from (
            select given.place, case when bool_or(line.value = '')
                then format('coalesce(c%s, '''') <> ''''', given.place)
                else format('c%s in (%s)', given.place, string_agg(quote_literal(line.value), ', '
                    order by line.place)) end as condition
            from unnest(header) with ordinality as given (heading, place)
            join _virotrial.load_mapping(mapping) as line
                on line.kind = 'only' and line.name = given.heading
            group by given.place
        ) as filter;
    end;
comment on function _virotrial.load_filter(text[], text[]) is 'the condition of a mapping on the rows that are loaded: a heading that must have a value, or one of some';

-- A row of the file is its line, and the column of the file if each column is a row.
-- A line with a problem, such as fewer cells than the header, is none.
create function _virotrial.load_query("table" regclass, header text[], mapping text[],
        staged text) returns text
    language sql stable strict
    begin atomic
        select coalesce(
            (select string_agg(format('select load_record * 4096 + %s as load_row, %s '
                    '%L::text as test, %L::text as unit, %7$s as value from pg_temp.%5$I '
                    'where %7$s is not null and load_problem is null%6$s', heading.place,
                    list.columns || ',', heading.test, heading.detail, staged,
                    _virotrial.load_filter(header, mapping),
                    _virotrial.load_cell("table", heading.place, heading.heading, mapping)),
                    ' union all ' order by heading.place)
                from _virotrial.load_headings("table", header, mapping) as heading
                where heading.test is not null),
            format('select load_record * 4096 as load_row, %s from pg_temp.%I '
                'where load_problem is null%s', list.columns, staged,
                _virotrial.load_filter(header, mapping)))
        from (
            select string_agg(format('%s as %I', expression, name), ', ' order by place)
                as columns
            from _virotrial.load_sources("table", header, mapping)
        ) as list;
    end;
comment on function _virotrial.load_query(regclass, text[], text[], text) is 'the rows of a staged file as a query: load_row, and the table''s columns as text';

create function _virotrial.load_given("table" regclass, header text[], mapping text[])
    returns name[]
    language sql stable strict
    begin atomic
        select array_agg(known.name order by known.place)
        from _virotrial.load_columns("table") as known
        where known.name in (select name from _virotrial.load_sources("table", header, mapping))
            or known.name in ('test', 'unit', 'value') and exists (
                select from _virotrial.load_mapping(mapping) where kind = 'test');
    end;
comment on function _virotrial.load_given(regclass, text[], text[]) is 'the columns of a table that a file brings';

create function _virotrial.load_list(names name[], form text) returns text
    language sql immutable strict parallel safe
    begin atomic
        select string_agg(format(form, name), case when form like '%=%' then ' and ' else ', ' end
            order by place)
        from unnest(names) with ordinality as listed (name, place);
    end;
comment on function _virotrial.load_list(name[], text) is 'names in a form of format(): a list of columns, or, if the form is a comparison, a condition';

create procedure _virotrial.load_begin(study name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.require_study(study);
    -- a client that is gone, or its network, does not hold the file for long
    perform set_config(name, value, true)
    from (values ('client_connection_check_interval', '10s'), ('tcp_keepalives_idle', '60'),
        ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '6'),
        -- a text tells all of a value, or a correction is not seen
        ('extra_float_digits', '1'), ('datestyle', 'ISO, YMD'),
        ('standard_conforming_strings', 'on'),
        -- what waits for the end of the transaction a dry run would not say
        ('virotrial.defer_rules', '')) as setting (name, value);
    create temporary table load_file (
        file integer primary key,
        study name, relation regclass, rank integer, name text, digest text,
        header text[], mapping text[], query text,
        has_comma boolean, staged text, ready text
    ) on commit drop;
    create temporary table load_fault (
        file integer, load_row bigint, column_name name, value text, rule text,
        action text, reason text, hint text
    ) on commit drop;
end;
$$;
comment on procedure _virotrial.load_begin(name) is 'begins a delivery of files for a study: makes the temporary tables of one transaction';

create function _virotrial.require_permitted_reason("table" regclass, reason text) returns void
    language c volatile strict
    as 'MODULE_PATHNAME', 'require_permitted_reason';
comment on function _virotrial.require_permitted_reason(regclass, text) is 'fails with 22023 unless a change of a table can have the reason, as virotrial.reason states it';

-- Whoever may load nothing is told so by load_target().
create function _virotrial.load_require_reason(study name, reason text) returns void
    language sql volatile strict
    begin atomic
        select _virotrial.require_permitted_reason(known.relation, reason)
        from (select relation from _virotrial.load_tables(study) limit 1) as known;
    end;
comment on function _virotrial.load_require_reason(name, text) is 'fails with 22023 unless corrections of a study can have a reason';

-- Sessions that bring the same file at once come one after the other.  By another mapping
-- other rows of it may come in.
create function _virotrial.load_known(study name, target regclass, digest text, mapping text[])
    returns text
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    known text;
begin
    perform pg_advisory_xact_lock(hashtextextended(study || ' ' || digest, 0));
    execute format('select format(''%%s, as "%%s", by %%s'', to_char(entered_at,
            ''YYYY-MM-DD HH24:MI''), name, entered_by)
        from %I.delivered_file
        where digest = $1 and verdict = ''whole'' and mapping = $3
            and table_name = (select relname from pg_class where oid = $2)
        order by delivered_file_id limit 1', study)
        into known using digest, target, mapping;
    return known;
end;
$$;
comment on function _virotrial.load_known(name, regclass, text, text[]) is 'when, under which name and by whom a whole file came into a table before, by the same mapping; null if it did not';

create function _virotrial.load_file(study name, table_name text, file_name text, digest text,
        header text[], mapping text[], has_comma boolean,
    out file integer, out staged text, out "table" text, out known text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    target constant regclass := _virotrial.load_target(study, table_name, file_name);
begin
    perform _virotrial.load_require_mapping(target, header, mapping);
    file := (select count(*) + 1 from pg_temp.load_file);
    staged := 'load_staged_' || file;
    insert into pg_temp.load_file
        select load_file.file, load_file.study, target, found.rank, file_name, load_file.digest,
            load_file.header, load_file.mapping,
            _virotrial.load_query(target, load_file.header, load_file.mapping, load_file.staged),
            load_file.has_comma, load_file.staged, 'load_ready_' || load_file.file
        from _virotrial.load_tables(study) as found
        where found.relation = target;
    execute format('create temporary table %I (load_record bigint, load_problem text,
            %s) on commit drop', staged,
        (select string_agg(format('c%s text', place), ', ' order by place)
            from generate_series(1, cardinality(header)) as place));
    "table" := (select relname from pg_class where oid = target);
    known := _virotrial.load_known(study, target, digest, mapping);
end;
$$;
comment on function _virotrial.load_file(name, text, text, text, text[], text[], boolean) is 'begins a file of a delivery: finds its table, and makes the temporary table to which its lines are copied as text';

-- What is not where it is looked up is no row that could be judged.
create function _virotrial.load_find_unknown(file integer) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
    looked record;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_find_unknown.file;
    for looked in
        select heading, given.place, line.value as source,
            _virotrial.load_lookup(loaded.relation, line.value, line.detail, given.place::integer)
                as found,
            array(select word.value from _virotrial.load_mapping(loaded.mapping) as word
                where word.kind = 'word' and word.name = heading) as words
        from _virotrial.load_mapping(loaded.mapping) as line
        join unnest(loaded.header) with ordinality as given (heading, place)
            on heading = line.name
        where line.kind = 'lookup'
    loop
        execute format('update pg_temp.%1$I
            set load_problem = format(''lookup: %%s "%%s" is not in %%s'', %2$L, c%3$s, %4$L)
            where load_problem is null and c%3$s <> '''' and %5$s', loaded.staged, looked.heading,
            looked.place, looked.source,
            coalesce(looked.found || ' is null', format('c%s <> all ($1)', looked.place)))
            using looked.words;
    end loop;
end;
$$;
comment on function _virotrial.load_find_unknown(integer) is 'marks the lines of a staged file of which a cell is not where the mapping says that it is looked up';
