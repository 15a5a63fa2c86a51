/* Decides whose files are trusted: root's, this user's and the image owner's. */
#include "trust.h"

#include <asm/stat.h>
#include <linux/fcntl.h>

#include "fallback.h"
#include "kernel_names.h"
#include "restorer.h"
#include "syscall.h"

enum { SYSTEM_GROUPS = 100, NOBODY = 65534 };

static uint32_t image_owner, own_user, own_group;
static bool foreign_users; /* users that this user namespace does not know all appear as nobody, even root */

void find_users(void) {
  static const char ALL[] = "         0          0 4294967295";
  char map[sizeof ALL] = "";
  struct stat status;
  own_user = (uint32_t)sys(geteuid);
  own_group = (uint32_t)sys(getegid);
  image_owner = own_user;
  if (!self.options.verified && sys(fstat, self.image_fd, &status) == 0)
    image_owner = status.st_uid; /* check_image_place has checked it */
  long fd = sys(openat, AT_FDCWD, "/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (sys(read, fd, map, sizeof map - 1) > 0) foreign_users = !text_equal(map, ALL);
  sys(close, fd);
}

bool is_own_user(uint32_t user) { return user == 0 || user == own_user || (user == NOBODY && foreign_users); }

bool is_trusted_user(uint32_t user) { return is_own_user(user) || user == image_owner; }

bool others_can_write(const struct stat *status) {
  bool group = status->st_mode & S_IWGRP && status->st_gid >= SYSTEM_GROUPS && status->st_gid != own_group;
  return group || status->st_mode & S_IWOTH;
}

/* In a sticky folder, as /tmp is, users can only replace their own files. Group numbers below 100 belong to the system and its
 * administrators. */
bool is_closed(const struct stat *status) {
  bool sticky = S_ISDIR(status->st_mode) && status->st_mode & S_ISVTX;
  return sticky || !others_can_write(status);
}

/* A file may be writable by others even if the folder is not. */
void check_image_file(const struct stat *status, const char *name) {
  if (others_can_write(status)) fail("chmod go-w if nobody has", "others can write to its file \"%s\"", name);
}
