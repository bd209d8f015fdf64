-- The datasets of a study, whole records: what export writes, under the names of SDTM and ADaM.
\ir include/study.sql
\ir include/view_rows.sql
\ir include/view_rows_study.sql
select no_plan();
set virotrial.data_cut = '2009-06-30';
insert into ral.vital_signs (site_id, subject_id, collected, visit, weight_kg, systolic_mmhg, diastolic_mmhg)
    values ('S1', '002', '2008-02-29', 'week 4', 61.5, 120, 80);
insert into ral.medical_history (site_id, subject_id, condition_number, term, coded_term, dictionary, dictionary_version, is_hiv_associated, started, ended, is_ongoing)
    values ('S1', '001', 1, 'shingles', 'Herpes zoster', 'MedDRA', '11.0', true, '1999', '1999-06', false), ('S1', '001', 2, 'asthma', null, null, null, false, null, null, true);
insert into ral.concomitant_medication (site_id, subject_id, medication_number, medication, indication, dose, dose_unit, frequency, route, started, ended, is_ongoing)
    values ('S1', '001', 1, 'cotrimoxazole', 'prophylaxis', 960, 'mg', 'QD', 'oral', '2008-01', null, true),
        ('S1', '001', 2, 'paracetamol', null, null, null, null, null, '2008-02-10', '2009-07-01', false);
insert into ral.adverse_event (site_id, subject_id, event_number, term, onset, grade, action_taken, outcome)
    values ('S1', '001', 1, 'rash', '2008-05', 1, 'DOSE NOT CHANGED', 'UNKNOWN');

