-- Batch files that arrive: verified, and entered as what arrives by replication is.
-- Their lines are in pg_temp.batch_line (part, block, name, record), all of them texts
-- but block.

create procedure _virotrial.refuse_batch(message text, detail text, study name, since bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception using
        errcode = 'invalid_parameter_value',
        message = message, detail = detail,
        hint = format('Have it written again where it comes from: '
            'virotrial export %s FILE --since=%s', study, since);
end;
$$;
comment on procedure _virotrial.refuse_batch(text, text, name, bigint) is 'fails with 22023: a batch file cannot be used';

-- What does not follow a block whose rows are not all here is to arrive once more.
create function _virotrial.known_blocks(study name, sender text, out last bigint,
        out arrived bigint)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    execute format('select coalesce(max(block) filter (where is_whole), 0), '
            'coalesce(max(block), 0) '
        'from %1$I.exchange_seal left join %1$I.site_feed on site_id = sender '
        'cross join lateral (select (equal_to < compared_to and block > equal_to) is not true) '
            'as known (is_whole) '
        'where sender = $1', study)
        into last, arrived using sender;
end;
$$;
comment on function _virotrial.known_blocks(name, text) is 'the last block up to which all has arrived of a site, or of the centre, and the last one that has arrived at all';

create function _virotrial.batch_sender(study name) returns text
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    header record;
begin
    select name as sender, block as since, record::jsonb as content, sent.* into header
    from pg_temp.batch_line
    cross join (select count(*)::integer as blocks, max(block) as last
        from pg_temp.batch_line where part = 'b') as sent
    where part = 'virotrial-batch';
    if header.content ->> 'study' is distinct from study
            and jsonb_typeof(header.content -> 'study') = 'string' then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('the file is a batch of study "%s"', header.content ->> 'study'),
            detail = 'A study has the same name at the centre and at all sites.',
            hint = format('Name the study of the file: virotrial import %s FILE',
                header.content ->> 'study');
    end if;
    if header.content is distinct from
            _virotrial.batch_header(study, header.sender, header.blocks) then
        call _virotrial.refuse_batch('the file is no whole batch',
            'Its first line does not say what follows.', study,
            (_virotrial.known_blocks(study, coalesce(header.sender, ''))).last);
    end if;
    if header.sender in (select _virotrial.published_sender(study)) then
        return header.sender;
    end if;
    if header.sender <> 'centre' then
        perform _virotrial.require_direction(study, null);
        perform _virotrial.require_site(study, header.sender);
    end if;
    -- What a line has lost may come by file, when the line is beyond it.
    if header.last > (_virotrial.known_blocks(study, header.sender)).arrived then
        perform _virotrial.require_not_subscribed(
            _virotrial.sender_subscription(study, header.sender),
            format('What it has lost can be imported when batch %s has come by it. '
                'To go on by batches, end it: call leave_%s(...)', header.last,
                case header.sender when 'centre' then 'centre' else 'site' end));
    end if;
    return header.sender;
end;
$$;
comment on function _virotrial.batch_sender(name) is 'who has written the batch in batch_line; fails if it is not for this study';

-- What is here already is passed over; what follows it must do so without a gap.
create procedure _virotrial.take_blocks(study name, sender text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    known record;
    before record;
    wrong bigint;
begin
    select * into known from _virotrial.known_blocks(study, sender);
    execute format('create temporary table batch_block on commit drop as '
        'select line.block as number, sealed.* from pg_temp.batch_line as line '
        'cross join jsonb_populate_record(null::%I.exchange_seal, record::jsonb) as sealed '
        'where part = ''b'' and to_jsonb(sealed) @> record::jsonb and line.block = sealed.block '
            'and name = $1 and sealed.sender = $1', study) using sender;
    if (select count(*) from pg_temp.batch_block)
            <> (select count(*) from pg_temp.batch_line where part = 'b') then
        call _virotrial.refuse_batch(format('a batch of %s was altered', sender),
            'A line that says what it is cannot be read.', study, known.last);
    end if;
    execute format('select min(sent.block) from pg_temp.batch_block as sent '
        'join %I.exchange_seal as here using (sender, block) where here.digest <> sent.digest',
        study) into wrong;
    if wrong is not null then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('batch %s of %s is another than the one that has arrived', wrong, sender),
            detail = 'There are two chains: the study there was restored from a backup, '
                'or one of the files is not from there.',
            hint = format('Compare the digests there: select block, digest from %I.exchange_seal',
                study);
    end if;
    delete from pg_temp.batch_block where block <= known.last;
    delete from pg_temp.batch_line where block <= known.last and part <> 'virotrial-batch';
    select min(block) into wrong from pg_temp.batch_block;
    execute format('select 0::bigint as block, $3 as digest union all '
            'select block, digest from %I.exchange_seal where sender = $1 and block < $2 '
            'order by block desc limit 1', study)
        into before using sender, wrong, _virotrial.sent_before(study, sender);
    if before.block < wrong - 1 then
        call _virotrial.refuse_batch(
            format('batches %s to %s of %s have not arrived', before.block + 1, wrong - 1, sender),
            'A batch follows the one before it.', study, before.block);
    end if;
    execute format('select min(block) from (select sent.*, lag(digest, 1, $1) over placed as before, '
            'row_number() over placed as place '
            'from pg_temp.batch_block as sent window placed as (order by block)) as chain '
        'where before <> previous or block <> $2 + place or digest <> %s',
        _virotrial.sent_digest()) into wrong using before.digest, before.block;
    if wrong is not null then
        call _virotrial.refuse_batch(
            format('batch %s of %s was altered, or does not follow the one before', wrong, sender),
            'Its digest is not that of what it says of itself.', study, known.last);
    end if;
end;
$$;
comment on procedure _virotrial.take_blocks(name, text) is 'leaves in batch_block the blocks of a batch that are new; fails if they do not follow those that have arrived';

create procedure _virotrial.require_batch_columns(study name, sender text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    missing text;
begin
    select string_agg(format('%s.%s', of_table.key, of_column.key), ', ') into missing
    from pg_temp.batch_block
    cross join jsonb_each(columns) as of_table
    cross join jsonb_each_text(of_table.value) as of_column
    where not exists (select
        from _virotrial.sent_columns(study, require_batch_columns.sender)
        where (table_name, column_name, type)
            = (of_table.key, of_column.key, of_column.value));
    if missing is not null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('%s sends columns that study "%s" does not have here', sender, study),
            detail = format('They are: %s.', missing),
            hint = format('Update the extension here, then: call upgrade_study(%L)', study);
    end if;
end;
$$;
comment on procedure _virotrial.require_batch_columns(name, text) is 'fails with 55000 if a batch has columns that the study lacks';

-- The rows of each table in a table of their own, as they are in its history. What their
-- lines say beyond that is left out, as no digest covers it; so are rows of other sites.
create procedure _virotrial.stage_batch(study name, sender text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    first constant bigint := _virotrial.first_change(nullif(sender, 'centre'));
    sealed record;
begin
    create temporary table batch_table on commit drop as
        select name, relation, history, key, coalesce(history, relation) as shape
        from (select table_name as name, relation, key,
                case when not is_record then history end as history
            from _virotrial.exchanged_table(study)
            join _virotrial.sealed_tables(study) using (relation)
            where to_centre = (sender <> 'centre')
            union all
            select 'change', format('%I.change', study)::regclass, '{change_id}', null) as sent
        where name in (select line.name from pg_temp.batch_line as line);
    create temporary table batch_leaf (block bigint, leaf bytea) on commit drop;
    for sealed in select * from pg_temp.batch_table loop
        execute format('create temporary table %1$I on commit drop as '
            'select line.block, line.part::"char", "a row" as version '
            'from (select *, record::jsonb as content from pg_temp.batch_line '
                'where name = %3$L and part in (''e'', ''x'', ''c'')) as line '
            'cross join lateral jsonb_populate_record(null::%2$s, line.content) as "a row" '
            'where (line.content ? ''ended_in'') = (line.part = ''x'') '
                'and to_jsonb("a row") @> line.content and %4$s', 'batch_' || sealed.name,
            sealed.shape, sealed.name,
            case when sealed.name = 'change'
                    then format('change_id between %s and %1$s + (1::bigint << 33) - 1', first)
                when sender <> 'centre' then format('site_id = %L', sender)
                else 'true' end);
        execute format('insert into pg_temp.batch_leaf select block, '
            '_virotrial.seal_leaf(version, %L, part) from pg_temp.%I',
            sealed.name, 'batch_' || sealed.name);
    end loop;
end;
$$;
comment on procedure _virotrial.stage_batch(name, text) is 'reads the lines of a batch into temporary tables, one for each table, and their digests into another';

create procedure _virotrial.verify_batch(study name, sender text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    roots bytea[];
    first constant bigint := (select min(block) from pg_temp.batch_block);
    wrong bigint;
begin
    select _virotrial.merkle_roots((block - first + 1)::integer, leaf) into roots
    from pg_temp.batch_leaf;
    select min(block) into wrong
    from pg_temp.batch_block as sent
    where root is distinct from roots[block - first + 1]
        or leaves <> (select count(*) from pg_temp.batch_leaf as leaf
            where leaf.block = sent.block)
        or leaves <> (select count(*) from pg_temp.batch_line as line
            where line.block = sent.block and part <> 'b' and part <> 'virotrial-batch');
    if wrong is not null or exists (select from pg_temp.batch_line
            where part <> 'virotrial-batch' and block not in (select block from pg_temp.batch_block)
                or (part in ('e', 'x', 'c', 'b', 'virotrial-batch')) is not true) then
        call _virotrial.refuse_batch(
            format('batch %s of %s is not as it was sealed', coalesce(wrong, first), sender),
            'Rows of it were altered, added or removed.', study,
            (_virotrial.known_blocks(study, sender)).last);
    end if;
end;
$$;
comment on procedure _virotrial.verify_batch(name, text) is 'fails with 22023 unless the rows of each block of a batch have the digest that was sealed';

create function _virotrial.same_version(key text[]) returns text
    language sql immutable strict
    return (select string_agg(format('here.%1$I = (line.version).%1$I', name), ' and '
        order by place)
        from unnest(key || '{entered_in,entered_at}'::text[]) with ordinality as k (name, place));
comment on function _virotrial.same_version(text[]) is 'a condition: what is here is the version of a row that a line of a batch has';

create function _virotrial.columns_to_write("table" regclass, alias text) returns text
    language sql stable
    set search_path = pg_catalog, pg_temp
    return (select string_agg(format('%s%I', alias, attname), ', ' order by attnum)
        from pg_attribute
        where attrelid = "table" and attnum > 0 and not attisdropped and attgenerated = '');
comment on function _virotrial.columns_to_write(regclass, text) is 'the columns of a table that are not generated, as a list';

-- A version that was here before the batch, or had its end, is passed over: its part
-- becomes E, or X.
create procedure _virotrial.apply_versions(name text, relation regclass, history regclass,
        key text[])
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    staged constant text := format('pg_temp.%I', 'batch_' || name);
    same constant text := _virotrial.same_version(key);
begin
    execute format('update %s as line set part = ''E'' where part = ''e'' '
        'and exists (select from %s as here where %s)', staged, relation, same);
    if history is not null then
        execute format('update %s as line set part = upper(part::text)::"char" '
            'where part in (''e'', ''x'') and exists (select from %s as here where %s '
            'and (line.part = ''e'' or here.ended_in = (line.version).ended_in))', staged, history, same);
        execute format('delete from %s as here using %s as line where line.part = ''x'' and %s',
            relation, staged, same);
        execute format('insert into %s (%s) select %s from %s where part = ''x''', history,
            _virotrial.columns_to_write(history, ''),
            _virotrial.columns_to_write(history, '(version).'), staged);
    end if;
    execute format('insert into %s (%s) overriding system value select %s from %s as line '
        'where part = ''e'' and not exists (select from %s as ending '
            'cross join lateral (select (ending.version).*) as here '
            'where ending.part in (''x'', ''X'') and %s) on conflict do nothing',
        relation, _virotrial.columns_to_write(relation, ''),
        _virotrial.columns_to_write(relation, '(version).'), staged, staged, same);
end;
$$;
comment on procedure _virotrial.apply_versions(text, regclass, regclass, text[]) is 'writes the versions of the rows of a table that a batch has; what another row is in the way of stays out';

-- Another row is in the place of one that the batch has entered, or changed or deleted
create function _virotrial.conflict_query(name text, relation regclass, key text[]) returns text
    language sql stable
    set search_path = pg_catalog, pg_temp
    return format('select %1$L as name, jsonb_build_object(%2$s) as row_key, '
            'bool_or(line.part = ''x'') as was_changed '
        'from pg_temp.%3$I as line join %4$s as here on (%5$s) '
        'where line.part in (''e'', ''x'') and not exists (select from pg_temp.%3$I as line '
            'where line.part in (''e'', ''E'') and %6$s) group by 1, 2', name,
        (select string_agg(format('%L, here.%I', k, k), ', ') from unnest(key) as k),
        'batch_' || name, relation,
        (select string_agg(format('here.%1$I = (line.version).%1$I', k), ' and ')
            from unnest(key) as k),
        _virotrial.same_version(key));
comment on function _virotrial.conflict_query(text, regclass, text[]) is 'a query for the rows of a table that are in the way of a batch that was applied';

create procedure _virotrial.require_no_conflicts(study name, sender text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    query text;
    found record;
begin
    select string_agg(_virotrial.conflict_query(name, relation, key), ' union all ') into query
    from pg_temp.batch_table
    where name <> 'change';
    execute format('select count(*) as rows, string_agg(format(''%%s %%s: %%s'', name, row_key, '
            'case when was_changed then %L else %L end), E''\n'' order by name, row_key::text) '
            'as list from (%s) as conflict',
        'was changed here, and is changed or deleted there', 'was entered here, and there', query)
        into found;
    if found.rows > 0 then
        raise exception using
            errcode = 'unique_violation',
            message = format('%s rows here are in the way of a batch of %s', found.rows, sender),
            detail = found.list,
            hint = format('Delete them here, with a reason, then import the file again: '
                'select * from entered_here(%L, %L)', study, sender);
    end if;
end;
$$;
comment on procedure _virotrial.require_no_conflicts(name, text) is 'fails with 23505, and lists the rows, where a batch would have to overwrite what it does not know';

-- A study that was restored from a backup gets its own batches back.
create procedure _virotrial.resume_numbers(study name, sender text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    first constant bigint := _virotrial.first_change(nullif(sender, 'centre'));
    numbered record;
begin
    for numbered in
        select relation, attname, pg_get_serial_sequence(relation::text, attname) as sequence
        from _virotrial.exchanged_table(study)
        join pg_attribute on attrelid = relation and attidentity <> ''
        where to_centre = (sender <> 'centre')
    loop
        execute format('select setval(%L, given) from %s as numbers cross join lateral ('
                'select max(%I) as given from %s where %3$I between $1 and $1 + (1::bigint << 33) - 1) '
                'as highest where given >= last_value',
            numbered.sequence, numbered.sequence, numbered.attname, numbered.relation)
            using first;
    end loop;
end;
$$;
comment on procedure _virotrial.resume_numbers(name, text) is 'has a study number its rows after those that a batch of its own has brought back';

create procedure _virotrial.apply_batch(study name, sender text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set session_replication_role = replica
as $$
declare
    is_subscribed constant boolean := _virotrial.sender_subscription(study, sender) is not null;
    sent record;
begin
    -- Meanwhile an apply worker changes no row that is not here yet.
    for sent in select relation, history from pg_temp.batch_table
            where is_subscribed and name <> 'change' order by name loop
        execute format('lock table %s in share row exclusive mode',
            concat_ws(', ', sent.relation, sent.history));
    end loop;
    for sent in select * from pg_temp.batch_table where name <> 'change' loop
        call _virotrial.apply_versions(sent.name, sent.relation, sent.history, sent.key);
    end loop;
    call _virotrial.require_no_conflicts(study, sender);
    execute format('insert into %I.change overriding system value select (version).* '
        'from pg_temp.batch_change on conflict do nothing', study);
    execute format('insert into %1$I.exchange_seal (%2$s) select %2$s from pg_temp.batch_block '
        'on conflict do nothing', study, _virotrial.columns_to_write(format('%I.exchange_seal', study)::regclass, ''));
    if sender in (select _virotrial.published_sender(study)) then
        call _virotrial.resume_numbers(study, sender);
        return;
    end if;
    execute format('insert into %I.site_feed as known (site_id, arrived, imported_at) '
        'values ($1, 0, $2) on conflict (site_id) do update set compared_to = known.equal_to, '
            'imported_at = coalesce(excluded.imported_at, known.imported_at)', study)
        using sender, case when not is_subscribed then now() end;
end;
$$;
comment on procedure _virotrial.apply_batch(name, text) is 'writes the rows of a batch as an apply worker would: triggers and rules do not run, and what arrives is noted';

-- What a subscription makes at its beginning
create procedure _virotrial.receive_batches(study name, sender text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if (_virotrial.known_blocks(study, sender)).arrived > 0
            or sender in (select _virotrial.published_sender(study)) then
        return;
    end if;
    if sender = 'centre' then
        call _virotrial.receive_centre(study);
    else
        call @extschema@.secure_study(study);
        call _virotrial.receive_sites(study);
    end if;
end;
$$;
comment on procedure _virotrial.receive_batches(name, text) is 'makes a study ready for the first batch of a site, or of the centre';

-- Another role's study would run its checks, types and triggers with the caller's rights.
create function _virotrial.require_importer(study name) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.require_own_study(study);
    if not has_parameter_privilege('session_replication_role', 'set') then
        raise exception using
            errcode = 'insufficient_privilege',
            message = format('role "%s" may import no batch', current_user),
            detail = 'What arrives passes triggers, as in replication.',
            hint = format('Let a superuser run: '
                'grant set on parameter session_replication_role to %I', current_user);
    end if;
end;
$$;
comment on function _virotrial.require_importer(name) is 'fails with 42501 unless the caller owns a study, and may have rows pass its triggers';

create function _virotrial.enter_batch(study name, out sender text, out blocks bigint,
        out last bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set timezone = 'UTC'
    set datestyle = 'ISO'
    set intervalstyle = 'postgres'
    set bytea_output = 'hex'
    set extra_float_digits = 1
as $$
begin
    perform _virotrial.require_importer(study);
    execute format('lock table %I.exchange_seal in share row exclusive mode', study);
    sender := _virotrial.batch_sender(study);
    call _virotrial.take_blocks(study, sender);
    blocks := (select count(*) from pg_temp.batch_block);
    if blocks > 0 then
        call _virotrial.require_batch_columns(study, sender);
        call _virotrial.stage_batch(study, sender);
        call _virotrial.verify_batch(study, sender);
        call _virotrial.receive_batches(study, sender);
        call _virotrial.apply_batch(study, sender);
    end if;
    last := coalesce((select max(block) from pg_temp.batch_block),
        (_virotrial.known_blocks(study, sender)).arrived);
exception when data_exception then
    if sqlstate = '22023' then
        raise;
    end if;
    call _virotrial.refuse_batch('the file was altered', format('A line cannot be read: %s.',
        sqlerrm), study, (_virotrial.known_blocks(study, coalesce(sender, ''))).last);
end;
$$;
comment on function _virotrial.enter_batch(name) is 'enters the batch whose lines are in batch_line: all of it, or nothing; what has arrived already is passed over';

create function _virotrial.import_batch(study name, out sender text, out blocks bigint,
        out last bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    select * into sender, blocks, last from _virotrial.enter_batch(study);
    if sender = 'centre' then
        call _virotrial.compare_seals(study, true);
    else
        call @extschema@.judge_arrivals(study);
    end if;
end;
$$;
comment on function _virotrial.import_batch(name) is 'the same, and has what arrived judged';
