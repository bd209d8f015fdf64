-- Verification of a study's seal, and proofs of single rows

-- A block that was altered, or does not follow the one before
create function _virotrial.verify_chain(study text, head text)
    returns table (block bigint, table_name text, key text, column_name text, finding text)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return query execute format(
        'with chain as (
            select seal.*, lag(seal.block, 1, 0::bigint) over placed as earlier,
                lag(digest, 1, decode(repeat(%L, 32), %L)) over placed as digest_before,
                _virotrial.block_digest(previous, root || _virotrial.block_description(
                    seal.block, changes, columns, leaves, salt, sealed_at, sealed_by)) as expected
            from %I.seal window placed as (order by seal.block))
        select block, %L, block::text, null::text, what
        from chain, lateral (values
            (expected <> digest, %L),
            (earlier <> block - 1, %L),
            (earlier = block - 1 and digest_before <> previous, %L)) as found (is_so, what)
        where is_so order by 1',
        '00', 'hex', study, 'seal',
        'the block was altered: its digest is not that of what it holds',
        'the block before it is gone',
        'the block does not follow the one before: one was altered, or their order');
    if head is not null then
        execute format('select max(block) from %I.seal where encode(digest, %L) = lower(btrim($1))',
            study, 'hex') into block using head;
        if block is null then
            return query values (null::bigint, 'seal', null::text, null::text,
                'no block has the digest that was kept elsewhere: '
                    'the seal is another one, or its last blocks were removed');
        end if;
    end if;
end;
$$;
comment on function _virotrial.verify_chain(text, text) is 'what is wrong with the blocks of a seal themselves';

-- What was sealed has columns that are gone, or have another type
create function _virotrial.verify_columns(study text)
    returns table (block bigint, table_name text, key text, column_name text, finding text)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return query execute format(
        'with now as materialized (select * from _virotrial.sealed_columns($1))
        select seal.block, of_table.key, null::text, of_column.key,
            case when now.type is null then format(%L, of_column.value)
                else format(%L, of_column.value, now.type) end
        from %I.seal cross join jsonb_each(columns) as of_table
        cross join jsonb_each_text(of_table.value) as of_column
        left join now
            on (now.table_name, now.column_name) = (of_table.key, of_column.key)
        where now.type is distinct from of_column.value
        order by seal.block, of_table.key, of_column.key',
        'the column was dropped or renamed; its type was %s',
        'the type of the column was %s, and is %s', study)
        using study;
end;
$$;
comment on function _virotrial.verify_columns(text) is 'the columns that were sealed, and are gone or have another type';

-- The blocks whose rows, as they are now, do not have the root that was sealed
create function _virotrial.broken_blocks(study text) returns bigint[]
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    sealed int8multirange[];
    roots bytea[];
    broken bigint[];
begin
    execute format('select array_agg(changes order by block) from %I.seal', study) into sealed;
    execute format('select _virotrial.merkle_roots(block, entry) from (%s) as sealed',
        _virotrial.sealed_rows(study, 'seal_leaf'))
        into roots using sealed;
    execute format('select array_agg(block order by block) from ('
            'select block, root, row_number() over (order by block) as place from %I.seal) as seal '
        'where root is distinct from $1[place]', study)
        into broken using roots;
    return coalesce(broken, '{}');
end;
$$;
comment on function _virotrial.broken_blocks(text) is 'the blocks of a seal whose rows do not have the root that was sealed';

-- Leaves that are not those of their block
create function _virotrial.verify_leaves(study text)
    returns table (block bigint, table_name text, key text, column_name text, finding text)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    roots bytea[];
begin
    execute format('select _virotrial.merkle_roots(block::integer, entry) from %I.seal_leaf '
            'where block between 1 and (select max(block) from %1$I.seal)',
        study)
        into roots;
    return query execute format(
        'select seal.block, %2$L, null::text, null::text, %3$L from %1$I.seal
            where root is distinct from $1[seal.block]
        union all
        select leaf.block, %2$L, null, null, %4$L
            from (select distinct block from %1$I.seal_leaf) as leaf
            where leaf.block not in (select seal.block from %1$I.seal)
        order by 1',
        study, 'seal_leaf', 'leaves of the block were altered, added or removed',
        'there are leaves of a block that is gone') using roots;
end;
$$;
comment on function _virotrial.verify_leaves(text) is 'the blocks of a seal whose leaves are not those that were sealed';

-- The entries of broken blocks: those that were sealed, and those of the rows as they are
create function _virotrial.differing_entries(study text, broken bigint[])
    returns table (block bigint, table_name text, is_now boolean, part "char", key text,
        tags integer[])
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    sealed int8multirange[];
    known text := format('select distinct of_table.key as name '
            'from %I.seal, jsonb_object_keys(columns) as of_table (key)',
        study);
