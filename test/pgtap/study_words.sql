-- What breaks a CHECK or a NOT NULL: the error has what the row must hold, of a
-- column of choice the permitted words, and never the row, by every path into
-- every table.
\ir include/study.sql
select no_plan();
call make_subject('001');

-- What an error says: its state, place, message, detail and hint.
create function answer(statement text) returns text
    language plpgsql
as $$
declare
    state text;
    place text;
    said text;
    detail text;
    hint text;
begin
    execute statement;
    return 'accepted';
exception when others then
    get stacked diagnostics state = returned_sqlstate, said = message_text, detail = pg_exception_detail, hint = pg_exception_hint;
    return concat_ws(' | ', state, said, nullif(detail, ''), nullif(hint, ''));
end;
$$;

-- ---- every column that takes the words of a list alone, by the catalogue
create table choice as
    select conrelid::regclass as target, relname, attname,
        array(select word[1] from regexp_matches(pg_get_constraintdef(c.oid), '''([^'']+)''', 'g') as word) as words
    from pg_constraint as c
    join pg_class on pg_class.oid = conrelid
    join pg_attribute on attrelid = conrelid and attnum = conkey[1]
    where connamespace = 'ral'::regnamespace and contype = 'c'
        and pg_get_constraintdef(c.oid) ~ '^CHECK \(\(\w+ = ANY \(ARRAY\[''';
select cmp_ok((select count(*) from choice), '>=', 40::bigint, 'they are found');
select is(answer(format('insert into %s (%I) values (''no such word'')', target, attname)),
    format('23514 | "no such word" is not permitted in column "%s" of table "%s" | Write one of %s.', attname, relname,
        (select string_agg(format('"%s"', word), ', ' order by place) from unnest(words) with ordinality as w (word, place))),
    format('%s.%s', relname, attname))
from choice
-- what the database alone writes, and what a trigger completes first
where relname not in ('query_event', 'data_lock', 'signature', 'query') order by relname, attname;

-- ---- every path, with a word that differs from the right one in a letter
select is(paths('ral.subject', 'site_id, subject_id, birth_date, sex', 'site_id, subject_id', $$'S1', '002', '1970-06-15', 'male'$$, format($$'S1', '002', '1970-06-15', %L$$, word)),
    array['23514 ral.subject subject_sex_check'], format('"%s"', word))
