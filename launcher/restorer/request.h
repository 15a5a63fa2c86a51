/* The restore request: what the application is restored with, for the agent that waits for it. */
#ifndef CRJVM_REQUEST_H
#define CRJVM_REQUEST_H

int make_request(void); /* empty at first: the ports are not known yet */
void fill_request(void);

#endif
