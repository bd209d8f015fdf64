-- The endpoint views, for subjects made by hand: study day 1 is 1 February
-- 2008, so study day d is 31 January 2008 plus d days.  Baseline is 50000
-- copies/mL; the window of week 24 is days 127 to 210, 6 June to 28 August.
\ir include/study.sql
select no_plan();

create function add_viral_load(subject text, day integer, viral_load text, assay text default 'Quantiplex 3.0') returns void
    language sql
begin atomic
    insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load)
        values ('S1', subject, date '2008-01-31' + day, assay, viral_load::viral_load);
end;
create function leave(subject text, day integer, reason text) returns void
    language sql
begin atomic
    insert into ral.disposition (site_id, subject_id, ended, outcome, reason)
        values ('S1', subject, date '2008-01-31' + day, 'discontinued', reason);
end;

-- What each subject counts as at week 24, under each rule, in the order:
-- observed, non-completer = failure, treatment-related discontinuation =
-- failure, last observation carried forward.
create table expected (subject_id text, response text, answers text[]);

-- Suppressed at the visit: a response under every rule.
call make_subject('01');
select add_viral_load('01', 169, '<50');
insert into expected values ('01', '< 400', '{yes,yes,yes,yes}'), ('01', '< 50', '{yes,yes,yes,yes}'), ('01', '> 1.0 log10', '{yes,yes,yes,yes}');
-- 1000: a fall of 1.7 that is neither < 400 nor < 50.
call make_subject('02');
select add_viral_load('02', 169, '1000');
insert into expected values ('02', '< 400', '{no,no,no,no}'), ('02', '< 50', '{no,no,no,no}'), ('02', '> 1.0 log10', '{yes,yes,yes,yes}');
-- On the thresholds: 400 is not < 400, and 50000 to 5000 does not exceed 1.
call make_subject('03');
select add_viral_load('03', 169, '400');
insert into expected values ('03', '< 400', '{no,no,no,no}'), ('03', '< 50', '{no,no,no,no}'), ('03', '> 1.0 log10', '{yes,yes,yes,yes}');
call make_subject('04');
select add_viral_load('04', 169, '5000');
insert into expected values ('04', '< 400', '{no,no,no,no}'), ('04', '< 50', '{no,no,no,no}'), ('04', '> 1.0 log10', '{no,no,no,no}');
-- No result at week 24, still in the study, suppressed at week 12: missing,
-- which only the second rule calls a failure; carried forward, a response.
call make_subject('05');
select add_viral_load('05', 85, '<50');
insert into expected values ('05', '< 400', '{left out,no,left out,yes}'), ('05', '< 50', '{left out,no,left out,yes}'), ('05', '> 1.0 log10', '{left out,no,left out,yes}');
-- Gone on day 100 for an adverse event, the last result 300 (a fall of 2.2).
call make_subject('06');
select add_viral_load('06', 29, '300'), leave('06', 100, 'adverse event');
insert into expected values ('06', '< 400', '{left out,no,no,yes}'), ('06', '< 50', '{left out,no,no,no}'), ('06', '> 1.0 log10', '{left out,no,no,yes}');
-- Lost without any result after the first dose: there is nothing to carry.
call make_subject('07');
select leave('07', 100, 'lost to follow-up');
insert into expected values ('07', '< 400', '{left out,no,left out,left out}'), ('07', '< 50', '{left out,no,left out,left out}'), ('07', '> 1.0 log10', '{left out,no,left out,left out}');
-- Discontinued for lack of efficacy on day 140, a result ten days later: a
-- response as observed, a failure where discontinuation is one; of the time on
-- treatment there is nothing to carry.
call make_subject('08');
select add_viral_load('08', 150, '<50'), leave('08', 140, 'lack of efficacy');
insert into expected values ('08', '< 400', '{yes,no,no,left out}'), ('08', '< 50', '{yes,no,no,left out}'), ('08', '> 1.0 log10', '{yes,no,no,left out}');
-- The same by the physician's decision, which is not treatment-related.
call make_subject('09');
select add_viral_load('09', 150, '<50'), leave('09', 140, 'physician decision');
insert into expected values ('09', '< 400', '{yes,no,yes,left out}'), ('09', '< 50', '{yes,no,yes,left out}'), ('09', '> 1.0 log10', '{yes,no,yes,left out}');
-- <500 leaves both thresholds open, and is a fall of more than 2.
call make_subject('10');
select add_viral_load('10', 169, '<500', 'Quantiplex 2.0');
insert into expected values ('10', '< 400', '{unknown,unknown,unknown,unknown}'), ('10', '< 50', '{unknown,unknown,unknown,unknown}'), ('10', '> 1.0 log10', '{yes,yes,yes,yes}');
-- Who is a failure by rule is one whatever the result is.
call make_subject('11');
select add_viral_load('11', 150, '<500', 'Quantiplex 2.0'), leave('11', 140, 'adverse event');
insert into expected values ('11', '< 400', '{unknown,no,no,left out}'), ('11', '< 50', '{unknown,no,no,left out}'), ('11', '> 1.0 log10', '{yes,no,no,left out}');
-- The last day in the study is the day of the result: not before it.
call make_subject('12');
select add_viral_load('12', 160, '60'), leave('12', 160, 'lack of efficacy');
insert into expected values ('12', '< 400', '{yes,yes,yes,yes}'), ('12', '< 50', '{no,no,no,no}'), ('12', '> 1.0 log10', '{yes,yes,yes,yes}');
-- No result; death on the last day of the window, and an adverse event the day after.
call make_subject('13');
select leave('13', 210, 'death');
insert into expected values ('13', '< 400', '{left out,no,no,left out}'), ('13', '< 50', '{left out,no,no,left out}'), ('13', '> 1.0 log10', '{left out,no,no,left out}');
call make_subject('14');
select leave('14', 211, 'adverse event');
insert into expected values ('14', '< 400', '{left out,no,left out,left out}'), ('14', '< 50', '{left out,no,left out,left out}'), ('14', '> 1.0 log10', '{left out,no,left out,left out}');
-- What is carried forward may be unknown; a result on day 1 is no result after
-- the first dose, and one after the window is not carried back.
call make_subject('15');
select add_viral_load('15', 85, '<500', 'Quantiplex 2.0'), add_viral_load('15', 211, '<50');
insert into expected values ('15', '< 400', '{left out,no,left out,unknown}'), ('15', '< 50', '{left out,no,left out,unknown}'), ('15', '> 1.0 log10', '{left out,no,left out,yes}');
call make_subject('16');
select add_viral_load('16', 1, '300');
insert into expected values ('16', '< 400', '{left out,no,left out,left out}'), ('16', '< 50', '{left out,no,left out,left out}'), ('16', '> 1.0 log10', '{left out,no,left out,left out}');
-- Completing the study early is no discontinuation.
call make_subject('17');
select add_viral_load('17', 150, '<50');
insert into ral.disposition (site_id, subject_id, ended, outcome) values ('S1', '17', '2008-06-19', 'completed');
insert into expected values ('17', '< 400', '{yes,yes,yes,yes}'), ('17', '< 50', '{yes,yes,yes,yes}'), ('17', '> 1.0 log10', '{yes,yes,yes,yes}');
-- A baseline above the limit: of >500000 to 60000 no more is known than a fall
-- of more than 0.92.
call make_subject('18');
update ral.viral_load_result set viral_load = '>500000' where subject_id = '18' and visit = 'screening';
select add_viral_load('18', 169, '60000');
insert into expected values ('18', '< 400', '{no,no,no,no}'), ('18', '< 50', '{no,no,no,no}'), ('18', '> 1.0 log10', '{unknown,unknown,unknown,unknown}');
-- Without a baseline the fall is missing, the thresholds are answered.
set session_replication_role = replica;
insert into ral.subject (site_id, subject_id, birth_date, sex, entered_by, entered_at) values ('S2', '19', '1970-01-01', 'male', 'test', now());
insert into ral.enrolment (site_id, subject_id, enrolled, first_dose, entered_by, entered_at) values ('S2', '19', '2008-02-01', '2008-02-01', 'test', now());
insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load, entered_by, entered_at)
    values ('S2', '19', '2008-07-18', 'Quantiplex 3.0', '<50', 'test', now());
