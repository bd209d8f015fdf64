-- What a site sends to the centre, or the centre to its sites: sealed by a chain of
-- blocks of its own, and written to batch files where there is no line

-- Parts as in a seal: e, what was entered; x, how it ended; c, the change itself
create function _virotrial.sent_rows(study name, sender text, as_records boolean) returns text
    language sql stable strict
    set search_path = pg_catalog, pg_temp
    begin atomic
        with sent as (
            select sealed.*, not is_record as has_history
            from _virotrial.exchanged_table(study) as exchanged
            join _virotrial.sealed_tables(study) as sealed
                on sealed.relation = exchanged.relation
            where to_centre = (sender <> 'centre')
        )
        select string_agg(format('select _virotrial.block_of(sent.%1$I, $1) as place, '
                '%2$L as part, %3$L as name, %4$s as value from %5$s as sent '
                'where _virotrial.block_of(sent.%1$I, $1) is not null%6$s',
                stamp, part, table_name,
                case when not as_records
                        then format('_virotrial.seal_leaf(sent, %L, %L)', table_name, part)
                    when part = 'e'
                        then 'to_jsonb(sent) - array[''ended_at'', ''ended_in'', ''ended_as'']'
                    else 'to_jsonb(sent)' end,
                relation,
                case when part <> 'c' and sender <> 'centre'
                    then format(' and sent.site_id = %L', sender) end), ' union all ')
        from (
            select table_name, relation, 'entered_in' as stamp, 'e' as part from sent
            union all
            select table_name, history, 'entered_in', 'e' from sent where has_history
            union all
            select table_name, history, 'ended_in', 'x' from sent where has_history
            union all
            select 'change', format('%I.change', study)::regclass, 'change_id', 'c') as source;
    end;
comment on function _virotrial.sent_rows(name, text, boolean) is 'a query for what a site, or the centre, sends of blocks of changes, which are its parameter: the number of the block, part, table, and the row; or the digest of it, as a seal has it';

create function _virotrial.published_sender(study name) returns setof text
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
as $$
begin
    return query execute format('select sender from (select site_id from %I.site '
        'union all select ''centre'') as known (sender) '
        'where exists (select from pg_publication '
            'join pg_publication_rel on prpubid = pg_publication.oid '
            'where pubname = concat_ws(''_'', $1, sender) '
                'and prrelid in (%L::regclass, %L::regclass))',
        study, format('%I.protocol', study), format('%I.subject', study)) using study;
end;
$$;
comment on function _virotrial.published_sender(name) is 'the sites whose captured data this database publishes; or centre, if it publishes the configuration';

create function _virotrial.sent_before(study name, sender text) returns bytea
    language sql immutable strict
    return sha256(convert_to(format('virotrial %s %s', study, sender), 'UTF8'));
comment on function _virotrial.sent_before(name, text) is 'what stands in the place of a digest before the first block that a site, or the centre, sends of a study';

create function _virotrial.sent_digest() returns text
    language sql immutable
    return $$(select _virotrial.block_digest(previous, root
        || _virotrial.canonical_row(described, 'exchange_seal', 'b'))
        from (select sender, block, changes, columns, leaves, version, sealed_at, sealed_by)
            as described)$$;
comment on function _virotrial.sent_digest() is 'the digest that a row of table exchange_seal ought to have, as an expression';

create function _virotrial.sent_columns(study name, sender text)
    returns table (table_name text, column_name text, type text)
    language sql stable strict
    begin atomic
        select sealed.* from _virotrial.sealed_columns(study) as sealed
        where sealed.table_name in (select exchanged.name::text
            from _virotrial.exchanged_table(study) as exchanged
            where to_centre = (sender <> 'centre'));
    end;
comment on function _virotrial.sent_columns(name, text) is 'the columns of what a site, or the centre, sends, with the names of their types';

