-- Whole lives of children in the switch trial and of subjects of two arms, with the verdict
-- that a person derives from their protocols, and why.  Acts as in include/lives.sql.
set client_min_messages = warning;
call create_study('switch', protocol => 'dolutegravir-switch');
call create_study('placebo', protocol => 'raltegravir-placebo');
\ir include/lives.sql
select no_plan();

-- ---- children and adults who are suppressed, dosed by weight; day 1 is 1 February 2018
set test.day_1 = '2018-02-01';
set search_path = switch, public, pg_temp;
insert into site (site_id, name) values ('S1', 'First'), ('S2', 'Second');
create temporary table usual_assay as select 'COBAS TaqMan 2.0' as assay;
create temporary table usual_course as
    select week, viral_load '<20' as viral_load, lab_value '900' as cd4_count from unnest(array[4, 12, 24, 36, 48]) as week;
insert into life
select 'switch', code, replace(replace(acts, 'CHILD', 'born 2010-03-01 male; signs -22 1.0; diagnosed -1848; screened -17 <20 900'),
    'BORN_WITH', 'diagnosed -700; sample -90 <20'), verdict, why
from (values
('K01', 'CHILD; dosed 1 25 18; course 24; leaves 200 other', 'other, 1/1 y',
    'seven years old and 18 kg: 25 mg; suppressed throughout'),
('K02', 'CHILD; dosed 1 50 19.9 ! regimen.study_drug_dose; dosed 1 25 20 ! regimen.study_drug_dose; dosed 1 50 20; course 24; leaves 200 other', 'other, 1/1 y',
    'the bands meet at 20 kg, which is of the upper one'),
('K03', 'CHILD; dosed 1 25 ! regimen.dose_weight; dosed 1 25 18; leaves 5 other', 'other, 3b/3b n',
    'a dose that goes by weight needs the weight'),
('K04', 'born 2016-01-11 male; signs -22 1.0; BORN_WITH; screened -17 <20 900; dosed 1 20 11 ! enrolment.eligibility; fails -5 eligibility_criteria_not_met', 'not enrolled: eligibility criteria not met',
    'signed for on the day before the second birthday'),
('K05', 'born 2016-01-10 female; signs -22 1.0; BORN_WITH; screened -17 <20 900; dosed 1 20 11; course 24; leaves 200 other', 'other, 1/1 y',
    'signed for on the second birthday: two years old, and 11 kg make 20 mg'),
('K06', 'CHILD; dosed 1 25 19; course 24; stops 170 DTG other; takes_dose 170 DTG 25 20.5 1 ! regimen.study_drug_dose; takes_dose 170 DTG 50 20.5 1; week 36 253 <20 900; week 48 337 <20 900; leaves 360 other', 'other, 1/1 y',
    'he grows into the next band: another dose, no end of treatment'),
('K07', 'CHILD; dosed 1 50 5.9 ! regimen.study_drug_dose; dosed 1 15 5.9 ! regimen.study_drug_dose; fails -1 other', 'not enrolled: other',
    'lighter than every band: there is no dose, and least of all that of an adult'),
('K08', 'born 2010-03-01 male; signs -22 1.0; diagnosed -1848; screened -17 200 900; dosed 1 25 18 ! enrolment.eligibility; fails -5 eligibility_criteria_not_met', 'not enrolled: eligibility criteria not met',
    'who is not suppressed is not switched'),
('K09', 'born 2010-03-01 male; signs -22 1.0; diagnosed -1848; sample_by -60 Quantiplex_3.0 <50; screened -17 <20 900; dosed 1 25 18 ! enrolment.eligibility; fails -5 eligibility_criteria_not_met', 'not enrolled: eligibility criteria not met',
    'less than 50 may be more than 20: that every viral load is suppressed is not known'),
('K10', 'CHILD; dosed 1 25 18; course 12; week 24 169 30 900; leaves 200 other', 'other, 1/2a n',
    '30 is less than 50 and not less than 20; left with it, which is the failure by 20'),
('K11', 'CHILD; dosed 1 25 18; course 12; withdraws 100; seen 101 ! visit.consent; leaves 100 consent_withdrawn', 'consent withdrawn, 3b/3b n',
    'the parents withdraw: nothing is collected after that day'),
('K12', 'CHILD; dosed 1 25 18; course 12; withdraws_from_samples 100; held week_24 169; held week_36 253; leaves 260 other', 'other, 3c/3c n',
    'no more blood is drawn: in the study and without data in the window; but nothing is missing'),
('K13', 'CHILD; dosed 1 25 18; course 4; dies 60; fatal 58 60 Malaria', 'death, 3a/3a n',
    'a death is no virologic failure, and no success'),
('K14', 'CHILD; dosed 1 25 18; course 12; transfers S2 K14; week 24 169 <20 950; leaves 200 other', 'other, 1/1 y',
    'the family moves, the course goes on'),
('K15', 'born 1980-03-01 female; signs -22 1.0; diagnosed -1848; screened -17 <20 600; dosed 1 50 62; course 24; stops 180 DTG pregnancy; leaves 180 pregnancy', 'pregnancy, 1/1 y',
    'an adult takes 50 mg; she left after the result that decides'),
('K16', 'CHILD; sample -184 300; dosed 1 25 18; leaves 5 other', 'other, 3b/3b n',
    '300 copies on day -184, before the last six months: not asked for'),
('K17', 'CHILD; sample -100 300; dosed 1 25 18 ! enrolment.eligibility; misfiled -100; dosed 1 25 18; leaves 5 other', 'other, 3b/3b n',
    'a result of another child kept him out, until it was taken back')
) as written (code, acts, verdict, why);
\ir include/lives_judged.sql

