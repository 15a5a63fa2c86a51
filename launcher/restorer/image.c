/* Opens the image folder. It checks the plan, the memory file's size, the processor, and the files that must be unchanged. */
#include "image.h"

#include <asm/errno.h>
#include <asm/stat.h>
#include <linux/auxvec.h>
#include <linux/fcntl.h>
#include <linux/mman.h>

#include "address_bits.h"
#include "allocate.h"
#include "auxiliary.h"
#include "fallback.h"
#include "image_files.h"
#include "kernel.h"
#include "kernel_names.h"
#include "limits.h"
#include "objects.h"
#include "paths.h"
#include "places.h"
#include "plan_file.h"
#include "print.h"
#include "restorer.h"
#include "staging.h"
#include "syscall.h"
#include "trust.h"

#ifndef UTIME_OMIT
#define UTIME_OMIT ((1l << 30) - 2) /* the C library's header has it, but the kernel's doesn't */
#endif

static const char DAMAGED[] = "make a new image", OTHER_MACHINE[] = "make the image on a machine like this one";

static uint64_t open_file(const char *name, int *fd) {
  struct stat status;
  long result = open_part(name, 0);
  if (result < 0) fail(DAMAGED, "its file \"%s\": %e", name, result);
  *fd = move_up((int)result);
  result = sys(fstat, *fd, &status);
  if (result < 0) fail(DAMAGED, "its file \"%s\": %e", name, result);
  check_image_file(&status, *fd, name);
  return (uint64_t)status.st_size;
}

/* Reads the plan into own memory: if the file were mapped and shrank during the restore, the process would be killed. */
static void read_plan(void) {
  static char buffer[512];
  struct text why = TEXT(buffer);
  int fd;
  uint64_t size = open_file("plan", &fd), done = 0;
  if (size > PLAN_MAX_SIZE) fail(DAMAGED, "its plan is too large");
  long error = identify_open(fd, &self.plan_file);
  if (error) fail(DAMAGED, "its file \"plan\": %e", error);
  unsigned char *bytes = allocate(size + 1);
  while (done < size) {
    long got = sys(read, fd, bytes + done, size - done);
    if (got < 0) fail(DAMAGED, "reading its plan: %e", got);
    if (got == 0) break;
    done += (uint64_t)got;
  }
  sys(close, fd);
  self.machine.page_size = (uint32_t)getauxval(AT_PAGESZ);
  self.machine.address_bits = count_address_bits();
  if (!check_machine(bytes, done, &self.machine, &why)) fail(OTHER_MACHINE, "%s", buffer);
  if (!check_plan(&self.plan, bytes, done, &self.machine, &why)) fail(DAMAGED, "%s", buffer);
  uint32_t count = self.plan.counts[PLAN_DESCRIPTORS];
  self.staging = count ? self.plan.descriptors[count - 1].number + 1 : 3;
}

/* Refuses arguments that name a descriptor by a number that the image uses itself. */
static void check_named(void) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_DESCRIPTORS]; i++)
    for (int k = 0; k < self.named_count; k++)
      if (self.plan.descriptors[i].number == self.named[k])
        fail("use a higher number", "an argument names the descriptor %d, and the image has one of its own there", self.named[k]);
}

void open_image(void) {
  long fd = sys(openat, AT_FDCWD, self.options.image, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) fail("make an image first", "%e", fd);
  self.image_fd = (int)fd;
  check_image_place();
  if (self.options.check_place) exit_with(0);
  self.staging = 3; /* any low number: the right one is not known yet, and the limit of open files may be low */
  read_plan();
  check_named();
  set_descriptor_limit();
  self.image_fd = move_up(self.image_fd);
  uint64_t size = open_file("memory", &self.memory_fd);
  if (size != self.plan.header->memory_size)
    fail(DAMAGED, "its memory file has %u bytes instead of %u", size, self.plan.header->memory_size);

  static char buffer[1024];
  struct text why = TEXT(buffer);
  read_cpu(&self.cpu);
  if (!check_cpu(&self.cpu, &self.plan.header->processor, &why))
    fail("make the image on a machine like this one, or a portable one", "%s", buffer);
  uint64_t needed = self.plan.header->kernel;
  uint64_t present = find_kernel_features(needed);
  bool internet_6 = (needed & ~present) == 1ul << KERNEL_IPv6;
  if (!check_kernel(needed, present, &why))
    fail(internet_6 ? "make the image with -Djava.net.preferIPv4Stack=true"
                    : "use a newer kernel, or make the image under one like this",
         "%s", buffer);
}

static bool same_time(const struct plan_check *check, const struct stat *status) {
  return (int64_t)status->st_mtime == check->mtime_sec && status->st_mtime_nsec == check->mtime_nsec;
}

static void tell_read(const struct plan_check *check, const char *name) {
  char buffer[256];
  struct text line = TEXT(buffer);
  if (!self.options.verbose) return;
  append(&line, "crjvm: the image's file \"%s\" has another time than when it was made: all of it was read, %u KiB\n", name,
         check->size / 1024);
  print_line(&line);
}

/* Checks a file of the image. Changing or copying a file changes its time, so one with another time is read. If the content is
 * unchanged and the file belongs to this user, the old time is set again, and the next start need not read it. */
static void check_own_file(const struct plan_check *check, const char *name) {
  enum { SMALL = 1 << 20 }; /* bytes; a small file is read at every start, which takes about 0.1 ms */
  struct stat status;
  long error = sys(newfstatat, self.image_fd, name, &status, AT_SYMLINK_NOFOLLOW);
  if (error < 0) fail(DAMAGED, "its file \"%s\": %e", name, error);
  if ((uint64_t)status.st_size != check->size)
    fail(DAMAGED, "its file \"%s\" has %u bytes instead of %u", name, (uint64_t)status.st_size, check->size);
  bool same = same_time(check, &status);
  if (same && check->size > SMALL) return;
  if (!has_content(self.image_fd, name, check->size, check->crc))
    fail(DAMAGED, "its file \"%s\" has other content than when it was made", name);
  if (same) return;
  tell_read(check, name);
  int64_t times[4] = {0, UTIME_OMIT, check->mtime_sec, check->mtime_nsec};
  sys(utimensat, self.image_fd, name, times, AT_SYMLINK_NOFOLLOW);
}

static void check_file(const struct plan_check *check, const char *name) {
  static const char INSTALL[] = "install the same JDK and application, or make a new image";
  struct stat status;
  int fd = open_mapped_file(check->name);
  long error = fd < 0 ? sys(newfstatat, AT_FDCWD, name, &status, 0) : sys(fstat, fd, &status);
  if (error == -ENOENT) fail(INSTALL, "the file \"%s\" is missing", name);
  if (error < 0) fail(INSTALL, "the file \"%s\": %e", name, error);
  if (!(check->flags & PLAN_CHECK_CONTENT)) return;
  if ((uint64_t)status.st_size != check->size)
    fail(INSTALL, "the file \"%s\" has changed: it has %u bytes instead of %u", name, (uint64_t)status.st_size, check->size);
  if (same_time(check, &status)) return;
  if (!(fd < 0 ? has_content(AT_FDCWD, name, check->size, check->crc) : open_file_has(fd, check->size, check->crc)))
    fail(INSTALL, "the file \"%s\" has changed: it has other content", name);
}

void check_files(void) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_CHECKS]; i++) {
    const struct plan_check *check = &self.plan.checks[i];
    const char *name = plan_string(&self.plan, check->name);
    if (*name == '/') check_file(check, plan_path(check->name));
    else check_own_file(check, name);
  }
}
