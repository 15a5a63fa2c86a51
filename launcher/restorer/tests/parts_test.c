/* Tests other parts that only compute: command line, texts, checksum, vDSO, user names. */
#include <elf.h>
#include <fcntl.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "check.h"
#include "crc.h"
#include "groups.h"
#include "kernel.h"
#include "needs.h"
#include "options.h"
#include "stubs.h"
#include "syscall.h"
#include "user.h"
#include "vdso.h"

static struct options options;
static char message[256];

/* Keeps a copy, because the options point into the words that were parsed. */
static bool parse(char *const *from) {
  static char *slots[32], *argv[32];
  struct text why = TEXT(message);
  int argc = 0;
  while (from[argc]) argc++;
  memcpy(argv, from, (size_t)(argc + 1) * sizeof *argv);
  memset(&options, 0, sizeof options);
  message[0] = 0;
  return parse_options(&options, argc, argv, slots, &why);
}
#define PARSE(...) parse((char *[]){"crjvm-restore", __VA_ARGS__, NULL})

static void test_named_descriptors(void) {
  int numbers[3];
  CHECK(PARSE("--image", "/dev/fd/9", "--", "/dev/fd/63", "--in=/proc/self/fd/11,/dev/fd/4", "@/dev/fd/63"));
  CHECK(find_named_descriptors(&options, numbers, 3) == 3 && numbers[0] == 4 && numbers[1] == 11 && numbers[2] == 63);
  CHECK(find_named_descriptors(&options, numbers, 2) == 2);
  CHECK(PARSE("--image", "d", "--", "/dev/fd/", "/dev/fd/2", "/dev/fd/x", "/dev/fd/99999999999", "dev/fd/7", "/dev/stdin", ""));
  CHECK(find_named_descriptors(&options, numbers, 3) == 0);
  CHECK(PARSE("--image", "d", "--command", "--arguments", "1", "--", "java", "/dev/fd/5", "/dev/fd/6"));
  CHECK(find_named_descriptors(&options, numbers, 3) == 1 && numbers[0] == 6);
}

/* Returns the new port of a socket there, or 0 if no option applies to it. */
static uint16_t moved(const char *at, enum transport transport) {
  struct endpoint endpoint;
  if (!parse_endpoint(at, at + strlen(at), &endpoint)) abort();
  endpoint.any = false;
  struct listen *listen = find_listen(&options, &endpoint, transport);
  return listen ? listen->to.port : 0;
}

static void test_listens(void) {
  CHECK(PARSE("--image", "d", "--listen", "udp:53=1", "--listen", "127.0.0.1:80=2", "--listen", "80=3", "--listen",
              "[::1]:81=[::2]:4", "--listen", "0.0.0.0:82=5", "--listen", "tcp:83=6", "--port-file", "f"));
  CHECK(!strcmp(options.port_file, "f"));
  CHECK(moved("10.0.0.1:53", TRANSPORT_UDP) == 1 && !moved("10.0.0.1:53", TRANSPORT_TCP));
  CHECK(moved("127.0.0.1:80", TRANSPORT_TCP) == 2 && moved("127.0.0.2:80", TRANSPORT_TCP) == 3);
  CHECK(moved("[::ffff:127.0.0.1]:80", TRANSPORT_TCP) == 2 && moved("[0:0::1]:81", TRANSPORT_TCP) == 4 &&
        !moved("[::2]:81", TRANSPORT_TCP));
  CHECK(moved("[::]:82", TRANSPORT_TCP) == 5 && !moved("1.2.3.4:82", TRANSPORT_TCP));
  CHECK(moved("[::]:83", TRANSPORT_TCP) == 6 && !moved("[::]:83", TRANSPORT_UDP));
  CHECK(PARSE("--image", "d", "--listen", "80=0") && options.listens[0].to.port == 0);
}

