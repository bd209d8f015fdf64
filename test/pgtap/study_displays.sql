-- Coding, the tables and listings that it serves, and what one result changes: three treated subjects that a person can
-- argue (include/view_rows_study.sql).
\ir include/study.sql
\ir include/view_rows_study.sql
\ir include/displays.sql
select no_plan();

-- ---- MedDRA's files: a made-up dictionary, with the line ends of both systems
\set llt '1$Hepatitis$21$$$$$$$Y$$\r\n2$heart attack$22$$$$$$$Y$$\r\n3$old hepatitis$21$$$$$$$N$$\n4$asthma$23$$$$$$$Y$$\n5$ASTHMA$24$$$$$$$Y$$\n'
\set mdhier '21$31$41$91$Inflamed liver$a$b$Liver$L$$91$Y$\n22$32$42$92$Attack of the heart$a$b$Heart$H$$92$Y$\n23$33$43$93$Short of breath$a$b$Lung$P$$93$Y$\n23$33$43$92$Short of breath$a$b$Heart$H$$93$N$\n24$33$43$93$Wheeze$a$b$Lung$P$$93$Y$\n'
create function meddra_outcome(version text, llt text, mdhier text) returns text
    language plpgsql
as $$
declare
    terms bigint;
    detail text;
begin
    call load_meddra('ral', version, replace(replace(llt, '\r', E'\r'), '\n', E'\n'), replace(mdhier, '\n', E'\n'), terms);
    return terms;
exception when others then
    get stacked diagnostics detail = pg_exception_detail;
    return concat_ws(' ', sqlstate, nullif(detail, ''));
end;
$$;
select is(meddra_outcome('1.0', :'llt', :'mdhier'), '5', 'all terms, each once: a class that is not primary counts for nothing');
select is(meddra_outcome('1.0', :'llt', :'mdhier'), '23505', 'a version is loaded once');
select is(meddra_outcome('2.0', '1$Hepatitis$21', :'mdhier'), '22P02 Line 1 has fewer than 10 fields.', 'a line that is cut');
select is(meddra_outcome('2.0', '', :'mdhier'), '22P02 It is empty.', 'an empty file');
select is(meddra_outcome('2.0', '1$a$99$$$$$$$Y$$', :'mdhier'), '23503 The preferred term of 1 has no primary class in mdhier.asc.', 'files that do not belong together');
select results_eq($$select term_code, preferred_term, class, is_current from ral.coding_term order by 1$$,
    $$values ('1', 'Inflamed liver', 'Liver', true), ('2', 'Attack of the heart', 'Heart', true), ('3', 'Inflamed liver', 'Liver', false),
        ('4', 'Short of breath', 'Lung', true), ('5', 'Wheeze', 'Lung', true)$$, 'with preferred term and primary class');
select results_eq($$select dictionary_version, is_current from ral.coding_dictionary$$, $$values ('1.0', true)$$, 'what failed left nothing');
select is_empty($$select 1 where protocol_document('ral')::text ~ 'coding_term'$$, 'a dictionary is no part of the protocol');

-- ---- What waits, and who codes it
insert into ral.medical_history (site_id, subject_id, condition_number, term, is_hiv_associated, is_ongoing) values
    ('S1', '001', 1, 'Old hepatitis', false, false), ('S1', '002', 1, 'asthma', false, true), ('S2', '003', 1, ' Asthma ', false, true);
select results_eq($$select table_name, term, records, term_code from ral.coding_queue order by 1, 2$$,
    $$values ('adverse_event', 'hepatitis', 1::bigint, '1'), ('medical_history', 'asthma', 2, null), ('medical_history', 'old hepatitis', 1, null)$$,
    'a term of two preferred terms, and one that is no longer current, wait for a person');
select results_eq($$call code_exact_matches('ral')$$, $$values (1::bigint)$$, 'what is a term of the dictionary is coded');
select results_eq($$select coded_term, system_organ_class, dictionary, dictionary_version, entered_by = session_user from ral.adverse_event where subject_id = '002'$$,
    $$values ('Inflamed liver', 'Liver', 'MedDRA', '1.0', true)$$, 'by the version, by whom');
select is((select change.reason_code || ': ' || change.reason from ral.change join ral.adverse_event on entered_in = change_id where subject_id = '002'),
    'coding: MedDRA 1.0, term 1', 'and why');
