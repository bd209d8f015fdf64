-- Three treated subjects and one who was only screened.  Study day 1 is
-- 1 February 2008, a leap year: 29 February is day 29, 21 March day 50, 1 April
-- day 61, 25 April day 85, 30 May day 120, 18 July day 169, 2 January 2009 day 337.
\set document `cat demo/resistance_algorithm.xml`
select name from load_resistance_algorithm(:'document', 'ral') \g /dev/null

create function add_viral_load(site text, subject text, collected date, viral_load text, visit text default null) returns void
    language sql
begin atomic
    insert into ral.viral_load_result (site_id, subject_id, collected, visit, assay, viral_load)
        values (site, subject, collected, visit, 'Quantiplex 3.0', viral_load::viral_load);
end;
create function add_lab(site text, subject text, collected date, test text, value text, unit text, uln float8 default null) returns void
    language sql
begin atomic
    insert into ral.lab_result (site_id, subject_id, collected, test, value, unit, uln, laboratory)
        values (site, subject, collected, test, value::lab_value, unit, uln, 'Central');
end;
create function add_visits(site text, subject text, variadic visits text[]) returns void
    language sql
begin atomic
    insert into ral.visit (site_id, subject_id, visit, visit_date)
        select site, subject, split_part(visit, ': ', 1), split_part(visit, ': ', 2)::date from unnest(visits) as visit;
end;
create function give_regimen(site text, subject text, stopped date default null, stop_reason text default null,
        justification text default null) returns void
    language sql
begin atomic
    insert into ral.regimen (site_id, subject_id, drug, started, stopped, dose_mg, doses_per_day, stop_reason, justification)
        select site, subject, drug, '2008-02-01', stopped, case when drug = 'RAL' then 400 end, case when drug = 'RAL' then 2 end,
            stop_reason, case when drug = 'RAL' then justification end
        from unnest(array['RAL', 'TDF', 'LPV']) as drug;
end;

-- S1/001 has all visits and completes.  The laboratory's call of EFV is wrong.
call make_candidate('001');
update ral.genotype set laboratory = 'Reference', algorithm = 'house', genes = '{PR,RT}', mutations = mutations('RT: M184V, K103N') where subject_id = '001';
insert into ral.genotype_drug_call (site_id, subject_id, collected, drug, call, reported) values ('S1', '001', '2007-12-01', 'EFV', 'susceptible', 'S');
select add_visits('S1', '001', 'screening: 2008-01-15') \g /dev/null
select add_viral_load('S1', '001', '2008-01-15', '50000', 'screening') \g /dev/null
insert into ral.enrolment (site_id, subject_id, enrolled, first_dose) values ('S1', '001', '2008-01-31', '2008-02-01');
select give_regimen('S1', '001') \g /dev/null
select add_visits('S1', '001', 'week 4: 2008-02-29', 'week 12: 2008-04-25', 'week 24: 2008-07-18', 'week 48: 2009-01-02') \g /dev/null
select add_viral_load('S1', '001', '2008-02-29', '400', 'week 4'), add_viral_load('S1', '001', '2008-04-25', '<50', 'week 12'),
    add_viral_load('S1', '001', '2008-05-30', '120'), add_viral_load('S1', '001', '2008-07-18', '<50', 'week 24'),
    add_viral_load('S1', '001', '2009-01-02', '<50', 'week 48') \g /dev/null
insert into ral.cd4_result (site_id, subject_id, collected, visit, cd4_count, cd4_percent)
    values ('S1', '001', '2008-01-15', 'screening', 180, 12), ('S1', '001', '2008-02-29', 'week 4', 210, null), ('S1', '001', '2008-04-25', 'week 12', 250, 15.5), ('S1', '001', '2008-07-18', 'week 24', 300, null),
        ('S1', '001', '2009-01-02', 'week 48', 380, 21);
select add_lab('S1', '001', '2008-01-15', 'SODIUM', '140', 'mmol/L'), add_lab('S1', '001', '2008-04-25', 'SODIUM', '122', 'mmol/L'),
    add_lab('S1', '001', '2008-01-15', 'QTCFAG', '440', 'ms'), add_lab('S1', '001', '2008-02-29', 'QTCFAG', '510', 'ms') \g /dev/null
insert into ral.disposition (site_id, subject_id, ended, outcome) values ('S1', '001', '2009-01-02', 'completed');

