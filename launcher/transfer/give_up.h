/* Leaves the work to the Java client, which can do everything that this program can't, and explains every failure. */
#ifndef CRJVM_GIVE_UP_H
#define CRJVM_GIVE_UP_H

#include <stddef.h>

/* Says how the Java client is started. NULL: there is none, and a failure ends the program with one line and status 1. */
void set_java_client(char **command);

/* Says what is erased before anything else is written to standard error. */
void set_erasure(const char *text);

/* Becomes the Java client. CRJVM_DEBUG=1 shows why. */
_Noreturn void give_up(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Ends the program with one line and status 1, where the Java client could not do more. */
_Noreturn void end_refused(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* These work like malloc and reallocarray, but give up instead of returning NULL. */
void *allocate(size_t size);
void *enlarge(void *bytes, size_t count, size_t size);

#endif
