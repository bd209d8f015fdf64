-- Eligibility: the verdict on each criterion, before enrolment and at it

create type candidate as (site_id text, subject_id text, as_of date);
comment on type candidate is 'a subject to be judged by the eligibility criteria, and the day of which';

create function eligibility_of(study text, candidates candidate[])
    returns table (site_id text, subject_id text, "position" integer,
        criterion text, description text,
        verdict text, evidence text, as_of date)
    language c stable strict
    as 'MODULE_PATHNAME', 'eligibility_of';
comment on function eligibility_of(text, candidate[]) is 'the verdict on each criterion for each candidate. Criteria run as the owner of the study; the caller needs SELECT on what they read';

create function _virotrial.criteria_changed() returns trigger
    language c
    as 'MODULE_PATHNAME', 'criteria_changed';
comment on function _virotrial.criteria_changed() is 'trigger function, after each statement on a study''s table of eligibility criteria: refuses a criterion that could not run';

create function is_study(study text) returns boolean
    language c stable strict
    as 'MODULE_PATHNAME', 'is_study';
comment on function is_study(text) is 'whether a schema of this name is a study: has the tables of one, with one owner who is also its own, and the extension''s trigger on its rules';

create function _virotrial.require_study(study text) returns void
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    known boolean;
begin
    execute format('select %I.is_study($1)', _virotrial.virotrial_schema()) into known using study;
    if known is not true then
        raise exception using
            errcode = 'invalid_schema_name',
            message = format('there is no study "%s"', study),
            hint = 'Name a schema that create_study() made.';
    end if;
end;
$$;
comment on function _virotrial.require_study(text) is 'fails with 3F000 unless a schema of this name is a study';

create function _virotrial.require_own_study(study text) returns void
    language c stable strict
    as 'MODULE_PATHNAME', 'require_own_study';
comment on function _virotrial.require_own_study(text) is 'fails with 3F000 unless a schema of this name is a study, and with 42501 unless the caller owns it: who writes to a study runs its triggers';

create function _virotrial.subject_count(study text) returns bigint
    language c stable strict
    as 'MODULE_PATHNAME', 'subject_count';
comment on function _virotrial.subject_count(text) is 'how many subjects a study holds';

create function eligibility(study text, subject_id text)
    returns table (site_id text, criterion text, description text, verdict text, evidence text)
    language c stable
    as 'MODULE_PATHNAME', 'eligibility';
comment on function eligibility(text, text) is 'every eligibility criterion, its verdict for the subject and the evidence: as of the day of enrolment, or as of today. Criteria run as the owner of the study; the caller needs SELECT on what they read';

create function violations(study text, site text default null)
    returns table (rule text, table_name text, site_id text,
        subject_id text, item text, reason text)
    language c stable
    as 'MODULE_PATHNAME', 'violations';
comment on function violations(text, text) is 'runs every active rule over everything in the study: the rows that break one, the deviations that are not recorded, those on record that no longer hold, and each rule that cannot run; the rows that a foreign key refuses, with its name in the column rule; and each table that rules need and do not hold on, with the problem there; of one site, or of all that the caller sees. Rules run as the owner of the study; the caller needs SELECT on the tables rule and site, and is told the reasons of the rules all of whose tables he may read';

create function judge("table" regclass, relation regclass)
    returns table (row_id tid, rule text, action text, site_id text, subject_id text,
        item text, reason text, hint text)
    language c volatile strict
    as 'MODULE_PATHNAME', 'judge_relation';
comment on function judge(regclass, regclass) is 'what the rows of a relation would break if each came into the table of a study beside what is there: the dry run of a load. Columns are found by name; row_id is the ctid of a table''s row, null for a rule that is a query. Rules run as the owner of the study; the caller needs SELECT on the relation and INSERT or SELECT on the table, and is told reasons if he may read all that the rule reads';

create function _virotrial.judge_completed("table" regclass, relation regclass)
    returns table (row_id tid, rule text, action text, site_id text, subject_id text,
        item text, reason text, hint text)
    language c volatile strict
    as 'MODULE_PATHNAME', 'judge_completed';
comment on function _virotrial.judge_completed(regclass, regclass) is 'the same of rows that load_rows() has completed already: the relation has every column of the table, in its type';

create function _virotrial.deferred_findings("table" regclass)
    returns table (rule text, table_name text, site_id text, subject_id text, item text,
        reason text, hint text, row_key jsonb)
    language c volatile strict
    as 'MODULE_PATHNAME', 'deferred_findings';
comment on function _virotrial.deferred_findings(regclass) is 'which rules that refuse the changes of this transaction in a table break, in this and in other tables, while they wait; row_key is the key of a row of the table that is to blame alone, else null';
