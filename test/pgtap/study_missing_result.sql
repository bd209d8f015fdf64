-- Results that did not come: each a row with its reason, counted as missing and never
-- as a value; one that is pending is no failure to come, and a result supersedes it.
\ir include/study.sql
select no_plan();
set virotrial.data_cut = '2009-06-30';

-- Study day 1 is 1 February 2008; week 24 is due on 18 July, and its window is
-- 6 June to 28 August.  All had 50000 at baseline, and less than 50 at week 12.
create procedure make_treated(subject text)
    language plpgsql
as $$
begin
    call make_subject(subject);
    insert into ral.visit (site_id, subject_id, visit, visit_date)
        values ('S1', subject, 'week 12', '2008-04-25'), ('S1', subject, 'week 24', '2008-07-18');
    insert into ral.viral_load_result (site_id, subject_id, collected, visit, assay, viral_load)
        values ('S1', subject, '2008-04-25', 'week 12', 'Quantiplex 3.0', '<50');
    insert into ral.cd4_result (site_id, subject_id, collected, visit, cd4_count)
        values ('S1', subject, '2008-01-15', 'screening', 200), ('S1', subject, '2008-04-25', 'week 12', 250);
    delete from ral.missing_result where subject_id = subject;
end;
$$;
call make_treated('pending');
call make_treated('rejected');
call make_treated('silent');
call make_treated('result');
call make_treated('left');
call make_treated('left pending');
insert into ral.missing_result (site_id, subject_id, assessment, collected, visit, reason, reported, note) values
    ('S1', 'pending', 'viral load', '2008-07-18', 'week 24', 'pending', 'in progress', null),
    ('S1', 'rejected', 'viral load', '2008-07-18', 'week 24', 'rejected', 'clotted', 'the tube was warm'),
    ('S1', 'left pending', 'viral load', '2008-07-18', 'week 24', 'pending', null, null);
insert into ral.viral_load_result (site_id, subject_id, collected, visit, assay, viral_load)
    values ('S1', 'result', '2008-07-18', 'week 24', 'Quantiplex 3.0', '<50');
insert into ral.disposition (site_id, subject_id, ended, outcome, reason)
    values ('S1', 'left', '2008-07-20', 'discontinued', 'adverse event'), ('S1', 'left pending', '2008-07-20', 'discontinued', 'adverse event');

-- The lists show the reason, and that the subject came.
select results_eq($$select subject_id, visit_date, reason from ral.missing_assessment where visit = 'week 24' and assessment = 'viral load' order by subject_id$$,
    $$values ('left', date '2008-07-18', null), ('left pending', '2008-07-18', 'pending'), ('pending', '2008-07-18', 'pending'), ('rejected', '2008-07-18', 'rejected'),
        ('silent', '2008-07-18', null)$$, 'missing_assessment');
select results_eq($$select subject_id, reason from ral.missing_assessment_on('2008-07-18') where visit = 'week 24' and assessment = 'viral load' order by subject_id$$,
    $$values ('left', null), ('left pending', 'pending'), ('pending', 'pending'), ('rejected', 'rejected'), ('silent', null)$$, 'missing_assessment on the day');
select is_empty($$select * from ral.missing_assessment_on('2008-07-17') where reason is not null$$, 'and on the day before');
select results_eq($$select subject_id, reason, reported, note, days from ral.unresolved_result order by subject_id$$,
    $$values ('left pending', 'pending', null, null, 347), ('pending', 'pending', 'in progress', null, 347), ('rejected', 'rejected', 'clotted', 'the tube was warm', 347)$$,
    'unresolved_result: 18 July 2008 to 30 June 2009 are 347 days');
set virotrial.data_cut = '2008-07-17';
select is_empty($$select * from ral.unresolved_result$$, 'nothing of it before the day');
set virotrial.data_cut = '2009-06-30';
select results_eq($$select subject_id, is_observed, has_carried, is_below_suppression_threshold, is_carried_below_suppression_threshold, missing_reason
    from ral.visit_response where visit = 'week 24' order by subject_id$$,
    $$values ('left', false, true, null::boolean, true, null), ('left pending', false, true, null, true, 'pending'), ('pending', false, true, null, true, 'pending'),
        ('rejected', false, true, null, true, 'rejected'), ('result', true, true, true, true, null), ('silent', false, true, null, true, null)$$, 'visit_response');
