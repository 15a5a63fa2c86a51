/* Waits with a process that is complete but for its last steps, until somebody needs it.
 *
 * All memory is in place, the pages of the first requests too. There are no threads, and of the descriptors only the listening
 * sockets may exist, so nothing of the application goes on while time passes. What depends on the time, on other processes or on the
 * start (clock, files, settings, limits) is looked at when the wait is over. */
#include "park.h"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/poll.h>
#include <linux/prctl.h>

#include "adopt.h"
#include "allocate.h"
#include "checks.h"
#include "contents.h"
#include "fallback.h"
#include "interruptions.h"
#include "keeper.h"
#include "kernel_names.h"
#include "objects.h"
#include "paths.h"
#include "ports.h"
#include "restorer.h"
#include "settings.h"
#include "signals.h"
#include "sockets.h"
#include "staging.h"
#include "surroundings.h"
#include "syscall.h"
#include "take.h"
#include "timings.h"

/* A copy of the pool ends, and the pool starts another one. */
static _Noreturn void leave_image(void) {
  if (self.options.park) leave_quietly();
  if (!self.options.verified) start_over();
  fail("start it once more", "a new image has taken its place");
}

/* Waits until one of the descriptors is ready, and the image is the one that this copy was made of. Not every change can be watched. So the
 * image and the name of the copy are looked for once a minute, too, and a missing image once a second. wait has room for one more. */
static void wait_for(struct pollfd *wait, uint32_t count, int image) {
  enum image_state state = IMAGE_PRESENT;
  wait[count] = (struct pollfd){.fd = image, .events = POLLIN};
  for (;;) {
    int64_t time[2] = {state == IMAGE_GONE ? 1 : 60, 0};
    long ready = sys(ppoll, wait, count + 1, time, 0, 0);
    if (ready < 0 && ready != -EINTR) fail(NULL, "waiting: %e", ready);
    if (ready > 0 && wait[count].revents) meet_interruptions();
    state = look_for_image();
    if (state == IMAGE_REPLACED) leave_image();
    for (uint32_t i = 0; i < count; i++)
      if (ready > 0 && wait[i].revents) return;
    if (self.options.park && !has_place()) leave_quietly();
  }
}

static void wait_for_connection(void) {
  struct pollfd *listeners = allocate((self.plan.counts[PLAN_DESCRIPTORS] + 1) * sizeof *listeners);
  uint32_t count = prepare_listeners(listeners);
  if (!count) {
    refuse_fallback();
    fail("leave out --await-connection", "the image does not listen on a port");
  }
  int image = begin_interruptions();
  tell_ports();
  end_phase("listening");
  print_timings("parked after");
  wait_for(listeners, count, image);
  end_interruptions();
}

/* Reads a number of kilobytes from this process's status. */
static uint64_t read_kilobytes(const char *name) {
  static char status[8192];
  long fd = sys(openat, AT_FDCWD, "/proc/self/status", O_RDONLY | O_CLOEXEC);
  long got = fd < 0 ? 0 : sys(read, fd, status, sizeof status - 1);
  if (fd >= 0) sys(close, fd);
  status[got < 0 ? 0 : got] = 0;
  for (const char *line = status; line; line = text_find(line, '\n') ? text_find(line, '\n') + 1 : NULL) {
    if (!text_starts(line, name)) continue;
    const char *digits = line + text_length(name), *end;
    uint64_t value;
    while (*digits == ' ' || *digits == '\t') digits++;
    for (end = digits; *end >= '0' && *end <= '9';) end++;
    return parse_number(digits, end, ~0ul, &value) ? value : 0;
  }
  return 0;
}

static void wait_for_taker(void) {
  struct pollfd wait[2];
  int image = begin_interruptions(), listener = open_place();
  volunteer_for_end();
  tell_parked(read_kilobytes("RssAnon:") + read_kilobytes("RssShmem:"));
  do {
    wait[0] = (struct pollfd){.fd = listener, .events = POLLIN};
    wait_for(wait, 1, image);
  } while (!adopt_start(listener));
}

/* A parked copy has all mappings. With one by which the application writes into a file, it would be using that file while it sleeps, and
 * nobody else could. */
static void refuse_written_mappings(void) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_AREAS]; i++) {
    const struct plan_area *area = &self.plan.areas[i];
    if (area->object == PLAN_NONE || !(area->flags & PLAN_AREA_SHARED)) continue;
    const struct plan_object *object = &self.plan.objects[area->object];
    if (object->kind != PLAN_OBJECT_PATH || (object->open_flags & O_ACCMODE) == O_RDONLY) continue;
    fail("restore it when it is needed", "a parked copy would use the file \"%s\", which the application has mapped for writing",
         plan_path(object->name));
  }
}

void prepare_parking(void) {
  if (!self.options.await_connection && !self.options.park) return;
  refuse_written_mappings();
  remember_mapped_files();
}

void park(void) {
  if (!self.options.await_connection && !self.options.park) return;
  bool pool = self.options.park;
  sys(prctl, PR_SET_NAME, "crjvm-parked");
  end_working_set();
  populate_reads();
  ignore_tools();
  if (pool) wait_for_taker();
  else wait_for_connection();
  stop_ignoring_tools();
  if (pool) end_phase("taking");
  else begin_timings(now());
  check_mapped_files();
  if (self.taker >= 0) check_start();
  check_machine_state();
  if (self.taker >= 0) tell_settings();
  end_phase("validation again");
}
