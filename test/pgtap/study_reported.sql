-- The text that a laboratory reported of a viral load: what the database reads of
-- it, what it refuses and says, and that text and value never contradict each other.
\ir include/study.sql
select no_plan();
insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S1', '001', '1970-06-15', 'female');
-- By the leaflet of another assay 1 copy is 1.74 IU: a figure for this test alone.
update ral.assay set iu_per_copy = 1.74, note = 'made up' where assay = 'Abbott RealTime 0.6 mL';
insert into ral.assay (assay, method, lower_limit, upper_limit) values ('single copy', 'RT-PCR', 1, 1000000);

-- What an INSERT comes to: the value and the unit of the text, or the error, where and what to do.
create function entered(reported text, unit text default null, viral_load text default null, assay text default 'Quantiplex 3.0') returns text
    language plpgsql
as $$
declare
    stored ral.viral_load_result;
    detail text;
    hint text;
begin
    insert into ral.viral_load_result (site_id, subject_id, collected, assay, reported, reported_unit, viral_load)
        values ('S1', '001', '2008-01-15', assay, reported, unit, viral_load::viral_load) returning * into stored;
    raise exception using errcode = 'ZZ001', message = concat_ws(' | ', stored.viral_load, stored.reported_unit);
exception when sqlstate 'ZZ001' then
    return sqlerrm;
when others then
    get stacked diagnostics detail = pg_exception_detail, hint = pg_exception_hint;
    return concat_ws(E'\n', sqlstate || ' ' || sqlerrm, nullif(detail, ''), nullif(hint, ''));
end;
$$;

-- A text alone is read.  4.68 is log10 of 47863.009: 10 ^ 4.68 by a pocket calculator.
select is(entered(reported, unit, null, assay), expected, format('%s in %s by %s', reported, coalesce(unit, 'no unit'), assay))
from (values
    ('48,000 copies/mL', null, 'Quantiplex 3.0', '48000 | copies/mL'),
    ('48000', 'cp/ml', 'Quantiplex 3.0', '48000 | copies/mL'),
    ('48000', null, 'Quantiplex 3.0', '48000'),
    ('4.68 log', null, 'Quantiplex 3.0', '47863.0092322638 | log10 copies/mL'),
    ('4.68', 'log10', 'Quantiplex 3.0', '47863.0092322638 | log10 copies/mL'),
    ('<1.70 log10', null, 'Quantiplex 3.0', '<50 | log10 copies/mL'),
    ('< 50 cp/ml', null, 'Quantiplex 3.0', '<50 | copies/mL'),
    ('LDL', null, 'Quantiplex 3.0', '<50'),
    ('LDL', null, 'Amplicor', '<400'),
    ('not detected', null, 'Amplicor', 'TND<400'),
    ('> 500,000', null, 'Quantiplex 3.0', '>500000'),
    -- 120000 / 1.74
    ('120000 IU/mL', null, 'Abbott RealTime 0.6 mL', '68965.5172413793 | IU/mL'),
    ('120000', 'IU/mL', 'Abbott RealTime 0.6 mL', '68965.5172413793 | IU/mL'),
    -- 4.68 copies are a result of this one
    ('4.68', 'copies/mL', 'single copy', '4.68 | copies/mL')
) as given (reported, unit, assay, expected);

-- or refused: what, where, and what to do
create function refused(reported text, what text, hint text, assay text default 'Quantiplex 3.0') returns text
    language sql
    return format(E'22P02 "%s" is not read as a viral load\nSite S1, subject 001, 2008-01-15, assay %s: %s.\n%s', reported, assay, what, hint);
