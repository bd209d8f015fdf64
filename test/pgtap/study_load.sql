-- The loading of files: what becomes of the rows of a staged file.
\ir include/study.sql
select no_plan();

-- ---- which table, and which column

select is(_virotrial.load_target('ral', null, '2008-03_missing-result (2).csv')::text, 'ral.missing_result', 'a table by the name of the file, the longest that is in it');
select is(_virotrial.load_target('ral', 'visit', 'x.csv')::text, 'ral.visit', 'or the one that is named');
select throws_ok($$select _virotrial.load_target('ral', null, 'x.csv')$$, '42P01', null, 'or an error');
select throws_ok($$select _virotrial.load_target('ral', 'change', 'x.csv')$$, '42P01', null, 'which it is for what the database alone writes');
select ok((select bool_and(a.rank < b.rank) from _virotrial.load_tables('ral') as a, _virotrial.load_tables('ral') as b
    where (a.name, b.name) in (('site', 'subject'), ('subject', 'visit'), ('visit', 'lab_result'), ('subject', 'consent'))), 'a table has a higher rank than those that it refers to');
select is(_virotrial.load_name(' Viral load (copies/mL) '), 'viral_load_copies_ml', 'a heading as a name');

begin;
select _virotrial.load_propose('ral', 'viral_load_result', null, '{Result,Reported,Sample date,unit,Assay}');
select _virotrial.load_propose_unknown('ral', 'viral_load_result', null, '{}');
select is((select string_agg(concat_ws(',', kind, name, value), '; ' order by place, kind collate "C") from pg_temp.load_proposal where value in ('reported', 'assay', 'reported_unit') or kind like '# %'),
    '# "Result" may be reported, and so may another column.; #column,Result,reported; # "Reported" may be reported, and so may another column.; #column,Reported,reported; column,unit,reported_unit; column,Assay,assay',
    'what several columns may be waits behind a #');
rollback;

create function proposed(table_name text, header text[]) returns text
    language plpgsql
as $$
begin
    drop table if exists pg_temp.load_proposal;
    perform _virotrial.load_propose('ral', table_name, null, header);
    return (select string_agg(value, ', ' order by place) from pg_temp.load_proposal where kind = 'column');
end;
$$;
select is(proposed(table_name, '{Result,Unit}'), expected, 'where a result goes in ' || table_name)
from (values ('lab_result', 'value, unit'), ('cd4_result', 'cd4_count, unit'),
    ('viral_load_result', 'reported, reported_unit'), ('missing_result', 'reported, ')) as c (table_name, expected);

create function mapped(header text[], mapping text[] default '{}', "table" regclass default 'ral.subject') returns text
    language plpgsql
as $$
begin
    perform _virotrial.load_require_mapping("table", header, mapping);
    return 'mapped';
exception when others then
    return sqlstate || ' ' || sqlerrm;
end;
$$;
select is(mapped('{Site ID,SUBJECT_ID,birth date,sex,virotrial_reasons}'), 'mapped', 'headings are names of columns, however they are spelled');
select is(mapped(header, mapping), said, said) from (values
    ('{site_id,subject_id,colour}'::text[], '{}'::text[], '22023 column "colour" of the file is none of table ral.subject'),
    ('{site_id,site_id,subject_id}', '{}', '22023 two columns of the file are called "site_id"'),
    ('{site_id,subject_id}', '{{magic,a,b,c}}', '22023 the mapping has the unknown kind "magic"'),
    ('{site_id,subject_id}', '{{constant,sex,"",""}}', '22023 the mapping gives no value to the constant "sex"'),
    ('{site_id,subject_id}', '{{column,Sex,sex,""}}', '22023 the file has no column "Sex", which the mapping names'),
    ('{site_id,subject_id}', '{{column,site_id,entered_by,""}}', '22023 table ral.subject has no column "entered_by" that a file may bring'),
    ('{site_id}', '{}', '22023 the file has no column for "subject_id" of table ral.subject'),
    ('{site_id,subject_id,colour}', '{{column,colour,"",""}}', 'mapped'),
    ('{subject_id}', '{{constant,site_id,S1,""}}', 'mapped')) as t (header, mapping, said);
