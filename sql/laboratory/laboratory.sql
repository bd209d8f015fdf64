-- laboratory: the catalogue of laboratory examinations, their units and codes
--
-- Reference data, read-only for users.  A study works with copies of its own.

create table virotrial_lab_test (
    test text primary key,
    name text not null,
    panel text not null,
    specimen text not null,
    result_kind text not null check (result_kind in ('numeric', 'coded')),
    unit text,
    loinc text check (loinc ~ '^[0-9]{1,6}-[0-9]$'),
    loinc_verification text,
    needs_fasting boolean not null default false,
    plausible_low numeric,
    plausible_high numeric,
    usual_low numeric check (usual_low > 0),
    usual_high numeric,
    usual_source text,
    check (plausible_low < plausible_high),
    check (usual_low < usual_high),
    check (num_nonnulls(usual_low, usual_high, usual_source) in (0, 3)),
    check ((result_kind = 'numeric') = (unit is not null))
);
comment on table virotrial_lab_test is 'laboratory examinations and electrocardiogram: the tests of a trial''s routine panels; read-only reference data';
comment on column virotrial_lab_test.test is 'the code of the test: of CDISC''s codelists where they have one; a suffix _U is urine, _ST stool';
comment on column virotrial_lab_test.name is 'the name of the test';
comment on column virotrial_lab_test.panel is 'the examination of the protocol that the test belongs to';
comment on column virotrial_lab_test.specimen is 'what is examined';
comment on column virotrial_lab_test.result_kind is 'numeric: a lab_value in a unit; coded: one of virotrial_lab_code';
comment on column virotrial_lab_test.unit is 'the standard unit of numeric results, in UCUM; dimensionless results have 1';
comment on column virotrial_lab_test.loinc is 'the LOINC code of the test in its standard unit; codes for other units are in virotrial_lab_unit';
comment on column virotrial_lab_test.loinc_verification is 'where the LOINC code was confirmed; null: unverified, but for its check digit';
comment on column virotrial_lab_test.needs_fasting is 'is the result read by whether the participant had fasted?';
comment on column virotrial_lab_test.plausible_low is 'below this, in the standard unit, a result is taken for an error; a default to review';
comment on column virotrial_lab_test.plausible_high is 'above this, in the standard unit, a result is taken for an error; a default to review';
comment on column virotrial_lab_test.usual_low is 'below this, in the standard unit, a result is taken for one in another unit, if it is usual in that; null where no unit is mistaken for another';
comment on column virotrial_lab_test.usual_high is 'above this, likewise';
comment on column virotrial_lab_test.usual_source is 'where the two come from';

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

create table virotrial_lab_unit (
    test text not null references virotrial_lab_test,
    unit text not null,
    kind text generated always as (lab_unit_kind(unit)) stored,
    power integer generated always as (lab_unit_power(unit)) stored,
    other_units text[] not null default '{}',
    unit_system text check (unit_system in ('SI', 'US', 'SI-Fe')),
    multiplier numeric not null check (multiplier > 0),
    divisor numeric not null check (divisor > 0),
    loinc text check (loinc ~ '^[0-9]{1,6}-[0-9]$'),
    loinc_verification text,
    primary key (test, unit),
    unique (test, kind),
    check (kind is not null)
);
comment on table virotrial_lab_unit is 'the kinds of unit in which a test is reported, and how each becomes its standard unit: value * multiplier / divisor; another spelling, prefix or power of ten of the unit needs no row; read-only reference data';
comment on column virotrial_lab_unit.test is 'the test';
comment on column virotrial_lab_unit.unit is 'one unit of the kind, in UCUM or as it is commonly written; empty for results without one';
comment on column virotrial_lab_unit.kind is 'the unit without prefixes and powers of ten, by lab_unit_kind';
comment on column virotrial_lab_unit.power is 'the power of ten that the unit is of its kind, by lab_unit_power';
comment on column virotrial_lab_unit.other_units is 'further units of the kind in which laboratories report the test: what a result may have been meant in';
comment on column virotrial_lab_unit.unit_system is 'the unit system whose toxicity cut-offs are meant for results in a unit of this kind that has none of its own';
comment on column virotrial_lab_unit.multiplier is 'value * multiplier / divisor is the value in the standard unit';
comment on column virotrial_lab_unit.divisor is 'value * multiplier / divisor is the value in the standard unit; molar masses in g/mol stand here';
comment on column virotrial_lab_unit.loinc is 'the LOINC code of the test in this kind of unit, where it is another than that of the standard unit';
comment on column virotrial_lab_unit.loinc_verification is 'where the LOINC code was confirmed; null: unverified, but for its check digit';

