-- Many sites, one centre: what is published and subscribed to, by native logical replication

-- Configuration goes to the sites, what is captured comes from them; records are
-- what the database alone writes and nobody changes.  What belongs to a login or
-- a server stays where it is, and so do dictionaries, since terms are coded at the centre.
create function _virotrial.exchanged_table(study name)
    returns table (relation regclass, name name, to_centre boolean, is_record boolean)
    language sql stable strict
    begin atomic
        with exchanged as (
            select found.relation, found.name, found.kind not in ('configuration', 'site')
                    as to_centre,
                found.kind in ('query', 'query_event', 'source_verification', 'signature',
                    'delivered_file') as is_record
            from _virotrial.study_relation(study) as found
            join pg_class on pg_class.oid = found.relation and relkind in ('r', 'p')
            where found.name not in ('pooled_login', 'coding_dictionary', 'coding_term')
                and (found.kind in ('configuration', 'site', 'record', 'decision', 'kept',
                        'deviation', 'allocation', 'unblinding', 'query', 'query_event',
                        'source_verification', 'signature', 'delivered_file')
                    or found.kind in ('blinded', 'blinded allocation') and found.has_site
                        and not exists (select from pg_attribute
                            where attrelid = found.relation and attname = 'ended_in'))
        )
        select relation, name, to_centre, is_record from exchanged
        union all
        select history.oid, history.relname, to_centre, true
        from exchanged
        join pg_class as live on live.oid = exchanged.relation
        join pg_class as history on history.relnamespace = live.relnamespace
            and history.relname = exchanged.name || '_history'
        where not is_record
        union all
        select found.relation, found.name, direction.to_centre, true
        from _virotrial.study_relation(study) as found
        cross join (values (true), (false)) as direction (to_centre)
        where found.name in ('change', 'exchange_seal');
    end;
comment on function _virotrial.exchanged_table(name) is 'the tables of a study that go from its centre to its sites or from a site to the centre, and whether they only grow';

-- 2^33 numbers for the centre and for each site, by the code of the site
create function _virotrial.first_change(site text) returns bigint
    language sql immutable
    return coalesce((1 + ('x' || left(md5(site), 7))::bit(28)::bigint) << 33, 0);
comment on function _virotrial.first_change(text) is 'the first of the 2^33 numbers that a site gives to its changes; null: the centre';

create function _virotrial.last_change(site text) returns bigint
    language sql immutable
    return _virotrial.first_change(site) + (1::bigint << 33) - 1;
comment on function _virotrial.last_change(text) is 'the last of them';

create function _virotrial.exchange_name(study name, site text, part text default null) returns text
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
declare
    name text := concat_ws('_', study, site, part);
begin
    if octet_length(name) > 63 then
        raise exception using
            errcode = 'name_too_long',
            message = format('the name of study "%s" and the code of site %s are too long', study, site),
            detail = format('"%s" would be the name of a publication or subscription, and is longer than 63 bytes.', name),
            hint = format('Rename the study: alter schema %I rename to ...', study);
    end if;
    return name;
end;
$$;
comment on function _virotrial.exchange_name(name, text, text) is 'the name of a publication or subscription of a study; 42622 if it is too long';

create function _virotrial.require_site(study name, site text) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    others text;
    is_known boolean;
begin
    execute format('select bool_or(site_id = $1), string_agg(site_id, '', '') filter '
        '(where site_id <> $1 and _virotrial.first_change(site_id) = _virotrial.first_change($1)) '
        'from %I.site', study)
        into is_known, others using site;
    if is_known is not true then
        raise exception using
            errcode = 'no_data_found',
            message = format('study "%s" has no site %s', study, coalesce(site, 'null')),
            detail = format('Its sites are in %I.site. A site has them from the centre.', study),
            hint = format('Enter it at the centre: insert into %I.site (site_id, name) values ...', study);
    end if;
    if others is not null then
        raise exception using
            errcode = 'duplicate_object',
            message = format('sites %s and %s would give the same numbers to their changes', site, others),
            hint = 'Give one of them another code.';
    elsif site = 'centre' then
        raise exception using
            errcode = 'reserved_name',
            message = 'no site that sends or receives has the code centre',
            detail = 'It is the name of what the centre itself sends.',
            hint = 'Give the site another code.';
    end if;
end;
$$;
comment on function _virotrial.require_site(name, text) is 'fails with P0002 unless a study has a site, with 42710 if another site numbers its changes alike, and with 42939 for the code of the centre';

