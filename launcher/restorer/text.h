/* Strings, and messages with what the kernel's error numbers mean. */
#ifndef CRJVM_TEXT_H
#define CRJVM_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A string that grows inside a fixed room, always ends with a NUL and is cut silently when the room is full. */
struct text {
  char *at;
  size_t length, room;
};
#define TEXT(buffer) {(buffer), 0, sizeof(buffer)}

/* %s string, %c character, %d int, %u uint64_t, %x uint64_t in hexadecimal, %e long: a kernel error (negative or positive) in words. */
void append(struct text *text, const char *format, ...);
void append_list(struct text *text, const char *format, va_list arguments);

/* What stands between the quotation marks of a JSON string. Control characters become question marks. */
void append_json(struct text *text, const char *s);

size_t text_length(const char *s);
bool text_equal(const char *a, const char *b);
bool text_starts(const char *s, const char *prefix);
const char *text_find(const char *s, char wanted); /* NULL: not there */

/* A decimal number up to limit that is the whole of [s, end); false: it isn't one. */
bool parse_number(const char *s, const char *end, uint64_t limit, uint64_t *value);

#endif
