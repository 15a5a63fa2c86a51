/* Checks the places that code comes from. Whoever can change or replace a file from which code is mapped can run code of their
 * own in the copy. So the file and every folder above it must belong to root, this user or the image's owner. The image itself is
 * code, too: it may belong to another user, but must not be in a place where any user could have put it. */
#include "places.h"

#include <asm/stat.h>
#include <linux/fcntl.h>

#include "allocate.h"
#include "fallback.h"
#include "kernel_names.h"
#include "objects.h"
#include "paths.h"
#include "restorer.h"
#include "staging.h"
#include "syscall.h"
#include "trust.h"

enum { PATH_ROOM = 4096, FOLDERS = 16 };

/* Has the folders that were checked. They stay open, because most libraries are in the same few folders. */
static struct {
  char *path;
  int fd;
} folders[FOLDERS];
static int folder_count;

static void check_status(int fd, const char *part, const char *file) {
  static const char MOVE[] = "let it lie where only root and you can change it, or make a new image";
  struct stat status;
  long error = sys(fstat, fd, &status);
  if (error < 0) fail(MOVE, "the file \"%s\": %e", part, error);
  if (!is_trusted_user(status.st_uid))
    fail(MOVE, "code would come from \"%s\", and \"%s\" belongs to another user (%u)", file, part, (uint64_t)status.st_uid);
  struct writers writers = find_replacers_of_open(&status, fd);
  if (writers.who) fail(MOVE, "code would come from \"%s\", and %s can write to \"%s\"", file, writers.who, part);
}

/* Opens the next folder on the way and closes the one before. */
static int enter(int folder, const char *name, const char *part, const char *file) {
  long inner = sys(openat, folder, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (inner < 0) fail(NULL, "the folder \"%s\": %e", part, inner);
  if (folder >= 0) sys(close, folder);
  check_status((int)inner, part, file);
  return (int)inner;
}

/* Opens the folder of a file and checks it and every folder above it. path has no links; it is cut at its last slash. */
static int open_folder(char *path, const char *file) {
  char *end = path;
  for (char *at = path; *at; at++)
    if (*at == '/') end = at;
  *end = 0;
  for (int i = 0; i < folder_count; i++)
    if (text_equal(folders[i].path, path)) return folders[i].fd;
  int fd = enter(-1, "/", "/", file);
  for (char *name = path + 1; name < end;) {
    char *next = name;
    while (*next && *next != '/') next++;
    char separator = *next;
    *next = 0;
    fd = enter(fd, name, path, file);
    *next = separator;
    name = next + 1;
  }
  fd = move_up(fd);
  if (folder_count < FOLDERS) {
    struct text copy = {allocate(PATH_ROOM), 0, PATH_ROOM};
    append(&copy, "%s", path);
    folders[folder_count].path = copy.at;
    folders[folder_count++].fd = fd;
  }
  return fd;
}

/* Returns the path of an open file without links. */
static char *find_path(int fd, const char *name) {
  static char path[PATH_ROOM];
  char link[32];
  struct text number = TEXT(link);
  append(&number, "/proc/self/fd/%d", fd);
  long length = sys(readlinkat, AT_FDCWD, link, path, sizeof path - 1);
  if (length <= 0 || *path != '/') fail("see that /proc is mounted", "the place of \"%s\" can't be found", name);
  path[length] = 0;
  return path;
}

static bool is_kept(int fd) {
  for (int i = 0; i < folder_count; i++)
    if (folders[i].fd == fd) return true;
  return false;
}

static void check_place(int fd, const char *name) {
  char *path = find_path(fd, name);
  struct stat mapped, found;
  check_status(fd, name, name);
  int folder = open_folder(path, name);
  const char *base = path + text_length(path) + 1;
  long error = sys(newfstatat, folder, base, &found, AT_SYMLINK_NOFOLLOW);
  if (!error) error = sys(fstat, fd, &mapped);
  if (error || found.st_ino != mapped.st_ino || found.st_dev != mapped.st_dev)
    fail("run it again", "the file \"%s\" is being replaced", name);
  if (!is_kept(folder)) sys(close, folder);
}

/* Checks a folder on the way to the image. above has those who can write to the folder that it is in: there they could have put it,
 * even if the folder is sticky. */
static void check_image_part(const struct stat *status, const char *part, struct writers above) {
  static const char MOVE[] = "copy it to a folder of your own if you know whose it is";
  if (above.who && !is_own_user(status->st_uid))
    fail(MOVE, "\"%s\" belongs to another user (%u), and lies where %s can put files", part, (uint64_t)status->st_uid, above.who);
}

/* Checks each link itself, and then its target. */
static void check_way(char *path, bool has_links) {
  struct stat status;
  struct writers writers = {NULL, NULL};
  if (*path != '/' && sys(newfstatat, AT_FDCWD, ".", &status, 0) == 0) writers = find_writers(&status, ".");
  for (char *at = path; *at;) {
    while (*at == '/') at++;
    while (*at && *at != '/') at++;
    char separator = *at;
    *at = 0;
    long error = sys(newfstatat, AT_FDCWD, path, &status, AT_SYMLINK_NOFOLLOW);
    if (!error) check_image_part(&status, path, writers);
    if (!error && S_ISLNK(status.st_mode)) error = sys(newfstatat, AT_FDCWD, path, &status, 0);
    if (error < 0) fail(NULL, "the folder \"%s\": %e", path, error);
    writers = find_writers(&status, path);
    if (writers.who && !has_links && !separator) fail(writers.hint, "%s can write to it", writers.who);
    *at = separator;
  }
}

/* The launcher reads the command for the normal start from the manifest, after it has asked whether the image may be used. */
static void check_manifest(void) {
  char link[48];
  struct text path = TEXT(link);
  struct stat status;
  append(&path, "/proc/self/fd/%d/manifest", self.image_fd);
  if (sys(newfstatat, self.image_fd, "manifest", &status, AT_SYMLINK_NOFOLLOW) == 0)
    check_image_file_at(&status, link, "manifest");
}

void check_image_place(void) {
  find_users();
  if (self.options.verified) return; /* crjvm-verify has checked more strictly */
  struct text given = {allocate(PATH_ROOM), 0, PATH_ROOM};
  append(&given, "%s", self.options.image);
  check_way(given.at, true);
  check_way(find_path(self.image_fd, self.options.image), false);
  check_manifest();
}

void check_places(void) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_OBJECTS]; i++) {
    const struct plan_object *object = &self.plan.objects[i];
    if (object->kind == PLAN_OBJECT_PATH && is_code(i)) check_place(open_area_object(i), plan_path(object->name));
  }
  while (folder_count) sys(close, folders[--folder_count].fd);
}
