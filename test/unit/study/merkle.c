#include "core/study/merkle.h"

#include <string.h>

#include "tap.h"
#include "toy_digest.h"

#define LARGEST 130

static uint8_t leaves[LARGEST][DIGEST_SIZE];

/* RFC 6962, 2.1: the tree of a list, split at the largest power of two below its length. */
static void
defined_root(int first, int count, uint8_t *root)
{
	uint8_t		data[1 + 2 * DIGEST_SIZE] = {1};
	int			split = 1;

	if (count == 0)
		toy_digest((const uint8_t *) "", 0, root);
	else if (count == 1)
		memcpy(root, leaves[first], DIGEST_SIZE);
	else
	{
		while (2 * split < count)
			split *= 2;
		defined_root(first, split, data + 1);
		defined_root(first + split, count - split, data + 1 + DIGEST_SIZE);
		toy_digest(data, sizeof(data), root);
	}
}

static void
streamed_root(int count, MerklePath *path, int index, uint8_t *root)
{
	MerkleTree	tree;

	merkle_start(&tree, toy_digest, path, index);
	for (int i = 0; i < count; i++)
		merkle_add(&tree, leaves[i]);
	merkle_root(&tree, root);
}

static bool
climbs_to(const uint8_t *leaf, int count, const MerklePath *path, const uint8_t *expected)
{
	uint8_t		root[DIGEST_SIZE];

	return merkle_climb(toy_digest, leaf, count, path, root) && memcmp(root, expected, DIGEST_SIZE) == 0;
}

/* How many leaves of a tree have a path that leads to its root, and no path that leads there from another. */
static int
proved_leaves(int count)
{
	uint8_t		root[DIGEST_SIZE];
	int			proved = 0;

	for (int index = 0; index < count; index++)
	{
		MerklePath	path;
		bool		proves;

		streamed_root(count, &path, index, root);
		proves = climbs_to(leaves[index], count, &path, root);
		proves = proves && !climbs_to(leaves[(index + 1) % LARGEST], count, &path, root);
		path.length++;
		proves = proves && !climbs_to(leaves[index], count, &path, root);
		path.length -= 2;
		proves = proves && (count == 1 || !climbs_to(leaves[index], count, &path, root));
		proved += proves;
	}
	return proved;
}

int
main(void)
{
	uint8_t		expected[DIGEST_SIZE];
	uint8_t		root[DIGEST_SIZE];
	int			same = 0;
	int			proved = 0;
	MerklePath	path = {.index = 0};

	for (int i = 0; i < LARGEST; i++)
		toy_digest((const uint8_t *) &i, sizeof(i), leaves[i]);
	for (int count = 0; count < LARGEST; count++)
	{
		defined_root(0, count, expected);
		streamed_root(count, NULL, 0, root);
		same += memcmp(root, expected, DIGEST_SIZE) == 0;
		proved += proved_leaves(count) == count;
	}
	is_int(same, LARGEST, "the root of a stream is that of the definition");
	is_int(proved, LARGEST, "each leaf has a path, which is that of no other leaf, and no longer or shorter");
	ok(merkle_climb(toy_digest, leaves[0], 1, &path, root) && memcmp(root, leaves[0], DIGEST_SIZE) == 0,
	   "the root of one leaf is the leaf");
	ok(!merkle_climb(toy_digest, leaves[0], 0, &path, root), "no path in an empty tree");
	ok(!merkle_climb(toy_digest, leaves[0], INT64_MIN, &path, root), "nor in one of fewer leaves than none");
	path.index = 1;
	ok(!merkle_climb(toy_digest, leaves[0], 1, &path, root), "nor behind the last leaf");
	path.index = -1;
	ok(!merkle_climb(toy_digest, leaves[0], 1, &path, root), "nor before the first");
	return done_testing();
}
