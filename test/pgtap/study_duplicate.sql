-- What may have been entered twice: listed once per pair, and gone when it is mended.
\ir include/study.sql
select no_plan();

create function listed(of_kind text) returns setof text language sql
    begin atomic
        select format('%s/%s %s/%s: %s', site_id, subject_id, other_site_id, other_subject_id, item)
        from ral.possible_duplicate where kind = of_kind;
    end;

insert into ral.subject (site_id, subject_id, birth_date, sex) values
    ('S1', 'a', '1970-06-15', 'female'), ('S2', 'b', '1970-06-15', 'female'), ('S2', 'c', '1970-06-15', 'male'),
    ('S1', 'd', '1970-06-16', 'female');
select results_eq($$select listed('subject')$$, array['S1/a S2/b: born on 1970-06-15, female'],
    'one birth date and sex, at two sites; another sex or day is somebody else');
insert into ral.subject (site_id, subject_id, birth_date, sex) values ('S2', 'e', '1970-06-15', 'female');
select set_eq($$select listed('subject')$$,
    array['S1/a S2/b: born on 1970-06-15, female', 'S2/b S2/e: born on 1970-06-15, female'],
    'of three, each with the next');
delete from ral.subject where subject_id in ('b', 'e');
select is_empty($$select listed('subject')$$, 'none when it is mended');

call make_subject('one');
call make_subject('two');
insert into ral.adverse_event (site_id, subject_id, event_number, term, onset, grade, action_taken, outcome)
select 'S1', subject, number, term, onset, 1, 'DOSE NOT CHANGED', 'NOT RECOVERED/NOT RESOLVED'
from (values ('one', 1, 'Headache', '2008-03-01'), ('one', 2, ' headache', '2008-03-01'),
    ('one', 3, 'headache', '2008-03-02'), ('two', 1, 'Headache', '2008-03-01')) as event (subject, number, term, onset);
select results_eq($$select listed('adverse event')$$,
    array['S1/one S1/one: events 1 and 2: Headache from 2008-03-01'],
    'one term and onset of one subject, whatever its case and the blanks around it');

select is_empty($$select listed(kind) from unnest(array['viral load', 'CD4', 'laboratory']) as kind$$,
    'two subjects may have one value');
insert into ral.viral_load_result (site_id, subject_id, collected, replicate, assay, viral_load) values
    ('S1', 'one', '2008-03-01', 1, 'Quantiplex 3.0', '<50'), ('S1', 'one', '2008-03-01', 2, 'Quantiplex 3.0', '<50'),
    ('S1', 'one', '2008-03-01', 3, 'Quantiplex 3.0', '50'), ('S1', 'one', '2008-03-02', 1, 'Quantiplex 3.0', '<50');
insert into ral.cd4_result (site_id, subject_id, collected, replicate, cd4_count, cd4_percent) values
    ('S1', 'one', '2008-03-01', 1, 250, 20), ('S1', 'one', '2008-03-01', 2, 250, 20), ('S1', 'one', '2008-03-01', 3, 250, null);
insert into ral.lab_result (site_id, subject_id, collected, test, replicate, value, unit) values
    ('S1', 'one', '2008-03-01', 'ALT', 1, 40, 'U/L'), ('S1', 'one', '2008-03-01', 'ALT', 2, 40, 'U/L'),
    ('S1', 'one', '2008-03-01', 'AST', 1, 40, 'U/L');
select results_eq($$select listed('viral load')$$,
    array['S1/one S1/one: 2008-03-01, replicates 1 and 2: <50, Quantiplex 3.0'], 'a value twice on one day');
select results_eq($$select listed('CD4')$$,
    array['S1/one S1/one: 2008-03-01, replicates 1 and 2: 250 cells/uL, 20 %'], 'a count and its share');
select results_eq($$select listed('laboratory')$$,
    array['S1/one S1/one: 2008-03-01, replicates 1 and 2: ALT 40 U/L'], 'a result of one test');
select * from finish();