begin
    execute format('select array_agg(changes order by block) from %I.seal', study) into sealed;
    return query execute format(
        'with placed as (
            select seal.block, row_number() over (order by seal.block) as place from %1$I.seal),
        now as materialized (
            select placed.block, entry, substr(entry, 1, 32) as leaf,
                row_number() over (partition by placed.block, substr(entry, 1, 32)) as copy
            from (%2$s) as found join placed on place = found.block),
        sealed as materialized (
            select leaf.block, entry, substr(entry, 1, 32) as leaf,
                row_number() over (partition by leaf.block, substr(entry, 1, 32)) as copy
            from %1$I.seal_leaf as leaf where leaf.block = any ($2)),
        named_block as (select distinct sealed.block from sealed),
        differing as (
            select * from sealed where not exists (select from now
                where (now.block, now.leaf, now.copy) = (sealed.block, sealed.leaf, sealed.copy))),
        appeared as (
            select * from now where now.block in (select named_block.block from named_block)
                and not exists (select from sealed
                where (now.block, now.leaf, now.copy) = (sealed.block, sealed.leaf, sealed.copy))),
        both_sides as (
            select differing.block, false as is_now, entry from differing
            union all select appeared.block, true, entry from appeared)
        select both_sides.block, coalesce(named.name, %3$L), is_now, fields.part, fields.key,
            fields.column_tags
        from both_sides, _virotrial.seal_entry_fields(entry) as fields
        left join (%4$s) as named on _virotrial.seal_table_tag(named.name) = fields.table_tag',
        study, _virotrial.sealed_rows(study, 'seal_entry'), '?', known) using sealed, broken;
end;
$$;
comment on function _virotrial.differing_entries(text, bigint[]) is 'what of some blocks was sealed and is not there any more, and what is there and was not sealed';

-- Which rows and columns of broken blocks are not as they were sealed
create function _virotrial.verify_rows_of(study text, broken bigint[])
    returns table (block bigint, table_name text, key text, column_name text, finding text)
    language sql stable
    set search_path = pg_catalog, pg_temp
    begin atomic
        with side as (
            select entry.*, row_number() over (partition by entry.table_name, entry.part, entry.key,
                entry.is_now order by entry.block) as version
            from _virotrial.differing_entries(study, broken) as entry
        ),
        pair as (
            select table_name, part, key, old.block, new.block as new_block, old.tags as old_tags,
                new.tags as new_tags,
                case part when 'x' then 'the end of a version in the history'
                    when 'c' then 'the change' else 'the row' end as what
            from (select * from side where not is_now) as old
            full join (select * from side where is_now) as new
                using (table_name, part, key, version)
        ),
        gone as (
            select regexp_replace(gone.table_name, '_history$', '') as table_name,
                _virotrial.seal_column_tag(gone.column_name) as name
            from _virotrial.verify_columns(study) as gone
        ),
        changed_column as (
            select distinct pair.block, pair.table_name, pair.key, tag >> 16 & 65535 as name,
                pair.what
            from pair, lateral (
                (select unnest(old_tags) except select unnest(new_tags))
                union (select unnest(new_tags) except select unnest(old_tags))) as changed (tag)
            where pair.block is not null and new_block is not null
                and (pair.table_name, tag >> 16 & 65535)
                    not in (select gone.table_name, name from gone)
        )
        select coalesce(pair.block, new_block), pair.table_name, pair.key, null::text,
            case when new_block is null
                then pair.what || ' that was sealed is not there: '
                    'it was removed, or put under another change'
                when pair.block is null
                then pair.what || ' was not sealed: it was inserted under a sealed change'
                else pair.what || ' was changed after it was sealed, '
                    'in a column that cannot be named' end
        from pair
        where pair.block is null or new_block is null
            or (not exists (select from changed_column as c
                    where (c.table_name, c.key) = (pair.table_name, pair.key))
                and pair.table_name not in (select gone.table_name from gone))
        union
        select c.block, c.table_name, c.key, coalesce(named.column_name, '?'),
            c.what || ' was changed after it was sealed'
        from changed_column as c
        left join _virotrial.sealed_columns(study) as named
            on named.table_name in (c.table_name, c.table_name || '_history')
            and _virotrial.seal_column_tag(named.column_name) = c.name
        order by 1, 2, 3, 4;
    end;
comment on function _virotrial.verify_rows_of(text, bigint[]) is 'which rows and columns of some blocks are not as they were sealed';

