-- The protocol as a document: a JSON object of the study's tables of configuration

-- An algorithm comes by load_resistance_algorithm(), a dictionary by load_meddra() or
-- load_whodrug(), and logins are those of a server.
create function _virotrial.document_table(study name)
    returns table (relation regclass, name name, runs_sql boolean)
    language sql stable strict
    begin atomic
        select found.relation::regclass, found.name,
            exists (select from pg_trigger where tgrelid = found.relation
                and tgname = 'rules_arrived')
        from _virotrial.study_relation(study) as found
        where (kind = 'configuration' or found.name = 'enrolment_limit')
            and found.name not like 'resistance\_algorithm\_%'
            and found.name not like 'coding\_%'
            and found.name <> 'pooled_login'
            -- The owner may keep tables of his own beside those of the study.
            and exists (select from pg_attribute
                where attrelid = found.relation and attname = 'entered_in' and not attisdropped);
    end;
comment on function _virotrial.document_table(name) is 'the tables of a study whose rows make up its protocol as a document, and whether the study runs SQL that stands in them';

create function _virotrial.document_column(relation regclass)
    returns table (name text, kind text, is_key boolean, is_text boolean, default_value text)
    language sql stable strict
    begin atomic
        select attname::text,
            case when typcategory = 'A' then 'array' when typcategory = 'N' then 'number'
                when typcategory = 'B' then 'boolean' else 'string' end,
            coalesce(attnum = any (conkey), false),
            atttypid = 'pg_catalog.text'::regtype,
            coalesce(pg_get_expr(adbin, adrelid), 'null')
        from pg_attribute
        join pg_type on pg_type.oid = atttypid
        left join pg_attrdef on adrelid = attrelid and adnum = attnum
        left join pg_constraint on conrelid = attrelid and contype = 'p'
        where attrelid = relation and attnum > 0 and not attisdropped and attgenerated = ''
            and attidentity = '' and attname not in ('entered_by', 'entered_at', 'entered_in')
        order by attnum;
    end;
comment on function _virotrial.document_column(regclass) is 'the columns of a table that a document has: what JSON type their values have, whether they are of the primary key, whether they are of type text, and their default as SQL';

create function _virotrial.document_defaults(relation regclass) returns jsonb
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
as $$
declare
    defaults jsonb;
begin
    execute (select format('select jsonb_build_object(%s)',
            string_agg(format('%L, %s', name, default_value), ', '))
        from _virotrial.document_column(relation)) into defaults;
    return defaults;
end;
$$;
comment on function _virotrial.document_defaults(regclass) is 'what the columns of a table have where a document does not name them';

create function _virotrial.refuse_document(path text, reason text, hint text,
    code text default 'invalid_parameter_value') returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
declare
    place constant text := format('the protocol document is wrong at %s', path);
begin
    -- An empty hint would be shown as one.
    if hint is null then
        raise exception using errcode = code, message = place, detail = reason;
    end if;
    raise exception using errcode = code, message = place, detail = reason, hint = hint;
end;
$$;
comment on function _virotrial.refuse_document(text, text, text, text) is 'fails with the place in a document, as a JSON pointer, and what is wrong there';

-- A long text may be an array of its lines.
create function _virotrial.document_value(path text, value jsonb, kind text, is_text boolean)
    returns jsonb
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
declare
    given constant text := jsonb_typeof(value);
begin
    if given in (kind, 'null') then
        return value;
    elsif is_text and given = 'array' and not exists (
            select from jsonb_array_elements(value) as line
            where jsonb_typeof(line) <> 'string') then
        return to_jsonb((select coalesce(string_agg(line, e'\n' order by place), '')
            from jsonb_array_elements_text(value) with ordinality as lines (line, place)));
    end if;
    perform _virotrial.refuse_document(path, format('It is of type %s, and must be of type %s.',
        given, kind || case when is_text then ', or an array of the lines of a text' else '' end),
        null);
end;
$$;
comment on function _virotrial.document_value(text, jsonb, text, boolean) is 'a value of a document as its column takes it; fails where it has another type';

create function _virotrial.document_row(path text, given jsonb, columns jsonb) returns jsonb
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
declare
    made jsonb := '{}';
    member record;
begin
    if jsonb_typeof(given) <> 'object' then
        perform _virotrial.refuse_document(path, format('It is of type %s, and must be an object: '
            'a row, with the columns as its keys.', jsonb_typeof(given)), null);
    end if;
    for member in select key, value, path || '/' || key as path from jsonb_each(given) loop
        if not columns ? member.key then
            perform _virotrial.refuse_document(member.path, 'There is no such key.',
                format('The keys are %s.', (select string_agg(key, ', ' order by key)
                    from jsonb_object_keys(columns) as key)));
        end if;
        made := made || jsonb_build_object(member.key, _virotrial.document_value(member.path,
            member.value, columns -> member.key ->> 'kind',
            (columns -> member.key ->> 'is_text')::boolean));
    end loop;
    return made;
