-- The views of adverse events, laboratory values, electrocardiograms and deaths.
-- The emergent days are 30 more than the last dose.
select rows_are('safety_population', $$
site_id=S1 | subject_id=001 | group_value=S1 | first_dose=2008-02-01 | last_dose=2009-01-02 | last_emergent_day=2009-02-01 | days_on_treatment=337
site_id=S1 | subject_id=002 | group_value=S1 | first_dose=2008-02-01 | last_dose=2008-03-31 | last_emergent_day=2008-04-30 | days_on_treatment=60
site_id=S2 | subject_id=003 | group_value=S2 | first_dose=2008-02-01 | last_dose=2008-03-14 | last_emergent_day=2008-04-13 | days_on_treatment=43
$$);
select rows_are('_safety_subject', $$
site_id=S1 | subject_id=001 | group_value=S1 | first_dose=2008-02-01 | last_dose=2009-01-02 | last_emergent_day=2009-02-01
site_id=S1 | subject_id=002 | group_value=S1 | first_dose=2008-02-01 | last_dose=2008-03-31 | last_emergent_day=2008-04-30
site_id=S2 | subject_id=003 | group_value=S2 | first_dose=2008-02-01 | last_dose=2008-03-14 | last_emergent_day=2008-04-13
$$);
-- 21 March is day 50; LPV was not judged, but related to RAL is related to one. 003 died on day 44, a day after the last dose.
select rows_are('analysis_ae', $$
site_id=S1 | subject_id=002 | group_value=S1 | event_number=1 | term=hepatitis | reported_term=hepatitis | is_solicited=false | test=ALT | onset_first=2008-03-21 | onset_last=2008-03-21 | study_day=50 | grade=3 | is_serious=true | is_related=true | is_related_to_any=true | led_to_discontinuation=true | is_fatal=false | is_treatment_emergent=true | days_to_onset=50 | days_on_treatment=60
site_id=S2 | subject_id=003 | group_value=S2 | event_number=1 | term=Myocardial infarction | reported_term=heart attack | coded_term=Myocardial infarction | system_organ_class=Cardiac disorders | is_solicited=false | onset_first=2008-03-15 | onset_last=2008-03-15 | study_day=44 | ended=2008-03-15 | grade=5 | is_serious=true | is_related=false | is_related_to_any=false | led_to_discontinuation=false | is_fatal=true | is_treatment_emergent=true | days_to_onset=43 | days_on_treatment=43
$$);
select rows_are('missing_relatedness', $$
site_id=S1 | subject_id=002 | event_number=1 | term=hepatitis | drug=LPV
$$);
-- Hepatitis, of which the site is aware for 30 hours, and nobody has reported: 24 hours are over for 6.
begin;
update ral.adverse_event set aware_at = now() - interval '30 hours', reported_at = null where subject_id = '002';
select rows_are('serious_event_due', format('site_id=S1 | subject_id=002 | event_number=1 | term=hepatitis | onset=2008-03-21 | aware_at=%s | report_due=%s | status=overdue | hours_left=-6.0',
    now() - interval '30 hours', now() - interval '6 hours'));
