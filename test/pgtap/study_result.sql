-- The results of a report as data, and its displays: figures of three treated subjects that a person can argue
-- (include/view_rows_study.sql), and what a change of one result changes.
\ir include/study.sql
\ir include/view_rows_study.sql
\ir include/displays.sql
select no_plan();
insert into ral.vital_signs (site_id, subject_id, collected, visit, systolic_mmhg, diastolic_mmhg) values
    ('S1', '001', '2008-01-15', 'screening', 118, 78), ('S1', '001', '2008-02-29', 'week 4', 142, 92), ('S1', '002', '2008-02-29', 'week 4', 88, 58);
-- Born in June 1970, twice, and in February 1968: 37, 37 and 39. log10 of 50000 and 80000; the third is above 500000, which is no number
-- but over 100000. CD4 180 and 90; that of 002 was rejected. 3TC and NVP are called resistant. Nothing is known of what 003 takes.
select display_is('demographics', $$
population | Population: treated subjects, N = 3
header | all (N = 3)
section | Age, years
detail | n (missing) | 3 (0)
detail | mean (SD) | 37.7 (1.15)
detail | median (Q1, Q3) | 37.0 (37.0, 38.0)
detail | minimum, maximum | 37, 39
section | Age group, years
detail | 18 to 39 | 3 (100.0 %)
section | Sex
detail | female | 2 (66.7 %)
detail | male | 1 (33.3 %)
section | HIV-1 RNA, log10 copies/mL
detail | n (missing) | 2 (1)
detail | mean (SD) | 4.80 (0.144)
detail | median (Q1, Q3) | 4.80 (4.75, 4.85)
detail | minimum, maximum | 4.7, 4.9
section | HIV-1 RNA over 100000 copies/mL
detail | no | 2 (66.7 %)
detail | yes | 1 (33.3 %)
section | CD4 count, cells/µL
detail | n (missing) | 2 (1)
detail | mean (SD) | 135.0 (63.64)
detail | median (Q1, Q3) | 135.0 (112.5, 157.5)
detail | minimum, maximum | 90, 180
section | CD4 count below 200 cells/µL
detail | yes | 2 (66.7 %)
detail | missing | 1 (33.3 %)
section | Drugs with resistance
detail | n (missing) | 3 (0)
detail | mean (SD) | 2.0 (0.00)
detail | median (Q1, Q3) | 2.0 (2.0, 2.0)
detail | minimum, maximum | 2, 2
section | Drugs not tolerated
detail | n (missing) | 3 (0)
detail | mean (SD) | 0.0 (0.00)
detail | median (Q1, Q3) | 0.0 (0.0, 0.0)
detail | minimum, maximum | 0, 0
section | Antiretroviral drugs before the study
detail | n (missing) | 3 (0)
detail | mean (SD) | 3.0 (0.00)
detail | median (Q1, Q3) | 3.0 (3.0, 3.0)
detail | minimum, maximum | 3, 3
section | Background drugs that are fully active
detail | 2 | 2 (66.7 %)
detail | not known | 1 (33.3 %)
section | Background therapy
detail | lopinavir + tenofovir disoproxil | 3 (100.0 %)
$$);
-- 001 completed, 002 stopped for the hepatitis, 003 died; both of S1 are women.
select display_is('disposition', $$
population | Population: treated subjects, N = 3
header | all (N = 3) | female (N = 2) | male (N = 1)
section | Study
detail | completed | 1 (33.3 %) | 1 (50.0 %) | 0 (0.0 %)
detail | left the study early | 2 (66.7 %) | 1 (50.0 %) | 1 (100.0 %)
section | Study drug or study given up
detail | any reason | 2 (66.7 %) | 1 (50.0 %) | 1 (100.0 %)
detail | adverse event | 1 (33.3 %) | 1 (50.0 %) | 0 (0.0 %)
detail | death | 1 (33.3 %) | 0 (0.0 %) | 1 (100.0 %)
$$, 'sex');
-- 337, 60 and 43 days, which are 440, and 1.2047 years. Nobody interrupted.
select display_is('exposure', $$
population | Population: treated subjects, N = 3
header | all (N = 3)
section | Days on treatment
detail | mean (SD) | 146.7 (165.05)
detail | median (Q1, Q3) | 60.0 (51.5, 198.5)
detail | minimum, maximum | 43, 337
detail | sum | 440
section | Person-years
detail | mean (SD) | 0.402 (0.4519)
detail | median (Q1, Q3) | 0.164 (0.141, 0.543)
detail | minimum, maximum | 0.12, 0.92
detail | sum | 1.20
section | Treated for at least
detail | 1 day | 3 (100.0 %)
detail | 4 weeks | 3 (100.0 %)
detail | 12 weeks | 1 (33.3 %)
detail | 24 weeks | 1 (33.3 %)
detail | 48 weeks | 1 (33.3 %)
detail | 96 weeks | 0 (0.0 %)
section | Interrupted at least once
detail | no | 3 (100.0 %)
section | On treatment on the day of analysis
detail | no | 3 (100.0 %)
$$);
-- The background of 003 was not sequenced.
select display_is('deviations', $$
population | Population: treated subjects, N = 3
header | all (N = 3)
section | Deviations
detail | any deviation | 1 (33.3 %) 1
detail | background not fully active | 1 (33.3 %) 1
$$);
-- From 180 to 210, 250, 300 and 380, and from 90 to 110. t limits of 30 and 20: 25 +- 12.706 * 7.071 / sqrt(2).
select display_is('cd4_change', $$
population | Population: treated subjects, N = 3
header | n | missing | unknown | mean | median | Hodges-Lehmann | p
section | Change of CD4 count from baseline, cells/µL
detail | week 4 | 2 | 1 | 0 | 25.0 (-38.5 to 88.5) | 25.0 (NE) | 25.0 (NE) | 0.5000
detail | week 12 | 1 | 2 | 0 | 70.0 (NE) | 70.0 (NE) | 70.0 (NE) | 1.0000
detail | week 24 | 1 | 2 | 0 | 120.0 (NE) | 120.0 (NE) | 120.0 (NE) | 1.0000
detail | week 48 | 1 | 2 | 0 | 200.0 (NE) | 200.0 (NE) | 200.0 (NE) | 1.0000
$$);
-- 001: from 50000 to 400 (2.10) and to <50 (>3); 002: from >500000 to 30000 (>1.22); 003: from 80000 to <50 (>3.20).
select display_is('viral_load_change', $$
population | Population: treated subjects, N = 3
header | n | missing | unknown | censored | mean, substituted | mean, likelihood | median
section | Fall of HIV-1 RNA from baseline, log10 copies/mL
detail | week 4 | 3 | 0 | 0 | 2 | 2.17 (-0.29 to 4.64) | 3.03 (1.40 to 4.67) | 2.10 (NE)
detail | week 12 | 1 | 2 | 0 | 1 | 3.00 (NE) | NE | >3.00 (NE)
detail | week 24 | 1 | 2 | 0 | 1 | 3.00 (NE) | NE | >3.00 (NE)
detail | week 48 | 1 | 2 | 0 | 1 | 3.00 (NE) | NE | >3.00 (NE)
$$);
-- Only where a cell has it does a footnote say what NE is.
select results_eq($$select shown.display, footnote.label like '%NE: not estimable.' from virotrial_display as shown
    cross join lateral display('ral', shown.display, '2009-06-30') as footnote
    where shown.display in ('viral_load_change', 'cd4_change', 'deviations') and footnote.part = 'footnote' order by 1$$,
    $$values ('cd4_change', true), ('deviations', false), ('viral_load_change', true)$$, 'a footnote says what NE is');
