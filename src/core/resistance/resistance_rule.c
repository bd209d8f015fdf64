/*
 * resistance_rule.c
 *	  The lines of an algorithm's text that hold its drugs, rules and the
 *	  conditions of comments.
 */
#include "core/resistance/resistance_compiler.h"

#include <string.h>

#define SECTION_DRUGS			7
#define SECTION_GENE_COMMENTS	8
#define SECTION_RESULT_COMMENTS	9

static bool
enter_section(Compiler *compiler, int section, const char *word)
{
	if (section < compiler->section)
		return compiler_fail(compiler, "a line \"%s\" in the wrong place", word);
	if (compiler->section < 2)
		return compiler_fail(compiler, "no level is defined");
	compiler->section = section;
	return true;
}

static bool
drug_line(Compiler *compiler, const TextSlice *fields)
{
	ResistanceAlgorithm *algorithm = compiler->algorithm;
	ResistanceDrug drug = {.name = fields[1],.full_name = fields[2],.class_index = -1,
	.first_rule = compiler->rules.count,.first_node = compiler->nodes.count,
	.end_node = compiler->nodes.count};
	ResistanceDrug *added;

	compiler_place(compiler, "drug \"%.*s\"", SLICE(fields[1]));
	if (!enter_section(compiler, SECTION_DRUGS, "drug") || !name_check(compiler, fields[1], "drug"))
		return false;
	if (resistance_algorithm_drug(algorithm, fields[1].text, (size_t) fields[1].length) >= 0)
		return compiler_fail(compiler, "a second definition of this drug");
	for (int i = 0; i < algorithm->class_count; i++)
		if (algorithm->classes[i].is_defined && list_contains(algorithm->classes[i].drug_list, fields[1]))
			drug.class_index = i;
	if (drug.class_index < 0)
		return compiler_fail(compiler, "the drug is in no drug class");
	drug.gene = algorithm->classes[drug.class_index].gene;
	added = growing_add(compiler, &compiler->drugs, sizeof(ResistanceDrug));
	if (added == NULL)
		return false;
	*added = drug;
	compiler->in_drug = true;
	return true;
}

static bool
gene_comments_line(Compiler *compiler, const TextSlice *fields)
{
	GeneRules  *genes = compiler->gene_rules.items;
	int			gene = gene_lookup(fields[1].text, (size_t) fields[1].length);
	uint32_t	i;

	compiler_place(compiler, "mutation comments of gene \"%.*s\"", SLICE(fields[1]));
	if (!enter_section(compiler, SECTION_GENE_COMMENTS, "genecomments"))
		return false;
	for (i = 0; i < compiler->gene_rules.count; i++)
		if (gene != GENE_NONE && genes[i].gene == gene)
			break;
	if (i == compiler->gene_rules.count)
		return compiler_fail(compiler, "the gene is not defined");
	if (genes[i].rules > 0)
		return compiler_fail(compiler, "a second list of comments of this gene");

	/* The gene whose rules follow is the last of the list. */
	{
		GeneRules	last = genes[i];

		genes[i] = genes[compiler->gene_rules.count - 1];
		last.first_rule = compiler->rules.count;
		genes[compiler->gene_rules.count - 1] = last;
	}
	compiler->in_drug = false;
	return true;
}

/* The actions of a rule have to suit its condition. */
static bool
check_actions(Compiler *compiler, const ResistanceRule *rule, bool in_drug)
{
	if (!in_drug && (rule->comment < 0 || rule->level >= 0 || rule->ranges.count > 0))
		return compiler_fail(compiler, "a rule for mutation comments has to lead to a comment alone");
	if (!in_drug && rule->is_score)
		return compiler_fail(compiler, "a comment can't depend on a score");
	if (rule->is_score && (rule->level >= 0 || rule->comment >= 0))
		return compiler_fail(compiler, "a score can't lead to a level or comment without a range");
	if (rule->is_score && rule->ranges.count == 0)
		return compiler_fail(compiler, "a score without ranges");
	if (!rule->is_score && rule->ranges.count > 0)
		return compiler_fail(compiler, "ranges for a condition that is not a score");
	if (!rule->is_score && rule->level < 0 && rule->comment < 0)
		return compiler_fail(compiler, "a rule without an action");
	return true;
}