select is(entered(reported, unit, null, assay), refused(reported, what, hint, assay), format('%s in %s by %s is refused', reported, coalesce(unit, 'no unit'), assay))
from (values
    ('4.68', null, 'Quantiplex 3.0', 'possibly log10: a number as small as this may be a log10: name its unit',
        'Name the unit in reported_unit: copies/mL, or log10 copies/mL.'),
    ('4.68', null, 'single copy', 'possibly log10: a number as small as this may be a log10: name its unit',
        'Name the unit in reported_unit: copies/mL, or log10 copies/mL.'),
    ('4.68', 'copies/mL', 'Quantiplex 3.0', 'outside limits: it is less than the lower limit of the assay',
        'Check the result, its unit and its assay; table assay has the limits of quantification.'),
    ('120000 IU/mL', null, 'Quantiplex 3.0', 'unconverted: the assay''s IU per copy are needed',
        'Give the assay''s iu_per_copy in table assay, with its source in note; or ask the laboratory for copies/mL.'),
    ('<=50', null, 'Quantiplex 3.0', 'at most: the type has no limit that is itself a possible value',
        'Ask the laboratory whether the limit itself was measured.'),
    ('detected', null, 'Quantiplex 3.0', 'detected: no number was reported',
        'Ask the laboratory for the number; a result that did not come is a row of table missing_result.'),
    ('48000', 'furlongs', 'Quantiplex 3.0', 'unread: the unit is not one of viral loads',
        'Correct the text or its unit; where only its separators are in doubt, give viral_load beside it. Table result_word has the words of laboratories, to which the study''s owner may add.'),
    ('1,234', null, 'Quantiplex 3.0', 'unread: a separator may mark thousands or decimals: name the decimal mark',
        'Correct the text or its unit; where only its separators are in doubt, give viral_load beside it. Table result_word has the words of laboratories, to which the study''s owner may add.'),
    ('LDL', null, 'nonsense', 'below: the limit is not known', 'Check the assay; table assay has the assays of the study.')
) as given (reported, unit, assay, what, hint);
-- What is no result has a table of its own.
select is(entered(word), refused(word, state || ': it is not a result', 'A result that did not come is a row of table missing_result, with its reason.'), word || ' is no viral load')
from (values ('sample rejected', 'rejected'), ('QNS', 'insufficient'), ('invalid', 'invalid'), ('pending', 'pending'), ('not done', 'not done'), ('-999', 'missing'), ('', 'missing'))
    as given (word, state);

-- A text and a value: the same, to the rounding of what is computed; or refused.
create function contradicted(reported text, value text, what text) returns text
    language sql
    return format(E'23514 rule "reported" of table "viral_load_result" is broken by 1 row\nSite S1, subject 001, 2008-01-15: "%s" is not %s: %s.\n'
        'Where viral_load is null, the database reads it from reported; to change one of the two, give both anew.', reported, value, what);
select is(entered(reported, unit, viral_load, assay), expected, format('%s and %s', reported, viral_load))
from (values
    ('48,000 cp/mL', null, '48000', 'Quantiplex 3.0', '48000 | copies/mL'),
    -- 10 ^ 4.675 = 47315.1 and 10 ^ 4.685 = 48417.2 are the ends of what rounds to 4.68
    ('4.68 log', null, '47316', 'Quantiplex 3.0', '47316 | log10 copies/mL'),
    ('4.68 log', null, '48417', 'Quantiplex 3.0', '48417 | log10 copies/mL'),
    ('4.68 log', null, '47315', 'Quantiplex 3.0', contradicted('4.68 log', '47315', 'it says 47863.0092322638')),
    ('4.68 log', null, '48418', 'Quantiplex 3.0', contradicted('4.68 log', '48418', 'it says 47863.0092322638')),
    ('4.7 log', null, '47000', 'Quantiplex 3.0', '47000 | log10 copies/mL'),
    ('48000', null, '48001', 'Quantiplex 3.0', contradicted('48000', '48001', 'it says 48000')),
    ('48000', null, '<50', 'Quantiplex 3.0', contradicted('48000', '<50', 'it says 48000')),
    ('<50', null, 'TND<50', 'Quantiplex 3.0', contradicted('<50', 'TND<50', 'it says <50')),
    ('TND', null, 'TND', 'Quantiplex 3.0', 'TND<50'),
    ('>500000', null, '500000', 'Quantiplex 3.0', contradicted('>500000', '500000', 'it says >500000')),
    ('120000 IU/mL', null, '68966', 'Abbott RealTime 0.6 mL', '68966 | IU/mL'),
    ('120000 IU/mL', null, '120000', 'Abbott RealTime 0.6 mL', contradicted('120000 IU/mL', '120000', 'it says 68965.5172413793')),
    ('120000 IU/mL', null, '120000', 'Quantiplex 3.0', contradicted('120000 IU/mL', '120000', 'unconverted, the assay''s IU per copy are needed')),
    ('4.68', null, '4.68', 'single copy', contradicted('4.68', '4.68', 'possibly log10, a number as small as this may be a log10: name its unit')),
    ('pending', null, '50000', 'Quantiplex 3.0', contradicted('pending', '50000', 'pending, it is not a result')),
    -- who gives the value knows the decimal mark
    ('1,234', null, '1234', 'Quantiplex 3.0', '1234'),
    ('1.234', null, '1234', 'Quantiplex 3.0', '1234'),
    ('1,234', null, '1235', 'Quantiplex 3.0', contradicted('1,234', '1235', 'unread, a separator may mark thousands or decimals: name the decimal mark'))
) as given (reported, unit, viral_load, assay, expected);

