-- Displays over an analysis set: three treated subjects that a person can argue (include/view_rows_study.sql), one of them
-- not per protocol, and one who was enrolled and never treated.
\ir include/study.sql
\ir include/view_rows_study.sql
select no_plan();
insert into ral.per_protocol_exclusion (rule) values ('background_not_fully_active');
call make_candidate('005', 'S2');
select add_visits('S2', '005', 'screening: 2008-01-15') \g /dev/null
insert into ral.enrolment (site_id, subject_id, enrolled) values ('S2', '005', '2008-02-01');
-- Who was never treated has a result in the window of week 4 all the same.
select add_viral_load('S2', '005', '2008-01-15', '1000'), add_viral_load('S2', '005', '2008-02-29', '<50') \g /dev/null
insert into ral.missing_result (site_id, subject_id, assessment, test, collected, reason) values ('S2', '005', 'CD4', '', '2008-02-29', 'rejected');

create function cells_of(shown text, set_of_subjects text, by name default null) returns text
    language sql
begin atomic
    select string_agg(concat_ws(' | ', part, nullif(label, ''), array_to_string(cells, ' | ')), E'\n')
    from display('ral', shown, '2009-06-30', by, set_of_subjects)
    where part <> 'footnote';
end;
-- "n/evaluable, missing" of a response below 50 at a visit, by the rule for missing data
create function responses(set_of_subjects text, at_visit text) returns table (rule text, answer text)
    language sql
begin atomic
    select level, concat(max(value) filter (where statistic = 'n'), '/', max(value) filter (where statistic = 'evaluable'), ', ',
        max(value) filter (where statistic = 'missing'))
    from analysis_result('ral', '2009-06-30', display => 'response', analysis_set => set_of_subjects)
    where variable = 'HIV-1 RNA < 50 copies/mL' and visit = at_visit
    group by level;
end;

-- ---- The members
select bag_eq($$select analysis_set, string_agg(subject_id, ' ' order by subject_id) from ral.analysis_set group by 1$$, $$values
    ('randomised', '001 002 003 005'), ('treated', '001 002 003'), ('efficacy', '001 002 003'), ('per protocol', '001 002'), ('safety as treated', '001 002 003')$$,
    'who belongs to which set');
select results_eq($$select day_1 from ral.analysis_set where analysis_set = 'randomised' and subject_id in ('001', '005') order by subject_id$$,
    $$values (date '2008-02-01'), ('2008-02-01')$$, 'day 1 is the first dose, or the day of enrolment');

-- ---- Per protocol: 001 completed, 002 stopped; 003 does not count
select is(cells_of('disposition', 'per protocol', 'sex'), $$title | Disposition, subjects treated per protocol
population | Population: subjects treated per protocol, N = 2
header | all (N = 2) | female (N = 2)
section | Study
detail | completed | 1 (50.0 %) | 1 (50.0 %)
detail | left the study early | 1 (50.0 %) | 1 (50.0 %)
section | Study drug or study given up
detail | any reason | 1 (50.0 %) | 1 (50.0 %)
detail | adverse event | 1 (50.0 %) | 1 (50.0 %)$$, 'title, N and cells are of the subjects per protocol');
select is(cells_of('adverse_events_by_term', 'per protocol'), $$title | Adverse events by term, subjects treated per protocol
population | Population: subjects treated per protocol, N = 2
header | all (N = 2)
section | Term
detail | hepatitis | 1 (50.0 %) 1$$, 'the heart attack of 003 is in no row');
select bag_eq($$select * from responses('per protocol', 'week 4')$$, $$values ('observed', '0/2, 0'), ('non-completer = failure', '0/2, 0'),
    ('treatment-related discontinuation = failure', '0/2, 0'), ('last observation carried forward', '0/2, 0')$$, 'nor its response at week 4');
select bag_eq($$select * from responses('per protocol', 'week 48')$$, $$values ('observed', '1/1, 1'), ('non-completer = failure', '1/2, 1'),
    ('treatment-related discontinuation = failure', '1/2, 1'), ('last observation carried forward', '1/2, 0'), ('snapshot', '1/2, 1')$$, 'by all rules');

-- ---- Randomised, which in a trial without arms is enrolled: 005 fails, but where the result alone counts
select bag_eq($$select * from responses('treated', 'week 4')$$, $$values ('observed', '1/3, 0'), ('non-completer = failure', '1/3, 0'),
    ('treatment-related discontinuation = failure', '1/3, 0'), ('last observation carried forward', '1/3, 0')$$, 'of the treated 003 responds at week 4');
select bag_eq($$select * from responses('randomised', 'week 4')$$, $$values ('observed', '2/4, 0'), ('non-completer = failure', '1/4, 0'),
    ('treatment-related discontinuation = failure', '2/4, 0'), ('last observation carried forward', '1/3, 1')$$, 'who was never treated is a failure, not left out');
select bag_eq($$select * from responses('randomised', 'week 48')$$, $$values ('observed', '1/1, 3'), ('non-completer = failure', '1/4, 3'),
    ('treatment-related discontinuation = failure', '1/3, 3'), ('last observation carried forward', '2/3, 1'), ('snapshot', '1/4, 3')$$, 'also for the Snapshot');
