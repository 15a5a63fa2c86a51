/* Sets the processor's state that threads inherit and no signal frame holds: the length of vectors, and the keys that sign addresses. */
#ifndef CRJVM_PROCESSOR_STATE_H
#define CRJVM_PROCESSOR_STATE_H

/* Sets the state of this process that the plan asks for, or gives up. Threads that are made later inherit it. An exec undoes it. */
void set_processor_state(void);

/* Implements --processor, by which the compiler learns what a plan has to say about the processor: it sets the keys on standard
 * input, and prints how this processor signs with them, and the registers DCZID_EL0 and CTR_EL0. */
void show_processor_state(void);

#endif
