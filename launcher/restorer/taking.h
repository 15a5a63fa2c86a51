/* Has the messages between a parked copy and the start that takes it. They talk through a stream socket in the pool's folder,
 * which only one user can enter.
 *
 * The taker sends struct taking, once, with descriptors: memory with its arguments and environment, its working folder, the copy's
 * /proc/PID/environ, and its standard streams in ascending order as far as they are open. The copy answers TAKING_REFUSED and stays parked, or it sends TAKING_TAKEN, hands the connection
 * to its keeper, too, and goes on with the restore. Then it sends TAKING_RUNS, or ends, with TAKING_REFUSED if it can say why.
 *
 * Until TAKING_RUNS the taker can still start by itself. But a copy that ends may still have the ports. So the taker asks the keeper to kill
 * it, by a byte, and waits until the keeper has closed the connection. After TAKING_RUNS the keeper sends TAKING_STOPPED and
 * TAKING_ENDED. */
#ifndef CRJVM_TAKING_H
#define CRJVM_TAKING_H

#include <stdint.h>

#include "identity.h"

#define TAKING_MAGIC "CRJVMTK5"
enum { TAKING_DESCRIPTORS = 6, TAKING_WAIT_S = 2, TAKING_RUN_MS = 2000, TAKING_END_S = 10, TAKING_ANSWER_MS = 500 };

struct taking {
  char magic[8];
  char version[32];
  struct file_identity plan, memory;
  uint64_t started;     /* kernel's monotonic clock, nanoseconds */
  uint64_t ignored;     /* signals that the taker's caller had it ignore: bit 0 is signal 1 */
  uint64_t blocked;     /* the same for its mask */
  uint64_t timer_slack; /* nanoseconds */
  uint64_t personality;
  uint32_t maps;         /* a checksum of the --map options */
  uint64_t string_bytes; /* each string with its NUL */
  uint32_t argument_count, environment_count;
  uint32_t mask;         /* of new files */
  uint32_t open_streams; /* a bit for each of 0, 1 and 2 */
};

enum taking_kind { TAKING_REFUSED = 'N', TAKING_TAKEN = 'T', TAKING_RUNS = 'R', TAKING_STOPPED = 'S', TAKING_ENDED = 'E' };
struct taking_answer {
  uint32_t kind;
  int32_t value;    /* RUNS: the process id; ENDED: the status as wait4 gives it */
  char reason[120]; /* REFUSED */
};

#endif
