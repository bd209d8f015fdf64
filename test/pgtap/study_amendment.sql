-- amend_protocol(): the protocol in force with other values of some parameters
\ir include/study.sql
select no_plan();
call make_subject('001');

-- What a refused statement says, and what it advises
create function refusal(statement text) returns text
    language plpgsql
as $$
declare
    more text;
    advice text;
begin
    execute statement;
    raise exception using errcode = 'ZZ001', message = 'accepted';
exception when others then
    get stacked diagnostics more = pg_exception_detail, advice = pg_exception_hint;
    return concat_ws(E'\n', sqlstate || ' ' || sqlerrm, nullif(more, ''), nullif(advice, ''));
end;
$$;

call amend_protocol('ral', '2009-06-01', minimum_age => 20);
select results_eq($$select effective_from, amendment, minimum_age::integer from ral.protocol order by 1$$,
    $$values (date '-infinity', 'original protocol', 18), ('2009-06-01', 'amendment of 2009-06-01', 20)$$, 'a row for the amendment');
select is((select to_jsonb(p) - '{effective_from,effective_before,amendment,minimum_age}'::text[] from ral.protocol_in_force('S1', '2009-06-01') as p),
    (select to_jsonb(p) - '{effective_from,effective_before,amendment,minimum_age}'::text[] from ral.protocol_in_force('S1', '2009-05-31') as p),
    'all else is as it was');
call amend_protocol('ral', '2010-01-01', amendment => 'amendment 2', cd4_levels => '{200}', detection_limit => 40.0);
select is((select (amendment, minimum_age, cd4_levels, detection_limit)::text from ral.protocol_in_force('S1', '2010-01-01')),
    '("amendment 2",20,{200},40)', 'the next one starts from it');

-- Each parameter under its own name, and no other
select bag_eq($$select unnest(proargnames[3:]), format_type(unnest(proargtypes[2:]), null) from pg_proc where proname = 'amend_protocol'$$,
    $$select attname::text, format_type(atttypid, null) from pg_attribute
        where attrelid = 'ral.protocol'::regclass and attnum > 0 and attname not in ('effective_from', 'protocol', 'entered_by', 'entered_at', 'entered_in')$$, 'the parameters are those of the protocol');
create function amended(parameter text, type text) returns text
    language plpgsql
as $$
declare
    value text := case parameter when 'background_change_permitted_until' then 'end of treatment'
        when 'viral_load_of_day' then 'highest' when 'screening_results_before' then 'enrolment' end;
    changed text;
begin
    value := coalesce(value, case type when 'text' then 'another' when 'boolean' then 'true' when 'text[]' then '{another}' when 'whole_number[]' then '{7}' else '7' end);
    if (select to_jsonb(p) ->> parameter from ral.protocol_in_force('S1', '2020-01-01') as p) = value then
        value := case type when 'boolean' then 'false' else '6' end;
    end if;
    execute format('call amend_protocol(%L, %L, %I => %L, amendment => %L)', 'ral', '2020-01-01', parameter, value, 'one more');
    select string_agg(format('%s %s', key, new.value), ', ') into changed
    from jsonb_each_text((select to_jsonb(p) from ral.protocol_in_force('S1', '2020-01-01') as p)) as new
    join jsonb_each_text((select to_jsonb(p) from ral.protocol_in_force('S1', '2019-12-31') as p)) as old using (key)
    where new.value is distinct from old.value and key not like 'effective%' and key <> 'amendment';
    raise exception using errcode = 'ZZ001', message = changed;
exception when sqlstate 'ZZ001' then
    return replace(replace(sqlerrm, '[', '{'), ']', '}');
when others then
    return sqlerrm;
end;
$$;
select alike(amended(attname, format_type(atttypid, null)), attname || ' %', attname)
from pg_attribute
where attrelid = 'ral.protocol'::regclass and attnum > 0 and attname not in ('effective_from', 'protocol', 'amendment', 'resistance_algorithm', 'resistance_algorithm_version')
    and attname !~ '^entered_' and attname <> 'needs_approval';    -- below

