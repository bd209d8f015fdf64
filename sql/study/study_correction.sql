-- Corrections of several rows that belong together: one call each

create function _virotrial.tell_changed_meanwhile(study name) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception using
        errcode = 'serialization_failure',
        message = format('rows of study "%s" that are to be corrected were changed meanwhile',
            study),
        detail = 'Another session has given them another key, or removed them. Nothing is corrected.',
        hint = 'Look at them, and correct them again.';
end;
$$;
comment on function _virotrial.tell_changed_meanwhile(name) is 'fails with 40001: the rows that were to be corrected are not there any more';

-- The rules wait until all statements have run, and are then judged at once.  The first
-- ones find the rows that were named, unless another session has changed these since.
create procedure _virotrial.correct(study name, reason text, statements text[],
        needed integer default 1)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set virotrial.reason = ''
as $$
declare
    outer_setting constant text := coalesce(current_setting('virotrial.defer_rules', true), '');
    statement text;
    corrected bigint;
begin
    perform set_config('virotrial.reason', coalesce(reason, ''), true);
    perform set_config('virotrial.defer_rules', study, true);
    foreach statement in array statements loop
        execute statement;
        get diagnostics corrected = row_count;
        if needed > 0 and corrected = 0 then
            perform _virotrial.tell_changed_meanwhile(study);
        end if;
        needed := needed - 1;
    end loop;
    perform set_config('virotrial.defer_rules', outer_setting, true);
    execute format('set constraints %I.judge_deferred immediate', study);
    execute format('set constraints %I.judge_deferred deferred', study);
end;
$$;
comment on procedure _virotrial.correct(name, text, text[], integer) is 'runs statements on a study for a reason, and judges by all rules what they and the transaction before them have left; 40001 if one of so many at first changes no row';

create function _virotrial.require_subject(study name, site_id text, subject_id text) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    is_known boolean;
begin
    perform _virotrial.require_study(study);
    execute format('select exists (select from %I.subject where (site_id, subject_id) = ($1, $2))',
            study)
        into is_known using site_id, subject_id;
    if not is_known then
        raise exception using
            errcode = 'no_data_found',
            message = format('study "%s" has no subject %s of site %s', study,
                coalesce(subject_id, 'null'), coalesce(site_id, 'null')),
            hint = format('%I.subject lists the subjects that you see.', study);
    end if;
end;
$$;
comment on function _virotrial.require_subject(name, text, text) is 'fails with P0002 unless a study has a subject that the caller sees';

