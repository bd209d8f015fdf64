-- What arrives at a centre from its sites, and what of that waits outside the analysis

create table arrival (
    table_name text not null,
    site_id text not null,
    subject_id text not null,
    row_key jsonb not null,
    arrived_at timestamptz not null default clock_timestamp()
);

comment on table arrival is 'rows that arrived by replication and are not judged yet. A trigger writes it; call judge_arrivals() empties it';
comment on column arrival.table_name is 'the table of the row';
comment on column arrival.site_id is 'its site';
comment on column arrival.subject_id is 'its subject';
comment on column arrival.row_key is 'its primary key';
comment on column arrival.arrived_at is 'when it arrived';

create table site_feed (
    site_id text not null unique,
    arrived bigint not null check (arrived >= 0),
    last_arrival timestamptz,
    imported_at timestamptz,
    compared_to bigint check (compared_to >= equal_to),
    equal_to bigint check (equal_to >= 0),
    version text
);

comment on table site_feed is 'how much of each site has arrived, and is judged, and whether it is what was sealed there. Written by call judge_arrivals()';
comment on column site_feed.site_id is 'the site; at a site, centre';
comment on column site_feed.arrived is 'how many changes of rows';
comment on column site_feed.last_arrival is 'when the last of them arrived';
comment on column site_feed.imported_at is 'when a batch file of the site was last imported; null if its rows come by a line';
comment on column site_feed.compared_to is 'the last block of table exchange_seal that was compared with the rows that are here';
comment on column site_feed.equal_to is 'the last block up to which they are those that were sealed';
comment on column site_feed.version is 'version of the extension there, when it sealed the last block that was compared';

create table quarantine (
    quarantine_id bigint generated always as identity unique,
    site_id text not null,
    subject_id text not null,
    table_name text not null,
    row_key jsonb not null,
    rule text not null,
    item text,
    reason text,
    since timestamptz not null default now(),
    accepted timestamptz,
    accepted_by text,
    accepted_because text check (accepted_because ~ '[^[:space:]]'),
    primary key (table_name, row_key, rule),
    constraint quarantine_acceptance
        check (num_nulls(accepted, accepted_by, accepted_because) in (0, 3))
);

create index quarantine_subject on quarantine (site_id, subject_id);

comment on table quarantine is 'rows that arrived by replication and break a rule: the analysis leaves them out until they are accepted or mended. Written by call judge_arrivals() and call accept_quarantined()';
comment on column quarantine.quarantine_id is 'number of the entry';
comment on column quarantine.site_id is 'the site of the row';
comment on column quarantine.subject_id is 'its subject';
comment on column quarantine.table_name is 'its table';
comment on column quarantine.row_key is 'its primary key; or a part of it, which stands for all rows that have that';
comment on column quarantine.rule is 'the rule that it breaks, or the foreign key';
comment on column quarantine.item is 'which of the subject''s rows it is, as errors name it';
comment on column quarantine.reason is 'why it breaks the rule';
comment on column quarantine.since is 'when it came into quarantine';
comment on column quarantine.accepted is 'when it was accepted, so that the analysis has it; null while it is in quarantine';
comment on column quarantine.accepted_by is 'by whom';
comment on column quarantine.accepted_because is 'and why';

create trigger access_changed after insert or update or delete on quarantine
    for each row execute function _virotrial.access_changed();
alter table quarantine enable always trigger access_changed;
comment on trigger access_changed on quarantine is 'makes plans anew that rest on what is in quarantine';
