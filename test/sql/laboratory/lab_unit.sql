-- units of laboratory results as laboratories spell them
\pset null NULL
\set VERBOSITY terse

-- what counts of cells come in, and what 0.19 of each is in the standard unit
select unit, lab_unit_kind(unit) as kind, lab_unit_power(unit) as power,
    lab_standard_value('CD4', '0.19', unit) as standard,
    toxicity_grade('PLAT', '0.19'::lab_value, unit, 'F', 30, null, null, null, null) as grade
from unnest(array['1/uL', '1/mm3', 'x10^9/L', '×10^9/L', '10⁹/L', '10E3/uL', '10*3/uL', 'GI/L',
    'THOU/uL', 'K/cumm', 'cells/cu mm', '1/L', '/µL', '/μL', '/mcL', '/ul', '/UL', '10*9/L ', ' 10*9 / L',
    '10^9/l', '10^3/mm³', '{cells}/uL', '10*3 {cells}/uL', '10^3 cells/µL', '1E9/L', 'E9/L', 'X10(3)/uL',
    '10**9/L', '1000/mm3', 'Gpt/L', 'G/L', '10*9.L-1', '10⁹·L⁻¹', 'M/uL', 'T/L', '#/uL', 'cells per uL'])
    as unit;
-- chemistry, in any case that can mean one thing only
select test, unit, lab_unit_kind(unit) as kind, lab_unit_power(unit) as power,
    lab_standard_value(test, '9', unit) as standard
from (values ('GLUC', 'mg/dl'), ('GLUC', 'MG/DL'), ('GLUC', 'mg %'), ('GLUC', 'mg/100 mL'), ('GLUC', 'g/L'),
    ('GLUC', 'mmol/L'), ('GLUC', 'MMOL/L'), ('GLUC', 'mmol.L-1'), ('HGB', 'g/dL'), ('HGB', 'G/DL'),
    ('HGB', 'gm/dL'), ('HGB', 'g%'), ('HGB', 'mg/mL'), ('HGB', 'mmol/L'), ('CREAT', 'µmol/L'),
    ('CREAT', 'mcmol/L'), ('ALT', 'U/L'), ('ALT', 'u/l'), ('ALT', 'IU/L'), ('ALT', 'UI/L'), ('ALT', '[IU]/L'),
    ('ALT', 'mU/mL'), ('ALT', 'µkat/L'), ('HCT', '%'), ('HCT', 'ratio'), ('HCT', 'L/L'), ('SODIUM', 'MEQ/L'),
    ('UREA', 'mg/dL'), ('UREA', 'mg{urea_nitrogen}/dL'), ('UREA', 'mg{BUN}/dL'), ('INR', 'ratio'), ('INR', ''),
    ('INR', ' '), ('PT', 'seconds'), ('PRAG', 'msec'), ('GFRE', 'mL/min/1.73 m²'), ('EGHRMN', 'bpm'),
    ('MCV', 'µm³'), ('RBC_U', 'RBC/HPF'), ('PH', 'pH'), ('TROPONI', 'ng/L')) as spelled (test, unit);
-- what may be two things, or is none, is not read
select unit, lab_unit_kind(unit) as kind, lab_unit_power(unit) as power
from unnest(array['M/L', 'MU/L', 'Mg/dL', 'Mmol/L', 'mil/mm3', '10 9/L', '10-9/L', '5/uL', 'furlong', 'mg dL',
    'mg{foo}/dL', '10', 'log10 copies/mL', 'g/L?', repeat('m', 30), null]) as unit;
-- a power of ten bends no value
select unit, lab_standard_value('CD4', value::lab_value, unit) as standard
from (values ('1.001', '10*6/L'), ('1.001', '/L'), ('0.57', '10*12/L'), ('<0.07', '10*15/L'), ('>1e-9', '10*15/L'))
    as counted (value, unit);
select value * 1000 as times, value / 1000 as per, value * 0.001 as thousandth
from unnest(array['1.001', '<0.57', '>4.35', '9007199254740993', '0.1234567890123456']::lab_value[]) as value;
-- the reader has the same units
select reported, unit, (read_lab_value(reported, unit)).*
from (values ('13.5 g/dL', 'G/DL'), ('13.5 g/dL', 'g/L'), ('190 cells/cu mm', '/µL'), ('5 THOU/uL', 'K/cumm'),
    ('5 furlong', null), ('5', 'furlong'), ('95 mg/dl H', null), ('41 %', null)) as read (reported, unit);
select unit, (read_viral_load('5000', unit)).*
from unnest(array['copies/mL', 'cp/ml', '1/mL', '{copies}/mL', 'Log10(copies/mL)', '{Log_copies}/mL', '[IU]/mL',
    'HIV-1 RNA copies/mL', 'copies per mL', 'copies/L', 'cells/mL', 'g/L']) as unit;
