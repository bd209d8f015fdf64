-- The warehouse: the statistics over its tables are those of the endpoint views of each
-- study, and what is made anew is what has changed.
set client_min_messages = warning;
set virotrial.reason = 'correction: test';
create extension if not exists virotrial;
call create_study('one');
call create_study('two');
call create_study('three', 'raltegravir-placebo');
call simulate_study('one', subjects => 12, sites => 2, seed => 1);
call simulate_study('two', subjects => 9, sites => 3, seed => 2);
call simulate_study('three', subjects => 12, sites => 2, seed => 3);
select no_plan();

call publish_warehouse('one');
call publish_warehouse('two');
call publish_warehouse('three');

-- Rows of each table that its view has not, or the other way round
create function differing(of_studies text[] default '{one,two,three}') returns table (study text, name text, rows bigint)
    language plpgsql
as $$
declare
    one record;
begin
    for one in select * from unnest(of_studies) as of_study cross join _virotrial.warehouse_table() as known loop
        return query execute format('select %1$L, %2$L, count(*) from ((select * from %3$s except all select %1$L, v.* from %1$I.%4$I as v) '
            'union all (select %1$L, v.* from %1$I.%4$I as v except all select * from %3$s)) as d', one.of_study, one.name, format('warehouse.%I', one.name || '_' || one.of_study), one.view);
    end loop;
end;
$$;
select is_empty('select * from differing() where rows > 0', 'the tables have the rows of the views');
select is((select count(distinct study) from warehouse.viral_load), 3::bigint, 'of all studies');

-- ---- the figures are those of the endpoint views
create temporary table expected as
    select 'one' as study, * from endpoint_virology('one') union all select 'two', * from endpoint_virology('two') union all select 'three', * from endpoint_virology('three');
prepare observed as
    select study, site_id, analysis_visit, (response_rate(is_below_suppression_threshold)).rate, (response_rate(is_below_suppression_threshold)).ci_upper
    from warehouse.viral_load where is_analysis_record and viral_load is not null and analysis_visit in (select visit from expected) group by study, site_id, analysis_visit
    having bool_and(is_below_suppression_threshold is not null);
select bag_eq('observed', $$select study, group_value, visit, rate, ci_upper from expected
    where "grouping" = 'site_id' and rule = 'observed' and threshold = 50 and unknown = 0 and evaluable > 0$$, 'response rates are those of endpoint_virology');
create temporary table fallen as
    select 'one' as study, * from endpoint_log_reduction('one') union all select 'two', * from endpoint_log_reduction('two') union all select 'three', * from endpoint_log_reduction('three');
select bag_eq($$select study, site_id, analysis_visit, round((log_reduction_summary(log_reduction)).mean::numeric, 12), (log_reduction_summary(log_reduction)).n, censored_quantile(log_reduction, 0.5)::text
    from warehouse.viral_load where is_analysis_record and analysis_visit in (select visit from fallen) group by study, site_id, analysis_visit$$,
    $$select study, group_value, visit, round(mean::numeric, 12), n, median::text from fallen where "grouping" = 'site_id'$$, 'falls are those of endpoint_log_reduction');
create temporary table counted as
    select 'one' as study, * from endpoint_cd4('one') union all select 'two', * from endpoint_cd4('two') union all select 'three', * from endpoint_cd4('three');
select bag_eq($$select study, site_id, analysis_visit, (mean_ci(exact_value(cd4_count) - exact_value(baseline_cd4_count) order by exact_value(cd4_count) - exact_value(baseline_cd4_count))).mean
    from warehouse.cd4 where is_analysis_record and analysis_visit in (select visit from counted) group by study, site_id, analysis_visit$$,
    $$select study, group_value, visit, mean from counted where "grouping" = 'site_id'$$, 'changes are those of endpoint_cd4');
select bag_eq($$select study, count(*) filter (where is_treated) from warehouse.subject group by study$$,
    $$select 'one', count(*) from one.safety_population union all select 'two', count(*) from two.safety_population union all select 'three', count(*) from three.safety_population$$, 'so many were treated');

-- ---- what is made anew
create function anew(study text, variadic statements text[]) returns text
    language plpgsql
as $$
declare
    statement text;
