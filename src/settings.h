/*-------------------------------------------------------------------------
 *
 * settings.h
 *	  The settings of the extension.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SETTINGS_H
#define SETTINGS_H

extern uint64 settings_generation;

extern void define_settings(void);

#endif							/* SETTINGS_H */
