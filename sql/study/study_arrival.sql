-- What arrives at a centre by replication: noted, judged, and left out of the
-- analysis if it breaks a rule

create function _virotrial.is_out_of_quarantine(quarantine regclass, "table" text,
        subject_id text, row_key jsonb) returns boolean
    language c stable strict parallel safe
    as 'MODULE_PATHNAME', 'is_analysed';
comment on function _virotrial.is_out_of_quarantine(regclass, text, text, jsonb) is 'the same as is_analysed(), which the planner puts in its place';

create function _virotrial.is_analysed_support(internal) returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'is_analysed_support';
comment on function _virotrial.is_analysed_support(internal) is 'has the planner put what is in quarantine in the place of is_analysed()';

create function _virotrial.is_analysed(quarantine regclass, "table" text, subject_id text,
        row_key jsonb) returns boolean
    language c stable strict parallel safe
    support _virotrial.is_analysed_support
    as 'MODULE_PATHNAME', 'is_analysed';
comment on function _virotrial.is_analysed(regclass, text, text, jsonb) is 'whether a row of a table of a study counts in the analysis: neither it nor its subject is in quarantine';

create function _virotrial.arrival_findings(study text, sites text[], subjects text[])
    returns table (rule text, table_name text, site_id text, subject_id text, item text,
        reason text, row_key jsonb, at_entry boolean)
    language c volatile strict
    as 'MODULE_PATHNAME', 'arrival_findings';
comment on function _virotrial.arrival_findings(text, text[], text[]) is 'which rows of some subjects break a rule that refuses, and whether the rule holds at entry alone. A rule that cannot run is a row without a subject';

create function _virotrial.key_of_row(whole jsonb, columns text[]) returns jsonb
    language sql immutable strict
    return (select jsonb_object_agg(name, whole -> name) from unnest(columns) as name);
comment on function _virotrial.key_of_row(jsonb, text[]) is 'some columns of a row as an object';

-- It fires in apply workers alone, with the columns of the key as its arguments.
create function _virotrial.note_arrival() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    entry constant text := format('insert into %I.arrival '
        '(table_name, site_id, subject_id, row_key) values ($1, $2 ->> ''site_id'', $2 ->> ''subject_id'', $2)', tg_table_schema);
    -- a partition is no table of rules
    name constant text := (select relname from pg_class
        where oid = coalesce(pg_partition_root(tg_relid), tg_relid));
    earlier jsonb;
    later jsonb;
begin
    if tg_op <> 'INSERT' then
        earlier := _virotrial.key_of_row(to_jsonb(old), tg_argv);
        execute entry using name, earlier;
    end if;
    if tg_op <> 'DELETE' then
        later := _virotrial.key_of_row(to_jsonb(new), tg_argv);
    end if;
    if tg_op <> 'DELETE' and (later = earlier) is not true then
        execute entry using name, later;
    end if;
    return null;
end;
$$;
comment on function _virotrial.note_arrival() is 'trigger function, after each row that arrives by replication: notes in table arrival that it is to be judged';

create function _virotrial.foreign_key(study name)
    returns table (name name, child oid, parent oid, columns text, comparison text)
    language sql stable strict
    set search_path = pg_catalog, pg_temp
    begin atomic
        select conname, conrelid, confrelid,
            string_agg(format('child.%I', own.attname), ', ' order by place),
            string_agg(format('parent.%I = child.%I', other.attname, own.attname), ' and '
                order by place)
        from pg_constraint
        join pg_class on pg_class.oid = conrelid
        join pg_namespace on pg_namespace.oid = relnamespace
        cross join lateral unnest(conkey, confkey) with ordinality as pair (own, other, place)
        join pg_attribute as own on own.attrelid = conrelid and own.attnum = pair.own
        join pg_attribute as other on other.attrelid = confrelid and other.attnum = pair.other
        where contype = 'f' and conparentid = 0 and nspname = study
        group by pg_constraint.oid;
    end;