-- 004 was never enrolled.
select rows_are('_sdtm_subject', $$
site_id=S1 | subject_id=001 | studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S1-001 | enrolled=2008-01-31 | first_dose=2008-02-01 | ended=2009-01-02 | outcome=completed
site_id=S1 | subject_id=002 | studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S1-002 | enrolled=2008-02-01 | first_dose=2008-02-01 | ended=2008-04-10 | outcome=discontinued | reason=adverse event
site_id=S2 | subject_id=003 | studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S2-003 | enrolled=2008-02-01 | first_dose=2008-02-01 | ended=2008-03-15 | outcome=discontinued | reason=death
site_id=S2 | subject_id=004 | studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S2-004
$$);
select rows_are('_sdtm_visit', $$
site_id=S2 | subject_id=003 | visit=screening | visit_date=2008-01-15 | visitnum=1
site_id=S2 | subject_id=003 | visit=week 4 | visit_date=2008-02-29 | visitnum=2
$$, $$subject_id = '003'$$);
-- Below 50 is a text and a limit, and no number.
select rows_are('_sdtm_result', $$
site_id=S2 | subject_id=003 | collected=2008-01-15 | visit=screening | domain=LB | testcd=CD4 | test=CD4 | cat=IMMUNOLOGY | orres=90 | orresu=cells/uL | stresc=90 | stresn=90 | stresu=cells/uL | spec=BLOOD | method=flow cytometry | replicate=1 | is_baseline=true
site_id=S2 | subject_id=003 | collected=2008-01-15 | visit=screening | domain=LB | testcd=HIV1VLD | test=HIV-1 Viral Load | cat=VIROLOGY | orres=80000 | orresu=copies/mL | stresc=80000 | stresn=80000 | stresu=copies/mL | spec=PLASMA | method=Quantiplex 3.0 | replicate=1 | is_baseline=true
site_id=S2 | subject_id=003 | collected=2008-01-20 | domain=LB | testcd=CD4 | test=CD4 | cat=IMMUNOLOGY | spec=BLOOD | replicate=1 | reason=NOT DONE
site_id=S2 | subject_id=003 | collected=2008-01-20 | domain=LB | testcd=HIV1VLD | test=HIV-1 Viral Load | cat=VIROLOGY | spec=PLASMA | replicate=1 | reason=NOT DONE
site_id=S2 | subject_id=003 | collected=2008-02-29 | visit=week 4 | domain=LB | testcd=CD4 | test=CD4 | cat=IMMUNOLOGY | orres=110 | orresu=cells/uL | stresc=110 | stresn=110 | stresu=cells/uL | spec=BLOOD | method=flow cytometry | replicate=1 | is_baseline=false
site_id=S2 | subject_id=003 | collected=2008-02-29 | visit=week 4 | domain=LB | testcd=HIV1VLD | test=HIV-1 Viral Load | cat=VIROLOGY | orres=<50 | orresu=copies/mL | stresc=<50 | stresu=copies/mL | lloq=50 | spec=PLASMA | method=Quantiplex 3.0 | replicate=1 | is_baseline=false
$$, $$subject_id = '003' and collected > '2008-01-01'$$);
-- 003 died on the last day, 45 days after screening; 004 has consent alone. 15 June 1970 to 10 January 2008: 37 years.
select rows_are('sdtm_dm', $$
studyid=raltegravir-pilot | domain=DM | usubjid=raltegravir-pilot-S1-001 | subjid=001 | rfstdtc=2008-02-01 | rfendtc=2009-01-02 | rfxstdtc=2008-02-01 | rfxendtc=2009-01-02 | rficdtc=2008-01-10 | rfpendtc=2009-01-02 | siteid=S1 | age=37 | ageu=YEARS | sex=F
studyid=raltegravir-pilot | domain=DM | usubjid=raltegravir-pilot-S1-002 | subjid=002 | rfstdtc=2008-02-01 | rfendtc=2008-04-10 | rfxstdtc=2008-02-01 | rfxendtc=2008-03-31 | rficdtc=2008-01-10 | rfpendtc=2008-04-10 | siteid=S1 | age=37 | ageu=YEARS | sex=F
studyid=raltegravir-pilot | domain=DM | usubjid=raltegravir-pilot-S2-003 | subjid=003 | rfstdtc=2008-02-01 | rfendtc=2008-03-15 | rfxstdtc=2008-02-01 | rfxendtc=2008-03-14 | rficdtc=2008-01-10 | rfpendtc=2008-03-15 | dthdtc=2008-03-15 | dthfl=Y | siteid=S2 | age=39 | ageu=YEARS | sex=M
studyid=raltegravir-pilot | domain=DM | usubjid=raltegravir-pilot-S2-004 | subjid=004 | rficdtc=2008-01-10 | siteid=S2 | age=37 | ageu=YEARS | sex=F | armnrs=NOT ASSIGNED
$$);
select rows_are('sdtm_sv', $$
studyid=raltegravir-pilot | domain=SV | usubjid=raltegravir-pilot-S1-002 | visitnum=1 | visit=SCREENING | svstdtc=2008-01-15 | svendtc=2008-01-15 | svstdy=-17 | svendy=-17
studyid=raltegravir-pilot | domain=SV | usubjid=raltegravir-pilot-S1-002 | visitnum=2 | visit=WEEK 4 | svstdtc=2008-02-29 | svendtc=2008-02-29 | svstdy=29 | svendy=29
studyid=raltegravir-pilot | domain=SV | usubjid=raltegravir-pilot-S2-003 | visitnum=1 | visit=SCREENING | svstdtc=2008-01-15 | svendtc=2008-01-15 | svstdy=-17 | svendy=-17
studyid=raltegravir-pilot | domain=SV | usubjid=raltegravir-pilot-S2-003 | visitnum=2 | visit=WEEK 4 | svstdtc=2008-02-29 | svendtc=2008-02-29 | svstdy=29 | svendy=29
$$, $$usubjid ~ '00[23]$'$$);
-- The last day is the one before the drug was stopped.
select rows_are('sdtm_ex', $$
studyid=raltegravir-pilot | domain=EX | usubjid=raltegravir-pilot-S1-001 | exseq=1 | extrt=RAL | exdose=400 | exdosu=mg | exdosfrq=BID | exstdtc=2008-02-01 | exstdy=1
studyid=raltegravir-pilot | domain=EX | usubjid=raltegravir-pilot-S1-002 | exseq=1 | extrt=RAL | exdose=400 | exdosu=mg | exdosfrq=BID | exstdtc=2008-02-01 | exendtc=2008-03-31 | exstdy=1 | exendy=60
studyid=raltegravir-pilot | domain=EX | usubjid=raltegravir-pilot-S2-003 | exseq=1 | extrt=RAL | exdose=400 | exdosu=mg | exdosfrq=BID | exstdtc=2008-02-01 | exendtc=2008-03-14 | exstdy=1 | exendy=43
$$);
-- Prior drugs were taken to the day before they were stopped, 32 days before the first dose; the end of paracetamol is a day after the cut.
select rows_are('sdtm_cm', $$
studyid=raltegravir-pilot | domain=CM | usubjid=raltegravir-pilot-S1-001 | cmseq=1 | cmtrt=3TC | cmdecod=3TC | cmclas=NRTI | cmcat=PRIOR ANTIRETROVIRAL THERAPY | cmstdtc=2004-01-01 | cmendtc=2007-12-31 | cmstdy=-1492 | cmendy=-32
studyid=raltegravir-pilot | domain=CM | usubjid=raltegravir-pilot-S1-001 | cmseq=2 | cmtrt=AZT | cmdecod=AZT | cmclas=NRTI | cmcat=PRIOR ANTIRETROVIRAL THERAPY | cmstdtc=2004-01-01 | cmendtc=2007-12-31 | cmstdy=-1492 | cmendy=-32
studyid=raltegravir-pilot | domain=CM | usubjid=raltegravir-pilot-S1-001 | cmseq=3 | cmtrt=NVP | cmdecod=NVP | cmclas=NNRTI | cmcat=PRIOR ANTIRETROVIRAL THERAPY | cmstdtc=2004-01-01 | cmendtc=2007-12-31 | cmstdy=-1492 | cmendy=-32
studyid=raltegravir-pilot | domain=CM | usubjid=raltegravir-pilot-S1-001 | cmseq=4 | cmtrt=cotrimoxazole | cmcat=CONCOMITANT MEDICATION | cmindc=prophylaxis | cmdose=960 | cmdosu=mg | cmdosfrq=QD | cmroute=oral | cmstdtc=2008-01 | cmenrf=ONGOING
studyid=raltegravir-pilot | domain=CM | usubjid=raltegravir-pilot-S1-001 | cmseq=5 | cmtrt=LPV | cmdecod=LPV | cmclas=PI | cmcat=BACKGROUND THERAPY | cmstdtc=2008-02-01 | cmstdy=1
studyid=raltegravir-pilot | domain=CM | usubjid=raltegravir-pilot-S1-001 | cmseq=6 | cmtrt=TDF | cmdecod=TDF | cmclas=NRTI | cmcat=BACKGROUND THERAPY | cmstdtc=2008-02-01 | cmstdy=1
studyid=raltegravir-pilot | domain=CM | usubjid=raltegravir-pilot-S1-001 | cmseq=7 | cmtrt=paracetamol | cmcat=CONCOMITANT MEDICATION | cmstdtc=2008-02-10 | cmstdy=10
$$, $$usubjid ~ '001$'$$);
-- Of the condition the year alone is known.
select rows_are('sdtm_mh', $$
studyid=raltegravir-pilot | domain=MH | usubjid=raltegravir-pilot-S1-001 | mhseq=1 | mhterm=shingles | mhdecod=Herpes zoster | mhcat=HIV-ASSOCIATED | mhstdtc=1999 | mhendtc=1999-06
studyid=raltegravir-pilot | domain=MH | usubjid=raltegravir-pilot-S1-001 | mhseq=2 | mhterm=asthma | mhcat=OTHER | mhenrf=ONGOING
$$);
-- A month is what is known of the rash, so there is no day; nobody judged it.
select rows_are('sdtm_ae', $$
studyid=raltegravir-pilot | domain=AE | usubjid=raltegravir-pilot-S1-001 | aeseq=1 | aeterm=rash | aeser=N | aeacn=DOSE NOT CHANGED | aeout=UNKNOWN | aescong=N | aesdisab=N | aesdth=N | aeshosp=N | aeslife=N | aesmie=N | aetoxgr=1 | aestdtc=2008-05
studyid=raltegravir-pilot | domain=AE | usubjid=raltegravir-pilot-S1-002 | aeseq=1 | aeterm=hepatitis | aeser=Y | aeacn=DRUG WITHDRAWN | aerel=RELATED | aeout=RECOVERING/RESOLVING | aescong=N | aesdisab=N | aesdth=N | aeshosp=Y | aeslife=N | aesmie=N | aetoxgr=3 | aestdtc=2008-03-21 | aestdy=50
studyid=raltegravir-pilot | domain=AE | usubjid=raltegravir-pilot-S2-003 | aeseq=1 | aeterm=heart attack | aedecod=Myocardial infarction | aebodsys=Cardiac disorders | aeser=Y | aeacn=NOT APPLICABLE | aerel=NOT RELATED | aeout=FATAL | aescong=N | aesdisab=N | aesdth=Y | aeshosp=N | aeslife=N | aesmie=N | aetoxgr=5 | aestdtc=2008-03-15 | aeendtc=2008-03-15 | aestdy=44 | aeendy=44
$$);
-- Off the drug on 1 April, day 61; out of the study on 10 April, day 70.
select rows_are('sdtm_ds', $$
studyid=raltegravir-pilot | domain=DS | usubjid=raltegravir-pilot-S1-002 | dsseq=1 | dsterm=informed consent 1.0 | dsdecod=INFORMED CONSENT OBTAINED | dscat=PROTOCOL MILESTONE | dsstdtc=2008-01-10 | dsstdy=-22
studyid=raltegravir-pilot | domain=DS | usubjid=raltegravir-pilot-S1-002 | dsseq=2 | dsterm=enrolled | dsdecod=ENROLLED | dscat=PROTOCOL MILESTONE | dsstdtc=2008-02-01 | dsstdy=1
studyid=raltegravir-pilot | domain=DS | usubjid=raltegravir-pilot-S1-002 | dsseq=3 | dsterm=adverse event | dsdecod=ADVERSE EVENT | dscat=DISPOSITION EVENT | dsscat=STUDY TREATMENT | dsstdtc=2008-04-01 | dsstdy=61
studyid=raltegravir-pilot | domain=DS | usubjid=raltegravir-pilot-S1-002 | dsseq=4 | dsterm=adverse event | dsdecod=ADVERSE EVENT | dscat=DISPOSITION EVENT | dsscat=STUDY PARTICIPATION | dsstdtc=2008-04-10 | dsstdy=70
$$, $$usubjid ~ '002$'$$);
-- Bilirubin has the limit that came with it. The tube was half full on 29 February; of AST the result is to come, which is not the same as not done.
select rows_are('sdtm_lb', $$
studyid=raltegravir-pilot | domain=LB | usubjid=raltegravir-pilot-S1-002 | lbseq=10 | lbtestcd=ALP | lbtest=alkaline phosphatase | lbcat=LIVER FUNCTION | lborres=90 | lborresu=U/L | lbornrhi=120 | lbstresc=90 | lbstresn=90 | lbstresu=U/L | lbstnrhi=120 | lbnam=Central | lbspec=SERUM OR PLASMA | lbrepnum=1 | lbdtc=2008-03-21 | lbdy=50
studyid=raltegravir-pilot | domain=LB | usubjid=raltegravir-pilot-S1-002 | lbseq=11 | lbtestcd=ALT | lbtest=alanine aminotransferase | lbcat=LIVER FUNCTION | lborres=210 | lborresu=U/L | lbstresc=210 | lbstresn=210 | lbstresu=U/L | lbnam=Central | lbspec=SERUM OR PLASMA | lbrepnum=1 | lbdtc=2008-03-21 | lbdy=50
studyid=raltegravir-pilot | domain=LB | usubjid=raltegravir-pilot-S1-002 | lbseq=12 | lbtestcd=AST | lbtest=aspartate aminotransferase | lbcat=LIVER FUNCTION | lbreasnd=PENDING | lbspec=SERUM OR PLASMA | lbrepnum=1 | lbdtc=2008-03-21 | lbdy=50
studyid=raltegravir-pilot | domain=LB | usubjid=raltegravir-pilot-S1-002 | lbseq=13 | lbtestcd=BILI | lbtest=total bilirubin | lbcat=LIVER FUNCTION | lborres=45 | lborresu=umol/L | lbornrhi=20 | lbstresc=45 | lbstresn=45 | lbstresu=umol/L | lbstnrhi=20 | lbnam=Central | lbspec=SERUM OR PLASMA | lbrepnum=1 | lbdtc=2008-03-21 | lbdy=50
studyid=raltegravir-pilot | domain=LB | usubjid=raltegravir-pilot-S1-002 | lbseq=6 | lbtestcd=CD4 | lbtest=CD4 | lbcat=IMMUNOLOGY | lbstat=NOT DONE | lbreasnd=NOT DONE | lbspec=BLOOD | lbrepnum=1 | lbdtc=2008-01-20 | lbdy=-12
studyid=raltegravir-pilot | domain=LB | usubjid=raltegravir-pilot-S1-002 | lbseq=7 | lbtestcd=HIV1VLD | lbtest=HIV-1 Viral Load | lbcat=VIROLOGY | lbstat=NOT DONE | lbreasnd=NOT DONE | lbspec=PLASMA | lbrepnum=1 | lbdtc=2008-01-20 | lbdy=-12
studyid=raltegravir-pilot | domain=LB | usubjid=raltegravir-pilot-S1-002 | lbseq=8 | lbtestcd=CD4 | lbtest=CD4 | lbcat=IMMUNOLOGY | lbstat=NOT DONE | lbreasnd=INSUFFICIENT | lbspec=BLOOD | lbrepnum=1 | visitnum=2 | visit=WEEK 4 | lbdtc=2008-02-29 | lbdy=29
studyid=raltegravir-pilot | domain=LB | usubjid=raltegravir-pilot-S1-002 | lbseq=9 | lbtestcd=HIV1VLD | lbtest=HIV-1 Viral Load | lbcat=VIROLOGY | lborres=30000 | lborresu=copies/mL | lbstresc=30000 | lbstresn=30000 | lbstresu=copies/mL | lbspec=PLASMA | lbmethod=Quantiplex 3.0 | lbrepnum=1 | visitnum=2 | visit=WEEK 4 | lbdtc=2008-02-29 | lbdy=29
$$, $$usubjid ~ '002$' and lbdtc > '2008-01-16'$$);
select rows_are('sdtm_eg', $$
studyid=raltegravir-pilot | domain=EG | usubjid=raltegravir-pilot-S1-001 | egseq=1 | egtestcd=QTCFAG | egtest=QT interval corrected by Fridericia | egcat=ELECTROCARDIOGRAM | egorres=440 | egorresu=ms | egstresc=440 | egstresn=440 | egstresu=ms | egnam=Central | eglobxfl=Y | egrepnum=1 | egdtc=2008-01-15 | egdy=-17
studyid=raltegravir-pilot | domain=EG | usubjid=raltegravir-pilot-S1-001 | egseq=2 | egtestcd=QTCFAG | egtest=QT interval corrected by Fridericia | egcat=ELECTROCARDIOGRAM | egorres=510 | egorresu=ms | egstresc=510 | egstresn=510 | egstresu=ms | egnam=Central | egrepnum=1 | egdtc=2008-02-29 | egdy=29
$$);
-- What was not measured has no record.
select rows_are('sdtm_vs', $$
studyid=raltegravir-pilot | domain=VS | usubjid=raltegravir-pilot-S1-002 | vsseq=1 | vstestcd=DIABP | vstest=Diastolic Blood Pressure | vsorres=80 | vsorresu=mmHg | vsstresc=80 | vsstresn=80 | vsstresu=mmHg | vsrepnum=1 | visitnum=2 | visit=WEEK 4 | vsdtc=2008-02-29 | vsdy=29
studyid=raltegravir-pilot | domain=VS | usubjid=raltegravir-pilot-S1-002 | vsseq=2 | vstestcd=SYSBP | vstest=Systolic Blood Pressure | vsorres=120 | vsorresu=mmHg | vsstresc=120 | vsstresn=120 | vsstresu=mmHg | vsrepnum=1 | visitnum=2 | visit=WEEK 4 | vsdtc=2008-02-29 | vsdy=29
studyid=raltegravir-pilot | domain=VS | usubjid=raltegravir-pilot-S1-002 | vsseq=3 | vstestcd=WEIGHT | vstest=Weight | vsorres=61.5 | vsorresu=kg | vsstresc=61.5 | vsstresn=61.5 | vsstresu=kg | vsrepnum=1 | visitnum=2 | visit=WEEK 4 | vsdtc=2008-02-29 | vsdy=29
$$);
select rows_are('sdtm_pf', $$
studyid=raltegravir-pilot | domain=PF | usubjid=raltegravir-pilot-S1-001 | pfseq=1 | pftestcd=AA | pftest=Amino Acid | pfcat=VIRAL RESISTANCE | pfgenri=RT | pfgenloc=103 | pforref=K | pforres=N | pfstresc=N | pfnam=Reference | pfdtc=2007-12-01 | pfdy=-62
studyid=raltegravir-pilot | domain=PF | usubjid=raltegravir-pilot-S1-001 | pfseq=2 | pftestcd=AA | pftest=Amino Acid | pfcat=VIRAL RESISTANCE | pfgenri=RT | pfgenloc=184 | pforref=M | pforres=V | pfstresc=V | pfnam=Reference | pfdtc=2007-12-01 | pfdy=-62
$$, $$usubjid ~ '001$'$$);
-- The laboratory wrote S.
select rows_are('sdtm_ms', $$
studyid=raltegravir-pilot | domain=MS | usubjid=raltegravir-pilot-S1-001 | msseq=1 | mstestcd=MICROSUS | mstest=Microbial Susceptibility | msagent=3TC | mscat=VIRAL RESISTANCE | msorres=resistant | msstresc=RESISTANT | msnam=Reference | msmethod=house | msdtc=2007-12-01 | msdy=-62
studyid=raltegravir-pilot | domain=MS | usubjid=raltegravir-pilot-S1-001 | msseq=3 | mstestcd=MICROSUS | mstest=Microbial Susceptibility | msagent=EFV | mscat=VIRAL RESISTANCE | msorres=S | msstresc=SUSCEPTIBLE | msnam=Reference | msmethod=house | msdtc=2007-12-01 | msdy=-62
$$, $$usubjid ~ '001$' and msagent in ('3TC', 'EFV')$$);
-- The drug was taken to 14 March, and is then not known to have been taken; the baseline of 002 is a limit.
select rows_are('adam_adsl', $$
studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S1-001 | subjid=001 | siteid=S1 | age=37 | ageu=YEARS | sex=F | rficdt=2008-01-10 | enrldt=2008-01-31 | trtsdt=2008-02-01 | trtedt=2009-01-02 | trtdurd=337 | enrlfl=Y | saffl=Y | fasfl=Y | pprotfl=Y | eosstt=COMPLETED | eosdt=2009-01-02 | eotstt=COMPLETED | bkgdrug=LPV + TDF | vlblc=50000 | vlbl=50000 | cd4blc=180 | cd4bl=180
studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S1-002 | subjid=002 | siteid=S1 | age=37 | ageu=YEARS | sex=F | rficdt=2008-01-10 | enrldt=2008-02-01 | trtsdt=2008-02-01 | trtedt=2008-03-31 | trtdurd=60 | enrlfl=Y | saffl=Y | fasfl=Y | pprotfl=Y | eosstt=DISCONTINUED | eosdt=2008-04-10 | dcsreas=ADVERSE EVENT | eotstt=DISCONTINUED | dctreas=ADVERSE EVENT | bkgdrug=LPV + TDF | vlblc=>500000
studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S2-003 | subjid=003 | siteid=S2 | age=39 | ageu=YEARS | sex=M | rficdt=2008-01-10 | enrldt=2008-02-01 | trtsdt=2008-02-01 | trtedt=2008-03-14 | trtdurd=43 | enrlfl=Y | saffl=Y | fasfl=Y | pprotfl=Y | eosstt=DISCONTINUED | eosdt=2008-03-15 | dcsreas=DEATH | eotstt=DISCONTINUED | dctreas=DEATH | dthfl=Y | dthdt=2008-03-15 | bkgdrug=LPV + TDF | vlblc=80000 | vlbl=80000 | cd4blc=90 | cd4bl=90
studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S2-004 | subjid=004 | siteid=S2 | age=37 | ageu=YEARS | sex=F | rficdt=2008-01-10 | enrlfl=N | saffl=N | fasfl=N | pprotfl=N
$$);
-- log10 of 80000 is 4.9031, of 50 1.6990: the change is less than -3.2041.
select rows_are('adam_advl', $$
studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S2-003 | subjid=003 | siteid=S2 | trtsdt=2008-02-01 | paramcd=HIV1L10 | param=HIV-1 RNA (log10 copies/mL) | avisit=SCREENING | avisitn=1 | adt=2008-01-15 | ady=-17 | aval=4.9031 | avallo=4.9031 | avalhi=4.9031 | base=4.9031 | chg=0 | chgc=0 | ablfl=Y | anl01fl=Y | crit1=HIV-1 RNA < 50 copies/mL | crit1fl=N | crit2=HIV-1 RNA < 400 copies/mL | crit2fl=N | lbmethod=Quantiplex 3.0 | lbrepnum=1
studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S2-003 | subjid=003 | siteid=S2 | trtsdt=2008-02-01 | paramcd=HIV1L10 | param=HIV-1 RNA (log10 copies/mL) | avisit=WEEK 4 | avisitn=2 | adt=2008-02-29 | ady=29 | avalhi=1.699 | base=4.9031 | chgc=<-3.204119982655925 | anl01fl=Y | crit1=HIV-1 RNA < 50 copies/mL | crit1fl=Y | crit2=HIV-1 RNA < 400 copies/mL | crit2fl=Y | lbmethod=Quantiplex 3.0 | lbrepnum=1
studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S2-003 | subjid=003 | siteid=S2 | trtsdt=2008-02-01 | paramcd=HIV1VLD | param=HIV-1 RNA (copies/mL) | avisit=SCREENING | avisitn=1 | adt=2008-01-15 | ady=-17 | aval=80000 | avalc=80000 | avallo=80000 | avalhi=80000 | base=80000 | basec=80000 | chg=0 | ablfl=Y | anl01fl=Y | crit1=HIV-1 RNA < 50 copies/mL | crit1fl=N | crit2=HIV-1 RNA < 400 copies/mL | crit2fl=N | lbmethod=Quantiplex 3.0 | lbrepnum=1
studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S2-003 | subjid=003 | siteid=S2 | trtsdt=2008-02-01 | paramcd=HIV1VLD | param=HIV-1 RNA (copies/mL) | avisit=WEEK 4 | avisitn=2 | adt=2008-02-29 | ady=29 | avalc=<50 | avallo=0 | avalhi=50 | base=80000 | basec=80000 | anl01fl=Y | crit1=HIV-1 RNA < 50 copies/mL | crit1fl=Y | crit2=HIV-1 RNA < 400 copies/mL | crit2fl=Y | lbmethod=Quantiplex 3.0 | lbrepnum=1
$$, $$usubjid ~ '003$' and avisit in ('SCREENING', 'WEEK 4')$$);
select rows_are('adam_adlb', $$
studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S1-002 | subjid=002 | siteid=S1 | trtsdt=2008-02-01 | paramcd=ALP | param=alkaline phosphatase (U/L) | parcat1=LIVER FUNCTION | avisit=WEEK 4 | avisitn=2 | adt=2008-03-21 | ady=50 | aval=90 | avalc=90 | avallo=90 | avalhi=90 | anl01fl=Y | ontrtfl=Y | atoxgrn=0 | atoxgrhn=0 | atoxgrlo=0 | atoxgrhi=0 | lbrepnum=1
studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S1-002 | subjid=002 | siteid=S1 | trtsdt=2008-02-01 | paramcd=ALT | param=alanine aminotransferase (U/L) | parcat1=LIVER FUNCTION | avisit=SCREENING | avisitn=1 | adt=2008-01-15 | ady=-17 | aval=30 | avalc=30 | avallo=30 | avalhi=30 | base=30 | basec=30 | chg=0 | chgc=0 | ablfl=Y | anl01fl=Y | atoxgrn=0 | atoxgrhn=0 | atoxgrlo=0 | atoxgrhi=0 | lbrepnum=1
studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S1-002 | subjid=002 | siteid=S1 | trtsdt=2008-02-01 | paramcd=ALT | param=alanine aminotransferase (U/L) | parcat1=LIVER FUNCTION | avisit=WEEK 4 | avisitn=2 | adt=2008-03-21 | ady=50 | aval=210 | avalc=210 | avallo=210 | avalhi=210 | base=30 | basec=30 | chg=180 | chgc=180 | anl01fl=Y | ontrtfl=Y | atoxgrn=3 | atoxgrhn=3 | atoxgrlo=3 | atoxgrhi=3 | lbrepnum=1
$$, $$paramcd in ('ALT', 'ALP')$$);
-- May has 31 days; whether the rash is related nobody said.
select rows_are('adam_adae', $$
studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S1-001 | subjid=001 | siteid=S1 | trtsdt=2008-02-01 | aeseq=1 | aeterm=rash | aterm=rash | astdtlo=2008-05-01 | astdthi=2008-05-31 | atoxgrn=1 | aeser=N | trtemfl=Y | wdfl=N | fatfl=N
studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S1-002 | subjid=002 | siteid=S1 | trtsdt=2008-02-01 | aeseq=1 | aeterm=hepatitis | aterm=hepatitis | astdt=2008-03-21 | astdtlo=2008-03-21 | astdthi=2008-03-21 | astdy=50 | atoxgrn=3 | aeser=Y | relfl=Y | trtemfl=Y | wdfl=Y | fatfl=N
studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S2-003 | subjid=003 | siteid=S2 | trtsdt=2008-02-01 | aeseq=1 | aeterm=heart attack | aedecod=Myocardial infarction | aebodsys=Cardiac disorders | aterm=Myocardial infarction | astdt=2008-03-15 | astdtlo=2008-03-15 | astdthi=2008-03-15 | astdy=44 | atoxgrn=5 | aeser=Y | relfl=N | trtemfl=Y | wdfl=N | fatfl=Y
$$);
-- 001: from 400 on day 29 to below 50 on day 85. 210 cells on day 29. 003 was followed to day 44.
select rows_are('adam_adtte', $$
studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S1-001 | subjid=001 | siteid=S1 | trtsdt=2008-02-01 | paramcd=TTCD200 | param=Time to CD4 > 200 cells/uL (days) | aval=28 | cnsr=0 | startdt=2008-02-01 | avallo=0 | avalhi=28
studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S1-001 | subjid=001 | siteid=S1 | trtsdt=2008-02-01 | paramcd=TTDISC | param=Time to Discontinuation (days) | aval=337 | cnsr=1 | startdt=2008-02-01
studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S1-001 | subjid=001 | siteid=S1 | trtsdt=2008-02-01 | paramcd=TTR50 | param=Time to Response, < 50 copies/mL (days) | aval=84 | cnsr=0 | startdt=2008-02-01 | avallo=28 | avalhi=84
studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S2-003 | subjid=003 | siteid=S2 | trtsdt=2008-02-01 | paramcd=TTCD200 | param=Time to CD4 > 200 cells/uL (days) | aval=28 | cnsr=1 | startdt=2008-02-01 | avallo=28
studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S2-003 | subjid=003 | siteid=S2 | trtsdt=2008-02-01 | paramcd=TTDISC | param=Time to Discontinuation (days) | aval=44 | cnsr=0 | evntdesc=DEATH | startdt=2008-02-01
studyid=raltegravir-pilot | usubjid=raltegravir-pilot-S2-003 | subjid=003 | siteid=S2 | trtsdt=2008-02-01 | paramcd=TTR50 | param=Time to Response, < 50 copies/mL (days) | aval=28 | cnsr=0 | startdt=2008-02-01 | avallo=0 | avalhi=28
$$, $$usubjid ~ '00[13]$' and paramcd in ('TTR50', 'TTCD200', 'TTDISC')$$);
select is_empty($$
    select relname::text from pg_class where relnamespace = 'ral'::regnamespace and relkind = 'v' and relname ~ '^_?sdtm_|^adam_'
    except select view from compared$$, 'every dataset was compared');