-- A value alone stays as it was, and a unit without a text is none.
select is(entered(null, null, '1234'), '1234', 'a value without a text');
select is(entered(null, null, 'TND'), 'TND<50', 'TND without a text');
select is(split_part(entered(null, null, '4.68'), E'\n', 1), '23514 rule "assay_limits" of table "viral_load_result" is broken by 1 row',
    'a log10 that comes as copies is outside the limits of the assay');
select is(outcome($$insert into ral.viral_load_result (site_id, subject_id, collected, assay, reported_unit, viral_load)
        values ('S1', '001', '2008-01-15', 'Quantiplex 3.0', 'log10 copies/mL', '1234')$$),
    '23514 ral.viral_load_result viral_load_result_unit', 'a unit without its text');
select is(outcome($$insert into ral.viral_load_result (site_id, subject_id, collected, assay) values ('S1', '001', '2008-01-15', 'Quantiplex 3.0')$$),
    '23502 ral.viral_load_result', 'neither text nor value');

-- Afterwards: what one of the two becomes, the other must be; and null is read anew.
insert into ral.viral_load_result (site_id, subject_id, collected, assay, reported) values ('S1', '001', '2008-01-15', 'Quantiplex 3.0', '4.68 log');
insert into ral.viral_load_result (site_id, subject_id, collected, assay, reported) values ('S1', '001', '2008-01-16', 'Abbott RealTime 0.6 mL', '120000 IU/mL'),
    ('S1', '001', '2008-01-17', 'Quantiplex 3.0', 'LDL');
select is(outcome(statement), expected, statement)
from (values
    ($$update ral.viral_load_result set reported = '<50' where collected = '2008-01-15'$$, '23514 ral.viral_load_result reported'),
    ($$update ral.viral_load_result set viral_load = '50000' where collected = '2008-01-15'$$, '23514 ral.viral_load_result reported'),
    ($$update ral.viral_load_result set reported_unit = 'copies/mL' where collected = '2008-01-15'$$, '23514 ral.viral_load_result reported'),
    ($$update ral.viral_load_result set reported = '<50 copies/mL', reported_unit = null, viral_load = '<50' where collected = '2008-01-15'$$, 'accepted'),
    ($$update ral.viral_load_result set assay = 'Amplicor' where collected = '2008-01-17'$$, '23514 ral.viral_load_result assay_limits'),
    -- what the reading rests on
    ($$update ral.assay set iu_per_copy = 2 where assay = 'Abbott RealTime 0.6 mL'$$, '23514 ral.viral_load_result reported'),
    ($$update ral.assay set iu_per_copy = null where assay = 'Abbott RealTime 0.6 mL'$$, '23514 ral.viral_load_result reported'),
    ($$update ral.assay set iu_per_copy = 1.7401 where assay = 'Abbott RealTime 0.6 mL'$$, 'accepted'),
    ($$update ral.result_word set meaning = 'not detected' where word = 'ldl'$$, '23514 ral.viral_load_result reported'),
    ($$update ral.result_word set meaning = 'unread' where word = 'ldl'$$, '23514 ral.viral_load_result reported'),
    ($$update ral.result_word set meaning = 'unread' where word = 'blq'$$, 'accepted'),
    -- a factor has a source
    ($$update ral.assay set iu_per_copy = 1.7, note = '' where assay = 'COBAS TaqMan 2.0'$$, '23514 ral.assay assay_factor_source'),
    ($$update ral.assay set iu_per_copy = 0 where assay = 'COBAS TaqMan 2.0'$$, '23514 ral.assay assay_iu_per_copy_check')
) as change (statement, expected);
update ral.viral_load_result set reported = '5.00 log', viral_load = null where collected = '2008-01-15';
select is(viral_load::text || ' ' || reported_unit, '100000 log10 copies/mL', 'a text is read anew where the value is taken away')
from ral.viral_load_result where collected = '2008-01-15';
select results_eq($$select rule, table_name from violations('ral')$$, $$values ('', '') limit 0$$, 'nothing in the study breaks a rule');

