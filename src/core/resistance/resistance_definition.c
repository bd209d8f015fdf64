/*
 * resistance_definition.c
 *	  The lines of an algorithm's text that define its levels, ranges,
 *	  comments, genes and drug classes.
 */
#include "core/resistance/resistance_compiler.h"

#include <string.h>

/* A kind of line: its number of fields and the section it belongs to. */
typedef struct LineKind
{
	const char *word;
	int			fields;
	int			section;
	bool		(*compile) (Compiler *compiler, const TextSlice *fields);
} LineKind;

static bool
algorithm_line(Compiler *compiler, const TextSlice *fields)
{
	ResistanceAlgorithm *algorithm = compiler->algorithm;

	compiler_place(compiler, "the head of the algorithm");
	if (algorithm->name.text != NULL)
		return compiler_fail(compiler, "a second name");
	if (!name_check(compiler, fields[1], "algorithm") || !name_check(compiler, fields[2], "version"))
		return false;
	algorithm->name = fields[1];
	algorithm->version = fields[2];
	algorithm->date = fields[3];
	return true;
}

/* Levels are kept in the order of their numbers. */
static bool
level_line(Compiler *compiler, const TextSlice *fields)
{
	ResistanceLevel level = {0};
	ResistanceLevel *levels;
	uint32_t	i;

	compiler_place(compiler, "level \"%.*s\"", SLICE(fields[1]));
	if (!number_read(fields[1], &level.order))
		return compiler_fail(compiler, "the order of a level is not a number");
	if (fields[2].length != 1 || strchr("SIR", fields[2].text[0]) == NULL || fields[2].text[0] == '\0')
		return compiler_fail(compiler, "\"%.*s\" is none of S, I and R", SLICE(fields[2]));
	if (fields[3].length == 0)
		return compiler_fail(compiler, "the text of a level is missing");
	if (level_find(compiler->algorithm, level.order) >= 0)
		return compiler_fail(compiler, "a second level of this order");
	if (compiler->levels.count == 64)
		return compiler_fail(compiler, "more than 64 levels");
	level.sir = fields[2].text[0];
	level.text = fields[3];
	if (growing_add(compiler, &compiler->levels, sizeof(ResistanceLevel)) == NULL)
		return false;
	levels = compiler->levels.items;
	for (i = compiler->levels.count - 1; i > 0 && levels[i - 1].order > level.order; i--)
		levels[i] = levels[i - 1];
	levels[i] = level;
	return true;
}

static bool
default_level_line(Compiler *compiler, const TextSlice *fields)
{
	int			order;

	compiler_place(compiler, "the default level");
	if (compiler->algorithm->default_level >= 0)
		return compiler_fail(compiler, "a second default level");
	if (!number_read(fields[1], &order) ||
		(compiler->algorithm->default_level = level_find(compiler->algorithm, order)) < 0)
		return compiler_fail(compiler, "an undefined level, \"%.*s\"", SLICE(fields[1]));
	return true;
}

static bool
global_range_line(Compiler *compiler, const TextSlice *fields)
{
	compiler_place(compiler, "the global range");
	if (compiler->algorithm->global_ranges.count > 0)
		return compiler_fail(compiler, "a second global range");
	return ranges_compile(compiler, fields[1], &compiler->algorithm->global_ranges);
}

static bool
comment_line(Compiler *compiler, const TextSlice *fields)
{
	ResistanceComment comment = {.id = fields[1],.text = fields[3]};
	ResistanceComment *added;

	compiler_place(compiler, "comment %u, \"%.*s\"", compiler->comments.count + 1, SLICE(fields[1]));
	if (!name_check(compiler, fields[1], "comment"))
		return false;
	if (comment_find(compiler->algorithm, fields[1]) >= 0)
		return compiler_fail(compiler, "a second comment of this name");
	if (fields[2].length > 0 && !number_read(fields[2], &comment.sort))
		return compiler_fail(compiler, "the sort tag \"%.*s\" is not a number", SLICE(fields[2]));
	if (fields[3].length == 0)
		return compiler_fail(compiler, "the text of a comment is missing");
	added = growing_add(compiler, &compiler->comments, sizeof(ResistanceComment));
	if (added == NULL)
		return false;
	*added = comment;
	return true;
}

static int
class_find(const ResistanceAlgorithm *algorithm, TextSlice name)
{
	for (int i = 0; i < algorithm->class_count; i++)
		if (slice_equal(algorithm->classes[i].name, name))
			return i;
	return -1;
}

