-- mutation: the residues seen at one position of an HIV-1 gene; a genotype is an array of them

create type mutation;

create function _virotrial.mutation_in(cstring) returns mutation
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'mutation_in';
comment on function _virotrial.mutation_in(cstring) is 'input: text such as RT:M184V; 22P02 for bad text or a wrong wild type, 22003 for a position outside the gene';

create function _virotrial.mutation_out(mutation) returns cstring
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'mutation_out';
comment on function _virotrial.mutation_out(mutation) is 'output: gene, consensus, position and residues, such as RT:K65K/R';

create function _virotrial.mutation_recv(internal) returns mutation
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'mutation_recv';
comment on function _virotrial.mutation_recv(internal) is 'binary input: version, gene, position and residues; 22P03 for what input could not have made';

create function _virotrial.mutation_send(mutation) returns bytea
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'mutation_send';
comment on function _virotrial.mutation_send(mutation) is 'binary output: version, gene, position and residues';

create type mutation (
    input = _virotrial.mutation_in,
    output = _virotrial.mutation_out,
    receive = _virotrial.mutation_recv,
    send = _virotrial.mutation_send,
    internallength = 8,
    passedbyvalue,
    alignment = double,
    storage = plain
);
comment on type mutation is 'residues seen at a position of an HIV-1 gene: RT:M184V, RT:K65K/R (mixture with the wild type), RT:T69S/i (insertion), RT:D67d (deletion), RT:K103* (stop), RT:K103X (unknown)';

create cast (text as mutation) with inout as assignment;
comment on cast (text as mutation) is 'as the type reads it';

create cast (character varying as mutation) with inout as assignment;
comment on cast (character varying as mutation) is 'as the type reads it';

create cast (character as mutation) with inout as assignment;
comment on cast (character as mutation) is 'as the type reads it';

-- Identity and order: by gene, position and residues, as the integer that holds them

create function _virotrial.mutation_eq(mutation, mutation) returns boolean
    language internal immutable strict parallel safe leakproof
    as 'int8eq';
comment on function _virotrial.mutation_eq(mutation, mutation) is 'the same gene, position and residues';

create function _virotrial.mutation_ne(mutation, mutation) returns boolean
    language internal immutable strict parallel safe leakproof
    as 'int8ne';
comment on function _virotrial.mutation_ne(mutation, mutation) is 'another gene, position or residues';

create function _virotrial.mutation_lt(mutation, mutation) returns boolean
    language internal immutable strict parallel safe leakproof
    as 'int8lt';
comment on function _virotrial.mutation_lt(mutation, mutation) is 'sorts before';

create function _virotrial.mutation_le(mutation, mutation) returns boolean
    language internal immutable strict parallel safe leakproof
    as 'int8le';
comment on function _virotrial.mutation_le(mutation, mutation) is 'sorts before, or is the same';

create function _virotrial.mutation_gt(mutation, mutation) returns boolean
    language internal immutable strict parallel safe leakproof
    as 'int8gt';
comment on function _virotrial.mutation_gt(mutation, mutation) is 'sorts after';

create function _virotrial.mutation_ge(mutation, mutation) returns boolean
    language internal immutable strict parallel safe leakproof
    as 'int8ge';
comment on function _virotrial.mutation_ge(mutation, mutation) is 'sorts after, or is the same';

create function _virotrial.mutation_cmp(mutation, mutation) returns integer
    language internal immutable strict parallel safe leakproof
    as 'btint8cmp';
comment on function _virotrial.mutation_cmp(mutation, mutation) is '-1, 0 or 1 in the order';

create function _virotrial.mutation_sortsupport(internal) returns void
    language internal immutable strict parallel safe
    as 'btint8sortsupport';
comment on function _virotrial.mutation_sortsupport(internal) is 'sort support of the order';

create function _virotrial.mutation_hash(mutation) returns integer
    language internal immutable strict parallel safe leakproof
    as 'hashint8';
comment on function _virotrial.mutation_hash(mutation) is 'hash of the identity';

create function _virotrial.mutation_hash_extended(mutation, bigint) returns bigint
    language internal immutable strict parallel safe leakproof
    as 'hashint8extended';
comment on function _virotrial.mutation_hash_extended(mutation, bigint) is '64-bit hash of the identity';

create operator = (
    leftarg = mutation, rightarg = mutation, function = _virotrial.mutation_eq,
    commutator = =, negator = <>,
    restrict = eqsel, join = eqjoinsel,
    hashes, merges
);
comment on operator = (mutation, mutation) is 'the same gene, position and residues';

create operator <> (
    leftarg = mutation, rightarg = mutation, function = _virotrial.mutation_ne,
    commutator = <>, negator = =,
    restrict = neqsel, join = neqjoinsel
);
comment on operator <> (mutation, mutation) is 'another gene, position or residues';

