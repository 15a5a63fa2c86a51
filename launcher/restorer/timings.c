/* Measures how long each phase of a restore takes, for --verbose. */
#include "timings.h"

#include <linux/time.h>

#include "print.h"
#include "restorer.h"
#include "syscall.h"

enum { PHASES = 8 };
static struct {
  const char *name;
  uint64_t end;
} phases[PHASES];
static int phase_count;

uint64_t now(void) {
  int64_t time[2] = {0, 0};
  sys(clock_gettime, CLOCK_MONOTONIC, time);
  return (uint64_t)time[0] * 1000000000 + (uint64_t)time[1];
}

void end_phase(const char *name) {
  if (!self.options.verbose || phase_count == PHASES) return;
  phases[phase_count].name = name;
  phases[phase_count++].end = now();
}

void begin_timings(uint64_t time) {
  self.started = time;
  phase_count = 0;
}

void print_timings(const char *what) {
  static char buffer[512];
  struct text line = TEXT(buffer);
  uint64_t before = self.started;
  if (!self.options.verbose) return;
  append(&line, "crjvm: %s %u us:", what, (now() - self.started) / 1000);
  for (int i = 0; i < phase_count; before = phases[i++].end)
    append(&line, "%s %s %u", i ? "," : "", phases[i].name, (phases[i].end - before) / 1000);
  append(&line, "\n");
  print_line(&line);
}