-- What the displays leave out, too.
select results_eq(
    $$select display, decimals, string_agg(distinct statistic, ' ' order by statistic) from ral._result_efficacy group by 1, 2 order by 1, 2$$,
    $$values ('cd4_change', 0, 'missing n not_evaluable'),
        ('cd4_change', 1, 'ci_lower ci_upper hodges_lehmann hodges_lehmann_ci_lower hodges_lehmann_ci_upper mean median median_ci_lower median_ci_upper sd'),
        ('cd4_change', 4, 'p_value'),
        ('response', 0, 'evaluable missing n unknown'),
        ('response', 1, 'ci_lower ci_upper percent percent_highest percent_lowest'),
        ('viral_load_change', 0, 'censored geometric_mean missing n unknown'),
        ('viral_load_change', 1, 'geometric_mean_mle'),
        ('viral_load_change', 2, 'ci_lower ci_upper mean mean_mle median median_ci_lower median_ci_upper mle_ci_lower mle_ci_upper sd sd_mle')$$,
    'counts have no decimals, CD4 counts and percentages one, logarithms two');
-- Below 400 on day 28 after the first dose (003) and on day 84 (001); 002 is followed to day 28 alone. Two of three never have two results
-- in a row below. 003 dies on the 44th day of treatment, 002 stops on the 61st. exp(+-1.96 * sqrt(2/3) / ln 3) of 1/3 are 0.9 and 77.4 %.
select display_is('kaplan_meier', $$
population | Population: treated subjects, N = 3
header | day | at risk | without the event, % (95 % limits)
section | Time to response, < 400 copies/mL
detail | week 4 | 28 | 3 | 66.7 (5.4 to 94.5)
detail | week 12 | 84 | 1 | 0.0 (NE)
detail | week 24 | 168 | 0 | 0.0 (NE)
detail | week 48 | 336 | 0 | 0.0 (NE)
section | Time to response, < 50 copies/mL
detail | week 4 | 28 | 3 | 66.7 (5.4 to 94.5)
detail | week 12 | 84 | 1 | 0.0 (NE)
detail | week 24 | 168 | 0 | 0.0 (NE)
detail | week 48 | 336 | 0 | 0.0 (NE)
section | Time to loss of response, < 400 copies/mL
detail | week 4 | 28 | 1 | 33.3 (0.9 to 77.4)
detail | week 12 | 84 | 1 | 33.3 (0.9 to 77.4)
detail | week 24 | 168 | 1 | 33.3 (0.9 to 77.4)
detail | week 48 | 336 | 1 | 33.3 (0.9 to 77.4)
section | Time to loss of response, < 50 copies/mL
detail | week 4 | 28 | 1 | 33.3 (0.9 to 77.4)
detail | week 12 | 84 | 1 | 33.3 (0.9 to 77.4)
detail | week 24 | 168 | 1 | 33.3 (0.9 to 77.4)
detail | week 48 | 336 | 1 | 33.3 (0.9 to 77.4)
section | Time to discontinuation
detail | week 4 | 29 | 3 | 100.0 (NE)
detail | week 12 | 85 | 1 | 33.3 (0.9 to 77.4)
detail | week 24 | 169 | 1 | 33.3 (0.9 to 77.4)
detail | week 48 | 337 | 1 | 33.3 (0.9 to 77.4)
$$);
-- Exact limits of 1 of 3, 0 of 2, 1 of 1, 1 of 2 and 0 of 1.
select display_is('deaths', $$
population | Population: treated subjects, N = 3
header | subjects | unknown | % (95 % limits)
section | Finding
detail | death | 1 | 0 | 33.3 (0.8 to 90.6)
detail | death, S1 | 0 | 0 | 0.0 (0.0 to 84.2)
detail | death, S2 | 1 | 0 | 100.0 (2.5 to 100.0)
detail | death on treatment | 1 | 0 | 33.3 (0.8 to 90.6)
detail | death on treatment, S1 | 0 | 0 | 0.0 (0.0 to 84.2)
detail | death on treatment, S2 | 1 | 0 | 100.0 (2.5 to 100.0)
detail | Hy's law candidate | 1 | 0 | 33.3 (0.8 to 90.6)
detail | Hy's law candidate, S1 | 1 | 0 | 50.0 (1.3 to 98.7)
detail | Hy's law candidate, S2 | 0 | 0 | 0.0 (0.0 to 97.5)
$$, 'site_id');
-- Two events in 440 days; Poisson limits of 2 are 0.2422 and 7.2247, of 1 0.0253 and 5.5716.
select display_is('adverse_events', $$
population | Population: treated subjects, N = 3
header | subjects | unknown | % (95 % limits) | events | rate (95 % limits)
section | Adverse events
detail | any | 2 | 0 | 66.7 (9.4 to 99.2) | 2 | 166.0 (20.1 to 599.7)
detail | related to the study drug | 1 | 0 | 33.3 (0.8 to 90.6) | 1 | 83.0 (2.1 to 462.5)
detail | related to any drug | 1 | 0 | 33.3 (0.8 to 90.6) | 1 | 83.0 (2.1 to 462.5)
detail | grade 3 or higher | 2 | 0 | 66.7 (9.4 to 99.2) | 2 | 166.0 (20.1 to 599.7)
detail | serious | 2 | 0 | 66.7 (9.4 to 99.2) | 2 | 166.0 (20.1 to 599.7)
detail | serious and related to the study drug | 1 | 0 | 33.3 (0.8 to 90.6) | 1 | 83.0 (2.1 to 462.5)
detail | leading to discontinuation | 1 | 0 | 33.3 (0.8 to 90.6) | 1 | 83.0 (2.1 to 462.5)
detail | fatal | 1 | 0 | 33.3 (0.8 to 90.6) | 1 | 83.0 (2.1 to 462.5)
$$);
-- Grade 5 and grade 3.
select display_is('adverse_events_by_grade', $$
population | Population: treated subjects, N = 3
header | all (N = 3)
section | Any term
detail | grade 1 | 0 (0.0 %)
detail | grade 2 | 0 (0.0 %)
detail | grade 3 | 1 (33.3 %)
detail | grade 4 | 0 (0.0 %)
detail | grade 5 | 1 (33.3 %)
section | Myocardial infarction
detail | grade 5 | 1 (33.3 %)
section | hepatitis
detail | grade 3 | 1 (33.3 %)
$$);
-- One result each: no spread.
select display_is('laboratory_values', $$
population | Population: treated subjects, N = 3
header | n | censored | mean (SD) | median | change, n | change, mean (95 % limits)
section | QT interval corrected by Fridericia, ms
detail | baseline | 1 | 0 | 440.0 (NE) | 440.0 |  | 
detail | week 4 | 1 | 0 | 510.0 (NE) | 510.0 | 1 | 70.0 (NE)
section | sodium, mmol/L
detail | baseline | 1 | 0 | 140.0 (NE) | 140.0 |  | 
detail | week 12 | 1 | 0 | 122.0 (NE) | 122.0 | 1 | -18.0 (NE)
section | alkaline phosphatase, U/L
detail | week 4 | 1 | 0 | 90.0 (NE) | 90.0 | 0 | NE
section | alanine aminotransferase, U/L
detail | baseline | 1 | 0 | 30.0 (NE) | 30.0 |  | 
detail | week 4 | 1 | 0 | 210.0 (NE) | 210.0 | 1 | 180.0 (NE)
section | total bilirubin, umol/L
detail | week 4 | 1 | 0 | 45.0 (NE) | 45.0 | 0 | NE
$$);
-- The highest of 001 are 142 and 92, the lowest of 002 are 88 and 58.
select display_is('blood_pressure', $$
population | Population: treated subjects, N = 3
header | all (N = 3)
section | Highest systolic pressure, mmHg
detail | below 90 | 1/2 (50.0 %)
detail | 90 or more | 1/2 (50.0 %)
detail | 120 or more | 1/2 (50.0 %)
detail | 140 or more | 1/2 (50.0 %)
detail | 160 or more | 0/2 (0.0 %)
detail | 180 or more | 0/2 (0.0 %)
section | Highest diastolic pressure, mmHg
detail | below 60 | 1/2 (50.0 %)
detail | 60 or more | 1/2 (50.0 %)
detail | 90 or more | 1/2 (50.0 %)
detail | 110 or more | 0/2 (0.0 %)
detail | 120 or more | 0/2 (0.0 %)
section | Hypotension
detail | systolic below 90 mmHg | 1/2 (50.0 %)
detail | diastolic below 60 mmHg | 1/2 (50.0 %)
$$);
-- Sodium of 122 is grade 3, ALT of 5.25 times its limit too, bilirubin of 2.25 times grade 2.
select display_is('laboratory_shifts', $$
population | Population: treated subjects, N = 3
header | worst 0 | worst 1 | worst 2 | worst 3 | worst 4 | worst not known | all
section | sodium, high
detail | grade at baseline 0 | 1 | 0 | 0 | 0 | 0 | 0 | 1
section | sodium, low
detail | grade at baseline 0 | 0 | 0 | 0 | 1 | 0 | 0 | 1
section | alkaline phosphatase, high
detail | grade at baseline missing | 1 | 0 | 0 | 0 | 0 | 0 | 1
section | alanine aminotransferase, high
detail | grade at baseline 0 | 0 | 0 | 0 | 1 | 0 | 0 | 1
section | total bilirubin, high
detail | grade at baseline missing | 0 | 0 | 1 | 0 | 0 | 0 | 1
$$);