create operator < (
    leftarg = mutation, rightarg = mutation, function = _virotrial.mutation_lt,
    commutator = >, negator = >=,
    restrict = scalarltsel, join = scalarltjoinsel
);
comment on operator < (mutation, mutation) is 'sorts before';

create operator <= (
    leftarg = mutation, rightarg = mutation, function = _virotrial.mutation_le,
    commutator = >=, negator = >,
    restrict = scalarlesel, join = scalarlejoinsel
);
comment on operator <= (mutation, mutation) is 'sorts before, or is the same';

create operator > (
    leftarg = mutation, rightarg = mutation, function = _virotrial.mutation_gt,
    commutator = <, negator = <=,
    restrict = scalargtsel, join = scalargtjoinsel
);
comment on operator > (mutation, mutation) is 'sorts after';

create operator >= (
    leftarg = mutation, rightarg = mutation, function = _virotrial.mutation_ge,
    commutator = <=, negator = <,
    restrict = scalargesel, join = scalargejoinsel
);
comment on operator >= (mutation, mutation) is 'sorts after, or is the same';

create operator class mutation_ops default for type mutation using btree as
    operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >,
    function 1 _virotrial.mutation_cmp(mutation, mutation),
    function 2 _virotrial.mutation_sortsupport(internal),
    function 4 btequalimage(oid);
comment on operator class mutation_ops using btree is 'the order of mutation';
comment on operator family mutation_ops using btree is 'the order of mutation';

create operator class mutation_ops default for type mutation using hash as
    operator 1 =,
    function 1 _virotrial.mutation_hash(mutation),
    function 2 _virotrial.mutation_hash_extended(mutation, bigint);
comment on operator class mutation_ops using hash is 'identity of mutation';
comment on operator family mutation_ops using hash is 'identity of mutation';

-- Parts

create function mutation(gene text, change text) returns mutation
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'mutation_from_gene';
comment on function mutation(text, text) is 'a mutation whose gene is given apart: mutation(''RT'', ''M184V'')';

create function any_change(gene text, codon integer) returns mutation
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'mutation_any_change';
comment on function any_change(text, integer) is 'every residue at a position except the consensus, as one mutation: genotype @@ any_change(''IN'', 148)';

create function gene(mutation) returns text
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'mutation_gene_name';
comment on function gene(mutation) is 'the gene: CA, PR, RT, IN, GP120 or GP41';

create function codon(mutation) returns integer
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'mutation_codon';
comment on function codon(mutation) is 'the position in the gene';

create function consensus(mutation) returns text
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'mutation_consensus_text';
comment on function consensus(mutation) is 'the amino acid of the reference at the position';

create function residues(mutation) returns text
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'mutation_residues_text';
comment on function residues(mutation) is 'the residues seen, with strokes between them; X if they are unknown';

create function is_mixture(mutation) returns boolean
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'mutation_is_mixture';
comment on function is_mixture(mutation) is 'more than one residue was seen; NULL if they are unknown';

-- Genotypes

create function mutations(list text) returns mutation[]
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'genotype_from_text';
comment on function mutations(text) is 'a genotype of a list: mutations(''RT: M41L, M184V; IN: N155H''); a gene holds until the next one';

create function read_mutations(list text, out genotype mutation[],
    out unread text[], out reasons text[])
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'genotype_read_text';
comment on function read_mutations(text) is 'the same without an error: what of the list could not be read, and why; then the genotype is NULL';

create function mutations_from_sequence(gene text, aligned_aa text,
    first_position integer default 1) returns mutation[]
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'genotype_from_sequence';
comment on function mutations_from_sequence(text, text, integer) is 'the mutations of an aligned amino-acid sequence: - is a deletion, [KR] a mixture, small letters follow the position after which they are inserted; mixtures of more than four amino acids tell nothing. The genotype says which positions were sequenced. Refused: a sequence that is not of the gene, in its place';

create function genes(genotype mutation[]) returns text[]
    language sql immutable strict parallel safe
    return array(select distinct gene(m) collate "C" from unnest(genotype) as m order by 1);
comment on function genes(mutation[]) is 'the genes in which a genotype has mutations, in the order of their names';

create function genotype_from_nucleotides(
    gene text, nucleotides text,
    out genotype mutation[], out aligned_aa text, out first_codon integer, out last_codon integer,
    out first_nucleotide integer, out last_nucleotide integer, out ambiguous_share float8,
    out frameshifts integer[], out stops integer[], out unusual mutation[], out apobec mutation[]
)
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'genotype_from_nucleotides';
comment on function genotype_from_nucleotides(text, text) is 'the genotype of a nucleotide sequence, aligned codon by codon to the gene, which may be a part of it, and its quality: what mutations_from_sequence() reads, where the gene lies in the sequence, the share of ambiguity codes, positions at which the frame is lost or there is a stop, mutations that take two or three changes of nucleotides, and those that APOBEC3 makes (G to A before A or G)';