create procedure transfer_subject(study name, site_id text, subject_id text, new_site_id text,
        new_subject_id text, reason text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    statements text[];
begin
    perform _virotrial.require_subject(study, site_id, subject_id);
    statements := array[format(
        'update %I.subject set site_id = %L, subject_id = %L '
            'where (site_id, subject_id) = (%L, %L)',
        study, new_site_id, new_subject_id, site_id, subject_id)];
    call _virotrial.correct(study, reason, statements);
end;
$$;
comment on procedure transfer_subject(name, text, text, text, text, text) is 'gives a subject to another site, under a code of that site: all rows about it follow, open data queries are asked again there, and all rules are judged';

create procedure rename_subject(study name, site_id text, subject_id text, new_subject_id text,
        reason text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    call @extschema@.transfer_subject(study, site_id, subject_id, site_id, new_subject_id, reason);
end;
$$;
comment on procedure rename_subject(name, text, text, text, text) is 'gives a subject another code within its site: as transfer_subject()';

create function _virotrial.subject_tables(study name) returns table (name name, depth integer)
    language sql stable
    set search_path = pg_catalog, pg_temp
as $$
    with recursive reference (relid, depth) as (
        select format('%I.subject', study)::regclass::oid, 0
        union
        select conrelid, depth + 1
        from reference
        join pg_constraint on confrelid = relid and contype = 'f' and conparentid = 0)
    select relname, max(depth)
    from reference
    join pg_class on pg_class.oid = relid
    where depth > 0
    group by relname
    order by max(depth), relname;
$$;
comment on function _virotrial.subject_tables(name) is 'the tables of a study whose rows belong to a subject, those first that others refer to';

-- What a rule found of the duplicate goes, and is found again of the other.
create function _virotrial.statements_of_merge(study name, from_site_id text, from_subject_id text,
        site_id text, subject_id text) returns text[]
    language sql stable
    set search_path = pg_catalog, pg_temp
as $$
    select array_agg(format('update %I.%I set site_id = %L, subject_id = %L '
            'where (site_id, subject_id) = (%L, %L)%s', study, name, site_id, subject_id,
            from_site_id, from_subject_id,
            case when name = 'deviation'
                then format(' and rule not in (select name from %I.rule)', study) end)
        order by depth, name)
    from _virotrial.subject_tables(study)
    where name <> all (array['eligibility_verdict', 'allocation', 'unblinding']);
$$;
comment on function _virotrial.statements_of_merge(name, text, text, text, text) is 'the statements that give all rows about a subject to another; verdicts go with their enrolment, and who is allocated cannot be a duplicate';

create function _virotrial.require_same_person(study name, from_site_id text, from_subject_id text,
        site_id text, subject_id text) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    differing text;
    asked bigint;
begin
    execute format('select string_agg(key, '', '' order by key)
            from %1$I.subject as a, jsonb_each(_virotrial.record_content(a)) as column_of_a
            join (select b.* from %1$I.subject as s, jsonb_each(_virotrial.record_content(s)) as b
                where (s.site_id, s.subject_id) = ($3, $4)) as b using (key)
            where (a.site_id, a.subject_id) = ($1, $2) and key not in (''site_id'', ''subject_id'')
                and column_of_a.value is distinct from b.value', study)
        into differing using from_site_id, from_subject_id, site_id, subject_id;
    execute format('select count(*) from %I.open_query
            where (site_id, subject_id) = ($1, $2)', study)
        into asked using from_site_id, from_subject_id;
    if differing is not null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('subject %s of site %s and subject %s of site %s differ in %s',
                from_subject_id, from_site_id, subject_id, site_id, differing),
            hint = 'If they are one person, correct that first.';
    elsif asked > 0 then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('subject %s of site %s has %s open data queries',
                from_subject_id, from_site_id, asked),
            hint = 'Close them first.';
    end if;
end;
$$;
comment on function _virotrial.require_same_person(name, text, text, text, text) is 'fails with 55000 if two subjects differ in a column of their own, or if the first has open data queries';

create procedure merge_subjects(study name, from_site_id text, from_subject_id text, site_id text,
        subject_id text, reason text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    statements text[];
begin
    perform _virotrial.require_subject(study, from_site_id, from_subject_id);
    perform _virotrial.require_subject(study, site_id, subject_id);
    if (from_site_id, from_subject_id) = (site_id, subject_id) then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('subject %s of site %s is given twice', subject_id, site_id),
            hint = 'Name the duplicate first, and then the subject that stays.';
    end if;
    perform _virotrial.require_read_committed(
        'subjects are merged in a transaction of level READ COMMITTED alone');
    -- Who asks about the duplicate comes first, and is seen.
    execute format('select from %I.subject where (site_id, subject_id) in (($1, $2), ($3, $4))
            order by site_id, subject_id for update', study)
        using from_site_id, from_subject_id, site_id, subject_id;
    perform _virotrial.require_same_person(study, from_site_id, from_subject_id,
        site_id, subject_id);
    statements := _virotrial.statements_of_merge(study, from_site_id, from_subject_id,
        site_id, subject_id);
    call _virotrial.correct(study, reason, statements, 0);
    call _virotrial.correct(study, reason, array[format(
        'delete from %I.subject where (site_id, subject_id) = (%L, %L)',
        study, from_site_id, from_subject_id)]);
end;
$$;
comment on procedure merge_subjects(name, text, text, text, text, text) is 'gives the rows of a subject that was entered twice to the one that stays, and removes the duplicate; 23505 where both have the same row, of which one must be withdrawn first';

create function _virotrial.statements_of_move(study name, site_id text, subject_id text, visit text,
        visit_date date) returns text[]
    language sql stable
    set search_path = pg_catalog, pg_temp
as $$
    select array[format('update %I.visit set visit_date = %L '
                'where (site_id, subject_id, visit) = (%L, %L, %L)',
            study, visit_date, site_id, subject_id, visit)]
        || array_agg(format('update %I.%I set collected = %L '
                'where (site_id, subject_id, visit) = (%L, %L, %L)',
            study, relname, visit_date, site_id, subject_id, visit) order by relname)
    from pg_constraint
    join pg_class on pg_class.oid = conrelid
    join pg_attribute on attrelid = conrelid and attname = 'collected'
    where contype = 'f' and conparentid = 0
        and confrelid = format('%I.visit', study)::regclass;
$$;
comment on function _virotrial.statements_of_move(name, text, text, text, date) is 'the statements that move a visit and its results to another day';

create procedure move_visit(study name, site_id text, subject_id text, visit text, visit_date date,
        reason text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set datestyle = 'ISO, YMD'
as $$
declare
    found _virotrial.found_record;
    statements text[];
begin
    perform _virotrial.require_subject(study, site_id, subject_id);
    found := _virotrial.find_record(study, 'visit', jsonb_build_object(
        'site_id', site_id, 'subject_id', subject_id, 'visit', visit));
    statements := _virotrial.statements_of_move(study, site_id, subject_id, visit, visit_date);
    call _virotrial.correct(study, reason, statements);
end;
$$;
comment on procedure move_visit(name, text, text, text, date, text) is 'corrects the day of a visit, and with it that of its results; all rules are judged';

-- The outcome of the screening that failed, unless it is there already
create function _virotrial.statement_of_screening(study name, site_id text, subject_id text,
        decided date, failure text, note text) returns text
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    is_known boolean;
begin
    execute format('select exists (select from %I.screening
            where (site_id, subject_id) = ($1, $2) and decided >= $3)', study)
        into is_known using site_id, subject_id, decided;
    if is_known then
        return null;
    end if;
    return format('insert into %I.screening (site_id, subject_id, decided, outcome, reason, note)
        values (%L, %L, %L, ''screen failure'', %L, %L)',
        study, site_id, subject_id, decided, failure, note);
end;
$$;
comment on function _virotrial.statement_of_screening(name, text, text, date, text, text) is 'the statement that records that a screening failed, or null if an outcome of that day or later is on record';

create procedure rescreen(study name, site_id text, subject_id text, reason text,
        decided date default null, failure text default 'other')
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set datestyle = 'ISO, YMD'
as $$
declare
    is_enrolled boolean;
    screened date;
    statements text[];
begin
    perform _virotrial.require_subject(study, site_id, subject_id);
    execute format('select exists (select from %1$I.enrolment
                where (site_id, subject_id) = ($1, $2)),
            max(visit_date),
            array_agg(format(''update %%I.visit set visit = %%L
                where (site_id, subject_id, visit) = (%%L, %%L, %%L)'', $3,
                format(''unscheduled, earlier %%s of %%s'', visit, visit_date),
                site_id, subject_id, visit) order by visit)
            from %1$I.visit
            where (site_id, subject_id) = ($1, $2)
                and visit in (select visit from %1$I.visit_definition where target_day is null)',
            study)
        into is_enrolled, screened, statements using site_id, subject_id, study;
    if is_enrolled or statements is null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('subject %s of site %s %s', subject_id, site_id,
                case when is_enrolled then 'is enrolled' else 'has no screening visit' end),
            hint = case when is_enrolled then 'Who is enrolled is not screened again.'
                else 'Enter the visit.' end;
    end if;
    call _virotrial.correct(study, reason, array_remove(statements
        || _virotrial.statement_of_screening(study, site_id, subject_id,
            coalesce(decided, screened), failure, reason), null), cardinality(statements));
end;
$$;
comment on procedure rescreen(name, text, text, text, date, text) is 'makes room for another screening of a subject who is not enrolled: the screening visit becomes an unscheduled one, and its results stay with it. Table screening has the failure, of the day of the visit unless another is given, unless it has an outcome since then';

create procedure withdraw_entry(study name, table_name text, row_key jsonb, reason text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set datestyle = 'ISO, YMD'
as $$
declare
    relation regclass;
    found _virotrial.found_record;
    statements text[];
begin
    perform _virotrial.require_study(study);
    found := _virotrial.find_record(study, table_name, row_key);
    relation := format('%I.%I', study, table_name);
    statements := array[format(
        'delete from %s as record using jsonb_populate_record(null::%1$s, %L) as given where %s',
        relation, found.key, _virotrial.matches_key(relation, found.key))];
    call _virotrial.correct(study, reason, statements);
end;
$$;
comment on procedure withdraw_entry(name, text, jsonb, text) is 'removes a row that should not have been entered: its key is an object, and its history stays; 23503 if other rows belong to it, which must be withdrawn first';
