/* Writes the restore message, which tells the waiting agent with which settings the application is restored. */
#ifndef CRJVM_MESSAGE_H
#define CRJVM_MESSAGE_H

int make_message(void); /* empty at first: the ports are not known yet */
void fill_message(void);

#endif
