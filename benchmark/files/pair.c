/* Runs two programs at the same time and prints the microseconds of processor time that each of them took. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUTPUT = 3 }; /* what the first program prints goes to this descriptor, and that of the second to the next one */

static void die(const char *what) {
  perror(what);
  exit(1);
}

static pid_t start_program(char **arguments, int output) {
  pid_t process = fork();
  if (process < 0) die("fork");
  if (process > 0) return process;
  if (dup2(output, STDOUT_FILENO) < 0) die("dup2");
  execvp(arguments[0], arguments);
  die(arguments[0]);
  return -1;
}

static long long microseconds(struct timeval time) { return (long long)time.tv_sec * 1000000 + time.tv_usec; }

static long long await_program(pid_t process) {
  struct rusage usage;
  int status;
  if (wait4(process, &status, 0, &usage) < 0) die("wait4");
  if (status != 0) {
    fprintf(stderr, "a program has failed with status %d\n", status);
    exit(1);
  }
  return microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
}

int main(int count, char **arguments) {
  int second = 1;
  while (second < count && strcmp(arguments[second], "--") != 0) second++;
  if (second == 1 || second + 1 >= count) {
    fprintf(stderr, "usage: pair PROGRAM [ARGUMENT...] -- PROGRAM [ARGUMENT...] 3>>FILE 4>>FILE\n");
    return 2;
  }
  arguments[second] = NULL;
  pid_t processes[2];
  processes[0] = start_program(arguments + 1, OUTPUT);
  processes[1] = start_program(arguments + second + 1, OUTPUT + 1);
  long long first = await_program(processes[0]);
  printf("%lld\t%lld\n", first, await_program(processes[1]));
  return 0;
}
