/* The JNI library of ObjectApplication for kernel objects that no image can hold. A checkpoint has to name them. */
#define _GNU_SOURCE /* It is for pipe2 and F_SETLEASE. */
#include <errno.h>
#include <fcntl.h>
#include <jni.h>
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "objects.h"

static int make_netlink(const char *folder) {
  (void)folder;
  return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
}

static int make_vsock(const char *folder) {
  (void)folder;
  return socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static int make_sctp(const char *folder) {
  (void)folder;
  return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_SCTP);
}

static int make_mptcp(const char *folder) {
  (void)folder;
  return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP);
}

static int make_ping(const char *folder) {
  (void)folder;
  return socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_ICMP);
}

static int make_crypto(const char *folder) {
  (void)folder;
  return socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
}

static int make_terminal(const char *folder) {
  (void)folder;
  return open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
}

static int make_device(const char *folder) {
  (void)folder;
  return open("/dev/fuse", O_RDWR | O_CLOEXEC);
}

static int make_process(const char *folder) {
  (void)folder;
  return (int)syscall(SYS_pidfd_open, getppid(), 0);
}

static int make_fanotify(const char *folder) {
  (void)folder;
  return fanotify_init(FAN_CLASS_NOTIF | FAN_REPORT_FID | FAN_CLOEXEC, O_RDONLY);
}

static int make_userfault(const char *folder) {
  (void)folder;
  return (int)syscall(SYS_userfaultfd, O_CLOEXEC | 1 /* The 1 is UFFD_USER_MODE_ONLY. */);
}

/* Makes memory whose faults a userfaultfd is told of. */
static int watch_memory(uint64_t features, uint64_t mode) {
  struct uffdio_api api = {.api = UFFD_API, .features = features};
  void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  struct uffdio_register watched = {.range = {(uintptr_t)at, 4096}, .mode = mode};
  int fd = make_userfault(NULL);
  if (fd < 0 || at == MAP_FAILED) return -1;
  return ioctl(fd, UFFDIO_API, &api) == 0 && ioctl(fd, UFFDIO_REGISTER, &watched) == 0 ? fd : -1;
}

static int make_missing(const char *folder) {
  (void)folder;
  return watch_memory(UFFD_FEATURE_MISSING_SHMEM, UFFDIO_REGISTER_MODE_MISSING);
}

static int make_minor(const char *folder) {
  (void)folder;
  return watch_memory(UFFD_FEATURE_MINOR_SHMEM, UFFDIO_REGISTER_MODE_MINOR);
}

static int make_perf(const char *folder) {
  struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attributes, .config = PERF_COUNT_SW_TASK_CLOCK};
  (void)folder;
  attributes.exclude_kernel = 1;
  return (int)syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

static int make_uring(const char *folder) {
  struct io_uring_params parameters = {0};
  (void)folder;
  return (int)syscall(SYS_io_uring_setup, 4, &parameters);
}

static int make_fifo(const char *folder) {
  char path[512];
  snprintf(path, sizeof path, "%s/fifo", folder);
  return mkfifo(path, 0600) == 0 || errno == EEXIST ? open(path, O_RDWR | O_CLOEXEC) : -1;
}

/* Makes a file that was deleted under the name by which it was opened, but still has another name. */
static int make_linked(const char *folder) {
  char from[512], to[512];
  int fd = create_file(folder, "linked", 0, "content");
  snprintf(from, sizeof from, "%s/linked", folder);
  snprintf(to, sizeof to, "%s/other-link", folder);
  if (link(from, to) != 0) return -1;
  unlink(from);
  return fd;
}

static int make_deleted_folder(const char *folder) {
  char path[512];
  int fd;
  snprintf(path, sizeof path, "%s/emptied", folder);
  mkdir(path, 0700);
  fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  rmdir(path);
  return fd;
}

/* Makes a message that nobody has received yet. */
static int make_message(const char *folder) {
  int pair[2];
  (void)folder;
  if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) != 0 || send(pair[1], "message", 7, 0) != 7) return -1;
  return pair[0];
}

/* Makes a connection to a socket of another process, whose path a file names. */
static int make_connection(const char *folder) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  snprintf(address.sun_path, sizeof address.sun_path, "%.90s/socket", folder);
  return connect(fd, (struct sockaddr *)&address, sizeof address) == 0 ? fd : -1;
}

static int make_semaphore(const char *folder) {
  (void)folder;
  return eventfd(3, EFD_SEMAPHORE | EFD_CLOEXEC);
}

static int make_stream_poller(const char *folder) {
  struct epoll_event event = {EPOLLIN, {.u64 = 0}};
  int fd = epoll_create1(EPOLL_CLOEXEC), ends[2];
  (void)folder;
  if (pipe2(ends, O_CLOEXEC) != 0 || dup2(ends[0], 0) != 0 || epoll_ctl(fd, EPOLL_CTL_ADD, 0, &event) != 0) return -1;
  return fd;
}

static int make_lease(const char *folder) {
  int fd = create_file(folder, "leased", 0, NULL);
  close(fd);
  fd = open(strcat(strcpy((char[512]){0}, folder), "/leased"), O_RDONLY | O_CLOEXEC);
  return fcntl(fd, F_SETLEASE, F_RDLCK) == 0 ? fd : -1;
}

static int make_signalling(const char *folder) {
  int fd = make_netlink(folder), ends[2];
  close(fd);
  if (pipe2(ends, O_CLOEXEC) != 0 || fcntl(ends[0], F_SETOWN, getpid()) != 0) return -1;
  return ends[0];
}

