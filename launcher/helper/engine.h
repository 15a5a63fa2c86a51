/* Runs criu, the only program that ever gets the capability. */
#ifndef CRJVM_ENGINE_H
#define CRJVM_ENGINE_H

#include "seccomp.h"
#include "target.h"

/* Returns true if criu is there, belongs to root, and nobody else can change it. */
bool is_engine_trusted(struct reason *why);

/* Returns true if criu is there at all. */
bool is_engine_there(struct reason *why);

enum { ENGINE_ARGUMENTS_MAX = 32, PID_TEXT_MAX = 16 };

/* Builds the fixed argument vector. pid_text stores one of its strings. The unit tests call it, too. */
void build_arguments(const struct target *target, char pid_text[PID_TEXT_MAX], const char *vector[ENGINE_ARGUMENTS_MAX]);

/* Dumps the target into the folder and checks the result. Returns false and describes in why what happened. */
bool run_engine(const struct target *target, enum seccomp_way way, int images, int time_limit, struct reason *why);

#endif
