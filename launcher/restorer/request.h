/* Writes the restore message, which tells the waiting agent with which settings the application is restored. */
#ifndef CRJVM_REQUEST_H
#define CRJVM_REQUEST_H

int make_request(void); /* it is empty at first, because the ports are not known yet */
void fill_request(void);

#endif
