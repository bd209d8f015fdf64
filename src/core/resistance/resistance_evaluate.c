/*
 * resistance_evaluate.c
 *	  Evaluates a compiled resistance algorithm on a genotype.
 *
 * A rule matches a mixture if any of its residues is among the rule's; the
 * wild type counts where a mixture shows it.
 */
#include "core/resistance/coverage.h"
#include "core/resistance/resistance_algorithm.h"

#include <stdio.h>
#include <string.h>

/* Fills in which slots of a gene were not read. */
static void
observe_gene(const ResistanceAlgorithm *algorithm, int gene, const Mutation *genotype,
			 int count, Observation *observation)
{
	const uint16_t *slots = algorithm->slot_of[gene];
	int			length = reference_length(gene);
	Coverage	coverage;

	coverage_of(genotype, count, gene, &coverage);
	for (int word = 0; word <= length / 64; word++)
		for (uint64_t unread = ~coverage.read[word]; unread != 0; unread &= unread - 1)
		{
			int			position = word * 64 + __builtin_ctzll(unread);
			uint32_t	slot = position <= length ? slots[position] : 0;

			if (slot == 0)
				continue;
			observation->unread[slot / 64] |= (uint64_t) 1 << slot % 64;
			observation->any_unread = true;
		}
}

/* Fills in which slots were not read, if the genotype says so of any. */
static void
observe_unread(const ResistanceAlgorithm *algorithm, const Mutation *genotype,
			   int count, Observation *observation)
{
	observation->any_unread = false;
	if (observation->unread == NULL)
		return;
	for (int i = 0; i < count; i++)
		if (mutation_is_coverage(genotype[i]) || mutation_is_unknown(genotype[i]))
		{
			memset(observation->unread, 0, sizeof(uint64_t) * (size_t) algorithm->slot_words);
			for (int gene = 0; gene < GENE_LIMIT; gene++)
				if (algorithm->slot_of[gene] != NULL)
					observe_gene(algorithm, gene, genotype, count, observation);
			return;
		}
}

/*
 * Whether any position that a drug's rules look at was not read.
 */
bool
resistance_is_unread(const ResistanceAlgorithm *algorithm, int drug, const Observation *observation)
{
	const uint64_t *looked_at = algorithm->drug_slots + (size_t) drug * (size_t) algorithm->slot_words;

	if (!observation->any_unread)
		return false;
	for (int i = 0; i < algorithm->slot_words; i++)
		if ((looked_at[i] & observation->unread[i]) != 0)
			return true;
	return false;
}

static inline void
touch_item(uint64_t *touched, uint32_t item)
{
	touched[item / 64] |= (uint64_t) 1 << item % 64;
}

static inline bool
is_touched(const uint64_t *touched, uint32_t item)
{
	return touched[item / 64] >> item % 64 & 1;
}

/*
 * Fills in the residues seen at each of the algorithm's slots, what they
 * touch, and what was not read.  Several entries for a position add up.  Stops
 * do not count.
 */
void
resistance_observe(const ResistanceAlgorithm *algorithm, const Mutation *genotype,
				   int count, Observation *observation)
{
	memset(observation->residues, 0, sizeof(ResidueSet) * (size_t) algorithm->slots);
	if (observation->touched != NULL)
		memset(observation->touched, 0, sizeof(uint64_t) * (size_t) algorithm->touched_words);
	observe_unread(algorithm, genotype, count, observation);
	for (int i = 0; i < count; i++)
	{
		const uint16_t *slots = algorithm->slot_of[mutation_gene(genotype[i])];
		uint32_t	slot = slots != NULL ? slots[mutation_position(genotype[i])] : 0;
		ResidueSet	seen;
		const Touch *end;

		if (slot == 0)
			continue;
		seen = mutation_seen(genotype[i]) & ~RESIDUE_STOP;
		observation->residues[slot] |= seen;
		if (observation->touched == NULL)
			continue;
		end = algorithm->touches + algorithm->first_touch[slot + 1];
		for (const Touch *touch = algorithm->touches + algorithm->first_touch[slot]; touch < end; touch++)
			if ((touch->residues & seen) != 0)
			{
				touch_item(observation->touched, touch->item);
				touch_item(observation->touched, touch->drug_item);
			}
	}
}

/* Whether a selection of residues holds; its tests follow it. */
static bool
selection_holds(const ConditionStep *step, const ResidueSet *observed)
{
	uint32_t	minimum = step->residues >> 16;
	uint32_t	maximum = step->residues & 0xFFFF;
	uint32_t	count = 0;

	for (const ConditionStep *test = step + 1; test <= step + step->slot; test++)
		count += ((observed[test->slot] & test->residues) != 0) == (test->operator == CONDITION_TEST);
	if (step->operator == CONDITION_SELECT_AND)
		return count >= minimum && count <= maximum;
	return count >= minimum || count <= maximum;
}

