-- What a seal digests: canonical bytes of rows, and trees and chains of digests

create function _virotrial.canonical_row("row" record, table_name text, part "char") returns bytea
    language c stable strict parallel safe cost 200
    as 'MODULE_PATHNAME', 'canonical_row';
comment on function _virotrial.canonical_row(record, text, "char") is 'the bytes that a seal digests of a row, which no setting and no encoding changes: part e is the version that was entered, without the columns that say how it ended';

create function _virotrial.seal_leaf("row" record, table_name text, part "char") returns bytea
    language c stable strict parallel safe cost 200
    as 'MODULE_PATHNAME', 'seal_leaf';
comment on function _virotrial.seal_leaf(record, text, "char") is 'the digest of canonical_row(): a leaf of the tree of a block';

create function _virotrial.seal_entry("row" record, table_name text, part "char", key text[])
    returns bytea
    language c stable strict parallel safe cost 300
    as 'MODULE_PATHNAME', 'seal_entry';
comment on function _virotrial.seal_entry(record, text, "char", text[]) is 'seal_leaf(), and what names the row: tags of its table, columns and values, and the values of its key';

create function _virotrial.seal_entry_fields(entry bytea, out part "char", out table_tag integer,
    out key text, out column_tags integer[])
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'seal_entry_fields';
comment on function _virotrial.seal_entry_fields(bytea) is 'what names the row of an entry; a column''s tag is that of its name, and that of its value in the lower 16 bits';

create function _virotrial.seal_column_tag(name text) returns integer
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'seal_column_tag';
comment on function _virotrial.seal_column_tag(text) is 'the tag by which an entry names a column';

create function _virotrial.seal_table_tag(name text) returns integer
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'seal_table_tag';
comment on function _virotrial.seal_table_tag(text) is 'the tag by which an entry names a table';

create function _virotrial.block_of(change_id bigint, blocks int8multirange[]) returns integer
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'block_of';
comment on function _virotrial.block_of(bigint, int8multirange[]) is 'which of some sets of changes a change is in, counted from 1; NULL for none';

create function _virotrial.merkle_roots_step(state internal, block integer, leaf bytea)
    returns internal
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'merkle_roots_step';
comment on function _virotrial.merkle_roots_step(internal, integer, bytea) is 'step of merkle_roots()';

create function _virotrial.merkle_roots_final(state internal) returns bytea[]
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'merkle_roots_final';
comment on function _virotrial.merkle_roots_final(internal) is 'result of merkle_roots()';

create aggregate _virotrial.merkle_roots(block integer, leaf bytea) (
    sfunc = _virotrial.merkle_roots_step,
    stype = internal,
    finalfunc = _virotrial.merkle_roots_final,
    parallel = safe
);
comment on aggregate _virotrial.merkle_roots(integer, bytea) is 'the root of each block''s Merkle tree, as RFC 6962 has it, of its leaves in the order of their bytes; of entries, their leaves are taken. It keeps 32 bytes for each';

create function _virotrial.merkle_path_step(state internal, leaf bytea, index bigint)
    returns internal
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'merkle_path_step';
comment on function _virotrial.merkle_path_step(internal, bytea, bigint) is 'step of merkle_path()';

create function _virotrial.merkle_path_final(state internal) returns bytea
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'merkle_path_final';
comment on function _virotrial.merkle_path_final(internal) is 'result of merkle_path()';

create aggregate _virotrial.merkle_path(leaf bytea, index bigint) (
    sfunc = _virotrial.merkle_path_step,
    stype = internal,
    finalfunc = _virotrial.merkle_path_final,
    parallel = safe
);
comment on aggregate _virotrial.merkle_path(bytea, bigint) is 'the path from a leaf, counted from 0, to the root of the tree, as it stands in a proof';

create function _virotrial.block_digest(previous bytea, block bytea) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'block_digest';
comment on function _virotrial.block_digest(bytea, bytea) is 'the digest of a block: of the one before, its own root and what else describes it';