select results_eq($$call record_coding('ral', 'medical_history', 'ASTHMA', '4')$$, $$values (2::bigint)$$, 'a person codes all rows of a term');
select throws_ok($$call record_coding('ral', 'medical_history', 'asthma', '5')$$, 'P0002', null, 'which is then coded');
select results_eq($$call record_coding('ral', 'medical_history', 'asthma', '5', recode => true)$$, $$values (2::bigint)$$, 'unless it is to be coded again');
select results_eq($$select coded_term from ral.medical_history_history where subject_id = '003' and coded_term is not null$$, $$values ('Short of breath')$$,
    'what it was before is kept');
select throws_ok($$call record_coding('ral', 'medical_history', 'asthma', '6')$$, 'P0002', null, 'a term that the dictionary does not have');
select throws_ok($$call record_coding('ral', 'subject', 'asthma', '5')$$, '22023', null, 'a table without terms');
select is(meddra_outcome('1.1', replace(:'llt', 'heart attack', 'infarction'), :'mdhier'), '5', 'a later version');
select results_eq($$select dictionary_version, is_current from ral.coding_dictionary order by 1$$, $$values ('1.0', false), ('1.1', true)$$, 'is the one that counts');

-- ---- WHODrug's files, in format B3: columns of fixed width
\set dd '00000101001|PAINAWAY\n00000101002|COOLHEAD\r\n000002010010              |TWOFOLD\n00000202001|TWOFOLD SALT\n0000020200A|SALTY\n'
\set dda '000001010010N01    \n000002010010N01\n000002010010B02    991Y\n000002020010B02    \n'
\set ina 'N01    2NERVES  \r\nB02    2BLOOD\n'
create function whodrug_outcome(version text, dd text, dda text, ina text) returns text
    language plpgsql
as $$
declare
    terms bigint;
    detail text;
begin
    -- what stands before | is as wide as the columns before a name
    dd := (select string_agg(rpad(split_part(line, '|', 1), 30) || split_part(line, '|', 2), E'\n') from string_to_table(replace(replace(dd, '\r', E'\r'), '\n', E'\n'), E'\n') as line where line <> '');
    call load_whodrug('ral', version, dd, dda, ina, terms);
    return terms;
exception when others then
    get stacked diagnostics detail = pg_exception_detail;
    return concat_ws(' ', sqlstate, nullif(detail, ''));
end;
$$;
select is(whodrug_outcome('2024-03', :'dd', :'dda', :'ina'), '5', 'all products of WHODrug');
select is(whodrug_outcome('2024-03', :'dd', :'dda', :'ina'), '23505', 'a version of WHODrug is loaded once');
select is(whodrug_outcome('2', '00000101001|A\n000001 1002|B', :'dda', :'ina'), '22P02 Line 2 does not begin with a code of 11 characters, or has no name from column 31.', 'a code with a blank');
select is(whodrug_outcome('2', '00000101001|  ', :'dda', :'ina'), '22P02 Line 1 does not begin with a code of 11 characters, or has no name from column 31.', 'a product without a name');
select is(whodrug_outcome('2', :'dd', '000001010010', :'ina'), '22P02 Line 1 does not have a code of 11 characters, and one of ATC from column 13.', 'a link without a class');
select is(whodrug_outcome('2', :'dd', :'dda', 'N01    NERVES'), '22P02 Line 1 does not have a code of ATC, its level in column 8, and a text.', 'a class without a level');
select is(whodrug_outcome('2', '', :'dda', :'ina'), '22P02 It is empty.', 'an empty file of products');
select is(whodrug_outcome('2', '00000101002|A', :'dda', :'ina'), '23503 The preferred name of 00000101002 is missing: 00000101001.', 'products without their preferred name');
select results_eq($$select term_code, term, preferred_code, preferred_term, class from ral.coding_term where dictionary = 'WHODrug' order by 1$$,
    $$values ('00000101001', 'PAINAWAY', '00000101001', 'PAINAWAY', 'NERVES'), ('00000101002', 'COOLHEAD', '00000101001', 'PAINAWAY', 'NERVES'),
        ('00000201001', 'TWOFOLD', '00000201001', 'TWOFOLD', null), ('00000202001', 'TWOFOLD SALT', '00000201001', 'TWOFOLD', 'BLOOD'), ('0000020200A', 'SALTY', '00000201001', 'TWOFOLD', 'BLOOD')$$,
    'a product has its own class, or that of its salt, or of its preferred name; of two classes a person decides');