select results_eq($$select subject_id, viral_load::text, missing_reason from ral.visit_viral_load where visit = 'week 24' order by subject_id$$,
    $$values ('left', null, null), ('left pending', null, 'pending'), ('pending', null, 'pending'), ('rejected', null, 'rejected'), ('result', '<50', null), ('silent', null, null)$$,
    'visit_viral_load: a reason is no value');
select results_eq($$select subject_id, viral_load::text, missing_reason from ral.analysis_viral_load where analysis_visit = 'week 24' order by subject_id$$,
    $$values ('left', null, null), ('left pending', null, 'pending'), ('pending', null, 'pending'), ('rejected', null, 'rejected'), ('result', '<50', null), ('silent', null, null)$$,
    'analysis_viral_load');

-- Six subjects, one of them with a result, which is a response.
-- Non-completers: silent, rejected and those who left are failures, and of the one who
-- waits it is not known: 1 of 6, or 2.  Who left for an adverse event fails the
-- third rule, and the others are left out.  All had less than 50 to carry forward.
-- Snapshot: without data but in the study are pending, rejected and silent.
create view rates as
    select rule, subjects, responders, evaluable, missing, unknown, rate, reported_rate, highest_rate from ral.endpoint_virology
    where "grouping" = 'all' and visit = 'week 24' and response = '< 50';
select results_eq('select * from rates', $$values
    ('observed', 6::bigint, 1::bigint, 1::bigint, 5::bigint, 0::bigint, 1::float8, 1::float8, 1::float8),
    ('non-completer = failure', 6, 1, 5, 5, 1, null, 1 / 6::float8, 2 / 6::float8),
    ('treatment-related discontinuation = failure', 6, 1, 3, 5, 0, 1 / 3::float8, 1 / 3::float8, 1 / 3::float8),
    ('last observation carried forward', 6, 6, 6, 0, 0, 1, 1, 1),
    ('snapshot', 6, 1, 6, 5, 0, 1 / 6::float8, 1 / 6::float8, 1 / 6::float8)$$, 'each rule and who waits for a result');
select is((select concat_ws(' ', responders, missing, unknown) from ral.endpoint_virology
        where "grouping" = 'all' and visit = 'week 24' and response = '> 1.0 log10' and rule = 'non-completer = failure'), '1 5 1', 'a fall likewise');
select results_eq($$select subject_id, category, is_success, is_final, evidence from ral.snapshot_outcome where visit = 'week 24' and threshold = 50 order by subject_id$$,
    $$values ('left', '3a', false, true, 'discontinued on day 171 (adverse event), no viral load on treatment in days 127 to 210'),
        ('left pending', '3a', false, false, 'discontinued on day 171 (adverse event), no viral load on treatment in days 127 to 210, a result of day 169 is pending'),
        ('pending', '3c', false, false, 'no viral load on treatment in days 127 to 210, a result of day 169 is pending'),
        ('rejected', '3c', false, true, 'no viral load on treatment in days 127 to 210'),
        ('result', '1', true, true, '<50 copies/mL on day 169, below 50'),
        ('silent', '3c', false, true, 'no viral load on treatment in days 127 to 210')$$, 'the Snapshot is not final while a result is pending');

-- A later sample that is pending may change the outcome; an earlier one may not, nor one after the treatment.
create function final_with(subject text, pending date) returns boolean
    language plpgsql
as $$
declare
    answer boolean;
begin
    insert into ral.missing_result (site_id, subject_id, assessment, collected, reason) values ('S1', subject, 'viral load', pending, 'pending');
    select is_final into answer from ral.snapshot_outcome where subject_id = subject and visit = 'week 24' and threshold = 50;
    raise exception using errcode = 'ZZ001', message = answer::text;
exception when sqlstate 'ZZ001' then
    return sqlerrm::boolean;
end;
$$;
select is(final_with(subject, pending), expected, format('%s, and a sample of %s', subject, pending))
from (values ('result', date '2008-07-17', true), ('result', '2008-07-19', false), ('result', '2008-08-28', false), ('result', '2008-08-29', true),
    ('left', '2008-07-20', false), ('left', '2008-07-21', true), ('silent', '2008-06-06', false), ('silent', '2008-06-05', true)) as later (subject, pending, expected);

