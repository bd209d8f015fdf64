-- Endpoints of a study frozen as of a moment, beside those of the study itself, and
-- those of the same views over unions of the tables with their histories.

set client_min_messages = warning;
call create_study('ral');
call simulate_study('ral', 2000, 20, seed => 1);
create temporary table moment as select clock_timestamp() as at;
set virotrial.reason = 'correction: bench';
-- a sixteenth of the rows is corrected
update ral.viral_load_result set entered_by = '' where md5(subject_id || collected) < '1';
update ral.cd4_result set entered_by = '' where md5(subject_id || collected) < '1';
update ral.lab_result set entered_by = '' where md5(subject_id || collected || test) < '1';
update ral.visit set entered_by = '' where md5(subject_id || visit) < '1';

create temporary table run (what text, place integer, seconds double precision);
create procedure pg_temp.timed(what text, place integer, statement text)
    language plpgsql
as $$
declare
    began timestamptz := clock_timestamp();
begin
    execute statement;
    insert into run values (what, place, extract(epoch from clock_timestamp() - began));
end;
$$;
select format('call pg_temp.timed(''freeze_analysis'', 0, %L)',
    format('call freeze_analysis(''ral'', %L, ''frozen'')', at)) from moment \gexec
create schema united;
select format('create view united.%I as %s', name, _virotrial.rows_as_of("table", at))
from _virotrial.kept_tables('ral', session_user::regrole), moment \gexec
create function united.today() returns date language sql stable return current_date;
create function united.analysis_date() returns date language sql stable return least(data_cut(), current_date);
select format('call _virotrial.freeze_all_code(''ral'', ''united'', ''public'', %L)', array(
    select original.oid from pg_proc as original join pg_proc as made using (proname, proargtypes)
    where original.pronamespace = 'ral'::regnamespace and made.pronamespace = 'united'::regnamespace)) \gexec
vacuum analyze;
do $$
declare
    view text;
    study text;
begin
    for round in 1 .. 4 loop
        foreach view in array array['endpoint_virology', 'endpoint_log_reduction', 'endpoint_cd4', 'endpoint_safety'] loop
            foreach study in array array['ral', 'frozen', 'united'] loop
                -- the first round warms the caches
                call pg_temp.timed(view, case when round > 1 then array_position(array['ral', 'frozen', 'united'], study) end,
                    format('select count(*) from %I.%I', study, view));
            end loop;
        end loop;
    end loop;
end;
$$;
select what, min(seconds) filter (where place = 1) as current,
    round((min(seconds) filter (where place = 2) / min(seconds) filter (where place = 1))::numeric, 2) as frozen_share,
    round((min(seconds) filter (where place = 3) / min(seconds) filter (where place = 1))::numeric, 2) as united_share
from run where place > 0 group by what order by what;
select what, seconds from run where place = 0;
select count(*) as viral_loads, (select count(*) from ral.viral_load_result_history) as corrected from ral.viral_load_result;
call drop_study('frozen', with_subjects => true);
drop schema united cascade;
call drop_study('ral', with_subjects => true);
