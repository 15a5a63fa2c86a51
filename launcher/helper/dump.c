/* Makes a dump, from its validation to its report. */
#include "dump.h"

#include <fcntl.h>
#include <syslog.h>
#include <unistd.h>

#include "engine.h"
#include "images.h"
#include "inherited.h"
#include "obstacles.h"
#include "report.h"

bool prepare_dump(const struct arguments *arguments, struct dump *dump, struct reason *why) {
  struct reason obstacles[OBSTACLES_MAX];
  dump->time_limit = arguments->time_limit;
  if (!raise_limits(why)) return false;
  if (find_obstacles(obstacles) > 0) {
    set_reason(why, "cannot dump process %d: %s", arguments->pid, obstacles[0].text);
    return false;
  }
  return pin_target(arguments->pid, &dump->target, why) && choose_seccomp_way(&dump->target, &dump->way, why) &&
         (dump->images = open_images(arguments->images, why)) >= 0 &&
         (dump->report = open_report(&dump->target, arguments->report, why)) >= 0;
}

/* Tells the machine's administrator about each use of the privilege. It logs numbers only, because the caller would choose
 * names. */
static void tell_system_log(const struct target *target) {
  openlog("crjvm-helper", LOG_PID, LOG_AUTHPRIV);
  syslog(LOG_NOTICE, "user %u dumps process %d", getuid(), target->pid);
  closelog();
}

void make_dump(const struct dump *dump) {
  struct reason why;
  tell_system_log(&dump->target);
  if (run_engine(&dump->target, dump->way, dump->images, dump->time_limit, &why)) report_success(dump->report);
  else report_failure(dump->report, &why);
}

bool detach_streams(void) {
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  return null >= 0 && dup2(null, 0) == 0 && dup2(null, 1) == 1 && dup2(null, 2) == 2 && chdir("/") == 0;
}
