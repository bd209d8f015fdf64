-- The views that the report adds, whole rows: a column that shows something else is seen.
\ir include/study.sql
\ir include/view_rows.sql
\ir include/view_rows_study.sql
select no_plan();
set virotrial.data_cut = '2009-06-30';
-- Vital signs, histories, and a dictionary in which "hepatitis" is not one alone
insert into ral.vital_signs (site_id, subject_id, collected, visit, weight_kg, systolic_mmhg, diastolic_mmhg) values
    ('S1', '001', '2008-01-15', 'screening', 60, 118, 78), ('S1', '001', '2008-02-29', 'week 4', 61.5, 142, 92), ('S1', '002', '2008-02-29', 'week 4', null, 88, 58);
insert into ral.medical_history (site_id, subject_id, condition_number, term, coded_term, system_organ_class, dictionary, dictionary_version, is_hiv_associated, started, ended, is_ongoing) values
    ('S1', '001', 1, 'shingles', 'Belt of blisters', 'Infection', 'MedDRA', '1.0', true, '1999', '1999-06', false), ('S1', '002', 1, ' Asthma', null, null, null, null, false, null, null, true),
    ('S2', '003', 1, 'asthma', null, null, null, null, false, '2008-02-02', null, true);
insert into ral.concomitant_medication (site_id, subject_id, medication_number, medication, started, ended, is_ongoing) values
    ('S1', '001', 1, 'cotrimoxazole', '2008-01', null, true), ('S1', '002', 1, 'aspirin', '2007', '2008-01-31', false);
insert into ral.coding_dictionary (dictionary, dictionary_version, domain) values ('Made up', '1.0', 'condition');
insert into ral.coding_term (dictionary, dictionary_version, term_code, term, preferred_code, preferred_term, class) values
    ('Made up', '1.0', '1', 'ASTHMA', '21', 'Short of breath', 'Lung'), ('Made up', '1.0', '2', 'Hepatitis', '22', 'Inflamed liver', 'Liver'), ('Made up', '1.0', '3', 'hepatitis', '23', 'Swollen liver', 'Liver');