-- What cannot be, and what is to be done
select is(refusal(statement), expected, statement)
from (values
    ($$call amend_protocol('ral', '2009-06-01', minimum_age => 21)$$,
        E'23505 study "ral" already has a protocol from 2009-06-01\nIt is "amendment of 2009-06-01".\n'
        'Name another day; or correct that row: update ral.protocol set ... where effective_from = ''2009-06-01'''),
    ($$call amend_protocol('ral', '2011-01-01', minimum_age => 20, detection_limit => 40)$$,
        E'22023 nothing of the protocol would change on 2011-01-01\nThese are its values already: detection_limit is 40, minimum_age is 20.\n'
        'Name what changes, as in: call amend_protocol(''ral'', ''2011-01-01'', minimum_age => 20)'),
    ($$call amend_protocol('ral', '2011-01-01', amendment => 'three')$$,
        E'22023 nothing of the protocol would change on 2011-01-01\nNo parameter is named.\n'
        'Name what changes, as in: call amend_protocol(''ral'', ''2011-01-01'', minimum_age => 20)'),
    ($$call amend_protocol('ral', null, minimum_age => 21)$$, E'22023 study "ral" has no protocol that could be amended from a day that is null\n'
        'Name the first day of the amendment, after that of the first row of table protocol.'),
    ($$call amend_protocol('ral', '2011-01-01', minimum_age => 'twenty')$$, '22P02 invalid input syntax for type numeric: "twenty"'),
    ($$call amend_protocol('ral', '2011-01-01', minimum_agee => 21)$$,
        E'42883 procedure amend_protocol(unknown, unknown, minimum_agee => integer) does not exist\n'
        'No procedure matches the given name and argument types. You might need to add explicit type casts.'),
    ($$select amend_protocol_with('ral', '2011-01-01', '{"minimum_age": "twenty"}')$$, E'22023 parameter "minimum_age" of the protocol cannot be "twenty"\nIt is of type public.whole_number.'),
    ($$select amend_protocol_with('ral', '2011-01-01', '{"minimum_age": 1e20}')$$,
        E'22023 parameter "minimum_age" of the protocol cannot be 100000000000000000000\nIt is of type public.whole_number.'),
    ($$call amend_protocol('none', '2011-01-01', minimum_age => 21)$$, E'3F000 there is no study "none"\nMake it first: call create_study(''none'')'))
    as c (statement, expected);
select alike(refusal($$select amend_protocol_with('ral', '2011-01-01', '{"minimum_agee": 21}')$$),
    E'42703 the protocol has no parameter "minimum_agee"\nThe parameters are amendment, %, minimum_age, %', 'an unknown name');
select is(outcome($$call amend_protocol('ral', '2011-01-01', minimum_age => -1)$$), '23514 ral.protocol protocol_minimum_age_check', 'a value that the protocol cannot have');
select is(outcome($$call amend_protocol('ral', '2008-02-01', minimum_age => 60)$$), '23514 ral.enrolment eligibility', 'an amendment that enrolments on record break');
select is(outcome($$call amend_protocol('ral', '2008-02-02', minimum_age => 60)$$), 'accepted', 'from the day after');
select amend_protocol_with('ral', '2012-01-01', '{"fully_active_level": null}');
select is((select fully_active_level::integer from ral.protocol where effective_from = '2012-01-01'), null, 'null is a value for programs');
select is((select minimum_age::integer from ral.protocol where effective_from = '2012-01-01'), 20, 'beside those of the protocol');

-- Whoever owns the study, and nobody else
create role stranger;
grant usage on schema ral to stranger;
grant select, insert on ral.protocol to stranger;
set role stranger;
select throws_ok($$call amend_protocol('ral', '2013-01-01', minimum_age => 21)$$, '42501', null, 'of another');
reset role;
-- By site: amended from 1 March 2008, and again from 1 April.  S1 approves the first on 10 March;
-- S2 the second, and so both, on 15 April.
create function in_force(site text, day date) returns text
    language sql
    return (select amendment from ral.protocol_in_force(site, day));
