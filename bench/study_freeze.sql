-- Endpoints of a study frozen as of a moment, beside those of the study itself; a tenth
-- of the rows was corrected since.  By turns, in seconds of the processor; the bar is 2.
-- With subjects up to 20000, also those of the same views over unions of the tables with
-- their histories: psql -v subjects=2000.
\set ON_ERROR_STOP on
set client_min_messages = warning;
\ir study/processor.sql
\if :{?subjects} \else \set subjects 100000 \endif
select :subjects <= 20000 as with_united, case when :subjects <= 20000 then '{ral,frozen,united}' else '{ral,frozen}' end as studies \gset
call create_study('ral');
-- What is filled without triggers is of the last change.
select format('alter table ral.%I alter entered_in set default %s', relname, (select max(change_id) from ral.change))
from pg_class where relnamespace = 'ral'::regnamespace and relname in ('site', 'subject', 'consent', 'enrolment', 'regimen', 'disposition',
    'visit', 'viral_load_result', 'cd4_result') \gexec
\ir study/endpoints.sql
vacuum analyze;
create temporary table moment as select clock_timestamp() as at;
set virotrial.reason = 'correction: bench';
update ral.rule set active = false;
update ral.viral_load_result set entered_by = '' where md5(subject_id || collected) < '1a';
update ral.cd4_result set entered_by = '' where md5(subject_id || collected) < '1a';
update ral.visit set entered_by = '' where md5(subject_id || visit) < '1a';

create temporary table run (what text, study text, seconds double precision);
create procedure pg_temp.timed(what text, study text, statement text)
    language plpgsql
as $$
declare
    used double precision := processor_seconds();
begin
    execute statement;
    insert into run values (what, study, processor_seconds() - used);
end;
$$;
select format('call pg_temp.timed(''freeze_analysis'', null, %L)',
    format('call freeze_analysis(''ral'', %L, ''frozen'')', at)) from moment \gexec
\if :with_united
create schema united;
select format('create view united.%I as %s', name, _virotrial.rows_as_of("table", at))
from _virotrial.kept_tables('ral', session_user::regrole), moment \gexec
create function united.today() returns date language sql stable return current_date;
create function united.analysis_date() returns date language sql stable return least(data_cut(), current_date);
select format('call _virotrial.freeze_all_code(''ral'', ''united'', ''public'', %L)', array(
    select original.oid from pg_proc as original join pg_proc as made using (proname, proargtypes)
    where original.pronamespace = 'ral'::regnamespace and made.pronamespace = 'united'::regnamespace)) \gexec
\endif
vacuum analyze;
create procedure pg_temp.measure(studies text[])
    language plpgsql
as $$
declare
    view text;
    study text;
begin
    -- the first round warms the caches
    for round in 0 .. 3 loop
        foreach view in array array['endpoint_virology', 'endpoint_log_reduction', 'endpoint_cd4', 'snapshot_outcome', 'tlovr_outcome'] loop
            foreach study in array studies loop
                call pg_temp.timed(view, case when round > 0 then study end, format('copy (select * from %I.%I) to ''/dev/null''', study, view));
            end loop;
        end loop;
    end loop;
end;
$$;
call pg_temp.measure(:'studies');
select what, round(min(seconds) filter (where study = 'ral')::numeric, 3) as current,
    round((min(seconds) filter (where study = 'frozen') / min(seconds) filter (where study = 'ral'))::numeric, 2) as frozen_share,
    round((min(seconds) filter (where study = 'united') / min(seconds) filter (where study = 'ral'))::numeric, 2) as united_share
from run where study is not null group by what order by what;
select what, round(seconds::numeric, 3) as seconds from run where what = 'freeze_analysis';
select 'viral loads' as rows, count(*) from ral.viral_load_result
union all select 'corrected', count(*) from ral.viral_load_result_history;
call drop_study('frozen', with_subjects => true);
\if :with_united
drop schema united cascade;
\endif
call drop_study('ral', with_subjects => true);
