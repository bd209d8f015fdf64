-- The seal of a study: blocks of all that was entered, changed and ended, chained by their digests

-- Parts: e, what was entered; x, how it ended; c, the change itself
create function _virotrial.sealed_rows(study text, what text) returns text
    language sql stable
    set search_path = pg_catalog, pg_temp
    begin atomic
        select string_agg(
            format('select _virotrial.block_of("a row".%1$I, $1) as block, '
                    '_virotrial.%2$s("a row", %3$L, %4$L%5$s) as entry from %6$s as "a row" '
                    'where _virotrial.block_of("a row".%1$I, $1) is not null',
                stamp, what, table_name, part,
                case what when 'seal_entry' then format(', %L', coalesce(key, '{}')) else '' end,
                relation),
            ' union all ')
        from (
            select table_name, relation, key, 'entered_in' as stamp, 'e' as part
            from _virotrial.sealed_tables(study)
            union all
            select table_name, history, key, 'entered_in', 'e'
            from _virotrial.sealed_tables(study) where history is not null
            union all
            select table_name, history, key, 'ended_in', 'x'
            from _virotrial.sealed_tables(study) where history is not null
            union all
            select 'change', format('%I.change', study)::regclass, '{change_id}', 'change_id', 'c'
        ) as source;
    end;
comment on function _virotrial.sealed_rows(text, text) is 'a query: block, and seal_leaf() or seal_entry() of the rows of a study whose changes are in blocks, which are its parameter';

-- Tables and columns, with their types as entries have them
create function _virotrial.sealed_columns(study text)
    returns table (table_name text, column_name text, type text)
    language sql stable
    set search_path = pg_catalog, pg_temp
    begin atomic
        select source.table_name, attname::text,
            coalesce(
                (select base.typname from pg_type as base where base.oid = pg_type.typbasetype),
                pg_type.typname)::text
        from (
            select sealed.table_name, sealed.relation from _virotrial.sealed_tables(study) as sealed
            union all
            select sealed.table_name || '_history', sealed.history
            from _virotrial.sealed_tables(study) as sealed where sealed.history is not null
            union all select 'change', format('%I.change', study)::regclass) as source
        join pg_attribute on attrelid = source.relation and attnum > 0 and not attisdropped
        join pg_type on pg_type.oid = atttypid;
    end;
comment on function _virotrial.sealed_columns(text) is 'the columns of what a seal covers, with the names of their types';

-- The bytes of a block after its root
create function _virotrial.block_description(block bigint, changes int8multirange, columns jsonb,
    leaves bigint, salt uuid, sealed_at timestamptz, sealed_by text) returns bytea
    language sql stable
    begin atomic
        select _virotrial.canonical_row(description, 'seal', 'b')
        from (select block, changes, columns, leaves, salt, sealed_at, sealed_by) as description;
    end;
comment on function _virotrial.block_description(bigint, int8multirange, jsonb, bigint, uuid, timestamptz, text) is 'what the digest of a block is made of beside its root and the block before';

-- Runs as the study's owner, whose tables those of the seal are.
create function _virotrial.seal_block(study text) returns bigint
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    sealed int8multirange[];
    last record;
    next record;
    sender text;
begin
    -- Sealers wait for each other, and so there is one chain; writers do not wait.
    execute format('lock table %I.seal in share row exclusive mode', study);
    for sender in select _virotrial.published_sender(study::name)
            where to_regclass(format('%I.exchange_seal', study)) is not null loop
        call _virotrial.seal_sent(study::name, sender);
    end loop;
    execute format('select array_agg(changes order by block) from %I.seal', study) into sealed;
    execute format('select block, digest from %I.seal order by block desc limit 1', study)
        into last;
    -- A change that was sealed, and whose transactions are over, does not change any more.
    execute format('select coalesce($1, 0) + 1 as block, '
            'range_agg(int8range(change_id, change_id, %L)) as changes, 0::bigint as leaves, '
            'null::jsonb as columns, null::bytea as root, gen_random_uuid() as salt, '
            'clock_timestamp() as sealed_at '
        'from %I.change '
        'where committed_at is not null and _virotrial.block_of(change_id, $2) is null',
        '[]', study)
        into next using last.block, coalesce(sealed, '{}');
    if next.changes is null then
        return null;
    end if;
    execute format('with stored as (insert into %I.seal_leaf (block, entry) '
                'select $2, entry from (%s) as sealed returning substr(entry, 1, 32) as leaf) '
            'select count(*), (_virotrial.merkle_roots(1, leaf))[1] from stored',
        study, _virotrial.sealed_rows(study, 'seal_entry'))
        into next.leaves, next.root using array[next.changes], next.block;
    execute format('select coalesce(jsonb_object_agg(table_name, columns), %L) from ('
            'select table_name, jsonb_object_agg(column_name, type) as columns from ('
                'select * from _virotrial.sealed_columns($1) except select seen.key, name, type '
                'from %I.seal, jsonb_each(columns) as seen, '
                    'jsonb_each_text(seen.value) as column_of (name, type)) as fresh '
            'group by table_name) as of_table', '{}', study)
        into next.columns using study;
    execute format('insert into %I.seal (block, changes, columns, leaves, root, previous, '
            'salt, sealed_at, sealed_by, digest) '
        'select $1, $2, $3, $4, $5, $6, $7, $8, $9, _virotrial.block_digest($6, '
            '$5 || _virotrial.block_description($1, $2, $3, $4, $7, $8, $9))', study)
        using next.block, next.changes, next.columns, next.leaves, next.root,
            coalesce(last.digest, decode(repeat('00', 32), 'hex')), next.salt, next.sealed_at,
            session_user::text;
    return next.block;
end;
$$;
comment on function _virotrial.seal_block(text) is 'writes the next block of a study''s seal; its number, or NULL if there is nothing to seal';

create procedure seal(study text)
    language c
    as 'MODULE_PATHNAME', 'seal';
comment on procedure seal(text) is 'seals what was committed in a study since the last time: writes a block of its seal, whose digest is chained to the block before. Writers do not wait';