/* Whether a condition holds: its steps work on a stack of bits. */
static bool
condition_holds(const ConditionStep *step, const ConditionStep *end, const ResidueSet *observed)
{
	uint64_t	stack = 0;

	for (; step < end; step++)
	{
		switch ((ConditionOperator) step->operator)
		{
			case CONDITION_TEST:
				stack = stack << 1 | ((observed[step->slot] & step->residues) != 0);
				break;
			case CONDITION_TEST_NOT:
				stack = stack << 1 | ((observed[step->slot] & step->residues) == 0);
				break;
			case CONDITION_AND:
				stack = stack >> 1 & (stack | ~(uint64_t) 1);
				break;
			case CONDITION_OR:
				stack = stack >> 1 | (stack & 1);
				break;
			case CONDITION_SELECT_AND:
			case CONDITION_SELECT_OR:
				stack = stack << 1 | selection_holds(step, observed);
				step += step->slot;
				break;
		}
	}
	return stack & 1;
}

/* Whether an item of a score holds. */
static inline bool
node_holds(const ResistanceAlgorithm *algorithm, const ScoreNode *node, const ResidueSet *observed)
{
	const ConditionStep *first;

	if (node->kind == SCORE_SIMPLE)
		return (observed[node->slot] & node->residues) != 0;
	first = algorithm->steps + node->first_step;
	return condition_holds(first, first + node->steps, observed);
}

/* The largest of the items of a MAX that hold, 0 if none does. */
static Score
maximum_score(const ResistanceAlgorithm *algorithm, const ScoreNode *maximum,
			  const ResidueSet *observed, const ScoreNode **largest)
{
	const ScoreNode *end = algorithm->nodes + maximum->end;
	const ScoreNode *next;
	Score		best = 0;
	bool		any = false;

	*largest = NULL;
	for (const ScoreNode *node = maximum + 1; node < end; node = next)
	{
		const ScoreNode *inner = node;
		Score		score = node->score;

		next = node + 1;
		if (node->kind == SCORE_MAXIMUM)
		{
			next = algorithm->nodes + node->end;
			score = maximum_score(algorithm, node, observed, &inner);
		}
		else if (!node_holds(algorithm, node, observed))
			continue;
		if (!any || score > best)
		{
			best = score;
			*largest = inner;
			any = true;
		}
	}
	return best;
}

/* Adds an outermost node to a score, and to what fired if that is wanted. */
static inline void
add_node(const ResistanceAlgorithm *algorithm, const ScoreNode *node, const ResidueSet *observed,
		 Score *total, FiredRule *fired, int *fired_count)
{
	const ScoreNode *item = node;
	Score		score = node->score;

	if (node->kind == SCORE_MAXIMUM)
		score = maximum_score(algorithm, node, observed, &item);
	else if (!node_holds(algorithm, node, observed))
		return;
	if (item == NULL)
		return;
	*total += score;
	if (fired != NULL)
		fired[(*fired_count)++] = (FiredRule) {item->text, score, -1};
}

/* The bits of a word that stand for items of [first, end). */
static inline uint64_t
word_bits(uint64_t bits, uint32_t word, uint32_t first, uint32_t end)
{
	if (word == first / 64)
		bits &= ~(uint64_t) 0 << first % 64;
	if (word == end / 64)
		bits &= ((uint64_t) 1 << end % 64) - 1;
	return bits;
}

/*
 * Whether a genotype touches any rule of a drug: if not, the result of the
 * drug is that of no mutation.
 */
bool
resistance_is_touched(const ResistanceAlgorithm *algorithm, int drug, const Observation *observation)
{
	return is_touched(observation->touched, algorithm->first_drug_item + (uint32_t) drug);
}

/*
 * The score of a rule.  Where `fired` is not NULL the items that made the
 * score are added to it.
 */
static Score
total_score(const ResistanceAlgorithm *algorithm, const ResistanceRule *rule,
			const Observation *observation, FiredRule *fired, int *fired_count)
{
	Score		total = 0;

	if (observation->touched == NULL || rule->fires_by_default)
	{
		for (uint32_t i = rule->first; i < rule->end; i = algorithm->nodes[i].end)
			add_node(algorithm, &algorithm->nodes[i], observation->residues,
					 &total, fired, fired_count);
		return total;
	}
	for (uint32_t word = rule->first / 64; word <= rule->end / 64; word++)
	{
		uint64_t	bits = word_bits(observation->touched[word], word, rule->first, rule->end);

		for (; bits != 0; bits &= bits - 1)
			add_node(algorithm, &algorithm->nodes[word * 64 + (uint32_t) __builtin_ctzll(bits)],
					 observation->residues, &total, fired, fired_count);
	}
	return total;
}

/*
 * The score of a score rule.
 */
Score
resistance_rule_score(const ResistanceAlgorithm *algorithm, const ResistanceRule *rule,
					  const Observation *observation)
{
	return total_score(algorithm, rule, observation, NULL, NULL);
}