-- S1/002 stops for a hepatitis: ALT 5.25 and bilirubin 2.25 times the upper limit.
call make_candidate('002');
update ral.genotype set genes = '{PR,RT}', mutations = mutations('RT: M184V, K103N') where subject_id = '002';
select add_visits('S1', '002', 'screening: 2008-01-15') \g /dev/null
select add_viral_load('S1', '002', '2008-01-15', '>500000', 'screening') \g /dev/null
insert into ral.enrolment (site_id, subject_id, enrolled, first_dose) values ('S1', '002', '2008-02-01', '2008-02-01');
select give_regimen('S1', '002', '2008-04-01', 'adverse event') \g /dev/null
select add_visits('S1', '002', 'week 4: 2008-02-29') \g /dev/null
select add_viral_load('S1', '002', '2008-02-29', '30000', 'week 4') \g /dev/null
insert into ral.reference_range (laboratory, test, sex, minimum_age, unit, lln, uln) values ('Central', 'ALT', 'female', 18, 'U/L', 5, 40);
select add_lab('S1', '002', '2008-01-15', 'ALT', '30', 'U/L'), add_lab('S1', '002', '2008-03-21', 'ALT', '210', 'U/L'),
    add_lab('S1', '002', '2008-03-21', 'BILI', '45', 'umol/L', 20), add_lab('S1', '002', '2008-03-21', 'ALP', '90', 'U/L', 120) \g /dev/null
insert into ral.adverse_event (site_id, subject_id, event_number, term, test, onset, grade, is_serious, requires_hospitalization, action_taken, outcome, aware_at, reported_at)
    values ('S1', '002', 1, 'hepatitis', 'ALT', '2008-03-21', 3, true, true, 'DRUG WITHDRAWN', 'RECOVERING/RESOLVING', '2008-03-22 08:00+00', '2008-03-22 09:00+00');
insert into ral.adverse_event_relatedness (site_id, subject_id, event_number, drug, relatedness) values ('S1', '002', 1, 'RAL', 'related'), ('S1', '002', 1, 'TDF', 'unlikely related');
insert into ral.disposition (site_id, subject_id, ended, outcome, reason) values ('S1', '002', '2008-04-10', 'discontinued', 'adverse event');

-- S2/003 dies on day 44.  Nobody knows which drugs are active.
call make_candidate('003', 'S2');
update ral.subject set sex = 'male', birth_date = '1968-02-01' where subject_id = '003';
select add_visits('S2', '003', 'screening: 2008-01-15') \g /dev/null
select add_viral_load('S2', '003', '2008-01-15', '80000', 'screening') \g /dev/null
insert into ral.enrolment (site_id, subject_id, enrolled, first_dose) values ('S2', '003', '2008-02-01', '2008-02-01');
select give_regimen('S2', '003', '2008-03-15', 'death', 'no sample could be sequenced') \g /dev/null
select add_visits('S2', '003', 'week 4: 2008-02-29') \g /dev/null
select add_viral_load('S2', '003', '2008-02-29', '<50', 'week 4') \g /dev/null
insert into ral.cd4_result (site_id, subject_id, collected, visit, cd4_count) values ('S2', '003', '2008-01-15', 'screening', 90), ('S2', '003', '2008-02-29', 'week 4', 110);
insert into ral.disposition (site_id, subject_id, ended, outcome, reason) values ('S2', '003', '2008-03-15', 'discontinued', 'death');
insert into ral.adverse_event (site_id, subject_id, event_number, term, coded_term, system_organ_class, dictionary, dictionary_version, onset, ended, grade,
        is_serious, results_in_death, action_taken, outcome, aware_at, reported_at)
    values ('S2', '003', 1, 'heart attack', 'Myocardial infarction', 'Cardiac disorders', 'MedDRA', '11.0', '2008-03-15', '2008-03-15', 5,
        true, true, 'NOT APPLICABLE', 'FATAL', '2008-03-15 10:00+00', '2008-03-15 12:00+00');
insert into ral.adverse_event_relatedness (site_id, subject_id, event_number, drug, relatedness)
    select 'S2', '003', 1, drug, 'not related' from unnest(array['RAL', 'TDF', 'LPV']) as drug;

-- S2/004 was screened and withdrew before enrolment.
call make_candidate('004', 'S2');
update ral.consent set withdrawn = '2008-01-20' where subject_id = '004';

-- What did not come of S1/002; of what is pending at S1/001 the result has come.
insert into ral.missing_result (site_id, subject_id, assessment, test, collected, visit, reason, reported, note) values
    ('S1', '002', 'CD4', '', '2008-01-15', 'screening', 'rejected', 'clotted', null), ('S1', '002', 'CD4', '', '2008-02-29', 'week 4', 'insufficient', null, 'half a tube'),
    ('S1', '002', 'laboratory', 'AST', '2008-03-21', null, 'pending', null, null), ('S1', '001', 'viral load', '', '2008-02-29', 'week 4', 'pending', null, null);
