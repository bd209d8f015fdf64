-- Virologic outcomes of subjects made by hand, against what the definitions say.
\ir include/study.sql
select no_plan();
\ir include/outcome_cases.sql

create function pg_temp.day(study_day integer) returns date
    language sql immutable
    return date '2008-02-01' + case when study_day > 0 then study_day - 1 else study_day end;

create temporary view given as
    select subject_id, results, ended, regimen from outcome_case
    union all
    select subject_id, results, '', '' from failure_case where results is not null
    union all
    select subject_id, results, '', coalesce(regimen, '') from blip_case where results is not null
    union all
    select subject_id, results, '', '' from response_case where results is not null;

\ir include/make_given.sql

-- What the views say, in the notation of the cases.
create temporary view snapshot_said as
    select subject_id, string_agg(coalesce(category, '?'), ' ' order by visit, threshold desc) as said
    from ral.snapshot_outcome
    group by subject_id;
create temporary view tlovr_said as
    select subject_id, string_agg(case when is_responder then 'y' when not is_responder then 'n' else '?' end, ' ' order by visit, threshold desc) as said
    from ral.tlovr_outcome
    group by subject_id;
create temporary view failed_said as
    select subject_id, string_agg(case when failed is not null then failed_study_day::text when not is_failure then '-' else '?' end, ' ' order by threshold desc) as said
    from ral.time_to_loss_of_response
    group by subject_id;

select is(said.said, expected.snapshot, format('Snapshot of %s: %s', expected.subject_id, concat_ws(' | ', results, ended, regimen)))
from outcome_case as expected
left join snapshot_said as said using (subject_id)
order by subject_id;
select is(said.said, expected.tlovr, format('TLOVR of %s: %s', expected.subject_id, concat_ws(' | ', results, ended, regimen)))
from outcome_case as expected
left join tlovr_said as said using (subject_id)
order by subject_id;
select is_empty($$select subject_id, evidence from ral.tlovr_outcome where evidence ~ '^,|day $'$$, 'what TLOVR says has no gap');
select is(said.said, expected.failed, format('loss of response of %s: %s', expected.subject_id, concat_ws(' | ', results, ended, regimen)))
from outcome_case as expected
left join failed_said as said using (subject_id)
order by subject_id;

-- Failure, blips, times to a response
select is(case when is_failure then criterion || ' ' || failed_study_day when not is_failure then '-' else '?' end || coalesce(' ' || study_day(unconfirmed, '2008-02-01'), ''),
    failure || coalesce(' ' || last, ''), format('virologic failure of %s: %s', expected.subject_id, given.results))
from failure_case as expected
left join ral.virologic_failure as said using (subject_id)
join given using (subject_id)
order by subject_id;
select is(string_agg(study_day || case when is_blip then '' else '?' end, ' ' order by study_day), blips, format('blips of %s: %s', expected.subject_id, given.results))
from blip_case as expected
left join ral.viral_blip as said using (subject_id)
join given using (subject_id)
group by expected.subject_id, blips, given.results
order by expected.subject_id;
select is(string_agg(case when was_below_at_baseline then 'at baseline' else lower_days || '-' || coalesce(upper_days::text, '') end, ' ' order by threshold desc), expected.said,
    format('times to response of %s: %s', expected.subject_id, given.results))
from response_case as expected
left join ral.time_to_response using (subject_id)
join given using (subject_id)
group by expected.subject_id, expected.said, given.results
order by expected.subject_id;
select results_eq(
    $$select "time", event from ral.time_to_response where subject_id in ('001', '032', '132') order by subject_id, threshold desc$$,
    $$values (28::float8, true), (84, true), (84, false), (84, false), (null, null), (84, true)$$,
    'survival_curve gets the upper ends, and who never responded until the last result that was not below');

-- CD4: 200 is not above 200; 201 and 351 are.  Counts off treatment do not count.
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count)
values ('S1', '001', pg_temp.day(-17), 150), ('S1', '001', pg_temp.day(29), 200), ('S1', '001', pg_temp.day(85), 201), ('S1', '001', pg_temp.day(169), 351),
    ('S1', '002', pg_temp.day(-17), 250), ('S1', '002', pg_temp.day(85), 300),
    ('S1', '046', pg_temp.day(-17), 100), ('S1', '046', pg_temp.day(169), 400);
select results_eq(
    $$select subject_id, level, was_above_at_baseline, lower_days, upper_days, "time", event
        from ral.cd4_crossing where subject_id in ('001', '002', '003', '046') order by 1, 2$$,
    $$values ('001', 200, false, 28, 84, 84::float8, true), ('001', 350, false, 84, 168, 168, true),
        ('002', 200, true, null, null, null, null), ('002', 350, false, 84, null, 84, false),
        ('003', 200, null, 0, null, 0, false), ('003', 350, null, 0, null, 0, false),
        ('046', 200, false, 0, null, 0, false), ('046', 350, false, 0, null, 0, false)$$,
    'first CD4 counts above 200 and 350');

