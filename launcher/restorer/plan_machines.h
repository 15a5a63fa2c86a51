/* Lists the machines that a plan can be for: MACHINE(number as in ELF files, its name in messages, that of the kernel, that in container
 * images, bytes of its struct plan_processor). The processor's part is the only part of the header whose length depends on the
 * machine. The first machine is that of artifacts that name none (find_first_machine of the transfer program). */
MACHINE(62, "x86-64", "x86_64", "amd64", 88)
MACHINE(183, "64-bit ARM (aarch64)", "aarch64", "arm64", 160)
