/*
 * resistance_algorithm.c
 *	  Unit tests of the compiler of resistance algorithms and of what they
 *	  say of a genotype.
 */
#include <stdlib.h>

#include "core/resistance/resistance_algorithm.h"
#include "tap.h"

/* Memory that is freed as a whole, and that can run out. */
static void *blocks[4096];
static int	block_count = 0;
static int	blocks_left = 4096;

static void *
allocate(void *context, size_t size)
{
	(void) context;
	if (blocks_left-- <= 0 || block_count == 4096)
		return NULL;
	return blocks[block_count++] = malloc(size);
}

static void
free_all(void)
{
	while (block_count > 0)
		free(blocks[--block_count]);
	blocks_left = 4096;
}

/* How often the core asks whether it is to stop. */
static int	interrupts = 0;

static void
interrupt(void)
{
	interrupts++;
}

static const ResistanceMemory memory = {allocate, NULL, interrupt};

#define HEAD \
	"resistance algorithm 1\n" \
	"algorithm\tTest\t1\t\n" \
	"level\t1\tS\tSusceptible\n" \
	"level\t2\tI\tIntermediate\n" \
	"level\t3\tR\tResistant\n" \
	"globalrange\t(-INF TO 9 => 1, 10 TO 29 => 2, 30 TO INF => 3)\n" \
	"comment\tC1\t1\tthe text of $listMutsIn{184(NOT V)}\n" \
	"gene\tRT\tNRTI\n" \
	"class\tNRTI\tABC\n"

#define DRUG HEAD "drug\tABC\tabacavir\n"

static int
read_genotype(const char *text, Mutation *genotype)
{
	MutationCursor cursor = {text, strlen(text), 0, GENE_RT};
	MutationError error;
	int			count = 0;

	while (mutation_cursor_next(&cursor, &genotype[count], &error) > 0)
		count++;
	return count;
}

/* The level and score of drug ABC, as text, or the error and its place. */
static const char *
interpret(const char *algorithm_text, const char *list)
{
	static char buffer[600];
	ResistanceError error;
	Mutation	genotype[64];
	FiredRule	fired[256];
	ResidueSet	residues[64];
	uint64_t	touched[64];
	uint64_t	unread[2];
	Observation observation = {residues, touched, unread, false};
	DrugResult	result;
	char		score[80];
	size_t		length;
	int			count;
	int			fired_count = 0;
	ResistanceAlgorithm *algorithm;

	algorithm = resistance_algorithm_compile(algorithm_text, strlen(algorithm_text), memory, &error);
	if (algorithm == NULL)
		snprintf(buffer, sizeof(buffer), "%s: %s", error.place, error.message);
	else
	{
		count = read_genotype(list, genotype);
		resistance_observe(algorithm, genotype, count, &observation);
		result = resistance_evaluate(algorithm, 0, &observation, fired, &fired_count);
		length = score_print(result.lowest_score, score);
		if (result.highest_score != result.lowest_score)
		{
			strcpy(score + length, " to ");
			score_print(result.highest_score, score + length + 4);
		}
		snprintf(buffer, sizeof(buffer), "%s%d %s %d", result.in_gap ? "gap " : "",
				 algorithm->levels[result.lowest_level].order, result.has_score ? score : "none", fired_count);
		if (result.lowest_level != result.highest_level)
			snprintf(buffer, sizeof(buffer), "%d-%d %s %d", algorithm->levels[result.lowest_level].order,
					 algorithm->levels[result.highest_level].order, result.has_score ? score : "none", fired_count);
	}
	free_all();
	return buffer;
}

