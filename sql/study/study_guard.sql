-- In which ways a study looks guarded and is not

create function _virotrial.is_distributed("table" regclass) returns boolean
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
as $$
declare
    is_so boolean;
begin
    if to_regclass('pg_catalog.pg_dist_partition') is null then
        return false;
    end if;
    -- Even where it keeps them here, triggers see a shard, a table of another name.
    execute 'select exists (select from pg_catalog.pg_dist_partition where logicalrelid = $1) '
        'or pg_catalog.relation_is_a_known_shard($1)'
        into is_so using "table";
    return is_so;
end;
$$;
comment on function _virotrial.is_distributed(regclass) is 'whether Citus keeps the rows of a table, or the table is one of its shards';

-- In pg_trigger.tgtype 4 is INSERT, 8 DELETE, 16 UPDATE and 32 TRUNCATE.
create function _virotrial.guard_problems_query() returns text
    language sql immutable parallel safe
    return $query$
        with
        any_table as (
            select pg_class.oid, relname::text as name, nspname,
                format('%I.%I', nspname, relname) as qualified,
                relispartition as is_partition, relkind
            from pg_class
            join pg_namespace on pg_namespace.oid = relnamespace
            where relkind in ('r', 'p', 'f', 'v', 'm')
        ),
        study_table as (
            -- A partition needs what the table above it does.
            select oid, coalesce(root.relname, name) as name, qualified, relkind,
                is_partition or relkind = 'p' as is_partitioned,
                (select count(*) = 2 from pg_attribute
                    where attrelid = any_table.oid and attname in ('site_id', 'subject_id')
                        and not attisdropped) as has_subjects,
                exists (select from pg_attribute where attrelid = any_table.oid
                    and attname = 'entered_by' and (attislocal or is_partition))
                    and not is_record as has_stamp,
                is_record
            from any_table
            left join lateral (select relname::text from pg_class
                where is_partition and pg_class.oid = pg_partition_root(any_table.oid)) as root
                on true
            cross join lateral (select name in ('change', 'seal', 'seal_leaf', 'exchange_seal')
                or exists (select from pg_attribute where attrelid = any_table.oid
                    and attname = 'ended_in') as is_record) as record
            where nspname = $1 and relkind in ('r', 'p')
        ),
        table_trigger as not materialized (
            select tgrelid, tgname, tgtype, tgenabled, tgparentid,
                coalesce(conname, tgname)::text as shown,
                case when pronamespace = '_virotrial'::regnamespace then proname end as function
            from pg_trigger
            join pg_proc on pg_proc.oid = tgfoid
            left join pg_constraint on pg_constraint.oid = tgconstraint
        ),
        judged as (
            select table_name as name from rule where active
            union select regexp_replace(entry, '\s+where\s.*$', '') from rule,
                unnest(anchors || evidence) as entry where active
        ),
        needed (name, function, events, mended) as (
            select name, 'enforce', 60, 'guard' from judged
            union all select name, 'lock_tables', 60, 'guard' from judged
            union select name, 'lock_subjects', 28, 'guard' from judged join study_table
                using (name) where has_subjects
            union select name, 'gather_row', 28, 'guard' from judged join study_table
                using (name) where has_subjects and is_partitioned
            union select name, function, events, 'keep_history' from study_table
                cross join (values ('stamp', 20), ('keep_earlier', 24), ('refuse_truncate', 32))
                    as keeper (function, events)
                where has_stamp
            union select name, 'refuse_locked', 28, 'keep_history' from study_table
                where has_stamp and _virotrial.is_lockable(name)
            union all select name, 'refuse_write', 60, null from study_table where is_record
            union all values ('rule', 'rules_changed', 60, null),
                ('rule_context', 'rules_changed', 60, null),
                ('eligibility_criterion', 'criteria_changed', 60, null),
                ('enrolment', 'freeze_eligibility', 20, null),
                ('enrolment', 'await_place', 20, null),
                ('eligibility_verdict', 'keep_verdicts', 60, null),
                ('deviation', 'keep_deviations', 60, null),
                ('deferred_judgement', 'keep_waiting', 60, null),
                ('query', 'complete_query', 4, null), ('query', 'keep_said', 24, null),
                ('query', 'hold_subject', 4, null), ('query_event', 'hold_subject', 4, null),
                ('subject', 'ask_again', 16, null),
                ('query_event', 'complete_query_event', 4, null),
                ('query_event', 'keep_said', 24, null),
                ('source_verification', 'complete_verification', 4, null),
                ('source_verification', 'keep_said', 24, null),
                ('delivered_file', 'keep_said', 24, null),
                ('allocation_list', 'keep_said', 24, null),
                ('allocation', 'keep_said', 8, null), ('unblinding', 'keep_said', 8, null),
                ('allocation', 'keep_allocation', 16, null),
                ('unblinding', 'keep_allocation', 16, null),
                ('data_lock', 'begin_lock', 4, null), ('data_lock', 'complete_lock', 4, null),
                ('data_lock', 'await_writers', 4, null), ('data_lock', 'keep_lock', 16, null),
                ('data_lock', 'require_checklist', 4, null),
                ('signature', 'complete_signature', 4, null),
                ('signature', 'keep_said', 24, null),
                ('deferred_judgement', 'judge_deferred', 4, null),
                ('rule', 'rules_arrived', 60, null), ('rule_context', 'rules_arrived', 60, null),
                ('eligibility_criterion', 'rules_arrived', 60, null),
                ('viral_load_result', 'complete_viral_load', 20, null),
                ('lab_result', 'complete_lab_result', 20, null)
        ),
        found (problem, name, object, detail, hint) as (
            select 'disabled trigger', name, qualified,
                string_agg(distinct table_trigger.shown, ', '),
                format('alter table %s enable trigger all', qualified)
            from study_table
            join table_trigger on tgrelid = oid and (tgenabled = 'D'
                or tgenabled = 'R' and function is distinct from 'note_arrival')
            group by name, qualified
            union all
            select 'trigger that misses replicated rows', name, qualified,
                string_agg(tgname, ', ' order by tgname),
                format('alter table %s %s', qualified,
                    string_agg(format('enable %s trigger %I', case function
                        when 'note_arrival' then 'replica' else 'always' end, tgname),
                        ', ' order by tgname))
            from study_table
            join table_trigger on tgrelid = oid and function in ('rules_arrived', 'note_arrival')
                and tgenabled = 'O'
            group by name, qualified
            union all
            select 'missing trigger', name, qualified, format('%s() is not called by %s', function,
                    concat_ws(', ', case when lacks & 4 > 0 then 'insert' end, case
                        when lacks & 16 > 0 then 'update' end,
                        case when lacks & 8 > 0 then 'delete' end, case when lacks & 32 > 0
                            then 'truncate' end)),
                case when mended is not null
                    then format('call %I.%I(%L)', _virotrial.virotrial_schema(), mended,
                        format('%I.%I', $1, name))
                    else format('call %I.upgrade_study(%L)', _virotrial.virotrial_schema(), $1)
                    end
            from needed
            join study_table using (name)
            cross join lateral (
                select events & ~ coalesce(bit_or(tgtype), 0) as lacks
                from table_trigger
                where tgrelid = oid and table_trigger.function = needed.function) as found
            where lacks > 0
            union all
            select 'missing history', name, qualified,
                format('rows of %s are not changed, as their earlier versions cannot be kept',
                    qualified),
                format('call %I.keep_history(%L)', _virotrial.virotrial_schema(), qualified)
            from study_table
            where exists (select from table_trigger where tgrelid = oid and function = 'stamp')
                and ((select count(*) < 3 from pg_attribute where attrelid = study_table.oid
                        and attname in ('entered_by', 'entered_at', 'entered_in'))
                    or not exists (select from study_table as history
                        where history.name = study_table.name || '_history'))
            union all
            -- PostgreSQL fires triggers in the order of their names.
            select 'trigger behind the stamp', name, qualified,
                string_agg(tgname, ', ' order by tgname)
                    || ': it may change who entered a row, and when',
                string_agg(format('alter trigger %I on %s rename to %I', tgname, qualified,
                    'before_' || tgname), '; ' order by tgname)
            from study_table
            join table_trigger on tgrelid = oid and function is null and tgparentid = 0
                and tgtype & 3 = 3 and tgtype & 20 > 0 and tgname > 'stamp' and tgenabled <> 'D'
            where has_stamp
            group by name, qualified
            union all
            select case when below.is_partition then 'partition' else 'inheritance child' end,
                coalesce(guarded.name, below.name), below.qualified,
                format('it is below %s: what is written to one of them directly is not judged '
                    'by the rules of the other', above.qualified),
                format('alter table %s %s %s', case when below.is_partition
                        then above.qualified else below.qualified end,
                    case when below.is_partition then 'detach partition' else 'no inherit' end,
                    case when below.is_partition then below.qualified else above.qualified end)
            from pg_inherits
            join any_table as below on below.oid = inhrelid
            join any_table as above on above.oid = inhparent
            left join study_table as guarded on guarded.oid = case when below.is_partition
                then pg_partition_root(inhrelid) else inhparent end
            where (guarded.oid is not null or inhrelid in (select oid from study_table))
                -- A partition in the study has triggers of its own, or they are missing.
                and not (below.is_partition and guarded.oid is not null
                    and below.relkind in ('r', 'p') and below.nspname = $1)
            union all
            select 'missing partition', name, qualified,
                'rows of some sites are refused, as there is no partition for them',
                format('alter table %s attach partition ...', qualified)
            from study_table
            where relkind = 'p' and exists (
                select from pg_inherits
                join pg_class as part on part.oid = inhrelid
                cross join substring(pg_get_expr(relpartbound, part.oid)
                    from 'modulus ([0-9]+)') as modulus
                where inhparent = study_table.oid
                having round(sum(1 / modulus::numeric), 9) <> 1)
            union all
            select case relkind when 'f' then 'foreign table'
                else 'view in the place of a table' end,
                name, qualified, 'no rule holds on what is written there',
                format('Give its name to an ordinary table, and: call %I.guard(%L)',
                    _virotrial.virotrial_schema(), qualified)
            from any_table
            where nspname = $1 and relkind not in ('r', 'p') and name in (select name from needed)
            union all
            select 'distributed table', name, qualified,
                'Citus keeps its rows in shards, which no rule judges',
                format('select undistribute_table(%L), and distribute tables for the analysis alone',
                    qualified)
            from study_table
            where _virotrial.is_distributed(oid)
            union all
            select 'rewrite rule', name, qualified,
                string_agg(rulename, ', ' order by rulename)
                    || ': what is written may come elsewhere, or nowhere',
                string_agg(format('drop rule %I on %s', rulename, qualified), '; '
                    order by rulename)
            from study_table
            join pg_rewrite on ev_class = study_table.oid and ev_enabled <> 'D'
            group by name, qualified
            union all
            select 'constraint that is not validated', name, qualified,
                string_agg(conname, ', ' order by conname)
                    || ': rows from before it may break it',
                string_agg(format('alter table %s validate constraint %I', qualified, conname),
                    '; ' order by conname)
            from study_table
            join pg_constraint on conrelid = study_table.oid and not convalidated
            group by name, qualified
            union all
            select 'no primary key', name, qualified,
                'a row cannot be told from others, and is not replicated',
                format('alter table %s add primary key (...)', qualified)
            from study_table
            -- What waits in a transaction is never replicated.
            where name not in ('deferred_judgement', 'arrival', 'site_feed') and not is_record
                and not exists (select from pg_constraint
                    where conrelid = study_table.oid and contype = 'p')
        )
        select problem, object, detail, hint, name,
            name in (select judged.name from judged) as is_judged
        from found
    $query$;
