/* Writes down the state of a process before it runs its first instruction after a restore: registers, memory, areas.
 *
 *   snapshot run FOLDER PROGRAM ARGS...   traces crjvm-restore until each thread has left rt_sigreturn, and ends it
 *   snapshot stopped FOLDER PID           writes down a process that criu left stopped
 *
 * FOLDER gets `threads`, `stacks`, `actions` (text), `stat`, `smaps` (as in /proc) and `pages` (8 bytes of address, 4096 of
 * content, for pages that are not zero). */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracee.h"

enum { THREADS = 1024, PAGE = 4096, CHUNK = 256 * PAGE, SECONDS = 60 };
enum { HELD = 100 }; /* descriptor of the restorer's filter */

struct thread {
  pid_t tid;
  bool returning, returned, done;
};

static struct thread threads[THREADS];
static int thread_count;

static _Noreturn void die(const char *what) {
  fprintf(stderr, "snapshot: %s: %s\n", what, strerror(errno));
  exit(1);
}

static struct thread *thread_of(pid_t tid) {
  for (int i = 0; i < thread_count; i++)
    if (threads[i].tid == tid) return &threads[i];
  if (thread_count == THREADS) die("too many threads");
  threads[thread_count].tid = tid;
  return &threads[thread_count++];
}

static FILE *create(const char *folder, const char *name) {
  char path[4096];
  FILE *file;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  file = fopen(path, "w");
  if (file == NULL) die(path);
  return file;
}

static FILE *open_proc(pid_t pid, const char *name) {
  char path[64];
  FILE *file;
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  file = fopen(path, "r");
  if (file == NULL) die(path);
  return file;
}

/* --- the state of a thread ----------------------------------------------- */

static void write_kernel_state(FILE *out, pid_t pid, pid_t tid) {
  uint64_t mask = 0;
  void *robust = NULL;
  size_t robust_length = 0;
  struct __ptrace_rseq_configuration rseq = {0};
  char path[64], name[64] = "";
  FILE *comm;
  if (ptrace(PTRACE_GETSIGMASK, tid, (void *)sizeof mask, &mask) != 0) die("PTRACE_GETSIGMASK");
  if (syscall(SYS_get_robust_list, tid, &robust, &robust_length) != 0) die("get_robust_list");
  if (ptrace(PTRACE_GET_RSEQ_CONFIGURATION, tid, (void *)sizeof rseq, &rseq) < 0) die("PTRACE_GET_RSEQ_CONFIGURATION");
  fprintf(out, " mask=%llx robust=%llx:%zx rseq=%llx:%x:%x", (unsigned long long)mask, (unsigned long long)(uintptr_t)robust,
          robust_length, (unsigned long long)rseq.rseq_abi_pointer, rseq.rseq_abi_size, rseq.signature);
  snprintf(path, sizeof path, "task/%d/comm", tid);
  comm = open_proc(pid, path);
  if (fgets(name, sizeof name, comm) != NULL) name[strcspn(name, "\n")] = '\0';
  fclose(comm);
  for (char *c = name; *c != '\0'; c++)
    if (*c == ' ') *c = '_';
  fprintf(out, " name=%s", name);
}

/* --- memory -------------------------------------------------------------- */

static bool is_zero(const unsigned char *page) { return page[0] == 0 && memcmp(page, page + 1, PAGE - 1) == 0; }

static void write_pages(FILE *out, int memory, uint64_t start, uint64_t end) {
  static unsigned char buffer[CHUNK];
  for (uint64_t at = start; at < end;) {
    size_t wanted = end - at < CHUNK ? end - at : CHUNK;
    ssize_t got = pread(memory, buffer, wanted, (off_t)at);
    if (got < PAGE) { /* There is nothing here: this is behind the end of a file. */
      at += PAGE;
      continue;
    }
    got -= got % PAGE;
    for (ssize_t i = 0; i < got; i += PAGE) {
      uint64_t address = at + (uint64_t)i;
      if (is_zero(buffer + i)) continue;
      if (fwrite(&address, sizeof address, 1, out) != 1 || fwrite(buffer + i, PAGE, 1, out) != 1) die("pages");
    }
    at += (uint64_t)got;
  }
}

