-- Source data verification: which records were compared with the source documents

create table source_verification (
    verification_id bigint generated always as identity primary key,
    site_id text not null,
    subject_id text not null,
    table_name text not null,
    row_key jsonb not null,
    verified boolean not null default true,
    remark text check (remark ~ '[^[:space:]]'),
    content jsonb not null
);

create index source_verification_subject on source_verification (site_id, subject_id);
create index source_verification_row on source_verification (table_name, row_key);

comment on table source_verification is 'records that were compared with the source documents. INSERT states it; nothing changes or deletes it. The last row of a record counts';
comment on column source_verification.verification_id is 'counts the rows';
comment on column source_verification.site_id is 'the site of the record, found by the database';
comment on column source_verification.subject_id is 'the subject of the record, found by the database';
comment on column source_verification.table_name is 'the table of the record';
comment on column source_verification.row_key is 'the primary key of the record, as an object. Enough of its columns suffice; the database writes the key of the row that it finds';
comment on column source_verification.verified is 'false takes back an earlier verification';
comment on column source_verification.remark is 'what there is to say';
comment on column source_verification.content is 'the record as it was verified, written by the database';

create trigger complete_verification before insert on source_verification
    for each row execute function _virotrial.complete_verification();
comment on trigger complete_verification on source_verification is 'finds the record, and writes its key, site, subject and content';

create trigger keep_said before update or delete on source_verification
    for each statement execute function _virotrial.keep_said(
        'To take one back, insert a row with verified = false.');
comment on trigger keep_said on source_verification is 'refuses to change or delete what was said';