-- Below 50 at week 48 is 001 alone. Exact limits of 1 of 3, 1 of 2, 0 of 1, 0 of 2 and 1 of 1.
select display_is('response_by_subgroup', $$
population | Population: treated subjects, N = 3
header | responders/of | missing | unknown | % (95 % limits) | lowest and highest % | below, copies/mL
section | All subjects
detail | week 48, all | 1/3 | 2 | 0 | 33.3 (0.8 to 90.6) | 33.3 to 33.3 | 50
section | Sex
detail | week 48, female | 1/2 | 1 | 0 | 50.0 (1.3 to 98.7) | 50.0 to 50.0 | 50
detail | week 48, male | 0/1 | 1 | 0 | 0.0 (0.0 to 97.5) | 0.0 to 0.0 | 50
section | HIV-1 RNA over 100000 copies/mL
detail | week 48, no | 1/2 | 1 | 0 | 50.0 (1.3 to 98.7) | 50.0 to 50.0 | 50
detail | week 48, yes | 0/1 | 1 | 0 | 0.0 (0.0 to 97.5) | 0.0 to 0.0 | 50
section | CD4 count below 200 cells/µL
detail | week 48, yes | 1/2 | 1 | 0 | 50.0 (1.3 to 98.7) | 50.0 to 50.0 | 50
detail | week 48, missing | 0/1 | 1 | 0 | 0.0 (0.0 to 97.5) | 0.0 to 0.0 | 50
section | Background drugs that are fully active
detail | week 48, 2 | 1/2 | 1 | 0 | 50.0 (1.3 to 98.7) | 50.0 to 50.0 | 50
detail | week 48, not known | 0/1 | 1 | 0 | 0.0 (0.0 to 97.5) | 0.0 to 0.0 | 50
section | Site
detail | week 48, S1 | 1/2 | 1 | 0 | 50.0 (1.3 to 98.7) | 50.0 to 50.0 | 50
detail | week 48, S2 | 0/1 | 1 | 0 | 0.0 (0.0 to 97.5) | 0.0 to 0.0 | 50
$$);