-- Three had a first dose: two at S1, one at S2.
select rows_are('_safety_population_size', $$
grouping=all | group_value=all | subjects=3
grouping=site_id | group_value=S1 | subjects=2
grouping=site_id | group_value=S2 | subjects=1
$$);
-- 50000 and 180, with a background of which nobody knows how much of it is active.
select rows_are('_subgroup', $$
site_id=S1 | subject_id=001 | group_value=S1 | position=15 | variable=Age group, years | level=18 to 39
site_id=S1 | subject_id=001 | group_value=S1 | position=100 | variable=Background drugs that are fully active | level=2
site_id=S1 | subject_id=001 | group_value=S1 | position=20 | variable=Sex | level=female
site_id=S1 | subject_id=001 | group_value=S1 | position=40 | variable=HIV-1 RNA over 100000 copies/mL | level=no
site_id=S1 | subject_id=001 | group_value=S1 | position=60 | variable=CD4 count below 200 cells/µL | level=yes
$$, $$subject_id = '001'$$);
-- Below 50 at week 48 is 001 alone, a woman of two; the others have left.
select rows_are('_result_subgroup', $$
display=response_by_subgroup | position=1 | grouping=all | group_value=all | visit=week 48 | variable=All subjects | level=all | statistic=percent | value=33.3333 | decimals=1
display=response_by_subgroup | position=2001 | grouping=all | group_value=all | visit=week 48 | variable=Sex | level=female | statistic=percent | value=50 | decimals=1
display=response_by_subgroup | position=2002 | grouping=all | group_value=all | visit=week 48 | variable=Sex | level=male | statistic=percent | value=0 | decimals=1
display=response_by_subgroup | position=20001 | grouping=all | group_value=all | visit=week 48 | variable=Site | level=S1 | statistic=percent | value=50 | decimals=1
display=response_by_subgroup | position=20002 | grouping=all | group_value=all | visit=week 48 | variable=Site | level=S2 | statistic=percent | value=0 | decimals=1
$$, $$"grouping" = 'all' and statistic = 'percent' and variable in ('All subjects', 'Sex', 'Site')$$);
-- The pressures of 001, and what came of them: plus 24 and 14 mmHg. Day 29 is the target of week 4.
select rows_are('_vital_sign', $$
site_id=S1 | subject_id=001 | collected=2008-01-15 | replicate=1 | visit=screening | position=1 | sign=SYSBP | name=Systolic Blood Pressure | value=118 | unit=mmHg
site_id=S1 | subject_id=001 | collected=2008-01-15 | replicate=1 | visit=screening | position=2 | sign=DIABP | name=Diastolic Blood Pressure | value=78 | unit=mmHg
site_id=S1 | subject_id=001 | collected=2008-02-29 | replicate=1 | visit=week 4 | position=1 | sign=SYSBP | name=Systolic Blood Pressure | value=142 | unit=mmHg
site_id=S1 | subject_id=001 | collected=2008-02-29 | replicate=1 | visit=week 4 | position=2 | sign=DIABP | name=Diastolic Blood Pressure | value=92 | unit=mmHg
$$, $$subject_id = '001' and position < 3$$);
select rows_are('analysis_vital_signs', $$
site_id=S1 | subject_id=001 | group_value=S1 | position=1 | sign=SYSBP | sign_name=Systolic Blood Pressure | unit=mmHg | analysis_visit=screening | is_analysis_record=true | visit=screening | collected=2008-01-15 | replicate=1 | study_day=-17 | value=118 | is_baseline=true | baseline=118 | change=0 | is_on_treatment=false
site_id=S1 | subject_id=001 | group_value=S1 | position=1 | sign=SYSBP | sign_name=Systolic Blood Pressure | unit=mmHg | analysis_visit=week 4 | is_analysis_record=true | visit=week 4 | collected=2008-02-29 | replicate=1 | study_day=29 | value=142 | is_baseline=false | baseline=118 | change=24 | is_on_treatment=true
site_id=S1 | subject_id=001 | group_value=S1 | position=2 | sign=DIABP | sign_name=Diastolic Blood Pressure | unit=mmHg | analysis_visit=screening | is_analysis_record=true | visit=screening | collected=2008-01-15 | replicate=1 | study_day=-17 | value=78 | is_baseline=true | baseline=78 | change=0 | is_on_treatment=false
site_id=S1 | subject_id=001 | group_value=S1 | position=2 | sign=DIABP | sign_name=Diastolic Blood Pressure | unit=mmHg | analysis_visit=week 4 | is_analysis_record=true | visit=week 4 | collected=2008-02-29 | replicate=1 | study_day=29 | value=92 | is_baseline=false | baseline=78 | change=14 | is_on_treatment=true
$$, $$subject_id = '001' and position < 3$$);
-- 142 and 88 mmHg, with (142 - 115) * sqrt(2) = 38.1838; one baseline.
select rows_are('_result_vital_signs', $$
display=blood_pressure | position=1 | grouping=all | group_value=all | variable=Highest systolic pressure, mmHg | level=below 90 | statistic=n | value=1 | decimals=0
display=blood_pressure | position=12 | grouping=all | group_value=all | variable=Hypotension | level=systolic below 90 mmHg | statistic=n | value=1 | decimals=0
display=blood_pressure | position=13 | grouping=all | group_value=all | variable=Hypotension | level=diastolic below 60 mmHg | statistic=n | value=1 | decimals=0
display=blood_pressure | position=2 | grouping=all | group_value=all | variable=Highest systolic pressure, mmHg | level=90 or more | statistic=n | value=1 | decimals=0
display=blood_pressure | position=3 | grouping=all | group_value=all | variable=Highest systolic pressure, mmHg | level=120 or more | statistic=n | value=1 | decimals=0
display=blood_pressure | position=4 | grouping=all | group_value=all | variable=Highest systolic pressure, mmHg | level=140 or more | statistic=n | value=1 | decimals=0
display=blood_pressure | position=7 | grouping=all | group_value=all | variable=Highest diastolic pressure, mmHg | level=below 60 | statistic=n | value=1 | decimals=0
display=blood_pressure | position=8 | grouping=all | group_value=all | variable=Highest diastolic pressure, mmHg | level=60 or more | statistic=n | value=1 | decimals=0
display=blood_pressure | position=9 | grouping=all | group_value=all | variable=Highest diastolic pressure, mmHg | level=90 or more | statistic=n | value=1 | decimals=0
display=vital_signs | position=102 | grouping=all | group_value=all | visit=week 4 | variable=Systolic Blood Pressure, mmHg | statistic=change_mean | value=24 | decimals=1
display=vital_signs | position=102 | grouping=all | group_value=all | visit=week 4 | variable=Systolic Blood Pressure, mmHg | statistic=change_n | value=1 | decimals=0
display=vital_signs | position=102 | grouping=all | group_value=all | visit=week 4 | variable=Systolic Blood Pressure, mmHg | statistic=mean | value=115 | decimals=1
display=vital_signs | position=102 | grouping=all | group_value=all | visit=week 4 | variable=Systolic Blood Pressure, mmHg | statistic=n | value=2 | decimals=0
display=vital_signs | position=102 | grouping=all | group_value=all | visit=week 4 | variable=Systolic Blood Pressure, mmHg | statistic=sd | value=38.1838 | decimals=2
$$, $$"grouping" = 'all' and (display = 'vital_signs' and variable ~ 'Syst' and visit = 'week 4' and statistic in ('n', 'mean', 'sd', 'change_n', 'change_mean')
    or statistic = 'n' and display = 'blood_pressure' and value > 0)$$);
