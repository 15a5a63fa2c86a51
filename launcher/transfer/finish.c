/* Completes a pulled image and checks every byte of it. */
#include "finish.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "digests.h"
#include "files.h"
#include "give_up.h"
#include "image_plan.h"

enum { NANOSECONDS = 1000000000 };

struct forcing {
  int folder;
  const struct manifest *manifest;
  int error;
};

/* Runs in a thread of its own, so that the disk and the processors work at the same time. */
static void *force_files(void *argument) {
  struct forcing *forcing = argument;
  for (size_t i = 0; i < forcing->manifest->count && !forcing->error; i++) {
    int fd = openat(forcing->folder, forcing->manifest->files[i].name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fsync(fd)) forcing->error = errno;
    if (fd >= 0) close(fd);
  }
  return NULL;
}

/* Gives a file its time. Without it, the first start would read all of the file. */
static void set_time(int folder, const struct manifest *manifest, const struct plan_check *check, const char *name) {
  struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = check->mtime_sec, .tv_nsec = check->mtime_nsec}};
  if (!find_file(manifest, name)) return;
  if (check->mtime_nsec >= NANOSECONDS) give_up("the plan is damaged: the time of a file is malformed");
  if (utimensat(folder, name, times, AT_SYMLINK_NOFOLLOW)) give_up("\"%s\": %s", name, strerror(errno));
}

static void use_plan(int folder, const struct manifest *manifest) {
  uint32_t check_count, object_count, string_size;
  struct content plan = read_plan(folder, manifest);
  const struct plan_check *checks = find_section(&plan, PLAN_CHECKS, sizeof *checks, &check_count);
  const struct plan_object *objects = find_section(&plan, PLAN_OBJECTS, sizeof *objects, &object_count);
  const char *strings = find_section(&plan, PLAN_STRINGS, 1, &string_size);
  for (uint32_t i = 0; i < object_count; i++)
    if (objects[i].kind == PLAN_OBJECT_IMAGE && !find_file(manifest, find_string(strings, string_size, objects[i].name)))
      give_up("the manifest does not name a file that a restore opens");
  for (uint32_t i = 0; i < check_count; i++)
    set_time(folder, manifest, &checks[i], find_string(strings, string_size, checks[i].name));
  free(plan.bytes);
}

static void protect(const struct target *target, const char *name) {
  if (fchmodat(target->image, name, 0400 | target->readers, 0) && errno != ENOENT) give_up("\"%s\": %s", name, strerror(errno));
}

void finish_image(const struct target *target, const struct manifest *manifest, const struct checked *checked) {
  int folder = target->image;
  struct forcing forcing = {.folder = folder, .manifest = manifest};
  pthread_t thread;
  use_plan(folder, manifest);
  for (size_t i = 0; i < manifest->count; i++) protect(target, manifest->files[i].name);
  protect(target, "manifest");
  protect(target, "manifest.sig");
  bool beside = !target->soon && !pthread_create(&thread, NULL, force_files, &forcing);
  check_files(folder, manifest, checked);
  check_closed(folder, manifest);
  if (target->soon) return;
  if (beside) pthread_join(thread, NULL);
  else force_files(&forcing);
  if (forcing.error || fsync(folder)) give_up("the disk can't be written: %s", strerror(forcing.error ? forcing.error : errno));
}
