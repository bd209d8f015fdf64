-- Screens of rules, which sessions keep: they run as the owner, notice what
-- changes, judge every row, and say whose an error is.
\ir include/study.sql
select no_plan();

call make_subject('001');
create role screen_clerk;
grant usage on schema ral to screen_clerk;
grant select, insert, delete on ral.cd4_result to screen_clerk;

-- What inserts of CD4 counts come to: one statement, a row each.
create function entered(variadic counts integer[]) returns text language plpgsql as $$
declare
    rule text;
    context text;
begin
    insert into ral.cd4_result (site_id, subject_id, collected, replicate, cd4_count)
        select 'S1', '001', '2008-01-02', position, entry from unnest(counts) with ordinality as c (entry, position);
    delete from ral.cd4_result;
    return 'accepted';
exception when others then
    get stacked diagnostics rule = constraint_name, context = pg_exception_context;
    return concat_ws(' ', sqlstate, nullif(rule, ''), substring(context from 'rule "[a-z_]+"'));
end;
$$;

-- Functions
create function ral.least_count() returns integer language sql immutable return 100;
insert into ral.rule (name, table_name, clause, screen, query)
values ('least_count', 'cd4_result', '', 'changed.cd4_count < least_count()',
    'select site_id, subject_id, collected::text, ''too few'' from changed where cd4_count < 1000');
select is(entered(150), 'accepted', 'the screen is false');
select is(entered(99), '23514 least_count', 'the screen is true');
create or replace function ral.least_count() returns integer language sql immutable return 200;
select is(entered(150), '23514 least_count', 'after its function was replaced');
create or replace function ral.least_count() returns integer language plpgsql as 'begin return 100; end';
select is(entered(150), 'accepted', 'by one in another language');
select is(entered(99), '23514 least_count', 'which counts');
create or replace function ral.least_count() returns integer language plpgsql as 'begin return 200; end';
select is(entered(150), '23514 least_count', 'also when it is replaced');
create or replace function ral.least_count() returns integer language sql immutable return 100;
select is(entered(150), 'accepted', 'and when it is what it was');

-- Rows
select is(entered(150, 150, 99), '23514 least_count', 'the last of several rows');
select is(entered(variadic array_fill(150, array[64]) || 99), '23514 least_count', 'and of many');
select is(entered(variadic array_fill(150, array[65])), '23514 least_count', 'many rows are given to the query at once');
alter table ral.cd4_result add column batch integer default 7;
update ral.rule set screen = 'changed.cd4_count < least_count() or changed.batch <> 7' where name = 'least_count';
select is(entered(150), 'accepted', 'a new column');
alter table ral.cd4_result alter column batch set default 8;
select is(entered(150), '23514 least_count', 'the value of a new column');
update ral.rule set screen = 'changed.cd4_count < least_count() and exists (select from protocol)' where name = 'least_count';
alter table ral.cd4_result drop column batch;
select is(entered(99) || ', ' || entered(150), '23514 least_count, accepted', 'a screen with a subquery');

-- Who runs it
update ral.rule set screen = 'changed.cd4_count = 666 and current_user <> ''screen_clerk'' and current_setting(''search_path'') ~ ''^pg_catalog'''
where name = 'least_count';
set session authorization screen_clerk;
select is(entered(666), '23514 least_count', 'a screen runs as the owner, under the study''s search path');
select is(entered(99) || current_user, 'acceptedscreen_clerk', 'and the clerk is the clerk again');
reset session authorization;

-- Errors
update ral.rule set screen = '1 / (changed.cd4_count - 7) > 1' where name = 'least_count';
select is(entered(7), '22012 rule "least_count"', 'the error of a screen names the rule');
select is(entered(150), 'accepted', 'and harms no later statement');
select is(entered(8, 9), 'accepted', 'a screen is false');
update ral.rule set screen = 'changed.cd4_count = 1 / 0' where name = 'least_count';
select is(entered(150) || ', ' || entered(150), '22012, 22012', 'a screen that cannot be planned, each time');
update ral.rule set screen = 'changed.cd4_count < 100' where name = 'least_count';
select is(entered(150) || ', ' || entered(99), 'accepted, 23514 least_count', 'until it is corrected');

-- A look-up sees what the transaction has done before the statement, and no more often than once
update ral.rule set screen = '(row_of(null::enrolment, changed.site_id, changed.subject_id)).first_dose > changed.collected '
    'or (row_of(null::enrolment, changed.site_id, changed.subject_id)).first_dose is null'
where name = 'least_count';
select is(entered(150), '23514 least_count', 'before the first dose');
set session_replication_role = replica;
update ral.enrolment set enrolled = '2008-01-01', first_dose = '2008-01-01';
set session_replication_role = origin;
select is(entered(150), 'accepted', 'after it');
set session_replication_role = replica;
update ral.enrolment set first_dose = null;
set session_replication_role = origin;
select is(entered(150), '23514 least_count', 'none');

drop owned by screen_clerk;
drop role screen_clerk;
select * from finish();
