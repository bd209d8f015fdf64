-- The day at a site: "in the future" is judged by the site's own clock.
-- Kiritimati is 14 hours ahead of UTC and the zone Etc/GMT+12 12 hours behind it: it is
-- always a later day at S1 than at S2.
\ir include/study.sql
select no_plan();
set virotrial.reason = 'correction: test';
create function local_day(zone text) returns date language sql return (now() at time zone zone)::date;

-- ---- which zones a site may have
select is(outcome(format('update ral.site set time_zone = %L', zone)), expected, coalesce(zone, 'none'))
from (values ('Asia/Shanghai', 'accepted'), ('UTC', 'accepted'), ('America/Argentina/Ushuaia', 'accepted'), ('America/Port-au-Prince', 'accepted'),
    ('Etc/GMT+12', 'accepted'), ('Etc/GMT-14', 'accepted'), (null, 'accepted'), ('Etc/GMT+13', 'refused'), ('Etc/GMT-15', 'refused'),
    -- PostgreSQL takes these for something: an abbreviation without summer time, or rules of POSIX
    ('CST', 'refused'), ('XYZ5', 'refused'), ('Asia/Hanoi7', 'refused'), ('+08', 'refused'), ('Asia/Nowhere', 'refused'), ('', 'refused')) as z (zone, said)
cross join lateral (select case said when 'refused' then '23514 ral.site site_time_zone_check' else said end) as e (expected);
select is_empty($$select name from pg_timezone_names where name ~ '/' and name !~ '^(posix|Etc|SystemV)' and not _virotrial.is_time_zone(name)$$, 'every place that PostgreSQL knows');

-- ---- today and tomorrow at each site, in a table of each context
update ral.site set time_zone = case site_id when 'S1' then 'Pacific/Kiritimati' else 'Etc/GMT+12' end;
insert into ral.site (site_id, name) values ('S3', 'Third');
create table place as
    select site_id, local_day(coalesce(time_zone, current_setting('timezone'))) as today from ral.site;
select ok((select today from place where site_id = 'S1') > (select today from place where site_id = 'S2'), 'their days differ');
select is(ral.today_at(site_id), today, 'today at ' || site_id) from place;
select is(ral.today_at('S9'), ral.today(), 'a site that nobody knows');
select is(ral.day_at(site_id, '2008-06-05 11:30+00'), day, '5 June at ' || site_id)
from (values ('S1', date '2008-06-06'), ('S2', '2008-06-04'), ('S3', '2008-06-05')) as d (site_id, day);
-- A file's moment is of the day at its row's site, whatever the format of its dates; a day, and a moment without an offset, are not.
create table written (load_row bigint, subject_id text, collected text, cd4_count text, site_id text);
insert into written select n, '001', moment, '300', site
from unnest('{2008-06-05T11:30:00Z,2008-06-05T11:30Z,2008-06-05T11:30Z,2008-06-04T23:30:00.5-12:00,20080605,2008-06-05,2008-06-05T11:30:00,2008-02-30T11:30Z,2008-06-05T11:30Z,2008-06-05T11:30Z}'::text[],
    '{S1,S2,S3,S1,S1,S1,S1,S1,S9,NULL}'::text[]) with ordinality as w (moment, site, n);
select results_eq(format($$select coalesce(to_char((completed).collected, 'YYYY-MM-DD'), concat(column_name, ' ', reason)) from _virotrial.load_rows(null::ral.cd4_result, 'table written',
        array[null, %L, null, null], false) where load_row not in (5, 7) order by load_row, column_name$$, format),
    $$values ('2008-06-06'), ('2008-06-04'), ('2008-06-05'), ('2008-06-06'), ('2008-06-05'), ('collected date/time field value out of range: "2008-02-30T11:30Z"'),
        ('collected "2008-06-05T11:30Z" is of a day that is not known at site "S9": The study does not have the site, or you do not see it.'),
        ('collected "2008-06-05T11:30Z" is of a day that is not known at site "": The study does not have the site, or you do not see it.')$$,
    'days of moments at sites, with the format ' || coalesce(format, 'of ISO 8601'))
from (values (null), ('YYYY-MM-DD')) as f (format);
select results_eq($$select load_row, coalesce(to_char((completed).collected, 'YYYY-MM-DD'), rule) from _virotrial.load_rows(null::ral.cd4_result, 'table written', array[null, null, null, null], false)
    where load_row in (5, 7)$$, $$values (5::bigint, '2008-06-05'), (7, 'type')$$, 'a day without dashes, and a moment without an offset');
