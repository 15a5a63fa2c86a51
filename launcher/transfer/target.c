/* The place of an image, and the folder beside it in which a pull works until the image is complete. The Java client uses the same
 * names, so that each of the two can go on where the other was interrupted. */
#include "target.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "give_up.h"
#include "text.h"

enum { NAME_DIGITS = 16, SECTOR = 512 };

#define MARK ".crjvm-partial"
#define IMAGE "image"
#define LOCK "lock"
#define REPLACED "replaced"

/* Returns the absolute path without "." and "..". */
static char *normalize(const char *path) {
  char folder[PATH_MAX] = "";
  if (*path != '/' && !getcwd(folder, sizeof folder)) give_up("the working directory: %s", strerror(errno));
  char *whole = print_text("%s/%s", folder, path), *result = allocate(strlen(whole) + 2);
  size_t length = 0;
  for (const char *at = whole; *at;) {
    at += strspn(at, "/");
    size_t part = strcspn(at, "/");
    if (part == 2 && !strncmp(at, "..", 2)) {
      while (length && result[--length] != '/') continue;
    } else if (part && !(part == 1 && *at == '.')) {
      result[length++] = '/';
      memcpy(result + length, at, part);
      length += part;
    }
    at += part;
  }
  result[length] = 0;
  free(whole);
  return result;
}

static bool is_image(int above, const char *name) {
  struct stat status;
  char *manifest = print_text("%s/manifest", name);
  bool is = !fstatat(above, manifest, &status, 0) && S_ISREG(status.st_mode);
  free(manifest);
  return is;
}

static bool is_empty_folder(int above, const char *name) {
  int fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *entries = fd < 0 ? NULL : fdopendir(fd);
  bool empty = entries;
  for (const struct dirent *entry; empty && (entry = readdir(entries)) != NULL;)
    empty = !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..");
  if (entries) closedir(entries);
  return empty;
}

static void make_folders(const char *path) {
  char *part = print_text("%s/", path);
  for (char *at = part + 1; (at = strchr(at, '/')) != NULL; *at++ = '/') {
    *at = 0;
    if (mkdir(part, 0777) && errno != EEXIST) give_up("\"%s\": %s", part, strerror(errno));
  }
  free(part);
}

bool replaces_image(const struct target *target) { return target->above >= 0 && is_image(target->above, target->name); }

void find_target(struct target *target, const char *path) {
  struct stat status;
  target->shown = path;
  target->parent = normalize(path);
  char *slash = strrchr(target->parent, '/');
  if (!slash || !slash[1]) give_up("\"%s\" is not a folder", path);
  target->name = print_text("%s", slash + 1);
  *slash = 0;
  target->above = open(*target->parent ? target->parent : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (target->above < 0) return; /* it is made when the registry has answered */
  if (!fstatat(target->above, target->name, &status, AT_SYMLINK_NOFOLLOW) && !replaces_image(target) &&
      !is_empty_folder(target->above, target->name))
    give_up("\"%s\" exists and is not an image", path);
}

/* Opens a folder that nobody else can use, or makes it. */
static int open_private(int above, const char *name) {
  struct stat status;
  if (mkdirat(above, name, 0700) && errno != EEXIST) give_up("\"%s\": %s", name, strerror(errno));
  int fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &status) || status.st_uid != geteuid() || (status.st_mode & 07777) != 0700)
    give_up("\"%s\" is a folder that others can use", name);
  return fd;
}

/* Locks the folder beside the image. Returns false if another pull has removed it meanwhile. The lock lasts until this process ends, or becomes
 * the Java client, which takes it again. */
