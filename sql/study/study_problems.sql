-- What is wrong with a study's configuration: its protocol, rules, criteria,
-- triggers and tables

create function _virotrial.configuration_violations(study text)
    returns table (rule text, table_name text, site_id text,
        subject_id text, item text, reason text)
    language c stable strict
    as 'MODULE_PATHNAME', 'configuration_violations';
comment on function _virotrial.configuration_violations(text) is 'the same as violations(), of the rules that guard tables without sites alone: those of the protocol and of reference data';

create function _virotrial.missing_parts(study text, ddl text)
    returns table (problem text, object text, detail text)
    language c stable strict
    as 'MODULE_PATHNAME', 'missing_parts';
comment on function _virotrial.missing_parts(text, text) is 'the tables, columns, defaults, constraints, indexes, triggers, views and functions that DDL declares, and a study does not have, or not so';

-- A study that is frozen is made otherwise.
create function _virotrial.declared_problems_query() returns text
    language sql immutable parallel safe
    return $query$
        select problem, format('%I.%I', $1, object) as object, string_agg(detail, '; ') as detail,
            format(case problem
                when 'missing table' then 'Restore it with its rows. Without them: %s'
                when 'missing identity' then
                    'alter table ... alter ... add generated always as identity (start with ...)'
                when 'column that is not generated' then 'Drop the column, then: %s'
                else '%s' end,
                format('call %I.upgrade_study(%L)', _virotrial.virotrial_schema(), $1))
        from (select ddl from _virotrial.study_ddl() union all
            select format(template, $1) from _virotrial.resistance_ddl() as template) as declared
        cross join _virotrial.missing_parts($1, ddl)
        where not exists (select from pg_trigger where tgrelid = to_regclass(format('%I.rule', $1))
            and tgfoid = '_virotrial.refuse_write()'::regprocedure)
        group by problem, object
    $query$;
comment on function _virotrial.declared_problems_query() is 'a query for what a study lacks of the parts that its DDL declares';

create function _virotrial.study_problems_query() returns text
    language sql immutable parallel safe
    return $query$ with guard_problem as ($query$ || _virotrial.guard_problems_query()
        || $query$), declared_problem as ($query$ || _virotrial.declared_problems_query()
        || $query$)
        select 'visit without assessments', visit,
            'required_assessment says nothing of it: it is missing in the lists of what is due',
            'Enter what is to be done at the visit; with required = false if nothing is.'
        from (select distinct visit from visit_definition) as defined
        where not exists (select from required_assessment
            where required_assessment.visit = defined.visit)
        union all
        select 'visit without Snapshot', visit,
            'snapshot_window says nothing of it: it is missing among the outcomes',
            'Enter the window; or classified = false if the outcome is not classified at the visit.'
        from (select distinct visit from visit_definition where target_day > 0) as defined
        where not exists (select from snapshot_window where snapshot_window.visit = defined.visit)
        union all
        select 'study drug that is unknown', study_drug,
            'table drug does not have it: nobody can enter it, and no rule of the study drug holds',
            'Enter it into drug, or name in the protocol the one that is meant.'
        from (select distinct study_drug from protocol) as named
        where not exists (select from drug where drug.drug = named.study_drug)
        union all
        select 'scheme without grades', toxicity_scheme,
            'toxicity_grade_table has no row of it: no result gets a grade',
            'Enter its rows there, or name in the protocol the one that is meant.'
        from (select distinct toxicity_scheme from protocol) as named
        where not exists (select from toxicity_grade_table where scheme = named.toxicity_scheme)
        union all
        select * from declared_problem
        where problem <> 'missing trigger' or object not in (
            select object from guard_problem where problem = 'missing trigger')
        union all
        select problem, format('%I.%I', $1, name), detail,
            'Restore the rows of the table, or take them from another study.'
        from (values
            ('no rules', 'rule', 'no row of the study is judged',
                exists (select from rule where active)),
            ('no criteria', 'eligibility_criterion', 'whoever has results of screening is enrolled',
                exists (select from eligibility_criterion where required)))
            as needed (problem, name, detail, is_there)
        where not is_there
        union all
        select problem, object, detail, hint from guard_problem
        where problem <> 'no primary key' or object not in (
            select object from declared_problem where detail like '%PRIMARY KEY (%')
        union all
        select * from _virotrial.security_problems($1)
        order by 1, 2, 3
    $query$;
comment on function _virotrial.study_problems_query() is 'the query of study_problems(), which runs as the owner of the study';

create function study_problems(study text)
    returns table (problem text, object text, detail text, hint text)
    language c stable
    as 'MODULE_PATHNAME', 'study_problems';
comment on function study_problems(text) is 'what is wrong with a study''s configuration: visits of which the protocol''s other tables say nothing, rules of the protocol that its tables break, rules, contexts and criteria that cannot run, disabled and missing triggers, missing tables, columns, defaults, constraints, indexes, views and functions, and those of another make, triggers that may change a stamp, tables below or above those of the study, foreign and distributed tables and views in their place, and tables without primary key. It runs as the owner of the study; the caller needs SELECT on all its tables';
