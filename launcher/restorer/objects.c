/* Opens or makes the files and the shared memory that areas map and descriptors refer to. */
#include "objects.h"

#include <asm/errno.h>
#include <asm/stat.h>
#include <linux/fcntl.h>
#include <linux/memfd.h>
#include <linux/mman.h>

#include "allocate.h"
#include "fallback.h"
#include "identity.h"
#include "image_files.h"
#include "kernel_names.h"
#include "paths.h"
#include "perfdata.h"
#include "restorer.h"
#include "staging.h"
#include "syscall.h"
#include "trust.h"

/* Has the open descriptor of each object, above all numbers of the plan, or -1. */
static int *open_as;

/* Has a bit for each way in which areas use an object. */
static unsigned char *used;
enum { USED_MAPPED = 1, USED_CODE = 2 };

/* Makes memory with a descriptor. Where a filter forbids memfd_create, it uses a file without a name. */
int make_memory(const char *name, bool executable, bool sealable) {
  static const char *const FOLDERS[] = {"/dev/shm", "/tmp", "/run"};
  long fd = -ENOSYS;
  uint32_t flags = MFD_CLOEXEC | (sealable ? MFD_ALLOW_SEALING : 0);
#ifdef MFD_EXEC
  fd = sys(memfd_create, name, flags | (executable ? MFD_EXEC : MFD_NOEXEC_SEAL));
#endif
  if (fd < 0) fd = sys(memfd_create, name, flags); /* before Linux 6.3 */
  for (size_t i = 0; fd < 0 && i < sizeof FOLDERS / sizeof *FOLDERS; i++)
    fd = sys(openat, AT_FDCWD, FOLDERS[i], O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) fail(NULL, "shared memory: %e", fd);
  return move_up((int)fd);
}

static void fill_object(uint32_t index, int fd) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_FILLS]; i++) {
    const struct plan_fill *fill = &self.plan.fills[i];
    if (fill->object != index) continue;
    long error = sys(lseek, fd, fill->at, 0);
    int64_t from = (int64_t)fill->offset;
    for (uint64_t left = fill->length; error >= 0 && left;) {
      long sent = sys(sendfile, fd, self.memory_fd, &from, left);
      if (sent == 0) fail(NULL, "the memory file ends early");
      error = sent;
      if (sent > 0) left -= (uint64_t)sent;
    }
    if (error < 0) fail(NULL, "filling shared memory: %e", error);
  }
}

/* Adds seals. Those that can't be set while there are writers or writable mappings are set as soon as the content is there. All
 * others come last, so that mappings that are writable by then stay writable. Without MFD_ALLOW_SEALING the one seal is there
 * from the start. */
static void seal(int fd, uint32_t seals) {
  long error = seals && seals != F_SEAL_SEAL ? sys(fcntl, fd, F_ADD_SEALS, seals) : 0;
  if (error) fail(NULL, "sealing shared memory: %e", error);
}

/* Seals the object and returns a descriptor for reading only: before Linux 6.7 no other can be mapped shared. */
static int seal_against_writing(int fd, uint32_t seals) {
  char buffer[64];
  struct text path = TEXT(buffer);
  seal(fd, seals);
  append(&path, "/proc/self/fd/%d", fd);
  long reader = sys(openat, AT_FDCWD, buffer, O_RDONLY | O_CLOEXEC);
  if (reader < 0) fail(NULL, "shared memory: %e", reader);
  sys(close, fd);
  return move_up((int)reader);
}

static int make_object(uint32_t index) {
  const struct plan_object *object = &self.plan.objects[index];
  const char *name = plan_string(&self.plan, object->name);
  int fd = object->kind == PLAN_OBJECT_PERFDATA ? make_perfdata() : -1;
  /* The compiler recognizes the counters by this name when the restored process is dumped. */
  if (fd < 0 && object->kind == PLAN_OBJECT_PERFDATA) name = "crjvm-perfdata";
  uint32_t seals = object->kind == PLAN_OBJECT_MEMFD ? object->mode : F_SEAL_SEAL;
  if (fd < 0) fd = make_memory(name ? name : "crjvm", !(seals & F_SEAL_EXEC), seals != F_SEAL_SEAL);
  long error = sys(ftruncate, fd, object->size);
  if (error < 0) fail(NULL, "shared memory of %u bytes: %e", object->size, error);
  fill_object(index, fd);
  return seals & F_SEAL_WRITE ? seal_against_writing(fd, seals) : fd;
}

static int open_image_file(const struct plan_object *object) {
  const char *name = plan_string(&self.plan, object->name);
  struct stat status;
  if (text_equal(name, "memory")) return self.memory_fd;
  long fd = open_part(name, O_NOFOLLOW);
  if (fd < 0) fail("make a new image", "its file \"%s\": %e", name, fd);
  long error = sys(fstat, fd, &status);
  if (error < 0) fail("make a new image", "its file \"%s\": %e", name, error);
  check_image_file(&status, (int)fd, name);
  /* If the file was cut off, an access to mapped pages beyond its end would kill the application later. Older plans have no
   * size. */
  if (object->size && (uint64_t)status.st_size != object->size)
    fail("make a new image", "its file \"%s\" has %u bytes instead of %u", name, (uint64_t)status.st_size, object->size);
  return move_up((int)fd);
}

