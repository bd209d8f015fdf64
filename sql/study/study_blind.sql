-- The blind: what is hidden from who may not read a blinded table, and what is told
-- only once it is on record

create function _virotrial.blinded_reason() returns text
    language sql immutable parallel safe
    return 'the reason is blinded';
comment on function _virotrial.blinded_reason() is 'what stands in a deviation, and in its query, in place of a reason that rests on a blinded table';

create function _virotrial.is_settled("table" regclass, entered xid, is_in boolean default true)
    returns boolean
    language c stable strict parallel safe
    as 'MODULE_PATHNAME', 'is_settled';
comment on function _virotrial.is_settled(regclass, xid, boolean) is 'whether a row of a study, by its xmin, is committed, so that its reader cannot take it back any more; true for the owner of the table';

create function _virotrial.is_dry_run() returns boolean
    language c volatile
    as 'MODULE_PATHNAME', 'is_dry_run';
comment on function _virotrial.is_dry_run() is 'for a trigger function before a row: whether the row is not written, so that what it tells leaves no trace';

-- That a rule over a blinded table found a row tells what is in the table.
create function _virotrial.not_found_in("table" regclass) returns text
    language sql stable strict
    begin atomic
        select format($query$coalesce(rule <> all (array(
            select name from %1$I.rule where table_name = %2$L or exists (
                select from unnest(anchors || evidence) as entry where %2$L =
                    regexp_replace(entry, '[[:space:]]+where[[:space:]].*$', '')))), true)$query$,
            nspname, relname)
        from pg_class
        join pg_namespace on pg_namespace.oid = relnamespace
        where pg_class.oid = "table";
    end;
comment on function _virotrial.not_found_in(regclass) is 'the condition on a deviation or a query that no rule which rests on a table has made it';

create function _virotrial.with_history(study name, name name) returns setof regclass
    language sql stable strict
    begin atomic
        select found.relation
        from (values (to_regclass(format('%I.%I', study, name))),
            (to_regclass(format('%I.%I', study, name || '_history')))) as found (relation)
        where found.relation is not null;
    end;
comment on function _virotrial.with_history(name, name) is 'a table of a study, and its history';