static int open_memory(pid_t pid) {
  char path[64];
  int memory;
  snprintf(path, sizeof path, "/proc/%d/mem", pid);
  memory = open(path, O_RDONLY | O_CLOEXEC);
  if (memory < 0) die(path);
  return memory;
}

static void copy_proc(const char *folder, pid_t pid, const char *name) {
  FILE *from = open_proc(pid, name), *to = create(folder, name);
  int c;
  while ((c = getc(from)) != EOF) putc(c, to);
  fclose(from);
  if (fclose(to) != 0) die(name);
}

static void write_memory(const char *folder, pid_t pid, int memory) {
  char line[8192];
  FILE *maps = open_proc(pid, "maps"), *pages = create(folder, "pages");
  copy_proc(folder, pid, "smaps");
  copy_proc(folder, pid, "stat");
  while (fgets(line, sizeof line, maps) != NULL) {
    unsigned long start, end;
    /* vvar can't be read, and the vDSO is the kernel's. */
    if (sscanf(line, "%lx-%lx", &start, &end) == 2 && strstr(line, "[v") == NULL) write_pages(pages, memory, start, end);
  }
  fclose(maps);
  if (fclose(pages) != 0) die(folder);
}

/* --- state that only system calls return --------------------------------- */

/* Looks before and after the calls in which threads wait. A thread gets an instruction of another one: it might begin its own call again
 * there. */
static uint64_t find_call_instruction(pid_t tid, int memory) {
  for (int i = 0; i < thread_count; i++) {
    tracee_registers registers;
    if (threads[i].tid == tid) continue;
    if (!get_registers(threads[i].tid, &registers)) die("a thread's registers");
    uint64_t counter = program_counter(&registers);
    for (uint64_t at = counter; at + CALL_BYTES >= counter; at -= CALL_BYTES) {
      unsigned char code[CALL_BYTES];
      if (pread(memory, code, sizeof code, (off_t)at) == sizeof code && memcmp(code, CALL_INSTRUCTION, sizeof code) == 0)
        return at;
    }
  }
  die("no thread waits in a system call");
}

/* Makes a call in a stopped thread. Afterwards the thread's registers are what they were. */
static void call(pid_t tid, tracee_registers with) {
  tracee_registers before, after;
  int status;
  if (!get_registers(tid, &before) || !set_registers(tid, &with)) die("a thread's registers");
  do { /* A group stop reports itself again. */
    if (ptrace(PTRACE_SINGLESTEP, tid, NULL, NULL) != 0) die("PTRACE_SINGLESTEP");
    if (waitpid(tid, &status, __WALL) != tid || !WIFSTOPPED(status)) die("waitpid");
  } while (status >> 8 != SIGTRAP);
  if (!get_registers(tid, &after) || !set_registers(tid, &before)) die("a thread's registers");
  if (call_result(&after) != 0) {
    errno = (int)-call_result(&after);
    die("a call in the process");
  }
}

/* Asks for an attribute of a thread. The kernel writes the answer into memory below everything on the thread's stack. The stack
 * has been written down before. */
static void ask(pid_t tid, int memory, long number, int first, void *answer, size_t size) {
  tracee_registers with;
  if (!get_registers(tid, &with)) die("a thread's registers");
  uint64_t buffer = (stack_pointer(&with) - 512) & ~15ull;
  const uint64_t arguments[] = {(uint64_t)first, number == SYS_sigaltstack ? buffer : 0, buffer,
                                sizeof(uint64_t)}; /* the size of a signal mask in bytes */
  prepare_call(&with, find_call_instruction(tid, memory), number, arguments);
  call(tid, with);
  if (pread(memory, answer, size, (off_t)buffer) != (ssize_t)size) die("an answer");
}

