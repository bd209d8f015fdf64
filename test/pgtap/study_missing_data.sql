-- Every missing-data rule, the Snapshot and TLOVR, of subjects made by hand.
\ir include/study.sql
select no_plan();
\ir include/missing_data_cases.sql

create function pg_temp.day(study_day integer) returns date
    language sql immutable
    return date '2008-02-01' + case when study_day > 0 then study_day - 1 else study_day end;
create temporary view given as select subject_id, results, ended, regimen from missing_case;
\ir include/make_given.sql
set session_replication_role = replica;
delete from ral.viral_load_result where subject_id = '240' and collected <= '2008-02-01';
reset session_replication_role;

-- What the views say, in the notation of the cases; a group for each subject.
set virotrial.group_by = 'subject_id';
create temporary view said as
    select rule.subject_id, rule.visit,
        concat_ws(' ', rule.said, coalesce(snapshot.category, '?'),
            tlovr.on_result, tlovr.on_visit) as said
    from (
        select group_value as subject_id, visit,
            string_agg(case when responders = 1 then 'y' when unknown = 1 then '?'
                when evaluable = 1 then 'n' else '.' end, ' ' order by place) as said
        from ral.endpoint_virology
        join unnest(array['observed', 'non-completer = failure',
            'treatment-related discontinuation = failure', 'last observation carried forward'])
            with ordinality as asked (rule, place) using (rule)
        where "grouping" = 'subject_id' and response = '< 50'
        group by group_value, visit
    ) as rule
    left join ral.snapshot_outcome as snapshot
        on snapshot.subject_id = rule.subject_id and snapshot.visit = rule.visit
        and snapshot.threshold = 50
    left join (
        select subject_id, visit,
            case when is_responder then 'y' when not is_responder then 'n' else '?' end as on_result,
            case when is_responder_on_visit_day then 'y' when not is_responder_on_visit_day then 'n'
                else '?' end as on_visit
        from ral.tlovr_outcome
        where threshold = 50
    ) as tlovr on tlovr.subject_id = rule.subject_id and tlovr.visit = rule.visit;

select is(said.said, asked.expected,
    format('%s of %s, %s: %s', asked.visit, subject_id, story, concat_ws(' | ', results, ended, regimen)))
from missing_case
cross join lateral (values ('week 24', week_24), ('week 48', week_48)) as asked (visit, expected)
left join said using (subject_id, visit)
order by subject_id, asked.visit;
select is_empty(
    $$select group_value, rule.visit from ral.endpoint_virology as rule
        join ral.snapshot_outcome as one on one.subject_id = rule.group_value
            and one.visit = rule.visit and one.threshold = rule.threshold
        where rule."grouping" = 'subject_id' and rule.rule = 'snapshot'
            and rule.responders <> (case when one.category = '1' then 1 else 0 end)$$,
    'the rule "snapshot" counts category 1');
select results_eq(
    $$select rule, responders, evaluable, missing from ral.endpoint_virology
        where "grouping" = 'subject_id' and group_value = '240' and visit = 'week 24'
            and response = '> 1.0 log10' order by rule$$,
    $$values ('last observation carried forward', 0::bigint, 0::bigint, 1::bigint),
        ('non-completer = failure', 0, 1, 1), ('observed', 0, 0, 1),
        ('treatment-related discontinuation = failure', 0, 0, 1)$$,
    'without a baseline there is no fall: left out, or a failure');
select is((select (count(*) filter (where is_responder), count(*) filter (where is_responder_on_visit_day))::text
    from ral.tlovr_outcome where visit = 'week 24' and threshold = 50),
    (select (count(*) filter (where week_24 ~ 'y .$'), count(*) filter (where week_24 ~ 'y$'))::text from missing_case),
    'TLOVR is counted by the day of the result and beside it by that of the visit');

-- "Discontinued" is one thing: the tables of tolerability, accrual and the flow count whom treatment_course has.
select results_eq(
    $$select cause, subjects from ral.discontinuation where "grouping" = 'all' and subjects > 0 order by position$$,
    $$select * from (values (null, 25::bigint), ('adverse event', 8), ('death', 2), ('lack of efficacy', 7), ('consent withdrawn', 2),
        ('lost to follow-up', 1), ('physician decision', 2), ('subject decision', 1), ('not documented', 2)) as counted$$,
    'who gave up the drug and stays counts as discontinued, for the reason of the first');
select is((select (subjects, (select count(*) from ral.treatment_course where discontinued is not null))::text from ral.consort_flow
    where stage = 'discontinued' and reason is null), (select (count(*), count(*))::text from ral.treatment_course where discontinued is not null), 'so does the flow');
select results_eq(
    $$select stage, subjects from ral.consort_flow where stage in ('completed', 'left the study', 'in the study') and reason is null order by position$$,
    $$select * from (values ('completed', (select count(*) from missing_case where ended ~ 'completed')),
        ('left the study', (select count(*) from missing_case where ended <> '' and ended !~ 'completed')),
        ('in the study', (select count(*) from missing_case where ended = ''))) as counted$$,
    'and beside it who completed the study, left it or is in it, which are all who were enrolled');
