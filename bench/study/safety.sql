-- Fills the study ral with :subjects treated subjects of 20 sites: eight
-- laboratory tests at baseline and five times after it, three adverse events
-- judged for two drugs, some treatment with an interruption.  Rules and foreign
-- keys are off: what is measured is reading.
\set ON_ERROR_STOP on
set client_min_messages = warning;
set session_replication_role = replica;
set synchronous_commit = off;
select setseed(0.25) as ignored \gset

create temporary table person as
select 'S' || lpad((1 + n % 20)::text, 2, '0') as site_id, 'P' || lpad(n::text, 7, '0') as subject_id, n,
       date '2008-01-01' + (n % 500) as first_dose,
       case when random() < 0.13 then 20 + floor(300 * random())::integer end as last_day,
       (array['adverse event', 'death', 'lack of efficacy', 'consent withdrawn', 'lost to follow-up'])[1 + floor(5 * random())::integer] as reason
from generate_series(1, :subjects) as n;
analyze person;

insert into ral.site (site_id, name, entered_by, entered_at)
select 'S' || lpad(n::text, 2, '0'), 'Site ' || n, 'bench', now() from generate_series(1, 20) as n;
insert into ral.subject (site_id, subject_id, birth_date, sex, entered_by, entered_at)
select site_id, subject_id, first_dose - 15000, case when random() < 0.7 then 'male' else 'female' end, 'bench', now() from person;
insert into ral.consent (site_id, subject_id, version, signed, entered_by, entered_at)
select site_id, subject_id, '1.0', first_dose - 21, 'bench', now() from person;
insert into ral.enrolment (site_id, subject_id, enrolled, first_dose, entered_by, entered_at)
select site_id, subject_id, first_dose - 3, first_dose, 'bench', now() from person;
insert into ral.regimen (site_id, subject_id, drug, started, stopped, dose_mg, doses_per_day, entered_by, entered_at)
select site_id, subject_id, drug, first_dose + part.first, first_dose + part.stopped, 400, 2, 'bench', now()
from person
cross join unnest(array['RAL', 'TDF']) as drug
cross join lateral (values
    (0, case when n % 10 = 0 then 15 else coalesce(last_day, 337) end),
    (25, case when n % 10 = 0 and coalesce(last_day, 337) > 25 then coalesce(last_day, 337) end)) as part (first, stopped)
where part.stopped is not null;
insert into ral.disposition (site_id, subject_id, ended, outcome, reason, entered_by, entered_at)
select site_id, subject_id, first_dose + coalesce(last_day, 337),
       case when last_day is null then 'completed' else 'discontinued' end, case when last_day is not null then reason end, 'bench', now()
from person;

insert into ral.lab_result (site_id, subject_id, collected, test, value, unit, fasting, uln, standard_value, entered_by, entered_at)
select site_id, subject_id, collected, test, value, unit, true, uln, value, 'bench', now()
from (
    select site_id, subject_id, first_dose + day as collected, test.test, test.unit, test.uln,
           lab_value(round((centre * exp(spread * (random() + random() + random() - 1.5)))::numeric, 2)::double precision, '=') as value
    from person
    cross join unnest(array[-10, 28, 84, 168, 252, 336]) as day
    cross join (values ('HGB', 'g/L', 140, 0.2, null::double precision), ('NEUT', '10*9/L', 3, 0.8, null), ('ALT', 'U/L', 40, 1.2, 40), ('AST', 'U/L', 35, 1.1, 40),
        ('ALP', 'U/L', 75, 0.5, 120), ('BILI', 'umol/L', 12, 1.0, 20), ('K', 'mmol/L', 4.2, 0.3, null), ('QTCFAG', 'ms', 415, 0.1, null)
    ) as test (test, unit, centre, spread, uln)
    where last_day is null or day < last_day
) as result;

insert into ral.adverse_event (site_id, subject_id, event_number, term, complaint, onset, ended, grade, is_serious, requires_hospitalization,
    action_taken, outcome, aware_at, entered_by, entered_at)
select site_id, subject_id, number, term, case when term <> 'rash' then term end,
       case when random() < 0.03 then to_char(onset, 'YYYY-MM') else to_char(onset, 'YYYY-MM-DD') end, to_char(onset + 40, 'YYYY-MM-DD'),
       grade, grade = 4, grade = 4, 'DOSE NOT CHANGED', 'RECOVERED/RESOLVED', case when grade = 4 then onset::timestamptz end, 'bench', now()
from (
    select site_id, subject_id, number, (array['nausea', 'vomiting', 'diarrhoea', 'fever', 'headache', 'dizziness', 'fatigue', 'rash'])[1 + floor(8 * random())::integer] as term,
           first_dose - 5 + floor(350 * random())::integer as onset, 1 + floor(4 * random() ^ 3)::integer as grade
    from person
    cross join generate_series(1, 3) as number
) as event;
insert into ral.adverse_event_relatedness (site_id, subject_id, event_number, drug, relatedness, entered_by, entered_at)
select site_id, subject_id, event_number, drug, case when random() < 0.3 then 'possibly related' else 'not related' end, 'bench', now()
from ral.adverse_event
cross join unnest(array['RAL', 'TDF']) as drug;
set session_replication_role = origin;
drop table person;
vacuum analyze;
