-- The rules of the study, which enforce() runs

create table rule (
    name text not null,
    table_name text not null,
    clause text not null,
    query text not null,
    screen text,
    anchors text[] not null default '{}',
    evidence text[] not null default '{}',
    action text not null default 'refuse' check (action in ('refuse', 'record')),
    hint text,
    active boolean not null default true,
    priority integer not null default 100,
    primary key (name, table_name)
);

comment on table rule is 'what the study''s tables must hold, on every path in. What stands here runs as the owner of the study, so that only he, or a member of his role, may write here';
comment on column rule.name is 'the name of the rule, which errors give as the constraint';
comment on column rule.table_name is 'the table that the rule guards';
comment on column rule.clause is 'the statement of the protocol that it comes from';
comment on column rule.query is 'a query over changed, the rows that a statement brought into the table, that returns those that break the rule: site_id, subject_id, which of the subject''s rows it is (or null), and why';
comment on column rule.screen is 'a condition on a row of changed that is false only if the row cannot break the rule, and is no anchor of other rows of its table; it spares a statement of few rows the query itself';
comment on column rule.anchors is 'tables that the query relies on: when a row of one is inserted, updated or deleted, the rule is run again over the rows of the same subject (over all rows, if that table has no subject). A condition on a row of changed may follow the table''s name, as in "viral_load_result where replicate = 1": rows that come in are anchors only if it is true';
comment on column rule.evidence is 'tables that the query relies on so that only an update or delete there can break the rule';
comment on column rule.action is 'refuse: the statement fails; record: it stands, and each row that the query returns becomes a deviation';
comment on column rule.hint is 'what a user whose statement is refused can do';
comment on column rule.active is 'false for a rule that is retired';
comment on column rule.priority is 'rules with a lower number are checked first';
