/* Makes and compares texts. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "manifest.h"

char *print_text(const char *format, ...) {
  char *text = NULL;
  va_list arguments;
  va_start(arguments, format);
  int length = vasprintf(&text, format, arguments);
  va_end(arguments);
  if (length < 0) abort();
  return text;
}

bool begins_with(const char *text, const char *beginning) { return !strncmp(text, beginning, strlen(beginning)); }

bool read_number(const char **text, char end, int most_digits, uint64_t *number) {
  int digits = 0;
  *number = 0;
  for (; **text >= '0' && **text <= '9' && digits < most_digits; (*text)++, digits++)
    *number = *number * 10 + (uint64_t)(**text - '0');
  if (!digits || **text != end) return false;
  if (end) (*text)++;
  return true;
}

uint64_t to_mebibytes(uint64_t bytes) { return (bytes >> 20) + ((bytes & ((1u << 20) - 1)) != 0); }

void format_digest(const uint8_t *digest, char *text) {
  static const char DIGITS[] = "0123456789abcdef";
  for (size_t i = 0; i < DIGEST; i++) {
    text[2 * i] = DIGITS[digest[i] >> 4];
    text[2 * i + 1] = DIGITS[digest[i] & 15];
  }
  text[2ul * DIGEST] = 0;
}

bool read_digest(const char *text, uint8_t *digest) {
  static const char ALGORITHM[] = "sha256:";
  if (!begins_with(text, ALGORITHM)) return false;
  text += sizeof ALGORITHM - 1;
  return strlen(text) == 2ul * DIGEST && parse_digest(text, digest);
}
