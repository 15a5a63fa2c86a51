# Of the restorer's Makefile: what the compiler and the linker are told for this processor.
# No vector registers: what the application's threads call later must not depend on the stack's alignment.
ARCH_FLAGS := -fcf-protection=none -mgeneral-regs-only
# Addresses this high fit none of the shorter instructions that ld would put in.
ARCH_LINKED := -Wl,--no-relax
