-- Many sites, one centre: what a centre receives from its sites, and a site from the centre

-- A slot is named by small letters, digits and underscores.
create function _virotrial.slot_name(name text) returns text
    language sql immutable strict
    return left(regexp_replace(lower(name), '[^a-z0-9_]', '_', 'g'), 50)
        || '_' || left(md5(name), 8);
comment on function _virotrial.slot_name(text) is 'the name of the replication slot of a subscription';

create function _virotrial.run_subscription_command(command text) returns void
    language c volatile strict
    as 'MODULE_PATHNAME', 'run_subscription_command';
comment on function _virotrial.run_subscription_command(text) is 'runs a command on a subscription as if the client had sent it: it may make or drop a slot at another server, and fails with 25001 in a transaction block';

create function _virotrial.subscribed_site(study name)
    returns table (site_id text, subscription name, is_copying boolean)
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
as $$
begin
    return query execute format('select site.site_id, subname, exists ('
        'select from pg_subscription_rel '
        'where srsubid = pg_subscription.oid and srsubstate <> ''r'') '
        'from %I.site join pg_subscription on subname = concat_ws(''_'', $1, site.site_id) '
        'where subdbid = (select oid from pg_database where datname = current_database())', study)
        using study;
end;
$$;
comment on function _virotrial.subscribed_site(name) is 'the sites that a centre receives, and whether the first copy is under way';

create function _virotrial.require_superuser(what text) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not (select rolsuper from pg_roles where rolname = current_user) then
        raise exception using
            errcode = 'insufficient_privilege',
            message = format('only a superuser %s', what),
            detail = 'What arrives passes row security and triggers, and the connection has a password.',
            hint = 'Let an administrator of the server call it.';
    end if;
end;
$$;
comment on function _virotrial.require_superuser(text) is 'fails with 42501 unless the caller is a superuser';

create function _virotrial.is_received(study name, site text) returns boolean
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    is_by_file boolean;
begin
    execute format('select exists (select from %I.site_feed '
        'where site_id = $1 and imported_at is not null)', study) into is_by_file using site;
    return is_by_file or exists (select from pg_subscription where subname = study || '_' || site
        and subdbid = (select oid from pg_database where datname = current_database()));
end;
$$;
comment on function _virotrial.is_received(name, text) is 'whether the rows of a site come from there, by a line or by batch files';

-- On rows of captured tables at a centre; and with an argument, on statements at a site.
create function _virotrial.refuse_other_direction() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    site text;
begin
    if tg_level = 'STATEMENT' then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('table "%s" comes from the centre', tg_table_name),
            detail = 'What is changed here would be another than there.',
            hint = 'Change it at the centre.', schema = tg_table_schema, table = tg_table_name;
    end if;
    site := case when _virotrial.is_received(tg_table_schema, old.site_id) then old.site_id
        when _virotrial.is_received(tg_table_schema, new.site_id) then new.site_id end;
    -- What was entered here by mistake may go.
    if site is not null
            and (tg_op <> 'DELETE' or old.entered_in >= _virotrial.first_change(site)) then
        -- What the database finds about rows of a site comes from there, too.
        if _virotrial.own_write() then
            return null;
        end if;
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('rows of site %s come from the site', site),
            detail = 'What is changed here would be another than there, and could stop what arrives.',
            hint = format('Change it at the site; or end the subscription: call leave_site(%L, %L)',
                tg_table_schema, site), schema = tg_table_schema, table = tg_table_name;
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end;
$$;
comment on function _virotrial.refuse_other_direction() is 'trigger function before a write to what comes from elsewhere: refuses it, but for the removal of rows that were entered here';