-- DAVG of 001: 50000 from day 1 on, then 300 after 28 days, 50 for <50 after 84 and 168.
select is(round(davg::numeric, 9), round(((28 * (log(50000.0) + log(300.0)) / 2 + (84 - 28) * (log(300.0) + log(50.0)) / 2 + (168 - 84) * log(50.0))
        / 168 - log(50000.0)), 9), 'the time-averaged change up to week 24')
from ral.viral_load_davg where subject_id = '001' and visit = 'week 24';
select results_eq(
    $$select results, censored, last_days from ral.viral_load_davg where subject_id = '001' order by visit$$,
    $$values (3::bigint, 2::bigint, 168), (4, 3, 336)$$, 'and what it rests on');
select is_empty($$select from ral.viral_load_davg where subject_id = '091'$$, 'without a result on treatment there is none');

-- Evidence
select results_eq(
    $$select viral_load, study_day, assay, discontinued, discontinuation_reason, background_change, evidence
        from ral.snapshot_outcome where subject_id = '035' and visit = 'week 24' order by threshold$$,
    $$values (viral_load '100', 85, 'Quantiplex 3.0', pg_temp.day(120), 'physician decision', null,
            'discontinued on day 120 (physician decision), no viral load on treatment in days 127 to 210, the last one 100 on day 85, not below 50'),
        ('100', 85, 'Quantiplex 3.0', pg_temp.day(120), 'physician decision', null,
            'discontinued on day 120 (physician decision), no viral load on treatment in days 127 to 210, the last one 100 on day 85, below 400')$$,
    'the row says what it rests on');
select is((select evidence from ral.snapshot_outcome where subject_id = '001' and visit = 'week 24' and threshold = 50),
    '<50 copies/mL on day 169, below 50', 'a result');
select is((select evidence from ral.snapshot_outcome where subject_id = '068' and visit = 'week 24' and threshold = 400),
    '<500 copies/mL on day 169, whether below 400 cannot be known', 'an unknown one');
select is((select evidence from ral.snapshot_outcome where subject_id = '057' and visit = 'week 48' and threshold = 400),
    'background therapy changed on day 168 (added ABC)', 'a change');
select is((select evidence from ral.snapshot_outcome where subject_id = '054' and visit = 'week 48' and threshold = 400),
    'background therapy changed on day 100 (added ABC, stopped TDF, after the first viral load on treatment)', 'a change too late');
select is((select evidence from ral.snapshot_outcome where subject_id = '052' and visit = 'week 48' and threshold = 400),
    'no viral load on treatment in days 295 to 378, completed on day 340', 'nothing');
select is((select evidence from ral.time_to_loss_of_response where subject_id = '082' and threshold = 50),
    'discontinued: lost to follow-up on day 400, and the scheduled visit of day 169 before it missed', 'a loss of response');
select results_eq(
    $$select is_success, count(*) from ral.snapshot_outcome where subject_id in ('068', '071') group by 1 order by 1$$,
    $$values (false, 4::bigint), (null, 4)$$,
    'a null category is no success where both categories that it could be are failures, and unknown otherwise');
select is((select count(*) from ral.snapshot_outcome), (select 4 * count(*) from ral.enrolment), 'every treated subject is in the denominator');

-- Not treated: in no outcome
call make_candidate('140');
insert into ral.enrolment (site_id, subject_id, enrolled) values ('S1', '140', '2008-02-01');
select is((select count(*) from ral.snapshot_outcome where subject_id = '140') + (select count(*) from ral.time_to_response where subject_id = '140')
    + (select count(*) from ral.virologic_failure where subject_id = '140'), 0::bigint, 'who had no first dose is in no outcome');

-- The data cut.  The window of week 24 ends on day 210: it has closed on day 211.
create function pg_temp.cut(study_day integer) returns void
    language sql
    return set_config('virotrial.data_cut', to_char(pg_temp.day(study_day), 'YYYY-MM-DD'), false);
create temporary view cut_said as
    select subject_id, string_agg(coalesce(category, '?') || case when is_final then '' else '*' end, ' ' order by visit, threshold desc) as said
    from ral.snapshot_outcome
    where subject_id in ('001', '005', '013', '030', '053', '058')
    group by subject_id;
select pg_temp.cut(150);
select results_eq('select subject_id, said from cut_said order by 1', $$values ('013', '1* 1*')$$,
    'with an open window only who has a result in it has a row, which may change; a death on day 150 waits for the window to close');
