/* Older images have good signatures as well: whoever puts one back would bring back a fault that the newer one has mended. */
#include "newest.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "fail.h"
#include "files.h"

enum { TIME = 20 };

bool is_time(const char *text) {
  static const char SHAPE[] = "0000-00-00T00:00:00Z";
  if (strlen(text) != TIME) return false;
  for (size_t i = 0; i < TIME; i++)
    if (SHAPE[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != SHAPE[i]) return false;
  return true;
}

/* Opens the folder of a file, which need not exist. name becomes the part after the last slash. */
static int open_folder_of(const char *path, const char **name) {
  const char *slash = strrchr(path, '/');
  char folder[PATH_MAX];
  snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
  char *real = realpath(folder, NULL);
  if (!real) fail(STATUS_UNTRUSTED, "the folder of \"%s\": %s", path, strerror(errno));
  *name = slash ? slash + 1 : path;
  int fd = open_safely(real, O_RDONLY | O_DIRECTORY);
  free(real);
  return fd;
}

static void note(int folder, const char *name, const char *path, const char *created) {
  char fresh[NAME_MAX + 8];
  snprintf(fresh, sizeof fresh, "%s.new", name);
  if (unlinkat(folder, fresh, 0) && errno != ENOENT) fail(STATUS_UNTRUSTED, "\"%s.new\": %s", path, strerror(errno));
  int fd = openat(folder, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  bool good = fd >= 0 && write(fd, created, TIME) == TIME && fsync(fd) == 0;
  if (!good || renameat(folder, fresh, folder, name))
    fail(STATUS_UNTRUSTED, "\"%s\" can't be written: %s", path, strerror(errno));
  close(fd);
}

void check_newest(const char *path, const char *created) {
  const char *name;
  uint64_t size;
  if (!created || !is_time(created)) fail(STATUS_UNTRUSTED, "its manifest does not say when it was made");
  int folder = open_folder_of(path, &name);
  /* If two starts come at once, the later one sees what the other has written. */
  if (flock(folder, LOCK_EX)) fail(STATUS_UNTRUSTED, "\"%s\" can't be locked: %s", path, strerror(errno));
  if (faccessat(folder, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
    int fd = open_file(folder, name, &size);
    struct content known = read_all(fd, path, TIME + 1);
    close(fd);
    if (!is_time(known.bytes)) fail(STATUS_UNTRUSTED, "\"%s\" is damaged: it has no time in it; remove it", path);
    int order = strcmp(created, known.bytes);
    if (order < 0) fail(STATUS_DAMAGED, "it was made at %s, and one of %s was accepted before", created, known.bytes);
    free(known.bytes);
    if (order == 0) {
      close(folder);
      return;
    }
  }
  note(folder, name, path, created);
  close(folder);
}
