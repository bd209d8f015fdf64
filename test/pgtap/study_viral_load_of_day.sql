-- Of several viral loads of one day one stands for it, by protocol.viral_load_of_day:
-- in criteria, rules and views alike.
\ir include/study.sql
select no_plan();

-- The verdict of a criterion of a study once results are there, by each setting; nothing stays.
create function verdicts(study text, subject text, of_criterion text, variadic results text[]) returns text
    language plpgsql
as $$
declare
    result text;
    rule text;
    found text[];
begin
    foreach result in array results loop
        execute format('insert into %I.viral_load_result (site_id, subject_id, collected, replicate, assay, viral_load) values (%L, %L, %L, %L, %L, %L)',
            study, 'S1', subject, split_part(result, ' ', 1), split_part(result, ' ', 2), 'Quantiplex 3.0', split_part(result, ' ', 3));
    end loop;
    foreach rule in array array['last replicate', 'highest'] loop
        execute format('update %I.protocol set viral_load_of_day = %L', study, rule);
        found := found || (select verdict from eligibility(study, subject) where criterion = of_criterion);
    end loop;
    raise exception using errcode = 'ZZ001', message = array_to_string(found, ', ');
exception when sqlstate 'ZZ001' then
    return sqlerrm;
end;
$$;

-- Failure on HAART from 1 January 2004, with a baseline of 120000: (i) by the baseline
call make_candidate('001');
delete from ral.viral_load_result where collected > '2004-01-01';
select is(verdicts('ral', '001', 'prior_failure', '2004-02-26 1 12000'), 'not met, not met', 'one result of the day');
select is(verdicts('ral', '001', 'prior_failure', '2004-02-26 1 12000', '2003-12-20 2 119000'), 'met, not met', 'a baseline of 119000 after one of 120000');
select is(verdicts('ral', '001', 'prior_failure', '2004-02-26 1 12050'), 'met, met', 'a fall of less than 1 log from 120000');
select is(verdicts('ral', '001', 'prior_failure', '2004-02-26 1 12050', '2003-12-20 2 121000'), 'not met, not met', 'of 121000 after it');
select is(verdicts('ral', '001', 'prior_failure', '2004-02-26 1 12000', '2003-12-19 1 10000'), 'not met, not met', 'the day before counts for nothing');
-- (i) and (ii) by a result
select is(verdicts('ral', '001', 'prior_failure', '2004-02-26 1 12001', '2004-02-26 2 12000'), 'not met, met', 'a fall of less than 1 log, and a repeat');
select is(verdicts('ral', '001', 'prior_failure', '2004-02-26 1 12000', '2004-02-26 2 12001'), 'met, met', 'the repeat is the higher');
select is(verdicts('ral', '001', 'prior_failure', '2004-07-01 1 50', '2004-07-01 2 <50'), 'not met, met', 'detectable, and undetectable in the repeat');
-- (iii) by the earlier result: there is no reappearance within a day
select is(verdicts('ral', '001', 'prior_failure', '2004-03-15 1 <50', '2004-03-15 2 60', '2004-04-15 1 70'), 'not met, not met', 'undetectable, and detectable in the repeat');
select is(verdicts('ral', '001', 'prior_failure', '2004-03-15 1 60', '2004-03-15 2 <50', '2004-04-15 1 70'), 'met, not met', 'the other way round');
select is(verdicts('ral', '001', 'prior_failure', '2004-03-15 1 <50', '2004-03-15 2 60'), 'not met, not met', 'nor does it come back on the day itself');

-- The criteria of the other protocols
create role trial_maker createrole;
do $$ begin execute format('grant create, temporary on database %I to trial_maker', current_database()); end; $$;
grant usage on schema public to trial_maker with grant option;
set role trial_maker;
call create_study('placebo', protocol => 'raltegravir-placebo');
call create_study('switch', protocol => 'dolutegravir-switch');
reset role;
insert into placebo.site (site_id, name) values ('S1', 'First');
insert into switch.site (site_id, name) values ('S1', 'First');
insert into placebo.subject (site_id, subject_id, birth_date, sex) values ('S1', 'X', '1970-06-15', 'female');
insert into switch.subject (site_id, subject_id, birth_date, sex) values ('S1', 'X', '1970-06-15', 'female');
select is(verdicts('placebo', 'X', 'viral_load', current_date || ' 1 1001', current_date || ' 2 1000'), 'not met, met', 'more than 1000, and not in the repeat');
select is(verdicts('placebo', 'X', 'viral_load', current_date || ' 1 1000', current_date || ' 2 1001'), 'met, met', 'in the repeat');
select is(verdicts('switch', 'X', 'suppressed', current_date || ' 1 60', current_date || ' 2 <50'), 'unknown, not met', 'not suppressed, and perhaps in the repeat');
select is(verdicts('switch', 'X', 'suppressed', current_date || ' 1 <50', current_date || ' 2 60'), 'not met, not met', 'the other way round');

-- The assay of the baseline, and the views: two results of screening by two assays
call make_subject('002');
insert into ral.viral_load_result (site_id, subject_id, collected, replicate, assay, viral_load) values
    ('S1', '002', '2008-01-15', 2, 'Amplicor', '40000'), ('S1', '002', '2008-03-01', 1, 'Amplicor', '9000'), ('S1', '002', '2008-03-01', 2, 'Amplicor', '500');
select is_empty($$select * from ral.deviation where rule = 'assay_change'$$, 'the assay of the last replicate is that of the baseline');
create view standing as
    select (select array_agg(item) from ral.deviation where rule = 'assay_change') as deviations,
        (select viral_load::text from ral._baseline_viral_load) as baseline,
        (select array_agg(viral_load::text order by collected) from ral._viral_load_at_cut where collected > '2008-01-01') as results,
        (select array_agg(viral_load::text order by collected) from ral.viral_load_of_day
            where viral_load_of_day = (select protocol.viral_load_of_day from ral.protocol) and subject_id = '002' and collected > '2008-01-01') as of_day;
select results_eq('table standing', $$values (null::text[], '40000', '{40000,500}'::text[], '{40000,500}'::text[])$$, 'the last replicate, in every view');
update ral.protocol set viral_load_of_day = 'highest';
select results_eq('table standing', $$values ('{2008-03-01}'::text[], '50000', '{50000,9000}'::text[], '{50000,9000}'::text[])$$, 'the highest');
select is_empty($$select * from violations('ral')$$, 'the deviation is on record');
update ral.protocol set viral_load_of_day = 'last replicate';
select results_eq('table standing', $$values (null::text[], '40000', '{40000,500}'::text[], '{40000,500}'::text[])$$, 'and the last replicate again');
set virotrial.data_cut = '2008-01-15';
select results_eq($$select viral_load::text from ral._viral_load_at_cut where collected > '2008-01-01'$$, $$values ('40000')$$, 'and of a repeat on the day of the data cut');
reset virotrial.data_cut;

insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load) values ('S1', '001', '2008-01-15', 'Quantiplex 3.0', '700');
select results_eq($$select viral_load::text from ral._viral_load_at_cut where subject_id = '001' and collected = '2008-01-15'$$, $$values ('700')$$, 'the repeat of one subject is none of another');

drop schema placebo, switch cascade;
drop owned by trial_maker;
drop role trial_maker;
select * from finish();
