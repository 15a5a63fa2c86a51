/* Reads and changes what a stopped thread has in its registers, for snapshot.c. */
#ifndef CRJVM_IT_TRACEE_H
#define CRJVM_IT_TRACEE_H

#include <elf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

typedef struct user_regs_struct tracee_registers;

enum { CALL_BYTES = 2 };

static const unsigned char CALL_INSTRUCTION[CALL_BYTES] = {0x0f, 0x05};

static inline bool get_registers(pid_t tid, tracee_registers *registers) {
  return ptrace(PTRACE_GETREGS, tid, NULL, registers) == 0;
}

static inline bool set_registers(pid_t tid, tracee_registers *registers) {
  return ptrace(PTRACE_SETREGS, tid, NULL, registers) == 0;
}

static inline uint64_t program_counter(const tracee_registers *registers) { return registers->rip; }

static inline uint64_t stack_pointer(const tracee_registers *registers) { return registers->rsp; }

static inline long long call_result(const tracee_registers *registers) { return (long long)registers->rax; }

/* Prepares a call with up to four arguments, which begins at a call instruction. */
static inline void prepare_call(tracee_registers *registers, uint64_t instruction, long number, const uint64_t arguments[4]) {
  registers->orig_rax = ~0ull; /* No call begins again. */
  registers->rip = instruction;
  registers->rax = (unsigned long long)number;
  registers->rdi = arguments[0];
  registers->rsi = arguments[1];
  registers->rdx = arguments[2];
  registers->r10 = arguments[3];
}

static inline bool write_registers(FILE *out, pid_t tid) {
  tracee_registers r;
  if (!get_registers(tid, &r)) return false;
  /* A call that a stop interrupted, and that will be made again, counts as one that has not begun. */
  if ((long long)r.orig_rax >= 0 && (long long)r.rax <= -512 && (long long)r.rax >= -516) {
    r.rip -= CALL_BYTES;
    r.rax = r.orig_rax;
  }
#define REGISTER(name) fprintf(out, " " #name "=%llx", (unsigned long long)r.name)
  REGISTER(fs_base);
  REGISTER(gs_base);
  REGISTER(rip);
  fprintf(out, " sp=%llx", (unsigned long long)r.rsp);
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
  return true;
}

static inline bool write_extended_state(FILE *out, pid_t tid) {
  static unsigned char state[16384];
  struct iovec area = {state, sizeof state};
  if (ptrace(PTRACE_GETREGSET, tid, (void *)NT_X86_XSTATE, &area) != 0) return false;
  /* It does not matter which components are in use, because the others have their initial values. */
  memset(state + 512, 0, 8);
  fputs(" xstate=", out);
  for (size_t i = 0; i < area.iov_len; i++) fprintf(out, "%02x", state[i]);
  return true;
}

#endif
