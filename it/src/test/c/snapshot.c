/* Writes down the state of a process before it runs its first instruction after a restore: registers, memory, areas.
 *
 *   snapshot run FOLDER PROGRAM ARGS...   traces crjvm-restore until each thread has left rt_sigreturn, and ends it
 *   snapshot stopped FOLDER PID           writes down a process that criu left stopped
 *
 * FOLDER gets `threads`, `stacks`, `actions` (text), `stat`, `smaps` (as in /proc) and `pages` (8 bytes of address, 4096 of
 * content, for pages that are not zero). */
#define _GNU_SOURCE
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 1024, PAGE = 4096, CHUNK = 256 * PAGE, SECONDS = 60 };

struct thread {
  pid_t tid;
  bool returning, done;
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

static void write_registers(FILE *out, pid_t tid) {
  struct user_regs_struct r;
  if (ptrace(PTRACE_GETREGS, tid, NULL, &r) != 0) die("PTRACE_GETREGS");
  /* A call that a stop interrupted, and that will be made again, counts as one that has not begun. */
  if ((long long)r.orig_rax >= 0 && (long long)r.rax <= -512 && (long long)r.rax >= -516) {
    r.rip -= 2;
    r.rax = r.orig_rax;
  }
#define REGISTER(name) fprintf(out, " " #name "=%llx", (unsigned long long)r.name)
  REGISTER(fs_base);
  REGISTER(gs_base);
  REGISTER(rip);
  REGISTER(rsp);
  REGISTER(rbp);
  REGISTER(rax);
  REGISTER(rbx);
  REGISTER(rcx);
  REGISTER(rdx);
  REGISTER(rsi);
  REGISTER(rdi);
  REGISTER(r8);
  REGISTER(r9);
  REGISTER(r10);
  REGISTER(r11);
  REGISTER(r12);
  REGISTER(r13);
  REGISTER(r14);
  REGISTER(r15);
  REGISTER(eflags);
  REGISTER(cs);
  REGISTER(ss);
  REGISTER(ds);
  REGISTER(es);
  REGISTER(fs);
  REGISTER(gs);
#undef REGISTER
}

static void write_extended_state(FILE *out, pid_t tid) {
  static unsigned char state[16384];
  struct iovec area = {state, sizeof state};
  if (ptrace(PTRACE_GETREGSET, tid, (void *)NT_X86_XSTATE, &area) != 0) die("PTRACE_GETREGSET");
  /* It does not matter which components are in use, because the others have their initial values. */
  memset(state + 512, 0, 8);
  fputs(" xstate=", out);
  for (size_t i = 0; i < area.iov_len; i++) fprintf(out, "%02x", state[i]);
}

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

static uint64_t find_syscall_instruction(int memory) {
  for (int i = 0; i < thread_count; i++) {
    struct user_regs_struct r;
    if (ptrace(PTRACE_GETREGS, threads[i].tid, NULL, &r) != 0) die("PTRACE_GETREGS");
    for (uint64_t at = r.rip; at + 2 >= r.rip; at -= 2) { /* This looks before and after the call in which the thread waits. */
      unsigned char code[2];

      if (pread(memory, code, sizeof code, (off_t)at) == 2 && code[0] == 0x0f && code[1] == 0x05) return at;
    }
  }
  die("no thread waits in a system call");
}

/* Makes a call in a stopped thread. Afterwards the thread's registers are what they were. */
static void call(pid_t tid, struct user_regs_struct with) {
  struct user_regs_struct before, after;
  int status;
  if (ptrace(PTRACE_GETREGS, tid, NULL, &before) != 0 || ptrace(PTRACE_SETREGS, tid, NULL, &with) != 0) die("PTRACE_SETREGS");
  do { /* A group stop reports itself again. */
    if (ptrace(PTRACE_SINGLESTEP, tid, NULL, NULL) != 0) die("PTRACE_SINGLESTEP");
    if (waitpid(tid, &status, __WALL) != tid || !WIFSTOPPED(status)) die("waitpid");
  } while (status >> 8 != SIGTRAP);
  if (ptrace(PTRACE_GETREGS, tid, NULL, &after) != 0 || ptrace(PTRACE_SETREGS, tid, NULL, &before) != 0) die("PTRACE_SETREGS");
  if (after.rax != 0) {
    errno = (int)-(long long)after.rax;
    die("a call in the process");
  }
}

/* Asks for an attribute of a thread. The kernel writes the answer into memory below everything on the thread's stack. The stack
 * has been written down before. */
static void ask(pid_t tid, int memory, long number, int first, void *answer, size_t size) {
  struct user_regs_struct with;
  unsigned long long buffer;
  if (ptrace(PTRACE_GETREGS, tid, NULL, &with) != 0) die("PTRACE_GETREGS");
  buffer = (with.rsp - 512) & ~15ull;
  with.orig_rax = ~0ull; /* No call begins again. */
  with.rip = find_syscall_instruction(memory);
  with.rax = (unsigned long long)number;
  with.rdi = (unsigned long long)first;
  with.rsi = number == SYS_sigaltstack ? buffer : 0;
  with.rdx = buffer;
  with.r10 = sizeof(uint64_t); /* It is the size of a signal mask in bytes. */
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
    write_registers(out, threads[i].tid);
    write_kernel_state(out, pid, threads[i].tid);
    write_extended_state(out, threads[i].tid);
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

static void forget(pid_t tid) {
  for (int i = 0; i < thread_count; i++)
    if (threads[i].tid == tid) threads[i] = threads[--thread_count];
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
      thread->done = true;
      return -1;
    }
    return 0;
  }
  if (status >> 8 == (SIGTRAP | PTRACE_EVENT_CLONE << 8)) {
    if (ptrace(PTRACE_GETEVENTMSG, thread->tid, NULL, &message) == 0) thread_of((pid_t)message);
    return 0;
  }
  if (status >> 16 != 0 || WSTOPSIG(status) == SIGSTOP || WSTOPSIG(status) == SIGTRAP) return 0;
  return WSTOPSIG(status);
}

static void trace(pid_t pid) {
  const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
  int status, ended = 0;
  if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) || ptrace(PTRACE_SETOPTIONS, pid, NULL, options) != 0)
    die("PTRACE_SETOPTIONS");
  thread_of(pid);
  if (ptrace(PTRACE_SYSCALL, pid, NULL, NULL) != 0) die("PTRACE_SYSCALL");
  while (!all_done()) {
    pid_t tid = waitpid(-1, &status, __WALL);
    int signal;
    if (tid < 0) die("waitpid");
    /* This is the restorer's second thread, which copies beside the first. There is only one. */
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && tid != pid && ended++ == 0) {
      forget(tid);
      continue;
    }
    if (!WIFSTOPPED(status)) {
      fprintf(stderr, "snapshot: thread %d ended with status %x before the restore was done\n", tid, status);
      exit(1);
    }
    signal = handle_stop(thread_of(tid), status);
    if (signal >= 0 && ptrace(PTRACE_SYSCALL, tid, NULL, (long)signal) != 0) die("PTRACE_SYSCALL");
  }
}

static void run(const char *folder, char *argv[]) {
  pid_t pid = fork();
  if (pid == 0) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    raise(SIGSTOP);
    execv(argv[0], argv);
    die(argv[0]);
  }
  trace(pid);
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