-- What a mapping says, it says once: two lines are two readings, of which one would be taken in silence.
select is(mapped('{site_id,subject_id,Day}', '{{column,Day,birth_date,DD.MM.YYYY}}' || lines), said, coalesce(lines::text, 'none') || ' beside what dates are') from (values
    ('{{column,Day,birth_date,DD.MM.YYYY}}'::text[], '22023 the mapping says twice what column "Day" of the file becomes'),
    ('{{column,Day,birth_date,MM.DD.YYYY}}', '22023 the mapping says twice what column "Day" of the file becomes'),
    ('{{column,Day,"",""}}', '22023 the mapping says twice what column "Day" of the file becomes'),
    ('{{column,Day,sex,""}}', 'mapped'),
    ('{{constant,site_id,S2,""}}', '22023 column "site_id" of table ral.subject comes from a constant and from the file'),
    ('{{constant,sex,male,""},{constant,sex,female,""}}', '22023 the mapping gives several values to the constant "sex"'),
    ('{{constant,sex,male,""},{constant,sex,male,""}}', 'mapped'),
    ('{{lookup,subject_id,consent.version,subject_id},{word,subject_id,1,2}}', '22023 the cells of column "subject_id" are looked up, and have other words, too'),
    ('{{lookup,subject_id,consent.version,subject_id},{lookup,subject_id,visit.visit,subject_id}}', '22023 the cells of column "subject_id" are looked up, and have other words, too'),
    ('{{word,subject_id,1,2},{word,subject_id,3,4}}', 'mapped'),
    ('{{date,DD.MM.YYYY,"",""},{date,MM.DD.YYYY,"",""}}', '22023 the mapping has several lines of the kind "date": DD.MM.YYYY, MM.DD.YYYY'),
    ('{{identifier,TRIAL,"",""},{identifier,HOSPITAL,"",""}}', '22023 the mapping has several lines of the kind "identifier": HOSPITAL, TRIAL'),
    ('{{table,visit,"",""},{table,subject,"",option}}', 'mapped'),
    ('{{date,MM.DD.YYYY,"",""}}', 'mapped'),
    ('{{date,MM.DD.YYYY,"",option}}', '22023 dates are MM.DD.YYYY by an option, and DD.MM.YYYY by the mapping'),
    ('{{date,DD.MM.YYYY,"",option}}', 'mapped')) as t (lines, said);
select is(mapped('{site_id,subject_id,Sex,sex}', lines), said, lines::text) from (values
    ('{}'::text[], '22023 columns "Sex" and "sex" of the file would become column "sex" of table ral.subject'),
    ('{{column,Sex,sex,""}}', '22023 columns "Sex" and "sex" of the file would become column "sex" of table ral.subject'),
    ('{{column,Sex,sex,""},{column,sex,sex,""}}', 'mapped'), ('{{column,Sex,"",""}}', 'mapped')) as t (lines, said);
select is(mapped('{site_id,subject_id,collected,K}', lines, 'ral.lab_result'), said, lines::text) from (values
    ('{{test,K,K,mmol/L},{test,K,NA,mmol/L}}'::text[], '22023 the mapping says twice what column "K" of the file becomes'),
    ('{{test,K,K,mmol/L},{constant,unit,mg/dL,""}}', '22023 column "unit" of table ral.lab_result comes from a constant and from a test'),
    ('{{test,K,K,""},{constant,unit,mmol/L,""}}', 'mapped')) as t (lines, said);

-- ---- cells

create table cell (load_row bigint, site_id text, subject_id text, collected text, replicate text, assay text, viral_load text);
insert into cell values
    (1, 'S1', '001', '1.2.2008', '', 'Quantiplex 3.0', '50,5'), (2, 'S1', '001', '31.04.2008', 'x', 'Quantiplex 3.0', '1.000,5'),
    (3, 'S1', '001', '2008-02-01', null, null, '-1'), (4, null, null, null, null, null, null), (5, 'S1', '001', '03.02.2008', '2', 'none', '70');
