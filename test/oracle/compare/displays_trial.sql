-- A simulated trial for the tables of the report: coded to the made-up dictionary of demo/dictionary, with vital signs and
-- medical history by a fixed rule in the place of the simulated ones.  Nothing happens if it is there.
\set ON_ERROR_STOP on
set client_min_messages = warning;
\set llt `cat ../../demo/dictionary/llt.asc`
\set mdhier `cat ../../demo/dictionary/mdhier.asc`
create function pg_temp.drawn(variadic parts text[]) returns integer
    language sql
    return ('x' || left(md5(array_to_string(parts, ' ')), 6))::bit(24)::integer;
select is_study('displayed') as is_made \gset
\if :is_made
\else
    call create_study('displayed');
    call simulate_study('displayed', 100, 2, 11);
    call load_meddra('displayed', '1.0', :'llt', :'mdhier');
    set virotrial.reason = 'simulation';
    delete from displayed.vital_signs;
    delete from displayed.medical_history;
    insert into displayed.vital_signs (site_id, subject_id, collected, visit, systolic_mmhg, diastolic_mmhg, pulse_per_minute)
        select site_id, subject_id, visit_date, visit, 82 + pg_temp.drawn(site_id, subject_id, visit, 's') % 105,
            50 + pg_temp.drawn(site_id, subject_id, visit, 'd') % 30, 55 + pg_temp.drawn(site_id, subject_id, visit, 'p') % 50
        from displayed.visit
        where pg_temp.drawn(site_id, subject_id, visit) % 20 > 0
            and exists (select from displayed.enrolment where (enrolment.site_id, enrolment.subject_id) = (visit.site_id, visit.subject_id));
    -- a year, a month, a day, or nothing is known; some began after the first dose
    insert into displayed.medical_history (site_id, subject_id, condition_number, term, is_hiv_associated, is_ongoing, started)
        select site_id, subject_id, place, term, false, true,
            (array[to_char(first_dose - 700, 'YYYY'), to_char(first_dose - 70, 'YYYY-MM'), (first_dose - 7)::text, (first_dose + 3)::text, null])
                [1 + pg_temp.drawn(site_id, subject_id, term) % 5]
        from displayed.enrolment
        cross join unnest(array['Rash', 'insomnia', 'backache', 'Herpes zoster']) with ordinality as had (term, place)
        where first_dose is not null and pg_temp.drawn(site_id, subject_id, term, 'had') % 3 = 0;
    insert into displayed.concomitant_medication (site_id, subject_id, medication_number, medication, is_ongoing, started, ended)
        select site_id, subject_id, place, medication, false, (first_dose - 60 + 40 * place::integer)::text,
            (first_dose - 60 + 40 * place::integer + pg_temp.drawn(site_id, subject_id, medication) % 60)::text
        from displayed.enrolment
        cross join unnest(array['cotrimoxazole', 'Paracetamol', 'aciclovir']) with ordinality as took (medication, place)
        where first_dose is not null and pg_temp.drawn(site_id, subject_id, medication, 'took') % 2 = 0;
    -- every fourth has a deviation that excludes, by the study
    insert into displayed.per_protocol_exclusion (rule) values ('consent form lost');
    insert into displayed.deviation (site_id, subject_id, rule, description)
        select site_id, subject_id, 'consent form lost', 'reported by the monitor'
        from displayed.enrolment
        where pg_temp.drawn(site_id, subject_id, 'lost') % 4 = 0;
    call code_exact_matches('displayed');
    select count(*) as emptied from displayed.coding_queue \gset
\endif
