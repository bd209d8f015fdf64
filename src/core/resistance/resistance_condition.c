/*
 * resistance_condition.c
 *	  Compiles the conditions of resistance rules.
 *
 * The language is that of the algorithm specification interface, version 2:
 *
 *	statement = boolean | SCORE FROM ( item, ... )
 *	item      = boolean => [-]number | MAX ( item, ... )
 *	boolean   = condition (AND|OR condition)*, of equal precedence
 *	condition = ( boolean ) | residue | EXCLUDE residue | SELECT count FROM ( residue, ... )
 *	count     = EXACTLY n | ATLEAST n | NOTMORETHAN n | ATLEAST n AND|OR NOTMORETHAN n
 *	residue   = [NOT] [letter] position letters | [letter] position (NOT letters)
 */
#include "core/resistance/resistance_compiler.h"

#include <string.h>

/* The stack of truth values is one word of bits. */
#define MAXIMUM_DEPTH		60

/* So many items of the largest score still add up without overflow. */
#define MAXIMUM_ITEMS		100000

typedef enum TokenKind
{
	TOKEN_END, TOKEN_BAD, TOKEN_NUMBER, TOKEN_LETTER, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_COMMA,
	TOKEN_MINUS, TOKEN_ARROW, TOKEN_AND, TOKEN_OR, TOKEN_NOT, TOKEN_EXCLUDE, TOKEN_SELECT,
	TOKEN_FROM, TOKEN_ATLEAST, TOKEN_EXACTLY, TOKEN_NOTMORETHAN, TOKEN_SCORE, TOKEN_MAX
} TokenKind;

typedef struct Keyword
{
	const char *word;
	TokenKind	kind;
} Keyword;

/* A word that another one starts with comes after it. */
static const Keyword keywords[] = {
	{"NOTMORETHAN", TOKEN_NOTMORETHAN}, {"NOT", TOKEN_NOT}, {"AND", TOKEN_AND},
	{"OR", TOKEN_OR}, {"EXCLUDE", TOKEN_EXCLUDE}, {"SELECT", TOKEN_SELECT},
	{"FROM", TOKEN_FROM}, {"ATLEAST", TOKEN_ATLEAST}, {"EXACTLY", TOKEN_EXACTLY},
	{"SCORE", TOKEN_SCORE}, {"MAX", TOKEN_MAX}, {"=>", TOKEN_ARROW},
	{"(", TOKEN_OPEN}, {")", TOKEN_CLOSE}, {",", TOKEN_COMMA}, {"-", TOKEN_MINUS},
};

#define KEYWORDS ((int) (sizeof(keywords) / sizeof(keywords[0])))

typedef struct ConditionReader
{
	Compiler   *compiler;
	const char *start;
	const char *at;				/* behind the token */
	const char *end;
	const char *token_start;
	const char *previous_end;	/* of the token before */
	TokenKind	token;
	int			gene;
	int			depth;
	uint32_t	items;
} ConditionReader;

static bool read_boolean(ConditionReader *reader);

/*
 * The set of a rule's letter: Z is how the language writes a stop.  None if
 * the letter has no meaning.
 */
static ResidueSet
rule_residue(char letter)
{
	int			index;

	if (letter == 'Z')
		return RESIDUE_STOP;
	index = letter == '*' ? -1 : residue_index(letter);
	return index >= 0 ? (ResidueSet) 1 << index : 0;
}

static void
next_token(ConditionReader *reader)
{
	reader->previous_end = reader->at;
	while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) != NULL && *reader->at != '\0')
		reader->at++;
	reader->token_start = reader->at;
	if (reader->at >= reader->end)
	{
		reader->token = TOKEN_END;
		return;
	}
	if (is_digit(*reader->at))
	{
		reader->token = TOKEN_NUMBER;
		while (reader->at < reader->end && is_digit(*reader->at))
			reader->at++;
		return;
	}
	for (int i = 0; i < KEYWORDS; i++)
	{
		size_t		length = strlen(keywords[i].word);

		if (length <= (size_t) (reader->end - reader->at) &&
			memcmp(reader->at, keywords[i].word, length) == 0)
		{
			reader->token = keywords[i].kind;
			reader->at += length;
			return;
		}
	}
	reader->token = rule_residue(*reader->at) != 0 ? TOKEN_LETTER : TOKEN_BAD;
	reader->at++;
}