-- The result comes: it counts from then on, and the row stays what it was.
insert into ral.viral_load_result (site_id, subject_id, collected, visit, assay, reported) values ('S1', 'pending', '2008-07-18', 'week 24', 'Quantiplex 3.0', '< 50');
select results_eq('select * from rates', $$values
    ('observed', 6::bigint, 2::bigint, 2::bigint, 4::bigint, 0::bigint, 1::float8, 1::float8, 1::float8),
    ('non-completer = failure', 6, 2, 6, 4, 0, 2 / 6::float8, 2 / 6::float8, 2 / 6::float8),
    ('treatment-related discontinuation = failure', 6, 2, 4, 4, 0, 1 / 2::float8, 1 / 2::float8, 1 / 2::float8),
    ('last observation carried forward', 6, 6, 6, 0, 0, 1, 1, 1),
    ('snapshot', 6, 2, 6, 4, 0, 2 / 6::float8, 2 / 6::float8, 2 / 6::float8)$$, 'a result supersedes what was pending');
select is_empty($$select * from ral.missing_assessment where subject_id = 'pending' and visit = 'week 24' and assessment = 'viral load'$$, 'it is missing no more');
select is_empty($$select * from ral.unresolved_result where subject_id = 'pending'$$, 'nor unresolved');
select is(missing_reason, null, 'nor has its visit a reason') from ral.visit_viral_load where subject_id = 'pending' and visit = 'week 24';
select is(is_final, true, 'and the Snapshot is final') from ral.snapshot_outcome where subject_id = 'pending' and visit = 'week 24' and threshold = 50;
select is(reason, 'pending', 'what was said stays') from ral.missing_result where subject_id = 'pending';
-- It is taken back, and what was pending turns out to be rejected.
delete from ral.viral_load_result where subject_id = 'pending' and visit = 'week 24';
select is(reason, 'pending', 'without the result it is pending again') from ral.unresolved_result where subject_id = 'pending';
update ral.missing_result set reason = 'invalid' where subject_id = 'pending';
select is((select concat_ws(' ', responders, evaluable, missing, unknown) from rates where rule = 'non-completer = failure'), '1 6 5 0',
    'a measurement that failed is a missing result, and a failure by that rule');

-- Several samples: one that may still come is waited for; else the last counts.
insert into ral.missing_result (site_id, subject_id, assessment, collected, replicate, visit, reason) values
    ('S1', 'silent', 'viral load', '2008-07-18', 1, 'week 24', 'rejected'), ('S1', 'silent', 'viral load', '2008-07-18', 2, 'week 24', 'insufficient');
select is(array[a.reason, v.missing_reason], array['insufficient', 'insufficient'], 'of two samples the last')
from ral.missing_assessment as a, ral.visit_viral_load as v
where a.subject_id = 'silent' and a.visit = 'week 24' and a.assessment = 'viral load' and v.subject_id = 'silent' and v.visit = 'week 24';
update ral.missing_result set reason = 'pending' where subject_id = 'silent' and replicate = 1;
select is(array[a.reason, v.missing_reason], array['pending', 'pending'], 'of two samples the one that may still come')
from ral.missing_assessment as a, ral.visit_viral_load as v
where a.subject_id = 'silent' and a.visit = 'week 24' and a.assessment = 'viral load' and v.subject_id = 'silent' and v.visit = 'week 24';
-- In a window the reason is that of the sample nearest to the target day, of whatever visit or none.
delete from ral.missing_result where subject_id = 'silent';
insert into ral.missing_result (site_id, subject_id, assessment, collected, reason) values
    ('S1', 'silent', 'viral load', '2008-07-15', 'rejected'), ('S1', 'silent', 'viral load', '2008-07-21', 'invalid'), ('S1', 'silent', 'viral load', '2008-07-22', 'not done'),
    ('S1', 'silent', 'viral load', '2008-08-29', 'pending');
select is(missing_reason, 'invalid', 'of equally near ones the later') from ral.visit_viral_load where subject_id = 'silent' and visit = 'week 24';
select is(reason, null, 'of the visit itself nothing is said') from ral.missing_assessment where subject_id = 'silent' and visit = 'week 24' and assessment = 'viral load';

-- CD4 counts and laboratory results.
insert into ral.missing_result (site_id, subject_id, assessment, test, collected, visit, reason) values
    ('S1', 'result', 'CD4', '', '2008-07-18', 'week 24', 'insufficient'), ('S1', 'result', 'laboratory', 'ALT', '2008-07-18', 'week 24', 'rejected'),
    ('S1', 'result', 'laboratory', 'AST', '2008-07-18', 'week 24', 'pending');
