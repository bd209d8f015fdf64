-- Locks on records, visits, subjects, sites and the study

create table data_lock (
    lock_id bigint generated always as identity primary key,
    scope text not null check (scope in ('record', 'visit', 'subject', 'site', 'study')),
    site_id text,
    subject_id text,
    visit text,
    table_name text,
    row_key jsonb,
    reason text not null check (reason ~ '[^[:space:]]'),
    accepted text[] not null default '{}',
    constraint data_lock_once
        unique nulls not distinct (site_id, subject_id, visit, table_name, row_key),
    constraint data_lock_scope check (case scope
        when 'record' then visit is null and num_nulls(table_name, row_key) = 0
        when 'visit' then num_nulls(site_id, subject_id, visit) = 0
            and num_nonnulls(table_name, row_key) = 0
        when 'subject' then num_nulls(site_id, subject_id) = 0
            and num_nonnulls(visit, table_name, row_key) = 0
        when 'site' then site_id is not null
            and num_nonnulls(subject_id, visit, table_name, row_key) = 0
        else num_nonnulls(site_id, subject_id, visit, table_name, row_key) = 0 end),
    constraint data_lock_accepted check (accepted = '{}' or scope = 'study'
        and accepted <@ array['open query', 'missing assessment', 'deviation not reviewed',
            'subject not signed'])
);

comment on table data_lock is 'what is locked. INSERT locks; DELETE, with a reason, unlocks, and data_lock_history has it from then on. No statement enters, changes or removes a row that is locked';
comment on column data_lock.lock_id is 'the number of the lock';
comment on column data_lock.scope is 'what is locked: a record, one row of a table; a visit, all rows that name it; a subject, all rows about it; a site, all rows of it; or the study, its protocol and rules included';
comment on column data_lock.site_id is 'the site; null for the study, or a record of no site';
comment on column data_lock.subject_id is 'the subject''s code; null for a site or the study, or a record of no subject';
comment on column data_lock.visit is 'the visit, where one is locked';
comment on column data_lock.table_name is 'the table of a record';
comment on column data_lock.row_key is 'the primary key of a record, as an object. Enough of its columns suffice; the database writes the key of the row that it finds';
comment on column data_lock.reason is 'why it is locked';
comment on column data_lock.accepted is 'of a study: what may be open all the same, items of lock_checklist()';

create trigger begin_lock before insert on data_lock
    for each statement execute function _virotrial.begin_lock();
comment on trigger begin_lock on data_lock is 'locks are made one after the other';

create trigger complete_lock before insert on data_lock
    for each row execute function _virotrial.complete_lock();
comment on trigger complete_lock on data_lock is 'finds what is to be locked';

create trigger await_writers after insert on data_lock
    referencing new table as changed
    for each statement execute function _virotrial.await_writers();
comment on trigger await_writers on data_lock is 'waits for who writes to the study already';

create trigger keep_lock before update on data_lock
    for each statement execute function _virotrial.keep_lock();
comment on trigger keep_lock on data_lock is 'refuses to change a lock';

create trigger require_checklist after insert on data_lock
    referencing new table as changed
    for each statement execute function _virotrial.require_checklist();
comment on trigger require_checklist on data_lock is 'refuses to lock a study of which something is open';
