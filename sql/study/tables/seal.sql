-- The seal: blocks of digests, which the database alone writes

create table seal (
    block bigint primary key check (block > 0),
    changes int8multirange not null,
    columns jsonb not null,
    leaves bigint not null,
    root bytea not null check (octet_length(root) = 32),
    previous bytea not null unique check (octet_length(previous) = 32),
    digest bytea not null unique check (octet_length(digest) = 32),
    salt uuid not null,
    sealed_at timestamptz not null,
    sealed_by text not null
);

comment on table seal is 'the seal: each block covers the changes that were committed since the one before. Written by call seal()';
comment on column seal.block is 'number of the block, from 1';
comment on column seal.changes is 'the numbers of its changes';
comment on column seal.columns is 'the columns, by their tables, that no block before has, with their types';
comment on column seal.leaves is 'how many leaves its Merkle tree has: one for each row version that was entered or ended, and one for each change';
comment on column seal.root is 'root of that tree';
comment on column seal.previous is 'digest of the block before; zeros in the first one';
comment on column seal.digest is 'SHA-256 of the digest before, the root, and the other columns';
comment on column seal.salt is 'at random: without it, who knows most rows of a block could guess the others from its digest';
comment on column seal.sealed_at is 'when it was sealed';
comment on column seal.sealed_by is 'by whom';

create table seal_leaf (
    block bigint not null,
    entry bytea not null
);
create index on seal_leaf using brin (block);

comment on table seal_leaf is 'the leaves of the blocks, with what names a row that is no longer as it was sealed. Written by call seal()';
comment on column seal_leaf.block is 'the block';
comment on column seal_leaf.entry is 'the leaf, which is the digest of a row version; and tags of its table, columns and values, and its key';

create table exchange_seal (
    sender text not null,
    block bigint not null check (block > 0),
    changes int8multirange not null,
    columns jsonb not null,
    leaves bigint not null,
    root bytea not null check (octet_length(root) = 32),
    previous bytea not null check (octet_length(previous) = 32),
    digest bytea not null check (octet_length(digest) = 32),
    version text not null,
    sealed_at timestamptz not null,
    sealed_by text not null,
    primary key (sender, block)
);

comment on table exchange_seal is 'the seal of what a site sends to the centre, or the centre to its sites: it goes the same way, so that both ends can be compared. Written by call seal(), where the study is published';
comment on column exchange_seal.sender is 'the site; or centre';
comment on column exchange_seal.block is 'number of the block, and of the batch that it is in a file';
comment on column exchange_seal.changes is 'the numbers of its changes';
comment on column exchange_seal.columns is 'the columns, by their tables, that no block before has, with their types';
comment on column exchange_seal.leaves is 'how many leaves its Merkle tree has, as in table seal; of what is sent alone';
comment on column exchange_seal.root is 'root of that tree';
comment on column exchange_seal.previous is 'digest of the block before; that of the names of the study and the sender in the first one';
comment on column exchange_seal.digest is 'SHA-256 of the digest before, the root, and the other columns';
comment on column exchange_seal.version is 'version of the extension that wrote it';
comment on column exchange_seal.sealed_at is 'when it was sealed';
comment on column exchange_seal.sealed_by is 'by whom';

create trigger refuse_write before insert or update or delete or truncate on exchange_seal
    for each statement execute function _virotrial.refuse_write();
comment on trigger refuse_write on exchange_seal is 'keeps every statement from it';

create trigger refuse_write before insert or update or delete or truncate on seal
    for each statement execute function _virotrial.refuse_write();
comment on trigger refuse_write on seal is 'keeps every statement from it';

create trigger refuse_write before insert or update or delete or truncate on seal_leaf
    for each statement execute function _virotrial.refuse_write();
comment on trigger refuse_write on seal_leaf is 'keeps every statement from it';
