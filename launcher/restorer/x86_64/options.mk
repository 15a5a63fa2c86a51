# Has the compiler's and linker's options for this processor, and the files of its folder: those that only compute, and the others. The
# restorer's Makefile includes it.
# Vector registers are not used: the code that the application's threads call later must not depend on the stack's alignment.
ARCH_FLAGS := -fcf-protection=none -mgeneral-regs-only
# The shorter instructions that ld would use can't reach addresses this high.
ARCH_LINKED := -Wl,--no-relax
ARCH_TESTED := cpu.c crc_instruction.c frames.c registers.c stubs.c
ARCH_PARTS := kept_entry memory_functions start thread_start
