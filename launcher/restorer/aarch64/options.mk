# Has the compiler's and linker's options for this processor, and the files of its folder: those that only compute, and the others. The
# restorer's Makefile includes it.
# Vector registers are not used: a thread's are in its frame, and nothing saves them before. Position-independent code would find what stays
# by a table that does not stay. Atomic instructions of newer processors would be called by functions of the compiler's library. Return
# addresses are not signed, because the keys change in between.
ARCH_FLAGS := -fno-pie -mgeneral-regs-only -mno-outline-atomics -mbranch-protection=none
ARCH_LINKED := -Wl,-z,max-page-size=65536
ARCH_TESTED := cpu.c crc_instruction.c frames.c pac.c registers.c stubs.c
ARCH_PARTS := address_bits kept_entry memory_functions processor_state pac_keys start start_limited thread_start
