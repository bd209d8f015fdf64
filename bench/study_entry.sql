-- One INSERT into each table that is entered daily: every rule on, against the
-- same table with primary and foreign keys and checks alone.  The two take turns
-- from row to row; medians of 1,000 within the server, in a study of 1,000 subjects.
\set ON_ERROR_STOP on
\pset footer off
set client_min_messages = warning;
call create_study('ral');
call create_study('keys');
call simulate_study('ral', 1000, 20);

select format('set session_replication_role = replica; truncate keys.%1$I cascade; insert into keys.%1$I (%2$s) select %2$s from ral.%1$I; alter table keys.%1$I disable trigger user',
    relname, string_agg(quote_ident(attname), ', ' order by attnum))
from pg_class join pg_attribute on attrelid = pg_class.oid
where relnamespace = 'keys'::regnamespace and relkind = 'r' and attnum > 0 and not attisdropped and attgenerated = ''
group by pg_class.oid, relname order by pg_class.oid \gexec
set session_replication_role = origin;
select format('alter table keys.%I alter entered_by set default current_user, alter entered_at set default now()', relname)
from pg_class join pg_attribute on attrelid = pg_class.oid
where relnamespace = 'keys'::regnamespace and relkind = 'r' and attname = 'entered_by' \gexec
vacuum analyze;

create temporary table entering as
select enrolment.site_id, enrolment.subject_id, first_dose, row_number() over (order by md5(subject_id)) as place
from ral.enrolment
join ral.consent using (site_id, subject_id)
left join ral.disposition using (site_id, subject_id)
where withdrawn is null and first_dose + 80 < least(ended, current_date);

create function pg_temp.entries("table" text, columns text, "values" text, rounds integer default 1000)
    returns table (entered text, keys_us numeric, rules_us numeric, ratio numeric)
    language plpgsql
as $$
declare
    subject record;
    began timestamptz;
    microseconds float8[];
    studies constant text[] := array['keys', 'ral'];
    statement text;
begin
    create temporary table if not exists measured ("table" text, study text, microseconds float8);
    for subject in select * from entering cross join generate_series(1, 5) as turn order by turn, place limit rounds loop
        execute format('select %s from (select $1::text as site_id, $2::text as subject_id, $3::date as first_dose, $4::integer as turn) as given',
            (select string_agg(format('quote_literal(%s)', value), ' || '', '' || ') from unnest(string_to_array("values", '; ')) as value))
            into statement using subject.site_id, subject.subject_id, subject.first_dose, subject.turn;
        for i in 1 .. 2 loop
            began := clock_timestamp();
            execute format('insert into %I.%I (%s) values (%s)', studies[i], "table", columns, statement);
            insert into measured values ("table", studies[i], extract(epoch from clock_timestamp() - began) * 1e6);
        end loop;
    end loop;
    return query
        select "table", round(m[1]::numeric, 1), round(m[2]::numeric, 1), round((m[2] / m[1])::numeric, 2)
        from (select array_agg(median order by study <> 'keys') as m
            from (select study, percentile_cont(0.5) within group (order by measured.microseconds) as median
                from measured where measured."table" = entries."table" group by study) as medians) as pair;
end;
$$;

select entered.* from (values
    ('viral_load_result', 'site_id, subject_id, collected, replicate, assay, viral_load', 'site_id; subject_id; first_dose + 60; turn + 10; ''Quantiplex 3.0''; 1234'),
    ('visit', 'site_id, subject_id, visit, visit_date', 'site_id; subject_id; ''unscheduled '' || turn + 50; first_dose + 60 + turn'),
    ('cd4_result', 'site_id, subject_id, collected, replicate, cd4_count', 'site_id; subject_id; first_dose + 60; turn + 10; 345'),
    ('lab_result', 'site_id, subject_id, collected, test, replicate, value, unit', 'site_id; subject_id; first_dose + 60; ''HGB''; turn + 10; 140; ''g/L'''),
    ('adverse_event', 'site_id, subject_id, event_number, term, onset, grade, action_taken, outcome', 'site_id; subject_id; turn + 500; ''Headache''; first_dose + 60; 1; ''DOSE NOT CHANGED''; ''NOT RECOVERED/NOT RESOLVED'''),
    ('regimen', 'site_id, subject_id, drug, started, stopped, reason', 'site_id; subject_id; ''ENF''; first_dose + 2 * turn; first_dose + 2 * turn + 1; ''concomitant''')
) as entry ("table", columns, "values"),
lateral pg_temp.entries(entry."table", entry.columns, entry."values") as entered;

call drop_study('ral', with_subjects => true);
call drop_study('keys', with_subjects => true);