static bool lock_partial(const struct target *target) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  struct stat status;
  int mark = openat(target->work, MARK, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
  int file = mark < 0 ? -1 : openat(target->work, LOCK, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
  int error = file < 0 ? errno : 0;
  if (mark >= 0) close(mark);
  if (file < 0 && error == ENOENT) return false;
  if (file < 0) give_up("\"%s\": %s", target->partial, strerror(error));
  if (fcntl(file, F_SETLK, &lock) && (!target->waits || fcntl(file, F_SETLKW, &lock)))
    give_up("another pull is making \"%s\"", target->shown);
  if (!fstat(file, &status) && status.st_nlink) return true;
  close(file);
  return false;
}

void open_target(struct target *target, const char *digest) {
  if (target->above < 0) {
    make_folders(target->parent);
    target->above = open(*target->parent ? target->parent : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (target->above < 0) give_up("\"%s\": %s", target->parent, strerror(errno));
  }
  target->partial = print_text(".%s.%.*s.pull", target->name, NAME_DIGITS, digest + sizeof "sha256:" - 1);
  while (target->work = open_private(target->above, target->partial), !lock_partial(target)) close(target->work);
  /* The image may have other permissions already if an earlier pull was interrupted at its end. */
  if (fchmodat(target->work, IMAGE, 0700, 0) && errno != ENOENT) give_up("\"" IMAGE "\": %s", strerror(errno));
  target->image = open_private(target->work, IMAGE);
}

void remove_tree(int above, const char *name) {
  int fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *entries = fd < 0 ? NULL : fdopendir(fd);
  for (const struct dirent *entry; entries && (entry = readdir(entries)) != NULL;) {
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    if (unlinkat(fd, entry->d_name, 0) && (errno == EISDIR || errno == EPERM)) remove_tree(fd, entry->d_name);
  }
  if (entries) closedir(entries);
  unlinkat(above, name, AT_REMOVEDIR);
}

/* Returns whether the end of a name is that of a folder of unfinished work. */
static bool is_partial(const char *rest) {
  return strspn(rest, "0123456789abcdef") == NAME_DIGITS && !strcmp(rest + NAME_DIGITS, ".pull");
}

void discard_image(const struct target *target) { remove_tree(target->work, IMAGE); }

void close_target(const struct target *target) { remove_tree(target->above, target->partial); }

/* Returns the bytes that the files of a folder take on the disk. */
static uint64_t measure_files(int folder) {
  uint64_t bytes = 0;
  struct stat status;
  int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *entries = fd < 0 ? NULL : fdopendir(fd);
  for (const struct dirent *entry; entries && (entry = readdir(entries)) != NULL;)
    if (!fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) && S_ISREG(status.st_mode))
      bytes += (uint64_t)status.st_blocks * SECTOR;
  if (entries) closedir(entries);
  return bytes;
}

void ask_for_room(const struct target *target, uint64_t bytes) {
  struct statvfs disk;
  uint64_t here = measure_files(target->image);
  if (fstatvfs(target->above, &disk)) return;
  uint64_t free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
  if (bytes <= here || bytes - here <= free_bytes) return;
  close_target(target);
  end_refused("there is no room for \"%s\": it takes %llu MiB, and %llu MiB are free; make room there, or choose another folder",
              target->shown, (unsigned long long)to_mebibytes(bytes), (unsigned long long)(free_bytes >> 20));
}

/* Removes a folder of unfinished work if no pull has locked it. */
static void clear_partial(int above, const char *name) {
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  struct stat status;
  int work = openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (work < 0 || fstat(work, &status) || status.st_uid != geteuid()) return;
  int file = openat(work, LOCK, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (file >= 0 && !fcntl(file, F_SETLK, &lock)) remove_tree(above, name);
  if (file >= 0) close(file);
  close(work);
}

void clear_partials(const char *path) {
  static const char BEGIN[] = "." IMAGE ".";
  int above = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), fd = above < 0 ? -1 : dup(above);
  DIR *entries = fd < 0 ? NULL : fdopendir(fd);
  if (!entries) give_up("\"%s\": %s", path, strerror(errno));
  for (const struct dirent *entry; (entry = readdir(entries)) != NULL;)
    if (!strncmp(entry->d_name, BEGIN, sizeof BEGIN - 1) && is_partial(entry->d_name + sizeof BEGIN - 1))
      clear_partial(above, entry->d_name);
  closedir(entries);
  close(above);
}

static bool is_left(const struct target *target, const char *name) {
  size_t length = strlen(target->name);
  struct stat status;
  if (name[0] != '.' || strncmp(name + 1, target->name, length) || name[length + 1] != '.') return false;
  if (!is_partial(name + length + 2)) return false;
  char *mark = print_text("%s/" MARK, name);
  bool is = !fstatat(target->above, name, &status, AT_SYMLINK_NOFOLLOW) && S_ISDIR(status.st_mode) &&
            status.st_uid == geteuid() && !fstatat(target->above, mark, &status, AT_SYMLINK_NOFOLLOW) &&
            status.st_uid == geteuid();
  free(mark);
  return is;
}

static void remove_left(const struct target *target) {
  int fd = openat(target->above, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *entries = fd < 0 ? NULL : fdopendir(fd);
  for (const struct dirent *entry; entries && (entry = readdir(entries)) != NULL;)
    if (is_left(target, entry->d_name)) remove_tree(target->above, entry->d_name);
  if (entries) closedir(entries);
}

bool exchange_names(int one_folder, const char *one, int other_folder, const char *other) {
  return !renameat2(one_folder, one, other_folder, other, RENAME_EXCHANGE);
}

/* Where the file system can exchange two names, there is an image at every moment. */
void publish_target(const struct target *target) {
  bool replacing = replaces_image(target);
  if (fchmod(target->image, 0700 | target->readers | target->readers >> 2)) give_up("\"" IMAGE "\": %s", strerror(errno));
  bool exchanged = replacing && exchange_names(target->work, IMAGE, target->above, target->name);
  if (exchanged) replacing = false;
  if (replacing && renameat(target->above, target->name, target->work, REPLACED))
    give_up("\"%s\" can't be replaced: %s", target->shown, strerror(errno));
  if (!exchanged && renameat(target->work, IMAGE, target->above, target->name)) {
    int error = errno;
    if (replacing) renameat(target->work, REPLACED, target->above, target->name);
    give_up("\"%s\" can't get its name: %s", target->shown, strerror(error));
  }
  if (!target->soon && (target->above < 0 || fsync(target->above))) give_up("\"%s\": %s", target->parent, strerror(errno));
  remove_left(target);
}