create procedure _virotrial.receive_sites(study name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    captured record;
begin
    for captured in
        select relation, name, _virotrial.key_columns(relation) as key,
            _virotrial.record_key(relation, name) as key_value,
            exists (select from pg_policy where polrelid = relation and polname = 'quarantine')
                as has_policy
        from _virotrial.exchanged_table(study)
        where to_centre and not is_record
    loop
        execute format('create or replace trigger note_arrival '
            'after insert or update or delete on %s '
            'for each row execute function _virotrial.note_arrival(%s)', captured.relation,
            (select string_agg(quote_literal(name), ', ') from unnest(captured.key) as name));
        execute format('alter table %s enable replica trigger note_arrival', captured.relation);
        execute format('comment on trigger note_arrival on %s is %L', captured.relation,
            'notes what arrives by replication');
        execute format('create or replace trigger comes_from_site '
            'before insert or update or delete on %s '
            'for each row execute function _virotrial.refuse_other_direction()', captured.relation);
        execute format('comment on trigger comes_from_site on %s is %L', captured.relation,
            'refuses to change here what comes from a site');
        continue when captured.has_policy;
        execute format('create policy quarantine on %s as restrictive for select to %I '
            'using (_virotrial.is_analysed(%L::regclass, %L, subject_id, %s))', captured.relation,
            study || '_views', format('%I.quarantine', study), captured.name, captured.key_value);
        execute format('comment on policy quarantine on %s is %L', captured.relation,
            'the views leave out what is in quarantine');
    end loop;
end;
$$;
comment on procedure _virotrial.receive_sites(name) is 'gives the tables of a centre what receives rows of sites: triggers that note what arrives and refuse to change it, and policies by which the views leave out what is in quarantine';

-- A subscription without a slot tells which tables are published; it goes again.
create procedure _virotrial.require_published(study name, site text, to_centre boolean,
        connection text, publications text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    trial constant text := format('%s_trial', pg_backend_pid());
    missing text;
    present bigint;
begin
    execute format('create subscription %I connection %L publication %s with (slot_name = none, '
        'create_slot = false, enabled = false, copy_data = false)', trial, connection, publications);
    select string_agg(name, ', ' order by name) filter (where srrelid is null), count(srrelid)
    into missing, present
    from _virotrial.exchanged_table(study) as exchanged
    left join pg_subscription_rel on srrelid = relation
        and srsubid = (select oid from pg_subscription where subname = trial
            and subdbid = (select oid from pg_database where datname = current_database()))
    where exchanged.to_centre = require_published.to_centre;
    execute format('drop subscription %I', trial);
    if missing is not null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = case
                when present > 0 then format('tables of study "%s" are not published', study)
                when to_centre then format('site %s of study "%s" is not published there', site, study)
                else format('the configuration of study "%s" is not published there', study) end,
            detail = case when present > 0 then format('The study has them here: %s.', missing)
                else format('The server has no publications %s.', publications) end,
            hint = case when to_centre
                then format('At the site: call publish_study(%L, site => %L)', study, site)
                else format('At the centre: call publish_study(%L)', study) end;
    end if;
end;
$$;
comment on procedure _virotrial.require_published(name, text, boolean, text, text) is 'fails with 55000 unless another server publishes the tables of a study that come from there';

create procedure _virotrial.subscribe(study name, site text, to_centre boolean, connection text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    name constant text := _virotrial.exchange_name(study, site,
        case when not to_centre then 'centre' end);
    publisher constant text := case when to_centre then site else 'centre' end;
    publications constant text := format('%I, %I', _virotrial.exchange_name(study, publisher),
        _virotrial.exchange_name(study, publisher, 'record'));
begin
    call _virotrial.require_published(study, site, to_centre, connection, publications);
    perform _virotrial.run_subscription_command(format('create subscription %I connection %L '
        'publication %s with (slot_name = %L, binary)', name, connection, publications,
        _virotrial.slot_name(name)));
end;
$$;
comment on procedure _virotrial.subscribe(name, text, boolean, text) is 'subscribes to what a site or the centre publishes of a study';

create function _virotrial.sender_subscription(study name, sender text) returns name
    language sql stable
    set search_path = pg_catalog, pg_temp
    return case when sender = 'centre' then _virotrial.configured_by(study)
        else (select subname from pg_subscription
            where subname = _virotrial.exchange_name(study, sender)
                and subdbid = (select oid from pg_database where datname = current_database())) end;
comment on function _virotrial.sender_subscription(name, text) is 'the subscription by which the rows of a site, or of the centre, arrive';

create function _virotrial.require_not_subscribed(name text, hint text) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (select from pg_subscription where subname = name
            and subdbid = (select oid from pg_database where datname = current_database())) then
        raise exception using
            errcode = 'duplicate_object',
            message = format('there is a subscription "%s"', name),
            detail = 'Its rows arrive already.',
            hint = hint;
    end if;
end;
$$;
comment on function _virotrial.require_not_subscribed(text, text) is 'fails with 42710 where there is a subscription of the name';

-- A first copy would bring them again: keys stop it, and histories have none.
create function _virotrial.require_not_arrived(study name, site text) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    arrived constant text := _virotrial.captured_where(study, site,
        'entered_in between $2 and $3');
begin
    if arrived is not null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('rows of site %s of study "%s" have arrived before', site, study),
            detail = format('A first copy would bring them once more. Tables: %s.', arrived),
            hint = format('The site goes on by batch files: virotrial export %s FILE --since=%s',
                study, (_virotrial.known_blocks(study, site)).last);
    end if;
end;
$$;
comment on function _virotrial.require_not_arrived(name, text) is 'fails with 55000 if a centre has rows of a site that were entered there';

create procedure subscribe_site(study name, site text, connection text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.require_superuser('subscribes to a site');
    perform _virotrial.owner_of_study(study);
    perform _virotrial.require_direction(study, null);
    perform _virotrial.require_site(study, site);
    perform _virotrial.require_not_subscribed(_virotrial.exchange_name(study, site),
        format('To begin anew, end it: call leave_site(%L, %L)', study, site));
    perform _virotrial.require_not_arrived(study, site);
    call @extschema@.secure_study(study);
    call _virotrial.receive_sites(study);
    call _virotrial.subscribe(study, site, true, connection);
end;
$$;
comment on procedure subscribe_site(name, text, text) is 'has the centre of a study receive what a site captures, from a server that publishes it: first all that is there, then each change. It secures the study. Only a superuser may call it, outside a transaction block';

create procedure _virotrial.empty_configuration(study name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set session_replication_role = replica
as $$
declare
    query text;
    wrong text;
    received record;
begin
    select string_agg(format('select %L as name where exists (select from %s)', name,
            relation::regclass), ' union all ') into query
    from _virotrial.study_relation(study)
    join pg_class on pg_class.oid = relation and relkind in ('r', 'p')
    where name <> all (select exchanged.name from _virotrial.exchanged_table(study) as exchanged
        where not to_centre);
    execute format('select string_agg(name, %L order by name) from (%s) as found', ', ', query)
        into wrong;
    if wrong is not null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('study "%s" has rows of its own already', study),
            detail = format('Its configuration becomes that of the centre. Tables: %s.', wrong),
            hint = 'Subscribe to the centre right after create_study().';
    end if;
    for received in select relation from _virotrial.exchanged_table(study) where not to_centre loop
        execute format('delete from %s', received.relation);
    end loop;
end;
$$;
comment on procedure _virotrial.empty_configuration(name) is 'removes the configuration of a new study, whose place that of the centre takes; 55000 if it has other rows';

create procedure _virotrial.receive_centre(study name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    received regclass;
begin
    call _virotrial.empty_configuration(study);
    for received in select relation from _virotrial.exchanged_table(study)
            where not to_centre and not is_record loop
        execute format('create or replace trigger comes_from_centre '
            'before insert or update or delete on %s '
            'for each statement execute function _virotrial.refuse_other_direction()', received);
        execute format('comment on trigger comes_from_centre on %s is %L', received,
            'refuses to change here what comes from the centre');
    end loop;
end;
$$;
comment on procedure _virotrial.receive_centre(name) is 'has the configuration of a new study give place to that of the centre, and refuses to change it here';

create procedure subscribe_centre(study name, site text, connection text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.require_superuser('subscribes to a centre');
    perform _virotrial.owner_of_study(study);
    perform _virotrial.require_direction(study, site);
    perform _virotrial.require_not_subscribed(_virotrial.exchange_name(study, site, 'centre'),
        format('To begin anew, end it: call leave_centre(%L, %L)', study, site));
    call _virotrial.receive_centre(study);
    call _virotrial.number_changes(study, site);
    call _virotrial.subscribe(study, site, false, connection);
end;
$$;
comment on procedure subscribe_centre(name, text, text) is 'has a new study at a site receive its configuration from the centre: what create_study() wrote gives place to it. Only a superuser may call it, outside a transaction block';

create procedure _virotrial.leave(name text, keep_slot boolean)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from pg_subscription where subname = name
            and subdbid = (select oid from pg_database where datname = current_database())) then
        raise exception using
            errcode = 'undefined_object',
            message = format('there is no subscription "%s"', name),
            detail = 'Nothing arrives from there.',
            hint = 'select * from site_status(...) shows what arrives at a centre.';
    end if;
    if keep_slot then
        execute format('alter subscription %I disable', name);
        execute format('alter subscription %I set (slot_name = none)', name);
    end if;
    perform _virotrial.run_subscription_command(format('drop subscription %I', name));
end;
$$;
comment on procedure _virotrial.leave(text, boolean) is 'drops a subscription, with its slot or without';

create function _virotrial.end_batches(study name, sender text) returns boolean
    language plpgsql strict
    set search_path = pg_catalog, pg_temp
as $$
declare
    is_by_file boolean;
begin
    execute format('select exists (select from %I.site_feed '
        'where site_id = $1 and imported_at is not null)', study) into is_by_file using sender;
    if is_by_file then
        execute format('update %I.site_feed set imported_at = null where site_id = $1', study)
            using sender;
    end if;
    return is_by_file;
end;
$$;
comment on function _virotrial.end_batches(name, text) is 'ends that rows come from a site, or the centre, by batch files; false if they did not';

create procedure leave_site(study name, site text, keep_slot boolean default false)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.owner_of_study(study);
    if not _virotrial.end_batches(study, site) then
        perform _virotrial.require_superuser('ends a subscription');
        call _virotrial.leave(_virotrial.exchange_name(study, site), keep_slot);
    end if;
end;
$$;
comment on procedure leave_site(name, text, boolean) is 'ends what arrives from a site, by a line or by batch files: its rows stay. Where the site cannot be reached, keep_slot => true leaves its replication slot, which must be dropped there. The owner of the study may end batch files; only a superuser ends a subscription, outside a transaction block';

create procedure leave_centre(study name, site text, keep_slot boolean default false)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    received regclass;
begin
    perform _virotrial.owner_of_study(study);
    for received in select relation from _virotrial.exchanged_table(study)
            where not to_centre and not is_record loop
        execute format('drop trigger if exists comes_from_centre on %s', received);
    end loop;
    if not _virotrial.end_batches(study, 'centre') then
        perform _virotrial.require_superuser('ends a subscription');
        call _virotrial.leave(_virotrial.exchange_name(study, site, 'centre'), keep_slot);
    end if;
end;
$$;
comment on procedure leave_centre(name, text, boolean) is 'ends what arrives from the centre at a site, whose configuration is its own from then on; the rest is as in leave_site()';
