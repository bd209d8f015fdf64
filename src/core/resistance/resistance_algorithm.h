/*
 * resistance_algorithm.h
 *	  A genotypic resistance algorithm, read from its text and ready to be
 *	  evaluated.
 */
#ifndef VIROTRIAL_CORE_RESISTANCE_ALGORITHM_H
#define VIROTRIAL_CORE_RESISTANCE_ALGORITHM_H

#include "core/resistance/mutation.h"

/* Scores are whole numbers of millionths, so that sums are exact. */
typedef int64_t Score;

#define MAXIMUM_SLOTS		2048	/* that a range of results is tried for */

#define SCORE_UNIT			1000000
#define SCORE_LOWEST		INT64_MIN	/* -INF in a range */
#define SCORE_HIGHEST		INT64_MAX	/* INF in a range */

/*
 * Where memory of a compiled algorithm comes from: it is freed as a whole.  The
 * interrupt may jump out of a long compilation or evaluation.
 */
typedef struct ResistanceMemory
{
	void	   *(*allocate) (void *context, size_t size);	/* NULL: none left */
	void	   *context;
	void		(*interrupt) (void);
} ResistanceMemory;

typedef struct ResistanceError
{
	char		message[200];
	char		place[240];
} ResistanceError;

/* A piece of the algorithm's text. */
typedef struct TextSlice
{
	const char *text;
	int			length;
} TextSlice;

/* Operations of a condition, on a stack of truth values. */
typedef enum ConditionOperator
{
	CONDITION_TEST,				/* push: one of the residues is seen */
	CONDITION_TEST_NOT,			/* push: none of them is seen */
	CONDITION_AND,
	CONDITION_OR,
	CONDITION_SELECT_AND,		/* push: minimum <= count and <= maximum */
	CONDITION_SELECT_OR			/* push: minimum <= count or <= maximum */
} ConditionOperator;

/*
 * For a test: slot and residues.  For a selection: slot is the number of
 * tests that follow, residues the minimum << 16 | maximum.
 */
typedef struct ConditionStep
{
	uint16_t	operator;
	uint16_t	slot;
	ResidueSet	residues;
} ConditionStep;

typedef enum ScoreNodeKind
{
	SCORE_SIMPLE,				/* one test, held in the node */
	SCORE_CONDITION,
	SCORE_MAXIMUM				/* of the nodes up to `end` */
} ScoreNodeKind;

typedef struct ScoreNode
{
	Score		score;
	ResidueSet	residues;
	uint16_t	slot;
	uint16_t	kind;
	uint32_t	first_step;
	uint32_t	steps;
	uint32_t	end;			/* the node after this one and its children */
	TextSlice	text;
} ScoreNode;

typedef struct ScoreRange
{
	Score		lowest;
	Score		highest;
	int			level;			/* index */
} ScoreRange;

typedef struct ScoreRanges
{
	ScoreRange *items;
	int			count;
} ScoreRanges;

typedef struct ResistanceLevel
{
	int			order;
	char		sir;
	TextSlice	text;
} ResistanceLevel;

typedef struct ResistanceComment
{
	TextSlice	id;
	int			sort;
	TextSlice	text;			/* with \t, \n and \\ escaped */
} ResistanceComment;

/* A rule of a drug, or one that leads to a comment on a gene's mutations. */
typedef struct ResistanceRule
{
	TextSlice	condition;
	bool		is_score;
	bool		fires_by_default;	/* something of it, where nothing is seen */
	int			level;			/* index, -1 for none */
	int			comment;		/* index, -1 for none */
	uint32_t	first;			/* step or score node */
	uint32_t	end;
	ScoreRanges ranges;
} ResistanceRule;

typedef struct ResistanceDrug
{
	TextSlice	name;
	TextSlice	full_name;
	int			class_index;
	int			gene;
	bool		has_score;
	uint32_t	first_rule;
	uint32_t	rules;
	uint32_t	first_node;		/* of its score rules, and the end */
	uint32_t	end_node;
} ResistanceDrug;

typedef struct ResistanceClass
{
	TextSlice	name;
	TextSlice	drug_list;
	int			gene;
	bool		is_defined;
} ResistanceClass;

typedef struct GeneRules
{
	int			gene;
	uint32_t	first_rule;
	uint32_t	rules;
} GeneRules;

typedef enum LevelComparison
{
	LEVEL_LT, LEVEL_LTE, LEVEL_GT, LEVEL_GTE, LEVEL_EQ, LEVEL_NEQ
} LevelComparison;

typedef struct LevelCondition
{
	int			drug;
	LevelComparison comparison;
	int			order;
} LevelCondition;

typedef struct ResultComment
{
	int			comment;
	uint32_t	first_condition;
	uint32_t	conditions;
} ResultComment;

/* An item that residues of a slot can change, and the item of its drug. */
typedef struct Touch
{
	uint32_t	item;
	uint32_t	drug_item;
	ResidueSet	residues;
} Touch;

