/* Says on standard error how far the work is, in the same words as class ProgressLine. */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#include "give_up.h"

enum { STEP = 10 };

static const char *about = "";
static bool is_terminal, is_silent = true;
static int last = -1;

void start_progress(const char *verb, bool verbose) {
  about = verb;
  is_terminal = isatty(STDERR_FILENO);
  is_silent = !is_terminal && !verbose;
}

void show_progress(uint64_t done, uint64_t total) {
  if (is_silent || !total) return;
  int now = (int)(done >= total ? 100 : 100 * done / total);
  if (last >= 0 && (is_terminal ? now <= last : now / STEP <= last / STEP)) return;
  last = now;
  if (is_terminal) set_erasure("\r\033[K");
  fprintf(stderr, is_terminal ? "\r\033[Kcrjvm: %s: %d %%" : "crjvm: %s: %d %%\n", about, now);
  fflush(stderr);
}

void end_progress(void) {
  if (is_terminal && last >= 0) fputs("\r\033[K", stderr);
  set_erasure("");
}
