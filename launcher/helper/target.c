/* Pins the target by pidfd and by its /proc folder, and explains errors for which the kernel only gives a number. */
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "capability.h"

static const char *find_field(const char *text, const char *name) {
  size_t length = strlen(name);
  /* A name has to begin its line: a process can call itself "Uid:", and the kernel escapes newlines in names. */
  for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
    line += *line == '\n';
    if (strncmp(line, name, length) == 0) return line + length;
  }
  return NULL;
}

static unsigned digit_value(char c) {
  if (c >= '0' && c <= '9') return (unsigned)(c - '0');
  return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : UINT_MAX;
}

/* Reads a tab and digits: sscanf would accept blanks, signs and values that wrap around. */
static const char *read_number(const char *at, unsigned base, uint64_t highest, uint64_t *number) {
  const char *first = at + 1;
  if (*at != '\t') return NULL;
  *number = 0;
  for (at = first; digit_value(*at) < base; at++) {
    unsigned digit = digit_value(*at);
    if (*number > (highest - digit) / base) return NULL;
    *number = *number * base + digit;
  }
  return at > first ? at : NULL;
}

enum { NUMBERS_MAX = 64 }; /* more than there are levels of PID namespaces */

/* Returns how many numbers the line has, or 0 if the line is missing or contains anything else. */
static int read_line(const char *text, const char *name, unsigned base, uint64_t highest, uint64_t numbers[NUMBERS_MAX]) {
  const char *at = find_field(text, name);
  int count = 0;
  while (at != NULL && *at != '\n' && count < NUMBERS_MAX) {
    at = read_number(at, base, highest, &numbers[count]);
    count++;
  }
  return at != NULL && *at == '\n' ? count : 0;
}

static bool read_ids(const char *text, const char *name, unsigned ids[4]) {
  uint64_t numbers[NUMBERS_MAX];
  if (read_line(text, name, 10, UINT_MAX, numbers) != 4) return false;
  for (int i = 0; i < 4; i++) ids[i] = (unsigned)numbers[i];
  return true;
}

static bool read_int(const char *text, const char *name, int *number) {
  uint64_t numbers[NUMBERS_MAX];
  if (read_line(text, name, 10, INT_MAX, numbers) != 1) return false;
  *number = (int)numbers[0];
  return true;
}

/* Reads a line that some kernels don't write. */
static bool read_optional_int(const char *text, const char *name, int *number) {
  return find_field(text, name) == NULL || read_int(text, name, number);
}

static bool read_innermost_pid(const char *text, pid_t *pid) {
  uint64_t numbers[NUMBERS_MAX];
  int count = read_line(text, "NSpid:", 10, INT_MAX, numbers);
  if (count > 0) *pid = (pid_t)numbers[count - 1];
  return count > 0;
}

static bool read_state(const char *text, char *state) {
  const char *at = find_field(text, "State:");
  if (at == NULL || at[0] != '\t' || at[1] <= ' ') return false;
  *state = at[1];
  return true;
}

bool parse_status(const char *text, struct process_status *status) {
  uint64_t permitted[NUMBERS_MAX];
  memset(status, 0, sizeof *status);
  if (!read_ids(text, "Uid:", status->uids) || !read_ids(text, "Gid:", status->gids) ||
      !read_int(text, "TracerPid:", &status->tracer) || !read_innermost_pid(text, &status->innermost_pid) ||
      !read_state(text, &status->state) || read_line(text, "CapPrm:", 16, UINT64_MAX, permitted) != 1)
    return false;
  status->permitted = permitted[0];
  return read_optional_int(text, "Seccomp:", &status->seccomp) &&
         read_optional_int(text, "Seccomp_filters:", &status->seccomp_filters); /* Linux 5.9 */
}

