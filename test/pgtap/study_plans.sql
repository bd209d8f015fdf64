-- A session that entered its first rows into an empty study goes on in a large one:
-- a row that comes in reads the rows of its subject, and not those of others.
\ir include/study.sql
select no_plan();

create table entry ("table" text, columns text, "values" text);
insert into entry values
    ('viral_load_result', 'collected, assay, viral_load', $$'2008-02-20', 'Quantiplex 3.0', '1234'$$),
    ('visit', 'visit, visit_date', $$'unscheduled 1', '2008-02-20'$$),
    ('cd4_result', 'collected, cd4_count', $$'2008-02-20', 345$$),
    ('lab_result', 'collected, test, value, unit', $$'2008-02-20', 'HGB', 140, 'g/L'$$),
    ('adverse_event', 'event_number, term, onset, grade, action_taken, outcome',
        $$1, 'Headache', '2008-02-20', 1, 'DOSE NOT CHANGED', 'NOT RECOVERED/NOT RESOLVED'$$),
    ('regimen', 'drug, started, stopped', $$'ENF', '2008-02-20', '2008-02-21'$$);
create function change_of(changed text, subject text) returns text
    language sql immutable
    return format('update ral.%I set site_id = site_id where site_id = %L and subject_id = %L', changed, 'S1', subject);
create function entry_of(subject text) returns table ("table" text, statement text)
    language sql stable
    begin atomic
        select "table", format('insert into ral.%s (site_id, subject_id, %s) values (%L, %L, %s)', "table", columns, 'S1', subject, "values") from entry;
    end;

-- Rows read of the tables that grow with the subjects, since the transaction began.
create function rows_read() returns bigint
    language sql volatile
    return (select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) from pg_stat_xact_user_tables
        where schemaname = 'ral' and exists (select from pg_attribute where attrelid = relid and attname = 'subject_id'));
create function rows_read_by(statement text) returns bigint
    language plpgsql
as $$
declare
    before constant bigint := rows_read();
begin
    execute statement;
    return rows_read() - before;
end;
$$;

call make_subject('001');
do $$
declare
    entry record;
begin
    for entry in select * from entry_of('001') loop
        execute entry.statement;
        execute change_of(entry."table", '001');
    end loop;
end;
$$;

-- 2,000 more subjects with the rows of this one, which no ANALYZE has seen.
set session_replication_role = replica;
do $$
declare
    copied record;
