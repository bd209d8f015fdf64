/*-------------------------------------------------------------------------
 *
 * seal_tree.c
 *	  The blocks of a seal: which one a change is in, the roots of their trees,
 *	  paths and proofs.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/multirangetypes.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

#include "core/study/seal_proof.h"
#include "study/digest.h"
#include "study/seal_value.h"

PG_FUNCTION_INFO_V1(block_of);
PG_FUNCTION_INFO_V1(merkle_roots_step);
PG_FUNCTION_INFO_V1(merkle_roots_final);
PG_FUNCTION_INFO_V1(merkle_path_step);
PG_FUNCTION_INFO_V1(merkle_path_final);
PG_FUNCTION_INFO_V1(block_digest);
PG_FUNCTION_INFO_V1(verify_proof);

/* The changes from start, up to the one before end, are in the block. */
typedef struct BlockRange
{
	int64		start;
	int64		end;
	int32		block;
} BlockRange;

typedef struct BlockRanges
{
	int			count;
	BlockRange	ranges[FLEXIBLE_ARRAY_MEMBER];
} BlockRanges;

static int
compare_ranges(const void *a, const void *b)
{
	int64		first = ((const BlockRange *) a)->start;
	int64		second = ((const BlockRange *) b)->start;

	return first < second ? -1 : first > second;
}

static void
add_ranges(BlockRanges **ranges, TypeCacheEntry *range_type, MultirangeType *changes, int32 block)
{
	int			count = (*ranges)->count + (int) changes->rangeCount;

	*ranges = repalloc(*ranges, offsetof(BlockRanges, ranges) + sizeof(BlockRange) * (count + 1));
	for (int i = 0; i < changes->rangeCount; i++)
	{
		RangeBound	lower;
		RangeBound	upper;

		multirange_get_bounds(range_type, changes, i, &lower, &upper);
		(*ranges)->ranges[(*ranges)->count++] = (BlockRange)
		{
			.start = lower.infinite ? PG_INT64_MIN : DatumGetInt64(lower.val),
				.end = upper.infinite ? PG_INT64_MAX : DatumGetInt64(upper.val),
				.block = block
		};
	}
}

/* All ranges, in order; those of later calls are the same. */
static BlockRanges *
make_ranges(FunctionCallInfo fcinfo)
{
	MemoryContext old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	BlockRanges *ranges = palloc0(offsetof(BlockRanges, ranges));
	ArrayType  *blocks = PG_GETARG_ARRAYTYPE_P(1);
	TypeCacheEntry *type = lookup_type_cache(ARR_ELEMTYPE(blocks), TYPECACHE_MULTIRANGE_INFO);
	Datum	   *values;
	bool	   *nulls;
	int			count;

	deconstruct_array(blocks, ARR_ELEMTYPE(blocks), -1, false, TYPALIGN_DOUBLE, &values, &nulls, &count);
	for (int i = 0; i < count; i++)
		if (!nulls[i])
			add_ranges(&ranges, type->rngtype, DatumGetMultirangeTypeP(values[i]), i + 1);
	qsort(ranges->ranges, ranges->count, sizeof(BlockRange), compare_ranges);
	fcinfo->flinfo->fn_extra = ranges;
	MemoryContextSwitchTo(old);
	return ranges;
}

/* block_of(change, blocks): the number of the block, from 1, that a change is in; NULL for none. */
Datum
block_of(PG_FUNCTION_ARGS)
{
	int64		change = PG_GETARG_INT64(0);
	BlockRanges *ranges = fcinfo->flinfo->fn_extra;
	int			low = 0;
	int			high;

	if (ranges == NULL)
		ranges = make_ranges(fcinfo);
	/* The last range that does not start later */
	for (high = ranges->count; low < high;)
	{
		int			middle = (low + high) / 2;

		if (ranges->ranges[middle].start <= change)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || ranges->ranges[low - 1].end <= change)
		PG_RETURN_NULL();
	PG_RETURN_INT32(ranges->ranges[low - 1].block);
}

/* A seal each minute for 19 years; so many take 240 MB. */
#define MAX_BLOCKS 10000000

