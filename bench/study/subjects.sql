-- Subjects for a load, with five visits each, in the studies of :studies: keys
-- and ral, and others.  They come in without rules, as they are not what is measured.
drop schema if exists feed cascade;
select format('drop schema if exists %I cascade', study), format('call create_study(%L)', study)
from unnest(:'studies'::text[]) as study \gexec

create schema feed;
create table feed.subject as
    select 'S' || to_char(i % 20, 'FM00') as site_id, to_char(i, 'FM000000') as subject_id,
        date '2008-01-01' + i % 300 as first_dose
    from generate_series(1, :subjects) as i;
create table feed.visit as
    select site_id, subject_id, visit, first_dose + day as visit_date
    from feed.subject, (values ('screening', -14), ('week 4', 28), ('week 12', 84), ('week 24', 168), ('week 48', 336)) as due (visit, day);

select format($f$
    set session_replication_role = replica;
    insert into %1$I.site (site_id, name) select distinct site_id, site_id from feed.subject;
    insert into %1$I.subject (site_id, subject_id, birth_date, sex)
        select site_id, subject_id, date '1970-01-01', 'male' from feed.subject;
    insert into %1$I.consent (site_id, subject_id, version, signed)
        select site_id, subject_id, '1.0', first_dose - 20 from feed.subject;
    insert into %1$I.enrolment (site_id, subject_id, enrolled, first_dose)
        select site_id, subject_id, first_dose - 7, first_dose from feed.subject;
    insert into %1$I.visit (site_id, subject_id, visit, visit_date)
        select site_id, subject_id, visit, visit_date from feed.visit;
    set session_replication_role = origin;
$f$, study) from unnest(:'studies'::text[]) as study \gexec

-- keys: no triggers but those of the keys
select format('alter table keys.%I disable trigger user', relname)
from pg_class where relnamespace = 'keys'::regnamespace and relkind = 'r' \gexec
