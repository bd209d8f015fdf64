-- A random history: at drawn moments between many changes of all tables, every table
-- and view of the study frozen as of the moment is what it was then.  What they
-- were is remembered at the moment, by a digest of each, and not by the history.
--
-- HISTORY_CHANGES and HISTORY_MOMENTS set how many, HISTORY_SEED which, and
-- HISTORY_SESSIONS how many sessions compare side by side.
\ir ../include/random_change.sql
set jit = off;
set max_parallel_workers_per_gather = 0;
\set changes 300
\set moments 30
\set seed 1
\set sessions 2
\getenv changes HISTORY_CHANGES
\getenv moments HISTORY_MOMENTS
\getenv seed HISTORY_SEED
\getenv sessions HISTORY_SESSIONS
select no_plan();
call create_study('ral');
call simulate_study('ral', subjects => 8, sites => 2, seed => :seed);
-- What the simulation has most of says least.
delete from ral.lab_result where test not in ('ALT', 'BILI', 'PREG', 'HGB');
call create_pool('ral');
analyze;

-- To plan a digest of all views takes four times as long as to run it: each is planned
-- once in a session.
create procedure prepare_contents(study name)
    language plpgsql
as $$
declare
    relation name;
begin
    execute 'deallocate all';
    for relation in select relname from pg_class
            where relnamespace = 'ral'::regnamespace and relkind in ('r', 'v')
                and relname !~ '_history$'
                -- no moment has these: they say what is going on
                and relname not in ('change', 'seal', 'seal_leaf', 'exchange_seal', 'deferred_judgement', 'arrival', 'site_feed',
                    'simulated_candidate') loop
        execute format('prepare %I as select count(*) || '': '' || coalesce(md5(string_agg(line, chr(10) order by line collate "C")), '''')
            from (select t::text as line from %I.%1$I as t) as lines', relation, study);
    end loop;
end;
$$;
create function contents() returns table (relation text, contents text)
    language plpgsql
as $$
begin
    for relation in select name from pg_prepared_statements loop
        begin
            execute format('execute %I', relation) into contents;
        exception when data_exception then
            -- What a random protocol makes of a view; it is the same later.
            contents := sqlstate;
        end;
        return next;
    end loop;
end;
$$;
create table tally (made integer, refused integer);
insert into tally values (0, 0);
create table moment (n integer, at timestamptz, made integer);
create table known (n integer, relation text, contents text);
create table difference (n integer, relation text);
create table compared (n integer primary key);

-- One change of any table, in a subtransaction of its own.
create procedure change_once()
    language plpgsql
as $$
declare
    changing changing_table;
    verb text := draw('{insert,insert,update,update,update,delete}');
    statement text;
begin
    select * into changing from changing_table order by random() limit 1;
    perform set_config('virotrial.reason', 'correction: ' || random(), true);
    statement := statement_of('ral', changing, verb, '[]' || random_change('ral', changing, verb, null, null));
    if statement is not null then
        execute statement;
        update tally set made = made + 1;
    end if;
exception when integrity_constraint_violation or data_exception or raise_exception then
    update tally set refused = refused + 1;
end;
$$;
create procedure change_and_remember(changes integer, moments integer)
    language plpgsql
as $$
declare
    n integer := 0;
    target integer;
begin
    while n < moments loop
        n := n + 1;
        target := (changes::bigint * n / moments)::integer;
        while (select made from tally) < target loop
            call change_once();
            commit;
        end loop;
        insert into moment select n, clock_timestamp(), made from tally;
        commit;
        insert into known select n, c.relation, c.contents from contents() as c;
        commit;
    end loop;
end;
$$;
select setseed((:seed % 1000) / 1000.0);
call prepare_contents('ral');
call change_and_remember(:changes, :moments);

-- A study frozen to another moment: its tables get the rows that freeze_analysis
-- would give them.  Its views stay, and so do the plans of their digests.
create procedure refreeze(target name, as_of timestamptz)
    language plpgsql
as $$
declare
    kept record;
begin
    for kept in select format('%I.%I', target, name) as frozen, _virotrial.rows_analysed("table", as_of) as rows
            from _virotrial.kept_tables('ral', current_user::regrole) loop
        execute format('delete from %s as old where old::text not in (select new::text from (%s) as new)', kept.frozen, kept.rows);
        execute format('insert into %1$s select * from (%2$s) as new where new::text not in (select old::text from %1$s as old)', kept.frozen, kept.rows);
    end loop;
end;
$$;
create procedure freeze_anew(target name, as_of timestamptz)
    language plpgsql
as $$
declare
    relation regclass;
begin
    perform set_config('virotrial.reason', 'correction: test', true);
    if exists (select from pg_namespace where nspname = target) then
        call drop_study(target, with_subjects => true);
    end if;
    call freeze_analysis('ral', as_of, target);
    for relation in select oid from pg_class where relnamespace = quote_ident(target)::regnamespace and relkind = 'r' loop
        execute format('alter table %s disable trigger all', relation);
    end loop;
    call prepare_contents(target);
end;
$$;
-- Every tenth moment is frozen by freeze_analysis itself.
create procedure compare_moments(part integer, parts integer)
    language plpgsql
as $$
declare
    past record;
    target name := 'past_' || part;
begin
    for past in select *, row_number() over (order by n) % 10 = 1 as is_anew from moment where n % parts = part order by n loop
        if past.is_anew then
            call freeze_anew(target, past.at);
        else
            call refreeze(target, past.at);
        end if;
        insert into difference
            select past.n, coalesce(k.relation, c.relation)
            from (select * from known where known.n = past.n) as k
            full join contents() as c on c.relation = k.relation
            where c.contents is distinct from k.contents;
        insert into compared values (past.n);
        commit;
    end loop;
end;
$$;
\setenv DATABASE :DBNAME
\setenv SESSIONS :sessions
\! for part in $(seq 0 $((SESSIONS - 1))); do psql -X -q -d "$DATABASE" -c 'set jit = off' -c 'set max_parallel_workers_per_gather = 0' -c "call compare_moments($part, $SESSIONS)" & done; wait

select is_empty('select * from difference order by n, relation', format('every table and view is as it was at %s moments, seed %s', count(*), :seed)) from compared;
select is(count(*)::integer, :moments, 'which are all that were drawn') from compared;
select cmp_ok(made, '>=', :changes, format('%s changes were made, and %s refused', made, refused)) from tally;
select cmp_ok(count(distinct contents), '>', :moments::bigint, format('%s tables and views differ between the moments', count(distinct relation)))
from (select relation, contents from known as k where exists (select from known as o where o.relation = k.relation and o.contents <> k.contents)) as changed;
select is_empty($$select * from verify('ral')$$, 'and nothing contradicts the history');
select * from finish();