end;
$$;
comment on function _virotrial.document_row(text, jsonb, jsonb) is 'a row of a document as its table takes it; fails where a key is unknown or a value has another type than its column';

create function _virotrial.document_rows(relation regclass, name text, given jsonb) returns jsonb[]
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
as $$
declare
    columns jsonb := (select jsonb_object_agg(c.name, to_jsonb(c))
        from _virotrial.document_column(relation) as c);
begin
    if jsonb_typeof(given) <> 'array' then
        perform _virotrial.refuse_document('/' || name, format('It is of type %s, and must be '
            'an array of rows.', jsonb_typeof(given)), null);
    end if;
    return array(
        select _virotrial.document_row(format('/%s/%s', name, place - 1), value, columns)
        from jsonb_array_elements(given) with ordinality as rows (value, place)
        order by place);
end;
$$;
comment on function _virotrial.document_rows(regclass, text, jsonb) is 'the rows of a table in a document, as the table takes them';

-- A row that is there already, of what every study has, is changed.
create function _virotrial.enter_document_rows(relation regclass, rows jsonb[]) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set datestyle = 'ISO, YMD'
as $$
declare
    defaults constant jsonb := _virotrial.document_defaults(relation);
    columns text;
    keys text;
    is_known text;
    known boolean;
begin
    select string_agg(format('%I', name), ', '),
        string_agg(format('made.%I', name), ', ' order by name) filter (where is_key),
        string_agg(format('old.%1$I = made.%1$I', name), ' and ') filter (where is_key)
    into columns, keys, is_known
    from _virotrial.document_column(relation);
    execute format('select exists (select from %1$s as old join (
            select made.* from unnest($1) as given (row),
                jsonb_populate_record(null::%1$s, $2 || row)
                as made) as made on %2$s)', relation, is_known)
        into known using rows, defaults;
    if known then
        execute format('update %1$s as old set (%2$s) = (select %2$s
                from jsonb_populate_record(old, given.row))
            from unnest($1) as given (row), jsonb_populate_record(null::%1$s, $2 || row) as made
            where %3$s', relation, columns, is_known)
            using rows, defaults;
    end if;
    execute format('insert into %1$s (%2$s) select %4$s
        from unnest($1) with ordinality as given (row, place),
            jsonb_populate_record(null::%1$s, $2 || row) as made
        where not exists (select from %1$s as old where %3$s)
        order by place', relation, columns, is_known,
            (select string_agg(format('made.%I', name), ', ')
            from _virotrial.document_column(relation)))
        using rows, defaults;
end;
$$;
comment on function _virotrial.enter_document_rows(regclass, jsonb[]) is 'enters rows of a document into their table, and changes those whose keys are there';

-- Each column alone: which of them does its type refuse?
create function _virotrial.refused_column(relation regclass, given jsonb) returns text
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
    set datestyle = 'ISO, YMD'
as $$
declare
    key text;
begin
    for key in select jsonb_object_keys(given) loop
        begin
            execute format('select jsonb_populate_record(null::%s, $1)', relation)
                using jsonb_build_object(key, given -> key);
        exception when data_exception or check_violation then
            return key;
        end;
    end loop;
    return null;
end;
$$;
comment on function _virotrial.refused_column(regclass, jsonb) is 'the first column of a row that cannot have its value by its type; null if there is none';

create function _virotrial.constrained_column(relation regclass, constraint_name text) returns text
    language sql stable strict
    begin atomic
        select min(attname)
        from pg_constraint
        join pg_attribute on attrelid = conrelid and attnum = any (conkey)
        where conrelid = relation and conname = constraint_name
        having count(*) = 1;
    end;
comment on function _virotrial.constrained_column(regclass, text) is 'the column that a constraint is on; null if it is on several, or is none of the table''s';

-- The rows again, one by one, to find the place of what was refused
create function _virotrial.find_refused_row(relation regclass, name text, rows jsonb[]) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    message text;
    detail text;
    hint text;
    code text;
    member text;
    broken text;
begin
    for place in 1 .. cardinality(rows) loop
        begin
            perform _virotrial.enter_document_rows(relation, rows[place:place]);
        exception when others then
            get stacked diagnostics message = message_text, detail = pg_exception_detail,
                hint = pg_exception_hint, code = returned_sqlstate, member = column_name,
                broken = constraint_name;
            member := coalesce(nullif(member, ''),
                _virotrial.constrained_column(relation, broken),
                _virotrial.refused_column(relation, rows[place]));
            perform _virotrial.refuse_document(
                format('/%s/%s', name, place - 1) || coalesce('/' || member, ''),
                case when code = '23502' then 'It is missing.'
                    else coalesce((select format('It does not meet %s.', pg_get_constraintdef(oid))
                            from pg_constraint
                            where conrelid = relation and conname = broken and contype = 'c'),
                        message || coalesce('. ' || nullif(detail, ''), '')) end,
                nullif(hint, ''), code);
        end;
    end loop;
end;
$$;
comment on function _virotrial.find_refused_row(regclass, text, jsonb[]) is 'enters rows one by one, and fails with the place of the first that is refused';

