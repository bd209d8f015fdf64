-- Random rows, each in a statement of its own in one study, and up to 100 in one
-- statement in another: both accept and refuse the same for the same reason, end
-- alike, deviations and all, and violations() says the same.
--
-- The rows of a statement are of different subjects (or have different keys, in
-- the protocol's tables), so that none is right or wrong by another one.  Where
-- they may be, what was refused is tried once more when the others are there.
--
-- DIFFERENTIAL_STATEMENTS and DIFFERENTIAL_SEED set how many, and which.
\ir include/random_change.sql
set jit = off;
\set statements 600
\set seed 4
\getenv statements DIFFERENTIAL_STATEMENTS
\getenv seed DIFFERENTIAL_SEED
select no_plan();

select :statements > 5000 as is_long \gset
\if :is_long
    \set subjects 100
    \set refused 100
\else
    \set subjects 70
    \set refused 5
\endif
call create_study('single');
call simulate_study('single', subjects => :subjects, sites => 3, seed => :seed);
call create_study('batch');
call simulate_study('batch', subjects => :subjects, sites => 3, seed => :seed);
-- What the simulation has most of says least.
delete from single.lab_result where test not in ('ALT', 'BILI', 'PREG', 'HGB');
delete from batch.lab_result where test not in ('ALT', 'BILI', 'PREG', 'HGB');
call create_pool('single');
analyze;
-- Rules are looked up by name, in both studies alike.
create view rule_name as select distinct name from single.rule;

-- What was tried, and what came of it.
create table tried (
    round integer,
    place integer,
    "table" text,
    verb text,
    change jsonb,
    verdict text,
    final text            -- where the rows that were accepted are there
);
create table difference (round integer, what text, statement text, alone text, together text);

-- Runs a statement: accepted, or the SQLSTATE, rule and reason of the refusal.
create function verdict_of(statement text, keep boolean) returns text
    language plpgsql
as $$
declare
    state text;
    broken text;
    message text;
    detail text;
begin
    execute statement;
    if not keep then
        raise exception using errcode = 'ZZ000';
    end if;
    return 'accepted';
exception when others then
    get stacked diagnostics state = returned_sqlstate, broken = constraint_name, message = message_text, detail = pg_exception_detail;
    -- Few offenders are shown in any order, of many some.
    detail := (select string_agg(line, E'\n' order by line) from regexp_split_to_table(detail, E'\n') as line where detail !~ '\nAnd \d+ more');
    return case when state = 'ZZ000' then 'accepted'
        when broken in (select name from rule_name)
        then format('%s %s: %s (%s)', state, broken, message, detail)
        else format('%s %s', state, coalesce(nullif(broken, ''), message)) end;
end;
$$;

-- The rule that a verdict names, or null.
create function rule_of(verdict text) returns text
    language sql stable
    return (select name from rule_name where name = substring(verdict from '^23514 (\w+): '));

-- What of the others is needed for a verdict that is not the one expected: the minimal reproduction.
create function reduce(changing changing_table, verb text, others jsonb, change jsonb, expected text) returns text
    language plpgsql
as $$
declare
    size integer := greatest(jsonb_array_length(others) / 2, 1);
    start integer := 0;
    fewer jsonb;
begin
    while start < jsonb_array_length(others) loop
        select coalesce(jsonb_agg(value order by place), '[]') into fewer
        from jsonb_array_elements(others) with ordinality as u (value, place) where place <= start or place > start + size;
        if verdict_of(statement_of('batch', changing, verb, fewer || change), false) is distinct from expected then
            others := fewer;
        else
            start := start + size;
        end if;
        if start >= jsonb_array_length(others) and size > 1 then
            size := size / 2;
            start := 0;
        end if;
    end loop;
    return statement_of('batch', changing, verb, others || change);
end;
$$;

-- A round's changes, each in a statement of its own.
create procedure try_singly(this_round integer, changing changing_table, tried_verb text, number integer)
    language plpgsql
as $$
declare
    one jsonb;
    subject record;
    done jsonb[] := '{}';
    identities jsonb[];
begin
    for subject in select s.site_id, s.subject_id, row_number() over () as place
            from (select * from single.subject order by site_id, subject_id) as s order by random() limit number loop
        one := case when changing.of_subject and changing.name <> 'subject'
            then random_change('single', changing, tried_verb, subject.site_id, subject.subject_id)
            else random_change('single', changing, tried_verb, null, null) end;
        select array_agg(identity) into identities
        from (
            select jsonb_object_agg(c, one #> array[side, c]) as identity
            from unnest(changing.pk) as c, unnest(array['key', 'row']) as side
            where tried_verb = 'update' or side = case tried_verb when 'insert' then 'row' else 'key' end
            group by side) as i;
        continue when one is null or identities && done;
        done := done || identities;
        insert into tried values (this_round, subject.place, changing.name, tried_verb, one,
            verdict_of(statement_of('single', changing, tried_verb, jsonb_build_array(one)), true));
    end loop;
    update tried set final = case when verdict = 'accepted' or (changing.of_subject and changing.name <> 'subject') then verdict
        else verdict_of(statement_of('single', changing, tried_verb, jsonb_build_array(change)), false) end
    where round = this_round;
end;
$$;

-- The same in one statement: what was accepted, and with it each that was refused, as far as there is time.
create procedure try_together(this_round integer, changing changing_table, tried_verb text, most integer)
    language plpgsql
as $$
declare
    accepted jsonb := (select coalesce(jsonb_agg(change order by place), '[]') from tried where round = this_round and verdict = 'accepted');
    refused record;
    found text;
begin
    for refused in select * from (select *, row_number() over (partition by left(verdict, 24) order by place) as nth
            from tried where round = this_round and verdict <> 'accepted') as t order by nth, place limit most loop
        found := verdict_of(statement_of('batch', changing, tried_verb, accepted || refused.change), false);
        if found <> refused.final then
            insert into difference values (this_round, 'one among accepted ones',
                reduce(changing, tried_verb, accepted, refused.change, refused.final), refused.final, found);
        end if;
    end loop;
    found := verdict_of(statement_of('batch', changing, tried_verb, accepted), true);
    if found <> 'accepted' then
        insert into difference values (this_round, 'accepted ones together',
            reduce(changing, tried_verb, accepted, '[]', 'accepted'), 'accepted', found);
    end if;
end;
$$;

-- What a rule is called in violations().  Nobody can know later what was on record when a background was
-- chosen: there the deviation is missing that must stand beside it.
create function violated_rule(verdict text) returns text
    language sql stable
    return case rule_of(verdict) when 'background_active_drugs' then 'background_not_fully_active' else rule_of(verdict) end;

-- What was refused, done without the rules: violations() names the same rules and subjects, and nobody else.
create procedure compare_violations(this_round integer, changing changing_table, tried_verb text)
    language plpgsql
as $$
declare
    refused jsonb := (select jsonb_agg(change order by place) from tried where round = this_round and rule_of(final) is not null);
begin
    if refused is null or not changing.of_subject or changing.name = 'subject' then
        return;
    end if;
    begin
        execute format('alter table batch.%I disable trigger enforce_%s', changing.name, tried_verb);
        execute statement_of('batch', changing, tried_verb, refused);
        create temporary table violated on commit drop as select * from violations('batch') where rule <> 'disabled trigger';
        raise exception using errcode = 'ZZ000', detail = (
            select coalesce(string_agg(format('%s %s: %s by statement, %s by violations()', t.subject, t.rule, t.alone, t.together), E'\n'), '')
            from (
                select subject, rule, max(alone) as alone, max(together) as together
                from (
                    select coalesce(change #>> '{row,subject_id}', '') as subject, violated_rule(final) as rule, final as alone, null as together
                    from tried where round = this_round and rule_of(final) is not null
                    union all
                    select subject_id, rule, null, reason from violated
                ) as u
                group by subject, rule
                having max(together) is null or not exists (
                    select from tried where round = this_round and rule_of(final) is not null and coalesce(change #>> '{row,subject_id}', '') = u.subject)
            ) as t);
    exception when sqlstate 'ZZ000' then
        declare
            found text;
        begin
            get stacked diagnostics found = pg_exception_detail;
            if found <> '' then
                insert into difference values (this_round, 'violations() of what was refused', statement_of('batch', changing, tried_verb, refused), found, null);
            end if;
        end;
    end;
end;
$$;

-- Both studies are alike, but for the times of entry.
create function unlike(name text) returns boolean
    language plpgsql
as $$
declare
    found boolean;
begin
    execute format('select exists (select from (select to_jsonb(t) - ''entered_at'' - ''entered_in'' from single.%1$I as t) as s (r)
        full join (select to_jsonb(t) - ''entered_at'' - ''entered_in'' from batch.%1$I as t) as b (r) using (r) where s.r is null or b.r is null)', name) into found;
    return found;
end;
$$;

create procedure compare_rounds(statements integer, seed double precision, most integer)
    language plpgsql
as $$
declare
    changing changing_table;
    verb text;
    n integer := 0;
begin
    while (select count(*) from tried) < statements and not exists (select from difference where what = 'the tables') loop
        n := n + 1;
        perform setseed(mod((seed * 0.137 + n * 0.000917)::numeric, 1));
        select * into changing from changing_table
        order by random() * case when of_subject then 0.3 else 1 end limit 1;
        verb := draw('{insert,insert,update,update,delete}');
        call try_singly(n, changing, verb, case n % 3 when 0 then 100 else 20 end);     -- FEW_ROWS is between
        call try_together(n, changing, verb, most);
        call compare_violations(n, changing, verb);
        insert into difference
        select n, 'the tables', string_agg(name, ', '), null, null
        from unnest(array[changing.name, 'deviation', 'eligibility_verdict']) as name
        where unlike(name) having count(*) > 0;
        commit;
    end loop;
end;
$$;

call compare_rounds(:statements, :seed, :refused);
select diag(format('seed %s: %s statements of %s tables in %s rounds; %s accepted, %s refused by a rule, %s by a constraint', :seed,
    count(*), count(distinct "table"), max(round), count(*) filter (where verdict = 'accepted'), count(rule_of(verdict)),
    count(*) filter (where verdict <> 'accepted' and rule_of(verdict) is null))) from tried;
select diag(format(E'seed %s, round %s: %s\n%s\nalone: %s\ntogether: %s', :seed, d.round, what, statement, alone, together))
from difference as d order by d.round limit 10;
select cmp_ok(count(*) filter (where verdict = 'accepted'), '>', count(*) / 10, 'enough is accepted') from tried;
select cmp_ok(count(rule_of(verdict)), '>', count(*) / 20, 'enough is refused by rules') from tried;
select is_empty($$select round, what, alone, together from difference$$, 'rows in statements of their own and together come out alike');
select is_empty($$select name from (select name from changing_table union values ('deviation'), ('eligibility_verdict')) as t where unlike(name)$$,
    'all tables are alike');
select is_empty($$select * from violations('single')$$, 'nothing violates a rule, and no deviation is stale, after single rows');
select is_empty($$select * from violations('batch')$$, 'nor after many');
select * from finish();
