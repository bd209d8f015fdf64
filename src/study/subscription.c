/*-------------------------------------------------------------------------
 *
 * subscription.c
 *	  Runs a command on a subscription for a procedure.
 *
 * CREATE and DROP SUBSCRIPTION make and drop a slot at another server, which no
 * transaction here takes back.  So PostgreSQL refuses them in a transaction block
 * and within functions.  A procedure that a client calls by itself is neither: here
 * the command is run as if the client had sent it, so that PostgreSQL's own
 * checks hold, and it refuses the procedure in a transaction block.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "parser/parser.h"
#include "tcop/dest.h"
#include "tcop/utility.h"
#include "utils/builtins.h"

PG_FUNCTION_INFO_V1(run_subscription_command);

static bool
is_on_subscription(const Node *command)
{
	return IsA(command, CreateSubscriptionStmt) || IsA(command, AlterSubscriptionStmt) || IsA(command, DropSubscriptionStmt);
}

/* run_subscription_command(text): runs one command on a subscription, as the caller; 25001 in a transaction block. */
Datum
run_subscription_command(PG_FUNCTION_ARGS)
{
	char	   *source = text_to_cstring(PG_GETARG_TEXT_PP(0));
	List	   *commands = raw_parser(source, RAW_PARSE_DEFAULT);
	PlannedStmt *statement = makeNode(PlannedStmt);

	if (list_length(commands) != 1 || !is_on_subscription(linitial_node(RawStmt, commands)->stmt))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("this is not one command on a subscription"),
				 errhint("subscribe_site(), subscribe_centre(), leave_site() and leave_centre() call this function.")));
	statement->commandType = CMD_UTILITY;
	statement->canSetTag = false;
	statement->utilityStmt = linitial_node(RawStmt, commands)->stmt;
	statement->stmt_location = 0;
	statement->stmt_len = 0;
	ProcessUtility(statement, source, false, PROCESS_UTILITY_TOPLEVEL, NULL, NULL, None_Receiver, NULL);
	PG_RETURN_VOID();
}