create table given as
    select * from _virotrial.load_rows(null::ral.viral_load_result, 'table cell', array[null, null, 'DD.MM.YYYY', null, null, null], true);
select results_eq($$select load_row, column_name, rule from given where reason is not null order by 1, 2$$,
    $$values (2::bigint, 'collected', 'type'), (2, 'replicate', 'type'), (2, 'viral_load', 'type'), (3, 'collected', 'type'),
        (3, 'viral_load', 'type'), (4, 'site_id', 'not null')$$, 'each cell that is no value is told, and else the first that a row lacks');
select results_eq($$select load_row, (completed).collected, (completed).replicate, (completed).viral_load::text from given where reason is null order by 1$$,
    $$values (1::bigint, date '2008-02-01', 1::whole_number, '50.5'), (5, '2008-02-03', 2::whole_number, '70')$$, 'what is good has its types and defaults');
-- A moment says how far its clock is from UTC; neither the session's clock nor its order of day and month tells.
set datestyle = 'ISO, DMY';
select results_eq($$select load_row, to_char((completed).aware_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), rule from _virotrial.load_rows(null::ral.adverse_event,
        $q$select n, 'S1' as site_id, '001' as subject_id, n::text as event_number, 'Headache' as term, '2008-03' as onset, '2' as grade, 'UNKNOWN' as action_taken, 'UNKNOWN' as outcome, written as aware_at
            from unnest('{2008-04-03 10:00+02,2008-04-03T10:00:00Z,03/04/2008 10:00,2008-04-03 10:00,2008-04-03,now,infinity,""}'::text[]) with ordinality as w (written, n)$q$,
        array_fill(null::text, array[9]), false) order by 1$$,
    $$values (1::bigint, '2008-04-03 08:00', null), (2, '2008-04-03 10:00', null), (3, null, 'type'), (4, null, 'type'), (5, null, 'type'), (6, null, 'type'), (7, null, 'type'), (8, null, null)$$, 'moments with an offset are read');
reset datestyle;
-- A laboratory's text is read by the decimal mark of its file, and later stays what it was read as.
create table german (load_row bigint, site_id text, subject_id text, collected text, assay text, reported text, reported_unit text);
insert into german select n, 'S1', '001', (date '2008-03-01' + n::integer)::text, 'Quantiplex 3.0', written, unit
from unnest('{"120,000","1.200","1.234,5","1,2E5","<50","120.5","1,5","12.000.000"}'::text[],
    '{copies/mL,copies/mL,copies/mL,copies/mL,copies/mL,copies/mL,copies/mL,copies/mL}'::text[]) with ordinality as w (written, unit, n);
select results_eq(format($$select load_row, coalesce((completed).viral_load::text, substring(reason, 'unread|outside limits')) from _virotrial.load_rows(null::ral.viral_load_result, 'table german', array_fill(null::text, array[6]), %L)$$, comma), said, format('texts of a file with a decimal comma: %s', comma))
from (values (true, $$values (1::bigint, '120'), (2, '1200'), (3, '1234.5'), (4, '120000'), (5, '<50'), (6, 'unread'), (7, 'outside limits'), (8, 'outside limits')$$),
    (false, $$values (1::bigint, '120000'), (2, 'unread'), (3, '1234.5'), (4, '120000'), (5, '<50'), (6, '120.5'), (7, 'outside limits'), (8, 'outside limits')$$)) as r (comma, said);
-- A float8 is read from 0x1F, and later majors read whole numbers so, and from 1_000.
select is((select string_agg(load_row || coalesce((completed).uln::text, column_name), ', ' order by load_row, column_name) from _virotrial.load_rows(null::ral.reference_range,
        $q$select n, 'Central' as laboratory, 'ALT' as test, 'U/L' as unit, written as uln, '0X1' as minimum_age
            from unnest('{0x1F,-0X1p4,0b1,1_0,31}'::text[]) with ordinality as w (written, n)
            union all select 6, 'Central', 'ALT', 'U/L', '3.1e1', '0'$q$, array_fill(null::text, array[5]), comma)),
    said, 'numbers of code are refused, where decimal numbers are not: ' || comma)
