-- The views of results that did not come.
-- From 15 January, 29 February and 21 March 2008 to 30 June 2009.
select rows_are('unresolved_result', $$
site_id=S1 | subject_id=002 | assessment=CD4 | test= | collected=2008-01-15 | replicate=1 | visit=screening | reason=rejected | reported=clotted | days=532
site_id=S1 | subject_id=002 | assessment=CD4 | test= | collected=2008-02-29 | replicate=1 | visit=week 4 | reason=insufficient | note=half a tube | days=487
site_id=S1 | subject_id=002 | assessment=laboratory | test=AST | collected=2008-03-21 | replicate=1 | reason=pending | days=466
$$, $$collected <> '2008-01-20'$$);
-- Screening is not scheduled from the first dose; 21 March is day 50, of week 4.
select rows_are('_windowed_missing', $$
assessment=CD4 | site_id=S1 | subject_id=002 | analysis_visit=week 4 | reason=insufficient
assessment=laboratory | site_id=S1 | subject_id=002 | analysis_visit=week 4 | reason=pending
$$);
-- The hepatitis of the study is related to RAL, unlikely to TDF
select rows_are('serious_intolerance', $$
site_id=S1 | subject_id=002 | drug=RAL | reaction=hepatitis | onset_first=2008-03-21 | onset_last=2008-03-21 | event_number=1
$$);
select rows_are('_lab_reading', $$
site_id=S1 | subject_id=002 | collected=2008-01-15 | test=ALT | replicate=1 | laboratory=Central | value=30 | unit=U/L | reported_unit=U/L | unit_power=0 | unit_multiplier=1 | unit_divisor=1 | standard_value=30 | sex=F | age=37.5852 | lln=5 | uln=40
site_id=S1 | subject_id=002 | collected=2008-03-21 | test=ALT | replicate=1 | laboratory=Central | value=210 | unit=U/L | reported_unit=U/L | unit_power=0 | unit_multiplier=1 | unit_divisor=1 | standard_value=210 | sex=F | age=37.7659 | lln=5 | uln=40
$$, $$test = 'ALT'$$);
-- Three were born on 15 June 1970; each is listed with the next.
select rows_are('possible_duplicate', $$
kind=subject | site_id=S1 | subject_id=001 | other_site_id=S1 | other_subject_id=002 | item=born on 1970-06-15, female
kind=subject | site_id=S1 | subject_id=002 | other_site_id=S2 | other_subject_id=004 | item=born on 1970-06-15, female
$$);
