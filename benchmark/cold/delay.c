/* Makes a slow link of a pair of virtual interfaces, for benchmark/cold/run: many kernels are built without netem.
 *
 *   delay NEAR FAR PORT MBIT MILLIS
 *
 * Frames that a program on this machine sends to 127.9.0.2 through the interface NEAR arrive at FAR, and this program takes them. It swaps the
 * two addresses, so that a frame goes back to this machine as if 127.9.0.2 had sent it. In between, a frame waits for its place in the
 * queue of its direction, which lets so many megabits through a second, and then for so many milliseconds. Frames to and from the server's
 * PORT are the two directions. It runs until it is ended. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

enum { FRAMES = 1000, SIZE = 2048, ADDRESSES = ETH_HLEN + 12, LEAST = ETH_HLEN + 24, PROTOCOL = ETH_HLEN + 9, TCP = 6 };
enum { NANOSECONDS = 1000000000 };

struct frame {
  uint64_t due;
  size_t length;
  uint8_t bytes[SIZE];
};

/* The frames that wait in one direction. A frame that finds no room is lost, as on a real link. */
struct queue {
  struct frame frames[FRAMES];
  size_t first, count;
  uint64_t free; /* when the link has sent all waiting frames */
};

static struct queue queues[2];

static void die(const char *what) {
  fprintf(stderr, "delay: %s: %s\n", what, strerror(errno));
  exit(1);
}

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * NANOSECONDS + (uint64_t)time.tv_nsec;
}

/* The kernel would leave checksums and the division into frames to a device. */
static void set_offload(int fd, const char *interface, uint32_t command) {
  struct ethtool_value value = {.cmd = command};
  struct ifreq request = {.ifr_data = (char *)&value};
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", interface);
  if (ioctl(fd, SIOCETHTOOL, &request)) die(interface);
}

static void swap(uint8_t *left, uint8_t *right, size_t length) {
  uint8_t kept[ETH_ALEN];
  memcpy(kept, left, length);
  memcpy(left, right, length);
  memcpy(right, kept, length);
}

static uint16_t read_port(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

/* Puts a frame that has arrived into the queue of its direction. */
static void take(int fd, uint16_t port, uint64_t bit_nanos_per_kilo, uint64_t delay) {
  struct sockaddr_ll from;
  socklen_t length = sizeof from;
  static uint8_t bytes[SIZE];
  ssize_t got = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &length);
  if (got < 0 && errno != EINTR && errno != ENETDOWN) die("recvfrom");
  if (got < LEAST || from.sll_pkttype == PACKET_OUTGOING || bytes[PROTOCOL] != TCP) return;
  const uint8_t *ports = bytes + ETH_HLEN + 4 * (size_t)(bytes[ETH_HLEN] & 15);
  if (ports + 4 > bytes + got) return;
  struct queue *queue = &queues[read_port(ports) == port];
  if (queue->count == FRAMES) return;
  uint64_t time = now();
  if (queue->free < time) queue->free = time;
  queue->free += (uint64_t)got * bit_nanos_per_kilo / 1000;
  struct frame *frame = &queue->frames[(queue->first + queue->count++) % FRAMES];
  frame->due = queue->free + delay;
  frame->length = (size_t)got;
  memcpy(frame->bytes, bytes, frame->length);
  swap(frame->bytes, frame->bytes + ETH_ALEN, ETH_ALEN);
  /* The sums of IP and TCP do not depend on the order of the two addresses. */
  swap(frame->bytes + ADDRESSES, frame->bytes + ADDRESSES + 4, 4);
}

/* Sends the frames that are due. Returns the time at which the next one is due. */
static uint64_t send_due(int fd, struct queue *queue) {
  for (; queue->count; queue->count--, queue->first = (queue->first + 1) % FRAMES) {
    struct frame *frame = &queue->frames[queue->first];
    if (frame->due > now()) return frame->due;
    if (send(fd, frame->bytes, frame->length, 0) < 0 && errno != ENOBUFS) die("send");
  }
  return UINT64_MAX;
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: delay NEAR FAR PORT MBIT MILLIS\n");
    return 125;
  }
  int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_IP));
  if (fd < 0) die("socket");
  static const uint32_t OFFLOADS[] = {ETHTOOL_STXCSUM, ETHTOOL_STSO, ETHTOOL_SGSO};
  for (size_t i = 0; i < sizeof OFFLOADS / sizeof *OFFLOADS; i++) set_offload(fd, argv[1], OFFLOADS[i]);
  struct sockaddr_ll far = {
      .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = (int)if_nametoindex(argv[2])};
  if (!far.sll_ifindex || bind(fd, (struct sockaddr *)&far, sizeof far)) die(argv[2]);
  uint16_t port = (uint16_t)atoi(argv[3]);
  uint64_t bit_nanos_per_kilo = 8 * 1000000ul / (uint64_t)atoi(argv[4]), delay = 1000000ul * (uint64_t)atoi(argv[5]);
  for (;;) {
    uint64_t there = send_due(fd, &queues[0]), back = send_due(fd, &queues[1]), next = there < back ? there : back, time = now();
    uint64_t wait = next == UINT64_MAX ? NANOSECONDS : next > time ? next - time : 0;
    struct timespec limit = {.tv_sec = (time_t)(wait / NANOSECONDS), .tv_nsec = (long)(wait % NANOSECONDS)};
    struct pollfd poll = {.fd = fd, .events = POLLIN};
    if (ppoll(&poll, 1, &limit, NULL) > 0) take(fd, port, bit_nanos_per_kilo, delay);
  }
}
