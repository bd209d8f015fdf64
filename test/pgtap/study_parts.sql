-- What the DDL of a study declares, and a schema does not have, is a problem; what its owner adds is none.
\ir include/study.sql
select no_plan();
set client_min_messages = warning;

create view declared_part as
    select part.*
    from (select ddl from _virotrial.study_ddl()
        union all select format(template, 'ral') from _virotrial.resistance_ddl() as template) as declared
    cross join _virotrial.missing_parts('ral', ddl) as part;
-- What statements have study_problems() say; all is undone
create function said_of(statements text[]) returns setof text
    language plpgsql
as $$
declare
    statement text;
    found text[];
begin
    foreach statement in array statements loop
        execute statement;
    end loop;
    found := array(select concat_ws(' | ', problem, object, detail, hint) from study_problems('ral') order by 1);
    raise exception using errcode = 'ZZ000', message = found::text;
exception when sqlstate 'ZZ000' then
    return query select unnest(sqlerrm::text[]);
end;
$$;
-- How many parts of a kind each table lacks after statements that a query makes, compared with how many there are
create function difference_after(query text, problem text) returns setof text
    language plpgsql
as $$
declare
    statement record;
    dropped text[];
    found text[];
begin
    for statement in execute query loop
        execute statement.ddl;
        dropped := dropped || statement.name::text;
    end loop;
    found := array(
        (select 'not said: ' || name || ' ' || count(*) from unnest(dropped) as name group by name
            except select 'not said: ' || object || ' ' || count(*) from declared_part
                where declared_part.problem = difference_after.problem group by object)
        union all
        (select 'said: ' || object || ' ' || count(*) from declared_part
                where declared_part.problem = difference_after.problem group by object
            except select 'said: ' || name || ' ' || count(*) from unnest(dropped) as name group by name)
        order by 1);
    raise exception using errcode = 'ZZ000', message = array_append(found, 'dropped: ' || (cardinality(dropped) > 0)::text)::text;
exception when sqlstate 'ZZ000' then
    return query select unnest(sqlerrm::text[]);
end;
$$;

select is_empty('select * from declared_part', 'a new study has all that is declared');

-- ---- all of a kind is gone: each is said. Histories and stamps are made by keep_history().
create view own_table as
    select oid, relname from pg_class
    where relnamespace = 'ral'::regnamespace and relkind in ('r', 'p') and relname !~ '_history$';
select results_eq(format('select difference_after(%L, %L)', query, problem), array['dropped: true'], 'every one is said: ' || what)
from (values
    ('CHECK', 'missing constraint', $$select relname as name, format('alter table ral.%I drop constraint %I', relname, conname) as ddl
        from pg_constraint join own_table on own_table.oid = conrelid where contype = 'c'$$),
    ('foreign key', 'missing constraint', $$select relname as name, format('alter table ral.%I drop constraint %I', relname, conname) as ddl
        from pg_constraint join own_table on own_table.oid = conrelid where contype = 'f'$$),
    ('unique key', 'missing constraint', $$select relname as name, format('alter table ral.%I drop constraint %I', relname, conname) as ddl
        from pg_constraint join own_table on own_table.oid = conrelid where contype = 'u' and not exists (
            select from pg_constraint as foreign_key where foreign_key.contype = 'f' and foreign_key.conindid = pg_constraint.conindid)$$),
    ('NOT NULL', 'missing constraint', $$select relname as name, format('alter table ral.%I alter %I drop not null', relname, attname) as ddl
        from pg_attribute join own_table on own_table.oid = attrelid
        where attnum > 0 and attnotnull and not attisdropped and attidentity = '' and attname not in ('entered_by', 'entered_at', 'entered_in')
            and not exists (select from pg_index where indrelid = attrelid and indisprimary and attnum = any (indkey))$$),
    ('default', 'missing default', $$select relname as name, format('alter table ral.%I alter %I drop default', relname, attname) as ddl
        from pg_attribute join own_table on own_table.oid = attrelid
        where atthasdef and attgenerated = '' and attname not in ('entered_by', 'entered_at', 'entered_in')$$),
    ('generated column', 'column that is not generated', $$select relname as name, format('alter table ral.%I alter %I drop expression', relname, attname) as ddl
        from pg_attribute join own_table on own_table.oid = attrelid where attgenerated <> ''$$),
    ('identity', 'missing identity', $$select relname as name, format('alter table ral.%I alter %I drop identity', relname, attname) as ddl
        from pg_attribute join own_table on own_table.oid = attrelid where attidentity <> ''$$),
    ('index', 'missing index', $$select relname as name, format('drop index %s', indexrelid::regclass) as ddl
        from pg_index join own_table on own_table.oid = indrelid where not exists (select from pg_constraint where conindid = indexrelid)$$))
    as kind (what, problem, query);
