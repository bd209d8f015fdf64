-- What was changed between two moments

create function _virotrial.changes_of_table("table" regclass, sites text) returns text
    language sql stable strict
    begin atomic
        with column_list as (
            select bool_or(attname = 'site_id') as has_site,
                bool_or(attname = 'subject_id') as has_subject,
                (select string_agg(format('%L, %I', attname, attname), ', ' order by place)
                    from pg_constraint
                    cross join unnest(conkey) with ordinality as k (attnum, place)
                    join pg_attribute using (attnum)
                    where conrelid = "table" and contype = 'p' and attrelid = conrelid) as key
            from pg_attribute
            where attrelid = "table" and attnum > 0 and not attisdropped
        )
        select format($query$
            select %1$L, jsonb_build_object(%2$s) as key, %3$s as site_id, %4$s as subject_id,
                entered_in as change_id, entered_at as moment, null as ended_as,
                to_jsonb(version.*) as record
            from %5$s as version
            where entered_in in (select change_id from known) and %7$s
            union all
            select %1$L, jsonb_build_object(%2$s), %3$s, %4$s,
                entered_in, entered_at, null, to_jsonb(version.*)
            from %6$s as version
            where entered_in in (select change_id from known) and %7$s
            union all
            select %1$L, jsonb_build_object(%2$s), %3$s, %4$s,
                ended_in, ended_at, ended_as, to_jsonb(version.*)
            from %6$s as version
            where ended_in in (select change_id from known) and %7$s$query$,
            relname, coalesce(key, ''), case when has_site then 'site_id' else 'null' end,
            case when has_subject then 'subject_id' else 'null' end,
            format('%I.%I', nspname, relname), format('%I.%I', nspname, relname || '_history'),
            case when has_site then sites else 'true' end || ' and '
                || _virotrial.found_condition("table"))
        from column_list
        cross join pg_class
        join pg_namespace on pg_namespace.oid = relnamespace
        where pg_class.oid = "table";
    end;
comment on function _virotrial.changes_of_table(regclass, text) is 'a query for the versions of a table''s rows that the changes in "known" began or ended, at sites for which a condition holds';

create function _virotrial.changes_query(study name, reader oid, sites text) returns text
    language sql stable strict
    begin atomic
        select format($query$
            with known as (
                select * from %I.change where committed_at > $2 and committed_at <= $3
            ),
            version ("table", key, site_id, subject_id, change_id, moment, ended_as, record) as (
                select null, null::jsonb, null, null, null::bigint, null::timestamptz, null,
                    null::jsonb
                where false%s
            ),
            changed as (
                select change_id, moment, "table", key,
                    coalesce(earlier.site_id, later.site_id) as site_id,
                    coalesce(earlier.subject_id, later.subject_id) as subject_id,
                    coalesce(earlier.ended_as, 'insert') as action,
                    earlier.record - stamp as earlier, later.record - stamp as later
                from (select * from version where ended_as is not null) as earlier
                full join (select * from version where ended_as is null) as later
                    using (change_id, moment, "table", key)
                cross join (select array['entered_by', 'entered_at', 'entered_in',
                    'ended_at', 'ended_in', 'ended_as'] as stamp) as columns
            )
            select known.committed_at, known.login, known.application_user, known.reason_code,
                known.reason, known.source, site_id::text, subject_id::text, "table"::text, key,
                action::text, "column"::text, old_value, new_value
            from changed
            join known using (change_id)
            cross join lateral (
                select null, earlier::text, later::text where earlier is null or later is null
                union all
                select name, earlier ->> name, later ->> name
                from jsonb_object_keys(earlier || later) as name
                where earlier -> name is distinct from later -> name
            ) as value ("column", old_value, new_value)
            order by known.committed_at, moment, "table", key, "column"$query$,
            study, (select string_agg(format(E'\nunion all %s',
                    _virotrial.changes_of_table("table", sites)), '' order by name)
                from _virotrial.kept_tables(study, reader) where is_readable));
    end;
comment on function _virotrial.changes_query(name, oid, text) is 'the query of changes(), for what a reader may read, at sites for which a condition holds';

create function changes(study name, since timestamptz, until timestamptz default 'infinity')
    returns table (committed_at timestamptz, login text, application_user text,
        reason_code text, reason text, source text, site_id text, subject_id text, "table" text,
        key jsonb, action text, "column" text, old_value text, new_value text)
    language c stable strict
    as 'MODULE_PATHNAME', 'study_changes';
comment on function changes(name, timestamptz, timestamptz) is 'what was changed in a study after one moment and up to another, by the time of commit: one row per column that an update changed; one per row that was entered or deleted, with the whole of it and no column. Reads what the caller may read, of the sites that he sees; a notice names the tables that he may not';