set session_replication_role = origin;
insert into expected values ('19', '< 400', '{yes,yes,yes,yes}'), ('19', '< 50', '{yes,yes,yes,yes}'), ('19', '> 1.0 log10', '{left out,no,left out,left out}');

select results_eq(
    $$select group_value, response, array_agg(case when unknown = 1 then 'unknown' when responders = 1 then 'yes' when evaluable = 1 then 'no' else 'left out' end
            order by array_position(array['observed', 'non-completer = failure', 'treatment-related discontinuation = failure', 'last observation carried forward'], rule))
        from endpoint_virology('ral', group_by => 'subject_id')
        where "grouping" = 'subject_id' and visit = 'week 24' and rule <> 'snapshot' group by 1, 2 order by 1, 2$$,
    $$select * from expected order by 1, 2$$,
    'each subject counts as argued under each missing-data rule');
select is_empty(
    $$select * from ral.endpoint_virology where subjects <> evaluable + unknown + case when rule in ('non-completer = failure', 'snapshot') then 0
        when rule = 'treatment-related discontinuation = failure' then subjects - evaluable - unknown else missing end$$,
    'subjects are evaluable, unknown or left out');
select is_empty(
    $$select * from ral.endpoint_virology where unknown > 0 and (rate is not null or ci_lower is not null or ci_upper is not null)$$,
    'where an answer is unknown there is no rate');