comment on function _virotrial.foreign_key(name) is 'the foreign keys of a study: their columns, and how a row of the child and one of the parent are compared';

create function _virotrial.orphan_query(study name) returns text
    language sql stable strict
    set search_path = pg_catalog, pg_temp
    begin atomic
        select string_agg(format('select %L as rule, %L as table_name, child.site_id, '
                'child.subject_id, null as item, concat_ws('', '', %s) || %L as reason, '
                '%s as row_key, false as at_entry from %s as child '
                'join concerned using (site_id, subject_id) '
                'where num_nulls(%3$s) = 0 and not exists (select from %7$s as parent where %8$s)',
                key.name, child.relname, columns, format(' is not in table %s', parent.relname),
                _virotrial.record_key(key.child, 'child'), key.child::regclass,
                key.parent::regclass, comparison), E'\nunion all '
            order by key.child, key.name)
        from _virotrial.foreign_key(study) as key
        join pg_class as child on child.oid = key.child
        join pg_class as parent on parent.oid = key.parent
        where key.child in (select relation
            from _virotrial.exchanged_table(study) where to_centre and not is_record);
    end;
comment on function _virotrial.orphan_query(name) is 'a query for the rows of concerned subjects that a foreign key refuses, in the columns of arrival_findings()';

-- Where triggers did not fire, foreign keys did not either.
create function _virotrial.stray_query(study name, reader oid) returns text
    language sql stable strict
    set search_path = pg_catalog, pg_temp
    begin atomic
        select string_agg(format('select %L as rule, %L as table_name, %s as site_id, '
                '%s as subject_id, %s as item, '
                'concat_ws('', '', %s) || %L as reason from %s as child '
                'where num_nulls(%6$s) = 0 and not exists (select from %9$s as parent where %10$s)',
                key.name, child.relname,
                case when 'site_id' = any (keyed) then 'child.site_id' else 'null::text' end,
                case when 'subject_id' = any (keyed) then 'child.subject_id' else 'null::text' end,
                coalesce((select 'concat_ws('', '', '
                        || string_agg(format('child.%I', name), ', ' order by place) || ')'
                    from unnest(keyed) with ordinality as part (name, place)
                    where name not in ('site_id', 'subject_id')), 'null::text'),
                columns, format(' is not in table %s', parent.relname), key.child::regclass,
                key.parent::regclass, comparison), E'\nunion all '
            order by child.relname, key.name)
        from _virotrial.foreign_key(study) as key
        join pg_class as child on child.oid = key.child
        join pg_class as parent on parent.oid = key.parent
        cross join lateral (select coalesce(_virotrial.key_columns(key.child), '{}'))
            as key_of (keyed)
        where has_table_privilege(reader, key.child, 'select')
            and has_table_privilege(reader, key.parent, 'select')
            -- whose rows a policy hides, beside those of other sites
            and (pg_has_role(reader, child.relowner, 'usage') or not exists (
                select from pg_policy where polrelid in (key.child, key.parent)
                    and polname in ('blinded', 'told after commit')));
    end;
comment on function _virotrial.stray_query(name, oid) is 'a query for all rows of a study that a foreign key refuses, of the tables that a role may read, in the columns of violations()';

