-- Fills the study ral with :subjects treated subjects of 20 sites: three viral
-- loads from before the study, and one at screening and at each visit of the
-- schedule that was held; in the order of their dates, as they would come in.
-- Rules and foreign keys are off: what is measured is reading.
\set QUIET on
set client_min_messages = warning;
set session_replication_role = replica;
set synchronous_commit = off;
-- Indexes are filled at the end, in one go.
update pg_index set indisready = false from pg_class
where pg_class.oid = indrelid and relnamespace = 'ral'::regnamespace
    and relname in ('subject', 'consent', 'enrolment', 'regimen', 'disposition', 'visit', 'viral_load_result', 'cd4_result');
select setseed(0.25) as ignored \gset

create temporary table person as
select 'S' || lpad((1 + n % 20)::text, 2, '0') as site_id, 'P' || lpad(n::text, 7, '0') as subject_id,
       date '2008-01-01' + (n % 500) as first_dose,
       greatest(2.7, 4.6 + 0.75 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())) as log10_copies,
       200 + 110 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) as cells,
       case when random() < 0.22 then 0.8 else 3.4 end as fall,
       case when random() < 0.13 then 20 + floor(300 * random())::integer end as last_day,
       (array['adverse event', 'death', 'lack of efficacy', 'consent withdrawn', 'lost to follow-up'])[1 + floor(5 * random())::integer] as reason
from generate_series(1, :subjects) as n;

insert into ral.site (site_id, name, entered_by, entered_at)
select 'S' || lpad(n::text, 2, '0'), 'Site ' || n, 'bench', now() from generate_series(1, 20) as n;
insert into ral.subject (site_id, subject_id, birth_date, sex, entered_by, entered_at)
select site_id, subject_id, first_dose - 15000, case when random() < 0.7 then 'male' else 'female' end, 'bench', now() from person;
insert into ral.consent (site_id, subject_id, version, signed, entered_by, entered_at)
select site_id, subject_id, '1.0', first_dose - 21, 'bench', now() from person;
insert into ral.enrolment (site_id, subject_id, enrolled, first_dose, entered_by, entered_at)
select site_id, subject_id, first_dose - 3, first_dose, 'bench', now() from person;
insert into ral.regimen (site_id, subject_id, drug, started, dose_mg, doses_per_day, entered_by, entered_at)
select site_id, subject_id, drug, first_dose, case when drug = 'RAL' then 400 end, case when drug = 'RAL' then 2 end, 'bench', now()
from person cross join unnest(array['RAL', 'TDF', 'LPV', 'RTV']) as drug;
insert into ral.disposition (site_id, subject_id, ended, outcome, reason, entered_by, entered_at)
select site_id, subject_id, first_dose + coalesce(last_day, 337),
       case when last_day is null then 'completed' else 'discontinued' end, case when last_day is not null then reason end, 'bench', now()
from person;

create temporary table sample as
select site_id, subject_id, visit, first_dose + day + case when day > 0 then floor(9 * random())::integer - 4 else 0 end as collected,
       log10_copies - case when day > 0 then fall * (1 - exp(-0.033 * day)) else 0 end
           + 0.13 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) as log10_copies,
       cells + case when day > 0 then 110 * (1 - exp(-0.013 * day)) else 0 end
           + 25 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) as cells
from person
cross join (values (null, -900), (null, -500), (null, -60), ('screening', -14), ('week 4', 28), ('week 12', 84), ('week 24', 168), ('week 48', 336))
    as planned (visit, day)
where (last_day is null or day < last_day) and random() < 0.97;

insert into ral.visit (site_id, subject_id, visit, visit_date, entered_by, entered_at)
select site_id, subject_id, visit, collected, 'bench', now() from sample where visit is not null order by collected;
insert into ral.viral_load_result (site_id, subject_id, collected, visit, assay, viral_load, entered_by, entered_at)
select site_id, subject_id, collected, visit, 'Quantiplex 3.0',
       case when log10_copies > log10(500000.0::double precision) then viral_load(500000, '>')
            when log10_copies < log10(50.0::double precision) - 0.8 then 'TND<50'::viral_load
            when log10_copies < log10(50.0::double precision) then viral_load(50, '<')
            else viral_load(greatest(50, round(10 ^ log10_copies)), '=') end, 'bench', now()
from sample order by collected;
insert into ral.cd4_result (site_id, subject_id, collected, visit, cd4_count, entered_by, entered_at)
select site_id, subject_id, collected, visit, least(1500, greatest(3, round(cells)))::integer, 'bench', now()
from sample where visit is not null order by collected;
drop table person, sample;
reindex table ral.subject;
reindex table ral.consent;
reindex table ral.enrolment;
reindex table ral.regimen;
reindex table ral.disposition;
reindex table ral.visit;
reindex table ral.viral_load_result;
reindex table ral.cd4_result;
set session_replication_role = origin;
