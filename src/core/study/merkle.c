/*-------------------------------------------------------------------------
 *
 * merkle.c
 *	  Merkle trees and chains of digests, as RFC 6962 has them.
 *
 *-------------------------------------------------------------------------
 */
#include "core/study/merkle.h"

#include <string.h>

/* Starts a tree; the path of one leaf is kept if there is one. */
void
merkle_start(MerkleTree *tree, DigestFunction digest, MerklePath *path, int64_t index)
{
	tree->digest = digest;
	tree->leaves = 0;
	tree->depth = 0;
	tree->path = path;
	if (path)
	{
		path->index = index;
		path->length = 0;
	}
}

/* The node above two; it may stand in the place of either. */
static void
digest_node(DigestFunction digest, const uint8_t *left, const uint8_t *right, uint8_t *node)
{
	uint8_t		data[1 + 2 * DIGEST_SIZE];

	data[0] = MERKLE_NODE;
	memcpy(data + 1, left, DIGEST_SIZE);
	memcpy(data + 1 + DIGEST_SIZE, right, DIGEST_SIZE);
	digest(data, sizeof(data), node);
}

/* Keeps what is beside the leaf of the path where [start, middle) and [middle, end) are joined. */
static void
extend_path(MerklePath *path, const uint8_t *left, const uint8_t *right, int64_t start, int64_t middle, int64_t end)
{
	if (path && path->index >= start && path->index < end)
		memcpy(path->nodes[path->length++], path->index < middle ? right : left, DIGEST_SIZE);
}

/* Adds the digest of a leaf. */
void
merkle_add(MerkleTree *tree, const uint8_t *leaf)
{
	int64_t		end = tree->leaves + 1;
	int64_t		size = 1;

	memcpy(tree->roots[tree->depth++], leaf, DIGEST_SIZE);
	for (int64_t full = tree->leaves; full & 1; full >>= 1)
	{
		uint8_t    *left = tree->roots[tree->depth - 2];
		uint8_t    *right = tree->roots[tree->depth - 1];

		extend_path(tree->path, left, right, end - 2 * size, end - size, end);
		digest_node(tree->digest, left, right, left);
		tree->depth--;
		size *= 2;
	}
	tree->leaves = end;
}

/* The root of the leaves so far; the path, if there is one, is then that of this tree. */
void
merkle_root(const MerkleTree *tree, uint8_t *root)
{
	int64_t		start = tree->leaves;
	int64_t		rest = tree->leaves;

	if (tree->depth == 0)
	{
		tree->digest((const uint8_t *) "", 0, root);
		return;
	}
	for (int place = tree->depth - 1; place >= 0; place--)
	{
		int64_t		size = rest & -rest;

		if (place == tree->depth - 1)
			memcpy(root, tree->roots[place], DIGEST_SIZE);
		else
		{
			extend_path(tree->path, tree->roots[place], root, start - size, start, tree->leaves);
			digest_node(tree->digest, tree->roots[place], root, root);
		}
		start -= size;
		rest -= size;
	}
}

/* The root to which a path leads from the digest of a leaf; false if it is not a path of such a tree. */
bool
merkle_climb(DigestFunction digest, const uint8_t *leaf, int64_t leaves, const MerklePath *path, uint8_t *root)
{
	int64_t		node = path->index;
	int64_t		last;

	if (node < 0 || node >= leaves)
		return false;
	last = leaves - 1;
	memcpy(root, leaf, DIGEST_SIZE);
	for (int i = 0; i < path->length; i++)
	{
		if (last == 0)
			return false;
		if ((node & 1) || node == last)
		{
			digest_node(digest, path->nodes[i], root, root);
			while (!(node & 1) && node != 0)
			{
				node >>= 1;
				last >>= 1;
			}
		}
		else
			digest_node(digest, root, path->nodes[i], root);
		node >>= 1;
		last >>= 1;
	}
	return last == 0;
}