-- ---- The shape of the data
select is_empty($$select result_id from analysis_result('ral', by => 'sex') group by 1 having count(*) > 1$$, 'a result has a name of its own');
select results_eq($$select distinct data_cut, author = current_user from analysis_result('ral', '2009-06-30', display => 'consort')$$,
    $$values (date '2009-06-30', true)$$, 'the cut and who asked are in each row');
select results_eq($$select distinct data_cut from analysis_result('ral', display => 'consort')$$, $$values (null::date)$$, 'there need not be a cut');
select is_empty($$select display from virotrial_display except select distinct display from analysis_result('ral')$$, 'each display has results');
select is_empty($$select display, statistic from (select display, unnest(statistics) as statistic from virotrial_display_line) as used
    except select display, statistic from analysis_result('ral')$$, 'and each cell statistics');
select results_eq($$select distinct "grouping", group_value from analysis_result('ral', by => 'sex') order by 1, 2$$,
    $$values ('all', 'all'), ('sex', 'female'), ('sex', 'male')$$, 'groups beside all');
select results_eq($$select distinct group_value from analysis_result('ral')$$, $$values ('all')$$, 'and none that nobody asked for');
select is_empty($$(select * from analysis_result('ral', '2009-06-30', 'sex') where display = 'response' except all select * from analysis_result('ral', '2009-06-30', 'sex', 'response'))
    union all (select * from analysis_result('ral', '2009-06-30', 'sex', 'response') except all select * from analysis_result('ral', '2009-06-30', 'sex'))$$,
    'one display alone is the same');
