-- CD4 counts: their units, and what the views make of a count that is a limit
\ir include/study.sql
select no_plan();

call make_subject('001');
call make_subject('002');
call make_subject('003');
insert into ral.enrolment (site_id, subject_id, enrolled, first_dose)
    select site_id, subject_id, '2008-02-01', '2008-02-01' from ral.subject where subject_id <> 'none'
    on conflict do nothing;

-- What comes in, and what is kept
create function pg_temp.stored(count text, unit text) returns text
    language plpgsql
as $$
declare
    kept text;
begin
    execute format('insert into ral.cd4_result (site_id, subject_id, collected, cd4_count, unit)
        values (''S1'', ''001'', ''2007-05-01'', %s, %s)
        returning concat_ws('' | '', cd4_count, unit, reported)', count, unit) into kept;
    delete from ral.cd4_result where collected = '2007-05-01';
    return kept;
exception when others then
    get stacked diagnostics kept = constraint_name;
    return concat_ws(' ', sqlstate, kept);
end;
$$;
select is(pg_temp.stored(count, unit), expected, count || ' ' || unit)
from (values
    ('345', 'default', '345 | cells/uL'),
    ('0.19', $$'10*9/L'$$, '190 | cells/uL | 0.19 10*9/L'),
    ('0.19', $$'×10^9/L'$$, '190 | cells/uL | 0.19 ×10^9/L'),
    ('0.057', $$'GI/L'$$, '57 | cells/uL | 0.057 GI/L'),
    ($$'<0.02'$$, $$'10⁹/L'$$, '<20 | cells/uL | <0.02 10⁹/L'),
    ('190', $$'/mm3'$$, '190 | cells/uL | 190 /mm3'),
    ('190000000', $$'1/L'$$, '190 | cells/uL | 190000000 1/L'),
    ($$'<20'$$, 'default', '<20 | cells/uL'),
    ($$'>2000'$$, 'default', '>2000 | cells/uL'),
    ('0', 'default', '0 | cells/uL'),
    ('3000', 'default', '3000 | cells/uL'),
    ('3001', 'default', '23514 cd4_count_range'),
    ('-1', 'default', '23514 cd4_count_range'),
    ($$'<0'$$, 'default', '23514 cd4_count_range'),
    ($$'>3000'$$, 'default', '23514 cd4_count_range'),
    ('0.19', 'default', '23514 cd4_small_fraction'),
    ('9.99', 'default', '23514 cd4_small_fraction'),
    ($$'<0.02'$$, 'default', '23514 cd4_small_fraction'),
    ('190.4', 'default', '23514 cd4_fraction'),
    ('10.5', 'default', '23514 cd4_fraction'),
    ('0.1904', $$'10*9/L'$$, '23514 cd4_fraction'),
    ('1e25', $$'10*12/L'$$, '22003 '),
    ('190', $$'g/L'$$, '23514 cd4_unit'),
    ('190', $$'cells'$$, '23514 cd4_unit'),
    ('190', $$'M/L'$$, '23514 cd4_unit'),
    ('190', 'null', '23502 ')) as c (count, unit, expected);
select throws_matching($$insert into ral.cd4_result (site_id, subject_id, collected, cd4_count)
    values ('S1', '001', '2007-05-01', 0.19)$$, 'cd4_small_fraction', 'a count is never rounded');

-- A share for a percentage: below 1 per cent the count decides, from 5000 lymphocytes on
select is(outcome(format($$insert into ral.cd4_result (site_id, subject_id, collected, cd4_count, cd4_percent)
    values ('S1', '001', '2007-05-01', %L, %s)$$, count, percent)), expected, format('%s cells, %s per cent', count, percent))
from (values
    ('345', '0.25', '23514 ral.cd4_result cd4_percent_share'), ('345', '25', 'accepted'), ('345', '1', 'accepted'),
    ('345', '0.99', '23514 ral.cd4_result cd4_percent_share'), ('50', '0.99', '23514 ral.cd4_result cd4_percent_share'),
    ('49', '0.99', 'accepted'), ('12', '0.25', 'accepted'), ('13', '0.25', '23514 ral.cd4_result cd4_percent_share'),
    ('4', '0.5', 'accepted'), ('0', '0.5', 'accepted'), ('0', '0', 'accepted'), ('345', '0', 'accepted'), ('<20', '0.25', 'accepted'),
    ('>2000', '0.25', '23514 ral.cd4_result cd4_percent_share'), ('345', '100', 'accepted'),
    ('345', '100.1', '23514 ral.cd4_result cd4_result_cd4_percent_check'), ('345', 'null', 'accepted')) as c (count, percent, expected);

-- Corrections
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count, unit, reported)
    values ('S1', '001', '2007-05-01', 0.19, '10*9/L', '0.19 (repeated)');