/* The leaves of a block, in any order. */
typedef struct LeafSet
{
	int64		count;
	int64		capacity;
	uint8	   *leaves;			/* digests, one behind the other */
} LeafSet;

/* Those of some blocks. */
typedef struct Forest
{
	int			size;
	LeafSet    *sets;
} Forest;

static void *
grow(MemoryContext context, void *array, size_t size)
{
	return array ? repalloc_huge(array, size) : MemoryContextAllocHuge(context, size);
}

static LeafSet *
leaves_of_block(MemoryContext context, Forest *forest, int32 block)
{
	if (block < 1 || block > MAX_BLOCKS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a seal has no block %d", block),
				 errhint("Blocks are counted from 1, to %d at most.", MAX_BLOCKS)));
	if (block > forest->size)
	{
		int			size = Max(block, forest->size * 2);

		forest->sets = grow(context, forest->sets, sizeof(LeafSet) * size);
		memset(forest->sets + forest->size, 0, sizeof(LeafSet) * (size - forest->size));
		forest->size = size;
	}
	return &forest->sets[block - 1];
}

static void
add_leaf(MemoryContext context, LeafSet *set, const uint8 *leaf)
{
	if (set->count == set->capacity)
	{
		set->capacity = Max(16, 2 * set->capacity);
		set->leaves = grow(context, set->leaves, DIGEST_SIZE * set->capacity);
	}
	memcpy(set->leaves + DIGEST_SIZE * set->count++, leaf, DIGEST_SIZE);
}

static int
compare_leaves(const void *a, const void *b)
{
	return memcmp(a, b, DIGEST_SIZE);
}

/* The root of the tree of leaves in the order of their bytes, in which they then stand. */
static void
root_of_leaves(LeafSet *set, uint8 *root)
{
	MerkleTree	tree;

	qsort(set->leaves, set->count, DIGEST_SIZE, compare_leaves);
	merkle_start(&tree, sha256_digest, NULL, 0);
	for (int64 i = 0; i < set->count; i++)
		merkle_add(&tree, set->leaves + DIGEST_SIZE * i);
	merkle_root(&tree, root);
}

/* The context of an aggregate's state. */
static MemoryContext
state_context(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("this function is a part of an aggregate"),
				 errhint("Call the aggregate.")));
	return context;
}

/* A digest, or an entry that begins with one. */
static const uint8 *
digest_argument(FunctionCallInfo fcinfo, int argument)
{
	bytea	   *bytes = PG_GETARG_BYTEA_PP(argument);

	if (VARSIZE_ANY_EXHDR(bytes) < DIGEST_SIZE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a digest has %d bytes", DIGEST_SIZE),
				 errhint("It is that of SHA-256.")));
	return (const uint8 *) VARDATA_ANY(bytes);
}

/* The step of merkle_roots(block, leaf): keeps a leaf of a block. */
Datum
merkle_roots_step(PG_FUNCTION_ARGS)
{
	MemoryContext context = state_context(fcinfo);
	Forest	   *forest = PG_ARGISNULL(0) ? MemoryContextAllocZero(context, sizeof(Forest)) : (Forest *) PG_GETARG_POINTER(0);

	if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2))
		add_leaf(context, leaves_of_block(context, forest, PG_GETARG_INT32(1)), digest_argument(fcinfo, 2));
	PG_RETURN_POINTER(forest);
}

static bytea *
bytes_of(const void *data, size_t length)
{
	return (bytea *) cstring_to_text_with_len(data, (int) length);
}

/* The roots, in the order of the blocks; NULL for one without leaves. */
Datum
merkle_roots_final(PG_FUNCTION_ARGS)
{
	Forest	   *forest = PG_ARGISNULL(0) ? NULL : (Forest *) PG_GETARG_POINTER(0);
	ArrayBuildState *roots = initArrayResult(BYTEAOID, CurrentMemoryContext, false);

	(void) state_context(fcinfo);
	for (int i = 0; forest && i < forest->size; i++)
	{
		bool		is_empty = forest->sets[i].count == 0;
		uint8		root[DIGEST_SIZE];

		CHECK_FOR_INTERRUPTS();
		if (!is_empty)
			root_of_leaves(&forest->sets[i], root);
		accumArrayResult(roots, is_empty ? 0 : PointerGetDatum(bytes_of(root, DIGEST_SIZE)), is_empty,
						 BYTEAOID, CurrentMemoryContext);
	}
	PG_RETURN_DATUM(makeArrayResult(roots, CurrentMemoryContext));
}

