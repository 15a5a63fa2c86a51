/* Lets the application's clock continue from the time of the dump. */
#ifndef CRJVM_CLOCK_H
#define CRJVM_CLOCK_H

void read_clock_offsets(void);
void continue_clock(void);

#endif