select is((select concat_ws(' | ', cd4_count, unit, reported) from ral.cd4_result),
    '190 | cells/uL | 0.19 (repeated)', 'what the client says was reported stays');
update ral.cd4_result set cd4_percent = 20;
select is((select cd4_count::text from ral.cd4_result), '190', 'a count is converted once');
update ral.cd4_result set cd4_count = 0.2, unit = '10*9/L';
select is((select concat_ws(' | ', cd4_count, unit, reported) from ral.cd4_result),
    '200 | cells/uL | 0.2 10*9/L', 'a correction in another unit is converted, too');
delete from ral.cd4_result;

-- Views: the change from or to a limit is not a number, and is counted as such
insert into ral.cd4_result (site_id, subject_id, collected, visit, cd4_count) values
    ('S1', '001', '2008-01-15', null, '<20'), ('S1', '001', '2008-02-29', null, 250),
    ('S1', '002', '2008-01-15', null, 100), ('S1', '002', '2008-02-29', null, '<20'),
    ('S1', '003', '2008-01-15', null, 100), ('S1', '003', '2008-02-29', null, 160);
select results_eq($$select subject_id, cd4_count::text, cd4_count_exact, baseline_cd4_count::text, change
        from ral.analysis_cd4 where collected = '2008-02-29' order by subject_id$$,
    $$values ('001', '250', 250::float8, '<20', null::float8), ('002', '<20', null, '100', null),
        ('003', '160', 160, '100', 60)$$, 'analysis_cd4');
select results_eq($$select subjects, n, missing, mean, not_evaluable, cd4_counts, mean_cd4_count, censored_counts
        from ral.endpoint_cd4 where "grouping" = 'all' and visit = 'week 4'$$,
    $$values (3::bigint, 1::bigint, 0::bigint, 60::float8, 2::bigint, 2::bigint, 205::float8, 1::bigint)$$,
    'endpoint_cd4 counts them apart');
select results_eq($$select subject_id, level, was_above_at_baseline, last_not_above, first_above
        from ral.cd4_crossing where level = 200 order by subject_id$$,
    $$values ('001', 200, false, null::date, '2008-02-29'::date), ('002', 200, false, '2008-02-29', null),
        ('003', 200, false, '2008-02-29', null)$$, 'cd4_crossing');
update ral.cd4_result set cd4_count = '<250' where subject_id = '001' and collected = '2008-02-29';
update ral.cd4_result set cd4_count = '>150' where subject_id = '002';
select results_eq($$select subject_id, was_above_at_baseline, last_not_above, first_above
        from ral.cd4_crossing where level = 200 and subject_id < '003' order by subject_id$$,
    $$values ('001', false, null::date, null::date), ('002', null::boolean, null, null)$$,
    'a limit on the other side of a level says nothing of it');
select results_eq($$select subject_id, cd4_count::text, baseline::text from ral.visit_cd4
        where visit = 'week 4' order by subject_id$$,
    $$values ('001', '<250', '<20'), ('002', '>150', '>150'), ('003', '160', '100')$$, 'visit_cd4 keeps limits');

-- Of several counts of one day the last replicate stands, in every view; each counts once.
insert into ral.cd4_result (site_id, subject_id, collected, replicate, cd4_count) values
    ('S1', '003', '2008-01-15', 3, 130), ('S1', '003', '2008-01-15', 2, 999),
    ('S1', '003', '2008-02-29', 3, 240), ('S1', '003', '2008-02-29', 2, 999);