delete from ral.protocol where effective_from > '-infinity';
call amend_protocol('ral', '2008-03-01', amendment => 'two', minimum_age => 19, needs_approval => true);
call amend_protocol('ral', '2008-04-01', amendment => 'three', minimum_age => 20);
insert into ral.protocol_approval (site_id, effective_from, approved) values ('S1', '2008-03-01', '2008-03-10'), ('S2', '2008-04-01', '2008-04-15');
select is(in_force(site, day), expected, format('%s on %s', site, day))
from (values ('S1', date '2008-02-29', 'original protocol'), ('S1', '2008-03-01', 'original protocol'), ('S1', '2008-03-09', 'original protocol'),
    ('S1', '2008-03-10', 'two'), ('S1', '2008-04-01', 'two'), ('S1', '2020-01-01', 'two'),
    ('S2', '2008-03-10', 'original protocol'), ('S2', '2008-04-14', 'original protocol'), ('S2', '2008-04-15', 'three'),
    ('none', '2020-01-01', 'original protocol')) as d (site, day, expected);
select is((select count(*) from ral.protocol_in_force('S1', null)), 0::bigint, 'and none on no day');
-- What is judged by it: eligibility, windows, doses.
call make_candidate('young', 'S1');
call make_candidate('young', 'S2');
update ral.subject set birth_date = '1989-02-01' where subject_id = 'young';
select is(outcome(format($$insert into ral.missing_result (site_id, subject_id, assessment, collected, reason)
            select %1$L, 'young', assessment, '2008-03-08', 'not done' from unnest(array['viral load', 'CD4']) as assessment$$, site),
        format($$update ral.consent set signed = '2008-03-08' where site_id = %L and subject_id = 'young'$$, site),
        format($$insert into ral.enrolment (site_id, subject_id, enrolled) values (%L, 'young', %L)$$, site, day)),
    expected, format('aged 19 on %s at %s', day, site))
from (values ('S1', '2008-03-15', 'accepted'), ('S2', '2008-03-15', 'accepted'), ('S2', '2008-04-14', 'accepted'),
    ('S2', '2008-04-15', '23514 ral.enrolment eligibility')) as d (site, day, expected);
select is(outcome($$insert into ral.enrolment (site_id, subject_id, enrolled) values ('S2', 'young', '2008-04-14')$$,
    $$update ral.protocol_approval set approved = '2008-04-14' where site_id = 'S2'$$), '23514 ral.enrolment eligibility', 'an approval cannot be found earlier');
-- Limits of enrolment.  n is how many are enrolled in all, and at S2.
create table enrolled_before as select count(*) as everywhere, count(*) filter (where site_id = 'S2') as at_s2 from ral.enrolment;
do $$ begin for n in 1..2 loop call make_candidate('place' || n, 'S1'); call make_candidate('place' || n, 'S2'); end loop; end; $$;
create function with_limits(place text, earlier integer, later integer, variadic enrolments text[]) returns text
    language sql
    return outcome(variadic array(
        select format('insert into ral.enrolment_limit (site, effective_from, maximum) values (%L, %L, %s)', place, day,
            case place when '*' then everywhere else at_s2 end + more)
        from enrolled_before, (values ('-infinity', earlier), ('2008-03-01', later)) as "limit" (day, more)
    ) || array(
        select format('insert into ral.enrolment (site_id, subject_id, enrolled) values (%L, %L, %L)', split_part(enrolment, ' ', 1), split_part(enrolment, ' ', 2), split_part(enrolment, ' ', 3))
        from unnest(enrolments) with ordinality as e (enrolment, n) where enrolment ~ '^S' order by n
    ) || array(select enrolment from unnest(enrolments) as enrolment where enrolment !~ '^S'));
