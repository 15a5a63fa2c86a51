/* Runs criu by a fixed path, with fixed arguments and a new environment. The capability is raised only there. */
#include "engine.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "capability.h"
#include "images.h"
#include "inherited.h"
#include "supervisor.h"
#include "yama.h"

/* The setup installs criu and its libraries in this folder. */
#define ENGINE_FOLDER "/usr/local/lib/crjvm"
static const char engine_path[] = ENGINE_FOLDER "/criu", library_folder[] = ENGINE_FOLDER "/lib";

/* Lower group numbers belong to the system and its administrators. In old Debian releases the group staff may write to
 * /usr/local. */
enum { SYSTEM_GROUPS = 100 };

/* A dump that would lose registers of a thread is tried this many times, with this pause between two attempts. */
enum { ATTEMPTS = 20, PAUSE_MS = 50 };

/* Returns true if only root can change the file. A symbolic link never passes, because its target is not looked at. */
static bool is_roots(const char *path, mode_t type, struct reason *why) {
  struct stat file;
  if (lstat(path, &file) != 0) {
    set_reason(why, "cannot use criu: \"%s\": %s; run setup", path, strerror(errno));
    return false;
  }
  bool group = file.st_mode & S_IWGRP && file.st_gid >= SYSTEM_GROUPS;
  if ((file.st_mode & S_IFMT) != type || file.st_uid != 0 || group || file.st_mode & S_IWOTH) {
    set_reason(why, "cannot use criu: \"%s\" can be written by others than root; chown root, chmod go-w", path);
    return false;
  }
  return true;
}

bool is_engine_there(struct reason *why) {
  if (access(engine_path, X_OK) == 0) return true;
  set_reason(why, "cannot use criu: \"%s\": %s; run setup", engine_path, strerror(errno));
  return false;
}

static bool are_libraries_roots(struct reason *why) {
  DIR *libraries = opendir(library_folder);
  const struct dirent *entry;
  char path[sizeof library_folder + NAME_MAX + 1];
  bool good = libraries != NULL;
  if (!good) set_reason(why, "cannot use criu: \"%s\": %s; run setup", library_folder, strerror(errno));
  while (good && (entry = readdir(libraries)) != NULL) {
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    snprintf(path, sizeof path, "%s/%s", library_folder, entry->d_name);
    good = is_roots(path, S_IFREG, why);
  }
  if (libraries) closedir(libraries);
  return good;
}

/* Checks every folder on the way as well: whoever can write to one of them can put another criu there. */
static bool is_way_roots(struct reason *why) {
  char path[sizeof library_folder];
  if (!is_roots("/", S_IFDIR, why)) return false;
  for (size_t i = 1; i < sizeof library_folder; i++) {
    if (library_folder[i] != '/' && library_folder[i] != '\0') continue;
    snprintf(path, sizeof path, "%.*s", (int)i, library_folder);
    if (!is_roots(path, S_IFDIR, why)) return false;
  }
  return true;
}

bool is_engine_trusted(struct reason *why) {
  struct stat file;
  if (!is_way_roots(why) || !is_roots(engine_path, S_IFREG, why) || !are_libraries_roots(why)) return false;
  /* The exec of a privileged file clears the ambient set. A criu that has a privilege of its own is also a danger to the
   * machine. */
  if (stat(engine_path, &file) != 0 || file.st_mode & (S_ISUID | S_ISGID) ||
      getxattr(engine_path, "security.capability", NULL, 0) >= 0) {
    set_reason(why,
               "cannot use criu: \"%s\" is set-user-id or has capabilities of its own, which gives every user far more than a dump; setcap -r, chmod ug-s",
               engine_path);
    return false;
  }
  return is_engine_there(why);
}

void build_arguments(const struct target *target, char pid_text[PID_TEXT_MAX], const char *vector[ENGINE_ARGUMENTS_MAX]) {
  static const char *const fixed[] = {
      engine_path,
      "dump",
      "--no-default-config", /* ~/.criu and /etc/criu would let the caller influence what runs with the capability */
      "--unprivileged",
      "--images-dir",
      ".", /* the child's working directory, entered by descriptor */
      "--log-file",
      "dump.log",
      "-v2", /* more would grow with the number of mappings */
      "--leave-running",
      "--shell-job",      /* a JVM that is not a session leader */
      "--file-locks",     /* HotSpot keeps one on its hsperfdata file */
      "--tcp-close",      /* established connections are closed in the restored process */
      "--skip-in-flight", /* and those that nobody accepted yet are left out */
      "--network-lock",
      "skip", /* locking needs CAP_NET_ADMIN, and nothing is to be locked */
      "--manage-cgroups=ignore",
      "--ghost-limit",
      "1G",            /* deleted files, with their contents */
      "--force-irmap", /* WatchService: opening by handle needs CAP_DAC_READ_SEARCH, so names are searched for */
  };
  size_t n = 0;
  for (; n < sizeof fixed / sizeof *fixed; n++) vector[n] = fixed[n];
  if (target->folder[0] != '\0') {
    vector[n++] = "--irmap-scan-path";
    vector[n++] = target->folder;
  }
  snprintf(pid_text, PID_TEXT_MAX, "%d", target->pid);
  vector[n++] = "--tree";
  vector[n++] = pid_text;
  vector[n] = NULL;
}

