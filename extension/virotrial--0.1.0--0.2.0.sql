\echo Use "ALTER EXTENSION virotrial UPDATE TO '0.2.0'" to load this file. \quit

-- Written by make upgrade-script, from the install scripts of 0.1.0 and 0.2.0.

drop procedure _virotrial.simulate_persons(study text, subjects integer, sites integer, seed bigint, is_suppressed boolean);

drop function _virotrial.load_rejects(file integer);

truncate virotrial_lab_test, virotrial_lab_unit, virotrial_lab_code, virotrial_toxicity_grade_table, virotrial_display, virotrial_display_line, virotrial_listing, virotrial_figure;

insert into virotrial_lab_test (test, name, panel, specimen, result_kind, unit, loinc,
    needs_fasting, plausible_low, plausible_high) values
    ('HGB', 'haemoglobin', 'blood routine', 'blood', 'numeric', 'g/L', '718-7', false, 10, 300),
    ('RBC', 'erythrocytes', 'blood routine', 'blood', 'numeric', '10*12/L', '789-8', false, 0.3, 12),
    ('HCT', 'haematocrit', 'blood routine', 'blood', 'numeric', '%', '4544-3', false, 3, 80),
    ('MCV', 'mean corpuscular volume', 'blood routine', 'blood', 'numeric', 'fL', '787-2', false, 40, 160),
    ('MCH', 'mean corpuscular haemoglobin', 'blood routine', 'blood', 'numeric', 'pg', '785-6', false, 10, 60),
    ('MCHC', 'mean corpuscular haemoglobin concentration', 'blood routine', 'blood', 'numeric', 'g/L', '786-4', false, 150, 450),
    ('PLAT', 'platelets', 'blood routine', 'blood', 'numeric', '10*9/L', '777-3', false, 0, 3000),
    ('WBC', 'leukocytes', 'blood routine', 'blood', 'numeric', '10*9/L', '6690-2', false, 0, 500),
    ('NEUT', 'neutrophils', 'blood routine', 'blood', 'numeric', '10*9/L', '751-8', false, 0, 400),
    ('LYM', 'lymphocytes', 'blood routine', 'blood', 'numeric', '10*9/L', '731-0', false, 0, 400),
    ('MONO', 'monocytes', 'blood routine', 'blood', 'numeric', '10*9/L', '742-7', false, 0, 100),
    ('EOS', 'eosinophils', 'blood routine', 'blood', 'numeric', '10*9/L', '711-2', false, 0, 100),
    ('BASO', 'basophils', 'blood routine', 'blood', 'numeric', '10*9/L', '704-7', false, 0, 50),
    ('METHB', 'methaemoglobin', 'blood routine', 'blood', 'numeric', '%', '2614-6', false, 0, 80),
    ('CD4', 'CD4+ T lymphocytes', 'lymphocyte subsets', 'blood', 'numeric', '10*9/L', '24467-3', false, 0, 5),
    ('INR', 'international normalised ratio', 'coagulation', 'plasma', 'numeric', '1', '6301-6', false, 0.5, 30),
    ('PT', 'prothrombin time', 'coagulation', 'plasma', 'numeric', 's', '5902-2', false, 5, 300),
    ('APTT', 'activated partial thromboplastin time', 'coagulation', 'plasma', 'numeric', 's', '14979-9', false, 10, 400),
    ('FIBRINO', 'fibrinogen', 'coagulation', 'plasma', 'numeric', 'g/L', '3255-7', false, 0, 20),
    ('ALT', 'alanine aminotransferase', 'liver function', 'serum or plasma', 'numeric', 'U/L', '1742-6', false, 0, 20000),
    ('AST', 'aspartate aminotransferase', 'liver function', 'serum or plasma', 'numeric', 'U/L', '1920-8', false, 0, 30000),
    ('ALP', 'alkaline phosphatase', 'liver function', 'serum or plasma', 'numeric', 'U/L', '6768-6', false, 0, 10000),
    ('GGT', 'gamma-glutamyl transferase', 'liver function', 'serum or plasma', 'numeric', 'U/L', '2324-2', false, 0, 10000),
    ('BILI', 'total bilirubin', 'liver function', 'serum or plasma', 'numeric', 'umol/L', '14631-6', false, 0, 1500),
    ('BILDIR', 'direct bilirubin', 'liver function', 'serum or plasma', 'numeric', 'umol/L', '14629-0', false, 0, 1200),
    ('ALB', 'albumin', 'liver function', 'serum or plasma', 'numeric', 'g/L', '1751-7', false, 3, 100),
    ('TPROT', 'total protein', 'liver function', 'serum or plasma', 'numeric', 'g/L', '2885-2', false, 10, 200),
    ('LDH', 'lactate dehydrogenase', 'liver function', 'serum or plasma', 'numeric', 'U/L', '2532-0', false, 0, 50000),
    ('AMYLASE', 'amylase', 'pancreas and muscle', 'serum or plasma', 'numeric', 'U/L', '1798-8', false, 0, 20000),
    ('AMYLASEP', 'pancreatic amylase', 'pancreas and muscle', 'serum or plasma', 'numeric', 'U/L', '1805-1', false, 0, 20000),
    ('LIPASET', 'lipase', 'pancreas and muscle', 'serum or plasma', 'numeric', 'U/L', '3040-3', false, 0, 50000),
    ('CK', 'creatine kinase', 'pancreas and muscle', 'serum or plasma', 'numeric', 'U/L', '2157-6', false, 0, 1000000),
    ('CREAT', 'creatinine', 'renal function', 'serum or plasma', 'numeric', 'umol/L', '14682-9', false, 5, 4000),
    ('UREA', 'urea', 'renal function', 'serum or plasma', 'numeric', 'mmol/L', '22664-7', false, 0.1, 120),
    ('URATE', 'uric acid', 'renal function', 'serum or plasma', 'numeric', 'umol/L', '14933-6', false, 10, 3000),
    ('CREATCLR', 'creatinine clearance', 'renal function', 'serum and urine', 'numeric', 'mL/min', '2164-2', false, 0, 500),
    ('GFRE', 'estimated glomerular filtration rate', 'renal function', 'serum or plasma', 'numeric', 'mL/min/{1.73_m2}', '33914-3', false, 0, 300),
    ('SODIUM', 'sodium', 'electrolytes', 'serum or plasma', 'numeric', 'mmol/L', '2951-2', false, 80, 220),
    ('K', 'potassium', 'electrolytes', 'serum or plasma', 'numeric', 'mmol/L', '2823-3', false, 0.8, 15),
    ('CL', 'chloride', 'electrolytes', 'serum or plasma', 'numeric', 'mmol/L', '2075-0', false, 40, 180),
    ('BICARB', 'bicarbonate', 'electrolytes', 'serum or plasma', 'numeric', 'mmol/L', '1963-8', false, 1, 70),
    ('CA', 'calcium, corrected for albumin', 'electrolytes', 'serum or plasma', 'numeric', 'mmol/L', '29265-6', false, 0.3, 6),
    ('CAION', 'ionised calcium', 'electrolytes', 'serum or plasma', 'numeric', 'mmol/L', '1995-0', false, 0.2, 4),
    ('MG', 'magnesium', 'electrolytes', 'serum or plasma', 'numeric', 'mmol/L', '2601-3', false, 0.05, 8),
    ('PHOS', 'phosphate', 'electrolytes', 'serum or plasma', 'numeric', 'mmol/L', '14879-1', false, 0.05, 10),
    ('LACTICAC', 'lactate', 'electrolytes', 'plasma', 'numeric', 'mmol/L', '2524-7', false, 0, 50),
    ('PH', 'blood pH', 'electrolytes', 'arterial blood', 'numeric', '[pH]', '2744-1', false, 6, 8.5),
    ('GLUC', 'glucose', 'blood glucose', 'serum or plasma', 'numeric', 'mmol/L', '14749-6', true, 0.1, 120),
    ('CHOL', 'cholesterol', 'blood lipids', 'serum or plasma', 'numeric', 'mmol/L', '14647-2', true, 0.2, 60),
    ('HDL', 'HDL cholesterol', 'blood lipids', 'serum or plasma', 'numeric', 'mmol/L', '14646-4', true, 0.02, 8),
    ('LDL', 'LDL cholesterol', 'blood lipids', 'serum or plasma', 'numeric', 'mmol/L', '22748-8', true, 0.02, 40),
    ('TRIG', 'triglycerides', 'blood lipids', 'serum or plasma', 'numeric', 'mmol/L', '14927-8', true, 0.05, 150),
    ('TROPONI', 'cardiac troponin I', 'cardiac markers', 'serum or plasma', 'numeric', 'ng/mL', '10839-9', false, 0, 1000),
    ('PH_U', 'urine pH', 'urine routine', 'urine', 'numeric', '[pH]', '5803-2', false, 4, 10),
    ('SPGRAV', 'specific gravity of urine', 'urine routine', 'urine', 'numeric', '1', '5811-5', false, 1, 1.1),
    ('PROT', 'protein in urine, dipstick', 'urine routine', 'urine', 'coded', null, '20454-5', false, null, null),
    ('GLUC_U', 'glucose in urine, dipstick', 'urine routine', 'urine', 'coded', null, '25428-4', false, null, null),
    ('KETONES', 'ketones in urine, dipstick', 'urine routine', 'urine', 'coded', null, '2514-8', false, null, null),
    ('OCCBLD', 'haemoglobin in urine, dipstick', 'urine routine', 'urine', 'coded', null, '5794-3', false, null, null),
    ('LEUKASE', 'leukocyte esterase in urine, dipstick', 'urine routine', 'urine', 'coded', null, '5799-2', false, null, null),
    ('NITRITE', 'nitrite in urine, dipstick', 'urine routine', 'urine', 'coded', null, '5802-4', false, null, null),
    ('BILI_U', 'bilirubin in urine, dipstick', 'urine routine', 'urine', 'coded', null, '5770-3', false, null, null),
    ('UROBIL', 'urobilinogen in urine, dipstick', 'urine routine', 'urine', 'coded', null, '5818-0', false, null, null),
    ('RBC_U', 'erythrocytes in urine sediment', 'urine routine', 'urine sediment', 'numeric', '/[HPF]', '13945-1', false, 0, 10000),
    ('WBC_U', 'leukocytes in urine sediment', 'urine routine', 'urine sediment', 'numeric', '/[HPF]', '5821-4', false, 0, 10000),
    ('COLOR_ST', 'colour of stool', 'stool routine', 'stool', 'coded', null, '9397-1', false, null, null),
    ('CONSIST_ST', 'consistency of stool', 'stool routine', 'stool', 'coded', null, null, false, null, null),
    ('OCCBLD_ST', 'occult blood in stool', 'stool routine', 'stool', 'coded', null, '2335-8', false, null, null),
    ('RBC_ST', 'erythrocytes in stool', 'stool routine', 'stool', 'numeric', '/[HPF]', null, false, 0, 10000),
    ('WBC_ST', 'leukocytes in stool', 'stool routine', 'stool', 'numeric', '/[HPF]', null, false, 0, 10000),
    ('PARASITE_ST', 'ova and parasites in stool', 'stool routine', 'stool', 'coded', null, '10704-5', false, null, null),
    ('EGHRMN', 'heart rate', 'electrocardiogram', 'electrocardiogram', 'numeric', '/min', '8867-4', false, 15, 300),
    ('PRAG', 'PR interval', 'electrocardiogram', 'electrocardiogram', 'numeric', 'ms', '8625-6', false, 50, 600),
    ('QRSAG', 'QRS duration', 'electrocardiogram', 'electrocardiogram', 'numeric', 'ms', '8633-0', false, 30, 400),
    ('QTAG', 'QT interval', 'electrocardiogram', 'electrocardiogram', 'numeric', 'ms', '8634-8', false, 150, 900),
    ('QTCFAG', 'QT interval corrected by Fridericia', 'electrocardiogram', 'electrocardiogram', 'numeric', 'ms', null, false, 150, 900),
    ('INTP', 'interpretation of the electrocardiogram', 'electrocardiogram', 'electrocardiogram', 'coded', null, '8601-7', false, null, null);

insert into virotrial_lab_unit (test, unit, multiplier, divisor)
select test, unit, 1, 1 from virotrial_lab_test where unit is not null;

insert into virotrial_lab_unit (test, unit, multiplier, divisor)
select test, units.unit, multiplier, 1
from virotrial_lab_test,
     (values ('[iU]/L', 1), ('ukat/L', 60)) units(unit, multiplier)
where virotrial_lab_test.unit = 'U/L';

insert into virotrial_lab_unit (test, unit, multiplier, divisor)
select test, unit, 1, 1
from unnest(array['PROT', 'GLUC_U', 'KETONES', 'OCCBLD', 'LEUKASE', 'BILI_U', 'UROBIL']) test,
     unnest(array['plus', '']) unit;

insert into virotrial_lab_unit (test, unit, unit_system, multiplier, divisor, loinc) values
    ('HGB', 'mmol/L', 'SI-Fe', 16.1145, 1, '59260-0'),
    ('INR', '', null, 1, 1, null),
    ('BILI', 'mg/dL', 'US', 10000, 584.66, '1975-2'),
    ('BILDIR', 'mg/dL', 'US', 10000, 584.66, '1968-7'),
    ('CREAT', 'mg/dL', 'US', 10000, 113.12, '2160-0'),
    ('UREA', 'mg/dL', 'US', 10, 60.056, '3091-6'),
    ('UREA', 'mg{urea_nitrogen}/dL', 'US', 10, 28.014, '3094-0'),
    ('URATE', 'mg/dL', 'US', 10000, 168.11, '3084-1'),
    ('CREATCLR', 'mL/s', null, 60, 1, null),
    ('SODIUM', 'mEq/L', 'SI', 1, 1, null),
    ('K', 'mEq/L', 'SI', 1, 1, null),
    ('CL', 'mEq/L', 'SI', 1, 1, null),
    ('BICARB', 'mEq/L', 'SI', 1, 1, null),
    ('CA', 'mg/dL', 'US', 10, 40.078, null),
    ('CA', 'mEq/L', 'SI', 1, 2, null),
    ('CAION', 'mg/dL', 'US', 10, 40.078, '17863-2'),
    ('CAION', 'mEq/L', 'SI', 1, 2, null),
    ('MG', 'mEq/L', 'US', 1, 2, null),
    ('MG', 'mg/dL', 'US', 10, 24.305, '19123-9'),
    ('PHOS', 'mg/dL', 'US', 10, 30.974, '2777-1'),
    ('LACTICAC', 'mg/dL', 'US', 10, 90.078, '14118-4'),
    ('PH', '', null, 1, 1, null),
    ('GLUC', 'mg/dL', 'US', 10, 180.156, '2345-7'),
    ('CHOL', 'mg/dL', 'US', 10, 386.65, '2093-3'),
    ('HDL', 'mg/dL', 'US', 10, 386.65, '2085-9'),
    ('LDL', 'mg/dL', 'US', 10, 386.65, '2089-1'),
    ('TRIG', 'mg/dL', 'US', 10, 885.43, '2571-8'),
    ('PH_U', '', null, 1, 1, null),
    ('SPGRAV', '', null, 1, 1, null);

update virotrial_lab_unit set unit_system = 'SI'
where unit_system is null
    and test in (select test from virotrial_lab_unit where unit_system = 'US');

update virotrial_lab_unit set other_units = named.units
from (values ('10*9/L', array['/uL', '/L']), ('10*12/L', array['/uL', '/L']),
    ('g/L', array['g/dL', 'mg/dL']), ('umol/L', array['mmol/L']), ('%', array['L/L']), ('ms', array['s'])) as named (unit, units)
where virotrial_lab_unit.unit = named.unit;

update virotrial_lab_unit set other_units = array['g/L']
where unit = 'mg/dL' and test in ('GLUC', 'CHOL', 'HDL', 'LDL', 'TRIG');

update virotrial_lab_test set usual_low = usual.low, usual_high = usual.high,
    usual_source = usual.source
from (values
    ('HGB', 20, 250, 'DAIDS 2.1: grade 4 below 65 g/L; beyond, an assumption'),
    ('RBC', 0.5, 10, 'assumption: as haemoglobin, 30 pg in a cell'),
    ('HCT', 5, 75, 'assumption: as haemoglobin, 330 g/L in cells'),
    ('MCHC', 200, 420, 'assumption'),
    ('PLAT', 1, 2500, 'DAIDS 2.1: grade 4 below 25 x 10^9/L; beyond, an assumption'),
    ('WBC', 0.1, 400, 'DAIDS 2.1: grade 4 below 1 x 10^9/L; beyond, an assumption'),
    ('NEUT', 0.005, 200, 'DAIDS 2.1: grade 4 below 0.4 x 10^9/L; beyond, an assumption'),
    ('LYM', 0.02, 200, 'DAIDS 2.1: grade 4 below 0.35 x 10^9/L; beyond, an assumption'),
    ('CD4', 0.001, 3, 'protocol: counts to 3000; one cell in a microlitre is a count'),
    ('FIBRINO', 0.2, 15, 'DAIDS 2.1: grade 4 below 0.5 g/L; beyond, an assumption'),
    ('ALT', 1, 20000, 'assumption; DAIDS 2.1 grades multiples of the limit of normal'),
    ('AST', 1, 30000, 'assumption; DAIDS 2.1 grades multiples of the limit of normal'),
    ('ALP', 3, 10000, 'assumption; DAIDS 2.1 grades multiples of the limit of normal'),
    ('GGT', 1, 10000, 'assumption'),
    ('LDH', 20, 50000, 'assumption'),
    ('CK', 3, 1000000, 'assumption; DAIDS 2.1 grades multiples of the limit of normal'),
    ('BILI', 1, 900, 'assumption; DAIDS 2.1 grades multiples of the limit of normal'),
    ('BILDIR', 0.5, 700, 'assumption'),
    ('ALB', 8, 70, 'DAIDS 2.1: grade 3 below 20 g/L; beyond, an assumption'),
    ('TPROT', 20, 160, 'assumption'),
    ('CREAT', 15, 2700, 'assumption: 20 mg/dL are 1768 umol/L; DAIDS 2.1 grades multiples of the limit of normal'),
    ('UREA', 0.5, 100, 'assumption'),
    ('URATE', 40, 1500, 'DAIDS 2.1: grade 4 from 890 umol/L; beyond, an assumption'),
    ('CREATCLR', 1, 400, 'DAIDS 2.1: grade 4 below 30 mL/min; beyond, an assumption'),
    ('CA', 0.8, 5, 'DAIDS 2.1: grade 4 below 1.53 and from 3.38 mmol/L; beyond, an assumption'),
    ('CAION', 0.4, 3, 'DAIDS 2.1: grade 4 below 0.8 and from 1.8 mmol/L; beyond, an assumption'),
    ('MG', 0.2, 4, 'DAIDS 2.1: grade 4 below 0.3 mmol/L; beyond, an assumption'),
    ('PHOS', 0.15, 6, 'DAIDS 2.1: grade 4 below 0.32 mmol/L; beyond, an assumption'),
    ('GLUC', 0.5, 60, 'DAIDS 2.1: grade 4 below 1.67 and from 27.75 mmol/L; 60 mmol/L are 1081 mg/dL, an assumption'),
    ('CHOL', 0.8, 25, 'DAIDS 2.1: grade 3 from 7.77 mmol/L; beyond, an assumption'),
    ('HDL', 0.1, 6, 'assumption'),
    ('LDL', 0.1, 25, 'DAIDS 2.1: grade 3 from 4.90 mmol/L; beyond, an assumption'),
    ('TRIG', 0.2, 60, 'DAIDS 2.1: grade 4 above 11.4 mmol/L; beyond, an assumption'),
    ('PRAG', 80, 500, 'assumption'),
    ('QRSAG', 40, 300, 'assumption'),
    ('QTAG', 200, 800, 'assumption'),
    ('QTCFAG', 200, 800, 'assumption'))
    as usual (test, low, high, source)
where virotrial_lab_test.test = usual.test;

with source (verification, codes) as (values
    ('LOINC universal laboratory orders 2.1',
        array['10704-5', '10839-9', '14118-4', '14979-9', '1742-6', '1751-7', '17863-2', '1798-8',
        '19123-9', '1920-8', '1968-7', '1975-2', '1995-0', '2075-0',
        '2085-9', '2089-1', '2093-3', '2157-6', '2160-0', '2324-2', '2335-8', '2345-7', '2524-7', '25428-4', '2571-8', '2601-3', '2614-6', '2777-1',
        '2823-3', '2885-2', '2951-2', '3040-3', '3084-1', '3094-0', '3255-7', '5803-2', '5811-5', '5902-2', '6690-2', '6768-6', '711-2', '718-7', '777-3',
        '789-8']),
    ('National Library of Medicine',
        array['13945-1', '14629-0', '14631-6', '14646-4', '14647-2', '14682-9', '14749-6',
        '14879-1', '14927-8', '1805-1', '2164-2', '22748-8', '2532-0', '2744-1',
        '29265-6', '33914-3', '4544-3', '5770-3', '5821-4', '59260-0', '6301-6', '785-6', '786-4', '787-2', '8625-6', '8633-0', '8634-8', '8867-4']),
    ('HL7 FHIR guides', array['1963-8', '22664-7', '5794-3', '5799-2', '704-7', '731-0', '742-7', '751-8', '8601-7']),
    ('GECCO+ value sets', array['20454-5', '2514-8', '5802-4', '5818-0']),
    ('value set of HIV tests of the eCQM', array['24467-3'])),
verified_test as (update virotrial_lab_test set loinc_verification = verification
    from source where loinc = any (codes))
update virotrial_lab_unit set loinc_verification = verification from source
    where loinc = any (codes);

insert into virotrial_lab_code (test, code, meaning, abnormal, plus)
select test, code, meaning, plus > 0, plus
from unnest(array['PROT', 'GLUC_U', 'KETONES', 'OCCBLD', 'LEUKASE', 'BILI_U', 'UROBIL']) test,
     (values ('NEGATIVE', 'negative, or normal', 0), ('TRACE', 'trace', 0.5), ('1+', 'one plus', 1), ('2+', 'two plus', 2),
             ('3+', 'three plus', 3), ('4+', 'four plus', 4)) codes(code, meaning, plus);

insert into virotrial_lab_code (test, code, meaning, abnormal) values
    ('NITRITE', 'NEGATIVE', 'negative', false),
    ('NITRITE', 'POSITIVE', 'positive', true),
    ('COLOR_ST', 'BROWN', 'brown, or yellow-brown', false),
    ('COLOR_ST', 'GREEN', 'green', true),
    ('COLOR_ST', 'CLAY', 'clay-coloured', true),
    ('COLOR_ST', 'BLACK', 'black, tarry', true),
    ('COLOR_ST', 'RED', 'red, with blood', true),
    ('COLOR_ST', 'OTHER', 'another colour', true),
    ('CONSIST_ST', 'FORMED', 'formed', false),
    ('CONSIST_ST', 'SOFT', 'soft', false),
    ('CONSIST_ST', 'HARD', 'hard', true),
    ('CONSIST_ST', 'LOOSE', 'loose', true),
    ('CONSIST_ST', 'WATERY', 'watery', true),
    ('CONSIST_ST', 'MUCOID', 'with mucus', true),
    ('CONSIST_ST', 'BLOODY', 'with blood', true),
    ('OCCBLD_ST', 'NEGATIVE', 'negative', false),
    ('OCCBLD_ST', 'POSITIVE', 'positive', true),
    ('PARASITE_ST', 'NOT SEEN', 'neither ova nor parasites seen', false),
    ('PARASITE_ST', 'SEEN', 'ova or parasites seen', true),
    ('INTP', 'NORMAL', 'normal', false),
    ('INTP', 'ABNORMAL NCS', 'abnormal, not clinically significant', true),
    ('INTP', 'ABNORMAL CS', 'abnormal, clinically significant', true),
    ('INTP', 'NOT EVALUABLE', 'cannot be evaluated', false);

insert into virotrial_toxicity_grade_table (id, test, parameter, direction, grade,
    unit, unit_system, sex, fasting,
    minimum_age, minimum_age_inclusive, without_hiv, lower_bound, lower_inclusive, lower_basis,
    upper_bound, upper_inclusive, upper_basis, needs_judgement, condition, verification, unverified,
    note)
values
    (1, 'ALT', 'ALT (SGPT)', 'H', 1, null, null, null, null, null, null, false, 1.25, true, 'ULN', 2.5, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'report SGPT/SGOT once'),
    (2, 'ALT', 'ALT (SGPT)', 'H', 2, null, null, null, null, null, null, false, 2.5, true, 'ULN', 5.0, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'report SGPT/SGOT once'),
    (3, 'ALT', 'ALT (SGPT)', 'H', 3, null, null, null, null, null, null, false, 5.0, true, 'ULN', 10.0, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'report SGPT/SGOT once'),
    (4, 'ALT', 'ALT (SGPT)', 'H', 4, null, null, null, null, null, null, false, 10.0, true, 'ULN', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'report SGPT/SGOT once'),
    (5, 'AST', 'AST (SGOT)', 'H', 1, null, null, null, null, null, null, false, 1.25, true, 'ULN', 2.5, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'report SGPT/SGOT once'),
    (6, 'AST', 'AST (SGOT)', 'H', 2, null, null, null, null, null, null, false, 2.5, true, 'ULN', 5.0, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'report SGPT/SGOT once'),
    (7, 'AST', 'AST (SGOT)', 'H', 3, null, null, null, null, null, null, false, 5.0, true, 'ULN', 10.0, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'report SGPT/SGOT once'),
    (8, 'AST', 'AST (SGOT)', 'H', 4, null, null, null, null, null, null, false, 10.0, true, 'ULN', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'report SGPT/SGOT once'),
    (9, 'ALP', 'Alkaline phosphatase', 'H', 1, null, null, null, null, null, null, false, 1.25, true, 'ULN', 2.5, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'report SGPT/SGOT once'),
    (10, 'ALP', 'Alkaline phosphatase', 'H', 2, null, null, null, null, null, null, false, 2.5, true, 'ULN', 5.0, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'report SGPT/SGOT once'),
    (11, 'ALP', 'Alkaline phosphatase', 'H', 3, null, null, null, null, null, null, false, 5.0, true, 'ULN', 10.0, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'report SGPT/SGOT once'),
    (12, 'ALP', 'Alkaline phosphatase', 'H', 4, null, null, null, null, null, null, false, 10.0, true, 'ULN', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'report SGPT/SGOT once'),
    (13, 'AMYLASE', 'Amylase (total or pancreatic; report only one)', 'H', 1, null, null, null, null, null, null, false, 1.1, true, 'ULN', 1.5, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', 'note: report only one', 'report total or pancreatic amylase, not both'),
    (14, 'AMYLASE', 'Amylase (total or pancreatic; report only one)', 'H', 2, null, null, null, null, null, null, false, 1.5, true, 'ULN', 3.0, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', 'note: report only one', 'report total or pancreatic amylase, not both'),
    (15, 'AMYLASE', 'Amylase (total or pancreatic; report only one)', 'H', 3, null, null, null, null, null, null, false, 3.0, true, 'ULN', 5.0, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', 'note: report only one', 'report total or pancreatic amylase, not both'),
    (16, 'AMYLASE', 'Amylase (total or pancreatic; report only one)', 'H', 4, null, null, null, null, null, null, false, 5.0, true, 'ULN', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', 'note: report only one', 'report total or pancreatic amylase, not both'),
    (17, 'AMYLASEP', 'Amylase (total or pancreatic; report only one)', 'H', 1, null, null, null, null, null, null, false, 1.1, true, 'ULN', 1.5, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', 'note: report only one', 'report total or pancreatic amylase, not both'),
    (18, 'AMYLASEP', 'Amylase (total or pancreatic; report only one)', 'H', 2, null, null, null, null, null, null, false, 1.5, true, 'ULN', 3.0, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', 'note: report only one', 'report total or pancreatic amylase, not both'),
    (19, 'AMYLASEP', 'Amylase (total or pancreatic; report only one)', 'H', 3, null, null, null, null, null, null, false, 3.0, true, 'ULN', 5.0, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', 'note: report only one', 'report total or pancreatic amylase, not both'),
    (20, 'AMYLASEP', 'Amylase (total or pancreatic; report only one)', 'H', 4, null, null, null, null, null, null, false, 5.0, true, 'ULN', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', 'note: report only one', 'report total or pancreatic amylase, not both'),
    (21, 'LIPASET', 'Lipase', 'H', 1, null, null, null, null, null, null, false, 1.1, true, 'ULN', 1.5, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (22, 'LIPASET', 'Lipase', 'H', 2, null, null, null, null, null, null, false, 1.5, true, 'ULN', 3.0, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (23, 'LIPASET', 'Lipase', 'H', 3, null, null, null, null, null, null, false, 3.0, true, 'ULN', 5.0, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (24, 'LIPASET', 'Lipase', 'H', 4, null, null, null, null, null, null, false, 5.0, true, 'ULN', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (25, 'BILI', 'Total bilirubin', 'H', 1, null, null, null, null, '28 days', false, false, 1.1, true, 'ULN', 1.6, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, '> 28 days of age'),
    (26, 'BILI', 'Total bilirubin', 'H', 2, null, null, null, null, '28 days', false, false, 1.6, true, 'ULN', 2.6, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, '> 28 days of age'),
    (27, 'BILI', 'Total bilirubin', 'H', 3, null, null, null, null, '28 days', false, false, 2.6, true, 'ULN', 5.0, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, '> 28 days of age'),
    (28, 'BILI', 'Total bilirubin', 'H', 4, null, null, null, null, '28 days', false, false, 5.0, true, 'ULN', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, '> 28 days of age'),
    (29, 'BILDIR', 'Direct bilirubin', 'H', 3, null, null, null, null, '28 days', false, false, 1.0, false, 'ULN', null, null, null, true, 'with other signs and symptoms of hepatotoxicity', 'VERIFIED:admiral DAIDS.json', null, 'needs clinical judgement; the value alone says only that it is above ULN (admiral assumes grade 4)'),
    (30, 'BILDIR', 'Direct bilirubin', 'H', 4, null, null, null, null, '28 days', false, false, 1.0, false, 'ULN', null, null, null, true, 'with life-threatening consequences (e.g. liver failure)', 'VERIFIED:admiral DAIDS.json', null, 'needs clinical judgement; the value alone says only that it is above ULN (admiral assumes grade 4)'),
    (31, 'CREAT', 'Creatinine', 'H', 1, null, null, null, null, null, null, false, 1.1, true, 'ULN', 1.3, true, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'the higher of this and the alternative by baseline'),
    (32, 'CREAT', 'Creatinine', 'H', 2, null, null, null, null, null, null, false, 1.3, false, 'ULN', 1.8, true, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'the higher of this and the alternative by baseline'),
    (33, 'CREAT', 'Creatinine', 'H', 2, null, null, null, null, null, null, false, 1.3, true, 'baseline', 1.5, false, 'baseline', false, null, 'VERIFIED:admiral DAIDS.json', null, 'alternative to the criterion before it'),
    (34, 'CREAT', 'Creatinine', 'H', 3, null, null, null, null, null, null, false, 1.8, false, 'ULN', 3.5, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'the higher of this and the alternative by baseline'),
    (35, 'CREAT', 'Creatinine', 'H', 3, null, null, null, null, null, null, false, 1.5, true, 'baseline', 2.0, false, 'baseline', false, null, 'VERIFIED:admiral DAIDS.json', null, 'alternative to the criterion before it'),
    (36, 'CREAT', 'Creatinine', 'H', 4, null, null, null, null, null, null, false, 3.5, true, 'ULN', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'the higher of this and the alternative by baseline'),
    (37, 'CREAT', 'Creatinine', 'H', 4, null, null, null, null, null, null, false, 2.0, true, 'baseline', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json', null, 'alternative to the criterion before it'),
    (38, 'CREATCLR', 'Creatinine clearance or eGFR (report only one)', 'L', 2, 'mL/min', null, null, null, null, null, false, 60, true, 'absolute', 90, false, 'absolute', false, null, 'VERIFIED:clinicedc edc_reportable (G2-G4)', null, 'no grade 1'),
    (39, 'CREATCLR', 'Creatinine clearance or eGFR (report only one)', 'L', 2, 'mL/min', null, null, null, null, null, false, 0.7, false, 'baseline', 0.9, true, 'baseline', false, null, 'VERIFIED:clinicedc edc_reportable (G2-G4)', null, 'alternative to the criterion before it'),
    (40, 'CREATCLR', 'Creatinine clearance or eGFR (report only one)', 'L', 3, 'mL/min', null, null, null, null, null, false, 30, true, 'absolute', 60, false, 'absolute', false, null, 'VERIFIED:clinicedc edc_reportable (G2-G4)', null, 'no grade 1'),
    (41, 'CREATCLR', 'Creatinine clearance or eGFR (report only one)', 'L', 3, 'mL/min', null, null, null, null, null, false, 0.5, false, 'baseline', 0.7, true, 'baseline', false, null, 'VERIFIED:clinicedc edc_reportable (G2-G4)', null, 'alternative to the criterion before it'),
    (42, 'CREATCLR', 'Creatinine clearance or eGFR (report only one)', 'L', 4, 'mL/min', null, null, null, null, null, false, null, null, null, 30, false, 'absolute', false, 'or dialysis needed (not graded from the value)', 'VERIFIED:clinicedc edc_reportable (G2-G4)', 'condition: dialysis', 'no grade 1'),
    (43, 'CREATCLR', 'Creatinine clearance or eGFR (report only one)', 'L', 4, 'mL/min', null, null, null, null, null, false, null, null, null, 0.5, true, 'baseline', false, null, 'VERIFIED:clinicedc edc_reportable (G2-G4)', null, 'alternative to the criterion before it'),
    (44, 'GFRE', 'Creatinine clearance or eGFR (report only one)', 'L', 2, 'mL/min/1.73m2', null, null, null, null, null, false, 60, true, 'absolute', 90, false, 'absolute', false, null, 'VERIFIED:clinicedc edc_reportable (G2-G4)', null, 'no grade 1'),
    (45, 'GFRE', 'Creatinine clearance or eGFR (report only one)', 'L', 2, 'mL/min/1.73m2', null, null, null, null, null, false, 0.7, false, 'baseline', 0.9, true, 'baseline', false, null, 'VERIFIED:clinicedc edc_reportable (G2-G4)', null, 'alternative to the criterion before it'),
    (46, 'GFRE', 'Creatinine clearance or eGFR (report only one)', 'L', 3, 'mL/min/1.73m2', null, null, null, null, null, false, 30, true, 'absolute', 60, false, 'absolute', false, null, 'VERIFIED:clinicedc edc_reportable (G2-G4)', null, 'no grade 1'),
    (47, 'GFRE', 'Creatinine clearance or eGFR (report only one)', 'L', 3, 'mL/min/1.73m2', null, null, null, null, null, false, 0.5, false, 'baseline', 0.7, true, 'baseline', false, null, 'VERIFIED:clinicedc edc_reportable (G2-G4)', null, 'alternative to the criterion before it'),
    (48, 'GFRE', 'Creatinine clearance or eGFR (report only one)', 'L', 4, 'mL/min/1.73m2', null, null, null, null, null, false, null, null, null, 30, false, 'absolute', false, 'or dialysis needed (not graded from the value)', 'VERIFIED:clinicedc edc_reportable (G2-G4)', 'condition: dialysis', 'no grade 1'),
    (49, 'GFRE', 'Creatinine clearance or eGFR (report only one)', 'L', 4, 'mL/min/1.73m2', null, null, null, null, null, false, null, null, null, 0.5, true, 'baseline', false, null, 'VERIFIED:clinicedc edc_reportable (G2-G4)', null, 'alternative to the criterion before it'),
    (50, 'CK', 'Creatine kinase', 'H', 1, null, null, null, null, null, null, false, 3.0, true, 'ULN', 6.0, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (51, 'CK', 'Creatine kinase', 'H', 2, null, null, null, null, null, null, false, 6.0, true, 'ULN', 10.0, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (52, 'CK', 'Creatine kinase', 'H', 3, null, null, null, null, null, null, false, 10.0, true, 'ULN', 20.0, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (53, 'CK', 'Creatine kinase', 'H', 4, null, null, null, null, null, null, false, 20.0, true, 'ULN', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (54, 'ALB', 'Albumin', 'L', 1, 'g/L', 'SI', null, null, null, null, false, 30, true, 'absolute', 1.0, false, 'LLN', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (55, 'ALB', 'Albumin', 'L', 2, 'g/L', 'SI', null, null, null, null, false, 20, true, 'absolute', 30, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (56, 'ALB', 'Albumin', 'L', 3, 'g/L', 'SI', null, null, null, null, false, null, null, null, 20, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (57, 'ALB', 'Albumin', 'L', 1, 'g/dL', 'US', null, null, null, null, false, 3.0, true, 'absolute', 1.0, false, 'LLN', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (58, 'ALB', 'Albumin', 'L', 2, 'g/dL', 'US', null, null, null, null, false, 2.0, true, 'absolute', 3.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (59, 'ALB', 'Albumin', 'L', 3, 'g/dL', 'US', null, null, null, null, false, null, null, null, 2.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (60, 'BICARB', 'Bicarbonate', 'L', 1, 'mmol/L', 'SI', null, null, null, null, false, 16.0, true, 'absolute', 1.0, false, 'LLN', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (61, 'BICARB', 'Bicarbonate', 'L', 2, 'mmol/L', 'SI', null, null, null, null, false, 11.0, true, 'absolute', 16.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (62, 'BICARB', 'Bicarbonate', 'L', 3, 'mmol/L', 'SI', null, null, null, null, false, 8.0, true, 'absolute', 11.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (63, 'BICARB', 'Bicarbonate', 'L', 4, 'mmol/L', 'SI', null, null, null, null, false, null, null, null, 8.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (64, 'CA', 'Calcium (corrected for albumin)', 'H', 1, 'mmol/L', 'SI', null, null, '7 days', true, false, 2.65, true, 'absolute', 2.88, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (65, 'CA', 'Calcium (corrected for albumin)', 'H', 2, 'mmol/L', 'SI', null, null, '7 days', true, false, 2.88, true, 'absolute', 3.13, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (66, 'CA', 'Calcium (corrected for albumin)', 'H', 3, 'mmol/L', 'SI', null, null, '7 days', true, false, 3.13, true, 'absolute', 3.38, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (67, 'CA', 'Calcium (corrected for albumin)', 'H', 4, 'mmol/L', 'SI', null, null, '7 days', true, false, 3.38, true, 'absolute', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (68, 'CA', 'Calcium (corrected for albumin)', 'H', 1, 'mg/dL', 'US', null, null, '7 days', true, false, 10.6, true, 'absolute', 11.5, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (69, 'CA', 'Calcium (corrected for albumin)', 'H', 2, 'mg/dL', 'US', null, null, '7 days', true, false, 11.5, true, 'absolute', 12.5, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (70, 'CA', 'Calcium (corrected for albumin)', 'H', 3, 'mg/dL', 'US', null, null, '7 days', true, false, 12.5, true, 'absolute', 13.5, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (71, 'CA', 'Calcium (corrected for albumin)', 'H', 4, 'mg/dL', 'US', null, null, '7 days', true, false, 13.5, true, 'absolute', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (72, 'CA', 'Calcium (corrected for albumin)', 'L', 1, 'mmol/L', 'SI', null, null, '7 days', true, false, 1.95, true, 'absolute', 2.1, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (73, 'CA', 'Calcium (corrected for albumin)', 'L', 2, 'mmol/L', 'SI', null, null, '7 days', true, false, 1.75, true, 'absolute', 1.95, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (74, 'CA', 'Calcium (corrected for albumin)', 'L', 3, 'mmol/L', 'SI', null, null, '7 days', true, false, 1.53, true, 'absolute', 1.75, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (75, 'CA', 'Calcium (corrected for albumin)', 'L', 4, 'mmol/L', 'SI', null, null, '7 days', true, false, null, null, null, 1.53, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (76, 'CA', 'Calcium (corrected for albumin)', 'L', 1, 'mg/dL', 'US', null, null, '7 days', true, false, 7.8, true, 'absolute', 8.4, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (77, 'CA', 'Calcium (corrected for albumin)', 'L', 2, 'mg/dL', 'US', null, null, '7 days', true, false, 7.0, true, 'absolute', 7.8, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (78, 'CA', 'Calcium (corrected for albumin)', 'L', 3, 'mg/dL', 'US', null, null, '7 days', true, false, 6.1, true, 'absolute', 7.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (79, 'CA', 'Calcium (corrected for albumin)', 'L', 4, 'mg/dL', 'US', null, null, '7 days', true, false, null, null, null, 6.1, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (80, 'CAION', 'Calcium (ionised)', 'H', 1, 'mmol/L', 'SI', null, null, null, null, false, 1.0, false, 'ULN', 1.5, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (81, 'CAION', 'Calcium (ionised)', 'H', 2, 'mmol/L', 'SI', null, null, null, null, false, 1.5, true, 'absolute', 1.6, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (82, 'CAION', 'Calcium (ionised)', 'H', 3, 'mmol/L', 'SI', null, null, null, null, false, 1.6, true, 'absolute', 1.8, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (83, 'CAION', 'Calcium (ionised)', 'H', 4, 'mmol/L', 'SI', null, null, null, null, false, 1.8, true, 'absolute', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (84, 'CAION', 'Calcium (ionised)', 'H', 1, 'mg/dL', 'US', null, null, null, null, false, 1.0, false, 'ULN', 6.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (85, 'CAION', 'Calcium (ionised)', 'H', 2, 'mg/dL', 'US', null, null, null, null, false, 6.0, true, 'absolute', 6.4, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (86, 'CAION', 'Calcium (ionised)', 'H', 3, 'mg/dL', 'US', null, null, null, null, false, 6.4, true, 'absolute', 7.2, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (87, 'CAION', 'Calcium (ionised)', 'H', 4, 'mg/dL', 'US', null, null, null, null, false, 7.2, true, 'absolute', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (88, 'CAION', 'Calcium (ionised)', 'L', 1, 'mmol/L', 'SI', null, null, null, null, false, 1.0, true, 'absolute', 1.0, false, 'LLN', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (89, 'CAION', 'Calcium (ionised)', 'L', 2, 'mmol/L', 'SI', null, null, null, null, false, 0.9, true, 'absolute', 1.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (90, 'CAION', 'Calcium (ionised)', 'L', 3, 'mmol/L', 'SI', null, null, null, null, false, 0.8, true, 'absolute', 0.9, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (91, 'CAION', 'Calcium (ionised)', 'L', 4, 'mmol/L', 'SI', null, null, null, null, false, null, null, null, 0.8, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (92, 'CAION', 'Calcium (ionised)', 'L', 1, 'mg/dL', 'US', null, null, null, null, false, 4.0, true, 'absolute', 1.0, false, 'LLN', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (93, 'CAION', 'Calcium (ionised)', 'L', 2, 'mg/dL', 'US', null, null, null, null, false, 3.6, true, 'absolute', 4.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (94, 'CAION', 'Calcium (ionised)', 'L', 3, 'mg/dL', 'US', null, null, null, null, false, 3.2, true, 'absolute', 3.6, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (95, 'CAION', 'Calcium (ionised)', 'L', 4, 'mg/dL', 'US', null, null, null, null, false, null, null, null, 3.2, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (96, 'GLUC', 'Glucose', 'H', 1, 'mg/dL', 'US', null, true, null, null, false, 110, true, 'absolute', 125, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, 'text of the table has G3 ">250 to 500" and G4 ">=500": 500 is G4 (higher grade rule)'),
    (97, 'GLUC', 'Glucose', 'H', 2, 'mg/dL', 'US', null, true, null, null, false, 125, false, 'absolute', 250, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, 'text of the table has G3 ">250 to 500" and G4 ">=500": 500 is G4 (higher grade rule)'),
    (98, 'GLUC', 'Glucose', 'H', 3, 'mg/dL', 'US', null, true, null, null, false, 250, false, 'absolute', 500, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, 'text of the table has G3 ">250 to 500" and G4 ">=500": 500 is G4 (higher grade rule)'),
    (99, 'GLUC', 'Glucose', 'H', 4, 'mg/dL', 'US', null, true, null, null, false, 500, true, 'absolute', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json', null, 'text of the table has G3 ">250 to 500" and G4 ">=500": 500 is G4 (higher grade rule)'),
    (100, 'GLUC', 'Glucose', 'H', 1, 'mmol/L', 'SI', null, true, null, null, false, 6.11, true, 'absolute', 6.95, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (101, 'GLUC', 'Glucose', 'H', 2, 'mmol/L', 'SI', null, true, null, null, false, 6.95, true, 'absolute', 13.89, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (102, 'GLUC', 'Glucose', 'H', 3, 'mmol/L', 'SI', null, true, null, null, false, 13.89, true, 'absolute', 27.75, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (103, 'GLUC', 'Glucose', 'H', 4, 'mmol/L', 'SI', null, true, null, null, false, 27.75, true, 'absolute', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (104, 'GLUC', 'Glucose', 'H', 1, 'mg/dL', 'US', null, false, null, null, false, 116, true, 'absolute', 160, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, 'text of the table has G3 ">250 to 500" and G4 ">=500": 500 is G4 (higher grade rule)'),
    (105, 'GLUC', 'Glucose', 'H', 2, 'mg/dL', 'US', null, false, null, null, false, 160, false, 'absolute', 250, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, 'text of the table has G3 ">250 to 500" and G4 ">=500": 500 is G4 (higher grade rule)'),
    (106, 'GLUC', 'Glucose', 'H', 3, 'mg/dL', 'US', null, false, null, null, false, 250, false, 'absolute', 500, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, 'text of the table has G3 ">250 to 500" and G4 ">=500": 500 is G4 (higher grade rule)'),
    (107, 'GLUC', 'Glucose', 'H', 4, 'mg/dL', 'US', null, false, null, null, false, 500, true, 'absolute', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json', null, 'text of the table has G3 ">250 to 500" and G4 ">=500": 500 is G4 (higher grade rule)'),
    (108, 'GLUC', 'Glucose', 'H', 1, 'mmol/L', 'SI', null, false, null, null, false, 6.44, true, 'absolute', 8.89, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (109, 'GLUC', 'Glucose', 'H', 2, 'mmol/L', 'SI', null, false, null, null, false, 8.89, true, 'absolute', 13.89, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (110, 'GLUC', 'Glucose', 'H', 3, 'mmol/L', 'SI', null, false, null, null, false, 13.89, true, 'absolute', 27.75, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (111, 'GLUC', 'Glucose', 'H', 4, 'mmol/L', 'SI', null, false, null, null, false, 27.75, true, 'absolute', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (112, 'GLUC', 'Glucose', 'L', 1, 'mg/dL', 'US', null, null, '1 mon', true, false, 55, true, 'absolute', 64, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, '>= 1 month of age'),
    (113, 'GLUC', 'Glucose', 'L', 2, 'mg/dL', 'US', null, null, '1 mon', true, false, 40, true, 'absolute', 55, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, '>= 1 month of age'),
    (114, 'GLUC', 'Glucose', 'L', 3, 'mg/dL', 'US', null, null, '1 mon', true, false, 30, true, 'absolute', 40, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, '>= 1 month of age'),
    (115, 'GLUC', 'Glucose', 'L', 4, 'mg/dL', 'US', null, null, '1 mon', true, false, null, null, null, 30, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, '>= 1 month of age'),
    (116, 'GLUC', 'Glucose', 'L', 1, 'mmol/L', 'SI', null, null, '1 mon', true, false, 3.05, true, 'absolute', 3.55, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (117, 'GLUC', 'Glucose', 'L', 2, 'mmol/L', 'SI', null, null, '1 mon', true, false, 2.22, true, 'absolute', 3.05, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (118, 'GLUC', 'Glucose', 'L', 3, 'mmol/L', 'SI', null, null, '1 mon', true, false, 1.67, true, 'absolute', 2.22, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (119, 'GLUC', 'Glucose', 'L', 4, 'mmol/L', 'SI', null, null, '1 mon', true, false, null, null, null, 1.67, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (120, 'LACTICAC', 'Lactate', 'H', 1, null, null, null, null, null, null, false, 1.0, true, 'ULN', 2.0, false, 'ULN', false, 'without acidosis', 'VERIFIED:admiral DAIDS.json', null, 'grades 3 and 4 need the blood pH and clinical judgement'),
    (121, 'LACTICAC', 'Lactate', 'H', 2, null, null, null, null, null, null, false, 2.0, true, 'ULN', null, null, null, false, 'without acidosis', 'VERIFIED:admiral DAIDS.json', null, 'grades 3 and 4 need the blood pH and clinical judgement'),
    (122, 'LACTICAC', 'Lactate', 'H', 3, null, null, null, null, null, null, false, 1.0, false, 'ULN', null, null, null, true, 'with pH < 7.3 without life-threatening consequences', 'VERIFIED:admiral DAIDS.json', null, 'grades 3 and 4 need the blood pH and clinical judgement'),
    (123, 'LACTICAC', 'Lactate', 'H', 4, null, null, null, null, null, null, false, 1.0, false, 'ULN', null, null, null, true, 'with pH < 7.3 with life-threatening consequences', 'VERIFIED:admiral DAIDS.json', null, 'grades 3 and 4 need the blood pH and clinical judgement'),
    (124, 'CHOL', 'Cholesterol', 'H', 1, 'mg/dL', 'US', null, true, '18 years', true, false, 200, true, 'absolute', 240, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (125, 'CHOL', 'Cholesterol', 'H', 2, 'mg/dL', 'US', null, true, '18 years', true, false, 240, true, 'absolute', 300, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (126, 'CHOL', 'Cholesterol', 'H', 3, 'mg/dL', 'US', null, true, '18 years', true, false, 300, true, 'absolute', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (127, 'CHOL', 'Cholesterol', 'H', 1, 'mmol/L', 'SI', null, true, '18 years', true, false, 5.18, true, 'absolute', 6.19, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'no grade 4'),
    (128, 'CHOL', 'Cholesterol', 'H', 2, 'mmol/L', 'SI', null, true, '18 years', true, false, 6.19, true, 'absolute', 7.77, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'no grade 4'),
    (129, 'CHOL', 'Cholesterol', 'H', 3, 'mmol/L', 'SI', null, true, '18 years', true, false, 7.77, true, 'absolute', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'no grade 4'),
    (130, 'LDL', 'LDL cholesterol', 'H', 1, 'mg/dL', 'US', null, true, '18 years', true, false, 130, true, 'absolute', 160, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (131, 'LDL', 'LDL cholesterol', 'H', 2, 'mg/dL', 'US', null, true, '18 years', true, false, 160, true, 'absolute', 190, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (132, 'LDL', 'LDL cholesterol', 'H', 3, 'mg/dL', 'US', null, true, '18 years', true, false, 190, true, 'absolute', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (133, 'LDL', 'LDL cholesterol', 'H', 1, 'mmol/L', 'SI', null, true, '18 years', true, false, 3.37, true, 'absolute', 4.12, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'no grade 4'),
    (134, 'LDL', 'LDL cholesterol', 'H', 2, 'mmol/L', 'SI', null, true, '18 years', true, false, 4.12, true, 'absolute', 4.9, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'no grade 4'),
    (135, 'LDL', 'LDL cholesterol', 'H', 3, 'mmol/L', 'SI', null, true, '18 years', true, false, 4.9, true, 'absolute', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'no grade 4'),
    (136, 'TRIG', 'Triglycerides', 'H', 1, 'mg/dL', 'US', null, true, null, null, false, 150, true, 'absolute', 300, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, 'table text: G3 ">500 to <1,000", G4 ">1,000"; exactly 1000 graded 3 as in admiral'),
    (137, 'TRIG', 'Triglycerides', 'H', 2, 'mg/dL', 'US', null, true, null, null, false, 300, false, 'absolute', 500, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, 'table text: G3 ">500 to <1,000", G4 ">1,000"; exactly 1000 graded 3 as in admiral'),
    (138, 'TRIG', 'Triglycerides', 'H', 3, 'mg/dL', 'US', null, true, null, null, false, 500, false, 'absolute', 1000, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, 'table text: G3 ">500 to <1,000", G4 ">1,000"; exactly 1000 graded 3 as in admiral'),
    (139, 'TRIG', 'Triglycerides', 'H', 4, 'mg/dL', 'US', null, true, null, null, false, 1000, false, 'absolute', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json', null, 'table text: G3 ">500 to <1,000", G4 ">1,000"; exactly 1000 graded 3 as in admiral'),
    (140, 'TRIG', 'Triglycerides', 'H', 1, 'mmol/L', 'SI', null, true, null, null, false, 1.71, true, 'absolute', 3.42, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, 'edc_reportable grades >11.4 as 3, an error there'),
    (141, 'TRIG', 'Triglycerides', 'H', 2, 'mmol/L', 'SI', null, true, null, null, false, 3.42, false, 'absolute', 5.7, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, 'edc_reportable grades >11.4 as 3, an error there'),
    (142, 'TRIG', 'Triglycerides', 'H', 3, 'mmol/L', 'SI', null, true, null, null, false, 5.7, false, 'absolute', 11.4, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, 'edc_reportable grades >11.4 as 3, an error there'),
    (143, 'TRIG', 'Triglycerides', 'H', 4, 'mmol/L', 'SI', null, true, null, null, false, 11.4, false, 'absolute', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json', null, 'edc_reportable grades >11.4 as 3, an error there'),
    (144, 'MG', 'Magnesium', 'L', 1, 'mmol/L', 'SI', null, null, null, null, false, 0.6, true, 'absolute', 0.7, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, 'edc_reportable agrees for G3/G4'),
    (145, 'MG', 'Magnesium', 'L', 2, 'mmol/L', 'SI', null, null, null, null, false, 0.45, true, 'absolute', 0.6, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, 'edc_reportable agrees for G3/G4'),
    (146, 'MG', 'Magnesium', 'L', 3, 'mmol/L', 'SI', null, null, null, null, false, 0.3, true, 'absolute', 0.45, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, 'edc_reportable agrees for G3/G4'),
    (147, 'MG', 'Magnesium', 'L', 4, 'mmol/L', 'SI', null, null, null, null, false, null, null, null, 0.3, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, 'edc_reportable agrees for G3/G4'),
    (148, 'MG', 'Magnesium', 'L', 1, 'mEq/L', 'US', null, null, null, null, false, 1.2, true, 'absolute', 1.4, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (149, 'MG', 'Magnesium', 'L', 2, 'mEq/L', 'US', null, null, null, null, false, 0.9, true, 'absolute', 1.2, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (150, 'MG', 'Magnesium', 'L', 3, 'mEq/L', 'US', null, null, null, null, false, 0.6, true, 'absolute', 0.9, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (151, 'MG', 'Magnesium', 'L', 4, 'mEq/L', 'US', null, null, null, null, false, null, null, null, 0.6, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (152, 'PHOS', 'Phosphate', 'L', 1, 'mmol/L', 'SI', null, null, '14 years', false, false, 0.65, true, 'absolute', 1.0, false, 'LLN', false, null, 'VERIFIED:admiral DAIDS.json', null, '> 14 years'),
    (153, 'PHOS', 'Phosphate', 'L', 2, 'mmol/L', 'SI', null, null, '14 years', false, false, 0.45, true, 'absolute', 0.65, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, '> 14 years'),
    (154, 'PHOS', 'Phosphate', 'L', 3, 'mmol/L', 'SI', null, null, '14 years', false, false, 0.32, true, 'absolute', 0.45, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, '> 14 years'),
    (155, 'PHOS', 'Phosphate', 'L', 4, 'mmol/L', 'SI', null, null, '14 years', false, false, null, null, null, 0.32, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, '> 14 years'),
    (156, 'PHOS', 'Phosphate', 'L', 1, 'mg/dL', 'US', null, null, '14 years', false, false, 2.0, true, 'absolute', 1.0, false, 'LLN', false, null, 'VERIFIED:admiral DAIDS.json', null, '> 14 years'),
    (157, 'PHOS', 'Phosphate', 'L', 2, 'mg/dL', 'US', null, null, '14 years', false, false, 1.4, true, 'absolute', 2.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, '> 14 years'),
    (158, 'PHOS', 'Phosphate', 'L', 3, 'mg/dL', 'US', null, null, '14 years', false, false, 1.0, true, 'absolute', 1.4, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, '> 14 years'),
    (159, 'PHOS', 'Phosphate', 'L', 4, 'mg/dL', 'US', null, null, '14 years', false, false, null, null, null, 1.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, '> 14 years'),
    (160, 'K', 'Potassium', 'H', 1, 'mmol/L', 'SI', null, null, null, null, false, 5.6, true, 'absolute', 6.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (161, 'K', 'Potassium', 'H', 2, 'mmol/L', 'SI', null, null, null, null, false, 6.0, true, 'absolute', 6.5, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (162, 'K', 'Potassium', 'H', 3, 'mmol/L', 'SI', null, null, null, null, false, 6.5, true, 'absolute', 7.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (163, 'K', 'Potassium', 'H', 4, 'mmol/L', 'SI', null, null, null, null, false, 7.0, true, 'absolute', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (164, 'K', 'Potassium', 'L', 1, 'mmol/L', 'SI', null, null, null, null, false, 3.0, true, 'absolute', 3.4, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (165, 'K', 'Potassium', 'L', 2, 'mmol/L', 'SI', null, null, null, null, false, 2.5, true, 'absolute', 3.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (166, 'K', 'Potassium', 'L', 3, 'mmol/L', 'SI', null, null, null, null, false, 2.0, true, 'absolute', 2.5, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (167, 'K', 'Potassium', 'L', 4, 'mmol/L', 'SI', null, null, null, null, false, null, null, null, 2.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (168, 'SODIUM', 'Sodium', 'H', 1, 'mmol/L', 'SI', null, null, null, null, false, 146, true, 'absolute', 150, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (169, 'SODIUM', 'Sodium', 'H', 2, 'mmol/L', 'SI', null, null, null, null, false, 150, true, 'absolute', 154, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (170, 'SODIUM', 'Sodium', 'H', 3, 'mmol/L', 'SI', null, null, null, null, false, 154, true, 'absolute', 160, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (171, 'SODIUM', 'Sodium', 'H', 4, 'mmol/L', 'SI', null, null, null, null, false, 160, true, 'absolute', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (172, 'SODIUM', 'Sodium', 'L', 1, 'mmol/L', 'SI', null, null, null, null, false, 130, true, 'absolute', 135, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'table text G3 "121 to <125"; values in (120,121) assigned G3'),
    (173, 'SODIUM', 'Sodium', 'L', 2, 'mmol/L', 'SI', null, null, null, null, false, 125, true, 'absolute', 130, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'table text G3 "121 to <125"; values in (120,121) assigned G3'),
    (174, 'SODIUM', 'Sodium', 'L', 3, 'mmol/L', 'SI', null, null, null, null, false, 120, false, 'absolute', 125, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'table text G3 "121 to <125"; values in (120,121) assigned G3'),
    (175, 'SODIUM', 'Sodium', 'L', 4, 'mmol/L', 'SI', null, null, null, null, false, null, null, null, 120, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, 'table text G3 "121 to <125"; values in (120,121) assigned G3'),
    (176, 'URATE', 'Uric acid', 'H', 1, 'mmol/L', 'SI', null, null, null, null, false, 0.45, true, 'absolute', 0.59, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (177, 'URATE', 'Uric acid', 'H', 2, 'mmol/L', 'SI', null, null, null, null, false, 0.59, true, 'absolute', 0.71, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (178, 'URATE', 'Uric acid', 'H', 3, 'mmol/L', 'SI', null, null, null, null, false, 0.71, true, 'absolute', 0.89, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (179, 'URATE', 'Uric acid', 'H', 4, 'mmol/L', 'SI', null, null, null, null, false, 0.89, true, 'absolute', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (180, 'URATE', 'Uric acid', 'H', 1, 'mg/dL', 'US', null, null, null, null, false, 7.5, true, 'absolute', 10.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (181, 'URATE', 'Uric acid', 'H', 2, 'mg/dL', 'US', null, null, null, null, false, 10.0, true, 'absolute', 12.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (182, 'URATE', 'Uric acid', 'H', 3, 'mg/dL', 'US', null, null, null, null, false, 12.0, true, 'absolute', 15.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (183, 'URATE', 'Uric acid', 'H', 4, 'mg/dL', 'US', null, null, null, null, false, 15.0, true, 'absolute', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (184, 'PH', 'Blood pH (acidosis)', 'L', 2, 'pH', null, null, null, null, null, false, 7.3, true, 'absolute', 1.0, false, 'LLN', false, null, 'VERIFIED:admiral DAIDS.json', null, 'no grade 1; the value alone cannot tell grade 3 from 4'),
    (185, 'PH', 'Blood pH (acidosis)', 'L', 3, 'pH', null, null, null, null, null, false, null, null, null, 7.3, false, 'absolute', true, 'without life-threatening consequences', 'VERIFIED:admiral DAIDS.json', null, 'no grade 1; the value alone cannot tell grade 3 from 4'),
    (186, 'PH', 'Blood pH (acidosis)', 'L', 4, 'pH', null, null, null, null, null, false, null, null, null, 7.3, false, 'absolute', true, 'with life-threatening consequences', 'VERIFIED:admiral DAIDS.json', null, 'no grade 1; the value alone cannot tell grade 3 from 4'),
    (187, 'PH', 'Blood pH (alkalosis)', 'H', 2, 'pH', null, null, null, null, null, false, 1.0, false, 'ULN', 7.5, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, 'no grade 1'),
    (188, 'PH', 'Blood pH (alkalosis)', 'H', 3, 'pH', null, null, null, null, null, false, 7.5, false, 'absolute', null, null, null, true, 'without life-threatening consequences', 'VERIFIED:admiral DAIDS.json', null, 'no grade 1'),
    (189, 'PH', 'Blood pH (alkalosis)', 'H', 4, 'pH', null, null, null, null, null, false, 7.5, false, 'absolute', null, null, null, true, 'with life-threatening consequences', 'VERIFIED:admiral DAIDS.json', null, 'no grade 1'),
    (190, 'TROPONI', 'Cardiac troponin I', 'H', 4, 'ng/mL', null, null, null, null, null, false, null, null, null, null, null, null, true, 'levels consistent with MI or unstable angina as defined by the local laboratory', 'MEMORY', 'every cell', null),
    (191, 'HGB', 'Haemoglobin', 'L', 1, 'g/L', 'SI', 'M', null, '13 years', true, false, 100, true, 'absolute', 109, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, '>= 13 y male'),
    (192, 'HGB', 'Haemoglobin', 'L', 2, 'g/L', 'SI', 'M', null, '13 years', true, false, 90, true, 'absolute', 100, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, '>= 13 y male'),
    (193, 'HGB', 'Haemoglobin', 'L', 3, 'g/L', 'SI', 'M', null, '13 years', true, false, 70, true, 'absolute', 90, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, '>= 13 y male'),
    (194, 'HGB', 'Haemoglobin', 'L', 4, 'g/L', 'SI', 'M', null, '13 years', true, false, null, null, null, 70, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, '>= 13 y male'),
    (195, 'HGB', 'Haemoglobin', 'L', 1, 'g/dL', 'US', 'M', null, '13 years', true, false, 10.0, true, 'absolute', 10.9, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (196, 'HGB', 'Haemoglobin', 'L', 2, 'g/dL', 'US', 'M', null, '13 years', true, false, 9.0, true, 'absolute', 10.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (197, 'HGB', 'Haemoglobin', 'L', 3, 'g/dL', 'US', 'M', null, '13 years', true, false, 7.0, true, 'absolute', 9.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (198, 'HGB', 'Haemoglobin', 'L', 4, 'g/dL', 'US', 'M', null, '13 years', true, false, null, null, null, 7.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (199, 'HGB', 'Haemoglobin', 'L', 1, 'mmol/L', 'SI-Fe', 'M', null, '13 years', true, false, 6.19, true, 'absolute', 6.76, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (200, 'HGB', 'Haemoglobin', 'L', 2, 'mmol/L', 'SI-Fe', 'M', null, '13 years', true, false, 5.57, true, 'absolute', 6.19, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (201, 'HGB', 'Haemoglobin', 'L', 3, 'mmol/L', 'SI-Fe', 'M', null, '13 years', true, false, 4.34, true, 'absolute', 5.57, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (202, 'HGB', 'Haemoglobin', 'L', 4, 'mmol/L', 'SI-Fe', 'M', null, '13 years', true, false, null, null, null, 4.34, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (203, 'HGB', 'Haemoglobin', 'L', 1, 'g/L', 'SI', 'F', null, '13 years', true, false, 95, true, 'absolute', 104, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, '>= 13 y female'),
    (204, 'HGB', 'Haemoglobin', 'L', 2, 'g/L', 'SI', 'F', null, '13 years', true, false, 85, true, 'absolute', 95, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, '>= 13 y female'),
    (205, 'HGB', 'Haemoglobin', 'L', 3, 'g/L', 'SI', 'F', null, '13 years', true, false, 65, true, 'absolute', 85, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, '>= 13 y female'),
    (206, 'HGB', 'Haemoglobin', 'L', 4, 'g/L', 'SI', 'F', null, '13 years', true, false, null, null, null, 65, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, '>= 13 y female'),
    (207, 'HGB', 'Haemoglobin', 'L', 1, 'g/dL', 'US', 'F', null, '13 years', true, false, 9.5, true, 'absolute', 10.4, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (208, 'HGB', 'Haemoglobin', 'L', 2, 'g/dL', 'US', 'F', null, '13 years', true, false, 8.5, true, 'absolute', 9.5, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (209, 'HGB', 'Haemoglobin', 'L', 3, 'g/dL', 'US', 'F', null, '13 years', true, false, 6.5, true, 'absolute', 8.5, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (210, 'HGB', 'Haemoglobin', 'L', 4, 'g/dL', 'US', 'F', null, '13 years', true, false, null, null, null, 6.5, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (211, 'HGB', 'Haemoglobin', 'L', 1, 'mmol/L', 'SI-Fe', 'F', null, '13 years', true, false, 5.88, true, 'absolute', 6.48, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (212, 'HGB', 'Haemoglobin', 'L', 2, 'mmol/L', 'SI-Fe', 'F', null, '13 years', true, false, 5.25, true, 'absolute', 5.88, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (213, 'HGB', 'Haemoglobin', 'L', 3, 'mmol/L', 'SI-Fe', 'F', null, '13 years', true, false, 4.03, true, 'absolute', 5.25, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (214, 'HGB', 'Haemoglobin', 'L', 4, 'mmol/L', 'SI-Fe', 'F', null, '13 years', true, false, null, null, null, 4.03, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (215, 'NEUT', 'Absolute neutrophil count', 'L', 1, '10*9/L', 'SI', null, null, '7 days', false, false, 0.8, true, 'absolute', 1.0, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, '> 7 days of age; table text G1 0.800-1.000, G2 0.600-0.799, G3 0.400-0.599; also PMC7376988 table'),
    (216, 'NEUT', 'Absolute neutrophil count', 'L', 2, '10*9/L', 'SI', null, null, '7 days', false, false, 0.6, true, 'absolute', 0.8, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, '> 7 days of age; table text G1 0.800-1.000, G2 0.600-0.799, G3 0.400-0.599; also PMC7376988 table'),
    (217, 'NEUT', 'Absolute neutrophil count', 'L', 3, '10*9/L', 'SI', null, null, '7 days', false, false, 0.4, true, 'absolute', 0.6, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, '> 7 days of age; table text G1 0.800-1.000, G2 0.600-0.799, G3 0.400-0.599; also PMC7376988 table'),
    (218, 'NEUT', 'Absolute neutrophil count', 'L', 4, '10*9/L', 'SI', null, null, '7 days', false, false, null, null, null, 0.4, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, '> 7 days of age; table text G1 0.800-1.000, G2 0.600-0.799, G3 0.400-0.599; also PMC7376988 table'),
    (219, 'NEUT', 'Absolute neutrophil count', 'L', 1, '/mm3', 'US', null, null, '7 days', false, false, 800, true, 'absolute', 1000, true, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (220, 'NEUT', 'Absolute neutrophil count', 'L', 2, '/mm3', 'US', null, null, '7 days', false, false, 600, true, 'absolute', 800, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (221, 'NEUT', 'Absolute neutrophil count', 'L', 3, '/mm3', 'US', null, null, '7 days', false, false, 400, true, 'absolute', 600, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (222, 'NEUT', 'Absolute neutrophil count', 'L', 4, '/mm3', 'US', null, null, '7 days', false, false, null, null, null, 400, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (223, 'PLAT', 'Platelets', 'L', 1, '10*9/L', 'SI', null, null, null, null, false, 100, true, 'absolute', 125, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (224, 'PLAT', 'Platelets', 'L', 2, '10*9/L', 'SI', null, null, null, null, false, 50, true, 'absolute', 100, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (225, 'PLAT', 'Platelets', 'L', 3, '10*9/L', 'SI', null, null, null, null, false, 25, true, 'absolute', 50, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (226, 'PLAT', 'Platelets', 'L', 4, '10*9/L', 'SI', null, null, null, null, false, null, null, null, 25, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (227, 'PLAT', 'Platelets', 'L', 1, '/mm3', 'US', null, null, null, null, false, 100000, true, 'absolute', 125000, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (228, 'PLAT', 'Platelets', 'L', 2, '/mm3', 'US', null, null, null, null, false, 50000, true, 'absolute', 100000, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (229, 'PLAT', 'Platelets', 'L', 3, '/mm3', 'US', null, null, null, null, false, 25000, true, 'absolute', 50000, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (230, 'PLAT', 'Platelets', 'L', 4, '/mm3', 'US', null, null, null, null, false, null, null, null, 25000, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (231, 'WBC', 'White blood cells', 'L', 1, '10*9/L', 'SI', null, null, '7 days', false, false, 2.0, true, 'absolute', 2.5, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, '> 7 days; table text G1 2.000-2.499 etc'),
    (232, 'WBC', 'White blood cells', 'L', 2, '10*9/L', 'SI', null, null, '7 days', false, false, 1.5, true, 'absolute', 2.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, '> 7 days; table text G1 2.000-2.499 etc'),
    (233, 'WBC', 'White blood cells', 'L', 3, '10*9/L', 'SI', null, null, '7 days', false, false, 1.0, true, 'absolute', 1.5, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, '> 7 days; table text G1 2.000-2.499 etc'),
    (234, 'WBC', 'White blood cells', 'L', 4, '10*9/L', 'SI', null, null, '7 days', false, false, null, null, null, 1.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, '> 7 days; table text G1 2.000-2.499 etc'),
    (235, 'WBC', 'White blood cells', 'L', 1, '/mm3', 'US', null, null, '7 days', false, false, 2000, true, 'absolute', 2500, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (236, 'WBC', 'White blood cells', 'L', 2, '/mm3', 'US', null, null, '7 days', false, false, 1500, true, 'absolute', 2000, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (237, 'WBC', 'White blood cells', 'L', 3, '/mm3', 'US', null, null, '7 days', false, false, 1000, true, 'absolute', 1500, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (238, 'WBC', 'White blood cells', 'L', 4, '/mm3', 'US', null, null, '7 days', false, false, null, null, null, 1000, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json + clinicedc edc_reportable', null, null),
    (239, 'LYM', 'Absolute lymphocyte count', 'L', 1, '10*9/L', 'SI', null, null, '5 years', false, true, 0.6, true, 'absolute', 0.65, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', 'without_hiv', 'for participants without HIV infection: not graded unless hiv_infected is false'),
    (240, 'LYM', 'Absolute lymphocyte count', 'L', 2, '10*9/L', 'SI', null, null, '5 years', false, true, 0.5, true, 'absolute', 0.6, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', 'without_hiv', 'for participants without HIV infection: not graded unless hiv_infected is false'),
    (241, 'LYM', 'Absolute lymphocyte count', 'L', 3, '10*9/L', 'SI', null, null, '5 years', false, true, 0.35, true, 'absolute', 0.5, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', 'without_hiv', 'for participants without HIV infection: not graded unless hiv_infected is false'),
    (242, 'LYM', 'Absolute lymphocyte count', 'L', 4, '10*9/L', 'SI', null, null, '5 years', false, true, null, null, null, 0.35, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', 'without_hiv', 'for participants without HIV infection: not graded unless hiv_infected is false'),
    (243, 'CD4', 'Absolute CD4+ count', 'L', 1, '/mm3', 'US', null, null, '5 years', false, true, 300, true, 'absolute', 400, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', 'without_hiv', 'for participants without HIV infection: not graded unless hiv_infected is false'),
    (244, 'CD4', 'Absolute CD4+ count', 'L', 2, '/mm3', 'US', null, null, '5 years', false, true, 200, true, 'absolute', 300, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', 'without_hiv', 'for participants without HIV infection: not graded unless hiv_infected is false'),
    (245, 'CD4', 'Absolute CD4+ count', 'L', 3, '/mm3', 'US', null, null, '5 years', false, true, 100, true, 'absolute', 200, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', 'without_hiv', 'for participants without HIV infection: not graded unless hiv_infected is false'),
    (246, 'CD4', 'Absolute CD4+ count', 'L', 4, '/mm3', 'US', null, null, '5 years', false, true, null, null, null, 100, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', 'without_hiv', 'for participants without HIV infection: not graded unless hiv_infected is false'),
    (247, 'CD4', 'Absolute CD4+ count', 'L', 1, '10*9/L', 'SI', null, null, '5 years', false, true, 0.3, true, 'absolute', 0.4, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', 'without_hiv', 'for participants without HIV infection: not graded unless hiv_infected is false'),
    (248, 'CD4', 'Absolute CD4+ count', 'L', 2, '10*9/L', 'SI', null, null, '5 years', false, true, 0.2, true, 'absolute', 0.3, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', 'without_hiv', 'for participants without HIV infection: not graded unless hiv_infected is false'),
    (249, 'CD4', 'Absolute CD4+ count', 'L', 3, '10*9/L', 'SI', null, null, '5 years', false, true, 0.1, true, 'absolute', 0.2, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', 'without_hiv', 'for participants without HIV infection: not graded unless hiv_infected is false'),
    (250, 'CD4', 'Absolute CD4+ count', 'L', 4, '10*9/L', 'SI', null, null, '5 years', false, true, null, null, null, 0.1, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', 'without_hiv', 'for participants without HIV infection: not graded unless hiv_infected is false'),
    (251, 'FIBRINO', 'Fibrinogen', 'L', 1, 'g/L', 'SI', null, null, null, null, false, 1.0, true, 'absolute', 2.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (252, 'FIBRINO', 'Fibrinogen', 'L', 1, 'g/L', 'SI', null, null, null, null, false, 0.75, true, 'LLN', 1.00, false, 'LLN', false, null, 'VERIFIED:admiral DAIDS.json', null, 'alternative to the criterion before it'),
    (253, 'FIBRINO', 'Fibrinogen', 'L', 2, 'g/L', 'SI', null, null, null, null, false, 0.75, true, 'absolute', 1.0, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (254, 'FIBRINO', 'Fibrinogen', 'L', 2, 'g/L', 'SI', null, null, null, null, false, 0.50, true, 'LLN', 0.75, false, 'LLN', false, null, 'VERIFIED:admiral DAIDS.json', null, 'alternative to the criterion before it'),
    (255, 'FIBRINO', 'Fibrinogen', 'L', 3, 'g/L', 'SI', null, null, null, null, false, 0.5, true, 'absolute', 0.75, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (256, 'FIBRINO', 'Fibrinogen', 'L', 3, 'g/L', 'SI', null, null, null, null, false, 0.25, true, 'LLN', 0.50, false, 'LLN', false, null, 'VERIFIED:admiral DAIDS.json', null, 'alternative to the criterion before it'),
    (257, 'FIBRINO', 'Fibrinogen', 'L', 4, 'g/L', 'SI', null, null, null, null, false, null, null, null, 0.5, false, 'absolute', false, 'or associated with gross bleeding (not graded from the value)', 'VERIFIED:admiral DAIDS.json', null, null),
    (258, 'FIBRINO', 'Fibrinogen', 'L', 4, 'g/L', 'SI', null, null, null, null, false, null, null, null, 0.25, false, 'LLN', false, null, 'VERIFIED:admiral DAIDS.json', null, 'alternative to the criterion before it'),
    (259, 'INR', 'INR (not on anticoagulation)', 'H', 1, null, null, null, null, null, null, false, 1.1, true, 'ULN', 1.5, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (260, 'INR', 'INR (not on anticoagulation)', 'H', 2, null, null, null, null, null, null, false, 1.5, true, 'ULN', 2.0, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (261, 'INR', 'INR (not on anticoagulation)', 'H', 3, null, null, null, null, null, null, false, 2.0, true, 'ULN', 3.0, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (262, 'INR', 'INR (not on anticoagulation)', 'H', 4, null, null, null, null, null, null, false, 3.0, true, 'ULN', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (263, 'PT', 'PT (not on anticoagulation)', 'H', 1, null, null, null, null, null, null, false, 1.1, true, 'ULN', 1.25, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (264, 'PT', 'PT (not on anticoagulation)', 'H', 2, null, null, null, null, null, null, false, 1.25, true, 'ULN', 1.5, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (265, 'PT', 'PT (not on anticoagulation)', 'H', 3, null, null, null, null, null, null, false, 1.5, true, 'ULN', 3.0, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (266, 'PT', 'PT (not on anticoagulation)', 'H', 4, null, null, null, null, null, null, false, 3.0, true, 'ULN', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (267, 'APTT', 'PTT (not on anticoagulation)', 'H', 1, null, null, null, null, null, null, false, 1.1, true, 'ULN', 1.66, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (268, 'APTT', 'PTT (not on anticoagulation)', 'H', 2, null, null, null, null, null, null, false, 1.66, true, 'ULN', 2.33, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (269, 'APTT', 'PTT (not on anticoagulation)', 'H', 3, null, null, null, null, null, null, false, 2.33, true, 'ULN', 3.0, false, 'ULN', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (270, 'APTT', 'PTT (not on anticoagulation)', 'H', 4, null, null, null, null, null, null, false, 3.0, true, 'ULN', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (271, 'METHB', 'Methaemoglobin', 'H', 1, '%', null, null, null, null, null, false, 5, true, 'absolute', 10, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (272, 'METHB', 'Methaemoglobin', 'H', 2, '%', null, null, null, null, null, false, 10, true, 'absolute', 15, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (273, 'METHB', 'Methaemoglobin', 'H', 3, '%', null, null, null, null, null, false, 15, true, 'absolute', 20, false, 'absolute', false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (274, 'METHB', 'Methaemoglobin', 'H', 4, '%', null, null, null, null, null, false, 20, true, 'absolute', null, null, null, false, null, 'VERIFIED:admiral DAIDS.json', null, null),
    (275, 'PROT', 'Proteinuria (random collection, dipstick)', 'H', 1, 'plus', null, null, null, null, null, false, 1, true, 'absolute', 1, true, 'absolute', false, null, 'VERIFIED:clinicedc edc_reportable (G2-G4)', 'every cell (the source has grades 2 to 4)', 'G1 1+, G2 2+, G3 3+ or higher, no G4'),
    (276, 'PROT', 'Proteinuria (random collection, dipstick)', 'H', 2, 'plus', null, null, null, null, null, false, 2, true, 'absolute', 2, true, 'absolute', false, null, 'VERIFIED:clinicedc edc_reportable (G2-G4)', null, 'G1 1+, G2 2+, G3 3+ or higher, no G4'),
    (277, 'PROT', 'Proteinuria (random collection, dipstick)', 'H', 3, 'plus', null, null, null, null, null, false, 3, true, 'absolute', null, null, null, false, null, 'VERIFIED:clinicedc edc_reportable (G2-G4)', null, 'G1 1+, G2 2+, G3 3+ or higher, no G4'),
    (278, 'GLUC_U', 'Glycosuria (random collection, dipstick)', 'H', 1, 'plus', null, null, null, null, null, false, 0.5, true, 'absolute', 1, true, 'absolute', false, null, 'MEMORY', 'every cell', 'no G4; also <=250 mg (not graded from the value)'),
    (279, 'GLUC_U', 'Glycosuria (random collection, dipstick)', 'H', 2, 'plus', null, null, null, null, null, false, 2, true, 'absolute', 2, true, 'absolute', false, null, 'MEMORY', 'every cell', 'no G4; also >250 to <=500 mg (not graded from the value)'),
    (280, 'GLUC_U', 'Glycosuria (random collection, dipstick)', 'H', 3, 'plus', null, null, null, null, null, false, 2, false, 'absolute', null, null, null, false, null, 'MEMORY', 'every cell', 'no G4; also >500 mg (not graded from the value)'),
    (281, 'RBC_U', 'Haematuria (not dipstick; not menstrual)', 'H', 1, 'RBC/HPF', null, null, null, null, null, false, 6, true, 'absolute', 10, false, 'absolute', false, null, 'MEMORY', 'every cell', null),
    (282, 'RBC_U', 'Haematuria (not dipstick; not menstrual)', 'H', 2, 'RBC/HPF', null, null, null, null, null, false, 10, true, 'absolute', null, null, null, false, null, 'MEMORY', 'every cell', null),
    (283, 'RBC_U', 'Haematuria (not dipstick; not menstrual)', 'H', 3, 'RBC/HPF', null, null, null, null, null, false, null, null, null, null, null, null, true, 'gross, with or without clots OR with RBC casts OR intervention indicated', 'MEMORY', 'every cell', null),
    (284, 'RBC_U', 'Haematuria (not dipstick; not menstrual)', 'H', 4, 'RBC/HPF', null, null, null, null, null, false, null, null, null, null, null, null, true, 'life-threatening consequences', 'MEMORY', 'every cell', null);

create function _virotrial.is_time_zone(name text) returns boolean
    language plpgsql stable strict parallel safe
    set search_path = pg_catalog, pg_temp
as $$
begin
    -- Of what is no name PostgreSQL makes a zone by the rules of POSIX: XYZ5, or Asia/Hanoi7.
    if name !~ '^([A-Za-z_-]+(/[A-Za-z_-]+)+|Etc/GMT[+-][0-9]{1,2}|UTC)$' then
        return false;
    end if;
    perform timestamptz 'epoch' at time zone name;
    return case when name ~ '[0-9]' then substring(name, '[0-9]+')::integer
        <= case when name ~ '[+]' then 12 else 14 end else true end;
exception when invalid_parameter_value then
    return false;
end;
$$;

comment on function _virotrial.is_time_zone(text) is 'whether PostgreSQL knows a time zone of a place, such as Asia/Shanghai, or one with a fixed distance from UTC';

create or replace function _virotrial.await_place() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    is_limited boolean;
begin
    execute format('select exists (select from %I.enrolment_limit where %s)', tg_table_schema,
        coalesce(tg_argv[0], 'true')) into is_limited;
    if is_limited and current_setting('transaction_isolation') = 'repeatable read' then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = 'the number of subjects is limited, and cannot be told in this transaction',
            detail = 'At isolation level repeatable read it does not see who was enrolled since.',
            hint = 'Enrol in a transaction of isolation level read committed or serializable.';
    end if;
    if is_limited then
        execute format('lock table %I.%I in share update exclusive mode', tg_table_schema,
            tg_table_name);
    end if;
    return null;
end;
$$;

comment on function _virotrial.await_place() is 'trigger function, before each statement on enrolment and allocation: if table enrolment_limit has rows, or those that its argument says, waits for all others who enrol or randomise, so that two do not take the last place';

create or replace function _virotrial.record_content(record anyelement) returns jsonb
    language sql stable
    set search_path = pg_catalog, pg_temp
    set timezone = 'UTC' set extra_float_digits = 1 set datestyle = 'ISO, YMD' set bytea_output = 'hex'
as $$
    select to_jsonb(record) - '{entered_by,entered_at,entered_in}'::text[];
$$;

create or replace function _virotrial.find_record(study name, table_name text, given jsonb)
    returns _virotrial.found_record
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
    set timezone = 'UTC' set datestyle = 'ISO, YMD'
as $$
declare
    relation constant regclass := to_regclass(format('%I.%I', study, table_name));
    expression constant text := _virotrial.record_key(relation, 'record');
    found _virotrial.found_record[];
begin
    if expression is null then
        raise exception using
            errcode = 'undefined_table',
            message = format('study "%s" has no table "%s" with a primary key', study, table_name),
            hint = 'Name the table that has the row, without its schema.';
    end if;
    execute format('select array(select (%s, to_jsonb(record) ->> ''site_id'',
            to_jsonb(record) ->> ''subject_id'', _virotrial.record_content(record))
                ::_virotrial.found_record
            from %s as record, jsonb_populate_record(null::%2$s, $1) as given
            where %s limit 2)', expression, relation, _virotrial.matches_key(relation, given))
        into found using given;
    if cardinality(found) <> 1 then
        raise exception using
            errcode = case cardinality(found)
                when 0 then 'no_data_found' else 'cardinality_violation' end,
            message = case cardinality(found)
                when 0 then format('table "%s" has no row %s', table_name, given)
                else format('table "%s" has several rows %s', table_name, given) end,
            hint = format('The columns of its key are: %s.',
                array_to_string(_virotrial.key_columns(relation), ', '));
    end if;
    return found[1];
end;
$$;

create function _virotrial.judge_completed("table" regclass, relation regclass)
    returns table (row_id tid, rule text, action text, site_id text, subject_id text,
        item text, reason text, hint text)
    language c volatile strict
    as 'MODULE_PATHNAME', 'judge_completed';

comment on function _virotrial.judge_completed(regclass, regclass) is 'the same of rows that load_rows() has completed already: the relation has every column of the table, in its type';

create or replace procedure move_visit(study name, site_id text, subject_id text, visit text, visit_date date,
        reason text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set datestyle = 'ISO, YMD'
as $$
declare
    found _virotrial.found_record;
    statements text[];
begin
    perform _virotrial.require_subject(study, site_id, subject_id);
    found := _virotrial.find_record(study, 'visit', jsonb_build_object(
        'site_id', site_id, 'subject_id', subject_id, 'visit', visit));
    statements := _virotrial.statements_of_move(study, site_id, subject_id, visit, visit_date);
    call _virotrial.correct(study, reason, statements);
end;
$$;

create or replace procedure rescreen(study name, site_id text, subject_id text, reason text,
        decided date default null, failure text default 'other')
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set datestyle = 'ISO, YMD'
as $$
declare
    is_enrolled boolean;
    screened date;
    statements text[];
begin
    perform _virotrial.require_subject(study, site_id, subject_id);
    execute format('select exists (select from %1$I.enrolment
                where (site_id, subject_id) = ($1, $2)),
            max(visit_date),
            array_agg(format(''update %%I.visit set visit = %%L
                where (site_id, subject_id, visit) = (%%L, %%L, %%L)'', $3,
                format(''unscheduled, earlier %%s of %%s'', visit, visit_date),
                site_id, subject_id, visit) order by visit)
            from %1$I.visit
            where (site_id, subject_id) = ($1, $2)
                and visit in (select visit from %1$I.visit_definition where target_day is null)',
            study)
        into is_enrolled, screened, statements using site_id, subject_id, study;
    if is_enrolled or statements is null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('subject %s of site %s %s', subject_id, site_id,
                case when is_enrolled then 'is enrolled' else 'has no screening visit' end),
            hint = case when is_enrolled then 'Who is enrolled is not screened again.'
                else 'Enter the visit.' end;
    end if;
    call _virotrial.correct(study, reason, array_remove(statements
        || _virotrial.statement_of_screening(study, site_id, subject_id,
            coalesce(decided, screened), failure, reason), null));
end;
$$;

create or replace procedure withdraw_entry(study name, table_name text, row_key jsonb, reason text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set datestyle = 'ISO, YMD'
as $$
declare
    relation regclass;
    found _virotrial.found_record;
    statements text[];
begin
    perform _virotrial.require_study(study);
    found := _virotrial.find_record(study, table_name, row_key);
    relation := format('%I.%I', study, table_name);
    statements := array[format(
        'delete from %s as record using jsonb_populate_record(null::%1$s, %L) as given where %s',
        relation, found.key, _virotrial.matches_key(relation, found.key))];
    call _virotrial.correct(study, reason, statements);
end;
$$;

create or replace procedure freeze_analysis(study name, as_of timestamptz, into_schema name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set datestyle = 'ISO'
as $$
declare
    extension name := _virotrial.virotrial_schema();
    shown text := format('study "%s" as of %s', study, as_of);
    day date;
    own oid[];
    kept record;
begin
    perform _virotrial.require_own_study(study);
    perform _virotrial.require_study_name(into_schema);
    perform _virotrial.await_changes(format('%I.change', study)::regclass);
    perform _virotrial.require_moment(study, as_of);
    execute format('select %I.day_of(%L)', study, as_of) into day;
    execute format('create schema %I', into_schema);
    execute format('comment on schema %I is %L', into_schema, 'frozen: ' || shown);
    for kept in select "table", name
            from _virotrial.kept_tables(study, current_user::regrole)
            order by "table"::oid loop
        call _virotrial.freeze_table(kept."table", format('%I.%I', into_schema, kept.name),
            as_of, shown);
    end loop;
    call _virotrial.freeze_foreign_keys(study, into_schema);
    -- Whatever is due or open by the day that it is, is so by that day.
    execute format('create function %1$I.today() returns date language sql stable '
        'parallel safe return date %2$L', into_schema, day);
    execute format('comment on function %I.today() is %L', into_schema,
        'the day to which the study is frozen');
    execute format('create function %1$I.today_at(site_id text) returns date language sql stable '
        'parallel safe return %1$I.today()', into_schema);
    execute format('comment on function %I.today_at(text) is %L', into_schema,
        'the day to which the study is frozen, at every site');
    execute format('create function %1$I.analysis_date() returns date language sql stable '
        'parallel safe return least(%2$I.data_cut(), %1$I.today())', into_schema, extension);
    execute format('comment on function %I.analysis_date() is %L', into_schema,
        'the day as of which an analysis calls a visit due: the data cut, or the day '
        'to which the study is frozen if that is earlier');
    own := array(select original.oid from pg_proc as original
        join pg_proc as frozen using (proname, proargtypes)
        where original.pronamespace = quote_ident(study)::regnamespace
            and frozen.pronamespace = quote_ident(into_schema)::regnamespace);
    call _virotrial.freeze_all_code(study, into_schema, extension, own);
    execute format('create trigger rules_changed_insert after insert on %I.rule '
        'referencing new table as changed for each statement execute function _virotrial.rules_changed()', into_schema);
    execute format('comment on trigger rules_changed_insert on %I.rule is %L', into_schema,
        'tells that the schema is a study');
end;
$$;

create or replace procedure _virotrial.own_views(study name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    role name := study || '_views';
    relation regclass;
begin
    -- A new owner must be able to create what he gets.
    execute format('grant create on schema %I to %I', study, role);
    for relation in
        select found.relation
        from _virotrial.study_relation(study) as found
        join pg_class on pg_class.oid = found.relation
        where relkind = 'v' and found.name <> '_randomised_at_cut'
            and relowner <> quote_ident(role)::regrole
    loop
        execute format('alter view %s owner to %I', relation, role);
    end loop;
    execute format('revoke create on schema %I from %I', study, role);
end;
$$;

comment on procedure _virotrial.own_views(name) is 'gives the views of a study to a role that is subject to the policies of its tables, as their owner is not; but for the view that says of a blinded allocation what is not blinded';

create or replace function _virotrial.security_problems(study name)
    returns table (problem text, object text, detail text, hint text)
    language sql stable strict
    begin atomic
        with found as (
            select found.*, format('%I.%I', study, found.name) as shown, relkind, relrowsecurity,
                pg_get_userbyid(relowner) as owner
            from _virotrial.study_relation(study) as found
            join pg_class on pg_class.oid = found.relation
        )
        select problem.problem, problem.object, problem.detail,
            format('call %I.secure_study(%L)', _virotrial.virotrial_schema(), study)
        from (
            select 'unsecured table', shown, 'rows of all sites are shown to whoever may read it'
            from found
            where has_site and relkind in ('r', 'p') and (not relrowsecurity or not exists (
                select from pg_policy where polrelid = relation and polname = 'sites'))
            union all
            select 'unsecured view', shown, format(
                'it belongs to "%s", and shows rows of all sites to whoever may read it', owner)
            from found
            where relkind = 'm'
                or relkind = 'v' and name <> '_randomised_at_cut' and owner <> study || '_views'
        ) as problem (problem, object, detail)
        where exists (select from found where has_site and relrowsecurity);
    end;

create or replace function _virotrial.document_table(study name)
    returns table (relation regclass, name name, runs_sql boolean)
    language sql stable strict
    begin atomic
        select found.relation::regclass, found.name,
            exists (select from pg_trigger where tgrelid = found.relation
                and tgname = 'rules_arrived')
        from _virotrial.study_relation(study) as found
        where (kind = 'configuration' or found.name = 'enrolment_limit')
            and found.name not like 'resistance\_algorithm\_%'
            and found.name not like 'coding\_%'
            and found.name <> 'pooled_login'
            -- The owner may keep tables of his own beside those of the study.
            and exists (select from pg_attribute
                where attrelid = found.relation and attname = 'entered_in' and not attisdropped);
    end;

create or replace function _virotrial.enter_document_rows(relation regclass, rows jsonb[]) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set datestyle = 'ISO, YMD'
as $$
declare
    defaults constant jsonb := _virotrial.document_defaults(relation);
    columns text;
    keys text;
    is_known text;
    known boolean;
begin
    select string_agg(format('%I', name), ', '),
        string_agg(format('made.%I', name), ', ' order by name) filter (where is_key),
        string_agg(format('old.%1$I = made.%1$I', name), ' and ') filter (where is_key)
    into columns, keys, is_known
    from _virotrial.document_column(relation);
    execute format('select exists (select from %1$s as old join (
            select made.* from unnest($1) as given (row),
                jsonb_populate_record(null::%1$s, $2 || row)
                as made) as made on %2$s)', relation, is_known)
        into known using rows, defaults;
    if known then
        execute format('update %1$s as old set (%2$s) = (select %2$s
                from jsonb_populate_record(old, given.row))
            from unnest($1) as given (row), jsonb_populate_record(null::%1$s, $2 || row) as made
            where %3$s', relation, columns, is_known)
            using rows, defaults;
    end if;
    execute format('insert into %1$s (%2$s) select %4$s
        from unnest($1) with ordinality as given (row, place),
            jsonb_populate_record(null::%1$s, $2 || row) as made
        where not exists (select from %1$s as old where %3$s)
        order by place', relation, columns, is_known,
            (select string_agg(format('made.%I', name), ', ')
            from _virotrial.document_column(relation)))
        using rows, defaults;
end;
$$;

create or replace function _virotrial.refused_column(relation regclass, given jsonb) returns text
    language plpgsql stable strict
    set search_path = pg_catalog, pg_temp
    set datestyle = 'ISO, YMD'
as $$
declare
    key text;
begin
    for key in select jsonb_object_keys(given) loop
        begin
            execute format('select jsonb_populate_record(null::%s, $1)', relation)
                using jsonb_build_object(key, given -> key);
        exception when data_exception or check_violation then
            return key;
        end;
    end loop;
    return null;
end;
$$;

create or replace procedure _virotrial.require_allocation_blocks(study name, block_sizes integer[])
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    shares bigint;
    held boolean;
begin
    execute format('select sum(ratio) from %I.arm', study) into shares;
    execute format('select exists (select from %1$I.allocation_list)
        and not exists (select from %1$I.stratum
            where stratum not in (select stratum from %1$I.allocation_list))', study) into held;
    if shares is null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('study "%s" has no arms', study),
            hint = 'Enter them in table arm.';
    elsif held then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('study "%s" has a randomisation list', study),
            hint = 'A list that is in use is not made anew. Enter a new stratum for a new list; or, to extend it, insert rows into allocation_list.';
    elsif coalesce(cardinality(block_sizes), 0) = 0 or exists (
            select from unnest(block_sizes) as size
            where size is null or size not between 1 and 1000 or size % shares <> 0) then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('the sizes of blocks cannot be %s',
                coalesce(block_sizes::text, 'null')),
            hint = format('Give multiples of %s, the sum of the arms'' ratios, up to 1000.', shares);
    end if;
end;
$$;

comment on procedure _virotrial.require_allocation_blocks(name, integer[]) is 'fails unless a study has arms, no randomisation list or a stratum without one, and the blocks hold whole shares of the arms';

create or replace procedure make_allocation_list(study name, seed text, block_sizes integer[],
    places_per_stratum integer default 200)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.require_study(study);
    call _virotrial.require_allocation_blocks(study, block_sizes);
    if seed is null or coalesce(places_per_stratum, 0) not between 1 and 1000000 then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = 'a randomisation list cannot be made like that',
            hint = 'Give a seed that nobody guesses, and 1 to 1000000 places for each stratum.';
    end if;
    execute format($query$
        with recursive
        listed (stratum, position) as (
            select stratum, position from %1$I.stratum
            where stratum not in (select stratum from %1$I.allocation_list)
            union all
            select 'all', 0 where not exists (select from %1$I.stratum)
        ),
        block (stratum, position, block, size, place) as (
            select stratum, position, 0, 0, 0 from listed
            union all
            select stratum, position, block + 1, drawn.size, place + drawn.size
            from block
            cross join lateral (select ($3)[1 + floor(cardinality($3)
                * _virotrial.simulated_uniform(hashtextextended($1, 0), block + 1,
                    stratum))::integer])
                as drawn (size)
            where place < $2
        ),
        entry as (
            select block.stratum, block.position, block.block, arm.arm, row_number() over (
                partition by block.stratum order by block.block,
                    sha256(convert_to(
                        concat_ws('/', $1, block.stratum, block.block, arm.arm, n), 'UTF8'))
                ) as place
            from block
            cross join %1$I.arm
            cross join lateral generate_series(1, arm.ratio * block.size
                / (select sum(ratio) from %1$I.arm)) as n
            where block.block > 0
        )
        insert into %1$I.allocation_list (stratum, place, code, block, arm)
        select stratum, place,
            'R' || lpad(((select count(*) from %1$I.allocation_list)
                + row_number() over (order by position, stratum, place))::text, 5, '0'),
            block, arm
        from entry
        order by position, stratum, place
    $query$, study) using seed, places_per_stratum, block_sizes;
end;
$$;

comment on procedure make_allocation_list(name, text, integer[], integer) is 'makes the randomisation list of a study: permuted blocks for each stratum, of sizes drawn from those that are given, with the ratios of table arm. Strata that have a list keep it: those that came since get one. The same seed makes the same list, so that the seed is as secret as the list. The caller needs INSERT on allocation_list';

create procedure _virotrial.fill_columns(study name, made name, extension name, target name,
        columns jsonb)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    own constant text := format('%I.%I', study, target);
    idle constant name[] := array(select tgname from pg_trigger where tgrelid = own::regclass
        and not tgisinternal and tgenabled = 'O' and tgname not in ('stamp', 'Keep_updated'));
    key constant text[] := array(select quote_ident(attname) from pg_index
        join pg_attribute on attrelid = indrelid and attnum = any (indkey)
        where indrelid = own::regclass and indisprimary);
    names text;
    filled text;
    some_filled text;
    idle_trigger name;
begin
    select coalesce(string_agg(quote_ident(name), ', ' order by place), key[1]),
        coalesce(string_agg(format('case when made.%s is null then %s else made.%I end', key[1],
            coalesce(value, 'null'), name), ', ' order by place), 'live.' || key[1])
    into names, filled
    from _virotrial.table_columns(made, extension)
    where table_name = target and columns ? name and not is_generated;
    some_filled := case when exists (select from _virotrial.table_columns(made, extension)
            where table_name = target and columns ? name and is_generated)
        then 'true' else format('num_nonnulls(%s) > 0', filled) end;
    foreach idle_trigger in array idle loop
        execute format('alter table %s disable trigger %I', own, idle_trigger);
    end loop;
    perform set_config('search_path', format('%I, %I, pg_temp', study, extension), true);
    execute format('update %1$s as live set (%2$s) = row(%3$s) from %1$s as same '
        'left join %4$I.%5$I as made using (%6$s) where (%7$s) = (%8$s) and %9$s',
        own, names, filled, made, target, array_to_string(key, ', '),
        'live.' || array_to_string(key, ', live.'), 'same.' || array_to_string(key, ', same.'),
        some_filled);
    foreach idle_trigger in array idle loop
        execute format('alter table %s enable trigger %I', own, idle_trigger);
    end loop;
end;
$$;

comment on procedure _virotrial.fill_columns(name, name, name, name, jsonb) is 'gives new columns of the rows of a study their values';

create or replace procedure _virotrial.match_columns(study name, made name, extension name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    added constant jsonb := (select jsonb_object_agg(table_name, names)
        from (select table_name, jsonb_agg(fresh.name) as names
            from _virotrial.table_columns(made, extension) as fresh
            left join _virotrial.table_columns(study, extension) as live using (table_name, name)
            where live.name is null and exists (select from pg_index
                where indisprimary and indrelid = to_regclass(format('%I.%I', study, table_name)))
            group by table_name) as found);
    known record;
    alteration text;
begin
    for known in
        select fresh.*, live.name is null as is_new, live.type as live_type,
            live.value as live_value, coalesce(live.is_required, false) as live_required
        from _virotrial.table_columns(made, extension) as fresh
        left join _virotrial.table_columns(study, extension) as live using (table_name, name)
        order by fresh.table_name, fresh.place
    loop
        perform set_config('search_path', format('%I, %I, pg_temp', study, extension), true);
        foreach alteration in array array_remove(array[
            case when known.is_new and not known.is_generated
                then format('add column %I %s', known.name, known.type) end,
            case when known.type <> known.live_type
                then format('alter column %I type %s', known.name, known.type) end,
            case when not known.is_generated and known.value is distinct from known.live_value
                then format('alter column %I ', known.name)
                    || coalesce('set default ' || known.value, 'drop default') end,
            case when known.is_required <> known.live_required and not known.is_new
                then format('alter column %I %s not null', known.name,
                    case when known.is_required then 'set' else 'drop' end) end], null)
        loop
            execute format('alter table %I %s', known.table_name, alteration);
        end loop;
    end loop;
    for known in
        -- match_rules gives rules theirs, but those that somebody changed by hand
        select key as table_name, value as names from jsonb_each(added)
        where key not in ('rule', 'rule_context')
    loop
        call _virotrial.fill_columns(study, made, extension, known.table_name, known.names);
    end loop;
    for known in
        select fresh.*, live.name is null as is_new
        from _virotrial.table_columns(made, extension) as fresh
        left join _virotrial.table_columns(study, extension) as live using (table_name, name)
        where fresh.is_generated and live.name is null
            or fresh.is_required and not live.is_required
        order by fresh.table_name, fresh.place
    loop
        perform set_config('search_path', format('%I, %I, pg_temp', study, extension), true);
        execute format(case when known.is_new
            then 'alter table %I add column %I %s generated always as (%s) stored%s'
            else 'alter table %I alter column %I set not null' end, known.table_name, known.name,
            known.type, known.value, case when known.is_required then ' not null' end);
    end loop;
end;
$$;

create procedure _virotrial.add_rows(study name, made regclass, target regclass)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    columns text;
    expressions text;
begin
    select string_agg(quote_ident(attname), ', ' order by attnum),
        string_agg(case attname when 'entered_by' then 'session_user'
            when 'entered_at' then 'clock_timestamp()'
            when 'entered_in' then format('_virotrial.current_change_id(%L)',
                format('%I.rule', study))
            else quote_ident(attname) end, ', ' order by attnum)
    into columns, expressions
    from pg_attribute
    where attrelid = made and attnum > 0 and not attisdropped and attgenerated = '';
    execute format('insert into %s (%s) overriding system value select %s from %s', target,
        columns, expressions, made);
end;
$$;

comment on procedure _virotrial.add_rows(name, regclass, regclass) is 'copies the rows of a table that a new study has to the same table of another';

create or replace procedure _virotrial.match_tables(study name, made name, extension name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    known record;
begin
    for known in
        select pg_class.oid::regclass as made, format('%I.%I', study, relname) as name,
            exists (select from pg_attribute
                where attrelid = pg_class.oid and attname = 'ended_in') as is_history
        from pg_class
        where relnamespace = quote_ident(made)::regnamespace and relkind = 'r'
        order by pg_class.oid
    loop
        if to_regclass(known.name) is null then
            execute format('create table %s (like %s including all excluding indexes '
                'excluding constraints)', known.name, known.made);
            continue when known.is_history;
            call _virotrial.add_rows(study, known.made, known.name::regclass);
        end if;
    end loop;
    call _virotrial.match_columns(study, made, extension);
    for known in
        select pg_class.oid as made, format('%I.%I', study, relname)::regclass as name
        from pg_class
        where relnamespace = quote_ident(made)::regnamespace and relkind = 'r'
    loop
        call _virotrial.copy_comments(known.made, known.name);
        -- That of a history names its table.
        execute format('comment on table %s is %L', known.name, replace(
            obj_description(known.made, 'pg_class'), made || '.', quote_ident(study) || '.'));
    end loop;
end;
$$;

create procedure _virotrial.add_constraint(study name, extension name, "table" name, name name,
        definition text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    addition constant text := format('alter table %I add constraint %I %s', "table", name,
        definition);
begin
    perform set_config('search_path', format('%I, %I, pg_temp', study, extension), true);
    execute addition;
exception when check_violation or foreign_key_violation then
    perform set_config('search_path', format('%I, %I, pg_temp', study, extension), true);
    execute addition || ' not valid';
    raise warning using
        errcode = sqlstate,
        message = format('rows of table "%s" break its new constraint "%s"', "table", name),
        detail = 'It holds for what is written from now on.',
        hint = format('Mend the rows, then: call upgrade_study(%L)', study);
end;
$$;

comment on procedure _virotrial.add_constraint(name, name, name, name, text) is 'adds a constraint to a table of a study; not valid, with a warning, if rows break it';

create or replace procedure _virotrial.match_parts(study name, made name, extension name)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    known record;
    kind text;
begin
    for known in
        select fresh.*, live.definition as live_definition, live.state as live_state
        from _virotrial.table_parts(made, extension) as fresh
        left join _virotrial.table_parts(study, extension) as live
            using (place, table_name, part)
        where (live.definition, live.state, live.meaning)
            is distinct from (fresh.definition, fresh.state, fresh.meaning)
        order by fresh.place, fresh.table_name, fresh.part
    loop
        kind := (array['constraint', 'constraint', 'index', 'constraint', 'trigger'])[known.place];
        perform set_config('search_path', format('%I, %I, pg_temp', study, extension), true);
        if known.live_definition <> known.definition then
            execute case kind
                when 'constraint' then format('alter table %I drop constraint %I',
                    known.table_name, known.part)
                when 'index' then format('drop index %I', known.part)
                else format('drop trigger %I on %I', known.part, known.table_name) end;
        end if;
        if kind = 'constraint' and known.live_definition is distinct from known.definition then
            call _virotrial.add_constraint(study, extension, known.table_name, known.part,
                known.definition);
        elsif known.live_definition is distinct from known.definition then
            execute known.definition;
        end if;
        if kind = 'trigger' then
            execute format('alter table %I %s trigger %I', known.table_name,
                case known.state when 'A' then 'enable always' when 'R' then 'enable replica'
                    when 'D' then 'disable' else 'enable' end, known.part);
        end if;
        execute format('comment on %s %I %s is %L', kind, known.part,
            case when kind <> 'index' then format('on %I', known.table_name) end, known.meaning);
    end loop;
end;
$$;

create or replace function _virotrial.load_query("table" regclass, header text[], mapping text[],
        staged text) returns text
    language sql stable strict
    begin atomic
        select coalesce(
            (select string_agg(format('select load_record * 4096 + %s as load_row, %s '
                    '%L::text as test, %L::text as unit, c%1$s as value from pg_temp.%5$I '
                    'where c%1$s is not null and load_problem is null%6$s', heading.place,
                    list.columns || ',', heading.test, heading.detail, staged,
                    _virotrial.load_filter(header, mapping)), ' union all ' order by heading.place)
                from _virotrial.load_headings("table", header, mapping) as heading
                where heading.test is not null),
            format('select load_record * 4096 as load_row, %s from pg_temp.%I '
                'where load_problem is null%s', list.columns, staged,
                _virotrial.load_filter(header, mapping)))
        from (
            select string_agg(format('%s as %I', expression, name), ', ' order by place)
                as columns
            from _virotrial.load_sources("table", header, mapping)
        ) as list;
    end;

create or replace function _virotrial.load_file(study name, table_name text, file_name text, digest text,
        header text[], mapping text[], has_comma boolean,
    out file integer, out staged text, out "table" text, out known text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    target constant regclass := _virotrial.load_target(study, table_name, file_name);
begin
    perform _virotrial.load_require_mapping(target, header, mapping);
    file := (select count(*) + 1 from pg_temp.load_file);
    staged := 'load_staged_' || file;
    insert into pg_temp.load_file
        select load_file.file, load_file.study, target, found.rank, file_name, load_file.digest,
            load_file.header, load_file.mapping,
            _virotrial.load_query(target, load_file.header, load_file.mapping, load_file.staged),
            load_file.has_comma, load_file.staged, 'load_ready_' || load_file.file
        from _virotrial.load_tables(study) as found
        where found.relation = target;
    execute format('create temporary table %I (load_record bigint, load_problem text,
            %s) on commit drop', staged,
        (select string_agg(format('c%s text', place), ', ' order by place)
            from generate_series(1, cardinality(header)) as place));
    "table" := (select relname from pg_class where oid = target);
    known := _virotrial.load_known(study, target, digest);
end;
$$;

create function _virotrial.load_line(load_row bigint) returns bigint
    language sql immutable strict parallel safe
    return load_row / (4096 * 4096);

comment on function _virotrial.load_line(bigint) is 'the line of a row of a file; of a bundle its entry';

create or replace function _virotrial.load_find_unreadable(file integer) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
begin
    select * into loaded from pg_temp.load_file
    where load_file.file = load_find_unreadable.file;
    execute format('insert into pg_temp.load_fault (file, load_row, rule, action, reason, hint)
        select %s, load_record * 4096, rule,
            case rule when ''status'' then ''note'' else ''refuse'' end,
            substr(load_problem, length(rule) + 3),
            case rule when ''cells'' then
                    ''Quote a cell that has the delimiter in it; look whether cells are shifted.''
                when ''status'' then
                    ''A result is final, amended or corrected; correct what was withdrawn.'' end
        from pg_temp.%I
        cross join split_part(load_problem, '': '', 1) as rule
        where load_problem is not null
            and (rule = ''cells'' or num_nonnulls(%s) = 0 or (true%s) is not false)', file,
        loaded.staged, (select string_agg('c' || place, ', ')
            from generate_series(1, cardinality(loaded.header)) as place),
        _virotrial.load_filter(loaded.header, loaded.mapping));
end;
$$;

create or replace function _virotrial.load_read(file integer) returns bigint
    language plpgsql
    set search_path = pg_catalog, pg_temp
    -- how many rows there are is what matters
    set default_statistics_target = 10
as $$
declare
    loaded record;
    formats text[];
    lines bigint;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_read.file;
    select array_agg(source.format order by place) into formats
    from _virotrial.load_sources(loaded.relation, loaded.header, loaded.mapping) as source;
    if exists (select from _virotrial.load_mapping(loaded.mapping) where kind = 'test') then
        formats := formats || array[null, null, null]::text[];
    end if;
    perform _virotrial.load_find_unreadable(file);
    execute format('create temporary table %I on commit drop as
        select 0::bigint as load_row, entered.* from %s as entered with no data',
        loaded.ready, loaded.relation);
    execute format('with read as materialized (
            select * from _virotrial.load_rows(null::%s, $1, $2, $3)),
        refused as (
            insert into pg_temp.load_fault (file, load_row, column_name, rule, action, reason, hint)
            select %s, load_row, column_name, rule, ''refuse'', reason, hint
            from read where reason is not null)
        insert into pg_temp.%I select load_row, (read.completed).* from read where reason is null',
        loaded.relation, file, loaded.ready)
        using loaded.query, formats, loaded.has_comma;
    execute format('analyze pg_temp.%I', loaded.ready);
    update pg_temp.load_fault as fault
        set column_name = (select attname from pg_attribute
                where attrelid = conrelid and attnum = all (conkey)),
            hint = coalesce(hint, 'The table has ' || pg_get_constraintdef(pg_constraint.oid))
        from pg_constraint
        where fault.file = load_read.file and conrelid = loaded.relation and contype = 'c'
            and conname = fault.rule;
    -- What no row of the file has is told; a trigger fills it where some have it.
    execute format('select count(*) from pg_temp.%I', loaded.ready) into lines;
    update pg_temp.load_fault as fault
        set hint = format('The file has no column for it: map one, or write "constant,%s,VALUE".',
            fault.column_name)
        where lines = 0 and fault.file = load_read.file and rule = 'not null'
            and column_name <> all (
                _virotrial.load_given(loaded.relation, loaded.header, loaded.mapping));
    execute format('select count(*) from pg_temp.%I', loaded.staged) into lines;
    return lines;
end;
$$;

create or replace function _virotrial.load_blame(file integer, other integer, rule text, same text)
    returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    brings record;
begin
    select load_file.name, load_file.query into brings
    from pg_temp.load_file where load_file.file = load_blame.other;
    execute format('update pg_temp.load_fault as fault
        set hint = format(''Line %%s of file "%%s", which would bring it, is refused.'',
            _virotrial.load_line(given.load_row), %L)
        from pg_temp.%I as ready, (%s) as given
        where fault.file = %s and fault.rule = %L and fault.load_row = ready.load_row and %s',
        brings.name, 'load_ready_' || file, brings.query, file, rule, same);
end;
$$;

create or replace function _virotrial.load_find_twins(file integer) returns bigint
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
    key record;
    found bigint := 0;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_find_twins.file;
    for key in
        select index.relname, array(select attname
                from unnest(indkey::int2[]) with ordinality as k (attnum, place)
                join pg_attribute using (attnum) where attrelid = indrelid order by place) as own
        from pg_index
        join pg_class as index on index.oid = indexrelid
        where indrelid = loaded.relation and indisunique and indexprs is null and indpred is null
            and not exists (select from pg_attribute
                where attrelid = indrelid and attnum = any (indkey) and attidentity <> '')
        order by indisprimary desc, index.relname
    loop
        found := found + _virotrial.load_fault(file, 'ready.load_row', null, key.relname,
            format('format(''line %%s has the same %%s: %%s'', _virotrial.load_line(twin.first), %L,
                concat_ws('', '', %s))', array_to_string(key.own, ', '),
                _virotrial.load_list(key.own, 'ready.%I')),
            'Leave one of them, or tell them apart.',
            format('(select %1$s, min(load_row) as first from pg_temp.%2$I
                    where num_nulls(%1$s) = 0 and hash_record_extended(row(%1$s), 0) in (
                        select hash_record_extended(row(%1$s), 0) from pg_temp.%2$I
                        group by 1 having count(*) > 1)
                    group by %1$s having count(*) > 1) as twin
                join pg_temp.%2$I as ready using (%1$s)
                where ready.load_row <> twin.first and not exists (
                    select from pg_temp.load_fault as fault
                    where fault.file = %3$s and fault.load_row = ready.load_row)',
                _virotrial.load_list(key.own, '%I'), loaded.ready, file));
    end loop;
    return found;
end;
$$;

create or replace function _virotrial.load_find_broken(file integer) returns bigint
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
    found bigint;
    has_subject boolean;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_find_broken.file;
    has_subject := (select count(*) = 2 from _virotrial.load_columns(loaded.relation)
        where name in ('site_id', 'subject_id'));
    execute format('with judged as materialized (
            select * from _virotrial.judge_completed(%L::regclass, ''pg_temp.%I''))
        insert into pg_temp.load_fault (file, load_row, rule, action, reason, hint)
        select %s, coalesce(ready.load_row, %s), judged.rule,
            case judged.action when ''record'' then ''note'' else judged.action end,
            coalesce(judged.reason,
                concat_ws('' '', judged.site_id, judged.subject_id, judged.item)),
            judged.hint
        from judged
        left join pg_temp.%I as ready on ready.ctid = judged.row_id',
        loaded.relation, loaded.ready, file,
        case when has_subject then format('(select min(other.load_row) from pg_temp.%I as other
            where other.site_id = judged.site_id and other.subject_id = judged.subject_id)',
            loaded.ready) else 'null' end, loaded.ready);
    with broken as materialized (
        select rule, _virotrial.load_rule_column(rule, load_find_broken.file) as column_name
        from (select distinct other.rule from pg_temp.load_fault as other
            where other.file = load_find_broken.file) as met)
    update pg_temp.load_fault as fault set column_name = broken.column_name
        from broken
        where fault.file = load_find_broken.file and fault.rule = broken.rule
            and fault.column_name is null and fault.load_row is not null;
    select count(*) into found from pg_temp.load_fault as fault
        where fault.file = load_find_broken.file and action = 'refuse';
    return found;
end;
$$;

create or replace function _virotrial.load_insert(file integer) returns bigint
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    loaded record;
    columns name[];
    entered bigint;
begin
    select * into loaded from pg_temp.load_file where load_file.file = load_insert.file;
    select array_agg(name order by place) into columns
    from _virotrial.load_columns(loaded.relation);
    execute format('insert into %1$s (%2$s) select %2$s from pg_temp.%3$I',
        loaded.relation, _virotrial.load_list(columns, '%I'), loaded.ready);
    get diagnostics entered = row_count;
    return entered;
end;
$$;

create or replace function _virotrial.load_report()
    returns table (file integer, name text, line bigint, "column" text, value text, rule text,
        action text, reason text, hint text)
    language sql stable
    set search_path = pg_catalog, pg_temp
as $$
    select loaded.file, loaded.name, _virotrial.load_line(fault.load_row),
        coalesce(loaded.header[nullif(fault.load_row % 4096, 0)],
            (select string_agg(heading, ' + ' order by place)
                from _virotrial.load_headings(loaded.relation, loaded.header, loaded.mapping)
                where target = fault.column_name),
            fault.column_name),
        fault.value, fault.rule, fault.action, fault.reason, fault.hint
    from pg_temp.load_fault as fault
    join pg_temp.load_file as loaded using (file)
    order by loaded.file, fault.load_row nulls last, fault.rule, fault.column_name;
$$;

create function _virotrial.load_rejects(file integer) returns table (record bigint, reasons text)
    language sql stable
    set search_path = pg_catalog, pg_temp
as $$
    select load_row / 4096, string_agg(distinct concat_ws(' ', column_name || ':', reason), '; ')
    from pg_temp.load_fault as fault
    where fault.file = load_rejects.file and action = 'refuse'
    group by load_row / 4096
    order by 1;
$$;

comment on function _virotrial.load_rejects(integer) is 'the records of a file of which something is refused, and why';

create or replace function _virotrial.require_protocol_parameters(study text, changes jsonb) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
    set datestyle = 'ISO, YMD'
as $$
declare
    known jsonb;
    parameter text;
begin
    select jsonb_object_agg(attname, format_type(atttypid, atttypmod)) into known
    from pg_attribute
    where attrelid = format('%I.protocol', study)::regclass and attnum > 0 and not attisdropped
        and attname not in ('effective_from', 'protocol', 'entered_by', 'entered_at', 'entered_in');
    for parameter in select jsonb_object_keys(changes) loop
        if not known ? parameter then
            raise exception using
                errcode = 'undefined_column',
                message = format('the protocol has no parameter "%s"', parameter),
                hint = format('The parameters are %s.',
                    (select string_agg(name, ', ' order by name) from jsonb_object_keys(known) as name));
        end if;
        begin
            execute format('select jsonb_populate_record(null::%I.protocol, $1)', study)
                using jsonb_build_object(parameter, changes -> parameter);
        exception when data_exception or check_violation then
            raise exception using
                errcode = 'invalid_parameter_value',
                message = format('parameter "%s" of the protocol cannot be %s',
                    parameter, changes -> parameter),
                detail = format('It is of type %s.', known ->> parameter);
        end;
    end loop;
end;
$$;

create or replace function amend_protocol_with(study text, effective_from date, changes jsonb) returns void
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set datestyle = 'ISO, YMD'
as $$
declare
    in_force jsonb;
    later date;
begin
    perform _virotrial.require_own_study(study);
    execute format('select to_jsonb(p) from %I.protocol as p
            where p.effective_from <= $1 order by p.effective_from desc limit 1', study)
        into in_force using effective_from;
    execute format('select min(p.effective_from) from %I.protocol as p where p.effective_from > $1',
        study)
        into later using effective_from;
    if in_force is null then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('study "%s" has no protocol that could be amended from %s', study,
                coalesce(effective_from::text, 'a day that is null')),
            hint = 'Name the first day of the amendment, after that of the first row of table protocol.';
    elsif (in_force ->> 'effective_from')::date = effective_from then
        raise exception using
            errcode = 'unique_violation',
            message = format('study "%s" already has a protocol from %s', study, effective_from),
            detail = format('It is "%s".', in_force ->> 'amendment'),
            hint = format('Name another day; or correct that row: update %I.protocol set ... where effective_from = %L',
                study, effective_from);
    elsif in_force || (changes - 'amendment') = in_force then
        raise exception using
            errcode = 'invalid_parameter_value',
            message = format('nothing of the protocol would change on %s', effective_from),
            detail = coalesce('These are its values already: ' || (
                    select string_agg(format('%s is %s', key, coalesce(value, 'null')), ', '
                        order by key)
                    from jsonb_each_text(changes - 'amendment')) || '.', 'No parameter is named.'),
            hint = format('Name what changes, as in: call amend_protocol(%L, %L, minimum_age => 20)',
                study, effective_from);
    end if;
    perform _virotrial.require_protocol_parameters(study, changes);
    if later is not null then
        raise notice using
            message = format('the protocol from %s on stays as it is', later),
            hint = 'If the change is to last, amend it from that day on, too.';
    end if;
    execute format('insert into %I.protocol select (jsonb_populate_record(p, $1)).*
            from %1$I.protocol as p where p.effective_from = $2', study)
        using jsonb_build_object('amendment', format('amendment of %s', effective_from))
                || changes || jsonb_build_object('effective_from', effective_from),
            (in_force ->> 'effective_from')::date;
end;
$$;

insert into virotrial_display
    (display, position, title, population, has_statistic_columns, shows_visits_only, main_level,
    footnote)
values
('consort', 10, 'Flow of subjects', 'all subjects that were screened', false, false, null,
    'Discontinued: gave up the study drug or the study. Left the study: has not completed it.'),
('demographics', 20, 'Demographics and baseline characteristics', 'treated subjects', false, false,
    null, 'Baseline is the last result on or before the first dose. Means and quartiles of HIV-1 RNA and CD4 count are of results that are numbers; others count as missing there. "Not known": a result beyond a limit of its assay leaves the answer open, or a drug was not judged. Quartiles interpolate between the nearest subjects (type 7 of R).'),
('populations', 25, 'Populations', 'enrolled subjects', false, false, null,
    'Per protocol: no deviation that excludes by the protocol, and treated as allocated.'),
('disposition', 30, 'Disposition', 'treated subjects', false, false, null,
    'The reason is that of what came first, the end of the study drug or of the study.'),
('exposure', 40, 'Exposure to the study drug', 'treated subjects', false, false, null,
    'Days on treatment leave out interruptions. A year has 365.25 days. A subject counts in each duration that is reached.'),
('deviations', 50, 'Deviations from the protocol', 'treated subjects', false, false, null,
    'Subjects with a deviation, and the number of deviations. A deviation has no day, so that the data cut does not leave one out.'),
('medical_history', 52, 'Medical history', 'treated subjects', false, false, null,
    'Conditions that began up to the first dose, or of which that is not known. A subject counts once per class and term.'),
('prior_medication', 54, 'Prior medication', 'treated subjects', false, false, null,
    'Medication that began before the first dose, or of which that is not known; antiretroviral drugs, too.'),
('concomitant_medication', 56, 'Concomitant medication', 'treated subjects', false, false, null,
    'Medication that was taken on or after the first dose, or may have been; the background therapy, too. The study drug is left out.'),
('resistance_at_baseline', 58, 'Resistance at baseline', 'treated subjects', false, false, null,
    'Subjects whom a genotypic test up to enrolment called resistant to the drug, of those with a call.'),
('response', 60, 'Virologic response by visit', 'treated subjects', true, false,
    'non-completer = failure',
    'The limits are exact (Clopper and Pearson). Where censoring leaves an answer unknown, the rate counts it as a failure, and the true rate lies between those of the last column. * The main analysis.'),
('viral_load_change', 70, 'Fall of HIV-1 RNA from baseline by visit', 'treated subjects', true,
    false, null,
    'Substituted: a bound counts as the value. Likelihood: a normal distribution with censoring. The median needs no model, and is a bound if it lies among censored values. NE: not estimable. 95 % limits.'),
('cd4_change', 80, 'Change of CD4 count from baseline by visit', 'treated subjects', true, false,
    null, 'The mean has t limits, the median those of the sign test; the estimate of Hodges and Lehmann has those of the signed-rank distribution. The p value is of the signed-rank test. 95 % limits.'),
('kaplan_meier', 90, 'Times to an event, estimated by Kaplan and Meier', 'treated subjects', true,
    true, null,
    'Without the event: the estimate on the day of the visit, with log-log limits of 95 %. Time to response is the day of the first result below the threshold.'),
('resistance_emergent', 95, 'Resistance that emerged at virologic failure', 'treated subjects',
    false, false, null,
    'Emergent: a mutation since failure that no test before treatment showed, in a gene that was read then.'),
('adverse_events', 100, 'Adverse events, overview', 'treated subjects', true, false, null,
    'Treatment-emergent events. The limits are exact. The rate is of events per 100 person-years. Unknown: subjects with an event that may have begun before treatment.'),
('adverse_events_by_term', 110, 'Adverse events by term', 'treated subjects', false, false, null,
    'Treatment-emergent events: subjects (per cent), and events. A subject counts once per term. The most frequent terms come first.'),
('adverse_events_by_grade', 120, 'Adverse events by term and highest grade', 'treated subjects',
    false, false, null, 'Treatment-emergent events. Each subject counts at the highest grade.'),
('adverse_events_in_detail', 105, 'Adverse events: seriousness, grade and action taken',
    'treated subjects', false, false, null,
    'Treatment-emergent events. A subject counts once per row, and at the highest grade.'),
('adverse_events_by_class', 107, 'Adverse events by system organ class and preferred term',
    'treated subjects', false, false, null,
    'Treatment-emergent events: subjects (per cent), and events. A subject counts once per row. Not coded: counted under the term as reported.'),
('common_adverse_events', 109, 'Adverse events of at least 5 % of the subjects',
    'treated subjects', false, false, null,
    'Treatment-emergent events by preferred term: subjects (per cent), and events.'),
('serious_events_by_class', 121, 'Serious adverse events by system organ class and preferred term',
    'treated subjects', false, false, null,
    'Treatment-emergent events: subjects (per cent), and events. A subject counts once per row.'),
('discontinuation_events_by_class', 122,
    'Adverse events leading to discontinuation by system organ class and preferred term',
    'treated subjects', false, false, null,
    'Treatment-emergent events for which the study drug was withdrawn: subjects (per cent), and events.'),
('adverse_events_by_subgroup', 123, 'Adverse events by subgroup', 'treated subjects', false, false,
    null, 'Subjects with a treatment-emergent event, of the subjects of the subgroup.'),
('serious_events_by_subgroup', 124, 'Serious adverse events by subgroup', 'treated subjects',
    false, false, null,
    'Subjects with a serious treatment-emergent event, of the subjects of the subgroup.'),
('solicited_complaints', 125, 'Adverse events of interest: complaints that the protocol asks for',
    'treated subjects', false, false, null,
    'Treatment-emergent events. A subject counts once per row, and at the highest grade.'),
('fatal_events_by_class', 126, 'Fatal adverse events by system organ class and preferred term',
    'treated subjects', false, false, null,
    'Adverse events with the outcome of death, during treatment and after: subjects (per cent), and events.'),
('deaths', 130, 'Deaths, and candidates of Hy''s law', 'treated subjects', true, false, null,
    'Hy''s law: ALT or AST at least 3 times, and bilirubin at least twice the upper limit of normal, with alkaline phosphatase below twice its limit.'),
('laboratory_values', 140, 'Laboratory values by visit, and change from baseline',
    'treated subjects', true, false, null,
    'Of results that are numbers; the column "censored" counts those that are limits, which are in no other figure. 95 % t limits.'),
('laboratory_shifts', 150, 'Laboratory: grade at baseline and worst grade on treatment',
    'treated subjects', true, false, null, 'Number of subjects. Toxicity grades of the protocol''s scheme. Not known: missing, or a result without a certain grade.'),
('laboratory_abnormalities', 160, 'Laboratory: grades 3 and 4 on treatment', 'treated subjects',
    true, false, null, 'The worst grade on treatment. The limits are exact. Worse: the grade at baseline was lower, or missing.'),
('electrocardiogram', 170, 'Electrocardiograms on treatment', 'treated subjects', true, false, null,
    'Subjects with the finding at least once. The limits are exact.'),
('vital_signs', 180, 'Vital signs by visit, and change from baseline', 'treated subjects', true,
    false, null, 'Baseline is the last measurement on or before the first dose. 95 % t limits.'),
('blood_pressure', 190, 'Blood pressure on treatment by category', 'treated subjects', false,
    false, null, 'The highest, and for hypotension the lowest pressure on treatment of each subject, of those with one. The categories overlap.');

insert into virotrial_display_line (display, line, label, template, statistics)
values
('consort', 1, null, '%s', '{n}'),
('populations', 1, null, '%s (%s %%)', '{n,percent}'),
('medical_history', 1, null, '%s (%s %%)', '{n,percent}'),
('prior_medication', 1, null, '%s (%s %%)', '{n,percent}'),
('concomitant_medication', 1, null, '%s (%s %%)', '{n,percent}'),
('resistance_at_baseline', 1, null, '%s/%s (%s %%)', '{n,evaluable,percent}'),
('resistance_emergent', 1, null, '%s (%s %%)', '{n,percent}'),
('adverse_events_in_detail', 1, null, '%s (%s %%)', '{n,percent}'),
('adverse_events_by_class', 1, null, '%s (%s %%) %s', '{n,percent,events}'),
('common_adverse_events', 1, null, '%s (%s %%) %s', '{n,percent,events}'),
('serious_events_by_class', 1, null, '%s (%s %%) %s', '{n,percent,events}'),
('discontinuation_events_by_class', 1, null, '%s (%s %%) %s', '{n,percent,events}'),
('fatal_events_by_class', 1, null, '%s (%s %%) %s', '{n,percent,events}'),
('adverse_events_by_subgroup', 1, null, '%s/%s (%s %%)', '{n,evaluable,percent}'),
('serious_events_by_subgroup', 1, null, '%s/%s (%s %%)', '{n,evaluable,percent}'),
('solicited_complaints', 1, null, '%s (%s %%)', '{n,percent}'),
('vital_signs', 1, 'n', '%s', '{n}'),
('vital_signs', 2, 'mean (SD)', '%s (%s)', '{mean,sd}'),
('vital_signs', 3, 'median', '%s', '{median}'),
('vital_signs', 4, 'minimum, maximum', '%s, %s', '{min,max}'),
('vital_signs', 5, 'change, n', '%s', '{change_n}'),
('vital_signs', 6, 'change, mean (95 % limits)', '%s (%s to %s)',
    '{change_mean,change_ci_lower,change_ci_upper}'),
('blood_pressure', 1, null, '%s/%s (%s %%)', '{n,evaluable,percent}'),
('demographics', 1, 'n (missing)', '%s (%s)', '{n,missing}'),
('demographics', 2, 'mean (SD)', '%s (%s)', '{mean,sd}'),
('demographics', 3, 'median (Q1, Q3)', '%s (%s, %s)', '{median,p25,p75}'),
('demographics', 4, 'minimum, maximum', '%s, %s', '{min,max}'),
('demographics', 5, null, '%s (%s %%)', '{n,percent}'),
('disposition', 1, null, '%s (%s %%)', '{n,percent}'),
('exposure', 1, 'mean (SD)', '%s (%s)', '{mean,sd}'),
('exposure', 2, 'median (Q1, Q3)', '%s (%s, %s)', '{median,p25,p75}'),
('exposure', 3, 'minimum, maximum', '%s, %s', '{min,max}'),
('exposure', 4, 'sum', '%s', '{sum}'),
('exposure', 5, null, '%s (%s %%)', '{n,percent}'),
('deviations', 1, null, '%s (%s %%) %s', '{n,percent,events}'),
('response', 1, 'responders/of', '%s/%s', '{n,evaluable}'),
('response', 2, 'missing', '%s', '{missing}'),
('response', 3, 'unknown', '%s', '{unknown}'),
('response', 4, '% (95 % limits)', '%s (%s to %s)', '{percent,ci_lower,ci_upper}'),
('response', 5, 'lowest and highest %', '%s to %s', '{percent_lowest,percent_highest}'),
('viral_load_change', 1, 'n', '%s', '{n}'),
('viral_load_change', 2, 'missing', '%s', '{missing}'),
('viral_load_change', 3, 'censored', '%s', '{censored}'),
('viral_load_change', 4, 'mean, substituted', '%s (%s to %s)', '{mean,ci_lower,ci_upper}'),
('viral_load_change', 5, 'mean, likelihood', '%s (%s to %s)',
    '{mean_mle,mle_ci_lower,mle_ci_upper}'),
('viral_load_change', 6, 'median', '%s (%s to %s)', '{median,median_ci_lower,median_ci_upper}'),
('cd4_change', 1, 'n', '%s', '{n}'),
('cd4_change', 2, 'missing', '%s', '{missing}'),
('cd4_change', 3, 'mean', '%s (%s to %s)', '{mean,ci_lower,ci_upper}'),
('cd4_change', 4, 'median', '%s (%s to %s)', '{median,median_ci_lower,median_ci_upper}'),
('cd4_change', 5, 'Hodges-Lehmann', '%s (%s to %s)',
    '{hodges_lehmann,hodges_lehmann_ci_lower,hodges_lehmann_ci_upper}'),
('cd4_change', 6, 'p', '%s', '{p_value}'),
('kaplan_meier', 1, 'day', '%s', '{days}'),
('kaplan_meier', 2, 'at risk', '%s', '{at_risk}'),
('kaplan_meier', 3, 'without the event, % (95 % limits)', '%s (%s to %s)',
    '{percent,ci_lower,ci_upper}'),
('adverse_events', 1, 'subjects', '%s', '{n}'),
('adverse_events', 2, 'unknown', '%s', '{unknown}'),
('adverse_events', 3, '% (95 % limits)', '%s (%s to %s)', '{percent,ci_lower,ci_upper}'),
('adverse_events', 4, 'events', '%s', '{events}'),
('adverse_events', 5, 'rate (95 % limits)', '%s (%s to %s)', '{rate,rate_ci_lower,rate_ci_upper}'),
('adverse_events_by_term', 1, null, '%s (%s %%) %s', '{n,percent,events}'),
('adverse_events_by_grade', 1, null, '%s (%s %%)', '{n,percent}'),
('deaths', 1, 'subjects', '%s', '{n}'),
('deaths', 2, 'unknown', '%s', '{unknown}'),
('deaths', 3, '% (95 % limits)', '%s (%s to %s)', '{percent,ci_lower,ci_upper}'),
('laboratory_values', 1, 'n', '%s', '{n}'),
('laboratory_values', 2, 'censored', '%s', '{censored}'),
('laboratory_values', 3, 'mean (SD)', '%s (%s)', '{mean,sd}'),
('laboratory_values', 4, 'median', '%s', '{median}'),
('laboratory_values', 5, 'change, n', '%s', '{change_n}'),
('laboratory_values', 6, 'change, mean (95 % limits)', '%s (%s to %s)',
    '{change_mean,change_ci_lower,change_ci_upper}'),
('laboratory_shifts', 1, '0', '%s', '{worst_grade_0}'),
('laboratory_shifts', 2, '1', '%s', '{worst_grade_1}'),
('laboratory_shifts', 3, '2', '%s', '{worst_grade_2}'),
('laboratory_shifts', 4, '3', '%s', '{worst_grade_3}'),
('laboratory_shifts', 5, '4', '%s', '{worst_grade_4}'),
('laboratory_shifts', 6, 'not known', '%s', '{worst_grade_not_known}'),
('laboratory_shifts', 7, 'all', '%s', '{n}'),
('laboratory_abnormalities', 1, 'subjects/of', '%s/%s', '{n,evaluable}'),
('laboratory_abnormalities', 2, 'unknown', '%s', '{unknown}'),
('laboratory_abnormalities', 3, '% (95 % limits)', '%s (%s to %s)', '{percent,ci_lower,ci_upper}'),
('laboratory_abnormalities', 4, 'worse', '%s', '{worsened}'),
('electrocardiogram', 1, 'subjects/of', '%s/%s', '{n,evaluable}'),
('electrocardiogram', 2, 'unknown', '%s', '{unknown}'),
('electrocardiogram', 3, '% (95 % limits)', '%s (%s to %s)', '{percent,ci_lower,ci_upper}');

insert into virotrial_listing (listing, position, title, columns, footnote)
values
('deaths', 10, 'Listing: deaths',
    '{sex,age,days on treatment,died,study day,days since last dose,fatal events,related}',
    'Related: a fatal event is related to the study drug.'),
('adverse_events', 20, 'Listing: adverse events',
    '{term as reported,preferred term,class,onset,study day,ended,grade,serious,related,emergent,action taken}',
    'All events that may have begun by the data cut. Emergent: treatment-emergent. Empty: not known, or not coded.'),
('discontinuations', 30, 'Listing: study drug or study given up',
    '{day,study day,reason,left the study,reason for leaving}',
    'The reason is that of what came first, the end of the study drug or of the study.'),
('deviations', 40, 'Listing: deviations from the protocol', '{rule,item,description}',
    'A deviation has no day, so that the data cut does not leave one out.'),
('laboratory_abnormalities', 50, 'Listing: laboratory results of grade 3 and 4 on treatment',
    '{test,day,study day,result,baseline,grade}',
    'Toxicity grades of the protocol''s scheme, at least. The baseline is in the standard unit.'),
('viral_loads', 60, 'Listing: HIV-1 RNA', '{study day: copies/mL}',
    'All results of each subject. "<" and ">": beyond a limit of the assay.');

insert into virotrial_display
    (display, position, title, population, has_statistic_columns, shows_visits_only, main_level,
    footnote)
values
('response_by_subgroup', 65, 'Virologic response by subgroup and site', 'treated subjects', true,
    false, null,
    'HIV-1 RNA below the suppression threshold of the protocol, non-completer = failure, at the last visit that at least half of the subjects have reached. The limits are exact (Clopper and Pearson). Where censoring leaves an answer unknown, the rate counts it as a failure, and the true rate lies between those of the last column. A difference of two arms, in percentage points, has the score limits of Miettinen and Nurminen. No limits are adjusted for how many there are.');

insert into virotrial_display_line (display, line, label, template, statistics)
values
('response_by_subgroup', 1, 'responders/of', '%s/%s', '{n,evaluable}'),
('response_by_subgroup', 2, 'missing', '%s', '{missing}'),
('response_by_subgroup', 3, 'unknown', '%s', '{unknown}'),
('response_by_subgroup', 4, '% (95 % limits)', '%s (%s to %s)', '{percent,ci_lower,ci_upper}'),
('response_by_subgroup', 5, 'lowest and highest %', '%s to %s', '{percent_lowest,percent_highest}');

insert into virotrial_figure
    (figure, position, title, display, variable, series, footnote, specification)
values
('accrual', 5, 'Accrual', null, null, 'point',
    'The dashed line is the target of the protocol.',
$vega${"height":260,"layer":[{"mark":{"type":"line","interpolate":"step-after",
"strokeWidth":2,"color":"#0072B2"},"encoding":{"x":{"field":"label","type":"temporal",
"title":null,"timeUnit":"utcyearmonthdate"},"y":{"field":"y","type":"quantitative",
"title":"Subjects enrolled","scale":{"zero":true}}}},
{"transform":[{"aggregate":[{"op":"max","field":"x","as":"target"}]}],"mark":{"type":"rule",
"strokeDash":[6,4],"color":"#D55E00","strokeWidth":1.5},"encoding":{"y":{"field":"target",
"type":"quantitative"}}}]}$vega$),
('kaplan_meier', 10, 'Time to discontinuation', 'kaplan_meier', 'Time to discontinuation', 'series',
    'The band is the 95 % log-log limits. A tick is a subject whose observation ended. Time counts the first and the last day on treatment.',
$vega${"vconcat":[{"width":640,"height":300,
"transform":[{"filter":"datum.visit == null"},{"pivot":"statistic","value":"value",
"groupby":["series","variable","visit","level","place"]}],"encoding":{"x":{"field":"days",
"type":"quantitative","title":"Days from the first dose"},"color":{"field":"series",
"type":"nominal","title":null,"legend":{"symbolType":"stroke"}}},
"layer":[{"mark":{"type":"area","interpolate":"step-after","opacity":0.15,"aria":false},
"encoding":{"y":{"field":"ci_lower","type":"quantitative","title":"Without the event, %",
"scale":{"domain":[0,100]}},"y2":{"field":"ci_upper"}}},{"mark":{"type":"line",
"interpolate":"step-after","strokeWidth":2},"encoding":{"y":{"field":"percent",
"type":"quantitative"},"strokeDash":{"field":"series","type":"nominal","title":null},
"tooltip":[{"field":"series"},{"field":"days"},{"field":"percent","format":".1f"},
{"field":"at_risk"}]}},{"transform":[{"filter":"datum.censored > 0"}],"mark":{"type":"tick",
"orient":"vertical","size":9,"thickness":1.5},"encoding":{"y":{"field":"percent",
"type":"quantitative"}}}]},{"width":640,"height":{"step":18},"title":{"text":"At risk",
"anchor":"start","fontSize":11},
"transform":[{"filter":"datum.visit != null || datum.level == 'day 0'"},
{"pivot":"statistic","value":"value","groupby":["series","variable","visit","level",
"place"]}],"mark":{"type":"text","fontSize":11},"encoding":{"x":{"field":"days",
"type":"quantitative","axis":null},"y":{"field":"series","type":"nominal","title":null,
"axis":{"domain":false,"ticks":false,"labelLimit":200,"offset":10}},
"text":{"field":"at_risk"},
"color":{"field":"series","type":"nominal","title":null}}}],
"resolve":{"scale":{"x":"shared","color":"shared"}}}$vega$),
('response', 30, 'Responders by visit, non-completer = failure', 'response', 'non-completer = failure', 'series',
    'Exact 95 % limits. A shaded stretch is what an unknown answer leaves open: the rate without and with it.',
$vega${"facet":{"row":{"field":"variable","type":"nominal","title":null,
"sort":{"field":"place"},"header":{"labelAngle":0,"labelAnchor":"start","labelOrient":"top",
"labelFontSize":12}}},"spec":{"width":640,"height":170,"transform":[{"pivot":"statistic",
"value":"value","groupby":["series","variable","visit","level","place"]}],
"encoding":{"x":{"field":"visit","type":"ordinal","sort":{"field":"place"},"title":null,
"axis":{"labelAngle":0}},"xOffset":{"field":"series","type":"nominal","title":null},
"color":{"field":"series","type":"nominal","title":null}},"layer":[{"mark":{"type":"bar",
"opacity":0.25,"width":10},"encoding":{"y":{"field":"percent_lowest","type":"quantitative",
"title":"Responders, %","scale":{"domain":[0,100]}},"y2":{"field":"percent_highest"}}},
{"mark":{"type":"rule","strokeWidth":1.5},"encoding":{"y":{"field":"ci_lower",
"type":"quantitative"},"y2":{"field":"ci_upper"}}},{"mark":{"type":"point","filled":true,
"size":70,"opacity":1},"encoding":{"y":{"field":"percent","type":"quantitative"},
"shape":{"field":"series","type":"nominal","title":null},"tooltip":[{"field":"series"},
{"field":"visit"},{"field":"n"},{"field":"evaluable"},{"field":"percent",
"format":".1f"}]}}]}}$vega$),
('trajectory', 40, 'Viral load of each subject', null, null, 'point',
    'On a logarithmic scale. A triangle is a limit: the value lies below, or above it.',
$vega${"height":320,
"transform":[{"calculate":"datum.qualifier == '=' ? 'value' : datum.qualifier == '>' ? 'above the limit' : 'below the limit, or not detected'",
"as":"result"}],"encoding":{"x":{"field":"x","type":"quantitative","title":"Study day"},
"y":{"field":"y","type":"quantitative","scale":{"type":"log"},
"title":"HIV-1 RNA, copies/mL"}},"layer":[{"mark":{"type":"line","strokeWidth":0.6,
"opacity":0.45,"color":"#777777"},"encoding":{"detail":{"field":"id"},
"order":{"field":"x"}}},{"mark":{"type":"point","size":26,"opacity":0.75,"filled":false},
"encoding":{"shape":{"field":"result","type":"nominal","title":null,
"scale":{"domain":["value","below the limit, or not detected","above the limit"],
"range":["circle","triangle-down","triangle-up"]}},"color":{"field":"result",
"type":"nominal","title":null,"scale":{"domain":["value","below the limit, or not detected",
"above the limit"],"range":["#0072B2","#D55E00","#009E73"]}},"tooltip":[{"field":"id"},
{"field":"label"},{"field":"x"},{"field":"y"},{"field":"result"}]}}]}$vega$),
('viral_load_change', 50, 'Mean fall of viral load from baseline', 'viral_load_change', null,
    'series',
    '95 % limits. Substituted: a bound counts as the value, which makes the fall too small. Likelihood: a normal distribution with censoring.',
$vega${"height":280,"transform":[{"pivot":"statistic","value":"value",
"groupby":["series","variable","visit","level","place"]},{"fold":["mean","mean_mle"],
"as":["method","estimate"]},{"filter":"isValid(datum.estimate)"},
{"calculate":"datum.method == 'mean' ? datum.ci_lower : datum.method == 'mean_mle' ? datum.mle_ci_lower : null",
"as":"lower"},
{"calculate":"datum.method == 'mean' ? datum.ci_upper : datum.method == 'mean_mle' ? datum.mle_ci_upper : null",
"as":"upper"},
{"calculate":"datum.method == 'mean' ? 'substituted' : datum.method == 'mean_mle' ? 'likelihood' : null",
"as":"kind"},
{"calculate":"datum.series == 'all subjects' ? datum.kind : datum.series + ', ' + datum.kind",
"as":"what"}],"encoding":{"x":{"field":"visit","type":"ordinal","sort":{"field":"place"},
"title":null,"axis":{"labelAngle":0}},"xOffset":{"field":"what"},"color":{"field":"what",
"type":"nominal","title":null}},"layer":[{"mark":{"type":"rule","strokeWidth":1.5},
"encoding":{"y":{"field":"lower","type":"quantitative","title":"Fall, log10 copies/mL",
"scale":{"zero":true}},"y2":{"field":"upper"}}},{"mark":{"type":"point","filled":true,
"size":70,"opacity":1},"encoding":{"y":{"field":"estimate","type":"quantitative"},
"shape":{"field":"what","type":"nominal","title":null},"tooltip":[{"field":"what"},
{"field":"visit"},{"field":"n"},{"field":"estimate","format":".2f"},{"field":"lower",
"format":".2f"},{"field":"upper","format":".2f"}]}}]}$vega$),
('cd4_change', 60, 'Change of CD4 count from baseline', 'cd4_change', null, 'series',
    '95 % limits: t limits of the mean, and those of the signed-rank distribution of the estimate of Hodges and Lehmann.',
$vega${"height":280,"transform":[{"pivot":"statistic","value":"value",
"groupby":["series","variable","visit","level","place"]},{"fold":["mean","hodges_lehmann"],
"as":["method","estimate"]},{"filter":"isValid(datum.estimate)"},
{"calculate":"datum.method == 'mean' ? datum.ci_lower : datum.method == 'hodges_lehmann' ? datum.hodges_lehmann_ci_lower : null",
"as":"lower"},
{"calculate":"datum.method == 'mean' ? datum.ci_upper : datum.method == 'hodges_lehmann' ? datum.hodges_lehmann_ci_upper : null",
"as":"upper"},
{"calculate":"datum.method == 'mean' ? 'mean' : datum.method == 'hodges_lehmann' ? 'Hodges-Lehmann' : null",
"as":"kind"},
{"calculate":"datum.series == 'all subjects' ? datum.kind : datum.series + ', ' + datum.kind",
"as":"what"}],"encoding":{"x":{"field":"visit","type":"ordinal","sort":{"field":"place"},
"title":null,"axis":{"labelAngle":0}},"xOffset":{"field":"what"},"color":{"field":"what",
"type":"nominal","title":null}},"layer":[{"mark":{"type":"rule","strokeWidth":1.5},
"encoding":{"y":{"field":"lower","type":"quantitative","title":"Change, cells/µL",
"scale":{"zero":true}},"y2":{"field":"upper"}}},{"mark":{"type":"point","filled":true,
"size":70,"opacity":1},"encoding":{"y":{"field":"estimate","type":"quantitative"},
"shape":{"field":"what","type":"nominal","title":null},"tooltip":[{"field":"what"},
{"field":"visit"},{"field":"n"},{"field":"estimate","format":".2f"},{"field":"lower",
"format":".2f"},{"field":"upper","format":".2f"}]}}]}$vega$),
('waterfall', 70, 'Change of viral load of each subject', null, null, 'point',
    'At the last scheduled visit with a result. An open bar is a bound: the change is at least as large.',
$vega${"height":280,
"transform":[{"calculate":"datum.qualifier == '=' ? 'value' : 'at least this far'",
"as":"result"}],"mark":{"type":"bar","stroke":"#0072B2","strokeWidth":1},
"encoding":{"x":{"field":"x","type":"ordinal","title":"Subjects, by their change",
"axis":{"labels":false,"ticks":false}},"y":{"field":"y","type":"quantitative",
"title":"Change, log10 copies/mL"},"fill":{"field":"result","type":"nominal","title":null,
"scale":{"domain":["value","at least this far"],"range":["#0072B2","#FFFFFF"]},
"legend":{"symbolStrokeColor":"#0072B2"}},"tooltip":[{"field":"id"},{"field":"label"},
{"field":"y","format":".2f"},{"field":"result"}]}}$vega$),
('liver', 80, 'Hy''s law: liver tests on treatment (eDISH)', null, null, 'point',
    'Each subject at the highest of either. The lines are 3 and 2 times the limits: to the right of the one and above the other is where candidates of Hy''s law lie.',
$vega${"height":320,"layer":[{"mark":{"type":"point","size":50,"filled":false,
"strokeWidth":1.5},"encoding":{"x":{"field":"x","type":"quantitative",
"scale":{"type":"log"},"title":"Highest ALT or AST, times the upper limit of normal"},
"y":{"field":"y","type":"quantitative","scale":{"type":"log"},
"title":"Highest bilirubin, times its limit"},"color":{"field":"series","type":"nominal",
"title":null},"shape":{"field":"series","type":"nominal","title":null},
"tooltip":[{"field":"id"},{"field":"series"},{"field":"x","format":".2f"},{"field":"y",
"format":".2f"}]}},{"data":{"values":[{"v":3}]},"mark":{"type":"rule","strokeDash":[4,3]},
"encoding":{"x":{"field":"v","type":"quantitative"}}},{"data":{"values":[{"v":2}]},
"mark":{"type":"rule","strokeDash":[4,3]},"encoding":{"y":{"field":"v",
"type":"quantitative"}}}]}$vega$);

insert into virotrial_figure
    (figure, position, title, display, variable, series, footnote, specification)
values
('deviations', 25, 'Subjects with a deviation at each site, as a funnel', null, null, 'point',
    'Control limits of 95 and 99.8 % about the rate of all sites: exact binomial, interpolated (Spiegelhalter, Statistics in Medicine 2005; 24: 1185-1202, appendix A.1.1). Chance alone takes one site in 500 beyond the limits of 99.8 %.',
$vega${"height":280,"encoding":{"x":{"field":"x","type":"quantitative",
"title":"Treated subjects of the site"},"y":{"field":"y","type":"quantitative",
"title":"Subjects with a deviation, %"}},
"layer":[{"transform":[{"filter":"datum.id == null"}],"mark":{"type":"line","strokeWidth":1.2,
"color":"#555555"},"encoding":{"detail":{"field":"qualifier"},"strokeDash":{"field":"label",
"type":"nominal","title":null,"legend":{"symbolType":"stroke"},"scale":{"domain":["all sites",
"95 % limits","99.8 % limits"],"range":[[1,0],[6,3],[2,2]]}}}},{"transform":[{"filter":"datum.id != null"}],
"mark":{"type":"point","filled":true,"size":70,"opacity":1},"encoding":{"color":{
"field":"label","type":"nominal","title":null,"scale":{"domain":["site",
"site beyond the limits"],"range":["#0072B2","#D55E00"]}},"shape":{"field":"label",
"type":"nominal","title":null,"scale":{"domain":["site","site beyond the limits"],
"range":["circle","diamond"]}},"tooltip":[{"field":"id"},{"field":"x"},{"field":"y",
"format":".1f"}]}},{"transform":[{"filter":"datum.id != null"}],"mark":{"type":"text","align":"left","dx":8,
"fontSize":10},"encoding":{"text":{"value":"","condition":{
"test":"datum.label == 'site beyond the limits'","field":"id"}}}}],
"resolve":{"legend":{"strokeDash":"independent"}}}$vega$),
('forest', 35, 'Virologic response by subgroup and site', 'response_by_subgroup', null, 'series',
    'Non-completer = failure, at the last visit that at least half of the subjects have reached. Exact 95 % limits; of a difference those of Miettinen and Nurminen. A shaded stretch is what an unknown answer leaves open. The dashed line is the rate of all subjects.',
$vega${"transform":[{"pivot":"statistic","value":"value","groupby":["series","variable",
"visit","level","place"]},{"calculate":"isValid(datum.n) ? 'Responders at ' + datum.visit + ', %' : 'Difference, percentage points: ' + slice(datum.variable, indexof(datum.variable, ', ') + 2)",
"as":"measure"},{"calculate":"isValid(datum.n) ? datum.variable : slice(datum.variable, 0, indexof(datum.variable, ', '))",
"as":"divided"},{"calculate":"datum.divided == 'All subjects' ? datum.divided : datum.divided + ': ' + datum.level",
"as":"subgroup"}],"facet":{"row":{"field":"measure","type":"nominal","title":null,
"sort":{"field":"place"},"header":{"labelAngle":0,"labelAnchor":"start","labelOrient":"top",
"labelFontSize":12}}},"spec":{"width":440,"height":{"step":24,"for":"position"},
"encoding":{"y":{"field":"subgroup","type":"nominal","sort":{"field":"place"},"title":null,
"axis":{"labelLimit":260,"grid":true,"gridOpacity":0.25}},"yOffset":{"field":"series"},
"color":{"field":"series","type":"nominal","title":null}},"layer":[{
"transform":[{"filter":"datum.divided == 'All subjects'"}],"mark":{"type":"rule",
"strokeDash":[4,3],"opacity":0.6},"encoding":{"x":{"field":"percent","type":"quantitative"},
"y":null,"yOffset":null}},{"mark":{"type":"rule","opacity":0.25,"strokeWidth":9},"encoding":{
"x":{"field":"percent_lowest","type":"quantitative"},"x2":{"field":"percent_highest"}}},
{"mark":{"type":"rule","strokeWidth":1.5},"encoding":{"x":{"field":"ci_lower",
"type":"quantitative","title":null,"scale":{"zero":true}},"x2":{"field":"ci_upper"}}},
{"mark":{"type":"point","filled":true,"size":60,"opacity":1},"encoding":{"x":{
"field":"percent","type":"quantitative"},"shape":{"field":"series","type":"nominal",
"title":null},"tooltip":[{"field":"subgroup"},{"field":"series"},{"field":"n"},
{"field":"evaluable"},{"field":"percent","format":".1f"},{"field":"ci_lower",
"format":".1f"},{"field":"ci_upper","format":".1f"}]}}]},
"resolve":{"scale":{"x":"independent"}}}$vega$),
('swimmer', 75, 'Treatment and events of each subject', null, null, 'point',
    'A lane is a subject, the longest on top. A bar is a period on treatment, without interruptions. A serious adverse event of an uncertain day is on the first day of treatment that it may be.',
$vega${"height":420,"transform":[{"joinaggregate":[{"op":"max","field":"y","as":"last"}],
"groupby":["id"]},{"window":[{"op":"dense_rank","as":"lane"}],"sort":[{"field":"series"},
{"field":"last","order":"descending"},{"field":"id"}]}],"layer":[{
"transform":[{"filter":"datum.label == 'on treatment'"},{"calculate":"datum.lane - 0.38",
"as":"top"},{"calculate":"datum.lane + 0.38","as":"bottom"}],"mark":{"type":"rect"},
"encoding":{"x":{"field":"x","type":"quantitative","title":"Study day"},"x2":{"field":"y"},
"y":{"field":"top","type":"quantitative","title":"Subjects","scale":{"reverse":true,
"zero":false,"nice":false},"axis":{"labels":false,"ticks":false,"grid":false}},
"y2":{"field":"bottom"},"fill":{"field":"series","type":"nominal","title":null,
"scale":{"range":["#b9cbdc","#e6d2ac","#c3ddc8","#ddc6d6","#d9d9d9"]}}}},{
"transform":[{"filter":"datum.label != 'on treatment' || datum.qualifier == '>'"},
{"calculate":"datum.label == 'on treatment' ? 'treatment goes on' : datum.label","as":"what"}],
"mark":{"type":"point","filled":true,"size":32,"opacity":1},"encoding":{"x":{"field":"y",
"type":"quantitative"},"y":{"field":"lane","type":"quantitative"},"shape":{"field":"what",
"type":"nominal","title":null,"scale":{"domain":["serious adverse event","virologic failure",
"treatment given up","completed","death","treatment goes on"],"range":["circle",
"triangle-down","square","diamond","cross","triangle-right"]}},"color":{"field":"what",
"type":"nominal","title":null,"scale":{"domain":["serious adverse event",
"virologic failure","treatment given up","completed","death","treatment goes on"],
"range":["#D55E00","#CC79A7","#E69F00","#009E73","#000000","#0072B2"]}},
"tooltip":[{"field":"id"},{"field":"what"},{"field":"y"}]}}]}$vega$),
('laboratory_shifts', 90, 'Laboratory: grade at baseline and worst grade on treatment',
    'laboratory_shifts', null, 'series',
    'Number of subjects. Rows are the grade at baseline, columns the worst grade on treatment: right of the diagonal is worse. n.k.: not known.',
$vega${"transform":[{"filter":"test(/^worst_grade_/, datum.statistic)"},
{"calculate":"replace(slice(datum.statistic, 12), '_', ' ')","as":"worst"},
{"calculate":"slice(datum.level, 18)","as":"baseline"},
{"calculate":"datum.series == 'all subjects' ? datum.variable : datum.variable + ', ' + datum.series",
"as":"what"}],"facet":{"field":"what","type":"nominal","title":null,
"sort":{"field":"place","op":"min"},"header":{"labelFontSize":11,"labelLimit":230,
"labelAnchor":"start"}},"columns":3,"spec":{"width":170,"height":126,
"encoding":{"x":{"field":"worst","type":"nominal","title":null,"sort":["0","1","2","3","4",
"not known"],"axis":{"labelAngle":0,"labelExpr":"datum.label == 'not known' ? 'n.k.' : datum.label"}},"y":{"field":"baseline",
"type":"nominal","title":null,"sort":["0","1","2","3","4","unknown","missing"],
"axis":{"labelLimit":60}}},"layer":[{"mark":{"type":"rect","stroke":"#ffffff"},"encoding":{
"color":{"field":"value","type":"quantitative","legend":null,"scale":{
"range":["#f4f6f8","#6aa7d6"]}}}},{"mark":{"type":"text","fontSize":11},"encoding":{
"text":{"field":"value"}}}]}}$vega$);

insert into virotrial_figure
    (figure, position, title, display, variable, series, footnote, specification)
select 'time_to_response', 20, 'Time to virologic response', display, 'Time to response%',
    'variable',
    'The band is the 95 % log-log limits. A tick is a subject whose observation ended. The event is the first result below the threshold.',
    specification
from virotrial_figure
where figure = 'kaplan_meier';

create or replace procedure _virotrial.simulate_genotypes(study text, seed bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    -- who failed has resistance to 3TC and the NNRTIs, at least
    create temporary table simulated_call on commit drop as
    select n, site_id, subject_id,
        signed - 10 - floor(15 * _virotrial.simulated_uniform(seed, n,
        'genotype'))::integer as collected, tested.drug,
        case when flaw = 'resistance to a single drug' then case when tested.drug = '3TC'
            then 'resistant' else 'susceptible' end
            when is_intolerant_only or is_suppressed or is_naive then 'susceptible'
            when tested.drug in ('3TC', first_nnrti) then 'resistant'
            when place.u < tested.resistant then 'resistant'
            when place.u < tested.resistant + 0.15 then 'intermediate' else 'susceptible'
                end as call
    from simulated_person
    cross join (values ('AZT', 0.45), ('3TC', 0.9), ('ABC', 0.3),
        ('TDF', 0.15), ('NVP', 0.85), ('EFV', 0.8),
        ('LPV', 0.08), ('DRV', 0.02)) as tested (drug, resistant)
    cross join lateral (select _virotrial.simulated_uniform(seed, n,
        'call ' || tested.drug) as u) as place
    where flaw is distinct from 'no genotype'
        and (not is_intolerant_only
        or _virotrial.simulated_uniform(seed, n, 'genotype done') < 0.5);

    insert into genotype (site_id, subject_id, collected, laboratory, algorithm, genes, mutations)
    select site_id, subject_id, collected, 'reference laboratory', 'HIVdb', '{PR,RT}',
        _virotrial.simulated_mutations(jsonb_object_agg(drug, call),
            _virotrial.simulated_uniform(seed, n, 'mixture') < 0.15)
    from simulated_call
    group by n, site_id, subject_id, collected;

    insert into genotype_drug_call (site_id, subject_id, collected, drug, call)
    select site_id, subject_id, collected, drug, call from simulated_call;
    drop table pg_temp.simulated_call;
    analyze genotype, genotype_drug_call;
end;
$$;

create or replace procedure _virotrial.simulate_treatment(study text, seed bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    call _virotrial.simulate_enrolments(study, seed);

    insert into regimen (site_id, subject_id, drug, started, stopped, reason)
    select site_id, subject_id, given.drug, first_dose, left_study + 1, 'optimized background'
    from simulated_person
    cross join lateral unnest(case
        when _virotrial.simulated_uniform(seed, n, 'background') < 0.45
            then array['TDF', 'LPV', 'RTV']
        when _virotrial.simulated_uniform(seed, n, 'background') < 0.70
            then array['TDF', 'DRV', 'RTV']
        when _virotrial.simulated_uniform(seed, n, 'background') < 0.85
            then array['ETR', 'DRV', 'RTV']
        else array['TDF', '3TC'] end) as given (drug)
    where flaw is null and given.drug not in (select study_drug from protocol);
    analyze regimen;

    -- the background is known by now, and may need a justification
    insert into regimen (site_id, subject_id, drug, started, stopped,
        dose_mg, doses_per_day, weight_kg, justification)
    select site_id, subject_id, study_drug, first_dose, left_study + 1,
        coalesce(given.dose_mg, study_drug_dose_mg),
        coalesce(given.doses_per_day, study_drug_doses_per_day),
        case when exists (select from dose where weight_from_kg > 0) then weight_kg end,
        case when background.active < background_active_drugs
                and exists (select from resistance_algorithm_period as algorithm
                    where first_dose >= algorithm.effective_from
                    and first_dose < algorithm.effective_before)
            then case when background.unknown > 0 then 'no genotype tells which drugs are active'
                when _virotrial.simulated_uniform(seed, n, 'justification') < 0.6
                    then 'no second active drug was available at the site'
                else 'the subject would not take more tablets' end end
    from simulated_person
    join protocol_period on first_dose >= effective_from and first_dose < effective_before
    left join (
        select site_id, subject_id, count(*) filter (where is_fully_active) as active, count(*)
            filter (where is_fully_active is null) as unknown
        from _regimen_activity
        where not is_study_drug
        group by site_id, subject_id
    ) as background using (site_id, subject_id)
    left join allocation using (site_id, subject_id)
    left join arm using (arm)
    cross join lateral (select round(_virotrial.simulated_weight(seed, n,
        (first_dose - birth_date) / 365.25)::numeric, 1)::float8
        as weight_kg) as measured
    left join lateral (
        select dose_period.dose_mg, dose_period.doses_per_day
        from dose_period
        where dose_period.arm in ('*', arm.arm) and weight_kg >= weight_from_kg
            and coalesce(weight_kg < weight_below_kg, true)
            and first_dose >= dose_period.effective_from
            and first_dose < dose_period.effective_before
        order by dose_period.arm = '*' limit 1) as given on true
    where flaw is null and arm.treatment is distinct from 'background alone';
    analyze regimen;
end;
$$;

create procedure _virotrial.simulate_persons(study text,
    subjects integer, sites integer, seed bigint, population text)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    youngest integer;
    flaws constant text[] := array['no consent', 'consent withdrawn',
        'under age', 'diagnosis not confirmed',
        'no treatment failure', 'failure cannot be known', 'resistance to a single drug', 'no genotype'];
begin
    perform _virotrial.search_own_study(study);
    select minimum_age into youngest from protocol order by effective_from limit 1;
    create temporary table simulated_person on commit drop as
    with
    person as (
        select n, case when n > subjects then flaws[1 + (n - subjects - 1) % 8] end as flaw,
            1 + floor(sites * _virotrial.simulated_uniform(seed, n,
                'site') ^ 1.3)::integer as site_number,
            date '2008-01-07'
                + floor(540 * _virotrial.simulated_uniform(seed, n, 'consent'))::integer as drawn,
            _virotrial.simulated_uniform(seed, n, 'route') as route,
            _virotrial.simulated_uniform(seed, n, 'failure') as failure,
            _virotrial.simulated_uniform(seed, n, 'dropout') as dropout,
            _virotrial.simulated_uniform(seed, n, 'delay') < 0.015 as is_delayed
        from generate_series(1, subjects + greatest(8, subjects / 9)) as n
    ),
    consented as (
        -- offices are closed at the weekend
        select *, drawn + case extract(isodow from drawn) when 6 then 2 when 7 then 1 else 0
            end as signed,
            flaw is null and route >= 0.72 and route < 0.93 and population = 'treatment failure'
                as is_intolerant_only,
            flaw is null and route >= 0.93 and population = 'treatment failure' as is_both
        from person
    ),
    born as (
        select *,
            case when flaw = 'under age'
                then (signed - make_interval(years => youngest - 1, months => 2))::date
                -- where children take part, every other subject is one
                when youngest < 17 and n % 2 = 0 then signed - floor(365.25 * (youngest + 0.1
                    + (17 - youngest) * _virotrial.simulated_uniform(seed, n, 'age')))::integer
                else signed - floor(365.25 * greatest(greatest(youngest, 18) + 1.1,
                    least(74, 41 + 10 * _virotrial.simulated_normal(seed, n, 'age'))))::integer
                    end as birth_date
        from consented
    ),
    screened as (
        select *, signed
            + floor(3 * _virotrial.simulated_uniform(seed, n, 'screening'))::integer as screening,
            greatest(birth_date + 90, signed - 600 - floor(2300
                * _virotrial.simulated_uniform(seed, n, 'haart'))::integer) as haart_started,
            is_both or (not is_intolerant_only and population = 'treatment failure'
                and _virotrial.simulated_uniform(seed, n, 'second line') < 0.35) as has_second_line
        from born
    ),
    enrolled as (
        select *, screening + 7
            + floor(15 * _virotrial.simulated_uniform(seed, n, 'enrolment'))::integer as enrolled
        from screened
    ),
    dosed as (
        select *, enrolled + floor(7 * _virotrial.simulated_uniform(seed, n, 'first dose'))::integer
            + case when is_delayed
                then 36 + floor(15 * _virotrial.simulated_uniform(seed, n,
                'delay of dose'))::integer else 0 end as first_dose
        from enrolled
    )
    select n, site_number, 'S' || site_number as site_id,
        format('S%s-%s', site_number,
            lpad((row_number() over (partition by site_number order by n))::text,
            greatest(3, length(subjects::text)), '0')) as subject_id,
        flaw, signed, screening, enrolled, first_dose, haart_started, has_second_line,
        is_intolerant_only, is_both, is_delayed,
        birth_date,
        case when _virotrial.simulated_uniform(seed, n, 'sex') < 0.72 then 'male' else 'female'
            end as sex,
        case when failure < 0.15 then 'i' when failure < 0.6 then 'ii' else 'iii' end as failure,
        case when _virotrial.simulated_uniform(seed, n, 'backbone') < 0.5 then 'AZT' else 'd4T'
            end as first_nrti,
        case when _virotrial.simulated_uniform(seed, n, 'third drug') < 0.6 then 'NVP' else 'EFV'
            end as first_nnrti,
        -- the day on which the first line was given up for a second one, or for good
        case when has_second_line
            then haart_started + 350 + floor(0.4 * (signed - haart_started - 350))::integer
            when is_intolerant_only
                then signed - 100
                - floor(100 * _virotrial.simulated_uniform(seed, n, 'off treatment'))::integer
                end as first_line_stopped,
        population = 'suppressed' as is_suppressed, population = 'naive' as is_naive,
        case when population = 'suppressed' then 0.7
            else greatest(2.7, 4.6 + 0.75 * _virotrial.simulated_normal(seed, n,
                'viral load')) end as log10_copies,
        greatest(10, 220 + 110 * _virotrial.simulated_normal(seed, n, 'cd4')) as cells,
        _virotrial.simulated_uniform(seed, n, 'response') as response,
        case when population = 'suppressed' then 0
            when _virotrial.simulated_uniform(seed, n, 'response') < 0.22 then 0.7 else 3.6 end
            * (1 + 0.16 * _virotrial.simulated_normal(seed, n, 'depth')) as fall,
        1 + 0.5 * _virotrial.simulated_normal(seed, n, 'gain') as gain,
        -- the last day in the study of who leaves it early
        case when dropout < 0.13
            then first_dose + 20
            + floor(300 * _virotrial.simulated_uniform(seed, n, 'last day'))::integer
            end as left_study,
        case when dropout < 0.030 then 'adverse event' when dropout < 0.036 then 'death'
            when dropout < 0.056 then 'lack of efficacy'
            when dropout < 0.080 then 'consent withdrawn' when dropout < 0.118
                then 'lost to follow-up'
            when dropout < 0.124 then 'physician decision' when dropout < 0.13 then 'other'
                end as reason
    from dosed;
    analyze simulated_person;
end;
$$;

comment on procedure _virotrial.simulate_persons(text, integer, integer, bigint, text) is 'part of simulate_study: draws the persons into a temporary table';

create or replace procedure _virotrial.simulate_history(study text, seed bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    insert into hiv_diagnosis (site_id, subject_id, diagnosed,
        guideline, confirmed, confirmatory_test)
    select site_id, subject_id, diagnosed,
        (select diagnosis_guideline from protocol order by effective_from limit 1),
        case when flaw is distinct from 'diagnosis not confirmed'
            then diagnosed + 7
            + floor(30 * _virotrial.simulated_uniform(seed, n, 'confirmed'))::integer end,
        case when flaw is distinct from 'diagnosis not confirmed' then 'Western blot' end
    from simulated_person
    cross join lateral (select greatest(birth_date + 30, haart_started - 60
        - floor(900 * _virotrial.simulated_uniform(seed, n,
        'diagnosed'))::integer) as diagnosed) as first;

    insert into art_history (site_id, subject_id, drug, started, stopped, reason_stopped)
    select site_id, subject_id, line.drug, line.started, line.stopped,
        case when line.stopped is null then null
            when line.stopped = first_dose then 'treatment of the study'
            when is_intolerant_only or is_both then 'intolerance' else 'virologic failure' end
    from simulated_person
    cross join lateral (select coalesce(first_line_stopped, case when flaw is null then first_dose
        end) as stopped) as first_line
    cross join lateral (
        select drug, haart_started, first_line.stopped
            from unnest(array[first_nrti, '3TC', first_nnrti]) as drug
        union all
        select drug, first_line_stopped, case when flaw is null then first_dose end
            from unnest(array['ABC', 'ddI', 'LPV', 'RTV']) as drug
        where has_second_line
    ) as line (drug, started, stopped)
    where not is_naive;

    insert into intolerance (site_id, subject_id, drug, reaction, onset, is_serious)
    select site_id, subject_id, adverse.drug, adverse.reaction, first_line_stopped - adverse.days,
        true
    from simulated_person
    cross join lateral (values
        (first_nrti, case when first_nrti = 'AZT' then 'bone marrow suppression'
            when _virotrial.simulated_uniform(seed, n, 'reaction') < 0.6 then 'peripheral neuritis'
            when _virotrial.simulated_uniform(seed, n, 'reaction') < 0.85 then 'lactic acidosis'
                else 'pancreatitis' end, 12),
        (first_nnrti, case when _virotrial.simulated_uniform(seed, n, 'second reaction') < 0.5
            then 'liver damage' else 'allergic reaction' end, 3)
    ) as adverse (drug, reaction, days)
    where is_intolerant_only or is_both;
    analyze hiv_diagnosis, art_history, intolerance;
end;
$$;

create or replace procedure _virotrial.simulate_evidence(study text, seed bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    -- before treatment, 2 or 3 months into it, some months later, and lately;
    -- one whose failure cannot be known has only results below a limit of 500
    insert into viral_load_result (site_id, subject_id, collected, assay, viral_load)
    select site_id, subject_id, past.collected,
        case when is_vague and past.place > 1 then 'Quantiplex 2.0' else used.assay end,
        case when is_vague and past.place > 1 then viral_load(500, '<')
            else _virotrial.simulated_viral_load(past.log10_copies, used.lower_limit,
                used.upper_limit) end
    from simulated_person
    cross join _virotrial.simulated_assay(study) as used
    cross join lateral (select coalesce(flaw = 'failure cannot be known', false) as is_vague,
        is_intolerant_only or is_suppressed
            or coalesce(flaw = 'no treatment failure', false) as was_suppressed,
        least(5.6, 5.1 + 0.3 * _virotrial.simulated_normal(seed, n,
            'first viral load')) as before) as course
    cross join lateral (values
        (1, haart_started - 20, before),
        (2, haart_started + 60
            + floor(40 * _virotrial.simulated_uniform(seed, n, 'early'))::integer,
            case when was_suppressed then 1.2 when failure = 'i'
                then before - 0.2 - 0.6 * _virotrial.simulated_uniform(seed, n, 'early fall')
                when failure = 'ii'
                    then before - 1.2 - 0.8 * _virotrial.simulated_uniform(seed, n, 'early fall')
                    else 1.5 end),
        (3, haart_started + case when failure = 'iii'
            then 120 + floor(50 * _virotrial.simulated_uniform(seed, n, 'late'))::integer
                else 200 + floor(120 * _virotrial.simulated_uniform(seed, n, 'late'))::integer end,
            case when was_suppressed then 0.7
                else greatest(2.2, 3.7 + 0.6 * _virotrial.simulated_normal(seed, n, 'rebound'))
                end),
        (4, signed - 30 - floor(60 * _virotrial.simulated_uniform(seed, n, 'lately'))::integer,
            case when flaw = 'no treatment failure' then 1.3
                else log10_copies + 0.15 * _virotrial.simulated_normal(seed, n, 'recent') end)
    ) as past (place, collected, log10_copies)
    where not is_vague and not is_naive or past.place in (1, 4);
    analyze viral_load_result;
end;
$$;

create or replace procedure simulate_study(name text, subjects integer default 72,
    sites integer default 4, seed bigint default 1,
    population text default 'treatment failure')
    language plpgsql
    set search_path = pg_catalog, pg_temp
    set jit = off
    set virotrial.reason = 'simulation'
    set virotrial.source = 'simulate_study'
as $$
declare
    held boolean;
begin
    perform _virotrial.require_own_study(coalesce(name, ''));
    if coalesce(subjects, 0) not between 1 and 10000000
        or coalesce(sites, 0) not between 1 and 10000 or seed is null then
        raise exception using errcode = 'invalid_parameter_value',
            message = 'a study cannot be simulated like that',
            hint = 'Ask for 1 to 10000000 subjects at 1 to 10000 sites, with a seed.';
    elsif coalesce(population, '') not in ('treatment failure', 'suppressed', 'naive') then
        raise exception using errcode = 'invalid_parameter_value',
            message = format('population "%s" cannot be simulated', population),
            hint = 'Name "treatment failure", "suppressed" or "naive".';
    end if;
    execute format('select exists (select from %1$I.site) or exists (select from %1$I.subject)',
        name) into held;
    if held then
        raise exception using errcode = 'object_not_in_prerequisite_state',
            message = format('study "%s" holds data', name),
            hint = 'Simulate into a study that is empty.';
    end if;
    perform _virotrial.search_own_study(name);
    call _virotrial.simulate_persons(name, subjects, sites, seed, population);
    call _virotrial.simulate_sites(name, subjects, sites);
    call _virotrial.simulate_history(name, seed);
    call _virotrial.simulate_genotypes(name, seed);
    call _virotrial.simulate_evidence(name, seed);
    call _virotrial.simulate_visits(name, seed);
    call _virotrial.simulate_results(name, seed, true);
    call _virotrial.simulate_treatment(name, seed);
    call _virotrial.simulate_results(name, seed, false);
    call _virotrial.simulate_dispositions(name);
    call _virotrial.simulate_safety(name, seed);
    call _virotrial.simulate_vital_signs(name, seed);
    call _virotrial.simulate_conditions(name, seed);
    call _virotrial.simulate_candidates(name);
    drop table pg_temp.simulated_person, pg_temp.simulated_visit;
end;
$$;

comment on procedure simulate_study(text, integer, integer, bigint, text) is 'fills an empty study with a simulated trial, through its tables and rules: subjects are those enrolled, the same for the same seed; simulated_candidate lists those who are not eligible. The population has a "treatment failure", or its viral load is "suppressed", or it is "naive": never treated';

create or replace function _virotrial.simulated_test()
    returns table (test text, laboratory text, unit text,
    centre double precision, spread double precision,
        lln double precision, uln double precision, lowest double precision,
        highest double precision, digits integer, weeks integer[])
    language sql immutable parallel safe
    begin atomic
        select * from (values
            ('HGB', 'Laboratory A', 'g/L', 142.0::double precision, 0.07::double precision,
                125.0::double precision, 165.0::double precision,
                null::double precision, null::double precision, 0, '{0,4,12,24,48}'::integer[]),
            ('HGB', 'Laboratory B', 'g/dL', 14.2, 0.07, 12.5, 16.5, null, null, 1, '{0,4,12,24,48}'),
            ('NEUT', 'Laboratory A', '10*9/L', 3.0, 0.28, 1.8, 6.3, 0.1, null, 2, '{0,4,12,24,48}'),
            ('NEUT', 'Laboratory B', '/mm3', 3000, 0.28, 1800, 6300, 100, null, 0, '{0,4,12,24,48}'),
            ('PLAT', 'Laboratory A', '10*9/L', 210, 0.2, 125, 350, null, null, 0, '{0,4,12,24,48}'),
            ('PLAT', 'Laboratory B', '/mm3', 210000, 0.2, 125000, 350000, null, null, -3, '{0,4,12,24,48}'),
            ('ALT', 'Laboratory A', 'U/L', 27, 0.38, 5, 40, 5, null, 0, '{0,4,12,24,48}'),
            ('ALT', 'Laboratory B', 'U/L', 30, 0.38, 7, 45, 7, 1500, 0, '{0,4,12,24,48}'),
            ('AST', 'Laboratory A', 'U/L', 25, 0.32, 8, 40, 5, null, 0, '{0,4,12,24,48}'),
            ('AST', 'Laboratory B', 'U/L', 24, 0.32, 10, 38, 7, 1500, 0, '{0,4,12,24,48}'),
            ('ALP', 'Laboratory A', 'U/L', 74, 0.22, 40, 125, null, null, 0, '{0,4,12,24,48}'),
            ('ALP', 'Laboratory B', 'U/L', 70, 0.22, 35, 115, null, null, 0, '{0,4,12,24,48}'),
            ('BILI', 'Laboratory A', 'umol/L', 10.5, 0.42, 3.4, 20.5, 3, null, 1, '{0,4,12,24,48}'),
            ('BILI', 'Laboratory B', 'mg/dL', 0.6, 0.42, 0.2, 1.2, 0.2, null, 1, '{0,4,12,24,48}'),
            ('CREAT', 'Laboratory A', 'umol/L', 76, 0.14, 53, 106, null, null, 0, '{0,4,12,24,48}'),
            ('CREAT', 'Laboratory B', 'mg/dL', 0.86, 0.14, 0.6, 1.2, null, null, 2, '{0,4,12,24,48}'),
            ('K', 'Laboratory A', 'mmol/L', 4.2, 0.085, 3.5, 5.1, null, null, 1, '{0,4,12,24,48}'),
            ('K', 'Laboratory B', 'mEq/L', 4.2, 0.085, 3.5, 5.0, null, null, 1, '{0,4,12,24,48}'),
            ('GLUC', 'Laboratory A', 'mmol/L', 5.1, 0.14, 3.9, 6.1, null, null, 1, '{0,12,24,48}'),
            ('GLUC', 'Laboratory B', 'mg/dL', 92, 0.14, 70, 110, null, null, 0, '{0,12,24,48}'),
            ('TRIG', 'Laboratory A', 'mmol/L', 1.6, 0.45, 0.4, 1.7, 0.25, 11.3, 2, '{0,12,24,48}'),
            ('TRIG', 'Laboratory B', 'mg/dL', 142, 0.45, 35, 150, 20, 1000, 0, '{0,12,24,48}'),
            ('CK', 'Laboratory A', 'U/L', 110, 0.5, 25, 190, null, null, 0, '{0,24,48}'),
            ('CK', 'Laboratory B', 'U/L', 110, 0.5, 30, 200, null, 2000, 0, '{0,24,48}'),
            ('QTCFAG', null, 'ms', 412, 0.042, null, null, null, null, 0, '{0,24,48}'),
            ('EGHRMN', null, '/min', 72, 0.15, null, null, null, null, 0, '{0,24,48}')
        ) as catalogue;
    end;

create or replace procedure _virotrial.simulate_laboratory(study text, seed bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    insert into reference_range (laboratory, test, unit, lln, uln)
    select laboratory, test, unit, lln, uln
    from _virotrial.simulated_test()
    where laboratory is not null and test <> 'HGB'
    on conflict do nothing;
    insert into reference_range (laboratory, test, sex, unit, lln, uln)
    select laboratory, test, sex, unit, lln * part, uln * part
    from _virotrial.simulated_test()
    cross join (values ('male', 1.0::double precision), ('female', 0.9)) as normal (sex, part)
    where laboratory is not null and test = 'HGB'
    on conflict do nothing;
    analyze reference_range;

    -- A subject's own level, the noise of a day, an excursion now and then, and
    -- in a few subjects an injury of the liver at week 12; the 17th and the 41st
    -- are always among them.
    insert into lab_result (site_id, subject_id, collected, test, visit,
        laboratory, value, unit, fasting)
    with
    drawn as materialized (
        select person.n, person.site_id, person.subject_id, person.sex, visit.visit,
            visit.visit_date, test.*,
            case when test.test in ('GLUC', 'TRIG')
                then _virotrial.simulated_uniform(seed, n, 'fasted ' || visit.visit) end as fasted,
            _virotrial.simulated_uniform(seed, n,
                test.test || ' excursion ' || visit.visit) as excursion,
            visit.week = 12
                and (n in (17, 41)
                or _virotrial.simulated_uniform(seed, n, 'liver injury') < 0.001) as is_injured,
            0.7 * test.spread
                * (_virotrial.simulated_normal(seed, n, test.test)
                + _virotrial.simulated_normal(seed, n,
                test.test || ' ' || visit.visit)) as deviation
        from simulated_visit as visit
        join simulated_person as person using (n)
        join _virotrial.simulated_test() as test
            on coalesce(test.laboratory, '') in ('', case when person.site_number % 2 = 1
                then 'Laboratory A' else 'Laboratory B' end)
            and visit.week = any (test.weeks)
        where person.flaw is null
            and _virotrial.simulated_uniform(seed, n, test.test || ' lost ' || visit.visit) > 0.02
    ),
    measured as materialized (
        select *, round((centre
            * case when test = 'HGB' and sex = 'female' then 0.9::double precision else 1 end
            * exp(least(3, greatest(-3, deviation)))
            * case when is_injured and test in ('ALT', 'AST') then 7 + 5 * excursion
                when is_injured and test = 'BILI' then 5 + excursion
                when excursion < 0.985 then 1
                when test = 'NEUT' then 0.62 - 36 * (1 - excursion)
                when test in ('HGB', 'PLAT') then 0.62 - 22 * (1 - excursion)
                when test = 'K' then case when excursion < 0.9925 then 0.72 else 1.4 end
                when test = 'GLUC' then case when excursion < 0.989 then 0.5 else 2.4 end
                when test in ('QTCFAG', 'EGHRMN') then 1.2
                when test in ('CREAT', 'ALP') then 2.2
                when test = 'CK' then 30
                else 4 + 400 * (1 - excursion) end)::numeric, digits)::double precision as result
        from drawn
    )
    select site_id, subject_id, visit_date, test, visit, laboratory,
        case when result < lowest then lab_value(lowest, '<') when result > highest
            then lab_value(highest, '>') else lab_value(result, '=') end,
        unit,
        case when fasted < 0.9 then true when fasted < 0.95 then false end
    from measured;

    -- dipsticks, stool and the reading of the electrocardiogram
    insert into lab_result (site_id, subject_id, collected, test, visit, laboratory, code)
    select person.site_id, person.subject_id, visit.visit_date, coded.test, visit.visit,
        case when coded.test <> 'INTP' then case when person.site_number % 2 = 1 then 'Laboratory A'
            else 'Laboratory B' end end, coded.code
    from simulated_visit as visit
    join simulated_person as person using (n)
    cross join lateral (values
        ('PROT', '{0,24,48}'::integer[], case
            when _virotrial.simulated_uniform(seed, n, 'PROT ' || visit.visit) < 0.86
            then 'NEGATIVE'
            when _virotrial.simulated_uniform(seed, n, 'PROT ' || visit.visit) < 0.94 then 'TRACE'
            when _virotrial.simulated_uniform(seed, n, 'PROT ' || visit.visit) < 0.98 then '1+'
            when _virotrial.simulated_uniform(seed, n, 'PROT ' || visit.visit) < 0.995 then '2+'
                else '3+' end),
        ('OCCBLD_ST', '{0}', case when _virotrial.simulated_uniform(seed, n, 'OCCBLD_ST ' || visit.visit) < 0.96 then 'NEGATIVE' else 'POSITIVE' end),
        ('INTP', '{0,24,48}', case
            when _virotrial.simulated_uniform(seed, n, 'INTP ' || visit.visit) < 0.84 then 'NORMAL'
            when _virotrial.simulated_uniform(seed, n, 'INTP ' || visit.visit) < 0.975
                then 'ABNORMAL NCS'
            when _virotrial.simulated_uniform(seed, n, 'INTP ' || visit.visit) < 0.985
                then 'ABNORMAL CS' else 'NOT EVALUABLE' end)
    ) as coded (test, weeks, code)
    where person.flaw is null and visit.week = any (coded.weeks);
    analyze lab_result;
end;
$$;

create function _virotrial.simulated_weight(seed bigint, subject integer, age double precision)
    returns double precision
    language sql immutable strict parallel safe
    return case when age < 17 then 4 + 2.9 * age else 64 end
        * (1 + 0.1 * _virotrial.simulated_normal(seed, subject, 'weight'));

comment on function _virotrial.simulated_weight(bigint, integer, double precision) is 'the weight in kg of a simulated subject at an age in years, but for what a day adds';

create procedure _virotrial.simulate_vital_signs(study text, seed bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    insert into vital_signs (site_id, subject_id, collected, visit, weight_kg, height_cm,
        temperature_celsius, systolic_mmhg, diastolic_mmhg, pulse_per_minute,
        respirations_per_minute)
    with
    person as materialized (
        select n, site_id, subject_id, sex, birth_date,
            _virotrial.simulated_normal(seed, n, 'weight') as build,
            _virotrial.simulated_normal(seed, n, 'height') as height,
            _virotrial.simulated_normal(seed, n, 'systolic') as systolic,
            _virotrial.simulated_normal(seed, n, 'diastolic') as diastolic,
            _virotrial.simulated_normal(seed, n, 'pulse') as pulse
        from simulated_person
        where flaw is null
    ),
    seen as materialized (
        select person.*, visit.visit, visit.visit_date, visit.week, visit.is_screening,
            (visit.visit_date - person.birth_date) / 365.25::double precision as age,
            _virotrial.simulated_uniform(seed, n, 'temperature ' || visit) as temperature,
            _virotrial.simulated_normal(seed, n, 'weight ' || visit) as weight_of_day,
            _virotrial.simulated_normal(seed, n, 'systolic ' || visit) as systolic_of_day,
            _virotrial.simulated_normal(seed, n, 'diastolic ' || visit) as diastolic_of_day,
            _virotrial.simulated_normal(seed, n, 'pulse ' || visit) as pulse_of_day,
            _virotrial.simulated_uniform(seed, n, 'respirations ' || visit) as respirations
        from simulated_visit as visit
        join person using (n)
        where visit.visit <> 'unscheduled'
            and _virotrial.simulated_uniform(seed, n, 'vital signs ' || visit) > 0.03
    ),
    pressed as (
        select *, 2 * round((case when age < 17 then 90 + 1.9 * age
            else 116 + 0.35 * (age - 40) + case sex when 'male' then 6 else 0 end end
            + 12 * systolic + 7 * systolic_of_day) / 2) as pressure
        from seen
    )
    select site_id, subject_id, visit_date, visit,
        round((_virotrial.simulated_weight(seed, n, age)
            * (1.02 - 0.02 * exp(-week / 16.0::double precision))
            * (1 + 0.012 * weight_of_day))::numeric, 1),
        case when is_screening then round((case when age < 17 then 75 + 5.7 * age
            when sex = 'male' then 175 else 162 end
            * (1 + 0.024 * build + 0.032 * height))::numeric) end,
        round((case when temperature > 0.985 then 37.8 + 80 * (temperature - 0.985)
            else 36.2 + 0.9 * temperature end)::numeric, 1),
        pressure,
        least(pressure - 20, 2 * round((22 + 0.45 * pressure
            + 5 * diastolic + 4 * diastolic_of_day) / 2)),
        greatest(44, round(case when age < 17 then 118 - 2.7 * age else 73 end
            + 8 * pulse + 5 * pulse_of_day)),
        round(case when age < 17 then 27 - 0.7 * age else 14 end + 4 * respirations)
    from pressed;
    analyze vital_signs;
end;
$$;

comment on procedure _virotrial.simulate_vital_signs(text, bigint) is 'part of simulate_study: vital signs at the scheduled visits';

create function _virotrial.simulated_condition()
    returns table (term text, frequency double precision, least_age integer,
        ongoing double precision, is_hiv_associated boolean)
    language sql immutable parallel safe
    begin atomic
        select * from (values
            ('oral candidiasis', 0.24::double precision, 0, 0.08::double precision, true),
            ('herpes zoster', 0.13, 5, 0, true),
            ('Pneumocystis pneumonia', 0.11, 0, 0, true),
            ('pulmonary tuberculosis', 0.07, 0, 0.03, true),
            ('oesophageal candidiasis', 0.06, 0, 0, true),
            ('Kaposi''s sarcoma', 0.04, 18, 0.4, true),
            ('cytomegalovirus retinitis', 0.02, 18, 0.3, true),
            ('cerebral toxoplasmosis', 0.02, 12, 0.1, true),
            ('lipodystrophy', 0.16, 18, 0.95, false),
            ('hypertension', 0.14, 30, 0.98, false),
            ('depression', 0.15, 14, 0.6, false),
            ('hyperlipidaemia', 0.12, 25, 0.95, false),
            ('chronic hepatitis C', 0.09, 16, 0.9, false),
            ('seasonal allergy', 0.11, 4, 0.9, false),
            ('asthma', 0.06, 2, 0.75, false),
            ('gastro-oesophageal reflux disease', 0.08, 20, 0.8, false),
            ('insomnia', 0.07, 16, 0.7, false),
            ('type 2 diabetes mellitus', 0.04, 30, 1, false),
            ('syphilis', 0.06, 16, 0, false),
            ('appendicitis', 0.06, 5, 0, false),
            ('fracture of the forearm', 0.05, 4, 0, false)
        ) as catalogue;
    end;

comment on function _virotrial.simulated_condition() is 'the conditions that subjects of a simulated study had before it';

create function _virotrial.simulated_memory(day date, draw double precision) returns text
    language sql immutable strict parallel safe
    return case when draw < 0.45 then to_char(day, 'YYYY-MM-DD')
        when draw < 0.75 then to_char(day, 'YYYY-MM')
        when draw < 0.97 then to_char(day, 'YYYY') end;

comment on function _virotrial.simulated_memory(date, double precision) is 'a day before the study as it is entered: many lack their day or month, and some are not known';

create procedure _virotrial.simulate_conditions(study text, seed bigint)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    perform _virotrial.search_own_study(study);
    insert into medical_history (site_id, subject_id, condition_number, term, is_hiv_associated,
        started, ended, is_ongoing)
    with
    had as (
        select person.n, person.site_id, person.subject_id, person.signed, kind.term,
            kind.is_hiv_associated,
            greatest(person.birth_date + 30 + 366 * kind.least_age,
                person.signed - case when kind.is_hiv_associated then 3000 else 6000 end)
                as earliest,
            _virotrial.simulated_uniform(seed, n, 'condition still ' || kind.term)
                < kind.ongoing as is_ongoing
        from simulated_person as person
        cross join _virotrial.simulated_condition() as kind
        where person.flaw is null
            and _virotrial.simulated_uniform(seed, n, 'condition ' || kind.term) < kind.frequency
    ),
    begun as (
        select *, earliest + floor((signed - 30 - earliest)
            * _virotrial.simulated_uniform(seed, n, 'condition began ' || term))::integer as onset
        from had
        where earliest < signed - 30
    )
    select site_id, subject_id, row_number() over (partition by n order by onset, term collate "C"),
        term, is_hiv_associated,
        _virotrial.simulated_memory(onset,
            _virotrial.simulated_uniform(seed, n, 'condition begin known ' || term)),
        case when not is_ongoing then _virotrial.simulated_memory(
            least(signed - 1, onset + 7 + floor(90
                * _virotrial.simulated_uniform(seed, n, 'condition ended ' || term))::integer),
            _virotrial.simulated_uniform(seed, n, 'condition end known ' || term)) end,
        is_ongoing
    from begun;
    analyze medical_history;
end;
$$;

comment on procedure _virotrial.simulate_conditions(text, bigint) is 'part of simulate_study: the medical history';

create or replace function _virotrial.study_ddl() returns table (place integer, file text, ddl text)
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $study_ddl$
values
(1, 'tables/change.sql', $ddl$
-- Who changed the study, when and why; the database alone writes it

create table change (
    change_id bigint generated always as identity primary key,
    transaction_id xid8 not null,
    login text not null,
    application_user text,
    reason_code text,
    reason text,
    source text,
    began_at timestamptz not null,
    committed_at timestamptz not null
);

comment on table change is 'who changed the study, when and why: one row per transaction, and per login, person, reason and source within it. Column entered_in of a row, and ended_in of an earlier version of it, refer to it';
comment on column change.change_id is 'tells changes apart; numbers may be missing';
comment on column change.transaction_id is 'the transaction, which may have other changes';
comment on column change.login is 'the login role of the session';
comment on column change.application_user is 'the person for whom an application wrote, as virotrial.application_user said';
comment on column change.reason_code is 'why rows were changed, a code of change_reason; "system" for what the database writes itself';
comment on column change.reason is 'why, in words, as virotrial.reason said';
comment on column change.source is 'where it comes from, as virotrial.source said: a form, or a file and its line';
comment on column change.began_at is 'the time of its first row';
comment on column change.committed_at is 'the time at which its transaction was about to commit, or was prepared, and the row was written';

create trigger refuse_write before insert or update or delete or truncate on change
    for each statement execute function _virotrial.refuse_write();
comment on trigger refuse_write on change is 'keeps every statement from it';

create table change_reason (
    code text not null primary key check (code ~ '^[^:[:space:]][^:]*$' and code !~ '[[:space:]]$'),
    meaning text not null,
    needs_text boolean not null default false
);

comment on table change_reason is 'reasons for a change of rows; the study''s owner may add some';
comment on column change_reason.code is 'the reason, as virotrial.reason states it before a colon';
comment on column change_reason.meaning is 'when it is the reason';
comment on column change_reason.needs_text is 'whether words of explanation must follow it';

insert into change_reason (code, meaning, needs_text) values
    ('transcription', 'the entry differed from the source document', false),
    ('source', 'the source document itself was wrong', false),
    ('laboratory', 'the laboratory corrected its report', false),
    ('late information', 'what was not known at entry', false),
    ('coding', 'a term is coded in another way', false),
    ('query', 'the answer to a query', true),
    ('duplicate', 'it was entered twice', false),
    ('misfiled', 'it was entered for another subject, visit or site', true),
    ('configuration', 'the study is set up, or set up in another way', false),
    ('amendment', 'an amendment of the protocol', true),
    ('simulation', 'what simulate_study makes up', false),
    ('unlock', 'what was locked is unlocked', true),
    ('correction', 'a correction of another kind', true),
    ('system', 'what the database writes itself; nobody can state it', false);

create table pooled_login (
    login text not null primary key
);

comment on table pooled_login is 'logins that several persons share: they write only where virotrial.application_user says which of them does';
comment on column pooled_login.login is 'the name of the role';
$ddl$),
(2, 'tables/resistance_algorithm.sql', $ddl$
-- The resistance algorithms that the study interprets genotypes by; loaded with
-- load_resistance_algorithm(document, study)

select _virotrial.resistance_create_tables(current_schema());
$ddl$),
(3, 'tables/protocol.sql', $ddl$
-- The protocol: parameters and visits.  A row applies from its effective_from
-- until the next row of the same key does; an amendment adds rows.  Days are
-- bounded by a century, so that no sum with a date is out of range.

create table protocol (
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    protocol text not null,
    amendment text not null,
    needs_approval boolean not null default false,
    title text not null,
    target_enrolment whole_number not null check (target_enrolment > 0),
    minimum_age whole_number not null check (minimum_age >= 0),
    minimum_age_is_strict boolean not null,
    diagnosis_guideline text not null,
    haart_minimum_drugs whole_number not null check (haart_minimum_drugs > 0),
    failure_reduction_weeks whole_number not null
        check (failure_reduction_weeks between 1 and 36525),
    failure_reduction_log10 double precision not null
        check (failure_reduction_log10 > 0 and failure_reduction_log10 <= 100),
    failure_detectable_months whole_number not null
        check (failure_detectable_months between 1 and 36525),
    detection_limit double precision not null
        check (detection_limit > 0 and detection_limit < 'infinity'),
    resistance_minimum_drugs whole_number not null check (resistance_minimum_drugs > 0),
    resistance_minimum_classes whole_number not null check (resistance_minimum_classes > 0),
    intermediate_counts_as_resistant boolean not null,
    intolerance_minimum_drugs whole_number not null check (intolerance_minimum_drugs > 0),
    intolerance_requires_failure boolean not null,
    screening_limit_days whole_number not null check (screening_limit_days between 1 and 36525),
    screening_results_before text not null default 'first dose'
        check (screening_results_before in ('enrolment', 'first dose', 'nothing')),
    study_drug text not null,
    study_drug_dose_mg double precision not null
        check (study_drug_dose_mg > 0 and study_drug_dose_mg < 'infinity'),
    study_drug_doses_per_day double precision not null
        check (study_drug_doses_per_day > 0 and study_drug_doses_per_day <= 24),
    background_minimum_drugs whole_number not null check (background_minimum_drugs >= 0),
    background_active_drugs whole_number not null check (background_active_drugs >= 0),
    resistance_algorithm text,
    resistance_algorithm_version text,
    fully_active_level whole_number default 1 check (fully_active_level > 0),
    background_judged_by_calls boolean not null default false,
    cd4_method text not null,
    response_threshold double precision not null
        check (response_threshold > 0 and response_threshold < 'infinity'),
    suppression_threshold double precision not null
        check (suppression_threshold > 0 and suppression_threshold < 'infinity'),
    log_reduction_threshold double precision not null
        check (log_reduction_threshold > 0 and log_reduction_threshold <= 100),
    permitted_background_changes text[] not null default '{adverse event}',
    background_change_permitted_until text not null default 'first viral load'
        check (background_change_permitted_until in ('first viral load', 'end of treatment')),
    viral_load_of_day text not null default 'last replicate'
        check (viral_load_of_day in ('last replicate', 'highest')),
    davg_baseline_on_day_1 boolean not null default true,
    failure_threshold double precision not null default 400
        check (failure_threshold > 0 and failure_threshold < 'infinity'),
    failure_confirmation_days whole_number not null default 7
        check (failure_confirmation_days between 1 and 36525),
    failure_log10_rise double precision not null default 1
        check (failure_log10_rise > 0 and failure_log10_rise <= 100),
    failure_nonresponse_day whole_number not null default 113
        check (failure_nonresponse_day between 1 and 36525),
    blip_limit double precision not null default 400
        check (blip_limit > 0 and blip_limit < 'infinity'),
    cd4_levels whole_number[] not null default '{200,350}',
    toxicity_scheme text not null default 'DAIDS 2.1',
    treatment_emergent_days whole_number not null default 30
        check (treatment_emergent_days between 0 and 36525),
    safety_follow_up_days whole_number not null default 30
        check (safety_follow_up_days between 0 and 36525),
    hys_law_days whole_number not null default 30 check (hys_law_days between 0 and 36525),
    serious_report_hours whole_number not null default 24
        check (serious_report_hours between 1 and 36525),
    primary key (effective_from),
    constraint protocol_approved check (not needs_approval or effective_from > '-infinity'),
    foreign key (resistance_algorithm, resistance_algorithm_version)
        references resistance_algorithm_version (name, version) match full
);

comment on table protocol is 'the parameters of the protocol; one row for the protocol as first approved, and one for each amendment that changes them';
comment on column protocol.effective_from is 'the first day on which the row applies; -infinity for the protocol as first approved';
comment on column protocol.protocol is 'the short name that create_study knows the protocol by';
comment on column protocol.amendment is 'the version or amendment that brought the row in';
comment on column protocol.needs_approval is 'whether the row applies at a site only from the day of its approval there (protocol_approval) on; a site without it stays on the row before, and on what other tables said until then (assumption: no)';
comment on column protocol.title is 'the title of the trial';
comment on column protocol.target_enrolment is 'subjects to be concluded in the trial, at least';
comment on column protocol.minimum_age is 'the age in completed years that a subject must have on the day of consent';
comment on column protocol.minimum_age_is_strict is 'whether a subject must be older than minimum_age, which is so from the day after that birthday on; the protocol''s "aged over 18" is read as 18 or more unless this is set (assumption)';
comment on column protocol.diagnosis_guideline is 'the guideline by which HIV infection is diagnosed';
comment on column protocol.haart_minimum_drugs is 'antiretroviral drugs, boosters aside, that taken together make HAART (assumption)';
comment on column protocol.failure_reduction_weeks is 'weeks of HAART after which failure (i) is judged';
comment on column protocol.failure_reduction_log10 is 'fall of the viral load, log10 copies/mL, below which treatment has failed by (i)';
comment on column protocol.failure_detectable_months is 'months of HAART after which a detectable viral load is failure (ii)';
comment on column protocol.detection_limit is 'copies/mL from which on a viral load is detectable, for failure (ii) and (iii) (assumption: the protocol gives no number)';
comment on column protocol.resistance_minimum_drugs is 'drugs with genotypic resistance that make it multi-drug (assumption: the protocol gives no number)';
comment on column protocol.resistance_minimum_classes is 'classes that these drugs must come from, at least (assumption)';
comment on column protocol.intermediate_counts_as_resistant is 'whether the call "intermediate" counts as resistance (assumption: it does not)';
comment on column protocol.intolerance_minimum_drugs is 'drugs not tolerated that make intolerance multi-drug (assumption: the protocol gives no number)';
comment on column protocol.intolerance_requires_failure is 'whether who enters for intolerance must also have failed virologically (assumption: no)';
comment on column protocol.screening_limit_days is 'days before the first dose that screening may lie, at most (assumption)';
comment on column protocol.screening_results_before is 'what a subject may not come to without a viral load and a CD4 count of screening, or a reason in missing_result: enrolment, first dose, or nothing (assumption: the first dose)';
comment on column protocol.study_drug is 'the drug under study';
comment on column protocol.study_drug_dose_mg is 'one dose of the study drug, mg';
comment on column protocol.study_drug_doses_per_day is 'doses of the study drug a day, 0.5 for one every other day';
comment on column protocol.background_minimum_drugs is 'drugs of the optimized background therapy, boosters aside, that a subject must have (assumption: at least 1)';
comment on column protocol.background_active_drugs is 'fully active drugs that the background therapy shall contain if possible';
comment on column protocol.resistance_algorithm is 'the algorithm, of those loaded into the study, by which genotypes are interpreted; null: the first that was loaded, and the laboratory''s calls until one is';
comment on column protocol.resistance_algorithm_version is 'its version';
comment on column protocol.fully_active_level is 'the highest level of the algorithm at which a drug is fully active; null: every level that the algorithm calls S (assumption: level 1 alone)';
comment on column protocol.background_judged_by_calls is 'whether the fully active drugs of a background are also counted where no algorithm is loaded, by the laboratory''s calls (assumption: no)';
comment on column protocol.cd4_method is 'the method by which CD4+ T lymphocytes are counted';
comment on column protocol.response_threshold is 'copies/mL: a viral load less than this is a response';
comment on column protocol.suppression_threshold is 'copies/mL: a viral load less than this is suppression';
comment on column protocol.log_reduction_threshold is 'log10 copies/mL: a reduction from baseline that exceeds this is a response';
comment on column protocol.permitted_background_changes is 'the documented reasons (regimen.start_reason, stop_reason) for which the background therapy may be changed without that counting as failure (assumption: toxicity or intolerance)';
comment on column protocol.background_change_permitted_until is 'until when the Snapshot permits such a change: "first viral load": up to the day of the first viral load on treatment; "end of treatment": at any time (assumption: the first viral load; TLOVR permits it at any time)';
comment on column protocol.viral_load_of_day is 'which of several viral loads of one day stands for it in every analysis: the last replicate, or the highest (assumption: the last replicate)';
comment on column protocol.davg_baseline_on_day_1 is 'whether DAVG carries the baseline to study day 1 and begins there; false: it begins with the baseline''s sample (assumption: on day 1, so that the time before treatment does not dilute the change)';
comment on column protocol.failure_threshold is 'copies/mL: on treatment, virologic failure is more than this after less than this, or never less than this (assumption)';
comment on column protocol.failure_confirmation_days is 'days after which a second result in a row confirms virologic failure, at least (assumption: one week)';
comment on column protocol.failure_log10_rise is 'log10 copies/mL: a rise above the lowest viral load on treatment that exceeds this is virologic failure (assumption)';
comment on column protocol.failure_nonresponse_day is 'the study day from which on it is failure to have had neither less than failure_threshold nor a reduction that exceeds log_reduction_threshold (assumption: week 16)';
comment on column protocol.blip_limit is 'copies/mL: a single viral load that is not suppressed is a blip if it is less than this (assumption)';
comment on column protocol.cd4_levels is 'cells per microlitre: levels of which it is asked when the CD4 count first exceeds them (assumption)';
comment on column protocol.toxicity_scheme is 'the scheme of toxicity_grade_table by which laboratory results are graded (assumption: the protocol gives none)';
comment on column protocol.treatment_emergent_days is 'days after the last dose of the study drug during which an event that begins is still treatment-emergent (assumption)';
comment on column protocol.safety_follow_up_days is 'days after the end of a subject''s part up to which visits, results and events are still of the study; what comes later is a deviation (assumption)';
comment on column protocol.hys_law_days is 'days that results of aminotransferase, bilirubin and alkaline phosphatase may lie apart to be judged together by Hy''s law (assumption: the protocol gives none)';
comment on column protocol.serious_report_hours is 'hours from awareness within which a serious adverse event must be reported (assumption: the protocol gives none)';

create view protocol_period as
    select protocol.*, lead(effective_from, 1, 'infinity')
        over (order by effective_from) as effective_before
    from protocol;
comment on view protocol_period is 'protocol, with the day before which each row applies';

create table visit_definition (
    visit text not null check (visit !~ '^unscheduled'),
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    position whole_number not null check (position between -10000 and 10000),
    target_day whole_number check (target_day <> 0 and target_day between -36525 and 36525),
    window_first_day whole_number
        check (window_first_day <> 0 and window_first_day between -36525 and 36525),
    window_last_day whole_number not null
        check (window_last_day <> 0 and window_last_day between -36525 and 36525),
    analysis_first_day whole_number not null
        check (analysis_first_day <> 0 and analysis_first_day between -36525 and 36525),
    analysis_last_day whole_number not null
        check (analysis_last_day <> 0 and analysis_last_day between -36525 and 36525),
    primary key (visit, effective_from),
    constraint visit_definition_window check (window_first_day <= window_last_day),
    constraint visit_definition_analysis_window check (analysis_first_day <= analysis_last_day)
);

comment on table visit_definition is 'the scheduled visits: when each is due, when it may be held, and which results are analysed as its own. Days are study days: the first dose is on day 1, the day before it is day -1, and there is no day 0';
comment on column visit_definition.visit is 'the name of the visit';
comment on column visit_definition.effective_from is 'the first date on which a visit is judged by this row';
comment on column visit_definition.position is 'the order of the visits';
comment on column visit_definition.target_day is 'the study day on which the visit is due: 7 times the week, plus 1; null for screening';
comment on column visit_definition.window_first_day is 'the first study day of the collection window; null: the protocol''s screening limit (assumption: the protocol gives no windows)';
comment on column visit_definition.window_last_day is 'the last study day of the collection window (assumption)';
comment on column visit_definition.analysis_first_day is 'the first study day of the analysis window (assumption: windows meet half-way up to week 12, and are 6 weeks to either side of weeks 24 and 48)';
comment on column visit_definition.analysis_last_day is 'the last study day of the analysis window (assumption)';

create view visit_definition_period as
    select visit, effective_from, position::integer, target_day::integer,
        window_first_day::integer, window_last_day::integer,
        analysis_first_day::integer, analysis_last_day::integer, lead(effective_from, 1, 'infinity')
        over (partition by visit order by effective_from) as effective_before
    from visit_definition;
comment on view visit_definition_period is 'visit_definition, with the day before which each row applies';

create table snapshot_window (
    visit text not null,
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    first_day whole_number check (first_day > 0),
    last_day whole_number check (last_day <= 36525),
    classified boolean not null default true,
    primary key (visit, effective_from),
    constraint snapshot_window_order check (first_day <= last_day),
    constraint snapshot_window_days
        check (num_nonnulls(first_day, last_day) = case when classified then 2 else 0 end)
);

comment on table snapshot_window is 'the visits at which the virologic outcome is classified, and their windows; and those at which it is not';
comment on column snapshot_window.visit is 'the visit';
comment on column snapshot_window.effective_from is 'the first analysis date on which the row applies';
comment on column snapshot_window.first_day is 'the first study day of the window (assumption: 6 weeks before the target day)';
comment on column snapshot_window.last_day is 'its last study day (assumption: 6 weeks after)';
comment on column snapshot_window.classified is 'false for a visit at which the outcome is not classified, which then has no window; or no longer, in an amendment';

create view snapshot_window_period as
    select visit, effective_from, first_day::integer, last_day::integer, effective_before
    from (
        select snapshot_window.*,
            lead(effective_from, 1, 'infinity')
                over (partition by visit order by effective_from) as effective_before
        from snapshot_window) as period
    where classified;
comment on view snapshot_window_period is 'the windows of snapshot_window, with the day before which each applies';

create table required_assessment (
    visit text not null,
    assessment text not null check (assessment in ('viral load', 'CD4', 'laboratory',
        'electrocardiogram', 'vital signs', 'physical examination', 'complaints',
        'pregnancy test')),
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    required boolean not null default true,
    primary key (visit, assessment, effective_from)
);

comment on table required_assessment is 'what the protocol asks for at each visit';
comment on column required_assessment.visit is 'the visit';
comment on column required_assessment.assessment is 'what is to be done: viral load, CD4, laboratory (any test but of an electrocardiogram), electrocardiogram, vital signs, physical examination, complaints (that the patient is asked), or pregnancy test (of women)';
comment on column required_assessment.effective_from is 'the first day on which the row applies';
comment on column required_assessment.required is 'false in an amendment that no longer asks for it';
$ddl$),
(4, 'tables/assay.sql', $ddl$
-- Assays of HIV-1 RNA and their limits of quantification

create table assay (
    assay text not null,
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    method text not null,
    lower_limit double precision not null check (lower_limit > 0 and lower_limit < 'infinity'),
    upper_limit double precision not null check (upper_limit > 0 and upper_limit < 'infinity'),
    iu_per_copy double precision check (iu_per_copy > 0 and iu_per_copy < 'infinity'),
    note text not null default '',
    primary key (assay, effective_from),
    constraint assay_limits_order check (lower_limit < upper_limit),
    constraint assay_factor_source check (iu_per_copy is null or note ~ '[^[:space:]]')
);

comment on table assay is 'assays of HIV-1 RNA by which results may come in; one with other limits (another version, another sample volume) is another assay';
comment on column assay.assay is 'name and version';
comment on column assay.effective_from is 'the first date of collection that the row applies to';
comment on column assay.method is 'bDNA, RT-PCR or NASBA';
comment on column assay.lower_limit is 'lower limit of quantification, copies/mL: what "<" and "TND" are written with';
comment on column assay.upper_limit is 'upper limit of quantification, copies/mL: what ">" is written with';
comment on column assay.iu_per_copy is 'international units of one copy, as read_viral_load() takes it; null where no source is known: IU/mL are then refused';
comment on column assay.note is 'what the figures rest on';

create view assay_period as
    select assay.*, lead(effective_from, 1, 'infinity')
        over (partition by assay order by effective_from) as effective_before
    from assay;
comment on view assay_period is 'assay, with the date before which each row applies';
$ddl$),
(5, 'tables/result_word.sql', $ddl$
-- The words that laboratories write in the place of a number: the study's own
-- copy, so that a later version of the extension reads none of them otherwise.

create table result_word (
    word text not null primary key
        check (word <> '' and word !~ '^[[:space:]]|[[:space:]]{2}|[[:space:]]$'
            and octet_length(word) <= 200),
    meaning text not null
        check (meaning in ('not detected', 'detected', 'below', 'above', 'rejected',
            'insufficient', 'invalid', 'pending', 'not done', 'missing', 'unread')),
    note text
);

comment on table result_word is 'words that laboratories write in the place of a viral load, and what they say; a copy of laboratory_words(), which the study''s owner extends by languages and laboratories';
comment on column result_word.word is 'the word; the letters A to Z in any case';
comment on column result_word.meaning is 'not detected, below or above: a limit of the assay; detected, without a number; rejected, insufficient, invalid, pending, not done or missing: no result; unread: the word is not to be read';
comment on column result_word.note is 'the language, the laboratory, or who decided it';

create unique index result_word_case on result_word (lower(word collate "C"));
comment on index result_word_case is 'a word has one meaning, in whichever case it is written';

insert into result_word (word, meaning, note)
    select word, meaning, 'of the extension' from laboratory_words();

create function result_words() returns text[]
    language sql stable parallel safe
    begin atomic
        select array_agg(array[word, meaning] order by word) from result_word;
    end;
comment on function result_words() is 'the study''s words as read_viral_load() and read_lab_value() take them: its argument dictionary';
$ddl$),
(6, 'tables/drug.sql', $ddl$
-- Antiretroviral drugs, and what the protocol counts as intolerance to them

create table drug (
    drug text not null primary key,
    name text not null,
    class text not null
        check (class in ('NRTI', 'NNRTI', 'PI', 'INSTI', 'entry inhibitor', 'booster')),
    is_booster boolean not null generated always as (class = 'booster') stored
);

comment on table drug is 'antiretroviral drugs';
comment on column drug.drug is 'the usual abbreviation';
comment on column drug.name is 'international nonproprietary name';
comment on column drug.class is 'class';
comment on column drug.is_booster is 'whether it is given only to raise the level of another drug, and is then not an active drug';

create table listed_intolerance (
    drug text not null references drug,
    reaction text not null,
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    listed boolean not null default true,
    synonyms text[] not null default '{}',
    primary key (drug, reaction, effective_from)
);

comment on table listed_intolerance is 'the serious drug-related adverse events that the protocol names as examples of intolerance. Every other one counts as well, unless a row says that it does not';
comment on column listed_intolerance.drug is 'the drug';
comment on column listed_intolerance.reaction is 'the adverse event';
comment on column listed_intolerance.effective_from is 'the first day of enrolment that the row applies to';
comment on column listed_intolerance.listed is 'false in an amendment by which the event no longer counts';
comment on column listed_intolerance.synonyms is 'other names of the event; case and blanks around a name say nothing';

create view listed_intolerance_period as
    select listed_intolerance.*, lead(effective_from, 1, 'infinity')
        over (partition by drug, reaction order by effective_from) as effective_before
    from listed_intolerance;
comment on view listed_intolerance_period is 'listed_intolerance, with the day before which each row applies';
$ddl$),
(7, 'tables/algorithm_drug.sql', $ddl$
-- How resistance algorithms name the study's drugs, and which algorithm applies

create table algorithm_drug (
    drug text not null references drug,
    algorithm_drug text not null,
    preference whole_number not null default 1 check (preference > 0),
    primary key (drug, algorithm_drug)
);

comment on table algorithm_drug is 'other names that resistance algorithms have for the study''s drugs; a drug that an algorithm knows by its own name needs none';
comment on column algorithm_drug.drug is 'the drug';
comment on column algorithm_drug.algorithm_drug is 'the name of the drug in algorithms, such as "LPV/r"';
comment on column algorithm_drug.preference is 'of several names that an algorithm knows, that with the lowest number is used';

create view _algorithm_drug_used as
    select distinct on (known.name, known.version, named.drug)
        known.name as algorithm, known.version as algorithm_version, known.drug as algorithm_drug,
        named.drug
    from resistance_algorithm_drug as known
    join (
        select drug, drug as algorithm_drug, 0 as preference from drug where not is_booster
        union all
        select drug, algorithm_drug, preference from algorithm_drug
    ) as named on named.algorithm_drug = known.drug
    order by known.name, known.version, named.drug, named.preference;
comment on view _algorithm_drug_used is 'the name that each algorithm of the study has for each drug';
comment on column _algorithm_drug_used.algorithm is 'name of the algorithm';
comment on column _algorithm_drug_used.algorithm_version is 'version of the algorithm';
comment on column _algorithm_drug_used.algorithm_drug is 'the drug as the algorithm names it';
comment on column _algorithm_drug_used.drug is 'the drug';

create view resistance_algorithm_period as
    select protocol.effective_from, protocol.effective_before, chosen.name as algorithm,
        chosen.version as algorithm_version, chosen.compiled,
        named.algorithm_drugs, named.drugs
    from protocol_period as protocol
    cross join lateral (
        select loaded.name, loaded.version, loaded.compiled
        from resistance_algorithm_version as loaded
        where (protocol.resistance_algorithm is null
                or (loaded.name = protocol.resistance_algorithm
                    and loaded.version = protocol.resistance_algorithm_version))
            and exists (select from resistance_algorithm_drug as known
                where known.name = loaded.name and known.version = loaded.version)
        order by loaded.loaded_at, loaded.name, loaded.version
        limit 1
    ) as chosen
    cross join lateral (
        select array_agg(used.algorithm_drug) as algorithm_drugs, array_agg(used.drug) as drugs
        from _algorithm_drug_used as used
        where used.algorithm = chosen.name and used.algorithm_version = chosen.version
    ) as named;
comment on view resistance_algorithm_period is 'the algorithm by which genotypes are interpreted, with the days on which that applies: the one that the protocol names, or the first that was loaded. One is loaded when its drugs are';
comment on column resistance_algorithm_period.effective_from is 'the first day judged by it';
comment on column resistance_algorithm_period.effective_before is 'the first day no longer judged by it';
comment on column resistance_algorithm_period.algorithm is 'name of the algorithm';
comment on column resistance_algorithm_period.algorithm_version is 'version of the algorithm';
comment on column resistance_algorithm_period.compiled is 'the algorithm as resistance() takes it';
comment on column resistance_algorithm_period.algorithm_drugs is 'the drugs by the names that the algorithm has for them';
comment on column resistance_algorithm_period.drugs is 'the drugs, in the same order';
$ddl$),
(8, 'tables/arm.sql', $ddl$
-- The arms of a trial, the strata of its randomisation, and doses by arm and weight.
-- A trial without arms has no rows here.

create table arm (
    arm text not null primary key check (arm ~ '[^[:space:]]' and arm <> '*'),
    position whole_number not null,
    title text not null,
    ratio whole_number not null default 1 check (ratio between 1 and 100),
    treatment text not null default 'study drug'
        check (treatment in ('study drug', 'placebo', 'background alone'))
);

comment on table arm is 'the arms that subjects are allocated to; a trial of one group without allocation has none';
comment on column arm.arm is 'the name of the arm';
comment on column arm.position is 'the order in which arms are shown';
comment on column arm.title is 'the arm in words';
comment on column arm.ratio is 'subjects of the arm for each share of the others: 2 and 1 for 2:1';
comment on column arm.treatment is 'what is given beside the background: the study drug; its placebo, which regimen has under the name of the study drug; or nothing';

create table stratum (
    stratum text not null primary key check (stratum ~ '[^[:space:]]' and stratum <> '*'),
    position whole_number not null,
    title text not null
);

comment on table stratum is 'the strata within which subjects are allocated, such as one for each combination of the stratification factors; none: all are one stratum, named all';
comment on column stratum.stratum is 'the name of the stratum';
comment on column stratum.position is 'the order in which strata are shown';
comment on column stratum.title is 'the stratum in words';

create table dose (
    arm text not null default '*',
    known_arm text generated always as (nullif(arm, '*')) stored references arm,
    weight_from_kg double precision not null default 0
        check (weight_from_kg >= 0 and weight_from_kg <= 1000),
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    weight_below_kg double precision check (weight_below_kg > 0 and weight_below_kg <= 1000),
    dose_mg double precision not null check (dose_mg > 0 and dose_mg < 'infinity'),
    doses_per_day double precision not null check (doses_per_day > 0 and doses_per_day <= 24),
    primary key (arm, weight_from_kg, effective_from),
    constraint dose_weight_order check (weight_below_kg > weight_from_kg)
);

comment on table dose is 'doses of the study drug that differ by arm or weight; where no row is meant, the dose of table protocol applies';
comment on column dose.arm is 'the arm; * for every arm';
comment on column dose.known_arm is 'the arm; null for every arm';
comment on column dose.weight_from_kg is 'the lowest weight of the band, kg; 0 for any';
comment on column dose.effective_from is 'the first day on which the row applies';
comment on column dose.weight_below_kg is 'the weight below which the band ends, kg; null for none';
comment on column dose.dose_mg is 'one dose, mg';
comment on column dose.doses_per_day is 'doses a day, 0.5 for one every other day';

create view dose_period as
    select dose.*, lead(effective_from, 1, 'infinity')
        over (partition by arm, weight_from_kg order by effective_from) as effective_before
    from dose;
comment on view dose_period is 'dose, with the day before which each row applies';

create table per_protocol_exclusion (
    rule text not null primary key check (rule ~ '[^[:space:]]')
);

comment on table per_protocol_exclusion is 'the deviations that exclude a subject from the per-protocol set, by their rules';
comment on column per_protocol_exclusion.rule is 'the rule, as deviation.rule has it: one of table rule, or a name by which a deviation is reported by hand';
$ddl$),
(9, 'tables/eligibility_criterion.sql', $ddl$
-- Eligibility criteria: each a query over candidates that returns a verdict

create table eligibility_criterion (
    criterion text not null,
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    position whole_number not null,
    description text not null,
    clause text not null,
    required boolean not null default true,
    query text not null,
    primary key (criterion, effective_from)
);

comment on table eligibility_criterion is 'what must be met for an enrolment; all of the criteria in force on its day';
comment on column eligibility_criterion.criterion is 'the criterion''s name, which errors give';
comment on column eligibility_criterion.effective_from is 'the first day of enrolment that the row applies to';
comment on column eligibility_criterion.position is 'the order in which criteria are shown';
comment on column eligibility_criterion.description is 'the criterion in words';
comment on column eligibility_criterion.clause is 'the statement of the protocol that it comes from';
comment on column eligibility_criterion.required is 'false in an amendment that drops the criterion';
comment on column eligibility_criterion.query is 'a query over candidate (site_id, subject_id, as_of): one row per candidate with site_id, subject_id, whether it is met (null: cannot be known), and the evidence in words';

create view eligibility_criterion_period as
    select eligibility_criterion.*, lead(effective_from, 1, 'infinity')
        over (partition by criterion order by effective_from) as effective_before
    from eligibility_criterion;
comment on view eligibility_criterion_period is 'eligibility_criterion, with the day before which each row applies';
$ddl$),
(10, 'tables/rule.sql', $ddl$
-- The rules of the study, which _virotrial.enforce() runs, and what they are conditions on

create table rule_context (
    table_name text not null primary key,
    query text not null
);

comment on table rule_context is 'what the rules of a table are conditions on: one query per table over changed, the rows that a statement brought in, which gives one row for each of them. Whoever may write here runs SQL as the owner of the study';
comment on column rule_context.table_name is 'the table';
comment on column rule_context.query is 'the query: the columns of changed, an item that tells a subject''s rows apart, and what the rules need of other tables';

create table rule (
    name text not null,
    table_name text not null,
    clause text not null,
    condition text,
    only_if text,
    query text,
    item text,
    reason text,
    anchors text[] not null default '{}',
    evidence text[] not null default '{}',
    action text not null default 'refuse' check (action in ('refuse', 'record')),
    asks boolean not null default false,
    asked_column text,
    holds text not null default 'always' check (holds in ('always', 'at entry')),
    scope text not null default 'subject' check (scope in ('subject', 'site', 'study')),
    unknown_refuses boolean not null default false,
    hint text,
    active boolean not null default true,
    priority whole_number not null default 100,
    primary key (name, table_name),
    constraint rule_form check (num_nonnulls(condition, query) > 0),
    constraint rule_asks
        check (case when asks then action = 'record' else asked_column is null end),
    constraint rule_only_if check (only_if is null or condition is not null),
    constraint rule_unknown check (condition is not null or not unknown_refuses),
    constraint rule_query check (query is null or num_nonnulls(item, reason) = 0)
);

comment on table rule is 'what the study''s tables must hold, on every path in. What stands here runs as the owner of the study, so that only he, or a member of his role, may write here';
comment on column rule.name is 'the name of the rule, which errors give as the constraint';
comment on column rule.table_name is 'the table that the rule guards';
comment on column rule.clause is 'the statement of the protocol that it comes from';
comment on column rule.condition is 'a condition over the table''s context (rule_context): a row for which it is true breaks the rule, or, if the rule has a query, is judged by that';
comment on column rule.only_if is 'a condition that is cheap to judge and seldom true, without which the other cannot be: that is then judged where this one is true, and nowhere else';
comment on column rule.query is 'where one row is not enough: a query over changed, the rows that a statement brought into the table, or those of them for which the condition is true; it returns those that break the rule: site_id, subject_id, which of the subject''s rows it is (or null), and why';
comment on column rule.item is 'an expression over the context: which of the subject''s rows it is; null: the item of the context';
comment on column rule.reason is 'an expression over the context: why the row breaks the rule; null: the condition itself is shown. After a line break and "Hint: " it may have a hint of its own, which takes the place of the rule''s';
comment on column rule.anchors is 'tables that the rule relies on: when a row of one is inserted, updated or deleted, the rule is run again over the rows of its scope. A condition over the context of that table may follow its name, as in "viral_load_result where collected <= first_dose": rows that come in are anchors only if it is true';
comment on column rule.evidence is 'tables that the rule relies on so that only an update or delete there can break it';
comment on column rule.action is 'refuse: the statement fails; record: it stands, and each row that breaks the rule becomes a deviation';
comment on column rule.asks is 'whether a rule with the action "record" opens a data query about each row that breaks it, and closes the query when none does';
comment on column rule.asked_column is 'the column that these queries ask about; null: the row as a whole';
comment on column rule.holds is 'always; or at entry: judged by what was on record when the row was entered. Later evidence then refuses nothing: a change of another table among the anchors makes a deviation, and a rule without such anchors is not judged again';
comment on column rule.scope is 'which rows a change of an anchor concerns: those of the same subject, of the same site, or of the whole study; of an anchor that has no subject (or site), all';
comment on column rule.unknown_refuses is 'whether a condition that cannot be known (null) counts as true';
comment on column rule.hint is 'what a user whose statement is refused can do';
comment on column rule.active is 'false for a rule that is retired';
comment on column rule.priority is 'rules with a lower number are checked first';
$ddl$),
(11, 'tables/deferred_judgement.sql', $ddl$
-- What a transaction has changed and its rules have not judged yet

create table deferred_judgement (
    table_name text not null,
    came_in boolean not null,
    site_id text,
    subject_id text
);

comment on table deferred_judgement is 'what waits for its rules in a transaction that has set virotrial.defer_rules; empty to all others. The rules are run at the end of the transaction, or by "set constraints judge_deferred immediate"';
comment on column deferred_judgement.table_name is 'a table that has changed';
comment on column deferred_judgement.came_in is 'true for rows that came in, false for rows that were changed or removed';
comment on column deferred_judgement.site_id is 'the site of its rows, if they have one';
comment on column deferred_judgement.subject_id is 'their subject, if they have one';

create constraint trigger judge_deferred after insert on deferred_judgement
    deferrable initially deferred
    for each row execute function _virotrial.judge_deferred();
comment on trigger judge_deferred on deferred_judgement is 'judges all that waits';
$ddl$),
(12, 'tables/today.sql', $ddl$
-- The day that it is

-- By the time zone of who makes the study, whatever that of a client is.
do $$
begin
    execute pg_catalog.format(
        'create function day_of(moment timestamptz) returns date
        language sql immutable strict parallel safe
        return (moment at time zone %L)::date', pg_catalog.current_setting('TimeZone'));
end;
$$;
comment on function day_of(timestamptz) is 'the day of a moment where the study is made';

create function today() returns date
    language sql stable parallel safe
    return day_of(now());
comment on function today() is 'the day that it is where the study is made';
$ddl$),
(13, 'tables/laboratory.sql', $ddl$
-- The laboratory: the study's own copy of the reference data of tests and
-- toxicity grades, and the laboratories' ranges of normal.  A later version of
-- the extension changes none of it.

create table lab_test (
    test text not null primary key,
    name text not null,
    panel text not null,
    specimen text not null,
    result_kind text not null check (result_kind in ('numeric', 'coded')),
    unit text,
    loinc text,
    loinc_verification text,
    needs_fasting boolean not null default false,
    plausible_low double precision check (plausible_low between -1e12 and 1e12),
    plausible_high double precision check (plausible_high between -1e12 and 1e12),
    usual_low double precision check (usual_low between 1e-12 and 1e12),
    usual_high double precision check (usual_high between 1e-12 and 1e12),
    usual_source text,
    constraint lab_test_plausible_order check (plausible_low < plausible_high),
    constraint lab_test_usual_order check (usual_low < usual_high),
    constraint lab_test_usual_pair check (num_nonnulls(usual_low, usual_high) in (0, 2)),
    constraint lab_test_unit check ((result_kind = 'numeric') = (unit is not null))
);

comment on table lab_test is 'the tests of the trial: a copy of the catalogue of the extension, to which the study''s owner may add';
comment on column lab_test.test is 'the code of the test: of CDISC''s codelists where they have one';
comment on column lab_test.name is 'the name of the test';
comment on column lab_test.panel is 'the examination of the protocol that the test belongs to';
comment on column lab_test.specimen is 'what is examined';
comment on column lab_test.result_kind is 'numeric: a lab_value in a unit; coded: one of lab_code';
comment on column lab_test.unit is 'the standard unit of numeric results, in UCUM';
comment on column lab_test.loinc is 'the LOINC code of the test in its standard unit';
comment on column lab_test.loinc_verification is 'where the LOINC code was confirmed; null: unverified, but for its check digit';
comment on column lab_test.needs_fasting is 'is the result read by whether the participant had fasted?';
comment on column lab_test.plausible_low is 'below this, in the standard unit, a result is refused; null for no limit (assumption: the protocol gives none)';
comment on column lab_test.plausible_high is 'above this, in the standard unit, a result is refused; null for no limit (assumption)';
comment on column lab_test.usual_low is 'below this, in the standard unit, a result is taken for one in another unit, if it is usual in that; null where no unit is mistaken for another (assumption)';
comment on column lab_test.usual_high is 'above this, likewise (assumption)';
comment on column lab_test.usual_source is 'where the two come from';

create table lab_unit (
    test text not null references lab_test,
    unit text not null,
    kind text generated always as (lab_unit_kind(unit)) stored,
    power integer generated always as (lab_unit_power(unit)) stored,
    other_units text[] not null default '{}',
    unit_system text,
    multiplier double precision not null check (multiplier between 1e-12 and 1e12),
    divisor double precision not null check (divisor between 1e-12 and 1e12),
    loinc text,
    loinc_verification text,
    primary key (test, unit),
    constraint lab_unit_kind unique (test, kind),
    constraint lab_unit_spelling check (kind is not null)
    -- on many pages: the plan for one result uses the index, instead of reading all
) with (fillfactor = 10);

comment on table lab_unit is 'the kinds of unit in which a test may be reported, and how each becomes its standard unit: value * multiplier / divisor; another spelling, prefix or power of ten of the unit needs no row; a copy';
comment on column lab_unit.test is 'the test';
comment on column lab_unit.unit is 'one unit of the kind, as laboratories write it; empty for results without one';
comment on column lab_unit.kind is 'the unit without prefixes and powers of ten, by lab_unit_kind';
comment on column lab_unit.power is 'the power of ten that the unit is of its kind, by lab_unit_power';
comment on column lab_unit.other_units is 'further units of the kind in which laboratories report the test: what a result may have been meant in';
comment on column lab_unit.unit_system is 'the unit system whose toxicity cut-offs are meant for results in a unit of this kind that has none of its own';
comment on column lab_unit.multiplier is 'value * multiplier / divisor is the value in the standard unit';
comment on column lab_unit.divisor is 'value * multiplier / divisor is the value in the standard unit';
comment on column lab_unit.loinc is 'the LOINC code of the test in this kind of unit, where it is another than that of the standard unit';
comment on column lab_unit.loinc_verification is 'where the LOINC code was confirmed; null: unverified, but for its check digit';

-- A function: a subquery of the context would cost every result, and few need it.
create function likely_unit(test text, value lab_value, usual_low double precision,
        usual_high double precision) returns text
    language sql stable strict parallel safe
    begin atomic
        select meant.unit
        from lab_unit as other
        cross join unnest(other.unit || other.other_units) as meant (unit)
        cross join lateral _virotrial.lab_value_converted(likely_unit.value,
            lab_unit_power(meant.unit) - other.power, other.multiplier, other.divisor) as standard
        where other.test = likely_unit.test
            and standard >= usual_low and standard <= usual_high
        order by abs(ln(quantity(standard) / sqrt(usual_low * usual_high))), meant.unit
        limit 1;
    end;
comment on function likely_unit(text, lab_value, double precision, double precision) is
    'the unit of the test in which a number would be usual; null if there is none';

create table lab_code (
    test text not null references lab_test,
    code text not null,
    meaning text not null,
    abnormal boolean not null,
    plus double precision check (plus = 0 or plus between 0.1 and 10),
    primary key (test, code)
);

comment on table lab_code is 'the results of coded tests; a copy';
comment on column lab_code.test is 'the test';
comment on column lab_code.code is 'the result as it is coded';
comment on column lab_code.meaning is 'what the code stands for';
comment on column lab_code.abnormal is 'is it outside what is expected of a healthy person?';
comment on column lab_code.plus is 'the number of plus signs of a dipstick, a trace being one half: what the result is graded by, in the unit plus';

create table toxicity_grade_table (like virotrial_toxicity_grade_table including all);
comment on table toxicity_grade_table is 'criteria of the toxicity grades of laboratory results, by which the study grades; a copy, to which the study''s owner may add schemes';

insert into lab_test (test, name, panel, specimen, result_kind, unit, loinc, loinc_verification,
        needs_fasting, plausible_low, plausible_high, usual_low, usual_high, usual_source)
    select test, name, panel, specimen, result_kind, unit, loinc, loinc_verification,
        needs_fasting, plausible_low, plausible_high, usual_low, usual_high, usual_source
    from virotrial_lab_test;
insert into lab_unit (test, unit, other_units, unit_system, multiplier, divisor, loinc,
        loinc_verification)
    select test, unit, other_units, unit_system, multiplier, divisor, loinc, loinc_verification
    from virotrial_lab_unit;
insert into lab_code (test, code, meaning, abnormal, plus)
    select test, code, meaning, abnormal, plus from virotrial_lab_code;
insert into toxicity_grade_table select * from virotrial_toxicity_grade_table;

-- toxicity_grade reads them with the rights of whoever reads a view that grades.
grant select on lab_unit, toxicity_grade_table to public;

create table reference_range (
    laboratory text not null check (laboratory ~ '[^[:space:]]'),
    test text not null,
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    sex text not null default 'any' check (sex in ('female', 'male', 'any')),
    minimum_age whole_number not null default 0 check (minimum_age >= 0),
    maximum_age whole_number,
    unit text not null,
    kind text generated always as (lab_unit_kind(unit)) stored,
    lln double precision check (lln = 0 or abs(lln) between 1e-12 and 1e12),
    uln double precision check (uln = 0 or abs(uln) between 1e-12 and 1e12),
    primary key (laboratory, test, effective_from, sex, minimum_age),
    foreign key (test, kind) references lab_unit (test, kind),
    constraint reference_range_spelling check (kind is not null),
    constraint reference_range_age check (minimum_age < maximum_age),
    constraint reference_range_order check (lln < uln),
    constraint reference_range_limit check (num_nonnulls(lln, uln) > 0)
);

comment on table reference_range is 'the laboratories'' limits of normal. Of the rows that fit a subject, the one with the latest effective_from applies';
comment on column reference_range.laboratory is 'the name of the laboratory, as in lab_result';
comment on column reference_range.test is 'the test';
comment on column reference_range.effective_from is 'the first date of collection that the row applies to';
comment on column reference_range.sex is 'female, male or any';
comment on column reference_range.minimum_age is 'the completed years from which the row applies';
comment on column reference_range.maximum_age is 'the completed years from which it applies no more; null for none';
comment on column reference_range.unit is 'the unit of the limits';
comment on column reference_range.kind is 'the unit without prefixes and powers of ten, by lab_unit_kind';
comment on column reference_range.lln is 'the lower limit of normal; null for none';
comment on column reference_range.uln is 'the upper limit of normal; null for none';
$ddl$),
(14, 'tables/site.sql', $ddl$
-- Sites

create table site (
    site_id text not null primary key,
    name text not null,
    country text,
    time_zone text check (_virotrial.is_time_zone(time_zone)),
    target_enrolment whole_number check (target_enrolment > 0)
);

comment on table site is 'the sites of the trial';
comment on column site.site_id is 'the site''s code';
comment on column site.name is 'name of the site';
comment on column site.country is 'country';
comment on column site.time_zone is 'the time zone by which the site''s day begins, such as Asia/Shanghai; null: that of who made the study';
comment on column site.target_enrolment is 'subjects that the site is to enrol';

create function today_at(site_id text) returns date
    language sql stable parallel safe
    begin atomic
        select coalesce((select (now() at time zone site.time_zone)::date
            from site where site.site_id = today_at.site_id), today());
    end;
comment on function today_at(text) is 'the day that it is at a site, by its time zone';
$ddl$),
(15, 'tables/protocol_approval.sql', $ddl$
-- Which site has approved which amendment, and so which protocol is in force there

create table protocol_approval (
    site_id text not null references site,
    effective_from date not null references protocol on update cascade,
    approved date not null check (approved between '1900-01-01' and '9999-12-31'),
    primary key (site_id, effective_from)
);

comment on table protocol_approval is 'the approvals of amendments that need one at each site. The approval of an amendment is one of those before it, too';
comment on column protocol_approval.site_id is 'the site';
comment on column protocol_approval.effective_from is 'the amendment: the first day of its row in table protocol';
comment on column protocol_approval.approved is 'the first day on which it may be applied at the site';

-- A set, so that the planner puts it in the place of the call.
create function protocol_day(site_id text, day date) returns table (day date)
    language sql stable parallel safe
    begin atomic
        select least(protocol_day.day, (
            select min(amended.effective_from) - 1
            from protocol as amended
            where amended.needs_approval and amended.effective_from <= protocol_day.day
                and not exists (
                    select from protocol_approval as approval
                    where approval.site_id = protocol_day.site_id
                        and approval.effective_from >= amended.effective_from
                        and approval.approved <= protocol_day.day)));
    end;
comment on function protocol_day(text, date) is 'the day of whose protocol a site works on a day: the day itself, or the last before an amendment that the site has not approved by then. Whatever has an effective_from is read of this day';

-- By the key of the row: the planner knows that there is one at most, and that it
-- need not look where no column is read.
create function protocol_in_force(site_id text, day date) returns setof protocol_period
    language sql stable parallel safe
    begin atomic
        select protocol.*, coalesce((
            select min(later.effective_from)
            from protocol as later
            where later.effective_from > protocol.effective_from), 'infinity') as effective_before
        from protocol
        where protocol.effective_from = (
            select max(reached.effective_from)
            from protocol_day(protocol_in_force.site_id, protocol_in_force.day) as known
            join protocol as reached on reached.effective_from <= known.day);
    end;
comment on function protocol_in_force(text, date) is 'the row of protocol that applies at a site on a day';
$ddl$),
(16, 'tables/site_access.sql', $ddl$
-- Which login sees which sites, where secure_study() has secured the study

create table site_access (
    login name not null,
    site_id text not null,
    known_site text generated always as (nullif(site_id, '*')) stored references site,
    primary key (login, site_id)
);

comment on table site_access is 'the sites that each login sees, once secure_study() has secured the study; a login without a row sees nothing';
comment on column site_access.login is 'the role that logs in';
comment on column site_access.site_id is 'the site; * for every site, those to come included';
comment on column site_access.known_site is 'the site; null for every site';

create trigger access_changed after insert or update or delete on site_access
    for each row execute function _virotrial.access_changed();
alter table site_access enable always trigger access_changed;
comment on trigger access_changed on site_access is 'makes plans anew that rest on who sees what, also where rows are replicated';
$ddl$),
(17, 'tables/subject.sql', $ddl$
-- Subjects: everybody who is screened

create table subject (
    site_id text not null references site,
    subject_id text not null,
    birth_date date not null check (birth_date between '1900-01-01' and '9999-12-31'),
    sex text not null check (sex in ('female', 'male')),
    primary key (site_id, subject_id)
);

comment on table subject is 'everybody who is screened, under a code';
comment on column subject.site_id is 'the site';
comment on column subject.subject_id is 'the subject''s code, unique within the site';
comment on column subject.birth_date is 'date of birth';
comment on column subject.sex is 'female or male';
$ddl$),
(18, 'tables/consent.sql', $ddl$
-- Informed consent: the versions of the form, and who signed which

create table consent_version (
    version text not null check (version ~ '[^[:space:]]'),
    site text not null default '*',
    valid_from date not null default '-infinity'
        check (valid_from = '-infinity' or valid_from between '1900-01-01' and '9999-12-31'),
    valid_until date check (valid_until between '1900-01-01' and '9999-12-31'),
    reconsent_by date check (reconsent_by between '1900-01-01' and '9999-12-31'),
    primary key (version, site),
    constraint consent_version_order check (valid_until >= valid_from),
    constraint consent_version_reconsent check (reconsent_by >= valid_from)
);

comment on table consent_version is 'the versions of the consent form, with the days on which each may be signed. Without any, every version may be signed on any day';
comment on column consent_version.version is 'the version of the form';
comment on column consent_version.site is 'the site''s code, or * for every site that has no row of its own for the version';
comment on column consent_version.valid_from is 'the first day on which it may be signed';
comment on column consent_version.valid_until is 'the last day on which it may be signed; null while it may be';
comment on column consent_version.reconsent_by is 'the day by which who is in the study under an earlier version must sign this one or a later one; null: nobody need sign again';

create table consent (
    site_id text not null,
    subject_id text not null,
    version text not null,
    signed date not null check (signed between '1900-01-01' and '9999-12-31'),
    withdrawn date check (withdrawn between '1900-01-01' and '9999-12-31'),
    withdrawn_from_treatment date
        check (withdrawn_from_treatment between '1900-01-01' and '9999-12-31'),
    withdrawn_from_follow_up date
        check (withdrawn_from_follow_up between '1900-01-01' and '9999-12-31'),
    withdrawn_from_samples date
        check (withdrawn_from_samples between '1900-01-01' and '9999-12-31'),
    primary key (site_id, subject_id, version, signed),
    foreign key (site_id, subject_id) references subject on update cascade,
    constraint consent_order check (least(withdrawn, withdrawn_from_treatment,
        withdrawn_from_follow_up, withdrawn_from_samples) >= signed)
);

comment on table consent is 'consent forms signed; consent is in force from the day of signature to the day of withdrawal, both included. Who has withdrawn it may sign again, the same version or another';
comment on column consent.site_id is 'the site';
comment on column consent.subject_id is 'the subject''s code';
comment on column consent.version is 'the version of the form';
comment on column consent.signed is 'the day of signature';
comment on column consent.withdrawn is 'the day on which the subject withdrew consent as a whole: no data are collected after it';
comment on column consent.withdrawn_from_treatment is 'the day on which the subject withdrew from treatment; null: only with the whole';
comment on column consent.withdrawn_from_follow_up is 'the day on which the subject withdrew from follow-up: visits, examinations and events; null: only with the whole';
comment on column consent.withdrawn_from_samples is 'the day on which the subject withdrew the use of samples; null: only with the whole';

create function consent_version_at(site_id text)
    returns table (version text, valid_from date, valid_until date, reconsent_by date)
    language sql stable parallel safe
    begin atomic
        select own.version, own.valid_from, own.valid_until, own.reconsent_by
        from consent_version as own
        where own.site = site_id
            or own.site = '*' and not exists (
                select from consent_version as other
                where other.version = own.version and other.site = site_id);
    end;
comment on function consent_version_at(text) is 'the versions of the consent form at a site';
$ddl$),
(19, 'tables/visit.sql', $ddl$
-- Visits

create table visit (
    site_id text not null,
    subject_id text not null,
    visit text not null,
    visit_date date not null check (visit_date between '1900-01-01' and '9999-12-31'),
    deviation_reason text check (deviation_reason ~ '[^[:space:]]'),
    primary key (site_id, subject_id, visit),
    foreign key (site_id, subject_id) references subject on update cascade
);

comment on table visit is 'visits held: one of each kind a subject, and unscheduled ones';
comment on column visit.site_id is 'the site';
comment on column visit.subject_id is 'the subject''s code';
comment on column visit.visit is 'a visit of visit_definition; or "unscheduled", followed by what tells it from the subject''s others';
comment on column visit.visit_date is 'the day of the visit';
comment on column visit.deviation_reason is 'why the visit was held outside its window; without it such a visit is refused';
$ddl$),
(20, 'tables/medical_history.sql', $ddl$
-- What a candidate brings along: diagnosis, antiretroviral treatment, intolerance

create table hiv_diagnosis (
    site_id text not null,
    subject_id text not null,
    -- HIV was not known before
    diagnosed date not null check (diagnosed between '1981-01-01' and '9999-12-31'),
    guideline text not null,
    confirmed date check (confirmed between '1900-01-01' and '9999-12-31'),
    confirmatory_test text,
    primary key (site_id, subject_id),
    foreign key (site_id, subject_id) references subject on update cascade,
    constraint hiv_diagnosis_order check (confirmed >= diagnosed),
    constraint hiv_diagnosis_confirmation check ((confirmed is null) = (confirmatory_test is null))
);

comment on table hiv_diagnosis is 'the diagnosis of HIV infection';
comment on column hiv_diagnosis.site_id is 'the site';
comment on column hiv_diagnosis.subject_id is 'the subject''s code';
comment on column hiv_diagnosis.diagnosed is 'the day of the first reactive test';
comment on column hiv_diagnosis.guideline is 'the guideline that the diagnosis follows, as protocol.diagnosis_guideline names it';
comment on column hiv_diagnosis.confirmed is 'the day of the positive confirmatory test';
comment on column hiv_diagnosis.confirmatory_test is 'the confirmatory test, such as Western blot';

create table art_history (
    site_id text not null,
    subject_id text not null,
    drug text not null references drug,
    started date not null check (started between '1900-01-01' and '9999-12-31'),
    stopped date check (stopped between '1900-01-01' and '9999-12-31'),
    reason_stopped text,
    primary key (site_id, subject_id, drug, started),
    foreign key (site_id, subject_id) references subject on update cascade,
    constraint art_history_order check (stopped > started)
);

comment on table art_history is 'antiretroviral treatment before the study, one row per drug and period';
comment on column art_history.site_id is 'the site';
comment on column art_history.subject_id is 'the subject''s code';
comment on column art_history.drug is 'the drug';
comment on column art_history.started is 'the first day on which it was taken';
comment on column art_history.stopped is 'the first day on which it was no longer taken; null if it is still taken';
comment on column art_history.reason_stopped is 'why it was stopped';

create table intolerance (
    site_id text not null,
    subject_id text not null,
    drug text not null references drug,
    reaction text not null,
    onset date not null check (onset between '1900-01-01' and '9999-12-31'),
    is_serious boolean not null,
    primary key (site_id, subject_id, drug, reaction, onset),
    foreign key (site_id, subject_id) references subject on update cascade
);

comment on table intolerance is 'adverse events that make a drug unusable for the subject';
comment on column intolerance.site_id is 'the site';
comment on column intolerance.subject_id is 'the subject''s code';
comment on column intolerance.drug is 'the drug';
comment on column intolerance.reaction is 'the adverse event; listed_intolerance has the names of those that the protocol gives as examples';
comment on column intolerance.onset is 'the day of its onset';
comment on column intolerance.is_serious is 'whether it was serious';
$ddl$),
(21, 'tables/genotype.sql', $ddl$
-- Genotypic resistance tests, with the drug calls as the laboratory reported them

create table genotype (
    site_id text not null,
    subject_id text not null,
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    visit text,
    laboratory text,
    algorithm text,
    genes text[],
    mutations mutation[],
    primary key (site_id, subject_id, collected),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id, visit) references visit on update cascade,
    constraint genotype_genes
        check (genes <@ array['CA', 'PR', 'RT', 'IN', 'GP120', 'GP41']
        and genes(mutations) <@ genes)
);

comment on table genotype is 'genotypic resistance tests';
comment on column genotype.site_id is 'the site';
comment on column genotype.subject_id is 'the subject''s code';
comment on column genotype.collected is 'the day on which the sample was taken';
comment on column genotype.visit is 'the visit at which it was taken; null for history';
comment on column genotype.laboratory is 'the laboratory';
comment on column genotype.algorithm is 'the algorithm, with its version, by which the laboratory made its calls';
comment on column genotype.genes is 'the genes that were sequenced, such as {PR,RT}; null: those in which mutations were found, which is all that is known then';
comment on column genotype.mutations is 'the mutations that were found, {} if there were none, and the positions that were sequenced, if that is not the whole of a gene; null if the laboratory reported no more than its calls';

create table genotype_drug_call (
    site_id text not null,
    subject_id text not null,
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    drug text not null references drug,
    call text not null check (call in ('susceptible', 'intermediate', 'resistant')),
    reported text,
    primary key (site_id, subject_id, collected, drug),
    foreign key (site_id, subject_id, collected) references genotype on update cascade
);

comment on table genotype_drug_call is 'what a genotypic test says of each drug';
comment on column genotype_drug_call.site_id is 'the site';
comment on column genotype_drug_call.subject_id is 'the subject''s code';
comment on column genotype_drug_call.collected is 'the day on which the sample was taken';
comment on column genotype_drug_call.drug is 'the drug';
comment on column genotype_drug_call.call is 'susceptible, intermediate or resistant';
comment on column genotype_drug_call.reported is 'the laboratory''s own words, such as "low-level resistance"';
$ddl$),
(22, 'tables/viral_load_result.sql', $ddl$
-- HIV-1 RNA: of the study's visits, and from before it

create table viral_load_result (
    site_id text not null,
    subject_id text not null,
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    replicate whole_number not null default 1 check (replicate between 1 and 32767),
    visit text,
    assay text not null,
    reported text,
    reported_unit text,
    viral_load viral_load not null,
    primary key (site_id, subject_id, collected, replicate),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id, visit) references visit on update cascade,
    constraint viral_load_result_unit check (reported is not null or reported_unit is null)
);

comment on table viral_load_result is 'HIV-1 RNA in plasma, as the laboratory reported it';
comment on column viral_load_result.site_id is 'the site';
comment on column viral_load_result.subject_id is 'the subject''s code';
comment on column viral_load_result.collected is 'the day on which the sample was taken';
comment on column viral_load_result.replicate is 'tells several results of one day apart';
comment on column viral_load_result.visit is 'the visit at which it was taken; null for history';
comment on column viral_load_result.assay is 'the assay';
comment on column viral_load_result.reported is 'the text of the laboratory''s report; null where it is not kept. Without viral_load it is read, with it the two must agree';
comment on column viral_load_result.reported_unit is 'the unit of that text: copies/mL, IU/mL, log10 copies/mL or log10 IU/mL; null where neither the text nor who entered it says so';
comment on column viral_load_result.viral_load is 'copies/mL; where it is null, the database reads it from reported. TND is completed with the assay''s lower limit';

create trigger complete_viral_load before insert or update on viral_load_result
    for each row execute function _virotrial.complete_viral_load();
comment on trigger complete_viral_load on viral_load_result is 'a reported text without a value gets the value that it says, TND without a limit the lower limit of its assay';

-- Rules read it, so the data cut does not apply to it.
create view viral_load_of_day as
    select distinct on (rule.viral_load_of_day, result.site_id, result.subject_id, result.collected)
        rule.viral_load_of_day, result.site_id, result.subject_id, result.collected,
        result.replicate::integer as replicate, result.assay, result.viral_load
    from viral_load_result as result
    cross join (values ('last replicate'), ('highest')) as rule (viral_load_of_day)
    order by rule.viral_load_of_day, result.site_id, result.subject_id, result.collected,
        case rule.viral_load_of_day when 'highest' then result.viral_load end desc,
        result.replicate desc;
comment on view viral_load_of_day is 'of several viral loads of one day the one that stands for it, by each rule that protocol.viral_load_of_day may name: criteria, rules and analyses read these. Of several that are the highest, the last replicate';
comment on column viral_load_of_day.viral_load_of_day is 'the rule: last replicate, or highest';
comment on column viral_load_of_day.site_id is 'the site';
comment on column viral_load_of_day.subject_id is 'the subject''s code';
comment on column viral_load_of_day.collected is 'the day on which the sample was taken';
comment on column viral_load_of_day.replicate is 'tells several results of one day apart';
comment on column viral_load_of_day.assay is 'the assay';
comment on column viral_load_of_day.viral_load is 'HIV-1 RNA, copies/mL';
$ddl$),
(23, 'tables/cd4_result.sql', $ddl$
-- CD4+ T lymphocytes

create table cd4_result (
    site_id text not null,
    subject_id text not null,
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    replicate whole_number not null default 1 check (replicate between 1 and 32767),
    visit text,
    method text not null default 'flow cytometry',
    cd4_count lab_value not null,
    unit text not null default 'cells/uL',
    reported text,
    cd4_percent double precision check (cd4_percent between 0 and 100),
    primary key (site_id, subject_id, collected, replicate),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id, visit) references visit on update cascade,
    -- three-valued: what a limit leaves possible is not refused
    constraint cd4_count_range check (cd4_count >= 0 and cd4_count <= 3000)
);

comment on table cd4_result is 'counts of CD4+ T lymphocytes';
comment on column cd4_result.site_id is 'the site';
comment on column cd4_result.subject_id is 'the subject''s code';
comment on column cd4_result.collected is 'the day on which the sample was taken';
comment on column cd4_result.replicate is 'tells several results of one day apart';
comment on column cd4_result.visit is 'the visit at which it was taken; null for history';
comment on column cd4_result.method is 'the method of counting';
comment on column cd4_result.cd4_count is 'cells per microlitre, exact or a limit such as <20; a count that comes in another unit is converted';
comment on column cd4_result.unit is 'the unit of cd4_count: cells/uL, once another unit that the count came in is converted';
comment on column cd4_result.reported is 'the laboratory''s text, where it says more than the count; the database puts a count there that came in another unit';
comment on column cd4_result.cd4_percent is 'per cent of lymphocytes, no share: 25, not 0.25';

create trigger complete_cd4_result before insert or update on cd4_result
    for each row execute function _virotrial.complete_cd4_result();
comment on trigger complete_cd4_result on cd4_result is 'converts a count to cells per microlitre';
$ddl$),
(24, 'tables/lab_result.sql', $ddl$
-- Laboratory results and electrocardiograms

create table lab_result (
    site_id text not null,
    subject_id text not null,
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    test text not null,
    replicate whole_number not null default 1 check (replicate between 1 and 32767),
    visit text,
    laboratory text,
    reported text,
    value lab_value,
    unit text,
    code text,
    fasting boolean,
    lln double precision check (lln = 0 or abs(lln) between 1e-12 and 1e12),
    uln double precision check (uln = 0 or abs(uln) between 1e-12 and 1e12),
    standard_value lab_value,
    primary key (site_id, subject_id, collected, test, replicate),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id, visit) references visit on update cascade,
    constraint lab_result_kind check (num_nonnulls(value, code) = 1),
    -- what differences and multiples of can be written
    constraint lab_result_range
        check (quantity(value) = 0 or abs(quantity(value)) between 1e-15 and 1e15),
    constraint lab_result_unit check ((value is null) = (unit is null)),
    constraint lab_result_limits check (lln < uln),
    constraint lab_result_limits_numeric check (value is not null or num_nonnulls(lln, uln) = 0)
);

comment on table lab_result is 'results of laboratory tests and electrocardiograms, as reported, with the standard value beside them';
comment on column lab_result.site_id is 'the site';
comment on column lab_result.subject_id is 'the subject''s code';
comment on column lab_result.collected is 'the day on which the sample was taken, or the examination made';
comment on column lab_result.test is 'the test';
comment on column lab_result.replicate is 'tells several results of one test and day apart';
comment on column lab_result.visit is 'the visit at which it was taken; null for history';
comment on column lab_result.laboratory is 'the laboratory, as in reference_range; null if it is not known or there is none';
comment on column lab_result.reported is 'the text of the laboratory''s report, where it says more than value and unit, or code';
comment on column lab_result.value is 'the result of a numeric test, in the unit in which it was reported';
comment on column lab_result.unit is 'that unit; empty for a result without one';
comment on column lab_result.code is 'the result of a coded test';
comment on column lab_result.fasting is 'whether the subject had fasted; null if it is not known';
comment on column lab_result.lln is 'the lower limit of normal that was reported with the result, in its unit';
comment on column lab_result.uln is 'the upper limit of normal that was reported with the result, in its unit';
comment on column lab_result.standard_value is 'the value in the standard unit of the test, set by the database; null for a coded result';

create trigger complete_lab_result before insert or update on lab_result
    for each row execute function _virotrial.complete_lab_result();
comment on trigger complete_lab_result on lab_result is 'sets standard_value';
$ddl$),
(25, 'tables/missing_result.sql', $ddl$
-- Results that did not come, of the study's visits and from before it

create table missing_result (
    site_id text not null,
    subject_id text not null,
    assessment text not null check (assessment in ('viral load', 'CD4', 'laboratory',
        'electrocardiogram', 'vital signs', 'physical examination', 'complaints',
        'pregnancy test')),
    test text not null default '',
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    replicate whole_number not null default 1 check (replicate between 1 and 32767),
    visit text,
    reason text not null check (reason in ('rejected', 'insufficient', 'invalid', 'pending',
        'not done', 'missing')),
    reported text,
    note text,
    primary key (site_id, subject_id, assessment, test, collected, replicate),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id, visit) references visit on update cascade,
    constraint missing_result_test check ((assessment = 'laboratory') = (test <> ''))
);

comment on table missing_result is 'results that did not come, each with the reason. A row stays what it was when the result comes after all: unresolved_result lists those of which none has come';
comment on column missing_result.site_id is 'the site';
comment on column missing_result.subject_id is 'the subject''s code';
comment on column missing_result.assessment is 'viral load, CD4, laboratory (a test), electrocardiogram, vital signs, physical examination, complaints or pregnancy test: what the result would be of';
comment on column missing_result.test is 'the test of a laboratory result; empty for the others';
comment on column missing_result.collected is 'the day on which the sample was taken, or was to be taken';
comment on column missing_result.replicate is 'tells several samples of one day apart';
comment on column missing_result.visit is 'the visit that it belongs to; null for history';
comment on column missing_result.reason is 'rejected: the laboratory did not accept the sample; insufficient: there was too little of it; invalid: the measurement failed; pending: the result is still to come; not done: nothing was taken or measured; missing: nobody says why';
comment on column missing_result.reported is 'the text of the laboratory''s report';
comment on column missing_result.note is 'what else there is to say, such as what was wrong with the sample';
$ddl$),
(26, 'tables/examination.sql', $ddl$
-- Physical examinations, vital signs, and what patients were asked for

create table vital_signs (
    site_id text not null,
    subject_id text not null,
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    replicate whole_number not null default 1 check (replicate between 1 and 32767),
    visit text,
    weight_kg double precision check (weight_kg between 0.3 and 500),
    height_cm double precision check (height_cm between 20 and 250),
    temperature_celsius double precision check (temperature_celsius between 25 and 45),
    systolic_mmhg double precision check (systolic_mmhg between 30 and 350),
    diastolic_mmhg double precision check (diastolic_mmhg between 10 and 250),
    pulse_per_minute double precision check (pulse_per_minute between 10 and 350),
    respirations_per_minute double precision check (respirations_per_minute between 3 and 120),
    primary key (site_id, subject_id, collected, replicate),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id, visit) references visit on update cascade,
    constraint vital_signs_measured check (num_nonnulls(weight_kg, height_cm, temperature_celsius,
        systolic_mmhg, diastolic_mmhg, pulse_per_minute, respirations_per_minute) > 0),
    constraint vital_signs_pressure check (diastolic_mmhg < systolic_mmhg)
);

comment on table vital_signs is 'vital signs: one row per measurement, in the units that the names say; what was not measured is null';
comment on column vital_signs.site_id is 'the site';
comment on column vital_signs.subject_id is 'the subject''s code';
comment on column vital_signs.collected is 'the day';
comment on column vital_signs.replicate is 'tells several measurements of one day apart';
comment on column vital_signs.visit is 'the visit that it belongs to; null for history';
comment on column vital_signs.weight_kg is 'body weight, kg';
comment on column vital_signs.height_cm is 'body height, cm';
comment on column vital_signs.temperature_celsius is 'body temperature, degrees Celsius';
comment on column vital_signs.systolic_mmhg is 'systolic blood pressure, mmHg';
comment on column vital_signs.diastolic_mmhg is 'diastolic blood pressure, mmHg; less than the systolic one';
comment on column vital_signs.pulse_per_minute is 'beats per minute';
comment on column vital_signs.respirations_per_minute is 'breaths per minute';

create table physical_examination (
    site_id text not null,
    subject_id text not null,
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    body_system text not null check (body_system ~ '[^[:space:]]'),
    visit text,
    result text not null check (result in ('normal', 'abnormal', 'not examined')),
    finding text check (finding ~ '[^[:space:]]'),
    primary key (site_id, subject_id, collected, body_system),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id, visit) references visit on update cascade,
    constraint physical_examination_finding check ((result = 'abnormal') = (finding is not null))
);

comment on table physical_examination is 'physical examinations: one row per body system and day';
comment on column physical_examination.site_id is 'the site';
comment on column physical_examination.subject_id is 'the subject''s code';
comment on column physical_examination.collected is 'the day';
comment on column physical_examination.body_system is 'what was examined, such as skin or abdomen';
comment on column physical_examination.visit is 'the visit that it belongs to; null for history';
comment on column physical_examination.result is 'normal, abnormal, or not examined';
comment on column physical_examination.finding is 'what was found; given for an abnormal result, and for no other';

create table asked_complaint (
    site_id text not null,
    subject_id text not null,
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    complaint text not null,
    visit text,
    is_present boolean not null,
    primary key (site_id, subject_id, collected, complaint),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id, visit) references visit on update cascade
);

comment on table asked_complaint is 'what patients were asked for, and what they said: one row per complaint and day. No row: nobody asked. A complaint that is present is entered as an adverse event, too';
comment on column asked_complaint.site_id is 'the site';
comment on column asked_complaint.subject_id is 'the subject''s code';
comment on column asked_complaint.collected is 'the day';
comment on column asked_complaint.complaint is 'a complaint of solicited_complaint; or "any", for the open question';
comment on column asked_complaint.visit is 'the visit that it belongs to; null for another occasion';
comment on column asked_complaint.is_present is 'whether the patient has it; false: asked, and none';

create table pregnancy_test (
    site_id text not null,
    subject_id text not null,
    collected date not null check (collected between '1900-01-01' and '9999-12-31'),
    replicate whole_number not null default 1 check (replicate between 1 and 32767),
    visit text,
    specimen text not null check (specimen in ('urine', 'serum')),
    result text not null check (result in ('negative', 'positive', 'indeterminate')),
    primary key (site_id, subject_id, collected, replicate),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id, visit) references visit on update cascade
);

comment on table pregnancy_test is 'pregnancy tests: one row per test';
comment on column pregnancy_test.site_id is 'the site';
comment on column pregnancy_test.subject_id is 'the subject''s code';
comment on column pregnancy_test.collected is 'the day on which the sample was taken';
comment on column pregnancy_test.replicate is 'tells several tests of one day apart';
comment on column pregnancy_test.visit is 'the visit that it belongs to; null for another occasion';
comment on column pregnancy_test.specimen is 'urine or serum';
comment on column pregnancy_test.result is 'negative, positive or indeterminate';
$ddl$),
(27, 'tables/medical_condition.sql', $ddl$
-- Medical history, and what patients take beside the antiretroviral drugs

create table medical_history (
    site_id text not null,
    subject_id text not null,
    condition_number whole_number not null check (condition_number between 1 and 32767),
    term text not null check (term ~ '[^[:space:]]'),
    coded_term text,
    system_organ_class text,
    dictionary text,
    dictionary_version text,
    is_hiv_associated boolean not null,
    started text,
    ended text,
    is_ongoing boolean not null,
    note text,
    started_first date generated always as (_virotrial.first_possible_day(started)) stored
        check (started_first between '1900-01-01' and '9999-12-31'),
    started_last date generated always as (_virotrial.last_possible_day(started)) stored
        check (started_last between '1900-01-01' and '9999-12-31'),
    ended_first date generated always as (_virotrial.first_possible_day(ended)) stored
        check (ended_first between '1900-01-01' and '9999-12-31'),
    ended_last date generated always as (_virotrial.last_possible_day(ended)) stored
        check (ended_last between '1900-01-01' and '9999-12-31'),
    primary key (site_id, subject_id, condition_number),
    foreign key (site_id, subject_id) references subject on update cascade,
    constraint medical_history_order check (ended_last >= started_first),
    constraint medical_history_ongoing check (not is_ongoing or ended is null),
    constraint medical_history_coding
        check (num_nulls(coded_term, dictionary, dictionary_version) in (0, 3)),
    constraint medical_history_organ_class
        check (system_organ_class is null or coded_term is not null)
);

comment on table medical_history is 'conditions from before the study, HIV-associated ones among them: one row per condition. What begins in the study is an adverse event';
comment on column medical_history.site_id is 'the site';
comment on column medical_history.subject_id is 'the subject''s code';
comment on column medical_history.condition_number is 'tells the subject''s conditions apart';
comment on column medical_history.term is 'the condition in the investigator''s words';
comment on column medical_history.coded_term is 'the preferred term of the dictionary that it was coded to';
comment on column medical_history.system_organ_class is 'the class that the dictionary has the term in';
comment on column medical_history.dictionary is 'the dictionary, such as MedDRA; it comes from the user';
comment on column medical_history.dictionary_version is 'its version';
comment on column medical_history.is_hiv_associated is 'whether it is associated with HIV, such as an AIDS-defining condition';
comment on column medical_history.started is 'when it began, as far as it is known: YYYY-MM-DD, YYYY-MM or YYYY; null where nobody knows';
comment on column medical_history.ended is 'when it ended, in the same manner; null while it goes on or if that is not known';
comment on column medical_history.is_ongoing is 'whether it goes on';
comment on column medical_history.note is 'what else there is to say';
comment on column medical_history.started_first is 'the first day on which it may have begun';
comment on column medical_history.started_last is 'the last day on which it may have begun';
comment on column medical_history.ended_first is 'the first day on which it may have ended';
comment on column medical_history.ended_last is 'the last day on which it may have ended';

create table concomitant_medication (
    site_id text not null,
    subject_id text not null,
    medication_number whole_number not null check (medication_number between 1 and 32767),
    medication text not null check (medication ~ '[^[:space:]]'),
    coded_term text,
    medication_class text,
    dictionary text,
    dictionary_version text,
    indication text check (indication ~ '[^[:space:]]'),
    dose double precision check (dose > 0 and dose < 'Infinity'),
    dose_unit text check (dose_unit ~ '[^[:space:]]'),
    frequency text check (frequency ~ '[^[:space:]]'),
    route text check (route ~ '[^[:space:]]'),
    started text,
    ended text,
    is_ongoing boolean not null,
    note text,
    started_first date generated always as (_virotrial.first_possible_day(started)) stored
        check (started_first between '1900-01-01' and '9999-12-31'),
    started_last date generated always as (_virotrial.last_possible_day(started)) stored
        check (started_last between '1900-01-01' and '9999-12-31'),
    ended_first date generated always as (_virotrial.first_possible_day(ended)) stored
        check (ended_first between '1900-01-01' and '9999-12-31'),
    ended_last date generated always as (_virotrial.last_possible_day(ended)) stored
        check (ended_last between '1900-01-01' and '9999-12-31'),
    primary key (site_id, subject_id, medication_number),
    foreign key (site_id, subject_id) references subject on update cascade,
    constraint concomitant_medication_dose check ((dose is null) = (dose_unit is null)),
    constraint concomitant_medication_order check (ended_last >= started_first),
    constraint concomitant_medication_ongoing check (not is_ongoing or ended is null),
    constraint concomitant_medication_coding
        check (num_nulls(coded_term, dictionary, dictionary_version) in (0, 3)),
    constraint concomitant_medication_class
        check (medication_class is null or coded_term is not null)
);

comment on table concomitant_medication is 'what a subject takes beside the antiretroviral drugs, which are in regimen and art_history: one row per medication and period';
comment on column concomitant_medication.site_id is 'the site';
comment on column concomitant_medication.subject_id is 'the subject''s code';
comment on column concomitant_medication.medication_number is 'tells the subject''s medications apart';
comment on column concomitant_medication.medication is 'the medication as it was reported';
comment on column concomitant_medication.coded_term is 'the preferred term of the dictionary that it was coded to';
comment on column concomitant_medication.medication_class is 'the class that the dictionary has the term in, such as one of ATC';
comment on column concomitant_medication.dictionary is 'the dictionary, such as WHODrug; it comes from the user';
comment on column concomitant_medication.dictionary_version is 'its version';
comment on column concomitant_medication.indication is 'what it is taken for';
comment on column concomitant_medication.dose is 'the dose that is taken at a time';
comment on column concomitant_medication.dose_unit is 'its unit, such as mg; given with a dose, and with no other';
comment on column concomitant_medication.frequency is 'how often it is taken, such as BID';
comment on column concomitant_medication.route is 'how it is taken, such as oral';
comment on column concomitant_medication.started is 'when it was first taken, as far as it is known: YYYY-MM-DD, YYYY-MM or YYYY; null where nobody knows';
comment on column concomitant_medication.ended is 'when it was last taken, in the same manner; null while it goes on or if that is not known';
comment on column concomitant_medication.is_ongoing is 'whether it is still taken';
comment on column concomitant_medication.note is 'what else there is to say';
comment on column concomitant_medication.started_first is 'the first day on which it may have been taken first';
comment on column concomitant_medication.started_last is 'the last day on which it may have been taken first';
comment on column concomitant_medication.ended_first is 'the first day on which it may have been taken last';
comment on column concomitant_medication.ended_last is 'the last day on which it may have been taken last';
$ddl$),
(28, 'tables/coding.sql', $ddl$
-- Dictionaries that reported terms are coded to: the user brings them

create table coding_dictionary (
    dictionary text not null,
    dictionary_version text not null,
    domain text not null check (domain in ('condition', 'medication')),
    is_current boolean not null default true,
    primary key (dictionary, dictionary_version)
);

create unique index coding_dictionary_current on coding_dictionary (domain) where is_current;

comment on table coding_dictionary is 'the dictionaries that were loaded, such as MedDRA, by version';
comment on column coding_dictionary.dictionary is 'the dictionary';
comment on column coding_dictionary.dictionary_version is 'its version';
comment on column coding_dictionary.domain is 'condition: adverse events and medical history; medication: concomitant medication';
comment on column coding_dictionary.is_current is 'whether terms of its domain are coded to it now; one of a domain is';

create table coding_term (
    dictionary text not null,
    dictionary_version text not null,
    term_code text not null,
    term text not null check (term ~ '[^[:space:]]'),
    preferred_code text not null,
    preferred_term text not null check (preferred_term ~ '[^[:space:]]'),
    class text,
    is_current boolean not null default true,
    primary key (dictionary, dictionary_version, term_code),
    foreign key (dictionary, dictionary_version) references coding_dictionary
);

create index coding_term_words on coding_term (lower(term));

comment on table coding_term is 'the lowest terms of the dictionaries, each with its preferred term and class';
comment on column coding_term.dictionary is 'the dictionary';
comment on column coding_term.dictionary_version is 'its version';
comment on column coding_term.term_code is 'the code of the term; in MedDRA that of the lowest level term';
comment on column coding_term.term is 'the term';
comment on column coding_term.preferred_code is 'the code of its preferred term';
comment on column coding_term.preferred_term is 'the preferred term, by which tables count';
comment on column coding_term.class is 'in MedDRA the primary system organ class, of a medication a class such as one of ATC';
comment on column coding_term.is_current is 'false for a term that the dictionary keeps, and no longer wants coded to';
$ddl$),
(29, 'tables/screening.sql', $ddl$
-- What each screening of a subject came to

create table screening (
    site_id text not null,
    subject_id text not null,
    decided date not null check (decided between '1900-01-01' and '9999-12-31'),
    outcome text not null check (outcome in ('eligible', 'screen failure')),
    reason text check (reason in ('eligibility criteria not met', 'consent withdrawn',
        'lost to follow-up', 'death', 'physician decision', 'other')),
    note text,
    primary key (site_id, subject_id, decided),
    foreign key (site_id, subject_id) references subject on update cascade,
    constraint screening_reason check ((outcome = 'eligible') = (reason is null))
);

comment on table screening is 'the outcome of each screening: one row per screening. A subject may be screened again, and the last outcome counts';
comment on column screening.site_id is 'the site';
comment on column screening.subject_id is 'the subject''s code';
comment on column screening.decided is 'the day of the outcome';
comment on column screening.outcome is 'eligible, or screen failure';
comment on column screening.reason is 'the one reason for a screen failure';
comment on column screening.note is 'in words, such as the criterion that was not met';
$ddl$),
(30, 'tables/enrolment.sql', $ddl$
-- Enrolment, and the verdicts that it rests on

create table enrolment (
    site_id text not null,
    subject_id text not null,
    enrolled date not null check (enrolled between '1900-01-01' and '9999-12-31'),
    first_dose date check (first_dose between '1900-01-01' and '9999-12-31'),
    primary key (site_id, subject_id),
    foreign key (site_id, subject_id) references subject on update cascade,
    constraint enrolment_order check (first_dose >= enrolled)
);

comment on table enrolment is 'subjects enrolled; refused unless every eligibility criterion is met';
comment on column enrolment.site_id is 'the site';
comment on column enrolment.subject_id is 'the subject''s code';
comment on column enrolment.enrolled is 'the day of enrolment';
comment on column enrolment.first_dose is 'the day of the first dose of the study drug, study day 1; null until it is given';

create table eligibility_verdict (
    site_id text not null,
    subject_id text not null,
    criterion text not null,
    verdict text not null check (verdict in ('met', 'not met', 'unknown')),
    evidence text not null,
    as_of date not null check (as_of between '1900-01-01' and '9999-12-31'),
    primary key (site_id, subject_id, criterion),
    foreign key (site_id, subject_id) references enrolment on delete cascade on update cascade
);

comment on table eligibility_verdict is 'the verdict on each criterion as it was at enrolment, written by the database';
comment on column eligibility_verdict.site_id is 'the site';
comment on column eligibility_verdict.subject_id is 'the subject''s code';
comment on column eligibility_verdict.criterion is 'the criterion';
comment on column eligibility_verdict.verdict is 'met, not met or unknown';
comment on column eligibility_verdict.evidence is 'what the verdict rests on';
comment on column eligibility_verdict.as_of is 'the day of enrolment';

create table enrolment_stop (
    site text not null default '*',
    closed_from date not null check (closed_from between '1900-01-01' and '9999-12-31'),
    opened_again date check (opened_again between '1900-01-01' and '9999-12-31'),
    reason text not null check (reason ~ '[^[:space:]]'),
    primary key (site, closed_from),
    constraint enrolment_stop_order check (opened_again > closed_from)
);

comment on table enrolment_stop is 'when enrolment is closed, at a site or in the whole study: who is enrolled on such a day is refused';
comment on column enrolment_stop.site is 'the site''s code, or * for all sites';
comment on column enrolment_stop.closed_from is 'the first day on which nobody is enrolled';
comment on column enrolment_stop.opened_again is 'the first day on which subjects are enrolled again; null while nobody is';
comment on column enrolment_stop.reason is 'why, such as the decision of the data monitoring committee';

create table enrolment_limit (
    site text not null default '*',
    maximum whole_number not null check (maximum >= 0),
    stratum text not null default '*',
    known_stratum text generated always as (nullif(stratum, '*')) stored references stratum,
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    primary key (site, stratum, effective_from)
);

comment on table enrolment_limit is 'how many subjects may be enrolled, at a site or in the whole study, or randomised in a stratum; without a row, any number';
comment on column enrolment_limit.site is 'the site''s code, or * for all sites together';
comment on column enrolment_limit.maximum is 'subjects, at most';
comment on column enrolment_limit.stratum is 'the stratum in which they are randomised; * for who is enrolled, in any';
comment on column enrolment_limit.known_stratum is 'the stratum; null for any';
comment on column enrolment_limit.effective_from is 'the first day of enrolment, or of randomisation in a stratum, on which the row applies';

create view enrolment_limit_period as
    select enrolment_limit.*, lead(effective_from, 1, 'infinity')
        over (partition by site, stratum order by effective_from) as effective_before
    from enrolment_limit;
comment on view enrolment_limit_period is 'enrolment_limit, with the day before which each row applies';
$ddl$),
(31, 'tables/allocation.sql', $ddl$
-- Randomisation: the list, what is allocated from it, and unblinding.  The
-- functions of the triggers run as the owner, since who allocates or unblinds may
-- not read what they look up.

create table allocation_list (
    stratum text not null default 'all',
    place whole_number not null check (place > 0),
    code text not null unique check (code ~ '[^[:space:]]'),
    block whole_number check (block > 0),
    arm text not null references arm,
    primary key (stratum, place)
);

comment on table allocation_list is 'the randomisation list: made by make_allocation_list() or imported, read by the role of randomisation and the owner of the study alone';
comment on column allocation_list.stratum is 'the stratum';
comment on column allocation_list.place is 'the order within the stratum in which the list is used';
comment on column allocation_list.code is 'the randomisation number';
comment on column allocation_list.block is 'the permuted block; null where the list does not say';
comment on column allocation_list.arm is 'the arm';

create table allocation (
    site_id text not null,
    subject_id text not null,
    allocated date not null default today()
        check (allocated between '1900-01-01' and '9999-12-31'),
    stratum text not null default 'all',
    code text unique,
    arm text not null references arm,
    primary key (site_id, subject_id),
    foreign key (site_id, subject_id) references enrolment on update cascade
);

comment on table allocation is 'which arm a subject is allocated to: one row per subject, which nothing changes. INSERT takes the next place of the list';
comment on column allocation.site_id is 'the site';
comment on column allocation.subject_id is 'the subject''s code';
comment on column allocation.allocated is 'the day of randomisation';
comment on column allocation.stratum is 'the stratum';
comment on column allocation.code is 'the randomisation number, set by the database; null where the study has no list';
comment on column allocation.arm is 'the arm, set by the database; given by who enters the row where the study has no list, as another system randomises';

create function next_allocation() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
declare
    has_list boolean;
begin
    execute format('select exists (select from %I.allocation_list)', tg_table_schema) into has_list;
    if not has_list then
        return new;
    elsif new.arm is not null or new.code is not null then
        raise exception using
            errcode = 'check_violation',
            message = 'the arm of a subject comes from the randomisation list',
            hint = 'Leave arm and code out: the database takes the next place of the list.';
    end if;
    -- one after the other in a stratum, so that none takes a place twice
    perform pg_advisory_xact_lock(hashtextextended(new.stratum, tg_relid::bigint));
    execute format('select code, arm from %1$I.allocation_list as list
            where stratum = $1 and not exists (
                select from %1$I.allocation where allocation.code = list.code)
            order by place limit 1', tg_table_schema)
        into new.code, new.arm using new.stratum;
    if new.arm is null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('the randomisation list has no place left in stratum "%s"',
                new.stratum),
            hint = 'Name a stratum of the list; or let who keeps the list extend it.';
    end if;
    return new;
end;
$$;
comment on function next_allocation() is 'trigger function before each row of allocation: takes the next place of the list';

create trigger next_allocation before insert on allocation
    for each row execute function next_allocation();
comment on trigger next_allocation on allocation is 'takes the next place of the list';

create table unblinding (
    site_id text not null,
    subject_id text not null,
    unblinded date not null default current_date
        check (unblinded between '1900-01-01' and '9999-12-31'),
    reason text not null check (reason ~ '[^[:space:]]'),
    arm text not null,
    primary key (site_id, subject_id, unblinded),
    foreign key (site_id, subject_id) references allocation on update cascade
);

comment on table unblinding is 'who was told the arm of a subject, when and why: INSERT tells it, and nothing changes or deletes the row';
comment on column unblinding.site_id is 'the site';
comment on column unblinding.subject_id is 'the subject''s code';
comment on column unblinding.unblinded is 'the day';
comment on column unblinding.reason is 'why the arm had to be known';
comment on column unblinding.arm is 'the arm, set by the database';

create function tell_arm() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
as $$
begin
    execute format('select arm from %I.allocation where site_id = $1 and subject_id = $2',
        tg_table_schema) into new.arm using new.site_id, new.subject_id;
    if new.arm is null then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = format('subject "%s" of site "%s" is not allocated to an arm',
                new.subject_id, new.site_id),
            hint = 'There is nothing to unblind.';
    end if;
    return new;
end;
$$;
comment on function tell_arm() is 'trigger function before each row of unblinding: says which arm the subject is in';

create trigger tell_arm before insert on unblinding
    for each row execute function tell_arm();
comment on trigger tell_arm on unblinding is 'says which arm the subject is in';

do $$
declare
    target text;
begin
    foreach target in array array['allocation_list', 'allocation', 'unblinding'] loop
        execute format('create trigger keep_said before %s on %I
            for each statement execute function _virotrial.keep_said(%L)',
            case target when 'allocation_list' then 'update or delete' else 'delete' end, target,
            'It stands as it is; report what is wrong with it as a deviation.');
        execute format('comment on trigger keep_said on %I is %L', target,
            'refuses to change or delete what was said');
    end loop;
end;
$$;

create trigger "Keep_allocation" before update on allocation
    for each row execute function _virotrial.keep_allocation('enrolment');
comment on trigger "Keep_allocation" on allocation is 'refuses to change it, but with its subject';

create trigger "Keep_allocation" before update on unblinding
    for each row execute function _virotrial.keep_allocation('allocation');
comment on trigger "Keep_allocation" on unblinding is 'refuses to change it, but with its subject';
$ddl$),
(32, 'tables/regimen.sql', $ddl$
-- Treatment in the study

create table regimen (
    site_id text not null,
    subject_id text not null,
    drug text not null references drug,
    started date not null check (started between '1900-01-01' and '9999-12-31'),
    stopped date check (stopped between '1900-01-01' and '9999-12-31'),
    dose_mg double precision check (dose_mg > 0 and dose_mg < 'infinity'),
    doses_per_day double precision check (doses_per_day > 0 and doses_per_day <= 24),
    weight_kg double precision check (weight_kg > 0 and weight_kg <= 1000),
    reason text,
    justification text check (justification ~ '[^[:space:]]'),
    start_reason text
        check (start_reason in ('adverse event', 'lack of efficacy',
        'drug interaction', 'pregnancy',
        'physician decision', 'subject decision', 'supply', 'other')),
    stop_reason text
        check (stop_reason in ('adverse event', 'death', 'lack of efficacy',
        'drug interaction', 'pregnancy',
        'consent withdrawn', 'lost to follow-up', 'protocol deviation', 'physician decision', 'subject decision', 'supply', 'other')),
    primary key (site_id, subject_id, drug, started),
    foreign key (site_id, subject_id) references subject on update cascade,
    foreign key (site_id, subject_id) references enrolment on update cascade,
    constraint regimen_order check (stopped > started)
);

comment on table regimen is 'the study drug and the optimized background therapy, one row per drug and period';
comment on column regimen.site_id is 'the site';
comment on column regimen.subject_id is 'the subject''s code';
comment on column regimen.drug is 'the drug';
comment on column regimen.started is 'the first day on which it is taken';
comment on column regimen.stopped is 'the first day on which it is no longer taken; null if it is still taken';
comment on column regimen.dose_mg is 'one dose, mg; must be given for the study drug';
comment on column regimen.doses_per_day is 'doses a day, 0.5 for one every other day; must be given for the study drug';
comment on column regimen.weight_kg is 'the weight by which the dose was chosen, kg; must be given for the study drug where table dose has bands of weight';
comment on column regimen.justification is 'why the background that begins with this row has fewer fully active drugs than the protocol asks for (one row of the day is enough), or why the drug is given in spite of an abnormality that speaks against it';
comment on column regimen.reason is 'why the drug was chosen or stopped, in words';
comment on column regimen.start_reason is 'why a drug of the background therapy was added after the first dose; null: not documented, or there from the first dose on';
comment on column regimen.stop_reason is 'why the drug was stopped while the subject was in the study; null: not documented, not stopped, or stopped with the end of the study. "adverse event" is toxicity or intolerance';
$ddl$),
(33, 'tables/adverse_event.sql', $ddl$
-- Adverse events

create table solicited_complaint (
    complaint text not null,
    effective_from date not null default '-infinity'
        check (effective_from = '-infinity'
            or effective_from between '1900-01-01' and '9999-12-31'),
    position whole_number not null,
    solicited boolean not null default true,
    primary key (complaint, effective_from)
);

comment on table solicited_complaint is 'complaints that the protocol asks for by name';
comment on column solicited_complaint.complaint is 'the complaint';
comment on column solicited_complaint.effective_from is 'the first day on which the row applies';
comment on column solicited_complaint.position is 'the order of the complaints';
comment on column solicited_complaint.solicited is 'false in an amendment that no longer asks for it';

create table relatedness_category (
    relatedness text not null primary key,
    position whole_number not null,
    is_related boolean not null
);

comment on table relatedness_category is 'how an investigator may judge whether a drug caused an event';
comment on column relatedness_category.relatedness is 'the judgement';
comment on column relatedness_category.position is 'the order of the judgements';
comment on column relatedness_category.is_related is 'whether the event is then counted as related to the drug (assumption: what is possible is)';

create table adverse_event (
    site_id text not null,
    subject_id text not null,
    event_number whole_number not null check (event_number > 0),
    term text not null check (term ~ '[^[:space:]]'),
    complaint text,
    test text references lab_test,
    coded_term text,
    system_organ_class text,
    dictionary text,
    dictionary_version text,
    onset text not null,
    ended text,
    grade whole_number not null check (grade between 1 and 5),
    is_serious boolean not null default false,
    results_in_death boolean not null default false,
    is_life_threatening boolean not null default false,
    requires_hospitalization boolean not null default false,
    is_disabling boolean not null default false,
    is_congenital_anomaly boolean not null default false,
    is_medically_important boolean not null default false,
    action_taken text not null
        check (action_taken in ('DOSE INCREASED', 'DOSE NOT CHANGED',
        'DOSE RATE REDUCED', 'DOSE REDUCED',
        'DRUG INTERRUPTED', 'DRUG WITHDRAWN', 'NOT APPLICABLE', 'UNKNOWN')),
    outcome text not null
        check (outcome in ('FATAL', 'NOT RECOVERED/NOT RESOLVED', 'RECOVERED/RESOLVED',
        'RECOVERED/RESOLVED WITH SEQUELAE', 'RECOVERING/RESOLVING', 'UNKNOWN')),
    aware_at timestamptz check (aware_at between '1900-01-01 00:00Z' and '9999-12-31 00:00Z'),
    reported_at timestamptz check (reported_at between '1900-01-01 00:00Z' and '9999-12-31 00:00Z'),
    note text,
    onset_first date not null generated always as (_virotrial.first_possible_day(onset)) stored
        check (onset_first between '1900-01-01' and '9999-12-31'),
    onset_last date not null generated always as (_virotrial.last_possible_day(onset)) stored
        check (onset_last between '1900-01-01' and '9999-12-31'),
    ended_first date generated always as (_virotrial.first_possible_day(ended)) stored
        check (ended_first between '1900-01-01' and '9999-12-31'),
    ended_last date generated always as (_virotrial.last_possible_day(ended)) stored
        check (ended_last between '1900-01-01' and '9999-12-31'),
    primary key (site_id, subject_id, event_number),
    foreign key (site_id, subject_id) references subject on update cascade,
    constraint adverse_event_order check (ended_last >= onset_first),
    constraint adverse_event_end
        check ((ended is null)
        = (outcome in ('NOT RECOVERED/NOT RESOLVED', 'RECOVERING/RESOLVING', 'UNKNOWN'))),
    constraint adverse_event_coding
        check (num_nulls(coded_term, dictionary, dictionary_version) in (0, 3)),
    constraint adverse_event_organ_class
        check (system_organ_class is null or coded_term is not null),
    constraint adverse_event_fatal
        check ((grade = 5) = (outcome = 'FATAL') and (grade = 5) = results_in_death),
    constraint adverse_event_serious
        check (is_serious = (results_in_death or is_life_threatening or requires_hospitalization
        or is_disabling or is_congenital_anomaly or is_medically_important)),
    constraint adverse_event_awareness check (not is_serious or aware_at is not null),
    constraint adverse_event_report_order check (reported_at >= aware_at)
);

comment on table adverse_event is 'adverse events: complaints, and abnormal findings that are events';
comment on column adverse_event.site_id is 'the site';
comment on column adverse_event.subject_id is 'the subject''s code';
comment on column adverse_event.event_number is 'tells the subject''s events apart';
comment on column adverse_event.term is 'the event in the investigator''s words';
comment on column adverse_event.complaint is 'the complaint of solicited_complaint that it is; null for another event';
comment on column adverse_event.test is 'the laboratory test whose abnormal result the event is; null for another event';
comment on column adverse_event.coded_term is 'the term of the dictionary that the event was coded to';
comment on column adverse_event.system_organ_class is 'the class that the dictionary has the term in';
comment on column adverse_event.dictionary is 'the dictionary, such as MedDRA; it comes from the user';
comment on column adverse_event.dictionary_version is 'its version';
comment on column adverse_event.onset is 'when it began, as far as it is known: YYYY-MM-DD, YYYY-MM or YYYY';
comment on column adverse_event.ended is 'when it ended, in the same manner; null while it goes on or if that is not known';
comment on column adverse_event.grade is 'the highest grade that it reached: 1 mild, 2 moderate, 3 severe, 4 potentially life-threatening, 5 fatal';
comment on column adverse_event.is_serious is 'whether it meets a criterion of seriousness';
comment on column adverse_event.results_in_death is 'criterion: it results in death';
comment on column adverse_event.is_life_threatening is 'criterion: it is life-threatening';
comment on column adverse_event.requires_hospitalization is 'criterion: it requires hospitalization, or prolongs it';
comment on column adverse_event.is_disabling is 'criterion: it results in persistent or significant disability or incapacity';
comment on column adverse_event.is_congenital_anomaly is 'criterion: it is a congenital anomaly or birth defect';
comment on column adverse_event.is_medically_important is 'criterion: it is important for another medical reason';
comment on column adverse_event.action_taken is 'what was done with the study drug, a term of CDISC; what was done with the others is in regimen';
comment on column adverse_event.outcome is 'the outcome, a term of CDISC';
comment on column adverse_event.aware_at is 'when the site became aware of it; must be given for a serious event';
comment on column adverse_event.reported_at is 'when it was reported to the sponsor';
comment on column adverse_event.note is 'what else there is to say';
comment on column adverse_event.onset_first is 'the first day on which it may have begun';
comment on column adverse_event.onset_last is 'the last day on which it may have begun';
comment on column adverse_event.ended_first is 'the first day on which it may have ended';
comment on column adverse_event.ended_last is 'the last day on which it may have ended';

create table adverse_event_relatedness (
    site_id text not null,
    subject_id text not null,
    event_number whole_number not null,
    drug text not null references drug,
    relatedness text not null references relatedness_category,
    primary key (site_id, subject_id, event_number, drug),
    foreign key (site_id, subject_id, event_number) references adverse_event on update cascade
);

comment on table adverse_event_relatedness is 'whether an event is related to the study drug, and to each drug of the background therapy';
comment on column adverse_event_relatedness.site_id is 'the site';
comment on column adverse_event_relatedness.subject_id is 'the subject''s code';
comment on column adverse_event_relatedness.event_number is 'the event';
comment on column adverse_event_relatedness.drug is 'the drug';
comment on column adverse_event_relatedness.relatedness is 'the investigator''s judgement';
$ddl$),
(34, 'tables/serious_intolerance.sql', $ddl$
-- Serious intolerance: as it was told, and as the study saw it.  Rules read it,
-- so the data cut does not apply to it.

create view serious_intolerance as
    select site_id, subject_id, drug, reaction, onset as onset_first, onset as onset_last,
        null::integer as event_number
    from intolerance
    where is_serious
    union all
    select event.site_id, event.subject_id, related.drug, coalesce(event.coded_term, event.term),
        event.onset_first, event.onset_last, event.event_number
    from adverse_event as event
    join adverse_event_relatedness as related using (site_id, subject_id, event_number)
    join relatedness_category as category using (relatedness)
    where event.is_serious and category.is_related;
comment on view serious_intolerance is 'the serious adverse events of drugs: those of intolerance, and those of the study that are related to a drug';
comment on column serious_intolerance.site_id is 'the site';
comment on column serious_intolerance.subject_id is 'the subject''s code';
comment on column serious_intolerance.drug is 'the drug';
comment on column serious_intolerance.reaction is 'the adverse event';
comment on column serious_intolerance.onset_first is 'the first day on which it may have begun';
comment on column serious_intolerance.onset_last is 'the last day on which it may have begun';
comment on column serious_intolerance.event_number is 'the event of adverse_event; null for one of intolerance';

create function counted_intolerance(site_id text, subject_id text, day date)
    returns table (drug text, reaction text, is_certain boolean)
    language sql stable parallel safe
    begin atomic
        select known.drug,
            known.reaction || coalesce(', which the protocol names '
                || nullif(named.reaction, lower(btrim(known.reaction))), ''),
            known.onset_last <= day
        from serious_intolerance as known
        left join listed_intolerance_period as named on named.drug = known.drug
            and day >= named.effective_from and day < named.effective_before
            and lower(btrim(known.reaction)) in (
                select lower(btrim(name)) from unnest(named.reaction || named.synonyms) as name)
        where known.site_id = counted_intolerance.site_id
            and known.subject_id = counted_intolerance.subject_id
            and known.onset_first <= day and named.listed is distinct from false;
    end;
comment on function counted_intolerance(text, text, date) is 'the serious intolerance of a subject that counts on a day; not certain: of an event that may have begun after it';
$ddl$),
(35, 'tables/lab_reading.sql', $ddl$
-- Laboratory results with their limits of normal.  Rules read these views, so the
-- data cut does not apply to them.

-- Cut into pieces that do not overlap: of one laboratory and test, each sex, age
-- and date has at most one.
create view reference_range_period as
    with
    sexed as (
        select reference_range.laboratory, reference_range.test, subject_sex.sex,
            reference_range.minimum_age::integer, reference_range.maximum_age::integer,
            reference_range.effective_from, reference_range.unit, reference_range.lln,
            reference_range.uln
        from reference_range
        join (values ('female'), ('male')) as subject_sex (sex)
            on reference_range.sex in ('any', subject_sex.sex)
    ),
    age as (
        select laboratory, test, sex, minimum_age as age_from,
            lead(minimum_age)
                over (partition by laboratory, test, sex order by minimum_age) as age_before
        from (
            select laboratory, test, sex, minimum_age from sexed
            union
            select laboratory, test, sex, maximum_age from sexed
                where maximum_age is not null) as bound
    )
    select sexed.laboratory, sexed.test, sexed.sex, age.age_from, age.age_before,
        sexed.effective_from,
        coalesce(lead(sexed.effective_from)
            over (partition by sexed.laboratory, sexed.test, sexed.sex, age.age_from
            order by sexed.effective_from),
            'infinity') as effective_before,
        sexed.unit, sexed.lln, sexed.uln
    from sexed
    join age on age.laboratory = sexed.laboratory and age.test = sexed.test and age.sex = sexed.sex
        and age.age_from >= sexed.minimum_age
            and (sexed.maximum_age is null or age.age_from < sexed.maximum_age);
comment on view reference_range_period is 'reference_range, cut so that each laboratory, test, sex, age and date of collection has at most one row';
comment on column reference_range_period.laboratory is 'the laboratory';
comment on column reference_range_period.test is 'the test';
comment on column reference_range_period.sex is 'female or male';
comment on column reference_range_period.age_from is 'the completed years from which the row applies';
comment on column reference_range_period.age_before is 'the completed years from which it applies no more; null for none';
comment on column reference_range_period.effective_from is 'the first date of collection that the row applies to';
comment on column reference_range_period.effective_before is 'the first that it applies to no more';
comment on column reference_range_period.unit is 'the unit of the limits';
comment on column reference_range_period.lln is 'the lower limit of normal; null for none';
comment on column reference_range_period.uln is 'the upper limit of normal; null for none';

-- Limits of the laboratory's list are converted to the unit of the result.
create view _lab_reading as
    select result.site_id, result.subject_id, result.collected, result.test,
        result.replicate::integer as replicate, result.visit, result.laboratory,
        coalesce(result.value, lab_code.plus::lab_value) as value,
        case when lab_code.plus is not null then 'plus' else result.unit end as unit,
        result.unit as reported_unit, result.code, result.fasting, result.standard_value,
        case subject.sex when 'female' then 'F' else 'M' end as sex,
        greatest((result.collected - subject.birth_date) / 365.25::double precision,
            subject_age.completed) as age,
        coalesce(result.lln, case when range.unit = result.unit then range.lln
            else _virotrial.number_converted(range.lln, lab_unit_power(range.unit)
                - range_unit.power - lab_unit_power(result.unit) + result_unit.power,
                range_unit.multiplier * result_unit.divisor,
                range_unit.divisor * result_unit.multiplier) end) as lln,
        coalesce(result.uln, case when range.unit = result.unit then range.uln
            else _virotrial.number_converted(range.uln, lab_unit_power(range.unit)
                - range_unit.power - lab_unit_power(result.unit) + result_unit.power,
                range_unit.multiplier * result_unit.divisor,
                range_unit.divisor * result_unit.multiplier) end) as uln
    from lab_result as result
    join subject using (site_id, subject_id)
    cross join lateral (select extract(year from age(result.collected::timestamp,
        subject.birth_date::timestamp))::integer as completed) as subject_age
    left join lab_unit as result_unit on result_unit.test = result.test
        and result_unit.kind = lab_unit_kind(result.unit)
    left join lab_code on lab_code.test = result.test and lab_code.code = result.code
    left join reference_range_period as range on range.laboratory = result.laboratory
        and range.test = result.test and range.sex = subject.sex
        and subject_age.completed >= range.age_from
            and (range.age_before is null or subject_age.completed < range.age_before)
        and result.collected >= range.effective_from and result.collected < range.effective_before
    left join lab_unit as range_unit on range_unit.test = range.test
        and range_unit.kind = lab_unit_kind(range.unit);
comment on view _lab_reading is 'every laboratory result with what its grading needs, but for the baseline';
comment on column _lab_reading.site_id is 'the site';
comment on column _lab_reading.subject_id is 'the subject''s code';
comment on column _lab_reading.collected is 'the day on which the sample was taken';
comment on column _lab_reading.test is 'the test';
comment on column _lab_reading.replicate is 'tells several results of one test and day apart';
comment on column _lab_reading.visit is 'the visit at which it was taken; null for history';
comment on column _lab_reading.laboratory is 'the laboratory';
comment on column _lab_reading.value is 'the result as reported; of a dipstick the number of plus signs; null for other coded results';
comment on column _lab_reading.unit is 'the unit of value';
comment on column _lab_reading.reported_unit is 'the unit of the result; null for a coded one';
comment on column _lab_reading.code is 'the result of a coded test';
comment on column _lab_reading.fasting is 'whether the subject had fasted; null if it is not known';
comment on column _lab_reading.standard_value is 'the value in the standard unit of the test';
comment on column _lab_reading.sex is 'F or M, as toxicity_grade takes it';
comment on column _lab_reading.age is 'years on the day of collection';
comment on column _lab_reading.lln is 'the lower limit of normal in the unit of value: as reported with the result, else of the laboratory''s range';
comment on column _lab_reading.uln is 'the upper limit of normal, likewise';
$ddl$),
(36, 'tables/drug_abnormality.sql', $ddl$
-- Laboratory abnormalities that speak against a drug

create table drug_abnormality (
    drug text not null references drug,
    test text not null references lab_test,
    direction text not null check (direction in ('H', 'L')),
    minimum_grade whole_number not null default 3 check (minimum_grade between 1 and 4),
    source text not null check (source ~ '[^[:space:]]'),
    primary key (drug, test, direction)
);
comment on table drug_abnormality is 'laboratory abnormalities that speak against a drug of the background (assumption: the protocol names none)';
comment on column drug_abnormality.drug is 'the drug';
comment on column drug_abnormality.test is 'the test';
comment on column drug_abnormality.direction is 'H for high results, L for low ones';
comment on column drug_abnormality.minimum_grade is 'the toxicity grade from which on it speaks against the drug';
comment on column drug_abnormality.source is 'where that comes from';

-- The worst result of each test; one whose grade is not established does not count.
create function abnormality_against(site_id text, subject_id text, drug text, day date) returns text
    language sql stable parallel safe
    begin atomic
        select string_agg(format('%s of grade %s on %s', worst.test, worst.grade, worst.collected),
            ', ' order by worst.test)
        from (
            select distinct on (against.test, against.direction) against.test, graded.grade,
                reading.collected
            from drug_abnormality as against
            join _lab_reading as reading on reading.test = against.test
            cross join lateral (
                select case against.direction when 'H' then detail.high_grade
                    else detail.low_grade end as grade
                from toxicity_grade_detail(reading.test, reading.value, reading.unit, reading.sex,
                    reading.age, reading.fasting, reading.lln, reading.uln, null::double precision,
                    scheme => (select toxicity_scheme
                        from protocol_in_force(abnormality_against.site_id, day)),
                    grade_table => 'toxicity_grade_table', unit_table => 'lab_unit') as detail
            ) as graded
            where against.drug = abnormality_against.drug
                and reading.site_id = abnormality_against.site_id
                and reading.subject_id = abnormality_against.subject_id
                and reading.collected <= day and graded.grade >= against.minimum_grade
            order by against.test, against.direction, graded.grade desc, reading.collected desc
        ) as worst;
    end;
comment on function abnormality_against(text, text, text, date) is
    'the laboratory abnormalities up to a day that speak against a drug; null for none';
$ddl$),
(37, 'tables/reference_data.sql', $ddl$
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
$ddl$),
(38, 'tables/drug_activity.sql', $ddl$
-- What genotypes say of drugs.  Whatever reads a genotype reads these views.
-- Rules do too, and no data cut changes them.

-- genes that are not named are those with mutations
create view _genotype_history as
    select site_id, subject_id, collected,
        lead(collected, 1, 'infinity') over test_by_test as collected_before,
        genes, mutations,
        string_to_array(string_agg(nullif(array_to_string(genes, ','), ''), ',') over test_by_test,
            ',') as all_genes,
        cumulative_genotype(mutations) over test_by_test as all_mutations
    from (
        select site_id, subject_id, collected, coalesce(genes, genes(mutations)) as genes,
            with_coverage(mutations, coalesce(genes, genes(mutations))) as mutations
        from genotype
    ) as test
    window test_by_test as (partition by site_id, subject_id order by collected);

comment on view _genotype_history is 'each genotypic test, and all tests of the subject up to it as one';
comment on column _genotype_history.site_id is 'the site';
comment on column _genotype_history.subject_id is 'the subject''s code';
comment on column _genotype_history.collected is 'the day on which the sample was taken';
comment on column _genotype_history.collected_before is 'the day of the next sample; infinity if there is none';
comment on column _genotype_history.genes is 'the genes that were sequenced; those with mutations if the test does not name them';
comment on column _genotype_history.mutations is 'the mutations of the test, and what was sequenced; null if only calls are known';
comment on column _genotype_history.all_genes is 'the genes of all tests up to the day';
comment on column _genotype_history.all_mutations is 'the mutations of all tests up to the day';

create view _genotype_interpretation as
    select test.site_id, test.subject_id, test.collected, test.is_cumulative,
        greatest(test.read_from, algorithm.effective_from) as effective_from,
        least(test.read_before, algorithm.effective_before) as effective_before,
        used.drug, algorithm.algorithm, algorithm.algorithm_version,
        result.score, result.level, result.level_text, result.sir,
        result.lowest_level, result.highest_level, result.lowest_sir, result.highest_sir,
        result.gene || ' ' || array_to_string(result.open_positions, ', ') as open_positions,
        result.rules
    from (
        select site_id, subject_id, collected, false as is_cumulative, genes, mutations,
            date '-infinity' as read_from, date 'infinity' as read_before
        from _genotype_history
        union all
        select site_id, subject_id, collected, true, coalesce(all_genes, '{}'),
            all_mutations, collected, collected_before
        from _genotype_history
    ) as test
    join resistance_algorithm_period as algorithm
        on algorithm.effective_from < test.read_before
        and algorithm.effective_before > test.read_from
    cross join lateral resistance(test.mutations, algorithm.compiled, test.genes) as result
    join lateral unnest(algorithm.algorithm_drugs, algorithm.drugs) as used (algorithm_drug, drug)
        on used.algorithm_drug = result.drug;

comment on view _genotype_interpretation is 'what the study''s algorithm makes of each test, and of all tests of the subject up to it as one; one row per test, reading, period and drug';
comment on column _genotype_interpretation.site_id is 'the site';
comment on column _genotype_interpretation.subject_id is 'the subject''s code';
comment on column _genotype_interpretation.collected is 'the day on which the sample was taken';
comment on column _genotype_interpretation.is_cumulative is 'whether all tests up to the day are read as one, or this one alone';
comment on column _genotype_interpretation.effective_from is 'the first day that is judged by the row';
comment on column _genotype_interpretation.effective_before is 'the first day no longer judged by it';
comment on column _genotype_interpretation.drug is 'the drug';
comment on column _genotype_interpretation.algorithm is 'name of the algorithm that interpreted the genotype';
comment on column _genotype_interpretation.algorithm_version is 'its version';
comment on column _genotype_interpretation.score is 'the score; null if the algorithm has none for the drug, or positions that were not read can change it';
comment on column _genotype_interpretation.level is 'the level by its number; null if positions that were not read can change it';
comment on column _genotype_interpretation.level_text is 'the level in the words of the algorithm';
comment on column _genotype_interpretation.sir is 'S susceptible, I intermediate, R resistant; null if positions that were not read can change it';
comment on column _genotype_interpretation.lowest_level is 'the lowest level that the positions which were not read leave';
comment on column _genotype_interpretation.highest_level is 'the highest level that they leave';
comment on column _genotype_interpretation.lowest_sir is 'the lowest of S, I and R that the positions which were not read leave';
comment on column _genotype_interpretation.highest_sir is 'the highest that they leave';
comment on column _genotype_interpretation.open_positions is 'the gene and the positions that were not read and can change the result; null if nothing is open';
comment on column _genotype_interpretation.rules is 'the rules that fired, whatever the open positions are';

create view drug_activity as
    with
    -- degrees: 1 susceptible, 2 intermediate, 3 resistant
    said as (
        select site_id, subject_id, effective_from, effective_before, drug,
            algorithm, algorithm_version, score, level, level_text, sir,
            lowest_level, highest_level,
            array_position(array['S', 'I', 'R'], lowest_sir) as lowest,
            array_position(array['S', 'I', 'R'], highest_sir) as highest,
            open_positions, rules,
            null::integer as called, null::integer as called_without_mutations
        from _genotype_interpretation
        where is_cumulative
        union all
        -- what is known changes with each test and each amendment
        select until.site_id, until.subject_id, greatest(until.collected, protocol.effective_from),
            least(until.collected_before, protocol.effective_before), call.drug,
            null, null, null, null, null, null, null, null, null, null, null, null,
            degree.called, case when test.mutations is null then degree.called end
        from _genotype_history as until
        join protocol_period as protocol
            on protocol.effective_from < until.collected_before
            and protocol.effective_before > until.collected
        join genotype as test on test.site_id = until.site_id and test.subject_id = until.subject_id
            and test.collected <= until.collected
        join genotype_drug_call as call on call.site_id = test.site_id
            and call.subject_id = test.subject_id and call.collected = test.collected
        cross join lateral (
            select array_position(array['susceptible', 'intermediate', 'resistant'], call.call)
                as called
        ) as degree
    ),
    summed as (
        select site_id, subject_id, effective_from, effective_before, drug,
            max(algorithm) as algorithm, max(algorithm_version) as algorithm_version,
            max(score) as score,
            max(level) as level, max(level_text) as level_text, max(sir) as sir,
            max(lowest_level) as lowest_level, max(highest_level) as highest_level,
            max(lowest) as lowest, max(highest) as highest,
            max(open_positions) as open_positions, max(rules) as rules,
            max(called) as called, max(called_without_mutations) as called_without_mutations
        from said
        group by site_id, subject_id, effective_from, effective_before, drug
    )
    select summed.site_id, summed.subject_id, summed.effective_from, summed.effective_before,
        summed.drug, summed.algorithm, summed.algorithm_version, summed.score,
        summed.level, summed.level_text, summed.sir,
        summed.lowest_level, summed.highest_level, summed.open_positions, summed.rules,
        (array['susceptible', 'intermediate', 'resistant'])[summed.called] as laboratory_call,
        (array['susceptible', 'intermediate', 'resistant'])[summed.called_without_mutations]
            as call_without_mutations,
        summed.called < summed.lowest or summed.called > summed.highest as is_disputed,
        case when summed.lowest is null then summed.called
            else greatest(summed.lowest, summed.called_without_mutations) end as degree,
        case when summed.lowest is null then summed.called
            else greatest(summed.highest, summed.called_without_mutations) end as possible_degree,
        case when summed.lowest is null then summed.called = 1
            else case when protocol.fully_active_level is null then summed.sir = 'S'
                    when summed.highest_level <= protocol.fully_active_level then true
                    when summed.lowest_level > protocol.fully_active_level then false end
                and coalesce(summed.called_without_mutations, 1) = 1 end as is_fully_active
    from summed
    join protocol_period as protocol
        on summed.effective_from >= protocol.effective_from
        and summed.effective_from < protocol.effective_before;

comment on view drug_activity is 'what all genotypes up to a day say of each drug. A row holds from a test or an amendment of the protocol to the next; there is none of drugs of which nothing is known';
comment on column drug_activity.site_id is 'the site';
comment on column drug_activity.subject_id is 'the subject''s code';
comment on column drug_activity.effective_from is 'the first day that is judged by the row';
comment on column drug_activity.effective_before is 'the first day no longer judged by it';
comment on column drug_activity.drug is 'the drug';
comment on column drug_activity.algorithm is 'name of the algorithm that interpreted the genotype; null if there is none, no sequence of the drug''s gene, or the algorithm does not know the drug';
comment on column drug_activity.algorithm_version is 'its version';
comment on column drug_activity.score is 'the score; null if the algorithm has none for the drug, or positions that were not read can change it';
comment on column drug_activity.level is 'the level by its number; null if positions that were not read can change it';
comment on column drug_activity.level_text is 'the level in the words of the algorithm';
comment on column drug_activity.sir is 'S susceptible, I intermediate, R resistant; null if positions that were not read can change it';
comment on column drug_activity.lowest_level is 'the lowest level that the positions which were not read leave';
comment on column drug_activity.highest_level is 'the highest level that they leave';
comment on column drug_activity.open_positions is 'the gene and the positions that were not read and can change the result; null if nothing is open';
comment on column drug_activity.rules is 'the rules that fired, whatever the open positions are';
comment on column drug_activity.laboratory_call is 'the worst call of a laboratory';
comment on column drug_activity.call_without_mutations is 'the worst call of tests of which no mutations are known; the algorithm cannot read these';
comment on column drug_activity.is_disputed is 'whether the worst call is outside what the algorithm leaves';
comment on column drug_activity.degree is '1 susceptible, 2 intermediate, 3 resistant: the least that is established, by the algorithm and the calls of tests without mutations; by the calls alone where the algorithm says nothing';
comment on column drug_activity.possible_degree is 'the most that the positions which were not read leave';
comment on column drug_activity.is_fully_active is 'whether the drug is fully active by every genotype: by the algorithm, and by the calls of tests of which there are no mutations; by the calls alone where the algorithm says nothing; null if unread positions can change it';
$ddl$),
(39, 'tables/background_activity.sql', $ddl$
-- The activity of regimens, drug by drug, and of their backgrounds as a whole.
-- Rules read these views, which no data cut changes.

create view _regimen_activity as
    with
    -- a background begins on each day on which a drug of the regimen does
    day as not materialized (
        select distinct site_id, subject_id, started as as_of from regimen
    ),
    taken as not materialized (
        select day.site_id, day.subject_id, day.as_of, regimen.drug, regimen.started,
            case when regimen.started = day.as_of then regimen.justification end as justification
        from day
        join regimen on regimen.site_id = day.site_id and regimen.subject_id = day.subject_id
            and regimen.started <= day.as_of
            and (regimen.stopped is null or regimen.stopped > day.as_of)
    )
    select taken.site_id, taken.subject_id, taken.as_of, taken.drug, taken.started,
        taken.justification,
        taken.drug = protocol.study_drug as is_study_drug, drug.class, drug.is_booster,
        activity.algorithm, activity.algorithm_version, activity.score,
        activity.level, activity.level_text, activity.sir,
        activity.lowest_level, activity.highest_level, activity.open_positions, activity.rules,
        activity.laboratory_call,
        not drug.is_booster and activity.is_fully_active as is_fully_active,
        (select string_agg(distinct reaction, ', ' order by reaction)
            from intolerance
            where intolerance.site_id = taken.site_id and intolerance.subject_id = taken.subject_id
                and intolerance.drug = taken.drug and intolerance.onset <= taken.as_of)
            as intolerance
    from taken
    join drug using (drug)
    join protocol_period as protocol
        on taken.as_of >= protocol.effective_from and taken.as_of < protocol.effective_before
    left join drug_activity as activity on activity.site_id = taken.site_id
        and activity.subject_id = taken.subject_id and activity.drug = taken.drug
        and taken.as_of >= activity.effective_from and taken.as_of < activity.effective_before;

comment on view _regimen_activity is 'each drug of a regimen on each day on which one of its drugs began: what the genotypes up to that day say of the drug, and whether the subject tolerates it';
comment on column _regimen_activity.site_id is 'the site';
comment on column _regimen_activity.subject_id is 'the subject''s code';
comment on column _regimen_activity.as_of is 'the day on which a drug of the regimen began, and by which this one is judged';
comment on column _regimen_activity.drug is 'the drug';
comment on column _regimen_activity.started is 'the day on which the subject began to take it';
comment on column _regimen_activity.justification is 'the justification of its row, if that began on the day';
comment on column _regimen_activity.is_study_drug is 'whether it is the drug under study';
comment on column _regimen_activity.class is 'its class';
comment on column _regimen_activity.is_booster is 'whether it is given only to raise the level of another drug';
comment on column _regimen_activity.algorithm is 'name of the algorithm that interpreted the genotype; null if there is none, no sequence of the drug''s gene, or the algorithm does not know the drug';
comment on column _regimen_activity.algorithm_version is 'its version';
comment on column _regimen_activity.score is 'the score; null if the algorithm has none for the drug, or positions that were not read can change it';
comment on column _regimen_activity.level is 'the level by its number; null if positions that were not read can change it';
comment on column _regimen_activity.level_text is 'the level in the words of the algorithm';
comment on column _regimen_activity.sir is 'S susceptible, I intermediate, R resistant';
comment on column _regimen_activity.lowest_level is 'the lowest level that the positions which were not read leave';
comment on column _regimen_activity.highest_level is 'the highest level that they leave';
comment on column _regimen_activity.open_positions is 'the gene and the positions that were not read and can change the result: those to sequence; null if nothing is open';
comment on column _regimen_activity.rules is 'the rules that fired, whatever the open positions are';
comment on column _regimen_activity.laboratory_call is 'the worst call of a laboratory up to the day';
comment on column _regimen_activity.is_fully_active is 'whether the drug is fully active by every genotype up to the day: by the algorithm, and by the calls of tests of which there are no mutations; by the calls alone where the algorithm says nothing; null if nothing is known, or unread positions can change it; a booster is not active';
comment on column _regimen_activity.intolerance is 'adverse events up to the day that make the drug unusable; null for none';

create view background_choice as
    with
    background as (
        select site_id, subject_id, as_of,
            count(*) filter (where is_fully_active and not is_study_drug)::integer as active_drugs,
            count(*) filter (where is_fully_active is null
                and not is_study_drug)::integer as unknown_drugs,
            string_agg(format('%s %s', drug, case when is_booster then 'booster'
                when level is not null then format('level %s %s', level, level_text)
                when open_positions is not null
                    then format('open, level %s to %s by %s', lowest_level,
                    highest_level, open_positions)
                else coalesce('called ' || laboratory_call, 'unknown') end), ', '
                    order by is_fully_active desc nulls last, is_booster, drug)
                filter (where not is_study_drug) as drugs,
            string_agg(distinct justification, '; ' order by justification) as justification
        from _regimen_activity
        group by site_id, subject_id, as_of
        having bool_or(is_study_drug)
    )
    select background.site_id, background.subject_id, background.as_of, background.active_drugs,
        background.unknown_drugs,
        protocol.background_active_drugs::integer as required_drugs,
        coalesce(background.drugs, 'no drug') as drugs, background.justification,
        protocol.background_judged_by_calls or algorithm.algorithm is not null as is_judged
    from background
    join protocol_period as protocol on background.as_of >= protocol.effective_from
        and background.as_of < protocol.effective_before
    left join resistance_algorithm_period as algorithm
        on background.as_of >= algorithm.effective_from
        and background.as_of < algorithm.effective_before;

comment on view background_choice is 'the backgrounds with which the study drug was given: one row per subject and day on which one began';
comment on column background_choice.site_id is 'the site';
comment on column background_choice.subject_id is 'the subject''s code';
comment on column background_choice.as_of is 'the day on which the background began, and by which it is judged';
comment on column background_choice.active_drugs is 'drugs that are fully active by genotype';
comment on column background_choice.unknown_drugs is 'drugs of which that cannot be known';
comment on column background_choice.required_drugs is 'fully active drugs that the protocol asks for';
comment on column background_choice.drugs is 'the drugs with their levels, or the laboratory''s calls';
comment on column background_choice.justification is 'why there are fewer fully active drugs, as the regimen gives it';
comment on column background_choice.is_judged is 'whether the rules count the fully active drugs on that day';
$ddl$),
(40, 'tables/disposition.sql', $ddl$
-- How each subject left the study

create table disposition (
    site_id text not null,
    subject_id text not null,
    ended date not null check (ended between '1900-01-01' and '9999-12-31'),
    outcome text not null check (outcome in ('completed', 'discontinued')),
    reason text check (reason in ('adverse event', 'death', 'lack of efficacy', 'consent withdrawn',
        'lost to follow-up', 'protocol deviation', 'pregnancy', 'physician decision', 'other')),
    note text,
    primary key (site_id, subject_id),
    foreign key (site_id, subject_id) references enrolment on update cascade,
    constraint disposition_reason check ((outcome = 'completed') = (reason is null))
);

comment on table disposition is 'the end of each enrolled subject''s part in the study; that of treatment is in regimen, and what of both counts as discontinuation in treatment_course';
comment on column disposition.site_id is 'the site';
comment on column disposition.subject_id is 'the subject''s code';
comment on column disposition.ended is 'the last day in the study';
comment on column disposition.outcome is 'of the study: completed or discontinued';
comment on column disposition.reason is 'the one reason for leaving the study early';
comment on column disposition.note is 'in words';
$ddl$),
(41, 'tables/reconsent.sql', $ddl$
-- Who must sign another version of the consent form

create view _reconsent as
    select consent.site_id, consent.subject_id, consent.version, consent.signed, leaving.left_study,
        needed.version as needed_version, needed.reconsent_by,
        (select min(again.signed)
            from consent as again
            join consent_version_at(again.site_id) as later on later.version = again.version
            where again.site_id = consent.site_id and again.subject_id = consent.subject_id
                and later.valid_from >= needed.valid_from) as signed_again
    from consent
    cross join consent_version_at(consent.site_id) as needed
    left join consent_version_at(consent.site_id) as own on own.version = consent.version
    left join disposition on disposition.site_id = consent.site_id
        and disposition.subject_id = consent.subject_id
    cross join lateral (select least(consent.withdrawn, consent.withdrawn_from_follow_up,
        disposition.ended) as left_study) as leaving
    where consent.signed <= needed.reconsent_by
        and coalesce(own.valid_from, '-infinity') < needed.valid_from
        and coalesce(leaving.left_study > needed.reconsent_by, true)
        -- the last that was signed by that day
        and not exists (
            select from consent as other
            where other.site_id = consent.site_id and other.subject_id = consent.subject_id
                and other.signed <= needed.reconsent_by
                and (other.signed, other.version) > (consent.signed, consent.version));
comment on view _reconsent is 'who was in the study after the day by which another version of the consent form was to be signed, with the version that was in force by then';
comment on column _reconsent.site_id is 'the site';
comment on column _reconsent.subject_id is 'the subject''s code';
comment on column _reconsent.version is 'the version in force';
comment on column _reconsent.signed is 'the day on which it was signed';
comment on column _reconsent.left_study is 'the day on which the subject left the study, or withdrew from follow-up; null if neither';
comment on column _reconsent.needed_version is 'the version that was to be signed';
comment on column _reconsent.reconsent_by is 'the day by which it was to be signed';
comment on column _reconsent.signed_again is 'the day on which it, or a later one, was first signed; null if it was not';
$ddl$),
(42, 'tables/deviation.sql', $ddl$
-- Deviations from the protocol

create table deviation (
    site_id text not null,
    subject_id text not null,
    rule text not null,
    item text not null default '',
    description text not null,
    primary key (site_id, subject_id, rule, item),
    foreign key (site_id, subject_id) references subject on update cascade
);

comment on table deviation is 'deviations from the protocol: those that rules with the action "record" find, written by the database, and those that people report';
comment on column deviation.site_id is 'the site';
comment on column deviation.subject_id is 'the subject''s code';
comment on column deviation.rule is 'the rule that found it, or a name of the reporter''s choice';
comment on column deviation.item is 'which of the subject''s rows deviates, such as the visit';
comment on column deviation.description is 'in words';
$ddl$),
(43, 'tables/query.sql', $ddl$
-- Data queries: questions about rows of the study, and what was said and done about them

create table query (
    query_id bigint generated always as identity primary key,
    site_id text,
    subject_id text,
    table_name text not null,
    row_key jsonb not null,
    column_name text,
    message text not null check (message ~ '[^[:space:]]'),
    rule text,
    item text,
    assigned_to text,
    due date default today() + 14 check (due between '1900-01-01' and '9999-12-31'),
    constraint query_of_rule check ((rule is null) = (item is null))
);

create index query_subject on query (site_id, subject_id);
create index query_row on query (table_name, row_key);
create unique index query_rule on query (site_id, subject_id, rule, item);

comment on table query is 'data queries as they were opened. INSERT opens one; nothing changes or deletes it. query_event has what followed, and query_status the state of today';
comment on column query.query_id is 'the number of the query';
comment on column query.site_id is 'the site of the row, found by the database; null if its table has none';
comment on column query.subject_id is 'the subject of the row, found by the database; null if its table has none';
comment on column query.table_name is 'the table that the query asks about';
comment on column query.row_key is 'the primary key of the row, as an object. Enough of its columns suffice when you open a query; the database writes the key of the row that it finds';
comment on column query.column_name is 'the column that the query asks about; null: the row as a whole';
comment on column query.message is 'the question';
comment on column query.rule is 'the rule that opened it; null: a person did';
comment on column query.item is 'which of the subject''s rows breaks the rule, as in deviation; null: a person opened it';
comment on column query.assigned_to is 'the role of the server that is to answer; null: whoever may';
comment on column query.due is 'the day by which an answer is due; two weeks from today unless it is given';

create table query_event (
    query_id bigint not null references query,
    step integer not null,
    site_id text,
    subject_id text,
    action text not null check (action in ('answer', 'close', 'reopen', 'comment', 'assign')),
    message text check (message ~ '[^[:space:]]'),
    status text not null check (status in ('open', 'answered', 'closed')),
    assigned_to text,
    due date check (due between '1900-01-01' and '9999-12-31'),
    primary key (query_id, step),
    constraint query_event_message
        check (message is not null or action not in ('answer', 'reopen', 'comment'))
);

create index query_event_subject on query_event (site_id, subject_id);

comment on table query_event is 'what followed a query: each answer, closing, reopening, comment and assignment. INSERT adds one; nothing changes or deletes it';
comment on column query_event.query_id is 'the query';
comment on column query_event.step is 'counts the events of a query; set by the database. Of two sessions that act on one query at a time, the second is refused';
comment on column query_event.site_id is 'the site of the query, set by the database';
comment on column query_event.subject_id is 'the subject of the query, set by the database';
comment on column query_event.action is 'answer, close, reopen, comment or assign';
comment on column query_event.message is 'what is said; an answer, a reopening and a comment need it';
comment on column query_event.status is 'open, answered or closed: the state after the event, set by the database';
comment on column query_event.assigned_to is 'the role of the server that is to answer from now on; what is not given stays';
comment on column query_event.due is 'the day by which an answer is due from now on; what is not given stays';

create trigger complete_query before insert on query
    for each row execute function _virotrial.complete_query();
comment on trigger complete_query on query is 'finds the row that the query asks about, and writes its key, site and subject';

create trigger complete_query_event before insert on query_event
    for each row execute function _virotrial.complete_query_event();
comment on trigger complete_query_event on query_event is 'refuses what cannot follow, and writes the state after it';

create trigger ask_again after update on subject
    for each row when ((old.site_id, old.subject_id) is distinct from (new.site_id, new.subject_id))
    execute function _virotrial.ask_again();
comment on trigger ask_again on subject is 'closes the data queries of a subject whose code or site changes, and asks them again';

create trigger keep_said before update or delete on query
    for each statement execute function _virotrial.keep_said(
        'To go on, insert into query_event.');
comment on trigger keep_said on query is 'refuses to change or delete what was said';

create trigger keep_said before update or delete on query_event
    for each statement execute function _virotrial.keep_said(
        'To go on, insert into query_event.');
comment on trigger keep_said on query_event is 'refuses to change or delete what was said';
$ddl$),
(44, 'tables/source_verification.sql', $ddl$
-- Source data verification: which records were compared with the source documents

create table source_verification (
    verification_id bigint generated always as identity primary key,
    site_id text not null,
    subject_id text not null,
    table_name text not null,
    row_key jsonb not null,
    verified boolean not null default true,
    remark text check (remark ~ '[^[:space:]]'),
    content jsonb not null
);

create index source_verification_subject on source_verification (site_id, subject_id);
create index source_verification_row on source_verification (table_name, row_key);

comment on table source_verification is 'records that were compared with the source documents. INSERT states it; nothing changes or deletes it. The last row of a record counts';
comment on column source_verification.verification_id is 'counts the rows';
comment on column source_verification.site_id is 'the site of the record, found by the database';
comment on column source_verification.subject_id is 'the subject of the record, found by the database';
comment on column source_verification.table_name is 'the table of the record';
comment on column source_verification.row_key is 'the primary key of the record, as an object. Enough of its columns suffice; the database writes the key of the row that it finds';
comment on column source_verification.verified is 'false takes back an earlier verification';
comment on column source_verification.remark is 'what there is to say';
comment on column source_verification.content is 'the record as it was verified, written by the database';

create trigger complete_verification before insert on source_verification
    for each row execute function _virotrial.complete_verification();
comment on trigger complete_verification on source_verification is 'finds the record, and writes its key, site, subject and content';

create trigger keep_said before update or delete on source_verification
    for each statement execute function _virotrial.keep_said(
        'To take one back, insert a row with verified = false.');
comment on trigger keep_said on source_verification is 'refuses to change or delete what was said';
$ddl$),
(45, 'tables/delivered_file.sql', $ddl$
-- The files that were loaded, or refused

create table delivered_file (
    delivered_file_id bigint generated always as identity primary key,
    site_id text,
    name text not null,
    digest text not null check (digest ~ '^[0-9a-f]{64}$'),
    table_name text not null,
    mapping text[] not null,
    verdict text not null check (verdict in ('whole', 'in part', 'refused')),
    lines bigint not null check (lines >= 0),
    entered bigint not null check (entered >= 0),
    corrected bigint not null check (corrected >= 0),
    known bigint not null check (known >= 0),
    refused bigint not null check (refused >= 0)
);

create index delivered_file_digest on delivered_file (digest);

comment on table delivered_file is 'the files that virotrial load brought, each time that one was loaded or refused. INSERT states it; nothing changes or deletes it';
comment on column delivered_file.delivered_file_id is 'counts the rows';
comment on column delivered_file.site_id is 'the site of all rows of the file; null if there are several, or none';
comment on column delivered_file.name is 'the name of the file, without its directory';
comment on column delivered_file.digest is 'the SHA-256 of the file';
comment on column delivered_file.table_name is 'the table that it is for';
comment on column delivered_file.mapping is 'the mapping by which it was read: kind, name, value and detail of each line';
comment on column delivered_file.verdict is 'whole: every row is in the study; in part: some were refused, and the others are; refused: none is in by this file';
comment on column delivered_file.lines is 'how many rows the file has';
comment on column delivered_file.entered is 'how many rows were entered';
comment on column delivered_file.corrected is 'how many rows of the study were corrected';
comment on column delivered_file.known is 'how many rows were in the study as they are in the file';
comment on column delivered_file.refused is 'how many rows were refused';

create trigger keep_said before update or delete on delivered_file
    for each statement execute function _virotrial.keep_said(
        'Correct the rows that the file brought.');
comment on trigger keep_said on delivered_file is 'refuses to change or delete what was said';
$ddl$),
(46, 'tables/data_lock.sql', $ddl$
-- Locks on records, visits, subjects, sites and the study

create table data_lock (
    lock_id bigint generated always as identity primary key,
    scope text not null check (scope in ('record', 'visit', 'subject', 'site', 'study')),
    site_id text,
    subject_id text,
    visit text,
    table_name text,
    row_key jsonb,
    reason text not null check (reason ~ '[^[:space:]]'),
    accepted text[] not null default '{}',
    constraint data_lock_once
        unique nulls not distinct (site_id, subject_id, visit, table_name, row_key),
    constraint data_lock_scope check (case scope
        when 'record' then visit is null and num_nulls(table_name, row_key) = 0
        when 'visit' then num_nulls(site_id, subject_id, visit) = 0
            and num_nonnulls(table_name, row_key) = 0
        when 'subject' then num_nulls(site_id, subject_id) = 0
            and num_nonnulls(visit, table_name, row_key) = 0
        when 'site' then site_id is not null
            and num_nonnulls(subject_id, visit, table_name, row_key) = 0
        else num_nonnulls(site_id, subject_id, visit, table_name, row_key) = 0 end),
    constraint data_lock_accepted check (accepted = '{}' or scope = 'study'
        and accepted <@ array['open query', 'missing assessment', 'deviation not reviewed',
            'subject not signed'])
);

comment on table data_lock is 'what is locked. INSERT locks; DELETE, with a reason, unlocks, and data_lock_history has it from then on. No statement enters, changes or removes a row that is locked';
comment on column data_lock.lock_id is 'the number of the lock';
comment on column data_lock.scope is 'what is locked: a record, one row of a table; a visit, all rows that name it; a subject, all rows about it; a site, all rows of it; or the study, its protocol and rules included';
comment on column data_lock.site_id is 'the site; null for the study, or a record of no site';
comment on column data_lock.subject_id is 'the subject''s code; null for a site or the study, or a record of no subject';
comment on column data_lock.visit is 'the visit, where one is locked';
comment on column data_lock.table_name is 'the table of a record';
comment on column data_lock.row_key is 'the primary key of a record, as an object. Enough of its columns suffice; the database writes the key of the row that it finds';
comment on column data_lock.reason is 'why it is locked';
comment on column data_lock.accepted is 'of a study: what may be open all the same, items of lock_checklist()';

create trigger begin_lock before insert on data_lock
    for each statement execute function _virotrial.begin_lock();
comment on trigger begin_lock on data_lock is 'locks are made one after the other';

create trigger complete_lock before insert on data_lock
    for each row execute function _virotrial.complete_lock();
comment on trigger complete_lock on data_lock is 'finds what is to be locked';

create trigger await_writers after insert on data_lock
    referencing new table as changed
    for each statement execute function _virotrial.await_writers();
comment on trigger await_writers on data_lock is 'waits for who writes to the study already';

create trigger keep_lock before update on data_lock
    for each statement execute function _virotrial.keep_lock();
comment on trigger keep_lock on data_lock is 'refuses to change a lock';

create trigger require_checklist after insert on data_lock
    referencing new table as changed
    for each statement execute function _virotrial.require_checklist();
comment on trigger require_checklist on data_lock is 'refuses to lock a study of which something is open';
$ddl$),
(47, 'tables/signature.sql', $ddl$
-- Electronic signatures

create table signature (
    signature_id bigint generated always as identity primary key,
    scope text not null check (scope in ('record', 'visit', 'subject', 'site', 'study')),
    site_id text,
    subject_id text,
    visit text,
    table_name text,
    row_key jsonb,
    meaning text not null
        check (meaning in ('review', 'approval', 'responsibility', 'authorship')),
    authentication text not null check (authentication ~ '[^[:space:]]'),
    remark text check (remark ~ '[^[:space:]]'),
    person text,
    seen_at timestamptz not null,
    tables text[] not null,
    records bigint not null check (records > 0),
    digest bytea not null check (octet_length(digest) = 32),
    constraint signature_scope check (case scope
        when 'record' then visit is null and num_nulls(table_name, row_key) = 0
        when 'visit' then num_nulls(site_id, subject_id, visit) = 0
            and num_nonnulls(table_name, row_key) = 0
        when 'subject' then num_nulls(site_id, subject_id) = 0
            and num_nonnulls(visit, table_name, row_key) = 0
        when 'site' then site_id is not null
            and num_nonnulls(subject_id, visit, table_name, row_key) = 0
        else num_nonnulls(site_id, subject_id, visit, table_name, row_key) = 0 end)
);

create index signature_subject on signature (site_id, subject_id);

comment on table signature is 'electronic signatures, each bound to the rows that were signed by their digest. INSERT signs, as the login of the session; nothing changes or deletes a signature. signatures() says which are still valid';
comment on column signature.signature_id is 'the number of the signature';
comment on column signature.scope is 'what is signed: a record, one row of a table; a visit, all rows that name it; a subject, all rows about it; a site, all rows of it; or the study, its protocol and rules included';
comment on column signature.site_id is 'the site; null for the study, or a record of no site';
comment on column signature.subject_id is 'the subject''s code; null for a site or the study, or a record of no subject';
comment on column signature.visit is 'the visit, where one is signed';
comment on column signature.table_name is 'the table of a record';
comment on column signature.row_key is 'the primary key of a record, as an object. Enough of its columns suffice; the database writes the key of the row that it finds';
comment on column signature.meaning is 'what it means: review, approval, responsibility or authorship';
comment on column signature.authentication is 'how the signer proved who he is, as the application says; it is the application that asks him';
comment on column signature.remark is 'what there is to say';
comment on column signature.person is 'the person for whom an application signed, as virotrial.application_user said; null: whose the login is. Set by the database';
comment on column signature.seen_at is 'what was committed later the signer did not see; set by the database';
comment on column signature.tables is 'the tables whose rows are signed, set by the database; those that are blinded are not among them';
comment on column signature.records is 'how many rows were signed, set by the database';
comment on column signature.digest is 'root of the Merkle tree of these rows, made as in a seal; set by the database';

create trigger complete_signature before insert on signature
    for each row execute function _virotrial.complete_signature();
comment on trigger complete_signature on signature is 'finds what is signed, and writes its digest';

create trigger keep_said before update or delete on signature
    for each statement execute function _virotrial.keep_said(
        'Sign again: insert another row. signatures() says which are valid.');
comment on trigger keep_said on signature is 'refuses to change or delete what was said';
$ddl$),
(48, 'tables/arrival.sql', $ddl$
-- What arrives at a centre from its sites, and what of that waits outside the analysis

create table arrival (
    table_name text not null,
    site_id text not null,
    subject_id text not null,
    row_key jsonb not null,
    arrived_at timestamptz not null default clock_timestamp()
);

comment on table arrival is 'rows that arrived by replication and are not judged yet. A trigger writes it; call judge_arrivals() empties it';
comment on column arrival.table_name is 'the table of the row';
comment on column arrival.site_id is 'its site';
comment on column arrival.subject_id is 'its subject';
comment on column arrival.row_key is 'its primary key';
comment on column arrival.arrived_at is 'when it arrived';

create table site_feed (
    site_id text not null unique,
    arrived bigint not null check (arrived >= 0),
    last_arrival timestamptz
);

comment on table site_feed is 'how much of each site has arrived by replication, and is judged. Written by call judge_arrivals()';
comment on column site_feed.site_id is 'the site';
comment on column site_feed.arrived is 'how many changes of rows';
comment on column site_feed.last_arrival is 'when the last of them arrived';

create table quarantine (
    quarantine_id bigint generated always as identity unique,
    site_id text not null,
    subject_id text not null,
    table_name text not null,
    row_key jsonb not null,
    rule text not null,
    item text,
    reason text,
    since timestamptz not null default now(),
    accepted timestamptz,
    accepted_by text,
    accepted_because text check (accepted_because ~ '[^[:space:]]'),
    primary key (table_name, row_key, rule),
    constraint quarantine_acceptance
        check (num_nulls(accepted, accepted_by, accepted_because) in (0, 3))
);

create index quarantine_subject on quarantine (site_id, subject_id);

comment on table quarantine is 'rows that arrived by replication and break a rule: the analysis leaves them out until they are accepted or mended. Written by call judge_arrivals() and call accept_quarantined()';
comment on column quarantine.quarantine_id is 'number of the entry';
comment on column quarantine.site_id is 'the site of the row';
comment on column quarantine.subject_id is 'its subject';
comment on column quarantine.table_name is 'its table';
comment on column quarantine.row_key is 'its primary key; or a part of it, which stands for all rows that have that';
comment on column quarantine.rule is 'the rule that it breaks, or the foreign key';
comment on column quarantine.item is 'which of the subject''s rows it is, as errors name it';
comment on column quarantine.reason is 'why it breaks the rule';
comment on column quarantine.since is 'when it came into quarantine';
comment on column quarantine.accepted is 'when it was accepted, so that the analysis has it; null while it is in quarantine';
comment on column quarantine.accepted_by is 'by whom';
comment on column quarantine.accepted_because is 'and why';

create trigger access_changed after insert or update or delete on quarantine
    for each row execute function _virotrial.access_changed();
alter table quarantine enable always trigger access_changed;
comment on trigger access_changed on quarantine is 'makes plans anew that rest on what is in quarantine';
$ddl$),
(49, 'tables/triggers.sql', $ddl$
-- The triggers of every table that a rule may guard or rely on

call guard('protocol');
call guard('visit_definition');
call guard('required_assessment');
call guard('snapshot_window');
call guard('assay');
call guard('result_word');
call guard('drug');
call guard('algorithm_drug');
call guard('resistance_algorithm_version');
call guard('resistance_algorithm_drug');
call guard('listed_intolerance');
call guard('eligibility_criterion');
call guard('site');
call guard('protocol_approval');
call guard('site_access');
call guard('subject');
call guard('consent_version');
call guard('consent');
call guard('visit');
call guard('hiv_diagnosis');
call guard('art_history');
call guard('intolerance');
call guard('genotype');
call guard('genotype_drug_call');
call guard('viral_load_result');
call guard('cd4_result');
call guard('drug_abnormality');
call guard('lab_test');
call guard('lab_unit');
call guard('lab_code');
call guard('toxicity_grade_table');
call guard('reference_range');
call guard('lab_result');
call guard('missing_result');
call guard('vital_signs');
call guard('physical_examination');
call guard('asked_complaint');
call guard('pregnancy_test');
call guard('medical_history');
call guard('concomitant_medication');
call guard('screening');
call guard('enrolment_stop');
call guard('enrolment_limit');
call guard('enrolment');
call guard('eligibility_verdict');
call guard('arm');
call guard('stratum');
call guard('dose');
call guard('allocation_list');
call guard('allocation');
call guard('regimen');
call guard('solicited_complaint');
call guard('relatedness_category');
call guard('adverse_event');
call guard('adverse_event_relatedness');
call guard('disposition');
call guard('deviation');
call guard('query');
call guard('query_event');
call guard('source_verification');

-- The others that rules do not guard: no row of any table goes without a trace.
do $$
declare
    target regclass;
begin
    for target in select conrelid::regclass from pg_constraint
            where connamespace = (select relnamespace from pg_class where oid = 'change'::regclass)
                and contype = 'p'
                and conrelid <> 'change'::regclass
                and not exists (select from pg_trigger
                    where tgrelid = conrelid and tgname = 'stamp')
            order by conrelid loop
        call keep_history(target);
    end loop;
end;
$$;

create trigger rules_changed_insert after insert on rule
    referencing new table as changed
    for each statement execute function _virotrial.rules_changed();
comment on trigger rules_changed_insert on rule is 'checks the rules, and makes every session read them again';

create trigger rules_changed_update after update on rule
    referencing new table as changed
    for each statement execute function _virotrial.rules_changed();
comment on trigger rules_changed_update on rule is 'checks the rules, and makes every session read them again';

create trigger rules_changed_delete after delete or truncate on rule
    for each statement execute function _virotrial.rules_changed();
comment on trigger rules_changed_delete on rule is 'makes every session read the rules again';

create trigger rules_changed_insert after insert on rule_context
    referencing new table as changed
    for each statement execute function _virotrial.rules_changed();
comment on trigger rules_changed_insert on rule_context is 'checks the rules over the contexts, and makes every session read them again';

create trigger rules_changed_update after update on rule_context
    referencing new table as changed
    for each statement execute function _virotrial.rules_changed();
comment on trigger rules_changed_update on rule_context is 'checks the rules over the contexts, and makes every session read them again';

create trigger rules_changed_delete after delete or truncate on rule_context
    for each statement execute function _virotrial.rules_changed();
comment on trigger rules_changed_delete on rule_context is 'makes every session read the rules again';

create trigger criteria_changed_insert after insert on eligibility_criterion
    referencing new table as changed
    for each statement execute function _virotrial.criteria_changed();
comment on trigger criteria_changed_insert on eligibility_criterion is 'checks the criteria';

create trigger criteria_changed_update after update on eligibility_criterion
    referencing new table as changed
    for each statement execute function _virotrial.criteria_changed();
comment on trigger criteria_changed_update on eligibility_criterion is 'checks the criteria';

create trigger criteria_changed_delete after delete or truncate on eligibility_criterion
    for each statement execute function _virotrial.criteria_changed();
comment on trigger criteria_changed_delete on eligibility_criterion is 'makes every session read the criteria again';

create trigger freeze_eligibility after insert on enrolment
    referencing new table as changed
    for each statement execute function _virotrial.freeze_eligibility();
comment on trigger freeze_eligibility on enrolment is 'writes eligibility_verdict';

create trigger freeze_eligibility_update after update on enrolment
    referencing old table as removed new table as changed
    for each statement execute function _virotrial.freeze_eligibility();
comment on trigger freeze_eligibility_update on enrolment is 'writes eligibility_verdict anew where the day of enrolment moves';

create trigger await_place before insert or update on enrolment
    for each statement execute function _virotrial.await_place($$stratum = '*'$$);
comment on trigger await_place on enrolment is 'lets those who enrol come one by one where places are limited';

create trigger await_place before insert or update on allocation
    for each statement execute function _virotrial.await_place($$stratum <> '*'$$);
comment on trigger await_place on allocation is 'lets those who randomise come one by one where the places of a stratum are limited';

-- What the database alone writes
do $$
declare
    target text;
    keeper text;
    event text;
    tables text;
begin
    for target, keeper, event, tables in
        select * from (values ('eligibility_verdict', 'keep_verdicts'),
            ('deviation', 'keep_deviations'),
            ('deferred_judgement', 'keep_waiting')) as kept
        cross join (values ('insert', 'new table as changed'), ('delete', 'old table as removed'),
            ('update', 'old table as removed new table as changed'), ('truncate', null)) as event
    loop
        execute format('create trigger %s_%s after %2$s on %s %s '
            'for each statement execute function _virotrial.%1$s()',
            keeper, event, target, 'referencing ' || tables);
        execute format('comment on trigger %s_%s on %s is %L', keeper, event, target,
            'refuses a change of what the database alone writes');
    end loop;
end;
$$;

-- Replicated rows fire these alone.
do $$
declare
    target text;
begin
    foreach target in array array['rule', 'rule_context', 'eligibility_criterion'] loop
        execute format('create trigger rules_arrived after insert or update or delete on %I
            for each row execute function _virotrial.rules_arrived()', target);
        execute format('create trigger rules_arrived_truncate after truncate on %I
            for each statement execute function _virotrial.rules_arrived()', target);
        execute format('alter table %I enable always trigger rules_arrived,
            enable always trigger rules_arrived_truncate', target);
        execute format('comment on trigger rules_arrived on %I is %L', target,
            'makes every session read the rules again, also where rows are replicated');
        execute format('comment on trigger rules_arrived_truncate on %I is %L', target,
            'makes every session read the rules again, also where a truncation is replicated');
    end loop;
end;
$$;
$ddl$),
(50, 'tables/seal.sql', $ddl$
-- The seal: blocks of digests, which the database alone writes

create table seal (
    block bigint primary key check (block > 0),
    changes int8multirange not null,
    columns jsonb not null,
    leaves bigint not null,
    root bytea not null check (octet_length(root) = 32),
    previous bytea not null unique check (octet_length(previous) = 32),
    digest bytea not null unique check (octet_length(digest) = 32),
    salt uuid not null,
    sealed_at timestamptz not null,
    sealed_by text not null
);

comment on table seal is 'the seal: each block covers the changes that were committed since the one before. Written by call seal()';
comment on column seal.block is 'number of the block, from 1';
comment on column seal.changes is 'the numbers of its changes';
comment on column seal.columns is 'the columns, by their tables, that no block before has, with their types';
comment on column seal.leaves is 'how many leaves its Merkle tree has: one for each row version that was entered or ended, and one for each change';
comment on column seal.root is 'root of that tree';
comment on column seal.previous is 'digest of the block before; zeros in the first one';
comment on column seal.digest is 'SHA-256 of the digest before, the root, and the other columns';
comment on column seal.salt is 'at random: without it, who knows most rows of a block could guess the others from its digest';
comment on column seal.sealed_at is 'when it was sealed';
comment on column seal.sealed_by is 'by whom';

create table seal_leaf (
    block bigint not null,
    entry bytea not null
);
create index on seal_leaf using brin (block);

comment on table seal_leaf is 'the leaves of the blocks, with what names a row that is no longer as it was sealed. Written by call seal()';
comment on column seal_leaf.block is 'the block';
comment on column seal_leaf.entry is 'the leaf, which is the digest of a row version; and tags of its table, columns and values, and its key';

create trigger refuse_write before insert or update or delete or truncate on seal
    for each statement execute function _virotrial.refuse_write();
comment on trigger refuse_write on seal is 'keeps every statement from it';

create trigger refuse_write before insert or update or delete or truncate on seal_leaf
    for each statement execute function _virotrial.refuse_write();
comment on trigger refuse_write on seal_leaf is 'keeps every statement from it';
$ddl$),
(51, 'context/adverse_event.sql', $ddl$
-- The contexts of adverse events.  Of a partial date only what is wrong on every
-- day that it can mean is refused.

insert into rule_context (table_name, query) values
('adverse_event', $context$
select changed.*, changed.event_number::text as item, today_at(changed.site_id) as today,
    protocol.serious_report_hours,
    ending.reason as end_reason,
    person.birth_date as born,
    coalesce(case when ending.reason = 'death' then ending.ended end, (
        select min(screening.decided)
        from screening
        where screening.site_id = changed.site_id and screening.subject_id = changed.subject_id
            and screening.reason = 'death')) as died,
    ending.ended as part_ended,
    case when ending.ended is not null then (
        select ending.ended + in_force.safety_follow_up_days::integer
        from protocol_in_force(changed.site_id, ending.ended) as in_force) end as followed_until,
    exists (
        select from consent
        where consent.site_id = changed.site_id and consent.subject_id = changed.subject_id
            and consent.signed <= changed.onset_last
            and coalesce(least(consent.withdrawn, consent.withdrawn_from_follow_up)
                >= changed.onset_first, true)) as has_consent,
    exists (
        select from solicited_complaint as asked
        where asked.complaint = changed.complaint and asked.effective_from <= changed.onset_last
            and asked.solicited) as is_solicited,
    -- the study drug: the day on which it was stopped, infinity while it is taken, null if
    -- it never was
    (select max(coalesce(regimen.stopped, 'infinity'))
        from regimen
        where regimen.site_id = changed.site_id and regimen.subject_id = changed.subject_id
            and regimen.drug in (select study_drug from protocol)) as study_drug_stopped
from changed
left join subject as person on person.site_id = changed.site_id
    and person.subject_id = changed.subject_id
left join disposition as ending on ending.site_id = changed.site_id
    and ending.subject_id = changed.subject_id
left join protocol_in_force(changed.site_id, changed.onset_last) as protocol on true
$context$),
('adverse_event_relatedness', $context$
select changed.*, format('%s, %s', changed.event_number, changed.drug) as item,
    event.onset,
    category.is_related,
    -- the first day on which the drug was taken, null if it is not in the regimen
    (select min(regimen.started)
        from regimen
        where regimen.site_id = changed.site_id and regimen.subject_id = changed.subject_id
            and regimen.drug = changed.drug) as drug_started,
    event.onset_last
from changed
left join adverse_event as event on event.site_id = changed.site_id
    and event.subject_id = changed.subject_id
    and event.event_number = changed.event_number
left join relatedness_category as category on category.relatedness = changed.relatedness
$context$);
$ddl$),
(52, 'context/captured.sql', $ddl$
-- The contexts of the tables whose rules need little of other tables

insert into rule_context (table_name, query)
select captured.table_name, format($context$
select changed.*, %s as item, today_at(changed.site_id) as today,
    person.birth_date as born,
    coalesce(case when ending.reason = 'death' then ending.ended end, (
        select min(screening.decided)
        from screening
        where screening.site_id = changed.site_id and screening.subject_id = changed.subject_id
            and screening.reason = 'death')) as died,
    ending.ended as part_ended,
    case when ending.ended is not null then (
        select ending.ended + in_force.safety_follow_up_days::integer
        from protocol_in_force(changed.site_id, ending.ended) as in_force) end as followed_until,
    enrolment.enrolled
from changed
left join subject as person on person.site_id = changed.site_id
    and person.subject_id = changed.subject_id
left join disposition as ending on ending.site_id = changed.site_id
    and ending.subject_id = changed.subject_id
left join enrolment on enrolment.site_id = changed.site_id
    and enrolment.subject_id = changed.subject_id
$context$, captured.item)
from (values
    ('hiv_diagnosis', 'null::text'),
    ('intolerance', 'changed.drug'),
    ('medical_history', 'changed.condition_number::text'),
    ('concomitant_medication', 'changed.medication_number::text'),
    ('screening', 'changed.decided::text')
) as captured (table_name, item);

insert into rule_context (table_name, query) values
('consent', $context$
select changed.*, changed.version || ' ' || changed.signed as item,
    today_at(changed.site_id) as today,
    person.birth_date as born,
    coalesce(case when ending.reason = 'death' then ending.ended end, (
        select min(screening.decided)
        from screening
        where screening.site_id = changed.site_id and screening.subject_id = changed.subject_id
            and screening.reason = 'death')) as died,
    greatest(changed.signed, changed.withdrawn, changed.withdrawn_from_treatment,
        changed.withdrawn_from_follow_up, changed.withdrawn_from_samples) as last_day,
    exists (select from consent_version) as has_versions,
    version.valid_from, version.valid_until
from changed
left join subject as person on person.site_id = changed.site_id
    and person.subject_id = changed.subject_id
left join disposition as ending on ending.site_id = changed.site_id
    and ending.subject_id = changed.subject_id
left join consent_version_at(changed.site_id) as version on version.version = changed.version
$context$),
('subject', $context$
select changed.*, null::text as item, today_at(changed.site_id) as today
from changed
$context$),
('art_history', $context$
select changed.*, changed.drug as item, today_at(changed.site_id) as today,
    person.birth_date as born,
    coalesce(case when ending.reason = 'death' then ending.ended end, (
        select min(screening.decided)
        from screening
        where screening.site_id = changed.site_id and screening.subject_id = changed.subject_id
            and screening.reason = 'death')) as died,
    hiv_diagnosis.diagnosed, enrolment.first_dose,
    -- the next day on which the drug was begun
    (select min(other.started)
        from art_history as other
        where other.site_id = changed.site_id and other.subject_id = changed.subject_id
            and other.drug = changed.drug and other.started > changed.started) as started_again
from changed
left join subject as person on person.site_id = changed.site_id
    and person.subject_id = changed.subject_id
left join disposition as ending on ending.site_id = changed.site_id
    and ending.subject_id = changed.subject_id
left join hiv_diagnosis on hiv_diagnosis.site_id = changed.site_id
    and hiv_diagnosis.subject_id = changed.subject_id
left join enrolment on enrolment.site_id = changed.site_id
    and enrolment.subject_id = changed.subject_id
$context$),
('enrolment', $context$
select changed.*, null::text as item, today_at(changed.site_id) as today,
    protocol.screening_results_before,
    -- of a screening visit, or so late that it could be; or why there is none
    (select string_agg(asked.name, ' and no ' order by asked.name desc)
        from (values ('viral load'), ('CD4')) as asked (name)
        where not exists (
            select from (
                select 'viral load' as assessment, site_id, subject_id, collected, visit
                from viral_load_result
                union all
                select 'CD4', site_id, subject_id, collected, visit from cd4_result
                union all
                select assessment, site_id, subject_id, collected, visit from missing_result
            ) as result
            where result.site_id = changed.site_id and result.subject_id = changed.subject_id
                and result.assessment = asked.name and result.collected <= screened.before
                and (result.visit is not null
                    or result.collected
                        >= screened.before - protocol.screening_limit_days::integer)))
        as not_screened_for,
    screened.before as screened_before,
    (select format('%s from %s%s: %s', case stop.site when '*' then 'in the study'
            else 'at the site' end, stop.closed_from, ' to ' || (stop.opened_again - 1),
            stop.reason)
        from enrolment_stop as stop
        where stop.site in ('*', changed.site_id) and changed.enrolled >= stop.closed_from
            and coalesce(changed.enrolled < stop.opened_again, true)
        order by stop.closed_from, stop.site
        limit 1) as stop,
    (select format('%s subjects would be enrolled %s, and at most %s may be', counted.subjects,
            case cap.site when '*' then 'in the study' else 'at the site' end, cap.maximum)
        from enrolment_limit_period as cap
        join lateral (
            select count(*) as subjects
            from enrolment
            where cap.site in ('*', enrolment.site_id) and enrolment.enrolled < cap.effective_before
        ) as counted on counted.subjects > cap.maximum
        where cap.stratum = '*' and cap.site in ('*', changed.site_id)
            and changed.enrolled >= cap.effective_from and changed.enrolled < cap.effective_before
        order by cap.site
        limit 1) as exceeded_limit
from changed
left join protocol_in_force(changed.site_id, coalesce(changed.first_dose, changed.enrolled))
    as protocol on true
cross join lateral (select case protocol.screening_results_before
    when 'enrolment' then changed.enrolled when 'first dose' then changed.first_dose end)
    as screened (before)
$context$),
('reference_range', $context$
select changed.*, format('%s, %s', changed.laboratory, changed.test) as item
from changed
$context$),
('disposition', $context$
select changed.*, null::text as item, today_at(changed.site_id) as today,
    exists (
        select from adverse_event as event
        where event.site_id = changed.site_id and event.subject_id = changed.subject_id
            and event.outcome = 'FATAL') as has_fatal_event,
    enrolment.enrolled, enrolment.first_dose
from changed
left join enrolment on enrolment.site_id = changed.site_id
    and enrolment.subject_id = changed.subject_id
$context$);
$ddl$),
(53, 'context/measurement.sql', $ddl$
-- The contexts of what is measured: the visit, the first dose, the assay or the
-- method of the day, and the end of consent

insert into rule_context (table_name, query)
select measured.table_name, format($context$
select changed.*, %1$s as item, today_at(changed.site_id) as today,
    visit.visit_date,
    person.birth_date as born,
    coalesce(case when ending.reason = 'death' then ending.ended end, (
        select min(screening.decided)
        from screening
        where screening.site_id = changed.site_id and screening.subject_id = changed.subject_id
            and screening.reason = 'death')) as died,
    ending.ended as part_ended,
    case when ending.ended is not null then (
        select ending.ended + in_force.safety_follow_up_days::integer
        from protocol_in_force(changed.site_id, ending.ended) as in_force) end as followed_until,
    -- the day of the last withdrawal, where every consent had been withdrawn before; most
    -- subjects have withdrawn none, which many rows ask one hash table
    case when exists (
        select from consent
        where consent.site_id = changed.site_id and consent.subject_id = changed.subject_id
            and least(consent.withdrawn, consent.%2$s) is not null)
    then (
        select case when bool_and(coalesce(consent.ended < changed.collected, false))
            then max(consent.ended) end
        from (select site_id, subject_id, least(withdrawn, %2$s) as ended from consent) as consent
        where consent.site_id = changed.site_id
            and consent.subject_id = changed.subject_id) end as consent_ended%3$s
from changed
left join subject as person on person.site_id = changed.site_id
    and person.subject_id = changed.subject_id
left join disposition as ending on ending.site_id = changed.site_id
    and ending.subject_id = changed.subject_id
left join visit on visit.site_id = changed.site_id and visit.subject_id = changed.subject_id
    and visit.visit = changed.visit%4$s
$context$, measured.item, case when measured.table_name in ('genotype', 'viral_load_result',
        'cd4_result', 'lab_result', 'pregnancy_test')
    then 'withdrawn_from_samples' else 'withdrawn_from_follow_up' end,
    measured.columns, measured.joins)
from (values
    ('genotype', 'changed.collected::text', '', ''),
    ('viral_load_result', 'changed.collected::text', $columns$,
    enrolment.first_dose,
    study_day(changed.collected, enrolment.first_dose) as study_day,
    assay.assay is not null as is_known_assay,
    assay.lower_limit as assay_lower_limit,
    assay.upper_limit as assay_upper_limit,
    assay.iu_per_copy as assay_iu_per_copy,
    exists (
        select from viral_load_result as other
        where other.site_id = changed.site_id and other.subject_id = changed.subject_id
            and other.collected <= enrolment.first_dose
            and other.assay <> changed.assay) as had_other_assay,
    (select baseline.assay
        from viral_load_of_day as baseline
        where baseline.site_id = changed.site_id and baseline.subject_id = changed.subject_id
            and baseline.viral_load_of_day = (select in_force.viral_load_of_day
                from protocol_in_force(changed.site_id, changed.collected) as in_force)
            and baseline.collected <= enrolment.first_dose
        order by baseline.collected desc
        limit 1) as baseline_assay$columns$, $joins$
left join enrolment on enrolment.site_id = changed.site_id
    and enrolment.subject_id = changed.subject_id
left join assay on assay.assay = changed.assay and assay.effective_from = (
    select max(reached.effective_from)
    from assay as reached
    where reached.assay = changed.assay and reached.effective_from <= changed.collected)$joins$),
    ('cd4_result', 'changed.collected::text', ',
    protocol.cd4_method', '
left join protocol_in_force(changed.site_id, changed.collected) as protocol on true'),
    ('lab_result', $item$changed.test || ' ' || changed.collected$item$, ',
    lab_test.result_kind,
    lab_test.unit as standard_unit,
    lab_test.usual_low,
    lab_test.usual_high,
    lab_test.plausible_low,
    lab_test.plausible_high,
    lab_unit.unit is not null as is_known_unit,
    _virotrial.lab_value_converted(changed.value, lab_unit_power(changed.unit) - lab_unit.power,
        lab_unit.multiplier, lab_unit.divisor) as converted_value,
    case when changed.standard_value < lab_test.usual_low
            or changed.standard_value > lab_test.usual_high then (
        select meant.unit
        from lab_unit as other
        cross join unnest(other.unit || other.other_units) as meant (unit)
        cross join lateral _virotrial.lab_value_converted(changed.value,
            lab_unit_power(meant.unit) - other.power, other.multiplier, other.divisor) as value
        where other.test = changed.test
            and value >= lab_test.usual_low and value <= lab_test.usual_high
        order by abs(ln(quantity(value) / sqrt(lab_test.usual_low * lab_test.usual_high))),
            meant.unit
        limit 1) end as likely_unit,
    lab_code.code is not null as is_known_code', '
left join lab_test on lab_test.test = changed.test
left join lab_unit on lab_unit.test = changed.test
    and lab_unit.kind = lab_unit_kind(changed.unit)
left join lab_code on lab_code.test = changed.test and lab_code.code = changed.code'),
    ('missing_result',
    $item$concat_ws(' ', changed.assessment, nullif(changed.test, ''), changed.collected)$item$, ',
    exists (select from lab_test where lab_test.test = changed.test) as is_known_test', ''),
    ('vital_signs', 'changed.collected::text', '', ''),
    ('physical_examination', $item$changed.body_system || ' ' || changed.collected$item$, '', ''),
    ('pregnancy_test', 'changed.collected::text', ',
    person.sex', ''),
    ('asked_complaint', $item$changed.complaint || ' ' || changed.collected$item$, $columns$,
    changed.complaint = 'any' or exists (
        select from solicited_complaint as solicited
        where solicited.complaint = changed.complaint
            and solicited.effective_from <= changed.collected) as is_solicited$columns$, '')
) as measured (table_name, item, columns, joins);
$ddl$),
(54, 'context/protocol.sql', $ddl$
-- The context of what is said of visits: whether there is one of the name

insert into rule_context (table_name, query)
select table_name, format($context$
select changed.*, %s as item,
    exists (select from visit_definition where visit_definition.visit = changed.visit) as is_defined
from changed
$context$, item)
from (values
    ('required_assessment', $$changed.visit || ', ' || changed.assessment$$),
    ('snapshot_window', 'changed.visit')) as said (table_name, item);
$ddl$),
(55, 'context/regimen.sql', $ddl$
-- The context of regimens: the protocol in force when a drug was begun, the first
-- dose, the consent, and what else was taken

insert into rule_context (table_name, query) values ('regimen', $context$
select changed.*, changed.drug as item, today_at(changed.site_id) as today,
    enrolment.first_dose,
    person.birth_date as born,
    coalesce(case when ending.reason = 'death' then ending.ended end, (
        select min(screening.decided)
        from screening
        where screening.site_id = changed.site_id and screening.subject_id = changed.subject_id
            and screening.reason = 'death')) as died,
    ending.ended as part_ended,
    case when ending.ended is not null then (
        select ending.ended + in_force.safety_follow_up_days::integer
        from protocol_in_force(changed.site_id, ending.ended) as in_force) end as followed_until,
    changed.drug = protocol.study_drug as is_study_drug,
    protocol.study_drug_dose_mg,
    protocol.study_drug_doses_per_day,
    -- by arm or weight: the arm itself is not told here, as it may be blinded
    planned.is_so as is_planned_dose, planned.doses as planned_doses,
    coalesce(planned.is_by_weight, false) as is_dosed_by_weight,
    coalesce(planned.is_by_weight and changed.weight_kg is not null and planned.doses is null,
        false) as is_in_no_band,
    protocol.background_minimum_drugs,
    exists (
        select from consent
        where consent.site_id = changed.site_id and consent.subject_id = changed.subject_id
            and consent.signed <= changed.started
            and coalesce(least(consent.withdrawn, consent.withdrawn_from_treatment)
                >= changed.started, true)) as has_consent,
    -- the first serious reaction to the drug up to the day
    (select format('%s on %s', intolerance.reaction, intolerance.onset)
        from intolerance
        where intolerance.site_id = changed.site_id and intolerance.subject_id = changed.subject_id
            and intolerance.drug = changed.drug and intolerance.is_serious
                and intolerance.onset <= changed.started
        order by intolerance.onset, intolerance.reaction
        limit 1) as intolerance,
    (select count(distinct other.drug)
        from regimen as other
        join drug using (drug)
        where other.site_id = changed.site_id and other.subject_id = changed.subject_id
            and other.drug <> protocol.study_drug and not drug.is_booster
            and other.started <= changed.started
            and (other.stopped is null or other.stopped > changed.started)) as background_drugs,
    -- by any version of the protocol
    exists (
        select from protocol as version
        where version.study_drug = changed.drug and version.background_minimum_drugs > (
            select count(distinct other.drug)
            from regimen as other
            join drug using (drug)
            where other.site_id = changed.site_id and other.subject_id = changed.subject_id
                and other.drug <> version.study_drug and not drug.is_booster
                and other.started <= changed.started
                and (other.stopped is null
                    or other.stopped > changed.started))) as may_lack_background,
    -- the function is planned for each statement, and few drugs have one
    case when exists (select from drug_abnormality as against where against.drug = changed.drug)
        then abnormality_against(changed.site_id, changed.subject_id, changed.drug, changed.started)
    end as abnormality,
    -- the next day on which the drug was begun
    (select min(other.started)
        from regimen as other
        where other.site_id = changed.site_id and other.subject_id = changed.subject_id
            and other.drug = changed.drug and other.started > changed.started) as started_again,
    -- whether the study drug is taken that day, and it is known what is active beside it
    (exists (select from resistance_algorithm_version) or exists (select from protocol where background_judged_by_calls))
        and exists (
            select from regimen as other
            where other.site_id = changed.site_id and other.subject_id = changed.subject_id
                and other.drug = any (array(select study_drug from protocol))
                and other.started <= changed.started
                and (other.stopped is null
                    or other.stopped > changed.started)) as is_background_judged
from changed
left join subject as person on person.site_id = changed.site_id
    and person.subject_id = changed.subject_id
left join disposition as ending on ending.site_id = changed.site_id
    and ending.subject_id = changed.subject_id
left join enrolment on enrolment.site_id = changed.site_id
    and enrolment.subject_id = changed.subject_id
left join protocol_in_force(changed.site_id, changed.started) as protocol on true
left join lateral (
    select bool_or(dose.dose_mg = changed.dose_mg and dose.doses_per_day = changed.doses_per_day)
            filter (where banded.is_met) as is_so,
        string_agg(distinct format('%s mg %s times', dose.dose_mg, dose.doses_per_day), ' or ')
            filter (where banded.is_met) as doses,
        bool_or(dose.weight_from_kg > 0 or dose.weight_below_kg is not null) as is_by_weight
    from protocol_day(changed.site_id, changed.started) as known
    join dose_period as dose
        on known.day >= dose.effective_from and known.day < dose.effective_before
    cross join lateral (select changed.weight_kg >= dose.weight_from_kg
        and coalesce(changed.weight_kg < dose.weight_below_kg, true)
        or dose.weight_from_kg = 0 and dose.weight_below_kg is null) as banded (is_met)
) as planned on true
$context$);
$ddl$),
(56, 'context/visit.sql', $ddl$
-- The context of visits: the visit's definition and the protocol in force on its
-- day, the first dose, and the consent

insert into rule_context (table_name, query) values ('visit', $context$
select changed.*, changed.visit as item, today_at(changed.site_id) as today,
    enrolment.first_dose,
    person.birth_date as born,
    coalesce(case when ending.reason = 'death' then ending.ended end, (
        select min(screening.decided)
        from screening
        where screening.site_id = changed.site_id and screening.subject_id = changed.subject_id
            and screening.reason = 'death')) as died,
    ending.ended as part_ended,
    case when ending.ended is not null then (
        select ending.ended + in_force.safety_follow_up_days::integer
        from protocol_in_force(changed.site_id, ending.ended) as in_force) end as followed_until,
    study_day(changed.visit_date, enrolment.first_dose) as study_day,
    definition.visit is not null as is_defined,
    definition.target_day,
    coalesce(definition.window_first_day, case when definition.visit is not null
        then - protocol.screening_limit_days end) as window_first_day,
    definition.window_last_day,
    -- whatever version of the definition is in force
    (select bool_and(coalesce(
            study_day(changed.visit_date, enrolment.first_dose)
                between version.window_first_day and version.window_last_day,
            enrolment.first_dose is null and version.target_day is null))
        from visit_definition as version
        where version.visit = changed.visit) as is_in_every_window,
    exists (
        select from consent
        where consent.site_id = changed.site_id and consent.subject_id = changed.subject_id
            and consent.signed <= changed.visit_date
            and coalesce(least(consent.withdrawn, consent.withdrawn_from_follow_up)
                >= changed.visit_date, true)) as has_consent
from changed
left join subject as person on person.site_id = changed.site_id
    and person.subject_id = changed.subject_id
left join disposition as ending on ending.site_id = changed.site_id
    and ending.subject_id = changed.subject_id
left join enrolment on enrolment.site_id = changed.site_id
    and enrolment.subject_id = changed.subject_id
left join visit_definition as definition on definition.visit = changed.visit
    and definition.effective_from = (
        select max(reached.effective_from)
        from protocol_day(changed.site_id, changed.visit_date) as known
        join visit_definition as reached on reached.effective_from <= known.day
        where reached.visit = changed.visit)
left join protocol_in_force(changed.site_id, changed.visit_date) as protocol on true
$context$);
$ddl$),
(57, 'rules/adverse_event.sql', $ddl$
-- Adverse events: what contradicts other tables.  Events are among the anchors of
-- rules on events, so that their writers and those of the other table wait for
-- each other without waiting for the clerks who enter results.

insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('solicited_complaint', 'adverse_event', '4', '{solicited_complaint}', 20,
'Table solicited_complaint has the complaints that the protocol asks for; any other event has none.',
$$complaint is not null and not is_solicited$$,
$$format('"%s" is not a complaint that the protocol asks for', complaint)$$);

-- An onset is judged in the zone where its day begins first.
insert into rule (name, table_name, clause, priority, hint, condition, reason)
values ('event_report', 'adverse_event', '4', 25, 'Correct the times; they include the time zone.',
$$greatest(aware_at, reported_at) > now()
    or aware_at < onset_first::timestamp at time zone 'UTC' - interval '14 hours'$$,
$$case when greatest(aware_at, reported_at) > now()
    then format('%s is in the future', greatest(aware_at, reported_at))
    else format('the site was aware of it at %s, before its onset, %s', aware_at, onset) end$$);

-- The death is recorded first; taking it back takes the event, too.
insert into rule (name, table_name, clause, anchors, evidence, priority, hint, condition, reason)
values ('fatal_event', 'adverse_event', '4', '{adverse_event}', '{disposition}', 30,
    'Record the death in disposition first.',
$$outcome = 'FATAL' and end_reason is distinct from 'death'$$,
$$'fatal, but no death is on record'$$);

insert into rule (name, table_name, clause, anchors, action, condition, reason)
values ('death_without_event', 'disposition', '4',
    array['adverse_event where outcome = ''FATAL''', 'disposition'], 'record',
$$reason = 'death' and not has_fatal_event$$,
$$format('died on %s, and no fatal adverse event is on record', ended)$$);

insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
values ('drug_withdrawn', 'adverse_event', '4',
    array['adverse_event', 'regimen where drug in (select study_drug from protocol)', 'protocol'],
    40,
'Record in regimen.stopped that the study drug was stopped, before the event.',
$$action_taken = 'DRUG WITHDRAWN'$$,
$$study_drug_stopped is null or study_drug_stopped = 'infinity'
    or study_drug_stopped < onset_first$$,
$$case when study_drug_stopped is null then 'the study drug was withdrawn, but never taken'
    when study_drug_stopped = 'infinity' then 'the study drug was withdrawn, but is still taken'
    else format('the study drug was withdrawn for an event of %s, but had been stopped on %s',
        onset, study_drug_stopped) end$$);

insert into rule (name, table_name, clause, anchors, action, only_if, condition, reason)
values ('serious_report', 'adverse_event', '4', '{protocol,protocol_approval}', 'record',
$$is_serious$$,
$$coalesce(reported_at, now()) > aware_at + serious_report_hours * interval '1 hour'$$,
$$case when reported_at is null
        then format('serious, and not reported within %s hours of %s',
            serious_report_hours, aware_at at time zone 'UTC')
    else format('serious, and reported %s hours after awareness',
        round(extract(epoch from reported_at - aware_at) / 3600, 1)) end$$);

insert into rule (name, table_name, clause, anchors, evidence, priority, hint, condition, reason)
values ('relatedness_drug', 'adverse_event_relatedness', '4',
    '{adverse_event_relatedness,relatedness_category}', '{regimen,adverse_event}', 40,
'Relatedness is judged for the drugs of the regimen; the regimen is entered first.',
$$drug_started is null or (is_related and drug_started > onset_last)$$,
$$case when is_related
    then format('%s to %s, which the regimen does not have by its onset, %s', relatedness, drug,
    onset)
    else format('%s is not in the regimen', drug) end$$);

insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('asked_complaint', 'asked_complaint', '4', '{solicited_complaint}', 20,
'Table solicited_complaint has the complaints that the protocol asks for; "any" is the open question.',
$$not is_solicited$$,
$$format('"%s" is not a complaint that the protocol asks for', complaint)$$);
$ddl$),
(58, 'rules/allocation.sql', $ddl$
-- Allocation: to a stratum of the trial, between enrolment and the first dose, and
-- treatment as the arm has it

insert into rule (name, table_name, clause, anchors, scope, priority, hint, query)
select 'stratum_defined', said.table_name, '3', '{stratum}', 'study', 50,
    'Table stratum has the strata; without any, the stratum is "all".', format($rule$
select %s, format('"%%s" is not a stratum of the study', changed.stratum)
from changed
where changed.stratum not in (select stratum from stratum)
    and (changed.stratum <> 'all' or exists (select from stratum))
$rule$, said.place)
from (values ('allocation', 'changed.site_id, changed.subject_id, null'),
    ('allocation_list', 'null, null, changed.code')) as said (table_name, place);

insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('allocation_date', 'allocation', '3', '{enrolment}', 50,
'Allocate a subject on the day of enrolment or later, and before the first dose.', $rule$
select changed.site_id, changed.subject_id, null, format('allocated %s, enrolled %s%s',
    changed.allocated, enrolment.enrolled, ', first dose ' || enrolment.first_dose)
from changed
join enrolment using (site_id, subject_id)
where changed.allocated < enrolment.enrolled or changed.allocated > enrolment.first_dose
$rule$);

insert into rule (name, table_name, clause, anchors, evidence, priority, hint, query)
values ('enrolment_limit', 'allocation', '1', '{enrolment_limit}', '{allocation}', 51,
'Table enrolment_limit says how many subjects of a stratum may be randomised.', $rule$
select changed.site_id, changed.subject_id, null, exceeded.reason
from changed
cross join lateral (
    select format('%s subjects of stratum "%s" would be randomised %s, and at most %s may be',
        counted.subjects, cap.stratum, case cap.site when '*' then 'in the study'
            else 'at the site' end, cap.maximum) as reason
    from enrolment_limit_period as cap
    join lateral (
        select count(*) as subjects
        from allocation
        where allocation.stratum = cap.stratum and cap.site in ('*', allocation.site_id)
            and allocation.allocated < cap.effective_before
    ) as counted on counted.subjects > cap.maximum
    where cap.stratum = changed.stratum and cap.site in ('*', changed.site_id)
        and changed.allocated >= cap.effective_from and changed.allocated < cap.effective_before
    order by cap.site
    limit 1
) as exceeded
$rule$);

insert into rule (name, table_name, clause, holds, priority, hint, only_if, condition, query)
values ('allocated', 'regimen', '3', 'at entry', 45,
'The trial has arms: allocate the subject before the study drug is given.',
'exists (select from protocol where protocol.study_drug = context.drug)', 'is_study_drug', $rule$
select changed.site_id, changed.subject_id, changed.drug, 'is not allocated to an arm'
from changed
where exists (select from arm) and not exists (
    select from allocation
    where allocation.site_id = changed.site_id and allocation.subject_id = changed.subject_id)
$rule$);

-- What is given against the allocation was given; the rule records it.
insert into rule (name, table_name, clause, anchors, action, only_if, condition, query)
values ('treated_otherwise', 'regimen', '3', '{arm,dose,allocation,protocol,protocol_approval}', 'record',
    'exists (select from protocol where protocol.study_drug = context.drug)', 'is_study_drug', $rule$
select changed.site_id, changed.subject_id, changed.drug || ' ' || changed.started,
    format('arm "%s" is given %s', allocation.arm, case when arm.treatment = 'background alone'
        then 'the background alone' else 'another dose' end)
from changed
join allocation using (site_id, subject_id)
join arm using (arm)
where arm.treatment = 'background alone' or not coalesce((
    select bool_or(dose.dose_mg = changed.dose_mg and dose.doses_per_day = changed.doses_per_day)
    from protocol_day(changed.site_id, changed.started) as known
    join dose_period as dose
        on known.day >= dose.effective_from and known.day < dose.effective_before
    where dose.arm in ('*', allocation.arm)
        and coalesce(changed.weight_kg, 0) >= dose.weight_from_kg
        and coalesce(changed.weight_kg < dose.weight_below_kg, true)), true)
$rule$);

insert into rule (name, table_name, clause, anchors, scope, priority, hint, query)
values ('dose_bands', 'dose', '3', '{dose}', 'study', 50,
'Let one band end at the weight at which the next begins.', $rule$
select null, null, format('%s from %s kg', own.arm, own.weight_from_kg),
    format('overlaps the band from %s kg', other.weight_from_kg)
from changed
join dose_period as own using (arm, weight_from_kg, effective_from)
join dose_period as other on other.arm = own.arm and other.weight_from_kg > own.weight_from_kg
    and coalesce(other.weight_from_kg < own.weight_below_kg, true)
    and other.effective_from < own.effective_before and own.effective_from < other.effective_before
$rule$);
$ddl$),
(59, 'rules/background.sql', $ddl$
-- The fully active drugs of a background: fewer than the protocol asks for need
-- a reason, and are a deviation.  What was not on record when the background
-- was chosen (a genotype, an algorithm) refuses nothing afterwards; it makes a
-- deviation.

insert into rule (name, table_name, clause, holds, anchors, priority, hint, condition, query)
values ('background_active_drugs', 'regimen', '3', 'at entry', '{regimen}', 65,
'Choose other drugs (obt_candidates lists them), or give the reason in justification: the background is then kept as a deviation.',
'is_background_judged', $rule$
select choice.site_id, choice.subject_id, choice.as_of::text,
    format('%s of the %s fully active drugs: %s', choice.active_drugs,
        choice.required_drugs, choice.drugs)
from (
    select distinct site_id, subject_id, started from changed
) as begun
cross join lateral (
    select * from background_choice as candidate
    where candidate.site_id = begun.site_id and candidate.subject_id = begun.subject_id
        and candidate.as_of = begun.started
    offset 0
) as choice
where choice.is_judged and choice.active_drugs < choice.required_drugs
    and choice.justification is null
$rule$);

insert into rule (name, table_name, clause, anchors, evidence, action, condition, query)
values ('background_not_fully_active', 'regimen', '3',
'{regimen,genotype,genotype_drug_call,protocol,algorithm_drug,resistance_algorithm_drug}', '{resistance_algorithm_version,drug,intolerance}', 'record',
'is_background_judged', $rule$
select choice.site_id, choice.subject_id, choice.as_of::text,
    format('%s of the %s fully active drugs: %s. %s', choice.active_drugs,
        choice.required_drugs, choice.drugs,
        coalesce(choice.justification, 'No justification is given'))
from (
    select distinct site_id, subject_id, started from changed
) as begun
cross join lateral (
    select * from background_choice as candidate
    where candidate.site_id = begun.site_id and candidate.subject_id = begun.subject_id
        and candidate.as_of = begun.started
    offset 0
) as choice
where choice.is_judged and choice.active_drugs < choice.required_drugs
$rule$);

-- By the words of the name that was reported, or of the term that it was coded to.
insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('antiretroviral_medication', 'concomitant_medication', '3', '{drug}', 30,
'Enter it in regimen; or in art_history, if it was taken before the first dose.',
$rule$
select changed.site_id, changed.subject_id, changed.medication_number::text,
    format('"%s" has the antiretroviral drug %s', changed.medication,
        string_agg(drug.name, ', ' order by drug.name))
from changed
cross join lateral (select lower(concat_ws(' ', changed.medication, changed.coded_term)) as words)
    as named
join drug on strpos(named.words, split_part(lower(drug.name), ' ', 1)) > 0
    or lower(drug.drug) = any (regexp_split_to_array(named.words, '[^a-z0-9]+'))
group by changed.site_id, changed.subject_id, changed.medication_number, changed.medication
$rule$);
$ddl$),
(60, 'rules/code.sql', $ddl$
-- The codes of sites, subjects and visits: what looks alike is alike.  A pattern of
-- a study's own is a rule of its own.

insert into rule (name, table_name, clause, priority, hint, condition, item, reason)
select 'code_characters', coded.table_name, '4', 4,
    'Type the code anew, in half-width letters, and without blanks at its ends.',
    format('%s ~ %L', coded.code, '^$|^[[:space:]]|[[:space:]]$|'
        '[\u0001-\u001F\u007F-\u00A0\u00AD\u034F\u061C\u115F\u1160\u1680\u17B4\u17B5\u180B-\u180E'
        '\u2000-\u200F\u2028-\u202F\u205F-\u206F\u3000\u3164\uFE00-\uFE0F\uFEFF\uFF01-\uFFEF]'),
    coded.item,
    format($$format('"%%s" has a blank at an end, or an invisible or full-width character', %s)$$,
        coded.code)
from (values ('site', 'site_id', null),
    ('subject', 'subject_id', null),
    ('visit', 'visit', null),
    ('visit_definition', 'visit', 'visit')) as coded (table_name, code, item);
$ddl$),
(61, 'rules/consent.sql', $ddl$
-- Consent: no study procedure before it is signed or after it is withdrawn.  What
-- was done at a visit is of the visit's day (rule result_visit), so that the
-- visit's consent is its own.

insert into rule (name, table_name, clause, evidence, priority, hint, condition, reason)
select 'consent', guarded.table_name, '2', '{consent}', 10, guarded.hint, 'not has_consent',
    format('format(''no consent in force %s'', %s)', guarded.place, guarded.day)
from (values
    ('visit', 'visit_date', 'on %s', 'Record the consent first; results from before it are entered without a visit.'),
    ('regimen', 'started', 'on %s', 'Record the consent first.'),
    ('adverse_event', 'onset', 'at its onset, %s', 'Record the consent first; what was there before it is medical history.')
) as guarded (table_name, day, place, hint);

insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('consent_version', 'consent', '2', '{consent_version}', 8,
'Table consent_version has the versions, with the days and sites at which each may be signed.',
'has_versions and (signed between valid_from and coalesce(valid_until, ''infinity'')) is not true',
$$case when valid_from is null then 'is no version of the consent form at the site'
    when signed < valid_from then format('signed %s, and valid from %s', signed, valid_from)
    else format('signed %s, and valid until %s', signed, valid_until) end$$);

insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('consent_withdrawal', 'consent', '2', '{consent}', 10,
'A withdrawal ends every consent that was signed up to that day: give each of them the same date.',
$rule$
select changed.site_id, changed.subject_id, changed.version || ' ' || changed.signed,
    format('signed %s and still open%s, though version %s was withdrawn on %s', changed.signed,
        ended.purpose, other.version, ended.other_day)
from changed
join consent as other using (site_id, subject_id)
cross join lateral (values ('', changed.withdrawn, other.withdrawn),
    (' for treatment', least(changed.withdrawn, changed.withdrawn_from_treatment),
        other.withdrawn_from_treatment),
    (' for follow-up', least(changed.withdrawn, changed.withdrawn_from_follow_up),
        other.withdrawn_from_follow_up),
    (' for samples', least(changed.withdrawn, changed.withdrawn_from_samples),
        other.withdrawn_from_samples)) as ended (purpose, own_day, other_day)
where ended.other_day >= changed.signed and coalesce(ended.own_day > ended.other_day, true)
$rule$),
('consent_again', 'consent', '2', '{consent}', 11,
'A version is signed again after a withdrawal: enter that first, or correct the day of the signature.',
$rule$
select changed.site_id, changed.subject_id, changed.version || ' ' || changed.signed,
    format('signed again, though the signature of %s is not withdrawn', other.signed)
from changed
join consent as other using (site_id, subject_id, version)
where other.signed < changed.signed
    and num_nonnulls(other.withdrawn, other.withdrawn_from_treatment,
        other.withdrawn_from_follow_up, other.withdrawn_from_samples) = 0
$rule$);

insert into rule (name, table_name, clause, anchors, action, query)
values ('reconsent', 'consent', '2', '{consent,consent_version,disposition}', 'record', $rule$
select site_id, subject_id, _reconsent.needed_version,
    format('version %s was to be signed by %s, and was %s', needed_version, reconsent_by,
        coalesce('signed on ' || signed_again, 'not signed'))
from changed
join _reconsent using (site_id, subject_id, version, signed)
where coalesce(signed_again, today_at(site_id)) > reconsent_by
$rule$);

-- What has no visit may be history, from before the consent, but not from after its end.
-- Samples may end before the visits do.
insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
select 'withdrawn', measured.table_name, '2', '{consent}', 10,
    'After a withdrawal nothing is collected: check the dates, or record the consent that was signed since.',
$$exists (
    select from consent
    where consent.site_id = context.site_id and consent.subject_id = context.subject_id
        and least(consent.withdrawn, consent.withdrawn_from_samples,
            consent.withdrawn_from_follow_up) is not null)$$,
    measured.without_visit || 'consent_ended < collected',
    'format(''collected %s, after consent was withdrawn on %s'', collected, consent_ended)'
from (values ('viral_load_result', ''), ('cd4_result', ''), ('genotype', ''), ('lab_result', ''),
    ('pregnancy_test', ''), ('missing_result', 'visit is null and '),
    ('vital_signs', 'visit is null and '), ('physical_examination', 'visit is null and '),
    ('asked_complaint', 'visit is null and ')) as measured (table_name, without_visit);
$ddl$),
(62, 'rules/date_order.sql', $ddl$
-- The order of dates: nothing before birth or after death; diagnosis, treatment,
-- first dose and end in this order; after the end, safety follow-up alone.  That
-- consent comes before, and the first dose before the visits, are rules of those.

insert into rule (name, table_name, clause, anchors, evidence, priority, hint, condition, reason)
select 'lifetime', guarded.table_name, '4',
    '{disposition where reason = ''death'',screening where reason = ''death''}',
    '{subject}', 6,
    'Correct the date, or the date of birth or of death (disposition, or screening).',
    format('%s < born or %s > died', guarded.first_day, guarded.last_day),
    format('case when %1$s < born then format(''%%s is before birth, on %%s'', %1$s, born)
        else format(''%%s is after death, on %%s'', %2$s, died) end',
        guarded.first_day, guarded.last_day)
from (values
    ('consent', 'signed', 'last_day'),
    ('hiv_diagnosis', 'diagnosed', 'greatest(diagnosed, confirmed)'),
    ('art_history', 'started', 'started'),
    ('intolerance', 'onset', 'onset'),
    ('genotype', 'collected', 'collected'),
    ('visit', 'visit_date', 'visit_date'),
    ('viral_load_result', 'collected', 'collected'),
    ('cd4_result', 'collected', 'collected'),
    ('lab_result', 'collected', 'collected'),
    ('missing_result', 'collected', 'collected'),
    ('vital_signs', 'collected', 'collected'),
    ('physical_examination', 'collected', 'collected'),
    ('asked_complaint', 'collected', 'collected'),
    ('pregnancy_test', 'collected', 'collected'),
    ('medical_history', 'least(started_last, ended_last)', 'greatest(started_first, ended_first)'),
    ('concomitant_medication', 'least(started_last, ended_last)',
        'greatest(started_first, ended_first)'),
    ('screening', 'decided', 'decided'),
    ('adverse_event', 'onset_last', 'onset_first'),
    ('regimen', 'started', 'started')
) as guarded (table_name, first_day, last_day);

insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('diagnosis_order', 'art_history', '1', '{hiv_diagnosis}', 40,
'Correct one of the two; a drug that was taken as prophylaxis is no treatment.',
$$started < diagnosed$$,
$$format('started %s, before the diagnosis on %s', started, diagnosed)$$),
('treatment_order', 'art_history', '1', '{enrolment}', 41,
'What is taken from the first dose on is entered in regimen.',
$$started > first_dose$$,
$$format('started %s, after the first dose of the study drug on %s', started, first_dose)$$),
('end_order', 'disposition', '4', '{enrolment}', 40,
'Correct the date, or that of the enrolment or the first dose.',
$$ended < coalesce(first_dose, enrolled)$$,
$$format('ended %s, before the %s', ended,
    coalesce('first dose on ' || first_dose, 'enrolment on ' || enrolled))$$);

-- The name of a rule that records is one of a table.
insert into rule (name, table_name, clause, anchors, action, only_if, condition, reason)
select guarded.table_name || '_after_end', guarded.table_name, '4', '{disposition,protocol,protocol_approval}',
    'record', guarded.day || ' > part_ended', guarded.day || ' > followed_until',
    format('format(''%%s, and the subject left the study on %%s; follow-up ended on %%s'', %s,
        part_ended, followed_until)', guarded.day)
from (values
    ('visit', 'visit_date'),
    ('genotype', 'collected'),
    ('viral_load_result', 'collected'),
    ('cd4_result', 'collected'),
    ('lab_result', 'collected'),
    ('missing_result', 'collected'),
    ('vital_signs', 'collected'),
    ('physical_examination', 'collected'),
    ('asked_complaint', 'collected'),
    ('pregnancy_test', 'collected'),
    ('concomitant_medication', 'started_first'),
    ('adverse_event', 'onset_first'),
    ('regimen', 'started')
) as guarded (table_name, day);
$ddl$),
(63, 'rules/eligibility.sql', $ddl$
-- Eligibility: no enrolment unless every criterion is met

insert into rule (name, table_name, clause, anchors, evidence, priority, hint, query)
values ('eligibility', 'enrolment', '1', '{protocol,protocol_approval,eligibility_criterion,listed_intolerance}',
    '{drug,subject,consent,hiv_diagnosis,art_history,intolerance,adverse_event,'
    'adverse_event_relatedness,relatedness_category,genotype,genotype_drug_call,'
    'viral_load_result,algorithm_drug,resistance_algorithm_drug,resistance_algorithm_version}', 30,
'The function eligibility shows every criterion with its evidence; enter the evidence that is missing.',
$rule$
select verdict.site_id, verdict.subject_id, null,
    string_agg(format('%s %s: %s', verdict.criterion, verdict.verdict, verdict.evidence),
        '; ' order by verdict.position)
from verdict
where verdict.verdict <> 'met'
group by verdict.site_id, verdict.subject_id
$rule$);

insert into rule (name, table_name, clause, anchors, evidence, priority, hint, condition, reason)
values ('enrolment_closed', 'enrolment', '1', '{enrolment_stop}', '{}', 20,
'Table enrolment_stop says when enrolment is closed; opened_again ends a stop.',
$$stop is not null$$, $$format('enrolled %s, and enrolment is closed %s', enrolled, stop)$$),
('enrolment_limit', 'enrolment', '1', '{enrolment_limit}', '{enrolment}', 21,
'Table enrolment_limit says how many subjects may be enrolled.',
$$exceeded_limit is not null$$, 'exceeded_limit');

insert into rule (name, table_name, clause, anchors, evidence, priority, hint, condition, reason)
values ('screening_results', 'enrolment', '4', '{protocol,protocol_approval}',
    '{viral_load_result,cd4_result,missing_result}', 35,
'Enter the viral load and the CD4 count of screening first, '
'or in missing_result why there is none.',
$$screened_before is not null and not_screened_for is not null$$,
$$format('no %s of screening by the %s on %s', not_screened_for,
    screening_results_before, screened_before)$$);

insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('screening_enrolment', 'screening', '1', '{enrolment}', 30,
'Who is enrolled is no screen failure: correct the outcome, or its day; disposition says why a subject leaves.',
$$outcome = 'screen failure'
    and (decided >= enrolled or reason = 'death' and enrolled is not null)$$,
$$format('a screen failure on %s, and the subject was enrolled on %s', decided, enrolled)$$);
$ddl$),
(64, 'rules/future_date.sql', $ddl$
-- No date in the future

insert into rule (name, table_name, clause, priority, hint, condition, reason)
select 'future_date', guarded.table_name, '4', 5, 'Correct the date.',
    -- The day begins last 12 hours behind UTC: earlier rows need no look at their site.
    format('%1$s > (select (now() at time zone interval ''-12:00'')::date) and %1$s > today',
        guarded.day), format('format(''%%s is in the future'', %s)', guarded.day)
from (values
    ('subject', 'birth_date'),
    ('consent', 'last_day'),
    ('hiv_diagnosis', 'greatest(diagnosed, confirmed)'),
    ('art_history', 'greatest(started, stopped)'),
    ('intolerance', 'onset'),
    ('genotype', 'collected'),
    ('visit', 'visit_date'),
    ('viral_load_result', 'collected'),
    ('cd4_result', 'collected'),
    ('lab_result', 'collected'),
    ('missing_result', 'collected'),
    ('vital_signs', 'collected'),
    ('physical_examination', 'collected'),
    ('asked_complaint', 'collected'),
    ('pregnancy_test', 'collected'),
    ('medical_history', 'greatest(started_first, ended_first)'),
    ('concomitant_medication', 'greatest(started_first, ended_first)'),
    ('screening', 'decided'),
    ('adverse_event', 'greatest(onset_first, ended_first)'),
    ('enrolment', 'greatest(enrolled, first_dose)'),
    ('regimen', 'greatest(started, stopped)'),
    ('disposition', 'ended')
) as guarded (table_name, day);
$ddl$),
(65, 'rules/laboratory.sql', $ddl$
-- Laboratory results: of a known test, in a unit that can be converted, and
-- plausible

insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('lab_test', 'lab_result', '4', '{lab_test}', 30,
'Table lab_test has the tests of the study, and whether their results are numeric or coded.',
$$result_kind is null or (result_kind = 'coded') <> (code is not null)$$,
$$case when result_kind is null then format('"%s" is not a test of the study', test)
    when result_kind = 'coded' then format('%s is a coded test, and has no value', test)
    else format('%s is a numeric test, and has no code', test) end$$);

insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('lab_test', 'missing_result', '4', '{lab_test}', 30,
'Table lab_test has the tests of the study.',
$$test <> '' and not is_known_test$$,
$$format('"%s" is not a test of the study', test)$$);

-- A factor that changes under results would leave their standard values behind.
insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('lab_unit', 'lab_result', '4', '{lab_unit}', 31,
'Table lab_unit has the kinds of unit of each test, to which the study''s owner may add; lab_unit_kind reads a spelling.',
$$value is not null and (not is_known_unit or standard_value is distinct from converted_value)$$,
$$case when lab_unit_kind(unit) is null then format('"%s" is not read as a unit', unit)
    when not is_known_unit then format('%s in "%s" cannot be converted', test, unit)
    else format('%s %s are %s in the standard unit, not %s',
        value, unit, converted_value, coalesce(standard_value::text, 'unknown')) end$$);

insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
values ('lab_code', 'lab_result', '4', '{lab_code}', 33,
    'Table lab_code has the results of coded tests.',
$$code is not null$$, $$not is_known_code$$,
$$format('"%s" is not a result of %s', code, test)$$);

-- The number is unusual in its unit, and usual in another.  Real extremes are usual in no other.
insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
values ('lab_likely_unit', 'lab_result', '4', '{lab_test,lab_unit}', 32,
'Check the unit; table lab_test has the usual range of each test.',
$$standard_value < usual_low or standard_value > usual_high$$,
$$likely_unit is not null$$,
$$format(E'%s %s of %s is unusual, and usual in %s\nHint: The unit is likely %s: check the number and the unit.',
    value, unit, test, likely_unit, likely_unit)$$);

-- Three-valued: a censored value is refused if nothing that it can be is plausible.
insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('lab_plausible', 'lab_result', '4', '{lab_test}', 34,
'Check the number and the unit; table lab_test has the plausible range of each test.',
$$standard_value < plausible_low or standard_value > plausible_high$$,
$$format('%s %s, in the standard unit %s %s, is not between %s and %s', value, unit,
    standard_value, standard_unit,
    coalesce(plausible_low::text, 'any'), coalesce(plausible_high::text, 'any'))$$);

insert into rule (name, table_name, clause, anchors, priority, hint, query)
values ('reference_range_overlap', 'reference_range', '4', '{reference_range}', 40,
'Ranges of one laboratory, test and date must not fit the same subject; a range with a later effective_from replaces earlier ones.',
$rule$
select null, null, format('%s, %s', changed.laboratory, changed.test),
    format('the range for %s from %s years overlaps the one for %s from %s', changed.sex,
        changed.minimum_age, other.sex, other.minimum_age)
from changed
join reference_range as other using (laboratory, test, effective_from)
where (changed.sex, changed.minimum_age) < (other.sex, other.minimum_age)
    and (changed.sex = 'any' or other.sex = 'any' or changed.sex = other.sex)
    and changed.minimum_age < coalesce(other.maximum_age, changed.minimum_age + 1)
    and other.minimum_age < coalesce(changed.maximum_age, other.minimum_age + 1)
$rule$);
$ddl$),
(66, 'rules/measurement.sql', $ddl$
-- Measurements: of a visit and its date, within the limits of the assay

insert into rule (name, table_name, clause, evidence, priority, hint, condition, reason)
select 'result_visit', measured.table_name, '4', '{visit}', 20,
    'A result of a visit is of its day; one from another day belongs to another visit, or to none.',
    'collected <> visit_date',
    'format(''collected %s, but its visit "%s" was on %s'', collected, visit, visit_date)'
from unnest(array['viral_load_result', 'cd4_result', 'genotype',
    'lab_result', 'missing_result', 'vital_signs', 'physical_examination',
    'asked_complaint', 'pregnancy_test']) as measured (table_name);

insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('assay_limits', 'viral_load_result', '4', '{assay}', 30,
'Check the result and its assay; table assay has the limits of quantification.',
$$(case when is_censored(viral_load)
    then coalesce(upper_bound(viral_load) = assay_lower_limit,
        lower_bound(viral_load) = assay_upper_limit)
    else quantity(viral_load) between assay_lower_limit and assay_upper_limit end) is not true$$,
$$case when not is_known_assay then format('"%s" is not an assay of the study', assay)
    else format('%s is not a result of %s, whose limits are %s and %s',
        viral_load, assay, assay_lower_limit, assay_upper_limit) end$$);

-- A text and a value cannot contradict each other, whatever changes beside them.
insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
values ('reported', 'viral_load_result', '4', '{assay,result_word}', 31,
'Where viral_load is null, the database reads it from reported; to change one of the two, give both anew.',
$$reported is not null
    and not _virotrial.viral_load_agrees(reported, reported_unit, assay_lower_limit,
        assay_upper_limit, null, (select result_words()), assay_iu_per_copy, viral_load)$$,
$$(select format('"%s" is not %s: %s', reported, viral_load,
        case when reading.value is not null then 'it says ' || reading.value
            else concat_ws(', ', reading.state, reading.reason) end)
    from read_viral_load(reported, reported_unit, assay_lower_limit, assay_upper_limit, null,
        result_words(), assay_iu_per_copy) as reading)$$);

-- A result from before the first dose may be the new baseline of all others.
insert into rule (name, table_name, clause, anchors, action, only_if, condition, reason)
values ('assay_change', 'viral_load_result', '4',
    '{enrolment,protocol,protocol_approval,viral_load_result where collected <= first_dose}', 'record',
$$collected > first_dose and had_other_assay$$,
$$assay <> baseline_assay$$,
$$format('%s on day %s, another assay than at baseline', assay, study_day)$$);

insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
values ('cd4_method', 'cd4_result', '4', '{protocol,protocol_approval}', 30,
    'The method is a parameter of the protocol.',
$$exists (select from protocol where protocol.cd4_method <> context.method)$$,
$$visit is not null and method <> cd4_method$$,
$$format('counted by %s instead of %s', method, cd4_method)$$);

-- Counts are never rounded: what is none of whole cells came in another unit, or with a slip.
insert into rule (name, table_name, clause, priority, hint, condition, reason)
values ('cd4_unit', 'cd4_result', '4', 31,
    'Counts are of cells in a volume: cells/uL, 10*9/L, or another spelling that lab_unit_kind reads as /L.',
$$unit <> 'cells/uL'$$,
$$format('"%s" is not a unit of counts', unit)$$),
('cd4_small_fraction', 'cd4_result', '4', 32,
    'A count is of whole cells per microlitre. One as small as this is in 10*9/L: give that as its unit.',
$$unit = 'cells/uL' and quantity(cd4_count) < 10
    and quantity(cd4_count) <> trunc(quantity(cd4_count))$$,
$$format('%s is not a count of cells per microlitre', cd4_count)$$),
('cd4_fraction', 'cd4_result', '4', 33,
    'A count is of whole cells per microlitre, and is never rounded: enter what the laboratory counted, in its unit.',
$$unit = 'cells/uL' and quantity(cd4_count) >= 10
    and quantity(cd4_count) <> trunc(quantity(cd4_count))$$,
$$format('%s is not a count of cells per microlitre', cd4_count)$$);

-- Below 1 per cent the count decides: with a share of 0.25 for 25 per cent it would be that of
-- far too many lymphocytes.  5000 per microlitre is their upper limit of normal in adults.
insert into rule (name, table_name, clause, priority, hint, condition, reason)
values ('cd4_percent_share', 'cd4_result', '4', 34,
    'It seems to be a share: write 25 for 0.25. Less than 1 per cent is accepted where the count goes with it.',
$$cd4_percent > 0 and cd4_percent < 1 and cd4_count > 50 * cd4_percent$$,
$$format('%s cells are %s per cent of %s lymphocytes per microlitre, which nobody has', cd4_count,
    cd4_percent, round((100 * quantity(cd4_count) / cd4_percent)::numeric))$$);

insert into rule (name, table_name, clause, evidence, priority, hint, condition, reason)
values ('pregnancy_test_sex', 'pregnancy_test', '4', '{subject}', 30,
'Correct the subject''s code, or the sex.',
$$sex = 'male'$$,
$$format('a pregnancy test on %s, and the subject is male', collected)$$);
$ddl$),
(67, 'rules/protocol.sql', $ddl$
-- The protocol itself: each day and each result belongs to one visit

insert into rule (name, table_name, clause, anchors, scope, priority, hint, condition, reason)
select 'visit_defined', table_name, '4', '{visit_definition}', 'study', 50,
    'Table visit_definition has the visits; enter the visit first, and delete it last.',
    'not is_defined', 'format(''"%s" is not a visit of the study'', visit)'
from unnest(array['required_assessment', 'snapshot_window']) as said (table_name);

insert into rule (name, table_name, clause, anchors, scope, priority, hint, query)
values ('visit_position', 'visit_definition', '4', '{visit_definition}', 'study', 51,
'Give each visit a position of its own; one statement may change those of several visits.',
$rule$
select null, null, format('%s from %s', own.visit, own.effective_from),
    format('has position %s, as has %s from %s', own.position, other.visit, other.effective_from)
from changed
join visit_definition_period as own using (visit, effective_from)
join visit_definition_period as other on other.position = own.position and other.visit > own.visit
    and other.effective_from < own.effective_before and own.effective_from < other.effective_before
$rule$);

-- A subject has the window of each visit that is in force on his target day.  So
-- two windows concern each other if some day of the first dose gives a subject both.
insert into rule (name, table_name, clause, anchors, scope, priority, hint, query)
values ('analysis_window_overlap', 'visit_definition', '4', '{visit_definition}', 'study', 52,
'A result would count at both visits. Change both windows in one statement; an amendment that moves '
'their common border is to begin for the later visit as many days later as its target day is.',
$rule$
select null, null, format('%s from %s', own.visit, own.effective_from),
    format('days %s to %s overlap days %s to %s of %s from %s',
        own.analysis_first_day, own.analysis_last_day,
        other.analysis_first_day, other.analysis_last_day, other.visit, other.effective_from)
from changed
join visit_definition_period as own using (visit, effective_from)
join visit_definition_period as other on other.visit > own.visit
    and other.analysis_first_day <= own.analysis_last_day
    and own.analysis_first_day <= other.analysis_last_day
    and other.effective_from - coalesce(other.target_day, 1)
        < own.effective_before - coalesce(own.target_day, 1)
    and own.effective_from - coalesce(own.target_day, 1)
        < other.effective_before - coalesce(other.target_day, 1)
$rule$);

-- Of these windows all subjects have those of the day of the analysis.
insert into rule (name, table_name, clause, anchors, scope, priority, hint, query)
values ('snapshot_window_overlap', 'snapshot_window', '5', '{snapshot_window}', 'study', 52,
'A result would classify the outcome at both visits. Change both windows in one statement.',
$rule$
select null, null, format('%s from %s', own.visit, own.effective_from),
    format('days %s to %s overlap days %s to %s of %s from %s', own.first_day, own.last_day,
        other.first_day, other.last_day, other.visit, other.effective_from)
from changed
join snapshot_window_period as own using (visit, effective_from)
join snapshot_window_period as other on other.visit > own.visit
    and other.first_day <= own.last_day and own.first_day <= other.last_day
    and other.effective_from < own.effective_before and own.effective_from < other.effective_before
$rule$);
$ddl$),
(68, 'rules/regimen.sql', $ddl$
-- Treatment: the study drug at its dose, with an optimized background therapy

insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
values ('study_drug_dose', 'regimen', '3', '{protocol,protocol_approval,dose}', 50,
    'The dose is a parameter of the protocol, or a row of table dose; an amendment can change it.',
$$exists (select from protocol where protocol.study_drug = context.drug)$$,
$$is_study_drug and (is_in_no_band or not coalesce(is_planned_dose,
    dose_mg = study_drug_dose_mg and doses_per_day = study_drug_doses_per_day, false))$$,
$$format('%s mg %s a day instead of %s', coalesce(dose_mg::text, 'unknown'),
    coalesce(doses_per_day || ' times', 'an unknown number of times'), coalesce(planned_doses,
        case when is_in_no_band then format('none: no band of table dose has %s kg', weight_kg)
            else format('%s mg %s times', study_drug_dose_mg, study_drug_doses_per_day) end))$$);

insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
values ('dose_weight', 'regimen', '3', '{protocol,protocol_approval,dose}', 49,
    'Enter weight_kg: the dose goes by weight.',
    'exists (select from protocol where protocol.study_drug = context.drug)',
    'is_study_drug and is_dosed_by_weight and weight_kg is null',
    $$format('started %s without a weight', started)$$);

insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
values ('first_dose', 'regimen', '3', '{enrolment,protocol,protocol_approval}', 40,
    'Record the first dose in enrolment.first_dose before the regimen.',
$$exists (select from protocol where protocol.study_drug = context.drug)$$,
$$is_study_drug and coalesce(started < first_dose, true)$$,
$$format('started %s, %s', started,
    coalesce('before the first dose of the study drug on ' || first_dose,
        'without a first dose on record'))$$);

insert into rule (name, table_name, clause, anchors, evidence, priority, hint, only_if, condition,
    reason)
values ('optimized_background', 'regimen', '3', '{regimen,protocol,protocol_approval}',
    '{drug}', 60,
'Enter the background therapy before the study drug, or in the same statement; a booster is not an active drug.',
$$may_lack_background$$,
$$is_study_drug and background_drugs < background_minimum_drugs$$,
$$format('started %s with %s further active drugs, and %s must be given', started,
    background_drugs, background_minimum_drugs)$$);

insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
values ('regimen_intolerance', 'regimen', '3', '{intolerance}', 50, 'Choose another drug.',
$$exists (
    select from intolerance as reaction
    where reaction.site_id = context.site_id and reaction.subject_id = context.subject_id
        and reaction.drug = context.drug and reaction.is_serious)$$,
$$intolerance is not null$$,
$$format('started %s in spite of a serious %s', started, intolerance)$$);

-- What was not on record when the drug was chosen is no fault of the choice.
insert into rule (name, table_name, clause, holds, action, priority, hint, only_if, condition,
    reason)
select judged.name, 'regimen', '3', 'at entry', judged.action, 64, judged.hint,
    'exists (select from drug_abnormality as against where against.drug = context.drug)',
    'justification is ' || judged.is_given || ' and abnormality is not null',
    'format(''%s is given in spite of %s' || judged.reason
from (values
    ('regimen_abnormality', 'refuse', 'null', ''', drug, abnormality)',
        'Choose another drug (obt_candidates lists them), or give the reason in justification: '
        'the choice is then kept as a deviation.'),
    ('against_abnormality', 'record', 'not null', ': %s'', drug, abnormality, justification)', null)
) as judged (name, action, is_given, reason, hint);

insert into rule (name, table_name, clause, anchors, priority, hint, condition, reason)
select name, table_name, clause, array[table_name], 70,
    'Give the earlier period the day on which it was stopped.',
    'started_again < coalesce(stopped, ''infinity'')',
    'format(''the period from %s overlaps the one from %s'', started, started_again)'
from (values
    ('regimen_overlap', 'regimen', '3'),
    ('art_history_overlap', 'art_history', '1 ii')
) as period (name, table_name, clause);
$ddl$),
(69, 'rules/visit.sql', $ddl$
-- Visits: of the protocol, and within their windows

insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
values ('visit_defined', 'visit', '4', '{visit_definition,protocol,protocol_approval}', 20,
'The names are in visit_definition; an unscheduled visit''s name begins with "unscheduled".',
$$visit !~ '^unscheduled' and not exists (
    select from visit_definition as first
    where first.visit = context.visit and first.effective_from = '-infinity')$$,
$$not is_defined$$,
$$'not a visit of the protocol on ' || visit_date$$);

insert into rule (name, table_name, clause, anchors, priority, hint, only_if, condition, reason)
values ('first_dose', 'visit', '4', '{enrolment,visit_definition,protocol,protocol_approval}', 30,
'Record the first dose in enrolment.first_dose before the visits that follow it.',
$$visit !~ '^unscheduled' and not is_in_every_window$$,
$$target_day is not null and first_dose is null$$,
$$format('held on %s, without a first dose on record', visit_date)$$);

insert into rule (name, table_name, clause, anchors, priority, action, hint, only_if, condition,
    reason)
select deviation.name, 'visit', '4', '{enrolment,visit_definition,protocol,protocol_approval}', deviation.priority,
    deviation.action, deviation.hint,
    $$visit !~ '^unscheduled' and not is_in_every_window$$,
    'study_day not between window_first_day and window_last_day and deviation_reason ' || deviation.is_given,
    'format(''held on day %s, outside its window of days %s to %s' || deviation.reason
from (values
    ('visit_window', 40, 'refuse',
        'Correct the date, or give the reason in deviation_reason: the visit is then kept as a deviation.',
        'is null', ''', study_day, window_first_day, window_last_day)'),
    ('visit_out_of_window', 100, 'record', null,
        'is not null', ': %s'', study_day, window_first_day, window_last_day, deviation_reason)')
) as deviation (name, priority, action, hint, is_given, reason);
$ddl$),
(70, 'views/query_status.sql', $ddl$
-- Data queries as they stand, and how many wait for how long

create view query_status as
    select query.query_id, query.site_id, query.subject_id, query.table_name, query.row_key,
        query.column_name, query.message, query.rule, query.item,
        coalesce(last.status, 'open') as status,
        coalesce(last.assigned_to, query.assigned_to) as assigned_to,
        coalesce(last.due, query.due) as due,
        coalesce(coalesce(last.status, 'open') = 'open'
            and coalesce(last.due, query.due) < today(), false) as is_overdue,
        query.entered_by as opened_by, query.entered_at as opened_at,
        coalesce(last.step, 0) as steps, last.action as last_action,
        last.message as last_message,
        coalesce(last.entered_by, query.entered_by) as last_by,
        coalesce(last.entered_at, query.entered_at) as last_at
    from query
    left join lateral (
        select * from query_event
        where query_event.query_id = query.query_id
        order by step desc
        limit 1) as last on true;

comment on view query_status is 'data queries as they stand: one row per query';
comment on column query_status.query_id is 'the number of the query';
comment on column query_status.site_id is 'the site of the row; null if its table has none';
comment on column query_status.subject_id is 'the subject of the row; null if its table has none';
comment on column query_status.table_name is 'the table that the query asks about';
comment on column query_status.row_key is 'the primary key that the row had when the query was opened';
comment on column query_status.column_name is 'the column that it asks about; null: the row as a whole';
comment on column query_status.message is 'the question';
comment on column query_status.rule is 'the rule that opened it; null: a person did';
comment on column query_status.item is 'which of the subject''s rows breaks the rule; null: a person opened it';
comment on column query_status.status is 'open, answered or closed';
comment on column query_status.assigned_to is 'the role that is to answer';
comment on column query_status.due is 'the day by which an answer is due';
comment on column query_status.is_overdue is 'whether it is open after that day';
comment on column query_status.opened_by is 'who opened it, or broke the rule';
comment on column query_status.opened_at is 'when it was opened';
comment on column query_status.steps is 'how many events followed; query_event has them';
comment on column query_status.last_action is 'the last of them; null if nothing followed';
comment on column query_status.last_message is 'what it said';
comment on column query_status.last_by is 'whose step was the last, the opening included';
comment on column query_status.last_at is 'when it was';

create view open_query as
    select query_id, site_id, subject_id, table_name, row_key, column_name, message, rule, status,
        assigned_to,
        coalesce(pg_has_role(role.oid, 'member'), false) as is_mine,
        due, is_overdue,
        extract(day from now() - opened_at)::integer as age_days,
        last_message, last_by, last_at
    from query_status
    left join pg_roles as role on role.rolname = assigned_to
    where status <> 'closed';

comment on view open_query is 'the data queries that are not closed: one row per query';
comment on column open_query.query_id is 'the number of the query';
comment on column open_query.site_id is 'the site of the row; null if its table has none';
comment on column open_query.subject_id is 'the subject of the row; null if its table has none';
comment on column open_query.table_name is 'the table that the query asks about';
comment on column open_query.row_key is 'the primary key that the row had when the query was opened';
comment on column open_query.column_name is 'the column that it asks about; null: the row as a whole';
comment on column open_query.message is 'the question';
comment on column open_query.rule is 'the rule that opened it; null: a person did';
comment on column open_query.status is 'open: it waits for an answer; answered: it waits to be closed or reopened';
comment on column open_query.assigned_to is 'the role that is to answer';
comment on column open_query.is_mine is 'whether the reader is in that role';
comment on column open_query.due is 'the day by which an answer is due';
comment on column open_query.is_overdue is 'whether it is open after that day';
comment on column open_query.age_days is 'whole days since it was opened';
comment on column open_query.last_message is 'what the last step said';
comment on column open_query.last_by is 'whose step was the last, the opening included';
comment on column open_query.last_at is 'when it was';

create view query_count as
    select site_id, age_from_days, age, count(*) as queries,
        count(*) filter (where status = 'open') as open,
        count(*) filter (where status = 'answered') as answered,
        count(*) filter (where is_overdue) as overdue
    from open_query
    join (values (0, 7, '0 to 7 days'), (8, 14, '8 to 14 days'), (15, 30, '15 to 30 days'),
            (31, null, 'more than 30 days')) as band (age_from_days, last_day, age)
        on age_days >= age_from_days and age_days <= coalesce(last_day, age_days)
    group by site_id, age_from_days, age;

comment on view query_count is 'the data queries that are not closed: one row per site and age';
comment on column query_count.site_id is 'the site; null for rows that belong to none';
comment on column query_count.age_from_days is 'the least age in days, to sort by';
comment on column query_count.age is 'the age in words';
comment on column query_count.queries is 'how many queries are not closed';
comment on column query_count.open is 'how many of them wait for an answer';
comment on column query_count.answered is 'how many wait to be closed or reopened';
comment on column query_count.overdue is 'how many are open after the day on which an answer was due';
$ddl$),
(71, 'views/source_verification_status.sql', $ddl$
-- Source data verification: every record of a subject, and whether it is as it was verified

create view _last_verification as
    select distinct on (table_name, row_key) table_name, row_key, verified, remark, content,
        entered_by as verified_by, entered_at as verified_at
    from source_verification
    order by table_name, row_key, verification_id desc;

comment on view _last_verification is 'the last verification of each record, also one that takes others back: one row per record';
comment on column _last_verification.table_name is 'the table of the record';
comment on column _last_verification.row_key is 'the primary key of the record';
comment on column _last_verification.verified is 'false if it was taken back';
comment on column _last_verification.remark is 'what there was to say';
comment on column _last_verification.content is 'the record as it was verified';
comment on column _last_verification.verified_by is 'who said so';
comment on column _last_verification.verified_at is 'when';

-- Of each table whose rows a person enters about a subject. An empty column says as
-- much as one that was not there yet.
do $$
declare
    records text;
begin
    select string_agg(pg_catalog.format('
            select %1$L as table_name, record.site_id, record.subject_id, %2$s as row_key,
                last.verified, last.remark, last.verified_by, last.verified_at,
                pg_catalog.jsonb_strip_nulls(last.content) as content,
                case when last.verified then pg_catalog.jsonb_strip_nulls(
                    _virotrial.record_content(record)) end as content_now
            from %1$I as record
            left join _last_verification as last on last.verified
                and last.table_name = %1$L and last.row_key = %2$s',
            pg_class.relname, _virotrial.record_key(pg_class.oid, 'record')),
        ' union all ' order by pg_class.relname)
    into records
    from pg_catalog.pg_class
    join pg_catalog.pg_constraint on conrelid = pg_class.oid and contype = 'p'
    where relnamespace = pg_catalog.quote_ident(current_schema())::pg_catalog.regnamespace
        and (select pg_catalog.count(*) from pg_catalog.pg_attribute where attrelid = pg_class.oid
            and attname in ('site_id', 'subject_id') and not attisdropped) = 2
        and relname <> all (array['query', 'query_event', 'source_verification', 'deviation',
            'eligibility_verdict', 'data_lock', 'signature', 'allocation', 'unblinding', 'arrival',
            'quarantine']);
    execute pg_catalog.format('create view source_verification_status as
        select table_name, site_id, subject_id, row_key,
            case when content_now is null then ''not verified''
                when content_now = content then ''verified'' else ''changed since'' end as status,
            case when content_now <> content then (
                select pg_catalog.string_agg(key, '', '' order by key)
                from pg_catalog.jsonb_each(content_now) as now
                full join pg_catalog.jsonb_each(content) as verified using (key)
                where now.value is distinct from verified.value) end as changed_columns,
            verified_by, verified_at, remark
        from (%s) as record', records);
end;
$$;

comment on view source_verification_status is 'every record of a subject, and whether it was verified against its source: one row per record';
comment on column source_verification_status.table_name is 'the table of the record';
comment on column source_verification_status.site_id is 'the site';
comment on column source_verification_status.subject_id is 'the subject''s code';
comment on column source_verification_status.row_key is 'the primary key of the record';
comment on column source_verification_status.status is 'verified; changed since: the record is no longer what was verified; or not verified';
comment on column source_verification_status.changed_columns is 'the columns that have changed since';
comment on column source_verification_status.verified_by is 'who verified it last';
comment on column source_verification_status.verified_at is 'when';
comment on column source_verification_status.remark is 'what there was to say';

create view source_verification_count as
    select site_id, table_name, count(*) as records,
        count(*) filter (where status = 'verified') as verified,
        count(*) filter (where status = 'changed since') as changed,
        count(*) filter (where status = 'not verified') as not_verified
    from source_verification_status
    group by site_id, table_name;

comment on view source_verification_count is 'how far source data verification is: one row per site and table that has records';
comment on column source_verification_count.site_id is 'the site';
comment on column source_verification_count.table_name is 'the table';
comment on column source_verification_count.records is 'its records';
comment on column source_verification_count.verified is 'how many are as they were verified';
comment on column source_verification_count.changed is 'how many have changed since they were verified';
comment on column source_verification_count.not_verified is 'how many nobody has verified';
$ddl$),
(72, 'views/data_cut.sql', $ddl$
-- What the tables held on the day of the data cut, by the dates of what
-- happened: every analysis view starts from these

create view _subject_at_cut as
    select subject.site_id, subject.subject_id, subject.birth_date, subject.sex
    from subject
    where (select data_cut()) = 'infinity'
        or exists (
            select from consent
            where consent.site_id = subject.site_id and consent.subject_id = subject.subject_id
                and consent.signed <= (select data_cut()))
        or exists (
            select from visit
            where visit.site_id = subject.site_id and visit.subject_id = subject.subject_id
                and visit.visit_date <= (select data_cut()))
        -- without either there is no date that could be cut
        or not exists (
            select from consent
            where consent.site_id = subject.site_id and consent.subject_id = subject.subject_id)
            and not exists (
                select from visit
                where visit.site_id = subject.site_id and visit.subject_id = subject.subject_id);
comment on view _subject_at_cut is 'the subjects whose first consent or visit is not after the data cut, and those who have neither';
comment on column _subject_at_cut.site_id is 'the site';
comment on column _subject_at_cut.subject_id is 'the subject''s code';
comment on column _subject_at_cut.birth_date is 'date of birth';
comment on column _subject_at_cut.sex is 'female or male';

create view _consent_at_cut as
    select site_id, subject_id, version, signed,
        case when withdrawn <= (select data_cut()) then withdrawn end as withdrawn,
        case when least(withdrawn, withdrawn_from_follow_up) <= (select data_cut())
            then least(withdrawn, withdrawn_from_follow_up) end as withdrawn_from_follow_up,
        case when least(withdrawn, withdrawn_from_samples) <= (select data_cut())
            then least(withdrawn, withdrawn_from_samples) end as withdrawn_from_samples
    from consent
    where signed <= (select data_cut());
comment on view _consent_at_cut is 'the consents signed up to the data cut, withdrawn if they were by then';
comment on column _consent_at_cut.site_id is 'the site';
comment on column _consent_at_cut.subject_id is 'the subject''s code';
comment on column _consent_at_cut.version is 'the version of the form';
comment on column _consent_at_cut.signed is 'the day on which it was signed';
comment on column _consent_at_cut.withdrawn is 'the day on which it was withdrawn; null if that was not before the data cut';
comment on column _consent_at_cut.withdrawn_from_follow_up is 'the day on which it, or follow-up, was withdrawn; null if that was not before the data cut';
comment on column _consent_at_cut.withdrawn_from_samples is 'the day on which it, or the use of samples, was withdrawn; null if that was not before the data cut';

create view _enrolment_at_cut as
    select site_id, subject_id, enrolled,
        case when first_dose <= (select data_cut()) then first_dose end as first_dose
    from enrolment
    where enrolled <= (select data_cut());
comment on view _enrolment_at_cut is 'the enrolments up to the data cut, with the first dose if it was given by then';
comment on column _enrolment_at_cut.site_id is 'the site';
comment on column _enrolment_at_cut.subject_id is 'the subject''s code';
comment on column _enrolment_at_cut.enrolled is 'the day of enrolment';
comment on column _enrolment_at_cut.first_dose is 'the day of the first dose, study day 1; null if it was not given by the data cut';

create view _treated_at_cut as
    select site_id, subject_id, first_dose
    from enrolment
    where first_dose <= (select data_cut());
comment on view _treated_at_cut is 'the subjects who had a first dose by the data cut';
comment on column _treated_at_cut.site_id is 'the site';
comment on column _treated_at_cut.subject_id is 'the subject''s code';
comment on column _treated_at_cut.first_dose is 'the day of the first dose, study day 1';

-- That a subject is randomised, and when, is for who is blinded, too.  So this view stays
-- with the owner of the study, who reads a blinded allocation; _enrolment_at_cut has the
-- sites of the reader.  The order of the rows would else be that of the list.
create view _randomised_at_cut with (security_barrier) as
    select enrolment.site_id, enrolment.subject_id, allocation.allocated as randomised,
        allocation.stratum
    from _enrolment_at_cut as enrolment
    join allocation using (site_id, subject_id)
    where allocation.allocated <= (select data_cut())
    order by enrolment.site_id, enrolment.subject_id;
comment on view _randomised_at_cut is 'the subjects randomised up to the data cut, without the arm and the place on the list';
comment on column _randomised_at_cut.site_id is 'the site';
comment on column _randomised_at_cut.subject_id is 'the subject''s code';
comment on column _randomised_at_cut.randomised is 'the day of randomisation';
comment on column _randomised_at_cut.stratum is 'the stratum';

create view _disposition_at_cut as
    select site_id, subject_id, ended, outcome, reason
    from disposition
    where ended <= (select data_cut());
comment on view _disposition_at_cut is 'how subjects left the study, up to the data cut';
comment on column _disposition_at_cut.site_id is 'the site';
comment on column _disposition_at_cut.subject_id is 'the subject''s code';
comment on column _disposition_at_cut.ended is 'the last day in the study';
comment on column _disposition_at_cut.outcome is 'of the study: completed or discontinued';
comment on column _disposition_at_cut.reason is 'the reason for leaving the study early';
$ddl$),
(73, 'views/analysis_date.sql', $ddl$
-- What the protocol says on the analysis date: an analysis has one definition
-- for all subjects

create view _protocol_at_analysis as
    select * from protocol_period
    where (select analysis_date()) >= effective_from
        and (select analysis_date()) < effective_before;
comment on view _protocol_at_analysis is 'the row of protocol that is in force on the analysis date';

create view analysis_protocol as
    select protocol, amendment, effective_from, (select analysis_date()) as analysis_date
    from _protocol_at_analysis;
comment on view analysis_protocol is 'the version of the protocol whose thresholds and windows the analysis views use for all subjects: the one in force on the analysis date, whether or not each site has approved it. Eligibility, windows of visits and doses are judged by the version of the site and the day';
comment on column analysis_protocol.protocol is 'the short name of the protocol';
comment on column analysis_protocol.amendment is 'its version or amendment';
comment on column analysis_protocol.effective_from is 'the first day on which it applies';
comment on column analysis_protocol.analysis_date is 'the day that it was chosen by: the data cut, or today';

create view _threshold_at_analysis as
    select distinct limits.threshold
    from _protocol_at_analysis
    cross join lateral (values (response_threshold), (suppression_threshold)) as limits (threshold);
comment on view _threshold_at_analysis is 'the thresholds of viral load by which outcomes are told';
comment on column _threshold_at_analysis.threshold is 'copies/mL';

create view _visit_definition_at_analysis as
    select * from visit_definition_period
    where (select analysis_date()) >= effective_from
        and (select analysis_date()) < effective_before;
comment on view _visit_definition_at_analysis is 'the visits as they are defined on the analysis date';

create view _snapshot_window_at_analysis as
    select * from snapshot_window_period
    where (select analysis_date()) >= effective_from
        and (select analysis_date()) < effective_before;
comment on view _snapshot_window_at_analysis is 'the windows of the Snapshot that are in force on the analysis date';
$ddl$),
(74, 'views/viral_load_at_cut.sql', $ddl$
-- Of several viral loads of one day, the one that stands for it

create view _repeated_viral_load as
    with
    -- few subjects have several on a day
    several as materialized (
        select distinct site_id, subject_id
        from viral_load_result
        where replicate > 1 and collected <= (select data_cut())
    )
    select several.site_id, several.subject_id, standing.collected, standing.replicate
    from several
    cross join lateral (
        select collected, replicate
        from viral_load_of_day as known
        where known.site_id = several.site_id and known.subject_id = several.subject_id
            and known.viral_load_of_day = (select viral_load_of_day from _protocol_at_analysis)
            and known.collected <= (select data_cut())
        offset 0
    ) as standing;
comment on view _repeated_viral_load is 'the days of the subjects who have several viral loads on one, and the replicate that stands for each';
comment on column _repeated_viral_load.site_id is 'the site';
comment on column _repeated_viral_load.subject_id is 'the subject''s code';
comment on column _repeated_viral_load.collected is 'the day';
comment on column _repeated_viral_load.replicate is 'the replicate that stands for the day';

create view _viral_load_at_cut as
    select result.site_id, result.subject_id, result.collected, result.replicate, result.assay,
        result.viral_load
    from viral_load_result as result
    where result.collected <= (select data_cut())
        -- said so that the planner expects nearly all rows
        and not exists (
            select from _repeated_viral_load as repeated
            where repeated.site_id = result.site_id and repeated.subject_id = result.subject_id
                and repeated.collected = result.collected
                and repeated.replicate <> result.replicate);
comment on view _viral_load_at_cut is 'the viral loads up to the data cut, one a day: every analysis reads these';
comment on column _viral_load_at_cut.site_id is 'the site';
comment on column _viral_load_at_cut.subject_id is 'the subject''s code';
comment on column _viral_load_at_cut.collected is 'the day on which the sample was taken';
comment on column _viral_load_at_cut.replicate is 'tells several results of one day apart';
comment on column _viral_load_at_cut.assay is 'the assay';
comment on column _viral_load_at_cut.viral_load is 'HIV-1 RNA, copies/mL';
$ddl$),
(75, 'views/baseline.sql', $ddl$
-- Baseline: the last result on or before the day of the first dose

create view _baseline_viral_load as
    select distinct on (result.site_id, result.subject_id)
        result.site_id, result.subject_id, result.collected, result.replicate, result.assay,
        result.viral_load
    from _viral_load_at_cut as result
    join _treated_at_cut as treated using (site_id, subject_id)
    where result.collected <= treated.first_dose
    order by result.site_id, result.subject_id, result.collected desc;
comment on view _baseline_viral_load is 'the last viral load on or before the first dose, if that was given by the data cut; whether taken at a visit or known from before; of several on that day the one that protocol.viral_load_of_day names';
comment on column _baseline_viral_load.site_id is 'the site';
comment on column _baseline_viral_load.subject_id is 'the subject''s code';
comment on column _baseline_viral_load.collected is 'the day on which the sample was taken';
comment on column _baseline_viral_load.replicate is 'tells several results of one day apart';
comment on column _baseline_viral_load.assay is 'the assay';
comment on column _baseline_viral_load.viral_load is 'HIV-1 RNA, copies/mL';

create view _baseline_cd4 as
    select distinct on (result.site_id, result.subject_id)
        result.site_id, result.subject_id, result.collected,
        result.replicate::integer as replicate, result.cd4_count
    from cd4_result as result
    join _treated_at_cut as treated using (site_id, subject_id)
    where result.collected <= treated.first_dose
    order by result.site_id, result.subject_id, result.collected desc, result.replicate desc;
comment on view _baseline_cd4 is 'the last CD4 count on or before the first dose, if that was given by the data cut; whether taken at a visit or known from before; of several on that day the last replicate';
comment on column _baseline_cd4.site_id is 'the site';
comment on column _baseline_cd4.subject_id is 'the subject''s code';
comment on column _baseline_cd4.collected is 'the day on which the sample was taken';
comment on column _baseline_cd4.replicate is 'tells several results of one day apart';
comment on column _baseline_cd4.cd4_count is 'CD4+ T lymphocytes, cells per microlitre';
$ddl$),
(76, 'views/lab_grade.sql', $ddl$
-- Laboratory results with their limits of normal and toxicity grades

create view _baseline_lab_result as
    select distinct on (result.site_id, result.subject_id, result.test)
        result.site_id, result.subject_id, result.test, result.collected,
        result.replicate::integer as replicate, result.value, result.unit, result.code,
        result.standard_value
    from lab_result as result
    join enrolment using (site_id, subject_id)
    where result.collected <= enrolment.first_dose and result.collected <= (select data_cut())
    order by result.site_id, result.subject_id, result.test, result.collected desc,
        result.replicate desc;
comment on view _baseline_lab_result is 'the last result of each test on or before the first dose, whether taken at a visit or known from before; of several on that day the last replicate';
comment on column _baseline_lab_result.site_id is 'the site';
comment on column _baseline_lab_result.subject_id is 'the subject''s code';
comment on column _baseline_lab_result.test is 'the test';
comment on column _baseline_lab_result.collected is 'the day on which the sample was taken';
comment on column _baseline_lab_result.replicate is 'tells several results of one test and day apart';
comment on column _baseline_lab_result.value is 'the result of a numeric test, in the unit in which it was reported';
comment on column _baseline_lab_result.unit is 'that unit';
comment on column _baseline_lab_result.code is 'the result of a coded test';
comment on column _baseline_lab_result.standard_value is 'the value in the standard unit of the test';

-- The baseline counts for later results alone, and if it is exact.
create view lab_limit as
    select reading.site_id, reading.subject_id, reading.collected, reading.test, reading.replicate,
        reading.visit, reading.laboratory, reading.value, reading.unit, reading.code,
        reading.fasting, reading.standard_value, reading.sex, reading.age, reading.lln, reading.uln,
        case when reading.collected > enrolment.first_dose and qualifier(baseline.standard_value)
            = '='
            then _virotrial.number_converted(quantity(baseline.standard_value),
                result_unit.power - lab_unit_power(reading.reported_unit),
                result_unit.divisor, result_unit.multiplier) end as baseline,
        baseline.standard_value as standard_baseline,
        baseline.collected = reading.collected
            and baseline.replicate = reading.replicate as is_baseline,
        enrolment.first_dose
    from _lab_reading as reading
    left join enrolment using (site_id, subject_id)
    left join lab_unit as result_unit on result_unit.test = reading.test
        and result_unit.kind = lab_unit_kind(reading.reported_unit)
    left join _baseline_lab_result as baseline on baseline.site_id = reading.site_id
        and baseline.subject_id = reading.subject_id
        and baseline.test = reading.test
    where reading.collected <= (select data_cut());
comment on view lab_limit is 'every laboratory result up to the data cut, with what its grading needs';
comment on column lab_limit.site_id is 'the site';
comment on column lab_limit.subject_id is 'the subject''s code';
comment on column lab_limit.collected is 'the day on which the sample was taken';
comment on column lab_limit.test is 'the test';
comment on column lab_limit.replicate is 'tells several results of one test and day apart';
comment on column lab_limit.visit is 'the visit at which it was taken; null for history';
comment on column lab_limit.laboratory is 'the laboratory';
comment on column lab_limit.value is 'the result as reported; of a dipstick the number of plus signs; null for other coded results';
comment on column lab_limit.unit is 'the unit of value';
comment on column lab_limit.code is 'the result of a coded test';
comment on column lab_limit.fasting is 'whether the subject had fasted; null if it is not known';
comment on column lab_limit.standard_value is 'the value in the standard unit of the test';
comment on column lab_limit.sex is 'F or M, as toxicity_grade takes it';
comment on column lab_limit.age is 'years on the day of collection';
comment on column lab_limit.lln is 'the lower limit of normal in the unit of value: as reported with the result, else of the laboratory''s range';
comment on column lab_limit.uln is 'the upper limit of normal, likewise';
comment on column lab_limit.baseline is 'the exact baseline of the test in the unit of value, for results after the first dose';
comment on column lab_limit.standard_baseline is 'the baseline of the test in its standard unit, exact or not, for every result';
comment on column lab_limit.is_baseline is 'whether the result is the subject''s baseline of the test; null without one';
comment on column lab_limit.first_dose is 'the day of the first dose of the study drug';

create view lab_grade as
    select lab_limit.*, detail.grade, detail.low_grade, detail.high_grade, detail.at_least,
        detail.at_most, detail.reason, detail.criterion, detail.unverified
    from lab_limit
    cross join lateral toxicity_grade_detail(lab_limit.test, lab_limit.value, lab_limit.unit,
        lab_limit.sex, lab_limit.age, lab_limit.fasting,
        lab_limit.lln, lab_limit.uln, lab_limit.baseline,
        scheme => (select toxicity_scheme from _protocol_at_analysis),
        grade_table => 'toxicity_grade_table', unit_table => 'lab_unit') as detail;
comment on view lab_grade is 'every laboratory result up to the data cut with its toxicity grade, by the study''s own table and the scheme that the protocol names on the day of analysis';
comment on column lab_grade.site_id is 'the site';
comment on column lab_grade.subject_id is 'the subject''s code';
comment on column lab_grade.collected is 'the day on which the sample was taken';
comment on column lab_grade.test is 'the test';
comment on column lab_grade.replicate is 'tells several results of one test and day apart';
comment on column lab_grade.visit is 'the visit at which it was taken; null for history';
comment on column lab_grade.laboratory is 'the laboratory';
comment on column lab_grade.value is 'the result as reported; of a dipstick the number of plus signs; null for other coded results';
comment on column lab_grade.unit is 'the unit of value';
comment on column lab_grade.code is 'the result of a coded test';
comment on column lab_grade.fasting is 'whether the subject had fasted; null if it is not known';
comment on column lab_grade.standard_value is 'the value in the standard unit of the test';
comment on column lab_grade.sex is 'F or M';
comment on column lab_grade.age is 'years on the day of collection';
comment on column lab_grade.lln is 'the lower limit of normal, in the unit of value';
comment on column lab_grade.uln is 'the upper limit of normal, in the unit of value';
comment on column lab_grade.baseline is 'the baseline that the grade takes into account, in the unit of value';
comment on column lab_grade.standard_baseline is 'the baseline of the test in its standard unit, exact or not, for every result';
comment on column lab_grade.is_baseline is 'whether the result is the subject''s baseline of the test; null without one';
comment on column lab_grade.first_dose is 'the day of the first dose of the study drug';
comment on column lab_grade.grade is 'the toxicity grade, 0 to 4; null where it is not known';
comment on column lab_grade.low_grade is 'the grade of low values';
comment on column lab_grade.high_grade is 'the grade of high values';
comment on column lab_grade.at_least is 'the grade that is established';
comment on column lab_grade.at_most is 'the grade that cannot be excluded';
comment on column lab_grade.reason is 'why the grade is not known, or a higher one not excluded';
comment on column lab_grade.criterion is 'the id of the criterion of toxicity_grade_table that gave it';
comment on column lab_grade.unverified is 'which cells of the criterion that decided could not be verified; null if none';
$ddl$),
(77, 'views/exposure.sql', $ddl$
-- Exposure to the study drug, up to the data cut

-- Rows of the regimen that follow each other without a gap are one period.  A
-- period that is still open ends with the day of analysis, or with the study.
create view exposure_period as
    with
    given as (
        select regimen.site_id, regimen.subject_id, regimen.started,
            coalesce(regimen.stopped, disposition.ended + 1, 'infinity')
                > (select analysis_date()) as is_open,
            least(coalesce(regimen.stopped - 1, case when disposition.ended is not null
                then greatest(disposition.ended, regimen.started) end),
                (select analysis_date())) as ended
        from regimen
        left join disposition using (site_id, subject_id)
        where regimen.drug in (select protocol.study_drug from protocol)
            and regimen.started <= (select analysis_date())
    ),
    -- an arm without the study drug: the background from study day 1 on, of who never took it
    control as (
        select regimen.site_id, regimen.subject_id, enrolment.first_dose as started,
            bool_or(coalesce(regimen.stopped, disposition.ended + 1, 'infinity')
                > (select analysis_date())) as is_open,
            max(least(coalesce(regimen.stopped - 1, disposition.ended),
                (select analysis_date()))) as ended
        from regimen
        join enrolment using (site_id, subject_id)
        left join disposition using (site_id, subject_id)
        where (select exists (select from arm where treatment = 'background alone'))
            and enrolment.first_dose <= (select analysis_date())
            and coalesce(regimen.stopped > enrolment.first_dose, true)
            and not exists (
                select from regimen as other
                where other.site_id = regimen.site_id and other.subject_id = regimen.subject_id
                    and other.drug in (select protocol.study_drug from protocol))
        group by regimen.site_id, regimen.subject_id, enrolment.first_dose
    ),
    taken as (
        select * from given
        union all
        select * from control where ended >= started
    ),
    marked as (
        select taken.*, taken.started is distinct from lag(taken.ended)
            over subject_order + 1 as is_new
        from taken
        window subject_order as (partition by taken.site_id,
            taken.subject_id order by taken.started)
    ),
    numbered as (
        select marked.*,
            (count(*) filter (where marked.is_new)
            over (partition by marked.site_id, marked.subject_id
            order by marked.started))::integer as period
        from marked
    )
    select site_id, subject_id, period, min(started) as started, max(ended) as ended,
        bool_or(is_open) as is_ongoing,
        max(ended) - min(started) + 1 as days
    from numbered
    group by site_id, subject_id, period;
comment on view exposure_period is 'the periods in which each subject took the study drug or its placebo without interruption, up to the data cut; in an arm without either, the background';
comment on column exposure_period.site_id is 'the site';
comment on column exposure_period.subject_id is 'the subject''s code';
comment on column exposure_period.period is 'numbers the subject''s periods';
comment on column exposure_period.started is 'the first day on which the drug was taken';
comment on column exposure_period.ended is 'the last day on which it was taken, up to the day of analysis';
comment on column exposure_period.is_ongoing is 'whether it was still taken on the day of analysis, as far as the regimen says';
comment on column exposure_period.days is 'days on which it was taken, the first and the last included';

create view exposure as
    select site_id, subject_id, min(started) as first_dose, max(ended) as last_dose,
        bool_or(is_ongoing) as is_ongoing,
        sum(days)::integer as days_on_treatment,
        sum(days) / 365.25::double precision as person_years,
        (count(*) - 1)::integer as interruptions,
        (max(ended) - min(started) + 1 - sum(days))::integer as days_interrupted
    from exposure_period
    group by site_id, subject_id;
comment on view exposure is 'days and person-years of each subject on the study drug, up to the data cut';
comment on column exposure.site_id is 'the site';
comment on column exposure.subject_id is 'the subject''s code';
comment on column exposure.first_dose is 'the first day on which the drug was taken';
comment on column exposure.last_dose is 'the last day on which it was taken, up to the day of analysis';
comment on column exposure.is_ongoing is 'whether it was still taken on the day of analysis';
comment on column exposure.days_on_treatment is 'days on which it was taken';
comment on column exposure.person_years is 'the same in years of 365.25 days';
comment on column exposure.interruptions is 'gaps between periods of treatment';
comment on column exposure.days_interrupted is 'days in these gaps';
$ddl$),
(78, 'views/unreported_abnormality.sql', $ddl$
-- Severe laboratory abnormalities without an adverse event

create view unreported_abnormality as
    select result.site_id, result.subject_id, result.collected, result.test, result.replicate,
        result.visit,
        result.value, result.unit, result.grade, result.low_grade, result.high_grade,
        study_day(result.collected, result.first_dose) as study_day
    from lab_grade as result
    join (select site_id, subject_id, min(signed) as signed from consent group by site_id,
        subject_id) as agreement using (site_id, subject_id)
    where result.grade >= 3 and result.collected >= agreement.signed
        and not exists (
            select from adverse_event as event
            where event.site_id = result.site_id and event.subject_id = result.subject_id
                and event.test = result.test
                and event.onset_first <= result.collected
                    and (event.ended_last is null or event.ended_last >= result.collected));
comment on view unreported_abnormality is 'laboratory results of grade 3 or 4 since consent, up to the data cut, on a day on which no adverse event of that test may have been going on';
comment on column unreported_abnormality.site_id is 'the site';
comment on column unreported_abnormality.subject_id is 'the subject''s code';
comment on column unreported_abnormality.collected is 'the day on which the sample was taken';
comment on column unreported_abnormality.test is 'the test';
comment on column unreported_abnormality.replicate is 'tells several results of one test and day apart';
comment on column unreported_abnormality.visit is 'the visit at which it was taken; null for other results';
comment on column unreported_abnormality.value is 'the result as reported; of a dipstick the number of plus signs';
comment on column unreported_abnormality.unit is 'its unit';
comment on column unreported_abnormality.grade is 'its toxicity grade';
comment on column unreported_abnormality.low_grade is 'the grade of low values';
comment on column unreported_abnormality.high_grade is 'the grade of high values';
comment on column unreported_abnormality.study_day is 'the study day; null without a first dose';

create view missing_relatedness as
    select event.site_id, event.subject_id, event.event_number::integer, event.term,
        regimen.drug
    from adverse_event as event
    join regimen using (site_id, subject_id)
    left join adverse_event_relatedness as judged on judged.site_id = event.site_id
        and judged.subject_id = event.subject_id
        and judged.event_number = event.event_number and judged.drug = regimen.drug
    where judged.drug is null and regimen.started <= event.onset_last
        and event.onset_first <= (select data_cut())
    group by event.site_id, event.subject_id, event.event_number, event.term, regimen.drug;
comment on view missing_relatedness is 'adverse events up to the data cut, and drugs of the regimen taken by their onset, whose relation nobody has judged';
comment on column missing_relatedness.site_id is 'the site';
comment on column missing_relatedness.subject_id is 'the subject''s code';
comment on column missing_relatedness.event_number is 'the event';
comment on column missing_relatedness.term is 'the event in the investigator''s words';
comment on column missing_relatedness.drug is 'the drug';
$ddl$),
(79, 'views/analysis_subject.sql', $ddl$
-- One row per subject

create view analysis_subject as
    with
    agreement as (
        select consent.site_id, consent.subject_id, min(consent.signed) as signed,
            -- of those in force at enrolment; without any, the first
            coalesce(min(consent.signed) filter (
                    where coalesce(consent.withdrawn >= enrolment.enrolled,
                        consent.withdrawn is null)),
                min(consent.signed)) as entered,
            case when count(consent.withdrawn) = count(*) then max(consent.withdrawn)
                end as withdrawn
        from _consent_at_cut as consent
        left join _enrolment_at_cut as enrolment using (site_id, subject_id)
        group by consent.site_id, consent.subject_id
    ),
    resistance as (
        select call.site_id, call.subject_id, count(distinct call.drug)::integer as drugs
        from genotype_drug_call as call
        join _enrolment_at_cut as enrolment using (site_id, subject_id)
        join drug using (drug)
        where call.call = 'resistant' and call.collected <= enrolment.enrolled
            and not drug.is_booster
        group by call.site_id, call.subject_id
    ),
    tolerance as (
        select intolerance.site_id, intolerance.subject_id,
            count(distinct intolerance.drug)::integer as drugs
        from intolerance
        join _enrolment_at_cut as enrolment using (site_id, subject_id)
        where intolerance.is_serious and intolerance.onset <= enrolment.enrolled
        group by intolerance.site_id, intolerance.subject_id
    ),
    background as (
        select regimen.site_id, regimen.subject_id,
            string_agg(distinct regimen.drug, ' + ' order by regimen.drug) as drugs
        from regimen
        join _enrolment_at_cut as enrolment using (site_id, subject_id)
        join protocol_period as protocol on enrolment.first_dose >= protocol.effective_from
            and enrolment.first_dose < protocol.effective_before
        where regimen.drug <> protocol.study_drug and regimen.started <= enrolment.first_dose
            and (regimen.stopped is null or regimen.stopped > enrolment.first_dose)
        group by regimen.site_id, regimen.subject_id
    ),
    -- who reads no allocation, as it is blinded to him, finds no arm
    allocated as (
        select allocation.site_id, allocation.subject_id, allocation.arm,
            case when (arm.treatment = 'background alone') = taken.has_study_drug
                then (select other.arm from arm as other
                    where (other.treatment = 'background alone')
                        is distinct from taken.has_study_drug
                    order by other.position limit 1)
                else allocation.arm end as treated_arm
        from allocation
        join arm using (arm)
        cross join lateral (select exists (
            select from regimen
            where regimen.site_id = allocation.site_id
                and regimen.subject_id = allocation.subject_id
                and regimen.drug in (select study_drug from protocol)
                and regimen.started <= (select data_cut())) as has_study_drug) as taken
        where allocation.allocated <= (select data_cut())
    ),
    excluded as (
        select distinct deviation.site_id, deviation.subject_id
        from deviation
        where deviation.rule in (select rule from per_protocol_exclusion)
    )
    select subject.site_id, subject.subject_id, subject.sex,
        agreement.signed as consent_signed,
        agreement.withdrawn as consent_withdrawn,
        extract(year from age(agreement.entered, subject.birth_date))::integer as age,
        enrolment.enrolled,
        enrolment.first_dose,
        enrolment.enrolled is not null as is_enrolled,
        enrolment.first_dose is not null as is_treated,
        enrolment.first_dose is not null and viral_load.collected is not null as is_analysable,
        case when enrolment.enrolled is not null then coalesce(resistance.drugs, 0)
            end as resistant_drugs,
        case when enrolment.enrolled is not null then coalesce(tolerance.drugs, 0)
            end as intolerable_drugs,
        background.drugs as background_drugs,
        viral_load.viral_load as baseline_viral_load,
        lower_bound(viral_load.viral_load) as baseline_viral_load_lower,
        upper_bound(viral_load.viral_load) as baseline_viral_load_upper,
        log10_copies(viral_load.viral_load) as baseline_log10_copies,
        qualifier(viral_load.viral_load) as baseline_qualifier,
        viral_load.collected as baseline_viral_load_collected,
        viral_load.assay as baseline_assay,
        cd4.cd4_count as baseline_cd4_count,
        lower_bound(cd4.cd4_count) as baseline_cd4_count_lower,
        upper_bound(cd4.cd4_count) as baseline_cd4_count_upper,
        exact_value(cd4.cd4_count) as baseline_cd4_count_exact,
        cd4.collected as baseline_cd4_collected,
        disposition.outcome,
        disposition.reason,
        disposition.ended,
        disposition.ended - enrolment.first_dose + 1 as days_in_study,
        allocated.arm,
        case when enrolment.first_dose is not null
            then coalesce(allocated.treated_arm, allocated.arm) end as treated_arm,
        randomised.stratum,
        enrolment.first_dose is not null and excluded.site_id is null
            and coalesce(allocated.treated_arm = allocated.arm, true) as is_per_protocol,
        randomised.randomised
    from _subject_at_cut as subject
    left join agreement using (site_id, subject_id)
    left join _enrolment_at_cut as enrolment using (site_id, subject_id)
    left join resistance using (site_id, subject_id)
    left join tolerance using (site_id, subject_id)
    left join background using (site_id, subject_id)
    left join _baseline_viral_load as viral_load using (site_id, subject_id)
    left join _baseline_cd4 as cd4 using (site_id, subject_id)
    left join _disposition_at_cut as disposition using (site_id, subject_id)
    left join allocated using (site_id, subject_id)
    left join _randomised_at_cut as randomised using (site_id, subject_id)
    left join excluded using (site_id, subject_id);

comment on view analysis_subject is 'one row for everybody who was screened: who, when, baseline and end, as far as it had happened at the data cut';
comment on column analysis_subject.site_id is 'the site';
comment on column analysis_subject.subject_id is 'the subject''s code, unique within the site';
comment on column analysis_subject.sex is 'female or male';
comment on column analysis_subject.consent_signed is 'the day on which consent was first signed';
comment on column analysis_subject.consent_withdrawn is 'the day on which the last consent in force was withdrawn; null while one is in force';
comment on column analysis_subject.age is 'completed years on the day of the first consent that was in force at enrolment; of who is not enrolled, that is in force';
comment on column analysis_subject.enrolled is 'the day of enrolment';
comment on column analysis_subject.first_dose is 'the day of the first dose of the study drug, study day 1';
comment on column analysis_subject.is_enrolled is 'whether the subject was enrolled';
comment on column analysis_subject.is_treated is 'whether a first dose was given: the population for safety';
comment on column analysis_subject.is_analysable is 'whether a first dose was given and there is a baseline viral load: the population for antiretroviral activity';
comment on column analysis_subject.resistant_drugs is 'drugs, boosters aside, that a genotype up to the day of enrolment calls resistant';
comment on column analysis_subject.intolerable_drugs is 'drugs with a serious intolerance up to the day of enrolment, listed or not';
comment on column analysis_subject.background_drugs is 'the optimized background therapy on study day 1, boosters included, in the order of their names';
comment on column analysis_subject.baseline_viral_load is 'the last viral load on or before the first dose, copies/mL, as reported';
comment on column analysis_subject.baseline_viral_load_lower is 'the lower end of what it may be, copies/mL';
comment on column analysis_subject.baseline_viral_load_upper is 'the upper end of what it may be, copies/mL; null above the limit of the assay';
comment on column analysis_subject.baseline_log10_copies is 'its log10 copies/mL; null if it is censored';
comment on column analysis_subject.baseline_qualifier is '=, <, TND or >';
comment on column analysis_subject.baseline_viral_load_collected is 'the day of its sample';
comment on column analysis_subject.baseline_assay is 'its assay';
comment on column analysis_subject.baseline_cd4_count is 'the last CD4 count on or before the first dose, cells per microlitre, exact or a limit';
comment on column analysis_subject.baseline_cd4_count_lower is 'the lower end of what it may be; null below a limit';
comment on column analysis_subject.baseline_cd4_count_upper is 'the upper end of what it may be; null above a limit';
comment on column analysis_subject.baseline_cd4_count_exact is 'its number if it is exact, else null';
comment on column analysis_subject.baseline_cd4_collected is 'the day of its sample';
comment on column analysis_subject.outcome is 'of the study: completed or discontinued; null while the subject is in the study';
comment on column analysis_subject.reason is 'the reason for leaving the study early; why treatment was given up is in treatment_course';
comment on column analysis_subject.ended is 'the last day in the study';
comment on column analysis_subject.days_in_study is 'from the first dose to the last day in the study, both included';
comment on column analysis_subject.arm is 'the arm that the subject is allocated to; null where there is none, or the allocation is blinded to the reader';
comment on column analysis_subject.treated_arm is 'the arm as treated: the one allocated to, unless the study drug was given in an arm without it, or never in an arm with it';
comment on column analysis_subject.stratum is 'the stratum of the allocation, which is not blinded';
comment on column analysis_subject.is_per_protocol is 'whether the subject was treated, as allocated, and without a deviation that per_protocol_exclusion names';
comment on column analysis_subject.randomised is 'the day of randomisation, also for who does not read the arm';

create view analysis_set as
    select subject.site_id, subject.subject_id, belongs.analysis_set, belongs.arm
    from analysis_subject as subject
    cross join lateral (values
        ('randomised', subject.is_enrolled and (subject.randomised is not null
            or (select not exists (select from arm))), subject.arm),
        ('treated', subject.is_treated, subject.arm),
        ('per protocol', subject.is_per_protocol, subject.arm),
        ('safety as treated', subject.is_treated, subject.treated_arm)
    ) as belongs (analysis_set, is_member, arm)
    where belongs.is_member;

comment on view analysis_set is 'the analysis sets: one row for each set that a subject belongs to, with the arm that counts in it. Endpoints by arm: group_by => ''arm'', or ''treated_arm'' for safety';
comment on column analysis_set.site_id is 'the site';
comment on column analysis_set.subject_id is 'the subject''s code';
comment on column analysis_set.analysis_set is 'randomised (enrolled, in a trial without arms), treated, per protocol, or safety as treated';
comment on column analysis_set.arm is 'the arm: as treated in the set for safety, else as allocated; null where it is blinded to the reader';
$ddl$),
(80, 'views/analysis_window.sql', $ddl$
-- The analysis windows, and the results in them.  Which definition of a visit
-- is a subject's is decided by the visit's target day, as it is for the visits
-- that are due: a subject has one window for each visit, amended or not.

create view _analysis_window as
    select visit, position, target_day is not null as follows_first_dose,
        coalesce(target_day, 1) - 1 as target,
        analysis_first_day - case when analysis_first_day > 0 then 1 else 0 end as first,
        analysis_last_day - case when analysis_last_day > 0 then 1 else 0 end as last,
        effective_from, effective_before
    from visit_definition_period;
comment on view _analysis_window is 'the analysis windows, counted in days from the first dose, which is day 0 here';
comment on column _analysis_window.visit is 'the visit';
comment on column _analysis_window.position is 'the order of the visits';
comment on column _analysis_window.effective_from is 'the first day on which the window is in force';
comment on column _analysis_window.effective_before is 'the day on which it no longer is';
comment on column _analysis_window.follows_first_dose is 'whether the visit is scheduled from the first dose';
comment on column _analysis_window.target is 'the day to which the nearest result is taken; 0 for visits before the first dose';
comment on column _analysis_window.first is 'the first day';
comment on column _analysis_window.last is 'the last day';

create view _treated_group as
    select site_id, subject_id, first_dose, site_id as group_value
    from _treated_at_cut
    where (select _virotrial.grouping_column()) = 'site_id'
    union all
    select treated.site_id, treated.subject_id, treated.first_dose, grouped.group_value
    from _treated_at_cut as treated
    join _virotrial.analysis_group('analysis_subject'::regclass) as grouped
        using (site_id, subject_id)
    where (select _virotrial.grouping_column()) <> 'site_id';
comment on view _treated_group is 'the subjects who had a first dose by the data cut, with the group that the endpoint views count them in';
comment on column _treated_group.site_id is 'the site';
comment on column _treated_group.subject_id is 'the subject''s code';
comment on column _treated_group.first_dose is 'the day of the first dose';
comment on column _treated_group.group_value is 'the site, or the value of the column of analysis_subject that the setting virotrial.group_by names';

create view _scheduled_visit as
    select treated.site_id, treated.subject_id, treated.first_dose, _analysis_window.visit,
        _analysis_window.position,
        treated.first_dose + _analysis_window.first as opens,
        treated.first_dose + _analysis_window.target as due,
        treated.first_dose + _analysis_window.last as closes
    from _treated_at_cut as treated
    join _analysis_window
        on treated.first_dose + _analysis_window.target >= _analysis_window.effective_from
        and treated.first_dose + _analysis_window.target < _analysis_window.effective_before
    where _analysis_window.follows_first_dose;
comment on view _scheduled_visit is 'every subject who had a first dose by the data cut, with every visit that is scheduled from it';
comment on column _scheduled_visit.site_id is 'the site';
comment on column _scheduled_visit.subject_id is 'the subject''s code';
comment on column _scheduled_visit.first_dose is 'the day of the first dose';
comment on column _scheduled_visit.visit is 'the visit';
comment on column _scheduled_visit.position is 'the order of the visits';
comment on column _scheduled_visit.opens is 'the first day of the visit''s analysis window, by the definition in force on its target day';
comment on column _scheduled_visit.due is 'its target day';
comment on column _scheduled_visit.closes is 'its last day';

create view _windowed_viral_load as
    select result.site_id, result.subject_id, result.collected,
        result.replicate::integer as replicate, result.visit,
        result.assay, result.viral_load,
        treated.first_dose, _analysis_window.visit as analysis_visit,
        _analysis_window.follows_first_dose,
        abs(result.collected - treated.first_dose
            - coalesce(_analysis_window.target, 0)) as distance,
        result.replicate = coalesce(repeated.replicate, result.replicate) as stands_for_day
    from viral_load_result as result
    join _treated_at_cut as treated using (site_id, subject_id)
    left join _repeated_viral_load as repeated using (site_id, subject_id, collected)
    left join _analysis_window
        on result.collected
            - treated.first_dose between _analysis_window.first and _analysis_window.last
        and treated.first_dose + _analysis_window.target >= _analysis_window.effective_from
        and treated.first_dose + _analysis_window.target < _analysis_window.effective_before
    where result.collected <= (select data_cut());
comment on view _windowed_viral_load is 'every viral load up to the data cut of the subjects who had a first dose by then, once for each analysis window that it was taken in';
comment on column _windowed_viral_load.site_id is 'the site';
comment on column _windowed_viral_load.subject_id is 'the subject''s code';
comment on column _windowed_viral_load.collected is 'the day on which the sample was taken';
comment on column _windowed_viral_load.replicate is 'tells several results of one day apart';
comment on column _windowed_viral_load.visit is 'the visit at which the sample was taken; null for history';
comment on column _windowed_viral_load.assay is 'the assay';
comment on column _windowed_viral_load.viral_load is 'HIV-1 RNA, copies/mL';
comment on column _windowed_viral_load.first_dose is 'the day of the first dose';
comment on column _windowed_viral_load.analysis_visit is 'the visit whose window it is; null outside all windows';
comment on column _windowed_viral_load.follows_first_dose is 'whether that visit is scheduled from the first dose';
comment on column _windowed_viral_load.distance is 'days from the target day';
comment on column _windowed_viral_load.stands_for_day is 'whether it is the result that stands for its day, of several';

create view _windowed_cd4 as
    select result.site_id, result.subject_id, result.collected,
        result.replicate::integer as replicate, result.visit,
        result.cd4_count, result.cd4_percent,
        treated.first_dose, _analysis_window.visit as analysis_visit,
        _analysis_window.follows_first_dose,
        abs(result.collected - treated.first_dose
            - coalesce(_analysis_window.target, 0)) as distance
    from cd4_result as result
    join _treated_at_cut as treated using (site_id, subject_id)
    left join _analysis_window
        on result.collected
            - treated.first_dose between _analysis_window.first and _analysis_window.last
        and treated.first_dose + _analysis_window.target >= _analysis_window.effective_from
        and treated.first_dose + _analysis_window.target < _analysis_window.effective_before
    where result.collected <= (select data_cut());
comment on view _windowed_cd4 is 'every CD4 count up to the data cut of the subjects who had a first dose by then, once for each analysis window that it was taken in';
comment on column _windowed_cd4.site_id is 'the site';
comment on column _windowed_cd4.subject_id is 'the subject''s code';
comment on column _windowed_cd4.collected is 'the day on which the sample was taken';
comment on column _windowed_cd4.replicate is 'tells several results of one day apart';
comment on column _windowed_cd4.visit is 'the visit at which the sample was taken; null for history';
comment on column _windowed_cd4.cd4_count is 'CD4+ T lymphocytes, cells per microlitre';
comment on column _windowed_cd4.cd4_percent is 'per cent of lymphocytes';
comment on column _windowed_cd4.first_dose is 'the day of the first dose';
comment on column _windowed_cd4.analysis_visit is 'the visit whose window it is; null outside all windows';
comment on column _windowed_cd4.follows_first_dose is 'whether that visit is scheduled from the first dose';
comment on column _windowed_cd4.distance is 'days from the target day';
$ddl$),
(81, 'views/unresolved_result.sql', $ddl$
-- Results that did not come, and have not come since

create view unresolved_result as
    select missing.site_id, missing.subject_id, missing.assessment, missing.test,
        missing.collected, missing.replicate::integer as replicate, missing.visit,
        missing.reason, missing.reported, missing.note,
        (select analysis_date()) - missing.collected as days
    from missing_result as missing
    where missing.collected <= (select data_cut())
        and not exists (
            select from viral_load_result as result
            where missing.assessment = 'viral load' and result.site_id = missing.site_id
                and result.subject_id = missing.subject_id
                and result.collected = missing.collected)
        and not exists (
            select from cd4_result as result
            where missing.assessment = 'CD4' and result.site_id = missing.site_id
                and result.subject_id = missing.subject_id
                and result.collected = missing.collected)
        and not exists (
            select from lab_result as result
            where missing.assessment = 'laboratory' and result.site_id = missing.site_id
                and result.subject_id = missing.subject_id
                and result.collected = missing.collected and result.test = missing.test)
        and not exists (
            select from lab_result as result
            join lab_test using (test)
            where missing.assessment = 'electrocardiogram' and result.site_id = missing.site_id
                and result.subject_id = missing.subject_id
                and result.collected = missing.collected and panel = 'electrocardiogram')
        and not exists (
            select from vital_signs as result
            where missing.assessment = 'vital signs' and result.site_id = missing.site_id
                and result.subject_id = missing.subject_id
                and result.collected = missing.collected)
        and not exists (
            select from physical_examination as result
            where missing.assessment = 'physical examination'
                and result.site_id = missing.site_id
                and result.subject_id = missing.subject_id
                and result.collected = missing.collected and result.result <> 'not examined')
        and not exists (
            select from asked_complaint as result
            where missing.assessment = 'complaints' and result.site_id = missing.site_id
                and result.subject_id = missing.subject_id
                and result.collected = missing.collected)
        and not exists (
            select from pregnancy_test as result
            where missing.assessment = 'pregnancy test' and result.site_id = missing.site_id
                and result.subject_id = missing.subject_id
                and result.collected = missing.collected);

comment on view unresolved_result is 'the rows of missing_result up to the data cut of which no result has come since: none of the same assessment and test, subject and day';
comment on column unresolved_result.site_id is 'the site';
comment on column unresolved_result.subject_id is 'the subject''s code';
comment on column unresolved_result.assessment is 'what the result would be of, as missing_result has it';
comment on column unresolved_result.test is 'the test of a laboratory result; empty for the others';
comment on column unresolved_result.collected is 'the day on which the sample was taken, or was to be taken';
comment on column unresolved_result.replicate is 'tells several samples of one day apart';
comment on column unresolved_result.visit is 'the visit that it belongs to; null for history';
comment on column unresolved_result.reason is 'rejected, insufficient, invalid, pending, not done or missing';
comment on column unresolved_result.reported is 'the text of the laboratory''s report';
comment on column unresolved_result.note is 'what else there is to say';
comment on column unresolved_result.days is 'days from the sample to the data cut or today';

create view _windowed_missing as
    select distinct on (missing.assessment, missing.site_id, missing.subject_id, scheduled.visit)
        missing.assessment, missing.site_id, missing.subject_id,
        scheduled.visit as analysis_visit, missing.reason
    from unresolved_result as missing
    join _scheduled_visit as scheduled using (site_id, subject_id)
    where missing.collected between scheduled.opens and scheduled.closes
    order by missing.assessment, missing.site_id, missing.subject_id, scheduled.visit,
        missing.reason = 'pending' desc, abs(missing.collected - scheduled.due),
        missing.collected desc, missing.replicate desc;

comment on view _windowed_missing is 'for each scheduled visit in whose analysis window a result did not come, why: pending if one may still come; else the reason of the sample nearest to the target day, of equally near ones the later';
comment on column _windowed_missing.assessment is 'viral load, CD4 or laboratory';
comment on column _windowed_missing.site_id is 'the site';
comment on column _windowed_missing.subject_id is 'the subject''s code';
comment on column _windowed_missing.analysis_visit is 'the visit';
comment on column _windowed_missing.reason is 'the reason';
$ddl$),
(82, 'views/possible_duplicate.sql', $ddl$
-- What may have been entered twice, for somebody to look at

create view possible_duplicate as
    with
    person as (
        select site_id, subject_id, birth_date, sex,
            lead(site_id) over same as other_site_id, lead(subject_id) over same as other_subject_id
        from subject
        window same as (partition by birth_date, sex order by site_id, subject_id)
    ),
    event as (
        select site_id, subject_id, term, onset, event_number,
            lead(event_number) over same as other_number
        from adverse_event
        window same as (partition by site_id, subject_id, lower(term), onset order by event_number)
    ),
    result as (
        select site_id, subject_id, 'viral load' as kind, collected, replicate,
            concat_ws(', ', viral_load, assay) as value
        from viral_load_result
        union all
        select site_id, subject_id, 'CD4', collected, replicate,
            concat_ws(', ', concat_ws(' ', cd4_count, unit), cd4_percent || ' %')
        from cd4_result
        union all
        select site_id, subject_id, 'laboratory', collected, replicate,
            concat_ws(' ', test, coalesce(value::text, code), unit)
        from lab_result
    ),
    entry as (
        select site_id, subject_id, kind, collected, value, replicate,
            lead(replicate) over same as other_replicate
        from result
        window same as (partition by site_id, subject_id, kind, collected, value
            order by replicate)
    )
    select 'subject' as kind, site_id, subject_id, other_site_id, other_subject_id,
        format('born on %s, %s', to_char(birth_date, 'YYYY-MM-DD'), sex) as item
    from person
    where other_subject_id is not null
    union all
    select 'adverse event', site_id, subject_id, site_id, subject_id,
        format('events %s and %s: %s from %s', event_number, other_number, term,
            onset)
    from event
    where other_number is not null
    union all
    select kind, site_id, subject_id, site_id, subject_id,
        format('%s, replicates %s and %s: %s', to_char(collected, 'YYYY-MM-DD'), replicate,
            other_replicate, value)
    from entry
    where other_replicate is not null;

comment on view possible_duplicate is 'what may have been entered twice: two subjects of one birth date and sex, at one site or at two; two events of a subject with one term and onset; two results of a day with one value. Most are none: merge_subjects() and withdraw_entry() mend those that are';
comment on column possible_duplicate.kind is 'subject, adverse event, viral load, CD4 or laboratory';
comment on column possible_duplicate.site_id is 'the site of the one';
comment on column possible_duplicate.subject_id is 'the subject of the one';
comment on column possible_duplicate.other_site_id is 'the site of the other';
comment on column possible_duplicate.other_subject_id is 'the subject of the other';
comment on column possible_duplicate.item is 'what both have, and how each is told from the other';
$ddl$),
(83, 'views/overdue_reconsent.sql', $ddl$
-- Who has not signed the version of the consent form that was to be signed

create view overdue_reconsent as
    select site_id, subject_id, version, signed, needed_version, reconsent_by,
        today_at(site_id) - reconsent_by as days_overdue
    from _reconsent
    where signed_again is null and left_study is null and reconsent_by < today_at(site_id);

comment on view overdue_reconsent is 'who is in the study, and has not signed the version of the consent form that consent_version asks for, though the day is past; consent_version.reconsent_by says by when';
comment on column overdue_reconsent.site_id is 'the site';
comment on column overdue_reconsent.subject_id is 'the subject''s code';
comment on column overdue_reconsent.version is 'the version that is in force for the subject';
comment on column overdue_reconsent.signed is 'the day on which it was signed';
comment on column overdue_reconsent.needed_version is 'the version that was to be signed';
comment on column overdue_reconsent.reconsent_by is 'the day by which it was to be signed';
comment on column overdue_reconsent.days_overdue is 'days since that day';
$ddl$),
(84, 'views/gathered_viral_load.sql', $ddl$
-- The viral loads of each subject, gathered in one pass over the results

create view _gathered_viral_load as
    select site_id, subject_id, viral_load_course(collected, replicate, viral_load) as results
    from _viral_load_at_cut
    group by site_id, subject_id;

comment on view _gathered_viral_load is 'the results of each subject up to the data cut, one a day, as one value that _virotrial.viral_load_latest(), _virotrial.viral_load_nearest() and their like read';
comment on column _gathered_viral_load.site_id is 'the site';
comment on column _gathered_viral_load.subject_id is 'the subject''s code';
comment on column _gathered_viral_load.results is 'the results by day and replicate, copies/mL';
$ddl$),
(85, 'views/visit_result.sql', $ddl$
-- The result that stands for each visit, or the lack of one: what the
-- endpoints are made of.  One pass over the results gathers each subject's.

create view _visit_viral_load as
    with
    -- each offset keeps the planner from doing for every visit, or twice, what is done here once
    treated as (
        select _treated_group.site_id, _treated_group.subject_id, _treated_group.first_dose,
            _treated_group.group_value,
            _gathered_viral_load.results
        from _treated_group
        left join _gathered_viral_load using (site_id, subject_id)
        offset 0
    ),
    scheduled as (
        select treated.*, _analysis_window.visit, _analysis_window.position,
            treated.first_dose + _analysis_window.first as opens,
            treated.first_dose + _analysis_window.target as due,
            treated.first_dose + _analysis_window.last as closes
        from treated
        join _analysis_window
            on treated.first_dose + _analysis_window.target >= _analysis_window.effective_from
            and treated.first_dose + _analysis_window.target < _analysis_window.effective_before
        where _analysis_window.follows_first_dose
    ),
    visit as (
        select scheduled.*,
            _virotrial.viral_load_nearest_day(results, opens, closes, due) as collected,
            _virotrial.viral_load_nearest(results, opens, closes, due) as viral_load,
            _virotrial.viral_load_latest(results, '-infinity', first_dose) as baseline
        from scheduled
        offset 0
    )
    select visit.site_id, visit.subject_id, visit.group_value, visit.visit, visit.position,
        visit.first_dose, visit.opens, visit.due, visit.closes, visit.results,
        visit.collected, visit.viral_load, visit.baseline,
        case when visit.viral_load is null then missing.reason end as missing_reason
    from visit
    left join _windowed_missing as missing on missing.assessment = 'viral load'
        and missing.site_id = visit.site_id and missing.subject_id = visit.subject_id
        and missing.analysis_visit = visit.visit
    where visit.viral_load is not null or visit.closes < (select analysis_date());
comment on view _visit_viral_load is 'visit_viral_load, with the results of the subject';
comment on column _visit_viral_load.site_id is 'the site';
comment on column _visit_viral_load.subject_id is 'the subject''s code';
comment on column _visit_viral_load.group_value is 'the group that the endpoint views count the subject in';
comment on column _visit_viral_load.visit is 'the visit';
comment on column _visit_viral_load.position is 'the order of the visits';
comment on column _visit_viral_load.first_dose is 'the day of the first dose';
comment on column _visit_viral_load.opens is 'the first day of the visit''s analysis window';
comment on column _visit_viral_load.due is 'its target day';
comment on column _visit_viral_load.closes is 'its last day';
comment on column _visit_viral_load.results is 'the results of the subject, one a day';
comment on column _visit_viral_load.collected is 'the day on which the sample was taken; null where there is no result';
comment on column _visit_viral_load.viral_load is 'HIV-1 RNA, copies/mL; null where there is no result';
comment on column _visit_viral_load.baseline is 'the baseline, copies/mL; null if there is none';
comment on column _visit_viral_load.missing_reason is 'why there is no result, as missing_result has it; null where nobody says why';

create view visit_viral_load as
    select site_id, subject_id, group_value, visit, position, first_dose, closes, collected,
        viral_load, baseline, missing_reason
    from _visit_viral_load;
comment on view visit_viral_load is 'for each subject who had a first dose and each scheduled visit the viral load that stands for it, the nearest to the target day, of equally near ones the later; and a row without a result where the visit''s window had closed by the analysis date without one';
comment on column visit_viral_load.site_id is 'the site';
comment on column visit_viral_load.subject_id is 'the subject''s code';
comment on column visit_viral_load.group_value is 'the group that the endpoint views count the subject in';
comment on column visit_viral_load.visit is 'the visit';
comment on column visit_viral_load.position is 'the order of the visits';
comment on column visit_viral_load.first_dose is 'the day of the first dose';
comment on column visit_viral_load.closes is 'the last day of the visit''s analysis window';
comment on column visit_viral_load.collected is 'the day on which the sample was taken; null where there is no result';
comment on column visit_viral_load.viral_load is 'HIV-1 RNA, copies/mL; null where there is no result';
comment on column visit_viral_load.baseline is 'the baseline, the last result on or before the first dose, copies/mL; null if there is none';
comment on column visit_viral_load.missing_reason is 'why there is no result, as missing_result has it, such as pending or rejected; null where there is one, and where nobody says why';

create view visit_cd4 as
    with
    -- A day's replicates are fractions of it.  Counts are whole: <20 goes as -20, >1500 as 1500.5.
    course as (
        select site_id, subject_id,
            time_course(collected - date '2000-01-01'
                    + replicate::integer / 65536::double precision,
                case qualifier(cd4_count) when '<' then -quantity(cd4_count)
                    when '>' then quantity(cd4_count) + 0.5 else quantity(cd4_count) end) as results
        from cd4_result
        where collected <= (select data_cut())
        group by site_id, subject_id
    ),
    -- each offset keeps the planner from doing for every visit, or twice, what is done here once
    treated as (
        select _treated_group.site_id, _treated_group.subject_id, _treated_group.first_dose,
            _treated_group.group_value, course.results
        from _treated_group
        left join course using (site_id, subject_id)
        offset 0
    ),
    scheduled as (
        select treated.*, _analysis_window.visit, _analysis_window.position,
            treated.first_dose + _analysis_window.first as opens,
            treated.first_dose + _analysis_window.target as due,
            treated.first_dose + _analysis_window.last as closes
        from treated
        join _analysis_window
            on treated.first_dose + _analysis_window.target >= _analysis_window.effective_from
            and treated.first_dose + _analysis_window.target < _analysis_window.effective_before
        where _analysis_window.follows_first_dose
    ),
    visit as (
        select site_id, subject_id, group_value, visit, position, first_dose, closes,
            _virotrial.time_course_nearest(results,
                opens - date '2000-01-01', closes - date '2000-01-01',
                due - date '2000-01-01') as cd4_count,
            _virotrial.time_course_nearest(results, -2147483647, first_dose - date '2000-01-01',
                first_dose - date '2000-01-01') as baseline
        from scheduled
        offset 0
    )
    select visit.site_id, visit.subject_id, visit.group_value, visit.visit, visit.position,
        visit.first_dose, visit.closes,
        lab_value(trunc(abs(visit.cd4_count)), case when visit.cd4_count < 0 then '<'
            when visit.cd4_count <> trunc(visit.cd4_count) then '>' end) as cd4_count,
        lab_value(trunc(abs(visit.baseline)), case when visit.baseline < 0 then '<'
            when visit.baseline <> trunc(visit.baseline) then '>' end) as baseline,
        case when visit.cd4_count is null then missing.reason end as missing_reason
    from visit
    left join _windowed_missing as missing on missing.assessment = 'CD4'
        and missing.site_id = visit.site_id and missing.subject_id = visit.subject_id
        and missing.analysis_visit = visit.visit
    where visit.cd4_count is not null or visit.closes < (select analysis_date());
comment on view visit_cd4 is 'for each subject who had a first dose and each scheduled visit the CD4 count that stands for it, the nearest to the target day, of equally near ones the later; and a row without a result where the visit''s window had closed by the analysis date without one';
comment on column visit_cd4.site_id is 'the site';
comment on column visit_cd4.subject_id is 'the subject''s code';
comment on column visit_cd4.group_value is 'the group that the endpoint views count the subject in';
comment on column visit_cd4.visit is 'the visit';
comment on column visit_cd4.position is 'the order of the visits';
comment on column visit_cd4.first_dose is 'the day of the first dose';
comment on column visit_cd4.closes is 'the last day of the visit''s analysis window';
comment on column visit_cd4.cd4_count is 'CD4+ T lymphocytes, cells per microlitre; null where there is no result';
comment on column visit_cd4.baseline is 'the baseline, the last count on or before the first dose, cells per microlitre; null if there is none';
comment on column visit_cd4.missing_reason is 'why there is no result, as missing_result has it; null where there is one, and where nobody says why';
$ddl$),
(86, 'views/analysis_viral_load.sql', $ddl$
-- Viral loads by analysis visit, with their change from baseline

create view analysis_viral_load as
    with
    -- a visit whose window has passed without a result is a row too, and why it has none
    gathered as (
        select site_id, subject_id, first_dose, collected, replicate, visit, assay, viral_load,
            analysis_visit, distance, stands_for_day, null::date as closed, null::text as reason
        from _windowed_viral_load
        union all
        select site_id, subject_id, first_dose, null, null, null, null, null, visit, null, null,
            closes, null
        from _scheduled_visit
        where closes < (select analysis_date())
        union all
        select site_id, subject_id, null, null, null, null, null, null, analysis_visit, null, null,
            null, reason
        from _windowed_missing
        where assessment = 'viral load'
    ),
    -- not by joins, whose time would grow with the square of the subjects
    placed as (
        select gathered.*, row_number() over (each_visit
                order by collected is null, distance, collected desc, stands_for_day desc) as place,
            count(collected) over each_visit as results,
            max(reason) over each_visit as missing_reason
        from gathered
        window each_visit as (partition by site_id, subject_id, analysis_visit)
    ),
    record as (
        select site_id, subject_id, first_dose, collected, replicate, visit, assay, viral_load,
            analysis_visit,
            collected is null or analysis_visit is not null and place = 1 as is_analysis_record,
            coalesce(collected, closed) as judged,
            case when collected is null then missing_reason end as missing_reason
        from placed
        where collected is not null or closed is not null and results = 0
    ),
    threshold as materialized (
        select effective_from, effective_before, response_threshold, suppression_threshold,
            log_reduction_threshold
        from protocol_period
    ),
    compared as (
        select record.*, baseline.collected as baseline_collected,
            baseline.replicate as baseline_replicate, baseline.viral_load as baseline,
            log_reduction(baseline.viral_load, record.viral_load) as reduction
        from record
        left join _baseline_viral_load as baseline using (site_id, subject_id)
    )
    select compared.site_id, compared.subject_id, compared.analysis_visit,
        compared.is_analysis_record,
        compared.visit, compared.collected, compared.replicate,
        study_day(compared.collected, compared.first_dose) as study_day,
        compared.assay,
        compared.viral_load,
        lower_bound(compared.viral_load) as viral_load_lower,
        upper_bound(compared.viral_load) as viral_load_upper,
        log10_copies(compared.viral_load) as log10_copies,
        qualifier(compared.viral_load) as qualifier,
        coalesce((compared.collected, compared.replicate)
            = (compared.baseline_collected, compared.baseline_replicate), false) as is_baseline,
        compared.baseline as baseline_viral_load,
        lower_bound(compared.baseline) as baseline_viral_load_lower,
        upper_bound(compared.baseline) as baseline_viral_load_upper,
        log10_copies(compared.baseline) as baseline_log10_copies,
        qualifier(compared.baseline) as baseline_qualifier,
        compared.reduction as log_reduction,
        lower_bound(compared.reduction) as log_reduction_lower,
        upper_bound(compared.reduction) as log_reduction_upper,
        exact_value(compared.reduction) as log_reduction_exact,
        qualifier(compared.reduction) as log_reduction_qualifier,
        compared.viral_load < threshold.response_threshold as is_below_response_threshold,
        compared.viral_load < threshold.suppression_threshold as is_below_suppression_threshold,
        compared.reduction > threshold.log_reduction_threshold as is_above_log_reduction_threshold,
        compared.missing_reason
    from compared
    join threshold on compared.judged >= threshold.effective_from
        and compared.judged < threshold.effective_before;

comment on view analysis_viral_load is 'every viral load up to the data cut of the subjects who had a first dose by then, and one row without a result for each scheduled visit whose analysis window had closed by then, or by today, without one. Where is_analysis_record is true, there is exactly one row per subject and such visit';
comment on column analysis_viral_load.site_id is 'the site';
comment on column analysis_viral_load.subject_id is 'the subject''s code';
comment on column analysis_viral_load.analysis_visit is 'the visit whose analysis window the sample was taken in, whatever visit it was taken at; null outside all windows';
comment on column analysis_viral_load.is_analysis_record is 'whether the row stands for its analysis visit: the result nearest to the target day, of equally near ones the later; or no result at all';
comment on column analysis_viral_load.visit is 'the visit at which the sample was taken; null for history, and where there is no result';
comment on column analysis_viral_load.collected is 'the day on which the sample was taken; null where there is no result';
comment on column analysis_viral_load.replicate is 'tells several results of one day apart';
comment on column analysis_viral_load.study_day is 'the study day of the sample: the first dose is on day 1, the day before it is day -1';
comment on column analysis_viral_load.assay is 'the assay';
comment on column analysis_viral_load.viral_load is 'HIV-1 RNA, copies/mL, as reported; null where there is no result';
comment on column analysis_viral_load.viral_load_lower is 'the lower end of what it may be, copies/mL';
comment on column analysis_viral_load.viral_load_upper is 'the upper end of what it may be, copies/mL; null above the limit of the assay';
comment on column analysis_viral_load.log10_copies is 'its log10 copies/mL; null if it is censored';
comment on column analysis_viral_load.qualifier is '=, <, TND or >';
comment on column analysis_viral_load.is_baseline is 'whether it is the baseline: the last result on or before the first dose';
comment on column analysis_viral_load.baseline_viral_load is 'the baseline, copies/mL, as reported';
comment on column analysis_viral_load.baseline_viral_load_lower is 'the lower end of what it may be, copies/mL';
comment on column analysis_viral_load.baseline_viral_load_upper is 'the upper end of what it may be, copies/mL; null above the limit of the assay';
comment on column analysis_viral_load.baseline_log10_copies is 'its log10 copies/mL; null if it is censored';
comment on column analysis_viral_load.baseline_qualifier is '=, <, TND or >';
comment on column analysis_viral_load.log_reduction is 'the fall from baseline, log10 copies/mL: exact, or with < or > if a result is censored; null if nothing is known';
comment on column analysis_viral_load.log_reduction_lower is 'the lower end of what it may be; null where there is none; a rise is negative';
comment on column analysis_viral_load.log_reduction_upper is 'the upper end of what it may be; null where there is none';
comment on column analysis_viral_load.log_reduction_exact is 'its number; null if it is censored';
comment on column analysis_viral_load.log_reduction_qualifier is '=, < or >';
comment on column analysis_viral_load.is_below_response_threshold is 'whether the viral load is less than protocol.response_threshold (400 copies/mL); null if that cannot be known, or there is no result';
comment on column analysis_viral_load.is_below_suppression_threshold is 'whether the viral load is less than protocol.suppression_threshold (50 copies/mL); null if that cannot be known, or there is no result';
comment on column analysis_viral_load.is_above_log_reduction_threshold is 'whether the fall from baseline exceeds protocol.log_reduction_threshold (1.0 log10 copies/mL); null if that cannot be known, or a result is missing';
comment on column analysis_viral_load.missing_reason is 'why there is no result, as missing_result has it, such as pending or rejected; null where there is one, and where nobody says why';
$ddl$),
(87, 'views/analysis_cd4.sql', $ddl$
-- CD4 counts by analysis visit, with their change from baseline

create view analysis_cd4 as
    with
    -- a visit whose window has passed without a result is a row too, and why it has none
    gathered as (
        select site_id, subject_id, first_dose, collected, replicate, visit, cd4_count, cd4_percent,
            analysis_visit, distance, false as is_due, null::text as reason
        from _windowed_cd4
        union all
        select site_id, subject_id, first_dose, null, null, null, null, null, visit, null, true,
            null
        from _scheduled_visit
        where closes < (select analysis_date())
        union all
        select site_id, subject_id, null, null, null, null, null, null, analysis_visit, null, false,
            reason
        from _windowed_missing
        where assessment = 'CD4'
    ),
    placed as (
        select gathered.*, row_number() over (each_visit
                order by collected is null, distance, collected desc, replicate desc) as place,
            count(collected) over each_visit as results,
            max(reason) over each_visit as missing_reason
        from gathered
        window each_visit as (partition by site_id, subject_id, analysis_visit)
    ),
    record as (
        select site_id, subject_id, first_dose, collected, replicate, visit, cd4_count, cd4_percent,
            analysis_visit,
            collected is null or analysis_visit is not null and place = 1 as is_analysis_record,
            case when collected is null then missing_reason end as missing_reason
        from placed
        where collected is not null or is_due and results = 0
    )
    select record.site_id, record.subject_id, record.analysis_visit, record.is_analysis_record,
        record.visit, record.collected, record.replicate,
        study_day(record.collected, record.first_dose) as study_day,
        record.cd4_count,
        lower_bound(record.cd4_count) as cd4_count_lower,
        upper_bound(record.cd4_count) as cd4_count_upper,
        exact_value(record.cd4_count) as cd4_count_exact,
        record.cd4_percent,
        coalesce((record.collected, record.replicate)
            = (baseline.collected, baseline.replicate), false) as is_baseline,
        baseline.cd4_count as baseline_cd4_count,
        lower_bound(baseline.cd4_count) as baseline_cd4_count_lower,
        upper_bound(baseline.cd4_count) as baseline_cd4_count_upper,
        exact_value(baseline.cd4_count) as baseline_cd4_count_exact,
        exact_value(record.cd4_count) - exact_value(baseline.cd4_count) as change,
        record.missing_reason
    from record
    left join _baseline_cd4 as baseline using (site_id, subject_id);

comment on view analysis_cd4 is 'every CD4 count up to the data cut of the subjects who had a first dose by then, and one row without a result for each scheduled visit whose analysis window had closed by then, or by today, without one. Where is_analysis_record is true, there is exactly one row per subject and such visit';
comment on column analysis_cd4.site_id is 'the site';
comment on column analysis_cd4.subject_id is 'the subject''s code';
comment on column analysis_cd4.analysis_visit is 'the visit whose analysis window the sample was taken in, whatever visit it was taken at; null outside all windows';
comment on column analysis_cd4.is_analysis_record is 'whether the row stands for its analysis visit: the result nearest to the target day, of equally near ones the later; or no result at all';
comment on column analysis_cd4.visit is 'the visit at which the sample was taken; null for history, and where there is no result';
comment on column analysis_cd4.collected is 'the day on which the sample was taken; null where there is no result';
comment on column analysis_cd4.replicate is 'tells several results of one day apart';
comment on column analysis_cd4.study_day is 'the study day of the sample: the first dose is on day 1, the day before it is day -1';
comment on column analysis_cd4.cd4_count is 'CD4+ T lymphocytes, cells per microlitre, exact or a limit; null where there is no result';
comment on column analysis_cd4.cd4_count_lower is 'the lower end of what the count may be; null below a limit';
comment on column analysis_cd4.cd4_count_upper is 'the upper end of what the count may be; null above a limit';
comment on column analysis_cd4.cd4_count_exact is 'the count as a number if it is exact, else null';
comment on column analysis_cd4.cd4_percent is 'per cent of lymphocytes';
comment on column analysis_cd4.is_baseline is 'whether it is the baseline: the last result on or before the first dose';
comment on column analysis_cd4.baseline_cd4_count is 'the baseline, cells per microlitre';
comment on column analysis_cd4.baseline_cd4_count_lower is 'the lower end of what the baseline may be; null below a limit';
comment on column analysis_cd4.baseline_cd4_count_upper is 'the upper end of what the baseline may be; null above a limit';
comment on column analysis_cd4.baseline_cd4_count_exact is 'the baseline as a number if it is exact, else null';
comment on column analysis_cd4.change is 'change from baseline, cells per microlitre; null where one of the two is a limit: it is not a number then';
comment on column analysis_cd4.missing_reason is 'why there is no result, as missing_result has it; null where there is one, and where nobody says why';
$ddl$),
(88, 'views/treatment_course.sql', $ddl$
-- Until when each treated subject was on the treatment of the study

create view treatment_course as
    with
    plan as materialized (
        select study_drug, permitted_background_changes,
            -- the study day from which on who completes the study may stop the drug
            (select window_first_day from _visit_definition_at_analysis
                where target_day is not null order by target_day desc limit 1) as last_visit_opens
        from _protocol_at_analysis
    ),
    -- a start and a stop that nothing may come of are not looked at again
    eventful as materialized (
        select regimen.site_id, regimen.subject_id, regimen.drug, regimen.started,
            case when regimen.stopped <= (select data_cut()) then regimen.stopped end as stopped,
            regimen.start_reason, regimen.stop_reason, enrolment.first_dose
        from regimen
        join _treated_at_cut as enrolment using (site_id, subject_id)
        where regimen.started <= (select data_cut())
            and (regimen.started > enrolment.first_dose or regimen.stopped > enrolment.first_dose
                and regimen.stopped <= (select data_cut()))
    ),
    -- An interruption ends with the drug's next period: only the first start
    -- and the last stop of a drug are changes.  Most drugs have one period, so
    -- others are looked for only beside those that matter, without sorting all.
    interrupted as (
        select eventful.site_id, eventful.subject_id, eventful.drug, eventful.started,
            bool_or(other.started < eventful.started) as has_earlier,
            bool_or(other.started > eventful.started) as has_later
        from eventful
        join regimen as other using (site_id, subject_id, drug)
        where other.started <> eventful.started and other.started <= (select data_cut())
        group by eventful.site_id, eventful.subject_id, eventful.drug, eventful.started
    ),
    change as materialized (
        select period.*, period.drug = (select study_drug from plan) as is_study_drug
        from (
            select eventful.*, interrupted.has_earlier is not true as is_first,
                interrupted.has_later is not true as is_last
            from eventful
            left join interrupted using (site_id, subject_id, drug, started)
        ) as period
        where (is_last and stopped > first_dose) or (is_first and started > first_dose)
    ),
    treated as materialized (
        select enrolment.site_id, enrolment.subject_id, enrolment.first_dose,
            disposition.ended, disposition.outcome, disposition.reason,
            study_drug.stopped, study_drug.stop_reason,
            study_drug.stopped is not null
                and (disposition.outcome is distinct from 'completed'
                or study_drug.stopped < disposition.ended
                    and (study_drug.stop_reason is not null
                    or (study_drug.stopped - enrolment.first_dose + 1
                        >= (select last_visit_opens from plan)) is not true)) as is_given_up
        from _treated_at_cut as enrolment
        left join _disposition_at_cut as disposition using (site_id, subject_id)
        left join change as study_drug on study_drug.site_id = enrolment.site_id
            and study_drug.subject_id = enrolment.subject_id
            and study_drug.is_study_drug and study_drug.is_last and study_drug.stopped is not null
    ),
    background as materialized (
        select treated.site_id, treated.subject_id, happened.on_day,
            coalesce(happened.reason
                = any ((select permitted_background_changes from plan)::text[]),
                false) as is_permitted,
            string_agg(happened.what, ', ' order by happened.what) as what
        from change
        join drug using (drug)
        join treated using (site_id, subject_id)
        cross join lateral (values
            (case when change.is_first and change.started > treated.first_dose
                then change.started end, change.start_reason, 'added ' || change.drug),
            (case when change.is_last then change.stopped end, change.stop_reason,
                'stopped ' || change.drug)
        ) as happened (on_day, reason, what)
        where not change.is_study_drug and not drug.is_booster
            and happened.on_day < coalesce(least(treated.ended, treated.stopped), 'infinity')
        group by treated.site_id, treated.subject_id, happened.on_day, is_permitted
    ),
    unpermitted as (
        select site_id, subject_id, min(on_day) as on_day,
            (array_agg(what order by on_day))[1] as what
        from background
        where not is_permitted
        group by site_id, subject_id
    ),
    late as (
        select background.site_id, background.subject_id, min(background.on_day) as on_day,
            (array_agg(background.what order by background.on_day))[1] as what
        from background
        join treated using (site_id, subject_id)
        cross join lateral (
            select min(result.collected) as collected
            from viral_load_result as result
            where result.site_id = treated.site_id and result.subject_id = treated.subject_id
                and result.collected > treated.first_dose
                and result.collected
                    <= least(treated.ended, treated.stopped, (select data_cut()))
        ) as first_result
        where background.is_permitted and background.on_day > first_result.collected
        group by background.site_id, background.subject_id
    )
    select treated.site_id, treated.subject_id, treated.first_dose,
        least(treated.ended, treated.stopped) as treated_until,
        least(case when treated.outcome = 'discontinued' then treated.ended end, case
            when treated.is_given_up then treated.stopped end) as discontinued,
        case when treated.is_given_up
            and (treated.outcome is distinct from 'discontinued'
            or treated.stopped <= treated.ended)
            then coalesce(treated.stop_reason, treated.reason, 'not documented')
            else treated.reason end as discontinuation_reason,
        case when treated.outcome = 'completed' and not treated.is_given_up then treated.ended
            end as completed,
        unpermitted.on_day as background_changed,
        unpermitted.what as background_change,
        late.on_day as late_background_changed,
        late.what as late_background_change
    from treated
    left join unpermitted using (site_id, subject_id)
    left join late using (site_id, subject_id);

comment on view treatment_course is 'one row for each subject who had a first dose: until when on the study drug, and when the background therapy was first changed without a permitted reason. Of one day, the sample comes first: a result of the very day of a discontinuation or change is from before it';
comment on column treatment_course.site_id is 'the site';
comment on column treatment_course.subject_id is 'the subject''s code';
comment on column treatment_course.first_dose is 'the day of the first dose of the study drug, study day 1';
comment on column treatment_course.treated_until is 'the last day whose results are on treatment: the last day in the study, or the first without the study drug if that is earlier; null while treatment goes on';
comment on column treatment_course.discontinued is 'the day on which the study drug or the study was given up for good; an interruption of the study drug is none, nor is a stop without a reason, in the last visit''s window, of who completed the study';
comment on column treatment_course.discontinuation_reason is 'why: regimen.stop_reason of the study drug if that came first and is documented, else disposition.reason';
comment on column treatment_course.completed is 'the last day in the study of who completed it on the study drug';
comment on column treatment_course.background_changed is 'the day of the first change of the background therapy, boosters aside, while on treatment and without a documented reason of protocol.permitted_background_changes; an interruption is none';
comment on column treatment_course.background_change is 'the drugs that were added or stopped on that day';
comment on column treatment_course.late_background_changed is 'the day of the first change of the background therapy with a permitted reason that came after the day of the first viral load on treatment: the Snapshot counts it as a failure if protocol.background_change_permitted_until says so';
comment on column treatment_course.late_background_change is 'the drugs that were added or stopped on that day';

create view _on_treatment_viral_load as
    select course.site_id, course.subject_id, course.first_dose, course.treated_until,
        course.discontinued, course.discontinuation_reason, course.completed,
        course.background_changed,
        result.collected, result.collected - course.first_dose + 1 as study_day, result.assay,
        result.viral_load
    from treatment_course as course
    left join _viral_load_at_cut as result on result.site_id = course.site_id
        and result.subject_id = course.subject_id
        and result.collected > course.first_dose
        and (result.collected > course.treated_until) is not true;

comment on view _on_treatment_viral_load is 'the viral loads on treatment after the day of the first dose, one a day. A treated subject without any has one row without a result';
comment on column _on_treatment_viral_load.site_id is 'the site';
comment on column _on_treatment_viral_load.subject_id is 'the subject''s code';
comment on column _on_treatment_viral_load.first_dose is 'the day of the first dose of the study drug, study day 1';
comment on column _on_treatment_viral_load.treated_until is 'the last day whose results are on treatment; null while treatment goes on';
comment on column _on_treatment_viral_load.discontinued is 'the day on which the study drug or the study was given up for good';
comment on column _on_treatment_viral_load.discontinuation_reason is 'why';
comment on column _on_treatment_viral_load.completed is 'the last day in the study of who completed it on the study drug';
comment on column _on_treatment_viral_load.background_changed is 'the day of the first change of the background therapy without a permitted reason';
comment on column _on_treatment_viral_load.collected is 'the day on which the sample was taken';
comment on column _on_treatment_viral_load.study_day is 'its study day';
comment on column _on_treatment_viral_load.assay is 'the assay';
comment on column _on_treatment_viral_load.viral_load is 'HIV-1 RNA, copies/mL';
$ddl$),
(89, 'views/accrual.sql', $ddl$
-- Accrual of each site, against its target and the trial's

create view accrual as
    with
    agreement as (
        select distinct site_id, subject_id from _consent_at_cut
    ),
    tally as (
        select subject.site_id, count(*) as screened, count(agreement.subject_id) as consented,
            count(enrolment.enrolled) as enrolled, count(enrolment.first_dose) as treated,
            count(*) filter (where disposition.outcome = 'completed') as completed,
            count(*) filter (where disposition.outcome = 'discontinued') as left_study,
            count(course.discontinued) as discontinued,
            min(enrolment.enrolled) as first_enrolled, max(enrolment.enrolled) as last_enrolled
        from _subject_at_cut as subject
        left join agreement using (site_id, subject_id)
        left join _enrolment_at_cut as enrolment using (site_id, subject_id)
        left join _disposition_at_cut as disposition using (site_id, subject_id)
        left join treatment_course as course using (site_id, subject_id)
        group by subject.site_id
    ),
    target as (
        select target_enrolment::integer
        from _protocol_at_analysis
    )
    select site.site_id, site.name as site_name,
        coalesce(tally.screened, 0) as screened,
        coalesce(tally.consented, 0) as consented,
        coalesce(tally.enrolled, 0) as enrolled,
        coalesce(tally.treated, 0) as treated,
        coalesce(tally.completed, 0) as completed,
        coalesce(tally.left_study, 0) as left_study,
        coalesce(tally.discontinued, 0) as discontinued,
        tally.first_enrolled, tally.last_enrolled,
        site.target_enrolment::integer as site_target,
        round(100.0 * coalesce(tally.enrolled, 0) / site.target_enrolment, 1) as site_percent,
        coalesce(sum(tally.enrolled) over (), 0)::bigint as trial_enrolled,
        (select target_enrolment from target) as trial_target,
        round(100.0 * coalesce(sum(tally.enrolled) over (), 0) / (select target_enrolment
            from target), 1) as trial_percent,
        coalesce(sum(tally.completed) over (), 0)::bigint as trial_completed,
        round(100.0 * coalesce(sum(tally.completed) over (), 0) / (select target_enrolment
            from target), 1) as trial_completed_percent
    from site
    left join tally using (site_id);

comment on view accrual is 'one row per site: its subjects up to the data cut, against its own target and the trial''s';
comment on column accrual.site_id is 'the site';
comment on column accrual.site_name is 'name of the site';
comment on column accrual.screened is 'subjects screened';
comment on column accrual.consented is 'subjects who signed a consent form';
comment on column accrual.enrolled is 'subjects enrolled';
comment on column accrual.treated is 'subjects who had a first dose';
comment on column accrual.completed is 'subjects who completed the study';
comment on column accrual.left_study is 'subjects who left it early';
comment on column accrual.discontinued is 'subjects who gave up the study drug or the study, as treatment_course has it; they may still be in the study, or complete it';
comment on column accrual.first_enrolled is 'the day of the first enrolment';
comment on column accrual.last_enrolled is 'the day of the last enrolment';
comment on column accrual.site_target is 'subjects that the site is to enrol; null if it has no target of its own';
comment on column accrual.site_percent is 'enrolled, per cent of site_target';
comment on column accrual.trial_enrolled is 'subjects enrolled at all sites; the same in every row';
comment on column accrual.trial_target is 'subjects that the trial is to enrol by the protocol in force on the analysis date; the same in every row';
comment on column accrual.trial_percent is 'trial_enrolled, per cent of trial_target';
comment on column accrual.trial_completed is 'subjects at all sites who completed the study: those concluded in the trial; the same in every row';
comment on column accrual.trial_completed_percent is 'trial_completed, per cent of trial_target';

-- Of a limit for all sites who sees some alone would count the wrong number.
create view enrolment_place as
    with placed as (
        select site_id, '*' as stratum, enrolled as day from _enrolment_at_cut
        union all
        select site_id, stratum, randomised from _randomised_at_cut
    )
    select cap.site, cap.stratum, cap.effective_from, cap.maximum::integer, counted.subjects,
        greatest(cap.maximum::integer - counted.subjects, 0) as open_places
    from enrolment_limit_period as cap
    cross join lateral (
        select count(*)::integer as subjects
        from placed
        where placed.stratum = cap.stratum and cap.site in ('*', placed.site_id)
            and placed.day < cap.effective_before
    ) as counted
    where (select analysis_date()) >= cap.effective_from
        and (select analysis_date()) < cap.effective_before
        and ((select not relrowsecurity from pg_class where oid = 'site_access'::regclass)
            or _virotrial.sees_site('site_access'::regclass, cap.site));

comment on view enrolment_place is 'one row per limit of enrolment in force on the analysis date: how many places are left at the data cut. Limits for all sites are for who sees all sites';
comment on column enrolment_place.site is 'the site, or * for all sites together';
comment on column enrolment_place.stratum is 'the stratum of randomisation, or * for who is enrolled in any';
comment on column enrolment_place.effective_from is 'the first day on which the limit applies';
comment on column enrolment_place.maximum is 'subjects, at most';
comment on column enrolment_place.subjects is 'subjects enrolled, or randomised in the stratum';
comment on column enrolment_place.open_places is 'how many more there may be; 0 where an amendment has lowered the limit below what there is';
$ddl$),
(90, 'views/coding_queue.sql', $ddl$
-- Reported terms that wait to be coded

create view coding_queue as
    with
    reported as (
        select 'adverse_event' as table_name, 'condition' as domain, lower(btrim(term)) as term,
            subject_id, site_id
        from adverse_event
        where coded_term is null
        union all
        select 'medical_history', 'condition', lower(btrim(term)), subject_id, site_id
        from medical_history
        where coded_term is null
        union all
        select 'concomitant_medication', 'medication', lower(btrim(medication)), subject_id, site_id
        from concomitant_medication
        where coded_term is null
    ),
    waiting as (
        select table_name, domain, term, count(*) as records,
            count(distinct (site_id, subject_id)) as subjects
        from reported
        group by table_name, domain, term
    )
    select waiting.table_name, waiting.term, waiting.records, waiting.subjects, same.term_code,
        same.preferred_term, same.class
    from waiting
    -- a term that two preferred terms have is for a person to decide
    left join lateral (
        select min(known.term_code) as term_code, min(known.preferred_term) as preferred_term,
            min(known.class) as class
        from coding_term as known
        join coding_dictionary as dictionary using (dictionary, dictionary_version)
        where dictionary.is_current and dictionary.domain = waiting.domain and known.is_current
            and lower(known.term) = waiting.term
        having count(distinct known.preferred_code) = 1
    ) as same on true;

comment on view coding_queue is 'the terms that nobody has coded, as they were reported: one row per table and term';
comment on column coding_queue.table_name is 'the table: adverse_event, medical_history or concomitant_medication';
comment on column coding_queue.term is 'the term in small letters, without blanks around it';
comment on column coding_queue.records is 'how many rows have it';
comment on column coding_queue.subjects is 'how many subjects have it';
comment on column coding_queue.term_code is 'the code of the same term in the current dictionary; null if there is none, or not one alone';
comment on column coding_queue.preferred_term is 'its preferred term';
comment on column coding_queue.class is 'its class';
$ddl$),
(91, 'views/missing_assessment.sql', $ddl$
-- Required assessments, and those that are missing as of a date

create view _expected_assessment as
    with
    scheduled as (
        select enrolment.site_id, enrolment.subject_id, enrolment.first_dose, definition.visit,
            definition.position::integer,
            enrolment.first_dose + coalesce(definition.target_day::integer, 0) - 1 as due,
            case when definition.window_last_day > 0
                then enrolment.first_dose + definition.window_last_day::integer - 1
                else enrolment.first_dose + definition.window_last_day::integer end as window_closes
        from _enrolment_at_cut as enrolment
        join visit_definition as definition
            on definition.effective_from
                <= enrolment.first_dose + coalesce(definition.target_day::integer, 0) - 1
        -- the last amendment of the visit that is in force when it is due
        where not exists (
            select from visit_definition as later
            where later.visit = definition.visit
                and later.effective_from > definition.effective_from
                and later.effective_from
                    <= enrolment.first_dose + coalesce(later.target_day::integer, 0) - 1)
    ),
    agreement as (
        select site_id, subject_id,
            case when count(withdrawn_from_follow_up) = count(*)
                then max(withdrawn_from_follow_up) end as withdrawn,
            case when count(withdrawn_from_samples) = count(*)
                then max(withdrawn_from_samples) end as withdrawn_from_samples
        from _consent_at_cut
        group by site_id, subject_id
    ),
    done as (
        select site_id, subject_id, visit, 'viral load' as assessment, min(collected) as collected
        from viral_load_result
        where visit is not null and collected <= (select data_cut())
        group by site_id, subject_id, visit
        union all
        select site_id, subject_id, visit, 'CD4', min(collected)
        from cd4_result
        where visit is not null and collected <= (select data_cut())
        group by site_id, subject_id, visit
        union all
        select result.site_id, result.subject_id, result.visit, kind.assessment,
            min(result.collected)
        from lab_result as result
        join lab_test using (test)
        cross join lateral (select case lab_test.panel when 'electrocardiogram'
            then lab_test.panel else 'laboratory' end) as kind (assessment)
        where result.visit is not null and result.collected <= (select data_cut())
            and (select exists (select from required_assessment
                where assessment in ('laboratory', 'electrocardiogram')))
        group by result.site_id, result.subject_id, result.visit, kind.assessment
        union all
        select site_id, subject_id, visit, 'vital signs', min(collected)
        from vital_signs
        where visit is not null and collected <= (select data_cut())
        group by site_id, subject_id, visit
        union all
        select site_id, subject_id, visit, 'physical examination', min(collected)
        from physical_examination
        where visit is not null and collected <= (select data_cut())
            and result <> 'not examined'
        group by site_id, subject_id, visit
        union all
        select site_id, subject_id, visit, 'complaints', min(collected)
        from asked_complaint
        where visit is not null and collected <= (select data_cut())
        group by site_id, subject_id, visit
        union all
        select site_id, subject_id, visit, 'pregnancy test', min(collected)
        from pregnancy_test
        where visit is not null and collected <= (select data_cut())
        group by site_id, subject_id, visit
    ),
    explained as (
        select distinct on (site_id, subject_id, visit, assessment)
            site_id, subject_id, visit, assessment, reason
        from unresolved_result
        where visit is not null
        order by site_id, subject_id, visit, assessment, reason = 'pending' desc, replicate desc
    )
    select scheduled.site_id, scheduled.subject_id, scheduled.visit, scheduled.position,
        required.assessment,
        scheduled.due, scheduled.window_closes,
        visit.visit_date,
        done.collected,
        least(disposition.ended, agreement.withdrawn) as left_study,
        explained.reason
    from scheduled
    join required_assessment as required on required.visit = scheduled.visit
        and required.effective_from <= scheduled.due
    left join visit on visit.visit_date <= (select data_cut()) and visit.site_id = scheduled.site_id
        and visit.subject_id = scheduled.subject_id and visit.visit = scheduled.visit
    left join done on done.site_id = scheduled.site_id and done.subject_id = scheduled.subject_id
        and done.visit = scheduled.visit and done.assessment = required.assessment
    left join explained on explained.site_id = scheduled.site_id
        and explained.subject_id = scheduled.subject_id
        and explained.visit = scheduled.visit and explained.assessment = required.assessment
    left join _disposition_at_cut as disposition on disposition.site_id = scheduled.site_id
        and disposition.subject_id = scheduled.subject_id
    left join agreement on agreement.site_id = scheduled.site_id
        and agreement.subject_id = scheduled.subject_id
    where required.required
        -- of what may not be taken any more, none is expected
        and (done.collected is not null
            or required.assessment not in ('viral load', 'CD4', 'laboratory', 'electrocardiogram',
                'pregnancy test')
            or coalesce(agreement.withdrawn_from_samples
                >= coalesce(visit.visit_date, scheduled.window_closes), true))
        and (required.assessment <> 'pregnancy test' or exists (
            select from subject
            where subject.site_id = scheduled.site_id and subject.subject_id = scheduled.subject_id
                and subject.sex = 'female'))
        and not exists (
        select from required_assessment as later
        where later.visit = required.visit and later.assessment = required.assessment
            and later.effective_from > required.effective_from
                and later.effective_from <= scheduled.due);

comment on view _expected_assessment is 'every required assessment of the subjects who had a first dose, done by the data cut or not, due or not';
comment on column _expected_assessment.site_id is 'the site';
comment on column _expected_assessment.subject_id is 'the subject''s code';
comment on column _expected_assessment.visit is 'the visit';
comment on column _expected_assessment.position is 'the order of the visits';
comment on column _expected_assessment.assessment is 'what was to be done, as required_assessment has it';
comment on column _expected_assessment.due is 'the day on which the visit is due; of screening the last one before the first dose';
comment on column _expected_assessment.window_closes is 'the last day of the visit''s collection window';
comment on column _expected_assessment.visit_date is 'the day on which the visit was held; null if it was not';
comment on column _expected_assessment.collected is 'the day of the first sample; null if there is no result';
comment on column _expected_assessment.left_study is 'the last day in the study, or of consent if that is earlier; null while the subject is in the study';
comment on column _expected_assessment.reason is 'why there is no result, as missing_result has it: pending if one may still come, else the reason of the last sample; null where nobody says why';

create function missing_assessment_on(as_of date)
    returns table (site_id text, subject_id text, visit text, "position" integer, assessment text,
        due date, window_closes date, visit_date date, days_overdue integer, reason text)
    language sql stable parallel safe
    begin atomic
        select expected.site_id, expected.subject_id, expected.visit, expected.position,
            expected.assessment,
            expected.due, expected.window_closes,
            case when expected.visit_date <= as_of then expected.visit_date end,
            as_of - expected.due,
            case when expected.visit_date <= as_of then expected.reason end
        from _expected_assessment as expected
        where (expected.collected is null or expected.collected > as_of)
            and (expected.visit_date <= as_of
                or (expected.window_closes < as_of
                    and (expected.left_study is null
                        or expected.left_study >= expected.window_closes)));
    end;
comment on function missing_assessment_on(date) is 'the required assessments without a result as of a date: of visits held by then, and of visits whose collection window had closed while the subject was in the study';

create view missing_assessment as
    select expected.site_id, expected.subject_id, expected.visit, expected.position,
        expected.assessment,
        expected.due, expected.window_closes, expected.visit_date,
        (select analysis_date()) - expected.due as days_overdue,
        expected.reason
    from _expected_assessment as expected
    where expected.collected is null
        and (expected.visit_date is not null
            or (expected.window_closes < (select analysis_date())
                and (expected.left_study is null
                    or expected.left_study >= expected.window_closes)));

comment on view missing_assessment is 'the required assessments without a result as of the data cut, or today if that is earlier; missing_assessment_on answers for another date up to the data cut';
comment on column missing_assessment.site_id is 'the site';
comment on column missing_assessment.subject_id is 'the subject''s code';
comment on column missing_assessment.visit is 'the visit';
comment on column missing_assessment.position is 'the order of the visits';
comment on column missing_assessment.assessment is 'what was to be done, as required_assessment has it';
comment on column missing_assessment.due is 'the day on which the visit was due';
comment on column missing_assessment.window_closes is 'the last day of the visit''s collection window';
comment on column missing_assessment.visit_date is 'the day on which the visit was held; null if it was not';
comment on column missing_assessment.days_overdue is 'days from the day on which the visit was due to the data cut or today';
comment on column missing_assessment.reason is 'why there is no result, as missing_result has it: pending if one may still come, else the reason of the last sample; null where nobody says why';
$ddl$),
(92, 'views/snapshot_outcome.sql', $ddl$
-- The FDA's Snapshot: the virologic outcome at a visit

create view snapshot_outcome as
    with
    -- one definition for all subjects: the protocol in force on the analysis date
    threshold as materialized (
        select threshold from _threshold_at_analysis
    ),
    visit_window as materialized (
        select visit, first_day, last_day
        from _snapshot_window_at_analysis
    ),
    waited_for as (
        select site_id, subject_id, array_agg(collected) as days_pending
        from unresolved_result
        where assessment = 'viral load' and reason = 'pending'
        group by site_id, subject_id
    ),
    -- each offset keeps the planner from doing twice, or for every threshold, what is done
    -- here once
    course as (
        select treated.site_id, treated.subject_id, treated.first_dose, treated.treated_until,
            treated.discontinued, treated.discontinuation_reason, treated.completed,
            least(treated.background_changed, late.on_day) as background_changed,
            case when late.on_day < coalesce(treated.background_changed, 'infinity')
                then late.what else treated.background_change end as background_change,
            _gathered_viral_load.results, waited_for.days_pending
        from treatment_course as treated
        left join _gathered_viral_load using (site_id, subject_id)
        left join waited_for using (site_id, subject_id)
        left join lateral (
            select treated.late_background_changed as on_day,
                treated.late_background_change
                    || ', after the first viral load on treatment' as what
            where (select background_change_permitted_until from _protocol_at_analysis)
                = 'first viral load') as late on true
        offset 0
    ),
    looked_at as (
        select course.*, visit_window.visit, visit_window.first_day, visit_window.last_day,
            course.first_dose + visit_window.first_day - 1 as opens,
            course.first_dose + visit_window.last_day - 1 as closes,
            _virotrial.viral_load_latest_day(course.results,
                course.first_dose + visit_window.first_day - 1,
                least(course.first_dose + visit_window.last_day - 1,
                    course.treated_until)) as on_treatment
        from course
        cross join visit_window
        offset 0
    ),
    decided as (
        select looked_at.*,
            case
                when background_changed < on_treatment then '2d'
                when on_treatment is not null then 'result'
                when discontinued > closes or discontinued is null then case
                    when background_changed <= closes then '2d' else '3c' end
                when discontinuation_reason = 'lack of efficacy' then '2b'
                when discontinuation_reason in ('adverse event', 'death') then '3a'
                else 'last result' end as decided_by
        from looked_at
        where on_treatment is not null or closes < (select analysis_date())
    ),
    -- in the window; or, of who discontinued for a reason that says nothing of efficacy or
    -- safety, before that
    searched as (
        select decided.*,
            case when on_treatment is not null then opens
                when decided_by = 'last result' and discontinuation_reason is not null
                    then '-infinity' end as search_first,
            case when on_treatment is not null then on_treatment else discontinued
                end as search_last
        from decided
    ),
    situation as (
        select searched.*,
            -- samples on treatment whose result may still change the row
            case when days_pending is not null then (
                select max(day)
                from unnest(days_pending) as day
                where day between opens and least(closes, treated_until)
                    and (day < on_treatment) is not true
                    and (day > background_changed) is not true) end as pending,
            discontinued <= closes as is_discontinued,
            background_changed <= closes as is_changed,
            _virotrial.viral_load_latest(results, search_first, search_last) as viral_load,
            _virotrial.viral_load_latest_day(results, search_first, search_last) as collected,
            _virotrial.viral_load_latest_replicate(results, search_first, search_last) as replicate
        from searched
        offset 0
    ),
    judged as (
        select situation.*, threshold.threshold,
            closes < (select analysis_date()) and pending is null as is_final,
            situation.viral_load < threshold.threshold as is_below
        from situation
        cross join threshold
    )
    select judged.site_id, judged.subject_id, judged.visit, threshold,
        case decided_by
            when 'result' then case when is_below then '1' when not is_below then '2a' end
            when 'last result' then case when not is_below then '2c' when is_below
                or judged.viral_load is null then '3b' end
            else decided_by end as category,
        case decided_by when 'result' then is_below else false end as is_success,
        is_final,
        opens as window_first,
        closes as window_last,
        judged.viral_load,
        judged.collected,
        study_day(judged.collected, first_dose) as study_day,
        sample.assay,
        case when is_discontinued then discontinued end as discontinued,
        case when is_discontinued then discontinuation_reason end as discontinuation_reason,
        case when is_changed then background_changed end as background_changed,
        case when is_changed then background_change end as background_change,
        case decided_by
            when 'result' then format('%s copies/mL on day %s', judged.viral_load,
                study_day(judged.collected, first_dose))
            when '2d' then format('background therapy changed on day %s (%s)',
                study_day(background_changed, first_dose), background_change)
            when '3c' then format('no viral load on treatment in days %s to %s%s', first_day,
                last_day,
                ', completed on day ' || study_day(case when completed <= closes then completed end, first_dose))
            else format('discontinued on day %s (%s), no viral load on treatment in days %s to %s',
                study_day(discontinued, first_dose),
                    discontinuation_reason, first_day, last_day)
                || case when decided_by <> 'last result' then '' when judged.viral_load is null
                    then ', none before'
                    else format(', the last one %s on day %s', judged.viral_load,
                        study_day(judged.collected, first_dose)) end
            end
            || case when decided_by not in ('result', 'last result') or judged.viral_load is null
                then ''
                when is_below then format(', below %s', threshold)
                when not is_below then format(', not below %s', threshold)
                else format(', whether below %s cannot be known', threshold) end
            || coalesce(', a result of day ' || study_day(pending, first_dose) || ' is pending', '')
            as evidence
    from judged
    -- a join that the planner leaves out where nobody asks for the assay
    left join viral_load_result as sample
        on sample.site_id = judged.site_id and sample.subject_id = judged.subject_id
        and sample.collected = judged.collected and sample.replicate = judged.replicate;

comment on view snapshot_outcome is 'the FDA''s Snapshot: one row for each treated subject, visit of snapshot_window and protocol threshold, as soon as the window has closed or holds a result on treatment; before that there is no row. The last viral load on treatment in the window decides; without one, the discontinuation; without that, the background therapy. A category that the censoring of the result leaves open is null, and so is is_success unless it is false either way';
comment on column snapshot_outcome.site_id is 'the site';
comment on column snapshot_outcome.subject_id is 'the subject''s code';
comment on column snapshot_outcome.visit is 'the visit';
comment on column snapshot_outcome.threshold is 'copies/mL: response_threshold or suppression_threshold of the protocol in force on the analysis date';
comment on column snapshot_outcome.category is '1 below the threshold; 2a not below it; without a result on treatment in the window, 2b discontinued for lack of efficacy, 2c for another reason while the last viral load was not below, 3a for an adverse event or death, 3b for another reason; 2d background therapy changed before, without a permitted reason or later than protocol.background_change_permitted_until; 3c in the study, but no result: none is on record, or it was rejected, is pending and so on (unresolved_result). Null: 1 or 2a, or 2c or 3b, and the result cannot tell which';
comment on column snapshot_outcome.is_success is 'whether the category is 1; null if that cannot be known';
comment on column snapshot_outcome.is_final is 'whether the window has closed and no result on treatment is pending in it that could decide; until then the row can change';
comment on column snapshot_outcome.window_first is 'the first day of the window';
comment on column snapshot_outcome.window_last is 'its last day';
comment on column snapshot_outcome.viral_load is 'the last viral load on treatment in the window, copies/mL, as reported; where it decides between 2c and 3b, the last one before discontinuation, baseline included';
comment on column snapshot_outcome.collected is 'the day of its sample';
comment on column snapshot_outcome.study_day is 'the study day of its sample';
comment on column snapshot_outcome.assay is 'its assay';
comment on column snapshot_outcome.discontinued is 'the day on which the study drug or the study was given up, if before the window closed';
comment on column snapshot_outcome.discontinuation_reason is 'why';
comment on column snapshot_outcome.background_changed is 'the day of the first change of the background therapy that is a failure, if before the window closed';
comment on column snapshot_outcome.background_change is 'the drugs that were added or stopped on that day';
comment on column snapshot_outcome.evidence is 'what the row rests on, in a sentence; days are study days';
$ddl$),
(93, 'views/tlovr.sql', $ddl$
-- TLOVR: the time to loss of virologic response

create view tlovr_course as
    with
    threshold as materialized (
        select threshold from _threshold_at_analysis
    ),
    schedule as materialized (
        select visit, target_day, analysis_first_day, analysis_last_day
        from _visit_definition_at_analysis
        where target_day is not null
    ),
    -- whom it is too early to call never suppressed
    follow_up as materialized (
        select max(last_day) as last_day
        from _snapshot_window_at_analysis
    ),
    result as (
        select site_id, subject_id, first_dose, completed, collected, viral_load,
            least(discontinued, background_changed) as ended,
            case when background_changed < discontinued or discontinued is null then
                    case when background_changed is not null then 'background therapy changed' end
                else 'discontinued: ' || discontinuation_reason end as end_reason
        from _on_treatment_viral_load
    ),
    -- T below the threshold, F not below, u unknown
    coded as (
        select result.site_id, result.subject_id, threshold.threshold, result.first_dose,
            result.completed, result.ended, result.end_reason,
            coalesce(string_agg(case when result.viral_load < threshold.threshold then 'T'
                when not result.viral_load < threshold.threshold then 'F' else 'u' end,
                '' order by result.collected) filter (where result.collected is not null and (result.collected > result.ended) is not true), '') as codes,
            array_agg(result.collected order by result.collected)
                filter (where result.collected is not null
                    and (result.collected > result.ended) is not true) as days
        from result
        cross join threshold
        group by result.site_id, result.subject_id, threshold.threshold, result.first_dose,
            result.completed, result.ended, result.end_reason
    ),
    -- who gives up has nothing that could still refute a single F
    sequence as materialized (
        select coded.*, length(codes) as length, codes || case when ended is not null then 'F'
            else '' end as closed
        from coded
    ),
    -- first TT, and the first FF after it; where a result is unknown, every pair
    -- of places that some answer to the unknown ones makes
    placed as (
        select sequence.*, strpos(codes, 'TT') as suppression, case when strpos(codes, 'TT') > 0
            and strpos(substr(closed, strpos(codes, 'TT') + 2), 'FF') > 0
            then strpos(codes, 'TT') + 1 + strpos(substr(closed, strpos(codes, 'TT') + 2), 'FF')
                else 0 end as rebound
        from sequence
        where strpos(codes, 'u') = 0
        union all
        select sequence.*, suppression, rebound
        from sequence
        cross join lateral (select place::integer - 1 as suppression
            from unnest(days) with ordinality as one (day, place)) as first
        cross join lateral (select place::integer - 1 as rebound
            from unnest(days || null::date) with ordinality as other (day, place)) as second
        where strpos(codes, 'u') > 0 and case
            when suppression = 0 then rebound = 0 and codes ~ '^(?:[Tu]?[Fu])*[Tu]?$'
            when left(codes, suppression - 1) !~ '^(?:[Tu]?[Fu])*$'
                or substr(codes, suppression, 2) !~ '^[Tu]{2}$' then false
            when rebound = 0 then substr(closed, suppression + 2) ~ '^(?:[Tu]|[Fu][Tu])*[Fu]?$'
            else rebound >= suppression + 2
                and substr(closed, suppression + 2,
                greatest(rebound - suppression - 2, 0)) ~ '^(?:[Tu]|[Fu][Tu])*$'
                and substr(closed, rebound, 2) ~ '^[Fu]{2}$' end
    ),
    failure as materialized (
        select site_id, subject_id, threshold, first_dose, suppression, rebound,
            case when suppression > 0 then days[suppression] end as suppressed,
            case when suppression > 0 then days[suppression + 1] end as suppression_confirmed,
            case when suppression = 0 then
                    case when ended is not null or completed is not null
                        or first_dose + (select last_day from follow_up) - 1
                        < (select analysis_date())
                        then first_dose end
                when rebound > 0 then days[rebound]
                else ended end as failed,
            case when suppression = 0 then
                    case when ended is not null or completed is not null
                        or first_dose + (select last_day from follow_up) - 1
                        < (select analysis_date())
                        then 'never suppressed' else 'not suppressed yet' end
                when rebound = 0 then end_reason
                when rebound < length then 'confirmed rebound'
                else 'rebound, then ' || end_reason end as reason,
            -- the results to either side of the failure
            case when rebound > 0 then days[rebound - 1] else days[length] end as result_before,
            case when rebound > 0 then days[rebound] end as result_after,
            days[length] as last_result
        from placed
    ),
    missed as (
        select failure.site_id, failure.subject_id, failure.threshold, failure.suppression,
            failure.rebound,
            min(failure.first_dose + schedule.target_day - 1) as first_missed
        from failure
        join schedule on failure.first_dose + schedule.target_day - 1 > failure.result_before
            and failure.first_dose + schedule.target_day - 1 < failure.failed
            and failure.result_before - failure.first_dose
                + 1 not between schedule.analysis_first_day and schedule.analysis_last_day
            and (failure.result_after - failure.first_dose
                + 1 between schedule.analysis_first_day and schedule.analysis_last_day) is not true
        -- who waits for a result has not missed the visit
        left join _windowed_missing as explained on explained.assessment = 'viral load'
            and explained.site_id = failure.site_id and explained.subject_id = failure.subject_id
            and explained.analysis_visit = schedule.visit
        where failure.suppression > 0 and failure.failed is not null
            and explained.reason is distinct from 'pending'
        group by failure.site_id, failure.subject_id, failure.threshold, failure.suppression,
            failure.rebound
    )
    select failure.site_id, failure.subject_id, failure.threshold, failure.first_dose,
        failure.suppressed, failure.suppression_confirmed,
        failure.failed as observed_failure,
        coalesce(missed.first_missed, failure.failed) as failed,
        failure.reason, failure.last_result
    from failure
    left join missed using (site_id, subject_id, threshold, suppression, rebound);

comment on view tlovr_course is 'the courses of virologic response by the rules of TLOVR that the results of a treated subject allow: one row for each subject and protocol threshold, or several where censored results leave more than one possible';
comment on column tlovr_course.site_id is 'the site';
comment on column tlovr_course.subject_id is 'the subject''s code';
comment on column tlovr_course.threshold is 'copies/mL: response_threshold or suppression_threshold of the protocol in force on the analysis date';
comment on column tlovr_course.first_dose is 'the day of the first dose of the study drug, study day 1';
comment on column tlovr_course.suppressed is 'the day of the first of two results in a row on treatment below the threshold; null if there are none';
comment on column tlovr_course.suppression_confirmed is 'the day of the second';
comment on column tlovr_course.observed_failure is 'the first day of: two results in a row not below the threshold, or one that is the last before treatment was given up; treatment given up. The day of the first dose if never suppressed; null without failure';
comment on column tlovr_course.failed is 'the same, moved back to the target day of the first scheduled visit right before it that has no result; one whose result is pending does not count';
comment on column tlovr_course.reason is 'of what the failure consists; "not suppressed yet" where follow-up goes on; null without failure';
comment on column tlovr_course.last_result is 'the day of the last result on treatment';

create view time_to_loss_of_response as
    with
    certain as (
        select site_id, subject_id, threshold, min(first_dose) as first_dose,
            case when count(suppressed) = count(*) then true when count(suppressed) = 0 then false
                end as is_suppressed,
            case when count(suppressed) = count(*) and min(suppressed) = max(suppressed)
                then min(suppressed) end as suppressed,
            case when bool_or(reason = 'not suppressed yet') then null
                when count(failed) = count(*) then true when count(failed) = 0 then false
                    end as is_failure,
            case when count(failed) = count(*) and min(observed_failure) = max(observed_failure)
                then min(observed_failure) end as observed_failure,
            case when count(failed) = count(*) and min(failed) = max(failed) then min(failed)
                end as failed,
            case when min(reason) = max(reason) and count(reason) = count(*) then min(reason)
                when count(*) > 1 then 'cannot be known' end as reason,
            max(last_result) as last_result
        from tlovr_course
        group by site_id, subject_id, threshold
    )
    select site_id, subject_id, threshold, is_suppressed, suppressed,
        study_day(suppressed, first_dose) as suppressed_study_day,
        is_failure, failed,
        study_day(failed, first_dose) as failed_study_day,
        observed_failure, reason, last_result,
        case when is_failure then failed - first_dose when not is_failure
            then last_result - first_dose end::double precision as "time",
        case when is_failure and failed is not null then true when not is_failure then false
            end as event,
        case
            when is_failure and failed < observed_failure
                then format('%s on day %s, and the scheduled visit of day %s before it missed',
                reason, study_day(observed_failure, first_dose), study_day(failed, first_dose))
            when reason in ('never suppressed', 'not suppressed yet')
                then format('no two results in a row below %s', threshold)
            when is_failure and failed is not null
                then format('%s on day %s', reason, study_day(failed, first_dose))
            when not is_failure
                then format('below %s on two results in a row from day %s, no failure up to day %s',
                threshold,
                coalesce(study_day(suppressed, first_dose)::text, 'unknown'),
                study_day(last_result, first_dose))
            else format('whether results are below %s cannot be known', threshold) end as evidence
    from certain;

comment on view time_to_loss_of_response is 'TLOVR: one row for each treated subject and protocol threshold, with the time to loss of virologic response. survival_curve("time", event) takes its rows; what cannot be known because of censored results is null there';
comment on column time_to_loss_of_response.site_id is 'the site';
comment on column time_to_loss_of_response.subject_id is 'the subject''s code';
comment on column time_to_loss_of_response.threshold is 'copies/mL: response_threshold or suppression_threshold of the protocol in force on the analysis date';
comment on column time_to_loss_of_response.is_suppressed is 'whether two results in a row on treatment were below the threshold; null if that cannot be known';
comment on column time_to_loss_of_response.suppressed is 'the day of the first of them';
comment on column time_to_loss_of_response.suppressed_study_day is 'its study day';
comment on column time_to_loss_of_response.is_failure is 'whether response was lost, or never reached; null if that cannot be known, or it is too early to say never';
comment on column time_to_loss_of_response.failed is 'the day of failure, moved back over missed visits; the day of the first dose for who was never suppressed';
comment on column time_to_loss_of_response.failed_study_day is 'its study day';
comment on column time_to_loss_of_response.observed_failure is 'the day of failure before it is moved back';
comment on column time_to_loss_of_response.reason is 'never suppressed, confirmed rebound, rebound and then discontinued, discontinued with its reason, background therapy changed; null without failure';
comment on column time_to_loss_of_response.last_result is 'the day of the last result on treatment';
comment on column time_to_loss_of_response."time" is 'days from the first dose to failure, or to the last result of who did not fail';
comment on column time_to_loss_of_response.event is 'whether time ends with failure';
comment on column time_to_loss_of_response.evidence is 'what the row rests on, in a sentence; days are study days';

create view tlovr_outcome as
    with
    visit_window as materialized (
        select period.visit, period.first_day, period.last_day, definition.target_day
        from _snapshot_window_at_analysis as period
        join _visit_definition_at_analysis as definition using (visit)
    ),
    seen as (
        select result.site_id, result.subject_id, visit_window.visit,
            max(result.collected) as collected
        from viral_load_result as result
        join treatment_course as course using (site_id, subject_id)
        join visit_window
            on result.collected - course.first_dose
            + 1 between visit_window.first_day and visit_window.last_day
        where result.collected <= (select data_cut()) and (result.collected > course.treated_until)
            is not true
        group by result.site_id, result.subject_id, visit_window.visit
    ),
    judged as (
        select course.site_id, course.subject_id, visit_window.visit, course.threshold,
            course.first_dose, course.suppressed, course.failed, course.reason,
            course.first_dose + visit_window.target_day - 1 as visit_day,
            coalesce(seen.collected, course.first_dose + visit_window.target_day - 1) as judged_on,
            course.first_dose + visit_window.last_day - 1 < (select analysis_date()) as is_final
        from tlovr_course as course
        cross join visit_window
        left join seen on seen.site_id = course.site_id and seen.subject_id = course.subject_id
            and seen.visit = visit_window.visit
        where seen.collected is not null or course.first_dose + visit_window.last_day - 1
            < (select analysis_date())
    ),
    certain as (
        select site_id, subject_id, visit, threshold, first_dose, visit_day, judged_on, is_final,
            bool_and(coalesce(suppressed <= visit_day
                and (failed > visit_day) is not false, false)) as is_surely_on_visit_day,
            bool_or(coalesce(suppressed <= visit_day
                and (failed > visit_day) is not false, false)) as is_possibly_on_visit_day,
            bool_and(coalesce(suppressed <= judged_on
                and (failed > judged_on) is not false, false)) as is_surely,
            bool_or(coalesce(suppressed <= judged_on
                and (failed > judged_on) is not false, false)) as is_possibly,
            case when count(suppressed) = count(*) and min(suppressed) = max(suppressed)
                then min(suppressed) end as suppressed,
            case when count(failed) = count(*) and min(failed) = max(failed) then min(failed)
                end as failed,
            case when count(reason) = count(*) and min(reason) = max(reason) then min(reason)
                end as reason
        from judged
        group by site_id, subject_id, visit, threshold, first_dose, visit_day, judged_on, is_final
    )
    select site_id, subject_id, visit, threshold,
        case when is_surely then true when not is_possibly then false end as is_responder,
        is_final, judged_on,
        study_day(judged_on, first_dose) as study_day,
        suppressed, failed, reason,
        case
            when is_surely then format('below %s from day %s on, confirmed; %s', threshold,
                coalesce(study_day(suppressed, first_dose)::text, 'unknown'),
                coalesce('failure only on day ' || study_day(failed, first_dose), 'no failure'))
            when is_possibly then format('whether results are below %s cannot be known', threshold)
            when suppressed > judged_on
                then format('below %s, confirmed, only from day %s on', threshold,
                study_day(suppressed, first_dose))
            when reason in ('never suppressed', 'not suppressed yet')
                then format('no two results in a row below %s', threshold)
            else coalesce(format('%s, failure on day %s', reason, study_day(failed, first_dose)),
                format('no response at %s', threshold)) end as evidence,
        visit_day,
        case when visit_day > (select analysis_date()) then null
            when is_surely_on_visit_day then true
            when not is_possibly_on_visit_day then false end as is_responder_on_visit_day
    from certain;

comment on view tlovr_outcome is 'TLOVR: whether each treated subject responds at a visit: suppressed, confirmed by the next result, on or before the day of the visit, and not failed by then. One row for each subject, visit of snapshot_window and protocol threshold, where snapshot_outcome has one';
comment on column tlovr_outcome.site_id is 'the site';
comment on column tlovr_outcome.subject_id is 'the subject''s code';
comment on column tlovr_outcome.visit is 'the visit';
comment on column tlovr_outcome.threshold is 'copies/mL: response_threshold or suppression_threshold of the protocol in force on the analysis date';
comment on column tlovr_outcome.is_responder is 'whether the subject responds; null if that cannot be known because of censored results';
comment on column tlovr_outcome.is_final is 'whether the window has closed; until then a later result can change the row';
comment on column tlovr_outcome.judged_on is 'the day of the last result on treatment in the window, or the target day of the visit if there is none';
comment on column tlovr_outcome.study_day is 'its study day';
comment on column tlovr_outcome.suppressed is 'the day of the first of two results in a row below the threshold; null if there are none, or it cannot be known';
comment on column tlovr_outcome.failed is 'the day of failure, moved back over missed visits; null without failure, or if it cannot be known';
comment on column tlovr_outcome.reason is 'of what the failure consists';
comment on column tlovr_outcome.evidence is 'what the row rests on, in a sentence; days are study days';
comment on column tlovr_outcome.visit_day is 'the target day of the visit';
comment on column tlovr_outcome.is_responder_on_visit_day is 'whether the subject responds on the target day of the visit, instead of the day of the result: who gave up treatment between the two does not. Null if that cannot be known, or that day has not come';
$ddl$),
(94, 'views/virologic_failure.sql', $ddl$
-- Confirmed virologic failure, and blips

create view virologic_failure as
    with
    plan as materialized (
        select failure_threshold, failure_confirmation_days::integer, failure_log10_rise,
            failure_nonresponse_day::integer, log_reduction_threshold
        from _protocol_at_analysis
    ),
    compared as (
        select result.site_id, result.subject_id, result.collected, result.study_day,
            result.viral_load,
            plan.failure_confirmation_days, plan.failure_log10_rise, plan.failure_nonresponse_day,
            result.viral_load > plan.failure_threshold as is_above,
            result.viral_load < plan.failure_threshold as is_below,
            result.viral_load < plan.failure_threshold
                or log_reduction(baseline.viral_load, result.viral_load)
                    > plan.log_reduction_threshold as is_response
        from _on_treatment_viral_load as result
        cross join plan
        left join _baseline_viral_load as baseline using (site_id, subject_id)
        where result.collected is not null
    ),
    -- what each result follows; of what cannot be known, both answers
    followed as (
        select compared.*,
            bool_or(coalesce(is_below, false)) over earlier as was_surely_below,
            bool_or(coalesce(is_below, true)) over earlier as was_possibly_below,
            bool_or(coalesce(is_response, false)) over so_far as has_surely_responded,
            bool_or(coalesce(is_response, true)) over so_far as has_possibly_responded,
            -- a limit stands for what lies below it: a rise is measured from there
            min(viral_load) filter (where qualifier(viral_load) <> '>') over earlier as nadir,
            lead(collected) over subject is null as is_last
        from compared
        window subject as (partition by site_id, subject_id order by collected),
            so_far as (subject rows unbounded preceding),
            earlier as (subject rows between unbounded preceding and 1 preceding)
    ),
    judged as (
        select followed.*,
            (is_above and case when was_surely_below then true when not was_possibly_below then false when was_possibly_below then null else false end)
                or coalesce(log_reduction(viral_load, nadir)
                    > failure_log10_rise, false) as is_rebound,
            study_day >= failure_nonresponse_day
                and case when has_surely_responded then false when not has_possibly_responded
                    then true end as is_nonresponse
        from followed
    ),
    -- results in a row: a run ends at the first that is no failure
    numbered as (
        select judged.*, is_rebound or is_nonresponse as is_failure,
            count(*) filter (where (is_rebound or is_nonresponse) is not true)
                over subject as sure_run,
            count(*) filter (where not (is_rebound or is_nonresponse)) over subject as possible_run
        from judged
        window subject as (partition by site_id, subject_id order by collected)
    ),
    run as (
        select numbered.*,
            first_value(collected) over sure as failed,
            first_value(viral_load) over sure as failing_viral_load,
            first_value(is_rebound) over sure as began_as_rebound,
            first_value(collected) over possible as possibly_failed
        from numbered
        where is_failure is not false
        window sure as (partition by site_id, subject_id,
            is_failure is true, sure_run order by collected),
            possible as (partition by site_id, subject_id, possible_run order by collected)
    ),
    confirmed as (
        select distinct on (site_id, subject_id)
            site_id, subject_id, failed, failing_viral_load, began_as_rebound,
            collected as confirmed, viral_load as confirming_viral_load
        from run
        where is_failure and collected >= failed + failure_confirmation_days
        order by site_id, subject_id, collected
    ),
    open as (
        select site_id, subject_id,
            bool_or(collected >= possibly_failed + failure_confirmation_days) as is_possible,
            min(failed) filter (where is_last and is_failure) as unconfirmed,
            min(failing_viral_load) filter (where is_last and is_failure) as unconfirmed_viral_load
        from run
        group by site_id, subject_id
    )
    select course.site_id, course.subject_id,
        case when confirmed.failed is not null then true when not coalesce(open.is_possible, false)
            then false end as is_failure,
        case when confirmed.failed is not null then case when confirmed.began_as_rebound
            then 'rebound' else 'non-response' end end as criterion,
        confirmed.failed,
        study_day(confirmed.failed, course.first_dose) as failed_study_day,
        confirmed.failing_viral_load as viral_load,
        confirmed.confirmed,
        confirmed.confirming_viral_load,
        case when confirmed.failed is null then open.unconfirmed end as unconfirmed,
        case when confirmed.failed is not null
            then format('%s: %s copies/mL on day %s, %s on day %s',
                case when confirmed.began_as_rebound then 'rebound' else 'non-response' end,
                    confirmed.failing_viral_load,
                study_day(confirmed.failed, course.first_dose), confirmed.confirming_viral_load,
                study_day(confirmed.confirmed, course.first_dose))
            when open.is_possible then 'whether results are failures cannot be known'
            when open.unconfirmed is not null
                then format('%s copies/mL on day %s, not confirmed', open.unconfirmed_viral_load,
                study_day(open.unconfirmed, course.first_dose))
            else 'no failure' end as evidence
    from _treated_at_cut as course
    left join confirmed using (site_id, subject_id)
    left join open using (site_id, subject_id);

comment on view virologic_failure is 'confirmed virologic failure on treatment: one row for each treated subject. A result is a possible failure if it is more than failure_threshold after one of less, or more than failure_log10_rise above the lowest before it (rebound); or, from failure_nonresponse_day on, if no result so far was less than failure_threshold or had fallen from baseline by more than log_reduction_threshold (non-response). Possible failures in a row, failure_confirmation_days or more apart, confirm each other';
comment on column virologic_failure.site_id is 'the site';
comment on column virologic_failure.subject_id is 'the subject''s code';
comment on column virologic_failure.is_failure is 'whether failure was confirmed; null if that cannot be known because of censored results';
comment on column virologic_failure.criterion is 'rebound or non-response; null without failure';
comment on column virologic_failure.failed is 'the day of the first of the results in a row';
comment on column virologic_failure.failed_study_day is 'its study day';
comment on column virologic_failure.viral_load is 'that result, copies/mL, as reported';
comment on column virologic_failure.confirmed is 'the day of the result that confirms it';
comment on column virologic_failure.confirming_viral_load is 'the confirming result, copies/mL, as reported';
comment on column virologic_failure.unconfirmed is 'the day from which on the last results are possible failures that none confirms';
comment on column virologic_failure.evidence is 'what the row rests on, in a sentence; days are study days';

create view viral_blip as
    with
    plan as materialized (
        select suppression_threshold, blip_limit
        from _protocol_at_analysis
    ),
    neighbour as (
        select result.*,
            lag(collected) over course as previous_collected, lag(viral_load)
                over course as previous,
            lead(collected) over course as next_collected, lead(viral_load) over course as next
        from _on_treatment_viral_load as result
        where collected is not null
        window course as (partition by site_id, subject_id order by collected)
    ),
    judged as (
        select neighbour.*,
            previous < suppression_threshold and not viral_load < suppression_threshold
                and viral_load < blip_limit and next < suppression_threshold as is_blip
        from neighbour
        cross join plan
        where previous is not null and next is not null
    )
    select judged.site_id, judged.subject_id, judged.collected, judged.study_day, judged.is_blip,
        judged.viral_load,
        judged.previous_collected, judged.previous as previous_viral_load,
        judged.next_collected, judged.next as next_viral_load
    from judged
    where judged.is_blip is not false and not exists (
        select from regimen
        where regimen.site_id = judged.site_id and regimen.subject_id = judged.subject_id
            and ((regimen.started >= judged.previous_collected
                and regimen.started < judged.next_collected)
                or (regimen.stopped >= judged.previous_collected
                    and regimen.stopped < judged.next_collected)));

comment on view viral_blip is 'blips: single viral loads on treatment that are not below suppression_threshold but below blip_limit, between two below suppression_threshold, with no drug started or stopped between these two';
comment on column viral_blip.site_id is 'the site';
comment on column viral_blip.subject_id is 'the subject''s code';
comment on column viral_blip.collected is 'the day of the sample';
comment on column viral_blip.study_day is 'its study day';
comment on column viral_blip.is_blip is 'true; or null if censored results leave open whether it is a blip';
comment on column viral_blip.viral_load is 'the result, copies/mL, as reported';
comment on column viral_blip.previous_collected is 'the day of the result before it';
comment on column viral_blip.previous_viral_load is 'the result before it';
comment on column viral_blip.next_collected is 'the day of the result after it';
comment on column viral_blip.next_viral_load is 'the result after it';
$ddl$),
(95, 'views/time_to_response.sql', $ddl$
-- Times to a first response, which lie between two samples; and the
-- time-averaged change of the viral load

create view time_to_response as
    with
    threshold as materialized (
        select threshold from _threshold_at_analysis
    ),
    -- each offset keeps the planner from doing for every threshold, or twice, what is done
    -- here once
    course as (
        select treatment_course.site_id, treatment_course.subject_id, treatment_course.first_dose,
            treatment_course.treated_until,
            _gathered_viral_load.results
        from treatment_course
        left join _gathered_viral_load using (site_id, subject_id)
        offset 0
    ),
    responded as (
        select course.*, threshold.threshold,
            _virotrial.viral_load_latest(course.results, '-infinity', course.first_dose)
                < threshold.threshold as was_below_at_baseline,
            _virotrial.viral_load_first_below(course.results, course.first_dose + 1,
                coalesce(course.treated_until, 'infinity'), threshold.threshold) as first_below
        from course
        cross join threshold
        offset 0
    ),
    observed as (
        select responded.*,
            _virotrial.viral_load_last_not_below(results, first_dose + 1,
                coalesce(first_below, treated_until, 'infinity'), threshold) as last_not_below
        from responded
        offset 0
    ),
    bounded as (
        select site_id, subject_id, threshold, was_below_at_baseline,
            coalesce(last_not_below, first_dose) - first_dose as lower_days,
            first_below - first_dose as upper_days,
            last_not_below, first_below
        from observed
    )
    select site_id, subject_id, threshold, was_below_at_baseline, last_not_below, first_below,
        case when was_below_at_baseline is not true then lower_days end as lower_days,
        case when was_below_at_baseline is not true then upper_days end as upper_days,
        case when was_below_at_baseline is not true
            then coalesce(upper_days, lower_days)::double precision end as "time",
        case when was_below_at_baseline is not true then upper_days is not null end as event
    from bounded;

comment on view time_to_response is 'time from the first dose to the first viral load on treatment below each protocol threshold: one row for each treated subject and threshold. It lies between two samples: after lower_days, and not after upper_days. survival_curve("time", event) takes the rows with the upper end. A result of which it cannot be known whether it is below moves neither end';
comment on column time_to_response.site_id is 'the site';
comment on column time_to_response.subject_id is 'the subject''s code';
comment on column time_to_response.threshold is 'copies/mL: response_threshold or suppression_threshold of the protocol in force on the analysis date';
comment on column time_to_response.was_below_at_baseline is 'whether the baseline was below the threshold already: there is no time to response then';
comment on column time_to_response.last_not_below is 'the day of the last result on treatment that is known not to be below, before the first that is';
comment on column time_to_response.first_below is 'the day of the first result on treatment that is known to be below; null if there is none';
comment on column time_to_response.lower_days is 'days from the first dose to last_not_below, or 0 without one';
comment on column time_to_response.upper_days is 'days from the first dose to first_below; null if response was not seen';
comment on column time_to_response."time" is 'upper_days; lower_days if response was not seen';
comment on column time_to_response.event is 'whether response was seen';

create view cd4_crossing as
    with
    level as materialized (
        select distinct unnest(cd4_levels)::integer as level
        from _protocol_at_analysis
    ),
    result as (
        select cd4.site_id, cd4.subject_id, cd4.collected, cd4.cd4_count,
            lead(cd4.collected)
                over (partition by cd4.site_id, cd4.subject_id
                order by cd4.collected, cd4.replicate)
                is not distinct from cd4.collected as is_repeated
        from cd4_result as cd4
        join treatment_course as course using (site_id, subject_id)
        where cd4.collected <= (select data_cut()) and cd4.collected > course.first_dose
            and (cd4.collected > course.treated_until) is not true
    ),
    judged as (
        select result.site_id, result.subject_id, level.level, result.collected,
            result.cd4_count > level.level as is_above,
            min(result.collected) filter (where result.cd4_count > level.level)
                over (partition by result.site_id, result.subject_id, level.level) as first_above
        from result
        cross join level
        where not result.is_repeated
    ),
    observed as (
        select site_id, subject_id, level, first_above,
            max(collected) filter (where not is_above
                and (collected > first_above) is not true) as last_not_above
        from judged
        group by site_id, subject_id, level, first_above
    ),
    bounded as (
        select course.site_id, course.subject_id, level.level,
            baseline.cd4_count > level.level as was_above_at_baseline,
            coalesce(observed.last_not_above, course.first_dose) - course.first_dose as lower_days,
            observed.first_above - course.first_dose as upper_days,
            observed.last_not_above, observed.first_above
        from _treated_at_cut as course
        cross join level
        left join observed on observed.site_id = course.site_id
            and observed.subject_id = course.subject_id and observed.level = level.level
        left join _baseline_cd4 as baseline on baseline.site_id = course.site_id
            and baseline.subject_id = course.subject_id
    )
    select site_id, subject_id, level, was_above_at_baseline, last_not_above, first_above,
        case when was_above_at_baseline is not true then lower_days end as lower_days,
        case when was_above_at_baseline is not true then upper_days end as upper_days,
        case when was_above_at_baseline is not true
            then coalesce(upper_days, lower_days)::double precision end as "time",
        case when was_above_at_baseline is not true then upper_days is not null end as event
    from bounded;

comment on view cd4_crossing is 'time from the first dose to the first CD4 count on treatment above each of protocol.cd4_levels: one row for each treated subject and level. It lies between two samples: after lower_days, and not after upper_days. survival_curve("time", event) takes the rows with the upper end';
comment on column cd4_crossing.site_id is 'the site';
comment on column cd4_crossing.subject_id is 'the subject''s code';
comment on column cd4_crossing.level is 'cells per microlitre';
comment on column cd4_crossing.was_above_at_baseline is 'whether the baseline was above the level already: there is nothing to cross then; null where there is none, or one that is a limit does not say';
comment on column cd4_crossing.last_not_above is 'the day of the last count on treatment known not to be above the level, before the first that is';
comment on column cd4_crossing.first_above is 'the day of the first count on treatment known to be above it; null if there is none';
comment on column cd4_crossing.lower_days is 'days from the first dose to last_not_above, or 0 without one';
comment on column cd4_crossing.upper_days is 'days from the first dose to first_above; null if the level was not crossed';
comment on column cd4_crossing."time" is 'upper_days; lower_days if the level was not crossed';
comment on column cd4_crossing.event is 'whether the level was crossed';

create view viral_load_davg as
    with
    visit_window as materialized (
        select visit, last_day
        from _snapshot_window_at_analysis
    ),
    record as (
        select site_id, subject_id, first_dose, collected, viral_load, false as is_baseline
        from _on_treatment_viral_load
        where collected is not null
        union all
        select baseline.site_id, baseline.subject_id, treated.first_dose,
            case when (select davg_baseline_on_day_1 from _protocol_at_analysis)
                then treated.first_dose else baseline.collected end,
            baseline.viral_load, true
        from _baseline_viral_load as baseline
        join _treated_at_cut as treated using (site_id, subject_id)
    )
    select record.site_id, record.subject_id, visit_window.visit,
        count(*) filter (where not record.is_baseline) as results,
        count(*) filter (where is_censored(record.viral_load)) as censored,
        max(record.collected) - max(record.first_dose) as last_days,
        davg(record.collected - record.first_dose, log(quantity(record.viral_load))) as davg
    from record
    join visit_window on record.collected - record.first_dose + 1 <= visit_window.last_day
        and record.first_dose + visit_window.last_day - 1 < (select analysis_date())
    group by record.site_id, record.subject_id, visit_window.visit
    having bool_or(record.is_baseline) and not bool_and(record.is_baseline);

comment on view viral_load_davg is 'time-averaged change of log10 HIV-1 RNA from baseline (DAVG) up to the end of each visit''s window of snapshot_window, once that has closed: one row for each subject with a baseline and a result on treatment. The baseline counts from study day 1 on, or from its sample on, as protocol.davg_baseline_on_day_1 says. A censored result counts as its limit';
comment on column viral_load_davg.site_id is 'the site';
comment on column viral_load_davg.subject_id is 'the subject''s code';
comment on column viral_load_davg.visit is 'the visit';
comment on column viral_load_davg.results is 'results on treatment that it rests on';
comment on column viral_load_davg.censored is 'how many of these and the baseline are censored, and stand at their limit';
comment on column viral_load_davg.last_days is 'days from the first dose to the last of them';
comment on column viral_load_davg.davg is 'the area under log10 copies/mL by trapezoids, divided by the time from baseline, less the baseline';
$ddl$),
(96, 'views/consort_flow.sql', $ddl$
-- The flow of subjects through the trial

create view consort_flow as
    with
    agreement as (
        select site_id, subject_id, bool_and(withdrawn is not null) as is_withdrawn
        from _consent_at_cut
        group by site_id, subject_id
    ),
    screened as (
        select distinct on (site_id, subject_id) site_id, subject_id, outcome, reason
        from screening
        where decided <= (select data_cut())
        order by site_id, subject_id, decided desc
    ),
    person as (
        select subject.site_id, subject.subject_id,
            case when screened.outcome = 'eligible' then 'eligible, not enrolled'
                when screened.outcome is not null then screened.reason
                when agreement.subject_id is null then 'no consent'
                when agreement.is_withdrawn then 'consent withdrawn'
                else 'not yet decided' end as screening_outcome,
            enrolment.enrolled, enrolment.first_dose, disposition.outcome, disposition.reason,
            course.discontinued, course.discontinuation_reason
        from _subject_at_cut as subject
        left join agreement using (site_id, subject_id)
        left join screened using (site_id, subject_id)
        left join _enrolment_at_cut as enrolment using (site_id, subject_id)
        left join _disposition_at_cut as disposition using (site_id, subject_id)
        left join treatment_course as course using (site_id, subject_id)
    ),
    scheduled as (
        select distinct on (visit) visit, position
        from visit_definition
        where target_day is not null
        order by visit, effective_from desc
    ),
    held as (
        select visit.visit, count(*) as subjects
        from visit
        join _enrolment_at_cut as enrolment using (site_id, subject_id)
        where enrolment.first_dose is not null and visit.visit_date <= (select data_cut())
        group by visit.visit
    ),
    stage as (
        select 10 as position, 0 as reason_position, 'screened' as stage, null as reason,
            count(*) as subjects from person
        union all
        select 20, 0, 'not enrolled', null, count(*) from person where enrolled is null
        union all
        select 20, 1, 'not enrolled', screening_outcome, count(*) from person
            where enrolled is null
            group by screening_outcome
        union all
        select 30, 0, 'enrolled', null, count(enrolled) from person
        union all
        select 40, 0, 'first dose', null, count(first_dose) from person
        union all
        select 50 + scheduled.position, 0, scheduled.visit, null, coalesce(held.subjects, 0)
        from scheduled
        left join held using (visit)
        union all
        select 1000, 0, 'discontinued', null, count(discontinued) from person
        union all
        select 1000, 1, 'discontinued', discontinuation_reason, count(*) from person
            where discontinued is not null
            group by discontinuation_reason
        union all
        select 1010, 0, 'completed', null, count(*) from person where outcome = 'completed'
        union all
        select 1015, 0, 'left the study', null, count(*) from person where outcome = 'discontinued'
        union all
        select 1015, 1, 'left the study', reason, count(*) from person
            where outcome = 'discontinued'
            group by reason
        union all
        select 1020, 0, 'in the study', null, count(*) from person where enrolled is not null
            and outcome is null
    )
    select (row_number() over (order by position, reason_position, reason))::integer as position,
        stage, reason, subjects
    from stage;

comment on view consort_flow is 'how many subjects came to each stage of the trial by the data cut, and why the others did not: who was not enrolled by the last outcome of screening, and without one by consent. Discontinued is who gave up the study drug or the study, as treatment_course has it; enrolled are those who completed the study, left it, or are in it';
comment on column consort_flow.position is 'the order of the rows';
comment on column consort_flow.stage is 'the stage; that of a visit counts the subjects who came to it';
comment on column consort_flow.reason is 'why subjects are at this stage; null for the stage''s total';
comment on column consort_flow.subjects is 'number of subjects';
$ddl$),
(97, 'views/obt_activity.sql', $ddl$
-- The activity of background therapies, for analysis

create view obt_activity as
    select site_id, subject_id, as_of, drug, started, class, is_booster, algorithm,
        algorithm_version, score, level, level_text, sir,
        lowest_level, highest_level, open_positions, rules,
        laboratory_call, is_fully_active, intolerance
    from _regimen_activity
    where not is_study_drug and as_of <= (select data_cut());

comment on view obt_activity is 'the optimized background therapy, one row per subject, day on which a background began, and drug: what the genotypes up to that day say of the drug, and whether the subject tolerates it';
comment on column obt_activity.site_id is 'the site';
comment on column obt_activity.subject_id is 'the subject''s code';
comment on column obt_activity.as_of is 'the day on which the background began, and by which the drug is judged';
comment on column obt_activity.drug is 'the drug';
comment on column obt_activity.started is 'the day on which the subject began to take it';
comment on column obt_activity.class is 'its class';
comment on column obt_activity.is_booster is 'whether it is given only to raise the level of another drug';
comment on column obt_activity.algorithm is 'name of the algorithm that interpreted the genotype; null if there is none, no sequence of the drug''s gene, or the algorithm does not know the drug';
comment on column obt_activity.algorithm_version is 'its version';
comment on column obt_activity.score is 'the score; null if the algorithm has none for the drug, or positions that were not read can change it';
comment on column obt_activity.level is 'the level by its number; null if positions that were not read can change it';
comment on column obt_activity.level_text is 'the level in the words of the algorithm';
comment on column obt_activity.sir is 'S susceptible, I intermediate, R resistant';
comment on column obt_activity.lowest_level is 'the lowest level that the positions which were not read leave';
comment on column obt_activity.highest_level is 'the highest level that they leave';
comment on column obt_activity.open_positions is 'the gene and the positions that were not read and can change the result: those to sequence; null if nothing is open';
comment on column obt_activity.rules is 'the rules that fired, whatever the open positions are';
comment on column obt_activity.laboratory_call is 'the worst call of a laboratory up to the day';
comment on column obt_activity.is_fully_active is 'whether the drug is fully active by every genotype up to the day: by the algorithm, and by the calls of tests of which there are no mutations; by the calls alone where the algorithm says nothing; null if nothing is known, or unread positions can change it; a booster is not active';
comment on column obt_activity.intolerance is 'adverse events up to the day that make the drug unusable; null for none';
$ddl$),
(98, 'views/genotype_disagreement.sql', $ddl$
-- Where the laboratory and the study's algorithm read the same test differently

-- offset 0: no test is interpreted again for each call
create view genotype_disagreement as
    select test.site_id, test.subject_id, test.collected, call.drug,
        call.call as laboratory_call, call.reported,
        test.laboratory, test.algorithm as laboratory_algorithm,
        said.interpretation, said.algorithm, said.algorithm_version,
        said.score, said.level, said.level_text, said.rules, test.mutations::text as mutations
    from (
        select *, (array['susceptible', 'intermediate', 'resistant'])
                [array_position(array['S', 'I', 'R'], sir)] as interpretation
        from _genotype_interpretation
        where not is_cumulative and collected <= (select data_cut())
        offset 0
    ) as said
    join genotype as test using (site_id, subject_id, collected)
    join genotype_drug_call as call using (site_id, subject_id, collected, drug)
    left join enrolment using (site_id, subject_id)
    where coalesce(enrolment.enrolled, (select analysis_date())) >= said.effective_from
        and coalesce(enrolment.enrolled, (select analysis_date())) < said.effective_before
        and call.call <> said.interpretation;

comment on view genotype_disagreement is 'genotypic tests whose laboratory calls a drug otherwise than the study''s algorithm does by the mutations of the same test; one row per test and drug. What positions that were not read leave open is no disagreement. The algorithm is that of the day of enrolment, or of the day of the analysis';
comment on column genotype_disagreement.site_id is 'the site';
comment on column genotype_disagreement.subject_id is 'the subject''s code';
comment on column genotype_disagreement.collected is 'the day on which the sample was taken';
comment on column genotype_disagreement.drug is 'the drug';
comment on column genotype_disagreement.laboratory_call is 'what the laboratory calls it: susceptible, intermediate or resistant';
comment on column genotype_disagreement.reported is 'the laboratory''s own words';
comment on column genotype_disagreement.laboratory is 'the laboratory';
comment on column genotype_disagreement.laboratory_algorithm is 'the algorithm by which the laboratory made its calls';
comment on column genotype_disagreement.interpretation is 'what the study''s algorithm makes of it: S is susceptible, I intermediate, R resistant';
comment on column genotype_disagreement.algorithm is 'the study''s algorithm';
comment on column genotype_disagreement.algorithm_version is 'its version';
comment on column genotype_disagreement.score is 'the score; null if the algorithm has none for the drug';
comment on column genotype_disagreement.level is 'the level by its number';
comment on column genotype_disagreement.level_text is 'the level in the words of the algorithm';
comment on column genotype_disagreement.rules is 'the rules that fired';
comment on column genotype_disagreement.mutations is 'the mutations of the test';
$ddl$),
(99, 'views/visit_response.sql', $ddl$
-- Who responded at which visit, and the counts of the endpoint for each group

create view visit_response as
    with
    -- the last result up to the day of leaving takes the place of one that is missing or later
    answer as (
        select visit.site_id, visit.subject_id, visit.group_value, visit.visit, visit.position,
            visit.collected, visit.closes, visit.baseline, visit.viral_load,
            coalesce(
                _virotrial.viral_load_nearest(visit.results, visit.opens,
                    least(visit.closes, course.discontinued), visit.due),
                _virotrial.viral_load_latest(visit.results, visit.first_dose + 1,
                    least(visit.closes, course.discontinued))) as carried,
            course.discontinued, course.discontinuation_reason, visit.missing_reason
        from _visit_viral_load as visit
        join treatment_course as course using (site_id, subject_id)
        offset 0
    )
    select answer.site_id, answer.subject_id, answer.group_value, answer.visit, answer.position,
        answer.viral_load is not null as is_observed,
        answer.carried is not null as has_carried,
        answer.baseline is not null as has_baseline,
        case when answer.discontinued < coalesce(answer.collected, answer.closes + 1)
            then answer.discontinuation_reason in ('lack of efficacy', 'adverse event', 'death')
            end as left_for_treatment,
        answer.viral_load < threshold.response_threshold as is_below_response_threshold,
        answer.viral_load < threshold.suppression_threshold as is_below_suppression_threshold,
        log_reduction(answer.baseline, answer.viral_load)
            > threshold.log_reduction_threshold as is_above_log_reduction_threshold,
        answer.carried < threshold.response_threshold as is_carried_below_response_threshold,
        answer.carried < threshold.suppression_threshold
            as is_carried_below_suppression_threshold,
        log_reduction(answer.baseline, answer.carried)
            > threshold.log_reduction_threshold as is_carried_above_log_reduction_threshold,
        answer.missing_reason
    from answer
    cross join _protocol_at_analysis as threshold;
comment on view visit_response is 'for each subject who had a first dose and each scheduled visit that has a result, or whose window had closed without one: whether the subject responded. Thresholds are those of the protocol in force on the analysis date';
comment on column visit_response.site_id is 'the site';
comment on column visit_response.subject_id is 'the subject''s code';
comment on column visit_response.group_value is 'the group that the endpoint views count the subject in';
comment on column visit_response.visit is 'the visit';
comment on column visit_response.position is 'the order of the visits';
comment on column visit_response.is_observed is 'whether the visit has a result';
comment on column visit_response.has_carried is 'whether there is a result to carry forward, not later than the day of giving up treatment: that of the visit, or the last after the first dose';
comment on column visit_response.has_baseline is 'whether there is a baseline to fall from';
comment on column visit_response.left_for_treatment is 'whether the subject gave up the study drug or the study (treatment_course.discontinued) before the result, or before the window closed without one, for lack of efficacy, an adverse event or death (true), or another reason (false); null if the subject did not';
comment on column visit_response.is_below_response_threshold is 'whether the result is less than protocol.response_threshold; null if that cannot be known, or there is none';
comment on column visit_response.is_below_suppression_threshold is 'whether it is less than protocol.suppression_threshold';
comment on column visit_response.is_above_log_reduction_threshold is 'whether the fall from baseline exceeds protocol.log_reduction_threshold';
comment on column visit_response.is_carried_below_response_threshold is 'whether the result that is carried forward is less than protocol.response_threshold';
comment on column visit_response.is_carried_below_suppression_threshold is 'whether it is less than protocol.suppression_threshold';
comment on column visit_response.is_carried_above_log_reduction_threshold is 'whether its fall from baseline exceeds protocol.log_reduction_threshold';
comment on column visit_response.missing_reason is 'why the visit has no result, as missing_result has it, such as pending or rejected; null where it has one, and where nobody says why';

create view _virology_part as
    with
    -- few patterns, however many subjects
    pattern as (
        select group_value, visit, position, is_observed, has_carried, has_baseline,
            coalesce(missing_reason = 'pending', false) as is_pending, left_for_treatment,
            is_below_response_threshold, is_below_suppression_threshold,
            is_above_log_reduction_threshold,
            is_carried_below_response_threshold, is_carried_below_suppression_threshold,
            is_carried_above_log_reduction_threshold, count(*) as subjects
        from visit_response
        group by group_value, visit, position, is_observed, has_carried, has_baseline,
            coalesce(missing_reason = 'pending', false), left_for_treatment,
            is_below_response_threshold, is_below_suppression_threshold,
            is_above_log_reduction_threshold,
            is_carried_below_response_threshold, is_carried_below_suppression_threshold,
            is_carried_above_log_reduction_threshold
    ),
    answer as (
        select pattern.group_value, pattern.visit, pattern.position, asked.place, asked.response,
            asked.threshold, pattern.subjects,
            pattern.is_observed and asked.is_measurable as is_observed,
            pattern.has_carried and asked.is_measurable as has_carried,
            pattern.is_pending and asked.is_measurable as is_pending,
            pattern.left_for_treatment, asked.answer, asked.carried_answer
        from pattern
        cross join _protocol_at_analysis as protocol
        cross join lateral (values
            (1, '< ' || protocol.response_threshold, protocol.response_threshold, true,
                pattern.is_below_response_threshold,
                pattern.is_carried_below_response_threshold),
            (2, '< ' || protocol.suppression_threshold, protocol.suppression_threshold, true,
                pattern.is_below_suppression_threshold,
                pattern.is_carried_below_suppression_threshold),
            (3, '> ' || protocol.log_reduction_threshold::numeric(6, 1) || ' log10',
                protocol.log_reduction_threshold, pattern.has_baseline,
                pattern.is_above_log_reduction_threshold,
                pattern.is_carried_above_log_reduction_threshold)
        ) as asked (place, response, threshold, is_measurable, answer, carried_answer)
    ),
    ruled as (
        select answer.group_value, answer.visit, answer.position, answer.place, answer.response,
            answer.threshold, answer.subjects,
            rule.place as rule_place, rule.name as rule, rule.has_result, rule.is_failure,
            not rule.is_failure and (rule.has_result and rule.answer is null
                or rule.is_open) as is_unknown,
            rule.has_result and not rule.is_failure and rule.answer as is_responder
        from answer
        cross join lateral (values
            (1, 'observed', answer.is_observed, false, false, answer.answer),
            -- who waits for a result has come, and may be a response yet
            (2, 'non-completer = failure', answer.is_observed,
                answer.left_for_treatment is not null
                    or not (answer.is_observed or answer.is_pending), answer.is_pending,
                answer.answer),
            (3, 'treatment-related discontinuation = failure', answer.is_observed,
                coalesce(answer.left_for_treatment, false), false, answer.answer),
            (4, 'last observation carried forward', answer.has_carried, false, false,
                answer.carried_answer)
        ) as rule (place, name, has_result, is_failure, is_open, answer)
    ),
    -- the outcome of the Snapshot is a rule of its own; sites need no look-up of groups
    snapshot as (
        select site_id as group_value, visit, threshold, is_success,
            coalesce(category not like '3%', true) as has_result, count(*) as subjects
        from snapshot_outcome
        where (select _virotrial.grouping_column()) = 'site_id'
        group by site_id, visit, threshold, is_success, coalesce(category not like '3%', true)
        union all
        select grouped.group_value, outcome.visit, outcome.threshold, outcome.is_success,
            coalesce(outcome.category not like '3%', true), count(*)
        from snapshot_outcome as outcome
        join _treated_group as grouped using (site_id, subject_id)
        where (select _virotrial.grouping_column()) <> 'site_id'
        group by grouped.group_value, outcome.visit, outcome.threshold, outcome.is_success,
            coalesce(outcome.category not like '3%', true)
    ),
    classified as (
        select group_value, visit, position, place, response, threshold, rule_place, rule, subjects,
            has_result, is_failure, is_unknown, is_responder
        from ruled
        union all
        select snapshot.group_value, snapshot.visit, _analysis_window.position, asked.place,
            '< ' || snapshot.threshold, snapshot.threshold,
            5, 'snapshot', snapshot.subjects, snapshot.has_result, snapshot.is_success is false,
            snapshot.is_success is null, coalesce(snapshot.is_success, false)
        from snapshot
        join _analysis_window on _analysis_window.visit = snapshot.visit
            and _analysis_window.effective_before = 'infinity'
        cross join _protocol_at_analysis as protocol
        cross join lateral (select case when snapshot.threshold = protocol.response_threshold
            then 1 else 2 end as place) as asked
    )
    select _virotrial.grouping_column() as "grouping", group_value, visit, position, place,
        response, threshold, rule_place, rule,
        sum(subjects)::bigint as subjects,
        coalesce(sum(subjects) filter (where is_responder), 0)::bigint as responders,
        coalesce(sum(subjects)
            filter (where is_failure or has_result and not is_unknown), 0)::bigint as evaluable,
        coalesce(sum(subjects) filter (where not has_result), 0)::bigint as missing,
        coalesce(sum(subjects) filter (where is_unknown), 0)::bigint as unknown,
        nullif(data_cut(), 'infinity') as data_cut
    from classified
    group by group_value, visit, position, place, response, threshold, rule_place, rule;
comment on view _virology_part is 'the counts of endpoint_virology for each group, which add up to those of all';
comment on column _virology_part."grouping" is 'the column of analysis_subject by which subjects are grouped';
comment on column _virology_part.group_value is 'the group';
comment on column _virology_part.visit is 'the visit';
comment on column _virology_part.position is 'the order of the visits';
comment on column _virology_part.place is 'the order of the responses';
comment on column _virology_part.response is 'what counts as a response';
comment on column _virology_part.threshold is 'the threshold of the response';
comment on column _virology_part.rule_place is 'the order of the rules';
comment on column _virology_part.rule is 'the missing-data rule';
comment on column _virology_part.subjects is 'subjects who count at the visit';
comment on column _virology_part.responders is 'subjects known to have responded, under the rule';
comment on column _virology_part.evaluable is 'subjects whose answer is known under the rule';
comment on column _virology_part.missing is 'subjects without a result';
comment on column _virology_part.unknown is 'subjects whose result cannot tell';
comment on column _virology_part.data_cut is 'the last day whose data count; null where there is no data cut';
$ddl$),
(100, 'views/measurement_part.sql', $ddl$
-- The states of endpoint_log_reduction and endpoint_cd4 for each group

create view _log_reduction_part as
    select _virotrial.grouping_column() as "grouping", result.group_value, result.visit,
        result.position, count(*) as subjects,
        count(*) filter (where result.viral_load is null or result.baseline is null) as missing,
        viral_load_tally(result.viral_load) as viral_load,
        log_reduction_tally(log_reduction(result.baseline, result.viral_load)) as reduction,
        -- in an order, so that the same rows make the same state
        log_reduction_sample(log_reduction(result.baseline, result.viral_load)
            order by log_reduction(result.baseline, result.viral_load)) as sample,
        nullif(data_cut(), 'infinity') as data_cut
    from visit_viral_load as result
    group by result.group_value, result.visit, result.position;
comment on view _log_reduction_part is 'a state of each statistic of endpoint_log_reduction for each group; all groups together are their roll-up';
comment on column _log_reduction_part."grouping" is 'the column of analysis_subject by which subjects are grouped';
comment on column _log_reduction_part.group_value is 'the group';
comment on column _log_reduction_part.visit is 'the visit';
comment on column _log_reduction_part.position is 'the order of the visits';
comment on column _log_reduction_part.subjects is 'subjects who count at the visit';
comment on column _log_reduction_part.missing is 'subjects without a result, or without a baseline';
comment on column _log_reduction_part.viral_load is 'the viral loads';
comment on column _log_reduction_part.reduction is 'the falls from baseline, for the means';
comment on column _log_reduction_part.sample is 'the falls from baseline, for the median';
comment on column _log_reduction_part.data_cut is 'the last day whose data count; null where there is no data cut';

create view _cd4_part as
    select _virotrial.grouping_column() as "grouping", result.group_value, result.visit,
        result.position, count(*) as subjects,
        count(*) filter (where is_censored(result.cd4_count)) as censored_counts,
        count(*) filter (where is_censored(result.cd4_count) and result.baseline is not null
            or is_censored(result.baseline) and result.cd4_count is not null) as not_evaluable,
        -- in an order: sums of numbers in another one differ in their last digits
        mean_tally(exact_value(result.cd4_count)
            order by exact_value(result.cd4_count)) as cd4_count,
        mean_tally(exact_value(result.cd4_count) - exact_value(result.baseline)
            order by exact_value(result.cd4_count) - exact_value(result.baseline)) as change,
        value_distribution(exact_value(result.cd4_count)
            - exact_value(result.baseline)) as changes,
        nullif(data_cut(), 'infinity') as data_cut
    from visit_cd4 as result
    group by result.group_value, result.visit, result.position;
comment on view _cd4_part is 'a state of each statistic of endpoint_cd4 for each group; all groups together are their roll-up';
comment on column _cd4_part."grouping" is 'the column of analysis_subject by which subjects are grouped';
comment on column _cd4_part.group_value is 'the group';
comment on column _cd4_part.visit is 'the visit';
comment on column _cd4_part.position is 'the order of the visits';
comment on column _cd4_part.subjects is 'subjects who count at the visit';
comment on column _cd4_part.censored_counts is 'subjects whose count at the visit is a limit';
comment on column _cd4_part.not_evaluable is 'subjects with both counts, one of which is a limit';
comment on column _cd4_part.cd4_count is 'the exact counts';
comment on column _cd4_part.change is 'the changes from baseline, for the mean';
comment on column _cd4_part.changes is 'the changes from baseline, for the median and ranks';
comment on column _cd4_part.data_cut is 'the last day whose data count; null where there is no data cut';
$ddl$),
(101, 'views/endpoint_virology.sql', $ddl$
-- Proportions of subjects with a virologic response, by missing-data rule

create view endpoint_virology as
    with
    part as (
        select * from _virology_part
    ),
    tally as (
        select * from part
        union all
        select 'all', 'all', visit, position, place, response, threshold, rule_place, rule,
            sum(subjects)::bigint, sum(responders)::bigint, sum(evaluable)::bigint,
            sum(missing)::bigint, sum(unknown)::bigint, data_cut
        from part
        group by visit, position, place, response, threshold, rule_place, rule, data_cut
    )
    select tally."grouping", tally.group_value, tally.visit, tally.position, tally.response,
        tally.threshold, tally.rule,
        tally.subjects, tally.responders, tally.evaluable, tally.missing, tally.unknown,
        case when tally.unknown = 0 then (limits.lowest).rate end as rate,
        case when tally.unknown = 0 then (limits.lowest).ci_lower end as ci_lower,
        case when tally.unknown = 0 then (limits.lowest).ci_upper end as ci_upper,
        (limits.lowest).rate as reported_rate, (limits.lowest).ci_lower as reported_ci_lower,
        (limits.lowest).ci_upper as reported_ci_upper,
        case when tally.unknown = 0 then 'all known' else 'unknown = failure' end as reported_rule,
        (limits.lowest).rate as lowest_rate, (limits.lowest).ci_lower as lowest_ci_lower,
        (limits.highest).rate as highest_rate, (limits.highest).ci_upper as highest_ci_upper,
        tally.data_cut
    from tally
    cross join lateral (
        select response_rate(response_tally(tally.responders,
            tally.evaluable + tally.unknown)) as lowest,
            response_rate(response_tally(tally.responders + tally.unknown,
                tally.evaluable + tally.unknown)) as highest
        offset 0
    ) as limits
    order by tally."grouping", tally.group_value, tally.position, tally.place, tally.rule_place;

comment on view endpoint_virology is 'proportions of subjects with a response, with exact (Clopper-Pearson) limits of 95 %, for each visit, response, missing-data rule and group, for data up to the data cut. A subject counts at a visit that has a result, or whose analysis window had closed without one by the analysis date; a window that is still open is no failure. Rules: observed: those with a result; non-completer = failure: without a result, or discontinued before it (treatment_course: the study drug or the study given up), is no response, but of who has not left a result that is pending is unknown; treatment-related discontinuation = failure: discontinued for lack of efficacy, an adverse event or death before the result or the end of the window is no response, else without a result is left out; last observation carried forward: the last result up to the day of discontinuation stands for one that is missing or later, without any the subject is left out; snapshot: the outcome in snapshot_outcome, category 1 is the response, every other is none, and the windows are those of snapshot_window. A result that did not come is missing whatever the reason. A result that cannot tell because it is censored is unknown under every rule, unless the rule makes the subject a failure whatever the result is; unknown is never counted as an answer: rate and limits are then null, the lowest and the highest rate say what is known, and the reported rate counts it as a failure, as reported_rule says';
comment on column endpoint_virology."grouping" is 'all, or the column of analysis_subject by which subjects are grouped: site_id unless the setting virotrial.group_by names another';
comment on column endpoint_virology.group_value is 'the group; all for everybody together';
comment on column endpoint_virology.visit is 'the visit';
comment on column endpoint_virology.position is 'the order of the visits';
comment on column endpoint_virology.response is 'what counts as a response: a viral load below a threshold, or a fall from baseline by more than one';
comment on column endpoint_virology.threshold is 'the threshold, copies/mL or log10 copies/mL, of the protocol in force on the analysis date';
comment on column endpoint_virology.rule is 'the missing-data rule';
comment on column endpoint_virology.subjects is 'subjects who have a result at the visit, or whose analysis window had closed without one by the analysis date';
comment on column endpoint_virology.responders is 'subjects known to have responded, under the rule';
comment on column endpoint_virology.evaluable is 'subjects whose answer is known under the rule, failures by rule included: the denominator where nothing is unknown';
comment on column endpoint_virology.missing is 'subjects without a result (for a fall, without a result or a baseline; under carrying forward, without any to carry; of the Snapshot, with no virologic data, category 3), whether the rule makes them failures or leaves them out';
comment on column endpoint_virology.unknown is 'subjects whose result cannot tell, because it is censored; for non-completer = failure also those whose result is pending, who are among the missing, too';
comment on column endpoint_virology.rate is 'responders / evaluable; null if any answer is unknown';
comment on column endpoint_virology.ci_lower is 'lower limit of the rate';
comment on column endpoint_virology.ci_upper is 'upper limit of the rate';
comment on column endpoint_virology.reported_rate is 'the one estimate to report: responders / (evaluable + unknown), which counts an unknown answer as a failure';
comment on column endpoint_virology.reported_ci_lower is 'its lower limit';
comment on column endpoint_virology.reported_ci_upper is 'its upper limit';
comment on column endpoint_virology.reported_rule is 'what the reported rate makes of unknown answers: unknown = failure, or all known where there are none';
comment on column endpoint_virology.lowest_rate is 'the rate if no unknown answer were a response';
comment on column endpoint_virology.lowest_ci_lower is 'its lower limit';
comment on column endpoint_virology.highest_rate is 'the rate if every unknown answer were a response';
comment on column endpoint_virology.highest_ci_upper is 'its upper limit';
comment on column endpoint_virology.data_cut is 'the last day whose data count; null where there is no data cut';
$ddl$),
(102, 'views/endpoint_log_reduction.sql', $ddl$
-- Fall of viral load from baseline

create view endpoint_log_reduction as
    with
    part as (
        select * from _log_reduction_part
    ),
    -- all groups together are the roll-up of their states
    whole as (
        select * from part
        union all
        select 'all', 'all', visit, position, sum(subjects)::bigint, sum(missing)::bigint,
            rollup(viral_load order by group_value), rollup(reduction order by group_value),
            rollup(sample order by group_value), data_cut
        from part
        group by visit, position, data_cut
    ),
    summary as (
        select "grouping", group_value, visit, position, subjects, missing, data_cut,
            viral_load_summary(viral_load) as viral_load,
            log_reduction_summary(reduction) as reduction,
            censored_quantile(sample, 0.5) as median, median_ci(sample) as median_limits
        from whole
        offset 0
    )
    select "grouping", group_value, visit, position, subjects,
        (reduction).n, missing, subjects - missing - (reduction).n as unknown, (reduction).censored,
        (reduction).mean, (reduction).sd, (reduction).ci_lower, (reduction).ci_upper,
        (reduction).mean_mle, (reduction).sd_mle, (reduction).mle_ci_lower,
        (reduction).mle_ci_upper,
        median, lower_bound(median) as median_lower, upper_bound(median) as median_upper,
        exact_value(median) as median_exact, qualifier(median) as median_qualifier,
        (median_limits).ci_lower as median_ci_lower, (median_limits).ci_upper as median_ci_upper,
        (viral_load).n as viral_loads, (viral_load).censored as censored_viral_loads,
        (viral_load).geometric_mean, 10 ^ (viral_load).ci_lower as geometric_ci_lower,
        10 ^ (viral_load).ci_upper as geometric_ci_upper,
        (viral_load).geometric_mean_mle, 10 ^ (viral_load).mle_ci_lower as geometric_mle_ci_lower,
        10 ^ (viral_load).mle_ci_upper as geometric_mle_ci_upper,
        data_cut
    from summary
    order by "grouping", group_value, position;

comment on view endpoint_log_reduction is 'fall of the viral load from baseline, log10 copies/mL, as observed, and the geometric mean viral load, for each visit and group, for data up to the data cut, with limits of 95 %. A censored result counts at its limit in the means by substitution, as a bound in those by maximum likelihood (censored normal) and in the median of Kaplan and Meier (censored on one side) or Turnbull (on both)';
comment on column endpoint_log_reduction."grouping" is 'all, or the column of analysis_subject by which subjects are grouped: site_id unless the setting virotrial.group_by names another';
comment on column endpoint_log_reduction.group_value is 'the group; all for everybody together';
comment on column endpoint_log_reduction.visit is 'the visit';
comment on column endpoint_log_reduction.position is 'the order of the visits';
comment on column endpoint_log_reduction.subjects is 'subjects who have a result at the visit, or whose analysis window had closed without one by the analysis date';
comment on column endpoint_log_reduction.n is 'subjects whose fall is known, exactly or as a bound';
comment on column endpoint_log_reduction.missing is 'subjects without a result, or without a baseline';
comment on column endpoint_log_reduction.unknown is 'subjects of whose fall nothing is known, as both results are censored';
comment on column endpoint_log_reduction.censored is 'those of n whose fall is a bound';
comment on column endpoint_log_reduction.mean is 'mean fall, bounds taken as values';
comment on column endpoint_log_reduction.sd is 'its standard deviation';
comment on column endpoint_log_reduction.ci_lower is 'its lower t limit';
comment on column endpoint_log_reduction.ci_upper is 'its upper t limit';
comment on column endpoint_log_reduction.mean_mle is 'mean fall by maximum likelihood';
comment on column endpoint_log_reduction.sd_mle is 'standard deviation by maximum likelihood';
comment on column endpoint_log_reduction.mle_ci_lower is 'lower Wald limit of mean_mle';
comment on column endpoint_log_reduction.mle_ci_upper is 'upper Wald limit of mean_mle';
comment on column endpoint_log_reduction.median is 'median fall: exact, or with < or > if it is known as a bound alone';
comment on column endpoint_log_reduction.median_lower is 'the lower end of what the median may be; null where there is none';
comment on column endpoint_log_reduction.median_upper is 'the upper end of what the median may be; null where there is none';
comment on column endpoint_log_reduction.median_exact is 'its number; null if it is a bound';
comment on column endpoint_log_reduction.median_qualifier is '=, or < or > where the median is below or above the bound';
comment on column endpoint_log_reduction.median_ci_lower is 'lower limit of the median by the sign test; null if unbounded';
comment on column endpoint_log_reduction.median_ci_upper is 'upper limit of the median by the sign test; null if unbounded';
comment on column endpoint_log_reduction.viral_loads is 'subjects with a viral load at the visit';
comment on column endpoint_log_reduction.censored_viral_loads is 'those of them whose viral load is censored';
comment on column endpoint_log_reduction.geometric_mean is 'geometric mean viral load, copies/mL, censored ones at their limit';
comment on column endpoint_log_reduction.geometric_ci_lower is 'its lower t limit';
comment on column endpoint_log_reduction.geometric_ci_upper is 'its upper t limit';
comment on column endpoint_log_reduction.geometric_mean_mle is 'geometric mean viral load by maximum likelihood';
comment on column endpoint_log_reduction.geometric_mle_ci_lower is 'its lower Wald limit';
comment on column endpoint_log_reduction.geometric_mle_ci_upper is 'its upper Wald limit';
comment on column endpoint_log_reduction.data_cut is 'the last day whose data count; null where there is no data cut';
$ddl$),
(103, 'views/endpoint_cd4.sql', $ddl$
-- Change of the CD4 count from baseline

create view endpoint_cd4 as
    with
    part as (
        select * from _cd4_part
    ),
    whole as (
        select * from part
        union all
        select 'all', 'all', visit, position, sum(subjects)::bigint, sum(censored_counts)::bigint,
            sum(not_evaluable)::bigint, rollup(cd4_count order by group_value),
            rollup(change order by group_value), rollup(changes), data_cut
        from part
        group by visit, position, data_cut
    ),
    summary as (
        select "grouping", group_value, visit, position, subjects, censored_counts, not_evaluable,
            data_cut, mean_ci(cd4_count) as cd4_count, mean_ci(change) as change,
            median_ci(changes) as median, hodges_lehmann(changes) as hodges_lehmann,
            wilcoxon_signed_rank(changes) as signed_rank
        from whole
        offset 0
    )
    select "grouping", group_value, visit, position, subjects,
        (change).n, (change).missing - not_evaluable as missing,
        (change).mean, (change).sd, (change).ci_lower, (change).ci_upper,
        (median).median, (median).ci_lower as median_ci_lower, (median).ci_upper as median_ci_upper,
        (hodges_lehmann).estimate as hodges_lehmann,
        (hodges_lehmann).ci_lower as hodges_lehmann_ci_lower,
        (hodges_lehmann).ci_upper as hodges_lehmann_ci_upper,
        (signed_rank).p_value as signed_rank_p_value,
        (cd4_count).n as cd4_counts, (cd4_count).mean as mean_cd4_count,
        not_evaluable, censored_counts,
        data_cut
    from summary
    order by "grouping", group_value, position;

comment on view endpoint_cd4 is 'change of the CD4 count from baseline, cells per microlitre, as observed, for each visit and group, for data up to the data cut, with limits of 95 %';
comment on column endpoint_cd4."grouping" is 'all, or the column of analysis_subject by which subjects are grouped: site_id unless the setting virotrial.group_by names another';
comment on column endpoint_cd4.group_value is 'the group; all for everybody together';
comment on column endpoint_cd4.visit is 'the visit';
comment on column endpoint_cd4.position is 'the order of the visits';
comment on column endpoint_cd4.subjects is 'subjects who have a result at the visit, or whose analysis window had closed without one by the analysis date';
comment on column endpoint_cd4.n is 'subjects with a count at the visit and at baseline, both exact';
comment on column endpoint_cd4.missing is 'subjects without a count at the visit or at baseline';
comment on column endpoint_cd4.mean is 'mean change';
comment on column endpoint_cd4.sd is 'its standard deviation';
comment on column endpoint_cd4.ci_lower is 'its lower t limit';
comment on column endpoint_cd4.ci_upper is 'its upper t limit';
comment on column endpoint_cd4.median is 'median change';
comment on column endpoint_cd4.median_ci_lower is 'its lower limit by the sign test';
comment on column endpoint_cd4.median_ci_upper is 'its upper limit by the sign test';
comment on column endpoint_cd4.hodges_lehmann is 'the Hodges-Lehmann estimate: the median of the averages of two changes';
comment on column endpoint_cd4.hodges_lehmann_ci_lower is 'its lower limit';
comment on column endpoint_cd4.hodges_lehmann_ci_upper is 'its upper limit';
comment on column endpoint_cd4.signed_rank_p_value is 'two-sided p-value of Wilcoxons signed-rank test of no change';
comment on column endpoint_cd4.cd4_counts is 'subjects with an exact count at the visit';
comment on column endpoint_cd4.mean_cd4_count is 'their mean count';
comment on column endpoint_cd4.not_evaluable is 'subjects with both counts, one of which is a limit such as <20: their change is not a number, and is in no figure here';
comment on column endpoint_cd4.censored_counts is 'subjects whose count at the visit is a limit: it is not in mean_cd4_count';
comment on column endpoint_cd4.data_cut is 'the last day whose data count; null where there is no data cut';
$ddl$),
(104, 'views/safety_population.sql', $ddl$
-- Who is judged for safety, and for how long they took the study drug

create view safety_population as
    select enrolment.site_id, enrolment.subject_id,
        coalesce(case when grouping_column.name = 'site_id' then enrolment.site_id
            else grouped.group_value end, 'not known') as group_value,
        enrolment.first_dose,
        case when not exposure.is_ongoing then exposure.last_dose end as last_dose,
        case when not exposure.is_ongoing then exposure.last_dose +
            (select treatment_emergent_days::integer from _protocol_at_analysis)
            else 'infinity' end as last_emergent_day,
        coalesce(exposure.days_on_treatment, 0) as days_on_treatment
    from enrolment
    left join exposure using (site_id, subject_id)
    left join _virotrial.analysis_group('analysis_subject'::regclass) as grouped
        using (site_id, subject_id)
    cross join (select _virotrial.grouping_column() as name offset 0) as grouping_column
    where enrolment.first_dose <= (select analysis_date());

comment on view safety_population is 'the population for safety: one row for everybody who had a first dose by the day of the analysis';
comment on column safety_population.site_id is 'the site';
comment on column safety_population.subject_id is 'the subject''s code';
comment on column safety_population.group_value is 'the subject''s group: the site, or the column of analysis_subject that the setting virotrial.group_by names';
comment on column safety_population.first_dose is 'the day of the first dose of the study drug, study day 1';
comment on column safety_population.last_dose is 'the day of its last dose; null while treatment goes on';
comment on column safety_population.last_emergent_day is 'the last day on which an event is treatment-emergent: protocol.treatment_emergent_days of the day of the analysis after the last dose; infinity while treatment goes on';
comment on column safety_population.days_on_treatment is 'days on the study drug, without those of interruptions';

create view _safety_population_size as
    select one."grouping", one.group_value, count(*) as subjects
    from safety_population as treated
    cross join lateral (values ('all', 'all'),
        (_virotrial.grouping_column(), treated.group_value)) as one ("grouping", group_value)
    group by one."grouping", one.group_value;
comment on view _safety_population_size is 'how many subjects safety_population has: all, and in each group';
comment on column _safety_population_size."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _safety_population_size.group_value is 'the group';
comment on column _safety_population_size.subjects is 'subjects who had a first dose';
$ddl$),
(105, 'views/analysis_ae.sql', $ddl$
-- Adverse events of the subjects who had a first dose

create view analysis_ae as
    with
    related as (
        select judged.site_id, judged.subject_id, judged.event_number,
            bool_or(category.is_related)
                filter (where judged.drug in (select protocol.study_drug
                from protocol)) as to_study_drug,
            bool_or(category.is_related) as to_any
        from adverse_event_relatedness as judged
        join relatedness_category as category using (relatedness)
        group by judged.site_id, judged.subject_id, judged.event_number
    ),
    treated as (
        select site_id, subject_id, range_agg(daterange(started, ended, '[]')) as days
        from exposure_period
        group by site_id, subject_id
    ),
    event as (
        select true as is_event, population.group_value, event.site_id, event.subject_id,
            event.event_number,
            event.term as reported_term, event.complaint, event.coded_term,
            event.system_organ_class, event.test,
            coalesce(event.complaint, event.coded_term, event.term) as term,
            event.onset_first as first, least(event.onset_last, event.ended_last) as last,
            case when event.ended_first <= (select data_cut()) then event.ended end as ended,
            population.first_dose, population.last_dose, population.last_emergent_day,
            population.days_on_treatment,
            event.grade, event.outcome, event.action_taken = 'DRUG WITHDRAWN' as is_withdrawal,
            event.results_in_death,
            event.is_life_threatening or event.requires_hospitalization or event.is_disabling
                or event.is_congenital_anomaly or event.is_medically_important as is_serious_alive,
            -- of a death that was after the cut nothing was known
            event.outcome = 'FATAL' and case
                when disposition.reason = 'death' then disposition.ended <= (select data_cut())
                when event.ended_last <= (select data_cut()) then true
                when event.ended_first > (select data_cut()) then false end as is_fatal
        from adverse_event as event
        join safety_population as population using (site_id, subject_id)
        left join disposition using (site_id, subject_id)
        where event.onset_first <= (select data_cut())
    )
    select event.site_id, event.subject_id, event.group_value, event.event_number::integer,
        event.term, event.reported_term, event.coded_term, event.system_organ_class,
        event.complaint is not null as is_solicited,
        event.test,
        event.first as onset_first, event.last as onset_last,
        case when event.first = event.last then study_day(event.first, event.first_dose)
            end as study_day,
        event.ended,
        -- what was not yet fatal at the cut was of grade 4 at most
        case when event.grade < 5 or event.is_fatal then event.grade::integer end as grade,
        event.is_serious_alive or event.results_in_death and event.is_fatal as is_serious,
        related.to_study_drug as is_related,
        case when related.to_any then true else related.to_study_drug end as is_related_to_any,
        event.is_withdrawal
            and (event.last_dose is not null
            or (select data_cut()) = 'infinity') as led_to_discontinuation,
        event.is_fatal,
        case when event.first >= event.first_dose
            and event.last <= least(event.last_emergent_day, (select data_cut())) then true
            when event.last < event.first_dose or event.first > event.last_emergent_day then false
                end as is_treatment_emergent,
        case when event.first >= event.first_dose
            then (select coalesce(sum(upper(part) - lower(part)), 0)::integer
                from unnest(treated.days
                    * datemultirange(daterange(null, event.first, '[]'))) as part)
                    end as days_to_onset,
        event.days_on_treatment
    from event
    -- full joins, which cannot become nested loops over what has no index
    full join related using (site_id, subject_id, event_number)
    full join treated using (site_id, subject_id)
    where coalesce(event.is_event, false);

comment on view analysis_ae is 'one row for each adverse event, of the subjects who had a first dose, that may have begun by the data cut';
comment on column analysis_ae.site_id is 'the site';
comment on column analysis_ae.subject_id is 'the subject''s code';
comment on column analysis_ae.group_value is 'the subject''s group, as in safety_population';
comment on column analysis_ae.event_number is 'tells the subject''s events apart';
comment on column analysis_ae.term is 'the term under which the event is counted: the solicited complaint, else the coded term, else the term as reported';
comment on column analysis_ae.reported_term is 'the event in the investigator''s words';
comment on column analysis_ae.coded_term is 'the term of the dictionary that it was coded to';
comment on column analysis_ae.system_organ_class is 'the class that the dictionary has the term in';
comment on column analysis_ae.is_solicited is 'whether it is a complaint that the protocol asks for';
comment on column analysis_ae.test is 'the laboratory test whose abnormal result it is; null for another event';
comment on column analysis_ae.onset_first is 'the first day on which it may have begun';
comment on column analysis_ae.onset_last is 'the last day on which it may have begun, by its onset and its end';
comment on column analysis_ae.study_day is 'the study day of its onset; null if the date is partial';
comment on column analysis_ae.ended is 'when it ended, as far as known; null if it may not have by the data cut';
comment on column analysis_ae.grade is 'the highest grade that it reached, 1 to 5; null for a fatal event whose death is not known to be before the data cut';
comment on column analysis_ae.is_serious is 'whether it meets a criterion of seriousness; null if that is death, and it is not known whether it was before the data cut';
comment on column analysis_ae.is_related is 'whether it is counted as related to the study drug; null if that was not judged';
comment on column analysis_ae.is_related_to_any is 'whether it is counted as related to the study drug or to one of the background therapy; null if none is, and the study drug was not judged';
comment on column analysis_ae.led_to_discontinuation is 'whether the study drug was withdrawn for it; at a data cut, if the drug was no longer taken then';
comment on column analysis_ae.is_fatal is 'whether it was fatal by the data cut; null if that cannot be known';
comment on column analysis_ae.is_treatment_emergent is 'whether it began on or after the first dose and not more than protocol.treatment_emergent_days after the last one, and by the data cut; null where a partial date leaves that open';
comment on column analysis_ae.days_to_onset is 'days on the study drug up to and including the onset, of a partial date its first possible day; null before the first dose';
comment on column analysis_ae.days_on_treatment is 'days on the study drug in all, of the subject';
$ddl$),
(106, 'views/analysis_lab.sql', $ddl$
-- Laboratory results and electrocardiograms of the subjects who had a first dose

create view _safety_lab_result as
    select population.group_value, site_id, subject_id, result.test, result.collected,
        result.replicate, result.visit, result.laboratory,
        result.value, result.unit, result.code, result.fasting, result.standard_value,
        result.standard_baseline, result.lln, result.uln,
        population.first_dose,
        result.grade, result.low_grade, result.high_grade, result.at_least, result.at_most,
        result.reason,
        coalesce(result.is_baseline, false) as is_baseline,
        result.collected > population.first_dose
            and result.collected <= population.last_emergent_day as is_on_treatment
    from lab_grade as result
    -- a full join cannot become a nested loop over what has no index
    full join safety_population as population using (site_id, subject_id)
    where coalesce(result.collected <= 'infinity' and population.first_dose <= 'infinity', false);

comment on view _safety_lab_result is 'the laboratory results of the population for safety with their grades: what analysis_lab and the tables of laboratory safety start from';
comment on column _safety_lab_result.group_value is 'the subject''s group, as in safety_population';
comment on column _safety_lab_result.site_id is 'the site';
comment on column _safety_lab_result.subject_id is 'the subject''s code';
comment on column _safety_lab_result.test is 'the test';
comment on column _safety_lab_result.collected is 'the day on which the sample was taken';
comment on column _safety_lab_result.replicate is 'tells several results of one test and day apart';
comment on column _safety_lab_result.visit is 'the visit at which it was taken; null for history';
comment on column _safety_lab_result.laboratory is 'the laboratory';
comment on column _safety_lab_result.value is 'the result as reported; of a dipstick the number of plus signs; null for other coded results';
comment on column _safety_lab_result.unit is 'its unit';
comment on column _safety_lab_result.code is 'the result of a coded test';
comment on column _safety_lab_result.fasting is 'whether the subject had fasted; null if it is not known';
comment on column _safety_lab_result.standard_value is 'the value in the standard unit of the test';
comment on column _safety_lab_result.standard_baseline is 'the baseline of the test in its standard unit';
comment on column _safety_lab_result.lln is 'the lower limit of normal, in the unit of value';
comment on column _safety_lab_result.uln is 'the upper limit of normal, in the unit of value';
comment on column _safety_lab_result.first_dose is 'the day of the first dose of the study drug';
comment on column _safety_lab_result.grade is 'the toxicity grade, 0 to 4; null where it is not known';
comment on column _safety_lab_result.low_grade is 'the grade of low values';
comment on column _safety_lab_result.high_grade is 'the grade of high values';
comment on column _safety_lab_result.at_least is 'the grade that is established';
comment on column _safety_lab_result.at_most is 'the grade that cannot be excluded';
comment on column _safety_lab_result.reason is 'why the grade is not known, or a higher one not excluded';
comment on column _safety_lab_result.is_baseline is 'whether it is the baseline: the last result of the test on or before the first dose';
comment on column _safety_lab_result.is_on_treatment is 'whether it is of a day after that of the first dose, and not more than protocol.treatment_emergent_days after the last one';

create view analysis_lab as
    with
    -- windows in days from the first dose
    definition as materialized (
        select visit, effective_from, effective_before, coalesce(target_day, 1) - 1 as target,
            analysis_first_day - case when analysis_first_day > 0 then 1 else 0 end as first,
            analysis_last_day - case when analysis_last_day > 0 then 1 else 0 end as last
        from visit_definition_period
    ),
    windowed as (
        select result.*, definition.visit as analysis_visit,
            abs(result.collected - result.first_dose - definition.target) as distance
        from _safety_lab_result as result
        left join definition
            on result.collected - result.first_dose between definition.first and definition.last
            and result.collected >= definition.effective_from
                and result.collected < definition.effective_before
    ),
    placed as (
        select windowed.*,
            row_number() over (
                -- few subjects share a code, many a site: fewer comparisons
                partition by subject_id, site_id, test, analysis_visit
                order by distance, collected desc, replicate desc) as place
        from windowed
    )
    select placed.site_id, placed.subject_id, placed.test, lab_test.name as test_name,
        lab_test.panel,
        placed.analysis_visit,
        placed.analysis_visit is not null and placed.place = 1 as is_analysis_record,
        placed.visit, placed.collected, placed.replicate,
        study_day(placed.collected, placed.first_dose) as study_day,
        placed.laboratory, placed.value, placed.unit, placed.code, placed.fasting,
        placed.lln, placed.uln,
        placed.standard_value,
        lower_bound(placed.standard_value) as standard_value_lower,
        upper_bound(placed.standard_value) as standard_value_upper,
        exact_value(placed.standard_value) as standard_value_exact,
        qualifier(placed.standard_value) as qualifier,
        lab_test.unit as standard_unit,
        placed.is_baseline,
        placed.standard_baseline as baseline_value,
        lower_bound(placed.standard_baseline) as baseline_value_lower,
        upper_bound(placed.standard_baseline) as baseline_value_upper,
        exact_value(placed.standard_baseline) as baseline_value_exact,
        qualifier(placed.standard_baseline) as baseline_qualifier,
        change.value as change,
        lower_bound(change.value) as change_lower,
        upper_bound(change.value) as change_upper,
        exact_value(change.value) as change_exact,
        qualifier(change.value) as change_qualifier,
        placed.is_on_treatment,
        placed.grade::integer as grade, placed.low_grade::integer as low_grade,
        placed.high_grade::integer as high_grade,
        placed.at_least::integer as grade_at_least, placed.at_most::integer as grade_at_most,
        placed.reason as grade_reason
    from placed
    join lab_test using (test)
    cross join lateral (select _virotrial.lab_value_change(placed.standard_baseline,
        placed.standard_value) as value) as change;

comment on view analysis_lab is 'every laboratory result and electrocardiogram, up to the data cut, of the subjects who had a first dose';
comment on column analysis_lab.site_id is 'the site';
comment on column analysis_lab.subject_id is 'the subject''s code';
comment on column analysis_lab.test is 'the code of the test';
comment on column analysis_lab.test_name is 'its name';
comment on column analysis_lab.panel is 'the examination of the protocol that it belongs to';
comment on column analysis_lab.analysis_visit is 'the visit whose analysis window the sample was taken in, whatever visit it was taken at; null outside all windows';
comment on column analysis_lab.is_analysis_record is 'whether the row stands for its test at its analysis visit: the result nearest to the target day, of equally near ones the later';
comment on column analysis_lab.visit is 'the visit at which the sample was taken; null for history';
comment on column analysis_lab.collected is 'the day on which the sample was taken';
comment on column analysis_lab.replicate is 'tells several results of one test and day apart';
comment on column analysis_lab.study_day is 'the study day of the sample: the first dose is on day 1, the day before it is day -1';
comment on column analysis_lab.laboratory is 'the laboratory';
comment on column analysis_lab.value is 'the result as reported; of a dipstick the number of plus signs; null for other coded results';
comment on column analysis_lab.unit is 'its unit';
comment on column analysis_lab.code is 'the result of a coded test';
comment on column analysis_lab.fasting is 'whether the subject had fasted; null if it is not known';
comment on column analysis_lab.lln is 'the lower limit of normal, in the unit of value';
comment on column analysis_lab.uln is 'the upper limit of normal, in the unit of value';
comment on column analysis_lab.standard_value is 'the value in the standard unit of the test; null for a coded result';
comment on column analysis_lab.standard_value_lower is 'the lower end of what it may be; null where there is none';
comment on column analysis_lab.standard_value_upper is 'the upper end of what it may be; null where there is none';
comment on column analysis_lab.standard_value_exact is 'its number; null if it is censored';
comment on column analysis_lab.qualifier is '=, < or >';
comment on column analysis_lab.standard_unit is 'the standard unit of the test';
comment on column analysis_lab.is_baseline is 'whether it is the baseline: the last result of the test on or before the first dose';
comment on column analysis_lab.baseline_value is 'the baseline, in the standard unit';
comment on column analysis_lab.baseline_value_lower is 'the lower end of what it may be; null where there is none';
comment on column analysis_lab.baseline_value_upper is 'the upper end of what it may be; null where there is none';
comment on column analysis_lab.baseline_value_exact is 'its number; null if it is censored';
comment on column analysis_lab.baseline_qualifier is '=, < or >';
comment on column analysis_lab.change is 'the change from baseline in the standard unit: exact, or with < or > if a result is censored; null if nothing is known of it';
comment on column analysis_lab.change_lower is 'the lower end of what it may be; null where there is none';
comment on column analysis_lab.change_upper is 'the upper end of what it may be; null where there is none';
comment on column analysis_lab.change_exact is 'its number; null if it is censored';
comment on column analysis_lab.change_qualifier is '=, or < or > if a result is censored';
comment on column analysis_lab.is_on_treatment is 'whether it is of a day after that of the first dose, and not more than protocol.treatment_emergent_days after the last one';
comment on column analysis_lab.grade is 'the toxicity grade, 0 to 4, the worse of both directions; null where it is not known';
comment on column analysis_lab.low_grade is 'the grade of low values; null where it is not known, and for tests that have none';
comment on column analysis_lab.high_grade is 'the grade of high values; null where it is not known, and for tests that have none';
comment on column analysis_lab.grade_at_least is 'the grade that is established';
comment on column analysis_lab.grade_at_most is 'the grade that cannot be excluded';
comment on column analysis_lab.grade_reason is 'why the grade is not known, or a higher one not excluded';
$ddl$),
(107, 'views/endpoint_safety.sql', $ddl$
-- The primary endpoint: treatment-emergent adverse events

create view endpoint_safety as
    with
    population as materialized (
        select one."grouping", one.group_value, count(*) as subjects,
            sum(treated.days_on_treatment)::bigint as days
        from safety_population as treated
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), treated.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value
    ),
    -- membership is three-valued: a partial date or an open question leaves it unknown
    flagged as not materialized (
        select event.group_value, event.site_id, event.subject_id, event.term, event.grade,
            kind.event_set,
            event.is_treatment_emergent and kind.holds as is_member, event.days_to_onset,
            event.days_on_treatment
        from analysis_ae as event
        cross join lateral (values
            ('any', true),
            ('related to the study drug', event.is_related),
            ('related to any drug', event.is_related_to_any),
            ('grade 3 or higher', event.grade >= 3),
            ('serious', event.is_serious),
            ('serious and related to the study drug', event.is_serious and event.is_related),
            ('leading to discontinuation', event.led_to_discontinuation),
            ('fatal', event.is_fatal)
        ) as kind (event_set, holds)
        where (event.is_treatment_emergent and kind.holds) is not false
    ),
    -- one row per subject and term, and one per subject for all terms
    subject as (
        select group_value, event_set, coalesce(term, '') as term,
            count(*) filter (where is_member) as events,
            count(*) filter (where is_member is null) as events_unknown,
            coalesce(max(grade) filter (where is_member), 0) as grade,
            coalesce(max(grade), 0) as greatest_grade,
            min(days_to_onset) filter (where is_member) as days_to_first,
            min(days_on_treatment) as days
        from flagged
        group by grouping sets ((group_value, event_set, site_id, subject_id, term),
            (group_value, event_set, site_id, subject_id))
    ),
    -- of any grade (0), and by the highest one of each subject
    tally as (
        select one."grouping", one.group_value, event_set, term, 0 as grade,
            count(*) filter (where events > 0) as subjects,
            count(*) filter (where events = 0) as subjects_unknown,
            sum(days - days_to_first) filter (where events > 0) as days_after_first
        from subject
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), subject.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value, event_set, term
        union all
        select one."grouping", one.group_value, event_set, term, place.grade,
            count(*) filter (where place.is_known),
            count(*) filter (where not place.is_known),
            null
        from subject
        cross join lateral (
            select grade, true where grade > 0
            union all
            select greatest_grade, false where greatest_grade > grade
        ) as place (grade, is_known)
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), subject.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value, event_set, term, place.grade
    ),
    event_tally as (
        select one."grouping", one.group_value, event_set, coalesce(term, '') as term,
            coalesce(grade, 0) as grade,
            count(*) filter (where is_member) as events,
            count(*) filter (where is_member is null) as events_unknown
        from flagged
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), flagged.group_value)) as one ("grouping", group_value)
        group by grouping sets ((one."grouping", one.group_value, event_set, term, grade),
            (one."grouping", one.group_value, event_set, grade),
            (one."grouping", one.group_value, event_set, term), (one."grouping", one.group_value, event_set))
        having grouping(grade) = 1 or grade is not null
    ),
    event_set as (
        select *
        from (values (1, 'any'), (2, 'related to the study drug'), (3, 'related to any drug'),
            (4, 'grade 3 or higher'), (5, 'serious'),
            (6, 'serious and related to the study drug'), (7, 'leading to discontinuation'), (8, 'fatal')) as named (position, event_set)
    ),
    complaint as (
        select distinct on (complaint) complaint, solicited
        from solicited_complaint
        where effective_from <= (select analysis_date())
        order by complaint, effective_from desc
    ),
    -- the rows of the table, among them some that may have no event
    line as (
        select "grouping", group_value, event_set, '' as term, grade
        from population
        cross join event_set
        cross join generate_series(0, 5) as grade
        union all
        select "grouping", group_value, 'any', complaint, 0
        from population
        cross join complaint
        where solicited
        union all
        select population."grouping", population.group_value, 'any', present.term, 0
        from population
        cross join (select distinct term from tally where term <> '') as present
    ),
    -- a sum over all of them, and no join that could become a nested loop
    counted as (
        select "grouping", group_value, event_set, term, grade,
            sum(subjects)::bigint as subjects, sum(subjects_unknown)::bigint as subjects_unknown,
            sum(events)::bigint as events, sum(events_unknown)::bigint as events_unknown,
            sum(days_after_first)::bigint as days_after_first
        from (
            select true as is_row, "grouping", group_value, event_set, term, grade, 0 as subjects,
                0 as subjects_unknown,
                0 as events, 0 as events_unknown, 0 as days_after_first
            from line
            union all
            select true, "grouping", group_value, event_set, term, grade, subjects,
                subjects_unknown, 0, 0, coalesce(days_after_first, 0)
            from tally
            union all
            select false, "grouping", group_value, event_set, term, grade, 0, 0, events,
                events_unknown, 0
            from event_tally
        ) as part
        group by "grouping", group_value, event_set, term, grade
        -- events of a grade that is nobody's highest have no row
        having bool_or(is_row)
    ),
    figured as (
        select counted."grouping", counted.group_value, event_set.position, counted.event_set,
            counted.term, counted.grade,
            population.subjects as population, counted.subjects, counted.subjects_unknown,
            counted.events, counted.events_unknown,
            population.days / 365.25::double precision as person_years,
            case when counted.grade = 0
                then (population.days - counted.days_after_first) / 365.25::double precision
                end as first_event_person_years
        from counted
        join population using ("grouping", group_value)
        join event_set using (event_set)
    )
    select figured."grouping", figured.group_value, figured.position, figured.event_set,
        nullif(figured.term, '') as term, nullif(figured.grade, 0) as maximum_grade,
        figured.population, figured.subjects, figured.subjects_unknown,
        100 * proportion.rate as percent,
        100 * proportion.ci_lower as percent_ci_lower,
        100 * proportion.ci_upper as percent_ci_upper,
        100 * greatest_proportion.ci_upper as percent_ci_upper_with_unknown,
        figured.events, figured.events_unknown,
        figured.first_event_person_years,
        100 * first_event.rate as first_event_rate,
        100 * first_event.ci_lower as first_event_rate_ci_lower,
        100 * first_event.ci_upper as first_event_rate_ci_upper,
        figured.person_years,
        100 * all_events.rate as event_rate,
        100 * all_events.ci_lower as event_rate_ci_lower,
        100 * all_events.ci_upper as event_rate_ci_upper,
        nullif(data_cut(), 'infinity') as data_cut
    from figured
    cross join lateral response_rate(response_tally(figured.subjects,
        figured.population)) as proportion
    cross join lateral response_rate(response_tally(figured.subjects + figured.subjects_unknown,
        figured.population)) as greatest_proportion
    left join lateral incidence_rate(incidence_tally_of_totals(figured.subjects,
        figured.first_event_person_years)) as first_event on true
    left join lateral incidence_rate(incidence_tally_of_totals(figured.events,
        figured.person_years)) as all_events on true
    order by figured."grouping", figured.group_value, figured.position,
        nullif(figured.term, '') nulls first, figured.grade;

comment on view endpoint_safety is 'treatment-emergent adverse events: subjects and events, with exact limits of 95 %, of each set of events, in all and by term, of any grade and by the subject''s highest. Rows that may show none: every set in all, and every solicited complaint, and in every group_value each term of the others. What is unknown (a partial date, a relation that was not judged) is counted beside the known, and never in it';
comment on column endpoint_safety."grouping" is 'all, or the column of analysis_subject by which subjects are grouped: site_id unless the setting virotrial.group_by names another';
comment on column endpoint_safety.group_value is 'the group; all for everybody together';
comment on column endpoint_safety.position is 'the order of the sets of events';
comment on column endpoint_safety.event_set is 'which treatment-emergent events are counted';
comment on column endpoint_safety.term is 'the term, as in analysis_ae; null for all of them together';
comment on column endpoint_safety.maximum_grade is 'which of the subjects are counted: those whose highest grade it is; and which events: those of this grade. Null for any';
comment on column endpoint_safety.population is 'subjects who had a first dose';
comment on column endpoint_safety.subjects is 'subjects with such an event';
comment on column endpoint_safety.subjects_unknown is 'subjects without one who may have had one; by grade, those whose highest grade it would be if all unknown events were counted';
comment on column endpoint_safety.percent is 'subjects, per cent of the population';
comment on column endpoint_safety.percent_ci_lower is 'its lower limit (Clopper and Pearson)';
comment on column endpoint_safety.percent_ci_upper is 'its upper limit';
comment on column endpoint_safety.percent_ci_upper_with_unknown is 'the upper limit if the unknown subjects are counted with the others';
comment on column endpoint_safety.events is 'such events, several of a subject included';
comment on column endpoint_safety.events_unknown is 'events that may be such ones';
comment on column endpoint_safety.first_event_person_years is 'person-years on the study drug up to the first such event of each subject; null by grade';
comment on column endpoint_safety.first_event_rate is 'subjects with such an event per 100 person-years until the first; null by grade';
comment on column endpoint_safety.first_event_rate_ci_lower is 'its lower limit (exact, Poisson)';
comment on column endpoint_safety.first_event_rate_ci_upper is 'its upper limit';
comment on column endpoint_safety.person_years is 'person-years on the study drug of the population';
comment on column endpoint_safety.event_rate is 'events per 100 person-years';
comment on column endpoint_safety.event_rate_ci_lower is 'its lower limit (exact, Poisson)';
comment on column endpoint_safety.event_rate_ci_upper is 'its upper limit';
comment on column endpoint_safety.data_cut is 'the last day whose data count; null where there is no data cut';
$ddl$),
(108, 'views/analysis_vital_signs.sql', $ddl$
-- Vital signs, one row per measurement and sign

create view _vital_sign as
    select vital.site_id, vital.subject_id, vital.collected, vital.replicate, vital.visit,
        one.position, one.sign, one.name, one.value, one.unit
    from vital_signs as vital
    cross join lateral (values
        (1, 'SYSBP', 'Systolic Blood Pressure', vital.systolic_mmhg, 'mmHg'),
        (2, 'DIABP', 'Diastolic Blood Pressure', vital.diastolic_mmhg, 'mmHg'),
        (3, 'PULSE', 'Pulse Rate', vital.pulse_per_minute, 'beats/min'),
        (4, 'RESP', 'Respiratory Rate', vital.respirations_per_minute, 'breaths/min'),
        (5, 'TEMP', 'Temperature', vital.temperature_celsius, 'C'),
        (6, 'WEIGHT', 'Weight', vital.weight_kg, 'kg'),
        (7, 'HEIGHT', 'Height', vital.height_cm, 'cm')
        ) as one (position, sign, name, value, unit)
    where vital.collected <= (select data_cut()) and one.value is not null;
comment on view _vital_sign is 'vital signs up to the data cut, one row per measurement and sign';
comment on column _vital_sign.site_id is 'the site';
comment on column _vital_sign.subject_id is 'the subject''s code';
comment on column _vital_sign.collected is 'the day';
comment on column _vital_sign.replicate is 'tells several measurements of one day apart';
comment on column _vital_sign.visit is 'the visit that it belongs to; null for history';
comment on column _vital_sign.position is 'the order of the signs';
comment on column _vital_sign.sign is 'the code of the sign, a term of CDISC';
comment on column _vital_sign.name is 'its name';
comment on column _vital_sign.value is 'what was measured';
comment on column _vital_sign.unit is 'its unit';

create view analysis_vital_signs as
    with
    windowed as (
        select vital.*, population.first_dose, population.last_emergent_day,
            population.group_value, definition.visit as analysis_visit,
            abs(vital.collected - population.first_dose - definition.target) as distance
        from _vital_sign as vital
        join safety_population as population using (site_id, subject_id)
        left join _analysis_window as definition
            on vital.collected - population.first_dose between definition.first and definition.last
            and vital.collected >= definition.effective_from
                and vital.collected < definition.effective_before
    ),
    placed as (
        select windowed.*,
            row_number() over (partition by site_id, subject_id, sign, analysis_visit
                order by distance, collected desc, replicate desc) as place,
            collected <= first_dose and row_number() over (partition by site_id, subject_id, sign,
                collected <= first_dose order by collected desc, replicate desc) = 1 as is_baseline
        from windowed
    ),
    compared as (
        select placed.*,
            max(value) filter (where is_baseline) over (partition by site_id, subject_id, sign)
                as baseline
        from placed
    )
    select site_id, subject_id, group_value, position, sign, name as sign_name, unit,
        analysis_visit, analysis_visit is not null and place = 1 as is_analysis_record,
        visit, collected, replicate::integer,
        study_day(collected, first_dose) as study_day, value, is_baseline, baseline,
        value - baseline as change,
        collected > first_dose and collected <= last_emergent_day as is_on_treatment
    from compared;
comment on view analysis_vital_signs is 'vital signs up to the data cut of the subjects who had a first dose, one row per measurement and sign, with the change from baseline';
comment on column analysis_vital_signs.site_id is 'the site';
comment on column analysis_vital_signs.subject_id is 'the subject''s code';
comment on column analysis_vital_signs.group_value is 'the subject''s group, as in safety_population';
comment on column analysis_vital_signs.position is 'the order of the signs';
comment on column analysis_vital_signs.sign is 'the code of the sign, a term of CDISC';
comment on column analysis_vital_signs.sign_name is 'its name';
comment on column analysis_vital_signs.unit is 'its unit';
comment on column analysis_vital_signs.analysis_visit is 'the visit in whose analysis window the day is; null if it is in none';
comment on column analysis_vital_signs.is_analysis_record is 'whether it stands for that visit: the nearest to the target day, of two as near the later one';
comment on column analysis_vital_signs.visit is 'the visit at which it was measured; null for history';
comment on column analysis_vital_signs.collected is 'the day';
comment on column analysis_vital_signs.replicate is 'tells several measurements of one day apart';
comment on column analysis_vital_signs.study_day is 'the study day';
comment on column analysis_vital_signs.value is 'what was measured';
comment on column analysis_vital_signs.is_baseline is 'whether it is the baseline: the last one on or before the day of the first dose';
comment on column analysis_vital_signs.baseline is 'the value of the baseline';
comment on column analysis_vital_signs.change is 'the value minus the baseline';
comment on column analysis_vital_signs.is_on_treatment is 'whether it is of a day after that of the first dose, and not more than protocol.treatment_emergent_days after the last one';
$ddl$),
(109, 'views/laboratory_safety.sql', $ddl$
-- Laboratory safety: shifts of grade from baseline, and grades 3 and 4

-- A grade that is not known lies between two; that of one direction is also
-- bounded by what is known of the other.
create view _worst_lab_grade as
    with
    graded as materialized (
        select criterion.test, bool_or(criterion.direction = 'L') as has_low,
            bool_or(criterion.direction = 'H') as has_high
        from toxicity_grade_table as criterion
        join _protocol_at_analysis as protocol on criterion.scheme = protocol.toxicity_scheme
        where not criterion.without_hiv
        group by criterion.test
    ),
    bounded as (
        select result.group_value, result.site_id, result.subject_id, result.test, one.direction,
            result.is_baseline, result.is_on_treatment,
            coalesce(one.grade, case when one.other_grade >= result.at_least then 0
                else result.at_least end) as at_least,
            coalesce(one.grade, result.at_most) as at_most
        from _safety_lab_result as result
        join graded using (test)
        cross join lateral (values
            ('low', graded.has_low, result.low_grade, case when graded.has_high then coalesce(result.high_grade, 4) else -1 end),
            ('high', graded.has_high, result.high_grade, case when graded.has_low then coalesce(result.low_grade, 4) else -1 end)
        ) as one (direction, is_graded, grade, other_grade)
        where one.is_graded and (result.is_baseline or result.is_on_treatment)
    )
    select group_value, site_id, subject_id, test, direction,
        max(at_least) filter (where is_baseline)::integer as baseline_at_least,
        max(at_most) filter (where is_baseline)::integer as baseline_at_most,
        max(at_least) filter (where is_on_treatment)::integer as worst_at_least,
        max(at_most) filter (where is_on_treatment)::integer as worst_at_most
    from bounded
    group by group_value, site_id, subject_id, test, direction;

comment on view _worst_lab_grade is 'the toxicity grade at baseline and the worst one on treatment, of each subject, test and direction, as far as they are known: between two grades. One row where there is a result at baseline or on treatment';
comment on column _worst_lab_grade.group_value is 'the subject''s group, as in safety_population';
comment on column _worst_lab_grade.site_id is 'the site';
comment on column _worst_lab_grade.subject_id is 'the subject''s code';
comment on column _worst_lab_grade.test is 'the test';
comment on column _worst_lab_grade.direction is 'low or high: which of the values are graded';
comment on column _worst_lab_grade.baseline_at_least is 'the grade at baseline, at least; null without a baseline';
comment on column _worst_lab_grade.baseline_at_most is 'the grade at baseline, at most';
comment on column _worst_lab_grade.worst_at_least is 'the worst grade on treatment, at least; null without a result on treatment';
comment on column _worst_lab_grade.worst_at_most is 'the worst grade on treatment, at most';

-- Both tables of one reading: what is graded is read once, however many want it.
create view _lab_grade_table as
    with
    worst as materialized (
        select one."grouping", one.group_value, worst.test, worst.direction,
            worst.baseline_at_least, worst.baseline_at_most, worst.worst_at_least,
            worst.worst_at_most, count(*) as subjects
        from _worst_lab_grade as worst
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), worst.group_value)) as one ("grouping", group_value)
        group by 1, 2, 3, 4, 5, 6, 7, 8
    ),
    cell as (
        select "grouping", group_value, test, direction,
            case when baseline_at_least is null then 'missing'
                when baseline_at_least = baseline_at_most then baseline_at_least::text
                else 'unknown' end as baseline_grade,
            case when worst_at_least is null then 'missing' when worst_at_least = worst_at_most
                then worst_at_least::text else 'unknown' end as worst_grade,
            sum(subjects)::bigint as subjects
        from worst
        group by 1, 2, 3, 4, 5, 6
    ),
    judged as (
        select worst."grouping", worst.group_value, worst.test, worst.direction,
            span.minimum_grade, span.maximum_grade, worst.subjects,
            case when worst.worst_at_least >= span.minimum_grade
                and worst.worst_at_most <= span.maximum_grade then true
                when worst.worst_at_most < span.minimum_grade
                    or worst.worst_at_least > span.maximum_grade then false end as is_reached,
            -- a baseline that is missing or cannot be graded counts as grade 0
            worst.worst_at_least > case when worst.baseline_at_least = worst.baseline_at_most
                then worst.baseline_at_least else 0 end as is_worse
        from worst
        cross join (values (3, 3), (4, 4), (3, 4)) as span (minimum_grade, maximum_grade)
        where worst.worst_at_least is not null
    ),
    tally as (
        select "grouping", group_value, test, direction, minimum_grade, maximum_grade,
            coalesce(sum(subjects) filter (where is_reached is not null), 0)::bigint as evaluable,
            coalesce(sum(subjects) filter (where is_reached is null), 0)::bigint
                as subjects_unknown,
            coalesce(sum(subjects) filter (where is_reached), 0)::bigint as subjects,
            coalesce(sum(subjects) filter (where is_reached and is_worse), 0)::bigint as worsened
        from judged
        group by "grouping", group_value, test, direction, minimum_grade, maximum_grade
    )
    select 'shift' as part, "grouping", group_value, lab_test.panel, test,
        lab_test.name as test_name, direction, baseline_grade, worst_grade,
        null::integer as minimum_grade, null::integer as maximum_grade, subjects,
        sum(subjects) over baseline::bigint as evaluable, null::bigint as subjects_unknown,
        null::bigint as worsened
    from cell
    join lab_test using (test)
    window baseline as (partition by "grouping", group_value, test, direction, baseline_grade)
    union all
    select 'abnormality', "grouping", group_value, lab_test.panel, test, lab_test.name, direction,
        null, null, minimum_grade, maximum_grade, subjects, evaluable, subjects_unknown, worsened
    from tally
    join lab_test using (test);

comment on view _lab_grade_table is 'the counts of laboratory_shift and laboratory_abnormality, of one reading of the grades';
comment on column _lab_grade_table.part is 'shift or abnormality';
comment on column _lab_grade_table."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _lab_grade_table.group_value is 'the group';
comment on column _lab_grade_table.panel is 'the examination of the protocol that the test belongs to';
comment on column _lab_grade_table.test is 'the test';
comment on column _lab_grade_table.test_name is 'its name';
comment on column _lab_grade_table.direction is 'low or high: which of the values are graded';
comment on column _lab_grade_table.baseline_grade is 'shift: the grade at baseline';
comment on column _lab_grade_table.worst_grade is 'shift: the worst grade on treatment';
comment on column _lab_grade_table.minimum_grade is 'abnormality: the worst grade, at least';
comment on column _lab_grade_table.maximum_grade is 'abnormality: and at most';
comment on column _lab_grade_table.subjects is 'the subjects with both grades, or with such a worst grade';
comment on column _lab_grade_table.evaluable is 'those with this grade at baseline, or with a result of which that can be told';
comment on column _lab_grade_table.subjects_unknown is 'abnormality: subjects with a result of whom it cannot';
comment on column _lab_grade_table.worsened is 'abnormality: those whose grade at baseline was lower';

create view laboratory_shift as
    select "grouping", group_value, panel, test, test_name, direction, baseline_grade, worst_grade,
        subjects, evaluable as baseline_subjects,
        100 * subjects::double precision / evaluable::double precision as percent,
        nullif(data_cut(), 'infinity') as data_cut
    from _lab_grade_table
    where part = 'shift'
    order by "grouping", group_value, panel, test, direction, baseline_grade, worst_grade;

comment on view laboratory_shift is 'shifts of toxicity grade: subjects by their grade at baseline and their worst one on treatment, of each test and direction; combinations without a subject are left out';
comment on column laboratory_shift."grouping" is 'all, or the column of analysis_subject by which subjects are grouped: site_id unless the setting virotrial.group_by names another';
comment on column laboratory_shift.group_value is 'the group; all for everybody together';
comment on column laboratory_shift.panel is 'the examination of the protocol that the test belongs to';
comment on column laboratory_shift.test is 'the test';
comment on column laboratory_shift.test_name is 'its name';
comment on column laboratory_shift.direction is 'low or high: which of the values are graded';
comment on column laboratory_shift.baseline_grade is 'the grade at baseline, 0 to 4; unknown if it cannot be told, missing without a baseline';
comment on column laboratory_shift.worst_grade is 'the worst grade on treatment, 0 to 4; unknown if results that cannot be graded leave it open, missing without a result on treatment';
comment on column laboratory_shift.subjects is 'subjects with both';
comment on column laboratory_shift.baseline_subjects is 'subjects with this grade at baseline';
comment on column laboratory_shift.percent is 'subjects, per cent of these';
comment on column laboratory_shift.data_cut is 'the last day whose data count; null where there is no data cut';

create view laboratory_abnormality as
    select tally."grouping", tally.group_value, tally.panel, tally.test, tally.test_name,
        tally.direction, tally.minimum_grade, tally.maximum_grade,
        tally.evaluable, tally.subjects_unknown, tally.subjects,
        100 * reached.rate as percent,
        100 * reached.ci_lower as percent_ci_lower,
        100 * reached.ci_upper as percent_ci_upper,
        tally.worsened,
        100 * worsened.rate as worsened_percent,
        100 * worsened.ci_lower as worsened_percent_ci_lower,
        100 * worsened.ci_upper as worsened_percent_ci_upper,
        nullif(data_cut(), 'infinity') as data_cut
    from _lab_grade_table as tally
    cross join lateral response_rate(response_tally(tally.subjects, tally.evaluable)) as reached
    cross join lateral response_rate(response_tally(tally.worsened, tally.evaluable)) as worsened
    where tally.part = 'abnormality'
    order by tally."grouping", tally.group_value, tally.panel, tally.test, tally.direction,
        tally.minimum_grade, tally.maximum_grade;

comment on view laboratory_abnormality is 'subjects whose worst grade on treatment was 3, was 4, or was either, of each test and direction, with exact limits of 95 %';
comment on column laboratory_abnormality."grouping" is 'all, or the column of analysis_subject by which subjects are grouped: site_id unless the setting virotrial.group_by names another';
comment on column laboratory_abnormality.group_value is 'the group; all for everybody together';
comment on column laboratory_abnormality.panel is 'the examination of the protocol that the test belongs to';
comment on column laboratory_abnormality.test is 'the test';
comment on column laboratory_abnormality.test_name is 'its name';
comment on column laboratory_abnormality.direction is 'low or high: which of the values are graded';
comment on column laboratory_abnormality.minimum_grade is 'the worst grade of the subjects who are counted, at least';
comment on column laboratory_abnormality.maximum_grade is 'and at most';
comment on column laboratory_abnormality.evaluable is 'subjects with a result on treatment of whom that can be told';
comment on column laboratory_abnormality.subjects_unknown is 'subjects with a result on treatment of whom it cannot';
comment on column laboratory_abnormality.subjects is 'subjects with such a worst grade';
comment on column laboratory_abnormality.percent is 'subjects, per cent of the evaluable';
comment on column laboratory_abnormality.percent_ci_lower is 'its lower limit (Clopper and Pearson)';
comment on column laboratory_abnormality.percent_ci_upper is 'its upper limit';
comment on column laboratory_abnormality.worsened is 'those of them whose grade at baseline was lower; a baseline that is missing or cannot be graded counts as grade 0';
comment on column laboratory_abnormality.worsened_percent is 'worsened, per cent of the evaluable';
comment on column laboratory_abnormality.worsened_percent_ci_lower is 'its lower limit (Clopper and Pearson)';
comment on column laboratory_abnormality.worsened_percent_ci_upper is 'its upper limit';
comment on column laboratory_abnormality.data_cut is 'the last day whose data count; null where there is no data cut';
$ddl$),
(110, 'views/hys_law.sql', $ddl$
-- Hy's law: liver injury that may lead to failure of the liver

-- Multiples of a limit are taken as decimal numbers: 3 times 1.1 is 3.3.
create view hys_law_candidate as
    with
    parameter as materialized (
        select hys_law_days::integer as days
        from _protocol_at_analysis
    ),
    result as materialized (
        select population.group_value, site_id, subject_id, test, collected, replicate,
            population.first_dose, value, uln,
            test in ('ALT', 'AST') as is_aminotransferase,
            lab_value((quantity(value)::numeric / uln::numeric)::double precision,
                qualifier(value)) as multiple,
            value >= (3 * uln::numeric)::double precision as is_three_times,
            value >= (2 * uln::numeric)::double precision as is_twice
        from (select * from lab_limit
            where test in ('ALT', 'AST', 'BILI', 'ALP') and uln > 0) as limited
        -- full joins, which cannot become nested loops over what has no index
        full join safety_population as population using (site_id, subject_id)
        where coalesce(collected > population.first_dose
            and collected <= population.last_emergent_day, false)
    ),
    pair as (
        select raised.group_value, site_id, subject_id, raised.first_dose, raised.test,
            raised.collected, raised.replicate, raised.multiple,
            raised.is_three_times and bilirubin.is_twice as is_raised,
            bilirubin.collected as bilirubin_collected, bilirubin.replicate as bilirubin_replicate,
            bilirubin.multiple as bilirubin_multiple
        from (select * from result where is_aminotransferase
            and is_three_times is not false) as raised
        full join (select * from result where test = 'BILI' and is_twice is not false) as bilirubin
            using (site_id, subject_id)
        where coalesce(abs(raised.collected - bilirubin.collected)
            <= (select days from parameter), false)
    ),
    near as (
        select pair.*,
            case when abs(phosphatase.collected - pair.collected) <= (select days from parameter)
                then abs(phosphatase.collected - pair.collected) end as distance,
            phosphatase.collected as phosphatase_collected,
            phosphatase.replicate as phosphatase_replicate,
            phosphatase.multiple as phosphatase_multiple, phosphatase.is_twice
        from pair
        full join (select * from result where test = 'ALP') as phosphatase
            using (site_id, subject_id)
        where coalesce(pair.collected <= 'infinity', false)
    ),
    -- the alkaline phosphatase nearest to the aminotransferase
    judged as (
        select distinct on (site_id, subject_id, test, collected, replicate,
            bilirubin_collected, bilirubin_replicate)
            group_value, site_id, subject_id, first_dose, test, collected, replicate, multiple,
            bilirubin_collected, bilirubin_replicate, bilirubin_multiple,
            case when distance is not null then phosphatase_collected end as phosphatase_collected,
            case when distance is not null then phosphatase_multiple end as phosphatase_multiple,
            is_raised and case when distance is not null then not is_twice end as is_candidate
        from near
        order by site_id, subject_id, test, collected, replicate, bilirubin_collected,
            bilirubin_replicate,
            distance, near.phosphatase_collected, phosphatase_replicate desc
    )
    select distinct on (site_id, subject_id) group_value, site_id, subject_id, is_candidate,
        test, collected, study_day(collected, first_dose) as study_day, multiple as times_uln,
        lower_bound(multiple) as times_uln_lower, upper_bound(multiple) as times_uln_upper,
        exact_value(multiple) as times_uln_exact,
        bilirubin_collected, bilirubin_multiple as bilirubin_times_uln,
        lower_bound(bilirubin_multiple) as bilirubin_times_uln_lower,
        upper_bound(bilirubin_multiple) as bilirubin_times_uln_upper,
        exact_value(bilirubin_multiple) as bilirubin_times_uln_exact,
        phosphatase_collected, phosphatase_multiple as phosphatase_times_uln,
        lower_bound(phosphatase_multiple) as phosphatase_times_uln_lower,
        upper_bound(phosphatase_multiple) as phosphatase_times_uln_upper,
        exact_value(phosphatase_multiple) as phosphatase_times_uln_exact
    from judged
    where is_candidate is not false
    order by site_id, subject_id, is_candidate desc nulls last, collected, bilirubin_collected,
        test, replicate desc, bilirubin_replicate desc;

comment on view hys_law_candidate is 'subjects with alanine or aspartate aminotransferase of at least 3 times the upper limit of normal and bilirubin of at least twice, not more than protocol.hys_law_days apart, and alkaline phosphatase, at its nearest within as many days, of less than twice; all of them on treatment. One row per subject, of the first such pair. Results without an upper limit are not judged';
comment on column hys_law_candidate.group_value is 'the subject''s group, as in safety_population';
comment on column hys_law_candidate.site_id is 'the site';
comment on column hys_law_candidate.subject_id is 'the subject''s code';
comment on column hys_law_candidate.is_candidate is 'true; or null if a censored result, or one of alkaline phosphatase that is missing, leaves it open';
comment on column hys_law_candidate.test is 'ALT or AST';
comment on column hys_law_candidate.collected is 'the day of its sample';
comment on column hys_law_candidate.study_day is 'the study day of its sample';
comment on column hys_law_candidate.times_uln is 'its multiple of the upper limit of normal';
comment on column hys_law_candidate.times_uln_lower is 'the lower end of what that may be; null where there is none';
comment on column hys_law_candidate.times_uln_upper is 'the upper end of what that may be; null where there is none';
comment on column hys_law_candidate.times_uln_exact is 'its number; null if it is censored';
comment on column hys_law_candidate.bilirubin_collected is 'the day of the sample for bilirubin';
comment on column hys_law_candidate.bilirubin_times_uln is 'bilirubin as a multiple of its upper limit of normal';
comment on column hys_law_candidate.bilirubin_times_uln_lower is 'the lower end of what that may be; null where there is none';
comment on column hys_law_candidate.bilirubin_times_uln_upper is 'the upper end of what that may be; null where there is none';
comment on column hys_law_candidate.bilirubin_times_uln_exact is 'its number; null if it is censored';
comment on column hys_law_candidate.phosphatase_collected is 'the day of the sample for alkaline phosphatase';
comment on column hys_law_candidate.phosphatase_times_uln is 'alkaline phosphatase as a multiple of its upper limit of normal';
comment on column hys_law_candidate.phosphatase_times_uln_lower is 'the lower end of what that may be; null where there is none';
comment on column hys_law_candidate.phosphatase_times_uln_upper is 'the upper end of what that may be; null where there is none';
comment on column hys_law_candidate.phosphatase_times_uln_exact is 'its number; null if it is censored';
$ddl$),
(111, 'views/ecg_finding.sql', $ddl$
-- Electrocardiograms: intervals and rates beyond bounds, and interpretations

create view ecg_finding as
    with
    result as (
        select population.group_value, site_id, subject_id, test, code, standard_value as value,
            _virotrial.lab_value_change(standard_baseline, standard_value) as change
        from (select * from lab_limit
            where test in ('QTCFAG', 'PRAG', 'QRSAG', 'EGHRMN', 'INTP')) as limited
        -- a full join cannot become a nested loop over what has no index
        full join safety_population as population using (site_id, subject_id)
        where coalesce(collected > population.first_dose
            and collected <= population.last_emergent_day, false)
    ),
    examined as (
        select result.group_value, finding.position, finding.test, finding.finding, result.site_id,
            result.subject_id,
            case when bool_or(finding.is_found) then true
                when bool_and(finding.is_found is not null) then false end as is_found
        from result
        cross join lateral (values
            (1, 'QTCFAG', 'QTcF over 450 ms', result.value > 450::double precision),
            (2, 'QTCFAG', 'QTcF over 480 ms', result.value > 480::double precision),
            (3, 'QTCFAG', 'QTcF over 500 ms', result.value > 500::double precision),
            (4, 'QTCFAG', 'QTcF more than 30 ms over baseline', result.change > 30::double precision),
            (5, 'QTCFAG', 'QTcF more than 60 ms over baseline', result.change > 60::double precision),
            (6, 'PRAG', 'PR interval over 200 ms', result.value > 200::double precision),
            (7, 'QRSAG', 'QRS duration over 120 ms', result.value > 120::double precision),
            (8, 'EGHRMN', 'heart rate under 50 a minute', result.value < 50::double precision),
            (9, 'EGHRMN', 'heart rate over 100 a minute', result.value > 100::double precision),
            (10, 'INTP', 'abnormal', case when result.code <> 'NOT EVALUABLE' then result.code <> 'NORMAL' end),
            (11, 'INTP', 'abnormal and clinically significant', case when result.code <> 'NOT EVALUABLE' then result.code = 'ABNORMAL CS' end)
        ) as finding (position, test, finding, is_found)
        where finding.test = result.test
        group by result.group_value, finding.position, finding.test, finding.finding,
            result.site_id, result.subject_id
    )
    select tally."grouping", tally.group_value, tally.position, tally.test, tally.finding,
        tally.evaluable, tally.subjects_unknown, tally.subjects,
        100 * proportion.rate as percent,
        100 * proportion.ci_lower as percent_ci_lower,
        100 * proportion.ci_upper as percent_ci_upper,
        nullif(data_cut(), 'infinity') as data_cut
    from (
        select one."grouping", one.group_value, position, test, finding,
            count(is_found) as evaluable, count(*) - count(is_found) as subjects_unknown, count(*)
                filter (where is_found) as subjects
        from examined
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), examined.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value, position, test, finding
    ) as tally
    cross join lateral response_rate(response_tally(tally.subjects, tally.evaluable)) as proportion
    order by tally."grouping", tally.group_value, tally.position;

comment on view ecg_finding is 'subjects with a finding in an electrocardiogram on treatment, with exact limits of 95 %; the bounds are the customary ones, as the protocol gives none';
comment on column ecg_finding."grouping" is 'all, or the column of analysis_subject by which subjects are grouped: site_id unless the setting virotrial.group_by names another';
comment on column ecg_finding.group_value is 'the group; all for everybody together';
comment on column ecg_finding.position is 'the order of the findings';
comment on column ecg_finding.test is 'what is measured';
comment on column ecg_finding.finding is 'the finding, in at least one electrocardiogram';
comment on column ecg_finding.evaluable is 'subjects with an electrocardiogram on treatment of whom that can be told';
comment on column ecg_finding.subjects_unknown is 'subjects with one of whom it cannot: for want of a baseline, or because it could not be evaluated';
comment on column ecg_finding.subjects is 'subjects with the finding';
comment on column ecg_finding.percent is 'subjects, per cent of the evaluable';
comment on column ecg_finding.percent_ci_lower is 'its lower limit (Clopper and Pearson)';
comment on column ecg_finding.percent_ci_upper is 'its upper limit';
comment on column ecg_finding.data_cut is 'the last day whose data count; null where there is no data cut';
$ddl$),
(112, 'views/tolerability.sql', $ddl$
-- Tolerability: who gave up the study drug or the study, why and when; and deaths

create view discontinuation as
    with
    ended as (
        select one."grouping", one.group_value, course.discontinuation_reason as reason
        from safety_population as population
        join treatment_course as course using (site_id, subject_id)
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), population.group_value)) as one ("grouping", group_value)
    ),
    population as (
        select "grouping", group_value, count(*) as subjects
        from ended
        group by "grouping", group_value
    ),
    cause as (
        select *
        from (values (0, null), (1, 'adverse event'), (2, 'death'), (3, 'lack of efficacy'),
            (4, 'consent withdrawn'), (5, 'lost to follow-up'),
            (6, 'protocol deviation'), (7, 'pregnancy'), (8, 'physician decision'),
            (9, 'subject decision'), (10, 'drug interaction'), (11, 'supply'), (12, 'other'),
            (13, 'not documented')) as named (position, cause)
    ),
    tally as (
        select "grouping", group_value, reason, count(*) as subjects
        from ended
        where reason is not null
        group by grouping sets (("grouping", group_value), ("grouping", group_value, reason))
    )
    select population."grouping", population.group_value, cause.position, cause.cause,
        population.subjects as population, coalesce(tally.subjects, 0) as subjects,
        100 * proportion.rate as percent,
        100 * proportion.ci_lower as percent_ci_lower,
        100 * proportion.ci_upper as percent_ci_upper,
        nullif(data_cut(), 'infinity') as data_cut
    from population
    cross join cause
    left join tally on tally."grouping" = population."grouping"
        and tally.group_value = population.group_value
        and tally.reason is not distinct from cause.cause
    cross join lateral response_rate(response_tally(coalesce(tally.subjects, 0),
        population.subjects)) as proportion
    order by population."grouping", population.group_value, cause.position;

comment on view discontinuation is 'subjects who had a first dose and gave up the study drug or the study by the data cut, as treatment_course has it, in all and by cause, with exact limits of 95 %';
comment on column discontinuation."grouping" is 'all, or the column of analysis_subject by which subjects are grouped: site_id unless the setting virotrial.group_by names another';
comment on column discontinuation.group_value is 'the group; all for everybody together';
comment on column discontinuation.position is 'the order of the causes';
comment on column discontinuation.cause is 'treatment_course.discontinuation_reason; null for all of them together';
comment on column discontinuation.population is 'subjects who had a first dose';
comment on column discontinuation.subjects is 'those of them who discontinued for this cause';
comment on column discontinuation.percent is 'subjects, per cent of the population';
comment on column discontinuation.percent_ci_lower is 'its lower limit (Clopper and Pearson)';
comment on column discontinuation.percent_ci_upper is 'its upper limit';
comment on column discontinuation.data_cut is 'the last day whose data count; null where there is no data cut';

create view time_to_discontinuation as
    with
    followed as (
        select one."grouping", one.group_value,
            greatest(0, least(course.treated_until, (select analysis_date()))
                - population.first_dose + 1) as days,
            course.discontinued is not null as is_discontinued
        from safety_population as population
        join treatment_course as course using (site_id, subject_id)
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), population.group_value)) as one ("grouping", group_value)
    ),
    curve as (
        select "grouping", group_value,
            survival_curve(days::double precision, is_discontinued) as curve
        from followed
        group by "grouping", group_value
    )
    select curve."grouping", curve.group_value, step."time"::integer as days, step.at_risk,
        step.events as discontinued, step.censored,
        step.survival as remaining, step.std_error, step.ci_lower as remaining_ci_lower,
        step.ci_upper as remaining_ci_upper,
        nullif(data_cut(), 'infinity') as data_cut
    from curve
    cross join lateral survival_curve_rows(curve.curve) as step
    order by curve."grouping", curve.group_value, days;

comment on view time_to_discontinuation is 'the time from the first dose to discontinuation for any cause, as treatment_course has it, by Kaplan and Meier with log-log limits of 95 %; who completed treatment, or is still on it at the data cut, is censored';
comment on column time_to_discontinuation."grouping" is 'all, or the column of analysis_subject by which subjects are grouped: site_id unless the setting virotrial.group_by names another';
comment on column time_to_discontinuation.group_value is 'the group; all for everybody together';
comment on column time_to_discontinuation.days is 'days since the first dose, that day included';
comment on column time_to_discontinuation.at_risk is 'subjects still on treatment just before';
comment on column time_to_discontinuation.discontinued is 'subjects who discontinued then';
comment on column time_to_discontinuation.censored is 'subjects who were followed no longer';
comment on column time_to_discontinuation.remaining is 'the probability of being on treatment for longer';
comment on column time_to_discontinuation.std_error is 'its standard error (Greenwood)';
comment on column time_to_discontinuation.remaining_ci_lower is 'its lower limit; null where the probability is 1 or 0';
comment on column time_to_discontinuation.remaining_ci_upper is 'its upper limit';
comment on column time_to_discontinuation.data_cut is 'the last day whose data count; null where there is no data cut';

create view death as
    with
    fatal as (
        select site_id, subject_id,
            string_agg(term, ', ' order by onset_first, event_number) as terms,
            bool_or(is_related) as is_related
        from analysis_ae
        where is_fatal
        group by site_id, subject_id
    )
    select population.group_value, site_id, subject_id,
        disposition.ended as died,
        study_day(disposition.ended, population.first_dose) as study_day,
        disposition.ended - population.last_dose as days_since_last_dose,
        disposition.ended <= population.last_emergent_day as is_on_treatment,
        fatal.terms as fatal_events, fatal.is_related
    from safety_population as population
    join disposition using (site_id, subject_id)
    -- a full join cannot become a nested loop over what has no index
    full join fatal using (site_id, subject_id)
    where coalesce(disposition.reason = 'death'
        and disposition.ended <= (select data_cut()), false);

comment on view death is 'the deaths, up to the data cut, of subjects who had a first dose; a fatal adverse event needs one of these';
comment on column death.group_value is 'the subject''s group, as in safety_population';
comment on column death.site_id is 'the site';
comment on column death.subject_id is 'the subject''s code';
comment on column death.died is 'the day of death';
comment on column death.study_day is 'its study day';
comment on column death.days_since_last_dose is 'days since the last dose of the study drug';
comment on column death.is_on_treatment is 'whether it was not more than protocol.treatment_emergent_days after the last dose';
comment on column death.fatal_events is 'the terms of the fatal adverse events; null if none is on record';
comment on column death.is_related is 'whether one of them is counted as related to the study drug; null if that was not judged';

create view safety_finding as
    with
    finding as (
        select 1 as position, group_value, true as is_certain from death
        union all
        select 2, group_value, true from death where is_on_treatment
        union all
        select 3, group_value, is_candidate is not null from hys_law_candidate
    ),
    population as (select * from _safety_population_size),
    tally as (
        select one."grouping", one.group_value, finding.position,
            count(*) filter (where finding.is_certain) as subjects, count(*)
                filter (where not finding.is_certain) as subjects_unknown
        from finding
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), finding.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value, finding.position
    ),
    counted as (
        select population."grouping", population.group_value, named.position, named.finding,
            population.subjects as population,
            coalesce(tally.subjects, 0) as subjects,
            coalesce(tally.subjects_unknown, 0) as subjects_unknown
        from population
        cross join (values (1, 'death'), (2, 'death on treatment'),
            (3, 'Hy''s law candidate')) as named (position, finding)
        left join tally using ("grouping", group_value, position)
    )
    select counted."grouping", counted.group_value, counted.position, counted.finding,
        counted.population, counted.subjects, counted.subjects_unknown,
        100 * proportion.rate as percent,
        100 * proportion.ci_lower as percent_ci_lower,
        100 * proportion.ci_upper as percent_ci_upper,
        nullif(data_cut(), 'infinity') as data_cut
    from counted
    cross join lateral response_rate(response_tally(counted.subjects,
        counted.population)) as proportion
    order by counted."grouping", counted.group_value, counted.position;

comment on view safety_finding is 'deaths and candidates of Hy''s law, of the subjects who had a first dose, with exact limits of 95 %';
comment on column safety_finding."grouping" is 'all, or the column of analysis_subject by which subjects are grouped: site_id unless the setting virotrial.group_by names another';
comment on column safety_finding.group_value is 'the group; all for everybody together';
comment on column safety_finding.position is 'the order of the findings';
comment on column safety_finding.finding is 'what is counted';
comment on column safety_finding.population is 'subjects who had a first dose';
comment on column safety_finding.subjects is 'subjects with the finding';
comment on column safety_finding.subjects_unknown is 'subjects of whom it cannot be told';
comment on column safety_finding.percent is 'subjects, per cent of the population';
comment on column safety_finding.percent_ci_lower is 'its lower limit (Clopper and Pearson)';
comment on column safety_finding.percent_ci_upper is 'its upper limit';
comment on column safety_finding.data_cut is 'the last day whose data count; null where there is no data cut';
$ddl$),
(113, 'views/subgroup.sql', $ddl$
-- The subgroups of the treated subjects by which tables and figures divide them

create view _subgroup as
    with
    background as (
        select activity.site_id, activity.subject_id,
            count(*) filter (where activity.is_fully_active) as active,
            bool_or(activity.is_fully_active is null) as is_open
        from obt_activity as activity
        join _treated_at_cut as treated using (site_id, subject_id)
        where not activity.is_booster and activity.as_of = treated.first_dose
        group by activity.site_id, activity.subject_id
    )
    select population.site_id, population.subject_id, population.group_value, one.position,
        one.variable, coalesce(one.level, 'not known') as level
    from safety_population as population
    join analysis_subject as subject using (site_id, subject_id)
    left join background using (site_id, subject_id)
    cross join lateral (values
        (15, 'Age group, years', case when subject.age < 18 then '17 and under'
            when subject.age < 40 then '18 to 39' when subject.age < 65 then '40 to 64'
            when subject.age >= 65 then '65 and over' end),
        (20, 'Sex', subject.sex),
        (40, 'HIV-1 RNA over 100000 copies/mL',
            case when subject.baseline_viral_load is null then 'missing'
                when subject.baseline_viral_load > 100000 then 'yes'
                when not subject.baseline_viral_load > 100000 then 'no' end),
        (60, 'CD4 count below 200 cells/µL',
            case when subject.baseline_cd4_count is null then 'missing'
                when subject.baseline_cd4_count < 200 then 'yes'
                when not subject.baseline_cd4_count < 200 then 'no' end),
        (100, 'Background drugs that are fully active',
            case when background.subject_id is null or background.is_open and active < 3
                then 'not known' when active >= 3 then '3 or more'
                else active::text end)
    ) as one (position, variable, level);
comment on view _subgroup is 'the subgroups of each treated subject, one row per variable';
comment on column _subgroup.site_id is 'the site';
comment on column _subgroup.subject_id is 'the subject''s code';
comment on column _subgroup.group_value is 'the subject''s group, as in safety_population';
comment on column _subgroup.position is 'the place of the variable among those of the baseline';
comment on column _subgroup.variable is 'what divides the subjects';
comment on column _subgroup.level is 'the subgroup';
$ddl$),
(114, 'views/result_subgroup.sql', $ddl$
-- Responses in subgroups of the subjects, and at each site

create view _result_subgroup as
    with
    -- non-completer = failure, as in endpoint_virology
    answer as (
        select site_id, subject_id, group_value, visit, position, is_observed,
            case when left_for_treatment is not null then false
                when is_observed then is_below_suppression_threshold
                when missing_reason = 'pending' then null else false end as is_response
        from visit_response
    ),
    latest as (
        select visit
        from answer
        cross join (select count(*) as subjects from safety_population) as treated
        group by visit, position, treated.subjects
        order by case when 2 * count(*) >= treated.subjects then position else 0 end desc,
            count(*) desc
        limit 1
    ),
    divided as (
        select position, variable, level, site_id, subject_id
        from _subgroup
        where variable <> 'Age group, years'
        union all
        select one.position, one.variable, one.level, site_id, subject_id
        from safety_population
        cross join lateral (values (0, 'All subjects', 'all'), (200, 'Site', site_id))
            as one (position, variable, level)
    ),
    part as (
        select divided.position, divided.variable, divided.level, answer.group_value,
            answer.visit, count(*) as subjects,
            count(*) filter (where answer.is_response) as responders,
            count(*) filter (where answer.is_response is null) as unknown,
            count(*) filter (where not answer.is_observed) as missing
        from answer
        join latest using (visit)
        join divided using (site_id, subject_id)
        group by divided.position, divided.variable, divided.level, answer.group_value,
            answer.visit
    ),
    whole as (
        select part.position, part.variable, part.level, part.visit, one."grouping",
            one.group_value, sum(part.subjects)::bigint as subjects,
            sum(part.responders)::bigint as responders, sum(part.unknown)::bigint as unknown,
            sum(part.missing)::bigint as missing
        from part
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), part.group_value)) as one ("grouping", group_value)
        group by part.position, part.variable, part.level, part.visit, one."grouping",
            one.group_value
    ),
    place as (
        select variable, level, 100 * position + row_number()
            over (partition by variable order by level in ('missing', 'not known'), level) as place
        from (select distinct position, variable, level from divided) as known
    ),
    arms as (
        select min(arm) filter (where place = 1) as treated,
            min(arm) filter (where place = 2) as control
        from (select arm, row_number() over (order by treatment = 'study drug' desc, position)
            as place from arm) as placed
        where _virotrial.grouping_column() in ('arm', 'treated_arm')
        having count(*) = 2
    ),
    compared as (
        select divided.variable, divided.level, answer.visit,
            format('%s, %s less %s', divided.variable, arms.treated, arms.control) as what,
            rate_difference(response_comparison(coalesce(answer.is_response, false),
                answer.group_value = arms.treated)) as difference
        from arms
        cross join answer
        join latest using (visit)
        join divided using (site_id, subject_id)
        where answer.group_value in (arms.treated, arms.control)
        group by divided.variable, divided.level, answer.visit, arms.treated, arms.control
    )
    select 'response_by_subgroup' as display, place.place::integer as position,
        whole."grouping", whole.group_value, whole.visit, whole.variable, whole.level,
        one.statistic, one.value, null as qualifier, one.decimals
    from whole
    join place using (variable, level)
    cross join lateral (
        select response_rate(response_tally(whole.responders, whole.subjects)) as lowest,
            response_rate(response_tally(whole.responders + whole.unknown, whole.subjects))
                as highest
        offset 0
    ) as limits
    cross join lateral (values ('n', whole.responders::double precision, 0),
        ('evaluable', whole.subjects, 0),
        ('missing', whole.missing, 0),
        ('unknown', whole.unknown, 0),
        ('percent', 100 * (limits.lowest).rate, 1),
        ('ci_lower', 100 * (limits.lowest).ci_lower, 1),
        ('ci_upper', 100 * (limits.lowest).ci_upper, 1),
        ('percent_lowest', 100 * (limits.lowest).rate, 1),
        ('percent_highest', 100 * (limits.highest).rate, 1)) as one (statistic, value, decimals)
    union all
    select 'response_by_subgroup', 50 + place.place::integer, 'all', 'all', compared.visit,
        compared.what, compared.level, one.statistic, one.value, null, 1
    from compared
    join place using (variable, level)
    cross join lateral (values ('percent', 100 * (compared.difference).estimate),
        ('ci_lower', 100 * (compared.difference).ci_lower),
        ('ci_upper', 100 * (compared.difference).ci_upper)) as one (statistic, value)
    where (compared.difference).treated > 0 and (compared.difference).control > 0;

comment on view _result_subgroup is 'results of subgroups and sites: responses, non-completer = failure, below protocol.suppression_threshold at the last visit that at least half of the treated subjects have reached; of two arms also the difference, one row per statistic';
comment on column _result_subgroup.display is 'the display of the report';
comment on column _result_subgroup.position is 'the place of the row in the display';
comment on column _result_subgroup."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _result_subgroup.group_value is 'the group';
comment on column _result_subgroup.visit is 'the visit';
comment on column _result_subgroup.variable is 'what is analysed';
comment on column _result_subgroup.level is 'the category, rule, term or grade';
comment on column _result_subgroup.statistic is 'the name of the statistic';
comment on column _result_subgroup.value is 'its value; null where it is not estimable';
comment on column _result_subgroup.qualifier is '< or > where the value is a bound';
comment on column _result_subgroup.decimals is 'the decimals that a report prints';
$ddl$),
(115, 'views/result_subject.sql', $ddl$
-- Results about subjects: who they were, what became of them, how long they were treated

create view _result_subject as
    with
    history as (
        select art.site_id, art.subject_id, count(distinct art.drug) as drugs
        from art_history as art
        join _treated_at_cut as treated using (site_id, subject_id)
        where art.started <= treated.first_dose
        group by art.site_id, art.subject_id
    ),
    person as materialized (
        select one."grouping", one.group_value, population.site_id, population.subject_id,
            subject.age, subject.resistant_drugs, subject.intolerable_drugs,
            subject.background_drugs, subject.baseline_log10_copies,
            subject.baseline_cd4_count_exact, subject.outcome,
            coalesce(history.drugs, 0) as earlier_drugs,
            population.days_on_treatment, coalesce(exposure.person_years, 0) as person_years,
            exposure.is_ongoing, coalesce(exposure.interruptions, 0) > 0 as is_interrupted
        from safety_population as population
        join analysis_subject as subject using (site_id, subject_id)
        left join exposure using (site_id, subject_id)
        left join history using (site_id, subject_id)
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), population.group_value)) as one ("grouping", group_value)
    ),
    population as (
        select "grouping", group_value, count(*) as subjects
        from person
        group by "grouping", group_value
    ),
    measure as (
        select one.display, one.position, person."grouping", person.group_value, one.variable,
            (mean_ci(one.value order by one.value)) as mean,
            percentile_cont(array[0, 0.25, 0.5, 0.75, 1]) within group (order by one.value)
                as quantile,
            sum(one.value order by one.value) as total, one.decimals
        from person
        cross join lateral (values
            ('demographics', 10, 'Age, years', person.age::double precision, 0),
            ('demographics', 30, 'HIV-1 RNA, log10 copies/mL', person.baseline_log10_copies, 2),
            ('demographics', 50, 'CD4 count, cells/µL', person.baseline_cd4_count_exact, 0),
            ('demographics', 70, 'Drugs with resistance', person.resistant_drugs, 0),
            ('demographics', 80, 'Drugs not tolerated', person.intolerable_drugs, 0),
            ('demographics', 90, 'Antiretroviral drugs before the study',
                person.earlier_drugs, 0),
            ('exposure', 10, 'Days on treatment', person.days_on_treatment, 0),
            ('exposure', 20, 'Person-years', person.person_years, 2)
        ) as one (display, position, variable, value, decimals)
        group by one.display, one.position, person."grouping", person.group_value, one.variable,
            one.decimals
    ),
    answer as (
        select one.display, one.position, person."grouping", person.group_value, one.variable,
            one.level, count(*) as subjects
        from person
        cross join lateral (values
            ('demographics', 110, 'Background therapy',
                coalesce(person.background_drugs, 'none')),
            ('exposure', 30, 'Interrupted at least once',
                case when person.is_interrupted then 'yes' else 'no' end),
            ('exposure', 40, 'On treatment on the day of analysis',
                case when person.is_ongoing then 'yes' else 'no' end),
            ('disposition', 10, 'Study', coalesce(case person.outcome when 'completed'
                then 'completed' when 'discontinued' then 'left the study early' end,
                'in the study'))
        ) as one (display, position, variable, level)
        group by one.display, one.position, person."grouping", person.group_value, one.variable,
            one.level
        union all
        select 'demographics', divided.position, one."grouping", one.group_value,
            divided.variable, divided.level, count(*)
        from _subgroup as divided
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), divided.group_value)) as one ("grouping", group_value)
        group by divided.position, one."grouping", one.group_value, divided.variable,
            divided.level
    ),
    -- who was treated for some time was treated for all shorter ones
    duration as (
        select person."grouping", person.group_value, one.days, one.weeks,
            count(*) filter (where person.days_on_treatment >= one.days) as subjects
        from person
        cross join (values (1, '1 day'), (28, '4 weeks'), (84, '12 weeks'), (168, '24 weeks'),
            (336, '48 weeks'), (672, '96 weeks')) as one (days, weeks)
        group by person."grouping", person.group_value, one.days, one.weeks
    ),
    enrolled as (
        select one."grouping", one.group_value, subject.is_treated, subject.is_analysable,
            subject.is_per_protocol
        from analysis_subject as subject
        left join _virotrial.analysis_group('analysis_subject'::regclass) as grouped
            using (site_id, subject_id)
        cross join lateral (values ('all', 'all'), (_virotrial.grouping_column(),
            case when _virotrial.grouping_column() = 'site_id' then site_id
                else coalesce(grouped.group_value, 'not known') end)
            ) as one ("grouping", group_value)
        where subject.is_enrolled
    ),
    set_of_subjects as (
        select "grouping", group_value, count(*) as subjects,
            count(*) filter (where is_treated) as treated,
            count(*) filter (where is_analysable) as analysable,
            count(*) filter (where is_per_protocol) as per_protocol
        from enrolled
        group by "grouping", group_value
    ),
    -- a group without a subject of a level has a zero, not a gap
    category as (
        select level.display, level.position, population."grouping", population.group_value,
            level.variable, level.level, coalesce(answer.subjects, 0) as subjects,
            population.subjects as population
        from (
            select display, 1000 * position + row_number() over (partition by display, variable
                order by level in ('missing', 'not known'), level) as position,
                variable, level
            from (select distinct display, position, variable, level from answer) as known
        ) as level
        cross join population
        left join answer using (display, "grouping", group_value, variable, level)
        union all
        select 'disposition', 20000 + one.position, one."grouping", one.group_value,
            'Study drug or study given up', coalesce(one.cause, 'any reason'), one.subjects,
            one.population
        from discontinuation as one
        where one.cause is null or exists (
            select from safety_population
            join treatment_course using (site_id, subject_id)
            where discontinuation_reason = one.cause)
        union all
        select 'exposure', 25000 + duration.days, duration."grouping", duration.group_value, 'Treated for at least', duration.weeks,
            duration.subjects, population.subjects
        from duration
        join population using ("grouping", group_value)
        union all
        select 'populations', one.position, subjects."grouping", subjects.group_value, one.label,
            null, one.subjects, subjects.subjects
        from set_of_subjects as subjects
        cross join lateral (values (1, 'Enrolled', subjects.subjects),
            (2, 'Treated: safety', subjects.treated),
            (3, 'Treated, with a baseline of HIV-1 RNA: efficacy', subjects.analysable),
            (4, 'Treated, without deviation that excludes: per protocol',
                subjects.per_protocol)) as one (position, label, subjects)
        union all
        select 'consort', 10000 + flow.position, 'all', 'all', flow.stage, flow.reason,
            flow.subjects, null
        from consort_flow as flow
    ),
    breach as (
        select person."grouping", person.group_value, deviation.rule,
            count(distinct (person.site_id, person.subject_id)) as subjects,
            count(*) as deviations
        from person
        join deviation using (site_id, subject_id)
        group by grouping sets ((person."grouping", person.group_value),
            (person."grouping", person.group_value, deviation.rule))
    ),
    kind as (
        select rule, row_number() over (order by rule is not null, subjects desc, rule) as position
        from breach
        where "grouping" = 'all'
    )
    select measure.display, 1000 * measure.position as position, measure."grouping",
        measure.group_value, null as visit, measure.variable, null as level,
        one.statistic, one.value,
        null as qualifier, one.decimals
    from measure
    cross join lateral (values ('n', (measure.mean).n, 0),
        ('missing', (measure.mean).missing, 0),
        ('mean', (measure.mean).mean, measure.decimals + 1),
        ('sd', (measure.mean).sd, measure.decimals + 2),
        ('min', measure.quantile[1], measure.decimals),
        ('p25', measure.quantile[2], measure.decimals + 1),
        ('median', measure.quantile[3], measure.decimals + 1),
        ('p75', measure.quantile[4], measure.decimals + 1),
        ('max', measure.quantile[5], measure.decimals),
        ('sum', measure.total, measure.decimals)) as one (statistic, value, decimals)
    where one.statistic <> 'sum' or measure.display = 'exposure'
    union all
    select category.display, category.position::integer, category."grouping",
        category.group_value, null, category.variable, category.level,
        one.statistic, one.value, null, one.decimals
    from category
    cross join lateral (values ('n', category.subjects::double precision, 0),
        ('percent', 100 * category.subjects::double precision / category.population, 1)
        ) as one (statistic, value, decimals)
    where one.statistic = 'n' or category.population is not null
    union all
    select 'populations', 0, "grouping", group_value, null, null, null, 'N', subjects, null, 0
    from set_of_subjects
    union all
    select 'deviations', kind.position::integer, population."grouping",
        population.group_value, null, 'Deviations',
        coalesce(replace(kind.rule, '_', ' '), 'any deviation'),
        one.statistic, one.value, null,
        one.decimals
    from population
    cross join kind
    left join breach on breach."grouping" = population."grouping"
        and breach.group_value = population.group_value
        and breach.rule is not distinct from kind.rule
    cross join lateral (values ('n', coalesce(breach.subjects, 0)::double precision, 0),
        ('percent', 100 * coalesce(breach.subjects, 0)::double precision / population.subjects, 1),
        ('events', coalesce(breach.deviations, 0), 0)) as one (statistic, value, decimals);

comment on view _result_subject is 'results about subjects: demographics, populations, flow, disposition, exposure, deviations, one row per statistic';
comment on column _result_subject.display is 'the display of the report';
comment on column _result_subject.position is 'the place of the row in the display';
comment on column _result_subject."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _result_subject.group_value is 'the group';
comment on column _result_subject.visit is 'the visit';
comment on column _result_subject.variable is 'what is analysed';
comment on column _result_subject.level is 'the category, rule, term or grade';
comment on column _result_subject.statistic is 'the name of the statistic';
comment on column _result_subject.value is 'its value; null where it is not estimable';
comment on column _result_subject.qualifier is '< or > where the value is a bound';
comment on column _result_subject.decimals is 'the decimals that a report prints';
$ddl$),
(116, 'views/result_efficacy.sql', $ddl$
-- Results of the efficacy endpoints: responses, and changes of viral load and CD4 count

create view _result_efficacy as
    with
    response as (
        select endpoint.*,
            dense_rank() over (order by response like '>%', threshold desc) as response_position,
            array_position(array['observed', 'non-completer = failure',
                'treatment-related discontinuation = failure',
                'last observation carried forward', 'snapshot'], rule) as rule_position
        from endpoint_virology as endpoint
    )
    select 'response' as display,
        (10000 * response.response_position + 100 * response.position
            + response.rule_position)::integer as position,
        response."grouping", response.group_value, response.visit,
        'HIV-1 RNA ' || response.response || case when response.response like '<%'
            then ' copies/mL' else ' below baseline' end as variable,
        response.rule as level, one.statistic, one.value, null as qualifier, one.decimals
    from response
    cross join lateral (values ('n', response.responders::double precision, 0),
        ('evaluable', response.evaluable + response.unknown, 0),
        ('missing', response.missing, 0),
        ('unknown', response.unknown, 0),
        ('percent', 100 * response.reported_rate, 1),
        ('ci_lower', 100 * response.reported_ci_lower, 1),
        ('ci_upper', 100 * response.reported_ci_upper, 1),
        ('percent_lowest', 100 * response.lowest_rate, 1),
        ('percent_highest', 100 * response.highest_rate, 1)) as one (statistic, value, decimals)
    union all
    select 'viral_load_change', change.position, change."grouping", change.group_value,
        change.visit, 'Fall of HIV-1 RNA from baseline, log10 copies/mL', null, one.statistic,
        one.value, one.qualifier, one.decimals
    from endpoint_log_reduction as change
    cross join lateral (values ('n', change.n::double precision, null, 0),
        ('missing', change.missing, null, 0),
        ('unknown', change.unknown, null, 0),
        ('censored', change.censored, null, 0),
        ('mean', change.mean, null, 2),
        ('sd', change.sd, null, 2),
        ('ci_lower', change.ci_lower, null, 2),
        ('ci_upper', change.ci_upper, null, 2),
        ('mean_mle', change.mean_mle, null, 2),
        ('sd_mle', change.sd_mle, null, 2),
        ('mle_ci_lower', change.mle_ci_lower, null, 2),
        ('mle_ci_upper', change.mle_ci_upper, null, 2),
        ('median', quantity(change.median), change.median_qualifier, 2),
        ('median_ci_lower', change.median_ci_lower, null, 2),
        ('median_ci_upper', change.median_ci_upper, null, 2),
        ('geometric_mean', change.geometric_mean, null, 0),
        ('geometric_mean_mle', change.geometric_mean_mle, null, 1)
        ) as one (statistic, value, qualifier, decimals)
    union all
    select 'cd4_change', change.position, change."grouping", change.group_value, change.visit,
        'Change of CD4 count from baseline, cells/µL', null, one.statistic, one.value, null,
        one.decimals
    from endpoint_cd4 as change
    cross join lateral (values ('n', change.n::double precision, 0),
        ('missing', change.missing, 0),
        ('not_evaluable', change.not_evaluable, 0),
        ('mean', change.mean, 1),
        ('sd', change.sd, 1),
        ('ci_lower', change.ci_lower, 1),
        ('ci_upper', change.ci_upper, 1),
        ('median', change.median, 1),
        ('median_ci_lower', change.median_ci_lower, 1),
        ('median_ci_upper', change.median_ci_upper, 1),
        ('hodges_lehmann', change.hodges_lehmann, 1),
        ('hodges_lehmann_ci_lower', change.hodges_lehmann_ci_lower, 1),
        ('hodges_lehmann_ci_upper', change.hodges_lehmann_ci_upper, 1),
        ('p_value', change.signed_rank_p_value, 4)) as one (statistic, value, decimals);

comment on view _result_efficacy is 'results of the efficacy endpoints: responses, and changes of viral load and CD4 count, one row per statistic';
comment on column _result_efficacy.display is 'the display of the report';
comment on column _result_efficacy.position is 'the place of the row in the display';
comment on column _result_efficacy."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _result_efficacy.group_value is 'the group';
comment on column _result_efficacy.visit is 'the visit';
comment on column _result_efficacy.variable is 'what is analysed';
comment on column _result_efficacy.level is 'the category, rule, term or grade';
comment on column _result_efficacy.statistic is 'the name of the statistic';
comment on column _result_efficacy.value is 'its value; null where it is not estimable';
comment on column _result_efficacy.qualifier is '< or > where the value is a bound';
comment on column _result_efficacy.decimals is 'the decimals that a report prints';
$ddl$),
(117, 'views/result_survival.sql', $ddl$
-- Results of times to an event: every step of each curve, and the curve at the visits

create view _survival_part as
    with
    timed as (
        select time_to_response.site_id, time_to_response.subject_id,
            '1 Time to response, < ' || threshold as variable, "time", event
        from time_to_response
        where "time" is not null
        union all
        select site_id, subject_id, '2 Time to loss of response, < ' || threshold, "time", event
        from time_to_loss_of_response
        where "time" is not null
    )
    select _virotrial.grouping_column() as "grouping", population.group_value,
        timed.variable || ' copies/mL' as variable, count(*) as subjects,
        survival_curve(timed."time", timed.event) as curve,
        nullif(data_cut(), 'infinity') as data_cut
    from timed
    join safety_population as population using (site_id, subject_id)
    group by population.group_value, timed.variable;
comment on view _survival_part is 'the curves of times to an event for each group; that of all groups is their roll-up';
comment on column _survival_part."grouping" is 'the column of analysis_subject by which subjects are grouped';
comment on column _survival_part.group_value is 'the group';
comment on column _survival_part.variable is 'the event, after its place';
comment on column _survival_part.subjects is 'subjects with a time';
comment on column _survival_part.curve is 'the curve';
comment on column _survival_part.data_cut is 'the last day whose data count; null where there is no data cut';

create view _result_survival as
    with
    part as (
        select "grouping", group_value, variable, curve
        from _survival_part
    ),
    curve as (
        select * from part
        union all
        select 'all', 'all', variable, rollup(curve)
        from part
        group by variable
    ),
    step as materialized (
        select "grouping", group_value, '3 Time to discontinuation' as variable, days, at_risk,
            discontinued as events, censored, remaining as survival,
            remaining_ci_lower as ci_lower, remaining_ci_upper as ci_upper
        from time_to_discontinuation
        union all
        select curve."grouping", curve.group_value, curve.variable, step."time"::integer,
            step.at_risk, step.events, step.censored, step.survival, step.ci_lower, step.ci_upper
        from curve
        cross join lateral survival_curve_rows(curve.curve) as step
    ),
    scheduled as (
        select visit, target_day::integer as day
        from _visit_definition_at_analysis
        where target_day is not null
    ),
    -- at risk on a day is who was followed up to it; what has survived is of the last step before,
    -- and not known after the last day of anybody unless all had the event
    shown as (
        select curve."grouping", curve.group_value, curve.variable, curve.visit,
            curve.day as days,
            coalesce(following.at_risk, 0) as at_risk, null::bigint as events,
            null::bigint as censored,
            case when following.at_risk is not null or latest.survival = 0
                then coalesce(latest.survival, 1) end as survival,
            case when following.at_risk is not null then latest.ci_lower end as ci_lower,
            case when following.at_risk is not null then latest.ci_upper end as ci_upper
        from (
            -- time on treatment counts the first and the last day, the others what has passed
            select step."grouping", step.group_value, step.variable, due.visit, due.day,
                max(step.days) filter (where step.days <= due.day) as latest,
                min(step.days) filter (where step.days >= due.day) as following
            from step
            cross join lateral (
                select visit, day - (step.variable not like '3%')::integer as day
                from scheduled) as due
            group by step."grouping", step.group_value, step.variable, due.visit, due.day) as curve
        left join step as latest on latest."grouping" = curve."grouping"
            and latest.group_value = curve.group_value and latest.variable = curve.variable
            and latest.days = curve.latest
        left join step as following on following."grouping" = curve."grouping"
            and following.group_value = curve.group_value and following.variable = curve.variable
            and following.days = curve.following
        union all
        select "grouping", group_value, variable, null, days, at_risk, events, censored,
            survival, ci_lower, ci_upper
        from step
        union all
        select "grouping", group_value, variable, null, 0, max(at_risk), 0, 0, 1, null, null
        from step
        group by "grouping", group_value, variable
        having min(days) > 0
    ),
    placed as (
        select *, dense_rank() over (order by variable) as place
        from shown
    )
    select 'kaplan_meier' as display,
        (1000000 * shown.place + 100000 * (shown.visit is null)::integer + shown.days)::integer
            as position,
        shown."grouping", shown.group_value, shown.visit,
        substr(shown.variable, 3) as variable,
        case when shown.visit is null then 'day ' || shown.days end as level, one.statistic,
        one.value, null as qualifier, one.decimals
    from placed as shown
    cross join lateral (values ('days', shown.days::double precision, 0),
        ('at_risk', shown.at_risk, 0),
        ('events', shown.events, 0),
        ('censored', shown.censored, 0),
        ('percent', 100 * shown.survival, 1),
        ('ci_lower', 100 * shown.ci_lower, 1),
        ('ci_upper', 100 * shown.ci_upper, 1)) as one (statistic, value, decimals)
    where shown.visit is null or one.statistic not in ('events', 'censored');

comment on view _result_survival is 'results of times to an event: every step of each curve, and the curve at the visits, one row per statistic';
comment on column _result_survival.display is 'the display of the report';
comment on column _result_survival.position is 'the place of the row in the display';
comment on column _result_survival."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _result_survival.group_value is 'the group';
comment on column _result_survival.visit is 'the visit';
comment on column _result_survival.variable is 'what is analysed';
comment on column _result_survival.level is 'the category, rule, term or grade';
comment on column _result_survival.statistic is 'the name of the statistic';
comment on column _result_survival.value is 'its value; null where it is not estimable';
comment on column _result_survival.qualifier is '< or > where the value is a bound';
comment on column _result_survival.decimals is 'the decimals that a report prints';
$ddl$),
(118, 'views/result_safety.sql', $ddl$
-- Results of safety but for the laboratory's: adverse events, deaths, electrocardiograms

create view _result_safety as
    with
    event as materialized (
        select *
        from endpoint_safety
        where term is null and maximum_grade is null or event_set = 'any'
    ),
    -- the most frequent terms come first
    named as (
        select term, row_number() over (order by subjects desc, term) as position
        from event
        where "grouping" = 'all' and event_set = 'any' and term is not null
            and maximum_grade is null and events + events_unknown > 0
    )
    select 'adverse_events' as display, event.position, event."grouping", event.group_value,
        null as visit, 'Adverse events' as variable, event.event_set as level, one.statistic,
        one.value, null as qualifier, one.decimals
    from event
    cross join lateral (values ('n', event.subjects::double precision, 0),
        ('unknown', event.subjects_unknown, 0),
        ('percent', event.percent, 1),
        ('ci_lower', event.percent_ci_lower, 1),
        ('ci_upper', event.percent_ci_upper, 1),
        ('events', event.events, 0),
        ('person_years', event.person_years, 1),
        ('rate', event.event_rate, 1),
        ('rate_ci_lower', event.event_rate_ci_lower, 1),
        ('rate_ci_upper', event.event_rate_ci_upper, 1)) as one (statistic, value, decimals)
    where event.term is null and event.maximum_grade is null
    union all
    select 'adverse_events_by_term', named.position::integer, event."grouping", event.group_value,
        null, 'Term', event.term, one.statistic, one.value, null, one.decimals
    from event
    join named using (term)
    cross join lateral (values ('n', event.subjects::double precision, 0),
        ('percent', event.percent, 1),
        ('events', event.events, 0)) as one (statistic, value, decimals)
    where event.maximum_grade is null
    union all
    select 'adverse_events_by_grade', (10 * coalesce(named.position, 0)
            + event.maximum_grade)::integer, event."grouping", event.group_value, null,
        coalesce(event.term, 'Any term'), 'grade ' || event.maximum_grade, one.statistic,
        one.value, null, one.decimals
    from event
    left join named using (term)
    cross join lateral (values ('n', event.subjects::double precision, 0),
        ('percent', event.percent, 1)) as one (statistic, value, decimals)
    where event.event_set = 'any' and event.maximum_grade is not null
        and (event.term is null or named.term is not null)
    union all
    select 'deaths', finding.position, finding."grouping", finding.group_value, null, 'Finding',
        finding.finding, one.statistic, one.value, null, one.decimals
    from safety_finding as finding
    cross join lateral (values ('n', finding.subjects::double precision, 0),
        ('unknown', finding.subjects_unknown, 0),
        ('percent', finding.percent, 1),
        ('ci_lower', finding.percent_ci_lower, 1),
        ('ci_upper', finding.percent_ci_upper, 1)) as one (statistic, value, decimals)
    union all
    select 'electrocardiogram', finding.position, finding."grouping", finding.group_value, null,
        'Electrocardiogram on treatment', finding.finding, one.statistic, one.value, null,
        one.decimals
    from ecg_finding as finding
    cross join lateral (values ('n', finding.subjects::double precision, 0),
        ('evaluable', finding.evaluable, 0),
        ('unknown', finding.subjects_unknown, 0),
        ('percent', finding.percent, 1),
        ('ci_lower', finding.percent_ci_lower, 1),
        ('ci_upper', finding.percent_ci_upper, 1)) as one (statistic, value, decimals);

comment on view _result_safety is 'results of safety but for the laboratory: adverse events, deaths, electrocardiograms, one row per statistic';
comment on column _result_safety.display is 'the display of the report';
comment on column _result_safety.position is 'the place of the row in the display';
comment on column _result_safety."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _result_safety.group_value is 'the group';
comment on column _result_safety.visit is 'the visit';
comment on column _result_safety.variable is 'what is analysed';
comment on column _result_safety.level is 'the category, rule, term or grade';
comment on column _result_safety.statistic is 'the name of the statistic';
comment on column _result_safety.value is 'its value; null where it is not estimable';
comment on column _result_safety.qualifier is '< or > where the value is a bound';
comment on column _result_safety.decimals is 'the decimals that a report prints';
$ddl$),
(119, 'views/result_laboratory.sql', $ddl$
-- Results of laboratory tests: values, shifts of grade, and high grades

create view _result_laboratory as
    with
    -- the groups of all results are made of those of each group
    part as (
        select coalesce(population.group_value, 'not known') as group_value, result.test,
            result.test_name, result.panel, result.standard_unit,
            case when result.is_baseline then 'baseline' else result.analysis_visit end as visit,
            mean_tally(result.standard_value_exact order by result.standard_value_exact) as value,
            mean_tally(result.change_exact order by result.change_exact) as change,
            value_distribution(result.standard_value_exact) as spread,
            count(*) filter (where result.qualifier <> '=') as censored
        from analysis_lab as result
        join safety_population as population using (site_id, subject_id)
        where (result.is_baseline or result.is_analysis_record and result.study_day > 1)
            and result.standard_value is not null
        group by 1, 2, 3, 4, 5, 6
    ),
    whole as (
        select _virotrial.grouping_column() as "grouping", part.*
        from part
        union all
        select 'all', 'all', test, test_name, panel, standard_unit, visit,
            rollup(value order by group_value), rollup(change order by group_value),
            rollup(spread), sum(censored)::bigint
        from part
        group by test, test_name, panel, standard_unit, visit
    ),
    visit as (
        select visit, position::integer
        from _visit_definition_at_analysis
        union all
        select 'baseline', 1
    ),
    summary as (
        select whole."grouping", whole.group_value, whole.visit, whole.censored,
            whole.test_name || coalesce(', ' || whole.standard_unit, '') as variable,
            (100 * dense_rank() over (order by whole.panel, whole.test)
                + visit.position)::integer as position,
            mean_ci(whole.value) as value, mean_ci(whole.change) as change,
            median_ci(whole.spread) as median
        from whole
        join visit using (visit)
    ),
    graded as materialized (
        select * from _lab_grade_table
    ),
    shift as (
        select "grouping", group_value, test_name || ', ' || direction as variable,
            baseline_grade,
            (100 * dense_rank() over (order by panel, test, direction)
                + dense_rank() over (order by baseline_grade))::integer as position,
            coalesce(sum(subjects) filter (where worst_grade = '0'), 0) as grade_0,
            coalesce(sum(subjects) filter (where worst_grade = '1'), 0) as grade_1,
            coalesce(sum(subjects) filter (where worst_grade = '2'), 0) as grade_2,
            coalesce(sum(subjects) filter (where worst_grade = '3'), 0) as grade_3,
            coalesce(sum(subjects) filter (where worst_grade = '4'), 0) as grade_4,
            coalesce(sum(subjects) filter (where worst_grade in ('unknown', 'missing')), 0)
                as not_known,
            sum(subjects) as subjects
        from graded
        where part = 'shift'
        group by "grouping", group_value, panel, test, test_name, direction, baseline_grade
    ),
    abnormality as (
        select graded.*, (10 * dense_rank() over (order by panel, test, direction)
            + minimum_grade)::integer as position, 100 * proportion.rate as percent,
            100 * proportion.ci_lower as percent_ci_lower,
            100 * proportion.ci_upper as percent_ci_upper
        from graded
        cross join lateral response_rate(response_tally(graded.subjects, graded.evaluable))
            as proportion
        where part = 'abnormality' and maximum_grade = 4
    )
    select 'laboratory_values' as display, summary.position, summary."grouping",
        summary.group_value, summary.visit, summary.variable, null as level, one.statistic,
        one.value, null as qualifier, one.decimals
    from summary
    cross join lateral (values ('n', (summary.value).n::double precision, 0),
        ('censored', summary.censored, 0),
        ('mean', (summary.value).mean, 2),
        ('sd', (summary.value).sd, 2),
        ('median', (summary.median).median, 2),
        ('change_n', (summary.change).n, 0),
        ('change_mean', (summary.change).mean, 2),
        ('change_sd', (summary.change).sd, 2),
        ('change_ci_lower', (summary.change).ci_lower, 2),
        ('change_ci_upper', (summary.change).ci_upper, 2)) as one (statistic, value, decimals)
    where summary.visit <> 'baseline' or one.statistic not like 'change%'
    union all
    select 'laboratory_shifts', shift.position, shift."grouping", shift.group_value, null,
        shift.variable, 'grade at baseline ' || shift.baseline_grade, one.statistic, one.value,
        null, 0
    from shift
    cross join lateral (values ('worst_grade_0', shift.grade_0::double precision),
        ('worst_grade_1', shift.grade_1), ('worst_grade_2', shift.grade_2),
        ('worst_grade_3', shift.grade_3), ('worst_grade_4', shift.grade_4),
        ('worst_grade_not_known', shift.not_known), ('n', shift.subjects)
        ) as one (statistic, value)
    union all
    select 'laboratory_abnormalities', one_grade.position, one_grade."grouping",
        one_grade.group_value, null, one_grade.test_name || ', ' || one_grade.direction,
        case one_grade.minimum_grade when 4 then 'grade 4' else 'grade 3 or 4' end,
        one.statistic, one.value, null, one.decimals
    from abnormality as one_grade
    cross join lateral (values ('n', one_grade.subjects::double precision, 0),
        ('evaluable', one_grade.evaluable, 0),
        ('unknown', one_grade.subjects_unknown, 0),
        ('percent', one_grade.percent, 1),
        ('ci_lower', one_grade.percent_ci_lower, 1),
        ('ci_upper', one_grade.percent_ci_upper, 1),
        ('worsened', one_grade.worsened, 0)) as one (statistic, value, decimals);

comment on view _result_laboratory is 'results of laboratory tests: values, shifts of grade, and high grades, one row per statistic';
comment on column _result_laboratory.display is 'the display of the report';
comment on column _result_laboratory.position is 'the place of the row in the display';
comment on column _result_laboratory."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _result_laboratory.group_value is 'the group';
comment on column _result_laboratory.visit is 'the visit';
comment on column _result_laboratory.variable is 'what is analysed';
comment on column _result_laboratory.level is 'the category, rule, term or grade';
comment on column _result_laboratory.statistic is 'the name of the statistic';
comment on column _result_laboratory.value is 'its value; null where it is not estimable';
comment on column _result_laboratory.qualifier is '< or > where the value is a bound';
comment on column _result_laboratory.decimals is 'the decimals that a report prints';
$ddl$),
(120, 'views/result_event.sql', $ddl$
-- Results of adverse events by class and term, by subgroup, and in detail

create view _result_event as
    with
    event as materialized (
        select ae.group_value, ae.site_id, ae.subject_id, ae.grade, ae.is_solicited,
            ae.is_treatment_emergent is true as is_emergent, ae.is_serious is true as is_serious,
            ae.led_to_discontinuation is true as is_withdrawal, ae.is_fatal is true as is_fatal,
            coalesce(ae.system_organ_class, 'Not coded') as class,
            coalesce(ae.coded_term, ae.term) as term,
            case when ae.is_solicited then ae.term end as complaint,
            reported.is_life_threatening, reported.requires_hospitalization,
            reported.is_disabling, reported.is_congenital_anomaly,
            reported.is_medically_important, reported.action_taken
        from analysis_ae as ae
        join adverse_event as reported using (site_id, subject_id, event_number)
        where ae.is_treatment_emergent or ae.is_fatal
    ),
    population as (select * from _safety_population_size),
    -- ---- by class and term; a subject counts once in each line
    subject_line as (
        select event.group_value, kind.display, event.class, event.term,
            grouping(event.class, event.term) as rolled_up, count(*) as events
        from event
        cross join lateral (values ('adverse_events_by_class', event.is_emergent),
            ('serious_events_by_class', event.is_emergent and event.is_serious),
            ('discontinuation_events_by_class', event.is_emergent and event.is_withdrawal),
            ('fatal_events_by_class', event.is_fatal)) as kind (display, holds)
        where kind.holds
        group by grouping sets (
            (kind.display, event.group_value, event.site_id, event.subject_id),
            (kind.display, event.group_value, event.site_id, event.subject_id, event.class),
            (kind.display, event.group_value, event.site_id, event.subject_id, event.class,
                event.term),
            (kind.display, event.group_value, event.site_id, event.subject_id, event.term))
    ),
    line as (
        select one."grouping", one.group_value, part.display, part.class, part.term,
            part.rolled_up, count(*) as subjects, sum(part.events)::bigint as events
        from subject_line as part
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), part.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value, part.display, part.class, part.term,
            part.rolled_up
    ),
    -- the most frequent classes come first, and in them the most frequent terms
    class_place as (
        select line.display, line.class, line.term,
            row_number() over (partition by line.display order by whole.subjects desc, line.class,
                line.rolled_up desc, line.subjects desc, line.term) as place
        from line
        join line as whole using ("grouping", group_value, display, class)
        where line."grouping" = 'all' and line.rolled_up in (0, 1) and whole.rolled_up = 1
    ),
    term_place as (
        select line.term, row_number() over (order by line.subjects desc, line.term) as place
        from line
        join population using ("grouping", group_value)
        where "grouping" = 'all' and line.display = 'adverse_events_by_class'
            and line.rolled_up = 2 and 20 * line.subjects >= population.subjects
    ),
    row_of_table as (
        select display, 1 as position, 'Any event' as variable, null as level,
            display as source, null as class, null as term, 3 as rolled_up
        from (values ('adverse_events_by_class'), ('serious_events_by_class'),
            ('discontinuation_events_by_class'), ('fatal_events_by_class')) as kind (display)
        union all
        select display, 1 + place, class, coalesce(term, 'any term'), display, class, term,
            case when term is null then 1 else 0 end
        from class_place
        union all
        select 'common_adverse_events', 1 + place, 'Preferred term', term,
            'adverse_events_by_class', null, term, 2
        from term_place
        union all
        select 'common_adverse_events', 1, 'Any event', null, 'adverse_events_by_class', null,
            null, 3
    ),
    -- ---- by subgroup
    affected as (
        select site_id, subject_id, bool_or(is_serious) as is_serious
        from event
        where is_emergent
        group by site_id, subject_id
    ),
    subgroup as (
        select one."grouping", one.group_value, category.position, category.variable,
            category.level, count(*) as subjects,
            count(affected.site_id) as affected,
            count(*) filter (where affected.is_serious) as seriously_affected
        from _subgroup as category
        left join affected using (site_id, subject_id)
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), category.group_value)) as one ("grouping", group_value)
        -- how many drugs are active bears on the response
        where category.variable <> 'Background drugs that are fully active'
        group by one."grouping", one.group_value, category.position, category.variable,
            category.level
    ),
    subgroup_place as (
        select position, variable, level, row_number() over (order by position,
            level in ('missing', 'not known'), level) as place
        from subgroup
        where "grouping" = 'all'
    ),
    -- ---- in detail: subjects with at least one event of a kind
    worst as (
        select group_value, site_id, subject_id,
            max(grade) as grade, max(grade) filter (where is_solicited) as solicited_grade
        from event
        where is_emergent
        group by group_value, site_id, subject_id
    ),
    detail as (
        select distinct event.group_value, event.site_id, event.subject_id, kind.display,
            kind.variable, kind.level
        from event
        cross join lateral (values
            ('adverse_events_in_detail', 'Serious, by criterion', 'death',
                is_serious and is_fatal),
            ('adverse_events_in_detail', 'Serious, by criterion', 'life-threatening',
                is_life_threatening),
            ('adverse_events_in_detail', 'Serious, by criterion', 'hospitalization',
                requires_hospitalization),
            ('adverse_events_in_detail', 'Serious, by criterion', 'disability', is_disabling),
            ('adverse_events_in_detail', 'Serious, by criterion', 'congenital anomaly',
                is_congenital_anomaly),
            ('adverse_events_in_detail', 'Serious, by criterion', 'medically important',
                is_medically_important),
            ('adverse_events_in_detail', 'Action taken with the study drug', lower(action_taken),
                action_taken not in ('NOT APPLICABLE', 'UNKNOWN', 'DOSE NOT CHANGED')),
            ('solicited_complaints', 'Solicited complaints', 'any', is_solicited),
            ('solicited_complaints', 'Solicited complaints', complaint, is_solicited),
            ('solicited_complaints', 'Consequence', 'serious', is_solicited and is_serious),
            ('solicited_complaints', 'Consequence', 'leading to discontinuation',
                is_solicited and is_withdrawal)) as kind (display, variable, level, holds)
        where event.is_emergent and kind.holds
        union all
        select worst.group_value, worst.site_id, worst.subject_id, kind.display, 'Highest grade',
            'grade ' || kind.grade
        from worst
        cross join lateral (values ('adverse_events_in_detail', worst.grade),
            ('solicited_complaints', worst.solicited_grade)) as kind (display, grade)
        where kind.grade is not null
    ),
    counted as (
        select one."grouping", one.group_value, detail.display, detail.variable, detail.level,
            count(*) as subjects
        from detail
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), detail.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value, detail.display, detail.variable, detail.level
    ),
    -- what the tables show even where nobody has it
    kind as (
        select display, variable, level, min(place) as place
        from (
            select kind.display, kind.variable, level.level, 100 * kind.place + level.place
            from (values
                (1, 'adverse_events_in_detail', 'Serious, by criterion', '{death,life-threatening,hospitalization,'
                    'disability,congenital anomaly,medically important}'::text[]),
                (2, 'adverse_events_in_detail', 'Highest grade',
                    '{grade 1,grade 2,grade 3,grade 4,grade 5}'),
                (3, 'adverse_events_in_detail', 'Action taken with the study drug',
                    '{drug withdrawn,drug interrupted,dose reduced,dose rate reduced,'
                    'dose increased}'),
                (1, 'solicited_complaints', 'Solicited complaints', '{any}'),
                (2, 'solicited_complaints', 'Highest grade',
                    '{grade 1,grade 2,grade 3,grade 4,grade 5}'),
                (3, 'solicited_complaints', 'Consequence',
                    '{serious,leading to discontinuation}')) as kind (place, display, variable, levels)
            cross join unnest(kind.levels) with ordinality as level (level, place)
            union all
            select 'solicited_complaints', 'Solicited complaints', complaint,
                101 + dense_rank() over (order by position, complaint)
            from solicited_complaint
            where solicited
            union all
            select display, variable, level, 199
            from counted
            where variable = 'Solicited complaints'
        ) as named (display, variable, level, place)
        group by display, variable, level
    ),
    kind_place as (
        select kind.*, row_number() over (partition by display order by place, level) as position
        from kind
    )
    select shown.display, shown.position::integer, population."grouping", population.group_value,
        null as visit, shown.variable, shown.level, one.statistic, one.value, null as qualifier,
        one.decimals
    from row_of_table as shown
    cross join population
    left join line on line.display = shown.source and line.rolled_up = shown.rolled_up
        and line."grouping" = population."grouping" and line.group_value = population.group_value
        and line.class is not distinct from shown.class
        and line.term is not distinct from shown.term
    cross join lateral (values ('n', coalesce(line.subjects, 0)::double precision, 0),
        ('percent', 100 * coalesce(line.subjects, 0)::double precision / population.subjects, 1),
        ('events', coalesce(line.events, 0), 0)) as one (statistic, value, decimals)
    union all
    select kind.display, place.place::integer, population."grouping", population.group_value, null,
        place.variable, place.level, one.statistic, one.value, null, one.decimals
    from subgroup_place as place
    cross join population
    left join subgroup on subgroup."grouping" = population."grouping"
        and subgroup.group_value = population.group_value
        and subgroup.variable = place.variable and subgroup.level = place.level
    cross join lateral (values ('adverse_events_by_subgroup', coalesce(subgroup.affected, 0)),
        ('serious_events_by_subgroup', coalesce(subgroup.seriously_affected, 0))
        ) as kind (display, affected)
    cross join lateral (values ('n', kind.affected::double precision, 0),
        ('evaluable', coalesce(subgroup.subjects, 0), 0),
        ('percent', 100 * kind.affected::double precision / nullif(subgroup.subjects, 0), 1)
        ) as one (statistic, value, decimals)
    union all
    select kind.display, kind.position::integer, population."grouping", population.group_value,
        null, kind.variable, kind.level, one.statistic, one.value, null, one.decimals
    from kind_place as kind
    cross join population
    left join counted on counted."grouping" = population."grouping"
        and counted.group_value = population.group_value and counted.display = kind.display
        and counted.variable = kind.variable and counted.level = kind.level
    cross join lateral (values ('n', coalesce(counted.subjects, 0)::double precision, 0),
        ('percent', 100 * coalesce(counted.subjects, 0)::double precision / population.subjects, 1)
        ) as one (statistic, value, decimals);

comment on view _result_event is 'results of adverse events by class and term, by subgroup, and in detail, one row per statistic';
comment on column _result_event.display is 'the display of the report';
comment on column _result_event.position is 'the place of the row in the display';
comment on column _result_event."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _result_event.group_value is 'the group';
comment on column _result_event.visit is 'the visit';
comment on column _result_event.variable is 'what is analysed';
comment on column _result_event.level is 'the category, rule, term or grade';
comment on column _result_event.statistic is 'the name of the statistic';
comment on column _result_event.value is 'its value; null where it is not estimable';
comment on column _result_event.qualifier is '< or > where the value is a bound';
comment on column _result_event.decimals is 'the decimals that a report prints';
$ddl$),
(121, 'views/result_history.sql', $ddl$
-- Results of what subjects had and took: medical history, prior and concomitant medication

create view _result_history as
    with
    medication as (
        select site_id, subject_id, coalesce(medication_class, 'Not coded') as class,
            coalesce(coded_term, lower(btrim(medication))) as term, started_first, ended_last
        from concomitant_medication
        union all
        select art.site_id, art.subject_id, 'Antiretroviral, ' || drug.class, drug.name,
            art.started, art.stopped - 1
        from art_history as art
        join drug using (drug)
        union all
        select regimen.site_id, regimen.subject_id, 'Antiretroviral, ' || drug.class, drug.name,
            regimen.started, regimen.stopped - 1
        from regimen
        join drug using (drug)
        where regimen.drug not in (select study_drug from protocol)
    ),
    -- what nobody knows the beginning of was there before, and its end may be later
    had as (
        select 'medical_history' as display, population.group_value, population.site_id,
            population.subject_id, coalesce(history.system_organ_class, 'Not coded') as class,
            coalesce(history.coded_term, lower(btrim(history.term))) as term
        from medical_history as history
        join safety_population as population using (site_id, subject_id)
        where (history.started_first > population.first_dose) is not true
        union all
        select kind.display, population.group_value, population.site_id, population.subject_id,
            medication.class, medication.term
        from medication
        join safety_population as population using (site_id, subject_id)
        cross join lateral (values
            ('prior_medication', (medication.started_first >= population.first_dose) is not true),
            ('concomitant_medication', (medication.ended_last < population.first_dose
                or medication.started_first > least(population.last_emergent_day,
                    (select data_cut()))) is not true)) as kind (display, holds)
        where kind.holds
    ),
    population as (select * from _safety_population_size),
    subject_line as (
        select display, group_value, class, term, grouping(class, term) as rolled_up
        from had
        group by grouping sets ((display, group_value, site_id, subject_id),
            (display, group_value, site_id, subject_id, class),
            (display, group_value, site_id, subject_id, class, term))
    ),
    line as (
        select one."grouping", one.group_value, part.display, part.class, part.term,
            part.rolled_up, count(*) as subjects
        from subject_line as part
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), part.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value, part.display, part.class, part.term,
            part.rolled_up
    ),
    place as (
        select display, class, term, row_number() over (partition by display
            order by class, term is not null, subjects desc, term) as place
        from line
        where "grouping" = 'all' and rolled_up < 3
    ),
    row_of_table as (
        select display, 1 as position, named.variable, null as level, null as class, null as term
        from (values ('medical_history', 'Any condition'), ('prior_medication', 'Any medication'),
            ('concomitant_medication', 'Any medication')) as named (display, variable)
        union all
        select display, 1 + place, class, coalesce(term, 'any'), class, term
        from place
    )
    select shown.display, shown.position::integer, population."grouping", population.group_value,
        null as visit, shown.variable, shown.level, one.statistic, one.value, null as qualifier,
        one.decimals
    from row_of_table as shown
    cross join population
    left join line on line.display = shown.display
        and line."grouping" = population."grouping" and line.group_value = population.group_value
        and line.class is not distinct from shown.class
        and line.term is not distinct from shown.term
    cross join lateral (values ('n', coalesce(line.subjects, 0)::double precision, 0),
        ('percent', 100 * coalesce(line.subjects, 0)::double precision / population.subjects, 1)
        ) as one (statistic, value, decimals);

comment on view _result_history is 'results of medical history, prior and concomitant medication, one row per statistic';
comment on column _result_history.display is 'the display of the report';
comment on column _result_history.position is 'the place of the row in the display';
comment on column _result_history."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _result_history.group_value is 'the group';
comment on column _result_history.visit is 'the visit';
comment on column _result_history.variable is 'what is analysed';
comment on column _result_history.level is 'the category, rule, term or grade';
comment on column _result_history.statistic is 'the name of the statistic';
comment on column _result_history.value is 'its value; null where it is not estimable';
comment on column _result_history.qualifier is '< or > where the value is a bound';
comment on column _result_history.decimals is 'the decimals that a report prints';
$ddl$),
(122, 'views/result_vital_signs.sql', $ddl$
-- Results of vital signs: values by visit, and categories of blood pressure

create view _result_vital_signs as
    with
    measured as materialized (
        select * from analysis_vital_signs
    ),
    visit as (
        select visit, position::integer
        from _visit_definition_at_analysis
        union all
        select 'baseline', 1
    ),
    summary as (
        select one."grouping", one.group_value, visit.visit,
            measured.sign_name || ', ' || measured.unit as variable,
            100 * measured.position + visit.position as position,
            mean_ci(measured.value order by measured.value) as value,
            mean_ci(measured.change order by measured.change) as change,
            percentile_cont(array[0, 0.5, 1]) within group (order by measured.value) as quantile
        from measured
        join visit on visit.visit = case when measured.is_baseline then 'baseline'
            else measured.analysis_visit end
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), measured.group_value)) as one ("grouping", group_value)
        where measured.is_baseline or measured.is_analysis_record and measured.study_day > 1
        group by one."grouping", one.group_value, visit.visit, visit.position, measured.position,
            measured.sign_name, measured.unit
    ),
    extreme as (
        select group_value, site_id, subject_id, sign, max(value) as highest, min(value) as lowest
        from measured
        where is_on_treatment and sign in ('SYSBP', 'DIABP')
        group by group_value, site_id, subject_id, sign
    ),
    category (position, sign, variable, level, from_value, below_value, is_lowest) as (
        values (1, 'SYSBP', 'Highest systolic pressure, mmHg', 'below 90', 0::float8, 90::float8,
                false),
            (2, 'SYSBP', 'Highest systolic pressure, mmHg', '90 or more', 90, 'infinity', false),
            (3, 'SYSBP', 'Highest systolic pressure, mmHg', '120 or more', 120, 'infinity', false),
            (4, 'SYSBP', 'Highest systolic pressure, mmHg', '140 or more', 140, 'infinity', false),
            (5, 'SYSBP', 'Highest systolic pressure, mmHg', '160 or more', 160, 'infinity', false),
            (6, 'SYSBP', 'Highest systolic pressure, mmHg', '180 or more', 180, 'infinity', false),
            (7, 'DIABP', 'Highest diastolic pressure, mmHg', 'below 60', 0, 60, false),
            (8, 'DIABP', 'Highest diastolic pressure, mmHg', '60 or more', 60, 'infinity', false),
            (9, 'DIABP', 'Highest diastolic pressure, mmHg', '90 or more', 90, 'infinity', false),
            (10, 'DIABP', 'Highest diastolic pressure, mmHg', '110 or more', 110, 'infinity', false),
            (11, 'DIABP', 'Highest diastolic pressure, mmHg', '120 or more', 120, 'infinity', false),
            (12, 'SYSBP', 'Hypotension', 'systolic below 90 mmHg', 0, 90, true),
            (13, 'DIABP', 'Hypotension', 'diastolic below 60 mmHg', 0, 60, true)
    ),
    tally as (
        select category.position, one."grouping", one.group_value, category.variable,
            category.level, count(*) as evaluable,
            count(*) filter (where case when category.is_lowest then extreme.lowest
                else extreme.highest end >= category.from_value
                and case when category.is_lowest then extreme.lowest else extreme.highest end
                    < category.below_value) as subjects
        from extreme
        join category using (sign)
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), extreme.group_value)) as one ("grouping", group_value)
        group by category.position, one."grouping", one.group_value, category.variable,
            category.level
    )
    select 'vital_signs' as display, summary.position, summary."grouping", summary.group_value,
        summary.visit, summary.variable, null as level, one.statistic, one.value,
        null as qualifier, one.decimals
    from summary
    cross join lateral (values ('n', (summary.value).n::double precision, 0),
        ('mean', (summary.value).mean, 1),
        ('sd', (summary.value).sd, 2),
        ('min', summary.quantile[1], 1),
        ('median', summary.quantile[2], 1),
        ('max', summary.quantile[3], 1),
        ('change_n', (summary.change).n, 0),
        ('change_mean', (summary.change).mean, 1),
        ('change_sd', (summary.change).sd, 2),
        ('change_ci_lower', (summary.change).ci_lower, 1),
        ('change_ci_upper', (summary.change).ci_upper, 1)) as one (statistic, value, decimals)
    where summary.visit <> 'baseline' or one.statistic not like 'change%'
    union all
    select 'blood_pressure', tally.position, tally."grouping", tally.group_value, null,
        tally.variable, tally.level, one.statistic, one.value, null, one.decimals
    from tally
    cross join lateral (values ('n', tally.subjects::double precision, 0),
        ('evaluable', tally.evaluable, 0),
        ('percent', 100 * tally.subjects::double precision / tally.evaluable, 1)
        ) as one (statistic, value, decimals);

comment on view _result_vital_signs is 'results of vital signs: values by visit, and categories of blood pressure, one row per statistic';
comment on column _result_vital_signs.display is 'the display of the report';
comment on column _result_vital_signs.position is 'the place of the row in the display';
comment on column _result_vital_signs."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _result_vital_signs.group_value is 'the group';
comment on column _result_vital_signs.visit is 'the visit';
comment on column _result_vital_signs.variable is 'what is analysed';
comment on column _result_vital_signs.level is 'the category, rule, term or grade';
comment on column _result_vital_signs.statistic is 'the name of the statistic';
comment on column _result_vital_signs.value is 'its value; null where it is not estimable';
comment on column _result_vital_signs.qualifier is '< or > where the value is a bound';
comment on column _result_vital_signs.decimals is 'the decimals that a report prints';
$ddl$),
(123, 'views/result_resistance.sql', $ddl$
-- Results of resistance: drugs at baseline, and what emerged at virologic failure

create view _result_resistance as
    with
    population as (select * from _safety_population_size),
    -- the worst that any test up to enrolment says of a drug
    called as (
        select population.group_value, call.site_id, call.subject_id, drug.class, drug.name,
            bool_or(call.call = 'resistant') as is_resistant
        from genotype_drug_call as call
        join safety_population as population using (site_id, subject_id)
        join enrolment using (site_id, subject_id)
        join drug using (drug)
        where call.collected <= enrolment.enrolled and not drug.is_booster
        group by population.group_value, call.site_id, call.subject_id, drug.class, drug.name
    ),
    call_tally as (
        select one."grouping", one.group_value, called.class, called.name, count(*) as evaluable,
            count(*) filter (where called.is_resistant) as subjects
        from called
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), called.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value, called.class, called.name
    ),
    call_place as (
        select class, name, row_number() over (order by class, name) as place
        from call_tally
        where "grouping" = 'all'
    ),
    failed as (
        select population.group_value, failure.site_id, failure.subject_id, failure.failed,
            population.first_dose
        from virologic_failure as failure
        join safety_population as population using (site_id, subject_id)
        where failure.is_failure
    ),
    -- the mutations before the first dose, with the genes that were read, and those since failure
    tested as (
        select failed.group_value, failed.site_id, failed.subject_id,
            genotype.collected <= failed.first_dose as is_before, gene.gene, one.mutation::text
        from failed
        join genotype using (site_id, subject_id)
        cross join lateral unnest(coalesce(genotype.genes, genes(genotype.mutations)))
            as gene (gene)
        left join lateral unnest(genotype.mutations) as one (mutation)
            on gene(one.mutation) = gene.gene and codon(one.mutation) > 0
        where genotype.mutations is not null and genotype.collected <= (select data_cut())
            and (genotype.collected <= failed.first_dose or genotype.collected >= failed.failed)
    ),
    compared as (
        select later.group_value, later.site_id, later.subject_id, later.mutation,
            bool_or(earlier.gene is not null) as is_comparable,
            bool_or(earlier.mutation = later.mutation) is not true as is_new
        from tested as later
        left join tested as earlier on earlier.site_id = later.site_id
            and earlier.subject_id = later.subject_id and earlier.is_before
            and earlier.gene = later.gene
        where not later.is_before
        group by later.group_value, later.site_id, later.subject_id, later.gene, later.mutation
    ),
    finding as (
        select group_value, site_id, subject_id, 1 as position, 'Confirmed virologic failure'
            as variable, null::text as level
        from failed
        union all
        select distinct group_value, site_id, subject_id, 2,
            'Genotype before treatment and since failure', null
        from compared
        where is_comparable
        union all
        select distinct group_value, site_id, subject_id, 3, 'Emergent mutations', 'any'
        from compared
        where is_comparable and is_new and mutation is not null
        union all
        select distinct group_value, site_id, subject_id, 4, 'Emergent mutations', mutation
        from compared
        where is_comparable and is_new and mutation is not null
    ),
    finding_tally as (
        select one."grouping", one.group_value, finding.position, finding.variable, finding.level,
            count(*) as subjects
        from finding
        cross join lateral (values ('all', 'all'),
            (_virotrial.grouping_column(), finding.group_value)) as one ("grouping", group_value)
        group by one."grouping", one.group_value, finding.position, finding.variable, finding.level
    ),
    finding_place as (
        select variable, level, row_number() over (order by min(position), level) as place
        from (
            values (1, 'Confirmed virologic failure', null),
                (2, 'Genotype before treatment and since failure', null),
                (3, 'Emergent mutations', 'any')
            union all
            select position, variable, level
            from finding_tally
        ) as named (position, variable, level)
        group by variable, level
    )
    select 'resistance_at_baseline' as display, place.place::integer as position,
        population."grouping", population.group_value, null as visit, place.class as variable,
        place.name as level, one.statistic, one.value, null as qualifier, one.decimals
    from call_place as place
    cross join population
    left join call_tally as tally on tally."grouping" = population."grouping"
        and tally.group_value = population.group_value and tally.name = place.name
    cross join lateral (values ('n', coalesce(tally.subjects, 0)::double precision, 0),
        ('evaluable', coalesce(tally.evaluable, 0), 0),
        ('percent', 100 * tally.subjects::double precision / tally.evaluable, 1)
        ) as one (statistic, value, decimals)
    union all
    select 'resistance_emergent', place.place::integer, population."grouping",
        population.group_value, null, place.variable, place.level, one.statistic, one.value, null,
        one.decimals
    from finding_place as place
    cross join population
    left join finding_tally as tally on tally."grouping" = population."grouping"
        and tally.group_value = population.group_value and tally.variable = place.variable
        and tally.level is not distinct from place.level
    cross join lateral (values ('n', coalesce(tally.subjects, 0)::double precision, 0),
        ('percent', 100 * coalesce(tally.subjects, 0)::double precision / population.subjects, 1)
        ) as one (statistic, value, decimals);

comment on view _result_resistance is 'results of resistance: drugs at baseline, and what emerged at virologic failure, one row per statistic';
comment on column _result_resistance.display is 'the display of the report';
comment on column _result_resistance.position is 'the place of the row in the display';
comment on column _result_resistance."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column _result_resistance.group_value is 'the group';
comment on column _result_resistance.visit is 'the visit';
comment on column _result_resistance.variable is 'what is analysed';
comment on column _result_resistance.level is 'the category, rule, term or grade';
comment on column _result_resistance.statistic is 'the name of the statistic';
comment on column _result_resistance.value is 'its value; null where it is not estimable';
comment on column _result_resistance.qualifier is '< or > where the value is a bound';
comment on column _result_resistance.decimals is 'the decimals that a report prints';
$ddl$),
(124, 'views/analysis_result.sql', $ddl$
-- All results of a report, one row per statistic

create view analysis_result as
    with
    population as (select * from _safety_population_size),
    result as (
        select display, position, "grouping", group_value, visit, variable, level, statistic,
            value, qualifier, decimals
        from _result_subject
        union all
        select * from _result_efficacy
        union all
        select * from _result_subgroup
        union all
        select * from _result_survival
        union all
        select * from _result_safety
        union all
        select * from _result_laboratory
        union all
        select * from _result_event
        union all
        select * from _result_history
        union all
        select * from _result_vital_signs
        union all
        select * from _result_resistance
        union all
        select listed.display, 0, population."grouping", population.group_value, null, null, null,
            'N', population.subjects, null, 0
        from virotrial_display as listed
        cross join population
        where listed.population = 'treated subjects'
        union all
        select 'consort', 0, 'all', 'all', null, null, null, 'N', subjects, null, 0
        from consort_flow
        where stage = 'screened'
    )
    select concat_ws('/', result.display, result."grouping", nullif(result.group_value, 'all'),
            result.variable, result.level, result.visit, result.statistic) as result_id,
        result.display, result.position, listed.population, result."grouping", result.group_value,
        result.visit, result.variable, result.level, result.statistic, named.label, result.value,
        result.qualifier, result.decimals,
        _virotrial.printed(result.value, result.decimals, result.qualifier, result.statistic)
            as printed,
        nullif(data_cut(), 'infinity') as data_cut
    from result
    join virotrial_display as listed using (display)
    join _virotrial.statistic_label() as named using (statistic);

comment on view analysis_result is 'the results of a report, one row per statistic';
comment on column analysis_result.result_id is 'identifies the statistic in an analysis';
comment on column analysis_result.display is 'the display of the report';
comment on column analysis_result.position is 'the place of the row in the display';
comment on column analysis_result.population is 'the subjects that it is about';
comment on column analysis_result."grouping" is 'all, or the column of analysis_subject that subjects are grouped by';
comment on column analysis_result.group_value is 'the group';
comment on column analysis_result.visit is 'the visit';
comment on column analysis_result.variable is 'what is analysed';
comment on column analysis_result.level is 'the category, rule, term or grade';
comment on column analysis_result.statistic is 'the name of the statistic';
comment on column analysis_result.label is 'what the statistic is called';
comment on column analysis_result.value is 'its value; null where it is not estimable';
comment on column analysis_result.qualifier is '< or > where the value is a bound';
comment on column analysis_result.decimals is 'the decimals that a report prints';
comment on column analysis_result.printed is 'the value as a report prints it; NE where it is not estimable';
comment on column analysis_result.data_cut is 'the last day whose data count; null where there is no data cut';
$ddl$),
(125, 'views/site_deviation.sql', $ddl$
-- Deviations of each site, and what chance alone makes of them

create view site_deviation as
    with
    breach as (
        select site_id, subject_id, count(*) as deviations
        from deviation
        group by site_id, subject_id
    ),
    tally as (
        select population.site_id, count(*) as subjects,
            count(breach.subject_id) as subjects_with_deviation,
            coalesce(sum(breach.deviations), 0)::bigint as deviations
        from safety_population as population
        left join breach using (site_id, subject_id)
        group by population.site_id
    ),
    rated as (
        select tally.*, subjects_with_deviation::double precision / subjects as rate,
            sum(subjects_with_deviation) over () / sum(subjects) over () as trial_rate
        from tally
    )
    select rated.site_id, rated.subjects, rated.subjects_with_deviation, rated.deviations,
        100 * rated.rate as percent,
        100 * rated.trial_rate::double precision as trial_percent,
        control.lower_95, control.upper_95, control.lower_998, control.upper_998,
        rated.rate * 100 < control.lower_998 or rated.rate * 100 > control.upper_998
            as is_out_of_control
    from rated
    cross join lateral _virotrial.funnel_limits(rated.subjects::integer,
        rated.trial_rate::double precision) as control;

comment on view site_deviation is 'one row per site with treated subjects: how many of them have a deviation, against the rate of the trial, with exact binomial control limits as in a funnel plot (Spiegelhalter, Statistics in Medicine 2005; 24: 1185-1202, appendix A.1.1)';
comment on column site_deviation.site_id is 'the site';
comment on column site_deviation.subjects is 'its treated subjects';
comment on column site_deviation.subjects_with_deviation is 'those with a deviation';
comment on column site_deviation.deviations is 'their deviations';
comment on column site_deviation.percent is 'subjects_with_deviation, per cent of subjects';
comment on column site_deviation.trial_percent is 'the same of all sites together; the same in every row';
comment on column site_deviation.lower_95 is 'the lower control limit that a site of this size passes by chance once in 40 times';
comment on column site_deviation.upper_95 is 'the upper control limit of the same kind';
comment on column site_deviation.lower_998 is 'the lower control limit that a site of this size passes by chance once in 1000 times';
comment on column site_deviation.upper_998 is 'the upper control limit of the same kind';
comment on column site_deviation.is_out_of_control is 'whether percent is beyond the limits of 99.8 %';
$ddl$),
(126, 'views/subject_listing.sql', $ddl$
-- Listings of a report: subjects one by one

create view subject_listing as
    with
    treated as materialized (
        select population.*, site_id || ' ' || subject_id as subject
        from safety_population as population
    ),
    listed as (
        select 'deaths' as display, death.site_id, death.subject_id, death.died as day,
            array[subject.sex, subject.age::text, treated.days_on_treatment::text,
                to_char(death.died, 'YYYY-MM-DD'), death.study_day::text,
                death.days_since_last_dose::text,
                death.fatal_events, case when death.is_related then 'yes'
                    when not death.is_related then 'no' end] as cells
        from death
        join analysis_subject as subject using (site_id, subject_id)
        join treated using (site_id, subject_id)
        union all
        select 'adverse_events', event.site_id, event.subject_id, event.onset_first,
            array[event.reported_term, event.coded_term, event.system_organ_class,
                reported.onset, event.study_day::text, event.ended, event.grade::text,
                case when event.is_serious then 'yes' when not event.is_serious then 'no' end,
                case when event.is_related then 'yes' when not event.is_related then 'no' end,
                case when event.is_treatment_emergent then 'yes'
                    when not event.is_treatment_emergent then 'no' end,
                lower(reported.action_taken)]
        from analysis_ae as event
        join adverse_event as reported using (site_id, subject_id, event_number)
        union all
        select 'discontinuations', course.site_id, course.subject_id, course.discontinued,
            array[to_char(course.discontinued, 'YYYY-MM-DD'),
                study_day(course.discontinued, course.first_dose)::text,
                course.discontinuation_reason, to_char(subject.ended, 'YYYY-MM-DD'),
                subject.reason]
        from treatment_course as course
        join analysis_subject as subject using (site_id, subject_id)
        where course.discontinued is not null
        union all
        select 'deviations', deviation.site_id, deviation.subject_id, null,
            array[deviation.rule, deviation.item, deviation.description]
        from deviation
        join treated using (site_id, subject_id)
        union all
        select 'laboratory_abnormalities', result.site_id, result.subject_id, result.collected,
            array[result.test_name, to_char(result.collected, 'YYYY-MM-DD'),
                result.study_day::text,
                concat_ws(' ', coalesce(result.value::text, result.code), result.unit),
                result.baseline_value::text || coalesce(' ' || result.standard_unit, ''),
                result.grade_at_least::text]
        from analysis_lab as result
        where result.grade_at_least >= 3 and result.is_on_treatment
        union all
        select 'viral_loads', result.site_id, result.subject_id, null,
            array[string_agg(result.study_day || ': ' || result.viral_load, ', '
                order by result.collected, result.replicate)]
        from analysis_viral_load as result
        where result.viral_load is not null
        group by result.site_id, result.subject_id
    )
    select listed.display, row_number() over (partition by listed.display
            order by listed.site_id, listed.subject_id, listed.day, listed.cells) as position,
        treated.subject, array_replace(listed.cells, null, '') as cells
    from listed
    join treated using (site_id, subject_id)
    union all
    select named.listing, 0, null, array[count(treated.subject)::text]
    from virotrial_listing as named
    left join treated on true
    group by named.listing;

comment on view subject_listing is 'the listings of a report: a row per line, in the columns that virotrial_listing names';
comment on column subject_listing.display is 'the listing';
comment on column subject_listing.position is 'the place of the row; 0: its cell is the number of subjects of the population';
comment on column subject_listing.subject is 'the site and the subject''s code';
comment on column subject_listing.cells is 'the cells of the row';
$ddl$),
(127, 'views/figure_point.sql', $ddl$
-- What the figures of a report draw of single subjects.  No window is in a part of the union:
-- the condition on the figure would not reach any part, and all would be computed for each.

create view figure_point as
    with
    person as (
        select site_id, subject_id, group_value, first_dose
        from safety_population
    ),
    -- the fall at the last visit that has one, the deepest first
    fall as (
        select distinct on (result.site_id, result.subject_id) result.site_id, result.subject_id,
            person.group_value, result.analysis_visit, result.study_day, result.log_reduction
        from analysis_viral_load as result
        join person using (site_id, subject_id)
        where result.is_analysis_record and result.study_day > 1
            and result.log_reduction is not null
        order by result.site_id, result.subject_id, result.study_day desc
    ),
    ranked as (
        select *,
            row_number() over (order by -quantity(log_reduction), site_id, subject_id) as place
        from fall
    ),
    multiple as (
        select person.site_id, person.subject_id, person.group_value,
            max(quantity(result.value) / result.uln) filter (where result.test in ('ALT', 'AST'))
                as transaminase,
            max(quantity(result.value) / result.uln) filter (where result.test = 'BILI')
                as bilirubin
        from analysis_lab as result
        join person using (site_id, subject_id)
        where result.is_on_treatment and result.test in ('ALT', 'AST', 'BILI') and result.uln > 0
        group by person.site_id, person.subject_id, person.group_value
    ),
    event as (
        select site_id, subject_id, 'serious adverse event' as label,
            study_day(greatest(onset_first, person.first_dose), person.first_dose) as day,
            case when event.study_day is null then '>' else '=' end as qualifier
        from analysis_ae as event
        join person using (site_id, subject_id)
        where event.is_serious and event.is_treatment_emergent is not false
        union all
        select site_id, subject_id, 'virologic failure', failed_study_day, '='
        from virologic_failure
        where is_failure
        union all
        select site_id, subject_id, one.label, study_day(one."date", course.first_dose), '='
        from treatment_course as course
        cross join lateral (values ('treatment given up', course.discontinued),
            ('completed', course.completed)) as one (label, "date")
        where one."date" is not null
        union all
        select site_id, subject_id, 'death', study_day, '='
        from death
    ),
    enrolled as (
        select enrolment.site_id, enrolment.subject_id, enrolment.enrolled,
            row_number() over (order by enrolment.enrolled, enrolment.site_id,
                enrolment.subject_id) as place
        from _enrolment_at_cut as enrolment
    ),
    size as (
        select number as subjects, largest.trial_percent
        from (select max(subjects)::integer as subjects, max(trial_percent) as trial_percent
            from site_deviation) as largest
        cross join lateral generate_series(1, largest.subjects,
            greatest(1, largest.subjects / 40)) as number
    )
    select 'trajectory' as display, person.group_value, person.site_id, person.subject_id,
        result.analysis_visit as label, result.study_day::double precision as x,
        quantity(result.viral_load) as y, result.qualifier
    from analysis_viral_load as result
    join person using (site_id, subject_id)
    where (result.is_baseline or result.study_day >= 1) and quantity(result.viral_load) > 0
    union all
    select 'waterfall', group_value, site_id, subject_id, analysis_visit, place,
        -quantity(log_reduction),
        case qualifier(log_reduction) when '>' then '<' when '<' then '>' else '=' end
    from ranked
    union all
    select 'liver', group_value, site_id, subject_id, null, transaminase, bilirubin, '='
    from multiple
    where transaminase > 0 and bilirubin > 0
    union all
    select 'accrual', 'all', enrolled.site_id, enrolled.subject_id,
        to_char(enrolled.enrolled, 'YYYY-MM-DD'), protocol.target_enrolment::integer,
        enrolled.place, '='
    from enrolled
    cross join _protocol_at_analysis as protocol
    union all
    select 'swimmer', person.group_value, person.site_id, person.subject_id, 'on treatment',
        study_day(period.started, person.first_dose), study_day(period.ended, person.first_dose),
        case when period.is_ongoing then '>' else '=' end
    from exposure_period as period
    join person using (site_id, subject_id)
    union all
    select 'swimmer', person.group_value, person.site_id, person.subject_id, event.label,
        event.day, event.day, event.qualifier
    from event
    join person using (site_id, subject_id)
    union all
    select 'deviations', 'all', site_id, null,
        case when is_out_of_control then 'site beyond the limits' else 'site' end, subjects,
        percent, '='
    from site_deviation
    union all
    select 'deviations', 'all', null, null, one.label, size.subjects, one.percent, one.qualifier
    from size
    cross join lateral _virotrial.funnel_limits(size.subjects, size.trial_percent / 100) as control
    cross join lateral (values ('all sites', size.trial_percent, '='),
        ('95 % limits', control.lower_95, '>'), ('95 % limits', control.upper_95, '<'),
        ('99.8 % limits', control.lower_998, '>'), ('99.8 % limits', control.upper_998, '<')
        ) as one (label, percent, qualifier);

comment on view figure_point is 'what the figures of a report draw of single subjects, one row per point';
comment on column figure_point.display is 'the figure';
comment on column figure_point.group_value is 'the group of the subject';
comment on column figure_point.site_id is 'the site; null for a control limit';
comment on column figure_point.subject_id is 'the subject''s code; null for a site or a control limit';
comment on column figure_point.label is 'the analysis visit; accrual: the day of enrolment; swimmer: a period on treatment, or an event; deviations: site, site beyond the limits, all sites, or which control limits';
comment on column figure_point.x is 'trajectory: the study day; waterfall: the place of the subject; liver: the highest multiple of the upper limit of ALT or AST on treatment; accrual: the target of the protocol; swimmer: the first study day; deviations: treated subjects of the site';
comment on column figure_point.y is 'trajectory: copies/mL, a limit where it is one; waterfall: the change from baseline, log10 copies/mL; liver: the highest multiple of bilirubin; accrual: the subjects enrolled so far; swimmer: the last study day; deviations: subjects with a deviation, per cent, or a control limit of it';
comment on column figure_point.qualifier is '= for a number; <, > or TND where y is a limit; swimmer: > for treatment that goes on, and for an event on that day or later';
$ddl$),
(128, 'views/sdtm_subject.sql', $ddl$
-- Subjects, visits, treatment and events as datasets of SDTM.  A view is a dataset, a
-- column a variable, a comment its label: virotrial export writes them as they are.

create view _sdtm_subject as
    select subject.site_id, subject.subject_id, protocol.protocol as studyid,
        concat_ws('-', protocol.protocol, subject.site_id, subject.subject_id) as usubjid,
        enrolment.enrolled, enrolment.first_dose, disposition.ended, disposition.outcome,
        disposition.reason
    from _subject_at_cut as subject
    cross join (select protocol from _protocol_at_analysis) as protocol
    left join _enrolment_at_cut as enrolment using (site_id, subject_id)
    left join _disposition_at_cut as disposition using (site_id, subject_id);
comment on view _sdtm_subject is 'what the datasets of SDTM have in common: who it is, and study day 1';
comment on column _sdtm_subject.site_id is 'the site';
comment on column _sdtm_subject.subject_id is 'the subject''s code';
comment on column _sdtm_subject.studyid is 'the protocol';
comment on column _sdtm_subject.usubjid is 'protocol, site and code: unique in all studies';
comment on column _sdtm_subject.enrolled is 'the day of enrolment';
comment on column _sdtm_subject.first_dose is 'the day of the first dose, study day 1';
comment on column _sdtm_subject.ended is 'the last day in the study';
comment on column _sdtm_subject.outcome is 'of the study: completed or discontinued';
comment on column _sdtm_subject.reason is 'the reason for leaving the study early';

create view _sdtm_visit as
    select visit.site_id, visit.subject_id, visit.visit, visit.visit_date,
        definition.position::integer as visitnum
    from visit
    left join _visit_definition_at_analysis as definition using (visit)
    where visit.visit_date <= (select data_cut());
comment on view _sdtm_visit is 'the visits held up to the data cut, with their numbers';
comment on column _sdtm_visit.site_id is 'the site';
comment on column _sdtm_visit.subject_id is 'the subject''s code';
comment on column _sdtm_visit.visit is 'the visit';
comment on column _sdtm_visit.visit_date is 'the day of the visit';
comment on column _sdtm_visit.visitnum is 'the position of the visit in the protocol; null for an unscheduled one';

create view sdtm_dm as
    with
    fatal as (
        select site_id, subject_id, min(ended) as ended
        from adverse_event
        where outcome = 'FATAL' and ended_last <= (select data_cut())
        group by site_id, subject_id
    )
    select base.studyid, 'DM' as domain, base.usubjid, base.subject_id as subjid,
        base.first_dose as rfstdtc, base.ended as rfendtc, base.first_dose as rfxstdtc,
        case when not exposure.is_ongoing then exposure.last_dose end as rfxendtc,
        subject.consent_signed as rficdtc, base.ended as rfpendtc,
        case when base.reason = 'death' then base.ended::text else fatal.ended end as dthdtc,
        case when base.reason = 'death' or fatal.ended is not null then 'Y' end as dthfl,
        base.site_id as siteid, subject.age,
        case when subject.age is not null then 'YEARS' end as ageu,
        case subject.sex when 'female' then 'F' else 'M' end as sex,
        subject.arm as armcd, planned.title as arm,
        subject.treated_arm as actarmcd, actual.title as actarm,
        case when base.enrolled is null then 'NOT ASSIGNED'
            when base.first_dose is null and subject.arm is not null then 'ASSIGNED, NOT TREATED'
            end as armnrs,
        site.country
    from _sdtm_subject as base
    join analysis_subject as subject using (site_id, subject_id)
    join site using (site_id)
    left join exposure using (site_id, subject_id)
    left join arm as planned on planned.arm = subject.arm
    left join arm as actual on actual.arm = subject.treated_arm
    left join fatal using (site_id, subject_id);
comment on view sdtm_dm is 'Demographics';
comment on column sdtm_dm.studyid is 'Study Identifier';
comment on column sdtm_dm.domain is 'Domain Abbreviation';
comment on column sdtm_dm.usubjid is 'Unique Subject Identifier';
comment on column sdtm_dm.subjid is 'Subject Identifier for the Study';
comment on column sdtm_dm.rfstdtc is 'Subject Reference Start Date/Time';
comment on column sdtm_dm.rfendtc is 'Subject Reference End Date/Time';
comment on column sdtm_dm.rfxstdtc is 'Date/Time of First Study Treatment';
comment on column sdtm_dm.rfxendtc is 'Date/Time of Last Study Treatment';
comment on column sdtm_dm.rficdtc is 'Date/Time of Informed Consent';
comment on column sdtm_dm.rfpendtc is 'Date/Time of End of Participation';
comment on column sdtm_dm.dthdtc is 'Date/Time of Death';
comment on column sdtm_dm.dthfl is 'Subject Death Flag';
comment on column sdtm_dm.siteid is 'Study Site Identifier';
comment on column sdtm_dm.age is 'Age';
comment on column sdtm_dm.ageu is 'Age Units';
comment on column sdtm_dm.sex is 'Sex';
comment on column sdtm_dm.armcd is 'Planned Arm Code';
comment on column sdtm_dm.arm is 'Description of Planned Arm';
comment on column sdtm_dm.actarmcd is 'Actual Arm Code';
comment on column sdtm_dm.actarm is 'Description of Actual Arm';
comment on column sdtm_dm.armnrs is 'Reason Arm and/or Actual Arm is Null';
comment on column sdtm_dm.country is 'Country';

create view sdtm_sv as
    select base.studyid, 'SV' as domain, base.usubjid, held.visitnum, upper(held.visit) as visit,
        held.visit_date as svstdtc, held.visit_date as svendtc,
        study_day(held.visit_date, base.first_dose) as svstdy,
        study_day(held.visit_date, base.first_dose) as svendy,
        case when held.visitnum is null then held.visit end as svupdes
    from _sdtm_visit as held
    join _sdtm_subject as base using (site_id, subject_id);
comment on view sdtm_sv is 'Subject Visits';
comment on column sdtm_sv.studyid is 'Study Identifier';
comment on column sdtm_sv.domain is 'Domain Abbreviation';
comment on column sdtm_sv.usubjid is 'Unique Subject Identifier';
comment on column sdtm_sv.visitnum is 'Visit Number';
comment on column sdtm_sv.visit is 'Visit Name';
comment on column sdtm_sv.svstdtc is 'Start Date/Time of Visit';
comment on column sdtm_sv.svendtc is 'End Date/Time of Visit';
comment on column sdtm_sv.svstdy is 'Study Day of Start of Visit';
comment on column sdtm_sv.svendy is 'Study Day of End of Visit';
comment on column sdtm_sv.svupdes is 'Description of Unplanned Visit';

create view sdtm_ex as
    with
    given as (
        select regimen.site_id, regimen.subject_id, regimen.drug, regimen.started,
            case when regimen.stopped - 1 <= (select data_cut()) then regimen.stopped - 1 end
                as ended,
            regimen.dose_mg, regimen.doses_per_day, subject.arm is null
                and exists (select from arm where treatment = 'placebo') as is_blinded,
            arm.treatment is not distinct from 'placebo' as is_placebo
        from regimen
        join analysis_subject as subject using (site_id, subject_id)
        left join arm on arm.arm = subject.treated_arm
        where regimen.drug in (select study_drug from protocol)
            and regimen.started <= (select data_cut())
    )
    select base.studyid, 'EX' as domain, base.usubjid,
        row_number() over (partition by given.site_id, given.subject_id
            order by given.started, given.drug)::integer as exseq,
        case when given.is_placebo then 'PLACEBO'
            else given.drug || case when given.is_blinded then ' OR PLACEBO' else '' end
            end as extrt,
        case when given.is_placebo then 0 else given.dose_mg end as exdose,
        case when given.is_placebo or given.dose_mg is not null then 'mg' end as exdosu,
        case given.doses_per_day when 0.5 then 'QOD' when 1 then 'QD' when 2 then 'BID'
            when 3 then 'TID' when 4 then 'QID' end as exdosfrq,
        given.started as exstdtc, given.ended as exendtc,
        study_day(given.started, base.first_dose) as exstdy,
        study_day(given.ended, base.first_dose) as exendy
    from given
    join _sdtm_subject as base using (site_id, subject_id);
comment on view sdtm_ex is 'Exposure';
comment on column sdtm_ex.studyid is 'Study Identifier';
comment on column sdtm_ex.domain is 'Domain Abbreviation';
comment on column sdtm_ex.usubjid is 'Unique Subject Identifier';
comment on column sdtm_ex.exseq is 'Sequence Number';
comment on column sdtm_ex.extrt is 'Name of Treatment';
comment on column sdtm_ex.exdose is 'Dose';
comment on column sdtm_ex.exdosu is 'Dose Units';
comment on column sdtm_ex.exdosfrq is 'Dosing Frequency per Interval';
comment on column sdtm_ex.exstdtc is 'Start Date/Time of Treatment';
comment on column sdtm_ex.exendtc is 'End Date/Time of Treatment';
comment on column sdtm_ex.exstdy is 'Study Day of Start of Treatment';
comment on column sdtm_ex.exendy is 'Study Day of End of Treatment';

create view sdtm_ds as
    with
    event as (
        select site_id, subject_id, 1 as step, 'informed consent ' || version as term,
            'INFORMED CONSENT OBTAINED' as decod, 'PROTOCOL MILESTONE' as cat,
            null as scat, signed as day
        from _consent_at_cut
        union all
        select site_id, subject_id, 2, 'enrolled', 'ENROLLED', 'PROTOCOL MILESTONE', null, enrolled
        from _enrolment_at_cut
        union all
        select site_id, subject_id, 3, 'randomised', 'RANDOMIZED', 'PROTOCOL MILESTONE', null,
            randomised
        from _randomised_at_cut
        union all
        select course.site_id, course.subject_id, 4,
            coalesce(course.discontinuation_reason,
                case when course.completed is not null then 'completed' else 'not said' end),
            null, 'DISPOSITION EVENT', 'STUDY TREATMENT',
            coalesce(course.discontinued, course.completed)
        from treatment_course as course
        where num_nonnulls(course.discontinued, course.completed) > 0
        union all
        select site_id, subject_id, 5, coalesce(reason, outcome), null, 'DISPOSITION EVENT',
            'STUDY PARTICIPATION', ended
        from _disposition_at_cut
    )
    select base.studyid, 'DS' as domain, base.usubjid,
        row_number() over (partition by event.site_id, event.subject_id
            order by event.day, event.step, event.term collate "C")::integer as dsseq,
        event.term as dsterm,
        coalesce(event.decod, case event.term when 'consent withdrawn' then 'WITHDRAWAL BY SUBJECT'
            when 'subject decision' then 'WITHDRAWAL BY SUBJECT' else upper(event.term) end)
            as dsdecod,
        event.cat as dscat, event.scat as dsscat, event.day as dsstdtc,
        study_day(event.day, base.first_dose) as dsstdy
    from event
    join _sdtm_subject as base using (site_id, subject_id);
comment on view sdtm_ds is 'Disposition';
comment on column sdtm_ds.studyid is 'Study Identifier';
comment on column sdtm_ds.domain is 'Domain Abbreviation';
comment on column sdtm_ds.usubjid is 'Unique Subject Identifier';
comment on column sdtm_ds.dsseq is 'Sequence Number';
comment on column sdtm_ds.dsterm is 'Reported Term for the Disposition Event';
comment on column sdtm_ds.dsdecod is 'Standardized Disposition Term';
comment on column sdtm_ds.dscat is 'Category for Disposition Event';
comment on column sdtm_ds.dsscat is 'Subcategory for Disposition Event';
comment on column sdtm_ds.dsstdtc is 'Start Date/Time of Disposition Event';
comment on column sdtm_ds.dsstdy is 'Study Day of Start of Disposition Event';

create view sdtm_ae as
    with
    known as (
        select event.*,
            -- of a death that was after the cut nothing was known
            event.outcome = 'FATAL' and event.ended_last > (select data_cut()) as dies_later,
            (event.ended_first <= (select data_cut())) as is_over
        from adverse_event as event
        where event.onset_first <= (select data_cut())
    )
    select base.studyid, 'AE' as domain, base.usubjid, known.event_number::integer as aeseq,
        known.term as aeterm, known.coded_term as aedecod, known.system_organ_class as aebodsys,
        case when known.is_serious and not (known.dies_later and num_nulls(
                nullif(known.is_life_threatening, false),
                nullif(known.requires_hospitalization, false), nullif(known.is_disabling, false),
                nullif(known.is_congenital_anomaly, false),
                nullif(known.is_medically_important, false)) = 5) then 'Y' else 'N' end as aeser,
        known.action_taken as aeacn, upper(related.relatedness) as aerel,
        case when known.outcome in ('NOT RECOVERED/NOT RESOLVED', 'RECOVERING/RESOLVING', 'UNKNOWN')
                or known.is_over and not known.dies_later then known.outcome end as aeout,
        case when known.is_congenital_anomaly then 'Y' else 'N' end as aescong,
        case when known.is_disabling then 'Y' else 'N' end as aesdisab,
        case when known.results_in_death and not known.dies_later then 'Y' else 'N' end as aesdth,
        case when known.requires_hospitalization then 'Y' else 'N' end as aeshosp,
        case when known.is_life_threatening then 'Y' else 'N' end as aeslife,
        case when known.is_medically_important then 'Y' else 'N' end as aesmie,
        case when not known.dies_later then known.grade::text end as aetoxgr,
        known.onset as aestdtc, case when known.is_over and not known.dies_later
            then known.ended end as aeendtc,
        case when known.onset_first = known.onset_last
            then study_day(known.onset_first, base.first_dose) end as aestdy,
        case when known.is_over and not known.dies_later and known.ended_first = known.ended_last
            then study_day(known.ended_first, base.first_dose) end as aeendy
    from known
    join _sdtm_subject as base using (site_id, subject_id)
    left join adverse_event_relatedness as related
        on related.site_id = known.site_id and related.subject_id = known.subject_id
        and related.event_number = known.event_number
        and related.drug = (select study_drug from _protocol_at_analysis);
comment on view sdtm_ae is 'Adverse Events';
comment on column sdtm_ae.studyid is 'Study Identifier';
comment on column sdtm_ae.domain is 'Domain Abbreviation';
comment on column sdtm_ae.usubjid is 'Unique Subject Identifier';
comment on column sdtm_ae.aeseq is 'Sequence Number';
comment on column sdtm_ae.aeterm is 'Reported Term for the Adverse Event';
comment on column sdtm_ae.aedecod is 'Dictionary-Derived Term';
comment on column sdtm_ae.aebodsys is 'Body System or Organ Class';
comment on column sdtm_ae.aeser is 'Serious Event';
comment on column sdtm_ae.aeacn is 'Action Taken with Study Treatment';
comment on column sdtm_ae.aerel is 'Causality';
comment on column sdtm_ae.aeout is 'Outcome of Adverse Event';
comment on column sdtm_ae.aescong is 'Congenital Anomaly or Birth Defect';
comment on column sdtm_ae.aesdisab is 'Persist or Signif Disability/Incapacity';
comment on column sdtm_ae.aesdth is 'Results in Death';
comment on column sdtm_ae.aeshosp is 'Requires or Prolongs Hospitalization';
comment on column sdtm_ae.aeslife is 'Is Life Threatening';
comment on column sdtm_ae.aesmie is 'Other Medically Important Serious Event';
comment on column sdtm_ae.aetoxgr is 'Standard Toxicity Grade';
comment on column sdtm_ae.aestdtc is 'Start Date/Time of Adverse Event';
comment on column sdtm_ae.aeendtc is 'End Date/Time of Adverse Event';
comment on column sdtm_ae.aestdy is 'Study Day of Start of Adverse Event';
comment on column sdtm_ae.aeendy is 'Study Day of End of Adverse Event';

create view sdtm_cm as
    with
    taken as (
        select site_id, subject_id, medication as drug, coded_term, medication_class,
            'CONCOMITANT MEDICATION' as cat, indication, dose, dose_unit, frequency, route,
            started, started_first, started_last, ended, ended_first, ended_last, is_ongoing
        from concomitant_medication
        union all
        select site_id, subject_id, drug, drug, class, 'BACKGROUND THERAPY', null, dose_mg,
            case when dose_mg is not null then 'mg' end,
            case doses_per_day when 0.5 then 'QOD' when 1 then 'QD' when 2 then 'BID'
                when 3 then 'TID' when 4 then 'QID' end,
            null, to_char(started, 'YYYY-MM-DD'), started, started,
            to_char(stopped - 1, 'YYYY-MM-DD'), stopped - 1, stopped - 1, false
        from regimen
        join drug using (drug)
        where drug not in (select study_drug from protocol)
        union all
        select site_id, subject_id, drug, drug, class, 'PRIOR ANTIRETROVIRAL THERAPY', null, null,
            null, null, null, to_char(started, 'YYYY-MM-DD'), started, started,
            to_char(stopped - 1, 'YYYY-MM-DD'), stopped - 1, stopped - 1, false
        from art_history
        join drug using (drug)
    ),
    known as (
        select taken.*, (taken.ended_first <= (select data_cut())) is true as is_over
        from taken
        where (taken.started_first > (select data_cut())) is not true
    )
    select base.studyid, 'CM' as domain, base.usubjid,
        row_number() over (partition by known.site_id, known.subject_id
            order by known.started_first nulls first, known.cat, known.drug collate "C",
            known.ended_first)::integer as cmseq,
        known.drug as cmtrt, known.coded_term as cmdecod, known.medication_class as cmclas,
        known.cat as cmcat,
        known.indication as cmindc, known.dose as cmdose, known.dose_unit as cmdosu,
        known.frequency as cmdosfrq, known.route as cmroute, known.started as cmstdtc,
        case when known.is_over then known.ended end as cmendtc,
        case when known.started_first = known.started_last
            then study_day(known.started_first, base.first_dose) end as cmstdy,
        case when known.is_over and known.ended_first = known.ended_last
            then study_day(known.ended_first, base.first_dose) end as cmendy,
        case when known.is_ongoing then 'ONGOING' end as cmenrf
    from known
    join _sdtm_subject as base using (site_id, subject_id);
comment on view sdtm_cm is 'Concomitant and Prior Medications';
comment on column sdtm_cm.studyid is 'Study Identifier';
comment on column sdtm_cm.domain is 'Domain Abbreviation';
comment on column sdtm_cm.usubjid is 'Unique Subject Identifier';
comment on column sdtm_cm.cmseq is 'Sequence Number';
comment on column sdtm_cm.cmtrt is 'Reported Name of Drug, Med, or Therapy';
comment on column sdtm_cm.cmdecod is 'Standardized Medication Name';
comment on column sdtm_cm.cmclas is 'Medication Class';
comment on column sdtm_cm.cmcat is 'Category for Medication';
comment on column sdtm_cm.cmindc is 'Indication';
comment on column sdtm_cm.cmdose is 'Dose per Administration';
comment on column sdtm_cm.cmdosu is 'Dose Units';
comment on column sdtm_cm.cmdosfrq is 'Dosing Frequency per Interval';
comment on column sdtm_cm.cmroute is 'Route of Administration';
comment on column sdtm_cm.cmstdtc is 'Start Date/Time of Medication';
comment on column sdtm_cm.cmendtc is 'End Date/Time of Medication';
comment on column sdtm_cm.cmstdy is 'Study Day of Start of Medication';
comment on column sdtm_cm.cmendy is 'Study Day of End of Medication';
comment on column sdtm_cm.cmenrf is 'End Relative to Reference Period';

create view sdtm_mh as
    select base.studyid, 'MH' as domain, base.usubjid, known.condition_number::integer as mhseq,
        known.term as mhterm, known.coded_term as mhdecod,
        known.system_organ_class as mhbodsys,
        case when known.is_hiv_associated then 'HIV-ASSOCIATED' else 'OTHER' end as mhcat,
        known.started as mhstdtc,
        case when known.ended_first <= (select data_cut()) then known.ended end as mhendtc,
        case when known.is_ongoing then 'ONGOING' end as mhenrf
    from medical_history as known
    join _sdtm_subject as base using (site_id, subject_id)
    where (known.started_first > (select data_cut())) is not true;
comment on view sdtm_mh is 'Medical History';
comment on column sdtm_mh.studyid is 'Study Identifier';
comment on column sdtm_mh.domain is 'Domain Abbreviation';
comment on column sdtm_mh.usubjid is 'Unique Subject Identifier';
comment on column sdtm_mh.mhseq is 'Sequence Number';
comment on column sdtm_mh.mhterm is 'Reported Term for the Medical History';
comment on column sdtm_mh.mhdecod is 'Dictionary-Derived Term';
comment on column sdtm_mh.mhbodsys is 'Body System or Organ Class';
comment on column sdtm_mh.mhcat is 'Category for Medical History';
comment on column sdtm_mh.mhstdtc is 'Start Date/Time of Medical History Event';
comment on column sdtm_mh.mhendtc is 'End Date/Time of Medical History Event';
comment on column sdtm_mh.mhenrf is 'End Relative to Reference Period';
$ddl$),
(129, 'views/sdtm_finding.sql', $ddl$
-- Results as datasets of SDTM.  A result that is a limit stays text: its number is null,
-- and the limit is in --LLOQ or --ULOQ.

create view _sdtm_result as
    select result.site_id, result.subject_id, result.collected, result.visit, 'LB' as domain,
        'HIV1VLD' as testcd, 'HIV-1 Viral Load' as test, 'VIROLOGY' as cat,
        coalesce(result.reported, result.viral_load::text) as orres,
        case when result.reported is null then 'copies/mL' else result.reported_unit end as orresu,
        null::double precision as lln, null::double precision as uln,
        result.viral_load::text as stresc, exact_value(result.viral_load) as stresn,
        'copies/mL' as stresu, null::double precision as stnrlo, null::double precision as stnrhi,
        case when qualifier(result.viral_load) in ('<', 'TND')
            then quantity(result.viral_load) end as lloq,
        case when qualifier(result.viral_load) = '>' then quantity(result.viral_load) end as uloq,
        'PLASMA' as spec, result.assay as method, null as nam, null::boolean as fasting,
        result.replicate::integer as replicate, null as reason,
        (result.collected, result.replicate) = (baseline.collected, baseline.replicate)
            as is_baseline
    from viral_load_result as result
    left join _baseline_viral_load as baseline using (site_id, subject_id)
    where result.collected <= (select data_cut())
    union all
    select result.site_id, result.subject_id, result.collected, result.visit, 'LB', one.testcd,
        one.test, 'IMMUNOLOGY', one.orres, one.unit, null, null, one.stresc, one.stresn, one.unit,
        null, null, one.lloq, one.uloq, 'BLOOD', result.method, null, null,
        result.replicate::integer, null,
        (result.collected, result.replicate) = (baseline.collected, baseline.replicate)
    from cd4_result as result
    left join _baseline_cd4 as baseline using (site_id, subject_id)
    cross join lateral (values ('CD4', 'CD4', coalesce(result.reported, result.cd4_count::text),
            result.cd4_count::text, exact_value(result.cd4_count), result.unit,
            case when qualifier(result.cd4_count) = '<' then quantity(result.cd4_count) end,
            case when qualifier(result.cd4_count) = '>' then quantity(result.cd4_count) end),
        ('CD4LY', 'CD4/Lymphocytes', result.cd4_percent::text, result.cd4_percent::text,
            result.cd4_percent, '%', null, null)
        ) as one (testcd, test, orres, stresc, stresn, unit, lloq, uloq)
    where result.collected <= (select data_cut()) and one.orres is not null
    union all
    select result.site_id, result.subject_id, result.collected, result.visit,
        case lab_test.panel when 'electrocardiogram' then 'EG' else 'LB' end, result.test,
        lab_test.name, upper(lab_test.panel),
        coalesce(result.reported, result.value::text, result.code), result.unit,
        result.lln, result.uln, coalesce(result.standard_value::text, result.code),
        exact_value(result.standard_value),
        case when result.standard_value is not null then lab_test.unit end,
        result.lln * factor.factor, result.uln * factor.factor,
        case when qualifier(result.standard_value) = '<' then quantity(result.standard_value) end,
        case when qualifier(result.standard_value) = '>' then quantity(result.standard_value) end,
        upper(lab_test.specimen), null, result.laboratory, result.fasting,
        result.replicate::integer, null,
        (result.collected, result.replicate) = (baseline.collected, baseline.replicate)
    from lab_result as result
    join lab_test using (test)
    left join _baseline_lab_result as baseline using (site_id, subject_id, test)
    cross join lateral (select case when quantity(result.value) <> 0
        then quantity(result.standard_value) / quantity(result.value) end as factor) as factor
    where result.collected <= (select data_cut())
    union all
    select missing.site_id, missing.subject_id, missing.collected, missing.visit, 'LB',
        case missing.assessment when 'viral load' then 'HIV1VLD' when 'CD4' then 'CD4'
            else missing.test end,
        case missing.assessment when 'viral load' then 'HIV-1 Viral Load' when 'CD4' then 'CD4'
            else lab_test.name end,
        case missing.assessment when 'viral load' then 'VIROLOGY' when 'CD4' then 'IMMUNOLOGY'
            else upper(lab_test.panel) end,
        null, null, null, null, null, null, null, null, null, null, null,
        case missing.assessment when 'viral load' then 'PLASMA' when 'CD4' then 'BLOOD'
            else upper(lab_test.specimen) end,
        null, null, null, missing.replicate, upper(missing.reason), null
    from unresolved_result as missing
    left join lab_test using (test)
    where missing.assessment in ('viral load', 'CD4', 'laboratory');
comment on view _sdtm_result is 'results of laboratories and electrocardiograms, up to the data cut, and those that did not come';
comment on column _sdtm_result.site_id is 'the site';
comment on column _sdtm_result.subject_id is 'the subject''s code';
comment on column _sdtm_result.collected is 'the day on which the sample was taken';
comment on column _sdtm_result.visit is 'the visit at which it was taken';
comment on column _sdtm_result.domain is 'LB or EG';
comment on column _sdtm_result.testcd is 'the code of the test';
comment on column _sdtm_result.test is 'its name';
comment on column _sdtm_result.cat is 'what it is a test of';
comment on column _sdtm_result.orres is 'the result as reported';
comment on column _sdtm_result.orresu is 'its unit';
comment on column _sdtm_result.lln is 'the lower limit of normal, in that unit';
comment on column _sdtm_result.uln is 'the upper limit of normal, in that unit';
comment on column _sdtm_result.stresc is 'the result in the standard unit, exact or a limit';
comment on column _sdtm_result.stresn is 'its number; null if it is a limit';
comment on column _sdtm_result.stresu is 'the standard unit';
comment on column _sdtm_result.stnrlo is 'the lower limit of normal, in the standard unit';
comment on column _sdtm_result.stnrhi is 'the upper limit of normal, in the standard unit';
comment on column _sdtm_result.lloq is 'the limit that the result is below';
comment on column _sdtm_result.uloq is 'the limit that the result is above';
comment on column _sdtm_result.spec is 'the specimen';
comment on column _sdtm_result.method is 'the method or assay';
comment on column _sdtm_result.nam is 'the laboratory';
comment on column _sdtm_result.fasting is 'whether the subject had fasted';
comment on column _sdtm_result.replicate is 'tells several results of one day apart';
comment on column _sdtm_result.reason is 'why there is no result; null where there is one';
comment on column _sdtm_result.is_baseline is 'whether it is the last result on or before the first dose';

create view sdtm_lb as
    select base.studyid, result.domain, base.usubjid,
        row_number() over (partition by result.site_id, result.subject_id
            order by result.collected, result.testcd collate "C", result.reason is not null,
            result.replicate)::integer as lbseq,
        result.testcd as lbtestcd,
        result.test as lbtest,
        result.cat as lbcat,
        result.orres as lborres,
        result.orresu as lborresu,
        result.lln::text as lbornrlo,
        result.uln::text as lbornrhi,
        result.stresc as lbstresc,
        result.stresn as lbstresn,
        result.stresu as lbstresu,
        result.stnrlo as lbstnrlo,
        result.stnrhi as lbstnrhi,
        result.lloq as lblloq,
        result.uloq as lbuloq,
        case when result.reason <> 'PENDING' then 'NOT DONE' end as lbstat,
        result.reason as lbreasnd,
        result.nam as lbnam,
        result.spec as lbspec,
        result.method as lbmethod,
        case when result.is_baseline then 'Y' end as lblobxfl,
        case result.fasting when true then 'Y' when false then 'N' end as lbfast,
        result.replicate as lbrepnum,
        held.visitnum, upper(result.visit) as visit, result.collected as lbdtc,
        study_day(result.collected, base.first_dose) as lbdy
    from _sdtm_result as result
    join _sdtm_subject as base using (site_id, subject_id)
    left join _sdtm_visit as held using (site_id, subject_id, visit)
    where result.domain = 'LB';
comment on view sdtm_lb is 'Laboratory Test Results';
comment on column sdtm_lb.studyid is 'Study Identifier';
comment on column sdtm_lb.domain is 'Domain Abbreviation';
comment on column sdtm_lb.usubjid is 'Unique Subject Identifier';
comment on column sdtm_lb.lbseq is 'Sequence Number';
comment on column sdtm_lb.lbtestcd is 'Lab Test or Examination Short Name';
comment on column sdtm_lb.lbtest is 'Lab Test or Examination Name';
comment on column sdtm_lb.lbcat is 'Category for Lab Test';
comment on column sdtm_lb.lborres is 'Result or Finding in Original Units';
comment on column sdtm_lb.lborresu is 'Original Units';
comment on column sdtm_lb.lbornrlo is 'Reference Range Lower Limit in Orig Unit';
comment on column sdtm_lb.lbornrhi is 'Reference Range Upper Limit in Orig Unit';
comment on column sdtm_lb.lbstresc is 'Character Result/Finding in Std Format';
comment on column sdtm_lb.lbstresn is 'Numeric Result/Finding in Standard Units';
comment on column sdtm_lb.lbstresu is 'Standard Units';
comment on column sdtm_lb.lbstnrlo is 'Reference Range Lower Limit-Std Units';
comment on column sdtm_lb.lbstnrhi is 'Reference Range Upper Limit-Std Units';
comment on column sdtm_lb.lblloq is 'Lower Limit of Quantitation';
comment on column sdtm_lb.lbuloq is 'Upper Limit of Quantitation';
comment on column sdtm_lb.lbstat is 'Completion Status';
comment on column sdtm_lb.lbreasnd is 'Reason Test Not Done';
comment on column sdtm_lb.lbnam is 'Vendor Name';
comment on column sdtm_lb.lbspec is 'Specimen Type';
comment on column sdtm_lb.lbmethod is 'Method of Test or Examination';
comment on column sdtm_lb.lblobxfl is 'Last Observation Before Exposure Flag';
comment on column sdtm_lb.lbfast is 'Fasting Status';
comment on column sdtm_lb.lbrepnum is 'Repetition Number';
comment on column sdtm_lb.visitnum is 'Visit Number';
comment on column sdtm_lb.visit is 'Visit Name';
comment on column sdtm_lb.lbdtc is 'Date/Time of Specimen Collection';
comment on column sdtm_lb.lbdy is 'Study Day of Specimen Collection';

create view sdtm_eg as
    select base.studyid, result.domain, base.usubjid,
        row_number() over (partition by result.site_id, result.subject_id
            order by result.collected, result.testcd collate "C", result.reason is not null,
            result.replicate)::integer as egseq,
        result.testcd as egtestcd,
        result.test as egtest,
        result.cat as egcat,
        result.orres as egorres,
        result.orresu as egorresu,
        result.stresc as egstresc,
        result.stresn as egstresn,
        result.stresu as egstresu,
        result.nam as egnam,
        result.method as egmethod,
        case when result.is_baseline then 'Y' end as eglobxfl,
        result.replicate as egrepnum,
        held.visitnum, upper(result.visit) as visit, result.collected as egdtc,
        study_day(result.collected, base.first_dose) as egdy
    from _sdtm_result as result
    join _sdtm_subject as base using (site_id, subject_id)
    left join _sdtm_visit as held using (site_id, subject_id, visit)
    where result.domain = 'EG';
comment on view sdtm_eg is 'ECG Test Results';
comment on column sdtm_eg.studyid is 'Study Identifier';
comment on column sdtm_eg.domain is 'Domain Abbreviation';
comment on column sdtm_eg.usubjid is 'Unique Subject Identifier';
comment on column sdtm_eg.egseq is 'Sequence Number';
comment on column sdtm_eg.egtestcd is 'ECG Test or Examination Short Name';
comment on column sdtm_eg.egtest is 'ECG Test or Examination Name';
comment on column sdtm_eg.egcat is 'Category for ECG';
comment on column sdtm_eg.egorres is 'Result or Finding in Original Units';
comment on column sdtm_eg.egorresu is 'Original Units';
comment on column sdtm_eg.egstresc is 'Character Result/Finding in Std Format';
comment on column sdtm_eg.egstresn is 'Numeric Result/Finding in Standard Units';
comment on column sdtm_eg.egstresu is 'Standard Units';
comment on column sdtm_eg.egnam is 'Vendor Name';
comment on column sdtm_eg.egmethod is 'Method of Test or Examination';
comment on column sdtm_eg.eglobxfl is 'Last Observation Before Exposure Flag';
comment on column sdtm_eg.egrepnum is 'Repetition Number';
comment on column sdtm_eg.visitnum is 'Visit Number';
comment on column sdtm_eg.visit is 'Visit Name';
comment on column sdtm_eg.egdtc is 'Date/Time of ECG';
comment on column sdtm_eg.egdy is 'Study Day of ECG';

create view sdtm_vs as
    select base.studyid, 'VS' as domain, base.usubjid,
        row_number() over (partition by vital.site_id, vital.subject_id
            order by vital.collected, vital.replicate, vital.sign collate "C")::integer as vsseq,
        vital.sign as vstestcd, vital.name as vstest, vital.value::text as vsorres,
        vital.unit as vsorresu, vital.value::text as vsstresc, vital.value as vsstresn,
        vital.unit as vsstresu, vital.replicate::integer as vsrepnum, held.visitnum,
        upper(vital.visit) as visit, vital.collected as vsdtc,
        study_day(vital.collected, base.first_dose) as vsdy
    from _vital_sign as vital
    join _sdtm_subject as base using (site_id, subject_id)
    left join _sdtm_visit as held using (site_id, subject_id, visit);
comment on view sdtm_vs is 'Vital Signs';
comment on column sdtm_vs.studyid is 'Study Identifier';
comment on column sdtm_vs.domain is 'Domain Abbreviation';
comment on column sdtm_vs.usubjid is 'Unique Subject Identifier';
comment on column sdtm_vs.vsseq is 'Sequence Number';
comment on column sdtm_vs.vstestcd is 'Vital Signs Test Short Name';
comment on column sdtm_vs.vstest is 'Vital Signs Test Name';
comment on column sdtm_vs.vsorres is 'Result or Finding in Original Units';
comment on column sdtm_vs.vsorresu is 'Original Units';
comment on column sdtm_vs.vsstresc is 'Character Result/Finding in Std Format';
comment on column sdtm_vs.vsstresn is 'Numeric Result/Finding in Standard Units';
comment on column sdtm_vs.vsstresu is 'Standard Units';
comment on column sdtm_vs.vsrepnum is 'Repetition Number';
comment on column sdtm_vs.visitnum is 'Visit Number';
comment on column sdtm_vs.visit is 'Visit Name';
comment on column sdtm_vs.vsdtc is 'Date/Time of Measurements';
comment on column sdtm_vs.vsdy is 'Study Day of Vital Signs';

create view sdtm_pf as
    select base.studyid, 'PF' as domain, base.usubjid,
        row_number() over (partition by genotype.site_id, genotype.subject_id
            order by genotype.collected, one.mutation)::integer as pfseq,
        'AA' as pftestcd, 'Amino Acid' as pftest, 'VIRAL RESISTANCE' as pfcat,
        gene(one.mutation) as pfgenri, codon(one.mutation)::text as pfgenloc,
        consensus(one.mutation) as pforref, residues(one.mutation) as pforres,
        residues(one.mutation) as pfstresc, genotype.laboratory as pfnam, held.visitnum,
        upper(genotype.visit) as visit, genotype.collected as pfdtc,
        study_day(genotype.collected, base.first_dose) as pfdy
    from genotype
    join _sdtm_subject as base using (site_id, subject_id)
    left join _sdtm_visit as held using (site_id, subject_id, visit)
    cross join lateral unnest(genotype.mutations) as one (mutation)
    where genotype.collected <= (select data_cut());
comment on view sdtm_pf is 'Pharmacogenomics/Genetics Findings';
comment on column sdtm_pf.studyid is 'Study Identifier';
comment on column sdtm_pf.domain is 'Domain Abbreviation';
comment on column sdtm_pf.usubjid is 'Unique Subject Identifier';
comment on column sdtm_pf.pfseq is 'Sequence Number';
comment on column sdtm_pf.pftestcd is 'Pharmacogenomics/Genetics Test Code';
comment on column sdtm_pf.pftest is 'Pharmacogenomics/Genetics Test Name';
comment on column sdtm_pf.pfcat is 'Category for PGx/Genetics Test';
comment on column sdtm_pf.pfgenri is 'Genetic Region of Interest';
comment on column sdtm_pf.pfgenloc is 'Genetic Location';
comment on column sdtm_pf.pforref is 'Reference Result';
comment on column sdtm_pf.pforres is 'Result or Finding in Original Units';
comment on column sdtm_pf.pfstresc is 'Character Result/Finding in Std Format';
comment on column sdtm_pf.pfnam is 'Vendor Name';
comment on column sdtm_pf.visitnum is 'Visit Number';
comment on column sdtm_pf.visit is 'Visit Name';
comment on column sdtm_pf.pfdtc is 'Date/Time of Specimen Collection';
comment on column sdtm_pf.pfdy is 'Study Day of Specimen Collection';

create view sdtm_ms as
    select base.studyid, 'MS' as domain, base.usubjid,
        row_number() over (partition by call.site_id, call.subject_id
            order by call.collected, call.drug collate "C")::integer as msseq,
        'MICROSUS' as mstestcd, 'Microbial Susceptibility' as mstest, call.drug as msagent,
        'VIRAL RESISTANCE' as mscat, coalesce(call.reported, call.call) as msorres,
        upper(call.call) as msstresc, genotype.laboratory as msnam,
        genotype.algorithm as msmethod, held.visitnum, upper(genotype.visit) as visit,
        call.collected as msdtc, study_day(call.collected, base.first_dose) as msdy
    from genotype_drug_call as call
    join genotype using (site_id, subject_id, collected)
    join _sdtm_subject as base using (site_id, subject_id)
    left join _sdtm_visit as held using (site_id, subject_id, visit)
    where call.collected <= (select data_cut());
comment on view sdtm_ms is 'Microbiology Susceptibility';
comment on column sdtm_ms.studyid is 'Study Identifier';
comment on column sdtm_ms.domain is 'Domain Abbreviation';
comment on column sdtm_ms.usubjid is 'Unique Subject Identifier';
comment on column sdtm_ms.msseq is 'Sequence Number';
comment on column sdtm_ms.mstestcd is 'Short Name of Assessment';
comment on column sdtm_ms.mstest is 'Name of Assessment';
comment on column sdtm_ms.msagent is 'Agent Name';
comment on column sdtm_ms.mscat is 'Category';
comment on column sdtm_ms.msorres is 'Result or Finding in Original Units';
comment on column sdtm_ms.msstresc is 'Result or Finding in Standard Format';
comment on column sdtm_ms.msnam is 'Laboratory/Vendor Name';
comment on column sdtm_ms.msmethod is 'Method of Test or Examination';
comment on column sdtm_ms.visitnum is 'Visit Number';
comment on column sdtm_ms.visit is 'Visit Name';
comment on column sdtm_ms.msdtc is 'Date/Time of Collection';
comment on column sdtm_ms.msdy is 'Study Day of Visit/Collection/Exam';
$ddl$),
(130, 'views/adam.sql', $ddl$
-- The datasets of ADaM: the analysis views under the names of the standard

create view adam_adsl as
    select base.studyid, base.usubjid, base.subject_id as subjid, base.site_id as siteid,
        subject.age, case when subject.age is not null then 'YEARS' end as ageu,
        case subject.sex when 'female' then 'F' else 'M' end as sex,
        subject.arm as trt01p, subject.treated_arm as trt01a, subject.stratum as strat1r,
        subject.consent_signed as rficdt, subject.enrolled as enrldt,
        subject.first_dose as trtsdt,
        case when not exposure.is_ongoing then exposure.last_dose end as trtedt,
        exposure.days_on_treatment as trtdurd,
        case when subject.is_enrolled then 'Y' else 'N' end as enrlfl,
        case when subject.is_treated then 'Y' else 'N' end as saffl,
        case when subject.is_analysable then 'Y' else 'N' end as fasfl,
        case when subject.is_per_protocol then 'Y' else 'N' end as pprotfl,
        case when subject.is_enrolled then coalesce(upper(subject.outcome), 'ONGOING') end
            as eosstt,
        subject.ended as eosdt, upper(subject.reason) as dcsreas,
        case when subject.is_treated then case when course.discontinued is not null
            then 'DISCONTINUED' when course.completed is not null then 'COMPLETED'
            else 'ONGOING' end end as eotstt,
        upper(course.discontinuation_reason) as dctreas,
        case when subject.reason = 'death' then 'Y' end as dthfl,
        case when subject.reason = 'death' then subject.ended end as dthdt,
        subject.background_drugs as bkgdrug,
        subject.baseline_viral_load::text as vlblc,
        exact_value(subject.baseline_viral_load) as vlbl,
        subject.baseline_cd4_count::text as cd4blc, subject.baseline_cd4_count_exact as cd4bl
    from _sdtm_subject as base
    join analysis_subject as subject using (site_id, subject_id)
    left join exposure using (site_id, subject_id)
    left join treatment_course as course using (site_id, subject_id);
comment on view adam_adsl is 'Subject-Level Analysis Dataset';
comment on column adam_adsl.studyid is 'Study Identifier';
comment on column adam_adsl.usubjid is 'Unique Subject Identifier';
comment on column adam_adsl.subjid is 'Subject Identifier for the Study';
comment on column adam_adsl.siteid is 'Study Site Identifier';
comment on column adam_adsl.age is 'Age';
comment on column adam_adsl.ageu is 'Age Units';
comment on column adam_adsl.sex is 'Sex';
comment on column adam_adsl.trt01p is 'Planned Treatment for Period 01';
comment on column adam_adsl.trt01a is 'Actual Treatment for Period 01';
comment on column adam_adsl.strat1r is 'Stratum Used for Randomization';
comment on column adam_adsl.rficdt is 'Date of Informed Consent';
comment on column adam_adsl.enrldt is 'Date of Enrollment';
comment on column adam_adsl.trtsdt is 'Date of First Exposure to Treatment';
comment on column adam_adsl.trtedt is 'Date of Last Exposure to Treatment';
comment on column adam_adsl.trtdurd is 'Total Treatment Duration (Days)';
comment on column adam_adsl.enrlfl is 'Enrolled Population Flag';
comment on column adam_adsl.saffl is 'Safety Population Flag';
comment on column adam_adsl.fasfl is 'Full Analysis Set Population Flag';
comment on column adam_adsl.pprotfl is 'Per-Protocol Population Flag';
comment on column adam_adsl.eosstt is 'End of Study Status';
comment on column adam_adsl.eosdt is 'End of Study Date';
comment on column adam_adsl.dcsreas is 'Reason for Discontinuation from Study';
comment on column adam_adsl.eotstt is 'End of Treatment Status';
comment on column adam_adsl.dctreas is 'Reason for Discontinuation of Treatment';
comment on column adam_adsl.dthfl is 'Subject Death Flag';
comment on column adam_adsl.dthdt is 'Date of Death';
comment on column adam_adsl.bkgdrug is 'Background Therapy at First Dose';
comment on column adam_adsl.vlblc is 'Baseline HIV-1 RNA (copies/mL) (C)';
comment on column adam_adsl.vlbl is 'Baseline HIV-1 RNA (copies/mL)';
comment on column adam_adsl.cd4blc is 'Baseline CD4 (cells/uL) (C)';
comment on column adam_adsl.cd4bl is 'Baseline CD4 (cells/uL)';

create view adam_advl as
    select base.studyid, base.usubjid, base.subject_id as subjid, base.site_id as siteid,
        subject.arm as trtp, subject.treated_arm as trta, base.first_dose as trtsdt,
        one.paramcd, one.param, upper(result.analysis_visit) as avisit,
        definition.position::integer as avisitn, result.collected as adt,
        result.study_day as ady, one.aval, one.avalc, one.avallo, one.avalhi,
        one.base, one.basec, one.chg, one.chgc,
        case when result.is_baseline then 'Y' end as ablfl,
        case when result.is_analysis_record then 'Y' end as anl01fl,
        'HIV-1 RNA < ' || threshold.suppression_threshold || ' copies/mL' as crit1,
        case result.is_below_suppression_threshold when true then 'Y' when false then 'N' end
            as crit1fl,
        'HIV-1 RNA < ' || threshold.response_threshold || ' copies/mL' as crit2,
        case result.is_below_response_threshold when true then 'Y' when false then 'N' end
            as crit2fl,
        upper(result.missing_reason) as missreas, result.assay as lbmethod,
        result.replicate as lbrepnum
    from analysis_viral_load as result
    join _sdtm_subject as base using (site_id, subject_id)
    join analysis_subject as subject using (site_id, subject_id)
    cross join _protocol_at_analysis as threshold
    left join _visit_definition_at_analysis as definition
        on definition.visit = result.analysis_visit
    cross join lateral (values ('HIV1VLD', 'HIV-1 RNA (copies/mL)',
            exact_value(result.viral_load), result.viral_load::text, result.viral_load_lower,
            result.viral_load_upper, exact_value(result.baseline_viral_load),
            result.baseline_viral_load::text,
            exact_value(result.viral_load) - exact_value(result.baseline_viral_load), null),
        ('HIV1L10', 'HIV-1 RNA (log10 copies/mL)', result.log10_copies, null,
            log(nullif(result.viral_load_lower, 0)), log(result.viral_load_upper),
            result.baseline_log10_copies, null, 0 - result.log_reduction_exact,
            -- a fall of more than 2 is a change of less than -2
            case result.log_reduction_qualifier when '>' then '<' || 0 - result.log_reduction_lower
                when '<' then '>' || 0 - result.log_reduction_upper
                else (0 - result.log_reduction_exact)::text end)
        ) as one (paramcd, param, aval, avalc, avallo, avalhi, base, basec, chg, chgc);
comment on view adam_advl is 'Viral Load Analysis Dataset';
comment on column adam_advl.studyid is 'Study Identifier';
comment on column adam_advl.usubjid is 'Unique Subject Identifier';
comment on column adam_advl.subjid is 'Subject Identifier for the Study';
comment on column adam_advl.siteid is 'Study Site Identifier';
comment on column adam_advl.trtp is 'Planned Treatment';
comment on column adam_advl.trta is 'Actual Treatment';
comment on column adam_advl.trtsdt is 'Date of First Exposure to Treatment';
comment on column adam_advl.paramcd is 'Parameter Code';
comment on column adam_advl.param is 'Parameter';
comment on column adam_advl.avisit is 'Analysis Visit';
comment on column adam_advl.avisitn is 'Analysis Visit (N)';
comment on column adam_advl.adt is 'Analysis Date';
comment on column adam_advl.ady is 'Analysis Relative Day';
comment on column adam_advl.aval is 'Analysis Value';
comment on column adam_advl.avalc is 'Analysis Value (C)';
comment on column adam_advl.avallo is 'Lower End of Analysis Value';
comment on column adam_advl.avalhi is 'Upper End of Analysis Value';
comment on column adam_advl.base is 'Baseline Value';
comment on column adam_advl.basec is 'Baseline Value (C)';
comment on column adam_advl.chg is 'Change from Baseline';
comment on column adam_advl.chgc is 'Change from Baseline (C)';
comment on column adam_advl.ablfl is 'Baseline Record Flag';
comment on column adam_advl.anl01fl is 'Analysis Flag 01';
comment on column adam_advl.crit1 is 'Analysis Criterion 1';
comment on column adam_advl.crit1fl is 'Criterion 1 Evaluation Result Flag';
comment on column adam_advl.crit2 is 'Analysis Criterion 2';
comment on column adam_advl.crit2fl is 'Criterion 2 Evaluation Result Flag';
comment on column adam_advl.missreas is 'Reason for Missing Result';
comment on column adam_advl.lbmethod is 'Method of Test or Examination';
comment on column adam_advl.lbrepnum is 'Repetition Number';

create view adam_adlb as
    select base.studyid, base.usubjid, base.subject_id as subjid, base.site_id as siteid,
        subject.arm as trtp, subject.treated_arm as trta, base.first_dose as trtsdt,
        result.test as paramcd,
        result.test_name || coalesce(' (' || result.standard_unit || ')', '') as param,
        upper(result.panel) as parcat1, upper(result.analysis_visit) as avisit,
        definition.position::integer as avisitn, result.collected as adt,
        result.study_day as ady, result.standard_value_exact as aval,
        coalesce(result.standard_value::text, result.code) as avalc,
        result.standard_value_lower as avallo, result.standard_value_upper as avalhi,
        result.baseline_value_exact as base, result.baseline_value::text as basec,
        result.change_exact as chg, result.change::text as chgc,
        case when result.is_baseline then 'Y' end as ablfl,
        case when result.is_analysis_record then 'Y' end as anl01fl,
        case when result.is_on_treatment then 'Y' end as ontrtfl,
        result.grade as atoxgrn, result.low_grade as atoxgrln, result.high_grade as atoxgrhn,
        result.grade_at_least as atoxgrlo, result.grade_at_most as atoxgrhi,
        result.replicate as lbrepnum
    from analysis_lab as result
    join _sdtm_subject as base using (site_id, subject_id)
    join analysis_subject as subject using (site_id, subject_id)
    left join _visit_definition_at_analysis as definition
        on definition.visit = result.analysis_visit;
comment on view adam_adlb is 'Laboratory Analysis Dataset';
comment on column adam_adlb.studyid is 'Study Identifier';
comment on column adam_adlb.usubjid is 'Unique Subject Identifier';
comment on column adam_adlb.subjid is 'Subject Identifier for the Study';
comment on column adam_adlb.siteid is 'Study Site Identifier';
comment on column adam_adlb.trtp is 'Planned Treatment';
comment on column adam_adlb.trta is 'Actual Treatment';
comment on column adam_adlb.trtsdt is 'Date of First Exposure to Treatment';
comment on column adam_adlb.paramcd is 'Parameter Code';
comment on column adam_adlb.param is 'Parameter';
comment on column adam_adlb.parcat1 is 'Parameter Category 1';
comment on column adam_adlb.avisit is 'Analysis Visit';
comment on column adam_adlb.avisitn is 'Analysis Visit (N)';
comment on column adam_adlb.adt is 'Analysis Date';
comment on column adam_adlb.ady is 'Analysis Relative Day';
comment on column adam_adlb.aval is 'Analysis Value';
comment on column adam_adlb.avalc is 'Analysis Value (C)';
comment on column adam_adlb.avallo is 'Lower End of Analysis Value';
comment on column adam_adlb.avalhi is 'Upper End of Analysis Value';
comment on column adam_adlb.base is 'Baseline Value';
comment on column adam_adlb.basec is 'Baseline Value (C)';
comment on column adam_adlb.chg is 'Change from Baseline';
comment on column adam_adlb.chgc is 'Change from Baseline (C)';
comment on column adam_adlb.ablfl is 'Baseline Record Flag';
comment on column adam_adlb.anl01fl is 'Analysis Flag 01';
comment on column adam_adlb.ontrtfl is 'On Treatment Record Flag';
comment on column adam_adlb.atoxgrn is 'Analysis Toxicity Grade (N)';
comment on column adam_adlb.atoxgrln is 'Analysis Toxicity Grade Low (N)';
comment on column adam_adlb.atoxgrhn is 'Analysis Toxicity Grade High (N)';
comment on column adam_adlb.atoxgrlo is 'Analysis Toxicity Grade at Least (N)';
comment on column adam_adlb.atoxgrhi is 'Analysis Toxicity Grade at Most (N)';
comment on column adam_adlb.lbrepnum is 'Repetition Number';

create view adam_adae as
    select base.studyid, base.usubjid, base.subject_id as subjid, base.site_id as siteid,
        subject.arm as trtp, subject.treated_arm as trta, base.first_dose as trtsdt,
        event.event_number as aeseq, event.reported_term as aeterm, event.coded_term as aedecod,
        event.system_organ_class as aebodsys, event.term as aterm,
        case when event.onset_first = event.onset_last then event.onset_first end as astdt,
        event.onset_first as astdtlo, event.onset_last as astdthi, event.study_day as astdy,
        event.grade as atoxgrn,
        case event.is_serious when true then 'Y' when false then 'N' end as aeser,
        case event.is_related when true then 'Y' when false then 'N' end as relfl,
        case event.is_treatment_emergent when true then 'Y' when false then 'N' end as trtemfl,
        case event.led_to_discontinuation when true then 'Y' when false then 'N' end as wdfl,
        case event.is_fatal when true then 'Y' when false then 'N' end as fatfl
    from analysis_ae as event
    join _sdtm_subject as base using (site_id, subject_id)
    join analysis_subject as subject using (site_id, subject_id);
comment on view adam_adae is 'Adverse Events Analysis Dataset';
comment on column adam_adae.studyid is 'Study Identifier';
comment on column adam_adae.usubjid is 'Unique Subject Identifier';
comment on column adam_adae.subjid is 'Subject Identifier for the Study';
comment on column adam_adae.siteid is 'Study Site Identifier';
comment on column adam_adae.trtp is 'Planned Treatment';
comment on column adam_adae.trta is 'Actual Treatment';
comment on column adam_adae.trtsdt is 'Date of First Exposure to Treatment';
comment on column adam_adae.aeseq is 'Sequence Number';
comment on column adam_adae.aeterm is 'Reported Term for the Adverse Event';
comment on column adam_adae.aedecod is 'Dictionary-Derived Term';
comment on column adam_adae.aebodsys is 'Body System or Organ Class';
comment on column adam_adae.aterm is 'Analysis Term';
comment on column adam_adae.astdt is 'Analysis Start Date';
comment on column adam_adae.astdtlo is 'First Possible Analysis Start Date';
comment on column adam_adae.astdthi is 'Last Possible Analysis Start Date';
comment on column adam_adae.astdy is 'Analysis Start Relative Day';
comment on column adam_adae.atoxgrn is 'Analysis Toxicity Grade (N)';
comment on column adam_adae.aeser is 'Serious Event';
comment on column adam_adae.relfl is 'Related to Study Drug Flag';
comment on column adam_adae.trtemfl is 'Treatment Emergent Analysis Flag';
comment on column adam_adae.wdfl is 'Led to Discontinuation Flag';
comment on column adam_adae.fatfl is 'Fatal Event Flag';

create view adam_adtte as
    with
    timed as (
        select site_id, subject_id, 'TTR' || threshold as paramcd,
            'Time to Response, < ' || threshold || ' copies/mL (days)' as param, "time", event,
            lower_days, upper_days, null as reason
        from time_to_response
        where "time" is not null
        union all
        select site_id, subject_id, 'TTLR' || threshold,
            'Time to Loss of Response, < ' || threshold || ' copies/mL (days)', "time", event,
            null, null, reason
        from time_to_loss_of_response
        where "time" is not null
        union all
        select site_id, subject_id, 'TTCD' || level,
            'Time to CD4 > ' || level || ' cells/uL (days)', "time", event, lower_days,
            upper_days, null
        from cd4_crossing
        where "time" is not null
        union all
        select site_id, subject_id, 'TTDISC', 'Time to Discontinuation (days)',
            greatest(0, least(treated_until, (select analysis_date())) - first_dose + 1),
            discontinued is not null, null, null, discontinuation_reason
        from treatment_course
    )
    select base.studyid, base.usubjid, base.subject_id as subjid, base.site_id as siteid,
        subject.arm as trtp, subject.treated_arm as trta, base.first_dose as trtsdt,
        timed.paramcd, timed.param, timed."time" as aval,
        case when timed.event then 0 else 1 end as cnsr,
        upper(timed.reason) as evntdesc, base.first_dose as startdt,
        timed.lower_days as avallo, timed.upper_days as avalhi
    from timed
    join _sdtm_subject as base using (site_id, subject_id)
    join analysis_subject as subject using (site_id, subject_id);
comment on view adam_adtte is 'Time-to-Event Analysis Dataset';
comment on column adam_adtte.studyid is 'Study Identifier';
comment on column adam_adtte.usubjid is 'Unique Subject Identifier';
comment on column adam_adtte.subjid is 'Subject Identifier for the Study';
comment on column adam_adtte.siteid is 'Study Site Identifier';
comment on column adam_adtte.trtp is 'Planned Treatment';
comment on column adam_adtte.trta is 'Actual Treatment';
comment on column adam_adtte.trtsdt is 'Date of First Exposure to Treatment';
comment on column adam_adtte.paramcd is 'Parameter Code';
comment on column adam_adtte.param is 'Parameter';
comment on column adam_adtte.aval is 'Analysis Value';
comment on column adam_adtte.cnsr is 'Censor';
comment on column adam_adtte.evntdesc is 'Event or Censoring Description';
comment on column adam_adtte.startdt is 'Time to Event Origin Date for Subject';
comment on column adam_adtte.avallo is 'Days to the Last Sample Before the Event';
comment on column adam_adtte.avalhi is 'Days to the First Sample With the Event';
$ddl$)
$study_ddl$;

create or replace function _virotrial.shipped_protocol() returns table (name text, document jsonb)
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
as $shipped_protocol$
values
('dolutegravir-switch', $document$
{
  "protocol": [
    {
      "protocol": "dolutegravir-switch", "amendment": "original protocol",
      "title": "An open-label study of a switch to dolutegravir in virologically suppressed adults and children with HIV-1, over 96 weeks",
      "target_enrolment": 200, "minimum_age": 2, "minimum_age_is_strict": false,
      "diagnosis_guideline": "WHO 2016", "haart_minimum_drugs": 3, "failure_reduction_weeks": 8,
      "failure_reduction_log10": 1, "failure_detectable_months": 6, "detection_limit": 20,
      "resistance_minimum_drugs": 2, "resistance_minimum_classes": 1,
      "intermediate_counts_as_resistant": false, "intolerance_minimum_drugs": 2,
      "intolerance_requires_failure": false, "screening_limit_days": 42, "study_drug": "DTG",
      "study_drug_dose_mg": 50, "study_drug_doses_per_day": 1, "background_minimum_drugs": 1,
      "background_active_drugs": 0, "cd4_method": "flow cytometry", "response_threshold": 50,
      "suppression_threshold": 20, "log_reduction_threshold": 1, "failure_threshold": 200,
      "blip_limit": 200}],
  "visit_definition": [
    {"visit": "screening", "position": 1, "window_last_day": -1, "analysis_first_day": -42, "analysis_last_day": -1},
    {"visit": "week 4", "position": 2, "target_day": 29, "window_first_day": 22, "window_last_day": 36, "analysis_first_day": 2, "analysis_last_day": 57},
    {"visit": "week 12", "position": 3, "target_day": 85, "window_first_day": 78, "window_last_day": 92, "analysis_first_day": 58, "analysis_last_day": 127},
    {"visit": "week 24", "position": 4, "target_day": 169, "window_first_day": 148, "window_last_day": 190, "analysis_first_day": 128, "analysis_last_day": 211},
    {"visit": "week 36", "position": 5, "target_day": 253, "window_first_day": 232, "window_last_day": 274, "analysis_first_day": 212, "analysis_last_day": 295},
    {"visit": "week 48", "position": 6, "target_day": 337, "window_first_day": 316, "window_last_day": 358, "analysis_first_day": 296, "analysis_last_day": 421},
    {"visit": "week 72", "position": 7, "target_day": 505, "window_first_day": 484, "window_last_day": 526, "analysis_first_day": 422, "analysis_last_day": 589},
    {"visit": "week 96", "position": 8, "target_day": 673, "window_first_day": 652, "window_last_day": 694, "analysis_first_day": 590, "analysis_last_day": 715}],
  "snapshot_window": [
    {"visit": "week 12", "classified": false},
    {"visit": "week 24", "first_day": 127, "last_day": 210},
    {"visit": "week 36", "classified": false},
    {"visit": "week 4", "classified": false},
    {"visit": "week 48", "first_day": 295, "last_day": 378},
    {"visit": "week 72", "classified": false},
    {"visit": "week 96", "first_day": 631, "last_day": 714}],
  "required_assessment": [
    {"visit": "screening", "assessment": "CD4"},
    {"visit": "screening", "assessment": "viral load"},
    {"visit": "week 12", "assessment": "CD4"},
    {"visit": "week 12", "assessment": "viral load"},
    {"visit": "week 24", "assessment": "CD4"},
    {"visit": "week 24", "assessment": "viral load"},
    {"visit": "week 36", "assessment": "CD4"},
    {"visit": "week 36", "assessment": "viral load"},
    {"visit": "week 4", "assessment": "CD4"},
    {"visit": "week 4", "assessment": "viral load"},
    {"visit": "week 48", "assessment": "CD4"},
    {"visit": "week 48", "assessment": "viral load"},
    {"visit": "week 72", "assessment": "CD4"},
    {"visit": "week 72", "assessment": "viral load"},
    {"visit": "week 96", "assessment": "CD4"},
    {"visit": "week 96", "assessment": "viral load"}],
  "solicited_complaint": [
    {"position": 1, "complaint": "nausea"},
    {"position": 2, "complaint": "diarrhoea"},
    {"position": 3, "complaint": "headache"},
    {"position": 4, "complaint": "dizziness"},
    {"position": 5, "complaint": "fatigue"},
    {"position": 6, "complaint": "insomnia"}],
  "eligibility_criterion": [
    {
      "position": 1, "criterion": "consent", "description": "informed consent is signed and in force",
      "clause": "consent",
      "query": [
        "select candidate.site_id, candidate.subject_id,",
        "    coalesce(bool_or(consent.signed <= candidate.as_of",
        "        and (consent.withdrawn is null or consent.withdrawn >= candidate.as_of)), false),",
        "    coalesce(string_agg(format('version %s signed %s%s', consent.version, consent.signed,",
        "        ', withdrawn ' || consent.withdrawn), '; '",
        "        order by consent.signed, consent.version) filter (where consent.version is not null),",
        "            'no consent is recorded')",
        "from candidate",
        "left join consent using (site_id, subject_id)",
        "group by candidate.site_id, candidate.subject_id"]},
    {
      "position": 2, "criterion": "age", "description": "old enough on the day of consent",
      "clause": "inclusion 1",
      "query": [
        "select candidate.site_id, candidate.subject_id,",
        "    case when protocol.minimum_age_is_strict",
        "        then age.lived > make_interval(years => protocol.minimum_age::integer)",
        "        else extract(year from age.lived) >= protocol.minimum_age end,",
        "    coalesce(format('aged %s on the day of consent%s', extract(year from age.lived),",
        "        case when age.lived = make_interval(years => protocol.minimum_age::integer)",
        "            then ', a birthday' end), 'no consent is recorded')",
        "from candidate",
        "join subject using (site_id, subject_id)",
        "cross join protocol_in_force(candidate.site_id, candidate.as_of) as protocol",
        "cross join lateral (",
        "    select age(min(consent.signed), subject.birth_date) as lived",
        "    from consent",
        "    where consent.site_id = candidate.site_id and consent.subject_id = candidate.subject_id",
        "        and coalesce(consent.withdrawn >= candidate.as_of, true)) as age"]},
    {
      "position": 3, "criterion": "hiv_diagnosis",
      "description": "HIV infection diagnosed by the guideline, and confirmed", "clause": "inclusion 2",
      "query": [
        "select candidate.site_id, candidate.subject_id,",
        "    coalesce(hiv_diagnosis.guideline = protocol.diagnosis_guideline",
        "        and coalesce(hiv_diagnosis.confirmed <= candidate.as_of, false), false),",
        "    case when hiv_diagnosis.guideline is null then 'no diagnosis is recorded'",
        "        else format('%s, by the guideline %s',",
        "            coalesce('confirmed ' || hiv_diagnosis.confirmed, 'not confirmed'),",
        "            hiv_diagnosis.guideline) end",
        "from candidate",
        "cross join protocol_in_force(candidate.site_id, candidate.as_of) as protocol",
        "left join hiv_diagnosis using (site_id, subject_id)"]},
    {
      "position": 4, "criterion": "suppressed",
      "description": "every viral load of the last six months is suppressed, and there is one",
      "clause": "inclusion 3",
      "query": [
        "select candidate.site_id, candidate.subject_id,",
        "    case when count(result.viral_load) = 0 then null",
        "        when bool_or(result.is_suppressed is false) then false",
        "        when bool_or(result.is_suppressed is null) then null else true end,",
        "    coalesce(string_agg(format('%s copies/mL on %s', result.viral_load, result.collected), ', '",
        "        order by result.collected desc), 'no viral load of the last six months is recorded')",
        "from candidate",
        "cross join protocol_in_force(candidate.site_id, candidate.as_of) as protocol",
        "left join lateral (",
        "    select known.viral_load, known.collected,",
        "        known.viral_load < protocol.suppression_threshold as is_suppressed",
        "    from viral_load_of_day as known",
        "    where known.site_id = candidate.site_id and known.subject_id = candidate.subject_id",
        "        and known.viral_load_of_day = protocol.viral_load_of_day",
        "        and known.collected between candidate.as_of - 183 and candidate.as_of",
        "    offset 0",
        ") as result on true",
        "group by candidate.site_id, candidate.subject_id"]}],
  "dose": [
    {"weight_from_kg": 10, "weight_below_kg": 14, "dose_mg": 20, "doses_per_day": 1},
    {"weight_from_kg": 14, "weight_below_kg": 20, "dose_mg": 25, "doses_per_day": 1},
    {"weight_from_kg": 20, "dose_mg": 50, "doses_per_day": 1},
    {"weight_from_kg": 6, "weight_below_kg": 10, "dose_mg": 15, "doses_per_day": 1}]}
$document$::jsonb),
('raltegravir-pilot', $document$
{
  "protocol": [
    {
      "protocol": "raltegravir-pilot", "amendment": "original protocol",
      "title": "An open, prospective, uncontrolled pilot study to evaluate the efficacy and safety of raltegravir in treatment-experienced HIV-1 infected adult patients who have failed the previous antiretroviral treatment due to drug resistance or drug intolerance",
      "target_enrolment": 50, "minimum_age": 18, "minimum_age_is_strict": false,
      "diagnosis_guideline": "China 2005", "haart_minimum_drugs": 3, "failure_reduction_weeks": 8,
      "failure_reduction_log10": 1, "failure_detectable_months": 6, "detection_limit": 50,
      "resistance_minimum_drugs": 2, "resistance_minimum_classes": 1,
      "intermediate_counts_as_resistant": false, "intolerance_minimum_drugs": 2,
      "intolerance_requires_failure": false, "screening_limit_days": 42, "study_drug": "RAL",
      "study_drug_dose_mg": 400, "study_drug_doses_per_day": 2, "background_minimum_drugs": 1,
      "background_active_drugs": 2, "cd4_method": "flow cytometry", "response_threshold": 400,
      "suppression_threshold": 50, "log_reduction_threshold": 1}],
  "visit_definition": [
    {"visit": "screening", "position": 1, "window_last_day": -1, "analysis_first_day": -42, "analysis_last_day": -1},
    {"visit": "week 4", "position": 2, "target_day": 29, "window_first_day": 22, "window_last_day": 36, "analysis_first_day": 2, "analysis_last_day": 56},
    {"visit": "week 12", "position": 3, "target_day": 85, "window_first_day": 71, "window_last_day": 99, "analysis_first_day": 57, "analysis_last_day": 126},
    {"visit": "week 24", "position": 4, "target_day": 169, "window_first_day": 148, "window_last_day": 190, "analysis_first_day": 127, "analysis_last_day": 210},
    {"visit": "week 48", "position": 5, "target_day": 337, "window_first_day": 309, "window_last_day": 365, "analysis_first_day": 295, "analysis_last_day": 378}],
  "snapshot_window": [
    {"visit": "week 12", "classified": false},
    {"visit": "week 24", "first_day": 127, "last_day": 210},
    {"visit": "week 4", "classified": false},
    {"visit": "week 48", "first_day": 295, "last_day": 378}],
  "required_assessment": [
    {"visit": "screening", "assessment": "CD4"},
    {"visit": "screening", "assessment": "viral load"},
    {"visit": "week 12", "assessment": "CD4"},
    {"visit": "week 12", "assessment": "viral load"},
    {"visit": "week 24", "assessment": "CD4"},
    {"visit": "week 24", "assessment": "viral load"},
    {"visit": "week 4", "assessment": "CD4"},
    {"visit": "week 4", "assessment": "viral load"},
    {"visit": "week 48", "assessment": "CD4"},
    {"visit": "week 48", "assessment": "viral load"}],
  "listed_intolerance": [
    {"drug": "AZT", "reaction": "bone marrow suppression", "synonyms": ["myelosuppression", "bone marrow depression"]},
    {"drug": "EFV", "reaction": "allergic reaction", "synonyms": ["hypersensitivity", "allergy"]},
    {"drug": "EFV", "reaction": "liver damage", "synonyms": ["hepatotoxicity", "hepatitis", "liver toxicity"]},
    {"drug": "NVP", "reaction": "allergic reaction", "synonyms": ["hypersensitivity", "allergy"]},
    {"drug": "NVP", "reaction": "liver damage", "synonyms": ["hepatotoxicity", "hepatitis", "liver toxicity"]},
    {"drug": "d4T", "reaction": "lactic acidosis"},
    {"drug": "d4T", "reaction": "pancreatitis"},
    {"drug": "d4T", "reaction": "peripheral neuritis", "synonyms": ["peripheral neuropathy"]}],
  "solicited_complaint": [
    {"position": 1, "complaint": "nausea"},
    {"position": 2, "complaint": "vomiting"},
    {"position": 3, "complaint": "abdominal pain"},
    {"position": 4, "complaint": "abdominal distension"},
    {"position": 5, "complaint": "diarrhoea"},
    {"position": 6, "complaint": "fever"},
    {"position": 7, "complaint": "headache"},
    {"position": 8, "complaint": "dizziness"},
    {"position": 9, "complaint": "fatigue"}],
  "eligibility_criterion": [
    {
      "position": 1, "criterion": "consent", "description": "informed consent is signed and in force",
      "clause": "2",
      "query": [
        "select candidate.site_id, candidate.subject_id,",
        "    coalesce(bool_or(consent.signed <= candidate.as_of",
        "        and (consent.withdrawn is null or consent.withdrawn >= candidate.as_of)), false),",
        "    coalesce(string_agg(format('version %s signed %s%s', consent.version, consent.signed,",
        "        ', withdrawn ' || consent.withdrawn), '; '",
        "        order by consent.signed, consent.version) filter (where consent.version is not null),",
        "            'no consent is recorded')",
        "from candidate",
        "left join consent using (site_id, subject_id)",
        "group by candidate.site_id, candidate.subject_id"]},
    {
      "position": 2, "criterion": "age", "description": "old enough on the day of consent", "clause": "1",
      "query": [
        "select candidate.site_id, candidate.subject_id,",
        "    case when protocol.minimum_age_is_strict",
        "        then age.lived > make_interval(years => protocol.minimum_age::integer)",
        "        else extract(year from age.lived) >= protocol.minimum_age end,",
        "    coalesce(format('aged %s on the day of consent%s', extract(year from age.lived),",
        "        case when age.lived = make_interval(years => protocol.minimum_age::integer)",
        "            then ', a birthday' end), 'no consent is recorded')",
        "from candidate",
        "join subject using (site_id, subject_id)",
        "cross join protocol_in_force(candidate.site_id, candidate.as_of) as protocol",
        "cross join lateral (",
        "    select age(min(consent.signed), subject.birth_date) as lived",
        "    from consent",
        "    where consent.site_id = candidate.site_id and consent.subject_id = candidate.subject_id",
        "        and coalesce(consent.withdrawn >= candidate.as_of, true)) as age"]},
    {
      "position": 3, "criterion": "hiv_diagnosis",
      "description": "HIV infection diagnosed by the guideline, and confirmed", "clause": "1 i",
      "query": [
        "select candidate.site_id, candidate.subject_id,",
        "    coalesce(hiv_diagnosis.guideline = protocol.diagnosis_guideline",
        "        and coalesce(hiv_diagnosis.confirmed <= candidate.as_of, false), false),",
        "    case when hiv_diagnosis.guideline is null then 'no diagnosis is recorded'",
        "        else format('%s, by the guideline %s',",
        "            coalesce('confirmed ' || hiv_diagnosis.confirmed, 'not confirmed'),",
        "            hiv_diagnosis.guideline) end",
        "from candidate",
        "cross join protocol_in_force(candidate.site_id, candidate.as_of) as protocol",
        "left join hiv_diagnosis using (site_id, subject_id)"]},
    {
      "position": 4, "criterion": "prior_failure",
      "description": "previous antiretroviral treatment has failed by definition (i), (ii) or (iii)",
      "clause": "1 ii",
      "query": [
        "with",
        "asked as materialized (",
        "    select candidate.*, protocol.haart_minimum_drugs,",
        "        protocol.failure_reduction_weeks::integer,",
        "        protocol.failure_reduction_log10,",
        "        protocol.failure_detectable_months::integer, protocol.detection_limit,",
        "        protocol.viral_load_of_day,",
        "        protocol.intolerance_minimum_drugs, protocol.intolerance_requires_failure",
        "    from candidate",
        "    cross join protocol_in_force(candidate.site_id, candidate.as_of) as protocol",
        "),",
        "-- the days on which the number of drugs taken together changes",
        "change as (",
        "    select asked.site_id, asked.subject_id, asked.haart_minimum_drugs, event.day,",
        "        sum(event.change) as change",
        "    from asked",
        "    join art_history using (site_id, subject_id)",
        "    join drug using (drug)",
        "    cross join lateral (values (art_history.started, 1),",
        "        (art_history.stopped, -1)) as event (day, change)",
        "    where not drug.is_booster and event.day <= asked.as_of",
        "    group by asked.site_id, asked.subject_id, asked.haart_minimum_drugs, event.day",
        "),",
        "combination as (",
        "    select site_id, subject_id, day,",
        "        sum(change) over (partition by site_id, subject_id order by day)",
        "            >= haart_minimum_drugs as is_haart",
        "    from change",
        "),",
        "switch as (",
        "    select *, lag(is_haart, 1, false)",
        "        over (partition by site_id, subject_id order by day) as was_haart",
        "    from combination",
        "),",
        "haart as (",
        "    select site_id, subject_id, is_haart, day as started,",
        "        lead(day, 1, 'infinity') over (partition by site_id, subject_id order by day) as stopped",
        "    from switch",
        "    where is_haart <> was_haart",
        "),",
        "course as (",
        "    select asked.*, haart.started, haart.stopped, before.viral_load as baseline",
        "    from asked",
        "    join haart using (site_id, subject_id)",
        "    left join lateral (",
        "        select known.viral_load",
        "        from viral_load_of_day as known",
        "        where known.site_id = asked.site_id and known.subject_id = asked.subject_id",
        "            and known.viral_load_of_day = asked.viral_load_of_day",
        "            and known.collected <= haart.started",
        "        order by known.collected desc",
        "        limit 1",
        "    ) as before on true",
        "    where haart.is_haart and least(haart.stopped, asked.as_of)",
        "        >= haart.started + 7 * asked.failure_reduction_weeks",
        "),",
        "result as (",
        "    select course.*, known.collected, known.viral_load,",
        "        known.viral_load >= course.detection_limit as is_detectable,",
        "        bool_or(known.viral_load < course.detection_limit) over earlier as was_suppressed,",
        "        count(*) over earlier > count(known.viral_load < course.detection_limit)",
        "            over earlier as suppression_is_unclear",
        "    from course",
        "    -- offset 0: the results of the candidates are read, and no others",
        "    cross join lateral (",
        "        select collected, viral_load",
        "        from viral_load_of_day as known",
        "        where known.site_id = course.site_id and known.subject_id = course.subject_id",
        "            and known.viral_load_of_day = course.viral_load_of_day",
        "            and known.collected > course.started",
        "            and known.collected <= least(course.stopped, course.as_of)",
        "        offset 0",
        "    ) as known",
        "    window earlier as (partition by course.site_id, course.subject_id, course.started",
        "        order by known.collected rows between unbounded preceding and 1 preceding)",
        "),",
        "judged as (",
        "    select result.*, definition.name, definition.is_met,",
        "        row_number() over (partition by site_id, subject_id",
        "            order by definition.is_met desc nulls last, collected, definition.name) as place",
        "    from result",
        "    cross join lateral (values",
        "        ('i', case when collected >= started + 7 * failure_reduction_weeks",
        "            then log_reduction(baseline, viral_load) < failure_reduction_log10 else false end),",
        "        ('ii', case when collected >= started + make_interval(months => failure_detectable_months)",
        "            then is_detectable else false end),",
        "        ('iii', is_detectable and case when was_suppressed then true when suppression_is_unclear then null else false end)",
        "    ) as definition (name, is_met)",
        "),",
        "failure as (",
        "    select asked.site_id, asked.subject_id,",
        "        case when bool_or(judged.is_met) then true",
        "            when count(judged.place) > count(judged.is_met) then null",
        "            when count(judged.place) > 0 then false",
        "            when exists (select from course where course.site_id = asked.site_id",
        "                and course.subject_id = asked.subject_id) then null",
        "            else false end as is_met,",
        "        coalesce(",
        "            max(format('(%s) %s copies/mL on %s, on HAART from %s', judged.name, judged.viral_load,",
        "                judged.collected, judged.started))",
        "                filter (where judged.place = 1 and judged.is_met),",
        "            case when count(judged.place) > count(judged.is_met)",
        "                then 'the viral loads on HAART cannot tell'",
        "                when count(judged.place) > 0 then 'no viral load on HAART shows failure'",
        "                when exists (select from course where course.site_id = asked.site_id",
        "                    and course.subject_id = asked.subject_id)",
        "                then 'no viral load on HAART is recorded'",
        "                else 'no HAART of sufficient length is recorded' end) as evidence",
        "    from asked",
        "    left join judged using (site_id, subject_id)",
        "    group by asked.site_id, asked.subject_id",
        "),",
        "tolerance as (",
        "    select asked.site_id, asked.subject_id,",
        "        case when count(distinct known.drug) filter (where known.is_certain)",
        "                >= asked.intolerance_minimum_drugs then true",
        "            when count(distinct known.drug) < asked.intolerance_minimum_drugs then false",
        "            end as is_intolerant",
        "    from asked",
        "    left join lateral counted_intolerance(asked.site_id, asked.subject_id, asked.as_of) as known",
        "        on true",
        "    group by asked.site_id, asked.subject_id, asked.intolerance_minimum_drugs",
        ")",
        "select asked.site_id, asked.subject_id,",
        "    failure.is_met or (not asked.intolerance_requires_failure and tolerance.is_intolerant),",
        "    case when not asked.intolerance_requires_failure and tolerance.is_intolerant",
        "        and failure.is_met is not true",
        "        then failure.evidence || '; not required of who enters for intolerance'",
        "            else failure.evidence end",
        "from asked",
        "join failure using (site_id, subject_id)",
        "join tolerance using (site_id, subject_id)"]},
    {
      "position": 5, "criterion": "resistance_or_intolerance",
      "description": "multi-drug resistance by genotype, or serious intolerance to several drugs",
      "clause": "1, 1 iii, 1 iv",
      "query": [
        "with",
        "asked as materialized (",
        "    select candidate.*, protocol.resistance_minimum_drugs, protocol.resistance_minimum_classes,",
        "        protocol.intermediate_counts_as_resistant, protocol.intolerance_minimum_drugs",
        "    from candidate",
        "    cross join protocol_in_force(candidate.site_id, candidate.as_of) as protocol",
        "),",
        "-- of positions that were not read, the least that they leave is established",
        "resistance as (",
        "    select asked.site_id, asked.subject_id, count(*) as calls,",
        "        max(activity.algorithm || ' ' || activity.algorithm_version) as algorithm,",
        "        count(*) filter (where resistant.is_so) as drugs,",
        "        count(distinct drug.class) filter (where resistant.is_so) as classes,",
        "        count(*) filter (where resistant.may_be_so) as possible_drugs,",
        "        count(distinct drug.class) filter (where resistant.may_be_so) as possible_classes,",
        "        string_agg(format('%s (%s)', drug.drug, activity.open_positions), ', ' order by drug.drug)",
        "            filter (where resistant.may_be_so and not resistant.is_so) as open_drugs,",
        "        string_agg(drug.drug, ', ' order by drug.drug) filter (where resistant.is_so) as list,",
        "        string_agg(format('%s %s', drug.drug, activity.laboratory_call), ', ' order by drug.drug)",
        "            filter (where activity.is_disputed) as disagreement",
        "    from asked",
        "    -- offset 0: the genotypes of the candidates are read, and no others",
        "    cross join lateral (",
        "        select * from drug_activity as known",
        "        where known.site_id = asked.site_id and known.subject_id = asked.subject_id",
        "            and asked.as_of >= known.effective_from and asked.as_of < known.effective_before",
        "        offset 0",
        "    ) as activity",
        "    join drug on drug.drug = activity.drug and not drug.is_booster",
        "    cross join lateral (",
        "        select activity.degree >= least.degree as is_so,",
        "            activity.possible_degree >= least.degree as may_be_so",
        "        from (values (case when asked.intermediate_counts_as_resistant then 2 else 3 end))",
        "            as least (degree)",
        "    ) as resistant",
        "    group by asked.site_id, asked.subject_id",
        "),",
        "tolerance as (",
        "    select asked.site_id, asked.subject_id,",
        "        count(distinct known.drug) filter (where known.is_certain) as drugs,",
        "        count(distinct known.drug) as possible_drugs,",
        "        string_agg(distinct format('%s (%s%s)', known.drug, known.reaction,",
        "            case when not known.is_certain then ', perhaps after the day' end), ', ')",
        "            filter (where known.drug is not null) as list",
        "    from asked",
        "    left join lateral counted_intolerance(asked.site_id, asked.subject_id, asked.as_of) as known",
        "        on true",
        "    group by asked.site_id, asked.subject_id",
        ")",
        "select asked.site_id, asked.subject_id,",
        "    case",
        "        when resistance.drugs >= asked.resistance_minimum_drugs",
        "            and resistance.classes >= asked.resistance_minimum_classes then true",
        "        when tolerance.drugs >= asked.intolerance_minimum_drugs then true",
        "        when tolerance.possible_drugs >= asked.intolerance_minimum_drugs then null",
        "        when resistance.calls is null then null",
        "        when resistance.possible_drugs >= asked.resistance_minimum_drugs",
        "            and resistance.possible_classes >= asked.resistance_minimum_classes then null",
        "        else false",
        "    end,",
        "    case when resistance.calls is null then 'no genotype is recorded'",
        "        else 'resistance by genotype' || coalesce(' (' || resistance.algorithm || ')', '') || ': '",
        "            || coalesce(resistance.list, 'none')",
        "            || coalesce(', open: ' || resistance.open_drugs, '')",
        "            || coalesce(' (the laboratory otherwise: ' || resistance.disagreement || ')', '') end",
        "    || '; serious intolerance: ' || coalesce(tolerance.list, 'none')",
        "from asked",
        "left join resistance using (site_id, subject_id)",
        "join tolerance using (site_id, subject_id)"]}]}
$document$::jsonb),
('raltegravir-placebo', $document$
{
  "protocol": [
    {
      "protocol": "raltegravir-placebo", "amendment": "original protocol",
      "title": "A randomised, double-blind, placebo-controlled study of raltegravir 400 mg twice daily with an optimized background in treatment-experienced HIV-1 infected patients with resistant virus",
      "target_enrolment": 350, "minimum_age": 16, "minimum_age_is_strict": false,
      "diagnosis_guideline": "CDC 2008", "haart_minimum_drugs": 3, "failure_reduction_weeks": 8,
      "failure_reduction_log10": 1, "failure_detectable_months": 6, "detection_limit": 50,
      "resistance_minimum_drugs": 2, "resistance_minimum_classes": 1,
      "intermediate_counts_as_resistant": false, "intolerance_minimum_drugs": 2,
      "intolerance_requires_failure": false, "screening_limit_days": 42, "study_drug": "RAL",
      "study_drug_dose_mg": 400, "study_drug_doses_per_day": 2, "background_minimum_drugs": 1,
      "background_active_drugs": 1, "cd4_method": "flow cytometry", "response_threshold": 400,
      "suppression_threshold": 50, "log_reduction_threshold": 1}],
  "visit_definition": [
    {"visit": "screening", "position": 1, "window_last_day": -1, "analysis_first_day": -42, "analysis_last_day": -1},
    {"visit": "week 2", "position": 2, "target_day": 15, "window_first_day": 12, "window_last_day": 18, "analysis_first_day": 2, "analysis_last_day": 22},
    {"visit": "week 4", "position": 3, "target_day": 29, "window_first_day": 22, "window_last_day": 36, "analysis_first_day": 23, "analysis_last_day": 43},
    {"visit": "week 8", "position": 4, "target_day": 57, "window_first_day": 50, "window_last_day": 64, "analysis_first_day": 44, "analysis_last_day": 71},
    {"visit": "week 12", "position": 5, "target_day": 85, "window_first_day": 78, "window_last_day": 92, "analysis_first_day": 72, "analysis_last_day": 99},
    {"visit": "week 16", "position": 6, "target_day": 113, "window_first_day": 106, "window_last_day": 120, "analysis_first_day": 100, "analysis_last_day": 141},
    {"visit": "week 24", "position": 7, "target_day": 169, "window_first_day": 155, "window_last_day": 183, "analysis_first_day": 142, "analysis_last_day": 197},
    {"visit": "week 32", "position": 8, "target_day": 225, "window_first_day": 211, "window_last_day": 239, "analysis_first_day": 198, "analysis_last_day": 253},
    {"visit": "week 40", "position": 9, "target_day": 281, "window_first_day": 267, "window_last_day": 295, "analysis_first_day": 254, "analysis_last_day": 309},
    {"visit": "week 48", "position": 10, "target_day": 337, "window_first_day": 323, "window_last_day": 351, "analysis_first_day": 310, "analysis_last_day": 379},
    {"visit": "week 60", "position": 11, "target_day": 421, "window_first_day": 400, "window_last_day": 442, "analysis_first_day": 380, "analysis_last_day": 463},
    {"visit": "week 72", "position": 12, "target_day": 505, "window_first_day": 484, "window_last_day": 526, "analysis_first_day": 464, "analysis_last_day": 547},
    {"visit": "week 84", "position": 13, "target_day": 589, "window_first_day": 568, "window_last_day": 610, "analysis_first_day": 548, "analysis_last_day": 631},
    {"visit": "week 96", "position": 14, "target_day": 673, "window_first_day": 652, "window_last_day": 694, "analysis_first_day": 632, "analysis_last_day": 715},
    {"visit": "week 108", "position": 15, "target_day": 757, "window_first_day": 736, "window_last_day": 778, "analysis_first_day": 716, "analysis_last_day": 799},
    {"visit": "week 120", "position": 16, "target_day": 841, "window_first_day": 820, "window_last_day": 862, "analysis_first_day": 800, "analysis_last_day": 883},
    {"visit": "week 132", "position": 17, "target_day": 925, "window_first_day": 904, "window_last_day": 946, "analysis_first_day": 884, "analysis_last_day": 967},
    {"visit": "week 144", "position": 18, "target_day": 1009, "window_first_day": 988, "window_last_day": 1030, "analysis_first_day": 968, "analysis_last_day": 1051},
    {"visit": "week 156", "position": 19, "target_day": 1093, "window_first_day": 1072, "window_last_day": 1114, "analysis_first_day": 1052, "analysis_last_day": 1135}],
  "snapshot_window": [
    {"visit": "week 108", "classified": false},
    {"visit": "week 12", "classified": false},
    {"visit": "week 120", "classified": false},
    {"visit": "week 132", "classified": false},
    {"visit": "week 144", "classified": false},
    {"visit": "week 156", "first_day": 1051, "last_day": 1134},
    {"visit": "week 16", "classified": false},
    {"visit": "week 2", "classified": false},
    {"visit": "week 24", "first_day": 127, "last_day": 210},
    {"visit": "week 32", "classified": false},
    {"visit": "week 4", "classified": false},
    {"visit": "week 40", "classified": false},
    {"visit": "week 48", "first_day": 295, "last_day": 378},
    {"visit": "week 60", "classified": false},
    {"visit": "week 72", "classified": false},
    {"visit": "week 8", "classified": false},
    {"visit": "week 84", "classified": false},
    {"visit": "week 96", "first_day": 631, "last_day": 714}],
  "required_assessment": [
    {"visit": "screening", "assessment": "CD4"},
    {"visit": "screening", "assessment": "viral load"},
    {"visit": "week 108", "assessment": "CD4"},
    {"visit": "week 108", "assessment": "viral load"},
    {"visit": "week 12", "assessment": "CD4"},
    {"visit": "week 12", "assessment": "viral load"},
    {"visit": "week 120", "assessment": "CD4"},
    {"visit": "week 120", "assessment": "viral load"},
    {"visit": "week 132", "assessment": "CD4"},
    {"visit": "week 132", "assessment": "viral load"},
    {"visit": "week 144", "assessment": "CD4"},
    {"visit": "week 144", "assessment": "viral load"},
    {"visit": "week 156", "assessment": "CD4"},
    {"visit": "week 156", "assessment": "viral load"},
    {"visit": "week 16", "assessment": "CD4"},
    {"visit": "week 16", "assessment": "viral load"},
    {"visit": "week 2", "assessment": "CD4"},
    {"visit": "week 2", "assessment": "viral load"},
    {"visit": "week 24", "assessment": "CD4"},
    {"visit": "week 24", "assessment": "viral load"},
    {"visit": "week 32", "assessment": "CD4"},
    {"visit": "week 32", "assessment": "viral load"},
    {"visit": "week 4", "assessment": "CD4"},
    {"visit": "week 4", "assessment": "viral load"},
    {"visit": "week 40", "assessment": "CD4"},
    {"visit": "week 40", "assessment": "viral load"},
    {"visit": "week 48", "assessment": "CD4"},
    {"visit": "week 48", "assessment": "viral load"},
    {"visit": "week 60", "assessment": "CD4"},
    {"visit": "week 60", "assessment": "viral load"},
    {"visit": "week 72", "assessment": "CD4"},
    {"visit": "week 72", "assessment": "viral load"},
    {"visit": "week 8", "assessment": "CD4"},
    {"visit": "week 8", "assessment": "viral load"},
    {"visit": "week 84", "assessment": "CD4"},
    {"visit": "week 84", "assessment": "viral load"},
    {"visit": "week 96", "assessment": "CD4"},
    {"visit": "week 96", "assessment": "viral load"}],
  "arm": [
    {"title": "raltegravir 400 mg twice daily with the background", "position": 1, "arm": "raltegravir", "ratio": 2},
    {"title": "placebo twice daily with the background", "position": 2, "arm": "placebo", "treatment": "placebo"}],
  "listed_intolerance": [
    {"drug": "AZT", "reaction": "bone marrow suppression", "synonyms": ["myelosuppression", "bone marrow depression"]},
    {"drug": "EFV", "reaction": "allergic reaction", "synonyms": ["hypersensitivity", "allergy"]},
    {"drug": "EFV", "reaction": "liver damage", "synonyms": ["hepatotoxicity", "hepatitis", "liver toxicity"]},
    {"drug": "NVP", "reaction": "allergic reaction", "synonyms": ["hypersensitivity", "allergy"]},
    {"drug": "NVP", "reaction": "liver damage", "synonyms": ["hepatotoxicity", "hepatitis", "liver toxicity"]},
    {"drug": "d4T", "reaction": "lactic acidosis"},
    {"drug": "d4T", "reaction": "pancreatitis"},
    {"drug": "d4T", "reaction": "peripheral neuritis", "synonyms": ["peripheral neuropathy"]}],
  "solicited_complaint": [
    {"position": 1, "complaint": "nausea"},
    {"position": 2, "complaint": "vomiting"},
    {"position": 3, "complaint": "abdominal pain"},
    {"position": 4, "complaint": "abdominal distension"},
    {"position": 5, "complaint": "diarrhoea"},
    {"position": 6, "complaint": "fever"},
    {"position": 7, "complaint": "headache"},
    {"position": 8, "complaint": "dizziness"},
    {"position": 9, "complaint": "fatigue"}],
  "eligibility_criterion": [
    {
      "position": 1, "criterion": "consent", "description": "informed consent is signed and in force",
      "clause": "consent",
      "query": [
        "select candidate.site_id, candidate.subject_id,",
        "    coalesce(bool_or(consent.signed <= candidate.as_of",
        "        and (consent.withdrawn is null or consent.withdrawn >= candidate.as_of)), false),",
        "    coalesce(string_agg(format('version %s signed %s%s', consent.version, consent.signed,",
        "        ', withdrawn ' || consent.withdrawn), '; '",
        "        order by consent.signed, consent.version) filter (where consent.version is not null),",
        "            'no consent is recorded')",
        "from candidate",
        "left join consent using (site_id, subject_id)",
        "group by candidate.site_id, candidate.subject_id"]},
    {
      "position": 2, "criterion": "age", "description": "old enough on the day of consent",
      "clause": "inclusion 1",
      "query": [
        "select candidate.site_id, candidate.subject_id,",
        "    case when protocol.minimum_age_is_strict",
        "        then age.lived > make_interval(years => protocol.minimum_age::integer)",
        "        else extract(year from age.lived) >= protocol.minimum_age end,",
        "    coalesce(format('aged %s on the day of consent%s', extract(year from age.lived),",
        "        case when age.lived = make_interval(years => protocol.minimum_age::integer)",
        "            then ', a birthday' end), 'no consent is recorded')",
        "from candidate",
        "join subject using (site_id, subject_id)",
        "cross join protocol_in_force(candidate.site_id, candidate.as_of) as protocol",
        "cross join lateral (",
        "    select age(min(consent.signed), subject.birth_date) as lived",
        "    from consent",
        "    where consent.site_id = candidate.site_id and consent.subject_id = candidate.subject_id",
        "        and coalesce(consent.withdrawn >= candidate.as_of, true)) as age"]},
    {
      "position": 3, "criterion": "hiv_diagnosis",
      "description": "HIV infection diagnosed by the guideline, and confirmed", "clause": "inclusion 2",
      "query": [
        "select candidate.site_id, candidate.subject_id,",
        "    coalesce(hiv_diagnosis.guideline = protocol.diagnosis_guideline",
        "        and coalesce(hiv_diagnosis.confirmed <= candidate.as_of, false), false),",
        "    case when hiv_diagnosis.guideline is null then 'no diagnosis is recorded'",
        "        else format('%s, by the guideline %s',",
        "            coalesce('confirmed ' || hiv_diagnosis.confirmed, 'not confirmed'),",
        "            hiv_diagnosis.guideline) end",
        "from candidate",
        "cross join protocol_in_force(candidate.site_id, candidate.as_of) as protocol",
        "left join hiv_diagnosis using (site_id, subject_id)"]},
    {
      "position": 4, "criterion": "viral_load",
      "description": "the last viral load is more than 1000 copies/mL", "clause": "inclusion 3",
      "query": [
        "select candidate.site_id, candidate.subject_id, last.viral_load > 1000,",
        "    coalesce(format('%s copies/mL on %s', last.viral_load, last.collected),",
        "        'no viral load is recorded')",
        "from candidate",
        "cross join protocol_in_force(candidate.site_id, candidate.as_of) as protocol",
        "left join lateral (",
        "    select known.viral_load, known.collected",
        "    from viral_load_of_day as known",
        "    where known.site_id = candidate.site_id and known.subject_id = candidate.subject_id",
        "        and known.viral_load_of_day = protocol.viral_load_of_day",
        "        and known.collected <= candidate.as_of",
        "    order by known.collected desc",
        "    limit 1",
        ") as last on true"]},
    {
      "position": 5, "criterion": "resistance_or_intolerance",
      "description": "multi-drug resistance by genotype, or serious intolerance to several drugs",
      "clause": "inclusion 4",
      "query": [
        "with",
        "asked as materialized (",
        "    select candidate.*, protocol.resistance_minimum_drugs, protocol.resistance_minimum_classes,",
        "        protocol.intermediate_counts_as_resistant, protocol.intolerance_minimum_drugs",
        "    from candidate",
        "    cross join protocol_in_force(candidate.site_id, candidate.as_of) as protocol",
        "),",
        "-- of positions that were not read, the least that they leave is established",
        "resistance as (",
        "    select asked.site_id, asked.subject_id, count(*) as calls,",
        "        max(activity.algorithm || ' ' || activity.algorithm_version) as algorithm,",
        "        count(*) filter (where resistant.is_so) as drugs,",
        "        count(distinct drug.class) filter (where resistant.is_so) as classes,",
        "        count(*) filter (where resistant.may_be_so) as possible_drugs,",
        "        count(distinct drug.class) filter (where resistant.may_be_so) as possible_classes,",
        "        string_agg(format('%s (%s)', drug.drug, activity.open_positions), ', ' order by drug.drug)",
        "            filter (where resistant.may_be_so and not resistant.is_so) as open_drugs,",
        "        string_agg(drug.drug, ', ' order by drug.drug) filter (where resistant.is_so) as list,",
        "        string_agg(format('%s %s', drug.drug, activity.laboratory_call), ', ' order by drug.drug)",
        "            filter (where activity.is_disputed) as disagreement",
        "    from asked",
        "    -- offset 0: the genotypes of the candidates are read, and no others",
        "    cross join lateral (",
        "        select * from drug_activity as known",
        "        where known.site_id = asked.site_id and known.subject_id = asked.subject_id",
        "            and asked.as_of >= known.effective_from and asked.as_of < known.effective_before",
        "        offset 0",
        "    ) as activity",
        "    join drug on drug.drug = activity.drug and not drug.is_booster",
        "    cross join lateral (",
        "        select activity.degree >= least.degree as is_so,",
        "            activity.possible_degree >= least.degree as may_be_so",
        "        from (values (case when asked.intermediate_counts_as_resistant then 2 else 3 end))",
        "            as least (degree)",
        "    ) as resistant",
        "    group by asked.site_id, asked.subject_id",
        "),",
        "tolerance as (",
        "    select asked.site_id, asked.subject_id,",
        "        count(distinct known.drug) filter (where known.is_certain) as drugs,",
        "        count(distinct known.drug) as possible_drugs,",
        "        string_agg(distinct format('%s (%s%s)', known.drug, known.reaction,",
        "            case when not known.is_certain then ', perhaps after the day' end), ', ')",
        "            filter (where known.drug is not null) as list",
        "    from asked",
        "    left join lateral counted_intolerance(asked.site_id, asked.subject_id, asked.as_of) as known",
        "        on true",
        "    group by asked.site_id, asked.subject_id",
        ")",
        "select asked.site_id, asked.subject_id,",
        "    case",
        "        when resistance.drugs >= asked.resistance_minimum_drugs",
        "            and resistance.classes >= asked.resistance_minimum_classes then true",
        "        when tolerance.drugs >= asked.intolerance_minimum_drugs then true",
        "        when tolerance.possible_drugs >= asked.intolerance_minimum_drugs then null",
        "        when resistance.calls is null then null",
        "        when resistance.possible_drugs >= asked.resistance_minimum_drugs",
        "            and resistance.possible_classes >= asked.resistance_minimum_classes then null",
        "        else false",
        "    end,",
        "    case when resistance.calls is null then 'no genotype is recorded'",
        "        else 'resistance by genotype' || coalesce(' (' || resistance.algorithm || ')', '') || ': '",
        "            || coalesce(resistance.list, 'none')",
        "            || coalesce(', open: ' || resistance.open_drugs, '')",
        "            || coalesce(' (the laboratory otherwise: ' || resistance.disagreement || ')', '') end",
        "    || '; serious intolerance: ' || coalesce(tolerance.list, 'none')",
        "from asked",
        "left join resistance using (site_id, subject_id)",
        "join tolerance using (site_id, subject_id)"]}],
  "stratum": [
    {"title": "enfuvirtide in the background; resistance to one protease inhibitor at most", "position": 1, "stratum": "enfuvirtide, one PI"},
    {"title": "enfuvirtide in the background; resistance to more than one protease inhibitor", "position": 2, "stratum": "enfuvirtide, several PIs"},
    {"title": "no enfuvirtide in the background; resistance to one protease inhibitor at most", "position": 3, "stratum": "no enfuvirtide, one PI"},
    {"title": "no enfuvirtide in the background; resistance to more than one protease inhibitor", "position": 4, "stratum": "no enfuvirtide, several PIs"}],
  "per_protocol_exclusion": [
    {"rule": "treated_otherwise"},
    {"rule": "visit_out_of_window"}]}
$document$::jsonb)
$shipped_protocol$;
