-- What is wrong with a study's configuration: its protocol, rules, criteria,
-- triggers and tables

create function _virotrial.configuration_violations(study text)
    returns table (rule text, table_name text, site_id text,
        subject_id text, item text, reason text)
    language c stable strict
    as 'MODULE_PATHNAME', 'configuration_violations';
comment on function _virotrial.configuration_violations(text) is 'the same as violations(), of the rules that guard tables without sites alone: those of the protocol and of reference data';

-- In pg_trigger.tgtype 4 is INSERT, 8 DELETE, 16 UPDATE and 32 TRUNCATE.
create function _virotrial.study_problems_query() returns text
    language sql immutable parallel safe
    return $query$
        with
        any_table as (
            select pg_class.oid, relname::text as name, nspname,
                format('%I.%I', nspname, relname) as qualified,
                relispartition as is_partition
            from pg_class
            join pg_namespace on pg_namespace.oid = relnamespace
            where relkind in ('r', 'p', 'f')
        ),
        study_table as (
            select oid, name, qualified,
                (select count(*) = 2 from pg_attribute
                    where attrelid = any_table.oid and attname in ('site_id', 'subject_id')
                        and not attisdropped) as has_subjects,
                exists (select from pg_attribute where attrelid = any_table.oid
                    and attname = 'entered_by' and attislocal) and not is_record as has_stamp,
                is_record
            from any_table
            cross join lateral (select name in ('change', 'seal', 'seal_leaf')
                or exists (select from pg_attribute where attrelid = any_table.oid
                    and attname = 'ended_in') as is_record) as record
            where nspname = $1
        ),
        table_trigger as (
            select tgrelid, tgname, tgtype, tgenabled, coalesce(conname, tgname)::text as shown,
                case when pronamespace = '_virotrial'::regnamespace then proname end as function
            from pg_trigger
            join pg_proc on pg_proc.oid = tgfoid
            left join pg_constraint on pg_constraint.oid = tgconstraint
            where tgrelid in (select oid from study_table)
        ),
        judged as (
            select table_name as name from rule where active
            union select regexp_replace(entry, '\s+where\s.*$', '') from rule,
                unnest(anchors || evidence) as entry where active
        ),
        needed (name, function, events, mended) as (
            select name, 'enforce', 60, 'guard' from judged
            union all select name, 'lock_tables', 60, 'guard' from judged
            union all select name, 'lock_subjects', 28, 'guard' from judged join study_table
                using (name) where has_subjects
            union all select name, function, events, 'keep_history' from study_table
                cross join (values ('stamp', 20), ('keep_earlier', 24), ('refuse_truncate', 32))
                    as keeper (function, events)
                where has_stamp
            union all select name, 'refuse_locked', 28, 'keep_history' from study_table
                where has_stamp and _virotrial.is_lockable(name)
            union all select name, 'refuse_write', 60, null from study_table where is_record
            union all values ('rule', 'rules_changed', 60, null),
                ('rule_context', 'rules_changed', 60, null),
                ('eligibility_criterion', 'criteria_changed', 60, null), ('enrolment', 'freeze_eligibility', 20, null),
                ('enrolment', 'await_place', 20, null),
                ('eligibility_verdict', 'keep_verdicts', 60, null), ('deviation', 'keep_deviations', 60, null),
                ('deferred_judgement', 'keep_waiting', 60, null),
                ('query', 'complete_query', 4, null), ('query', 'keep_said', 24, null),
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
                ('deferred_judgement', 'judge_deferred', 4, null), ('rule', 'rules_arrived', 60, null), ('rule_context', 'rules_arrived', 60, null),
                ('eligibility_criterion', 'rules_arrived', 60, null),
                ('viral_load_result', 'complete_viral_load', 20, null), ('lab_result', 'complete_lab_result', 20, null)
        )
        select 'visit without assessments', visit,
            'required_assessment says nothing of it: it is missing in the lists of what is due',
            'Enter what is to be done at the visit; with required = false if nothing is.'
        from (select distinct visit from visit_definition) as defined
        where not exists (select from required_assessment
            where required_assessment.visit = defined.visit)
        union all
        select 'visit without Snapshot', visit,
            'snapshot_window says nothing of it: it is missing among the outcomes',
            'Enter the window; or classified = false if the outcome is not classified at the visit.'
        from (select distinct visit from visit_definition where target_day > 0) as defined
        where not exists (select from snapshot_window where snapshot_window.visit = defined.visit)
        union all
        select 'disabled trigger', qualified, string_agg(distinct table_trigger.shown, ', '),
            format('alter table %s enable trigger all', qualified)
        from study_table
        join table_trigger on tgrelid = oid and (tgenabled = 'D'
            or tgenabled = 'R' and function is distinct from 'note_arrival')
        group by qualified
        union all
        select 'trigger that misses replicated rows', qualified,
            string_agg(tgname, ', ' order by tgname),
            format('alter table %s %s', qualified,
                string_agg(format('enable %s trigger %I', case function
                    when 'note_arrival' then 'replica' else 'always' end, tgname),
                    ', ' order by tgname))
        from study_table
        join table_trigger on tgrelid = oid and function in ('rules_arrived', 'note_arrival')
            and tgenabled = 'O'
        group by qualified
        union all
        select 'missing trigger', qualified, format('%s() is not called by %s', function,
                concat_ws(', ', case when lacks & 4 > 0 then 'insert' end, case
                    when lacks & 16 > 0 then 'update' end,
                    case when lacks & 8 > 0 then 'delete' end, case when lacks & 32 > 0
                        then 'truncate' end)),
            case when mended is not null
                then format('call %I.%I(%L)', _virotrial.virotrial_schema(), mended, qualified)
                else 'Make the trigger again as it is in another study.' end
        from needed
        join study_table using (name)
        cross join lateral (
            select events & ~ coalesce(bit_or(tgtype), 0) as lacks
            from table_trigger
            where tgrelid = oid and table_trigger.function = needed.function) as found
        where lacks > 0
        union all
        select case when below.is_partition then 'partition' else 'inheritance child' end,
            below.qualified,
            format('it is below %s: what is written to one of them directly is not judged by the rules of the other', above.qualified),
            case when below.is_partition
                then 'Let nobody write to it: revoke insert, update, delete, truncate from whoever may.'
                else format('alter table %s no inherit %s', below.qualified, above.qualified) end
        from pg_inherits
        join any_table as below on below.oid = inhrelid
        join any_table as above on above.oid = inhparent
        where inhparent in (select oid from study_table)
            or inhrelid in (select oid from study_table)
        union all
        select 'no primary key', qualified,
            'a row cannot be told from others, and is not replicated',
            format('alter table %s add primary key (...)', qualified)
        from study_table
        -- What waits in a transaction is never replicated.
        where name not in ('deferred_judgement', 'arrival', 'site_feed') and not is_record
            and not exists (select from pg_constraint
                where conrelid = study_table.oid and contype = 'p')
        union all
        select * from _virotrial.security_problems($1)
        order by 1, 2, 3
    $query$;
comment on function _virotrial.study_problems_query() is 'the query of study_problems(), which runs as the owner of the study';

create function study_problems(study text)
    returns table (problem text, object text, detail text, hint text)
    language c stable strict
    as 'MODULE_PATHNAME', 'study_problems';
comment on function study_problems(text) is 'what is wrong with a study''s configuration: visits of which the protocol''s other tables say nothing, rules of the protocol that its tables break, rules, contexts and criteria that cannot run, disabled and missing triggers, tables below or above those of the study, and tables without primary key. It runs as the owner of the study; the caller needs SELECT on all its tables';