select results_eq(
    $$select responders, evaluable, missing, unknown, rate, ci_lower, ci_upper, lowest_rate, lowest_ci_lower, highest_rate, highest_ci_upper
        from ral.endpoint_virology where "grouping" = 'all' and visit = 'week 24' and response = '< 50' and rule = 'observed'$$,
    -- of 12 with a result two are unknown, five respond
    $$select 4::bigint + 1, 10::bigint, 7::bigint, 2::bigint, null::float8, null::float8, null::float8, 5 / 12::float8,
        (response_rate(response_tally(5, 12))).ci_lower, 7 / 12::float8, (response_rate(response_tally(7, 12))).ci_upper$$,
    'but the lowest and the highest that it can be');
select results_eq(
    $$select reported_rate, reported_ci_lower, reported_ci_upper, reported_rule
        from ral.endpoint_virology where "grouping" = 'all' and visit = 'week 24' and response = '< 50' and rule = 'observed'$$,
    $$select 5 / 12::float8, (response_rate(response_tally(5, 12))).ci_lower, (response_rate(response_tally(5, 12))).ci_upper,
        'unknown = failure'$$,
    'and one to report, which counts the unknown as failures');
select is_empty(
    $$select * from ral.endpoint_virology where unknown = 0
        and (reported_rule <> 'all known' or (reported_rate, reported_ci_lower, reported_ci_upper) is distinct from (rate, ci_lower, ci_upper))$$,
    'where nothing is unknown the rate itself is reported');

-- Which category each subject is in is argued where snapshot_outcome is tested.
select results_eq(
    $$select visit, threshold, subjects, responders, evaluable, missing, unknown from ral.endpoint_virology
        where "grouping" = 'all' and rule = 'snapshot' order by 1, 2$$,
    $$select visit, threshold, count(*), count(*) filter (where category = '1'), count(is_success), count(*) filter (where category like '3%'),
        count(*) filter (where category is null and is_success is null)
        from ral.snapshot_outcome group by 1, 2 order by 1, 2$$,
    'the Snapshot''s categories as a rule');

