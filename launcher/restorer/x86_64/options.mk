# Options of compiler and linker for this processor; the restorer's Makefile includes it.
# No vector registers: what the application's threads call later must not depend on the stack's alignment.
ARCH_FLAGS := -fcf-protection=none -mgeneral-regs-only
# Addresses this high fit none of the shorter instructions that ld would put in.
ARCH_LINKED := -Wl,--no-relax
