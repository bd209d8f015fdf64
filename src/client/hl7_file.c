/*-------------------------------------------------------------------------
 *
 * hl7_file.c
 *	  Reads messages ORU^R01 of HL7 version 2: each OBX is a record, of the line on
 *	  which it stands.  Its specimen may follow it, so that the results of an order wait
 *	  for the order's end.
 *
 *	  Segments end by CR, LF, or both, and messages may have the frame of MLLP.  A
 *	  message says its encoding in MSH-18, unless somebody said that of the file.
 *
 *-------------------------------------------------------------------------
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/hl7_file.h"
#include "client/hl7_segment.h"
#include "client/result_record.h"

#define BLOCK_SIZE 65536
#define FRAME_START '\x0B'
#define FRAME_END '\x1C'

/* An OBX or SPM that waits for the end of its order. */
typedef struct Waiting
{
	Text		segment;
	uint64_t	line;
} Waiting;

/* The message that is read. */
typedef struct Message
{
	CellFile   *file;
	Hl7Delimiters delimiters;
	Text		raw;			/* the segment, as it is in the file */
	Text		segment;		/* the same in UTF-8 */
	Text		header;			/* MSH; empty before the first */
	Text		patient;		/* PID; empty if there is none */
	Text		order;			/* OBR; likewise */
	const Text *specimen;		/* SPM of the result that is taken; likewise */
	Waiting    *waiting;
	size_t		nwaiting;
	size_t		capacity;
	size_t		size;			/* of what waits, in bytes */
	ResultRecord record;
	iconv_t		converter;
	char	   *encoding;
	uint64_t	frame;			/* the line on which the frame begins; 0 outside of one */
} Message;

static Hl7Part
field_of(const Message *message, const Text *segment, int number)
{
	return hl7_field(&message->delimiters, segment->length > 0 ? segment->data : "", number);
}

static void
set_cell(Message *message, ResultCell cell, Hl7Part part)
{
	text_clear(&message->record.cells[cell]);
	hl7_text(&message->delimiters, part, &message->record.cells[cell]);
}

/* The same of two parts, if the first is empty. */
static void
set_either(Message *message, ResultCell cell, Hl7Part part, Hl7Part other)
{
	set_cell(message, cell, part.length > 0 ? part : other);
}

/* Makes ready to read the encoding of a message. */
static void
open_encoding(Message *message)
{
	char		given[64];
	const Hl7Part name = hl7_part(field_of(message, &message->raw, 18), message->delimiters.repetition, 1);
	const char *encoding = message->file->encoding ? message->file->encoding : hl7_encoding(name, given, sizeof(given));

	if (message->encoding && strcmp(message->encoding, encoding) == 0)
		return;
	if (message->encoding)
		iconv_close(message->converter);
	free(message->encoding);
	message->encoding = NULL;
	message->converter = iconv_open("UTF-8", encoding);
	if (message->converter == (iconv_t) -1)
		cell_refuse(message->file, message->file->place, "the encoding in MSH-18 is not known: say it by --encoding, as iconv -l lists it");
	message->encoding = need_memory(strdup(encoding));
}

static void
refuse_byte(const Message *message, unsigned char byte)
{
	fail(EXIT_USAGE, "%s:%llu: the byte 0x%02X is not of the encoding %s\nHint: Say the encoding: MSH-18, or --encoding.",
		 message->file->path, (unsigned long long) message->file->place, byte, message->encoding);
}

/* Decodes the segment; all its bytes must be letters of the encoding. */
static void
decode(Message *message)
{
	char		decoded[4096];
	char	   *in = message->raw.data;
	size_t		left = message->raw.length;

	text_clear(&message->segment);
	iconv(message->converter, NULL, NULL, NULL, NULL);
	while (left > 0)
	{
		char	   *out = decoded;
		size_t		room = sizeof(decoded);
		size_t		done = iconv(message->converter, &in, &left, &out, &room);
		int			problem = errno;

		text_add(&message->segment, decoded, sizeof(decoded) - room);
		if (done == (size_t) -1 && problem != E2BIG)
			refuse_byte(message, (unsigned char) *in);
	}
	/* iconv takes more for UTF-8 than is */
	left = utf8_whole(message->segment.data, message->segment.length);
	if (left < message->segment.length)
		refuse_byte(message, (unsigned char) message->segment.data[left]);
	if (memchr(message->segment.data, '\0', message->segment.length))
		cell_refuse(message->file, message->file->place, "the segment has a character that is zero, which no text has");
}

