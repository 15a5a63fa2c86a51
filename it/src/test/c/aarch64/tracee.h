/* Reads and changes what a stopped thread has in its registers, for snapshot.c. */
#ifndef CRJVM_IT_TRACEE_H
#define CRJVM_IT_TRACEE_H

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

typedef struct user_regs_struct tracee_registers;

enum { CALL_BYTES = 4 };

/* svc #0 */
static const unsigned char CALL_INSTRUCTION[CALL_BYTES] = {0x01, 0x00, 0x00, 0xd4};

static inline bool get_registers(pid_t tid, tracee_registers *registers) {
  struct iovec area = {registers, sizeof *registers};
  return ptrace(PTRACE_GETREGSET, tid, (void *)NT_PRSTATUS, &area) == 0;
}

static inline bool set_registers(pid_t tid, tracee_registers *registers) {
  struct iovec area = {registers, sizeof *registers};
  return ptrace(PTRACE_SETREGSET, tid, (void *)NT_PRSTATUS, &area) == 0;
}

static inline uint64_t program_counter(const tracee_registers *registers) { return registers->pc; }

static inline uint64_t stack_pointer(const tracee_registers *registers) { return registers->sp; }

static inline long long call_result(const tracee_registers *registers) { return (long long)registers->regs[0]; }

/* Prepares a call with up to four arguments, which begins at a call instruction. */
static inline void prepare_call(tracee_registers *registers, uint64_t instruction, long number, const uint64_t arguments[4]) {
  registers->pc = instruction;
  registers->regs[8] = (uint64_t)number;
  for (int i = 0; i < 4; i++) registers->regs[i] = arguments[i];
}

/* Writes a set of registers in words of eight bytes. A processor may lack it. */
static inline bool write_set(FILE *out, pid_t tid, const char *name, int set) {
  uint64_t words[80] = {0};
  struct iovec area = {words, sizeof words};
  if (ptrace(PTRACE_GETREGSET, tid, (void *)(long)set, &area) != 0) return errno == EINVAL;
  fprintf(out, " %s=", name);
  for (size_t i = 0; i < area.iov_len / sizeof *words; i++)
    fprintf(out, "%s%llx", i > 0 ? "," : "", (unsigned long long)words[i]);
  return true;
}

/* The kernel has put a call that a stop interrupted back to its beginning. */
static inline bool write_registers(FILE *out, pid_t tid) {
  tracee_registers registers;
  if (!get_registers(tid, &registers)) return false;
  for (int i = 0; i < 31; i++) fprintf(out, " x%d=%llx", i, (unsigned long long)registers.regs[i]);
  fprintf(out, " sp=%llx pc=%llx pstate=%llx", (unsigned long long)registers.sp, (unsigned long long)registers.pc,
          (unsigned long long)registers.pstate);
  uint64_t thread_pointer;
  struct iovec area = {&thread_pointer, sizeof thread_pointer};
  if (ptrace(PTRACE_GETREGSET, tid, (void *)NT_ARM_TLS, &area) != 0) return false;
  fprintf(out, " thread_pointer=%llx", (unsigned long long)thread_pointer);
  return true;
}

/* CRIU restores no more of vectors than what floating-point instructions use. */
static inline bool write_extended_state(FILE *out, pid_t tid) {
  return write_set(out, tid, "fpsimd", NT_PRFPREG) && write_set(out, tid, "pac_keys", NT_ARM_PACA_KEYS) &&
         write_set(out, tid, "pac_generic", NT_ARM_PACG_KEYS) && write_set(out, tid, "pac_enabled", NT_ARM_PAC_ENABLED_KEYS);
}

#endif
