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
extern void set_locally(const char *name, const char *value);
extern const char *setting_value(const char *name);

#endif							/* SETTINGS_H */