select results_eq($$select dictionary, dictionary_version, domain from ral.coding_dictionary where is_current order by 1$$,
    $$values ('MedDRA', '1.1', 'condition'), ('WHODrug', '2024-03', 'medication')$$, 'each domain has a dictionary, and what failed left nothing');
insert into ral.concomitant_medication (site_id, subject_id, medication_number, medication, is_ongoing) values
    ('S1', '001', 91, 'Coolhead ', false), ('S1', '002', 91, 'twofold', false), ('S1', '002', 92, 'no such thing', false);
select results_eq($$select term, records, term_code, preferred_term from ral.coding_queue where table_name = 'concomitant_medication' and term <> 'aspirin' order by 1$$,
    $$values ('coolhead', 1::bigint, '00000101002', 'PAINAWAY'), ('no such thing', 1, null, null), ('twofold', 1, '00000201001', 'TWOFOLD')$$, 'medication waits for its own dictionary');
select results_eq($$call record_coding('ral', 'concomitant_medication', 'no such thing', '00000202001')$$, $$values (1::bigint)$$, 'a person codes a medication');
select throws_ok($$call record_coding('ral', 'concomitant_medication', 'coolhead', '4')$$, 'P0002', null, 'but not to a condition');
select results_eq($$select coded_term, medication_class, dictionary, dictionary_version from ral.concomitant_medication where medication_number = 92$$,
    $$values ('TWOFOLD', 'BLOOD', 'WHODrug', '2024-03')$$, 'it has the preferred name, and the class of the product');
delete from ral.concomitant_medication where medication_number > 90;

-- ---- Tables
select display_is('adverse_events_by_class', $$
population | Population: treated subjects, N = 3
header | all (N = 3) | female (N = 2) | male (N = 1)
row | Any event | 2 (66.7 %) 2 | 1 (50.0 %) 1 | 1 (100.0 %) 1
section | Cardiac disorders
detail | any term | 1 (33.3 %) 1 | 0 (0.0 %) 0 | 1 (100.0 %) 1
detail | Myocardial infarction | 1 (33.3 %) 1 | 0 (0.0 %) 0 | 1 (100.0 %) 1
section | Liver
detail | any term | 1 (33.3 %) 1 | 1 (50.0 %) 1 | 0 (0.0 %) 0
detail | Inflamed liver | 1 (33.3 %) 1 | 1 (50.0 %) 1 | 0 (0.0 %) 0
$$, 'sex');
-- What was resolved before treatment is history, too; nobody knows when any of it began.
select display_is('medical_history', $$
population | Population: treated subjects, N = 3
header | all (N = 3)
row | Any condition | 3 (100.0 %)
section | Lung
detail | any | 2 (66.7 %)
detail | Wheeze | 2 (66.7 %)
section | Not coded
detail | any | 1 (33.3 %)
detail | old hepatitis | 1 (33.3 %)
$$);
select display_is('populations', $$
population | Population: enrolled subjects, N = 3
header | all (N = 3) | S1 (N = 2) | S2 (N = 1)
row | Enrolled | 3 (100.0 %) | 2 (100.0 %) | 1 (100.0 %)
row | Treated: safety | 3 (100.0 %) | 2 (100.0 %) | 1 (100.0 %)
row | Treated, with a baseline of HIV-1 RNA: efficacy | 3 (100.0 %) | 2 (100.0 %) | 1 (100.0 %)
row | Treated, without deviation that excludes: per protocol | 3 (100.0 %) | 2 (100.0 %) | 1 (100.0 %)
$$, 'site_id');
select display_is('vital_signs', $$
population | Population: treated subjects, N = 3
header | n | mean (SD) | median | minimum, maximum | change, n | change, mean (95 % limits)
section | Nothing to show.
$$);

-- ---- Resistance that emerges: 001 is above 400 on days 400 and 420, after a result below; N155H was not there before, in a gene that
-- was read; of K103N that was known, and nobody read PR and RT of the second sample.
update ral.genotype set genes = '{PR,RT,IN}', mutations = mutations('RT: M184V, K103N IN: E92Q') where subject_id = '001';
delete from ral.disposition where subject_id = '001';
select add_viral_load('S1', '001', '2009-03-06', '5000'), add_viral_load('S1', '001', '2009-03-26', '8000') \g /dev/null
insert into ral.genotype (site_id, subject_id, collected, genes, mutations) values ('S1', '001', '2009-03-26', '{IN}', mutations('IN: E92Q, N155H'));
select display_is('resistance_emergent', $$
population | Population: treated subjects, N = 3
header | all (N = 3)
row | Confirmed virologic failure | 1 (33.3 %)
row | Genotype before treatment and since failure | 1 (33.3 %)
section | Emergent mutations
detail | any | 1 (33.3 %)
detail | IN:N155H | 1 (33.3 %)
$$);

