/* Writes the outcome to the target's pipe. */
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * A container engine can give the JVM the helper's capability as an ambient one (podman does, with --cap-add and --user). The
 * kernel compares it with the effective set of this process for /proc, and that set is empty. For pidfd_getfd it compares with
 * the permitted set.
 */
static int take_report(const struct target *target, int descriptor, struct reason *why) {
  struct stat file;
  int report = (int)syscall(SYS_pidfd_getfd, target->pidfd, descriptor, 0);
  if (report < 0) {
    set_reason(why, "cannot report to descriptor %d of process %d: %s", descriptor, target->pid, strerror(errno));
    return -1;
  }
  if (fstat(report, &file) != 0 || !S_ISFIFO(file.st_mode) || (fcntl(report, F_GETFL) & O_ACCMODE) == O_RDONLY) {
    set_reason(why, "cannot report to descriptor %d of process %d: it is not a pipe", descriptor, target->pid);
    close(report);
    return -1;
  }
  return report;
}

int open_report(const struct target *target, int descriptor, struct reason *why) {
  char name[32];
  struct stat file;
  int report;
  snprintf(name, sizeof name, "fd/%d", descriptor);
  /* The type is checked before the open: opening a device for writing can already have an effect. */
  if (fstatat(target->proc, name, &file, 0) != 0) {
    if (errno == EACCES && target->status.permitted != 0) return take_report(target, descriptor, why);
    set_reason(why, "cannot report to descriptor %d of process %d: %s", descriptor, target->pid, strerror(errno));
    return -1;
  }
  if (!S_ISFIFO(file.st_mode)) {
    set_reason(why, "cannot report to descriptor %d of process %d: it is not a pipe", descriptor, target->pid);
    return -1;
  }
  /* O_NONBLOCK keeps a pipe that nobody reads from blocking the helper. */
  report = openat(target->proc, name, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if (report < 0 || fstat(report, &file) != 0 || !S_ISFIFO(file.st_mode)) {
    set_reason(why, "cannot report to descriptor %d of process %d: %s", descriptor, target->pid,
               report < 0 ? strerror(errno) : "it is not a pipe");
    if (report >= 0) close(report);
    return -1;
  }
  return report;
}

static void write_line(int report, const char *line, size_t length) {
  /* The line is shorter than PIPE_BUF, so it arrives whole or not at all. If the JVM is gone, nobody is left to tell. */
  while (write(report, line, length) < 0 && errno == EINTR);
}

void report_success(int report) {
  static const char line[] = "D ok\n";
  write_line(report, line, sizeof line - 1);
}

void report_failure(int report, const struct reason *why) {
  char line[sizeof why->text + 16];
  int length = snprintf(line, sizeof line, "D error: %s\n", why->text);
  write_line(report, line, (size_t)length);
}
