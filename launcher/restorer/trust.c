/* Decides whose files are trusted: root's, this user's and the image owner's. */
#include "trust.h"

#include <asm/errno.h>
#include <asm/stat.h>
#include <linux/fcntl.h>

#include "allocate.h"
#include "fallback.h"
#include "groups.h"
#include "kernel_names.h"
#include "restorer.h"
#include "syscall.h"

enum { NOBODY = 65534, MAP_ROOM = 12288, FILE_MOST = 16 << 20 };

static uint32_t image_owner, own_user;
static bool foreign_root; /* users that this user namespace does not know all appear as nobody, even root */

/* Reads as much as there is room for. Returns false if there is more. */
static bool read_text(int fd, char *to, size_t room) {
  size_t length = 0;
  long got = 1;
  while (length < room && (got = sys(read, fd, to + length, room - length)) > 0) length += (size_t)got;
  to[length < room ? length : room - 1] = 0;
  return got == 0 && length < room;
}

void find_users(void) {
  static char map[MAP_ROOM]; /* a map has at most 340 lines of 33 bytes */
  struct stat status;
  own_user = (uint32_t)sys(geteuid);
  image_owner = own_user;
  if (!self.options.verified && sys(fstat, self.image_fd, &status) == 0)
    image_owner = status.st_uid; /* check_image_place has checked it */
  long fd = sys(openat, AT_FDCWD, "/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (read_text((int)fd, map, sizeof map)) foreign_root = !is_mapped_user(map, 0) || !is_mapped_user(map, NOBODY);
  sys(close, fd);
}

bool is_own_user(uint32_t user) { return user == 0 || user == own_user || (user == NOBODY && foreign_root); }

bool is_trusted_user(uint32_t user) { return is_own_user(user) || user == image_owner; }

/* Returns the content of a file, or nothing if it can't be read. */
static const char *read_file(const char *path) {
  struct stat status;
  char *text = NULL;
  long fd = sys(openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return "";
  bool good = sys(fstat, fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size < FILE_MOST;
  if (good) {
    text = allocate((uint64_t)status.st_size + 2);
    good = read_text((int)fd, text, (size_t)status.st_size + 2);
  }
  sys(close, fd);
  return good ? text : "";
}

/* The usual start meets no file that a group can write to, so the two files are read only when there is one. */
static bool is_safe_group(uint32_t group, uint32_t owner, const char **groups) {
  static const char *group_file, *passwd_file;
  if (group == 0) return true;
  if (!group_file) group_file = read_file("/etc/group");
  *groups = group_file;
  if (group == NOBODY) return false; /* in a user namespace it may be any group */
  if (is_administrators_group(group_file, group)) return true;
  if (!passwd_file) passwd_file = read_file("/etc/passwd");
  return is_private_group(group_file, passwd_file, group, own_user, owner);
}

/* The group's bits of a file with an access control list are the most that the list gives to anybody but the owner. */
static bool has_list(const char *path) {
  long size = sys(getxattr, path, "system.posix_acl_access", NULL, 0);
  return size >= 0 || (size != -ENODATA && size != -EOPNOTSUPP && size != -ENOSYS);
}

static struct writers name_group(uint32_t group, const char *groups) {
  static char buffer[128];
  struct text who = TEXT(buffer);
  append(&who, "the group \"");
  if (find_group(groups, group, &who)) {
    append(&who, "\" (%u)", (uint64_t)group);
  } else {
    who.length = 0;
    append(&who, "the group %u", (uint64_t)group);
  }
  return (struct writers){buffer, "chmod g-w, or take the others out of the group"};
}

struct writers find_writers(const struct stat *status, const char *path) {
  static const struct writers OTHERS = {"others", "chmod go-w if nobody has"},
                              LISTED = {"users of its access control list", "setfacl -b if nobody has"},
                              NOBODY_ELSE = {NULL, NULL};
  const char *groups = "";
  if (status->st_mode & S_IWOTH) return OTHERS;
  if (!(status->st_mode & S_IWGRP)) return NOBODY_ELSE;
  if (has_list(path)) return LISTED;
  return is_safe_group(status->st_gid, status->st_uid, &groups) ? NOBODY_ELSE : name_group(status->st_gid, groups);
}

struct writers find_writers_of_open(const struct stat *status, int fd) {
  char link[32];
  struct text path = TEXT(link);
  append(&path, "/proc/self/fd/%d", fd);
  return find_writers(status, link);
}

/* In a sticky folder, as /tmp is, users can only replace their own files. */
struct writers find_replacers_of_open(const struct stat *status, int fd) {
  if (S_ISDIR(status->st_mode) && status->st_mode & S_ISVTX) return (struct writers){NULL, NULL};
  return find_writers_of_open(status, fd);
}

static void check_kind(const struct stat *status, const char *name) {
  if (!S_ISREG(status->st_mode)) fail("make a new image", "its file \"%s\" is not a regular file", name);
  if (!is_trusted_user(status->st_uid))
    fail("copy it to a folder of your own if you know whose it is",
         "its file \"%s\" belongs to another user (%u) than its folder", name, (uint64_t)status->st_uid);
}

static void check_writers(struct writers writers, const char *name) {
  if (writers.who) fail(writers.hint, "%s can write to its file \"%s\"", writers.who, name);
}

/* A file may be writable by others even if the folder is not. */
void check_image_file(const struct stat *status, int fd, const char *name) {
  check_kind(status, name);
  check_writers(find_writers_of_open(status, fd), name);
}

void check_image_file_at(const struct stat *status, const char *path, const char *name) {
  check_kind(status, name);
  check_writers(find_writers(status, path), name);
}