-- What was numbered otherwise would be taken for the centre's, or for another site's.
create procedure _virotrial.number_changes(study name, site text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    numbered record;
begin
    for numbered in
        select pg_get_serial_sequence(relation::regclass::text, attname) as sequence
        from _virotrial.study_relation(study)
        join pg_attribute on attrelid = relation and attidentity <> ''
    loop
        execute format('select setval(%L, $1, false) from %s where last_value not between $1 and $2',
                numbered.sequence, numbered.sequence)
            using _virotrial.first_change(site), _virotrial.last_change(site);
    end loop;
end;
$$;
comment on procedure _virotrial.number_changes(name, text) is 'has a site number its changes from now on in a range of its own';

-- A subscriber that is ahead of the log gets nothing of what is written until that passes;
-- so no trigger lets a row of a published table pass.
create function _virotrial.is_restored() returns boolean
    language c volatile
    as 'MODULE_PATHNAME', 'is_restored';
comment on function _virotrial.is_restored() is 'whether a subscriber has confirmed more of this server''s log than there is: the server was restored from a backup that is older';

create function _virotrial.require_not_restored(study name) returns void
    language c volatile strict
    as 'MODULE_PATHNAME', 'require_not_restored';
comment on function _virotrial.require_not_restored(name) is 'fails with 55000 where what is written to a study would not arrive, since the server was restored';

create function _virotrial.captured_where(study name, site text, condition text) returns text
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    query text;
    found text;
begin
    select string_agg(format('select %L as name where exists (select from %s '
            'where site_id = $1 and %s)', name, relation, condition), ' union all ') into query
    from _virotrial.exchanged_table(study)
    where to_centre and name not in ('change', 'exchange_seal');
    execute format('select string_agg(name, %L order by name) from (%s) as found', ', ', query)
        into found
        using site, _virotrial.first_change(site), _virotrial.last_change(site);
    return found;
end;
$$;
comment on function _virotrial.captured_where(name, text, text) is 'the tables that have rows of a site, $1, which meet a condition; $2 and $3 are the first and the last number of its changes';

create function _virotrial.require_numbered(study name, site text) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    wrong constant text := _virotrial.captured_where(study, site,
        'entered_in not between $2 and $3');
begin
    if wrong is not null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('site %s of study "%s" has rows from before it was published', site, study),
            detail = format('Their changes have numbers that others may have given, too. Tables: %s.', wrong),
            hint = 'Publish the study of a site before its first subject is entered.';
    end if;
end;
$$;
comment on function _virotrial.require_numbered(name, text) is 'fails with 55000 where a site has rows whose changes are not numbered in its range';

-- Subjects of another site would go nowhere, with all that is entered about them.
create function _virotrial.refuse_other_site() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (select from pg_publication where pubname = tg_table_schema || '_' || tg_argv[0]) then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('study "%s" is that of site %s here', tg_table_schema, tg_argv[0]),
            detail = format('Subjects of site %s would not arrive at the centre.', new.site_id),
            hint = format('Enter them at the server of site %s.', new.site_id),
            schema = tg_table_schema, table = tg_table_name;
    end if;
    return new;
end;
$$;
comment on function _virotrial.refuse_other_site() is 'trigger function before a subject of another site than its argument is written: refuses it as long as that site is published';

create procedure _virotrial.keep_to_site(study name, site text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    others text;
begin
    execute format('select string_agg(distinct site_id, '', '') from %I.subject '
        'where site_id <> $1', study) into others using site;
    if others is not null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('study "%s" has subjects of other sites than %s', study, site),
            detail = format('They would not arrive at the centre. Sites: %s.', others),
            hint = 'Each site has a server or a database of its own.';
    end if;
    execute format('create or replace trigger other_site before insert or update of site_id '
        'on %I.subject for each row when (new.site_id <> %L) '
        'execute function _virotrial.refuse_other_site(%2$L)', study, site);
    execute format('comment on trigger other_site on %I.subject is %L', study,
        'refuses subjects of another site than the one that is published');
end;
$$;
comment on procedure _virotrial.keep_to_site(name, text) is 'has the study of a site take no subject of another site; 55000 if it has one';

create function _virotrial.configured_by(study name) returns name
    language sql stable strict
    set search_path = pg_catalog, pg_temp
    begin atomic
        select subname
        from pg_subscription
        join pg_subscription_rel on srsubid = pg_subscription.oid
        where srrelid = to_regclass(format('%I.protocol', study));
    end;
comment on function _virotrial.configured_by(name) is 'the subscription by which a study receives its configuration';

create function _virotrial.require_direction(study name, site text) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    configured constant name := _virotrial.configured_by(study);
    wrong text;
begin
    select format(found.kind, found.name) into wrong
    from (
        select 'Subscription "%s"', configured
        where configured <> coalesce(study || '_' || site || '_centre', '')
        union all
        select 'Publication "%s"', study || '_' || sender
        from _virotrial.published_sender(study) as sender
        where sender <> coalesce(site, 'centre')) as found (kind, name);
    if wrong is not null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = case
                when wrong = format('Publication "%s_centre"', study)
                    then format('study "%s" is that of the centre here', study)
                when site is null then format('study "%s" is that of a site here', study)
                else format('study "%s" is that of another site than %s here', study, site) end,
            detail = format('%s says so. Each table goes in one direction: configuration from the centre to the sites, what is captured from the sites to the centre.',
                wrong),
            hint = case when site is null then 'Call it at the centre.'
                else format('Call it at the server of site %s. If the code was wrong there: call leave_centre(%L, ...)',
                    site, study) end;
    end if;
end;
$$;
comment on function _virotrial.require_direction(name, text) is 'fails with 55000 where a study is not that of a site, or of the centre if the site is null';

create function _virotrial.require_publishable(study name, site text, by_file boolean)
    returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    wrong text;
begin
    if current_setting('wal_level') <> 'logical' and not by_file then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('this server cannot publish study "%s"', study),
            detail = format('Its wal_level is %s.', current_setting('wal_level')),
            hint = 'alter system set wal_level = ''logical'', and restart the server. '
                'Batch files do not need it: by_file => true';
    end if;
    select string_agg(relation::text, ', ') into wrong
    from _virotrial.exchanged_table(study)
    join pg_class on pg_class.oid = relation
    where not is_record and to_centre = (site is not null) and relreplident <> 'f'
        and not exists (select from pg_index
            where indrelid = relation and case relreplident when 'd' then indisprimary
                    else indisreplident end
                and (not to_centre or exists (select from pg_attribute
                    where attrelid = relation and attname = 'site_id' and attnum = any (indkey))));
    if wrong is not null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('tables of study "%s" cannot be published', study),
            detail = format('A changed row could not be found at the other end, as no key tells it%s: %s.',
                case when site is not null then ' and its site' end, wrong),
            hint = 'Give each a primary key that begins with site_id, or: alter table ... replica identity full.';
    end if;
end;
$$;
comment on function _virotrial.require_publishable(name, text, boolean) is 'fails with 55000 where the server publishes nothing, or a table of a study has no replica identity that could be filtered by site';

create function _virotrial.published_tables(study name, site text, records boolean) returns text
    language sql stable
    set search_path = pg_catalog, pg_temp
    begin atomic
        select string_agg(format('%s%s', relation, ' where (' || case
                when name = 'change' then format('change_id between %s and %s',
                    _virotrial.first_change(site), _virotrial.last_change(site))
                when name = 'exchange_seal' then format('sender = %L', coalesce(site, 'centre'))
                when to_centre then format('site_id = %L', site) end || ')'), ', ' order by name)
        from _virotrial.exchanged_table(study)
        where is_record = records and to_centre = (site is not null);
    end;
comment on function _virotrial.published_tables(name, text, boolean) is 'the tables of a study that a site, or its centre, publishes, with the conditions on their rows';

-- ral_2_S1 may be that of site S1 of study ral_2, or of site 2_S1 of study ral.
create function _virotrial.is_published(study name, publication name) returns boolean
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    others text;
begin
    select string_agg(distinct quote_ident(relnamespace::regnamespace::name), ', ') into others
    from pg_publication
    join pg_publication_rel on prpubid = pg_publication.oid
    join pg_class on pg_class.oid = prrelid
    where pubname = publication and relnamespace <> to_regnamespace(quote_ident(study));
    if others is not null then
        raise exception using
            errcode = 'duplicate_object',
            message = format('there is a publication "%s" of other tables', publication),
            detail = format('It is not of study "%s". Schemas: %s.', study, others),
            hint = format('Rename one of the studies: alter schema %I rename to ...', study);
    end if;
    return exists (select from pg_publication where pubname = publication);
end;
$$;
comment on function _virotrial.is_published(name, name) is 'whether there is a publication; 42710 if it is of tables of another schema';

create procedure publish_study(study name, site text default null, by_file boolean default false)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set client_min_messages = error
as $$
declare
    published record;
begin
    perform _virotrial.owner_of_study(study);
    perform _virotrial.require_direction(study, site);
    if site is not null then
        perform _virotrial.require_site(study, site);
        call _virotrial.number_changes(study, site);
        perform _virotrial.require_numbered(study, site);
        call _virotrial.keep_to_site(study, site);
    end if;
    perform _virotrial.require_publishable(study, site, by_file);
    for published in
        select _virotrial.exchange_name(study, coalesce(site, 'centre'), part) as name,
            _virotrial.published_tables(study, site, part is not null) as tables,
            case when part is null then 'insert, update, delete' else 'insert' end as verbs
        from unnest(array[null, 'record']) as part
    loop
        if _virotrial.is_published(study, published.name) then
            execute format('alter publication %I set table %s', published.name, published.tables);
        else
            execute format('create publication %I for table %s '
                'with (publish = %L, publish_via_partition_root)',
                published.name, published.tables, published.verbs);
        end if;
    end loop;
end;
$$;
comment on procedure publish_study(name, text, boolean) is 'publishes a study for logical replication: with a site, what that site captures, to its centre; without one, the configuration, from the centre to its sites. To call it again takes in tables that came since. Only the owner of the study may, or a superuser; the server needs wal_level = logical, unless all goes by batch files';
