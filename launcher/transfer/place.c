/* Reads the name of a place in a registry. */
#include "place.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"
#define LETTERS LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool is_host(const char *host) {
  size_t length = strspn(host, LETTERS DIGITS ".-");
  if (*host == '[') {
    size_t inner = strspn(host + 1, DIGITS "abcdef:");
    length = inner && host[1 + inner] == ']' ? inner + 2 : 0;
  }
  const char *rest = host + length;
  if (!length || (*rest && *rest != ':')) return false;
  return !*rest || (rest[1] && strspn(rest + 1, DIGITS) == strlen(rest + 1) && strlen(rest + 1) <= 5);
}

/* The parts of a name begin and end with a letter or digit. */
static bool is_name(const char *name) {
  static const char SEPARATORS[] = "._-";
  if (strspn(name, LOWER DIGITS "._-/") != strlen(name)) return false;
  for (const char *at = name; *at; at++) {
    bool edge = at == name || at[-1] == '/' || !at[1] || at[1] == '/';
    if (*at == '/' && edge) return false;
    if (*at != '/' && edge && strchr(SEPARATORS, *at)) return false;
  }
  return *name;
}

static bool is_tag(const char *tag) {
  size_t length = strlen(tag);
  return length && length <= 128 && *tag != '.' && *tag != '-' && strspn(tag, LETTERS DIGITS "._-") == length;
}

bool read_place(struct place *place, const char *text) {
  static const char SCHEME[] = "oci://";
  if (!begins_with(text, SCHEME)) return false;
  const char *host = text + sizeof SCHEME - 1, *slash = strchr(host, '/');
  const char *colon = slash ? strrchr(slash, ':') : NULL;
  if (!colon) return false;
  place->shown = text;
  place->host = strndup(host, (size_t)(slash - host));
  place->name = strndup(slash + 1, (size_t)(colon - slash - 1));
  place->tag = strdup(colon + 1);
  return place->host && place->name && place->tag && is_host(place->host) && is_name(place->name) && is_tag(place->tag) &&
         !strstr(place->host, "docker.io");
}

bool is_loopback(const char *host) {
  size_t length = *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
  if (length == 9 && !strncmp(host, "localhost", 9)) return true;
  if (length == 5 && !strncmp(host, "[::1]", 5)) return true;
  uint64_t number;
  const char *at = host;
  for (int i = 0; i < 3; i++)
    if (!read_number(&at, '.', 3, &number) || (i == 0 && number != 127)) return false;
  return (size_t)(at - host) + strspn(at, DIGITS) == length && at[0] >= '0' && at[0] <= '9' && length - (size_t)(at - host) <= 3;
}