static void
begin_message(Message *message)
{
	Hl7Part		type = field_of(message, &message->segment, 9);
	Hl7Part		purpose = hl7_component(&message->delimiters, field_of(message, &message->segment, 11), 1);

	if (!hl7_is(hl7_component(&message->delimiters, type, 1), "ORU") || !hl7_is(hl7_component(&message->delimiters, type, 2), "R01"))
		cell_refuse(message->file, message->file->place, "the message is not of type ORU^R01, as MSH-9 says");
	if (hl7_is(purpose, "T") || hl7_is(purpose, "D"))
		cell_refuse(message->file, message->file->place, "the message is for training or for a test, as MSH-11 says");
	text_clear(&message->header);
	text_put(&message->header, message->segment.data);
	text_clear(&message->patient);
	text_clear(&message->order);
}

/* Of several numbers of a subject in PID-3 the one whose authority, or type, the mapping names. */
static void
take_subject(Message *message)
{
	const char *wanted = message->file->identifier;
	Hl7Part		numbers = field_of(message, &message->patient, 3);
	int			count = hl7_count(numbers, message->delimiters.repetition);
	int			fitting = 0;

	for (int i = 1; i <= count; i++)
	{
		Hl7Part		number = hl7_part(numbers, message->delimiters.repetition, i);
		Hl7Part		authority = hl7_part(hl7_component(&message->delimiters, number, 4), message->delimiters.subcomponent, 1);

		if (wanted && !hl7_is(authority, wanted) && !hl7_is(hl7_component(&message->delimiters, number, 5), wanted))
			continue;
		if (fitting++ == 0)
			set_cell(message, RESULT_SUBJECT, hl7_component(&message->delimiters, number, 1));
	}
	if (fitting > 1)
		result_problem(&message->record, "identifier", "PID-3 has several numbers: name the authority or the type of one in the mapping");
	else if (fitting == 0)
		result_problem(&message->record, "identifier", "PID-3 has no number%s", wanted ? " of the authority that the mapping names" : "");
}

/* The code of LOINC, or else the first. */
static void
take_test(Message *message)
{
	Hl7Part		test = field_of(message, &message->segment, 3);
	int			at = hl7_is(hl7_component(&message->delimiters, test, 6), "LN") && !hl7_is(hl7_component(&message->delimiters, test, 3), "LN") ? 4 : 1;

	set_either(message, RESULT_TEST, hl7_component(&message->delimiters, test, at), hl7_component(&message->delimiters, test, 4));
	set_either(message, RESULT_TEST_NAME, hl7_component(&message->delimiters, test, at + 1), hl7_component(&message->delimiters, test, at));
}

/* Only F and C of table 0085 are results. */
static void
take_status(Message *message)
{
	static const struct
	{
		const char *code;
		const char *meaning;
	}			statuses[] = {{"D", "deleted"}, {"I", "pending"}, {"N", "not asked for"}, {"O", "an order alone"}, {"P", "preliminary"},
	{"R", "not verified"}, {"S", "partial"}, {"U", "said to be final, without its value"}, {"W", "wrong: of another patient, or sample"},
	{"X", "not obtained"}};
	Hl7Part		status = field_of(message, &message->segment, 11);

	set_cell(message, RESULT_STATUS, status);
	for (size_t i = 0; i < lengthof(statuses); i++)
		if (hl7_is(status, statuses[i].code))
			result_problem(&message->record, "status", "it is %s (%s), and no result", statuses[i].meaning, statuses[i].code);
	if (!hl7_is(status, "F") && !hl7_is(status, "C"))
		result_problem(&message->record, "hl7", "OBX-11 does not say whether it is final");
}

static void
take_value(Message *message)
{
	Hl7Part		type = field_of(message, &message->segment, 2);
	Hl7Part		value = field_of(message, &message->segment, 5);

	if (hl7_is(type, "ST") || hl7_is(type, "TX") || hl7_is(type, "FT"))
		hl7_lines(&message->delimiters, value, &message->record.cells[RESULT_VALUE]);
	else if (hl7_count(value, message->delimiters.repetition) > 1)
		result_problem(&message->record, "hl7", "OBX-5 has several values");
	else if (hl7_is(type, "NM") || hl7_is(type, "IS") || type.length == 0)
		set_cell(message, RESULT_VALUE, value);
	else if (hl7_is(type, "SN"))
		hl7_number(&message->delimiters, value, &message->record.cells[RESULT_VALUE]);
	else if (hl7_is(type, "CE") || hl7_is(type, "CWE") || hl7_is(type, "CNE"))
		set_either(message, RESULT_VALUE, hl7_component(&message->delimiters, value, 2), hl7_component(&message->delimiters, value, 1));
	else
		result_problem(&message->record, "hl7", "a value of type %.*s is not read", type.length < 20 ? (int) type.length : 0, type.start);
	if (hl7_is(value, "\"\""))
		text_put(&message->record.cells[RESULT_ABSENT_REASON], "\"\"");
}