from (values (false, '1minimum_age, 1uln, 2minimum_age, 2uln, 3minimum_age, 3uln, 4minimum_age, 4uln, 5minimum_age, 631'),
    (true, '1minimum_age, 1uln, 2minimum_age, 2uln, 3minimum_age, 3uln, 4minimum_age, 4uln, 5minimum_age, 6uln')) as r (comma, said);
select is((select count(*) from ral.change where transaction_id = pg_current_xact_id()), 0::bigint, 'no row was written');
select throws_ok(format('select * from _virotrial.load_rows(null::ral.subject, %L, %L, false)', query, formats), state, null, query) from (values
    ('select 1', '{}', '22023'), ('select 1::bigint, 1 as sex', '{null}', '42804'), ('select 1::bigint, ''x'' as colour', '{null}', '42703'),
    ('select 1::bigint, null::text as sex', '{DDMMYY}', '22023'), ('delete from cell', '{}', '42601')) as t (query, formats, state);
select throws_ok(format('select * from _virotrial.load_rows(null::ral.subject, %L, %L, null)', query, formats), '22004', null, 'neither query nor formats are null') from (values (null, '{}'), ('table cell', null)) as missing (query, formats);
select throws_ok($$select * from _virotrial.load_rows(1, 'table cell', '{}', false)$$, '42804', null, 'rows are those of a table');
create table slow (load_row bigint, sex text);
insert into slow select n, 'male' from generate_series(1, 3000) as n;
select results_eq($$select count(*), min(load_row), max(load_row) from _virotrial.load_rows(null::ral.subject, 'table slow', '{null}', false) where rule = 'not null'$$,
    $$values (3000::bigint, 1::bigint, 3000::bigint)$$, 'no row is left out where all are bad');

-- ---- a delivery

call make_subject('001');
create function staged(file text, header text[], lines text[], mapping text[] default '{}') returns integer
    language plpgsql
as $$
declare
    made record;
    line text[];
    place bigint := 1;
begin
    select * into made from _virotrial.load_file('ral', null, file, repeat('0', 64), header, mapping, false);
    foreach line slice 1 in array lines loop
        place := place + 1;
        execute format('insert into %I select %s, null, %s', made.staged, 4096 * place,
            (select string_agg(quote_nullable(nullif(cell, '')), ', ') from unnest(line) as cell));
    end loop;
    return made.file;
end;
$$;
begin;
call _virotrial.load_begin('ral');
select is(staged('consent.csv', '{site_id,subject_id,version,signed}', '{{S1,N1,1.0,2008-01-01},{S1,N2,1.0,2008-01-01},{S1,001,1.0,2008-01-10}}'), 1, 'a file is announced');
select is(staged('subject.csv', '{site_id,subject_id,birth_date,sex}', '{{S1,N1,1970-01-01,male},{S1,N2,1970-01-01,X},{S1,001,1970-06-16,female}}'), 2, 'and another');
select is((select (j.lines, j.good, j.corrected, j.known, j.refused, j.is_of_rows) from _virotrial.load_judge(2, false, null, true) as j)::text, '(3,1,0,0,2,t)', 'the first to be judged');
select is((select (j.lines, j.good, j.corrected, j.known, j.refused, j.is_of_rows) from _virotrial.load_judge(1, false, null, false) as j)::text, '(3,1,0,1,1,t)', 'and the second, of which one would be good');
select results_eq($$select name, line, "column", value, rule, action, reason, hint from _virotrial.load_report()$$,
    $$values ('consent.csv', 3::bigint, 'subject_id', 'N2', 'consent_site_id_subject_id_fkey', 'refuse', '"S1, N2" is not in table subject', 'Line 3 of file "subject.csv", which would bring it, is refused.'),
        ('subject.csv', 3, 'sex', 'X', 'subject_sex_check', 'refuse', '"X" is not permitted in column "sex" of table "subject"',
            'Write one of "female", "male".'),
        ('subject.csv', 4, null, null, 'known row', 'refuse', 'birth_date is "1970-06-15" in the study and "1970-06-16" in the file', 'A correction needs a reason: --reason CODE, or CODE:WORDS.')$$,
    'what is wrong with each line');
