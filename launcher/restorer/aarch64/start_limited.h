/* Starts a program that sees only some of the processor's features. */
#ifndef CRJVM_START_LIMITED_H
#define CRJVM_START_LIMITED_H

/* Implements --limit-features. The words are the bits of AT_HWCAP and of AT_HWCAP2 that the program may see, as decimal numbers, the
 * program's path, its name, and its arguments. The program also signs no addresses. It is this process that becomes the program, and it
 * has no further child. Where tracing is forbidden, the program sees all features: it has to look. */
_Noreturn void start_limited(char **words, int count);

#endif