-- ---- Listings
select results_eq($$select part, label, cells from listing('ral', 'deaths', '2009-06-30') where part not in ('title', 'footnote')$$, $$values
    ('population', 'Population: treated subjects, N = 3', null::text[]),
    ('header', 'subject', '{sex,age,days on treatment,died,study day,days since last dose,fatal events,related}'),
    ('row', 'S2 003', '{male,39,43,2008-03-15,44,1,Myocardial infarction,no}')$$, 'deaths');
select is_empty($$select known.listing from virotrial_listing as known cross join lateral listing('ral', known.listing, '2009-06-30') as shown
    where shown.part = 'row' and cardinality(shown.cells) <> cardinality(known.columns)$$, 'a cell for each column');
select results_eq($$select label from listing('ral', 'deviations', '2008-01-01') where part = 'section'$$, $$values ('Nothing to show.')$$, 'an empty listing says so');
select throws_ok($$select * from listing('ral', 'death')$$, '22023', 'there is no listing "death"', 'a listing that is not there');

-- ---- One stored result changes its cell, and no other; of each statistic of each display one result of each grouping is tried
insert into ral.vital_signs (site_id, subject_id, collected, visit, systolic_mmhg, diastolic_mmhg) values
    ('S1', '001', '2008-01-15', 'screening', 118, 78), ('S1', '001', '2008-02-29', 'week 4', 142, 92);
create temporary table result as select * from analysis_result('ral', '2009-06-30', 'sex');
create temporary table tried as
    select distinct on (display, statistic, "grouping") *
    from result
    where statistic <> 'N'
    order by display, statistic, "grouping", visit is null, position desc, result_id;
create function cells_of(results analysis_result_row[]) returns table (line bigint, place bigint, cell text)
    language sql
begin atomic
    select line, place, cell from _virotrial.display_rows(results[1].display, results) with ordinality as shown (part, label, cells, line)
    left join lateral unnest(cells) with ordinality as one (cell, place) on true;
end;
create function changed_cells(results analysis_result_row[], altered text) returns bigint
    language sql
begin atomic
    select count(*)
    from cells_of(results) as earlier
    full join cells_of(array(
        select row(one.result_id, one.display, one."position", one.population, one."grouping", one.group_value, one.visit, one.variable, one.level,
            one.statistic, one.label, one.value, one.qualifier, one.decimals, case when one.result_id = altered then 'other' else one.printed end,
            one.data_cut, one.author)::analysis_result_row
        from unnest(results) as one)) as later using (line, place)
    where earlier.cell is distinct from later.cell;
end;
create temporary table change as
    select tried.display, tried.statistic, tried.result_id, changed_cells(array(select row(other.*)::analysis_result_row from result as other where other.display = tried.display),
        tried.result_id) as cells,
        exists (select from virotrial_display_line as line join virotrial_display as shown using (display)
            where line.display = tried.display and tried.statistic = any (line.statistics) and (tried.visit is not null or not shown.shows_visits_only))::integer as expected
    from tried;
select is_empty($$select * from change where cells <> expected$$, 'one result is in one cell, or in none where no line has its statistic');
select is_empty($$select display from virotrial_display except select display from change$$, 'of each display');
select is_empty($$select display, unnest(statistics) from virotrial_display_line except select display, statistic from change where cells = 1$$,
    'of each statistic that a display has a place for');

-- ---- What lays out results computes none: array_agg puts the cells of a row side by side, min takes what all have alike
select set_eq($$
    select distinct called[1]
    from pg_proc
    cross join lateral regexp_matches(pg_get_function_sqlbody(pg_proc.oid), '\m([a-z_.]+)\(', 'g') as called
    join pg_proc as aggregate on aggregate.proname = called[1] and aggregate.prokind = 'a'
    where (pg_proc.proname = 'display_rows' or pg_proc.proname in ('display', 'listing', 'figure_of', 'figure_of_results', 'figure_results', 'figure'))$$,
    array['array_agg', 'min', 'bool_or', 'jsonb_agg'], 'no display or figure computes a statistic');
select * from finish();