select pg_temp.cut(210);
select results_eq('select subject_id, said from cut_said order by 1',
    $$values ('001', '1* 1*'), ('013', '2a* 2a*'), ('053', '2d* 2d*'), ('058', '1* 1*')$$, 'on its last day the window is open');
select is((select count(*) from ral.tlovr_outcome where visit = 'week 24' and subject_id in ('005', '030')), 0::bigint, 'nor does TLOVR judge yet who has no result in it');
select pg_temp.cut(211);
select results_eq('select subject_id, said from cut_said order by 1',
    $$values ('001', '1 1'), ('005', '3c 3c'), ('013', '2a 2a'), ('030', '3a 3a'), ('053', '2d 2d'), ('058', '1 1')$$, 'and on the day after it closed');
select is((select count(*) from ral.tlovr_outcome where visit = 'week 24' and subject_id in ('005', '030')), 4::bigint, 'and TLOVR judges them, by both thresholds');
select pg_temp.cut(99);
select results_eq(
    $$select subject_id, is_failure, reason, last_result, "time" from ral.time_to_loss_of_response where subject_id in ('001', '002', '036', '053') and threshold = 50 order by 1$$,
    $$values ('001', null::boolean, 'not suppressed yet', pg_temp.day(85), null::float8), ('002', null, 'not suppressed yet', null, null),
        ('036', false, null, pg_temp.day(85), 84), ('053', false, null, pg_temp.day(85), 84)$$,
    'what comes after the cut is not known: no failure yet, and too early to call anybody never suppressed');
select is((select background_changed from ral.treatment_course where subject_id = '053'), null, 'nor is a change of treatment');
select is((select upper_days from ral.time_to_response where subject_id = '015' and threshold = 50), null, 'nor a response');
select pg_temp.cut(-1);
select is((select count(*) from ral.treatment_course) + (select count(*) from ral.snapshot_outcome) + (select count(*) from ral.cd4_crossing), 0::bigint,
    'before the first dose nobody is treated');
reset virotrial.data_cut;

-- The protocol is data: an amendment of windows and thresholds
insert into ral.snapshot_window (visit, effective_from, first_day, last_day) values ('week 24', '2009-01-01', 120, 211);
select results_eq($$select subject_id, category from ral.snapshot_outcome where subject_id in ('002', '005') and visit = 'week 24' and threshold = 50 order by 1$$,
    $$values ('002', '1'), ('005', '1')$$, 'a window that an amendment widened holds from its day on');
set virotrial.data_cut = '2008-12-31';
select results_eq($$select subject_id, category from ral.snapshot_outcome where subject_id in ('002', '005') and visit = 'week 24' and threshold = 50 order by 1$$,
    $$values ('002', '3c'), ('005', '3c')$$, 'and not in an analysis before it');
reset virotrial.data_cut;

-- Reasons are coded
select is(outcome($$update ral.regimen set stop_reason = 'boredom' where subject_id = '054'$$), '23514 ral.regimen regimen_stop_reason_check', 'a reason for a stop is one of the list');
select is(outcome($$update ral.regimen set start_reason = 'boredom' where subject_id = '054'$$), '23514 ral.regimen regimen_start_reason_check', 'and one for a start');

-- Any client can read the views, by the right to the views alone.
create temporary table outcome_view as
    select unnest(array['treatment_course', 'snapshot_outcome', 'time_to_loss_of_response', 'tlovr_course', 'tlovr_outcome', 'virologic_failure', 'viral_blip', 'time_to_response',
        'cd4_crossing', 'viral_load_davg']) as name;
select is_empty(
    $$select attrelid::regclass, attname from pg_attribute join outcome_view on attrelid = ('ral.' || name)::regclass
        where attnum > 0 and (col_description(attrelid, attnum) is null or obj_description(attrelid, 'pg_class') is null)$$,
    'each has a comment');
create role outcome_reader;
grant usage on schema ral to outcome_reader;
select format('grant select on ral.%I to outcome_reader', name) from outcome_view \gexec
grant select on outcome_view to outcome_reader;
set role outcome_reader;
select lives_ok('select * from ral.' || name, 'a role with SELECT on it alone reads ' || name) from outcome_view;
reset role;
drop owned by outcome_reader;
drop role outcome_reader;

-- Of several results of one day the last replicate stands for it.
insert into ral.viral_load_result (site_id, subject_id, collected, replicate, assay, viral_load)
select course.site_id, course.subject_id, course.collected, added.replicate, course.assay, added.viral_load
from ral._on_treatment_viral_load as course
cross join (values (8, viral_load '6543'), (9, '4321')) as added (replicate, viral_load)
where course.subject_id = '001';
select set_eq($$select viral_load::text, count(*) = count(distinct collected) from ral._on_treatment_viral_load where subject_id = '001' group by viral_load::text$$,
    $$values ('4321', true)$$, 'of several results of one day the last replicate stands for it');

select * from finish();
