/* criu, the only program that ever gets the capability. */
#ifndef CRJVM_ENGINE_H
#define CRJVM_ENGINE_H

#include "seccomp.h"
#include "target.h"

/* Is criu there, root's, and out of everybody else's reach? */
bool is_engine_trusted(struct reason *why);

/* Is it there at all? */
bool is_engine_there(struct reason *why);

enum { ENGINE_ARGUMENTS_MAX = 32, PID_TEXT_MAX = 16 };

/* The fixed argument vector; pid_text is storage for one of its strings. For the unit tests, too. */
void build_arguments(const struct target *target, char pid_text[PID_TEXT_MAX], const char *vector[ENGINE_ARGUMENTS_MAX]);

/* Dumps the target into the folder and looks at the result; false: why says what happened. */
bool run_engine(const struct target *target, enum seccomp_way way, int images, int time_limit, struct reason *why);

#endif
