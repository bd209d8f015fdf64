-- What study_problems() says of who owns what in a study, and of its security

-- Who owns a table may disable its triggers; who owns a function may replace it.
create function _virotrial.owner_problems(study name)
    returns table (problem text, object text, detail text, hint text, is_view boolean)
    language sql stable strict
    begin atomic
        select 'part of another owner', format('%I.%I', study, part.name),
            format('it belongs to %I, and not to %I', pg_get_userbyid(part.owner),
                pg_get_userbyid(nspowner)),
            format('alter %s owner to %I', part.shown, pg_get_userbyid(nspowner)), part.is_view
        from pg_namespace
        cross join lateral (
            select relname, relowner, format('table %I.%I', study, relname),
                relkind in ('v', 'm') and relname <> '_randomised_at_cut'
            from pg_class
            where relnamespace = pg_namespace.oid and relkind in ('r', 'p', 'f', 'v', 'm')
            union all
            select proname, proowner, format('routine %I.%I(%s)', study, proname,
                pg_get_function_identity_arguments(pg_proc.oid)), false
            from pg_proc
            where pronamespace = pg_namespace.oid) as part (name, owner, shown, is_view)
        where nspname = study and part.owner <> nspowner;
    end;
comment on function _virotrial.owner_problems(name) is 'the tables, views and functions of a study that do not belong to its owner';

create function _virotrial.role_problems(study name)
    returns table (problem text, object text, detail text, hint text)
    language sql stable strict
    begin atomic
        select 'role of the views', format('%I', role),
            found.detail || ', so that nobody writes where a rule reads a view', found.hint
        from _virotrial.study_role(study)
        join pg_roles on rolname = role
        join pg_namespace on nspname = study
        cross join pg_get_userbyid(nspowner) as owner
        cross join _virotrial.others_in_role(role, owner) as others
        cross join lateral (values
            (not pg_has_role(owner, role, 'usage'), format('%I, the owner of the study, '
                'has not its rights', owner), format('grant %I to %I', role, owner)),
            (others is not null, 'others are in it: ' || others,
                format('revoke %I from %s cascade', role, others)),
            (rolcanlogin, 'one can log in as it', format('alter role %I nologin', role)))
            as found (is_so, detail, hint)
        where duty = 'views' and found.is_so;
    end;
comment on function _virotrial.role_problems(name) is 'what keeps the rules of a secured study from its views, which belong to a role';

create function _virotrial.security_problems(study name)
    returns table (problem text, object text, detail text, hint text)
    language sql stable strict
    begin atomic
        with found as (
            select found.*, format('%I.%I', study, found.name) as shown, relkind, relrowsecurity,
                pg_get_userbyid(relowner) as owner
            from _virotrial.study_relation(study) as found
            join pg_class on pg_class.oid = found.relation
        ),
        state as (
            select exists (select from found where has_site and relrowsecurity) as is_secured
        )
        select problem.problem, problem.object, problem.detail,
            format('call %I.secure_study(%L)', _virotrial.virotrial_schema(), study)
        from (
            select 'unsecured table', shown, 'rows of all sites are shown to whoever may read it'
            from found
            where has_site and relkind in ('r', 'p') and (not relrowsecurity or not exists (
                select from pg_policy where polrelid = relation and polname = 'sites'))
            union all
            select 'unsecured table', shown, 'it was blinded, and is not any more'
            from found
            where exists (select from _virotrial.blinded_tables(study) as blinded (table_name)
                    where table_name = relation)
                and not exists (select from pg_policy
                    where polrelid = relation and polname = 'blinded')
            union all
            select 'unsecured view', shown, format(
                'it belongs to "%s", and shows rows of all sites to whoever may read it', owner)
            from found
            where relkind = 'm'
                or relkind = 'v' and name <> '_randomised_at_cut' and owner <> study || '_views'
        ) as problem (problem, object, detail)
        join state on is_secured
        union all
        select role_problem.* from state cross join _virotrial.role_problems(study) as role_problem
        where is_secured
        union all
        -- Views of a secured study belong to a role, or are unsecured.
        select problem, object, detail, hint
        from state cross join _virotrial.owner_problems(study)
        where not (is_secured and is_view);
    end;
comment on function _virotrial.security_problems(name) is 'the part of study_problems() on who owns what, and on tables and views that came since secure_study()';