/* Makes the classes of a gene known; their own lines follow. */
static bool
gene_line(Compiler *compiler, const TextSlice *fields)
{
	TextSlice	list = fields[2];
	TextSlice	name;
	int			gene = gene_lookup(fields[1].text, (size_t) fields[1].length);

	compiler_place(compiler, "gene \"%.*s\"", SLICE(fields[1]));
	if (gene == GENE_NONE)
		return compiler_fail(compiler, "an unknown gene; the genes are %s", gene_list());
	for (uint32_t i = 0; i < compiler->gene_rules.count; i++)
		if (((GeneRules *) compiler->gene_rules.items)[i].gene == gene)
			return compiler_fail(compiler, "a second definition of this gene");
	/* A gene may have comments on its mutations, and no drugs. */
	while (fields[2].length > 0 && list_next(&list, &name))
	{
		ResistanceClass *added;

		if (!name_check(compiler, name, "drug class"))
			return false;
		if (class_find(compiler->algorithm, name) >= 0)
			return compiler_fail(compiler, "drug class \"%.*s\" is already in a gene", SLICE(name));
		added = growing_add(compiler, &compiler->classes, sizeof(ResistanceClass));
		if (added == NULL)
			return false;
		*added = (ResistanceClass) {.name = name,.gene = gene};
		compiler_publish(compiler);
	}
	{
		GeneRules  *rules = growing_add(compiler, &compiler->gene_rules, sizeof(GeneRules));

		if (rules == NULL)
			return false;
		*rules = (GeneRules) {.gene = gene};
	}
	return true;
}

/* The drugs of a class; their own lines follow. */
static bool
class_line(Compiler *compiler, const TextSlice *fields)
{
	ResistanceAlgorithm *algorithm = compiler->algorithm;
	TextSlice	list = fields[2];
	TextSlice	name;
	int			index = class_find(algorithm, fields[1]);

	compiler_place(compiler, "drug class \"%.*s\"", SLICE(fields[1]));
	if (!name_check(compiler, fields[1], "drug class"))
		return false;
	if (index < 0)
		return compiler_fail(compiler, "the drug class is in no gene");
	if (algorithm->classes[index].is_defined)
		return compiler_fail(compiler, "a second definition of this drug class");
	while (list_next(&list, &name))
	{
		if (!name_check(compiler, name, "drug"))
			return false;
		for (int i = 0; i < algorithm->class_count; i++)
			if (algorithm->classes[i].is_defined &&
				list_contains(algorithm->classes[i].drug_list, name))
				return compiler_fail(compiler, "drug \"%.*s\" is already in class \"%.*s\"",
									 SLICE(name), SLICE(algorithm->classes[i].name));
		if (list.text != NULL && list_contains(list, name))
			return compiler_fail(compiler, "drug \"%.*s\" is listed twice", SLICE(name));
	}
	algorithm->classes[index].drug_list = fields[2];
	algorithm->classes[index].is_defined = true;
	return true;
}

static const LineKind line_kinds[] = {
	{"algorithm", 4, 1, algorithm_line},
	{"level", 4, 2, level_line},
	{"defaultlevel", 2, 3, default_level_line},
	{"globalrange", 2, 3, global_range_line},
	{"comment", 4, 4, comment_line},
	{"gene", 3, 5, gene_line},
	{"class", 3, 6, class_line},
};

/*
 * Compiles a line if it is a definition; *known says whether it is one.
 */
bool
definition_line(Compiler *compiler, const TextSlice *fields, int count, bool *known)
{
	for (size_t i = 0; i < sizeof(line_kinds) / sizeof(line_kinds[0]); i++)
	{
		const LineKind *kind = &line_kinds[i];
		TextSlice	word = {kind->word, (int) strlen(kind->word)};

		if (!slice_equal(fields[0], word))
			continue;
		*known = true;
		if (count != kind->fields)
			return compiler_fail(compiler, "%d fields instead of %d", count, kind->fields);
		if (kind->section < compiler->section)
			return compiler_fail(compiler, "a line \"%s\" after lines that may refer to it", kind->word);
		if (kind->section > 1 && compiler->algorithm->name.text == NULL)
			return compiler_fail(compiler, "the name of the algorithm is missing");
		compiler->section = kind->section;
		return kind->compile(compiler, fields);
	}
	*known = false;
	return false;
}
