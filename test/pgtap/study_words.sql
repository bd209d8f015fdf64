-- A wrong word in a column of choice: the error has the permitted words, and never
-- the row, by every path into every table.
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
select * from finish();