-- ---- what the functions say of them
select is_empty($$
    select known.dataset, variable.name, variable.label
    from study_dataset('ral') as known
    cross join lateral _virotrial.dataset_variable(known.relation, known.standard, known.keys) as variable
    where known.standard <> 'table' and (variable.name !~ '^[A-Z][A-Z0-9]{0,7}$' or variable.label is null or length(variable.label) > 40)$$,
    'a variable has at most 8 letters, and a label of at most 40');
select is_empty($$
    select known.dataset, key from study_dataset('ral') as known cross join unnest(known.keys) as key
    except select known.dataset, variable.column_name from study_dataset('ral') as known
    cross join lateral _virotrial.dataset_variable(known.relation, known.standard, known.keys) as variable$$,
    'keys are variables');
select is_empty($$
    select relname::text from pg_class where relnamespace = 'ral'::regnamespace and relkind = 'v' and relname ~ '^sdtm_|^adam_'
    except select view from _virotrial.dataset_shape()$$, 'every view of a dataset has a shape');
select throws_ok($$select _virotrial.require_dataset('ral', 'XX')$$, '22023',
    'study "ral" has no dataset "XX" that you may read', 'another dataset is refused');

-- ---- what happened after a day is not there on that day: 003 died on 15 March
set virotrial.data_cut = '2008-03-14';
select rows_are('sdtm_dm', $$
studyid=raltegravir-pilot | domain=DM | usubjid=raltegravir-pilot-S2-003 | subjid=003 | rfstdtc=2008-02-01 | rfxstdtc=2008-02-01 | rficdtc=2008-01-10 | siteid=S2 | age=39 | ageu=YEARS | sex=M
$$, $$usubjid ~ '003$'$$);
select is_empty('select * from ral.sdtm_ae', 'no event had begun');
update ral.adverse_event set onset = '2008-03-14' where subject_id = '003';
select rows_are('sdtm_ae', $$
studyid=raltegravir-pilot | domain=AE | usubjid=raltegravir-pilot-S2-003 | aeseq=1 | aeterm=heart attack | aedecod=Myocardial infarction | aebodsys=Cardiac disorders | aeser=N | aeacn=NOT APPLICABLE | aerel=NOT RELATED | aescong=N | aesdisab=N | aesdth=N | aeshosp=N | aeslife=N | aesmie=N | aestdtc=2008-03-14 | aestdy=43
$$);
select * from finish();
