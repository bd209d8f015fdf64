/*-------------------------------------------------------------------------
 *
 * method_name.h
 *	  Methods of a statistic by their names.
 *
 *-------------------------------------------------------------------------
 */
#ifndef METHOD_NAME_H
#define METHOD_NAME_H

#include <string.h>

/* The place of a name in a list that ends with NULL; -1 if it is not there. */
static inline int
method_of_name(const char *const *names, const char *name)
{
	for (int i = 0; names[i] != NULL; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

#endif							/* METHOD_NAME_H */
