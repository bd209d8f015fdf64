-- Each protocol that comes with virotrial: it loads, comes back equal, and runs simulated
-- from screening to the endpoints by arm.
-- All of it without the document of the pilot: no other protocol leans on it.
set client_min_messages = warning;
alter function _virotrial.shipped_protocol() rename to shipped_with_pilot;
create function _virotrial.shipped_protocol() returns table (name text, document jsonb) language sql immutable
    begin atomic select * from _virotrial.shipped_with_pilot() as shipped where shipped.name <> 'raltegravir-pilot'; end;
create role trial_maker createrole;
do $$ begin execute format('grant create, temporary on database %I to trial_maker', current_database()); end; $$;
grant usage on schema public to trial_maker with grant option;
select no_plan();
set role trial_maker;
select throws_ok($$call create_study('pilot')$$, '22023', 'there is no protocol "raltegravir-pilot"', 'the pilot is gone');
call create_study('placebo', protocol => 'raltegravir-placebo');
call create_study('switch', protocol => 'dolutegravir-switch');
reset role;
select is(protocol_document(study), (select document from _virotrial.shipped_protocol() where name = protocol), 'comes back equal: ' || protocol)
from (values ('placebo', 'raltegravir-placebo'), ('switch', 'dolutegravir-switch')) as made (study, protocol);
select is_empty($$select * from study_problems('placebo') union all select * from study_problems('switch')$$, 'there is nothing wrong with them');
set role trial_maker;
set virotrial.reason = 'simulation';
call simulate_study('placebo', 40, 3, seed => 1);
call simulate_study('switch', 40, 2, seed => 1, population => 'suppressed');
select is_empty($$select * from violations('placebo') union all select * from violations('switch')$$, 'nothing breaks a rule');
begin;
insert into placebo.subject (site_id, subject_id, birth_date, sex) select min(site_id), 'nobody', '1970-06-15', 'male' from placebo.site;
select results_eq($$select criterion, evidence from eligibility('placebo', 'nobody') where criterion <> 'resistance_or_intolerance'$$, $$values ('consent', 'no consent is recorded'),
    ('age', 'no consent is recorded'), ('hiv_diagnosis', 'no diagnosis is recorded'), ('viral_load', 'no viral load is recorded')$$, 'of whom nothing is known');
rollback;
select throws_ok($$call create_study('none', protocol => 'dolutegravir-switch'); call simulate_study('none', 8, 1)$$,
    '55000', 'nobody whom the simulation makes up meets the criteria of the study', 'who is not suppressed is not switched');
create function pg_temp.detail_of(statement text) returns text language plpgsql as $$
declare
    detail text;
begin
    execute statement;
    return 'accepted';
exception when object_not_in_prerequisite_state then
    get stacked diagnostics detail = pg_exception_detail;
    return detail;
end;
$$;
select matches(pg_temp.detail_of($$call create_study('none', protocol => 'dolutegravir-switch'); call simulate_study('none', 8, 1)$$),
    '^suppressed is not met for [78]: .*\.$', 'and the error says which criterion, and for how many');
select throws_ok($$call simulate_study('none', 8, 1, population => 'all')$$, '3F000', null, 'no study is left of it');

-- ---- two arms: everybody is allocated, 2:1 within the blocks of each stratum
select is((select count(*) from placebo.enrolment), (select count(*) from placebo.allocation), 'each subject is allocated');
select cmp_ok((select count(*) from placebo.enrolment), '>', 30::bigint, 'of most who were screened');
select is_empty($$select stratum, block from placebo.allocation_list group by stratum, block
    having count(*) filter (where arm = 'raltegravir') <> 2 * count(*) filter (where arm = 'placebo') or count(*) not in (3, 6)$$, 'each block is balanced');
select is((select count(distinct stratum) from placebo.allocation), 4::bigint, 'in four strata');
select results_eq($$select code from placebo.allocation where stratum = 'enfuvirtide, one PI' order by code$$,
    $$select code from placebo.allocation_list where stratum = 'enfuvirtide, one PI' and place <= (select count(*) from placebo.allocation where stratum = 'enfuvirtide, one PI') order by code$$,
    'the list is used from its beginning on, without gaps');
select cmp_ok((select max(rate) from endpoint_virology('placebo', group_by => 'arm') where group_value = 'raltegravir' and visit = 'week 48' and response = '< 50'), '>',
    (select max(rate) from endpoint_virology('placebo', group_by => 'arm') where group_value = 'placebo' and visit = 'week 48' and response = '< 50'), 'raltegravir responds better');
