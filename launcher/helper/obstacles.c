/* The kernel withholds file capabilities silently. This file finds out why. */
#include "obstacles.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "capability.h"
#include "engine.h"
#include "seccomp.h"
#include "trial.h"
#include "yama.h"

#ifndef CAP_CHECKPOINT_RESTORE
#define CAP_CHECKPOINT_RESTORE 40
#endif

static bool read_small_file(const char *path, char *text, size_t size) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = file < 0 ? -1 : read(file, text, size - 1);
  if (file >= 0) close(file);
  if (n < 0) return false;
  text[n] = '\0';
  return true;
}

bool maps_all_users(const char *uid_map) {
  return strcmp(uid_map, "         0          0 4294967295\n") == 0; /* as the kernel writes it */
}

static bool is_in_user_namespace(void) {
  char map[256];
  return read_small_file("/proc/self/uid_map", map, sizeof map) && !maps_all_users(map);
}

static bool is_file_system_nosuid(void) {
  struct statvfs file_system;
  return statvfs("/proc/self/exe", &file_system) == 0 && file_system.f_flag & ST_NOSUID;
}

/* Explains why the file's capability is missing. The order of the checks is the kernel's. */
static void explain_missing_capability(struct reason *why) {
  if (prctl(PR_CAPBSET_READ, CAP_CHECKPOINT_RESTORE, 0, 0, 0) < 0)
    set_reason(why, "the kernel does not know CAP_CHECKPOINT_RESTORE; Linux 5.9 or newer is needed to make images");
  else if (geteuid() == 0 && prctl(PR_CAPBSET_READ, CAP_CHECKPOINT_RESTORE, 0, 0, 0) != 0)
    set_reason(why, "root lacks CAP_CHECKPOINT_RESTORE; start the JVM with it");
  else if (prctl(PR_CAPBSET_READ, CAP_CHECKPOINT_RESTORE, 0, 0, 0) == 0)
    set_reason(why,
               "CAP_CHECKPOINT_RESTORE is missing from the bounding set, so the helper can't get it; allow it to the container or service (docker run --cap-add CHECKPOINT_RESTORE, systemd CapabilityBoundingSet=)");
  else if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
    set_reason(why,
               "no_new_privs is set, so the kernel ignores the helper's capability; start the JVM without it (docker run without --security-opt no-new-privileges, systemd NoNewPrivileges=no)");
  else if (is_file_system_nosuid())
    set_reason(why,
               "the helper lies on a file system that is mounted nosuid, so the kernel ignores its capability; install it elsewhere");
  else if (getxattr("/proc/self/exe", "security.capability", NULL, 0) < 0)
    set_reason(why, "the helper's file has no capability; run setup");
  else set_reason(why, "the kernel did not grant the helper's capability; is the caller traced by a debugger or strace?");
}

static bool find_yama_obstacle(bool may_trace_all, struct reason *why) {
  char scope = read_yama_scope();
  if (scope == '3')
    set_reason(why,
               "Yama forbids every ptrace on this machine until the next boot (kernel.yama.ptrace_scope=3); boot with at most 1");
  else if (scope == '2' && !may_trace_all)
    set_reason(why,
               "Yama allows ptrace to administrators only (kernel.yama.ptrace_scope=2); sysctl -w kernel.yama.ptrace_scope=1");
  else return false; /* 0: no Yama; '0': it forbids nothing; '1': the agent names the helper as tracer by prctl(PR_SET_PTRACER) */
  return true;
}

/* The JVM is started as the helper was, so its filter is assumed to be the caller's own. */
static bool find_seccomp_obstacle(struct reason *why) {
  return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2 && !is_own_filter_passable(why);
}

/* Reads the name of the AppArmor profile or the SELinux context. */
static void read_label(char *label, size_t size) {
  char text[256];
  copy_printable(label, size, "?", 1);
  if (read_small_file("/proc/self/attr/current", text, sizeof text) && text[0] != '\0')
    copy_printable(label, size, text, strcspn(text, "\n"));
}

static bool find_security_module_obstacle(struct reason *why) {
  char label[256];
  if (is_tracing_allowed()) return false;
  read_label(label, sizeof label);
  set_reason(why,
             "a security module forbids ptrace here (profile or context \"%s\"); let its policy allow it (docker run --security-opt apparmor=unconfined or label=disable)",
             label);
  return true;
}

int find_obstacles(struct reason found[OBSTACLES_MAX]) {
  struct capability_sets own = {0};
  bool nested = is_in_user_namespace(), filtered;
  int n = 0;
  if (!read_capabilities(&own) || !(own.permitted & CHECKPOINT_RESTORE_BIT)) {
    if (nested) {
      /* No other check tells anything here: the machine's root appears as nobody, and every capability seems to count. */
      set_reason(&found[0],
                 "this is a user namespace, in which the helper's capability does not count; start the JVM by crjvm checkpoint, or make the image outside of the namespace");
      return 1;
    }
    explain_missing_capability(&found[n++]);
  }
  /* In a namespace criu's file need not be protected from others, and its owner need not be the machine's root. */
  n += nested ? !is_engine_there(&found[n]) : !is_engine_trusted(&found[n]);
  filtered = find_seccomp_obstacle(&found[n]);
  n += filtered;
  if (find_yama_obstacle(geteuid() == 0 || (nested && own.permitted & SYS_PTRACE_BIT), &found[n])) return n + 1;
  /* With Yama's scope 2 the trial needs the capability, which is not effective here. Under a filter the trial might get the
   * process killed. */
  if (!filtered && !must_trace_by_capability()) n += find_security_module_obstacle(&found[n]);
  return n;
}