select results_eq($$select replicate, is_analysis_record, is_baseline, baseline_cd4_count::text
        from ral.analysis_cd4 where subject_id = '003' and (is_baseline or is_analysis_record and collected is not null)
        order by collected$$,
    $$values (3, true, true, '130'), (3, true, false, '130')$$, 'the last replicate of a day: analysis_cd4');
select results_eq($$select cd4_count::text, baseline::text from ral.visit_cd4
        where subject_id = '003' and visit = 'week 4'$$,
    $$values ('240', '130')$$, 'visit_cd4');
select results_eq($$select was_above_at_baseline, last_not_above, first_above
        from ral.cd4_crossing where level = 200 and subject_id = '003'$$,
    $$values (false, null::date, '2008-02-29'::date)$$, 'cd4_crossing');
select results_eq($$select baseline_cd4_count::text from ral.analysis_subject where subject_id = '003'$$,
    $$values ('130')$$, 'analysis_subject');
select results_eq($$select subjects, n, missing, mean from ral.endpoint_cd4
        where "grouping" = 'all' and visit = 'week 4'$$,
    $$values (3::bigint, 1::bigint, 0::bigint, 110::float8)$$, 'endpoint_cd4');

-- The unit in LB is that of the text: a text without one is of the count if its number is.
insert into ral.cd4_result (site_id, subject_id, collected, cd4_count, unit, reported) values
    ('S1', '002', '2007-08-01', 0.45, '10*9/L', null), ('S1', '002', '2007-08-02', '<100', '/mm3', null),
    ('S1', '002', '2007-08-03', 0.45, '10*9/L', '0.45'), ('S1', '002', '2007-08-04', 0.9, 'GI/L', '0.9 (haemolysed)'),
    ('S1', '002', '2007-08-05', 812, 'cells/uL', '812 (repeated)'), ('S1', '002', '2007-08-06', 450, 'cells/uL', '450*'),
    ('S1', '002', '2007-08-07', 450, 'cells/uL', null);
select results_eq($$select lborres, lborresu, lbstresc, lbstresu from ral.sdtm_lb
        where lbtestcd = 'CD4' and lbdtc between '2007-08-01' and '2007-08-07' order by lbdtc$$,
    $$values ('0.45 10*9/L', '10*9/L', '450', 'cells/uL'), ('<100 /mm3', '/mm3', '<100', 'cells/uL'),
        ('0.45', null, '450', 'cells/uL'), ('0.9 (haemolysed)', null, '900', 'cells/uL'),
        ('812 (repeated)', 'cells/uL', '812', 'cells/uL'), ('450*', 'cells/uL', '450', 'cells/uL'),
        ('450', 'cells/uL', '450', 'cells/uL')$$, 'no text of LB has a unit that it was not reported in');

-- Doses
select is(outcome($$insert into ral.regimen (site_id, subject_id, drug, started, dose_mg, doses_per_day)
    values ('S1', '001', 'TDF', '2008-02-01', 300, 0.5)$$), 'accepted', 'a dose every other day');
select is(outcome(format($$insert into ral.regimen (site_id, subject_id, drug, started, dose_mg, doses_per_day)
    values ('S1', '001', 'TDF', '2008-02-01', 300, %s)$$, doses)), expected, doses || ' doses a day')
from (values ('0', '23514 ral.regimen regimen_doses_per_day_check'), ('24', 'accepted'),
    ('24.5', '23514 ral.regimen regimen_doses_per_day_check'),
    ('''NaN''', '23514 ral.regimen regimen_doses_per_day_check')) as c (doses, expected);
insert into ral.regimen (site_id, subject_id, drug, started, dose_mg, doses_per_day)
    values ('S1', '001', 'TDF', '2008-02-01', 300, 0.5);
select is((select doses_per_day::text from ral.regimen where drug = 'TDF'), '0.5', 'is kept as it is');
select is_empty($$select * from violations('ral')$$, 'and no rule is broken');
select * from finish();