bool read_status(int proc, const char *name, struct process_status *status) {
  char text[8192];
  size_t length = 0;
  ssize_t n;
  int file = openat(proc, name, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  while (length < sizeof text - 1 && (n = read(file, text + length, sizeof text - 1 - length)) > 0) length += (size_t)n;
  close(file);
  text[length] = '\0';
  return parse_status(text, status);
}

static bool all_equal(const unsigned ids[4], unsigned id) { return ids[0] == id && ids[1] == id && ids[2] == id && ids[3] == id; }

static bool open_target(struct target *target, struct reason *why) {
  char path[32];
  snprintf(path, sizeof path, "/proc/%d", target->pid);
  target->proc = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (target->proc < 0) {
    set_reason(why, "cannot inspect process %d: %s", target->pid, errno == ENOENT ? "there is none" : strerror(errno));
    return false;
  }
  /* Only a process gets a pidfd: /proc also has the numbers of its other threads. */
  target->pidfd = (int)syscall(SYS_pidfd_open, target->pid, 0);
  if (target->pidfd < 0) {
    set_reason(why, "cannot inspect process %d: it is not a process, or it has ended", target->pid);
    return false;
  }
  /* The process was opened by its number twice. If it still lives, both are the same process, because its number can't have been
   * used again. */
  if (!is_alive(target) || !read_status(target->proc, "status", &target->status) || !is_alive(target)) {
    set_reason(why, "cannot inspect process %d: it has ended", target->pid);
    return false;
  }
  return true;
}

static bool is_own(const struct target *target, struct reason *why) {
  struct stat owner;
  if (!all_equal(target->status.uids, getuid()) || !all_equal(target->status.gids, getgid())) {
    set_reason(why,
               "cannot dump process %d: it does not run as user %u, group %u alone, as the caller does; only one's own JVM can be dumped",
               target->pid, getuid(), getgid());
    return false;
  }
  /* The folder itself always belongs to the process's user. Its files belong to root if the process is not dumpable. */
  if (fstatat(target->proc, "status", &owner, 0) != 0 || owner.st_uid != getuid()) {
    set_reason(why,
               "cannot dump process %d: the kernel treats it as not dumpable; it was started from a file that its user can't read or that has capabilities, or it called prctl(PR_SET_DUMPABLE)",
               target->pid);
    return false;
  }
  return true;
}

static bool is_unobstructed(const struct target *target, struct reason *why) {
  struct capability_sets own;
  const struct process_status *status = &target->status;
  if (!read_capabilities(&own)) return false;
  if (geteuid() != 0)
    own.permitted &= CHECKPOINT_RESTORE_BIT; /* the helper's other capabilities must not let it reach more processes */
  if (status->innermost_pid == 1) {
    set_reason(why,
               "cannot dump process %d: it is PID 1 of its PID namespace, so no other process can run beside it; start the JVM under an init process (docker run --init)",
               target->pid);
    return false;
  }
  if (status->tracer != 0) {
    set_reason(why, "cannot dump process %d: process %d traces it already; end the debugger or strace", target->pid,
               status->tracer);
    return false;
  }
  if (status->permitted & ~own.permitted) {
    set_reason(why,
               "cannot dump process %d: it holds capabilities (%#llx) that the helper does not have, and the kernel lets no process trace one with more capabilities; start the JVM without them",
               target->pid, (unsigned long long)(status->permitted & ~own.permitted));
    return false;
  }
  return true;
}

/* Returns true if the namespaces are the same. A process in other namespaces could show criu files and programs that it made
 * itself. */
static bool shares_namespaces(const struct target *target, struct reason *why) {
  struct capability_sets capabilities;
  static const char *const kinds[] = {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup"};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    struct stat own, other;
    char name[32];
    int error;
    snprintf(name, sizeof name, "/proc/self/ns/%s", kinds[i]);
    if (stat(name, &own) != 0) continue; /* this kernel does not have it */
    error = fstatat(target->proc, name + strlen("/proc/self/"), &other, 0) == 0 ? 0 : errno;
    if (error == 0 && own.st_ino == other.st_ino && own.st_dev == other.st_dev) continue;
    /* An ambient capability of the JVM hides its namespaces from this process, which has no effective one. Its criu can't enter
     * any either. */
    if (error == EACCES && target->status.permitted != 0 && read_capabilities(&capabilities) &&
        !(capabilities.permitted & SYS_ADMIN_BIT))
      continue;
    set_reason(why,
               "cannot dump process %d: it is in another %s namespace than the helper; let the JVM itself, through its agent, start the helper",
               target->pid, kinds[i]);
    return false;
  }
  return true;
}

/* criu looks for the names of watched folders (inotify) here. The folder is left out if its name no longer leads to it. */
static void read_folder(struct target *target) {
  struct stat by_link, by_name;
  ssize_t length = readlinkat(target->proc, "cwd", target->folder, sizeof target->folder - 1);
  if (length <= 1 || target->folder[0] != '/') {
    target->folder[0] = '\0'; /* it is unreadable, or the whole of / */
    return;
  }
  target->folder[length] = '\0';
  if (fstatat(target->proc, "cwd", &by_link, 0) != 0 || stat(target->folder, &by_name) != 0 || by_link.st_dev != by_name.st_dev ||
      by_link.st_ino != by_name.st_ino)
    target->folder[0] = '\0';
}

bool pin_target(pid_t pid, struct target *target, struct reason *why) {
  *target = (struct target){.pid = pid, .pidfd = -1, .proc = -1};
  if (!open_target(target, why) || !is_own(target, why) || !is_unobstructed(target, why) || !shares_namespaces(target, why))
    return false;
  read_folder(target);
  return true;
}

bool is_alive(const struct target *target) {
  struct pollfd ended = {.fd = target->pidfd, .events = POLLIN};
  return poll(&ended, 1, 0) == 0;
}

void make_sure_it_runs(const struct target *target) {
  struct process_status now;
  if (read_status(target->proc, "status", &now) && (now.state == 'T' || now.state == 't'))
    syscall(SYS_pidfd_send_signal, target->pidfd, SIGCONT, NULL, 0);
}
