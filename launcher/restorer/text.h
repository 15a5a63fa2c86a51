/* Builds strings and messages, and explains the kernel's error numbers. */
#ifndef CRJVM_TEXT_H
#define CRJVM_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A string that grows in a fixed room. It always ends with a NUL. When the room is full, the rest is silently cut off. */
struct text {
  char *at;
  size_t length, room;
};
#define TEXT(buffer) {(buffer), 0, sizeof(buffer)}

/* Formats: %s string, %c character, %d int, %u uint64_t, %x uint64_t in hexadecimal, %e long: a kernel error (negative or
 * positive) in words. */
void append(struct text *text, const char *format, ...);
void append_list(struct text *text, const char *format, va_list arguments);

/* Appends the content of a JSON string without its quotation marks. Control characters become question marks. */
void append_json(struct text *text, const char *s);

size_t text_length(const char *s);
bool text_equal(const char *a, const char *b);
bool text_starts(const char *s, const char *prefix);
const char *text_find(const char *s, char wanted); /* NULL: not there */

/* Parses a decimal number up to limit, which has to be the whole of [s, end). Returns false if it is not one. */
bool parse_number(const char *s, const char *end, uint64_t limit, uint64_t *value);

#endif
