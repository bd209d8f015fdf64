-- Data queries: questions about rows of the study, and what was said and done about them

create table query (
    query_id bigint generated always as identity primary key,
    site_id text,
    subject_id text,
    table_name text not null,
    row_key jsonb not null,
    column_name text,
    message text not null check (message ~ '[^[:space:]]'),
    rule text,
    item text,
    assigned_to text,
    due date default today() + 14 check (due between '1900-01-01' and '9999-12-31'),
    constraint query_of_rule check ((rule is null) = (item is null))
);

create index query_subject on query (site_id, subject_id);
create index query_row on query (table_name, row_key);
create unique index query_rule on query (site_id, subject_id, rule, item);

comment on table query is 'data queries as they were opened. INSERT opens one; nothing changes or deletes it. query_event has what followed, and query_status the state of today';
comment on column query.query_id is 'the number of the query';
comment on column query.site_id is 'the site of the row, found by the database; null if its table has none';
comment on column query.subject_id is 'the subject of the row, found by the database; null if its table has none';
comment on column query.table_name is 'the table that the query asks about';
comment on column query.row_key is 'the primary key of the row, as an object. Enough of its columns suffice when you open a query; the database writes the key of the row that it finds';
comment on column query.column_name is 'the column that the query asks about; null: the row as a whole';
comment on column query.message is 'the question';
comment on column query.rule is 'the rule that opened it; null: a person did';
comment on column query.item is 'which of the subject''s rows breaks the rule, as in deviation; null: a person opened it';
comment on column query.assigned_to is 'the role of the server that is to answer; null: whoever may';
comment on column query.due is 'the day by which an answer is due; two weeks from today unless it is given';

create table query_event (
    query_id bigint not null references query,
    step integer not null,
    site_id text,
    subject_id text,
    action text not null check (action in ('answer', 'close', 'reopen', 'comment', 'assign')),
    message text check (message ~ '[^[:space:]]'),
    status text not null check (status in ('open', 'answered', 'closed')),
    assigned_to text,
    due date check (due between '1900-01-01' and '9999-12-31'),
    primary key (query_id, step),
    constraint query_event_message
        check (message is not null or action not in ('answer', 'reopen', 'comment'))
);

create index query_event_subject on query_event (site_id, subject_id);

comment on table query_event is 'what followed a query: each answer, closing, reopening, comment and assignment. INSERT adds one; nothing changes or deletes it';
comment on column query_event.query_id is 'the query';
comment on column query_event.step is 'counts the events of a query; set by the database. Of two sessions that act on one query at a time, the second is refused';
comment on column query_event.site_id is 'the site of the query, set by the database';
comment on column query_event.subject_id is 'the subject of the query, set by the database';
comment on column query_event.action is 'answer, close, reopen, comment or assign';
comment on column query_event.message is 'what is said; an answer, a reopening and a comment need it';
comment on column query_event.status is 'open, answered or closed: the state after the event, set by the database';
comment on column query_event.assigned_to is 'the role of the server that is to answer from now on; what is not given stays';
comment on column query_event.due is 'the day by which an answer is due from now on; what is not given stays';

create trigger complete_query before insert on query
    for each row execute function _virotrial.complete_query();
comment on trigger complete_query on query is 'finds the row that the query asks about, and writes its key, site and subject';

create trigger complete_query_event before insert on query_event
    for each row execute function _virotrial.complete_query_event();
comment on trigger complete_query_event on query_event is 'refuses what cannot follow, and writes the state after it';

-- The names let them fire after the subject is found, and before the row is stamped.
create trigger hold_subject before insert on query
    for each row execute function _virotrial.hold_subject();
comment on trigger hold_subject on query is 'keeps the code of the subject until the transaction ends';

create trigger hold_subject before insert on query_event
    for each row execute function _virotrial.hold_subject();
comment on trigger hold_subject on query_event is 'keeps the code of the subject until the transaction ends';

create trigger ask_again after update on subject
    for each row when ((old.site_id, old.subject_id) is distinct from (new.site_id, new.subject_id))
    execute function _virotrial.ask_again();
comment on trigger ask_again on subject is 'closes the data queries of a subject whose code or site changes, and asks them again';

create trigger keep_said before update or delete on query
    for each statement execute function _virotrial.keep_said(
        'To go on, insert into query_event.');
comment on trigger keep_said on query is 'refuses to change or delete what was said';

create trigger keep_said before update or delete on query_event
    for each statement execute function _virotrial.keep_said(
        'To go on, insert into query_event.');
comment on trigger keep_said on query_event is 'refuses to change or delete what was said';