typedef struct PathState
{
	MerkleTree	tree;
	MerklePath	path;
} PathState;

/* The step of merkle_path(leaf, index): the index, from 0, is that of the first row. */
Datum
merkle_path_step(PG_FUNCTION_ARGS)
{
	MemoryContext context = state_context(fcinfo);
	PathState  *state = PG_ARGISNULL(0) ? NULL : (PathState *) PG_GETARG_POINTER(0);

	if (state == NULL)
	{
		state = MemoryContextAlloc(context, sizeof(PathState));
		merkle_start(&state->tree, sha256_digest, &state->path, PG_ARGISNULL(2) ? -1 : PG_GETARG_INT64(2));
	}
	if (!PG_ARGISNULL(1))
		merkle_add(&state->tree, digest_argument(fcinfo, 1));
	PG_RETURN_POINTER(state);
}

/* Index and number of leaves, and the path, as they stand in a proof. */
Datum
merkle_path_final(PG_FUNCTION_ARGS)
{
	PathState	copy;
	uint8		root[DIGEST_SIZE];
	StringInfoData out;

	(void) state_context(fcinfo);
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	copy = *(PathState *) PG_GETARG_POINTER(0);
	copy.tree.path = &copy.path;
	merkle_root(&copy.tree, root);
	initStringInfo(&out);
	pq_sendint64(&out, copy.path.index);
	pq_sendint64(&out, copy.tree.leaves);
	pq_sendint8(&out, copy.path.length);
	appendBinaryStringInfo(&out, (char *) copy.path.nodes, copy.path.length * DIGEST_SIZE);
	PG_RETURN_BYTEA_P(bytes_of(out.data, out.len));
}

/* block_digest(previous, block): the digest of the bytes of a block, root first. */
Datum
block_digest(PG_FUNCTION_ARGS)
{
	const uint8 *previous = digest_argument(fcinfo, 0);
	bytea	   *block = PG_GETARG_BYTEA_PP(1);
	Bytes		bytes = {(uint8 *) VARDATA_ANY(block), VARSIZE_ANY_EXHDR(block)};
	uint8		digest[DIGEST_SIZE];

	chain_digest(sha256_digest, previous, bytes, palloc(bytes.length + DIGEST_SIZE + 1), digest);
	PG_RETURN_BYTEA_P(bytes_of(digest, DIGEST_SIZE));
}

static bool
read_proof_argument(FunctionCallInfo fcinfo, SealProof *proof, bytea **bytes)
{
	*bytes = PG_GETARG_BYTEA_PP(0);
	return seal_proof_read((Bytes) {(uint8 *) VARDATA_ANY(*bytes), VARSIZE_ANY_EXHDR(*bytes)}, proof);
}

/* verify_proof(proof, head): does it prove that its row was sealed by the block of this digest, or one before? */
Datum
verify_proof(PG_FUNCTION_ARGS)
{
	char	   *expected = text_to_cstring(PG_GETARG_TEXT_PP(1));
	SealProof	proof;
	bytea	   *bytes;
	uint8		head[DIGEST_SIZE];
	char		written[2 * DIGEST_SIZE + 1];

	if (!read_proof_argument(fcinfo, &proof, &bytes) ||
		!seal_proof_head(sha256_digest, &proof, palloc(VARSIZE_ANY(bytes) + DIGEST_SIZE + 1), head))
		PG_RETURN_BOOL(false);
	hex_encode((char *) head, DIGEST_SIZE, written);
	written[2 * DIGEST_SIZE] = '\0';
	PG_RETURN_BOOL(pg_strcasecmp(written, expected) == 0);
}