comment on function _virotrial.guard_problems_query() is 'a query for the tables of a study on which its rules, stamps or locks do not hold';

create function _virotrial.violations_query() returns text
    language sql immutable parallel safe
    return 'select problem, name, null::text, null::text, object, detail from ('
        || _virotrial.guard_problems_query() || ') as guard_problem
        where is_judged
            and problem not in (''no primary key'', ''trigger that misses replicated rows'',
                ''trigger behind the stamp'')
            -- A frozen study has no triggers, and no changes.
            and to_regclass(format(''%I.change'', $1)) is not null';
comment on function _virotrial.violations_query() is 'the query of violations() for tables on which the rules do not hold';

-- Partitions that version 0.1.0 guarded call it until guard() is called again.
create function _virotrial.refuse_part_write() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    above constant regclass := pg_partition_root(tg_relid);
begin
    -- It was a part.
    if above is null then
        return null;
    end if;
    raise exception using
        errcode = 'object_not_in_prerequisite_state',
        message = format('table %s is a part of %s', tg_relid::regclass, above),
        detail = 'What is written to the part alone is not judged by the rules.',
        hint = format('Write to %s.', above);
end;
$$;
comment on function _virotrial.refuse_part_write() is 'trigger function, before each statement on a partition: refuses it, as the rules judge what is written to the table above';

-- PostgreSQL copies the triggers for each row itself.
create procedure _virotrial.guard_parts("table" regclass)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    part regclass;
    known record;
begin
    for part in select relid from pg_partition_tree("table")
            join pg_class on pg_class.oid = relid
            where level > 0 and relkind in ('r', 'p') loop
        for known in select tgname as name, pg_get_triggerdef(oid) as definition,
                    obj_description(oid, 'pg_trigger') as meaning
                from pg_trigger
                where tgrelid = "table" and tgtype & 1 = 0 and not tgisinternal loop
            execute replace(replace(known.definition, format(' ON %s ', "table"),
                format(' ON %s ', part)), 'CREATE TRIGGER ', 'CREATE OR REPLACE TRIGGER ');
            execute format('comment on trigger %I on %s is %L', known.name, part, known.meaning);
        end loop;
        if exists (select from pg_trigger
                where tgrelid = part
                    and tgfoid = '_virotrial.refuse_part_write()'::regprocedure) then
            execute format('drop trigger refuse_part_write on %s', part);
        end if;
    end loop;
end;
$$;
comment on procedure _virotrial.guard_parts(regclass) is 'gives the partitions of a table its triggers for statements, as what is written to a partition directly fires no other';
