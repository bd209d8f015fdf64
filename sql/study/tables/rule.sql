-- The rules of the study, which _virotrial.enforce() runs, and what they are conditions on

create table rule_context (
    table_name text not null primary key,
    query text not null
);

comment on table rule_context is 'what the rules of a table are conditions on: one query per table over changed, the rows that a statement brought in, which gives one row for each of them. Whoever may write here runs SQL as the owner of the study';
comment on column rule_context.table_name is 'the table';
comment on column rule_context.query is 'the query: the columns of changed, an item that tells a subject''s rows apart, and what the rules need of other tables';

create table rule (
    name text not null,
    table_name text not null,
    clause text not null,
    condition text,
    only_if text,
    query text,
    item text,
    reason text,
    anchors text[] not null default '{}',
    evidence text[] not null default '{}',
    action text not null default 'refuse' check (action in ('refuse', 'record')),
    asks boolean not null default false,
    asked_column text,
    holds text not null default 'always' check (holds in ('always', 'at entry')),
    scope text not null default 'subject' check (scope in ('subject', 'site', 'study')),
    unknown_refuses boolean not null default false,
    hint text,
    active boolean not null default true,
    priority whole_number not null default 100,
    primary key (name, table_name),
    constraint rule_form check (num_nonnulls(condition, query) > 0),
    constraint rule_asks
        check (case when asks then action = 'record' else asked_column is null end),
    constraint rule_only_if check (only_if is null or condition is not null),
    constraint rule_unknown check (condition is not null or not unknown_refuses),
    constraint rule_query check (query is null or num_nonnulls(item, reason) = 0)
);

comment on table rule is 'what the study''s tables must hold, on every path in. What stands here runs as the owner of the study, so that only he, or a member of his role, may write here';
comment on column rule.name is 'the name of the rule, which errors give as the constraint';
comment on column rule.table_name is 'the table that the rule guards';
comment on column rule.clause is 'the statement of the protocol that it comes from';
comment on column rule.condition is 'a condition over the table''s context (rule_context): a row for which it is true breaks the rule, or, if the rule has a query, is judged by that';
comment on column rule.only_if is 'a condition that is cheap to judge and seldom true, without which the other cannot be: that is then judged where this one is true, and nowhere else';
comment on column rule.query is 'where one row is not enough: a query over changed, the rows that a statement brought into the table, or those of them for which the condition is true; it returns those that break the rule: site_id, subject_id, which of the subject''s rows it is (or null), and why';
comment on column rule.item is 'an expression over the context: which of the subject''s rows it is; null: the item of the context';
comment on column rule.reason is 'an expression over the context: why the row breaks the rule; null: the condition itself is shown. After a line break and "Hint: " it may have a hint of its own, which takes the place of the rule''s';
comment on column rule.anchors is 'tables that the rule relies on: when a row of one is inserted, updated or deleted, the rule is run again over the rows of its scope. A condition over the context of that table may follow its name, as in "viral_load_result where collected <= first_dose": rows that come in are anchors only if it is true';
comment on column rule.evidence is 'tables that the rule relies on so that only an update or delete there can break it';
comment on column rule.action is 'refuse: the statement fails; record: it stands, and each row that breaks the rule becomes a deviation';
comment on column rule.asks is 'whether a rule with the action "record" opens a data query about each row that breaks it, and closes the query when none does';
comment on column rule.asked_column is 'the column that these queries ask about; null: the row as a whole';
comment on column rule.holds is 'always; or at entry: judged by what was on record when the row was entered. Later evidence then refuses nothing: a change of another table among the anchors makes a deviation, and a rule without such anchors is not judged again';
comment on column rule.scope is 'which rows a change of an anchor concerns: those of the same subject, of the same site, or of the whole study; of an anchor that has no subject (or site), all';
comment on column rule.unknown_refuses is 'whether a condition that cannot be known (null) counts as true';
comment on column rule.hint is 'what a user whose statement is refused can do';
comment on column rule.active is 'false for a rule that is retired';
comment on column rule.priority is 'rules with a lower number are checked first';
