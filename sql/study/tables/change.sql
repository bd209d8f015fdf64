-- Who changed the study, when and why; the database alone writes it

create table change (
    change_id bigint generated always as identity primary key,
    transaction_id xid8 not null,
    login text not null,
    application_user text,
    reason_code text,
    reason text,
    source text,
    began_at timestamptz not null,
    committed_at timestamptz not null
);

comment on table change is 'who changed the study, when and why: one row per transaction, and per login, person, reason and source within it. Column entered_in of a row, and ended_in of an earlier version of it, refer to it';
comment on column change.change_id is 'tells changes apart; numbers may be missing';
comment on column change.transaction_id is 'the transaction, which may have other changes';
comment on column change.login is 'the login role of the session';
comment on column change.application_user is 'the person for whom an application wrote, as virotrial.application_user said';
comment on column change.reason_code is 'why rows were changed, a code of change_reason; "system" for what the database writes itself';
comment on column change.reason is 'why, in words, as virotrial.reason said';
comment on column change.source is 'where it comes from, as virotrial.source said: a form, or a file and its line';
comment on column change.began_at is 'the time of its first row';
comment on column change.committed_at is 'the time at which its transaction was about to commit, or was prepared, and the row was written';

create trigger refuse_write before insert or update or delete or truncate on change
    for each statement execute function _virotrial.refuse_write();
comment on trigger refuse_write on change is 'keeps every statement from it';

create table change_reason (
    code text not null primary key check (code ~ '^[^:[:space:]][^:]*$' and code !~ '[[:space:]]$'),
    meaning text not null,
    needs_text boolean not null default false
);

comment on table change_reason is 'reasons for a change of rows; the study''s owner may add some';
comment on column change_reason.code is 'the reason, as virotrial.reason states it before a colon';
comment on column change_reason.meaning is 'when it is the reason';
comment on column change_reason.needs_text is 'whether words of explanation must follow it';

insert into change_reason (code, meaning, needs_text) values
    ('transcription', 'the entry differed from the source document', false),
    ('source', 'the source document itself was wrong', false),
    ('laboratory', 'the laboratory corrected its report', false),
    ('late information', 'what was not known at entry', false),
    ('coding', 'a term is coded in another way', false),
    ('query', 'the answer to a query', true),
    ('duplicate', 'it was entered twice', false),
    ('misfiled', 'it was entered for another subject, visit or site', true),
    ('configuration', 'the study is set up, or set up in another way', false),
    ('amendment', 'an amendment of the protocol', true),
    ('simulation', 'what simulate_study makes up', false),
    ('unlock', 'what was locked is unlocked', true),
    ('correction', 'a correction of another kind', true),
    ('system', 'what the database writes itself; nobody can state it', false);

create table pooled_login (
    login text not null primary key
);

comment on table pooled_login is 'logins that several persons share: they write only where virotrial.application_user says which of them does';
comment on column pooled_login.login is 'the name of the role';

create trigger list_changed after insert or update or delete on change_reason
    for each row execute function _virotrial.access_changed();
alter table change_reason enable always trigger list_changed;
comment on trigger list_changed on change_reason is 'has every session look for its reason again, also where rows are replicated';

create trigger list_changed after insert or update or delete on pooled_login
    for each row execute function _virotrial.access_changed();
alter table pooled_login enable always trigger list_changed;
comment on trigger list_changed on pooled_login is 'has every session look for its login again, also where rows are replicated';