/* Returns the capability that the seccomp opt-in needs, or the one that Yama needs in the helper's own user namespace. */
static uint64_t find_extra_capability(enum seccomp_way way) {
  struct capability_sets own;
  if (way == SECCOMP_SUSPEND) return SYS_ADMIN_BIT;
  return read_capabilities(&own) && must_trace_by_capability() ? own.permitted & SYS_PTRACE_BIT : 0;
}

/* Runs in the child. criu hardly uses its standard output and error. They go to a log beside criu's own. */
static _Noreturn void become_engine(const struct target *target, enum seccomp_way way, int images, int supervised) {
  static char *const environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "LD_LIBRARY_PATH=" ENGINE_FOLDER "/lib",
                                      NULL};
  const char *vector[ENGINE_ARGUMENTS_MAX];
  char pid_text[PID_TEXT_MAX];
  int null, log;
  if (setpgid(0, 0) != 0 || fchdir(images) != 0) _exit(EXIT_FAILED);
  null = open("/dev/null", O_RDONLY);
  log = openat(images, "engine.log", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
  if (null < 0 || log < 0 || dup2(null, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0) _exit(EXIT_FAILED);
  /* After this call the process opens no file itself. */
  if (supervised >= 0 && !submit_to_supervisor(supervised)) {
    dprintf(2, "crjvm: cannot watch over what criu opens: %s\n", strerror(errno));
    _exit(EXIT_FAILED);
  }
  if (syscall(SYS_close_range, 3U, ~0U, 0U) != 0) _exit(EXIT_FAILED);
  reset_signals();
  build_arguments(target, pid_text, vector);
  /* criu run by root has root's capabilities anyway. For other users it gets one capability, and a second one if that is held and
   * needed. */
  if (geteuid() != 0 && !raise_for_exec(CHECKPOINT_RESTORE_BIT | find_extra_capability(way))) {
    dprintf(2, "crjvm: cannot raise cap_checkpoint_restore: %s\n", strerror(errno));
    _exit(EXIT_FAILED);
  }
  if (way == SECCOMP_OBEY && !pretend_to_suspend()) {
    dprintf(2, "crjvm: cannot prepare criu for the seccomp filter: %s\n", strerror(errno));
    _exit(EXIT_FAILED);
  }
  execve(engine_path, (char *const *)vector, environment);
  dprintf(2, "crjvm: cannot execute \"%s\": %s\n", engine_path, strerror(errno));
  _exit(EXIT_FAILED);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000) + time.tv_nsec / 1000000;
}

/* Serves criu's calls until the child has ended or the time limit is over. */
static bool serve_engine(int pidfd, int time_limit, struct supervisor *supervisor) {
  struct pollfd events[] = {{.fd = pidfd, .events = POLLIN}, {.fd = supervisor->listener, .events = POLLIN}};
  int64_t end = now() + INT64_C(1000) * time_limit, left;
  while (pidfd >= 0 && (left = end - now()) > 0) {
    int ready = poll(events, 2, (int)left);
    if (ready < 0 && errno != EINTR) return false;
    if (ready <= 0) continue;
    if (events[1].revents & POLLIN) answer_call(supervisor);
    else if (events[1].revents) events[1].fd = -1; /* no process is left that could call */
    if (events[0].revents) return true;
  }
  return false;
}

/* Waits for the child. After the time limit it kills the child with its whole group, because criu sometimes ignores SIGTERM. */
static int wait_for_engine(pid_t engine, int time_limit, struct supervisor *supervisor, bool *killed) {
  int pidfd = (int)syscall(SYS_pidfd_open, engine, 0);
  siginfo_t info;
  int status = 0;
  *killed = !serve_engine(pidfd, time_limit, supervisor);
  /* The kill comes before the child is reaped: until then the group's number can't belong to another process. */
  if (*killed) kill(-engine, SIGKILL);
  waitid(P_PID, (id_t)engine, &info, WEXITED | WNOWAIT);
  kill(-engine, SIGKILL);
  waitpid(engine, &status, 0);
  close(pidfd);
  return status;
}