/* Fails at the token that is being looked at. */
static bool
fail_here(ConditionReader *reader, const char *what)
{
	int			character = (int) (reader->token_start - reader->start) + 1;
	TextSlice	rest = {reader->token_start, (int) (reader->end - reader->token_start)};

	if (rest.length == 0)
		return compiler_fail(reader->compiler, "%s at the end of the condition", what);
	return compiler_fail(reader->compiler, "%s at character %d of the condition, \"%.*s\"",
						 what, character, SLICE_REST(rest));
}

static bool
expect(ConditionReader *reader, TokenKind kind, const char *what)
{
	if (reader->token != kind)
		return fail_here(reader, what);
	next_token(reader);
	return true;
}

static ConditionStep *
add_step(ConditionReader *reader, ConditionOperator operator)
{
	ConditionStep *step = growing_add(reader->compiler, &reader->compiler->steps,
									  sizeof(ConditionStep));

	if (step != NULL)
	{
		step->operator = (uint16_t) operator;
		step->slot = 0;
		step->residues = 0;
	}
	return step;
}

/* The slot of a position; 0, which is never seen, where the gene has none. */
static bool
position_slot(ConditionReader *reader, int position, uint16_t *slot)
{
	ResistanceAlgorithm *algorithm = reader->compiler->algorithm;
	int			length = reference_length(reader->gene);
	uint16_t  **slots = &algorithm->slot_of[reader->gene];

	*slot = 0;
	if (position > length)
		return true;
	if (*slots == NULL)
	{
		*slots = compiler_allocate(reader->compiler, sizeof(uint16_t) * (size_t) (length + 1));
		if (*slots == NULL)
			return false;
		memset(*slots, 0, sizeof(uint16_t) * (size_t) (length + 1));
	}
	if ((*slots)[position] == 0)
		(*slots)[position] = (uint16_t) algorithm->slots++;
	*slot = (*slots)[position];
	return true;
}

/* A number of up to five digits. */
static bool
read_number(ConditionReader *reader, int *number, const char *what)
{
	*number = 0;
	if (reader->token != TOKEN_NUMBER)
		return fail_here(reader, what);
	if (reader->at - reader->token_start > 5)
		return fail_here(reader, "a number of more than five digits");
	for (const char *digit = reader->token_start; digit < reader->at; digit++)
		*number = *number * 10 + (*digit - '0');
	next_token(reader);
	return true;
}

static bool
read_letters(ConditionReader *reader, ResidueSet *residues)
{
	*residues = 0;
	if (reader->token != TOKEN_LETTER)
		return fail_here(reader, "a residue is expected");
	for (; reader->token == TOKEN_LETTER; next_token(reader))
		*residues |= rule_residue(*reader->token_start);
	return true;
}

/* [NOT] [letter] position letters | [letter] position (NOT letters) */
static bool
read_residue(ConditionReader *reader, bool negate)
{
	ConditionStep *step;
	const char *start;
	ResidueSet	residues;
	uint16_t	slot;
	int			position;

	if (reader->token == TOKEN_NOT)
	{
		negate = !negate;
		next_token(reader);
	}
	if (reader->token == TOKEN_LETTER)
		next_token(reader);
	start = reader->token_start;
	if (!read_number(reader, &position, "a position is expected"))
		return false;
	if (position == 0)
		return compiler_fail(reader->compiler, "there is no position 0: character %d of the condition",
							 (int) (start - reader->start) + 1);
	if (reader->token == TOKEN_OPEN)
	{
		next_token(reader);
		if (!expect(reader, TOKEN_NOT, "NOT is expected") ||
			!read_letters(reader, &residues) ||
			!expect(reader, TOKEN_CLOSE, "\")\" is expected"))
			return false;
		residues = RESIDUE_ALL & ~residues;
	}
	else if (!read_letters(reader, &residues))
		return false;
	if (!position_slot(reader, position, &slot))
		return false;
	step = add_step(reader, negate ? CONDITION_TEST_NOT : CONDITION_TEST);
	if (step == NULL)
		return false;
	step->slot = slot;
	step->residues = residues;
	return true;
}

