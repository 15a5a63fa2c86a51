/* Finds threads whose vector registers criu would lose. The threads are traced by criu, so the kernel's files tell where they are. */
#include "vectors.h"

#include <asm/hwcap.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/uio.h>
#include <unistd.h>

#include "capability.h"

static bool is_call(pid_t process, uint64_t address) {
  const uint32_t svc = 0xd4000001; /* svc #0 */
  uint32_t instruction = 0;
  struct iovec here = {&instruction, sizeof instruction};
  struct iovec there = {(void *)(uintptr_t)address, sizeof instruction}; /* NOLINT(performance-no-int-to-ptr) */
  return process_vm_readv(process, &here, 1, &there, 1, 0) == (ssize_t)sizeof instruction && instruction == svc;
}

/* The file has the number of the call, its arguments, the stack pointer and the instruction. The number is -1 outside of a call, and also for
 * a call that was interrupted and is to begin again: such a thread is at the instruction that calls, or behind it. */
static bool is_losing(pid_t process, int proc, const char *thread) {
  char name[300], text[256];
  snprintf(name, sizeof name, "task/%s/syscall", thread);
  int file = openat(proc, name, O_RDONLY | O_CLOEXEC);
  if (file < 0) return errno != ENOENT;
  ssize_t length = read(file, text, sizeof text - 1);
  int error = errno;
  close(file);
  if (length < 0) return error != ESRCH;
  text[length] = '\0';
  uint64_t stack, instruction;
  if (text[0] >= '0' && text[0] <= '9') return false;
  if (sscanf(text, "-1 %" SCNx64 " %" SCNx64, &stack, &instruction) != 2) return true;
  return !is_call(process, instruction) && !is_call(process, instruction - 4);
}

static pid_t look_at_threads(pid_t process, int proc) {
  int folder = openat(proc, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *threads = folder < 0 ? NULL : fdopendir(folder);
  pid_t found = threads ? 0 : process;
  const struct dirent *thread;
  while (threads && !found && (thread = readdir(threads)) != NULL)
    if (thread->d_name[0] != '.' && is_losing(process, proc, thread->d_name)) found = (pid_t)strtol(thread->d_name, NULL, 10);
  if (threads) closedir(threads);
  return found;
}

/* The kernel shows root's processes, which have capabilities, only to processes for which the same capabilities are effective.
 * Where Yama asks for a capability, it has to be effective, too. */
pid_t find_losing_thread(pid_t process, int proc) {
  struct capability_sets own;
  if (!(getauxval(AT_HWCAP) & HWCAP_SVE)) return 0;
  bool raises = read_capabilities(&own) && (geteuid() == 0 || own.permitted & SYS_PTRACE_BIT) && use_capabilities(own.permitted);
  pid_t found = look_at_threads(process, proc);
  return !raises || keep_capabilities(own.permitted) ? found : process;
}