-- The groups, and the whole.
select results_eq(
    $$select "grouping", group_value, subjects, missing from endpoint_virology('ral', group_by => 'sex')
        where visit = 'week 24' and response = '< 400' and rule = 'observed' order by 1, 2$$,
    $$values ('all', 'all', 19::bigint, 7::bigint), ('sex', 'female', 18, 7), ('sex', 'male', 1, 0)$$,
    'subjects are grouped by a column of analysis_subject');
select results_eq(
    $$select group_value, subjects from endpoint_virology('ral', group_by => 'reason')
        where visit = 'week 24' and response = '< 400' and rule = 'observed' and "grouping" = 'reason' order by 1$$,
    $$values ('adverse event', 3::bigint), ('death', 1), ('lack of efficacy', 2), ('lost to follow-up', 1), ('not known', 11), ('physician decision', 1)$$,
    'those for whom it is null are a group too');
select throws_like($$select * from endpoint_virology('ral', group_by => 'colour')$$, '%there is no column "colour" to group subjects by%', 'a column that is not there is an error');
select throws_ok($$select * from endpoint_virology('nowhere')$$, '3F000', 'there is no study "nowhere"', 'and so is a study');
select is(nullif(current_setting('virotrial.group_by', true), ''), null, 'the settings are as before');
select results_eq('select * from endpoint_virology(''ral'')', 'select *, current_user::text collate "default" from ral.endpoint_virology', 'endpoint_virology of a study is its view');
select results_eq('select * from endpoint_log_reduction(''ral'')', 'select *, current_user::text collate "default" from ral.endpoint_log_reduction', 'and so is endpoint_log_reduction');
select results_eq('select * from endpoint_cd4(''ral'')', 'select *, current_user::text collate "default" from ral.endpoint_cd4', 'and endpoint_cd4');

-- The endpoints take the results that analysis_viral_load marks.
select results_eq(
    $$select site_id, subject_id, visit, collected, viral_load from ral.visit_viral_load order by 1, 2, 3$$,
    $$select site_id, subject_id, analysis_visit, collected, viral_load from ral.analysis_viral_load
        where is_analysis_record and analysis_visit like 'week %' order by 1, 2, 3$$,
    'a visit''s viral load is the analysis record of analysis_viral_load');

-- The data cut, on both sides of each day.  Consent is signed on 10 January,
-- screening held on the 15th, the first dose given on 1 February.
create function counts(cut date) returns table (screened bigint, consented bigint, enrolled bigint, treated bigint, discontinued bigint, completed bigint)
    language plpgsql
as $$
begin
    perform set_config('virotrial.data_cut', cut::text, true);
    return query select sum(a.screened)::bigint, sum(a.consented)::bigint, sum(a.enrolled)::bigint, sum(a.treated)::bigint,
        sum(a.discontinued)::bigint, sum(a.completed)::bigint
        from ral.accrual as a where site_id = 'S1';
    perform set_config('virotrial.data_cut', '', true);
end;
$$;
select results_eq(format('select * from counts(%L)', cut), format('values (%s)', expected), 'accrual on ' || cut)
from (values ('2008-01-09', '0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint'),
    ('2008-01-10', '18::bigint, 18::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint'),
    ('2008-01-31', '18::bigint, 18::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint'),
    ('2008-02-01', '18::bigint, 18::bigint, 18::bigint, 18::bigint, 0::bigint, 0::bigint'),
    -- day 100 is 10 May; day 140, 19 June, is the end of three and the completion of another
    ('2008-05-09', '18::bigint, 18::bigint, 18::bigint, 18::bigint, 0::bigint, 0::bigint'),
    ('2008-05-10', '18::bigint, 18::bigint, 18::bigint, 18::bigint, 2::bigint, 0::bigint'),
    ('2008-06-18', '18::bigint, 18::bigint, 18::bigint, 18::bigint, 2::bigint, 0::bigint'),
    ('2008-06-19', '18::bigint, 18::bigint, 18::bigint, 18::bigint, 5::bigint, 1::bigint')) as boundary (cut, expected);

