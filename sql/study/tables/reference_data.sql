-- What every study has from the start, and a protocol's document adds to or changes:
-- assays, drugs, and how an event may be related to a drug

insert into assay (assay, method, lower_limit, upper_limit, note)
values
    ('Quantiplex 1.0', 'bDNA', 10000, 1600000, 'upper limit to be confirmed'),
    ('Quantiplex 2.0', 'bDNA', 500, 800000, 'cannot answer < 400 and < 50; upper limit to be confirmed'),
    ('Quantiplex 3.0', 'bDNA', 50, 500000, 'with the limit that endpoints of < 50 need'),
    ('VERSANT 3.0', 'bDNA', 75, 500000, 'Quantiplex 3.0 under its later name, with the limit of the US label; cannot answer < 50'),
    ('Amplicor', 'RT-PCR', 400, 750000, 'standard procedure'),
    ('Amplicor Ultrasensitive 1.0', 'RT-PCR', 50, 75000, 'upper limit to be confirmed'),
    ('Amplicor Ultrasensitive 1.5', 'RT-PCR', 50, 100000, 'upper limit to be confirmed'),
    ('NucliSens HIV-1 QT', 'NASBA', 100, 5400000, 'lower limit for the usual sample volume'),
    ('COBAS TaqMan 1.0', 'RT-PCR', 40, 10000000, 'limits to be confirmed'),
    ('COBAS TaqMan 2.0', 'RT-PCR', 20, 10000000, 'upper limit to be confirmed'),
    ('Abbott RealTime 0.6 mL', 'RT-PCR', 40, 10000000, 'for 0.6 mL of plasma'),
    ('Abbott RealTime 0.2 mL', 'RT-PCR', 150, 10000000, 'for 0.2 mL of plasma');

insert into drug (drug, name, class)
values
    ('AZT', 'zidovudine', 'NRTI'),
    ('d4T', 'stavudine', 'NRTI'),
    ('ddI', 'didanosine', 'NRTI'),
    ('ddC', 'zalcitabine', 'NRTI'),
    ('3TC', 'lamivudine', 'NRTI'),
    ('FTC', 'emtricitabine', 'NRTI'),
    ('ABC', 'abacavir', 'NRTI'),
    ('TDF', 'tenofovir disoproxil', 'NRTI'),
    ('NVP', 'nevirapine', 'NNRTI'),
    ('EFV', 'efavirenz', 'NNRTI'),
    ('DLV', 'delavirdine', 'NNRTI'),
    ('ETR', 'etravirine', 'NNRTI'),
    ('RPV', 'rilpivirine', 'NNRTI'),
    ('IDV', 'indinavir', 'PI'),
    ('SQV', 'saquinavir', 'PI'),
    ('NFV', 'nelfinavir', 'PI'),
    ('FPV', 'fosamprenavir', 'PI'),
    ('LPV', 'lopinavir', 'PI'),
    ('ATV', 'atazanavir', 'PI'),
    ('TPV', 'tipranavir', 'PI'),
    ('DRV', 'darunavir', 'PI'),
    ('RAL', 'raltegravir', 'INSTI'),
    ('EVG', 'elvitegravir', 'INSTI'),
    ('DTG', 'dolutegravir', 'INSTI'),
    ('ENF', 'enfuvirtide', 'entry inhibitor'),
    ('MVC', 'maraviroc', 'entry inhibitor'),
    ('RTV', 'ritonavir', 'booster');

-- 600/100 mg of DRV/r twice daily is the dose after failure, DTG is given once.
insert into algorithm_drug (drug, algorithm_drug, preference)
values
    ('d4T', 'D4T', 1), ('ddI', 'DDI', 1), ('ddC', 'DDC', 1), ('3TC', 'LMV', 1),
    ('IDV', 'IDV/r', 1), ('SQV', 'SQV/r', 1), ('FPV', 'FPV/r', 1), ('LPV', 'LPV/r', 1), ('ATV', 'ATV/r', 1), ('TPV', 'TPV/r', 1),
    ('DRV', 'DRV/r', 1), ('DRV', 'DRV/r_BID', 2), ('DRV', 'DRV/r_QD', 3),
    ('DTG', 'DTG_QD', 1), ('DTG', 'DTGQD', 2), ('DTG', 'DTG_BID', 3), ('DTG', 'DTGBID', 4),
    ('ENF', 'T20', 1);

insert into drug_abnormality (drug, test, direction, source)
values
    ('AZT', 'HGB', 'L', 'US label of zidovudine, boxed warning: haematologic toxicity'),
    ('AZT', 'NEUT', 'L', 'US label of zidovudine, boxed warning: haematologic toxicity'),
    ('d4T', 'LACTICAC', 'H', 'US label of stavudine, boxed warning: lactic acidosis'),
    ('d4T', 'LIPASET', 'H', 'US label of stavudine, boxed warning: pancreatitis'),
    ('ddI', 'LACTICAC', 'H', 'US label of didanosine, boxed warning: lactic acidosis'),
    ('ddI', 'LIPASET', 'H', 'US label of didanosine, boxed warning: pancreatitis'),
    ('NVP', 'ALT', 'H', 'US label of nevirapine, boxed warning: hepatotoxicity'),
    ('NVP', 'AST', 'H', 'US label of nevirapine, boxed warning: hepatotoxicity'),
    ('TPV', 'ALT', 'H', 'US label of tipranavir, boxed warning: hepatotoxicity'),
    ('TPV', 'AST', 'H', 'US label of tipranavir, boxed warning: hepatotoxicity'),
    ('TDF', 'CREAT', 'H', 'US label of tenofovir disoproxil, warning: renal impairment'),
    ('TDF', 'PHOS', 'L', 'US label of tenofovir disoproxil, warning: renal impairment'),
    ('ATV', 'BILI', 'H', 'US label of atazanavir, warning: hyperbilirubinaemia'),
    ('IDV', 'BILI', 'H', 'US label of indinavir, warning: hyperbilirubinaemia');

insert into relatedness_category (relatedness, position, is_related)
values
    ('related', 1, true),
    ('probably related', 2, true),
    ('possibly related', 3, true),
    ('unlikely related', 4, false),
    ('not related', 5, false);
