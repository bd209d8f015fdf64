-- Electronic signatures: what they are bound to, and which are still valid

-- The condition on a row "record" of a table that what is "signed" covers it; null
-- if the table has not the columns for it.
create function _virotrial.scope_condition("table" regclass, scope text) returns text
    language sql stable
    set search_path = pg_catalog, pg_temp
as $$
    select case
        when scope = 'study' then 'true'
        when scope = 'record' then format('signed.table_name = %L and %s',
            (select relname from pg_class where oid = "table"),
            (select string_agg(format('record.%1$I = given.%1$I', name), ' and ')
                from unnest(_virotrial.key_columns("table")) as name))
        when not exists (select unnest(needed) except select attname::text from pg_attribute
            where attrelid = "table" and not attisdropped)
            then (select string_agg(format('record.%1$I = signed.%1$I', name), ' and ')
                from unnest(needed) as name)
        end
    from (select (array['site_id', 'subject_id', 'visit'])
        [:array_position(array['site', 'subject', 'visit'], scope)] as needed) as scope_columns;
$$;
comment on function _virotrial.scope_condition(regclass, text) is 'the condition on a row of a table that a signature of some scope covers it; null if none of that scope does';

-- Blinded rows are not signed along with others: their digest could be guessed from.
create function _virotrial.signed_tables(study name, scope text, of_record text) returns text[]
    language sql stable
    set search_path = pg_catalog, pg_temp
as $$
    select array_agg(table_name order by table_name)
    from _virotrial.sealed_tables(study::text)
    where _virotrial.is_lockable(table_name) and key is not null
        and _virotrial.scope_condition(relation, scope) is not null
        and case when scope = 'record' then table_name = of_record
            else not exists (select from pg_policy
                where polrelid = relation and polname = 'blinded') end;
$$;
comment on function _virotrial.signed_tables(name, text, text) is 'the tables whose rows a signature of some scope covers; of a record, its own';

-- Parts: leaf, of each row; changed, the keys of rows that were entered, changed or
-- removed since, also by who had begun before and committed after
create function _virotrial.signed_rows(study name, scopes text[], tables text[], part text)
    returns text
    language sql stable
    set search_path = pg_catalog, pg_temp
as $$
    select string_agg(format(
            case part
                when 'leaf' then 'select signed.signature_id, '
                    '_virotrial.seal_leaf(record, %1$L, ''e'') as leaf'
                else 'select signed.signature_id, %1$L as table_name, %2$s as row_key' end
            || ' from signed %3$s join %4$s as record on %5$s'
            || ' where signed.scope = %8$L and %1$L = any (signed.tables)'
            -- what a rule has found in a blinded table could be guessed from a digest
            || case sealed.table_name when 'deviation' then
                ' and record.description <> _virotrial.blinded_reason()' else '' end
            || case when part = 'changed' then ' and (record.%7$s_at > signed.seen_at'
                ' or exists (select from %6$s as late where late.change_id = record.%7$s_in'
                    ' and late.committed_at > signed.seen_at and late.transaction_id <> '
                    '(select transaction_id from %6$s as own'
                        ' where own.change_id = signed.entered_in)))' else '' end,
            sealed.table_name, _virotrial.record_key(sealed.relation, 'record'),
            case scope when 'record' then format('cross join lateral '
                'jsonb_populate_record(null::%s, signed.row_key) as given', sealed.relation) end,
            source.relation, _virotrial.scope_condition(sealed.relation, scope),
            -- A frozen study has no changes.
            coalesce(to_regclass(format('%I.change', study))::text,
                '(select null::bigint as change_id, null::timestamptz as committed_at, '
                    'null::xid8 as transaction_id)'),
            source.stamp, scope),
        ' union all ')
    from _virotrial.sealed_tables(study::text) as sealed
    cross join unnest(scopes) as scope
    cross join lateral (
        select sealed.relation, 'entered' as stamp
        union all
        select sealed.history, 'ended' where part = 'changed' and sealed.history is not null
    ) as source (relation, stamp)
    where sealed.table_name = any (tables) and sealed.key is not null
        and _virotrial.scope_condition(sealed.relation, scope) is not null;