static void test_maps(void) {
  const char *bad[] = {"/a", "a=/b", "/a=b", "=", "/a="};
  CHECK(PARSE("--image", "d", "--map", "/opt/app/=/srv", "--map", "/opt/app/lib=/lib/x", "--map", "/=/r", "--pid=same") &&
        options.same_pid);
  CHECK(!strcmp(find_map(&options, "/opt/app")->to, "/srv") && !strcmp(find_map(&options, "/opt/app/a.jar")->to, "/srv"));
  CHECK(!strcmp(find_map(&options, "/opt/app/lib/a")->to, "/lib/x") &&
        !strcmp(find_map(&options, "/opt/app/library")->to, "/srv"));
  CHECK(!strcmp(find_map(&options, "/opt/application")->to, "/r"));
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK(!PARSE("--image", "d", "--map", (char *)(uintptr_t)bad[i]));
  CHECK(PARSE("--image", "d") && !find_map(&options, "/x"));
}

static void test_addresses(void) {
  const struct {
    const char *text, *shown;
  } good[] = {{"[::]:1", "[0:0:0:0:0:0:0:0]:1"},
              {"[1::]:2", "[1:0:0:0:0:0:0:0]:2"},
              {"[::8]:3", "[0:0:0:0:0:0:0:8]:3"},
              {"[a:b::C:d]:4", "[a:b:0:0:0:0:c:d]:4"},
              {"[1:2:3:4:5:6:7:8]:5", "[1:2:3:4:5:6:7:8]:5"},
              {"[1:2:3:4:5:6:7::]:6", "[1:2:3:4:5:6:7:0]:6"},
              {"[::ffff:1.2.3.4]:7", "1.2.3.4:7"},
              {"1.2.3.4:65535", "1.2.3.4:65535"},
              {"[::1.2.3.4]:8", "[0:0:0:0:0:0:102:304]:8"},
              {"0", "0"}};
  const char *bad[] = {"",
                       ":",
                       ":1",
                       "1:",
                       "1.2.3:1",
                       "1.2.3.4.5:1",
                       "1.2.3.256:1",
                       "1.2.3.4:65536",
                       "[::1:1",
                       "::1:1",
                       "[]:1",
                       "[1]:1",
                       "[:::]:1",
                       "[1::2::3]:1",
                       "[1:2:3:4:5:6:7:8:9]:1",
                       "[1:2:3:4:5:6:7:8::]:1",
                       "[12345::]:1",
                       "[1:]:1",
                       "[:1]:1",
                       "[g::]:1",
                       "[::1%lo]:1",
                       "[1:2:3:4:5:6:7:1.2.3.4]:1"};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    struct endpoint endpoint;
    struct text shown = TEXT(message);
    message[0] = 0;
    CHECK(parse_endpoint(good[i].text, good[i].text + strlen(good[i].text), &endpoint));
    append_endpoint(&shown, &endpoint);
    CHECK(!strcmp(message, good[i].shown));
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    struct endpoint endpoint;
    CHECK(!parse_endpoint(bad[i], bad[i] + strlen(bad[i]), &endpoint));
  }
}

static void test_socket_addresses(void) {
  unsigned char four[16] = {2, 0, 0x1f, 0x90, 127, 0, 0, 1}, six[28] = {10, 0, 0, 80};
  struct endpoint at, to;
  const char *v6 = "[::1]:0", *v4 = "10.0.0.2:9", *all = "[::]:7";
  CHECK(read_endpoint(four, sizeof four, &at) && at.port == 8080 && !read_endpoint(four, 15, &at) &&
        !read_endpoint(six, 27, &at));
  CHECK(parse_endpoint(v6, v6 + strlen(v6), &to) && !write_endpoint(four, &to) && write_endpoint(six, &to) && six[23] == 1 &&
        !six[3]);
  CHECK(parse_endpoint(v4, v4 + strlen(v4), &to) && write_endpoint(four, &to) && four[4] == 10 && four[3] == 9);
  CHECK(write_endpoint(six, &to) && six[18] == 0xff && six[20] == 10);
  CHECK(parse_endpoint(all, all + strlen(all), &to) && write_endpoint(four, &to) && four[4] == 0 && four[7] == 0);
}

