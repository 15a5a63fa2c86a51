/* Uses capset and prctl directly, because a library would be one more thing to trust. */
#include "capability.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef CAP_CHECKPOINT_RESTORE
#define CAP_CHECKPOINT_RESTORE 40
#endif

bool read_capabilities(struct capability_sets *sets) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {0};
  if (syscall(SYS_capget, &header, data) != 0) return false;
  sets->effective = data[0].effective | (uint64_t)data[1].effective << 32;
  sets->permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
  sets->inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
  return true;
}

static bool write_capabilities(const struct capability_sets *sets) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {
      {(uint32_t)sets->effective, (uint32_t)sets->permitted, (uint32_t)sets->inheritable},
      {(uint32_t)(sets->effective >> 32), (uint32_t)(sets->permitted >> 32), (uint32_t)(sets->inheritable >> 32)},
  };
  return syscall(SYS_capset, &header, data) == 0;
}

bool drop_capabilities(void) {
  const struct capability_sets none = {0};
  struct capability_sets now;
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 || !write_capabilities(&none)) return false;
  return read_capabilities(&now) && (now.effective | now.permitted | now.inheritable) == 0 &&
         prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_CHECKPOINT_RESTORE, 0, 0) == 0;
}

bool keep_capabilities(uint64_t capabilities) {
  const struct capability_sets some = {.permitted = capabilities};
  return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0 && write_capabilities(&some);
}

bool use_capabilities(uint64_t capabilities) {
  const struct capability_sets some = {.effective = capabilities, .permitted = capabilities};
  return write_capabilities(&some);
}

bool raise_for_exec(uint64_t capabilities) {
  /* An ambient capability has to be permitted and inheritable. It becomes effective at the exec. */
  const struct capability_sets some = {.permitted = capabilities, .inheritable = capabilities};
  struct capability_sets now;
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 || !write_capabilities(&some)) return false;
  for (unsigned long i = 0; i < 64; i++)
    if (capabilities >> i & 1 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0, 0) != 0) return false;
  return read_capabilities(&now) && now.permitted == capabilities && now.inheritable == capabilities;
}
