-- The views of arms and doses, in a trial without arms
insert into ral.dose (weight_from_kg, dose_mg, doses_per_day) values (0, 400, 2);
insert into ral.dose (weight_from_kg, effective_from, dose_mg, doses_per_day) values (0, '2020-01-01', 600, 2);
select rows_are('dose_period', $$
arm=* | weight_from_kg=0 | effective_from=-infinity | dose_mg=400 | doses_per_day=2 | effective_before=2020-01-01
arm=* | weight_from_kg=0 | effective_from=2020-01-01 | dose_mg=600 | doses_per_day=2 | effective_before=infinity
$$);
select rows_are('analysis_set', $$
site_id=S1 | subject_id=001 | analysis_set=randomised
site_id=S1 | subject_id=001 | analysis_set=treated
site_id=S1 | subject_id=001 | analysis_set=per protocol
site_id=S1 | subject_id=001 | analysis_set=safety as treated
$$, $$subject_id in ('001', '004')$$);
