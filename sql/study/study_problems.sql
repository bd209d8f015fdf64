-- What is wrong with a study's configuration: its protocol, rules, criteria,
-- triggers and tables

create function _virotrial.configuration_violations(study text)
    returns table (rule text, table_name text, site_id text,
        subject_id text, item text, reason text)
    language c stable strict
    as 'MODULE_PATHNAME', 'configuration_violations';
comment on function _virotrial.configuration_violations(text) is 'the same as violations(), of the rules that guard tables without sites alone: those of the protocol and of reference data';

create function _virotrial.study_problems_query() returns text
    language sql immutable parallel safe
    return $query$
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
        select 'no rules', format('%I.rule', $1), 'no row of the study is judged',
            'Restore the rows of the table, or take them from another study.'
        where not exists (select from rule where active)
        union all
        select problem, object, detail, hint from ($query$ || _virotrial.guard_problems_query()
        || $query$) as guard_problem
        union all
        select * from _virotrial.security_problems($1)
        order by 1, 2, 3
    $query$;
comment on function _virotrial.study_problems_query() is 'the query of study_problems(), which runs as the owner of the study';

create function study_problems(study text)
    returns table (problem text, object text, detail text, hint text)
    language c stable
    as 'MODULE_PATHNAME', 'study_problems';
comment on function study_problems(text) is 'what is wrong with a study''s configuration: visits of which the protocol''s other tables say nothing, rules of the protocol that its tables break, rules, contexts and criteria that cannot run, disabled and missing triggers, triggers that may change a stamp, tables below or above those of the study, foreign and distributed tables and views in their place, and tables without primary key. It runs as the owner of the study; the caller needs SELECT on all its tables';
