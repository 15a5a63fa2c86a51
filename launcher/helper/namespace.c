/* Uses a user namespace and no other. With a PID namespace the JVM would need a /proc of its own, which containers that mask
 * parts of theirs don't allow. With a mount namespace the image would refer to other mounts. criu asks for CAP_CHECKPOINT_RESTORE
 * and accepts the namespace's. That capability can't reveal the files behind mappings, so criu finds them by name. */
#include "namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static bool is_setting(const char *path, char value) {
  char text[4] = "";
  int file = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = file < 0 ? -1 : read(file, text, sizeof text - 1);
  if (file >= 0) close(file);
  return n > 0 && text[0] == value && (n == 1 || text[1] == '\n');
}

static void explain(struct reason *why, const char *step, int error) {
  if (is_setting("/proc/sys/kernel/unprivileged_userns_clone", '0'))
    set_reason(why,
               "user namespaces are for root only here (kernel.unprivileged_userns_clone=0); sysctl -w kernel.unprivileged_userns_clone=1, or install the helper with setup");
  else if (is_setting("/proc/sys/user/max_user_namespaces", '0') || error == ENOSPC)
    set_reason(why,
               "no more user namespaces are allowed here (user.max_user_namespaces); sysctl -w user.max_user_namespaces=10000, or install the helper with setup");
  else if (is_setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", '1'))
    set_reason(why,
               "AppArmor restricts user namespaces here (kernel.apparmor_restrict_unprivileged_userns=1); sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or install the helper with setup");
  else if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2)
    set_reason(why,
               "the seccomp filter here forbids user namespaces; make the image without the filter (docker run --security-opt seccomp=unconfined), or install the helper with setup");
  else
    set_reason(why,
               "cannot %s: %s; in a chroot, or where a security module forbids it, there are none: install the helper with setup",
               step, strerror(error));
}

static bool write_file(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CLOEXEC);
  bool done = file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text);
  int error = errno;
  if (file >= 0) close(file);
  errno = error;
  return done;
}

bool enter_user_namespace(struct reason *why) {
  char uids[64], gids[64];
  snprintf(uids, sizeof uids, "%u %u 1\n", geteuid(), geteuid());
  snprintf(gids, sizeof gids, "%u %u 1\n", getegid(), getegid());
  if (unshare(CLONE_NEWUSER) != 0) {
    explain(why, "make a user namespace", errno);
    return false;
  }
  if (!write_file("/proc/self/setgroups", "deny") || !write_file("/proc/self/uid_map", uids) ||
      !write_file("/proc/self/gid_map", gids)) {
    explain(why, "set up a user namespace", errno);
    return false;
  }
  return true;
}
