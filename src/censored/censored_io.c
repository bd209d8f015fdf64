/*-------------------------------------------------------------------------
 *
 * censored_io.c
 *	  Text, binary and numeric input and output of the censored types, and
 *	  the errors that they raise.
 *
 * The binary form is a version byte, the qualifier as a character, and the
 * limit as float8; zero stands for the limit of a bare TND.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/float.h"

#include "censored/censored_io.h"

#define CENSORED_BINARY_VERSION 1

static int
parse_sqlstate(ParseStatus status)
{
	switch (status)
	{
		case PARSE_ZERO:
		case PARSE_NEGATIVE:
		case PARSE_RANGE:
			return ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE;
		default:
			return ERRCODE_INVALID_TEXT_REPRESENTATION;
	}
}

static int
parse_detail(ParseStatus status, const CensoredDomain *domain)
{
	switch (status)
	{
		case PARSE_EMPTY:
			return errdetail("The text is empty.");
		case PARSE_TRAILING:
			return errdetail("Something follows the value.");
		case PARSE_THOUSANDS:
			return errdetail("A separator stands between digits.");
		case PARSE_INCLUSIVE:
			return errdetail("The type has no limit that is itself a possible value.");
		case PARSE_NOT_FINITE:
			return errdetail("NaN and infinity are not measurements.");
		case PARSE_ZERO:
			return errdetail("A viral load is never zero, and neither is a limit.");
		case PARSE_NEGATIVE:
			return errdetail("A viral load is never negative, and neither is a limit.");
		case PARSE_RANGE:
			return domain->is_signed ?
				errdetail("The number must be zero, or of a magnitude from %g to %g.",
						  domain->smallest, domain->largest) :
				errdetail("The number must lie between %g and %g.",
						  domain->smallest, domain->largest);
		case PARSE_NO_LIMIT:
			return errdetail("No number follows the sign.");
		default:
			return errdetail("A number was expected.");
	}
}

static int
parse_hint(ParseStatus status, const CensoredDomain *domain)
{
	switch (status)
	{
		case PARSE_THOUSANDS:
			return errhint("A comma or a blank may mark decimals or thousands: look at the report, and write a point before decimals and nothing between other digits.");
		case PARSE_INCLUSIVE:
			return errhint("'<' and '>' leave the limit out, which is another result: ask the laboratory which of them it means.");
		case PARSE_NEGATIVE:
			return errhint("A negative number often stands for a missing result: enter no value then.");
		case PARSE_ZERO:
			return errhint("Write '<LLOQ' with the assay's lower limit of quantification, such as '<50', or 'TND'.");
		default:
			return domain->has_not_detected ?
				errhint("Write copies/mL as a plain number, or '<50', '>500000', 'TND<50' or 'TND'.") :
				errhint("Write a plain number, or a limit such as '<0.4' or '>2.3'.");
	}
}

/* What a number and its qualifier look like in an error message. */
static const char *
number_text(float8 number, Qualifier qualifier)
{
	static const char *const prefix[] = {"TND<", "<", "", ">"};

	return psprintf("%s%s", prefix[qualifier], float8out_internal(number));
}

static void
report_parse_error(Node *escontext, ParseStatus status, const char *text,
				   const CensoredDomain *domain)
{
	if (parse_sqlstate(status) == ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE)
		errsave(escontext,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("value \"%s\" is out of range for type %s", text, domain->type_name),
				 parse_detail(status, domain), parse_hint(status, domain)));
	else
		errsave(escontext,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"", domain->type_name, text),
				 parse_detail(status, domain), parse_hint(status, domain)));
}

/* Text to value; errors are soft where the caller asks for that. */
Datum
censored_in(FunctionCallInfo fcinfo, const CensoredDomain *domain)
{
	char	   *text = PG_GETARG_CSTRING(0);
	CensoredValue value;
	ParseStatus status = censored_parse(text, domain, &value);

	if (status != PARSE_OK)
	{
		report_parse_error(fcinfo->context, status, text, domain);
		PG_RETURN_NULL();
	}
	PG_RETURN_CENSORED(value);
}

/* Value to its canonical text. */
Datum
censored_out(FunctionCallInfo fcinfo)
{
	char	   *text = palloc(CENSORED_TEXT_SIZE);

	censored_print(PG_GETARG_CENSORED(0), text);
	PG_RETURN_CSTRING(text);
}