create function cut_at(cut date, query text) returns setof bigint
    language plpgsql
as $$
begin
    perform set_config('virotrial.data_cut', cut::text, true);
    return query execute query;
    perform set_config('virotrial.data_cut', '', true);
end;
$$;
select results_eq(format($$select * from cut_at(%L, %L)$$, day.cut, view.query), format('values (%s::bigint)', view.expected[day.place]), view.name || ' on ' || day.cut)
from (values
    -- 19 has no consent and no visit, so that no date of his can be cut
    ('analysis_subject: rows', 'select count(*) from ral.analysis_subject', array[1, 19, 19, 19]),
    ('analysis_subject: first doses', 'select count(first_dose) from ral.analysis_subject', array[0, 0, 0, 19]),
    ('analysis_subject: baselines', 'select count(baseline_viral_load) from ral.analysis_subject', array[0, 0, 0, 18]),
    ('analysis_subject: ends', 'select count(ended) from ral.analysis_subject', array[0, 0, 0, 0]),
    ('consort_flow: screened', $$select subjects from ral.consort_flow where stage = 'screened'$$, array[1, 19, 19, 19]),
    ('consort_flow: first dose', $$select subjects from ral.consort_flow where stage = 'first dose'$$, array[0, 0, 0, 19]),
    ('missing_assessment: screening CD4', $$select count(*) from ral.missing_assessment where visit = 'screening' and assessment = 'CD4' and site_id = 'S1'$$, array[0, 0, 0, 18])
) as view (name, query, expected)
cross join (values (1, '2008-01-09'), (2, '2008-01-10'), (3, '2008-01-31'), (4, '2008-02-01')) as day (place, cut);

-- Week 24 of 06, who left on day 100, and of 01, whose result is of day 169, 18 July.
create function at_week_24(cut date, subject text) returns text
    language sql
begin atomic
    select case when unknown = 1 then 'unknown' when responders = 1 then 'yes' when evaluable = 1 then 'no' else 'left out' end
    from endpoint_virology('ral', cut, 'subject_id')
    where "grouping" = 'subject_id' and group_value = subject and visit = 'week 24' and response = '< 50' and rule = 'non-completer = failure';
end;
select is(at_week_24('2008-07-17', '01'), null, 'the day before the result, the window open, a subject does not count');
select is(at_week_24('2008-07-18', '01'), 'yes', 'on its day the result counts');
select is(at_week_24('2008-08-28', '06'), null, 'a window not yet closed at the cut is no failure');
select is(at_week_24('2008-08-29', '06'), 'no', 'on the day after its last day it is one');
select is(at_week_24('2008-08-29', '08'), 'no', 'who left before the result is a failure');
-- 08 left on day 140, 19 June; the result is of day 150, 29 June.
select is(at_week_24('2008-06-28', '08'), null, 'but not before the result, while the window is open');
-- Answers do not change with what happened after the cut: 14 left on day 211.
select results_eq(
    $$select rule, responders, evaluable from endpoint_virology('ral', '2008-08-29', 'subject_id')
        where group_value = '14' and visit = 'week 24' and response = '< 400' and rule like '%failure' order by 1$$,
    $$values ('non-completer = failure', 0::bigint, 1::bigint), ('treatment-related discontinuation = failure', 0, 0)$$,
    'who left after the window closed is missing, not discontinued');
select results_eq(
    $$select distinct visit from endpoint_log_reduction('ral', '2008-07-18') order by 1$$,
    $$values ('week 12'), ('week 24'), ('week 4')$$, 'a visit that nobody came to by the cut has no row');
