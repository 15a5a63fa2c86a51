/* Lists the machines that a plan can be for: MACHINE(number as in ELF files, its name in messages, bytes of its struct
 * plan_processor). The processor's part is the only part of the header whose length depends on the machine. */
MACHINE(62, "x86-64", 88)
MACHINE(183, "64-bit ARM (aarch64)", 152)
