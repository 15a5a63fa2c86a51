/* Builds strings and messages, and explains the kernel's error numbers. */
#include "text.h"

#include <asm/errno.h>

size_t text_length(const char *s) {
  size_t n = 0;
  while (s[n]) n++;
  return n;
}

bool text_equal(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

bool text_starts(const char *s, const char *prefix) {
  while (*prefix && *s == *prefix) s++, prefix++;
  return !*prefix;
}

const char *text_find(const char *s, char wanted) {
  for (; *s; s++)
    if (*s == wanted) return s;
  return NULL;
}

bool parse_number(const char *s, const char *end, uint64_t limit, uint64_t *value) {
  uint64_t v = 0;
  if (s >= end) return false;
  for (; s < end; s++) {
    if (*s < '0' || *s > '9') return false;
    uint64_t digit = (uint64_t)(*s - '0');
    if (v > (limit - digit) / 10) return false;
    v = v * 10 + digit;
  }
  if (v > limit) return false;
  *value = v;
  return true;
}

static void append_char(struct text *text, char c) {
  if (text->length + 1 >= text->room) return;
  text->at[text->length++] = c;
  text->at[text->length] = 0;
}

static void append_string(struct text *text, const char *s) {
  while (*s) append_char(text, *s++);
}

static void append_number(struct text *text, uint64_t value, unsigned base) {
  char digits[24];
  int i = (int)sizeof digits;
  do digits[--i] = "0123456789abcdef"[value % base];
  while (value /= base);
  while (i < (int)sizeof digits) append_char(text, digits[i++]);
}

static const struct {
  int number;
  const char *words;
} ERRORS[] = {
    {EPERM, "operation not permitted"},
    {ENOENT, "no such file or folder"},
    {EINTR, "interrupted"},
    {EIO, "input/output error"},
    {ENXIO, "no such device or address"},
    {EBADF, "bad descriptor"},
    {EAGAIN, "a resource limit is reached (threads, locked memory)"},
    {ENOMEM, "not enough memory"},
    {EACCES, "permission denied"},
    {EBUSY, "busy"},
    {EEXIST, "the place is taken"},
    {ENODEV, "no such device"},
    {ENOTDIR, "not a folder"},
    {EISDIR, "is a folder"},
    {EINVAL, "the kernel does not accept it"},
    {ENFILE, "too many open files in the system"},
    {EMFILE, "too many open files"},
    {ETXTBSY, "the program file is being written"},
    {EFBIG, "file too large"},
    {ENOSPC, "no space left"},
    {EROFS, "read-only file system"},
    {ENOSYS, "the kernel does not know this call, or a filter forbids it"},
    {ELOOP, "too many symbolic links"},
    {ENAMETOOLONG, "name too long"},
    {EOVERFLOW, "value too large"},
    {EAFNOSUPPORT, "address family not available"},
    {EADDRINUSE, "address in use"},
    {EADDRNOTAVAIL, "no such address on this machine"},
    {ECONNREFUSED, "connection refused"},
};

static void append_error(struct text *text, long error) {
  if (error < 0) error = -error;
  for (size_t i = 0; i < sizeof ERRORS / sizeof *ERRORS; i++)
    if (ERRORS[i].number == error) {
      append_string(text, ERRORS[i].words);
      return;
    }
  append_string(text, "error ");
  append_number(text, (uint64_t)error, 10);
}

void append_list(struct text *text, const char *format, va_list arguments) {
  for (; *format; format++) {
    if (*format != '%' || !format[1]) {
      append_char(text, *format);
      continue;
    }
    switch (*++format) {
      case 'c': append_char(text, (char)va_arg(arguments, int)); break;
      case 's': append_string(text, va_arg(arguments, const char *)); break;
      case 'u': append_number(text, va_arg(arguments, uint64_t), 10); break;
      case 'x': append_number(text, va_arg(arguments, uint64_t), 16); break;
      case 'e': append_error(text, va_arg(arguments, long)); break;
      case 'd': {
        int value = va_arg(arguments, int);
        if (value < 0) append_char(text, '-');
        append_number(text, value < 0 ? -(uint64_t)value : (uint64_t)value, 10);
        break;
      }
      default: append_char(text, *format);
    }
  }
}

void append(struct text *text, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  append_list(text, format, arguments);
  va_end(arguments);
}

void append_json(struct text *text, const char *s) {
  for (; *s; s++) {
    if (*s == '"' || *s == '\\') append_char(text, '\\');
    if ((unsigned char)*s < ' ') append_char(text, '?');
    else append_char(text, *s);
  }
}