/* The value of a statement, as text. */
static const char *
evaluate(const char *statement, const char *list)
{
	static char buffer[600];
	ResistanceError error;
	Mutation	genotype[64];
	ResidueSet	residues[64];
	Observation observation = {.residues = residues};
	ResistanceAlgorithm *algorithm;

	algorithm = resistance_statement_compile(statement, strlen(statement), GENE_RT, memory, &error);
	if (algorithm == NULL)
		snprintf(buffer, sizeof(buffer), "%s", error.message);
	else
	{
		resistance_observe(algorithm, genotype, read_genotype(list, genotype), &observation);
		if (algorithm->rules[0].is_score)
			score_print(resistance_rule_score(algorithm, algorithm->rules, &observation), buffer);
		else
			strcpy(buffer, resistance_rule_fires(algorithm, algorithm->rules, &observation) ? "true" : "false");
	}
	free_all();
	return buffer;
}

static void
test_conditions(void)
{
	is_string(evaluate("184VI", "184V"), "true", "one of the residues");
	is_string(evaluate("184VI", "184M/V"), "true", "a mixture matches by one residue");
	is_string(evaluate("K184V", "184V"), "true", "the rule's wild type is ignored");
	is_string(evaluate("65(NOT R)", "65R"), "false", "another residue than R: none");
	is_string(evaluate("65(NOT R)", "65K/R"), "true", "another residue than R: the wild type of a mixture");
	is_string(evaluate("65(NOT R)", ""), "false", "another residue than R: nothing is seen");
	is_string(evaluate("65R AND EXCLUDE 65(NOT R)", "65R"), "true", "R without a mixture");
	is_string(evaluate("65R AND EXCLUDE 65(NOT R)", "65K/R"), "false", "R in a mixture");
	is_string(evaluate("NOT 65R", ""), "true", "NOT of what is not seen");
	is_string(evaluate("EXCLUDE NOT 65R", ""), "false", "EXCLUDE NOT");
	is_string(evaluate("41L AND 184V OR 65R", "65R"), "true", "from left to right: (false AND false) OR true");
	is_string(evaluate("65R OR 41L AND 184V", "65R"), "false", "from left to right: (true OR false) AND false");
	is_string(evaluate("65R OR (41L AND 184V)", "65R"), "true", "parentheses");
	is_string(evaluate("SELECT EXACTLY 1 FROM (41L, 65R)", "41L, 65R"), "false", "EXACTLY");
	is_string(evaluate("SELECT NOTMORETHAN 1 FROM (41L, 65R)", ""), "true", "NOTMORETHAN of none");
	is_string(evaluate("SELECT ATLEAST 2 OR NOTMORETHAN 0 FROM (41L, 65R)", "41L"), "false", "ATLEAST OR NOTMORETHAN");
	is_string(evaluate("SELECT ATLEAST 1 FROM (NOT 41L, 65R)", ""), "true", "NOT in a selection");
	is_string(evaluate("69i", "T69S_SG"), "true", "an insertion");
	is_string(evaluate("69G", "T69S_SG"), "false", "inserted residues don't count");
	is_string(evaluate("103Z", "103*"), "false", "a stop is not seen");
	is_string(evaluate("103(NOT N)", "103X"), "false", "unknown residues are not seen");
	is_string(evaluate("9999A", "184V"), "false", "a position that the gene has not");
}

