-- A session's DateStyle: what the study reads and writes does not depend on it.
-- 01/02/2008 is 1 February or 2 January; each way in either refuses it, or it is
-- PostgreSQL that reads it, before the study sees a date.
\ir include/study.sql
select no_plan();
call create_study('sim');
call simulate_study('sim', subjects => 16, sites => 2, seed => 1);
set virotrial.reason = 'correction: test';
call make_subject('001');
call make_candidate('002');
insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '002', 'screening', '2008-01-15');
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values ('S1', '001', '2008-02-01', '300');
create table style (name text);
insert into style values ('ISO, YMD'), ('ISO, MDY'), ('ISO, DMY'), ('SQL, DMY'), ('SQL, MDY'), ('German, DMY'), ('Postgres, MDY');

-- What a statement writes, as a day of 2008; or its SQLSTATE.
create function read_under(style text, statement text, written text) returns text
    language plpgsql
as $$
declare
    found text;
begin
    perform set_config('datestyle', style, true);
    execute statement;
    execute written into found;
    raise exception using errcode = 'ZZ000', message = coalesce(found, 'nothing');
exception when others then
    return case when sqlstate = 'ZZ000' then sqlerrm else sqlstate end;
end;
$$;
-- The ways in by which the study itself makes a date of a text.
create table way (name text, statement text, written text);
insert into way values
    ('a document', $$select _virotrial.enter_document_rows('ral.solicited_complaint', array[jsonb_build_object('complaint', 'itch', 'position', 99, 'effective_from', 'DAY')])$$,
        $$select to_char(effective_from, 'YYYY-MM-DD') from ral.solicited_complaint where complaint = 'itch'$$),
    ('an amendment', $$select amend_protocol_with('ral', '2009-01-01', jsonb_build_object('minimum_age', 20, 'effective_from', 'DAY'))$$, 'select null'),
    ('a key of a row', $$call withdraw_entry('ral', 'cd4_result', '{"site_id": "S1", "subject_id": "001", "collected": "DAY"}', 'transcription')$$,
        $$select '2008-02-01' where not exists (select from ral.cd4_result where subject_id = '001')$$),
    ('a query', $$insert into ral.query (table_name, row_key, message) values ('cd4_result', '{"site_id": "S1", "subject_id": "001", "collected": "DAY"}', 'Why?')$$,
        $$select row_key ->> 'collected' from ral.query where message = 'Why?'$$),
    ('a file', $$create table pg_temp.given as select 1::bigint as load_row, 'S1' as site_id, '001' as subject_id, 'DAY' as collected, '9' as cd4_count$$,
        $$select coalesce(to_char((completed).collected, 'YYYY-MM-DD'), rule) from _virotrial.load_rows(null::ral.cd4_result, 'table given', array[null, null, null, null], false)$$),
    ('a file with a format', $$create table pg_temp.given as select 1::bigint as load_row, 'S1' as site_id, '001' as subject_id, 'DAY' as collected, '9' as cd4_count$$,
        $$select coalesce(to_char((completed).collected, 'YYYY-MM-DD'), rule) from _virotrial.load_rows(null::ral.cd4_result, 'table given', array[null, null, 'DD/MM/YYYY', null], false)$$),
    ('a partial date', $$insert into ral.medical_history (site_id, subject_id, condition_number, term, is_hiv_associated, started, is_ongoing) values ('S1', '001', 9, 'rash', false, 'DAY', true)$$,
        $$select to_char(started_first, 'YYYY-MM-DD') from ral.medical_history where term = 'rash'$$),
    ('a rule', $$insert into ral.rule (name, table_name, clause, condition, reason) values ('since', 'cd4_result', '4', $r$collected = 'DAY'$r$, $r$'of the day'$r$)$$,
        $$select distinct substring(reason, 'of the day') from judge('ral.cd4_result', 'ral.cd4_result') where rule = 'since'$$);
select is(read_under(style.name, replace(statement, 'DAY', day), written), coalesce(expected, '2008-02-01'), format('%s reads %s under %s', way.name, day, style.name))
from way
join (values ('a document', '2008-02-01', null), ('a document', '01/02/2008', '22008'), ('a document', '01.02.2008', '22008'),
    ('a key of a row', '2008-02-01', null), ('a key of a row', '01/02/2008', '22008'), ('a query', '2008-02-01', null), ('a query', '01/02/2008', '22008'),
    ('a file', '2008-02-01', null), ('a file', '01/02/2008', 'type'), ('a file with a format', '01/02/2008', null), ('a file with a format', '2008-02-01', 'type'),
    ('a partial date', '2008-02-01', null), ('a partial date', '01/02/2008', '22007'),
    ('a rule', '2008-02-01', 'of the day'), ('a rule', '01/02/2008', '22008')) as tried (name, day, expected) using (name)
cross join style;

-- ---- what PostgreSQL reads itself: an INSERT, COPY, or a parameter of type date
select is(read_under(style, format('insert into ral.cd4_result (site_id, subject_id, collected, cd4_count) values (''S1'', ''002'', %L, ''9'')', day),
    $$select to_char(collected, 'YYYY-MM-DD') from ral.cd4_result where subject_id = '002'$$), read, format('PostgreSQL reads %s under %s', day, style))
from (values ('ISO, YMD', '2008-02-01', '2008-02-01'), ('SQL, MDY', '2008-02-01', '2008-02-01'), ('German, DMY', '1 Feb 2008', '2008-02-01'), ('ISO, MDY', '1 Feb 2008', '2008-02-01'),
    ('ISO, MDY', '01/02/2008', '2008-01-02'), ('ISO, DMY', '01/02/2008', '2008-02-01'), ('ISO, YMD', '01/02/2008', '22008')) as tried (style, day, read);

-- ---- what the study writes
-- The first line of a query that has a day in the style of the session, 31/12/2008.
create function styled(query text) returns text
    language plpgsql
    set datestyle = 'SQL, DMY'
as $$
declare
    found text;
begin
    execute format('select min(line) from (%s) as line (line) where line ~ %L', query, '[0-9]{2}/[0-9]{2}/[0-9]{4}') into found;
    return found;
end;
$$;
create table reading as
    select 'view ' || relname as name, format('select to_jsonb(v)::text from sim.%I as v', relname) as query
    from pg_class where relnamespace = 'sim'::regnamespace and relkind = 'v' and relname !~ '^_'
    union all select 'history ' || relname, format('select to_jsonb(v)::text from sim.%I as v', relname)
    from pg_class where relnamespace = 'sim'::regnamespace and relname ~ '_history$' and relkind = 'r'
    union all values ('protocol_document', $$select protocol_document('sim')::text$$),
        ('changes', $$select to_jsonb(c)::text from changes('sim', '-infinity') as c$$),
        ('violations', $$select to_jsonb(c)::text from violations('sim') as c$$),
        ('eligibility', $$select to_jsonb(c)::text from eligibility('ral', '001') as c$$),
        ('listing', $$select to_jsonb(c)::text from listing('sim', 'discontinuations') as c$$),
        ('figure', $$select figure('sim', 'accrual')::text$$);
select is(styled(query), null, name) from reading order by name;
select isnt(styled('select current_date::text'), null, 'which would be seen');
select isnt_empty('select from sim.' || name, name || ' has rows') from unnest('{sdtm_cm,figure_point,subject_listing}'::text[]) as name;
select is(read_under(style.name, $$call rescreen('ral', 'S1', '002', 'transcription')$$, $$select visit from ral.visit where subject_id = '002'$$), 'unscheduled, earlier screening of 2008-01-15', 'a visit is named alike under ' || style.name)
from style;
select * from finish();
