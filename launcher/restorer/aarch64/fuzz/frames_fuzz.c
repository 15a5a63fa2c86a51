/* Builds signal frames of a plan's thread. Each has to fit into the room that was computed for it. */
#include "frames.h"
#include "fuzz.h"

struct input {
  uint64_t shift;
  struct plan_thread thread;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct input input;
  struct cpu cpu = {0};
  memset(&input, 0, sizeof input);
  memcpy(&input, data, size < sizeof input ? size : sizeof input);
  uint64_t room = frame_size(&cpu, 0), shift = input.shift % 64;
  unsigned char *place = malloc(room + shift);
  if (!place) abort();
  uint64_t top = (uint64_t)place + room + shift, frame = build_frame(&cpu, 0, &input.thread, top);
  ALWAYS(frame >= (uint64_t)place + shift && frame < top && frame % 16 == 0);
  free(place);
  return 0;
}