static void
test_scores(void)
{
	is_string(evaluate("SCORE FROM (41L => 0.1, 65R => 0.2)", "41L, 65R"), "0.3", "decimals add up exactly");
	is_string(evaluate("SCORE FROM (41L => 5, 65R => -15)", "65R"), "-15", "a negative item");
	is_string(evaluate("SCORE FROM (MAX (41L => -50, 65R => -40))", "41L, 65R"), "-40", "MAX of negative items");
	is_string(evaluate("SCORE FROM (MAX (41L => -50, 65R => -40))", ""), "0", "MAX of none");
	is_string(evaluate("SCORE FROM (MAX (MAX (41L => 5, 65R => 10), 184V => 7))", "41L, 65R, 184V"), "10", "MAX in MAX");
	is_string(evaluate("SCORE FROM (MAX (MAX (41L => 5), 65R => -3))", "65R"), "0", "an inner MAX of none is 0");
	is_string(evaluate("SCORE FROM (NOT 41L => 3)", ""), "3", "an item that holds of nothing");
	is_string(interpret(DRUG "rule\tSCORE FROM (41L => 10, MAX(65R => 20, 65N => 30))\t\tglobal\t\n", "41L, 65N/R"), "3 40 2", "a level by the global range");
	is_string(interpret(DRUG "rule\tSCORE FROM (NOT 41L => 10)\t\tglobal\t\n", ""), "2 10 1", "what holds of nothing is found untouched");
	is_string(interpret(DRUG "rule\tSCORE FROM (41L => 9.5)\t\tglobal\t\n", "41L"), "gap 1 9.5 1", "a score between ranges");
	is_string(interpret(DRUG "rule\t41L\t2\t\t\nrule\t65R\t3\t\t\n", "41L, 65R"), "3 none 2", "the highest level");
	is_string(interpret(DRUG "rule\t65R\t3\t\t\nrule\t41L\t2\t\t\n", "41L, 65R"), "3 none 2", "the highest level, from the first rule");
	is_string(interpret(DRUG "rule\tNOT 41L\t2\t\t\n", ""), "2 none 1", "a rule that holds of nothing");
	is_string(interpret(DRUG "rule\t41L\t2\t\t\n", "65R"), "1 none 0", "the default level");
}

static void
test_refusals(void)
{
	is_string(interpret("", ""), "line 1: the text does not start with \"resistance algorithm 1\"", "nothing");
	is_string(interpret(HEAD, ""), "the algorithm: no drug is defined", "no drug");
	is_string(interpret(HEAD "class\tNRTI\tABC\n", ""), "drug class \"NRTI\": a second definition of this drug class", "a class twice");
	is_string(interpret(HEAD "drug\tXYZ\t\n", ""), "drug \"XYZ\": the drug is in no drug class", "a drug in no class");
	is_string(interpret(DRUG "drug\tABC\t\n", ""), "drug \"ABC\": a second definition of this drug", "a drug twice");
	is_string(interpret(DRUG "rule\t41J\t2\t\t\n", ""), "drug \"ABC\", rule 1: a residue is expected at character 3 of the condition, \"J\"", "a bad residue");
	is_string(interpret(DRUG "rule\t41L\t9\t\t\n", ""), "drug \"ABC\", rule 1: an undefined level, \"9\"", "an undefined level");
	is_string(interpret(DRUG "rule\t41L\t\t\t\n", ""), "drug \"ABC\", rule 1: a rule without an action", "no action");
	is_string(interpret(DRUG "rule\t41L\t\tglobal\t\n", ""), "drug \"ABC\", rule 1: ranges for a condition that is not a score", "ranges without a score");
	is_string(interpret(DRUG "rule\tSCORE FROM (41L => 5)\t2\t\t\n", ""), "drug \"ABC\", rule 1: a score can't lead to a level or comment without a range", "a level of a score");
	is_string(interpret(DRUG "rule\tSCORE FROM (41L => 5)\t\t(0 TO 9 => 1, 9 TO 20 => 2)\t\n", ""), "drug \"ABC\", rule 1: overlapping ranges: one ends at 9, the next starts at 9", "overlapping ranges");
	is_string(interpret(DRUG "rule\tSCORE FROM (41L => 5)\t\t(0 TO 9 => 1, 11 TO 20 => 2)\t\n", ""), "drug \"ABC\", rule 1: a missing range between 9 and 11", "a missing range");
	is_string(interpret(DRUG "rule\tSCORE FROM (41L => -5)\t\t(0 TO INF => 1)\t\n", ""), "drug \"ABC\", rule 1: a missing range below 0: the score can be -5", "no range for negative scores");
	is_string(interpret(DRUG "rule\tSCORE FROM (41L => 5, 65R => 7)\t\t(-INF TO 10 => 1)\t\n", ""), "drug \"ABC\", rule 1: a missing range above 10: the score can be 12", "no range for high scores");
	is_string(evaluate("41L AND", ""), "a condition is expected at the end of the condition", "an end too early");
	is_string(evaluate("41L 65R", ""), "AND, OR or the end is expected at character 5 of the condition, \"65R\"", "no operator");
	is_string(evaluate("41L Jéééééééééé", ""), "AND, OR or the end is expected at character 5 of the condition, \"J\"", "not cut inside a character");
	is_string(evaluate("41L Jaééééééééé", ""), "AND, OR or the end is expected at character 5 of the condition, \"Jaééééééééé\"", "the whole rest");
	is_string(evaluate("0L", ""), "there is no position 0: character 1 of the condition", "position 0");
}