-- ---- two arms; the strata of those with enfuvirtide are raltegravir, the others placebo; day 1 is 1 February 2009
set test.day_1 = '2009-02-01';
set search_path = placebo, public, pg_temp;
insert into site (site_id, name) values ('S1', 'First'), ('S2', 'Second');
insert into allocation_list (stratum, place, code, arm)
select stratum, place, format('%s-%s', arm, place), arm
from (values ('enfuvirtide, one PI', 'raltegravir'), ('no enfuvirtide, one PI', 'placebo')) as s (stratum, arm), generate_series(1, 20) as place;
update usual_assay set assay = 'Quantiplex 3.0';
truncate usual_course;
insert into usual_course values (2, '9000', '320'), (4, '2000', '330'), (8, '300', '340'), (12, '<50', '360'), (16, '<50', '380'), (24, '<50', '400');
insert into life
select 'placebo', code, replace(replace(acts, 'USUAL', 'born 1970-06-15 female; signs -22 1.0; FAILED; screened -17 50000 310; enrolled 1'),
    'FAILED', 'diagnosed -1848; failed -1492 -31; resistant -62 3TC NVP'), verdict, why
from (values
('A01', 'USUAL; allocated 1 enfuvirtide,_one_PI; treated 1; course 24; leaves 200 other', 'other, 1/1 y, raltegravir',
    'allocated, treated as allocated, and suppressed'),
('A02', 'USUAL; allocated 1 no_enfuvirtide,_one_PI; treated 1; course 4; leaves 40 lack_of_efficacy', 'lack of efficacy, 2b/2b n, placebo',
    'an arm of placebo has outcomes by the same rules'),
('A03', 'USUAL; treated 1 ! regimen.allocated; allocated 1 enfuvirtide,_one_PI; treated 1; course 24; leaves 200 other', 'other, 1/1 y, raltegravir',
    'no dose before the allocation'),
('A04', 'USUAL; allocated -3 enfuvirtide,_one_PI ! allocation.allocation_date; allocated 1 enfuvirtide,_one_PI; leaves 5 physician_decision', 'physician decision, raltegravir',
    'not allocated before enrolment; randomised and never treated'),
('A05', 'USUAL; allocated 1 enfuvirtide,_one_PI; allocated 1 no_enfuvirtide,_one_PI ! allocation.allocation_pkey; treated 1; course 24; leaves 200 other', 'other, 1/1 y, raltegravir',
    'nobody is allocated twice'),
('A06', 'USUAL; allocated 1 both ! 55000; leaves 5 other', 'other',
    'there is no such stratum, so there is no place in it'),
('A07', 'USUAL; allocated 1 no_enfuvirtide,_one_PI; treated 1; course 12; transfers S2 A07; week 16 113 <50 380; week 24 169 <50 400; leaves 200 other', 'other, 1/1 y, placebo',
    'the arm moves with the subject'),
('A08', 'USUAL; allocated 1 enfuvirtide,_one_PI; treated 1; course 16; week 24 190 <50 400 ! visit.visit_window; week 24 190 <50 400 flood; leaves 200 other', 'other, 1/1 y, visit_out_of_window, not per protocol, raltegravir',
    'a week late, with a reason: analysed as randomised, and not per protocol'),
('A09', 'born 1993-01-10 female; signs -22 1.0; FAILED; screened -17 50000 310; enrolled 1; allocated 1 enfuvirtide,_one_PI; treated 1; course 24; leaves 200 other', 'other, 1/1 y, raltegravir',
    'sixteen on the day of consent, as this protocol allows'),
('A10', 'born 1970-06-15 female; signs -22 1.0; FAILED; screened -17 1000 310; enrolled 1 ! enrolment.eligibility; fails -5 eligibility_criteria_not_met', 'not enrolled: eligibility criteria not met',
    '1000 is not more than 1000'),
('A11', 'USUAL; allocated 1 enfuvirtide,_one_PI; treated 1; course 16; stops 120 RAL adverse_event; week 24 169 <50 400; leaves 200 other', 'other, 3a/3a n, raltegravir',
    'the drug was stopped for an adverse event, and the study went on: no data on treatment'),
('A12', 'USUAL; allocated 1 enfuvirtide,_one_PI; at S2; born 1970-06-15 female; signs -22 1.0; FAILED; screened -17 50000 310; enrolled 1; takes_over S1 A12 ! art_history.art_history_pkey; leaves 5 other', 'other',
    'enrolled twice under two codes: which enrolment stands is for a person to say')
) as written (code, acts, verdict, why);
\ir include/lives_judged.sql
select * from finish();
