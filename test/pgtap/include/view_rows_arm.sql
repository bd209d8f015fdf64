-- The views of arms and doses, in a trial without arms
insert into ral.dose (weight_from_kg, dose_mg, doses_per_day) values (0, 400, 2);
insert into ral.dose (weight_from_kg, effective_from, dose_mg, doses_per_day) values (0, '2020-01-01', 600, 2);
select rows_are('dose_period', $$
arm=* | weight_from_kg=0 | effective_from=-infinity | dose_mg=400 | doses_per_day=2 | effective_before=2020-01-01
arm=* | weight_from_kg=0 | effective_from=2020-01-01 | dose_mg=600 | doses_per_day=2 | effective_before=infinity
$$);
select rows_are('analysis_set', $$
site_id=S1 | subject_id=001 | analysis_set=randomised | day_1=2008-02-01
site_id=S1 | subject_id=001 | analysis_set=treated | day_1=2008-02-01
site_id=S1 | subject_id=001 | analysis_set=efficacy | day_1=2008-02-01
site_id=S1 | subject_id=001 | analysis_set=per protocol | day_1=2008-02-01
site_id=S1 | subject_id=001 | analysis_set=safety as treated | day_1=2008-02-01
$$, $$subject_id in ('001', '004')$$);
-- Two arms: 001 is randomised on the day before its first dose. Three are enrolled, two of them at S1; an amendment that
-- begins after the data cut does not count.
insert into ral.arm (arm, position, title) values ('a', 1, 'A'), ('b', 2, 'B');
insert into ral.stratum (stratum, position, title) values ('low', 1, 'Low');
insert into ral.enrolment_limit (site, maximum, stratum, effective_from) values ('*', 50, '*', '-infinity'), ('S1', 1, '*', '2009-01-01'), ('*', 9, 'low', '-infinity'), ('*', 2, 'low', '2009-07-01');
insert into ral.allocation (site_id, subject_id, allocated, stratum, arm) values ('S1', '001', '2008-01-31', 'low', 'a');
select rows_are('_randomised_at_cut', $$
site_id=S1 | subject_id=001 | randomised=2008-01-31 | stratum=low
$$);
select rows_are('enrolment_limit_period', $$
site=* | maximum=50 | stratum=* | effective_from=-infinity | effective_before=infinity
site=* | maximum=9 | stratum=low | known_stratum=low | effective_from=-infinity | effective_before=2009-07-01
site=* | maximum=2 | stratum=low | known_stratum=low | effective_from=2009-07-01 | effective_before=infinity
site=S1 | maximum=1 | stratum=* | effective_from=2009-01-01 | effective_before=infinity
$$);
select rows_are('enrolment_place', $$
site=* | stratum=* | effective_from=-infinity | maximum=50 | subjects=3 | open_places=47
site=* | stratum=low | effective_from=-infinity | maximum=9 | subjects=1 | open_places=8
site=S1 | stratum=* | effective_from=2009-01-01 | maximum=1 | subjects=2 | open_places=0
$$);
select is((select string_agg(concat_ws(' ', subject_id, arm, stratum, randomised), ', ') from ral.analysis_subject where randomised is not null), '001 a low 2008-01-31', 'analysis_subject has the day');
select is((select string_agg(subject_id, ', ') from ral.analysis_set where analysis_set = 'randomised'), '001', 'the others are not randomised');
