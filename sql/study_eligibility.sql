-- Eligibility: the verdict on each criterion, before enrolment and at it

create type candidate as (site_id text, subject_id text, as_of date);
comment on type candidate is 'a subject to be judged by the eligibility criteria, and the day of which';

create function current_study() returns text
    language sql stable parallel safe
    begin atomic
        select nspname::text from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where pg_class.oid = to_regclass('eligibility_criterion');
    end;
comment on function current_study() is 'the study whose tables the search path finds, as it does in the queries of rules';

create function eligibility_of(study text, candidates candidate[])
    returns table (site_id text, subject_id text, "position" integer, criterion text, description text, verdict text, evidence text, as_of date)
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
    set datestyle = 'ISO'
    set jit = off
as $$
declare
    extension text := (select nspname from pg_extension join pg_namespace n on n.oid = extnamespace where extname = 'virotrial');
    query text;
begin
    perform set_config('search_path', format('pg_catalog, %I, %I, pg_temp', study, extension), true);
    execute $query$
        select string_agg(format(
            'select candidate.site_id, candidate.subject_id, %s::integer, %L::text, %L::text,
                case when verdict.is_met then ''met'' when not verdict.is_met then ''not met'' else ''unknown'' end,
                coalesce(verdict.evidence, ''''), candidate.as_of
            from candidate left join (%s) as verdict (site_id, subject_id, is_met, evidence) using (site_id, subject_id)
            where candidate.as_of >= %L and candidate.as_of < %L',
            position, criterion, description, query, effective_from, effective_before), ' union all ' order by position, criterion)
        from eligibility_criterion_period where required
    $query$ into query;
    if query is not null then
        return query execute format('with candidate as materialized (select * from unnest($1)) %s order by 1, 2, 3, 4', query) using candidates;
    end if;
end;
$$;
comment on function eligibility_of(text, candidate[]) is 'the verdict on each criterion for each candidate';

create function require_study(study text) returns void
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (select from pg_trigger join pg_class on pg_class.oid = tgrelid join pg_namespace on pg_namespace.oid = relnamespace
            where nspname = study and relname = 'rule' and tgname = 'rules_changed_insert') then
        raise exception using
            errcode = 'invalid_schema_name',
            message = format('there is no study "%s"', study);
    end if;
end;
$$;
comment on function require_study(text) is 'fails with 3F000 unless a schema of this name is a study that create_study made';

create function require_subject(study text, subject_id text) returns void
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
as $$
declare
    is_known boolean;
begin
    execute format('select exists (select from %I.subject where subject.subject_id = $1)', study) using subject_id into is_known;
    if not is_known then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('there is no subject "%s" in study "%s"', subject_id, study),
            hint = format('The codes are in %I.subject.', study);
    end if;
end;
$$;
comment on function require_subject(text, text) is 'fails with 22023 unless the study has a subject of this code, at any site';

create function eligibility(study text, subject_id text)
    returns table (site_id text, criterion text, description text, verdict text, evidence text)
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
    set datestyle = 'ISO'
as $$
declare
    extension text := (select nspname from pg_extension join pg_namespace n on n.oid = extnamespace where extname = 'virotrial');
begin
    perform set_config('search_path', format('pg_catalog, %I, %I, pg_temp', study, extension), true);
    perform require_study(study);
    perform require_subject(study, subject_id);
    return query execute $query$
        select site_id, criterion, description, verdict, evidence
        from eligibility_of($1, array(
            select row(subject.site_id, subject.subject_id, coalesce(enrolment.enrolled, current_date))::candidate
            from subject left join enrolment using (site_id, subject_id)
            where subject.subject_id = $2))
        order by site_id, position, criterion
    $query$ using study, eligibility.subject_id;
end;
$$;
comment on function eligibility(text, text) is 'every eligibility criterion, its verdict for the subject and the evidence: as of the day of enrolment, or as of today';

create function violations(study text)
    returns table (rule text, table_name text, site_id text, subject_id text, item text, reason text)
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
    set jit = off
    -- as enforce() writes what identifies a row
    set datestyle = 'ISO'
    set extra_float_digits = 1
as $$
declare
    extension text := (select nspname from pg_extension join pg_namespace n on n.oid = extnamespace where extname = 'virotrial');
    checked record;
begin
    perform set_config('search_path', format('pg_catalog, %I, %I, pg_temp', study, extension), true);
    perform require_study(study);
    for checked in execute 'select * from rule where active order by priority, name, table_name' loop
        return query execute format(
            'with changed as (select * from %1$I.%2$I)
            select %3$L::text, %2$L::text, violation.site_id::text, violation.subject_id::text, violation.item::text, violation.reason::text
            from (%4$s) as violation (site_id, subject_id, item, reason)
            where %5$L = ''refuse'' or not exists (
                select from deviation
                where deviation.site_id = violation.site_id and deviation.subject_id = violation.subject_id
                    and deviation.rule = %3$L and deviation.item = coalesce(violation.item::text, ''''))
            order by 3, 4, 5',
            study, checked.table_name, checked.name, checked.query, checked.action);
    end loop;
end;
$$;
comment on function violations(text) is 'runs every active rule over everything in the study: the rows that break one, and the deviations that are not recorded';