static void write_answers(const char *folder, pid_t pid, int memory) {
  FILE *stacks = create(folder, "stacks"), *actions = create(folder, "actions");
  unsigned long long action[4]; /* The fields are handler, flags, restorer and mask. */
  stack_t stack;
  for (int i = 0; i < thread_count; i++) {
    memset(&stack, 0, sizeof stack);
    ask(threads[i].tid, memory, SYS_sigaltstack, 0, &stack, sizeof stack);
    fprintf(stacks, "%llx %zx %x\n", (unsigned long long)(uintptr_t)stack.ss_sp, stack.ss_size, (unsigned)stack.ss_flags);
  }
  for (int number = 1; number <= 64; number++) {
    ask(pid, memory, SYS_rt_sigaction, number, action, sizeof action);
    fprintf(actions, "%d %llx %llx %llx %llx\n", number, action[0], action[1], action[2], action[3]);
  }
  if (fclose(stacks) != 0 || fclose(actions) != 0) die(folder);
}

static void write_snapshot(const char *folder, pid_t pid) {
  FILE *out = create(folder, "threads");
  int memory = open_memory(pid);
  for (int i = 0; i < thread_count; i++) {
    fprintf(out, "tid=%d", threads[i].tid);
    if (!write_registers(out, threads[i].tid)) die("a thread's registers");
    write_kernel_state(out, pid, threads[i].tid);
    if (!write_extended_state(out, threads[i].tid)) die("a thread's registers");
    fputc('\n', out);
  }
  if (fclose(out) != 0) die("threads");
  write_memory(folder, pid, memory);
  write_answers(folder, pid, memory);
  close(memory);
}

/* --- crjvm-restore ------------------------------------------------------- */

static bool all_done(void) {
  for (int i = 0; i < thread_count; i++)
    if (!threads[i].done) return false;
  return true;
}

static bool is_at_beginning(pid_t tid) {
  struct __ptrace_syscall_info info = {0};
  if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, (void *)sizeof info, &info) <= 0) die("PTRACE_GET_SYSCALL_INFO");
  return info.op == PTRACE_SYSCALL_INFO_ENTRY;
}

/* Returns the signal to pass on, or -1 if the thread stays where it is. */
static int handle_stop(struct thread *thread, int status) {
  struct __ptrace_syscall_info info = {0};
  unsigned long message;
  if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
    if (ptrace(PTRACE_GET_SYSCALL_INFO, thread->tid, (void *)sizeof info, &info) <= 0) die("PTRACE_GET_SYSCALL_INFO");
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
      thread->returning = info.entry.nr == SYS_rt_sigreturn;
    } else if (thread->returning) {
      /* A register may say that a call ends, so the thread is stopped once more, before its first instruction. */
      thread->returned = true;
      if (syscall(SYS_tkill, thread->tid, SIGSTOP) != 0) die("tkill");
    }
    return 0;
  }
  if (thread->returned && status >> 8 == SIGSTOP) {
    thread->done = true;
    return -1;
  }
  if (status >> 8 == (SIGTRAP | PTRACE_EVENT_CLONE << 8)) {
    if (ptrace(PTRACE_GETEVENTMSG, thread->tid, NULL, &message) == 0) thread_of((pid_t)message);
    return 0;
  }
  if (status >> 16 != 0 || WSTOPSIG(status) == SIGSTOP || WSTOPSIG(status) == SIGTRAP) return 0;
  return WSTOPSIG(status);
}

/* The restorer sets the memory layout when it has one thread, and no other tracer any more. */
static void hold_at_layout(void) {
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 5),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_MM, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_MM_MAP, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) die("PR_SET_NO_NEW_PRIVS");
  int held = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
  if (held < 0 || dup3(held, HELD, O_CLOEXEC) != HELD) die("a filter");
  close(held);
}

