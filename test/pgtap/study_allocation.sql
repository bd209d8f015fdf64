-- Arms: the randomisation list, allocation, the blind and unblinding
set client_min_messages = warning;
create role arm_owner createrole;
do $$ begin execute format('grant create, temporary on database %I to arm_owner', current_database()); end; $$;
grant usage on schema public to arm_owner with grant option;
select no_plan();
set role arm_owner;
call create_study('arms');
set virotrial.reason = 'correction: tried';
select throws_ok($$call make_allocation_list('arms', 'seed', '{3}')$$, '55000', 'study "arms" has no arms', 'no list without arms');
call simulate_study('arms', 12, 2, seed => 1);
insert into arms.arm (arm, position, title, ratio, treatment)
    values ('active', 1, 'Active', 2, 'study drug'), ('control', 2, 'Control', 1, 'background alone');
insert into arms.stratum (stratum, position, title) values ('high', 1, 'High'), ('low', 2, 'Low');
call secure_study('arms');
reset role;

create role arm_randomiser login in role arms_randomisation;
create role arm_investigator login in role arms_investigator;
create role arm_statistician login in role arms_statistician;
create role arm_unblinded login in role arms_unblinded_statistician;
create role arm_auditor login in role arms_auditor;
insert into arms.site_access select login, '*' from unnest(array['arm_randomiser', 'arm_investigator', 'arm_statistician', 'arm_unblinded', 'arm_auditor']) as login;

-- How many rows a statement of a login gives or changes, or the SQLSTATE of its refusal; taken back.
create function outcome(login text, variadic statements text[]) returns text
    language plpgsql
as $$
declare
    statement text;
    found bigint;
begin
    execute pg_catalog.format('set local session authorization %I', login);
    foreach statement in array statements loop
        execute statement;
        get diagnostics found = row_count;
    end loop;
    raise exception using errcode = 'ZZ000', message = found::text;
exception when others then
    return case sqlstate when 'ZZ000' then sqlerrm else sqlstate end;
end;
$$;

create temporary table given as select site_id, subject_id, drug, started, stopped, dose_mg, doses_per_day, weight_kg from arms.regimen where drug = 'RAL';
grant select on given to public;

-- ---- the list
select throws_ok($$call make_allocation_list('arms', 'seed', '{3,4}')$$, '22023', 'the sizes of blocks cannot be {3,4}', 'blocks hold whole shares');
select throws_ok($$call make_allocation_list('arms', null, '{3}')$$, '22023', null, 'nor without a seed');
set session authorization arm_investigator;
select throws_ok($$call make_allocation_list('arms', 'seed', '{3,6}')$$, '42501', null, 'an investigator makes no list');
set session authorization arm_randomiser;
select lives_ok($$call make_allocation_list('arms', 'seed', '{3,6}', 30)$$, 'who keeps it does');
create temporary table list as table arms.allocation_list;
reset session authorization;
select is((select md5(string_agg(concat_ws(' ', stratum, place, code, block, arm), ',' order by code)) from arms.allocation_list),
    (select md5(string_agg(concat_ws(' ', stratum, place, code, block, arm), ',' order by code)) from list), 'he reads what he made');
select is_empty($$select stratum, block from arms.allocation_list group by 1, 2
    having count(*) filter (where arm = 'active') <> 2 * count(*) filter (where arm = 'control') or count(*) not in (3, 6)$$, 'permuted blocks of 3 and 6, 2:1');
select set_eq($$select stratum, count(*) >= 30 as enough, count(distinct block) > 4 as several from arms.allocation_list group by 1$$, $$values ('high', true, true), ('low', true, true)$$, 'for each stratum');
select isnt((select string_agg(arm, ',' order by place) from arms.allocation_list where stratum = 'high'),
    (select string_agg(arm, ',' order by place) from arms.allocation_list where stratum = 'low'), 'one stratum does not tell the other');
select throws_ok($$call make_allocation_list('arms', 'seed', '{3,6}', 30)$$, '55000', 'study "arms" has a randomisation list', 'it is made once');
begin;
insert into arms.arm (arm, position, title) values ('third', 3, 'Third');
insert into arms.stratum (stratum, position, title) values ('high, version 2', 3, 'High, since the amendment');
call make_allocation_list('arms', 'another seed', '{4}', 8);
select is((select string_agg(concat_ws(' ', block, arm, n), ', ' order by block, arm) from (select block, arm, count(*) as n from arms.allocation_list where stratum = 'high, version 2' group by 1, 2) as b),
    '1 active 2, 1 control 1, 1 third 1, 2 active 2, 2 control 1, 2 third 1', 'an arm that an amendment adds has a list in a new stratum');