update ral.adverse_event set aware_at = '2008-03-22 08:00+00', reported_at = '2008-03-22 09:00+00' where subject_id = '002';
commit;
select rows_are('death', $$
group_value=S2 | site_id=S2 | subject_id=003 | died=2008-03-15 | study_day=44 | days_since_last_dose=1 | is_on_treatment=true | fatal_events=Myocardial infarction | is_related=false
$$);
-- Two of three; limits as above, and for one of two 1 - sqrt(0.975) = 0.0126; none of three: 1 - 0.025^(1/3) = 0.7076.
select rows_are('discontinuation', $$
grouping=all | group_value=all | position=0 | population=3 | subjects=2 | percent=66.6667 | percent_ci_lower=9.4299 | percent_ci_upper=99.1596 | data_cut=2009-06-30
grouping=all | group_value=all | position=1 | cause=adverse event | population=3 | subjects=1 | percent=33.3333 | percent_ci_lower=0.8404 | percent_ci_upper=90.5701 | data_cut=2009-06-30
grouping=all | group_value=all | position=2 | cause=death | population=3 | subjects=1 | percent=33.3333 | percent_ci_lower=0.8404 | percent_ci_upper=90.5701 | data_cut=2009-06-30
grouping=all | group_value=all | position=3 | cause=lack of efficacy | population=3 | subjects=0 | percent=0 | percent_ci_lower=0 | percent_ci_upper=70.7598 | data_cut=2009-06-30
grouping=site_id | group_value=S1 | position=0 | population=2 | subjects=1 | percent=50 | percent_ci_lower=1.2579 | percent_ci_upper=98.7421 | data_cut=2009-06-30
grouping=site_id | group_value=S1 | position=1 | cause=adverse event | population=2 | subjects=1 | percent=50 | percent_ci_lower=1.2579 | percent_ci_upper=98.7421 | data_cut=2009-06-30
grouping=site_id | group_value=S2 | position=0 | population=1 | subjects=1 | percent=100 | percent_ci_lower=2.5 | percent_ci_upper=100 | data_cut=2009-06-30
grouping=site_id | group_value=S2 | position=2 | cause=death | population=1 | subjects=1 | percent=100 | percent_ci_lower=2.5 | percent_ci_upper=100 | data_cut=2009-06-30
$$, $$subjects > 0 or grouping = 'all' and cause = 'lack of efficacy'$$);
-- Kaplan-Meier: 2/3 after day 44, 1/3 after day 61, on which 002 was off the drug; 001 completed on day 337. Greenwood: 2/3 * sqrt(1/6) = 0.2722. Limits on the log-log scale.
select rows_are('time_to_discontinuation', $$
grouping=all | group_value=all | days=337 | at_risk=1 | discontinued=0 | censored=1 | remaining=0.3333 | std_error=0.2722 | remaining_ci_lower=0.009 | remaining_ci_upper=0.7741 | data_cut=2009-06-30
grouping=all | group_value=all | days=44 | at_risk=3 | discontinued=1 | censored=0 | remaining=0.6667 | std_error=0.2722 | remaining_ci_lower=0.0541 | remaining_ci_upper=0.9452 | data_cut=2009-06-30
grouping=all | group_value=all | days=61 | at_risk=2 | discontinued=1 | censored=0 | remaining=0.3333 | std_error=0.2722 | remaining_ci_lower=0.009 | remaining_ci_upper=0.7741 | data_cut=2009-06-30
$$, $$grouping = 'all'$$);
select rows_are('_baseline_lab_result', $$
site_id=S1 | subject_id=001 | test=QTCFAG | collected=2008-01-15 | replicate=1 | value=440 | unit=ms | standard_value=440
site_id=S1 | subject_id=001 | test=SODIUM | collected=2008-01-15 | replicate=1 | value=140 | unit=mmol/L | standard_value=140
site_id=S1 | subject_id=002 | test=ALT | collected=2008-01-15 | replicate=1 | value=30 | unit=U/L | standard_value=30
$$);
-- Age: 15 June 1970 to 21 March 2008 is 13794 days. The baseline counts after the first dose only. Limits of ALT are those of the laboratory.
select rows_are('lab_limit', $$
site_id=S1 | subject_id=002 | collected=2008-01-15 | test=ALT | replicate=1 | laboratory=Central | value=30 | unit=U/L | standard_value=30 | sex=F | age=37.5852 | lln=5 | uln=40 | standard_baseline=30 | is_baseline=true | first_dose=2008-02-01
site_id=S1 | subject_id=002 | collected=2008-03-21 | test=ALT | replicate=1 | laboratory=Central | value=210 | unit=U/L | standard_value=210 | sex=F | age=37.7659 | lln=5 | uln=40 | baseline=30 | standard_baseline=30 | is_baseline=false | first_dose=2008-02-01
site_id=S1 | subject_id=002 | collected=2008-03-21 | test=BILI | replicate=1 | laboratory=Central | value=45 | unit=umol/L | standard_value=45 | sex=F | age=37.7659 | uln=20 | first_dose=2008-02-01
$$, $$test in ('ALT', 'BILI')$$);
select rows_are('_lab_limit', $$
site_id=S1 | subject_id=002 | collected=2008-03-21 | test=ALT | replicate=1 | laboratory=Central | value=210 | unit=U/L | reported_unit=U/L | unit_power=0 | unit_multiplier=1 | unit_divisor=1 | standard_value=210 | sex=F | age=37.7659 | lln=5 | uln=40 | baseline=30 | standard_baseline=30 | is_baseline=false | first_dose=2008-02-01
$$, $$test = 'ALT' and collected > '2008-02-01'$$);
-- Creatinine alone, and what is calculated from it, have criteria that compare with the baseline: nobody had one taken.
select rows_are('_compared_baseline', '');
-- ALT 210 is 5.25 times its limit: grade 3 from 5 to 10. Bilirubin 45 is 2.25 times: grade 2. Sodium 122 is grade 3 below 125. QTc is not graded.
select rows_are('lab_grade', $$
site_id=S1 | subject_id=001 | collected=2008-02-29 | test=QTCFAG | replicate=1 | laboratory=Central | value=510 | unit=ms | standard_value=510 | sex=F | age=37.7084 | baseline=440 | standard_baseline=440 | is_baseline=false | first_dose=2008-02-01 | at_least=0 | at_most=4 | reason=the test is not in the grading table
site_id=S1 | subject_id=001 | collected=2008-04-25 | test=SODIUM | replicate=1 | laboratory=Central | value=122 | unit=mmol/L | standard_value=122 | sex=F | age=37.8617 | baseline=140 | standard_baseline=140 | is_baseline=false | first_dose=2008-02-01 | grade=3 | low_grade=3 | high_grade=0 | at_least=3 | at_most=3 | criterion=174
site_id=S1 | subject_id=002 | collected=2008-03-21 | test=ALP | replicate=1 | laboratory=Central | value=90 | unit=U/L | standard_value=90 | sex=F | age=37.7659 | uln=120 | first_dose=2008-02-01 | grade=0 | high_grade=0 | at_least=0 | at_most=0
site_id=S1 | subject_id=002 | collected=2008-03-21 | test=ALT | replicate=1 | laboratory=Central | value=210 | unit=U/L | standard_value=210 | sex=F | age=37.7659 | lln=5 | uln=40 | baseline=30 | standard_baseline=30 | is_baseline=false | first_dose=2008-02-01 | grade=3 | high_grade=3 | at_least=3 | at_most=3 | criterion=3
site_id=S1 | subject_id=002 | collected=2008-03-21 | test=BILI | replicate=1 | laboratory=Central | value=45 | unit=umol/L | standard_value=45 | sex=F | age=37.7659 | uln=20 | first_dose=2008-02-01 | grade=2 | high_grade=2 | at_least=2 | at_most=2 | criterion=26
$$, $$collected > '2008-02-01'$$);
select rows_are('_safety_lab_result', $$
group_value=S1 | site_id=S1 | subject_id=001 | test=SODIUM | collected=2008-01-15 | replicate=1 | laboratory=Central | value=140 | unit=mmol/L | standard_value=140 | standard_baseline=140 | first_dose=2008-02-01 | grade=0 | low_grade=0 | high_grade=0 | at_least=0 | at_most=0 | is_baseline=true | is_on_treatment=false
group_value=S1 | site_id=S1 | subject_id=001 | test=SODIUM | collected=2008-04-25 | replicate=1 | laboratory=Central | value=122 | unit=mmol/L | standard_value=122 | standard_baseline=140 | first_dose=2008-02-01 | grade=3 | low_grade=3 | high_grade=0 | at_least=3 | at_most=3 | is_baseline=false | is_on_treatment=true
$$, $$test = 'SODIUM'$$);
select rows_are('analysis_lab', $$
site_id=S1 | subject_id=002 | test=ALT | test_name=alanine aminotransferase | panel=liver function | analysis_visit=screening | is_analysis_record=true | collected=2008-01-15 | replicate=1 | study_day=-17 | laboratory=Central | value=30 | unit=U/L | lln=5 | uln=40 | standard_value=30 | standard_value_lower=30 | standard_value_upper=30 | standard_value_exact=30 | qualifier== | standard_unit=U/L | is_baseline=true | baseline_value=30 | baseline_value_lower=30 | baseline_value_upper=30 | baseline_value_exact=30 | baseline_qualifier== | change=0 | change_lower=0 | change_upper=0 | change_exact=0 | change_qualifier== | is_on_treatment=false | grade=0 | high_grade=0 | grade_at_least=0 | grade_at_most=0
site_id=S1 | subject_id=002 | test=ALT | test_name=alanine aminotransferase | panel=liver function | analysis_visit=week 4 | is_analysis_record=true | collected=2008-03-21 | replicate=1 | study_day=50 | laboratory=Central | value=210 | unit=U/L | lln=5 | uln=40 | standard_value=210 | standard_value_lower=210 | standard_value_upper=210 | standard_value_exact=210 | qualifier== | standard_unit=U/L | is_baseline=false | baseline_value=30 | baseline_value_lower=30 | baseline_value_upper=30 | baseline_value_exact=30 | baseline_qualifier== | change=180 | change_lower=180 | change_upper=180 | change_exact=180 | change_qualifier== | is_on_treatment=true | grade=3 | high_grade=3 | grade_at_least=3 | grade_at_most=3
$$, $$test = 'ALT'$$);
select rows_are('_worst_lab_grade', $$
group_value=S1 | site_id=S1 | subject_id=001 | test=SODIUM | direction=high | baseline_at_least=0 | baseline_at_most=0 | worst_at_least=0 | worst_at_most=0
group_value=S1 | site_id=S1 | subject_id=001 | test=SODIUM | direction=low | baseline_at_least=0 | baseline_at_most=0 | worst_at_least=3 | worst_at_most=3
group_value=S1 | site_id=S1 | subject_id=002 | test=ALP | direction=high | worst_at_least=0 | worst_at_most=0
group_value=S1 | site_id=S1 | subject_id=002 | test=ALT | direction=high | baseline_at_least=0 | baseline_at_most=0 | worst_at_least=3 | worst_at_most=3
group_value=S1 | site_id=S1 | subject_id=002 | test=BILI | direction=high | worst_at_least=2 | worst_at_most=2
$$);
select rows_are('laboratory_shift', $$
grouping=all | group_value=all | panel=electrolytes | test=SODIUM | test_name=sodium | direction=high | baseline_grade=0 | worst_grade=0 | subjects=1 | baseline_subjects=1 | percent=100 | data_cut=2009-06-30
grouping=all | group_value=all | panel=electrolytes | test=SODIUM | test_name=sodium | direction=low | baseline_grade=0 | worst_grade=3 | subjects=1 | baseline_subjects=1 | percent=100 | data_cut=2009-06-30
grouping=all | group_value=all | panel=liver function | test=ALP | test_name=alkaline phosphatase | direction=high | baseline_grade=missing | worst_grade=0 | subjects=1 | baseline_subjects=1 | percent=100 | data_cut=2009-06-30
grouping=all | group_value=all | panel=liver function | test=ALT | test_name=alanine aminotransferase | direction=high | baseline_grade=0 | worst_grade=3 | subjects=1 | baseline_subjects=1 | percent=100 | data_cut=2009-06-30
grouping=all | group_value=all | panel=liver function | test=BILI | test_name=total bilirubin | direction=high | baseline_grade=missing | worst_grade=2 | subjects=1 | baseline_subjects=1 | percent=100 | data_cut=2009-06-30
$$, $$grouping = 'all'$$);
-- Limits of 1 of 1: 2.5 %, of 0 of 1: 97.5 %.
select rows_are('laboratory_abnormality', $$
grouping=all | group_value=all | panel=electrolytes | test=SODIUM | test_name=sodium | direction=high | minimum_grade=3 | maximum_grade=4 | evaluable=1 | subjects_unknown=0 | subjects=0 | percent=0 | percent_ci_lower=0 | percent_ci_upper=97.5 | worsened=0 | worsened_percent=0 | worsened_percent_ci_lower=0 | worsened_percent_ci_upper=97.5 | data_cut=2009-06-30
grouping=all | group_value=all | panel=electrolytes | test=SODIUM | test_name=sodium | direction=low | minimum_grade=3 | maximum_grade=4 | evaluable=1 | subjects_unknown=0 | subjects=1 | percent=100 | percent_ci_lower=2.5 | percent_ci_upper=100 | worsened=1 | worsened_percent=100 | worsened_percent_ci_lower=2.5 | worsened_percent_ci_upper=100 | data_cut=2009-06-30
grouping=all | group_value=all | panel=liver function | test=ALP | test_name=alkaline phosphatase | direction=high | minimum_grade=3 | maximum_grade=4 | evaluable=1 | subjects_unknown=0 | subjects=0 | percent=0 | percent_ci_lower=0 | percent_ci_upper=97.5 | worsened=0 | worsened_percent=0 | worsened_percent_ci_lower=0 | worsened_percent_ci_upper=97.5 | data_cut=2009-06-30
grouping=all | group_value=all | panel=liver function | test=ALT | test_name=alanine aminotransferase | direction=high | minimum_grade=3 | maximum_grade=4 | evaluable=1 | subjects_unknown=0 | subjects=1 | percent=100 | percent_ci_lower=2.5 | percent_ci_upper=100 | worsened=1 | worsened_percent=100 | worsened_percent_ci_lower=2.5 | worsened_percent_ci_upper=100 | data_cut=2009-06-30
grouping=all | group_value=all | panel=liver function | test=BILI | test_name=total bilirubin | direction=high | minimum_grade=3 | maximum_grade=4 | evaluable=1 | subjects_unknown=0 | subjects=0 | percent=0 | percent_ci_lower=0 | percent_ci_upper=97.5 | worsened=0 | worsened_percent=0 | worsened_percent_ci_lower=0 | worsened_percent_ci_upper=97.5 | data_cut=2009-06-30
$$, $$grouping = 'all' and maximum_grade = 4 and minimum_grade = 3$$);
-- ALT has an adverse event; sodium has none.
select rows_are('unreported_abnormality', $$
site_id=S1 | subject_id=001 | collected=2008-04-25 | test=SODIUM | replicate=1 | value=122 | unit=mmol/L | grade=3 | low_grade=3 | high_grade=0 | study_day=85 | at_least=3
$$);
-- ALT 5.25, bilirubin 45 / 20 and phosphatase 90 / 120 times the upper limit.
select rows_are('hys_law_candidate', $$
group_value=S1 | site_id=S1 | subject_id=002 | is_candidate=true | test=ALT | collected=2008-03-21 | study_day=50 | times_uln=5.25 | times_uln_lower=5.25 | times_uln_upper=5.25 | times_uln_exact=5.25 | bilirubin_collected=2008-03-21 | bilirubin_times_uln=2.25 | bilirubin_times_uln_lower=2.25 | bilirubin_times_uln_upper=2.25 | bilirubin_times_uln_exact=2.25 | phosphatase_collected=2008-03-21 | phosphatase_times_uln=0.75 | phosphatase_times_uln_lower=0.75 | phosphatase_times_uln_upper=0.75 | phosphatase_times_uln_exact=0.75
$$);
-- 510 exceeds 450, 480 and 500 ms, and 440 by 70.
select rows_are('ecg_finding', $$
grouping=all | group_value=all | position=1 | test=QTCFAG | finding=QTcF over 450 ms | evaluable=1 | subjects_unknown=0 | subjects=1 | percent=100 | percent_ci_lower=2.5 | percent_ci_upper=100 | data_cut=2009-06-30
grouping=all | group_value=all | position=2 | test=QTCFAG | finding=QTcF over 480 ms | evaluable=1 | subjects_unknown=0 | subjects=1 | percent=100 | percent_ci_lower=2.5 | percent_ci_upper=100 | data_cut=2009-06-30
grouping=all | group_value=all | position=3 | test=QTCFAG | finding=QTcF over 500 ms | evaluable=1 | subjects_unknown=0 | subjects=1 | percent=100 | percent_ci_lower=2.5 | percent_ci_upper=100 | data_cut=2009-06-30
grouping=all | group_value=all | position=4 | test=QTCFAG | finding=QTcF more than 30 ms over baseline | evaluable=1 | subjects_unknown=0 | subjects=1 | percent=100 | percent_ci_lower=2.5 | percent_ci_upper=100 | data_cut=2009-06-30
grouping=all | group_value=all | position=5 | test=QTCFAG | finding=QTcF more than 60 ms over baseline | evaluable=1 | subjects_unknown=0 | subjects=1 | percent=100 | percent_ci_lower=2.5 | percent_ci_upper=100 | data_cut=2009-06-30
$$, $$grouping = 'all'$$);
select rows_are('safety_finding', $$
grouping=all | group_value=all | position=1 | finding=death | population=3 | subjects=1 | subjects_unknown=0 | percent=33.3333 | percent_ci_lower=0.8404 | percent_ci_upper=90.5701 | data_cut=2009-06-30
grouping=all | group_value=all | position=2 | finding=death on treatment | population=3 | subjects=1 | subjects_unknown=0 | percent=33.3333 | percent_ci_lower=0.8404 | percent_ci_upper=90.5701 | data_cut=2009-06-30
grouping=all | group_value=all | position=3 | finding=Hy's law candidate | population=3 | subjects=1 | subjects_unknown=0 | percent=33.3333 | percent_ci_lower=0.8404 | percent_ci_upper=90.5701 | data_cut=2009-06-30
$$, $$grouping = 'all'$$);
-- 337 + 60 + 43 = 440 days are 1.2047 person-years; up to the first event 337 + 50 + 43. Poisson limits of 2 events: 0.2422 and 7.2247.
select rows_are('endpoint_safety', $$
grouping=all | group_value=all | position=1 | event_set=any | maximum_grade=3 | population=3 | subjects=1 | subjects_unknown=0 | percent=33.3333 | percent_ci_lower=0.8404 | percent_ci_upper=90.5701 | percent_ci_upper_with_unknown=90.5701 | events=1 | events_unknown=0 | person_years=1.2047 | event_rate=83.0114 | event_rate_ci_lower=2.1017 | event_rate_ci_upper=462.5097 | data_cut=2009-06-30
grouping=all | group_value=all | position=1 | event_set=any | maximum_grade=5 | population=3 | subjects=1 | subjects_unknown=0 | percent=33.3333 | percent_ci_lower=0.8404 | percent_ci_upper=90.5701 | percent_ci_upper_with_unknown=90.5701 | events=1 | events_unknown=0 | person_years=1.2047 | event_rate=83.0114 | event_rate_ci_lower=2.1017 | event_rate_ci_upper=462.5097 | data_cut=2009-06-30
grouping=all | group_value=all | position=1 | event_set=any | population=3 | subjects=2 | subjects_unknown=0 | percent=66.6667 | percent_ci_lower=9.4299 | percent_ci_upper=99.1596 | percent_ci_upper_with_unknown=99.1596 | events=2 | events_unknown=0 | first_event_person_years=1.1773 | first_event_rate=169.8837 | first_event_rate_ci_lower=20.5737 | first_event_rate_ci_upper=613.6784 | person_years=1.2047 | event_rate=166.0227 | event_rate_ci_lower=20.1061 | event_rate_ci_upper=599.7312 | data_cut=2009-06-30
grouping=all | group_value=all | position=1 | event_set=any | term=Myocardial infarction | maximum_grade=5 | population=3 | subjects=1 | subjects_unknown=0 | percent=33.3333 | percent_ci_lower=0.8404 | percent_ci_upper=90.5701 | percent_ci_upper_with_unknown=90.5701 | events=1 | events_unknown=0 | person_years=1.2047 | event_rate=83.0114 | event_rate_ci_lower=2.1017 | event_rate_ci_upper=462.5097 | data_cut=2009-06-30
grouping=all | group_value=all | position=1 | event_set=any | term=Myocardial infarction | population=3 | subjects=1 | subjects_unknown=0 | percent=33.3333 | percent_ci_lower=0.8404 | percent_ci_upper=90.5701 | percent_ci_upper_with_unknown=90.5701 | events=1 | events_unknown=0 | first_event_person_years=1.2047 | first_event_rate=83.0114 | first_event_rate_ci_lower=2.1017 | first_event_rate_ci_upper=462.5097 | person_years=1.2047 | event_rate=83.0114 | event_rate_ci_lower=2.1017 | event_rate_ci_upper=462.5097 | data_cut=2009-06-30
grouping=all | group_value=all | position=1 | event_set=any | term=hepatitis | maximum_grade=3 | population=3 | subjects=1 | subjects_unknown=0 | percent=33.3333 | percent_ci_lower=0.8404 | percent_ci_upper=90.5701 | percent_ci_upper_with_unknown=90.5701 | events=1 | events_unknown=0 | person_years=1.2047 | event_rate=83.0114 | event_rate_ci_lower=2.1017 | event_rate_ci_upper=462.5097 | data_cut=2009-06-30
grouping=all | group_value=all | position=1 | event_set=any | term=hepatitis | population=3 | subjects=1 | subjects_unknown=0 | percent=33.3333 | percent_ci_lower=0.8404 | percent_ci_upper=90.5701 | percent_ci_upper_with_unknown=90.5701 | events=1 | events_unknown=0 | first_event_person_years=1.1773 | first_event_rate=84.9419 | first_event_rate_ci_lower=2.1505 | first_event_rate_ci_upper=473.2658 | person_years=1.2047 | event_rate=83.0114 | event_rate_ci_lower=2.1017 | event_rate_ci_upper=462.5097 | data_cut=2009-06-30
$$, $$group_value = 'all' and event_set = 'any' and subjects > 0$$);
