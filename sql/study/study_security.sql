-- Who may do what in a study: its roles, their privileges, and which rows they see

create function _virotrial.study_role(study name)
    returns table (duty text, role name, meaning text)
    language sql stable strict
    begin atomic
        select known.duty, (study || '_' || known.duty)::name, known.meaning
        from (values
            ('views', 'owns the views; nobody is in it but the owner of the study'),
            ('data_manager', 'corrects and locks records, and says who sees which sites'),
            ('investigator', 'enters, corrects and signs records, and alone enrols and ends'),
            ('clerk', 'enters and corrects records'),
            ('monitor', 'reads all, reports deviations, asks queries, and verifies records'),
            ('statistician', 'reads all that is not blinded'),
            ('unblinded_statistician', 'reads all, what is blinded too'),
            ('analyst', 'reads the views of the analysis'),
            ('auditor', 'reads all that is not blinded'),
            ('randomisation', 'keeps the randomisation list, and allocates subjects from it')
            ) as known (duty, meaning);
    end;
comment on function _virotrial.study_role(name) is 'the roles of a secured study: their duties, and their names, which begin with the name of the study';

create function _virotrial.study_relation(study name)
    returns table (relation oid, name name, kind text, has_site boolean)
    language sql stable strict
    begin atomic
        with found as (
            select pg_class.oid, relname, relkind,
                exists (select from pg_attribute where attrelid = pg_class.oid
                    and attname = 'site_id' and not attisdropped) as has_site,
                exists (select from pg_attribute where attrelid = pg_class.oid
                    and attname = 'subject_id' and not attisdropped) as has_subject,
                relname like '%\_history' and exists (select from pg_attribute
                    where attrelid = pg_class.oid and attname = 'ended_in') as has_end,
                exists (select from pg_policy where polrelid = pg_class.oid
                    and polname = 'blinded') as is_blinded,
                exists (select from pg_policy
                    join pg_class as hidden on hidden.oid = polrelid
                    where polname = 'blinded' and hidden.relname = 'allocation'
                        and hidden.relnamespace = pg_class.relnamespace) as hides_arms
            from pg_class
            join pg_namespace on pg_namespace.oid = relnamespace
            where nspname = study and relkind in ('r', 'p', 'v', 'm') and not relispartition
        )
        select oid, relname,
            case
                when relname = 'allocation_list' then relname
                when relname in ('unblinding', 'unblinding_history') and hides_arms
                    then 'blinded ' || relname
                when is_blinded and relname = 'allocation' then 'blinded allocation'
                when is_blinded then 'blinded'
                when relkind in ('v', 'm') and relname like '\_%' then 'step'
                -- The questions that they show are no analyst's.
                when relname in ('query_status', 'open_query', 'query_count',
                    'source_verification_status', 'source_verification_count', 'coding_queue',
                    'overdue_reconsent', 'serious_event_due') then 'conduct'
                when relkind in ('v', 'm') then 'view'
                when has_end or relname = 'change' then 'history'
                when relname in ('seal', 'seal_leaf', 'exchange_seal') then 'seal'
                when relname in ('deferred_judgement', 'arrival', 'site_feed') then 'internal'
                when relname = 'quarantine' then relname
                when relname = 'eligibility_verdict' then 'kept'
                when relname in ('enrolment', 'disposition') then 'decision'
                when relname = 'deviation' then 'deviation'
                when relname = 'simulated_candidate' then 'simulation'
                when relname in ('protocol_approval', 'enrolment_stop', 'enrolment_limit')
                    then 'site'
                when relname in ('site', 'site_access', 'query', 'query_event',
                    'source_verification', 'delivered_file', 'data_lock', 'signature',
                    'allocation_list', 'allocation', 'unblinding') then relname
                when has_site and has_subject then 'record'
                else 'configuration' end,
            has_site
        from found;
    end;
comment on function _virotrial.study_relation(name) is 'the tables and views of a study by what they are for privileges: records of subjects, decisions of investigators, what the database keeps, and so on; found by the catalogue';

