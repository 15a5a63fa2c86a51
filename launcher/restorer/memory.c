/* Moves the areas that the kernel gave this program out of the way, then maps every area of the image at its place. */
#include "memory.h"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/mman.h>

#include "allocate.h"
#include "fallback.h"
#include "kernel_names.h"
#include "objects.h"
#include "paths.h"
#include "print.h"
#include "restorer.h"
#include "syscall.h"
#include "written_code.h"

/* The areas that the kernel made: the stack, and [vvar], [vvar_vclock] and [vdso] under whatever names. */
enum { OWN_AREAS = 16 };
struct own_area {
  uint64_t start, length;
};
static struct {
  struct own_area vdso[OWN_AREAS], stack;
  int vdso_count;
  uint64_t vdso_elf, vdso_elf_size;
} found;

static uint64_t parse_hex(const char **at) {
  uint64_t v = 0;
  for (;; ++*at) {
    char c = **at;
    if (c >= '0' && c <= '9') v = v << 4 | (uint64_t)(c - '0');
    else if (c >= 'a' && c <= 'f') v = v << 4 | (uint64_t)(c - 'a' + 10);
    else return v;
  }
}

static void note_own_area(uint64_t start, uint64_t end, const char *name) {
  struct own_area area = {start, end - start};
  if (text_starts(name, "[stack]")) found.stack = area;
  if (!text_starts(name, "[vdso]") && !text_starts(name, "[vvar")) return;
  if (found.vdso_count == OWN_AREAS) fail(NULL, "this kernel's vDSO has too many parts");
  if (text_starts(name, "[vdso]")) found.vdso_elf = start, found.vdso_elf_size = area.length;
  found.vdso[found.vdso_count++] = area;
}

static void find_own_areas(void) {
  static char maps[16384];
  long fd = sys(openat, AT_FDCWD, "/proc/self/maps", O_RDONLY | O_CLOEXEC), got = 0;
  size_t length = 0;
  if (fd < 0) fail("mount /proc", "\"/proc/self/maps\": %e", fd);
  while (length < sizeof maps - 1 && (got = sys(read, fd, maps + length, sizeof maps - 1 - length)) > 0) length += (size_t)got;
  sys(close, fd);
  for (const char *line = maps; *line;) {
    const char *end = text_find(line, '\n'), *name;
    if (!end) break;
    uint64_t from = parse_hex(&line);
    line++;
    uint64_t to = parse_hex(&line);
    for (name = line; name < end && *name != '['; name++)
      if (*name == '/') name = end - 1; /* it is a file, whatever its name contains */
    if (*name == '[') note_own_area(from, to, name);
    line = end + 1;
  }
}

/* Moves vvar and vDSO and keeps their distances, by which the code finds its data. Where the kernel has sealed them (EPERM), they
 * stay. If the image needs their place, mapping it fails later. */
static void park_vdso(void) {
  uint64_t lowest = ~0ul;
  for (int i = 0; i < found.vdso_count; i++)
    if (found.vdso[i].start < lowest) lowest = found.vdso[i].start;
  for (int i = 0; i < found.vdso_count; i++) {
    const struct own_area *area = &found.vdso[i];
    uint64_t to = OWN_PARKED + (area->start - lowest);
    if (area->start - lowest > OWN_TEMPORARY - OWN_PARKED - area->length) fail(NULL, "this kernel's vDSO is in scattered parts");
    long at = sys(mremap, area->start, area->length, area->length, MREMAP_MAYMOVE | MREMAP_FIXED, to);
    if (at == -EPERM && i == 0) return;
    if (at != (long)to) fail(NULL, "moving the vDSO: %e", at);
  }
  if (found.vdso_elf) found.vdso_elf = OWN_PARKED + (found.vdso_elf - lowest);
}

void move_own_areas(void) {
  find_own_areas();
  park_vdso();
  if (found.stack.length) sys(munmap, found.stack.start, found.stack.length);
}

uint64_t running_vdso(void) { return found.vdso_elf; }
uint64_t running_vdso_size(void) { return found.vdso_elf_size; }

static const char *backing(const struct plan_area *area) {
  if (area->object == PLAN_NONE) return "anonymous memory";
  const struct plan_object *object = &self.plan.objects[area->object];
  const char *name = object->kind == PLAN_OBJECT_PATH ? plan_path(object->name) : plan_string(&self.plan, object->name);
  return name ? name : "shared memory";
}

/* Has a 1 for each area that is mapped writable to be filled, and gets its own protection afterwards. */
static unsigned char *opened;

static uint64_t copied_code;

/* Copies the image's code, because code can't be mapped from a file on a noexec mount. Holes of the file stay untouched
 * memory. */
static long copy_code(const struct plan_area *area, uint32_t prot, uint32_t map, int fd) {
  uint64_t end = area->offset + area->length, done = area->offset;
  long at = sys(mmap, area->start, area->length, prot | PROT_WRITE, map | MAP_ANONYMOUS, -1, 0);
  while (at > 0 && done < end) {
    long data = sys(lseek, fd, done, SEEK_DATA), got;
    if (data == -ENXIO || data >= (long)end) break; /* the rest is a hole, or the file ends */
    if (data > (long)done) done = (uint64_t)data;
    long hole = sys(lseek, fd, done, SEEK_HOLE);
    uint64_t stop = hole > (long)done && hole < (long)end ? (uint64_t)hole : end;
    got = sys(pread64, fd, area->start + (done - area->offset), stop - done, done);
    if (got < 0) return got;
    if (got == 0) break;
    done += (uint64_t)got;
    copied_code += (uint64_t)got;
  }
  if (at > 0) publish_code(area->start, area->length);
  long error = at > 0 ? sys(mprotect, area->start, area->length, prot) : 0;
  return error ? error : at;
}

