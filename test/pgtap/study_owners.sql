-- A study whose parts, roles or owner change hands: study_problems() says what is wrong and how to mend it, and
-- nobody gets a right that he had not.
select no_plan();
set client_min_messages = warning;
create role owned_first createrole;
create role owned_second;
create role owned_third login;
select format('grant create on database %I to owned_first, owned_second', current_database()) \gexec
grant usage on schema public to owned_first with grant option;
set role owned_first;
call create_study('owned');
insert into owned.site (site_id, name) values ('S1', 'First');
reset role;
-- What statements have study_problems() say; all is undone
create function said_of(statements text default 'select') returns setof text
    language plpgsql
as $$
declare
    found text[];
begin
    execute statements;
    found := array(select concat_ws(' | ', problem, object, detail, hint) from study_problems('owned')
        where problem !~ 'cannot run$' order by 1);
    raise exception using errcode = 'ZZ000', message = found::text;
exception when sqlstate 'ZZ000' then
    return query select unnest(sqlerrm::text[]);
end;
$$;
select is_empty('select said_of()', 'a new study belongs to its owner');

-- ---- a part of another owner. He could disable the triggers of a table, or show other figures in a view
select results_eq(format('select said_of(%L)', statement), array[said], statement)
from (values
    ('alter table owned.visit owner to owned_second',
        'part of another owner | owned.visit | it belongs to owned_second, and not to owned_first | alter table owned.visit owner to owned_first'),
    ('alter table owned.visit_history owner to owned_second',
        'part of another owner | owned.visit_history | it belongs to owned_second, and not to owned_first | alter table owned.visit_history owner to owned_first'),
    ('alter table owned.seal_leaf owner to owned_second',
        'part of another owner | owned.seal_leaf | it belongs to owned_second, and not to owned_first | alter table owned.seal_leaf owner to owned_first'),
    ('alter view owned.snapshot_outcome owner to owned_second',
        'part of another owner | owned.snapshot_outcome | it belongs to owned_second, and not to owned_first | alter table owned.snapshot_outcome owner to owned_first'),
    ('alter function owned.protocol_in_force(text, date) owner to owned_second',
        'part of another owner | owned.protocol_in_force | it belongs to owned_second, and not to owned_first | alter routine owned.protocol_in_force(site_id text, day date) owner to owned_first'))
    as v (statement, said);
select throws_ok($$alter schema owned owner to owned_second; select * from study_problems('owned')$$, '3F000',
    'there is no study "owned"', 'a schema of another owner than its tables is no study');

-- ---- the role of the views
set role owned_first;
call secure_study('owned');
reset role;
select is_empty('select said_of()', 'a secured study has views of a role');
select results_eq(format('select said_of(%L)', statement), array[said], statement)
from (values
    ('revoke owned_views from owned_first cascade',
        'role of the views | owned_views | owned_first, the owner of the study, has not its rights, so that nobody writes where a rule reads a view | grant owned_views to owned_first'),
    ('grant owned_views to owned_third',
        'role of the views | owned_views | others are in it: owned_third, so that nobody writes where a rule reads a view | revoke owned_views from owned_third cascade'),
    ('alter role owned_views login',
        'role of the views | owned_views | one can log in as it, so that nobody writes where a rule reads a view | alter role owned_views nologin'),
    ('alter view owned._randomised_at_cut owner to owned_second',
        'part of another owner | owned._randomised_at_cut | it belongs to owned_second, and not to owned_first | alter table owned._randomised_at_cut owner to owned_first'))
    as v (statement, said);
select is((select count(*) from said_of('alter role owned_views rename to owned_other') as said where said like 'unsecured view |%'),
    (select count(*) from pg_class where relnamespace = 'owned'::regnamespace and relkind = 'v' and relname <> '_randomised_at_cut'),
    'of a role with another name each view is said, once');

-- ---- a blinded table that is lost, and comes back as a single table or without its rows
create function reads_arms() returns text
    language plpgsql
as $$
begin
    set local role owned_third;
    perform from owned.allocation;
    return 'read';
exception when insufficient_privilege then
    return 'refused';
end;
$$;
set role owned_first;
grant owned_statistician to owned_third;
insert into owned.site_access (login, site_id) values ('owned_third', '*');
select is(reads_arms(), 'read', 'a statistician reads arms');
set role owned_first;
call blind('owned.allocation');
select is(reads_arms(), 'refused', 'until they are blinded');
reset role;
select results_eq($$select said_of('drop policy blinded on owned.allocation')$$,
    array[$$unsecured table | owned.allocation | it was blinded, and is not any more | call public.secure_study('owned')$$], 'that they are not any more is said');
-- As 0.1.0 blinded
set role owned_first;
alter policy blinded on owned.allocation_history using (_virotrial.reads_table('owned.allocation'));
call secure_study('owned');
reset role;
drop table owned.allocation cascade;
set role owned_first;
call upgrade_study('owned');
reset role;
select is(reads_arms(), 'refused', 'and they are when the table is made again');
reset role;
select is_empty($$select * from study_problems('owned')$$, 'with all that hides them');

-- What study_problems() says is what it takes
create function mend(problem text) returns void
    language plpgsql
as $$
declare
    known record;
begin
    for known in select hint from study_problems('owned') where study_problems.problem = mend.problem loop
        execute known.hint;
    end loop;
end;
$$;
select lives_ok('reassign owned by owned_first to owned_second', 'all of an owner becomes another''s');
select results_eq('select said_of()', array[
    'role of the views | owned_views | others are in it: owned_first, so that nobody writes where a rule reads a view | revoke owned_views from owned_first cascade',
    'role of the views | owned_views | owned_second, the owner of the study, has not its rights, so that nobody writes where a rule reads a view | grant owned_views to owned_second'],
    'whose rules cannot read the views yet');
set role owned_second;
select throws_ok($$insert into owned.subject (site_id, subject_id, birth_date, sex) values ('S1', '1', '1970-01-01', 'male')$$, '42501', null,
    'nothing is entered that is not judged');
reset role;
select mend('role of the views');
select is_empty($$select * from study_problems('owned')$$, 'and can once that is done');
set role owned_second;
select lives_ok($$insert into owned.subject (site_id, subject_id, birth_date, sex) values ('S1', '1', '1970-01-01', 'male')$$, 'the new owner enters');
select throws_ok($$insert into owned.visit (site_id, subject_id, visit, visit_date) values ('S1', '1', 'screening', '2008-01-15')$$, '23514', null,
    'and is judged');
reset role;
set role owned_first;
select throws_ok($$select from owned.subject$$, '42501', null, 'the first owner reads nothing any more');
select throws_ok($$alter view owned.accrual owner to owned_first$$, '42501', null, 'nor gets a view back');
reset role;

-- ---- names. The role "trial_unblinded_statistician" has one study alone
alter schema owned rename to owned_unblinded;
select throws_ok($$call secure_study('owned_unblinded')$$, '42602', 'study "owned_unblinded" cannot be secured under this name',
    'a study does not share the role that another unblinds');
alter schema owned_unblinded rename to unblinded;
select lives_ok($$call secure_study('unblinded')$$, 'a name that ends otherwise is of one study');
alter schema unblinded rename to owned;

select * from finish();
select format('drop owned by %1$s cascade', string_agg(quote_ident(rolname), ', ')) from pg_roles where rolname ~ '^(owned|unblinded)_' \gexec
select format('drop role %s', string_agg(quote_ident(rolname), ', ')) from pg_roles where rolname ~ '^(owned|unblinded)_' \gexec
