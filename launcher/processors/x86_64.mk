# Has the options that harden programs with a C library on this processor.
HARDENED_FLAGS := -fcf-protection
# The shadow stack is enabled by hand: Debian's start files work with it but do not declare that.
HARDENED_LINKED := -Wl,-z,shstk