-- By every way in a text is read.
copy ral.viral_load_result (site_id, subject_id, collected, assay, reported) from stdin;
S1	001	2008-01-20	Quantiplex 3.0	< 50 copies/mL
S1	001	2008-01-21	Quantiplex 3.0	4.68 log
\.
prepare entry as insert into ral.viral_load_result (site_id, subject_id, collected, assay, reported) select 'S1', '001', $1, 'Quantiplex 3.0', $2;
execute entry('2008-01-22', 'TND');
execute entry('2008-01-23', '48,000');
select results_eq($$select collected, viral_load::text from ral.viral_load_result where collected between '2008-01-20' and '2008-01-23' order by collected$$,
    $$values (date '2008-01-20', '<50'), ('2008-01-21', '47863.0092322638'), ('2008-01-22', 'TND<50'), ('2008-01-23', '48000')$$, 'COPY and prepared statements');
insert into ral.assay (assay, effective_from, method, lower_limit, upper_limit) values ('Amplicor', '2008-02-01', 'RT-PCR', 200, 750000);
insert into ral.viral_load_result (site_id, subject_id, collected, assay, reported) values ('S1', '001', '2008-01-31', 'Amplicor', 'BLQ'), ('S1', '001', '2008-02-01', 'Amplicor', 'BLQ');
select results_eq($$select viral_load::text from ral.viral_load_result where assay = 'Amplicor' order by collected$$, array['<400', '<200'], 'by the limits of the day');

-- Words are the study's own.
select set_eq($$select word, meaning from ral.result_word$$, $$select word, meaning from laboratory_words()$$, 'a copy of the extension''s');
select is((select count(*) from laboratory_words()), (select count(distinct lower(word)) from laboratory_words()), 'each of them once');
select is((read_viral_load(word, lower_limit => 50, upper_limit => 500000)).state, meaning, word) from laboratory_words();
select is(split_part(entered('ND'), E'\n', 1), '22P02 "ND" is not read as a viral load', 'ND means nothing by itself');
delete from ral.viral_load_result where collected = '2008-01-15';
insert into ral.result_word (word, meaning, note) values ('ND', 'not detected', 'Central laboratory'), ('nicht messbar', 'below', 'German'), ('à venir', 'pending', 'French');
select is(entered('nd'), 'TND<50', 'a word of the study, in any case');
select is(entered('nicht  messbar'), '<50', 'a word of two parts, and its blanks');
select is(entered('à venir'), refused('à venir', 'pending: it is not a result', 'A result that did not come is a row of table missing_result, with its reason.'), 'a word that says there is none');
select is((read_viral_load('ND', lower_limit => 50, dictionary => ral.result_words())).value::text, 'TND<50', 'read_viral_load takes them');
select is((read_lab_value('ND', dictionary => ral.result_words())).state, 'not detected', 'read_lab_value takes them');
update ral.result_word set meaning = 'unread' where word = 'undetectable';
select is(split_part(entered('undetectable'), E'\n', 1), '22P02 "undetectable" is not read as a viral load', 'a word that the study does not trust');
select is(outcome(statement), expected, statement)
from (values
    ($$insert into ral.result_word (word, meaning) values ('nd', 'not done')$$, '23505 ral.result_word result_word_case'),
    ($$insert into ral.result_word (word, meaning) values ('Ld', 'exact')$$, '23514 ral.result_word result_word_meaning_check'),
    ($$insert into ral.result_word (word, meaning) values ('Ld', 'possibly log10')$$, '23514 ral.result_word result_word_meaning_check'),
    ($$insert into ral.result_word (word, meaning) values ('', 'missing')$$, '23514 ral.result_word result_word_word_check'),
    ($$insert into ral.result_word (word, meaning) values (' ld', 'missing')$$, '23514 ral.result_word result_word_word_check'),
    ($$insert into ral.result_word (word, meaning) values ('l  d', 'missing')$$, '23514 ral.result_word result_word_word_check'),
    ($$insert into ral.result_word (word, meaning) values ('l d', 'missing')$$, 'accepted')
) as word (statement, expected);
-- Whoever enters results need not be able to read the words.
create role clerk;
grant usage on schema ral to clerk;
grant insert on ral.viral_load_result to clerk;
set role clerk;
insert into ral.viral_load_result (site_id, subject_id, collected, assay, reported) values ('S1', '001', '2008-01-25', 'Quantiplex 3.0', 'ND');
reset role;
select is(viral_load::text, 'TND<50', 'a clerk''s text') from ral.viral_load_result where collected = '2008-01-25';
drop owned by clerk;
drop role clerk;

-- A study without words reads what the reader knows by itself.
delete from ral.viral_load_result;
delete from ral.result_word;
select is(ral.result_words(), null, 'no words');
select is(entered('LDL'), '<50', 'LDL without words');
select * from finish();
