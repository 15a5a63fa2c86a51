/* Parses and compares internet addresses with ports, from the command line and from the kernel's socket addresses. */
#include "address.h"

#include "kernel_names.h"

static const unsigned char MAPPED[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool is_zero(const unsigned char *bytes, int count) {
  while (count--)
    if (*bytes++) return false;
  return true;
}

static bool is_mapped(const unsigned char *ip) { return !__builtin_memcmp(ip, MAPPED, sizeof MAPPED); }

/* Both ways to write "all addresses" become the same one. */
static void normalize(unsigned char *ip) {
  if (is_mapped(ip) && is_zero(ip + 12, 4)) __builtin_memset(ip, 0, 16);
}

static bool parse_ipv4(const char *s, const char *end, unsigned char *ip) {
  for (int i = 0; i < 4; i++) {
    const char *stop = s;
    uint64_t value;
    while (stop < end && *stop != '.') stop++;
    if ((i == 3) != (stop == end) || stop - s > 3 || !parse_number(s, stop, 255, &value)) return false;
    ip[i] = (unsigned char)value;
    s = stop + 1;
  }
  return true;
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* Reads up to four hexadecimal digits. Returns the position after them, or NULL if there are none. */
static const char *parse_group(const char *s, const char *end, unsigned char *group) {
  unsigned value = 0;
  int digits = 0;
  for (; s < end && digits < 4 && hex_digit(*s) >= 0; s++, digits++) value = value << 4 | (unsigned)hex_digit(*s);
  group[0] = (unsigned char)(value >> 8);
  group[1] = (unsigned char)value;
  return digits ? s : NULL;
}

/* Reads groups of two bytes between colons. "::" may occur once, for as many zeroes as are missing. IPv4 may be the last four
 * bytes. */
static bool parse_ipv6(const char *s, const char *end, unsigned char *ip) {
  int count = 0, gap = -1;
  if (end - s >= 2 && s[0] == ':' && s[1] == ':') gap = 0, s += 2;
  while (s < end) {
    if (count == 16) return false;
    if (count <= 12 && parse_ipv4(s, end, ip + count)) {
      count += 4;
      break;
    }
    s = parse_group(s, end, ip + count);
    if (!s) return false;
    count += 2;
    if (s == end) break;
    if (*s++ != ':' || s == end) return false;
    if (*s != ':') continue;
    if (gap >= 0) return false;
    gap = count, s++;
  }
  if (gap < 0 ? count != 16 : count > 14) return false;
  if (gap < 0) return true;
  for (int i = count - gap; i > 0; i--) ip[16 - (count - gap) + i - 1] = ip[gap + i - 1];
  __builtin_memset(ip + gap, 0, (size_t)(16 - count));
  return true;
}

bool parse_endpoint(const char *s, const char *end, struct endpoint *endpoint) {
  const char *colon = end, *port = s;
  uint64_t value;
  while (colon > s && colon[-1] != ':') colon--;
  endpoint->any = colon == s;
  __builtin_memset(endpoint->ip, 0, sizeof endpoint->ip);
  if (!endpoint->any) {
    const char *stop = colon - 1;
    port = colon;
    if (*s == '[') {
      if (stop - s < 2 || stop[-1] != ']' || !parse_ipv6(s + 1, stop - 1, endpoint->ip)) return false;
    } else {
      __builtin_memcpy(endpoint->ip, MAPPED, sizeof MAPPED);
      if (!parse_ipv4(s, stop, endpoint->ip + 12)) return false;
    }
    normalize(endpoint->ip);
  }
  if (!parse_number(port, end, 65535, &value)) return false;
  endpoint->port = (uint16_t)value;
  return true;
}

bool read_endpoint(const unsigned char *sockaddr, uint32_t length, struct endpoint *endpoint) {
  endpoint->any = false;
  if (length >= 28 && sockaddr[0] == AF_INET6) {
    __builtin_memcpy(endpoint->ip, sockaddr + 8, 16);
  } else if (length >= 16 && sockaddr[0] == AF_INET) {
    __builtin_memcpy(endpoint->ip, MAPPED, sizeof MAPPED);
    __builtin_memcpy(endpoint->ip + 12, sockaddr + 4, 4);
  } else {
    return false;
  }
  normalize(endpoint->ip);
  endpoint->port = (uint16_t)(sockaddr[2] << 8 | sockaddr[3]);
  return true;
}

bool write_endpoint(unsigned char *sockaddr, const struct endpoint *endpoint) {
  const unsigned char *ip = endpoint->ip;
  bool four = sockaddr[0] == AF_INET;
  if (!endpoint->any && four && !is_mapped(ip) && !is_zero(ip, 16)) return false;
  sockaddr[2] = (unsigned char)(endpoint->port >> 8);
  sockaddr[3] = (unsigned char)endpoint->port;
  if (endpoint->any) return true;
  if (four) __builtin_memcpy(sockaddr + 4, ip + 12, 4);
  else __builtin_memcpy(sockaddr + 8, ip, 16);
  return true;
}

bool same_endpoint(const struct endpoint *wanted, const struct endpoint *at) {
  return wanted->port == at->port && (wanted->any || !__builtin_memcmp(wanted->ip, at->ip, sizeof at->ip));
}

void append_endpoint(struct text *text, const struct endpoint *endpoint) {
  const unsigned char *ip = endpoint->ip;
  if (!endpoint->any && is_mapped(ip)) {
    append(text, "%u.%u.%u.%u:", (uint64_t)ip[12], (uint64_t)ip[13], (uint64_t)ip[14], (uint64_t)ip[15]);
  } else if (!endpoint->any) {
    append(text, "[");
    for (int i = 0; i < 16; i += 2) append(text, "%s%x", i ? ":" : "", (uint64_t)(ip[i] << 8 | ip[i + 1]));
    append(text, "]:");
  }
  append(text, "%u", (uint64_t)endpoint->port);
}
