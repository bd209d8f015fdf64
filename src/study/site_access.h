/*-------------------------------------------------------------------------
 *
 * site_access.h
 *	  Which sites of a study a reader sees.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SITE_ACCESS_H
#define SITE_ACCESS_H

extern char *visible_sites_condition(Oid namespace, Oid reader);
extern bool is_secured(Oid namespace);

#endif							/* SITE_ACCESS_H */