/* Reads the level, the ranges and the comment of a rule, all optional. */
static bool
read_actions(Compiler *compiler, const TextSlice *fields, ResistanceRule *rule)
{
	static const TextSlice global = {"global", 6};
	int			order;

	rule->level = -1;
	rule->comment = -1;
	if (fields[2].length > 0 &&
		(!number_read(fields[2], &order) ||
		 (rule->level = level_find(compiler->algorithm, order)) < 0))
		return compiler_fail(compiler, "an undefined level, \"%.*s\"", SLICE(fields[2]));
	if (slice_equal(fields[3], global))
	{
		rule->ranges = compiler->algorithm->global_ranges;
		if (rule->ranges.count == 0)
			return compiler_fail(compiler, "the global range is used, and is not defined");
	}
	else if (fields[3].length > 0 && !ranges_compile(compiler, fields[3], &rule->ranges))
		return false;
	if (fields[4].length > 0 &&
		(rule->comment = comment_find(compiler->algorithm, fields[4])) < 0)
		return compiler_fail(compiler, "an undefined comment, \"%.*s\"", SLICE(fields[4]));
	return true;
}

/* Places the rule that follows in its drug or gene. */
static int
place_rule(Compiler *compiler)
{
	if (compiler->in_drug)
	{
		ResistanceDrug *drug = (ResistanceDrug *) compiler->drugs.items + compiler->drugs.count - 1;

		compiler_place(compiler, "drug \"%.*s\", rule %u", SLICE(drug->name), drug->rules + 1);
		drug->rules++;
		return drug->gene;
	}
	else
	{
		GeneRules  *gene = (GeneRules *) compiler->gene_rules.items + compiler->gene_rules.count - 1;

		compiler_place(compiler, "mutation comments of gene \"%s\", rule %u",
					   gene_name(gene->gene), gene->rules + 1);
		gene->rules++;
		return gene->gene;
	}
}

static bool
drug_rule_line(Compiler *compiler, const TextSlice *fields)
{
	ResistanceRule rule = {0};
	ResistanceRule *added;
	int			gene;

	if (compiler->section != SECTION_DRUGS && compiler->section != SECTION_GENE_COMMENTS)
		return compiler_fail(compiler, "a rule outside a drug");
	gene = place_rule(compiler);
	if (fields[1].length == 0)
		return compiler_fail(compiler, "the condition is missing");
	if (!condition_compile(compiler, fields[1], gene, &rule) ||
		!read_actions(compiler, fields, &rule) ||
		!check_actions(compiler, &rule, compiler->in_drug) ||
		(rule.is_score && !ranges_cover(compiler, &rule)))
		return false;
	added = growing_add(compiler, &compiler->rules, sizeof(ResistanceRule));
	if (added == NULL)
		return false;
	*added = rule;
	if (compiler->in_drug && rule.is_score)
	{
		ResistanceDrug *drug = (ResistanceDrug *) compiler->drugs.items + compiler->drugs.count - 1;

		drug->has_score = true;
		drug->end_node = rule.end;
	}
	return true;
}

static bool
result_comment_line(Compiler *compiler, const TextSlice *fields)
{
	ResultComment *added;
	int			comment = comment_find(compiler->algorithm, fields[1]);

	compiler_place(compiler, "result comment \"%.*s\"", SLICE(fields[1]));
	if (!enter_section(compiler, SECTION_RESULT_COMMENTS, "resultcomment"))
		return false;
	if (comment < 0)
		return compiler_fail(compiler, "an undefined comment");
	added = growing_add(compiler, &compiler->result_comments, sizeof(ResultComment));
	if (added == NULL)
		return false;
	*added = (ResultComment) {comment, compiler->level_conditions.count, 0};
	return true;
}

static bool
read_comparison(TextSlice word, LevelComparison *comparison)
{
	static const char *const words[] = {"LT", "LTE", "GT", "GTE", "EQ", "NEQ"};

	for (int i = 0; i < 6; i++)
	{
		if (!slice_equal(word, (TextSlice) {words[i], (int) strlen(words[i])}))
			continue;
		*comparison = (LevelComparison) i;
		return true;
	}
	return false;
}

