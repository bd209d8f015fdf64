-- The files that were loaded, or refused

create table delivered_file (
    delivered_file_id bigint generated always as identity primary key,
    site_id text,
    name text not null,
    digest text not null check (digest ~ '^[0-9a-f]{64}$'),
    table_name text not null,
    mapping text[] not null,
    verdict text not null check (verdict in ('whole', 'in part', 'refused')),
    lines bigint not null check (lines >= 0),
    entered bigint not null check (entered >= 0),
    corrected bigint not null check (corrected >= 0),
    known bigint not null check (known >= 0),
    refused bigint not null check (refused >= 0)
);

create index delivered_file_digest on delivered_file (digest);

comment on table delivered_file is 'the files that virotrial load brought, each time that one was loaded or refused. INSERT states it; nothing changes or deletes it';
comment on column delivered_file.delivered_file_id is 'counts the rows';
comment on column delivered_file.site_id is 'the site of all rows of the file; null if there are several, or none';
comment on column delivered_file.name is 'the name of the file, without its directory';
comment on column delivered_file.digest is 'the SHA-256 of the file';
comment on column delivered_file.table_name is 'the table that it is for';
comment on column delivered_file.mapping is 'the mapping by which it was read: kind, name, value and detail of each line';
comment on column delivered_file.verdict is 'whole: every row is in the study; in part: some were refused, and the others are; refused: none is in by this file';
comment on column delivered_file.lines is 'how many rows the file has';
comment on column delivered_file.entered is 'how many rows were entered';
comment on column delivered_file.corrected is 'how many rows of the study were corrected';
comment on column delivered_file.known is 'how many rows were in the study as they are in the file';
comment on column delivered_file.refused is 'how many rows were refused';

create trigger keep_said before update or delete on delivered_file
    for each statement execute function _virotrial.keep_said(
        'Correct the rows that the file brought.');
comment on trigger keep_said on delivered_file is 'refuses to change or delete what was said';
