-- What a transaction has changed and its rules have not judged yet

create table deferred_judgement (
    table_name text not null,
    came_in boolean not null,
    site_id text,
    subject_id text
);

comment on table deferred_judgement is 'what waits for its rules in a transaction that has set virotrial.defer_rules; empty to all others. The rules are run at the end of the transaction, or by "set constraints judge_deferred immediate"';
comment on column deferred_judgement.table_name is 'a table that has changed';
comment on column deferred_judgement.came_in is 'true for rows that came in, false for rows that were changed or removed';
comment on column deferred_judgement.site_id is 'the site of its rows, if they have one';
comment on column deferred_judgement.subject_id is 'their subject, if they have one';

create constraint trigger judge_deferred after insert on deferred_judgement
    deferrable initially deferred
    for each row execute function _virotrial.judge_deferred();
comment on trigger judge_deferred on deferred_judgement is 'judges all that waits';