$$;
comment on function _virotrial.signed_rows(name, text[], text[], text) is 'a query for the rows of some tables that signatures of some scopes cover, which stand in "signed": leaf, with seal_leaf(), or changed, with the keys of those that are not as they were signed';

create function _virotrial.complete_signature() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    found _virotrial.found_record := _virotrial.find_scope(tg_table_schema, new);
begin
    new.site_id := coalesce(new.site_id, found.site_id);
    new.subject_id := coalesce(new.subject_id, found.subject_id);
    new.row_key := case when new.scope = 'record' then found.key else new.row_key end;
    new.person := nullif(current_setting('virotrial.application_user', true), '');
    new.seen_at := case when current_setting('transaction_isolation') like 'read %'
        then statement_timestamp() else transaction_timestamp() end;
    new.tables := _virotrial.signed_tables(tg_table_schema, new.scope, new.table_name);
    execute format('with signed as (select ($1).*), leaf as (%s) '
            'select count(*), (_virotrial.merkle_roots(1, leaf))[1] from leaf',
        _virotrial.signed_rows(tg_table_schema, array[new.scope], new.tables, 'leaf'))
        into new.records, new.digest using new;
    return new;
end;
$$;
comment on function _virotrial.complete_signature() is 'trigger function, before a signature comes: finds what is signed and writes its digest, with the rights of the signer';

-- Runs as the owner of the study: the reader may not see every table.
create function _virotrial.signatures_rows(study text)
    returns table (signature_id bigint, scope text, site_id text, subject_id text, visit text,
        table_name text, row_key jsonb, meaning text, signed_by text, person text,
        signed_at timestamptz, authentication text, status text, changed bigint,
        changed_rows jsonb)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    scopes text[];
    tables text[];
    broken bigint[];
begin
    execute format('select array_agg(distinct scope), array_agg(distinct name)
        from %I.signature cross join unnest(tables) as name', study) into scopes, tables;
    if scopes is null then
        return;
    end if;
    execute format('with signed as materialized (select * from %I.signature), leaf as (%s),
            now as (select signature_id, (_virotrial.merkle_roots(1, leaf))[1] as digest
                from leaf group by signature_id)
        select array_agg(signature_id) from signed left join now using (signature_id)
        where now.digest is distinct from signed.digest',
        study, _virotrial.signed_rows(study, scopes, tables, 'leaf')) into broken;
    return query execute format(
        'with signed as materialized (
            select * from %1$I.signature where signature_id = any ($1)),
        differing as (select distinct * from (%2$s) as found),
        named as (
            select signature_id, count(*) as rows, jsonb_agg(jsonb_build_object(
                    ''table_name'', table_name, ''row_key'', row_key)
                    order by table_name, row_key)
                filter (where place <= 20) as first_rows
            from (select *, row_number() over (partition by signature_id
                    order by table_name, row_key) as place from differing) as placed
            group by signature_id)
        select signature.signature_id, scope, site_id, subject_id, visit, table_name, row_key,
            meaning, entered_by, person, entered_at, authentication,
            case when signature_id = any ($1) then ''broken'' else ''valid'' end,
            case when signature_id = any ($1) then coalesce(named.rows, 0) end, first_rows
        from %1$I.signature left join named using (signature_id)
        where table_name is null
            or _virotrial.reads_table(to_regclass(format(%3$L, %4$L, table_name)))',
        study, _virotrial.signed_rows(study, scopes, tables, 'changed'), '%I.%I', study)
        using coalesce(broken, '{}');
end;
$$;
comment on function _virotrial.signatures_rows(text) is 'the rows of signatures(), of all sites';

create function signatures(study text)
    returns table (signature_id bigint, scope text, site_id text, subject_id text, visit text,
        table_name text, row_key jsonb, meaning text, signed_by text, person text,
        signed_at timestamptz, authentication text, status text, changed bigint,
        changed_rows jsonb)
    language c stable
    as 'MODULE_PATHNAME', 'conduct_rows';
comment on function signatures(text) is 'the signatures of a study that the caller sees, and whether each is valid, or broken: what was signed is no longer as it was. Changed is the number of rows that were entered, changed or removed since, and changed_rows names 20 of them; a broken signature of which it names none was broken behind the system''s back, and verify() tells more';