static void
test_memory(void)
{
	ResistanceError error;
	const char *text = DRUG "rule\tSCORE FROM (41L => 10, MAX(65R => 20, 65N => 30))\t\tglobal\t\n";
	bool		all_refused = true;
	int			needed = 0;

	for (;; needed++)
	{
		blocks_left = needed;
		if (resistance_algorithm_compile(text, strlen(text), memory, &error) != NULL)
			break;
		all_refused = all_refused && strcmp(error.message, "not enough memory") == 0;
		free_all();
	}
	free_all();
	ok(all_refused && needed > 5, "memory that runs out is an error wherever it happens");
}

/* The largest score in the most items, and one item more. */
static void
test_limits(void)
{
	static const char item[] = ",41L=>9999999";
	size_t		size = sizeof("SCORE FROM (") + 100001 * (sizeof(item) - 1) + 2;
	char	   *text = malloc(size);
	char	   *end = text + sprintf(text, "SCORE FROM (41L=>9999999");

	for (int i = 1; i < 100000; i++, end += sizeof(item) - 1)
		memcpy(end, item, sizeof(item) - 1);
	strcpy(end, ")");
	is_string(evaluate(text, "41L"), "999999900000", "100000 items of the largest score");
	sprintf(end, "%s)", item);
	ok(strncmp(evaluate(text, "41L"), "a score of too many items", 25) == 0, "no more items than that");
	free(text);
	is_string(evaluate("SCORE FROM (41L => 12345678)", ""),
			  "a number (up to 9999999, six decimals) is expected at character 20 of the condition, \"12345678)\"", "a larger score");
}

static int
interrupts_of(const char *algorithm_text, const char *list)
{
	interrupts = 0;
	interpret(algorithm_text, list);
	return interrupts;
}

/* Whatever can be long is left when the caller wants it. */
static void
test_interrupts(void)
{
	const char *rule = DRUG "rule\tSCORE FROM (41L => 10, 65R => -10, 65R AND 184V => 40)\t\tglobal\t\n";
	int			compiled = interrupts_of(rule, "");

	ok(compiled > interrupts_of(DRUG, ""), "at the items of rules");
	ok(interrupts_of(HEAD "class\tNRTI\tABC\n", "") == interrupts_of(HEAD, "") + 1, "at each name");
	ok(interrupts_of(DRUG, "") > interrupts_of(HEAD "drug\tABC\tabacavir\nrule\n", ""), "at each drug of a class");
	is_string(interpret(rule, "65X, 184X"), "1-3 -10 to 30 0", "a position that can raise and lower a score");
	ok(interrupts_of(rule, "65X, 184X") > compiled, "at each that an unread position can be");
}

int
main(void)
{
	char		nested[400];

	test_limits();

	test_conditions();
	test_scores();
	test_refusals();
	test_memory();
	test_interrupts();
	memset(nested, '(', 61);
	strcpy(nested + 61, "41L");
	is_string(evaluate(nested, ""), "parentheses are nested too deeply at character 61 of the condition, \"(41L\"", "61 parentheses");
	return done_testing();
}
