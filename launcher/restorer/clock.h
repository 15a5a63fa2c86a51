/* Lets the application's clock continue from the time of the dump. */
#ifndef CRJVM_CLOCK_H
#define CRJVM_CLOCK_H

void continue_clock(void);

#endif
