-- What the tests of rights share: attempts to have SQL run as somebody else.
--
-- The prize is nextval('trophy'), which a rollback does not take back: victim, a
-- superuser, honest, who owns the study ral, and analyst may call it; attacker
-- may not.  attacker.steal() and its like take it if whoever runs them may.

set client_min_messages = warning;
-- Roles are of the whole cluster: another test may have made them.
select format('create role %I', name) from unnest(array['attacker', 'honest', 'analyst']) as name
where not exists (select from pg_roles where rolname = name) \gexec
select format('grant create, temporary on database %I to attacker, honest', current_database()) \gexec
create sequence trophy;
grant usage on sequence trophy to honest, analyst;

-- They claim to be immutable, as rules may call no others that are not read.
set role attacker;
create schema attacker;
grant usage on schema attacker to public;
create function attacker.steal() returns boolean
    immutable language plpgsql
as $$
begin
    perform nextval('public.trophy');
    return true;
exception when insufficient_privilege then
    return true;
end;
$$;
create function attacker.steal_trigger() returns trigger
    language plpgsql as 'begin perform attacker.steal(); return new; end';
create function attacker.steal_constant(anyelement) returns boolean
    immutable language plpgsql as 'begin return attacker.steal(); end';
create domain attacker.trap as text check (attacker.steal_constant(value));
create function attacker.steal_both(text, text) returns boolean
    immutable language plpgsql as 'begin return attacker.steal(); end';
create operator attacker.### (leftarg = text, rightarg = text, function = attacker.steal_both);
create function attacker.steal_sum(text, text) returns text
    immutable language plpgsql as 'begin perform attacker.steal(); return $1; end';
create aggregate attacker.steal_all(text) (sfunc = attacker.steal_sum, stype = text);
create view attacker.bait as select 'S1'::text as site_id, '001'::text as subject_id where attacker.steal();
create table attacker.worm (site_id text, subject_id text);
grant all on all tables in schema attacker to public;
reset role;

-- What comes of steps "role: statement", run one after the other and taken back:
-- STOLEN, harmless, or the SQLSTATE of the refusal of a step "role? statement".
create function attempt(variadic steps text[]) returns text
    language plpgsql
as $$
declare
    step text;
    part text[];
    state text;
    message text;
begin
    perform setval('trophy', 1, false);
    foreach step in array steps loop
        part := regexp_match(step, '^(\w+)([:?]) (.*)$');
        execute pg_catalog.format('set local role %I', case part[1] when 'victim' then session_user else part[1] end);
        execute part[3];
    end loop;
    raise exception using errcode = 'ZZ000';
exception when others then
    get stacked diagnostics state = returned_sqlstate, message = message_text;
    return case when (select is_called from trophy) then 'STOLEN'
        when state = 'ZZ000' then 'harmless'
        -- What could hide its reads is refused when it is written.
        when part[1] = 'attacker' and message like 'a rule may not call %' then 'harmless'
        when part[2] = '?' then state
        else pg_catalog.format('%s failed: %s', step, message) end;
end;
$$;