-- For each duty, the kinds of relation and what it may do with them: select,
-- insert, update, delete.  What a duty may write it may read.
create function _virotrial.duty_privilege() returns table (duty text, kind text, verbs text)
    language sql immutable
    begin atomic
        select granted.duty, kind, granted.verbs
        from (values
            ('data_manager', '{record,decision,deviation,site,site_access}', 'siud'),
            ('data_manager', '{data_lock}', 'sid'),
            ('data_manager', '{query,query_event,signature,delivered_file}', 'si'),
            ('data_manager', '{source_verification,kept,internal,history}', 's'),
            ('data_manager', '{quarantine}', 'su'),
            ('data_manager', '{configuration,simulation,view,conduct,step}', 's'),
            ('investigator', '{record,decision}', 'siud'),
            ('investigator', '{deviation}', 'siu'),
            ('investigator', '{query_event,signature,delivered_file}', 'si'),
            ('investigator', '{query,source_verification,data_lock}', 's'),
            ('investigator', '{site,site_access,kept,history,quarantine}', 's'),
            ('investigator', '{configuration,simulation,view,conduct,step}', 's'),
            ('clerk', '{record}', 'siu'),
            ('clerk', '{deviation,query_event,delivered_file}', 'si'),
            ('clerk', '{query,source_verification,data_lock,signature}', 's'),
            ('clerk', '{decision,site,kept}', 's'),
            ('clerk', '{configuration,simulation,view,conduct,step}', 's'),
            ('monitor', '{deviation}', 'siu'),
            ('monitor', '{query,query_event,source_verification}', 'si'),
            ('monitor', '{data_lock,signature}', 's'),
            ('monitor', '{record,decision,site,site_access,kept,history}', 's'),
            ('monitor', '{delivered_file,quarantine}', 's'),
            ('monitor', '{configuration,simulation,view,conduct,step}', 's'),
            ('statistician', '{record,decision,deviation,site,kept}', 's'),
            ('statistician', '{query,query_event,source_verification,data_lock,signature}', 's'),
            ('statistician', '{quarantine,configuration,simulation,view,conduct,step}', 's'),
            ('unblinded_statistician', '{record,decision,deviation,site,kept,blinded}', 's'),
            ('unblinded_statistician', '{query,query_event,source_verification}', 's'),
            ('unblinded_statistician', '{data_lock,signature}', 's'),
            ('unblinded_statistician', '{quarantine,configuration,simulation}', 's'),
            ('unblinded_statistician', '{view,conduct,step}', 's'),
            ('analyst', '{view}', 's'),
            ('auditor', '{record,decision,deviation,site,site_access,kept,internal}', 's'),
            ('auditor', '{query,query_event,source_verification,data_lock,signature}', 's'),
            ('auditor', '{delivered_file,quarantine}', 's'),
            ('auditor', '{history,configuration,simulation,view,conduct,step}', 's'),
            ('investigator', '{allocation,unblinding,blinded unblinding}', 'si'),
            ('randomisation', '{allocation_list,allocation,blinded allocation}', 'si'),
            ('randomisation', '{decision,site,configuration}', 's'),
            ('data_manager', '{allocation,unblinding}', 's'),
            ('clerk', '{allocation}', 's'),
            ('monitor', '{allocation,unblinding}', 's'),
            ('statistician', '{allocation}', 's'),
            ('unblinded_statistician', '{allocation,blinded allocation,unblinding}', 's'),
            ('unblinded_statistician', '{blinded unblinding,blinded unblinding_history}', 's'),
            ('auditor', '{allocation,unblinding}', 's'),
            ('views', '{allocation,blinded allocation,unblinding}', 's'),
            ('views', '{record,decision,deviation,site,kept,history,blinded}', 's'),
            ('views', '{query,query_event,source_verification,data_lock,signature}', 's'),
            ('views', '{configuration,simulation,view,conduct,step}', 's')) as granted (duty, kinds, verbs)
        cross join unnest(granted.kinds::text[]) as kind;
    end;
