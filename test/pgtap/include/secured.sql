-- A secured study "trial" of three sites, and logins of each duty.
set client_min_messages = warning;
create role trial_owner createrole;
select format('grant create, temporary on database %I to trial_owner', current_database()) \gexec
grant usage on schema public to trial_owner with grant option;
set role trial_owner;
call create_study('trial');
set virotrial.reason = 'correction: tried';
call simulate_study('trial', subjects => 36, sites => 3, seed => 1);
insert into trial.deviation (site_id, subject_id, rule, description)
    select site_id, subject_id, 'late', 'came late' from trial.subject;

-- Two arms, to which another system has randomised.
insert into trial.arm (arm, position, title) values ('active', 1, 'Active'), ('placebo', 2, 'Placebo');
insert into trial.allocation (site_id, subject_id, allocated, arm)
    select site_id, subject_id, enrolled, case when row_number() over () % 2 = 0 then 'active' else 'placebo' end
    from trial.enrolment;
insert into trial.query (table_name, row_key, message)
    select 'consent', to_jsonb(consent), 'Which version?' from trial.consent;
insert into trial.query_event (query_id, action, message)
    select query_id, 'answer', 'to ' || message from trial.query;
insert into trial.source_verification (table_name, row_key)
    select 'consent', to_jsonb(consent) from trial.consent;
create view trial.subject_arm as
    select subject.site_id, subject.subject_id, allocation.arm
    from trial.subject left join trial.allocation using (site_id, subject_id);
call secure_study('trial');
call blind('trial.allocation');
reset role;

create temporary table login (name text primary key, duty text, site text);
insert into login values
    ('trial_clerk1', 'clerk', 'S1'), ('trial_clerk0', 'clerk', null),
    ('trial_investigator1', 'investigator', 'S1'), ('trial_monitor1', 'monitor', 'S1'), ('trial_monitor0', 'monitor', null),
    ('trial_manager1', 'data_manager', 'S1'), ('trial_manager', 'data_manager', '*'),
    ('trial_analyst1', 'analyst', 'S1'), ('trial_statistician1', 'statistician', '*'),
    ('trial_unblinded1', 'unblinded_statistician', '*'), ('trial_auditor1', 'auditor', '*'),
    ('trial_stranger', null, '*');
select format('create role %I login %s', name, 'in role trial_' || duty) from login \gexec
insert into trial.site_access select name, site from login where site is not null;
select format('grant temporary on database %I to %s', current_database(), string_agg(name, ', ')) from login \gexec
grant select on login to public;

-- How many rows a statement of a login gives or changes, or the SQLSTATE of its
-- refusal; taken back.
create function outcome(login text, variadic statements text[]) returns text
    language plpgsql
as $$
declare
    statement text;
    found bigint;
    state text;
    message text;
begin
    execute pg_catalog.format('set local session authorization %I', login);
    foreach statement in array statements loop
        execute statement;
        get diagnostics found = row_count;
    end loop;
    raise exception using errcode = 'ZZ000', message = found::text;
exception when others then
    get stacked diagnostics state = returned_sqlstate, message = message_text;
    return case state when 'ZZ000' then message else state end;
end;
$$;

-- The whole error that a statement of a login fails with, as a client sees it.
create function error_of(login text, statement text) returns text
    language plpgsql
as $$
declare
    message text;
    detail text;
    hint text;
begin
    execute pg_catalog.format('set local session authorization %I', login);
    execute statement;
    raise exception using errcode = 'ZZ000';
exception when others then
    get stacked diagnostics message = message_text, detail = pg_exception_detail,
        hint = pg_exception_hint;
    return concat_ws(' ', message, detail, hint);
end;
$$;