static void tell_copied_code(void) {
  char buffer[160];
  struct text line = TEXT(buffer);
  if (!copied_code || !self.options.verbose) return;
  append(&line, "crjvm: the image is mounted noexec: %u KiB of code are copied instead of mapped\n", copied_code / 1024);
  print_line(&line);
}

static void map_area(uint32_t index) {
  const struct plan_area *area = &self.plan.areas[index];
  uint32_t flags = area->flags, prot = usable_protection(&self.cpu, area->prot), map = MAP_FIXED_NOREPLACE;
  map |= flags & PLAN_AREA_SHARED ? MAP_SHARED : flags & PLAN_AREA_DROPPABLE ? MAP_DROPPABLE : MAP_PRIVATE;
  if (flags & PLAN_AREA_GROWSDOWN) map |= MAP_GROWSDOWN;
  if (flags & PLAN_AREA_NORESERVE) map |= MAP_NORESERVE;
  if (flags & PLAN_AREA_STACK) map |= MAP_STACK;
  if (area->object == PLAN_NONE) map |= MAP_ANONYMOUS;
  if (opened[index]) prot |= PROT_WRITE;
  int fd = area->object == PLAN_NONE ? -1 : open_area_object(area->object);
  long at = sys(mmap, area->start, area->length, prot, map, fd, area->offset);
  /* Before Linux 6.11 ordinary memory takes its place, which works as well. */
  if ((at == -EINVAL || at == -EOPNOTSUPP) && flags & PLAN_AREA_DROPPABLE)
    at = sys(mmap, area->start, area->length, prot, (map & ~(uint32_t)MAP_DROPPABLE) | MAP_PRIVATE, fd, area->offset);
  bool image = fd >= 0 && self.plan.objects[area->object].kind == PLAN_OBJECT_IMAGE;
  if (at == -EPERM && prot & PROT_EXEC && image) at = copy_code(area, prot, map, fd);
  if (at == -EPERM && prot & PROT_EXEC && fd >= 0)
    fail("mount its file system without noexec", "the code of \"%s\" can't be mapped: %e", backing(area), at);
  if (at == -EEXIST) fail("run it once more, addresses are random", "the address 0x%x is taken", area->start);
  if (at < 0) fail(NULL, "mapping %u bytes of \"%s\" at 0x%x: %e", area->length, backing(area), area->start, at);
  if (at != (long)area->start) fail("use Linux 4.17 or newer", "the kernel maps at other addresses than it is told");
}

static void advise_area(const struct plan_area *area) {
  static const struct {
    uint32_t bit;
    int advice;
  } ADVICES[] = {{PLAN_ADVICE_HUGEPAGE, MADV_HUGEPAGE},     {PLAN_ADVICE_NOHUGEPAGE, MADV_NOHUGEPAGE},
                 {PLAN_ADVICE_DONTFORK, MADV_DONTFORK},     {PLAN_ADVICE_DONTDUMP, MADV_DONTDUMP},
                 {PLAN_ADVICE_SEQUENTIAL, MADV_SEQUENTIAL}, {PLAN_ADVICE_RANDOM, MADV_RANDOM},
                 {PLAN_ADVICE_MERGEABLE, MADV_MERGEABLE},   {PLAN_ADVICE_WIPEONFORK, MADV_WIPEONFORK},
                 {PLAN_ADVICE_GUARD, MADV_GUARD_INSTALL}};
  /* These only make the memory faster, so a kernel need not support them. */
  const uint32_t hints =
      PLAN_ADVICE_HUGEPAGE | PLAN_ADVICE_NOHUGEPAGE | PLAN_ADVICE_SEQUENTIAL | PLAN_ADVICE_RANDOM | PLAN_ADVICE_MERGEABLE;
  for (size_t i = 0; i < sizeof ADVICES / sizeof *ADVICES; i++) {
    if (!(area->advice & ADVICES[i].bit)) continue;
    long error = sys(madvise, area->start, area->length, ADVICES[i].advice);
    if (error && ADVICES[i].bit == PLAN_ADVICE_GUARD)
      fail(area->object == PLAN_NONE ? "use Linux 6.13 or newer" : "use Linux 6.15 or newer", "guard pages: %e", error);
    if (error && !(ADVICES[i].bit & hints)) fail(NULL, "advice for the area at 0x%x: %e", area->start, error);
  }
}

void map_areas(void) {
  const struct plan *plan = &self.plan;
  uint32_t count = plan->counts[PLAN_AREAS];
  opened = allocate(count + 1);
  for (uint32_t i = 0; i < plan->counts[PLAN_COPIES]; i++) {
    uint32_t area = find_area(plan, plan->copies[i].start);
    opened[area] = !(plan->areas[area].prot & PROT_WRITE);
  }
  for (uint32_t i = 0; i < count; i++) {
    map_area(i);
    if (plan->areas[i].advice) advise_area(&plan->areas[i]);
  }
  tell_copied_code();
}

void protect_areas(void) {
  const struct plan *plan = &self.plan;
  for (uint32_t i = 0; i < plan->counts[PLAN_AREAS]; i++) {
    const struct plan_area *area = &plan->areas[i];
    if (!opened[i]) continue;
    long error = sys(mprotect, area->start, area->length, usable_protection(&self.cpu, area->prot));
    if (error) fail(NULL, "protecting the area at 0x%x: %e", area->start, error);
  }
}

void write_words(void) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_WORDS]; i++) *(uint64_t *)self.plan.words[i].address = self.plan.words[i].value;
}