comment on function _virotrial.duty_privilege() is 'what each duty in a secured study may do with each kind of relation: s select, i insert, u update, d delete';

create function _virotrial.verb_names(verbs text) returns text
    language sql immutable strict
    begin atomic
        select string_agg(name, ', ' order by position)
        from (values (1, 's', 'select'), (2, 'i', 'insert'), (3, 'u', 'update'),
            (4, 'd', 'delete')) as verb (position, letter, name)
        where strpos(verbs, letter) > 0;
    end;
comment on function _virotrial.verb_names(text) is 'privileges by their first letters, as GRANT writes them';

create procedure _virotrial.make_study_roles(study name, owner name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    made record;
    wrong text;
begin
    select string_agg(format('"%s"', own.role), ', ') into wrong
    from _virotrial.study_role(study) as own
    join _virotrial.study_role(study) as other on length(other.duty) > length(own.duty)
        and right(own.role, length(other.duty) + 1) = '_' || other.duty;
    if wrong is not null then
        raise exception using
            errcode = 'invalid_name',
            message = format('study "%s" cannot be secured under this name', study),
            detail = format('Its roles would be those of another study: %s.', wrong),
            hint = format('Rename it: alter schema %I rename to ...', study);
    end if;
    for made in select * from _virotrial.study_role(study) loop
        if octet_length(study) + octet_length(made.duty) + 1 > 63 then
            raise exception using
                errcode = 'name_too_long',
                message = format('the name of study "%s" is too long for roles', study),
                detail = format('"%s_%s" is longer than 63 bytes.', study, made.duty),
                hint = format('Rename it: alter schema %I rename to ...', study);
        end if;
        if not exists (select from pg_roles where rolname = made.role) then
            if not (select rolcreaterole or rolsuper from pg_roles
                    where rolname = current_user) then
                raise exception using
                    errcode = 'insufficient_privilege',
                    message = format('there is no role "%s", and you may not make it', made.role),
                    hint = format('Let somebody who may create roles run: %s; grant %I to %I', (
                        select string_agg(format('create role %I', role), '; ')
                        from _virotrial.study_role(study) as missing
                        where not exists (select from pg_roles where rolname = missing.role)),
                        study || '_views', owner);
            end if;
            execute format('create role %I', made.role);
        end if;
    end loop;
    select string_agg(format('"%s"', rolname), ', ' order by rolname) into wrong
    from pg_roles
    join _virotrial.study_role(study) as duty_role on duty_role.role = rolname
    where rolsuper or rolbypassrls or rolcreaterole or rolreplication or rolcanlogin;
    if wrong is not null then
        raise exception using
            errcode = 'invalid_role_specification',
            message = format('roles of study "%s" may do more than the study lets them', study),
            detail = format('These can log in, or are superusers, or the like: %s.', wrong),
            hint = 'alter role ... nologin nosuperuser nobypassrls nocreaterole noreplication';
    end if;
    call _virotrial.take_role_of_views((study || '_views')::name, owner);
end;
$$;
comment on procedure _virotrial.make_study_roles(name, name) is 'makes the roles of a study that are missing; 42501 if the caller may not create roles, 0P000 if one of them has powers of its own, 42602 if another study would share one';

create function _virotrial.others_in_role(role name, owner name) returns text
    language sql stable strict
    begin atomic
        select string_agg(distinct member::regrole::text, ', ')
        from pg_auth_members
        join pg_roles on pg_roles.oid = member and not rolsuper
        where roleid = quote_ident(role)::regrole and member <> quote_ident(owner)::regrole;
    end;
comment on function _virotrial.others_in_role(name, name) is 'who is in a role, but for its owner and superusers';

create procedure _virotrial.take_role_of_views(role name, owner name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    others text := _virotrial.others_in_role(role, owner);
begin
    -- From PostgreSQL 16 on, who made a role is in it without its rights.
    if not pg_has_role(owner, role, 'usage') then
        begin
            execute format('grant %I to %I', role, owner);
        exception when insufficient_privilege then
            raise exception using
                errcode = 'insufficient_privilege',
                message = format('"%s" is not in role "%s", and you may not put it there',
                    owner, role),
                hint = format('Let a superuser, or who made the role, run: grant %I to %I',
                    role, owner);
        end;
    end if;
    if others is not null then
        raise exception using
            errcode = 'invalid_role_specification',
            message = format('others are in role "%s"', role),
            detail = format('Whoever is in it can change the views of the study: %s.', others),
            hint = format('revoke %I from %s cascade', role, others);
    end if;
end;
$$;
comment on procedure _virotrial.take_role_of_views(name, name) is 'puts the owner of a study into the role that owns its views; 0P000 if others are in it, 42501 if the caller may not';

-- That a subject is unblinded is for the trial's team to know, and the arm is not.
create procedure _virotrial.grant_unblinded_subjects(study name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    granted record;
begin
    for granted in
        select found.relation::regclass as relation, made.role, (
            select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
            where attrelid = found.relation and attnum > 0 and not attisdropped
                and attname <> 'arm') as columns
        from _virotrial.study_relation(study) as found
        join _virotrial.duty_privilege() as privilege on privilege.kind = 'unblinding'
            and strpos(privilege.verbs, 'i') = 0
        join _virotrial.study_role(study) as made using (duty)
        where found.kind = 'blinded unblinding'
            and not has_table_privilege(made.role, found.relation, 'select')
    loop
        execute format('grant select (%s) on %s to %I',
            granted.columns, granted.relation, granted.role);
    end loop;
end;
$$;
comment on procedure _virotrial.grant_unblinded_subjects(name) is 'lets who sees unblindings in an open trial see those of a blinded one without the arm';

create procedure _virotrial.grant_study(study name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    roles text;
    granted record;
begin
    select string_agg(quote_ident(role), ', ') into roles from _virotrial.study_role(study);
    execute format('revoke all on schema %I from public, %s', study, roles);
    execute format('grant usage on schema %I to %s', study, roles);
    execute format('revoke all on all tables in schema %I from public, %s', study, roles);
    for granted in
        select found.relation::regclass as relation,
            -- toxicity_grade() reads these with the rights of whoever reads a view.
            found.name in ('lab_unit', 'toxicity_grade_table') as is_public
        from _virotrial.study_relation(study) as found
    loop
        if granted.is_public then
            execute format('grant select on %s to public', granted.relation);
        end if;
    end loop;
    for granted in
        select found.relation::regclass as relation, made.role,
            _virotrial.verb_names(privilege.verbs) as verbs
        from _virotrial.study_relation(study) as found
        join _virotrial.duty_privilege() as privilege using (kind)
        join _virotrial.study_role(study) as made using (duty)
    loop
        execute format('grant %s on %s to %I', granted.verbs, granted.relation, granted.role);
    end loop;
    call _virotrial.grant_unblinded_subjects(study);
end;
$$;
comment on procedure _virotrial.grant_study(name) is 'gives the roles of a study the privileges of their duties, and takes all others from them and from PUBLIC';

create procedure _virotrial.secure_rows(study name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    access text := format('%I.site_access', study);
    secured record;
begin
    for secured in
        select found.relation::regclass as relation, pg_class.relrowsecurity as is_on,
            -- Of what concerns no site, the own is shown to everybody.
            case when found.name = 'delivered_file'
                then format('_virotrial.sees_site(%L::regclass, site_id) '
                    'or entered_by = session_user', access)
                when found.has_site
                then format('_virotrial.sees_site(%L::regclass, site_id)', access)
                else format('_virotrial.sees_site(%L::regclass, null) or login = session_user',
                    access) end as condition,
            exists (select from pg_policy where polrelid = found.relation
                and polname = 'sites') as has_policy
        from _virotrial.study_relation(study) as found
        join pg_class on pg_class.oid = found.relation
        where (found.has_site or found.name = 'change') and pg_class.relkind in ('r', 'p')
    loop
        if not secured.has_policy then
            execute format('create policy sites on %s using (%s)',
                secured.relation, secured.condition);
            execute format('comment on policy sites on %s is %L', secured.relation,
                'rows of the sites that the reader sees');
        end if;
        if not secured.is_on then
            execute format('alter table %s enable row level security', secured.relation);
        end if;
    end loop;
end;
$$;
comment on procedure _virotrial.secure_rows(name) is 'gives the tables of a study that have sites the policy of them, unless they have it';

create procedure _virotrial.own_views(study name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    role name := study || '_views';
    relation regclass;
begin
    -- A new owner must be able to create what he gets.
    execute format('grant create on schema %I to %I', study, role);
    for relation in
        select found.relation
        from _virotrial.study_relation(study) as found
        join pg_class on pg_class.oid = found.relation
        where relkind = 'v' and found.name <> '_randomised_at_cut'
            and relowner <> quote_ident(role)::regrole
    loop
        execute format('alter view %s owner to %I', relation, role);
    end loop;
    execute format('revoke create on schema %I from %I', study, role);
end;
$$;
comment on procedure _virotrial.own_views(name) is 'gives the views of a study to a role that is subject to the policies of its tables, as their owner is not; but for the view that says of a blinded allocation what is not blinded';

create procedure _virotrial.grant_extension(study name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    schema_name name := _virotrial.virotrial_schema();
    denied text;
begin
    select string_agg(quote_ident(role), ', ') into denied
    from _virotrial.study_role(study)
    where not has_schema_privilege(role, schema_name, 'usage');
    if denied is null then
        return;
    end if;
    if not has_schema_privilege(current_user, schema_name, 'usage with grant option') then
        raise exception using
            errcode = 'insufficient_privilege',
            message = format('the roles of study "%s" may not use schema "%s" of the extension',
                study, schema_name),
            hint = format('Let its owner run: grant usage on schema %I to %s', schema_name, denied);
    end if;
    execute format('grant usage on schema %I to %s', schema_name, denied);
end;
$$;
comment on procedure _virotrial.grant_extension(name) is 'lets the roles of a study find the functions and operators of the extension';

create function _virotrial.owner_of_study(study name) returns name
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
as $$
declare
    owner name;
begin
    perform _virotrial.require_study(study);
    select pg_get_userbyid(nspowner) into owner from pg_namespace where nspname = study;
    if not pg_has_role(owner, 'usage') then
        raise exception using
            errcode = 'insufficient_privilege',
            message = format('study "%s" belongs to "%s"', study, owner),
            hint = format('Only its owner does that: set role %I', owner);
    end if;
    return owner;
end;
$$;
comment on function _virotrial.owner_of_study(name) is 'the owner of a study; 3F000 if there is none of the name, 42501 unless the caller has the owner''s rights';

create procedure secure_study(study name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    owner name := _virotrial.owner_of_study(study);
begin
    call _virotrial.make_study_roles(study, owner);
    call _virotrial.grant_extension(study);
    call _virotrial.secure_rows(study);
    call _virotrial.blind_study(study);
    call _virotrial.own_views(study);
    call _virotrial.grant_study(study);
end;
$$;
comment on procedure secure_study(name) is 'secures a study: makes the roles of its duties, gives each of them the privileges of its duty and takes all others away, and lets a login see the rows of its sites in table site_access alone, in tables and through views. To call it again does so for tables and views that came since. Only the owner of the study, or a superuser, may';

create procedure blind("table" regclass)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    study name;
begin
    perform _virotrial.require_relation("table");
    "table" := coalesce(pg_partition_root("table"), "table");
    select nspname into study
    from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    where pg_class.oid = "table" and relkind in ('r', 'p');
    perform _virotrial.owner_of_study(study);
    call _virotrial.blind_table(study, "table");
    execute format('call %I.secure_study(%L)', _virotrial.virotrial_schema(), study);
end;
$$;
comment on procedure blind(regclass) is 'blinds a table of a study, and its history: its rows are for the unblinded statistician and the owner of the study alone, also by way of views, whose other readers find it empty. It secures the study, too';