select is((select count(*) from cut_at('2008-07-17', 'select count(*) from ral.analysis_viral_load where collected > ''2008-07-17''') as n where n > 0), 0::bigint,
    'analysis_viral_load has no result after the cut');
select throws_ok($$select * from cut_at('2008-01-09', 'select 1 / 0')$$, '22012');
select is(nullif(current_setting('virotrial.data_cut', true), ''), null, 'an error leaves the setting as it was');

-- An assay with a lower limit of 500: six below it, two at 6000, two without a
-- result.  Whether six of the eight are < 400 or < 50 cannot be known; that
-- they fell by more than log10(50000 / 500) = 2 is.
call create_study('quantiplex2');
set session_replication_role = replica;
insert into quantiplex2.site (site_id, name, entered_by, entered_at) values ('S1', 'First', 'test', now());
insert into quantiplex2.subject (site_id, subject_id, birth_date, sex, entered_by, entered_at)
    select 'S1', n::text, date '1970-01-01', 'male', 'test', now() from generate_series(1, 10) as n;
insert into quantiplex2.enrolment (site_id, subject_id, enrolled, first_dose, entered_by, entered_at)
    select 'S1', n::text, date '2008-02-01', date '2008-02-01', 'test', now() from generate_series(1, 10) as n;
insert into quantiplex2.viral_load_result (site_id, subject_id, collected, assay, viral_load, entered_by, entered_at)
    select 'S1', n::text, date '2008-01-31', 'Quantiplex 2.0', '50000'::viral_load, 'test', now() from generate_series(1, 10) as n
    union all
    select 'S1', n::text, date '2008-07-18', 'Quantiplex 2.0', case when n <= 6 then '<500' else '6000' end::viral_load, 'test', now() from generate_series(1, 8) as n;
set session_replication_role = origin;
select results_eq(
    $$select response, rule, responders, evaluable, missing, unknown, rate, ci_lower, ci_upper, lowest_rate, highest_rate
        from quantiplex2.endpoint_virology where "grouping" = 'all' and visit = 'week 24' and rule in ('observed', 'non-completer = failure')$$,
    $$values ('< 400', 'observed', 0::bigint, 2::bigint, 2::bigint, 6::bigint, null::float8, null::float8, null::float8, 0::float8, 0.75::float8),
        ('< 400', 'non-completer = failure', 0, 4, 2, 6, null, null, null, 0, 0.6),
        ('< 50', 'observed', 0, 2, 2, 6, null, null, null, 0, 0.75),
        ('< 50', 'non-completer = failure', 0, 4, 2, 6, null, null, null, 0, 0.6),
        ('> 1.0 log10', 'observed', 6, 8, 2, 0, 0.75, (response_rate(response_tally(6, 8))).ci_lower, (response_rate(response_tally(6, 8))).ci_upper, 0.75, 0.75),
        ('> 1.0 log10', 'non-completer = failure', 6, 10, 2, 0, 0.6, (response_rate(response_tally(6, 10))).ci_lower, (response_rate(response_tally(6, 10))).ci_upper, 0.6, 0.6)$$,
    'with a lower limit of 500 the proportions below 400 and 50 are unknown, with counts');
-- The two at 6000 fell by log10(50000 / 6000); the median lies among the six.
select results_eq(
    $$select n, missing, unknown, censored, median, median_lower, median_upper, median_exact, median_qualifier,
            median_ci_lower, median_ci_upper from quantiplex2.endpoint_log_reduction
        where "grouping" = 'all' and visit = 'week 24'$$,
    $$values (8::bigint, 2::bigint, 0::bigint, 6::bigint, log_reduction '>2', 2::float8, null::float8, null::float8, '>',
            log(50000 / 6000.0::float8), null::float8)$$,
    'a median among results below the limit is a bound, with a lower limit only');

