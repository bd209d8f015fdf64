-- Electronic signatures

create table signature (
    signature_id bigint generated always as identity primary key,
    scope text not null check (scope in ('record', 'visit', 'subject', 'site', 'study')),
    site_id text,
    subject_id text,
    visit text,
    table_name text,
    row_key jsonb,
    meaning text not null
        check (meaning in ('review', 'approval', 'responsibility', 'authorship')),
    authentication text not null check (authentication ~ '[^[:space:]]'),
    remark text check (remark ~ '[^[:space:]]'),
    person text,
    seen_at timestamptz not null,
    tables text[] not null,
    records bigint not null check (records > 0),
    digest bytea not null check (octet_length(digest) = 32),
    constraint signature_scope check (case scope
        when 'record' then visit is null and num_nulls(table_name, row_key) = 0
        when 'visit' then num_nulls(site_id, subject_id, visit) = 0
            and num_nonnulls(table_name, row_key) = 0
        when 'subject' then num_nulls(site_id, subject_id) = 0
            and num_nonnulls(visit, table_name, row_key) = 0
        when 'site' then site_id is not null
            and num_nonnulls(subject_id, visit, table_name, row_key) = 0
        else num_nonnulls(site_id, subject_id, visit, table_name, row_key) = 0 end)
);

create index signature_subject on signature (site_id, subject_id);

comment on table signature is 'electronic signatures, each bound to the rows that were signed by their digest. INSERT signs, as the login of the session; nothing changes or deletes a signature. signatures() says which are still valid';
comment on column signature.signature_id is 'the number of the signature';
comment on column signature.scope is 'what is signed: a record, one row of a table; a visit, all rows that name it; a subject, all rows about it; a site, all rows of it; or the study, its protocol and rules included';
comment on column signature.site_id is 'the site; null for the study, or a record of no site';
comment on column signature.subject_id is 'the subject''s code; null for a site or the study, or a record of no subject';
comment on column signature.visit is 'the visit, where one is signed';
comment on column signature.table_name is 'the table of a record';
comment on column signature.row_key is 'the primary key of a record, as an object. Enough of its columns suffice; the database writes the key of the row that it finds';
comment on column signature.meaning is 'what it means: review, approval, responsibility or authorship';
comment on column signature.authentication is 'how the signer proved who he is, as the application says; it is the application that asks him';
comment on column signature.remark is 'what there is to say';
comment on column signature.person is 'the person for whom an application signed, as virotrial.application_user said; null: whose the login is. Set by the database';
comment on column signature.seen_at is 'what was committed later the signer did not see; set by the database';
comment on column signature.tables is 'the tables whose rows are signed, set by the database; those that are blinded are not among them';
comment on column signature.records is 'how many rows were signed, set by the database';
comment on column signature.digest is 'root of the Merkle tree of these rows, made as in a seal; set by the database';

create trigger complete_signature before insert on signature
    for each row execute function _virotrial.complete_signature();
comment on trigger complete_signature on signature is 'finds what is signed, and writes its digest';

create trigger keep_said before update or delete on signature
    for each statement execute function _virotrial.keep_said(
        'Sign again: insert another row. signatures() says which are valid.');
comment on trigger keep_said on signature is 'refuses to change or delete what was said';