int object_descriptor(uint32_t index) {
  const struct plan_object *object = &self.plan.objects[index];
  if (open_as[index] < 0) open_as[index] = object->kind == PLAN_OBJECT_IMAGE ? open_image_file(object) : make_object(index);
  return open_as[index];
}

int open_area_object(uint32_t index) {
  const struct plan_object *object = &self.plan.objects[index];
  if (object->kind != PLAN_OBJECT_PATH) return object_descriptor(index);
  if (open_as[index] >= 0) return open_as[index];
  const char *name = plan_path(object->name);
  long fd = sys(openat, AT_FDCWD, name, (long)object->open_flags | O_CLOEXEC | O_NOCTTY);
  static const char INSTALL[] = "install the same JDK and application, or make a new image";
  if (fd == -ENOENT) fail(INSTALL, "the file \"%s\" is missing", name);
  if (fd < 0) fail(INSTALL, "the file \"%s\": %e", name, fd);
  open_as[index] = move_up((int)fd);
  return open_as[index];
}

void find_objects(void) {
  uint32_t count = self.plan.counts[PLAN_OBJECTS];
  open_as = allocate((count + 1) * sizeof *open_as);
  used = allocate(count + 1);
  for (uint32_t i = 0; i < count; i++) open_as[i] = -1;
  for (uint32_t i = 0; i < self.plan.counts[PLAN_AREAS]; i++) {
    const struct plan_area *area = &self.plan.areas[i];
    if (area->object != PLAN_NONE) used[area->object] |= (unsigned char)(USED_MAPPED | (area->prot & PROT_EXEC ? USED_CODE : 0));
  }
}

bool is_code(uint32_t index) { return used[index] & USED_CODE; }

int open_mapped_file(uint32_t name) {
  const char *path = plan_string(&self.plan, name);
  for (uint32_t i = 0; i < self.plan.counts[PLAN_OBJECTS]; i++) {
    const struct plan_object *object = &self.plan.objects[i];
    if (object->kind != PLAN_OBJECT_PATH || !(used[i] & USED_MAPPED)) continue;
    if (object->name == name || text_equal(plan_string(&self.plan, object->name), path)) return open_area_object(i);
  }
  return -1;
}

static void seal_objects(void) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_OBJECTS]; i++) {
    const struct plan_object *object = &self.plan.objects[i];
    if (object->kind == PLAN_OBJECT_MEMFD && open_as[i] >= 0 && !(object->mode & F_SEAL_WRITE)) seal(open_as[i], object->mode);
  }
}

void close_objects(void) {
  seal_objects();
  for (uint32_t i = 0; i < self.plan.counts[PLAN_OBJECTS]; i++)
    if (open_as[i] >= 0 && open_as[i] != self.memory_fd) sys(close, open_as[i]);
  sys(close, self.memory_fd);
  sys(close, self.image_fd);
  self.image_fd = -1;
}

static struct file_identity *remembered;

static bool is_mapped_file(uint32_t index) {
  const struct plan_object *object = &self.plan.objects[index];
  return (object->kind == PLAN_OBJECT_PATH || object->kind == PLAN_OBJECT_IMAGE) && used[index] & USED_MAPPED;
}

/* Finds what file an object's path leads to now. */
static struct file_identity find_file(const struct plan_object *object) {
  bool path = object->kind == PLAN_OBJECT_PATH;
  const char *name = path ? plan_path(object->name) : plan_string(&self.plan, object->name);
  struct file_identity found;
  long error = identify_file(path ? AT_FDCWD : self.image_fd, name, &found);
  if (error) fail("install the same JDK and application, or make a new image", "the file \"%s\": %e", name, error);
  return found;
}

void remember_mapped_files(void) {
  uint32_t count = self.plan.counts[PLAN_OBJECTS];
  remembered = allocate((count + 1) * sizeof *remembered);
  for (uint32_t i = 0; i < count; i++)
    if (is_mapped_file(i)) remembered[i] = find_file(&self.plan.objects[i]);
  long error = identify_open(self.memory_fd, &self.memory_file);
  if (error) fail("make a new image", "its file \"memory\": %e", error);
}

void check_mapped_files(void) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_OBJECTS]; i++) {
    const struct plan_object *object = &self.plan.objects[i];
    if (!is_mapped_file(i)) continue;
    const struct file_identity present = find_file(object);
    struct file_identity mapped;
    bool same =
        is_same_file(&remembered[i], &present) && identify_open(open_as[i], &mapped) == 0 && is_same_file(&present, &mapped);
    if (!same) fail("start it once more", "the file \"%s\" has changed while the copy was parked", plan_path(object->name));
  }
}
