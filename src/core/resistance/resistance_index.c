/*
 * resistance_index.c
 *	  Finds, for each position, what it can change.
 *
 * Of a thousand rules a genotype touches a few dozen.  The others stay as they
 * are where nothing is seen, which for nearly all of them is: they don't fire.
 */
#include "core/resistance/resistance_compiler.h"

#include <string.h>

typedef struct IndexBuilder
{
	Compiler   *compiler;
	ResistanceAlgorithm *algorithm;
	uint32_t   *last_item;		/* by slot, the item + 1 that was last added */
	uint32_t   *next;			/* by slot, where its next item goes; counts first */
	uint32_t   *tests;			/* by slot, how many tests look at it */
	uint32_t	drug_item;		/* of the drug whose rules are added */
	bool		counting;
} IndexBuilder;

static bool
is_test(const ConditionStep *step)
{
	return step->operator == CONDITION_TEST || step->operator == CONDITION_TEST_NOT;
}

/* Lets residues of a slot touch an item. */
static void
add_slot(IndexBuilder *builder, const ConditionStep *test, uint32_t item)
{
	uint32_t	slot = test->slot;

	if (slot == 0)
		return;
	if (builder->last_item[slot] != item + 1)
	{
		builder->last_item[slot] = item + 1;
		if (!builder->counting)
			builder->algorithm->touches[builder->next[slot]] = (Touch) {item, builder->drug_item, 0};
		builder->next[slot]++;
	}
	if (!builder->counting)
		builder->algorithm->touches[builder->next[slot] - 1].residues |= test->residues;
}

/*
 * Of a condition that needs all of its tests, the test at the position that
 * the fewest others look at; NULL for any other condition.
 */
static const ConditionStep *
rarest_needed(const IndexBuilder *builder, const ConditionStep *step, const ConditionStep *end)
{
	const ConditionStep *rarest = step;

	for (; step < end; step++)
	{
		if (step->operator != CONDITION_TEST && step->operator != CONDITION_AND)
			return NULL;
		if (step->operator == CONDITION_TEST &&
			builder->tests[step->slot] < builder->tests[rarest->slot])
			rarest = step;
	}
	return rarest;
}

static void
add_steps(IndexBuilder *builder, uint32_t first, uint32_t count, uint32_t item)
{
	const ConditionStep *step = builder->algorithm->steps + first;
	const ConditionStep *end = step + count;
	const ConditionStep *needed = count > 0 ? rarest_needed(builder, step, end) : NULL;

	if (needed != NULL)
		add_slot(builder, needed, item);
	else
		for (; step < end; step++)
			if (is_test(step))
				add_slot(builder, step, item);
}

/* The items of a rule: the outermost nodes of a score, or the rule itself. */
static void
add_rule(IndexBuilder *builder, uint32_t index)
{
	const ResistanceRule *rule = &builder->algorithm->rules[index];
	const ScoreNode *nodes = builder->algorithm->nodes;

	if (!rule->is_score)
	{
		add_steps(builder, rule->first, rule->end - rule->first, builder->compiler->nodes.count + index);
		return;
	}
	for (uint32_t item = rule->first; item < rule->end; item = nodes[item].end)
		for (uint32_t i = item; i < nodes[item].end; i++)
			add_steps(builder, nodes[i].first_step, nodes[i].steps, item);
}

static void
add_drugs(IndexBuilder *builder, bool counting)
{
	const ResistanceAlgorithm *algorithm = builder->algorithm;

	builder->counting = counting;
	memset(builder->last_item, 0, sizeof(uint32_t) * (size_t) algorithm->slots);
	for (int i = 0; i < algorithm->drug_count; i++)
	{
		builder->drug_item = algorithm->first_drug_item + (uint32_t) i;
		for (uint32_t j = 0; j < algorithm->drugs[i].rules; j++)
			add_rule(builder, algorithm->drugs[i].first_rule + j);
	}
}

/* Marks the rules of which something fires where nothing is seen. */
static bool
mark_defaults(IndexBuilder *builder)
{
	ResistanceAlgorithm *algorithm = builder->algorithm;
	size_t		size = sizeof(ResidueSet) * (size_t) algorithm->slots;
	Observation nothing = {.residues = compiler_allocate(builder->compiler, size)};

	if (nothing.residues == NULL)
		return false;
	memset(nothing.residues, 0, size);
	for (uint32_t i = 0; i < builder->compiler->rules.count; i++)
	{
		ResistanceRule *rule = &algorithm->rules[i];

		if (!rule->is_score)
		{
			rule->fires_by_default = resistance_rule_fires(algorithm, rule, &nothing);
			continue;
		}
		for (uint32_t j = rule->first; j < rule->end; j++)
			if (algorithm->nodes[j].kind != SCORE_MAXIMUM)
				rule->fires_by_default |= resistance_item_fires(algorithm, &algorithm->nodes[j], &nothing);
	}
	return true;
}