-- What is in quarantine becomes what is found now: what is judged at entry comes
-- there with its row alone.  An acceptance ends when the row comes again, or breaks
-- the rule for another reason.
create function _virotrial.quarantine_query(study name) returns text
    language sql stable strict
    set search_path = pg_catalog, pg_temp
    begin atomic
        select format($query$
            with arrived as materialized (
                select * from unnest($1, $2, $3, $4)
                    as arrived (table_name, site_id, subject_id, row_key)
            ),
            concerned as materialized (select distinct site_id, subject_id from arrived),
            broken as (
                select * from _virotrial.arrival_findings(%2$L,
                    (select array_agg(site_id order by site_id, subject_id) from concerned),
                    (select array_agg(subject_id order by site_id, subject_id) from concerned))
                union all
                %3$s
            ),
            -- What a rule has found stays found while it cannot run.
            known as (
                select * from broken where subject_id is not null
                union all
                select rule, table_name, entry.site_id, entry.subject_id, entry.item,
                    entry.reason, entry.row_key, false
                from %1$I.quarantine as entry
                join concerned using (site_id, subject_id)
                join broken as failed using (rule, table_name)
                where failed.subject_id is null
            ),
            judged as materialized (
                select rule, table_name, site_id, subject_id, min(item) as item,
                    string_agg(distinct reason, '; ') as reason, row_key, at_entry,
                    exists (select from arrived
                        where arrived.table_name = known.table_name
                            and arrived.site_id = known.site_id
                            and arrived.subject_id = known.subject_id
                            and arrived.row_key @> known.row_key) as has_come
                from known
                group by rule, table_name, site_id, subject_id, row_key, at_entry
            ),
            found as materialized (
                select * from judged
                where has_come or not at_entry
                    -- The rule that has found it has another name now.
                    or exists (select from %1$I.quarantine as entry
                        where entry.table_name = judged.table_name
                            and entry.row_key = judged.row_key and accepted is null
                            and not exists (select from %1$I.rule where rule.name = entry.rule
                                and rule.table_name = entry.table_name))
            ),
            released as (
                delete from %1$I.quarantine as entry
                using concerned
                where entry.site_id = concerned.site_id and entry.subject_id = concerned.subject_id
                    and not exists (select from judged
                        where judged.table_name = entry.table_name
                            and judged.row_key = entry.row_key and judged.rule = entry.rule)
            ),
            kept as (
                insert into %1$I.quarantine as known
                    (site_id, subject_id, table_name, row_key, rule, item, reason)
                select site_id, subject_id, table_name, row_key, rule, item, reason
                from found
                where not exists (select from %1$I.quarantine as entry
                    where entry.table_name = found.table_name and entry.row_key = found.row_key
                        and entry.rule = found.rule
                        and entry.reason is not distinct from found.reason
                        and not found.has_come)
                -- Who accepts a number accepts the row and the reason that he has seen with it.
                on conflict (table_name, row_key, rule) do update
                set quarantine_id = default, item = excluded.item, reason = excluded.reason,
                    accepted = null, accepted_by = null, accepted_because = null
            )
            select string_agg(format('Rule %%s of table %%s: %%s.', rule, table_name, reason),
                E'\n' order by rule, table_name)
            from broken
            where subject_id is null$query$,
            study, study, _virotrial.orphan_query(study));
    end;
comment on function _virotrial.quarantine_query(name) is 'a statement that judges the subjects of whom rows have come, and writes the quarantine; its parameters are the tables, sites, subjects and keys of these rows. It returns the rules that cannot run';

create procedure _virotrial.judge_rows(study name, tables text[], sites text[], subjects text[],
        keys jsonb[])
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    failed text;
begin
    execute _virotrial.quarantine_query(study) into failed using tables, sites, subjects, keys;
    if failed is not null then
        raise warning using
            message = format('rules of study "%s" cannot run over what arrived', study),
            detail = failed;
    end if;
end;
$$;
comment on procedure _virotrial.judge_rows(name, text[], text[], text[], jsonb[]) is 'judges the subjects of whom rows have come; a warning names the rules that cannot run';

-- Rows of a site whose first copy is under way wait: the rows that they refer to
-- may not be there yet.
create function _virotrial.judge_some(study name, most integer) returns boolean
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    copying text[] := array(select site_id from _virotrial.subscribed_site(study) where is_copying);
    tables text[];
    sites text[];
    subjects text[];
    keys jsonb[];
