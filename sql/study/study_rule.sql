-- What the rules of a study need: the trigger functions that run them

-- Not strict: the planner would then not put its body in its place.
create function study_day("date" date, first_dose date) returns integer
    language sql immutable parallel safe
    return case when "date" >= first_dose then "date" - first_dose + 1 else "date" - first_dose end;
comment on function study_day(date, date) is 'the study day of a date: the first dose is on day 1, the day before it is day -1, there is no day 0';

create function _virotrial.enforce() returns trigger
    language c
    as 'MODULE_PATHNAME', 'enforce';
comment on function _virotrial.enforce() is 'trigger function, after each statement: runs the study''s rules on what the statement changed';

create function _virotrial.stamp() returns trigger
    language c
    as 'MODULE_PATHNAME', 'stamp';
comment on function _virotrial.stamp() is 'trigger function, before each row: sets entered_by, entered_at and entered_in, and refuses an update without a reason';

create function _virotrial.is_of_transaction(xid) returns boolean
    language c volatile strict parallel restricted
    as 'MODULE_PATHNAME', 'is_of_transaction';
comment on function _virotrial.is_of_transaction(xid) is 'whether a row with this xmin was written by the current transaction';

create function _virotrial.judge_deferred() returns trigger
    language c
    as 'MODULE_PATHNAME', 'judge_deferred';
comment on function _virotrial.judge_deferred() is 'trigger function of a deferred constraint: judges what waits in deferred_judgement';

create function _virotrial.lock_tables() returns trigger
    language c
    as 'MODULE_PATHNAME', 'lock_tables';
comment on function _virotrial.lock_tables() is 'trigger function, before each statement: locks the tables whose rows the statement judges beyond its subjects';

create function _virotrial.lock_subjects() returns trigger
    language c
    as 'MODULE_PATHNAME', 'lock_subjects';
comment on function _virotrial.lock_subjects() is 'trigger function, after each row: locks the subjects of all rows of the statement where rules need it, before foreign keys do';

create function _virotrial.gather_row() returns trigger
    language c
    as 'MODULE_PATHNAME', 'gather_row';
comment on function _virotrial.gather_row() is 'trigger function, before each row of a partition: keeps the row for lock_subjects()';

create function _virotrial.rules_changed() returns trigger
    language c
    as 'MODULE_PATHNAME', 'rules_changed';
comment on function _virotrial.rules_changed() is 'trigger function, after each statement on a study''s table of rules: makes every session read the rules again';

create function _virotrial.rules_arrived() returns trigger
    language c
    as 'MODULE_PATHNAME', 'rules_arrived';
comment on function _virotrial.rules_arrived() is 'trigger function, after each row of the rules, contexts and criteria of a study: makes every session read them again, also when they arrive by replication';

create function _virotrial.freeze_eligibility() returns trigger
    language c
    as 'MODULE_PATHNAME', 'freeze_eligibility';
comment on function _virotrial.freeze_eligibility() is 'trigger function, after an enrolment comes or changes: writes the verdict on each criterion as of its day';

create function _virotrial.await_place() returns trigger
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
declare
    is_limited boolean;
begin
    execute format('select exists (select from %I.enrolment_limit where %s)', tg_table_schema,
        coalesce(tg_argv[0], 'true')) into is_limited;
    if is_limited and current_setting('transaction_isolation') = 'repeatable read' then
        raise exception using
            errcode = 'object_not_in_prerequisite_state',
            message = 'the number of subjects is limited, and cannot be told in this transaction',
            detail = 'At isolation level repeatable read it does not see who was enrolled since.',
            hint = 'Enrol in a transaction of isolation level read committed or serializable.';
    end if;
    if is_limited then
        execute format('lock table %I.%I in share update exclusive mode', tg_table_schema,
            tg_table_name);
    end if;
    return null;
end;
$$;
comment on function _virotrial.await_place() is 'trigger function, before each statement on enrolment and allocation: if table enrolment_limit has rows, or those that its argument says, waits for all others who enrol or randomise, so that two do not take the last place';

create function _virotrial.keep_verdicts() returns trigger
    language c
    as 'MODULE_PATHNAME', 'keep_verdicts';
comment on function _virotrial.keep_verdicts() is 'trigger function, after each statement: refuses a change of the verdicts that the database keeps, unless their enrolment is gone';

create function _virotrial.keep_deviations() returns trigger
    language c
    as 'MODULE_PATHNAME', 'keep_deviations';
comment on function _virotrial.keep_deviations() is 'trigger function, after each statement: refuses a change of the deviations that rules find';

create function _virotrial.keep_waiting() returns trigger
    language c
    as 'MODULE_PATHNAME', 'keep_waiting';
comment on function _virotrial.keep_waiting() is 'trigger function, after each statement: refuses to take back what waits for its rules';