select is(with_limits(place, earlier, later, variadic enrolments), case when is_full then '23514 ral.enrolment enrolment_limit' else 'accepted' end, because)
from (values
    ('*', 0, 1, array['S1 place1 2008-03-09'], true, 'more places, and the site has not approved yet'),
    ('*', 0, 1, array['S1 place1 2008-03-10'], false, 'it has'),
    ('*', 0, 1, array['S2 place1 2008-04-14'], true, 'another has not'),
    ('*', 0, 1, array['S2 place1 2008-04-15'], false, 'until it has, by a later amendment'),
    ('*', 1, 2, array['S1 place1 2008-03-10', 'S2 place1 2008-03-20'], false, 'who is enrolled by the later limit is not counted in the earlier'),
    ('*', 1, 1, array['S1 place1 2008-03-10', 'S2 place1 2008-03-20'], true, 'but none goes beyond that of the study'),
    ('*', 1, 0, array['S2 place1 2008-03-20'], true, 'fewer places hold at all sites at once'),
    ('S2', 1, 0, array['S2 place1 2008-04-14'], false, 'fewer at a site, when it has approved'),
    ('S2', 1, 0, array['S2 place1 2008-04-15'], true, 'it has'),
    ('S2', 1, 9, array['S2 place1 2008-04-14', 'S2 place2 2008-02-01'], true, 'who comes later by the earlier limit takes a place in it'),
    ('S2', 1, 9, array['S2 place1 2008-04-15', 'S2 place2 2008-02-01'], false, 'who comes by the later one does not'),
    ('S2', 0, 9, array['S2 place1 2008-04-15', $$update ral.protocol_approval set approved = '2008-04-16' where site_id = 'S2'$$], true, 'an approval cannot be found later'))
    as d (place, earlier, later, enrolments, is_full, because);
select is(with_limits('*', 1, 2, 'S1 place1 2008-03-10', 'S2 place1 2008-03-20', 'select 1 / (count(*) = 0)::integer from violations(''ral'') where rule = ''enrolment_limit'''), 'accepted', 'and violations() finds nothing else');
insert into ral.visit_definition (visit, effective_from, position, target_day, window_first_day, window_last_day, analysis_first_day, analysis_last_day)
    select visit, '2008-03-01', position, target_day, 20, 30, analysis_first_day, analysis_last_day from ral.visit_definition where visit = 'week 4';
call make_subject('001', 'S2');
select is(outcome(format('insert into ral.visit (site_id, subject_id, visit, visit_date) values (%L, %L, %L, %L)', site, '001', 'week 4', '2008-03-07')), expected, 'day 36 at ' || site)
from (values ('S1', 'accepted'), ('S2', 'accepted')) as d (site, expected);
update ral.protocol_approval set approved = '2008-03-07' where site_id = 'S1';
select is(outcome(format('insert into ral.visit (site_id, subject_id, visit, visit_date) values (%L, %L, %L, %L)', site, '001', 'week 4', '2008-03-07')), expected, 'and after the approval at ' || site)
from (values ('S1', '23514 ral.visit visit_window'), ('S2', 'accepted')) as d (site, expected);
-- An analysis has one version, and says so.
select is(a::text, '(raltegravir-pilot,three,2008-04-01,2008-04-10)', 'the version of an analysis')
from (select set_config('virotrial.data_cut', '2008-04-10', false)) as cut cross join lateral (select * from ral.analysis_protocol) as a;
reset virotrial.data_cut;
select is(outcome($$update ral.protocol set needs_approval = true where effective_from = '-infinity'$$), '23514 ral.protocol protocol_approved', 'the first protocol needs none');

-- A visit is due by the definition in force on its target day: day 29 is 29 February after a
-- first dose on the 1st, and 1 March after one on the 2nd.
update ral.visit_definition set analysis_last_day = 50 where visit = 'week 4' and effective_from = '2008-03-01';
call make_candidate('late', 'S2');
insert into ral.enrolment (site_id, subject_id, enrolled, first_dose) values ('S2', 'late', '2008-02-01', '2008-02-02');
select results_eq($$select subject_id, due, closes from ral._scheduled_visit where site_id = 'S2' and subject_id in ('001', 'late') and visit = 'week 4' order by 1, 2$$,
    $$values ('001', date '2008-02-29', date '2008-03-27'), ('late', '2008-03-01', '2008-03-22')$$, 'each by one definition');

select * from finish();
drop owned by stranger;
drop role stranger;
