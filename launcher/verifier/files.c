/* Opens each file once and checks who owns it. */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fail.h"

static void check_owner(int fd, const char *path, bool may_be_sticky) {
  struct stat status;
  if (fstat(fd, &status)) fail(STATUS_UNTRUSTED, "\"%s\": %s", path, strerror(errno));
  if (status.st_uid != 0 && status.st_uid != geteuid())
    fail(STATUS_UNTRUSTED, "\"%s\" belongs to another user (%u), who could change it after the check of the signature", path,
         status.st_uid);
  bool sticky = may_be_sticky && S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX);
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) && !sticky)
    fail(STATUS_UNTRUSTED, "\"%s\" can be written by others (mode %04o), also after the check of the signature", path,
         status.st_mode & 07777);
}

static int open_below_safe(const char *path, int flags, bool is_above) {
  // cppcheck-suppress ctunullpointer ; it does not see across files that fail() never returns
  char *done = strdup(path);
  int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (!done || fd < 0) fail(STATUS_UNTRUSTED, "\"/\": %s", strerror(errno));
  check_owner(fd, "/", true);
  for (const char *at = path + 1; *at;) {
    size_t length = strcspn(at, "/");
    const char *next = at + length + (at[length] == '/');
    bool last = !*next;
    char *name = strndup(at, length);
    if (!name) fail(STATUS_UNTRUSTED, "out of memory");
    done[(size_t)(at - path) + length] = 0;
    int inner = openat(fd, name, (last ? flags : O_PATH | O_DIRECTORY) | O_NOFOLLOW | O_CLOEXEC);
    if (inner < 0) fail(STATUS_UNTRUSTED, "\"%s\": %s", done, strerror(errno));
    check_owner(inner, done, !last || is_above);
    done[(size_t)(at - path) + length] = '/';
    free(name);
    close(fd);
    fd = inner;
    at = next;
  }
  free(done);
  return fd;
}

int open_safely(const char *path, int flags) { return open_below_safe(path, flags, false); }

int open_folder_above(const char *path) { return open_below_safe(path, O_PATH | O_DIRECTORY, true); }

int open_file(int folder, const char *name, uint64_t *size) {
  struct stat status;
  int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) fail(STATUS_UNTRUSTED, "its file \"%s\": %s", name, strerror(errno));
  check_owner(fd, name, false);
  if (fstat(fd, &status) || !S_ISREG(status.st_mode)) fail(STATUS_UNTRUSTED, "its file \"%s\" is not a regular file", name);
  *size = (uint64_t)status.st_size;
  return fd;
}

struct content read_all(int fd, const char *name, size_t most) {
  struct content content = {malloc(most + 1), 0};
  ssize_t got = 1;
  if (!content.bytes) fail(STATUS_UNTRUSTED, "out of memory");
  while (got > 0 && content.length < most) {
    got = read(fd, content.bytes + content.length, most - content.length);
    if (got < 0) fail(STATUS_UNTRUSTED, "\"%s\": %s", name, strerror(errno));
    content.length += (size_t)got;
  }
  content.bytes[content.length] = 0;
  return content;
}