begin
    execute format($query$
        with taken as (
            delete from %1$I.arrival
            where ctid = any (array(select ctid from %1$I.arrival
                where site_id <> all ($1) limit $2))
            returning *
        ),
        counted as (
            insert into %1$I.site_feed as known (site_id, arrived, last_arrival)
            select site_id, count(*), max(arrived_at) from taken group by site_id
            on conflict (site_id) do update set arrived = known.arrived + excluded.arrived,
                last_arrival = excluded.last_arrival
        )
        select array_agg(table_name), array_agg(site_id), array_agg(subject_id), array_agg(row_key)
        from taken$query$, study)
        into tables, sites, subjects, keys using copying, most;
    if tables is null then
        return false;
    end if;
    call _virotrial.judge_rows(study, tables, sites, subjects, keys);
    return true;
end;
$$;
comment on function _virotrial.judge_some(name, integer) is 'judges so many of the rows that arrived; false if none waits';

create procedure judge_arrivals(study name, whole boolean default false)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set virotrial.reason = 'late information: judged when it arrived'
    set jit = off
as $$
declare
    sites text[];
    subjects text[];
begin
    perform _virotrial.require_own_study(study);
    -- One at a time: another would judge by what this one has not written yet.
    execute format('lock table %I.site_feed in share row exclusive mode', study);
    while _virotrial.judge_some(study, 20000) loop
    end loop;
    -- What is in quarantine of a site that has left is mended here, and does not arrive.
    execute format('select coalesce(array_agg(site_id), ''{}''), '
            'coalesce(array_agg(subject_id), ''{}'') from ('
                'select site_id, subject_id from %1$I.subject where $1 union '
                'select site_id, subject_id from %1$I.quarantine '
                'where $1 or not _virotrial.is_received($2, site_id)) as judged', study)
        into sites, subjects using whole, study;
    if sites <> '{}' then
        call _virotrial.judge_rows(study, array_fill(''::text, array[cardinality(sites)]),
            sites, subjects, array_fill('{}'::jsonb, array[cardinality(sites)]));
    end if;
    call _virotrial.compare_seals(study, whole);
end;
$$;
comment on procedure judge_arrivals(name, boolean) is 'judges by the rules and foreign keys of a study what arrived by replication since the last call: rows that break one come into quarantine, and those that do so no longer leave it. With whole => true all subjects are judged, as after a new rule; what holds at entry alone brings nothing more into quarantine. Only the owner of the study may call it';

create function quarantine(study name)
    returns table (quarantine_id bigint, site_id text, subject_id text, table_name text,
        row_key jsonb, rule text, item text, reason text, since timestamptz)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.require_study(study);
    return query execute format('select quarantine_id, site_id, subject_id, table_name, row_key, '
        'rule, item, reason, since from %I.quarantine where accepted is null '
        'order by site_id, subject_id, table_name, quarantine_id', study);
end;
$$;
comment on function quarantine(name) is 'the rows that arrived by replication and break a rule, at the sites that the caller sees: the analysis leaves them out until they are accepted or mended';

create procedure accept_quarantined(study name, quarantine_id bigint, reason text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set virotrial.reason = ''
as $$
declare
    accepted bigint;
begin
    perform _virotrial.require_study(study);
    if (reason ~ '[^[:space:]]') is not true then
        raise exception using
            errcode = 'null_value_not_allowed',
            message = 'a row is accepted for a reason',
            detail = 'It breaks a rule, and the analysis has it from now on.',
            hint = 'Say why, as in: the site has confirmed the date.';
    end if;
    perform set_config('virotrial.reason', 'correction: ' || reason, true);
    execute format('update %I.quarantine set accepted = now(), accepted_by = session_user, '
        'accepted_because = $2 where quarantine_id = $1 and accepted is null', study)
        using quarantine_id, reason;
    get diagnostics accepted = row_count;
    if accepted = 0 then
        raise exception using
            errcode = 'no_data_found',
            message = format('study "%s" has no number %s in quarantine', study, quarantine_id),
            detail = 'It was accepted or mended, or belongs to a site that you do not see.',
            hint = format('select * from quarantine(%L)', study);
    end if;
end;
$$;
comment on procedure accept_quarantined(name, bigint, text) is 'has the analysis take a row that breaks a rule, for a reason; until it arrives again, or breaks the rule for another reason';