/* The bounds of a selection: how many of its residues have to be there. */
static bool
read_bounds(ConditionReader *reader, int *minimum, int *maximum, ConditionOperator *operator)
{
	TokenKind	kind = reader->token;

	*operator = CONDITION_SELECT_AND;
	*minimum = 0;
	*maximum = 0xFFFF;
	if (kind != TOKEN_EXACTLY && kind != TOKEN_ATLEAST && kind != TOKEN_NOTMORETHAN)
		return fail_here(reader, "EXACTLY, ATLEAST or NOTMORETHAN is expected");
	next_token(reader);
	if (!read_number(reader, kind == TOKEN_NOTMORETHAN ? maximum : minimum,
					 "a number of residues is expected"))
		return false;
	if (kind == TOKEN_EXACTLY)
		*maximum = *minimum;
	if (kind == TOKEN_ATLEAST && (reader->token == TOKEN_AND || reader->token == TOKEN_OR))
	{
		if (reader->token == TOKEN_OR)
			*operator = CONDITION_SELECT_OR;
		next_token(reader);
		if (!expect(reader, TOKEN_NOTMORETHAN, "NOTMORETHAN is expected") ||
			!read_number(reader, maximum, "a number of residues is expected"))
			return false;
	}
	if (*minimum > 0xFFFF)
		*minimum = 0xFFFF;
	if (*maximum > 0xFFFF)
		*maximum = 0xFFFF;
	return true;
}

static bool
read_select(ConditionReader *reader)
{
	uint32_t	first;
	uint32_t	tests;
	int			minimum;
	int			maximum;
	ConditionOperator operator;
	ConditionStep *step;

	next_token(reader);
	if (!read_bounds(reader, &minimum, &maximum, &operator) ||
		!expect(reader, TOKEN_FROM, "FROM is expected") ||
		!expect(reader, TOKEN_OPEN, "\"(\" is expected"))
		return false;
	first = reader->compiler->steps.count;
	if (add_step(reader, operator) == NULL)
		return false;
	for (;;)
	{
		if (!read_residue(reader, false))
			return false;
		if (reader->token != TOKEN_COMMA)
			break;
		next_token(reader);
	}
	tests = reader->compiler->steps.count - first - 1;
	if (tests > 0x7FFF)
		return fail_here(reader, "a selection from too many residues");
	step = (ConditionStep *) reader->compiler->steps.items + first;
	step->slot = (uint16_t) tests;
	step->residues = (ResidueSet) minimum << 16 | (ResidueSet) maximum;
	return expect(reader, TOKEN_CLOSE, "\",\" or \")\" is expected");
}

static bool
read_condition(ConditionReader *reader)
{
	bool		done;

	switch (reader->token)
	{
		case TOKEN_OPEN:
			if (++reader->depth > MAXIMUM_DEPTH)
				return fail_here(reader, "parentheses are nested too deeply");
			next_token(reader);
			done = read_boolean(reader) && expect(reader, TOKEN_CLOSE, "AND, OR or \")\" is expected");
			reader->depth--;
			return done;
		case TOKEN_EXCLUDE:
			next_token(reader);
			return read_residue(reader, true);
		case TOKEN_SELECT:
			return read_select(reader);
		case TOKEN_LETTER:
		case TOKEN_NUMBER:
		case TOKEN_NOT:
			return read_residue(reader, false);
		default:
			return fail_here(reader, "a condition is expected");
	}
}

static bool
read_boolean(ConditionReader *reader)
{
	if (!read_condition(reader))
		return false;
	while (reader->token == TOKEN_AND || reader->token == TOKEN_OR)
	{
		ConditionOperator operator = reader->token == TOKEN_AND ? CONDITION_AND : CONDITION_OR;

		next_token(reader);
		if (!read_condition(reader) || add_step(reader, operator) == NULL)
			return false;
	}
	return true;
}