static void
look_at(uint64_t *slots, const ConditionStep *step, uint32_t count)
{
	for (; count > 0; step++, count--)
		if (is_test(step) && step->slot != 0)
			slots[step->slot / 64] |= (uint64_t) 1 << step->slot % 64;
}

/*
 * Notes the position of each slot and its consensus; false if there is no
 * memory.
 */
bool
slots_describe(Compiler *compiler)
{
	ResistanceAlgorithm *algorithm = compiler->algorithm;
	size_t		slots = (size_t) algorithm->slots;

	algorithm->slot_words = algorithm->slots / 64 + 1;
	algorithm->slot_position = compiler_allocate(compiler, sizeof(uint16_t) * slots);
	algorithm->slot_consensus = compiler_allocate(compiler, sizeof(ResidueSet) * slots);
	if (algorithm->slot_position == NULL || algorithm->slot_consensus == NULL)
		return false;
	memset(algorithm->slot_position, 0, sizeof(uint16_t) * slots);
	memset(algorithm->slot_consensus, 0, sizeof(ResidueSet) * slots);
	for (int gene = 0; gene < GENE_LIMIT; gene++)
		for (int i = 1; algorithm->slot_of[gene] != NULL && i <= reference_length(gene); i++)
		{
			uint32_t	slot = algorithm->slot_of[gene][i];

			if (slot == 0)
				continue;
			algorithm->slot_position[slot] = (uint16_t) i;
			algorithm->slot_consensus[slot] =
				(ResidueSet) 1 << residue_index(reference_sequence(gene)[i - 1]);
		}
	return true;
}

/* Notes which slots the rules of each drug look at. */
static bool
mark_slots(IndexBuilder *builder)
{
	ResistanceAlgorithm *algorithm = builder->algorithm;
	size_t		words = (size_t) algorithm->slot_words;
	size_t		size = sizeof(uint64_t) * words * ((size_t) algorithm->drug_count + 1);

	algorithm->drug_slots = compiler_allocate(builder->compiler, size);
	if (algorithm->drug_slots == NULL)
		return false;
	memset(algorithm->drug_slots, 0, size);
	for (int i = 0; i < algorithm->drug_count; i++)
	{
		const ResistanceDrug *drug = &algorithm->drugs[i];
		uint64_t   *slots = algorithm->drug_slots + (size_t) i * words;

		for (uint32_t j = drug->first_node; j < drug->end_node; j++)
			look_at(slots, algorithm->steps + algorithm->nodes[j].first_step, algorithm->nodes[j].steps);
		for (uint32_t j = drug->first_rule; j < drug->first_rule + drug->rules; j++)
			if (!algorithm->rules[j].is_score)
				look_at(slots, algorithm->steps + algorithm->rules[j].first,
						algorithm->rules[j].end - algorithm->rules[j].first);
	}
	return true;
}

/*
 * Completes a compiled algorithm with the index that evaluation uses; false
 * if there is no memory.
 */
bool
index_build(Compiler *compiler)
{
	ResistanceAlgorithm *algorithm = compiler->algorithm;
	IndexBuilder builder = {.compiler = compiler,.algorithm = algorithm};
	size_t		size = sizeof(uint32_t) * ((size_t) algorithm->slots + 1);
	uint32_t	total = 0;

	algorithm->node_count = compiler->nodes.count;
	algorithm->first_drug_item = compiler->nodes.count + compiler->rules.count;
	algorithm->touched_words = (int) ((algorithm->first_drug_item + (uint32_t) algorithm->drug_count) / 64 + 1);
	builder.last_item = compiler_allocate(compiler, size);
	builder.next = compiler_allocate(compiler, size);
	builder.tests = compiler_allocate(compiler, size);
	algorithm->first_touch = compiler_allocate(compiler, size);
	if (builder.last_item == NULL || builder.next == NULL || builder.tests == NULL ||
		algorithm->first_touch == NULL)
		return false;
	memset(builder.next, 0, size);
	memset(builder.tests, 0, size);
	for (uint32_t i = 0; i < compiler->steps.count; i++)
		if (is_test(&algorithm->steps[i]))
			builder.tests[algorithm->steps[i].slot]++;
	add_drugs(&builder, true);
	for (int slot = 0; slot < algorithm->slots; slot++)
	{
		algorithm->first_touch[slot] = total;
		total += builder.next[slot];
		builder.next[slot] = algorithm->first_touch[slot];
	}
	algorithm->first_touch[algorithm->slots] = total;
	algorithm->touches = compiler_allocate(compiler, sizeof(Touch) * ((size_t) total + 1));
	if (algorithm->touches == NULL)
		return false;
	add_drugs(&builder, false);
	return mark_defaults(&builder) && slots_describe(compiler) && mark_slots(&builder);
}