/*
 * Whether an item of a score, which is no MAX, holds.
 */
bool
resistance_item_fires(const ResistanceAlgorithm *algorithm, const ScoreNode *node,
					  const Observation *observation)
{
	return node_holds(algorithm, node, observation->residues);
}

/*
 * Whether the condition of a rule without a score holds.
 */
bool
resistance_rule_fires(const ResistanceAlgorithm *algorithm, const ResistanceRule *rule,
					  const Observation *observation)
{
	return condition_holds(algorithm->steps + rule->first, algorithm->steps + rule->end,
						   observation->residues);
}

/* The same, without a look at the condition if nothing touches it. */
static bool
touched_rule_fires(const ResistanceAlgorithm *algorithm, uint32_t rule,
				   const Observation *observation)
{
	if (observation->touched != NULL &&
		!is_touched(observation->touched, algorithm->node_count + rule))
		return algorithm->rules[rule].fires_by_default;
	return resistance_rule_fires(algorithm, &algorithm->rules[rule], observation);
}

/* The level of a score, -1 if it lies in no range. */
static int
range_level(const ScoreRanges *ranges, Score score)
{
	for (int i = 0; i < ranges->count; i++)
		if (score >= ranges->items[i].lowest && score <= ranges->items[i].highest)
			return ranges->items[i].level;
	return -1;
}

/*
 * The result of a drug all of whose positions were read: the highest level of
 * its rules, the default level if none fires; the score is the largest of its
 * score rules.  What fired is put to `fired` as by resistance_evaluate().
 */
DrugResult
resistance_evaluate_read(const ResistanceAlgorithm *algorithm, int drug,
						 const Observation *observation, FiredRule *fired, int *fired_count)
{
	const ResistanceDrug *entry = &algorithm->drugs[drug];
	DrugResult	result = {0, 0, -1, -1, false, false};

	if (fired != NULL)
		*fired_count = 0;
	for (uint32_t i = entry->first_rule; i < entry->first_rule + entry->rules; i++)
	{
		const ResistanceRule *rule = &algorithm->rules[i];
		int			level = rule->level;

		if (rule->is_score)
		{
			Score		score = total_score(algorithm, rule, observation, fired, fired_count);

			level = range_level(&rule->ranges, score);
			if (!result.has_score || score > result.lowest_score)
				result.lowest_score = score;
			result.has_score = true;
			result.in_gap |= level < 0;
		}
		else if (!touched_rule_fires(algorithm, i, observation))
			continue;
		else if (fired != NULL && level >= 0)
			fired[(*fired_count)++] = (FiredRule) {rule->condition, 0, level};
		if (level > result.lowest_level)
			result.lowest_level = level;
	}
	if (result.lowest_level < 0)
		result.lowest_level = algorithm->default_level;
	result.highest_score = result.lowest_score;
	result.highest_level = result.lowest_level;
	return result;
}

/*
 * Whether a comment on results is due, by the order of the level of each
 * drug; -1 for a drug that was not evaluated, whose conditions do not count.
 */
bool
resistance_result_comment_fires(const ResistanceAlgorithm *algorithm,
								const ResultComment *comment, const int *level_of_drug)
{
	bool		any = false;

	for (uint32_t i = 0; i < comment->conditions; i++)
	{
		const LevelCondition *condition = &algorithm->level_conditions[comment->first_condition + i];
		int			order = level_of_drug[condition->drug];
		bool		holds = false;

		if (order < 0)
			continue;
		switch (condition->comparison)
		{
			case LEVEL_LT:
				holds = order < condition->order;
				break;
			case LEVEL_LTE:
				holds = order <= condition->order;
				break;
			case LEVEL_GT:
				holds = order > condition->order;
				break;
			case LEVEL_GTE:
				holds = order >= condition->order;
				break;
			case LEVEL_EQ:
				holds = order == condition->order;
				break;
			case LEVEL_NEQ:
				holds = order != condition->order;
				break;
		}
		if (!holds)
			return false;
		any = true;
	}
	return any;
}

/*
 * Writes a score as a decimal, or -INF or INF, with an end, into a buffer of
 * 32 bytes; returns the length.
 */
size_t
score_print(Score score, char *buffer)
{
	int			length;
	uint64_t	size = score < 0 ? (uint64_t) 0 - (uint64_t) score : (uint64_t) score;

	if (score == SCORE_LOWEST || score == SCORE_HIGHEST)
		return (size_t) snprintf(buffer, 32, "%s", score < 0 ? "-INF" : "INF");
	length = snprintf(buffer, 32, "%s%llu.%06llu", score < 0 ? "-" : "",
					  (unsigned long long) (size / SCORE_UNIT),
					  (unsigned long long) (size % SCORE_UNIT));
	while (buffer[length - 1] == '0')
		length--;
	if (buffer[length - 1] == '.')
		length--;
	buffer[length] = '\0';
	return (size_t) length;
}