select throws_ok($$select * from analysis_result('ral', display => 'demographic')$$, '22023', 'there is no display "demographic"', 'a display that is not there');
select throws_ok($$select * from display('ral', 'response', by => 'colour')$$, '42703', null, 'a group that is not there');
select is(_virotrial.printed(0.00004, 4, null, 'p_value') || ' ' || _virotrial.printed(-0.04, 1, '=', 'mean') || ' ' || _virotrial.printed(2.345, 2, '>', 'median')
    || ' ' || _virotrial.printed(null, 1, null, 'mean'), '<0.0001 0.0 >2.35 NE', 'a value as it is printed');

create temporary table result as select * from analysis_result('ral', '2009-06-30', 'sex');
select set_eq($$select n.value = 0 from result as n join result as percent on percent.result_id = regexp_replace(n.result_id, '/n$', '/percent')
    where n.statistic = 'n' and n.display like 'adverse_events%' and (n.value = 0) = (percent.value = 0)$$, array[true, false], 'some groups have subjects with an event, and some none');
select is_empty($$select n.result_id from result as n join result as percent on percent.result_id = regexp_replace(n.result_id, '/n$', '/percent')
    where n.statistic = 'n' and (n.value = 0) <> (percent.value = 0)$$, 'no subject is no percent');

