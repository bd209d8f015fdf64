-- Loading files: what a mapping has to say, and may not say twice

-- Which of two lines was meant nobody knows: what a mapping says, it says once.
create function _virotrial.load_contradictions("table" regclass, header text[], mapping text[])
    returns table (message text, hint text)
    language sql stable strict
    begin atomic
        with line as (select * from _virotrial.load_mapping(mapping)),
        heading as (select * from _virotrial.load_headings("table", header, mapping)),
        brought (name, source) as (
            select target, 'the file' from heading where target is not null
            union all select name, 'a constant' from line where kind = 'constant'
            union all select 'test', 'a test' from heading where test is not null
            union all select 'value', 'a test' from heading where test is not null
            union all select 'unit', 'a test' from heading where test is not null
                and detail is not null
        )
        select format('columns %s of the file would become column "%s" of table %s',
                string_agg(format('"%s"', heading), ' and ' order by place), target, "table"),
            'Say what each is: "column,HEADING,COLUMN"; or "column,HEADING," if it is not loaded.'
        from heading where target is not null
        group by target
        having count(*) > 1
            and not array_agg(heading) <@ array(select name from line where kind = 'column')
        union all
        select format('the mapping says twice what column "%s" of the file becomes', name), null
        from line where kind in ('column', 'test')
        group by name
        having count(*) > count(distinct value)
            or count(*) > 1 and bool_or(kind = 'test' or value = '')
        union all
        select format('column "%s" of table %s comes from %s', name, "table",
            string_agg(distinct source, ' and from ')),
            'Leave one of them. A column of the file is not loaded by "column,HEADING,".'
        from brought group by name having count(distinct source) > 1
        union all
        select format('the mapping gives several values to the constant "%s"', name), null
        from line where kind = 'constant' group by name having count(distinct value) > 1
        union all
        select format('the cells of column "%s" are looked up, and have other words, too', name),
            null
        from line
        where kind = 'word' or kind = 'lookup' and detail is not null
        group by name
        having bool_or(kind = 'lookup') and count(*) > 1
        union all
        select format('the mapping has several lines of the kind "%s": %s', kind,
            string_agg(distinct name, ', ')), null
        from line
        where kind in ('table', 'date', 'decimal', 'encoding', 'delimiter', 'identifier')
            and detail is distinct from 'option'
        group by kind having count(distinct name) > 1
        union all
        select format('dates are %s by an option, and %s by the mapping', asked.name, said.format),
            null
        from line as asked
        join (select name from line where kind = 'date'
            union select detail from line where kind = 'column' and detail is not null)
            as said (format) on said.format <> asked.name
        where asked.kind = 'date' and asked.detail = 'option';
    end;
comment on function _virotrial.load_contradictions(regclass, text[], text[]) is 'what a file and its mapping say twice: a message, and a hint unless it is to delete a line';

create function _virotrial.load_require_mapping(
        "table" regclass, header text[], mapping text[]) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    wrong record;
begin
    select * into wrong
    from (
        select 1 as place, format('column "%s" of the file is none of table %s', heading, "table")
                as message, 'Map it, or say that it is not loaded: "column,HEADING,".' as hint
        from _virotrial.load_headings("table", header, mapping)
        where target is null and test is null and heading <> 'virotrial_reasons'
            and not exists (select from _virotrial.load_mapping(mapping) as line
                where line.kind = 'column' and line.name = heading)
        union all
        select 2, format('two columns of the file are called "%s"', heading),
            'Give each column a heading of its own.'
        from unnest(header) as heading group by heading having count(*) > 1
        union all
        select 3, format('the mapping has the unknown kind "%s"', kind),
            'Kinds are table, column, constant, word, lookup, test, only, date, decimal, '
                || 'encoding, delimiter and identifier.'
        from _virotrial.load_mapping(mapping)
        where kind not in ('table', 'column', 'constant', 'word', 'lookup', 'test', 'only', 'date',
            'decimal', 'encoding', 'delimiter', 'identifier')
        union all
        select 3, format('cell "%s" of column "%s" is to become several words', value, name),
            'Leave one of the lines of the mapping, or of the file to look up in.'
        from _virotrial.load_mapping(mapping)
        where kind = 'word' group by name, value having count(distinct coalesce(detail, '')) > 1
        union all
        select 3, format('the study has no "%s" with "%s" to look up in', line.value, line.detail),
            'Write the table and the column where the cell is, and the column of what it becomes: '
                || '"lookup,HEADING,TABLE.COLUMN,COLUMN".'
        from _virotrial.load_mapping(mapping) as line
        where line.kind = 'lookup' and line.detail is not null
            and _virotrial.load_lookup("table", line.value, line.detail, 0) is null
        union all
        select 3, message, coalesce(hint, 'Leave what is right, and delete the other line.')
        from _virotrial.load_contradictions("table", header, mapping)
        union all
        select 3, format('the mapping gives no value to the constant "%s"', name),
            'Write it behind the name: "constant,COLUMN,VALUE". '
            'Delete the line if the file has the column under another heading.'
        from _virotrial.load_mapping(mapping) where kind = 'constant' and value = ''
        union all
        select 4, format('the file has no column "%s", which the mapping names', name),
            'Write the heading as it stands in the file.'
        from _virotrial.load_mapping(mapping)
        where kind in ('column', 'test', 'word', 'lookup', 'only') and name <> all (header)
        union all
        select 5, format('table %s has no column "%s" that a file may bring', "table", given.name),
            format('Its columns are: %s.', (select string_agg(known.name, ', ' order by place)
                from _virotrial.load_columns("table") as known))
        from (
            select target from _virotrial.load_headings("table", header, mapping)
            union
            select name from _virotrial.load_mapping(mapping) where kind = 'constant'
        ) as given (name)
        where given.name is not null
            and given.name not in (select name from _virotrial.load_columns("table"))
        union all
        select 6, format('the file has no column for "%s" of table %s', needed.name, "table"),
            'Map a column of the file to it, or give it a constant: "constant,COLUMN,VALUE".'
        from _virotrial.load_columns("table") as needed
        where is_needed and needed.name not in (
            select target from _virotrial.load_headings("table", header, mapping)
                where target is not null
            union select name from _virotrial.load_mapping(mapping) where kind = 'constant'
            union select 'test' where exists (
                select from _virotrial.load_mapping(mapping) where kind = 'test'))
    ) as found
    order by place, message
    limit 1;
    if found then
        raise exception using
            errcode = 'invalid_parameter_value', message = wrong.message, hint = wrong.hint;
    end if;
end;
$$;
comment on function _virotrial.load_require_mapping(regclass, text[], text[]) is 'fails with 22023 unless a file''s columns and its mapping say what comes into each column of the table that is needed, and nothing else';
