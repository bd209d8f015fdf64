-- A random history: at drawn moments between many changes of all tables, every table
-- and view of the study frozen as of the moment is what it was then.  What they
-- were is remembered at the moment, by a digest of each, and not by the history.
--
-- HISTORY_CHANGES and HISTORY_MOMENTS set how many, HISTORY_SEED which.
\ir ../include/random_change.sql
set jit = off;
set max_parallel_workers_per_gather = 0;
\set changes 300
\set moments 10
\set seed 1
\getenv changes HISTORY_CHANGES
\getenv moments HISTORY_MOMENTS
\getenv seed HISTORY_SEED
select no_plan();
call create_study('ral');
call simulate_study('ral', subjects => 8, sites => 2, seed => :seed);
-- What the simulation has most of says least.
delete from ral.lab_result where test not in ('ALT', 'BILI', 'PREG', 'HGB');
call create_pool('ral');
analyze;

create function contents(study text) returns table (relation text, contents text)
    language plpgsql
as $$
begin
    for relation in select relname from pg_class
            where relnamespace = 'ral'::regnamespace and relkind in ('r', 'v')
                and relname !~ '_history$'
                -- no moment has these: they say what is going on
                and relname not in ('change', 'seal', 'seal_leaf', 'deferred_judgement', 'arrival', 'site_feed',
                    'simulated_candidate') loop
        begin
            execute format('select count(*) || '': '' || coalesce(md5(string_agg(line, chr(10) order by line collate "C")), '''')
                from (select to_jsonb(t)::text as line from %I.%I as t) as lines', study, relation) into contents;
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
        insert into known select n, c.relation, c.contents from contents('ral') as c;
        commit;
    end loop;
end;
$$;
select setseed((:seed % 1000) / 1000.0);
call change_and_remember(:changes, :moments);

create procedure compare_moments()
    language plpgsql
as $$
declare
    past moment;
begin
    for past in select * from moment order by random() loop
        call freeze_analysis('ral', past.at, 'past');
        set local virotrial.reason = 'correction: test';
        insert into difference
            select past.n, coalesce(k.relation, c.relation)
            from (select * from known where known.n = past.n) as k
            full join contents('past') as c on c.relation = k.relation
            where c.contents is distinct from k.contents;
        call drop_study('past', with_subjects => true);
        commit;
    end loop;
end;
$$;
call compare_moments();

select is_empty('select * from difference order by n, relation', format('every table and view is as it was at %s moments, seed %s', count(*), :seed)) from moment;
select cmp_ok(made, '>=', :changes, format('%s changes were made, and %s refused', made, refused)) from tally;
select cmp_ok(count(distinct contents), '>', :moments::bigint, format('%s tables and views differ between the moments', count(distinct relation)))
from (select relation, contents from known as k where exists (select from known as o where o.relation = k.relation and o.contents <> k.contents)) as changed;
select is_empty($$select * from verify('ral')$$, 'and nothing contradicts the history');
select * from finish();
