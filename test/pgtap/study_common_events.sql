-- Common adverse events at the bound: one of twenty subjects is 5 %, one of twenty-one is less.
set client_min_messages = warning;
select no_plan();
call create_study('ral');
call simulate_study('ral', 24, 2, seed => 1);
set virotrial.reason = 'correction: one event alone';
delete from ral.adverse_event_relatedness;
delete from ral.adverse_event;
create temporary table treated as
    select site_id, subject_id, first_dose, row_number() over (order by first_dose, site_id, subject_id) as place from ral.enrolment;
insert into ral.adverse_event (site_id, subject_id, event_number, term, onset, grade, is_serious, action_taken, outcome)
    select site_id, subject_id, 1, 'hiccups', (first_dose + 1)::text, 1, false, 'DOSE NOT CHANGED', 'NOT RECOVERED/NOT RESOLVED' from treated where place = 1;
create temporary table common as
    select place, result.*
    from treated
    cross join lateral analysis_result('ral', data_cut => first_dose, display => 'common_adverse_events') as result
    where place in (20, 21);
select results_eq($$select place, value from common where statistic = 'N' order by 1$$, $$values (20::bigint, 20::float8), (21, 21)$$, 'twenty subjects, and one more');
select results_eq($$select place, statistic, value from common where level = 'hiccups' and statistic in ('n', 'percent') order by 1, 2$$,
    $$values (20::bigint, 'n', 1::float8), (20, 'percent', 5)$$, 'an event of exactly 5 % is common, and one of less is not');
select results_eq($$select place, value from common where variable = 'Any event' and statistic = 'n' order by 1$$, $$values (20::bigint, 1::float8), (21, 1)$$,
    'it is an event all the same');
select * from finish();