/* Flags of table 0078 beside the value */
static void
take_flags(Message *message)
{
	Hl7Part		flags = field_of(message, &message->segment, 8);
	int			count = hl7_count(flags, message->delimiters.repetition);

	for (int i = 1; i <= count; i++)
	{
		Hl7Part		flag = hl7_component(&message->delimiters, hl7_part(flags, message->delimiters.repetition, i), 1);

		if (hl7_is(flag, "<") || hl7_is(flag, ">"))
			result_off_scale(&message->record, "hl7", flag.start[0]);
	}
}

/* The limits of normal, if they are written as LOW-HIGH. */
static void
take_range(Message *message)
{
	static const char number[] = "0123456789.";
	Hl7Part		range = field_of(message, &message->segment, 7);
	const char *dash = memchr(range.start, '-', range.length);
	size_t		low = dash ? (size_t) (dash - range.start) : 0;

	if (low == 0 || strspn(range.start, number) != low || strspn(dash + 1, number) != range.length - low - 1)
		return;
	set_cell(message, RESULT_LLN, (Hl7Part) {.start = range.start, .length = low});
	set_cell(message, RESULT_ULN, (Hl7Part) {.start = dash + 1, .length = range.length - low - 1});
}

static void
take_date(Message *message)
{
	Hl7Part		moment = field_of(message, &message->segment, 14);
	Text		text = {0};

	text_clear(&text);
	if (moment.length == 0)
		moment = field_of(message, &message->order, 7);
	if (moment.length == 0)
		moment = field_of(message, message->specimen, 17);
	hl7_text(&message->delimiters, hl7_component(&message->delimiters, moment, 1), &text);
	result_date(&message->record, text.data);
	free(text.data);
}

/* Takes the result that is in the segment. */
static void
take_result(Message *message, uint64_t line)
{
	const Hl7Part of_specimen = field_of(message, message->specimen, 4);
	const char	sub = message->delimiters.subcomponent;
	Hl7Part		unit = field_of(message, &message->segment, 6);
	Hl7Part		producer = field_of(message, &message->segment, 15);
	Hl7Part		sender = hl7_component(&message->delimiters, field_of(message, &message->header, 4), 1);

	message->file->line = line;
	result_begin(&message->record);
	take_status(message);
	take_subject(message);
	take_test(message);
	set_cell(message, RESULT_SUB_ID, field_of(message, &message->segment, 4));
	take_date(message);
	take_value(message);
	take_flags(message);
	set_either(message, RESULT_UNIT, hl7_component(&message->delimiters, unit, 1), hl7_component(&message->delimiters, unit, 2));
	take_range(message);
	set_cell(message, RESULT_SPECIMEN, hl7_part(hl7_component(&message->delimiters, field_of(message, &message->order, 15), 1), sub, 1));
	if (message->record.cells[RESULT_SPECIMEN].length == 0)
		set_either(message, RESULT_SPECIMEN, hl7_component(&message->delimiters, of_specimen, 1), hl7_component(&message->delimiters, of_specimen, 2));
	set_either(message, RESULT_LABORATORY, hl7_component(&message->delimiters, producer, 2), hl7_component(&message->delimiters, producer, 1));
	if (message->record.cells[RESULT_LABORATORY].length == 0)
		set_cell(message, RESULT_LABORATORY, sender);
	result_end(&message->record, message->file);
}

static bool
is_segment(const Text *text, const char *name)
{
	return text->length >= 3 && strncmp(text->data, name, 3) == 0;
}

/* A segment: three letters, of which the last two may be digits, and the delimiter. */
static bool
is_any_segment(const Message *message)
{
	const char *text = message->raw.data;

	return message->raw.length >= 3 && isupper((unsigned char) text[0]) && isalnum((unsigned char) text[1]) && isalnum((unsigned char) text[2]) &&
		(text[3] == '\0' || text[3] == message->delimiters.field);
}

/* The header of a message says how it is to be read; those of a file and a batch say what MSH says again. */
static void
read_header(Message *message)
{
	if (!hl7_read_delimiters(&message->delimiters, message->raw.data))
		cell_refuse(message->file, message->file->place, "the segment does not begin with its delimiters, such as MSH|^~\\&|");
	if (!is_segment(&message->raw, "MSH"))
		return;
	open_encoding(message);
	decode(message);
	begin_message(message);
}

static void
clear_waiting(Message *message)
{
	for (size_t i = 0; i < message->nwaiting; i++)
		free(message->waiting[i].segment.data);
	message->nwaiting = message->size = 0;
}

/* Has the segment wait for the end of its order. */
static void
wait_for_order(Message *message)
{
	if (message->size + message->segment.length > LONGEST_RECORD)
		cell_refuse(message->file, message->file->place, "an order has more than 16 MB of results");
	if (message->nwaiting == message->capacity)
	{
		message->capacity = message->capacity ? 2 * message->capacity : 16;
		message->waiting = need_memory(realloc(message->waiting, message->capacity * sizeof(Waiting)));
	}
	message->waiting[message->nwaiting] = (Waiting) {.line = message->file->place};
	text_put(&message->waiting[message->nwaiting++].segment, message->segment.data);
	message->size += message->segment.length + sizeof(Waiting);
}