-- ---- what is said
select results_eq(format('select said_of(%L)', array[statement]), array[said], statement)
from (values
    ('drop index ral.query_row', $$missing index | ral.query | (table_name, row_key) | call public.upgrade_study('ral')$$),
    ('drop index ral.query_rule', $$missing index | ral.query | UNIQUE (site_id, subject_id, rule, item) | call public.upgrade_study('ral')$$),
    ('drop index ral.query_rule; create index query_rule on ral.query (site_id, subject_id, rule, item)',
        $$missing index | ral.query | UNIQUE (site_id, subject_id, rule, item) | call public.upgrade_study('ral')$$),
    ('drop index ral.coding_dictionary_current; create unique index coding_dictionary_current on ral.coding_dictionary (domain) where not is_current',
        $$missing index | ral.coding_dictionary | UNIQUE (domain) WHERE is_current | call public.upgrade_study('ral')$$),
    ('alter table ral.subject alter birth_date drop not null', $$missing constraint | ral.subject | birth_date NOT NULL | call public.upgrade_study('ral')$$),
    ('alter table ral.consent drop constraint consent_site_id_subject_id_fkey, add constraint consent_site_id_subject_id_fkey foreign key (site_id, subject_id) references ral.subject on update cascade on delete cascade',
        $$missing constraint | ral.consent | FOREIGN KEY (site_id, subject_id) REFERENCES subject(site_id, subject_id) ON UPDATE CASCADE | call public.upgrade_study('ral')$$),
    ($$alter table ral.unblinding drop constraint unblinding_reason_check, add constraint unblinding_reason_check check (reason <> '')$$,
        $$missing constraint | ral.unblinding | CHECK (reason ~ '[^[:space:]]'::text) | call public.upgrade_study('ral')$$),
    ($$alter table ral.query alter due set default ral.today() + 21$$, $$missing default | ral.query | due: today() + 14 | call public.upgrade_study('ral')$$),
    ('alter table ral.change alter change_id drop identity',
        'missing identity | ral.change | change_id | alter table ... alter ... add generated always as identity (start with ...)'),
    ('alter table ral.dose alter known_arm drop expression', $$column that is not generated | ral.dose | known_arm | Drop the column, then: call public.upgrade_study('ral')$$),
    ('alter table ral.unblinding alter reason type varchar(99)', $$column of another type | ral.unblinding | reason: character varying(99), and not text | call public.upgrade_study('ral')$$),
    ('drop table ral.unblinding', $$missing table | ral.unblinding | Restore it with its rows. Without them: call public.upgrade_study('ral')$$),
    ('drop trigger next_allocation on ral.allocation', $$missing trigger | ral.allocation | next_allocation | call public.upgrade_study('ral')$$),
    ('drop trigger next_allocation on ral.allocation; create trigger next_allocation after insert on ral.allocation for each row execute function ral.next_allocation()',
        $$missing trigger | ral.allocation | next_allocation | call public.upgrade_study('ral')$$),
    ('drop trigger complete_viral_load on ral.viral_load_result',
        $$missing trigger | ral.viral_load_result | complete_viral_load() is not called by insert, update | call public.upgrade_study('ral')$$),
    ($$create or replace function ral.next_allocation() returns trigger language plpgsql as 'begin return new; end'$$,
        $$function of another make | ral.next_allocation | call public.upgrade_study('ral')$$),
    ('create or replace view ral.query_count as select null::text as site_id, null::integer as age_from_days, null::text as age, 1::bigint as queries, 1::bigint as open, 1::bigint as answered, 1::bigint as overdue',
        $$view of another make | ral.query_count | call public.upgrade_study('ral')$$),
    ('alter table ral.query_event drop constraint query_event_pkey',
        'missing constraint | ral.query_event | PRIMARY KEY (query_id, step) | call public.upgrade_study(''ral'')'),
    ('create table ral.mine (site_id text)',
        'no primary key | ral.mine | a row cannot be told from others, and is not replicated | alter table ral.mine add primary key (...)'),
    ('set local session_replication_role = replica; delete from ral.eligibility_criterion; set local session_replication_role = origin',
        'no criteria | ral.eligibility_criterion | whoever has results of screening is enrolled | Restore the rows of the table, or take them from another study.'),
    ('set local session_replication_role = replica; delete from ral.toxicity_grade_table; set local session_replication_role = origin',
        'scheme without grades | DAIDS 2.1 | toxicity_grade_table has no row of it: no result gets a grade | Enter its rows there, or name in the protocol the one that is meant.'),
    ('drop table ral.visit_history', $$missing history | ral.visit | rows of ral.visit are not changed, as their earlier versions cannot be kept | call public.keep_history('ral.visit')$$))
    as v (statement, said);