static void test_options(void) {
  CHECK(PARSE("--image", "dir"));
  CHECK(!strcmp(options.image, "dir") && options.argument_count == 0 && !options.fallback && !options.verbose);
  CHECK(PARSE("--image", "d", "-Da=b", "-Dc", "--listen", "80=8080", "--listen", "443=8443", "--verbose", "--keep-arguments",
              "--verified", "--fallback", "/x", "--check", "--", "--image", "-Dx"));
  CHECK(options.property_count == 2 && !strcmp(options.properties[0], "a=b") && !strcmp(options.properties[1], "c"));
  CHECK(options.verbose && options.keep_arguments && options.verified && options.check && !strcmp(options.fallback, "/x"));
  CHECK(options.argument_count == 2 && !strcmp(options.arguments[0], "--image"));
  CHECK(moved("127.0.0.1:80", TRANSPORT_TCP) == 8080 && moved("[::1]:443", TRANSPORT_UDP) == 8443 && !moved("81", TRANSPORT_TCP));
  CHECK(PARSE("--image", "d", "--time-limit", "7") && options.time_limit == 7);
  CHECK(!PARSE("--image", "d", "--time-limit", "0") && !PARSE("--image", "d", "--time-limit", "3601"));
  CHECK(!PARSE("--image", "d", "--time-limit", "-1") && !PARSE("--image", "d", "--time-limit", "1s"));
  CHECK(PARSE("--image", "d", "--vm-option", "A=1", "--vm-option", "B=", "--verbose") && options.vm_option_count == 2);
  CHECK(!strcmp(options.vm_options[0], "A=1") && !strcmp(options.vm_options[1], "B="));
  CHECK(!PARSE("--image", "d", "--vm-option", "A") && strstr(message, "takes Name=Value, not \"A\""));
  CHECK(!PARSE("--image", "d", "--vm-option", "=A") && !PARSE("--image", "d", "--vm-option"));
  CHECK(PARSE("--image", "d", "one", "--two") && options.argument_count == 2);
  CHECK(PARSE("--image", "d", "--") && options.argument_count == 0);
  CHECK(PARSE("--image", "d", "--command", "--", "/java", "-jar", "a", "b") && !strcmp(options.command[0], "/java"));
  CHECK(options.argument_count == 0 && options.keep_arguments && !options.arguments[0]);
  CHECK(PARSE("--image", "d", "--command", "--arguments", "2", "--", "/java", "-jar", "a", "b") && options.argument_count == 2);
  CHECK(!strcmp(options.command[0], "/java") && !strcmp(options.arguments[0], "a") && !options.keep_arguments);
  CHECK(PARSE("--image", "d", "--command", "--arguments", "0", "--", "/java") && !options.argument_count &&
        !options.keep_arguments);
  CHECK(!PARSE("--image", "d", "--command", "--arguments", "1", "--", "/java") && strstr(message, "more than the command has"));
  CHECK(!PARSE("--image", "d", "--command", "--arguments", "x", "--", "/java") && strstr(message, "not \"x\""));
  CHECK(!PARSE("--image", "d", "--command", "--arguments", "1", "--") && strstr(message, "needs one after"));
  CHECK(PARSE("--version") && options.version && PARSE("--processor") && options.processor);
  CHECK(PARSE("--limit-features", "--", "1", "2", "/bin/java", "java", "-version") && options.limit_features);
  CHECK(options.argument_count == 5 && !strcmp(options.arguments[0], "1"));
  CHECK(!PARSE("--", "x") && strstr(message, "--image"));
  CHECK(!PARSE("--image") && strstr(message, "needs a value"));
  CHECK(!PARSE("--image", "") && strstr(message, "needs a value"));
  CHECK(!PARSE("--image", "d", "--what") && strstr(message, "unknown option \"--what\""));
  CHECK(!PARSE("--image", "d", "-D") && strstr(message, "unknown"));
  CHECK(!PARSE("--image", "d", "-D=x") && strstr(message, "unknown"));
  const char *bad[] = {
      "80", "=80", "80=", "0=80", "sctp:1=2", "[::1]=80", "80=[::1]", "80=65536", "80=80x", "-1=80", "80=99999999999999999999"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK(!PARSE("--image", "d", "--listen", (char *)(uintptr_t)bad[i]));
  CHECK(!parse((char *[]){NULL}));
}

static void test_text(void) {
  char small[8], large[128];
  struct text cut = TEXT(small), text = TEXT(large);
  append(&cut, "%s", "0123456789");
  CHECK(!strcmp(small, "0123456"));
  append(&text, "%s %d %u %x %e %%", "s", -5, (uint64_t)18446744073709551615u, (uint64_t)0xabc, -2l);
  CHECK(!strcmp(large, "s -5 18446744073709551615 abc no such file or folder %"));
  text.length = 0;
  append(&text, "%e", 4000l);
  CHECK(!strcmp(large, "error 4000"));
  text.length = 0;
  append_json(&text, "a\"b\\c\nd");
  CHECK(!strcmp(large, "a\\\"b\\\\c?d"));
}

static void test_crc(void) {
  CHECK(crc32c(0, "123456789", 9) == 0xe3069283);
  CHECK(crc32c_by_table(0, "123456789", 9) == 0xe3069283);
  CHECK(crc32c(0, "", 0) == 0);
  CHECK(crc32c(crc32c(0, "12345", 5), "6789", 4) == 0xe3069283);
  unsigned char noise[1000];
  for (size_t i = 0; i < sizeof noise; i++) noise[i] = (unsigned char)(i * 37 + i / 7);
  for (size_t n = 0; n < sizeof noise; n += 13)
    CHECK(crc32c(1, noise + 3, n > 3 ? n - 3 : 0) == crc32c_by_table(1, noise + 3, n > 3 ? n - 3 : 0));
}

static void test_kernel(void) {
  /* The Makefiles set this variable where they run the tests by an emulator. */
  if (getenv("CRJVM_EMULATED")) {
    printf("parts_test: skipped the kernel's features: an emulator of programs lacks some calls (PR_SET_MM)\n");
    return;
  }
  char line[512];
  struct text why = TEXT(line);
  uint64_t always = 1ul << KERNEL_MAP_FIXED_NOREPLACE | 1ul << KERNEL_PR_SET_MM_MAP;
  CHECK(find_kernel_features(always) == always && find_kernel_features(0) == 0);
  int before = open("/dev/null", O_RDONLY);
  uint64_t present = find_kernel_features((1ul << KERNEL_FEATURES) - 1);
  int after = open("/dev/null", O_RDONLY);
  CHECK((present & always) == always && after == before + 1);
  close(before), close(after);
  CHECK(check_kernel(present, present, &why) && check_kernel(0, 0, &why) && !why.length);
  CHECK(!check_kernel(always | 1ul << KERNEL_IPv6 | 1ul << KERNEL_F_SEAL_EXEC, always, &why));
  CHECK(!strncmp(line, "the kernel, ", 12));
  CHECK(strstr(line, ", lacks IPv6 (CONFIG_IPV6, and not switched off), F_SEAL_EXEC (Linux 6.3)"));
  uint64_t barrier = present & 1ul << KERNEL_MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED;
  CHECK(register_barriers(always) == 0 && register_barriers(barrier) == 0);
  if (barrier) CHECK(sys(membarrier, 1 << 3 /* MEMBARRIER_CMD_PRIVATE_EXPEDITED */, 0, 0) == 0);
}

static void test_vdso(void) {
  const unsigned char *running = (const unsigned char *)getauxval(AT_SYSINFO_EHDR);
  if (!running) {
    printf("parts_test: skipped the vDSO: this kernel has none\n");
    return;
  }
  Elf64_Ehdr header;
  memcpy(&header, running, sizeof header);
  const size_t size = header.e_shoff + (size_t)header.e_shnum * header.e_shentsize; /* they are at the end */
  unsigned char *copy = malloc(size);
  memcpy(copy, running, size);
  uint64_t offset = find_vdso_function(copy, size, VDSO_NAMES[PLAN_VDSO_CLOCK_GETTIME]);
  CHECK(offset && offset < size);
  long time[2] = {0, 0};
  long (*get)(long, long *) = (long (*)(long, long *))(uintptr_t)(running + offset);
  CHECK(offset && get(1, time) == 0 && time[0] > 0);
  CHECK(!find_vdso_function(copy, size, "nothing"));
  CHECK(!find_vdso_function(copy, size, ""));
  for (uint64_t n = 0; n < size; n += 61) {
    unsigned char *shorter = malloc(n + 1);
    memcpy(shorter, copy, n);
    find_vdso_function(shorter, n, VDSO_NAMES[PLAN_VDSO_CLOCK_GETTIME]);
    free(shorter);
  }
  unsigned seed = 7;
  for (int i = 0; i < 20000; i++) {
    memcpy(copy, running, size);
    for (int k = 0; k < 4; k++) {
      seed = seed * 1103515245 + 12345;
      copy[(seed >> 8) % 2048] = (unsigned char)(seed >> 24);
    }
    find_vdso_function(copy, size, VDSO_NAMES[PLAN_VDSO_GETTIMEOFDAY]);
  }
  free(copy);
}

static void test_user(void) {
  const char *passwd =
      "root:x:0:0:root:/root:/bin/sh\n# a comment\n::\nshort:x\nodd/name:x:7:7::/:\nann:x:1000:1000:Ann:/home/ann:/bin/sh";
  char name[32];
  struct text text = TEXT(name);
  CHECK(find_user(passwd, 0, &text) && !strcmp(name, "root"));
  text.length = 0;
  CHECK(find_user(passwd, 1000, &text) && !strcmp(name, "ann"));
  CHECK(!find_user(passwd, 1, &text) && !find_user("", 0, &text) && !find_user(passwd, 7, &text));
}

static const char GROUPS[] =
    "root:x:0:\n# a comment\n\nsudo:x:27:ann\nmail:x:8:\nwww-data:x:33:\nusers:x:100:\nann:x:1000:\nbob:x:1001:ann\nteam:x:2000:ann,bob\n"
    "alone:x:2001:ann,\nstale:x:2002:ann,gone\nwheel:x:10\nshort:x\nlast:x:3000:ann";
static const char PASSWD[] =
    "root:x:0:0:root:/root:/bin/sh\nmail:x:8:8::/:\nwww-data:x:33:33::/:\nann:x:1000:1000:Ann:/home/ann:/bin/sh\nbob:x:1001:1001::/:\n"
    "carl:x:1002:3000::/:\nshort:x:7";

static void test_groups(void) {
  char name[32] = "";
  struct text text = TEXT(name);
  CHECK(find_group(GROUPS, 33, &text) && !strcmp(name, "www-data"));
  CHECK(!find_group(GROUPS, 34, &text) && !find_group("", 0, &text) && !find_group(":x:5:\n", 5, &text));
  CHECK(is_administrators_group("", 0) && is_administrators_group(GROUPS, 27) && is_administrators_group(GROUPS, 10));
  CHECK(!is_administrators_group(GROUPS, 8) && !is_administrators_group(GROUPS, 33) && !is_administrators_group("", 27));
  CHECK(!is_administrators_group("wheels:x:5:\nwhee:x:5:\n", 5));
}

static void test_private_groups(void) {
  CHECK(is_private_group(GROUPS, PASSWD, 1000, 1000, 1000) && is_private_group(GROUPS, PASSWD, 1000, 0, 1000));
  CHECK(!is_private_group(GROUPS, PASSWD, 1000, 1001, 0)); /* somebody else's */
  CHECK(!is_private_group(GROUPS, PASSWD, 1001, 1001, 1001) && is_private_group(GROUPS, PASSWD, 1001, 1001, 1000));
  CHECK(!is_private_group(GROUPS, PASSWD, 2000, 1000, 0) && is_private_group(GROUPS, PASSWD, 2001, 1000, 1000));
  CHECK(!is_private_group(GROUPS, PASSWD, 2002, 1000, 1000)); /* a member is not known */
  CHECK(!is_private_group(GROUPS, PASSWD, 3000, 1000, 1000)); /* it is the primary group of another */
  CHECK(!is_private_group(GROUPS, PASSWD, 100, 1000, 1000));  /* it is not known who is in it */
  CHECK(!is_private_group(GROUPS, PASSWD, 4000, 1000, 1000) && !is_private_group("", PASSWD, 1000, 1000, 1000));
  CHECK(!is_private_group(GROUPS, "", 1000, 1000, 1000) && !is_private_group("", "", 0, 0, 0));
  CHECK(!is_private_group("+\nann:x:1000:\n", PASSWD, 1000, 1000, 1000));
  CHECK(!is_private_group(GROUPS, "ann:x:1000:1000\n+::::::", 1000, 1000, 1000));
  CHECK(!is_private_group("ann:x:1000:\nsame:x:1000:bob\n", PASSWD, 1000, 1000, 1000));
}

static void test_mapped_users(void) {
  static const char ALL[] = "         0          0 4294967295\n", NESTED[] = "         0     100000      65536\n";
  static const char ROOTLESS[] = "         0       1000          1\n         1     100000      65534\n",
                    ONE[] = "      1000       1000          1\n";
  CHECK(is_mapped_user(ALL, 0) && is_mapped_user(ALL, 65534));
  CHECK(is_mapped_user(NESTED, 0) && is_mapped_user(NESTED, 65534) && !is_mapped_user(NESTED, 65536));
  CHECK(is_mapped_user(ROOTLESS, 0) && is_mapped_user(ROOTLESS, 65534) && !is_mapped_user(ROOTLESS, 65535));
  CHECK(!is_mapped_user(ONE, 0) && is_mapped_user(ONE, 1000) && !is_mapped_user(ONE, 1001));
  CHECK(!is_mapped_user("", 0) && !is_mapped_user("0 0\n", 0) && !is_mapped_user("x", 0) && !is_mapped_user("\n", 0));
}

static bool has_group(const char *groups, bool old, const char *wanted) {
  struct text path = TEXT(message);
  message[0] = 0;
  return find_memory_group(groups, old, &path) && !strcmp(message, wanted);
}

static void test_memory_groups(void) {
  const char *mixed = "9:name=systemd:/s\n4:cpu,memory:/a/b:c\n3:memory2:/no\n0::/v2\n";
  CHECK(has_group(mixed, true, "/a/b:c"));
  CHECK(has_group(mixed, false, "/v2"));
  CHECK(has_group("4:memory:/\n", true, "/"));
  CHECK(!has_group("4:memory:/\n", false, ""));
  CHECK(!has_group("0::/only\n", true, ""));
  CHECK(!has_group("10::/none\n4:memoryless,cpu:/x\n5:memory:relative\n", true, ""));
  CHECK(!has_group("10::/none\n", false, ""));
  CHECK(!has_group("4:memory:/cut", true, "") && !has_group("", true, "") && !has_group("\n\n:\n4:memory\n", true, ""));
  CHECK(parse_memory_limit("268435456\n") == 268435456);
  CHECK(parse_memory_limit("0\n") == 0);
  CHECK(parse_memory_limit("max\n") == ~0ul && parse_memory_limit("") == ~0ul);
  CHECK(parse_memory_limit("9223372036854771712\n") == ~0ul && parse_memory_limit("99999999999999999999\n") == ~0ul);
}

int main(void) {
  test_options();
  test_named_descriptors();
  test_listens();
  test_maps();
  test_addresses();
  test_socket_addresses();
  test_text();
  test_crc();
  test_kernel();
  test_vdso();
  test_user();
  test_groups();
  test_private_groups();
  test_mapped_users();
  test_memory_groups();
  return finish("parts_test");
}
