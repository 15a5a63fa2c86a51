/* Finds the user's name, which is part of the name of the folder that jps looks into. */
#include "user.h"

bool find_user(const char *passwd, uint64_t uid, struct text *name) {
  for (const char *line = passwd; *line;) {
    const char *end = text_find(line, '\n');
    if (!end) end = line + text_length(line);
    const char *name_end = text_find(line, ':');
    const char *number = name_end && name_end < end ? text_find(name_end + 1, ':') : NULL;
    const char *number_end = number && number < end ? text_find(number + 1, ':') : NULL;
    uint64_t value;
    if (number_end && number_end < end && name_end > line && parse_number(number + 1, number_end, UINT32_MAX, &value) &&
        value == uid) {
      for (const char *c = line; c < name_end; c++) {
        if (*c == '/') return false;
        append(name, "%s", (char[]){*c, 0});
      }
      return true;
    }
    line = *end ? end + 1 : end;
  }
  return false;
}