select set_eq($$select code, arm from arms.allocation_list where arm <> 'third' and stratum <> 'high, version 2'$$, 'select code, arm from list', 'and the old strata keep theirs');
rollback;
select throws_ok($$update arms.allocation_list set arm = 'active'$$, '55000', null, 'it does not change, for its owner neither');
select throws_ok($$insert into arms.allocation_list (stratum, place, code, arm) values ('middle', 1, 'X', 'active')$$, '23514', null, 'a stratum is one of the study');
select is(outcome(login, 'select from arms.allocation_list'), '42501', login || ' does not read ahead')
from unnest(array['arm_investigator', 'arm_statistician', 'arm_unblinded', 'arm_auditor']) as login;
select is(outcome(login, 'select from arms.allocation_list_history'), wanted, login || ' nor in its history')
from (values ('arm_investigator', '42501'), ('arm_auditor', '42501'), ('arm_unblinded', '0')) as t (login, wanted);

-- ---- allocation
select throws_ok($$insert into arms.regimen (site_id, subject_id, drug, started, dose_mg, doses_per_day)
    select site_id, subject_id, 'RAL', first_dose + 1000, 400, 2 from arms.enrolment limit 1$$, '23514', 'rule "allocated" of table "regimen" is broken by 1 row', 'no study drug before the allocation');
select is(outcome('arm_investigator', $$insert into arms.allocation (site_id, subject_id, allocated, stratum) select site_id, subject_id, enrolled, 'high' from arms.enrolment limit 1$$), '1',
    'where nothing is blinded an investigator allocates');

-- Who allocates, looks at the arm and takes the allocation back would read ahead in the list.
create function peeked(variadic statements text[]) returns text
    language sql
    return outcome('arm_investigator', variadic array_prepend(
        $$insert into arms.allocation (site_id, subject_id, allocated, stratum) select site_id, subject_id, enrolled, 'high' from arms.enrolment$$, statements));
select is(peeked(statement), '0', 'before the allocation is on record nothing tells the arm: ' || statement)
from unnest(array['select from arms.allocation', 'select from arms.analysis_subject where arm is not null',
    $$select from endpoint_cd4('arms', group_by => 'arm') where group_value in ('active', 'control')$$,
    $$select from arms.deviation where rule = 'treated_otherwise'$$,
    $$select from violations('arms') where rule = 'treated_otherwise'$$,
    $$select from judge('arms.regimen', 'pg_temp.given') where rule = 'treated_otherwise'$$,
    $$select from changes('arms', '-infinity') where "table" = 'allocation'$$]) as statement;
select is(peeked($$set local virotrial.reason = 'transcription: the code'; set local virotrial.defer_rules = 'arms'$$,
    $$update arms.subject set subject_id = 'S1-P' where subject_id = (select min(subject_id) from arms.enrolment where site_id = 'S1')$$, 'select from arms.allocation_history'), '0', 'nor its history');
select is(peeked($$insert into arms.signature (scope, table_name, row_key, meaning, authentication) select 'record', 'allocation', jsonb_build_object('site_id', site_id, 'subject_id', subject_id), 'review', 'x' from arms.enrolment limit 1$$),
    'P0002', 'nor a signature');
select is(outcome('arm_investigator', $$insert into arms.allocation (site_id, subject_id, allocated, stratum) select site_id, subject_id, enrolled, 'high' from arms.enrolment returning arm$$),
    '42501', 'nor the statement itself');
-- What a dry run completes a row with is not the next place, nor the arm of a subject.
create function completed(target text, columns text, condition text, source text default 'arms.enrolment') returns text
    language sql
    return outcome('arm_investigator', format('select from _virotrial.load_rows(null::arms.%I, %L, array_fill(null::text, array[4]), false) where %s', target,
        format('select 1::bigint as load_row, site_id, subject_id, enrolled::text as %s from %s', columns, source), condition));
select is(completed('allocation', $$allocated, 'high'::text as stratum$$, $$(completed).subject_id is null or (completed).code is not null or (completed).arm <> 'active'$$), '0', 'a dry run does not tell the next place');
select is(completed('allocation', $$allocated, 'high'::text as stratum$$, 'reason is null'), '12', 'and runs');
set role arm_owner;
call blind('arms.allocation');
reset role;
select is(outcome('arm_investigator', $$insert into arms.allocation (site_id, subject_id, allocated, stratum) select site_id, subject_id, enrolled, 'high' from arms.enrolment limit 1$$), '42501',
    'in a blinded trial he does not');