-- By hand: changes of 10, 20, 40 and 60 cells.  Walsh averages in order: 10, 15,
-- 20, 25, 30, 35, 40, 40, 50, 60, so their median is (30 + 35) / 2.
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count)
    select 'S1', subject, day, count from (values ('01', 200, 210), ('02', 100, 120), ('03', 300, 340), ('04', 50, 110)) as pair (subject, before, after)
    cross join lateral (values (date '2008-01-31', before), (date '2008-07-18', after)) as counted (day, count);
select results_eq(
    $$select n, missing, mean, median, hodges_lehmann, median_ci_lower, signed_rank_p_value, mean_cd4_count from ral.endpoint_cd4
        where "grouping" = 'all' and visit = 'week 24'$$,
    -- all four positive: p = 2 / 2^4; four values have no limits of 95 %
    $$values (4::bigint, 15::bigint, 32.5::float8, 30::float8, 32.5::float8, null::float8, 0.125::float8, 195::float8)$$,
    'change of CD4 counts');

-- A censored change is null, never a number.
select is((select viral_loads from ral.endpoint_log_reduction where "grouping" = 'all' and visit = 'week 24'), 12::bigint, 'viral loads at week 24');
select results_eq(
    $$select n, missing, unknown, censored from ral.endpoint_log_reduction where "grouping" = 'all' and visit = 'week 24'$$,
    -- without a result 7, without a baseline 1; bounds: 01, 08, 09, 10, 11, 17 below, 18 above
    $$values (11::bigint, 8::bigint, 0::bigint, 7::bigint)$$, 'falls at week 24');

-- An amendment of a threshold changes the endpoint from its day on.
-- Who is enrolled here was never judged, and an amendment judges all.
set session_replication_role = replica;
insert into ral.protocol
    select (jsonb_populate_record(original, '{"effective_from": "2008-09-01", "amendment": "1", "response_threshold": 200}')).* from ral.protocol as original;
set session_replication_role = origin;
select is((select array_agg(distinct response order by response) from endpoint_virology('ral', '2008-08-31')), array['< 400', '< 50', '> 1.0 log10'], 'before it the old threshold');
select is((select array_agg(distinct response order by response) from endpoint_virology('ral', '2008-09-01')), array['< 200', '< 50', '> 1.0 log10'], 'on its day the new one');

-- The right to the views is enough, and for a grouping the right to analysis_subject.
create role endpoint_reader;
grant usage on schema ral to endpoint_reader;
grant select on ral.endpoint_virology, ral.endpoint_log_reduction, ral.endpoint_cd4 to endpoint_reader;
set role endpoint_reader;
select lives_ok($$select * from endpoint_virology('ral', '2008-09-01')$$, 'a reader of endpoint_virology needs no more');
select results_eq($$select distinct data_cut, author = current_user and author <> session_user
    from endpoint_virology('ral', '2008-09-01')$$, $$values (date '2008-09-01', true)$$, 'and is its author');
select lives_ok('select * from ral.endpoint_log_reduction', 'nor one of endpoint_log_reduction');
select lives_ok('select * from ral.endpoint_cd4', 'nor one of endpoint_cd4');
select throws_ok($$select * from endpoint_cd4('ral', group_by => 'sex')$$, '42501', null, 'to group by a column one must be allowed to read it');
reset role;
drop owned by endpoint_reader;
drop role endpoint_reader;

-- A view that was replaced by hand is told by the types of its columns, by that of each
select throws_ok(format('select * from _virotrial.endpoint_rows(%L, %L, null, null) as row (%s)', 'ral', 'consort_flow', columns), '42804',
    'a query of study "ral" does not return the columns that are expected', columns)
from unnest(array['position bigint, stage text, reason text, subjects bigint', 'position integer, stage text, reason text, subjects integer',
    'position integer, stage text, reason text', 'position integer, stage text, reason text, subjects bigint, more text']) as columns;
select lives_ok($$select * from _virotrial.endpoint_rows('ral', 'consort_flow', null, null) as row (position integer, stage text, reason text, subjects bigint)$$, 'as it is');

select * from finish();
