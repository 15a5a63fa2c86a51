/* Declares the first function of the restorer. */
#ifndef CRJVM_MAIN_H
#define CRJVM_MAIN_H

/* Restores an image, or gives up. strings are the arguments and the environment, as the kernel has put them on the stack. */
_Noreturn void start_restorer(char **strings);

#endif