/* Binary to value; what the type could not hold is refused. */
Datum
censored_recv(FunctionCallInfo fcinfo, const CensoredDomain *domain)
{
	StringInfo	buffer = (StringInfo) PG_GETARG_POINTER(0);
	int			version = pq_getmsgbyte(buffer);
	const unsigned char *bytes;
	CensoredValue value;

	if (version != CENSORED_BINARY_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("unsupported version %d in external \"%s\" value",
						version, domain->type_name),
				 errdetail("This server reads version %d.", CENSORED_BINARY_VERSION),
				 errhint("Send the value as text.")));
	bytes = (const unsigned char *) pq_getmsgbytes(buffer, CENSORED_BINARY_SIZE);
	if (censored_decode(bytes, domain, &value))
		PG_RETURN_CENSORED(value);
	buffer->cursor -= CENSORED_BINARY_SIZE - 1;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid external \"%s\" value", domain->type_name),
			 errdetail("Qualifier byte %d with the number %s is not a value of the type.",
					   bytes[0], float8out_internal(pq_getmsgfloat8(buffer))),
			 errhint("Send the value as text to see what is wrong with it.")));
}

/* Value to binary. */
Datum
censored_send(FunctionCallInfo fcinfo)
{
	bytea	   *result = palloc(VARHDRSZ + 1 + CENSORED_BINARY_SIZE);
	unsigned char *bytes = (unsigned char *) VARDATA(result);

	SET_VARSIZE(result, VARHDRSZ + 1 + CENSORED_BINARY_SIZE);
	bytes[0] = CENSORED_BINARY_VERSION;
	censored_encode(PG_GETARG_CENSORED(0), bytes + 1);
	PG_RETURN_BYTEA_P(result);
}

/* Number to value, or an error. */
CensoredValue
censored_from_float8(float8 number, Qualifier qualifier, const CensoredDomain *domain)
{
	CensoredValue value = 0;
	ParseStatus status = censored_from_number(number, qualifier, domain, &value);

	if (status == PARSE_NOT_FINITE)
		status = PARSE_RANGE;
	if (status != PARSE_OK)
		report_parse_error(NULL, status, number_text(number, qualifier), domain);
	return value;
}

/* The ways in which files write a qualifier, in any case. */
typedef struct QualifierName
{
	const char *name;
	Qualifier	qualifier;
} QualifierName;

static const QualifierName qualifier_names[] = {
	{"", QUALIFIER_EXACT}, {"=", QUALIFIER_EXACT}, {"EQ", QUALIFIER_EXACT},
	{"<", QUALIFIER_BELOW}, {"LT", QUALIFIER_BELOW}, {">", QUALIFIER_ABOVE},
	{"GT", QUALIFIER_ABOVE}, {"TND", QUALIFIER_NOT_DETECTED}
};

/* The qualifier that a text without blanks around it names; none is exact. */
static Qualifier
qualifier_from_text(const char *text, const CensoredDomain *domain)
{
	size_t		skipped = strspn(text, " \t\r\n");
	size_t		length = strlen(text + skipped);

	while (length > 0 && strchr(" \t\r\n", text[skipped + length - 1]))
		length--;
	for (int i = 0; i < lengthof(qualifier_names); i++)
		if (strlen(qualifier_names[i].name) == length &&
			pg_strncasecmp(text + skipped, qualifier_names[i].name, length) == 0 &&
			(qualifier_names[i].qualifier != QUALIFIER_NOT_DETECTED || domain->has_not_detected))
			return qualifier_names[i].qualifier;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid qualifier \"%s\" for type %s", text, domain->type_name),
			 errdetail("A limit that is itself a possible value, such as <=, cannot be stored."),
			 domain->has_not_detected ?
			 errhint("The qualifiers are '=' (or none), '<' (LT), '>' (GT) and 'TND'.") :
			 errhint("The qualifiers are '=' (or none), '<' (LT) and '>' (GT).")));
}

/*
 * A number and a qualifier to value: the inverse of quantity() and
 * qualifier().  No qualifier is an exact number; no number is NULL, but for a
 * TND without a limit.
 */
Datum
censored_from_parts(FunctionCallInfo fcinfo, const CensoredDomain *domain)
{
	Qualifier	qualifier;

	qualifier = PG_ARGISNULL(1) ? QUALIFIER_EXACT :
		qualifier_from_text(text_to_cstring(PG_GETARG_TEXT_PP(1)), domain);
	if (PG_ARGISNULL(0))
	{
		if (qualifier == QUALIFIER_NOT_DETECTED)
			PG_RETURN_CENSORED(QUALIFIER_NOT_DETECTED);
		PG_RETURN_NULL();
	}
	PG_RETURN_CENSORED(censored_from_float8(PG_GETARG_FLOAT8(0), qualifier, domain));
}