commit;
begin;
call _virotrial.load_begin('ral');
select staged('subject.csv', '{site_id,subject_id,birth_date,sex}', '{{S1,001,1970-06-16,female},{S1,002,1970-06-16,female}}');
select is((select (j.lines, j.good, j.corrected, j.known, j.refused, j.is_of_rows) from _virotrial.load_judge(1, false, 'transcription', false) as j)::text, '(2,1,1,0,0,t)', 'with a reason a row is corrected');
select is((select birth_date from ral.subject where subject_id = '001'), '1970-06-16', 'as the file says');
call _virotrial.load_register(1, 'whole', 2, 1, 1, 0, 0);
select is((select (site_id, name, table_name, verdict, lines, entered, corrected) from ral.delivered_file)::text, '(S1,subject.csv,subject,whole,2,1,1)', 'the file is on record');
select matches((select known from _virotrial.load_file('ral', null, 'other_subject.csv', repeat('0', 64), '{site_id,subject_id}', '{}', false)), '"subject.csv", by', 'and known by its digest');
select throws_ok($$update ral.delivered_file set verdict = 'refused'$$, '55000', null, 'what was delivered stays on record');
select throws_ok($$delete from ral.delivered_file$$, '55000', null, 'and is not deleted');
commit;

-- ---- each line of a mapping is obeyed

create function judged(enters boolean, reason text default null) returns text
    language sql
begin atomic
    select (j.lines, j.good, j.corrected, j.known, j.refused, j.is_of_rows)::text from _virotrial.load_judge(1, enters, reason, false) as j;
end;
\set wide '{{constant,site_id,S1,""},{column,Pat,subject_id,""},{column,Day,collected,""},{column,Form,"",""},{test,K,K,mmol/L},{word,K,9.9,""},{word,K,low,3.1},{only,Form,a,""}}'
begin;
call _virotrial.load_begin('ral');
select staged('wide lab_result.csv', '{Pat,Day,Form,K}', '{{001,2007-06-01,a,9.9},{001,2007-06-02,a,low},{001,2007-06-03,a,4.1},{001,2007-06-04,"a ",4.2},{001,2007-06-05,"",4.3},{001,2007-06-06,"",4.4}}', :'wide');
select is(judged(false), '(6,2,0,0,0,t)', 'a column that is a test has words');
select results_eq($$select collected, value::text from ral.lab_result where test = 'K' and collected between '2007-06-01' and '2007-06-06' order by 1$$, $$values (date '2007-06-02', '3.1'), ('2007-06-03', '4.1')$$, 'and an empty one is no value');
select results_eq($$select action, reason, rule from _virotrial.load_report()$$, $$values ('note', '3 lines are left out by "Form"; it has there: nothing (2), "a " (1)', 'only')$$, 'what is left out is told');
call _virotrial.load_register(1, 'whole', 6, 2, 0, 0, 0);
select isnt((select known from _virotrial.load_file('ral', null, 'lab_result.csv', repeat('0', 64), '{Pat,Day,Form,K}', :'wide', false)), null, 'a file is known by its mapping');
select is((select known from _virotrial.load_file('ral', null, 'lab_result.csv', repeat('0', 64), '{Pat,Day,Form,K}', replace(:'wide', 'only,Form,a,', 'only,Form,b,')::text[], false)), null, 'by another it has other rows');
rollback;
-- What a session shows of a number hides no correction.
insert into ral.vital_signs (site_id, subject_id, collected, weight_kg) values ('S1', '001', '2007-06-01', 70.123456);
begin;
set local extra_float_digits = -9;
set local virotrial.defer_rules = 'ral';
call _virotrial.load_begin('ral');
select staged('vital_signs.csv', '{site_id,subject_id,collected,weight_kg}', '{{S1,001,2007-06-01,70.123457}}');
select is(judged(false), '(1,0,0,0,1,t)', 'a value that differs in its last digit is no known one');
select staged('visit.csv', '{site_id,subject_id,visit,visit_date}', '{{S1,001,week 99,2008-06-18}}');
select is((select refused from _virotrial.load_judge(2, false, null, false)), 1::bigint, 'and no rule waits until the file is judged');
rollback;

