-- Every view of a study, whole rows: a column that shows something else is seen.
-- A view without expected rows fails the last assertion.
\ir include/study.sql
\ir include/view_rows.sql
\ir include/view_rows_study.sql
select no_plan();
set virotrial.data_cut = '2009-06-30';
-- ---- The protocol and its lists: one row each of the pilot, from the beginning and for ever
-- The parameters as sql/study/protocols/raltegravir-pilot.json has them; the other figures are defaults.
select rows_are('protocol_period', $$
effective_from=-infinity | protocol=raltegravir-pilot | amendment=original protocol | needs_approval=false | title=An open, prospective, uncontrolled pilot study to evaluate the efficacy and safety of raltegravir in treatment-experienc | target_enrolment=50 | minimum_age=18 | minimum_age_is_strict=false | diagnosis_guideline=China 2005 | haart_minimum_drugs=3 | failure_reduction_weeks=8 | failure_reduction_log10=1 | failure_detectable_months=6 | detection_limit=50 | resistance_minimum_drugs=2 | resistance_minimum_classes=1 | intermediate_counts_as_resistant=false | intolerance_minimum_drugs=2 | intolerance_requires_failure=false | screening_limit_days=42 | screening_results_before=first dose | study_drug=RAL | study_drug_dose_mg=400 | study_drug_doses_per_day=2 | background_minimum_drugs=1 | background_active_drugs=2 | fully_active_level=1 | background_judged_by_calls=false | cd4_method=flow cytometry | response_threshold=400 | suppression_threshold=50 | log_reduction_threshold=1 | permitted_background_changes={"adverse event"} | background_change_permitted_until=first viral load | viral_load_of_day=last replicate | davg_baseline_on_day_1=true | failure_threshold=400 | failure_confirmation_days=7 | failure_log10_rise=1 | failure_nonresponse_day=113 | blip_limit=400 | cd4_levels={200,350} | toxicity_scheme=DAIDS 2.1 | treatment_emergent_days=30 | safety_follow_up_days=30 | hys_law_days=30 | serious_report_hours=24 | effective_before=infinity
$$);
-- Weeks 4, 12, 24 and 48 begin on days 1 + 28, 84, 168 and 336.
select rows_are('visit_definition_period', $$
visit=screening | effective_from=-infinity | position=1 | window_last_day=-1 | analysis_first_day=-42 | analysis_last_day=-1 | effective_before=infinity
visit=week 12 | effective_from=-infinity | position=3 | target_day=85 | window_first_day=71 | window_last_day=99 | analysis_first_day=57 | analysis_last_day=126 | effective_before=infinity
visit=week 24 | effective_from=-infinity | position=4 | target_day=169 | window_first_day=148 | window_last_day=190 | analysis_first_day=127 | analysis_last_day=210 | effective_before=infinity
visit=week 4 | effective_from=-infinity | position=2 | target_day=29 | window_first_day=22 | window_last_day=36 | analysis_first_day=2 | analysis_last_day=56 | effective_before=infinity
visit=week 48 | effective_from=-infinity | position=5 | target_day=337 | window_first_day=309 | window_last_day=365 | analysis_first_day=295 | analysis_last_day=378 | effective_before=infinity
$$);
select rows_are('snapshot_window_period', $$
visit=week 24 | effective_from=-infinity | first_day=127 | last_day=210 | effective_before=infinity
visit=week 48 | effective_from=-infinity | first_day=295 | last_day=378 | effective_before=infinity
$$);
-- Nothing has been amended, so all of that is in force on the analysis date.
select rows_are('_protocol_at_analysis', $$
effective_from=-infinity | protocol=raltegravir-pilot | amendment=original protocol | needs_approval=false | title=An open, prospective, uncontrolled pilot study to evaluate the efficacy and safety of raltegravir in treatment-experienc | target_enrolment=50 | minimum_age=18 | minimum_age_is_strict=false | diagnosis_guideline=China 2005 | haart_minimum_drugs=3 | failure_reduction_weeks=8 | failure_reduction_log10=1 | failure_detectable_months=6 | detection_limit=50 | resistance_minimum_drugs=2 | resistance_minimum_classes=1 | intermediate_counts_as_resistant=false | intolerance_minimum_drugs=2 | intolerance_requires_failure=false | screening_limit_days=42 | screening_results_before=first dose | study_drug=RAL | study_drug_dose_mg=400 | study_drug_doses_per_day=2 | background_minimum_drugs=1 | background_active_drugs=2 | fully_active_level=1 | background_judged_by_calls=false | cd4_method=flow cytometry | response_threshold=400 | suppression_threshold=50 | log_reduction_threshold=1 | permitted_background_changes={"adverse event"} | background_change_permitted_until=first viral load | viral_load_of_day=last replicate | davg_baseline_on_day_1=true | failure_threshold=400 | failure_confirmation_days=7 | failure_log10_rise=1 | failure_nonresponse_day=113 | blip_limit=400 | cd4_levels={200,350} | toxicity_scheme=DAIDS 2.1 | treatment_emergent_days=30 | safety_follow_up_days=30 | hys_law_days=30 | serious_report_hours=24 | effective_before=infinity
$$);
select rows_are('analysis_protocol', $$
protocol=raltegravir-pilot | amendment=original protocol | effective_from=-infinity | analysis_date=2009-06-30
$$);
select rows_are('_visit_definition_at_analysis', $$
visit=screening | effective_from=-infinity | position=1 | window_last_day=-1 | analysis_first_day=-42 | analysis_last_day=-1 | effective_before=infinity
visit=week 12 | effective_from=-infinity | position=3 | target_day=85 | window_first_day=71 | window_last_day=99 | analysis_first_day=57 | analysis_last_day=126 | effective_before=infinity
visit=week 24 | effective_from=-infinity | position=4 | target_day=169 | window_first_day=148 | window_last_day=190 | analysis_first_day=127 | analysis_last_day=210 | effective_before=infinity
visit=week 4 | effective_from=-infinity | position=2 | target_day=29 | window_first_day=22 | window_last_day=36 | analysis_first_day=2 | analysis_last_day=56 | effective_before=infinity
visit=week 48 | effective_from=-infinity | position=5 | target_day=337 | window_first_day=309 | window_last_day=365 | analysis_first_day=295 | analysis_last_day=378 | effective_before=infinity
$$);
select rows_are('_snapshot_window_at_analysis', $$
visit=week 24 | effective_from=-infinity | first_day=127 | last_day=210 | effective_before=infinity
visit=week 48 | effective_from=-infinity | first_day=295 | last_day=378 | effective_before=infinity
$$);
select rows_are('_threshold_at_analysis', $$
threshold=400
threshold=50
$$);
-- The windows count days from the first dose, which is day 1: one less than the study day.
select rows_are('_analysis_window', $$
visit=screening | position=1 | follows_first_dose=false | target=0 | first=-42 | last=-1 | effective_from=-infinity | effective_before=infinity
visit=week 12 | position=3 | follows_first_dose=true | target=84 | first=56 | last=125 | effective_from=-infinity | effective_before=infinity
visit=week 24 | position=4 | follows_first_dose=true | target=168 | first=126 | last=209 | effective_from=-infinity | effective_before=infinity
visit=week 4 | position=2 | follows_first_dose=true | target=28 | first=1 | last=55 | effective_from=-infinity | effective_before=infinity
visit=week 48 | position=5 | follows_first_dose=true | target=336 | first=294 | last=377 | effective_from=-infinity | effective_before=infinity
$$);
select rows_are('assay_period', $$
assay=Quantiplex 3.0 | effective_from=-infinity | method=bDNA | lower_limit=50 | upper_limit=500000 | note=with the limit that endpoints of < 50 need | effective_before=infinity
$$, $$assay = 'Quantiplex 3.0'$$);
select rows_are('listed_intolerance_period', $$
drug=AZT | reaction=bone marrow suppression | effective_from=-infinity | listed=true | synonyms={myelosuppression,"bone marrow depression"} | effective_before=infinity
$$, $$drug = 'AZT'$$);
select rows_are('eligibility_criterion_period', $$
criterion=age | effective_from=-infinity | position=2 | description=old enough on the day of consent | clause=1 | required=true | query=select candidate.site_id, candidate.subject_id, case when protocol.minimum_age_is_strict then age.lived > make_interval( | effective_before=infinity
$$, $$criterion = 'age'$$);
-- The demonstration has lopinavir with ritonavir, and no d4T.
select rows_are('_algorithm_drug_used', $$
algorithm=Demonstration | algorithm_version=1 | algorithm_drug=3TC | drug=3TC
algorithm=Demonstration | algorithm_version=1 | algorithm_drug=LPV/r | drug=LPV
$$, $$drug in ('3TC', 'LPV', 'd4T')$$);
select rows_are('resistance_algorithm_period', $$
effective_from=-infinity | effective_before=infinity | algorithm=Demonstration | algorithm_version=1 | compiled=resistance algorithm 1 algorithm Demonstration 1 2010-01-01 level 1 S Susceptible level 2 I Possibly resistant level 3 R | algorithm_drugs={3TC,AZT,DRV/r,EFV,ETR,LPV/r,RAL,TDF} | drugs={3TC,AZT,DRV,EFV,ETR,LPV,RAL,TDF}
$$);
-- A range of women from 18 years on, which nothing cuts.
select rows_are('reference_range_period', $$
laboratory=Central | test=ALT | sex=female | age_from=18 | effective_from=-infinity | effective_before=infinity | unit=U/L | lln=5 | uln=40
$$);
-- ---- What had happened by the data cut
select rows_are('_subject_at_cut', $$
site_id=S1 | subject_id=001 | birth_date=1970-06-15 | sex=female
site_id=S1 | subject_id=002 | birth_date=1970-06-15 | sex=female
site_id=S2 | subject_id=003 | birth_date=1968-02-01 | sex=male
site_id=S2 | subject_id=004 | birth_date=1970-06-15 | sex=female
$$);
-- S2/003 died at the end of his part; S2/004 withdrew her only consent.
select rows_are('_subject_life', $$
site_id=S1 | subject_id=001 | sex=female | born=1970-06-15 | part_ended=2009-01-02 | has_withdrawn=false
site_id=S1 | subject_id=002 | sex=female | born=1970-06-15 | part_ended=2008-04-10 | end_reason=adverse event | has_withdrawn=false
site_id=S2 | subject_id=003 | sex=male | born=1968-02-01 | died=2008-03-15 | part_ended=2008-03-15 | end_reason=death | has_withdrawn=false
site_id=S2 | subject_id=004 | sex=female | born=1970-06-15 | has_withdrawn=true
$$);
select rows_are('_consent_at_cut', $$
site_id=S1 | subject_id=001 | version=1.0 | signed=2008-01-10
site_id=S1 | subject_id=002 | version=1.0 | signed=2008-01-10
site_id=S2 | subject_id=003 | version=1.0 | signed=2008-01-10
site_id=S2 | subject_id=004 | version=1.0 | signed=2008-01-10 | withdrawn=2008-01-20 | withdrawn_from_follow_up=2008-01-20 | withdrawn_from_samples=2008-01-20
$$);
-- The study has no versions of the form.
select rows_are('_reconsent', '');
select rows_are('overdue_reconsent', '');
select rows_are('_enrolment_at_cut', $$
site_id=S1 | subject_id=001 | enrolled=2008-01-31 | first_dose=2008-02-01
site_id=S1 | subject_id=002 | enrolled=2008-02-01 | first_dose=2008-02-01
site_id=S2 | subject_id=003 | enrolled=2008-02-01 | first_dose=2008-02-01
$$);
select rows_are('_treated_at_cut', $$
site_id=S1 | subject_id=001 | first_dose=2008-02-01
site_id=S1 | subject_id=002 | first_dose=2008-02-01
site_id=S2 | subject_id=003 | first_dose=2008-02-01
$$);
select rows_are('_disposition_at_cut', $$
site_id=S1 | subject_id=001 | ended=2009-01-02 | outcome=completed
site_id=S1 | subject_id=002 | ended=2008-04-10 | outcome=discontinued | reason=adverse event
site_id=S2 | subject_id=003 | ended=2008-03-15 | outcome=discontinued | reason=death
$$);
-- S1 enrolled 001 on 31 January and 002 a day later. Three of the 50 that the protocol wants are 6 %.
select rows_are('accrual', $$
site_id=S1 | site_name=First | screened=2 | consented=2 | enrolled=2 | treated=2 | completed=1 | left_study=1 | discontinued=1 | first_enrolled=2008-01-31 | last_enrolled=2008-02-01 | trial_enrolled=3 | trial_target=50 | trial_percent=6.0 | trial_completed=1 | trial_completed_percent=2.0
site_id=S2 | site_name=Second | screened=2 | consented=2 | enrolled=1 | treated=1 | completed=0 | left_study=1 | discontinued=1 | first_enrolled=2008-02-01 | last_enrolled=2008-02-01 | trial_enrolled=3 | trial_target=50 | trial_percent=6.0 | trial_completed=1 | trial_completed_percent=2.0
$$);
-- Four screened, 004 withdrew. Everybody came to week 4, and 001 alone after it.
select rows_are('consort_flow', $$
position=1 | stage=screened | subjects=4
position=10 | stage=discontinued | subjects=2
position=11 | stage=discontinued | reason=adverse event | subjects=1
position=12 | stage=discontinued | reason=death | subjects=1
position=13 | stage=completed | subjects=1
position=14 | stage=left the study | subjects=2
position=15 | stage=left the study | reason=adverse event | subjects=1
position=16 | stage=left the study | reason=death | subjects=1
position=17 | stage=in the study | subjects=0
position=2 | stage=not enrolled | subjects=1
position=3 | stage=not enrolled | reason=consent withdrawn | subjects=1
position=4 | stage=enrolled | subjects=3
position=5 | stage=first dose | subjects=3
position=6 | stage=week 4 | subjects=3
position=7 | stage=week 12 | subjects=1
position=8 | stage=week 24 | subjects=1
position=9 | stage=week 48 | subjects=1
$$);

-- ---- Subjects
-- Born on 15 June 1970 is 37 in January 2008; born on 1 February 1968 still 39. 3TC and NVP are called resistant; EFV is called susceptible.
-- log10 of 50000 is 4.699, of 80000 4.9031; above 500000 has no number and no upper bound. 2 January 2009 is day 337, 10 April day 70.
select rows_are('analysis_subject', $$
site_id=S1 | subject_id=001 | sex=female | consent_signed=2008-01-10 | age=37 | enrolled=2008-01-31 | first_dose=2008-02-01 | is_enrolled=true | is_treated=true | is_analysable=true | resistant_drugs=2 | intolerable_drugs=0 | background_drugs=LPV + TDF | baseline_viral_load=50000 | baseline_viral_load_lower=50000 | baseline_viral_load_upper=50000 | baseline_log10_copies=4.699 | baseline_qualifier== | baseline_viral_load_collected=2008-01-15 | baseline_assay=Quantiplex 3.0 | baseline_cd4_count=180 | baseline_cd4_count_lower=180 | baseline_cd4_count_upper=180 | baseline_cd4_count_exact=180 | baseline_cd4_collected=2008-01-15 | outcome=completed | ended=2009-01-02 | days_in_study=337 | is_per_protocol=true
site_id=S1 | subject_id=002 | sex=female | consent_signed=2008-01-10 | age=37 | enrolled=2008-02-01 | first_dose=2008-02-01 | is_enrolled=true | is_treated=true | is_analysable=true | resistant_drugs=2 | intolerable_drugs=0 | background_drugs=LPV + TDF | baseline_viral_load=>500000 | baseline_viral_load_lower=500000 | baseline_qualifier=> | baseline_viral_load_collected=2008-01-15 | baseline_assay=Quantiplex 3.0 | outcome=discontinued | reason=adverse event | ended=2008-04-10 | days_in_study=70 | is_per_protocol=true
site_id=S2 | subject_id=003 | sex=male | consent_signed=2008-01-10 | age=39 | enrolled=2008-02-01 | first_dose=2008-02-01 | is_enrolled=true | is_treated=true | is_analysable=true | resistant_drugs=2 | intolerable_drugs=0 | background_drugs=LPV + TDF | baseline_viral_load=80000 | baseline_viral_load_lower=80000 | baseline_viral_load_upper=80000 | baseline_log10_copies=4.9031 | baseline_qualifier== | baseline_viral_load_collected=2008-01-15 | baseline_assay=Quantiplex 3.0 | baseline_cd4_count=90 | baseline_cd4_count_lower=90 | baseline_cd4_count_upper=90 | baseline_cd4_count_exact=90 | baseline_cd4_collected=2008-01-15 | outcome=discontinued | reason=death | ended=2008-03-15 | days_in_study=44 | is_per_protocol=true
site_id=S2 | subject_id=004 | sex=female | consent_signed=2008-01-10 | consent_withdrawn=2008-01-20 | age=37 | is_enrolled=false | is_treated=false | is_analysable=false | is_per_protocol=false
$$);
-- Treatment ends with the study, or on the day that the drugs were stopped, for the reason of stopping.
select rows_are('treatment_course', $$
site_id=S1 | subject_id=001 | first_dose=2008-02-01 | treated_until=2009-01-02 | completed=2009-01-02
site_id=S1 | subject_id=002 | first_dose=2008-02-01 | treated_until=2008-04-01 | discontinued=2008-04-01 | discontinuation_reason=adverse event
site_id=S2 | subject_id=003 | first_dose=2008-02-01 | treated_until=2008-03-15 | discontinued=2008-03-15 | discontinuation_reason=death
$$);
\ir include/view_rows_exposure.sql
select rows_are('_analysis_member', $$
site_id=S1 | subject_id=001 | first_dose=2008-02-01
site_id=S1 | subject_id=002 | first_dose=2008-02-01
site_id=S2 | subject_id=003 | first_dose=2008-02-01
$$);
-- Groups are sites by default.
select rows_are('_treated_group', $$
site_id=S1 | subject_id=001 | first_dose=2008-02-01 | group_value=S1
site_id=S1 | subject_id=002 | first_dose=2008-02-01 | group_value=S1
site_id=S2 | subject_id=003 | first_dose=2008-02-01 | group_value=S2
$$);
-- Week 12 is analysed on days 57 to 126: 28 March to 5 June.
select rows_are('_scheduled_visit', $$
site_id=S1 | subject_id=001 | first_dose=2008-02-01 | visit=week 12 | position=3 | opens=2008-03-28 | due=2008-04-25 | closes=2008-06-05
site_id=S1 | subject_id=001 | first_dose=2008-02-01 | visit=week 24 | position=4 | opens=2008-06-06 | due=2008-07-18 | closes=2008-08-28
site_id=S1 | subject_id=001 | first_dose=2008-02-01 | visit=week 4 | position=2 | opens=2008-02-02 | due=2008-02-29 | closes=2008-03-27
site_id=S1 | subject_id=001 | first_dose=2008-02-01 | visit=week 48 | position=5 | opens=2008-11-21 | due=2009-01-02 | closes=2009-02-12
$$, $$subject_id = '001'$$);

-- ---- Viral load and CD4
select rows_are('_baseline_viral_load', $$
site_id=S1 | subject_id=001 | collected=2008-01-15 | replicate=1 | assay=Quantiplex 3.0 | viral_load=50000
site_id=S1 | subject_id=002 | collected=2008-01-15 | replicate=1 | assay=Quantiplex 3.0 | viral_load=>500000
site_id=S2 | subject_id=003 | collected=2008-01-15 | replicate=1 | assay=Quantiplex 3.0 | viral_load=80000
$$);
select rows_are('_baseline_cd4', $$
site_id=S1 | subject_id=001 | collected=2008-01-15 | replicate=1 | cd4_count=180
site_id=S2 | subject_id=003 | collected=2008-01-15 | replicate=1 | cd4_count=90
$$);
-- No day has two results here; study_missing_data.sql has one.
select rows_are('_repeated_viral_load', '');
select rows_are('_viral_load_at_cut', $$
site_id=S1 | subject_id=001 | collected=2008-05-30 | replicate=1 | assay=Quantiplex 3.0 | viral_load=120
site_id=S1 | subject_id=001 | collected=2008-07-18 | replicate=1 | assay=Quantiplex 3.0 | viral_load=<50
site_id=S1 | subject_id=001 | collected=2009-01-02 | replicate=1 | assay=Quantiplex 3.0 | viral_load=<50
$$, $$subject_id = '001' and collected > '2008-05-01'$$);
-- By either rule, where each day has one result
select rows_are('viral_load_of_day', $$
viral_load_of_day=highest | site_id=S1 | subject_id=001 | collected=2008-07-18 | replicate=1 | assay=Quantiplex 3.0 | viral_load=<50
viral_load_of_day=highest | site_id=S1 | subject_id=001 | collected=2009-01-02 | replicate=1 | assay=Quantiplex 3.0 | viral_load=<50
viral_load_of_day=last replicate | site_id=S1 | subject_id=001 | collected=2008-07-18 | replicate=1 | assay=Quantiplex 3.0 | viral_load=<50
viral_load_of_day=last replicate | site_id=S1 | subject_id=001 | collected=2009-01-02 | replicate=1 | assay=Quantiplex 3.0 | viral_load=<50
$$, $$subject_id = '001' and collected > '2008-07-01'$$);
-- A moment is 65536 times the days since 2000, and the replicate: 1449 and 2180 days.
select rows_are('_gathered_viral_load', $$
site_id=S2 | subject_id=004 | results=1:missing=0,values=2,moment=94961665,value=120000,moment=142868481,value=20000
$$, $$subject_id = '004'$$);
-- The days to the target: 17 to the first dose, 35 from day 85 to day 120. Results of 2003 and 2005 are in no window.
select rows_are('_windowed_viral_load', $$
site_id=S1 | subject_id=001 | collected=2003-12-20 | replicate=1 | assay=Quantiplex 3.0 | viral_load=120000 | first_dose=2008-02-01 | distance=1504 | stands_for_day=true
site_id=S1 | subject_id=001 | collected=2005-12-20 | replicate=1 | assay=Quantiplex 3.0 | viral_load=20000 | first_dose=2008-02-01 | distance=773 | stands_for_day=true
site_id=S1 | subject_id=001 | collected=2008-01-15 | replicate=1 | visit=screening | assay=Quantiplex 3.0 | viral_load=50000 | first_dose=2008-02-01 | analysis_visit=screening | follows_first_dose=false | distance=17 | stands_for_day=true
site_id=S1 | subject_id=001 | collected=2008-02-29 | replicate=1 | visit=week 4 | assay=Quantiplex 3.0 | viral_load=400 | first_dose=2008-02-01 | analysis_visit=week 4 | follows_first_dose=true | distance=0 | stands_for_day=true
site_id=S1 | subject_id=001 | collected=2008-04-25 | replicate=1 | visit=week 12 | assay=Quantiplex 3.0 | viral_load=<50 | first_dose=2008-02-01 | analysis_visit=week 12 | follows_first_dose=true | distance=0 | stands_for_day=true
site_id=S1 | subject_id=001 | collected=2008-05-30 | replicate=1 | assay=Quantiplex 3.0 | viral_load=120 | first_dose=2008-02-01 | analysis_visit=week 12 | follows_first_dose=true | distance=35 | stands_for_day=true
site_id=S1 | subject_id=001 | collected=2008-07-18 | replicate=1 | visit=week 24 | assay=Quantiplex 3.0 | viral_load=<50 | first_dose=2008-02-01 | analysis_visit=week 24 | follows_first_dose=true | distance=0 | stands_for_day=true
site_id=S1 | subject_id=001 | collected=2009-01-02 | replicate=1 | visit=week 48 | assay=Quantiplex 3.0 | viral_load=<50 | first_dose=2008-02-01 | analysis_visit=week 48 | follows_first_dose=true | distance=0 | stands_for_day=true
$$, $$subject_id = '001'$$);
select rows_are('_windowed_cd4', $$
site_id=S2 | subject_id=003 | collected=2008-01-15 | replicate=1 | visit=screening | cd4_count=90 | first_dose=2008-02-01 | analysis_visit=screening | follows_first_dose=false | distance=17
site_id=S2 | subject_id=003 | collected=2008-02-29 | replicate=1 | visit=week 4 | cd4_count=110 | first_dose=2008-02-01 | analysis_visit=week 4 | follows_first_dose=true | distance=0
$$, $$subject_id = '003'$$);
-- Falls: 50000 / 400 is 125, its log10 2.0969; 50000 / 120 is 416.67, 2.6198; below 50 is a fall of more than 3. Above 500000 to 30000 is more than
-- log10(16.67) = 1.2218; 80000 to below 50 more than log10(1600) = 3.2041. 400 is not below 400. Week 12 has two results: day 85 is the target day.
select rows_are('analysis_viral_load', $$
site_id=S1 | subject_id=001 | analysis_visit=screening | is_analysis_record=true | visit=screening | collected=2008-01-15 | replicate=1 | study_day=-17 | assay=Quantiplex 3.0 | viral_load=50000 | viral_load_lower=50000 | viral_load_upper=50000 | log10_copies=4.699 | qualifier== | is_baseline=true | baseline_viral_load=50000 | baseline_viral_load_lower=50000 | baseline_viral_load_upper=50000 | baseline_log10_copies=4.699 | baseline_qualifier== | log_reduction=0 | log_reduction_lower=0 | log_reduction_upper=0 | log_reduction_exact=0 | log_reduction_qualifier== | is_below_response_threshold=false | is_below_suppression_threshold=false | is_above_log_reduction_threshold=false
site_id=S1 | subject_id=001 | analysis_visit=week 12 | is_analysis_record=false | collected=2008-05-30 | replicate=1 | study_day=120 | assay=Quantiplex 3.0 | viral_load=120 | viral_load_lower=120 | viral_load_upper=120 | log10_copies=2.0792 | qualifier== | is_baseline=false | baseline_viral_load=50000 | baseline_viral_load_lower=50000 | baseline_viral_load_upper=50000 | baseline_log10_copies=4.699 | baseline_qualifier== | log_reduction=2.619788758288394 | log_reduction_lower=2.6198 | log_reduction_upper=2.6198 | log_reduction_exact=2.6198 | log_reduction_qualifier== | is_below_response_threshold=true | is_below_suppression_threshold=false | is_above_log_reduction_threshold=true
site_id=S1 | subject_id=001 | analysis_visit=week 12 | is_analysis_record=true | visit=week 12 | collected=2008-04-25 | replicate=1 | study_day=85 | assay=Quantiplex 3.0 | viral_load=<50 | viral_load_lower=0 | viral_load_upper=50 | qualifier=< | is_baseline=false | baseline_viral_load=50000 | baseline_viral_load_lower=50000 | baseline_viral_load_upper=50000 | baseline_log10_copies=4.699 | baseline_qualifier== | log_reduction=>3 | log_reduction_lower=3 | log_reduction_qualifier=> | is_below_response_threshold=true | is_below_suppression_threshold=true | is_above_log_reduction_threshold=true
site_id=S1 | subject_id=001 | analysis_visit=week 24 | is_analysis_record=true | visit=week 24 | collected=2008-07-18 | replicate=1 | study_day=169 | assay=Quantiplex 3.0 | viral_load=<50 | viral_load_lower=0 | viral_load_upper=50 | qualifier=< | is_baseline=false | baseline_viral_load=50000 | baseline_viral_load_lower=50000 | baseline_viral_load_upper=50000 | baseline_log10_copies=4.699 | baseline_qualifier== | log_reduction=>3 | log_reduction_lower=3 | log_reduction_qualifier=> | is_below_response_threshold=true | is_below_suppression_threshold=true | is_above_log_reduction_threshold=true
site_id=S1 | subject_id=001 | analysis_visit=week 4 | is_analysis_record=true | visit=week 4 | collected=2008-02-29 | replicate=1 | study_day=29 | assay=Quantiplex 3.0 | viral_load=400 | viral_load_lower=400 | viral_load_upper=400 | log10_copies=2.6021 | qualifier== | is_baseline=false | baseline_viral_load=50000 | baseline_viral_load_lower=50000 | baseline_viral_load_upper=50000 | baseline_log10_copies=4.699 | baseline_qualifier== | log_reduction=2.0969100130080562 | log_reduction_lower=2.0969 | log_reduction_upper=2.0969 | log_reduction_exact=2.0969 | log_reduction_qualifier== | is_below_response_threshold=false | is_below_suppression_threshold=false | is_above_log_reduction_threshold=true
site_id=S1 | subject_id=001 | analysis_visit=week 48 | is_analysis_record=true | visit=week 48 | collected=2009-01-02 | replicate=1 | study_day=337 | assay=Quantiplex 3.0 | viral_load=<50 | viral_load_lower=0 | viral_load_upper=50 | qualifier=< | is_baseline=false | baseline_viral_load=50000 | baseline_viral_load_lower=50000 | baseline_viral_load_upper=50000 | baseline_log10_copies=4.699 | baseline_qualifier== | log_reduction=>3 | log_reduction_lower=3 | log_reduction_qualifier=> | is_below_response_threshold=true | is_below_suppression_threshold=true | is_above_log_reduction_threshold=true
site_id=S1 | subject_id=002 | analysis_visit=screening | is_analysis_record=true | visit=screening | collected=2008-01-15 | replicate=1 | study_day=-17 | assay=Quantiplex 3.0 | viral_load=>500000 | viral_load_lower=500000 | qualifier=> | is_baseline=true | baseline_viral_load=>500000 | baseline_viral_load_lower=500000 | baseline_qualifier=> | is_below_response_threshold=false | is_below_suppression_threshold=false
site_id=S1 | subject_id=002 | analysis_visit=week 4 | is_analysis_record=true | visit=week 4 | collected=2008-02-29 | replicate=1 | study_day=29 | assay=Quantiplex 3.0 | viral_load=30000 | viral_load_lower=30000 | viral_load_upper=30000 | log10_copies=4.4771 | qualifier== | is_baseline=false | baseline_viral_load=>500000 | baseline_viral_load_lower=500000 | baseline_qualifier=> | log_reduction=>1.2218487496163564 | log_reduction_lower=1.2218 | log_reduction_qualifier=> | is_below_response_threshold=false | is_below_suppression_threshold=false | is_above_log_reduction_threshold=true
site_id=S2 | subject_id=003 | analysis_visit=screening | is_analysis_record=true | visit=screening | collected=2008-01-15 | replicate=1 | study_day=-17 | assay=Quantiplex 3.0 | viral_load=80000 | viral_load_lower=80000 | viral_load_upper=80000 | log10_copies=4.9031 | qualifier== | is_baseline=true | baseline_viral_load=80000 | baseline_viral_load_lower=80000 | baseline_viral_load_upper=80000 | baseline_log10_copies=4.9031 | baseline_qualifier== | log_reduction=0 | log_reduction_lower=0 | log_reduction_upper=0 | log_reduction_exact=0 | log_reduction_qualifier== | is_below_response_threshold=false | is_below_suppression_threshold=false | is_above_log_reduction_threshold=false
site_id=S2 | subject_id=003 | analysis_visit=week 4 | is_analysis_record=true | visit=week 4 | collected=2008-02-29 | replicate=1 | study_day=29 | assay=Quantiplex 3.0 | viral_load=<50 | viral_load_lower=0 | viral_load_upper=50 | qualifier=< | is_baseline=false | baseline_viral_load=80000 | baseline_viral_load_lower=80000 | baseline_viral_load_upper=80000 | baseline_log10_copies=4.9031 | baseline_qualifier== | log_reduction=>3.204119982655925 | log_reduction_lower=3.2041 | log_reduction_qualifier=> | is_below_response_threshold=true | is_below_suppression_threshold=true | is_above_log_reduction_threshold=true
$$, $$collected > '2008-01-01'$$);
-- 002 has no CD4 count, 003 none after week 4: the visits are rows without a result.
select rows_are('analysis_cd4', $$
site_id=S1 | subject_id=001 | analysis_visit=screening | is_analysis_record=true | visit=screening | collected=2008-01-15 | replicate=1 | study_day=-17 | cd4_count=180 | cd4_count_lower=180 | cd4_count_upper=180 | cd4_count_exact=180 | cd4_percent=12 | is_baseline=true | baseline_cd4_count=180 | baseline_cd4_count_lower=180 | baseline_cd4_count_upper=180 | baseline_cd4_count_exact=180 | change=0
site_id=S1 | subject_id=001 | analysis_visit=week 12 | is_analysis_record=true | visit=week 12 | collected=2008-04-25 | replicate=1 | study_day=85 | cd4_count=250 | cd4_count_lower=250 | cd4_count_upper=250 | cd4_count_exact=250 | cd4_percent=15.5 | is_baseline=false | baseline_cd4_count=180 | baseline_cd4_count_lower=180 | baseline_cd4_count_upper=180 | baseline_cd4_count_exact=180 | change=70
site_id=S1 | subject_id=001 | analysis_visit=week 24 | is_analysis_record=true | visit=week 24 | collected=2008-07-18 | replicate=1 | study_day=169 | cd4_count=300 | cd4_count_lower=300 | cd4_count_upper=300 | cd4_count_exact=300 | is_baseline=false | baseline_cd4_count=180 | baseline_cd4_count_lower=180 | baseline_cd4_count_upper=180 | baseline_cd4_count_exact=180 | change=120
site_id=S1 | subject_id=001 | analysis_visit=week 4 | is_analysis_record=true | visit=week 4 | collected=2008-02-29 | replicate=1 | study_day=29 | cd4_count=210 | cd4_count_lower=210 | cd4_count_upper=210 | cd4_count_exact=210 | is_baseline=false | baseline_cd4_count=180 | baseline_cd4_count_lower=180 | baseline_cd4_count_upper=180 | baseline_cd4_count_exact=180 | change=30
site_id=S1 | subject_id=001 | analysis_visit=week 48 | is_analysis_record=true | visit=week 48 | collected=2009-01-02 | replicate=1 | study_day=337 | cd4_count=380 | cd4_count_lower=380 | cd4_count_upper=380 | cd4_count_exact=380 | cd4_percent=21 | is_baseline=false | baseline_cd4_count=180 | baseline_cd4_count_lower=180 | baseline_cd4_count_upper=180 | baseline_cd4_count_exact=180 | change=200
site_id=S1 | subject_id=002 | analysis_visit=week 12 | is_analysis_record=true | is_baseline=false
site_id=S2 | subject_id=003 | analysis_visit=screening | is_analysis_record=true | visit=screening | collected=2008-01-15 | replicate=1 | study_day=-17 | cd4_count=90 | cd4_count_lower=90 | cd4_count_upper=90 | cd4_count_exact=90 | is_baseline=true | baseline_cd4_count=90 | baseline_cd4_count_lower=90 | baseline_cd4_count_upper=90 | baseline_cd4_count_exact=90 | change=0
site_id=S2 | subject_id=003 | analysis_visit=week 12 | is_analysis_record=true | is_baseline=false | baseline_cd4_count=90 | baseline_cd4_count_lower=90 | baseline_cd4_count_upper=90 | baseline_cd4_count_exact=90
site_id=S2 | subject_id=003 | analysis_visit=week 4 | is_analysis_record=true | visit=week 4 | collected=2008-02-29 | replicate=1 | study_day=29 | cd4_count=110 | cd4_count_lower=110 | cd4_count_upper=110 | cd4_count_exact=110 | is_baseline=false | baseline_cd4_count=90 | baseline_cd4_count_lower=90 | baseline_cd4_count_upper=90 | baseline_cd4_count_exact=90 | change=20
$$, $$collected is not null or analysis_visit = 'week 12'$$);
select rows_are('_visit_viral_load', $$
site_id=S2 | subject_id=003 | group_value=S2 | visit=week 4 | position=2 | first_dose=2008-02-01 | opens=2008-02-02 | due=2008-02-29 | closes=2008-03-27 | results=1:missing=0,values=4,moment=94961665,value=120000,moment=142868481,value=20000,moment=192413697,value=80000,moment=19536 | collected=2008-02-29 | viral_load=<50 | baseline=80000
$$, $$subject_id = '003' and visit = 'week 4'$$);
select rows_are('visit_viral_load', $$
site_id=S1 | subject_id=001 | group_value=S1 | visit=week 12 | position=3 | first_dose=2008-02-01 | closes=2008-06-05 | collected=2008-04-25 | viral_load=<50 | baseline=50000
site_id=S1 | subject_id=001 | group_value=S1 | visit=week 4 | position=2 | first_dose=2008-02-01 | closes=2008-03-27 | collected=2008-02-29 | viral_load=400 | baseline=50000
site_id=S1 | subject_id=002 | group_value=S1 | visit=week 12 | position=3 | first_dose=2008-02-01 | closes=2008-06-05 | baseline=>500000
site_id=S1 | subject_id=002 | group_value=S1 | visit=week 4 | position=2 | first_dose=2008-02-01 | closes=2008-03-27 | collected=2008-02-29 | viral_load=30000 | baseline=>500000
site_id=S2 | subject_id=003 | group_value=S2 | visit=week 12 | position=3 | first_dose=2008-02-01 | closes=2008-06-05 | baseline=80000
site_id=S2 | subject_id=003 | group_value=S2 | visit=week 4 | position=2 | first_dose=2008-02-01 | closes=2008-03-27 | collected=2008-02-29 | viral_load=<50 | baseline=80000
$$, $$visit in ('week 4', 'week 12')$$);
select rows_are('visit_cd4', $$
site_id=S1 | subject_id=001 | group_value=S1 | visit=week 12 | position=3 | first_dose=2008-02-01 | closes=2008-06-05 | cd4_count=250 | baseline=180
site_id=S1 | subject_id=001 | group_value=S1 | visit=week 4 | position=2 | first_dose=2008-02-01 | closes=2008-03-27 | cd4_count=210 | baseline=180
site_id=S2 | subject_id=003 | group_value=S2 | visit=week 12 | position=3 | first_dose=2008-02-01 | closes=2008-06-05 | baseline=90
site_id=S2 | subject_id=003 | group_value=S2 | visit=week 4 | position=2 | first_dose=2008-02-01 | closes=2008-03-27 | cd4_count=110 | baseline=90
$$, $$visit in ('week 4', 'week 12') and subject_id <> '002'$$);
-- Carried forward: 30000 of 002, a fall of more than 1.22, and below 50 of 003. Both left for a reason of the treatment.
select rows_are('visit_response', $$
site_id=S1 | subject_id=001 | group_value=S1 | visit=week 12 | position=3 | is_observed=true | has_carried=true | has_baseline=true | is_below_response_threshold=true | is_below_suppression_threshold=true | is_above_log_reduction_threshold=true | is_carried_below_response_threshold=true | is_carried_below_suppression_threshold=true | is_carried_above_log_reduction_threshold=true
site_id=S1 | subject_id=002 | group_value=S1 | visit=week 12 | position=3 | is_observed=false | has_carried=true | has_baseline=true | left_for_treatment=true | is_carried_below_response_threshold=false | is_carried_below_suppression_threshold=false | is_carried_above_log_reduction_threshold=true
site_id=S1 | subject_id=002 | group_value=S1 | visit=week 4 | position=2 | is_observed=true | has_carried=true | has_baseline=true | is_below_response_threshold=false | is_below_suppression_threshold=false | is_above_log_reduction_threshold=true | is_carried_below_response_threshold=false | is_carried_below_suppression_threshold=false | is_carried_above_log_reduction_threshold=true
site_id=S1 | subject_id=001 | group_value=S1 | visit=week 4 | position=2 | is_observed=true | has_carried=true | has_baseline=true | is_below_response_threshold=false | is_below_suppression_threshold=false | is_above_log_reduction_threshold=true | is_carried_below_response_threshold=false | is_carried_below_suppression_threshold=false | is_carried_above_log_reduction_threshold=true
site_id=S2 | subject_id=003 | group_value=S2 | visit=week 12 | position=3 | is_observed=false | has_carried=true | has_baseline=true | left_for_treatment=true | is_carried_below_response_threshold=true | is_carried_below_suppression_threshold=true | is_carried_above_log_reduction_threshold=true
site_id=S2 | subject_id=003 | group_value=S2 | visit=week 4 | position=2 | is_observed=true | has_carried=true | has_baseline=true | is_below_response_threshold=true | is_below_suppression_threshold=true | is_above_log_reduction_threshold=true | is_carried_below_response_threshold=true | is_carried_below_suppression_threshold=true | is_carried_above_log_reduction_threshold=true
$$, $$visit in ('week 4', 'week 12')$$);
-- Every visit is expected of 002, who left on 10 April. Week 4 may be held on days 22 to 36.
select rows_are('_expected_assessment', $$
site_id=S1 | subject_id=002 | visit=screening | position=1 | assessment=CD4 | due=2008-01-31 | window_closes=2008-01-31 | visit_date=2008-01-15 | left_study=2008-04-10 | reason=rejected
site_id=S1 | subject_id=002 | visit=week 12 | position=3 | assessment=CD4 | due=2008-04-25 | window_closes=2008-05-09 | left_study=2008-04-10
site_id=S1 | subject_id=002 | visit=week 24 | position=4 | assessment=CD4 | due=2008-07-18 | window_closes=2008-08-08 | left_study=2008-04-10
site_id=S1 | subject_id=002 | visit=week 4 | position=2 | assessment=CD4 | due=2008-02-29 | window_closes=2008-03-07 | visit_date=2008-02-29 | left_study=2008-04-10 | reason=insufficient
site_id=S1 | subject_id=002 | visit=week 48 | position=5 | assessment=CD4 | due=2009-01-02 | window_closes=2009-01-30 | left_study=2008-04-10
$$, $$subject_id = '002' and assessment = 'CD4'$$);
-- Nothing is missing of a visit after the end. From 31 January 2008 to the cut there are 335 + 181 days, from 29 February 306 + 181.
select rows_are('missing_assessment', $$
site_id=S1 | subject_id=002 | visit=screening | position=1 | assessment=CD4 | due=2008-01-31 | window_closes=2008-01-31 | visit_date=2008-01-15 | days_overdue=516 | reason=rejected
site_id=S1 | subject_id=002 | visit=week 4 | position=2 | assessment=CD4 | due=2008-02-29 | window_closes=2008-03-07 | visit_date=2008-02-29 | days_overdue=487 | reason=insufficient
$$);
\ir include/view_rows_missing.sql
\ir include/view_rows_arm.sql
-- Week 4: changes 30 and 20. Their mean 25, deviation 10 / sqrt(2) = 7.0711; t of one degree of freedom is 12.7062, times 7.0711 / sqrt(2) is 63.531.
-- Two changes of one sign have p = 2 / 4, and are too few for limits of 95 %. Mean count (210 + 110) / 2. One change has no deviation.
select rows_are('endpoint_cd4', $$
grouping=all | group_value=all | visit=week 12 | position=3 | subjects=3 | n=1 | missing=2 | mean=70 | median=70 | hodges_lehmann=70 | signed_rank_p_value=1 | cd4_counts=1 | mean_cd4_count=250 | not_evaluable=0 | censored_counts=0 | data_cut=2009-06-30
grouping=all | group_value=all | visit=week 24 | position=4 | subjects=3 | n=1 | missing=2 | mean=120 | median=120 | hodges_lehmann=120 | signed_rank_p_value=1 | cd4_counts=1 | mean_cd4_count=300 | not_evaluable=0 | censored_counts=0 | data_cut=2009-06-30
grouping=all | group_value=all | visit=week 4 | position=2 | subjects=3 | n=2 | missing=1 | mean=25 | sd=7.0711 | ci_lower=-38.531 | ci_upper=88.531 | median=25 | hodges_lehmann=25 | signed_rank_p_value=0.5 | cd4_counts=2 | mean_cd4_count=160 | not_evaluable=0 | censored_counts=0 | data_cut=2009-06-30
grouping=all | group_value=all | visit=week 48 | position=5 | subjects=3 | n=1 | missing=2 | mean=200 | median=200 | hodges_lehmann=200 | signed_rank_p_value=1 | cd4_counts=1 | mean_cd4_count=380 | not_evaluable=0 | censored_counts=0 | data_cut=2009-06-30
$$, $$group_value = 'all'$$);
-- Week 4: 2.0969, >1.2218, >3.2041; at their limits the mean is 2.1743, the deviation 0.9934, and 4.3027 * 0.9934 / sqrt(3) = 2.4678. Likelihood by survreg
-- of R: 3.0339, 0.9538, standard error 0.8356; of the viral loads 385.35 (4.004 to 37086). Below 2.0969 one is censored, so that half of the curve is left there: the median.
-- The geometric mean is the cube root of 400 * 30000 * 50, its limits 10 to the power of 2.9261 -+ 3.5203.
select rows_are('endpoint_log_reduction', $$
grouping=all | group_value=all | visit=week 12 | position=3 | subjects=3 | n=1 | missing=2 | unknown=0 | censored=1 | mean=3 | median=>3 | median_lower=3 | median_qualifier=> | viral_loads=1 | censored_viral_loads=1 | geometric_mean=50 | data_cut=2009-06-30
grouping=all | group_value=all | visit=week 4 | position=2 | subjects=3 | n=3 | missing=0 | unknown=0 | censored=2 | mean=2.1743 | sd=0.9934 | ci_lower=-0.2934 | ci_upper=4.642 | mean_mle=3.0339 | sd_mle=0.9538 | mle_ci_lower=1.3961 | mle_ci_upper=4.6717 | median=2.0969100130080562 | median_lower=2.0969 | median_upper=2.0969 | median_exact=2.0969 | median_qualifier== | viral_loads=3 | censored_viral_loads=1 | geometric_mean=843.4327 | geometric_ci_lower=0.2545 | geometric_ci_upper=2795100.1329 | geometric_mean_mle=385.3509 | geometric_mle_ci_lower=4.0041 | geometric_mle_ci_upper=37086.0108 | data_cut=2009-06-30
grouping=site_id | group_value=S2 | visit=week 12 | position=3 | subjects=1 | n=0 | missing=1 | unknown=0 | censored=0 | viral_loads=0 | censored_viral_loads=0 | data_cut=2009-06-30
grouping=site_id | group_value=S2 | visit=week 4 | position=2 | subjects=1 | n=1 | missing=0 | unknown=0 | censored=1 | mean=3.2041 | median=>3.204119982655925 | median_lower=3.2041 | median_qualifier=> | viral_loads=1 | censored_viral_loads=1 | geometric_mean=50 | data_cut=2009-06-30
$$, $$group_value in ('all', 'S2') and visit in ('week 4', 'week 12')$$);
-- Below 50: at week 4 003 alone; at week 48 001, and 003 if carried forward. Limits of 1 / 3: 1 - 0.975^(1/3) = 0.0084 and 0.9057; of 2 / 3 the complements; of 1 / 1 0.025.
select rows_are('endpoint_virology', $$
grouping=all | group_value=all | visit=week 4 | position=2 | response=< 50 | threshold=50 | rule=last observation carried forward | subjects=3 | responders=1 | evaluable=3 | missing=0 | unknown=0 | rate=0.3333 | ci_lower=0.0084 | ci_upper=0.9057 | reported_rate=0.3333 | reported_ci_lower=0.0084 | reported_ci_upper=0.9057 | reported_rule=all known | lowest_rate=0.3333 | lowest_ci_lower=0.0084 | highest_rate=0.3333 | highest_ci_upper=0.9057 | data_cut=2009-06-30
grouping=all | group_value=all | visit=week 4 | position=2 | response=< 50 | threshold=50 | rule=non-completer = failure | subjects=3 | responders=1 | evaluable=3 | missing=0 | unknown=0 | rate=0.3333 | ci_lower=0.0084 | ci_upper=0.9057 | reported_rate=0.3333 | reported_ci_lower=0.0084 | reported_ci_upper=0.9057 | reported_rule=all known | lowest_rate=0.3333 | lowest_ci_lower=0.0084 | highest_rate=0.3333 | highest_ci_upper=0.9057 | data_cut=2009-06-30
grouping=all | group_value=all | visit=week 4 | position=2 | response=< 50 | threshold=50 | rule=observed | subjects=3 | responders=1 | evaluable=3 | missing=0 | unknown=0 | rate=0.3333 | ci_lower=0.0084 | ci_upper=0.9057 | reported_rate=0.3333 | reported_ci_lower=0.0084 | reported_ci_upper=0.9057 | reported_rule=all known | lowest_rate=0.3333 | lowest_ci_lower=0.0084 | highest_rate=0.3333 | highest_ci_upper=0.9057 | data_cut=2009-06-30
grouping=all | group_value=all | visit=week 4 | position=2 | response=< 50 | threshold=50 | rule=treatment-related discontinuation = failure | subjects=3 | responders=1 | evaluable=3 | missing=0 | unknown=0 | rate=0.3333 | ci_lower=0.0084 | ci_upper=0.9057 | reported_rate=0.3333 | reported_ci_lower=0.0084 | reported_ci_upper=0.9057 | reported_rule=all known | lowest_rate=0.3333 | lowest_ci_lower=0.0084 | highest_rate=0.3333 | highest_ci_upper=0.9057 | data_cut=2009-06-30
grouping=all | group_value=all | visit=week 48 | position=5 | response=< 50 | threshold=50 | rule=last observation carried forward | subjects=3 | responders=2 | evaluable=3 | missing=0 | unknown=0 | rate=0.6667 | ci_lower=0.0943 | ci_upper=0.9916 | reported_rate=0.6667 | reported_ci_lower=0.0943 | reported_ci_upper=0.9916 | reported_rule=all known | lowest_rate=0.6667 | lowest_ci_lower=0.0943 | highest_rate=0.6667 | highest_ci_upper=0.9916 | data_cut=2009-06-30
grouping=all | group_value=all | visit=week 48 | position=5 | response=< 50 | threshold=50 | rule=non-completer = failure | subjects=3 | responders=1 | evaluable=3 | missing=2 | unknown=0 | rate=0.3333 | ci_lower=0.0084 | ci_upper=0.9057 | reported_rate=0.3333 | reported_ci_lower=0.0084 | reported_ci_upper=0.9057 | reported_rule=all known | lowest_rate=0.3333 | lowest_ci_lower=0.0084 | highest_rate=0.3333 | highest_ci_upper=0.9057 | data_cut=2009-06-30
grouping=all | group_value=all | visit=week 48 | position=5 | response=< 50 | threshold=50 | rule=observed | subjects=3 | responders=1 | evaluable=1 | missing=2 | unknown=0 | rate=1 | ci_lower=0.025 | ci_upper=1 | reported_rate=1 | reported_ci_lower=0.025 | reported_ci_upper=1 | reported_rule=all known | lowest_rate=1 | lowest_ci_lower=0.025 | highest_rate=1 | highest_ci_upper=1 | data_cut=2009-06-30
grouping=all | group_value=all | visit=week 48 | position=5 | response=< 50 | threshold=50 | rule=snapshot | subjects=3 | responders=1 | evaluable=3 | missing=2 | unknown=0 | rate=0.3333 | ci_lower=0.0084 | ci_upper=0.9057 | reported_rate=0.3333 | reported_ci_lower=0.0084 | reported_ci_upper=0.9057 | reported_rule=all known | lowest_rate=0.3333 | lowest_ci_lower=0.0084 | highest_rate=0.3333 | highest_ci_upper=0.9057 | data_cut=2009-06-30
grouping=all | group_value=all | visit=week 48 | position=5 | response=< 50 | threshold=50 | rule=treatment-related discontinuation = failure | subjects=3 | responders=1 | evaluable=3 | missing=2 | unknown=0 | rate=0.3333 | ci_lower=0.0084 | ci_upper=0.9057 | reported_rate=0.3333 | reported_ci_lower=0.0084 | reported_ci_upper=0.9057 | reported_rule=all known | lowest_rate=0.3333 | lowest_ci_lower=0.0084 | highest_rate=0.3333 | highest_ci_upper=0.9057 | data_cut=2009-06-30
$$, $$group_value = 'all' and threshold = 50 and visit in ('week 4', 'week 48')$$);

-- The parts of these for one subject, 003: the states hold his viral load of '<50', his fall of more than 3.2041 and 110 cells, 20 more than at baseline.
select rows_are('_log_reduction_part', $$
grouping=site_id | group_value=S2 | visit=week 12 | position=3 | subjects=1 | missing=1 | viral_load=1:conf_level=0,missing=1,without_limit=0,exact=0,sum=00000000000000000000000000000000,squares=00000000000000000000000000 | reduction=1:conf_level=0,missing=1,without_limit=0,exact=0,sum=00000000000000000000000000000000,squares=00000000000000000000000000 | sample=1:probability=-1,n=0 | data_cut=2009-06-30
grouping=site_id | group_value=S2 | visit=week 4 | position=2 | subjects=1 | missing=0 | viral_load=1:conf_level=0,missing=0,without_limit=0,exact=0,sum=00000000000000000000000000000000,squares=00000000000000000000000000 | reduction=1:conf_level=0,missing=0,without_limit=0,exact=0,sum=00000000000000000000000000000000,squares=00000000000000000000000000 | sample=1:probability=-1,n=1,value=>3.204119982655925 | data_cut=2009-06-30
$$, $$group_value = 'S2' and visit in ('week 4', 'week 12')$$);
select rows_are('_cd4_part', $$
grouping=site_id | group_value=S2 | visit=week 4 | position=2 | subjects=1 | censored_counts=0 | not_evaluable=0 | cd4_count=1:n=1,missing=0,mean=110,squares=0,rest=0,conf_level=0 | change=1:n=1,missing=0,mean=20,squares=0,rest=0,conf_level=0 | changes=1:missing=0,conf_level=0,values=1,value=20,count=1 | data_cut=2009-06-30
$$, $$group_value = 'S2' and visit = 'week 4'$$);
select rows_are('_virology_part', $$
grouping=site_id | group_value=S2 | visit=week 4 | position=2 | place=2 | response=< 50 | threshold=50 | rule_place=1 | rule=observed | subjects=1 | responders=1 | evaluable=1 | missing=0 | unknown=0 | data_cut=2009-06-30
grouping=site_id | group_value=S2 | visit=week 4 | position=2 | place=2 | response=< 50 | threshold=50 | rule_place=2 | rule=non-completer = failure | subjects=1 | responders=1 | evaluable=1 | missing=0 | unknown=0 | data_cut=2009-06-30
grouping=site_id | group_value=S2 | visit=week 4 | position=2 | place=2 | response=< 50 | threshold=50 | rule_place=3 | rule=treatment-related discontinuation = failure | subjects=1 | responders=1 | evaluable=1 | missing=0 | unknown=0 | data_cut=2009-06-30
grouping=site_id | group_value=S2 | visit=week 4 | position=2 | place=2 | response=< 50 | threshold=50 | rule_place=4 | rule=last observation carried forward | subjects=1 | responders=1 | evaluable=1 | missing=0 | unknown=0 | data_cut=2009-06-30
$$, $$group_value = 'S2' and visit = 'week 4' and threshold = 50$$);
select rows_are('_survival_part', $$
grouping=site_id | group_value=S2 | variable=1 Time to response, < 400 copies/mL | subjects=1 | curve=1:missing=0,values=1,time=28,event=1,count=1 | data_cut=2009-06-30
grouping=site_id | group_value=S2 | variable=1 Time to response, < 50 copies/mL | subjects=1 | curve=1:missing=0,values=1,time=28,event=1,count=1 | data_cut=2009-06-30
grouping=site_id | group_value=S2 | variable=2 Time to loss of response, < 400 copies/mL | subjects=1 | curve=1:missing=0,values=1,time=0,event=1,count=1 | data_cut=2009-06-30
grouping=site_id | group_value=S2 | variable=2 Time to loss of response, < 50 copies/mL | subjects=1 | curve=1:missing=0,values=1,time=0,event=1,count=1 | data_cut=2009-06-30
$$, $$group_value = 'S2'$$);

-- ---- Outcomes
select rows_are('_on_treatment_viral_load', $$
site_id=S1 | subject_id=001 | first_dose=2008-02-01 | treated_until=2009-01-02 | completed=2009-01-02 | collected=2008-02-29 | study_day=29 | assay=Quantiplex 3.0 | viral_load=400
site_id=S1 | subject_id=001 | first_dose=2008-02-01 | treated_until=2009-01-02 | completed=2009-01-02 | collected=2008-04-25 | study_day=85 | assay=Quantiplex 3.0 | viral_load=<50
site_id=S1 | subject_id=001 | first_dose=2008-02-01 | treated_until=2009-01-02 | completed=2009-01-02 | collected=2008-05-30 | study_day=120 | assay=Quantiplex 3.0 | viral_load=120
site_id=S1 | subject_id=001 | first_dose=2008-02-01 | treated_until=2009-01-02 | completed=2009-01-02 | collected=2008-07-18 | study_day=169 | assay=Quantiplex 3.0 | viral_load=<50
site_id=S1 | subject_id=001 | first_dose=2008-02-01 | treated_until=2009-01-02 | completed=2009-01-02 | collected=2009-01-02 | study_day=337 | assay=Quantiplex 3.0 | viral_load=<50
site_id=S1 | subject_id=002 | first_dose=2008-02-01 | treated_until=2008-04-01 | discontinued=2008-04-01 | discontinuation_reason=adverse event | collected=2008-02-29 | study_day=29 | assay=Quantiplex 3.0 | viral_load=30000
site_id=S2 | subject_id=003 | first_dose=2008-02-01 | treated_until=2008-03-15 | discontinued=2008-03-15 | discontinuation_reason=death | collected=2008-02-29 | study_day=29 | assay=Quantiplex 3.0 | viral_load=<50
$$);
-- 001 was not below 50 or 400 on day 29, and was on day 85; 003 on day 29; 002 never up to day 29. Days from the first dose: one less.
select rows_are('time_to_response', $$
site_id=S1 | subject_id=001 | threshold=50 | was_below_at_baseline=false | last_not_below=2008-02-29 | first_below=2008-04-25 | lower_days=28 | upper_days=84 | time=84 | event=true
site_id=S1 | subject_id=002 | threshold=50 | was_below_at_baseline=false | last_not_below=2008-02-29 | lower_days=28 | time=28 | event=false
site_id=S2 | subject_id=003 | threshold=50 | was_below_at_baseline=false | first_below=2008-02-29 | lower_days=0 | upper_days=28 | time=28 | event=true
$$, $$threshold = 50$$);
-- 001 exceeds 200 with 210 on day 29, and 350 between days 169 (300) and 337 (380). 003 has 110 on day 29.
select rows_are('cd4_crossing', $$
site_id=S1 | subject_id=001 | level=200 | was_above_at_baseline=false | first_above=2008-02-29 | lower_days=0 | upper_days=28 | time=28 | event=true
site_id=S1 | subject_id=001 | level=350 | was_above_at_baseline=false | last_not_above=2008-07-18 | first_above=2009-01-02 | lower_days=168 | upper_days=336 | time=336 | event=true
site_id=S1 | subject_id=002 | level=200 | lower_days=0 | time=0 | event=false
site_id=S1 | subject_id=002 | level=350 | lower_days=0 | time=0 | event=false
site_id=S2 | subject_id=003 | level=200 | was_above_at_baseline=false | last_not_above=2008-02-29 | lower_days=28 | time=28 | event=false
site_id=S2 | subject_id=003 | level=350 | was_above_at_baseline=false | last_not_above=2008-02-29 | lower_days=28 | time=28 | event=false
$$);
-- Below 50 twice in a row: days 169 and 337, since 120 is between. Below 400: days 85 and 120. 003 has one result below, and no second.
select rows_are('tlovr_course', $$
site_id=S1 | subject_id=001 | threshold=400 | first_dose=2008-02-01 | suppressed=2008-04-25 | suppression_confirmed=2008-05-30 | last_result=2009-01-02
site_id=S1 | subject_id=001 | threshold=50 | first_dose=2008-02-01 | suppressed=2008-07-18 | suppression_confirmed=2009-01-02 | last_result=2009-01-02
site_id=S1 | subject_id=002 | threshold=400 | first_dose=2008-02-01 | observed_failure=2008-02-01 | failed=2008-02-01 | reason=never suppressed | last_result=2008-02-29
site_id=S1 | subject_id=002 | threshold=50 | first_dose=2008-02-01 | observed_failure=2008-02-01 | failed=2008-02-01 | reason=never suppressed | last_result=2008-02-29
site_id=S2 | subject_id=003 | threshold=400 | first_dose=2008-02-01 | observed_failure=2008-02-01 | failed=2008-02-01 | reason=never suppressed | last_result=2008-02-29
site_id=S2 | subject_id=003 | threshold=50 | first_dose=2008-02-01 | observed_failure=2008-02-01 | failed=2008-02-01 | reason=never suppressed | last_result=2008-02-29
$$);
select rows_are('tlovr_outcome', $$
site_id=S1 | subject_id=001 | visit=week 48 | threshold=50 | is_responder=true | is_final=true | judged_on=2009-01-02 | study_day=337 | suppressed=2008-07-18 | evidence=below 50 from day 169 on, confirmed; no failure | visit_day=2009-01-02 | is_responder_on_visit_day=true
site_id=S1 | subject_id=002 | visit=week 48 | threshold=50 | is_responder=false | is_final=true | judged_on=2009-01-02 | study_day=337 | failed=2008-02-01 | reason=never suppressed | evidence=no two results in a row below 50 | visit_day=2009-01-02 | is_responder_on_visit_day=false
site_id=S2 | subject_id=003 | visit=week 48 | threshold=50 | is_responder=false | is_final=true | judged_on=2009-01-02 | study_day=337 | failed=2008-02-01 | reason=never suppressed | evidence=no two results in a row below 50 | visit_day=2009-01-02 | is_responder_on_visit_day=false
$$, $$threshold = 50 and visit = 'week 48'$$);
select rows_are('time_to_loss_of_response', $$
site_id=S1 | subject_id=001 | threshold=400 | is_suppressed=true | suppressed=2008-04-25 | suppressed_study_day=85 | is_failure=false | last_result=2009-01-02 | time=336 | event=false | evidence=below 400 on two results in a row from day 85, no failure up to day 337
site_id=S1 | subject_id=001 | threshold=50 | is_suppressed=true | suppressed=2008-07-18 | suppressed_study_day=169 | is_failure=false | last_result=2009-01-02 | time=336 | event=false | evidence=below 50 on two results in a row from day 169, no failure up to day 337
site_id=S1 | subject_id=002 | threshold=400 | is_suppressed=false | is_failure=true | failed=2008-02-01 | failed_study_day=1 | observed_failure=2008-02-01 | reason=never suppressed | last_result=2008-02-29 | time=0 | event=true | evidence=no two results in a row below 400
site_id=S1 | subject_id=002 | threshold=50 | is_suppressed=false | is_failure=true | failed=2008-02-01 | failed_study_day=1 | observed_failure=2008-02-01 | reason=never suppressed | last_result=2008-02-29 | time=0 | event=true | evidence=no two results in a row below 50
site_id=S2 | subject_id=003 | threshold=400 | is_suppressed=false | is_failure=true | failed=2008-02-01 | failed_study_day=1 | observed_failure=2008-02-01 | reason=never suppressed | last_result=2008-02-29 | time=0 | event=true | evidence=no two results in a row below 400
site_id=S2 | subject_id=003 | threshold=50 | is_suppressed=false | is_failure=true | failed=2008-02-01 | failed_study_day=1 | observed_failure=2008-02-01 | reason=never suppressed | last_result=2008-02-29 | time=0 | event=true | evidence=no two results in a row below 50
$$);
select rows_are('snapshot_outcome', $$
site_id=S1 | subject_id=001 | visit=week 24 | threshold=50 | category=1 | is_success=true | is_final=true | window_first=2008-06-06 | window_last=2008-08-28 | viral_load=<50 | collected=2008-07-18 | study_day=169 | assay=Quantiplex 3.0 | evidence=<50 copies/mL on day 169, below 50
site_id=S1 | subject_id=002 | visit=week 24 | threshold=50 | category=3a | is_success=false | is_final=true | window_first=2008-06-06 | window_last=2008-08-28 | discontinued=2008-04-01 | discontinuation_reason=adverse event | evidence=discontinued on day 61 (adverse event), no viral load on treatment in days 127 to 210
site_id=S2 | subject_id=003 | visit=week 24 | threshold=50 | category=3a | is_success=false | is_final=true | window_first=2008-06-06 | window_last=2008-08-28 | discontinued=2008-03-15 | discontinuation_reason=death | evidence=discontinued on day 44 (death), no viral load on treatment in days 127 to 210
$$, $$threshold = 50 and visit = 'week 24'$$);
-- 002 fell by more than 1.22, and has one result only; nobody rose.
select rows_are('virologic_failure', $$
site_id=S1 | subject_id=001 | is_failure=false | evidence=no failure
site_id=S1 | subject_id=002 | is_failure=false | evidence=no failure
site_id=S2 | subject_id=003 | is_failure=false | evidence=no failure
$$);
-- 120 on day 120 lies between two results below 50.
select rows_are('viral_blip', $$
site_id=S1 | subject_id=001 | collected=2008-05-30 | study_day=120 | is_blip=true | viral_load=120 | previous_collected=2008-04-25 | previous_viral_load=<50 | next_collected=2008-07-18 | next_viral_load=<50
$$);
-- From day 1: 28 days at half of -2.0969, 56 at -2.5485, 35 and 49 at -2.8099: -408.11 over 168 days. Then 168 at -3: -912.11 over 336. A single result: half of the fall.
select rows_are('viral_load_davg', $$
site_id=S1 | subject_id=001 | visit=week 24 | results=4 | censored=2 | last_days=168 | davg=-2.4292
site_id=S1 | subject_id=001 | visit=week 48 | results=5 | censored=3 | last_days=336 | davg=-2.7146
site_id=S1 | subject_id=002 | visit=week 24 | results=1 | censored=1 | last_days=28 | davg=-0.6109
site_id=S1 | subject_id=002 | visit=week 48 | results=1 | censored=1 | last_days=28 | davg=-0.6109
site_id=S2 | subject_id=003 | visit=week 24 | results=1 | censored=1 | last_days=28 | davg=-1.6021
site_id=S2 | subject_id=003 | visit=week 48 | results=1 | censored=1 | last_days=28 | davg=-1.6021
$$);
\ir include/view_rows_resistance.sql
-- ---- Safety
\ir include/view_rows_safety.sql

-- ---- The results of a report, one row per statistic; test/pgtap/study_result.sql has more of them
-- 001 completed, one of three; 001 was first below 400 on 25 April, 84 days after the first dose.
select rows_are('_result_subject', $$
display=disposition | position=10001 | grouping=all | group_value=all | variable=Study | level=completed | statistic=n | value=1 | decimals=0
display=disposition | position=10001 | grouping=all | group_value=all | variable=Study | level=completed | statistic=percent | value=33.3333 | decimals=1
$$, $$"grouping" = 'all' and level = 'completed'$$);
select rows_are('_result_efficacy', $$
display=cd4_change | position=2 | grouping=all | group_value=all | visit=week 4 | variable=Change of CD4 count from baseline, cells/µL | statistic=mean | value=25 | decimals=1
display=viral_load_change | position=2 | grouping=all | group_value=all | visit=week 4 | variable=Fall of HIV-1 RNA from baseline, log10 copies/mL | statistic=mean | value=2.1743 | decimals=2
$$, $$"grouping" = 'all' and visit = 'week 4' and statistic = 'mean'$$);
select rows_are('_result_survival', $$
display=kaplan_meier | position=1100000 | grouping=all | group_value=all | variable=Time to response, < 400 copies/mL | level=day 0 | statistic=percent | value=100 | decimals=1
display=kaplan_meier | position=1100028 | grouping=all | group_value=all | variable=Time to response, < 400 copies/mL | level=day 28 | statistic=percent | value=66.6667 | decimals=1
display=kaplan_meier | position=1100084 | grouping=all | group_value=all | variable=Time to response, < 400 copies/mL | level=day 84 | statistic=percent | value=0 | decimals=1
$$, $$"grouping" = 'all' and visit is null and statistic = 'percent' and variable like '%response, < 400%' and variable not like '%loss%'$$);
select rows_are('_result_safety', $$
display=adverse_events_by_grade | position=15 | grouping=all | group_value=all | variable=Myocardial infarction | level=grade 5 | statistic=n | value=1 | decimals=0
display=adverse_events_by_term | position=1 | grouping=all | group_value=all | variable=Term | level=Myocardial infarction | statistic=n | value=1 | decimals=0
$$, $$"grouping" = 'all' and 'Myocardial infarction' in (variable, level) and statistic = 'n'$$);
select rows_are('_result_laboratory', $$
display=laboratory_shifts | position=401 | grouping=all | group_value=all | variable=alanine aminotransferase, high | level=grade at baseline 0 | statistic=worst_grade_3 | value=1 | decimals=0
$$, $$"grouping" = 'all' and variable like 'alanine%' and statistic like 'worst%' and value > 0$$);
select rows_are('analysis_result', $$
result_id=consort/all/N | display=consort | position=0 | population=all subjects that were screened | grouping=all | group_value=all | statistic=N | label=subjects of the group | value=4 | decimals=0 | printed=4 | data_cut=2009-06-30
result_id=demographics/all/Sex/female/n | display=demographics | position=20001 | population=treated subjects | grouping=all | group_value=all | variable=Sex | level=female | statistic=n | label=number | value=2 | decimals=0 | printed=2 | data_cut=2009-06-30
result_id=demographics/all/Sex/female/percent | display=demographics | position=20001 | population=treated subjects | grouping=all | group_value=all | variable=Sex | level=female | statistic=percent | label=per cent | value=66.6667 | decimals=1 | printed=66.7 | data_cut=2009-06-30
$$, $$"grouping" = 'all' and (display = 'demographics' and level = 'female' or display = 'consort' and statistic = 'N')$$);
-- One of three has a deviation. Of two subjects 0, 1 or 2 have one with probability 4/9, 4/9 and 1/9, of one 2/3 and 1/3:
-- (2 - 0.025 * 9) / 2 and (2 - 0.001 * 9) / 2; 1 - 0.025 * 3 and 1 - 0.001 * 3.
select rows_are('site_deviation', $$
site_id=S1 | subjects=2 | subjects_with_deviation=0 | deviations=0 | percent=0 | trial_percent=33.3333 | lower_95=0 | upper_95=88.75 | lower_998=0 | upper_998=99.55 | is_out_of_control=false
site_id=S2 | subjects=1 | subjects_with_deviation=1 | deviations=1 | percent=100 | trial_percent=33.3333 | lower_95=0 | upper_95=92.5 | lower_998=0 | upper_998=99.7 | is_out_of_control=true
$$);
-- Two of the three enrolled on 1 February; the deepest fall is that of 001, from 50000 to below 50. 002: 210 / 40 and 45 / 20.
select rows_are('figure_point', $$
display=accrual | group_value=all | site_id=S1 | subject_id=001 | label=2008-01-31 | x=50 | y=1 | qualifier==
display=accrual | group_value=all | site_id=S1 | subject_id=002 | label=2008-02-01 | x=50 | y=2 | qualifier==
display=accrual | group_value=all | site_id=S2 | subject_id=003 | label=2008-02-01 | x=50 | y=3 | qualifier==
display=deviations | group_value=all | label=95 % limits | x=1 | y=0 | qualifier=>
display=deviations | group_value=all | label=95 % limits | x=1 | y=92.5 | qualifier=<
display=deviations | group_value=all | label=95 % limits | x=2 | y=0 | qualifier=>
display=deviations | group_value=all | label=95 % limits | x=2 | y=88.75 | qualifier=<
display=deviations | group_value=all | label=99.8 % limits | x=1 | y=0 | qualifier=>
display=deviations | group_value=all | label=99.8 % limits | x=1 | y=99.7 | qualifier=<
display=deviations | group_value=all | label=99.8 % limits | x=2 | y=0 | qualifier=>
display=deviations | group_value=all | label=99.8 % limits | x=2 | y=99.55 | qualifier=<
display=deviations | group_value=all | label=all sites | x=1 | y=33.3333 | qualifier==
display=deviations | group_value=all | label=all sites | x=2 | y=33.3333 | qualifier==
display=deviations | group_value=all | site_id=S1 | label=site | x=2 | y=0 | qualifier==
display=deviations | group_value=all | site_id=S2 | label=site beyond the limits | x=1 | y=100 | qualifier==
display=liver | group_value=S1 | site_id=S1 | subject_id=002 | x=5.25 | y=2.25 | qualifier==
display=swimmer | group_value=S1 | site_id=S1 | subject_id=001 | label=completed | x=337 | y=337 | qualifier==
display=swimmer | group_value=S1 | site_id=S1 | subject_id=001 | label=on treatment | x=1 | y=337 | qualifier==
display=swimmer | group_value=S1 | site_id=S1 | subject_id=002 | label=on treatment | x=1 | y=60 | qualifier==
display=swimmer | group_value=S1 | site_id=S1 | subject_id=002 | label=serious adverse event | x=50 | y=50 | qualifier==
display=swimmer | group_value=S1 | site_id=S1 | subject_id=002 | label=treatment given up | x=61 | y=61 | qualifier==
display=swimmer | group_value=S2 | site_id=S2 | subject_id=003 | label=death | x=44 | y=44 | qualifier==
display=swimmer | group_value=S2 | site_id=S2 | subject_id=003 | label=on treatment | x=1 | y=43 | qualifier==
display=swimmer | group_value=S2 | site_id=S2 | subject_id=003 | label=serious adverse event | x=44 | y=44 | qualifier==
display=swimmer | group_value=S2 | site_id=S2 | subject_id=003 | label=treatment given up | x=44 | y=44 | qualifier==
display=waterfall | group_value=S1 | site_id=S1 | subject_id=001 | label=week 48 | x=2 | y=-3 | qualifier=<
display=waterfall | group_value=S1 | site_id=S1 | subject_id=002 | label=week 4 | x=3 | y=-1.2218 | qualifier=<
display=waterfall | group_value=S2 | site_id=S2 | subject_id=003 | label=week 4 | x=1 | y=-3.2041 | qualifier=<
display=trajectory | group_value=S2 | site_id=S2 | subject_id=003 | label=screening | x=-17 | y=80000 | qualifier==
display=trajectory | group_value=S2 | site_id=S2 | subject_id=003 | label=week 4 | x=29 | y=50 | qualifier=<
$$, $$display <> 'trajectory' or subject_id = '003'$$);
select is_empty($$
    select relname::text from pg_class where relnamespace = 'ral'::regnamespace and relkind = 'v'
    except select view from compared except select relname from pg_class where relname ~ 'query|verification|^_?sdtm_|^adam_'
            or relname ~ '^(_result_(event|history|vital_signs|resistance)|subject_listing|(_result)?_subgroup|_safety_population_size|_consort_flow|coding_queue|_vital_sign|analysis_vital_signs|_lab_grade_table)$'$$,
    'every view was compared, here, in study_query, study_report_rows or study_dataset');

select is_empty($$
    select relname from pg_class
    where relnamespace = 'ral'::regnamespace and relkind = 'v' and relname like '\_%'
        and not exists (select from pg_depend
            join pg_rewrite on pg_rewrite.oid = objid
            where classid = 'pg_rewrite'::regclass and refobjid = pg_class.oid and ev_class <> pg_class.oid)
        and not exists (select from ral.rule_context where query ~ format('\m%s\M', relname))$$,
    'a view whose name begins with an underscore is a step: another one reads it, or a context');
select * from finish();