-- Rows that no change entered or ended, or that of another login
create function _virotrial.verify_stamps(study text)
    returns table (block bigint, table_name text, key text, column_name text, finding text)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    query text;
begin
    select string_agg(format(
            'select null::bigint, %1$L, '
                'case when count(*) = 1 then min(concat_ws(%2$L, %3$s)) end, '
                'null::text, case when "a row".%7$I is null then format(%4$L, count(*)) '
                'else format(%8$L, "a row".%7$I, count(*)) end '
            'from %5$s as "a row" '
            'where not exists (select from %6$I.change where change_id = "a row".%7$I) '
            'group by "a row".%7$I',
            sealed.table_name, ', ',
            coalesce((select string_agg(format('"a row".%I', part), ', ' order by place)
                from unnest(sealed.key) with ordinality as part (part, place)), 'null'),
            '%s rows ' || source.what || ' under no change', source.relation, study, source.stamp,
            'change %s is not there, under which %s rows ' || source.what), ' union all ')
    into query
    from _virotrial.sealed_tables(study) as sealed
    cross join lateral (values (sealed.relation, 'entered_in', 'were entered'),
        (sealed.history, 'entered_in', 'of the history were entered'),
        (sealed.history, 'ended_in', 'of the history ended')) as source (relation, stamp, what)
    where source.relation is not null;
    if query is not null then
        return query execute query;
    end if;
end;
$$;
comment on function _virotrial.verify_stamps(text) is 'rows of a study that no change entered or ended';

-- Triggers that do not fire; and those of the record that are not there
create function _virotrial.verify_triggers(study text)
    returns table (block bigint, table_name text, key text, column_name text, finding text)
    language sql stable
    set search_path = pg_catalog, pg_temp
    begin atomic
        with needed (relation, name) as (
            select sealed.relation, name from _virotrial.sealed_tables(study) as sealed
                cross join (values ('stamp'), ('Keep_updated'), ('Keep_deleted'),
                    ('refuse_truncate')) as trigger (name)
            union all
            select sealed.relation, name from _virotrial.sealed_tables(study) as sealed
                cross join (values ('Hold_insert'), ('Hold_update'), ('Hold_delete'))
                    as trigger (name)
                where _virotrial.is_lockable(sealed.table_name)
            union all
            select sealed.history, 'refuse_write' from _virotrial.sealed_tables(study) as sealed
                where sealed.history is not null
            union all
            select format('%I.%I', study, name)::regclass, 'refuse_write'
            from (values ('change'), ('seal'), ('seal_leaf'), ('exchange_seal'))
                as record (name)
        )
        select null::bigint, relname::text, null::text, null::text,
            format('trigger "%s" is disabled', tgname)
        from pg_trigger
        join pg_class on pg_class.oid = tgrelid
        where relnamespace = to_regnamespace(quote_ident(study)) and tgenabled = 'D'
        union all
        select null, relname::text, null, null, format('trigger "%s" is not there', needed.name)
        from needed join pg_class on pg_class.oid = relation
        where not exists (select from pg_trigger where tgrelid = relation and tgname = needed.name)
        union all
        select null, sealed.table_name, null, null, 'the table has no history'
        from _virotrial.sealed_tables(study) as sealed where sealed.history is null
        order by 2, 5;
    end;
comment on function _virotrial.verify_triggers(text) is 'triggers of a study that are disabled, or that its record needs and that are not there; and tables without a history';

create function _virotrial.verify_rows(study text, head text)
    returns table (block bigint, table_name text, key text, column_name text, finding text)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
    set application_name = 'virotrial: verifies'
as $$
declare
    doing constant text := 'verifies ' || study;
    broken bigint[];
begin
    perform _virotrial.show_progress(doing, 'rows (1 of 4)');
    broken := _virotrial.broken_blocks(study);
    return query select * from _virotrial.verify_chain(study, head);
    return query select * from _virotrial.verify_columns(study);
    perform _virotrial.show_progress(doing, 'leaves (2 of 4)');
    return query select * from _virotrial.verify_leaves(study);
    perform _virotrial.show_progress(doing, 'rows of broken blocks (3 of 4)');
    if broken <> '{}' then
        return query with named as materialized (
                select * from _virotrial.verify_rows_of(study, broken))
            select * from named
            union all
            select unnamed, null, null, null, 'rows of the block are not as they were sealed'
            from unnest(broken) as unnamed where unnamed not in (select named.block from named);
    end if;
    perform _virotrial.show_progress(doing, 'changes and triggers (4 of 4)');
    return query select * from _virotrial.verify_stamps(study);
    return query select * from _virotrial.verify_triggers(study);
