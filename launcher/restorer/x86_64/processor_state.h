/* Sets the processor's state that threads inherit and no signal frame holds. This processor has none. */
#ifndef CRJVM_PROCESSOR_STATE_H
#define CRJVM_PROCESSOR_STATE_H

/* Sets the state of this process that the plan asks for, or gives up. Threads that are made later inherit it. An exec undoes it. */
static inline void set_processor_state(void) {}

/* Implements --processor, by which the compiler learns what a plan has to say about that state. */
static inline void show_processor_state(void) {}

#endif
