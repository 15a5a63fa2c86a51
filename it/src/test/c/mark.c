/* A library that adds a line to a file wherever it is loaded, with the program and its effective capabilities. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

__attribute__((constructor)) static void leave_mark(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {0};
  char program[4096], line[4200];
  ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  int file = open(MARK, O_WRONLY | O_CREAT | O_APPEND, 0666);
  if (file < 0 || length < 0 || syscall(SYS_capget, &header, data) != 0) return;
  program[length] = '\0';
  length = snprintf(line, sizeof line, "%s %llx\n", program, (unsigned long long)data[1].effective << 32 | data[0].effective);
  if (write(file, line, (size_t)length) != length) return;
  close(file);
}