end;
$$;
comment on function _virotrial.verify_rows(text, text) is 'the rows of verify(), for the owner of the study';

create function verify(study text, head text default null)
    returns table (block bigint, table_name text, key text, column_name text, finding text)
    language c stable
    as 'MODULE_PATHNAME', 'seal_rows';
comment on function verify(text, text) is 'what is not as it was sealed, one row for each finding; no row if all is. A digest that was kept elsewhere, by seal_head(), is looked for if it is given';

create function _virotrial.seal_head_rows(study text)
    returns table (block bigint, digest text, sealed_at timestamptz, sealed_by text)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return query execute format('select block, encode(digest, %L), sealed_at, sealed_by '
        'from %I.seal order by block desc limit 1', 'hex', study);
end;
$$;
comment on function _virotrial.seal_head_rows(text) is 'the row of seal_head(), for the owner of the study';

create function seal_head(study text)
    returns table (block bigint, digest text, sealed_at timestamptz, sealed_by text)
    language c stable
    as 'MODULE_PATHNAME', 'seal_rows';
comment on function seal_head(text) is 'the last block of a seal. Keep its digest where nobody who can write to the database can change it: on paper, in a mail, in a file of another machine';

create function _virotrial.seal_proof_rows(study text, table_name text, key text)
    returns table (block bigint, digest text, proof bytea)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    sealed int8multirange[];
    source record;
    version record;
begin
    select * into source from _virotrial.sealed_tables(study) as known
    where known.table_name = seal_proof_rows.table_name;
    if source.relation is null then
        raise exception using
            errcode = 'undefined_table',
            message = format('the seal of study "%s" covers no table "%s"', study, table_name),
            hint = format('It covers %s.', (
                select string_agg(known.table_name, ', ' order by known.table_name)
                from _virotrial.sealed_tables(study) as known));
    end if;
    execute format('select array_agg(changes order by seal.block) from %I.seal', study) into sealed;
    execute format('select "a row".entered_in as change, '
            '_virotrial.block_of("a row".entered_in, $1) as block, '
            '_virotrial.canonical_row("a row", %1$L, %2$L) as bytes from %3$s as "a row" '
            'where (_virotrial.seal_entry_fields('
                '_virotrial.seal_entry("a row", %1$L, %2$L, $2))).key = $3',
        table_name, 'e', source.relation)
        into version using sealed, source.key, key;
    if version.block is null then
        raise exception using
            errcode = 'no_data_found',
            message = format('no row "%s" of table "%s" was sealed', key, table_name),
            detail = case when version.change is null then 'There is no such row.'
                else format('It was last changed by change %s, which is not sealed.',
                    version.change) end,
            hint = 'Write the values of its primary key as verify() does: S1, S1-001, 2008-03-14. To seal what is not, call seal().';
    end if;
    return query execute format(
        'with block as (
            select seal.*, root || _virotrial.block_description(seal.block, changes, columns,
                leaves, salt, sealed_at, sealed_by) as bytes
            from %1$I.seal where seal.block >= $1),
        leaf as (
            select substr(entry, 1, 32) as leaf,
                row_number() over (order by substr(entry, 1, 32)) - 1 as index
            from %1$I.seal_leaf where seal_leaf.block = $1),
        path as (
            select _virotrial.merkle_path(leaf, (select min(index) from leaf
                where leaf = sha256($2)) order by index) as bytes from leaf)
        select max(block.block),
            encode((array_agg(block.digest order by block.block desc))[1], %2$L),
            decode(%3$L, %2$L) || int4send(length($2)) || $2 || (select path.bytes from path)
            || (array_agg(previous order by block.block))[1] || int4send(count(*)::integer)
            || string_agg(int4send(length(block.bytes)) || block.bytes, %4$L order by block.block)
        from block', study, 'hex', '01', '') using version.block::bigint, version.bytes;
end;
$$;
comment on function _virotrial.seal_proof_rows(text, text, text) is 'the row of seal_proof(), for the owner of the study';

create function seal_proof(study text, table_name text, key text)
    returns table (block bigint, digest text, proof bytea)
    language c stable
    as 'MODULE_PATHNAME', 'seal_proof';
comment on function seal_proof(text, text, text) is 'the proof that a row, as it is now, was sealed, and the last block and its digest, to which it leads. The key is as verify() writes it';

create function verify_proof(proof bytea, digest text) returns boolean
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'verify_proof';
comment on function verify_proof(bytea, text) is 'whether a proof of seal_proof() is one for the block of this digest; no table is read';
