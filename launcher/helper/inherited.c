/* Handles signals and limits, which a program inherits from the process that starts it. */
#include "inherited.h"

#include <signal.h>
#include <sys/resource.h>

enum {
  FILES_LEAST = 64,          /* criu has some twenty files open at once, besides copies of the target's sockets and pipes */
  FILE_SIZE_LEAST = 1 << 20, /* every JVM has more memory than that */
};

void reset_signals(void) {
  sigset_t none;
  for (int signal = 1; signal < NSIG; signal++) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(signal, &action, NULL); /* it fails for numbers that can't be set */
  }
  signal(SIGXFSZ, SIG_IGN);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static rlim_t raise_limit(int which) {
  struct rlimit limit;
  if (getrlimit((__rlimit_resource_t)which, &limit) != 0) return RLIM_INFINITY;
  limit.rlim_cur = limit.rlim_max;
  setrlimit((__rlimit_resource_t)which, &limit); /* always allowed; if it fails, the dump fails and reports it */
  return limit.rlim_max;
}

bool raise_limits(struct reason *why) {
  rlim_t files = raise_limit(RLIMIT_NOFILE), size = raise_limit(RLIMIT_FSIZE);
  if (files < FILES_LEAST) {
    set_reason(why, "only %llu files may be open at once, and a dump needs %d; raise the limit (ulimit -n)",
               (unsigned long long)files, FILES_LEAST);
    return false;
  }
  if (size < FILE_SIZE_LEAST) {
    set_reason(why, "files may have at most %llu bytes, which is too little for a dump; raise the limit (ulimit -f)",
               (unsigned long long)size);
    return false;
  }
  return true;
}