-- The flow by arm: who is enrolled is in the arm of the allocation; the others have none.
select results_eq($$select group_value, value::bigint from analysis_result('placebo', by => 'arm', display => 'consort')
    where variable = 'first dose' and statistic = 'n' order by group_value$$,
    $$select coalesce(arm, 'all'), count(*) from placebo.allocation join placebo.enrolment using (site_id, subject_id) where first_dose is not null
    group by grouping sets ((), (arm)) union all select 'not known', 0 order by 1$$, 'consort by arm: who had a first dose');
select results_eq($$select cells from display('placebo', 'consort', by => 'arm') where part = 'header'$$,
    $$select array(select format('%s (N = %s)', grouped, count(*)) from placebo.subject left join placebo.allocation using (site_id, subject_id)
        cross join lateral (values (1, 'all'), (2, coalesce(arm, 'not known'))) as one (place, grouped) group by place, grouped order by place, grouped)$$,
    'and who was screened');
-- The forest: the rates of the arms are those of endpoint_virology, and the difference is that of as many subjects.
create temporary table subgroup as select * from analysis_result('placebo', by => 'arm', display => 'response_by_subgroup');
select set_eq($$select group_value, statistic, value from subgroup where variable = 'All subjects' and statistic in ('n', 'evaluable', 'percent', 'ci_lower', 'ci_upper')$$,
    $$select group_value, one.statistic, one.value from endpoint_virology('placebo', group_by => 'arm')
        cross join lateral (values ('n', responders::float8), ('evaluable', evaluable + unknown), ('percent', 100 * reported_rate),
            ('ci_lower', 100 * reported_ci_lower), ('ci_upper', 100 * reported_ci_upper)) as one (statistic, value)
        where visit = (select visit from subgroup where visit is not null limit 1) and response = '< 50' and rule = 'non-completer = failure'$$, 'the forest has the rates of the arms');
select results_eq($$select distinct visit from subgroup where visit is not null$$,
    $$select visit from endpoint_virology('placebo') where "grouping" = 'all' and rule = 'observed' and response = '< 50' and 2 * subjects >= (select count(*) from placebo.enrolment where first_dose is not null)
        order by position desc limit 1$$, 'at the last visit that half of the subjects have reached');
select results_eq($$select statistic, value from subgroup where variable = 'All subjects, raltegravir less placebo' and "grouping" = 'all' order by 1$$,
    $$select one.statistic, 100 * one.value
        from (select (rate_difference(response_comparison(number <= arm.n, arm.group_value = 'raltegravir'))).*
            from (select group_value, sum(value) filter (where statistic = 'n') as n, sum(value) filter (where statistic = 'evaluable') as evaluable
                from subgroup where variable = 'All subjects' and "grouping" = 'arm' group by group_value) as arm
            cross join lateral generate_series(1, evaluable::integer) as number) as difference
        cross join lateral (values ('ci_lower', ci_lower), ('ci_upper', ci_upper), ('percent', estimate)) as one (statistic, value) order by 1$$,
    'and the difference of both, with the limits of Miettinen and Nurminen');
select is((select count(*) from subgroup where "grouping" = 'all' and variable like '%, raltegravir less placebo' and statistic = 'percent'),
    (select count(*) from (select variable, level from subgroup where "grouping" = 'arm' and statistic = 'evaluable' and value > 0
        group by variable, level having count(*) = 2) as both_arms), 'for each subgroup that both arms have');
select set_eq($$select distinct data->>'series' from jsonb_array_elements(figure('placebo', 'forest', by => 'arm')->'data'->'values') as data$$,
    array['all subjects', 'raltegravir', 'placebo'], 'the figure has both arms, and the difference');
select is_empty($$select 1 from analysis_result('placebo', by => 'sex', display => 'response_by_subgroup') where variable like '% less %'$$, 'a group that is no arm has no difference');
-- The displays by arm: a difference has no arm, and of nobody there is no row, but nobody of an arm is none.
create temporary table page as
select shown.*, known.has_statistic_columns
from (select array(select result from analysis_result('placebo', by => 'arm') as result) as results offset 0) as one
cross join virotrial_display as known
cross join lateral _virotrial.display_rows(known.display, one.results) as shown;
select is_empty($$select label from page where cells <@ array['']$$, 'no row of a display is empty');
select is_empty($$select label from page where '' = any (cells) and not has_statistic_columns and part <> 'header'$$, 'nor is a cell of an arm');
select cmp_ok((select count(*) from page where part = 'detail' and not has_statistic_columns and cells[3] like '0 (0.0 %)%'), '>', 10::bigint, 'it has zeros');
select results_eq($$select bool_or(cells[5] ~ '\.\d{3}'), bool_or(cells[5] ~ '\.\d\d') from placebo.subject_listing where display = 'laboratory_abnormalities' and position > 0$$,
    $$values (false, true)$$, 'a converted baseline is listed with two decimals');
