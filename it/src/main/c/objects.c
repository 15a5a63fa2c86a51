/* The JNI library of ObjectApplication for kernel objects that an image carries. Each is made, checked and given back. */
#include "objects.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef F_ADD_SEALS
#define F_ADD_SEALS 1033
#define F_GET_SEALS 1034
#endif

enum { LARGE_HOLE = 3 }; /* The number is in GiB. */
static const size_t PAGES = 4 * 4096;

int create_file(const char *folder, const char *name, int flags, const char *content) {
  char path[512];
  int fd;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | flags, 0600);
  if (fd >= 0 && content != NULL && write(fd, content, strlen(content)) != (ssize_t)strlen(content)) return -1;
  return fd;
}

void remove_file(const char *folder, const char *name) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  if (unlink(path) != 0) rmdir(path);
}

static bool holds(int fd, off_t at, const char *text) {
  char buffer[64] = "";
  return pread(fd, buffer, strlen(text), at) == (ssize_t)strlen(text) && strcmp(buffer, text) == 0;
}

/* Checks that the file is private to each copy: no copy may see the writes of another one. */
static bool is_private(int fd, off_t at) {
  static const char before[] = "untouched";
  char mine[16];
  size_t length = (size_t)snprintf(mine, sizeof mine, "%d", getpid());
  if (!holds(fd, at, before) || pwrite(fd, mine, length, at) != (ssize_t)length) return false;
  usleep(300000); /* The other copy does the same meanwhile. */
  return holds(fd, at, mine) && pwrite(fd, before, strlen(before), at) == (ssize_t)strlen(before);
}

/* A deleted file with two descriptors of one description, and a third descriptor with a description of its own for appending. */
static int deleted[3];

static int make_deleted(const char *folder) {
  deleted[0] = create_file(folder, "deleted", 0, "untouched, content");
  deleted[1] = dup(deleted[0]);
  deleted[2] = create_file(folder, "deleted-log", O_APPEND, "first");
  remove_file(folder, "deleted");
  remove_file(folder, "deleted-log");
  return lseek(deleted[0], 11, SEEK_SET) == 11 ? deleted[0] : -1;
}

static const char *check_deleted(void) {
  char text[8] = "";
  struct stat status;
  if (lseek(deleted[1], 0, SEEK_CUR) != 11 || read(deleted[0], text, 7) != 7 || strcmp(text, "content") != 0)
    return "content or position";
  if (lseek(deleted[1], 0, SEEK_CUR) != 18 || lseek(deleted[0], 11, SEEK_SET) != 11)
    return "the duplicate has a position of its own";
  if (!is_private(deleted[0], 0)) return "it is not private";
  if (fstat(deleted[2], &status) != 0 || lseek(deleted[2], 0, SEEK_SET) != 0 || write(deleted[2], "next", 4) != 4)
    return "the log can't be written";
  if (!holds(deleted[2], status.st_size, "next") || (fcntl(deleted[2], F_GETFL) & O_APPEND) == 0)
    return "the log does not append";
  return NULL;
}

/* Two descriptions of one deleted file, one of them for reading only, and a private and a shared mapping that outlive their
 * descriptions. */
static struct {
  int reader;
  char *shared, *private;
} mapped;

static int make_mapped(const char *folder) {
  int fd = create_file(folder, "mapped", 0, NULL), private = create_file(folder, "library", 0, "library");
  mapped.reader = open(strcat(strcpy((char[512]){0}, folder), "/mapped"), O_RDONLY | O_CLOEXEC);
  if (mapped.reader < 0 || ftruncate(fd, (off_t)PAGES) != 0) return -1;
  mapped.shared = mmap(NULL, PAGES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  mapped.private = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, private, 0);
  if (mapped.shared == MAP_FAILED || mapped.private == MAP_FAILED) return -1;
  strcpy(mapped.shared + 4096, "shared");
  remove_file(folder, "mapped");
  remove_file(folder, "library");
  close(private);
  close(fd);
  return mapped.reader;
}

static const char *check_mapped(void) {
  char mine[16];
  if (strcmp(mapped.private, "library") != 0) return "the private mapping";
  if (strcmp(mapped.shared + 4096, "shared") != 0 || !holds(mapped.reader, 4096, "shared")) return "the shared mapping";
  snprintf(mine, sizeof mine, "%d", getpid());
  strcpy(mapped.shared + 8192, mine);
  usleep(300000);
  if (strcmp(mapped.shared + 8192, mine) != 0 || !holds(mapped.reader, 8192, mine)) return "it is not private";
  return NULL;
}