/* => [-]number */
static bool
read_item_score(ConditionReader *reader, Score *score)
{
	bool		negative;

	if (!expect(reader, TOKEN_ARROW, "AND, OR or \"=>\" is expected"))
		return false;
	negative = reader->token == TOKEN_MINUS;
	if (negative)
		next_token(reader);
	reader->at = reader->token_start;
	if (!score_read(&reader->at, reader->end, score))
	{
		reader->at = reader->token_start;
		return fail_here(reader, "a number (up to 9999999, six decimals) is expected");
	}
	if (negative)
		*score = -*score;
	next_token(reader);
	return true;
}

/* boolean => [-]number */
static bool
read_item(ConditionReader *reader)
{
	Growing    *steps = &reader->compiler->steps;
	ScoreNode	node = {0};
	ScoreNode  *added;

	node.first_step = steps->count;
	node.text.text = reader->token_start;
	if (!read_boolean(reader) || !read_item_score(reader, &node.score))
		return false;
	node.text.length = (int) (reader->previous_end - node.text.text);
	node.steps = steps->count - node.first_step;
	node.kind = SCORE_CONDITION;
	if (node.steps == 1)
	{
		ConditionStep *step = (ConditionStep *) steps->items + node.first_step;

		if (step->operator == CONDITION_TEST)
			node.kind = SCORE_SIMPLE;
		node.slot = step->slot;
		node.residues = step->residues;
	}
	node.end = reader->compiler->nodes.count + 1;
	added = growing_add(reader->compiler, &reader->compiler->nodes, sizeof(ScoreNode));
	if (added == NULL)
		return false;
	*added = node;
	return true;
}

static bool read_maximum(ConditionReader *reader);

/* item, ... ) */
static bool
read_items(ConditionReader *reader)
{
	for (;;)
	{
		if (++reader->items > MAXIMUM_ITEMS)
			return fail_here(reader, "a score of too many items");
		if (!(reader->token == TOKEN_MAX ? read_maximum(reader) : read_item(reader)))
			return false;
		if (reader->token != TOKEN_COMMA)
			return expect(reader, TOKEN_CLOSE, "\",\" or \")\" is expected");
		next_token(reader);
	}
}

/* MAX ( item, ... ) */
static bool
read_maximum(ConditionReader *reader)
{
	Growing    *nodes = &reader->compiler->nodes;
	uint32_t	first = nodes->count;
	ScoreNode  *node = growing_add(reader->compiler, nodes, sizeof(ScoreNode));
	const char *start = reader->token_start;

	if (node == NULL)
		return false;
	if (++reader->depth > MAXIMUM_DEPTH)
		return fail_here(reader, "MAX is nested too deeply");
	memset(node, 0, sizeof(ScoreNode));
	node->kind = SCORE_MAXIMUM;
	next_token(reader);
	if (!expect(reader, TOKEN_OPEN, "\"(\" is expected") || !read_items(reader))
		return false;
	reader->depth--;
	node = (ScoreNode *) nodes->items + first;
	node->end = nodes->count;
	node->text.text = start;
	node->text.length = (int) (reader->previous_end - start);
	return true;
}

/*
 * Compiles a statement into the rule's steps or score nodes.
 */
bool
condition_compile(Compiler *compiler, TextSlice text, int gene, ResistanceRule *rule)
{
	ConditionReader reader = {.compiler = compiler,.start = text.text,.at = text.text,
	.end = text.text + text.length,.gene = gene};
	bool		done;

	next_token(&reader);
	rule->condition = text;
	rule->is_score = reader.token == TOKEN_SCORE;
	if (rule->is_score)
	{
		next_token(&reader);
		rule->first = compiler->nodes.count;
		done = expect(&reader, TOKEN_FROM, "FROM is expected") &&
			expect(&reader, TOKEN_OPEN, "\"(\" is expected") &&
			read_items(&reader);
		rule->end = compiler->nodes.count;
	}
	else
	{
		rule->first = compiler->steps.count;
		done = read_boolean(&reader);
		rule->end = compiler->steps.count;
	}
	if (!done)
		return false;
	if (reader.token != TOKEN_END)
		return fail_here(&reader, rule->is_score ? "the end is expected" : "AND, OR or the end is expected");
	return true;
}
