/* Giving up. */
#ifndef CRJVM_FALLBACK_H
#define CRJVM_FALLBACK_H

#include <stdint.h>

enum { EXIT_UNUSABLE = 124, EXIT_USAGE = 125, EXIT_CANNOT_EXECUTE = 126, EXIT_NOT_FOUND = 127 };

/* self.fallback_arguments has room for so many words more than this program was called with. */
enum { FALLBACK_WORDS = 8 };

/* Gives up. Prints `crjvm: cannot restore "DIR": CAUSE; …`, undoes what the application's normal start would notice, and runs the
 * fallback, or exits. hint: what the user can do about it; NULL: nothing special. */
_Noreturn void fail(const char *hint, const char *format, ...);
_Noreturn void fail_usage(const char *cause);
_Noreturn void exit_with(int status);

/* A normal start would not be what the caller has asked for: fail() ends the program instead. */
void refuse_fallback(void);

/* A normal start is to find the limit of open files as it was. This is called right before it is raised. */
void remember_limit(uint64_t soft, uint64_t hard);

#endif
