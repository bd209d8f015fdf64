-- What bench/study_entry.sh needs: a study of :subjects subjects with every rule
-- on, and a copy of it with primary and foreign keys and checks alone.
\set ON_ERROR_STOP on
\pset footer off
set client_min_messages = warning;
call create_study('ral');
call create_study('keys');
call simulate_study('ral', :subjects, 20);

select format('set session_replication_role = replica; truncate keys.%1$I cascade; insert into keys.%1$I (%2$s) overriding system value select %2$s from ral.%1$I; alter table keys.%1$I disable trigger user',
    relname, string_agg(quote_ident(attname), ', ' order by attnum))
from pg_class join pg_attribute on attrelid = pg_class.oid
where relnamespace = 'keys'::regnamespace and relkind = 'r' and attnum > 0 and not attisdropped and attgenerated = ''
    and relname <> 'change' and relname !~ '_history$'
group by pg_class.oid, relname order by pg_class.oid \gexec
set session_replication_role = origin;
select format('alter table keys.%I alter entered_by set default current_user, alter entered_at set default now()', relname)
from pg_class join pg_attribute on attrelid = pg_class.oid
where relnamespace = 'keys'::regnamespace and relkind = 'r' and attname = 'entered_by' \gexec
vacuum analyze;

create schema feed;
create table feed.subject as
select enrolment.site_id, enrolment.subject_id, first_dose, row_number() over (order by md5(subject_id)) as place
from ral.enrolment
join ral.consent using (site_id, subject_id)
left join ral.disposition using (site_id, subject_id)
where withdrawn is null and first_dose + 80 < least(ended, current_date);


-- The INSERTs of a round, each in both studies by turns; "values" has placeholders
-- %1$L site, %2$L subject, %3$L the first dose.
create function feed.entries(round integer, entries integer) returns table (entered text, statement text)
    language sql stable
    begin atomic
        select entry."table", format(format('insert into %s.%s (site_id, subject_id, %s) values (%%1$L, %%2$L, %s);',
            study, entry."table", entry.columns, entry."values"), site_id, subject_id, first_dose, round)
        from (values
            ('viral_load_result', 'collected, replicate, assay, viral_load', '%3$L::date + 60, %4$s + 10, ''Quantiplex 3.0'', 1234'),
            ('visit', 'visit, visit_date', '''unscheduled 5%4$s'', %3$L::date + 60 + %4$s'),
            ('cd4_result', 'collected, replicate, cd4_count', '%3$L::date + 60, %4$s + 10, 345'),
            ('lab_result', 'collected, test, replicate, value, unit', '%3$L::date + 60, ''HGB'', %4$s + 10, 140, ''g/L'''),
            ('adverse_event', 'event_number, term, onset, grade, action_taken, outcome',
                '%4$s + 500, ''Headache'', %3$L::date + 60, 1, ''DOSE NOT CHANGED'', ''NOT RECOVERED/NOT RESOLVED'''),
            ('regimen', 'drug, started, stopped, reason',
                '''ENF'', %3$L::date + 2 * %4$s, %3$L::date + 2 * %4$s + 1, ''concomitant''')
        ) as entry ("table", columns, "values"),
        (select * from feed.subject order by md5(subject_id || round) limit entries) as subject,
        (values ('keys'), ('ral')) as studied (study)
        order by entry."table", md5(subject_id || round), study;
    end;
comment on function feed.entries(integer, integer) is 'statements that enter one row each, in both studies by turns';
vacuum analyze;