create procedure _virotrial.restrict_rows(study name, name name, policy name, command text,
    condition text, meaning text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    relation regclass;
begin
    for relation in select * from _virotrial.with_history(study, name) loop
        continue when exists (select from pg_policy
            where polrelid = relation and polname = policy);
        execute format('create policy %I on %s as restrictive for %s using (%s)',
            policy, relation, command, condition);
        execute format('comment on policy %I on %s is %L', policy, relation, meaning);
    end loop;
end;
$$;
comment on procedure _virotrial.restrict_rows(name, name, name, text, text, text) is 'gives a table of a study, and its history, a restrictive policy, unless they have it';

-- A query tells of a row, and a verification has its content.
create procedure _virotrial.blind_questions(study name, "table" regclass)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    blinded name := (select relname from pg_class where oid = "table");
    reads text := format('_virotrial.reads_table(%L::regclass) or ', "table");
    -- asked once, and not for each row
    finds text := format('(select _virotrial.reads_table(%L::regclass)) or %s', "table",
        _virotrial.not_found_in("table"));
    said record;
begin
    for said in
        select name, 'blinded ' || blinded as policy, 'select' as command,
            reads || format('table_name is distinct from %L', blinded) as condition
        from unnest('{query,source_verification,data_lock,signature,quarantine}'::text[]) as name
        union all
        values ('query_event', 'asked', 'select',
                format('query_id in (select query_id from %I.query)', study)),
            ('query', 'found in ' || blinded, 'select', finds),
            ('quarantine', 'found in ' || blinded, 'select', finds),
            -- the key of a deviation has its rule
            ('arrival', 'blinded ' || blinded, 'select',
                reads || format('table_name not in (%L, ''deviation'')', blinded)),
            ('deviation', 'found in ' || blinded, 'all', finds)
    loop
        call _virotrial.restrict_rows(study, said.name, said.policy, said.command,
            said.condition, 'what is said about a blinded row is for who may read the row');
    end loop;
end;
$$;
comment on procedure _virotrial.blind_questions(name, regclass) is 'hides the queries about a table, what followed them, the verifications, locks and signatures of its rows, those that arrive or are in quarantine, and what rules over it have found, from who may not read the table';

-- Each policy names its own table. So that of a history stays when the table is dropped. It
-- then says that a table of that name is blinded.
create procedure _virotrial.blind_rows(study name, name name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    relation regclass;
begin
    for relation in select * from _virotrial.with_history(study, name) loop
        -- In 0.1.0 the policy of a history named the table, and went with it.
        if exists (select from pg_policy where polrelid = relation and polname = 'blinded') then
            execute format('drop policy blinded on %s', relation);
        end if;
        execute format('create policy blinded on %1$s as restrictive '
            'using (_virotrial.reads_table(%1$L::regclass))', relation);
        execute format('comment on policy blinded on %s is %L', relation,
            'rows are for who may read the table itself');
    end loop;
end;
$$;
comment on procedure _virotrial.blind_rows(name, name) is 'hides the rows of a table of a study, and of its history, from who may not read them';

create procedure _virotrial.blind_table(study name, "table" regclass)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    name name := (select relname from pg_class where oid = "table");
    blinded regclass;
begin
    call _virotrial.blind_rows(study, name);
    for blinded in select * from _virotrial.with_history(study, name) loop
        if not exists (select from pg_attribute where attrelid = blinded
                and attname = 'site_id' and not attisdropped)
            and not exists (select from pg_policy where polrelid = blinded and polname = 'sites')
        then
            execute format('create policy sites on %s using (true)', blinded);
        end if;
        execute format('alter table %s enable row level security', blinded);
    end loop;
    call _virotrial.blind_questions(study, "table");
end;
$$;
comment on procedure _virotrial.blind_table(name, regclass) is 'gives a table, its history and what is said about its rows the policies of the blind';

-- Who asks for an arm, and takes back that he asked, is not told it.
create procedure _virotrial.tell_after_commit(study name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    allocation regclass := format('%I.allocation', study)::regclass;
    -- Who reads the list finds nothing out.
    reads text := format('(select _virotrial.reads_table(%L::regclass)) or ',
        format('%I.allocation_list', study)::regclass);
    told record;
begin
    for told in
        -- A row that INSERT ... RETURNING is about to show has no place yet.
        select name, format('_virotrial.is_settled(%L::regclass, xmin, ctid <> %L)',
            allocation, '(4294967295,0)') as condition
        from unnest('{allocation,unblinding}'::text[]) as name
        union all
        select name, format('%s or _virotrial.is_settled(%L::regclass, xmin)',
            _virotrial.not_found_in(allocation), allocation)
        from unnest('{deviation,query}'::text[]) as name
    loop
        call _virotrial.restrict_rows(study, told.name, 'told after commit', 'select',
            reads || told.condition,
            'an arm is told once it is on record that it was asked for');
    end loop;
end;
$$;
comment on procedure _virotrial.tell_after_commit(name) is 'hides the rows that tell the arm of a subject from the transaction that enters them';

create function _virotrial.blinded_tables(study name) returns setof regclass
    language sql stable strict
    begin atomic
        select distinct coalesce(to_regclass(format('%I.%I', nspname,
            regexp_replace(relname, '_history$', ''))), polrelid)
        from pg_policy
        join pg_class on pg_class.oid = polrelid
        join pg_namespace on pg_namespace.oid = relnamespace
        where nspname = study and polname = 'blinded';
    end;
comment on function _virotrial.blinded_tables(name) is 'the tables of a study that are blinded, without their histories';

create procedure _virotrial.blind_copy(study name, copy name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    blinded name;
begin
    for blinded in select relname from _virotrial.blinded_tables(study) as found (relation)
            join pg_class on pg_class.oid = found.relation loop
        call _virotrial.blind_rows(copy, blinded);
    end loop;
end;
$$;
comment on procedure _virotrial.blind_copy(name, name) is 'has the tables of a copy of a study blinded that are so there, once it is secured';

create procedure _virotrial.blind_study(study name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    blinded regclass;
begin
    call _virotrial.tell_after_commit(study);
    for blinded in
        -- Who keeps the randomisation list alone reads ahead in it.
        select format('%I.allocation_list', study)::regclass
        union
        select * from _virotrial.blinded_tables(study)
    loop
        call _virotrial.blind_table(study, blinded);
    end loop;
end;
$$;
comment on procedure _virotrial.blind_study(name) is 'blinds the randomisation list, and hides what came since about tables that are blinded';

create function _virotrial.found_condition("table" regclass) returns text
    language sql stable strict
    begin atomic
        select coalesce(string_agg(format('(%s)', pg_get_expr(polqual, polrelid)), ' and '
            order by polname), 'true')
        from pg_policy
        where polrelid = "table" and polname like 'found in %';
    end;
comment on function _virotrial.found_condition(regclass) is 'the condition on a row, such as a deviation, that who reads it may read each blinded table that its rule rests on; for what runs as the owner of the study, whom policies do not bind';
