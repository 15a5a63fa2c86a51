/* Handles seccomp filters during dumps. The kernel suspends a tracee's filter (PTRACE_O_SUSPEND_SECCOMP) only for a tracer that
 * has CAP_SYS_ADMIN and no filter itself. If the JVM inherited its filter from a container or a service, the helper has inherited
 * it as well, and no capability helps. The dump is then made under the filter, if the filter allows the calls that criu makes. */
#include "seccomp.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "capability.h"
#include "trial.h"

#define SUSPEND_OPTION (1u << 21) /* PTRACE_O_SUSPEND_SECCOMP */
#define GET_FILTER 0x420c         /* PTRACE_SECCOMP_GET_FILTER */

bool is_own_filter_passable(struct reason *why) {
  char forbidden[256];
  int count = find_forbidden_calls(forbidden, sizeof forbidden);
  if (count == 0) return true;
  if (count < 0)
    set_reason(why,
               "processes run under a seccomp filter here, and crjvm could not find out what it forbids; make the image without the filter");
  else
    set_reason(why,
               "processes run under a seccomp filter here that forbids what a dump needs (%s), and a process under a filter can suspend no other; make the image without the filter or with one that allows this (docker run --cap-add SYS_PTRACE allows kcmp, --security-opt seccomp=unconfined everything; systemd SystemCallFilter=)",
               forbidden);
  return false;
}

static bool read_own_filters(struct process_status *own) {
  int proc = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool done = proc >= 0 && read_status(proc, "status", own);
  if (proc >= 0) close(proc);
  return done;
}

/* Returns the first thread with a filter that is not the helper's own, 0 if there is none, and -1 if the threads can't be
 * read. */
static int find_foreign_filter(const struct target *target, const struct process_status *own, bool *any_filter) {
  int folder = openat(target->proc, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC), found = 0;
  DIR *threads = folder < 0 ? NULL : fdopendir(folder);
  struct dirent *thread;
  *any_filter = false;
  if (threads == NULL) return -1;
  while (found == 0 && (thread = readdir(threads)) != NULL) {
    char name[300];
    struct process_status status;
    snprintf(name, sizeof name, "task/%s/status", thread->d_name);
    if (thread->d_name[0] == '.' || !read_status(target->proc, name, &status)) continue; /* the thread has ended */
    if (status.seccomp == 0) continue;
    *any_filter = true;
    /* Filters are only ever added, and the helper descends from a thread of the JVM. Equal numbers of filters mean the same
     * filters. */
    if (status.seccomp != own->seccomp || status.seccomp_filters != own->seccomp_filters)
      found = (int)strtol(thread->d_name, NULL, 10);
  }
  closedir(threads);
  return found;
}

bool choose_seccomp_way(const struct target *target, enum seccomp_way *way, struct reason *why) {
  struct capability_sets capabilities;
  struct process_status own;
  bool any_filter;
  int foreign;
  *way = SECCOMP_NONE;
  if (!read_capabilities(&capabilities) || !read_own_filters(&own) ||
      (foreign = find_foreign_filter(target, &own, &any_filter)) < 0) {
    set_reason(why, "cannot inspect the threads of process %d", target->pid);
    return false;
  }
  if (!any_filter) return true;
  if (own.seccomp == 0 && capabilities.permitted & SYS_ADMIN_BIT) {
    *way = SECCOMP_SUSPEND;
    return true;
  }
  if (foreign == 0) {
    *way = SECCOMP_OBEY;
    return is_own_filter_passable(why);
  }
  if (own.seccomp == 0)
    set_reason(why,
               "cannot dump process %d: its thread %d runs under a seccomp filter, and the kernel lets only CAP_SYS_ADMIN suspend it; keep the application from installing it, or run setup --allow-seccomp-dump",
               target->pid, foreign);
  else
    set_reason(why,
               "cannot dump process %d: its thread %d runs under another seccomp filter than the helper, and a process under a filter can suspend no other; keep the application from installing it",
               target->pid, foreign);
  return false;
}

bool pretend_to_suspend(void) {
  static struct sock_filter instructions[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ptrace, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
      /* The answer says that there are no filters: the image has none, and a restored process keeps those of its launcher. */
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, GET_FILTER, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOENT),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PTRACE_SETOPTIONS, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[3])),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, SUSPEND_OPTION, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO), /* the error 0 means success */
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog filter = {sizeof instructions / sizeof *instructions, instructions};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0;
}
