/* Finds settings that only the Java client knows. */
#ifndef CRJVM_SETTINGS_H
#define CRJVM_SETTINGS_H

/* Gives up if the user has configured something that this program does not read: other locations of registries, or Java's own trust and
 * proxies. */
void check_settings(void);

#endif