static uint64_t receive_held(int held) {
  struct seccomp_notif request = {0};
  if (ioctl(held, SECCOMP_IOCTL_NOTIF_RECV, &request) != 0) die("SECCOMP_IOCTL_NOTIF_RECV");
  return request.id;
}

static void wait_for_stop(pid_t pid) {
  int status;
  if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status)) die("waitpid");
}

/* Becomes the tracer of a restorer that is held. The stop interrupts its call, which begins again. */
static void trace_held(pid_t pid) {
  const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
  int process = (int)syscall(SYS_pidfd_open, pid, 0);
  int held = process < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, process, HELD, 0);
  if (held < 0) die("pidfd_getfd");
  close(process);
  kill(pid, SIGCONT);
  receive_held(held);
  if (ptrace(PTRACE_SEIZE, pid, NULL, options) != 0 || ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) != 0) die("PTRACE_SEIZE");
  wait_for_stop(pid);
  thread_of(pid);
  do { /* up to the call's second beginning */
    if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) != 0) die("PTRACE_SYSCALL");
    wait_for_stop(pid);
  } while (!is_at_beginning(pid));
  if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) != 0) die("PTRACE_SYSCALL");
  struct seccomp_notif_resp answer = {.id = receive_held(held), .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
  if (ioctl(held, SECCOMP_IOCTL_NOTIF_SEND, &answer) != 0) die("SECCOMP_IOCTL_NOTIF_SEND");
}

static void trace_threads(void) {
  while (!all_done()) {
    int status;
    pid_t tid = waitpid(-1, &status, __WALL);
    if (tid < 0) die("waitpid");
    if (!WIFSTOPPED(status)) {
      fprintf(stderr, "snapshot: thread %d ended with status %x before the restore was done\n", tid, status);
      exit(1);
    }
    int signal = handle_stop(thread_of(tid), status);
    if (signal >= 0 && ptrace(PTRACE_SYSCALL, tid, NULL, (long)signal) != 0) die("PTRACE_SYSCALL");
  }
}

static void run(const char *folder, char *argv[]) {
  pid_t pid = fork();
  if (pid == 0) {
    hold_at_layout();
    raise(SIGSTOP);
    execv(argv[0], argv);
    die(argv[0]);
  }
  wait_for_stop(pid);
  trace_held(pid);
  trace_threads();
  write_snapshot(folder, pid);
  kill(pid, SIGKILL);
}

/* --- criu's process ------------------------------------------------------ */

static void seize(pid_t pid) {
  char path[64];
  DIR *tasks;
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  tasks = opendir(path);
  if (tasks == NULL) die(path);
  for (struct dirent *entry; (entry = readdir(tasks)) != NULL;)
    if (entry->d_name[0] != '.') thread_of(atoi(entry->d_name));
  closedir(tasks);
  for (int i = 0; i < thread_count; i++) {
    int status;
    if (ptrace(PTRACE_SEIZE, threads[i].tid, NULL, NULL) != 0 || ptrace(PTRACE_INTERRUPT, threads[i].tid, NULL, NULL) != 0)
      die("PTRACE_SEIZE");
    if (waitpid(threads[i].tid, &status, __WALL) != threads[i].tid || !WIFSTOPPED(status)) die("waitpid");
  }
}

int main(int argc, char *argv[]) {
  alarm(SECONDS);
  if (argc >= 4 && strcmp(argv[1], "run") == 0) {
    run(argv[2], argv + 3);
  } else if (argc == 4 && strcmp(argv[1], "stopped") == 0) {
    seize(atoi(argv[3]));
    write_snapshot(argv[2], atoi(argv[3]));
  } else {
    fputs("usage: snapshot run FOLDER PROGRAM ARGS... | snapshot stopped FOLDER PID\n", stderr);
    return 2;
  }
  return 0;
}