/* Takes the results of an order: each is of the specimen before it, or else of the only one behind it. */
static void
end_order(Message *message)
{
	static const Text none = {.data = ""};
	const Text *only = &none;
	size_t		nspecimens = 0;

	for (size_t i = 0; i < message->nwaiting; i++)
		if (is_segment(&message->waiting[i].segment, "SPM") && nspecimens++ == 0)
			only = &message->waiting[i].segment;
	message->specimen = nspecimens == 1 ? only : &none;
	for (size_t i = 0; i < message->nwaiting && !message->file->stops; i++)
	{
		const Waiting *waiting = &message->waiting[i];

		text_clear(&message->segment);
		text_put(&message->segment, waiting->segment.data);
		if (is_segment(&message->segment, "SPM"))
			message->specimen = &waiting->segment;
		else
			take_result(message, waiting->line);
	}
	clear_waiting(message);
}

/* Does a segment belong to the order before it? */
static bool
is_of_order(const Text *segment)
{
	static const char *const others[] = {"OBR", "ORC", "PID", "MSH", "FHS", "BHS", "BTS", "FTS"};

	for (size_t i = 0; i < lengthof(others); i++)
		if (is_segment(segment, others[i]))
			return false;
	return true;
}

static void
keep_segment(Text *kept, const Message *message)
{
	text_clear(kept);
	text_put(kept, message->segment.data);
}

static void
take_segment(Message *message)
{
	CellFile   *file = message->file;

	if (message->raw.length == 0)
		return;
	if (!is_of_order(&message->raw))
		end_order(message);
	if (file->stops)
		return;
	if (is_segment(&message->raw, "MSH") || is_segment(&message->raw, "FHS") || is_segment(&message->raw, "BHS"))
		read_header(message);
	else if (message->header.length == 0)
		cell_refuse(file, file->place, "no message of HL7 begins here: its first segment is MSH");
	else if (!is_any_segment(message))
		cell_refuse(file, file->place, "the line is no segment of HL7: has a text a line break?");
	else
	{
		decode(message);
		if (is_segment(&message->segment, "PID"))
		{
			keep_segment(&message->patient, message);
			text_clear(&message->order);
		}
		else if (is_segment(&message->segment, "OBR"))
			keep_segment(&message->order, message);
		else if (is_segment(&message->segment, "OBX") || is_segment(&message->segment, "SPM"))
			wait_for_order(message);
	}
	text_clear(&message->raw);
}

/* Takes a byte of the file. */
static void
take_byte(Message *message, char byte)
{
	CellFile   *file = message->file;
	bool		is_pair = byte == '\n' && file->had_cr;

	file->had_cr = byte == '\r';
	if (byte == '\r' || byte == '\n')
	{
		take_segment(message);
		file->place += !is_pair;
	}
	else if (byte == FRAME_START || byte == FRAME_END)
	{
		take_segment(message);
		end_order(message);
		if ((byte == FRAME_START) == (message->frame > 0))
			cell_refuse(file, file->place, byte == FRAME_START ? "a frame begins before the one before it ends" : "a frame ends that did not begin");
		message->frame = byte == FRAME_START ? file->place : 0;
		text_clear(&message->header);
	}
	else if (byte == '\0')
		cell_refuse(file, file->place, "the line has a byte that is zero, which no text has");
	else if (message->raw.length >= LONGEST_RECORD)
		cell_refuse(file, file->place, "the segment is longer than 16 MB");
	else
		text_add(&message->raw, &byte, 1);
}

/* Reads a file, and tells the reader of each record. */
void
hl7_file_read(CellFile *file)
{
	static char block[BLOCK_SIZE];
	static Message message;
	size_t		got;
	FILE	   *stream = cell_begin_file(file);

	message.file = file;
	message.frame = 0;
	text_clear(&message.raw);
	text_clear(&message.header);
	clear_waiting(&message);
	if (file->delimiter == '\0')
		file->delimiter = ',';
	result_header(file);
	while (!file->stops && (got = fread(block, 1, sizeof(block), stream)) > 0)
	{
		size_t		mark = file->bytes == 0 && got >= 3 && memcmp(block, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

		EVP_DigestUpdate(file->digest, block, got);
		file->bytes += got;
		for (size_t i = mark; i < got && !file->stops; i++)
			take_byte(&message, block[i]);
	}
	if (!file->stops)
		take_segment(&message);
	if (!file->stops)
		end_order(&message);
	if (message.frame > 0 && !file->stops)
		cell_refuse(file, message.frame, "the frame that begins here has no end: is the file cut off?");
	cell_close_file(file, stream);
}
