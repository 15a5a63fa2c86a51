/* Compares the settings of this start with those that the application has read. */
#ifndef CRJVM_SETTINGS_H
#define CRJVM_SETTINGS_H

void check_settings(void);
void tell_settings(void); /* prints a line with those that differ: for a start that nothing else prevents */
void follow_ports(void);  /* uses the ports that the settings of this start give, unless --listen says otherwise */

#endif
