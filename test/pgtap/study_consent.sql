-- Consent: the versions of the form, signing again, and withdrawals from a part of
-- the trial.  Subjects are enrolled on 1 February 2008.
\ir include/study.sql
select no_plan();

call make_subject('001');
call make_subject('002');
call make_subject('003', 'S2');

-- Which version may be signed: any, until the study has versions.
create function signing(subject text, version text, signed date, site text default 'S1') returns text
    language sql
    return outcome(format('insert into ral.consent (site_id, subject_id, version, signed) values (%L, %L, %L, %L)', site, subject, version, signed));
select is(signing('001', 'any', '2008-02-10'), 'accepted', 'without versions, any may be signed');
insert into ral.consent_version (version) values ('1.0');
insert into ral.consent_version (version, site, valid_from, valid_until) values
    ('2.0', '*', '2008-03-01', '2008-03-31'), ('2.0', 'S2', '2008-03-15', null), ('2.1', 'S2', '2008-03-01', null);
select is(signing(subject, version, day, site), case when is_valid then 'accepted' else '23514 ral.consent consent_version' end,
    format('%s at %s on %s', version, site, day))
from (values ('001', 'S1', '0.9', date '2008-03-01', false),     -- is none
    ('001', 'S1', '2.0', '2008-02-29', false), ('001', 'S1', '2.0', '2008-03-01', true),
    ('001', 'S1', '2.0', '2008-03-31', true), ('001', 'S1', '2.0', '2008-04-01', false),
    ('003', 'S2', '2.0', '2008-03-14', false), ('003', 'S2', '2.0', '2008-03-15', true),    -- approved there later
    ('003', 'S2', '2.0', '2008-04-01', true),
    ('003', 'S2', '2.1', '2008-03-01', true), ('001', 'S1', '2.1', '2008-03-01', false)     -- another site's own
    ) as d (subject, site, version, day, is_valid);
select throws_ok($$insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '001', '2.0', '2008-02-29')$$, '23514',
    'rule "consent_version" of table "consent" is broken by 1 row', 'it is said which row');
select is(outcome($$update ral.consent_version set valid_from = '2008-01-11' where version = '1.0'$$), '23514 ral.consent consent_version',
    'a version cannot be said to begin after somebody signed it');

-- The same version again: after a withdrawal, and not before.
select is(signing('001', '1.0', day), '23514 ral.consent consent_again', 'what is in force is not signed again on ' || day)
from unnest('{2008-01-11,2008-02-10}'::date[]) as day;
select is(outcome($$update ral.consent set withdrawn = '2008-02-20' where subject_id = '001'$$,
    $$insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '001', '1.0', $$ || day || ')'), expected, 'again on ' || day)
from (values ('''2008-02-20''', '23514 ral.consent consent_withdrawal'), ('''2008-02-21''', 'accepted')) as d (day, expected);
-- Between the two nothing is done; after the second it is.
select is(outcome($$update ral.consent set withdrawn = '2008-02-20' where subject_id = '001'$$,
    $$insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '001', '1.0', '2008-03-01')$$,
    format($$insert into ral.visit (site_id, subject_id, visit, visit_date) values ('S1', '001', 'unscheduled', %L)$$, day)), expected, 'a visit on ' || day)
from (values ('2008-02-20', 'accepted'), ('2008-02-21', '23514 ral.visit consent'), ('2008-02-29', '23514 ral.visit consent'), ('2008-03-01', 'accepted')) as d (day, expected);

-- A withdrawal from a part ends that part, from the day after on.
create function after_withdrawal(part text, entry text) returns text
    language sql
    return outcome(format($$update ral.consent set withdrawn%s = '2008-02-20' where subject_id = '002'$$, part),
        format('insert into ral.%s', replace(entry, 'OF_002', '(site_id, subject_id, ')));
create temporary table entry_after (entered text, of_treatment boolean, of_follow_up boolean, of_samples boolean, entry text);
insert into entry_after values
    ('a drug', true, false, false, $$regimen OF_002drug, started, stopped) values ('S1', '002', 'ETR', DAY, '2008-03-31')$$),
    ('a visit', false, true, false, $$visit OF_002visit, visit_date) values ('S1', '002', 'unscheduled', DAY)$$),
    ('an event', false, true, false, $$adverse_event OF_002event_number, term, onset, grade, action_taken, outcome)
        values ('S1', '002', 1, 'Headache', DAY, 1, 'DOSE NOT CHANGED', 'UNKNOWN')$$),
    ('vital signs', false, true, false, $$vital_signs OF_002collected, weight_kg) values ('S1', '002', DAY, 61)$$),
    ('a viral load', false, false, true, $$viral_load_result OF_002collected, assay, viral_load) values ('S1', '002', DAY, 'Quantiplex 3.0', '<50')$$),
    ('a CD4 count', false, false, true, $$cd4_result OF_002collected, cd4_count) values ('S1', '002', DAY, 300)$$),
    ('a genotype', false, false, true, $$genotype OF_002collected) values ('S1', '002', DAY)$$),
    ('a laboratory result', false, false, true, $$lab_result OF_002collected, test, value, unit) values ('S1', '002', DAY, 'ALT', 20, 'U/L')$$),
    ('a pregnancy test', false, false, true, $$pregnancy_test OF_002collected, specimen, result) values ('S1', '002', DAY, 'urine', 'negative')$$);