from unnest(array['Male', 'male ', ' male', 'm', '', 'männlich']) as word;
select unalike(answer($$insert into ral.subject values ('S1', '002', '1970-06-15', 'M')$$), '%1970%', 'nothing else of the row is shown');
select unalike(answer($$update ral.subject set sex = 'M' where subject_id = '001'$$), '%1970%', 'nor by an update');
select is(answer($$insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S1', '002', '1970-06-15', 'male')$$), 'accepted', 'the right word');
select is(answer($$insert into ral.disposition (site_id, subject_id, ended, outcome) values ('S1', '001', '2008-03-01', 'finished')$$),
    '23514 | "finished" is not permitted in column "outcome" of table "disposition" | Write one of "completed", "discontinued".', 'before what else the row breaks');
select is(answer($$insert into ral.disposition (site_id, subject_id, ended, outcome, reason) values ('S1', '001', '2008-03-01', 'completed', null)$$), 'accepted', 'no reason is no word');

-- ---- a list of a table of the study's own, with another column before it that was dropped
create table ral.smoking (site_id text, gone text, subject_id text, amount text check (amount in ('none', 'some', 'much')), primary key (site_id, subject_id));
alter table ral.smoking drop column gone;
call guard('ral.smoking');
select is(answer($$insert into ral.smoking values ('S1', '001', 'a lot')$$),
    '23514 | "a lot" is not permitted in column "amount" of table "smoking" | Write one of "none", "some", "much".', 'a table of the study''s own');
alter table ral.smoking drop constraint smoking_amount_check;
select is(answer($$insert into ral.smoking values ('S1', '001', 'a lot')$$), 'accepted', 'a list that is gone');
alter table ral.smoking add constraint smoking_amount_check check (amount in ('none', 'some')) not valid;
set virotrial.reason = 'correction: test';
select is(answer($$update ral.smoking set amount = 'lots'$$),
    '23514 | "lots" is not permitted in column "amount" of table "smoking" | Write one of "none", "some".', 'a new list, which rows that are there need not hold');

-- ---- the words by the method, which a rule knows
select alike(answer($$insert into ral.cd4_result (site_id, subject_id, collected, visit, method, cd4_count) values ('S1', '001', '2008-01-15', 'screening', 'microscopy', '300')$$),
    '23514 | rule "cd4_method"%instead of flow cytometry%', 'a method');
-- ---- what is no choice: whose the row is, and what it must hold
select is(answer($$insert into ral.subject values ('S1', '002', '1899-12-31', 'male')$$),
    '23514 | new row for relation "subject" violates check constraint "subject_birth_date_check" | Site S1, subject 002: CHECK (birth_date >= ''1900-01-01''::date AND birth_date <= ''9999-12-31''::date).', 'a CHECK');
select is(answer($$update ral.subject set birth_date = '1899-12-31' where subject_id = '001'$$),
    '23514 | new row for relation "subject" violates check constraint "subject_birth_date_check" | Site S1, subject 001: CHECK (birth_date >= ''1900-01-01''::date AND birth_date <= ''9999-12-31''::date).', 'by an update');
select is(answer($$insert into ral.subject values ('S1', '002', null, 'male')$$),
    '23502 | null value in column "birth_date" of relation "subject" violates not-null constraint | Site S1, subject 002.', 'a NOT NULL');
select is(answer($$insert into ral.subject values ('S1', null, '1970-06-15', 'male')$$),
    '23502 | null value in column "subject_id" of relation "subject" violates not-null constraint | Site S1.', 'of nobody');
select is(answer($$insert into ral.arm (arm, position, title) values (' ', 9, 'None')$$),
    '23514 | new row for relation "arm" violates check constraint "arm_arm_check" | CHECK (arm ~ ''[^[:space:]]''::text AND arm <> ''*''::text).', 'of no subject');
select is(answer($$insert into ral.art_history (site_id, subject_id, drug, started, stopped) values ('S1', '001', 'TDF', '2003-01-02', '2003-01-01')$$),
    '23514 | new row for relation "art_history" violates check constraint "art_history_order" | Site S1, subject 001: CHECK (stopped > started).', 'of two columns');
select alike(answer($$insert into ral.medical_history (site_id, subject_id, condition_number, term, started, is_ongoing, is_hiv_associated) values ('S1', '001', 1, 'Asthma', '1899', true, false)$$),
    '23514 | new row for relation "medical_history" violates check constraint "medical_history_started_first_check" | Site S1, subject 001: CHECK (%', 'of what is generated');
select is(answer($$insert into ral.subject (site_id, subject_id, birth_date, sex, entered_by, entered_in) values ('S1', '003', '1970-06-15', 'male', null, null)$$), 'accepted', 'what the database sets itself');
comment on constraint subject_birth_date_check on ral.subject is 'Nobody is as old.';
select alike(answer($$insert into ral.subject values ('S1', '002', '1899-12-31', 'male')$$), '%). | Nobody is as old.', 'the comment of a CHECK is its hint');
create function ral.is_little(amount integer) returns boolean language sql immutable return amount < 10;
alter table ral.smoking add packs integer default 1 check (ral.is_little(packs)), add generated integer generated always as (packs * 20) stored not null;
call keep_history('ral.smoking');
select alike(answer($$update ral.smoking set amount = 'some', packs = 10$$), '23514 | new row for relation "smoking" violates check constraint "smoking_packs_check" | Site S1, subject 001: CHECK (ral.is_little(packs)).', 'a function of the study''s own');
create or replace function ral.is_little(amount integer) returns boolean language sql immutable return amount < 20;
select is(answer($$update ral.smoking set amount = 'some', packs = 10$$), 'accepted', 'the function as it is now');
select is(answer($$update ral.smoking set packs = null$$), '23502 | null value in column "generated" of relation "smoking" violates not-null constraint | Site S1, subject 001.', 'NULL is generated');

-- ---- a CHECK with a function that the role may not run
create role word_bystander;
grant usage on schema ral to word_bystander;
grant insert on ral.smoking to word_bystander;
create function ral.is_hidden(amount integer) returns boolean language plpgsql immutable as $$ begin return true; end; $$;
revoke execute on function ral.is_hidden from public;
alter table ral.smoking add constraint hidden check (ral.is_hidden(packs));
select is(answer($$do $do$ begin set local role word_bystander; insert into ral.smoking values ('S1', '001', 'some'); end $do$ $$),
    '42501 | permission denied for function is_hidden', 'and the next row of the same table is refused, too')
from generate_series(1, 2);
alter table ral.smoking drop constraint hidden;
drop owned by word_bystander;
drop role word_bystander;

alter table ral.smoking add constraint whole check (smoking is not null);
select is(answer($$update ral.smoking set packs = 11$$), 'accepted', 'a CHECK of the whole row is judged where the row is whole');

create function ral.fill() returns trigger language plpgsql as $$ begin new.amount := 'some'; new.packs := 12; return new; end; $$;
create trigger tail before update on ral.smoking for each row execute function ral.fill();
select is(answer($$update ral.smoking set packs = null, amount = 'all'$$), 'accepted', 'what a later trigger completes');
drop trigger tail on ral.smoking;

-- ---- every date and number, in copies of the tables that may have one value alone
\ir include/bounded_column.sql
create schema probe;
select format('create table probe.%I (like %s including constraints)', name, "table") from (select distinct "table", name from bounded_column) as t \gexec
select format('alter table probe.%I alter %I drop not null', relname, attname)
from pg_class join pg_attribute on attrelid = pg_class.oid
where relnamespace = 'probe'::regnamespace and relkind = 'r' and attnum > 0 and attnotnull \gexec
select format('create trigger stamp before insert on probe.%I for each row execute function _virotrial.stamp()', relname)
from pg_class where relnamespace = 'probe'::regnamespace and relkind = 'r' \gexec
create table bounded_answer as
    select name, "column", answer(format('insert into probe.%I (%I) values (%L)', name, "column", case when type ~ '^(date|timestamp)' then '1899-12-31' else 'NaN' end)) as said
    from bounded_column where exists (select from pg_attribute where attrelid = to_regclass(format('probe.%I', name)) and attname = 'entered_in');
select cmp_ok((select count(*) from bounded_answer), '>=', 60::bigint, 'they are found');
select set_eq($$select name, "column" from bounded_answer where said !~ '^23514 . new row for relation "\w+" violates check constraint "\w+" . CHECK \('$$,
    $$values ('protocol_approval', 'effective_from')$$, 'none shows its row; a row of protocol has the bound of one');

-- ---- COPY, which adds the line that it reads
create function copied(lines text) returns text
    language plpgsql
as $$
declare
    place text;
begin
    execute format('copy ral.vital_signs (site_id, subject_id, collected, height_cm) from program %L', format('printf "%s"', lines));
    return 'accepted';
exception when others then
    get stacked diagnostics place = pg_exception_context;
    return sqlstate || ' ' || split_part(place, E'\n', 1);
end;
$$;
select is(copied('S1\t001\t2008-01-15\t1800\n'), '23514 COPY vital_signs, line 1', 'a CHECK');
select is(copied('S1\t001\t2008-01-15\t180\nS1\t001\t2008-01-15\t180\n'), '23505 COPY vital_signs, line 2', 'a key that is there twice');
select is(copied('S1\t001\t2008-01-15\t180\n'), 'accepted', 'a good line');
select * from finish();
