/*-------------------------------------------------------------------------
 *
 * guarded.c
 *	  A table must not look guarded by rules and not be: whatever writes to it
 *	  has to fire its triggers.
 *
 * What is written to an inheritance child fires none of its parent, and an update
 * of the parent none of the child.  A session that has loaded this module refuses
 * to make such children; a statement on a table that has them is refused.  So is
 * to detach a partition, whose rows would be lost.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "nodes/parsenodes.h"
#include "parser/parse_func.h"
#include "tcop/utility.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/reltrigger.h"

#include "extension.h"
#include "study/guarded.h"

static ProcessUtility_hook_type earlier_utility = NULL;

/* Does Citus keep the rows of the table, or is it a shard of another? */
static bool
is_distributed(Oid relid)
{
	Oid			function;

	if (!OidIsValid(get_relname_relid("pg_dist_partition", PG_CATALOG_NAMESPACE)))
		return false;
	function = LookupFuncName(internal_name("is_distributed"), 1, (Oid[]) {REGCLASSOID}, false);
	return DatumGetBool(OidFunctionCall1(function, ObjectIdGetDatum(relid)));
}

static void
refuse_unguarded(Relation table, const char *why, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("rules do not hold on table \"%s\"", RelationGetRelationName(table)),
			 errdetail("%s", why),
			 errhint("%s", hint)));
}

/* Fails with 55000 where a table is written to past its triggers. */
void
require_rules_hold(Relation table)
{
	Oid			relid = RelationGetRelid(table);

	if (table->rd_rel->relkind == RELKIND_RELATION && has_subclass(relid) && find_inheritance_children(relid, NoLock) != NIL)
		refuse_unguarded(table, "Other tables inherit from it, and what is written to them is not judged.",
						 "study_problems() lists them: alter table ... no inherit ...");
	if (has_superclass(relid) && !table->rd_rel->relispartition)
		refuse_unguarded(table, "It inherits from another, and what is written to that is not judged.",
						 "study_problems() lists both: alter table ... no inherit ...");
	if (is_distributed(relid))
		refuse_unguarded(table, "Citus keeps its rows in shards, which no rule judges.",
						 "Undistribute the table. publish_warehouse() makes tables for the analysis that may be distributed.");
}

/* Warns where a trigger of a table that would call a function for rules is disabled. */
void
warn_of_disabled_triggers(Relation table, Oid function)
{
	TriggerDesc *triggers = table->trigdesc;

	for (int i = 0; triggers && i < triggers->numtriggers; i++)
	{
		if (triggers->triggers[i].tgfoid == function && triggers->triggers[i].tgenabled == TRIGGER_DISABLED)
			ereport(WARNING,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("rules do not hold on table \"%s\"", RelationGetRelationName(table)),
					 errdetail("Trigger \"%s\" is disabled.", triggers->triggers[i].tgname),
					 errhint("alter table %s enable trigger all", RelationGetRelationName(table))));
	}
}

/* Does a trigger of a table of that kind run rules? */
static bool
is_guarded(const RangeVar *name, char kind)
{
	Oid			relid = RangeVarGetRelid(name, NoLock, true);
	Oid			function = LookupFuncName(internal_name("enforce"), 0, NULL, true);
	Relation	table;
	bool		is_so = false;

	if (!OidIsValid(relid) || !OidIsValid(function) || get_rel_relkind(relid) != kind)
		return false;
	table = table_open(relid, AccessShareLock);
	for (int i = 0; table->trigdesc && i < table->trigdesc->numtriggers; i++)
		is_so = is_so || table->trigdesc->triggers[i].tgfoid == function;
	table_close(table, AccessShareLock);
	return is_so;
}

static void
refuse_heir(const RangeVar *table)
{
	if (is_guarded(table, RELKIND_RELATION))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("table \"%s\" has rules, and can neither inherit nor be inherited from", table->relname),
				 errdetail("What is written to one of the tables would not be judged by the rules of the other."),
				 errhint("Make a table of its own, with a foreign key: create table ... (like %s including all)", table->relname)));
}

static void
refuse_detachment(const RangeVar *table)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("table \"%s\" has rules, and keeps its partitions", table->relname),
			 errdetail("The rows of one that is detached would leave the study without a trace."),
			 errhint("Delete rows that are not to be there, with a reason.")));
}

static void
refuse_command(const RangeVar *table, const AlterTableCmd *command)
{
	bool		has_parts = is_guarded(table, RELKIND_PARTITIONED_TABLE);

	if (command->subtype == AT_DetachPartition && has_parts)
		refuse_detachment(table);
	/* What is below a table of the study is judged as that. */
	if (command->subtype == AT_AttachPartition && !has_parts)
		refuse_heir(((const PartitionCmd *) command->def)->name);
	if (command->subtype != AT_AddInherit)
		return;
	refuse_heir(castNode(RangeVar, command->def));
	refuse_heir(table);
}

static void
refuse_heirs(const Node *statement)
{
	ListCell   *lc;

	/* A foreign table's statement begins as that of a table. */
	if (IsA(statement, CreateStmt) || IsA(statement, CreateForeignTableStmt))
	{
		foreach(lc, ((const CreateStmt *) statement)->inhRelations)
			refuse_heir(lfirst_node(RangeVar, lc));
	}
	else if (IsA(statement, AlterTableStmt))
	{
		foreach(lc, ((const AlterTableStmt *) statement)->cmds)
		{
			refuse_command(((const AlterTableStmt *) statement)->relation, lfirst_node(AlterTableCmd, lc));
		}
	}
}

static void
refuse_heirs_first(PlannedStmt *statement, const char *query, bool is_read_only, ProcessUtilityContext context,
				   ParamListInfo params, QueryEnvironment *environment, DestReceiver *receiver, QueryCompletion *completion)
{
	ProcessUtility_hook_type utility = earlier_utility ? earlier_utility : standard_ProcessUtility;

	refuse_heirs(statement->utilityStmt);
	utility(statement, query, is_read_only, context, params, environment, receiver, completion);
}

/* Called once, when the module is loaded. */
void
install_inheritance_hook(void)
{
	earlier_utility = ProcessUtility_hook;
	ProcessUtility_hook = refuse_heirs_first;
}