/* Returns true if the dump is complete. refused is the number of a system call that was refused to criu, or -1. */
static bool judge(const struct target *target, int images, int status, int refused, struct reason *why) {
  struct reason cause = {"see dump.log and engine.log"};
  if (!is_alive(target)) {
    set_reason(why, "process %d ended during the dump", target->pid);
    return false;
  }
  if (WIFSIGNALED(status)) {
    set_reason(why, "criu died of signal %d", WTERMSIG(status));
    return false;
  }
  /* A status of 0 alone proves nothing. */
  if (WEXITSTATUS(status) == 0 && has_result(images)) return true;
  if (!find_engine_error(images, &cause)) find_engine_output(images, &cause);
  if (refused < 0) set_reason(why, "criu failed with status %d: %s", WEXITSTATUS(status), cause.text);
  else
    set_reason(why, "criu failed with status %d, and was refused the system call %d: %s", WEXITSTATUS(status), refused,
               cause.text);
  return false;
}

/* Makes a pair of sockets for the listener, and returns false if it could not. A dump that suspends a filter is not supervised:
 * its criu must have no filter. */
static bool prepare_supervision(enum seccomp_way way, int sockets[2]) {
  sockets[0] = sockets[1] = -1;
  return way == SECCOMP_SUSPEND || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) == 0;
}

/* Keeps the capabilities that this process needs to look at criu while criu runs. None of them is effective. */
static bool keep_for_supervision(bool supervises) {
  struct capability_sets own;
  if (!supervises || !read_capabilities(&own) || own.permitted == 0) return drop_capabilities();
  return keep_capabilities(own.permitted);
}

static void kill_engine(pid_t engine) {
  kill(engine, SIGKILL);
  waitpid(engine, NULL, 0);
}

/* Runs criu once, under the supervisor where that is possible. Returns false if criu could not be started. */
static bool run_once(const struct target *target, enum seccomp_way way, int time_limit, struct supervisor *supervisor,
                     int *status, bool *killed, struct reason *why) {
  int sockets[2];
  pid_t engine;
  if (!prepare_supervision(way, sockets) || (engine = fork()) < 0) {
    set_reason(why, "cannot start criu: %s", strerror(errno));
    return false;
  }
  if (engine == 0) become_engine(target, way, supervisor->images, sockets[1]);
  setpgid(engine, engine); /* parent and child both call it, so that killing the group is never too early */
  if (sockets[1] >= 0) close(sockets[1]);
  if (!keep_for_supervision(sockets[0] >= 0)) {
    kill_engine(engine);
    set_reason(why, "cannot drop the capability");
    return false;
  }
  if (sockets[0] >= 0) {
    /* Without a listener the child ends on its own and leaves the reason in the log. */
    receive_listener(supervisor, sockets[0]);
    close(sockets[0]);
  }
  *status = wait_for_engine(engine, time_limit, supervisor, killed);
  return true;
}

/* Ends an attempt in which a thread would have lost registers. */
static void undo_attempt(const struct target *target, struct supervisor *supervisor) {
  remove_files(supervisor);
  unlinkat(supervisor->images, "engine.log", 0);
  end_supervisor(supervisor);
  make_sure_it_runs(target);
  poll(NULL, 0, PAUSE_MS);
}

bool run_engine(const struct target *target, enum seccomp_way way, int images, int time_limit, struct reason *why) {
  struct supervisor supervisor;
  bool killed = false, started;
  int status = 0, attempt = 0;
  if (!is_alive(target)) {
    set_reason(why, "process %d has ended", target->pid);
    return false;
  }
  for (;;) {
    supervisor =
        (struct supervisor){.images = images, .listener = -1, .refused_call = -1, .process = target->pid, .proc = target->proc};
    started = run_once(target, way, time_limit, &supervisor, &status, &killed, why);
    if (!started || !supervisor.losing || killed || ++attempt == ATTEMPTS) break;
    undo_attempt(target, &supervisor);
  }
  end_supervisor(&supervisor);
  if (!drop_capabilities()) {
    set_reason(why, "cannot drop the capability");
    return false;
  }
  if (!started) return false;
  make_sure_it_runs(target);
  if (killed) {
    set_reason(why, "criu was not done after %d s and was killed; give more time, or see dump.log for where it hung", time_limit);
    return false;
  }
  if (supervisor.losing && is_alive(target)) {
    set_reason(why,
               "thread %d was at work in each of %d attempts, and criu would lose a part of its vector registers; try again when the application is at rest",
               supervisor.losing, ATTEMPTS);
    return false;
  }
  return judge(target, images, status, supervisor.refused_call, why);
}