static bool
when_line(Compiler *compiler, const TextSlice *fields)
{
	ResultComment *comment;
	LevelCondition condition;
	LevelCondition *added;

	if (compiler->section != SECTION_RESULT_COMMENTS || compiler->result_comments.count == 0)
		return compiler_fail(compiler, "a condition outside a result comment");
	comment = (ResultComment *) compiler->result_comments.items + compiler->result_comments.count - 1;
	compiler_place(compiler, "result comment \"%.*s\"",
				   SLICE(compiler->algorithm->comments[comment->comment].id));
	condition.drug = resistance_algorithm_drug(compiler->algorithm, fields[1].text,
											   (size_t) fields[1].length);
	if (condition.drug < 0)
		return compiler_fail(compiler, "an undefined drug, \"%.*s\"", SLICE(fields[1]));
	if (!read_comparison(fields[2], &condition.comparison))
		return compiler_fail(compiler, "\"%.*s\" is no comparison", SLICE(fields[2]));
	if (!number_read(fields[3], &condition.order) ||
		level_find(compiler->algorithm, condition.order) < 0)
		return compiler_fail(compiler, "an undefined level, \"%.*s\"", SLICE(fields[3]));
	added = growing_add(compiler, &compiler->level_conditions, sizeof(LevelCondition));
	if (added == NULL)
		return false;
	*added = condition;
	comment->conditions++;
	return true;
}

/*
 * Compiles a line if it is of a drug, a rule or a condition of comments;
 * *known says whether it is.
 */
bool
rule_line(Compiler *compiler, const TextSlice *fields, int count, bool *known)
{
	static const struct
	{
		const char *word;
		int			fields;
		bool		(*compile) (Compiler *compiler, const TextSlice *fields);
	}			kinds[] = {
		{"drug", 3, drug_line}, {"rule", 5, drug_rule_line},
		{"genecomments", 2, gene_comments_line},
		{"resultcomment", 2, result_comment_line}, {"when", 4, when_line},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
	{
		if (!slice_equal(fields[0], (TextSlice) {kinds[i].word, (int) strlen(kinds[i].word)}))
			continue;
		*known = true;
		if (count != kinds[i].fields)
			return compiler_fail(compiler, "%d fields instead of %d", count, kinds[i].fields);
		return kinds[i].compile(compiler, fields);
	}
	*known = false;
	return false;
}

/* Every class of a gene has its drugs, and every drug is there. */
static bool
check_classes(Compiler *compiler)
{
	ResistanceAlgorithm *algorithm = compiler->algorithm;

	for (int i = 0; i < algorithm->class_count; i++)
	{
		TextSlice	list = algorithm->classes[i].drug_list;
		TextSlice	name;

		compiler_place(compiler, "drug class \"%.*s\"", SLICE(algorithm->classes[i].name));
		if (!algorithm->classes[i].is_defined)
			return compiler_fail(compiler, "an undefined drug class");
		while (list_next(&list, &name))
		{
			compiler->memory.interrupt();
			if (resistance_algorithm_drug(algorithm, name.text, (size_t) name.length) < 0)
				return compiler_fail(compiler, "an undefined drug, \"%.*s\"", SLICE(name));
		}
	}
	return true;
}

/*
 * Checks what only shows at the end of the text, and completes the algorithm.
 */
bool
rules_finish(Compiler *compiler)
{
	ResistanceAlgorithm *algorithm = compiler->algorithm;

	compiler_publish(compiler);
	compiler_place(compiler, "the algorithm");
	if (algorithm->level_count == 0)
		return compiler_fail(compiler, "no level is defined");
	if (algorithm->drug_count == 0)
		return compiler_fail(compiler, "no drug is defined");
	if (!check_classes(compiler))
		return false;
	for (int i = 0; i < algorithm->result_comment_count; i++)
	{
		const ResultComment *comment = &algorithm->result_comments[i];

		compiler_place(compiler, "result comment \"%.*s\"", SLICE(algorithm->comments[comment->comment].id));
		if (comment->conditions == 0)
			return compiler_fail(compiler, "a result comment without a condition");
	}
	if (algorithm->default_level < 0)
		algorithm->default_level = 0;
	for (int i = 0; i < algorithm->drug_count; i++)
	{
		const ResistanceDrug *drug = &algorithm->drugs[i];
		uint32_t	parts = 0;

		for (uint32_t j = drug->first_rule; j < drug->first_rule + drug->rules; j++)
			parts += algorithm->rules[j].is_score ? algorithm->rules[j].end - algorithm->rules[j].first : 1;
		if ((int) parts > algorithm->largest_rule_list)
			algorithm->largest_rule_list = (int) parts;
	}
	return index_build(compiler);
}
