/* The restore message: what the application is restored with, for the agent that waits for it. */
#ifndef CRJVM_MESSAGE_H
#define CRJVM_MESSAGE_H

int make_message(void); /* empty at first: the ports are not known yet */
void fill_message(void);

#endif