select is(reason, 'insufficient', 'missing_assessment of a CD4 count') from ral.missing_assessment where subject_id = 'result' and visit = 'week 24';
select is(array[v.missing_reason, a.missing_reason], array['insufficient', 'insufficient'], 'visit_cd4 and analysis_cd4')
from ral.visit_cd4 as v, ral.analysis_cd4 as a
where v.subject_id = 'result' and v.visit = 'week 24' and a.subject_id = 'result' and a.analysis_visit = 'week 24';
select is((select concat_ws(' ', n, missing) from ral.endpoint_cd4 where "grouping" = 'all' and visit = 'week 24'), '0 6', 'endpoint_cd4 has six who lack a count');
select is((select is_observed from ral.visit_response where subject_id = 'result' and visit = 'week 24'), true, 'a CD4 count that did not come is no viral load');
insert into ral.lab_result (site_id, subject_id, collected, visit, test, value, unit) values ('S1', 'result', '2008-07-18', 'week 24', 'AST', '30', 'U/L');
select results_eq($$select assessment, test, reason from ral.unresolved_result where subject_id = 'result' order by assessment, test$$,
    $$values ('CD4', '', 'insufficient'), ('laboratory', 'ALT', 'rejected')$$, 'a laboratory result supersedes what was pending of its test');
insert into ral.cd4_result (site_id, subject_id, collected, visit, cd4_count) values ('S1', 'result', '2008-07-18', 'week 24', 260);
select results_eq($$select assessment from ral.unresolved_result where subject_id = 'result'$$, array['laboratory'], 'and a count what was missing of its day');
select is_empty($$select * from ral.lab_grade where test = 'ALT'$$, 'what did not come has no grade');

-- TLOVR: below 50 twice, then week 24 and, in August, not below.  A visit without a result
-- before the failure is a missed one, and the failure is moved to it; one that waits is not.
call make_treated('course');
insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load) values
    ('S1', 'course', '2008-05-09', 'Quantiplex 3.0', '<50'), ('S1', 'course', '2008-09-05', 'Quantiplex 3.0', '1000'), ('S1', 'course', '2008-09-20', 'Quantiplex 3.0', '2000');
create view failure as select failed, observed_failure from ral.time_to_loss_of_response where subject_id = 'course' and threshold = 50;
select results_eq('table failure', $$values (date '2008-07-18', date '2008-09-05')$$, 'without a result at week 24 the response was lost there');
insert into ral.missing_result (site_id, subject_id, assessment, collected, visit, reason) values ('S1', 'course', 'viral load', '2008-07-18', 'week 24', 'rejected');
select results_eq('table failure', $$values (date '2008-07-18', date '2008-09-05')$$, 'a sample that was rejected is no result');
update ral.missing_result set reason = 'pending' where subject_id = 'course';
select results_eq('table failure', $$values (date '2008-09-05', date '2008-09-05')$$, 'who waits for a result has not missed the visit');

-- What a row may be.
select is(outcome(format('insert into ral.missing_result (site_id, subject_id, assessment, test, collected, reason) values (%L, %L, %L, %L, %L, %L)',
        'S1', 'left', assessment, test, '2008-02-02', reason)), expected, concat_ws(' ', assessment, test, reason))
from (values
    ('CD4', '', 'not done', 'accepted'), ('laboratory', 'ALT', 'missing', 'accepted'),
    ('CD4', 'CD4', 'not done', '23514 ral.missing_result missing_result_test'), ('laboratory', '', 'not done', '23514 ral.missing_result missing_result_test'),
    ('laboratory', 'none', 'not done', '23514 ral.missing_result lab_test'),
    ('genotype', '', 'not done', '23514 ral.missing_result missing_result_assessment_check'),
    ('CD4', '', 'lost', '23514 ral.missing_result missing_result_reason_check'), ('CD4', '', null, '23502 ral.missing_result')
) as row (assessment, test, reason, expected);
-- What the reader says of a text is the reason of a row.
select results_eq($$select word, (read_viral_load(word)).state from unnest(array['clotted', 'QNS', 'test failed', 'to follow', 'cancelled', 'n/a']) as word$$,
    $$values ('clotted', 'rejected'), ('QNS', 'insufficient'), ('test failed', 'invalid'), ('to follow', 'pending'), ('cancelled', 'not done'), ('n/a', 'missing')$$,
    'the reader''s states are the reasons');
select is_empty($$select rule from violations('ral')$$, 'nothing in the study breaks a rule');
select * from finish();
