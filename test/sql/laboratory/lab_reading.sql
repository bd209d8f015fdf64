-- What laboratories write, and what is read of it
\pset null -
\pset format unaligned

-- every text here stands for a way of writing that laboratories use
select reported, (read_viral_load(reported)).*
from unnest(array['<50 copies/mL', '< 20 cp/ml', 'LDL', 'BLQ', 'ND', 'undetectable', 'Indetectable <300',
    '≤50', '<=50', '>=500000', '>10,000,000', '48,000', '4.68 log', '<1.30 log10', '=50', '<^50',
    'Detected <20', 'insufficient', 'pending', '-999',
    'TND', 'Target Not Detected', '<20 detected', '<40 copies/mL DETECTED', 'not detected (<20)',
    '<LOD', 'QNS', 'not done', 'N/A', '', '   ', 'less than 50', 'LT 50', '>^500000', '=^1234', '1234 H',
    '1,234', '1.234', '48.000', '1,234,567', '1.234.567', '12,34', '48 000', '48''000', '48 00', '1 234,567', '^50', '^1^:^50', '<²0',
    E'<\u00a050\u00a0copies/mL', E'\uff1c\uff15\uff10', E'\u226550', E'1.2 \u00d7 10\u2075', '1.2E5', '1.2x10^5',
    E'1.5 \u00d7 10\u00b9\u2070', '120000 IU/mL', '12', '4.68', '<1.3', '50 copies/mL?', '50 60', '<', '<>50', '50-60',
    'not detected 50', '<0', '0 copies/mL', '-5 copies/mL', 'approximately 50', 'Infinity', 'nan', '50 mg/dL', '1e400',
    '1e15 copies/mL', '1e16 copies/mL', '17 log', repeat('9', 400)]) as reported;

-- with what is known of the assay
select reported, (read_viral_load(reported, lower_limit => 20, upper_limit => 10000000)).*
from unnest(array['LDL', 'undetectable', '> ULOQ', '<1.30 log10', '<20', '<50', '4.68', '19 copies/mL', '1e8',
    '<10 copies/mL', '48,000', '7.00 log', '>5.75 log', '>20000000']) as reported;
select reported, (read_viral_load(reported, 'IU/mL', 40, 10000000, iu_per_copy => 1.5)).*
from unnest(array['1500', '<60', '<20 copies/mL']) as reported;
select reported, mark, (read_viral_load(reported, decimal_mark => mark)).*
from unnest(array['48,000', '48.000', '1,234.5', '1.234,5']) as reported, unnest(array['.', ',']) as mark;
select (read_viral_load('4.68', 'log10 copies/mL')).*;
select (read_viral_load('4.68', 'copies/mL')).*;
select (read_viral_load('48000', 'furlong')).*;
select read_viral_load(null);

-- a study's own words come first
create table laboratory_word (word text primary key, state text not null);
insert into laboratory_word values ('ND', 'not detected'), ('keine Probe', 'not done'), ('LDL', 'not detected');
select reported, (read_viral_load(reported, dictionary => words.pairs)).*
from unnest(array['nd', 'KEINE PROBE', 'ldl', 'nd <40', 'pending']) as reported,
    (select array_agg(array[word, state]) as pairs from laboratory_word) as words;
select read_viral_load('50', dictionary => array['a', 'b']);
select read_viral_load('50', dictionary => array[['a', 'sick']]);
select read_viral_load('50', dictionary => array[['a', 'exact']]);
select read_viral_load('50', dictionary => array[['a', 'at most']]);
select read_viral_load('50', dictionary => array[['a', 'at least']]);
-- the reader's own warnings are no states of a word; each state that is, is taken
select read_viral_load('50', dictionary => array[['a', 'possibly log10']]);
select read_viral_load('50', dictionary => array[['a', 'outside limits']]);
select read_viral_load('50', dictionary => array[['a', 'unconverted']]);
select read_lab_value('50', dictionary => array[['a', 'unconverted']]);
select state, (read_viral_load('a', lower_limit => 50, upper_limit => 5000, dictionary => array[['a', state]])).state = state as is_taken
from unnest(array['not detected', 'detected', 'below', 'above', 'rejected', 'insufficient', 'invalid', 'pending', 'not done', 'missing', 'unread']) as state;
select read_viral_load('50', dictionary => array[['a', null]]);
select read_viral_load('50', decimal_mark => ';');
select (read_viral_load('50000', dictionary => array[]::text[])).value;

-- other laboratory results
select reported, (read_lab_value(reported)).*
from unnest(array['4.2', '4,2 mmol/L', '<0.5', '>1,000', '1.015', '0.19 x10^9/L', E'0,19 10\u2079/L', '190 /uL',
    '190 cells/cu mm', '13.5 g/dL H', '-2.5', 'haemolysed', '4.2 haemolysed', '3-5', '3-5 g', 'trace', '<=200', 'not detected',
    '60 mL/min/1.73 m2', '4.2 g 7', '0', '1 234,5 U/L']) as reported;
drop table laboratory_word;