-- ---- rules, and corrections that they refuse

begin;
call _virotrial.load_begin('ral');
select staged('visit.csv', '{site_id,subject_id,visit,visit_date}', '{{S1,001,screening,2008-03-15},{S1,001,week 24,2008-07-18},{S1,001,week 4,2008-06-18},{S1,001,week 99,2008-06-18}}');
select is((select (j.lines, j.good, j.corrected, j.known, j.refused, j.is_of_rows) from _virotrial.load_judge(1, true, 'transcription', false) as j)::text, '(4,1,0,0,3,t)', 'the good rows come in alone, if that is asked for');
select results_eq($$select line, "column", rule from _virotrial.load_report() where action = 'refuse'$$,
    $$values (2::bigint, null, 'result_visit'), (2, 'visit', 'visit_window'), (4, 'visit', 'visit_window'), (5, 'visit', 'visit_defined')$$, 'a correction is held to the rules, as all rows are');
select is((select string_agg(visit, ', ' order by visit_date) from ral.visit), 'screening, week 24', 'what is good is in');
select results_eq('select record, reasons is not null from _virotrial.load_rejects(1)', 'values (2 * 4096::bigint, true), (4 * 4096, true), (5 * 4096, true)', 'the records to be rejected');
commit;

-- ---- several corrections of a subject

insert into ral.viral_load_result (site_id, subject_id, collected, assay, reported, reported_unit)
    select 'S1', '001', date '2007-06-01' + day, 'Quantiplex 3.0', '7200', 'copies/mL' from generate_series(1, 4) as day;
create function ral.refuse_number() returns trigger language plpgsql as $$
begin
    if new.reported = '6660' then
        raise exception 'no such number';
    end if;
    return new;
end;
$$;
create trigger refuse_number before update on ral.viral_load_result for each row execute function ral.refuse_number();
begin;
call _virotrial.load_begin('ral');
select staged('visit.csv', '{site_id,subject_id,visit,visit_date}', '{{S1,001,week 24,2008-07-19},{S1,001,screening,2008-03-15}}');
select staged('viral_load_result.csv', '{site_id,subject_id,collected,assay,reported,viral_load}',
    '{{S1,001,2007-06-02,Quantiplex 3.0,7300,7300},{S1,001,2007-06-03,Quantiplex 3.0,"",7200},{S1,001,2007-06-04,Quantiplex 3.0,6660,6660},{S1,001,2007-06-05,Quantiplex 3.0,7,7}}');
select is((select (j.lines, j.good, j.corrected, j.known, j.refused, j.is_of_rows) from _virotrial.load_judge(1, false, 'transcription', false) as j)::text, '(2,0,1,0,1,t)', 'of two corrections of a subject the one that breaks a rule of another table is refused');
select is((select (j.lines, j.good, j.corrected, j.known, j.refused, j.is_of_rows) from _virotrial.load_judge(2, false, 'transcription', false) as j)::text, '(4,0,1,0,3,t)', 'and of four');
select results_eq($$select file, line, "column", value, rule from _virotrial.load_report() where action = 'refuse'$$,
    $$values (1, 3::bigint, null, null, 'result_visit'), (1, 3, 'visit', 'screening', 'visit_window'), (2, 3, null, null, 'viral_load_result_unit'), (2, 4, null, null, 'refused'), (2, 5, 'assay', 'Quantiplex 3.0', 'assay_limits'), (2, 5, 'reported', '7', 'reported')$$,
    'those that leave a row which a CHECK, a trigger or a rule does not take, each by its line');
