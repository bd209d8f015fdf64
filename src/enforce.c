#include "postgres.h"

#include "compat.h"
#include "commands/trigger.h"

PG_FUNCTION_INFO_V1(enforce);
PG_FUNCTION_INFO_V1(stamp);
PG_FUNCTION_INFO_V1(complete_viral_load);
PG_FUNCTION_INFO_V1(rules_changed);
PG_FUNCTION_INFO_V1(freeze_eligibility);

Datum
enforce(PG_FUNCTION_ARGS)
{
	return PointerGetDatum(NULL);
}
Datum
rules_changed(PG_FUNCTION_ARGS)
{
	return PointerGetDatum(NULL);
}
Datum
freeze_eligibility(PG_FUNCTION_ARGS)
{
	return PointerGetDatum(NULL);
}
Datum
stamp(PG_FUNCTION_ARGS)
{
	return PointerGetDatum(NULL);
}
Datum
complete_viral_load(PG_FUNCTION_ARGS)
{
	return PointerGetDatum(NULL);
}