/* A file that would exceed CRIU's limit without its hole. */
static int large;

static int make_large(const char *folder) {
  large = create_file(folder, "large", 0, "untouched");
  remove_file(folder, "large");
  return ftruncate(large, ((off_t)LARGE_HOLE << 30) + 5) == 0 && pwrite(large, "end", 3, (off_t)LARGE_HOLE << 30) == 3 ? large
                                                                                                                       : -1;
}

static const char *check_large(void) {
  struct stat status;
  if (fstat(large, &status) != 0 || status.st_size != ((off_t)LARGE_HOLE << 30) + 5) return "its size";
  if (!holds(large, (off_t)LARGE_HOLE << 30, "end") || !holds(large, 1 << 30, "")) return "its content";
  return is_private(large, 0) ? NULL : "it is not private";
}

static int nameless, folder_fd, path_fd;

static int make_nameless(const char *folder) {
  nameless = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  return write(nameless, "untouched", 9) == 9 ? nameless : -1;
}

static const char *check_nameless(void) {
  return is_private(nameless, 0) && lseek(nameless, 0, SEEK_CUR) == 9 ? NULL : "content or position";
}

static int make_folder(const char *folder) {
  folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  path_fd = open(folder, O_PATH | O_CLOEXEC);
  return folder_fd;
}

static const char *check_folder(void) {
  if (faccessat(folder_fd, ".", R_OK, 0) != 0 || faccessat(path_fd, ".", R_OK, 0) != 0) return "it leads nowhere";
  return fchmod(path_fd, 0700) != 0 && errno == EBADF ? NULL : "the path is an open file";
}

/* A memfd that is sealed, mapped, and also open for reading only. */
static struct {
  int fd, reader, plain;
  const char *at;
} memory;

static int make_memory(const char *folder) {
  char path[64];
  (void)folder;
  memory.fd = memfd_create("sealed", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  memory.plain = memfd_create("plain", MFD_CLOEXEC);
  if (write(memory.fd, "untouched", 9) != 9 || write(memory.plain, "untouched", 9) != 9) return -1;
  snprintf(path, sizeof path, "/proc/self/fd/%d", memory.fd);
  memory.reader = open(path, O_RDONLY | O_CLOEXEC);
  if (fcntl(memory.fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0) return -1;
  memory.at = mmap(NULL, 4096, PROT_READ, MAP_SHARED, memory.reader, 0);
  return memory.at == MAP_FAILED ? -1 : memory.fd;
}

static const char *check_memory(void) {
  if (memcmp(memory.at, "untouched", 9) != 0 || !holds(memory.reader, 0, "untouched")) return "its content";
  if (fcntl(memory.fd, F_GET_SEALS) != (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) || pwrite(memory.fd, "x", 1, 0) == 1)
    return "its seals";
  if (fcntl(memory.plain, F_GET_SEALS) != F_SEAL_SEAL) return "the plain one can be sealed";
  return is_private(memory.plain, 0) && lseek(memory.plain, 0, SEEK_CUR) == 9 ? NULL : "it is not private";
}

static char *zero;

static int make_zero(const char *folder) {
  int fd = open("/dev/zero", O_RDWR | O_CLOEXEC);
  (void)folder;
  zero = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  return zero == MAP_FAILED ? -1 : (strcpy(zero, "shared"), 0);
}

static const char *check_zero(void) {
  char mine[16];
  if (strcmp(zero, "shared") != 0) return "its content";
  snprintf(mine, sizeof mine, "%d", getpid());
  strcpy(zero + 64, mine);
  usleep(300000);
  return strcmp(zero + 64, mine) == 0 ? NULL : "it is not private";
}

/* Pipes and sockets whose data was written and not read yet. */
static int pipe_ends[2], full_pair[2];

static int make_pipe(const char *folder) {
  (void)folder;
  if (pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) != 0 || write(pipe_ends[1], "unread", 6) != 6) return -1;
  return pipe_ends[0];
}

static const char *check_pipe(void) {
  char text[8] = "";
  if (read(pipe_ends[0], text, sizeof text) != 6 || strcmp(text, "unread") != 0) return "what it holds";
  if (read(pipe_ends[0], text, sizeof text) != -1 || errno != EAGAIN || write(pipe_ends[1], "unread", 6) != 6) return "its flags";
  return NULL;
}

static int make_pair(const char *folder) {
  (void)folder;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, full_pair) != 0) return -1;
  return write(full_pair[0], "there", 5) == 5 && write(full_pair[1], "back", 4) == 4 ? full_pair[0] : -1;
}

