# Has the options that harden programs with a C library on this processor: signed return addresses, and landing pads for jumps.
HARDENED_FLAGS := -mbranch-protection=standard
HARDENED_LINKED :=
