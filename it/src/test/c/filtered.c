/* Runs a command under a seccomp filter: filtered [NUMBER] PROGRAM ARGS... With a number, the filter kills a process that
 * makes this system call. It allows everything else. */
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char *argv[]) {
  int first = argc > 1 && argv[1][0] >= '0' && argv[1][0] <= '9' ? 2 : 1;
  struct sock_filter instructions[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, first == 2 ? (unsigned)atoi(argv[1]) : ~0U, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof instructions / sizeof *instructions, instructions};
  if (argc <= first) return 2;
  /* It does not set no_new_privs, which would hide the filter behind another obstacle. So it needs CAP_SYS_ADMIN. */
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) {
    perror("filtered: seccomp");
    return 1;
  }
  execvp(argv[first], argv + first);
  perror(argv[first]);
  return 1;
}