begin
    foreach statement in array statements loop
        execute statement;
    end loop;
    execute format('call publish_warehouse(%L)', study);
    return (select coalesce(subjects::text, 'all') || coalesce(' differing: ' || (select string_agg(concat_ws(' ', d.study, d.name), ', ') from differing(array[anew.study]) as d where rows > 0), '')
        from warehouse.publication as p where p.study = anew.study);
end;
$$;
-- A transaction that is not over hides nothing: each statement here is one of its own.
select is(anew('one', 'select'), '0', 'nothing, where nothing has changed');
select is(anew('one', $$update one.subject set sex = case sex when 'male' then 'female' else 'male' end where subject_id = (select min(subject_id) from one.subject)$$), '1', 'one subject');
select is(anew('one', $$delete from one.viral_load_result where ctid = (select max(ctid) from one.viral_load_result where visit is not null)$$), '2', 'one from which a result is gone; that before may have been under way');
select is(anew('two', $$update two.cd4_result set cd4_percent = null where subject_id in (select subject_id from two.enrolment order by 1 limit 3)$$), '3', 'three of another study');
select is(anew('one', $$insert into one.deviation (site_id, subject_id, rule, item, description) select site_id, subject_id, 'late report of an event', 'x', 'x' from one.enrolment limit 1$$) ~ '^[12]$', true, 'a deviation changes who is per protocol');
select is(anew('three', $$update three.lab_test set name = name || '.' where test = (select min(test) from three.lab_test)$$), 'all', 'all, where the configuration has changed');
select is(anew('three', 'select'), 'all', 'and once more, as the change may have been under way');
select is(anew('three', 'select'), '0', 'then nothing');
delete from warehouse.viral_load_one where viral_load is null;
update warehouse.publication set analysis_date = '2000-01-01' where study = 'one';
select isnt(anew('one', 'select'), '0', 'what has come with the days');
select is_empty('select * from differing() where rows > 0', 'is there');
set virotrial.data_cut = '2008-06-01';
select is(anew('one', 'select'), 'all', 'a data cut is another analysis');
delete from warehouse.viral_load_one where viral_load is null;
update warehouse.publication set analysis_date = '2009-01-01' where study = 'one';
select matches(anew('one', 'select'), '^[1-9][0-9]*$', 'what a clock that goes back changes');
select is_empty($$select * from differing('{one}') where rows > 0$$, 'is as it was');
reset virotrial.data_cut;
select is(anew('one', 'select'), 'all', 'and so is none');
update warehouse.publication set system = 0 where study = 'two';
select is(anew('two', 'select'), 'all', 'what was restored is made anew');
call publish_warehouse('two', whole => true);
select is((select subjects from warehouse.publication where study = 'two'), null, 'and what is asked for');

-- ---- what a session has set is not in it
insert into one.per_protocol_exclusion (rule) values ('excluded');
insert into one.deviation (site_id, subject_id, rule, item, description)
    select site_id, subject_id, 'excluded', 'x', 'x' from one.adverse_event order by site_id, subject_id limit 1;
select isnt((select count(*) from one.analysis_set where analysis_set = 'per protocol'), (select count(*) from one.safety_population), 'a subject with events is not per protocol');
set virotrial.analysis_set = 'per protocol';
set virotrial.group_by = 'sex';
call publish_warehouse('one', whole => true);
reset virotrial.analysis_set;
reset virotrial.group_by;
select is_empty($$select * from differing('{one}') where rows > 0$$, 'another analysis set or group of the session is not published');

-- ---- what is another study, table or file
create temporary table file as select pg_relation_filenode('warehouse.viral_load_two') as node;
call publish_warehouse('two', whole => true);
select is((select node from file), pg_relation_filenode('warehouse.viral_load_two'), 'no table is empty for who reads with an older snapshot, as after TRUNCATE');
drop table warehouse.cd4_two;
select is(anew('two', 'select'), 'all', 'a partition that was dropped comes back with its rows');
alter schema one rename to before;
alter schema two rename to one;
select is(anew('one', 'select'), 'all', 'nothing stays of another study that had the name');
alter schema one rename to two;
alter schema before rename to one;
call publish_warehouse('two');
call publish_warehouse('one');
alter schema two rename to renamed;
call publish_warehouse('renamed');
select is((select string_agg(distinct study, ' ') from warehouse.subject), 'one renamed three', 'a study that was renamed is not there twice');
select is((select string_agg(study, ' ' order by study) from warehouse.publication), 'one renamed three', 'nor published twice');
alter schema renamed rename to two;
call publish_warehouse('two');