select is(left(after_withdrawal(part, replace(entry, 'DAY', day)), 5), case when ends and day = '''2008-02-21''' then '23514' else 'accep' end,
    format('%s on %s, withdrawn%s', entered, day, part))
from entry_after
cross join lateral (values ('', true), ('_from_treatment', of_treatment), ('_from_follow_up', of_follow_up), ('_from_samples', of_samples)) as p (part, ends)
cross join unnest(array['''2008-02-20''', '''2008-02-21''']) as day;
-- Samples may end while the visits go on.
select is(after_withdrawal('_from_samples', $$visit OF_002visit, visit_date) values ('S1', '002', 'week 4', '2008-02-29');
    insert into ral.viral_load_result (site_id, subject_id, collected, visit, assay, viral_load)
        values ('S1', '002', '2008-02-29', 'week 4', 'Quantiplex 3.0', '<50')$$), '23514 ral.viral_load_result withdrawn', 'a sample at a visit after that');
select is(outcome($$insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '002', '2.0', '2008-03-01')$$,
    $$update ral.consent set withdrawn_from_samples = '2008-03-05' where subject_id = '002' and version = '2.0'$$), '23514 ral.consent consent_withdrawal',
    'a withdrawal from a part is one of every version');
select is(outcome($$insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '002', '2.0', '2008-03-01')$$,
    $$update ral.consent set withdrawn_from_samples = '2008-03-05' where subject_id = '002'$$,
    $$update ral.consent set withdrawn = '2008-03-25' where subject_id = '002'$$), 'accepted', 'of both it stands, and the whole may follow');
select is(outcome($$update ral.consent set withdrawn_from_follow_up = '2008-01-09' where subject_id = '002'$$), '23514 ral.consent consent_order',
    'no part ends before the signature');
update ral.consent set withdrawn_from_treatment = '2008-02-20' where subject_id = '001';
update ral.consent set withdrawn_from_follow_up = '2008-02-20' where subject_id = '002';
select results_eq($$select distinct subject_id from ral.missing_assessment where subject_id in ('001', '002') and visit = 'week 4'$$,
    $$values ('001')$$, 'who is treated no longer is still expected; who is followed no longer is not');
update ral.consent set withdrawn_from_treatment = null, withdrawn_from_follow_up = null;

-- Who must sign again.  By 30 April 2008 version 3.0, which is valid from 1 April.
insert into ral.consent_version (version, valid_from, reconsent_by) values ('3.0', '2008-04-01', '2008-04-30');
select results_eq($$select subject_id, version, signed, needed_version, reconsent_by, days_overdue from ral.overdue_reconsent order by subject_id$$,
    $$select *, current_date - date '2008-04-30'
        from (values ('001', '1.0', date '2008-01-10', '3.0', date '2008-04-30'), ('002', '1.0', '2008-01-10', '3.0', '2008-04-30'),
            ('003', '1.0', '2008-01-10', '3.0', '2008-04-30')) as v$$, 'all three are overdue');
select results_eq($$select subject_id, item, description from ral.deviation where rule = 'reconsent' order by subject_id$$,
    $$select subject, '3.0', 'version 3.0 was to be signed by 2008-04-30, and was not signed' from unnest('{001,002,003}'::text[]) as subject$$,
    'and each is a deviation');
set test.deviations = on;
-- In time, late, and not by an older version; who left, or withdrew from follow-up, by that day need not.
create function comes_to(variadic statements text[]) returns text
    language plpgsql
as $$
declare
    statement text;
begin
    foreach statement in array statements loop
        execute statement;
    end loop;
    raise exception using errcode = 'ZZ003', message = coalesce((select description from ral.deviation where rule = 'reconsent' and subject_id = '001'), 'nothing')
        || case when exists (select from ral.overdue_reconsent where subject_id = '001') then ', overdue' else '' end;