select is((select (completed, left_study, discontinued)::text from ral.accrual where site_id = 'S1'),
    (select (count(*) filter (where ended ~ 'completed'), count(*) filter (where ended <> '' and ended !~ 'completed'),
        (select count(*) from ral.treatment_course where discontinued is not null))::text from missing_case), 'accrual has the three');
select results_eq(
    $$select days, discontinued, censored from ral.time_to_discontinuation where "grouping" = 'all' and days between 300 and 340 order by days$$,
    -- 250 on day 308; 251 ended treatment as planned on day 309, 248 and 249 on day 331, the latter for an adverse event
    $$values (308, 1::bigint, 0::bigint), (309, 0, 1), (331, 1, 1), (340, 0, 3)$$, 'the time to it ends with treatment');

-- The data cut: what is pending is no failure.
create function pg_temp.said_at(study_day integer, subject text) returns text
    language plpgsql
as $$
begin
    perform set_config('virotrial.data_cut', to_char(pg_temp.day(study_day), 'YYYY-MM-DD'), false);
    return (select said from said where subject_id = subject and visit = 'week 24');
end;
$$;
select is(pg_temp.said_at(128, '219'), 'y y y y 1 y ?', 'a result in an open window counts; the day of the visit has not come');
select is(pg_temp.said_at(131, '219'), 'y y y y 1 y ?', 'so it does when the drug was given up after it');
select is(pg_temp.said_at(150, '221'), null, 'a death in an open window waits for it to close');
select is(pg_temp.said_at(210, '221'), null, 'up to its last day');
select is(pg_temp.said_at(211, '221'), '. n n y 3a n n', 'and counts from the day after it');
select is(pg_temp.said_at(99, '213'), null, 'before the window there is no row');
reset virotrial.data_cut;

-- DAVG begins on study day 1, at the baseline.
select is(round(davg::numeric, 9),
    round((28 * (log(50000.0) + log(50.0)) / 2 + 140 * log(50.0)) / 168 - log(50000.0), 9),
    'DAVG carries the baseline of the screening to day 1')
from ral.viral_load_davg where subject_id = '201' and visit = 'week 24';

select is((select davg from ral.viral_load_davg where subject_id = '234' and visit = 'week 24'),
    (select davg(greatest(collected - date '2008-02-01', 0), log(quantity(viral_load)), replicate) from ral.viral_load_result
        where subject_id = '234' and collected between '2008-01-15' and pg_temp.day(210)),
    'davg() with replicates takes the last of a day, as the view does');

-- Each reading that is ours is a parameter.  An amendment asks again who was eligible.
insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load)
values ('S1', '240', '2003-12-20', 'Quantiplex 3.0', '120000'), ('S1', '240', '2005-12-20', 'Quantiplex 3.0', '20000');
call amend_protocol('ral', '2012-01-01', amendment => 'other readings',
    background_change_permitted_until => 'end of treatment', viral_load_of_day => 'highest',
    davg_baseline_on_day_1 => false);
select results_eq(
    $$select subject_id, visit, said from said where subject_id in ('225', '228', '229', '234')
            and visit in ('week 24', 'week 48') order by 1, 2$$,
    $$values ('225', 'week 24', 'y y y y 2d n n'), ('225', 'week 48', 'y y y y 2d n n'),
        ('228', 'week 24', 'y y y y 1 y y'), ('228', 'week 48', 'y y y y 1 y y'),
        ('229', 'week 24', 'y y y y 1 y y'), ('229', 'week 48', 'y y y y 1 y y'),
        ('234', 'week 24', 'n n n n 2a y y'), ('234', 'week 48', 'y y y y 1 y y')$$,
    'permitted at any time, and the highest result of a day');
select is((select viral_load::text from ral.analysis_viral_load
    where subject_id = '234' and analysis_visit = 'week 24' and is_analysis_record), '9000', 'the analysis record is the highest too');
select is(round(davg::numeric, 9),
    round(((17 + 28) * (log(50000.0) + log(50.0)) / 2 + 140 * log(50.0)) / (17 + 168) - log(50000.0), 9),
    'DAVG from the sample of the screening on')
from ral.viral_load_davg where subject_id = '201' and visit = 'week 24';
select is((select davg from ral.viral_load_davg where subject_id = '234' and visit = 'week 24'),
    (select davg(collected - date '2008-02-01', log(quantity(viral_load))) from ral.viral_load_result
        where subject_id = '234' and collected between '2008-01-15' and pg_temp.day(210)),
    'and davg() of all results, which takes the highest of a day, says the same');
set session_replication_role = replica;
insert into ral.viral_load_result (site_id, subject_id, collected, replicate, assay, viral_load, entered_by, entered_at)
values ('S1', '201', '2008-01-15', 2, 'Quantiplex 3.0', '400', 'me', now());
reset session_replication_role;
select is((select baseline_viral_load::text from ral.analysis_subject where subject_id = '201'), '50000', 'and the baseline');

select * from finish();