static const char *check_pair(void) {
  char text[8] = "";
  if (recv(full_pair[1], text, sizeof text, MSG_DONTWAIT) != 5 || strcmp(text, "there") != 0) return "what went there";
  memset(text, 0, sizeof text);
  if (recv(full_pair[0], text, sizeof text, MSG_DONTWAIT) != 4 || strcmp(text, "back") != 0) return "what came back";
  return write(full_pair[0], "there", 5) == 5 && write(full_pair[1], "back", 4) == 4 ? NULL : "writing";
}

/* An epoll descriptor with a counter that is ready and one that is not. */
static int poller, counters[2];

static int make_epoll(const char *folder) {
  struct epoll_event event = {EPOLLIN, {.u64 = 7}};
  (void)folder;
  poller = epoll_create1(EPOLL_CLOEXEC);
  for (unsigned i = 0; i < 2; i++) {
    counters[i] = eventfd(i, EFD_CLOEXEC | EFD_NONBLOCK);
    epoll_ctl(poller, EPOLL_CTL_ADD, counters[i], &event);
    event.data.u64++;
  }
  return poller;
}

static const char *check_epoll(void) {
  struct epoll_event events[2];
  if (epoll_wait(poller, events, 2, 5000) != 1 || events[0].data.u64 != 8) return "what is ready";
  return read(counters[0], &events, 8) == -1 && errno == EAGAIN ? NULL : "the counter";
}

/* A datagram socket that is connected to the port that a file names. It sends its process id and gets an answer. */
static int speaker, group[2];

static int make_datagrams(const char *folder) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  char path[512];
  int port = 0;
  FILE *file;
  snprintf(path, sizeof path, "%s/port", folder);
  file = fopen(path, "re");
  if (file == NULL || fscanf(file, "%d", &port) != 1) return -1;
  fclose(file);
  address.sin_port = htons((uint16_t)port);
  speaker = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  return connect(speaker, (struct sockaddr *)&address, sizeof address) == 0 ? speaker : -1;
}

static const char *check_datagrams(void) {
  char mine[16], text[16] = "";
  size_t length = (size_t)snprintf(mine, sizeof mine, "%d", getpid());
  if (send(speaker, mine, length, 0) != (ssize_t)length) return strerror(errno);
  for (int i = 0; i < 1200 && recv(speaker, text, sizeof text - 1, MSG_DONTWAIT) < 0; i++) usleep(50000);
  return strcmp(text, mine) == 0 ? NULL : "the answer is missing";
}

/* Makes two sockets that share a port. */
static int make_group(const char *folder) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  (void)folder;
  for (int i = 0; i < 2; i++) {
    group[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(group[i], SOL_SOCKET, SO_REUSEPORT, &(int){1}, sizeof(int));
    if (bind(group[i], (struct sockaddr *)&address, length) != 0 || listen(group[i], 5) != 0 ||
        getsockname(group[i], (struct sockaddr *)&address, &length) != 0)
      return -1;
  }
  return group[0];
}

static const char *check_group(void) {
  struct sockaddr_in address[2] = {0};
  socklen_t length = sizeof *address;
  for (int i = 0; i < 2; i++)
    if (getsockname(group[i], (struct sockaddr *)&address[i], &length) != 0) return strerror(errno);
  return address[0].sin_port == address[1].sin_port && address[0].sin_port != 0 ? NULL : "the ports differ";
}

const struct object carried[] = {
    {"deleted-file", make_deleted, check_deleted, NULL},
    {"deleted-mapped-file", make_mapped, check_mapped, NULL},
    {"large-deleted-file", make_large, check_large, NULL},
    {"nameless-file", make_nameless, check_nameless, NULL},
    {"folder", make_folder, check_folder, NULL},
    {"memfd", make_memory, check_memory, NULL},
    {"mapped-zero", make_zero, check_zero, NULL},
    {"full-pipe", make_pipe, check_pipe, NULL},
    {"full-socketpair", make_pair, check_pair, NULL},
    {"epoll", make_epoll, check_epoll, NULL},
    {"connected-datagrams", make_datagrams, check_datagrams, NULL},
    {"port-group", make_group, check_group, NULL},
    {NULL, NULL, NULL, NULL},
};
