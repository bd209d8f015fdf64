-- Expected rows of the views of resistance, which study_view_rows.sql includes.
-- 001 has one test, that covers PR and RT whole; of 003 and 004 nothing is known but the calls.
select rows_are('_genotype_history', $$
site_id=S1 | subject_id=001 | collected=2007-12-01 | collected_before=infinity | genes={PR,RT} | mutations={PR:1-99,RT:1-560,RT:K103N,RT:M184V} | all_genes={PR,RT} | all_mutations={PR:1-99,RT:1-560,RT:K103N,RT:M184V}
site_id=S2 | subject_id=003 | collected=2007-12-01 | collected_before=infinity
site_id=S2 | subject_id=004 | collected=2007-12-01 | collected_before=infinity
$$, $$subject_id <> '002'$$);
-- M184V is 10 points for 3TC, which is level 3. With one test, all tests read as that one does.
select rows_are('_genotype_interpretation', $$
site_id=S1 | subject_id=001 | collected=2007-12-01 | is_cumulative=false | effective_from=-infinity | effective_before=infinity | drug=3TC | algorithm=Demonstration | algorithm_version=1 | score=10 | level=3 | level_text=Resistant | sir=R | lowest_level=3 | highest_level=3 | lowest_sir=R | highest_sir=R | rules=184VI => 10
site_id=S1 | subject_id=001 | collected=2007-12-01 | is_cumulative=false | effective_from=-infinity | effective_before=infinity | drug=LPV | algorithm=Demonstration | algorithm_version=1 | score=0 | level=1 | level_text=Susceptible | sir=S | lowest_level=1 | highest_level=1 | lowest_sir=S | highest_sir=S | rules=
site_id=S1 | subject_id=001 | collected=2007-12-01 | is_cumulative=true | effective_from=2007-12-01 | effective_before=infinity | drug=3TC | algorithm=Demonstration | algorithm_version=1 | score=10 | level=3 | level_text=Resistant | sir=R | lowest_level=3 | highest_level=3 | lowest_sir=R | highest_sir=R | rules=184VI => 10
site_id=S1 | subject_id=001 | collected=2007-12-01 | is_cumulative=true | effective_from=2007-12-01 | effective_before=infinity | drug=LPV | algorithm=Demonstration | algorithm_version=1 | score=0 | level=1 | level_text=Susceptible | sir=S | lowest_level=1 | highest_level=1 | lowest_sir=S | highest_sir=S | rules=
$$, $$subject_id <> '002' and drug in ('3TC', 'LPV')$$);
-- EFV is called susceptible, though K103N is level 3. The demonstration does not know NVP: the call stands.
select rows_are('drug_activity', $$
site_id=S1 | subject_id=001 | effective_from=2007-12-01 | effective_before=infinity | drug=3TC | algorithm=Demonstration | algorithm_version=1 | score=10 | level=3 | level_text=Resistant | sir=R | lowest_level=3 | highest_level=3 | rules=184VI => 10 | laboratory_call=resistant | is_disputed=false | degree=3 | possible_degree=3 | is_fully_active=false
site_id=S1 | subject_id=001 | effective_from=2007-12-01 | effective_before=infinity | drug=EFV | algorithm=Demonstration | algorithm_version=1 | level=3 | level_text=Resistant | sir=R | lowest_level=3 | highest_level=3 | rules=SELECT ATLEAST 1 FROM (100I, 103NS, 106M, 181CI, 188L, 190AS) => level 3 | laboratory_call=susceptible | is_disputed=true | degree=3 | possible_degree=3 | is_fully_active=false
site_id=S1 | subject_id=001 | effective_from=2007-12-01 | effective_before=infinity | drug=LPV | algorithm=Demonstration | algorithm_version=1 | score=0 | level=1 | level_text=Susceptible | sir=S | lowest_level=1 | highest_level=1 | rules= | degree=1 | possible_degree=1 | is_fully_active=true
site_id=S1 | subject_id=001 | effective_from=2007-12-01 | effective_before=infinity | drug=NVP | laboratory_call=resistant | degree=3 | possible_degree=3 | is_fully_active=false
site_id=S2 | subject_id=003 | effective_from=2007-12-01 | effective_before=infinity | drug=3TC | laboratory_call=resistant | call_without_mutations=resistant | degree=3 | possible_degree=3 | is_fully_active=false
site_id=S2 | subject_id=003 | effective_from=2007-12-01 | effective_before=infinity | drug=NVP | laboratory_call=resistant | call_without_mutations=resistant | degree=3 | possible_degree=3 | is_fully_active=false
site_id=S2 | subject_id=004 | effective_from=2007-12-01 | effective_before=infinity | drug=3TC | laboratory_call=resistant | call_without_mutations=resistant | degree=3 | possible_degree=3 | is_fully_active=false
site_id=S2 | subject_id=004 | effective_from=2007-12-01 | effective_before=infinity | drug=NVP | laboratory_call=resistant | call_without_mutations=resistant | degree=3 | possible_degree=3 | is_fully_active=false
$$, $$subject_id <> '002' and drug in ('3TC', 'EFV', 'NVP', 'LPV')$$);
-- RAL is not interpreted, since IN was not sequenced. M184V and K103N leave TDF and LPV alone; of 003 nothing is known but the calls.
select rows_are('_regimen_activity', $$
site_id=S1 | subject_id=001 | as_of=2008-02-01 | drug=LPV | started=2008-02-01 | is_study_drug=false | class=PI | is_booster=false | algorithm=Demonstration | algorithm_version=1 | score=0 | level=1 | level_text=Susceptible | sir=S | lowest_level=1 | highest_level=1 | rules= | is_fully_active=true
site_id=S1 | subject_id=001 | as_of=2008-02-01 | drug=RAL | started=2008-02-01 | is_study_drug=true | class=INSTI | is_booster=false
site_id=S1 | subject_id=001 | as_of=2008-02-01 | drug=TDF | started=2008-02-01 | is_study_drug=false | class=NRTI | is_booster=false | algorithm=Demonstration | algorithm_version=1 | level=1 | level_text=Susceptible | sir=S | lowest_level=1 | highest_level=1 | rules= | is_fully_active=true
site_id=S2 | subject_id=003 | as_of=2008-02-01 | drug=LPV | started=2008-02-01 | is_study_drug=false | class=PI | is_booster=false
site_id=S2 | subject_id=003 | as_of=2008-02-01 | drug=RAL | started=2008-02-01 | justification=no sample could be sequenced | is_study_drug=true | class=INSTI | is_booster=false
site_id=S2 | subject_id=003 | as_of=2008-02-01 | drug=TDF | started=2008-02-01 | is_study_drug=false | class=NRTI | is_booster=false
$$, $$subject_id <> '002'$$);
select rows_are('obt_activity', $$
site_id=S1 | subject_id=001 | as_of=2008-02-01 | drug=LPV | started=2008-02-01 | class=PI | is_booster=false | algorithm=Demonstration | algorithm_version=1 | score=0 | level=1 | level_text=Susceptible | sir=S | lowest_level=1 | highest_level=1 | rules= | is_fully_active=true
site_id=S1 | subject_id=001 | as_of=2008-02-01 | drug=TDF | started=2008-02-01 | class=NRTI | is_booster=false | algorithm=Demonstration | algorithm_version=1 | level=1 | level_text=Susceptible | sir=S | lowest_level=1 | highest_level=1 | rules= | is_fully_active=true
site_id=S2 | subject_id=003 | as_of=2008-02-01 | drug=LPV | started=2008-02-01 | class=PI | is_booster=false
site_id=S2 | subject_id=003 | as_of=2008-02-01 | drug=TDF | started=2008-02-01 | class=NRTI | is_booster=false
$$, $$subject_id <> '002'$$);
select rows_are('background_choice', $$
site_id=S1 | subject_id=001 | as_of=2008-02-01 | active_drugs=2 | unknown_drugs=0 | required_drugs=2 | drugs=LPV level 1 Susceptible, TDF level 1 Susceptible | is_judged=true
site_id=S2 | subject_id=003 | as_of=2008-02-01 | active_drugs=0 | unknown_drugs=2 | required_drugs=2 | drugs=LPV unknown, TDF unknown | justification=no sample could be sequenced | is_judged=true
$$, $$subject_id <> '002'$$);
-- The laboratory calls EFV susceptible in spite of K103N; AZT, 3TC and NVP raise no doubt.
select rows_are('genotype_disagreement', $$
site_id=S1 | subject_id=001 | collected=2007-12-01 | drug=EFV | laboratory_call=susceptible | reported=S | laboratory=Reference | laboratory_algorithm=house | interpretation=resistant | algorithm=Demonstration | algorithm_version=1 | level=3 | level_text=Resistant | rules=SELECT ATLEAST 1 FROM (100I, 103NS, 106M, 181CI, 188L, 190AS) => level 3 | mutations={RT:K103N,RT:M184V}
$$);
