/* Gives up the restore. */
#ifndef CRJVM_FALLBACK_H
#define CRJVM_FALLBACK_H

#include <stdint.h>

/* EXIT_LATE is about a restored process that does not come to work. */
enum { EXIT_LATE = 123, EXIT_UNUSABLE = 124, EXIT_USAGE = 125, EXIT_CANNOT_EXECUTE = 126, EXIT_NOT_FOUND = 127 };

/* self.fallback_arguments has room for this many words more than the program's own arguments. */
enum { FALLBACK_WORDS = 8 };

/* Gives up. Prints `crjvm: cannot restore "DIR": CAUSE; …`, undoes everything that the application's normal start would notice,
 * and runs the fallback, or exits. hint says what the user can do about it, or is NULL. */
_Noreturn void fail(const char *hint, const char *format, ...);
_Noreturn void fail_usage(const char *cause);
_Noreturn void exit_with(int status);

/* Starts again with the image that has replaced this one. Returns only if that fails. */
void start_over(void);

/* Ends without a line and without a normal start. */
_Noreturn void leave_quietly(void);

/* Makes fail() end the program: a normal start would not do what the caller has asked for. */
void refuse_fallback(void);

/* Remembers the limit of open files so that a normal start gets it back. It is called right before the limit is raised. */
void remember_limit(uint64_t soft, uint64_t hard);

#endif