exception when sqlstate 'ZZ003' then
    return sqlerrm;
end;
$$;
insert into ral.consent_version (version, valid_from) values ('3.1', '2008-04-20');
select is(comes_to(statement), expected, statement)
from (values
    ($$insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '001', '3.0', '2008-04-30')$$, 'nothing'),
    ($$insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '001', '3.1', '2008-04-30')$$, 'nothing'),
    ($$insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '001', '3.0', '2008-05-01')$$,
        'version 3.0 was to be signed by 2008-04-30, and was signed on 2008-05-01'),
    ($$insert into ral.consent (site_id, subject_id, version, signed) values ('S1', '001', '2.0', '2008-03-20')$$,
        'version 3.0 was to be signed by 2008-04-30, and was not signed, overdue'),
    ($$update ral.consent set withdrawn = '2008-04-30' where subject_id = '001'$$, 'nothing'),
    ($$update ral.consent set withdrawn_from_follow_up = '2008-04-30' where subject_id = '001'$$, 'nothing'),
    ($$update ral.consent set withdrawn = '2008-05-01' where subject_id = '001'$$, 'version 3.0 was to be signed by 2008-04-30, and was not signed'),
    ($$update ral.consent set withdrawn_from_treatment = '2008-04-30' where subject_id = '001'$$, 'version 3.0 was to be signed by 2008-04-30, and was not signed, overdue'),
    ($$insert into ral.disposition (site_id, subject_id, ended, outcome) values ('S1', '001', '2008-04-30', 'completed')$$, 'nothing'),
    ($$insert into ral.disposition (site_id, subject_id, ended, outcome) values ('S1', '001', '2008-05-01', 'completed')$$,
        'version 3.0 was to be signed by 2008-04-30, and was not signed'),
    ($$update ral.consent_version set reconsent_by = null where version = '3.0'$$, 'nothing'),
    ($$update ral.consent_version set reconsent_by = ral.today() where version = '3.0'$$, 'nothing'),
    ($$update ral.consent_version set reconsent_by = ral.today() - 1 where version = '3.0'$$,
        format('version 3.0 was to be signed by %s, and was not signed, overdue', ral.today() - 1)),
    ($$insert into ral.consent_version (version, site, valid_from) values ('3.0', 'S1', '2008-04-01')$$, 'nothing')) as d (statement, expected);
select is_empty($$select * from violations('ral')$$, 'what is recorded is what is found');

-- The age that analyses show is that of eligibility: at the first consent in force at enrolment. 'aged' is 18 on 21 January.
call make_candidate('aged');
update ral.subject set birth_date = '1990-01-21' where subject_id = 'aged';
create function age_after(variadic statements text[]) returns integer
    language plpgsql
as $$
declare
    statement text;
    age integer;
begin
    foreach statement in array statements loop
        execute statement;
    end loop;
    select analysis_subject.age into age from ral.analysis_subject where subject_id = 'aged';
    raise exception using errcode = 'ZZ000', message = age::text;
exception when sqlstate 'ZZ000' then
    return sqlerrm;
end;
$$;
select is(age_after('select'), 17, 'one consent');
select is(age_after($$update ral.consent set withdrawn = '2008-01-20' where subject_id = 'aged'$$), 17, 'withdrawn, and no other');
select is(age_after($$update ral.consent set withdrawn = '2008-01-20' where subject_id = 'aged'$$, again), 18, 'signed again')
from (values ($$insert into ral.consent (site_id, subject_id, version, signed) values ('S1', 'aged', '1.0', '2008-01-21')$$)) as a (again);
select is(age_after($$update ral.consent set withdrawn = '2008-01-20' where subject_id = 'aged'$$, $$insert into ral.consent (site_id, subject_id, version, signed) values ('S1', 'aged', '1.0', '2008-01-21')$$,
    $$insert into ral.enrolment (site_id, subject_id, enrolled) values ('S1', 'aged', '2008-02-01')$$, $$update ral.consent set withdrawn = '2009-02-01' where subject_id = 'aged' and signed = '2008-01-21'$$,
    $$insert into ral.consent (site_id, subject_id, version, signed) values ('S1', 'aged', '1.0', '2010-03-01')$$), 18, 'later consents change nothing');
select is(age_after($$update ral.subject set birth_date = '1970-06-15' where subject_id = 'aged'$$,
    $$insert into ral.enrolment (site_id, subject_id, enrolled) values ('S1', 'aged', '2008-02-01')$$, $$update ral.consent set withdrawn = '2008-02-01' where subject_id = 'aged'$$), 37, 'withdrawn on the day of enrolment: in force');

select * from finish();