select matches((select reason from _virotrial.load_report() where rule = 'result_visit'), '^S1 001 .* of table "viral_load_result": collected', 'a row of another table is named');
select results_eq($$select visit, visit_date = '2008-03-15' from ral.visit where subject_id = '001' and (visit = 'screening' or visit_date = '2008-07-19') order by 1$$,
    $$values ('screening', false), ('week 24', false)$$, 'the good one is in before the second file is judged');
commit;
drop trigger refuse_number on ral.viral_load_result;

-- ---- what is locked

call make_subject('004');
call make_subject('005');
insert into ral.viral_load_result (site_id, subject_id, collected, assay, reported, reported_unit)
    select 'S1', subject, date '2007-06-01', 'Quantiplex 3.0', '7200', 'copies/mL' from unnest('{001,005}'::text[]) as subject;
insert into ral.data_lock (scope, site_id, subject_id, reason) values ('subject', 'S1', '004', 'clean');
insert into ral.data_lock (scope, table_name, row_key, reason) select 'record', 'viral_load_result', to_jsonb(r), 'clean' from ral.viral_load_result as r where subject_id = '005' and collected = '2007-06-01';
\set locked_rows '{{S1,001,2007-06-01,Quantiplex 3.0,7400,copies/mL},{S1,004,2007-06-02,Quantiplex 3.0,7300,copies/mL},{S1,005,2007-06-01,Quantiplex 3.0,7400,copies/mL},{S1,005,2007-06-02,Quantiplex 3.0,7300,copies/mL}}'
begin;
call _virotrial.load_begin('ral');
select staged('viral_load_result.csv', '{site_id,subject_id,collected,assay,reported,reported_unit}', :'locked_rows');
savepoint judged;
select is(judged(false, 'transcription'), '(4,1,1,0,2,t)', 'rows of a locked subject are refused, and corrections of a locked record');
select results_eq($$select line, "column", rule, regexp_replace(reason, 'Lock \d+, by ".*" at .*\.', 'Lock'), regexp_replace(hint, '\d+', 'n') from _virotrial.load_report() where action = 'refuse'$$,
    $$values (3::bigint, null, 'locked', 'subject "004" of site "S1" is locked: Lock', 'Who may unlock it says why: set local virotrial.reason = ''unlock: ...''; delete from ral.data_lock where lock_id = n.'),
        (4, null, 'locked', 'a record of table "viral_load_result" of subject "005" of site "S1" is locked: Lock', 'Who may unlock it says why: set local virotrial.reason = ''unlock: ...''; delete from ral.data_lock where lock_id = n.')$$,
    'each by its line, as a statement that writes it is');
rollback to judged;
select is(judged(true, 'transcription'), '(4,1,1,0,2,t)', 'the others come in');
select results_eq($$select subject_id, collected, reported from ral.viral_load_result where collected between '2007-06-01' and '2007-06-02' and reported <> '7200' order by 1, 2$$,
    $$values ('001', date '2007-06-01', '7400'), ('005', '2007-06-02', '7300')$$, 'and no other');
rollback;
insert into ral.data_lock (scope, site_id, reason) values ('site', 'S1', 'clean');
begin;
call _virotrial.load_begin('ral');
select staged('viral_load_result.csv', '{site_id,subject_id,collected,assay,reported,reported_unit}', :'locked_rows');
select is(judged(true, 'transcription'), '(4,0,0,0,4,t)', 'of a locked site no row comes in');
call _virotrial.load_register(1, 'refused', 4, 0, 0, 0, 4);
select is((select (site_id, verdict, refused)::text from ral.delivered_file order by delivered_file_id desc limit 1), '(S1,refused,4)', 'and that it was refused is on record');
commit;

select throws_ok($$select _virotrial.locked_rows('ral.subject', 'ral.subject')$$, '42804', null, 'rows that a bigint tells apart are asked about, and no others');

select * from finish();