select is(outcome('arm_randomiser', $$insert into arms.allocation (site_id, subject_id, allocated, stratum) select site_id, subject_id, enrolled, 'high' from arms.enrolment limit 1 returning code$$), '1',
    'who reads the list is told at once');

-- Everything that a login reads of the study after an allocation in this order, from a list with these arms;
-- taken back.  Both arms look alike, as in a double-blind trial.
create function seen(login text, allocation_order text, first_arm text) returns jsonb
    language plpgsql
as $$
declare
    found regclass;
    rows text;
    all_rows jsonb = '{}';
begin
    perform set_config('virotrial.reason', 'correction: tried', true);
    alter table arms.allocation_list disable trigger keep_said;
    update arms.allocation_list set arm = case when (arm = 'active') = (first_arm = 'active') then 'active' else 'control' end,
        block = case first_arm when 'active' then block else 1000 - block end;
    execute format('insert into arms.allocation (site_id, subject_id, allocated, stratum)
        select site_id, subject_id, enrolled, case when row_number() over (order by subject_id) <= 7 then ''high'' else ''low'' end
        from (select * from arms.enrolment order by subject_id limit 11) as enrolled order by subject_id %s', allocation_order);
    execute format('set local session authorization %I', login);
    for found in select oid from pg_class where relnamespace = 'arms'::regnamespace and relkind in ('r', 'v')
            and has_table_privilege(login, oid, 'select') and relname !~ '^(result|figure)_' order by relname loop
        execute format('select md5(string_agg(read::text, '','' order by read::text)) from %s as read', found) into rows;
        all_rows := all_rows || jsonb_build_object(found::text, rows);
    end loop;
    raise exception using errcode = 'ZZ000', message = all_rows::text;
exception when sqlstate 'ZZ000' then
    return sqlerrm::jsonb;
end;
$$;
begin;
set local virotrial.reason = 'correction: tried';
update arms.arm set treatment = 'placebo' where arm = 'control';
create temporary table read as select login, allocation_order, first_arm, seen(login, allocation_order, first_arm)
from (values ('arm_statistician', 'asc', 'active'), ('arm_statistician', 'desc', 'active'), ('arm_statistician', 'asc', 'control'),
    ('arm_owner', 'asc', 'active'), ('arm_owner', 'asc', 'control')) as t (login, allocation_order, first_arm);
create function differing(text, text, text) returns setof text
    language sql
as $$
    select key from read as a, read as b, jsonb_each(a.seen) as each
        where (a.login, a.allocation_order, a.first_arm) = ($1, 'asc', 'active') and (b.login, b.allocation_order, b.first_arm) = ($1, $2, $3)
            and each.value is distinct from b.seen -> each.key
$$;
select is_empty($$select differing('arm_statistician', 'desc', 'active')$$, 'nothing that the blinded read differs when others come first on a day');
select is_empty($$select differing('arm_statistician', 'asc', 'control')$$, 'nor when the arms and the blocks are others');
select is((select count(*) from differing('arm_owner', 'asc', 'control') as name where name = 'arms.analysis_subject'), 1::bigint, 'who is not blinded reads another study');
select cmp_ok((select count(*) from read, jsonb_object_keys(seen) where login = 'arm_statistician' and first_arm = 'control'), '>', 100::bigint, 'he reads more than 100 relations');
rollback;

set session authorization arm_randomiser;
insert into arms.allocation (site_id, subject_id, allocated, stratum)
    select site_id, subject_id, enrolled, case when row_number() over (order by subject_id) <= 7 then 'high' else 'low' end from (select * from arms.enrolment order by subject_id limit 11) as first order by subject_id desc;
reset session authorization;
select results_eq('select subject_id from arms._randomised_at_cut', 'select subject_id from arms.allocation order by subject_id', 'the order of the list is not shown');
select results_eq($$select stratum, code, arm from arms.allocation order by code$$,
    $$select stratum, code, arm from arms.allocation_list where place <= case stratum when 'high' then 7 else 4 end order by code$$, 'each gets the next place of his stratum');
select throws_ok($$update arms.allocation set arm = 'active'$$, '55000', null, 'nothing changes it');
select throws_ok($$delete from arms.allocation$$, '55000', null, 'nothing deletes it');
select throws_ok(format('insert into arms.allocation (site_id, subject_id, allocated, stratum%s) select site_id, subject_id, %s, %L%s from arms.%s limit 1', columns, day, stratum, more, source), code, null, wanted)
from (values
    ('', 'enrolled', 'high', '', 'enrolment', '23505', 'one allocation per subject'),
    (', arm', 'enrolled', 'high', ', ''active''', 'enrolment', '23514', 'the arm is that of the list'),
    ('', 'enrolled - 1', 'high', '', 'enrolment where (site_id, subject_id) not in (select site_id, subject_id from arms.allocation)', '23514', 'not before enrolment'),
    ('', 'enrolled', 'middle', '', 'enrolment', '55000', 'of a stratum that the list has'),
    ('', 'enrolled', 'high', '', 'simulated_candidate', '23503', 'for who is enrolled')) as refused (columns, day, stratum, more, source, code, wanted);

-- ---- the rules, on both sides of their bounds
create function rule_of(statement text) returns text
    language plpgsql
as $$
declare
    broken text;
begin
    execute statement;
    raise exception using errcode = 'ZZ000';
exception when others then
    get stacked diagnostics broken = constraint_name;
    return case sqlstate when 'ZZ000' then 'accepted' else coalesce(nullif(broken, ''), sqlstate) end;
end;
$$;
set virotrial.reason = 'correction: tried';
select is(rule_of(statement), wanted, statement) from (values
    ($$insert into arms.allocation_list (stratum, place, code, arm) values ('low', 900, 'X1', 'active')$$, 'accepted'),
    ($$insert into arms.allocation_list (stratum, place, code, arm) values ('middle', 900, 'X1', 'active')$$, 'stratum_defined'),
    ($$insert into arms.dose (weight_from_kg, weight_below_kg, dose_mg, doses_per_day) values (0, 20, 200, 2), (20, null, 400, 2)$$, 'dose_weight'),
    ($$insert into arms.allocation (site_id, subject_id, allocated, stratum) select site_id, subject_id, enrolled, 'low' from arms.enrolment
        where (site_id, subject_id) not in (select site_id, subject_id from arms.allocation);
        update arms.regimen set weight_kg = 61 where drug = 'RAL';
        insert into arms.dose (weight_from_kg, weight_below_kg, dose_mg, doses_per_day) values (0, 20, 200, 2), (20, null, 400, 2)$$, 'accepted'),
    ($$insert into arms.allocation (site_id, subject_id, allocated, stratum) select site_id, subject_id, enrolled, 'low' from arms.enrolment
        where (site_id, subject_id) not in (select site_id, subject_id from arms.allocation);
        update arms.regimen set weight_kg = 61 where drug = 'RAL';
        insert into arms.dose (weight_from_kg, weight_below_kg, dose_mg, doses_per_day) values (0, 20.5, 200, 2), (20, null, 400, 2)$$, 'dose_bands'),
    ($$insert into arms.allocation (site_id, subject_id, allocated, stratum) select site_id, subject_id, first_dose, 'low' from arms.enrolment
        where (site_id, subject_id) not in (select site_id, subject_id from arms.allocation) limit 1$$, 'accepted'),
    ($$insert into arms.allocation (site_id, subject_id, allocated, stratum) select site_id, subject_id, first_dose + 1, 'low' from arms.enrolment
        where (site_id, subject_id) not in (select site_id, subject_id from arms.allocation) limit 1$$, 'allocation_date'),
    ($$update arms.regimen set doses_per_day = doses_per_day where drug = 'RAL' and (site_id, subject_id) in (select site_id, subject_id from arms.allocation)$$, 'accepted'),
    ($$insert into arms.regimen (site_id, subject_id, drug, started, stopped, dose_mg, doses_per_day) select site_id, subject_id, 'RAL', max(stopped), max(stopped) + 1, 400, 2
        from arms.regimen where drug = 'RAL' and (site_id, subject_id) not in (select site_id, subject_id from arms.allocation) group by 1, 2 limit 1$$, 'allocated'))
    as bound (statement, wanted);

-- ---- places in a stratum: seven subjects are in stratum high, four in stratum low; one more comes in each case
create function into_stratum(name text, limits text, day text default 'enrolled') returns text
    language sql
    return rule_of(format('insert into arms.enrolment_limit (site, stratum, maximum, effective_from) values %s;
        insert into arms.allocation (site_id, subject_id, allocated, stratum) select site_id, subject_id, %s, %L from arms.enrolment
            where (site_id, subject_id) not in (select site_id, subject_id from arms.allocation) limit 1', limits, day, name));
select is(into_stratum(stratum, limits), wanted, format('stratum %s, %s', stratum, limits)) from (values
    ('low', $$('*', 'low', 5, '-infinity')$$, 'accepted'),
    ('low', $$('*', 'low', 4, '-infinity')$$, 'enrolment_limit'),
    ('high', $$('*', 'low', 4, '-infinity'), ('*', 'high', 8, '-infinity')$$, 'accepted'),
    ('high', $$('*', 'low', 4, '-infinity'), ('*', 'high', 7, '-infinity')$$, 'enrolment_limit'),
    ('low', $$('*', '*', 12, '-infinity')$$, 'accepted'),
    -- the subjects of that stratum are of S2
    ('low', $$('*', 'low', 9, '-infinity'), ('S2', 'low', 4, '-infinity')$$, 'enrolment_limit'),
    ('low', $$('*', 'low', 9, '-infinity'), ('S2', 'low', 5, '-infinity'), ('S1', 'low', 0, '-infinity')$$, 'accepted'),
    -- an amendment opens, or closes, a stratum
    ('low', $$('*', 'low', 4, '-infinity'), ('*', 'low', 5, '2000-01-01')$$, 'accepted'),
    ('low', $$('*', 'low', 5, '-infinity'), ('*', 'low', 4, '2000-01-01')$$, 'enrolment_limit'),
    ('low', $$('*', 'low', 4, '-infinity'), ('*', 'low', 9, '2100-01-01')$$, 'enrolment_limit'),
    ('low', $$('*', 'low', 5, '-infinity'), ('*', 'low', 0, '2100-01-01')$$, 'accepted'),
    ('low', $$('*', 'middle', 5, '-infinity')$$, 'enrolment_limit_known_stratum_fkey')) as place (stratum, limits, wanted);
select is(rule_of($$insert into arms.enrolment_limit (site, stratum, maximum) values ('*', 'low', 3)$$), 'enrolment_limit', 'fewer than are randomised cannot be the most');
insert into arms.enrolment_limit (site, stratum, maximum) values ('*', 'low', 4), ('*', 'high', 8), ('S1', '*', 90);
select throws_ok($$insert into arms.allocation (site_id, subject_id, allocated, stratum) select site_id, subject_id, enrolled, 'low' from arms.enrolment
    where (site_id, subject_id) not in (select site_id, subject_id from arms.allocation)$$, '23514', 'rule "enrolment_limit" of table "allocation" is broken by 1 row', 'the stratum is full');
select is(protocol_document('arms') -> 'enrolment_limit', '[{"maximum": 8, "stratum": "high"}, {"maximum": 4, "stratum": "low"}, {"maximum": 90, "site": "S1"}]'::jsonb,
    'the protocol as a document has the limits');
create function places(login text) returns setof text
    language plpgsql
as $$
declare
    places text[];
begin
    execute pg_catalog.format('set local session authorization %I', login);
    places := array(select concat_ws(' ', site, stratum, maximum, subjects, open_places) from arms.enrolment_place);
    raise exception using errcode = 'ZZ000', message = places::text;
exception when sqlstate 'ZZ000' then
    return query select unnest(sqlerrm::text[]);
end;
$$;
select set_eq(format('select places(%L)', login), format($$values ('* low 4 4 0'), ('* high 8 7 1'), ('S1 * 90 %1$s %2$s')$$, n, 90 - n), login || ' sees which places are left')
from unnest(array['arm_statistician', 'arm_unblinded', 'arm_owner']) as login, lateral (select count(*) as n from arms.enrolment where site_id = 'S1') as site;
update arms.site_access set site_id = 'S1' where login = 'arm_statistician';
select set_eq($$select places('arm_statistician')$$, format($$values ('S1 * 90 %1$s %2$s')$$, n, 90 - n), 'of all sites who sees one is told nothing')
from (select count(*) as n from arms.enrolment where site_id = 'S1') as site;
update arms.site_access set site_id = '*' where login = 'arm_statistician';
delete from arms.enrolment_limit;
reset virotrial.reason;

-- ---- who sees the arm
select is(outcome(login, $$select from arms.analysis_subject where arm is not null$$), wanted, format('%s sees the arms of %s', login, wanted))
from (values ('arm_unblinded', '11'), ('arm_statistician', '0'), ('arm_investigator', '0'), ('arm_auditor', '0'), ('arm_owner', '11')) as t (login, wanted);
select is(outcome(login, $$select from listing('arms', 'viral_loads') where part = 'header' and label = 'subject, arm as treated'$$), wanted, format('a listing names the arm to %s: %s', login, wanted))
from (values ('arm_unblinded', '1'), ('arm_statistician', '0'), ('arm_owner', '1')) as t (login, wanted);
select is(outcome(login, $$select from endpoint_cd4('arms', group_by => 'arm') where group_value = 'active'$$) <> '0', wanted, format('endpoints by arm for %s: %s', login, wanted))
from (values ('arm_unblinded', true), ('arm_statistician', false)) as t (login, wanted);
select is(outcome(login, $$select from arms.analysis_set where analysis_set = 'randomised'$$), wanted, login || ' counts ' || wanted || ' as randomised')
from (values ('arm_statistician', '11'), ('arm_unblinded', '11'), ('arm_owner', '11')) as t (login, wanted);
select is(outcome('arm_statistician', $$select from arms.sdtm_ds where dsdecod = 'RANDOMIZED'$$), '11', 'and exports that they are');
update arms.site_access set site_id = 'S1' where login = 'arm_statistician';
select is(outcome('arm_statistician', $$select from arms.analysis_set where analysis_set = 'randomised'$$), (select count(*)::text from arms.allocation where site_id = 'S1'),
    'of his sites alone');
update arms.site_access set site_id = '*' where login = 'arm_statistician';

-- ---- unblinding
create temporary table allocated as select site_id, subject_id, allocated as enrolled from arms.allocation;
grant select on allocated to public;
select is(completed('unblinding', $$unblinded, 'x'::text as reason$$, $$reason is null and (completed).arm <> 'active'$$, 'allocated'), '0', 'a dry run unblinds nobody');
select is(completed('unblinding', $$unblinded, 'x'::text as reason$$, 'reason is null', 'allocated'), '11', 'and runs');
create temporary table emergency as select site_id, subject_id, arm from arms.allocation order by subject_id limit 1;
grant select (site_id, subject_id) on emergency to public;
select is(outcome('arm_statistician', $$insert into arms.unblinding (site_id, subject_id, reason) select site_id, subject_id, 'curious' from emergency$$), '42501', 'a statistician unblinds nobody');
select is(outcome('arm_investigator', $$insert into arms.unblinding (site_id, subject_id, reason) select site_id, subject_id, ' ' from emergency$$), '23514', 'nobody does without a reason');
create function pg_temp.detail_of(statement text) returns text language plpgsql as $$
declare
    detail text;
begin
    execute statement;
    return 'accepted';
exception when check_violation then
    get stacked diagnostics detail = pg_exception_detail;
    return detail;
end;
$$;
select is(pg_temp.detail_of($$insert into arms.unblinding (site_id, subject_id, reason) select site_id, subject_id, ' ' from emergency$$),
    (select format('Site %s, subject %s: CHECK (reason ~ ''[^[:space:]]''::text).', site_id, subject_id) from emergency), 'and the error does not tell the arm');
set session authorization arm_investigator;
insert into arms.unblinding (site_id, subject_id, reason) select site_id, subject_id, 'hepatic failure, drug to be known' from emergency;
create temporary table told as select site_id, subject_id, arm, entered_by from arms.unblinding;
reset session authorization;
select results_eq($$select arm, entered_by from told$$, $$select arm, 'arm_investigator' from emergency$$, 'an investigator is told, and it is on record');
select throws_ok($$delete from arms.unblinding$$, '55000', null, 'for ever');
select is(outcome('arm_statistician', 'select from arms.unblinding'), '42501', 'the statistician stays blinded');
select is(outcome('arm_investigator', 'select from arms.allocation'), '42501', 'of others he is told nothing');
select throws_ok($$insert into arms.unblinding (site_id, subject_id, reason) select site_id, subject_id, 'x' from arms.simulated_candidate limit 1$$, '55000', null, 'who has no arm is not unblinded');

-- ---- a subject that gets another code keeps its arm
select throws_ok($$update arms.unblinding set reason = 'another'$$, '55000', null, 'the reason stays');
select throws_ok($$update arms.allocation set subject_id = 'x' where subject_id = (select min(subject_id) from arms.allocation)$$, '55000', null, 'an allocation does not move alone');
create function pg_temp.twin(statement text) returns text language sql
    return (select outcome('arm_owner', 'set local virotrial.reason = ''duplicate''', 'set local virotrial.defer_rules = ''arms''',
        format('insert into arms.subject (site_id, subject_id, birth_date, sex) select site_id, ''twin'', birth_date, sex from arms.subject where (site_id, subject_id) = (%L, %L)', site_id, subject_id),
        format(statement, site_id, subject_id)) from emergency);
-- Exchanged by way of a third one, two enrolments exchanged the arms of their subjects.
select is(pg_temp.twin('update arms.enrolment set subject_id = ''twin'' where (site_id, subject_id) = (%L, %L)'), '55000', 'nor with an enrolment that goes to another subject');
select is(pg_temp.twin('call merge_subjects(''arms'', %1$L, %2$L, %1$L, ''twin'', ''duplicate'')'), '55000', 'who has an arm is no duplicate');
select is(pg_temp.twin('call merge_subjects(''arms'', %1$L, ''twin'', %1$L, %2$L, ''duplicate'')'), '0', 'but stays');
select subject_id as moved, site_id as moved_from, arm as moved_arm from emergency \gset
call rename_subject('arms', :'moved_from', :'moved', 'S1-M', 'transcription: the code');
select results_eq($$select a.arm, u.arm from arms.allocation as a join arms.unblinding as u using (site_id, subject_id) where subject_id = 'S1-M'$$,
    $$select arm, arm from emergency$$, 'with its subject');
call rename_subject('arms', :'moved_from', 'S1-M', :'moved', 'transcription: the code');

-- ---- the control arm has no study drug: what is given otherwise is a deviation, and counts as treated
select is((select count(*) from violations('arms')), 0::bigint, 'nothing breaks a rule');
select is((select count(*) from arms.deviation where rule = 'treated_otherwise'), (select count(*) from arms.allocation where arm = 'control'), 'RAL in the control arm is recorded');
select set_eq($$select arm, treated_arm from arms.analysis_subject where arm is not null$$, $$values ('active', 'active'), ('control', 'active')$$, 'as treated, all had it');

-- ---- what a rule over the allocation finds tells the arm
set virotrial.reason = 'correction: tried';
update arms.arm set treatment = 'study drug' where arm = 'control';
update arms.arm set treatment = 'background alone' where arm = 'control';
reset virotrial.reason;
create temporary table otherwise as select * from arms.deviation where rule = 'treated_otherwise';
grant select on otherwise to public;
create temporary table finding as select * from (values
    ($$select from arms.deviation where rule = 'treated_otherwise'$$), ($$select from arms.deviation_history where rule = 'treated_otherwise'$$),
    ($$select from changes('arms', '-infinity') where "table" = 'deviation' and coalesce(old_value, new_value) like '%treated_otherwise%'$$),
    ($$select from lock_checklist('arms') where detail like 'treated_otherwise%'$$)) as told (statement);
select is(outcome('arm_auditor', statement), '0', 'who is blinded: ' || statement) from finding;
select isnt(outcome('arm_owner', statement), '0', 'who is not: ' || statement) from finding;
select isnt(outcome('arm_unblinded', 'select from arms.deviation where rule = ''treated_otherwise'''), '0', 'the unblinded statistician sees it');
select is(strpos(_virotrial.stray_query('arms', login::regrole), '''allocation'' as table_name') > 0, login = 'arm_owner', 'what a foreign key refuses of the allocation is shown to its owner alone: ' || login)
from unnest(array['arm_owner', 'arm_auditor', 'arm_unblinded', 'arm_investigator']) as login;
select is(outcome('arm_statistician', statement), '0', 'nor the blinded one: ' || statement)
from unnest(array[$$select from arms.deviation where rule = 'treated_otherwise'$$,
    $$select from judge('arms.regimen', 'pg_temp.given') where rule = 'treated_otherwise'$$,
    $$select from violations('arms') where rule = 'treated_otherwise'$$]) as statement;
select isnt(outcome('arm_owner', $$select from judge('arms.regimen', 'pg_temp.given') where rule = 'treated_otherwise'$$), '0', 'a dry run tells the owner');
select is(outcome('arm_investigator', statement), wanted, 'to find it by trial: ' || statement)
from (values ($$insert into arms.deviation (site_id, subject_id, rule, item, description) select site_id, subject_id, rule, item, 'x' from otherwise$$, '42501'),
    ($$update arms.deviation set description = 'x' where rule = 'treated_otherwise'$$, '0'),
    ($$insert into arms.signature (scope, table_name, row_key, meaning, authentication) select 'record', 'deviation', to_jsonb(otherwise), 'review', 'x' from otherwise$$, 'P0002')) as tried (statement, wanted);
set session authorization arm_investigator;
insert into arms.signature (scope, site_id, subject_id, meaning, authentication) select 'subject', site_id, subject_id, 'review', 'password' from arms.subject;
reset session authorization;
create temporary table signed as select signature_id, digest from arms.signature;
set session_replication_role = replica;
delete from arms.deviation where rule = 'treated_otherwise';
select is_empty($$select * from signatures('arms') where status = 'broken'$$, 'a signature covers none of it');
insert into arms.deviation select * from otherwise;
reset session_replication_role;
create temporary table spared as select site_id, subject_id from arms.allocation where arm = 'control' order by subject_id limit 1;
delete from arms.adverse_event_relatedness where (site_id, subject_id) in (table spared);
delete from arms.adverse_event where (site_id, subject_id) in (table spared);
delete from arms.regimen where drug = 'RAL' and (site_id, subject_id) in (table spared);
select is((select treated_arm from arms.analysis_subject join spared using (site_id, subject_id)), 'control', 'who had none is treated as allocated');
select is((select days_on_treatment from arms.exposure join spared using (site_id, subject_id)),
    (select max(least(coalesce(stopped - 1, ended), ended)) - first_dose + 1 from arms.regimen join arms.enrolment using (site_id, subject_id)
        join arms.disposition using (site_id, subject_id) join spared using (site_id, subject_id) group by first_dose), 'and has exposure by the background');
insert into arms.per_protocol_exclusion values ('treated_otherwise');
select set_eq($$select subject_id from arms.analysis_set where analysis_set = 'per protocol' and arm is not null$$,
    $$select subject_id from arms.allocation where arm = 'active' union select subject_id from spared$$, 'per protocol: as allocated');

-- ---- what arrives at a centre, and what is in quarantine there, tells no arm
call _virotrial.receive_sites('arms');
set virotrial.reason = 'configuration';
insert into arms.rule (name, table_name, clause, evidence, query) values ('not_with_control', 'medical_history', '', '{allocation}',
    $$select changed.site_id, changed.subject_id, changed.condition_number::text, 'is not for arm ' || arm from changed join allocation using (site_id, subject_id) where changed.term = 'Control'$$);
reset virotrial.reason;
begin;
set local session_replication_role = replica;
insert into arms.medical_history (site_id, subject_id, condition_number, term, is_ongoing, is_hiv_associated) select site_id, subject_id, 900, 'Control', true, false from spared;
update arms.deviation set description = 'as it came' where rule = 'treated_otherwise';
update arms.allocation set arm = 'unheard of' where (site_id, subject_id) in (table spared);
set local session_replication_role = origin;
select is(outcome(login, $$select from arms.arrival where table_name in ('allocation', 'deviation')$$) <> '0', wanted, format('%s sees what has arrived of the blind: %s', login, wanted))
from (values ('arm_owner', true), ('arm_auditor', false)) as t (login, wanted);
set local role arm_owner;
call judge_arrivals('arms');
reset role;
select is((outcome(login, $$select from quarantine('arms') where rule = 'not_with_control'$$) <> '0',
        outcome(login, $$select from arms.quarantine where table_name = 'allocation'$$) <> '0')::text, wanted, format('%s sees what of it is in quarantine: %s', login, wanted))
from (values ('arm_owner', '(t,t)'), ('arm_unblinded', '(t,t)'), ('arm_auditor', '(f,f)'), ('arm_statistician', '(f,f)')) as t (login, wanted);
delete from arms.quarantine;
select is(outcome(login, $$select from arms.quarantine_history where rule = 'not_with_control' or table_name = 'allocation'$$) <> '0', wanted, format('%s sees what was in quarantine: %s', login, wanted))
from (values ('arm_owner', true), ('arm_auditor', false)) as t (login, wanted);
rollback;

-- ---- a copy as of a moment
set role arm_owner;
call freeze_analysis('arms', now(), 'arms_then');
call secure_study('arms_then');
reset role;
select is(has_table_privilege('arms_then_' || duty, 'arms_then.allocation', 'select'), duty = 'unblinded_statistician', 'the blind holds in a copy: ' || duty)
from unnest(array['statistician', 'unblinded_statistician', 'investigator', 'auditor']) as duty;

drop owned by arm_owner, arm_randomiser, arm_investigator, arm_statistician, arm_unblinded, arm_auditor cascade;
drop role arm_randomiser, arm_investigator, arm_statistician, arm_unblinded, arm_auditor;
select format('drop owned by %s cascade', string_agg(quote_ident(role), ', ')) from unnest('{arms,arms_then}'::name[]) as study, _virotrial.study_role(study) \gexec
select format('drop role %s', string_agg(quote_ident(role), ', ')) from unnest('{arms,arms_then}'::name[]) as study, _virotrial.study_role(study) \gexec
drop role arm_owner;
select * from finish();
