/* Compares the settings of this start with those that the application has read. */
#ifndef CRJVM_SETTINGS_H
#define CRJVM_SETTINGS_H

void check_settings(void);
void follow_ports(void); /* listens where the settings of this start say, unless --listen says so */

#endif
