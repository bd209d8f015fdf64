-- Simulated studies: the same for the same seed, written under all rules, with
-- candidates whom the rules refuse.
set client_min_messages = warning;
select no_plan();

create role simulation_owner;
select format('grant create, temporary on database %I to simulation_owner', current_database()) \gexec
set role simulation_owner;

-- Everything that was entered, but for who entered it and when, and what was left empty.
create function pg_temp.digest(study text) returns text
    language plpgsql
as $$
declare
    name text;
    part text;
    whole text := '';
begin
    foreach name in array array['site', 'subject', 'consent', 'hiv_diagnosis', 'art_history', 'intolerance', 'genotype', 'genotype_drug_call',
        'viral_load_result', 'cd4_result', 'missing_result', 'enrolment', 'regimen', 'visit', 'disposition', 'simulated_candidate'] loop
        execute format('select md5(string_agg(line, chr(10) order by line collate "C"))
            from (select jsonb_strip_nulls(to_jsonb(t) - ''entered_by'' - ''entered_at'' - ''entered_in'')::text as line from %I.%I as t) as lines', study, name) into part;
        whole := whole || coalesce(part, '-');
    end loop;
    return md5(whole);
end;
$$;

select lives_ok($$call create_study('first')$$, 'a role that is not a superuser makes a study');
select lives_ok($$call simulate_study('first', 72, 4, seed => 1)$$, 'and simulates a trial in it');
call create_study('second');
call simulate_study('second', 72, 4, seed => 1);
call create_study('third');
call simulate_study('third', 72, 4, seed => 2);
select is(pg_temp.digest('first'), pg_temp.digest('second'), 'the same seed makes the same trial');
select isnt(pg_temp.digest('first'), pg_temp.digest('third'), 'another seed makes another');
select is(pg_temp.digest('first'), 'b9be0aeb925425c40cb9310d52c95680', 'the trial is the same on every machine');
select is_empty($$select * from violations('first')$$, 'nothing breaks a rule');
select is_empty($$select * from violations('third')$$, 'with no seed');

select is((select count(*) from first.enrolment), 72::bigint, 'as many are enrolled as was asked for');
select is((select count(*) from first.site), 4::bigint, 'at as many sites');
select set_eq($$select distinct split_part(visit, ' ', 1) || ' ' || coalesce(substring(visit from '[0-9]+'), '') from first.visit$$,
    array['screening ', 'week 4', 'week 12', 'week 24', 'week 48', 'unscheduled '], 'visits of every kind are held');
select ok(count(*) filter (where qualifier(viral_load) = '<') > 0 and count(*) filter (where qualifier(viral_load) = 'TND') > 0
    and count(*) filter (where qualifier(viral_load) = '>') > 0, 'results lie below and above the limits, and may be not detected')
from first.viral_load_result;
select ok((select count(*) from first.missing_assessment) > 0, 'visits are missed');
select ok((select count(*) from first.disposition where outcome = 'discontinued') > 0, 'subjects drop out');
select ok((select count(*) from first.deviation where rule = 'visit_out_of_window') > 0, 'visits lie outside their windows, as deviations');
select ok((select count(*) from third.consent where withdrawn is not null) > 0, 'consent is withdrawn');
select set_eq($$select distinct substring(evidence from '^\((i+)\)') from third.eligibility_verdict where criterion = 'prior_failure'$$,
    array['i', 'ii', 'iii', null], 'each definition of failure is met by somebody, and some enter for intolerance alone');

-- Safety
set timezone = 'UTC';
select is((select md5(string_agg(line, chr(10) order by line collate "C"))
    from (select (to_jsonb(t) - 'entered_by' - 'entered_at' - 'entered_in')::text as line from first.lab_result as t
        union all select (to_jsonb(t) - 'entered_by' - 'entered_at' - 'entered_in')::text from first.adverse_event as t
        union all select (to_jsonb(t) - 'entered_by' - 'entered_at' - 'entered_in')::text from first.adverse_event_relatedness as t
        union all select (to_jsonb(t) - 'entered_by' - 'entered_at' - 'entered_in' - 'kind')::text from first.reference_range as t) as lines),
    '43b26c7bc6e38787f5464de1d6f9cc92', 'laboratory results and events are the same on every machine');
select is((select count(distinct laboratory) from first.reference_range), 2::bigint, 'two laboratories have ranges of normal');
select ok(count(*) filter (where qualifier(value) = '<') + count(*) filter (where qualifier(value) = '>') > 0, 'laboratory results lie beyond limits of measurement')
from first.lab_result;
select ok(count(*) filter (where grade = 3) > 0 and count(*) filter (where grade = 4) > 0, 'some are of grade 3, and of grade 4') from first.lab_grade;
select ok((select count(*) from first.hys_law_candidate) > 0, 'there is a candidate of Hy''s law');
select ok((select count(*) from first.unreported_abnormality) > 0, 'some abnormalities are reported as no event');
select set_eq('select distinct complaint from first.adverse_event where complaint is not null', 'select complaint from first.solicited_complaint',
    'every solicited complaint is made by somebody');
select ok(count(*) filter (where is_serious) > 0 and count(*) filter (where length(onset) < 10) > 0 and count(*) filter (where action_taken = 'DRUG WITHDRAWN') > 0,
    'events are serious, have partial dates, lead to withdrawal') from first.adverse_event;
select ok((select count(*) from first.deviation where rule = 'serious_report') > 0, 'a serious event is reported late, as a deviation');

-- Vital signs and medical history
select is((select md5(string_agg(line, chr(10) order by line collate "C"))
    from (select (to_jsonb(t) - 'entered_by' - 'entered_at' - 'entered_in')::text as line from first.vital_signs as t
        union all select (to_jsonb(t) - 'entered_by' - 'entered_at' - 'entered_in')::text from first.medical_history as t) as lines),
    'e88f84eba7ad172f8e32497991697e66', 'vital signs and medical history are the same on every machine');
select isnt((select array_agg(systolic_mmhg order by site_id, subject_id, collected) from first.vital_signs),
    (select array_agg(systolic_mmhg order by site_id, subject_id, collected) from third.vital_signs), 'another seed makes others');
select results_eq($$select visit, count(*) > 0.9 * (select count(*) from first.visit as held join first.enrolment using (site_id, subject_id) where held.visit = vital.visit)
    from first.vital_signs as vital group by visit order by visit$$,
    $$select visit, true from first.visit_definition order by visit$$, 'vital signs are measured at nearly all scheduled visits, and at no others');
select ok(bool_and(weight_kg between 40 and 100 and coalesce(height_cm between 145 and 205, true) and temperature_celsius between 36 and 39.5
    and systolic_mmhg between 70 and 190 and diastolic_mmhg between 40 and 125 and pulse_per_minute between 40 and 120
    and respirations_per_minute between 10 and 22 and systolic_mmhg - diastolic_mmhg between 16 and 80), 'as adults have them') from first.vital_signs;
select ok(count(distinct systolic_mmhg) > 20 and min(systolic_mmhg) < 100 and max(systolic_mmhg) > 145, 'who differ') from first.vital_signs;
select cmp_ok(avg(change), '>', 0.5::double precision, 'and gain weight') from first.analysis_vital_signs where sign = 'WEIGHT' and analysis_visit = 'week 48';
select cmp_ok((select corr(baseline, value) from first.analysis_vital_signs where sign = 'SYSBP' and analysis_visit = 'week 48'), '>', 0.5::double precision,
    'the pressure of a subject is his own');
select ok(count(distinct term) > 10 and count(*) > 36 and count(*) filter (where is_hiv_associated) > 10 and count(*) filter (where is_ongoing) > 10
    and count(*) filter (where started is null) > 0 and count(*) filter (where length(started) = 4) > 0
    and count(*) filter (where length(started) = 7) > 0 and count(*) filter (where length(started) = 10) > 0,
    'subjects had conditions, of HIV and others, and do not know all of their dates') from first.medical_history;
select is_empty($$select * from first.medical_history join first.consent using (site_id, subject_id) where started_first > signed or ended_first > signed$$,
    'all of which are from before the study');
call create_study('fourth');
call simulate_study('fourth', 60, 2, seed => 11);
select ok((select count(*) from fourth.death) > 0 and (select count(*) from fourth.death where fatal_events is null) = 0, 'who dies has a fatal event');
select is_empty($$select * from violations('fourth')$$, 'and nothing breaks a rule');

-- Whom the rules refuse: each for the reason that the list gives.
create function pg_temp.refusal(site text, subject text, day date) returns text
    language plpgsql
as $$
declare
    detail text;
    name text;
begin
    insert into first.enrolment (site_id, subject_id, enrolled) values (site, subject, day);
    return 'enrolled';
exception when check_violation then
    get stacked diagnostics detail = pg_exception_detail, name = constraint_name;
    return name || ' ' || detail;
end;
$$;
select is((select count(distinct flaw) from first.simulated_candidate), 8::bigint, 'candidates have every flaw');
select matches(pg_temp.refusal(site_id, subject_id, enrolled), '^eligibility .*' || criterion || ' (not met|unknown)', flaw)
from first.simulated_candidate
order by flaw;
select throws_ok('insert into first.enrolment (site_id, subject_id, enrolled) select site_id, subject_id, enrolled from first.simulated_candidate',
    '23514', null, 'all of them at once are refused too');

select throws_ok($$call simulate_study('first')$$, '55000', 'study "first" holds data', 'a study that holds data is left alone');
select throws_ok($$call simulate_study('nowhere')$$, '3F000', 'there is no study "nowhere"', 'a study must exist');
select throws_ok($$call simulate_study('first', 0)$$, '22023', null, 'there must be subjects');
select throws_ok($$call simulate_study('first', population => 'healthy')$$, '22023', 'population "healthy" cannot be simulated', 'and of a population that is known');

-- Who was never treated enters another trial.
select protocol_document('first') || jsonb_build_object('eligibility_criterion', jsonb_build_array(jsonb_build_object(
    'criterion', 'naive', 'position', 1, 'clause', '1', 'description', 'never treated', 'query',
    'select candidate.site_id, candidate.subject_id, count(art_history.drug) = 0, count(art_history.drug)::text from candidate left join art_history using (site_id, subject_id) group by 1, 2'))) as naive \gset
call create_study('naive', protocol => :'naive');
call simulate_study('naive', 20, 2, seed => 1, population => 'naive');
select is((select count(*) from naive.enrolment), 20::bigint, 'twenty of them are enrolled');
select is((select count(*) from naive.art_history), 0::bigint, 'without treatment before');
select set_eq($$select distinct call from naive.genotype_drug_call join naive.enrolment using (site_id, subject_id)$$, $$values ('susceptible')$$, 'nothing resists');
select ok((select bool_and(viral_load > 400) from naive.viral_load_result join naive.enrolment using (site_id, subject_id) where collected < first_dose), 'the virus is there');
select is_empty($$select * from violations('naive')$$, 'and nothing breaks a rule');
call drop_study('naive', with_subjects => true);

-- A draw of one in a million must not be taken for a slip of units, which would refuse the study.
select is_empty($$
    select test, laboratory
    from _virotrial.simulated_test() as drawn
    join virotrial_lab_test using (test)
    where lab_standard_value(test, lab_value(greatest(lowest, centre * exp(-5 * spread))),
        drawn.unit) < usual_low$$,
    'no draw is below the usual range of its test');

reset role;
drop owned by simulation_owner cascade;
drop role simulation_owner;
select * from finish();
