/*
 * trail.c: what the fuzzer of the glue has at work.
 *
 * It lies in a file that is mapped, not written: it is there after a crash, and
 * costs no system call.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define TRAIL_SIZE (2 * PAYLOAD_LIMIT + 4096)
#define CALL_SIZE 1024
#define MOST_WARNINGS 20

int64		faults = 0;
static char *trail = NULL;

/* The file is in the directory of the server's data, one for each type. */
void
trail_open(const char *type)
{
	char	   *path = psprintf("fuzz_trail.%s", type);
	int			file;

	if (trail == NULL)
	{
		file = open(path, O_RDWR | O_CREAT, 0600);
		if (file < 0 || ftruncate(file, TRAIL_SIZE) != 0)
			ereport(ERROR, (errcode_for_file_access(), errmsg("could not make \"%s\": %m", path)));
		trail = mmap(NULL, TRAIL_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
		close(file);
		if (trail == MAP_FAILED)
			ereport(ERROR, (errcode_for_file_access(), errmsg("could not map \"%s\": %m", path)));
	}
	memset(trail, '\0', TRAIL_SIZE);
	faults = 0;
}

/* The call is in front, where its place is fixed. */
void
trail_payload(const char *type, bool is_text, StringInfo payload, int64 number)
{
	static const char digits[] = "0123456789abcdef";
	char	   *to = trail + CALL_SIZE;

	to += snprintf(to, CALL_SIZE, "payload " INT64_FORMAT " of %s, %s: ", number, type,
				   is_text ? "text" : "binary");
	for (int i = 0; i < payload->len; i++)
	{
		if (is_text)
			*to++ = payload->data[i];
		else
		{
			*to++ = digits[(uint8) payload->data[i] >> 4];
			*to++ = digits[(uint8) payload->data[i] & 0xF];
		}
	}
	*to = '\0';
}

void
trail_call(const char *function)
{
	strlcpy(trail, function, CALL_SIZE);
}

void
fault(const char *what, const char *detail)
{
	if (faults++ < MOST_WARNINGS)
		ereport(WARNING,
				(errmsg("fault in %s: %s", trail, what),
				 errdetail("%s\n%s", detail, trail + CALL_SIZE)));
}
