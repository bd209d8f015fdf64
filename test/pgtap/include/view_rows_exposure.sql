-- Exposure to the study drug, and the steps to it
-- To the day before stopping: February has 29 days, March 31, so 60 days; 43 to 14 March. 337 / 365.25 is 0.9227 years.
select rows_are('exposure', $$
site_id=S1 | subject_id=001 | first_dose=2008-02-01 | last_dose=2009-01-02 | is_ongoing=false | days_on_treatment=337 | person_years=0.9227 | interruptions=0 | days_interrupted=0
site_id=S1 | subject_id=002 | first_dose=2008-02-01 | last_dose=2008-03-31 | is_ongoing=false | days_on_treatment=60 | person_years=0.1643 | interruptions=0 | days_interrupted=0
site_id=S2 | subject_id=003 | first_dose=2008-02-01 | last_dose=2008-03-14 | is_ongoing=false | days_on_treatment=43 | person_years=0.1177 | interruptions=0 | days_interrupted=0
$$);
select rows_are('_treatment', $$
site_id=S1 | subject_id=001 | started=2008-02-01 | is_open=false | ended=2009-01-02
site_id=S1 | subject_id=002 | started=2008-02-01 | is_open=false | ended=2008-03-31
site_id=S2 | subject_id=003 | started=2008-02-01 | is_open=false | ended=2008-03-14
$$);
select rows_are('_last_dose', $$
site_id=S1 | subject_id=001 | last_dose=2009-01-02 | is_ongoing=false
site_id=S1 | subject_id=002 | last_dose=2008-03-31 | is_ongoing=false
site_id=S2 | subject_id=003 | last_dose=2008-03-14 | is_ongoing=false
$$);
select rows_are('exposure_period', $$
site_id=S1 | subject_id=001 | period=1 | started=2008-02-01 | ended=2009-01-02 | is_ongoing=false | days=337
site_id=S1 | subject_id=002 | period=1 | started=2008-02-01 | ended=2008-03-31 | is_ongoing=false | days=60
site_id=S2 | subject_id=003 | period=1 | started=2008-02-01 | ended=2008-03-14 | is_ongoing=false | days=43
$$);
