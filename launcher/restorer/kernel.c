/* Finds out which of the kernel features that an image needs are available to this process. */
#include "kernel.h"

#include <asm/errno.h>
#include <linux/memfd.h>
#include <linux/prctl.h>
#include <linux/utsname.h>

#include "addresses.h"
#include "kernel_names.h"
#include "syscall.h"

enum { QUERY = 0 };

static const struct {
  const char *name, *since;
  uint32_t membarrier;
} FEATURES[] = {
#define FEATURE(name, since, membarrier) {#name, since, membarrier},
#include "kernel_features.h"
#undef FEATURE
};

/* Returns true if MAP_FIXED_NOREPLACE works. Older kernels take the address as a hint and map elsewhere. */
static bool keeps_what_is_mapped(void) {
  long first = sys(mmap, 0, PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), second;
  if (first < 0 && first > -(long)PAGE_SIZE) return false;
  second = sys(mmap, first, PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (second != -EEXIST) sys(munmap, second, PAGE_SIZE);
  sys(munmap, first, PAGE_SIZE);
  return second == -EEXIST;
}

static bool sets_layout(void) {
  uint32_t size = 0;
  return sys(prctl, PR_SET_MM, PR_SET_MM_MAP_SIZE, &size, 0, 0) == 0;
}

static bool has_internet_6(void) {
  long fd = sys(socket, AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0) sys(close, fd);
  return fd >= 0;
}

static bool seals(int with) {
  long fd = sys(memfd_create, "crjvm", MFD_CLOEXEC | MFD_ALLOW_SEALING), error;
  if (fd < 0) return false;
  error = with ? sys(fcntl, fd, F_ADD_SEALS, with) : 0;
  sys(close, fd);
  return error == 0;
}

static bool has_feature(int feature) {
  switch (feature) {
    case KERNEL_MAP_FIXED_NOREPLACE: return keeps_what_is_mapped();
    case KERNEL_PR_SET_MM_MAP: return sets_layout();
    case KERNEL_IPv6: return has_internet_6();
    case KERNEL_MFD_ALLOW_SEALING: return seals(0);
    case KERNEL_F_SEAL_FUTURE_WRITE: return seals(F_SEAL_FUTURE_WRITE);
    case KERNEL_F_SEAL_EXEC: return seals(F_SEAL_EXEC);
    default: {
      long commands = sys(membarrier, QUERY, 0, 0);
      return commands > 0 && commands & FEATURES[feature].membarrier;
    }
  }
}

uint64_t find_kernel_features(uint64_t wanted) {
  uint64_t present = 0;
  for (int i = 0; i < KERNEL_FEATURES; i++)
    if (wanted >> i & 1 && has_feature(i)) present |= 1ul << i;
  return present;
}

bool check_kernel(uint64_t needed, uint64_t present, struct text *why) {
  struct new_utsname names = {0};
  int missing = 0;
  if (!(needed & ~present)) return true;
  sys(uname, &names);
  append(why, "the kernel, %s, lacks ", names.release);
  for (int i = 0; i < KERNEL_FEATURES; i++)
    if ((needed & ~present) >> i & 1) append(why, missing++ ? ", %s (%s)" : "%s (%s)", FEATURES[i].name, FEATURES[i].since);
  return false;
}

long register_barriers(uint64_t features) {
  long error = 0;
  for (int i = 0; i < KERNEL_FEATURES && !error; i++)
    if (features >> i & 1 && FEATURES[i].membarrier) error = sys(membarrier, FEATURES[i].membarrier, 0, 0);
  return error;
}
