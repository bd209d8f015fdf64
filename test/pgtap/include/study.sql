-- What the tests of a study share: the study ral, one eligible candidate after
-- another, and every path into a table.

set client_min_messages = warning;
-- Once a database has them, it keeps them: the template of these tests has been here before.
select to_regnamespace('ral') is null as is_new \gset
\if :is_new
-- make test-partitions sets it.
\getenv partitions VIROTRIAL_PARTITIONS
\if :{?partitions}
call create_study('ral', partitions => :partitions);
\else
call create_study('ral');
\endif
insert into ral.site (site_id, name) values ('S1', 'First'), ('S2', 'Second');

-- A candidate who meets every criterion on 1 February 2008, by resistance.
create procedure make_candidate(subject text, site text default 'S1')
    language sql
begin atomic
    insert into ral.subject (site_id, subject_id, birth_date, sex) values (site, subject, '1970-06-15', 'female');
    insert into ral.consent (site_id, subject_id, version, signed) values (site, subject, '1.0', '2008-01-10');
    insert into ral.hiv_diagnosis (site_id, subject_id, diagnosed, guideline, confirmed, confirmatory_test)
        values (site, subject, '2003-01-10', 'China 2005', '2003-02-01', 'Western blot');
    insert into ral.art_history (site_id, subject_id, drug, started, stopped)
        select site, subject, drug, '2004-01-01', '2008-01-01' from unnest(array['AZT', '3TC', 'NVP']) as drug;
    insert into ral.viral_load_result (site_id, subject_id, collected, assay, viral_load)
        values (site, subject, '2003-12-20', 'Quantiplex 3.0', '120000'), (site, subject, '2005-12-20', 'Quantiplex 3.0', '20000');
    insert into ral.genotype (site_id, subject_id, collected) values (site, subject, '2007-12-01');
    insert into ral.genotype_drug_call (site_id, subject_id, collected, drug, call)
        values (site, subject, '2007-12-01', '3TC', 'resistant'), (site, subject, '2007-12-01', 'NVP', 'resistant'),
            (site, subject, '2007-12-01', 'AZT', 'susceptible');
    -- why there are no results of screening: what comes on top of a candidate is of the test
    insert into ral.missing_result (site_id, subject_id, assessment, collected, reason)
        select site, subject, assessment, '2008-01-20', 'not done' from unnest(array['viral load', 'CD4']) as assessment;
end;

-- The same, screened on 15 January and with the first dose on 1 February 2008.
create procedure make_subject(subject text, site text default 'S1')
    language plpgsql
as $$
begin
    call make_candidate(subject, site);
    insert into ral.visit (site_id, subject_id, visit, visit_date) values (site, subject, 'screening', '2008-01-15');
    insert into ral.viral_load_result (site_id, subject_id, collected, visit, assay, viral_load)
        values (site, subject, '2008-01-15', 'screening', 'Quantiplex 3.0', '50000');
    insert into ral.enrolment (site_id, subject_id, enrolled, first_dose) values (site, subject, '2008-02-01', '2008-02-01');
end;
$$;

-- What a statement comes to: "accepted", followed by the rules of the new
-- deviations if test.deviations is on; or SQLSTATE, schema.table and constraint.
-- Nothing of it stays.
create function outcome(variadic statements text[]) returns text
    language plpgsql
as $$
declare
    statement text;
    state text;
    place text;
    name text;
    constraint_of text;
    known constant text[] := array(select rule || ' ' || item from ral.deviation);
    recorded text;
begin
    foreach statement in array statements loop
        execute statement;
    end loop;
    if current_setting('test.deviations', true) = 'on' then
        select string_agg(distinct ' ' || rule, '') into recorded from ral.deviation where rule || ' ' || item <> all (known);
    end if;
    raise exception using errcode = 'ZZ000';
exception when others then
    get stacked diagnostics state = returned_sqlstate, place = schema_name, name = table_name, constraint_of = constraint_name;
    if state = 'ZZ000' then
        return 'accepted' || coalesce(recorded, '');
    end if;
    -- an error of PostgreSQL itself names the partition
    return concat_ws(' ', state, nullif(place || '.' || regexp_replace(name, '_result_\d+$', '_result'), '.'), nullif(constraint_of, ''));
end;
$$;

-- The outcomes of bringing one row in by every path, without repeats: the row is
-- as bad says; it is an update of the row that good says, found by matching.
create function paths(target text, columns text, key text, good text, bad text, matching text default null) returns text[]
    language plpgsql
as $$
declare
    file text := current_setting('data_directory') || '/path.copy';
    insertion text := format('insert into %s (%s) ', target, columns);
    assignment text := (select string_agg(format('%s = given.%1$s', c), ', ') from unnest(string_to_array(columns, ', ')) as c);
    excluded text := (select string_agg(format('%s = excluded.%1$s', c), ', ') from unnest(string_to_array(columns, ', ')) as c);
    matched text := (select string_agg(format('target.%s = given.%1$s', c), ' and ') from unnest(string_to_array(coalesce(matching, key), ', ')) as c);
    given text := (select string_agg('given.' || c, ', ') from unnest(string_to_array(columns, ', ')) as c);
    outcomes text[] := array[
        outcome(insertion || 'values (' || bad || ')'),
        outcome(insertion || 'values (' || bad || '), (' || good || ') on conflict do nothing'),
        outcome(format('create temporary table staged as select %s from %s limit 0', columns, target),
            'insert into staged values (' || bad || ')', insertion || 'select * from staged'),
        outcome(format('create temporary table staged as select %s from %s limit 0', columns, target),
            'insert into staged values (' || bad || ')', format('copy staged to %L', file),
            format('copy %s (%s) from %L', target, columns, file)),
        outcome(insertion || 'values (' || good || ')',
            format('create temporary table given as select %s from %s limit 0', columns, target),
            'insert into given values (' || bad || ')',
            format('update %s as target set %s from given where %s', target, assignment, matched)),
        outcome(insertion || 'values (' || good || ')',
            insertion || 'values (' || bad || format(') on conflict (%s) do update set %s', key, excluded)),
        outcome(format('create temporary table given as select %s from %s limit 0', columns, target),
            'insert into given values (' || bad || ')',
            format('merge into %s as target using given on %s when matched then update set %s when not matched then insert (%s) values (%s)',
                target, matched, assignment, columns, given)),
        outcome(insertion || 'values (' || good || ')',
            format('create temporary table given as select %s from %s limit 0', columns, target),
            'insert into given values (' || bad || ')',
            format('merge into %s as target using given on %s when matched then update set %s when not matched then insert (%s) values (%s)',
                target, matched, assignment, columns, given))];
begin
    return (select array_agg(distinct o) from unnest(outcomes) as o);
end;
$$;
\endif
