/* The beginning of the story. */
#ifndef CRJVM_MAIN_H
#define CRJVM_MAIN_H

/* strings: arguments and environment, as the kernel has put them on the stack. */
_Noreturn void start_restorer(char **strings);

#endif
