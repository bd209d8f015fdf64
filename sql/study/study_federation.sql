-- Analysis without a copy of a patient: a site shares states, a centre rolls them up

create function _virotrial.shared_part() returns table (part name)
    language sql immutable
    return unnest(array['_virology_part', '_log_reduction_part', '_cd4_part', '_survival_part']);
comment on function _virotrial.shared_part() is 'the views of a study that leave a site: one row for each group and visit, with states of statistics';

create function _virotrial.require_new_schema(name text, made_by text) returns void
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
as $$
begin
    if to_regnamespace(quote_ident(name)) is not null then
        raise exception using
            errcode = 'duplicate_schema',
            message = format('there is a schema "%s"', name),
            detail = format('%s makes it anew each time.', made_by),
            hint = format('drop schema %I cascade', name);
    end if;
end;
$$;
comment on function _virotrial.require_new_schema(text, text) is 'fails with 42P06 where a schema is there already';

create function _virotrial.require_minimum_cell(minimum_cell integer) returns void
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if minimum_cell is null or minimum_cell < 0 then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('minimum_cell cannot be %s', coalesce(minimum_cell::text, 'null')),
            detail = 'It is the smallest number of subjects whose states are shown.',
            hint = 'Say 0 for no minimum; 5 and 10 are usual.';
    end if;
end;
$$;
comment on function _virotrial.require_minimum_cell(integer) is 'fails with 22023 unless it can be the smallest number of subjects that is shown';

create procedure share_study(study name, reader name, minimum_cell integer default 0,
    data_cut date default null)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    shared constant name := study || '_shared';
    part name;
begin
    perform _virotrial.require_minimum_cell(minimum_cell);
    perform _virotrial.require_own_study(study);
    perform _virotrial.require_new_schema(shared, 'share_study()');
    execute format('create schema %I', shared);
    for part in select shared_part.part from _virotrial.shared_part() loop
        execute format('create view %1$I.%3$I with (security_barrier) as '
            'select * from %2$I.%3$I where subjects >= %4$s%5$s', shared, study, part, minimum_cell,
            case when data_cut is not null then format(' and data_cut = %L', data_cut) end);
        execute format('comment on view %I.%I is %L', shared, part,
            format('what other servers may read of %I.%I: groups of at least %s subjects',
                study, part, minimum_cell));
    end loop;
    execute format('comment on schema %I is %L', shared,
        format('what study "%s" shares with other servers', study));
    execute format('grant usage on schema %I to %I', shared, reader);
    execute format('grant select on all tables in schema %I to %I', shared, reader);
end;
$$;
comment on procedure share_study(name, name, integer, date) is 'at a site: makes the schema <study>_shared, whose views give the states of the endpoints for each group and visit, and no row about one subject, and lets a role read it. A group of fewer than minimum_cell subjects is not in it, nor is any other data cut than data_cut where that is given. In a secured study the role sees the sites that site_access gives it. Only the owner of the study may call it';

create function _virotrial.require_servers(servers name[]) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    missing text := (select string_agg(format('"%s"', one), ', ') from unnest(servers) as one
        where not exists (select from pg_foreign_server
            join pg_foreign_data_wrapper as wrapper on wrapper.oid = srvfdw
            where srvname = one and fdwname = 'postgres_fdw'));
begin
    if missing is not null or cardinality(servers) is distinct from
            (select count(distinct one) from unnest(servers) as one) or servers = '{}' then
        raise exception using
            errcode = 'undefined_object',
            message = 'a federation needs servers, each named once',
            detail = coalesce('There is no server of postgres_fdw with the name ' || missing || '.',
                'A server is named twice, or none.'),
            hint = 'create server ... foreign data wrapper postgres_fdw options (host ..., dbname ..., extensions ''virotrial''), and a user mapping.';
    end if;
end;
$$;
comment on function _virotrial.require_servers(name[]) is 'fails with 42704 unless there are such servers of postgres_fdw, each named once';

