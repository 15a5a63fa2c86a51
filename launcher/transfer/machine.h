/* Chooses the checkpoint that fits this machine: its kind, its processor and its JDKs. */
#ifndef CRJVM_MACHINE_H
#define CRJVM_MACHINE_H

#include <stdbool.h>
#include <stddef.h>

/* The images of a tag differ in these. */
struct variant {
  const char *machine;  /* the kind of machine, with the kernel's name */
  const char *features; /* of the processor, with spaces between them */
  const char *library;  /* the path of libjvm.so */
  const char *digest;   /* of that file, hexadecimal */
};

/* Returns the kernel's name of the machine of artifacts that name none: when they were made, there was only one kind. */
const char *find_first_machine(void);

/* Returns what container images call a kind of machine, or NULL if there is no name for it. */
const char *find_container_name(const char *machine);

/* Returns the name of a kind of machine in messages. */
const char *find_machine_title(const char *machine);

/* Gives up: none of these fits. If they are for other kinds of machines, it names those. */
_Noreturn void refuse_variants(const struct variant *variants, size_t count);

/* Chooses the variant that uses most features and fits. The later of two equals is chosen. Returns false if none fits. */
bool choose_variant(const struct variant *variants, size_t count, size_t *chosen);

bool fits_machine(const struct variant *variant);

/* Returns false if a variant does not fit. Otherwise it begins to read the library, beside other work, and fits_as_supposed has the answer. */
bool may_fit_machine(const struct variant *variant);

/* Returns whether the answer of fits_as_supposed is also that for this variant. */
bool is_as_supposed(const struct variant *variant);

/* Returns true if the library has been read, and fits_as_supposed is false. */
bool is_misfit(void);

/* Waits for the library. Returns whether the variant of may_fit_machine fits. Returns true if that was not asked. */
bool fits_as_supposed(void);

#endif