-- ---- what was changed by hand
select is(anew('two', 'select'), '0', 'nothing has changed');
select is(anew('two', format('create or replace view two.analysis_cd4 as %s', pg_get_viewdef('two.analysis_cd4'))), 'all', 'all, where a view was replaced');
alter table warehouse.viral_load detach partition warehouse.viral_load_two;
select throws_ok($$call publish_warehouse('two')$$, '23514', null, 'a partition that was detached is not passed over');
create table warehouse.others partition of warehouse.viral_load default;
call publish_warehouse('two');
call publish_warehouse('two', whole => true);
select is((select count(*) from warehouse.viral_load where study = 'two'), (select count(*) from two.analysis_viral_load), 'no row is there twice, whichever partition takes it');
drop table warehouse.others;
alter table warehouse.viral_load attach partition warehouse.viral_load_two for values in ('two');

-- ---- what it does not show, and refuses
call blind('three.allocation');
select is(anew('three', 'select'), 'all differing: three subject', 'an arm that is blinded');
select is((select count(arm) + count(treated_arm) + count(is_per_protocol) from warehouse.subject where study = 'three'), 0::bigint, 'is published no more');
alter table warehouse.subject drop column sex;
call publish_warehouse('two');
select bag_eq($$select site_id, subject_id, sex from warehouse.subject where study = 'two'$$, 'select site_id, subject_id, sex from two.analysis_subject', 'a warehouse of a version that had fewer columns gets those of this one');
select is(col_description(attrelid, attnum), col_description('two.analysis_subject'::regclass, 3), 'and what they mean') from pg_attribute where attrelid = 'warehouse.subject'::regclass and attname = 'sex';

call blind('one.site');
select lives_ok($$call publish_warehouse('one')$$, 'a blinded table that no view of the warehouse reads');
call blind('one.viral_load_result');
select throws_ok($$call publish_warehouse('one')$$, '55000', 'table "viral_load_result" of study "one" is blinded, and a warehouse would show it', 'blinded results are not published');
alter function two.analysis_date() rename to renamed;
select throws_ok($$call publish_warehouse('two')$$, '55000', 'study "two" does not know the day of its analysis', 'a study of an older version is to be upgraded first');
alter function two.renamed() rename to analysis_date;

-- ---- nobody gets rows of a study by a schema or tables that he has made
create table public.subject (n integer);
select throws_ok($$call publish_warehouse('two', 'public')$$, '42809', 'schema "public" is not a warehouse', 'another table of the name');
select throws_ok($$call publish_warehouse('two', 'two')$$, '42809', 'schema "two" is not a warehouse', 'nor is a study');
drop table public.subject;
create role other;
create role owner;
create schema waiting authorization other;
grant all on schema waiting to public;
select throws_ok($$call publish_warehouse('two', 'waiting')$$, '42501', 'schema "waiting" belongs to "other"', 'a schema of somebody else, also for a superuser');
alter schema waiting owner to current_user;
call publish_warehouse('two', 'waiting');
alter table waiting.cd4 owner to other;
select throws_ok($$call publish_warehouse('two', 'waiting')$$, '42501', 'table "waiting.cd4" belongs to "other"', 'and a table');
drop schema waiting cascade;
select lives_ok(format('grant create on database %I to owner', current_database()), 'an owner of a study');
create schema prepared;
grant all on schema prepared to owner;
create schema shared authorization other;
set role owner;
call create_study('four');
select throws_ok($$call publish_warehouse('four', 'shared')$$, '42501', 'schema "shared" belongs to "other"', 'publishes nothing to what belongs to others');
select lives_ok($$call publish_warehouse('four', 'prepared')$$, 'but to a schema that a superuser prepared');
reset role;
grant other to owner;
set role owner;
select lives_ok($$call publish_warehouse('four', 'shared')$$, 'and to that of a role whose rights he has');
reset role;

create role reader;
set role reader;
select throws_ok($$call publish_warehouse('one')$$, '42501', null, 'who does not own the study publishes nothing');
select throws_ok('select * from warehouse.subject', '42501', null, 'nor reads the warehouse');
reset role;
select throws_ok($$call publish_warehouse('none')$$, '3F000', null, 'of no study');

select * from finish();
drop owned by owner, other cascade;
drop role reader, owner, other;