-- Asthma of 003 began after the first dose; nobody knows when that of 002 did. Aspirin ended the day before the first dose.
select rows_are('_result_history', $$
display=concomitant_medication | position=1 | grouping=all | group_value=all | variable=Any medication | statistic=n | value=3 | decimals=0
display=concomitant_medication | position=6 | grouping=all | group_value=all | variable=Not coded | level=any | statistic=n | value=1 | decimals=0
display=concomitant_medication | position=7 | grouping=all | group_value=all | variable=Not coded | level=cotrimoxazole | statistic=n | value=1 | decimals=0
display=medical_history | position=1 | grouping=all | group_value=all | variable=Any condition | statistic=n | value=2 | decimals=0
display=medical_history | position=2 | grouping=all | group_value=all | variable=Infection | level=any | statistic=n | value=1 | decimals=0
display=medical_history | position=3 | grouping=all | group_value=all | variable=Infection | level=Belt of blisters | statistic=n | value=1 | decimals=0
display=medical_history | position=4 | grouping=all | group_value=all | variable=Not coded | level=any | statistic=n | value=1 | decimals=0
display=medical_history | position=5 | grouping=all | group_value=all | variable=Not coded | level=asthma | statistic=n | value=1 | decimals=0
display=prior_medication | position=1 | grouping=all | group_value=all | variable=Any medication | statistic=n | value=3 | decimals=0
display=prior_medication | position=7 | grouping=all | group_value=all | variable=Not coded | level=any | statistic=n | value=2 | decimals=0
display=prior_medication | position=8 | grouping=all | group_value=all | variable=Not coded | level=aspirin | statistic=n | value=1 | decimals=0
display=prior_medication | position=9 | grouping=all | group_value=all | variable=Not coded | level=cotrimoxazole | statistic=n | value=1 | decimals=0
$$, $$"grouping" = 'all' and statistic = 'n' and variable !~ 'Antiretroviral'$$);
-- The hepatitis of 002, for which she stopped, and the infarction of which 003 died.
select rows_are('_result_event', $$
display=adverse_events_by_subgroup | position=2 | grouping=all | group_value=all | variable=Sex | level=female | statistic=n | value=1 | decimals=0
display=adverse_events_in_detail | position=1 | grouping=all | group_value=all | variable=Serious, by criterion | level=death | statistic=n | value=1 | decimals=0
display=adverse_events_in_detail | position=11 | grouping=all | group_value=all | variable=Highest grade | level=grade 5 | statistic=n | value=1 | decimals=0
display=adverse_events_in_detail | position=12 | grouping=all | group_value=all | variable=Action taken with the study drug | level=drug withdrawn | statistic=n | value=1 | decimals=0
display=adverse_events_in_detail | position=3 | grouping=all | group_value=all | variable=Serious, by criterion | level=hospitalization | statistic=n | value=1 | decimals=0
display=adverse_events_in_detail | position=9 | grouping=all | group_value=all | variable=Highest grade | level=grade 3 | statistic=n | value=1 | decimals=0
display=discontinuation_events_by_class | position=1 | grouping=all | group_value=all | variable=Any event | statistic=n | value=1 | decimals=0
display=discontinuation_events_by_class | position=2 | grouping=all | group_value=all | variable=Not coded | level=any term | statistic=n | value=1 | decimals=0
display=discontinuation_events_by_class | position=3 | grouping=all | group_value=all | variable=Not coded | level=hepatitis | statistic=n | value=1 | decimals=0
display=fatal_events_by_class | position=1 | grouping=all | group_value=all | variable=Any event | statistic=n | value=1 | decimals=0
display=fatal_events_by_class | position=2 | grouping=all | group_value=all | variable=Cardiac disorders | level=any term | statistic=n | value=1 | decimals=0
display=fatal_events_by_class | position=3 | grouping=all | group_value=all | variable=Cardiac disorders | level=Myocardial infarction | statistic=n | value=1 | decimals=0
display=serious_events_by_subgroup | position=2 | grouping=all | group_value=all | variable=Sex | level=female | statistic=n | value=1 | decimals=0
$$, $$"grouping" = 'all' and statistic = 'n' and value > 0 and (display in ('discontinuation_events_by_class', 'fatal_events_by_class', 'adverse_events_in_detail') or level = 'female')$$);
-- Nobody failed; EFV was called of one alone.
select rows_are('_result_resistance', $$
display=resistance_at_baseline | position=1 | grouping=all | group_value=all | variable=NNRTI | level=efavirenz | statistic=evaluable | value=1 | decimals=0
display=resistance_at_baseline | position=2 | grouping=all | group_value=all | variable=NNRTI | level=nevirapine | statistic=evaluable | value=3 | decimals=0
display=resistance_at_baseline | position=3 | grouping=all | group_value=all | variable=NRTI | level=lamivudine | statistic=evaluable | value=3 | decimals=0
display=resistance_at_baseline | position=4 | grouping=all | group_value=all | variable=NRTI | level=zidovudine | statistic=evaluable | value=3 | decimals=0
display=resistance_emergent | position=1 | grouping=all | group_value=all | variable=Confirmed virologic failure | statistic=n | value=0 | decimals=0
display=resistance_emergent | position=2 | grouping=all | group_value=all | variable=Genotype before treatment and since failure | statistic=n | value=0 | decimals=0
display=resistance_emergent | position=3 | grouping=all | group_value=all | variable=Emergent mutations | level=any | statistic=n | value=0 | decimals=0
$$, $$"grouping" = 'all' and statistic = 'evaluable' or display = 'resistance_emergent' and "grouping" = 'all' and statistic = 'n'$$);
-- 210 of 40 U/L is grade 3.
select rows_are('_lab_grade_table', $$
part=abnormality | grouping=all | group_value=all | panel=liver function | test=ALT | test_name=alanine aminotransferase | direction=high | minimum_grade=3 | maximum_grade=3 | subjects=1 | evaluable=1 | subjects_unknown=0 | worsened=1
part=abnormality | grouping=all | group_value=all | panel=liver function | test=ALT | test_name=alanine aminotransferase | direction=high | minimum_grade=3 | maximum_grade=4 | subjects=1 | evaluable=1 | subjects_unknown=0 | worsened=1
part=abnormality | grouping=all | group_value=all | panel=liver function | test=ALT | test_name=alanine aminotransferase | direction=high | minimum_grade=4 | maximum_grade=4 | subjects=0 | evaluable=1 | subjects_unknown=0 | worsened=0
part=shift | grouping=all | group_value=all | panel=liver function | test=ALT | test_name=alanine aminotransferase | direction=high | baseline_grade=0 | worst_grade=3 | subjects=1 | evaluable=1
$$, $$"grouping" = 'all' and test = 'ALT'$$);
-- Two preferred terms have a term "hepatitis".
select rows_are('coding_queue', $$
table_name=adverse_event | term=hepatitis | records=1 | subjects=1
table_name=concomitant_medication | term=aspirin | records=1 | subjects=1
table_name=concomitant_medication | term=cotrimoxazole | records=1 | subjects=1
table_name=medical_history | term=asthma | records=2 | subjects=2 | term_code=1 | preferred_term=Short of breath | class=Lung
$$);
select rows_are('subject_listing', $$
display=deaths | position=0 | subject=subject | cells={3}
display=deaths | position=1 | subject=S2 003 | cells={male,39,43,2008-03-15,44,1,"Myocardial infarction",no}
display=discontinuations | position=0 | subject=subject | cells={3}
display=discontinuations | position=1 | subject=S1 002 | cells={2008-04-01,61,"adverse event",2008-04-10,"adverse event"}
display=discontinuations | position=2 | subject=S2 003 | cells={2008-03-15,44,death,2008-03-15,death}
display=laboratory_abnormalities | position=0 | subject=subject | cells={3}
display=laboratory_abnormalities | position=1 | subject=S1 001 | cells={sodium,2008-04-25,85,"122 mmol/L","140 mmol/L",3}
display=laboratory_abnormalities | position=2 | subject=S1 002 | cells={"alanine aminotransferase",2008-03-21,50,"210 U/L","30 U/L",3}
display=viral_loads | position=3 | subject=S2 003 | cells={"-1504: 120000, -773: 20000, -17: 80000, 29: <50"}
$$, $$display in ('deaths', 'discontinuations', 'laboratory_abnormalities') or display = 'viral_loads' and position = 3$$);
-- The flow of subjects by site: 001 and 002, who left for an adverse event, are of S1; 003, who died, and 004 of S2. A site without a subject of a stage has a zero.
select rows_are('_consort_flow', $$
grouping=site_id | group_value=S1 | position=1 | stage=screened | subjects=2
grouping=site_id | group_value=S1 | position=10 | stage=discontinued | subjects=1
grouping=site_id | group_value=S1 | position=11 | stage=discontinued | reason=adverse event | subjects=1
grouping=site_id | group_value=S1 | position=12 | stage=discontinued | reason=death | subjects=0
grouping=site_id | group_value=S1 | position=13 | stage=completed | subjects=1
grouping=site_id | group_value=S1 | position=14 | stage=left the study | subjects=1
grouping=site_id | group_value=S1 | position=15 | stage=left the study | reason=adverse event | subjects=1
grouping=site_id | group_value=S1 | position=16 | stage=left the study | reason=death | subjects=0
grouping=site_id | group_value=S1 | position=17 | stage=in the study | subjects=0
grouping=site_id | group_value=S1 | position=2 | stage=not enrolled | subjects=0
grouping=site_id | group_value=S1 | position=3 | stage=not enrolled | reason=consent withdrawn | subjects=0
grouping=site_id | group_value=S1 | position=4 | stage=enrolled | subjects=2
grouping=site_id | group_value=S1 | position=5 | stage=first dose | subjects=2
grouping=site_id | group_value=S1 | position=6 | stage=week 4 | subjects=2
grouping=site_id | group_value=S1 | position=7 | stage=week 12 | subjects=1
grouping=site_id | group_value=S1 | position=8 | stage=week 24 | subjects=1
grouping=site_id | group_value=S1 | position=9 | stage=week 48 | subjects=1
grouping=site_id | group_value=S2 | position=1 | stage=screened | subjects=2
grouping=site_id | group_value=S2 | position=10 | stage=discontinued | subjects=1
grouping=site_id | group_value=S2 | position=11 | stage=discontinued | reason=adverse event | subjects=0
grouping=site_id | group_value=S2 | position=12 | stage=discontinued | reason=death | subjects=1
grouping=site_id | group_value=S2 | position=13 | stage=completed | subjects=0
grouping=site_id | group_value=S2 | position=14 | stage=left the study | subjects=1
grouping=site_id | group_value=S2 | position=15 | stage=left the study | reason=adverse event | subjects=0
grouping=site_id | group_value=S2 | position=16 | stage=left the study | reason=death | subjects=1
grouping=site_id | group_value=S2 | position=17 | stage=in the study | subjects=0
grouping=site_id | group_value=S2 | position=2 | stage=not enrolled | subjects=1
grouping=site_id | group_value=S2 | position=3 | stage=not enrolled | reason=consent withdrawn | subjects=1
grouping=site_id | group_value=S2 | position=4 | stage=enrolled | subjects=1
grouping=site_id | group_value=S2 | position=5 | stage=first dose | subjects=1
grouping=site_id | group_value=S2 | position=6 | stage=week 4 | subjects=1
grouping=site_id | group_value=S2 | position=7 | stage=week 12 | subjects=0
grouping=site_id | group_value=S2 | position=8 | stage=week 24 | subjects=0
grouping=site_id | group_value=S2 | position=9 | stage=week 48 | subjects=0
$$, $$"grouping" <> 'all'$$);
select * from finish();