-- Called by seal_block(), which may write the record.
create procedure _virotrial.seal_sent(study name, sender text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    first constant bigint := _virotrial.first_change(nullif(sender, 'centre'));
    last record;
    next record;
begin
    perform _virotrial.require_not_restored(study);
    execute format('lock table %I.exchange_seal in share row exclusive mode', study);
    execute format('select max(block) as block, '
            'coalesce(array_agg(changes order by block), ''{}'') as changes, '
            '(array_agg(digest order by block desc))[1] as digest '
        'from %I.exchange_seal where sender = $1', study)
        into last using sender;
    execute format('select range_agg(int8range(change_id, change_id, ''[]'')) as changes, '
            'null::jsonb as columns, null::bytea as root, 0::bigint as leaves '
        'from %I.change where change_id between $1 and $1 + (1::bigint << 33) - 1 '
            'and _virotrial.block_of(change_id, $2) is null', study)
        into next using first, last.changes;
    if next.changes is null then
        return;
    end if;
    execute format('select count(*), (_virotrial.merkle_roots(place, value))[1] from (%s) as sent',
        _virotrial.sent_rows(study, sender, false))
        into next.leaves, next.root using array[next.changes];
    execute format('select coalesce(jsonb_object_agg(table_name, columns), ''{}'') from ('
            'select table_name, jsonb_object_agg(column_name, type) as columns from ('
                'select * from _virotrial.sent_columns($1, $2) except '
                'select seen.key, name, type '
                'from %I.exchange_seal, jsonb_each(columns) as seen, '
                    'jsonb_each_text(seen.value) as column_of (name, type) '
                'where sender = $2) as fresh '
            'group by table_name) as of_table', study)
        into next.columns using study, sender;
    execute format('insert into %1$I.exchange_seal (sender, block, changes, columns, leaves, root, '
            'previous, version, sealed_at, sealed_by, digest) '
        'select described.*, %2$s from (select $1 as sender, $2 as block, $3 as changes, '
            '$4 as columns, $5 as leaves, $6 as root, $7 as previous, extversion as version, '
            'clock_timestamp() as sealed_at, session_user::text as sealed_by '
            'from pg_extension where extname = ''virotrial'') as described',
        study, _virotrial.sent_digest())
        using sender, coalesce(last.block, 0) + 1, next.changes, next.columns, next.leaves,
            next.root, coalesce(last.digest, _virotrial.sent_before(study, sender));
end;
$$;
comment on procedure _virotrial.seal_sent(name, text) is 'writes the next block of what a site, or the centre, sends, if there is any';

-- A block is compared once, and again after it was found to differ.
create procedure _virotrial.compare_seals(study name, whole boolean)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    received record;
    roots bytea[];
    wrong integer;
begin
    if to_regclass(format('%I.exchange_seal', study)) is null then
        return;
    end if;
    for received in execute format('select sender, array_agg(block order by block) as blocks, '
            'max(block) as last, case when $2 then 0 else coalesce(max(equal_to), 0) end as equal_to, '
            'array_agg(changes order by block) as changes, array_agg(root order by block) as roots, '
            '(array_agg(version order by block desc))[1] as version '
        'from (select sender, block, changes, version, '
            -- Of a block that was altered no root is believed.
            'case when previous = lag(digest, 1, _virotrial.sent_before($1, sender)) over chain '
                'and digest = %2$s then root end as root '
            'from %1$I.exchange_seal window chain as (partition by sender order by block)) as sealed '
        'left join (select site_id, compared_to, equal_to from %1$I.site_feed) as feed '
            'on site_id = sender '
        'where block > case when $2 then 0 else coalesce(equal_to, 0) end '
            'and sender not in (select _virotrial.published_sender($1)) '
            'and sender not in (select site_id from _virotrial.subscribed_site($1) '
                'where is_copying) '
        'group by sender having $2 or max(block) > coalesce(max(compared_to), 0)', study,
            _virotrial.sent_digest())
        using study, whole
    loop
        execute format('select _virotrial.merkle_roots(place, value) from (%s) as sent',
            _virotrial.sent_rows(study, received.sender, false))
            into roots using received.changes;
        select min(place) into wrong
        from generate_subscripts(received.roots, 1) as place
        where roots[place] is distinct from received.roots[place];
        execute format('insert into %I.site_feed as known '
                '(site_id, arrived, compared_to, equal_to, version) values ($1, 0, $2, $3, $4) '
            'on conflict (site_id) do update set compared_to = excluded.compared_to, '
                'equal_to = excluded.equal_to, version = excluded.version', study)
            using received.sender, received.last, case when wrong is null then received.last
                else coalesce(received.blocks[wrong - 1], received.equal_to) end, received.version;
    end loop;
end;
$$;
comment on procedure _virotrial.compare_seals(name, boolean) is 'compares the blocks that others have sealed with what has arrived of them, and with their own digests';

create function _virotrial.require_sender(study name) returns text
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    senders text[];
begin
    perform _virotrial.owner_of_study(study);
    senders := array(select _virotrial.published_sender(study));
    if cardinality(senders) <> 1 then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('study "%s" sends nothing from here', study),
            detail = case when cardinality(senders) = 0
                then 'Nobody has said of which site this is the study.'
                else format('It is published as that of %s.', array_to_string(senders, ', ')) end,
            hint = format('call publish_study(%L, site => ..., by_file => true)', study);
    end if;
    return senders[1];
end;
$$;
comment on function _virotrial.require_sender(name) is 'the site whose study is here, or centre; 42501 unless the caller owns the study, 55000 if it is not published';

create function _virotrial.batch_header(study name, sender text, blocks integer) returns jsonb
    language sql immutable
    return jsonb_build_object('format', 1, 'study', study, 'sender', sender, 'blocks', blocks);
comment on function _virotrial.batch_header(name, text, integer) is 'what the first line of a batch file says';

-- One line each: the header; a block (b); and what was entered (e), ended (x) and changed (c)
create function _virotrial.batch_lines(study name, since bigint)
    returns table (part text, block bigint, name text, record text)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
    set timezone = 'UTC'
    set datestyle = 'ISO'
    set intervalstyle = 'postgres'
    set bytea_output = 'hex'
    set extra_float_digits = 1
as $$
declare
    sender constant text := _virotrial.require_sender(study);
    last bigint;
    sent int8multirange[];
begin
    execute format('select max(block), array_agg(changes order by block) filter (where block > $2) '
        'from %I.exchange_seal where sender = $1', study)
        into last, sent using sender, since;
    if (since between 0 and coalesce(last, 0)) is not true then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('%s of study "%s" has sealed no batch %s', sender, study, since),
            detail = format('Its last one is %s.', coalesce(last, 0)),
            hint = format('Say which the other end has, from 0 to %s.', coalesce(last, 0));
    end if;
    if sent is null then
        return;
    end if;
    return query select 'virotrial-batch', since, sender,
        _virotrial.batch_header(study, sender, cardinality(sent))::text;
    return query execute format('select ''b'', block, sender, to_jsonb(sealed)::text '
        'from %I.exchange_seal as sealed where sender = $1 and block > $2 order by block', study)
        using sender, since;
    return query execute format('select part, place + $2, name, value::text from (%s) as sent',
        _virotrial.sent_rows(study, sender, true)) using sent, since;
end;
$$;
comment on function _virotrial.batch_lines(name, bigint) is 'the lines of a batch file: all blocks that a site, or the centre, has sealed after one; none if that was the last';
