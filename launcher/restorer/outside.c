/* Checks files that live on outside of the image: an application that has read or written them relies on what it knows about
 * them. */
#include "outside.h"

#include <asm/errno.h>
#include <asm/stat.h>
#include <linux/fcntl.h>

#include "crc.h"
#include "fallback.h"
#include "image_files.h"
#include "names.h"
#include "paths.h"
#include "print.h"
#include "restorer.h"
#include "syscall.h"

static const char NEWER[] = "make a new image";

static const char *path_of(const struct plan_outside *file) { return plan_path(file->name); }

/* Says how a file has changed. Returns NULL if it has not. */
static const char *change(const struct plan_outside *file) {
  static const char CHANGED[] = "has changed since";
  const char *name = path_of(file);
  struct stat status;
  long error = sys(newfstatat, AT_FDCWD, name, &status, 0);
  bool missing = error == -ENOENT || error == -ENOTDIR;
  if (file->flags & PLAN_OUTSIDE_ABSENT) return missing ? NULL : "was not there then";
  if (missing) return "is gone";
  if (error < 0) return "can't be inspected";
  if ((uint64_t)status.st_size != file->size) return CHANGED;
  if ((int64_t)status.st_mtime == file->mtime_sec && status.st_mtime_nsec == file->mtime_nsec) return NULL;
  bool same = file->flags & PLAN_OUTSIDE_CONTENT && has_content(AT_FDCWD, name, file->size, file->crc);
  return same ? NULL : CHANGED;
}

/* A process gets a lease on a file only while nobody else has it open. If leases aren't possible (files of other users, some file
 * systems), the check can't tell. */
static void check_unused(const struct plan_outside *file) {
  long fd = sys(openat, AT_FDCWD, path_of(file), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0) return;
  long error = sys(fcntl, fd, F_SETLEASE, F_WRLCK);
  if (error == 0) sys(fcntl, fd, F_SETLEASE, F_UNLCK);
  sys(close, fd);
  if (error == -EAGAIN) fail("end it first", "the file \"%s\" is in use by another process", path_of(file));
}

/* Returns true for the folder of an image, complete or partial: it does not belong to the application. */
static bool is_image(int folder, const char *name) {
  static const char PARTIAL[] = ".partial", *const FILES[] = {"plan", "manifest"};
  size_t length = text_length(name);
  if (*name == '.' && length > sizeof PARTIAL && text_equal(name + length + 1 - sizeof PARTIAL, PARTIAL)) return true;
  for (int i = 0; i < 2; i++) {
    char buffer[512];
    struct text path = TEXT(buffer);
    append(&path, "%s/%s", name, FILES[i]);
    if (sys(faccessat, folder, buffer, 0) < 0) return false;
  }
  return true;
}

/* Returns true if this name in a folder may appear and disappear. */
static bool is_exempt(const char *folder, const char *name) {
  size_t length = text_length(folder);
  for (uint32_t i = 0; i < self.plan.counts[PLAN_OUTSIDE]; i++) {
    const struct plan_outside *file = &self.plan.outside[i];
    const char *path = plan_string(&self.plan, file->name);
    if (file->kind != PLAN_OUTSIDE_EXEMPT || !text_starts(path, folder) || path[length] != '/') continue;
    path += length + 1;
    if (file->flags & PLAN_OUTSIDE_BEGINNING ? text_starts(name, path) : text_equal(name, path)) return true;
  }
  return false;
}

/* Compares the number of names and the sum of their checksums, so their order does not matter. */
static bool has_names(const struct plan_outside *folder, int fd) {
  struct names names = {fd, 0, 0};
  const char *path = plan_string(&self.plan, folder->name), *name;
  uint64_t count = 0;
  uint32_t sum = 0;
  while ((name = next_name(&names))) {
    if (text_equal(name, ".") || text_equal(name, "..") || is_exempt(path, name) || is_image(fd, name)) continue;
    count++;
    sum += crc32c(0, name, text_length(name));
  }
  return names.got == 0 && count == folder->size && sum == folder->crc;
}

