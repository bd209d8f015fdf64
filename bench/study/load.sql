-- A study's load: every rule on, against the same tables with primary and
-- foreign keys alone, and against the same rules as row-level PL/pgSQL
-- triggers.  Five results of each of :subjects subjects.
\set ON_ERROR_STOP on
\pset footer off
set client_min_messages = warning;
\ir processor.sql
\set studies '{ral,keys,rows}'
\ir subjects.sql

create table feed.result as
    select site_id, subject_id, visit_date as collected, 1::smallint as replicate, visit, 'Quantiplex 3.0' as assay,
        case when visit = 'screening' then 10000 + hashtext(subject_id) % 5000 + 5000
            else 51 + abs(hashtext(subject_id || visit)) % 1000 end as quantity,
        visit <> 'screening' and hashtext(subject_id || visit) % 2 = 0 as is_below
    from feed.visit;

alter table keys.viral_load_result alter entered_by set default current_user, alter entered_at set default now();

-- rows: the rules of viral_load_result, one row at a time
select format('alter table rows.%I disable trigger user', relname)
from pg_class where relnamespace = 'rows'::regnamespace and relkind = 'r' \gexec
create function rows.check_result() returns trigger language plpgsql as $$
declare
    held date;
    dosed date;
    limits record;
    baseline text;
begin
    new.entered_by := session_user;
    new.entered_at := now();
    if new.collected > current_date then
        raise check_violation using constraint = 'future_date';
    end if;
    if new.visit is not null then
        perform from rows.consent
        where site_id = new.site_id and subject_id = new.subject_id and signed <= new.collected
            and (withdrawn is null or withdrawn >= new.collected);
        if not found then
            raise check_violation using constraint = 'consent';
        end if;
        select visit_date into held from rows.visit
        where site_id = new.site_id and subject_id = new.subject_id and visit = new.visit;
        if held <> new.collected then
            raise check_violation using constraint = 'result_visit';
        end if;
    end if;
    select lower_limit, upper_limit into limits from rows.assay
    where assay = new.assay and effective_from <= new.collected order by effective_from desc limit 1;
    if (case qualifier(new.viral_load) when '=' then quantity(new.viral_load) between limits.lower_limit and limits.upper_limit
        when '>' then quantity(new.viral_load) = limits.upper_limit else quantity(new.viral_load) = limits.lower_limit end) is not true then
        raise check_violation using constraint = 'assay_limits';
    end if;
    select first_dose into dosed from rows.enrolment where site_id = new.site_id and subject_id = new.subject_id;
    if new.collected > dosed then
        select assay into baseline from rows.viral_load_result
        where site_id = new.site_id and subject_id = new.subject_id and collected <= dosed
        order by collected desc, replicate desc limit 1;
        if baseline <> new.assay then
            insert into rows.deviation (site_id, subject_id, rule, item, description)
            values (new.site_id, new.subject_id, 'assay_change', new.collected::text, 'changed');
        end if;
    end if;
    return new;
end;
$$;
create trigger check_result before insert on rows.viral_load_result for each row execute function rows.check_result();
analyze;

select current_setting('data_directory') || '/study_load.copy' as file \gset
copy (select site_id, subject_id, collected, replicate, visit, assay, case when is_below then '<50' else quantity::text end from feed.result)
    to :'file';

create function feed.load(study text, file text) returns double precision language plpgsql as $$
declare
    used double precision;
begin
    -- Without the rules, which would refuse to lose the evidence of eligibility.
    set local session_replication_role = replica;
    execute format('truncate %I.viral_load_result, %1$I.deviation', study);
    set local session_replication_role = origin;
    used := processor_seconds();
    execute format('copy %I.viral_load_result (site_id, subject_id, collected, replicate, visit, assay, viral_load) from %L', study, file);
    return processor_seconds() - used;
end;
$$;

\echo COPY of five results of each of :subjects subjects, seconds of the processor
checkpoint;
create table feed.load_time as
    select round, study, feed.load(study, :'file') as seconds
    from generate_series(1, 2) as round, unnest(array['keys', 'ral', 'rows']) as study;
select round, round(max(seconds) filter (where study = 'keys')::numeric, 3) as "keys alone",
    round(max(seconds) filter (where study = 'ral')::numeric, 3) as "every rule",
    round(max(seconds) filter (where study = 'rows')::numeric, 3) as "row-level PL/pgSQL",
    round((max(seconds) filter (where study = 'ral') / max(seconds) filter (where study = 'keys'))::numeric, 2) as "rules / keys",
    round((max(seconds) filter (where study = 'rows') / max(seconds) filter (where study = 'keys'))::numeric, 2) as "row-level / keys"
from feed.load_time group by round order by round;

-- What single-row entry enters: the results of one more visit of each subject,
-- for each round.
set session_replication_role = replica;
select format($f$
    insert into %1$I.visit (site_id, subject_id, visit, visit_date)
    select site_id, subject_id, 'unscheduled ' || round, first_dose + 60 + round
    from feed.subject, generate_series(1, 6) as round
$f$, study) from unnest(array['ral', 'keys', 'rows']) as study \gexec
set session_replication_role = origin;
create function feed.entries(round integer, entries integer) returns setof text
    language sql stable
    begin atomic
        select format('insert into %I.viral_load_result (site_id, subject_id, collected, visit, assay, viral_load) values (%L, %L, %L, %L, %L, %L);',
            study, site_id, subject_id, first_dose + 60 + round, 'unscheduled ' || round, 'Quantiplex 3.0', '1234')
        from (select * from feed.subject order by hashtext(subject_id || round) limit entries) as subject, unnest(array['keys', 'ral', 'rows']) as study
        order by hashtext(subject_id || round), study;
    end;
comment on function feed.entries(integer, integer) is 'statements that enter results one by one, each in the three studies by turns';
vacuum analyze;