create function with_coverage(genotype mutation[], genes text[]) returns mutation[]
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'genotype_with_coverage';
comment on function with_coverage(mutation[], text[]) is 'a genotype that says that the genes were sequenced, whole where it does not say which positions';

create function unread_positions(genotype mutation[], gene text) returns integer[]
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'genotype_unread_positions';
comment on function unread_positions(mutation[], text) is 'the positions of a gene that were not read: not sequenced, or unknown';

create function genotype_union(mutation[], mutation[]) returns mutation[]
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'genotype_union';
comment on function genotype_union(mutation[], mutation[]) is 'the mutations of both genotypes, one entry a position; what either has read was read';

create function _virotrial.genotype_add(mutation[], mutation) returns mutation[]
    language c immutable parallel safe
    as 'MODULE_PATHNAME', 'genotype_add';
comment on function _virotrial.genotype_add(mutation[], mutation) is 'transition of cumulative_genotype(mutation): one mutation more; NULL adds nothing';

create function _virotrial.genotype_final(mutation[]) returns mutation[]
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'genotype_final';
comment on function _virotrial.genotype_final(mutation[]) is 'a genotype in order, one entry a position';

create aggregate cumulative_genotype(mutation[]) (
    sfunc = genotype_union,
    stype = mutation[],
    finalfunc = _virotrial.genotype_final,
    combinefunc = genotype_union,
    parallel = safe
);
comment on aggregate cumulative_genotype(mutation[]) is 'every residue seen in any of the genotypes; NULL of none';

create aggregate cumulative_genotype(mutation) (
    sfunc = _virotrial.genotype_add,
    stype = mutation[],
    finalfunc = _virotrial.genotype_final,
    combinefunc = genotype_union,
    parallel = safe
);
comment on aggregate cumulative_genotype(mutation) is 'the genotype of mutations that are rows; NULL of none';

create function _virotrial.genotype_matches(mutation[], mutation) returns boolean
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'genotype_matches';
comment on function _virotrial.genotype_matches(mutation[], mutation) is 'the genotype shows one of the mutation''s residues at its position, also in a mixture; NULL if the position was not read';

create function _virotrial.genotype_matches_all(mutation[], mutation[]) returns boolean
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'genotype_matches_all';
comment on function _virotrial.genotype_matches_all(mutation[], mutation[]) is 'the genotype shows, of each of the mutations, one of the residues';

create operator @@ (
    leftarg = mutation[], rightarg = mutation, function = _virotrial.genotype_matches,
    restrict = matchingsel, join = matchingjoinsel
);
comment on operator @@ (mutation[], mutation) is 'the genotype shows one of the residues of the mutation';

create operator @@ (
    leftarg = mutation[], rightarg = mutation[], function = _virotrial.genotype_matches_all,
    restrict = matchingsel, join = matchingjoinsel
);
comment on operator @@ (mutation[], mutation[]) is 'the genotype shows, of each of the mutations, one of the residues';

-- A key is a residue at a position

create function _virotrial.genotype_gin_extract_value(mutation[], internal, internal)
    returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'genotype_gin_extract_value';
comment on function _virotrial.genotype_gin_extract_value(mutation[], internal, internal) is 'keys of a genotype';

create function _virotrial.genotype_gin_extract_query(mutation[], internal, smallint, internal,
    internal, internal, internal) returns internal
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'genotype_gin_extract_query';
comment on function _virotrial.genotype_gin_extract_query(mutation[], internal, smallint, internal, internal, internal, internal) is 'keys of what is looked for';

create function _virotrial.genotype_gin_consistent(internal, smallint, mutation[], integer,
    internal, internal, internal) returns "char"
    language c immutable strict parallel safe
    as 'MODULE_PATHNAME', 'genotype_gin_consistent';
comment on function _virotrial.genotype_gin_consistent(internal, smallint, mutation[], integer, internal, internal, internal) is 'whether the keys found suffice';

create operator class genotype_ops default for type mutation[] using gin as
    operator 1 @@ (mutation[], mutation),
    operator 2 @@ (mutation[], mutation[]),
    operator 3 && (anyarray, anyarray),
    operator 4 @> (anyarray, anyarray),
    function 1 btint8cmp(bigint, bigint),
    function 2 _virotrial.genotype_gin_extract_value(mutation[], internal, internal),
    function 3 _virotrial.genotype_gin_extract_query(mutation[], internal, smallint, internal,
        internal, internal, internal),
    function 6 _virotrial.genotype_gin_consistent(internal, smallint, mutation[], integer,
        internal, internal, internal),
    storage bigint;
comment on operator class genotype_ops using gin is 'residues at positions, for @@, && and @>';
comment on operator family genotype_ops using gin is 'residues at positions, for @@, && and @>';