static bool is_same_folder(const struct plan_outside *folder) {
  long fd = sys(openat, AT_FDCWD, path_of(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool same = fd >= 0 && has_names(folder, (int)fd);
  if (fd >= 0) sys(close, fd);
  return same;
}

static void check_folder(const struct plan_outside *folder) {
  if (!is_same_folder(folder))
    fail(NEWER,
         "the image is too old: the folder \"%s\", which the application writes to, has other files than at the checkpoint",
         path_of(folder));
}

static void tell_stale(const struct plan_outside *first, const char *what, uint64_t more) {
  char buffer[1024];
  struct text line = TEXT(buffer);
  append(&line, "crjvm: the file \"%s\" was read before the checkpoint, and %s", path_of(first), what);
  append(&line, more ? " (and so were %u more)" : "", more);
  append(&line, "; the application still uses its old state\n");
  print_line(&line);
}

static const struct plan_outside *find_read(const char *path, size_t length) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_OUTSIDE]; i++) {
    const struct plan_outside *file = &self.plan.outside[i];
    const char *name = plan_string(&self.plan, file->name);
    if (file->kind == PLAN_OUTSIDE_READ && text_length(name) == length && text_starts(path, name)) return file;
  }
  return NULL;
}

/* Reads the notes of copies in the image's folder. Each line is the path of a file that a copy has written and that the image
 * does not know. */
static void check_notes(void) {
  enum { ROOM = 1 << 16 };
  static char notes[ROOM + 1];
  long fd = sys(openat, self.image_fd, "written", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  long length = fd < 0 ? 0 : sys(read, fd, notes, ROOM);
  if (fd >= 0) sys(close, fd);
  notes[length < 0 ? 0 : length] = 0;
  for (char *at = notes; *at;) {
    const char *found = text_find(at, '\n');
    if (!found) return;
    char *end = notes + (found - notes);
    const struct plan_outside *file = find_read(at, (size_t)(end - at));
    *end = 0;
    if (!file || change(file)) fail(NEWER, "the image is too old: a copy has changed the file \"%s\"", map_path(at));
    at = end + 1;
  }
}

static void check_read_files(void) {
  const struct plan_outside *first = NULL;
  const char *what = NULL;
  uint64_t more = 0;
  for (uint32_t i = 0; i < self.plan.counts[PLAN_OUTSIDE]; i++) {
    const struct plan_outside *file = &self.plan.outside[i];
    const char *changed = file->kind == PLAN_OUTSIDE_READ ? change(file) : NULL;
    if (!changed) continue;
    if (!(file->flags & PLAN_OUTSIDE_WARN))
      fail(NEWER, "the file \"%s\" was read before the checkpoint, and %s", path_of(file), changed);
    if (first) more++;
    else first = file, what = changed;
  }
  if (!first) return;
  self.differs = true;
  tell_stale(first, what, more);
}

/* Runs once before anything else and again when the locks are held, because another copy may have written in between. */
void check_written_files(bool locked) {
  check_notes();
  for (uint32_t i = 0; i < self.plan.counts[PLAN_OUTSIDE]; i++) {
    const struct plan_outside *file = &self.plan.outside[i];
    if (file->kind == PLAN_OUTSIDE_FOLDER) check_folder(file);
    if (file->kind != PLAN_OUTSIDE_WRITTEN) continue;
    const char *changed = change(file);
    if (changed)
      fail(NEWER, "the image is too old: the file \"%s\" was written before the checkpoint, and %s", path_of(file), changed);
    if (!locked) check_unused(file);
  }
}

/* Lists all changes for --check. */
static void tell_changes(void) {
  static const char *const KINDS[] = {"read", "written", "a folder of written files"};
  for (uint32_t i = 0; i < self.plan.counts[PLAN_OUTSIDE]; i++) {
    const struct plan_outside *file = &self.plan.outside[i];
    char buffer[1024];
    struct text line = TEXT(buffer);
    if (file->kind == PLAN_OUTSIDE_EXEMPT || (file->kind == PLAN_OUTSIDE_FOLDER ? is_same_folder(file) : !change(file))) continue;
    append(&line, "crjvm: changed since the checkpoint: \"%s\" (%s)\n", path_of(file), KINDS[file->kind]);
    print_line(&line);
  }
}

void check_outside_files(void) {
  if (self.options.check) tell_changes();
  check_written_files(false);
  check_read_files();
}