-- The standard unit of each test, and through it all of its kind
insert into virotrial_lab_unit (test, unit, multiplier, divisor)
select test, unit, 1, 1 from virotrial_lab_test where unit is not null;

-- Enzymes: 1 microkatal is 60 units
insert into virotrial_lab_unit (test, unit, multiplier, divisor)
select test, units.unit, multiplier, 1
from virotrial_lab_test,
     (values ('[iU]/L', 1), ('ukat/L', 60)) units(unit, multiplier)
where virotrial_lab_test.unit = 'U/L';

-- Dipsticks: the number of plus signs, a trace being one half
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
-- Beside a unit of another system, the standard one is SI's
update virotrial_lab_unit set unit_system = 'SI'
where unit_system is null
    and test in (select test from virotrial_lab_unit where unit_system = 'US');

-- The units of one kind that are mistaken for each other
update virotrial_lab_unit set other_units = named.units
from (values ('10*9/L', array['/uL', '/L']), ('10*12/L', array['/uL', '/L']),
    ('g/L', array['g/dL', 'mg/dL']), ('umol/L', array['mmol/L']), ('%', array['L/L']), ('ms', array['s'])) as named (unit, units)
where virotrial_lab_unit.unit = named.unit;
update virotrial_lab_unit set other_units = array['g/L']
where unit = 'mg/dL' and test in ('GLUC', 'CHOL', 'HDL', 'LDL', 'TRIG');

-- Usual: with all pathology of patients in trials, so that it contains every cut-off of grade 4
-- and more.  Beyond it lie slips of units, and a few real results, which no other unit explains.
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

-- Where each LOINC code was found with a name that agrees with the test's
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

create table virotrial_lab_code (
    test text not null references virotrial_lab_test,
    code text not null,
    meaning text not null,
    abnormal boolean not null,
    plus numeric,
    primary key (test, code)
);
comment on table virotrial_lab_code is 'the results of coded tests; read-only reference data';
comment on column virotrial_lab_code.test is 'the test';
comment on column virotrial_lab_code.code is 'the result as it is coded';
comment on column virotrial_lab_code.meaning is 'what the code stands for';
comment on column virotrial_lab_code.abnormal is 'is it outside what is expected of a healthy person?';
comment on column virotrial_lab_code.plus is 'the number of plus signs of a dipstick, a trace being one half: what the result is graded by, in the unit plus';

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

grant select on virotrial_lab_test, virotrial_lab_unit, virotrial_lab_code to public;

create function lab_standard_value(test text, value lab_value, unit text) returns lab_value
    language sql stable strict parallel safe
    begin atomic
        select _virotrial.lab_value_converted(lab_standard_value.value,
            lab_unit_power(lab_standard_value.unit) - u.power,
            u.multiplier::double precision, u.divisor::double precision)
        from virotrial_lab_unit u
        where u.test = lab_standard_value.test
            and u.kind = lab_unit_kind(lab_standard_value.unit);
    end;
comment on function lab_standard_value(text, lab_value, text) is 'the value in the standard unit of its test, by virotrial_lab_unit; NULL where the test or the unit is not in the catalogue';