select is(cells_of('disposition', 'randomised'), $$title | Disposition, enrolled subjects
population | Population: enrolled subjects, N = 4
header | all (N = 4)
section | Study
detail | completed | 1 (25.0 %)
detail | in the study | 1 (25.0 %)
detail | left the study early | 2 (50.0 %)
section | Study drug or study given up
detail | any reason | 3 (75.0 %)
detail | adverse event | 1 (25.0 %)
detail | death | 1 (25.0 %)
detail | never treated | 1 (25.0 %)$$, 'never treated is a reason');
select results_eq($$select statistic, value from analysis_result('ral', '2009-06-30', display => 'demographics', analysis_set => 'randomised')
    where variable = 'Antiretroviral drugs before the study' and statistic in ('n', 'missing') order by 1$$, $$values ('missing', 1::float8), ('n', 3)$$,
    'what is counted up to the first dose is missing of who had none');
select results_eq($$select value from analysis_result('ral', '2009-06-30', display => 'demographics', analysis_set => 'randomised') where level = 'never treated' and statistic = 'n'$$,
    $$values (1::float8)$$, 'such as the background therapy');

-- ---- The default, and what is refused
select is_empty($$select * from analysis_result('ral', '2009-06-30', 'sex') except all select * from analysis_result('ral', '2009-06-30', 'sex', analysis_set => 'treated')$$,
    'without a set it is the treated');
select is_empty($$select result_id from (select * from analysis_result('ral', analysis_set => 'per protocol') union all select * from analysis_result('ral')) as both_sets
    group by 1 having count(*) > 1$$, 'a result of a set has a name of its own');
select is_empty($$select display from virotrial_display where population = 'treated subjects' except select display from analysis_result('ral', analysis_set => 'per protocol')$$,
    'each display of treated subjects may be over those per protocol');
select set_eq($$select distinct display from analysis_result('ral', analysis_set => 'randomised')$$, $$select unnest(displays) from virotrial_analysis_set where analysis_set = 'randomised'$$,
    'some may be over the randomised');
create function hint_of(statement text) returns text
    language plpgsql
as $$
declare
    hint text;
begin
    execute statement;
    return 'done';
exception when others then
    get stacked diagnostics hint = pg_exception_hint;
    return concat_ws(': ', sqlstate, sqlerrm, hint);
end;
$$;
select is(hint_of($$select * from display('ral', 'response', analysis_set => 'perprotocol')$$),
    '22023: there is no analysis set "perprotocol": The analysis sets are treated, efficacy, per protocol, randomised.', 'a name that is not there');
select is(hint_of($$select * from display('ral', 'exposure', analysis_set => 'randomised')$$),
    '22023: there is no "exposure" over the analysis set "randomised": It may be over treated, efficacy, per protocol.', 'a display that cannot be over it');
select is(hint_of($$select * from display('ral', 'consort', analysis_set => 'per protocol')$$),
    '22023: there is no "consort" over the analysis set "per protocol": It is always over the same subjects.', 'nor over any');
select is(hint_of($$select figure('ral', 'swimmer', analysis_set => 'per protocol')$$),
    '22023: there is no "figure swimmer" over the analysis set "per protocol": It is always over the same subjects.', 'a figure of single subjects');
set virotrial.analysis_set = 'perprotocol';
select is(hint_of($$select * from ral.safety_population$$),
    '22023: there is no analysis set "perprotocol": The analysis sets are treated, efficacy, per protocol, randomised.', 'nor does a view take a setting for nobody');
set virotrial.analysis_set = 'per protocol';
select results_eq($$select subject_id from ral.safety_population order by 1$$, $$values ('001'), ('002')$$, 'the setting is for a session');
select is(cells_of('disposition', null), cells_of('disposition', 'per protocol'), 'and for what names no set');
select is(hint_of($$insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S2', '003', 'week 12', '2008-03-10')$$) ~ '^23514|done', true, 'rules do not ask for it');
reset virotrial.analysis_set;

-- ---- Figures
select is(figure('ral', 'response', '2009-06-30', analysis_set => 'per protocol')->'title'->>'text',
    'Responders by visit, non-completer = failure, subjects treated per protocol', 'a figure names the subjects');
select is(figure('ral', 'response', '2009-06-30')->'title'->>'text', 'Responders by visit, non-completer = failure', 'but not the treated');
select results_eq($$select (data->>'value')::float8 from jsonb_array_elements(figure('ral', 'response', '2009-06-30', analysis_set => 'per protocol')->'data'->'values') as data
    where data->>'visit' = 'week 48' and data->>'statistic' = 'evaluable' and data->>'variable' like '%< 50 %'$$, $$values (2::float8)$$, 'its data are of the set');

-- ---- Nobody: N is 0, and the population that was asked for
insert into ral.per_protocol_exclusion (rule) values ('nobody');
insert into ral.deviation (site_id, subject_id, rule, description) select site_id, subject_id, 'nobody', 'all' from ral.enrolment;
select is(cells_of('response', 'per protocol'), $$title | Virologic response by visit, subjects treated per protocol
population | Population: subjects treated per protocol, N = 0
header | responders/of | missing | unknown | % (95 % limits) | lowest and highest %
section | Nothing to show.$$, 'a set without a member');
select * from finish();