-- ---- what is no fault
select is_empty(format('select said_of(%L)', array[statement]), statement)
from (values ('alter table ral.visit add column room text, add constraint has_room check (room is null)'),
    ('create index on ral.visit (visit_date)'), ('create unique index on ral.allocation (stratum, code)'),
    ('create view ral.mine as select site_id from ral.visit'), ('create function ral.mine() returns integer language sql return 1'),
    ('alter table ral.visit rename constraint visit_pkey to own_pkey'), ('alter index ral.query_row rename to own_index'),
    ('alter table ral.unblinding rename constraint unblinding_reason_check to said_why'),
    ('alter table ral.unblinding drop constraint unblinding_pkey, add constraint unblinding_pkey primary key (site_id, subject_id, unblinded)'),
    ('alter view ral.query_status set (security_barrier)')) as v (statement);
alter schema ral rename to "of ""another"" name";
select is_empty($$select * from study_problems('of "another" name')$$, 'nor a study of another name');
alter schema "of ""another"" name" rename to ral;
-- As PostgreSQL writes the views for a dump
do $$
declare
    code record;
begin
    for code in select oid::regclass as name, pg_get_viewdef(oid) as query from pg_class where relnamespace = 'ral'::regnamespace and relkind = 'v' order by oid loop
        execute format('create or replace view %s as %s', code.name, code.query);
    end loop;
end;
$$;
select is_empty($$select * from declared_part$$, 'nor a view in the words of a dump');
call make_subject('001');
select pg_sleep(0.01);
call freeze_analysis('ral', clock_timestamp() - interval '5 ms', 'frozen');
select is_empty($$select * from study_problems('frozen') where hint like '%upgrade_study%' and problem <> 'missing trigger'$$, 'a frozen study is made otherwise');

-- ---- upgrade_study() mends what is said
do $$
declare
    statement text;
begin
    for statement in
        select format('alter table %s drop constraint if exists %I cascade', conrelid::regclass, conname) from pg_constraint where connamespace = 'ral'::regnamespace and contype in ('c', 'f', 'p', 'u')
        union all select format('drop index %s', indexrelid::regclass) from pg_index join own_table on own_table.oid = indrelid where not exists (select from pg_constraint where conindid = indexrelid)
        union all select format('alter table %s alter %I drop default', adrelid::regclass, attname) from pg_attrdef join pg_attribute on attrelid = adrelid and attnum = adnum join own_table on own_table.oid = adrelid where attgenerated = ''
        union all select format('alter table %s drop column %I cascade', attrelid::regclass, attname) from pg_attribute join own_table on own_table.oid = attrelid where attgenerated <> ''
        union all values ('drop view ral.query_status cascade'), ('drop function ral.next_allocation cascade'), ('drop table ral.unblinding') loop
        execute statement;
    end loop;
end;
$$;
select isnt_empty($$select * from study_problems('ral')$$, 'much is gone');
select lives_ok($$call upgrade_study('ral')$$, 'it is upgraded');
select is_empty($$select * from study_problems('ral')$$, 'and whole again');

select * from finish();