create procedure _virotrial.enter_document_table(relation regclass, name text, given jsonb)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    rows constant jsonb[] := _virotrial.document_rows(relation, name, given);
begin
    perform _virotrial.enter_document_rows(relation, rows);
exception when others then
    perform _virotrial.find_refused_row(relation, name, rows);
    -- Row by row nothing is wrong: two have one key.
    perform _virotrial.refuse_document('/' || name, sqlerrm, null, sqlstate);
end;
$$;
comment on procedure _virotrial.enter_document_table(regclass, text, jsonb) is 'enters the rows of a document into one table';

create procedure _virotrial.enter_document(study name, document jsonb)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    unknown text;
    entered record;
begin
    select key into unknown
    from jsonb_object_keys(document) as key
    where key not in (select name::text from _virotrial.document_table(study))
    order by key limit 1;
    if unknown is not null then
        perform _virotrial.refuse_document('/' || unknown, 'There is no such key.',
            format('The keys are tables of a study: %s.',
                (select string_agg(name, ', ' order by name)
                from _virotrial.document_table(study))));
    end if;
    -- Tables refer to those that were made before them.
    for entered in select * from _virotrial.document_table(study) order by relation::oid loop
        if document ? entered.name then
            call _virotrial.enter_document_table(entered.relation, entered.name,
                document -> entered.name::text);
        end if;
    end loop;
end;
$$;
comment on procedure _virotrial.enter_document(name, jsonb) is 'enters a document into the tables of a study; fails with the place of what they refuse';

create function _virotrial.parsed_document(document text) returns jsonb
    language plpgsql immutable strict
    set search_path = pg_catalog, pg_temp
as $$
declare
    parsed jsonb;
    twice text;
begin
    parsed := document::jsonb;
    if jsonb_typeof(parsed) <> 'object' then
        perform _virotrial.refuse_document('/', 'It is no object.',
            'A document is an object whose keys are tables of a study.');
    elsif coalesce(parsed -> 'protocol', '[]') = '[]' then
        perform _virotrial.refuse_document('/protocol', 'It is missing.',
            'It holds the parameters: one row, and one more for each amendment.');
    end if;
    select key into twice from json_object_keys(document::json) as key
    group by key having count(*) > 1 limit 1;
    if twice is not null then
        perform _virotrial.refuse_document('/' || twice, 'The key is there twice.', null);
    end if;
    return parsed;
end;
$$;
comment on function _virotrial.parsed_document(text) is 'a protocol document as JSON: an object; fails where it is none';

create function _virotrial.require_document_trust(study name, document jsonb) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    untrusted text;
begin
    select name into untrusted
    from _virotrial.document_table(study)
    where runs_sql and document ? name
    order by name limit 1;
    if untrusted is not null and (select rolsuper from pg_roles where rolname = current_user) then
        perform _virotrial.refuse_document('/' || untrusted,
            'It holds SQL, which the study would run as a superuser.',
            'Create the study as a role that is none; or, if you have read the SQL, say trust_sql => true, '
            'or --trust-sql to the program virotrial.',
            'insufficient_privilege');
    end if;
end;
$$;
comment on function _virotrial.require_document_trust(name, jsonb) is 'fails with 42501 where a superuser would enter a document with SQL';

-- What change 1 entered, create_study() enters into every study.
create function _virotrial.written_rows(relation regclass) returns jsonb
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
as $$
declare
    defaults constant jsonb := _virotrial.document_defaults(relation);
    written jsonb;
begin
    execute (select format($query$
            select jsonb_agg(written.row order by %s)
            from %s as kept
            cross join lateral (
                select jsonb_object_agg(key, case when value #>> '{}' like e'%%\n%%'
                        and jsonb_typeof(value) = 'string'
                    then to_jsonb(string_to_array(value #>> '{}', e'\n')) else value end) as row
                from jsonb_each(to_jsonb(kept)) as member
                where $1 ? key and value is distinct from $1 -> key
            ) as written
            where kept.entered_in > 1
        $query$, string_agg(
            format(case name when 'position' then 'kept.%I'
                else 'kept.%I::text collate "C"' end, name),
            ', ' order by name <> 'position', place) filter (where is_key or name = 'position'),
            relation)
        from _virotrial.document_column(relation) with ordinality
            as known (name, kind, is_key, is_text, default_value, place)) into written
        using defaults;
    return written;
end;
$$;
comment on function _virotrial.written_rows(regclass) is 'the rows of a table as a document has them, without those of every study and without columns that have their defaults; null if there are none';

create function protocol_document(study text) returns jsonb
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.require_study(study);
    return (
        select coalesce(jsonb_object_agg(name, written) filter (where written is not null), '{}')
        from _virotrial.document_table(study)
        cross join lateral _virotrial.written_rows(relation) as written);
end;
$$;
comment on function protocol_document(text) is 'the protocol of a study as a document, which create_study() takes: the rows of its tables of configuration, its amendments too, without what every study has from the start';