static void *shared;
static int segment;

static int make_segment(const char *folder) {
  (void)folder;
  segment = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
  shared = shmat(segment, NULL, 0);
  return shared == (void *)-1 ? -1 : 0;
}

static void drop_segment(int fd) {
  (void)fd;
  shmdt(shared);
  shmctl(segment, IPC_RMID, NULL);
}

static void *huge;

enum { HUGE_PAGE = 2 << 20 };

/* Needs no reserved huge page, because nobody uses the memory. */
static int make_huge_page(const char *folder) {
  (void)folder;
  huge = mmap(NULL, HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_NORESERVE, -1, 0);
  return huge == MAP_FAILED ? -1 : 0;
}

static void drop_huge_page(int fd) {
  (void)fd;
  munmap(huge, HUGE_PAGE);
}

static aio_context_t context;

static int make_context(const char *folder) {
  (void)folder;
  context = 0;
  return (int)syscall(SYS_io_setup, 4, &context);
}

static void drop_context(int fd) {
  (void)fd;
  syscall(SYS_io_destroy, context);
}

static int make_interval(const char *folder) {
  const struct itimerval hour = {.it_value.tv_sec = 3600};
  (void)folder;
  return setitimer(ITIMER_PROF, &hour, NULL);
}

static void drop_interval(int fd) {
  (void)fd;
  setitimer(ITIMER_PROF, &(struct itimerval){0}, NULL);
}

static timer_t timer;

static int make_timer(const char *folder) {
  struct sigevent none = {.sigev_notify = SIGEV_NONE};
  (void)folder;
  return timer_create(CLOCK_MONOTONIC, &none, &timer);
}

static void drop_timer(int fd) {
  (void)fd;
  timer_delete(timer);
}

static void drop_stream(int fd) {
  close(fd);
  close(0);
  open("/dev/null", O_RDONLY);
}

const struct object refused[] = {
    {"netlink-socket", make_netlink, NULL, NULL},
    {"vsock", make_vsock, NULL, NULL},
    {"sctp-socket", make_sctp, NULL, NULL},
    {"mptcp-socket", make_mptcp, NULL, NULL},
    {"ping-socket", make_ping, NULL, NULL},
    {"crypto-socket", make_crypto, NULL, NULL},
    {"terminal", make_terminal, NULL, NULL},
    {"device", make_device, NULL, NULL},
    {"process", make_process, NULL, NULL},
    {"fanotify", make_fanotify, NULL, NULL},
    {"userfaultfd", make_userfault, NULL, NULL},
    {"missing-watched", make_missing, NULL, NULL},
    {"minor-watched", make_minor, NULL, NULL},
    {"perf-event", make_perf, NULL, NULL},
    {"io-uring", make_uring, NULL, NULL},
    {"named-pipe", make_fifo, NULL, NULL},
    {"linked-file", make_linked, NULL, NULL},
    {"deleted-folder", make_deleted_folder, NULL, NULL},
    {"message", make_message, NULL, NULL},
    {"connection", make_connection, NULL, NULL},
    {"semaphore", make_semaphore, NULL, NULL},
    {"stream-poller", make_stream_poller, NULL, drop_stream},
    {"lease", make_lease, NULL, NULL},
    {"signalling-pipe", make_signalling, NULL, NULL},
    {"segment", make_segment, NULL, drop_segment},
    {"huge-page", make_huge_page, NULL, drop_huge_page},
    {"aio-context", make_context, NULL, drop_context},
    {"interval-timer", make_interval, NULL, drop_interval},
    {"timer", make_timer, NULL, drop_timer},
    {NULL, NULL, NULL, NULL},
};

static const struct object *find(const char *name) {
  const struct object *const all[] = {carried, advised, held, refused, obstacles};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    for (const struct object *o = all[i]; o->name != NULL; o++)
      if (strcmp(o->name, name) == 0) return o;
  return NULL;
}

/* Returns the descriptor, or the negative error number. */
JNIEXPORT jint JNICALL Java_crjvm_it_app_ObjectApplication_make(JNIEnv *env, jclass type, jstring name, jstring folder) {
  const char *n = (*env)->GetStringUTFChars(env, name, NULL), *f = (*env)->GetStringUTFChars(env, folder, NULL);
  const struct object *object = find(n);
  int fd;
  (void)type;
  errno = ENOENT;
  fd = object == NULL ? -1 : object->make(f);
  fd = fd < 0 ? -errno : fd;
  (*env)->ReleaseStringUTFChars(env, name, n);
  (*env)->ReleaseStringUTFChars(env, folder, f);
  return fd;
}

JNIEXPORT jstring JNICALL Java_crjvm_it_app_ObjectApplication_check(JNIEnv *env, jclass type, jstring name) {
  const char *n = (*env)->GetStringUTFChars(env, name, NULL);
  const struct object *object = find(n);
  const char *fault = object == NULL ? "there is no such object" : object->check();
  (void)type;
  (*env)->ReleaseStringUTFChars(env, name, n);
  return (*env)->NewStringUTF(env, fault == NULL ? "ok" : fault);
}

JNIEXPORT void JNICALL Java_crjvm_it_app_ObjectApplication_drop(JNIEnv *env, jclass type, jstring name, jint fd) {
  const char *n = (*env)->GetStringUTFChars(env, name, NULL);
  const struct object *object = find(n);
  (void)type;
  if (object != NULL && object->drop != NULL) object->drop(fd);
  else close(fd);
  (*env)->ReleaseStringUTFChars(env, name, n);
}