-- The figures are made of states by the views of a study, which find those of the sites here.
create procedure _virotrial.make_federated_views(federated name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    ddl text;
begin
    perform set_config('search_path', format('%I, %I, pg_temp', federated,
        _virotrial.virotrial_schema()), true);
    for ddl in select made.ddl from _virotrial.study_ddl() as made
            where file in ('views/endpoint_virology.sql', 'views/endpoint_log_reduction.sql',
                'views/endpoint_cd4.sql') loop
        execute ddl;
    end loop;
end;
$$;
comment on procedure _virotrial.make_federated_views(name) is 'makes the endpoint views over the states in a schema';

-- A site that two servers share would be counted twice.
create function _virotrial.require_one_server(site text, first name, last name) returns boolean
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    if first <> last then
        raise exception using
            errcode = 'cardinality_violation',
            message = format('servers "%s" and "%s" share the same site %s', first, last, site),
            detail = 'Its subjects would be counted twice.',
            hint = 'Drop the schema, and name each site''s server once: call federate_study(...)';
    end if;
    return true;
end;
$$;
comment on function _virotrial.require_one_server(text, name, name) is 'true; fails with 21000 where a site is shared by two servers';

-- By the names of columns: another version may have them in another order.
create function _virotrial.federated_part(federated name, part name, servers name[],
    minimum_cell integer) returns text
    language sql stable
    set search_path = pg_catalog, pg_temp
    begin atomic
        with known as (
            select string_agg(quote_ident(attname), ', ' order by attnum) as columns
            from pg_attribute
            where attrelid = to_regclass(format('%I.%I', federated, servers[1] || part))
                and attnum > 0 and not attisdropped
        )
        select format('select %1$s from (select %1$s, min(server) over of_group as first_server, '
                'max(server) over of_group as last_server from (%2$s) as part '
                'window of_group as (partition by "grouping", group_value)) as part '
                'where _virotrial.require_one_server(group_value, first_server, last_server)',
            columns, string_agg(format('select %s, %L::name as server from %I.%I '
                    'where subjects >= %s', columns, one, federated, one || part, minimum_cell),
                ' union all ' order by place))
        from unnest(servers) with ordinality as given (one, place)
        cross join known
        group by columns;
    end;
comment on function _virotrial.federated_part(name, name, name[], integer) is 'a query for the states that servers share, which fails where two of them share a site';

create procedure federate_study(study name, servers name[], minimum_cell integer default 0)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    federated constant name := study || '_federated';
    server name;
    part name;
begin
    perform _virotrial.require_minimum_cell(minimum_cell);
    perform _virotrial.require_servers(servers);
    perform _virotrial.require_new_schema(federated, 'federate_study()');
    perform _virotrial.require_closed_schema(_virotrial.virotrial_schema()::name);
    execute format('create schema %I', federated);
    foreach server in array servers loop
        for part in select shared_part.part from _virotrial.shared_part() loop
            execute format('import foreign schema %I limit to (%I) from server %I into %I',
                study || '_shared', part, server, federated);
            execute format('alter foreign table %I.%I options (add async_capable ''true'')',
                federated, part);
            execute format('alter foreign table %I.%I rename to %I', federated, part,
                server || part);
        end loop;
    end loop;
    for part in select shared_part.part from _virotrial.shared_part() loop
        execute format('create view %I.%I as %s', federated, part,
            _virotrial.federated_part(federated, part, servers, minimum_cell));
        execute format('comment on view %I.%I is %L', federated, part,
            'the states that the sites share');
    end loop;
    call _virotrial.make_federated_views(federated);
    execute format('comment on schema %I is %L', federated,
        format('study "%s" over states at its sites', study));
end;
$$;
comment on procedure federate_study(name, name[], integer) is 'at a centre: makes the schema <study>_federated, whose views endpoint_virology, endpoint_log_reduction and endpoint_cd4 are computed from the states that servers of postgres_fdw share by share_study(). No row about one subject comes here. Groups of fewer than minimum_cell subjects are left out at the site';
