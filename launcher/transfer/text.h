/* Makes and compares texts. */
#ifndef CRJVM_TEXT_H
#define CRJVM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns a new text. */
char *print_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

bool begins_with(const char *text, const char *beginning);

/* Reads a number of decimal digits that ends at the character end, and moves the text behind that. Returns false for anything else. */
bool read_number(const char **text, char end, int most_digits, uint64_t *number);

/* Returns the number of MiB, rounded up. */
uint64_t to_mebibytes(uint64_t bytes);

/* Writes the digest as hexadecimal digits and a NUL byte. */
void format_digest(const uint8_t *digest, char *text);

/* Reads "sha256:" and 64 hexadecimal digits. */
bool read_digest(const char *text, uint8_t *digest);

#endif