begin
    for copied in
        select relname, string_agg(quote_ident(attname), ', ' order by attnum) filter (where attname <> 'subject_id') as columns
        from pg_class join pg_attribute on attrelid = pg_class.oid
        where relnamespace = 'ral'::regnamespace and relkind = 'r' and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''
        group by relname having bool_or(attname = 'subject_id')
    loop
        execute format('insert into ral.%1$I (subject_id, %2$s) select to_char(n, ''FM0000''), %2$s from ral.%1$I, generate_series(1002, 3001) as n
            where subject_id = ''001''', copied.relname, copied.columns);
    end loop;
end;
$$;
-- What the subjects have entered that is entered below goes.
do $$
declare
    entry record;
begin
    for entry in select distinct "table", case when "table" = 'viral_load_result' then ' and collected = ''2008-02-20''' when "table" = 'visit' then ' and visit = ''unscheduled 1''' end as condition from entry_of('') loop
        execute format('delete from ral.%I where subject_id in (''1999'', ''2000'')%s', entry."table", entry.condition);
    end loop;
end;
$$;
set session_replication_role = origin;

select ok(read between 1 and 60, format('a row of %s reads few others: %s', "table", read))
from (select "table", rows_read_by(statement) as read from entry_of('1999') offset 0) as entry;
select ok(read between 1 and 60, format('a change of %s reads few others: %s', "table", read))
from (select "table", rows_read_by(change_of("table", '1999')) as read from entry_of('1999') offset 0) as entry;

-- So it is by plans that are made anew, with what the server knows of the tables.
analyze;
update ral.rule set priority = priority where name = 'consent';
select ok(read between 1 and 60, format('a row of %s reads few others: %s', "table", read))
from (select "table", rows_read_by(statement) as read from entry_of('2000') offset 0) as entry;
select ok(read between 1 and 60, format('a change of %s reads few others: %s', "table", read))
from (select "table", rows_read_by(change_of("table", '2000')) as read from entry_of('2000') offset 0) as entry;

-- Baselines of many subjects lock these, and judge their other results.  Of what a context
-- joins the locks read what says which rows are baselines, and not each visit.
create function visits_read() returns bigint
    language sql volatile
    return (select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables where relid = 'ral.visit'::regclass);
create function visits_read_by(statement text) returns bigint
    language plpgsql
as $$
declare
    before constant bigint := visits_read();
begin
    execute statement;
    return visits_read() - before;
end;
$$;
select visits_read_by($$insert into ral.viral_load_result (site_id, subject_id, collected, replicate, assay, viral_load)
    select site_id, subject_id, enrolled, 9, 'Quantiplex 3.0', '1234' from ral.enrolment where subject_id >= '1002'$$) as read \gset
select is(:read::bigint, count(*), 'many baselines read the visits once, to judge these days by them') from ral.visit;

-- A dry run of many rows: each is compared with those of its subject, and not with all
-- that are judged.  The function counts rows as it is looked at before the keys.
create sequence compared;
create function is_compared(started date) returns boolean
    language plpgsql immutable cost 0.0001
as $$
begin
    perform nextval('public.compared');
    return true;
end;
$$;
insert into ral.rule (name, table_name, clause, anchors, condition) values ('compared', 'regimen', '', '{regimen}', $$exists (
    select from regimen as other
    where is_compared(other.started) and other.site_id = context.site_id and other.subject_id = context.subject_id
        and other.started > context.started)$$);
create table begun as
    select 'S1' as site_id, to_char(n, 'FM0000') as subject_id, 'ENF' as drug, date '2008-03-01' + day as started, date '2008-03-02' + day as stopped
    from generate_series(1002, 1201) as n, generate_series(0, 2, 2) as day;
select is((select count(*) from judge('ral.regimen', 'begun') where rule = 'compared' and row_id is not null), 200::bigint, 'the rule judges the rows by each other');
select cmp_ok(nextval('compared'), '<', 4000::bigint, 'and reads few of the 400 for each');
-- A change is a bigint, and a cast makes it the numeric that it is compared with.
insert into ral.rule (name, table_name, clause, anchors, condition) values ('cast', 'regimen', '', '{regimen}', $$(
    select count(*) from regimen as other
    where other.site_id = context.site_id and other.entered_in = round(extract(year from context.started), 1)) = 0$$);
select is((select count(*) from judge('ral.regimen', 'begun') where rule = 'cast' and row_id is not null), 400::bigint, 'what a cast computes is no value of a column');
-- What many rows ask of their subject is found once for each subject.
create sequence asked;
create function is_asked(birth_date date) returns boolean
    language plpgsql immutable cost 10000
as $$
begin
    perform nextval('public.asked');
    return true;
end;
$$;
insert into ral.rule (name, table_name, clause, evidence, condition) values ('asked', 'regimen', '', '{subject}', $$(
    select max(person.birth_date) from subject as person
    where person.site_id = context.site_id and person.subject_id = context.subject_id and is_asked(person.birth_date)) > started$$);
create function calls_by(statement text) returns bigint
    language plpgsql
as $$
declare
    before constant bigint := nextval('public.asked');
begin
    execute statement;
    return nextval('public.asked') - before - 1;
end;
$$;
select is(calls_by($$select * from judge('ral.regimen', 'begun')$$), 200::bigint, 'a subject is looked up once for the two rows that he begins');
-- So is what a day of his decides.
delete from ral.rule where name = 'asked';
insert into ral.rule (name, table_name, clause, anchors, evidence, condition) values ('asked', 'regimen', '', '{enrolment}', '{subject}', $$(
    select max(person.birth_date) from subject as person
    where person.site_id = context.site_id and person.subject_id = context.subject_id
        and person.birth_date <= context.first_dose and is_asked(person.birth_date)) > started$$);
select is(calls_by($$select * from judge('ral.regimen', 'begun')$$), 200::bigint, 'and once for them by the day of his first dose');
select * from finish();