-- ---- Figures
select is_empty($$select figure from virotrial_figure as known cross join lateral figure('ral', known.figure, '2009-06-30') as drawn
    where drawn->>'$schema' not like '%/vega-lite/v6.json' or jsonb_array_length(drawn->'data'->'values') = 0
        or drawn->'title'->>'text' is distinct from title or drawn->'usermeta'->>'footnote' is distinct from footnote$$, 'each figure has a title, a footnote and data');
select is_empty($$select value from result cross join lateral (select data from jsonb_array_elements(figure('ral', 'kaplan_meier', '2009-06-30')->'data'->'values') as data) as one
    where result."grouping" = 'all' and result.display = 'kaplan_meier' and result.variable = one.data->>'variable'
        and result.visit is not distinct from one.data->>'visit' and result.level is not distinct from one.data->>'level'
        and result.statistic = one.data->>'statistic' and result.value is distinct from (one.data->>'value')::float8$$, 'a number in a figure is that of the result');
select is(jsonb_array_length(figure('ral', 'kaplan_meier', '2009-06-30')->'data'->'values'),
    (select count(*)::integer from result where "grouping" = 'all' and variable = 'Time to discontinuation'), 'and none is left out');
select results_eq($$select distinct data->>'series' from jsonb_array_elements(figure('ral', 'response', '2009-06-30', 'sex')->'data'->'values') as data order by 1$$,
    $$values ('female'), ('male')$$, 'a series for each group');
select results_eq($$select data->>'id', data->>'qualifier', round((data->>'y')::numeric, 4) from jsonb_array_elements(figure('ral', 'waterfall', '2009-06-30')->'data'->'values') as data
    order by (data->>'x')::numeric$$,
    $$values ('S2/003', '<', -3.2041), ('S1/001', '<', -3.0000), ('S1/002', '<', -1.2218)$$, 'a fall below the limit is a bound');
-- Each figure that draws results draws all of its display, each number of them; and one that draws points all of its view.
create function drawn(figure text, by name default null) returns setof jsonb
    language sql
begin atomic
    select jsonb_array_elements(figure('ral', figure, '2009-06-30', by)->'data'->'values');
end;
create temporary table shown as select figure, display, data from virotrial_figure as known cross join lateral drawn(known.figure) as data;
select set_eq($$select result.display, result.visit, result.variable, result.level, result.statistic, result.value from virotrial_figure join result using (display)
        where result."grouping" = 'all' and result.statistic <> 'N' and virotrial_figure.variable is null$$,
    $$select display, data->>'visit' as visit, data->>'variable' as variable, data->>'level' as level, data->>'statistic' as statistic, (data->>'value')::float8 as value from virotrial_figure join shown using (figure, display)
        where virotrial_figure.variable is null$$, 'a figure of results has each of them, and no other');
select set_eq($$select figure, count(*) from shown where display is null group by figure$$,
    $$select display, count(*) from _virotrial.endpoint_rows('ral', 'figure_point', '2009-06-30', null) as row (display text, group_value text, site_id text,
        subject_id text, label text, x float8, y float8, qualifier text) group by display$$, 'a figure of points has each of them');
-- A figure of a large study takes as long as what it draws: the condition reaches the parts of the view.
-- Both figures of viral loads look up, by key, whether a missing result came after all.
create function pg_temp.tables_read(figure text) returns setof text
    language plpgsql
as $$
declare
    line text;
begin
    for line in execute format('explain (costs off) select from ral.figure_point where display = %L', figure) loop
        return query select hit[1] from regexp_matches(line, 'on (viral_load_result|lab_result|adverse_event|deviation)\M') as hit;
    end loop;
end;
$$;
select results_eq($$select figure, array(select distinct pg_temp.tables_read(figure) order by 1) from virotrial_figure where display is null order by figure collate "C"$$,
    $$values ('accrual', '{}'::text[]), ('deviations', '{deviation}'), ('liver', '{lab_result}'), ('swimmer', '{adverse_event,viral_load_result}'),
        ('trajectory', '{lab_result,viral_load_result}'), ('waterfall', '{lab_result,viral_load_result}')$$, 'a figure of points reads what it draws');