typedef struct ResistanceAlgorithm
{
	void		(*interrupt) (void);
	TextSlice	name;
	TextSlice	version;
	TextSlice	date;

	/* Positions that rules look at: slot 0 is always empty. */
	uint16_t   *slot_of[GENE_LIMIT];	/* by position, NULL if the gene has none */
	int			slots;
	int			slot_words;		/* 64-bit words for one bit a slot */
	uint64_t   *drug_slots;		/* by drug: what its rules look at */
	uint16_t   *slot_position;
	ResidueSet *slot_consensus;

	ConditionStep *steps;
	ScoreNode  *nodes;
	ResistanceLevel *levels;	/* by ascending order */
	int			level_count;
	int			default_level;	/* index */
	ScoreRanges global_ranges;
	ResistanceComment *comments;
	int			comment_count;
	ResistanceClass *classes;
	int			class_count;
	ResistanceDrug *drugs;
	int			drug_count;
	ResistanceRule *rules;		/* of drugs, then of genes' comments */
	GeneRules  *gene_rules;
	int			gene_rule_count;
	ResultComment *result_comments;
	int			result_comment_count;
	LevelCondition *level_conditions;
	int			largest_rule_list;	/* most parts that a drug's rules have */

	/*
	 * What the residues of a slot can change: outermost score nodes by their
	 * index, rules without a score by node_count + index, and after the rules
	 * the drugs.
	 */
	Touch	   *touches;
	uint32_t   *first_touch;	/* by slot, and the end */
	uint32_t	node_count;
	uint32_t	first_drug_item;
	int			touched_words;	/* 64-bit words for one bit each */
} ResistanceAlgorithm;

/* What a genotype shows, by slot, and what of the algorithm that touches. */
typedef struct Observation
{
	ResidueSet *residues;		/* room for algorithm->slots */
	uint64_t   *touched;		/* room for algorithm->touched_words, or NULL */
	uint64_t   *unread;			/* room for algorithm->slot_words: not read */
	bool		any_unread;
} Observation;

/* Something that fired: an item of a score rule, or a rule with a level. */
typedef struct FiredRule
{
	TextSlice	text;
	Score		score;
	int			level;			/* index; -1 for an item of a score */
} FiredRule;

/* What a drug's rules say: from one to the other, where positions are unread. */
typedef struct DrugResult
{
	Score		lowest_score;
	Score		highest_score;
	int			lowest_level;	/* index */
	int			highest_level;
	bool		has_score;
	bool		in_gap;			/* the score lies in no range */
} DrugResult;

extern ResistanceAlgorithm *resistance_algorithm_compile(const char *text, size_t length,
														 ResistanceMemory memory,
														 ResistanceError *error);
extern int	resistance_algorithm_drug(const ResistanceAlgorithm *algorithm,
									  const char *name, size_t length);

extern void resistance_observe(const ResistanceAlgorithm *algorithm, const Mutation *genotype,
							   int count, Observation *observation);
extern bool resistance_is_touched(const ResistanceAlgorithm *algorithm, int drug,
								  const Observation *observation);
extern bool resistance_is_unread(const ResistanceAlgorithm *algorithm, int drug,
								 const Observation *observation);
extern bool resistance_rule_can_fire(const ResistanceAlgorithm *algorithm,
									 const ResistanceRule *rule,
									 const Observation *observation, bool possible);
extern void resistance_score_range(const ResistanceAlgorithm *algorithm,
								   const ResistanceRule *rule, const Observation *observation,
								   Score *lowest, Score *highest);
extern int	resistance_open_positions(const ResistanceAlgorithm *algorithm, int drug,
									  const Observation *observation, int *positions);
extern DrugResult resistance_evaluate_read(const ResistanceAlgorithm *algorithm, int drug,
										   const Observation *observation,
										   FiredRule *fired, int *fired_count);
extern DrugResult resistance_evaluate(const ResistanceAlgorithm *algorithm, int drug,
									  const Observation *observation,
									  FiredRule *fired, int *fired_count);
extern bool resistance_rule_fires(const ResistanceAlgorithm *algorithm,
								  const ResistanceRule *rule, const Observation *observation);
extern bool resistance_item_fires(const ResistanceAlgorithm *algorithm,
								  const ScoreNode *node, const Observation *observation);
extern Score resistance_rule_score(const ResistanceAlgorithm *algorithm,
								   const ResistanceRule *rule, const Observation *observation);
extern bool resistance_result_comment_fires(const ResistanceAlgorithm *algorithm,
											const ResultComment *comment,
											const int *level_of_drug);
extern size_t score_print(Score score, char *buffer);

extern void resistance_comment_write(TextSlice comment, int gene, const Mutation *genotype,
									 int count,
									 void (*write) (void *context, const char *text, size_t length),
									 void *context);

/* A single statement, for tests of rules and for edit checks. */
extern ResistanceAlgorithm *resistance_statement_compile(const char *text, size_t length,
														 int gene, ResistanceMemory memory,
														 ResistanceError *error);

#endif							/* VIROTRIAL_CORE_RESISTANCE_ALGORITHM_H */
