/* Reads the pages that the first requests need ahead of them, if the image is not in the page cache.
 *
 * Without this, each page fault reads the page together with a hundred thousand bytes around it, and waits. Nearly the whole image
 * would be read, one piece after the other. The plan has the pages that a trial restore has touched. They are requested all at once,
 * in the order of the file. The few others that are needed are read one by one.
 *
 * The trial restore itself has --cold: it begins without the memory file in the page cache, and has the kernel read single pages
 * only. So the pages that it has mapped at its end are those that it has touched. */
#include "page_cache.h"

#include <asm/errno.h>
#include <linux/fadvise.h>
#include <linux/fs.h>
#include <linux/mman.h>
#include <linux/uio.h>

#include "kernel_names.h"
#include "objects.h"
#include "print.h"
#include "restorer.h"
#include "syscall.h"
#include "text.h"

enum {
  SAMPLES = 16,         /* pages that are looked at */
  STRAY = 1,            /* as many of them may be missing */
  AT_ONCE = 128 * 1024, /* the kernel reads no more at each call if its read-ahead is not set higher */
};

void empty_page_cache(void) {
  if (!self.options.cold) return;
  /* The kernel drops clean pages only. If this fails, the result is only less exact. */
  sys(fdatasync, self.memory_fd);
  sys(fadvise64, self.memory_fd, 0, 0, POSIX_FADV_DONTNEED);
  sys(fadvise64, self.memory_fd, 0, 0, POSIX_FADV_RANDOM);
}

static void read_single_pages(void) {
  for (uint32_t i = 0; i < self.plan.counts[PLAN_AREAS]; i++) {
    const struct plan_area *area = &self.plan.areas[i];
    bool image = area->object != PLAN_NONE && self.plan.objects[area->object].kind == PLAN_OBJECT_IMAGE;
    if (image) sys(madvise, area->start, area->length, MADV_RANDOM);
  }
}

/* The question comes first: it has nothing read. The kernel answers it about files that the user may write to, and otherwise says
 * that they are cached. The attempt to read without waiting is for those. It starts to read a page that isn't cached, and a fast disk
 * may have brought it before the kernel looks whether it is there. */
static bool is_cached(uint64_t address) {
  const struct plan_area *area = &self.plan.areas[find_area(&self.plan, address)];
  if (area->object == PLAN_NONE) return true;
  unsigned char byte;
  if (!sys(mincore, address, PAGE_SIZE, &byte) && !(byte & 1)) return false;
  const struct iovec piece = {&byte, 1};
  uint64_t offset = area->offset + (address - area->start);
  return sys(preadv2, open_area_object(area->object), &piece, 1, offset, 0, RWF_NOWAIT) != -EAGAIN;
}

/* Some kernels drop single pages within seconds (DAMON). One of them is read faster by its fault than all others are looked for. */
static bool is_all_cached(void) {
  const struct plan_working_set *set = self.plan.working_set;
  uint64_t count = self.plan.counts[PLAN_WORKING_SET], step = count / SAMPLES + 1;
  int missing = 0;
  for (uint64_t i = 0; i < count; i += step)
    if (!is_cached(set[i].start) && ++missing > STRAY) return false;
  return true;
}

static void request_file(uint64_t start, uint64_t end) {
  for (; start < end; start += AT_ONCE) {
    uint64_t length = end - start < AT_ONCE ? end - start : AT_ONCE;
    sys(fadvise64, self.memory_fd, start, length, POSIX_FADV_WILLNEED);
  }
}

static uint64_t request_copies(void) {
  const struct plan_copy *copies = self.plan.copies;
  uint64_t start = 0, end = 0, bytes = 0;
  for (uint32_t i = 0; i < self.plan.counts[PLAN_COPIES]; i++) {
    if (copies[i].offset != end) {
      request_file(start, end);
      start = copies[i].offset;
    }
    end = copies[i].offset + copies[i].length;
    bytes += copies[i].length;
  }
  request_file(start, end);
  return bytes;
}

static uint64_t request_set(void) {
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < self.plan.counts[PLAN_WORKING_SET]; i++) {
    const struct plan_working_set *set = &self.plan.working_set[i];
    if (self.plan.areas[find_area(&self.plan, set->start)].object == PLAN_NONE) continue;
    uint64_t length = set->pages * PAGE_SIZE;
    for (uint64_t done = 0; done < length; done += AT_ONCE)
      sys(madvise, set->start + done, length - done < AT_ONCE ? length - done : AT_ONCE, MADV_WILLNEED);
    bytes += length;
  }
  return bytes;
}

void read_ahead(void) {
  if (self.options.cold) read_single_pages();
  if (self.options.cold || is_all_cached()) return;
  uint64_t bytes = request_copies() + request_set();
  read_single_pages();
  char buffer[160];
  struct text line = TEXT(buffer);
  if (!self.options.verbose) return;
  append(&line, "crjvm: the image is not in the page cache: %u KiB are read ahead\n", bytes / 1024);
  print_line(&line);
}