select is((select string_agg(format('%s %s %s', data->>'series', data->>'level', data->>'value'), '; ' order by data->>'series', data->>'level') from drawn('forest', 'sex') as data
    where data->>'variable' = 'Site' and data->>'statistic' = 'n'), 'female S1 1; male S2 0', 'a series of the forest for each group');
select throws_ok($$select figure('ral', 'pie')$$, '22023', 'there is no figure "pie"', 'a figure that is not there');

-- ---- What one change changes
-- A result that is printed differently changes its row of its display, and no other.
create function changed_lines(results analysis_result_row[], altered text) returns bigint
    language sql
begin atomic
    with earlier as (
        select row_number() over () as line, shown from _virotrial.display_rows(results[1].display, results) as shown
    ), later as (
        select row_number() over () as line, shown from _virotrial.display_rows(results[1].display, array(
            select row(one.result_id, one.display, one."position", one.population, one."grouping", one.group_value, one.visit, one.variable, one.level,
                one.statistic, one.label, one.value, one.qualifier, one.decimals, case when one.result_id = altered then 'other' else one.printed end,
                one.data_cut, one.author)::analysis_result_row
            from unnest(results) as one)) as shown
    )
    select count(*) from earlier full join later using (line) where earlier.shown is distinct from later.shown;
end;
select is_empty($$
    select result_id, changed_lines(array(select row(other.*)::analysis_result_row from result as other where other.display = result.display), result_id)
    from result
    where display in ('demographics', 'cd4_change', 'deaths') and statistic <> 'N'
        and changed_lines(array(select row(other.*)::analysis_result_row from result as other where other.display = result.display), result_id)
            <> exists (select from virotrial_display_line as line where line.display = result.display and statistic = any (statistics))::integer$$,
    'one result is in one row');
-- And its point of the figures that draw the display, and no other.
create temporary table one_group as
    select result.*, known.figure
    from result
    join virotrial_figure as known using (display)
    where known.figure in ('forest', 'laboratory_shifts') and "grouping" = 'all';
create temporary table point as
    select figure, jsonb_array_elements(_virotrial.figure_results(figure, array_agg(row(result_id, display, "position", population, "grouping", group_value, visit,
        variable, level, statistic, label, value, qualifier, decimals, printed, data_cut, author)::analysis_result_row))) as data
    from one_group group by figure;
create function changed_points(altered text, drawn text) returns bigint
    language sql
begin atomic
    select count(*)
    from (
        select jsonb_array_elements(_virotrial.figure_results(drawn, array_agg(row(result_id, display, "position", population, "grouping", group_value, visit,
            variable, level, statistic, label, case when result_id = altered then coalesce(value, 0) + 0.5 else value end,
            qualifier, decimals, printed, data_cut, author)::analysis_result_row))) as data
        from one_group where figure = drawn
        except all
        select data from point where figure = drawn) as changed;
end;
select is_empty($$select figure, result_id, changed_points(result_id, figure) from one_group
    where statistic in ('N', 'percent', 'worst_grade_3') and changed_points(result_id, figure) <> (statistic <> 'N')::integer$$, 'one result is one point');
-- ALT of 300 is 7.5 times its limit: grade 3 as before.
set virotrial.reason = 'source: misread';
update ral.lab_result set value = '300' where subject_id = '002' and test = 'ALT' and value > 200;
select set_eq($$select result_id from (select result_id, value from analysis_result('ral', '2009-06-30', 'sex') except select result_id, value from result) as changed$$,
    $$select concat_ws('/', 'laboratory_values', one, 'alanine aminotransferase, U/L/week 4', statistic)
        from unnest('{all,sex/female}'::text[]) as one cross join unnest('{mean,median,change_mean}'::text[]) as statistic$$,
    'a laboratory value changes the results that are made of it');
reset virotrial.reason;
-- A code is one of its site.
call transfer_subject('ral', 'S1', '002', 'S2', '001', 'transcription: of the other site');
insert into ral.deviation (site_id, subject_id, rule, description) values ('S1', '001', 'late', 'came late'), ('S2', '001', 'late', 'came late');
select is((select value from analysis_result('ral', display => 'deviations') where level = 'late' and statistic = 'n'), 2::double precision, 'two sites, two subjects');
select * from finish();
