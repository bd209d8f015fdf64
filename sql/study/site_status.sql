-- How what comes from the sites fares at the centre: one row per site

create function _virotrial.entered_here_query(study name) returns text
    language sql stable strict
    set search_path = pg_catalog, pg_temp
    begin atomic
        select string_agg(format('select %L as table_name, %s as row_key from %s as here '
                'where site_id = $1 and entered_in < $2', name,
                _virotrial.record_key(relation, 'here'), relation), ' union all ')
        from _virotrial.exchanged_table(study)
        where to_centre and not is_record;
    end;
comment on function _virotrial.entered_here_query(name) is 'a query for the rows of a site that were entered at the centre';

create function entered_here(study name, site text) returns table (table_name text, row_key jsonb)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.require_study(study);
    perform _virotrial.require_site(study, site);
    return query execute _virotrial.entered_here_query(study)
        using site, _virotrial.first_change(site);
end;
$$;
comment on function entered_here(name, text) is 'the rows of a site that were entered at the centre, and not there: a row of the same key that arrives is in conflict with it, and stops the subscription';

-- A worker that fails starts again and again: rows that are in its way tell that it fails.
create function _virotrial.feed_state(subscription name) returns table (state text, errors bigint,
        last_message timestamptz)
    language sql stable strict
    set search_path = pg_catalog, pg_temp
    begin atomic
        select case
                when not subenabled then 'disabled'
                when worker.pid is null then 'stopped'
                when exists (select from pg_subscription_rel
                    where srsubid = pg_subscription.oid and srsubstate <> 'r') then 'copying'
                else 'running' end,
            failed.apply_error_count + failed.sync_error_count,
            worker.last_msg_receipt_time
        from pg_subscription
        left join lateral (select pid, last_msg_receipt_time
            from pg_stat_subscription
            -- The others are of first copies, or help the one that receives.
            where subid = pg_subscription.oid and relid is null
            order by last_msg_receipt_time desc nulls last
            limit 1) as worker on true
        left join pg_stat_subscription_stats as failed on failed.subid = pg_subscription.oid
        where pg_subscription.subname = feed_state.subscription
            and subdbid = (select oid from pg_database where datname = current_database());
    end;
comment on function _virotrial.feed_state(name) is 'the state of a subscription, how often it failed, and when the other end was last heard of';

create function _virotrial.feed_remedy(study name, site text, state text, here bigint,
        waiting bigint, differ_after bigint) returns text
    language sql stable
    set search_path = pg_catalog, pg_temp
    return case
        when _virotrial.is_restored() then 'Restore this server to its last moment: it was restored '
            'from an older backup, and what is written now does not arrive elsewhere.'
        when state = 'not subscribed' and _virotrial.configured_by(study) is null
            then format('call subscribe_site(%L, %L, ''host=...'')', study, site)
        when state = 'disabled' then format('alter subscription %I enable', study || '_' || site)
        when here > 0 then format('Delete the rows that were entered here, and not at the site: '
            'select * from entered_here(%L, %L)', study, site)
        when state = 'stopped'
            then 'See whether the site can be reached; the log of this server says why it stopped.'
        when differ_after is not null then format('Rows that %1$s has sealed after batch %2$s were '
            'lost, or changed here: call seal(%3$L) and virotrial export %3$I FILE --since=%2$s there, '
            'then virotrial import %3$I FILE here.',
            case state when 'published' then 'the centre' else site end, differ_after, study)
        when waiting > 0 and state in ('running', 'by file', 'left')
            then format('call judge_arrivals(%L)', study) end;
comment on function _virotrial.feed_remedy(name, text, text, bigint, bigint, bigint) is 'what to do about a subscription in a state';

create function site_status(study name)
    returns table (site_id text, state text, last_change timestamptz, last_arrival timestamptz,
        delay interval, last_message timestamptz, errors bigint, rows_arrived bigint,
        rows_waiting bigint, rows_quarantined bigint, rows_accepted bigint, violations bigint,
        entered_here bigint, configuration_behind bigint, sealed_to bigint,
        seals_equal boolean, site_version text, version text, remedy text)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
    -- To compile the plan of many views takes longer than to run it.
    set jit = off
as $$
begin
    perform _virotrial.require_study(study);
    return query execute format($query$
        select site.site_id, found.state, known.last_change, counted.last_arrival,
            greatest(counted.last_arrival - known.last_change, '0'), feed.last_message,
            feed.errors, counted.arrived + waiting.rows, waiting.rows,
            held.quarantined, held.accepted, held.violations, here.rows,
            (select pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint
                from pg_replication_slots where slot_name = _virotrial.slot_name(
                    concat_ws('_', $1, site.site_id, 'centre'))),
            compared_to, equal_to = compared_to, site_feed.version,
            (select extversion from pg_extension where extname = 'virotrial'),
            _virotrial.feed_remedy($1, site.site_id, found.state, here.rows, waiting.rows,
                case when equal_to < compared_to then equal_to end)
        from %1$I.site
        left join lateral _virotrial.feed_state(concat_ws('_', $1, site.site_id)::name) as feed
            on true
        cross join lateral (select count(*) as rows, max(arrived_at) as last_arrival
            from %1$I.arrival where arrival.site_id = site.site_id) as waiting
        cross join lateral (select site.site_id in (select _virotrial.published_sender($1))
            as is_here) as own
        -- What arrives at a site comes from the centre.
        left join %1$I.site_feed
            on site_feed.site_id = case when own.is_here then 'centre' else site.site_id end
        cross join lateral (select coalesce(site_feed.arrived, 0) as arrived,
            greatest(site_feed.last_arrival, waiting.last_arrival) as last_arrival) as counted
        cross join lateral (
            select count(distinct (table_name, row_key)) filter (where accepted is null)
                    as quarantined,
                count(distinct (table_name, row_key)) filter (where accepted is not null)
                    as accepted,
                count(*) as violations
            from %1$I.quarantine where quarantine.site_id = site.site_id) as held
        left join lateral (select committed_at as last_change from %1$I.change
            where change_id >= _virotrial.first_change(site.site_id)
                and change_id < _virotrial.first_change(site.site_id) + (1::bigint << 33)
            order by change_id desc limit 1) as known on true
        left join lateral (select count(*) as rows
            from (%2$s) as row_here (table_name, row_key)
            where feed.errors > 0) as here on true
        cross join lateral (select case
            when own.is_here then 'published'
            when site_feed.imported_at is not null then 'by file'
            when feed.state is null and known.last_change is not null then 'left'
            when feed.state is null then 'not subscribed'
            when feed.state = 'running' and feed.errors > 0 and here.rows > 0 then 'stopped'
            else feed.state end as state) as found
        order by site.site_id$query$, study,
        replace(replace(_virotrial.entered_here_query(study), '$1', 'site.site_id'), '$2',
            '_virotrial.first_change(site.site_id)'))
        using study;
end;
$$;
comment on function site_status(name) is 'one row per site of a study: whether what the site captures arrives at this centre, how late and how much, what waits to be judged or is in quarantine, and what to do';