select set_eq($$select distinct split_part(cells[4], ' ', 2) <> split_part(cells[5], ' ', 2) as is_other, cells[4] like '%(% ' || split_part(cells[5], ' ', 2) || ')' as has_both
    from placebo.subject_listing where display = 'laboratory_abnormalities' and cells[5] <> ''$$, $$values (true, true), (false, false)$$, 'and a result in another unit in both');
select set_eq($$select distinct subject from placebo.subject_listing where display = 'viral_loads' and position > 0$$,
    $$select format('%s %s, %s', site_id, subject_id, treated_arm) from placebo.analysis_subject where is_treated$$, 'a listing names the arm as treated');
select set_eq($$select distinct group_value from endpoint_cd4('placebo', group_by => 'arm')$$, array['all', 'raltegravir', 'placebo'], 'CD4 by arm');
select set_eq($$select distinct visit from endpoint_virology('placebo') where visit in ('week 2', 'week 156')$$, array['week 2', 'week 156'], 'from week 2 to week 156');
select cmp_ok((select sum(exposure.person_years) from placebo.exposure join placebo.allocation using (site_id, subject_id) where arm = 'placebo'), '>', 10::float8,
    'the control arm has person-years');
select results_eq($$select analysis_set, count(*) from placebo.analysis_set where analysis_set not in ('per protocol', 'efficacy') group by 1 order by 1$$,
    $$select analysis_set, (select count(*) from placebo.enrolment) from unnest(array['randomised', 'safety as treated', 'treated']) as analysis_set$$, 'the analysis sets');
select is((select count(*) from placebo.analysis_set where analysis_set = 'per protocol'),
    (select count(*) from placebo.enrolment where (site_id, subject_id) not in (select site_id, subject_id from placebo.deviation where rule in ('visit_out_of_window', 'treated_otherwise'))),
    'per protocol: without the deviations that exclude');

-- ---- children and adults: doses by weight, limits of 20
select cmp_ok((select count(*) from switch.analysis_subject where age < 12 and is_treated), '>', 5::bigint, 'children take part');
select is_empty($$select * from switch.regimen where drug = 'DTG' and dose_mg <> case when weight_kg < 10 then 15 when weight_kg < 14 then 20 when weight_kg < 20 then 25 else 50 end$$,
    'each has the dose of his weight');
select cmp_ok((select count(distinct dose_mg) from switch.regimen where drug = 'DTG'), '>', 2::bigint, 'which are several');
select set_eq($$select distinct response from endpoint_virology('switch')$$, array['< 20', '< 50', '> 1.0 log10'], 'thresholds of 20 and 50');
select cmp_ok((select max(rate) from endpoint_virology('switch') where "grouping" = 'all' and visit = 'week 96' and response = '< 20'), '>', 0.7::float8, 'suppression stays');
select ok(count(*) filter (where started - birth_date < 12 * 366) > 5 and bool_and(vital.weight_kg between regimen.weight_kg * 0.85 and regimen.weight_kg * 1.15),
    'a child weighs at screening what his dose is for')
from switch.vital_signs as vital join switch.regimen using (site_id, subject_id) join switch.subject using (site_id, subject_id)
where vital.visit = 'screening' and drug = 'DTG';
select ok(bool_and(height_cm between 60 and 160) and min(height_cm) < 110 and bool_and(weight_kg / (height_cm / 100) ^ 2 between 9 and 26), 'and is as tall as children are')
from switch.vital_signs join switch.subject using (site_id, subject_id) where height_cm is not null and collected - birth_date < 12 * 365;
select ok((select count(distinct visit) from placebo.vital_signs) = (select count(*) from placebo.visit_definition)
    and (select count(distinct visit) from switch.vital_signs) = (select count(*) from switch.visit_definition), 'vital signs at all visits of both');
select ok((select count(*) from placebo.medical_history) > 20 and (select count(*) from switch.medical_history) > 10, 'and medical history');
create temporary table child as select site_id, subject_id, started, weight_kg from switch.regimen where drug = 'DTG' and weight_kg between 14 and 19.9 limit 1;
select throws_ok($$update switch.regimen set dose_mg = 50 where drug = 'DTG' and (site_id, subject_id) in (select site_id, subject_id from child)$$, '23514', null, 'the dose of an adult is none for a child');
select throws_ok($$update switch.regimen set weight_kg = null where drug = 'DTG' and (site_id, subject_id) in (select site_id, subject_id from child)$$, '23514', null, 'nor is a dose without a weight');
select throws_ok($$insert into switch.dose (weight_from_kg, weight_below_kg, dose_mg, doses_per_day) values (8, 9, 10, 1)$$, '23514', null, 'bands do not overlap');

drop schema placebo, switch cascade;
reset role;
drop owned by trial_maker;
drop role trial_maker;
select * from finish();