create table recalled as select 1::bigint as load_row, 'S1' as site_id, '001' as subject_id, '9' as condition_number, 'rash' as term, 'false' as is_hiv_associated, '2008-06-05T11:30Z' as started, 'true' as is_ongoing;
select is((select concat((completed).started, column_name, reason) from _virotrial.load_rows(null::ral.medical_history, 'table recalled', array_fill(null::text, array[7]), false)), 'invalid partial date: "2008-06-05T11:30Z"', 'a partial date is a text, and no moment');
do $$ begin call make_subject('001', 'S1'); call make_subject('001', 'S2'); call make_subject('001', 'S3'); end $$;
select is(outcome(format('insert into ral.%s values (%s)', target, replace(replace(given, 'SITE', quote_literal(site_id)), 'DAY', quote_literal(today + days)))),
    case days when 1 then format('23514 ral.%s future_date', relname) else 'accepted' end, format('%s of day %s at %s', relname, days, site_id))
from place
cross join generate_series(-1, 1) as days
cross join (values
    ('subject (site_id, subject_id, birth_date, sex)', $$SITE, '002', DAY, 'female'$$),
    ('visit (site_id, subject_id, visit, visit_date)', $$SITE, '001', 'unscheduled', DAY$$),
    ('cd4_result (site_id, subject_id, collected, cd4_count)', $$SITE, '001', DAY, 300$$),
    ('regimen (site_id, subject_id, drug, started)', $$SITE, '001', '3TC', DAY$$),
    ('adverse_event (site_id, subject_id, event_number, term, onset, grade, action_taken, outcome)', $$SITE, '001', 1, 'rash', DAY, 1, 'DOSE NOT CHANGED', 'UNKNOWN'$$),
    ('consent (site_id, subject_id, version, signed)', $$SITE, '001', '2.0', DAY$$)) as tried (target, given)
cross join lateral (select split_part(target, ' ', 1)) as r (relname);
select is(outcome(format('update ral.visit set visit_date = %L where site_id = ''S2''', today)), '23514 ral.visit future_date', 'an update, with the day of the other site') from place where site_id = 'S1';

-- ---- whatever the time zone of the session
select is(outcome(format('set local timezone to %L', zone), format('insert into ral.visit (site_id, subject_id, visit, visit_date) values (%L, %L, %L, %L)', site_id, '001', 'unscheduled', today + days)),
    case days when 1 then '23514 ral.visit future_date' else 'accepted' end, format('day %s at %s, from %s', days, site_id, zone))
from place
cross join unnest(array['Pacific/Kiritimati', 'Etc/GMT+12']) as zone
cross join generate_series(0, 1) as days
where site_id <> 'S3';

-- ---- a signature that is due is overdue by the day of the site
insert into ral.consent_version (version, site, valid_from, reconsent_by) select '1.0', '*', '-infinity', null;
insert into ral.consent_version (version, site, valid_from, reconsent_by) select '2.0', site_id, '2008-02-01', case site_id when 'S3' then today else (select today from place where site_id = 'S2') end from place;
select results_eq('select site_id, days_overdue from ral.overdue_reconsent order by 1',
    $$select 'S1', (select today from place where site_id = 'S1') - (select today from place where site_id = 'S2')$$, 'at S1 it is later');
select set_eq($$select distinct site_id from ral.deviation where rule = 'reconsent'$$, array['S1'], 'and so it is a deviation');

select is_empty($$select * from violations('ral')$$, 'nothing that is on record breaks a rule');

-- ---- a clock that is set otherwise is judged from then on
update ral.site set time_zone = 'Etc/GMT+12' where site_id = 'S1';
select is(outcome(format('insert into ral.visit (site_id, subject_id, visit, visit_date) values (''S1'', ''001'', ''unscheduled'', %L)', today)), '23514 ral.visit future_date', 'a site that moved') from place where site_id = 'S1';
-- A clerk loads with his own rights; a study of an older version knows no day of a moment.
call secure_study('ral');
create role tz_nurse;
grant ral_clerk to tz_nurse;
grant select on written to tz_nurse;
insert into ral.site_access (login, site_id) values ('tz_nurse', 'S1');
set role tz_nurse;
select results_eq($$select load_row, coalesce((completed).collected::text, rule) from _virotrial.load_rows(null::ral.cd4_result, 'table written', array_fill(null::text, array[4]), false) where load_row in (1, 9)$$,
    $$values (1::bigint, '2008-06-04'), (9, 'type')$$, 'as a clerk does');
reset role;
alter function ral.day_at(text, timestamptz) rename to day_of_old;
select throws_ok($$select from _virotrial.load_rows(null::ral.cd4_result, 'table written', array_fill(null::text, array[4]), false)$$, '42883', 'study "ral" does not know the day of a moment', 'nor does an older study guess');

select * from finish();
drop owned by tz_nurse;
drop role tz_nurse;
-- The roles of the study belong to the server, and other tests need them.
select format('drop owned by %s cascade', string_agg(quote_ident(role), ', ')) from _virotrial.study_role('ral') \gexec
select format('drop role %s', string_agg(quote_ident(role), ', ')) from _virotrial.study_role('ral') \gexec
